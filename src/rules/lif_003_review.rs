//! LIF-003: agreements are reviewed, at least every two years.

use super::context::{entry_span, key_span};
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-003",
    name: "review",
    title: "Reviews are set and kept",
    severity: Severity::Warning,
    statement: "An agreement not yet over says when it is next reviewed: not more than 24 months after the last review (or its first day), and not past. More than 90 days past is an error.",
    source: "ICO data sharing code of practice: review arrangements regularly",
    certainty: Certainty::FromMemory,
    next: "Review the agreement, then set last and next.",
    failing: "review: {last: 2025-04-01, next: 2026-06-01}\n",
    fixed: "review: {last: 2026-06-01, next: 2027-06-01}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let draft = &agreement.draft;
        let Some(review) = &draft.review else { continue };
        let place = format!("{}/review", agreement.id);
        let Some(next) = &review.next else {
            if draft.node.get("review").is_some_and(|block| context.lacks(block, "next")) {
                let mut finding = RULE.finding(place, format!("{} does not say when it is next reviewed", agreement.id)).at(key_span(draft, "review"), "`next:` is missing");
                finding.severity = Severity::Error;
                found.push(finding);
            }
            continue;
        };
        let overdue = next.value.days_until(context.as_of);
        if overdue > 0 {
            let mut finding = RULE
                .finding(place, format!("the review of {} was due on {}, {} ago", agreement.id, next.value, crate::text::count(u64::from(overdue.unsigned_abs()), "day", "days")))
                .at(next.span, "past")
                .fact("days_overdue", overdue);
            if overdue > 90 {
                finding.severity = Severity::Error;
            }
            found.push(finding);
            continue;
        }
        let Some(from) = review.last.as_ref().or(draft.starts.as_ref()) else { continue };
        if next.value > from.value.plus_months(24) && next.value > from.value {
            let mut finding = RULE.finding(place, format!("the next review of {} is more than 24 months after the last one", agreement.id)).at(next.span, "too far away");
            if let Some(span) = draft.node.get("review").and_then(|block| entry_span(block, "last")) {
                finding = finding.at(span, format!("counted from {}", from.value));
            }
            found.push(finding.help(format!("Set a day not after {}.", from.value.plus_months(24))));
        }
    }
}
