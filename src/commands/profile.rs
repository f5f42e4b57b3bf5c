//! `carepact profile`: what the columns of an extract are, and a draft of a release.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::columns::Columns;
use super::failure::Failure;
use super::session::{BOLD, Format, Session, io_words};
use crate::diagnostics::results::{Balance, Input, Results};
use crate::outcome::Outcome;
use crate::profile::draft::{Line, Wanted, draft, lines};
use crate::profile::shape::DISTINCT;
use crate::profile::{Kind, Profile, Shape, read};
use crate::tabular::{OpenError, Source, Stopped, Unpacked};
use crate::text::{count, thousands};

/// Recognise the columns of an extract, and draft a release that lets out nothing unknown
///
/// Reads the extract once and guesses what every column holds, by its name and by what its cells look like. A guess is
/// explained with counts and never with a value. -o FILE writes a draft `releases:` block: identifiers dropped or
/// pseudonymised, dates moved, what could single people out coarsened, everything unknown dropped. It is a draft: a
/// person decides, line by line. Exit 3 if rows could not be read, and no draft is written then.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact profile extract.csv
  carepact profile extract.csv --release phm-monthly --to QZ9 --for population_health -o draft.yaml
  carepact profile - -f json < extract.csv")]
pub struct Args {
    /// The extract; - is standard input
    #[arg(value_name = "EXTRACT")]
    pub extract: PathBuf,
    /// The agreement that the release will stand in, for the comments of the draft
    #[arg(long, value_name = "ID")]
    pub agreement: Option<String>,
    /// The name of the release
    #[arg(long, value_name = "NAME", default_value = "draft")]
    pub release: String,
    /// Who receives it
    #[arg(long, value_name = "ODS")]
    pub to: Option<String>,
    /// For which purpose
    #[arg(long = "for", value_name = "PURPOSE")]
    pub purpose: Option<String>,
    /// Workers (default: as many as the machine has, at most 16)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub threads: Option<u16>,
    /// Bytes read at a time (for tests)
    #[arg(long, hide = true, default_value_t = crate::tabular::chunk::BLOCK)]
    pub block: usize,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    for format in session.outputs.iter().filter_map(|output| output.format).chain([session.format]) {
        if !matches!(format, Format::Human | Format::Short | Format::Json) {
            return Err(Failure::usage(format!("`profile` has no format {}", format.name()))
                .next("Use human, short or json; -o FILE.yaml is the draft.")
                .into());
        }
    }
    for output in session.outputs.iter().filter(|output| output.path.as_os_str() != "-") {
        session.check_free(&output.path)?;
    }
    let profile = opened(args, session)?;
    let done = lines(&profile, session.as_of);
    let whole = profile.unread() == 0;
    let wanted = Wanted { release: args.release.clone(), to: args.to.clone(), purpose: args.purpose.clone(), on: session.as_of };
    let mut text = draft(&profile, &wanted);
    if let Some(agreement) = &args.agreement {
        text.insert_str(0, &format!("# For the agreement {}.\n", agreement.escape_default()));
    }
    let report = report(args, &profile, &done, session);
    let results = results(args, session, &profile, &done);
    for output in session.outputs.clone() {
        match output.format {
            Some(Format::Json) => session.write_file(&output.path, &results.to_bytes(), 0o600)?,
            Some(_) => session.write_file(&output.path, report.as_bytes(), 0o600)?,
            None if whole => {
                session.write_file(&output.path, text.as_bytes(), 0o600)?;
                session.note(format!("The draft is in {}: read it line by line, decide each TODO, then paste it into the agreement.", output.path.display()));
            }
            None => session.note("No draft: it would rest on an extract that was not read in full."),
        }
    }
    match session.format {
        Format::Json => session.raw(&results.to_bytes())?,
        Format::Short => session.raw(short(&profile, &done).as_bytes())?,
        _ => session.raw(report.as_bytes())?,
    }
    Ok(if whole { Outcome::Done } else { Outcome::Incomplete })
}

fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned() }
}

fn opened(args: &Args, session: &Session) -> anyhow::Result<Profile> {
    let path = &args.extract;
    let cannot = |error: &std::io::Error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(error)));
    let (input, length): (Box<dyn Read + Send>, u64) = if path.as_os_str() == "-" {
        (Box::new(std::io::stdin()), 0)
    } else {
        let file = File::open(path).map_err(|error| cannot(&error))?;
        let about = file.metadata().map_err(|error| cannot(&error))?;
        if about.is_dir() {
            return Err(Failure::unreadable(format!("{} is a folder", path.display())).next("Name the extract in it.").into());
        }
        (Box::new(file), about.len())
    };
    let bar = session.progress(length, "profiling");
    let unpacked = Unpacked::new(bar.wrap_read(input)).map_err(|error| cannot(&error))?;
    let (layout, source) = Source::open(unpacked, args.block).map_err(|error| match error {
        OpenError::Read(error) => cannot(&error),
        OpenError::DuplicateColumn(..) => Failure::unreadable(format!("cannot read {}: {error}", path.display()))
            .next("Give every column a name of its own. If the first row holds data, put a header before it."),
        error => Failure::unreadable(format!("cannot read {}: {error}", path.display())).next("Save it as CSV in UTF-8, with a header."),
    })?;
    let mut first = Shape::default();
    layout.header.iter().for_each(|cell| first.add(cell.as_bytes()));
    if first.nhs + first.postcode + first.email + first.phone + first.dates.iter().sum::<u64>() > 0 {
        return Err(Failure::unreadable(format!("the first row of {} holds data, not names of columns", path.display()))
            .next("Put a header before it: the name of every column.")
            .into());
    }
    let threads = args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, |count| count.get().min(16)), usize::from);
    let profile = read(layout, source, threads, &session.interrupt_flag()).map_err(|error| -> anyhow::Error {
        match error {
            Stopped::Row { row, why } => Failure::unreadable(format!("{}, row {row}: {why}", path.display()))
                .next("Rows are counted as a spreadsheet shows them: the header is row 1.")
                .into(),
            Stopped::Read(error) | Stopped::Sink(error) => cannot(&error).into(),
            Stopped::Interrupted => Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into(),
            Stopped::Lost => Failure::new(Outcome::Bug, "bug", "a worker stopped without a word").into(),
        }
    })?;
    bar.finish_and_clear();
    Ok(profile)
}

/// Counts that explain a guess.
fn because(profile: &Profile, index: usize) -> String {
    let (guess, shape) = (&profile.guesses[index], &profile.shapes[index]);
    let mut parts = Vec::new();
    match (guess.name, guess.values) {
        (Some(name), _) if guess.disagree => parts.push(format!("its name says {}, its values do not", name.in_words())),
        (Some(_), _) => parts.push("its name".to_owned()),
        (None, _) => {}
    }
    if let Some((kind, cells)) = guess.values {
        parts.push(format!("{} of {} look like {}", thousands(cells), thousands(shape.filled), kind.in_words()));
    } else if guess.rule == "name+values" {
        parts.push("its values fit".to_owned());
    } else if guess.rule == "values" {
        parts.push(format!("{} codes, nearly all different", thousands(shape.filled)));
    } else if guess.name.is_none() {
        parts.push("neither name nor values are known".to_owned());
    }
    for (what, cells) in &guess.hidden {
        if guess.values.is_none_or(|(kind, _)| kind != *what) {
            parts.push(format!("{} may hold: {}", count(*cells, "cell", "cells"), what.in_words()));
        }
    }
    if guess.kind == Kind::NhsNumber && shape.nhs_test > 0 {
        parts.push(format!("{} of the test range", thousands(shape.nhs_test)));
    }
    parts.join("; ")
}

fn distinct(shape: &Shape) -> String {
    if shape.distinct() >= DISTINCT { format!("{} or more", thousands(DISTINCT as u64)) } else { thousands(shape.distinct() as u64) }
}

fn report(args: &Args, profile: &Profile, done: &[Line], session: &Session) -> String {
    let mut out = format!(
        "{}\n",
        session.paint(
            BOLD,
            &format!(
                "{}: {}, {}, separated by {}",
                name(&args.extract),
                count(profile.rows, "row", "rows"),
                count(done.len() as u64, "column", "columns"),
                profile.layout.separator()
            )
        )
    );
    for (reason, rows) in &profile.malformed {
        let _ = writeln!(
            out,
            "{} could not be read ({}), so no draft is written: the guesses rest on the others.",
            count(*rows, "row", "rows"),
            if *reason == "encoding" { "not UTF-8: save the extract as UTF-8" } else { *reason }
        );
    }
    out.push('\n');
    let mut table = Columns::new(session, &["column", "looks like", "how sure", "draft", "because", "filled", "distinct"], 5);
    for (index, line) in done.iter().enumerate() {
        let (guess, shape) = (&profile.guesses[index], &profile.shapes[index]);
        table.add_row([
            profile.layout.header[index].clone(),
            guess.kind.in_words().to_owned(),
            guess.sure.word().to_owned(),
            line.action.to_owned(),
            because(profile, index),
            thousands(shape.filled),
            distinct(shape),
        ]);
    }
    out.push_str(&table.text());
    if !out.ends_with('\n') {
        out.push('\n');
    }
    let disagree = profile.guesses.iter().filter(|guess| guess.disagree).count() as u64;
    if disagree > 0 {
        let _ = writeln!(out, "\nName and values disagree in {}: look there first.", count(disagree, "column", "columns"));
    }
    out.push_str("\nGuesses, made without showing a value: a person decides what each column is.\n");
    out
}

fn short(profile: &Profile, done: &[Line]) -> String {
    let mut out = String::new();
    for (line, (name, guess)) in done.iter().zip(profile.layout.header.iter().zip(&profile.guesses)) {
        let _ = writeln!(out, "{}: {} ({}, {}) -> {}", crate::text::visible(name), guess.kind.word(), guess.sure.word(), guess.rule, line.action);
    }
    out
}

fn results(args: &Args, session: &Session, profile: &Profile, done: &[Line]) -> Results {
    let mut results = Results::new("profile", &session.as_of.to_string());
    let input = name(&args.extract);
    results.inputs =
        vec![Input { role: "extract".to_owned(), name: input.clone(), digest: "not taken: a plain digest of an extract can be guessed at".to_owned() }];
    let mut balance = Balance { input, read: profile.rows + profile.unread(), out: profile.rows, ..Balance::default() };
    for (reason, rows) in &profile.malformed {
        balance.quarantined.insert((*reason).to_owned(), *rows);
    }
    results.balance = vec![balance];
    let columns: Vec<Value> = (0..done.len())
        .map(|index| {
            let (guess, shape) = (&profile.guesses[index], &profile.shapes[index]);
            json!({
                "column": profile.layout.header[index],
                "kind": guess.kind.word(),
                "sure": guess.sure.word(),
                "rule": guess.rule,
                "name_says": guess.name.map(Kind::word),
                "values_say": guess.values.map(|(kind, cells)| json!({"kind": kind.word(), "cells": cells})),
                "disagree": guess.disagree,
                "hidden": guess.hidden.iter().map(|(kind, cells)| json!({"kind": kind.word(), "cells": cells})).collect::<Vec<_>>(),
                "filled": shape.filled,
                "empty": shape.empty,
                "distinct": shape.distinct(),
                "distinct_at_least": shape.distinct() >= DISTINCT,
                "longest": shape.longest,
                "because": because(profile, index),
                "draft": done[index].action,
                "why": done[index].why,
            })
        })
        .collect();
    results.data = json!({"rows": profile.rows, "separator": profile.layout.separator(), "byte_order_mark": profile.layout.bom, "columns": columns});
    results
}
