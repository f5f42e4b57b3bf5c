//! What is compared: a folder, or a folder as it stands in a revision of git.

use std::path::{Path, PathBuf};

use crate::commands::failure::Failure;
use crate::commands::session::Session;
use crate::commands::{pack, revision};
use crate::diagnostics::{Finding, Severity, human};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::source::Sources;

/// One side, read.
pub(super) struct Side {
    /// As a person named it.
    pub(super) label: String,
    /// The pack.
    pub(super) pack: Pack,
    /// Its files.
    pub(super) sources: Sources,
}

/// Reads a side: a folder, `REF:path/from/the/top`, or a revision of the pack named otherwise.
pub(super) fn read(session: &mut Session, text: &str) -> anyhow::Result<Side> {
    let path = Path::new(text);
    if path.is_dir() {
        return folder(session, path, text);
    }
    // A letter before the colon is a drive, not a revision.
    let (revision, below) = match text.split_once(':').filter(|(before, _)| before.len() > 1) {
        Some((revision, below)) => (revision, below.to_owned()),
        None if text.contains(['/', '\\'])
            && !text.contains("origin/")
            && path.parent().is_some_and(|parent| !parent.as_os_str().is_empty() && parent.is_dir()) =>
        {
            return Err(Failure::usage(format!("there is no folder {text}"))
                .next("Name a folder that holds pack.yaml, or a revision: main, or main:policies/our-pack.")
                .into());
        }
        None => (text, revision::prefix(&pack::folder(session, None)?)?),
    };
    let from = session.pack.clone().filter(|dir| dir.is_dir()).or_else(|| pack::folder(session, None).ok()).unwrap_or_else(|| PathBuf::from("."));
    let files = revision::tree(&from, revision, &below)?;
    let dir = tempfile::tempdir()?;
    for (name, bytes) in files {
        let path = dir.path().join(&name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    folder(session, dir.path(), text)
}

/// Reads the pack of a folder, and refuses it if nothing may be decided on it.
pub(super) fn folder(session: &mut Session, dir: &Path, label: &str) -> anyhow::Result<Side> {
    let mut sources = Sources::new();
    let told = |failure: Failure| Failure { message: failure.message.replace(&dir.display().to_string(), label), ..failure };
    let (pack, findings) = Pack::load(dir, &mut sources).map_err(|error| told(pack::failure(&error)))?;
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if let Some(first) = errors.first() {
        session.note(human::render(first, &sources, session.style().plain()));
        let count = crate::text::count(errors.len() as u64, "error", "errors");
        let message = format!("the pack {label} has {count} that change what it means, so nothing is decided on it");
        return Err(Failure::new(Outcome::Usage, "pack-not-valid", message).next("Mend it first: `carepact check` shows them all.").into());
    }
    Ok(Side { label: label.to_owned(), pack, sources })
}
