//! AUD-007: an account was used after its owner had left.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::PersonKey;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-007",
    title: "Account of a leaver",
    statement: "The staff table gives every post of this account an end, and the account was used after the last of them.",
    inputs: &["time", "user", "staff.csv with to"],
    parameters: &[("grace", "0 days", "days after the last post on which use is still expected")],
    silenced_by: &["a later post of the same account (re-hired, bank staff)", "an account that the table does not know (then AUD-011)"],
    sentence: "the account S-… left on date and was used n times after, first on date; needs review",
    source: "Data Security and Protection Toolkit, on closing the accounts of leavers",
};

/// The detector.
pub struct LeaverAccount;

impl Detector for LeaverAccount {
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
        let posts = setting.tables.posts(user);
        let Some(left) = posts.iter().map(|post| post.during.last).max() else { return Vec::new() };
        let grace = setting.thresholds.days(&PAGE, "grace");
        let after: Vec<&Access> = group.iter().filter(|access| access.local.date > left.plus_days(grace)).collect();
        if after.is_empty() {
            return Vec::new();
        }
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Error,
            family: Family::Account,
            weight: 70,
            user,
            person: PersonKey::NOBODY,
            organisation: after[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "the account {{user}}{} left on {left} and was used {{accesses}} after that for {{people}}, first on {{first}}; needs review",
                setting.who(&after[0].event)
            ),
            next: "Close the account today; then ask who used it.",
            facts: BTreeMap::from([("left", left.to_string())]),
            seen: Seen::of(after),
        }]
    }
}
