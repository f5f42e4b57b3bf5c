//! ANA-007: a prohibition lasts as long as what it restrains.

use super::analyses::with_witness;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::{Agreement, Clause};
use crate::decision::Question;
use crate::decision::analysis::Standing;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::pseudonymise::gate::working_roles;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "ANA-007",
    name: "prohibition_lasts",
    title: "A prohibition lasts as long as what it restrains",
    severity: Severity::Warning,
    statement: "When a prohibition ends, or the agreement it stands in lapses or is suspended, no grant that was in force before and still is allows a case that only this prohibition closed. A prohibition does \
                not outlive its agreement: one of scope `source` restrains grants of other agreements while its own is in force, and no longer. The case is shown on the first day on which it is open; of \
                prohibitions that ended before the day asked about, on that day. One that says itself that it ends with its agreement (`ends:`, the agreement's last day) was meant to, and is not found. An organisation that leaves an agreement takes what it forbade of its data with it; that is not found.",
    source: "UK GDPR Article 5(2), accountability: access widens on a day on which nobody decided that it should",
    certainty: Certainty::Design,
    next: "Let the prohibition last as long as the grant, end the grant with it, or write the prohibition into the agreement that follows.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\nprohibits:\n  p1: {to: {role: nurse}, see: results, for: any, ends: 2026-12-31}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\nprohibits:\n  p1: {to: {role: nurse}, see: results, for: any}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let analysis = &context.analyses().analysis;
    for one in analysis.prohibitions() {
        // A release is open to those who work on it.
        let opens = |grant: &Clause, agreement: &Agreement, case: &Question| {
            let roles = || case.at.map(|at| working_roles(context.pack, agreement, case.purpose, at, case.on)).unwrap_or_default();
            !grant.release || roles().contains(&case.role)
        };
        for opening in analysis.openings(&one, opens) {
            if said_beforehand(&one, opening.last, context.as_of) {
                continue;
            }
            let (how, span, text) = ends(&one, opening.last);
            let now = opening.witness.question.on;
            let mut finding = RULE
                .finding(one.place(), format!("{} {how} after {}, and {} allows what it closed", one.place(), opening.last, opening.grant.place))
                .discriminator(opening.last.to_string())
                .at(one.clause().span, "closes it until then")
                .at(opening.grant.span, "still allows it")
                .fact("last", opening.last.to_string())
                .fact("opened_on", now.to_string())
                .fact("grant", opening.grant.place.as_str());
            if let Some(span) = span {
                finding = finding.at(span, text);
            }
            found.push(with_witness(context, finding, "See it open", Some(&opening.witness)).help(RULE.next));
        }
    }
}

/// Whether it was said beforehand that a prohibition ends on a day: with its agreement, or on a day that has passed.
fn said_beforehand(one: &Standing<'_>, last: Date, as_of: Date) -> bool {
    let with_agreement = one.copies.iter().any(|(agreement, _)| agreement.is_some_and(|agreement| agreement.term.is_some_and(|term| term.last == last)));
    one.clause().during.last == last && (with_agreement || last < as_of)
}

/// How a prohibition ends on a day, and where that is written if it is not in the clause.
fn ends(one: &Standing<'_>, last: Date) -> (&'static str, Option<Span>, &'static str) {
    let next = last.next();
    if one.clause().during.last == last {
        return ("ends", None, "");
    }
    let agreement = one.copies.iter().filter_map(|(agreement, _)| *agreement).find(|agreement| agreement.in_force_on(last));
    match agreement {
        Some(agreement) => match agreement.draft.suspended.iter().zip(&agreement.suspended).find(|(_, gap)| gap.first == next) {
            Some((draft, _)) => ("is suspended with its agreement", Some(draft.span), "suspended here"),
            None => ("ends with its agreement", agreement.draft.ends.as_ref().map(|ends| ends.span), "its last day"),
        },
        None => ("ends", None, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    /// A second agreement of the same providers, with a prohibition that reaches the first one.
    fn other(rest: &str) -> String {
        format!(
            "# file: agreements/second.yaml\nagreement: EX-DSA-0002\ntitle: Framework\nversion: \"1\"\nstatus: active\ntier: 1\nstarts: 2025-04-01\n\
             parties:\n  providers: {{function: nhs, as: controller, joined: accessions/0001.csv}}\nreview: {{last: 2026-04-01, next: 2027-04-01}}\n\
             prohibits:\n  p1: {{to: {{role: nurse}}, see: results, for: any, scope: source, reason: doctors only}}\nonward_sharing: {{allowed: false}}\n{rest}"
        )
    }

    #[test]
    fn a_prohibition_that_lapses_with_its_agreement_is_told_unless_it_is_repeated() {
        // That the two contradict each other is another rule's to say.
        assert_eq!(run(&other("")).codes, ["XAG-001"]);
        let suspended = "suspended: [{from: 2026-06-01, to: 2026-08-01, reason: a review}]\n";
        let found = run(&other(suspended));
        assert_eq!(found.codes, ["ANA-007", "XAG-001"], "{}", found.shown);
        assert!(found.shown.contains("is suspended with its agreement") && found.shown.contains("EX-DSA-0001/g1 allows what it closed"), "{}", found.shown);
        assert_eq!(run(&other("status: expired\nends: 2026-05-31\n").replace("status: active\n", "")).codes, ["ANA-007"]);
        // Said beforehand, to its own last day.
        let said = other("status: expired\nends: 2026-05-31\n").replace("status: active\n", "").replace("scope: source", "scope: source, ends: 2026-05-31");
        assert_eq!(run(&said).codes, [""; 0]);
        let guard = "# file: guards.yaml\nprohibits:\n  n1: {to: {role: clinician}, see: record, for: any, reason: none}\n";
        assert!(!run(&format!("{}{guard}", other(suspended))).codes.contains(&"ANA-007"));
        assert_eq!(run(&other(suspended).replace("scope: source", "scope: agreement")).codes, ["XAG-001"]);
    }
}
