//! "Who has looked at my record?": the accesses to one person's record, in plain English.

use std::collections::BTreeMap;

use super::clock::London;
use super::conduct::Conduct;
use super::event::{AccessOutcome, Action, Emergency, Event, PersonKey, Symbol, Symbols};
use super::relationship::{Explained, Relation, explain};
use super::tables::Tables;
use crate::identifier::Date;
use crate::vocabulary::{Restriction, Tree, Vocabulary};

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
    /// Somebody acted for the person, or for a colleague.
    pub acting: Option<Acting>,
    /// Why the privacy officer has to look first; empty if nothing speaks for it.
    pub held: Vec<&'static str>,
    /// Whose account; it stands in the reviewer's sheet, never in an answer.
    pub user: Symbol,
    /// Whether the user's name is usually given.
    pub name: NameMark,
}

/// In whose place somebody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Acting {
    /// Somebody the person let act for them.
    Proxy,
    /// A member of staff for another.
    Delegate,
}

/// Whether a member of staff is named to the person who asks (Data Protection Act 2018, Schedule 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameMark {
    /// A health professional who was involved in care: usually disclosable (paragraph 17).
    HealthProfessional,
    /// Anybody else: balance their interests with the person's (paragraph 16).
    Balance,
}

impl NameMark {
    /// In words, with the paragraph.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::HealthProfessional => "health professional involved in care: usually disclosable (DPA 2018 Sch 2 para 17)",
            Self::Balance => "other: balance (DPA 2018 Sch 2 para 16)",
        }
    }
}

/// Roles of registered health professions, as vocabularies name them (section 204 of the Data Protection Act 2018, and
/// the professions that the Health and Care Professions Council registers). Social workers in England are none.
const HEALTH_PROFESSIONS: [&str; 16] = [
    "doctor",
    "general_practitioner",
    "gp",
    "consultant",
    "dentist",
    "nurse",
    "midwife",
    "health_visitor",
    "pharmacist",
    "pharmacy_technician",
    "optometrist",
    "paramedic",
    "allied_health_professional",
    "physiotherapist",
    "radiographer",
    "clinical_psychologist",
];

/// What is held back, and what a role or category means.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holding<'a> {
    /// What the pack says.
    pub conduct: Option<&'a Conduct>,
    /// The pack's words: data that they restrict is held.
    pub words: Option<&'a Vocabulary>,
}

impl Holding<'_> {
    fn reasons(&self, organisation: &str, category: &str) -> Vec<&'static str> {
        let mut reasons = Vec::new();
        let listed = |list: &[String]| list.iter().any(|one| one == organisation);
        if self.conduct.is_some_and(|conduct| listed(&conduct.hold_organisations)) {
            reasons.push("the organisation is one that the pack holds back");
        }
        let Some(words) = self.words else { return reasons };
        let ids: Vec<_> = category.split(';').filter_map(|name| words.data.find(name).ok()).collect();
        if ids.iter().any(|id| words.data.ancestors(*id).any(|at| words.data.node(at).restriction != Restriction::None)) {
            reasons.push("the data is restricted by the vocabulary");
        }
        let held = self.conduct.map(|conduct| &conduct.hold_data[..]).unwrap_or_default();
        let held: Vec<_> = held.iter().filter_map(|name| words.data.find(name).ok()).collect();
        if ids.iter().any(|id| held.iter().any(|above| words.data.covers(*above, *id))) {
            reasons.push("the data is a kind that the pack holds back");
        }
        reasons
    }

    /// A word of one of the pack's trees; anything else is a cell of the log, which may be somebody's name.
    fn word<'w>(&self, word: &'w str, tree: impl Fn(&Vocabulary) -> &Tree) -> &'w str {
        if self.words.is_none_or(|words| tree(words).find(word).is_ok()) { word } else { "" }
    }
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
pub fn who_looked(events: &[Event], symbols: &Symbols, tables: &Tables, person: PersonKey, holding: Holding<'_>) -> Looks {
    let mut london = London::default();
    let mut result =
        Looks { searched: events.first().zip(events.last()).map(|(first, last)| (london.date(first.at), london.date(last.at))), ..Looks::default() };
    type Key = (Date, Symbol, Symbol, Symbol, Symbol, Action, bool, Option<Acting>);
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
        let role = symbols.text(event.role);
        let role = role.rsplit('.').next().unwrap_or(role);
        let acting = if role == "proxy" { Some(Acting::Proxy) } else { (!event.on_behalf_of.is_none()).then_some(Acting::Delegate) };
        let key = (on, event.user, event.organisation, event.role, event.category, event.action, emergency, acting);
        if let Some(known) = index.get(&key) {
            lines[*known].times += 1;
            continue;
        }
        index.insert(key, lines.len());
        let explained = explain(tables, event, on);
        let involved = matches!(explained, Explained::By(_)) && HEALTH_PROFESSIONS.contains(&role);
        lines.push(Look {
            when: london.minute_text(event.at),
            times: 1,
            organisation: symbols.text(event.organisation).to_owned(),
            role: holding.word(symbols.text(event.role), |words| &words.roles).to_owned(),
            did: match event.action {
                Action::Print => "printed",
                Action::Export => "sent out",
                Action::Amend => "changed",
                Action::Search => "found in a search",
                _ => "viewed",
            },
            data: symbols
                .text(event.category)
                .split(';')
                .map(|one| holding.word(one, |words| &words.data))
                .filter(|one| !one.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            why: why(holding.word(symbols.text(event.purpose), |words| &words.purposes), explained),
            emergency,
            acting,
            held: holding.reasons(symbols.text(event.organisation), symbols.text(event.category)),
            user: event.user,
            name: if involved { NameMark::HealthProfessional } else { NameMark::Balance },
        });
    }
    result.looks = lines;
    result
}

fn why(purpose: &str, explained: Explained) -> String {
    let reason = match explained {
        Explained::By(Relation::Appointment { at, .. }) => format!("your appointment there on {}", at.in_words()),
        Explained::By(Relation::Registration { .. }) => "you were registered there".to_owned(),
        Explained::By(Relation::Admission { since, .. }) => format!("your stay there from {}", since.in_words()),
        Explained::By(Relation::Referral { at, .. }) => format!("you were referred there on {}", at.in_words()),
        // No judgement in an answer to the person: what the record says, and no more.
        Explained::No | Explained::Unknown => String::new(),
    };
    let purpose = purpose.replace(['_', '.'], " ");
    match (reason.is_empty(), purpose.is_empty()) {
        (true, true) => "the log does not say".to_owned(),
        (true, false) => format!("recorded as {purpose}"),
        (false, true) => reason,
        (false, false) => format!("{reason}; recorded as {purpose}"),
    }
}
