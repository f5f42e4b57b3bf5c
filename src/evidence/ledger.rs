//! A ledger of what was done with keys: a line of JSON each, every line with its number and the SHA-256 of the line before,
//! and a head that is signed after each line.
//!
//! `LEDGER` grows under a lock; `LEDGER.head` is replaced whole: one line of JSON (`n`, `last`), then its signature in
//! OpenSSH's armour (namespace `ledger@carepact`). A changed, removed, added or moved line is noticed. Both files put back
//! together to an older state are not: note the head elsewhere.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::manifest::sha256;
use super::signature::{Namespace, Signature, sign};
use super::strict_json;
use crate::keys::{PublicKey, SigningKey};

/// The format of a line.
pub const FORMAT: &str = "carepact.ledger/1";
/// The format of a head.
pub const HEAD_FORMAT: &str = "carepact.ledger-head/1";
/// What the first line names as the line before.
pub const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// A line longer than this is none.
const LINE_LIMIT: u64 = 1 << 16;
/// A head longer than this is none.
const HEAD_LIMIT: u64 = 1 << 14;

/// Where a ledger ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    format: String,
    /// How many lines.
    pub n: u64,
    /// SHA-256 of the last line without its line end, hex; [`NOTHING`] if there is none.
    pub last: String,
}

impl Head {
    fn new(n: u64, last: String) -> Self {
        Self { format: HEAD_FORMAT.to_owned(), n, last }
    }
}

/// Why a ledger cannot be believed, or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The system says no.
    #[error("cannot read or write {}: {error}", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A line that is none, or does not follow from the one before.
    #[error("line {n}: {why}")]
    Line {
        /// From 1.
        n: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// No head beside it.
    #[error("its signed head ({}) is missing", .0.display())]
    NoHead(PathBuf),
    /// The head is damaged.
    #[error("its head is no signed head of a ledger, or was changed")]
    BadHead,
    /// Somebody signed it who may not.
    #[error("its head is signed by {fingerprint}, who may not: {why}")]
    Signer {
        /// Of the key.
        fingerprint: String,
        /// Why not.
        why: String,
    },
    /// Lines that the head does not know.
    #[error("it has {lines} lines, and its signed head knows {head}: {}", if *.lines > *.head { "lines were added, or the run that added the last one was cut off" } else { "lines were taken out" })]
    Count {
        /// In the file.
        lines: u64,
        /// In the head.
        head: u64,
    },
    /// The last line is another than the one signed.
    #[error("its last line is not the one that its head signed")]
    Last,
}

/// The name of the head of a ledger.
pub fn head_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".head");
    name.into()
}

/// Whether a file begins as a ledger does.
pub fn is_ledger(bytes: &[u8]) -> bool {
    bytes.starts_with(format!("{{\"format\":\"{FORMAT}\"").as_bytes())
}

/// Follows the chain of a ledger to its end, one line in memory.
fn follow(reader: impl std::io::Read, path: &Path) -> Result<Head, LedgerError> {
    let mut reader = BufReader::new(reader);
    let (mut n, mut last) = (0u64, NOTHING.to_owned());
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader).take(LINE_LIMIT).read_until(b'\n', &mut line).map_err(|error| LedgerError::Io { path: path.to_owned(), error })?;
        if read == 0 {
            return Ok(Head::new(n, last));
        }
        n += 1;
        let wrong = |why| LedgerError::Line { n, why };
        let text = line.strip_suffix(b"\n").ok_or_else(|| wrong("it does not end: the file was cut, or the line is far too long"))?;
        let value = strict_json::parse(text).map_err(|_| wrong("it is not JSON, or a key stands twice"))?;
        if value["format"] != FORMAT {
            return Err(wrong("it is no line of a ledger"));
        }
        if value["n"].as_u64() != Some(n) {
            return Err(wrong("its number is not the next one: a line was taken out, added or moved"));
        }
        if value["prev"] != last.as_str() {
            return Err(wrong("it does not follow from the line before: one of the two was changed"));
        }
        last = sha256(text);
    }
}

/// The signed head, and who signed it.
fn read_head(path: &Path) -> Result<(Head, PublicKey), LedgerError> {
    let at = head_path(path);
    let file = match open(&at, OFlags::RDONLY) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(LedgerError::NoHead(at)),
        Err(error) => return Err(LedgerError::Io { path: at, error }),
    };
    let mut bytes = Vec::new();
    file.take(HEAD_LIMIT).read_to_end(&mut bytes).map_err(|error| LedgerError::Io { path: at, error })?;
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(LedgerError::BadHead)? + 1;
    let signature = Signature::parse(&bytes[end..]).map_err(|_| LedgerError::BadHead)?;
    if signature.namespace() != Namespace::Ledger.name() || !signature.fits(&bytes[..end]) {
        return Err(LedgerError::BadHead);
    }
    let head: Head = serde_json::from_value(strict_json::parse(&bytes[..end]).map_err(|_| LedgerError::BadHead)?).map_err(|_| LedgerError::BadHead)?;
    if head.format != HEAD_FORMAT {
        return Err(LedgerError::BadHead);
    }
    Ok((head, *signature.key()))
}

/// Whether a key may sign heads, and why not.
pub type MaySign<'a> = &'a dyn Fn(&PublicKey) -> Result<(), String>;

fn agree(path: &Path, found: &Head, may_sign: MaySign<'_>) -> Result<PublicKey, LedgerError> {
    let (signed, key) = read_head(path)?;
    may_sign(&key).map_err(|why| LedgerError::Signer { fingerprint: key.fingerprint(), why })?;
    if signed.n != found.n {
        return Err(LedgerError::Count { lines: found.n, head: signed.n });
    }
    if signed.last != found.last {
        return Err(LedgerError::Last);
    }
    Ok(key)
}

/// Checks a ledger and its head: where it ends, and who signed that.
pub fn check(path: &Path, may_sign: MaySign<'_>) -> Result<(Head, PublicKey), LedgerError> {
    let file = open(path, OFlags::RDONLY).map_err(|error| LedgerError::Io { path: path.to_owned(), error })?;
    let found = follow(file, path)?;
    let key = agree(path, &found, may_sign)?;
    Ok((found, key))
}

/// Adds a line and signs the new head, under a lock that others wait for. A ledger that does not hold is not added to. The
/// file is made if it is not there.
pub fn append(path: &Path, key: &SigningKey, may_sign: MaySign<'_>, made: &str, what: &str, facts: Map<String, Value>) -> Result<Head, LedgerError> {
    let io = |error: std::io::Error| LedgerError::Io { path: path.to_owned(), error };
    let mut file = open(path, OFlags::RDWR | OFlags::CREATE | OFlags::APPEND).map_err(io)?;
    file.lock().map_err(io)?;
    let found = follow(&mut file, path)?;
    // An empty ledger has no head yet; one whose lines were all taken out still has.
    if found.n > 0 || head_path(path).symlink_metadata().is_ok() {
        agree(path, &found, may_sign)?;
    }
    may_sign(&key.public_key()).map_err(|why| LedgerError::Signer { fingerprint: key.public_key().fingerprint(), why })?;
    let mut line = Map::new();
    line.insert("format".to_owned(), FORMAT.into());
    line.insert("n".to_owned(), (found.n + 1).into());
    line.insert("prev".to_owned(), found.last.into());
    line.insert("made".to_owned(), made.into());
    line.insert("what".to_owned(), what.into());
    line.insert("by".to_owned(), key.public_key().fingerprint().into());
    line.extend(facts);
    let mut text = Value::Object(line).to_string().into_bytes();
    if text.len() as u64 >= LINE_LIMIT {
        return Err(LedgerError::Line { n: found.n + 1, why: "it would be far too long" });
    }
    let head = Head::new(found.n + 1, sha256(&text));
    text.push(b'\n');
    file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&text)).and_then(|()| file.sync_all()).map_err(io)?;
    write_head(path, key, &head).map_err(io)?;
    Ok(head)
}

fn write_head(path: &Path, key: &SigningKey, head: &Head) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(head)?;
    text.push(b'\n');
    let signature = sign(key, Namespace::Ledger, &text);
    text.extend_from_slice(signature.as_bytes());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut part = tempfile::Builder::new().prefix(".carepact-").suffix(".part").tempfile_in(folder)?;
    part.write_all(&text)?;
    part.as_file().sync_all()?;
    part.persist(head_path(path)).map_err(|error| error.error)?;
    Ok(())
}

/// Opens a regular file, made 0600 if need be, without following a link.
fn open(path: &Path, flags: OFlags) -> std::io::Result<File> {
    let descriptor = rustix::fs::open(path, flags | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK, Mode::RUSR | Mode::WUSR)?;
    if FileType::from_raw_mode(rustix::fs::fstat(&descriptor)?.st_mode) != FileType::RegularFile {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    Ok(File::from(descriptor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "judges as a signers file does")]
    fn anybody(_: &PublicKey) -> Result<(), String> {
        Ok(())
    }

    fn ledger(lines: u64) -> (tempfile::TempDir, PathBuf, SigningKey) {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, key) = (folder.path().join("ledger"), SigningKey::generate("x").expect("random"));
        for n in 1..=lines {
            let facts = Map::from_iter([("reason".to_owned(), Value::from(format!("reason {n}")))]);
            assert_eq!(append(&path, &key, &anybody, "2026-07-01T00:00:00Z", "test", facts).expect("appends").n, n);
        }
        (folder, path, key)
    }

    #[test]
    fn lines_follow_one_another_and_the_head_is_signed() {
        let (_folder, path, key) = ledger(3);
        let (head, by) = check(&path, &anybody).expect("holds");
        assert_eq!((head.n, by), (3, key.public_key()));
        let text = std::fs::read_to_string(&path).expect("read");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((lines[0]["n"].clone(), lines[0]["prev"].as_str()), (1.into(), Some(NOTHING)));
        assert_eq!(lines[2]["prev"], sha256(text.lines().nth(1).expect("a line").as_bytes()));
        assert_eq!(head.last, sha256(text.lines().last().expect("a line").as_bytes()));
        let stranger = |_: &PublicKey| Err("not listed".to_owned());
        assert!(matches!(check(&path, &stranger), Err(LedgerError::Signer { .. })));
        assert!(matches!(append(&path, &key, &stranger, "", "", Map::new()), Err(LedgerError::Signer { .. })));
    }

    #[test]
    fn several_at_once_wait_for_one_another() {
        let (_folder, path, key) = ledger(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..5).for_each(|_| drop(append(&path, &key, &anybody, "", "test", Map::new()).expect("appends"))));
            }
        });
        assert_eq!(check(&path, &anybody).expect("holds").0.n, 20);
    }

    #[test]
    fn every_change_is_noticed_and_nothing_is_added_after_one() {
        let (_folder, path, key) = ledger(3);
        let whole = std::fs::read_to_string(&path).expect("read");
        let lines: Vec<&str> = whole.lines().collect();
        let join = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
        let changed = lines[2].replace("reason 3", "reason 9");
        for (what, text) in [
            ("changed first", whole.replacen("reason 1", "reason 9", 1)),
            ("changed last", join(&[lines[0], lines[1], &changed])),
            ("first taken out", join(&lines[1..])),
            ("last taken out", join(&lines[..2])),
            ("all taken out", String::new()),
            ("moved", join(&[lines[1], lines[0], lines[2]])),
            ("twice", join(&[lines[0], lines[1], lines[2], lines[2]])),
            ("cut", whole[..whole.len() - 1].to_owned()),
            ("more", format!("{whole}\n")),
        ] {
            std::fs::write(&path, text).expect("written");
            assert!(check(&path, &anybody).is_err(), "{what}");
            assert!(append(&path, &key, &anybody, "", "", Map::new()).is_err(), "{what}");
        }
        std::fs::write(&path, &whole).expect("written");
        assert!(check(&path, &anybody).is_ok());
        std::fs::remove_file(head_path(&path)).expect("removed");
        assert!(matches!(check(&path, &anybody), Err(LedgerError::NoHead(_))));
    }
}
