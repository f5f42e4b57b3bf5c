//! AUD-016: where somebody lives whose address is protected was looked up.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::{Event, Symbol};
use crate::access_log::relationship::Explained;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// The flag in `flags.csv`.
pub const PROTECTED_ADDRESS: &str = "protected_address";
/// Parts of a data category's path that show where somebody lives.
pub const WHERE: [&str; 4] = ["demographics", "identity", "contact", "address"];

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-016",
    title: "Protected address looked up",
    statement: "The person's address was protected on that day, data that shows where they live was opened or searched, and no relationship is known, whether the tables say that there is none or \
        cannot tell. Detector D10 of the reference list; attempts that the system refused are counted but not judged.",
    inputs: &["person", "user", "category", "flags.csv with the flag protected_address"],
    parameters: &[("where", "demographics, identity, contact, address", "categories (and those beneath) that show where somebody lives")],
    silenced_by: &[
        "an access that is explained",
        "data of another category, where the log tells the category",
        "emergency access recorded with a reason",
        "the person themselves, or a proxy, through a portal",
    ],
    sentence: "S-… (role at organisation) looked up where C-… lives, whose address is protected; needs review",
    source: "Personal Demographics Service guidance, on records flagged sensitive (S) and their alerts",
};

/// The detector.
pub struct ProtectedAddress;

/// Whether what was shown tells where somebody lives; data that the log does not name may.
fn shows_where(event: &Event, setting: &Setting<'_>) -> bool {
    let text = setting.symbols.text(event.category);
    let of_path = |path: &str| path.split('.').any(|part| WHERE.contains(&part));
    text.is_empty()
        || text.split(';').any(|one| match setting.words.map(|words| &words.data) {
            // A whole record shows it too.
            Some(tree) => tree.find(one).map_or_else(|_| of_path(one), |found| tree.ids().any(|id| tree.covers(found, id) && of_path(tree.path(id)))),
            None => of_path(one),
        })
}

impl Detector for ProtectedAddress {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Flags])
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        let mut flags = setting.tables.about(TableName::Flags, person).to_vec();
        flags.retain(|flag| setting.symbols.text(flag.category) == PROTECTED_ADDRESS);
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group {
            let event = &access.event;
            let quiet = matches!(access.explained, Explained::By(_)) || setting.is_reasoned_emergency(event) || setting.is_portal(event);
            if !quiet && flags.iter().any(|flag| flag.during.contains(access.local.date)) && shows_where(event, setting) {
                users.entry(event.user).or_default().push(access);
            }
        }
        users
            .into_iter()
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
                    "{{user}}{} looked up where {{person}} lives, whose address is protected, {{accesses}} {{days}}, first on {{first}}; needs review",
                    setting.who(&accesses[0].event)
                ),
                next: "Ask for the reason today; the person may be in danger if the address became known.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
