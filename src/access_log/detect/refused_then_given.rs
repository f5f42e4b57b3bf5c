//! AUD-035: what the system refused was opened minutes later in another role or from another organisation.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::clock::London;
use crate::access_log::event::{AccessOutcome, Event, PersonKey, Symbol};
use crate::diagnostics::Severity;
use crate::text::count;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-035",
    title: "Refused, then opened another way",
    statement: "The system refused a user a person's record, and within fifteen minutes the same account opened it in another role or from another organisation. \
        Detector D38 of the reference list. A person with two jobs who chose the wrong one first looks alike.",
    inputs: &["outcome", "user", "person", "time", "role or organisation"],
    parameters: &[("minutes", "15 minutes", "between the refusal and the access, at most")],
    silenced_by: &[
        "the same role at the same organisation: a password typed wrongly, a session that had ended",
        "the person themselves, or a proxy, through a portal",
        "a log without refusals (then not assessed)",
    ],
    sentence: "S-… was refused the record of C-… and opened it minutes later in another role or from another organisation, n times; needs review",
    source: "Data Security and Protection Toolkit, on failed attempts; ISO 27789, which logs refusals beside accesses",
};

/// The detector.
pub struct RefusedThenGiven;

fn person_of(event: &Event) -> Option<(Symbol, PersonKey)> {
    (event.human && !event.user.is_none() && !event.person.is_nobody() && event.action.decided_as().is_some()).then_some((event.user, event.person))
}

impl Detector for RefusedThenGiven {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Log
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        let refused = setting.log.events.iter().any(|event| event.outcome == AccessOutcome::Refused);
        (!refused).then(|| "the log (or its profile) has no record that was refused".to_owned())
    }

    fn judge(&self, _: &[Access], _: &Peers, _: &Setting<'_>) -> Vec<Signal> {
        Vec::new()
    }

    fn judge_log(&self, setting: &Setting<'_>) -> Vec<Signal> {
        let within = 60 * setting.thresholds.number(&PAGE, "minutes");
        let mut london = London::default();
        // The last refusals of each user and person; events are in the order of time.
        let mut refused: BTreeMap<(Symbol, PersonKey), Vec<&Event>> = BTreeMap::new();
        let mut found: BTreeMap<(Symbol, PersonKey), Vec<&Event>> = BTreeMap::new();
        for event in &setting.log.events {
            let Some(key) = person_of(event).filter(|_| !setting.is_portal(event)) else { continue };
            if event.outcome == AccessOutcome::Refused {
                let list = refused.entry(key).or_default();
                list.retain(|before| event.at - before.at <= within);
                list.push(event);
                continue;
            }
            let another = |before: &&Event| event.at - before.at <= within && (before.role, before.organisation) != (event.role, event.organisation);
            if refused.get(&key).is_some_and(|list| list.iter().any(another)) {
                refused.remove(&key);
                found.entry(key).or_default().push(event);
            }
        }
        found
            .into_iter()
            .map(|((user, person), events)| Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Account,
                weight: 40,
                user,
                person,
                organisation: events[0].organisation,
                discriminator: String::new(),
                sentence: format!(
                    "{{user}}{} was refused the record of {{person}} and opened it within {} in another role or from another organisation, {{accesses}} {{days}}, first on {{first}}; needs review",
                    setting.who(events[0]),
                    count(u64::try_from(within / 60).unwrap_or(0), "minute", "minutes"),
                ),
                next: "Ask which of the two jobs the access was for; the refusal may have been right.",
                facts: BTreeMap::new(),
                seen: Seen {
                    accesses: events.len() as u64,
                    people: BTreeSet::from([person]),
                    days: events.iter().map(|event| london.date(event.at)).collect(),
                    lines: events.iter().filter(|event| event.file == 0).map(|event| event.line).collect(),
                    ..Seen::beside(events.iter().copied())
                },
            })
            .collect()
    }
}
