//! What the report is about, and the fingerprint that ties it to its results.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::result_set::ResultSet;
use super::values::{scalar, text};
use super::{Community, Cover, JudgedOn, Options, SourceFile};
use crate::identifier::Date;
use crate::report::read::{Content, Saved};

impl Cover {
    pub(super) fn of(now: &[&Saved], set: &ResultSet<'_>, community: Option<Community>, options: &Options) -> Self {
        let mut by_day: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for results in &set.results {
            by_day.entry(&results.as_of).or_default().insert(&results.kind);
        }
        let judged_on =
            by_day.iter().map(|(day, kinds)| JudgedOn { as_of: (*day).to_owned(), kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect() }).collect();
        let audited = set.audit().and_then(|audit| {
            let days = |span: &Value| {
                let day = |names: [&str; 2]| names.iter().find_map(|name| text(span, name)).map(|moment| moment.chars().take(10).collect::<String>());
                Some(format!("{} to {}", day(["from", "first"])?, day(["to", "last"])?))
            };
            audit.get("period").and_then(|period| scalar(period).or_else(|| days(period))).or_else(|| audit.get("log").and_then(days))
        });
        let period = options.period.clone().or(audited).unwrap_or_else(|| match by_day.keys().next_back() {
            Some(day) => format!("as things stood on {}", Date::parse(day).map_or_else(|_| (*day).to_owned(), Date::in_words)),
            None => "not stated".to_owned(),
        });
        let title = options.title.clone().unwrap_or_else(|| match &community {
            Some(community) => community.title.clone(),
            None => "Data sharing report".to_owned(),
        });
        let (fingerprint, fingerprint_command) = fingerprint(now);
        Self {
            title,
            community,
            period,
            judged_on,
            classification: options.classification.clone(),
            status: if options.approved { "final" } else { "draft" },
            fingerprint,
            fingerprint_command,
            packs: set.packs(),
        }
    }
}

/// SHA-256 of the one file given, or of the list that `sha256sum` prints of them, sorted by name.
pub(super) fn fingerprint(saved: &[&Saved]) -> (String, String) {
    if let [one] = saved {
        return (one.sha256.clone(), format!("sha256sum {}", shell(&one.name)));
    }
    let mut files: Vec<(&str, &str)> = saved.iter().map(|file| (file.name.as_str(), file.sha256.as_str())).collect();
    files.sort_unstable();
    let list: String = files.iter().flat_map(|(name, sha256)| [sha256, "  ", name, "\n"]).collect();
    let names: Vec<String> = files.iter().map(|(name, _)| shell(name)).collect();
    (crate::report::read::sha256(list.as_bytes()), format!("sha256sum {} | sha256sum", names.join(" ")))
}

/// A file name as a shell takes it.
pub(super) fn shell(name: &str) -> String {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte)) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

impl SourceFile {
    pub(super) fn of(saved: &Saved, set: &'static str) -> Self {
        let (tool, as_of) = match &saved.content {
            Content::Results(results) => (results.tool.clone(), results.as_of.clone()),
            Content::Manifest(manifest) => (text(manifest, "tool").unwrap_or_default(), text(manifest, "as_of").unwrap_or_default()),
        };
        Self { name: saved.name.clone(), kind: saved.kind().to_owned(), tool, as_of, set, sha256: saved.sha256.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn file_names_are_safe_in_a_shell() {
        assert_eq!(shell("check.json"), "check.json");
        assert_eq!(shell("a b'; rm x"), r"'a b'\''; rm x'");
    }
}
