//! The national lists of organisations, as the Organisation Data Service and those who pass its lists on publish them.
//!
//! A list is bytes and nothing else: its layout is recognised by what stands in it, never by its file name. Each row
//! becomes an organisation or is quarantined with a reason, so that `rows = organisations + quarantined` always holds.
//! Closed organisations are kept, since agreements and logs of the past name them.
//!
//! **Active practice**: kind `gp_practice` (prescribing setting 4 of epraccur), status `A`, and open on the day asked
//! about by its own dates. In the lists seen, `A`, `D` (dormant) and `P` (proposed) never carry a closing date and `C`
//! always does; dormant is neither closed nor active.

pub mod compare;
pub mod import;
pub mod layout;

use std::collections::{BTreeMap, BTreeSet};

use crate::identifier::{Date, OdsCode};
use layout::{Columns, Layout};

/// The longest list that is read, in bytes. The largest real one has less than 4 MB.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What a list says of an organisation beside its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// `A` or `Active`.
    Active,
    /// `D` or `Dormant`: no patients or prescribing at present, not closed.
    Dormant,
    /// `P` or `Proposed`: not yet at work.
    Proposed,
    /// `C` or `Closed`.
    Closed,
    /// The layout has no such column; the dates alone speak.
    NotStated,
}

impl Status {
    /// The word written to `organisations.csv`; empty if the list says nothing.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::Proposed => "proposed",
            Self::Closed => "closed",
            Self::NotStated => "",
        }
    }
}

/// How an organisation stands on a day. Every organisation is in exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Open, and not said to be anything but active.
    Active,
    /// Open by its dates, said to be dormant.
    Dormant,
    /// Open by its dates, said to be proposed.
    Proposed,
    /// Opens later.
    OpensLater,
    /// Closed before, or said to be closed.
    Closed,
}

impl State {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 5] = [Self::Active, Self::Dormant, Self::Proposed, Self::OpensLater, Self::Closed];

    /// The heading in reports and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::Proposed => "proposed",
            Self::OpensLater => "opens_later",
            Self::Closed => "closed",
        }
    }
}

/// A parent a list names: a sub-ICB location, an ICB, another commissioner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its code as listed.
    pub code: OdsCode,
    /// `sub_icb`, `icb`, `commissioner` or `health_geography`.
    pub kind: &'static str,
    /// First day, where the list dates it.
    pub from: Option<Date>,
    /// Last day, where the list dates it.
    pub to: Option<Date>,
}

/// One organisation as a list gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its code.
    pub ods: OdsCode,
    /// Its name as listed (the lists are in capitals).
    pub name: String,
    /// `gp_practice`, `trust`, `sub_icb`, ...
    pub kind: &'static str,
    /// First day, if the list has it.
    pub opened: Option<Date>,
    /// Last day, if it has closed or will.
    pub closed: Option<Date>,
    /// What the list says beside the dates.
    pub status: Status,
    /// The organisations above it, narrowest first.
    pub parents: Vec<Parent>,
    /// The borough, where the list has such a column, as a name of the vocabulary (`bolton`).
    pub borough: Option<String>,
    /// Line of its row, from 1.
    pub line: u64,
}

impl Listed {
    /// How it stands on a day.
    pub fn state_on(&self, day: Date) -> State {
        if self.status == Status::Closed || self.closed.is_some_and(|closed| closed < day) {
            return State::Closed;
        }
        if self.opened.is_some_and(|opened| opened > day) {
            return State::OpensLater;
        }
        match self.status {
            Status::Dormant => State::Dormant,
            Status::Proposed => State::Proposed,
            Status::Active | Status::NotStated | Status::Closed => State::Active,
        }
    }
}

/// Why a row was not used. The words are stable: they are keys of the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Another number of cells than the layout has.
    Ragged,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A control character, such as a line break or an escape.
    ControlCharacter,
    /// The code is empty, or not of a form that this list holds.
    Code,
    /// The code was there before, in this list or an earlier one.
    Duplicate,
    /// No name.
    NoName,
    /// A date that is not YYYYMMDD, or a day that does not exist.
    Date,
    /// It closes before it opens, or leaves a parent before it joined.
    Order,
    /// A status that is none of A, C, D, P.
    Status,
    /// Closed, and the list does not say since when.
    ClosedWhen,
    /// The prescribing setting is not a number.
    Setting,
    /// A parent's code that is not a code.
    ParentCode,
}

impl Reason {
    /// As it stands in balances and `quarantined.csv`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ragged => "another number of cells than the list has",
            Self::NotUtf8 => "not UTF-8 (Windows-1252 perhaps)",
            Self::ControlCharacter => "a control character or line break in a cell",
            Self::Code => "the code is not of a form this list holds",
            Self::Duplicate => "the code was there before",
            Self::NoName => "no name",
            Self::Date => "a date that is not YYYYMMDD",
            Self::Order => "an end before its beginning",
            Self::Status => "an unknown status",
            Self::ClosedWhen => "closed, without a closing date",
            Self::Setting => "a prescribing setting that is not a number",
            Self::ParentCode => "a parent's code that is not a code",
        }
    }
}

/// A row that was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its line, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// A list as read.
#[derive(Clone, Debug)]
pub struct List {
    /// What it was recognised as.
    pub layout: Layout,
    /// Rows read, without the header and blank lines.
    pub rows: u64,
    /// The organisations, in the order of the rows.
    pub organisations: Vec<Listed>,
    /// The other rows.
    pub quarantined: Vec<Quarantined>,
}

/// A list that cannot be read at all. The text says what was seen; [`ListError::next`] what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// No bytes, or only blank lines.
    #[error("the list is empty")]
    Empty,
    /// A header and nothing below it.
    #[error("the list has a header and no row")]
    NoRows,
    /// Too long.
    #[error("the list is longer than {} MB, no list of organisations is", MAX_BYTES / 1024 / 1024)]
    TooLong,
    /// UTF-16.
    #[error("the list is UTF-16 (\"Unicode\" in some editors), not UTF-8")]
    Utf16,
    /// Zero bytes: a workbook, an archive.
    #[error("the list holds zero bytes, so it is not a text")]
    Binary,
    /// Another separator.
    #[error("the cells are separated by {0}, not by commas")]
    Separator(&'static str),
    /// A layout that is not known.
    #[error("the layout is not known: {seen}")]
    Layout {
        /// What stands in it, in words, without cell values.
        seen: String,
    },
}

impl ListError {
    /// What to do next.
    pub fn next(&self) -> Vec<String> {
        match self {
            Self::Empty | Self::NoRows => vec!["Download the list again; an empty one would close every organisation.".to_owned()],
            Self::TooLong => vec!["Give one list of organisations a file.".to_owned()],
            Self::Utf16 => vec!["Save it as CSV, UTF-8.".to_owned()],
            Self::Binary => vec!["Unpack an archive first; save a workbook as CSV, UTF-8.".to_owned()],
            Self::Separator(_) => vec!["Save it with commas between the cells.".to_owned()],
            Self::Layout { .. } => {
                std::iter::once("Known layouts:".to_owned()).chain(Layout::ALL.iter().map(|layout| format!("- {}", layout.describe()))).collect()
            }
        }
    }
}

pub(crate) struct RawRow {
    pub(crate) line: u64,
    /// None where the bytes are not UTF-8.
    pub(crate) cells: Vec<Option<String>>,
}

impl RawRow {
    pub(crate) fn cell(&self, index: usize) -> &str {
        self.cells.get(index).and_then(Option::as_deref).unwrap_or("")
    }
}

/// Reads a list.
pub fn read(bytes: &[u8]) -> Result<List, ListError> {
    let mut rows = raw_rows(bytes)?;
    let recognised = layout::recognise(&rows)?;
    if recognised.header {
        rows.remove(0);
    }
    if rows.is_empty() {
        return Err(ListError::NoRows);
    }
    let mut list = List { layout: recognised.layout, rows: rows.len() as u64, organisations: Vec::with_capacity(rows.len()), quarantined: Vec::new() };
    let mut seen = BTreeSet::new();
    for row in &rows {
        match organisation(row, recognised.layout, &recognised.columns) {
            Ok(one) if !seen.insert(one.ods.clone()) => list.quarantined.push(Quarantined { line: row.line, reason: Reason::Duplicate }),
            Ok(one) => list.organisations.push(one),
            Err(reason) => list.quarantined.push(Quarantined { line: row.line, reason }),
        }
    }
    Ok(list)
}

fn raw_rows(bytes: &[u8]) -> Result<Vec<RawRow>, ListError> {
    if bytes.len() > MAX_BYTES {
        return Err(ListError::TooLong);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(ListError::Utf16);
    }
    if memchr::memchr(0, bytes).is_some() {
        // UTF-16 without a mark: every other byte of western text is zero.
        let even = bytes.iter().step_by(2).take(64).filter(|byte| **byte == 0).count();
        let odd = bytes.iter().skip(1).step_by(2).take(64).filter(|byte| **byte == 0).count();
        return Err(if even.max(odd) > 16 { ListError::Utf16 } else { ListError::Binary });
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1_u64, 0_usize);
    // A slice cannot fail to be read, and bytes cannot fail to be bytes.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        if record.len() == 1 && record.get(0).is_some_and(|cell| cell.iter().all(u8::is_ascii_whitespace)) {
            continue;
        }
        // The reader's own line lags behind after CRLF and blank lines, so the breaks before the row are counted here.
        let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX)).min(bytes.len());
        let start = start + bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += memchr::memchr_iter(b'\n', &bytes[counted.min(start)..start]).count() as u64;
        counted = start;
        let cells = record.iter().map(|cell| std::str::from_utf8(cell).ok().map(|text| text.trim().to_owned())).collect();
        rows.push(RawRow { line, cells });
    }
    let Some(first) = rows.first() else { return Err(ListError::Empty) };
    if first.cells.len() <= 2 {
        let many = |mark: char| first.cells.iter().flatten().map(|cell| cell.matches(mark).count()).sum::<usize>() >= 4;
        for (mark, name) in [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
            if many(mark) {
                return Err(ListError::Separator(name));
            }
        }
    }
    Ok(rows)
}

fn organisation(row: &RawRow, layout: Layout, columns: &Columns) -> Result<Listed, Reason> {
    if row.cells.len() != columns.width {
        return Err(Reason::Ragged);
    }
    if row.cells.iter().any(Option::is_none) {
        return Err(Reason::NotUtf8);
    }
    if row.cells.iter().flatten().any(|cell| cell.chars().any(char::is_control)) {
        return Err(Reason::ControlCharacter);
    }
    let cell = |index: Option<usize>| index.map_or("", |index| row.cell(index));
    let ods = OdsCode::parse(cell(Some(columns.ods))).ok().filter(|code| layout.holds(code.as_str())).ok_or(Reason::Code)?;
    let name = cell(Some(columns.name));
    if name.is_empty() {
        return Err(Reason::NoName);
    }
    let (opened, closed) = (date(cell(columns.opened))?, date(cell(columns.closed))?);
    let (joined, left) = (date(cell(columns.joined))?, date(cell(columns.left))?);
    if [(opened, closed), (joined, left)].into_iter().any(|(first, last)| first.zip(last).is_some_and(|(first, last)| last < first)) {
        return Err(Reason::Order);
    }
    let status = match (columns.status, cell(columns.status).to_ascii_lowercase().as_str()) {
        (None, _) => Status::NotStated,
        (_, "a" | "active") => Status::Active,
        (_, "c" | "closed") => Status::Closed,
        (_, "d" | "dormant") => Status::Dormant,
        (_, "p" | "proposed") => Status::Proposed,
        _ => return Err(Reason::Status),
    };
    if status == Status::Closed && closed.is_none() {
        return Err(Reason::ClosedWhen);
    }
    let mut parents = Vec::new();
    for (column, from, to) in [(columns.commissioner, joined, left), (columns.icb, None, None)] {
        let written = cell(column);
        if !written.is_empty() {
            let code = OdsCode::parse(written).map_err(|_| Reason::ParentCode)?;
            let kind = layout::parent_kind(code.as_str(), column == columns.icb);
            parents.push(Parent { code, kind, from, to });
        }
    }
    let kind = match layout.kind() {
        Some(kind) => kind,
        None if layout == Layout::Eccg => layout::commissioning_kind(cell(columns.role)),
        None => layout::prescribing_kind(cell(columns.setting).parse().map_err(|_| Reason::Setting)?),
    };
    let borough = Some(place_name(cell(columns.borough))).filter(|name| !name.is_empty());
    Ok(Listed { ods, name: name.to_owned(), kind, opened, closed, status, parents, borough, line: row.line })
}

/// `YYYYMMDD`, as the lists write days; empty is none.
fn date(text: &str) -> Result<Option<Date>, Reason> {
    if text.is_empty() {
        return Ok(None);
    }
    layout::compact_date(text).map(Some).ok_or(Reason::Date)
}

/// A name as the vocabulary writes places: `Bolton` is `bolton`, `St Helens` is `st_helens`.
pub fn place_name(text: &str) -> String {
    let mut name = String::new();
    for part in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|part| !part.is_empty()) {
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(&part.to_ascii_lowercase());
    }
    name
}

/// How many rows were quarantined for which reason.
pub fn by_reason<'q>(rows: impl IntoIterator<Item = &'q Quarantined>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.reason.words().to_owned()).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests;
