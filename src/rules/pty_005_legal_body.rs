//! PTY-005: who decides is a legal body.

use super::{Certainty, Check, Context, Rule, data};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-005",
    name: "legal_body",
    title: "Controllers are legal bodies",
    severity: Severity::Error,
    statement: "No controller or joint controller is an organisation whose kind in the register is an arrangement between others: a shared care record, a programme, a federation \
                (src/rules/data/not_legal_bodies.csv).",
    source: "IG framework for shared care records: a shared care record or federation is not a legal entity and cannot be a controller",
    certainty: Certainty::Confirmed,
    next: "List the members as controllers in its place; if it is a company with a name of its own, correct its kind in register/organisations.csv.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Care Record,shared_care_record,2010-01-01,,,no,Z9000002,caldicott.elm@example.nhs.uk\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Trust,trust,2010-01-01,,,no,Z9000002,caldicott.elm@example.nhs.uk\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let on = context.law_date(agreement);
        for party in agreement.parties.iter().filter(|party| matches!(party.role, PartyRole::Controller | PartyRole::JointController)) {
            for organisation in context.parties_on(agreement, on, |one| std::ptr::eq(one, party)).into_iter().map(|org| context.organisation(org)) {
                let Some(row) = data::row(&context.facts().not_legal_bodies, &organisation.kind).filter(|row| data::date(&row[1]) <= on) else { continue };
                let written = agreement.draft.parties.iter().find(|draft| draft.name.span == party.span).and_then(|draft| draft.role.as_ref());
                found.push(
                    RULE.finding(
                        format!("{}/{}/{}", agreement.id, party.name, organisation.ods),
                        format!("{} ({}) is a controller of {}, and a {} is not a legal body", organisation.ods, organisation.name, agreement.id, row[0].replace('_', " ")),
                    )
                    .at(written.map_or(party.span, |role| role.span), "decides on the purposes")
                    .at(organisation.cell("kind"), "its kind, says the register"),
                );
            }
        }
    }
}
