//! What was decided on findings and cases of earlier audits, read back: remembered beside them, and never a reason to
//! leave one out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diagnostics::results::Results;
use crate::identifier::Date;

/// Decisions with what each means, and whether the access was not as it should be.
pub const WORDS: [(&str, &str, bool); 8] = [
    ("explained", "a reason for the access was found that the tables do not have", false),
    ("on_call", "the user was on call", false),
    ("team_meeting", "a meeting about the person, or advice to a colleague", false),
    ("coding", "coding, correspondence or another task of administration", false),
    ("complaint", "a complaint, a claim or an incident was looked into", false),
    ("table_wrong", "a reference table was wrong or late", false),
    ("learning", "it should not have been so; settled by training or a talk", true),
    ("upheld", "it should not have been so; taken further", true),
];

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Id of a finding or of a case.
    pub id: String,
    /// One of [`WORDS`].
    pub word: &'static str,
    /// Whether the access was not as it should be.
    pub upheld: bool,
    /// Who decided: a role.
    pub by: String,
    /// When. Accesses after that day are not covered by it.
    pub on: Date,
    /// When the case was opened, if it is known.
    pub opened: Option<Date>,
}

/// Why a table of decisions cannot be used. Never carries a cell but a word of the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionsError {
    /// Not a table.
    #[error("line {line}: it cannot be read as CSV")]
    Csv {
        /// Where.
        line: u64,
    },
    /// A column is missing.
    #[error("the column `{column}` is missing; it needs id, decision, by and on, and may have opened and note")]
    Column {
        /// Which.
        column: &'static str,
    },
    /// A cell cannot be meant.
    #[error("line {line}: {what}")]
    Cell {
        /// Where.
        line: u64,
        /// What is wrong.
        what: String,
    },
}

/// Reads a table of decisions. Of several on one id the latest counts; two on one day that differ are refused.
pub fn read(bytes: &[u8]) -> Result<BTreeMap<String, Decision>, DecisionsError> {
    read_rows(bytes, false)
}

/// Reads a table that was sent out to be answered: a row whose decision is empty has not been answered.
pub fn read_answered(bytes: &[u8]) -> Result<BTreeMap<String, Decision>, DecisionsError> {
    read_rows(bytes, true)
}

fn read_rows(bytes: &[u8], may_be_open: bool) -> Result<BTreeMap<String, Decision>, DecisionsError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|_| DecisionsError::Csv { line: 1 })?.clone();
    let place = |column: &'static str| header.iter().position(|name| name.trim_start_matches('\u{feff}') == column);
    let needed = |column: &'static str| place(column).ok_or(DecisionsError::Column { column });
    let (id, word, by, on, opened) = (needed("id")?, needed("decision")?, needed("by")?, needed("on")?, place("opened"));
    let mut all: BTreeMap<String, Decision> = BTreeMap::new();
    for row in reader.into_records() {
        let row = row.map_err(|error| DecisionsError::Csv { line: error.position().map_or(0, csv::Position::line) })?;
        let line = row.position().map_or(0, csv::Position::line);
        let wrong = |what: String| DecisionsError::Cell { line, what };
        let day = |column: usize, name: &str| Date::parse(&row[column]).map_err(|_| wrong(format!("`{name}` is no date as YYYY-MM-DD")));
        if may_be_open && row[word].is_empty() {
            continue;
        }
        let known = WORDS.iter().find(|(known, ..)| *known == &row[word]);
        let Some((known, _, upheld)) = known else {
            let words: Vec<&str> = WORDS.iter().map(|(known, ..)| *known).collect();
            return Err(wrong(format!("`decision` is none of {}", words.join(", "))));
        };
        if row[id].len() != 16 || !row[id].bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong("`id` is no id of a finding or case: sixteen of 0-9 and a-f".to_owned()));
        }
        if row[by].is_empty() {
            return Err(wrong("`by` is empty: say who decided, as a role".to_owned()));
        }
        let opened = opened.filter(|column| !row[*column].is_empty()).map(|column| day(column, "opened")).transpose()?;
        let decision = Decision { id: row[id].to_owned(), word: known, upheld: *upheld, by: row[by].to_owned(), on: day(on, "on")?, opened };
        if decision.opened.is_some_and(|opened| opened > decision.on) {
            return Err(wrong("`opened` lies after `on`".to_owned()));
        }
        match all.get(&decision.id) {
            Some(known) if known.on == decision.on && known.word != decision.word => {
                return Err(wrong(format!("it says {} of {}, and an earlier line says {} on the same day", decision.word, decision.id, known.word)));
            }
            Some(known) if known.on > decision.on => {}
            _ => drop(all.insert(decision.id.clone(), decision)),
        }
    }
    Ok(all)
}

/// The middle of some numbers of days.
fn middle(mut days: Vec<i32>) -> Option<i32> {
    days.sort_unstable();
    days.get(days.len() / 2).copied()
}

/// Marks findings that were decided, by their own id or their case's: known before, with the decision. What has accesses
/// after the day of the decision stays open and says so. Tells how often each detector was right.
pub fn apply(results: &mut Results, decisions: &BTreeMap<String, Decision>) {
    let mut by_case: BTreeMap<String, &Decision> = BTreeMap::new();
    for case in results.data["cases"].as_array().into_iter().flatten() {
        if let Some(decision) = case["case"].as_str().and_then(|id| decisions.get(id)) {
            by_case.extend(case["findings"].as_array().into_iter().flatten().filter_map(Value::as_str).map(|id| (id.to_owned(), decision)));
        }
    }
    let (mut settled, mut again) = (0u64, 0u64);
    let mut detectors: BTreeMap<String, Vec<&Decision>> = BTreeMap::new();
    for finding in &mut results.findings {
        let Some(decision) = decisions.get(&finding.id).or_else(|| by_case.get(&finding.id).copied()) else { continue };
        detectors.entry(finding.code.clone()).or_default().push(decision);
        finding.facts.insert("decision".into(), decision.word.into());
        finding.facts.insert("decided_by".into(), decision.by.clone().into());
        finding.facts.insert("decided_on".into(), decision.on.to_string().into());
        // Dates as text are in the order of time.
        let last = finding.facts.get("last").and_then(Value::as_str).and_then(|text| text.get(..10)).unwrap_or("9999-12-31");
        if last > decision.on.to_string().as_str() {
            again += 1;
            finding.facts.insert("since".into(), "there are accesses after the decision".into());
        } else {
            settled += 1;
            "baseline".clone_into(&mut finding.status);
            finding.first_seen = Some(decision.on.to_string());
        }
    }
    let rows: Vec<Value> = detectors
        .iter()
        .map(|(code, decided)| {
            let upheld = decided.iter().filter(|decision| decision.upheld).count();
            let days = decided.iter().filter_map(|decision| Some(decision.opened?.days_until(decision.on))).collect();
            let words: BTreeMap<&str, usize> = decided.iter().fold(BTreeMap::new(), |mut words, decision| {
                *words.entry(decision.word).or_default() += 1;
                words
            });
            json!({"code": code, "decided": decided.len(), "upheld": upheld, "not_upheld": decided.len() - upheld, "by_decision": words, "median_days": middle(days)})
        })
        .collect();
    let used: std::collections::BTreeSet<&str> = detectors.values().flatten().map(|decision| decision.id.as_str()).collect();
    results.data["decisions"] = json!({
        "read": decisions.len(), "of_this_audit": used.len(), "findings_decided": settled, "open_again": again, "detectors": rows,
    });
}
