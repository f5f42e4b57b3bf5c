//! `carepact opt-out`: the national data opt-out's files.

mod request;

use super::session::Session;
use crate::outcome::Outcome;

/// Ask the national service who has not opted out
///
/// The national data opt-out is a person's choice that confidential patient information is not used beyond their own care.
/// The service is sent NHS numbers and answers with those of people who have not opted out. `request` writes the file to
/// send; `pseudonymise --opt-out-list` reads the answer and leaves the others out. The two files together are the list of
/// people who opted out: keep both private, and delete both when the release is made.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  carepact opt-out request admissions.csv --column nhs_number --mailbox 8HQ50OT001 --sequence 1 --out private/
  carepact pseudonymise admissions.csv --release GM-DSA-0021/phm-monthly --opt-out-request private/8HQ50OT001-010726-0001.dat \\
      --opt-out-list private/answer.dat --plan"
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
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    match &args.action {
        Action::Request(args) => request::run(args, session),
    }
}
