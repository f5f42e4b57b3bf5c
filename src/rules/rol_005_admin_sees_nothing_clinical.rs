//! ROL-005: who runs the systems does not read the record.

use super::{Certainty, Check, Context, Rule, written};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ROL-005",
    name: "admin_sees_nothing_clinical",
    title: "Support roles see no clinical content",
    severity: Severity::Error,
    statement: "A role that administers or supports systems (by its national code or name, src/rules/data/roles.csv) is granted no category with clinical content.",
    source: "UK GDPR Articles 25 and 32: access limited to what the task needs",
    certainty: Certainty::FromMemory,
    next: "Limit the grant to demographics, or give the clinical task to a clinical role.",
    failing: "grants:\n  g1: {to: {role: [clinician, system_support]}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    for agreement in &context.pack.agreements {
        for grant in &agreement.grants {
            let Some(seen) = grant.reach.see.iter().find(|category| context.clinical(**category)) else { continue };
            for role in grant.to.roles.iter().filter(|role| context.role_kind(**role) == Some("admin")) {
                let name = words.roles.short(*role);
                let mut finding = RULE
                    .finding(format!("{}/to/{name}", grant.place), format!("`{}` shows {} to {name}, a role that runs systems", grant.name, words.data.short(*seen)))
                    .at(written::role(context, agreement, grant, *role), "runs systems");
                let see = written::category(context, agreement, grant, *seen);
                if see != grant.span {
                    finding = finding.at(see, "clinical content");
                }
                if let Some(span) = context.role_line(*role) {
                    finding = finding.at(span, "declared here");
                }
                found.push(finding);
            }
        }
    }
}
