//! AUD-027: many users looked at one person within a day, and nothing explains it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships, unexplained_by_user};
use crate::access_log::assess::Access;
use crate::access_log::event::Symbol;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-027",
    title: "One record, many users within a day",
    statement: "At least five users opened one person's record within 24 hours, and nothing explains any of them. Users whose access is explained do not count, however many they are. \
        Detector D24 of the reference list, without the ward's usual number.",
    inputs: &["person", "user", "time", "registrations.csv", "appointments.csv"],
    parameters: &[("users", "5 users", "whom nothing explains, at least"), ("window", "24 hours", "within which they looked")],
    silenced_by: &[
        "accesses that are explained: an admission, a meeting of a care team with a referral or an appointment",
        "emergency access recorded with a reason",
        "the person themselves, or a proxy, through a portal",
    ],
    sentence: "n users opened the record of C-… within 24 hours, first on date, and nothing explains any of them; needs review",
    source: "Press reports of a trust where about ninety staff opened the record of one person in the news; ICO prosecutions under DPA 2018 s170",
};

/// The detector.
pub struct ViewedByMany;

impl Detector for ViewedByMany {
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
        let (least, window) = (setting.thresholds.count(&PAGE, "users"), 3600 * setting.thresholds.number(&PAGE, "window"));
        let mut accesses: Vec<&Access> = unexplained_by_user(group, setting).into_values().flatten().collect();
        accesses.sort_by_key(|access| (access.event.at, access.event.file, access.event.line));
        // The window moves along the accesses; every access of a window with enough users is one of the burst.
        let mut inside: BTreeMap<Symbol, usize> = BTreeMap::new();
        let mut burst: BTreeSet<usize> = BTreeSet::new();
        let (mut from, mut most) = (0, 0);
        for (index, access) in accesses.iter().enumerate() {
            *inside.entry(access.event.user).or_default() += 1;
            while access.event.at - accesses[from].event.at >= window {
                let gone = accesses[from].event.user;
                if let Some(left) = inside.get_mut(&gone) {
                    *left -= 1;
                    if *left == 0 {
                        inside.remove(&gone);
                    }
                }
                from += 1;
            }
            if inside.len() >= least {
                burst.extend(from..=index);
                most = most.max(inside.len());
            }
        }
        if burst.is_empty() {
            return Vec::new();
        }
        let seen: Vec<&Access> = burst.iter().map(|index| accesses[*index]).collect();
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Warning,
            family: Family::Pattern,
            weight: 45,
            user: Symbol::NONE,
            person: group[0].event.person,
            organisation: seen[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "{most} users opened the record of {{person}} within {} hours, {{count}} {{days}}, first on {{first}}, and nothing explains any of them; needs review",
                window / 3600
            ),
            next: "Ask whether the person was in the news, is known to staff, or was the subject of a meeting; then ask the users, those with a single short look first.",
            facts: BTreeMap::from([("users", most.to_string())]),
            seen: Seen::of(seen),
        }]
    }
}
