//! DOC-001: what every agreement must say.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DOC-001",
    name: "required_fields",
    title: "Required parts are there",
    severity: Severity::Error,
    statement: "An agreement says its id, title, version, status, first day, parties, basis, data, grants and review; a group of parties says who belongs to it, \
                what they are and how they joined. An agreement of tier 1 (a framework) needs no basis, data or grants.",
    source: "ICO data sharing code of practice, what to include in a data sharing agreement",
    certainty: Certainty::Confirmed,
    next: "Add what is missing; docs/rules/DOC-001.md shows an agreement that has it.",
    failing: "title: ~\n",
    fixed: "title: Example shared record, direct care\n",
    adjustable: false,
    waivable: false,
    check: Check::Pack(check),
};

/// Keys, what they say, whether a framework needs them too.
const REQUIRED: [(&str, &str, bool); 9] = [
    ("title", "its title", true),
    ("version", "its version", true),
    ("status", "its status", true),
    ("starts", "its first day", true),
    ("parties", "who its parties are", true),
    ("review", "when it is reviewed", true),
    ("basis", "on which legal basis data is used", false),
    ("data", "which data it is about", false),
    ("grants", "who may see what", false),
];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let draft = &agreement.draft;
        let framework = draft.tier.as_ref().is_some_and(|tier| tier.value == 1);
        if !draft.id_written && context.lacks(&draft.node, "agreement") {
            found.push(RULE.finding(format!("{}/agreement", agreement.id), "the document does not say its id").at(draft.head(), "`agreement:` is missing"));
        }
        for (key, what, always) in REQUIRED {
            let inherited = key == "parties" && draft.parent.is_some();
            let released = key == "grants" && !draft.releases.is_empty();
            if (always || !framework) && !inherited && !released && context.lacks(&draft.node, key) {
                found.push(
                    RULE.finding(format!("{}/{key}", agreement.id), format!("{} does not say {what}", agreement.id)).at(draft.head(), format!("`{key}:` is missing")),
                );
            }
        }
        let Some(block) = draft.node.get("parties") else { continue };
        for party in &draft.parties {
            let Some(node) = block.get(&party.name.value) else { continue };
            let place = format!("{}/{}", agreement.id, party.name.value);
            let mut missing = |key: &str, what: &str| {
                found.push(
                    RULE.finding(place.clone(), format!("the group `{}` does not say {what}", party.name.value))
                        .at(party.name.span, format!("`{key}:` is missing"))
                        .discriminator(key),
                );
            };
            if context.lacks(node, "as") {
                missing("as", "what its members are (controller, joint_controller, recipient or processor)");
            }
            if context.lacks(node, "joined") {
                missing("joined", "how its members joined (a file, or on_start), so nobody has");
            }
            if ["function", "in", "org"].iter().all(|key| context.lacks(node, key)) {
                missing("function", "who belongs to it (function, in or org), so it would be everybody");
            }
        }
    }
}
