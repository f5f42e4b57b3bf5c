//! Rows of the reference tables.

use crate::access_log::event::{PersonKey, Symbol};
use crate::identifier::Date;

/// A row of `staff.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Post {
    /// The account.
    pub user: Symbol,
    /// Days of the post.
    pub during: Interval2,
    /// Where.
    pub ods: Symbol,
    /// As what.
    pub role: Symbol,
    /// Their own record, if it is told.
    pub person: PersonKey,
    /// Where they live, as a keyed reference or a plain address, compared as text.
    pub address: Symbol,
    /// The keyed reference of their own record, if it is told so.
    pub reference: Symbol,
    /// Department, compared as text.
    pub department: Symbol,
    /// Surname, as a keyed reference or in capitals.
    pub surname: Symbol,
    /// First and last name in capitals.
    pub name: Symbol,
    /// Postcode of their home, as a keyed reference or in capitals.
    pub postcode: Symbol,
}

/// Days, ordered, which [`Interval`](crate::identifier::Interval) is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval2 {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl Interval2 {
    /// Whether a day lies in it.
    pub fn contains(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

/// A row of `rota.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    /// The account.
    pub user: Symbol,
    /// Start, seconds since 1970.
    pub first: i64,
    /// End.
    pub last: i64,
}

/// A row about a person: registration, appointment, stay, referral, objection, sealed item, flag, death, contact, proxy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    /// Who.
    pub person: PersonKey,
    /// When; one day for appointments, referrals and deaths.
    pub during: Interval2,
    /// Where; for sealed items, who sealed them, if it is told; else empty.
    pub ods: Symbol,
    /// With whom, if it is told (appointments); the account of a contact or proxy.
    pub user: Symbol,
    /// Where they live (registrations).
    pub address: Symbol,
    /// Which data (sealed items), or which flag.
    pub category: Symbol,
    /// The contact's keyed reference (contacts).
    pub reference: Symbol,
    /// The contact as a person (contacts).
    pub other: PersonKey,
    /// Surname (registrations), as a keyed reference or in capitals.
    pub surname: Symbol,
    /// The contact's first and last name in capitals (contacts).
    pub name: Symbol,
    /// Postcode (registrations), as a keyed reference or in capitals.
    pub postcode: Symbol,
}
