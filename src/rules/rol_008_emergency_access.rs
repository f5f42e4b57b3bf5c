//! ROL-008: emergency access comes with a reason, a review and a decision about telling the person.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::Evidence;

pub(super) static RULE: Rule = Rule {
    code: "ROL-008",
    name: "emergency_access",
    title: "Emergency access has its duties",
    severity: Severity::Error,
    statement: "A grant that depends on emergency access (a condition with evidence of the event and a reason) has `then:` with `reason: required`, `review_within_days:` a number, \
                `reviewer:` who reviews it, and `tell_patient:` a decision; or the agreement's `break_glass:` says it for all.",
    source: "Summary Care Record: emergency access, alerts and review by the privacy officer",
    certainty: Certainty::Confirmed,
    next: "Add then: {reason: required, reviewer: privacy officer, review_within_days: 5, tell_patient: decide}.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: doctor}, see: [medications, results], for: emergency_care, when: break_glass, then: {reason: required}}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: doctor}, see: [medications, results], for: emergency_care, when: break_glass, then: {reason: required, reviewer: privacy officer, review_within_days: 5, tell_patient: decide}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let emergency = context
        .words()
        .conditions
        .iter()
        .enumerate()
        .filter(|(_, condition)| matches!(condition.evidence, Some(Evidence::Event(_))) && condition.with.is_some())
        .fold(0u64, |bits, (index, _)| bits | 1 << index);
    for agreement in &context.pack.agreements {
        for grant in agreement.grants.iter().filter(|grant| !grant.release && grant.condition.requires_one_of(emergency)) {
            let duty = |name: &str| grant.duties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
            // What the agreement says of all its emergency access need not be said again by each grant.
            let for_all = agreement.draft.break_glass.as_ref();
            let mut lacking = Vec::new();
            if duty("reason") != Some("required") && !for_all.and_then(|block| block.reason_required.as_ref()).is_some_and(|required| required.value) {
                lacking.push("`reason: required`");
            }
            let reviewer = duty("reviewer").or_else(|| for_all?.reviewer.as_ref().map(|text| text.value.as_str()));
            if reviewer.is_none_or(super::written::says_nothing) {
                lacking.push("`reviewer:` a role");
            }
            if duty("review_within_days").and_then(|days| days.parse::<u32>().ok()).is_none() && for_all.is_none_or(|block| block.review_within_days.is_none()) {
                lacking.push("`review_within_days:` a number");
            }
            if duty("tell_patient").is_none() && for_all.is_none_or(|block| block.tell_patient.is_none()) {
                lacking.push("`tell_patient:` a decision");
            }
            if lacking.is_empty() {
                continue;
            }
            let draft = agreement.draft.grants.iter().find(|draft| draft.name.value == grant.name);
            let span = draft.and_then(|draft| Some(draft.then.first()?.0.span.to(draft.then.last()?.1.span))).or_else(|| draft.and_then(|draft| draft.when.as_ref()).map(|when| when.span));
            let finding = RULE
                .finding(format!("{}/then", grant.place), format!("the emergency access of `{}` comes without {}", grant.name, crate::text::and_list(&lacking)))
                .at(span.unwrap_or(grant.span), "incomplete");
            let when = draft.and_then(|draft| draft.when.as_ref()).filter(|when| span.is_none_or(|span| span != when.span));
            found.push(match when {
                Some(when) => finding.at(when.span, "emergency access"),
                None => finding,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn the_agreement_may_say_it_for_every_grant() {
        let block = "break_glass: {allowed: true, reason_required: true, reviewer: privacy officer, review_within_days: 5, tell_patient: decide}\n";
        assert_eq!(run(&format!("{}{block}", super::RULE.failing)).codes, [""; 0]);
        assert_eq!(run(&format!("{}{}", super::RULE.failing, block.replace("reviewer: privacy officer, ", ""))).codes, ["ROL-008"]);
        assert_eq!(run(&super::RULE.fixed.replace("reviewer: privacy officer", "reviewer: tbc")).codes, ["ROL-008"]);
    }
}
