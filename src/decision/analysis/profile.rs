//! What one clause does to the cases it reaches: whether it is ever needed, ever open, and which parts of its condition matter.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::cells::Walk;
use super::judged::{Change, atoms, open, permitted, some_truth};
use super::{Analysis, Standing, Witness};
use crate::agreement::Clause;
use crate::agreement::condition::Expression;
use crate::decision::compiled::Effect;
use crate::vocabulary::Vocabulary;

/// A part of a condition that was left out to see whether anything changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part, as it stands in the condition.
    pub part: Expression,
    /// The condition without it.
    pub rest: Expression,
    /// Where it stands in the condition: the place in the list it is joined in, from the outermost; empty is the whole.
    pub path: Vec<usize>,
    /// A case in which the condition and what is left of it say different things, and the answer is the same; if they never
    /// do, a case that is allowed.
    pub witness: Option<Witness>,
    /// Whether the witness is of the first kind.
    pub telling: bool,
}

/// What a clause does, over every case, every day and all facts.
#[derive(Clone, Debug, Default)]
pub struct Profile<'p> {
    /// A case it reaches, on the day asked about if it can be.
    pub reached: Option<Witness>,
    /// Of a grant: a case it allows, prohibitions included.
    pub open: Option<Witness>,
    /// A case that is answered otherwise without it.
    pub needed: Option<Witness>,
    /// Of a grant: a case in which its condition is true and a prohibition closes it.
    pub closed: Option<Witness>,
    /// Of a grant that reaches a case and allows none: the prohibitions that close what it would allow.
    pub blocked_by: Vec<&'p Clause>,
    /// Of a grant that is not needed: the other grants that allow what it does.
    pub covered_by: Vec<&'p Clause>,
    /// Of a clause that is needed: parts of its condition whose absence changes no answer. The whole condition comes first.
    pub vacuous: Vec<Part>,
    /// Whether there were more cases than are looked at; then nothing is said that was not seen.
    pub too_many: bool,
}

/// A condition with one part left out, for each part: the whole, then its parts from left to right, outer ones first.
pub fn parts(condition: &Expression) -> Vec<Part> {
    let mut all = Vec::new();
    if *condition != Expression::Always {
        all.push(Part { part: condition.clone(), rest: Expression::Always, path: Vec::new(), witness: None, telling: false });
        inner(condition, &mut Vec::new(), &mut |part, rest, path| all.push(Part { part, rest, path: path.to_vec(), witness: None, telling: false }));
    }
    all
}

fn inner(condition: &Expression, path: &mut Vec<usize>, told: &mut dyn FnMut(Expression, Expression, &[usize])) {
    match condition {
        Expression::Always | Expression::Fact(_) => {}
        Expression::Not(within) => inner(within, path, &mut |part, rest, path| told(part, Expression::Not(Box::new(rest)), path)),
        Expression::And(list) | Expression::Or(list) => {
            let joined = |mut list: Vec<Expression>| match (list.len(), condition) {
                (1, _) => list.remove(0),
                (_, Expression::And(_)) => Expression::And(list),
                _ => Expression::Or(list),
            };
            for (index, part) in list.iter().enumerate() {
                let others = list.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, one)| one.clone()).collect();
                path.push(index);
                told(part.clone(), joined(others), path);
                inner(part, path, &mut |within, rest, path| {
                    let mut changed = list.clone();
                    changed[index] = rest;
                    told(within, joined(changed), path);
                });
                path.pop();
            }
        }
    }
}

/// Whether a clause reaches the same data when it asks for something else: what a statute closes is reached through a
/// condition, which then says more than when.
fn reaches_alike(words: &Vocabulary, clause: &Clause, other: &Expression, prohibits: bool) -> bool {
    if prohibits {
        return true;
    }
    let mut changed = clause.clone();
    changed.condition = other.clone();
    words.data.ids().all(|leaf| clause.reaches_data(words, leaf, false) == changed.reaches_data(words, leaf, false))
}

/// Whether a grant stands in for another: it is none that runs a pipeline of its own, and attaches the other's duties.
pub fn stands_in(grant: &Clause, other: &Clause) -> bool {
    !grant.release && other.duties.iter().all(|duty| grant.duties.contains(duty))
}

impl<'p> Analysis<'p> {
    /// Looks at a clause until everything there is to find about it is found or refuted.
    pub fn profile(&self, one: &Standing<'p>) -> Profile<'p> {
        let (words, clause) = (&self.pack().words, one.clause());
        let place = [one.place()];
        let mut candidates: Vec<Part> = parts(&clause.condition).into_iter().filter(|part| reaches_alike(words, clause, &part.rest, one.prohibits)).collect();
        let mut profile = Profile::default();
        let (mut blocked, mut covered): (BTreeSet<*const Clause>, BTreeSet<*const Clause>) = Default::default();
        let mut closed_to_all = false;
        let mut closing: Vec<&'p Clause> = Vec::new();
        let mut covering: Vec<&'p Clause> = Vec::new();
        for (stretch, during) in self.stretches().iter().enumerate() {
            if !one.holds_on(during.first) {
                continue;
            }
            let ground = self.ground(stretch);
            let (epoch, on) = (ground.epoch, self.shown_on(*during));
            for target in self.rows(one, ground) {
                let walk = ground.walk(
                    target,
                    |_| true,
                    |met| {
                        let mut question = met.question;
                        question.on = on;
                        let Some(atoms) = atoms(epoch, met.rows) else {
                            profile.too_many = true;
                            return ControlFlow::Break(());
                        };
                        let witness = |truth: u64| Witness::new(question, atoms.facts, truth);
                        if profile.reached.is_none() {
                            profile.reached = Some(witness(0));
                        }
                        let before = permitted(epoch, atoms, met.rows, Change::Nothing, |_| true);
                        if one.prohibits {
                            if profile.needed.is_none() {
                                let after = permitted(epoch, atoms, met.rows, Change::Without(&place), |_| true);
                                profile.needed = some_truth(atoms, &after.without(&before)).map(witness);
                            }
                        } else {
                            let own = open(epoch, atoms, met.rows, target, Change::Nothing);
                            if profile.open.is_none() {
                                profile.open = some_truth(atoms, &own).map(witness);
                            }
                            if profile.open.is_none() {
                                let holds = atoms.of(&clause.condition);
                                // Best one that no other grant allows.
                                if profile.closed.is_none() || !closed_to_all {
                                    let denied = some_truth(atoms, &holds.clone().without(&before));
                                    closed_to_all = denied.is_some();
                                    profile.closed = denied.map(witness).or(profile.closed).or_else(|| some_truth(atoms, &holds).map(witness));
                                }
                                for row in met.rows.iter().map(|row| &epoch.rows[*row as usize]).filter(|row| row.effect != Effect::Grants) {
                                    let applies = row.effect == Effect::Closes || row.agreement == epoch.rows[target as usize].agreement;
                                    if applies && atoms.of(&row.clause.condition).meets(&holds) && blocked.insert(std::ptr::from_ref(row.clause)) {
                                        closing.push(row.clause);
                                    }
                                }
                            }
                            if profile.needed.is_none() {
                                let others = permitted(epoch, atoms, met.rows, Change::Without(&place), |other| stands_in(other, clause));
                                profile.needed = some_truth(atoms, &own.clone().without(&others)).map(witness);
                                for row in met.rows.iter().filter(|row| **row != target && epoch.rows[**row as usize].effect == Effect::Grants) {
                                    let other = epoch.rows[*row as usize].clause;
                                    let shares = stands_in(other, clause) && open(epoch, atoms, met.rows, *row, Change::Nothing).meets(&own);
                                    if shares && covered.insert(std::ptr::from_ref(other)) {
                                        covering.push(other);
                                    }
                                }
                            }
                        }
                        candidates.retain_mut(|part| {
                            let after = permitted(epoch, atoms, met.rows, Change::Asking(one.place(), &part.rest), |_| true);
                            if part.witness.is_none() {
                                part.witness = some_truth(atoms, &after).map(witness);
                            }
                            after == before
                        });
                        let settled = profile.needed.is_some() && (one.prohibits || profile.open.is_some()) && candidates.is_empty();
                        if settled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                    },
                );
                match walk {
                    Walk::Whole => {}
                    Walk::TooMany => {
                        profile.too_many = true;
                        return profile;
                    }
                    Walk::Stopped => return profile,
                }
            }
        }
        if profile.open.is_none() {
            profile.blocked_by = closing;
        }
        if profile.needed.is_none() {
            profile.covered_by = covering;
        } else {
            // Where a part changes nothing, what stands within it does not either.
            let told: Vec<Vec<usize>> = candidates.iter().map(|part| part.path.clone()).collect();
            candidates.retain(|part| !told.iter().any(|outer| outer.len() < part.path.len() && part.path.starts_with(outer)));
            profile.vacuous = candidates;
        }
        profile
    }
}
