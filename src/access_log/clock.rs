//! Instants from what a log writes, and local dates and hours from instants. Bundled time zone data only.

use std::collections::HashMap;

use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::event::{Event, TimeQuality};
use crate::identifier::Date;

/// How a log writes time.
#[derive(Clone, Debug)]
pub struct TimeReader {
    zone: TimeZone,
    /// A strptime pattern; none means ISO 8601.
    pattern: Option<String>,
}

/// An instant and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// How sure.
    pub quality: TimeQuality,
}

/// Why a written time is not an instant. A short stable word.
pub type TimeFault = &'static str;

impl TimeReader {
    /// Times in a zone unless they carry an offset; `pattern` as in strptime, none for ISO 8601.
    pub fn new(zone: TimeZone, pattern: Option<String>) -> Self {
        Self { zone, pattern }
    }

    /// Europe/London, ISO 8601.
    pub fn london() -> Self {
        Self { zone: crate::identifier::date::london(), pattern: None }
    }

    /// The zone's name and the pattern, from which [`Self::of_written`] makes it again.
    pub fn written(&self) -> (String, Option<String>) {
        (self.zone.iana_name().unwrap_or("UTC").to_owned(), self.pattern.clone())
    }

    /// From a zone's name and a pattern; none if there is no such zone.
    pub fn of_written(zone: &str, pattern: Option<String>) -> Option<Self> {
        TimeZone::get(zone).ok().map(|zone| Self { zone, pattern })
    }

    /// Reads one time.
    pub fn read(&self, text: &str) -> Result<Instant, TimeFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err("time_empty");
        }
        match &self.pattern {
            None => {
                let (local, offset) = iso(text)?;
                match offset {
                    Some(offset) => Ok(instant(local, offset)),
                    None => Ok(self.resolve(local)),
                }
            }
            Some(pattern) => {
                let parsed = jiff::fmt::strtime::parse(pattern, text).map_err(|_| "time_not_as_the_profile_says")?;
                let local = parsed.to_datetime().map_err(|_| "time_not_as_the_profile_says")?;
                match parsed.offset() {
                    Some(offset) => Ok(instant(local, offset.seconds())),
                    None => Ok(self.resolve(local)),
                }
            }
        }
    }

    fn resolve(&self, local: civil::DateTime) -> Instant {
        let (offset, quality) = match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, TimeQuality::Local),
            AmbiguousOffset::Fold { before, .. } => (before, TimeQuality::FoldUnknown),
            AmbiguousOffset::Gap { before, .. } => (before, TimeQuality::Skipped),
        };
        Instant { quality, ..instant(local, offset.seconds()) }
    }

    /// Settles the hour that is lived twice for events in the order their file has them: where local time jumps back
    /// by half an hour or more inside that hour, what comes before is the first pass and what comes after the second.
    /// Without such a jump, or with more than one, it stays unknown.
    pub fn settle_fold(&self, events: &mut [Event]) {
        let mut days: Vec<(i64, Vec<usize>)> = Vec::new();
        for (index, event) in events.iter().enumerate().filter(|(_, event)| event.quality == TimeQuality::FoldUnknown) {
            let day = event.at.div_euclid(86_400);
            match days.iter_mut().find(|(known, _)| *known == day) {
                Some((_, rows)) => rows.push(index),
                None => days.push((day, vec![index])),
            }
        }
        for (_, rows) in days {
            let jumps: Vec<usize> = (1..rows.len()).filter(|at| events[rows[*at - 1]].at - events[rows[*at]].at >= 30 * 60).collect();
            let [jump] = jumps[..] else { continue };
            // An unordered file jumps back by minutes too; then nothing can be told.
            if (1..rows.len()).any(|at| at != jump && events[rows[at - 1]].at > events[rows[at]].at + 60) {
                continue;
            }
            for (at, row) in rows.iter().enumerate() {
                let event = &mut events[*row];
                if at < jump {
                    event.quality = TimeQuality::FoldFirst;
                } else {
                    event.quality = TimeQuality::FoldSecond;
                    event.at += self.fold_length(event.at);
                }
            }
        }
    }

    /// Seconds between the two passes of an hour that is lived twice, for the first of two instants; 0 if it is lived once.
    pub fn fold_length(&self, first: i64) -> i64 {
        let Ok(timestamp) = jiff::Timestamp::from_second(first) else { return 0 };
        let local = self.zone.to_datetime(timestamp);
        match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Fold { before, after } => i64::from(before.seconds() - after.seconds()),
            _ => 0,
        }
    }
}

/// Days on each side of a clock change that are compared.
const SIDE_DAYS: i64 = 14;
/// Fewest accesses on each side.
const SIDE_EVENTS: u64 = 200;

impl TimeReader {
    /// Whether times without an offset look as if they were in UTC and not in this zone, in words; none if nothing says so.
    ///
    /// Two signs: a time in the hour that the clocks skip, which nobody's clock showed; and a working day that begins an hour
    /// earlier by the log in the weeks of summer time than in the weeks beside them (hours of weekdays, compared as they are
    /// and moved by one hour; the move must take away more than half of the difference).
    pub fn written_in_utc(&self, events: &[Event]) -> Option<String> {
        let skipped = events.iter().filter(|event| event.quality == TimeQuality::Skipped).count();
        if skipped > 0 {
            return Some(format!(
                "{} in the hour that the clocks skip in spring: its times may be in UTC (say `tz: UTC` in the profile if they are)",
                if skipped == 1 { "a time lies".to_owned() } else { format!("{skipped} times lie") }
            ));
        }
        let local = |event: &&Event| !matches!(event.quality, TimeQuality::ExplicitOffset);
        let first = events.iter().filter(local).map(|event| event.at).min()?;
        let last = events.iter().filter(local).map(|event| event.at).max()?;
        let start = jiff::Timestamp::from_second(first).ok()?;
        let changes = self.zone.following(start).map(|change| (change.timestamp().as_second(), change.dst().is_dst())).take_while(|(at, _)| *at < last);
        for (change, to_summer) in changes.take(64) {
            // Hours of the day on the two sides, as the log writes them, on weekdays.
            let mut sides = [[0u64; 24]; 2];
            for event in events.iter().filter(local).filter(|event| (event.at - change).abs() < SIDE_DAYS * 86_400) {
                let written = self.zone.to_datetime(jiff::Timestamp::from_second(event.at).ok()?);
                if written.weekday().to_monday_zero_offset() < 5 {
                    sides[usize::from((event.at >= change) == to_summer)][written.hour().unsigned_abs() as usize] += 1;
                }
            }
            let totals = sides.map(|side| side.iter().sum::<u64>());
            if totals.iter().any(|total| *total < SIDE_EVENTS) {
                continue;
            }
            let share = |side: usize, hour: usize| sides[side][hour] as f64 / totals[side] as f64;
            // Half the sum of differences: 0 for equal days, 1 for days that share no hour. Side 1 is summer time.
            let differs = |by: usize| (0..24).map(|hour| (share(0, (hour + by) % 24) - share(1, hour)).abs()).sum::<f64>() / 2.0;
            let (as_written, moved) = (differs(0), differs(1));
            if as_written > 0.08 && moved < as_written / 2.0 {
                return Some(format!(
                    "by its times the day began an hour earlier in summer time around {}: they may be in UTC (say `tz: UTC` in the profile if they are)",
                    self.zone.to_datetime(jiff::Timestamp::from_second(change).ok()?).date()
                ));
            }
        }
        None
    }
}

fn instant(local: civil::DateTime, offset: i32) -> Instant {
    let days = i64::from(Date::from(local.date()).days()) - i64::from(Date::from(civil::date(1970, 1, 1)).days());
    let of_day = i64::from(local.hour()) * 3600 + i64::from(local.minute()) * 60 + i64::from(local.second());
    Instant { at: days * 86_400 + of_day - i64::from(offset), quality: TimeQuality::ExplicitOffset }
}

/// `2026-10-04T09:30[:00[.123]][Z|+01:00]`, a space allowed for the T. The offset in seconds, if there is one.
fn iso(text: &str) -> Result<(civil::DateTime, Option<i32>), TimeFault> {
    let bytes = text.as_bytes();
    if bytes.len() >= 10 && bytes[2] == b'/' && bytes[5] == b'/' {
        return Err("time_with_slashes");
    }
    let two = |at: usize| -> Option<i8> {
        let pair = bytes.get(at..at + 2)?;
        pair.iter().all(u8::is_ascii_digit).then(|| ((pair[0] - b'0') * 10 + (pair[1] - b'0')).cast_signed())
    };
    let fault = "time_not_iso";
    let is = |at: usize, what: u8| bytes.get(at) == Some(&what);
    let (century, year, month, day) = (two(0).ok_or(fault)?, two(2).ok_or(fault)?, two(5).ok_or(fault)?, two(8).ok_or(fault)?);
    if !is(4, b'-') || !is(7, b'-') {
        return Err(fault);
    }
    if bytes.len() == 10 {
        return Err("time_without_hour");
    }
    let (hour, minute) = (two(11).ok_or(fault)?, two(14).ok_or(fault)?);
    if !(is(10, b'T') || is(10, b't') || is(10, b' ')) || !is(13, b':') {
        return Err(fault);
    }
    let mut at = 16;
    let mut second = 0;
    if is(at, b':') {
        second = two(17).ok_or(fault)?;
        at = 19;
        if is(at, b'.') || is(at, b',') {
            at += 1;
            let start = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            if at == start {
                return Err(fault);
            }
        }
    }
    let date = civil::Date::new(i16::from(century) * 100 + i16::from(year), month, day).map_err(|_| "time_no_such_date")?;
    // A leap second is the last second of its minute; 24:00 is midnight that follows.
    let (date, hour) = if hour == 24 && minute == 0 && second == 0 { (date.tomorrow().map_err(|_| fault)?, 0) } else { (date, hour) };
    let time = civil::Time::new(hour, minute, second.min(59), 0).map_err(|_| "time_no_such_hour")?;
    let offset = match bytes.get(at) {
        None => None,
        Some(b'Z' | b'z') if bytes.len() == at + 1 => Some(0),
        Some(sign @ (b'+' | b'-')) => {
            let hours = i32::from(two(at + 1).ok_or(fault)?);
            let (minutes, end) = if is(at + 3, b':') {
                (i32::from(two(at + 4).ok_or(fault)?), at + 6)
            } else if bytes.len() == at + 3 {
                (0, at + 3)
            } else {
                (i32::from(two(at + 3).ok_or(fault)?), at + 5)
            };
            if bytes.len() != end || hours > 14 || minutes > 59 {
                return Err(fault);
            }
            let seconds = hours * 3600 + minutes * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        Some(_) => return Err(fault),
    };
    Ok((civil::DateTime::from_parts(date, time), offset))
}

/// A local date, hour of the day and weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalHour {
    /// Civil date.
    pub date: Date,
    /// 0 to 23.
    pub hour: u8,
    /// 0 Monday to 6 Sunday.
    pub weekday: u8,
}

/// Instants as people in Europe/London read them.
#[derive(Debug)]
pub struct London {
    zone: TimeZone,
    hours: HashMap<i64, LocalHour>,
}

impl Default for London {
    fn default() -> Self {
        Self { zone: crate::identifier::date::london(), hours: HashMap::new() }
    }
}

impl London {
    /// The local hour of an instant. Offsets change at full hours UTC, so one look-up serves an hour.
    pub fn hour(&mut self, at: i64) -> LocalHour {
        let hour = at.div_euclid(3600);
        let zone = &self.zone;
        *self.hours.entry(hour).or_insert_with(|| {
            let timestamp = jiff::Timestamp::from_second(hour * 3600).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            let local = zone.to_datetime(timestamp);
            LocalHour { date: local.date().into(), hour: local.hour().cast_unsigned(), weekday: local.date().weekday().to_monday_zero_offset().cast_unsigned() }
        })
    }

    /// The local date of an instant.
    pub fn date(&mut self, at: i64) -> Date {
        self.hour(at).date
    }

    /// `2026-10-04 09:30`.
    pub fn minute_text(&mut self, at: i64) -> String {
        let local = self.hour(at);
        format!("{} {:02}:{:02}", local.date, local.hour, at.rem_euclid(3600) / 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, TimeQuality) {
        let instant = TimeReader::london().read(text).expect(text);
        (jiff::Timestamp::from_second(instant.at).expect("in range").to_string(), instant.quality)
    }

    #[test]
    fn offsets_count_and_local_times_are_london() {
        use TimeQuality::{ExplicitOffset, FoldUnknown, Local, Skipped};
        for (text, utc, quality) in [
            ("2026-07-01T09:30:00Z", "2026-07-01T09:30:00Z", ExplicitOffset),
            ("2026-07-01T09:30:00.123+01:00", "2026-07-01T08:30:00Z", ExplicitOffset),
            ("2012-10-25T22:04:27+1100", "2012-10-25T11:04:27Z", ExplicitOffset),
            ("2026-07-01 09:30", "2026-07-01T08:30:00Z", Local),
            ("2026-01-01T09:30:00", "2026-01-01T09:30:00Z", Local),
            ("2026-10-25T01:30:00", "2026-10-25T00:30:00Z", FoldUnknown),
            ("2026-10-25T02:00:00", "2026-10-25T02:00:00Z", Local),
            ("2026-03-29T01:30:00", "2026-03-29T01:30:00Z", Skipped),
            ("2026-06-30T24:00:00Z", "2026-07-01T00:00:00Z", ExplicitOffset),
        ] {
            assert_eq!(read(text), (utc.to_owned(), quality), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused_with_a_word() {
        for (text, word) in [
            ("", "time_empty"),
            ("12/06/2026 10:00", "time_with_slashes"),
            ("2026-02-30T10:00:00Z", "time_no_such_date"),
            ("2026-02-03", "time_without_hour"),
            ("2026-02-03T25:00:00", "time_no_such_hour"),
            ("2026-02-03T10:00:00+01:00x", "time_not_iso"),
            ("yesterday", "time_not_iso"),
            ("é26-02-03T10:00", "time_not_iso"),
        ] {
            assert_eq!(TimeReader::london().read(text), Err(word), "{text}");
        }
    }

    #[test]
    fn a_pattern_decides_which_number_is_the_month() {
        let reader = TimeReader::new(crate::identifier::date::london(), Some("%d/%m/%Y %H:%M:%S".to_owned()));
        assert_eq!(reader.read("12/06/2026 10:00:00").map(|found| found.at), TimeReader::london().read("2026-06-12T10:00:00").map(|found| found.at));
        assert!(reader.read("2026-06-12T10:00:00").is_err());
    }

    fn folded(times: &[&str]) -> Vec<(i64, TimeQuality)> {
        let reader = TimeReader::london();
        let mut events: Vec<Event> = times
            .iter()
            .map(|text| {
                let instant = reader.read(text).expect(text);
                Event { at: instant.at, quality: instant.quality, ..Event::blank(1) }
            })
            .collect();
        reader.settle_fold(&mut events);
        let start = reader.read("2026-10-25T00:00:00Z").expect("a time").at;
        events.iter().map(|event| ((event.at - start) / 60, event.quality)).collect()
    }

    #[test]
    fn line_order_settles_the_hour_lived_twice() {
        use TimeQuality::{FoldFirst, FoldSecond, FoldUnknown, Local};
        assert_eq!(
            folded(&["2026-10-25T00:59:00", "2026-10-25T01:10:00", "2026-10-25T01:50:00", "2026-10-25T01:05:00", "2026-10-25T02:10:00"]),
            [(-1, Local), (10, FoldFirst), (50, FoldFirst), (65, FoldSecond), (130, Local)]
        );
        assert_eq!(folded(&["2026-10-25T01:10:00", "2026-10-25T01:50:00"]), [(10, FoldUnknown), (50, FoldUnknown)]);
        // Two jumps: the file is not in order, so nothing is told.
        assert!(folded(&["2026-10-25T01:50:00", "2026-10-25T01:05:00", "2026-10-25T01:50:00", "2026-10-25T01:05:00"]).iter().all(|(_, q)| *q == FoldUnknown));
    }

    #[test]
    fn an_export_in_utc_without_saying_so_is_noticed_in_spring_and_autumn_and_no_other_is() {
        let reader = TimeReader::london();
        let utc = TimeReader::new(TimeZone::UTC, None);
        for change in ["2026-03-29", "2026-10-25"] {
            let mut events = [Vec::new(), Vec::new()];
            let middle = reader.read(&format!("{change}T12:00:00")).expect("a time").at / 86_400;
            for day in middle - 14..middle + 14 {
                for access in 0..60 {
                    // People come at eight and leave at about five, by their clocks.
                    let of_day = 8 * 3600 + access * access % 61 * 540;
                    let (date, at) = (jiff::Timestamp::from_second(day * 86_400).expect("in range").to_zoned(TimeZone::UTC).date(), of_day);
                    let clock = format!("{date}T{:02}:{:02}:00", at / 3600, at % 3600 / 60);
                    let really = reader.read(&clock).expect("a time").at;
                    let in_utc = utc.zone.to_datetime(jiff::Timestamp::from_second(really).expect("in range")).to_string();
                    for (events, written) in events.iter_mut().zip([clock, in_utc]) {
                        let instant = reader.read(&written).expect("a time");
                        events.push(Event { at: instant.at, quality: instant.quality, ..Event::blank(1) });
                    }
                }
            }
            assert_eq!(reader.written_in_utc(&events[0]), None, "{change}");
            let told = reader.written_in_utc(&events[1]).expect("noticed");
            assert!(told.contains(change) && told.contains("UTC"), "{told}");
            // Few accesses tell nothing.
            assert_eq!(reader.written_in_utc(&events[1][..60 * 15]), None);
        }
        let skipped = reader.read("2026-03-29T01:30:00").expect("a time");
        let event = Event { at: skipped.at, quality: skipped.quality, ..Event::blank(1) };
        assert!(reader.written_in_utc(&[event]).is_some_and(|told| told.starts_with("a time lies in the hour that the clocks skip")));
    }

    #[test]
    fn the_local_date_of_an_instant_follows_summer_time() {
        let mut london = London::default();
        let at = |text| TimeReader::london().read(text).expect("a time").at;
        assert_eq!(london.date(at("2026-06-30T23:30:00Z")).to_string(), "2026-07-01");
        assert_eq!(london.minute_text(at("2026-12-31T23:30:00Z")), "2026-12-31 23:30");
        assert_eq!(london.hour(at("2026-10-04T23:30:00Z")).weekday, 0);
    }
}
