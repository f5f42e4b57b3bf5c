//! What can differ at all between two sides: products of clauses that are not the same on both, and those that meet them. A
//! region of six hundred agreements changes a few of them; the others are not looked at.

use std::collections::{BTreeMap, HashMap};

use super::lines::{Line, Part};
use super::members::{Sets, overlap};

/// A product of a clause that can matter.
#[derive(Clone, Copy)]
pub(super) struct Piece<'l> {
    pub(super) side: usize,
    /// The place of its clause among the lines of its side.
    pub(super) row: u32,
    pub(super) line: &'l Line<'l>,
    pub(super) part: &'l Part,
    /// Whether the other side lacks a product that does the same on the same days.
    pub(super) changed: bool,
}

impl Piece<'_> {
    /// Whether some case is reached by both, for roles that both reach.
    pub(super) fn meets(&self, other: &Self, sets: &mut Sets) -> bool {
        self.line.terms.purposes.meets(&other.line.terms.purposes)
            && self.line.terms.ways.meets(&other.line.terms.ways)
            && self.part.data.meets(&other.part.data)
            && overlap(&self.line.force, &other.line.force)
            && sets.meet(self.part.of, other.part.of)
            && sets.meet(self.part.at, other.part.at)
    }
}

/// The clause of the same place on the other side.
#[derive(Clone, Copy)]
pub(super) struct Counterpart {
    pub(super) row: u32,
    /// Whether it says the same, whomever it reaches and when.
    pub(super) same: bool,
}

/// For each side and row, the clause of the same place on the other side.
pub(super) type Counterparts = [Vec<Option<Counterpart>>; 2];

/// Pairs the clauses of two sides by their places.
pub(super) fn counterparts(lines: &[Vec<Line<'_>>; 2]) -> Counterparts {
    let by_place = lines.each_ref().map(|lines| lines.iter().zip(0u32..).map(|(line, row)| (line.place, row)).collect::<HashMap<_, _>>());
    [0, 1].map(|side| {
        let of = |line: &Line<'_>| {
            let row = *by_place[1 - side].get(line.place)?;
            Some(Counterpart { row, same: lines[1 - side][row as usize].terms == line.terms })
        };
        lines[side].iter().map(of).collect()
    })
}

/// The products that can matter, those of the old side first, in the order of their clauses.
pub(super) fn pieces<'l>(lines: &'l [Vec<Line<'l>>; 2], counterparts: &Counterparts, sets: &mut Sets) -> Vec<Piece<'l>> {
    let mut all: Vec<Piece<'_>> = Vec::new();
    for (side, counterparts) in counterparts.iter().enumerate() {
        for ((line, counterpart), row) in lines[side].iter().zip(counterparts).zip(0u32..) {
            let there = counterpart.filter(|one| one.same).map(|one| &lines[1 - side][one.row as usize]).filter(|there| there.force == line.force);
            let changed = |part: &Part| there.is_none_or(|there| !there.parts.contains(part));
            all.extend(line.parts.iter().map(|part| Piece { side, row, line, part, changed: changed(part) }));
        }
    }
    let changed: Vec<Piece<'_>> = all.iter().copied().filter(|piece| piece.changed).collect();
    all.retain(|piece| piece.changed || changed.iter().any(|other| piece.part.roles.meets(&other.part.roles) && piece.meets(other, sets)));
    all
}

/// Pieces that can meet in a case, some of them changed.
pub(super) struct Group<'l> {
    pub(super) pieces: Vec<Piece<'l>>,
    /// The roles that they are asked for.
    pub(super) roles: Vec<u32>,
    /// Whether these are roles of the person, or of who acts for them: they need not work anywhere.
    pub(super) person: bool,
}

/// Splits what reaches a role into groups that share no case with a difference.
pub(super) fn groups<'l>(pieces: &[Piece<'l>], roles: usize, is_person: impl Fn(usize) -> bool, sets: &mut Sets) -> Vec<Group<'l>> {
    let mut found: BTreeMap<(bool, Vec<usize>), Vec<u32>> = BTreeMap::new();
    let mut known: HashMap<Vec<usize>, Vec<Vec<usize>>> = HashMap::new();
    for role in 0..roles {
        let here: Vec<usize> = (0..pieces.len()).filter(|piece| pieces[*piece].part.roles.has(role)).collect();
        let split = known.entry(here).or_insert_with_key(|here| split(pieces, here, sets));
        for group in split {
            found.entry((is_person(role), group.clone())).or_default().push(u32::try_from(role).unwrap_or(u32::MAX));
        }
    }
    found.into_iter().map(|((person, group), roles)| Group { pieces: group.into_iter().map(|piece| pieces[piece]).collect(), roles, person }).collect()
}

/// Changed pieces that meet are one group, with all that meets any of them.
fn split(pieces: &[Piece<'_>], here: &[usize], sets: &mut Sets) -> Vec<Vec<usize>> {
    let mut left: Vec<usize> = here.iter().copied().filter(|piece| pieces[*piece].changed).collect();
    let mut groups = Vec::new();
    while let Some(first) = left.pop() {
        let mut core = vec![first];
        let mut next = 0;
        while next < core.len() {
            let one = &pieces[core[next]];
            let (near, far) = left.into_iter().partition::<Vec<_>, _>(|other| one.meets(&pieces[*other], sets));
            core.extend(near);
            left = far;
            next += 1;
        }
        let group: Vec<usize> =
            here.iter().copied().filter(|piece| core.contains(piece) || core.iter().any(|one| pieces[*one].meets(&pieces[*piece], sets))).collect();
        groups.push(group);
    }
    groups
}
