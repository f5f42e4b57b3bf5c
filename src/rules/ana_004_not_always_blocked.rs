//! ANA-004: what a grant allows is not all forbidden.

use super::analyses::with_witness;
use super::ana_001_covers_something::is_dead;
use super::overlap::some_of;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ANA-004",
    name: "not_always_blocked",
    title: "What a grant allows is not all forbidden",
    severity: Severity::Warning,
    statement: "A grant or release allows some case, on some day with some facts, that no prohibition which reaches it closes: those of its agreement, those of scope `source` and the guards. Where all it \
                allows is closed, the prohibitions are named. Two agreements of which one forbids a part of what the other allows are XAG-001.",
    source: "Clarity: whoever reads the grant believes that it allows something",
    certainty: Certainty::Design,
    next: "Take the grant out, or take what was meant to be allowed out of the prohibition with `except:`.",
    failing: "grants:\n  g1: {to: {role: doctor}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: nurse}, see: results, for: direct_care, when: relationship and not objection_upheld}\nprohibits:\n  p1: {to: {role: nurse}, see: results, for: any}\n",
    fixed: "grants:\n  g1: {to: {role: doctor}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: nurse}, see: results, for: direct_care, when: relationship and not objection_upheld}\nprohibits:\n  p1: {to: {role: nurse}, see: results, for: any, except: {for: direct_care}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    for (one, profile) in context.analyses().grants().filter(|(_, profile)| profile.reached.is_some() && profile.open.is_none()) {
        if is_dead(one) {
            continue;
        }
        let places: Vec<&str> = profile.blocked_by.iter().map(|clause| clause.place.as_str()).collect();
        let mut finding = RULE
            .finding(one.place(), format!("all that {} allows, {} {}", one.place(), some_of(&places), if places.len() == 1 { "forbids" } else { "forbid" }))
            .at(one.clause().span, "is always closed")
            .fact("blocked_by", places);
        for clause in profile.blocked_by.iter().take(3) {
            finding = finding.at(clause.span, "closes it");
        }
        found.push(with_witness(context, finding, "See a case", profile.closed.as_ref()).help(RULE.next));
    }
}
