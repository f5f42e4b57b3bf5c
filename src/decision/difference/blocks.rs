//! What differs, drawn together into blocks: cases that change alike on the same days.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::lines::Part;
use super::meetings::{Met, meetings};
use super::members::Sets;
use super::pair::{Pair, Reaching};
use super::scope::{Group, Piece};
use super::{Change, Fact};
use crate::decision::combinations::products;
use crate::decision::compiled::bits::Bits;
use crate::decision::plain::TooManyConditions;
use crate::identifier::{Date, Interval};

/// Numbers that no piece tells apart, with one of them.
type Classes = Vec<(usize, Vec<u32>)>;

/// Organisations that the same pieces reach on the same days: their numbers, and those days for each set of the axis.
pub(super) struct Class {
    members: Vec<u32>,
    /// Numbers of [`Axis::days`].
    pub(super) days: Vec<u32>,
}

/// Organisations on one side of the question.
pub(super) struct Axis {
    /// For each piece, the place of its set among those of the axis.
    pub(super) set_of: Vec<usize>,
    pub(super) classes: Vec<Class>,
    /// Lists of days, each once: first none, then all.
    pub(super) days: Vec<Vec<Interval>>,
}

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
        let mut told: BTreeMap<(u32, [Vec<u32>; 3]), Vec<Met>> = BTreeMap::new();
        let mut known: HashMap<[Bits; 2], Vec<u32>> = HashMap::new();
        for (meeting, met) in meetings(pieces, &at, &of, pair, during) {
            let mut of_cases: BTreeMap<u32, Vec<[u32; 3]>> = BTreeMap::new();
            for case in cases.iter().filter(|case| case.changed.meets(&meeting.pieces)) {
                let here = case.reaching.clone().and(&meeting.pieces);
                let altered = here.clone().and(&meeting.altered);
                let told = match known.entry([here, altered]) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => {
                        let [here, altered] = place.key();
                        let mut rows: [Vec<Reaching>; 2] = Default::default();
                        for piece in here.iter() {
                            rows[pieces[piece].side].push((pieces[piece].row, altered.has(piece)));
                        }
                        rows.iter_mut().for_each(Vec::dedup);
                        let told = pair.told(rows)?;
                        place.insert(told)
                    }
                };
                for told in told {
                    of_cases.entry(*told).or_default().push(case.classes);
                }
            }
            for (number, cases) in of_cases {
                for part in products(cases) {
                    told.entry((number, part)).or_default().extend(&met);
                }
            }
        }
        for ((number, part), mut met) in told {
            let part = [members(&data, &part[0]), members(&purposes, &part[1]), members(&ways, &part[2])];
            let mut on_days: HashMap<Vec<Interval>, Vec<[u32; 2]>> = HashMap::new();
            // What each meeting brings is in order already: a stable sort merges it.
            met.sort_by_key(|(pair, days)| (*pair, days.first));
            for of_pair in met.chunk_by(|one, other| one.0 == other.0) {
                on_days.entry(joined(of_pair.iter().map(|(_, days)| *days).collect())).or_default().push(of_pair[0].0);
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
    Axis { set_of: vec![0; pieces], classes: vec![Class { members: Vec::new(), days: vec![1] }], days: vec![Vec::new(), vec![during]] }
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
    let always = |org: usize, place: usize| sets.members(distinct[place]).always.has(org);
    let mut lists: Vec<Vec<Interval>> = vec![Vec::new(), vec![during]];
    let mut days = |org: usize, turns: &[(usize, Interval)]| -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..distinct.len()).map(|place| u32::from(always(org, place))).collect();
        let mut turns = turns.to_vec();
        turns.sort_by_key(|(place, _)| *place);
        for of_one in turns.chunk_by(|one, other| one.0 == other.0) {
            let own = joined(of_one.iter().map(|(_, turn)| *turn).collect());
            let known = lists.iter().position(|list| *list == own).unwrap_or(lists.len());
            if known == lists.len() {
                lists.push(own);
            }
            numbers[of_one[0].0] = u32::try_from(known).unwrap_or(u32::MAX);
        }
        numbers
    };
    let turning = Bits::of(size, turns.keys().map(|org| *org as usize));
    // Those that stay as they are through all the days, set by set; the few others one by one.
    let steady = classes(touched.without(&turning), distinct.iter().map(|number| &sets.members(*number).always));
    let mut classes: Vec<Class> = steady.into_iter().map(|(first, members)| Class { members, days: days(first, &[]) }).collect();
    let mut known: HashMap<(Bits, Vec<(usize, Interval)>), usize> = HashMap::new();
    for org in turning.iter() {
        let number = u32::try_from(org).unwrap_or(u32::MAX);
        let signature = Bits::of(distinct.len(), (0..distinct.len()).filter(|place| always(org, *place)));
        let next = classes.len();
        let class = *known.entry((signature, turns.remove(&number).unwrap_or_default())).or_insert_with_key(|(_, turns)| {
            classes.push(Class { members: Vec::new(), days: days(org, turns) });
            next
        });
        classes[class].members.push(number);
    }
    Axis { set_of, classes, days: lists }
}

/// A case with the pieces that reach it, and those of them that are changed.
struct Case {
    classes: [u32; 3],
    reaching: Bits,
    changed: Bits,
}

/// The classes of data, purposes and ways that some changed piece reaches together, with the pieces that reach them.
fn cases(pieces: &[Piece<'_>], [data, purposes, ways]: [&Classes; 3]) -> Vec<Case> {
    let size = pieces.len();
    let changed = Bits::of(size, (0..size).filter(|piece| pieces[*piece].changed));
    let reaching = |classes: &Classes, has: &dyn Fn(&Piece<'_>, usize) -> bool| -> Vec<Bits> {
        classes.iter().map(|(member, _)| Bits::of(size, (0..size).filter(|piece| has(&pieces[*piece], *member)))).collect()
    };
    let data = reaching(data, &|piece, one| piece.part.data.has(one));
    let purposes = reaching(purposes, &|piece, one| piece.line.terms.purposes.has(one));
    let ways = reaching(ways, &|piece, one| piece.line.terms.ways.has(one));
    let mut all = Vec::new();
    for (data, data_class) in data.iter().zip(0u32..) {
        for (purpose, purpose_class) in purposes.iter().zip(0u32..) {
            let both = data.clone().and(purpose);
            if !both.meets(&changed) {
                continue;
            }
            for (way, way_class) in ways.iter().zip(0u32..) {
                let here = both.clone().and(way);
                if here.meets(&changed) {
                    let reached = here.clone().and(&changed);
                    all.push(Case { classes: [data_class, purpose_class, way_class], reaching: here, changed: reached });
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
    classes(all.fold(first, Bits::or), pieces.iter().map(axis))
}

/// Splits a set into classes by which of the sets given they are in.
fn classes<'b>(of: Bits, by: impl Iterator<Item = &'b Bits>) -> Classes {
    let mut classes = vec![of];
    for set in by.collect::<HashSet<_>>() {
        for index in 0..classes.len() {
            let (inside, outside) = (classes[index].clone().and(set), classes[index].clone().without(set));
            if !inside.is_empty() && !outside.is_empty() {
                classes[index] = inside;
                classes.push(outside);
            }
        }
    }
    let number = |member: usize| u32::try_from(member).unwrap_or(u32::MAX);
    let mut classes: Classes = classes.iter().filter_map(|class| Some((class.iter().next()?, class.iter().map(number).collect()))).collect();
    classes.sort_unstable();
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
