//! What commands saved: `carepact.results/1` and release manifests.

use serde_json::Value;

use crate::diagnostics::results::{self, Results};

/// The format of a release's manifest.
const MANIFEST: &str = "carepact.manifest/1";

/// A saved file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// Without folder.
    pub name: String,
    /// Of its bytes, hex.
    pub sha256: String,
    /// What it holds.
    pub content: Content,
}

/// What a saved file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The results of a command.
    Results(Box<Results>),
    /// The manifest of a release, for the ledger.
    Manifest(Box<Value>),
}

/// Why a file cannot be reported on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not JSON at all.
    #[error("{name} is not JSON: {why}")]
    NotJson {
        /// The file.
        name: String,
        /// The parser's words with line and column.
        why: String,
    },
    /// JSON without a format, or with one that this version does not know.
    #[error("{name} is {found}; a report is made of {}, and of {MANIFEST}", results::FORMAT)]
    OtherFormat {
        /// The file.
        name: String,
        /// What it says it is.
        found: String,
    },
    /// The right format, but a field is missing or has another shape.
    #[error("{name} says it is {}, but {why}", results::FORMAT)]
    Shape {
        /// The file.
        name: String,
        /// What is wrong.
        why: String,
    },
}

impl Saved {
    /// Reads one file from its bytes.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        let bytes_without_bom = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes_without_bom).map_err(|error| ReadError::NotJson { name: name.to_owned(), why: error.to_string() })?;
        let content = match value.get("format").and_then(Value::as_str) {
            Some(results::FORMAT) => {
                let results: Results = serde_json::from_value(value).map_err(|error| ReadError::Shape { name: name.to_owned(), why: error.to_string() })?;
                if !results.data.is_object() {
                    return Err(ReadError::Shape { name: name.to_owned(), why: "its `data` is not an object".to_owned() });
                }
                Content::Results(Box::new(results))
            }
            Some(MANIFEST) => Content::Manifest(Box::new(value)),
            other => {
                let found = other.map_or_else(|| "JSON that names no format".to_owned(), str::to_owned);
                return Err(ReadError::OtherFormat { name: name.to_owned(), found });
            }
        };
        Ok(Self { name: name.to_owned(), sha256: sha256(bytes), content })
    }

    /// `check`, `audit`, ..., or `release manifest`.
    pub fn kind(&self) -> &str {
        match &self.content {
            Content::Results(results) => &results.kind,
            Content::Manifest(_) => "release manifest",
        }
    }
}

/// SHA-256, hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    crate::text::hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_commands_saved_is_read() {
        let results = Results::new("check", "2026-07-01");
        let saved = Saved::read("check.json", &results.to_bytes()).expect("read");
        assert_eq!(saved.kind(), "check");
        assert_eq!(saved.sha256, results.fingerprint());

        let error = |bytes: &[u8]| Saved::read("x.json", bytes).expect_err("refused").to_string();
        assert!(error(b"{\"format\": \"carepact.results/2\"}").starts_with("x.json is carepact.results/2; a report is made of carepact.results/1"));
        assert!(error(b"{}").contains("names no format"));
        assert!(error(b"id,name").contains("not JSON"));
        assert!(error(b"{\"format\": \"carepact.results/1\"}").contains("missing field"));
    }
}
