//! AUD-026: somebody acted for a person without being entitled to on that day, or for very many.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_tables};
use crate::access_log::assess::Access;
use crate::access_log::event::PersonKey;
use crate::access_log::tables::TableName;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-026",
    title: "Proxy beyond what was agreed",
    statement: "An account with the role `proxy` opened a person's record on a day on which the table of proxies does not let it act for them, or it acts for more than six people. \
        Detector D36 of the reference list.",
    inputs: &["time", "user", "role", "person", "proxies.csv"],
    parameters: &[("fan_out", "6 people", "for whom one account acts, at most")],
    silenced_by: &["days that the table of proxies does not cover", "a row in force for this account and this person", "accounts of another role"],
    sentence: "S-… opened the record of C-… as a proxy, and no entitlement was in force; needs review",
    source: "NHS guidance on proxy access, which ends with the person's consent or age",
};

/// The detector.
pub struct Delegate;

impl Detector for Delegate {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_tables(setting.tables, &[TableName::Proxies])
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        let tables = setting.tables;
        let as_proxy = |access: &&Access| !access.event.person.is_nobody() && setting.symbols.text(access.event.role) == "proxy";
        let acts: Vec<&Access> = group.iter().filter(as_proxy).collect();
        if user.is_none() || acts.is_empty() {
            return Vec::new();
        }
        let signal = |person, severity, weight, discriminator: &str, sentence: String, next, accesses: &[&Access]| Signal {
            code: PAGE.code,
            severity,
            family: Family::Account,
            weight,
            user,
            person,
            organisation: accesses[0].event.organisation,
            discriminator: discriminator.to_owned(),
            sentence,
            next,
            facts: BTreeMap::new(),
            seen: Seen::of(accesses.iter().copied()),
        };
        let mut signals = Vec::new();
        let mut people: BTreeMap<PersonKey, Vec<&Access>> = BTreeMap::new();
        for access in &acts {
            let on = access.local.date;
            let entitled = tables.about(TableName::Proxies, access.event.person).iter().any(|row| row.user == user && row.during.contains(on));
            if !entitled && tables.covers(TableName::Proxies, on) {
                people.entry(access.event.person).or_default().push(access);
            }
        }
        for (person, accesses) in people {
            let ever = tables.about(TableName::Proxies, person).iter().any(|row| row.user == user);
            let why = if ever { "their entitlement was not in force on the day" } else { "the table of proxies does not name them" };
            signals.push(signal(
                person,
                Severity::Error,
                60,
                "",
                format!("{{user}} opened the record of {{person}} as a proxy {{accesses}} {{days}}, first on {{first}}, and {why}; needs review"),
                "Close the entitlement in the portal if it has ended; ask the person whether they agreed.",
                &accesses,
            ));
        }
        let whom: BTreeSet<PersonKey> = acts.iter().map(|access| access.event.person).collect();
        if whom.len() > setting.thresholds.count(&PAGE, "fan_out") {
            signals.push(signal(
                PersonKey::NOBODY,
                Severity::Warning,
                40,
                "many",
                "{user} acted as a proxy for {people}, {count} {days}, first on {first}; needs review".to_owned(),
                "Ask how one account came to act for so many; foster carers and care homes are usual answers.",
                &acts,
            ));
        }
        signals
    }
}
