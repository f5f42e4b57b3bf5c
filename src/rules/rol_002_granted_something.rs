//! ROL-002: a role without any grant is a leftover, or is kept for a reason.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::valid::Clause;
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::{NodeId, ROOT, Tree};

pub(super) static RULE: Rule = Rule {
    code: "ROL-002",
    name: "granted_something",
    title: "Every role is granted something, or kept for a reason",
    severity: Severity::Warning,
    statement: "Every role of vocabulary.yaml is named (itself, or one above or beneath it) by a grant or a prohibition of an agreement that is not over, or says why it stands there without: \
                `deprecated:` with what took its place, or `kept_for:` with the reason.",
    source: "A role that nothing is granted to is a leftover, or a name that somebody meant to use",
    certainty: Certainty::Design,
    next: "Grant it something, take it out of the vocabulary, or say why it stays: `kept_for: ...` or `deprecated: ...`.",
    failing: "# file: vocabulary.yaml\nroles:\n  clinician: {doctor: {rbac: R0260}, nurse: {rbac: R8001}}\n  ward_clerk: {rbac: R8010}\n  person: {}\n",
    fixed: "# file: vocabulary.yaml\nroles:\n  clinician: {doctor: {rbac: R0260}, nurse: {rbac: R8001}}\n  ward_clerk: {rbac: R8010, kept_for: clerks sign in and see nothing of the shared record}\n  person: {}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// The roles a clause speaks of, those it leaves out among them; a release names organisations only.
fn named(clause: &Clause) -> impl Iterator<Item = NodeId> + '_ {
    let left_out = clause.reach.except_who.iter().flat_map(|who| &who.roles).chain(clause.to.at.except.iter().flat_map(|who| &who.roles));
    clause.to.roles.iter().chain(left_out).copied().filter(|_| !clause.release)
}

/// The highest nodes beneath which no leaf is used.
fn idle(tree: &Tree, at: NodeId, used: &impl Fn(NodeId) -> bool, out: &mut Vec<NodeId>) {
    let leaves = tree.leaves(at);
    if at != ROOT && leaves.iter().all(|leaf| !used(*leaf)) {
        out.push(at);
    } else {
        tree.node(at).children.iter().for_each(|child| idle(tree, *child, used, out));
    }
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    let tree = &words.roles;
    let clauses: Vec<&Clause> = context.current().flat_map(|agreement| agreement.grants.iter().chain(&agreement.prohibits)).collect();
    // Names that could not be read may be grants; a pack without any grant has nothing to compare with.
    if context.reading_failed || clauses.is_empty() {
        return;
    }
    let everybody = context.current().flat_map(|agreement| &agreement.grants).any(|grant| !grant.release && (grant.to.roles.is_empty() || grant.to.roles.contains(&ROOT)));
    if everybody {
        return;
    }
    let spoken: std::collections::BTreeSet<NodeId> = clauses.iter().flat_map(|clause| named(clause)).filter(|role| *role != ROOT).collect();
    let used = |leaf: NodeId| {
        words.is_person(leaf) || tree.ancestors(leaf).any(|at| tree.node(at).kept_for.is_some()) || spoken.iter().any(|role| super::written::meets(tree, *role, leaf))
    };
    let mut nodes = Vec::new();
    idle(tree, ROOT, &used, &mut nodes);
    // A long catalogue of roles is one finding for each group of it.
    let mut groups: Vec<(Option<NodeId>, Vec<NodeId>)> = Vec::new();
    for node in nodes {
        let parent = tree.node(node).parent;
        match groups.iter_mut().find(|(above, _)| *above == parent) {
            Some((_, members)) => members.push(node),
            None => groups.push((parent, vec![node])),
        }
    }
    for (parent, members) in groups {
        let sets: Vec<Vec<NodeId>> = if members.len() > 5 { vec![members] } else { members.into_iter().map(|node| vec![node]).collect() };
        for set in sets {
            let place = if let [one] = set[..] { tree.path(one).to_owned() } else { parent.map_or_else(String::new, |at| tree.path(at).to_owned()) };
            let names: Vec<&str> = set.iter().take(3).map(|node| tree.short(*node)).collect();
            let message = match set.len() {
                1 => format!("no agreement grants anything to the role {}", names[0]),
                count => format!("no agreement grants anything to {count} roles: {} and {} more", names.join(", "), count - names.len()),
            };
            let mut finding = RULE.finding(format!("vocabulary/roles/{place}"), message);
            if let Some(span) = tree.node(set[0]).span {
                finding = finding.at(span, if set.len() == 1 { "granted nothing" } else { "the first of them" });
            }
            found.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    const ROLES: &str = "# file: vocabulary.yaml\nroles:\n  clinician: {doctor: {rbac: R0260}, nurse: {rbac: R8001}}\n  ward_clerk: {rbac: R8010}\n  person: {}\n";

    #[test]
    fn a_role_that_a_clause_speaks_of_is_no_leftover() {
        let with = |clauses: &str| run(&format!("{clauses}{ROLES}")).codes;
        assert_eq!(with("prohibits:\n  p1: {to: {role: ward_clerk}, see: record, for: any, reason: clerks need none}\n"), [""; 0]);
        let grant = "grants:\n  g1: {to: {role: doctor}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n";
        assert_eq!(run(&format!("{grant}{ROLES}")).count, 2, "the nurse and the clerk");
        assert_eq!(with("status: superseded\n"), [""; 0], "nothing to compare with");
    }

    #[test]
    fn a_catalogue_of_roles_is_one_finding() {
        let many = (0..40).map(|number| format!("    role_{number}: {{}}")).collect::<Vec<_>>().join("\n");
        assert_eq!(run(&format!("{}  catalogue:\n    used: {{kept_for: later}}\n{many}\n", ROLES.replace("  ward_clerk: {rbac: R8010}\n", ""))).count, 1);
    }
}
