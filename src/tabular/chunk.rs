//! Blocks of a text cut at record boundaries by the parity of quotes, the tail carried over.

use std::io::Read;

use super::record::{Malformed, Records};

/// Bytes read at a time.
pub const BLOCK: usize = 1 << 20;
/// The longest record.
pub const RECORD_LIMIT: usize = 16 << 20;

/// What the beginning of a table tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Comma, semicolon or tab.
    pub delimiter: u8,
    /// Names of the columns, trimmed.
    pub header: Vec<String>,
    /// Whether a byte order mark stood before them.
    pub bom: bool,
    /// Whether the header ends with CRLF.
    pub crlf: bool,
}

impl Layout {
    /// Whether the first row looks like data, so that the header was forgotten: a cell has no letter, or holds an `@`.
    pub fn first_row_is_data(&self) -> bool {
        self.header.iter().any(|cell| cell.contains('@') || !cell.chars().any(char::is_alphabetic))
    }

    /// The separator in words.
    pub fn separator(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolon",
            b'\t' => "tab",
            _ => "comma",
        }
    }
}

/// Why a text cannot be opened as a table.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing in it.
    #[error("it is empty: not even a header")]
    Empty,
    /// UTF-16, by its mark or by its zeros.
    #[error("it is UTF-16, not UTF-8")]
    Utf16,
    /// Compressed or a workbook.
    #[error("it is {0}, not a delimited text")]
    Binary(&'static str),
    /// The header cannot be read.
    #[error("row 1, the header: {0}")]
    Header(Malformed),
    /// Two columns of one name, by their numbers from 1. The name is not said: where the header was forgotten it is somebody's.
    #[error("columns {0} and {1} have the same name in the header")]
    DuplicateColumn(usize, usize),
    /// A column without a name.
    #[error("column {0} has no name in the header")]
    Unnamed(usize),
    /// The system says no.
    #[error(transparent)]
    Read(#[from] std::io::Error),
}

/// A text being cut.
pub struct Source<R> {
    reader: R,
    block: usize,
    /// Bytes read and not yet given out; starts at a record.
    carry: Vec<u8>,
    ended: bool,
    finished: bool,
}

impl<R: Read> Source<R> {
    /// Reads the header and tells the layout. What follows comes out of [`Source::next_chunk`].
    pub fn open(reader: R, block: usize) -> Result<(Layout, Self), OpenError> {
        let mut source = Self { reader, block: block.max(1), carry: Vec::new(), ended: false, finished: false };
        while source.carry.len() < 4 && !source.ended {
            source.fill_carry()?;
        }
        let known: [(&[u8], &'static str); 4] =
            [(b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "a zip file or a workbook"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"PAR1", "Parquet")];
        if let Some((_, what)) = known.iter().find(|(magic, _)| source.carry.starts_with(magic)) {
            return Err(OpenError::Binary(what));
        }
        if source.carry.starts_with(b"\xff\xfe") || source.carry.starts_with(b"\xfe\xff") {
            return Err(OpenError::Utf16);
        }
        let bom = source.carry.starts_with(b"\xef\xbb\xbf");
        if bom {
            source.carry.drain(..3);
        }
        let (mut from, mut open) = (0, false);
        let end = loop {
            if let Some(end) = first_line_end(&source.carry, &mut from, &mut open) {
                break end;
            }
            if source.ended {
                break source.carry.len();
            }
            if source.carry.len() > RECORD_LIMIT {
                return Err(OpenError::Header(Malformed::TooLong));
            }
            source.fill_carry()?;
        };
        let header = &source.carry[..end];
        if header.contains(&0) {
            return Err(OpenError::Utf16);
        }
        let crlf = header.ends_with(b"\r\n");
        if header.iter().all(u8::is_ascii_whitespace) {
            return Err(OpenError::Empty);
        }
        let delimiter = delimiter_of(header);
        let layout = Layout { delimiter, header: names(header, delimiter)?, bom, crlf };
        source.carry.drain(..end);
        Ok((layout, source))
    }

    fn fill_carry(&mut self) -> std::io::Result<()> {
        let mut carry = std::mem::take(&mut self.carry);
        let result = self.fill(&mut carry);
        self.carry = carry;
        result
    }

    /// Appends up to a block.
    fn fill(&mut self, buffer: &mut Vec<u8>) -> std::io::Result<()> {
        let before = buffer.len();
        let wanted = self.block as u64;
        (&mut self.reader).take(wanted).read_to_end(buffer)?;
        self.ended = ((buffer.len() - before) as u64) < wanted;
        Ok(())
    }

    /// The next chunk of whole records into `chunk`; none at the end. The answer is whether its last record may end
    /// without a line feed: true but for a record that went over the limit, with which the text ends.
    pub fn next_chunk(&mut self, chunk: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
        chunk.clear();
        if self.finished {
            return Ok(None);
        }
        chunk.append(&mut self.carry);
        let mut parity = false;
        let mut counted = 0;
        loop {
            if !self.ended {
                self.fill(chunk)?;
            }
            if self.ended {
                self.finished = true;
                return Ok((!chunk.is_empty()).then_some(true));
            }
            parity ^= memchr::memchr_iter(b'"', &chunk[counted..]).count() % 2 == 1;
            counted = chunk.len();
            if let Some(cut) = last_line_end(chunk, parity) {
                self.carry.extend_from_slice(&chunk[cut..]);
                chunk.truncate(cut);
                return Ok(Some(true));
            }
            if chunk.len() > RECORD_LIMIT {
                self.finished = true;
                return Ok(Some(false));
            }
        }
    }
}

/// One past the last line feed outside quotes, walking back from an end inside quotes or not.
fn last_line_end(bytes: &[u8], mut inside: bool) -> Option<usize> {
    for at in memchr::memrchr2_iter(b'"', b'\n', bytes) {
        if bytes[at] == b'"' {
            inside = !inside;
        } else if !inside {
            return Some(at + 1);
        }
    }
    None
}

fn first_line_end(bytes: &[u8], from: &mut usize, inside: &mut bool) -> Option<usize> {
    for at in memchr::memchr2_iter(b'"', b'\n', &bytes[*from..]) {
        if bytes[*from + at] == b'"' {
            *inside = !*inside;
        } else if !*inside {
            return Some(*from + at + 1);
        }
    }
    *from = bytes.len();
    None
}

/// The most frequent of comma, semicolon and tab outside quotes; comma where they are equal.
fn delimiter_of(header: &[u8]) -> u8 {
    let mut inside = false;
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    for byte in header {
        if *byte == b'"' {
            inside = !inside;
        } else if !inside && let Some((_, count)) = counts.iter_mut().find(|(known, _)| known == byte) {
            *count += 1;
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

fn names(header: &[u8], delimiter: u8) -> Result<Vec<String>, OpenError> {
    let mut cells = Vec::new();
    let mut records = Records::new(header, delimiter, 0, true);
    records.next_into(&mut cells).map_err(OpenError::Header)?;
    let mut names: Vec<String> = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        let value = cell.value(header);
        let name = std::str::from_utf8(&value).map_err(|_| OpenError::Header(Malformed::Encoding { column: index }))?.trim();
        if name.contains('\r') {
            return Err(OpenError::Header(Malformed::CarriageReturn));
        }
        if name.is_empty() {
            return Err(OpenError::Unnamed(index + 1));
        }
        if let Some(first) = names.iter().position(|known| known == name) {
            return Err(OpenError::DuplicateColumn(first + 1, index + 1));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}
