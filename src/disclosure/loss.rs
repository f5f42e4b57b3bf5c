//! What generalising costs: non-uniform entropy (Gionis and Tassa 2009), as ARX states it.
//!
//! For each column the sum over its values i of `-n_i log2(n_i / n_gen(i))`: n_i rows have the value, n_gen(i) its group.
//! Columns add up; a row left out adds nothing. The value itself costs 0, and coarser never costs less.

use super::hierarchy::Hierarchy;

/// The loss of each column on each level, in bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    by_column: Vec<Vec<f64>>,
}

impl Loss {
    /// From the rows of each value, by column, and the order in which values are added up.
    pub fn new(hierarchies: &[Hierarchy], rows: &[Vec<u64>], orders: &[Vec<u32>]) -> Self {
        let of_level = |hierarchy: &Hierarchy, rows: &[u64], order: &[u32], level: usize| -> f64 {
            let mut groups = vec![0u64; hierarchy.groups(level) as usize];
            for (code, count) in (0..).zip(rows) {
                groups[hierarchy.group(level, code) as usize] += count;
            }
            let term = |code: &u32| {
                let (mine, whole) = (rows[*code as usize], groups[hierarchy.group(level, *code) as usize]);
                if mine == 0 || mine == whole { 0.0 } else { -(mine as f64) * (mine as f64 / whole as f64).log2() }
            };
            order.iter().map(term).sum()
        };
        let by_column = hierarchies
            .iter()
            .zip(rows)
            .zip(orders)
            .map(|((hierarchy, rows), order)| (0..=hierarchy.top()).map(|level| of_level(hierarchy, rows, order, level)).collect())
            .collect();
        Self { by_column }
    }

    /// The loss of a node.
    pub fn of(&self, node: &[u8]) -> f64 {
        self.by_column.iter().zip(node).map(|(levels, level)| levels[usize::from(*level)]).sum()
    }

    /// The loss of one column on one level.
    pub fn of_column(&self, column: usize, level: usize) -> f64 {
        self.by_column[column][level]
    }
}
