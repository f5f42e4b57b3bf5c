//! `carepact.results/1` as JSON Schema. It is JSON and not YAML, so that types are types here.

use serde_json::{Value, json};

/// The schema.
pub(super) fn schema() -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    let count = |about: &str| json!({"type": "integer", "minimum": 0, "description": about});
    let counts = |about: &str| json!({"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}, "description": about});
    let place = json!({
        "file": text("The file, relative to the pack."),
        "line": {"type": "integer", "minimum": 1, "description": "From 1."},
        "column": {"type": "integer", "minimum": 1, "description": "From 1, in characters."},
        "end_line": {"type": "integer", "minimum": 1, "description": "Line of the end."},
        "end_column": {"type": "integer", "minimum": 1, "description": "Column one past the end."},
        "label": text("What stands there; may be empty."),
    });
    let mut edit = place.clone();
    edit["text"] = text("What comes in its place.");
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "carepact.results/1",
        "description": "What every command that finds something saves, and what `--format json` prints. No value in it depends on threads, time zone, locale, folder or the clock.",
        "type": "object",
        "properties": {
            "format": {"const": "carepact.results/1", "description": "Name and version of this format."},
            "kind": text("The command that made it: check, test, audit, pseudonymise and so on."),
            "tool": text("Name and version of the tool."),
            "as_of": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "The day everything was judged on."},
            "pack": {"anyOf": [{"$ref": "#/definitions/pack"}, {"type": "null"}], "description": "The pack that was used, if any."},
            "inputs": {"type": "array", "items": {"$ref": "#/definitions/input"}, "description": "What was read."},
            "balance": {"type": "array", "items": {"$ref": "#/definitions/balance"}, "description": "The books: what went in came out, was taken out, or was set aside."},
            "not_assessed": {"type": "array", "items": {"$ref": "#/definitions/not_assessed"}, "description": "What could not be judged, and why. Never shown green."},
            "findings": {"type": "array", "items": {"$ref": "#/definitions/finding"}, "description": "The findings, in printing order."},
            "data": {"description": "What the kind adds."},
        },
        "required": ["format", "kind", "tool", "as_of", "pack", "inputs", "balance", "not_assessed", "findings", "data"],
        "additionalProperties": false,
        "definitions": {
            "pack": strict(json!({"id": text("Its name."), "sha256": sha256("SHA-256 over the names and contents of its files.")}), &[]),
            "input": strict(
                json!({
                    "role": text("extract, log, table, register and so on."),
                    "name": text("File name without folder."),
                    "digest": text("A digest with its name, sha256:... or hmac:..."),
                }),
                &[],
            ),
            "balance": strict(
                json!({
                    "input": text("The input's name."),
                    "in": count("Rows, lines or events read."),
                    "out": count("What came out."),
                    "removed": counts("What was taken out on purpose, by cause."),
                    "quarantined": counts("What could not be used, by cause."),
                }),
                &[],
            ),
            "not_assessed": strict(json!({"what": text("A detector, rule, table or file."), "why": text("The reason, and what would mend it.")}), &[]),
            "place": strict(place, &[]),
            "edit": strict(edit, &[]),
            "fix": strict(
                json!({
                    "title": text("What it does."),
                    "safe": {"type": "boolean", "description": "Whether it may be applied unasked."},
                    "edits": {"type": "array", "items": {"$ref": "#/definitions/edit"}, "description": "The edits."},
                }),
                &[],
            ),
            "acceptance": strict(
                json!({
                    "reason": text("Why it is accepted."),
                    "owner": text("Who sees to it."),
                    "approved_by": text("Who accepted it."),
                    "expires": text("Last day on which it is accepted."),
                }),
                &[],
            ),
            "finding": strict(
                json!({
                    "id": text("The same on every run, as long as the cause is."),
                    "code": text("The rule or detector."),
                    "severity": {"enum": ["error", "warning", "info"], "description": "How much it matters."},
                    "place": text("Stable name of the thing, for example GM-DSA-0007/review."),
                    "spans": {"type": "array", "items": {"$ref": "#/definitions/place"}, "description": "Places in texts; the first is the one to edit."},
                    "facts": {
                        "type": "object",
                        "properties": {
                            "message": text("The sentence."),
                            "ground": text("Which law or guidance expects it."),
                            "next": {"type": "array", "items": {"type": "string"}, "description": "What to do next."},
                        },
                        "required": ["message"],
                        "description": "The sentence, its ground, the next step, and what the rule adds.",
                    },
                    "status": {"enum": ["open", "accepted", "baseline"], "description": "open, accepted (an accepted exception), or baseline (known before)."},
                    "acceptance": {"$ref": "#/definitions/acceptance"},
                    "first_seen": text("Since when it is known, where its status is baseline."),
                    "fixes": {"type": "array", "items": {"$ref": "#/definitions/fix"}, "description": "Changes that mend it."},
                }),
                &["acceptance", "first_seen", "fixes"],
            ),
        },
    })
}

fn sha256(about: &str) -> Value {
    json!({"type": "string", "pattern": "^[0-9a-f]{64}$", "description": about})
}

/// An object with exactly these keys, all but the optional ones required.
fn strict(properties: Value, optional: &[&str]) -> Value {
    let required: Vec<&str> = properties.as_object().into_iter().flat_map(|map| map.keys()).map(String::as_str).filter(|key| !optional.contains(key)).collect();
    let required = json!(required);
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}
