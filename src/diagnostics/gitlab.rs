//! A Code Quality report of GitLab: a list of issues with a fingerprint each.
//!
//! Levels: `critical` is an error, `major` a warning, `minor` a note. GitLab has no word for what is accepted or old;
//! those are `info` and say so in their first words, so that they are seen and not counted as open.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::Severity;
use super::record::{Record, is_open};
use super::results::ResultFinding;

/// The report, with a final newline.
pub fn render(record: &Record<'_>) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&Issues(record)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The issues, made one at a time while they are written.
struct Issues<'a>(&'a Record<'a>);

impl Serialize for Issues<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // GitLab shows the first of two issues with one fingerprint.
        let mut seen: HashMap<&str, u32> = HashMap::new();
        serializer.collect_seq(self.0.results.findings.iter().map(|finding| {
            let times = seen.entry(&finding.id).or_insert(0);
            *times += 1;
            let fingerprint = if *times == 1 { finding.id.clone() } else { super::stable_id(&[&finding.id, &times.to_string()]) };
            issue(self.0, finding, &fingerprint)
        }))
    }
}

fn issue(record: &Record<'_>, finding: &ResultFinding, fingerprint: &str) -> Value {
    let severity = match finding.severity {
        _ if !is_open(finding) => "info",
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
    };
    let description = match finding.status.as_str() {
        "accepted" => format!("Accepted: {}", finding.message()),
        "baseline" => format!("In the baseline: {}", finding.message()),
        _ => finding.message().to_owned(),
    };
    let shown = record.shown(finding);
    let (line, end) = shown.span.map_or((1, 1), |span| (span.line, span.end_line));
    json!({
        "description": description,
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": shown.file, "lines": {"begin": line, "end": end}},
    })
}
