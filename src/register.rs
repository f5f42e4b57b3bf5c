//! The register of organisations: who exists, what they do and where they belong, every fact with its dates.

pub mod ods;

use std::collections::BTreeMap;

use crate::diagnostics::Finding;
use crate::identifier::{Date, Interval, OdsCode};
use crate::source::Span;
use crate::table::Table;
use crate::vocabulary::{NodeId, Tree, Vocabulary};
use crate::yaml::Sink;

/// An organisation of one register: its place in [`Register::organisations`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgId(pub u32);

/// A fact that holds on some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// The fact.
    pub value: T,
    /// When it holds.
    pub during: Interval,
}

/// One organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its code: unique, never reused, only closed.
    pub ods: OdsCode,
    /// Its legal name.
    pub name: String,
    /// `gp_practice`, `trust`, `council`, `icb`, `supplier`, ...
    pub kind: String,
    /// From the first to the last day it is open.
    pub open: Interval,
    /// Whether `closed` is written, so that the last day is known.
    pub closed: Option<Date>,
    /// Who carries on its work.
    pub successor: Option<OdsCode>,
    /// What the national list says of it beside its dates: `active`, `dormant`, `proposed`, `closed`. Decisions go by
    /// the dates alone; this is for lists and counts.
    pub status: Option<String>,
    /// Whether it counts among the members of the community (the column `member`; default yes).
    pub member: bool,
    /// What it does.
    pub functions: Vec<Dated<NodeId>>,
    /// Where it belongs.
    pub places: Vec<Dated<NodeId>>,
    /// Registered patients by date of the count, oldest first.
    pub list_sizes: Vec<(Date, u32)>,
    /// Number in the fee register of the Information Commissioner.
    pub ico: Option<String>,
    /// The last day for which that fee is paid.
    pub ico_expires: Option<Date>,
    /// Domains of its own mailboxes, in lower case, without `@`.
    pub email_domains: Vec<String>,
    /// Role mailboxes: `caldicott_guardian`, `siro`, `dpo`, `ig_lead`.
    pub contacts: BTreeMap<&'static str, String>,
    /// Its numbers elsewhere, by the names of [`OTHER_REGISTERS`].
    pub identifiers: BTreeMap<&'static str, String>,
    /// Assurance, for example DSPT.
    pub assurance: Vec<Assurance>,
    /// Its row.
    pub span: Span,
    /// Of the columns of [`ORGANISATION_COLUMNS`], in their order.
    cells: Box<[Span]>,
}

/// One published assurance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assurance {
    /// `DSPT` or another scheme.
    pub scheme: String,
    /// As published, for example `Standards Met`.
    pub status: String,
    /// The scheme's year, for example `25/26`.
    pub year: String,
    /// When it was published.
    pub published: Option<Date>,
    /// Whether it is only an interim (baseline) position.
    pub interim: bool,
    /// Reference of the plan by which the standards will be met.
    pub improvement_plan: Option<String>,
    /// The last day of that plan.
    pub plan_ends: Option<Date>,
    /// Its row.
    pub span: Span,
}

/// All organisations.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// In the order of the table.
    pub organisations: Vec<Organisation>,
    by_ods: BTreeMap<OdsCode, OrgId>,
}

/// An organisation cannot be asked about on a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationError {
    /// The register has no such code.
    #[error("{0} is not in the register")]
    Unknown(String),
    /// It had not opened yet.
    #[error("{ods} opened on {opened}, after {on}")]
    NotYetOpen {
        /// Its code.
        ods: OdsCode,
        /// Its first day.
        opened: Date,
        /// The day asked about.
        on: Date,
    },
    /// It has closed.
    #[error("{ods} closed on {closed}{}", match successor { Some(next) => format!("; its successor is {next}"), None => "; the register names no successor".to_owned() })]
    Closed {
        /// Its code.
        ods: OdsCode,
        /// Its last day.
        closed: Date,
        /// Who carries on.
        successor: Option<OdsCode>,
    },
}

/// Columns of `register/organisations.csv`.
pub const ORGANISATION_COLUMNS: (&[&str], &[&str]) = (
    &["ods", "name", "kind", "opened", "closed"],
    &[
        "successor",
        "status",
        "member",
        "ico",
        "ico_expires",
        "caldicott_guardian",
        "siro",
        "dpo",
        "ig_lead",
        "email_domain",
        "companies_house",
        "cqc",
        "ror",
        "ukprn",
        "note",
    ],
);

/// Columns of `register/assurance.csv`.
pub const ASSURANCE_COLUMNS: (&[&str], &[&str]) = (&["ods", "scheme", "status", "year", "published", "interim"], &["improvement_plan", "plan_ends"]);

/// Offices whose role and mailbox an organisation, or a group of parties, may give.
pub const CONTACTS: [&str; 4] = ["caldicott_guardian", "siro", "dpo", "ig_lead"];

/// Other registers an organisation may stand in: Companies House, Care Quality Commission, Research Organization Registry,
/// UK Register of Learning Providers. Each is a column of `organisations.csv`.
pub const OTHER_REGISTERS: [&str; 4] = ["companies_house", "cqc", "ror", "ukprn"];

/// The tables of a register, as read.
#[derive(Debug, Default)]
pub struct RegisterTables {
    /// `organisations.csv`.
    pub organisations: Option<Table>,
    /// `functions.csv`.
    pub functions: Option<Table>,
    /// `memberships.csv`.
    pub memberships: Option<Table>,
    /// `list_sizes.csv`.
    pub list_sizes: Option<Table>,
    /// `assurance.csv`.
    pub assurance: Option<Table>,
}

impl Register {
    /// Adds the tables of one folder; what does not fit is a finding.
    pub fn extend(&mut self, tables: &RegisterTables, vocabulary: &Vocabulary, sink: &Sink) {
        if let Some(table) = &tables.organisations {
            self.read_organisations(table, sink);
        }
        if let Some(table) = &tables.functions {
            self.read_dated(table, "register/functions", "function", &vocabulary.functions, sink, |organisation| &mut organisation.functions);
        }
        if let Some(table) = &tables.memberships {
            self.read_dated(table, "register/memberships", "place", &vocabulary.places, sink, |organisation| &mut organisation.places);
        }
        if let Some(table) = &tables.list_sizes {
            self.read_list_sizes(table, sink);
        }
        if let Some(table) = &tables.assurance {
            self.read_assurance(table, sink);
        }
    }

    fn read_organisations(&mut self, table: &Table, sink: &Sink) {
        for row in table.rows() {
            let Some(ods) = row.ods("ods", "register/organisations", sink) else { continue };
            let place = format!("register/{ods}");
            let opened = row.date("opened", &place, sink);
            let closed = row.date("closed", &place, sink);
            let open = Interval::open(opened, closed).unwrap_or_else(|| {
                sink.push(Finding::error("READ-007", place.clone(), format!("{ods} closes before it opens")).at(row.span("closed"), "before `opened`"));
                Interval::open(opened, None).unwrap_or(Interval::ALWAYS)
            });
            if let Some(first) = self.find(ods.as_str()) {
                sink.push(
                    Finding::error("READ-002", place, format!("{ods} is in the register twice; a code is never reused"))
                        .at(row.span("ods"), "again here")
                        .at(self.organisation(first).span, "first here"),
                );
                continue;
            }
            let cells = |names: [&'static str; 4]| names.into_iter().filter_map(|name| row.get(name).map(|text| (name, text.to_owned()))).collect();
            let contacts = cells(CONTACTS);
            let identifiers = cells(OTHER_REGISTERS);
            let email_domains = read_domains(&row, &place, sink);
            let columns = ORGANISATION_COLUMNS.0.iter().chain(ORGANISATION_COLUMNS.1);
            let id = OrgId(u32::try_from(self.organisations.len()).unwrap_or(u32::MAX));
            let written = ods.clone();
            self.by_ods.insert(ods.clone(), id);
            self.organisations.push(Organisation {
                ods,
                name: row.get("name").unwrap_or_default().to_owned(),
                kind: row.get("kind").unwrap_or_default().to_owned(),
                open,
                closed,
                successor: row.get("successor").and_then(|text| OdsCode::parse(text).ok()),
                status: row.get("status").map(str::to_owned),
                member: row.yes_no("member", &format!("register/{written}"), sink).unwrap_or(true),
                functions: Vec::new(),
                places: Vec::new(),
                list_sizes: Vec::new(),
                ico: row.get("ico").map(str::to_owned),
                ico_expires: row.date("ico_expires", &format!("register/{written}"), sink),
                email_domains,
                contacts,
                identifiers,
                assurance: Vec::new(),
                span: row.span("ods"),
                cells: columns.map(|column| row.span(column)).collect(),
            });
        }
    }

    /// Adds an organisation whose code is not there yet, or puts it in the place of the one that is.
    pub fn put(&mut self, organisation: Organisation) -> OrgId {
        if let Some(id) = self.find(organisation.ods.as_str()) {
            self.organisations[id.0 as usize] = organisation;
            return id;
        }
        let id = OrgId(u32::try_from(self.organisations.len()).unwrap_or(u32::MAX));
        self.by_ods.insert(organisation.ods.clone(), id);
        self.organisations.push(organisation);
        id
    }

    fn known(&self, row: &crate::table::Row<'_>, place: &str, sink: &Sink) -> Option<OrgId> {
        let ods = row.ods("ods", place, sink)?;
        let found = self.find(ods.as_str());
        if found.is_none() {
            let mut finding =
                Finding::error("PTY-002", format!("{place}/{ods}"), format!("{ods} is not in register/organisations.csv")).at(row.span("ods"), "this code");
            if let Some(near) = crate::text::nearest(ods.as_str(), self.by_ods.keys().map(OdsCode::as_str)) {
                finding = finding.help(format!("Did you mean {near}?"));
            }
            sink.push(finding);
        }
        found
    }

    fn read_dated(&mut self, table: &Table, place: &str, column: &str, tree: &Tree, sink: &Sink, list: fn(&mut Organisation) -> &mut Vec<Dated<NodeId>>) {
        for row in table.rows() {
            let Some(id) = self.known(&row, place, sink) else { continue };
            let Some(written) = row.get(column) else {
                sink.push(Finding::error("READ-007", place, format!("the cell `{column}` is empty")).at(row.span("ods"), "in this row"));
                continue;
            };
            let name = crate::source::Spanned::new(written.to_owned(), row.span(column));
            let Some(value) = tree.resolve(&name, place, "READ-006", sink) else { continue };
            let (from, to) = (row.date("from", place, sink), row.date("to", place, sink));
            let Some(during) = Interval::open(from, to) else {
                sink.push(Finding::error("READ-007", place, "`to` lies before `from`").at(row.span("to"), "here"));
                continue;
            };
            list(&mut self.organisations[id.0 as usize]).push(Dated { value, during });
        }
    }

    fn read_list_sizes(&mut self, table: &Table, sink: &Sink) {
        let place = "register/list_sizes";
        for row in table.rows() {
            let Some(id) = self.known(&row, place, sink) else { continue };
            let date = row.date("date", place, sink);
            match (date, row.get("patients").and_then(|text| text.parse().ok())) {
                (Some(date), Some(patients)) => self.organisations[id.0 as usize].list_sizes.push((date, patients)),
                (_, None) => sink.push(Finding::error("READ-007", place, "`patients` is a whole number").at(row.span("patients"), "this cell")),
                (None, _) => {}
            }
        }
        for organisation in &mut self.organisations {
            organisation.list_sizes.sort_unstable();
        }
    }

    fn read_assurance(&mut self, table: &Table, sink: &Sink) {
        let place = "register/assurance";
        for row in table.rows() {
            let Some(id) = self.known(&row, place, sink) else { continue };
            let assurance = Assurance {
                scheme: row.get("scheme").unwrap_or_default().to_owned(),
                status: row.get("status").unwrap_or_default().to_owned(),
                year: row.get("year").unwrap_or_default().to_owned(),
                published: row.date("published", place, sink),
                interim: row.yes_no("interim", place, sink).unwrap_or(false),
                improvement_plan: row.get("improvement_plan").map(str::to_owned),
                plan_ends: row.date("plan_ends", place, sink),
                span: row.span("status"),
            };
            self.organisations[id.0 as usize].assurance.push(assurance);
        }
    }

    /// The organisation of a code.
    pub fn find(&self, ods: &str) -> Option<OrgId> {
        self.by_ods.get(ods).copied()
    }

    /// The organisation of a code, if it is open that day.
    pub fn open_on(&self, ods: &str, on: Date) -> Result<OrgId, OrganisationError> {
        let id = self.find(&ods.to_ascii_uppercase()).ok_or_else(|| OrganisationError::Unknown(ods.to_owned()))?;
        let organisation = self.organisation(id);
        if on < organisation.open.first {
            return Err(OrganisationError::NotYetOpen { ods: organisation.ods.clone(), opened: organisation.open.first, on });
        }
        if on > organisation.open.last {
            return Err(OrganisationError::Closed { ods: organisation.ods.clone(), closed: organisation.open.last, successor: organisation.successor.clone() });
        }
        Ok(id)
    }

    /// What is known of an organisation.
    pub fn organisation(&self, id: OrgId) -> &Organisation {
        &self.organisations[id.0 as usize]
    }

    /// Every organisation.
    pub fn ids(&self) -> impl Iterator<Item = OrgId> + use<> {
        (0..u32::try_from(self.organisations.len()).unwrap_or(u32::MAX)).map(OrgId)
    }

    /// Codes near to one that is not there.
    pub fn near(&self, ods: &str) -> Option<&str> {
        crate::text::nearest(ods, self.by_ods.keys().map(OdsCode::as_str))
    }
}

/// The cell `email_domain`: domains with a space or semicolon between them.
fn read_domains(row: &crate::table::Row<'_>, place: &str, sink: &Sink) -> Vec<String> {
    let written = row.get("email_domain").unwrap_or_default();
    let domains: Vec<String> =
        written.split([' ', ';']).map(|one| one.trim().trim_start_matches('@').to_ascii_lowercase()).filter(|one| !one.is_empty()).collect();
    let formed = |one: &String| one.contains('.') && one.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    if !domains.iter().all(formed) {
        sink.push(
            Finding::error("READ-005", format!("{place}/email_domain"), "a domain has the form name.nhs.uk")
                .at(row.span("email_domain"), "no domain")
                .help("Write the part after @; several with a space between them."),
        );
    }
    domains
}

impl Organisation {
    /// Where a cell of its row stands; the row's first cell if the column is missing.
    pub fn cell(&self, column: &str) -> Span {
        let index = ORGANISATION_COLUMNS.0.iter().chain(ORGANISATION_COLUMNS.1).position(|name| *name == column);
        index.and_then(|index| self.cells.get(index)).copied().unwrap_or(self.span)
    }

    /// Whether it does something beneath `function` that day.
    pub fn has_function_on(&self, tree: &Tree, function: NodeId, on: Date) -> bool {
        self.functions.iter().any(|held| held.during.contains(on) && tree.covers(function, held.value))
    }

    /// Whether it belongs to a place beneath `place` that day.
    pub fn is_in_on(&self, tree: &Tree, place: NodeId, on: Date) -> bool {
        self.places.iter().any(|held| held.during.contains(on) && tree.covers(place, held.value))
    }

    /// Registered patients by the last count up to that day.
    pub fn patients_on(&self, on: Date) -> Option<u32> {
        self.list_sizes.iter().rev().find(|(date, _)| *date <= on).map(|(_, patients)| *patients)
    }

    /// Days on which something about it begins, or has just ended.
    pub fn boundaries(&self) -> impl Iterator<Item = Date> + '_ {
        self.functions
            .iter()
            .chain(&self.places)
            .map(|held| held.during)
            .chain(std::iter::once(self.open))
            .flat_map(|during| [during.first, if during.last == Date::MAX { Date::MAX } else { during.last.next() }])
    }
}
