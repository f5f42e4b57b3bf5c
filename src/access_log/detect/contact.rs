//! AUD-020: the user is a contact whom the person named, and nothing explains the access.

use super::{Connection, Detector, GroupBy, Page, Peers, Setting, Signal, needs_relationships, needs_tables, posts_of_another, unexplained_by_user};
use crate::access_log::assess::Access;
use crate::access_log::tables::{About, Post, TableName};
use crate::diagnostics::Severity;

/// What it tells.
const CONNECTION: Connection = Connection {
    code: "AUD-020",
    severity: Severity::Warning,
    weight: 35,
    what: "know each other: the user is a contact whom the person named",
    next: "Ask for the reason; being somebody's contact is no reason to read their record.",
};

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-020",
    title: "Possible personal connection: contact of the person",
    statement: "The user is one of the contacts whom the person named (next of kin, carer, former partner), by account, NHS number, keyed reference or full name, and nothing explains the access. A name alone may be that of \
        somebody else. Detector D16 of the reference list.",
    inputs: &["person", "user", "contacts.csv", "staff.csv", "registrations.csv", "appointments.csv"],
    parameters: &[],
    silenced_by: &[
        "an access that is explained",
        "emergency access recorded with a reason",
        "the user's own record (then AUD-005)",
        "the person themselves, or a proxy, through a portal",
        "a contact whose days are over",
    ],
    sentence: "possible personal connection, needs review: S-… and C-… know each other: the user is a contact whom the person named, and nothing explains the access",
    source: "DPA 2018 s170 and prosecutions under it, in which staff looked up people they knew, former partners among them",
};

/// The detector.
pub struct Contact;

fn is_same(contact: &About, post: &Post) -> bool {
    let texts = [(contact.reference, post.reference), (contact.name, post.name)];
    !contact.other.is_nobody() && contact.other == post.person || texts.iter().any(|(one, other)| !one.is_none() && one == other)
}

impl Detector for Contact {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Contacts, TableName::Staff]).or_else(|| needs_relationships(setting))
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let contacts = setting.tables.about(TableName::Contacts, group[0].event.person);
        let mut signals = Vec::new();
        for (user, mut accesses) in unexplained_by_user(group, setting) {
            accesses.retain(|access| {
                let named = |row: &&About| row.during.contains(access.local.date);
                let by_account = contacts.iter().filter(named).any(|row| row.user == access.event.user);
                by_account || posts_of_another(setting, access).any(|post| contacts.iter().filter(named).any(|row| is_same(row, post)))
            });
            if !accesses.is_empty() {
                signals.push(CONNECTION.signal(user, accesses, setting));
            }
        }
        signals
    }
}
