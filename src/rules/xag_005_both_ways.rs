//! XAG-005: who shows their records for direct care sees those of others too, unless it is meant otherwise.

use super::overlap::Clauses;
use super::{Certainty, Check, Context, Rule};
use crate::decision::reach::{Set, Side};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "XAG-005",
    name: "both_ways",
    title: "Direct care is shared both ways",
    severity: Severity::Info,
    statement: "An organisation of the community's own register whose data agreements in force show to others for direct care sees data of others for direct care, and the other way round. Groups that say `gives:` or `gets:` themselves, recipients and processors are \
                meant to be one-sided and not counted.",
    source: "Clarity: an organisation that sends and sees nothing has often been forgotten in a grant",
    certainty: Certainty::Design,
    next: "Confirm that it is meant, and write `gives:` or `gets:` at the group; or add the grant.",
    failing: "grants:\n  g1: {to: {role: clinician, function: acute}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\n",
    fixed: "",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let (clauses, on) = (Clauses::new(context), context.as_of);
    let (mut giving, mut getting, mut one_sided) = (Set::new(), Set::new(), Set::new());
    let own = Set::of(context.pack.register.ids().filter(|org| context.is_own(*org)).map(|org| org.0 as usize));
    let mut seen = Vec::new();
    for grant in clauses.grants().into_iter().filter(|grant| grant.during.contains(on) && grant.agreement.in_force_on(on) && !grant.clause.release) {
        if !grant.clause.reach.purposes.iter().any(|purpose| context.is_direct_care(*purpose)) {
            continue;
        }
        for reach in clauses.reach(&grant, false, on).iter() {
            giving = giving.or(reach.side(Side::Of));
            getting = getting.or(reach.side(Side::At));
            seen.push((grant, reach.clone()));
        }
        for (party, draft) in grant.agreement.parties.iter().zip(&grant.agreement.draft.parties) {
            if draft.gives.is_some() || draft.gets.is_some() || !(party.gives && party.gets) {
                one_sided = one_sided.or(&clauses.products.selected(&party.who, None, on));
            }
        }
    }
    for (name, some, others, text) in [("gives_only", &giving, &getting, "shown to others for direct care and see nothing of others"), ("gets_only", &getting, &giving, "shown others' records for direct care and show none")] {
        let alone = some.minus(others).minus(&one_sided).and(&own);
        if alone.is_empty() {
            continue;
        }
        let side = if name == "gives_only" { Side::Of } else { Side::At };
        let orgs: Vec<OrgId> = alone.iter().filter_map(|id| u32::try_from(id).ok().map(OrgId)).collect();
        let subject = if name == "gives_only" { "have their records" } else { "are" };
        let mut finding = RULE
            .finding(format!("pack/{name}"), format!("{} {subject} {text}: {}", Context::count(&orgs), context.some_codes(&orgs)))
            .fact("organisations", context.codes(&orgs));
        let hit = seen.iter().find_map(|(grant, reach)| {
            let part = reach.with(side, reach.side(side).and(&alone));
            (!part.is_empty()).then_some((grant, part))
        });
        if let Some((grant, part)) = hit {
            finding = finding.at(grant.clause.span, "one way");
            if let Some((part, facts)) = clauses.allowed(grant, part, &[], on)
                && let Some(line) = clauses.witness(&part, facts, on)
            {
                finding = finding.help(format!("See the one way: {line}")).fact("witness", line);
            }
        }
        found.push(finding.help(RULE.next));
    }
}
