//! The register of agreements, and when their terms end.

use serde_json::Value;

use super::values::{size, text, words};
use super::{Agreement, SOON_DAYS};
use crate::identifier::Date;
use crate::text::{and_list, count};

impl Agreement {
    pub(super) fn read(item: &Value, today: Option<Date>) -> Self {
        let ends = text(item, "ends");
        let days_left = item.get("days_left").and_then(Value::as_i64).or_else(|| {
            let last = Date::parse(ends.as_deref()?).ok()?;
            Some(i64::from(today?.days_until(last)))
        });
        let term = match days_left {
            None => "unknown",
            Some(days) if days < 0 => "ended",
            Some(days) if days <= SOON_DAYS => "soon",
            Some(_) => "later",
        };
        Self {
            id: text(item, "id").unwrap_or_else(|| "without an identifier".to_owned()),
            title: text(item, "title").unwrap_or_default(),
            version: text(item, "version"),
            status: text(item, "status").map(|status| words(&status)),
            state: text(item, "state_on_as_of").map(|state| words(&state)),
            starts: text(item, "starts"),
            ends,
            review_next: text(item, "review_next"),
            parties: size(item, "parties"),
            grants: size(item, "grants"),
            releases: size(item, "releases"),
            days_left,
            term,
        }
    }
}

pub(super) fn timeline_sentence(list: &[Agreement]) -> String {
    if list.is_empty() {
        return "The pack holds no agreement.".to_owned();
    }
    let of = |term: &str| list.iter().filter(|agreement| agreement.term == term).count() as u64;
    let mut soon: Vec<&Agreement> = list.iter().filter(|agreement| agreement.term == "soon").collect();
    soon.sort_by(|a, b| (&a.ends, &a.id).cmp(&(&b.ends, &b.id)));
    let mut parts = Vec::new();
    if of("ended") > 0 {
        parts.push(format!("{} ended", count(of("ended"), "has", "have")));
    }
    let names: Vec<String> =
        soon.iter().take(3).map(|agreement| format!("{} on {}", agreement.id, agreement.ends.as_deref().unwrap_or("a day not stated"))).collect();
    parts.push(match soon.len() as u64 {
        0 => format!("none ends within {SOON_DAYS} days"),
        n @ 1..=3 => format!("{} within {SOON_DAYS} days ({})", count(n, "ends", "end"), and_list(&names)),
        n => format!("{n} end within {SOON_DAYS} days (first {})", and_list(&names)),
    });
    if of("later") > 0 {
        parts.push(count(of("later"), "runs longer", "run longer"));
    }
    if of("unknown") > 0 {
        parts.push(format!("{} no last day", count(of("unknown"), "states", "state")));
    }
    format!("Of {}, {}.", count(list.len() as u64, "agreement", "agreements"), and_list(&parts))
}
