//! Values looked up in a file that lies in the pack.
//!
//! A lookup file is a table with a header (comma, semicolon or tab); a hierarchy file (`group`) has none: the value, then its
//! groups from the finest to the coarsest. Both are read whole, up to a limit, before the first row.

use std::collections::HashMap;

use crate::disclosure::hierarchy::{HierarchyError, Written};
use crate::identifier::Postcode;

/// Largest file. A table of every postcode with one column beside it takes a tenth of it.
pub const SIZE_LIMIT: u64 = 256 << 20;
/// Most lines.
const LINES: usize = 4_000_000;

/// Why a file cannot be looked up in. Carries no value of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Nothing beneath its header.
    #[error("it holds no values")]
    Empty,
    /// More lines than are read.
    #[error("it has more than {LINES} lines")]
    TooLong,
    /// Not a table in UTF-8.
    #[error("line {0} cannot be read (is it CSV in UTF-8?)")]
    Unreadable(u64),
    /// The header lacks a column.
    #[error("its header has no column `{0}`")]
    NoColumn(String),
    /// A header without a second column.
    #[error("its header has one column, where two are needed")]
    OneColumn,
    /// A value twice, with different answers.
    #[error("line {0} gives a value another answer than an earlier line")]
    Contradiction(u64),
    /// A lookup by postcode.
    #[error("line {0} holds no postcode where one is needed")]
    NotAPostcode(u64),
    /// Not a hierarchy.
    #[error(transparent)]
    Hierarchy(#[from] HierarchyError),
    /// A hierarchy with fewer levels.
    #[error("it has {has} levels above the values, and level {wanted} is asked for")]
    NoLevel {
        /// Levels.
        has: usize,
        /// Asked for.
        wanted: usize,
    },
}

/// What the values of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyed {
    /// As written, without spaces around them.
    Text,
    /// Postcodes in any writing.
    Postcode,
}

/// Answers by value; an answer is kept once however many values share it.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    by: HashMap<Box<[u8]>, u32>,
    answers: Vec<Box<[u8]>>,
    keyed: Keyed,
}

impl Table {
    fn new(keyed: Keyed) -> Self {
        Self { by: HashMap::new(), answers: Vec::new(), keyed }
    }

    fn fill(&mut self, lines: impl Iterator<Item = Result<(u64, Box<[u8]>, Box<[u8]>), LookupError>>) -> Result<(), LookupError> {
        let mut known: HashMap<Box<[u8]>, u32> = HashMap::new();
        for one in lines {
            let (line, value, answer) = one?;
            let next = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
            let number = *known.entry(answer).or_insert_with_key(|answer| {
                self.answers.push(answer.clone());
                next
            });
            if self.by.len() == LINES {
                return Err(LookupError::TooLong);
            }
            if *self.by.entry(value).or_insert(number) != number {
                return Err(LookupError::Contradiction(line));
            }
        }
        if self.by.is_empty() { Err(LookupError::Empty) } else { Ok(()) }
    }

    /// Reads a table with a header: from one column to another, the first two where they are not named.
    pub fn read(text: &[u8], keyed: Keyed, from: Option<&str>, to: Option<&str>) -> Result<Self, LookupError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |separator: u8| memchr::memchr_iter(separator, first).count();
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|separator| (count(*separator), *separator == b',')).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text);
        let header = reader.headers().map_err(|_| LookupError::Unreadable(1))?.clone();
        let place = |name: Option<&str>, otherwise: usize| match name {
            Some(name) => header.iter().position(|column| column == name).ok_or_else(|| LookupError::NoColumn(name.to_owned())),
            None => (header.len() > otherwise).then_some(otherwise).ok_or(LookupError::OneColumn),
        };
        let (from, to) = (place(from, 0)?, place(to, 1)?);
        let mut table = Self::new(keyed);
        table.fill(reader.records().enumerate().map(|(index, record)| {
            let line = index as u64 + 2;
            let record = record.map_err(|_| LookupError::Unreadable(line))?;
            let value = match keyed {
                Keyed::Text => record[from].as_bytes().into(),
                Keyed::Postcode => Postcode::parse(record[from].as_bytes()).map_err(|_| LookupError::NotAPostcode(line))?.expose_compact().into(),
            };
            Ok((line, value, record[to].as_bytes().into()))
        }))?;
        Ok(table)
    }

    /// Reads a hierarchy and takes one of its levels, counted from 1.
    pub fn of_hierarchy(text: &[u8], level: usize) -> Result<Self, LookupError> {
        std::str::from_utf8(text).map_err(|error| {
            let line = memchr::memchr_iter(b'\n', &text[..error.valid_up_to()]).count() as u64 + 1;
            LookupError::Unreadable(line)
        })?;
        let written = Written::read(text)?;
        let has = written.levels() - 1;
        if level == 0 || level > has {
            return Err(LookupError::NoLevel { has, wanted: level });
        }
        let mut table = Self::new(Keyed::Text);
        table.fill(written.on_level(level).map(|(value, group)| Ok((0, value.into(), group.into()))))?;
        Ok(table)
    }

    /// What a value becomes; none if the file does not know it.
    #[inline]
    pub fn find(&self, value: &[u8]) -> Option<&[u8]> {
        let number = match self.keyed {
            Keyed::Text => self.by.get(value.trim_ascii()),
            Keyed::Postcode => self.by.get(Postcode::parse(value).ok()?.expose_compact()),
        };
        number.and_then(|number| self.answers.get(*number as usize)).map(AsRef::as_ref)
    }

    /// Values that it knows.
    pub fn len(&self) -> usize {
        self.by.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.by.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_or_by_place() {
        let text = b"\xef\xbb\xbfcode;words;group\n100;General surgery;surgery\n 300 ; General medicine;medicine\n";
        let by_place = Table::read(text, Keyed::Text, None, None).expect("a table");
        assert_eq!(by_place.find(b" 300"), Some(&b"General medicine"[..]));
        let by_name = Table::read(text, Keyed::Text, Some("words"), Some("group")).expect("a table");
        assert_eq!(by_name.find(b"General surgery"), Some(&b"surgery"[..]));
        assert_eq!((by_name.find(b"general surgery"), by_name.len()), (None, 2));
    }

    #[test]
    fn postcodes_are_found_in_any_writing() {
        let table = Table::read(b"pcds,lsoa21\nM13 9PL,E01005062\nEC1A1BB,E01000001\n", Keyed::Postcode, Some("pcds"), Some("lsoa21")).expect("a table");
        for text in ["m139pl", "M13 9PL", "M13  9PL"] {
            assert_eq!(table.find(text.as_bytes()), Some(&b"E01005062"[..]), "{text}");
        }
        assert_eq!((table.find(b"M13 9PX"), table.find(b"ZZ99 3VZ"), table.find(b"x")), (None, None, None));
    }

    #[test]
    fn what_is_no_table_is_told_without_a_value() {
        let read = |text: &[u8], from| Table::read(text, Keyed::Text, from, None).expect_err("refused");
        assert_eq!(read(b"", None), LookupError::OneColumn);
        assert_eq!(read(b"a,b\n", None), LookupError::Empty);
        assert_eq!(read(b"a\n1\n", None), LookupError::OneColumn);
        assert_eq!(read(b"a,b\n1,2\n", Some("c")), LookupError::NoColumn("c".into()));
        assert_eq!(read(b"a,b\n1,2\n3\n", None), LookupError::Unreadable(3));
        assert_eq!(read(b"a,b\n1,2\n1,3\n", None), LookupError::Contradiction(3));
        assert_eq!(read(b"a,b\n1,\xff\n", None), LookupError::Unreadable(2));
        assert_eq!(Table::read(b"a,b\nnowhere,2\n", Keyed::Postcode, None, None), Err(LookupError::NotAPostcode(2)));
    }

    #[test]
    fn a_level_of_a_hierarchy_is_a_table() {
        let text = b"E10;E10-E14;E\nE11;E10-E14;E\nI10;I10-I15;I\n";
        let level = |level| Table::of_hierarchy(text, level);
        assert_eq!(level(1).expect("there").find(b"E11"), Some(&b"E10-E14"[..]));
        assert_eq!(level(2).expect("there").find(b"I10"), Some(&b"I"[..]));
        assert_eq!(level(3).err(), Some(LookupError::NoLevel { has: 2, wanted: 3 }));
        assert_eq!(Table::of_hierarchy(b"a,b\nc\n", 1).err(), Some(LookupError::Hierarchy(HierarchyError::Ragged { line: 2, expected: 2, found: 1 })));
    }
}
