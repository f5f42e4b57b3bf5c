//! `carepact risk --table`: a table of counts as it may leave.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Args;
use super::input::name;
use super::tables::Block;
use crate::commands::failure::Failure;
use crate::commands::session::{BOLD, Format, Session, read_input};
use crate::diagnostics::results::{Input, ResultFinding, Results};
use crate::diagnostics::{Finding, human};
use crate::disclosure::small_numbers::counts::{Counts, CountsError};
use crate::disclosure::small_numbers::differencing::{Differencing, differences};
use crate::disclosure::small_numbers::hide::{Cell, Protected, hide};
use crate::disclosure::small_numbers::{PROFILES, Profile, ProfileError};
use crate::outcome::Outcome;
use crate::source::Sources;
use crate::text::{count, thousands};

fn profile(text: &str) -> Result<Profile, Failure> {
    Profile::parse(text).map_err(|error| {
        let failure = Failure::usage(format!("--small-numbers: {error}"));
        match error {
            ProfileError::Unknown(_) => {
                let names: Vec<&str> = PROFILES.iter().map(|(name, _)| *name).collect();
                failure
                    .next(format!("Name {}, or your own: under=5,round=5 (counts from 1 to 4 hidden, others to the nearest 5).", crate::text::or_list(&names)))
            }
            ProfileError::Numbers => failure,
        }
    })
}

fn table(path: &Path, columns: &[String]) -> anyhow::Result<Counts> {
    Ok(Counts::read(&read_input(path)?, columns).map_err(|error| {
        let failure = Failure::unreadable(format!("{}: {error}", path.display()));
        match error {
            CountsError::NoCounts => {
                failure.next("Is the first line the header, and are the counts whole numbers (no separators, no *)? Name the columns with --counts.")
            }
            CountsError::Total { .. } => {
                failure.next("Rows and columns called total (or all) are taken for sums: correct them, or rename them if they are not.")
            }
            CountsError::NotCounts(_) => failure.next("Counts are whole numbers from 0, in every row."),
            _ => failure,
        }
    })?)
}

/// A figure as it may leave.
fn shown(cell: Cell) -> String {
    match cell {
        Cell::Shown(number) => number.to_string(),
        Cell::Primary | Cell::Secondary => "*".to_owned(),
    }
}

/// A percentage of the column's total, from what is shown of both.
fn percentage(part: Cell, whole: Cell) -> String {
    match (part, whole) {
        (Cell::Shown(part), Cell::Shown(whole)) if whole > 0 => format!("{:.1}", 100.0 * part as f64 / whole as f64),
        (Cell::Shown(_), Cell::Shown(_)) => String::new(),
        _ => "*".to_owned(),
    }
}

/// Header and rows of the table as it may leave.
fn rows(args: &Args, table: &Counts, protected: &Protected) -> (Vec<String>, Vec<Vec<String>>) {
    let mut header = table.header.clone();
    let mut rows: Vec<Vec<String>> = table.cells.clone();
    for (place, column) in table.columns.iter().enumerate() {
        for (row, cells) in rows.iter_mut().zip(&protected.cells) {
            row[*column] = shown(cells[place]);
        }
    }
    if let (true, Some(total)) = (args.percentages, table.total_row) {
        for (place, column) in table.columns.iter().enumerate() {
            header.push(format!("{} %", table.header[*column]));
            for (row, cells) in rows.iter_mut().zip(&protected.cells) {
                row.push(percentage(cells[place], protected.cells[total][place]));
            }
        }
    }
    (header, rows)
}

fn csv(header: &[String], rows: &[Vec<String>]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

fn findings(place: &str, table: &Counts, against: &str, found: &Differencing) -> Vec<Finding> {
    let mut list = Vec::new();
    if found.compared == 0 {
        let message = format!("{place} and {against} have no cell with the same words and column, so nothing was compared");
        list.push(Finding::warning("RSK-006", place, message).discriminator(against).help("Give both tables the same labels and column names."));
    }
    for told in &found.told {
        let column = &table.header[table.columns[told.column]];
        let message = format!("row {}, column `{column}`: the figures here and in {against} differ by a count that should be hidden", told.row + 2);
        list.push(
            Finding::error("RSK-006", format!("{place}/{}/{column}", told.row + 2), message)
                .discriminator(against)
                .ground("ISB 1523; Government Statistical Service guidance on intruder testing and differencing")
                .help("Round both tables, hide this cell in one of them, or let only one of them leave."),
        );
    }
    list
}

/// The profile as written and what it means: as the release of `--release` agrees it, else as typed. And the release's place.
fn asked(args: &Args, session: &mut Session) -> anyhow::Result<(String, Profile, Option<String>)> {
    let typed = args.small_numbers.as_ref().map(|words| profile(words).map(|profile| (words.clone(), profile))).transpose()?;
    let Some(release) = &args.release else {
        let (words, profile) = typed.ok_or_else(|| {
            Failure::usage("--small-numbers is missing: which counts are small is for the publisher to say")
                .next("Name hes-2018 (1 to 7 hidden, others to the nearest 5), or your own: under=5,round=5; or take what a release agrees: --release.")
        })?;
        return Ok((words, profile, None));
    };
    let mut sources = Sources::new();
    let release = super::columns::release(args, release, session, &mut sources)?;
    let Some((written, agreed)) = &release.small_numbers else {
        return Err(Failure::usage(format!("{} says nothing of small numbers", release.place))
            .next("Agree it in the release: `small_numbers: hes-2018` (or under=5,round=5), or protect the table without --release.")
            .into());
    };
    if let Some((words, _)) = typed.filter(|(_, typed)| typed != agreed) {
        return Err(Failure::refused(format!("{} agrees `small_numbers: {}`, not {words} ({})", release.place, written.value, sources.locate(written.span)))
            .next("Leave --small-numbers out, or agree on the other profile.")
            .into());
    }
    Ok((written.value.clone(), *agreed, Some(release.place.clone())))
}

/// Runs it.
pub(super) fn run(args: &Args, path: &Path, session: &mut Session) -> anyhow::Result<Outcome> {
    for format in session.outputs.iter().filter_map(|output| output.format).chain([session.format]) {
        if !matches!(format, Format::Human | Format::Short | Format::Json | Format::Markdown | Format::Csv) {
            return Err(Failure::usage(format!("`risk --table` has no format {}", format.name())).next("Use human, csv, markdown or json.").into());
        }
    }
    let (words, profile, release) = asked(args, session)?;
    let table_in = table(path, &args.counts)?;
    if args.percentages && table_in.total_row.is_none() {
        return Err(Failure::usage("--percentages needs a row of totals (a row called total)").into());
    }
    let protected = hide(&table_in, profile);
    let mut against = Vec::new();
    for other in &args.against {
        let there = table(other, &args.counts)?;
        let hidden = hide(&there, profile);
        against.push((name(other), differences((&table_in, &protected), (&there, &hidden), profile)));
    }
    let place = name(path);
    let found: Vec<Finding> = against.iter().flat_map(|(name, found)| findings(&place, &table_in, name, found)).collect();
    let (header, body) = rows(args, &table_in, &protected);
    let of = |which: fn(&Cell) -> bool| protected.cells.iter().flatten().filter(|cell| which(cell)).count() as u64;
    let (primary, secondary) = (of(|cell| *cell == Cell::Primary), of(|cell| *cell == Cell::Secondary));
    let mut results = Results::new("risk", &session.as_of.to_string());
    for file in std::iter::once(path).chain(args.against.iter().map(PathBuf::as_path)) {
        results.inputs.push(Input { role: "table".to_owned(), name: name(file), digest: "not taken: counts of few can be guessed at".to_owned() });
    }
    results.findings = found.iter().map(|finding| ResultFinding::from_finding(finding, &Sources::new())).collect();
    results.data = json!({"small_numbers": {
        "profile": words, "release": release, "under": profile.under, "round": profile.round, "header": header, "rows": body,
        "hidden": primary, "hidden_for_others": secondary,
        "against": against.iter().map(|(name, found)| json!({"table": name, "compared": found.compared, "told": found.told.len(), "blurred": found.blurred})).collect::<Vec<_>>(),
    }});
    let mut block = Block::new("", &header.iter().map(String::as_str).collect::<Vec<_>>());
    block.rows.clone_from(&body);
    let agreed = release.as_ref().map(|place| format!(", as {place} agrees")).unwrap_or_default();
    block.notes.push(format!("{words}: {}{agreed}", profile.words()));
    let cells = |number| count(number, "count", "counts");
    block.notes.push(format!("{} hidden, and {} more that would give them back by subtraction", cells(primary), thousands(secondary)));
    if args.percentages {
        block.notes.push("Percentages are those of the figures shown, of the column's total".to_owned());
    }
    for (name, found) in &against {
        block.notes.push(format!(
            "Against {name}: {} compared, {} told by subtraction, {} differ by few and do not show it",
            cells(found.compared),
            thousands(found.told.len() as u64),
            thousands(found.blurred)
        ));
    }
    let style = session.style();
    let text = |width, style: human::Style| {
        let bold = |text: &str| if style.colour { format!("{}{text}{}", BOLD.render(), BOLD.render_reset()) } else { text.to_owned() };
        let mut out = block.text(width, bold);
        for finding in &found {
            let _ = writeln!(out, "\n{}", human::render(finding, &Sources::new(), style));
        }
        out
    };
    for output in session.outputs.clone() {
        let bytes = match output.format {
            Some(Format::Csv) | None => csv(&header, &body)?,
            Some(Format::Json) => results.to_bytes(),
            Some(Format::Markdown) => block.markdown().into_bytes(),
            _ => text(None, human::Style::default()).into_bytes(),
        };
        session.write_file(&output.path, &bytes, 0o644)?;
    }
    match session.format {
        Format::Json => session.raw(&results.to_bytes())?,
        Format::Csv => session.raw(&csv(&header, &body)?)?,
        Format::Markdown => session.raw(block.markdown().as_bytes())?,
        _ => session.raw(text(session.width, style).as_bytes())?,
    }
    Ok(if found.iter().any(|finding| finding.severity == crate::diagnostics::Severity::Error) { Outcome::Findings } else { Outcome::Done })
}
