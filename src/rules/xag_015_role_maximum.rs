//! XAG-015: what a role sees under all agreements together stays within what was declared for it.

use super::overlap::{Clauses, Standing, some_of};
use super::{Certainty, Check, Context, Rule};
use crate::decision::reach::{Product, Set, Side};
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "XAG-015",
    name: "role_maximum",
    title: "All agreements together stay within a role's maximum",
    severity: Severity::Warning,
    statement: "Where a role (or the nearest one above it) declares in vocabulary.yaml the most it ever sees (`maximum: [medications, results]`), the grants of all agreements together allow it nothing else on any day from the one asked about: permission creep. What a guard or a prohibition of the grant's own agreement always closes does not count; what another agreement closes does, until XAG-001 is settled.",
    source: "UK GDPR Article 5(1)(c), data minimisation; least privilege: several agreements together allow what none of them was assessed for",
    certainty: Certainty::Design,
    next: "Narrow the grants named, or have the role's maximum reviewed and widened in vocabulary.yaml.",
    failing: "# file: vocabulary.yaml\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: R0260}, nurse: {rbac: R8001, maximum: [medications]}}\n  student: {rbac: R8004, kept_for: placements}\n  system_support: {rbac: R8015, kept_for: support}\n  analyst: {kept_for: agreements to come}\n  person: {}\n",
    fixed: "# file: vocabulary.yaml\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: R0260}, nurse: {rbac: R8001, maximum: [medications, results]}}\n  student: {rbac: R8004, kept_for: placements}\n  system_support: {rbac: R8015, kept_for: support}\n  analyst: {kept_for: agreements to come}\n  person: {}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    let declared = |role: NodeId| words.roles.ancestors(role).find(|at| !words.roles.node(*at).maximum.is_empty());
    let roles: Vec<(NodeId, NodeId)> = crate::decision::reach::all_leaves(&words.roles).into_iter().filter_map(|role| Some((role, declared(role)?))).collect();
    if context.reading_failed || roles.is_empty() {
        return;
    }
    let clauses = Clauses::new(context);
    let grants = clauses.grants();
    for (role, holder) in roles {
        let maximum = &words.roles.node(holder).maximum;
        let allowed: Vec<NodeId> = maximum.iter().filter_map(|name| words.data.find(&name.value).ok()).collect();
        let within = Set::of(allowed.iter().flat_map(|node| if *node == crate::vocabulary::ROOT { crate::decision::reach::all_leaves(&words.data) } else { words.data.leaves(*node) }).map(|leaf| usize::from(leaf.0)));
        let own = Set::of([usize::from(role.0)]);
        let mut beyond = Set::new();
        let mut by: Vec<(&Standing<'_>, Product, Date)> = Vec::new();
        for grant in grants.iter().filter(|grant| grant.clause.is_for_role(words, role)) {
            // The first day on which a grant goes beyond it tells.
            let more = clauses.days(grant).find_map(|on| {
                let reach = clauses.reach(grant, false, on);
                reach.iter().filter(|reach| reach.side(Side::Roles).meets(&own)).find_map(|reach| {
                    let product = |data: Set| reach.with(Side::Roles, own.clone()).with(Side::Data, data);
                    let more = reach.side(Side::Data).minus(&within);
                    let open = Set::of(more.iter().filter(|leaf| clauses.allowed(grant, product(Set::of([*leaf])), &[], on).is_some()));
                    (!open.is_empty()).then(|| (product(open), on))
                })
            });
            if let Some((product, on)) = more {
                beyond = beyond.or(product.side(Side::Data));
                by.push((grant, product, on));
            }
        }
        let Some((first, product, on)) = by.first() else { continue };
        let names: Vec<&str> = beyond.iter().filter_map(|id| u16::try_from(id).ok()).map(|id| words.data.short(NodeId(id))).collect();
        let mut places: Vec<&str> = by.iter().map(|(grant, ..)| grant.clause.place.as_str()).collect();
        places.dedup();
        let mut finding = RULE
            .finding(
                format!("roles/{}", words.roles.path(role)),
                format!("{} may see {} beyond its maximum, by {}", words.roles.short(role), some_of(&names), some_of(&places)),
            )
            .at(first.clause.span, "goes beyond it")
            .at(maximum[0].span, "its maximum")
            .fact("beyond", names)
            .fact("grants", places);
        if let Some((product, facts)) = clauses.allowed(first, product.clone(), &[], *on)
            && let Some(line) = clauses.witness(&product, facts, *on)
        {
            finding = finding.help(format!("See a case: {line}")).fact("witness", line);
        }
        found.push(finding.help(RULE.next));
    }
}
