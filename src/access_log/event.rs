//! One access as every reader gives it: fixed size, names interned, so that a hundred million fit in partitions.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identifier::NhsNumber;

/// An interned text. `0` is the empty text: the log does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Symbol(pub u32);

impl Symbol {
    /// Nothing written.
    pub const NONE: Self = Self(0);

    /// Whether nothing was written.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// Texts by number. Holds user ids and local ids of people, so `Debug` shows only how many.
#[derive(Clone)]
pub struct Symbols {
    texts: Vec<Box<str>>,
    index: HashMap<Box<str>, u32>,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { texts: vec!["".into()], index: HashMap::from([("".into(), 0)]) }
    }
}

impl fmt::Debug for Symbols {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Symbols({})", self.texts.len())
    }
}

impl Symbols {
    /// The number of a text, given on first sight.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(id) = self.index.get(text) {
            return Symbol(*id);
        }
        let id = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into());
        self.index.insert(text.into(), id);
        Symbol(id)
    }

    /// The number of a text already seen.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.index.get(text).map(|id| Symbol(*id))
    }

    /// The text.
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.0 as usize).map_or("", |text| text)
    }

    /// All of them in the order of their numbers, the empty one first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    /// How many, the empty one included.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether nothing but the empty text is there.
    pub fn is_empty(&self) -> bool {
        self.texts.len() == 1
    }

    /// Takes in another chunk's texts, in its order, and gives each of its numbers the one it has here.
    pub fn absorb(&mut self, other: &Self) -> Vec<Symbol> {
        other.texts.iter().map(|text| self.intern(text)).collect()
    }
}

/// Whose record: a tag in the top byte, so that no two values share a key.
///
/// Tag 0 nobody named, 1 the first nine digits of a checked NHS number, 2 a local id or pseudonym by its symbol.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonKey(u64);

const NHS: u64 = 1 << 56;
const LOCAL: u64 = 2 << 56;

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 >> 56 {
            0 => "PersonKey(nobody)",
            1 => "PersonKey(NHS number)",
            _ => "PersonKey(local id)",
        })
    }
}

impl PersonKey {
    /// The record names nobody.
    pub const NOBODY: Self = Self(0);

    /// A checked NHS number.
    pub fn nhs(number: &NhsNumber) -> Self {
        Self(NHS | u64::from(number.expose_prefix()))
    }

    /// A local id or a pseudonym.
    pub fn local(id: Symbol) -> Self {
        Self(LOCAL | u64::from(id.0))
    }

    /// Where an NHS number stands among NHS numbers; local ids and pseudonyms have no order.
    pub fn order(self) -> Option<u64> {
        (self.0 >> 56 == NHS >> 56).then_some(self.0 & (NHS - 1))
    }

    /// Whether nobody is named.
    pub fn is_nobody(self) -> bool {
        self.0 == 0
    }

    /// The key after its chunk's texts got other numbers.
    #[must_use]
    pub fn renumbered(self, numbers: &[Symbol]) -> Self {
        if self.0 >> 56 == 2 { Self::local(numbers[usize::try_from(self.0 & 0xFFFF_FFFF).unwrap_or(0)]) } else { self }
    }

    fn text(self) -> Option<Symbol> {
        (self.0 >> 56 == LOCAL >> 56).then(|| Symbol(u32::try_from(self.0 & 0xFFFF_FFFF).unwrap_or(0)))
    }

    /// Whether it is a key at all, and its text one of the first `texts`.
    fn is_within(self, texts: usize) -> bool {
        match self.0 >> 56 {
            0 => self.0 == 0,
            1 => true,
            2 => usize::try_from(self.0 & (NHS - 1)).is_ok_and(|text| text < texts),
            _ => false,
        }
    }

    /// Spreads people over partitions evenly.
    pub fn spread(self) -> u64 {
        // The finaliser of splitmix64: neighbouring numbers land far apart.
        let mut bits = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// The canonical id that a reference is made of: ten digits, or the local id; none for nobody. Never printed.
    pub fn expose_canonical(self, symbols: &Symbols) -> Option<Vec<u8>> {
        match self.0 >> 56 {
            1 => NhsNumber::from_prefix(u32::try_from(self.0 & 0xFFFF_FFFF).ok()?).map(|number| number.expose_digits().to_vec()),
            2 => Some(symbols.text(Symbol(u32::try_from(self.0 & 0xFFFF_FFFF).ok()?)).as_bytes().to_vec()),
            _ => None,
        }
    }
}

/// How sure the instant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TimeQuality {
    /// The record gives an offset, or Z.
    ExplicitOffset,
    /// Local time that exists once that day.
    Local,
    /// Local time of the hour that is lived twice in autumn; this is the first, in summer time.
    FoldFirst,
    /// The second, in winter time.
    FoldSecond,
    /// It could be either; taken as the first.
    FoldUnknown,
    /// Local time that the clocks skip in spring; moved forward by the gap.
    Skipped,
}

impl TimeQuality {
    /// Every quality.
    pub const ALL: [Self; 6] = [Self::ExplicitOffset, Self::Local, Self::FoldFirst, Self::FoldSecond, Self::FoldUnknown, Self::Skipped];

    /// The word in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExplicitOffset => "explicit_offset",
            Self::Local => "local",
            Self::FoldFirst => "fold_first",
            Self::FoldSecond => "fold_second",
            Self::FoldUnknown => "fold_unknown",
            Self::Skipped => "skipped_hour",
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Action {
    /// The record does not say; taken as viewing.
    Unknown,
    /// A record or part of it was shown.
    View,
    /// A search; what it showed is a view.
    Search,
    /// Printed.
    Print,
    /// Sent out, disclosed, exported.
    Export,
    /// Created, changed or deleted.
    Amend,
    /// Signed in.
    Login,
    /// Signed out.
    Logout,
    /// Something about the system, not about a record.
    System,
}

impl Action {
    /// The action of a word as logs write it.
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "" => Self::Unknown,
            "view" | "read" | "open" | "list" | "vread" | "r" => Self::View,
            "search" | "query" | "find" => Self::Search,
            "print" => Self::Print,
            "export" | "download" | "disclose" | "bulk" => Self::Export,
            "amend" | "create" | "update" | "edit" | "delete" | "patch" | "write" | "c" | "u" | "d" => Self::Amend,
            "login" | "logon" => Self::Login,
            "logout" | "logoff" => Self::Logout,
            "system" => Self::System,
            _ => return None,
        })
    }

    /// The vocabulary's word a decision is asked with; none if no record is seen.
    pub fn decided_as(self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::View | Self::Search => Some("view"),
            Self::Print => Some("print"),
            Self::Export => Some("export"),
            Self::Amend => Some("amend"),
            Self::Login | Self::Logout | Self::System => None,
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AccessOutcome {
    /// It was given, or the record does not say otherwise.
    Given,
    /// The system refused or failed: nothing was seen.
    Refused,
}

/// Whether emergency access was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Emergency {
    /// The log has no such field.
    NotRecorded,
    /// No.
    No,
    /// Yes.
    Yes,
}

/// What a reason text is worth. The text itself is not kept: people write names into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The log has no such field.
    NotRecorded,
    /// The field is empty.
    Missing,
    /// A word that says nothing, or fewer than ten characters.
    Thin,
    /// Ten characters or more.
    Given,
}

/// Shortest reason that can say anything, in characters (`domain.md` 6.4).
pub const REASON_LENGTH: usize = 10;

const EMPTY_WORDS: [&str; 9] =
    ["emergency", "emergency access", "direct care", "patient care", "clinical need", "clinical care", "not stated", "no reason given", "as required"];

impl Reason {
    /// Judges a text.
    pub fn of(text: &str) -> Self {
        let text = text.trim().trim_matches('.').to_lowercase();
        if text.is_empty() {
            Self::Missing
        } else if text.chars().count() < REASON_LENGTH || EMPTY_WORDS.contains(&text.as_str()) || text.chars().all(|one| !one.is_alphabetic()) {
            Self::Thin
        } else {
            Self::Given
        }
    }
}

/// The source does not count its records.
pub const NO_SEQUENCE: u64 = u64::MAX;

/// The log does not say how long a record was open.
pub const NO_DURATION: u32 = u32::MAX;

/// One access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// Whose record.
    pub person: PersonKey,
    /// Request id that client and server share, hashed; 0 if there is none.
    pub correlation: u64,
    /// Hash of the record's bytes: equal records of overlapping exports are found by it.
    pub digest: u64,
    /// Who looked; empty if no person did, or none is named.
    pub user: Symbol,
    /// For whom, if not for themselves.
    pub on_behalf_of: Symbol,
    /// As which role, as the profile maps it.
    pub role: Symbol,
    /// From which organisation.
    pub organisation: Symbol,
    /// Department.
    pub department: Symbol,
    /// Device.
    pub device: Symbol,
    /// Session.
    pub session: Symbol,
    /// Through which system.
    pub system: Symbol,
    /// Whose data: the organisation it came from.
    pub source: Symbol,
    /// Which data, several joined by `;`.
    pub category: Symbol,
    /// The purpose declared.
    pub purpose: Symbol,
    /// What makes the data more sensitive than its category.
    pub sensitivity: Symbol,
    /// On what the user claimed to look: `self_claimed`, `objection_overridden`, `sealed_opened`, or the log's own word.
    pub basis: Symbol,
    /// The number that the source counts its records with; [`NO_SEQUENCE`] if it counts none.
    pub sequence: u64,
    /// How long the record was open, in seconds; [`NO_DURATION`] if the log does not say.
    pub duration: u32,
    /// Line of its file, from 1.
    pub line: u32,
    /// Index of its file.
    pub file: u16,
    /// What was done.
    pub action: Action,
    /// How it ended.
    pub outcome: AccessOutcome,
    /// How sure the instant is.
    pub quality: TimeQuality,
    /// Whether emergency access was recorded.
    pub emergency: Emergency,
    /// What the reason given is worth.
    pub reason: Reason,
    /// Whether a human being looked (else a system read for itself).
    pub human: bool,
    /// From a FHIR AuditEvent, where client and server may name one user differently.
    pub fhir: bool,
}

impl Event {
    /// An event of a line with nothing else known.
    pub fn blank(line: u32) -> Self {
        Self {
            at: 0,
            person: PersonKey::NOBODY,
            correlation: 0,
            digest: 0,
            user: Symbol::NONE,
            on_behalf_of: Symbol::NONE,
            role: Symbol::NONE,
            organisation: Symbol::NONE,
            department: Symbol::NONE,
            device: Symbol::NONE,
            session: Symbol::NONE,
            system: Symbol::NONE,
            source: Symbol::NONE,
            category: Symbol::NONE,
            purpose: Symbol::NONE,
            sensitivity: Symbol::NONE,
            basis: Symbol::NONE,
            sequence: NO_SEQUENCE,
            duration: NO_DURATION,
            line,
            file: 0,
            action: Action::Unknown,
            outcome: AccessOutcome::Given,
            quality: TimeQuality::ExplicitOffset,
            emergency: Emergency::NotRecorded,
            reason: Reason::NotRecorded,
            human: true,
            fhir: false,
        }
    }

    /// Time, then place in the input: a total order that does not depend on threads.
    pub fn order(&self) -> (i64, u16, u32, PersonKey) {
        (self.at, self.file, self.line, self.person)
    }

    /// Whether a human being saw (or changed) something of a person's record.
    pub fn is_access(&self) -> bool {
        self.human && self.outcome == AccessOutcome::Given && self.action.decided_as().is_some()
    }

    fn names(&mut self) -> [&mut Symbol; 13] {
        [
            &mut self.user,
            &mut self.on_behalf_of,
            &mut self.role,
            &mut self.organisation,
            &mut self.department,
            &mut self.device,
            &mut self.session,
            &mut self.system,
            &mut self.source,
            &mut self.category,
            &mut self.purpose,
            &mut self.sensitivity,
            &mut self.basis,
        ]
    }

    /// Gives every name the number it has in the whole log.
    #[must_use]
    pub fn renumbered(mut self, numbers: &[Symbol]) -> Self {
        for symbol in self.names() {
            *symbol = numbers[symbol.0 as usize];
        }
        self.person = self.person.renumbered(numbers);
        self
    }

    /// Every text it stands on, that of a person told by a local id among them.
    pub fn texts(mut self) -> impl Iterator<Item = Symbol> {
        let person = self.person.text();
        self.names().map(|symbol| *symbol).into_iter().chain(person)
    }

    /// Whether every name is one of the first `texts`.
    pub fn is_within(mut self, texts: usize) -> bool {
        self.names().iter().all(|symbol| (symbol.0 as usize) < texts) && self.person.is_within(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_values_share_a_key() {
        let mut symbols = Symbols::default();
        let (a, b) = (symbols.intern("999000001"), symbols.intern("L-2"));
        // 999000001 as a number's first nine digits, as the symbol of a local id, and as the text of one.
        let number = (0..9).find_map(|add| NhsNumber::from_prefix(999_000_001 + add)).expect("one of nine has a check digit");
        let keys = [PersonKey::nhs(&number), PersonKey::local(a), PersonKey::local(b), PersonKey::NOBODY, PersonKey::local(Symbol(number.expose_prefix()))];
        for (index, key) in keys.iter().enumerate() {
            assert!(keys[index + 1..].iter().all(|other| other != key));
        }
        assert_eq!(keys[0].expose_canonical(&symbols).as_deref(), Some(&number.expose_digits()[..]));
        assert!(!format!("{:?}{:?}", keys[0], symbols).contains("999"));
    }

    #[test]
    fn chunks_merged_in_order_number_their_texts_as_one_pass_would() {
        let words = ["b", "a", "c", "b", "d", "a"];
        let mut whole = Symbols::default();
        let expected: Vec<Symbol> = words.iter().map(|word| whole.intern(word)).collect();
        for cut in 0..=words.len() {
            let mut merged = Symbols::default();
            let mut got = Vec::new();
            for part in [&words[..cut], &words[cut..]] {
                let mut local = Symbols::default();
                let ids: Vec<Symbol> = part.iter().map(|word| local.intern(word)).collect();
                let numbers = merged.absorb(&local);
                got.extend(ids.iter().map(|id| numbers[id.0 as usize]));
            }
            assert_eq!(got, expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_reason_must_say_something() {
        assert_eq!(Reason::of("  "), Reason::Missing);
        assert_eq!(Reason::of("Emergency."), Reason::Thin);
        assert_eq!(Reason::of("........................"), Reason::Missing);
        assert_eq!(Reason::of("0000000000000"), Reason::Thin);
        assert_eq!(Reason::of("unconscious on arrival, no history available"), Reason::Given);
    }
}
