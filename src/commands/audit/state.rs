//! `audit --state`: what earlier runs read is kept, sealed, and the next run goes on from it.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::NamedTempFile;

use super::super::failure::Failure;
use super::super::session::{Session, io_words, part_file, persist};
use crate::access_log::read::Log;
use crate::access_log::saved::{self, Found, Saved};
use crate::diagnostics::results::Results;
use crate::identifier::Date;
use crate::keys::keyring::Keyring;
use crate::keys::sealed_file::{self, SealedFileError, Sealing};
use crate::text::{count, thousands};

/// The sealed file in the folder.
pub(in crate::commands) const FILE: &str = "audit.state";
const LOCK: &str = "audit.lock";

/// A folder in which an audit is gone on with. One run at a time holds it.
pub(in crate::commands) struct State<'k> {
    dir: PathBuf,
    /// Held until the run ends.
    _lock: File,
    keyring: &'k Keyring,
    name: &'k str,
    saved: Saved,
    events_before: usize,
    logs_before: usize,
    next: Option<Sealing<NamedTempFile>>,
    found: Found,
}

fn refused(dir: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {why}", dir.display()))
}

/// Reads a state as it was left.
pub(in crate::commands) fn read(dir: &Path, keyring: &Keyring, name: &str) -> anyhow::Result<Option<Saved>> {
    let path = dir.join(FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(&error))).into()),
    };
    let text = sealed_file::open(&bytes, keyring, name).map_err(|error| {
        let failure = refused(&path, &error);
        match error {
            SealedFileError::DoesNotOpen | SealedFileError::Version(_) => failure
                .next("Give the keyring and the --name it was made with. If they are right, take the file from a backup, or begin a new folder with the logs."),
            _ => failure.next("Name another folder for --state."),
        }
    })?;
    let saved = saved::restore(&text).map_err(|error| refused(&path, error).next("Begin a new folder with the logs: nothing in them is lost."))?;
    Ok(Some(saved))
}

impl<'k> State<'k> {
    /// Opens a folder, or begins one.
    pub(in crate::commands) fn open(session: &mut Session, dir: &Path, keyring: &'k Keyring, name: &'k str) -> anyhow::Result<Self> {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        let io_failed = |error: &io::Error| Failure::unreadable(format!("cannot use {}: {}", dir.display(), io_words(error)));
        match dir.symlink_metadata() {
            Ok(there) if !there.is_dir() => return Err(refused(dir, "that is no folder").next("Name a folder of its own for --state.").into()),
            Ok(_) => {}
            Err(_) => std::fs::DirBuilder::new().mode(0o700).create(dir).map_err(|error| io_failed(&error))?,
        }
        let lock = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(dir.join(LOCK)).map_err(|error| io_failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(refused(dir, "another run is going on with this state").next("Wait until it has ended.").into()),
            Err(TryLockError::Error(error)) => return Err(io_failed(&error).into()),
        }
        let saved = read(dir, keyring, name)?.unwrap_or_else(|| {
            session.note(format!("{} begins here: it holds what was read, sealed with the keyring", dir.display()));
            Saved::default()
        });
        let (events_before, logs_before) = (saved.log.events.len(), saved.log.books.len());
        Ok(Self { dir: dir.to_owned(), _lock: lock, keyring, name, saved, events_before, logs_before, next: None, found: Found::default() })
    }

    /// Takes out events of days before one; gives their number. [`Self::rewrite`] makes it last.
    pub(in crate::commands) fn destroy_before(&mut self, day: Date) -> u64 {
        self.saved.log.destroy_before(day)
    }

    /// Writes the state anew as it stands: no run, no other findings.
    pub(in crate::commands) fn rewrite(mut self, session: &mut Session) -> anyhow::Result<()> {
        self.found = self.saved.found.clone();
        let log = self.take_log();
        self.saved.runs = self.saved.runs.saturating_sub(1);
        self.keep(session, &log)?;
        self.persist(session)
    }

    /// The logs of earlier runs.
    pub(super) fn take_log(&mut self) -> Log {
        std::mem::take(&mut self.saved.log)
    }

    /// Seals logs into a file that has no name yet.
    pub(super) fn keep(&mut self, session: &Session, log: &Log) -> anyhow::Result<()> {
        if log.books.is_empty() {
            return Err(refused(&self.dir, "nothing has been read into this state yet, and no log is named").next("Name the first LOG.").into());
        }
        if session.dry_run {
            return Ok(());
        }
        let file = part_file(&self.dir.join(FILE), 0o600)?;
        let failed = |error: io::Error| Failure::unreadable(format!("cannot write in {}: {}", self.dir.display(), io_words(&error)));
        let mut sealing = Sealing::new(file, self.keyring, self.name).map_err(|error| refused(&self.dir, error))?.map_err(failed)?;
        saved::write_log(log, self.saved.runs + 1, &mut sealing).map_err(failed)?;
        self.next = Some(sealing);
        Ok(())
    }

    /// Says of each finding when it was first seen, and what changed since the last run.
    pub(super) fn found(&mut self, results: &mut Results, given: &[PathBuf], read: &[PathBuf]) {
        let before = &self.saved.found;
        let mut found = Found { first_seen: before.first_seen.clone(), ..Found::default() };
        let today = results.as_of.clone();
        for finding in &mut results.findings {
            let day = found.first_seen.entry(finding.id.clone()).or_insert_with(|| today.clone());
            finding.first_seen = Some(day.clone());
            found.last.insert(finding.id.clone());
        }
        results.data["state"] = json!({
            "run": self.saved.runs + 1,
            "logs_before": self.logs_before,
            "events_before": self.events_before,
            "logs_read_before": given.len() - read.len(),
            "new_findings": found.last.difference(&before.last).filter(|id| !before.first_seen.contains_key(*id)).count(),
            "again": found.last.difference(&before.last).filter(|id| before.first_seen.contains_key(*id)).count(),
            "no_longer": before.last.difference(&found.last).count(),
        });
        self.found = found;
    }

    /// Puts the new state in the place of the old one.
    pub(super) fn persist(mut self, session: &mut Session) -> anyhow::Result<()> {
        let path = self.dir.join(FILE);
        let Some(mut sealing) = self.next.take() else {
            session.note(format!("would write {}", path.display()));
            return Ok(());
        };
        let failed = |error: io::Error| Failure::unreadable(format!("cannot write {}: {}", path.display(), io_words(&error)));
        saved::write_found(&self.found, &mut sealing).map_err(failed)?;
        let mut file = sealing.finish().map_err(failed)?;
        file.flush().and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        persist(file, &path, true)
    }
}

/// What the terminal says of it; nothing without a state.
pub(super) fn section(results: &Results) -> String {
    let Some(state) = results.data.get("state") else { return String::new() };
    let number = |name: &str| state[name].as_u64().unwrap_or(0);
    if number("run") <= 1 {
        return "\nFirst run on this state: every finding is new.\n".to_owned();
    }
    let again = if number("again") > 0 { format!(", {} back after being gone", thousands(number("again"))) } else { String::new() };
    format!(
        "\nRun {} on this state, beside {} with {} from before: {} new{again}, {} of the last run no longer {}.\n",
        number("run"),
        count(number("logs_before"), "log", "logs"),
        count(number("events_before"), "event", "events"),
        count(number("new_findings"), "finding is", "findings are"),
        thousands(number("no_longer")),
        if number("no_longer") == 1 { "stands" } else { "stand" },
    )
}
