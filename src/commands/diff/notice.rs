//! The paragraph that belongs in the privacy notice: plain English, for the people the records are about.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Days;
use super::tell::Told;
use crate::decision::difference::{Change, Way};
use crate::identifier::{Date, Interval};
use crate::text::{and_list, or_list, thousands};

/// A name as people read it.
fn plain(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).replace('_', " ")
}

fn all_plain(names: &[String]) -> Vec<String> {
    names.iter().map(|name| plain(name)).collect()
}

/// `doctors`, `nurses`.
fn many(name: &str) -> String {
    match name {
        "person" => "you yourself".to_owned(),
        "proxy" => "somebody who acts for you".to_owned(),
        name if name.ends_with('s') => name.to_owned(),
        name if name.ends_with('y') && !name.ends_with("ay") => format!("{}ies", &name[..name.len() - 1]),
        name => format!("{name}s"),
    }
}

/// What a sentence says, so that changes that say the same are said once.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Sentence {
    first: Date,
    last: Date,
    way: Way,
    who: String,
    what: Vec<String>,
    of: String,
    purposes: Vec<String>,
    given: String,
}

/// The paragraphs, for a person to read before they are published.
pub(super) fn paragraphs(told: &Told<'_>) -> String {
    let mut sentences: BTreeMap<Sentence, Vec<String>> = BTreeMap::new();
    for (change, during) in &told.difference.changes {
        for one in during {
            let verbs: Vec<String> = told.ways(change).iter().map(|way| verb(way)).collect();
            sentences.entry(sentence(told, change, *one)).or_default().extend(verbs);
        }
    }
    if sentences.is_empty() {
        return "Nothing changes in who may see your information.\n".to_owned();
    }
    let mut out = String::new();
    for (one, mut verbs) in sentences {
        verbs.sort_unstable();
        verbs.dedup();
        let when = match told.days {
            Days::Two(..) => String::new(),
            Days::From(_) if one.first == Date::MIN => String::new(),
            Days::From(_) if one.last == Date::MAX => format!("From {}, ", one.first.in_words()),
            Days::From(_) => format!("From {} to {}, ", one.first.in_words(), one.last.in_words()),
        };
        let may = if one.way == Way::Widening { "will be able to" } else { "will no longer be able to" };
        let given = if one.given.is_empty() { String::new() } else { format!(", if {}", one.given) };
        let text =
            format!("{when}{} {may} {} your {} held by {}, for {}{given}.", one.who, or_list(&verbs), and_list(&one.what), one.of, or_list(&one.purposes));
        let mut letters = text.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        let _ = writeln!(out, "{first}{}", letters.as_str());
    }
    out.push_str("\nDrafted from the agreements themselves. Read it before it is published; names are those of the vocabulary.\n");
    out
}

fn sentence(told: &Told<'_>, change: &Change, during: Interval) -> Sentence {
    let roles: Vec<String> = all_plain(&told.roles(change)).iter().map(|role| many(role)).collect();
    let stretch = [during];
    let at = if change.at.is_empty() { String::new() } else { format!(" at {}", people(&told.organisations(change, &stretch, &change.at))) };
    let patients = told.patients(change, &stretch);
    let patients = if patients > 0 { format!(" ({} registered patients)", thousands(patients)) } else { String::new() };
    let meanings = &told.side(change).pack.words.conditions;
    let fact = |fact: &crate::decision::difference::Fact| {
        let name = &told.difference.common.facts[usize::from(fact.fact)];
        let meaning = meanings
            .iter()
            .find(|condition| condition.name == *name)
            .map_or_else(|| plain(name), |condition| condition.meaning.trim().trim_end_matches('.').to_owned());
        if fact.value { meaning } else { format!("it is not so that {meaning}") }
    };
    let always = change.facts.iter().any(Vec::is_empty);
    let given: Vec<String> = if always { Vec::new() } else { change.facts.iter().map(|set| and_list(&set.iter().map(fact).collect::<Vec<_>>())).collect() };
    Sentence {
        first: during.first,
        last: during.last,
        way: change.way,
        who: format!("{}{at}", and_list(&roles)),
        what: all_plain(&told.data(change)),
        of: format!("{}{patients}", people(&told.organisations(change, &stretch, &change.of))),
        purposes: all_plain(&told.purposes(change)),
        given: given.join(", or if "),
    }
}

/// `472 gp practice` reads as `472 GP practices`.
fn people(organisations: &str) -> String {
    organisations.replace('_', " ").replace("gp practice", "GP practice")
}

/// `view identifiable` as `see`, and what is not identifiable said with it.
fn verb(way: &str) -> String {
    let (action, form) = way.split_once(' ').unwrap_or((way, ""));
    let action = if action == "view" { "see" } else { action };
    if form == "identifiable" { action.to_owned() } else { format!("{action} ({})", form.replace('_', " ")) }
}
