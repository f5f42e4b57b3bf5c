//! AUD-032: an account was at work around the clock or at many devices on one day.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::PersonKey;
use crate::diagnostics::Severity;
use crate::identifier::Date;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-032",
    title: "Account that never rests",
    statement: "An account of a human being opened records in at least twenty hours of one day, or at ten or more devices. It is shared by a team, or a program uses it: nobody can say who looked. Detector D37 of the reference list.",
    inputs: &["user", "time", "device if the log has it"],
    parameters: &[("hours", "20 hours", "of one day with an access, at least"), ("devices", "10 devices", "on one day, at least")],
    silenced_by: &["events that the log marks as a system's own", "the person themselves, or a proxy, through a portal"],
    sentence: "the account S-… (role at organisation) opened records in n hours of date, or at n devices: nobody can say who looked; needs review",
    source: "GP Connect audit requirements: generic accounts are not allowed; Data Security and Protection Toolkit, on shared accounts",
};

/// The detector.
pub struct NeverRests;

impl Detector for NeverRests {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, _: &Setting<'_>) -> Option<String> {
        None
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        if user.is_none() {
            return Vec::new();
        }
        let (hours, devices) = (setting.thresholds.count(&PAGE, "hours"), setting.thresholds.count(&PAGE, "devices"));
        let mut days: BTreeMap<Date, Vec<&Access>> = BTreeMap::new();
        for access in group.iter().filter(|access| !setting.is_portal(&access.event)) {
            days.entry(access.local.date).or_default().push(access);
        }
        let mut told: Vec<(Date, String, Vec<&Access>)> = Vec::new();
        for (date, accesses) in days {
            let at = accesses.iter().map(|access| access.local.hour).collect::<BTreeSet<_>>().len();
            let on = accesses.iter().map(|access| access.event.device).filter(|device| !device.is_none()).collect::<BTreeSet<_>>().len();
            if at >= hours || on >= devices {
                let what = if at >= hours { format!("in {at} hours of {date}") } else { format!("at {on} devices on {date}") };
                told.push((date, what, accesses));
            }
        }
        let Some((first, what, accesses)) = told.first() else { return Vec::new() };
        let organisation = accesses[0].event.organisation;
        let sentence = format!(
            "the account {{user}}{} opened records {what}{}: nobody can say who looked; needs review",
            setting.who(&accesses[0].event),
            match told.len() {
                1 => String::new(),
                days => format!(", and likewise on {}", crate::text::count(days as u64 - 1, "more day", "more days")),
            }
        );
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Warning,
            family: Family::Account,
            weight: 35,
            user,
            person: PersonKey::NOBODY,
            organisation,
            discriminator: String::new(),
            sentence,
            next: "Find out who knows the password; give each their own account, and a program one that is declared as a system's.",
            facts: BTreeMap::from([("first_day", first.to_string())]),
            seen: Seen::of(told.iter().flat_map(|(_, _, accesses)| accesses.iter().copied())),
        }]
    }
}
