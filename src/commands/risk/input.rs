//! Opening and reading the extracts.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::columns::Columns;
use super::{Args, plan};
use crate::commands::failure::Failure;
use crate::commands::session::{Session, io_words, read_input};
use crate::disclosure::coded::Coded;
use crate::disclosure::population::{Journalist, Population};
use crate::disclosure::read::{ReadError, Reader};
use crate::outcome::Outcome;
use crate::tabular::{OpenError, Source, Stopped, Unpacked};

/// The name that results print, without folder.
pub(super) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned() }
}

/// More distinct rows than the budget holds.
pub(super) fn full(memory: usize) -> Failure {
    Failure::usage(format!("the values and distinct rows of these columns do not fit in the {memory} MiB allowed for them"))
        .next("Give more (--memory MIB), name fewer columns, or measure a coarser extract. Nothing was measured in part.")
}

/// Reads all extracts into one set of distinct rows. Columns are found by the header of the first.
pub(super) fn read(args: &Args, session: &Session, columns: Columns) -> anyhow::Result<(Coded, Columns)> {
    let mut columns = columns;
    let mut reader: Option<Reader> = None;
    if args.extracts.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::usage("standard input can be read only once").into());
    }
    for path in &args.extracts {
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
        let bar = session.progress(length, "measuring");
        let unpacked = Unpacked::new(bar.wrap_read(input)).map_err(|error| cannot(&error))?;
        let (layout, source) = Source::open(unpacked, args.block).map_err(|error| match &error {
            OpenError::Read(error) => cannot(error),
            OpenError::Utf16 => {
                Failure::unreadable(format!("cannot read {}: {error}", path.display())).next("Save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\").")
            }
            OpenError::Binary(_) => Failure::unreadable(format!("cannot read {}: {error}", path.display())).next("Unpack it, or save it as CSV."),
            error => Failure::unreadable(format!("cannot read {}: {error}", path.display())),
        })?;
        if reader.is_none() {
            columns = columns.found_in(&layout, &path.display().to_string())?;
            reader = Some(Reader::new(plan(args, &columns)?));
        }
        if let Some(reader) = &mut reader {
            reader.read(&layout, source, &session.interrupt_flag(), |_| ()).map_err(|error| stopped(path, error, args.memory))?;
        }
        bar.finish_and_clear();
    }
    let reader = reader.ok_or_else(|| Failure::usage("no extract is named"))?;
    let coded = reader.finish().map_err(|error| match error {
        ReadError::Disk(_) => not_aside(&error.to_string()),
        _ => full(args.memory),
    })?;
    if coded.rows == 0 {
        let left = if coded.excluded > 0 { " left: all lack a quasi-identifier" } else { "" };
        return Err(Failure::unreadable(format!("there are no rows{left}")).next("An extract without rows has no risk that could be measured.").into());
    }
    Ok((coded, columns))
}

fn not_aside(words: &str) -> Failure {
    Failure::usage(words.to_owned()).next("Name a folder with room: --spill DIR, or give more --memory. Nothing was left behind.")
}

fn stopped(path: &Path, error: Stopped<ReadError>, memory: usize) -> anyhow::Error {
    match error {
        Stopped::Row { why: ReadError::Full(_), .. } => full(memory).into(),
        Stopped::Row { why: why @ ReadError::NoColumn(_), .. } => Failure::unreadable(format!("{}: {why}, which the first extract has", path.display()))
            .next("Extracts measured together have the same columns.")
            .into(),
        Stopped::Row { row, why } => Failure::unreadable(format!("{}, row {row}: {why}", path.display()))
            .next("Rows are counted as a spreadsheet shows them: the header is row 1.")
            .into(),
        Stopped::Sink(error) if error.kind() == std::io::ErrorKind::OutOfMemory => full(memory).into(),
        Stopped::Sink(error) => not_aside(&format!("rows that do not fit in memory cannot be put aside: {}", io_words(&error))).into(),
        Stopped::Read(error) => Failure::unreadable(format!("cannot read {} to its end: {}", path.display(), io_words(&error))).into(),
        Stopped::Interrupted => Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into(),
        Stopped::Lost => Failure::new(Outcome::Bug, "bug", "a worker stopped without a word").into(),
    }
}

/// What a journalist reaches against the table of a population, and how many people it has.
pub(super) fn population(path: &Path, coded: &Coded, columns: &Columns, args: &Args) -> anyhow::Result<(Journalist, u64)> {
    let null: Vec<String> = columns.null.iter().chain(&args.null).cloned().collect();
    let population = Population::read(&read_input(path)?, coded, &null).map_err(|error| {
        Failure::unreadable(format!("the population {}: {error}", path.display()))
            .next("One row a combination: the quasi-identifiers by their names in the extract, and how many people have it in `population`.")
    })?;
    Ok((population.journalist(coded, args.k), population.people))
}
