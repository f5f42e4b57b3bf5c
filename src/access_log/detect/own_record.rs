//! AUD-005: a member of staff opened their own record.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::Symbol;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-005",
    title: "Own record",
    statement: "The account belongs to the person whose record was opened: the staff table names the same NHS number (or its keyed reference). Organisations ask \
        staff to make a subject access request or to use the app, as anybody would.",
    inputs: &["person", "user", "staff.csv with nhs_number or nhs_ref"],
    parameters: &[],
    silenced_by: &["the role `person` or `proxy` (a portal)", "a staff table without own numbers (then not assessed)"],
    sentence: "S-… (role at organisation) opened their own record n times on n days; needs review",
    source: "UK GDPR art 15, the way to one's own record; employers' policies on own records",
};

/// The detector.
pub struct OwnRecord;

impl Detector for OwnRecord {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Staff])
            .or_else(|| (!setting.tables.staff_persons).then(|| "needs the column nhs_number or nhs_ref in staff.csv".to_owned()))
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        if person.is_nobody() {
            return Vec::new();
        }
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group.iter().filter(|access| !setting.is_portal(&access.event)) {
            users.entry(access.event.user).or_default().push(access);
        }
        users
            .into_iter()
            .filter(|(user, _)| setting.tables.posts(*user).iter().any(|post| post.person == person))
            .map(|(user, accesses)| Signal {
                code: PAGE.code,
                severity: Severity::Error,
                family: Family::Personal,
                weight: 60,
                user,
                person,
                organisation: accesses[0].event.organisation,
                discriminator: String::new(),
                sentence: format!(
                    "{{user}}{} opened their own record {{accesses}} {{days}}, first on {{first}}; needs review",
                    setting.who(&accesses[0].event)
                ),
                next: "Ask for the reason; remind them of subject access and of the app.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
