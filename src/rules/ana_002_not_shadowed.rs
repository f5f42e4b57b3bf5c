//! ANA-002: a grant allows something that no other grant does.

use super::analyses::{told, with_witness};
use super::overlap::some_of;
use super::{Certainty, Check, Context, Rule};
use crate::decision::analysis::Standing;
use crate::decision::analysis::profile::Profile;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ANA-002",
    name: "not_shadowed",
    title: "A grant allows something of its own",
    severity: Severity::Warning,
    statement: "Taking a grant out changes the answer to some case on some day with some facts, or the duties that come with it (`then:`). Where it changes nothing, the grants that allow the same are named. \
                Grants that can each be taken out, but not all, are ANA-003; one that lies within a single grant of another agreement is XAG-002. Releases are not looked at: each runs a pipeline of its own.",
    source: "Clarity: whoever ends or narrows a grant believes that access ends or narrows, and it does not",
    certainty: Certainty::Design,
    next: "Take it out, or narrow what covers it if that was meant to stop where this begins.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: doctor}, see: results, for: direct_care, when: relationship and not objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Grants that can be taken out, each alone, without any answer changing, and that no other rule tells.
pub(super) fn unnecessary<'a, 'p>(context: &'a Context<'p>, found: &[Finding]) -> Vec<&'a (Standing<'p>, Profile<'p>)> {
    let analyses = context.analyses();
    analyses
        .grants()
        .filter(|(one, profile)| !one.clause().release && profile.open.is_some() && profile.needed.is_none())
        .filter(|(one, _)| !told(found, &["XAG-002"], one.place()))
        .collect()
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let grants = unnecessary(context, found);
    let standing: Vec<&Standing<'_>> = grants.iter().map(|(one, _)| one).collect();
    let (left_out, _) = context.analyses().analysis.redundancies(&standing);
    for (one, profile) in left_out.into_iter().map(|index| grants[index]) {
        let places: Vec<&str> = profile.covered_by.iter().map(|clause| clause.place.as_str()).collect();
        let mut finding = RULE
            .finding(one.place(), format!("{} allows nothing that {} {} not allow already", one.place(), some_of(&places), if places.len() == 1 { "does" } else { "do" }))
            .at(one.clause().span, "adds nothing")
            .fact("covered_by", places);
        for clause in profile.covered_by.iter().take(3) {
            finding = finding.at(clause.span, "allows it already");
        }
        found.push(with_witness(context, finding, "See a case, allowed without it too", profile.open.as_ref()).help(RULE.next));
    }
}
