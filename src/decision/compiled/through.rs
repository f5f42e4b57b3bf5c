//! The clauses and sets of a pack through all days, for those who compare two packs.

use std::sync::Arc;

use super::epoch::{Effect, SetId};
use super::lines::Part;
use super::orgs::OrgSet;
use super::timed::Run;
use super::{Cell, Compiled};
use crate::agreement::Clause;
use crate::decision::compiled::bits::Bits;
use crate::decision::plain::TooManyConditions;
use crate::identifier::{Date, Interval};

/// A clause with the days on which it is in force.
pub(in crate::decision) struct Through<'c, 'p> {
    pub(in crate::decision) clause: &'p Clause,
    pub(in crate::decision) effect: Effect,
    pub(in crate::decision) purposes: &'c Bits,
    force: &'c [Run],
    parts: &'c [Part],
}

impl<'c> Through<'c, '_> {
    /// Its products: leaf roles, where they work, whose data, leaf categories.
    pub(in crate::decision) fn parts(&self) -> impl Iterator<Item = (&'c Bits, SetId, SetId, &'c Bits)> {
        self.parts.iter().map(|part| (&part.roles, part.at, part.of, &part.data))
    }
}

impl<'p> Compiled<'p> {
    /// Every clause that can ever apply, by its number.
    pub(in crate::decision) fn through(&self) -> impl ExactSizeIterator<Item = Through<'_, 'p>> {
        self.lines.all.iter().map(|line| Through { clause: line.clause, effect: line.effect, purposes: &line.purposes, force: &line.force, parts: &line.parts })
    }

    /// The days on which a clause is in force.
    pub(in crate::decision) fn force(&self, clause: &Through<'_, '_>) -> Vec<Interval> {
        clause.force.iter().map(|run| self.days(*run)).collect()
    }

    /// Those that are in a set on every day, and the others each with days on which they are.
    pub(in crate::decision) fn set_through(&self, set: SetId) -> (&OrgSet, impl Iterator<Item = (usize, Interval)>) {
        let timed = self.lines.set(set);
        (&timed.always, timed.sometimes.iter().map(|(org, run)| (*org as usize, self.days(*run))))
    }

    /// What clauses that apply to a case make of it, by their numbers.
    pub(in crate::decision) fn cell_of_clauses(&self, numbers: &[u32]) -> Arc<Result<Cell<'p>, TooManyConditions>> {
        self.cell_of(numbers)
    }

    fn days(&self, run: Run) -> Interval {
        let stretches = self.calendar.stretches();
        let last = stretches.get(run.1 as usize).map_or(Date::MAX, |last| last.last);
        Interval { first: stretches.get(run.0 as usize).map_or(Date::MAX, |first| first.first), last }
    }
}
