//! Who may see what that they might not before, and the other way round: two decisions compared case by case, exactly.
//!
//! Two packs, or one pack on two days. Only cases that a clause reaches which is not the same on both sides can differ, so
//! only those are looked at; there, the two truth tables are compared. What comes out are disjoint maximal blocks: the old
//! decision with every gain added and every loss taken away is the new one, nothing more and nothing less.

pub mod joint;
mod lines;
mod pair;
mod scope;

use std::collections::HashMap;

pub use joint::{Common, TooManyNames};

use lines::{Drawing, Lines};
use scope::Scope;

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
    let common = Common::new([old, new])?;
    let mut starts: Vec<Date> = old.stretches().chain(new.stretches()).map(|stretch| stretch.first).collect();
    starts.push(during.first);
    starts.retain(|day| during.contains(*day));
    starts.sort_unstable();
    starts.dedup();
    let scope = Scope::of([old, new], &common)?;
    let mut drawings = [Drawing::new(old, &common, 0, &scope), Drawing::new(new, &common, 1, &scope)];
    let mut before: Option<[Lines<'_>; 2]> = None;
    let mut numbers: HashMap<Change, usize> = HashMap::new();
    let mut found: Vec<Vec<Interval>> = Vec::new();
    // Those of the stretch before, by their numbers.
    let mut present: Vec<usize> = Vec::new();
    for (index, first) in starts.iter().enumerate() {
        let last = starts.get(index + 1).map_or(during.last, |next| next.previous());
        let [from, to] = &mut drawings;
        let today = [from.on(*first)?, to.on(*first)?];
        // What is looked at is the same as on the days before: so are the changes.
        if !before.as_ref().is_some_and(|before| today[0].are(&before[0]) && today[1].are(&before[1])) {
            present.clear();
            for change in pair::changes([old, new], &common, &today)? {
                let next = found.len();
                let number = *numbers.entry(change).or_insert(next);
                if number == next {
                    found.push(Vec::new());
                }
                present.push(number);
            }
        }
        for number in &present {
            match found[*number].last_mut() {
                Some(before) if before.last < Date::MAX && before.last.next() == *first => before.last = last,
                _ => found[*number].push(Interval { first: *first, last }),
            }
        }
        before = Some(today);
    }
    drop(drawings);
    let mut changes: Vec<(Change, Vec<Interval>)> = numbers.into_iter().map(|(change, number)| (change, std::mem::take(&mut found[number]))).collect();
    changes.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    Ok(Difference { common, changes, during })
}

/// Compares one day of a pack with another of it (or of another pack).
pub fn of_days<'p>(old: &Compiled<'p>, before: Date, new: &Compiled<'p>, after: Date) -> Result<Difference, DifferenceError> {
    let common = Common::new([old, new])?;
    let during = Interval { first: after, last: after };
    let scope = Scope::all([old, new], &common);
    let lines = [Drawing::new(old, &common, 0, &scope).on(before)?, Drawing::new(new, &common, 1, &scope).on(after)?];
    let changes = pair::changes([old, new], &common, &lines)?;
    Ok(Difference { common, changes: changes.into_iter().map(|change| (change, vec![during])).collect(), during })
}
