//! AUD-036: somebody was searched for, looked at once, and nothing was done.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, needs_relationships};
use crate::access_log::assess::Access;
use crate::access_log::event::{Action, PersonKey};
use crate::access_log::relationship::Explained;
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-036",
    title: "Searched for, viewed once",
    statement: "A user searched, within two minutes opened the record of a person to whom nothing links them, and never came back to it or did anything in it: no change, no print, no second look. \
        One such look says little; it is told beside other signals. Detector D30 of the reference list.",
    inputs: &["action (searches among them)", "user", "person", "time", "registrations.csv", "appointments.csv"],
    parameters: &[("seconds", "120 seconds", "between the search and the look, at most"), ("people", "3 people", "looked at so by one user, at least")],
    silenced_by: &[
        "a relationship",
        "a change, a print or an export of the record, or a second look",
        "fewer than three such people",
        "receptionists and medical secretaries, who find people for others",
        "emergency access with a reason",
    ],
    sentence: "S-… (role at organisation) searched for n people, looked at each record once and did nothing in it, and nothing links them; needs review",
    source: "Prosecuted cases of curiosity (ICO); University of Nebraska Medical Center, sentences for auditors",
};

/// Roles that look people up for others.
const FINDERS: [&str; 2] = ["receptionist", "medical_secretary"];

/// The detector.
pub struct SearchedAndViewedOnce;

impl Detector for SearchedAndViewedOnce {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, setting: &Setting<'_>) -> Option<String> {
        needs_relationships(setting).or_else(|| {
            let searches = setting.log.events.iter().any(|event| event.action == Action::Search);
            (!searches).then(|| "the log (or its profile) does not say when somebody was searched for".to_owned())
        })
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        if user.is_none() {
            return Vec::new();
        }
        let within = setting.thresholds.number(&PAGE, "seconds");
        let mut looks: BTreeMap<PersonKey, Vec<(&Access, bool)>> = BTreeMap::new();
        let mut searched: Option<i64> = None;
        for access in group {
            let event = &access.event;
            if event.action == Action::Search {
                searched = Some(event.at);
                continue;
            }
            if !event.person.is_nobody() {
                looks.entry(event.person).or_default().push((access, searched.is_some_and(|at| event.at - at <= within)));
            }
        }
        let is_finder = |access: &Access| {
            let role = setting.symbols.text(access.event.role);
            FINDERS.contains(&role.rsplit('.').next().unwrap_or(role))
        };
        let single = |looks: &Vec<(&Access, bool)>| match looks[..] {
            [(access, true)] => {
                let viewed = matches!(access.event.action, Action::View | Action::Unknown);
                let quiet = setting.is_portal(&access.event) || setting.is_reasoned_emergency(&access.event) || is_finder(access);
                viewed && access.explained == Explained::No && !quiet
            }
            _ => false,
        };
        let found: Vec<&Access> = looks.values().filter(|looks| single(looks)).map(|looks| looks[0].0).collect();
        if found.len() < setting.thresholds.count(&PAGE, "people") {
            return Vec::new();
        }
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Info,
            family: Family::Pattern,
            weight: 20,
            user,
            person: PersonKey::NOBODY,
            organisation: found[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "{{user}}{} searched for {{people}}, looked at each record once {{days}}, first on {{first}}, did nothing in it, and nothing links them; needs review",
                setting.who(&found[0].event)
            ),
            next: "Ask what the searches were for; a list of names from a meeting or a clinic explains them.",
            facts: BTreeMap::new(),
            seen: Seen::of(found),
        }]
    }
}
