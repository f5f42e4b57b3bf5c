//! PUR-001: purposes come from the controlled list, or say what they correspond to.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PUR-001",
    name: "known_purpose",
    title: "Purposes are on the controlled list",
    severity: Severity::Error,
    statement: "Every purpose named is declared in vocabulary.yaml; every purpose declared there is one of the controlled list (src/rules/data/purposes.csv), lies beneath one, or has \
                the HL7 ActReason code it corresponds to (purpose_of_use). Otherwise no rule could say whether it is individual care.",
    source: "UK GDPR Article 5(1)(b), specified purposes; HL7 v3 ActReason",
    certainty: Certainty::FromMemory,
    next: "Use a purpose of the list, put the purpose beneath one, or give it a purpose_of_use.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: stuff, when: relationship and not objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: direct_care, when: relationship and not objection_upheld}\n",
    adjustable: false,
    waivable: false,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().purposes;
    for purpose in tree.ids().filter(|id| tree.node(*id).children.is_empty()) {
        if context.purpose_kind(purpose).is_some() {
            continue;
        }
        let node = tree.node(purpose);
        let mut finding = RULE.finding(
            format!("vocabulary/purposes/{}", node.path),
            format!("the purpose `{}` is not on the controlled list and does not say what it corresponds to", node.name),
        );
        if let Some(span) = node.span {
            finding = finding.at(span, "declared here");
        }
        found.push(finding);
    }
}
