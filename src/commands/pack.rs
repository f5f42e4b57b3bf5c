//! The pack of a run: found, read, and refused if nothing may be decided on it.

use std::path::PathBuf;

use super::failure::Failure;
use super::session::Session;
use crate::diagnostics::{Finding, Severity, human, sort};
use crate::outcome::Outcome;
use crate::pack::{Pack, PackError, find};
use crate::source::Sources;

/// The folder: as named, or the nearest `pack.yaml` upwards.
pub fn folder(session: &Session, named: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(dir) = named.or(session.pack.as_ref()) {
        return Ok(dir.clone());
    }
    find(std::path::Path::new(".")).map_err(|error| failure(&error).into())
}

/// A pack with what reading it found.
pub fn read(session: &Session, named: Option<&PathBuf>, sources: &mut Sources) -> anyhow::Result<(Pack, Vec<Finding>)> {
    let dir = folder(session, named)?;
    let (pack, mut findings) = Pack::load(&dir, sources).map_err(|error| failure(&error))?;
    sort(&mut findings, sources);
    Ok((pack, findings))
}

/// A pack on which may be decided: one with errors is refused, the first of them shown.
pub fn decidable(session: &mut Session, named: Option<&PathBuf>, sources: &mut Sources) -> anyhow::Result<Pack> {
    let (pack, findings) = read(session, named, sources)?;
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Ok(pack);
    }
    for finding in errors.iter().take(3) {
        session.note(human::render(finding, sources, session.style().plain()));
        session.note("");
    }
    let count = crate::text::count(errors.len() as u64, "error", "errors");
    Err(Failure::new(
        Outcome::Usage,
        "pack-not-valid",
        format!("the pack {} has {count} that change what it means, so nothing is decided on it", pack.dir.display()),
    )
    .next(format!("See them all: carepact check {}", pack.dir.display()))
    .into())
}

/// What went wrong with a pack, in words.
pub fn failure(error: &PackError) -> Failure {
    match error {
        PackError::NotFound(_) => Failure::usage(error.to_string()).next("Name the pack: --pack DIR, or stand in its folder."),
        PackError::NoPackFile(dir) if !dir.exists() => {
            Failure::usage(format!("there is no folder {}", dir.display())).next("Name the folder that holds pack.yaml.")
        }
        PackError::NoPackFile(_) => Failure::usage(error.to_string()).next("A pack is a folder with pack.yaml, vocabulary.yaml, register/ and agreements/."),
        PackError::Io { path, error } => Failure::unreadable(format!("cannot read {}: {}", path.display(), super::session::io_words(error))),
    }
}
