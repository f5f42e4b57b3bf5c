//! Whole columns coarsened in the order that a policy states: the first by one level, then the second by one, and so on
//! round, until the goal is reached. Everybody can follow why each step was taken; nothing says that it costs least.

use super::check::Checker;
use super::{Goal, Outcome, Space};
use crate::disclosure::lattice::Node;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The column that was coarsened; none for the extract as it is.
    pub column: Option<usize>,
    /// The levels after it.
    pub node: Node,
    /// What they cost, in bits.
    pub loss: f64,
    /// How they do.
    pub outcome: Outcome,
}

/// The steps from the extract as it is to the first that reaches the goal, or to the last there is. Columns that the order
/// does not name stay as they are.
pub fn policy_order(space: &Space<'_>, goal: &Goal, order: &[usize]) -> Vec<Step> {
    let mut checker = Checker::new(space, goal);
    let mut node: Node = vec![0; space.hierarchies.len()];
    let mut steps = Vec::new();
    let mut step = |node: &Node, column: Option<usize>| {
        let outcome = checker.outcome(node);
        steps.push(Step { column, node: node.clone(), loss: space.loss.of(node), outcome });
        outcome.anonymous
    };
    let mut reached = step(&node, None);
    let mut raised = true;
    while !reached && raised {
        raised = false;
        for column in order {
            if node[*column] < space.lattice.tops()[*column] {
                node[*column] += 1;
                raised = true;
                reached = step(&node, Some(*column));
                if reached {
                    break;
                }
            }
        }
    }
    steps
}
