//! Every case of a day at once, as maximal blocks that are answered alike.

use std::collections::{BTreeMap, HashMap};

use super::epoch::Effect;
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
        // Which clauses meet depends on who asks and whose data it is; far fewer sets of clauses occur than pairs.
        let mut by_clauses: HashMap<Vec<(u32, u32)>, Vec<[u32; 3]>> = HashMap::new();
        for role in &sides.roles {
            let person = epoch.own.has(*role as usize);
            let at = if person { vec![NOWHERE] } else { sides.at.iter().map(|(class, _)| *class).collect() };
            for at in at {
                let asking: Vec<_> = epoch
                    .blocks_for(*role as usize)
                    .filter(|(_, block)| at == NOWHERE || epoch.set(block.at).has(classes.organisations.members[at as usize][0]))
                    .collect();
                if !asking.iter().any(|(index, _)| epoch.rows[index.0 as usize].effect == Effect::Grants) {
                    continue;
                }
                for (of, _) in &sides.of {
                    let giver = classes.organisations.members[*of as usize][0];
                    let meeting: Vec<(u32, u32)> = asking.iter().filter(|(_, block)| epoch.set(block.of).has(giver)).map(|(index, _)| *index).collect();
                    if meeting.iter().any(|(row, _)| epoch.rows[*row as usize].effect == Effect::Grants) {
                        by_clauses.entry(meeting).or_default().push([*role, at, *of]);
                    }
                }
            }
        }
        let mut alike: BTreeMap<Alike, Vec<[u32; 3]>> = BTreeMap::new();
        for (meeting, people) in by_clauses {
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
        let mut answers: BTreeMap<Said, Vec<[u32; 3]>> = BTreeMap::new();
        let mut known: HashMap<Vec<u32>, Said> = HashMap::new();
        for (data, leaves) in &sides.data {
            let Some(leaf) = self.axes.data.leaf(leaves[0]) else { continue };
            for (purpose, leaves) in &sides.purposes {
                let Some(purpose_leaf) = self.axes.purposes.leaf(leaves[0]) else { continue };
                for (way, (action, form)) in sides.ways.iter().enumerate() {
                    let rows: Vec<u32> = meeting
                        .iter()
                        .filter(|(row, block)| {
                            let row = &epoch.rows[*row as usize];
                            row.blocks[*block as usize].data.has(leaf)
                                && row.purposes.has(purpose_leaf)
                                && row.clause.reach.actions >> action & 1 == 1
                                && row.clause.reach.forms >> form & 1 == 1
                        })
                        .map(|(row, _)| *row)
                        .collect();
                    if !rows.iter().any(|row| epoch.rows[*row as usize].effect == Effect::Grants) {
                        continue;
                    }
                    if !known.contains_key(&rows) {
                        let said = match &*self.cell(on, &rows) {
                            Ok(cell) => Said::of(cell.decide(facts)),
                            Err(error) => return Err(error.clone()),
                        };
                        known.insert(rows.clone(), said);
                    }
                    answers.entry(known[&rows].clone()).or_default().push([*data, *purpose, u32::try_from(way).unwrap_or(u32::MAX)]);
                }
            }
        }
        Ok(answers)
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
}

impl Sides {
    fn new(compiled: &Compiled<'_>, scope: &Scope, classes: &EpochClasses) -> Self {
        let axes = &compiled.axes;
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let organisations = |chosen: &[OrgId]| {
            let mut side = Vec::new();
            for class in 0..classes.organisations.len() {
                let members: Vec<OrgId> = classes.organisations_of(class).filter(|org| chosen.is_empty() || chosen.contains(org)).collect();
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
        Self {
            roles: (0..axes.roles.len()).filter(|leaf| scope.roles.is_empty() || scope.roles.contains(&axes.roles.node(*leaf))).map(number).collect(),
            at: organisations(&scope.at),
            of: organisations(&scope.of),
            data: leaves(&classes.data, &axes.data, &scope.data),
            purposes: leaves(&classes.purposes, &axes.purposes, &scope.purposes),
            ways: ways.into_iter().filter(|way| scope.ways.is_empty() || scope.ways.contains(way)).collect(),
        }
    }
}
