//! The numbers that detectors go by: each page's defaults, and what a pack sets instead.

use std::collections::BTreeMap;

use super::{DETECTORS, Page};
use crate::diagnostics::Finding;
use crate::source::{FileId, Sources};
use crate::yaml::fields::{Fields, Sink};

/// Where a pack sets them.
pub const FILE: &str = "audit/thresholds.yaml";

/// Detectors whose numbers are used where no pack reaches: the reader of reasons, the relation to a person, the peers.
const FIXED: [&str; 3] = ["AUD-004", "AUD-008", "AUD-009"];

/// Most that a threshold may be.
const MOST: i64 = 1_000_000;

/// What a pack sets, by code and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    set: BTreeMap<(&'static str, &'static str), i64>,
}

/// The whole number that a default begins with: 6 of `6 people`, 2000 of `2,000`.
fn whole(text: &str) -> Option<i64> {
    text.split(' ').next()?.replace(',', "").parse().ok()
}

/// The default of a page's number, in the page's unit; none if it has no such number.
fn default_of(page: &Page, name: &str) -> Option<i64> {
    page.parameters.iter().find(|(known, ..)| *known == name).and_then(|(_, value, _)| whole(value))
}

impl Thresholds {
    /// The number of a page by its name, in the unit that the page says: the pack's, or the default.
    pub fn number(&self, page: &Page, name: &'static str) -> i64 {
        self.set.get(&(page.code, name)).copied().or_else(|| default_of(page, name)).unwrap_or(0)
    }

    /// The same as a count.
    pub fn count(&self, page: &Page, name: &'static str) -> usize {
        usize::try_from(self.number(page, name)).unwrap_or(0)
    }

    /// The same as days.
    pub fn days(&self, page: &Page, name: &'static str) -> i32 {
        i32::try_from(self.number(page, name)).unwrap_or(i32::MAX)
    }

    /// What the pack sets otherwise than the default: `AUD-006.household_limit`, its number, the default.
    pub fn changed(&self) -> Vec<(String, i64, i64)> {
        let default = |code: &str, name: &str| super::page(code).and_then(|page| default_of(page, name)).unwrap_or(0);
        let all = self.set.iter().map(|((code, name), number)| (format!("{code}.{name}"), *number, default(code, name)));
        all.filter(|(_, number, default)| number != default).collect()
    }

    /// Reads the file of a pack. With any error it must not be used.
    pub fn read(sources: &Sources, file: FileId) -> (Self, Vec<Finding>) {
        let (node, mut findings) = crate::yaml::parse(sources, file);
        let sink = Sink::new();
        let mut thresholds = Self::default();
        if let Some(top) = node.as_ref().and_then(|node| Fields::open(node, sources.name(file), &sink)) {
            let _ = top.text("note");
            for (name, node, place) in top.named("thresholds") {
                let known = DETECTORS.iter().map(|detector| detector.page()).find_map(|page| {
                    let rest = name.value.strip_prefix(page.code)?.strip_prefix('.')?;
                    let (known, ..) = page.parameters.iter().find(|(known, ..)| *known == rest)?;
                    Some((page, *known, default_of(page, known)?))
                });
                let Some((page, known, default)) = known else {
                    sink.push(
                        Finding::error("READ-005", place, format!("`{}` is no number of a detector", name.value))
                            .at(name.span, "here")
                            .help("Write CODE.NAME as the detector's page has it: `carepact explain AUD-006`."),
                    );
                    continue;
                };
                if FIXED.contains(&page.code) {
                    sink.not_built(&place, name.span, &format!("changing the numbers of {}", page.code));
                    continue;
                }
                // Where the default is none at all, none may be written; else at least one.
                let least = default.min(1);
                match node.as_text().and_then(|text| text.parse::<i64>().ok()).filter(|number| (least..=MOST).contains(number)) {
                    Some(number) => {
                        thresholds.set.insert((page.code, known), number);
                    }
                    None => sink.wrong(&place, node.span, &format!("a whole number from {least} to {MOST}"), "something else"),
                }
            }
        }
        findings.extend(sink.into_findings());
        (thresholds, findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Thresholds, Vec<Finding>) {
        let mut sources = Sources::new();
        let file = sources.add(FILE, text);
        Thresholds::read(&sources, file)
    }

    #[test]
    fn a_pack_sets_numbers_by_code_and_name_and_the_rest_are_defaults() {
        let (thresholds, findings) = read("note: agreed in May\nthresholds: {AUD-006.household_limit: 8, AUD-007.grace: 0}\n");
        assert_eq!(findings, []);
        assert_eq!(thresholds.number(&super::super::same_household::PAGE, "household_limit"), 8);
        assert_eq!(thresholds.number(&super::super::rare_surname::PAGE, "rare"), 2_000);
        assert_eq!(thresholds.changed(), [("AUD-006.household_limit".to_owned(), 8, 6)]);
    }

    #[test]
    fn what_is_no_number_of_a_detector_is_refused() {
        for wrong in [
            "AUD-006.houshold_limit: 8",
            "AUD-999.household_limit: 8",
            "AUD-006: 8",
            "AUD-006.household_limit: 0",
            "AUD-006.household_limit: many",
            "AUD-006.household_limit: -3",
            "AUD-006.household_limit: 99999999",
            "AUD-022.roles: 3",
            "AUD-004.appointment_before: 20",
        ] {
            let (thresholds, findings) = read(&format!("thresholds: {{{wrong}}}\n"));
            assert_eq!((findings.len(), thresholds), (1, Thresholds::default()), "{wrong}");
        }
    }
}
