//! `carepact retain`: what audits left behind is destroyed when its time is over, and that is recorded.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::audit::state;
use super::columns::Columns;
use super::failure::Failure;
use super::keys::{UnlockArgs, open_keyring};
use super::session::{BOLD, Format, Session, io_words};
use super::who_looked::read_conduct;
use crate::access_log::conduct::{self, Conduct, Output};
use crate::access_log::retain::{HEAD, recognise};
use crate::evidence::manifest::sha256;
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::text::{count, thousands};

/// Destroy findings, annexes, answers and states by the pack's dates, and record it
///
/// Looks through files and folders for what audits left behind: saved results, annexes, parts that came back, answers to
/// people, and with --keyring the events in states. The pack's audit/conduct.yaml says how many days each is kept from the
/// day it was made: the day it says itself, or else the file's own date. Shows what is over; --destroy destroys it and
/// writes a line for each to --record first. A file is removed from its folder: copies and backups are yours to see to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact retain audits --pack policies/gm
  carepact retain audits --pack policies/gm --destroy --record retention.ndjson
  carepact retain audit-state --pack policies/gm --keyring audit.keyring --identity me.identity --destroy --record retention.ndjson

Exit codes: 0 nothing is over, or all of it was destroyed; 1 something is over and was only shown; 3 something could not be read or removed")]
pub struct Args {
    /// Files and folders to look through; links are not followed
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Destroy what is over, do not only show it
    #[arg(long, requires = "record")]
    pub destroy: bool,
    /// The record of what was destroyed: a line of JSON each, added at the end
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Keyring of the states
    #[arg(long, value_name = "FILE", env = "CAREPACT_AUDIT_KEYRING")]
    pub keyring: Option<PathBuf>,
    /// How to open it
    #[command(flatten)]
    pub unlock: UnlockArgs,
    /// Name of the audit whose states they are
    #[arg(long, value_name = "NAME", default_value = "audit")]
    pub name: String,
}

/// Something that an audit left.
struct Found {
    path: PathBuf,
    output: Output,
    made: Date,
    /// Whether it says so itself; else it is the file's date.
    says: bool,
    over: Option<Date>,
}

#[derive(Default)]
struct Looked {
    found: Vec<Found>,
    states: Vec<PathBuf>,
    /// What an audit did not write, or no one can tell.
    others: u64,
    /// Sealed files: what is in them is not known.
    sealed: u64,
    unreadable: Vec<String>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if !matches!(session.format, Format::Human | Format::Short | Format::Json) || !session.outputs.is_empty() {
        return Err(Failure::usage("`retain` prints what it found, for people or as JSON")
            .next("Leave out -o, and use human or json. --record FILE keeps the record.")
            .into());
    }
    let mut sources = crate::source::Sources::new();
    let pack = super::pack::decidable(session, None, &mut sources)?;
    let conduct = read_conduct(&pack.dir, session)?;
    if conduct.retain.is_empty() {
        return Err(Failure::usage("the pack says nothing of how long audits are kept, so nothing is over")
            .next(format!("Write `retain: {{results: 730, annex: 90, state: 730, answers: 365}}` in {}.", conduct::FILE))
            .into());
    }
    let mut looked = Looked::default();
    for path in &args.paths {
        look(path, &conduct, session.as_of, true, &mut looked);
    }
    looked.found.sort_by(|a, b| a.path.cmp(&b.path));
    let over: Vec<&Found> = looked.found.iter().filter(|one| one.over.is_some()).collect();
    let record = args.record.as_deref().filter(|_| args.destroy && !session.dry_run);
    let (mut destroyed, mut failed) = (0u64, Vec::new());
    if let Some(record) = record {
        let mut record = Record::open(record)?;
        for one in &over {
            match record.destroy(one, &conduct, session) {
                Ok(()) => destroyed += 1,
                Err(why) => failed.push(format!("{}: {why}", one.path.display())),
            }
        }
    }
    let events = states(args, &looked.states, &conduct, session, record)?;
    failed.extend(looked.unreadable.iter().cloned());
    show(session, &looked, &over, &events, destroyed, record.is_some())?;
    for why in &failed {
        session.note(why);
    }
    let left = if record.is_some() { 0 } else { over.len() as u64 + events.iter().map(|(_, events)| events).sum::<u64>() };
    Ok(if !failed.is_empty() {
        Outcome::Incomplete
    } else if left > 0 {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}

/// Looks through a file or a folder.
fn look(path: &Path, conduct: &Conduct, as_of: Date, named: bool, looked: &mut Looked) {
    let there = match path.symlink_metadata() {
        Ok(there) => there,
        Err(error) => return looked.unreadable.push(format!("{}: {}", path.display(), io_words(&error))),
    };
    if there.is_dir() {
        if path.join(state::FILE).is_file() {
            looked.states.push(path.to_owned());
            return;
        }
        let mut inside = Vec::new();
        match std::fs::read_dir(path) {
            Ok(entries) => entries.for_each(|entry| match entry {
                Ok(entry) => inside.push(entry.path()),
                Err(error) => looked.unreadable.push(format!("{}: {}", path.display(), io_words(&error))),
            }),
            Err(error) => looked.unreadable.push(format!("{}: {}", path.display(), io_words(&error))),
        }
        inside.sort();
        for path in &inside {
            look(path, conduct, as_of, false, looked);
        }
        return;
    }
    if !there.is_file() {
        looked.others += 1;
        if named {
            looked.unreadable.push(format!("{}: that is no file and no folder", path.display()));
        }
        return;
    }
    let mut head = Vec::new();
    if let Err(error) = File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head)) {
        return looked.unreadable.push(format!("{}: {}", path.display(), io_words(&error)));
    }
    if crate::keys::sealed_to::is_sealed(&head) {
        looked.sealed += 1;
        return;
    }
    let Some(known) = recognise(&head) else {
        looked.others += 1;
        return;
    };
    let dated = || there.modified().ok().and_then(|at| jiff::Timestamp::try_from(at).ok()).map(Date::in_london);
    let Some(made) = known.made.or_else(dated) else {
        return looked.unreadable.push(format!("{}: neither it nor the folder says when it was made", path.display()));
    };
    let over = conduct.ends(known.output, made).filter(|end| *end <= as_of);
    looked.found.push(Found { path: path.to_owned(), output: known.output, made, says: known.made.is_some(), over });
}

/// The record of what was destroyed. A line is on the disk before its file is gone.
struct Record(File);

impl Record {
    fn open(path: &Path) -> Result<Self, Failure> {
        use std::os::unix::fs::OpenOptionsExt as _;
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)
            .map(Self)
            .map_err(|error| Failure::unreadable(format!("cannot write {}: {}", path.display(), io_words(&error))).next("Nothing was destroyed."))
    }

    fn line(&mut self, value: &serde_json::Value) -> std::io::Result<()> {
        self.0.write_all(format!("{value}\n").as_bytes())?;
        self.0.sync_all()
    }

    fn destroy(&mut self, one: &Found, conduct: &Conduct, session: &Session) -> Result<(), String> {
        let failed = |error: std::io::Error| io_words(&error);
        let bytes = std::fs::read(&one.path).map_err(failed)?;
        let days = conduct.retain.iter().find(|(output, _)| *output == one.output).map_or(0, |(_, days)| *days);
        let name = one.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let line = json!({
            "format": "carepact.retention/1", "on": session.as_of.to_string(), "what": one.output.name(), "file": name, "sha256": sha256(&bytes),
            "made": one.made.to_string(), "dated_by": if one.says { "content" } else { "file" }, "kept_days": days,
        });
        self.line(&line).map_err(failed)?;
        std::fs::remove_file(&one.path).map_err(failed)
    }
}

/// Destroys the events of states whose time is over; how many each had.
fn states(args: &Args, dirs: &[PathBuf], conduct: &Conduct, session: &mut Session, record: Option<&Path>) -> anyhow::Result<Vec<(PathBuf, u64)>> {
    let Some((_, days)) = conduct.retain.iter().find(|(output, _)| *output == Output::State) else { return Ok(Vec::new()) };
    if dirs.is_empty() {
        return Ok(Vec::new());
    }
    let Some(path) = &args.keyring else {
        session.note(format!("{} not looked into: give --keyring FILE", count(dirs.len() as u64, "state was", "states were")));
        return Ok(Vec::new());
    };
    let keyring = open_keyring(session, path, &args.unlock)?;
    // The day itself is over when as many days have passed since.
    let first_kept = session.as_of.plus_days(1 - i32::try_from(*days).unwrap_or(i32::MAX));
    let mut all = Vec::new();
    for dir in dirs {
        let mut opened = state::State::open(session, dir, &keyring, &args.name)?;
        let events = opened.destroy_before(first_kept);
        if let Some(record) = record.filter(|_| events > 0) {
            Record::open(record)?
                .line(&json!({
                    "format": "carepact.retention/1", "on": session.as_of.to_string(), "what": Output::State.name(), "file": dir.file_name().map(|name| name.to_string_lossy()),
                    "events": events, "before": first_kept.to_string(), "kept_days": days,
                }))
                .map_err(|error| Failure::unreadable(format!("cannot write {}: {}", record.display(), io_words(&error))))?;
            opened.rewrite(session)?;
        }
        if events > 0 {
            all.push((dir.clone(), events));
        }
    }
    Ok(all)
}

fn show(session: &mut Session, looked: &Looked, over: &[&Found], events: &[(PathBuf, u64)], destroyed: u64, done: bool) -> anyhow::Result<()> {
    if session.format == Format::Json {
        let list: Vec<serde_json::Value> = looked
            .found
            .iter()
            .map(|one| {
                json!({"path": one.path.display().to_string(), "what": one.output.name(), "made": one.made.to_string(), "dated_by": if one.says { "content" } else { "file" },
                    "over_since": one.over.map(|day| day.to_string())})
            })
            .collect();
        let states: Vec<serde_json::Value> = events.iter().map(|(path, events)| json!({"path": path.display().to_string(), "events": events})).collect();
        let value =
            json!({"format": "carepact.retain/1", "found": list, "states": states, "destroyed": destroyed, "sealed": looked.sealed, "others": looked.others});
        session.raw(format!("{value:#}\n").as_bytes())?;
        return Ok(());
    }
    let head = format!(
        "{} of audits found, {} over",
        count(looked.found.len() as u64, "output", "outputs"),
        if over.is_empty() { "none".to_owned() } else { thousands(over.len() as u64) }
    );
    let head = session.paint(BOLD, &head);
    session.say(head)?;
    if !over.is_empty() {
        let mut table = Columns::new(session, &["what", "made", "over since", "file"], 4).indented(2);
        for one in over {
            let made = if one.says { one.made.to_string() } else { format!("{} (by the file's date)", one.made) };
            table.add_row([one.output.name().to_owned(), made, one.over.map(|day| day.to_string()).unwrap_or_default(), one.path.display().to_string()]);
        }
        session.say(table.text())?;
    }
    for (dir, number) in events {
        session.say(format!("{}: {} over", dir.display(), count(*number, "event is", "events are")))?;
    }
    if looked.sealed > 0 {
        session.say(format!("{} left as they are: what is in them is not known", count(looked.sealed, "sealed file is", "sealed files are")))?;
    }
    if done {
        session.say(format!("Destroyed: {}. Copies and backups are elsewhere.", count(destroyed, "file", "files")))?;
    } else if !over.is_empty() || !events.is_empty() {
        session.say("Nothing was destroyed: --destroy --record FILE does it.")?;
    }
    Ok(())
}
