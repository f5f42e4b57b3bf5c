//! Findings that do not fail a run, for people: accepted exceptions, and what a baseline knew.

use crate::commands::session::BOLD;
use crate::diagnostics::{Acceptance, Finding, Standing};
use crate::identifier::Date;
use crate::text::thousands;

/// Accepted findings with who, why and until when; then those of the baseline; at most `most` of each.
pub(super) fn lists(findings: &[Finding], most: Option<usize>, paint: &dyn Fn(anstyle::Style, &str) -> String) -> String {
    let most = most.unwrap_or(usize::MAX);
    let more = |number: usize| if number > most { format!("  and {} more: carepact check --all\n", thousands((number - most) as u64)) } else { String::new() };
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
        for (finding, acceptance) in accepted.iter().take(most) {
            out.push_str(&format!("  {} {}: {}\n", finding.code, finding.place, finding.message));
            out.push_str(&format!(
                "    until {}: {}; owner {}; approved by {}\n",
                in_words(&acceptance.expires),
                acceptance.reason,
                acceptance.owner,
                acceptance.approved_by
            ));
        }
        out.push_str(&more(accepted.len()));
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
        for (finding, first_seen) in known.iter().take(most) {
            out.push_str(&format!("  {} {}: {} (since {})\n", finding.code, finding.place, finding.message, in_words(first_seen)));
        }
        out.push_str(&more(known.len()));
        out.push('\n');
    }
    out
}

fn in_words(day: &str) -> String {
    Date::parse(day).map_or_else(|_| day.to_owned(), Date::in_words)
}
