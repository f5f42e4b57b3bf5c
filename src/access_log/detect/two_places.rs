//! AUD-024: one account was at work in two places at once.

use std::collections::BTreeMap;

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal};
use crate::access_log::assess::Access;
use crate::access_log::event::{Event, PersonKey, Symbol};
use crate::diagnostics::Severity;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-024",
    title: "Account in two places at once",
    statement: "One account was at work on two devices, or for two organisations, in spells that overlap by more than five minutes. A spell is use of one place without a break of half an hour. \
        Often a password is shared. Detector D22 of the reference list, without travel times.",
    inputs: &["time", "user", "organisation", "device if the log has it"],
    parameters: &[("break", "30 minutes", "time without an access that ends a spell"), ("overlap", "5 minutes", "time that two spells share, more than")],
    silenced_by: &[
        "the person themselves, or a proxy, through a portal",
        "spells that share five minutes or less: signing in elsewhere",
        "accesses that name no device and no organisation",
    ],
    sentence: "the account S-… was at work in two places at once, n accesses on n days, first on date; needs review",
    source: "Data Security and Protection Toolkit, on shared accounts",
};

/// The detector.
pub struct TwoPlaces;

/// Use of one place without a long break: where, first and last second, and its accesses.
struct Spell<'a> {
    place: (Symbol, Symbol),
    first: i64,
    last: i64,
    accesses: Vec<&'a Access>,
}

/// Organisation and device. A device that the log does not name on this line is any.
fn place(event: &Event) -> (Symbol, Symbol) {
    (event.organisation, event.device)
}

fn differ(one: (Symbol, Symbol), other: (Symbol, Symbol)) -> bool {
    let different = |a: Symbol, b: Symbol| !a.is_none() && !b.is_none() && a != b;
    different(one.0, other.0) || different(one.1, other.1)
}

fn spells<'a>(group: &'a [Access], setting: &Setting<'_>, overlap: i64) -> Vec<Spell<'a>> {
    let pause = 60 * setting.thresholds.number(&PAGE, "break");
    let mut open: BTreeMap<(Symbol, Symbol), Spell<'a>> = BTreeMap::new();
    let mut all = Vec::new();
    for access in group.iter().filter(|access| !setting.is_portal(&access.event)) {
        let (at, place) = (access.event.at, place(&access.event));
        match open.get_mut(&place) {
            Some(spell) if at - spell.last < pause => {
                spell.last = at;
                spell.accesses.push(access);
            }
            _ => all.extend(open.insert(place, Spell { place, first: at, last: at, accesses: vec![access] })),
        }
    }
    all.extend(open.into_values());
    all.retain(|spell| spell.last - spell.first > overlap);
    all.sort_by_key(|spell| (spell.first, spell.place));
    all
}

impl Detector for TwoPlaces {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, _: &Setting<'_>) -> Option<String> {
        None
    }

    fn judge(&self, group: &[Access], _: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        if user.is_none() {
            return Vec::new();
        }
        let overlap = 60 * setting.thresholds.number(&PAGE, "overlap");
        let spells = spells(group, setting, overlap);
        let mut hit = vec![false; spells.len()];
        let mut organisations = false;
        for (index, one) in spells.iter().enumerate() {
            for (other_index, other) in spells.iter().enumerate().skip(index + 1) {
                if other.first + overlap >= one.last {
                    break;
                }
                if differ(one.place, other.place) && one.last.min(other.last) - other.first > overlap {
                    (hit[index], hit[other_index]) = (true, true);
                    organisations |= one.place.0 != other.place.0;
                }
            }
        }
        let accesses: Vec<&Access> = spells.iter().zip(hit).filter(|(_, hit)| *hit).flat_map(|(spell, _)| spell.accesses.iter().copied()).collect();
        if accesses.is_empty() {
            return Vec::new();
        }
        let what = if organisations { "for two organisations" } else { "on two devices" };
        vec![Signal {
            code: PAGE.code,
            severity: Severity::Warning,
            family: Family::Account,
            weight: if organisations { 40 } else { 25 },
            user,
            person: PersonKey::NOBODY,
            organisation: accesses[0].event.organisation,
            discriminator: String::new(),
            sentence: format!(
                "the account {{user}}{} was at work {what} at once, {{count}} {{days}}, first on {{first}}; needs review",
                setting.who(&accesses[0].event)
            ),
            next: "Ask whether the password is shared, and have it changed; desktops that follow the user look alike.",
            facts: BTreeMap::new(),
            seen: Seen::of(accesses),
        }]
    }
}
