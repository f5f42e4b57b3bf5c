//! `audit --infer-profile`: a profile proposed, with reasons, for a person to look at.

use std::path::PathBuf;

use super::super::failure::Failure;
use super::super::session::{Format, Session, io_words};
use crate::access_log::infer::{InferError, propose};
use crate::access_log::read::ReadError;
use crate::access_log::read::packed::Opened;
use crate::outcome::Outcome;

/// Bytes of the log that are looked at, unpacked.
const LIMIT: usize = 8 << 20;

/// Runs it. Ends with 3 if the proposal cannot be used as it is.
pub(super) fn run(logs: &[PathBuf], session: &mut Session) -> anyhow::Result<Outcome> {
    let [path] = logs else {
        return Err(Failure::usage("--infer-profile looks at one log at a time").into());
    };
    let outputs = session.outputs.clone();
    if session.format != Format::Human || outputs.iter().any(|output| output.format.is_some()) {
        return Err(Failure::usage("--infer-profile writes YAML and no other format").next("Give -o FILE.yaml, or nothing to print it.").into());
    }
    for output in outputs.iter().filter(|output| output.path.as_os_str() != "-") {
        session.check_free(&output.path)?;
    }
    let stdin = path.as_os_str() == "-";
    let name = if stdin { "stdin".to_owned() } else { path.file_name().map_or_else(|| "log".to_owned(), |name| name.to_string_lossy().into_owned()) };
    let input: Box<dyn std::io::Read> = if stdin {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(path).map_err(|error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(&error))))?)
    };
    let (start, whole) = Opened::new(input).and_then(|opened| opened.beginning(LIMIT)).map_err(|error| super::read_failure(ReadError::io(&name, error)))?;
    let proposal = propose(&name, &start, whole).map_err(|error| {
        let failure = Failure::unreadable(format!("no profile can be proposed for {name}: {error}"));
        match error {
            InferError::NoHeader => failure.next("Export it again with the names of its columns in the first line."),
            _ => failure,
        }
    })?;
    for lack in &proposal.lacks {
        session.note(format!("not to be used as it is: {lack}"));
    }
    if outputs.is_empty() {
        session.raw(proposal.yaml.as_bytes())?;
    }
    for output in outputs {
        if output.path.as_os_str() == "-" {
            session.raw(proposal.yaml.as_bytes())?;
        } else {
            session.write_file(&output.path, proposal.yaml.as_bytes(), 0o644)?;
        }
    }
    Ok(if proposal.lacks.is_empty() { Outcome::Done } else { Outcome::Incomplete })
}
