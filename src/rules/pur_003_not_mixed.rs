//! PUR-003: care and other uses are not mixed in one clause or one basis.

use super::context::PurposeKind;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "PUR-003",
    name: "not_mixed",
    title: "Care and other uses are kept apart",
    severity: Severity::Warning,
    statement: "A grant, and an entry of `basis:`, is for individual care or for other uses, not for both: who may see what, and on which basis, differs.",
    source: "NHSX guidance: separate agreements by theme of purpose; UK GDPR Article 5(1)(b)",
    certainty: Certainty::Confirmed,
    next: "Split the clause or the basis, one for care and one for the other use.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: [individual_care, secondary], when: relationship and not objection_upheld}\nbasis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n  population_health:\n    - {description: find people at risk so that their practice can invite them, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-01, next_review: 2027-01-01}, type_1: {respected: true}, ndoo: {applies: true}}\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006, confidentiality: {route: s251, cag_ref: 21/CAG/0002, approved: 2026-01-01, next_review: 2027-01-01}, type_1: {respected: true}, ndoo: {applies: true}}\ndpia:\n  - {ref: EX-DPIA-1, approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mixed = |purposes: &[NodeId]| {
        let kinds: std::collections::BTreeSet<PurposeKind> = purposes.iter().flat_map(|purpose| context.purpose_kinds(*purpose)).collect();
        kinds.contains(&PurposeKind::Care) && (kinds.contains(&PurposeKind::Secondary) || kinds.contains(&PurposeKind::Research))
    };
    for agreement in &context.pack.agreements {
        for grant in &agreement.grants {
            if mixed(&grant.reach.purposes) && grant.reach.except_purposes.is_empty() {
                let draft = agreement.draft.grants.iter().find(|draft| draft.name.value == grant.name);
                let span = draft.and_then(|draft| Some(draft.purposes.first()?.span.to(draft.purposes.last()?.span))).unwrap_or(grant.span);
                found.push(
                    RULE.finding(format!("{}/for", grant.place), format!("`{}` is for individual care and for other uses", grant.name))
                        .at(span, "both in one clause")
                        .help("Split it: one grant for care, one for the other use, each with its own roles, data and conditions."),
                );
            }
        }
        for (valid, basis) in context.bases(agreement) {
            if mixed(&[valid.purpose]) {
                found.push(
                    RULE.finding(basis.place.clone(), format!("one basis covers individual care and other uses (`{}`)", basis.purpose.value))
                        .at(basis.purpose.span, "both in one entry")
                        .help("Write one entry for each purpose."),
                );
            }
        }
    }
}
