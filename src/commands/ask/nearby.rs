//! The single changes that would open a refused question, in words and for machines.

use serde_json::{Value, json};

use super::literals;
use crate::commands::blocks;
use crate::decision::Verdict;
use crate::decision::compiled::spread::Said;
use crate::decision::nearby::{Change, Nearby};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;

/// Most changes of one kind that are told in text.
const TOLD: usize = 2;

fn kind(change: &Change) -> &'static str {
    match change {
        Change::Facts(_) => "facts",
        Change::Role(_) => "role",
        Change::Purpose(_) => "purpose",
        Change::Way(_) => "way",
        Change::At(_) => "at",
        Change::Later(_) => "later",
        Change::Earlier(_) => "earlier",
    }
}

fn days(during: Interval) -> String {
    match (during.first > Date::MIN, during.last < Date::MAX) {
        (true, true) => format!("from {} to {}", during.first, during.last),
        (true, false) => format!("from {}", during.first),
        (false, true) => format!("until {}", during.last),
        (false, false) => "on any day".to_owned(),
    }
}

fn words(pack: &Pack, change: &Change) -> String {
    match change {
        Change::Facts(facts) => format!("given {}", literals(pack, facts).join(" and ")),
        Change::Role(roles) => format!("by {}", blocks::names(&pack.words.roles, roles)),
        Change::Purpose(purposes) => format!("for {}", blocks::names(&pack.words.purposes, purposes)),
        Change::Way(ways) => format!("to {}", blocks::ways(pack, ways)),
        Change::At(orgs) => format!("at {}", blocks::organisations(pack, orgs)),
        Change::Later(during) | Change::Earlier(during) => days(*during),
    }
}

fn answer(pack: &Pack, said: &Said) -> String {
    let clauses = said.clauses.join(", ");
    match said.verdict {
        Verdict::Needs => {
            let sets: Vec<String> = said.needs.iter().map(|set| literals(pack, set).join(" and ")).collect();
            format!("needs {} ({clauses})", sets.join(", or "))
        }
        _ => format!("permit ({clauses})"),
    }
}

/// One line a change, at most a few of each kind.
pub(super) fn lines(pack: &Pack, found: &[Nearby]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, one) in found.iter().enumerate() {
        let before = found[..index].iter().filter(|other| kind(&other.change) == kind(&one.change)).count();
        if before < TOLD {
            lines.push(format!("{}: {}", words(pack, &one.change), answer(pack, &one.said)));
        } else if before == TOLD {
            let more = found[index..].iter().filter(|other| kind(&other.change) == kind(&one.change)).count();
            lines.push(format!("and {more} more by another {}", kind(&one.change)));
        }
    }
    lines
}

/// For machines: all of them.
pub(super) fn to_json(pack: &Pack, found: &[Nearby]) -> Value {
    let words = &pack.words;
    found
        .iter()
        .map(|one| {
            let to: Value = match &one.change {
                Change::Facts(facts) => literals(pack, facts).into(),
                Change::Role(roles) => roles.iter().map(|role| words.roles.path(*role)).collect::<Vec<_>>().into(),
                Change::Purpose(purposes) => purposes.iter().map(|purpose| words.purposes.path(*purpose)).collect::<Vec<_>>().into(),
                Change::Way(ways) => {
                    ways.iter().map(|(action, form)| json!({"may": words.actions[usize::from(*action)], "form": words.forms[usize::from(*form)]})).collect()
                }
                Change::At(orgs) => orgs.iter().map(|org| pack.register.organisation(*org).ods.to_string()).collect::<Vec<_>>().into(),
                Change::Later(during) | Change::Earlier(during) => json!({"first": during.first.to_string(), "last": during.last.to_string()}),
            };
            let outcome = if one.said.verdict == Verdict::Needs { "needs" } else { "permit" };
            json!({"change": kind(&one.change), "to": to, "outcome": outcome, "clauses": one.said.clauses,
                "needs": one.said.needs.iter().map(|set| literals(pack, set)).collect::<Vec<_>>()})
        })
        .collect()
}
