//! `carepact explain`: the rule behind a finding.

use super::failure::Failure;
use super::session::{BOLD, Format, Session};
use crate::access_log::detect::{self, DETECTORS};
use crate::outcome::Outcome;
use crate::rules::Page;
use crate::rules::page::{Body, Part};

/// Explain the rule behind a finding: what it expects, why, and how it looks wrong and right
///
/// Without a code, every code with its title.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  carepact explain LAW-007\n  carepact explain LAW\n  carepact explain")]
pub struct Args {
    /// Code of a finding, or the family of codes it begins with
    #[arg(value_name = "CODE")]
    pub code: Vec<String>,
}

/// Every page there is, in the order of the codes. Engines with codes of their own add theirs here.
pub fn pages() -> Vec<Page> {
    let mut pages = crate::rules::pages();
    pages.extend(DETECTORS.iter().map(|detector| of_detector(detector.page())));
    pages.extend(crate::disclosure::pages::PAGES.iter().map(of_risk));
    pages.sort_by_key(|page| page.code);
    pages
}

/// The page of a measure of disclosure risk.
fn of_risk(page: &crate::disclosure::pages::Page) -> Page {
    let parts = vec![Part::words("", page.says), Part::words("Why", page.why), Part::words("What to do", page.next)];
    Page { code: page.code, title: page.title.to_owned(), level: "risk".to_owned(), parts }
}

/// The page of a detector of the audit.
fn of_detector(page: &detect::Page) -> Page {
    let list = |items: &[&str]| items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n");
    let mut parts = vec![
        Part::words("", page.statement),
        Part { heading: "What it says", body: vec![Body::Words(format!("\"{}\"", page.sentence))] },
        Part { heading: "What it needs", body: vec![Body::Code("text", list(page.inputs))] },
    ];
    if !page.parameters.is_empty() {
        let rows: Vec<String> = page.parameters.iter().map(|(name, value, meaning)| format!("- {name} = {value}: {meaning}")).collect();
        parts.push(Part { heading: "Its thresholds", body: vec![Body::Code("text", rows.join("\n"))] });
    }
    parts.push(Part { heading: "What keeps it quiet", body: vec![Body::Code("text", list(page.silenced_by))] });
    // Of its sources, those that a reader can open.
    let published: Vec<&str> = page.source.split("; ").filter(|source| !source.starts_with("reference/") && !source.starts_with("design/")).collect();
    if !published.is_empty() {
        parts.push(Part::words("Why", format!("{}.", published.join("; "))));
    }
    parts.push(Part::words(
        "What to do",
        "Look at the accesses it names together with whoever is responsible for access where the user works. A finding is not a verdict: it says that an access needs review.",
    ));
    Page { code: page.code, title: page.title.to_owned(), level: "audit".to_owned(), parts }
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let pages = pages();
    if args.code.is_empty() {
        list(&pages.iter().collect::<Vec<_>>(), session)?;
        return Ok(Outcome::Done);
    }
    for (index, code) in args.code.iter().enumerate() {
        let code = code.to_ascii_uppercase();
        if let Some(page) = pages.iter().find(|page| page.code == code) {
            if index > 0 {
                session.say("")?;
            }
            show(page, session)?;
            continue;
        }
        let family: Vec<&Page> = pages.iter().filter(|page| page.code.split('-').next() == Some(code.trim_end_matches('-'))).collect();
        if family.is_empty() {
            return Err(unknown(&code, &pages).into());
        }
        list(&family, session)?;
    }
    Ok(Outcome::Done)
}

fn unknown(code: &str, pages: &[Page]) -> Failure {
    let failure = Failure::usage(format!("there is no rule {code:?}"));
    match crate::text::nearest(code, pages.iter().map(|page| page.code)) {
        Some(near) => failure.next(format!("Did you mean {near}?")).next("`carepact explain` lists every code."),
        None => failure.next("`carepact explain` lists every code."),
    }
}

fn list(pages: &[&Page], session: &mut Session) -> anyhow::Result<()> {
    match session.format {
        Format::Json => {
            let all: Vec<_> = pages.iter().map(|page| serde_json::json!({"code": page.code, "level": page.level, "title": page.title})).collect();
            session.say(format!("{:#}", serde_json::Value::from(all)))?;
        }
        Format::Markdown => session.raw(crate::rules::page::index(&pages.iter().map(|page| (*page).clone()).collect::<Vec<_>>()).as_bytes())?,
        Format::Human | Format::Short => {
            for page in pages {
                if session.accessible {
                    session.say(format!("{}, {}: {}", page.code, page.level, page.title))?;
                    continue;
                }
                let code = session.paint(BOLD, page.code);
                session.say(format!("{code}  {:<8} {}", page.level, page.title))?;
            }
        }
        other => return Err(no_format(other).into()),
    }
    Ok(())
}

fn no_format(format: Format) -> Failure {
    Failure::usage(format!("`explain` has no format {}", format.name())).next("Use human, markdown or json.")
}

fn show(page: &Page, session: &mut Session) -> anyhow::Result<()> {
    match session.format {
        Format::Markdown => session.raw(page.markdown().as_bytes())?,
        Format::Json => {
            let object = serde_json::json!({"code": page.code, "level": page.level, "title": page.title, "markdown": page.markdown()});
            session.say(format!("{object:#}"))?;
        }
        Format::Human | Format::Short => {
            let width = usize::from(session.width.unwrap_or(100)).clamp(40, 100);
            let title = session.paint(BOLD, &format!("{}: {} ({})", page.code, page.title, page.level));
            session.say(title)?;
            for part in &page.parts {
                session.say("")?;
                if !part.heading.is_empty() {
                    let heading = session.paint(BOLD, part.heading);
                    session.say(heading)?;
                }
                for body in &part.body {
                    match body {
                        Body::Words(text) => {
                            for line in crate::text::wrap(text, width) {
                                session.say(line)?;
                            }
                        }
                        Body::Code(_, text) => {
                            for line in text.lines() {
                                session.say(format!("    {line}"))?;
                            }
                        }
                    }
                }
            }
        }
        other => return Err(no_format(other).into()),
    }
    Ok(())
}
