//! `carepact opt-out request`: NHS numbers of an extract as the national service wants them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use crate::commands::failure::Failure;
use crate::commands::session::{Format, GREEN, Session};
use crate::diagnostics::results::{Input, Results};
use crate::identifier::{NhsNumber, NhsNumberError, NhsRange};
use crate::outcome::Outcome;
use crate::pseudonymise::opt_out::{Name, Numbers};
use crate::tabular::{Done, Malformed, Records, Stop};
use crate::text::{count, thousands};

/// Rows with a bad number that are named.
const SHOWN: usize = 10;

/// Write the file that asks about the people of an extract
///
/// Writes DIR/MAILBOX-DDMMYY-NNNN.dat (0600): every NHS number of the column once, in ascending order, a comma and a line
/// feed after each. The day is --as-of. One invalid number makes the service refuse the whole file, so here it stops the
/// run: the rows are named, never the number. Rows without a number are counted; nobody can be asked about them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact opt-out request admissions.csv --column nhs_number --mailbox 8HQ50OT001 --sequence 1 --out private/
  carepact opt-out request admissions.csv.gz --column nhs_number --mailbox 8HQ50OT001 --sequence 2 --out private/

Send it through MESH with workflow SPINE_NTT_UPHOLDING to mailbox X26HC036, with a subject and a local id.")]
pub struct Args {
    /// The extract; - is standard input
    #[arg(value_name = "EXTRACT")]
    pub extract: PathBuf,
    /// The column of NHS numbers
    #[arg(long, value_name = "NAME")]
    pub column: String,
    /// The MESH mailbox that sends the file
    #[arg(long, value_name = "ID")]
    pub mailbox: String,
    /// The number of the file within the month, from 1 to 9999
    #[arg(long, value_name = "N")]
    pub sequence: u16,
    /// Folder for the file, which is identifiable
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// A cell that means that nothing is there, besides the empty one (can be repeated)
    #[arg(long, value_name = "TEXT", default_value = "NULL")]
    pub null: Vec<String>,
}

#[derive(Default)]
struct Found {
    prefixes: Vec<u32>,
    missing: u64,
    test: u64,
    /// Rows within the chunk.
    invalid: Vec<(u64, NhsNumberError)>,
    buffer: Vec<u8>,
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = match session.format {
        Format::Json => true,
        Format::Human | Format::Short => false,
        other => return Err(Failure::usage(format!("`opt-out request` has no format {}", other.name())).next("Use human or json.").into()),
    };
    let name = Name::new(&args.mailbox, session.as_of, args.sequence).map_err(|error| Failure::usage(error.to_string()))?;
    if !args.out.is_dir() {
        return Err(Failure::usage(format!("{} is not a folder", args.out.display())).next("Make it first, readable by you alone: mkdir -m 700.").into());
    }
    let path = args.out.join(name.to_string());
    session.check_free(&path)?;
    let (rows, found) = read(args, session)?;
    if !found.invalid.is_empty() {
        return Err(invalid(args, &found.invalid).into());
    }
    let numbers = Numbers::new(found.prefixes);
    if numbers.is_empty() {
        return Err(Failure::unreadable(format!("no row of {} holds an NHS number in `{}`", super::shown(&args.extract), args.column))
            .next("There is nobody to ask about.")
            .into());
    }
    let bytes = zeroize::Zeroizing::new(numbers.to_request());
    session.write_file(&path, &bytes, 0o600)?;
    let mut results = Results::new("opt-out request", &session.as_of.to_string());
    results.inputs.push(Input { role: "extract".to_owned(), name: super::shown(&args.extract), digest: String::new() });
    results.data = json!({
        "request": {
            "file": name.to_string(), "mailbox": name.mailbox, "day": name.day.to_string(), "sequence": name.sequence, "written": !session.dry_run,
            "rows": rows, "people": numbers.len(), "rows_without_number": found.missing, "test_numbers": found.test,
        }
    });
    if json {
        session.raw(&results.to_bytes())?;
        return Ok(Outcome::Done);
    }
    let verb = session.paint(GREEN, if session.dry_run { "would ask" } else { "asked" });
    session.say(format!(
        "{verb}: about {} in {} of {}",
        count(numbers.len() as u64, "person", "people"),
        count(rows, "row", "rows"),
        super::shown(&args.extract)
    ))?;
    if found.missing > 0 {
        session.say(format!("  {} without an NHS number: nobody can be asked about them", count(found.missing, "row is", "rows are")))?;
    }
    if found.test > 0 {
        session.say(format!("  {} in the range 999, which is for tests: the service knows none of them", count(found.test, "row is", "rows are")))?;
    }
    if !session.dry_run {
        session.say(format!("written: {}", path.display()))?;
        session.say("It is identifiable, and with the answer it is the list of who opted out: keep both private, delete both when the release is made.")?;
    }
    Ok(Outcome::Done)
}

fn invalid(args: &Args, bad: &[(u64, NhsNumberError)]) -> Failure {
    let mut causes: BTreeMap<NhsNumberError, u64> = BTreeMap::new();
    for (_, error) in bad {
        *causes.entry(*error).or_default() += 1;
    }
    let causes: Vec<String> = causes.iter().map(|(error, rows)| format!("{} {error}", thousands(*rows))).collect();
    let rows: Vec<String> = bad.iter().take(SHOWN).map(|(row, _)| row.to_string()).collect();
    let more = if bad.len() > SHOWN { ", ..." } else { "" };
    Failure::unreadable(format!(
        "{}: column `{}`: {} no NHS number, and the service refuses a whole file for one: {} (row{} {}{more})",
        super::shown(&args.extract),
        args.column,
        count(bad.len() as u64, "cell is", "cells are"),
        crate::text::and_list(&causes),
        if bad.len() == 1 { "" } else { "s" },
        rows.join(", ")
    ))
    .next("Mend or take out these rows first. Rows are counted as a spreadsheet shows them: the header is row 1.")
}

/// Rows read, and what stands in the column.
fn read(args: &Args, session: &Session) -> anyhow::Result<(u64, Found)> {
    let (layout, source, column) = super::open(&args.extract, &args.column)?;
    let work = |chunk: &[u8], whole: bool, buffer: Vec<u8>| -> Result<Done<Found>, Stop<Malformed>> {
        let mut records = Records::new(chunk, layout.delimiter, layout.header.len(), whole);
        let mut cells = Vec::new();
        let mut found = Found { buffer, ..Found::default() };
        while records.next_into(&mut cells).map_err(|why| Stop { row: records.rows(), why })? {
            let cell = cells[column].inner(chunk).trim_ascii();
            if cell.is_empty() || args.null.iter().any(|null| null.as_bytes() == cell) {
                found.missing += 1;
                continue;
            }
            match NhsNumber::parse_bytes(cell) {
                Ok(number) => {
                    found.test += u64::from(number.range() == NhsRange::Test);
                    found.prefixes.push(number.expose_prefix());
                }
                Err(error) => found.invalid.push((records.rows(), error)),
            }
        }
        Ok(Done { rows: records.rows(), result: found })
    };
    let mut all = Found::default();
    let mut rows = 0;
    crate::tabular::run(source, 1, &session.interrupt_flag(), work, |before, part: Found| {
        rows += part.prefixes.len() as u64 + part.missing + part.invalid.len() as u64;
        all.prefixes.extend(&part.prefixes);
        all.missing += part.missing;
        all.test += part.test;
        all.invalid.extend(part.invalid.into_iter().map(|(row, error)| (row + before, error)));
        Ok(part.buffer)
    })
    .map_err(|error| super::stopped(&args.extract, error))?;
    Ok((rows, all))
}
