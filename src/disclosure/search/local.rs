//! Local suppression: cells of rows in failing classes are blanked, column by column in the order that a policy states.
//! A blank cell is a value of its own, so that blanked rows protect each other. Rows that still fail with every column of
//! the order blanked are left out.

use std::collections::HashMap;

use super::fates::fates;
use super::{Goal, Outcome, Space};
use crate::disclosure::dictionary::MISSING;

/// What blanking costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Cells blanked in rows that stay, by column.
    pub cells: Vec<u64>,
    /// Rows that stay with a blanked cell.
    pub rows: u64,
    /// How it ends; `suppressed` are the rows left out.
    pub outcome: Outcome,
    /// Whether each unit is left out.
    pub left_out: Vec<bool>,
}

/// Blanks cells on top of a node until classes reach the goal.
pub fn local_suppression(space: &Space<'_>, goal: &Goal, node: &[u8], order: &[usize]) -> Local {
    let columns = space.hierarchies.len();
    let count = space.counts.len();
    let group = |column: usize, code: u32| space.hierarchies[column].group(usize::from(node[column]), code);
    let mut keys: Vec<Vec<u32>> =
        space.tuples.chunks_exact(columns.max(1)).map(|tuple| tuple.iter().enumerate().map(|(column, code)| group(column, *code)).collect()).collect();
    let mut cells_of = vec![vec![false; columns]; count];
    let mut left = order.iter();
    loop {
        let mut known: HashMap<&[u32], u32> = HashMap::new();
        let mut class_of = Vec::with_capacity(count);
        for key in &keys {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            class_of.push(*known.entry(key).or_insert(next));
        }
        let fates = fates(space, goal, &class_of, known.len());
        let fails = |unit: usize| fates.left_out[unit];
        let column = left.next();
        let (Some(column), true) = (column, (0..count).any(fails)) else {
            let mut outcome = fates.outcome;
            outcome.anonymous &= space.groups_allow(goal, |unit| fates.left_out[unit as usize]);
            let (mut cells, mut rows) = (vec![0; columns], 0);
            for unit in (0..count).filter(|unit| !fails(*unit)) {
                let blanked = &cells_of[unit];
                blanked.iter().zip(&mut cells).filter(|(blank, _)| **blank).for_each(|(_, cells)| *cells += space.counts[unit]);
                rows += if blanked.contains(&true) { space.counts[unit] } else { 0 };
            }
            return Local { cells, rows, outcome, left_out: fates.left_out };
        };
        let failing: Vec<usize> = (0..count).filter(|unit| fails(*unit)).collect();
        let blank = group(*column, MISSING);
        for unit in failing {
            if keys[unit][*column] != blank {
                keys[unit][*column] = blank;
                cells_of[unit][*column] = true;
            }
        }
    }
}
