//! What agreements cover: transitions of care and flows, pair by pair of organisations, by the decision itself.
//!
//! A [`Demand`] is something that must be able to happen: a transition of `pathways.yaml` in one direction, or a row of
//! `flows.csv`. A [`Situation`] is a pack on a day. [`judge`](judge::judge) asks the compiled decision about every pair of
//! organisations of a demand, once for each class of organisations that no clause tells apart, and says of each cell
//! how many pairs are covered, and for the others what is missing. [`change`] compares two situations,
//! [`cliffs`] all days of a stretch.

pub mod care;
pub mod change;
pub mod cliffs;
pub mod demand;
pub mod fault;
pub mod judge;

use crate::decision::Compiled;
use crate::decision::plain::{Facts, TooManyConditions};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

pub use demand::{Demand, What};
pub use fault::{Fault, Side};
pub use judge::{Cell, Hole, Judged, State};

/// A pack on a day, ready to be asked.
pub struct Situation<'c, 'p> {
    /// The pack.
    pub compiled: &'c Compiled<'p>,
    /// The day.
    pub on: Date,
    /// What is known of every case; the rest is unknown.
    pub facts: Facts,
    /// For each organisation its class on the day; none if it is closed.
    class_of: Vec<Option<u32>>,
    /// A leaf role of each class, the person's own aside.
    roles: Vec<NodeId>,
    /// Actions with forms that some clause tells apart.
    ways: Vec<(u8, u8)>,
}

impl<'c, 'p> Situation<'c, 'p> {
    /// A pack on a day.
    pub fn new(compiled: &'c Compiled<'p>, on: Date, facts: Facts) -> Self {
        let classes = compiled.classes(on);
        let mut class_of = vec![None; compiled.pack.register.organisations.len()];
        for class in 0..classes.organisations.len() {
            for org in classes.organisations_of(class) {
                class_of[org.0 as usize] = u32::try_from(class).ok();
            }
        }
        let roles = classes.roles.representatives().map(|leaf| compiled.axes.roles.node(leaf)).filter(|role| !compiled.pack.words.is_person(*role)).collect();
        Self { compiled, on, facts, class_of, roles, ways: classes.ways }
    }

    /// The pack.
    pub fn pack(&self) -> &'p Pack {
        self.compiled.pack
    }

    /// The class of an organisation; none if it is closed.
    fn class(&self, org: OrgId) -> Option<u32> {
        self.class_of[org.0 as usize]
    }
}

/// Which pairs of organisations are looked at.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// Pairs with one of these at either end; none: all.
    pub at: Option<Vec<OrgId>>,
    /// Transitions of this pathway, or of this name, only.
    pub pathway: Option<String>,
}

impl Narrow {
    /// Whether an organisation is one that is asked about.
    fn asks(&self, org: OrgId) -> bool {
        self.at.as_ref().is_none_or(|list| list.contains(&org))
    }
}

/// All demands of a situation judged.
pub fn survey(situation: &Situation<'_, '_>, narrow: &Narrow) -> Result<Vec<Judged>, TooManyConditions> {
    demand::demands(situation.pack(), narrow).iter().map(|demand| judge::judge(situation, demand, narrow)).collect()
}

/// Patients registered with some organisations on a day, by their last counts.
pub fn patients<'o>(pack: &Pack, orgs: impl IntoIterator<Item = &'o OrgId>, on: Date) -> u64 {
    orgs.into_iter().filter_map(|org| pack.register.organisation(*org).patients_on(on)).map(u64::from).sum()
}
