//! PTY-019: a shared record has somebody who leads on information governance.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-019",
    name: "ig_lead",
    title: "Joint controllers have one lead for information governance",
    severity: Severity::Warning,
    statement: "An agreement in force between joint controllers names, itself or in the framework above it (`parent:`), whom to write to about information governance: ig_lead: {role, email}.",
    source: "IG framework for shared care records, section 3.1 and appendix 3: an appointed IG lead",
    certainty: Certainty::Confirmed,
    next: "Agree who leads, and add ig_lead: {role: ..., email: ...} with a mailbox of the role.",
    failing: "ig_lead: ~\n",
    fixed: "ig_lead: {role: Shared record IG lead, email: ig@example.nhs.uk}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.in_force() {
        let draft = &agreement.draft;
        let Some(joint) = agreement.parties.iter().find(|party| party.role == PartyRole::JointController) else { continue };
        let place = format!("{}/ig_lead", agreement.id);
        let incomplete = |one: &Agreement| -> Option<Vec<&'static str>> {
            let block = one.draft.node.get("ig_lead").filter(|block| block.as_map().is_some())?;
            Some(["role", "email"].into_iter().filter(|key| context.lacks(block, key)).collect())
        };
        match incomplete(agreement) {
            Some(missing) if missing.is_empty() => {}
            Some(missing) => found.push(
                RULE.finding(place, format!("the information governance lead of {} has no {}", agreement.id, crate::text::and_list(&missing)))
                    .at(key_span(draft, "ig_lead"), "incomplete")
                    .at(joint.span, "joint controllers"),
            ),
            None if !context.lacks(&draft.node, "ig_lead") => {}
            None => {
                let above = draft.parent.as_ref().and_then(|parent| Some((parent, context.pack.agreement(&parent.value)?)));
                if above.is_some_and(|(_, parent)| incomplete(parent).is_some_and(|missing| missing.is_empty())) {
                    continue;
                }
                let mut finding = RULE
                    .finding(place, format!("{} names nobody who leads on information governance for its joint controllers", agreement.id))
                    .at(draft.head(), "`ig_lead:` is missing")
                    .at(joint.span, "joint controllers");
                if let Some((parent, _)) = above {
                    finding = finding.at(parent.span, "nor does this one name anybody");
                }
                found.push(finding);
            }
        }
    }
}
