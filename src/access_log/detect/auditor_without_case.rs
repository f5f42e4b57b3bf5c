//! AUD-037: somebody whose work is to audit or to run the system opened a record without a case.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::{PersonKey, Reason};
use crate::access_log::relationship::Explained;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-037",
    title: "Auditor or administrator without a case",
    statement: "Somebody in a role that audits accesses or runs the system opened a person's record and wrote no reason that names a case or a request. Those who watch are watched too. \
        Detector D40 of the reference list; alerts that nobody closed are told by `report import-decisions`.",
    inputs: &["role", "user", "person", "reason"],
    parameters: &[("roles", "privacy_officer, ig_officer, caldicott_guardian, system_administrator", "that have no relationship of care with people")],
    silenced_by: &[
        "a reason of ten characters or more that says something",
        "a relationship: some of them are clinicians too",
        "a log that keeps no reasons (then not assessed)",
    ],
    sentence: "S-… (role at organisation) opened the records of n people, n times, and wrote no reason; needs review",
    source: "NHS Care Identity Service and Summary Care Record guidance on privacy officers, who act on alerts and record why",
};

/// Roles without care of their own.
const WATCHERS: [&str; 4] = ["privacy_officer", "ig_officer", "caldicott_guardian", "system_administrator"];

/// The detector.
pub struct AuditorWithoutCase;

impl Detector for AuditorWithoutCase {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        (!setting.reason_recorded).then(|| "the log (or its profile) does not keep reasons".to_owned())
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        let watches = |access: &&Access| {
            let role = setting.symbols.text(access.event.role);
            WATCHERS.contains(&role.rsplit('.').next().unwrap_or(role))
        };
        let bare = |access: &&Access| {
            !access.event.person.is_nobody() && matches!(access.event.reason, Reason::Missing | Reason::Thin) && !matches!(access.explained, Explained::By(_))
        };
        let found: Vec<&Access> = group.iter().filter(watches).filter(bare).collect();
        if user.is_none() || found.is_empty() {
            return Vec::new();
        }
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Warning,
            family: Family::Relationship,
            weight: 40,
            user,
            person: PersonKey::NOBODY,
            organisation: found[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "{{user}}{} opened the records of {{people}}, {{accesses}} {{days}}, first on {{first}}, and wrote no reason; needs review",
                setting.who(&found[0].event)
            ),
            next: "Ask for the case or the request; from now on let the number of the case be the reason.",
            facts: BTreeMap::new(),
            seen: Seen::of(found),
        }]
    }
}
