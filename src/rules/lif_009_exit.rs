//! LIF-009: what happens to data and access at the end.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-009",
    name: "exit",
    title: "The end is ruled",
    severity: Severity::Warning,
    statement: "`exit:` says with what notice a party leaves (notice_months), whether data is returned or deleted, with which evidence, and when access is revoked.",
    source: "UK GDPR Article 28(3)(g); ICO data sharing code of practice",
    certainty: Certainty::FromMemory,
    next: "Add exit: {notice_months: 3, return_or_delete: ..., evidence: ..., access_revoked: ...}.",
    failing: "exit: {notice_months: 3, return_or_delete: returned to the provider}\n",
    fixed: "exit: {notice_months: 3, return_or_delete: returned to the provider, evidence: certificate, access_revoked: on the last day}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.pack.agreements.iter().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let place = format!("{}/exit", agreement.id);
        let Some(block) = draft.node.get("exit").filter(|block| block.as_map().is_some()) else {
            if context.lacks(&draft.node, "exit") {
                found.push(RULE.finding(place, format!("{} does not say what happens when it ends", agreement.id)).at(draft.head(), "`exit:` is missing"));
            }
            continue;
        };
        let missing: Vec<&str> = ["notice_months", "return_or_delete", "evidence", "access_revoked"].into_iter().filter(|key| context.lacks(block, key)).collect();
        if !missing.is_empty() {
            found.push(
                RULE.finding(place, format!("the clause of {} on its end does not say {}", agreement.id, crate::text::and_list(&missing)))
                    .at(key_span(draft, "exit"), format!("without {}", crate::text::and_list(&missing))),
            );
        }
    }
}
