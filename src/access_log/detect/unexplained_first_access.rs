//! AUD-004: nothing in the tables links the user's organisation and the person.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships};
use crate::access_log::assess::Access;
use crate::access_log::event::Symbol;
use crate::access_log::relationship::Explained;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-004",
    title: "Unexplained first access",
    statement: "A user opened a person's record for the first time in this log, and no registration, appointment, stay or referral links the person with the \
        organisation the user works at. Most such accesses have an ordinary reason that no table holds. A denial that turns only on the relationship is reported \
        here and nowhere else. If an earlier access of the same user to the same person is explained, it is told as information only.",
    inputs: &["person", "user", "organisation", "registrations.csv", "appointments.csv"],
    parameters: &[
        ("appointment_before", "14 days", "how long before an appointment an access is explained by it"),
        ("appointment_after", "30 days", "how long after"),
        ("admission_after", "90 days", "how long after the end of a stay"),
        ("referral_before", "7 days", "how long before a referral"),
        ("referral_after", "180 days", "how long after"),
    ],
    silenced_by: &[
        "emergency access recorded with a reason (its own review applies)",
        "the person themselves, or a proxy, through a portal",
        "tables that do not cover the day (then not assessed)",
        "an access by a system for itself",
    ],
    sentence: "S-… (role at organisation) opened the record of C-… n times on n days, first on date; no registration or appointment there links them; needs review",
    source: "Fabbri and LeFevre, Explanation-Based Auditing, PVLDB 5(1), 2011; the legitimate relationship that privacy officers check against an attendance record",
};

/// The detector.
pub struct UnexplainedFirstAccess;

impl Detector for UnexplainedFirstAccess {
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
        if group[0].event.person.is_nobody() {
            return Vec::new();
        }
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group.iter().filter(|access| !setting.is_portal(&access.event)) {
            users.entry(access.event.user).or_default().push(access);
        }
        users
            .into_iter()
            .filter_map(|(user, accesses)| {
                let unexplained: Vec<&Access> =
                    accesses.iter().copied().filter(|access| access.explained == Explained::No && !setting.is_reasoned_emergency(&access.event)).collect();
                let first = unexplained.first()?;
                let earlier = accesses.iter().any(|access| matches!(access.explained, Explained::By(_)) && access.event.order() < first.event.order());
                let who = setting.who(&first.event);
                let purpose = if first.event.purpose.is_none() {
                    String::new()
                } else {
                    format!("; its purpose ({}) is declared, not corroborated", setting.purpose(first.event.purpose))
                };
                let sentence = if earlier {
                    format!("{{user}}{who} opened the record of {{person}} {{accesses}} {{days}}, first on {{first}}, after what had explained earlier accesses had ended{purpose}")
                } else {
                    format!(
                        "{{user}}{who} opened the record of {{person}} {{accesses}} {{days}}, first on {{first}}; no registration or appointment there links them{purpose}; needs review"
                    )
                };
                let seen = Seen::of(unexplained.iter().copied());
                Some(Signal {
                    code: PAGE.code,
                    severity: if earlier { Severity::Info } else { Severity::Warning },
                    family: Family::Relationship,
                    weight: if earlier { 5 } else { 20 },
                    user,
                    person: first.event.person,
                    organisation: first.event.organisation,
                    discriminator: String::new(),
                    sentence,
                    next: "Ask the organisation for the reason: a phone call, a list, a meeting, a walk-in; close it with that reason, or look further.",
                    facts: BTreeMap::new(),
                    seen,
                })
            })
            .collect()
    }
}
