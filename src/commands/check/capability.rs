//! `carepact check --profile`: a pack, and its neighbour, beside a shared minimum.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Args, FailOn};
use crate::access_log::profile::Profile;
use crate::capability::{self, Answer, Evidence, Minimum, Verdict, place, score};
use crate::commands::failure::Failure;
use crate::commands::session::{Format, Session};
use crate::diagnostics::results::{NotAssessed, PackRef, Results};
use crate::outcome::Outcome;
use crate::rules::data::Facts;
use crate::rules::{Context, judge};
use crate::source::Sources;
use crate::text::count;

/// A pack and its answers.
struct Judged {
    name: String,
    reference: PackRef,
    answers: Vec<Answer>,
    sources: Sources,
    not_assessed: Vec<NotAssessed>,
    unread: bool,
}

/// Runs it.
pub(super) fn run(name: &str, args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let Some(minimum) = capability::find(name) else {
        let known: Vec<&str> = capability::ALL.iter().map(|minimum| minimum.name).collect();
        let failure = Failure::usage(format!("there is no profile {name:?}"));
        return Err(match crate::text::nearest(name, known.iter().copied()) {
            Some(near) => failure.next(format!("Did you mean {near}?")),
            None => failure.next(format!("Use {}.", crate::text::or_list(&known))),
        }
        .into());
    };
    let formats = [Format::Human, Format::Json, Format::Markdown];
    crate::commands::register::only(session, "check --profile", &formats)?;
    for output in &session.outputs {
        if let Some(other) = output.format.filter(|format| !formats.contains(format)) {
            return Err(Failure::usage(format!("`check --profile` does not write {}", other.name())).next("Use human, json or markdown.").into());
        }
        if output.path.as_os_str() != "-" {
            session.check_free(&output.path)?;
        }
    }
    let mut packs = vec![judged(minimum, args.folder.as_ref(), session)?];
    if let Some(other) = &args.beside {
        packs.push(judged(minimum, Some(other), session)?);
    }
    let bytes = |format: Format, session: &Session| match format {
        Format::Json => results(minimum, &packs, session).to_bytes(),
        Format::Markdown => markdown(minimum, &packs, session).into_bytes(),
        _ => text(minimum, &packs, session).into_bytes(),
    };
    for output in session.outputs.clone() {
        let saved = bytes(output.format.unwrap_or(session.format), session);
        session.write_file(&output.path, &saved, 0o644)?;
    }
    if !session.outputs.iter().any(|output| output.path.as_os_str() == "-") {
        let shown = bytes(session.format, session);
        session.raw(&shown)?;
    }
    // An item that is not met is no finding of the rules; it fails the run only where warnings do.
    let lacking = packs[0].answers.iter().any(|answer| answer.verdict == Verdict::NotMet);
    let failing = lacking && matches!(args.fail_on, FailOn::Warning | FailOn::Info);
    let outcome = if failing { Outcome::Findings } else { Outcome::Done };
    Ok(if packs.iter().any(|pack| pack.unread) { outcome.and(Outcome::Incomplete) } else { outcome })
}

fn judged(minimum: &Minimum, named: Option<&PathBuf>, session: &Session) -> anyhow::Result<Judged> {
    let mut sources = Sources::new();
    let (pack, reading) = crate::commands::pack::read(session, named, &mut sources)?;
    let unread = super::unread(&reading);
    let (mut not_assessed, mut logs) = (unread.clone(), Vec::new());
    for (name, path) in log_profiles(&pack.dir) {
        match profile(&name, &path, &mut sources) {
            Ok(profile) => logs.push((name, profile)),
            Err(why) => not_assessed.push(NotAssessed { what: name, why }),
        }
    }
    let findings = judge(&pack, reading.clone(), session.as_of, &sources).findings;
    let (facts, _) = Facts::of(&pack, &sources);
    let context = Context::new(&pack, &facts, &reading, session.as_of, &sources);
    let answers = minimum.answers(&Evidence { context: &context, findings: &findings, logs: &logs });
    not_assessed.extend(
        answers
            .iter()
            .filter(|answer| answer.verdict == Verdict::CannotBeJudged)
            .map(|answer| NotAssessed { what: answer.item.id.clone(), why: answer.why.clone() }),
    );
    Ok(Judged { name: pack.id.clone(), reference: pack.reference(), answers, not_assessed, unread: !unread.is_empty(), sources })
}

/// Log profiles of a pack: name within it, and path, in order of name.
fn log_profiles(dir: &Path) -> Vec<(String, PathBuf)> {
    let folder = dir.join("audit/profiles");
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let yaml = |path: &PathBuf| path.is_file() && path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(yaml).collect();
    paths.sort();
    paths.into_iter().map(|path| (format!("audit/profiles/{}", path.file_name().unwrap_or_default().to_string_lossy()), path)).collect()
}

fn profile(name: &str, path: &Path, sources: &mut Sources) -> Result<Profile, String> {
    let bytes = std::fs::read(path).map_err(|error| crate::commands::session::io_words(&error))?;
    let text = crate::yaml::decode(&bytes)?;
    let file = sources.add(name, text);
    let (profile, findings) = Profile::read(sources, file);
    match findings.iter().find(|finding| finding.severity == crate::diagnostics::Severity::Error) {
        Some(finding) => Err(finding.message.clone()),
        None => profile.ok_or_else(|| "it says nothing".to_owned()),
    }
}

fn results(minimum: &Minimum, packs: &[Judged], session: &Session) -> Results {
    let mut results = Results::new("profile", &session.as_of.to_string());
    results.pack = Some(packs[0].reference.clone());
    results.not_assessed.clone_from(&packs[0].not_assessed);
    let mut data = capability::data(minimum, &packs[0].answers, &packs[0].sources);
    if let (Some(other), Value::Object(object)) = (packs.get(1), &mut data) {
        let beside = json!({"pack": other.reference, "result": capability::data(minimum, &other.answers, &other.sources)});
        object.insert("beside".to_owned(), beside);
    }
    results.data = data;
    results
}

/// `31 of 40 items that could be judged are met; 3 cannot be judged`.
fn sum(pack: &Judged) -> String {
    let (met, judged) = score(&pack.answers);
    let unknown = pack.answers.len() - judged;
    let rest = if unknown == 0 { String::new() } else { format!("; {unknown} cannot be judged") };
    format!("{met} of {} that can be judged {} met{rest}", count(judged as u64, "item", "items"), if met == 1 { "is" } else { "are" })
}

/// The heads and rows of the list.
fn rows(packs: &[Judged]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut heads = vec!["item".to_owned(), "question".to_owned()];
    if packs.len() == 1 {
        heads.extend(["answer".to_owned(), "what shows it".to_owned()]);
    } else {
        heads.extend(packs.iter().map(|pack| pack.name.clone()));
        heads.push("what shows it where they differ".to_owned());
    }
    let shown = |pack: &Judged, answer: &Answer| match answer.at {
        Some(span) => format!("{} ({})", answer.why, place(span, &pack.sources)),
        None => answer.why.clone(),
    };
    let rows = packs[0].answers.iter().enumerate().map(|(index, answer)| {
        let mut row = vec![answer.item.id.clone(), answer.item.question.clone()];
        row.extend(packs.iter().map(|pack| pack.answers[index].verdict.in_words().to_owned()));
        let differ = packs.iter().any(|pack| pack.answers[index].verdict != answer.verdict);
        row.push(match packs {
            [pack] => shown(pack, answer),
            _ if differ => packs.iter().map(|pack| format!("{}: {}", pack.name, shown(pack, &pack.answers[index]))).collect::<Vec<_>>().join("; "),
            _ => String::new(),
        });
        row
    });
    (heads, rows.collect())
}

fn head(minimum: &Minimum, session: &Session) -> String {
    format!("{}, on {}", minimum.title, session.as_of.in_words())
}

const NOTE: &str =
    "No item weighs more than another. What cannot be judged is not counted as met. This says what documents state or lack; it is not legal advice.";

fn text(minimum: &Minimum, packs: &[Judged], session: &Session) -> String {
    let mut out = format!("{}\n", head(minimum, session));
    for pack in packs {
        out.push_str(&format!("  {}: {}\n", pack.name, sum(pack)));
    }
    let (heads, rows) = rows(packs);
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    for (area, rows) in by_area(&packs[0].answers, &rows) {
        let rows: Vec<Vec<String>> = rows.into_iter().cloned().collect();
        out.push_str(&format!("\n{}\n", title(area)));
        out.push_str(&crate::commands::list::table(session, &heads, heads.len(), &rows));
    }
    out.push_str(&format!("\n{NOTE}\n"));
    out
}

/// The rows of each area, in the order of the items.
fn by_area<'a>(answers: &'a [Answer], rows: &'a [Vec<String>]) -> Vec<(&'a str, Vec<&'a Vec<String>>)> {
    let mut areas: Vec<(&str, Vec<&Vec<String>>)> = Vec::new();
    for (answer, row) in answers.iter().zip(rows) {
        match areas.last_mut() {
            Some((area, rows)) if *area == answer.item.area => rows.push(row),
            _ => areas.push((&answer.item.area, vec![row])),
        }
    }
    areas
}

fn title(area: &str) -> String {
    let mut letters = area.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn markdown(minimum: &Minimum, packs: &[Judged], session: &Session) -> String {
    let cell = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('\n', " ");
    let mut out = format!("# {}\n\n", head(minimum, session));
    for pack in packs {
        out.push_str(&format!("- **{}**: {}\n", cell(&pack.name), sum(pack)));
    }
    let (heads, rows) = rows(packs);
    let heads: Vec<String> = heads.iter().map(|head| cell(head)).collect();
    for (area, rows) in by_area(&packs[0].answers, &rows) {
        out.push_str(&format!("\n## {}\n\n| {} |\n|{}\n", title(area), heads.join(" | "), "---|".repeat(heads.len())));
        for row in rows {
            out.push_str(&format!("| {} |\n", row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(" | ")));
        }
    }
    out.push_str(&format!("\n{NOTE}\n"));
    out
}
