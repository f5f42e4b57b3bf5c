//! `audit --fields`: which fields of an event each input carries.

use serde_json::Value;

use super::super::columns::Columns;
use super::super::session::{BOLD, Session};
use crate::diagnostics::results::Results;
use crate::text::{count, thousands};

/// The section for the terminal: one row an input.
pub(super) fn section(results: &Results, session: &Session, painted: bool) -> String {
    let head = "What each input carries";
    let mut table = Columns::new(session, &["input", "in every event", "in some", "in none", "the profile says", "events"], 5).indented(2);
    if !painted {
        table = table.for_file();
    }
    for input in results.data["fields"].as_array().into_iter().flatten() {
        let events = input["events"].as_u64().unwrap_or(0);
        let (mut every, mut some, mut none) = (Vec::new(), Vec::new(), Vec::new());
        for (name, number) in input["carried"].as_object().into_iter().flatten() {
            match number.as_u64().unwrap_or(0) {
                0 => none.push(name.clone()),
                all if all == events => every.push(name.clone()),
                part => some.push(format!("{name} ({:.0}%)", part as f64 / events as f64 * 100.0)),
            }
        }
        let said: Vec<&str> = input["said_by_the_profile"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let row = [input["input"].as_str().unwrap_or("").to_owned(), every.join(", "), some.join(", "), none.join(", "), said.join(", "), thousands(events)];
        table.add_row(row);
    }
    let mut clocks = String::new();
    for skew in results.data["clock_skew"].as_array().into_iter().flatten() {
        let (pairs, median) = (skew["pairs"].as_u64().unwrap_or(0), skew["median_seconds"].as_i64().unwrap_or(0));
        let (first, second) = (skew["systems"][0].as_str().unwrap_or(""), skew["systems"][1].as_str().unwrap_or(""));
        let told = match median {
            0 => format!("the clocks of {first} and {second} agree"),
            _ => format!(
                "the clock of {second} is {} {} {first}'s",
                count(median.unsigned_abs(), "second", "seconds"),
                if median > 0 { "ahead of" } else { "behind" }
            ),
        };
        clocks += &format!("  {told} (the middle of {}; not corrected)\n", count(pairs, "access that both wrote down", "accesses that both wrote down"));
    }
    let head = if painted { session.paint(BOLD, head) } else { head.to_owned() };
    format!("\n{head}\n{}\n{clocks}", table.text())
}
