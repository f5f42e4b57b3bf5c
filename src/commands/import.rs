//! `carepact import`: a register of data flows kept elsewhere, as rows of flows.csv.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::failure::Failure;
use super::session::{BOLD, Format, Session, part_file, persist, read_input};
use crate::flows::map::DayOrder;
use crate::flows::{Field, Mapped, Row, Sheet, SheetError, map};
use crate::outcome::Outcome;
use crate::pack::FLOW_COLUMNS;
use crate::source::Sources;
use crate::text::{count, thousands};

/// Read a register of data flows into rows of flows.csv
///
/// Takes a sheet saved as CSV, for example an export of an Information Sharing Gateway or of a local register, in UTF-8 or
/// Windows-1252, with commas, semicolons or tabs. Columns are recognised by usual names; --map corrects them. Organisations
/// are taken by exact code or exact name, purposes and data by the names and synonyms of the vocabulary. What is only near is
/// proposed and set aside, never guessed. Rows in = written + there already + set aside. Exit 3 when a row was set aside.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact import --flows register.csv                              counts, and what could not be used
  carepact import --flows register.csv --into flows.csv             add the rows that are certain
  carepact import --flows register.csv --map 'Data set=data' --dates day-first --into flows.csv --set-aside unclear.csv
  carepact import --flows register.csv --into flows.csv --dry-run")]
pub struct Args {
    /// The sheet, as CSV (- is standard input)
    #[arg(long, value_name = "SHEET", required = true)]
    flows: PathBuf,
    /// What a column says: from, to, system, data, purpose, kind, agreement, live_from or live_to
    #[arg(long, value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// How days are written: year-first, day-first or month-first
    #[arg(long, value_name = "ORDER", default_value = "year-first", value_parser = days)]
    dates: DayOrder,
    /// Add the rows to this table; it is made if it is not there (- is standard output)
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// Write the rows that were set aside, with their reasons, to this file
    #[arg(long, value_name = "FILE")]
    set_aside: Option<PathBuf>,
}

fn days(text: &str) -> Result<DayOrder, String> {
    match text {
        "year-first" => Ok(DayOrder::YearFirst),
        "day-first" => Ok(DayOrder::DayFirst),
        "month-first" => Ok(DayOrder::MonthFirst),
        _ => Err("use year-first (2026-04-01), day-first (01/04/2026) or month-first (04/01/2026)".to_owned()),
    }
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let maps = args.map.iter().map(|text| mapping(text)).collect::<Result<Vec<_>, _>>()?;
    if let (Some(into), Some(aside)) = (&args.into, &args.set_aside)
        && into == aside
    {
        return Err(Failure::usage("--into and --set-aside name the same file").next("Name two files.").into());
    }
    if let Some(path) = args.set_aside.as_ref().filter(|path| path.as_os_str() != "-") {
        session.check_free(path)?;
    }
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, None, &mut sources)?;
    let sheet = Sheet::read(&read_input(&args.flows)?, &maps).map_err(|error| failure(&args.flows, error))?;
    let existing = match &args.into {
        Some(path) if path.as_os_str() != "-" && path.exists() => Some(read_input(path)?),
        _ => None,
    };
    let known = match &existing {
        Some(bytes) => rows_of(session, &pack, args, bytes)?,
        None => BTreeSet::new(),
    };
    let bar = session.progress(sheet.rows.len() as u64, "reading rows");
    let mapped = map(&pack, session.as_of, &sheet, args.dates, &known, || bar.inc(1));
    bar.finish_and_clear();
    if session.interrupted() {
        return Ok(Outcome::Interrupted);
    }
    if let Some(path) = &args.set_aside {
        let text = aside_table(&mapped)?;
        session.write_file(path, &text, 0o644)?;
    }
    if let Some(path) = &args.into {
        write(session, path, existing.as_deref(), &mapped.rows)?;
    }
    report(session, args, &sheet, &mapped)?;
    Ok(if mapped.aside.is_empty() { Outcome::Done } else { Outcome::Incomplete })
}

fn mapping(text: &str) -> Result<(String, Field), Failure> {
    let Some((column, word)) = text.rsplit_once('=') else {
        return Err(Failure::usage(format!("{text:?} is not COLUMN=FIELD")).next("Write for example --map 'Data set=data'."));
    };
    match Field::parse(word.trim()) {
        Some(field) => Ok((column.trim().to_owned(), field)),
        None => {
            let failure = Failure::usage(format!("{word:?} is not a field of a flow"));
            Err(match crate::text::nearest(word, Field::names()) {
                Some(near) => failure.next(format!("Did you mean {near}?")),
                None => failure.next(format!("Use {}.", crate::text::or_list(&Field::names().collect::<Vec<_>>()))),
            })
        }
    }
}

fn failure(path: &Path, error: SheetError) -> Failure {
    let name = path.display();
    match error {
        SheetError::NotText(_) => Failure::unreadable(format!("{name} cannot be read: {error}")).next("Save the sheet as CSV (UTF-8) and give that file."),
        SheetError::Empty | SheetError::Unreadable { .. } => {
            Failure::unreadable(format!("{name} cannot be read: {error}")).next("Save it as CSV again, and give that file.")
        }
        SheetError::Missing { field, ref near } => Failure::usage(format!("{name}: {error}")).next(match near {
            Some(near) => format!("Did you mean the column {near:?}? Then give --map '{near}={field}'."),
            None => format!("Say which column it is: --map 'COLUMN={field}'. The first row that is not blank is read as the names of the columns: take titles above them out."),
        }),
        SheetError::Doubled { field, ref first, .. } => {
            Failure::usage(format!("{name}: {error}")).next(format!("Say which one it is, for example --map '{first}={field}'."))
        }
        SheetError::NoColumn { ref near, .. } => Failure::usage(format!("{name}: {error}")).next(match near {
            Some(near) => format!("Did you mean {near:?}?"),
            None => "Write the name of the column as the first row of the sheet has it.".to_owned(),
        }),
    }
}

/// The rows that the table has already, as far as they can be read.
fn rows_of(session: &Session, pack: &crate::pack::Pack, args: &Args, bytes: &[u8]) -> anyhow::Result<BTreeSet<Row>> {
    let path = args.into.as_deref().unwrap_or(Path::new("-"));
    let sheet = Sheet::read(bytes, &[]).map_err(|error| failure(path, error))?;
    let known: Vec<&str> = FLOW_COLUMNS.0.iter().chain(FLOW_COLUMNS.1).copied().collect();
    let good = sheet.delimiter == b',' && sheet.encoding == "UTF-8" && FLOW_COLUMNS.0.iter().all(|name| sheet.header.iter().any(|column| column == name));
    if !good || sheet.header.iter().any(|column| !known.contains(&column.as_str())) {
        return Err(Failure::usage(format!("{} is there and is not a table of flows", path.display()))
            .next(format!("Name another file; the header of a table of flows is {}.", FLOW_COLUMNS.0.join(",")))
            .into());
    }
    Ok(map(pack, session.as_of, &sheet, DayOrder::YearFirst, &BTreeSet::new(), || {}).rows.into_iter().collect())
}

fn cell<'r>(row: &'r Row, column: &str) -> &'r str {
    match column {
        "from" => &row.from,
        "to" => &row.to,
        "system" => &row.system,
        "data" => &row.data,
        "purpose" => &row.purpose,
        "kind" => &row.kind,
        "agreement" => &row.agreement,
        "live_from" => &row.live_from,
        "live_to" => &row.live_to,
        _ => "",
    }
}

/// Adds rows to a table, whose own rows stay as they are, byte by byte, unless it needs another column.
fn write(session: &mut Session, path: &Path, existing: Option<&[u8]>, rows: &[Row]) -> anyhow::Result<()> {
    let dated = rows.iter().any(|row| !row.live_from.is_empty() || !row.live_to.is_empty());
    let mut text = existing.map(<[u8]>::to_vec).unwrap_or_default();
    let mut header: Vec<String> = if text.is_empty() {
        FLOW_COLUMNS.0.iter().map(|name| (*name).to_owned()).collect()
    } else {
        csv::ReaderBuilder::new().from_reader(text.as_slice()).headers()?.iter().map(|name| name.trim().trim_start_matches('\u{feff}').to_owned()).collect()
    };
    let lacking: Vec<String> =
        ["live_from", "live_to"].into_iter().filter(|name| dated && !header.iter().any(|column| column == name)).map(str::to_owned).collect();
    if text.is_empty() || !lacking.is_empty() {
        header.extend(lacking);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header)?;
        for record in csv::ReaderBuilder::new().from_reader(text.as_slice()).records() {
            let record = record?;
            writer.write_record((0..header.len()).map(|at| record.get(at).unwrap_or_default()))?;
        }
        text = writer.into_inner().map_err(|_| anyhow::anyhow!("the table could not be written"))?;
    }
    let returns = text.windows(2).any(|pair| pair == b"\r\n");
    if !text.ends_with(b"\n") {
        text.extend_from_slice(if returns { b"\r\n" } else { b"\n" });
    }
    let ending = if returns { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new().terminator(ending).from_writer(Vec::new());
    for row in rows {
        writer.write_record(header.iter().map(|column| cell(row, column)))?;
    }
    text.extend(writer.into_inner().map_err(|_| anyhow::anyhow!("the table could not be written"))?);
    if existing.is_none() || session.dry_run {
        return session.write_file(path, &text, 0o644);
    }
    // What is added to is replaced by the longer table, whole or not at all.
    let mut file = part_file(path, 0o644)?;
    file.write_all(&text).and_then(|()| file.as_file().sync_all()).with_context(|| format!("cannot write {}", path.display()))?;
    persist(file, path, true)
}

fn aside_table(mapped: &Mapped) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["row", "column", "cause", "why", "proposal"])?;
    for one in mapped.aside.iter().flatten() {
        // A header cell may be a formula to a spreadsheet.
        let column = if one.column.starts_with(['=', '+', '-', '@']) { format!("'{}", one.column) } else { one.column.clone() };
        writer.write_record([&one.row.to_string(), &column, one.cause, &one.why, &one.proposal])?;
    }
    writer.into_inner().map_err(|_| anyhow::anyhow!("the table could not be written"))
}

/// How many rows set aside a person is shown.
const SHOWN: usize = 20;

fn report(session: &mut Session, args: &Args, sheet: &Sheet, mapped: &Mapped) -> anyhow::Result<()> {
    let mut causes: BTreeMap<&str, u64> = BTreeMap::new();
    for reasons in &mapped.aside {
        // A row with several reasons is counted under its first, so that the sum is right.
        *causes.entry(reasons.first().map_or("", |one| one.cause)).or_default() += 1;
    }
    if session.format == Format::Json {
        let aside: Vec<_> = mapped
            .aside
            .iter()
            .flatten()
            .map(|one| json!({"row": one.row, "column": one.column, "cause": one.cause, "why": one.why, "proposal": one.proposal}))
            .collect();
        let columns: serde_json::Map<_, _> = sheet.columns.iter().map(|(field, at)| (field.name().to_owned(), sheet.header[*at].clone().into())).collect();
        let object = json!({"format": "carepact.import/1", "rows": sheet.rows.len(), "written": mapped.rows.len(), "already": mapped.already,
            "set_aside": mapped.aside.len(), "causes": causes, "blank": sheet.blank, "columns": columns, "encoding": sheet.encoding, "reasons": aside});
        session.say(format!("{object:#}"))?;
        return Ok(());
    }
    let to_stdout = args.into.as_ref().is_some_and(|path| path.as_os_str() == "-");
    let verb = if args.into.is_none() {
        "would be written (give --into FILE)"
    } else if session.dry_run {
        "would be written"
    } else {
        "written"
    };
    let mut lines = vec![session.paint(
        BOLD,
        &format!(
            "{}: {} {verb}, {} there already or repeated, {} set aside",
            count(sheet.rows.len() as u64, "row", "rows"),
            thousands(mapped.rows.len() as u64),
            thousands(mapped.already),
            thousands(mapped.aside.len() as u64)
        ),
    )];
    let columns: Vec<String> = sheet.columns.iter().map(|(field, at)| format!("{} = {:?}", field.name(), sheet.header[*at])).collect();
    lines.push(format!("  columns: {}", columns.join(", ")));
    let unused: Vec<&str> = sheet
        .header
        .iter()
        .enumerate()
        .filter(|(at, name)| !name.is_empty() && !sheet.columns.values().any(|used| used == at))
        .map(|(_, name)| name.as_str())
        .collect();
    if !unused.is_empty() {
        lines.push(format!("  not used: {}", unused.join(", ")));
    }
    if sheet.encoding != "UTF-8" {
        lines.push(format!("  read as {}", sheet.encoding));
    }
    for (cause, rows) in &causes {
        lines.push(format!("  set aside, {}: {}", cause.replace('_', " "), thousands(*rows)));
    }
    for one in mapped.aside.iter().flatten().take(SHOWN) {
        let column = if one.column.is_empty() { String::new() } else { format!(", {}", one.column) };
        let proposal = if one.proposal.is_empty() { String::new() } else { format!("; perhaps {}", one.proposal) };
        lines.push(format!("  row {}{column}: {}{proposal}", one.row, one.why));
    }
    let reasons = mapped.aside.iter().flatten().count();
    if reasons > SHOWN {
        lines.push(format!("  and {} more; --set-aside FILE writes them all", thousands((reasons - SHOWN) as u64)));
    }
    for line in lines {
        if to_stdout { session.note(line) } else { session.say(line)? }
    }
    Ok(())
}
