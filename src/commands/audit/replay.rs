//! `audit --with`: the same log put to another pack.

use std::path::Path;

use serde_json::{Value, json};

use super::super::session::{BOLD, Session};
use crate::access_log::replay::Replay;
use crate::diagnostics::results::{PackRef, Results};
use crate::text::{count, thousands};

/// Reasons shown to a person; all are in the JSON.
const SHOWN: usize = 10;

/// What results say of it. No reference stands in it, only counts.
pub(super) fn data(replay: &Replay, with: &PackRef) -> Value {
    let mut moved: Vec<_> = replay.moved.iter().collect();
    moved.sort_by_key(|(_, moved)| std::cmp::Reverse(moved.accesses));
    let one = |(answers, moved): &(&crate::access_log::replay::Answers, &crate::access_log::replay::Moved)| {
        json!({
            "was": answers.was, "would_be": answers.would_be,
            "because": answers.because_was, "because_then": answers.because_would_be,
            "accesses": moved.accesses, "users": moved.users.len(), "people": moved.people.len(), "organisations": moved.organisations.len(),
            "first_day": moved.days.map(|days| days.0.to_string()), "last_day": moved.days.map(|days| days.1.to_string()),
        })
    };
    let counts: Vec<Value> = replay.counts.iter().map(|((was, then), accesses)| json!({"was": was, "would_be": then, "accesses": accesses})).collect();
    json!({"with": {"id": with.id, "sha256": with.sha256}, "same": replay.same, "counts": counts, "moved": moved.iter().map(one).collect::<Vec<_>>()})
}

/// A ruling's name in a sentence.
fn word(name: &str) -> &str {
    match name {
        "permitted" => "allowed",
        "not_assessed" => "not assessed",
        other => other,
    }
}

/// The section for the terminal.
pub(super) fn section(results: &Results, with: &Path, session: &Session, painted: bool) -> String {
    let data = &results.data["replay"];
    let number = |value: &Value, name: &str| value[name].as_u64().unwrap_or(0);
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or("").to_owned();
    let head = format!("With {} instead", with.display());
    let head = if painted { session.paint(BOLD, &head) } else { head };
    let moved = data["moved"].as_array().map(Vec::as_slice).unwrap_or_default();
    let all: u64 = moved.iter().map(|one| number(one, "accesses")).sum();
    let mut out = format!("\n{head}\n  {} would get another answer, {} the same\n", count(all, "access", "accesses"), thousands(number(data, "same")));
    for one in moved.iter().take(SHOWN) {
        let (first, last) = (text(one, "first_day"), text(one, "last_day"));
        let days = if first == last { format!("on {first}") } else { format!("{first} to {last}") };
        out += &format!(
            "\n  {}, would be {}: {} by {} of {} to {}, {days}\n    now:  {}\n    then: {}\n",
            word(&text(one, "was")),
            word(&text(one, "would_be")),
            count(number(one, "accesses"), "access", "accesses"),
            count(number(one, "users"), "user", "users"),
            count(number(one, "organisations"), "organisation", "organisations"),
            count(number(one, "people"), "person", "people"),
            text(one, "because"),
            text(one, "because_then"),
        );
    }
    if moved.len() > SHOWN {
        out += &format!("\n  {} more reasons stand in the results (-f json, data.replay)\n", thousands((moved.len() - SHOWN) as u64));
    }
    out
}
