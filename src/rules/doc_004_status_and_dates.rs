//! DOC-004: the status says what the dates say.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::condition::Expression;
use crate::agreement::valid::Scope;
use crate::agreement::{Clause, Status};
use crate::diagnostics::{Finding, Fix, Severity};
use crate::register::OrgId;
use crate::vocabulary::{NodeId, Tree};

pub(super) static RULE: Rule = Rule {
    code: "DOC-004",
    name: "status_and_dates",
    title: "Status agrees with the dates",
    severity: Severity::Error,
    statement: "An active agreement is within its term on the day asked about; an expired one is past its last day; a terminated one says on which day, and grants on none until it does. \
                An agreement that is suspended or over takes its prohibitions of scope `source` with it: where another agreement in force grants what one of them held back, and nothing in \
                force repeats it, that is a warning.",
    source: "UK GDPR Article 5(1)(a), transparency; ICO data sharing code of practice, keep agreements under review",
    certainty: Certainty::FromMemory,
    next: "Set the status that the dates say (expired, signed, terminated), or agree new dates.",
    failing: "# as of: 2028-07-01\nends: 2028-03-31\nreview: {last: 2028-01-01, next: 2029-01-01}\n",
    fixed: "# as of: 2028-07-01\nends: 2028-03-31\nstatus: expired\nreview: {last: 2028-01-01, next: 2029-01-01}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let on = context.as_of;
    for agreement in &context.pack.agreements {
        let draft = &agreement.draft;
        let (Some(status), Some(term)) = (&draft.status, agreement.term) else { continue };
        let place = format!("{}/status", agreement.id);
        let id = &agreement.id;
        match status.value {
            Status::Active if on > term.last => found.push(
                RULE.finding(place, format!("{id} is active, and its last day was {}", term.last))
                    .at(status.span, "should be expired, or the agreement extended")
                    .at(key_span(draft, if draft.terminated_on.is_some() { "terminated_on" } else { "ends" }), format!("before {on}"))
                    // Whether it was extended instead is for the parties to say.
                    .fix(Fix::write(status.span, "expired", false)),
            ),
            Status::Active if on < term.first => found.push(
                RULE.finding(place, format!("{id} is active, and its first day is {}", term.first))
                    .at(status.span, "should be signed until then")
                    .at(key_span(draft, "starts"), format!("after {on}"))
                    .fix(Fix::write(status.span, "signed", false)),
            ),
            Status::Expired if on <= term.last => found.push(
                RULE.finding(place, format!("{id} is expired, and its last day is {}", term.last))
                    .at(status.span, "the dates say that it still runs")
                    .at(key_span(draft, "ends"), format!("not before {on}")),
            ),
            Status::Terminated if draft.terminated_on.is_none() && context.lacks(&draft.node, "terminated_on") => found.push(
                RULE.finding(place, format!("{id} is terminated and does not say on which day"))
                    .at(status.span, "`terminated_on:` is missing")
                    .help("Add `terminated_on:`, its last day; until then the agreement grants on no day, so that last year cannot be judged either."),
            ),
            _ => {}
        }
    }
    if !context.reading_failed {
        lapsed_prohibitions(context, found);
    }
}

/// Prohibitions over a provider's data, in whatever agreement it is granted, that hold no longer because the agreement that says them is suspended or over.
fn lapsed_prohibitions(context: &Context<'_>, found: &mut Vec<Finding>) {
    let on = context.as_of;
    for agreement in context.pack.agreements.iter().filter(|agreement| agreement.status.grants() && !agreement.in_force_on(on)) {
        let Some(term) = agreement.term.filter(|term| term.first <= on) else { continue };
        let givers = context.parties_on(agreement, on, |party| party.gives);
        let own = agreement.draft.prohibits.iter().filter_map(|draft| agreement.prohibits.iter().find(|clause| clause.place == draft.place));
        for lapsed in own.filter(|clause| clause.scope == Scope::Source && clause.during.contains(on)) {
            let Some((other, grant)) = context.in_force().find_map(|other| {
                let from: Vec<OrgId> = context.parties_on(other, on, |party| party.gives).into_iter().filter(|org| givers.contains(org)).collect();
                let to = context.parties_on(other, on, |party| party.gets);
                let freed = |grant: &&Clause| {
                    meet(context, lapsed, grant)
                        && from.iter().any(|org| context.selects(&grant.of, *org, on) && context.selects(&lapsed.of, *org, on))
                        && to.iter().any(|org| context.selects(&grant.to.at, *org, on) && context.selects(&lapsed.to.at, *org, on))
                };
                let repeated = |clause: &&Clause| holds_back(context, clause, lapsed) && clause.during.contains(on);
                let elsewhere = context.in_force().flat_map(|agreement| &agreement.prohibits).filter(|clause| clause.scope == Scope::Source);
                if context.pack.guards.iter().chain(&other.prohibits).chain(elsewhere).any(|clause| repeated(&clause)) {
                    return None;
                }
                Some((other, other.grants.iter().find(freed)?))
            }) else {
                continue;
            };
            let draft = &agreement.draft;
            let (span, why) = if term.last < on {
                (key_span(draft, if draft.terminated_on.is_some() { "terminated_on" } else { "ends" }), format!("its last day was {}", term.last))
            } else {
                (key_span(draft, "suspended"), format!("suspended on {on}"))
            };
            let mut finding = RULE
                .finding(
                    lapsed.place.clone(),
                    format!("`{}` of {} held back what {} grants, and holds no longer", lapsed.name, agreement.id, other.id),
                )
                .at(lapsed.span, "of scope `source`: it holds only while its agreement does")
                .at(span, why)
                .at(grant.span, "grants what it held back")
                .help(format!("Repeat it in {}, in another agreement in force or in guards.yaml; if it was to end with its agreement, give it `ends:`.", other.id));
            finding.severity = Severity::Warning;
            found.push(finding);
        }
    }
}

/// Whether some case is covered by both clauses, organisations and conditions aside.
fn meet(context: &Context<'_>, prohibition: &Clause, grant: &Clause) -> bool {
    let words = context.words();
    let either = |tree: &Tree, ours: &[NodeId], theirs: &[NodeId]| {
        ours.is_empty() || theirs.is_empty() || ours.iter().any(|one| theirs.iter().any(|other| tree.covers(*one, *other) || tree.covers(*other, *one)))
    };
    !context.for_the_person(grant)
        && prohibition.reach.actions & grant.reach.actions != 0
        && prohibition.reach.forms & grant.reach.forms != 0
        && either(&words.roles, &prohibition.to.roles, &grant.to.roles)
        && either(&words.data, &prohibition.reach.see, &grant.reach.see)
        && either(&words.purposes, &prohibition.reach.purposes, &grant.reach.purposes)
}

/// Whether a prohibition in force holds back all that another one did.
fn holds_back(context: &Context<'_>, new: &Clause, old: &Clause) -> bool {
    let words = context.words();
    let over = |tree: &Tree, ours: &[NodeId], theirs: &[NodeId]| theirs.iter().all(|one| ours.iter().any(|name| tree.covers(*name, *one)));
    let roles = new.to.roles.is_empty() || (!old.to.roles.is_empty() && over(&words.roles, &new.to.roles, &old.to.roles));
    let selected = |clause: &Clause| context.pack.register.ids().filter(|org| context.selects(&clause.to.at, *org, context.as_of)).collect::<Vec<_>>();
    roles
        && old.reach.actions & !new.reach.actions == 0
        && old.reach.forms & !new.reach.forms == 0
        && over(&words.data, &new.reach.see, &old.reach.see)
        && over(&words.purposes, &new.reach.purposes, &old.reach.purposes)
        && new.reach.except_see.is_empty()
        && new.reach.except_purposes.is_empty()
        && (new.condition == Expression::Always || new.condition == old.condition)
        && (new.to.at.is_all() || selected(old).iter().all(|org| context.selects(&new.to.at, *org, context.as_of)))
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
        assert_eq!(found.codes, ["DOC-004", "XAG-001"], "{}", found.shown);
        assert!(found.shown.contains("held back what EX-DSA-0001 grants") && found.shown.contains("grants what it held back"), "{}", found.shown);
        assert_eq!(run(&other("status: expired\nends: 2026-05-31\n").replace("status: active\n", "")).codes, ["DOC-004"]);
        let guard = "# file: guards.yaml\nprohibits:\n  n1: {to: {role: clinician}, see: record, for: any, reason: none}\n";
        assert!(!run(&format!("{}{guard}", other(suspended))).codes.contains(&"DOC-004"));
        assert_eq!(run(&other(suspended).replace("scope: source", "scope: agreement")).codes, ["XAG-001"]);
    }
}
