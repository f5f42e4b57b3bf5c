//! AUD-029: an account that nobody had used for two months was used again.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::PersonKey;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-029",
    title: "Account used after a long silence",
    statement: "An account opened records again after at least 60 days on which it opened none. Long leave, bank staff and a password in other hands look alike. Detector D19 of the reference list, its second half; \
        an account of somebody who has left is AUD-007.",
    inputs: &["user", "time", "a log of more than 60 days"],
    parameters: &[("silence", "60 days", "without an access, at least")],
    silenced_by: &["accounts whose first access in the log is their only spell", "the person themselves, or a proxy, through a portal"],
    sentence: "the account S-… (role at organisation) was silent for n days and opened records again on date; needs review",
    source: "Data Security and Protection Toolkit: accounts that are not used are disabled",
};

/// The detector.
pub struct DormantAccount;

impl Detector for DormantAccount {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        let silence = setting.thresholds.days(&PAGE, "silence");
        (setting.carried.days <= silence).then(|| {
            format!("the log spans {}, and a silence takes {silence}", crate::text::count(u64::try_from(setting.carried.days).unwrap_or(0), "day", "days"))
        })
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        let silence = setting.thresholds.days(&PAGE, "silence");
        let accesses: Vec<&Access> = group.iter().filter(|access| !setting.is_portal(&access.event)).collect();
        if user.is_none() {
            return Vec::new();
        }
        accesses
            .iter()
            .zip(accesses.iter().skip(1))
            // Days between the two on which it opened none.
            .map(|(last, next)| (last.local.date.days_until(next.local.date) - 1, next.local.date, *next))
            .filter(|(silent, ..)| *silent >= silence)
            .map(|(silent, date, first)| Signal {
                code: PAGE.code,
                severity: Severity::Info,
                family: Family::Account,
                weight: 15,
                user,
                person: PersonKey::NOBODY,
                organisation: first.event.organisation,
                discriminator: date.to_string(),
                sentence: format!(
                    "the account {{user}}{} was silent for {silent} days and opened records again on {date}; needs review",
                    setting.who(&first.event)
                ),
                next: "Ask the manager whether the user came back that day; have accounts disabled that are not used.",
                facts: BTreeMap::from([("silent_days", silent.to_string())]),
                seen: Seen::of(accesses.iter().copied().filter(|access| access.local.date == date)),
            })
            .collect()
    }
}
