//! XAG-002: one grant stands once.

use std::collections::BTreeMap;

use super::overlap::{Clauses, Standing, some_of};
use super::{Certainty, Check, Context, Rule};
use crate::decision::reach::{Product, satisfying};
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;

pub(super) static RULE: Rule = Rule {
    code: "XAG-002",
    name: "no_duplicate",
    title: "A grant stands in one agreement",
    severity: Severity::Warning,
    statement: "No grant of one agreement reaches the same sources, recipients, roles, data, purposes, actions and forms as a grant of another, on a day on which both are in force, with conditions \
                that are true for the same facts and the same duties. A grant that lies wholly within another's is found too, where whenever its own condition is true the other's is. Judged on the day asked about, or on the first later \
                day on which both hold.",
    source: "Clarity: whoever ends or changes one of two agreements believes that access ends or changes, and it does not",
    certainty: Certainty::Design,
    next: "Keep the grant in one of the agreements, and take it out of the other.",
    failing: concat!(
        second!(
            "grants:\n  g1: {to: {role: doctor}, see: results, for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n",
            care_basis!()
        )
    ),
    fixed: concat!(
        second!(
            "grants:\n  g1: {to: {role: doctor}, see: documents, for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  documents: {identifiability: identifiable, justification: letters for continuity}\n",
            care_basis!()
        )
    ),
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let clauses = Clauses::new(context);
    let grants: Vec<Standing<'_>> = clauses.grants().into_iter().filter(|grant| !grant.clause.release).collect();
    // Those that say exactly the same are told once, however many they are.
    let mut same: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut within: BTreeMap<usize, Vec<(usize, Date)>> = BTreeMap::new();
    let mut doubled = vec![false; grants.len()];
    for (index, grant) in grants.iter().enumerate() {
        for (other_index, other) in grants.iter().enumerate() {
            if doubled[index] || doubled[other_index] || index == other_index || std::ptr::eq(grant.agreement, other.agreement) {
                continue;
            }
            let Some(on) = Clauses::first_common_day(grant, other) else { continue };
            let (own, others) = (clauses.reach(grant, false, on), clauses.reach(other, false, on));
            if !lies_within(&own, &others) || !implies(grant, other) {
                continue;
            }
            if lies_within(&others, &own) && implies(other, grant) && grant.clause.duties == other.clause.duties {
                if index < other_index {
                    same.entry(index).or_default().push(other_index);
                    doubled[other_index] = true;
                }
            } else if grant.clause.duties == other.clause.duties || grant.clause.duties.is_empty() {
                within.entry(index).or_default().push((other_index, on));
            }
        }
    }
    for (first, others) in same {
        let grant = &grants[first];
        let places: Vec<&str> = others.iter().map(|other| grants[*other].clause.place.as_str()).collect();
        let mut finding = RULE
            .finding(grant.clause.place.as_str(), format!("{} stands again, word for word in what it reaches, as {}", grant.clause.place, some_of(&places)))
            .at(grant.clause.span, "first here");
        for other in others.iter().take(3) {
            finding = finding.at(grants[*other].clause.span, "again here");
        }
        found.push(with_witness(&clauses, finding.fact("again", places), grant, None));
    }
    for (inner, outer) in within.into_iter().filter(|(inner, _)| !doubled[*inner]) {
        let grant = &grants[inner];
        let places: Vec<&str> = outer.iter().map(|(other, _)| grants[*other].clause.place.as_str()).collect();
        let finding = RULE
            .finding(grant.clause.place.as_str(), format!("all that {} allows, {} allows too", grant.clause.place, some_of(&places)))
            .at(grant.clause.span, "adds nothing")
            .at(grants[outer[0].0].clause.span, "allows it already")
            .fact("within", places);
        found.push(with_witness(&clauses, finding, grant, Some(outer[0].1)));
    }
}

/// Whether every product of the first lies in one of the second.
fn lies_within(inner: &[Product], outer: &[Product]) -> bool {
    !inner.is_empty() && inner.iter().all(|one| outer.iter().any(|other| other.holds(one)))
}

/// Whether the second's condition is true whenever the first's is.
fn implies(first: &Standing<'_>, second: &Standing<'_>) -> bool {
    satisfying(&[&first.clause.condition], &[&second.clause.condition]).is_none()
}

fn with_witness<'p>(clauses: &Clauses<'_, 'p>, finding: Finding, grant: &Standing<'p>, on: Option<Date>) -> Finding {
    let on = on.unwrap_or(grant.during.first);
    let line = clauses.reach(grant, false, on).iter().find_map(|reach| {
        let (reach, facts) = clauses.allowed(grant, reach.clone(), &[], on)?;
        clauses.witness(&reach, facts, on)
    });
    match line {
        Some(line) => finding.help(format!("See it, answered by both: {line}")).fact("witness", line),
        None => finding,
    }
    .help(RULE.next)
}
