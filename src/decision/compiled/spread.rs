//! Every case of a day at once, as maximal blocks that are answered alike.

use std::collections::{BTreeMap, HashMap};

use super::bits::Bits;
use super::epoch::{Block, Effect, Epoch, Row, SetId};
use super::orgs::OrgSet;
use super::{Compiled, EpochClasses};
use crate::decision::combinations::products;
use crate::decision::plain::{Cause, Decision, Facts, Literal, TooManyConditions, Verdict};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// Which cases are looked at; an empty list is all there is of that side.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Leaf roles.
    pub roles: Vec<NodeId>,
    /// Where they work. The person's own roles work nowhere and are looked at whatever stands here.
    pub at: Vec<OrgId>,
    /// Whose data.
    pub of: Vec<OrgId>,
    /// Leaf categories.
    pub data: Vec<NodeId>,
    /// Leaf purposes.
    pub purposes: Vec<NodeId>,
    /// Actions with forms.
    pub ways: Vec<(u8, u8)>,
}

/// An answer as far as two cases can share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The answer.
    pub verdict: Verdict,
    /// Why.
    pub cause: Cause,
    /// Places of the clauses that decide.
    pub clauses: Vec<String>,
    /// For `needs`: the minimal sets of facts.
    pub needs: Vec<Vec<Literal>>,
}

impl Said {
    /// Of a decision.
    pub fn of(decision: Decision<'_>) -> Self {
        let clauses = decision.clauses.iter().map(|(_, clause)| clause.place.clone()).collect();
        Self { verdict: decision.verdict, cause: decision.cause, clauses, needs: decision.needs }
    }
}

/// All combinations of what its sides list, answered alike. Two blocks share no case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerBlock {
    /// The answer.
    pub said: Said,
    /// Leaf roles.
    pub roles: Vec<NodeId>,
    /// Where they work; empty for the person and who acts for them.
    pub at: Vec<OrgId>,
    /// Whose data.
    pub of: Vec<OrgId>,
    /// Leaf categories.
    pub data: Vec<NodeId>,
    /// Leaf purposes.
    pub purposes: Vec<NodeId>,
    /// Actions with forms.
    pub ways: Vec<(u8, u8)>,
}

/// An answer with the data, purposes and ways that have it.
type Alike = (Said, [Vec<u32>; 3]);

/// The side of a case that stands for "at no organisation".
const NOWHERE: u32 = u32::MAX;

impl Compiled<'_> {
    /// Every case within a scope that some grant reaches, with its answer for what is known. What no grant reaches is denied
    /// and not listed.
    pub fn spread(&self, scope: &Scope, on: Date, facts: Facts) -> Result<Vec<AnswerBlock>, TooManyConditions> {
        let epoch = self.epoch(on);
        let classes = self.classes(on);
        let sides = Sides::new(self, scope, &classes);
        let meetings = Meetings::new(epoch, &classes, &sides).by_clauses();
        let mut alike: BTreeMap<Alike, Vec<[u32; 3]>> = BTreeMap::new();
        for (meeting, people) in meetings {
            for (said, cases) in self.answers(&meeting, &sides, on, facts)? {
                for part in products(cases) {
                    alike.entry((said.clone(), part)).or_default().extend(&people);
                }
            }
        }
        let mut blocks = Vec::new();
        for ((said, [data, purposes, ways]), people) in alike {
            for [roles, at, of] in products(people) {
                let organisations = |side: &[(u32, Vec<OrgId>)], chosen: &[u32]| {
                    let mut all: Vec<OrgId> =
                        side.iter().filter(|(class, _)| chosen.contains(class)).flat_map(|(_, members)| members.iter().copied()).collect();
                    all.sort_unstable();
                    all
                };
                blocks.push(AnswerBlock {
                    said: said.clone(),
                    roles: roles.iter().map(|leaf| self.axes.roles.node(*leaf as usize)).collect(),
                    at: if at == [NOWHERE] { Vec::new() } else { organisations(&sides.at, &at) },
                    of: organisations(&sides.of, &of),
                    data: sides.data.iter().filter(|(class, _)| data.contains(class)).flat_map(|(_, leaves)| leaves.iter().copied()).collect(),
                    purposes: sides.purposes.iter().filter(|(class, _)| purposes.contains(class)).flat_map(|(_, leaves)| leaves.iter().copied()).collect(),
                    ways: ways.iter().map(|way| sides.ways[*way as usize]).collect(),
                });
            }
        }
        for block in &mut blocks {
            block.data.sort_unstable();
            block.purposes.sort_unstable();
        }
        Ok(blocks)
    }

    /// The data, purposes and ways that a set of clauses reaches, by their answer.
    fn answers(&self, meeting: &[(u32, u32)], sides: &Sides, on: Date, facts: Facts) -> Result<BTreeMap<Said, Vec<[u32; 3]>>, TooManyConditions> {
        let epoch = self.epoch(on);
        let those = |holds: &dyn Fn(&Row<'_>, &Block) -> bool| {
            let reached = meeting.iter().enumerate().filter(|(_, (row, block))| {
                let row = &epoch.rows[*row as usize];
                holds(row, &row.blocks[*block as usize])
            });
            Bits::of(meeting.len(), reached.map(|(index, _)| index))
        };
        let grants = those(&|row, _| row.effect == Effect::Grants);
        // Which of the clauses reach each category, purpose and way; what no grant among them reaches is passed over.
        let reaching = |side: &[(u32, Vec<NodeId>)], axis: &super::axes::Axis, holds: &dyn Fn(&Row<'_>, &Block, usize) -> bool| -> Vec<(u32, Bits)> {
            let each = side.iter().filter_map(|(class, leaves)| Some((*class, axis.leaf(leaves[0])?)));
            each.map(|(class, leaf)| (class, those(&|row, block| holds(row, block, leaf)))).filter(|(_, found)| found.meets(&grants)).collect()
        };
        let data = reaching(&sides.data, &self.axes.data, &|_, block, leaf| block.data.has(leaf));
        let purposes = reaching(&sides.purposes, &self.axes.purposes, &|row, _, leaf| row.purposes.has(leaf));
        let ways: Vec<(u32, Bits)> = (0u32..)
            .zip(&sides.ways)
            .map(|(index, (action, form))| (index, those(&|row, _| row.clause.reach.actions >> action & row.clause.reach.forms >> form & 1 == 1)))
            .filter(|(_, found)| found.meets(&grants))
            .collect();
        let mut cases: HashMap<Bits, Vec<[u32; 3]>> = HashMap::new();
        for (data, reached) in &data {
            for (purpose, also) in &purposes {
                let both = reached.clone().and(also);
                if !both.meets(&grants) {
                    continue;
                }
                for (way, also) in &ways {
                    let applying = both.clone().and(also);
                    if applying.meets(&grants) {
                        cases.entry(applying).or_default().push([*data, *purpose, *way]);
                    }
                }
            }
        }
        let mut answers: BTreeMap<Said, Vec<[u32; 3]>> = BTreeMap::new();
        for (applying, cases) in cases {
            let rows: Vec<u32> = applying.iter().map(|index| meeting[index].0).collect();
            match &*self.cell(on, &rows) {
                Ok(cell) => answers.entry(Said::of(cell.decide(facts))).or_default().extend(cases),
                Err(error) => return Err(error.clone()),
            }
        }
        Ok(answers)
    }
}

/// Who meets whose data, by the clauses that meet there.
struct Meetings<'m, 'p> {
    epoch: &'m Epoch<'p>,
    sides: &'m Sides,
    /// For each set of the epoch the classes it holds.
    classes: Vec<Bits>,
    /// Which blocks reach something that is looked at, by their rows.
    looked_at: Vec<Vec<bool>>,
    /// Classes that are looked at on each side.
    at: Bits,
    of: Bits,
    count: usize,
}

impl<'m, 'p> Meetings<'m, 'p> {
    fn new(epoch: &'m Epoch<'p>, classes: &EpochClasses, sides: &'m Sides) -> Self {
        let count = classes.organisations.len();
        let mut class_led = vec![u32::MAX; epoch.open.words().len() * 64];
        for (class, members) in (0u32..).zip(&classes.organisations.members) {
            class_led[members[0]] = class;
        }
        let of_set = |set: &OrgSet| Bits::of(count, set.iter().map(|org| class_led[org]).filter(|class| *class != u32::MAX).map(|class| class as usize));
        let some = |side: &[(u32, Vec<OrgId>)]| Bits::of(count, side.iter().map(|(class, _)| *class as usize));
        let reached = |row: &Row<'_>| {
            sides.purpose_leaves.meets(&row.purposes)
                && sides.ways.iter().any(|(action, form)| row.clause.reach.actions >> action & row.clause.reach.forms >> form & 1 == 1)
        };
        let looked_at = epoch.rows.iter().map(|row| row.blocks.iter().map(|block| reached(row) && sides.data_leaves.meets(&block.data)).collect()).collect();
        Self { epoch, sides, classes: epoch.sets.iter().map(|set| of_set(set)).collect(), looked_at, at: some(&sides.at), of: some(&sides.of), count }
    }

    fn set(&self, id: SetId) -> &Bits {
        &self.classes[self.epoch.place(id)]
    }

    fn is_grant(&self, index: &(u32, u32)) -> bool {
        self.epoch.rows[index.0 as usize].effect == Effect::Grants
    }

    fn block(&self, index: &(u32, u32)) -> &Block {
        &self.epoch.rows[index.0 as usize].blocks[index.1 as usize]
    }

    /// Role, where and whose, by the clauses that meet. Which meet depends on who asks and whose data it is; far fewer sets
    /// of clauses occur than pairs.
    fn by_clauses(&self) -> HashMap<Vec<(u32, u32)>, Vec<[u32; 3]>> {
        let mut by_clauses: HashMap<Vec<(u32, u32)>, Vec<[u32; 3]>> = HashMap::new();
        for (blocks, roles) in self.roles() {
            let person = self.epoch.own.has(roles[0] as usize);
            for (asking, places) in self.askings(&blocks, person) {
                let grants = asking.iter().filter(|index| self.is_grant(index));
                let givers = grants.fold(Bits::none(self.count), |all, index| all.or(self.set(self.block(index).of))).and(&self.of);
                for giver in givers.iter() {
                    let meeting: Vec<(u32, u32)> = asking.iter().filter(|index| self.set(self.block(index).of).has(giver)).copied().collect();
                    let people = by_clauses.entry(meeting).or_default();
                    for role in &roles {
                        people.extend(places.iter().map(|at| [*role, *at, u32::try_from(giver).unwrap_or(u32::MAX)]));
                    }
                }
            }
        }
        by_clauses
    }

    /// The roles by the blocks that hold them and are looked at.
    fn roles(&self) -> HashMap<Vec<(u32, u32)>, Vec<u32>> {
        let mut roles: HashMap<Vec<(u32, u32)>, Vec<u32>> = HashMap::new();
        for role in &self.sides.roles {
            let looked_at = |index: &(u32, u32)| self.looked_at[index.0 as usize][index.1 as usize];
            let blocks: Vec<(u32, u32)> = self.epoch.blocks_for(*role as usize).map(|(index, _)| index).filter(looked_at).collect();
            // A block holds either the person's own roles or others.
            if blocks.iter().any(|index| self.is_grant(index)) {
                roles.entry(blocks).or_default().push(*role);
            }
        }
        roles
    }

    /// Where people of these blocks work, by the blocks that hold them there. Places without a grant are left out.
    fn askings(&self, blocks: &[(u32, u32)], person: bool) -> HashMap<Vec<(u32, u32)>, Vec<u32>> {
        if person {
            return HashMap::from([(blocks.to_vec(), vec![NOWHERE])]);
        }
        let grants = blocks.iter().filter(|index| self.is_grant(index));
        let granted = grants.fold(Bits::none(self.count), |all, index| all.or(self.set(self.block(index).at))).and(&self.at);
        let mut askings: HashMap<Vec<(u32, u32)>, Vec<u32>> = HashMap::new();
        for at in granted.iter() {
            let asking: Vec<(u32, u32)> = blocks.iter().filter(|index| self.set(self.block(index).at).has(at)).copied().collect();
            askings.entry(asking).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        askings
    }
}

/// What is looked at, by the classes of the day: the number of a class with those of its members that are in the scope.
struct Sides {
    roles: Vec<u32>,
    at: Vec<(u32, Vec<OrgId>)>,
    of: Vec<(u32, Vec<OrgId>)>,
    data: Vec<(u32, Vec<NodeId>)>,
    purposes: Vec<(u32, Vec<NodeId>)>,
    ways: Vec<(u8, u8)>,
    /// One leaf of each class.
    data_leaves: Bits,
    purpose_leaves: Bits,
}

impl Sides {
    fn new(compiled: &Compiled<'_>, scope: &Scope, classes: &EpochClasses) -> Self {
        let axes = &compiled.axes;
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let organisations = |chosen: &[OrgId]| {
            let mut side = Vec::new();
            let mut chosen = chosen.to_vec();
            chosen.sort_unstable();
            for class in 0..classes.organisations.len() {
                let members: Vec<OrgId> = classes.organisations_of(class).filter(|org| chosen.is_empty() || chosen.binary_search(org).is_ok()).collect();
                if !members.is_empty() {
                    side.push((number(class), members));
                }
            }
            side
        };
        let leaves = |classes: &super::classes::Classes, axis: &super::axes::Axis, chosen: &[NodeId]| {
            let mut side = Vec::new();
            for (class, members) in classes.members.iter().enumerate() {
                let members: Vec<NodeId> = members.iter().map(|leaf| axis.node(*leaf)).filter(|node| chosen.is_empty() || chosen.contains(node)).collect();
                if !members.is_empty() {
                    side.push((number(class), members));
                }
            }
            side
        };
        let words = &compiled.pack.words;
        let each = |count: usize| 0..u8::try_from(count).unwrap_or(u8::MAX);
        let ways: Vec<(u8, u8)> = each(words.actions.len()).flat_map(|action| each(words.forms.len()).map(move |form| (action, form))).collect();
        let (data, purposes) = (leaves(&classes.data, &axes.data, &scope.data), leaves(&classes.purposes, &axes.purposes, &scope.purposes));
        let of_side = |side: &[(u32, Vec<NodeId>)], axis: &super::axes::Axis| Bits::of(axis.len(), side.iter().filter_map(|(_, leaves)| axis.leaf(leaves[0])));
        Self {
            data_leaves: of_side(&data, &axes.data),
            purpose_leaves: of_side(&purposes, &axes.purposes),
            roles: (0..axes.roles.len()).filter(|leaf| scope.roles.is_empty() || scope.roles.contains(&axes.roles.node(*leaf))).map(number).collect(),
            at: organisations(&scope.at),
            of: organisations(&scope.of),
            data,
            purposes,
            ways: ways.into_iter().filter(|way| scope.ways.is_empty() || scope.ways.contains(way)).collect(),
        }
    }
}
