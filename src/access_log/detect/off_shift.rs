//! AUD-023: an account was used while the rota has its owner off duty.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::{PersonKey, TimeQuality};
use crate::access_log::tables::{Shift, TableName};
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-023",
    title: "Account used off shift",
    statement: "The rota has no shift of the user within an hour of the access, though it has shifts of theirs within the two weeks around it. People stay late and help out: it is information, \
        and an account that somebody else uses may show so. Detector D21 of the reference list, by the rota alone.",
    inputs: &["time", "user", "rota.csv"],
    parameters: &[
        ("margin", "60 minutes", "time before and after a shift that still belongs to it"),
        ("known", "14 days", "within which the rota must have a shift of the user to say anything of them"),
    ],
    silenced_by: &[
        "a user of whom the rota has no shift in the two weeks before or after",
        "days that the rota does not cover",
        "on the night the clocks go back, a time that lies in a shift in either reading",
        "emergency access recorded with a reason",
    ],
    sentence: "the account S-… was used n times outside the shifts of its owner for n people, first on date; needs review",
    source: "Data Security and Protection Toolkit, on reviewing use out of hours",
};

/// The detector.
pub struct OffShift;

fn on_duty(shifts: &[Shift], at: i64, margin: i64) -> bool {
    shifts.iter().any(|shift| shift.first - margin <= at && at <= shift.last + margin)
}

impl Detector for OffShift {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Rota])
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        let margin = 60 * setting.thresholds.number(&PAGE, "margin");
        let around = 24 * 60 * 60 * setting.thresholds.number(&PAGE, "known");
        let shifts = setting.tables.shifts(user);
        let off: Vec<&Access> = group
            .iter()
            .filter(|access| {
                let at = access.event.at;
                let known = shifts.iter().any(|shift| shift.first - around <= at && at <= shift.last + around);
                let other = access.event.quality == TimeQuality::FoldUnknown && on_duty(shifts, at + 3_600, margin);
                let told = known && setting.tables.covers(TableName::Rota, access.local.date);
                told && !on_duty(shifts, at, margin) && !other && !setting.is_reasoned_emergency(&access.event)
            })
            .collect();
        if off.is_empty() {
            return Vec::new();
        }
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Info,
            family: Family::Account,
            weight: 15,
            user,
            person: PersonKey::NOBODY,
            organisation: off[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "the account {{user}}{} was used {{accesses}} outside the shifts of its owner for {{people}}, first on {{first}}; needs review",
                setting.who(&off[0].event)
            ),
            next: "Ask whether they were on call or had changed shifts, and whether anybody else knows the password.",
            facts: BTreeMap::new(),
            seen: Seen::of(off),
        }]
    }
}
