//! `carepact report import-decisions`: what organisations answered on their parts of an audit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::audit::SPLIT_INDEX;
use super::super::columns::Columns;
use super::super::failure::Failure;
use super::super::session::{BOLD, Format, Session, io_words, read_input};
use crate::access_log::split::{ReturnError, as_csv, merge};
use crate::identifier::Date;
use crate::keys::sealed_to;
use crate::outcome::Outcome;
use crate::text::{count, thousands};

/// Put the answers of organisations together, as `audit --decisions` reads them
///
/// DIR holds the tables that came back: cases.csv as each officer filled it in, under any name, also sealed to --identity. A
/// row without a decision is unanswered. Two tables that decide differently on one case are refused. --sent tells what is
/// still unanswered, and for how many days. Exit 1 if anything is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact report import-decisions returned --sent october/index.csv -o decisions.csv
  carepact report import-decisions returned --identity me.identity -o decisions.csv")]
pub struct Args {
    /// The folder with the tables that came back
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The index.csv of the parts as they were sent (can be repeated)
    #[arg(long, value_name = "FILE")]
    pub sent: Vec<PathBuf>,
    /// The identity to which tables were sealed
    #[arg(long, value_name = "FILE", env = "CAREPACT_IDENTITY")]
    pub identity: Option<PathBuf>,
}

/// One case as it was sent.
struct Sent {
    organisation: String,
    service: String,
    on: Option<Date>,
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let returns = returns(args)?;
    let mut sent = BTreeMap::new();
    for path in &args.sent {
        read_sent(path, &mut sent)?;
    }
    let decisions = merge(&returns).map_err(|error| {
        let failure = Failure::usage(error.to_string());
        match error {
            ReturnError::Conflict { .. } => failure.next("Ask which of the two is meant, and take the other row out. Nothing was written."),
            ReturnError::File { .. } => failure.next("Nothing was written. The columns id, decision, by and on must stand as they were sent."),
        }
    })?;
    let strangers = if sent.is_empty() { 0 } else { decisions.keys().filter(|id| !sent.contains_key(*id)).count() };
    // By organisation: how many, and the oldest.
    let mut open: BTreeMap<(&str, &str), (u64, Option<Date>, u64)> = BTreeMap::new();
    for (id, one) in &sent {
        if decisions.contains_key(id) {
            continue;
        }
        let row = open.entry((&one.organisation, &one.service)).or_default();
        row.0 += 1;
        row.2 += u64::from(one.on.is_none());
        row.1 = [row.1, one.on].into_iter().flatten().min();
    }
    let mut open: Vec<_> = open.into_iter().collect();
    open.sort_by_key(|((organisation, _), (_, oldest, _))| (*oldest, (*organisation).to_owned()));
    let unanswered: u64 = open.iter().map(|(_, (cases, ..))| cases).sum();
    let as_of = session.as_of;
    let days = |oldest: Option<Date>| oldest.map(|day| day.days_until(as_of));

    for output in session.outputs.clone() {
        session.write_file(&output.path, &as_csv(&decisions), 0o600)?;
    }
    if session.format == Format::Json {
        let list: Vec<serde_json::Value> = open
            .iter()
            .map(|((organisation, service), (cases, oldest, unsent))| {
                json!({"organisation": organisation, "service": service, "cases": cases, "oldest_days": days(*oldest), "never_sent": unsent})
            })
            .collect();
        let value = json!({"format": "carepact.returned/1", "files": returns.len(), "decisions": decisions.len(), "not_sent": strangers, "unanswered": list});
        session.raw(format!("{value:#}\n").as_bytes())?;
        return Ok(outcome(unanswered));
    }
    session.say(format!("{} in {}", count(decisions.len() as u64, "decision", "decisions"), count(returns.len() as u64, "table", "tables")))?;
    if strangers > 0 {
        session.say(format!("{} on cases that the index does not name", thousands(strangers as u64)))?;
    }
    if session.outputs.is_empty() {
        session.note("nothing was written: -o decisions.csv keeps them for `audit --decisions`");
    }
    if args.sent.is_empty() {
        session.note("without --sent index.csv nothing tells what is unanswered");
    } else if open.is_empty() {
        session.say("Every case is answered.")?;
    } else {
        let head = session.paint(BOLD, &format!("Unanswered: {}", count(unanswered, "case", "cases")));
        session.say(format!("\n{head}"))?;
        let mut table = Columns::new(session, &["organisation", "service", "cases", "oldest"], 2).indented(2);
        for ((organisation, service), (cases, oldest, unsent)) in &open {
            let age = match days(*oldest) {
                Some(days) => count(u64::try_from(days).unwrap_or(0), "day", "days"),
                None => "never sent: no recipient".to_owned(),
            };
            let age = if *unsent > 0 && oldest.is_some() { format!("{age}; {unsent} never sent") } else { age };
            let organisation = if organisation.is_empty() { "no organisation" } else { organisation };
            table.add_row([organisation.to_owned(), (*service).to_owned(), thousands(*cases), age]);
        }
        session.say(table.text())?;
    }
    Ok(outcome(unanswered))
}

fn outcome(unanswered: u64) -> Outcome {
    if unanswered > 0 { Outcome::Findings } else { Outcome::Done }
}

/// Every table below the folder, opened if it was sealed, in the order of names.
fn returns(args: &Args) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut names = BTreeSet::new();
    let mut folders = vec![args.dir.clone()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| Failure::unreadable(format!("cannot read {}: {}", folder.display(), io_words(&error))))?;
        for entry in entries {
            let path = entry.map_err(|error| Failure::unreadable(format!("cannot read {}: {}", folder.display(), io_words(&error))))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == SPLIT_INDEX || name.to_string_lossy().starts_with("access-by-others.csv")) {
                // Sent for information; nothing is answered in it.
            } else if path.extension().is_some_and(|ending| ending == "csv" || ending == "age") {
                names.insert(path);
            }
        }
    }
    let mut list = Vec::new();
    for path in names {
        let name = path.strip_prefix(&args.dir).unwrap_or(&path).display().to_string();
        let bytes = read_input(&path)?;
        let bytes = if sealed_to::is_sealed(&bytes) {
            let identity = args.identity.as_ref().ok_or_else(|| Failure::usage(format!("{name} is sealed")).next("Give --identity FILE."))?;
            sealed_to::open(&bytes, identity).map_err(|error| Failure::usage(format!("{name}: {error}")))?.to_vec()
        } else {
            bytes
        };
        list.push((name, bytes));
    }
    if list.is_empty() {
        return Err(Failure::usage(format!("{} holds no table", args.dir.display())).next("Put the tables that came back there, as CSV.").into());
    }
    Ok(list)
}

fn read_sent(path: &Path, sent: &mut BTreeMap<String, Sent>) -> anyhow::Result<()> {
    let wrong = |line: u64, why: &str| {
        Failure::usage(format!("{} line {line}: {why}", path.display())).next(format!("It is the {SPLIT_INDEX} that `audit --split` wrote."))
    };
    let bytes = read_input(path)?;
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let header = reader.headers().map_err(|_| wrong(1, "it cannot be read as CSV"))?.clone();
    if header.iter().ne(["organisation", "service", "case", "sent"]) {
        return Err(wrong(1, "its columns are not organisation, service, case, sent").into());
    }
    for row in reader.into_records() {
        let row = row.map_err(|error| wrong(error.position().map_or(0, csv::Position::line), "it cannot be read as CSV"))?;
        let line = row.position().map_or(0, csv::Position::line);
        let on = if row[3].is_empty() { None } else { Some(Date::parse(&row[3]).map_err(|_| wrong(line, "`sent` is no date"))?) };
        let one = Sent { organisation: row[0].to_owned(), service: row[1].to_owned(), on };
        match sent.get(&row[2]) {
            // Sent again next month: the first day counts.
            Some(known) if known.on.is_some() && (on.is_none() || known.on <= on) => {}
            _ => drop(sent.insert(row[2].to_owned(), one)),
        }
    }
    Ok(())
}
