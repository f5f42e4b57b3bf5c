//! CON-004: section 251 support is reviewed each year.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-004",
    name: "review_due",
    title: "Section 251 support is within its review",
    severity: Severity::Warning,
    statement: "The day of the next review of section 251 support is not past while the agreement runs. A day that has passed may mean that the review is in process: the register goes on \
                showing such support as approved.",
    source: "Confidentiality Advisory Group registers: approvals with the day of their next review",
    certainty: Certainty::Confirmed,
    next: "Look the reference up in the published register, and write the new day, or ask for the annual review.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2025-01-10, next_review: 2026-02-01}}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2025-01-10, next_review: 2027-01-10}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for basis in &agreement.draft.basis {
            let Some(route) = basis.confidentiality.as_ref().filter(|route| route.route.as_ref().is_some_and(|word| word.value == "s251")) else { continue };
            let Some(review) = route.next_review.as_ref().filter(|review| review.value < context.as_of) else { continue };
            let mut finding = RULE
                .finding(
                    format!("{}/confidentiality", basis.place),
                    format!("the section 251 support for {} was to be reviewed by {}, and the review may be in process", basis.purpose.value, review.value),
                )
                .at(review.span, "past");
            if let Some(reference) = &route.cag_ref {
                finding = finding.at(reference.span, "look it up in the register");
            }
            found.push(finding.discriminator("review"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    const BASIS: &str = "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2025-01-10, next_review: 2026-07-01}}\n";

    #[test]
    fn the_day_itself_is_not_past_and_an_agreement_that_is_over_is_not_chased() {
        assert_eq!(run(&format!("# as of: 2026-07-01\n{BASIS}")).shown, "");
        assert_eq!(run(&format!("# as of: 2026-07-02\n{BASIS}")).codes, ["CON-004"]);
        assert_eq!(run(&format!("# as of: 2026-07-02\n{BASIS}status: superseded\n")).shown, "");
    }
}
