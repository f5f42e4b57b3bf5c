//! AUD-001: no agreement covers this.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::PersonKey;
use crate::access_log::permission::{Denial, PROHIBITED, Ruling};
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-001",
    title: "No agreement covers this access",
    statement: "No grant in force that day covers this role, organisation, data, source and purpose, or a prohibition or a fact closes the one that would. \
        It says which clause comes nearest and which part of it fails. It does not say that the access was wrong: no agreement covering an access does not by itself \
        forbid sharing to protect someone at risk (Caldicott principle 7).",
    inputs: &["role", "organisation", "source", "category", "purpose", "action", "a pack"],
    parameters: &[],
    silenced_by: &[
        "a part of the record that is not mapped (then not assessed)",
        "a denial that turns only on the relationship (then AUD-004)",
        "facts that are unknown (then conditional)",
    ],
    sentence: "no agreement covers what S-… (role at organisation) did: purpose, data of source; the nearest clause and what fails in it",
    source: "UK GDPR art 5(1)(a) and (f); ICO data sharing code of practice; Caldicott principle 7",
};

/// The detector.
pub struct NotCovered;

impl Detector for NotCovered {
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
        denials(group, setting, Denial::NotCovered, &PAGE, Severity::Error, 40)
    }
}

/// Why nothing can be said of agreements: no answer of this log is more than "not assessed".
pub(super) fn missing(setting: &Setting<'_>) -> Option<String> {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for ruling in setting.rulings {
        match ruling {
            Ruling::NotAssessed { what, .. } => *reasons.entry(what).or_default() += 1,
            _ => return None,
        }
    }
    if setting.rulings.is_empty() {
        return Some("the log has no access to a record".to_owned());
    }
    Some(format!(
        "no access could be put to the agreements: {} not mapped",
        crate::text::and_list(&reasons.keys().map(|what| what.replace('_', " ")).collect::<Vec<_>>())
    ))
}

/// The denials of one kind of a user, one signal for each nearest clause, failing part, role, place and purpose.
pub(super) fn denials(group: &[Access], setting: &Setting<'_>, kind: Denial, page: &'static Page, severity: Severity, weight: u32) -> Vec<Signal> {
    let symbols = setting.symbols;
    let mut found: BTreeMap<String, (Vec<&Access>, &Ruling)> = BTreeMap::new();
    for access in group {
        let ruling = setting.ruling(access);
        let Ruling::Denied { kind: denied, clause, fails, turns_on_relationship: false, .. } = ruling else { continue };
        if *denied != kind {
            continue;
        }
        let event = &access.event;
        let key = [clause.as_deref().unwrap_or("-"), &fails.join(","), symbols.text(event.role), symbols.text(event.organisation), symbols.text(event.purpose)]
            .join("|");
        found.entry(key).or_insert_with(|| (Vec::new(), ruling)).0.push(access);
    }
    found
        .into_iter()
        .map(|(discriminator, (accesses, ruling))| {
            let event = accesses[0].event;
            let Ruling::Denied { clause, at, fails, .. } = ruling else { unreachable!("only denials were kept") };
            let fails_in_words = crate::text::and_list(fails);
            let ground = match clause {
                Some(clause) if fails_in_words == PROHIBITED => format!("`{clause}` prohibits it"),
                Some(clause) => format!("the nearest clause is `{clause}`, in which this fails: {fails_in_words}"),
                None => fails_in_words.clone(),
            };
            let sources: std::collections::BTreeSet<&str> = accesses.iter().map(|access| setting.organisation(access.event.source)).collect();
            let of = if sources.len() == 1 { sources.iter().next().copied().unwrap_or("").to_owned() } else { format!("{} organisations", sources.len()) };
            let categories: std::collections::BTreeSet<String> = accesses.iter().map(|access| setting.category(access.event.category)).collect();
            let categories: Vec<String> = categories.into_iter().collect();
            let what = match kind {
                Denial::NotCovered => "no agreement covers what",
                Denial::Category => "the agreement does not cover all the data that",
                Denial::PartyOrTerm => "no agreement was in force between the parties for what",
            };
            let sentence = format!(
                "{what} {{user}}{} did {{accesses}} for {{people}}: {} of {of}, for {}; {ground}",
                setting.who(&event),
                crate::text::and_list(&categories),
                setting.purpose(event.purpose),
            );
            let mut facts = BTreeMap::from([("fails", fails_in_words)]);
            if let Some(clause) = clause {
                facts.insert("clause", clause.clone());
            }
            if let Some(at) = at {
                facts.insert("clause_at", at.clone());
            }
            let seen = Seen::of(accesses.iter().copied());
            let person = if seen.people.len() == 1 { seen.people.iter().next().copied().unwrap_or_default() } else { PersonKey::NOBODY };
            Signal {
                code: page.code,
                severity,
                family: Family::Agreement,
                weight,
                user: event.user,
                person,
                organisation: event.organisation,
                discriminator,
                sentence,
                next: "Ask the owner of the agreement whether it should cover this, and the organisation why it was done; use judgement where someone was at risk, and record why.",
                facts,
                seen,
            }
        })
        .collect()
}
