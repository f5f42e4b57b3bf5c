//! The clauses of a side through the days that are compared, said in the numbers both sides share.

use std::collections::HashMap;

use super::joint::{Common, Leaves};
use super::members::{Members, Sets};
use crate::agreement::Clause;
use crate::decision::compiled::bits::Bits;
use crate::decision::compiled::epoch::SetId;
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::compiled::{Compiled, Effect};
use crate::decision::plain::TooManyConditions;
use crate::identifier::{Date, Interval};
use crate::register::OrgId;

/// Which days of a side are compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Days {
    /// Each day with the same day of the other side.
    Each(Interval),
    /// One day, as if it lasted as long as that.
    As(Date, Interval),
}

impl Days {
    /// The days of a stretch that are compared.
    fn of(self, stretch: Interval) -> Option<Interval> {
        match self {
            Self::Each(during) => stretch.meet(during),
            Self::As(on, during) => stretch.contains(on).then_some(during),
        }
    }

    /// All of them.
    pub(super) fn all(self) -> Interval {
        match self {
            Self::Each(during) | Self::As(_, during) => during,
        }
    }
}

/// What a clause asks, said in its facts here.
type Asked = (Atoms, Truths);

/// What a clause is on every day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) effect: Effect,
    condition: Asked,
    pub(super) purposes: Bits,
    pub(super) ways: Bits,
}

impl Terms {
    fn new(common: &Common, side: usize, clause: &Clause, effect: Effect, purposes: &Bits) -> Result<Self, TooManyConditions> {
        let own = Atoms::new(clause.condition.facts()).map_err(|count| TooManyConditions { count, clauses: vec![clause.place.clone()] })?;
        let atoms = Atoms { facts: common.facts_of(side, own.facts) };
        let condition = atoms.reduced(&atoms.that(|truth| clause.condition.holds(common.facts_for(side, truth))));
        let reach = &clause.reach;
        let here = |way: &Option<(u8, u8)>| way.is_some_and(|(action, form)| reach.actions >> action & 1 == 1 && reach.forms >> form & 1 == 1);
        let ways = common.way_of[side].iter().enumerate().filter(|(_, way)| here(way)).map(|(way, _)| way);
        Ok(Self { effect, condition, purposes: spread(&common.purposes, side, purposes), ways: Bits::of(common.ways.len(), ways) })
    }
}

/// One product of a clause; sets of organisations by their numbers in [`Sets`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) roles: Bits,
    pub(super) at: u32,
    pub(super) of: u32,
    pub(super) data: Bits,
}

/// A clause with the days on which it is in force.
pub(super) struct Line<'p> {
    /// Its place in the pack.
    pub(super) place: &'p str,
    /// Its number on its side.
    pub(super) number: u32,
    pub(super) terms: Terms,
    pub(super) force: Vec<Interval>,
    pub(super) parts: Vec<Part>,
}

fn spread(leaves: &Leaves, side: usize, own: &Bits) -> Bits {
    let here = leaves.sides[side].iter().enumerate().filter(|(_, leaf)| leaf.is_some_and(|leaf| own.has(leaf))).map(|(path, _)| path);
    Bits::of(leaves.len(), here)
}

/// Organisations of a side: where each stands among those of both, and on which of the days compared it is open. One that
/// is closed can ask for nothing, and nothing can be asked of it.
struct Open {
    numbers: Vec<u32>,
    days: Vec<Option<Interval>>,
}

impl Open {
    fn new(compiled: &Compiled<'_>, common: &Common, side: usize, days: Days) -> Self {
        let organisations = &compiled.pack.register.organisations;
        let mut numbers = vec![0; organisations.len()];
        for (number, org) in (0u32..).zip(&common.orgs[side]) {
            if let Some(OrgId(org)) = org {
                numbers[*org as usize] = number;
            }
        }
        Self { numbers, days: organisations.iter().map(|organisation| days.of(organisation.open)).collect() }
    }

    fn members(&self, compiled: &Compiled<'_>, set: SetId, size: usize, days: Days) -> Members {
        let (always, sometimes) = compiled.set_through(set);
        let (mut stay, mut turns) = (Bits::none(size), Vec::new());
        for org in always {
            match self.days[org] {
                Some(open) if open == days.all() => stay.add(self.numbers[org] as usize),
                Some(open) => turns.push((self.numbers[org], open)),
                None => {}
            }
        }
        for (org, stretch) in sometimes {
            if let Some(open) = self.days[org].and_then(|open| days.of(stretch)?.meet(open)) {
                if open == days.all() {
                    stay.add(self.numbers[org] as usize);
                } else {
                    turns.push((self.numbers[org], open));
                }
            }
        }
        turns.sort_unstable_by_key(|(org, days)| (*org, days.first));
        Members { always: stay, turns }
    }
}

/// The clauses of a side that are in force on some of the days and reach somebody, in the order of their numbers.
pub(super) fn lines<'p>(compiled: &Compiled<'p>, common: &Common, side: usize, days: Days, sets: &mut Sets) -> Result<Vec<Line<'p>>, TooManyConditions> {
    let open = Open::new(compiled, common, side, days);
    let mut known: HashMap<SetId, u32> = HashMap::new();
    let mut all = Vec::new();
    for (number, clause) in (0u32..).zip(compiled.through()) {
        let force: Vec<Interval> = compiled.force(&clause).into_iter().filter_map(|stretch| days.of(stretch)).collect();
        if force.is_empty() {
            continue;
        }
        let mut parts = Vec::new();
        for (roles, at, of, data) in clause.parts() {
            let [at, of] = [at, of].map(|set| *known.entry(set).or_insert_with(|| sets.number(open.members(compiled, set, common.organisations.len(), days))));
            if !sets.ever(at).is_empty() && !sets.ever(of).is_empty() {
                parts.push(Part { roles: spread(&common.roles, side, roles), at, of, data: spread(&common.data, side, data) });
            }
        }
        if !parts.is_empty() {
            let terms = Terms::new(common, side, clause.clause, clause.effect, clause.purposes)?;
            all.push(Line { place: clause.clause.place.as_str(), number, terms, force, parts });
        }
    }
    Ok(all)
}
