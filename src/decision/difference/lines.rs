//! The clauses of a day on each side, said in the numbers both share, and which of them differ.

use std::collections::{BTreeMap, HashMap};

use super::joint::{Common, Leaves};
use crate::decision::compiled::bits::Bits;
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::compiled::{Compiled, Effect};
use crate::decision::plain::TooManyConditions;
use crate::identifier::Date;
use crate::register::OrgId;

/// One product of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) roles: Bits,
    pub(super) at: Bits,
    pub(super) of: Bits,
    pub(super) data: Bits,
}

/// What a clause asks, said in its facts here.
type Asked = (Atoms, Truths);

/// A clause in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) effect: Effect,
    condition: Asked,
    pub(super) purposes: Bits,
    pub(super) ways: Bits,
    pub(super) pieces: Vec<Piece>,
}

/// The clauses of a day on one side, by their place in the pack.
pub(super) struct Lines<'p> {
    /// In the order of the side's rows.
    pub(super) rows: Vec<(&'p str, Line)>,
    by_place: BTreeMap<&'p str, usize>,
}

fn spread(leaves: &Leaves, side: usize, own: &Bits) -> Bits {
    let here = leaves.sides[side].iter().enumerate().filter(|(_, leaf)| leaf.is_some_and(|leaf| own.has(leaf))).map(|(path, _)| path);
    Bits::of(leaves.len(), here)
}

impl<'p> Lines<'p> {
    /// Of a day. A side's organisations that are closed that day can ask for nothing, and nothing can be asked of them.
    pub(super) fn new(compiled: &Compiled<'p>, common: &Common, side: usize, on: Date) -> Result<Self, TooManyConditions> {
        let epoch = compiled.epoch(on);
        let register = &compiled.pack.register;
        let number: HashMap<OrgId, usize> = common.orgs[side].iter().enumerate().filter_map(|(number, org)| Some(((*org)?, number))).collect();
        let open = |org: usize| {
            let org = OrgId(u32::try_from(org).unwrap_or(u32::MAX));
            register.organisation(org).open.contains(on).then(|| number[&org])
        };
        let mut sets = HashMap::new();
        let mut rows = Vec::new();
        for row in &epoch.rows {
            let mut pieces = Vec::new();
            for block in &row.blocks {
                let mut set = |id| sets.entry(id).or_insert_with(|| Bits::of(common.organisations.len(), epoch.set(id).iter().filter_map(open))).clone();
                let (at, of) = (set(block.at), set(block.of));
                pieces.push(Piece { roles: spread(&common.roles, side, &block.roles), at, of, data: spread(&common.data, side, &block.data) });
            }
            let own = row.clause.condition.facts();
            let own = Atoms::new(own).map_err(|count| TooManyConditions { count, clauses: vec![row.clause.place.clone()] })?;
            let atoms = Atoms { facts: common.facts_of(side, own.facts) };
            let condition = atoms.reduced(&atoms.that(|truth| row.clause.condition.holds(common.facts_for(side, truth))));
            let reach = &row.clause.reach;
            let here = |way: &Option<(u8, u8)>| way.is_some_and(|(action, form)| reach.actions >> action & 1 == 1 && reach.forms >> form & 1 == 1);
            let ways = common.way_of[side].iter().enumerate().filter(|(_, way)| here(way)).map(|(way, _)| way);
            let line = Line {
                effect: row.effect,
                condition,
                purposes: spread(&common.purposes, side, &row.purposes),
                ways: Bits::of(common.ways.len(), ways),
                pieces,
            };
            rows.push((row.clause.place.as_str(), line));
        }
        let by_place = rows.iter().enumerate().map(|(index, (place, _))| (*place, index)).collect();
        Ok(Self { rows, by_place })
    }

    /// A clause by its place.
    pub(super) fn get(&self, place: &str) -> Option<&Line> {
        self.by_place.get(place).map(|index| &self.rows[*index].1)
    }

    /// For each row, whether the other side has no clause of that place that does the same.
    pub(super) fn changed(&self, other: &Self) -> Vec<bool> {
        self.rows.iter().map(|(place, line)| other.get(place) != Some(line)).collect()
    }
}
