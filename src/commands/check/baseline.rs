//! `check --baseline` and `--write-baseline`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::acceptance::Baseline;
use crate::acceptance::baseline::{Entry, FORMAT};
use crate::commands::failure::Failure;
use crate::commands::session::{BOLD, Session};
use crate::diagnostics::{Finding, Severity, Standing};
use crate::pack::Pack;
use crate::rules::Judgement;
use crate::text::count;

/// What a baseline had to do with a run.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What was known and is not found any more.
    mended: Vec<Entry>,
    /// How many findings of this run cannot be in a baseline, where one was written.
    left: usize,
    /// Where one was written, with how many findings.
    written: Option<(PathBuf, usize)>,
}

/// Reads the baseline, marks what it knows, and writes the new one. Before anything is judged, `readable` should have
/// been asked.
pub(super) fn apply(from: Option<&Path>, to: Option<&Path>, pack: &Pack, judged: &mut Judgement, session: &mut Session) -> anyhow::Result<Known> {
    let earlier = match (from, to) {
        (Some(path), _) => Some(read(path, pack)?),
        // What is written anew keeps the days of what it replaces.
        (None, Some(path)) if path.symlink_metadata().is_ok() && !session.force => Some(read(path, pack)?),
        _ => None,
    };
    let barred = judged.barred.clone();
    let may = |finding: &Finding| {
        let waivable = crate::rules::all().any(|rule| rule.code == finding.code && rule.waivable);
        finding.severity < Severity::Error || waivable && !barred.contains(&finding.id())
    };
    let mut known = Known::default();
    let written = to.map(|path| (path, Baseline::of(&pack.id, &judged.findings, may, session.as_of, earlier.as_ref())));
    if let Some((path, baseline)) = &written {
        let before = session.force;
        // An earlier baseline of the same pack was read above, and is replaced on purpose.
        session.force = before || earlier.is_some();
        let done = session.write_file(path, baseline.to_text().as_bytes(), 0o644);
        session.force = before;
        done?;
        known.written = Some((path.to_path_buf(), baseline.len()));
    }
    let judge_by = match &written {
        Some((_, baseline)) => Some(baseline),
        None => earlier.as_ref(),
    };
    if let Some(baseline) = judge_by {
        let gone = baseline.apply(&mut judged.findings, may);
        // While the pack cannot be read whole, what is not found may only not have been looked for.
        if judged.everything {
            known.mended = gone.into_iter().cloned().collect();
        }
    }
    if written.is_some() {
        known.left = judged.findings.iter().filter(|finding| finding.standing == Standing::Open).count();
    }
    Ok(known)
}

fn read(path: &Path, pack: &Pack) -> anyhow::Result<Baseline> {
    let bytes = crate::commands::session::read_input(path)?;
    let none = |why: &str| {
        Failure::usage(format!("{} is not a baseline: {why}", path.display()))
            .next(format!("A file of the format {FORMAT} is written by: carepact check --write-baseline FILE"))
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| none("it is not UTF-8"))?;
    let baseline = Baseline::parse(text).map_err(|error| none(&error.to_string()))?;
    if baseline.pack != pack.id {
        return Err(Failure::usage(format!("{} is the baseline of the pack {:?}, and this is {:?}", path.display(), baseline.pack, pack.id))
            .next("Name the baseline of this pack, or write one: carepact check --write-baseline FILE")
            .into());
    }
    Ok(baseline)
}

impl Known {
    /// For people: what was mended, and what was written.
    pub(super) fn text(&self, paint: &dyn Fn(anstyle::Style, &str) -> String) -> String {
        let mut out = String::new();
        if !self.mended.is_empty() {
            out.push_str(&format!("{} (take them out of the baseline: --write-baseline)\n", paint(BOLD, "Mended since the baseline")));
            for entry in &self.mended {
                out.push_str(&format!("  {} {} (since {})\n", entry.code, entry.place, entry.first_seen.in_words()));
            }
            out.push('\n');
        }
        if let Some((path, number)) = &self.written {
            out.push_str(&format!("{} written to {}", count(*number as u64, "finding", "findings"), path.display()));
            if self.left > 0 {
                out.push_str(&format!("; {} cannot be in a baseline and must be mended", count(self.left as u64, "finding", "findings")));
            }
            out.push_str("\n\n");
        }
        out
    }

    /// For machines.
    pub(super) fn data(&self) -> Option<Value> {
        (!self.mended.is_empty()).then(|| json!({"mended": self.mended}))
    }
}
