//! What is compared: a folder, or a folder as it stands in a revision of git.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::commands::failure::Failure;
use crate::commands::session::Session;
use crate::commands::{pack, revision};
use crate::diagnostics::{Finding, Severity, human};
use crate::outcome::Outcome;
use crate::pack::{Pack, PackError};
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
        None => {
            let dir = pack::folder(session, None).map_err(|_| {
                Failure::usage(format!("there is no folder {text}, and no pack here whose revision {text} could be"))
                    .next("Name a folder that holds pack.yaml, a revision with the folder in it (main:policies/our-pack), or the pack (--pack DIR).")
            })?;
            (text, revision::prefix(&dir)?)
        }
    };
    let from = session.pack.clone().filter(|dir| dir.is_dir()).or_else(|| pack::folder(session, None).ok()).unwrap_or_else(|| PathBuf::from("."));
    let mut files: BTreeMap<String, Vec<u8>> = revision::tree(&from, revision, &below)?.into_iter().collect();
    // A neighbour's register lies beside the pack, in the same revision.
    for import in files.get("pack.yaml").map(|head| crate::pack::imports(head)).unwrap_or_default() {
        if let Some(beside) = beside(&below, &import) {
            files.extend(revision::tree(&from, revision, &beside)?.into_iter().map(|(name, bytes)| (format!("{import}/{name}"), bytes)));
        }
    }
    let mut sources = Sources::new();
    let read = Pack::of_files(path, &files, &mut sources);
    side(session, read, sources, text)
}

/// A folder named from another one, from the top of the repository; none if it lies within that one, or outside of the
/// repository.
fn beside(folder: &str, named: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let within = parts.len();
    let mut lowest = within;
    for part in named.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
            lowest = lowest.min(parts.len());
        } else {
            parts.push(part);
        }
    }
    (lowest < within).then(|| parts.join("/"))
}

/// Reads the pack of a folder, and refuses it if nothing may be decided on it.
pub(super) fn folder(session: &mut Session, dir: &Path, label: &str) -> anyhow::Result<Side> {
    let mut sources = Sources::new();
    let read = Pack::load(dir, &mut sources);
    side(session, read, sources, label)
}

fn side(session: &mut Session, read: Result<(Pack, Vec<Finding>), PackError>, sources: Sources, label: &str) -> anyhow::Result<Side> {
    let (pack, findings) = read.map_err(|error| pack::failure(&error))?;
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if let Some(first) = errors.first() {
        session.note(human::render(first, &sources, session.style().plain()));
        let count = crate::text::count(errors.len() as u64, "error", "errors");
        let message = format!("the pack {label} has {count} that change what it means, so nothing is decided on it");
        return Err(Failure::new(Outcome::Usage, "pack-not-valid", message).next("Mend it first: `carepact check` shows them all.").into());
    }
    Ok(Side { label: label.to_owned(), pack, sources })
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn a_neighbour_lies_beside_the_pack_and_never_above_the_repository() {
        assert_eq!(beside("policies/ours", "../theirs").as_deref(), Some("policies/theirs"));
        assert_eq!(beside("policies/ours/", "../../theirs/./pack").as_deref(), Some("theirs/pack"));
        assert_eq!(beside("ours", "neighbours/theirs"), None);
        assert_eq!(beside("ours", "../../theirs"), None);
        assert_eq!(beside("ours", "..").as_deref(), Some(""));
    }
}
