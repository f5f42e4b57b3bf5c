//! Lines of a stream in blocks, long ones cut away so that they cannot fill the memory.

use std::io::Read;
use std::sync::atomic::AtomicBool;

use super::{ReadError, check, check_text};

/// Bytes taken at a time.
const BLOCK: usize = 1 << 20;

/// One line without its end and the blanks around it.
pub(super) struct Line {
    /// None if it is longer than the limit.
    pub(super) bytes: Option<Vec<u8>>,
    /// From 1.
    pub(super) number: u32,
}

/// Lines of a stream.
pub(super) struct Lines<'r> {
    name: &'r str,
    input: &'r mut dyn Read,
    limit: usize,
    buffer: Vec<u8>,
    next: u32,
    first: bool,
    passing_over: bool,
    ended: bool,
}

impl<'r> Lines<'r> {
    pub(super) fn new(name: &'r str, input: &'r mut dyn Read, limit: usize) -> Self {
        Self { name, input, limit, buffer: Vec::new(), next: 1, first: true, passing_over: false, ended: false }
    }

    /// The lines that the next bytes complete, perhaps none; `None` at the end.
    pub(super) fn block(&mut self, interrupt: &AtomicBool) -> Result<Option<Vec<Line>>, ReadError> {
        if self.ended {
            return Ok(None);
        }
        check(interrupt)?;
        let got = self.input.take(BLOCK as u64).read_to_end(&mut self.buffer).map_err(|error| ReadError::io(self.name, error))?;
        self.ended = got == 0;
        if self.first {
            self.first = false;
            check_text(self.name, &self.buffer)?;
            if self.buffer.starts_with(b"\xEF\xBB\xBF") {
                self.buffer.drain(..3);
            }
        }
        let mut lines = Vec::new();
        let mut start = 0;
        while start < self.buffer.len() {
            let end = match memchr::memchr(b'\n', &self.buffer[start..]) {
                Some(found) => start + found + 1,
                None if self.ended => self.buffer.len(),
                None => break,
            };
            let text = self.buffer[start..end].trim_ascii();
            let kept = !self.passing_over && text.len() <= self.limit;
            lines.push(Line { bytes: kept.then(|| text.to_vec()), number: self.next });
            self.passing_over = false;
            self.next = self.next.saturating_add(1);
            start = end;
        }
        self.buffer.drain(..start);
        if self.buffer.len() > self.limit {
            // What is left is the start of a line too long: it is counted once, where it ends.
            self.passing_over = true;
            self.buffer.clear();
        }
        if self.ended && self.passing_over {
            lines.push(Line { bytes: None, number: self.next });
        }
        Ok(Some(lines))
    }
}
