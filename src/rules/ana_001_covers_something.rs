//! ANA-001: a clause covers something.

use super::analyses::{told, with_witness};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::{Agreement, Clause};
use crate::decision::analysis::Standing;
use crate::decision::analysis::empty::Empty;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ANA-001",
    name: "covers_something",
    title: "A clause covers something",
    severity: Severity::Warning,
    statement: "Every grant, release and prohibition reaches a case on some day: a role at an open organisation, data of another, a purpose. The side that is empty is named: its dates lie outside the \
                agreement's, `to:` or `of:` selects nobody or nobody who is a party, `except:` leaves nothing, the data is restricted and opened otherwise, or the condition cannot be true. Every day is looked \
                at, so a clause for organisations that join later is not found. Agreements that are drafts or over are not looked at, nor what DAT-003, DOC-005 and PTY-004 already tell.",
    source: "Clarity: whoever reads the clause believes that it allows or forbids something",
    certainty: Certainty::Design,
    next: "Mend the side named, or take the clause out.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: nurse, function: adult_social_care}, see: medications, for: direct_care, when: relationship}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let analyses = context.analyses();
    let mut without_parties: Vec<&str> = Vec::new();
    for (one, profile) in &analyses.clauses {
        let clause = one.clause();
        let empty = if profile.too_many {
            context.not_judged("ANA-001 to ANA-005", format!("{}: more cases or conditions meet than are looked at", clause.place));
            continue;
        } else if profile.reached.is_none() {
            None
        } else if never_true(clause) {
            Some((Empty::Condition, context.as_of))
        } else {
            continue;
        };
        if told(found, &["DAT-003"], &clause.place) {
            continue;
        }
        let (empty, on) = empty.unwrap_or_else(|| analyses.analysis.empty(one));
        let agreement = one.copies[0].0;
        if let (Empty::Givers | Empty::Getters, Some(agreement)) = (empty, agreement) {
            // One cause: the parties. It is told once, and not here where another rule tells it.
            let known = agreement.parties.is_empty() || without_parties.contains(&agreement.id.as_str()) || found.iter().any(|finding| ["DOC-005", "PTY-004"].contains(&finding.code) && finding.place.starts_with(&agreement.id));
            if !known {
                without_parties.push(&agreement.id);
                found.push(parties(agreement, clause, empty));
            }
            continue;
        }
        let what = match (clause.release, one.prohibits) {
            (true, _) => "releases",
            (_, true) => "forbids",
            _ => "allows",
        };
        let mut finding = RULE
            .finding(clause.place.as_str(), format!("{} {what} nothing on any day: {}", clause.place, why(empty)))
            .at(clause.span, if empty == Empty::Condition { "can never be true" } else { "covers nothing" })
            .fact("empty", empty.name());
        if let (Empty::Days, Some(agreement)) = (empty, agreement) {
            finding = finding.at(agreement.draft.ends.as_ref().map_or(agreement.draft.head(), |ends| ends.span), "the agreement's days");
        }
        let witness = match empty {
            Empty::Condition => profile.reached,
            _ => analyses.analysis.named_case(one, on),
        };
        found.push(with_witness(context, finding, "See that it decides nothing", witness.as_ref()).help(RULE.next));
    }
}

fn never_true(clause: &Clause) -> bool {
    !crate::agreement::condition::submasks(clause.condition.facts()).any(|truth| clause.condition.holds(truth))
}

fn parties(agreement: &Agreement, clause: &Clause, empty: Empty) -> Finding {
    let (side, key) = if empty == Empty::Givers { ("gives data", "gives: true") } else { ("gets data", "gets: true") };
    RULE.finding(agreement.id.as_str(), format!("no party of {} {side} on any day, so its clauses cover nothing", agreement.id))
        .at(super::context::key_span(&agreement.draft, "parties"), format!("nobody {side}"))
        .at(clause.span, "covers nothing")
        .fact("empty", empty.name())
        .help(format!("Write `{key}` for the group that does, or record who joined."))
}

fn why(empty: Empty) -> &'static str {
    match empty {
        Empty::Days => "none of its days is a day of the agreement",
        Empty::Givers => "nobody is a party that gives",
        Empty::Getters => "nobody is a party that gets",
        Empty::Recipients => "`to:` selects no open organisation",
        Empty::RecipientsNotParties => "none of the organisations that `to:` selects is a party that gets",
        Empty::Sources => "`of:` selects no open organisation",
        Empty::SourcesNotParties => "none of the organisations that `of:` selects is a party that gives",
        Empty::Everybody => "`except:` leaves out everybody that `to:` selects",
        Empty::Data => "of what `see:` names, all is left out or is restricted and not opened by this clause",
        Empty::Purposes => "`except:` leaves out every purpose",
        Empty::Together => "its sides never hold anything on the same day for the same role",
        Empty::Condition => "its condition cannot be true",
    }
}

/// Whether the clause of a standing is one that this rule tells.
pub(super) fn is_dead(one: &Standing<'_>) -> bool {
    never_true(one.clause())
}
