//! A sheet as spreadsheets save it: encodings, delimiters and column names of every kind.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a column says of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Who gives.
    From,
    /// Who gets.
    To,
    /// Through which system.
    System,
    /// Which data.
    Data,
    /// What for.
    Purpose,
    /// How: interface, extract, portal.
    Kind,
    /// Under which agreement.
    Agreement,
    /// From which day.
    LiveFrom,
    /// To which day.
    LiveTo,
}

/// Field, its word on the command line, whether it must be there, and usual column names. No layout of the Information
/// Sharing Gateway is published; these are names that registers of flows commonly use, so any may be corrected.
const FIELDS: [(Field, &str, bool, &[&str]); 9] = [
    (
        Field::From,
        "from",
        true,
        &[
            "from",
            "source",
            "source organisation",
            "sending organisation",
            "sender",
            "provider",
            "data provider",
            "from organisation",
            "disclosing organisation",
            "data controller",
            "originating organisation",
            "supplying organisation",
            "shared by",
        ],
    ),
    (
        Field::To,
        "to",
        true,
        &[
            "to",
            "recipient",
            "recipient organisation",
            "receiving organisation",
            "receiver",
            "to organisation",
            "destination",
            "destination organisation",
            "sharing partner",
            "partner organisation",
            "shared with",
        ],
    ),
    (Field::System, "system", false, &["system", "system name", "it system", "source system", "application", "information asset", "asset", "asset name"]),
    (
        Field::Data,
        "data",
        true,
        &[
            "data",
            "data items",
            "data item",
            "data category",
            "data categories",
            "categories of data",
            "data shared",
            "information shared",
            "data set",
            "dataset",
            "type of data",
            "personal data",
        ],
    ),
    (
        Field::Purpose,
        "purpose",
        true,
        &["purpose", "purposes", "purpose of sharing", "purpose of data flow", "reason for sharing", "purpose of processing", "sharing purpose"],
    ),
    (
        Field::Kind,
        "kind",
        false,
        &["kind", "flow type", "type of flow", "method of transfer", "transfer method", "method", "mechanism", "how shared", "transfer mechanism"],
    ),
    (
        Field::Agreement,
        "agreement",
        false,
        &[
            "agreement",
            "agreement reference",
            "agreement ref",
            "sharing agreement",
            "data sharing agreement",
            "information sharing agreement",
            "dsa",
            "isa",
            "dsa reference",
            "isa reference",
            "dsa ref",
        ],
    ),
    (Field::LiveFrom, "live_from", false, &["live from", "start date", "start", "flow start date", "commencement date", "go live date", "from date"]),
    (Field::LiveTo, "live_to", false, &["live to", "end date", "end", "flow end date", "expiry date", "to date"]),
];

impl Field {
    /// Its word on the command line.
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, ..)| name)
    }

    /// The field of a word.
    pub fn parse(word: &str) -> Option<Self> {
        FIELDS.iter().find(|(_, name, ..)| *name == word).map(|(field, ..)| *field)
    }

    /// Every word.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(_, name, ..)| *name)
    }
}

/// Why a sheet cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// A workbook, an archive, UTF-16.
    #[error("it is {0}, not text")]
    NotText(&'static str),
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// The reader gave up.
    #[error("row {row} cannot be read: {why}")]
    Unreadable {
        /// As a spreadsheet counts, roughly: the header is row 1.
        row: u64,
        /// Why.
        why: &'static str,
    },
    /// A column that must be there is not.
    #[error("no column says `{field}`")]
    Missing {
        /// The field.
        field: &'static str,
        /// A column that may be meant.
        near: Option<String>,
    },
    /// Two columns for one field.
    #[error("two columns could say `{field}`: {first:?} and {second:?}")]
    Doubled {
        /// The field.
        field: &'static str,
        /// One.
        first: String,
        /// Another.
        second: String,
    },
    /// A column named by `--map` that is not there.
    #[error("there is no column {column:?}")]
    NoColumn {
        /// As given.
        column: String,
        /// A near one.
        near: Option<String>,
    },
}

/// A sheet read whole.
#[derive(Debug)]
pub struct Sheet {
    /// Which column says what.
    pub columns: BTreeMap<Field, usize>,
    /// Header cells as written.
    pub header: Vec<String>,
    /// Number of the row as a spreadsheet counts, and its cells.
    pub rows: Vec<(u64, Vec<String>)>,
    /// `UTF-8` or `Windows-1252`.
    pub encoding: &'static str,
    /// What stands between cells.
    pub delimiter: u8,
    /// Rows with nothing in them.
    pub blank: u64,
}

/// Letters of Windows-1252 from 0x80 to 0x9f; five of them are not assigned.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜',
    '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), SheetError> {
    for (mark, what) in [
        (&b"PK\x03\x04"[..], "a workbook (.xlsx) or another archive"),
        (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "compressed"),
        (b"\xff\xfe", "UTF-16 (\"Unicode text\")"),
        (b"\xfe\xff", "UTF-16 (\"Unicode text\")"),
    ] {
        if bytes.starts_with(mark) {
            return Err(SheetError::NotText(what));
        }
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(SheetError::NotText("binary"));
    }
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), "UTF-8"),
        Err(_) => {
            let text = bytes
                .iter()
                .map(|byte| match byte {
                    0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
                    other => char::from(*other),
                })
                .collect();
            (Cow::Owned(text), "Windows-1252")
        }
    })
}

/// The delimiter that stands most often in the first line, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0)];
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            other if !quoted => counts.iter_mut().filter(|(mark, _)| *mark == other).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| mark)
}

/// `Purpose of sharing:` as `purpose of sharing`.
pub fn plain(text: &str) -> String {
    let letters: String = text.chars().map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Sheet {
    /// Reads a sheet. `maps` are columns with their fields as a person gave them; they come before usual names.
    pub fn read(bytes: &[u8], maps: &[(String, Field)]) -> Result<Self, SheetError> {
        let (text, encoding) = decode(bytes)?;
        let delimiter = delimiter(&text);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let (mut header, mut rows, mut blank) = (Vec::new(), Vec::new(), 0);
        let mut record = csv::StringRecord::new();
        let mut number = 0u64;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => number += 1,
                Ok(false) => break,
                Err(_) => return Err(SheetError::Unreadable { row: number + 1, why: "its quotes do not fit" }),
            }
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            if cells.iter().all(String::is_empty) {
                blank += 1;
            } else if header.is_empty() {
                header = cells;
            } else {
                rows.push((number, cells));
            }
        }
        if header.is_empty() {
            return Err(SheetError::Empty);
        }
        // A quote that is never closed swallows the rows after it, and no row would tell.
        if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            return Err(SheetError::Unreadable { row: number, why: "a quote is opened somewhere before and never closed" });
        }
        let columns = columns(&header, maps)?;
        Ok(Self { columns, header, rows, encoding, delimiter, blank })
    }
}

fn columns(header: &[String], maps: &[(String, Field)]) -> Result<BTreeMap<Field, usize>, SheetError> {
    let plain_header: Vec<String> = header.iter().map(|name| plain(name)).collect();
    let mut columns = BTreeMap::new();
    let mut mapped = Vec::new();
    for (column, field) in maps {
        let Some(at) = plain_header.iter().position(|name| *name == plain(column)) else {
            let near = crate::text::nearest(column, header.iter().map(String::as_str)).map(str::to_owned);
            return Err(SheetError::NoColumn { column: column.clone(), near });
        };
        if let Some(first) = columns.insert(*field, at).filter(|first| *first != at) {
            return Err(SheetError::Doubled { field: field.name(), first: header[first].clone(), second: header[at].clone() });
        }
        mapped.push(at);
    }
    for (field, name, required, usual) in FIELDS {
        if columns.contains_key(&field) {
            continue;
        }
        let mut hits = plain_header.iter().enumerate().filter(|(at, column)| !mapped.contains(at) && usual.contains(&column.as_str())).map(|(at, _)| at);
        match (hits.next(), hits.next()) {
            (Some(at), None) => {
                columns.insert(field, at);
            }
            (Some(first), Some(second)) => {
                return Err(SheetError::Doubled { field: name, first: header[first].clone(), second: header[second].clone() });
            }
            (None, _) if required => {
                let near = plain_header
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| !mapped.contains(at))
                    .filter_map(|(at, column)| {
                        let best = usual.iter().map(|usual| strsim::damerau_levenshtein(column, usual)).min()?;
                        (best <= 3 || usual.iter().any(|usual| column.contains(usual))).then_some((best, at))
                    })
                    .min()
                    .map(|(_, at)| header[at].clone());
                return Err(SheetError::Missing { field: name, near });
            }
            (None, _) => {}
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semicolon_sheet_of_windows_with_quoted_line_ends_is_read() {
        let sheet =
            Sheet::read(b"Source organisation;Recipient;Data items;Purpose\r\nR9A;\"Caf\xe9 \x96\r\nHome\";results;direct care\r\n;;;\r\n", &[]).expect("read");
        assert_eq!((sheet.encoding, sheet.delimiter, sheet.blank), ("Windows-1252", b';', 1));
        assert_eq!(sheet.rows[0].1[1], "Café –\r\nHome");
    }

    #[test]
    fn what_is_no_text_or_lacks_a_column_is_refused_with_the_reason() {
        assert!(matches!(Sheet::read(b"PK\x03\x04rest", &[]), Err(SheetError::NotText(_))));
        assert_eq!(Sheet::read(b"\n\n", &[]).err(), Some(SheetError::Empty));
        let missing = Sheet::read(b"from,to,purpose,Data itmes\na,b,c,d\n", &[]).err();
        assert_eq!(missing, Some(SheetError::Missing { field: "data", near: Some("Data itmes".into()) }));
        let doubled = Sheet::read(b"from,sender,to,purpose,data\n", &[]).err();
        assert!(matches!(doubled, Some(SheetError::Doubled { field: "from", .. })));
        assert!(Sheet::read(b"from,sender,to,purpose,data\n", &[("Sender".into(), Field::From)]).is_ok());
    }
}
