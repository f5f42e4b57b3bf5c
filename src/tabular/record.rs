//! Records of a chunk as ranges of bytes: nothing is copied, cells are unescaped only where somebody looks inside.

use std::borrow::Cow;

/// One cell: a range in the chunk, quotes included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// First byte, the opening quote if there is one.
    pub start: u32,
    /// One past the last byte, the closing quote included.
    pub end: u32,
    /// Whether it is quoted.
    pub quoted: bool,
    /// Whether it holds doubled quotes.
    pub escaped: bool,
}

impl Cell {
    /// The bytes as written, quotes included.
    #[inline]
    pub fn raw(self, chunk: &[u8]) -> &[u8] {
        &chunk[self.start as usize..self.end as usize]
    }

    /// The bytes between the quotes, doubled quotes still doubled.
    #[inline]
    pub fn inner(self, chunk: &[u8]) -> &[u8] {
        let edge = usize::from(self.quoted);
        &chunk[self.start as usize + edge..self.end as usize - edge]
    }

    /// What the cell says.
    pub fn value(self, chunk: &[u8]) -> Cow<'_, [u8]> {
        let inner = self.inner(chunk);
        if !self.escaped {
            return Cow::Borrowed(inner);
        }
        let mut value = Vec::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(at) = memchr::memchr(b'"', rest) {
            value.extend_from_slice(&rest[..=at]);
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        value.extend_from_slice(rest);
        Cow::Owned(value)
    }
}

/// Why a record cannot be read. Carries no cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A quote inside a cell, or something after a closing quote.
    #[error("a quote stands inside a cell; a cell that holds quotes is quoted as a whole, and its quotes are doubled")]
    Quote {
        /// Index of the cell.
        column: usize,
    },
    /// The text ends inside quotes.
    #[error("a quote is opened and never closed")]
    Unclosed,
    /// Longer than a record can be.
    #[error("the record is longer than {} MiB; is a quote missing?", super::chunk::RECORD_LIMIT >> 20)]
    TooLong,
    /// A carriage return without line feed, outside quotes.
    #[error("a carriage return stands without a line feed (line ends of an old Macintosh?)")]
    CarriageReturn,
    /// Too few or too many cells.
    #[error("{found} cells where the header has {expected}")]
    Ragged {
        /// Columns of the header.
        expected: usize,
        /// Cells here.
        found: usize,
    },
    /// Bytes that are no UTF-8.
    #[error("the text is not UTF-8 (Windows-1252?)")]
    Encoding {
        /// Index of the cell.
        column: usize,
    },
}

impl Malformed {
    /// Whether the rows after it can still be told apart, so that this one can be set aside.
    pub fn is_confined(self) -> bool {
        matches!(self, Self::Ragged { .. } | Self::Encoding { .. })
    }

    /// A short stable word, as used in counts.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Quote { .. } => "quote",
            Self::Unclosed => "unclosed_quote",
            Self::TooLong => "too_long",
            Self::CarriageReturn => "carriage_return",
            Self::Ragged { .. } => "ragged",
            Self::Encoding { .. } => "encoding",
        }
    }

    /// The cell it is about, if it is one.
    pub fn column(self) -> Option<usize> {
        match self {
            Self::Quote { column } | Self::Encoding { column } => Some(column),
            _ => None,
        }
    }
}

/// Walks over the records of a chunk.
pub struct Records<'c> {
    chunk: &'c [u8],
    marks: memchr::Memchr3<'c>,
    delimiter: u8,
    columns: usize,
    /// Whether the last record may end without line feed (the end of the text) rather than being cut by the limit.
    whole: bool,
    utf8: bool,
    returns: bool,
    at: usize,
    /// Where the current record stands, without its line end.
    start: usize,
    end: usize,
    rows: u64,
    blank: u64,
}

impl<'c> Records<'c> {
    /// Over a chunk that starts at a record. `columns` of 0 takes records of any width.
    pub fn new(chunk: &'c [u8], delimiter: u8, columns: usize, whole: bool) -> Self {
        let marks = memchr::memchr3_iter(delimiter, b'\n', b'"', chunk);
        Self {
            chunk,
            marks,
            delimiter,
            columns,
            whole,
            utf8: std::str::from_utf8(chunk).is_ok(),
            returns: memchr::memchr(b'\r', chunk).is_some(),
            at: 0,
            start: 0,
            end: 0,
            rows: 0,
            blank: 0,
        }
    }

    /// Rows walked over, blank lines included; the current record is the last of them.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Blank lines skipped.
    pub fn blank(&self) -> u64 {
        self.blank
    }

    /// The current record as written, without its line end.
    pub fn raw(&self) -> &'c [u8] {
        &self.chunk[self.start..self.end]
    }

    /// The next record into `cells`; false at the end. After a confined error the walk can go on.
    #[inline]
    pub fn next_into(&mut self, cells: &mut Vec<Cell>) -> Result<bool, Malformed> {
        loop {
            if self.at >= self.chunk.len() {
                return Ok(false);
            }
            self.rows += 1;
            self.read(cells)?;
            if self.end - self.start > super::chunk::RECORD_LIMIT {
                return Err(Malformed::TooLong);
            }
            // A blank line has one cell, unquoted and empty.
            if cells.len() == 1 && cells[0].start == cells[0].end {
                self.blank += 1;
                continue;
            }
            if self.returns && cells.iter().any(|cell| !cell.quoted && memchr::memchr(b'\r', cell.raw(self.chunk)).is_some()) {
                return Err(Malformed::CarriageReturn);
            }
            if self.columns != 0 && cells.len() != self.columns {
                return Err(Malformed::Ragged { expected: self.columns, found: cells.len() });
            }
            if !self.utf8
                && let Some(column) = cells.iter().position(|cell| std::str::from_utf8(cell.raw(self.chunk)).is_err())
            {
                return Err(Malformed::Encoding { column });
            }
            return Ok(true);
        }
    }

    #[inline]
    fn read(&mut self, cells: &mut Vec<Cell>) -> Result<(), Malformed> {
        cells.clear();
        let chunk = self.chunk;
        self.start = self.at;
        let mut start = self.at;
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        loop {
            let Some(mark) = self.marks.next() else {
                if !self.whole {
                    return Err(Malformed::TooLong);
                }
                cells.push(Cell { start: place(start), end: place(chunk.len()), quoted: false, escaped: false });
                self.end = chunk.len();
                self.at = chunk.len();
                // A lone CR before the end of the text is a line end cut short.
                self.line_end(cells);
                return Ok(());
            };
            match chunk[mark] {
                b'"' => {
                    if mark != start {
                        return Err(Malformed::Quote { column: cells.len() });
                    }
                    let (closing, escaped) = self.closing_quote()?;
                    cells.push(Cell { start: place(start), end: place(closing + 1), quoted: true, escaped });
                    match chunk.get(closing + 1) {
                        Some(byte) if *byte == self.delimiter => {
                            self.marks.next();
                            start = closing + 2;
                        }
                        Some(b'\n') => {
                            self.marks.next();
                            self.end = closing + 1;
                            self.at = closing + 2;
                            return Ok(());
                        }
                        Some(b'\r') if chunk.get(closing + 2) == Some(&b'\n') => {
                            self.marks.next();
                            self.end = closing + 1;
                            self.at = closing + 3;
                            return Ok(());
                        }
                        Some(b'\r') if self.whole && closing + 2 == chunk.len() => {
                            self.end = closing + 1;
                            self.at = chunk.len();
                            return Ok(());
                        }
                        None if self.whole => {
                            self.end = closing + 1;
                            self.at = chunk.len();
                            return Ok(());
                        }
                        None => return Err(Malformed::TooLong),
                        Some(_) => return Err(Malformed::Quote { column: cells.len() - 1 }),
                    }
                }
                b'\n' => {
                    cells.push(Cell { start: place(start), end: place(mark), quoted: false, escaped: false });
                    self.end = mark;
                    self.at = mark + 1;
                    self.line_end(cells);
                    return Ok(());
                }
                _ => {
                    cells.push(Cell { start: place(start), end: place(mark), quoted: false, escaped: false });
                    start = mark + 1;
                }
            }
        }
    }

    /// Takes the CR of a CRLF off the last cell, which is unquoted.
    #[inline]
    fn line_end(&mut self, cells: &mut [Cell]) {
        if let Some(last) = cells.last_mut()
            && last.end > last.start
            && self.chunk[last.end as usize - 1] == b'\r'
        {
            last.end -= 1;
            self.end -= 1;
        }
    }

    /// The mark of the quote that closes the cell just opened.
    fn closing_quote(&mut self) -> Result<(usize, bool), Malformed> {
        let mut escaped = false;
        loop {
            match self.marks.next() {
                Some(mark) if self.chunk[mark] == b'"' => {
                    if self.chunk.get(mark + 1) != Some(&b'"') {
                        return Ok((mark, escaped));
                    }
                    self.marks.next();
                    escaped = true;
                }
                Some(_) => {}
                None => return Err(if self.whole { Malformed::Unclosed } else { Malformed::TooLong }),
            }
        }
    }
}
