//! What differs, drawn together into blocks: cases that change alike on the same days.

use std::collections::{BTreeMap, HashMap};

use super::lines::Part;
use super::members::{Sets, both};
use super::pair::{Pair, Reaching};
use super::scope::{Group, Piece};
use super::{Change, Fact};
use crate::decision::combinations::products;
use crate::decision::compiled::Effect;
use crate::decision::compiled::bits::Bits;
use crate::decision::plain::TooManyConditions;
use crate::identifier::{Date, Interval};

/// Numbers that no piece tells apart, with one of them.
type Classes = Vec<(usize, Vec<u32>)>;

/// Organisations that the same pieces reach on the same days: their numbers, and for each set of the axis those days.
struct Class {
    members: Vec<u32>,
    days: Vec<Vec<Interval>>,
}

/// Organisations on one side of the question.
struct Axis {
    /// For each piece, the place of its set among those of the axis.
    set_of: Vec<usize>,
    classes: Vec<Class>,
}

/// Cases of one pair of classes of organisations, with the days of each.
type Pairs = BTreeMap<[u32; 2], Vec<Interval>>;

/// Pieces, or kinds of them, that meet in a case; each with whether the clause of its place on the other side is in force.
type Meeting = Vec<(usize, bool)>;

/// Two classes of organisations that certain clauses reach together, and when.
type Met = ([u32; 2], Interval);

/// What is told of which products (at, of, data, purposes, ways) on which days, by the number of what is told.
type Key = (u32, [Vec<u32>; 5], Vec<Interval>);

/// Blocks with the roles they are told of.
#[derive(Default)]
pub(super) struct Blocks(HashMap<Key, Vec<u32>>);

impl Blocks {
    /// The changes, in order.
    pub(super) fn changes(self, pair: &Pair<'_, '_, '_>) -> Vec<(Change, Vec<Interval>)> {
        let change = |((told, [at, of, data, purposes, ways], days), mut roles): (Key, Vec<u32>)| {
            roles.sort_unstable();
            let (way, facts, because): (_, Vec<Vec<Fact>>, _) = pair.get(told).clone();
            (Change { way, facts, because, roles, at, of, data, purposes, ways }, days)
        };
        let mut changes: Vec<_> = self.0.into_iter().map(change).collect();
        changes.sort_unstable_by(|(one, days), (other, others)| one.cmp(other).then_with(|| days[0].first.cmp(&others[0].first)));
        changes
    }

    /// Adds what differs for the roles of a group.
    pub(super) fn add(&mut self, group: &Group<'_>, pair: &mut Pair<'_, '_, '_>, sets: &Sets, during: Interval) -> Result<(), TooManyConditions> {
        let pieces = &group.pieces;
        let size = pair.common.organisations.len();
        let at = if group.person { nowhere(pieces.len(), during) } else { axis(pieces, |part| part.at, sets, size, during) };
        let of = axis(pieces, |part| part.of, sets, size, during);
        let data = touched(pieces, |piece| &piece.part.data);
        let purposes = touched(pieces, |piece| &piece.line.terms.purposes);
        let ways = touched(pieces, |piece| &piece.line.terms.ways);
        let cases = cases(pieces, [&data, &purposes, &ways]);
        let mut told: BTreeMap<(u32, [Vec<u32>; 3]), Pairs> = BTreeMap::new();
        for (meeting, mut met) in meetings(pieces, &at, &of, pair, during) {
            let mut here: Vec<Option<bool>> = vec![None; pieces.len()];
            for (piece, altered) in meeting {
                here[piece] = Some(altered);
            }
            let mut of_cases: BTreeMap<u32, Vec<[u32; 3]>> = BTreeMap::new();
            for (case, reaching) in &cases {
                if !reaching.iter().any(|piece| pieces[*piece].changed && here[*piece].is_some()) {
                    continue;
                }
                let mut rows: [Vec<Reaching>; 2] = Default::default();
                for piece in reaching {
                    rows[pieces[*piece].side].extend(here[*piece].map(|altered| (pieces[*piece].row, altered)));
                }
                rows.iter_mut().for_each(Vec::dedup);
                for told in pair.told(rows)? {
                    of_cases.entry(told).or_default().push(*case);
                }
            }
            met.sort_unstable_by_key(|(pair, days)| (*pair, days.first));
            for (number, cases) in of_cases {
                for part in products(cases) {
                    let pairs = told.entry((number, part)).or_default();
                    for (pair, days) in &met {
                        pairs.entry(*pair).or_default().push(*days);
                    }
                }
            }
        }
        for ((number, part), pairs) in told {
            let part = [members(&data, &part[0]), members(&purposes, &part[1]), members(&ways, &part[2])];
            let mut on_days: HashMap<Vec<Interval>, Vec<[u32; 2]>> = HashMap::new();
            for (pair, days) in pairs {
                on_days.entry(joined(days)).or_default().push(pair);
            }
            for (days, pairs) in on_days {
                for [at_classes, of_classes] in products(pairs) {
                    let [data, purposes, ways] = part.clone();
                    let block = [at.members(&at_classes), of.members(&of_classes), data, purposes, ways];
                    self.0.entry((number, block, days.clone())).or_default().extend(&group.roles);
                }
            }
        }
        Ok(())
    }
}

impl Axis {
    fn members(&self, chosen: &[u32]) -> Vec<u32> {
        let mut all: Vec<u32> = chosen.iter().flat_map(|class| &self.classes[*class as usize].members).copied().collect();
        all.sort_unstable();
        all
    }
}

/// The axis of those who work nowhere.
fn nowhere(pieces: usize, during: Interval) -> Axis {
    Axis { set_of: vec![0; pieces], classes: vec![Class { members: Vec::new(), days: vec![vec![during]] }] }
}

/// Splits the organisations that changed pieces reach into classes.
fn axis(pieces: &[Piece<'_>], set: impl Fn(&Part) -> u32, sets: &Sets, size: usize, during: Interval) -> Axis {
    let mut distinct: Vec<u32> = Vec::new();
    let mut touched = Bits::none(size);
    let mut set_of = Vec::new();
    for piece in pieces {
        let number = set(piece.part);
        let place = distinct.iter().position(|known| *known == number).unwrap_or(distinct.len());
        if place == distinct.len() {
            distinct.push(number);
        }
        set_of.push(place);
        if piece.changed {
            touched = touched.or(sets.ever(number));
        }
    }
    let mut turns: HashMap<u32, Vec<(usize, Interval)>> = HashMap::new();
    for (place, number) in distinct.iter().enumerate() {
        for (org, days) in sets.members(*number).turns.iter().filter(|(org, _)| touched.has(*org as usize)) {
            turns.entry(*org).or_default().push((place, *days));
        }
    }
    let mut known: HashMap<(Bits, Vec<(usize, Interval)>), usize> = HashMap::new();
    let mut classes: Vec<Class> = Vec::new();
    for org in touched.iter() {
        let number = u32::try_from(org).unwrap_or(u32::MAX);
        let always = Bits::of(distinct.len(), (0..distinct.len()).filter(|place| sets.members(distinct[*place]).always.has(org)));
        let next = classes.len();
        let class = *known.entry((always, turns.remove(&number).unwrap_or_default())).or_insert_with_key(|(always, turns)| {
            let mut days: Vec<Vec<Interval>> = (0..distinct.len()).map(|place| if always.has(place) { vec![during] } else { Vec::new() }).collect();
            for (place, turn) in turns {
                days[*place].push(*turn);
            }
            classes.push(Class { members: Vec::new(), days: days.into_iter().map(joined).collect() });
            next
        });
        classes[class].members.push(number);
    }
    Axis { set_of, classes }
}

/// Pieces that reach the same organisations on the same days.
#[derive(PartialEq)]
struct Alike<'l> {
    /// The places of their sets on the two axes.
    at: usize,
    of: usize,
    force: &'l [Interval],
    /// When the clause of their place on the other side is in force.
    other: &'l [Interval],
}

/// Which pieces meet in a pair of classes on which days, by those pieces; each with whether the clause of its place on the
/// other side is in force then. Only where a difference is possible.
fn meetings(pieces: &[Piece<'_>], at: &Axis, of: &Axis, pair: &Pair<'_, '_, '_>, during: Interval) -> Vec<(Meeting, Vec<Met>)> {
    let mut kinds: Vec<(Alike<'_>, Vec<usize>)> = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let other = pair.counterparts[piece.side][piece.row as usize].map_or(&[][..], |there| &pair.lines[1 - piece.side][there.row as usize].force);
        let kind = Alike { at: at.set_of[number], of: of.set_of[number], force: &piece.line.force, other };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, alike)) => alike.push(number),
            None => kinds.push((kind, vec![number])),
        }
    }
    let changed: Vec<bool> = kinds.iter().map(|(_, alike)| alike.iter().any(|piece| pieces[*piece].changed)).collect();
    let grants: Vec<bool> = kinds.iter().map(|(_, alike)| alike.iter().any(|piece| pieces[*piece].line.terms.effect == Effect::Grants)).collect();
    let mut found: BTreeMap<Meeting, Vec<Met>> = BTreeMap::new();
    for (asking, at_class) in at.classes.iter().zip(0u32..) {
        let working: Vec<Vec<Interval>> = kinds.iter().map(|(kind, _)| both(&asking.days[kind.at], kind.force)).collect();
        for (giving, of_class) in of.classes.iter().zip(0u32..) {
            let runs = |kind: usize| both(&working[kind], &giving.days[kinds[kind].0.of]);
            let differ: Vec<Interval> = joined((0..kinds.len()).filter(|kind| changed[*kind]).flat_map(runs).collect());
            if differ.is_empty() {
                continue;
            }
            let runs: Vec<Vec<Interval>> = (0..kinds.len()).map(|kind| both(&runs(kind), &differ)).collect();
            let mut starts: Vec<Date> = Vec::new();
            let mut bounds = |days: &[Interval]| {
                for stretch in days {
                    starts.push(stretch.first);
                    starts.extend((stretch.last < during.last).then(|| stretch.last.next()));
                }
            };
            bounds(&differ);
            for (days, (kind, _)) in runs.iter().zip(&kinds).filter(|(days, _)| !days.is_empty()) {
                bounds(days);
                if kind.other != kind.force {
                    bounds(kind.other);
                }
            }
            starts.sort_unstable();
            starts.dedup();
            for (index, first) in starts.iter().enumerate() {
                let last = starts.get(index + 1).map_or(during.last, |next| next.previous());
                let on = |days: &[Interval]| days.iter().any(|stretch| stretch.contains(*first));
                if !on(&differ) {
                    continue;
                }
                let here: Meeting = (0..kinds.len()).filter(|kind| on(&runs[*kind])).map(|kind| (kind, on(kinds[kind].0.other))).collect();
                if here.iter().any(|(kind, _)| grants[*kind]) {
                    found.entry(here).or_default().push(([at_class, of_class], Interval { first: *first, last }));
                }
            }
        }
    }
    let of_kinds = |here: Meeting| {
        let mut here: Meeting = here.iter().flat_map(|(kind, altered)| kinds[*kind].1.iter().map(|piece| (*piece, *altered))).collect();
        here.sort_unstable();
        here
    };
    found.into_iter().map(|(here, met)| (of_kinds(here), met)).collect()
}

/// The classes of data, purposes and ways that some changed piece reaches together, with the pieces that reach them.
fn cases(pieces: &[Piece<'_>], [data, purposes, ways]: [&Classes; 3]) -> Vec<([u32; 3], Vec<usize>)> {
    let mut all = Vec::new();
    for ((data, _), data_class) in data.iter().zip(0u32..) {
        for ((purpose, _), purpose_class) in purposes.iter().zip(0u32..) {
            for ((way, _), way_class) in ways.iter().zip(0u32..) {
                let reaches = |piece: &Piece<'_>| piece.part.data.has(*data) && piece.line.terms.purposes.has(*purpose) && piece.line.terms.ways.has(*way);
                let reaching: Vec<usize> = (0..pieces.len()).filter(|piece| reaches(&pieces[*piece])).collect();
                if reaching.iter().any(|piece| pieces[*piece].changed) {
                    all.push(([data_class, purpose_class, way_class], reaching));
                }
            }
        }
    }
    all
}

/// Splits what changed pieces reach on an axis into classes.
fn touched<'l>(pieces: &'l [Piece<'l>], axis: impl Fn(&'l Piece<'l>) -> &'l Bits + Clone) -> Classes {
    let mut all = pieces.iter().filter(|piece| piece.changed).map(axis.clone());
    let first = all.next().cloned().unwrap_or_default();
    classes(&all.fold(first, Bits::or), pieces.iter().map(axis))
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
        classes[class].1.push(u32::try_from(member).unwrap_or(u32::MAX));
    }
    classes
}

fn members(classes: &Classes, chosen: &[u32]) -> Vec<u32> {
    let mut all: Vec<u32> = chosen.iter().flat_map(|class| classes[*class as usize].1.iter().copied()).collect();
    all.sort_unstable();
    all
}

/// Stretches that follow one another as one.
fn joined(mut days: Vec<Interval>) -> Vec<Interval> {
    days.sort_unstable_by_key(|stretch| stretch.first);
    let mut all: Vec<Interval> = Vec::with_capacity(days.len());
    for stretch in days {
        match all.last_mut() {
            Some(before) if before.last < Date::MAX && before.last.next() >= stretch.first => before.last = before.last.max(stretch.last),
            _ => all.push(stretch),
        }
    }
    all
}
