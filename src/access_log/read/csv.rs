//! Tables with a header. Records are found in order, then parsed by chunks that know nothing of each other.

use std::borrow::Cow;
use std::io::Read;
use std::sync::atomic::AtomicBool;

use super::fields::Draft;
use super::{Chunk, Log, ReadError, check, check_text, hash};
use crate::access_log::profile::{Profile, TARGETS, Target};

/// Bytes of one chunk.
const CHUNK: usize = 1 << 20;
/// Longest record: more is a quote that was never closed, or no table at all.
const RECORD_LIMIT: usize = 64 * 1024;
/// A line without an end is cut here, so that it cannot fill the memory; each part is quarantined.
const LINE_LIMIT: usize = 1 << 20;
/// Most lines of one quoted record.
const RECORD_LINES: u32 = 64;

/// Where each target stands in the header of one file.
#[derive(Clone, Debug)]
struct Layout<'p> {
    profile: &'p Profile,
    cells: usize,
    header: Vec<u8>,
    columns: Vec<(Target, usize)>,
}

/// Records of a text, whole ones only.
struct Records<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u32,
    delimiter: u8,
    cells: usize,
    last: bool,
}

struct Record<'b> {
    bytes: &'b [u8],
    line: u32,
    open_quote: bool,
}

/// The end of the record that starts at `at`, past its line feed, its lines, and whether a quote was never closed;
/// none if it is not whole. What it answers depends on the bytes from `at` on only, never on where a buffer ends.
fn record_end(bytes: &[u8], at: usize, delimiter: u8, last: bool) -> Option<(usize, u32, bool)> {
    let mut position = at;
    let mut lines = 1;
    let mut cell_start = true;
    loop {
        if cell_start && bytes.get(position) == Some(&b'"') {
            // A quoted cell: to the quote that is not doubled.
            let mut inside = position + 1;
            loop {
                let found = memchr::memchr2(b'"', b'\n', &bytes[inside.min(bytes.len())..]).map(|found| inside + found);
                match found {
                    _ if found.unwrap_or(bytes.len()) - at > RECORD_LIMIT => return first_line(bytes, at, last).map(|end| (end, 1, true)),
                    Some(found) if bytes[found] == b'"' => {
                        inside = found + 1;
                        if bytes.get(inside) == Some(&b'"') {
                            inside += 1;
                        } else if inside == bytes.len() && !last {
                            return None;
                        } else {
                            break;
                        }
                    }
                    Some(found) => {
                        inside = found + 1;
                        lines += 1;
                        if lines > RECORD_LINES {
                            return first_line(bytes, at, last).map(|end| (end, 1, true));
                        }
                    }
                    None if last => return first_line(bytes, at, true).map(|end| (end, 1, true)),
                    None => return None,
                }
            }
            // Over several lines a quote must close a cell; if it opens one, the first was a slip of the hand.
            if lines > 1 && bytes.get(inside).is_some_and(|next| *next != delimiter && !matches!(next, b'\r' | b'\n')) {
                return first_line(bytes, at, last).map(|end| (end, 1, true));
            }
            position = inside;
        }
        match memchr::memchr2(delimiter, b'\n', &bytes[position.min(bytes.len())..]).map(|found| position + found) {
            _ if position - at > LINE_LIMIT => return Some((at + LINE_LIMIT, lines, false)),
            Some(found) if found - at > LINE_LIMIT => return Some((at + LINE_LIMIT, lines, false)),
            Some(found) if bytes[found] == b'\n' => return Some((found + 1, lines, false)),
            Some(found) => {
                position = found + 1;
                cell_start = true;
            }
            None if bytes.len() - at > LINE_LIMIT => return Some((at + LINE_LIMIT, lines, false)),
            None => return (last && at < bytes.len()).then_some((bytes.len(), lines, false)),
        }
    }
}

fn first_line(bytes: &[u8], at: usize, last: bool) -> Option<usize> {
    match memchr::memchr(b'\n', &bytes[at..]) {
        Some(found) if found <= LINE_LIMIT => Some(at + found + 1),
        _ if bytes.len() - at > LINE_LIMIT => Some(at + LINE_LIMIT),
        _ => last.then_some(bytes.len()),
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = Record<'b>;

    fn next(&mut self) -> Option<Record<'b>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let (mut end, mut lines, mut open_quote) = record_end(self.bytes, self.at, self.delimiter, self.last)?;
        // A record over several lines whose cells do not fit the header: the quote was a slip, and the lines after
        // the first are records of their own.
        if lines > 1 && self.cells > 0 && split(trim_end(&self.bytes[self.at..end]), self.delimiter).len() != self.cells {
            end = first_line(self.bytes, self.at, self.last)?;
            lines = 1;
            open_quote = true;
        }
        let record = Record { bytes: trim_end(&self.bytes[self.at..end]), line: self.line, open_quote };
        self.at = end;
        self.line += lines;
        Some(record)
    }
}

fn trim_end(record: &[u8]) -> &[u8] {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// The cells of a record, quotes removed.
fn split(record: &[u8], delimiter: u8) -> Vec<Cow<'_, [u8]>> {
    let mut cells = Vec::with_capacity(16);
    let mut at = 0;
    loop {
        if record.get(at) == Some(&b'"') {
            let mut cell: Cow<'_, [u8]> = Cow::Borrowed(&[]);
            let mut start = at + 1;
            let mut end;
            loop {
                end = start + memchr::memchr(b'"', &record[start..]).unwrap_or(record.len() - start);
                let piece = &record[start..end];
                match &mut cell {
                    Cow::Borrowed([]) => cell = Cow::Borrowed(piece),
                    _ => cell.to_mut().extend_from_slice(piece),
                }
                if record.get(end + 1) == Some(&b'"') {
                    cell.to_mut().push(b'"');
                    start = end + 2;
                } else {
                    break;
                }
            }
            // What follows the closing quote belongs to the cell, as spreadsheets read it.
            let rest = (end + 1).min(record.len());
            let stop = memchr::memchr(delimiter, &record[rest..]).map_or(record.len(), |found| rest + found);
            if stop > rest {
                cell.to_mut().extend_from_slice(&record[rest..stop]);
            }
            cells.push(cell);
            if stop >= record.len() {
                return cells;
            }
            at = stop + 1;
        } else {
            match memchr::memchr(delimiter, &record[at..]) {
                Some(found) => {
                    cells.push(Cow::Borrowed(&record[at..at + found]));
                    at += found + 1;
                }
                None => {
                    cells.push(Cow::Borrowed(&record[at..]));
                    return cells;
                }
            }
        }
    }
}

impl<'p> Layout<'p> {
    fn read(name: &str, header: &[u8], profile: &'p Profile) -> Result<Self, ReadError> {
        let names: Vec<String> = split(header, profile.delimiter).iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        let mut columns = Vec::new();
        let mut missing = Vec::new();
        for (target, ..) in TARGETS {
            let Some(column) = profile.fields.get(&target).and_then(|field| field.column.as_deref()) else { continue };
            let mut places = names.iter().enumerate().filter(|(_, name)| *name == column);
            match (places.next(), places.next()) {
                (Some((index, _)), None) => columns.push((target, index)),
                (Some(_), Some(_)) => return Err(ReadError::ColumnTwice { name: name.to_owned(), column: column.to_owned() }),
                (None, _) => missing.push(column.to_owned()),
            }
        }
        if !missing.is_empty() {
            let other = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")]
                .into_iter()
                .find(|(byte, _)| *byte != profile.delimiter && names.len() == 1 && header.contains(byte));
            let hint = other.map_or(String::new(), |(_, words)| format!(" (its cells seem to be separated by {words}: set `delimiter` in the profile)"));
            return Err(ReadError::Columns { name: name.to_owned(), missing: missing.join(", "), hint });
        }
        Ok(Self { profile, cells: names.len(), header: header.to_vec(), columns })
    }

    fn records<'b>(&self, bytes: &'b [u8], line: u32, last: bool) -> Records<'b> {
        Records { bytes, at: 0, line, delimiter: self.profile.delimiter, cells: self.cells, last }
    }

    /// Parses whole records. Pure: the chunk depends on its bytes and its first line only.
    fn parse(&self, bytes: &[u8], line: u32) -> Chunk {
        let mut chunk = Chunk::default();
        for record in self.records(bytes, line, true) {
            chunk.tally.records += 1;
            if record.bytes.trim_ascii().is_empty() {
                chunk.tally.blank += 1;
            } else if record.bytes == self.header {
                // Exports put one after the other.
                chunk.tally.headers += 1;
            } else {
                match self.event(&record, &mut chunk) {
                    Ok(draft) => chunk.accept(draft),
                    Err(reason) => chunk.quarantine(record.line, reason),
                }
            }
        }
        chunk
    }

    fn event(&self, record: &Record<'_>, chunk: &mut Chunk) -> Result<Draft, &'static str> {
        if record.open_quote {
            return Err("quote_not_closed");
        }
        if record.bytes.len() > RECORD_LIMIT {
            return Err("line_too_long");
        }
        if record.bytes.contains(&0) {
            return Err("zero_byte");
        }
        let text = std::str::from_utf8(record.bytes).map_err(|_| "not_utf8")?;
        let cells = split(text.as_bytes(), self.profile.delimiter);
        if cells.len() != self.cells {
            return Err(if cells.len() < self.cells { "too_few_cells" } else { "too_many_cells" });
        }
        let mut draft = Draft::new(record.line, hash(record.bytes), self.profile, &mut chunk.symbols)?;
        for (target, index) in &self.columns {
            let cell = std::str::from_utf8(&cells[*index]).map_err(|_| "not_utf8")?.trim();
            draft.set(*target, cell, self.profile, &mut chunk.symbols)?;
        }
        if draft.event.user.is_none() && draft.event.human {
            return Err("no_user");
        }
        Ok(draft)
    }
}

/// Reads one file in chunks, `threads` at a time; the log grows in the order of the file.
pub(super) fn read(log: &mut Log, name: &str, input: &mut dyn Read, profile: &Profile, threads: usize, interrupt: &AtomicBool) -> Result<(), ReadError> {
    let threads = threads.clamp(1, 64);
    let mut buffer: Vec<u8> = Vec::new();
    let mut layout: Option<Layout<'_>> = None;
    let mut line = 1;
    let mut ended = false;
    let mut first = true;
    while !ended {
        check(interrupt)?;
        let wanted = (CHUNK * threads) as u64;
        let got = input.take(wanted).read_to_end(&mut buffer).map_err(|error| ReadError::io(name, error))?;
        ended = got == 0;
        if first {
            first = false;
            check_text(name, &buffer)?;
            if buffer.starts_with(b"\xEF\xBB\xBF") {
                buffer.drain(..3);
            }
        }
        let mut start = 0;
        if layout.is_none() {
            // Blank lines may stand before the header.
            while let Some((end, lines, _)) = (start < buffer.len()).then(|| record_end(&buffer, start, profile.delimiter, ended)).flatten() {
                let record = trim_end(&buffer[start..end]);
                start = end;
                line += lines;
                let mut chunk = Chunk::default();
                chunk.tally.records = 1;
                if record.trim_ascii().is_empty() {
                    chunk.tally.blank = 1;
                    log.absorb(chunk);
                    continue;
                }
                chunk.tally.headers = 1;
                log.absorb(chunk);
                layout = Some(Layout::read(name, record, profile)?);
                break;
            }
        }
        let Some(layout) = &layout else {
            if ended {
                return Err(ReadError::Empty { name: name.to_owned() });
            }
            buffer.drain(..start);
            continue;
        };
        let mut pieces: Vec<(usize, usize, u32)> = Vec::new();
        let mut records = layout.records(&buffer[start..], line, ended);
        let mut piece = (start, line);
        while records.next().is_some() {
            let at = start + records.at;
            if at - piece.0 >= CHUNK {
                pieces.push((piece.0, at, piece.1));
                piece = (at, records.line);
            }
        }
        let end = start + records.at;
        line = records.line;
        if end > piece.0 {
            pieces.push((piece.0, end, piece.1));
        }
        let chunks: Vec<Chunk> = if pieces.len() < 2 || threads == 1 {
            pieces.iter().map(|(from, to, line)| layout.parse(&buffer[*from..*to], *line)).collect()
        } else {
            std::thread::scope(|scope| {
                let workers: Vec<_> =
                    pieces.iter().map(|(from, to, line)| (scope.spawn(|| layout.parse(&buffer[*from..*to], *line)), (*from, *to, *line))).collect();
                // A worker that died is parsed again here, so that its panic shows in this thread.
                workers.into_iter().map(|(worker, (from, to, line))| worker.join().unwrap_or_else(|_| layout.parse(&buffer[from..to], line))).collect()
            })
        };
        for chunk in chunks {
            log.absorb(chunk);
        }
        buffer.drain(..end);
    }
    Ok(())
}
