//! Which clauses do nothing, and which do more than they should: exact, over every case, every day and all facts.
//!
//! Nothing is sampled: a clause is called unnecessary only when each case it reaches was looked at, and what is found comes
//! with one case (a question, and facts) that shows it. A clause is told by where it stands (`GM-DSA-0007/g1`): a prohibition
//! that other agreements inherit is one clause.

pub mod cells;
pub mod early;
pub mod empty;
pub mod judged;
pub mod profile;
pub mod restricted;
pub mod together;

use std::cell::OnceCell;
use std::collections::HashMap;

use super::compiled::Compiled;
use super::plain::{Facts, Question};
use crate::agreement::{Agreement, Clause};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use cells::{Ground, Shared};

/// A clause with every agreement in which it stands (none: it is a guard).
#[derive(Clone, Debug)]
pub struct Standing<'p> {
    /// The clause, as each agreement has it; the first is where it is written.
    pub copies: Vec<(Option<&'p Agreement>, &'p Clause)>,
    /// Whether it prohibits.
    pub prohibits: bool,
}

impl<'p> Standing<'p> {
    /// The clause where it is written.
    pub fn clause(&self) -> &'p Clause {
        self.copies[0].1
    }

    /// Where it stands.
    pub fn place(&self) -> &'p str {
        &self.clause().place
    }

    /// Whether it holds on a day, whoever has joined.
    pub fn holds_on(&self, on: Date) -> bool {
        self.copies.iter().any(|(agreement, clause)| clause.during.contains(on) && agreement.is_none_or(|agreement| agreement.in_force_on(on)))
    }

    /// Whether an agreement in which it stands grants at all, and is not over on a day.
    pub fn is_live_from(&self, on: Date) -> bool {
        self.copies
            .iter()
            .any(|(agreement, _)| agreement.is_none_or(|agreement| agreement.status.grants() && agreement.term.is_some_and(|term| term.last >= on)))
    }
}

/// One case under one full assignment of the facts that meet in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The case.
    pub question: Question,
    /// The facts: each of those that meet is true or false.
    pub facts: Facts,
}

impl Witness {
    /// Of a case and the true facts among those that meet.
    pub fn new(question: Question, atoms: u64, truth: u64) -> Self {
        Self { question, facts: Facts { yes: truth, no: atoms & !truth } }
    }
}

/// A pack made ready to be analysed.
pub struct Analysis<'p> {
    /// The compiled decision.
    pub compiled: Compiled<'p>,
    /// The day asked about: cases are shown on this day where they can be.
    pub as_of: Date,
    stretches: Vec<Interval>,
    shared: Vec<OnceCell<Shared>>,
}

impl<'p> Analysis<'p> {
    /// Of a pack, seen from a day.
    pub fn new(pack: &'p Pack, as_of: Date) -> Self {
        let compiled = Compiled::new(pack);
        let mut stretches: Vec<Interval> = compiled.stretches().collect();
        // The day asked about, then what comes, then what was.
        stretches.sort_by_key(|during| (during.last < as_of, during.first));
        let shared = stretches.iter().map(|_| OnceCell::new()).collect();
        Self { compiled, as_of, stretches, shared }
    }

    /// The pack.
    pub fn pack(&self) -> &'p Pack {
        self.compiled.pack
    }

    /// The stretches of days on which nothing changes: that of the day asked about, those that come, those that were.
    pub fn stretches(&self) -> &[Interval] {
        &self.stretches
    }

    /// The clauses of a stretch, by its number.
    pub fn ground(&self, stretch: usize) -> Ground<'_, 'p> {
        let epoch = self.compiled.epoch(self.stretches[stretch].first);
        let shared = self.shared[stretch].get_or_init(|| Shared::new(epoch, &self.compiled.axes));
        Ground::new(epoch, &self.compiled.axes, shared)
    }

    /// The day on which a case of a stretch is shown: the one asked about if it lies in it.
    pub fn shown_on(&self, during: Interval) -> Date {
        if during.contains(self.as_of) { self.as_of } else { during.first.max(Date::MIN) }
    }

    /// The rows of a clause on a stretch.
    pub fn rows(&self, one: &Standing<'p>, ground: Ground<'_, 'p>) -> Vec<u32> {
        let is = |row: &super::compiled::Row<'p>| one.copies.iter().any(|(_, clause)| std::ptr::eq(*clause, row.clause));
        (0u32..).zip(&ground.epoch.rows).filter(|(_, row)| is(row)).map(|(index, _)| index).collect()
    }

    /// Every clause that may hold on the day or later, once, however many agreements inherit it; in the order of the pack.
    pub fn clauses(&self) -> Vec<Standing<'p>> {
        let mut all = self.all();
        all.retain(|one| one.is_live_from(self.as_of));
        all
    }

    /// Every prohibition that ever holds, once.
    pub fn prohibitions(&self) -> Vec<Standing<'p>> {
        let mut all = self.all();
        all.retain(|one| one.prohibits);
        all
    }

    fn all(&self) -> Vec<Standing<'p>> {
        let pack = self.pack();
        let mut all: Vec<Standing<'p>> = Vec::new();
        let mut known: HashMap<(bool, &'p str), usize> = HashMap::new();
        let mut add = |agreement: Option<&'p Agreement>, clause: &'p Clause, prohibits: bool| {
            let index = *known.entry((prohibits, clause.place.as_str())).or_insert(all.len());
            match all.get_mut(index) {
                Some(one) => one.copies.push((agreement, clause)),
                None => all.push(Standing { copies: vec![(agreement, clause)], prohibits }),
            }
        };
        pack.guards.iter().for_each(|guard| add(None, guard, true));
        for agreement in &pack.agreements {
            agreement.grants.iter().for_each(|grant| add(Some(agreement), grant, false));
            agreement.prohibits.iter().for_each(|prohibition| add(Some(agreement), prohibition, true));
        }
        all
    }
}
