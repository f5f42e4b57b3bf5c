//! What changes between two situations: two days of one pack, or a pack and how it would be.
//!
//! Organisations are matched by code, so that the two registers may differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{Demand, Fault, Narrow, Situation, What, demand, judge};
use crate::decision::plain::{TooManyConditions, Verdict};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// How a pair of organisations stands, for one category of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// One of the two is no end of it: closed, moved, or not in the register.
    Absent,
    /// The flow is not live.
    Idle,
    /// It is covered.
    Covered,
    /// It is live and not covered.
    Dark,
}

/// The pairs of a demand that go from one status to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Pairs, counted once for each category.
    pub pairs: u64,
    /// Which categories.
    pub leaves: BTreeSet<NodeId>,
    /// Codes of those whose data it is.
    pub givers: BTreeSet<String>,
    /// Codes of those who have to see it.
    pub getters: BTreeSet<String>,
    /// What fails afterwards, where it ends dark or absent.
    pub because: BTreeSet<Fault>,
}

/// All that changes in one demand.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which.
    pub what: What,
    /// By status before and after.
    pub moved: BTreeMap<(Status, Status), Moved>,
}

type Key = (Option<u32>, Vec<String>, bool);

/// Organisations of one end in both situations, by code: numbers and groups before and after.
type Joint = BTreeMap<(Option<Key>, Option<Key>), Vec<(String, Option<OrgId>, Option<OrgId>)>>;

/// The organisations of one end, each with its code and group.
fn end(situation: &Situation<'_, '_>, demand: &Demand<'_>, giving: bool, narrow: &Narrow) -> Vec<(String, Key, OrgId)> {
    let pack = situation.pack();
    let orgs = demand.end(pack, if giving { demand.from } else { demand.to }, situation.on);
    let groups = judge::groups(situation, demand, &orgs, narrow);
    groups.into_iter().flat_map(|(key, list)| list.into_iter().map(move |org| (pack.register.organisation(org).ods.to_string(), key.clone(), org))).collect()
}

fn joint(before: Vec<(String, Key, OrgId)>, after: Vec<(String, Key, OrgId)>) -> Joint {
    let mut by_code: BTreeMap<String, [Option<(Key, OrgId)>; 2]> = BTreeMap::new();
    for (slot, list) in [(0, before), (1, after)] {
        for (code, key, org) in list {
            by_code.entry(code).or_default()[slot] = Some((key, org));
        }
    }
    let mut joint = Joint::new();
    for (code, [before, after]) in by_code {
        let number = |side: &Option<(Key, OrgId)>| side.as_ref().map(|(_, org)| *org);
        let row = (code, number(&before), number(&after));
        joint.entry((before.map(|(key, _)| key), after.map(|(key, _)| key))).or_default().push(row);
    }
    joint
}

fn status(situation: &Situation<'_, '_>, demand: &Demand<'_>, giver: Option<OrgId>, getter: Option<OrgId>, leaf: NodeId) -> Result<Status, TooManyConditions> {
    let (Some(giver), Some(getter)) = (giver, getter) else { return Ok(Status::Absent) };
    if !demand.is_live(situation.on) {
        return Ok(Status::Idle);
    }
    Ok(if judge::ask(situation, demand, giver, getter, leaf)?.verdict == Verdict::Deny { Status::Dark } else { Status::Covered })
}

/// Everything that changes, demand by demand; those in which nothing does are left out.
pub fn changes(before: (&Situation<'_, '_>, &Narrow), after: (&Situation<'_, '_>, &Narrow)) -> Result<Vec<Change>, TooManyConditions> {
    let (old, new) = (demand::demands(before.0.pack(), before.1), demand::demands(after.0.pack(), after.1));
    let mut all = Vec::new();
    for (old, new) in old.iter().filter_map(|old| Some((old, new.iter().find(|new| new.what == old.what)?))) {
        let moved = moved((before.0, old, before.1), (after.0, new, after.1))?;
        if !moved.is_empty() {
            all.push(Change { what: old.what, moved });
        }
    }
    Ok(all)
}

type Asked<'a, 'c, 'p> = (&'a Situation<'c, 'p>, &'a Demand<'p>, &'a Narrow);

fn moved(before: Asked<'_, '_, '_>, after: Asked<'_, '_, '_>) -> Result<BTreeMap<(Status, Status), Moved>, TooManyConditions> {
    let ends = |giving| joint(end(before.0, before.1, giving, before.2), end(after.0, after.1, giving, after.2));
    let (givers, getters) = (ends(true), ends(false));
    let asked = |key: &(Option<Key>, Option<Key>)| [&key.0, &key.1].into_iter().flatten().any(|key| key.2);
    let mut moved: BTreeMap<(Status, Status), Moved> = BTreeMap::new();
    // What fails afterwards is worked out once, and only if something goes dark.
    let mut judged: Option<judge::Judged> = None;
    for leaf in &before.1.leaves {
        for (giving, some) in &givers {
            for (getting, others) in &getters {
                if !asked(giving) && !asked(getting) {
                    continue;
                }
                let same = some.iter().filter(|one| others.iter().any(|other| other.0 == one.0)).count();
                let count = (some.len() * others.len() - same) as u64;
                let Some((giver, getter)) = some.iter().find_map(|one| others.iter().find(|other| other.0 != one.0).map(|other| (one, other))) else {
                    continue;
                };
                let was = status(before.0, before.1, giver.1, getter.1, *leaf)?;
                let is = status(after.0, after.1, giver.2, getter.2, *leaf)?;
                if was == is {
                    continue;
                }
                let entry = moved.entry((was, is)).or_default();
                entry.pairs += count;
                entry.leaves.insert(*leaf);
                entry.givers.extend(some.iter().map(|one| one.0.clone()));
                entry.getters.extend(others.iter().map(|one| one.0.clone()));
                if is == Status::Dark {
                    let judged = match &mut judged {
                        Some(judged) => judged,
                        none => none.insert(judge::judge(after.0, after.1, after.2)?),
                    };
                    let holes = judged.cells.iter().filter(|cell| cell.leaf == *leaf).flat_map(|cell| &cell.holes);
                    let of = |set: &BTreeSet<OrgId>, list: &[(String, Option<OrgId>, Option<OrgId>)]| {
                        list.iter().any(|one| one.2.is_some_and(|org| set.contains(&org)))
                    };
                    entry.because.extend(holes.filter(|hole| of(&hole.givers, some) && of(&hole.getters, others)).map(|hole| hole.fault.clone()));
                } else if is == Status::Absent {
                    entry.because.extend(some.iter().chain(others).filter(|one| one.2.is_none()).filter_map(|one| gone(after.0, &one.0)));
                }
            }
        }
    }
    Ok(moved)
}

/// Why a code is no end any more, if it is closed.
fn gone(situation: &Situation<'_, '_>, code: &str) -> Option<Fault> {
    let register = &situation.pack().register;
    let organisation = register.organisation(register.find(code)?);
    (!organisation.open.contains(situation.on))
        .then(|| Fault::Closed(code.to_owned(), organisation.closed, organisation.successor.as_ref().map(ToString::to_string)))
}

/// Patients registered with some organisations by code, on a day of a situation.
pub fn patients<'s>(situation: &Situation<'_, '_>, codes: impl IntoIterator<Item = &'s String>, on: Date) -> u64 {
    let register = &situation.pack().register;
    let orgs: BTreeSet<OrgId> = codes.into_iter().filter_map(|code| register.find(code)).collect();
    super::patients(situation.pack(), &orgs, on)
}
