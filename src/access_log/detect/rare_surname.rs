//! AUD-017: user and person bear the same rare surname, and nothing explains the access.

use super::{Connection, Detector, GroupBy, Page, Peers, Setting, Signal, needs_relationships, needs_tables, posts_of_another, unexplained_by_user};
use crate::access_log::assess::Access;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// What it tells.
const CONNECTION: Connection = Connection {
    code: "AUD-017",
    severity: Severity::Info,
    weight: 15,
    what: "bear the same rare surname",
    next: "Look at it together with what else is in this case; a surname may be rare here and common in a family or a community of the user.",
};

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-017",
    title: "Possible personal connection: same rare surname",
    statement: "The staff table and the registrations give the user and the person the same surname (or the same keyed reference of one), at most one registered person in 2,000 bears it, and nothing explains \
        the access. It is information and never stands alone: names say little, and less in some communities than in others. Detector D13 of the reference list.",
    inputs: &["person", "user", "staff.csv with surname, surname_ref or name", "registrations.csv with surname, surname_ref or name", "appointments.csv"],
    parameters: &[("rare", "2,000", "a surname is rare if at most one registered person in so many bears it")],
    silenced_by: &[
        "an access that is explained",
        "emergency access recorded with a reason",
        "the user's own record (then AUD-005)",
        "the person themselves, or a proxy, through a portal",
        "registrations of fewer than 2,000 people, which cannot tell what is rare (then not assessed)",
    ],
    sentence: "possible personal connection, needs review: S-… and C-… bear the same rare surname, and nothing explains the access",
    source: "DPA 2018 s170 and prosecutions under it, in which staff looked up people they knew; surnames alone flag too many, so they are information here",
};

/// The detector.
pub struct RareSurname;

impl Detector for RareSurname {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        let one_in = setting.thresholds.number(&PAGE, "rare");
        let tables = setting.tables;
        needs_tables(tables, &[TableName::Staff]).or_else(|| needs_relationships(setting)).or_else(|| {
            if !tables.surnames.staff || !tables.surnames.people {
                Some("needs the column surname, surname_ref or name in staff.csv and in registrations.csv".to_owned())
            } else if i64::from(tables.registered) < one_in {
                Some(format!("registrations of fewer than {one_in} people do not tell which surnames are rare"))
            } else {
                None
            }
        })
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let tables = setting.tables;
        let one_in = setting.thresholds.number(&PAGE, "rare");
        let rare = |people: u32| i64::from(people) * one_in <= i64::from(tables.registered);
        let mut shared = tables.about(TableName::Registrations, group[0].event.person).to_vec();
        shared.retain(|row| tables.by_surname.get(&row.surname).is_some_and(|people| rare(*people)));
        let mut signals = Vec::new();
        for (user, mut accesses) in unexplained_by_user(group, setting) {
            accesses.retain(|access| {
                posts_of_another(setting, access).any(|post| shared.iter().any(|row| row.surname == post.surname && row.during.contains(access.local.date)))
            });
            if !accesses.is_empty() {
                signals.push(CONNECTION.signal(user, accesses, setting));
            }
        }
        signals
    }
}
