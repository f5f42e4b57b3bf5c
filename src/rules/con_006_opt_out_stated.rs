//! CON-006: a use beyond individual care says whether the national data opt-out applies.

use super::context::node_at;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-006",
    name: "opt_out_stated",
    title: "The national data opt-out is addressed",
    severity: Severity::Error,
    statement: "Every basis for a use beyond individual care of data about individuals says in `ndoo:` whether the national data opt-out applies (applies: true or false).",
    source: "National data opt-out operational policy guidance, chapters 5 and 6",
    certainty: Certainty::Confirmed,
    next: "Add ndoo: {applies: true}, or applies: false with its reason.",
    failing: "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006,\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10}, type_1: {respected: true}}\ngrants:\n  g1: {to: {role: analyst}, see: [medications, results], for: research, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [research], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to compare treatments}\n  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to compare treatments}\n",
    fixed: "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006,\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10}, type_1: {respected: true}, ndoo: {applies: true}}\ngrants:\n  g1: {to: {role: analyst}, see: [medications, results], for: research, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [research], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to compare treatments}\n  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to compare treatments}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for (valid, basis) in context.bases(agreement) {
            if !context.is_secondary(valid.purpose) || !super::law_002_article_9::uses_health_data(context, agreement, valid.purpose) {
                continue;
            }
            let place = format!("{}/ndoo", basis.place);
            match &basis.ndoo {
                Some(ndoo) if ndoo.applies.is_some() => {}
                Some(ndoo) if node_at(&agreement.draft.node, ndoo.span).is_some_and(|node| context.lacks(node, "applies")) => {
                    found.push(RULE.finding(place, format!("{} does not say whether the national data opt-out applies", basis.purpose.value)).at(ndoo.span, "`applies:` is missing"));
                }
                None if node_at(&agreement.draft.node, basis.span).is_none_or(|node| context.lacks(node, "ndoo")) => found.push(
                    RULE.finding(place, format!("{} does not say whether the national data opt-out applies", basis.purpose.value)).at(basis.purpose.span, "`ndoo:` is missing"),
                ),
                _ => {}
            }
        }
    }
}
