//! What can differ at all between two packs: clauses that are not the same on every day, those that meet them, and the
//! organisations they reach. A region of six hundred agreements changes a few of them; the others are not looked at.

use std::collections::{BTreeMap, HashMap};

use super::joint::Common;
use super::lines::{Terms, numbers, spread};
use crate::decision::compiled::Compiled;
use crate::decision::compiled::bits::Bits;
use crate::decision::compiled::epoch::SetId;
use crate::decision::plain::TooManyConditions;
use crate::identifier::Interval;

/// Clauses and organisations that are looked at.
pub(super) struct Scope {
    /// For each side the numbers of clauses, the lowest first.
    pub(super) clauses: [Vec<u32>; 2],
    /// Organisations, by their numbers on both sides.
    pub(super) organisations: Bits,
}

/// Everybody that is in a set on some day, and on which days who is not there always.
type Members = (Bits, Vec<(usize, Interval)>);

/// A clause through all days.
#[derive(PartialEq, Eq)]
struct Whole {
    terms: Terms,
    force: Vec<Interval>,
    /// Roles, where they work, whose data, categories; sets by their numbers among those of both sides.
    parts: Vec<(Bits, u32, u32, Bits)>,
}

impl Scope {
    /// Everything.
    pub(super) fn all(sides: [&Compiled<'_>; 2], common: &Common) -> Self {
        let clauses = sides.map(|side| (0..u32::try_from(side.through().len()).unwrap_or(u32::MAX)).collect());
        Self { clauses, organisations: Bits::all(common.organisations.len()) }
    }

    /// What can differ between two packs on the same day.
    pub(super) fn of(sides: [&Compiled<'_>; 2], common: &Common) -> Result<Self, TooManyConditions> {
        let size = common.organisations.len();
        let open = |side: usize, org: usize| common.orgs[side][org].map(|org| sides[side].pack.register.organisation(org).open);
        // Open on other days, or known to one side only.
        let other = Bits::of(size, (0..size).filter(|org| open(0, *org) != open(1, *org)));
        let mut known: HashMap<Members, u32> = HashMap::new();
        let mut ever: Vec<Bits> = Vec::new();
        let mut wholes: [Vec<Whole>; 2] = [Vec::new(), Vec::new()];
        for (side, compiled) in sides.into_iter().enumerate() {
            let numbers = numbers(common, side, compiled.pack.register.organisations.len());
            let sets: Vec<u32> = (0..compiled.set_count())
                .map(|set| {
                    let (always, sometimes) = compiled.set_through(SetId::of(set));
                    let mut turns: Vec<(usize, Interval)> = sometimes.map(|(org, days)| (numbers[org], days)).collect();
                    turns.sort_unstable_by_key(|(org, days)| (*org, days.first));
                    let always = Bits::of(size, always.iter().map(|org| numbers[org]));
                    *known.entry((always, turns)).or_insert_with_key(|(always, turns)| {
                        let mut all = always.clone();
                        for (org, _) in turns {
                            all.add(*org);
                        }
                        ever.push(all);
                        u32::try_from(ever.len() - 1).unwrap_or(u32::MAX)
                    })
                })
                .collect();
            for clause in compiled.through() {
                let terms = Terms::new(common, side, clause.clause, clause.effect, clause.purposes)?;
                let parts = clause
                    .parts()
                    .map(|(roles, at, of, data)| (spread(&common.roles, side, roles), sets[at.number()], sets[of.number()], spread(&common.data, side, data)));
                wholes[side].push(Whole { terms, force: compiled.force(&clause), parts: parts.collect() });
            }
        }
        let by_place = [0, 1].map(|side| -> BTreeMap<&str, usize> {
            sides[side].through().enumerate().map(|(number, clause)| (clause.clause.place.as_str(), number)).collect()
        });
        let set = |number: u32| &ever[number as usize];
        let mut differing: Vec<&Whole> = Vec::new();
        let mut kept: [Vec<bool>; 2] = [vec![false; wholes[0].len()], vec![false; wholes[1].len()]];
        for side in 0..2 {
            for (number, clause) in sides[side].through().enumerate() {
                let whole = &wholes[side][number];
                let same = by_place[1 - side].get(clause.clause.place.as_str()).is_some_and(|there| &wholes[1 - side][*there] == whole);
                if !same || whole.parts.iter().any(|(_, at, of, _)| set(*at).meets(&other) || set(*of).meets(&other)) {
                    kept[side][number] = true;
                    differing.push(whole);
                }
            }
        }
        let mut organisations = Bits::none(size);
        for (_, at, of, _) in differing.iter().flat_map(|whole| &whole.parts) {
            organisations = organisations.or(set(*at)).or(set(*of));
        }
        let mut meet: HashMap<(u32, u32), bool> = HashMap::new();
        let mut sets_meet = |one: u32, two: u32| one == two || *meet.entry((one.min(two), one.max(two))).or_insert_with(|| set(one).meets(set(two)));
        for side in 0..2 {
            for (number, whole) in wholes[side].iter().enumerate() {
                kept[side][number] |= differing.iter().any(|other| {
                    whole.terms.purposes.meets(&other.terms.purposes)
                        && whole.terms.ways.meets(&other.terms.ways)
                        && whole.parts.iter().any(|(roles, at, of, data)| {
                            let parts = other.parts.iter();
                            parts.clone().any(|part| roles.meets(&part.0) && data.meets(&part.3) && sets_meet(*of, part.2) && sets_meet(*at, part.1))
                        })
                });
            }
        }
        let clauses = kept.map(|kept| (0u32..).zip(kept).filter(|(_, kept)| *kept).map(|(number, _)| number).collect());
        Ok(Self { clauses, organisations })
    }
}
