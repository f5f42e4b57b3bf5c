//! One JSON object a line: a header, what was read, what was not judged, each finding, a summary.
//!
//! Every object names itself in `line`. Whoever reads a stream knows by the last line, `summary`, that it is whole.

use serde_json::{Value, json};

use super::record::{Counts, Record};

/// The format's name and version.
pub const FORMAT: &str = "carepact.results.ndjson/1";

/// The whole stream, each line ended.
pub fn render(record: &Record<'_>) -> Vec<u8> {
    let results = record.results;
    let mut bytes = Vec::new();
    let mut line = |value: &Value| {
        // Writing a value to memory does not fail.
        let _ = serde_json::to_writer(&mut bytes, value);
        bytes.push(b'\n');
    };
    line(&json!({"line": "header", "format": FORMAT, "kind": results.kind, "tool": results.tool, "as_of": results.as_of, "pack": results.pack}));
    for input in &results.inputs {
        line(&named("input", input));
    }
    for balance in &results.balance {
        line(&named("balance", balance));
    }
    for one in &results.not_assessed {
        line(&named("not_assessed", one));
    }
    for finding in &results.findings {
        line(&named("finding", finding));
    }
    let counts = Counts::of(results);
    line(&json!({"line": "summary", "errors": counts.errors, "warnings": counts.warnings, "notes": counts.notes,
        "accepted": counts.accepted, "baseline": counts.baseline, "not_assessed": results.not_assessed.len(), "complete": record.complete}));
    bytes
}

/// A record of results with `line` before its own fields, which are those of `carepact.results/1`.
fn named<T: serde::Serialize>(name: &str, value: &T) -> Value {
    let mut object = serde_json::Map::new();
    object.insert("line".to_owned(), name.into());
    if let Ok(Value::Object(fields)) = serde_json::to_value(value) {
        object.extend(fields);
    }
    Value::Object(object)
}
