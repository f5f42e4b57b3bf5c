//! AUD-009: far more people opened in a day than peers do.

use std::collections::{BTreeMap, BTreeSet};

use super::{Detector, Family, GroupBy, Page, Peers, Seen, Setting, Signal, UserDay};
use crate::access_log::assess::Access;
use crate::access_log::event::{PersonKey, Symbol};
use crate::diagnostics::Severity;
use crate::identifier::Date;

/// Robust deviations above the median.
pub const DEVIATIONS: f64 = 6.0;
/// Fewer people a day are never reported.
pub const PEOPLE: u32 = 20;
/// Users that make a group of peers.
pub const USERS: usize = 5;
/// Smallest scale of the logarithm: a group that is all alike does not make a small step look far.
pub const SCALE_FLOOR: f64 = 0.25;

/// The page.
pub const PAGE: Page = Page {
    code: "AUD-009",
    title: "Volume against peers",
    statement: "On one day a user opened far more people's records than others of the same role at the same organisation do (or, where fewer than five use it, of the \
        same role anywhere): the logarithm of the count lies more than six robust deviations above the median.",
    inputs: &["person", "user", "role", "organisation", "time"],
    parameters: &[
        ("deviations", "6", "robust deviations (1.4826 x MAD of the logarithm) above the median"),
        ("people", "20", "fewer people a day are never reported"),
        ("users", "5", "users that make a group of peers, at least"),
        ("scale_floor", "0.25", "smallest deviation of the logarithm"),
    ],
    silenced_by: &["fewer than 20 people that day", "fewer than five users to compare with", "accesses by systems"],
    sentence: "S-… (role at organisation) opened n people's records on date; half of the peers' days have n or fewer; needs review",
    source: "Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993 (median and median absolute deviation); DPA 2018 s170 and prosecutions under it",
};

/// The detector.
pub struct VolumeAgainstPeers;

type Days<'a> = BTreeMap<(Date, Symbol, Symbol), Vec<&'a Access>>;

fn days<'a>(group: &'a [Access], setting: &Setting<'_>) -> Days<'a> {
    let mut days: Days<'a> = BTreeMap::new();
    for access in group.iter().filter(|access| !access.event.person.is_nobody() && !setting.is_portal(&access.event)) {
        days.entry((access.local.date, access.event.organisation, access.event.role)).or_default().push(access);
    }
    days
}

fn people(accesses: &[&Access]) -> u32 {
    u32::try_from(accesses.iter().map(|access| access.event.person).collect::<BTreeSet<_>>().len()).unwrap_or(u32::MAX)
}

/// Median of a sorted list that is not empty.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

/// Median and scale of the logarithm of peers' counts; none if there are too few users.
fn baseline<'d>(days: impl Iterator<Item = &'d UserDay>) -> Option<(f64, f64)> {
    let mut users = BTreeSet::new();
    let mut counts: Vec<f64> = Vec::new();
    for day in days {
        users.insert(day.user);
        counts.push(f64::from(day.people).ln());
    }
    if users.len() < USERS {
        return None;
    }
    counts.sort_by(f64::total_cmp);
    let middle = median(&counts);
    let mut off: Vec<f64> = counts.iter().map(|count| (count - middle).abs()).collect();
    off.sort_by(f64::total_cmp);
    Some((middle, (1.4826 * median(&off)).max(SCALE_FLOOR)))
}

/// By organisation and role, and by role alone.
type Baselines = (BTreeMap<(Symbol, Symbol), (f64, f64)>, BTreeMap<Symbol, (f64, f64)>);

/// Baselines of all groups with enough users.
pub(super) fn baselines(days: &[UserDay]) -> Baselines {
    let mut places: BTreeMap<(Symbol, Symbol), Vec<&UserDay>> = BTreeMap::new();
    let mut roles: BTreeMap<Symbol, Vec<&UserDay>> = BTreeMap::new();
    for day in days {
        places.entry((day.organisation, day.role)).or_default().push(day);
        roles.entry(day.role).or_default().push(day);
    }
    (
        places.into_iter().filter_map(|(key, days)| Some((key, baseline(days.into_iter())?))).collect(),
        roles.into_iter().filter_map(|(key, days)| Some((key, baseline(days.into_iter())?))).collect(),
    )
}

impl Detector for VolumeAgainstPeers {
    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn grouped_by(&self) -> GroupBy {
        GroupBy::User
    }

    fn missing(&self, _: &Setting<'_>) -> Option<String> {
        None
    }

    fn summarise(&self, group: &[Access], setting: &Setting<'_>, peers: &mut Peers) {
        let user = group[0].event.user;
        if user.is_none() {
            return;
        }
        for ((date, organisation, role), accesses) in days(group, setting) {
            peers.days.push(UserDay { organisation, role, user, date, people: people(&accesses) });
        }
    }

    fn judge(&self, group: &[Access], peers: &Peers, setting: &Setting<'_>) -> Vec<Signal> {
        let user = group[0].event.user;
        if user.is_none() {
            return Vec::new();
        }
        let mut signals = Vec::new();
        for ((date, organisation, role), accesses) in days(group, setting) {
            let count = people(&accesses);
            if count < PEOPLE {
                continue;
            }
            let near = peers.by_place.get(&(organisation, role));
            let Some((middle, scale)) = near.or_else(|| peers.by_role.get(&role)) else { continue };
            let deviations = (f64::from(count).ln() - middle) / scale;
            if deviations <= DEVIATIONS {
                continue;
            }
            let among = if near.is_some() { "of the same role there" } else { "of the same role anywhere" };
            signals.push(Signal {
                code: PAGE.code,
                severity: Severity::Warning,
                family: Family::Pattern,
                weight: 40,
                user,
                person: PersonKey::NOBODY,
                organisation,
                discriminator: date.to_string(),
                sentence: format!(
                    "{{user}}{} opened the records of {count} people on {date}; half of the days of users {among} have {:.0} or fewer; needs review",
                    setting.who(&accesses[0].event),
                    middle.exp()
                ),
                next: "Ask what the work of that day was: a clinic list, a recall, an audit, a research list with approval.",
                facts: BTreeMap::from([
                    ("people_that_day", count.to_string()),
                    ("deviations", format!("{deviations:.1}")),
                    ("peers_median", format!("{:.0}", middle.exp())),
                ]),
                seen: Seen::of(accesses),
            });
        }
        signals
    }
}
