//! LAW-004: conditions that need an appropriate policy document have one.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LAW-004",
    name: "policy_document",
    title: "An appropriate policy document is named",
    severity: Severity::Error,
    statement: "A basis on P1.1 or on Part 2 of Schedule 1 names its appropriate policy document: reference and day of review.",
    source: "Data Protection Act 2018 Schedule 1 paragraphs 1(1)(b), 5 and 39",
    certainty: Certainty::Confirmed,
    next: "Add policy_document: {ref: ..., review: ...}.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: g, schedule_1: P2.18, power: Care Act 2014, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: g, schedule_1: P2.18, policy_document: {ref: EX-APD-1, review: 2027-01-01}, power: Care Act 2014, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for basis in &agreement.draft.basis {
            let Some(condition) = basis.schedule_1.as_ref().filter(|text| text.value == "P1.1" || text.value.starts_with("P2.")) else { continue };
            let place = format!("{}/policy_document", basis.place);
            match &basis.policy_document {
                Some(document) if document.reference.is_some() && document.review.is_some() => {}
                Some(document) => found.push(
                    RULE.finding(place, format!("the policy document for {} has no {}", condition.value, if document.reference.is_none() { "reference" } else { "day of review" }))
                        .at(document.span, "incomplete")
                        .at(condition.span, "needs both"),
                ),
                None => found.push(
                    RULE.finding(place, format!("{} needs an appropriate policy document, and none is named", condition.value))
                        .at(condition.span, "needs one")
                        .at(basis.purpose.span, "this purpose; `policy_document:` is missing"),
                ),
            }
        }
    }
}
