//! An audit cut up by organisation: to each its own staff's cases, to be answered, and counts of what others did with its
//! data; and the answers put together again.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::London;
use super::decisions::{self, Decision, DecisionsError};
use super::detect::Signal;
use super::event::Symbol;
use super::permission::is_code;
use super::relationship::Explained;
use super::summary::Audit;
use crate::identifier::Date;
use crate::text::formula_safe;

/// What one organisation gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Ids of its cases, the most pressing first.
    pub cases: Vec<String>,
    /// The cases of its staff, with columns for the answers.
    pub cases_csv: Vec<u8>,
    /// What others did with its data, in counts.
    pub others_csv: Vec<u8>,
}

/// The columns of answers; the others may be left as they are.
const ANSWERS: [&str; 4] = ["decision", "by", "on", "note"];

#[derive(Default)]
struct Others {
    accesses: u64,
    users: BTreeSet<Symbol>,
    people: BTreeSet<super::PersonKey>,
    unexplained: u64,
    denied: u64,
}

fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| formula_safe(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

impl Audit<'_> {
    /// Cuts the audit up. Cases of users whose organisation the log does not tell stand under the empty code, and so do
    /// cases about no user; every case stands in one sheet.
    pub fn sheets(&self) -> BTreeMap<String, Sheet> {
        let signals = &self.detected.signals;
        let symbols = &self.log.symbols;
        let code = |symbol: Symbol| {
            let text = symbols.text(symbol);
            if is_code(text) { text.to_owned() } else { String::new() }
        };
        let mut london = London::default();
        let mut cases: BTreeMap<String, Vec<(u32, String, Vec<String>)>> = BTreeMap::new();
        for case in self.cases {
            let members: Vec<&Signal> = case.signals.iter().map(|index| &signals[*index]).collect();
            let organisation = if case.user.is_none() {
                Symbol::NONE
            } else {
                members.iter().map(|signal| signal.organisation).find(|code| !code.is_none()).unwrap_or(Symbol::NONE)
            };
            let place = self.place(members[0]);
            let id = self.references.finding_id("case", &place, "");
            let mut codes: Vec<&str> = members.iter().map(|signal| signal.code).collect();
            codes.dedup();
            let sentences: Vec<String> = members.iter().map(|signal| self.sentence(signal, &mut london)).collect();
            let reference = |text: Option<String>| text.unwrap_or_default();
            let row = vec![
                id.clone(),
                self.as_of.clone(),
                reference(self.references.staff(case.user, symbols).map(|one| one.to_string())),
                symbols.text(case.user).to_owned(),
                reference(self.references.person(case.person, symbols).map(|one| one.to_string())),
                case.person.expose_canonical(symbols).map(|id| String::from_utf8_lossy(&id).into_owned()).unwrap_or_default(),
                london.minute_text(members.iter().map(|signal| signal.seen.first()).min().unwrap_or(0)),
                london.minute_text(members.iter().map(|signal| signal.seen.last).max().unwrap_or(0)),
                codes.join(" "),
                sentences.join(" | "),
            ];
            cases.entry(code(organisation)).or_default().push((case.rank, id, row));
        }
        let mut others: BTreeMap<String, BTreeMap<String, Others>> = BTreeMap::new();
        for access in &self.assessment.accesses {
            let (owner, from) = (code(access.event.source), code(access.event.organisation));
            if owner.is_empty() || owner == from {
                continue;
            }
            let row = others.entry(owner).or_default().entry(from).or_default();
            row.accesses += 1;
            row.users.insert(access.event.user);
            row.people.insert(access.event.person);
            row.unexplained += u64::from(access.explained == Explained::No);
            row.denied += u64::from(self.assessment.ruling(access).name() == "denied");
        }
        let owners: BTreeSet<String> = cases.keys().chain(others.keys()).cloned().collect();
        let case_header = ["id", "opened", "user", "account", "person", "person_id", "first", "last", "codes", "what_was_seen", "decision", "by", "on", "note"];
        let mut sheets = BTreeMap::new();
        for owner in owners {
            let mut rows = cases.remove(&owner).unwrap_or_default();
            rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            let ids = rows.iter().map(|(_, id, _)| id.clone()).collect();
            let filled = rows.into_iter().map(|(_, _, mut row)| {
                row.resize(row.len() + ANSWERS.len(), String::new());
                row
            });
            let cases_csv = table(&case_header, filled);
            let rows = others.remove(&owner).unwrap_or_default().into_iter().map(|(from, row)| {
                let from = if from.is_empty() { "not mapped".to_owned() } else { from };
                [row.accesses, row.users.len() as u64, row.people.len() as u64, row.unexplained, row.denied].iter().fold(vec![from], |mut row, number| {
                    row.push(number.to_string());
                    row
                })
            });
            let others_csv = table(&["organisation", "accesses", "users", "people", "not_explained", "covered_by_no_agreement"], rows);
            sheets.insert(owner, Sheet { cases: ids, cases_csv, others_csv });
        }
        sheets
    }
}

/// Why returns cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReturnError {
    /// One file cannot be used.
    #[error("{file}: {error}")]
    File {
        /// Which.
        file: String,
        /// Why.
        error: DecisionsError,
    },
    /// Two files say different things of one case.
    #[error("{first} and {second} decide differently on {id}")]
    Conflict {
        /// The case.
        id: String,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
}

/// A file that came back: its name, and what stands in it.
pub type Return = (String, Vec<u8>);

/// Puts the answers of several files together. A row without a decision is unanswered; two files that decide differently
/// on one case are refused, since nobody could tell which is meant.
pub fn merge(returns: &[Return]) -> Result<BTreeMap<String, Decision>, ReturnError> {
    let mut all: BTreeMap<String, (Decision, &str)> = BTreeMap::new();
    for (file, bytes) in returns {
        let answered = decisions::read_answered(bytes).map_err(|error| ReturnError::File { file: file.clone(), error })?;
        for (id, decision) in answered {
            match all.get(&id) {
                Some((known, first)) if known.word != decision.word || known.on != decision.on => {
                    return Err(ReturnError::Conflict { id, first: (*first).to_owned(), second: file.clone() });
                }
                Some(_) => {}
                None => {
                    all.insert(id, (decision, file));
                }
            }
        }
    }
    Ok(all.into_iter().map(|(id, (decision, _))| (id, decision)).collect())
}

/// The table that `audit --decisions` reads.
pub fn as_csv(decisions: &BTreeMap<String, Decision>) -> Vec<u8> {
    table(
        &["id", "decision", "by", "on", "opened"],
        decisions.values().map(|one| {
            let opened = one.opened.map(|day: Date| day.to_string()).unwrap_or_default();
            vec![one.id.clone(), one.word.to_owned(), one.by.clone(), one.on.to_string(), opened]
        }),
    )
}
