//! `carepact show`: one agreement in words.

use serde_json::json;

use super::failure::Failure;
use super::session::{BOLD, Format, Session};
use crate::in_words::{Section, sections};
use crate::outcome::Outcome;
use crate::rules::Context;
use crate::rules::data::Facts;
use crate::source::Sources;

/// Show one agreement in words
///
/// What it says, for people who do not read YAML: when it holds, who is party to it on --as-of, why, who may see what
/// and who may not, how long it is kept, and the digest of its terms, which is what signatures name. It says what the
/// document says; whether that is in order, `carepact check` judges.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact show GM-DSA-0007
  carepact show GM-DSA-0007 --as-of 2026-05-04 --pack policies/greater-manchester
  carepact show GM-DSA-0007 -o markdown:agreement.md")]
pub struct Args {
    /// Its id
    #[arg(value_name = "AGREEMENT")]
    pub agreement: String,
}

/// Width of a line where nothing says it.
const WIDTH: u16 = 110;

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];
    super::register::only(session, "show", &FORMATS)?;
    for output in &session.outputs {
        if let Some(other) = output.format.filter(|format| !FORMATS.contains(format)) {
            return Err(Failure::usage(format!("`show` does not write {}", other.name())).next("Use human, json or markdown.").into());
        }
        if output.path.as_os_str() != "-" {
            session.check_free(&output.path)?;
        }
    }
    let mut sources = Sources::new();
    let (pack, findings) = super::pack::read(session, None, &mut sources)?;
    let agreement = super::list::known(&pack, &args.agreement)?;
    let (facts, _) = Facts::of(&pack, &sources);
    let context = Context::new(&pack, &facts, &findings, session.as_of, &sources);
    let said = sections(&context, agreement);
    let version = agreement.draft.version.as_ref().map(|version| version.value.as_str());
    let title = format!("{} ({}{})", agreement.title, agreement.id, version.map(|version| format!(", version {version}")).unwrap_or_default());
    let summary = agreement.draft.summary.as_ref().map(|summary| summary.value.split_whitespace().collect::<Vec<_>>().join(" "));
    let terms = format!("sha256:{}", agreement.terms);
    let bytes = |format: Format, session: &Session, painted: bool| -> Vec<u8> {
        match format {
            Format::Json => {
                let object = json!({
                    "format": "carepact.agreement-in-words/1",
                    "as_of": session.as_of.to_string(),
                    "pack": pack.reference(),
                    "agreement": agreement.id,
                    "title": agreement.title,
                    "version": version,
                    "summary": summary,
                    "sections": said.iter().map(|section| json!({"title": section.title, "lines": section.lines})).collect::<Vec<_>>(),
                    "terms": terms,
                });
                format!("{object:#}\n").into_bytes()
            }
            Format::Markdown => markdown(&title, summary.as_deref(), &said, &terms).into_bytes(),
            _ => human(&title, summary.as_deref(), &said, &terms, session, painted).into_bytes(),
        }
    };
    for output in session.outputs.clone() {
        let saved = bytes(output.format.unwrap_or(session.format), session, false);
        session.write_file(&output.path, &saved, 0o644)?;
    }
    if !session.outputs.iter().any(|output| output.path.as_os_str() == "-") {
        let shown = bytes(session.format, session, true);
        session.raw(&shown)?;
    }
    let errors = findings.iter().filter(|finding| finding.severity == crate::diagnostics::Severity::Error).count() as u64;
    if errors > 0 {
        session.note(format!(
            "reading the pack found {}, so something may be missing here: carepact check {}",
            crate::text::count(errors, "error", "errors"),
            pack.dir.display()
        ));
        return Ok(Outcome::Incomplete);
    }
    Ok(Outcome::Done)
}

fn human(title: &str, summary: Option<&str>, said: &[Section], terms: &str, session: &Session, painted: bool) -> String {
    let width = usize::from(session.width.unwrap_or(WIDTH).clamp(40, WIDTH));
    let head = |text: &str| if painted { session.paint(BOLD, text) } else { text.to_owned() };
    let mut out = format!("{}\n", head(title));
    for line in summary.map(|summary| crate::text::wrap(summary, width)).unwrap_or_default() {
        out.push_str(&format!("{line}\n"));
    }
    for section in said {
        out.push_str(&format!("\n{}\n", head(section.title)));
        for line in &section.lines {
            for (index, part) in crate::text::wrap(line, width - 4).iter().enumerate() {
                out.push_str(&format!("{}{part}\n", if index == 0 { "  " } else { "    " }));
            }
        }
    }
    out.push_str(&format!("\n{}\n  {terms}\n", head("The terms, as a signature names them")));
    out
}

fn markdown(title: &str, summary: Option<&str>, said: &[Section], terms: &str) -> String {
    let plain = |text: &str| text.replace('\\', "\\\\").replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_").replace('`', "\\`");
    let mut out = format!("# {}\n", plain(title));
    if let Some(summary) = summary {
        out.push_str(&format!("\n{}\n", plain(summary)));
    }
    for section in said {
        out.push_str(&format!("\n## {}\n\n", section.title));
        for line in &section.lines {
            out.push_str(&format!("- {}\n", plain(line)));
        }
    }
    out.push_str(&format!("\n## The terms, as a signature names them\n\n`{terms}`\n"));
    out
}
