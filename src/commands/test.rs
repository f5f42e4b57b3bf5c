//! `carepact test`: the cases and tables a pack keeps about itself.

use std::path::PathBuf;

use serde_json::json;

use super::failure::Failure;
use super::session::{Format, GREEN, RED, Session};
use crate::decision::cases::{Outcomes, run as run_file};
use crate::diagnostics::results::{ResultFinding, Results};
use crate::diagnostics::{human, sort};
use crate::outcome::Outcome;
use crate::source::Sources;
use crate::text::{and_list, count};

/// Run the tests of a pack: cases and tables written in YAML
///
/// A pack's tests/*.yaml say what the answer to a question must be. A table asserts, besides what it shows, that every
/// role and category it does not name is denied. Finding no tests is an error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact test                                  the pack here or above
  carepact test policies/greater-manchester -v   also name the clauses that no test touches")]
pub struct Args {
    /// Folder of the pack
    pub pack: Option<PathBuf>,
    /// Not built yet
    #[arg(long, value_name = "PERCENT", hide = true)]
    pub min_coverage: Option<u8>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if args.min_coverage.is_some() {
        return Err(Failure::not_built("--min-coverage").into());
    }
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, args.pack.as_ref(), &mut sources)?;
    let mut outcomes = Outcomes::default();
    for (name, node) in &pack.tests {
        if session.interrupted() {
            return Err(Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into());
        }
        run_file(&pack, name, node, session.as_of, &mut outcomes);
    }
    let total = outcomes.passed + outcomes.failed;
    if total == 0 && !outcomes.unreadable {
        return Err(Failure::new(Outcome::Incomplete, "no-tests", format!("no tests were found in {}", pack.dir.join("tests").display()))
            .next("Write tests/NAME.yaml with cases or tables; a pack without tests proves nothing.")
            .into());
    }
    sort(&mut outcomes.findings, &sources);
    let clauses: Vec<&str> =
        pack.agreements.iter().flat_map(|agreement| agreement.grants.iter().chain(&agreement.prohibits)).map(|clause| clause.place.as_str()).collect();
    let untouched: Vec<&str> = {
        let mut seen = std::collections::BTreeSet::new();
        clauses.iter().copied().filter(|place| !outcomes.clauses.contains(*place) && seen.insert(*place)).collect()
    };
    let mut results = Results::new("test", &session.as_of.to_string());
    results.pack = Some(pack.reference());
    results.findings = outcomes.findings.iter().map(|finding| ResultFinding::from_finding(finding, &sources)).collect();
    results.data = json!({"tests": {"files": pack.tests.len(), "expectations": total, "passed": outcomes.passed, "failed": outcomes.failed,
        "clauses": clauses.len(), "clauses_never_deciding": untouched}});
    super::check_outputs(session, &results)?;
    match session.format {
        Format::Json => session.raw(&results.to_bytes())?,
        Format::Human | Format::Short => {
            let style = session.style();
            for finding in &outcomes.findings {
                let text = if session.format == Format::Short {
                    human::render_short(finding, &sources)
                } else {
                    format!("{}\n", human::render(finding, &sources, style))
                };
                session.say(text)?;
            }
            let verdict = if outcomes.failed == 0 && !outcomes.unreadable { session.paint(GREEN, "held") } else { session.paint(RED, "did not all hold") };
            session.say(format!(
                "{} in {} {verdict}: {} passed, {} failed",
                count(total as u64, "expectation", "expectations"),
                count(pack.tests.len() as u64, "file", "files"),
                outcomes.passed,
                outcomes.failed
            ))?;
            if !untouched.is_empty() {
                session.say(format!(
                    "{} of {} never decided an expectation{}",
                    untouched.len(),
                    count(clauses.len() as u64, "clause", "clauses"),
                    if session.verbose > 0 { format!(": {}", and_list(&untouched)) } else { " (name them: -v)".to_owned() }
                ))?;
            }
        }
        other => return Err(Failure::usage(format!("`test` has no format {}", other.name())).next("Use human, short or json.").into()),
    }
    Ok(if outcomes.unreadable {
        Outcome::Usage
    } else if outcomes.failed > 0 {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}
