//! Every access with its two answers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use super::clock::{LocalHour, London};
use super::event::{Emergency, Event, PersonKey, Symbol, Symbols};
use super::permission::{Asked, Known, Permission, Ruling};
use super::relationship::{Explained, explain};
use super::tables::{TableName, Tables};

/// An access with what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The event.
    pub event: Event,
    /// Its local date, hour and weekday.
    pub local: LocalHour,
    /// Whether it is explained.
    pub explained: Explained,
    /// Whether it is the first of this user and person in the log.
    pub first: bool,
    /// Index into [`Assessment::rulings`].
    pub ruling: u32,
}

/// A log with its two answers for every access.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// By time, then place in the input. Only events in which a human being saw something.
    pub accesses: Vec<Access>,
    /// Distinct answers.
    pub rulings: Vec<Ruling>,
    /// Events in which a system read for itself.
    pub by_systems: u64,
    /// Attempts that the system refused.
    pub refused: u64,
    /// Events about no record: signing in and out, starting.
    pub no_record: u64,
    /// Distinct questions that were decided.
    pub questions: u64,
}

/// Interrupted by Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Splits accesses into partitions by a key that stays together, each in order. The whole run and any split of it give
/// the same findings, since a group never crosses a border.
pub fn partitions<K: Ord + Copy>(accesses: &[Access], count: usize, spread: impl Fn(&Access) -> u64, key: impl Fn(&Access) -> K) -> Vec<Vec<u32>> {
    let count = count.max(1);
    let mut parts: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (index, access) in accesses.iter().enumerate() {
        let part = usize::try_from(spread(access) % count as u64).unwrap_or(0);
        parts[part].push(u32::try_from(index).unwrap_or(u32::MAX));
    }
    for part in &mut parts {
        part.sort_by_key(|index| {
            let access = &accesses[*index as usize];
            (key(access), access.event.order())
        });
    }
    parts
}

type Tuple = (Symbol, Symbol, super::event::Action, Symbol, Symbol, Symbol, crate::identifier::Date, Known);

/// What the evidence says of an access.
pub(super) fn known(access: &Access, tables: &Tables) -> Known {
    let (event, on) = (&access.event, access.local.date);
    Known {
        relationship: access.explained.fact(),
        objections: tables.holds(TableName::Objections, event.person, on),
        sealed: tables.holds(TableName::Sealed, event.person, on),
        emergency: match event.emergency {
            Emergency::NotRecorded => None,
            Emergency::No => Some(false),
            Emergency::Yes => Some(true),
        },
    }
}

/// Answers both questions for every event. `count` partitions by person; the result does not depend on it.
pub fn assess(
    events: &[Event],
    symbols: &Symbols,
    tables: &Tables,
    permission: &dyn Permission,
    count: usize,
    interrupt: &AtomicBool,
) -> Result<Assessment, Interrupted> {
    let mut london = London::default();
    let mut result = Assessment::default();
    let mut accesses: Vec<Access> = Vec::with_capacity(events.len());
    for event in events {
        if event.action.decided_as().is_none() {
            result.no_record += 1;
        } else if !event.human {
            result.by_systems += 1;
        } else if event.is_access() {
            accesses.push(Access { event: *event, local: london.hour(event.at), explained: Explained::Unknown, first: false, ruling: 0 });
        } else {
            result.refused += 1;
        }
    }
    accesses.sort_by_key(|access| access.event.order());

    // By person: relationships, and the first access of each user to each person.
    for part in partitions(&accesses, count, |access| access.event.person.spread(), |access| access.event.person) {
        check(interrupt)?;
        let mut person = PersonKey::NOBODY;
        let mut seen: Vec<Symbol> = Vec::new();
        for index in part {
            let access = &mut accesses[index as usize];
            if access.event.person != person {
                person = access.event.person;
                seen.clear();
            }
            access.explained = explain(tables, &access.event, access.local.date);
            if !person.is_nobody() && !access.event.user.is_none() && !seen.contains(&access.event.user) {
                seen.push(access.event.user);
                access.first = true;
            }
        }
    }

    // Each distinct question once.
    let mut memo: HashMap<Tuple, u32> = HashMap::new();
    for (index, access) in accesses.iter_mut().enumerate() {
        if index % 4096 == 0 {
            check(interrupt)?;
        }
        let event = &access.event;
        let on = access.local.date;
        let known = known(access, tables);
        let tuple = (event.role, event.organisation, event.action, event.category, event.source, event.purpose, on, known);
        let rulings = &mut result.rulings;
        access.ruling = *memo.entry(tuple).or_insert_with(|| {
            let ruling = permission.rule(
                &Asked {
                    role: symbols.text(event.role),
                    organisation: symbols.text(event.organisation),
                    action: event.action,
                    category: symbols.text(event.category),
                    source: symbols.text(event.source),
                    purpose: symbols.text(event.purpose),
                    on,
                },
                known,
            );
            rulings.push(ruling);
            u32::try_from(rulings.len() - 1).unwrap_or(u32::MAX)
        });
    }
    result.questions = memo.len() as u64;
    result.accesses = accesses;
    Ok(result)
}

fn check(interrupt: &AtomicBool) -> Result<(), Interrupted> {
    if interrupt.load(Ordering::Relaxed) { Err(Interrupted) } else { Ok(()) }
}

impl Assessment {
    /// Keeps the accesses of a period, first accesses marked as the whole log tells them; says how many went.
    pub fn restrict(&mut self, period: crate::identifier::Interval) -> u64 {
        let before = self.accesses.len();
        self.accesses.retain(|access| period.contains(access.local.date));
        (before - self.accesses.len()) as u64
    }

    /// The answer for an access.
    pub fn ruling(&self, access: &Access) -> &Ruling {
        &self.rulings[access.ruling as usize]
    }
}
