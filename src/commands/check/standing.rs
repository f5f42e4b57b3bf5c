//! Findings that do not fail a run, for people: accepted exceptions, and what a baseline knew.

use crate::commands::session::BOLD;
use crate::diagnostics::{Acceptance, Finding, Severity, Standing};
use crate::identifier::Date;
use crate::text::count;

/// Accepted findings with who, why and until when; then those of the baseline. Empty if there is none.
pub(super) fn lists(findings: &[Finding], paint: &dyn Fn(anstyle::Style, &str) -> String) -> String {
    let mut out = String::new();
    let accepted: Vec<(&Finding, &Acceptance)> = findings
        .iter()
        .filter_map(|finding| match &finding.standing {
            Standing::Accepted(acceptance) => Some((finding, acceptance)),
            _ => None,
        })
        .collect();
    if !accepted.is_empty() {
        out.push_str(&format!("{} (an accepted exception does not waive the law)\n", paint(BOLD, "Accepted exceptions")));
        for (finding, acceptance) in accepted {
            out.push_str(&format!("  {} {}: {}\n", finding.code, finding.place, finding.message));
            out.push_str(&format!(
                "    until {}: {}; owner {}; approved by {}\n",
                in_words(&acceptance.expires),
                acceptance.reason,
                acceptance.owner,
                acceptance.approved_by
            ));
        }
        out.push('\n');
    }
    let known: Vec<(&Finding, &str)> = findings
        .iter()
        .filter_map(|finding| match &finding.standing {
            Standing::Baseline { first_seen } => Some((finding, first_seen.as_str())),
            _ => None,
        })
        .collect();
    if !known.is_empty() {
        out.push_str(&format!("{} (to be mended, and not failing this run)\n", paint(BOLD, "Known in the baseline")));
        for (finding, first_seen) in known {
            out.push_str(&format!("  {} {}: {} (since {})\n", finding.code, finding.place, finding.message, in_words(first_seen)));
        }
        out.push('\n');
    }
    out
}

/// `1 accepted exception`, `3 known in the baseline`: parts of the last line.
pub(super) fn counts(findings: &[Finding]) -> Vec<String> {
    let number = |which: fn(&Standing) -> bool| findings.iter().filter(|finding| which(&finding.standing)).count() as u64;
    let accepted = number(|standing| matches!(standing, Standing::Accepted(_)));
    let known = number(|standing| matches!(standing, Standing::Baseline { .. }));
    let mut parts = Vec::new();
    if accepted > 0 {
        parts.push(count(accepted, "accepted exception", "accepted exceptions"));
    }
    if known > 0 {
        parts.push(format!("{} known in the baseline", crate::text::thousands(known)));
    }
    parts
}

/// The worst level among findings that are to be dealt with.
pub(super) fn worst(findings: &[Finding]) -> Option<Severity> {
    open(findings).map(|finding| finding.severity).max()
}

/// Findings that are to be dealt with.
pub(super) fn open(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.standing == Standing::Open)
}

fn in_words(day: &str) -> String {
    Date::parse(day).map_or_else(|_| day.to_owned(), Date::in_words)
}
