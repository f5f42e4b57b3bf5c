//! DOC-004: the status says what the dates say.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Status;
use crate::diagnostics::{Finding, Fix, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DOC-004",
    name: "status_and_dates",
    title: "Status agrees with the dates",
    severity: Severity::Error,
    statement: "An active agreement is within its term on the day asked about; an expired one is past its last day; a terminated one says on which day, and grants on none until it does.",
    source: "UK GDPR Article 5(1)(a), transparency; ICO data sharing code of practice, keep agreements under review",
    certainty: Certainty::FromMemory,
    next: "Set the status that the dates say (expired, signed, terminated), or agree new dates.",
    failing: "# as of: 2028-07-01\nends: 2028-03-31\nreview: {last: 2028-01-01, next: 2029-01-01}\n",
    fixed: "# as of: 2028-07-01\nends: 2028-03-31\nstatus: expired\nreview: {last: 2028-01-01, next: 2029-01-01}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let on = context.as_of;
    for agreement in &context.pack.agreements {
        let draft = &agreement.draft;
        let (Some(status), Some(term)) = (&draft.status, agreement.term) else { continue };
        let place = format!("{}/status", agreement.id);
        let id = &agreement.id;
        match status.value {
            Status::Active if on > term.last => found.push(
                RULE.finding(place, format!("{id} is active, and its last day was {}", term.last))
                    .at(status.span, "should be expired, or the agreement extended")
                    .at(key_span(draft, if draft.terminated_on.is_some() { "terminated_on" } else { "ends" }), format!("before {on}"))
                    // Whether it was extended instead is for the parties to say.
                    .fix(Fix::write(status.span, "expired", false)),
            ),
            Status::Active if on < term.first => found.push(
                RULE.finding(place, format!("{id} is active, and its first day is {}", term.first))
                    .at(status.span, "should be signed until then")
                    .at(key_span(draft, "starts"), format!("after {on}"))
                    .fix(Fix::write(status.span, "signed", false)),
            ),
            Status::Expired if on <= term.last => found.push(
                RULE.finding(place, format!("{id} is expired, and its last day is {}", term.last))
                    .at(status.span, "the dates say that it still runs")
                    .at(key_span(draft, "ends"), format!("not before {on}")),
            ),
            Status::Terminated if draft.terminated_on.is_none() && context.lacks(&draft.node, "terminated_on") => found.push(
                RULE.finding(place, format!("{id} is terminated and does not say on which day"))
                    .at(status.span, "`terminated_on:` is missing")
                    .help("Add `terminated_on:`, its last day; until then the agreement grants on no day, so that last year cannot be judged either."),
            ),
            _ => {}
        }
    }
}
