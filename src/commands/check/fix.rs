//! `check --fix` and `check --diff`: the safe fixes of findings, in rounds until nothing changes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Component, Path};

use anyhow::Context as _;

use crate::commands::failure::Failure;
use crate::commands::session::{Session, part_file, persist};
use crate::diagnostics::mend::{self, Mended};
use crate::diagnostics::sort;
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::rules::judge;
use crate::source::Sources;
use crate::text::count;

/// Rounds after which it stops: each can only bring to light what the one before hid.
const ROUNDS: usize = 20;

/// One file before and after.
struct Change {
    before: Vec<u8>,
    after: Vec<u8>,
}

/// What the safe fixes of a pack change.
pub(super) struct Fixes {
    files: BTreeMap<String, Change>,
    /// What was done, by file, with the line it was done at.
    done: Vec<(String, usize, Mended)>,
}

impl Fixes {
    /// Works them out without writing anything. `prepare` is done to the pack of each round before it is judged.
    pub(super) fn of(dir: &Path, as_of: Date, prepare: &dyn Fn(&mut Pack, &mut Sources) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let mut fixes = Self { files: BTreeMap::new(), done: Vec::new() };
        for _ in 0..ROUNDS {
            let over: BTreeMap<String, Vec<u8>> = fixes.files.iter().map(|(name, change)| (name.clone(), change.after.clone())).collect();
            let mut sources = Sources::new();
            let (mut pack, mut reading) = Pack::load_over(dir, &over, &mut sources).map_err(|error| crate::commands::pack::failure(&error))?;
            sort(&mut reading, &sources);
            prepare(&mut pack, &mut sources)?;
            let judged = judge(&pack, reading, as_of, &sources);
            let mut changed = false;
            for (file, edits) in mend::plan(&judged.findings) {
                let name = sources.name(file).to_owned();
                let Some(digest) = pack.files.get(&name).filter(|_| is_own(&name)) else { continue };
                let now = match over.get(&name) {
                    Some(bytes) => bytes.clone(),
                    None => unchanged(dir, &name, digest)?,
                };
                // The text was read without its byte order mark, which stays.
                let text = sources.text(file);
                let (mark, body) = now.split_at(now.len().saturating_sub(text.len()));
                if body != text.as_bytes() {
                    continue;
                }
                let Some(mended) = mend::apply(text, &edits).filter(|mended| mended != text) else { continue };
                let after = [mark, mended.as_bytes()].concat();
                fixes.done.extend(edits.into_iter().map(|edit| (name.clone(), sources.start(edit.edit.span).line, edit)));
                match fixes.files.get_mut(&name) {
                    Some(change) => change.after = after,
                    None => {
                        fixes.files.insert(name, Change { before: now, after });
                    }
                }
                changed = true;
            }
            if !changed {
                break;
            }
        }
        Ok(fixes)
    }

    /// As a unified diff, to be applied in the pack's folder with `patch -p1`.
    pub(super) fn diff(&self) -> Vec<u8> {
        let mut out = String::new();
        for (name, change) in &self.files {
            // Only texts are ever changed.
            let (before, after) = (String::from_utf8_lossy(&change.before), String::from_utf8_lossy(&change.after));
            let diff = similar::TextDiff::from_lines(before.as_ref(), after.as_ref());
            out.push_str(&diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string());
        }
        out.into_bytes()
    }

    /// Writes every file that changes, each whole or not at all; refuses if one changed on disk meanwhile.
    pub(super) fn write(&self, dir: &Path, session: &mut Session) -> anyhow::Result<()> {
        let again = |name: &str| -> anyhow::Result<()> {
            let now = std::fs::read(dir.join(name)).with_context(|| format!("cannot read {name}"))?;
            if self.files.get(name).is_some_and(|change| change.before != now) { Err(changed(name).into()) } else { Ok(()) }
        };
        self.files.keys().try_for_each(|name| again(name))?;
        for (name, change) in &self.files {
            let path = dir.join(name);
            if session.dry_run {
                session.note(format!("would change {}", path.display()));
                continue;
            }
            let mut file = part_file(&path, 0o644)?;
            file.write_all(&change.after).with_context(|| format!("cannot write {}", path.display()))?;
            let kept = std::fs::metadata(&path).with_context(|| format!("cannot read {}", path.display()))?.permissions();
            file.as_file().set_permissions(kept).and_then(|()| file.as_file().sync_all()).with_context(|| format!("cannot write {}", path.display()))?;
            again(name)?;
            persist(file, &path, true)?;
        }
        Ok(())
    }

    /// What is done, a line each, and a line that sums up.
    pub(super) fn lines(&self, dry_run: bool) -> Vec<String> {
        let mut lines: Vec<String> =
            self.done.iter().map(|(name, line, mended)| format!("{name}:{line}: {} ({} at {})", mended.title, mended.code, mended.place)).collect();
        let would = if dry_run { "would be " } else { "" };
        lines.push(match self.done.len() {
            0 => "no finding has a fix that is certain".to_owned(),
            number => format!("{would}mended: {} in {}", count(number as u64, "place", "places"), count(self.files.len() as u64, "file", "files")),
        });
        lines
    }

    /// Whether there is nothing to change.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Whether a file lies in the pack itself; a neighbour's register is the neighbour's to mend.
fn is_own(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The bytes of a file, if it still is what was judged.
fn unchanged(dir: &Path, name: &str, digest: &str) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(dir.join(name)).with_context(|| format!("cannot read {name}"))?;
    let now = crate::text::hex(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
    if now == digest { Ok(bytes) } else { Err(changed(name).into()) }
}

fn changed(name: &str) -> Failure {
    Failure::new(Outcome::Usage, "changed", format!("{name} changed while it was being checked, so nothing more is written"))
        .next("Run it again when nobody else is editing the file.")
}
