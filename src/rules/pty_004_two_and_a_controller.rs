//! PTY-004: at least two organisations, at least one controller.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-004",
    name: "two_and_a_controller",
    title: "Two organisations, one controller",
    severity: Severity::Error,
    statement: "An agreement has at least two organisations as parties, and at least one of them is a controller or joint controller.",
    source: "ICO data sharing code of practice, scope: sharing between controllers; UK GDPR Article 4(7)",
    certainty: Certainty::Confirmed,
    next: "Name who decides on the purposes (as: controller), and with whom data is shared.",
    failing: "parties:\n  providers: {function: nhs, as: recipient, joined: accessions/0001.csv}\n",
    fixed: "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        if agreement.parties.is_empty() {
            continue; // DOC-001 says so.
        }
        let span = key_span(&agreement.draft, "parties");
        let place = format!("{}/parties", agreement.id);
        if !agreement.parties.iter().any(|party| matches!(party.role, PartyRole::Controller | PartyRole::JointController)) {
            let mut finding =
                RULE.finding(place, format!("no party of {} is a controller", agreement.id)).at(span, "nobody decides on the purposes").discriminator("controller");
            for role in agreement.draft.parties.iter().filter_map(|party| party.role.as_ref()).take(3) {
                finding = finding.at(role.span, "not a controller");
            }
            found.push(finding);
            continue;
        }
        let on = context.law_date(agreement);
        let count = context.pack.register.ids().filter(|org| agreement.parties.iter().any(|party| context.selects(&party.who, *org, on))).take(2).count();
        if count < 2 && !context.reading_failed {
            let mut finding = RULE
                .finding(place, format!("the parties of {} are {} on {on}", agreement.id, crate::text::count(count as u64, "organisation", "organisations")))
                .at(span, "nobody to share with")
                .discriminator("two");
            for party in agreement.draft.parties.iter().take(3) {
                finding = finding.at(party.name.span, "of this group, open on that day");
            }
            found.push(finding);
        }
    }
}
