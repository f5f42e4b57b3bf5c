//! AUD-033: a source counts its records, and numbers are missing.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::clock::London;
use crate::access_log::event::{Event, NO_SEQUENCE, PersonKey, Symbol};
use crate::diagnostics::Severity;
use crate::text::{count, thousands};

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-033",
    title: "Records missing by their numbers",
    statement: "A source numbers its records one after another, and more numbers are missing between the first and the last than records could not be read or were second witnesses of an access. \
        Records were taken out, never written, or exported in part. Numbers that stand on several records are told too. Where more numbers are missing than there, the log is taken for an excerpt \
        (one organisation's part, for example), of which numbers cannot say whether it is whole. Detector D39 of the reference list, by number; numbers that begin anew are one series broken, and \
        are told once. A file that names no system is a series of its own.",
    inputs: &["sequence", "system if the log has several"],
    parameters: &[("missing", "1 record", "that nothing accounts for, at least")],
    silenced_by: &["as many records that could not be read: they have numbers too", "a log whose source does not number its records (then not assessed)"],
    sentence: "n of the numbers with which a source of the log counts its records are missing, first after date; needs review",
    source: "GP Connect audit requirements: each record has a number one higher than the one before; NIST SP 800-92",
};

/// The detector.
pub struct NumbersMissing;

/// A system; where none is named, the file.
type Source = (Symbol, Option<u16>);

/// Events of one source, by number.
fn sources(events: &[Event]) -> BTreeMap<Source, Vec<&Event>> {
    let mut all: BTreeMap<Source, Vec<&Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.sequence != NO_SEQUENCE) {
        let file = event.system.is_none().then_some(event.file);
        all.entry((event.system, file)).or_default().push(event);
    }
    for events in all.values_mut() {
        events.sort_by_key(|event| (event.sequence, event.file, event.line));
    }
    all
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
        let least = u64::try_from(setting.thresholds.number(&PAGE, "missing")).unwrap_or(1);
        let mut london = London::default();
        let mut signals = Vec::new();
        for ((system, file), events) in sources(&setting.log.events) {
            let name = match file {
                Some(file) => setting.log.books.get(usize::from(file)).map_or("", |books| &books.name),
                None => setting.symbols.text(system),
            };
            let signal = |severity, weight, discriminator: String, sentence: String, facts, events: Vec<&Event>| Signal {
                code: PAGE.code,
                severity,
                family: Family::Integrity,
                weight,
                user: Symbol::NONE,
                person: PersonKey::NOBODY,
                organisation: Symbol::NONE,
                discriminator,
                sentence,
                next: "Ask the supplier for the records between; until they are there, what this audit says of those hours is not whole.",
                facts,
                seen: Seen::beside(events),
            };
            // One record about several people is several events with one number.
            let again: Vec<&Event> = events
                .iter()
                .zip(events.iter().skip(1))
                .filter(|(one, next)| one.sequence == next.sequence && (one.file, one.line) != (next.file, next.line))
                .map(|(_, next)| *next)
                .collect();
            if !again.is_empty() {
                let sentence = format!(
                    "{} a number that another record of the same source has, first on {}: a source counts each record once; needs review",
                    count(again.len() as u64, "record has", "records have"),
                    london.minute_text(again.iter().map(|event| event.at).min().unwrap_or(0))
                );
                signals.push(signal(Severity::Warning, 45, format!("{name} twice"), sentence, BTreeMap::from([("again", again.len().to_string())]), again));
            }
            let gaps: Vec<(&Event, u64)> = events
                .iter()
                .zip(events.iter().skip(1))
                .map(|(one, next)| (*one, (next.sequence - one.sequence).saturating_sub(1)))
                .filter(|(_, missing)| *missing > 0)
                .collect();
            let missing: u64 = gaps.iter().map(|(_, missing)| missing).sum();
            // Any of those might have been one of these.
            let files: std::collections::BTreeSet<u16> = events.iter().map(|event| event.file).collect();
            let books = files.iter().filter_map(|file| setting.log.books.get(usize::from(*file)));
            let accounted: u64 = books.map(|books| books.tally.quarantined.values().sum::<u64>() + books.folded + books.destroyed).sum();
            let Some((before, _)) = gaps.first().filter(|_| missing >= accounted + least) else { continue };
            let facts = BTreeMap::from([("gaps", gaps.len().to_string()), ("missing", missing.to_string())]);
            let beside = gaps.iter().map(|(event, _)| *event).collect();
            if missing > events.len() as u64 {
                let sentence = format!(
                    "{} of the numbers with which a source of the log counts its records are missing, and {} are there: the log looks like an excerpt, of which numbers cannot tell whether it is whole",
                    thousands(missing),
                    thousands(events.len() as u64)
                );
                signals.push(signal(Severity::Info, 1, format!("{name} excerpt"), sentence, facts, beside));
                continue;
            }
            let but = if accounted == 0 {
                String::new()
            } else {
                format!(", {} of which could be records that were not read or were written down twice", thousands(accounted))
            };
            let sentence = format!(
                "{} missing of the numbers with which a source of the log counts its records, in {}, first after {}{but}; needs review",
                count(missing, "is", "are"),
                count(gaps.len() as u64, "gap", "gaps"),
                london.minute_text(before.at)
            );
            signals.push(signal(Severity::Warning, 50, name.to_owned(), sentence, facts, beside));
        }
        signals
    }
}
