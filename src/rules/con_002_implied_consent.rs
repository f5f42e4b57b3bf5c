//! CON-002: implied consent is for individual care only.

use super::context::PurposeKind;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-002",
    name: "implied_consent",
    title: "Implied consent is for individual care",
    severity: Severity::Error,
    statement: "The route implied_consent does not stand with a use beyond individual care (planning, research and the like). Audit of access, safeguarding and support have regimes of their own and are not judged here.",
    source: "Common law duty of confidentiality; Caldicott principle 8: people expect their record to be used for their own care",
    certainty: Certainty::FromMemory,
    next: "For another use: explicit_consent, s251 with its reference, statutory, or not_engaged with the assessment that nothing confidential is left.",
    failing: SECONDARY_IMPLIED,
    fixed: SECONDARY_S251,
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

const SECONDARY_IMPLIED: &str = "\
basis:
  population_health:
    - {description: plan clinics for people with diabetes in each borough, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006,
       confidentiality: implied_consent, ndoo: {applies: true}}
grants:
  g1: {to: {role: analyst}, see: [medications, results], for: population_health, form: pseudonymised}
dpia:
  - {ref: EX-DPIA-1, purposes: [population_health], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}
data:
  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}
  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}
";

const SECONDARY_S251: &str = "\
basis:
  population_health:
    - {description: plan clinics for people with diabetes in each borough, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006,
       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10}, type_1: {respected: true}, ndoo: {applies: true}}
grants:
  g1: {to: {role: analyst}, see: [medications, results], for: population_health, form: pseudonymised}
dpia:
  - {ref: EX-DPIA-1, purposes: [population_health], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}
data:
  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}
  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}
";

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for (valid, basis) in context.bases(agreement) {
            let Some(route) = basis.confidentiality.as_ref().and_then(|route| route.route.as_ref()).filter(|route| route.value == "implied_consent") else { continue };
            if context.purpose_kinds(valid.purpose).iter().any(|kind| matches!(kind, PurposeKind::Secondary | PurposeKind::Research)) {
                found.push(
                    RULE.finding(format!("{}/confidentiality", basis.place), format!("{} is not individual care, and rests on implied consent", basis.purpose.value))
                        .at(route.span, "only for individual care")
                        .at(basis.purpose.span, "this purpose"),
                );
            }
        }
    }
}
