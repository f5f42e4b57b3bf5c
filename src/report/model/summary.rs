//! The figures, the verdict and what to do first.

use super::result_set::ResultSet;
use super::{Accesses, Action, Agreement, Agreements, BalanceLine, Changes, FindingEntry, FindingGroup, Release, Summary, Tests, Total};
use crate::diagnostics::Severity;
use crate::text::{and_list, count};

/// Figures of one set, before they are paired with the other's.
pub(super) struct Figures {
    open: u64,
    errors: u64,
    warnings: u64,
    infos: u64,
    accepted: u64,
    unchecked: u64,
    read: Option<u64>,
    quarantined: Option<u64>,
    agreements: Option<u64>,
    in_force: Option<u64>,
    ending_soon: Option<u64>,
    tests_passed: Option<u64>,
    tests_failed: Option<u64>,
    events: Option<u64>,
    allowed: Option<u64>,
    conditional: Option<u64>,
    not_covered: Option<u64>,
    not_assessed: Option<u64>,
    cases: Option<u64>,
    releases: Option<u64>,
    rows_released: Option<u64>,
}

impl Figures {
    #[expect(clippy::too_many_arguments, reason = "each part of the report gives its own figures; a struct for one call would only repeat them")]
    pub(super) fn of(
        set: &ResultSet<'_>,
        groups: &[FindingGroup],
        unchecked: usize,
        agreements: Option<&Agreements>,
        accesses: Option<&Accesses>,
        releases: Option<&[Release]>,
        tests: Option<&Tests>,
        balance: &[BalanceLine],
    ) -> Self {
        let findings = || groups.iter().flat_map(|group| &group.findings);
        let open = |severity: Severity| findings().filter(|finding| finding.is_open() && finding.severity == severity).count() as u64;
        let (errors, warnings, infos) = (open(Severity::Error), open(Severity::Warning), open(Severity::Info));
        let among = |test: &dyn Fn(&Agreement) -> bool| agreements.map(|agreements| agreements.list.iter().filter(|agreement| test(agreement)).count() as u64);
        let has_books = set.results.iter().any(|results| !results.balance.is_empty());
        Self {
            open: errors + warnings + infos,
            errors,
            warnings,
            infos,
            accepted: findings().filter(|finding| !finding.is_open()).count() as u64,
            unchecked: unchecked as u64,
            read: has_books.then(|| balance.iter().map(|line| line.read).sum()),
            quarantined: has_books.then(|| balance.iter().map(|line| line.quarantined).sum()),
            agreements: among(&|_| true),
            in_force: among(&|agreement| agreement.state.as_deref().is_some_and(|state| state == "in force")),
            ending_soon: among(&|agreement| agreement.term == "soon"),
            tests_passed: tests.and_then(|tests| tests.passed),
            tests_failed: tests.and_then(|tests| tests.failed),
            events: accesses.and_then(|accesses| accesses.events),
            allowed: accesses.and_then(|accesses| accesses.allowed),
            conditional: accesses.and_then(|accesses| accesses.conditional),
            not_covered: accesses.and_then(|accesses| accesses.not_covered),
            not_assessed: accesses.and_then(|accesses| accesses.not_assessed),
            cases: accesses.and_then(|accesses| accesses.cases_total),
            releases: releases.map(|releases| releases.len() as u64),
            // A release whose manifest does not tell its rows must not look like one of no rows.
            rows_released: releases.and_then(|releases| releases.iter().map(|release| release.rows).sum()),
        }
    }

    pub(super) fn totals(&self, before: Option<&Self>) -> Vec<Total> {
        type Pick = fn(&Figures) -> Option<u64>;
        let list: [(&'static str, &'static str, Pick); 21] = [
            ("findings_open", "Open findings", |f| Some(f.open)),
            ("errors", "Errors", |f| Some(f.errors)),
            ("warnings", "Warnings", |f| Some(f.warnings)),
            ("infos", "Infos", |f| Some(f.infos)),
            ("accepted", "Accepted exceptions", |f| Some(f.accepted)),
            ("unchecked", "Could not be checked", |f| Some(f.unchecked)),
            ("rows_read", "Rows and events read", |f| f.read),
            ("quarantined", "Of these quarantined", |f| f.quarantined),
            ("agreements", "Agreements", |f| f.agreements),
            ("agreements_in_force", "Agreements in force", |f| f.in_force),
            ("agreements_ending_soon", "Ending within 90 days", |f| f.ending_soon),
            ("tests_passed", "Tests passed", |f| f.tests_passed),
            ("tests_failed", "Tests failed", |f| f.tests_failed),
            ("accesses", "Accesses audited", |f| f.events),
            ("accesses_allowed", "An agreement allows it", |f| f.allowed),
            ("accesses_conditional", "Depends on facts not known", |f| f.conditional),
            ("accesses_not_covered", "No agreement covers it", |f| f.not_covered),
            ("accesses_not_assessed", "Accesses not assessed", |f| f.not_assessed),
            ("cases", "Cases for review", |f| f.cases),
            ("releases", "Releases", |f| f.releases),
            ("rows_released", "Rows released", |f| f.rows_released),
        ];
        list.into_iter().map(|(name, label, pick)| Total { name, label, now: pick(self), before: before.and_then(pick) }).collect()
    }
}

impl Summary {
    pub(super) fn of(groups: &[FindingGroup], figures: &Figures, unchecked: usize, changes: Option<Changes>) -> Self {
        let level = match (figures.errors, figures.warnings, unchecked) {
            (1.., _, _) => "act",
            (0, 1.., _) => "review",
            (0, 0, 1..) => "incomplete",
            (0, 0, 0) => "clear",
        };
        let found = match (figures.errors, figures.warnings, figures.infos) {
            (0, 0, 0) => "No finding is open in what was checked".to_owned(),
            (0, 0, infos) => format!("No error and no warning is open in what was checked; {} worth knowing", count(infos, "thing is", "things are")),
            (errors, warnings, _) => {
                let parts: Vec<String> = [(errors, "error", "errors"), (warnings, "warning", "warnings")]
                    .into_iter()
                    .filter(|(n, ..)| *n > 0)
                    .map(|(n, one, many)| count(n, one, many))
                    .collect();
                format!("{} {} open", and_list(&parts), if errors + warnings == 1 { "is" } else { "are" })
            }
        };
        let rest = match unchecked as u64 {
            0 => "Everything that was given could be checked.".to_owned(),
            n => format!("{} could not be checked, so this is not the whole picture.", count(n, "thing", "things")),
        };
        Self { level, verdict: format!("{found}. {rest}"), actions: actions(groups), changes }
    }
}

pub(super) fn actions(groups: &[FindingGroup]) -> Vec<Action> {
    let mut list: Vec<Action> = groups
        .iter()
        .filter_map(|group| {
            let mut open: Vec<&FindingEntry> = group.findings.iter().filter(|finding| finding.is_open() && finding.severity > Severity::Info).collect();
            open.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            let first = open.first()?;
            let mut places: Vec<String> = Vec::new();
            for finding in &open {
                if places.len() < 3 && !finding.place.is_empty() && !places.contains(&finding.place) {
                    places.push(finding.place.clone());
                }
            }
            Some(Action {
                code: group.code.clone(),
                severity: first.severity,
                // "See why: carepact ask ..." explains; what mends it comes after.
                what: first.todo.iter().find(|step| !step.contains(": carepact ")).or(first.todo.first()).cloned().unwrap_or_else(|| first.saw.clone()),
                findings: open.len() as u64,
                places,
                owner: open.iter().find_map(|finding| finding.owner.clone()),
                due: open.iter().filter_map(|finding| finding.due.clone()).min(),
            })
        })
        .collect();
    list.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| b.findings.cmp(&a.findings)).then_with(|| a.code.cmp(&b.code)));
    list.truncate(5);
    list
}
