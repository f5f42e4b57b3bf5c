//! A pack beside a shared minimum, so that neighbours can be compared before they connect.
//!
//! No item weighs more than another: the score is how many of those that could be judged are met, and the list is what
//! people read. What cannot be judged is never counted as met.

mod judge;

use serde_json::{Value, json};

use crate::access_log::profile::Profile;
use crate::diagnostics::Finding;
use crate::rules::Context;
use crate::source::{Sources, Span};

/// How one item was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The pack says so.
    Met,
    /// The pack lacks it, or says otherwise.
    NotMet,
    /// The pack gives nothing to judge it by.
    CannotBeJudged,
}

impl Verdict {
    /// For people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::CannotBeJudged => "cannot be judged",
        }
    }

    /// For machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::CannotBeJudged => "cannot_be_judged",
        }
    }
}

/// One item of a minimum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// `GOV-1`.
    pub id: String,
    /// `governance`, `roles`, `objections`, `log` or `clauses`.
    pub area: String,
    /// Answered by yes where it is met.
    pub question: String,
    /// Law or guidance behind it.
    pub source: String,
    /// How it is judged, see the table.
    judge: String,
}

/// What was found for one item.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The item.
    pub item: Item,
    /// The verdict.
    pub verdict: Verdict,
    /// What shows it, in words without a full stop.
    pub why: String,
    /// The place that shows it, where there is one.
    pub at: Option<Span>,
}

/// What a pack is judged by.
#[derive(Clone, Copy)]
pub struct Evidence<'e, 'p> {
    /// The pack, the day and the words.
    pub context: &'e Context<'p>,
    /// What `check` finds, accepted findings among them: an exception accepted here binds no neighbour.
    pub findings: &'e [Finding],
    /// Its log profiles by file name.
    pub logs: &'e [(String, Profile)],
}

/// A minimum by name.
#[derive(Debug)]
pub struct Minimum {
    /// As given to `--profile`.
    pub name: &'static str,
    /// In words.
    pub title: &'static str,
    table: &'static str,
}

/// Every minimum that is shipped.
pub static ALL: [Minimum; 1] = [Minimum {
    name: "common-capability",
    title: "Common capability of communities that share records",
    table: include_str!("capability/common_capability.csv"),
}];

/// A minimum by name.
pub fn find(name: &str) -> Option<&'static Minimum> {
    ALL.iter().find(|minimum| minimum.name == name)
}

impl Minimum {
    /// Its items, in the order of the table.
    pub fn items(&self) -> Vec<Item> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(self.table.as_bytes());
        let rows = reader.records().filter_map(Result::ok);
        rows.map(|row| Item {
            id: row[0].to_owned(),
            area: row[1].to_owned(),
            question: row[2].to_owned(),
            judge: row[3].to_owned(),
            source: row[4].to_owned(),
        })
        .collect()
    }

    /// A pack's answer to each item, on the day of the context.
    pub fn answers(&self, evidence: &Evidence<'_, '_>) -> Vec<Answer> {
        self.items().into_iter().map(|item| judge::answer(item, evidence)).collect()
    }
}

/// Met, and judged: the score.
pub fn score(answers: &[Answer]) -> (usize, usize) {
    let count = |verdict| answers.iter().filter(|answer| answer.verdict == verdict).count();
    (count(Verdict::Met), count(Verdict::Met) + count(Verdict::NotMet))
}

/// The answers as saved in `data` of the results.
pub fn data(minimum: &Minimum, answers: &[Answer], sources: &Sources) -> Value {
    let (met, judged) = score(answers);
    let areas: Vec<&str> = answers.iter().map(|answer| answer.item.area.as_str()).fold(Vec::new(), |mut areas, area| {
        if areas.last() != Some(&area) {
            areas.push(area);
        }
        areas
    });
    json!({
        "profile": minimum.name,
        "title": minimum.title,
        "met": met,
        "judged": judged,
        "items": answers.len(),
        "areas": areas.into_iter().map(|area| {
            let of: Vec<Answer> = answers.iter().filter(|answer| answer.item.area == area).cloned().collect();
            let (met, judged) = score(&of);
            json!({"area": area, "met": met, "judged": judged, "items": of.len()})
        }).collect::<Vec<_>>(),
        "answers": answers.iter().map(|answer| json!({
            "id": answer.item.id,
            "area": answer.item.area,
            "question": answer.item.question,
            "verdict": answer.verdict.word(),
            "why": answer.why,
            "place": answer.at.map(|span| place(span, sources)),
            "source": answer.item.source,
        })).collect::<Vec<_>>(),
    })
}

/// `agreements/care-record.yaml:12`.
pub fn place(span: Span, sources: &Sources) -> String {
    format!("{}:{}", sources.name(span.file), sources.start(span).line)
}
