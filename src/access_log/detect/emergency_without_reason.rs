//! AUD-008: emergency access without a reason that says something.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::{Emergency, PersonKey, Reason};
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-008",
    title: "Emergency access without a reason",
    statement: "Emergency access was recorded, and the reason beside it is empty, shorter than ten characters, or a word that says nothing (\"emergency\", \"direct care\").",
    inputs: &["emergency", "reason", "user", "person"],
    parameters: &[("reason_length", "10 characters", "shorter reasons cannot say anything")],
    silenced_by: &["a reason of ten characters or more", "a log that keeps no reasons (then not assessed)"],
    sentence: "S-… (role at organisation) used emergency access to the record of C-… without a reason that says anything; needs review",
    source: "Summary Care Record guidance, on privacy officers' review of emergency access; UK GDPR art 5(2), accountability",
};

/// The detector.
pub struct EmergencyWithoutReason;

impl Detector for EmergencyWithoutReason {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        if !setting.emergency_recorded {
            Some("the log (or its profile) does not say whether emergency access was used".to_owned())
        } else if !setting.reason_recorded {
            Some("the log (or its profile) keeps no reason of emergency access".to_owned())
        } else {
            None
        }
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let mut people: BTreeMap<PersonKey, Vec<&Access>> = BTreeMap::new();
        for access in group.iter().filter(|access| access.event.emergency == Emergency::Yes && matches!(access.event.reason, Reason::Missing | Reason::Thin)) {
            people.entry(access.event.person).or_default().push(access);
        }
        people
            .into_iter()
            .map(|(person, accesses)| {
                let of = if person.is_nobody() { "a record" } else { "the record of {person}" };
                let written =
                    if accesses.iter().all(|access| access.event.reason == Reason::Missing) { "without a reason" } else { "with a reason that says nothing" };
                Signal {
                    code: PAGE.code,
                    severity: Severity::Warning,
                    family: Family::Relationship,
                    weight: 25,
                    user: accesses[0].event.user,
                    person,
                    organisation: accesses[0].event.organisation,
                    discriminator: String::new(),
                    sentence: format!(
                        "{{user}}{} used emergency access to {of} {written}, {{accesses}} {{days}}, first on {{first}}; needs review",
                        setting.who(&accesses[0].event)
                    ),
                    next: "Ask the user for the reason and check it against the attendance; where the system allows an empty reason, have that changed.",
                    facts: BTreeMap::new(),
                    seen: Seen::of(accesses),
                }
            })
            .collect()
    }
}
