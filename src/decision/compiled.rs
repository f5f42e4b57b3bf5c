//! The compiled decision: the same answers as [`super::plain`], from sets and truth tables.
//!
//! Days fall into epochs between the days on which anything changes. In an epoch every clause is a few products of sets
//! (roles at organisations, data of organisations, purposes), and the clauses that apply to a case give a truth table over
//! the facts that meet in it. No case is stored: memory grows with clauses and their selectors.

pub mod axes;
pub mod bits;
mod calendar;
mod cell;
pub mod classes;
pub mod decider;
pub mod epoch;
mod lines;
pub mod names;
pub mod orgs;
pub mod spread;
mod through;
mod timed;
pub mod truth;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use axes::Axes;
use calendar::Calendar;
pub use cell::Cell;
pub use classes::EpochClasses;
pub use decider::Decider;
use epoch::Shared;
pub use epoch::{Block, Effect, Epoch, Row};
use lines::Lines;
pub use names::{Names, UnknownName, Written};

use super::plain::{self, Decision, Facts, Question, TooManyConditions};
use crate::agreement::valid::Joined;
use crate::identifier::{Date, Interval};
use crate::pack::Pack;

/// A valid pack made ready to be asked often.
///
/// Every clause is worked out once, for all days: its sets of organisations say in which stretches of days each is in
/// them. The clauses of a day are drawn from that when they are first asked for.
pub struct Compiled<'p> {
    /// The pack.
    pub pack: &'p Pack,
    /// The leaves.
    pub axes: Axes,
    calendar: Calendar,
    lines: Lines<'p>,
    shared: Shared<'p>,
    epochs: Vec<OnceLock<Box<Epoch<'p>>>>,
    cells: Mutex<Cells<'p>>,
}

type Cells<'p> = HashMap<Box<[u32]>, Arc<Result<Cell<'p>, TooManyConditions>>>;

/// How large the compiled form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Stretches of days on which nothing changes.
    pub stretches: usize,
    /// Clauses that can ever apply.
    pub clauses: usize,
    /// Products of sets that they reach.
    pub blocks: usize,
    /// Different sets of organisations.
    pub sets: usize,
    /// Bytes of all of it, roughly.
    pub bytes: usize,
}

impl<'p> Compiled<'p> {
    /// Makes a pack ready.
    pub fn new(pack: &'p Pack) -> Self {
        let axes = Axes::new(pack);
        let calendar = Calendar::new(boundaries(pack));
        let lines = Lines::new(pack, &axes, &calendar);
        let shared = Shared::new(&lines);
        let epochs = calendar.stretches().iter().map(|_| OnceLock::new()).collect();
        Self { pack, axes, calendar, lines, shared, epochs, cells: Mutex::default() }
    }

    /// The stretches of days on which nothing changes, the earliest first; together every day.
    pub fn stretches(&self) -> impl Iterator<Item = Interval> + '_ {
        self.calendar.stretches().iter().copied()
    }

    /// The clauses of a day.
    pub fn epoch(&self, on: Date) -> &Epoch<'p> {
        let stretch = self.calendar.stretch(on);
        let during = self.calendar.stretches()[stretch as usize];
        self.epochs[stretch as usize].get_or_init(|| Box::new(Epoch::new(self.pack, &self.axes, &self.lines, &self.shared, stretch, during)))
    }

    /// How large it is, without the clauses of single days that have been drawn from it.
    pub fn size(&self) -> Size {
        Size {
            stretches: self.epochs.len(),
            clauses: self.lines.all.len(),
            blocks: self.lines.all.iter().map(|line| line.parts.len()).sum(),
            sets: self.lines.sets.len(),
            bytes: self.lines.bytes() + self.calendar.bytes() + self.epochs.len() * size_of::<OnceLock<Box<Epoch<'p>>>>(),
        }
    }

    /// What no clause of a day tells apart.
    pub fn classes(&self, on: Date) -> EpochClasses {
        EpochClasses::new(self.epoch(on), &self.axes, self.pack.words.actions.len(), self.pack.words.forms.len())
    }

    /// What the clauses that apply to a case make of it, by their rows in the epoch of the day.
    pub fn cell(&self, on: Date, rows: &[u32]) -> Arc<Result<Cell<'p>, TooManyConditions>> {
        let epoch = self.epoch(on);
        let lines: Vec<u32> = rows.iter().map(|row| epoch.rows[*row as usize].line).collect();
        self.cell_of(&lines)
    }

    /// The same by the numbers of the clauses.
    fn cell_of(&self, lines: &[u32]) -> Arc<Result<Cell<'p>, TooManyConditions>> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = cells.get(lines) {
            return Arc::clone(cell);
        }
        let cell = Arc::new(Cell::new(self.pack, &self.lines, lines));
        cells.insert(lines.into(), Arc::clone(&cell));
        cell
    }

    /// The clauses that apply to a case, by their numbers; empty if no grant is among them. None if the case is not one of
    /// leaves, with an organisation for whoever is not the person.
    fn applying(&self, question: &Question) -> Option<Vec<u32>> {
        let axes = &self.axes;
        let (role, data, purpose) = (axes.roles.leaf(question.role)?, axes.data.leaf(question.data)?, axes.purposes.leaf(question.purpose)?);
        if question.at.is_some() == self.lines.own.has(role) {
            return None;
        }
        let stretch = self.calendar.stretch(question.on);
        let (mut list, mut granted) = (Vec::new(), false);
        for (number, line) in (0u32..).zip(&self.lines.all) {
            let reach = &line.clause.reach;
            if !line.purposes.has(purpose) || reach.actions >> question.action & reach.forms >> question.form & 1 == 0 || !line.is_in_force(stretch) {
                continue;
            }
            let Some(part) = line.parts.iter().find(|part| part.roles.has(role)).filter(|part| part.data.has(data)) else { continue };
            if self.lines.set(part.of).has(question.of.0, stretch) && question.at.is_none_or(|at| self.lines.set(part.at).has(at.0, stretch)) {
                granted |= line.effect == Effect::Grants;
                list.push(number);
            }
        }
        if !granted {
            list.clear();
        }
        Some(list)
    }

    /// Decides one case, as [`plain::decide`] does. A name that is no leaf is left to the plain decision.
    pub fn decide(&self, question: &Question, facts: Facts) -> Result<Decision<'p>, TooManyConditions> {
        let Some(lines) = self.applying(question) else { return plain::decide(self.pack, question, facts) };
        match &*self.cell_of(&lines) {
            Ok(cell) => Ok(cell.decide(facts)),
            Err(error) => Err(error.clone()),
        }
    }
}

/// Days on which the answer to any case may change: the first day of something, or the day after its last.
fn boundaries(pack: &Pack) -> Vec<Date> {
    let (mut firsts, mut lasts) = (Vec::new(), Vec::new());
    let mut add = |during: Interval| {
        firsts.push(during.first);
        if during.last < Date::MAX {
            lasts.push(during.last);
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
        add(organisation.open);
        organisation.functions.iter().chain(&organisation.places).for_each(|held| add(held.during));
    }
    let mut days = each_once(firsts);
    days.extend(each_once(lasts).into_iter().map(Date::next));
    each_once(days)
}

/// The days in order. Far fewer are different than there are, and a day as one number is put in order fastest.
fn each_once(days: Vec<Date>) -> Vec<Date> {
    let number = |day: &Date| {
        let civil = day.civil();
        i32::from(civil.year()) * 512 + i32::from(civil.month()) * 32 + i32::from(civil.day())
    };
    let mut numbers: Vec<(i32, Date)> = days.into_iter().map(|day| (number(&day), day)).collect();
    numbers.sort_unstable_by_key(|(number, _)| *number);
    numbers.dedup_by_key(|(number, _)| *number);
    numbers.into_iter().map(|(_, day)| day).collect()
}
