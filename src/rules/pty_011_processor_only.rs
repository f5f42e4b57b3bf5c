//! PTY-011: a processor acts for others, and for nobody else under the same agreement.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-011",
    name: "processor_only",
    title: "A processor is nothing else here",
    severity: Severity::Warning,
    statement: "A processor of an agreement gives no data of its own under it (`gives: true`) and is not, by another group, a controller or recipient of the same agreement.",
    source: "UK GDPR Articles 4(7), 4(8) and 28(10): a processor that decides purposes is a controller for them",
    certainty: Certainty::FromMemory,
    next: "Decide what it is under this agreement; what it does for itself belongs in an agreement of its own.",
    failing: "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n  own_use: {org: 8ZZ01, as: controller, joined: on_start}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n    sub_processors: []\n",
    fixed: "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n    sub_processors: []\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let on = context.law_date(agreement);
        for party in agreement.parties.iter().filter(|party| party.role == PartyRole::Processor) {
            let written = agreement.draft.parties.iter().find(|draft| draft.name.span == party.span);
            let role = written.and_then(|draft| draft.role.as_ref()).map_or(party.span, |role| role.span);
            let place = format!("{}/{}", agreement.id, party.name);
            if let Some(gives) = written.and_then(|draft| draft.gives.as_ref()).filter(|gives| gives.value) {
                found.push(
                    RULE.finding(place.clone(), format!("the processor `{}` of {} gives data of its own", party.name, agreement.id))
                        .at(gives.span, "what a processor holds is the controllers'")
                        .at(role, "a processor")
                        .discriminator("gives"),
                );
            }
            let also = agreement.parties.iter().filter(|other| other.role != PartyRole::Processor).find_map(|other| {
                let both = context.pack.register.ids().find(|org| context.selects(&party.who, *org, on) && context.selects(&other.who, *org, on))?;
                Some((other, both))
            });
            if let Some((other, org)) = also {
                let ods = &context.organisation(org).ods;
                let what = if other.role == PartyRole::Recipient { "recipient" } else { "controller" };
                found.push(
                    RULE.finding(place, format!("{ods} is both a processor and a {what} of {}", agreement.id))
                        .at(role, format!("a processor, in `{}`", party.name))
                        .at(other.span, format!("a {what}, in `{}`", other.name))
                        .discriminator(other.name.clone()),
                );
            }
        }
    }
}
