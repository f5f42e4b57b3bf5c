//! Audit messages in XML: one or many in a file, in a wrapper or one after the other, or each in a syslog frame (RFC 5424;
//! octet-counted or one after the other, with or without a mark, over several lines).
//!
//! Messages are cut out by their tags before any is parsed, so a broken one costs itself only.

use std::io::Read;
use std::sync::atomic::AtomicBool;

use super::{Chunk, Log, ReadError, atna, check, check_text, fhir, hash, xml};
use crate::access_log::profile::Profile;

/// Bytes taken at a time.
const BLOCK: usize = 1 << 20;
/// Longest message, or stretch without one.
const LIMIT: usize = 4 << 20;

/// Whether a text begins as a syslog frame does: `<85>...`, perhaps with its length before it.
pub(super) fn begins_frame(start: &[u8]) -> bool {
    frame_header(start).is_some()
}

/// The length that a frame gives, if it does, and where its header begins.
fn frame_header(start: &[u8]) -> Option<(Option<usize>, usize)> {
    let digits = |from: usize| start[from..].iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
    let length = digits(0);
    let (said, at) = if length == 0 {
        (None, 0)
    } else if length <= 7 && start.get(length) == Some(&b' ') {
        (Some(std::str::from_utf8(&start[..length]).ok()?.parse().ok()?), length + 1)
    } else {
        return None;
    };
    if start.get(at) != Some(&b'<') {
        return None;
    }
    let priority = digits(at + 1);
    ((1..=3).contains(&priority) && start.get(at + 1 + priority) == Some(&b'>')).then_some((said, at))
}

/// Reads one file.
pub(super) fn read(log: &mut Log, name: &str, input: &mut dyn Read, profile: &Profile, interrupt: &AtomicBool) -> Result<(), ReadError> {
    let mut buffer: Vec<u8> = Vec::new();
    let mut cutter = Cutter { profile, line: 1, document_type: false, seen: false };
    let mut first = true;
    let mut frames = false;
    let mut ended = false;
    let mut passing_over = false;
    while !ended {
        check(interrupt)?;
        let got = input.take(BLOCK as u64).read_to_end(&mut buffer).map_err(|error| ReadError::io(name, error))?;
        ended = got == 0;
        if first {
            first = false;
            check_text(name, &buffer)?;
            if buffer.starts_with(b"\xEF\xBB\xBF") {
                buffer.drain(..3);
            }
            frames = begins_frame(buffer.trim_ascii_start());
        }
        let mut chunk = Chunk::default();
        let mut used = 0;
        loop {
            let rest = &buffer[used..];
            let taken = if frames { cutter.frame(rest, ended, &mut chunk) } else { cutter.message(rest, ended, &mut chunk) };
            let taken = match taken {
                // What never ends is passed over in pieces and counted once.
                0 if rest.len() > LIMIT => {
                    if !passing_over {
                        chunk.refuse(cutter.line, "message_too_long");
                    }
                    passing_over = true;
                    cutter.pass(&rest[..rest.len() - 64]);
                    rest.len() - 64
                }
                0 => break,
                taken => {
                    passing_over = false;
                    taken
                }
            };
            used += taken;
        }
        buffer.drain(..used);
        log.absorb(chunk);
    }
    if log.books.last().is_some_and(|books| books.tally.records == 0) {
        return Err(ReadError::Empty { name: name.to_owned() });
    }
    Ok(())
}

struct Cutter<'p> {
    profile: &'p Profile,
    /// Line of the next byte, from 1.
    line: u32,
    /// A document type stands over the messages that follow.
    document_type: bool,
    /// A message has begun in this file or frame.
    seen: bool,
}

/// The names of messages.
const MESSAGES: [&[u8]; 2] = [b"AuditMessage", b"AuditEvent"];

/// A tag that opens or closes a message.
struct Tag {
    start: usize,
    end: usize,
    message: usize,
    closing: bool,
    whole: bool,
}

impl Cutter<'_> {
    fn pass(&mut self, bytes: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
    }

    /// Takes the next message and what stands before it; 0 if it is not whole yet, or there is nothing more.
    fn message(&mut self, bytes: &[u8], ended: bool, chunk: &mut Chunk) -> usize {
        let Some(open) = next_tag(bytes, 0).filter(|tag| !tag.closing) else {
            self.seen |= next_tag(bytes, 0).is_some();
            if let Some(stray) = next_tag(bytes, 0) {
                // A closing tag without an opening one.
                chunk.refuse(self.line, "not_xml");
                self.pass(&bytes[..stray.end]);
                return stray.end;
            }
            if ended && !bytes.is_empty() {
                // A file or frame of something else is one record, whatever stands in it.
                if self.seen {
                    self.gap(bytes, true, chunk);
                } else if !bytes.trim_ascii().is_empty() {
                    chunk.refuse(self.line, "not_an_audit_message");
                }
                self.pass(bytes);
                return bytes.len();
            }
            return 0;
        };
        self.seen = true;
        let mut depth_end = open.whole.then_some(open.end);
        if depth_end.is_none() {
            match next_tag(bytes, open.end) {
                Some(close) if close.closing && close.message == open.message => depth_end = Some(close.end),
                // Another one begins (or the wrong one ends) before this one ends: it was cut off.
                Some(other) => {
                    self.gap(&bytes[..open.start], false, chunk);
                    self.pass(&bytes[..open.start]);
                    chunk.refuse(self.line, "message_not_closed");
                    let next = if other.closing { other.end } else { other.start };
                    self.pass(&bytes[open.start..next]);
                    return next;
                }
                None if ended => {
                    self.gap(&bytes[..open.start], false, chunk);
                    self.pass(&bytes[..open.start]);
                    chunk.refuse(self.line, "message_not_closed");
                    self.pass(&bytes[open.start..]);
                    return bytes.len();
                }
                None => return 0,
            }
        }
        let Some(end) = depth_end else { return 0 };
        self.gap(&bytes[..open.start], false, chunk);
        self.pass(&bytes[..open.start]);
        let message = &bytes[open.start..end];
        self.parse(message, open.message, chunk);
        self.pass(message);
        end
    }

    fn parse(&self, message: &[u8], which: usize, chunk: &mut Chunk) {
        chunk.tally.records += 1;
        if self.document_type {
            return chunk.quarantine(self.line, "xml_document_type_refused");
        }
        if message.len() > LIMIT {
            return chunk.quarantine(self.line, "message_too_long");
        }
        let draft = xml::element(message).and_then(|element| {
            let digest = hash(message);
            if which == 0 {
                atna::draft(&element, digest, self.line, self.profile, &mut chunk.symbols)
            } else {
                fhir::events(&element.into_resource(), digest, self.line, self.profile, &mut chunk.symbols)
            }
        });
        match draft {
            Ok(draft) => chunk.accept(draft),
            Err(reason) => chunk.quarantine(self.line, reason),
        }
    }

    /// What stands between messages: declarations, comments and wrappers are nothing; text, and resources that are no audit
    /// events, are records that were not read.
    fn gap(&mut self, bytes: &[u8], last: bool, chunk: &mut Chunk) {
        let mut at = 0;
        let mut line = self.line;
        let mut stray = false;
        while at < bytes.len() {
            let text_end = memchr::memchr(b'<', &bytes[at..]).map_or(bytes.len(), |found| at + found);
            if !stray && !bytes[at..text_end].trim_ascii().is_empty() {
                stray = true;
                chunk.refuse(line, "text_outside_a_message");
            }
            line = line.saturating_add(u32::try_from(memchr::memchr_iter(b'\n', &bytes[at..text_end]).count()).unwrap_or(0));
            if text_end == bytes.len() {
                break;
            }
            let end = markup_end(bytes, text_end).unwrap_or(bytes.len());
            let markup = &bytes[text_end..end];
            if markup.starts_with(b"<!DOCTYPE") {
                self.document_type = true;
            } else if markup.starts_with(b"<?xml") {
                self.document_type = false;
            } else if markup == b"<resource>" {
                let next = bytes[end..].trim_ascii_start();
                // The message itself follows where the gap ends.
                if !next.is_empty() || last {
                    chunk.refuse(line, "not_an_audit_event");
                }
            }
            line = line.saturating_add(u32::try_from(memchr::memchr_iter(b'\n', markup).count()).unwrap_or(0));
            at = end;
        }
    }

    /// Takes the next syslog frame; 0 if it is not whole yet, or there is nothing more.
    fn frame(&mut self, bytes: &[u8], ended: bool, chunk: &mut Chunk) -> usize {
        let blank = bytes.len() - bytes.trim_ascii_start().len();
        let rest = &bytes[blank..];
        if rest.is_empty() {
            if ended {
                self.pass(bytes);
                return bytes.len();
            }
            return 0;
        }
        if rest.len() < 16 && !ended {
            return 0;
        }
        let header = frame_header(rest);
        let counted = header.and_then(|(said, at)| said.map(|said| at + said));
        let end = match counted {
            // A length counts if a frame (or the end) follows where it ends.
            Some(end) if end <= rest.len() && ends_frame(&rest[end..], ended).is_some_and(|ends| ends) => Some(end),
            Some(end) if end > rest.len() && !ended && end < LIMIT => None,
            Some(end) if end <= rest.len() && ends_frame(&rest[end..], ended).is_none() => None,
            _ => next_frame(rest, ended),
        };
        let Some(end) = end else { return 0 };
        self.pass(&bytes[..blank]);
        let frame = &rest[..end];
        let line = self.line;
        let started = header.map_or(0, |(_, at)| at + 1);
        if header.is_none() {
            chunk.refuse(self.line, "not_a_syslog_frame");
            self.pass(frame);
        } else if let Some(xml) = payload(frame, started) {
            self.pass(&frame[..xml]);
            (self.document_type, self.seen) = (false, false);
            let before = chunk.tally.records;
            let mut at = xml;
            while at < frame.len() {
                at += self.message(&frame[at..], true, chunk).max(1);
            }
            if chunk.tally.records == before {
                chunk.refuse(line, "no_audit_message");
            }
        } else {
            chunk.refuse(self.line, "no_audit_message");
            self.pass(frame);
        }
        blank + end
    }
}

/// Whether a frame ends here; none if what follows is too short to tell.
fn ends_frame(after: &[u8], ended: bool) -> Option<bool> {
    let next = after.trim_ascii_start();
    if next.len() < 16 && !ended {
        return None;
    }
    Some(next.is_empty() || frame_header(next).is_some())
}

/// Where the next line begins that begins a frame.
fn next_frame(bytes: &[u8], ended: bool) -> Option<usize> {
    for found in memchr::memchr_iter(b'\n', bytes) {
        let after = &bytes[found + 1..];
        if after.len() < 16 && !ended {
            return None;
        }
        if frame_header(after).is_some() {
            return Some(found + 1);
        }
    }
    ended.then_some(bytes.len())
}

/// Where the XML of a frame begins.
fn payload(frame: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'<', &frame[from.min(frame.len())..])
        .map(|found| from + found)
        .find(|at| frame[*at..].starts_with(b"<?xml") || frame[*at..].starts_with(b"<!") || tag_at(frame, *at).is_some_and(|tag| !tag.closing))
}

/// Past the markup that begins at `at`; none if it does not end.
fn markup_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let until = |end: &[u8], from: usize| memchr::memmem::find(&rest[from.min(rest.len())..], end).map(|found| at + from + found + end.len());
    if rest.starts_with(b"<!--") {
        return until(b"-->", 4);
    }
    if rest.starts_with(b"<![CDATA[") {
        return until(b"]]>", 9);
    }
    if rest.starts_with(b"<!DOCTYPE") {
        let bracket = memchr::memchr2(b'[', b'>', rest)?;
        return if rest[bracket] == b'[' {
            until(b"]", bracket).and_then(|end| memchr::memchr(b'>', &bytes[end..]).map(|found| end + found + 1))
        } else {
            Some(at + bracket + 1)
        };
    }
    memchr::memchr(b'>', rest).map(|found| at + found + 1)
}

/// The next tag of a message that is whole, outside comments and marked text.
fn next_tag(bytes: &[u8], from: usize) -> Option<Tag> {
    let mut at = from;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + found;
        if bytes[start..].starts_with(b"<!") {
            at = markup_end(bytes, start)?;
            continue;
        }
        if let Some(tag) = tag_at(bytes, start) {
            return Some(tag);
        }
        at = start + 1;
    }
    None
}

fn tag_at(bytes: &[u8], start: usize) -> Option<Tag> {
    let closing = bytes.get(start + 1) == Some(&b'/');
    let name_start = start + 1 + usize::from(closing);
    let name_end =
        bytes[name_start.min(bytes.len())..].iter().take(64).position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.' | b':'))?
            + name_start;
    let name = &bytes[name_start..name_end];
    let local = name.rsplit(|byte| *byte == b':').next().unwrap_or(name);
    let message = MESSAGES.iter().position(|known| *known == local)?;
    let end = memchr::memchr(b'>', &bytes[name_end..])? + name_end + 1;
    Some(Tag { start, end, message, closing, whole: !closing && bytes[end - 2] == b'/' })
}
