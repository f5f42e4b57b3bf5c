//! `carepact selftest`: the published vectors of the cryptography in this binary.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::columns::Columns;
use super::failure::Failure;
use super::session::{BOLD, Format, Session};
use crate::diagnostics::results::Results;
use crate::outcome::Outcome;
use crate::selftest::{ABSENT, Ran, run as vectors};

/// Run the published vectors of the cryptography that this binary holds
///
/// SHA-256, HMAC, HKDF, Ed25519, the check digit of NHS numbers, and known answers of the key scheme carepact/1 with a
/// fixed published key. Exit 5 if one of them fails: such a binary must not make a release.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact selftest
  carepact selftest -f json")]
pub struct Args {}

/// Runs it.
pub fn run(_: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if !matches!(session.format, Format::Human | Format::Short | Format::Json) {
        return Err(Failure::usage(format!("`selftest` has no format {}", session.format.name())).next("Use human, short or json.").into());
    }
    if !session.outputs.is_empty() {
        return Err(Failure::usage("`selftest` writes no file").next("Leave out -o; it prints.").into());
    }
    let ran = vectors();
    let failed = ran.iter().filter(|one| !one.passed).count();
    match session.format {
        Format::Json => session.raw(&results(&ran, session).to_bytes())?,
        Format::Short => {
            for one in &ran {
                session.say(format!("{}: {} ({}): {}", one.algorithm, one.case, one.source, verdict(one)))?;
            }
        }
        _ => {
            let mut table = Columns::new(session, &["algorithm", "source", "vector", "result"], 4);
            for one in &ran {
                table.add_row([one.algorithm, one.source, one.case, verdict(one)]);
            }
            let mut out = table.text();
            if !out.ends_with('\n') {
                out.push('\n');
            }
            let said = if failed == 0 {
                format!("All {} vectors pass.", ran.len())
            } else {
                format!("{failed} of {} vectors fail: do not use this binary.", ran.len())
            };
            let _ = writeln!(out, "\n{}\n\nNot in this version:", session.paint(BOLD, &said));
            for (name, why) in ABSENT {
                let _ = writeln!(out, "  {name}: {why}");
            }
            session.raw(out.as_bytes())?;
        }
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::VerificationFailed })
}

fn verdict(one: &Ran) -> &'static str {
    if one.passed { "pass" } else { "FAIL" }
}

fn results(ran: &[Ran], session: &Session) -> Results {
    let mut results = Results::new("selftest", &session.as_of.to_string());
    let vectors: Vec<Value> =
        ran.iter().map(|one| json!({"algorithm": one.algorithm, "source": one.source, "vector": one.case, "passed": one.passed})).collect();
    results.not_assessed =
        ABSENT.iter().map(|(what, why)| crate::diagnostics::results::NotAssessed { what: (*what).to_owned(), why: (*why).to_owned() }).collect();
    results.data = json!({"vectors": vectors, "failed": ran.iter().filter(|one| !one.passed).count()});
    results
}
