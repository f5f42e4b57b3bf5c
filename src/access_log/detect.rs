//! What needs a look: one detector, one file, one code, one page.
//!
//! A detector sees one group (the accesses of one user, or to one person) sorted by time, file and line. In a first
//! pass it may summarise groups; summaries merge in any order into [`Peers`]. In a second pass it judges groups beside
//! their peers. So one partition or a thousand run the same code, and findings do not depend on order.

pub mod auditor_without_case;
pub mod category_excess;
pub mod colleague;
pub mod contact;
pub mod deceased;
pub mod delegate;
pub mod dormant_account;
pub mod emergency_again;
pub mod emergency_without_reason;
pub mod extra_protection;
pub mod in_order;
pub mod leaver_account;
pub mod neighbour;
pub mod never_rests;
pub mod not_covered;
pub mod numbers_missing;
pub mod objection_overridden;
pub mod off_shift;
pub mod organisation_not_in_register;
pub mod own_record;
pub mod party_or_term;
pub mod protected_address;
pub mod rare_surname;
pub mod refused_then_given;
pub mod repeated_viewing;
pub mod same_household;
pub mod sealed_opened;
pub mod searched_and_viewed_once;
pub mod self_claimed;
pub mod sent_out_in_bulk;
pub mod shared_workstation;
pub mod silent_hours;
pub mod threshold;
pub mod two_places;
pub mod unexplained_first_access;
pub mod unknown_account;
pub mod viewed_by_many;
pub mod volume_against_peers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use super::assess::{Access, Assessment, Interrupted, partitions};
use super::event::{Action, Emergency, Event, NO_SEQUENCE, PersonKey, Reason, Symbol, Symbols};
use super::permission::{Ruling, is_code};
use super::read::Log;
use super::relationship::Explained;
use super::tables::{Post, TableName, Tables};
use crate::diagnostics::Severity;
use crate::identifier::Date;
use crate::vocabulary::{Tree, Vocabulary};
use threshold::Thresholds;

/// The page behind a code, for `explain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// `AUD-004`.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What it says, and what it does not.
    pub statement: &'static str,
    /// Fields of the log and tables it needs.
    pub inputs: &'static [&'static str],
    /// Name, value, meaning.
    pub parameters: &'static [(&'static str, &'static str, &'static str)],
    /// What keeps it quiet.
    pub silenced_by: &'static [&'static str],
    /// The sentence it writes.
    pub sentence: &'static str,
    /// Where it comes from, and how sure that is.
    pub source: &'static str,
}

/// Signals of one family say the same thing in other words: only the strongest counts in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// About agreements.
    Agreement,
    /// About the relationship with the person.
    Relationship,
    /// About a personal connection.
    Personal,
    /// About the account.
    Account,
    /// About how much.
    Pattern,
    /// About the log itself.
    Integrity,
}

/// Whose accesses a detector sees together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// All of one user.
    User,
    /// All to one person.
    Person,
    /// No accesses: it looks at the records of the log, whatever they are about.
    Log,
}

/// Something a detector saw. Merged with its like; named by reference only when it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Its page's code.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Its family.
    pub family: Family,
    /// How much it adds to a case.
    pub weight: u32,
    /// Who looked; none if it is about no user.
    pub user: Symbol,
    /// From where, of the first access.
    pub organisation: Symbol,
    /// At whom; nobody if several or none.
    pub person: PersonKey,
    /// Tells signals of one code, user and person apart; holds no identifier.
    pub discriminator: String,
    /// The sentence, `{user}`, `{person}`, `{accesses}` ("3 times"), `{count}` ("3 accesses"), `{people}`, `{days}`,
    /// `{first}` to be filled in.
    pub sentence: String,
    /// What to do next.
    pub next: &'static str,
    /// Further facts; no identifier.
    pub facts: BTreeMap<&'static str, String>,
    /// The accesses behind it.
    pub seen: Seen,
}

/// The accesses behind a signal, in sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many.
    pub accesses: u64,
    /// To whom.
    pub people: BTreeSet<PersonKey>,
    /// On which days.
    pub days: BTreeSet<Date>,
    /// The first [`ROWS`] of them: time, file, line.
    pub rows: Vec<(i64, u16, u32)>,
    /// Lines of the first file that they stand on, for back-tests.
    pub lines: Vec<u32>,
    /// Time of the last.
    pub last: i64,
}

/// Rows that a finding cites.
pub const ROWS: usize = 5;

impl Seen {
    /// Adds an access.
    pub fn add(&mut self, access: &Access) {
        let event = &access.event;
        self.accesses += 1;
        if !event.person.is_nobody() {
            self.people.insert(event.person);
        }
        self.days.insert(access.local.date);
        if event.file == 0 {
            self.lines.push(event.line);
        }
        self.rows.push((event.at, event.file, event.line));
        self.rows.sort_unstable();
        self.rows.truncate(ROWS);
        self.last = self.last.max(event.at);
    }

    /// Of some accesses.
    pub fn of<'a>(accesses: impl IntoIterator<Item = &'a Access>) -> Self {
        let mut seen = Self::default();
        accesses.into_iter().for_each(|access| seen.add(access));
        seen
    }

    /// Records beside which something is missing: no access, but their place and time.
    pub fn beside<'e>(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut rows: Vec<(i64, u16, u32)> = events.into_iter().map(|event| (event.at, event.file, event.line)).collect();
        rows.sort_unstable();
        let last = rows.last().map_or(0, |row| row.0);
        rows.truncate(ROWS);
        Self { rows, last, ..Self::default() }
    }

    fn merge(&mut self, other: Self) {
        self.accesses += other.accesses;
        self.people.extend(other.people);
        self.days.extend(other.days);
        self.lines.extend(other.lines);
        self.lines.sort_unstable();
        self.rows.extend(other.rows);
        self.rows.sort_unstable();
        self.rows.truncate(ROWS);
        self.last = self.last.max(other.last);
    }

    /// Time of the first.
    pub fn first(&self) -> i64 {
        self.rows.first().map_or(0, |row| row.0)
    }
}

/// What detectors may look things up in.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Every record that was read.
    pub log: &'a Log,
    /// Texts.
    pub symbols: &'a Symbols,
    /// Reference tables.
    pub tables: &'a Tables,
    /// Distinct answers.
    pub rulings: &'a [Ruling],
    /// People registered at each address.
    pub households: &'a BTreeMap<Symbol, u32>,
    /// The pack's words: a role, category or purpose that is none of them is a cell value and is not shown.
    pub words: Option<&'a Vocabulary>,
    /// Whether a relationship could be told, or told to be absent, for any access.
    pub explained_told: bool,
    /// Whether the log says if emergency access was used.
    pub emergency_recorded: bool,
    /// Whether the log keeps the reason of emergency access.
    pub reason_recorded: bool,
    /// The numbers that detectors go by.
    pub thresholds: &'a Thresholds,
    /// Which other fields the log has.
    pub carried: Carried,
    /// Days on which few records are expected.
    pub quiet: &'a BTreeSet<Date>,
}

/// Fields that at least one event of the log has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// On what the user claimed to look.
    pub basis: bool,
    /// Device.
    pub device: bool,
    /// What was done.
    pub actions: bool,
    /// The numbers of its records.
    pub sequence: bool,
    /// NHS numbers: local ids have no order.
    pub nhs_numbers: bool,
    /// From the first event's day to the last one's, in whole days.
    pub days: i32,
}

impl Carried {
    /// Of a log.
    pub fn of(events: &[Event]) -> Self {
        let any = |field: fn(&Event) -> Symbol| events.iter().any(|event| !field(event).is_none());
        let times = events.iter().map(|event| event.at);
        let span = times.clone().max().unwrap_or(0) - times.min().unwrap_or(0);
        Self {
            basis: any(|event| event.basis),
            device: any(|event| event.device),
            actions: events.iter().any(|event| event.action != Action::Unknown),
            sequence: events.iter().any(|event| event.sequence != NO_SEQUENCE),
            nhs_numbers: events.iter().any(|event| event.person.order().is_some()),
            days: i32::try_from(span / 86_400).unwrap_or(i32::MAX),
        }
    }
}

impl<'a> Setting<'a> {
    /// The answer for an access.
    pub fn ruling(&self, access: &Access) -> &'a Ruling {
        &self.rulings[access.ruling as usize]
    }

    /// Whether the person themselves (or a proxy) looked, through a portal.
    pub fn is_portal(&self, event: &Event) -> bool {
        matches!(self.symbols.text(event.role), "person" | "proxy")
    }

    /// Whether emergency access was recorded with a reason that says something.
    pub fn is_reasoned_emergency(&self, event: &Event) -> bool {
        event.emergency == Emergency::Yes && (event.reason == Reason::Given || event.reason == Reason::NotRecorded)
    }

    /// ` (nurse at R9A)`, as far as the record tells.
    pub fn who(&self, event: &Event) -> String {
        format!(" ({} at {})", self.role(event.role), self.organisation(event.organisation))
    }

    /// A role of the vocabulary, or that it is none.
    pub fn role(&self, symbol: Symbol) -> &'a str {
        self.shown(symbol, |words| &words.roles, "role not mapped")
    }

    /// Categories of the vocabulary, or that they are none.
    pub fn category(&self, symbol: Symbol) -> String {
        let all = self.symbols.text(symbol);
        match self.words {
            Some(words) if !all.is_empty() && all.split(';').all(|one| words.data.find(one).is_ok()) => all.replace(';', ", "),
            _ => "data not mapped".to_owned(),
        }
    }

    /// A purpose of the vocabulary, or that it is none.
    pub fn purpose(&self, symbol: Symbol) -> &'a str {
        self.shown(symbol, |words| &words.purposes, "a purpose not mapped")
    }

    /// An organisation code, or that it is none.
    pub fn organisation(&self, symbol: Symbol) -> &'a str {
        let text = self.symbols.text(symbol);
        if is_code(text) { text } else { "an organisation not mapped" }
    }

    fn shown(&self, symbol: Symbol, tree: impl Fn(&Vocabulary) -> &Tree, otherwise: &'static str) -> &'a str {
        let text = self.symbols.text(symbol);
        if self.words.is_some_and(|words| tree(words).find(text).is_ok()) { text } else { otherwise }
    }
}

/// People that one user opened on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserDay {
    /// From where.
    pub organisation: Symbol,
    /// As what.
    pub role: Symbol,
    /// Who.
    pub user: Symbol,
    /// When.
    pub date: Date,
    /// Distinct people.
    pub people: u32,
}

/// Everybody's summaries.
#[derive(Clone, Debug, Default)]
pub struct Peers {
    /// Sorted.
    pub days: Vec<UserDay>,
    /// Median and scale of the logarithm of people a day, by organisation and role.
    pub by_place: BTreeMap<(Symbol, Symbol), (f64, f64)>,
    /// By role alone.
    pub by_role: BTreeMap<Symbol, (f64, f64)>,
    /// By role and user: most people opened by emergency access that nothing explains, within a window.
    pub emergencies: BTreeMap<Symbol, BTreeMap<Symbol, usize>>,
}

impl Peers {
    fn close(mut self) -> Self {
        self.days.sort_unstable();
        (self.by_place, self.by_role) = volume_against_peers::baselines(&self.days);
        self
    }
}

/// One detector.
pub trait Detector: Sync {
    /// Its page.
    fn page(&self) -> &'static Page;
    /// What it sees together.
    fn grouped_by(&self) -> GroupBy;
    /// Why it cannot say anything about this log, if it cannot.
    fn missing(&self, setting: &Setting<'_>) -> Option<String>;
    /// First pass: what peers must know of a group.
    fn summarise(&self, _group: &[Access], _setting: &Setting<'_>, _peers: &mut Peers) {}
    /// Second pass: what is to be seen in a group. All accesses are of one user, or to one person.
    fn judge(&self, group: &[Access], peers: &Peers, setting: &Setting<'_>) -> Vec<Signal>;
    /// What is to be seen in the log as a whole, for those that see no group.
    fn judge_log(&self, _setting: &Setting<'_>) -> Vec<Signal> {
        Vec::new()
    }
}

/// Every detector, in the order of codes. AUD-000 is about the audit itself.
pub const DETECTORS: &[&dyn Detector] = &[
    &not_covered::NotCovered,
    &category_excess::CategoryExcess,
    &party_or_term::PartyOrTerm,
    &unexplained_first_access::UnexplainedFirstAccess,
    &own_record::OwnRecord,
    &same_household::SameHousehold,
    &leaver_account::LeaverAccount,
    &emergency_without_reason::EmergencyWithoutReason,
    &volume_against_peers::VolumeAgainstPeers,
    &organisation_not_in_register::OrganisationNotInRegister,
    &unknown_account::UnknownAccount,
    &repeated_viewing::RepeatedViewing,
    &objection_overridden::ObjectionOverridden,
    &sealed_opened::SealedOpened,
    &self_claimed::SelfClaimed,
    &protected_address::ProtectedAddress,
    &rare_surname::RareSurname,
    &neighbour::Neighbour,
    &colleague::Colleague,
    &contact::Contact,
    &extra_protection::ExtraProtection,
    &deceased::Deceased,
    &off_shift::OffShift,
    &two_places::TwoPlaces,
    &shared_workstation::SharedWorkstation,
    &delegate::Delegate,
    &viewed_by_many::ViewedByMany,
    &in_order::InOrder,
    &dormant_account::DormantAccount,
    &emergency_again::EmergencyAgain,
    &sent_out_in_bulk::SentOutInBulk,
    &never_rests::NeverRests,
    &numbers_missing::NumbersMissing,
    &silent_hours::SilentHours,
    &refused_then_given::RefusedThenGiven,
    &searched_and_viewed_once::SearchedAndViewedOnce,
    &auditor_without_case::AuditorWithoutCase,
];

/// The page of a code.
pub fn page(code: &str) -> Option<&'static Page> {
    DETECTORS.iter().map(|detector| detector.page()).find(|page| page.code == code)
}

/// What was found, and which detectors could not look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detected {
    /// By code, then user and person: a total order that does not depend on how the log was split.
    pub signals: Vec<Signal>,
    /// Code, title and why.
    pub not_assessed: Vec<(&'static Page, String)>,
}

/// Whether a relationship can be told: both tables are there.
fn needs_tables(tables: &Tables, needed: &[TableName]) -> Option<String> {
    let missing: Vec<String> = needed.iter().filter(|table| !tables.has(**table)).map(|table| format!("{}.csv", table.name())).collect();
    (!missing.is_empty()).then(|| format!("needs {} in the tables folder", crate::text::and_list(&missing)))
}

/// Whether "nothing explains it" can be said of this log at all.
fn needs_relationships(setting: &Setting<'_>) -> Option<String> {
    needs_tables(setting.tables, &[TableName::Registrations, TableName::Appointments])
        .or_else(|| (!setting.explained_told).then(|| "no access has an organisation, a person and a day that registrations and appointments cover".to_owned()))
}

/// The accesses to one person that nothing explains, by user: without portals and without emergency access for which a
/// reason was written. Empty for nobody.
fn unexplained_by_user<'a>(group: &'a [Access], setting: &Setting<'_>) -> BTreeMap<Symbol, Vec<&'a Access>> {
    let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
    for access in group {
        let event = &access.event;
        let quiet = event.person.is_nobody() || event.user.is_none() || setting.is_reasoned_emergency(event) || setting.is_portal(event);
        if access.explained == Explained::No && !quiet {
            users.entry(event.user).or_default().push(access);
        }
    }
    users
}

/// A possible personal connection between a user and a person, told by the accesses that nothing explains.
struct Connection {
    code: &'static str,
    severity: Severity,
    weight: u32,
    /// What user and person have in common: `have the same address`.
    what: &'static str,
    next: &'static str,
}

impl Connection {
    fn signal(&self, user: Symbol, accesses: Vec<&Access>, setting: &Setting<'_>) -> Signal {
        Signal {
            code: self.code,
            severity: self.severity,
            family: Family::Personal,
            weight: self.weight,
            user,
            person: accesses[0].event.person,
            organisation: accesses[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "possible personal connection, needs review: {{user}}{} and {{person}} {}; opened {{accesses}} {{days}}, first on {{first}}, and nothing explains it",
                setting.who(&accesses[0].event),
                self.what
            ),
            next: self.next,
            facts: BTreeMap::new(),
            seen: Seen::of(accesses),
        }
    }
}

/// Posts of a user on a day; a person's own record is not a connection with somebody else, so none if one is theirs.
fn posts_of_another<'a>(setting: &Setting<'a>, access: &Access) -> impl Iterator<Item = &'a Post> {
    let posts = setting.tables.posts(access.event.user);
    let own = posts.iter().any(|post| post.person == access.event.person);
    let on = access.local.date;
    posts.iter().filter(move |post| !own && post.during.contains(on))
}

fn each_group<'a>(accesses: &'a [Access], part: &[u32], by: GroupBy, mut visit: impl FnMut(&[Access])) {
    let same = |a: &Access, b: &Access| match by {
        GroupBy::User => a.event.user == b.event.user,
        GroupBy::Person => a.event.person == b.event.person,
        GroupBy::Log => true,
    };
    let mut group: Vec<Access> = Vec::new();
    let mut flush = |group: &mut Vec<Access>| {
        if !group.is_empty() {
            visit(group);
            group.clear();
        }
    };
    for index in part {
        let access: &'a Access = &accesses[*index as usize];
        if group.last().is_some_and(|last| !same(last, access)) {
            flush(&mut group);
        }
        group.push(*access);
    }
    flush(&mut group);
}

/// Runs every detector over the log, split into `count` partitions by user and by person.
pub fn detect(assessment: &Assessment, setting: &Setting<'_>, count: usize, interrupt: &AtomicBool) -> Result<Detected, Interrupted> {
    let accesses = &assessment.accesses;
    let mut result = Detected::default();
    let mut able: Vec<&dyn Detector> = Vec::new();
    for detector in DETECTORS.iter().copied() {
        match detector.missing(setting) {
            Some(why) => result.not_assessed.push((detector.page(), why)),
            None => able.push(detector),
        }
    }
    let by_user = partitions(accesses, count, |access| PersonKey::local(access.event.user).spread(), |access| access.event.user);
    let by_person = partitions(accesses, count, |access| access.event.person.spread(), |access| access.event.person);
    let sides = [(GroupBy::User, &by_user), (GroupBy::Person, &by_person)];
    let mut peers = Peers::default();
    for (by, parts) in sides {
        for part in parts {
            check(interrupt)?;
            each_group(accesses, part, by, |group| {
                for detector in able.iter().filter(|detector| detector.grouped_by() == by) {
                    detector.summarise(group, setting, &mut peers);
                }
            });
        }
    }
    let peers = peers.close();
    let mut merged: BTreeMap<(&'static str, Symbol, PersonKey, String), Signal> = BTreeMap::new();
    for (by, parts) in sides {
        for part in parts {
            check(interrupt)?;
            each_group(accesses, part, by, |group| {
                for detector in able.iter().filter(|detector| detector.grouped_by() == by) {
                    for signal in detector.judge(group, &peers, setting) {
                        match merged.entry((signal.code, signal.user, signal.person, signal.discriminator.clone())) {
                            std::collections::btree_map::Entry::Vacant(free) => {
                                free.insert(signal);
                            }
                            std::collections::btree_map::Entry::Occupied(mut there) => there.get_mut().seen.merge(signal.seen),
                        }
                    }
                }
            });
        }
    }
    for signal in able.iter().filter(|detector| detector.grouped_by() == GroupBy::Log).flat_map(|detector| detector.judge_log(setting)) {
        merged.insert((signal.code, signal.user, signal.person, signal.discriminator.clone()), signal);
    }
    result.signals = merged.into_values().collect();
    Ok(result)
}

fn check(interrupt: &AtomicBool) -> Result<(), Interrupted> {
    if interrupt.load(Ordering::Relaxed) { Err(Interrupted) } else { Ok(()) }
}

/// People registered at each address, over all dates.
pub fn households(tables: &Tables) -> BTreeMap<Symbol, u32> {
    let mut people: BTreeSet<(Symbol, PersonKey)> = BTreeSet::new();
    for row in tables.about.get(&TableName::Registrations).map_or(&[][..], |loaded| &loaded.rows) {
        if !row.address.is_none() {
            people.insert((row.address, row.person));
        }
    }
    let mut counts = BTreeMap::new();
    for (address, _) in people {
        *counts.entry(address).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_every_page_says_all_it_must() {
        assert!(DETECTORS.is_sorted_by(|a, b| a.page().code < b.page().code));
        for detector in DETECTORS {
            let page = detector.page();
            assert!(super::super::detect::page(page.code).is_some());
            for text in [page.title, page.statement, page.sentence, page.source] {
                assert!(!text.is_empty(), "{}", page.code);
                for word in ["relative", "snoop", "illegal", "VIP", "break-glass", "offender", "violation", "breach"] {
                    assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{}: {word}", page.code);
                }
            }
            assert!(!page.inputs.is_empty() && !page.silenced_by.is_empty(), "{}", page.code);
        }
    }
}
