//! Which clauses meet in two classes of organisations, and when.

use std::collections::HashMap;

use super::blocks::Axis;
use super::pair::Pair;
use super::scope::Piece;
use crate::decision::compiled::Effect;
use crate::decision::compiled::bits::Bits;
use crate::identifier::{Date, Interval};

/// Pieces that meet in a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meeting {
    pub(super) pieces: Bits,
    /// Those of them for which the clause of their place on the other side is in force.
    pub(super) altered: Bits,
}

/// Two classes of organisations that certain clauses reach together, and when.
pub(super) type Met = ([u32; 2], Interval);

/// The days compared, cut wherever anything begins or ends; lists of days are sets of the pieces between cuts, each kept once.
struct Cuts<'d> {
    starts: Vec<Date>,
    last: Date,
    numbers: HashMap<&'d [Interval], u32>,
    sets: Vec<Bits>,
}

impl<'d> Cuts<'d> {
    fn new(lists: impl Iterator<Item = &'d [Interval]>, during: Interval) -> Self {
        let mut numbers: HashMap<&[Interval], u32> = HashMap::new();
        let mut all: Vec<&[Interval]> = Vec::new();
        for days in lists {
            numbers.entry(days).or_insert_with(|| {
                all.push(days);
                u32::try_from(all.len() - 1).unwrap_or(u32::MAX)
            });
        }
        let mut starts = vec![during.first];
        for stretch in all.iter().copied().flatten() {
            starts.push(stretch.first);
            starts.extend((stretch.last < during.last).then(|| stretch.last.next()));
        }
        starts.sort_unstable();
        starts.dedup();
        let place = |day: Date| starts.partition_point(|start| *start < day);
        let pieces = |stretch: &Interval| place(stretch.first)..starts.partition_point(|start| *start <= stretch.last);
        let sets = all.iter().map(|days| Bits::of(starts.len(), days.iter().flat_map(pieces))).collect();
        Self { starts, last: during.last, numbers, sets }
    }

    fn number(&self, days: &[Interval]) -> u32 {
        self.numbers[days]
    }

    fn set(&self, number: u32) -> &Bits {
        &self.sets[number as usize]
    }

    /// From one cut up to before another.
    fn stretch(&self, from: usize, to: usize) -> Interval {
        Interval { first: self.starts[from], last: self.starts.get(to).map_or(self.last, |next| next.previous()) }
    }
}

/// Pieces that reach the same organisations on the same days.
#[derive(PartialEq, Eq, Hash)]
struct Alike<'l> {
    /// The places of their sets on the two axes.
    at: usize,
    of: usize,
    force: &'l [Interval],
    /// When the clause of their place on the other side is in force.
    other: &'l [Interval],
}

/// Alike pieces.
struct Kind {
    pieces: Bits,
    at: usize,
    of: usize,
    force: u32,
    other: u32,
    changed: bool,
    grants: bool,
}

/// Where a set begins or ends.
fn edges(set: &Bits, mut found: impl FnMut(usize)) {
    let mut before = 0;
    for (index, word) in set.words().iter().enumerate() {
        let mut rest = word ^ (word << 1 | before);
        before = word >> 63;
        while rest != 0 {
            found(index * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// Which pieces meet in a pair of classes on which days, by those pieces. Only where a difference is possible.
pub(super) fn meetings(pieces: &[Piece<'_>], at: &Axis, of: &Axis, pair: &Pair<'_, '_, '_>, during: Interval) -> Vec<(Meeting, Vec<Met>)> {
    let mut numbers: HashMap<Alike<'_>, Vec<usize>> = HashMap::new();
    for (number, piece) in pieces.iter().enumerate() {
        let other = pair.counterparts[piece.side][piece.row as usize].map_or(&[][..], |there| &pair.lines[1 - piece.side][there.row as usize].force);
        let alike = Alike { at: at.set_of[number], of: of.set_of[number], force: &piece.line.force, other };
        numbers.entry(alike).or_default().push(number);
    }
    let on_axes = [at, of].into_iter().flat_map(|axis| axis.days.iter().map(Vec::as_slice));
    let cuts = Cuts::new(numbers.keys().flat_map(|alike| [alike.force, alike.other]).chain(on_axes), during);
    let kind = |(alike, pieces_of): (Alike<'_>, Vec<usize>)| Kind {
        at: alike.at,
        of: alike.of,
        force: cuts.number(alike.force),
        other: cuts.number(alike.other),
        changed: pieces_of.iter().any(|piece| pieces[*piece].changed),
        grants: pieces_of.iter().any(|piece| pieces[*piece].line.terms.effect == Effect::Grants),
        pieces: Bits::of(pieces.len(), pieces_of),
    };
    let mut kinds: Vec<Kind> = numbers.into_iter().map(kind).collect();
    kinds.sort_unstable_by(|one, other| one.pieces.cmp(&other.pieces));
    let [at_days, of_days] = [at, of].map(|axis| axis.days.iter().map(|days| cuts.number(days)).collect::<Vec<u32>>());
    let grants = Bits::of(kinds.len() * 2 + 1, (0..kinds.len()).filter(|kind| kinds[*kind].grants).map(|kind| kind * 2));
    let mut found: HashMap<Bits, Vec<Met>> = HashMap::new();
    // Where something begins or ends: the place, and what: a kind, the clause on the other side of one, or the difference.
    let mut turns: Vec<(usize, usize)> = Vec::new();
    let difference = kinds.len() * 2;
    for (asking, at_class) in at.classes.iter().zip(0u32..) {
        let both = |kind: &Kind| (cuts.set(kind.force), cuts.set(at_days[asking.days[kind.at] as usize]));
        let working = kinds.iter().map(both).enumerate().filter(|(_, (force, asking))| force.meets(asking));
        let working: Vec<(usize, Bits)> = working.map(|(number, (force, asking))| (number, force.clone().and(asking))).collect();
        if !working.iter().any(|(kind, _)| kinds[*kind].changed) {
            continue;
        }
        for (giving, of_class) in of.classes.iter().zip(0u32..) {
            let mut differ = Bits::none(cuts.starts.len());
            let mut runs: Vec<(usize, Bits)> = Vec::new();
            for (kind, working) in &working {
                let giving = cuts.set(of_days[giving.days[kinds[*kind].of] as usize]);
                if !working.meets(giving) {
                    continue;
                }
                let run = working.clone().and(giving);
                if kinds[*kind].changed {
                    differ = differ.or(&run);
                }
                runs.push((*kind, run));
            }
            if differ.is_empty() {
                continue;
            }
            runs.retain(|(_, run)| run.meets(&differ));
            turns.clear();
            edges(&differ, |place| turns.push((place, difference)));
            for (kind, run) in &runs {
                edges(run, |place| turns.push((place, kind * 2)));
                edges(&run.clone().and(cuts.set(kinds[*kind].other)), |place| turns.push((place, kind * 2 + 1)));
            }
            turns.sort_unstable();
            let mut here = Bits::none(difference + 1);
            let mut same = turns.chunk_by(|one, other| one.0 == other.0).peekable();
            while let Some(at_once) = same.next() {
                for (_, what) in at_once {
                    here.flip(*what);
                }
                if here.has(difference) && here.meets(&grants) {
                    let to = same.peek().map_or(cuts.starts.len(), |next| next[0].0);
                    let met = ([at_class, of_class], cuts.stretch(at_once[0].0, to));
                    match found.get_mut(&here) {
                        Some(known) => known.push(met),
                        None => drop(found.insert(here.clone(), vec![met])),
                    }
                }
            }
        }
    }
    let of_kinds = |here: &Bits| {
        let all =
            |of: usize| (0..kinds.len()).filter(move |kind| here.has(kind * 2 + of)).fold(Bits::none(pieces.len()), |all, kind| all.or(&kinds[kind].pieces));
        Meeting { pieces: all(0), altered: all(1) }
    };
    let mut found: Vec<(Meeting, Vec<Met>)> = found.into_iter().map(|(here, met)| (of_kinds(&here), met)).collect();
    found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    found
}
