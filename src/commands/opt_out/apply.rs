//! `carepact opt-out apply`: an extract without everybody who is not on the list.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::json;

use super::answer::prove;
use crate::commands::failure::Failure;
use crate::commands::session::{Format, GREEN, Session, part_file, persist};
use crate::diagnostics::results::{Balance, Input, Results};
use crate::identifier::NhsNumber;
use crate::outcome::Outcome;
use crate::pseudonymise::opt_out::{MAX_AGE, Standing};
use crate::tabular::{Done, Malformed, Records, Stop};
use crate::text::{count, thousands};

/// Leave out of an extract everybody who is not on the list that came back
///
/// For an extract that is not pseudonymised here: `pseudonymise` takes the list itself. The list must answer the request and
/// the request must be at most --max-age days old. Whole rows stay, byte for byte, or go; a row whose number is missing or
/// none goes too, since nobody could be asked about it. Counts are told, never who: request and list together are the list
/// of people who opted out, and nothing of the difference is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact opt-out apply admissions.csv --column nhs_number --request private/8HQ50OT001-010726-0001.dat --list private/answer.dat -o left.csv")]
pub struct Args {
    /// The extract; - is standard input
    #[arg(value_name = "EXTRACT")]
    pub extract: PathBuf,
    /// The column of NHS numbers
    #[arg(long, value_name = "NAME")]
    pub column: String,
    /// The file that asked, as `carepact opt-out request` wrote and named it
    #[arg(long, value_name = "FILE")]
    pub request: PathBuf,
    /// What the service answered
    #[arg(long, value_name = "FILE")]
    pub list: PathBuf,
    /// Days for which the list is good, from the day of the request
    #[arg(long, value_name = "DAYS", default_value_t = MAX_AGE, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_AGE)))]
    pub max_age: u32,
}

#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    read: u64,
    out: u64,
    removed: BTreeMap<&'static str, u64>,
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = match session.format {
        Format::Json => true,
        Format::Human | Format::Short => false,
        other => return Err(Failure::usage(format!("`opt-out apply` has no format {}", other.name())).next("Use human or json.").into()),
    };
    let path = match &session.outputs[..] {
        [output] if output.path.as_os_str() != "-" && matches!(output.format, None | Some(Format::Csv)) => output.path.clone(),
        _ => return Err(Failure::usage("name one file for what stays: -o left.csv").into()),
    };
    session.check_free(&path)?;
    let (list, ..) = prove(&args.request, &args.list, session.as_of, args.max_age)?;
    let (layout, source, column) = super::open(&args.extract, &args.column)?;
    let end: &[u8] = if layout.crlf { b"\r\n" } else { b"\n" };
    let mut file = part_file(&path, 0o600)?;
    let mut header: Vec<u8> = if layout.bom { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
    header.extend(header_line(&layout.header, layout.delimiter));
    header.extend_from_slice(end);
    file.write_all(&header)?;
    let work = |chunk: &[u8], whole: bool, bytes: Vec<u8>| -> Result<Done<Part>, Stop<Malformed>> {
        let mut records = Records::new(chunk, layout.delimiter, layout.header.len(), whole);
        let mut cells = Vec::new();
        let mut part = Part { bytes, ..Part::default() };
        while records.next_into(&mut cells).map_err(|why| Stop { row: records.rows(), why })? {
            part.read += 1;
            let standing = NhsNumber::parse_bytes(cells[column].inner(chunk)).map(|number| list.standing(&number));
            let cause = match standing {
                Ok(Standing::Released) => {
                    part.out += 1;
                    part.bytes.extend_from_slice(records.raw());
                    part.bytes.extend_from_slice(end);
                    continue;
                }
                Ok(Standing::OptedOut) => "national_opt_out",
                Ok(Standing::NotAsked) => "opt_out_not_asked",
                Err(_) => "no_nhs_number",
            };
            *part.removed.entry(cause).or_default() += 1;
        }
        Ok(Done { rows: records.rows(), result: part })
    };
    let mut total = Part::default();
    crate::tabular::run(source, 2, &session.interrupt_flag(), work, |_, part: Part| {
        file.write_all(&part.bytes)?;
        total.read += part.read;
        total.out += part.out;
        for (cause, rows) in part.removed {
            *total.removed.entry(cause).or_default() += rows;
        }
        Ok(part.bytes)
    })
    .map_err(|error| super::stopped(&args.extract, error))?;
    if total.read != total.out + total.removed.values().sum::<u64>() {
        return Err(Failure::new(Outcome::Bug, "bug", "the books do not balance").into());
    }
    if !session.dry_run {
        file.as_file().sync_all()?;
        persist(file, &path, session.force)?;
    }
    let mut results = Results::new("opt-out apply", &session.as_of.to_string());
    results.inputs.push(Input { role: "extract".to_owned(), name: super::shown(&args.extract), digest: String::new() });
    results.balance.push(Balance {
        input: super::shown(&args.extract),
        read: total.read,
        out: total.out,
        removed: total.removed.iter().map(|(cause, rows)| ((*cause).to_owned(), *rows)).collect(),
        quarantined: BTreeMap::new(),
    });
    results.data = json!({"applied": {"asked_on": list.day.to_string(), "age_days": list.age, "written": !session.dry_run}});
    if json {
        session.raw(&results.to_bytes())?;
        return Ok(Outcome::Done);
    }
    let verb = session.paint(GREEN, if session.dry_run { "would leave" } else { "left" });
    session.say(format!("{verb}: {} of {} of {}", thousands(total.out), count(total.read, "row", "rows"), super::shown(&args.extract)))?;
    for (cause, rows) in &total.removed {
        session.say(format!("  removed  {:>12}  {}", thousands(*rows), cause.replace('_', " ")))?;
    }
    session.say(format!("by the list asked for on {}, {} before", list.day, count(u64::from(list.age), "day", "days")))?;
    if !session.dry_run {
        session.say(format!("written: {} (identifiable, readable by you alone)", path.display()))?;
    }
    Ok(Outcome::Done)
}

/// Names of columns as a line, quoted where they must be.
fn header_line(names: &[String], delimiter: u8) -> Vec<u8> {
    let mut line = Vec::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            line.push(delimiter);
        }
        if name.bytes().any(|byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r')) {
            line.extend_from_slice(format!("\"{}\"", name.replace('"', "\"\"")).as_bytes());
        } else {
            line.extend_from_slice(name.as_bytes());
        }
    }
    line
}
