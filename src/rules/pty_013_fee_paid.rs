//! PTY-013: the entry in the fee register has not run out.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "PTY-013",
    name: "fee_paid",
    title: "The data protection fee has not run out",
    severity: Severity::Warning,
    statement: "Where the register gives the day on which a party's entry in the fee register ends (`ico_expires`), that day has not passed. It is asked of controllers and processors of \
                agreements in force.",
    source: "Data Protection (Charges and Information) Regulations 2018: the fee is paid every year, and the public register shows until when",
    certainty: Certainty::Confirmed,
    next: "Look the organisation up in the public register of fee payers and write the new day; if it is not there, ask it to renew.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,ico,ico_expires\nR9B,Synthetic Elm Trust,trust,2010-01-01,,Z9000002,2026-01-31\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,ico,ico_expires\nR9B,Synthetic Elm Trust,trust,2010-01-01,,Z9000002,2027-01-31\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut parties: Vec<OrgId> =
        context.in_force().flat_map(|agreement| context.parties_on(agreement, context.as_of, |party| party.role != PartyRole::Recipient)).collect();
    parties.sort_unstable();
    parties.dedup();
    let expired: Vec<OrgId> = parties.iter().copied().filter(|org| context.organisation(*org).ico_expires.is_some_and(|last| last < context.as_of)).collect();
    let Some(first) = expired.first() else { return };
    let organisation = context.organisation(*first);
    let finding = RULE
        .finding(
            "register/ico_expires",
            format!("the entry of {} of {} in the fee register has run out: {}", expired.len(), Context::count(&parties), context.some_codes(&expired)),
        )
        .at(organisation.cell("ico_expires"), if expired.len() == 1 { "past" } else { "past, for example" })
        .fact("organisations", context.codes(&expired));
    found.push(context.with_party(finding, *first, |party| party.role != PartyRole::Recipient));
}
