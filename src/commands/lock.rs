//! `carepact lock`: what the agreements allow as sorted lines of text, to be kept beside them.

use std::path::PathBuf;

use serde_json::json;

use super::failure::Failure;
use super::session::{Format, GREEN, RED, Session, io_words};
use crate::decision::lock::{self, HEADER};
use crate::diagnostics::results::Results;
use crate::evidence::manifest::sha256;
use crate::outcome::Outcome;
use crate::source::Sources;
use crate::text::count;

/// Write what the agreements allow as sorted lines, so that a change of access is seen as a plain difference of text
///
/// Keep carepact.lock beside the pack in version control. A change that lets somebody see more or less then shows as lines
/// that come and go, to anybody, without this tool; `lock --check` fails while the file does not say what the pack does.
/// The lines are sorted, stand by agreement and hold no counts or dates of writing, so that two changes merge.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact lock                                   write carepact.lock into the pack here or above
  carepact lock --check                           does it still say what the pack does?
  carepact lock policies/greater-manchester -o -  to stdout
  carepact lock -o /tmp/after.lock")]
pub struct Args {
    /// Folder of the pack
    pub pack: Option<PathBuf>,
    /// Write nothing; fail if the file does not say what the pack does
    #[arg(long)]
    pub check: bool,
}

/// Name of the file in the folder of a pack.
pub const FILE: &str = "carepact.lock";

/// How every lock of this form begins.
const FORM: &str = "# carepact.lock/1:";

/// Most lines of a difference that are shown unless more are asked for.
const SHOWN: usize = 40;

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if !matches!(session.format, Format::Human | Format::Short | Format::Json) {
        return Err(Failure::usage(format!("`lock` does not write {}", session.format.name())).next("Use human or json.").into());
    }
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, args.pack.as_ref(), &mut sources)?;
    let path = match &session.outputs[..] {
        [] => pack.dir.join(FILE),
        [one] if one.format.is_none() => one.path.clone(),
        _ => return Err(Failure::usage("a lock is one file, and has no other format").next("Name one file: -o FILE").into()),
    };
    let lines = lock::lines(&pack).map_err(|error| Failure::usage(error.to_string()))?;
    let mut results = Results::new("lock", &session.as_of.to_string());
    results.pack = Some(pack.reference());
    let text = lines.iter().fold(HEADER.to_owned(), |text, line| text + line + "\n");
    let digest = sha256(text.as_bytes());
    let told = |missing: &[&str], extra: &[&str]| json!({"lock": {"file": path.display().to_string(), "lines": lines.len(), "sha256": digest, "comes": missing, "goes": extra}});
    if !args.check {
        let on_stdout = path.as_os_str() == "-";
        if !on_stdout && !session.force && path.symlink_metadata().is_ok() {
            // What this command wrote before, it writes again; anything else stays.
            let ours = std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(FORM.as_bytes()));
            session.force = ours;
            session.check_free(&path)?;
        }
        session.write_file(&path, text.as_bytes(), 0o644)?;
        if session.format == Format::Json && !on_stdout {
            results.data = told(&[], &[]);
            session.raw(&results.to_bytes())?;
        } else if !session.dry_run {
            session.note(format!("wrote {} to {}", count(lines.len() as u64, "line", "lines"), path.display()));
        }
        return Ok(Outcome::Done);
    }
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Failure::new(Outcome::Incomplete, "no-lock", format!("there is no lock at {}", path.display())).next("Write it: carepact lock").into());
        }
        Err(error) => return Err(Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(&error))).into()),
    };
    let kept = String::from_utf8_lossy(&bytes);
    if !kept.starts_with(FORM) {
        return Err(Failure::usage(format!("{} is no lock of the form this version writes", path.display()))
            .next(format!("The first line of one begins: {FORM}"))
            .into());
    }
    let differences = lock::differences(&kept, &lines);
    let of = |sign: char| differences.iter().filter(|(which, _)| *which == sign).map(|(_, line)| *line).collect::<Vec<_>>();
    let (comes, goes) = (of('+'), of('-'));
    if session.format == Format::Json {
        results.data = told(&comes, &goes);
        session.raw(&results.to_bytes())?;
    } else if differences.is_empty() {
        session.say(format!("{} says what the pack does: {}", path.display(), count(lines.len() as u64, "line", "lines")))?;
    } else {
        let shown = if session.verbose > 0 { differences.len() } else { SHOWN };
        let mut out = format!("--- {}\n+++ {}\n", path.display(), pack.dir.display());
        for (sign, line) in differences.iter().take(shown) {
            let line = format!("{sign}{line}");
            out.push_str(&session.paint(if *sign == '+' { GREEN } else { RED }, &line));
            out.push('\n');
        }
        if differences.len() > shown {
            out.push_str(&format!("and {} more (all of them: -v)\n", count((differences.len() - shown) as u64, "line", "lines")));
        }
        out.push_str(&format!(
            "{} does not say what the pack does: {} would come, {} would go\n\
             See who gains and who loses: carepact diff. If that is what is meant: carepact lock\n",
            path.display(),
            count(comes.len() as u64, "line", "lines"),
            count(goes.len() as u64, "line", "lines")
        ));
        session.raw(out.as_bytes())?;
    }
    Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Findings })
}
