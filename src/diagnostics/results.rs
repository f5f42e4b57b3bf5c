//! `carepact.results/1`: what every command that finds something saves, and what `--format json` prints.
//!
//! A frozen type of its own, so that the inner types may change while saved results stay readable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Acceptance, Finding, Severity, Standing};
use crate::source::{Sources, Span};

/// The format's name and version.
pub const FORMAT: &str = "carepact.results/1";

/// The canonical record of a run. No field depends on threads, time zone, locale, folder or the clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Always [`FORMAT`].
    pub format: String,
    /// The command that made it: `check`, `test`, `audit`, `pseudonymise`, ...
    pub kind: String,
    /// Name and version of the tool.
    pub tool: String,
    /// The date everything was judged on, ISO 8601.
    pub as_of: String,
    /// The pack used, if any.
    pub pack: Option<PackRef>,
    /// What was read.
    pub inputs: Vec<Input>,
    /// One line per input: what went in equals what came out, was removed or was quarantined.
    pub balance: Vec<Balance>,
    /// What could not be judged, and why. Never shown green.
    pub not_assessed: Vec<NotAssessed>,
    /// The findings, in printing order.
    pub findings: Vec<ResultFinding>,
    /// What the kind adds.
    pub data: Value,
}

/// A pack by name and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// `id` of `pack.yaml`.
    pub id: String,
    /// SHA-256 over the names and contents of its files, hex.
    pub sha256: String,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// `extract`, `log`, `table`, `register`, ...
    pub role: String,
    /// File name without folder.
    pub name: String,
    /// A digest, named: `sha256:...` or, where the content is guessable, `hmac:...`.
    pub digest: String,
}

/// The books of one input: `in = out + sum(removed) + sum(quarantined)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The input's name.
    pub input: String,
    /// Rows, lines or events read.
    #[serde(rename = "in")]
    pub read: u64,
    /// What came out.
    pub out: u64,
    /// What was taken out on purpose, by cause.
    pub removed: BTreeMap<String, u64>,
    /// What could not be used, by cause.
    pub quarantined: BTreeMap<String, u64>,
}

impl Balance {
    /// Whether nothing was lost.
    pub fn holds(&self) -> bool {
        // Saved books are read back too, and may say anything: wider than any number they can hold.
        let out: u128 = self.removed.values().chain(self.quarantined.values()).map(|rows| u128::from(*rows)).sum();
        u128::from(self.read) == u128::from(self.out) + out
    }
}

/// Something that was not judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotAssessed {
    /// A detector, rule, table or file.
    pub what: String,
    /// The reason, and what would mend it.
    pub why: String,
}

/// One finding as saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultFinding {
    /// Stable over time: see [`Finding::id`].
    pub id: String,
    /// The rule or detector.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Stable name of the thing.
    pub place: String,
    /// Places in texts; the first is the one to edit.
    pub spans: Vec<ResultSpan>,
    /// `message`, `ground`, `next` (list) and what the rule adds.
    pub facts: Map<String, Value>,
    /// `open`, `accepted` (an accepted exception) or `baseline` (known before).
    pub status: String,
    /// Who accepted it, where it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
    /// Since when it is known, where it stands in a baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// Changes that mend it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<ResultFix>,
}

/// A change that mends a finding, as saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFix {
    /// What it does.
    pub title: String,
    /// Whether it may be applied unasked.
    pub safe: bool,
    /// The edits.
    pub edits: Vec<ResultEdit>,
}

/// An edit as saved: the place as people count it, and the text that comes there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultEdit {
    /// Where; its label is empty.
    #[serde(flatten)]
    pub at: ResultSpan,
    /// What comes in its place.
    pub text: String,
}

/// A place as people count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultSpan {
    /// File, relative to the pack.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column one past the end.
    pub end_column: usize,
    /// What stands there; may be empty.
    pub label: String,
}

impl ResultSpan {
    fn of(span: Span, label: &str, sources: &Sources) -> Self {
        let (start, end) = (sources.start(span), sources.end(span));
        Self {
            file: sources.name(span.file).to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            label: label.to_owned(),
        }
    }
}

impl ResultFinding {
    /// The saved form of a finding.
    pub fn from_finding(finding: &Finding, sources: &Sources) -> Self {
        let mut facts = Map::new();
        facts.insert("message".into(), finding.message.clone().into());
        if !finding.ground.is_empty() {
            facts.insert("ground".into(), finding.ground.clone().into());
        }
        if !finding.help.is_empty() {
            facts.insert("next".into(), finding.help.clone().into());
        }
        for (name, value) in &finding.facts {
            facts.insert(name.clone(), value.clone());
        }
        let spans = finding.labels.iter().map(|label| ResultSpan::of(label.span, &label.text, sources)).collect();
        let fixes = finding
            .fixes
            .iter()
            .map(|fix| ResultFix {
                title: fix.title.clone(),
                safe: fix.safe,
                edits: fix.edits.iter().map(|edit| ResultEdit { at: ResultSpan::of(edit.span, "", sources), text: edit.text.clone() }).collect(),
            })
            .collect();
        let (status, acceptance, first_seen) = match &finding.standing {
            Standing::Open => ("open", None, None),
            Standing::Accepted(acceptance) => ("accepted", Some(acceptance.clone()), None),
            Standing::Baseline { first_seen } => ("baseline", None, Some(first_seen.clone())),
        };
        Self {
            id: finding.id(),
            code: finding.code.to_owned(),
            severity: finding.severity,
            place: finding.place.clone(),
            spans,
            facts,
            status: status.to_owned(),
            acceptance,
            first_seen,
            fixes,
        }
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        self.facts.get("message").and_then(Value::as_str).unwrap_or("")
    }

    /// Law, guidance or design rule behind it.
    pub fn ground(&self) -> &str {
        self.facts.get("ground").and_then(Value::as_str).unwrap_or("")
    }

    /// The next steps.
    pub fn next(&self) -> Vec<&str> {
        self.facts.get("next").and_then(Value::as_array).map(|steps| steps.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }
}

impl Results {
    /// An empty record of a kind.
    pub fn new(kind: &str, as_of: &str) -> Self {
        Self {
            format: FORMAT.to_owned(),
            kind: kind.to_owned(),
            tool: concat!("carepact ", env!("CARGO_PKG_VERSION")).to_owned(),
            as_of: as_of.to_owned(),
            pack: None,
            inputs: Vec::new(),
            balance: Vec::new(),
            not_assessed: Vec::new(),
            findings: Vec::new(),
            data: Value::Object(Map::new()),
        }
    }

    /// The bytes as saved: two-space JSON and a final newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// SHA-256 of the saved bytes, hex: the fingerprint on a report's cover.
    pub fn fingerprint(&self) -> String {
        crate::text::hex(ring::digest::digest(&ring::digest::SHA256, &self.to_bytes()).as_ref())
    }

    /// How many findings have each severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity && finding.status == "open").count()
    }
}
