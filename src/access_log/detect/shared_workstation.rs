//! AUD-025: many accounts opened one person's record on one device within minutes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::Symbol;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-025",
    title: "One device, many accounts, one person",
    statement: "More than three accounts opened the same person's record on the same device within ten minutes. Either several people look over one shoulder, or a screen is left open; on a ward round it is usual, so \
        it is information. Detector D23 of the reference list.",
    inputs: &["time", "user", "person", "device"],
    parameters: &[("users", "4 accounts", "that open it, at least"), ("within", "10 minutes", "from the first to the last of them")],
    silenced_by: &["a log that names no devices (then not assessed)", "three accounts or fewer"],
    sentence: "n accounts opened the record of C-… on one device within ten minutes; needs review",
    source: "Data Security and Protection Toolkit, on shared workstations",
};

/// The detector.
pub struct SharedWorkstation;

impl Detector for SharedWorkstation {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::Person
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        (!setting.carried.device).then(|| "the log (or its profile) does not name devices".to_owned())
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let person = group[0].event.person;
        if person.is_nobody() {
            return Vec::new();
        }
        let mut devices: BTreeMap<Symbol, Vec<&Access>> = BTreeMap::new();
        for access in group.iter().filter(|access| !access.event.device.is_none() && !access.event.user.is_none() && !setting.is_portal(&access.event)) {
            devices.entry(access.event.device).or_default().push(access);
        }
        let enough = setting.thresholds.count(&PAGE, "users");
        let minutes = setting.thresholds.number(&PAGE, "within");
        let mut most = 0;
        let mut accesses: Vec<&Access> = Vec::new();
        for on_device in devices.into_values() {
            let mut hit = vec![false; on_device.len()];
            for start in 0..on_device.len() {
                let end = on_device.partition_point(|access| access.event.at <= on_device[start].event.at + 60 * minutes);
                let users: BTreeSet<Symbol> = on_device[start..end].iter().map(|access| access.event.user).collect();
                if users.len() >= enough {
                    most = most.max(users.len());
                    hit[start..end].fill(true);
                }
            }
            accesses.extend(on_device.into_iter().zip(hit).filter(|(_, hit)| *hit).map(|(access, _)| access));
        }
        if accesses.is_empty() {
            return Vec::new();
        }
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Info,
            family: Family::Account,
            weight: 10,
            user: Symbol::NONE,
            person,
            organisation: accesses[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "{most} accounts opened the record of {{person}} on one device within {minutes} minutes, {{count}} {{days}}, first on {{first}}; needs review"
            ),
            next: "Ask the place whether screens are left open, and whether people sign in as themselves.",
            facts: BTreeMap::new(),
            seen: Seen::of(accesses),
        }]
    }
}
