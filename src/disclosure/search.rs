//! Searching the lattice for full-domain generalisations that reach a threshold.
//!
//! A node is *anonymous* if the rows of classes that fail (fewer than k rows or people, or fewer than l values of a
//! sensitive column) are no more than may be left out, and something stays. Coarser classes are unions of finer ones, and
//! what a class counts only grows, so whatever lies above an anonymous node is anonymous, and whatever lies below another
//! is not. That holds too where the people of a class are told apart by what is held of them already: coarsening does not
//! touch that. It does not hold for distances from the whole (t), so every node that could do is looked at then.

mod check;
pub mod classify;
mod fates;
pub mod local;
pub mod optimum;
pub mod policy_order;

use super::coded::{Coded, Role};
use super::dictionary::MISSING;
use super::hierarchy::Hierarchy;
use super::lattice::{Lattice, Node};
use super::loss::Loss;
use super::measure::closeness::Distance;
use check::Checker;
pub use check::Outcome;

/// What classes must reach, and how many rows may be left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goal {
    /// Members of each class: people, where a person column is named, else rows.
    pub k: u64,
    /// Distinct values that each class must hold, by sensitive column in order.
    pub l: Vec<Option<u64>>,
    /// The largest distance of a class from the whole of what stays, by sensitive column in order, and how it is taken.
    pub t: Vec<Option<(f64, Distance)>>,
    /// Whether k and l must hold among the people of a class of whom the same is held, too.
    pub joined: bool,
    /// Rows that may be left out.
    pub suppress_at_most: u64,
    /// Rows of any one group that may be left out, in hundredths of a per cent of its rows. Groups are the values of the
    /// columns with the role of a group.
    pub any_group: Option<u64>,
}

/// How the rows of a unit lie in the groups of one column: the unit's number, the group's code, rows.
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

/// What is held of rows that are nobody's.
const NOBODY: u32 = u32::MAX;

/// The values of one sensitive column: its units, values, people (0 where none are named) and rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    entries: Vec<(u32, u32, u32, u64)>,
    /// Codes in the order of their values.
    order: Vec<u32>,
}

/// Which values (people, illnesses) occur in which units, by value.
#[derive(Clone, Debug, Default)]
pub(super) struct Occurrences {
    starts: Vec<u32>,
    units: Vec<u32>,
}

impl Occurrences {
    fn new(mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let (mut starts, mut units) = (vec![0], Vec::with_capacity(pairs.len()));
        for value in pairs.chunk_by(|a, b| a.0 == b.0) {
            units.extend(value.iter().map(|(_, unit)| *unit));
            starts.push(u32::try_from(units.len()).unwrap_or(u32::MAX));
        }
        Self { starts, units }
    }

    /// The units of each value.
    fn lists(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|range| &self.units[range[0] as usize..range[1] as usize])
    }
}

/// An extract ready to be searched.
///
/// Its *units* are the rows of one distinct tuple whose people are told apart by nothing that is held of them: one for
/// each tuple where nothing is held.
pub struct Space<'s> {
    pub(super) hierarchies: &'s [Hierarchy],
    /// The lattice of these hierarchies.
    pub lattice: Lattice,
    /// What each node costs.
    pub loss: Loss,
    /// Rows of the extract.
    pub rows: u64,
    /// Codes of the tuple of each unit, one unit after the other.
    pub(super) tuples: Vec<u32>,
    /// Rows of each unit.
    pub(super) counts: Vec<u64>,
    /// What is held of the people of each unit; empty where nothing was said to be.
    held: Vec<u32>,
    /// The first unit of each distinct tuple, and the number of units last.
    starts: Vec<u32>,
    /// People by unit, where people are known.
    people: Option<Occurrences>,
    /// Values of sensitive columns by unit; where people are known, those of rows that are somebody's.
    sensitive: Vec<Occurrences>,
    /// The same with people and rows, of columns whose distance matters.
    spreads: Vec<Option<Spread>>,
    /// By group column: its rows by unit and group, and the rows of each group.
    groups: Vec<(GroupRows, Vec<u64>)>,
}

/// More nodes than a search can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these hierarchies have more than {} combinations of levels", super::lattice::LIMIT)]
pub struct TooLarge;

impl<'s> Space<'s> {
    /// One hierarchy for each quasi-identifier, in order. Nothing is held of anybody, and distances do not matter.
    pub fn new(coded: &Coded, hierarchies: &'s [Hierarchy]) -> Result<Self, TooLarge> {
        Self::with(coded, hierarchies, &[], None)
    }

    /// The same with what a goal needs: `t` as in the goal, and the number of what is held by code of the person column.
    pub fn with(coded: &Coded, hierarchies: &'s [Hierarchy], t: &[Option<(f64, Distance)>], held: Option<&[u32]>) -> Result<Self, TooLarge> {
        let lattice = Lattice::new(hierarchies).ok_or(TooLarge)?;
        let quasi = hierarchies.len();
        let tuples = coded.tuples();
        let mut rows_of: Vec<Vec<u64>> = coded.of(Role::Quasi).map(|(_, column)| vec![0; column.values.len()]).collect();
        let orders: Vec<Vec<u32>> = coded.of(Role::Quasi).map(|(_, column)| column.values.in_order()).collect();
        let mut people: Option<Vec<(u32, u32)>> = (coded.count(Role::Person) > 0).then(Vec::new);
        let columns: Vec<usize> = coded.of(Role::Sensitive).map(|(index, _)| index - quasi).collect();
        let mut sensitive: Vec<Vec<(u32, u32)>> = vec![Vec::new(); columns.len()];
        let spread = |(at, (_, column)): (usize, (usize, &super::coded::Column))| {
            t.get(at).copied().flatten().map(|_| Spread { entries: Vec::new(), order: column.values.in_order() })
        };
        let mut spreads: Vec<Option<Spread>> = coded.of(Role::Sensitive).enumerate().map(spread).collect();
        let mut groups: Vec<(usize, GroupRows, Vec<u64>)> =
            coded.of(Role::Group).map(|(index, column)| (index - quasi, Vec::new(), vec![0; column.values.len().max(1)])).collect();
        let mut space = Self {
            hierarchies,
            lattice,
            loss: Loss::new(hierarchies, &rows_of, &orders),
            rows: coded.rows,
            tuples: Vec::new(),
            counts: Vec::new(),
            held: Vec::new(),
            starts: Vec::new(),
            people: None,
            sensitive: Vec::new(),
            spreads: Vec::new(),
            groups: Vec::new(),
        };
        let (mut held_here, mut units) = (Vec::new(), Vec::new());
        coded.each_class(|class| {
            let first = space.counts.len();
            space.starts.push(u32::try_from(first).unwrap_or(u32::MAX));
            let tuple = &tuples[class.index * quasi..][..quasi];
            for (rows, code) in rows_of.iter_mut().zip(tuple) {
                rows[*code as usize] += class.rows;
            }
            // The unit of each distinct row.
            units.clear();
            match (held, class.person) {
                (Some(held), Some(person)) => {
                    let held_of = |code: u32| if code == MISSING { NOBODY } else { held[code as usize] };
                    held_here.clear();
                    held_here.extend(class.codes[person].iter().map(|code| held_of(*code)));
                    held_here.sort_unstable();
                    held_here.dedup();
                    units.extend(class.codes[person].iter().map(|code| first + held_here.partition_point(|other| *other < held_of(*code))));
                    space.held.extend_from_slice(&held_here);
                    space.counts.resize(first + held_here.len(), 0);
                }
                _ => {
                    units.resize(class.counts.len(), first);
                    space.counts.push(0);
                }
            }
            for _ in first..space.counts.len() {
                space.tuples.extend_from_slice(tuple);
            }
            for (row, (unit, count)) in units.iter().zip(class.counts).enumerate() {
                let count = u64::from(*count);
                space.counts[*unit] += count;
                let unit = u32::try_from(*unit).unwrap_or(u32::MAX);
                let person = class.person.map(|person| class.codes[person][row]);
                if let (Some(pairs), Some(person)) = (&mut people, person.filter(|person| *person != MISSING)) {
                    pairs.push((person, unit));
                }
                // Where people count, what rows of nobody say is not said of anybody.
                if person != Some(MISSING) {
                    for ((pairs, spread), column) in sensitive.iter_mut().zip(&mut spreads).zip(&columns) {
                        let value = class.codes[*column][row];
                        pairs.push((value, unit));
                        if let Some(spread) = spread {
                            spread.entries.push((unit, value, person.unwrap_or(0), count));
                        }
                    }
                }
                for (column, rows, sums) in &mut groups {
                    let code = class.codes[*column][row];
                    rows.push((unit, code, count));
                    sums[code as usize] += count;
                }
            }
        });
        space.starts.push(u32::try_from(space.counts.len()).unwrap_or(u32::MAX));
        space.loss = Loss::new(hierarchies, &rows_of, &orders);
        space.people = people.map(Occurrences::new);
        space.sensitive = sensitive.into_iter().map(Occurrences::new).collect();
        space.spreads = spreads;
        space.groups = groups.into_iter().map(|(_, rows, sums)| (rows, sums)).collect();
        Ok(space)
    }

    /// The unit of rows of a distinct tuple by what is held of their people; none for rows of nobody.
    pub fn unit(&self, tuple: usize, held: Option<u32>) -> usize {
        let (first, last) = (self.starts[tuple] as usize, self.starts[tuple + 1] as usize);
        first + self.held.get(first..last).map_or(0, |here| here.partition_point(|other| *other < held.unwrap_or(NOBODY)))
    }

    /// The distinct tuple of each unit, and what is held of its people (0 where nothing was said to be held, none for rows
    /// of nobody).
    pub fn units(&self) -> impl Iterator<Item = (&[u32], Option<u32>)> {
        let columns = self.hierarchies.len();
        let held = |unit: usize| self.held.get(unit).copied().map_or(Some(0), |held| (held != NOBODY).then_some(held));
        (0..self.counts.len()).map(move |unit| (&self.tuples[unit * columns..][..columns], held(unit)))
    }

    /// How a node does.
    pub fn outcome(&self, goal: &Goal, node: &[u8]) -> Outcome {
        Checker::new(self, goal).outcome(node)
    }

    /// Whether each unit's rows would be left out at a node.
    pub fn left_out(&self, goal: &Goal, node: &[u8]) -> Vec<bool> {
        Checker::new(self, goal).left_out(node)
    }

    /// Whether no group loses more of its rows than it may, if these units are left out.
    fn groups_allow(&self, goal: &Goal, left_out: impl Fn(u32) -> bool) -> bool {
        let Some(most) = goal.any_group else { return true };
        self.groups.iter().all(|(rows, sums)| {
            let mut lost = vec![0u64; sums.len()];
            for (unit, group, count) in rows {
                if left_out(*unit) {
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
