//! The clauses in force on a stretch of days on which nothing changes, each as a few products of sets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::axes::Axes;
use super::bits::Bits;
use super::lines::{Line, Lines};
use super::orgs::OrgSet;
use crate::agreement::Clause;
use crate::decision::plain::Question;
use crate::identifier::Interval;
use crate::pack::Pack;

/// A set of organisations; equal sets are kept once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(u32);

impl SetId {
    pub(super) fn new(index: usize) -> Self {
        Self(number(index))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a clause does to a case it applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Closes it, whichever agreement grants: a guard, or a prohibition of scope `source`.
    Closes,
    /// Grants it.
    Grants,
    /// Keeps its own agreement from granting it.
    Withholds,
}

/// One product: these roles at these organisations, these data of these organisations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Leaf roles.
    pub roles: Bits,
    /// Where they work; not asked for the person's own roles.
    pub at: SetId,
    /// Whose data.
    pub of: SetId,
    /// Leaf categories.
    pub data: Bits,
}

/// A clause in force, without what it cannot reach on these days.
#[derive(Clone, Debug)]
pub struct Row<'p> {
    /// Its agreement, by its place in the pack; none for a guard.
    pub agreement: Option<usize>,
    /// The clause.
    pub clause: &'p Clause,
    /// What it does.
    pub effect: Effect,
    /// Leaf purposes.
    pub purposes: Bits,
    /// The products whose union it reaches. No role is in two of them.
    pub blocks: Vec<Block>,
    /// Its number among the clauses of all days.
    pub(super) line: u32,
}

/// The clauses of a stretch of days. What it shares with other stretches is held once.
#[derive(Debug)]
pub struct Epoch<'p> {
    /// The days.
    pub during: Interval,
    /// Clauses in force: those that close, then grants, then those that withhold, each in the order of the pack.
    pub rows: Vec<Arc<Row<'p>>>,
    /// The sets of organisations that the rows name.
    pub sets: Vec<Arc<OrgSet>>,
    /// Organisations that are open.
    pub open: Bits,
    /// Leaf roles of the person the record is about, and of who acts for them: they work nowhere.
    pub own: Bits,
    /// Where each set stands in `sets`.
    places: Vec<u32>,
    /// For each leaf role the rows with a block for it.
    by_role: Vec<Vec<(u32, u32)>>,
}

/// A role and the blocks of its row.
type RowKey = (u32, Vec<u32>);

/// What epochs share: rows by their blocks that are not empty, and sets by the stretches in which they stay the same.
#[derive(Debug)]
pub(super) struct Shared<'p> {
    rows: Mutex<HashMap<RowKey, Arc<Row<'p>>>>,
    sets: Vec<Changing>,
}

#[derive(Debug, Default)]
struct Changing {
    changes: OnceLock<Vec<u32>>,
    states: Mutex<HashMap<usize, Arc<OrgSet>>>,
}

impl Shared<'_> {
    pub(super) fn new(lines: &Lines<'_>) -> Self {
        Self { rows: Mutex::default(), sets: lines.sets.iter().map(|_| Changing::default()).collect() }
    }

    pub(super) fn set(&self, lines: &Lines<'_>, id: SetId, stretch: u32) -> Arc<OrgSet> {
        let (timed, changing) = (lines.set(id), &self.sets[id.index()]);
        let state = changing.changes.get_or_init(|| timed.changes()).partition_point(|change| *change <= stretch);
        let mut states = changing.states.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(states.entry(state).or_insert_with(|| Arc::new(timed.on(stretch, lines.size))))
    }
}

impl<'p> Epoch<'p> {
    /// The clauses of a stretch.
    pub(super) fn new(pack: &'p Pack, axes: &Axes, lines: &Lines<'p>, shared: &Shared<'p>, stretch: u32, during: Interval) -> Self {
        let (mut sets, mut places) = (Vec::new(), vec![u32::MAX; lines.sets.len()]);
        let mut rows = Vec::new();
        let mut by_role = vec![Vec::new(); axes.roles.len()];
        for (line_number, line) in (0u32..).zip(&lines.all).filter(|(_, line)| line.is_in_force(stretch)) {
            let mut open = |id: SetId| {
                let place = &mut places[id.index()];
                if *place == u32::MAX {
                    *place = number(sets.len());
                    sets.push(shared.set(lines, id, stretch));
                }
                !sets[*place as usize].is_empty()
            };
            let parts: Vec<u32> = (0u32..).zip(&line.parts).filter(|(_, part)| open(part.at) && open(part.of)).map(|(index, _)| index).collect();
            if parts.is_empty() {
                continue;
            }
            let index = number(rows.len());
            let mut known = shared.rows.lock().unwrap_or_else(PoisonError::into_inner);
            let row = known.entry((line_number, parts)).or_insert_with_key(|(_, parts)| Arc::new(row(line, line_number, parts)));
            for (block, product) in row.blocks.iter().enumerate() {
                for role in product.roles.iter() {
                    by_role[role].push((index, number(block)));
                }
            }
            rows.push(Arc::clone(row));
        }
        let is_open = |org: &usize| pack.register.organisations[*org].open.contains(during.first);
        let open = Bits::of(lines.size, (0..lines.size).filter(is_open));
        Self { during, rows, sets, open, own: lines.own.clone(), places, by_role }
    }

    /// The organisations of a set that a row of this epoch names.
    pub fn set(&self, id: SetId) -> &OrgSet {
        &self.sets[self.place(id)]
    }

    /// Where a set stands among those of this epoch.
    pub(super) fn place(&self, id: SetId) -> usize {
        self.places[id.index()] as usize
    }

    /// The rows with a block for a role, each with that block.
    pub fn rows_for(&self, role: usize) -> impl Iterator<Item = (u32, &Row<'p>, &Block)> {
        self.by_role[role].iter().map(|(row, block)| (*row, &*self.rows[*row as usize], &self.rows[*row as usize].blocks[*block as usize]))
    }

    /// The blocks that hold a role, each with the numbers of its row and of the block in it.
    pub fn blocks_for(&self, role: usize) -> impl Iterator<Item = ((u32, u32), &Block)> {
        self.by_role[role].iter().map(|(row, block)| ((*row, *block), &self.rows[*row as usize].blocks[*block as usize]))
    }

    /// The rows that apply to a case, empty if no grant is among them. None if the case is not one of leaves, with an
    /// organisation for whoever is not the person.
    pub fn applying(&self, axes: &Axes, question: &Question) -> Option<Vec<u32>> {
        let (role, data, purpose) = (axes.roles.leaf(question.role)?, axes.data.leaf(question.data)?, axes.purposes.leaf(question.purpose)?);
        if question.at.is_some() == self.own.has(role) {
            return None;
        }
        let mut list = Vec::new();
        let mut granted = false;
        for (index, row, block) in self.rows_for(role) {
            let at = question.at.is_none_or(|org| self.set(block.at).has(org.0 as usize));
            if at
                && self.set(block.of).has(question.of.0 as usize)
                && block.data.has(data)
                && row.purposes.has(purpose)
                && row.clause.reach.actions >> question.action & 1 == 1
                && row.clause.reach.forms >> question.form & 1 == 1
            {
                granted |= row.effect == Effect::Grants;
                list.push(index);
            }
        }
        if !granted {
            list.clear();
        }
        Some(list)
    }
}

fn row<'p>(line: &Line<'p>, number: u32, parts: &[u32]) -> Row<'p> {
    let block = |part: &u32| {
        let part = &line.parts[*part as usize];
        Block { roles: part.roles.clone(), at: part.at, of: part.of, data: part.data.clone() }
    };
    let blocks = parts.iter().map(block).collect();
    Row { agreement: line.agreement, clause: line.clause, effect: line.effect, purposes: line.purposes.clone(), blocks, line: number }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
