//! `carepact register`: the organisations of a pack, and the national lists they come from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::columns::Columns;
use super::failure::Failure;
use super::formats::Telling;
use super::session::{BOLD, Format, GREEN, RED, Session, YELLOW, read_input};
use crate::diagnostics::results::{Input, NotAssessed, ResultFinding, Results};
use crate::diagnostics::{Finding, Severity, Standing, human, sort};
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::register::ods::compare::{Comparison, compare};
use crate::register::ods::import::{Import, PLACE_COLUMNS, SUCCESSOR_COLUMNS, Tally};
use crate::register::ods::{self, State};
use crate::register::{OrgId, Organisation};
use crate::source::Sources;
use crate::table::Table;
use crate::text::{count, thousands};
use crate::yaml::Sink;

/// Organisations: read the national lists, list a pack's register, compare the two
///
/// The lists are those of the Organisation Data Service (epraccur, etr, eccg as published, without a header) and parts of
/// them with headers. A layout is recognised by what stands in the file, never by its name; one that is not known is
/// refused. Open and closed organisations are kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact register import epraccur.csv etr.csv eccg.csv -o register
  carepact register list --kind gp_practice --place bolton --as-of 2026-07-01
  carepact register check epraccur.csv etr.csv --pack policies/ours")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Read national lists, count them, and write them as tables of a register
    ///
    /// Writes organisations.csv, functions.csv (GP practices), memberships.csv (sub-ICB location, ICB, borough), places.yaml
    /// (the places they name, for vocabulary.yaml) and quarantined.csv (rows not used, and why) to the folder of -o. Rows in =
    /// organisations + quarantined, or it ends with 3. Active means: open on --as-of by its dates, and not said to be
    /// dormant, proposed or closed; an active practice has prescribing setting 4 besides. A membership that the list
    /// does not date holds from --as-of and no earlier, so give the day of the list.
    #[command(after_help = "\
Examples:
  carepact register import epraccur.csv                                 counts only, nothing is written
  carepact register import epraccur.csv etr.csv --as-of 2023-12-31 -o register --places places.csv
  carepact register import etr.csv --successors successors.csv -f json")]
    Import(ImportArgs),
    /// List the organisations of a pack that are open on a day
    #[command(after_help = "\
Examples:
  carepact register list                                    the pack here or above, today
  carepact register list --kind gp_practice --place bolton
  carepact register list --closed --as-of 2026-07-01        those that had closed by then, and their successors
  carepact register list -f csv -o csv:open.csv")]
    List(ListArgs),
    /// Compare a pack's register with national lists
    ///
    /// Finds codes that are in no list, organisations open in the pack and closed in the list, other names, and opening
    /// dates that are too early. Kinds that no list given holds are said to be not assessed. A pack that says
    /// `synthetic: true` should have no code of a real organisation; its absent codes are counted, not reported.
    #[command(after_help = "\
Examples:
  carepact register check epraccur.csv etr.csv eccg.csv --pack policies/ours --successors successors.csv
  carepact register check epraccur.csv -f json -o json:register.json")]
    Check(CheckArgs),
}

#[derive(Debug, clap::Args)]
struct Lists {
    /// National lists as CSV (- is standard input)
    #[arg(required = true, value_name = "FILE")]
    lists: Vec<PathBuf>,
    /// Who carries on the work of closed organisations: ods,successor,from (else unknown, never guessed)
    #[arg(long, value_name = "FILE")]
    successors: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    #[command(flatten)]
    lists: Lists,
    /// Which codes of sub-ICB locations (or ICBs, or organisations) lie in which place: code,place
    #[arg(long, value_name = "FILE")]
    places: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only this kind: gp_practice, trust, council, ...
    #[arg(long)]
    kind: Option<String>,
    /// Only in this place of the vocabulary, or beneath it
    #[arg(long)]
    place: Option<String>,
    /// Those that have closed, instead of those that are open
    #[arg(long)]
    closed: bool,
}

#[derive(Debug, clap::Args)]
struct CheckArgs {
    #[command(flatten)]
    lists: Lists,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    match &args.action {
        Action::Import(args) => import(args, session),
        Action::List(args) => list(args, session),
        Action::Check(args) => check(args, session),
    }
}

/// The name that results print: without folder, so that it does not depend on where the file lies.
fn short_name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned() }
}

struct Loaded {
    import: Import,
    inputs: Vec<Input>,
}

fn load(lists: &Lists, places: Option<&PathBuf>, session: &mut Session) -> anyhow::Result<Loaded> {
    let mut import = Import::default();
    let mut inputs = Vec::new();
    let digest = |bytes: &[u8]| format!("sha256:{}", crate::text::hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref()));
    let from_stdin = lists.lists.iter().chain(&lists.successors).chain(places).filter(|path| path.as_os_str() == "-").count();
    if from_stdin > 1 {
        return Err(Failure::usage("standard input can be read only once").next("Name files instead of all but one -.").into());
    }
    for path in &lists.lists {
        if session.interrupted() {
            return Err(Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into());
        }
        let bytes = read_input(path)?;
        let list = ods::read(&bytes).map_err(|error| {
            let failure = Failure::unreadable(format!("{}: {error}", path.display()));
            error.next().into_iter().fold(failure, Failure::next)
        })?;
        inputs.push(Input { role: "register".to_owned(), name: short_name(path), digest: digest(&bytes) });
        import.add(short_name(path), list);
    }
    let mut sources = Sources::new();
    let sink = Sink::new();
    for (path, columns, successors) in [(&lists.successors, SUCCESSOR_COLUMNS, true), (&places.cloned(), PLACE_COLUMNS, false)] {
        let Some(path) = path else { continue };
        let bytes = read_input(path)?;
        let text = crate::yaml::decode(&bytes).map_err(|why| Failure::unreadable(format!("{}: {why}", path.display())))?;
        let file = sources.add(short_name(path), text);
        let table = Table::read(&sources, file, columns.0, columns.1, &sink);
        if successors {
            import.read_successors(&table, &sources, &sink);
        } else {
            import.read_places(&table, &sources, &sink);
        }
        inputs.push(Input { role: "table".to_owned(), name: short_name(path), digest: digest(&bytes) });
    }
    let mut findings = sink.into_findings();
    sort(&mut findings, &sources);
    if let Some(first) = findings.iter().find(|finding| finding.severity == Severity::Error) {
        let file = first.labels.first().map_or_else(|| first.place.clone(), |label| sources.name(label.span.file).to_owned());
        for finding in &findings {
            session.note(human::render(finding, &sources, session.style().plain()));
            session.note("");
        }
        return Err(Failure::unreadable(format!("{file} has {}", count(findings.len() as u64, "fault", "faults")))
            .next("Mend the file and run it again; a successor or place that cannot be read is not left out in silence.")
            .into());
    }
    Ok(Loaded { import, inputs })
}

fn tally_json(tally: &Tally) -> Value {
    let mut object: Map<String, Value> = State::ALL.iter().map(|state| (state.word().to_owned(), tally.of(*state).into())).collect();
    object.insert("organisations".to_owned(), tally.total().into());
    Value::Object(object)
}

fn quarantined(import: &Import) -> u64 {
    import.sources.iter().map(|source| source.quarantined.len() as u64).sum()
}

fn import(args: &ImportArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    // The folder of -o is checked before anything is read.
    let folders: Vec<PathBuf> = session.outputs.iter().filter(|output| output.format.is_none()).map(|output| output.path.clone()).collect();
    if folders.len() > 1 {
        return Err(Failure::usage("-o names more than one folder").next("Name one folder, and files with their format (json:results.json).").into());
    }
    if let Some(other) = session.outputs.iter().find(|output| output.format.is_some_and(|format| format != Format::Json)) {
        return Err(Failure::usage(format!(
            "{} is not a folder, and `register import` writes no {}",
            other.path.display(),
            other.format.map_or("", Format::name)
        ))
        .next("Name a folder for the tables (-o register), or json:FILE for the results.")
        .into());
    }
    only(session, "register import", &[Format::Human, Format::Short, Format::Json])?;
    let Loaded { import, inputs } = load(&args.lists, args.places.as_ref(), session)?;
    let day = session.as_of;
    let tables = import.tables(day);
    let mut results = Results::new("register-import", &day.to_string());
    results.inputs = inputs;
    results.balance = import.balance();
    let place_rows = import.by_place(day, None);
    let practices = import.by_place(day, Some("gp_practice"));
    let unused = import.unused_successors(day);
    let with_successor = import.organisations().filter(|one| one.closed.is_some() && import.successor(&one.ods).is_some()).count();
    let closed = import.organisations().filter(|one| one.closed.is_some()).count();
    results.data = json!({
        "organisations": import.len(),
        "lists": import.sources.iter().map(|source| json!({"name": source.name, "layout": source.layout, "rows": source.rows, "organisations": source.organisations})).collect::<Vec<_>>(),
        "kinds": import.by_kind(day).iter().map(|(kind, tally)| ((*kind).to_owned(), tally_json(tally))).collect::<Map<_, _>>(),
        "places": place_rows.iter().map(|(place, tally)| (place_word(place).to_owned(), tally_json(tally))).collect::<Map<_, _>>(),
        "gp_practices_by_place": practices.iter().map(|(place, tally)| (place_word(place).to_owned(), tally_json(tally))).collect::<Map<_, _>>(),
        "closing_dates": closed,
        "with_successor": with_successor,
        "successors_not_used": {"not_in_the_lists": unused.0, "of_open_organisations": unused.1},
        "undated_memberships_of_closed_left_out": tables.undated_of_closed,
        "quarantined": import.sources.iter().flat_map(|source| source.quarantined.iter().map(|row| json!({"file": source.name, "line": row.line, "reason": row.reason.words()}))).collect::<Vec<_>>(),
    });
    if let Some(folder) = folders.first() {
        let files: Vec<(&str, &[u8])> = tables.files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        write_folder(session, folder, &files)?;
    }
    for output in session.outputs.clone().iter().filter(|output| output.format == Some(Format::Json)) {
        session.write_file(&output.path, &results.to_bytes(), 0o644)?;
    }
    if session.format == Format::Json {
        session.raw(&results.to_bytes())?;
    } else {
        say_import(session, &import, day, (closed, with_successor), unused)?;
        if tables.undated_of_closed > 0 && !folders.is_empty() {
            session.say(format!(
                "{} without a date, of organisations closed before {day}, left out of memberships.csv",
                count(tables.undated_of_closed, "membership", "memberships")
            ))?;
        }
        if let Some(folder) = folders.first().filter(|_| !session.dry_run) {
            session.say(format!("Wrote {} to {}", count(tables.files.len() as u64, "file", "files"), folder.display()))?;
        }
    }
    Ok(if quarantined(&import) > 0 { Outcome::Incomplete } else { Outcome::Done })
}

fn place_word(place: &str) -> &str {
    if place.is_empty() { "not known" } else { place }
}

fn say_import(session: &mut Session, import: &Import, day: Date, (closed, with_successor): (usize, usize), unused: (u64, u64)) -> anyhow::Result<()> {
    let mut books = Columns::new(session, &["list", "read as", "rows", "organisations", "quarantined"], 2);
    for source in &import.sources {
        let cells = [
            source.name.clone(),
            source.layout.to_owned(),
            thousands(source.rows),
            thousands(source.organisations),
            thousands(source.quarantined.len() as u64),
        ];
        books.add_row(cells);
    }
    session.say(books.text())?;
    say_quarantined(session, import)?;
    if session.format == Format::Short {
        let kinds = import.by_kind(day);
        let active: u64 = kinds.values().map(|tally| tally.of(State::Active)).sum();
        let practices = kinds.get("gp_practice").map_or(0, |tally| tally.of(State::Active));
        session.say(format!(
            "{}, {} active on {day}, {} among them",
            count(import.len() as u64, "organisation", "organisations"),
            thousands(active),
            count(practices, "active practice", "active practices")
        ))?;
        return Ok(());
    }
    session.say("")?;
    session.say(session.paint(BOLD, &format!("By kind, on {}", day.in_words())))?;
    let heads = ["", "active", "dormant", "proposed", "opens later", "closed", "in all"];
    let add = |table: &mut Columns, name: &str, tally: &Tally| {
        let cells = State::ALL.iter().map(|state| tally.of(*state)).chain([tally.total()]).map(thousands);
        table.add_row(std::iter::once(name.to_owned()).chain(cells));
    };
    let mut kinds = Columns::new(session, &heads, 1);
    let mut all = [0_u64; 6];
    for (kind, tally) in &import.by_kind(day) {
        add(&mut kinds, kind, tally);
        for (sum, state) in all.iter_mut().zip(State::ALL) {
            *sum += tally.of(state);
        }
        all[5] += tally.total();
    }
    kinds.add_row(std::iter::once("in all".to_owned()).chain(all.map(thousands)));
    session.say(kinds.text())?;
    let practices = import.by_place(day, Some("gp_practice"));
    if practices.keys().any(|place| !place.is_empty()) {
        session.say("")?;
        session.say(session.paint(BOLD, "GP practices by place"))?;
        let mut places = Columns::new(session, &heads, 1);
        for (place, tally) in practices.iter().filter(|(place, _)| !place.is_empty()).chain(practices.get_key_value("")) {
            add(&mut places, place_word(place), tally);
        }
        session.say(places.text())?;
    }
    let known = import.by_place(day, None);
    let unknown = known.get("").map_or(0, Tally::total);
    session.say("")?;
    if unknown > 0 {
        session
            .say(format!("Place: not known for {} (--places FILE says which sub-ICB location lies where)", count(unknown, "organisation", "organisations")))?;
    }
    session.say(format!(
        "Successors: known for {} of {} (else unknown; --successors FILE)",
        thousands(with_successor as u64),
        count(closed as u64, "closed organisation", "closed organisations")
    ))?;
    if unused.0 > 0 {
        session.say(format!("The successors file names {} that no list has", count(unused.0, "organisation", "organisations")))?;
    }
    if unused.1 > 0 {
        session.say(format!(
            "The successors file names {} without a closing date; no successor is written for these",
            count(unused.1, "organisation", "organisations")
        ))?;
    }
    Ok(())
}

fn say_quarantined(session: &mut Session, import: &Import) -> anyhow::Result<()> {
    let lines = quarantined_lines(session, import, session.style().colour);
    session.raw(lines.as_bytes())?;
    Ok(())
}

/// A line for each reason in each list.
fn quarantined_lines(session: &Session, import: &Import, colour: bool) -> String {
    let mut out = String::new();
    for source in &import.sources {
        for (reason, number) in ods::by_reason(&source.quarantined) {
            let lines: Vec<String> = source.quarantined.iter().filter(|row| row.reason.words() == reason).map(|row| row.line.to_string()).collect();
            let few = if session.verbose > 0 { lines.len() } else { lines.len().min(8) };
            let more = if few < lines.len() { format!(" and {} more (-v)", lines.len() - few) } else { String::new() };
            let word = if colour { session.paint(YELLOW, "quarantined") } else { "quarantined".to_owned() };
            out.push_str(&format!("{word} {}: {}: {reason}; line {}{more}\n", source.name, count(number, "row", "rows"), lines[..few].join(", ")));
        }
    }
    out
}

/// Writes the files of a folder, whole or not at all. A folder that is not there appears with everything in it; in one
/// that is, no file is touched unless all may be.
fn write_folder(session: &mut Session, folder: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<()> {
    if folder.as_os_str() == "-" {
        return Err(Failure::usage("the tables are several files and do not go to standard output").next("Name a folder: -o register.").into());
    }
    if folder.exists() && !folder.is_dir() {
        return Err(Failure::usage(format!("{} is a file, not a folder", folder.display()))
            .next("Name a folder for the tables, or json:FILE for the results.")
            .into());
    }
    if folder.is_dir() {
        for (name, _) in files {
            session.check_free(&folder.join(name))?;
        }
        for (name, bytes) in files {
            session.write_file(&folder.join(name), bytes, 0o644)?;
        }
        return Ok(());
    }
    if session.dry_run {
        for (name, bytes) in files {
            session.note(format!("would write {} ({} bytes)", folder.join(name).display(), bytes.len()));
        }
        return Ok(());
    }
    let failed = |error: std::io::Error| Failure::usage(format!("cannot write {}: {}", folder.display(), super::session::io_words(&error)));
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".carepact-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o755));
    }
    let part = builder.tempdir_in(parent).map_err(failed)?;
    for (name, bytes) in files {
        session.write_file(&part.path().join(name), bytes, 0o644)?;
    }
    std::fs::rename(part.path(), folder).map_err(failed)?;
    // The folder has its name now; there is nothing left to remove.
    let _ = part.keep();
    Ok(())
}

/// Refuses a format of -f that a command does not have.
pub(super) fn only(session: &Session, what: &str, formats: &[Format]) -> Result<(), Failure> {
    if formats.contains(&session.format) {
        return Ok(());
    }
    let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    Err(Failure::usage(format!("`{what}` has no format {}", session.format.name())).next(format!("Use {}.", crate::text::or_list(&names))))
}

fn list(args: &ListArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    only(session, "register list", &[Format::Human, Format::Json, Format::Csv])?;
    let mut sources = Sources::new();
    let (pack, findings) = super::pack::read(session, None, &mut sources)?;
    let faulty = register_faults(&findings);
    let day = session.as_of;
    let kinds: std::collections::BTreeSet<&str> = pack.register.organisations.iter().map(|one| one.kind.as_str()).collect();
    if let Some(kind) = args.kind.as_deref().filter(|kind| !kinds.contains(kind)) {
        let failure = Failure::usage(format!("the register has no organisation of kind {kind:?}"));
        return Err(match crate::text::nearest(kind, kinds.iter().copied()) {
            Some(near) => failure.next(format!("Did you mean {near}?")),
            None => failure.next(format!("Its kinds are: {}.", kinds.iter().copied().collect::<Vec<_>>().join(", "))),
        }
        .into());
    }
    let place = args.place.as_deref().map(|name| super::ask::name(&pack.words.places, name)).transpose()?;
    // Where a closed organisation was, it was on its last day.
    let judged = |one: &Organisation| if one.open.last < day { one.open.last } else { day };
    let chosen: Vec<OrgId> = pack
        .register
        .ids()
        .filter(|id| {
            let one = pack.register.organisation(*id);
            args.kind.as_deref().is_none_or(|kind| one.kind == kind) && place.is_none_or(|place| one.is_in_on(&pack.words.places, place, judged(one)))
        })
        .collect();
    let of = |id: &OrgId| pack.register.organisation(*id);
    let shown: Vec<OrgId> = chosen.iter().copied().filter(|id| if args.closed { of(id).open.last < day } else { of(id).open.contains(day) }).collect();
    let later = chosen.iter().filter(|id| of(id).open.first > day).count();
    let places = |one: &Organisation| -> Vec<&str> {
        let mut names: Vec<&str> = one.places.iter().filter(|held| held.during.contains(judged(one))).map(|held| pack.words.places.path(held.value)).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let opened = |one: &Organisation| if one.open.first == Date::MIN { String::new() } else { one.open.first.to_string() };
    let closed = |one: &Organisation| one.closed.map(|date| date.to_string()).unwrap_or_default();
    let successor = |one: &Organisation| one.successor.as_ref().map(ToString::to_string).unwrap_or_default();
    let heads = ["ods", "name", "kind", "status", "places", "opened", "closed", "successor"];
    let rows: Vec<[String; 8]> = shown
        .iter()
        .map(|id| {
            let one = of(id);
            [
                one.ods.to_string(),
                one.name.clone(),
                one.kind.clone(),
                one.status.clone().unwrap_or_default(),
                places(one).join(" "),
                opened(one),
                closed(one),
                successor(one),
            ]
        })
        .collect();
    let object = json!({
        "format": "carepact.register-list/1",
        "as_of": day.to_string(),
        "pack": pack.reference(),
        "synthetic": pack.synthetic,
        "shown": if args.closed { "closed" } else { "open" },
        "opens_later": later,
        "organisations": shown.iter().map(|id| {
            let one = of(id);
            json!({"ods": one.ods.as_str(), "name": one.name, "kind": one.kind, "status": one.status, "places": places(one), "opened": none_if_empty(opened(one)),
                "closed": none_if_empty(closed(one)), "successor": none_if_empty(successor(one)), "member": one.member})
        }).collect::<Vec<_>>(),
    });
    let json_bytes = || {
        let mut bytes = serde_json::to_vec_pretty(&object).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    };
    let csv_bytes = || {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let _ = writer.write_record(heads);
        for row in &rows {
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    };
    for output in session.outputs.clone() {
        let bytes = match output.format {
            Some(Format::Json) => json_bytes(),
            Some(Format::Csv) | None => csv_bytes(),
            Some(other) => return Err(Failure::usage(format!("`register list` does not write {}", other.name())).next("Name a .csv or .json file.").into()),
        };
        session.write_file(&output.path, &bytes, 0o644)?;
    }
    match session.format {
        Format::Json => session.raw(&json_bytes())?,
        Format::Csv => session.raw(&csv_bytes())?,
        _ => {
            // A column that nobody fills is left out.
            let used: Vec<usize> = (0..heads.len()).filter(|index| *index < 3 || rows.iter().any(|row| !row[*index].is_empty())).collect();
            let mut text = Columns::new(session, &used.iter().map(|index| heads[*index]).collect::<Vec<_>>(), heads.len());
            for row in &rows {
                text.add_row(used.iter().map(|index| row[*index].clone()));
            }
            if !rows.is_empty() {
                session.say(text.text())?;
                session.say("")?;
            }
            let word = if args.closed { "closed before" } else { "open on" };
            let synthetic = if pack.synthetic { " (synthetic)" } else { "" };
            let later = if later > 0 && !args.closed { format!("; {} later", count(later as u64, "opens", "open")) } else { String::new() };
            session.say(format!("{} {word} {} in {}{synthetic}{later}", count(rows.len() as u64, "organisation", "organisations"), day.in_words(), pack.id))?;
        }
    }
    note_faults(session, &faulty, &sources, &pack);
    Ok(if faulty.is_empty() { Outcome::Done } else { Outcome::Incomplete })
}

fn none_if_empty(text: String) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

/// What reading the register's tables found: with an error there, rows are missing from what is shown.
fn register_faults(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.severity == Severity::Error && (finding.place == "register" || finding.place.starts_with("register/"))).collect()
}

fn note_faults(session: &mut Session, faulty: &[&Finding], sources: &Sources, pack: &Pack) {
    for finding in faulty.iter().take(3) {
        session.note(human::render(finding, sources, session.style().plain()));
    }
    if !faulty.is_empty() {
        let faults = count(faulty.len() as u64, "fault", "faults");
        session.note(format!("the register has {faults}, so this is incomplete; see them all: carepact check {}", pack.dir.display()));
    }
}

fn check(args: &CheckArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    super::formats::agree(session, "register check")?;
    let mut sources = Sources::new();
    let (pack, pack_findings) = super::pack::read(session, None, &mut sources)?;
    let Loaded { import, inputs } = load(&args.lists, None, session)?;
    let day = session.as_of;
    let Comparison { mut findings, found, absent, not_covered, mut not_assessed } = compare(&pack.register, &import, day, pack.synthetic);
    let faulty = register_faults(&pack_findings);
    // A level that the pack sets for a rule holds here as in `check`. What it allows is counted, not hidden.
    let level = |code: &str| pack.levels.get(code).filter(|_| crate::rules::all().any(|rule| rule.code == code && rule.adjustable)).map(|level| level.value);
    let mut allowed: BTreeMap<&'static str, u64> = BTreeMap::new();
    findings.retain_mut(|finding| match level(finding.code) {
        Some(None) => {
            *allowed.entry(finding.code).or_insert(0) += 1;
            false
        }
        Some(Some(level)) if finding.severity != Severity::Info => {
            finding.severity = level;
            true
        }
        _ => true,
    });
    not_assessed.extend(allowed.iter().map(|(code, number)| NotAssessed {
        what: format!("{code}, {}", count(*number, "finding", "findings")),
        why: "pack.yaml sets this rule to allow".to_owned(),
    }));
    crate::rules::exceptions::mark(&pack, &mut findings, day);
    // What stops the register from being read has no level to set, and nobody can accept it.
    findings.extend(faulty.iter().map(|finding| (*finding).clone()));
    sort(&mut findings, &sources);
    let mut results = Results::new("register-check", &day.to_string());
    results.pack = Some(pack.reference());
    results.inputs = inputs;
    results.balance = import.balance();
    results.not_assessed = not_assessed;
    results.findings = findings.iter().map(|finding| ResultFinding::from_finding(finding, &sources)).collect();
    let number = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity && finding.standing == Standing::Open).count();
    let accepted = findings.iter().filter(|finding| finding.standing != Standing::Open).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    results.data = json!({
        "synthetic": pack.synthetic,
        "organisations": {"in_pack": pack.register.organisations.len(), "found": found, "absent": absent, "not_assessed": not_covered},
        "listed": import.len(),
        "errors": errors,
        "warnings": warnings,
    });
    let incomplete = quarantined(&import) > 0 || !faulty.is_empty();
    let telling = Telling {
        rules: super::formats::rule_texts(|rule| findings.iter().any(|finding| finding.code == rule.code)),
        pack: Some(pack.dir.clone()),
        home: "register/organisations.csv".to_owned(),
        fails_from: Some(Severity::Error),
        complete: !incomplete,
        ..Telling::default()
    };
    super::formats::write(session, &results, &telling, |session, format, shown| {
        let style = if shown { session.style() } else { session.style().plain() };
        let paint = |colour, text: &str| if style.colour { session.paint(colour, text) } else { text.to_owned() };
        let mut out: String = if format == Format::Short {
            findings.iter().map(|finding| human::render_short(finding, &sources) + "\n").collect()
        } else {
            human::render_all(&findings, &sources, style, Some(human::SHOWN), "carepact register check -f short")
        };
        out.push_str(&quarantined_lines(session, &import, style.colour));
        for one in &results.not_assessed {
            out.push_str(&format!("{}: {}: {}\n", paint(YELLOW, "not assessed"), one.what, one.why));
        }
        let verdict = match (errors, warnings) {
            (0, 0) => paint(GREEN, "no finding"),
            (0, _) => paint(YELLOW, &count(warnings as u64, "warning", "warnings")),
            _ => paint(RED, &format!("{}, {}", count(errors as u64, "error", "errors"), count(warnings as u64, "warning", "warnings"))),
        };
        let accepted = match accepted {
            0 => String::new(),
            _ => format!(", {}", count(accepted as u64, "accepted exception", "accepted exceptions")),
        };
        out.push_str(&format!(
            "{} in the register: {} in the lists, {} absent, {} not assessed; {verdict}{accepted}\n",
            count(pack.register.organisations.len() as u64, "organisation", "organisations"),
            thousands(found),
            thousands(absent),
            thousands(not_covered)
        ));
        out
    })?;
    let mut outcome = if errors > 0 { Outcome::Findings } else { Outcome::Done };
    if incomplete {
        outcome = outcome.and(Outcome::Incomplete);
    }
    Ok(outcome)
}
