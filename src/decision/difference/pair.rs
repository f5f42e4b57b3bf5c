//! One day on each side compared.

use std::collections::{BTreeMap, HashMap};

use super::joint::{Common, is_person};
use super::lines::{Line, Lines, Piece};
use super::{Because, Change, Fact, Way};
use crate::decision::combinations::products;
use crate::decision::compiled::bits::Bits;
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::compiled::{Cell, Compiled, Effect};
use crate::decision::plain::{TooManyConditions, minimal_sets};

/// The side of a case that stands for "at no organisation".
const NOWHERE: u32 = u32::MAX;

/// A clause that can reach a role: its side, its row there, the piece of it that holds the role.
#[derive(Clone, Copy)]
struct Reaching<'l> {
    side: usize,
    row: u32,
    line: &'l Line,
    piece: &'l Piece,
    changed: bool,
}

/// How a case changes: the way, under which facts, because of what.
type Told = (Way, Vec<Vec<Fact>>, Vec<Because>);

/// What makes roles alike: whether they are the person's, and the pieces that reach them (side, row, piece).
type Reached = (bool, Vec<(usize, u32, usize)>);

/// A change, and the data, purposes and ways of its cases.
type Apart = (Told, [Vec<u32>; 3]);

/// Classes of what no clause tells apart: a representative and the members of each.
type Classes = Vec<(usize, Vec<u32>)>;

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Splits a set into classes by which of the sets given they are in.
fn classes<'b>(of: &Bits, by: impl Iterator<Item = &'b Bits> + Clone) -> Classes {
    let mut found: HashMap<Bits, usize> = HashMap::new();
    let mut classes: Classes = Vec::new();
    let size = by.clone().count();
    for member in of.iter() {
        let signature = Bits::of(size, by.clone().enumerate().filter(|(_, set)| set.has(member)).map(|(index, _)| index));
        let class = *found.entry(signature).or_insert_with(|| {
            classes.push((member, Vec::new()));
            classes.len() - 1
        });
        classes[class].1.push(number(member));
    }
    classes
}

/// What differs between a day of the old side and one of the new.
pub(super) fn changes(sides: [&Compiled<'_>; 2], common: &Common, lines: &[Lines<'_>; 2]) -> Result<Vec<Change>, TooManyConditions> {
    let changed = [lines[0].changed(&lines[1]), lines[1].changed(&lines[0])];
    if !changed.iter().flatten().any(|changed| *changed) {
        return Ok(Vec::new());
    }
    let mut pair = Pair { sides, common, lines, known: HashMap::new() };
    // Roles that the same pieces reach are one class.
    let mut roles: BTreeMap<Reached, Vec<u32>> = BTreeMap::new();
    for role in 0..common.roles.len() {
        let mut reached = Vec::new();
        for (side, lines) in lines.iter().enumerate() {
            for (row, (_, _, line)) in lines.rows.iter().enumerate() {
                reached.extend(line.pieces.iter().position(|piece| piece.roles.has(role)).map(|piece| (side, number(row), piece)));
            }
        }
        if reached.iter().any(|(side, row, _)| changed[*side][*row as usize]) {
            roles.entry((is_person(sides, common, role), reached)).or_default().push(number(role));
        }
    }
    let mut alike = Alike::new();
    for ((person, reached), roles) in &roles {
        let reaching = reached.iter().map(|(side, row, piece)| {
            let line = &lines[*side].rows[*row as usize].2;
            Reaching { side: *side, row: *row, line, piece: &line.pieces[*piece], changed: changed[*side][*row as usize] }
        });
        pair.of_roles(roles, *person, &reaching.collect::<Vec<_>>(), &mut alike)?;
    }
    Ok(alike
        .into_iter()
        .map(|(((way, facts, because), [at, of, data, purposes, ways]), mut roles)| {
            roles.sort_unstable();
            Change { way, facts, because, roles, at: if at == [NOWHERE] { Vec::new() } else { at }, of, data, purposes, ways }
        })
        .collect())
}

/// What is told of which products (at, of, data, purposes, ways), with the roles it is told of.
type Alike = BTreeMap<(Told, [Vec<u32>; 5]), Vec<u32>>;

struct Pair<'s, 'p, 'l> {
    sides: [&'s Compiled<'p>; 2],
    common: &'s Common,
    lines: &'l [Lines<'l>; 2],
    known: HashMap<[Vec<u32>; 2], Vec<Told>>,
}

impl Pair<'_, '_, '_> {
    /// The changes for roles that the same pieces reach.
    fn of_roles(&mut self, roles: &[u32], person: bool, reaching: &[Reaching<'_>], alike: &mut Alike) -> Result<(), TooManyConditions> {
        // Only what some changed piece reaches can differ.
        let touched = |set: &dyn Fn(&Reaching<'_>) -> Bits| {
            let mut sets = reaching.iter().filter(|one| one.changed).map(set);
            let first = sets.next().unwrap_or_default();
            sets.fold(first, |all, set| all.or(&set))
        };
        let (at, of, data) = (touched(&|one| Bits::clone(&one.piece.at)), touched(&|one| Bits::clone(&one.piece.of)), touched(&|one| one.piece.data.clone()));
        let (purposes, ways) = (touched(&|one| one.line.terms.purposes.clone()), touched(&|one| one.line.terms.ways.clone()));
        let near: Vec<Reaching<'_>> = reaching
            .iter()
            .copied()
            .filter(|one| {
                (person || one.piece.at.meets(&at))
                    && one.piece.of.meets(&of)
                    && one.piece.data.meets(&data)
                    && one.line.terms.purposes.meets(&purposes)
                    && one.line.terms.ways.meets(&ways)
            })
            .collect();
        let at = if person { vec![(0, vec![NOWHERE])] } else { classes(&at, near.iter().map(|one| &*one.piece.at)) };
        let of = classes(&of, near.iter().map(|one| &*one.piece.of));
        let data = classes(&data, near.iter().map(|one| &one.piece.data));
        let purposes = classes(&purposes, near.iter().map(|one| &one.line.terms.purposes));
        let ways = classes(&ways, near.iter().map(|one| &one.line.terms.ways));
        let mut by_clauses: HashMap<Vec<usize>, Vec<[u32; 2]>> = HashMap::new();
        for (at_class, (at, _)) in at.iter().enumerate() {
            for (of_class, (of, _)) in of.iter().enumerate() {
                let meets = |one: &Reaching<'_>| (person || one.piece.at.has(*at)) && one.piece.of.has(*of);
                let meeting: Vec<usize> = near.iter().enumerate().filter(|(_, one)| meets(one)).map(|(index, _)| index).collect();
                if meeting.iter().any(|one| near[*one].changed) && meeting.iter().any(|one| near[*one].line.terms.effect == Effect::Grants) {
                    by_clauses.entry(meeting).or_default().push([number(at_class), number(of_class)]);
                }
            }
        }
        // Pairs of organisations that are told the same, of the same data, purposes and ways.
        let mut told: BTreeMap<Apart, Vec<[u32; 2]>> = BTreeMap::new();
        for (meeting, pairs) in by_clauses {
            let mut of_cases: BTreeMap<Told, Vec<[u32; 3]>> = BTreeMap::new();
            for (data_class, (data, _)) in data.iter().enumerate() {
                for (purpose_class, (purpose, _)) in purposes.iter().enumerate() {
                    for (way_class, (way, _)) in ways.iter().enumerate() {
                        let reaches = |one: &Reaching<'_>| one.piece.data.has(*data) && one.line.terms.purposes.has(*purpose) && one.line.terms.ways.has(*way);
                        let here: Vec<&Reaching<'_>> = meeting.iter().map(|one| &near[*one]).filter(|one| reaches(one)).collect();
                        if !here.iter().any(|one| one.changed) {
                            continue;
                        }
                        let rows = [0, 1].map(|side| here.iter().filter(|one| one.side == side).map(|one| one.row).collect::<Vec<u32>>());
                        for change in self.told(rows)? {
                            of_cases.entry(change).or_default().push([number(data_class), number(purpose_class), number(way_class)]);
                        }
                    }
                }
            }
            for (change, cases) in of_cases {
                for part in products(cases) {
                    told.entry((change.clone(), part)).or_default().extend(&pairs);
                }
            }
        }
        let members = |classes: &Classes, chosen: &[u32]| {
            let mut all: Vec<u32> = chosen.iter().flat_map(|class| classes[*class as usize].1.iter().copied()).collect();
            all.sort_unstable();
            all
        };
        for ((change, part), pairs) in told {
            let part = [members(&data, &part[0]), members(&purposes, &part[1]), members(&ways, &part[2])];
            for [at_classes, of_classes] in products(pairs) {
                let [data, purposes, ways] = part.clone();
                let block = [members(&at, &at_classes), members(&of, &of_classes), data, purposes, ways];
                alike.entry((change.clone(), block)).or_default().extend(roles);
            }
        }
        Ok(())
    }

    /// How the case to which these rows apply changes.
    fn told(&mut self, rows: [Vec<u32>; 2]) -> Result<Vec<Told>, TooManyConditions> {
        if let Some(known) = self.known.get(&rows) {
            return Ok(known.clone());
        }
        let mut cells = [None, None];
        for side in 0..2 {
            let lines = &self.lines[side];
            if rows[side].iter().any(|row| lines.rows[*row as usize].2.terms.effect == Effect::Grants) {
                let clauses: Vec<u32> = rows[side].iter().map(|row| lines.rows[*row as usize].1).collect();
                cells[side] = Some(match &*self.sides[side].cell_of_clauses(&clauses) {
                    Ok(cell) => cell.clone(),
                    Err(error) => return Err(error.clone()),
                });
            }
        }
        let told = self.compared(&cells)?;
        self.known.insert(rows, told.clone());
        Ok(told)
    }

    fn compared(&self, cells: &[Option<Cell<'_>>; 2]) -> Result<Vec<Told>, TooManyConditions> {
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
            all.push((way, sets, self.because(cells, [from, to], atoms, &differs)));
        }
        Ok(all)
    }

    /// The clauses without which a case would not differ: grants of the side on which it is open, prohibitions of the other,
    /// as far as they are not the same on both.
    fn because(&self, cells: &[Option<Cell<'_>>; 2], [from, to]: [usize; 2], atoms: Atoms, differs: &Truths) -> Vec<Because> {
        let mut all = Vec::new();
        for (side, grants) in [(to, true), (from, false)] {
            let Some(cell) = &cells[side] else { continue };
            let clauses = if grants { &cell.grants } else { &cell.prohibits };
            for ((_, clause), set) in clauses {
                let place = clause.place.as_str();
                let (own, other) = (self.lines[side].get(place), self.lines[1 - side].get(place));
                if own != other && self.meets(side, cell.atoms, set, atoms, differs) {
                    all.push(Because { place: place.to_owned(), new: side == 1, grants, altered: other.is_some() });
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
