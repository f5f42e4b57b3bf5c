//! What clauses of the two sides make of a case, compared.

use std::collections::HashMap;
use std::rc::Rc;

use super::joint::Common;
use super::lines::Line;
use super::scope::Counterparts;
use super::{Because, Fact, Way};
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::compiled::{Cell, Compiled, Effect};
use crate::decision::plain::{TooManyConditions, minimal_sets};

/// How a case changes: the way, under which facts, because of what.
pub(super) type Told = (Way, Vec<Vec<Fact>>, Vec<Because>);

/// A clause that reaches a case: its row, and whether the clause of its place on the other side is in force.
pub(super) type Reaching = (u32, bool);

/// Compares cases; what is told of the same clauses is worked out once.
pub(super) struct Pair<'s, 'p, 'l> {
    pub(super) sides: [&'s Compiled<'p>; 2],
    pub(super) common: &'s Common,
    pub(super) lines: &'l [Vec<Line<'l>>; 2],
    pub(super) counterparts: &'l Counterparts,
    /// What is told, each once.
    all: Vec<Rc<Told>>,
    numbers: HashMap<Rc<Told>, u32>,
    known: HashMap<[Vec<Reaching>; 2], Vec<u32>>,
}

impl<'s, 'p, 'l> Pair<'s, 'p, 'l> {
    pub(super) fn new(sides: [&'s Compiled<'p>; 2], common: &'s Common, lines: &'l [Vec<Line<'l>>; 2], counterparts: &'l Counterparts) -> Self {
        Self { sides, common, lines, counterparts, all: Vec::new(), numbers: HashMap::new(), known: HashMap::new() }
    }

    /// What was told, by its number.
    pub(super) fn get(&self, number: u32) -> &Told {
        &self.all[number as usize]
    }

    /// How the case that these clauses reach changes, by the numbers of what is told.
    pub(super) fn told(&mut self, rows: [Vec<Reaching>; 2]) -> Result<Vec<u32>, TooManyConditions> {
        if let Some(known) = self.known.get(&rows) {
            return Ok(known.clone());
        }
        let mut numbers = Vec::new();
        if (0..2).any(|side| rows[side].iter().any(|(row, _)| self.differs(side, *row, &rows))) {
            let mut cells = [None, None];
            for side in 0..2 {
                let clauses: Vec<&Line<'_>> = rows[side].iter().map(|(row, _)| &self.lines[side][*row as usize]).collect();
                if clauses.iter().any(|line| line.terms.effect == Effect::Grants) {
                    cells[side] = Some(match &*self.sides[side].cell_of_clauses(&clauses.iter().map(|line| line.number).collect::<Vec<_>>()) {
                        Ok(cell) => cell.clone(),
                        Err(error) => return Err(error.clone()),
                    });
                }
            }
            for told in self.compared(&cells, &rows)? {
                let told = Rc::new(told);
                let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
                let number = *self.numbers.entry(Rc::clone(&told)).or_insert(next);
                if number == next {
                    self.all.push(told);
                }
                numbers.push(number);
            }
        }
        self.known.insert(rows, numbers.clone());
        Ok(numbers)
    }

    /// Whether no clause of its place that says the same reaches the case on the other side.
    fn differs(&self, side: usize, row: u32, rows: &[Vec<Reaching>; 2]) -> bool {
        !self.counterparts[side][row as usize].is_some_and(|there| there.same && rows[1 - side].iter().any(|(row, _)| *row == there.row))
    }

    fn compared(&self, cells: &[Option<Cell<'_>>; 2], rows: &[Vec<Reaching>; 2]) -> Result<Vec<Told>, TooManyConditions> {
        // Only facts on which an answer depends.
        let reduced = cells.each_ref().map(|cell| cell.as_ref().map(|cell| cell.atoms.reduced(&cell.permits)));
        let facts = [0, 1].map(|side| reduced[side].as_ref().map_or(0, |(atoms, _)| self.common.facts_of(side, atoms.facts)));
        let atoms = Atoms::new(facts[0] | facts[1]).map_err(|count| {
            let of = |cell: &Cell<'_>| cell.grants.iter().chain(&cell.prohibits).map(|((_, clause), _)| clause.place.clone()).collect::<Vec<_>>();
            TooManyConditions { count, clauses: cells.iter().flatten().flat_map(of).collect() }
        })?;
        let permits = [0, 1].map(|side| reduced[side].as_ref().map_or_else(|| atoms.never(), |(own, set)| self.common.said_in(side, *own, set, atoms)));
        let mut all = Vec::new();
        for (way, from, to) in [(Way::Widening, 0, 1), (Way::Narrowing, 1, 0)] {
            let differs = permits[to].clone().without(&permits[from]);
            if differs.is_never() {
                continue;
            }
            let sets = minimal_sets(atoms.facts, |truth| atoms.holds(&differs, truth));
            let sets = sets.into_iter().map(|set| set.into_iter().map(|literal| Fact { fact: literal.fact.0, value: literal.value }).collect()).collect();
            all.push((way, sets, self.because(cells, rows, [from, to], atoms, &differs)));
        }
        Ok(all)
    }

    /// The clauses without which a case would not differ: grants of the side on which it is open, prohibitions of the other,
    /// as far as they do not reach it alike on both.
    fn because(&self, cells: &[Option<Cell<'_>>; 2], rows: &[Vec<Reaching>; 2], [from, to]: [usize; 2], atoms: Atoms, differs: &Truths) -> Vec<Because> {
        let mut all = Vec::new();
        for (side, grants) in [(to, true), (from, false)] {
            let Some(cell) = &cells[side] else { continue };
            let clauses = if grants { &cell.grants } else { &cell.prohibits };
            for ((_, clause), set) in clauses {
                let here = rows[side].iter().find(|(row, _)| self.lines[side][*row as usize].place == clause.place);
                if let Some((row, altered)) = here
                    && self.differs(side, *row, rows)
                    && self.meets(side, cell.atoms, set, atoms, differs)
                {
                    all.push(Because { place: clause.place.clone(), new: side == 1, grants, altered: *altered });
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a set of assignments of a side has one in common with a set said in the facts here. Facts that only one of
    /// them names may be either.
    fn meets(&self, side: usize, own: Atoms, set: &Truths, atoms: Atoms, with: &Truths) -> bool {
        let all = Atoms { facts: atoms.facts | self.common.facts_of(side, own.facts) };
        let known = all.facts;
        crate::agreement::condition::submasks(known).any(|truth| atoms.holds(with, truth & atoms.facts) && own.holds(set, self.common.facts_for(side, truth)))
    }
}
