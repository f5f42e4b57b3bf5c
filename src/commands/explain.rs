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

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let mut pages = crate::rules::pages();
    pages.extend(DETECTORS.iter().map(|detector| detector_page(detector.page())));
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

/// A detector's page in the form of a rule's.
fn detector_page(page: &detect::Page) -> Page {
    let list = |heading: &'static str, items: Vec<String>| Part { heading, body: items.into_iter().map(|item| Body::Words(format!("- {item}"))).collect() };
    let words = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    let mut parts = vec![Part::words("", page.statement), Part::words("It writes", page.sentence), list("It needs", words(page.inputs))];
    if !page.parameters.is_empty() {
        parts.push(list("Parameters", page.parameters.iter().map(|(name, value, meaning)| format!("{name}: {value}; {meaning}")).collect()));
    }
    parts.push(list("Silenced by", words(page.silenced_by)));
    parts.push(Part::words("Source", page.source));
    Page { code: page.code, title: page.title.to_owned(), level: "detector".to_owned(), parts }
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
