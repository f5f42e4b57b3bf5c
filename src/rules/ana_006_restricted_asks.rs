//! ANA-006: restricted data is not seen whatever the facts are.

use super::analyses::{told, with_witness};
use super::overlap::some_of;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ANA-006",
    name: "restricted_asks",
    title: "Restricted data asks for a fact",
    severity: Severity::Error,
    statement: "Nobody but the person (or a proxy) may see data beneath a `restricted:` name in identifiable form with no fact known: some condition, of the grant or of a prohibition, decides. Judged on the day \
                asked about and on every later one. What a statute closes and no gateway opens is DAT-003; clinical content without a relationship is ROL-007.",
    source: "UK GDPR Articles 5(1)(f) and 25: what a community marked as sensitive is not open by default",
    certainty: Certainty::Design,
    next: "Make the grant depend on a fact with `when:`, or take the restricted data out of it.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: student}, see: home_address, for: individual_care}\n# file: vocabulary.yaml\ndata:\n  record:\n    medications: {}\n    results: {}\n    documents: {discharge: {}, clinic_letter: {}}\n    assisted_conception: {restricted: statute, gateways: [person_consent]}\n  demographics: {address: {home_address: {restricted: named_only}}}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: student}, see: home_address, for: individual_care, when: relationship}\n# file: vocabulary.yaml\ndata:\n  record:\n    medications: {}\n    results: {}\n    documents: {discharge: {}, clinic_letter: {}}\n    assisted_conception: {restricted: statute, gateways: [person_consent]}\n  demographics: {address: {home_address: {restricted: named_only}}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let analyses = context.analyses();
    let tree = &context.words().data;
    for (one, profile) in analyses.clauses.iter().filter(|(one, _)| !one.prohibits && !context.for_the_person(one.clause())) {
        if profile.open.is_none() || told(found, &["ROL-007", "DAT-003"], one.place()) {
            continue;
        }
        for open in analyses.analysis.unconditional(one, context.form("identifiable")) {
            let name = tree.short(open.restricted);
            let others: Vec<&str> = open.with.iter().map(|clause| clause.place.as_str()).collect();
            let with = if others.is_empty() { String::new() } else { format!(" with {}", some_of(&others)) };
            let mut finding = RULE
                .finding(format!("{}/see/{name}", one.place()), format!("{}{with} lets {} see {name}, which is restricted, whatever the facts are", one.place(), context.words().roles.short(open.witness.question.role)))
                .at(one.clause().span, "asks for no fact");
            if let Some(span) = tree.node(open.restricted).span {
                finding = finding.at(span, "restricted here");
            }
            found.push(with_witness(context, finding, "See it", Some(&open.witness)).help(RULE.next));
        }
    }
}
