//! Leaves, facts and lists in words that a reader of the lines alone understands.

use std::collections::BTreeSet;

use crate::decision::plain::Literal;
use crate::pack::Pack;
use crate::vocabulary::{NodeId, ROOT, Tree};

/// Names that cover exactly these leaves. Where it is shorter, a name with what is taken out of it: `record (not record.results)`.
pub(super) fn names(tree: &Tree, leaves: &BTreeSet<NodeId>) -> String {
    covered(tree, ROOT, leaves).join(", ")
}

fn covered(tree: &Tree, at: NodeId, leaves: &BTreeSet<NodeId>) -> Vec<String> {
    let beneath = tree.leaves(at);
    let out: BTreeSet<NodeId> = beneath.iter().copied().filter(|leaf| !leaves.contains(leaf)).collect();
    if out.is_empty() && !beneath.is_empty() {
        return vec![tree.path(at).to_owned()];
    }
    if out.len() == beneath.len() {
        return Vec::new();
    }
    let each: Vec<String> = tree.node(at).children.iter().flat_map(|child| covered(tree, *child, leaves)).collect();
    let less = format!("{} (not {})", tree.path(at), whole(tree, at, &out).join(", "));
    if less.len() < each.join(", ").len() { vec![less] } else { each }
}

/// The names all of whose leaves are in the set, the highest ones.
fn whole(tree: &Tree, at: NodeId, leaves: &BTreeSet<NodeId>) -> Vec<String> {
    if tree.leaves(at).iter().all(|leaf| leaves.contains(leaf)) {
        return vec![tree.path(at).to_owned()];
    }
    tree.node(at).children.iter().flat_map(|child| whole(tree, *child, leaves)).collect()
}

/// `relationship and not objection_upheld or break_glass`: sets of facts any of which is enough. `always`: nothing is asked.
pub(super) fn facts(pack: &Pack, sets: &[Vec<Literal>]) -> String {
    let literal = |literal: &Literal| {
        let name = pack.words.conditions.get(usize::from(literal.fact.0)).map_or("?", |condition| condition.name.as_str());
        (name.to_owned(), literal.value)
    };
    let mut all: Vec<(usize, String)> = sets
        .iter()
        .map(|set| {
            // By name, so that a condition declared before others moves no line.
            let mut facts: Vec<(String, bool)> = set.iter().map(literal).collect();
            facts.sort_unstable_by(|a, b| (!a.1, &a.0).cmp(&(!b.1, &b.0)));
            let words: Vec<String> = facts.into_iter().map(|(name, value)| format!("{}{name}", if value { "" } else { "not " })).collect();
            (set.len(), words.join(" and "))
        })
        .collect();
    all.sort_unstable();
    if all.iter().any(|(count, _)| *count == 0) { "always".to_owned() } else { all.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" or ") }
}
