//! Invariants: sentences about every case at once, proved over every cell of the compiled decision.
//!
//! [`prove`] looks at every class of cases that a scope meets, on every stretch of days, under every completion of the
//! facts, and either counts them or finds the smallest case that breaks the sentence.

pub mod prove;
mod reading;
mod view;

pub use prove::{Proof, Proved, Unprovable, Witness, prove};
pub use reading::Certificate;
pub(super) use reading::run;

use super::plain::Facts;
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// A word that selects organisations: one, or all of a place or a function, on whichever day is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The one of this code.
    pub org: Option<OrgId>,
    /// Those that belong to this place.
    pub place: Option<NodeId>,
    /// Those with this function.
    pub function: Option<NodeId>,
}

impl Selected {
    /// Whether it selects an organisation that day.
    pub fn selects(&self, pack: &Pack, org: OrgId, on: Date) -> bool {
        let organisation = pack.register.organisation(org);
        self.org == Some(org)
            || self.place.is_some_and(|place| organisation.is_in_on(&pack.words.places, place, on))
            || self.function.is_some_and(|function| organisation.has_function_on(&pack.words.functions, function, on))
    }
}

/// Which cases a sentence is about. A side that is not named (none) is every one there is.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// Leaf roles.
    pub roles: Option<Vec<NodeId>>,
    /// Where they work. Once it is named, the person and who acts for them, who work nowhere, are not meant.
    pub at: Option<Vec<Selected>>,
    /// Whose data.
    pub of: Option<Vec<Selected>>,
    /// Leaf categories.
    pub data: Option<Vec<NodeId>>,
    /// Leaf purposes.
    pub purposes: Option<Vec<NodeId>>,
    /// Actions, by their place in the vocabulary.
    pub actions: Option<Vec<u8>>,
    /// Forms, likewise.
    pub forms: Option<Vec<u8>>,
}

/// What a sentence says of its scope.
#[derive(Clone, Debug)]
pub enum Kind {
    /// No case is allowed under any completion of the facts.
    Never,
    /// Every case is allowed under every completion of the facts.
    Always,
    /// Wherever a case is allowed, so is each that has these sides instead, for the same facts.
    Implies(Sides),
    /// What the first may see of the second, the second may see of the first, and the other way round.
    Symmetric([Vec<Selected>; 2]),
}

/// A sentence about every case of a scope.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// What it says.
    pub kind: Kind,
    /// Of which cases.
    pub scope: Sides,
    /// Facts that are settled; every other is tried both ways.
    pub given: Facts,
    /// On which days.
    pub during: Interval,
}
