//! XAG-004: every member of the community is party to an agreement for care.

use std::collections::BTreeMap;

use super::{Certainty, Check, Context, Rule, coverage};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "XAG-004",
    name: "members_covered",
    title: "Every member is party to an agreement for direct care",
    severity: Severity::Warning,
    statement: "Every member organisation of the register that is open on the day asked about is party to at least one agreement in force with a grant for individual care, other than for emergencies alone.",
    source: "Purpose of a shared care record: a person's record is there wherever they are treated; Health and Social Care Act 2012 s251B",
    certainty: Certainty::Confirmed,
    next: "Have them sign, and record them in the accession file; or take them out of the members.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9A,Synthetic Oak Trust,trust,2010-01-01,,,yes,Z9000001,caldicott.oak@example.nhs.uk\nY99001,Synthetic Ash Practice,gp_practice,2010-01-01,,,yes,ZA900003,caldicott.ash@example.nhs.uk\n# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nY99001,2026-04-01,2026-05-31,2026-03-21,Partner\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\nR9A,Synthetic Oak Trust,trust,2010-01-01,,,yes,Z9000001,caldicott.oak@example.nhs.uk\nY99001,Synthetic Ash Practice,gp_practice,2010-01-01,,,yes,ZA900003,caldicott.ash@example.nhs.uk\n# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nY99001,2026-04-01,,2026-03-21,Partner\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let care = coverage::care_agreements(context);
    let members = context.pack.members_on(context.as_of).count();
    if care.is_empty() && members > 0 {
        found.push(
            RULE.finding(
                "register",
                format!("no agreement for direct care is in force on {}, so none covers any of {}", context.as_of, crate::text::count(members as u64, "member", "members")),
            )
            .help("Bring one into force: its status, its dates and its grants for direct care decide."),
        );
        return;
    }
    let mut groups: BTreeMap<&str, Vec<OrgId>> = BTreeMap::new();
    for org in coverage::members_without_care(context) {
        groups.entry(&context.organisation(org).kind).or_default().push(org);
    }
    let total = |kind: &str| context.pack.members_on(context.as_of).filter(|org| context.organisation(*org).kind == kind).count();
    for (kind, mut orgs) in groups {
        let patients = |org: &OrgId| context.organisation(*org).patients_on(context.as_of).unwrap_or(0);
        orgs.sort_by_key(|org| (std::cmp::Reverse(patients(org)), *org));
        let left: u64 = orgs.iter().map(|org| u64::from(patients(org))).sum();
        let people = if left == 0 { String::new() } else { format!(", with {} registered there", crate::text::count(left, "person", "people")) };
        let mut finding = RULE
            .finding(
                format!("register/{kind}"),
                format!(
                    "{} of {} of kind {} {} party to no agreement for direct care on {}{people}: {}",
                    orgs.len(),
                    crate::text::count(total(kind) as u64, "member", "members"),
                    kind.replace('_', " "),
                    if orgs.len() == 1 { "is" } else { "are" },
                    context.as_of,
                    context.some_codes(&orgs)
                ),
            )
            .fact("organisations", context.codes(&orgs))
            .fact("patients", left);
        // The thing to edit is the accession file of the group they would belong to.
        let home = care.iter().find_map(|agreement| {
            let position = agreement.parties.iter().position(|party| context.selects(&party.who, orgs[0], context.as_of))?;
            agreement.draft.parties.get(position)
        });
        if let Some(joined) = home.and_then(|party| party.joined.as_ref()) {
            finding = finding.at(joined.span, "they belong to this group and have not joined").at(context.organisation(orgs[0]).span, "for example");
            finding = finding.help(format!("Have them sign, then record them in {}; or set member to no in the register.", joined.value));
        } else {
            finding = finding.at(context.organisation(orgs[0]).span, "for example").help("No agreement in force has a group for them: add one, or set member to no in the register.");
        }
        found.push(finding);
    }
}
