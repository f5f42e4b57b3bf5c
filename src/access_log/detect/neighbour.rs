//! AUD-018: user and person live at the same postcode, and nothing explains the access.

use super::{Connection, Detector, GroupBy, Page, Peers, Setting, Signal, needs_relationships, needs_tables, posts_of_another, unexplained_by_user};
use crate::access_log::assess::Access;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// What it tells.
const CONNECTION: Connection = Connection {
    code: "AUD-018",
    severity: Severity::Info,
    weight: 10,
    what: "live at the same postcode",
    next: "Look at it together with what else is in this case; neighbours need not know each other.",
};

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-018",
    title: "Possible personal connection: neighbours",
    statement: "The staff table and the registrations give the user and the person the same postcode (or the same keyed reference of one), not the same address, and nothing explains the access. It is information and never \
        stands alone. A postcode stands for the distance of 100 to 200 metres of detector D14 of the reference list: carepact ships no coordinates.",
    inputs: &["person", "user", "staff.csv with postcode or postcode_ref", "registrations.csv with postcode or postcode_ref", "appointments.csv"],
    parameters: &[("street_limit", "100 people", "more people registered at a postcode are a tower or a home, not a street")],
    silenced_by: &[
        "an access that is explained",
        "emergency access recorded with a reason",
        "the user's own record (then AUD-005)",
        "the person themselves, or a proxy, through a portal",
        "the same address (then AUD-006)",
        "a postcode of more than 100 people",
    ],
    sentence: "possible personal connection, needs review: S-… and C-… live at the same postcode, and nothing explains the access",
    source: "DPA 2018 s170 and prosecutions under it, in which staff looked up people they knew",
};

/// The detector.
pub struct Neighbour;

impl Detector for Neighbour {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        let postcodes = setting.tables.postcodes;
        needs_tables(setting.tables, &[TableName::Staff]).or_else(|| needs_relationships(setting)).or_else(|| {
            (!postcodes.staff || !postcodes.people).then(|| "needs the column postcode or postcode_ref in staff.csv and in registrations.csv".to_owned())
        })
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let tables = setting.tables;
        let limit = setting.thresholds.number(&PAGE, "street_limit");
        let mut near = tables.about(TableName::Registrations, group[0].event.person).to_vec();
        near.retain(|row| tables.by_postcode.get(&row.postcode).is_some_and(|people| i64::from(*people) <= limit));
        let mut signals = Vec::new();
        for (user, mut accesses) in unexplained_by_user(group, setting) {
            accesses.retain(|access| {
                posts_of_another(setting, access).any(|post| {
                    near.iter().any(|row| {
                        let same_address = !row.address.is_none() && row.address == post.address;
                        row.postcode == post.postcode && !same_address && row.during.contains(access.local.date)
                    })
                })
            });
            if !accesses.is_empty() {
                signals.push(CONNECTION.signal(user, accesses, setting));
            }
        }
        signals
    }
}
