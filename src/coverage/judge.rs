//! Judging one demand: every pair of organisations, once for each class of them.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::Explainer;
use super::{Demand, Fault, Narrow, Side, Situation, What};
use crate::agreement::Agreement;
use crate::agreement::written::PartyRole;
use crate::decision::plain::{Cause, Decision, Literal, Question, TooManyConditions, Verdict};
use crate::pack::{Ends, Pack};
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// How a cell is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Every pair, whatever the facts are.
    Permit,
    /// Every pair, if the facts are given that grants ask for.
    Needs,
    /// Some pairs.
    Partial,
    /// No pair.
    Deny,
    /// There is no pair.
    Nobody,
}

impl State {
    /// The word in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Needs => "needs",
            Self::Partial => "partial",
            Self::Deny => "deny",
            Self::Nobody => "not_judged",
        }
    }

    /// Whether some pair is not covered.
    pub fn is_hole(self) -> bool {
        matches!(self, Self::Partial | Self::Deny)
    }
}

/// One thing that fails, and for which pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// What fails.
    pub fault: Fault,
    /// Whose data is not seen.
    pub givers: BTreeSet<OrgId>,
    /// Who does not see it.
    pub getters: BTreeSet<OrgId>,
    /// How many pairs. A pair in which two things fail counts with both.
    pub pairs: u64,
}

impl Hole {
    /// The organisations it is about: those of the end at fault, or else of both.
    pub fn orgs(&self) -> BTreeSet<OrgId> {
        match self.fault.side() {
            Some(Side::Giver) => self.givers.clone(),
            Some(Side::Getter) => self.getters.clone(),
            None => self.givers.union(&self.getters).copied().collect(),
        }
    }
}

/// One category of a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The category.
    pub leaf: NodeId,
    /// Pairs of organisations.
    pub pairs: u64,
    /// Those for whom nothing is missing.
    pub permit: u64,
    /// Those for whom facts are missing, and nothing else.
    pub needs: u64,
    /// Clauses that cover pairs.
    pub by: BTreeSet<String>,
    /// The facts that would do, for pairs that need some: each a list of minimal sets.
    pub facts: BTreeSet<Vec<Vec<Literal>>>,
    /// What fails for the others, by fault.
    pub holes: Vec<Hole>,
}

impl Cell {
    /// How it is covered.
    pub fn state(&self) -> State {
        match (self.pairs, self.permit + self.needs) {
            (0, _) => State::Nobody,
            (_, 0) => State::Deny,
            (all, covered) if covered < all => State::Partial,
            _ if self.needs > 0 => State::Needs,
            _ => State::Permit,
        }
    }

    /// Pairs that are not covered.
    pub fn open(&self) -> u64 {
        self.pairs - self.permit - self.needs
    }
}

/// A demand judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Which.
    pub what: What,
    /// Whose data: the organisations there are.
    pub from: Vec<OrgId>,
    /// Who has to see it.
    pub to: Vec<OrgId>,
    /// Whether it is there on the day.
    pub live: bool,
    /// Its categories.
    pub cells: Vec<Cell>,
    /// Organisations named as an end that are closed.
    pub closed: Vec<Fault>,
}

impl Judged {
    /// The state of all its categories together.
    pub fn state(&self) -> State {
        let states: Vec<State> = self.cells.iter().map(Cell::state).collect();
        if !self.closed.is_empty() || !states.is_empty() && states.iter().all(|state| *state == State::Deny) {
            State::Deny
        } else if states.iter().any(|state| state.is_hole()) {
            State::Partial
        } else {
            states.into_iter().max().unwrap_or(State::Nobody)
        }
    }
}

/// The answer to one pair, one category.
pub(super) struct Answer {
    pub(super) verdict: Verdict,
    by: BTreeSet<String>,
    facts: Vec<Vec<Literal>>,
    /// The role and purpose that fail, and the clauses that prohibit them.
    fails: Option<(Option<NodeId>, NodeId)>,
    prohibited: BTreeSet<String>,
    other: bool,
}

impl Answer {
    /// Takes another part of the same: the worst counts.
    fn and(&mut self, part: Self) {
        if part.verdict == Verdict::Deny && self.verdict != Verdict::Deny {
            *self = part;
        } else if self.verdict != Verdict::Deny {
            if part.verdict == Verdict::Needs && self.verdict == Verdict::Permit || self.facts.is_empty() {
                self.facts = part.facts;
            }
            if part.verdict == Verdict::Needs {
                self.verdict = Verdict::Needs;
            }
            self.by.extend(part.by);
        }
    }
}

fn clauses(decision: &Decision<'_>) -> BTreeSet<String> {
    decision.clauses.iter().map(|(_, clause)| clause.place.clone()).collect()
}

/// Index of `view` and of `identifiable`, or the first there are.
pub(super) fn view(pack: &Pack) -> (u8, u8) {
    let index = |known: &[String], word: &str| u8::try_from(known.iter().position(|name| name == word).unwrap_or(0)).unwrap_or(0);
    (index(&pack.words.actions, "view"), index(&pack.words.forms, "identifiable"))
}

/// Asks one pair about one category.
pub(super) fn ask(situation: &Situation<'_, '_>, demand: &Demand<'_>, giver: OrgId, getter: OrgId, leaf: NodeId) -> Result<Answer, TooManyConditions> {
    let mut answer: Option<Answer> = None;
    let mut add = |part: Answer| match &mut answer {
        Some(all) => all.and(part),
        None => answer = Some(part),
    };
    for purpose in &demand.purposes {
        if demand.roles.is_empty() {
            add(some_role(situation, demand, (giver, getter), leaf, *purpose)?);
        }
        for role in &demand.roles {
            let (action, form) = view(situation.pack());
            let at = (!situation.pack().words.is_person(*role)).then_some(getter);
            let question = Question { role: *role, at, action, form, data: leaf, of: giver, purpose: *purpose, on: situation.on };
            let decision = situation.compiled.decide(&question, situation.facts)?;
            let denied = decision.verdict == Verdict::Deny;
            add(Answer {
                verdict: decision.verdict,
                by: if denied { BTreeSet::new() } else { clauses(&decision) },
                fails: denied.then_some((Some(*role), *purpose)),
                prohibited: if decision.cause == Cause::Prohibited { clauses(&decision) } else { BTreeSet::new() },
                facts: decision.needs,
                other: false,
            });
        }
    }
    // A demand without a purpose asks for nothing; the reader of the pack refuses one.
    Ok(answer.unwrap_or(Answer { verdict: Verdict::Permit, by: BTreeSet::new(), facts: Vec::new(), fails: None, prohibited: BTreeSet::new(), other: false }))
}

/// The best answer over roles and ways: a flow is covered if anybody there may do anything with what it carries.
fn some_role(
    situation: &Situation<'_, '_>,
    demand: &Demand<'_>,
    (giver, getter): (OrgId, OrgId),
    leaf: NodeId,
    purpose: NodeId,
) -> Result<Answer, TooManyConditions> {
    let mut best =
        Answer { verdict: Verdict::Deny, by: BTreeSet::new(), facts: Vec::new(), fails: Some((None, purpose)), prohibited: BTreeSet::new(), other: false };
    // A processor acts for its controllers: what may reach them may pass through it.
    let ends = |org: OrgId, agreements: &[&Agreement]| -> Vec<OrgId> {
        let mut ends = vec![org];
        if !agreements.is_empty() {
            let mut seen = BTreeSet::new();
            ends.extend(situation.pack().register.ids().filter(|org| situation.class(*org).is_some_and(|class| seen.insert(class))));
        }
        ends
    };
    let (giving, getting) = (processing(situation, giver), processing(situation, getter));
    for of in ends(giver, &giving) {
        for at in ends(getter, &getting) {
            for role in &situation.roles {
                for (action, form) in &situation.ways {
                    let question = Question { role: *role, at: Some(at), action: *action, form: *form, data: leaf, of, purpose, on: situation.on };
                    let decision = situation.compiled.decide(&question, situation.facts)?;
                    if decision.verdict == Verdict::Deny {
                        if decision.cause == Cause::Prohibited && (of, at) == (giver, getter) {
                            best.prohibited.extend(clauses(&decision));
                        }
                        continue;
                    }
                    let under = |list: &[&Agreement]| decision.clauses.iter().any(|(by, _)| by.is_some_and(|by| list.iter().any(|one| one.id == by.id)));
                    if of != giver && !under(&giving) || at != getter && !under(&getting) {
                        continue;
                    }
                    if !named(situation, demand, &decision, &question) {
                        best.other = true;
                        continue;
                    }
                    if decision.verdict == Verdict::Permit {
                        return Ok(Answer {
                            verdict: Verdict::Permit,
                            by: clauses(&decision),
                            facts: Vec::new(),
                            fails: None,
                            prohibited: BTreeSet::new(),
                            other: false,
                        });
                    }
                    best.verdict = Verdict::Needs;
                    best.fails = None;
                    best.by.extend(clauses(&decision));
                    if best.facts.is_empty() {
                        best.facts = decision.needs;
                    }
                }
            }
        }
    }
    Ok(best)
}

/// Agreements in force of which an organisation is a processor.
pub(super) fn processing<'p>(situation: &Situation<'_, 'p>, org: OrgId) -> Vec<&'p Agreement> {
    let pack = situation.pack();
    let processes = |agreement: &Agreement| {
        agreement.parties.iter().any(|party| party.role == PartyRole::Processor && party.includes_on(&pack.words, &pack.register, org, situation.on))
    };
    pack.agreements.iter().filter(|agreement| agreement.in_force_on(situation.on) && processes(agreement)).collect()
}

/// Whether the agreement that a demand names is among those that allow a case.
fn named(situation: &Situation<'_, '_>, demand: &Demand<'_>, decision: &Decision<'_>, q: &Question) -> bool {
    let Some(id) = demand.agreement else { return true };
    if decision.clauses.iter().any(|(agreement, _)| agreement.is_some_and(|agreement| agreement.id == id)) {
        return true;
    }
    // What another allows without facts hides what this one allows with some.
    let (words, register) = (&situation.pack().words, &situation.pack().register);
    decision.verdict == Verdict::Permit
        && situation.pack().agreement(id).is_some_and(|agreement| {
            agreement.in_force_on(q.on)
                && agreement.has_party_on(words, register, q.of, true, q.on)
                && q.at.is_some_and(|at| agreement.has_party_on(words, register, at, false, q.on))
                && agreement.grants.iter().any(|grant| {
                    grant.during.contains(q.on)
                        && grant.reaches(words, q.data, q.purpose, q.action, q.form, false)
                        && grant.is_for(words, register, q.role, q.at, q.on)
                        && grant.of.selects(words, register, q.of, Some(q.role), q.on)
                })
        })
}

/// A group of organisations that are answered alike, and whether they are asked about.
type Groups = BTreeMap<(Option<u32>, Vec<String>, bool), Vec<OrgId>>;

/// Organisations of one end by what can tell them apart.
pub(super) fn groups(situation: &Situation<'_, '_>, demand: &Demand<'_>, orgs: &[OrgId], narrow: &Narrow) -> Groups {
    let mut groups = Groups::new();
    for org in orgs {
        let processes = if demand.roles.is_empty() { processing(situation, *org).iter().map(|agreement| agreement.id.clone()).collect() } else { Vec::new() };
        groups.entry((situation.class(*org), processes, narrow.asks(*org))).or_default().push(*org);
    }
    groups
}

/// How many pairs of two groups there are; nobody hands over to themselves.
pub(super) fn pairs(givers: &[OrgId], getters: &[OrgId]) -> u64 {
    let same = givers.iter().filter(|org| getters.contains(org)).count();
    (givers.len() * getters.len() - same) as u64
}

/// One pair of two groups.
pub(super) fn witness(givers: &[OrgId], getters: &[OrgId]) -> Option<(OrgId, OrgId)> {
    givers.iter().find_map(|giver| getters.iter().find(|getter| *getter != giver).map(|getter| (*giver, *getter)))
}

/// Judges one demand.
pub fn judge(situation: &Situation<'_, '_>, demand: &Demand<'_>, narrow: &Narrow) -> Result<Judged, TooManyConditions> {
    let pack = situation.pack();
    let (from, to) = (demand.end(pack, demand.from, situation.on), demand.end(pack, demand.to, situation.on));
    let explainer = Explainer { pack, demand, on: situation.on, way: view(pack) };
    let (givers, getters) = (groups(situation, demand, &from, narrow), groups(situation, demand, &to, narrow));
    let mut signatures: BTreeMap<(OrgId, Side), Vec<u8>> = BTreeMap::new();
    let mut split = |orgs: &[OrgId], side: Side| -> Vec<Vec<OrgId>> {
        let mut parts: BTreeMap<Vec<u8>, Vec<OrgId>> = BTreeMap::new();
        for org in orgs {
            let signature = signatures.entry((*org, side)).or_insert_with(|| explainer.signature(*org, side)).clone();
            parts.entry(signature).or_default().push(*org);
        }
        parts.into_values().collect()
    };
    let mut cells = Vec::new();
    for leaf in &demand.leaves {
        let mut cell = Cell { leaf: *leaf, pairs: 0, permit: 0, needs: 0, by: BTreeSet::new(), facts: BTreeSet::new(), holes: Vec::new() };
        let mut holes: BTreeMap<Fault, Hole> = BTreeMap::new();
        for ((_, _, asked), some) in &givers {
            for ((_, _, also), others) in &getters {
                let count = pairs(some, others);
                let Some((giver, getter)) = witness(some, others).filter(|_| *asked || *also) else { continue };
                let answer = ask(situation, demand, giver, getter, *leaf)?;
                cell.pairs += count;
                cell.by.extend(answer.by.iter().cloned());
                match answer.verdict {
                    Verdict::Permit => cell.permit += count,
                    Verdict::Needs => {
                        cell.needs += count;
                        cell.facts.insert(answer.facts);
                    }
                    Verdict::Deny => {
                        let (role, purpose) = answer.fails.unwrap_or((None, demand.purposes[0]));
                        let all: Vec<Fault> = if answer.other {
                            demand.agreement.iter().map(|id| Fault::OtherAgreement((*id).to_owned())).collect()
                        } else {
                            answer.prohibited.into_iter().map(Fault::Prohibited).collect()
                        };
                        for some in split(some, Side::Giver) {
                            for others in split(others, Side::Getter) {
                                let Some((giver, getter)) = witness(&some, &others) else { continue };
                                let faults = if all.is_empty() { explainer.faults(giver, getter, *leaf, role, purpose) } else { all.clone() };
                                for fault in faults {
                                    let hole = holes.entry(fault.clone()).or_insert_with(|| Hole {
                                        fault,
                                        givers: BTreeSet::new(),
                                        getters: BTreeSet::new(),
                                        pairs: 0,
                                    });
                                    hole.pairs += pairs(&some, &others);
                                    hole.givers.extend(some.iter().copied());
                                    hole.getters.extend(others.iter().copied());
                                }
                            }
                        }
                    }
                }
            }
        }
        cell.holes = holes.into_values().collect();
        cells.push(cell);
    }
    let closed = [demand.from, demand.to].into_iter().filter_map(|end| closed(situation, end)).collect();
    Ok(Judged { what: demand.what, live: demand.is_live(situation.on), from, to, cells, closed })
}

/// An organisation that is named as an end, and is not open.
fn closed(situation: &Situation<'_, '_>, end: Ends) -> Option<Fault> {
    let Ends::Org(id) = end else { return None };
    let organisation = situation.pack().register.organisation(id);
    (!organisation.open.contains(situation.on))
        .then(|| Fault::Closed(organisation.ods.to_string(), organisation.closed, organisation.successor.as_ref().map(ToString::to_string)))
}
