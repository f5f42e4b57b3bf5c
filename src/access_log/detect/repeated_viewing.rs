//! AUD-012: a user came back to a record again and again, and nothing explains it.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships};
use crate::access_log::assess::Access;
use crate::access_log::event::Symbol;
use crate::access_log::relationship::Explained;
use crate::diagnostics::Severity;
use crate::identifier::Date;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-012",
    title: "Repeated viewing of one person",
    statement: "A user came back to one person's record on at least three days, each two days or more after the one before, within 90 days, and nothing explains it.",
    inputs: &["person", "user", "time", "registrations.csv", "appointments.csv"],
    parameters: &[
        ("visits", "3", "days that count, at least"),
        ("gap", "2 days", "days between two visits, at least"),
        ("window", "90 days", "within which they lie"),
    ],
    silenced_by: &["accesses that are explained", "emergency access recorded with a reason", "the person themselves, or a proxy, through a portal"],
    sentence: "S-… (role at organisation) came back to the record of C-… on n days within 90 days, and nothing explains it; needs review",
    source: "DPA 2018 s170 and prosecutions under it, in which one record was opened dozens of times, or once a month over ten months",
};

/// The detector.
pub struct RepeatedViewing;

impl Detector for RepeatedViewing {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_relationships(setting)
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        if person.is_nobody() {
            return Vec::new();
        }
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group {
            let event = &access.event;
            if access.explained == Explained::No && !event.user.is_none() && !setting.is_reasoned_emergency(event) && !setting.is_portal(event) {
                users.entry(event.user).or_default().push(access);
            }
        }
        let limits = setting.thresholds;
        let (count, gap, window) = (limits.count(&PAGE, "visits"), limits.days(&PAGE, "gap"), limits.days(&PAGE, "window"));
        users
            .into_iter()
            .filter(|(_, accesses)| {
                let mut visits: Vec<Date> = Vec::new();
                for access in accesses {
                    let date = access.local.date;
                    if visits.last().is_none_or(|last| last.days_until(date) >= gap) {
                        visits.push(date);
                    }
                }
                visits.windows(count).any(|some| some[0].days_until(some[count - 1]) <= window)
            })
            .map(|(user, accesses)| Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Relationship,
                weight: 45,
                user,
                person,
                organisation: accesses[0].event.organisation,
                discriminator: String::new(),
                sentence: format!(
                    "{{user}}{} came back to the record of {{person}} again and again, {{accesses}} {{days}}, first on {{first}}, and nothing explains it; needs review",
                    setting.who(&accesses[0].event)
                ),
                next: "Ask the organisation for the reason; a long illness or a caseload leaves traces in other tables.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
