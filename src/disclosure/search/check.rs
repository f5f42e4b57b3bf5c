//! Checking one node: its classes from those of a finer node that was checked before (roll-up).

use super::fates::fates;
use super::{Goal, Space};
use crate::disclosure::hierarchy::Hierarchy;
use crate::disclosure::lattice::Node;

/// How a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Classes, those that fail included.
    pub classes: usize,
    /// Classes that reach the goal.
    pub kept: usize,
    /// Rows of those that do not.
    pub suppressed: u64,
    /// The smallest class that stays, in rows or people (of whom the same is held, where that counts); none if none stays.
    pub k: Option<u64>,
    /// Whether no more rows fail than may be left out, and some stay.
    pub anonymous: bool,
}

/// Classes of a node: one tuple of each, and its rows.
struct Snapshot {
    node: Node,
    representatives: Vec<u32>,
    rows: Vec<u64>,
}

/// Classes that are remembered, all nodes together.
const REMEMBERED: usize = 1 << 21;

/// Checks nodes of one space for one goal.
pub(super) struct Checker<'s> {
    space: &'s Space<'s>,
    goal: &'s Goal,
    /// Where each column lies in a key of 64 bits.
    shifts: Vec<u32>,
    /// Whether 64 bits are too few.
    wide: bool,
    /// Fewest classes first.
    snapshots: Vec<Snapshot>,
    remembered: usize,
    table: Vec<u32>,
    /// Nodes checked.
    pub(super) checked: usize,
}

impl<'s> Checker<'s> {
    pub(super) fn new(space: &'s Space<'s>, goal: &'s Goal) -> Self {
        let mut shifts = vec![0; space.hierarchies.len()];
        let mut bits = 0;
        for (column, hierarchy) in space.hierarchies.iter().enumerate().rev() {
            shifts[column] = bits;
            bits += 32 - hierarchy.groups(0).leading_zeros();
        }
        Self { space, goal, shifts, wide: bits > 64, snapshots: Vec::new(), remembered: 0, table: Vec::new(), checked: 0 }
    }

    /// How a node does. Its classes are remembered for coarser ones.
    pub(super) fn outcome(&mut self, node: &[u8]) -> Outcome {
        self.checked += 1;
        if self.space.people.is_some() || self.goal.any_group.is_some() || self.goal.l.iter().any(Option::is_some) || self.goal.t.iter().any(Option::is_some) {
            // People and values of two classes overlap, so classes cannot be added up: every tuple is looked at, as it is
            // where it matters whose rows are left out.
            let (class_of, rows_of) = self.everything(node);
            let fates = fates(self.space, self.goal, &class_of, rows_of.len());
            let mut outcome = fates.outcome;
            outcome.anonymous &= self.space.groups_allow(self.goal, |unit| fates.left_out[unit as usize]);
            return outcome;
        }
        let finer = self.snapshots.iter().position(|snapshot| snapshot.node.iter().zip(node).all(|(finer, level)| finer <= level));
        let snapshot = match finer.map(|index| (index, self.snapshots.remove(index))) {
            Some((index, finer)) => {
                let found = self.group(node, &finer.representatives, &finer.rows, &mut Vec::new());
                self.snapshots.insert(index, finer);
                found
            }
            None => {
                let everything: Vec<u32> = (0..u32::try_from(self.space.counts.len()).unwrap_or(u32::MAX)).collect();
                self.group(node, &everything, &self.space.counts, &mut Vec::new())
            }
        };
        let outcome = judge(self.space, self.goal, snapshot.1.iter().map(|rows| (*rows, *rows < self.goal.k)));
        self.remember(Snapshot { node: node.to_vec(), representatives: snapshot.0, rows: snapshot.1 });
        outcome
    }

    /// Whether each unit's rows are left out.
    pub(super) fn left_out(&mut self, node: &[u8]) -> Vec<bool> {
        let (class_of, rows_of) = self.everything(node);
        fates(self.space, self.goal, &class_of, rows_of.len()).left_out
    }

    /// The class of every unit, and the rows of every class.
    fn everything(&mut self, node: &[u8]) -> (Vec<u32>, Vec<u64>) {
        let units: Vec<u32> = (0..u32::try_from(self.space.counts.len()).unwrap_or(u32::MAX)).collect();
        let mut class_of = Vec::with_capacity(units.len());
        let (_, rows_of) = self.group(node, &units, &self.space.counts, &mut class_of);
        (class_of, rows_of)
    }

    fn remember(&mut self, snapshot: Snapshot) {
        let classes = snapshot.representatives.len();
        if self.remembered + classes <= REMEMBERED && classes * 4 < self.space.counts.len() * 3 {
            self.remembered += classes;
            let at = self.snapshots.partition_point(|other| other.representatives.len() <= classes);
            self.snapshots.insert(at, snapshot);
        }
    }

    /// Classes of a node; `class_of` gets the class of each representative.
    fn group(&mut self, node: &[u8], representatives: &[u32], rows: &[u64], class_of: &mut Vec<u32>) -> (Vec<u32>, Vec<u64>) {
        let levels: Vec<Coarsened<'_>> = self
            .space
            .hierarchies
            .iter()
            .zip(node)
            .zip(&self.shifts)
            .enumerate()
            .filter(|(_, ((hierarchy, level), _))| hierarchy.groups(usize::from(**level)) > 1)
            .map(|(column, ((hierarchy, level), shift))| Coarsened { column, hierarchy, level: usize::from(*level), shift: *shift })
            .collect();
        let columns = self.space.hierarchies.len();
        let tuples = &self.space.tuples;
        let codes = |tuple: u32| &tuples[tuple as usize * columns..][..columns];
        if self.wide {
            let key = |tuple: u32| levels.iter().map(|level| level.group(codes(tuple))).collect::<Vec<u32>>();
            gather(&mut self.table, representatives, rows, key, |key| key.iter().fold(0, |hash, part| spread(hash ^ u64::from(*part))), class_of)
        } else {
            let key = |tuple: u32| {
                let codes = codes(tuple);
                levels.iter().fold(0u64, |key, level| key | u64::from(level.group(codes)) << level.shift)
            };
            gather(&mut self.table, representatives, rows, key, |key| spread(*key), class_of)
        }
    }
}

/// Adds up classes given as (rows, fails).
fn judge(space: &Space<'_>, goal: &Goal, classes: impl Iterator<Item = (u64, bool)>) -> Outcome {
    let (mut all, mut kept, mut suppressed, mut k) = (0, 0, 0, None::<u64>);
    for (rows, fails) in classes {
        all += 1;
        if fails {
            suppressed += rows;
        } else {
            kept += 1;
            k = Some(k.map_or(rows, |least| least.min(rows)));
        }
    }
    Outcome { classes: all, kept, suppressed, k, anonymous: is_anonymous(space, goal, suppressed) }
}

/// Whether no more rows are left out than may be, and something stays of what there is.
pub(super) fn is_anonymous(space: &Space<'_>, goal: &Goal, suppressed: u64) -> bool {
    suppressed <= goal.suppress_at_most && (suppressed < space.rows || space.rows == 0)
}

/// A column on a level.
struct Coarsened<'h> {
    column: usize,
    hierarchy: &'h Hierarchy,
    level: usize,
    shift: u32,
}

impl Coarsened<'_> {
    #[inline]
    fn group(&self, codes: &[u32]) -> u32 {
        self.hierarchy.group(self.level, codes[self.column])
    }
}

#[inline]
fn spread(bits: u64) -> u64 {
    let product = u128::from(bits ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
    u64::try_from((product ^ (product >> 64)) & u128::from(u64::MAX)).unwrap_or(0)
}

/// Adds up rows by key, the first tuple of a class standing for it.
fn gather<K: PartialEq>(
    table: &mut Vec<u32>,
    representatives: &[u32],
    rows: &[u64],
    key: impl Fn(u32) -> K,
    hash: impl Fn(&K) -> u64,
    class_of: &mut Vec<u32>,
) -> (Vec<u32>, Vec<u64>) {
    let size = (representatives.len() * 2).next_power_of_two().max(16);
    table.clear();
    table.resize(size, 0);
    let (mut keys, mut found, mut sums): (Vec<K>, Vec<u32>, Vec<u64>) = (Vec::new(), Vec::new(), Vec::new());
    for (tuple, count) in representatives.iter().zip(rows) {
        let mine = key(*tuple);
        let mut at = usize::try_from(hash(&mine)).unwrap_or(0) & (size - 1);
        let class = loop {
            match table[at] {
                0 => {
                    keys.push(mine);
                    found.push(*tuple);
                    sums.push(0);
                    table[at] = u32::try_from(keys.len()).unwrap_or(u32::MAX);
                    break keys.len() - 1;
                }
                one if keys[one as usize - 1] == mine => break one as usize - 1,
                _ => at = (at + 1) & (size - 1),
            }
        };
        sums[class] += count;
        class_of.push(u32::try_from(class).unwrap_or(u32::MAX));
    }
    (found, sums)
}
