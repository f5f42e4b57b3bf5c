//! A release as its agreement writes it, read into types. What this version cannot do is refused by name.

use std::sync::Arc;

use super::transform::{area, lookup, map, mask, redact, top_code, truncate};
use crate::agreement::Agreement;
use crate::agreement::written::ReleaseDraft;
use crate::diagnostics::Finding;
use crate::disclosure::small_numbers::{PROFILES, Profile};
use crate::identifier::Date;
use crate::keys::shift::ShiftRange;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Sink};

mod cell;
mod column;
mod lookups;
mod meaning;
mod opt_outs;
mod risk;

use column::column;
pub use lookups::LookupFile;
pub use opt_outs::{National, OptOutStatement, OptOuts, TypeOne};
pub use risk::{Method, RepairRule, RiskRule};

/// What becomes of a row whose identifier does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Set aside, counted by cause.
    Quarantine,
    /// Left out, counted by cause.
    Drop,
    /// The run stops.
    Reject,
    /// Released (test numbers only).
    Accept,
}

/// Rules for NHS numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NhsRules {
    /// Not an NHS number.
    pub invalid: Fate,
    /// Null.
    pub missing: Fate,
    /// From the 999 range.
    pub test_range: Fate,
}

/// What a column holds, for the leak check and for canonical messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Is {
    /// NHS number.
    NhsNumber,
    /// A number unique within its organisation.
    LocalId,
    /// Part of a name.
    Name,
    /// Full postcode.
    Postcode,
    /// Date of birth.
    BirthDate,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Written by people.
    FreeText,
}

/// The words of `is:`.
pub const KINDS: [(&str, Is); 8] = [
    ("nhs_number", Is::NhsNumber),
    ("local_id", Is::LocalId),
    ("name", Is::Name),
    ("postcode", Is::Postcode),
    ("birth_date", Is::BirthDate),
    ("email", Is::Email),
    ("phone", Is::Phone),
    ("free_text", Is::FreeText),
];

impl Is {
    /// The word as written.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// How dates are written in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// `2026-04-01`
    Iso,
    /// `20260401`
    Compact,
    /// `01/04/2026`
    Slashes,
    /// `2026-04-01 12:34:56`; the time is not released.
    IsoTime,
}

/// The words of `date:`.
pub const DATE_FORMS: [(&str, DateForm); 5] = [
    ("YYYY-MM-DD", DateForm::Iso),
    ("iso", DateForm::Iso),
    ("YYYYMMDD", DateForm::Compact),
    ("DD/MM/YYYY", DateForm::Slashes),
    ("YYYY-MM-DD HH:MM:SS", DateForm::IsoTime),
];

/// The day on which an age is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// A date column; of several rows of one person the earliest counts for all.
    Column(Spanned<String>),
    /// One day for everybody.
    Day(Date),
}

/// What happens to dates near the edges of the extract, where an offset shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Their rows are left out.
    Trim,
    /// They become the month they lie in.
    Month,
}

/// How numbers are banded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bands {
    /// `0-9`, `10-19`, ...
    Width(u32),
    /// Lower edges, rising: `<18`, `18-64`, `65+`.
    Edges(Vec<u32>),
}

/// What stands in the place of an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeForm {
    /// The first 100 bits of a MAC, and a check symbol.
    Base32,
    /// The first 128 bits of a MAC.
    Hex,
    /// AES-SIV: opens again with the key.
    Reversible,
    /// FF1 of an NHS number: opens again with the key, and looks much like a number.
    FormatPreserving,
}

/// What is done to a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Released as it is.
    Keep,
    /// Not released.
    Drop,
    /// A code for the identifier.
    Pseudonym {
        /// The identifier space.
        domain: Spanned<String>,
        /// The column of the organisation that gave a local number.
        with: Option<Spanned<String>>,
        /// The columns that identify together, this one among them; empty: this one alone.
        of: Vec<Spanned<String>>,
        /// What the code is.
        form: CodeForm,
    },
    /// A band of ages.
    AgeBand {
        /// Years in a band.
        width: u16,
        /// When.
        at: At,
        /// From this age on one open band.
        top: Option<u16>,
    },
    /// A band of numbers.
    Band(Bands),
    /// A date moved by the person's offset.
    Shift {
        /// How far.
        range: ShiftRange,
        /// What happens at the edges.
        window: Window,
    },
    /// The outward part of a postcode.
    Outward,
    /// The sector of a postcode.
    Sector,
    /// The area of a postcode, from a lookup file.
    Area {
        /// `lsoa`, `msoa`, `imd_decile`, `borough`.
        level: &'static str,
        /// Where.
        file: LookupFile,
    },
    /// Part of a date.
    Truncate(truncate::To),
    /// The age in years.
    Age {
        /// When.
        at: At,
        /// From this age on one open band.
        top: Option<u16>,
    },
    /// The nearest multiple of a number.
    Round(u32),
    /// A number with an open top, bottom or both.
    TopCode(top_code::Limits),
    /// A level of a hierarchy file.
    Group {
        /// Where.
        file: LookupFile,
        /// From 1, the finest.
        level: u32,
        /// What becomes of values that it does not know.
        unmatched: map::Unmatched,
    },
    /// What a lookup file says.
    Map {
        /// Where.
        file: LookupFile,
        /// What becomes of values that it does not know.
        unmatched: map::Unmatched,
    },
    /// A few characters.
    Mask(mask::Keep),
    /// The same value for every row.
    Constant(String),
    /// Free text without what looks like an identifier.
    Redact(redact::Dates),
}

impl Action {
    /// The word as written.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
            Self::Pseudonym { form: CodeForm::Reversible, .. } => "reversible",
            Self::Pseudonym { form: CodeForm::FormatPreserving, .. } => "format_preserving",
            Self::Pseudonym { .. } => "pseudonym",
            Self::AgeBand { .. } => "age_band",
            Self::Band(_) => "band",
            Self::Shift { .. } => "shift",
            Self::Outward | Self::Sector | Self::Area { .. } => "area",
            Self::Truncate(_) => "truncate",
            Self::Age { .. } => "age",
            Self::Round(_) => "round",
            Self::TopCode(top_code::Limits { top: Some(_), .. }) => "top_code",
            Self::TopCode(_) => "bottom_code",
            Self::Group { .. } => "group",
            Self::Map { .. } => "map",
            Self::Mask(_) => "mask",
            Self::Constant(_) => "constant",
            Self::Redact(_) => "redact",
        }
    }

    /// The file that it looks values up in.
    pub fn lookup(&self) -> Option<&LookupFile> {
        match self {
            Self::Area { file, .. } | Self::Group { file, .. } | Self::Map { file, .. } => Some(file),
            _ => None,
        }
    }

    /// What it gives away, in words.
    pub fn leaks(&self) -> String {
        match self {
            Self::Drop => String::new(),
            Self::Keep => "the value itself: rare values single people out".to_owned(),
            Self::Pseudonym { form: CodeForm::Reversible, .. } => {
                "which rows belong to one person, how often each occurs, and how long the identifier is; whoever opens the keyring reads it back at once".to_owned()
            }
            Self::Pseudonym { form: CodeForm::FormatPreserving, .. } => {
                "which rows belong to one person, and how often each occurs; whoever opens the keyring reads it back at once; nothing in it tells a slip of the hand"
                    .to_owned()
            }
            Self::Pseudonym { .. } => "which rows belong to one person, and how often each occurs; whoever holds the key can reverse it".to_owned(),
            Self::AgeBand { .. } => "the band of the age once per person".to_owned(),
            Self::Band(_) => "the band".to_owned(),
            Self::Shift { range, .. } => format!(
                "obfuscation, not secrecy: the order and distance of one person's dates, and all of them once one is known ({:.1} bits); weekday, bank holiday, month end and season no longer hold",
                range.entropy_bits()
            ),
            Self::Outward => "the postcode district".to_owned(),
            Self::Sector => "the postcode sector: some 3,000 addresses, in places a few dozen".to_owned(),
            Self::Area { level, .. } => {
                let words = area::LEVELS.iter().find(|(name, _)| name == level).map_or("the area", |(_, words)| words);
                format!("{words}; beside an age and a sex it singles people out where it is small")
            }
            Self::Truncate(to) => format!("the {} of the date; a rare event in it singles people out", to.name()),
            Self::Age { top: Some(top), .. } => format!("the age in years once per person, from {top} on that it is so high"),
            Self::Age { top: None, .. } => "the age in years once per person: very high ages single people out (`top` closes that)".to_owned(),
            Self::Round(step) => format!("the number to within half of {step}; unusual numbers single people out"),
            Self::TopCode(_) => "every number within the limits as it is".to_owned(),
            Self::Group { .. } => "the group: small groups single people out".to_owned(),
            Self::Map { .. } => "what the lookup file says: rare answers single people out".to_owned(),
            Self::Mask(_) => "weak: the kept characters tell people apart in a small group, and link to who knows them".to_owned(),
            Self::Constant(_) => "nothing".to_owned(),
            Self::Redact(dates) => format!(
                "best effort, dropping is safer: names of other people without a title, nicknames, slips of the hand, addresses, rare events{}",
                if *dates == redact::Dates::All { "" } else { ", and when things happened" }
            ),
        }
    }
}

/// One column of the release.
#[derive(Clone, Debug)]
pub struct ColumnRule {
    /// Its name in the extract.
    pub name: Spanned<String>,
    /// Its name in the release.
    pub output: String,
    /// What it holds.
    pub is: Option<Is>,
    /// `direct`, `quasi`, `sensitive`, `other`.
    pub class: Option<String>,
    /// The data category it belongs to; none only for dropped columns.
    pub category: Option<Spanned<String>>,
    /// How its dates are written.
    pub date: DateForm,
    /// Whether a row without a value is set aside.
    pub quarantine_missing: bool,
    /// What is done.
    pub action: Action,
    /// The action with its parameters, on one line.
    pub written: String,
}

/// A leak that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeakAllow {
    /// The column of the extract.
    pub column: Spanned<String>,
    /// What is found in it.
    pub kind: Is,
    /// Why that is right.
    pub reason: String,
    /// In how many rows at most.
    pub at_most: u64,
}

/// A release, ready to be run once its columns have met an extract.
#[derive(Clone, Debug)]
pub struct Release {
    /// `phm-monthly`.
    pub name: String,
    /// `GM-DSA-0021/phm-monthly`.
    pub place: String,
    /// Its name in the agreement.
    pub span: Span,
    /// The recipient, as written.
    pub to: Spanned<String>,
    /// The purpose, as written.
    pub purpose: Spanned<String>,
    /// The form, as written, or `pseudonymised`.
    pub form: String,
    /// Key id and version that the keyring must have.
    pub key: Option<(Spanned<String>, Option<u32>)>,
    /// Who may join what.
    pub linkage: String,
    /// The column that identifies the person.
    pub subject: Option<Spanned<String>>,
    /// Rules for NHS numbers.
    pub nhs: NhsRules,
    /// Cells that mean nothing is there, besides the empty one.
    pub null: Vec<String>,
    /// Whether malformed rows are set aside instead of stopping the run.
    pub quarantine_malformed: bool,
    /// Its columns, in the order of the output.
    pub columns: Vec<ColumnRule>,
    /// What it says of opt-outs.
    pub opt_outs: OptOuts,
    /// Whether formula cells are prefixed instead of stopping the run.
    pub prefix_formula: bool,
    /// Leaks that are allowed.
    pub leak_allow: Vec<LeakAllow>,
    /// What the output must reach.
    pub risk: Option<RiskRule>,
    /// How small counts are hidden in tables made from it: as written, and what that means.
    pub small_numbers: Option<(Spanned<String>, Profile)>,
    /// The tables of its lookup files, by column, once they are read.
    lookups: Vec<Option<Arc<lookup::Table>>>,
}

const FATES: [(&str, Fate); 3] = [("quarantine", Fate::Quarantine), ("drop", Fate::Drop), ("reject", Fate::Reject)];
const TEST_FATES: [(&str, Fate); 4] = [("quarantine", Fate::Quarantine), ("drop", Fate::Drop), ("reject", Fate::Reject), ("accept", Fate::Accept)];
const ACTIONS: [&str; 19] = [
    "keep",
    "drop",
    "pseudonym",
    "reversible",
    "format_preserving",
    "age_band",
    "age",
    "band",
    "round",
    "top_code",
    "bottom_code",
    "shift",
    "truncate",
    "area",
    "group",
    "map",
    "mask",
    "constant",
    "redact",
];
const LATER: [&str; 3] = ["random", "vault", "hash"];

/// A profile of small numbers by name, or its numbers.
fn small_numbers(f: &Fields<'_>) -> Option<(Spanned<String>, Profile)> {
    let written = f.text("small_numbers")?;
    match Profile::parse(&written.value) {
        Ok(profile) => Some((written, profile)),
        Err(error) => {
            let names: Vec<&str> = PROFILES.iter().map(|(name, _)| *name).collect();
            let finding = Finding::error("READ-005", f.place_of("small_numbers"), error.to_string()).at(written.span, "no such profile");
            f.sink().push(finding.help(format!("Name {}, or your own: under=5,round=5.", crate::text::or_list(&names))));
            None
        }
    }
}

impl Release {
    /// Reads the block. Findings go to the sink; none comes back if any of them is in the way.
    pub fn read(agreement: &Agreement, draft: &ReleaseDraft, sink: &Sink) -> Option<Self> {
        let f = Fields::open(&draft.node, draft.place.clone(), sink)?;
        f.refuse(&["tables", "return", "vault"]);
        let (to, purpose) = (f.text("to")?, f.text("for")?);
        let form = f.text("form").map_or_else(|| "pseudonymised".to_owned(), |form| form.value);
        let key = f.block("key").and_then(|key| {
            let version = key.number("version").map(|version| version.value);
            let id = key.text("id");
            if id.is_none() {
                missing(sink, &key.place, key.span, "id", "the key id that `carepact keys list` shows");
            }
            id.map(|id| (id, version))
        });
        let default_linkage = format!("{}/{}", agreement.id, to.value.to_ascii_uppercase());
        let linkage = f.text("linkage");
        if let Some(other) = linkage.as_ref().filter(|linkage| linkage.value != default_linkage) {
            sink.not_built(&f.place_of("linkage"), other.span, &format!("a named linkage (here only the default, `{default_linkage}`,)"));
        }
        let subject = f.text("subject");
        let nhs = nhs_rules(&f);
        let null = f.texts("null").into_iter().map(|text| text.value).collect();
        let quarantine_malformed = f.word("malformed", &[("refuse", false), ("quarantine", true)]).is_some_and(|word| word.value);
        let prefix_formula = f.word("formula", &[("refuse", false), ("prefix", true)]).is_some_and(|word| word.value);
        if let Some(order) = f.text("order").filter(|order| order.value != "keep") {
            sink.not_built(&f.place_of("order"), order.span, &format!("`order: {}`", order.value));
        }
        let opt_outs = OptOuts::read(&f);
        let leak_allow = f.named("leak_allow").into_iter().filter_map(|(column, node, place)| allowed(column, node, place, sink)).collect();
        let columns: Vec<ColumnRule> = f.named("columns").into_iter().filter_map(|(name, node, place)| column(name, node, &place, sink)).collect();
        if f.key_span("columns").is_none() && f.key_span("tables").is_none() {
            missing(sink, &f.place, f.span, "columns", "what happens to each column");
        }
        let release = Self {
            name: draft.name.value.clone(),
            place: draft.place.clone(),
            span: draft.name.span,
            to,
            purpose,
            form,
            key,
            linkage: default_linkage,
            subject,
            nhs,
            null,
            quarantine_malformed,
            columns,
            opt_outs,
            prefix_formula,
            leak_allow,
            risk: RiskRule::read(&f),
            small_numbers: small_numbers(&f),
            lookups: Vec::new(),
        };
        release.agree(sink);
        Some(release)
    }

    /// What no single key can tell.
    fn agree(&self, sink: &Sink) {
        let known = |name: &Spanned<String>, what: &str| {
            if !self.columns.iter().any(|column| column.name.value == name.value) {
                let finding = Finding::error("READ-005", &self.place, format!("{what} names the column `{}`, which the release does not list", name.value));
                sink.push(finding.at(name.span, "not among `columns`"));
            }
        };
        if let Some(subject) = &self.subject {
            known(subject, "`subject`");
        }
        for column in &self.columns {
            match &column.action {
                Action::Pseudonym { with, of, .. } => {
                    if let Some(with) = with {
                        known(with, "`with`");
                    }
                    for part in of {
                        known(part, "`of`");
                    }
                }
                Action::AgeBand { at: At::Column(at), .. } | Action::Age { at: At::Column(at), .. } => known(at, "`at`"),
                _ => {}
            }
        }
        self.mean(sink);
        if let Some(risk) = &self.risk {
            risk.agree(self, sink);
        }
        if let TypeOne::Here { column, .. } = &self.opt_outs.type_1 {
            known(column, "`type_1`");
        }
        for allow in &self.leak_allow {
            known(&allow.column, "`leak_allow`");
        }
        let mut outputs: Vec<(&str, Span)> =
            self.columns.iter().filter(|column| column.action != Action::Drop).map(|column| (column.output.as_str(), column.name.span)).collect();
        if outputs.is_empty() {
            sink.push(Finding::error("DOC-001", &self.place, "the release lets no column out").at(self.span, "every column is dropped"));
        }
        outputs.sort_unstable();
        for pair in outputs.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            sink.push(
                Finding::error("READ-005", &self.place, format!("two columns come out as `{}`", pair[0].0))
                    .at(pair[1].1, "one of them")
                    .discriminator(pair[0].0),
            );
        }
    }

    /// The column of the subject.
    pub fn subject_rule(&self) -> Option<&ColumnRule> {
        let subject = self.subject.as_ref()?;
        self.columns.iter().find(|column| column.name.value == subject.value)
    }
}

fn missing(sink: &Sink, place: &str, span: Span, key: &'static str, what: &str) {
    sink.push(Finding::error("DOC-001", place, format!("`{key}:` is missing: {what}")).at(span, "here").discriminator(key));
}

fn nhs_rules(f: &Fields<'_>) -> NhsRules {
    let mut rules = NhsRules { invalid: Fate::Quarantine, missing: Fate::Quarantine, test_range: Fate::Quarantine };
    if let Some(block) = f.block("identifier").and_then(|identifier| identifier.block("nhs_number")) {
        let pick = |key, words: &[(&'static str, Fate)]| block.word(key, words).map_or(Fate::Quarantine, |word| word.value);
        rules = NhsRules { invalid: pick("invalid", &FATES), missing: pick("missing", &FATES), test_range: pick("test_range", &TEST_FATES) };
    }
    rules
}

fn allowed(column: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<LeakAllow> {
    let f = Fields::open(node, place, sink)?;
    let (kind, reason, at_most) = (f.word("kind", &KINDS), f.text("reason"), f.number("at_most"));
    let (Some(kind), Some(reason), Some(at_most)) = (kind, reason, at_most) else {
        missing(sink, &f.place, f.span, "at_most", "an allowed leak needs `kind`, `reason` and `at_most`");
        return None;
    };
    Some(LeakAllow { column, kind: kind.value, reason: reason.value, at_most: u64::from(at_most.value) })
}
