//! AUD-030: a user opened many people's records by emergency access, and nobody's attendance explains it.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships};
use crate::access_log::assess::Access;
use crate::access_log::event::{Emergency, PersonKey};
use crate::access_log::relationship::Explained;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-030",
    title: "Emergency access again and again",
    statement: "Within 30 days a user opened the records of at least five people by emergency access that nothing explains, and of more than three times as many as half of the users of the same role who used it at all. \
        Reasons that say nothing are AUD-008. Detector D09 of the reference list, its second half.",
    inputs: &["emergency", "user", "person", "time", "role", "registrations.csv", "appointments.csv"],
    parameters: &[
        ("people", "5 people", "opened so, at least"),
        ("window", "30 days", "within which they were opened"),
        ("times", "3 times", "the middle number of others of the role, more than"),
    ],
    silenced_by: &[
        "emergency access that an attendance, an admission or a registration explains",
        "roles that all use it often: crisis teams, emergency departments",
    ],
    sentence: "S-… (role at organisation) opened the records of n people by emergency access within 30 days, and nothing explains it; needs review",
    source: "Summary Care Record guidance, on privacy officers' review of emergency access",
};

/// The detector.
pub struct EmergencyAgain;

/// Most people opened so within the window, with the accesses of that window.
fn most(group: &[Access], window: i32) -> (usize, Vec<&Access>) {
    let used = |access: &&Access| access.event.emergency == Emergency::Yes && access.explained == Explained::No && !access.event.person.is_nobody();
    let used: Vec<&Access> = group.iter().filter(used).collect();
    // The window moves along the accesses, which are in order of time.
    let mut inside: BTreeMap<PersonKey, usize> = BTreeMap::new();
    let (mut from, mut best) = (0, (0, 0..0));
    for (index, access) in used.iter().enumerate() {
        *inside.entry(access.event.person).or_default() += 1;
        while used[from].local.date.days_until(access.local.date) >= window {
            let gone = used[from].event.person;
            if let Some(left) = inside.get_mut(&gone) {
                *left -= 1;
                if *left == 0 {
                    inside.remove(&gone);
                }
            }
            from += 1;
        }
        // As many people in more accesses: all of what lies in the window is shown.
        if inside.len() > best.0 || inside.len() == best.0 && from == best.1.start {
            best = (inside.len(), from..index + 1);
        }
    }
    (best.0, used[best.1].to_vec())
}

impl Detector for EmergencyAgain {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_relationships(setting)
            .or_else(|| (!setting.emergency_recorded).then(|| "the log (or its profile) does not say whether emergency access was used".to_owned()))
    }

    fn summarise(&self, group: &[Access], setting: &Setting<'_>, peers: &mut Peers) {
        let (people, within) = most(group, setting.thresholds.days(&PAGE, "window"));
        if let Some(first) = within.first().filter(|first| !first.event.user.is_none()) {
            peers.emergencies.entry(first.event.role).or_default().insert(first.event.user, people);
        }
    }

    fn judge(&self, group: &[Access], peers: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        let window = setting.thresholds.days(&PAGE, "window");
        let (people, within) = most(group, window);
        if user.is_none() || people < setting.thresholds.count(&PAGE, "people") {
            return Vec::new();
        }
        let role = within[0].event.role;
        let mut others: Vec<usize> =
            peers.emergencies.get(&role).into_iter().flatten().filter(|(other, _)| **other != user).map(|(_, people)| *people).collect();
        others.sort_unstable();
        // With nobody to compare with, the number alone counts.
        let middle = others.get(others.len() / 2).copied().unwrap_or(0);
        if people <= middle * setting.thresholds.count(&PAGE, "times") {
            return Vec::new();
        }
        let among = if others.is_empty() {
            "nobody else of the role used it".to_owned()
        } else {
            format!("half of the others of the role who used it have {middle} or fewer")
        };
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Warning,
            family: Family::Pattern,
            weight: 35,
            user,
            person: PersonKey::NOBODY,
            organisation: within[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "{{user}}{} opened the records of {people} people by emergency access within {window} days, first on {{first}}, and nothing explains it; {among}; needs review",
                setting.who(&within[0].event)
            ),
            next: "Ask why the usual way in was not open: a relationship that the tables lack is put right there, not by emergency access.",
            facts: BTreeMap::from([("others", middle.to_string()), ("people", people.to_string())]),
            seen: Seen::of(within),
        }]
    }
}
