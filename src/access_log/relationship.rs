//! Whether an access is explained: a relationship between the organisation (or user) and the person on that day.

use super::event::{Event, Symbol, Symbols};
use super::tables::{TableName, Tables};
use crate::identifier::Date;

/// Days before and after an appointment within which an access is explained by it.
pub const APPOINTMENT_DAYS: (i32, i32) = (14, 30);
/// Days after the end of a stay.
pub const ADMISSION_DAYS: i32 = 90;
/// Days before and after a referral.
pub const REFERRAL_DAYS: (i32, i32) = (7, 180);

/// What explains an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// An appointment there; `with` says whether it was with this user.
    Appointment {
        /// Where.
        ods: Symbol,
        /// When.
        at: Date,
        /// With this user.
        with: bool,
    },
    /// Registered there.
    Registration {
        /// With whom.
        ods: Symbol,
        /// Since when.
        since: Date,
    },
    /// A stay there.
    Admission {
        /// Where.
        ods: Symbol,
        /// Since when.
        since: Date,
    },
    /// Referred there.
    Referral {
        /// Where to.
        ods: Symbol,
        /// When.
        at: Date,
    },
}

/// The answer to "is it explained?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Yes, by this.
    By(Relation),
    /// Nothing in the tables links them, and the tables cover that day.
    No,
    /// The tables cannot tell.
    Unknown,
}

impl Explained {
    /// As a fact.
    pub fn fact(self) -> Option<bool> {
        match self {
            Self::By(_) => Some(true),
            Self::No => Some(false),
            Self::Unknown => None,
        }
    }
}

impl Relation {
    /// The kind, for counts.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Appointment { .. } => "appointment",
            Self::Registration { .. } => "registration",
            Self::Admission { .. } => "admission",
            Self::Referral { .. } => "referral",
        }
    }

    /// In words, without naming anybody.
    pub fn in_words(self, symbols: &Symbols) -> String {
        match self {
            Self::Appointment { ods, at, with: true } => format!("appointment with this user at {} on {at}", symbols.text(ods)),
            Self::Appointment { ods, at, with: false } => format!("appointment at {} on {at}; the user works there", symbols.text(ods)),
            Self::Registration { ods, since } if since == Date::MIN => format!("registered at {}; the user works there", symbols.text(ods)),
            Self::Registration { ods, since } => format!("registered at {} since {since}; the user works there", symbols.text(ods)),
            Self::Admission { ods, since } => format!("stay at {} from {since}; the user works there", symbols.text(ods)),
            Self::Referral { ods, at } => format!("referred to {} on {at}; the user works there", symbols.text(ods)),
        }
    }
}

/// Where the user works that day: what the record says, else the posts of the staff table.
fn workplaces(tables: &Tables, event: &Event, on: Date) -> Vec<Symbol> {
    if !event.organisation.is_none() {
        return vec![event.organisation];
    }
    tables.posts(event.user).iter().filter(|post| post.during.contains(on)).map(|post| post.ods).collect()
}

/// Explains one access.
pub fn explain(tables: &Tables, event: &Event, on: Date) -> Explained {
    if event.person.is_nobody() {
        return Explained::Unknown;
    }
    let places = workplaces(tables, event, on);
    let there = |ods: Symbol| places.contains(&ods);
    let near = |at: Date, (before, after): (i32, i32)| at.plus_days(-before) <= on && on <= at.plus_days(after);
    let appointments = tables.about(TableName::Appointments, event.person);
    let by_user = appointments.iter().find(|row| !event.user.is_none() && row.user == event.user && near(row.during.first, APPOINTMENT_DAYS));
    if let Some(row) = by_user {
        return Explained::By(Relation::Appointment { ods: row.ods, at: row.during.first, with: true });
    }
    if let Some(row) = tables.about(TableName::Registrations, event.person).iter().find(|row| row.during.contains(on) && there(row.ods)) {
        return Explained::By(Relation::Registration { ods: row.ods, since: row.during.first });
    }
    if let Some(row) = appointments.iter().find(|row| there(row.ods) && near(row.during.first, APPOINTMENT_DAYS)) {
        return Explained::By(Relation::Appointment { ods: row.ods, at: row.during.first, with: false });
    }
    let stays = tables.about(TableName::Admissions, event.person);
    if let Some(row) = stays.iter().find(|row| there(row.ods) && row.during.first <= on && on <= row.during.last.plus_days(ADMISSION_DAYS)) {
        return Explained::By(Relation::Admission { ods: row.ods, since: row.during.first });
    }
    if let Some(row) = tables.about(TableName::Referrals, event.person).iter().find(|row| there(row.ods) && near(row.during.first, REFERRAL_DAYS)) {
        return Explained::By(Relation::Referral { ods: row.ods, at: row.during.first });
    }
    // "No" needs both tables, and a place to look for.
    let told = [TableName::Registrations, TableName::Appointments].iter().all(|table| tables.covers(*table, on));
    if told && !places.is_empty() { Explained::No } else { Explained::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access_log::event::PersonKey;
    use crate::access_log::tables::People;
    use crate::identifier::NhsNumber;

    #[test]
    fn each_relation_has_its_window_and_no_needs_tables_that_cover_the_day() {
        let mut symbols = Symbols::default();
        let texts = [
            ("registrations", "nhs_number,ods,from,to\n9990000018,Y99001,2019-03-02,2026-06-30\n"),
            ("appointments", "nhs_number,ods,at,user\n9990000018,R9A,2026-08-20,u7\n9990000018,R9A,2026-01-01T09:00,\n9990000026,R9A,2026-12-31,\n"),
            ("admissions", "nhs_number,ods,from,to\n9990000018,R9B,2026-02-01,2026-02-03\n"),
        ]
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .into_iter()
        .collect();
        let tables = Tables::read(&texts, &mut symbols, &People::new()).expect("readable");
        let person = PersonKey::nhs(&NhsNumber::parse("9990000018").expect("valid"));
        let mut said = |user: &str, ods: &str, on: &str| {
            let event = Event { person, user: symbols.intern(user), organisation: symbols.intern(ods), ..Event::blank(1) };
            match explain(&tables, &event, Date::parse(on).expect("a date")) {
                Explained::By(relation) => relation.in_words(&symbols),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(said("u1", "Y99001", "2026-06-30"), "registered at Y99001 since 2019-03-02; the user works there");
        assert_eq!(said("u1", "Y99001", "2026-07-01"), "No");
        assert_eq!(said("u1", "R9A", "2026-08-06"), "appointment at R9A on 2026-08-20; the user works there");
        assert_eq!(said("u1", "R9A", "2026-08-05"), "No");
        assert_eq!(said("u1", "R9A", "2026-09-19"), "appointment at R9A on 2026-08-20; the user works there");
        assert_eq!(said("u1", "R9A", "2026-09-20"), "No");
        assert_eq!(said("u7", "R9Z", "2026-08-20"), "appointment with this user at R9A on 2026-08-20");
        assert_eq!(said("u1", "R9B", "2026-05-04"), "stay at R9B from 2026-02-01; the user works there");
        assert_eq!(said("u1", "R9B", "2026-05-05"), "No");
        assert_eq!(said("u1", "R9A", "2027-02-01"), "Unknown", "after the last appointment told");
        assert_eq!(said("u1", "", "2026-03-01"), "Unknown", "no place to look for");
    }
}
