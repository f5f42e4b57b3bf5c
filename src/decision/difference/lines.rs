//! The clauses of a day on each side, said in the numbers both share, and which of them differ.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::joint::{Common, Leaves};
use super::scope::Scope;
use crate::agreement::Clause;
use crate::decision::compiled::bits::Bits;
use crate::decision::compiled::epoch::SetId;
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::compiled::{Compiled, Effect};
use crate::decision::plain::TooManyConditions;
use crate::identifier::{Date, Interval};
use crate::register::OrgId;

/// One product of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) roles: Bits,
    pub(super) at: Rc<Bits>,
    pub(super) of: Rc<Bits>,
    pub(super) data: Bits,
}

/// What a clause asks, said in its facts here.
pub(super) type Asked = (Atoms, Truths);

/// What a clause is on every day, said in the numbers both sides share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) effect: Effect,
    condition: Asked,
    pub(super) purposes: Bits,
    pub(super) ways: Bits,
}

impl Terms {
    pub(super) fn new(common: &Common, side: usize, clause: &Clause, effect: Effect, purposes: &Bits) -> Result<Self, TooManyConditions> {
        let own = Atoms::new(clause.condition.facts()).map_err(|count| TooManyConditions { count, clauses: vec![clause.place.clone()] })?;
        let atoms = Atoms { facts: common.facts_of(side, own.facts) };
        let condition = atoms.reduced(&atoms.that(|truth| clause.condition.holds(common.facts_for(side, truth))));
        let reach = &clause.reach;
        let here = |way: &Option<(u8, u8)>| way.is_some_and(|(action, form)| reach.actions >> action & 1 == 1 && reach.forms >> form & 1 == 1);
        let ways = common.way_of[side].iter().enumerate().filter(|(_, way)| here(way)).map(|(way, _)| way);
        Ok(Self { effect, condition, purposes: spread(&common.purposes, side, purposes), ways: Bits::of(common.ways.len(), ways) })
    }
}

/// A clause in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) terms: Rc<Terms>,
    pub(super) pieces: Vec<Piece>,
}

/// The clauses of a day on one side, by their place in the pack.
#[derive(Default)]
pub(super) struct Lines<'p> {
    /// Place, number on its side and content, in the order of the numbers.
    pub(super) rows: Vec<(&'p str, u32, Rc<Line>)>,
    by_place: BTreeMap<&'p str, usize>,
}

pub(super) fn spread(leaves: &Leaves, side: usize, own: &Bits) -> Bits {
    let here = leaves.sides[side].iter().enumerate().filter(|(_, leaf)| leaf.is_some_and(|leaf| own.has(leaf))).map(|(path, _)| path);
    Bits::of(leaves.len(), here)
}

/// Where each organisation of a side stands among those of both.
pub(super) fn numbers(common: &Common, side: usize, size: usize) -> Vec<usize> {
    let mut numbers = vec![0; size];
    for (number, org) in common.orgs[side].iter().enumerate() {
        if let Some(OrgId(org)) = org {
            numbers[*org as usize] = number;
        }
    }
    numbers
}

/// Parts of a clause that reach somebody, with the numbers of their sets.
type Reached = Vec<(usize, [u32; 2])>;

/// Draws the clauses of one day after another; what stays the same is the same piece of memory.
pub(super) struct Drawing<'s, 'p> {
    compiled: &'s Compiled<'p>,
    common: &'s Common,
    side: usize,
    scope: &'s Scope,
    numbers: Vec<usize>,
    /// Organisations of the scope that are not open on every day.
    limited: Vec<(usize, Interval)>,
    /// Sets as they are drawn from the pack, by where they lie: they stay there.
    drawn: HashMap<usize, Rc<Bits>>,
    /// Sets by what is in them.
    sets: HashMap<Rc<Bits>, u32>,
    by_number: Vec<Rc<Bits>>,
    terms: HashMap<u32, Rc<Terms>>,
    lines: HashMap<(u32, Reached), Rc<Line>>,
}

impl<'s, 'p> Drawing<'s, 'p> {
    pub(super) fn new(compiled: &'s Compiled<'p>, common: &'s Common, side: usize, scope: &'s Scope) -> Self {
        let register = &compiled.pack.register;
        let numbers = numbers(common, side, register.organisations.len());
        let limited = register
            .organisations
            .iter()
            .zip(&numbers)
            .filter(|(organisation, number)| organisation.open != Interval::ALWAYS && scope.organisations.has(**number))
            .map(|(organisation, number)| (*number, organisation.open))
            .collect();
        Self {
            compiled,
            common,
            side,
            scope,
            numbers,
            limited,
            drawn: HashMap::new(),
            sets: HashMap::new(),
            by_number: Vec::new(),
            terms: HashMap::new(),
            lines: HashMap::new(),
        }
    }

    /// Of a day. A side's organisations that are closed that day can ask for nothing, and nothing can be asked of them.
    pub(super) fn on(&mut self, on: Date) -> Result<Lines<'p>, TooManyConditions> {
        let closed = Bits::of(self.common.organisations.len(), self.limited.iter().filter(|(_, open)| !open.contains(on)).map(|(org, _)| *org));
        let clauses: Vec<_> = self.compiled.through().collect();
        let mut today: HashMap<SetId, u32> = HashMap::new();
        let mut rows = Vec::new();
        for number in &self.scope.clauses[self.side] {
            let Some(reached) = self.compiled.in_force(*number, on) else { continue };
            let clause = &clauses[*number as usize];
            let parts: Vec<_> = clause.parts().collect();
            let reached: Reached = reached
                .into_iter()
                .map(|part| {
                    let (_, at, of, _) = parts[part];
                    (part, [at, of].map(|set| *today.entry(set).or_insert_with(|| self.set(set, on, &closed))))
                })
                .collect();
            let key = (*number, reached);
            let line = match self.lines.get(&key) {
                Some(line) => Rc::clone(line),
                None => {
                    let terms = match self.terms.get(number) {
                        Some(terms) => Rc::clone(terms),
                        None => Rc::new(Terms::new(self.common, self.side, clause.clause, clause.effect, clause.purposes)?),
                    };
                    self.terms.insert(*number, Rc::clone(&terms));
                    let piece = |(part, [at, of]): &(usize, [u32; 2])| {
                        let (roles, _, _, data) = parts[*part];
                        let set = |number: &u32| Rc::clone(&self.by_number[*number as usize]);
                        Piece {
                            roles: spread(&self.common.roles, self.side, roles),
                            at: set(at),
                            of: set(of),
                            data: spread(&self.common.data, self.side, data),
                        }
                    };
                    let line = Rc::new(Line { terms, pieces: key.1.iter().map(piece).collect() });
                    self.lines.insert(key, Rc::clone(&line));
                    line
                }
            };
            rows.push((clause.clause.place.as_str(), *number, line));
        }
        let by_place = rows.iter().enumerate().map(|(index, (place, ..))| (*place, index)).collect();
        Ok(Lines { rows, by_place })
    }

    /// The number of a set as it is on a day.
    fn set(&mut self, set: SetId, on: Date, closed: &Bits) -> u32 {
        let drawn = self.compiled.set_on(set, on);
        let (numbers, scope, size) = (&self.numbers, self.scope, self.common.organisations.len());
        let bits = self
            .drawn
            .entry(Arc::as_ptr(&drawn) as usize)
            .or_insert_with(|| Rc::new(Bits::of(size, drawn.iter().map(|org| numbers[org]).filter(|number| scope.organisations.has(*number)))));
        let bits = if bits.meets(closed) { Rc::new(Bits::clone(bits).without(closed)) } else { Rc::clone(bits) };
        if let Some(number) = self.sets.get(&bits) {
            return *number;
        }
        let number = u32::try_from(self.by_number.len()).unwrap_or(u32::MAX);
        self.by_number.push(Rc::clone(&bits));
        self.sets.insert(bits, number);
        number
    }
}

impl Lines<'_> {
    /// A clause by its place.
    pub(super) fn get(&self, place: &str) -> Option<&Line> {
        self.by_place.get(place).map(|index| &*self.rows[*index].2)
    }

    /// For each row, whether the other side has no clause of that place that does the same.
    pub(super) fn changed(&self, other: &Self) -> Vec<bool> {
        self.rows.iter().map(|(place, _, line)| other.get(place) != Some(line)).collect()
    }

    /// Whether these are the clauses of another day drawn with them.
    pub(super) fn are(&self, others: &Self) -> bool {
        self.rows.len() == others.rows.len()
            && self.rows.iter().zip(&others.rows).all(|((_, one, line), (_, other, as_line))| one == other && Rc::ptr_eq(line, as_line))
    }
}
