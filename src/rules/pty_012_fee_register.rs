//! PTY-012: parties are in the fee register of the Information Commissioner.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "PTY-012",
    name: "fee_register",
    title: "Registered with the Information Commissioner",
    severity: Severity::Warning,
    statement: "Every controller and processor that is party to an agreement in force has its number in the fee register, Z and seven digits, or Z, a letter and six digits.",
    source: "Data Protection (Charges and Information) Regulations 2018; forms of numbers seen in the public register",
    certainty: Certainty::Confirmed,
    next: "Look the number up in the public register of fee payers and add it to the column ico of register/organisations.csv.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Trust,trust,2010-01-01,,,yes,12345,caldicott.elm@example.nhs.uk\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Trust,trust,2010-01-01,,,yes,Z9000002,caldicott.elm@example.nhs.uk\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut parties: Vec<OrgId> = context
        .in_force()
        .flat_map(|agreement| context.parties_on(agreement, context.as_of, |party| party.role != PartyRole::Recipient))
        .collect();
    parties.sort_unstable();
    parties.dedup();
    let missing: Vec<OrgId> = parties.iter().copied().filter(|org| context.organisation(*org).ico.is_none()).collect();
    let pays = |party: &crate::agreement::Party| party.role != PartyRole::Recipient;
    if let Some(first) = missing.first() {
        let finding = RULE
            .finding(
                "register/ico",
                format!("the register has no number in the fee register for {} of {}: {}", missing.len(), Context::count(&parties), context.some_codes(&missing)),
            )
            .at(context.organisation(*first).cell("ico"), if missing.len() == 1 { "`ico` is empty" } else { "`ico` is empty, for example" })
            .fact("organisations", context.codes(&missing));
        found.push(context.with_party(finding, *first, pays));
    }
    for org in parties {
        let organisation = context.organisation(org);
        if let Some(number) = &organisation.ico
            && !well_formed(number)
        {
            let finding = RULE
                .finding(format!("register/{}/ico", organisation.ods), format!("the number of {} in the fee register does not have the form of one", organisation.ods))
                .at(organisation.cell("ico"), "should be Z and seven digits, or Z, a letter and six digits");
            found.push(context.with_party(finding, org, pays));
        }
    }
}

fn well_formed(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 8 && bytes[0] == b'Z' && (bytes[1].is_ascii_digit() || bytes[1].is_ascii_uppercase()) && bytes[2..].iter().all(u8::is_ascii_digit)
}
