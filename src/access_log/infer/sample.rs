//! The beginning of a log as columns of values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::InferError;
use crate::access_log::profile::Format;
use crate::access_log::read::encoding::{Encoding, utf8};
use crate::access_log::read::sniff;

/// Most records looked at.
const RECORDS: usize = 50_000;

/// How the log is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Cells between separators.
    Table,
    /// A JSON object a line.
    Lines,
    /// What a standard lays out.
    Standard(Format),
}

/// One column, or member of objects.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// Values that say something.
    pub(super) values: Vec<String>,
    /// Records in which it is empty or absent.
    pub(super) empty: usize,
    /// Some value is a list.
    pub(super) list: bool,
}

/// The beginning of a log.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) shape: Shape,
    pub(super) delimiter: u8,
    pub(super) encoding: &'static str,
    pub(super) encoding_reason: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) records: usize,
    /// Bytes that the whole records of it take.
    pub(super) cut: usize,
}

impl Sample {
    pub(super) fn take(start: &[u8], whole: bool) -> Result<Self, InferError> {
        let found = Encoding::of(start, Encoding::Utf8);
        let (encoding, encoding_reason, known) = match found {
            Encoding::Utf16Le => ("utf-16le", "Every second byte, or its mark, says so.", found),
            Encoding::Utf16Be => ("utf-16be", "Every second byte, or its mark, says so.", found),
            // A piece may end within a character.
            _ if std::str::from_utf8(start).is_err_and(|error| error.error_len().is_some()) => {
                ("windows-1252", "Some bytes are no UTF-8; this is what Windows writes in western Europe.", Encoding::Windows1252)
            }
            _ => ("utf-8", "", Encoding::Utf8),
        };
        // The last line may be cut in the middle.
        let cut = match start.iter().rposition(|byte| *byte == b'\n') {
            Some(end) if !whole => (end + if known == Encoding::Utf16Le { 2 } else { 1 }).min(start.len()),
            _ => start.len(),
        };
        let start = &start[..cut];
        let text = utf8(start, known);
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        let base = Self { shape: Shape::Table, delimiter: b',', encoding, encoding_reason, columns: Vec::new(), records: 0, cut };
        match sniff(start) {
            Format::Atna => {
                Ok(Self { shape: Shape::Standard(Format::Atna), records: text.matches("<AuditMessage").count() + text.matches("<AuditEvent").count(), ..base })
            }
            Format::Fhir => Self::lines(text, base),
            _ => Self::table(text, base),
        }
    }

    fn lines(text: &str, base: Self) -> Result<Self, InferError> {
        let mut columns: BTreeMap<String, Column> = BTreeMap::new();
        let mut records = 0;
        for line in text.lines().filter(|line| !line.trim().is_empty()).take(RECORDS) {
            let Ok(value) = serde_json::from_str::<Value>(line) else {
                // An object over several lines is one resource, or a Bundle.
                if records == 0 {
                    return Ok(Self { shape: Shape::Standard(Format::Fhir), records: 1, ..base });
                }
                continue;
            };
            if matches!(value.get("resourceType").and_then(Value::as_str), Some("AuditEvent" | "Bundle")) {
                return Ok(Self { shape: Shape::Standard(Format::Fhir), records: text.lines().count(), ..base });
            }
            flatten(&value, "", &mut columns);
            records += 1;
        }
        if records == 0 {
            return Err(InferError::Empty);
        }
        let mut columns: Vec<Column> = columns.into_values().collect();
        for column in &mut columns {
            column.empty = records - column.values.len().min(records);
        }
        Ok(Self { shape: Shape::Lines, columns, records, ..base })
    }

    fn table(text: &str, base: Self) -> Result<Self, InferError> {
        let mut best: Option<(usize, u8)> = None;
        for delimiter in *b",;\t|" {
            let mut lengths = records(text, delimiter).take(200).map(|record| record.len());
            let Some(header) = lengths.next() else { return Err(InferError::Empty) };
            let (mut same, mut all) = (0, 0);
            for length in lengths {
                all += 1;
                same += usize::from(length == header);
            }
            if header > 1 && same * 10 >= all * 8 && best.is_none_or(|(cells, _)| header > cells) {
                best = Some((header, delimiter));
            }
        }
        let Some((cells, delimiter)) = best else { return Err(InferError::NoTable) };
        let mut rows = records(text, delimiter);
        let header: Vec<String> = rows.next().unwrap_or_default().iter().map(|name| name.trim().to_owned()).collect();
        if let Some((_, twice)) = header.iter().enumerate().find(|(at, name)| !name.is_empty() && header[..*at].contains(name)) {
            return Err(InferError::ColumnTwice { column: twice.clone() });
        }
        // What stands in the header is printed: it must be names.
        if header.iter().any(|name| is_value(name)) || header.iter().all(String::is_empty) {
            return Err(InferError::NoHeader);
        }
        let mut columns: Vec<Column> = header.iter().map(|name| Column { name: name.clone(), values: Vec::new(), empty: 0, list: false }).collect();
        let mut count = 0;
        for row in rows.filter(|row| row.len() == cells).take(RECORDS) {
            count += 1;
            for (column, cell) in columns.iter_mut().zip(&row) {
                match cell.trim() {
                    "" => column.empty += 1,
                    value => column.values.push(value.to_owned()),
                }
            }
        }
        if count == 0 {
            return Err(InferError::Empty);
        }
        // A column without a name cannot be named by a profile.
        columns.retain(|column| !column.name.is_empty());
        Ok(Self { delimiter, columns, records: count, ..base })
    }
}

/// A name of a column is no number, time, address or number of a person: a log may come without a header.
fn is_value(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 || digits > 0 && digits == name.len() || name.contains('@') || name.len() > 100
}

/// Records of a table; blank lines are none.
fn records(text: &str, delimiter: u8) -> impl Iterator<Item = Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(std::io::Cursor::new(text.as_bytes().to_vec()));
    let mut record = csv::StringRecord::new();
    std::iter::from_fn(move || reader.read_record(&mut record).unwrap_or(false).then(|| record.iter().map(str::to_owned).collect()))
}

fn flatten(value: &Value, path: &str, columns: &mut BTreeMap<String, Column>) {
    let mut put = |value: String, list: bool| {
        if value.trim().is_empty() && !list {
            return;
        }
        let column = columns.entry(path.to_owned()).or_insert_with(|| Column { name: path.to_owned(), values: Vec::new(), empty: 0, list: false });
        column.list |= list;
        if !value.trim().is_empty() {
            column.values.push(value.trim().to_owned());
        }
    };
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                // Some systems key members by number; such a name is a value, and no name of a field.
                if is_value(name) {
                    continue;
                }
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(inner, &path, columns);
            }
        }
        Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            if texts.len() == items.len() {
                for text in texts {
                    put(text.to_owned(), true);
                }
            }
        }
        Value::String(text) => put(text.clone(), false),
        Value::Number(number) => put(number.to_string(), false),
        Value::Bool(is) => put(is.to_string(), false),
        Value::Null => {}
    }
}
