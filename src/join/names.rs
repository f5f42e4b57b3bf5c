//! What the names of one pack mean in the other, leaf by leaf. Nothing passes through a name that is not mapped.
//!
//! A name that is mapped carries along what stands beneath it under the same names on both sides; a restricted name is
//! carried along only where it is mapped by its own name, and never to one that is less protected.

use std::collections::{BTreeMap, BTreeSet};

use crate::decision::ask::data_leaves;
use crate::pack::Pack;
use crate::pack::names::{KINDS, Kind, NameMap};
use crate::source::Span;
use crate::text::near;
use crate::vocabulary::{NodeId, ROOT, Restriction, Tree, Vocabulary};

/// What is wrong with a map beside the other pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Of which kind.
    pub kind: Kind,
    /// In words, without a full stop.
    pub message: String,
    /// A name that may have been meant.
    pub near: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// The two vocabularies, put beside each other.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Every node of theirs that is mapped, by kind; functions and places keep inner nodes.
    nodes: BTreeMap<Kind, BTreeMap<NodeId, NodeId>>,
    /// Leaves of theirs with the leaves of ours that they mean.
    leaves: BTreeMap<Kind, BTreeMap<NodeId, Vec<NodeId>>>,
    /// Indices of flat lists, theirs to ours.
    flat: BTreeMap<Kind, BTreeMap<usize, usize>>,
    /// What the map says that cannot be.
    pub wrong: Vec<Wrong>,
}

impl Names {
    /// Reads a map beside both packs.
    pub fn new(ours: &Pack, theirs: &Pack, map: &NameMap) -> Self {
        let mut names = Self::default();
        for (kind, _) in KINDS {
            match (kind.tree(&ours.words), kind.tree(&theirs.words)) {
                (Some(here), Some(there)) => names.read_tree(kind, here, there, ours, theirs, map),
                _ => names.read_list(kind, &ours.words, &theirs.words, map),
            }
        }
        names
    }

    fn read_tree(&mut self, kind: Kind, here: &Tree, there: &Tree, ours: &Pack, theirs: &Pack, map: &NameMap) {
        let mut written: BTreeMap<NodeId, (NodeId, Span)> = BTreeMap::new();
        for pair in map.of(kind) {
            match (there.find(&pair.theirs.value), here.find(&pair.ours.value)) {
                (Ok(theirs), Ok(own)) if theirs != ROOT => {
                    written.insert(theirs, (own, pair.theirs.span));
                }
                (Err(error), _) => {
                    let near = crate::text::nearest(&pair.theirs.value, there.ids().map(|id| there.node(id).name.as_str())).map(str::to_owned);
                    self.wrong.push(Wrong { kind, message: format!("in their pack, {error}"), near, span: pair.theirs.span });
                }
                _ => {}
            }
        }
        let mut nodes = BTreeMap::new();
        for node in there.ids() {
            let Some(named) = there.ancestors(node).find(|above| written.contains_key(above)) else { continue };
            let (own, span) = written[&named];
            if node == named {
                if kind == Kind::Data && protected(there, node) && !protected(here, own) {
                    let message = format!("{} is restricted there, and {} is not restricted here", there.path(node), here.path(own));
                    self.wrong.push(Wrong { kind, message, near: None, span });
                    continue;
                }
                nodes.insert(node, own);
                continue;
            }
            // What stands beneath is carried along under the same name, unless it is restricted on its way down.
            let below = &there.path(node)[there.path(named).len() + 1..];
            let closed = there.ancestors(node).take_while(|above| *above != named).any(|above| there.node(above).restriction != Restriction::None);
            if let Some(found) = here.ids().find(|id| *here.path(*id) == format!("{}.{below}", here.path(own))).filter(|_| !closed) {
                nodes.insert(node, found);
            }
        }
        if kind == Kind::Roles {
            // The person's own grants reach further than anybody else's.
            let alike = |node: &NodeId, own: &NodeId| here.leaves(*own).iter().all(|leaf| ours.words.is_person(*leaf) == theirs.words.is_person(*node));
            let mixed: Vec<NodeId> =
                nodes.iter().filter(|(node, own)| there.node(**node).children.is_empty() && !alike(node, own)).map(|(node, _)| *node).collect();
            for node in mixed {
                nodes.remove(&node);
                let span = there.ancestors(node).find_map(|above| written.get(&above)).map_or(map.span, |(_, span)| *span);
                self.wrong.push(Wrong { kind, message: format!("{}: the person (or a proxy) is no other role", there.path(node)), near: None, span });
            }
        }
        let mut leaves = BTreeMap::new();
        for (node, own) in nodes.iter().filter(|(node, _)| there.node(**node).children.is_empty()) {
            // A leaf of theirs that means an inner name of ours means what is not restricted beneath it.
            let meant = if kind == Kind::Data { data_leaves(ours, *own).0 } else { here.leaves(*own) };
            leaves.insert(*node, meant);
        }
        self.nodes.insert(kind, nodes);
        self.leaves.insert(kind, leaves);
    }

    fn read_list(&mut self, kind: Kind, ours: &Vocabulary, theirs: &Vocabulary, map: &NameMap) {
        let (here, there) = (kind.list(ours), kind.list(theirs));
        let mut pairs = BTreeMap::new();
        for pair in map.of(kind) {
            let position = |list: &[&str], name: &str| list.iter().position(|one| *one == name);
            match (position(&there, &pair.theirs.value), position(&here, &pair.ours.value)) {
                (Some(theirs), Some(own)) => {
                    pairs.insert(theirs, own);
                }
                (None, _) => {
                    let near = crate::text::nearest(&pair.theirs.value, there.iter().copied()).map(str::to_owned);
                    let message = format!("in their pack, there is no {} `{}` in the vocabulary", kind.in_words(), pair.theirs.value);
                    self.wrong.push(Wrong { kind, message, near, span: pair.theirs.span });
                }
                _ => {}
            }
        }
        self.flat.insert(kind, pairs);
    }

    /// What a node of theirs is here.
    pub fn node(&self, kind: Kind, theirs: NodeId) -> Option<NodeId> {
        self.nodes.get(&kind)?.get(&theirs).copied()
    }

    /// The leaves of ours that a leaf of theirs means; none if it is not mapped.
    pub fn leaves(&self, kind: Kind, theirs: NodeId) -> &[NodeId] {
        self.leaves.get(&kind).and_then(|map| map.get(&theirs)).map(Vec::as_slice).unwrap_or_default()
    }

    /// A word of a flat list of theirs here.
    pub fn word(&self, kind: Kind, theirs: usize) -> Option<usize> {
        self.flat.get(&kind)?.get(&theirs).copied()
    }

    /// Every leaf of ours that something of theirs means.
    pub fn image(&self, kind: Kind) -> BTreeSet<NodeId> {
        self.leaves.get(&kind).into_iter().flat_map(|map| map.values().flatten().copied()).collect()
    }

    /// Every word of a flat list of ours that one of theirs means.
    pub fn words(&self, kind: Kind) -> BTreeSet<usize> {
        self.flat.get(&kind).into_iter().flat_map(|map| map.values().copied()).collect()
    }

    /// Leaves of theirs that mean a leaf of ours.
    pub fn meaning(&self, kind: Kind, ours: NodeId) -> Vec<NodeId> {
        self.leaves.get(&kind).into_iter().flatten().filter(|(_, meant)| meant.contains(&ours)).map(|(theirs, _)| *theirs).collect()
    }
}

/// Whether a node, or something above it, is restricted.
pub(super) fn protected(tree: &Tree, node: NodeId) -> bool {
    tree.ancestors(node).any(|above| tree.node(above).restriction != Restriction::None)
}

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
}

/// A name through which nothing passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// Whose.
    pub side: Side,
    /// Of which kind.
    pub kind: Kind,
    /// Its path.
    pub name: String,
    /// A name of the other side that may mean the same.
    pub near: Option<String>,
    /// Clauses of the agreements that join the two which reach it; its place in them stays empty.
    pub used_by: Vec<String>,
}

/// Every name of one side that nothing of the other means: leaves of roles, data and purposes, words of flat lists, and of
/// theirs the functions and places that their organisations have.
pub fn unmapped(names: &Names, ours: &Pack, theirs: &Pack) -> Vec<Unmapped> {
    let mut list = Vec::new();
    for (kind, _) in KINDS {
        match (kind.tree(&ours.words), kind.tree(&theirs.words)) {
            (Some(here), Some(there)) => {
                let near_to = |name: &str, tree: &Tree| {
                    let known: Vec<&str> = tree.ids().filter(|id| tree.node(*id).children.is_empty()).map(|id| tree.path(id)).collect();
                    let last = name.rsplit('.').next().unwrap_or(name);
                    let same = known.iter().find(|path| path.rsplit('.').next() == Some(last)).map(|path| (*path).to_owned());
                    same.or_else(|| {
                        near::near(near::Place::Name, last, known.iter().filter_map(|path| path.rsplit('.').next())).map(|near| near.name.to_owned())
                    })
                };
                let held = matches!(kind, Kind::Functions | Kind::Places);
                for node in there.ids() {
                    let wanted = if held { held_by(theirs, kind, node) } else { there.node(node).children.is_empty() };
                    let mapped = if held { names.node(kind, node).is_some() } else { !names.leaves(kind, node).is_empty() };
                    if wanted && !mapped {
                        let name = there.path(node).to_owned();
                        list.push(Unmapped { side: Side::Theirs, kind, near: near_to(&name, here), name, used_by: Vec::new() });
                    }
                }
                let image = names.image(kind);
                for node in here.ids().filter(|id| !held && here.node(*id).children.is_empty() && !image.contains(id)) {
                    let name = here.path(node).to_owned();
                    list.push(Unmapped { side: Side::Ours, kind, near: near_to(&name, there), name, used_by: Vec::new() });
                }
            }
            _ => {
                let (here, there) = (kind.list(&ours.words), kind.list(&theirs.words));
                let near_to = |name: &str, list: &[&str]| near::near(near::Place::Name, name, list.iter().copied()).map(|near| near.name.to_owned());
                for (_, name) in there.iter().enumerate().filter(|(index, _)| names.word(kind, *index).is_none()) {
                    list.push(Unmapped { side: Side::Theirs, kind, name: (*name).to_owned(), near: near_to(name, &here), used_by: Vec::new() });
                }
                let image = names.words(kind);
                for (_, name) in here.iter().enumerate().filter(|(index, _)| !image.contains(index)) {
                    list.push(Unmapped { side: Side::Ours, kind, name: (*name).to_owned(), near: near_to(name, &there), used_by: Vec::new() });
                }
            }
        }
    }
    list
}

fn held_by(pack: &Pack, kind: Kind, node: NodeId) -> bool {
    pack.register.organisations.iter().any(|organisation| {
        let held = if kind == Kind::Functions { &organisation.functions } else { &organisation.places };
        held.iter().any(|one| one.value == node)
    })
}
