//! AUD-028: a user opened records one after another in the order of their numbers.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships};
use crate::access_log::assess::Access;
use crate::access_log::event::PersonKey;
use crate::access_log::relationship::Explained;
use crate::diagnostics::Severity;
use crate::identifier::Date;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-028",
    title: "Records opened in the order of their numbers",
    statement: "On one day a user opened at least fifteen people's records, one after another, each with a higher NHS number than the one before (or each with a lower one), and nothing explains them. \
        Chance does so about once in a million million times. Work from a list by name or by time does not sort by number. Detector D28 of the reference list, by number; by name or street it is not built.",
    inputs: &["person by NHS number", "user", "time", "registrations.csv", "appointments.csv"],
    parameters: &[("run", "15 people", "one after another in order, at least")],
    silenced_by: &["accesses that are explained: they are no part of the run", "records named by local ids or pseudonyms, which have no order"],
    sentence: "S-… (role at organisation) opened the records of n people on date in the order of their numbers, and nothing explains it; needs review",
    source: "Trawling as privacy officers describe it; known in general, no published figure",
};

/// The detector.
pub struct InOrder;

/// The longest run that rises (or falls), as the first and one past the last.
fn longest(numbers: &[u64], rises: bool) -> (usize, usize) {
    let (mut best, mut from) = ((0, 0), 0);
    for index in 0..numbers.len() {
        if index > 0 && (if rises { numbers[index] <= numbers[index - 1] } else { numbers[index] >= numbers[index - 1] }) {
            from = index;
        }
        if index + 1 - from > best.1 - best.0 {
            best = (from, index + 1);
        }
    }
    best
}

impl Detector for InOrder {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_relationships(setting)
            .or_else(|| (!setting.carried.nhs_numbers).then(|| "the log names nobody by NHS number, and local ids have no order".to_owned()))
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        if user.is_none() {
            return Vec::new();
        }
        let least = setting.thresholds.count(&PAGE, "run");
        let mut days: BTreeMap<Date, Vec<(u64, Vec<&Access>)>> = BTreeMap::new();
        for access in group.iter().filter(|access| access.explained == Explained::No && !setting.is_portal(&access.event)) {
            let Some(number) = access.event.person.order() else { continue };
            let day = days.entry(access.local.date).or_default();
            match day.last_mut().filter(|(last, _)| *last == number) {
                Some((_, accesses)) => accesses.push(access),
                None => day.push((number, vec![access])),
            }
        }
        let mut signals = Vec::new();
        for (date, day) in days {
            let numbers: Vec<u64> = day.iter().map(|(number, _)| *number).collect();
            let (from, to) = [true, false].map(|rises| longest(&numbers, rises)).into_iter().max_by_key(|(from, to)| to - from).unwrap_or_default();
            if to - from < least {
                continue;
            }
            let seen: Vec<&Access> = day[from..to].iter().flat_map(|(_, accesses)| accesses.iter().copied()).collect();
            signals.push(Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Pattern,
                weight: 50,
                user,
                person: PersonKey::NOBODY,
                organisation: seen[0].event.organisation,
                discriminator: date.to_string(),
                sentence: format!(
                    "{{user}}{} opened the records of {} people on {date} in the order of their numbers, and nothing explains it; needs review",
                    setting.who(&seen[0].event),
                    to - from
                ),
                next: "Ask for the list that the user worked from, and who gave it; if there is none, keep the account's activity and look at what was exported.",
                facts: BTreeMap::from([("run", (to - from).to_string())]),
                seen: Seen::of(seen),
            });
        }
        signals
    }
}
