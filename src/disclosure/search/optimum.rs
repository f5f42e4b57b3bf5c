//! The anonymous node that costs least, without classifying the rest.
//!
//! Loss never falls upwards, so the best node is known once every node that costs less is known not to be anonymous. One
//! path upwards gives a first answer; then nodes that cost less than the answer are checked, the dearest first: each that
//! fails settles everything below it, each that does not gives a better answer.
//!
//! A goal with distances (t) is not kept by what is coarser. Then nodes are looked at from the cheapest on, and the first
//! that does is the best; only what fails in k or l still settles what lies below it.

use super::check::Checker;
use super::classify::{Known, losses, path_up, search_path};
use super::{Found, Goal, Space};

/// The best node; none if even the coarsest does not reach the goal.
pub fn optimum(space: &Space<'_>, goal: &Goal) -> Option<Found> {
    let losses = losses(space);
    if goal.t.iter().any(Option::is_some) {
        return cheapest_first(space, goal, &losses);
    }
    let mut checker = Checker::new(space, goal);
    let mut known = Known::new(losses.len());
    let top = losses.len() - 1;
    let first = checker.outcome(&space.lattice.node(top)).anonymous;
    known.settle(space, top, first);
    if !first {
        return None;
    }
    let before = |a: usize, b: usize| losses[a].total_cmp(&losses[b]).then(a.cmp(&b)).is_lt();
    let mut best = top;
    let lowest = |path: &[usize], checker: &mut Checker<'_>, known: &mut Known, best: &mut usize| {
        search_path(space, checker, known, path);
        if let Some(found) = path.iter().copied().find(|index| known.is_anonymous(*index)).filter(|found| before(*found, *best)) {
            *best = found;
        }
    };
    if known.is_open(0) {
        let path = path_up(space, &known, &losses, 0);
        lowest(&path, &mut checker, &mut known, &mut best);
    }
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_unstable_by(|a, b| losses[*b].total_cmp(&losses[*a]).then(b.cmp(a)));
    for index in order {
        if !before(index, best) || !known.is_open(index) {
            continue;
        }
        let outcome = checker.outcome(&space.lattice.node(index));
        known.settle(space, index, outcome.anonymous);
        if outcome.anonymous {
            best = index;
            // Down from here, always where most is gained, as long as nothing is known.
            let mut path = vec![index];
            let mut at = index;
            while let Some(next) = space.lattice.below(at).filter(|next| known.is_open(*next)).min_by(|a, b| losses[*a].total_cmp(&losses[*b]).then(a.cmp(b))) {
                path.push(next);
                at = next;
            }
            path.reverse();
            lowest(&path, &mut checker, &mut known, &mut best);
        }
    }
    let node = space.lattice.node(best);
    let checked = checker.checked;
    Some(Found { loss: losses[best], outcome: checker.outcome(&node), node, checked, anonymous: None })
}

/// The best node where nothing follows for coarser nodes from a finer one that does.
fn cheapest_first(space: &Space<'_>, goal: &Goal, losses: &[f64]) -> Option<Found> {
    let plain = Goal { t: Vec::new(), ..goal.clone() };
    let (mut checker, mut without_t) = (Checker::new(space, goal), Checker::new(space, &plain));
    let mut known = Known::new(losses.len());
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_unstable_by(|a, b| losses[*a].total_cmp(&losses[*b]).then(a.cmp(b)));
    for index in order {
        let node = space.lattice.node(index);
        if known.is_open(index) {
            let reached = without_t.outcome(&node).anonymous;
            known.settle(space, index, reached);
        }
        if known.is_anonymous(index) {
            let outcome = checker.outcome(&node);
            if outcome.anonymous {
                return Some(Found { loss: losses[index], outcome, node, checked: checker.checked + without_t.checked, anonymous: None });
            }
        }
    }
    None
}
