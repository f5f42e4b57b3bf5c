//! PTY-017: NHS bodies and councils name a Caldicott Guardian.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "PTY-017",
    name: "caldicott_guardian",
    title: "A Caldicott Guardian is named",
    severity: Severity::Error,
    statement: "Every NHS body and every council with social services that is party to an agreement in force has a contact for its Caldicott Guardian, in the register or in the group by which it is a party.",
    source: "National Data Guardian, guidance on the appointment of Caldicott Guardians (2021)",
    certainty: Certainty::Confirmed,
    next: "Add a role mailbox to the column caldicott_guardian of register/organisations.csv.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Trust,trust,2010-01-01,,,yes,Z9000002,\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Trust,trust,2010-01-01,,,yes,Z9000002,caldicott.elm@example.nhs.uk\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut expected: Vec<OrgId> = context
        .in_force()
        .flat_map(|agreement| context.parties_on(agreement, context.as_of, |_| true))
        .filter(|org| context.organisation_kind(context.organisation(*org)).is_some_and(|kind| kind[3] == "yes"))
        .collect();
    expected.sort_unstable();
    expected.dedup();
    let without: Vec<OrgId> = expected.iter().copied().filter(|org| context.contact(*org, "caldicott_guardian").is_none()).collect();
    if let Some(first) = without.first() {
        let finding = RULE
            .finding(
                "register/caldicott_guardian",
                format!("{} of {} that should have one name no Caldicott Guardian: {}", without.len(), Context::count(&expected), context.some_codes(&without)),
            )
            .at(
                context.organisation(*first).cell("caldicott_guardian"),
                if without.len() == 1 { "no contact in this row" } else { "no contact in this row, for example" },
            )
            .fact("organisations", context.codes(&without));
        found.push(context.with_party(finding, *first, |_| true));
    }
}
