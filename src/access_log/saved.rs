//! An audit that can be gone on with: every event read so far, as the readers gave it, and when each finding was first
//! seen. What is kept is enough for the next run to give what one run over all logs would give.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{LazyLock, Mutex};

use serde::{Deserialize, Serialize};

use super::clock::TimeReader;
use super::event::{Event, Symbols};
use super::profile::TARGETS;
use super::read::{Books, Log, Quarantined, Tally, hash};

/// Counts up when what is kept changes; another number is refused.
const FORMAT: u32 = 1;

/// Why a saved audit cannot be gone on with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// Written by another version of this program.
    #[error("it was saved by another version of carepact (form {saved}; this one has {FORMAT}), whose events cannot be compared with those read now")]
    OtherVersion {
        /// Its form.
        saved: u32,
    },
    /// It opened, and yet says something that cannot be.
    #[error("what was saved cannot be read: {0}")]
    Unreadable(String),
}

/// What lies in a state.
#[derive(Debug, Default)]
pub struct Saved {
    /// Logs of earlier runs, not settled.
    pub log: Log,
    /// Runs so far.
    pub runs: u32,
    /// What they found.
    pub found: Found,
}

/// Findings of earlier runs, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The day on which each was first seen.
    pub first_seen: BTreeMap<String, String>,
    /// Those of the last run.
    pub last: BTreeSet<String>,
}

/// As written; events come after it, one by one, and [`Found`] last.
#[derive(Serialize, Deserialize)]
struct Head {
    format: u32,
    /// The hash of a fixed text: digests of two builds can be compared only if it is the same.
    probe: u64,
    runs: u32,
    books: Vec<KeptBooks>,
    symbols: Vec<String>,
    events: u64,
}

#[derive(Serialize, Deserialize)]
struct KeptBooks {
    name: String,
    sha256: String,
    bytes: u64,
    records: u64,
    accepted: u64,
    split: u64,
    blank: u64,
    headers: u64,
    destroyed: u64,
    reasons: BTreeMap<String, u64>,
    carried: Vec<u64>,
    said: Vec<String>,
    notes: Vec<String>,
    quarantined: Vec<(u32, String)>,
    zone: String,
    pattern: Option<String>,
}

fn probe() -> u64 {
    hash(b"carepact")
}

/// The word of a reason, as long as the program runs: there are a few dozen of them, and each is kept once.
fn reason(word: &str) -> &'static str {
    static WORDS: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut words = WORDS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = words.get(word) {
        return known;
    }
    let kept: &'static str = Box::leak(word.to_owned().into_boxed_str());
    words.insert(kept);
    kept
}

fn failed(error: postcard::Error) -> std::io::Error {
    std::io::Error::other(error.to_string())
}

/// Writes the logs of an audit. They must not be settled: what is a duplicate may only show beside later files.
/// [`write_found`] ends what this begins.
pub fn write_log(log: &Log, runs: u32, mut out: impl Write) -> std::io::Result<()> {
    let books = log.books.iter().zip(&log.quarantined).zip(log.clocks()).map(|((books, quarantined), clock)| {
        let (zone, pattern) = clock.written();
        KeptBooks {
            name: books.name.clone(),
            sha256: books.sha256.clone(),
            bytes: books.bytes,
            records: books.tally.records,
            accepted: books.tally.accepted,
            split: books.tally.split,
            blank: books.tally.blank,
            headers: books.tally.headers,
            destroyed: books.destroyed,
            reasons: books.tally.quarantined.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect(),
            carried: books.tally.carried.to_vec(),
            said: TARGETS.iter().filter(|(target, ..)| books.said.contains(target)).map(|(_, name, _)| (*name).to_owned()).collect(),
            notes: books.notes.clone(),
            quarantined: quarantined.iter().map(|one| (one.line, one.reason.to_owned())).collect(),
            zone,
            pattern,
        }
    });
    let head = Head {
        format: FORMAT,
        probe: probe(),
        runs,
        books: books.collect(),
        symbols: log.symbols.texts().map(str::to_owned).collect(),
        events: log.events.len() as u64,
    };
    postcard::to_io(&head, &mut out).map_err(failed)?;
    for event in &log.events {
        postcard::to_io(event, &mut out).map_err(failed)?;
    }
    Ok(())
}

/// Writes what was found, after [`write_log`].
pub fn write_found(found: &Found, mut out: impl Write) -> std::io::Result<()> {
    postcard::to_io(found, &mut out).map_err(failed).map(|_| ())
}

/// Reads what [`write_log`] and [`write_found`] wrote.
pub fn restore(bytes: &[u8]) -> Result<Saved, SavedError> {
    let unreadable = |what: &str| SavedError::Unreadable(what.to_owned());
    // The form comes first, so that one of another version is told apart from damage.
    let (format, after) = postcard::take_from_bytes::<u32>(bytes).map_err(|_| unreadable("it has no form"))?;
    let (seen, _) = postcard::take_from_bytes::<u64>(after).map_err(|_| unreadable("it has no form"))?;
    if format != FORMAT || seen != probe() {
        return Err(SavedError::OtherVersion { saved: format });
    }
    let (head, mut rest) = postcard::take_from_bytes::<Head>(bytes).map_err(|_| unreadable("its head"))?;
    let mut symbols = Symbols::default();
    for (at, text) in head.symbols.iter().enumerate() {
        if symbols.intern(text).0 as usize != at {
            return Err(unreadable("its texts"));
        }
    }
    let mut log = Log::default();
    log.symbols = symbols;
    for kept in head.books {
        let carried = kept.carried.try_into().map_err(|_| unreadable("its fields"))?;
        let clock = TimeReader::of_written(&kept.zone, kept.pattern).ok_or_else(|| unreadable("its time zone"))?;
        let tally = Tally {
            records: kept.records,
            accepted: kept.accepted,
            split: kept.split,
            blank: kept.blank,
            headers: kept.headers,
            quarantined: kept.reasons.iter().map(|(word, count)| (reason(word), *count)).collect(),
            carried,
        };
        let said = TARGETS.iter().filter(|(_, name, _)| kept.said.iter().any(|said| said == name)).map(|(target, ..)| *target).collect();
        let books =
            Books { name: kept.name, sha256: kept.sha256, bytes: kept.bytes, tally, said, notes: kept.notes, destroyed: kept.destroyed, ..Books::default() };
        log.push_file(books, kept.quarantined.iter().map(|(line, word)| Quarantined { line: *line, reason: reason(word) }).collect(), clock);
    }
    for _ in 0..head.events {
        let (event, after) = postcard::take_from_bytes::<Event>(rest).map_err(|_| unreadable("its events"))?;
        if usize::from(event.file) >= log.books.len() || !event.is_within(log.symbols.len()) {
            return Err(unreadable("its events"));
        }
        log.events.push(event);
        rest = after;
    }
    let (found, rest) = postcard::take_from_bytes::<Found>(rest).map_err(|_| unreadable("its findings"))?;
    if !rest.is_empty() {
        return Err(unreadable("there is more than it says"));
    }
    Ok(Saved { log, runs: head.runs, found })
}
