//! ANA-005: every part of a condition changes some answer.

use super::analyses::with_witness;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ANA-005",
    name: "condition_matters",
    title: "Every part of a condition matters",
    severity: Severity::Warning,
    statement: "Leaving out the condition of a clause, or one part of it, changes the answer to some case on some day with some facts. Where it changes none, the part is named: the rest says it already, or \
                other clauses decide the same without it. A gateway through which a grant reaches what a statute closes always matters. Clauses that are not needed at all are told by ANA-001 to ANA-004 or XAG-002.",
    source: "Clarity: whoever reads the condition believes that access depends on it, and it does not",
    certainty: Certainty::Design,
    next: "Take the part out of the condition; or, if access was meant to depend on it, narrow the clause that allows or forbids it all the same.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\nprohibits:\n  p1: {to: {role: clinician}, see: record, for: any, when: objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship}\nprohibits:\n  p1: {to: {role: clinician}, see: record, for: any, when: objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let analyses = context.analyses();
    for (one, profile) in analyses.clauses.iter().filter(|(one, profile)| !profile.too_many && one.clause().during.last >= context.as_of) {
        let words = context.words();
        for part in &profile.vacuous {
            let shown = part.part.display(words);
            let message = if part.path.is_empty() {
                format!("no answer depends on the condition of {}, `{shown}`", one.place())
            } else {
                format!("no answer depends on `{shown}` in the condition of {}", one.place())
            };
            let finding = RULE
                .finding(format!("{}/when", one.place()), message)
                .discriminator(part.path.iter().map(usize::to_string).collect::<Vec<_>>().join("."))
                .at(one.clause().span, "its condition says more than it does")
                .fact("part", shown)
                .fact("rest", part.rest.display(words));
            let lead = if part.telling { "See a case, answered the same without it" } else { "See a case" };
            found.push(with_witness(context, finding, lead, part.witness.as_ref()).help(RULE.next));
        }
    }
}
