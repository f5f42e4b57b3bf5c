//! Every node classified (Flash, Kohlmayer and others 2012): paths upwards from the finest, searched by halves, each check
//! settling all nodes above or below.

use super::check::Checker;
use super::{Found, Goal, Space};

/// What is known of the nodes.
pub(super) struct Known {
    /// 0 unknown, 1 anonymous, 2 not.
    states: Vec<u8>,
}

/// Whether a node is known to be anonymous.
const ANONYMOUS: u8 = 1;
const NOT: u8 = 2;

impl Known {
    pub(super) fn new(size: usize) -> Self {
        Self { states: vec![0; size] }
    }

    pub(super) fn is_open(&self, index: usize) -> bool {
        self.states[index] == 0
    }

    pub(super) fn is_anonymous(&self, index: usize) -> bool {
        self.states[index] == ANONYMOUS
    }

    /// Settles a node and all that follows from it.
    pub(super) fn settle(&mut self, space: &Space<'_>, index: usize, anonymous: bool) {
        let state = if anonymous { ANONYMOUS } else { NOT };
        let mut open = vec![index];
        self.states[index] = state;
        while let Some(at) = open.pop() {
            let mut next = |other: usize| {
                if self.states[other] == 0 {
                    self.states[other] = state;
                    open.push(other);
                }
            };
            if anonymous {
                space.lattice.above(at).for_each(&mut next);
            } else {
                space.lattice.below(at).for_each(&mut next);
            }
        }
    }
}

/// Checks the middle of a path until all of it is settled. The path rises.
pub(super) fn search_path(space: &Space<'_>, checker: &mut Checker<'_>, known: &mut Known, path: &[usize]) {
    let (mut from, mut to) = (0, path.len());
    while from < to {
        let middle = usize::midpoint(from, to);
        let index = path[middle];
        if known.is_open(index) {
            let outcome = checker.outcome(&space.lattice.node(index));
            known.settle(space, index, outcome.anonymous);
        }
        if known.is_anonymous(index) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
}

/// A path of open nodes upwards, always to the one that costs least.
pub(super) fn path_up(space: &Space<'_>, known: &Known, losses: &[f64], from: usize) -> Vec<usize> {
    let mut path = vec![from];
    let mut at = from;
    while let Some(next) = space.lattice.above(at).filter(|next| known.is_open(*next)).min_by(|a, b| losses[*a].total_cmp(&losses[*b]).then(a.cmp(b))) {
        path.push(next);
        at = next;
    }
    path
}

/// The loss of every node.
pub(super) fn losses(space: &Space<'_>) -> Vec<f64> {
    (0..space.lattice.size()).map(|index| space.loss.of(&space.lattice.node(index))).collect()
}

/// Classifies every node, for goals without distances (t). The best is the anonymous one that costs least (of equals the first).
pub fn classify(space: &Space<'_>, goal: &Goal) -> Option<Found> {
    let losses = losses(space);
    let mut checker = Checker::new(space, goal);
    let mut known = Known::new(space.lattice.size());
    let mut order: Vec<usize> = (0..space.lattice.size()).collect();
    order.sort_by_cached_key(|index| space.lattice.node(*index).iter().map(|level| u32::from(*level)).sum::<u32>());
    for index in order {
        if known.is_open(index) {
            let path = path_up(space, &known, &losses, index);
            search_path(space, &mut checker, &mut known, &path);
        }
    }
    let anonymous: Vec<usize> = (0..space.lattice.size()).filter(|index| known.is_anonymous(*index)).collect();
    let best = anonymous.iter().copied().min_by(|a, b| losses[*a].total_cmp(&losses[*b]).then(a.cmp(b)))?;
    let node = space.lattice.node(best);
    let checked = checker.checked;
    Some(Found { loss: losses[best], outcome: checker.outcome(&node), node, checked, anonymous: Some(anonymous.len()) })
}
