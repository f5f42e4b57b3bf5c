//! AUD-011: the staff table does not know the account.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::PersonKey;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-011",
    title: "Account that the staff table does not know",
    statement: "The log names a user who has no row in the staff table. Detectors that need the table can say nothing of this account, so a quiet audit of it means little.",
    inputs: &["user", "staff.csv"],
    parameters: &[],
    silenced_by: &["the role `person` or `proxy` (a portal)", "a record that names no user"],
    sentence: "the staff table does not know the account S-… (role at organisation)",
    source: "Data Security and Protection Toolkit, on knowing every user of a system",
};

/// The detector.
pub struct UnknownAccount;

impl Detector for UnknownAccount {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Staff])
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        let accesses: Vec<&Access> = group.iter().filter(|access| !setting.is_portal(&access.event)).collect();
        if user.is_none() || accesses.is_empty() || !setting.tables.posts(user).is_empty() {
            return Vec::new();
        }
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Info,
            family: Family::Account,
            weight: 10,
            user,
            person: PersonKey::NOBODY,
            organisation: accesses[0].event.organisation,
            discriminator: String::new(),
            sentence: format!("the staff table does not know the account {{user}}{}, used {{accesses}} for {{people}}", setting.who(&accesses[0].event)),
            next: "Ask the organisation for a staff table that has it, or why it has none.",
            facts: BTreeMap::new(),
            seen: Seen::of(accesses),
        }]
    }
}
