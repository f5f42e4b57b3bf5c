//! PTY-018: public authorities have a data protection officer, who is nobody that decides.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "PTY-018",
    name: "data_protection_officer",
    title: "A data protection officer, and one who decides nothing",
    severity: Severity::Warning,
    statement: "Every public authority that is party to an agreement in force has a contact for its data protection officer (dpo, in the register or in the group by which it is a party), and that contact is not the one of its \
                SIRO or Caldicott Guardian: those decide, and the officer watches over decisions.",
    source: "UK GDPR Articles 37(1)(a) and 38(6)",
    certainty: Certainty::FromMemory,
    next: "Add a role mailbox to the column dpo of register/organisations.csv; where one person is both, appoint another officer (several bodies may share one).",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,siro,dpo\nR9B,Synthetic Elm Trust,trust,2010-01-01,,governance.elm@example.nhs.uk,governance.elm@example.nhs.uk\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,siro,dpo\nR9B,Synthetic Elm Trust,trust,2010-01-01,,siro.elm@example.nhs.uk,dpo.elm@example.nhs.uk\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut public: Vec<OrgId> = context
        .in_force()
        .flat_map(|agreement| context.parties_on(agreement, context.as_of, |_| true))
        .filter(|org| context.organisation_kind(context.organisation(*org)).is_some_and(|kind| kind[2] == "yes"))
        .collect();
    public.sort_unstable();
    public.dedup();
    let without: Vec<OrgId> = public.iter().copied().filter(|org| context.contact(*org, "dpo").is_none()).collect();
    if let Some(first) = without.first() {
        let finding = RULE
            .finding(
                "register/dpo",
                format!("{} of {} that are public authorities name no data protection officer: {}", without.len(), Context::count(&public), context.some_codes(&without)),
            )
            .at(context.organisation(*first).cell("dpo"), if without.len() == 1 { "no contact in this row" } else { "no contact in this row, for example" })
            .fact("organisations", context.codes(&without));
        found.push(context.with_party(finding, *first, |_| true));
    }
    for org in public {
        let organisation = context.organisation(org);
        let Some((officer, at)) = context.contact(org, "dpo") else { continue };
        for (column, who) in [("siro", "the SIRO"), ("caldicott_guardian", "the Caldicott Guardian")] {
            if let Some((_, other)) = context.contact(org, column).filter(|(address, _)| address.trim().eq_ignore_ascii_case(officer.trim())) {
                let finding = RULE
                    .finding(format!("register/{}/dpo", organisation.ods), format!("the data protection officer of {} has the same contact as {who}", organisation.ods))
                    .at(at, "watches over decisions")
                    .at(other, "takes them")
                    .discriminator(column);
                found.push(context.with_party(finding, org, |_| true));
            }
        }
    }
}
