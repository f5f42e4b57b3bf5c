//! XAG-001: what one agreement allows, another does not forbid.

use std::collections::BTreeSet;

use super::overlap::{Clauses, Standing};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::{Clause, Scope};
use crate::decision::reach::{Product, Set, Side};
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::pseudonymise::gate::working_roles;
use crate::register::OrgId;
use crate::vocabulary::{NodeId, Restriction, Tree};

pub(super) static RULE: Rule = Rule {
    code: "XAG-001",
    name: "no_contradiction",
    title: "No agreement forbids what another allows",
    severity: Severity::Error,
    statement: "Where a grant of one agreement and a prohibition of another (scope `agreement` or `source`) meet in the same source, recipient, role, purpose, data, action and form, on a day \
                on which both are in force and with facts under which both conditions are true, both clauses are named. carepact does not say which of the two is meant: a prohibition of scope \
                `agreement` leaves the grant of the other agreement open, one of scope `source` closes it. Every day is looked at from the one asked about; the first on which they meet is told. \
                A release is contradicted where it is \
                forbidden to a role that works on it, as `pseudonymise` decides: a role at the recipient that another grant of its agreement names for the purpose, or every role where none is \
                named; an answer of `ask` about a role that does not work on it is no contradiction. Restricted data is left to XAG-014.",
    source: "UK GDPR Article 5(2), accountability: the controllers cannot show which of two contrary terms they follow",
    certainty: Certainty::Design,
    next: "Decide which of the two is meant, and change the other: narrow the grant, or take the case out of the prohibition with `except:`.",
    failing: "# file: agreements/second.yaml\nagreement: EX-DSA-0002\ntitle: Example results service\nversion: \"1\"\nstatus: signed\ntier: 1\nstarts: 2026-04-01\nparties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nprohibits:\n  p1: {to: {role: nurse}, see: results, for: direct_care, scope: source, reason: nurses use the ward system}\n",
    fixed: "# file: agreements/second.yaml\nagreement: EX-DSA-0002\ntitle: Example results service\nversion: \"1\"\nstatus: signed\ntier: 1\nstarts: 2026-04-01\nparties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nprohibits:\n  p1: {to: {role: analyst}, see: results, for: direct_care, scope: source, reason: analysts use releases}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    contradictions(context, &RULE, false, found);
}

/// Pairs of a grant and another agreement's prohibition that meet in restricted data only, or in other data too.
pub(super) fn contradictions(context: &Context<'_>, rule: &Rule, restricted: bool, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let clauses = Clauses::new(context);
    let tree = &context.words().data;
    let is_restricted = |leaf: usize| u16::try_from(leaf).is_ok_and(|leaf| tree.ancestors(NodeId(leaf)).any(|at| tree.node(at).restriction != Restriction::None));
    let (grants, prohibitions) = (clauses.grants(), clauses.prohibitions());
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for grant in &grants {
        for prohibition in prohibitions.iter().filter(|one| !std::ptr::eq(one.agreement, grant.agreement)) {
            let pair = (grant.clause.place.as_str(), prohibition.clause.place.as_str());
            if told.contains(&pair) || !may_meet(context, grant.clause, prohibition.clause) {
                continue;
            }
            // Who is party, and what guards close, may differ from day to day: the first day with a case tells. One cause, one
            // finding: where other data is met too, on whichever day, restricted data needs no second one.
            let mut met = None;
            for on in clauses.common_days(grant, prohibition) {
                let mut hits = hits(context, &clauses, grant, prohibition, on);
                let open = hits.iter().position(|(both, _)| !both.side(Side::Data).iter().all(is_restricted));
                match open {
                    Some(open) => {
                        met = Some((hits.swap_remove(open), on, false));
                        break;
                    }
                    None if met.is_none() => met = hits.into_iter().next().map(|hit| (hit, on, true)),
                    None => {}
                }
            }
            let Some(((both, facts), on, only_restricted)) = met else { continue };
            if only_restricted != restricted || !told.insert(pair) {
                continue;
            }
            let effect = match prohibition.clause.scope {
                Scope::Agreement => "it stays open under the grant",
                Scope::Source | Scope::Pack => "it is closed",
            };
            let mut finding = rule
                .finding(pair.0, format!("{} allows {} to see {} and {} forbids it; {effect}", pair.0, clauses.role_words(&both), clauses.data_words(&both), pair.1))
                .discriminator(pair.1)
                .at(grant.clause.span, "allowed here")
                .at(prohibition.clause.span, "forbidden here")
                .fact("grant", pair.0)
                .fact("prohibition", pair.1)
                .fact("sources", both.side(Side::Of).len())
                .fact("recipients", both.side(Side::At).len())
                .fact("on", on.to_string());
            if let Some(line) = clauses.witness(&both, facts, on) {
                finding = finding.help(format!("See it: {line}")).fact("witness", line);
            }
            found.push(finding.help(rule.next));
        }
    }
}

/// Whether two clauses name some purpose, role, action and form in common, wherever and whenever.
fn may_meet(context: &Context<'_>, grant: &Clause, prohibition: &Clause) -> bool {
    let words = context.words();
    let near = |tree: &Tree, ours: &[NodeId], theirs: &[NodeId]| ours.iter().any(|one| theirs.iter().any(|other| tree.covers(*one, *other) || tree.covers(*other, *one)));
    let (ours, theirs) = (&grant.reach, &prohibition.reach);
    let all_roles = grant.to.roles.is_empty() || prohibition.to.roles.is_empty();
    ours.actions & theirs.actions != 0
        && ours.forms & theirs.forms != 0
        && near(&words.data, &ours.see, &theirs.see)
        && near(&words.purposes, &ours.purposes, &theirs.purposes)
        && (all_roles || near(&words.roles, &grant.to.roles, &prohibition.to.roles))
}

/// What both reach on a day, where the grant's own agreement and the guards leave it open, with facts.
fn hits<'p>(context: &Context<'p>, clauses: &Clauses<'_, 'p>, grant: &Standing<'p>, prohibition: &Standing<'p>, on: Date) -> Vec<(Product, (u64, u64))> {
    let (allows, forbids) = (clauses.reach(grant, false, on), clauses.reach(prohibition, true, on));
    let allows: Vec<Product> = if grant.clause.release { allows.iter().flat_map(|one| worked_on(context, grant, one, on)).collect() } else { allows.to_vec() };
    // Where nobody is named who works on a release, only what closes it to all of them contradicts it.
    let named = |one: &Product| one.side(Side::Roles).len() == 1;
    let whole = |one: &Product, other: &Product| !grant.clause.release || named(one) || other.side(Side::Roles).holds(one.side(Side::Roles));
    let both = allows.iter().flat_map(|one| forbids.iter().filter(move |other| whole(one, other)).filter_map(move |other| one.and(other)));
    both.filter_map(|both| clauses.allowed(grant, both, &[&prohibition.clause.condition], on)).collect()
}

/// What a release reaches, role by role of those that work on it at the recipient; as it is where none is named.
fn worked_on(context: &Context<'_>, grant: &Standing<'_>, one: &Product, on: Date) -> Vec<Product> {
    let mut parts = Vec::new();
    for at in one.side(Side::At).iter() {
        let Some(org) = u32::try_from(at).ok().map(OrgId) else { continue };
        for purpose in one.side(Side::Purposes).iter().filter_map(|id| u16::try_from(id).ok()).map(NodeId) {
            for role in working_roles(context.pack, grant.agreement, purpose, org, on) {
                let narrowed = one.with(Side::Roles, Set::of([usize::from(role.0)])).with(Side::At, Set::of([at]));
                parts.push(narrowed.with(Side::Purposes, Set::of([usize::from(purpose.0)])));
            }
        }
    }
    if parts.is_empty() { vec![one.clone()] } else { parts }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn a_release_is_contradicted_by_what_closes_it_to_those_who_work_on_it() {
        let case = |role: &str| {
            let second = second!(
                "grants:\n  g1: {to: {role: analyst, org: R9B}, see: results, for: population_health, form: pseudonymised}\n",
                "releases:\n  monthly:\n    to: R9B\n    for: population_health\n    subject: nhs_number\n    identifier: {nhs_number: {invalid: quarantine, missing: drop, test_range: accept}}\n    \
                 null: [\"\"]\n    malformed: quarantine\n    columns:\n      nhs_number: {pseudonym: {}, category: results}\n",
                "data:\n  results: {identifiability: pseudonymised, key_holder: Synthetic Records Ltd, justification: to plan tests}\n",
                "basis:\n  population_health:\n    - {description: find groups of people whose tests could be planned better, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1)}\n",
            );
            run(&format!("prohibits:\n  p1: {{to: {{role: {role}}}, see: results, for: any, scope: source, reason: not for them}}\n{second}")).shown
        };
        let said = "EX-DSA-0002/monthly allows analyst";
        assert!(case("analyst").contains(said), "{}", case("analyst"));
        // Support does not work on it, so `pseudonymise` makes it all the same.
        assert!(!case("system_support").contains("EX-DSA-0002/monthly allows"), "{}", case("system_support"));
    }
}
