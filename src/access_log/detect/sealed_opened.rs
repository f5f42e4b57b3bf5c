//! AUD-014: sealed items were opened by somebody outside those who sealed them.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::{Event, Symbol};
use crate::access_log::permission::Ruling;
use crate::access_log::tables::{About, TableName};
use crate::diagnostics::Severity;

/// The word of a log's basis that says it itself.
const BASIS: &str = "sealed_opened";

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-014",
    title: "Sealed data opened",
    statement: "Part of the person's record was sealed on that day and data of that kind was opened by somebody outside the organisation that sealed it (or the log says that a \
        seal was opened), without an agreement that closes it. A seal without a category closes the whole record. Detector D07 of the reference list.",
    inputs: &["person", "user", "organisation", "category", "sealed.csv (with ods: who sealed it), or basis"],
    parameters: &[],
    silenced_by: &[
        "an access that agreements deny (then AUD-001 or AUD-002, which tell the clause)",
        "a user of the organisation that the seal names in ods",
        "data of another category than the seal's",
        "the person themselves, or a proxy, through a portal",
    ],
    sentence: "S-… (role at organisation) opened sealed data of C-…; needs review",
    source: "NHS Care Record Guarantee, on sealed items and the alerts they raise",
};

/// The detector.
pub struct SealedOpened;

/// Whether a seal closes one of the categories of an event.
fn closes(seal: &About, event: &Event, setting: &Setting<'_>) -> bool {
    let (sealed, shown) = (setting.symbols.text(seal.category), setting.symbols.text(event.category));
    if sealed.is_empty() {
        return true;
    }
    shown.split(';').any(|one| {
        let Some(tree) = setting.words.map(|words| &words.data) else { return one == sealed };
        match (tree.find(sealed), tree.find(one)) {
            (Ok(above), Ok(below)) => tree.covers(above, below),
            _ => one == sealed,
        }
    })
}

impl Detector for SealedOpened {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        if setting.carried.basis { None } else { needs_tables(setting.tables, &[TableName::Sealed]) }
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        let seals = setting.tables.about(TableName::Sealed, person);
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group {
            let event = &access.event;
            if person.is_nobody() || setting.is_portal(event) || matches!(setting.ruling(access), Ruling::Denied { .. }) {
                continue;
            }
            let on = access.local.date;
            let opened =
                seals.iter().any(|seal| seal.during.contains(on) && (seal.ods.is_none() || seal.ods != event.organisation) && closes(seal, event, setting));
            if opened || setting.symbols.text(event.basis) == BASIS {
                users.entry(event.user).or_default().push(access);
            }
        }
        users
            .into_iter()
            .map(|(user, accesses)| Signal {
                code: PAGE.code,
                severity: Severity::Error,
                family: Family::Relationship,
                weight: 60,
                user,
                person,
                organisation: accesses[0].event.organisation,
                discriminator: String::new(),
                sentence: format!(
                    "{{user}}{} opened sealed data of {{person}}, {{accesses}} {{days}}, first on {{first}}; needs review",
                    setting.who(&accesses[0].event)
                ),
                next: "Ask those who sealed it whether they agreed, and the user for the reason.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
