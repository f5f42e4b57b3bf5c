//! `carepact opt-out`: the national data opt-out's files.

pub mod answer;
mod apply;
mod request;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::failure::Failure;
use super::session::{Session, io_words};
use crate::outcome::Outcome;
use crate::tabular::{Layout, Malformed, Source, Stopped, Unpacked};

/// Ask the national service who has not opted out
///
/// The national data opt-out is a person's choice that confidential patient information is not used beyond their own care.
/// The service is sent NHS numbers and answers with those of people who have not opted out. `request` writes the file to
/// send; `pseudonymise --opt-out-list` reads the answer and releases nobody else, and `apply` does so to an extract that is
/// not pseudonymised here. The two files together are the list of
/// people who opted out: keep both private, and delete both when the release is made.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  carepact opt-out request admissions.csv --column nhs_number --mailbox 8HQ50OT001 --sequence 1 --out private/
  carepact pseudonymise admissions.csv --release GM-DSA-0021/phm-monthly --opt-out-request private/8HQ50OT001-010726-0001.dat \\
      --opt-out-list private/answer.dat --plan
  carepact opt-out apply admissions.csv --column nhs_number --request private/8HQ50OT001-010726-0001.dat --list private/answer.dat -o left.csv"
)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub action: Action,
}

/// What `opt-out` does.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Write the file that asks about the people of an extract
    Request(request::Args),
    /// Leave out of an extract everybody who is not on the list that came back
    Apply(apply::Args),
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    match &args.action {
        Action::Request(args) => request::run(args, session),
        Action::Apply(args) => apply::run(args, session),
    }
}

/// What people know an extract by.
fn shown(extract: &Path) -> String {
    if extract.as_os_str() == "-" {
        return "standard input".to_owned();
    }
    extract.file_name().unwrap_or(extract.as_os_str()).to_string_lossy().into_owned()
}

/// An extract behind its header, unpacked on the way.
type Extract = Source<Unpacked<Box<dyn Read + Send>>>;

/// An extract at its first row, and the index of the column of NHS numbers.
fn open(extract: &Path, column: &str) -> anyhow::Result<(Layout, Extract, usize)> {
    let path = shown(extract);
    let input: Box<dyn Read + Send> = if extract.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(extract).map_err(|error| Failure::unreadable(format!("cannot read {path}: {}", io_words(&error))))?)
    };
    let unpacked = Unpacked::new(input).map_err(|error| Failure::unreadable(format!("cannot read {path}: {}", io_words(&error))))?;
    let (layout, source) = Source::open(unpacked, crate::tabular::chunk::BLOCK).map_err(|error| Failure::unreadable(format!("cannot read {path}: {error}")))?;
    match layout.header.iter().position(|name| name == column) {
        Some(index) => Ok((layout, source, index)),
        None => Err(Failure::usage(format!("{path} has no column `{column}`"))
            .next("`carepact profile EXTRACT` shows its columns, and which of them holds NHS numbers.")
            .into()),
    }
}

/// Why an extract could not be read to its end.
fn stopped(extract: &Path, error: Stopped<Malformed>) -> anyhow::Error {
    let path = shown(extract);
    match error {
        Stopped::Row { row, why } => {
            Failure::unreadable(format!("{path}, row {row}: {why}")).next("Rows are counted as a spreadsheet shows them: the header is row 1.").into()
        }
        Stopped::Read(error) => Failure::unreadable(format!("cannot read {path} to its end: {}", io_words(&error))).into(),
        Stopped::Sink(error) => Failure::usage(format!("cannot write: {}", io_words(&error))).next("Nothing was left behind.").into(),
        Stopped::Interrupted => Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into(),
        Stopped::Lost => Failure::new(Outcome::Bug, "bug", "a worker stopped without a word").into(),
    }
}
