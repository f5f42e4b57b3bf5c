//! `carepact completions`: for the shell at hand.

use clap::CommandFactory as _;

use super::cli::Cli;
use super::session::Session;
use crate::outcome::Outcome;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  carepact completions bash > ~/.local/share/bash-completion/completions/carepact")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    // The generator panics when its writer fails, and a closed pipe is no failure: it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "carepact", &mut script);
    session.raw(&script)?;
    Ok(Outcome::Done)
}
