//! XAG-011: sharing across two communities names the rules of both.

use super::context::key_span;
use super::overlap::{Clauses, Standing};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::decision::reach::{Product, Set, Side};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "XAG-011",
    name: "joint_frameworks",
    title: "Sharing across communities cites both frameworks and the joint agreement",
    severity: Severity::Warning,
    statement: "An agreement under which data goes between an organisation of the community's own register and one of a neighbour's (imported) names under `frameworks:`, or as its parent, a framework of this community (an \
                agreement of tier 1 that the pack holds), one of the other community, and the joint agreement of the two (its name holds the word of facts/parameters.csv, joint_agreement).",
    source: "Shared Care Record journey for sharing across communities: both frameworks and a joint data sharing and processing agreement",
    certainty: Certainty::Confirmed,
    next: "Name all three under `frameworks:`, and have the joint agreement signed before the first access.",
    failing: neighbours!(""),
    fixed: neighbours!("frameworks: [EX-ISF-0001, LSC-ISF-0001, joint data sharing and processing agreement]\n"),
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let register = &context.pack.register;
    let own = Set::of(register.ids().filter(|org| context.is_own(*org)).map(|org| org.0 as usize));
    if context.reading_failed || own.len() == register.organisations.len() {
        return;
    }
    let others = Set::of(0..register.organisations.len()).minus(&own);
    let clauses = Clauses::new(context);
    let grants = clauses.grants();
    for agreement in context.current().filter(|agreement| agreement.status.grants()) {
        let crossing = grants.iter().filter(|grant| std::ptr::eq(grant.agreement, agreement)).find_map(|grant| across(&clauses, grant, &own, &others));
        let Some((grant, product)) = crossing else { continue };
        let missing = missing(context, agreement);
        if missing.is_empty() {
            continue;
        }
        let written = key_span(&agreement.draft, "frameworks");
        let label = if agreement.draft.frameworks.is_empty() { "no framework is named" } else { "not complete" };
        let mut finding = RULE
            .finding(
                format!("{}/frameworks", agreement.id),
                format!("{} lets data go between two communities and does not name {}", agreement.id, crate::text::and_list(&missing)),
            )
            .at(written, label)
            .at(grant.clause.span, "goes across")
            .fact("missing", missing);
        let on = grant.during.first;
        if let Some((product, facts)) = clauses.allowed(grant, product, &[], on)
            && let Some(line) = clauses.witness(&product, facts, on)
        {
            finding = finding.help(format!("See a case: {line}")).fact("witness", line);
        }
        found.push(finding.help(RULE.next));
    }
}

/// What of a grant goes from one community to the other.
fn across<'g, 'p>(clauses: &Clauses<'_, 'p>, grant: &'g Standing<'p>, own: &Set, others: &Set) -> Option<(&'g Standing<'p>, Product)> {
    let reach = clauses.reach(grant, false, grant.during.first);
    reach.iter().flat_map(|one| [(one, own, others), (one, others, own)]).find_map(|(one, from, to)| {
        let part = one.with(Side::Of, one.side(Side::Of).and(from)).with(Side::At, one.side(Side::At).and(to));
        (!part.is_empty()).then_some((grant, part))
    })
}

fn missing(context: &Context<'_>, agreement: &Agreement) -> Vec<&'static str> {
    let draft = &agreement.draft;
    let word = super::data::row(&context.facts().parameters, "joint_agreement").and_then(|row| row.get(1)).map_or("joint", String::as_str).to_lowercase();
    let cited: Vec<&str> = draft.frameworks.iter().chain(&draft.parent).map(|name| name.value.as_str()).collect();
    let joint = |name: &&&str| name.to_lowercase().contains(&word);
    let tier_1 = |name: &str| context.pack.agreement(name).is_some_and(|held| held.draft.tier.as_ref().is_some_and(|tier| tier.value == 1));
    // Without a framework of its own there is none to cite.
    let has_own = context.pack.agreements.iter().any(Context::is_framework);
    let mut missing = Vec::new();
    if has_own && !cited.iter().any(|name| tier_1(name)) {
        missing.push("a framework of this community");
    }
    if !cited.iter().filter(|name| !joint(name)).any(|name| context.pack.agreement(name).is_none()) {
        missing.push("a framework of the other");
    }
    if !cited.iter().any(|name| joint(&name)) {
        missing.push("their joint agreement");
    }
    missing
}
