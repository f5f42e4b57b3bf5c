//! Cases: what one user did with one person's record in the period, ranked for a reviewer.

use std::collections::BTreeMap;

use super::detect::{Family, Signal};
use super::event::{PersonKey, Symbol};

/// Signals about one user and one person (or no one person).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Who looked; none for signals about no user.
    pub user: Symbol,
    /// At whom; nobody for signals about several.
    pub person: PersonKey,
    /// Indices of its signals, strongest first.
    pub signals: Vec<usize>,
    /// The strongest signal of each family, added up: families say the same thing in other words.
    pub rank: u32,
}

/// Groups signals into cases, the highest rank first. Ties are broken later by reference, which nothing here knows.
pub fn cases(signals: &[Signal]) -> Vec<Case> {
    let mut groups: BTreeMap<(Symbol, PersonKey), Vec<usize>> = BTreeMap::new();
    for (index, signal) in signals.iter().enumerate() {
        groups.entry((signal.user, signal.person)).or_default().push(index);
    }
    let mut cases: Vec<Case> = groups
        .into_iter()
        .map(|((user, person), mut members)| {
            members.sort_by_key(|index| (std::cmp::Reverse(signals[*index].weight), signals[*index].code, signals[*index].discriminator.clone()));
            let mut families: BTreeMap<Family, u32> = BTreeMap::new();
            for index in &members {
                let strongest = families.entry(signals[*index].family).or_default();
                *strongest = (*strongest).max(signals[*index].weight);
            }
            Case { user, person, signals: members, rank: families.values().sum() }
        })
        .collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.rank));
    cases
}
