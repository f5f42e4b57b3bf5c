//! PUR-004: a purpose that nothing is granted for is not there.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PUR-004",
    name: "used_purposes",
    title: "Every purpose is used",
    severity: Severity::Warning,
    statement: "For every purpose that `basis:` names, some grant or release of the agreement lets some role use some data. A framework (tier 1), which grants nothing itself, is left out, \
                and so is an agreement that grants nothing at all.",
    source: "UK GDPR Article 5(1)(b) and (c): what is not needed for a stated purpose is not shared, and a purpose without data is none",
    certainty: Certainty::FromMemory,
    next: "Take the purpose out of `basis:`, or add the grant that it is for.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n  population_health:\n    - {description: find people at risk so that their practice can invite them, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-01, next_review: 2027-01-01}, ndoo: {applies: true}}\ndpia:\n  - {ref: EX-DPIA-1, approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return; // A clause that was not understood may be the one that uses it.
    }
    let tree = &context.words().purposes;
    for agreement in context.current().filter(|agreement| !Context::is_framework(agreement) && !agreement.grants.is_empty()) {
        let mut told: Vec<&str> = Vec::new();
        for (valid, basis) in context.bases(agreement) {
            let used = agreement.grants.iter().flat_map(|grant| &grant.reach.purposes).any(|purpose| tree.covers(*purpose, valid.purpose) || tree.covers(valid.purpose, *purpose));
            if used || told.contains(&basis.purpose.value.as_str()) {
                continue;
            }
            told.push(&basis.purpose.value);
            let mut finding = RULE
                .finding(format!("{}/basis/{}", agreement.id, basis.purpose.value), format!("{} has a basis for {}, and nothing is granted for it", agreement.id, basis.purpose.value))
                .at(basis.purpose.span, "no grant or release is for it");
            for key in ["grants", "releases"] {
                let written = agreement.draft.node.get(key).and_then(crate::yaml::Node::as_map).is_some_and(|entries| !entries.is_empty());
                if written && let Some(span) = super::context::entry_span(&agreement.draft.node, key) {
                    finding = finding.at(span, "none of these");
                }
            }
            found.push(finding);
        }
    }
}
