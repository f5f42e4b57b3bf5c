//! A run that cannot go on: what happened, what to do next, and the exit code.

use std::fmt;

use crate::outcome::Outcome;

/// An error told to a person. Engines have typed errors of their own; commands turn them into this.
#[derive(Clone, Debug)]
pub struct Failure {
    /// How the run ends.
    pub outcome: Outcome,
    /// A short stable word for machines, for example `not-found`.
    pub code: &'static str,
    /// What happened and where, one sentence without a full stop.
    pub message: String,
    /// What to do next.
    pub next: Vec<String>,
}

impl Failure {
    /// Ends a run with an outcome.
    pub fn new(outcome: Outcome, code: &'static str, message: impl Into<String>) -> Self {
        Self { outcome, code, message: message.into(), next: Vec::new() }
    }

    /// Exit 2: the command line or configuration is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Outcome::Usage, "usage", message)
    }

    /// Exit 3: an input cannot be read.
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self::new(Outcome::Incomplete, "unreadable", message)
    }

    /// Exit 4: an agreement does not allow it.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Outcome::Refused, "refused", message)
    }

    /// Exit 5: a signature, digest or chain does not hold.
    pub fn unverified(message: impl Into<String>) -> Self {
        Self::new(Outcome::VerificationFailed, "verification-failed", message)
    }

    /// Exit 2: this version does not do it; nothing was skipped in silence.
    pub fn not_built(what: &str) -> Self {
        Self::new(Outcome::Usage, "not-built", format!("{what} is not built yet in carepact {}", env!("CARGO_PKG_VERSION")))
            .next("Nothing was done: a part that this version cannot do is refused by name, never skipped.")
    }

    /// Adds a next step.
    #[must_use]
    pub fn next(mut self, step: impl Into<String>) -> Self {
        self.next.push(step.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Whether the reader of our output has gone, which is success.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe))
}

/// The error and its causes in one line, without repeating what a cause already said.
pub fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.downcast_ref::<std::io::Error>().map_or_else(|| cause.to_string(), super::session::io_words);
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
