//! `carepact synth`: synthetic communities, extracts and logs.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::NamedTempFile;

use super::failure::Failure;
use super::session::{Session, part_file, persist};
use crate::outcome::Outcome;
use crate::synth::{Community, extract, log};

/// Make synthetic data with seeded, labelled test cases
///
/// The same seed gives the same bytes on every machine. NHS numbers are of the range 999 that is never issued;
/// organisation codes have the right form and are nobody's.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact synth community -o my-pack               register and accessions of a community of 504 organisations
  carepact synth extract --rows 1000000 -o big.csv  hospital stays of a year
  carepact synth log --events 20000 -o month        a month of accesses, reference tables, answer key")]
pub struct Args {
    /// What to make
    #[command(subcommand)]
    pub what: What,
}

/// What to make.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Register tables and accessions of a community
    Community {
        /// The seed
        #[arg(long, default_value_t = 2026)]
        seed: u64,
    },
    /// A hospital extract, fourteen columns
    Extract {
        /// How many rows
        #[arg(long, default_value_t = 5_000)]
        rows: u64,
        /// The seed
        #[arg(long, default_value_t = 2026)]
        seed: u64,
        /// Rows in a thousand whose NHS number is damaged
        #[arg(long, default_value_t = 0, value_name = "PER-MILLE")]
        dirty: u64,
    },
    /// A month of accesses with reference tables and an answer key
    Log {
        /// About how many events
        #[arg(long, default_value_t = 20_000)]
        events: u64,
        /// The seed
        #[arg(long, default_value_t = 2026)]
        seed: u64,
        /// Spoil some lines, as real exports are
        #[arg(long)]
        dirty: bool,
    },
}

/// Seed of the shipped community.
pub const COMMUNITY_SEED: u64 = 2026;

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let Some(output) = session.outputs.first().cloned() else {
        return Err(Failure::usage("-o is missing: where should it be written?").next("Name a file for an extract, a folder for a community or a log.").into());
    };
    match &args.what {
        What::Community { seed } => {
            let community = Community::new(*seed);
            write_all(session, &output.path, community.tables().into_iter().chain(community.accessions()))?;
        }
        What::Log { events, seed, dirty } => {
            let community = Community::new(COMMUNITY_SEED);
            write_log(session, &output.path, log::Wanted { events: *events, seed: *seed, dirty: *dirty }, &community)?;
        }
        What::Extract { rows, seed, dirty } => {
            let wanted = extract::Wanted { rows: *rows, seed: *seed, dirty_per_mille: *dirty };
            let community = Community::new(COMMUNITY_SEED);
            if output.path.as_os_str() == "-" {
                extract::write(wanted, &community, &mut session.stdout())?;
                return Ok(Outcome::Done);
            }
            if session.dry_run {
                session.note(format!("would write {} synthetic rows to {}", crate::text::thousands(*rows), output.path.display()));
                return Ok(Outcome::Done);
            }
            session.check_free(&output.path)?;
            let mut file = part_file(&output.path, 0o644)?;
            let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
            let mut out = Stoppable { inner: file.as_file_mut(), session };
            extract::write_with(threads, wanted, &community, &mut out).with_context(|| format!("cannot write {}", output.path.display()))?;
            persist(file, &output.path, session.force)?;
            session.note(format!("wrote {} synthetic rows to {}", crate::text::thousands(*rows), output.path.display()));
        }
    }
    Ok(Outcome::Done)
}

/// Stops at Ctrl-C.
struct Stoppable<'s, W> {
    inner: W,
    session: &'s Session,
}

impl<W: std::io::Write> std::io::Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.session.interrupted() {
            return Err(std::io::Error::other("interrupted"));
        }
        self.inner.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// A log and its tables, each whole or absent: none gets its name before all are written.
fn write_log(session: &mut Session, folder: &Path, wanted: log::Wanted, community: &Community) -> anyhow::Result<()> {
    if session.dry_run {
        session.note(format!("would write about {} synthetic events into {}", crate::text::thousands(wanted.events), folder.display()));
        return Ok(());
    }
    let mut parts: BTreeMap<&'static str, (PathBuf, NamedTempFile, u64)> = BTreeMap::new();
    let refused = std::cell::RefCell::new(None);
    let written = log::stream(wanted, community, &mut |name, bytes| {
        if session.interrupted() {
            return Err(std::io::Error::other("interrupted"));
        }
        let part = match parts.entry(name) {
            Entry::Occupied(part) => part.into_mut(),
            Entry::Vacant(free) => match begin(session, &folder.join(name)) {
                Ok((path, file)) => free.insert((path, file, 0)),
                Err(error) => {
                    *refused.borrow_mut() = Some(error);
                    return Err(std::io::Error::other("refused"));
                }
            },
        };
        part.2 += memchr::memchr_iter(b'\n', bytes).count() as u64;
        part.1.write_all(bytes)
    });
    if let Some(error) = refused.into_inner() {
        return Err(error);
    }
    written.with_context(|| format!("cannot write in {}", folder.display()))?;
    for (_, (path, file, lines)) in parts {
        persist(file, &path, session.force)?;
        session.note(format!("wrote {} ({} lines)", path.display(), crate::text::thousands(lines)));
    }
    Ok(())
}

fn begin(session: &Session, path: &Path) -> anyhow::Result<(PathBuf, NamedTempFile)> {
    make_parent(path)?;
    session.check_free(path)?;
    Ok((path.to_owned(), part_file(path, 0o644)?))
}

fn make_parent(path: &Path) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|error| Failure::usage(format!("cannot make the folder {}: {}", parent.display(), super::session::io_words(&error))))?;
    }
    Ok(())
}

fn write_all(session: &mut Session, folder: &Path, files: impl Iterator<Item = (&'static str, String)>) -> anyhow::Result<()> {
    for (name, text) in files {
        let path: PathBuf = folder.join(name);
        if !session.dry_run {
            make_parent(&path)?;
        }
        session.write_file(&path, text.as_bytes(), 0o644)?;
        session.note(format!("wrote {} ({} lines)", path.display(), crate::text::thousands(text.lines().count() as u64)));
    }
    Ok(())
}
