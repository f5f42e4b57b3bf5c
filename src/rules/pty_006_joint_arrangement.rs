//! PTY-006: joint controllers say who answers for what.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-006",
    name: "joint_arrangement",
    title: "Joint controllers have an arrangement",
    severity: Severity::Error,
    statement: "Where there are joint controllers, `joint_arrangement:` says whom people turn to (rights_contact), who informs them (transparency), and who answers for what \
                (responsibilities).",
    source: "UK GDPR Article 26; IG framework for shared care records",
    certainty: Certainty::Confirmed,
    next: "Add joint_arrangement with rights_contact, transparency and responsibilities.",
    failing: "joint_arrangement: {rights_contact: ig@example.nhs.uk}\n",
    fixed: "joint_arrangement: {rights_contact: ig@example.nhs.uk, transparency: each provider, responsibilities: schedule 2}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let draft = &agreement.draft;
        let Some(joint) = draft.parties.iter().find(|party| party.role.as_ref().is_some_and(|role| role.value == PartyRole::JointController)) else { continue };
        let place = format!("{}/joint_arrangement", agreement.id);
        let Some(block) = draft.node.get("joint_arrangement").filter(|block| block.as_map().is_some()) else {
            if context.lacks(&draft.node, "joint_arrangement") {
                found.push(
                    RULE.finding(place, format!("{} has joint controllers and no arrangement between them", agreement.id))
                        .at(draft.head(), "`joint_arrangement:` is missing")
                        .at(joint.name.span, "joint controllers"),
                );
            }
            continue;
        };
        let missing: Vec<&str> = ["rights_contact", "transparency", "responsibilities"].into_iter().filter(|key| context.lacks(block, key)).collect();
        if !missing.is_empty() {
            found.push(
                RULE.finding(place, format!("the arrangement between the joint controllers of {} does not say {}", agreement.id, crate::text::and_list(&missing)))
                    .at(key_span(draft, "joint_arrangement"), format!("without {}", crate::text::and_list(&missing)))
                    .at(joint.name.span, "joint controllers")
                    .help(format!("Add {} to joint_arrangement.", crate::text::and_list(&missing))),
            );
        }
    }
}
