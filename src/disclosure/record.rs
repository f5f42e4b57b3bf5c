//! The measures as `data` of results of kind `risk`: counts below 10 as the text `1-9`, shares from 0 to 1, no value of
//! any cell but the names of groups that hold ten rows or more.

use serde_json::{Value, json};

use super::coded::{Coded, Role};
use super::linked::Linked;
use super::measure::attack::Attack;
use super::measure::closeness::Closeness;
use super::measure::diversity::Diversity;
use super::measure::groups::Groups;
use super::measure::sizes::{self, Sizes};
use super::measure::{Measured, Sensitive};
use super::population::Journalist;
use super::shown::{FEW, rounded, share_value, value};

/// What was measured, as saved.
pub fn data(coded: &Coded, measured: &Measured) -> Value {
    let names = |role| coded.of(role).map(|(_, column)| json!({"name": column.name, "values": column.values.len().saturating_sub(1)})).collect::<Vec<_>>();
    json!({
        "rows": measured.rows,
        "excluded": value(coded.excluded),
        "threshold": measured.by_row.threshold,
        "quasi_identifiers": names(Role::Quasi),
        "person": coded.of(Role::Person).next().map(|(_, column)| column.name.clone()),
        "by_row": of_sizes(&measured.by_row),
        "by_person": measured.by_person.as_ref().map(of_sizes),
        "attack": of_attack(&measured.attack, &measured.by_row),
        "attack_by_person": measured.attack_by_person.as_ref().zip(measured.by_person.as_ref()).map(|(attack, sizes)| of_attack(attack, sizes)),
        "sensitive": measured.sensitive.iter().map(of_sensitive).collect::<Vec<_>>(),
        "groups": measured.groups.iter().map(of_groups).collect::<Vec<_>>(),
        "person_sets": measured.person_sets.as_ref().map(|sets| json!({
            "sizes": of_sizes(&sets.sizes),
            "people_with_several": value(sets.with_several),
            "most": sets.most,
        })),
        "unicity": measured.unicity.as_ref().map(|unicity| {
            let (low, high) = unicity.interval();
            json!({
                "known_events": super::measure::unicity::KNOWN,
                "people": value(unicity.people),
                "sampled": value(unicity.sampled),
                "seed": unicity.seed,
                "share": share_value(unicity.unique, unicity.sampled),
                "interval_95": if super::shown::is_few(unicity.unique) { Value::Null } else { json!([rounded(low), rounded(high)]) },
            })
        }),
    })
}

/// What a journalist reaches against a population of so many people.
pub fn population(found: &Journalist, people: u64) -> Value {
    json!({
        "people": people,
        "journalist_highest": rounded(found.highest),
        "at_risk": value(found.at_risk),
        "at_risk_share": share_value(found.at_risk, found.members),
        "marketer": rounded(found.marketer),
        "not_listed": value(found.not_listed),
        "larger_than_listed": value(found.too_small),
    })
}

/// A release joined with those that the recipient holds; `releases` are their names.
pub fn earlier(linked: &Linked, releases: &[String], gaps: &[String]) -> Value {
    let sides = releases.iter().zip(&linked.differences);
    json!({
        "status": if gaps.is_empty() { "assessed" } else { "assessed in part" },
        "gaps": gaps,
        "people": value(linked.people),
        "people_held": value(linked.known),
        "sizes": of_sizes(&linked.sizes),
        "sensitive": linked.diversity.iter().map(|(name, diversity)| json!({"name": name, "by_person": of_diversity(diversity)})).collect::<Vec<_>>(),
        "releases": sides.map(|(name, side)| json!({
            "name": name, "people_it_has_alone": value(side.left), "people_it_lacks": value(side.joined),
        })).collect::<Vec<_>>(),
    })
}

/// What is said where no earlier release was looked at.
pub fn earlier_not_assessed(why: &str) -> Value {
    json!({"status": "not assessed", "gaps": [why], "releases": []})
}

fn of_sizes(sizes: &Sizes) -> Value {
    let bands = sizes.bands.iter().enumerate().filter(|(_, band)| band.classes > 0);
    json!({
        "k": sizes.k,
        "classes": value(sizes.classes),
        "largest": sizes.largest,
        "members": value(sizes.members),
        "uniques": value(sizes.uniques),
        "unique_share": share_value(sizes.uniques, sizes.members),
        "small_classes": value(sizes.small_classes),
        "small_members": value(sizes.small_members),
        "small_share": share_value(sizes.small_members, sizes.members),
        "small_rows": value(sizes.small_rows),
        "rows_of_nobody": value(sizes.memberless_rows),
        "bands": bands.map(|(index, band)| json!({"sizes": sizes::band(index), "classes": value(band.classes), "members": value(band.members)})).collect::<Vec<_>>(),
    })
}

fn of_attack(attack: &Attack, sizes: &Sizes) -> Value {
    json!({
        "prosecutor_highest": rounded(attack.prosecutor_highest),
        "prosecutor_at_risk": share_value(sizes.small_members, sizes.members),
        "journalist_highest": rounded(attack.journalist_highest),
        "journalist": "no population is given: the classes of the extract stand for it, an upper bound",
        "marketer": rounded(attack.marketer),
    })
}

fn of_diversity(diversity: &Diversity) -> Value {
    json!({
        "distinct_l": diversity.distinct,
        "entropy_l": diversity.entropy.map(rounded),
        "single_value_classes": value(diversity.single_classes),
        "single_value_members": value(diversity.single_members),
        "shared_value_classes": value(diversity.shared_classes),
        "shared_value_members": value(diversity.shared_members),
        "attribute_disclosure": diversity.single_classes > 0,
    })
}

fn of_closeness(closeness: &Closeness) -> Value {
    json!({"equal": rounded(closeness.equal), "ordered": closeness.ordered.map(rounded)})
}

fn of_sensitive(one: &Sensitive) -> Value {
    json!({
        "name": one.name,
        "by_row": of_diversity(&one.by_row),
        "by_person": one.by_person.as_ref().map(of_diversity),
        "t_by_row": of_closeness(&one.closeness),
        "t_by_person": one.closeness_by_person.as_ref().map(of_closeness),
    })
}

fn of_groups(groups: &Groups) -> Value {
    let shown = groups.groups.iter().filter(|group| group.rows >= FEW);
    let list: Vec<Value> = shown
        .map(|group| {
            json!({
                "name": group.name,
                "rows": group.rows,
                "unique": value(group.unique),
                "small": value(group.small),
                "small_share": share_value(group.small, group.rows),
            })
        })
        .collect();
    json!({"column": groups.name, "groups": list, "groups_too_small_to_show": groups.groups.len() - list.len()})
}
