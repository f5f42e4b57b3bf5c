//! Runs the real binary as a person would, with nothing of this machine around it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What came of a run.
pub struct Ran {
    /// Exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it said beside.
    pub err: String,
}

/// A command with a scrubbed environment, in a folder.
pub fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carepact"));
    command.current_dir(dir).args(args).env_clear().env("TZ", "Pacific/Auckland").env("LANG", "de_DE.UTF-8").stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn run(dir: &Path, args: &[&str]) -> Ran {
    finished(command(dir, args))
}

/// Runs it with text on standard input.
pub fn run_with_input(dir: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut child = command(dir, args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    // A run may end before it has read everything; that is its right.
    let _ = child.stdin.take().expect("piped").write_all(input);
    let output = child.wait_with_output().expect("ends");
    Ran { code: output.status.code(), out: String::from_utf8_lossy(&output.stdout).into_owned(), err: String::from_utf8_lossy(&output.stderr).into_owned() }
}

/// Runs a prepared command to its end.
pub fn finished(mut command: Command) -> Ran {
    let output = command.output().expect("starts");
    Ran { code: output.status.code(), out: String::from_utf8_lossy(&output.stdout).into_owned(), err: String::from_utf8_lossy(&output.stderr).into_owned() }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.out)?;
        if !self.err.is_empty() {
            write!(f, "--- stderr\n{}", self.err)?;
        }
        write!(f, "--- exit {}", self.code.map_or_else(|| "by signal".to_owned(), |code| code.to_string()))
    }
}
