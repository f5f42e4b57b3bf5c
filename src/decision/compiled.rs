//! The compiled decision: the same answers as [`super::plain`], from sets and truth tables.
//!
//! Days fall into epochs between the days on which anything changes. In an epoch every clause is a few products of sets
//! (roles at organisations, data of organisations, purposes), and the clauses that apply to a case give a truth table over
//! the facts that meet in it. No case is stored: memory grows with clauses and their selectors.

pub mod axes;
pub mod bits;
mod cell;
pub mod classes;
pub mod epoch;
pub mod spread;
pub mod truth;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use axes::Axes;
pub use cell::Cell;
pub use classes::EpochClasses;
pub use epoch::{Block, Effect, Epoch, Row};

use super::plain::{self, Decision, Facts, Question, TooManyConditions};
use crate::agreement::valid::Joined;
use crate::identifier::{Date, Interval};
use crate::pack::Pack;

/// A valid pack made ready to be asked often. Epochs are worked out when they are first asked about.
pub struct Compiled<'p> {
    /// The pack.
    pub pack: &'p Pack,
    /// The leaves.
    pub axes: Axes,
    epochs: Vec<(Interval, OnceLock<Asked<'p>>)>,
}

type Cells<'p> = HashMap<Vec<u32>, Arc<Result<Cell<'p>, TooManyConditions>>>;

struct Asked<'p> {
    epoch: Epoch<'p>,
    cells: Mutex<Cells<'p>>,
}

impl<'p> Compiled<'p> {
    /// Makes a pack ready.
    pub fn new(pack: &'p Pack) -> Self {
        let days = boundaries(pack);
        let mut epochs = Vec::with_capacity(days.len() + 1);
        let mut first = Date::MIN;
        for day in days.into_iter().filter(|day| *day > Date::MIN) {
            epochs.push((Interval { first, last: day.previous() }, OnceLock::new()));
            first = day;
        }
        epochs.push((Interval { first, last: Date::MAX }, OnceLock::new()));
        Self { pack, axes: Axes::new(pack), epochs }
    }

    fn asked(&self, on: Date) -> &Asked<'p> {
        let index = self.epochs.partition_point(|(during, _)| during.last < on).min(self.epochs.len() - 1);
        let (during, slot) = &self.epochs[index];
        slot.get_or_init(|| Asked { epoch: Epoch::new(self.pack, &self.axes, *during), cells: Mutex::default() })
    }

    /// The stretches of days on which nothing changes, the earliest first; together every day.
    pub fn stretches(&self) -> impl Iterator<Item = Interval> + '_ {
        self.epochs.iter().map(|(during, _)| *during)
    }

    /// The clauses of a day.
    pub fn epoch(&self, on: Date) -> &Epoch<'p> {
        &self.asked(on).epoch
    }

    /// What no clause of a day tells apart.
    pub fn classes(&self, on: Date) -> EpochClasses {
        EpochClasses::new(self.epoch(on), &self.axes, self.pack.words.actions.len(), self.pack.words.forms.len())
    }

    /// What the clauses that apply to a case make of it, by their rows in the epoch of the day.
    pub fn cell(&self, on: Date, rows: &[u32]) -> Arc<Result<Cell<'p>, TooManyConditions>> {
        let asked = self.asked(on);
        let mut cells = asked.cells.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = cells.get(rows) {
            return Arc::clone(cell);
        }
        let cell = Arc::new(Cell::new(self.pack, &asked.epoch, rows));
        cells.insert(rows.to_vec(), Arc::clone(&cell));
        cell
    }

    /// Decides one case, as [`plain::decide`] does. A name that is no leaf is left to the plain decision.
    pub fn decide(&self, question: &Question, facts: Facts) -> Result<Decision<'p>, TooManyConditions> {
        let Some(rows) = self.epoch(question.on).applying(&self.axes, question) else { return plain::decide(self.pack, question, facts) };
        match &*self.cell(question.on, &rows) {
            Ok(cell) => Ok(cell.decide(facts)),
            Err(error) => Err(error.clone()),
        }
    }
}

/// Days on which the answer to any case may change: the first day of something, or the day after its last.
fn boundaries(pack: &Pack) -> Vec<Date> {
    let mut days = Vec::new();
    let mut add = |during: Interval| {
        days.push(during.first);
        if during.last < Date::MAX {
            days.push(during.last.next());
        }
    };
    pack.guards.iter().for_each(|guard| add(guard.during));
    for agreement in &pack.agreements {
        agreement.term.into_iter().chain(agreement.suspended.iter().copied()).for_each(&mut add);
        agreement.grants.iter().chain(&agreement.prohibits).for_each(|clause| add(clause.during));
        for party in &agreement.parties {
            if let Joined::ByFile(accessions) = &party.joined {
                accessions.values().flatten().for_each(|one| add(one.during));
            }
        }
    }
    for organisation in &pack.register.organisations {
        days.extend(organisation.boundaries());
    }
    days.sort_unstable();
    days.dedup();
    days
}
