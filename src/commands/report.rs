//! `carepact report`: one report from saved results.

mod returned;

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::session::{self, Format, Session};
use super::signed;
use crate::evidence::manifest::{Output, ReportInput, ReportManifest, sha256};
use crate::evidence::signature::Namespace;
use crate::outcome::Outcome;
use crate::report::tables::{self, Table};
use crate::report::{Options, ReadError, Report, Saved, html, markdown};
use crate::text::{count, thousands};

/// Make a report from saved results
///
/// Reads what check, test, audit and pseudonymise saved with `-o json:FILE`, and manifests of releases, and writes one
/// report: an HTML file that works without network or script, Markdown, CSV or JSON. Nothing is judged anew: what the
/// results do not hold is shown as not assessed.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "Examples:
  carepact report check.json audit.json -o report.html
  carepact report check.json --previous last-month/check.json -o html:report.html -o markdown:summary.md -o csv:tables -o json:report.json

A CSV path that ends in .csv holds the findings; any other is a folder with a file for each table.
Exit codes: 0 written, 2 usage, 3 a file could not be read or its books do not balance")]
pub struct Args {
    /// Saved results (carepact.results/1) and manifests of releases (carepact.manifest/1)
    #[arg(required = true, value_name = "RESULTS")]
    pub results: Vec<PathBuf>,
    /// Results of last time, to say what changed (can be repeated)
    #[arg(long, value_name = "RESULTS")]
    pub previous: Vec<PathBuf>,
    /// The kind of report; this version makes the full one
    #[arg(long, value_name = "KIND", default_value = "full")]
    pub kind: String,
    /// The heading (default: the community's name)
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The period in words, for example "June 2026" (default: what the audit covers)
    #[arg(long, value_name = "TEXT")]
    pub period: Option<String>,
    /// The protective marking at the top of every page
    #[arg(long, value_name = "TEXT", default_value = "OFFICIAL-SENSITIVE")]
    pub classification: String,
    /// Someone with authority has approved it: do not call it a draft
    #[arg(long = "final")]
    pub approved: bool,
    /// Sign what is written: manifest.json and manifest.json.sig beside it, for `carepact verify`
    #[arg(long, value_name = "FILE")]
    pub sign_key: Option<PathBuf>,
    /// Instead of a report
    #[command(subcommand)]
    pub action: Option<Action>,
}

/// What `report` does beside reports.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Put the answers of organisations together, as `audit --decisions` reads them
    ImportDecisions(returned::Args),
}

/// Kinds of the design that this version does not make.
const PLANNED: [&str; 8] = ["ropa", "caldicott", "board", "expiry", "who-can-see", "public", "agreement", "dspt"];

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if let Some(Action::ImportDecisions(args)) = &args.action {
        return returned::run(args, session);
    }
    if args.kind != "full" {
        if PLANNED.contains(&args.kind.as_str()) {
            return Err(Failure::not_built(&format!("the report of kind {}", args.kind)).into());
        }
        return Err(Failure::usage(format!("there is no report of kind {:?}", args.kind)).next("Leave --kind out for the full report.").into());
    }
    // A wrong format is told before anything is read.
    let mut outputs = Vec::new();
    for output in session.outputs.clone() {
        let is_stdout = output.path.as_os_str() == "-";
        let format = output.format.or_else(|| (is_stdout && session.format != Format::Human).then_some(session.format));
        match format {
            Some(Format::Html | Format::Markdown | Format::Json) => {}
            Some(Format::Csv) if !is_stdout || output.path.extension().is_some() => {}
            Some(Format::Csv) => {}
            _ => {
                return Err(Failure::usage(format!("a report cannot be written to {} without a format it has", output.path.display()))
                    .next("Write html:PATH, markdown:PATH, csv:PATH or json:PATH, or a path that ends in .html, .md, .csv or .json.")
                    .into());
            }
        }
        if !is_stdout {
            session.check_free(&output.path)?;
        }
        outputs.push((format.unwrap_or(Format::Html), output.path));
    }
    let signing = match &args.sign_key {
        Some(key) => Some((signing_folder(&outputs)?, super::keys::read_signer(key)?)),
        None => None,
    };
    if let Some((folder, _)) = &signing {
        session.check_free(&folder.join("manifest.json"))?;
    }
    let now = read_all(&args.results)?;
    let before = read_all(&args.previous)?;
    let options = Options { title: args.title.clone(), period: args.period.clone(), classification: args.classification.clone(), approved: args.approved };
    let report = Report::new(&now, &before, &options);

    if outputs.is_empty() {
        match session.format {
            Format::Human | Format::Short => say(&report, session)?,
            format => session.raw(&render(&report, format)?)?,
        }
    }
    let mut written: Vec<Output> = Vec::new();
    for (format, path) in &outputs {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if *format == Format::Csv && path.as_os_str() != "-" && path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("csv")) {
            let list = tables::all(&report);
            write_folder(&list, path, session)?;
            written.extend(list.iter().map(|table| Output {
                name: format!("{name}/{}.csv", table.name),
                rows: Some(table.rows.len() as u64),
                sha256: sha256(&tables::to_csv(table)),
            }));
            session.note(format!("wrote {} (CSV, a file for each table)", path.display()));
            continue;
        }
        let bytes = render(&report, *format)?;
        session.write_file(path, &bytes, 0o600)?;
        written.push(Output { name, rows: None, sha256: sha256(&bytes) });
        if path.as_os_str() != "-" && !session.dry_run {
            session.note(format!("wrote {} ({})", path.display(), format.name()));
        }
    }
    if let Some((folder, key)) = &signing {
        let mut manifest = ReportManifest::new(&signed::made()?);
        let role = |saved: &[Saved], role: &str| -> Vec<ReportInput> {
            saved.iter().map(|saved| ReportInput { role: role.to_owned(), name: saved.name.clone(), sha256: saved.sha256.clone() }).collect()
        };
        manifest.inputs = role(&now, "results");
        manifest.inputs.extend(role(&before, "previous results"));
        manifest.outputs = written;
        let path = folder.join("manifest.json");
        signed::write(session, &path, &manifest.to_bytes(), Namespace::Report, key)?;
        session.note(format!("signed in {}", path.display()));
    }
    Ok(if report.balance.iter().all(|line| line.holds) { Outcome::Done } else { Outcome::Incomplete })
}

/// The one folder that all outputs lie in: a manifest vouches for what is beside it.
fn signing_folder(outputs: &[(Format, PathBuf)]) -> anyhow::Result<PathBuf> {
    let mut folders = outputs.iter().map(|(_, path)| path.parent().map(Path::to_owned).unwrap_or_default());
    let together = || Failure::usage("a signed report needs its files in one folder").next("Give every -o a path in the same folder, and none as -.");
    let first = folders.next().ok_or_else(together)?;
    if outputs.iter().any(|(_, path)| path.as_os_str() == "-") || folders.any(|folder| folder != first) {
        return Err(together().into());
    }
    Ok(first)
}

fn read_all(paths: &[PathBuf]) -> anyhow::Result<Vec<Saved>> {
    paths
        .iter()
        .map(|path| {
            let bytes = session::read_input(path)?;
            let name = path.file_name().map_or_else(|| "standard input".to_owned(), |name| name.to_string_lossy().into_owned());
            let saved = Saved::read(&name, &bytes).map_err(|error| -> anyhow::Error {
                let failure = Failure::unreadable(error.to_string());
                match error {
                    ReadError::OtherFormat { .. } | ReadError::NotJson { .. } => {
                        failure.next("Save results with `-o json:FILE` of check, test, audit or pseudonymise.").into()
                    }
                    ReadError::Shape { .. } => failure.next("Make the results again with this version of carepact.").into(),
                }
            })?;
            // A doubled key (a second `findings: []`) could make what was found vanish.
            crate::evidence::strict_json::parse(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).map_err(|error| {
                Failure::unreadable(format!("cannot read {}: {error}", path.display()))
                    .next("Give results as a command saved them; make them again if they were changed.")
            })?;
            Ok(saved)
        })
        .collect()
}

fn render(report: &Report, format: Format) -> anyhow::Result<Vec<u8>> {
    Ok(match format {
        Format::Html => html::render(report).map_err(|error| Failure::new(Outcome::Bug, "bug", error.to_string()))?.into_bytes(),
        Format::Markdown => markdown::render(report).into_bytes(),
        Format::Csv => tables::all(report).iter().find(|table| table.name == "findings").map(tables::to_csv).unwrap_or_default(),
        _ => report.to_json(),
    })
}

/// Every table in a folder that appears whole or not at all.
fn write_folder(list: &[Table], path: &Path, session: &mut Session) -> anyhow::Result<()> {
    if session.dry_run {
        session.note(format!("would write {} ({})", path.display(), count(list.len() as u64, "table", "tables")));
        return Ok(());
    }
    session.check_free(path)?;
    if path.is_dir() {
        // --force: the files are replaced one by one, what else lies in the folder stays.
        for table in list {
            session.write_file(&path.join(format!("{}.csv", table.name)), &tables::to_csv(table), 0o600)?;
        }
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |error: &std::io::Error| Failure::usage(format!("cannot write in {}: {}", parent.display(), session::io_words(error)));
    let folder = tempfile::Builder::new().prefix(".carepact-").suffix(".part").tempdir_in(parent).map_err(|error| cannot(&error))?;
    for table in list {
        session.write_file(&folder.path().join(format!("{}.csv", table.name)), &tables::to_csv(table), 0o600)?;
    }
    std::fs::rename(folder.path(), path).map_err(|error| cannot(&error))?;
    // It has its name now; there is nothing left to remove under the old one.
    let _ = folder.keep();
    Ok(())
}

fn say(report: &Report, session: &mut Session) -> anyhow::Result<()> {
    let style = match report.summary.level {
        "act" => session::RED,
        "clear" => session::GREEN,
        _ => session::YELLOW,
    };
    let title = session.paint(session::BOLD, &format!("{}, {}", report.cover.title, report.cover.period));
    session.say(title)?;
    let verdict = session.paint(style, &report.summary.verdict);
    session.say(verdict)?;
    let mut table = super::columns::Columns::new(session, &["", "now", "last time"], 1).indented(1);
    for total in &report.totals {
        let shown = |number: Option<u64>| number.map_or_else(|| tables::NOT_GIVEN.to_owned(), thousands);
        let before = if report.summary.changes.is_some() { shown(total.before) } else { String::new() };
        table.add_row([total.label.to_owned(), shown(total.now), before]);
    }
    session.say(table.text())?;
    session.say("")?;
    session.say("Write it with -o report.html (or markdown:, csv:, json:).")?;
    Ok(())
}
