//! Seeded test cases of a synthetic log, and how well detectors find them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::detect::{DETECTORS, Detected};
use super::read::Log;

/// Which lines are seeded, of which kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerKey {
    cases: BTreeMap<String, SeededCase>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SeededCase {
    detector: String,
    near_miss: bool,
    lines: BTreeSet<u32>,
}

/// Short names of detectors in answer keys, with their codes.
pub const NAMES: &[(&str, &str)] = &[
    ("not-covered", "AUD-001"),
    ("category-excess", "AUD-002"),
    ("party-or-term", "AUD-003"),
    ("unexplained-first-access", "AUD-004"),
    ("own-record", "AUD-005"),
    ("same-household", "AUD-006"),
    ("leaver-account", "AUD-007"),
    ("emergency-without-reason", "AUD-008"),
    ("volume-against-peers", "AUD-009"),
    ("organisation-not-in-register", "AUD-010"),
    ("unknown-account", "AUD-011"),
    ("repeated-viewing", "AUD-012"),
    ("objection-overridden", "AUD-013"),
    ("sealed-opened", "AUD-014"),
    ("self-claimed", "AUD-015"),
    ("protected-address", "AUD-016"),
    ("rare-surname", "AUD-017"),
    ("neighbour", "AUD-018"),
    ("colleague", "AUD-019"),
    ("contact", "AUD-020"),
    ("extra-protection", "AUD-021"),
    ("deceased", "AUD-022"),
    ("off-shift", "AUD-023"),
    ("two-places", "AUD-024"),
    ("shared-workstation", "AUD-025"),
    ("delegate", "AUD-026"),
];

/// 95% interval of Wilson for a share, in one.
pub fn wilson(part: u64, whole: u64) -> Option<(f64, f64, f64)> {
    if whole == 0 {
        return None;
    }
    let (n, z) = (whole as f64, 1.959_963_984_540_054_f64);
    let p = part as f64 / n;
    let middle = p + z * z / (2.0 * n);
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    Some((p, ((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0)))
}

impl AnswerKey {
    /// Reads `line,case,detector,tier` and, if it is there, `what`. The tier `near-miss` marks what must not be reported.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = crate::yaml::decode(bytes)?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
        // `what` is for people: the case in words.
        let columns = header.strip_suffix(&["what".to_owned()]).unwrap_or(&header);
        if columns != ["line", "case", "detector", "tier"] {
            return Err("the header of an answer key is line,case,detector,tier".to_owned());
        }
        let mut key = Self::default();
        for (index, row) in reader.records().enumerate() {
            let wrong = || format!("row {} is not line,case,detector,tier", index + 2);
            let row = row.map_err(|_| wrong())?;
            let line: u32 = row[0].parse().map_err(|_| wrong())?;
            let case = key.cases.entry(row[1].to_owned()).or_default();
            row[2].clone_into(&mut case.detector);
            case.near_miss |= &row[3] == "near-miss";
            case.lines.insert(line);
        }
        Ok(key)
    }

    /// Precision over findings, recall over seeded cases, by detector. A finding hits a case if it rests on one of its
    /// lines; findings hit nothing are counted against precision, though the log may hold what nobody seeded.
    pub fn score(&self, log: &Log, detected: &Detected) -> Value {
        let share = |part: u64, whole: u64| {
            wilson(part, whole).map(|(value, low, high)| json!({"part": part, "whole": whole, "value": value, "low": low, "high": high}))
        };
        let rows: Vec<Value> = NAMES
            .iter()
            .map(|(name, code)| {
                let seeded: Vec<(&String, &SeededCase)> = self.cases.iter().filter(|(_, case)| case.detector == *name && !case.near_miss).collect();
                let near: Vec<&SeededCase> = self.cases.values().filter(|case| case.near_miss).collect();
                let mut hit: BTreeSet<&String> = BTreeSet::new();
                let (mut right, mut all, mut wrong_near) = (0u64, 0u64, 0u64);
                for signal in detected.signals.iter().filter(|signal| signal.code == *code) {
                    all += 1;
                    let lines: BTreeSet<u32> = signal.seen.lines.iter().copied().collect();
                    let cases: Vec<&String> = seeded.iter().filter(|(_, case)| !case.lines.is_disjoint(&lines)).map(|(name, _)| *name).collect();
                    right += u64::from(!cases.is_empty());
                    wrong_near += near.iter().filter(|case| !case.lines.is_disjoint(&lines)).count() as u64;
                    hit.extend(cases);
                }
                json!({"detector": name, "code": code, "precision": if seeded.is_empty() { None } else { share(right, all) }, "recall": share(hit.len() as u64, seeded.len() as u64), "near_misses": wrong_near})
            })
            .collect();
        let blind: Vec<&str> =
            DETECTORS.iter().map(|one| one.page().code).filter(|code| detected.not_assessed.iter().any(|(page, _)| page.code == *code)).collect();
        json!({"cases": self.cases.len(), "files": log.books.len(), "detectors": rows, "not_assessed": blind})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_values() {
        // Brown, Cai and DasGupta's usual example: 10 of 20 gives 0.299 to 0.701; 0 of 10 gives 0 to 0.278.
        let close = |a: f64, b: f64| (a - b).abs() < 0.0005;
        let (value, low, high) = wilson(10, 20).expect("some");
        assert!(close(value, 0.5) && close(low, 0.2993) && close(high, 0.7007), "{low} {high}");
        let (_, low, high) = wilson(0, 10).expect("some");
        assert!(close(low, 0.0) && close(high, 0.2775), "{low} {high}");
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn names_and_codes_are_those_of_the_detectors() {
        for ((_, code), detector) in NAMES.iter().zip(DETECTORS) {
            assert_eq!(*code, detector.page().code);
        }
    }
}
