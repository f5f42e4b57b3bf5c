//! Mapping profiles: which column of a log holds what, and how its values are to be read.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::clock::TimeReader;
use super::event::Action;
use super::read::encoding::Encoding;
use crate::diagnostics::Finding;
use crate::source::{FileId, Sources, Spanned};
use crate::yaml::fields::texts;
use crate::yaml::{Fields, Kind, Node, Sink};

/// The layout of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table with a header.
    Csv,
    /// FHIR AuditEvent resources: NDJSON, one resource, or a Bundle.
    Fhir,
    /// DICOM/ATNA audit messages or FHIR AuditEvents in XML, in files or in syslog frames.
    Atna,
    /// One JSON object a line, its members named by the profile.
    Ndjson,
}

impl Format {
    /// Whether a standard says where each field stands, so that a profile need not.
    pub fn is_standard(self) -> bool {
        matches!(self, Self::Fhir | Self::Atna)
    }
}

/// What a value of the log means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// When.
    Time,
    /// Who looked.
    User,
    /// For whom.
    OnBehalfOf,
    /// As which role.
    Role,
    /// From which organisation.
    Organisation,
    /// Department.
    Department,
    /// Device.
    Device,
    /// Session.
    Session,
    /// Through which system.
    System,
    /// Whose record.
    Person,
    /// Whose data.
    Source,
    /// What was done.
    Action,
    /// Which data.
    Category,
    /// The purpose declared.
    Purpose,
    /// How it ended.
    Outcome,
    /// Whether emergency access was recorded.
    Emergency,
    /// The reason typed.
    Reason,
    /// Request id that client and server share.
    Correlation,
    /// What makes the data more sensitive than its category.
    Sensitivity,
    /// On what the user claimed to look.
    Basis,
    /// The number the source counts its records with.
    Sequence,
    /// How long the record was open, in seconds.
    Duration,
}

/// Every target with its name in a profile and other names it goes by.
pub const TARGETS: [(Target, &str, &[&str]); 22] = [
    (Target::Time, "time", &["timestamp"]),
    (Target::User, "user", &["user_id"]),
    (Target::OnBehalfOf, "on_behalf_of", &[]),
    (Target::Role, "role", &[]),
    (Target::Organisation, "organisation", &[]),
    (Target::Department, "department", &[]),
    (Target::Device, "device", &[]),
    (Target::Session, "session", &[]),
    (Target::System, "system", &[]),
    (Target::Person, "person", &["nhs_number"]),
    (Target::Source, "source", &["source_organisation"]),
    (Target::Action, "action", &[]),
    (Target::Category, "category", &["categories"]),
    (Target::Purpose, "purpose", &[]),
    (Target::Outcome, "outcome", &[]),
    (Target::Emergency, "emergency", &["break_glass"]),
    (Target::Reason, "reason", &[]),
    (Target::Correlation, "correlation", &["request_id", "correlation_id"]),
    (Target::Sensitivity, "sensitivity", &[]),
    (Target::Basis, "basis", &[]),
    (Target::Sequence, "sequence", &[]),
    (Target::Duration, "duration", &[]),
];

/// How one field is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldMap {
    /// The column, or the member of an object with dots between; none in a FHIR profile.
    pub column: Option<String>,
    /// Written value to vocabulary name. A value that is not in it stays as written.
    pub map: BTreeMap<String, String>,
    /// Between several values of one cell.
    pub separator: Option<String>,
}

/// Whether people are named by NHS number or by an id of the log's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PersonForm {
    /// Checked; what fails the check is quarantined.
    #[default]
    NhsNumber,
    /// A local id or a pseudonym, taken as written.
    Local,
}

/// A profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Layout.
    pub format: Format,
    /// Between cells.
    pub delimiter: u8,
    /// How its text is written.
    pub encoding: Encoding,
    /// How times are read.
    pub time: TimeReader,
    /// Fields by target.
    pub fields: BTreeMap<Target, FieldMap>,
    /// Values that hold for every record.
    pub constants: BTreeMap<Target, String>,
    /// How people are named.
    pub person: PersonForm,
}

impl Profile {
    /// For FHIR and ATNA logs without a profile: nothing is mapped.
    pub fn fhir() -> Self {
        Self {
            format: Format::Fhir,
            delimiter: b',',
            encoding: Encoding::Utf8,
            time: TimeReader::london(),
            fields: BTreeMap::new(),
            constants: BTreeMap::new(),
            person: PersonForm::NhsNumber,
        }
    }

    /// Whether the log can say something at all.
    pub fn has(&self, target: Target) -> bool {
        self.format.is_standard() || self.fields.contains_key(&target) || self.constants.contains_key(&target)
    }

    /// A value as the profile maps it.
    pub fn mapped<'a>(&'a self, target: Target, written: &'a str) -> &'a str {
        self.fields.get(&target).and_then(|field| field.map.get(written)).map_or(written, String::as_str)
    }

    /// Reads a profile. A profile with any error must not be used.
    pub fn read(sources: &Sources, file: FileId) -> (Option<Self>, Vec<Finding>) {
        let (node, mut findings) = crate::yaml::parse(sources, file);
        let sink = Sink::new();
        let name = sources.name(file).to_owned();
        let profile = node.as_ref().and_then(|node| Self::decode(node, &name, &sink));
        findings.extend(sink.into_findings());
        (profile, findings)
    }

    fn decode(node: &Node, place: &str, sink: &Sink) -> Option<Self> {
        let top = Fields::open(node, place, sink)?;
        for told in ["profile", "title", "note"] {
            let _ = top.text(told);
        }
        let _ = top.yes_no("synthetic");
        let format = top.word("format", &[("csv", Format::Csv), ("ndjson", Format::Ndjson), ("fhir", Format::Fhir), ("atna", Format::Atna)]);
        if format.is_none() && top.get("format").is_none() {
            sink.push(
                Finding::error("READ-007", top.place_of("format"), "the profile does not say its format")
                    .at(top.span, "here")
                    .help("Write `format: csv`, `format: ndjson`, `format: fhir` or `format: atna`."),
            );
        }
        let delimiter = match top.text("delimiter") {
            None => b',',
            Some(Spanned { value, span }) => match value.as_str() {
                "tab" | "\t" => b'\t',
                text if text.len() == 1 && text.is_ascii() && text != "\"" => text.as_bytes()[0],
                _ => {
                    sink.wrong(&top.place_of("delimiter"), span, "one character or `tab`", "something else");
                    b','
                }
            },
        };
        let encoding = match top.text("encoding") {
            None => Encoding::Utf8,
            Some(Spanned { value, span }) => Encoding::named(&value).unwrap_or_else(|| {
                sink.wrong(&top.place_of("encoding"), span, "utf-8, windows-1252 (latin1) or utf-16", "an encoding that this version does not read");
                Encoding::Utf8
            }),
        };
        let zone = match top.text("tz") {
            None => Some(crate::identifier::date::london()),
            Some(Spanned { value, span }) => {
                let found = TimeZone::get(&value).ok();
                if found.is_none() {
                    sink.wrong(&top.place_of("tz"), span, "a time zone such as Europe/London or UTC", "a name that is not one");
                }
                found
            }
        };
        let mut fields = BTreeMap::new();
        let mut pattern = None;
        let mut person = PersonForm::NhsNumber;
        if let Some(inner) = top.block("fields") {
            for (target, name, others) in TARGETS {
                let written: Vec<&'static str> = std::iter::once(name).chain(others.iter().copied()).filter(|key| inner.get(key).is_some()).collect();
                let [key] = written[..] else {
                    if written.len() > 1 {
                        let span = inner.key_span(written[1]).unwrap_or(inner.span);
                        sink.push(
                            Finding::error("READ-002", inner.place_of(written[1]), format!("`{}` and `{}` mean the same field", written[0], written[1]))
                                .at(span, "again here"),
                        );
                    }
                    continue;
                };
                if let Some(field) = Self::field(&inner, key, target, &mut pattern, &mut person) {
                    fields.insert(target, field);
                }
            }
        }
        let mut constants = BTreeMap::new();
        if let Some(inner) = top.block("constants") {
            for (target, name, others) in TARGETS {
                for key in std::iter::once(name).chain(others.iter().copied()) {
                    if let Some(text) = inner.text(key) {
                        if matches!(
                            target,
                            Target::Time | Target::Person | Target::User | Target::Correlation | Target::Reason | Target::Sequence | Target::Duration
                        ) {
                            sink.push(
                                Finding::error("READ-005", inner.place_of(key), format!("`{key}` cannot be the same for every record")).at(text.span, "here"),
                            );
                        } else if fields.contains_key(&target) {
                            sink.push(Finding::error("READ-002", inner.place_of(key), format!("`{key}` is a column already")).at(text.span, "again here"));
                        } else {
                            constants.insert(target, text.value);
                        }
                    }
                }
            }
        }
        let format = format?.value;
        if !format.is_standard() {
            for (target, name, _) in TARGETS.iter().filter(|(target, ..)| matches!(target, Target::Time | Target::User)) {
                if !fields.contains_key(target) {
                    sink.push(
                        Finding::error("READ-007", format!("{place}/fields/{name}"), format!("the profile names no column for `{name}`"))
                            .at(top.span, "in this profile")
                            .help(format!("Write `{name}: COLUMN` under `fields`.")),
                    );
                }
            }
            for (target, word) in &constants {
                if !Self::understood(*target, word) {
                    sink.push(
                        Finding::error("READ-005", format!("{place}/constants"), format!("{word:?} is not a value of that field"))
                            .at(top.span, "in this profile"),
                    );
                }
            }
        }
        Some(Self { format, delimiter, encoding, time: TimeReader::new(zone?, pattern), fields, constants, person })
    }

    fn field(inner: &Fields<'_>, key: &'static str, target: Target, pattern: &mut Option<String>, person: &mut PersonForm) -> Option<FieldMap> {
        let sink = inner.sink();
        let node = inner.get(key)?;
        if let Some(column) = node.as_text() {
            return Some(FieldMap { column: Some(column.to_owned()), ..FieldMap::default() });
        }
        let block = Fields::open(node, inner.place_of(key), sink)?;
        let column = block.text("column").map(|text| text.value);
        if target == Target::Time {
            *pattern = block.text("date").map(|text| text.value).filter(|text| !matches!(text.as_str(), "iso" | "iso8601"));
        }
        if target == Target::Person
            && let Some(form) = block.word("form", &[("nhs_number", PersonForm::NhsNumber), ("local", PersonForm::Local)])
        {
            *person = form.value;
        }
        let separator = if matches!(target, Target::Category | Target::Person) { block.text("separator").map(|text| text.value) } else { None };
        let mut map = BTreeMap::new();
        if let Some(node) = block.get("map") {
            match &node.kind {
                Kind::Map(entries) => {
                    for (raw, value) in entries {
                        let place = format!("{}/map/{}", block.place, raw.text);
                        if let [name] = &texts(value, &place, sink)[..] {
                            if Self::understood(target, &name.value) {
                                map.insert(raw.text.clone(), name.value.clone());
                            } else {
                                sink.push(Finding::error("READ-005", place, format!("{:?} is not a value of `{key}`", name.value)).at(name.span, "here"));
                            }
                        }
                    }
                }
                _ => sink.wrong(&block.place_of("map"), node.span, "a block of `WRITTEN: name`", node.kind_in_words()),
            }
        }
        Some(FieldMap { column, map, separator })
    }

    /// Whether a mapped word is one that the field has.
    fn understood(target: Target, word: &str) -> bool {
        match target {
            Target::Action => Action::of_word(word).is_some(),
            Target::Outcome => super::read::outcome_of(word).is_some(),
            Target::Emergency => super::read::yes_or_no(word).is_some(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Profile>, Vec<Finding>) {
        let mut sources = Sources::new();
        let file = sources.add("p.yaml", text);
        Profile::read(&sources, file)
    }

    #[test]
    fn a_profile_names_columns_and_maps_values() {
        let (profile, findings) = read(
            "format: csv\ndelimiter: \";\"\ntz: UTC\nfields:\n  time: {column: WHEN, date: \"%d/%m/%Y %H:%M\"}\n  user: WHO\n  role: {column: R, map: {NR1: nurse}}\n  emergency: {column: BG, map: {J: \"yes\"}}\nconstants: {purpose: direct_care}\n",
        );
        assert_eq!(findings, []);
        let profile = profile.expect("a profile");
        assert_eq!((profile.delimiter, profile.mapped(Target::Role, "NR1"), profile.mapped(Target::Role, "X")), (b';', "nurse", "X"));
        assert!(profile.has(Target::Purpose) && !profile.has(Target::Reason));
    }

    #[test]
    fn wrong_words_are_findings_with_a_place() {
        let (_, findings) = read(
            "format: csv\nencoding: ebcdic\ntz: Europe/Londn\nfields: {time: T, usr: U, action: {column: A, map: {X: peek}}, peek: P}\nconstants: {time: now}\n",
        );
        let places: Vec<&str> = findings.iter().map(|finding| finding.place.as_str()).collect();
        for wanted in [
            "p.yaml/encoding",
            "p.yaml/tz",
            "p.yaml/fields/usr",
            "p.yaml/fields/action/map/X",
            "p.yaml/fields/peek",
            "p.yaml/constants/time",
            "p.yaml/fields/user",
        ] {
            assert!(places.contains(&wanted), "{wanted} in {places:?}");
        }
    }
}
