//! A profile proposed for a log, with its reasons. No value of a log stands in a proposal, save words of fixed lists.

mod column;
mod names;
mod sample;
mod times;

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use self::column::{Judged, judge};
use self::sample::{Sample, Shape};
use super::profile::{Format, Profile, TARGETS, Target};
use super::read::Log;
use crate::source::Sources;
use crate::text::{count, thousands};

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The profile, reasons as comments.
    pub yaml: String,
    /// What it lacks to be used, in words; empty if it can be used at once.
    pub lacks: Vec<String>,
}

/// Why nothing is proposed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InferError {
    /// Nothing stands in it.
    #[error("it has no record to look at")]
    Empty,
    /// No separator gives lines of equal length.
    #[error("its lines are no table: no separator gives the same number of cells in most of them")]
    NoTable,
    /// A name stands for two columns.
    #[error("the header has the column {column} twice")]
    ColumnTwice {
        /// The column.
        column: String,
    },
    /// The first line is a record.
    #[error("its first line looks like a record and not like names of columns: a profile needs a header")]
    NoHeader,
}

/// Proposes a profile from the beginning of a log; `whole` if nothing follows it. `name` is written into the proposal; the
/// same bytes give the same proposal.
pub fn propose(name: &str, start: &[u8], whole: bool) -> Result<Proposal, InferError> {
    let sample = Sample::take(start, whole)?;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "# Proposed by carepact from {} of {}. A person must look at it before it is relied on.",
        count(sample.records as u64, "record", "records"),
        quoted(name)
    );
    if let Shape::Standard(format) = sample.shape {
        let (word, what) = if format == Format::Fhir { ("fhir", "FHIR AuditEvents") } else { ("atna", "audit messages in XML or syslog") };
        let _ = writeln!(out, "# It holds {what}: the standard says where each field stands, a profile only maps codes to names.\nformat: {word}");
        return Ok(Proposal { yaml: out, lacks: Vec::new() });
    }
    let judged: Vec<Judged<'_>> = sample.columns.iter().map(judge).collect();
    let chosen = assign(&judged);

    match sample.shape {
        Shape::Lines => out.push_str("# Every line is a JSON object; a name with dots is a member of a member.\nformat: ndjson\n"),
        _ => {
            let _ = writeln!(
                out,
                "format: csv\ndelimiter: {}",
                if sample.delimiter == b'\t' { "tab".to_owned() } else { quoted(&char::from(sample.delimiter).to_string()) }
            );
        }
    }
    if sample.encoding != "utf-8" {
        let _ = writeln!(out, "# {}\nencoding: {}", sample.encoding_reason, sample.encoding);
    }
    let time = chosen.iter().find(|(target, _)| *target == Target::Time).and_then(|(_, at)| judged[*at].time.clone());
    if time.as_ref().is_none_or(|time| !time.offset) {
        out.push_str(
            "# No time says its offset: they are taken as clocks in London showed them. If the system writes UTC, say `tz: UTC`.\ntz: Europe/London\n",
        );
    }
    out.push_str("fields:\n");
    let mut lacks = Vec::new();
    for (target, key, _) in TARGETS {
        match chosen.iter().find(|(known, _)| *known == target) {
            Some((_, at)) => {
                if let Some((one, other)) = either(&judged[*at], target) {
                    let column = quoted(&judged[*at].column.name);
                    let _ =
                        writeln!(out, "  # Every value of {column} can be read with the day first and with the month first. Ask, then keep one of the two:");
                    for pattern in [one, other] {
                        let _ = writeln!(out, "  # {key}: {{column: {column}, date: {}}}", quoted(pattern));
                    }
                    lacks.push(format!("the dates of {column} can be read with the day first and with the month first alike (`{key}`)"));
                } else {
                    field(&mut out, target, key, &judged[*at], sample.shape);
                }
            }
            None if matches!(target, Target::Time | Target::User) => {
                let what = if target == Target::Time { "when it was" } else { "who looked" };
                let _ = writeln!(out, "  # No column was found that says {what}; a profile needs one.\n  # {key}: COLUMN");
                lacks.push(format!("no column was found that says {what} (`{key}`)"));
            }
            None => {}
        }
    }
    let left: Vec<String> =
        judged.iter().enumerate().filter(|(at, _)| chosen.iter().all(|(_, used)| used != at)).map(|(_, one)| quoted(&one.column.name)).collect();
    if !left.is_empty() {
        let _ = writeln!(out, "# Not used: {}.", left.join(", "));
    }
    for (target, at, why) in not_usable(&judged, &chosen) {
        let _ = writeln!(out, "# {} looks like `{}`, but {why}.", quoted(&judged[at].column.name), name_of(target));
    }
    if lacks.is_empty() {
        tried(&mut out, &start[..sample.cut]);
    }
    Ok(Proposal { yaml: out, lacks })
}

/// Reads the beginning with the proposal and says what came of it.
fn tried(out: &mut String, start: &[u8]) {
    let mut sources = Sources::new();
    let file = sources.add("proposal.yaml", out.clone());
    let (Some(profile), _) = Profile::read(&sources, file) else { return };
    let mut log = Log::default();
    if log.add("sample", &mut &start[..], &profile, 1, &AtomicBool::new(false)).is_err() {
        return;
    }
    let tally = &log.books[0].tally;
    let _ = write!(out, "# With it, {} of these records are read", thousands(tally.accepted));
    if tally.quarantined.is_empty() {
        out.push_str(" and none is set aside.\n");
    } else {
        let reasons: Vec<String> = tally.quarantined.iter().map(|(reason, number)| format!("{} {}", thousands(*number), reason.replace('_', " "))).collect();
        let _ = writeln!(out, "; set aside: {}.", reasons.join(", "));
    }
}

/// The two patterns of a time that says its day and month in figures that do not tell which is which.
fn either<'j>(column: &'j Judged<'_>, target: Target) -> Option<(&'j str, &'j str)> {
    let time = column.time.as_ref().filter(|_| target == Target::Time)?;
    Some((time.pattern.as_deref()?, time.other.as_deref()?))
}

fn name_of(target: Target) -> &'static str {
    TARGETS.iter().find(|(known, ..)| *known == target).map_or("", |(_, name, _)| name)
}

/// Gives columns to fields, best match first; one column serves one field.
fn assign(judged: &[Judged<'_>]) -> Vec<(Target, usize)> {
    let mut offers: Vec<(u32, usize, usize)> = Vec::new();
    for (row, (target, ..)) in TARGETS.iter().enumerate() {
        for (at, column) in judged.iter().enumerate() {
            let score = column.score(*target);
            if score >= column::ENOUGH && column.usable(*target).is_ok() {
                offers.push((score, row, at));
            }
        }
    }
    // Best first; equal ones in the order of the fields and of the columns.
    offers.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut chosen: Vec<(Target, usize)> = Vec::new();
    for (_, row, at) in offers {
        let target = TARGETS[row].0;
        if chosen.iter().all(|(known, used)| *known != target && *used != at) {
            chosen.push((target, at));
        }
    }
    chosen
}

/// Columns whose name says a field whose values do not fit it.
fn not_usable(judged: &[Judged<'_>], chosen: &[(Target, usize)]) -> Vec<(Target, usize, String)> {
    let mut found = Vec::new();
    for (target, ..) in TARGETS {
        if chosen.iter().any(|(known, _)| *known == target) {
            continue;
        }
        for (at, column) in judged.iter().enumerate().filter(|(at, _)| chosen.iter().all(|(_, used)| used != at)) {
            if column.score(target) >= column::ENOUGH
                && let Err(why) = column.usable(target)
            {
                found.push((target, at, why));
            }
        }
    }
    found
}

fn field(out: &mut String, target: Target, key: &str, column: &Judged<'_>, shape: Shape) {
    let _ = writeln!(out, "  # {}", column.reasons(target).join("; "));
    let mut parts = vec![format!("column: {}", quoted(&column.column.name))];
    match target {
        Target::Time => {
            if let Some(pattern) = column.time.as_ref().and_then(|time| time.pattern.as_ref()) {
                parts.push(format!("date: {}", quoted(pattern)));
            }
        }
        Target::Person => {
            if !column.is_nhs_number() {
                parts.push("form: local".to_owned());
            }
            if shape == Shape::Lines && column.column.list {
                parts.push("separator: \"|\"".to_owned());
            }
        }
        Target::Category if column.column.list => parts.push("separator: \"|\"".to_owned()),
        Target::Category => {
            if let Some(separator) = column.separator() {
                parts.push(format!("separator: {}", quoted(separator)));
            }
        }
        _ => {}
    }
    let map: Vec<String> = column.map(target).into_iter().map(|(written, word)| format!("{}: {}", quoted(&written), quoted(word))).collect();
    if !map.is_empty() {
        parts.push(format!("map: {{{}}}", map.join(", ")));
    }
    match &parts[..] {
        [only] => {
            let _ = writeln!(out, "  {key}: {}", only.trim_start_matches("column: "));
        }
        _ => {
            let _ = writeln!(out, "  {key}: {{{}}}", parts.join(", "));
        }
    }
}

/// A text as YAML reads it back, whatever stands in it: plain if it can be nothing else.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|one: char| one.is_ascii_alphabetic())
        && text.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
        && !matches!(text.to_ascii_lowercase().as_str(), "y" | "n" | "yes" | "no" | "true" | "false" | "on" | "off" | "null");
    if plain { text.to_owned() } else { serde_json::Value::String(text.to_owned()).to_string() }
}
