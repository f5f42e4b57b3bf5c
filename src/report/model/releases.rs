//! The ledger of releases, from manifests and results.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::values::{scalar, sentence, text, words};
use super::{Release, ReleasedFile};

impl Release {
    pub(super) fn read(item: &Value, told_by: &str) -> Self {
        let any = |names: &[&str]| names.iter().find_map(|name| item.pointer(name).and_then(scalar));
        let rows = ["/rows_out", "/rows/out", "/rows", "/out"].iter().find_map(|name| item.pointer(name).and_then(Value::as_u64));
        let outputs = match item.get("outputs").or_else(|| item.get("files")) {
            Some(Value::Array(items)) => items
                .iter()
                .map(|file| ReleasedFile {
                    name: text(file, "name").or_else(|| text(file, "path")).unwrap_or_default(),
                    sha256: text(file, "sha256").or_else(|| text(file, "digest")).unwrap_or_default().trim_start_matches("sha256:").to_owned(),
                })
                .collect(),
            Some(Value::Object(items)) => items
                .iter()
                .map(|(name, digest)| ReleasedFile {
                    name: name.clone(),
                    sha256: scalar(digest).or_else(|| text(digest, "sha256")).unwrap_or_default().trim_start_matches("sha256:").to_owned(),
                })
                .collect(),
            _ => Vec::new(),
        };
        Self {
            agreement: any(&["/agreement/id", "/agreement"]),
            release: any(&["/release/name", "/release/id", "/release", "/name"]),
            version: any(&["/agreement/version", "/agreement_version", "/version"]),
            as_of: any(&["/as_of"]),
            rows,
            not_released: any(&["/not_released", "/rows/not_released"]),
            recipient: any(&["/recipient"]),
            purpose: any(&["/purpose"]).map(|purpose| words(&purpose)),
            risk: item.get("risk").and_then(|risk| match (text(risk, "status"), text(risk, "detail")) {
                (Some(status), Some(detail)) if !detail.is_empty() => Some(format!("{}: {detail}", words(&status))),
                (Some(status), _) => Some(words(&status)),
                _ => scalar(risk),
            }),
            warnings: item
                .get("warnings")
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(scalar).map(|text| sentence(&text)).collect())
                .unwrap_or_default(),
            key: any(&["/key/id", "/key_id", "/key"]).or_else(|| item.pointer("/keys/0").and_then(|key| text(key, "id").or_else(|| text(key, "key_id")))),
            columns: columns_in_words(item.get("columns")),
            outputs,
            told_by: told_by.to_owned(),
        }
    }

    /// Whether a manifest and results tell of one release: same names and, where both know them, same files.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let digests = |release: &Self| -> BTreeSet<String> { release.outputs.iter().map(|file| file.sha256.clone()).collect() };
        self.agreement == other.agreement
            && self.release == other.release
            && (self.rows.is_none() || other.rows.is_none() || self.rows == other.rows)
            && (self.outputs.is_empty() || other.outputs.is_empty() || digests(self) == digests(other))
    }

    pub(super) fn complete(&mut self, other: Self) {
        self.version = self.version.take().or(other.version);
        self.as_of = self.as_of.take().or(other.as_of);
        self.rows = self.rows.or(other.rows);
        self.not_released = self.not_released.take().or(other.not_released);
        self.recipient = self.recipient.take().or(other.recipient);
        self.purpose = self.purpose.take().or(other.purpose);
        self.risk = self.risk.take().or(other.risk);
        if self.warnings.is_empty() {
            self.warnings = other.warnings;
        }
        self.key = self.key.take().or(other.key);
        self.columns = self.columns.take().or(other.columns);
        if self.outputs.is_empty() {
            self.outputs = other.outputs;
        }
    }
}

/// `keep 4, pseudonym 1`: how many columns met each action.
pub(super) fn columns_in_words(value: Option<&Value>) -> Option<String> {
    let mut actions: BTreeMap<String, u64> = BTreeMap::new();
    let mut add = |column: &Value| {
        if let Some(action) = text(column, "action").or_else(|| text(column, "do")).or_else(|| scalar(column)) {
            *actions.entry(words(&action)).or_default() += 1;
        }
    };
    match value? {
        Value::Array(items) => items.iter().for_each(&mut add),
        Value::Object(items) => items.values().for_each(&mut add),
        _ => return None,
    }
    let list: Vec<String> = actions.iter().map(|(action, number)| format!("{action} {number}")).collect();
    (!list.is_empty()).then(|| list.join(", "))
}
