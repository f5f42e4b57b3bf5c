//! SARIF 2.1.0, as code scanning services read it.
//!
//! Places count lines and columns from 1, columns in characters (code points). File names are relative, as URIs. There
//! is no time, host or folder of the machine in it, so that the same files give the same bytes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Severity;
use super::record::{Record, RuleText, settled};
use super::results::{ResultFinding, ResultFix, ResultSpan};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Length that GitHub allows a rule's full description.
const DESCRIPTION: usize = 1024;

/// The log, with a final newline.
pub fn render(record: &Record<'_>) -> Vec<u8> {
    let results = record.results;
    // Only rules with results, in the order of the codes.
    let codes: std::collections::BTreeSet<&str> = results.findings.iter().map(|finding| finding.code.as_str()).collect();
    let index: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(index, code)| (*code, index)).collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(record, code)).collect();
    let baselined = results.findings.iter().any(|finding| finding.status == "baseline");
    let (name, version) = results.tool.split_once(' ').unwrap_or((&results.tool, "0"));
    let category = match &results.pack {
        Some(pack) => format!("carepact/{}/{}/", results.kind, pack.id),
        None => format!("carepact/{}/", results.kind),
    };
    let run = Run {
        tool: json!({"driver": {"name": name, "version": version, "semanticVersion": version, "rules": rules}}),
        automation: json!({"id": category, "description": {"text": format!("carepact {} on {}.", results.kind, results.as_of)}}),
        columns: "unicodeCodePoints",
        invocations: [invocation(record)],
        results: Found { record, index: &index, baselined },
        properties: json!({"as_of": results.as_of, "pack": results.pack}),
    };
    let mut bytes = serde_json::to_vec_pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Value,
    #[serde(rename = "automationDetails")]
    automation: Value,
    #[serde(rename = "columnKind")]
    columns: &'static str,
    invocations: [Value; 1],
    results: Found<'a>,
    properties: Value,
}

/// The results, made one at a time while they are written: a hundred thousand at once would take a gigabyte.
struct Found<'a> {
    record: &'a Record<'a>,
    index: &'a BTreeMap<&'a str, usize>,
    baselined: bool,
}

impl Serialize for Found<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.record.results.findings.iter().map(|finding| result(self.record, finding, self.index, self.baselined)))
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(record: &Record<'_>, code: &str) -> Value {
    let unknown = RuleText { title: code.to_owned(), statement: code.to_owned(), ..RuleText::default() };
    let text = record.rules.get(code).unwrap_or(&unknown);
    let severity = text.severity.unwrap_or(Severity::Warning);
    let help = if text.help.is_empty() { format!("carepact explain {code}") } else { text.help.clone() };
    let problem = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    };
    let mut rule = json!({
        "id": code,
        "name": pascal(&text.title),
        "shortDescription": {"text": sentence(&text.title)},
        "fullDescription": {"text": shortened(&sentence(&text.statement), DESCRIPTION)},
        "help": {"text": help},
        // A result gives its sentence as the one argument, and as text too, which is what some services read.
        "messageStrings": {"finding": {"text": "{0}."}},
        "defaultConfiguration": {"level": level(severity)},
        "properties": {"tags": ["data-governance", code.split('-').next().unwrap_or(code)], "precision": "very-high", "problem.severity": problem},
    });
    if let Some(url) = &text.url {
        rule["helpUri"] = url.clone().into();
    }
    rule
}

fn result(record: &Record<'_>, finding: &ResultFinding, index: &BTreeMap<&str, usize>, baselined: bool) -> Value {
    let message = finding.message().trim_end_matches('.');
    let shown = record.shown(finding);
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), finding.code.clone().into());
    result.insert("ruleIndex".to_owned(), index.get(finding.code.as_str()).copied().into());
    result.insert("kind".to_owned(), "fail".into());
    result.insert("level".to_owned(), level(finding.severity).into());
    result.insert("message".to_owned(), json!({"text": format!("{message}."), "id": "finding", "arguments": [message]}));
    result.insert("locations".to_owned(), json!([location(&shown.file, shown.span, Some(&finding.place), None)]));
    let related: Vec<Value> = finding
        .spans
        .iter()
        .skip(1)
        .enumerate()
        .map(|(number, span)| location(&record.file(&span.file), Some(span), None, Some((number + 1, &span.label))))
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".to_owned(), related.into());
    }
    // A fix without edits has nothing to replace, which SARIF does not allow.
    let fixes: Vec<Value> = finding.fixes.iter().filter(|one| !one.edits.is_empty()).map(|one| fix(record, one)).collect();
    if !fixes.is_empty() {
        result.insert("fixes".to_owned(), fixes.into());
    }
    // GitHub tracks an alert by the first; a second part in its form says which of several on a line it is.
    result.insert("partialFingerprints".to_owned(), json!({"primaryLocationLineHash": format!("{}:1", finding.id), "carepactId/v1": finding.id}));
    match finding.status.as_str() {
        "accepted" => {
            result.insert("suppressions".to_owned(), json!([{"kind": "external", "status": "accepted", "justification": settled(finding)}]));
        }
        _ => {
            // An empty list says that it is known not to be suppressed.
            result.insert("suppressions".to_owned(), json!([]));
        }
    }
    if baselined {
        result.insert("baselineState".to_owned(), if finding.status == "baseline" { "unchanged" } else { "new" }.into());
    }
    let mut properties = Map::new();
    if !finding.ground().is_empty() {
        properties.insert("ground".to_owned(), finding.ground().into());
    }
    if !finding.next().is_empty() {
        properties.insert("next".to_owned(), finding.next().into());
    }
    if !properties.is_empty() {
        result.insert("properties".to_owned(), properties.into());
    }
    Value::Object(result)
}

/// A change that mends it: what is deleted and what comes in its place, file by file.
fn fix(record: &Record<'_>, fix: &ResultFix) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacement = json!({"deletedRegion": region(&edit.at), "insertedContent": {"text": edit.text}});
        files.entry(&edit.at.file).or_default().push(replacement);
    }
    let changes: Vec<Value> =
        files.into_iter().map(|(file, edits)| json!({"artifactLocation": {"uri": uri(&record.file(file))}, "replacements": edits})).collect();
    json!({"description": {"text": sentence(&fix.title)}, "artifactChanges": changes})
}

fn location(file: &str, span: Option<&ResultSpan>, name: Option<&str>, related: Option<(usize, &str)>) -> Value {
    let region = span.map_or_else(|| json!({"startLine": 1}), region);
    let mut location = Map::new();
    if let Some((id, _)) = related {
        location.insert("id".to_owned(), id.into());
    }
    location.insert("physicalLocation".to_owned(), json!({"artifactLocation": {"uri": uri(file)}, "region": region}));
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        location.insert("logicalLocations".to_owned(), json!([{"fullyQualifiedName": name}]));
    }
    if let Some((_, label)) = related.filter(|(_, label)| !label.is_empty()) {
        location.insert("message".to_owned(), json!({"text": sentence(label)}));
    }
    Value::Object(location)
}

fn region(span: &ResultSpan) -> Value {
    json!({"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column})
}

fn invocation(record: &Record<'_>) -> Value {
    let notes: Vec<Value> = record
        .results
        .not_assessed
        .iter()
        .map(|one| json!({"level": "warning", "message": {"text": sentence(&format!("Not judged: {}: {}", one.what, one.why))}}))
        .collect();
    let mut invocation = json!({"executionSuccessful": record.complete});
    if !notes.is_empty() {
        invocation["toolExecutionNotifications"] = notes.into();
    }
    invocation
}

/// A relative reference of RFC 3986: every byte of a name that is not unreserved is percent-encoded, `/` stays. A `:` is
/// encoded too, so that a first part with one is not taken for a scheme.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// With a full stop, as SARIF wants its messages.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// At most so many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { format!("{}...", text.chars().take(most - 3).collect::<String>()) }
}

/// `Agreement of joint controllers` as `AgreementOfJointControllers`.
fn pascal(title: &str) -> String {
    let mut name = String::new();
    for word in title.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_relative_reference() {
        assert_eq!(uri("agreements/a b#c%25:d.yaml"), "agreements/a%20b%23c%2525%3Ad.yaml");
        assert_eq!(uri("ä.yaml"), "%C3%A4.yaml");
    }

    #[test]
    fn titles_become_names() {
        assert_eq!(pascal("a key that isn't known"), "AKeyThatIsnTKnown");
    }
}
