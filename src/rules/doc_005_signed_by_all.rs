//! DOC-005: an active agreement is signed by everybody who joined it.

use super::context::entry_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Status;
use crate::agreement::valid::Joined;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "DOC-005",
    name: "signed_by_all",
    title: "Signed by every party",
    severity: Severity::Error,
    statement: "Every party of an active agreement signed it: a party that joined by a file has the day in its row, one that joined on the first day has a signature \
                in the agreement. Every group has at least one member.",
    source: "ICO data sharing code of practice; IG framework for shared care records, appendix 3 (agreed by all members)",
    certainty: Certainty::Confirmed,
    next: "Obtain the signature and record it, or set the agreement to in_review.",
    failing: "# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nR9B,2026-04-01,,,\n",
    fixed: "# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nR9B,2026-04-01,,2026-03-20,SIRO\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let register = &context.pack.register;
    for agreement in context.in_force().filter(|agreement| agreement.status == Status::Active) {
        for party in agreement.parties.iter().take(agreement.draft.parties.len()) {
            let place = format!("{}/{}", agreement.id, party.name);
            let open = |org: &OrgId| context.organisation(*org).open.contains(context.as_of);
            let (members, unsigned): (Vec<OrgId>, Vec<OrgId>) = match &party.joined {
                Joined::ByFile(rows) => {
                    let joined: Vec<_> = rows.iter().filter(|(org, list)| open(org) && list.iter().any(|row| row.during.contains(context.as_of))).collect();
                    let unsigned = joined.iter().filter(|(_, list)| list.iter().all(|row| row.signed_on.is_none())).map(|(org, _)| **org).collect();
                    (joined.iter().map(|(org, _)| **org).collect(), unsigned)
                }
                Joined::OnStart => {
                    let members: Vec<OrgId> = register.ids().filter(open).filter(|org| context.selects(&party.who, *org, context.as_of)).collect();
                    let signed = |org: &OrgId| {
                        let ods = &context.organisation(*org).ods;
                        agreement.draft.signatures.iter().any(|signature| signature.date.is_some() && signature.org.as_ref().is_some_and(|by| by.value == *ods))
                    };
                    let unsigned = members.iter().copied().filter(|org| !signed(org)).collect();
                    (members, unsigned)
                }
            };
            if members.is_empty() && !party.who.orgs.is_empty() {
                // Named by code and closed: PTY-002 says so.
            } else if members.is_empty() {
                found.push(
                    RULE.finding(place, format!("nobody of the group `{}` is a party of {} on {}", party.name, agreement.id, context.as_of))
                        .at(party.span, "no organisation has joined")
                        .help("Record who joined, or take the group out."),
                );
            } else if !unsigned.is_empty() {
                let mut finding = RULE
                    .finding(
                        place,
                        format!(
                            "{} of {} of the group `{}` {} not signed {}: {}",
                            unsigned.len(),
                            Context::count(&members),
                            party.name,
                            if unsigned.len() == 1 { "has" } else { "have" },
                            agreement.id,
                            context.some_codes(&unsigned)
                        ),
                    )
                    .fact("unsigned", context.codes(&unsigned));
                if let Joined::ByFile(rows) = &party.joined
                    && let Some(row) = rows.get(&unsigned[0]).and_then(|list| list.first())
                {
                    finding = finding.at(row.span, "joined, `signed_on` is empty").at(party.span, "a party of this group");
                } else {
                    finding = match entry_span(&agreement.draft.node, "signatures") {
                        Some(span) => finding.at(span, "no signature of theirs here").at(party.span, "parties from the first day"),
                        None => finding.at(party.span, "parties from the first day; `signatures:` is missing"),
                    };
                }
                found.push(finding);
            }
        }
    }
}
