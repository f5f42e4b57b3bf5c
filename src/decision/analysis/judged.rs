//! What the clauses that meet in a case make of it, with a clause taken out or asked with another condition.

use crate::agreement::Clause;
use crate::agreement::condition::Expression;
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::compiled::{Effect, Epoch};

/// What is changed about some clauses. Clauses are told by where they stand: an inherited one stands in several agreements.
#[derive(Clone, Copy, Debug)]
pub enum Change<'c> {
    /// Nothing.
    Nothing,
    /// The clauses of these places are taken out.
    Without(&'c [&'c str]),
    /// The clause of this place asks for something else.
    Asking(&'c str, &'c Expression),
}

impl<'c> Change<'c> {
    fn condition(self, clause: &'c Clause) -> Option<&'c Expression> {
        match self {
            Self::Without(places) if places.contains(&clause.place.as_str()) => None,
            Self::Asking(place, other) if place == clause.place => Some(other),
            _ => Some(&clause.condition),
        }
    }
}

/// The facts that meet in a case; none if more meet than are enumerated.
pub fn atoms(epoch: &Epoch<'_>, rows: &[u32]) -> Option<Atoms> {
    let all = || rows.iter().map(|row| &epoch.rows[*row as usize]);
    let granting = |agreement| all().any(|row| row.effect == Effect::Grants && row.agreement == agreement);
    let facts = all().filter(|row| row.effect != Effect::Withholds || granting(row.agreement)).fold(0, |bits, row| bits | row.clause.condition.facts());
    Atoms::new(facts).ok()
}

/// Whether a row's own condition is asked about here: that of a prohibition which keeps an agreement from granting what it
/// does not grant plays no part, and may name facts that do not meet.
fn counts(epoch: &Epoch<'_>, rows: &[u32], index: u32) -> bool {
    let row = &epoch.rows[index as usize];
    row.effect != Effect::Withholds
        || rows.iter().map(|row| &epoch.rows[*row as usize]).any(|other| other.effect == Effect::Grants && other.agreement == row.agreement)
}

/// The assignments of the facts that one grant (by its row) leaves open, prohibitions included.
pub fn open(epoch: &Epoch<'_>, atoms: Atoms, rows: &[u32], grant: u32, change: Change<'_>) -> Truths {
    let row = &epoch.rows[grant as usize];
    let Some(condition) = change.condition(row.clause) else { return atoms.never() };
    let mut open = atoms.of(condition);
    for other in rows.iter().map(|row| &epoch.rows[*row as usize]) {
        let closes = match other.effect {
            Effect::Closes => true,
            Effect::Withholds => other.agreement == row.agreement,
            Effect::Grants => false,
        };
        if let Some(condition) = change.condition(other.clause).filter(|_| closes) {
            open = open.without(&atoms.of(condition));
        }
    }
    open
}

/// The assignments that are permitted by the grants that a test accepts.
pub fn permitted(epoch: &Epoch<'_>, atoms: Atoms, rows: &[u32], change: Change<'_>, accept: impl Fn(&Clause) -> bool) -> Truths {
    let named = |effect: Effect| rows.iter().filter(move |row| epoch.rows[**row as usize].effect == effect);
    let union = |effect: Effect, holds: &dyn Fn(u32) -> bool| {
        named(effect).filter(|row| counts(epoch, rows, **row) && holds(**row)).fold(atoms.never(), |set, row| {
            match change.condition(epoch.rows[*row as usize].clause) {
                Some(condition) => set.or(&atoms.of(condition)),
                None => set,
            }
        })
    };
    let closed = union(Effect::Closes, &|_| true);
    let mut permits = atoms.never();
    for row in named(Effect::Grants) {
        let grant = &epoch.rows[*row as usize];
        let Some(condition) = change.condition(grant.clause).filter(|_| accept(grant.clause)) else { continue };
        let withheld = union(Effect::Withholds, &|other| epoch.rows[other as usize].agreement == grant.agreement);
        permits = permits.or(&atoms.of(condition).without(&closed).without(&withheld));
    }
    permits
}

/// An assignment of a set, as the true facts.
pub fn some_truth(atoms: Atoms, set: &Truths) -> Option<u64> {
    // With as many facts true as can be left false: the shortest story.
    crate::agreement::condition::submasks(atoms.facts).filter(|truth| atoms.holds(set, *truth)).min_by_key(|truth| truth.count_ones())
}
