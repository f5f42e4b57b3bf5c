//! ROL-006: analysts do not see who people are.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ROL-006",
    name: "analysts",
    title: "Analysts see no identifiable data",
    severity: Severity::Error,
    statement: "An analyst role is granted data in pseudonymised or aggregate form only. A grant that names no form is identifiable.",
    source: "UK GDPR Article 5(1)(c), data minimisation; Caldicott principles 2 and 3",
    certainty: Certainty::FromMemory,
    next: "Add `form: pseudonymised` or `form: aggregate`.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: analyst}, see: results, for: individual_care, when: relationship}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: analyst}, see: results, for: individual_care, when: relationship, form: aggregate}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    for agreement in &context.pack.agreements {
        for grant in agreement.grants.iter().filter(|grant| context.identifiable(grant) && grant.reach.see.iter().any(|category| context.clinical(*category))) {
            let draft = agreement.draft.grants.iter().find(|draft| draft.name.value == grant.name);
            for role in grant.to.roles.iter().filter(|role| context.role_kind(**role) == Some("analyst")) {
                let name = words.roles.short(*role);
                let span = draft.and_then(|draft| draft.to.role.iter().find(|written| words.roles.find(&written.value) == Ok(*role))).map_or(grant.span, |written| written.span);
                let mut finding =
                    RULE.finding(format!("{}/to/{name}", grant.place), format!("`{}` shows {name} data in identifiable form", grant.name)).at(span, "analyses, does not treat");
                if let Some(form) = draft.and_then(|draft| draft.form.iter().find(|form| form.value == "identifiable" || form.value == "any")) {
                    finding = finding.at(form.span, "this form");
                }
                if let Some(span) = context.role_line(*role) {
                    finding = finding.at(span, "declared here");
                }
                found.push(finding);
            }
        }
    }
}
