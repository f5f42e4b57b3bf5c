//! AUD-006: user and person live at one address, and nothing explains the access.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::Symbol;
use crate::access_log::relationship::Explained;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-006",
    title: "Possible personal connection: same address",
    statement: "The staff table and the registrations give the user and the person the same address (or the same keyed reference of one), and nothing explains the \
        access. It never stands alone: an explained access is not reported, whoever lives where.",
    inputs: &["person", "user", "staff.csv with address or address_ref", "registrations.csv with address or address_ref", "appointments.csv"],
    parameters: &[("household_limit", "6 people", "more people registered at an address are flats or a home, not a household")],
    silenced_by: &[
        "an access that is explained",
        "emergency access recorded with a reason",
        "the user's own record (then AUD-005)",
        "an address of more than 6 people",
    ],
    sentence: "possible personal connection, needs review: S-… and C-… have the same address, and nothing explains the access",
    source: "DPA 2018 s170 and prosecutions under it, in which staff looked up people they knew",
};

/// The detector.
pub struct SameHousehold;

impl Detector for SameHousehold {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        let tables = setting.tables;
        needs_tables(tables, &[TableName::Staff]).or_else(|| needs_relationships(setting)).or_else(|| {
            (!tables.staff_addresses || !tables.person_addresses)
                .then(|| "needs the column address or address_ref in staff.csv and in registrations.csv".to_owned())
        })
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        if person.is_nobody() {
            return Vec::new();
        }
        let tables = setting.tables;
        let limit = setting.thresholds.number(&PAGE, "household_limit");
        let registrations = tables.about(TableName::Registrations, person);
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group {
            let event = &access.event;
            if access.explained != Explained::No || setting.is_reasoned_emergency(event) || setting.is_portal(event) {
                continue;
            }
            let posts = tables.posts(event.user);
            let on = access.local.date;
            let shared = posts.iter().any(|post| {
                !post.address.is_none()
                    && post.during.contains(on)
                    && setting.households.get(&post.address).is_some_and(|people| i64::from(*people) <= limit)
                    && registrations.iter().any(|row| row.address == post.address && row.during.contains(on))
            });
            if shared && !posts.iter().any(|post| post.person == person) {
                users.entry(event.user).or_default().push(access);
            }
        }
        users
            .into_iter()
            .map(|(user, accesses)| Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Personal,
                weight: 30,
                user,
                person,
                organisation: accesses[0].event.organisation,
                discriminator: String::new(),
                sentence: format!(
                    "possible personal connection, needs review: {{user}}{} and {{person}} have the same address; opened {{accesses}} {{days}}, first on {{first}}, and nothing explains it",
                    setting.who(&accesses[0].event)
                ),
                next: "Look at it together with what else is in this case; an address may be shared by people who do not know each other.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
