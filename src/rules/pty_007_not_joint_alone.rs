//! PTY-007: nobody is joint alone.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Fix, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-007",
    name: "not_joint_alone",
    title: "Joint controllers are at least two",
    severity: Severity::Warning,
    statement: "Where an agreement has a joint controller, at least two organisations are joint controllers.",
    source: "UK GDPR Article 26(1): two or more controllers jointly determine the purposes and means",
    certainty: Certainty::FromMemory,
    next: "Write `as: controller`, or make those who decide with it joint controllers too.",
    failing: "parties:\n  oak: {org: R9A, as: joint_controller, joined: accessions/0001.csv}\n  others: {function: nhs, except: {org: R9A}, as: controller, joined: accessions/0001.csv}\nsignatures: ~\n",
    fixed: "parties:\n  oak: {org: R9A, as: controller, joined: accessions/0001.csv}\n  others: {function: nhs, except: {org: R9A}, as: controller, joined: accessions/0001.csv}\nsignatures: ~\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return; // A name that is not known may hide the second one.
    }
    for agreement in context.current() {
        let on = context.law_date(agreement);
        let of = |joint: bool| -> Vec<_> {
            let parties: Vec<_> = agreement.parties.iter().filter(|party| !joint || party.role == PartyRole::JointController).collect();
            context.pack.register.ids().filter(|org| parties.iter().any(|party| context.selects(&party.who, *org, on))).take(2).collect()
        };
        let joint = of(true);
        // Fewer than two parties at all is found by PTY-004.
        let [org] = joint.as_slice() else { continue };
        if of(false).len() < 2 {
            continue;
        }
        let ods = &context.organisation(*org).ods;
        let Some(draft) = agreement.draft.parties.iter().find(|draft| draft.role.as_ref().is_some_and(|role| role.value == PartyRole::JointController)) else { continue };
        let mut finding = RULE
            .finding(format!("{}/{}/as", agreement.id, draft.name.value), format!("{ods} is the only joint controller of {}", agreement.id))
            .at(draft.role.as_ref().map_or(draft.name.span, |role| role.span), "joint with nobody");
        for other in agreement.draft.parties.iter().filter(|other| other.role.as_ref().is_some_and(|role| role.value == PartyRole::Controller)).take(2) {
            finding = finding.at(other.name.span, "controllers of their own");
        }
        // Whether it decides alone, or the other is missing, is for the parties to say.
        found.push(draft.role.as_ref().into_iter().fold(finding, |finding, role| finding.fix(Fix::write(role.span, "controller", false))));
    }
}
