//! AUD-013: a shared record was opened although the person's objection was upheld.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::Symbol;
use crate::access_log::permission::Ruling;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// The word of a log's basis that says it itself.
const BASIS: &str = "objection_overridden";

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-013",
    title: "Objection overridden",
    statement: "The person's objection to the shared record was upheld on that day (or the log says that it was overridden), and another organisation's data about them was \
        opened all the same, without an agreement that closes it. Detector D06 of the reference list.",
    inputs: &["person", "user", "organisation", "source", "objections.csv, or basis"],
    parameters: &[],
    silenced_by: &[
        "an access that agreements deny (then AUD-001, which tells the clause)",
        "data of the user's own organisation: an objection to sharing is not one to care",
        "the person themselves, or a proxy, through a portal",
        "emergency access recorded with a reason is told as information only",
    ],
    sentence: "S-… (role at organisation) opened the record of C-… although an objection is upheld; needs review",
    source: "UK GDPR art 21; Summary Care Record guidance, on alerts when dissent is overridden",
};

/// The detector.
pub struct ObjectionOverridden;

impl Detector for ObjectionOverridden {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        if setting.carried.basis { None } else { needs_tables(setting.tables, &[TableName::Objections]) }
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        let mut users: BTreeMap<(Symbol, bool), Vec<&Access>> = BTreeMap::new();
        for access in group {
            let event = &access.event;
            let own = !event.source.is_none() && event.source == event.organisation;
            if person.is_nobody() || own || setting.is_portal(event) || matches!(setting.ruling(access), Ruling::Denied { .. }) {
                continue;
            }
            let stated = setting.symbols.text(event.basis) == BASIS;
            if stated || setting.tables.holds(TableName::Objections, person, access.local.date) == Some(true) {
                users.entry((event.user, setting.is_reasoned_emergency(event))).or_default().push(access);
            }
        }
        users
            .into_iter()
            .map(|((user, emergency), accesses)| Signal {
                code: PAGE.code,
                severity: if emergency { Severity::Info } else { Severity::Error },
                family: Family::Relationship,
                weight: if emergency { 10 } else { 60 },
                user,
                person,
                organisation: accesses[0].event.organisation,
                discriminator: if emergency { "emergency" } else { "" }.to_owned(),
                sentence: format!(
                    "{{user}}{} opened the record of {{person}} {}although an objection is upheld, {{accesses}} {{days}}, first on {{first}}; needs review",
                    setting.who(&accesses[0].event),
                    if emergency { "as an emergency " } else { "" }
                ),
                next: "Check the objection and its date, and on what ground it was overridden; tell the person if it was not followed.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
