//! The cases a clause reaches on a stretch of days, one for each set of clauses that meets there.
//!
//! A case is only as interesting as the clauses that apply to it. So the sides of a clause are walked one after another, and
//! of those of its members that the same other clauses reach only one is followed. What is left is one case for each set of
//! clauses: few, however many organisations there are.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use crate::decision::compiled::{Axes, Block, Effect, Epoch};
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
    pub fn walk(self, row: u32, data: impl Fn(NodeId) -> bool, mut visit: impl FnMut(&Met<'_>) -> ControlFlow<()>) -> Walk {
        let target = &self.epoch.rows[row as usize];
        let mut left = MAX_CASES;
        for block in &target.blocks {
            let leaves: Vec<usize> = block.data.iter().filter(|leaf| data(self.axes.data.node(*leaf))).collect();
            let mut roles: Vec<usize> = block.roles.iter().map(|role| self.shared.alike[role]).collect();
            roles.sort_unstable();
            roles.dedup();
            for alike in roles {
                // The first of this block stands for those that are alike.
                let Some(role) = block.roles.iter().find(|role| self.shared.alike[*role] == alike) else { continue };
                let walker = Walker::new(&self, row, block, role, &leaves);
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

/// One block of a clause for one role, with the blocks of other clauses that meet it.
struct Walker<'w, 'e, 'p> {
    ground: &'w Ground<'e, 'p>,
    role: usize,
    own: bool,
    block: &'w Block,
    items: Vec<(u32, &'w Block)>,
    small: Vec<(Side<NodeId>, Side<NodeId>, Side<(u8, u8)>)>,
}

impl<'w, 'e, 'p> Walker<'w, 'e, 'p> {
    fn new(ground: &'w Ground<'e, 'p>, row: u32, block: &'w Block, role: usize, leaves: &[usize]) -> Self {
        let (epoch, axes) = (ground.epoch, ground.axes);
        let target = &epoch.rows[row as usize];
        let own = epoch.own.has(role);
        let (target_at, target_of) = (epoch.set(block.at), epoch.set(block.of));
        let mut items: Vec<(u32, &Block)> = epoch
            .rows_for(role)
            .filter(|(index, other, theirs)| {
                *index == row
                    || (theirs.data.meets(&block.data)
                        && other.purposes.meets(&target.purposes)
                        && other.clause.reach.actions & target.clause.reach.actions != 0
                        && other.clause.reach.forms & target.clause.reach.forms != 0
                        && (theirs.of == block.of || epoch.set(theirs.of).meets(target_of))
                        && (own || theirs.at == block.at || epoch.set(theirs.at).meets(target_at)))
            })
            .map(|(index, _, theirs)| (index, theirs))
            .collect();
        // A prohibition that only keeps its own agreement from granting plays no part where that grants nothing.
        let granting: HashSet<Option<usize>> =
            items.iter().map(|(index, _)| &epoch.rows[*index as usize]).filter(|row| row.effect == Effect::Grants).map(|row| row.agreement).collect();
        items.retain(|(index, _)| {
            let other = &epoch.rows[*index as usize];
            *index == row || other.effect != Effect::Withholds || granting.contains(&other.agreement)
        });
        let mut walker = Self { ground, role, own, block, items, small: Vec::new() };
        let data = walker.side(leaves.iter().map(|leaf| (axes.data.node(*leaf), *leaf)), |leaf, _, theirs| theirs.data.has(*leaf));
        let purposes =
            walker.side(target.purposes.iter().map(|leaf| (axes.purposes.node(leaf), leaf)), |leaf, row, _| epoch.rows[row as usize].purposes.has(*leaf));
        let bits = |mask: u32| (0..32u8).filter(move |bit| mask >> bit & 1 == 1);
        let ways = bits(target.clause.reach.actions).flat_map(|action| bits(target.clause.reach.forms).map(move |form| (action, form)));
        let ways = walker.side(ways.map(|way| (way, way)), |(action, form), row, _| {
            let reach = &epoch.rows[row as usize].clause.reach;
            reach.actions >> action & 1 == 1 && reach.forms >> form & 1 == 1
        });
        walker.small.push((data, purposes, ways));
        walker
    }

    /// The members of a side told apart by the clauses that reach them; those with the fewest first.
    fn side<T, K>(&self, members: impl Iterator<Item = (T, K)>, reaches: impl Fn(&K, u32, &Block) -> bool) -> Side<T> {
        let words = self.items.len().div_ceil(64);
        let mut seen = HashSet::new();
        let mut side: Side<T> = members
            .filter_map(|(member, key)| {
                let mut mask: Mask = vec![0; words].into();
                for (bit, (row, theirs)) in self.items.iter().enumerate() {
                    mask[bit / 64] |= u64::from(reaches(&key, *row, theirs)) << (bit % 64);
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
        let id = |block: &Block| if giving { block.of } else { block.at };
        let mut members: Vec<usize> = epoch.set(id(self.block)).iter().filter(|org| epoch.open.has(*org)).collect();
        members.sort_by_key(|org| self.ground.shared.named[*org]);
        if sampled {
            members.truncate(TRIED);
        }
        // Equal sets are asked once.
        let mut sets: BTreeMap<_, Mask> = BTreeMap::new();
        let words = self.items.len().div_ceil(64);
        for (bit, (_, theirs)) in self.items.iter().enumerate() {
            sets.entry(id(theirs)).or_insert_with(|| vec![0; words].into())[bit / 64] |= 1 << (bit % 64);
        }
        let mut seen = HashSet::new();
        let mut side: Side<usize> = Vec::new();
        for org in members {
            let mut mask: Mask = vec![0; words].into();
            for (set, bits) in &sets {
                if epoch.set(*set).has(org) {
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
        let Some((data, purposes, ways)) = self.small.first() else { return Walk::Whole };
        for (data, mask) in data {
            for (purpose, mask) in narrowed(purposes, mask) {
                for (way, mask) in narrowed(ways, &mask) {
                    for (at, mask) in narrowed(&at, &mask) {
                        for (of, mask) in narrowed(&of, &mask) {
                            let Some(fewer) = left.checked_sub(1) else { return Walk::TooMany };
                            *left = fewer;
                            if !seen.insert(mask.clone()) {
                                continue;
                            }
                            let rows: Vec<u32> =
                                self.items.iter().enumerate().filter(|(bit, _)| mask[bit / 64] >> (bit % 64) & 1 == 1).map(|(_, (row, _))| *row).collect();
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
                            if visit(&Met { question, rows: &rows }).is_break() {
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
