//! One finding, many renderings. Knows texts and places, and nothing of the domain.

pub mod azure;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod junit;
pub mod markdown;
pub mod mend;
pub mod ndjson;
pub mod record;
pub mod results;
pub mod sarif;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::source::{Sources, Span};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a run by itself.
    Info,
    /// Should be looked at.
    Warning,
    /// Does not hold.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in a text with what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there, in a few words; may be empty.
    pub text: String,
}

/// A change that mends a finding, exact to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words: `write retention`.
    pub title: String,
    /// Whether the intended meaning is certain and nothing that was refused becomes granted; only such are applied unasked.
    pub safe: bool,
    /// The edits; none overlaps another.
    pub edits: Vec<Edit>,
}

/// Bytes to put in the place of others; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

impl Fix {
    /// Writes a text in the place of another.
    pub fn write(span: Span, text: impl Into<String>, safe: bool) -> Self {
        let text = text.into();
        Self { title: format!("write `{text}`"), safe, edits: vec![Edit { span, text }] }
    }
}

/// How a finding stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// To be dealt with.
    #[default]
    Open,
    /// Accepted for a while by somebody who may; it does not waive the law.
    Accepted(Acceptance),
    /// Known since a baseline was written.
    Baseline {
        /// The day it was first seen, ISO 8601.
        first_seen: String,
    },
}

/// Who accepted a finding, why, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Why.
    pub reason: String,
    /// Who looks after it.
    pub owner: String,
    /// Who approved it, and when.
    pub approved_by: String,
    /// Last day, ISO 8601.
    pub expires: String,
}

/// Something a person should know, with its ground and the next step.
///
/// `place` and `discriminator` make the identity: they hold names (`GM-DSA-0007/g1/see`), never line numbers
/// or wording, so that the same cause has the same id next month.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule, for example `LAW-007`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// A stable name of the thing: `AGREEMENT/part/part` or a file name.
    pub place: String,
    /// Tells two findings of one code at one place apart; usually empty.
    pub discriminator: String,
    /// One sentence, no full stop, no cell value and no identifier of a person.
    pub message: String,
    /// The thing to edit first, then what makes it wrong, possibly in other texts.
    pub labels: Vec<Label>,
    /// Law, guidance or design rule behind it.
    pub ground: String,
    /// What to do next.
    pub help: Vec<String>,
    /// Further facts a machine may want.
    pub facts: serde_json::Map<String, serde_json::Value>,
    /// Changes that mend it, the best first.
    pub fixes: Vec<Fix>,
    /// How it stands.
    pub standing: Standing,
}

impl Finding {
    /// A finding with nothing but its sentence; add places, ground and help.
    pub fn new(code: &'static str, severity: Severity, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            place: place.into(),
            discriminator: String::new(),
            message: message.into(),
            labels: Vec::new(),
            ground: String::new(),
            help: Vec::new(),
            facts: serde_json::Map::new(),
            fixes: Vec::new(),
            standing: Standing::Open,
        }
    }

    /// An error.
    pub fn error(code: &'static str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, place, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, place, message)
    }

    /// Adds a place; the first added is the one to edit.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says why.
    #[must_use]
    pub fn ground(mut self, ground: impl Into<String>) -> Self {
        self.ground = ground.into();
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Tells it apart from another finding of the same code at the same place.
    #[must_use]
    pub fn discriminator(mut self, text: impl Into<String>) -> Self {
        self.discriminator = text.into();
        self
    }

    /// Adds a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Adds a fact for machines.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// First 16 hex digits of SHA-256 over length-prefixed code, place and discriminator.
    pub fn id(&self) -> String {
        stable_id(&[self.code, &self.place, &self.discriminator])
    }
}

/// First 16 hex digits of SHA-256 over the parts, each after its length as a big-endian u32.
pub fn stable_id(parts: &[&str]) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        context.update(part.as_bytes());
    }
    crate::text::hex(&context.finish().as_ref()[..8])
}

/// Orders findings as they are printed: by file, line, column, code, place.
pub fn sort(findings: &mut [Finding], sources: &Sources) {
    findings.sort_by(|a, b| key(a, sources).cmp(&key(b, sources)));
    fn key<'a>(finding: &'a Finding, sources: &'a Sources) -> (bool, &'a str, u32, &'a str, &'a str, &'a str) {
        match finding.labels.first() {
            Some(label) => (false, sources.name(label.span.file), label.span.start, finding.code, &finding.place, &finding.discriminator),
            None => (true, "", 0, finding.code, &finding.place, &finding.discriminator),
        }
    }
}
