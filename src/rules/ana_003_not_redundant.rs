//! ANA-003: no two grants make each other unnecessary.

use super::ana_002_not_shadowed::unnecessary;
use super::analyses::with_witness;
use super::overlap::some_of;
use super::{Certainty, Check, Context, Rule};
use crate::decision::analysis::Standing;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ANA-003",
    name: "not_redundant",
    title: "Grants do not make each other unnecessary",
    severity: Severity::Warning,
    statement: "No grants stand such that each can be taken out while the others stay, and not all of them: over every case, every day and all facts. Two are the usual case; more are named where only \
                together they cover each other. Grants that say the same in two agreements are XAG-002.",
    source: "Clarity: of two grants that say the same, one is changed and the other is forgotten",
    certainty: Certainty::Design,
    next: "Keep one of them.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: [doctor, nurse]}, see: [medications, results], for: [direct_care, emergency_care], when: relationship, unless: objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let grants = unnecessary(context, found);
    let standing: Vec<&Standing<'_>> = grants.iter().map(|(one, _)| one).collect();
    let (_, groups) = context.analyses().analysis.redundancies(&standing);
    for group in groups {
        let clauses: Vec<_> = group.grants.iter().map(|index| standing[*index].clause()).collect();
        let places: Vec<&str> = clauses.iter().map(|clause| clause.place.as_str()).collect();
        let (each, all) = if places.len() == 2 { ("the other", "both") } else { ("the others", "all") };
        let mut finding = RULE
            .finding(places[0], format!("{} each make {each} unnecessary: one of them can go without any answer changing, not {all}", some_of(&places)))
            .discriminator(places[1..].join(" "))
            .at(clauses[0].span, "not needed while the other stands")
            .fact("grants", places);
        for clause in clauses.iter().skip(1).take(3) {
            finding = finding.at(clause.span, "nor this while that one does");
        }
        found.push(with_witness(context, finding, "See a case, answered by each", Some(&group.witness)).help(RULE.next));
    }
}
