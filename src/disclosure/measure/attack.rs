//! Three attackers (El Emam and Dankar 2008): one who looks for a person known to be in the data (prosecutor), one who
//! looks for anybody in the population (journalist), and one who wants to match as many as possible (marketer).

use super::sizes::{Sizes, share};

/// Shares of success, from 0 to 1. Without a population the journalist is taken to know the data's own classes, which
/// can only overstate what a journalist reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attack {
    /// The highest risk of one member: 1/k.
    pub prosecutor_highest: f64,
    /// The share of members at a risk above one in the threshold: those in small classes.
    pub prosecutor_at_risk: f64,
    /// The same as the prosecutor's highest, as long as no population is given.
    pub journalist_highest: f64,
    /// The expected share of correct matches: classes over members.
    pub marketer: f64,
}

impl Attack {
    pub(super) fn of(sizes: &Sizes) -> Self {
        let highest = sizes.k.map_or(0.0, |k| 1.0 / k as f64);
        Self {
            prosecutor_highest: highest,
            prosecutor_at_risk: sizes.small_share(),
            journalist_highest: highest,
            marketer: share(sizes.classes, sizes.members),
        }
    }
}
