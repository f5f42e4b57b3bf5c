//! AUD-022: the record of somebody who has died was opened long after.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::{Event, Symbol};
use crate::access_log::relationship::{Explained, Relation};
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// Parts of a role's path whose work is with those who have died.
pub const ROLES: [&str; 5] = ["medical_examiner", "medical_examiner_officer", "coroner", "bereavement", "clinical_coder"];
/// Part of a purpose's path: reviews of deaths of children and of people with a learning disability among them.
pub const PURPOSE: &str = "death_review";

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-022",
    title: "Record of somebody who has died",
    statement: "The record was opened more than 42 days after the person's death, and no appointment, stay or referral explains it; a registration does not, since it outlives the person. UK GDPR does not \
        cover people who have died, but the duty of confidentiality does. Detector D18 of the reference list.",
    inputs: &["person", "user", "role", "purpose", "deceased.csv"],
    parameters: &[
        ("after_days", "42 days", "days after the death on which use is expected"),
        ("roles", "medical_examiner, medical_examiner_officer, coroner, bereavement, clinical_coder", "roles (and those beneath) whose work this is"),
        ("purpose", "death_review", "purpose (and those beneath) that explains it"),
    ],
    silenced_by: &[
        "medical examiners and their officers, coroners' officers, bereavement services, clinical coders",
        "the purpose `death_review`: child death and learning-disability mortality reviews",
        "an appointment, a stay or a referral that explains it",
        "emergency access recorded with a reason",
        "the person's proxy through a portal",
    ],
    sentence: "S-… (role at organisation) opened the record of C-… n times, more than 42 days after the person's death; needs review",
    source: "Common law duty of confidentiality; Access to Health Records Act 1990; reviews of access to records of people who died in the news",
};

/// The detector.
pub struct Deceased;

fn is_expected(event: &Event, setting: &Setting<'_>) -> bool {
    let part = |symbol: Symbol, wanted: &[&str]| setting.symbols.text(symbol).split('.').any(|part| wanted.contains(&part));
    part(event.role, &ROLES) || part(event.purpose, &[PURPOSE])
}

impl Detector for Deceased {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Deceased])
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        let after = setting.thresholds.days(&PAGE, "after_days");
        let Some(died) = setting.tables.about(TableName::Deceased, person).iter().map(|row| row.during.first).max() else { return Vec::new() };
        let mut users: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group.iter().filter(|access| access.local.date > died.plus_days(after)) {
            let event = &access.event;
            let explained = matches!(access.explained, Explained::By(relation) if !matches!(relation, Relation::Registration { .. }));
            if !explained && !is_expected(event, setting) && !setting.is_reasoned_emergency(event) && !setting.is_portal(event) {
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
                    "{{user}}{} opened the record of {{person}} {{accesses}} {{days}}, first on {{first}}, more than {after} days after the person's death; needs review",
                    setting.who(&accesses[0].event)
                ),
                next: "Ask for the reason; complaints, claims and reviews of a death are usual ones, and their files name the person.",
                facts: BTreeMap::new(),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
