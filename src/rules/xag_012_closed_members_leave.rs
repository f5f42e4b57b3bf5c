//! XAG-012: who has closed leaves the accession files.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::valid::Joined;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "XAG-012",
    name: "closed_members_leave",
    title: "Closed organisations have left",
    severity: Severity::Warning,
    statement: "An organisation that closed more than 60 days ago has its day of leaving in every accession file that names it.",
    source: "Organisation Data Service: codes are closed, never reused; successors sign for themselves",
    certainty: Certainty::Confirmed,
    next: "Record the day it left (the day it closed), and have the successor join.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Trust,trust,2010-01-01,2026-04-10,R9A,yes,Z9000002,caldicott.elm@example.nhs.uk\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9B,Synthetic Elm Trust,trust,2010-01-01,2026-04-10,R9A,yes,Z9000002,caldicott.elm@example.nhs.uk\n# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nR9B,2026-04-01,2026-04-10,2026-03-20,SIRO\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Days that a community has to record it.
const GRACE_DAYS: i32 = 60;

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    // One file, one finding, however many agreements name it.
    let mut seen: Vec<&str> = Vec::new();
    for agreement in context.current() {
        for (party, draft) in agreement.parties.iter().zip(&agreement.draft.parties) {
            let (Joined::ByFile(rows), Some(file)) = (&party.joined, &draft.joined) else { continue };
            if seen.contains(&file.value.as_str()) {
                continue;
            }
            seen.push(&file.value);
            let late: Vec<(OrgId, Span)> = rows
                .iter()
                .filter(|(org, _)| context.organisation(**org).closed.is_some_and(|closed| closed.days_until(context.as_of) > GRACE_DAYS))
                .filter_map(|(org, list)| Some((*org, list.iter().find(|row| row.during.contains(context.as_of))?.span)))
                .collect();
            let Some((first, span)) = late.first() else { continue };
            let orgs: Vec<OrgId> = late.iter().map(|(org, _)| *org).collect();
            let mut finding = RULE
                .finding(
                    file.value.clone(),
                    format!("{} closed more than {GRACE_DAYS} days ago and {} not left: {}", Context::count(&orgs), if orgs.len() == 1 { "has" } else { "have" }, context.some_codes(&orgs)),
                )
                .at(*span, "`left` is empty")
                .at(context.organisation(*first).span, "closed, says the register")
                .fact("organisations", context.codes(&orgs));
            if let Some(next) = &context.organisation(*first).successor {
                finding = finding.help(format!("Record the day each closed as the day it left; the successor of {} is {next}.", context.organisation(*first).ods));
            }
            found.push(finding);
        }
    }
}
