//! AUD-015: a user claimed a relationship themselves, and no contact with care bears it out.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::{PersonKey, Symbol};
use crate::access_log::tables::{TableName, Tables};
use crate::diagnostics::Severity;
use crate::identifier::Date;

/// The word of a log's basis for it.
const BASIS: &str = "self_claimed";

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-015",
    title: "Self-claimed relationship that nothing bears out",
    statement: "The user told the system themselves that they care for the person, and from three days before to three days after there is no appointment, stay or referral of \
        the person where the user works. A registration does not bear out a claim: whoever is registered needs none. Detector D08 of the reference list.",
    inputs: &["person", "user", "organisation", "basis", "appointments.csv", "admissions.csv"],
    parameters: &[("contact_days", "3 days", "days before and after the claim within which a contact bears it out")],
    silenced_by: &[
        "an appointment, a stay or a referral there within the days",
        "a day so late that the tables do not yet cover the days after it",
        "emergency access recorded with a reason",
        "the person themselves, or a proxy, through a portal",
    ],
    sentence: "S-… (role at organisation) claimed to care for C-… and no contact within 3 days bears it out; needs review",
    source: "NHS guidance on self-claimed legitimate relationships, whose alerts privacy officers review",
};

/// The detector.
pub struct SelfClaimed;

/// Whether a contact there bears a claim out; none if the tables cannot tell.
fn borne_out(tables: &Tables, person: PersonKey, ods: Symbol, on: Date, days: i32) -> Option<bool> {
    let (first, last) = (on.plus_days(-days), on.plus_days(days));
    let kinds = [TableName::Appointments, TableName::Admissions, TableName::Referrals];
    if kinds.iter().any(|kind| tables.about(*kind, person).iter().any(|row| row.ods == ods && row.during.first <= last && first <= row.during.last)) {
        return Some(true);
    }
    let told = kinds[..2].iter().all(|kind| tables.covers(*kind, first) && tables.covers(*kind, last));
    (told && !ods.is_none()).then_some(false)
}

impl Detector for SelfClaimed {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        if setting.carried.basis {
            needs_tables(setting.tables, &[TableName::Appointments, TableName::Admissions])
        } else {
            Some("the log (or its profile) does not say on what the user claimed to look".to_owned())
        }
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        let days = setting.thresholds.days(&PAGE, "contact_days");
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group {
            let event = &access.event;
            let quiet = person.is_nobody() || setting.is_reasoned_emergency(event) || setting.is_portal(event);
            if !quiet
                && setting.symbols.text(event.basis) == BASIS
                && borne_out(setting.tables, person, event.organisation, access.local.date, days) == Some(false)
            {
                users.entry(event.user).or_default().push(access);
            }
        }
        users
            .into_iter()
            .map(|(user, accesses)| Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Relationship,
                weight: 40,
                user,
                person,
                organisation: accesses[0].event.organisation,
                discriminator: String::new(),
                sentence: format!(
                    "{{user}}{} claimed to care for {{person}}, opened the record {{accesses}} {{days}}, first on {{first}}, and no contact within {days} days bears it out; needs review",
                    setting.who(&accesses[0].event)
                ),
                next: "Ask the user for the contact; walk-in patients and advice by telephone leave traces in other tables.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
