//! The cases a clause reaches on a stretch of days, one for each set of clauses that meets there.
//!
//! A case is only as interesting as the clauses that apply to it. So the sides of a clause are walked one after another, and
//! of those of its members that the same other clauses reach only one is followed. What is left is one case for each set of
//! clauses: few, however many organisations there are.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use crate::decision::compiled::orgs::OrgSet;
use crate::decision::compiled::{Axes, Block, Effect, Epoch, Row};
use crate::decision::plain::Question;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// Most cases that are looked at for one clause on one stretch of days.
const MAX_CASES: usize = 200_000;

/// Organisations tried first on each side, before all are told apart.
const TRIED: usize = 3;

/// A case, and the rows of the epoch that apply to it.
pub struct Met<'e> {
    /// The case.
    pub question: Question,
    /// The rows, in the order of the epoch.
    pub rows: &'e [u32],
    /// The rows of the other epoch that apply to it, where the walk looks at two.
    pub then: &'e [u32],
}

/// Whether every case was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// All of them.
    Whole,
    /// The visitor had seen enough.
    Stopped,
    /// There were more than are looked at.
    TooMany,
}

/// What walks of the cases of an epoch share.
#[derive(Debug)]
pub struct Shared {
    /// For each leaf role the number of a role that the same blocks name.
    alike: Vec<usize>,
    /// For each organisation in how many of the sets it is.
    named: Vec<u32>,
}

/// An epoch made ready to be walked.
#[derive(Clone, Copy)]
pub struct Ground<'e, 'p> {
    /// The epoch.
    pub epoch: &'e Epoch<'p>,
    axes: &'e Axes,
    shared: &'e Shared,
}

/// A set of clauses that meet: one bit for each of those that meet somewhere in the walk.
type Mask = Box<[u64]>;

/// Members of a side, one for each set of clauses that reach it.
type Side<T> = Vec<(T, Mask)>;

fn and(one: &Mask, other: &Mask) -> Mask {
    one.iter().zip(other).map(|(a, b)| a & b).collect()
}

fn count(mask: &Mask) -> u32 {
    mask.iter().map(|word| word.count_ones()).sum()
}

impl Shared {
    /// Of an epoch.
    pub fn new(epoch: &Epoch<'_>, axes: &Axes) -> Self {
        let mut first: BTreeMap<(bool, Vec<(u32, u32)>), usize> = BTreeMap::new();
        let alike = (0..axes.roles.len())
            .map(|role| *first.entry((epoch.own.has(role), epoch.blocks_for(role).map(|(index, _)| index).collect())).or_insert(role))
            .collect();
        let mut named = vec![0; epoch.open.bytes() * 8];
        for set in &epoch.sets {
            set.iter().for_each(|org| named[org] += 1);
        }
        Self { alike, named }
    }
}

impl<'e, 'p> Ground<'e, 'p> {
    /// Of an epoch.
    pub fn new(epoch: &'e Epoch<'p>, axes: &'e Axes, shared: &'e Shared) -> Self {
        Self { epoch, axes, shared }
    }

    /// Walks the cases of a row of data that a test accepts. Each set of rows that apply together is shown once at least.
    pub fn walk(self, row: u32, data: impl Fn(NodeId) -> bool, visit: impl FnMut(&Met<'_>) -> ControlFlow<()>) -> Walk {
        self.walk_both(row, None, data, visit)
    }

    /// Walks the cases of a row among organisations that are open in another epoch too. Each set of rows of the two that apply
    /// together is shown once at least.
    pub fn walk_both(self, row: u32, then: Option<&'e Epoch<'p>>, data: impl Fn(NodeId) -> bool, mut visit: impl FnMut(&Met<'_>) -> ControlFlow<()>) -> Walk {
        let target = &self.epoch.rows[row as usize];
        let mut left = MAX_CASES;
        for block in &target.blocks {
            let leaves: Vec<usize> = block.data.iter().filter(|leaf| data(self.axes.data.node(*leaf))).collect();
            let mut known = HashSet::new();
            // The first role stands for those that are alike.
            for role in block.roles.iter().filter(|role| then.is_some() || known.insert(self.shared.alike[*role])) {
                let walker = Walker::new(self, then, row, block, role, &leaves);
                let mut seen = HashSet::new();
                for sampled in [true, false] {
                    match walker.run(sampled, &mut seen, &mut left, &mut visit) {
                        Walk::Whole => {}
                        other => return other,
                    }
                }
            }
        }
        Walk::Whole
    }
}

/// A block of a clause that meets the one walked.
struct Item<'e, 'p> {
    /// The epoch it is of.
    epoch: &'e Epoch<'p>,
    /// Whether that is the other epoch.
    then: bool,
    /// The number of its row.
    index: u32,
    row: &'e Row<'p>,
    block: &'e Block,
}

/// One block of a clause for one role, with the blocks of other clauses that meet it.
struct Walker<'e, 'p> {
    ground: Ground<'e, 'p>,
    then: Option<&'e Epoch<'p>>,
    role: usize,
    own: bool,
    block: &'e Block,
    items: Vec<Item<'e, 'p>>,
    data: Side<NodeId>,
    purposes: Side<NodeId>,
    ways: Side<(u8, u8)>,
}

impl<'e, 'p> Walker<'e, 'p> {
    fn new(ground: Ground<'e, 'p>, then: Option<&'e Epoch<'p>>, index: u32, block: &'e Block, role: usize, leaves: &[usize]) -> Self {
        let (epoch, axes) = (ground.epoch, ground.axes);
        let target = &epoch.rows[index as usize];
        let own = epoch.own.has(role);
        let (target_at, target_of) = (epoch.set(block.at), epoch.set(block.of));
        let mut items: Vec<Item<'e, 'p>> = Vec::new();
        for (epoch, is_then) in std::iter::once((epoch, false)).chain(then.map(|then| (then, true))) {
            let same = |one, other| !is_then && one == other;
            let meeting = epoch.rows_for(role).filter(|(other, row, theirs)| {
                let reach = &row.clause.reach;
                (!is_then && *other == index)
                    || (theirs.data.meets(&block.data)
                        && row.purposes.meets(&target.purposes)
                        && reach.actions & target.clause.reach.actions != 0
                        && reach.forms & target.clause.reach.forms != 0
                        && (same(theirs.of, block.of) || epoch.set(theirs.of).meets(target_of))
                        && (own || same(theirs.at, block.at) || epoch.set(theirs.at).meets(target_at)))
            });
            items.extend(meeting.map(|(index, row, block)| Item { epoch, then: is_then, index, row, block }));
        }
        // A prohibition that only keeps its own agreement from granting plays no part where that grants nothing.
        let granting: HashSet<Option<usize>> = items.iter().filter(|item| item.row.effect == Effect::Grants).map(|item| item.row.agreement).collect();
        items.retain(|item| item.row.effect != Effect::Withholds || granting.contains(&item.row.agreement) || (!item.then && item.index == index));
        let mut walker = Self { ground, then, role, own, block, items, data: Vec::new(), purposes: Vec::new(), ways: Vec::new() };
        walker.data = walker.side(leaves.iter().map(|leaf| (axes.data.node(*leaf), *leaf)), |leaf, item| item.block.data.has(*leaf));
        walker.purposes = walker.side(target.purposes.iter().map(|leaf| (axes.purposes.node(leaf), leaf)), |leaf, item| item.row.purposes.has(*leaf));
        let bits = |mask: u32| (0..32u8).filter(move |bit| mask >> bit & 1 == 1);
        let ways = bits(target.clause.reach.actions).flat_map(|action| bits(target.clause.reach.forms).map(move |form| (action, form)));
        walker.ways = walker.side(ways.map(|way| (way, way)), |(action, form), item| {
            let reach = &item.row.clause.reach;
            reach.actions >> action & 1 == 1 && reach.forms >> form & 1 == 1
        });
        walker
    }

    /// The members of a side told apart by the clauses that reach them; those with the fewest first.
    fn side<T, K>(&self, members: impl Iterator<Item = (T, K)>, reaches: impl Fn(&K, &Item<'e, 'p>) -> bool) -> Side<T> {
        let words = self.items.len().div_ceil(64);
        let mut seen = HashSet::new();
        let mut side: Side<T> = members
            .filter_map(|(member, key)| {
                let mut mask: Mask = vec![0; words].into();
                for (bit, item) in self.items.iter().enumerate() {
                    mask[bit / 64] |= u64::from(reaches(&key, item)) << (bit % 64);
                }
                seen.insert(mask.clone()).then_some((member, mask))
            })
            .collect();
        side.sort_by_key(|(_, mask)| count(mask));
        side
    }

    /// The organisations of one side, those that fewest sets name first; when sampled only some of these.
    fn organisations(&self, giving: bool, sampled: bool) -> Side<usize> {
        let epoch = self.ground.epoch;
        let id = |block: &'e Block| if giving { block.of } else { block.at };
        let mut members: Vec<usize> =
            epoch.set(id(self.block)).iter().filter(|org| epoch.open.has(*org) && self.then.is_none_or(|then| then.open.has(*org))).collect();
        if giving {
            // Of those that are alike another one than on the other side: a case of somebody else's data says more.
            members.reverse();
        }
        members.sort_by_key(|org| self.ground.shared.named[*org]);
        if sampled {
            members.truncate(TRIED);
        }
        // Equal sets are asked once.
        let mut sets: BTreeMap<_, (&OrgSet, Mask)> = BTreeMap::new();
        let words = self.items.len().div_ceil(64);
        for (bit, item) in self.items.iter().enumerate() {
            let (_, mask) = sets.entry((item.then, id(item.block))).or_insert_with(|| (item.epoch.set(id(item.block)), vec![0; words].into()));
            mask[bit / 64] |= 1 << (bit % 64);
        }
        let mut seen = HashSet::new();
        let mut side: Side<usize> = Vec::new();
        for org in members {
            let mut mask: Mask = vec![0; words].into();
            for (set, bits) in sets.values() {
                if set.has(org) {
                    mask.iter_mut().zip(bits).for_each(|(word, bits)| *word |= bits);
                }
            }
            if seen.insert(mask.clone()) {
                side.push((org, mask));
            }
        }
        side.sort_by_key(|(_, mask)| count(mask));
        side
    }

    fn run(&self, sampled: bool, seen: &mut HashSet<Mask>, left: &mut usize, visit: &mut impl FnMut(&Met<'_>) -> ControlFlow<()>) -> Walk {
        let (epoch, axes) = (self.ground.epoch, self.ground.axes);
        let of = self.organisations(true, sampled);
        let everything: Mask = vec![u64::MAX; self.items.len().div_ceil(64)].into();
        let at: Side<Option<usize>> = if self.own {
            vec![(None, everything.clone())]
        } else {
            self.organisations(false, sampled).into_iter().map(|(org, mask)| (Some(org), mask)).collect()
        };
        let org = |number: usize| OrgId(u32::try_from(number).unwrap_or(u32::MAX));
        for (data, mask) in &self.data {
            for (purpose, mask) in narrowed(&self.purposes, mask) {
                for (way, mask) in narrowed(&self.ways, &mask) {
                    for (at, mask) in narrowed(&at, &mask) {
                        for (of, mask) in narrowed(&of, &mask) {
                            let Some(fewer) = left.checked_sub(1) else { return Walk::TooMany };
                            *left = fewer;
                            if !seen.insert(mask.clone()) {
                                continue;
                            }
                            let meeting = || self.items.iter().enumerate().filter(|(bit, _)| mask[bit / 64] >> (bit % 64) & 1 == 1).map(|(_, item)| item);
                            let rows: Vec<u32> = meeting().filter(|item| !item.then).map(|item| item.index).collect();
                            let then: Vec<u32> = meeting().filter(|item| item.then).map(|item| item.index).collect();
                            let question = Question {
                                role: axes.roles.node(self.role),
                                at: at.map(org),
                                action: way.0,
                                form: way.1,
                                data: *data,
                                of: org(of),
                                purpose,
                                on: epoch.during.first,
                            };
                            if visit(&Met { question, rows: &rows, then: &then }).is_break() {
                                return Walk::Stopped;
                            }
                        }
                    }
                }
            }
        }
        Walk::Whole
    }
}

/// What is left of a side where only some clauses meet, one member for each set of them.
fn narrowed<T: Copy>(side: &Side<T>, mask: &Mask) -> Side<T> {
    let mut seen = HashSet::new();
    let mut left: Side<T> = side.iter().map(|(member, own)| (*member, and(own, mask))).filter(|(_, mask)| seen.insert(mask.clone())).collect();
    left.sort_by_key(|(_, mask)| count(mask));
    left
}
