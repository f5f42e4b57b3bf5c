//! How an audit's own outputs are handled: what is held back until a person has looked, and how long anything is kept.

use std::collections::BTreeSet;

use crate::diagnostics::Finding;
use crate::identifier::Date;
use crate::source::{FileId, Sources};
use crate::yaml::fields::{Fields, Sink};

/// Where a pack says it.
pub const FILE: &str = "audit/conduct.yaml";

/// Most days that anything may be kept: thirty years, the longest that the NHS Records Management Code keeps an audit trail for.
const MOST_DAYS: u32 = 10_958;

/// A kind of output that is destroyed when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Output {
    /// Saved results: findings and cases by reference.
    Results,
    /// Which reference is which account and person.
    Annex,
    /// Events of earlier logs, in a state.
    State,
    /// Answers to people who asked who looked at their record.
    Answers,
}

/// The words of `retain:`.
pub const OUTPUTS: [(&str, Output); 4] = [("results", Output::Results), ("annex", Output::Annex), ("state", Output::State), ("answers", Output::Answers)];

impl Output {
    /// The word in the pack.
    pub fn name(self) -> &'static str {
        OUTPUTS.iter().find(|(_, output)| *output == self).map_or("", |(name, _)| name)
    }
}

/// What a pack says of its audits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conduct {
    /// Organisations whose accesses are held back in an answer, by code.
    pub hold_organisations: Vec<String>,
    /// Data whose accesses are held back, beside what the vocabulary restricts.
    pub hold_data: Vec<String>,
    /// Days on which few records are expected: public holidays, planned stops.
    pub quiet: BTreeSet<Date>,
    /// Days that each output is kept.
    pub retain: Vec<(Output, u32)>,
}

impl Conduct {
    /// Reads the file of a pack. With any error it must not be used.
    pub fn read(sources: &Sources, file: FileId) -> (Self, Vec<Finding>) {
        let (node, mut findings) = crate::yaml::parse(sources, file);
        let sink = Sink::new();
        let mut conduct = Self::default();
        if let Some(top) = node.as_ref().and_then(|node| Fields::open(node, sources.name(file), &sink)) {
            let _ = top.text("note");
            if let Some(hold) = top.block("hold") {
                conduct.hold_organisations = hold.texts("organisations").into_iter().map(|one| one.value).collect();
                conduct.hold_data = hold.texts("data").into_iter().map(|one| one.value).collect();
            }
            for day in top.texts("quiet") {
                match Date::parse(&day.value) {
                    Ok(date) => drop(conduct.quiet.insert(date)),
                    Err(_) => sink.wrong(&top.place_of("quiet"), day.span, "days such as 2026-12-25", "something else"),
                }
            }
            for (name, node, place) in top.named("retain") {
                let output = crate::yaml::fields::word(&name, &place, &OUTPUTS, &sink);
                match node.as_text().and_then(|text| text.parse::<u32>().ok()).filter(|days| (1..=MOST_DAYS).contains(days)) {
                    Some(days) => conduct.retain.extend(output.map(|output| (output.value, days))),
                    None => sink.wrong(&place, node.span, &format!("a whole number of days from 1 to {MOST_DAYS}"), "something else"),
                }
            }
        }
        findings.extend(sink.into_findings());
        (conduct, findings)
    }

    /// The first day on which something made on a day is kept no longer; none if nothing is said of it.
    pub fn ends(&self, output: Output, made: Date) -> Option<Date> {
        let (_, days) = self.retain.iter().find(|(known, _)| *known == output)?;
        Some(made.plus_days(i32::try_from(*days).unwrap_or(i32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Conduct, Vec<Finding>) {
        let mut sources = Sources::new();
        let file = sources.add(FILE, text);
        Conduct::read(&sources, file)
    }

    #[test]
    fn a_pack_says_what_is_held_and_how_long_anything_is_kept() {
        let (conduct, findings) = read("note: agreed\nhold: {organisations: [R1X], data: sexual_health}\nretain: {results: 730, annex: 90}\n");
        assert_eq!(findings, []);
        assert_eq!((conduct.hold_organisations, conduct.hold_data), (vec!["R1X".to_owned()], vec!["sexual_health".to_owned()]));
        let day = |text| Date::parse(text).expect("a day");
        assert_eq!(read("quiet: [2026-12-25, 2026-12-26]\n").0.quiet.len(), 2);
        let conduct = read("retain: {annex: 90}\n").0;
        assert_eq!(conduct.ends(Output::Annex, day("2026-01-01")), Some(day("2026-04-01")));
        assert_eq!(conduct.ends(Output::Results, day("2026-01-01")), None, "what is not said is kept");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for wrong in [
            "retain: {annexe: 90}",
            "retain: {annex: 0}",
            "retain: {annex: for ever}",
            "retain: {annex: 99999}",
            "keep: {annex: 9}",
            "quiet: 25/12/2026",
            "hold: {purposes: x}",
        ] {
            assert_eq!(read(wrong).1.len(), 1, "{wrong}");
        }
    }
}
