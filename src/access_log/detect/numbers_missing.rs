//! AUD-033: a source counts its records, and numbers are missing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::clock::London;
use crate::access_log::event::{Event, NO_SEQUENCE, PersonKey, Symbol, TimeQuality};
use crate::diagnostics::Severity;
use crate::text::{count, thousands};

/// Fewest records by which an excerpt can be told from a log with gaps.
const SERIES: u64 = 20;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-033",
    title: "Records missing by their numbers",
    statement: "A source numbers its records one after another, and more numbers are missing between the first and the last than records could not be read or were second witnesses of an access. \
        Records were taken out, never written, or exported in part. Told too: one number on different records, and times that go back while numbers rise. A log without a system is one series for each file. \
        If gaps follow most records of a series, it looks like an excerpt (the rows of one organisation, say): that is said once, and its gaps are not told. \
        Detector D39 of the reference list, by number; numbers that begin anew are one series broken, and are told once.",
    inputs: &["sequence", "time", "system if the log has several"],
    parameters: &[
        ("missing", "1 record", "that nothing accounts for, at least"),
        ("excerpt", "50 of 100", "records of twenty or more with a gap after them, more than: an excerpt"),
        ("back", "5 minutes", "that a record's time lies before that of the number before it, more than"),
    ],
    silenced_by: &[
        "as many records that could not be read: they have numbers too",
        "equal records of overlapping exports, which count once",
        "local times in the hour that is lived twice: they may be either",
        "a log whose source does not number its records (then not assessed)",
    ],
    sentence: "n of the numbers with which a source of the log counts its records are missing, first after date; needs review",
    source: "GP Connect audit requirements: each record has a number one higher than the one before, so that a changed clock shows; NIST SP 800-92",
};

/// The detector.
pub struct NumbersMissing;

/// A source: its system, or its file if the log names no system.
type Source = (Symbol, Option<u16>);

/// Events of one source, by number.
fn sources(events: &[Event]) -> BTreeMap<Source, Vec<&Event>> {
    let mut all: BTreeMap<Source, Vec<&Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.sequence != NO_SEQUENCE) {
        all.entry((event.system, event.system.is_none().then_some(event.file))).or_default().push(event);
    }
    for events in all.values_mut() {
        events.sort_by_key(|event| (event.sequence, event.file, event.line));
    }
    all
}

/// What a signal about the numbers of a source has in common with every other.
fn signal(discriminator: String, sentence: String, next: &'static str, facts: BTreeMap<&'static str, String>, seen: Seen) -> Signal {
    Signal {
        code: PAGE.code,
        severity: Severity::Warning,
        family: Family::Integrity,
        weight: 50,
        user: Symbol::NONE,
        person: PersonKey::NOBODY,
        organisation: Symbol::NONE,
        discriminator,
        sentence,
        next,
        facts,
        seen,
    }
}

impl Detector for NumbersMissing {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Log
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        (!setting.carried.sequence).then(|| "the log (or its profile) does not say the numbers of its records".to_owned())
    }

    fn judge(&self, _: &[Access], _: &Peers, _: &Setting<'_>) -> Vec<Signal> {
        Vec::new()
    }

    fn judge_log(&self, setting: &Setting<'_>) -> Vec<Signal> {
        let mut london = London::default();
        let mut signals = Vec::new();
        for ((system, file), events) in sources(&setting.log.events) {
            let name = file.map_or_else(|| setting.symbols.text(system).to_owned(), |file| if file == 0 { String::new() } else { format!("file {file}") });
            signals.extend(gaps(&events, &name, setting, &mut london));
            signals.extend(twice(&events, &name, &mut london));
            signals.extend(back(&events, &name, setting, &mut london));
        }
        signals
    }
}

/// Numbers that no record has.
fn gaps(events: &[&Event], name: &str, setting: &Setting<'_>, london: &mut London) -> Option<Signal> {
    let least = u64::try_from(setting.thresholds.number(&PAGE, "missing")).unwrap_or(1);
    let excerpt = u64::try_from(setting.thresholds.number(&PAGE, "excerpt")).unwrap_or(100);
    let gaps: Vec<(&Event, u64)> = events
        .iter()
        .zip(events.iter().skip(1))
        .map(|(one, next)| (*one, (next.sequence - one.sequence).saturating_sub(1)))
        .filter(|(_, missing)| *missing > 0)
        .collect();
    let missing = gaps.iter().fold(0_u64, |sum, (_, missing)| sum.saturating_add(*missing));
    // Any of those might have been one of these.
    let files: BTreeSet<u16> = events.iter().map(|event| event.file).collect();
    let books = files.iter().filter_map(|file| setting.log.books.get(usize::from(*file)));
    let accounted: u64 = books.map(|books| books.tally.quarantined.values().sum::<u64>() + books.folded + books.destroyed).sum();
    let (before, _) = gaps.first().filter(|_| missing >= accounted.saturating_add(least))?;
    let facts = BTreeMap::from([("gaps", gaps.len().to_string()), ("missing", missing.to_string())]);
    let seen = Seen::beside(gaps.iter().map(|(event, _)| *event));
    let records = events.len() as u64;
    if records >= SERIES && gaps.len() as u64 * 100 > (records - 1) * excerpt {
        return Some(Signal {
            severity: Severity::Info,
            weight: 5,
            ..signal(
                format!("{name} excerpt").trim().to_owned(),
                format!(
                    "a gap follows {} of the {} records of a source of the log: it looks like an excerpt, so missing records cannot be told; needs review",
                    thousands(gaps.len() as u64),
                    thousands(records)
                ),
                "If the export was filtered, ask for the whole one to have its numbers checked; if it was not, most records are missing.",
                facts,
                seen,
            )
        });
    }
    let but = if accounted == 0 {
        String::new()
    } else {
        format!(", {} of which could be records that were not read or were written down twice", thousands(accounted))
    };
    Some(signal(
        name.to_owned(),
        format!(
            "{} missing of the numbers with which a source of the log counts its records, in {}, first after {}{but}; needs review",
            count(missing, "is", "are"),
            count(gaps.len() as u64, "gap", "gaps"),
            london.minute_text(before.at)
        ),
        "Ask the supplier for the records between; until they are there, what this audit says of those hours is not whole.",
        facts,
        seen,
    ))
}

/// Numbers that different records have. One record may be several events, which share its bytes.
fn twice(events: &[&Event], name: &str, london: &mut London) -> Option<Signal> {
    let shared: Vec<&[&Event]> =
        events.chunk_by(|a, b| a.sequence == b.sequence).filter(|same| same.iter().any(|event| event.digest != same[0].digest)).collect();
    let first = shared.iter().map(|same| same[0].at).min()?;
    Some(signal(
        format!("{name} twice").trim().to_owned(),
        format!(
            "{} of a source of the log on more than one record, first at {}; needs review",
            count(shared.len() as u64, "number stands", "numbers stand"),
            london.minute_text(first)
        ),
        "Ask the supplier whether its counter began anew or a record was written again with other content.",
        BTreeMap::from([("numbers", shared.len().to_string())]),
        Seen::beside(shared.iter().flat_map(|same| same.iter().copied())),
    ))
}

/// Records whose time lies before that of the number before theirs.
fn back(events: &[&Event], name: &str, setting: &Setting<'_>, london: &mut London) -> Option<Signal> {
    let minutes = setting.thresholds.number(&PAGE, "back");
    let sure: Vec<&Event> = events.iter().copied().filter(|event| !matches!(event.quality, TimeQuality::FoldUnknown | TimeQuality::Skipped)).collect();
    let steps: Vec<(&Event, i64)> = sure
        .iter()
        .zip(sure.iter().skip(1))
        // Equal numbers say nothing about which came first.
        .filter(|(one, next)| one.sequence < next.sequence)
        .map(|(one, next)| (*next, one.at - next.at))
        .filter(|(_, by)| *by > minutes.saturating_mul(60))
        .collect();
    let (first, _) = steps.first()?;
    let most = steps.iter().map(|(_, by)| by / 60).max().unwrap_or(0);
    Some(signal(
        format!("{name} clock").trim().to_owned(),
        format!(
            "the time of a source of the log goes back {} while its numbers rise, by up to {}, first at {}; needs review",
            count(steps.len() as u64, "time", "times"),
            count(u64::try_from(most).unwrap_or(0), "minute", "minutes"),
            london.minute_text(first.at)
        ),
        "Ask the supplier whether its clock was set, or records were sent on late; until then the times of those records are not sure.",
        BTreeMap::from([("minutes", most.to_string()), ("steps", steps.len().to_string())]),
        Seen::beside(steps.iter().map(|(event, _)| *event)),
    ))
}
