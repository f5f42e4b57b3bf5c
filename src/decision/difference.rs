//! Who may see what that they might not before, and the other way round: two decisions compared case by case, exactly.
//!
//! Two packs, or one pack on two days. Only cases that a clause reaches which is not the same on both sides can differ, so
//! only those are looked at; there, the two truth tables are compared. What comes out are disjoint blocks, each with all the
//! days on which its cases change so: on every day the old decision with every gain added and every loss taken away is the
//! new one, nothing more and nothing less. Cases that change on the same days are drawn together as far as they are products.

mod blocks;
pub mod joint;
mod lines;
mod meetings;
mod members;
mod pair;
mod scope;

pub use joint::{Common, TooManyNames};

use blocks::Blocks;
use joint::is_person;
use lines::Days;
use members::Sets;
use pair::Pair;

use super::compiled::Compiled;
use super::plain::TooManyConditions;
use crate::identifier::{Date, Interval};

/// Which way a case changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// It is open now, and was not.
    Widening,
    /// It was open, and is not now.
    Narrowing,
}

/// A fact of [`Common`] with the value it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact {
    /// Its number in [`Common::facts`].
    pub fact: u8,
    /// True or false.
    pub value: bool,
}

/// A clause that makes the difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Because {
    /// Its place.
    pub place: String,
    /// Whether it stands on the new side, else on the old.
    pub new: bool,
    /// Whether it grants, else it prohibits.
    pub grants: bool,
    /// Whether the other side has a clause of that place in force, which does something else.
    pub altered: bool,
}

/// A block of cases that change alike: every combination of what its sides list. Numbers are those of [`Common`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// Which way.
    pub way: Way,
    /// The minimal sets of facts under which it changes; one empty set: whatever the facts are.
    pub facts: Vec<Vec<Fact>>,
    /// Why.
    pub because: Vec<Because>,
    /// Roles.
    pub roles: Vec<u32>,
    /// Where they work; empty for the person and who acts for them.
    pub at: Vec<u32>,
    /// Whose data.
    pub of: Vec<u32>,
    /// Data categories.
    pub data: Vec<u32>,
    /// Purposes.
    pub purposes: Vec<u32>,
    /// Actions with forms.
    pub ways: Vec<u32>,
}

/// Changes with the days on which they are so.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What the numbers mean.
    pub common: Common,
    /// The blocks, each with its stretches of days. On any day they share no case of one way.
    pub changes: Vec<(Change, Vec<Interval>)>,
    /// Days compared.
    pub during: Interval,
}

/// Two decisions cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DifferenceError {
    /// Names.
    #[error(transparent)]
    TooManyNames(#[from] TooManyNames),
    /// Conditions.
    #[error(transparent)]
    TooManyConditions(#[from] TooManyConditions),
}

/// Compares two packs on every day of a stretch.
pub fn of_packs<'p>(old: &Compiled<'p>, new: &Compiled<'p>, during: Interval) -> Result<Difference, DifferenceError> {
    compare([old, new], [Days::Each(during); 2])
}

/// Compares one day of a pack with another of it (or of another pack).
pub fn of_days<'p>(old: &Compiled<'p>, before: Date, new: &Compiled<'p>, after: Date) -> Result<Difference, DifferenceError> {
    let during = Interval { first: after, last: after };
    compare([old, new], [Days::As(before, during), Days::As(after, during)])
}

fn compare(sides: [&Compiled<'_>; 2], days: [Days; 2]) -> Result<Difference, DifferenceError> {
    let common = Common::new(sides)?;
    let during = days[0].all();
    let mut sets = Sets::default();
    let lines = [lines::lines(sides[0], &common, 0, days[0], &mut sets)?, lines::lines(sides[1], &common, 1, days[1], &mut sets)?];
    let counterparts = scope::counterparts(&lines);
    let pieces = scope::pieces(&lines, &counterparts, &mut sets);
    let groups = scope::groups(&pieces, common.roles.len(), |role| is_person(sides, &common, role), &mut sets);
    let mut pair = Pair::new(sides, &common, &lines, &counterparts);
    let mut blocks = Blocks::default();
    for group in &groups {
        blocks.add(group, &mut pair, &sets, during)?;
    }
    let changes = blocks.changes(&pair);
    Ok(Difference { common, changes, during })
}
