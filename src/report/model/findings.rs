//! Findings as people read them, and how they changed.

use std::collections::BTreeMap;

use super::result_set::{ResultSet, comparable_kinds};
use super::values::{scalar, sentence};
use super::{ChangedFinding, Changes, FindingEntry};
use crate::diagnostics::results::{ResultFinding, Results};

impl Changes {
    pub(super) fn between(now: &ResultSet<'_>, before: &ResultSet<'_>) -> Self {
        let (kinds, not_compared) = comparable_kinds(now, before);
        let pick = |set: &ResultSet<'_>| -> BTreeMap<(String, String), ChangedFinding> {
            set.each_finding()
                .filter(|(results, _)| kinds.contains(results.kind.as_str()))
                .map(|(results, finding)| ((results.kind.clone(), finding.id.clone()), ChangedFinding::of(finding)))
                .collect()
        };
        let (current, earlier) = (pick(now), pick(before));
        let missing_from = |these: &BTreeMap<(String, String), ChangedFinding>, those: &BTreeMap<(String, String), ChangedFinding>| {
            let mut list: Vec<ChangedFinding> = these.iter().filter(|(key, _)| !those.contains_key(*key)).map(|(_, finding)| finding.clone()).collect();
            list.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| (&a.code, &a.place, &a.id).cmp(&(&b.code, &b.place, &b.id))));
            list
        };
        Self {
            new: missing_from(&current, &earlier),
            resolved: missing_from(&earlier, &current),
            unchanged: current.keys().filter(|key| earlier.contains_key(*key)).count() as u64,
            not_compared,
        }
    }
}

impl ChangedFinding {
    pub(super) fn of(finding: &ResultFinding) -> Self {
        Self { id: finding.id.clone(), code: finding.code.clone(), severity: finding.severity, place: finding.place.clone(), saw: sentence(finding.message()) }
    }
}

impl FindingEntry {
    pub(super) fn of(results: &Results, finding: &ResultFinding, change: &'static str) -> Self {
        let fact = |name: &str| finding.facts.get(name).and_then(scalar);
        Self {
            id: finding.id.clone(),
            code: finding.code.clone(),
            kind: results.kind.clone(),
            severity: finding.severity,
            status: finding.status.clone(),
            change,
            place: finding.place.clone(),
            saw: sentence(finding.message()),
            means: sentence(finding.ground()),
            todo: finding.next().into_iter().map(sentence).collect(),
            located: finding
                .spans
                .iter()
                .map(|span| {
                    let place = format!("{}:{}:{}", span.file, span.line, span.column);
                    if span.label.is_empty() { place } else { format!("{place} ({})", span.label) }
                })
                .collect(),
            owner: fact("owner"),
            due: fact("due"),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.status == "open"
    }
}
