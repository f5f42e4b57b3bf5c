//! In which pattern a column writes its times, if it does.

use jiff::tz::TimeZone;

use crate::access_log::clock::TimeReader;
use crate::access_log::event::TimeQuality;

/// Values that every pattern is tried on; what is left of the patterns is tried on all.
const FIRST: usize = 20;

/// How a column writes its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// As in strptime; none for ISO 8601.
    pub(super) pattern: Option<String>,
    /// Every value that is read says its offset.
    pub(super) offset: bool,
    /// Day and month the other way round read every value as well.
    pub(super) other: Option<String>,
    /// Values that it reads.
    pub(super) read: usize,
}

/// Dates: the pattern, and the same with day and month the other way round.
const DATES: [(&str, Option<&str>); 14] = [
    ("%d/%m/%Y", Some("%m/%d/%Y")),
    ("%m/%d/%Y", Some("%d/%m/%Y")),
    ("%d-%m-%Y", Some("%m-%d-%Y")),
    ("%m-%d-%Y", Some("%d-%m-%Y")),
    ("%d.%m.%Y", Some("%m.%d.%Y")),
    ("%d/%m/%y", Some("%m/%d/%y")),
    ("%m/%d/%y", Some("%d/%m/%y")),
    ("%Y-%m-%d", None),
    ("%Y/%m/%d", None),
    ("%Y%m%d", None),
    ("%d %b %Y", None),
    ("%d-%b-%Y", None),
    ("%d-%b-%y", None),
    ("%b %d %Y", None),
];
const JOINTS: [&str; 4] = [" ", "T", ", ", ""];
const HOURS: [&str; 6] = ["%H:%M:%S", "%H:%M", "%H:%M:%S%.f", "%I:%M:%S %p", "%I:%M %p", "%H%M%S"];
const OFFSETS: [&str; 4] = ["", "%:z", "%z", " %z"];

impl Times {
    /// The pattern that reads nearly all values; none if none does. A few that it does not read are set aside in the run.
    pub(super) fn of(values: &[String]) -> Option<Self> {
        let enough = |read: usize, of: usize| read > 0 && read * 100 >= of * 98;
        let iso = reads(None, values);
        if enough(iso.0, values.len()) {
            return Some(Self { pattern: None, offset: iso.1, other: None, read: iso.0 });
        }
        // A date without an hour is no time of an access, and digits alone are a number.
        if !values.iter().take(FIRST).any(|value| value.bytes().any(|byte| !byte.is_ascii_digit())) {
            return None;
        }
        let first = &values[..values.len().min(FIRST)];
        let mut best: Option<(usize, Self)> = None;
        for (date, swapped) in DATES {
            for joint in JOINTS {
                for hour in HOURS {
                    for offset in OFFSETS {
                        let whole = |date: &str| format!("{date}{joint}{hour}{offset}");
                        let pattern = whole(date);
                        // At least half of the first few, or it is not looked at further.
                        if reads(Some(&pattern), first).0 * 2 < first.len() {
                            continue;
                        }
                        let (read, offsets) = reads(Some(&pattern), values);
                        if !enough(read, values.len()) || best.as_ref().is_some_and(|(most, _)| *most >= read) {
                            continue;
                        }
                        // As good the other way round: nothing in the values says which is meant.
                        let other = swapped.map(whole).filter(|other| enough(reads(Some(other), values).0, values.len()));
                        best = Some((read, Self { pattern: Some(pattern), offset: offsets, other, read }));
                    }
                }
            }
        }
        best.map(|(_, times)| times)
    }

    /// The order of day and month in words, for a pattern that has one in figures.
    pub(super) fn order(pattern: &str) -> Option<&'static str> {
        match (pattern.find("%d"), pattern.find("%m")) {
            (Some(day), Some(month)) if !pattern.starts_with("%Y") => Some(if day < month { "the day first" } else { "the month first" }),
            _ => None,
        }
    }
}

/// How many values a pattern reads, and whether each of those says its offset.
fn reads(pattern: Option<&str>, values: &[String]) -> (usize, bool) {
    let reader = TimeReader::new(TimeZone::UTC, pattern.map(str::to_owned));
    let (mut read, mut offset) = (0, true);
    for value in values {
        if let Ok(instant) = reader.read(value)
            && plausible(instant.at)
        {
            read += 1;
            offset &= instant.quality == TimeQuality::ExplicitOffset;
        }
    }
    (read, offset && read > 0)
}

/// From 1980 to 2100: an access to an electronic record lies there, a mistaken century or a number does not.
fn plausible(at: i64) -> bool {
    (315_532_800..4_102_444_800).contains(&at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Option<(Option<String>, bool, bool)> {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        Times::of(&values).map(|times| (times.pattern, times.offset, times.other.is_some()))
    }

    #[test]
    fn the_pattern_is_the_one_that_reads_every_value_and_a_day_above_twelve_decides_the_order() {
        let pattern = |text: &str| Some(text.to_owned());
        for (values, wanted) in [
            (&["2026-10-04T09:30:00Z", "2026-10-05T09:30:00.123+01:00"][..], Some((None, true, false))),
            (&["2026-10-04T09:30:00Z", "2026-10-05 09:30"], Some((None, false, false))),
            (&["04/10/2026 09:30", "25/10/2026 09:30"], Some((pattern("%d/%m/%Y %H:%M"), false, false))),
            (&["10/04/2026 09:30", "10/25/2026 09:30"], Some((pattern("%m/%d/%Y %H:%M"), false, false))),
            (&["04/10/2026 09:30:00", "05/10/2026 09:31:00"], Some((pattern("%d/%m/%Y %H:%M:%S"), false, true))),
            (&["04-Oct-2026 09:30:00"], Some((pattern("%d-%b-%Y %H:%M:%S"), false, false))),
            (&["4/10/2026 1:30 PM", "14/10/2026 11:02 AM"], Some((pattern("%d/%m/%Y %I:%M %p"), false, false))),
            (&["20261004 093000"], Some((pattern("%Y%m%d %H%M%S"), false, false))),
            (&["04/10/26 09:30", "31/10/26 10:00"], Some((pattern("%d/%m/%y %H:%M"), false, false))),
            (&["2026-10-04", "2026-10-05"], None),
            (&["9990000018", "9990000026"], None),
            (&["ward 3", "theatre"], None),
            (&[], None),
        ] {
            assert_eq!(of(values), wanted, "{values:?}");
        }
    }

    #[test]
    fn days_and_months_that_cannot_both_be_are_read_in_no_order() {
        // One row with the day above twelve and one with the month: per file one order, and neither reads both.
        assert_eq!(of(&["25/10/2026 09:30", "10/25/2026 09:30"]), None);
    }
}
