//! CON-010: Type 1 opt-outs are respected where data of general practice goes beyond care.

use super::context::{entry_span, node_at};
use super::{Certainty, Check, Context, Rule, written};
use crate::agreement::Agreement;
use crate::agreement::valid::Clause;
use crate::agreement::written::TypeOneDraft;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::source::Span;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "CON-010",
    name: "type_1",
    title: "Type 1 opt-outs are respected",
    severity: Severity::Error,
    statement: "Where practices give data for a use beyond individual care, and who people are leaves the practice (section 251 support for the step that handles it, \
                or an item that is only weakly pseudonymised), the entry of `basis:` says that Type 1 opt-outs are respected (`type_1: {respected: true}`). Explicit consent and a statute that requires the data are another \
                matter.",
    source: "Type 1 opt-out: identifiable data does not leave the practice for other purposes than care",
    certainty: Certainty::Confirmed,
    next: "Add type_1: {respected: true, how: applied at the practice before data leaves it}.",
    failing: "basis:\n  population_health:\n    - {description: plan clinics for people with diabetes in each borough, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1),\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10}, ndoo: {applies: true}}\ngrants:\n  g1: {to: {role: analyst}, see: [medications, results], for: population_health, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [population_health], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n",
    fixed: "basis:\n  population_health:\n    - {description: plan clinics for people with diabetes in each borough, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1),\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10}, ndoo: {applies: true},\n       type_1: {respected: true, how: applied at the practice before data leaves it}}\ngrants:\n  g1: {to: {role: analyst}, see: [medications, results], for: population_health, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [population_health], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n  results: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to plan clinics}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Routes under which a Type 1 opt-out does not stand in the way.
const APART: [&str; 2] = ["explicit_consent", "statutory"];

/// Whether a clause shows an item that keeps a real number under the name of a pseudonym. (One that shows outright who
/// people are, without a route for it, is the finding of DAT-005.)
fn weakly(context: &Context<'_>, agreement: &Agreement, clause: &Clause) -> bool {
    let tree = &context.words().data;
    let items = agreement.draft.data.iter().filter(|item| item.identifiability.as_ref().is_some_and(|word| word.value == "weakly_pseudonymised"));
    items.filter_map(|item| tree.find(&item.node.value).ok()).any(|item| clause.reach.see.iter().any(|seen| written::meets(tree, *seen, item)))
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for (valid, basis) in context.bases(agreement).filter(|(valid, _)| context.is_secondary(valid.purpose)) {
            let Some(route) = basis.confidentiality.as_ref().and_then(|route| route.route.as_ref()) else { continue };
            let clauses = agreement.grants.iter().filter(|clause| !context.for_the_person(clause) && written::serves(context, clause, valid.purpose));
            let from_practices = clauses
                .filter(|clause| clause.reach.see.iter().any(|category| context.clinical(*category)))
                .filter(|clause| route.value == "s251" || !APART.contains(&route.value.as_str()) && weakly(context, agreement, clause))
                .find_map(|clause| Some((clause, practice(context, agreement, clause)?)));
            let Some((clause, (practice, party))) = from_practices else { continue };
            let place = format!("{}/type_1", basis.place);
            let code = &context.organisation(practice).ods;
            let finding = match &basis.type_1 {
                Some(TypeOneDraft { respected: Some(respected), .. }) if respected.value => continue,
                Some(TypeOneDraft { respected: Some(respected), .. }) => {
                    RULE.finding(place, format!("{} does not respect Type 1 opt-outs, and practices give data for it", basis.purpose.value)).at(respected.span, "not respected")
                }
                Some(stated) => {
                    let node = node_at(&agreement.draft.node, basis.span);
                    if node.and_then(|node| node.get("type_1")).is_some_and(|node| !context.lacks(node, "respected")) {
                        continue;
                    }
                    RULE.finding(place, format!("{} does not say whether Type 1 opt-outs are respected, and practices give data for it", basis.purpose.value))
                        .at(node.and_then(|node| entry_span(node, "type_1")).unwrap_or(stated.span), "`respected:` is missing")
                }
                None if node_at(&agreement.draft.node, basis.span).is_none_or(|node| context.lacks(node, "type_1")) => {
                    RULE.finding(place, format!("{} does not say whether Type 1 opt-outs are respected, and practices give data for it", basis.purpose.value))
                        .at(basis.purpose.span, "`type_1:` is missing")
                }
                None => continue,
            };
            found.push(finding.at(clause.span, "granted here").at(party, format!("{code}, a practice, is among those who give")));
        }
    }
}

/// A practice that gives what a clause shows, and the group of parties it belongs to.
fn practice(context: &Context<'_>, agreement: &Agreement, clause: &Clause) -> Option<(OrgId, Span)> {
    let on = context.law_date(agreement);
    let words = &context.words().functions;
    let functions: Vec<NodeId> = words.ids().filter(|function| PRACTICES.contains(&words.node(*function).name.as_str())).collect();
    agreement.parties.iter().filter(|party| party.gives).find_map(|party| {
        let found = written::members(context, party, on).find(|org| {
            let organisation = context.organisation(*org);
            let is_practice = PRACTICES.contains(&organisation.kind.as_str()) || functions.iter().any(|function| organisation.has_function_on(words, *function, on));
            is_practice && context.selects(&clause.of, *org, on)
        });
        found.map(|org| (org, party.span))
    })
}

/// What practices are called as a kind of organisation and as a function.
const PRACTICES: [&str; 4] = ["gp_practice", "general_practice", "practice", "gp"];

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn it_is_asked_where_who_people_are_leaves_a_practice() {
        let with = |from: &str, to: &str| run(&super::RULE.failing.replace(from, to)).codes;
        // Trusts only; a statute; consent; nobody is named and no support is needed.
        assert_eq!(with("form: pseudonymised}", "form: pseudonymised, of: {function: acute}}"), [""; 0]);
        assert_eq!(with("route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10", "route: statutory, provision: an Act"), [""; 0]);
        assert_eq!(with("route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10", "route: not_engaged, assessment_ref: A-1"), [""; 0]);
        // Said and refused, or said half.
        assert_eq!(with("ndoo: {applies: true}}", "ndoo: {applies: true}, type_1: {respected: false}}"), ["CON-010"]);
        assert_eq!(with("ndoo: {applies: true}}", "ndoo: {applies: true}, type_1: {how: at the practice}}"), ["CON-010"]);
        assert_eq!(with("form: pseudonymised}", "form: pseudonymised, of: {function: gp_practice}}"), ["CON-010"]);
        let weak = super::RULE.failing.replace("route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10", "route: not_engaged, assessment_ref: A-1");
        assert!(run(&weak.replace("medications: {identifiability: pseudonymised", "medications: {identifiability: weakly_pseudonymised")).codes.contains(&"CON-010"));
    }
}
