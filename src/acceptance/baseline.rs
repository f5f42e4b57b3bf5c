//! A baseline: findings that were there when a community began to check, so that new ones stand out.
//!
//! One line a finding, sorted, so that a change to the file reads well. A finding matches by its id, which is made of
//! code, place and cause: another finding of the same rule elsewhere never matches, and moved lines do not matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostics::{Finding, Severity, Standing};
use crate::identifier::Date;

/// The format's name and version, in the first line.
pub const FORMAT: &str = "carepact.baseline/1";

/// Findings known of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// `pack:` of `pack.yaml`.
    pub pack: String,
    /// The findings by id.
    known: BTreeMap<String, Entry>,
}

/// One finding that was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its rule.
    pub code: String,
    /// Where, as the finding names it.
    pub place: String,
    /// Its id.
    pub id: String,
    /// How much it mattered then.
    pub severity: Severity,
    /// The day it was first seen.
    pub first_seen: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    pack: String,
}

/// A text is no baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct NotABaseline {
    /// From 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

impl Baseline {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, NotABaseline> {
        let wrong = |line: usize, why: &str| NotABaseline { line, why: why.to_owned() };
        let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let head: Head = match lines.next() {
            Some((_, line)) => serde_json::from_str(line).map_err(|_| wrong(1, "it does not begin with the name of the format"))?,
            None => return Err(wrong(1, "it is empty")),
        };
        if head.format != FORMAT {
            return Err(wrong(1, &format!("this version reads {FORMAT}")));
        }
        let mut known = BTreeMap::new();
        for (index, line) in lines {
            let entry: Entry =
                serde_json::from_str(line).map_err(|_| wrong(index + 1, "it is not a known finding: code, place, id, severity and first_seen"))?;
            if known.insert(entry.id.clone(), entry).is_some() {
                return Err(wrong(index + 1, "this finding stands in the file twice"));
            }
        }
        Ok(Self { pack: head.pack, known })
    }

    /// The open findings of a pack that may be in a baseline. One that an earlier baseline knew keeps the day it was
    /// first seen.
    pub fn of(pack: &str, findings: &[Finding], may: impl Fn(&Finding) -> bool, as_of: Date, earlier: Option<&Self>) -> Self {
        let known = findings
            .iter()
            .filter(|finding| !matches!(finding.standing, Standing::Accepted(_)) && may(finding))
            .map(|finding| {
                let id = finding.id();
                let first_seen = earlier.and_then(|earlier| earlier.known.get(&id)).map_or(as_of, |entry| entry.first_seen.min(as_of));
                (id.clone(), Entry { code: finding.code.to_owned(), place: finding.place.clone(), id, severity: finding.severity, first_seen })
            })
            .collect();
        Self { pack: pack.to_owned(), known }
    }

    /// Marks the open findings that it knows and that may be in a baseline; returns what it knows and nobody finds any more.
    /// A finding that has become worse than it was is open.
    pub fn apply(&self, findings: &mut [Finding], may: impl Fn(&Finding) -> bool) -> Vec<&Entry> {
        let mut mended = self.known.clone();
        for finding in findings.iter_mut() {
            let id = finding.id();
            let Some(entry) = self.known.get(&id) else { continue };
            mended.remove(&id);
            let same = entry.code == finding.code && entry.place == finding.place && finding.severity <= entry.severity;
            if same && finding.standing == Standing::Open && may(finding) {
                finding.standing = Standing::Baseline { first_seen: entry.first_seen.to_string() };
            }
        }
        self.sorted().into_iter().filter(|entry| mended.contains_key(&entry.id)).collect()
    }

    /// How many it knows.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    fn sorted(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.known.values().collect();
        entries.sort_by_key(|entry| (&entry.code, &entry.place, &entry.id));
        entries
    }

    /// As saved: the head, then one line a finding, by code and place.
    pub fn to_text(&self) -> String {
        // Neither can fail: texts, words and days.
        let mut out = serde_json::to_string(&Head { format: FORMAT.to_owned(), pack: self.pack.clone() }).unwrap_or_default() + "\n";
        for entry in self.sorted() {
            out.push_str(&serde_json::to_string(entry).unwrap_or_default());
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    fn finding(place: &str) -> Finding {
        Finding::warning("LIF-009", place, "says nothing of its end")
    }

    #[test]
    fn what_is_written_reads_back_and_keeps_the_first_day() {
        let findings = [finding("B/exit"), finding("A/exit")];
        let first = Baseline::of("p", &findings, |_| true, day("2026-07-01"), None);
        assert_eq!(Baseline::parse(&first.to_text()).as_ref(), Ok(&first));
        let places: Vec<bool> = first.to_text().lines().skip(1).map(|line| line.contains("A/exit")).collect();
        assert_eq!(places, [true, false], "sorted");
        let later = Baseline::of("p", &[finding("A/exit"), finding("C/exit")], |_| true, day("2026-08-01"), Some(&first));
        let seen: Vec<String> = later.sorted().iter().map(|entry| format!("{} {}", entry.place, entry.first_seen)).collect();
        assert_eq!(seen, ["A/exit 2026-07-01", "C/exit 2026-08-01"]);
    }

    #[test]
    fn another_place_another_cause_or_a_worse_level_is_not_known() {
        let known = Baseline::of("p", &[finding("A/exit")], |_| true, day("2026-07-01"), None);
        let mut worse = finding("A/exit");
        worse.severity = Severity::Error;
        let mut now = [finding("A/exit"), finding("B/exit"), finding("A/exit").discriminator("notice"), worse];
        let mended = known.apply(&mut now, |_| true);
        assert!(mended.is_empty());
        assert_eq!(now.iter().map(|finding| finding.standing == Standing::Open).collect::<Vec<_>>(), [false, true, true, true]);
        let mended = known.apply(&mut [], |_| true).len();
        assert_eq!(mended, 1);
    }

    #[test]
    fn what_may_not_be_known_stays_open_whatever_the_file_says() {
        let known = Baseline::of("p", &[finding("A/exit")], |_| true, day("2026-07-01"), None);
        let mut now = [finding("A/exit")];
        known.apply(&mut now, |_| false);
        assert_eq!(now[0].standing, Standing::Open);
        assert!(Baseline::of("p", &now, |_| false, day("2026-07-01"), None).is_empty());
    }

    #[test]
    fn a_file_that_is_none_is_told_by_its_line() {
        assert_eq!(Baseline::parse("").expect_err("empty").line, 1);
        assert_eq!(Baseline::parse("[]\n").expect_err("another format").line, 1);
        let good = Baseline::of("p", &[finding("A/exit")], |_| true, day("2026-07-01"), None).to_text();
        let twice = format!("{good}{}", good.lines().nth(1).expect("a line"));
        assert_eq!(Baseline::parse(&twice).expect_err("twice").to_string(), "line 3: this finding stands in the file twice");
        assert_eq!(Baseline::parse(&format!("{good}<<<<<<< ours\n")).expect_err("a conflict").line, 3);
    }
}
