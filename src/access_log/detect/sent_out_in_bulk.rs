//! AUD-031: a user printed or sent out many people's records on one day.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::{Action, PersonKey};
use crate::diagnostics::Severity;
use crate::identifier::Date;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-031",
    title: "Many records printed or exported",
    statement: "On one day a user printed or exported the records of at least thirty people. What left on paper or in a file is seen by no later access control. Whether a clause allows printing or export at all is AUD-001. \
        Detector D32 of the reference list, by a fixed number.",
    inputs: &["action", "user", "person", "time"],
    parameters: &[("people", "30 people", "printed or exported on one day, at least")],
    silenced_by: &[
        "fewer than thirty people",
        "the person themselves, or a proxy, through a portal",
        "accounts of systems: scheduled jobs are no access of a human being",
    ],
    sentence: "S-… (role at organisation) printed or exported the records of n people on date; needs review",
    source: "DICOM PS3.15 A.5, export events; ICO enforcement on lists taken from work",
};

/// The detector.
pub struct SentOutInBulk;

impl Detector for SentOutInBulk {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        (!setting.carried.actions).then(|| "the log (or its profile) does not say what was done: viewed, printed, exported".to_owned())
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        if user.is_none() {
            return Vec::new();
        }
        let mut days: BTreeMap<Date, Vec<&Access>> = BTreeMap::new();
        for access in group.iter().filter(|access| matches!(access.event.action, Action::Print | Action::Export) && !setting.is_portal(&access.event)) {
            days.entry(access.local.date).or_default().push(access);
        }
        let least = setting.thresholds.count(&PAGE, "people");
        let people =
            |accesses: &[&Access]| accesses.iter().map(|access| access.event.person).filter(|person| !person.is_nobody()).collect::<BTreeSet<_>>().len();
        days.into_iter()
            .map(|(date, accesses)| (date, people(&accesses), accesses))
            .filter(|(_, people, _)| *people >= least)
            .map(|(date, people, accesses)| Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Pattern,
                weight: 40,
                user,
                person: PersonKey::NOBODY,
                organisation: accesses[0].event.organisation,
                discriminator: date.to_string(),
                sentence: format!("{{user}}{} printed or exported the records of {people} people on {date}; needs review", setting.who(&accesses[0].event)),
                next: "Ask for the task behind it and where the copies are now; regular lists belong into a job that is declared.",
                facts: BTreeMap::from([("people", people.to_string())]),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
