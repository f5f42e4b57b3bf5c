//! "Who has looked at my record?": the accesses to one person's record, in plain English.

use std::collections::BTreeMap;

use super::clock::London;
use super::event::{AccessOutcome, Action, Emergency, Event, PersonKey, Symbols};
use super::relationship::{Explained, Relation, explain};
use super::tables::Tables;
use crate::identifier::Date;

/// One line of the answer: accesses alike on one day are one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The first of the day, `2026-10-04 09:30`.
    pub when: String,
    /// How many times that day.
    pub times: u64,
    /// Organisation code, or what the record says instead.
    pub organisation: String,
    /// Role, as the log's profile maps it.
    pub role: String,
    /// What was done, in words.
    pub did: &'static str,
    /// Data categories.
    pub data: String,
    /// Why, in words.
    pub why: String,
    /// Emergency access.
    pub emergency: bool,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// By time.
    pub looks: Vec<Look>,
    /// Reads by systems for themselves.
    pub by_systems: u64,
    /// Attempts that were refused: nothing was seen.
    pub refused: u64,
    /// First and last day of the log that was searched.
    pub searched: Option<(Date, Date)>,
}

/// Looks for a person in the events of a log, in order of time.
pub fn who_looked(events: &[Event], symbols: &Symbols, tables: &Tables, person: PersonKey) -> Looks {
    let mut london = London::default();
    let mut result =
        Looks { searched: events.first().zip(events.last()).map(|(first, last)| (london.date(first.at), london.date(last.at))), ..Looks::default() };
    type Key = (Date, super::Symbol, super::Symbol, super::Symbol, super::Symbol, Action, bool);
    let mut lines: Vec<Look> = Vec::new();
    let mut index: BTreeMap<Key, usize> = BTreeMap::new();
    for event in events.iter().filter(|event| event.person == person && !person.is_nobody()) {
        if event.action.decided_as().is_none() {
            continue;
        }
        if !event.human {
            result.by_systems += 1;
            continue;
        }
        if event.outcome == AccessOutcome::Refused {
            result.refused += 1;
            continue;
        }
        let on = london.date(event.at);
        let emergency = event.emergency == Emergency::Yes;
        // Whoever looked is one line for each person who did: two nurses are two lines, unnamed as they are.
        let key = (on, event.user, event.organisation, event.role, event.category, event.action, emergency);
        if let Some(known) = index.get(&key) {
            lines[*known].times += 1;
            continue;
        }
        index.insert(key, lines.len());
        lines.push(Look {
            when: london.minute_text(event.at),
            times: 1,
            organisation: symbols.text(event.organisation).to_owned(),
            role: symbols.text(event.role).to_owned(),
            did: match event.action {
                Action::Print => "printed",
                Action::Export => "sent out",
                Action::Amend => "changed",
                Action::Search => "found in a search",
                _ => "viewed",
            },
            data: symbols.text(event.category).replace(';', ", "),
            why: why(event, symbols, explain(tables, event, on)),
            emergency,
        });
    }
    result.looks = lines;
    result
}

fn why(event: &Event, symbols: &Symbols, explained: Explained) -> String {
    let reason = match explained {
        Explained::By(Relation::Appointment { at, .. }) => format!("your appointment there on {}", at.in_words()),
        Explained::By(Relation::Registration { .. }) => "you were registered there".to_owned(),
        Explained::By(Relation::Admission { since, .. }) => format!("your stay there from {}", since.in_words()),
        Explained::By(Relation::Referral { at, .. }) => format!("you were referred there on {}", at.in_words()),
        // No judgement in an answer to the person: what the record says, and no more.
        Explained::No | Explained::Unknown => String::new(),
    };
    let purpose = symbols.text(event.purpose).replace('_', " ");
    match (reason.is_empty(), purpose.is_empty()) {
        (true, true) => "the log does not say".to_owned(),
        (true, false) => format!("recorded as {purpose}"),
        (false, true) => reason,
        (false, false) => format!("{reason}; recorded as {purpose}"),
    }
}
