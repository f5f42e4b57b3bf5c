//! CON-008: under section 251 support the national data opt-out applies unless the support says otherwise.

use super::{Certainty, Check, Context, Rule, written};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-008",
    name: "exemption_granted",
    title: "An exemption from the opt-out was granted",
    severity: Severity::Error,
    statement: "Where the route is s251 (regulation 5) and `ndoo:` says applies: false, the entry names the exemption that was granted with the support (`ndoo_exemption:`). Regulation 3 is \
                another matter.",
    source: "Confidentiality Advisory Group registers: national data opt-out status of each entry; national data opt-out operational policy guidance",
    certainty: Certainty::Confirmed,
    next: "Apply the opt-out (applies: true), or add ndoo_exemption with what the register says.",
    failing: "basis:\n  population_health:\n    - {description: plan clinics for people with diabetes in each borough, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1),\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10},\n       type_1: {respected: true}, ndoo: {applies: false, reason: policy_exemption}}\ngrants:\n  g1: {to: {role: analyst}, see: [medications, results], for: population_health, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [population_health], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n",
    fixed: "basis:\n  population_health:\n    - {description: plan clinics for people with diabetes in each borough, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1),\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10, ndoo_exemption: exempted for this step by the register entry},\n       type_1: {respected: true}, ndoo: {applies: false, reason: policy_exemption}}\ngrants:\n  g1: {to: {role: analyst}, see: [medications, results], for: population_health, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [population_health], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for (_, basis) in context.bases(agreement).filter(|(valid, _)| context.is_secondary(valid.purpose)) {
            let Some(route) = basis.confidentiality.as_ref() else { continue };
            let Some(word) = route.route.as_ref().filter(|word| word.value == "s251") else { continue };
            let Some(ndoo) = basis.ndoo.as_ref() else { continue };
            let (Some(applies), Some(reason)) = (ndoo.applies.as_ref().filter(|applies| !applies.value), ndoo.reason.as_ref()) else { continue };
            // A reason that is none, or that does not fit, is the finding of CON-007 already.
            let known = super::data::row(&context.facts().ndoo_reasons, &reason.value).is_some() && reason.value != "individual_care";
            if !known || reason.value == "communicable_disease_reg3" || route.ndoo_exemption.as_ref().is_some_and(|text| !written::says_nothing(&text.value)) {
                continue;
            }
            let finding = RULE
                .finding(
                    format!("{}/confidentiality/ndoo_exemption", basis.place),
                    format!("{} rests on section 251 support and sets the national data opt-out aside, and names no exemption granted with the support", basis.purpose.value),
                )
                .at(applies.span, "set aside here");
            found.push(match &route.ndoo_exemption {
                Some(text) => finding.at(text.span, "says that there is none"),
                None => finding.at(word.span, "the support, without `ndoo_exemption:`"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn only_an_exemption_that_says_something_counts() {
        let with = |from: &str, to: &str| run(&super::RULE.fixed.replace(from, to)).codes;
        assert_eq!(with("exempted for this step by the register entry", "none"), ["CON-008"]);
        assert_eq!(with("policy_exemption", "anonymised"), [""; 0]);
        assert_eq!(run(&super::RULE.failing.replace("policy_exemption", "communicable_disease_reg3")).codes, [""; 0]);
        assert_eq!(run(&super::RULE.failing.replace("policy_exemption", "required_by_law")).codes, ["CON-008"]);
        // One cause, one finding: no reason at all is CON-007.
        assert_eq!(run(&super::RULE.failing.replace(", reason: policy_exemption", "")).codes, ["CON-007"]);
    }
}
