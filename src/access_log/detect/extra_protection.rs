//! AUD-021: a record with extra protection was opened, and nothing explains it.

use std::collections::BTreeMap;

use super::protected_address::PROTECTED_ADDRESS;
use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships, needs_tables, unexplained_by_user};
use crate::access_log::assess::Access;
use crate::access_log::tables::{About, TableName};
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-021",
    title: "Record with extra protection",
    statement: "The record had a flag of extra protection on that day (somebody in the public eye, in the news, under threat, or staff), and nothing explains the access. The flag of a protected address is AUD-016. \
        Detector D17 of the reference list.",
    inputs: &["person", "user", "flags.csv", "registrations.csv", "appointments.csv"],
    parameters: &[],
    silenced_by: &[
        "an access that is explained: the team that treats the person",
        "emergency access recorded with a reason",
        "the person themselves, or a proxy, through a portal",
        "a flag whose days are over",
    ],
    sentence: "S-… opened the record of C-…, which has extra protection, and nothing explains it; needs review",
    source: "Privacy officers' reviews of records of people in the public eye; DPA 2018 s170 and prosecutions under it, in which staff looked up people they knew",
};

/// The detector.
pub struct ExtraProtection;

impl Detector for ExtraProtection {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Flags]).or_else(|| needs_relationships(setting))
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let flags = setting.tables.about(TableName::Flags, group[0].event.person);
        let mut signals = Vec::new();
        for (user, mut accesses) in unexplained_by_user(group, setting) {
            accesses.retain(|access| {
                let protects = |flag: &About| flag.during.contains(access.local.date) && setting.symbols.text(flag.category) != PROTECTED_ADDRESS;
                flags.iter().any(protects)
            });
            if accesses.is_empty() {
                continue;
            }
            signals.push(Signal {
                code: PAGE.code,
                severity: Severity::Error,
                family: Family::Relationship,
                weight: 55,
                user,
                person: accesses[0].event.person,
                organisation: accesses[0].event.organisation,
                discriminator: String::new(),
                sentence: format!(
                    "{{user}}{} opened the record of {{person}}, which has extra protection, {{accesses}} {{days}}, first on {{first}}, and nothing explains it; needs review",
                    setting.who(&accesses[0].event)
                ),
                next: "Ask for the reason today; whoever asked for the protection should hear of it.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            });
        }
        signals
    }
}
