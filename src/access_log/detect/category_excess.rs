//! AUD-002: an agreement covers the access, but not this data.

use super::not_covered::{denials, missing};
use super::{Detector, GroupBy, Page, Peers, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::permission::Denial;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-002",
    title: "More data than the agreement covers",
    statement: "A grant covers this role, organisation, source and purpose that day, but not this data category (or not all of those shown together).",
    inputs: &["role", "organisation", "source", "category", "purpose", "action", "a pack"],
    parameters: &[],
    silenced_by: &["a category that is not mapped (then not assessed)", "another grant that covers the category"],
    sentence: "the agreement does not cover all the data that S-… (role at organisation) saw: the categories, and the clause",
    source: "UK GDPR art 5(1)(c), data minimisation; Caldicott principles 3 and 4",
};

/// The detector.
pub struct CategoryExcess;

impl Detector for CategoryExcess {
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
        denials(group, setting, Denial::Category, &PAGE, Severity::Error, 40)
    }
}
