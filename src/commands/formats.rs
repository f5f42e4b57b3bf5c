//! The formats of findings, for every command that has some: what each prints and each `-o` writes.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::session::{Format, Session};
use crate::diagnostics::junit::Case;
use crate::diagnostics::record::{Record, RuleText, RuleTexts, is_open};
use crate::diagnostics::results::Results;
use crate::diagnostics::{Severity, azure, github, gitlab, junit, markdown, ndjson, sarif};

/// What a command adds to its results, for formats that say more.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// The rules' texts.
    pub rules: RuleTexts,
    /// Folder of the pack, if there is one: files are named from the root of the repository it lies in.
    pub pack: Option<PathBuf>,
    /// The file at which a finding without a place is shown.
    pub home: String,
    /// The lowest level that fails the run.
    pub fails_from: Option<Severity>,
    /// Expectations of a pack's tests.
    pub cases: Vec<Case>,
    /// Nothing capped.
    pub all: bool,
    /// Everything was read.
    pub complete: bool,
    /// The file that Markdown is added to, for the summary of a step.
    pub summary: Option<PathBuf>,
}

/// Where `--step-summary` writes: GitHub Actions names the file.
pub fn step_summary(asked: bool) -> Result<Option<PathBuf>, Failure> {
    match std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        _ if !asked => Ok(None),
        Some(path) => Ok(Some(path.into())),
        None => Err(Failure::usage("--step-summary: GITHUB_STEP_SUMMARY is not set")
            .next("Only a step of GitHub Actions has a summary; elsewhere write -o markdown:FILE.")),
    }
}

/// Every format of findings.
pub const OF_FINDINGS: [Format; 10] =
    [Format::Human, Format::Short, Format::Json, Format::Ndjson, Format::Sarif, Format::Junit, Format::Github, Format::Gitlab, Format::Azure, Format::Markdown];

/// Refuses, before any work, formats that a command with findings does not write and files that are there already.
pub fn agree(session: &Session, command: &str) -> anyhow::Result<()> {
    let known: Vec<&str> = OF_FINDINGS.iter().map(|format| format.name()).collect();
    for format in session.outputs.iter().map(|output| output.format.unwrap_or(session.format)).chain([session.format]) {
        if !OF_FINDINGS.contains(&format) {
            return Err(Failure::usage(format!("`{command}` does not write {}", format.name()))
                .next(format!("Use {}; `carepact report` renders saved results (-o json:results.json).", crate::text::or_list(&known)))
                .into());
        }
    }
    for output in session.outputs.iter().filter(|output| output.path.as_os_str() != "-") {
        session.check_free(&output.path)?;
    }
    Ok(())
}

/// Writes every `-o`, then what `-f` asks for on stdout, unless an `-o` took stdout. `people` gives the formats that the
/// command words itself, human and short, in colours or not.
pub fn write(session: &mut Session, results: &Results, telling: &Telling, people: impl Fn(&Session, Format, bool) -> String) -> anyhow::Result<()> {
    let base = telling.pack.as_deref().map(from_root).unwrap_or_default();
    let record = Record {
        results,
        rules: &telling.rules,
        base: &base,
        home: &telling.home,
        fails_from: telling.fails_from,
        cases: &telling.cases,
        all: telling.all,
        complete: telling.complete,
    };
    for output in session.outputs.clone() {
        let format = output.format.unwrap_or(session.format);
        let bytes = machine(&record, format).unwrap_or_else(|| people(session, format, false).into_bytes());
        session.write_file(&output.path, &bytes, 0o644)?;
    }
    if let Some(path) = telling.summary.as_ref().filter(|_| !session.dry_run) {
        // Several steps write to one file; each adds.
        let added = std::fs::OpenOptions::new().append(true).create(true).open(path).and_then(|mut file| file.write_all(markdown::render(&record).as_bytes()));
        added.map_err(|error| Failure::usage(format!("cannot write {}: {}", path.display(), super::session::io_words(&error))))?;
    }
    if !session.outputs.iter().any(|output| output.path.as_os_str() == "-") {
        let bytes = machine(&record, session.format).unwrap_or_else(|| people(session, session.format, true).into_bytes());
        session.raw(&bytes)?;
    }
    Ok(())
}

/// The formats made from results alone.
fn machine(record: &Record<'_>, format: Format) -> Option<Vec<u8>> {
    Some(match format {
        Format::Json => record.results.to_bytes(),
        Format::Ndjson => ndjson::render(record),
        Format::Sarif => sarif::render(record),
        Format::Junit => junit::render(record),
        Format::Github => github::render(record).into_bytes(),
        Format::Gitlab => gitlab::render(record),
        Format::Azure => azure::render(record).into_bytes(),
        Format::Markdown => markdown::render(record).into_bytes(),
        Format::Human | Format::Short | Format::Html | Format::Csv => return None,
    })
}

/// Whether an open finding is of a level that fails the run.
pub fn fails(results: &Results, from: Option<Severity>) -> bool {
    results.findings.iter().any(|finding| is_open(finding) && from.is_some_and(|level| finding.severity >= level))
}

/// A folder from the root of the repository it lies in (where `.git` is), else from the folder of the run; with `/` at its end.
/// A folder that lies in neither has no name that another machine would know.
fn from_root(folder: &Path) -> String {
    let Ok(folder) = folder.canonicalize() else { return String::new() };
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let root = folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned).or(here);
    let Some(below) = root.and_then(|root| folder.strip_prefix(root).map(Path::to_owned).ok()) else { return String::new() };
    let mut base = String::new();
    for part in below.components() {
        base.push_str(&part.as_os_str().to_string_lossy());
        base.push('/');
    }
    base
}

/// The texts of the rules that a run could find something by.
pub fn rule_texts(judges: impl Fn(&crate::rules::Rule) -> bool) -> RuleTexts {
    crate::rules::all()
        .filter(|rule| judges(rule))
        .map(|rule| {
            let text = RuleText {
                title: rule.title.to_owned(),
                statement: rule.statement.to_owned(),
                help: format!("{}\n\nExpected by: {} ({}).\nMore: carepact explain {}", rule.next, rule.source, rule.certainty.in_words(), rule.code),
                severity: Some(rule.severity),
                url: None,
            };
            (rule.code.to_owned(), text)
        })
        .collect()
}

/// Refuses, before any work, formats that a command does not write and files that are there already.
pub fn agree_on(session: &Session, command: &str, known: &[Format]) -> anyhow::Result<()> {
    let names: Vec<&str> = known.iter().map(|format| format.name()).collect();
    for format in session.outputs.iter().filter_map(|output| output.format).chain([session.format]) {
        if !known.contains(&format) {
            return Err(Failure::usage(format!("`{command}` does not write {}", format.name())).next(format!("Use {}.", crate::text::or_list(&names))).into());
        }
    }
    for output in session.outputs.iter().filter(|output| output.path.as_os_str() != "-") {
        session.check_free(&output.path)?;
    }
    Ok(())
}

/// Writes every `-o`, then what `-f` asks for on stdout, unless an `-o` took stdout. `bytes` gives what is written in a
/// format, in colours or not.
pub fn write_each(session: &mut Session, bytes: impl Fn(&Session, Format, bool) -> Vec<u8>) -> anyhow::Result<()> {
    for output in session.outputs.clone() {
        let saved = bytes(session, output.format.unwrap_or(session.format), false);
        session.write_file(&output.path, &saved, 0o644)?;
    }
    if !session.outputs.iter().any(|output| output.path.as_os_str() == "-") {
        let shown = bytes(session, session.format, true);
        session.raw(&shown)?;
    }
    Ok(())
}
