//! AUD-034: hours without a record, where there are always many.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::clock::London;
use crate::access_log::event::{Event, PersonKey, Symbol, TimeQuality};
use crate::diagnostics::Severity;
use crate::identifier::Date;
use crate::text::thousands;

/// Hours of a week.
const WEEK: i64 = 7 * 24;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-034",
    title: "Hours without records",
    statement: "For one or more hours on end a source wrote no record, where by the same hours of up to twelve weeks before and after at least thirty would be expected. Records came at least in two of those other weeks. \
        Recording was off, records were taken out, or nobody worked: a public holiday looks alike. Detector D39 of the reference list, by hours.",
    inputs: &["time", "system if the log has several", "a log of at least four weeks"],
    parameters: &[
        ("expected", "30 records", "by the other weeks, in the silent hours together, at least"),
        ("weeks", "4 weeks", "that the log spans, at least"),
    ],
    silenced_by: &[
        "hours that are always quiet",
        "days that the pack names as quiet (`quiet:` in audit/conduct.yaml): public holidays, planned stops",
        "a log of less than four weeks (then not assessed)",
    ],
    sentence: "a source of the log has no record from one time to another, where about n would be expected by other weeks; needs review",
    source: "NIST SP 800-92, gaps in logging; UK GDPR Article 32(1)",
};

/// The detector.
pub struct SilentHours;

/// The records of one hour.
struct Hour<'l> {
    count: u64,
    first: &'l Event,
    last: &'l Event,
}

/// Records of one source by the hour that clocks in Europe/London show, counted from 1970: work follows the clock.
type Hours<'l> = BTreeMap<i64, Hour<'l>>;

fn sources<'l>(events: &'l [Event], london: &mut London) -> BTreeMap<Symbol, Hours<'l>> {
    let mut all: BTreeMap<Symbol, Hours<'l>> = BTreeMap::new();
    for event in events.iter().filter(|event| !matches!(event.quality, TimeQuality::FoldUnknown | TimeQuality::Skipped)) {
        let local = london.hour(event.at);
        let hour = i64::from(local.date.days()) * 24 + i64::from(local.hour);
        let hour = all.entry(event.system).or_default().entry(hour).or_insert(Hour { count: 0, first: event, last: event });
        hour.count += 1;
        if event.at < hour.first.at {
            hour.first = event;
        }
        if event.at > hour.last.at {
            hour.last = event;
        }
    }
    all
}

/// Weeks on each side that say what is usual.
const SIDE: i64 = 12;

/// Hours of a stretch that are looked at: four weeks without a record are told as well as four years, and one record
/// with a stray date does not make the years between a silence.
const LONGEST: i64 = 4 * WEEK;

/// Stretches of hours without a record, with what the same hours of the other weeks make expected. Hours of quiet days
/// are expected to be empty.
fn silences(hours: &Hours<'_>, quiet: &BTreeSet<Date>) -> Vec<(i64, i64, f64)> {
    let (Some(first), Some(last)) = (hours.keys().next().copied(), hours.keys().next_back().copied()) else { return Vec::new() };
    // A week in which the source wrote nothing at all says nothing of what is usual.
    let weeks: BTreeSet<i64> = hours.keys().map(|hour| hour.div_euclid(WEEK)).collect();
    let is_quiet = |hour: i64| !quiet.is_empty() && i32::try_from(hour.div_euclid(24)).ok().and_then(Date::from_days).is_some_and(|day| quiet.contains(&day));
    let usual = |hour: i64| -> f64 {
        if is_quiet(hour) {
            return 0.0;
        }
        let others = |step: i64| {
            (1..=SIDE)
                .map(move |by| hour + step * by * WEEK)
                .filter(|other| (first..=last).contains(other) && weeks.contains(&other.div_euclid(WEEK)) && !is_quiet(*other))
        };
        let counts: Vec<u64> = others(1).chain(others(-1)).map(|other| hours.get(&other).map_or(0, |hour| hour.count)).collect();
        if counts.iter().filter(|count| **count > 0).count() < 2 {
            return 0.0;
        }
        let sum = u32::try_from(counts.iter().sum::<u64>()).unwrap_or(u32::MAX);
        f64::from(sum) / f64::from(u32::try_from(counts.len()).unwrap_or(u32::MAX))
    };
    let known: Vec<i64> = hours.keys().copied().collect();
    known
        .iter()
        .zip(known.iter().skip(1))
        .filter(|(before, after)| **after - **before > 1)
        .map(|(before, after)| (before + 1, *after, (before + 1..(*after).min(before + 1 + LONGEST)).map(usual).sum()))
        .collect()
}

impl Detector for SilentHours {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Log
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        let weeks = setting.thresholds.days(&PAGE, "weeks");
        (setting.carried.days < weeks * 7 - 1)
            .then(|| format!("the log spans {} weeks, and {weeks} are needed to know what is usual", setting.carried.days / 7))
    }

    fn judge(&self, _: &[Access], _: &Peers, _: &Setting<'_>) -> Vec<Signal> {
        Vec::new()
    }

    fn judge_log(&self, setting: &Setting<'_>) -> Vec<Signal> {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let least = setting.thresholds.number(&PAGE, "expected") as f64;
        let mut london = London::default();
        let mut signals = Vec::new();
        for (system, hours) in sources(&setting.log.events, &mut london) {
            for (from, to, expected) in silences(&hours, setting.quiet).into_iter().filter(|(.., expected)| *expected >= least) {
                // The times of the records on both sides say more than whole hours.
                let (before, after) = (hours[&(from - 1)].last, hours[&to].first);
                let (first, last) = (london.minute_text(before.at), london.minute_text(after.at));
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and shown as a round number")]
                let about = expected.round() as u64;
                signals.push(Signal {
                    code: PAGE.code,
                    severity: Severity::Warning,
                    family: Family::Integrity,
                    weight: 40,
                    user: Symbol::NONE,
                    person: PersonKey::NOBODY,
                    organisation: Symbol::NONE,
                    discriminator: format!("{} {from}", setting.symbols.text(system)),
                    sentence: format!(
                        "a source of the log has no record between {first} and {last}, where about {} would be expected by the same hours of other weeks; needs review",
                        thousands(about)
                    ),
                    next: "Ask the supplier whether recording was off or the export is not whole; a public holiday or a planned stop explains it: name the day under `quiet:` in the pack's audit/conduct.yaml.",
                    facts: BTreeMap::from([("expected", about.to_string()), ("hours", (to - from).to_string())]),
                    seen: Seen::beside([before, after]),
                });
            }
        }
        signals
    }
}
