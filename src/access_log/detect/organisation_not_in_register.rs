//! AUD-010: the log names an organisation that the register does not have, or that was closed that day.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::{PersonKey, Symbol};
use crate::access_log::permission::{ORGANISATION_NOT_IN_REGISTER, Ruling, SOURCE_NOT_IN_REGISTER};
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-010",
    title: "Organisation not in the register, or closed",
    statement: "The log names an organisation code that the pack's register does not have, or that was not open that day. Whether an agreement covers its accesses \
        cannot be told; an account of a closed organisation may have outlived it.",
    inputs: &["organisation", "source", "time", "a pack"],
    parameters: &[],
    silenced_by: &["a value that has not the form of an organisation code (then not assessed)", "an organisation that is open in the register that day"],
    sentence: "CODE is not in the register (or closed on date, succeeded by CODE): n accesses could not be put to the agreements",
    source: "Organisation Data Service, opening and closing dates of organisations; UK GDPR art 5(2), accountability",
};

/// The detector.
pub struct OrganisationNotInRegister;

impl Detector for OrganisationNotInRegister {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        let no_pack = setting.rulings.iter().any(|ruling| matches!(ruling, Ruling::NotAssessed { what: "pack", .. }));
        no_pack.then(|| "no pack was given".to_owned())
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let mut found: BTreeMap<(&str, String), Vec<&Access>> = BTreeMap::new();
        for access in group {
            if let Ruling::NotAssessed { what, why } = setting.ruling(access)
                && matches!(*what, ORGANISATION_NOT_IN_REGISTER | SOURCE_NOT_IN_REGISTER)
            {
                let code = if *what == SOURCE_NOT_IN_REGISTER { access.event.source } else { access.event.organisation };
                found.entry((setting.symbols.text(code), why.clone())).or_default().push(access);
            }
        }
        // One organisation, one finding, whoever used it: the runner adds the users' accesses up.
        found
            .into_iter()
            .map(|((code, why), accesses)| Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Agreement,
                weight: 10,
                user: Symbol::NONE,
                person: PersonKey::NOBODY,
                organisation: Symbol::NONE,
                discriminator: code.to_owned(),
                sentence: format!("{why}: {{count}} ({{people}}) could not be put to the agreements"),
                next: "Correct the register (`carepact register check`), or ask who uses the code; name its successor if it closed.",
                facts: BTreeMap::from([("organisation", code.to_owned())]),
                seen: Seen::of(accesses),
            })
            .collect()
    }
}
