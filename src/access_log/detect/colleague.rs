//! AUD-019: the person works where the user works, and nothing explains the access.

use super::{Connection, Detector, GroupBy, Page, Peers, Setting, Signal, needs_relationships, needs_tables, posts_of_another, unexplained_by_user};
use crate::access_log::assess::Access;
use crate::access_log::tables::{Post, TableName};
use crate::diagnostics::Severity;

/// What it tells.
const CONNECTION: Connection = Connection {
    code: "AUD-019",
    severity: Severity::Warning,
    weight: 25,
    what: "work in the same place",
    next: "Ask for the reason; a colleague who is a patient is entitled to the same privacy as anybody.",
};

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-019",
    title: "Possible personal connection: colleague",
    statement: "The staff table says that the person whose record was opened has a post in the same organisation as the user on that day, and in the same department if it tells both departments, and nothing explains \
        the access. Detector D15 of the reference list.",
    inputs: &["person", "user", "staff.csv with nhs_number or nhs_ref, and department if it is known", "registrations.csv", "appointments.csv"],
    parameters: &[],
    silenced_by: &[
        "an access that is explained",
        "emergency access recorded with a reason",
        "the user's own record (then AUD-005)",
        "the person themselves, or a proxy, through a portal",
        "the purpose, role or department of occupational health",
        "departments that are told and differ",
    ],
    sentence: "possible personal connection, needs review: S-… and C-… work in the same place, and nothing explains the access",
    source: "DPA 2018 s170 and prosecutions under it, in which staff looked up people they knew",
};

/// The detector.
pub struct Colleague;

fn is_occupational(word: &str) -> bool {
    word.to_lowercase().replace([' ', '-'], "_").contains("occupational_health")
}

/// In one organisation, and in one department if both are told.
fn works_with(one: &Post, other: &Post) -> bool {
    let departments = one.department.is_none() || other.department.is_none() || one.department == other.department;
    !one.ods.is_none() && one.ods == other.ods && departments
}

impl Detector for Colleague {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Staff])
            .or_else(|| (!setting.tables.staff_persons).then(|| "needs the column nhs_number or nhs_ref in staff.csv".to_owned()))
            .or_else(|| needs_relationships(setting))
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let theirs: Vec<&Post> = setting.tables.posts_of(group[0].event.person).collect();
        if theirs.is_empty() {
            return Vec::new();
        }
        let mut signals = Vec::new();
        for (user, mut accesses) in unexplained_by_user(group, setting) {
            accesses.retain(|access| {
                let event = &access.event;
                let on = access.local.date;
                let occupational = [event.purpose, event.role, event.department].iter().any(|word| is_occupational(setting.symbols.text(*word)));
                !occupational
                    && posts_of_another(setting, access).any(|post| {
                        !is_occupational(setting.symbols.text(post.department))
                            && theirs.iter().any(|other| other.during.contains(on) && works_with(post, other))
                    })
            });
            if !accesses.is_empty() {
                signals.push(CONNECTION.signal(user, accesses, setting));
            }
        }
        signals
    }
}
