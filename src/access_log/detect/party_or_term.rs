//! AUD-003: an agreement would cover the access on another day, or if both had joined.

use super::not_covered::{denials, missing};
use super::{Detector, GroupBy, Page, Peers, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::permission::Denial;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-003",
    title: "Outside the agreement's parties or term",
    statement: "A grant fits in role, data and purpose, but that day the agreement was not in force, the clause had not begun or had ended, or one of the two \
        organisations was not a party (had not joined, or had left). A log of last year is judged by what was in force then.",
    inputs: &["time", "organisation", "source", "role", "category", "purpose", "a pack"],
    parameters: &[],
    silenced_by: &[
        "an agreement that a later one replaced (then AUD-001)",
        "an organisation that is not in the register (then AUD-010)",
        "another agreement in force that covers it",
    ],
    sentence: "no agreement was in force between the parties for what S-… (role at organisation) did: the clause, and whether term or party fails",
    source: "UK GDPR art 5(2), accountability; ICO data sharing code of practice, on keeping agreements under review",
};

/// The detector.
pub struct PartyOrTerm;

impl Detector for PartyOrTerm {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        missing(setting)
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        denials(group, setting, Denial::PartyOrTerm, &PAGE, Severity::Error, 30)
    }
}
