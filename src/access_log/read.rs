//! Logs into events, with books that balance: every line is an event, folded, a duplicate, quarantined, blank or a
//! header.

mod atna;
pub mod csv;
pub mod encoding;
pub mod fhir;
pub mod fields;
mod lines;
mod messages;
mod ndjson;
mod night;
pub mod packed;
mod xml;

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};

use self::encoding::{Encoding, Transcoder};
use self::packed::Opened;
use super::clock::{London, TimeReader};
use super::event::{AccessOutcome, Event, Symbol, Symbols, TimeQuality};
use super::profile::{Format, Profile, Target};
use crate::identifier::Date;

/// Records that gave no event, in the order of their place; the content is never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Line, from 1.
    pub line: u32,
    /// A short stable word.
    pub reason: &'static str,
}

/// What one chunk of a log gave. Chunks are parsed apart and absorbed in order.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Texts of this chunk.
    pub symbols: Symbols,
    /// Events, in the order of the file.
    pub events: Vec<Event>,
    /// What happened to its records.
    pub tally: Tally,
    /// What could not be read.
    pub quarantined: Vec<Quarantined>,
}

impl Chunk {
    fn accept(&mut self, draft: fields::Draft) {
        self.tally.accepted += 1;
        self.tally.split += draft.more.len() as u64;
        fields::count(&mut self.tally.carried, &draft.event, draft.outcome_told);
        self.events.push(draft.event);
        for person in draft.more {
            let event = Event { person, ..draft.event };
            fields::count(&mut self.tally.carried, &event, draft.outcome_told);
            self.events.push(event);
        }
    }

    /// A record that never came as far as being parsed.
    fn refuse(&mut self, line: u32, reason: &'static str) {
        self.tally.records += 1;
        self.quarantine(line, reason);
    }

    fn quarantine(&mut self, line: u32, reason: &'static str) {
        *self.tally.quarantined.entry(reason).or_default() += 1;
        self.quarantined.push(Quarantined { line, reason });
    }
}

/// Counts of records; adding two is commutative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records: lines, or quoted records of several lines.
    pub records: u64,
    /// Records that gave at least one event.
    pub accepted: u64,
    /// Events beyond one a record (several people in one record).
    pub split: u64,
    /// Records without content.
    pub blank: u64,
    /// Header lines.
    pub headers: u64,
    /// Records that could not be read, by reason.
    pub quarantined: BTreeMap<&'static str, u64>,
    /// How many of the events carry each field, before duplicates and second witnesses are taken out.
    pub carried: fields::Carried,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.accepted += other.accepted;
        self.split += other.split;
        self.blank += other.blank;
        self.headers += other.headers;
        for (mine, count) in self.carried.iter_mut().zip(other.carried) {
            *mine += count;
        }
        for (reason, count) in &other.quarantined {
            *self.quarantined.entry(reason).or_default() += count;
        }
    }
}

/// The books of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// File name without folder.
    pub name: String,
    /// SHA-256 of the file as it lies on the disk, packed or not, hex.
    pub sha256: String,
    /// Bytes of the file as it lies on the disk.
    pub bytes: u64,
    /// What happened to its records.
    pub tally: Tally,
    /// Records equal, byte for byte, to one already read.
    pub duplicates: u64,
    /// Events that are a second witness (client and server) of one already counted.
    pub folded: u64,
    /// Events of earlier runs that were destroyed when their time was over.
    pub destroyed: u64,
    /// Events that remain.
    pub events: u64,
    /// Fields that the profile says for every record.
    pub said: Vec<Target>,
    /// What a person should know of the file beside its books; names of columns, never values.
    pub notes: Vec<String>,
}

impl Books {
    /// `records + split = events + folded + duplicates + destroyed + quarantined + blank + headers`.
    pub fn hold(&self) -> bool {
        let tally = &self.tally;
        let quarantined: u64 = tally.quarantined.values().sum();
        tally.records == tally.accepted + quarantined + tally.blank + tally.headers
            && tally.records + tally.split == self.events + self.folded + self.duplicates + self.destroyed + quarantined + tally.blank + tally.headers
    }
}

/// Why a log cannot be read at all. Never carries its content.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Reading the bytes failed.
    #[error("cannot read {name}: {error}")]
    Io {
        /// The file.
        name: String,
        /// Why.
        error: std::io::Error,
    },
    /// The bytes are no text this version reads.
    #[error("{name}: {why}")]
    NotText {
        /// The file.
        name: String,
        /// Why, in words.
        why: &'static str,
    },
    /// Packed bytes that cannot be unpacked.
    #[error("{name} cannot be unpacked: {why}")]
    Packed {
        /// The file.
        name: String,
        /// Why, in words.
        why: String,
    },
    /// Packed or laid out in a way that this version does not read.
    #[error("{name}: reading {what} is not built yet in carepact {}", env!("CARGO_PKG_VERSION"))]
    NotBuilt {
        /// The file.
        name: String,
        /// What.
        what: &'static str,
    },
    /// The header lacks columns that the profile names.
    #[error("{name}: the header lacks the columns that the profile names: {missing}{hint}")]
    Columns {
        /// The file.
        name: String,
        /// Columns, joined.
        missing: String,
        /// What may be wrong; may be empty.
        hint: String,
    },
    /// The header names a column twice.
    #[error("{name}: the header has the column {column} twice, so nobody can tell which is meant")]
    ColumnTwice {
        /// The file.
        name: String,
        /// The column.
        column: String,
    },
    /// There is no line at all.
    #[error("{name} is empty: an empty log cannot be told from one that was never written")]
    Empty {
        /// The file.
        name: String,
    },
    /// More files than are numbered.
    #[error("more than 65,535 log files in one run")]
    TooManyFiles,
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl ReadError {
    /// Reading failed; a stream that cannot be unpacked is told apart from a disk that cannot be read.
    pub fn io(name: &str, error: std::io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<crate::tabular::packed::PackedFault>()) {
            Some(fault) => Self::Packed { name: name.to_owned(), why: fault.to_string() },
            None => Self::Io { name: name.to_owned(), error },
        }
    }
}

/// Every log of a run.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Texts.
    pub symbols: Symbols,
    /// Events, in the order of the files until [`Log::settle`], then by time.
    pub events: Vec<Event>,
    /// One a file.
    pub books: Vec<Books>,
    /// What could not be read, by file.
    pub quarantined: Vec<Vec<Quarantined>>,
    /// How far clocks differ, by pair of systems; known once settled.
    pub skew: Vec<Skew>,
    /// How each file writes its times.
    clocks: Vec<TimeReader>,
}

/// How far the clocks of two systems differ, by the accesses that both wrote down. Reported, never corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skew {
    /// The one whose name comes first.
    pub first: String,
    /// The other.
    pub second: String,
    /// Accesses that both wrote down.
    pub pairs: u64,
    /// The second's time less the first's, in seconds: the middle one.
    pub median: i64,
    /// The middle distance from it, in seconds.
    pub spread: i64,
}

fn middle(numbers: &mut [i64]) -> i64 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or(0)
}

/// Looks at how a file begins: FHIR (or JSON of another kind) if its first character opens an object or a list, audit
/// messages if it begins with markup or as a syslog frame does, else a table.
pub fn sniff(start: &[u8]) -> Format {
    let mut text = Vec::new();
    let encoding = Encoding::of(start, Encoding::Utf8);
    let start = if encoding == Encoding::Utf8 || Transcoder::new(start, encoding).read_to_end(&mut text).is_err() { start } else { &text };
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    match start.first() {
        Some(b'{' | b'[') => Format::Fhir,
        _ if messages::begins_frame(start) => Format::Atna,
        Some(b'<') => Format::Atna,
        _ => Format::Csv,
    }
}

/// Refuses bytes that are no text, by what they look like.
fn check_text(name: &str, start: &[u8]) -> Result<(), ReadError> {
    let not_text = |why| Err(ReadError::NotText { name: name.to_owned(), why });
    if start.starts_with(b"PK\x03\x04") {
        return Err(ReadError::NotBuilt { name: name.to_owned(), what: "zip and workbooks" });
    }
    if start[..start.len().min(4096)].contains(&0) {
        return not_text("it holds zero bytes, so it is not text; if it is text in another encoding, say `encoding` in the profile");
    }
    Ok(())
}

/// `given` or `refused`, as logs write it.
pub(super) fn outcome_of(word: &str) -> Option<AccessOutcome> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "" | "ok" | "success" | "succeeded" | "given" | "allowed" | "granted" | "0" => AccessOutcome::Given,
        "denied" | "refused" | "error" | "fail" | "failed" | "failure" | "blocked" | "4" | "8" | "12" => AccessOutcome::Refused,
        _ => return None,
    })
}

/// `true` or `false`, as logs write it.
pub(super) fn yes_or_no(word: &str) -> Option<bool> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "t" => true,
        "" | "false" | "no" | "n" | "0" | "f" => false,
        _ => return None,
    })
}

/// Why a person's NHS number was not taken.
pub(super) fn person_fault(error: crate::identifier::NhsNumberError) -> &'static str {
    use crate::identifier::NhsNumberError as E;
    match error {
        E::Empty => "nhs_number_empty",
        E::NotDigits => "nhs_number_not_digits",
        E::Scientific => "nhs_number_scientific_notation",
        E::LostLeadingZero => "nhs_number_lost_leading_zero",
        E::Length => "nhs_number_length",
        E::CheckDigit => "nhs_number_check_digit",
        E::Repeated => "nhs_number_repeated_digit",
        E::Placeholder => "nhs_number_placeholder",
    }
}

/// A hash that is equal for equal bytes in one run.
pub(in crate::access_log) fn hash(bytes: &[u8]) -> u64 {
    use std::hash::Hasher as _;
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish().max(1)
}

impl Log {
    /// Reads one file by its profile. `threads` chunks are parsed at a time; the result does not depend on it.
    pub fn add(&mut self, name: &str, input: &mut dyn std::io::Read, profile: &Profile, threads: usize, interrupt: &AtomicBool) -> Result<(), ReadError> {
        let opened = Opened::new(Box::new(input)).map_err(|error| ReadError::io(name, error))?;
        self.add_opened(name, opened, profile, threads, interrupt)
    }

    /// Reads one file that is open, by its profile.
    pub fn add_opened(&mut self, name: &str, opened: Opened<'_>, profile: &Profile, threads: usize, interrupt: &AtomicBool) -> Result<(), ReadError> {
        let file = u16::try_from(self.books.len()).map_err(|_| ReadError::TooManyFiles)?;
        let first_event = self.events.len();
        self.books.push(Books { name: name.to_owned(), said: profile.constants.keys().copied().collect(), ..Books::default() });
        self.quarantined.push(Vec::new());
        self.clocks.push(profile.time.clone());
        let encoding = Encoding::of(opened.start(), profile.encoding);
        let looks = sniff(opened.start());
        let (mut reader, closing) = opened.into_reader();
        let mut input: Box<dyn std::io::Read> =
            if encoding == Encoding::Utf8 { Box::new(&mut reader) } else { Box::new(Transcoder::new(&mut reader, encoding)) };
        match profile.format {
            // One standard's events in either of its ways of writing them.
            Format::Fhir | Format::Atna if looks == Format::Atna => messages::read(self, name, &mut input, profile, interrupt)?,
            Format::Csv => csv::read(self, name, &mut input, profile, threads, interrupt)?,
            Format::Fhir | Format::Atna => fhir::read(self, name, &mut input, profile, interrupt)?,
            Format::Ndjson => ndjson::read(self, name, &mut input, profile, interrupt)?,
        }
        drop(input);
        drop(reader);
        for event in &mut self.events[first_event..] {
            event.file = file;
        }
        profile.time.settle_fold(&mut self.events[first_event..]);
        if let Some(note) = profile.time.written_in_utc(&self.events[first_event..]) {
            self.note(note);
        }
        let books = &mut self.books[usize::from(file)];
        (books.bytes, books.sha256) = closing.close();
        Ok(())
    }

    /// How each file writes its times.
    pub(super) fn clocks(&self) -> &[TimeReader] {
        &self.clocks
    }

    /// Takes in a file of an earlier run, whose events follow.
    pub(super) fn push_file(&mut self, books: Books, quarantined: Vec<Quarantined>, clock: TimeReader) {
        self.books.push(books);
        self.quarantined.push(quarantined);
        self.clocks.push(clock);
    }

    /// Destroys the events of days before one, in logs that are not settled; gives their number. Texts that no event has any
    /// more go too.
    pub fn destroy_before(&mut self, day: Date) -> u64 {
        let mut london = London::default();
        let before = self.events.len();
        for event in &self.events {
            if london.date(event.at) < day {
                self.books[usize::from(event.file)].destroyed += 1;
            }
        }
        self.events.retain(|event| london.date(event.at) >= day);
        let mut kept = Symbols::default();
        let old = std::mem::take(&mut self.symbols);
        let mut numbers: Vec<Symbol> = vec![Symbol::NONE; old.len()];
        let mut used = vec![false; old.len()];
        for event in &self.events {
            event.texts().for_each(|symbol| used[symbol.0 as usize] = true);
        }
        for (at, text) in old.texts().enumerate().filter(|(at, _)| used[*at]) {
            numbers[at] = kept.intern(text);
        }
        self.events.iter_mut().for_each(|event| *event = event.renumbered(&numbers));
        self.symbols = kept;
        (before - self.events.len()) as u64
    }

    /// Takes the last file back; its texts stay.
    pub fn pop_file(&mut self) {
        let Some(file) = self.books.len().checked_sub(1) else { return };
        self.books.pop();
        self.quarantined.pop();
        self.clocks.pop();
        self.events.retain(|event| usize::from(event.file) < file);
    }

    /// Takes in a chunk of the file that is being read.
    fn absorb(&mut self, chunk: Chunk) {
        let numbers = self.symbols.absorb(&chunk.symbols);
        self.events.extend(chunk.events.into_iter().map(|event| event.renumbered(&numbers)));
        if let (Some(books), Some(quarantined)) = (self.books.last_mut(), self.quarantined.last_mut()) {
            books.tally.add(&chunk.tally);
            quarantined.extend(chunk.quarantined);
        }
    }

    fn note(&mut self, note: String) {
        if let Some(books) = self.books.last_mut() {
            books.notes.push(note);
        }
    }

    /// Finds duplicates and second witnesses, closes the books, and puts the events in order of time.
    pub fn settle(&mut self) {
        // Equal bytes: the first, in the order of the files, stays. Events of one record share a digest and differ in
        // the person, so they are told apart by what they say.
        let mut kept = std::mem::take(&mut self.events);
        let mut by_digest: Vec<_> = kept.iter().enumerate().map(|(index, event)| (event.digest, index)).collect();
        by_digest.sort_unstable();
        let mut duplicate = vec![false; kept.len()];
        for same in by_digest.chunk_by(|a, b| a.0 == b.0) {
            for (at, (_, index)) in same.iter().enumerate() {
                let Some((_, first)) = same[..at].iter().find(|(_, other)| !duplicate[*other] && night::same(&kept[*other], &kept[*index])) else { continue };
                duplicate[*index] = true;
                // The surer of the two times stays.
                if kept[*first].quality == TimeQuality::FoldUnknown {
                    (kept[*first].at, kept[*first].quality) = (kept[*index].at, kept[*index].quality);
                }
            }
        }
        drop(by_digest);
        for (event, duplicate) in kept.iter().zip(&duplicate) {
            self.books[usize::from(event.file)].duplicates += u64::from(*duplicate);
        }
        let mut flags = duplicate.into_iter();
        kept.retain(|_| !flags.next().unwrap_or(false));
        night::settle_by_witness(&mut kept, &self.clocks);
        // One request, one person, one thing seen: a client and a server wrote it down. Whoever names a user stays.
        let mut witnesses: HashMap<(u64, PersonAndWhat), usize> = HashMap::new();
        let mut folded = vec![false; kept.len()];
        let mut differences: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
        for index in 0..kept.len() {
            let event = kept[index];
            if event.correlation == 0 {
                continue;
            }
            let what = PersonAndWhat {
                person: event.person,
                category: if event.fhir { super::Symbol::NONE } else { event.category },
                user: if event.fhir { super::Symbol::NONE } else { event.user },
                source: event.source,
                action: event.action,
            };
            match witnesses.entry((event.correlation, what)) {
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(index);
                }
                std::collections::hash_map::Entry::Occupied(mut first) => {
                    let other = *first.get();
                    // Two accesses hours apart do not become one because a counter came round.
                    if (kept[other].at - event.at).abs() > WITNESS_SECONDS {
                        continue;
                    }
                    let pair = [&kept[other], &event].map(|one| (self.symbols.text(one.system), one.at));
                    if pair[0].0 != pair[1].0 && pair.iter().all(|(system, _)| !system.is_empty()) {
                        let [first, second] = if pair[0].0 < pair[1].0 { pair } else { [pair[1], pair[0]] };
                        differences.entry((first.0.to_owned(), second.0.to_owned())).or_default().push(second.1 - first.1);
                    }
                    if kept[other].user.is_none() && !event.user.is_none() {
                        folded[other] = true;
                        first.insert(index);
                    } else {
                        folded[index] = true;
                    }
                }
            }
        }
        for (event, folded) in kept.iter().zip(&folded) {
            let books = &mut self.books[usize::from(event.file)];
            if *folded { books.folded += 1 } else { books.events += 1 }
        }
        let mut flags = folded.iter();
        kept.retain(|_| !flags.next().copied().unwrap_or(false));
        self.skew = differences
            .into_iter()
            .map(|((first, second), mut seconds)| {
                let median = middle(&mut seconds);
                let mut distances: Vec<i64> = seconds.iter().map(|one| (one - median).abs()).collect();
                Skew { first, second, pairs: seconds.len() as u64, median, spread: middle(&mut distances) }
            })
            .collect();
        kept.sort_by_key(Event::order);
        self.events = kept;
    }
}

/// Longest time between client's and server's record of one access, in seconds.
pub const WITNESS_SECONDS: i64 = 600;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct PersonAndWhat {
    person: super::PersonKey,
    category: super::Symbol,
    user: super::Symbol,
    source: super::Symbol,
    action: super::event::Action,
}

pub(super) fn check(interrupt: &AtomicBool) -> Result<(), ReadError> {
    if interrupt.load(Ordering::Relaxed) { Err(ReadError::Interrupted) } else { Ok(()) }
}
