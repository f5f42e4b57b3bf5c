//! Searching the lattice for full-domain generalisations that reach a threshold.
//!
//! A node is *anonymous* if the rows of classes that fail (fewer than k rows or people, or fewer than l values of a
//! sensitive column) are no more than may be left out. Coarser classes are unions of finer ones, and what a class counts
//! only grows, so whatever lies above an anonymous node is anonymous, and whatever lies below another is not.

mod check;
pub mod classify;
pub mod local;
pub mod optimum;
pub mod policy_order;

use super::coded::{Coded, Role};
use super::dictionary::MISSING;
use super::hierarchy::Hierarchy;
use super::lattice::{Lattice, Node};
use super::loss::Loss;
use check::Checker;
pub use check::Outcome;

/// What classes must reach, and how many rows may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Members of each class: people, where a person column is named, else rows.
    pub k: u64,
    /// Distinct values that each class must hold, by sensitive column in order.
    pub l: Vec<Option<u64>>,
    /// Rows that may be left out.
    pub suppress_at_most: u64,
    /// Rows of any one group that may be left out, in hundredths of a per cent of its rows. Groups are the values of the
    /// columns with the role of a group.
    pub any_group: Option<u64>,
}

/// How the rows of a tuple lie in the groups of one column: the tuple's number, the group's code, rows.
type GroupRows = Vec<(u32, u32, u64)>;

impl Goal {
    /// Rows that a share of them stands for, rounded down.
    pub fn share_of(rows: u64, percent: f64) -> u64 {
        let share = (rows as f64 * percent / 100.0 + 1e-9).floor();
        if share >= rows as f64 { rows } else { format!("{share:.0}").parse().unwrap_or(0) }
    }
}

impl Goal {
    /// A percentage from 0 to 100 in hundredths of a per cent, rounded down.
    pub fn hundredths(percent: f64) -> u64 {
        Self::share_of(10_000, percent)
    }
}

/// Which values (people, illnesses) occur in which tuples, by value.
#[derive(Clone, Debug, Default)]
pub(super) struct Occurrences {
    starts: Vec<u32>,
    tuples: Vec<u32>,
}

impl Occurrences {
    fn new(mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let (mut starts, mut tuples) = (vec![0], Vec::with_capacity(pairs.len()));
        for value in pairs.chunk_by(|a, b| a.0 == b.0) {
            tuples.extend(value.iter().map(|(_, tuple)| *tuple));
            starts.push(u32::try_from(tuples.len()).unwrap_or(u32::MAX));
        }
        Self { starts, tuples }
    }

    /// The tuples of each value.
    fn lists(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|range| &self.tuples[range[0] as usize..range[1] as usize])
    }
}

/// An extract ready to be searched.
pub struct Space<'s> {
    pub(super) hierarchies: &'s [Hierarchy],
    /// The lattice of these hierarchies.
    pub lattice: Lattice,
    /// What each node costs.
    pub loss: Loss,
    /// Rows of the extract.
    pub rows: u64,
    /// Codes of each distinct tuple, one after the other.
    pub(super) tuples: Vec<u32>,
    /// Rows of each tuple.
    pub(super) counts: Vec<u64>,
    /// People by tuple, where people are known.
    people: Option<Occurrences>,
    /// Values of sensitive columns by tuple.
    sensitive: Vec<Occurrences>,
    /// By group column: its rows by tuple and group, and the rows of each group.
    groups: Vec<(GroupRows, Vec<u64>)>,
}

/// More nodes than a search can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these hierarchies have more than {} combinations of levels", super::lattice::LIMIT)]
pub struct TooLarge;

impl<'s> Space<'s> {
    /// One hierarchy for each quasi-identifier, in order.
    pub fn new(coded: &Coded, hierarchies: &'s [Hierarchy]) -> Result<Self, TooLarge> {
        let lattice = Lattice::new(hierarchies).ok_or(TooLarge)?;
        let quasi = hierarchies.len();
        let (tuples, mut counts) = (coded.tuples(), Vec::new());
        let mut people: Option<Vec<(u32, u32)>> = (coded.count(Role::Person) > 0).then(Vec::new);
        let columns: Vec<usize> = coded.of(Role::Sensitive).map(|(index, _)| index - quasi).collect();
        let mut sensitive: Vec<Vec<(u32, u32)>> = vec![Vec::new(); columns.len()];
        let mut groups: Vec<(usize, GroupRows, Vec<u64>)> =
            coded.of(Role::Group).map(|(index, column)| (index - quasi, Vec::new(), vec![0; column.values.len().max(1)])).collect();
        coded.each_class(|class| {
            let tuple = u32::try_from(class.index).unwrap_or(u32::MAX);
            counts.push(class.rows);
            if let (Some(pairs), Some(person)) = (&mut people, class.person) {
                pairs.extend(class.codes[person].iter().filter(|code| **code != MISSING).map(|code| (*code, tuple)));
            }
            for (pairs, column) in sensitive.iter_mut().zip(&columns) {
                pairs.extend(class.codes[*column].iter().map(|code| (*code, tuple)));
            }
            for (column, rows, sums) in &mut groups {
                for (code, count) in class.codes[*column].iter().zip(class.counts) {
                    rows.push((tuple, *code, u64::from(*count)));
                    sums[*code as usize] += u64::from(*count);
                }
            }
        });
        let groups = groups.into_iter().map(|(_, rows, sums)| (rows, sums)).collect();
        let mut rows_of: Vec<Vec<u64>> = coded.of(Role::Quasi).map(|(_, column)| vec![0; column.values.len()]).collect();
        for (tuple, count) in tuples.chunks_exact(quasi.max(1)).zip(&counts) {
            for (rows, code) in rows_of.iter_mut().zip(tuple) {
                rows[*code as usize] += count;
            }
        }
        let orders: Vec<Vec<u32>> = coded.of(Role::Quasi).map(|(_, column)| column.values.in_order()).collect();
        let loss = Loss::new(hierarchies, &rows_of, &orders);
        let sensitive = sensitive.into_iter().map(Occurrences::new).collect();
        Ok(Self { hierarchies, lattice, loss, rows: coded.rows, tuples, counts, people: people.map(Occurrences::new), sensitive, groups })
    }

    /// How a node does.
    pub fn outcome(&self, goal: &Goal, node: &[u8]) -> Outcome {
        Checker::new(self, goal).outcome(node)
    }

    /// Whether each tuple's rows would be left out at a node.
    pub fn left_out(&self, goal: &Goal, node: &[u8]) -> Vec<bool> {
        Checker::new(self, goal).left_out(node)
    }

    /// Whether no group loses more of its rows than it may, if these tuples are left out.
    fn groups_allow(&self, goal: &Goal, left_out: impl Fn(u32) -> bool) -> bool {
        let Some(most) = goal.any_group else { return true };
        self.groups.iter().all(|(rows, sums)| {
            let mut lost = vec![0u64; sums.len()];
            for (tuple, group, count) in rows {
                if left_out(*tuple) {
                    lost[*group as usize] += count;
                }
            }
            lost.iter().zip(sums).all(|(lost, all)| u128::from(*lost) * 10_000 <= u128::from(*all) * u128::from(most))
        })
    }

    /// The loss of the coarsest node: everything.
    pub fn most(&self) -> f64 {
        self.loss.of(self.lattice.tops())
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The levels, by column.
    pub node: Node,
    /// What they cost, in bits.
    pub loss: f64,
    /// How it does.
    pub outcome: Outcome,
    /// Nodes that were checked.
    pub checked: usize,
    /// Anonymous nodes of the lattice, where all were classified.
    pub anonymous: Option<usize>,
}

#[cfg(test)]
mod tests;
