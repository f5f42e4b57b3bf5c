//! The days on which cover is lost.

use std::collections::BTreeMap;

use super::change::{Change, Moved, Status, changes};
use super::{Narrow, Situation, What};
use crate::decision::Compiled;
use crate::decision::plain::{Facts, TooManyConditions};
use crate::identifier::Date;
use crate::pack::Pack;

/// What happens to a demand on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// Which.
    pub what: What,
    /// Pairs that were covered the day before and are not any more.
    pub lost: Option<Moved>,
    /// Pairs that begin without cover: the flow goes live, or an organisation opens.
    pub begun: Option<Moved>,
}

/// A day on which cover is lost, or something begins without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cliff {
    /// The first day without cover.
    pub on: Date,
    /// What happens, in the order of the pack.
    pub drops: Vec<Drop>,
}

/// Days after `from` up to `until` on which something may change: the firsts of the compiled stretches, and the days on
/// which flows begin or have just ended.
fn days(compiled: &Compiled<'_>, from: Date, until: Date) -> Vec<Date> {
    let mut days: Vec<Date> = compiled.stretches().map(|during| during.first).chain(live(compiled.pack)).filter(|day| *day > from && *day <= until).collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn live(pack: &Pack) -> impl Iterator<Item = Date> + '_ {
    let all = pack.flows.iter().map(|flow| flow.live).chain(pack.systems.iter().map(|system| system.live));
    all.flat_map(|live| [live.first, if live.last == Date::MAX { Date::MAX } else { live.last.next() }])
}

/// Every cliff after a day up to another, the earliest first.
pub fn cliffs(compiled: &Compiled<'_>, facts: Facts, narrow: &Narrow, from: Date, until: Date) -> Result<Vec<Cliff>, TooManyConditions> {
    let mut found = Vec::new();
    let mut before = Situation::new(compiled, from, facts);
    for day in days(compiled, from, until) {
        let after = Situation::new(compiled, day, facts);
        let drops: Vec<Drop> = changes((&before, narrow), (&after, narrow))?.into_iter().filter_map(drop_of).collect();
        if !drops.is_empty() {
            found.push(Cliff { on: day, drops });
        }
        before = after;
    }
    Ok(found)
}

fn drop_of(change: Change) -> Option<Drop> {
    let mut moved: BTreeMap<(Status, Status), Moved> = change.moved;
    let lost = moved.remove(&(Status::Covered, Status::Dark));
    let mut begun = moved.remove(&(Status::Idle, Status::Dark));
    if let Some(more) = moved.remove(&(Status::Absent, Status::Dark)) {
        let all = begun.get_or_insert_default();
        all.pairs += more.pairs;
        all.leaves.extend(more.leaves);
        all.givers.extend(more.givers);
        all.getters.extend(more.getters);
        all.because.extend(more.because);
    }
    (lost.is_some() || begun.is_some()).then_some(Drop { what: change.what, lost, begun })
}
