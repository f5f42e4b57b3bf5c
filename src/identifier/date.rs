//! Civil dates. Agreements mean days in Europe/London, inclusive at both ends.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, written `2026-04-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(jiff::civil::Date);

/// Why a text is not a date we can be sure of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// `03/04/2026` and the like: both readings are named.
    #[error("{written} can be read as {day_first} ({day_first_words}) or as {month_first} ({month_first_words}); write year-month-day")]
    Ambiguous {
        /// As written.
        written: String,
        /// Read day first, ISO.
        day_first: String,
        /// The same in words.
        day_first_words: String,
        /// Read month first, ISO.
        month_first: String,
        /// The same in words.
        month_first_words: String,
    },
    /// `31/12/2026`: only one reading, still not the form asked for.
    #[error("write {0} instead: dates are year-month-day")]
    Order(String),
    /// Something else.
    #[error("not a date; write year-month-day, for example 2026-04-01")]
    Form,
    /// The form is right, the day does not exist.
    #[error("there is no such day")]
    NoSuchDay,
}

const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Date {
    /// The first day that can be written.
    pub const MIN: Self = Self(jiff::civil::date(1, 1, 1));
    /// The last day that can be written.
    pub const MAX: Self = Self(jiff::civil::date(9999, 12, 31));

    /// A day by numbers, if it exists.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().filter(|_| year >= 1).map(Self)
    }

    /// Reads `2026-04-01` and nothing else; slashes are answered with the readings they could have.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        if bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' {
            let number = |range: std::ops::Range<usize>| {
                text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit())).and_then(|part| part.parse::<i16>().ok())
            };
            let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else { return Err(DateError::Form) };
            let (month, day) = (i8::try_from(month).map_err(|_| DateError::NoSuchDay)?, i8::try_from(day).map_err(|_| DateError::NoSuchDay)?);
            return Self::new(year, month, day).ok_or(DateError::NoSuchDay);
        }
        let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
        if let [first, second, year] = parts[..]
            && let (Ok(first), Ok(second), Ok(year)) = (first.parse::<i8>(), second.parse::<i8>(), year.parse::<i16>())
            && year >= 1000
        {
            return Err(match (Self::new(year, second, first), Self::new(year, first, second)) {
                (Some(day_first), Some(month_first)) if day_first != month_first => DateError::Ambiguous {
                    written: text.to_owned(),
                    day_first: day_first.to_string(),
                    day_first_words: day_first.in_words(),
                    month_first: month_first.to_string(),
                    month_first_words: month_first.in_words(),
                },
                (Some(only), _) | (None, Some(only)) => DateError::Order(only.to_string()),
                (None, None) => DateError::NoSuchDay,
            });
        }
        Err(DateError::Form)
    }

    /// What was meant by a text that is no date as written: the day, and whether nothing else can have been meant. None
    /// where there is no reading, several where there is more than one.
    pub fn readings(text: &str) -> Vec<(Self, bool)> {
        match Self::parse(text) {
            Err(DateError::Order(only)) => Self::parse(&only).map(|day| (day, true)).into_iter().collect(),
            Err(DateError::Ambiguous { day_first, month_first, .. }) => {
                [day_first, month_first].iter().filter_map(|day| Self::parse(day).ok()).map(|day| (day, false)).collect()
            }
            Err(DateError::Form) => {
                // `2026-4-1`: year first, zeros left out.
                let parts: Vec<&str> = text.split('-').collect();
                let [year, month, day] = parts[..] else { return Vec::new() };
                let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
                if year.len() != 4 || !short(month) || !short(day) {
                    return Vec::new();
                }
                Self::parse(&format!("{year}-{month:0>2}-{day:0>2}")).map(|day| (day, true)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// `1 April 2026`.
    pub fn in_words(self) -> String {
        let month = usize::try_from(self.0.month()).map_or("", |month| MONTHS[month - 1]);
        format!("{} {month} {}", self.0.day(), self.0.year())
    }

    /// The inner civil date.
    pub fn civil(self) -> jiff::civil::Date {
        self.0
    }

    /// Days from 1970-01-01, negative before.
    pub fn days(self) -> i32 {
        let epoch = jiff::civil::date(1970, 1, 1);
        self.0.since((jiff::Unit::Day, epoch)).map_or(0, |span| span.get_days())
    }

    /// The day this many days after 1970-01-01, if it can be written.
    pub fn from_days(days: i32) -> Option<Self> {
        let epoch = jiff::civil::date(1970, 1, 1);
        epoch.checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(Self).filter(|date| *date >= Self::MIN)
    }

    /// The day `days` later (earlier if negative), held within what can be written.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_days(self.days().saturating_add(days)).unwrap_or(if days < 0 { Self::MIN } else { Self::MAX })
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.0.yesterday().map(Self).ok().filter(|date| *date >= Self::MIN).unwrap_or(Self::MIN)
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        self.0.tomorrow().map_or(Self::MAX, Self)
    }

    /// The day `months` later, the last of the month where that day does not exist.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        jiff::Span::new().try_months(months).ok().and_then(|span| self.0.checked_add(span).ok()).map_or(Self::MAX, Self)
    }

    /// Whole days from `self` to `other`.
    pub fn days_until(self, other: Self) -> i32 {
        other.days() - self.days()
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The day on which an instant falls in Europe/London.
    pub fn in_london(instant: jiff::Timestamp) -> Self {
        Self(instant.to_zoned(london()).date())
    }
}

/// Europe/London from the data compiled in, so that every machine agrees.
pub fn london() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Europe/London").unwrap_or(jiff::tz::TimeZone::UTC)
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl std::str::FromStr for Date {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;
    fn try_from(text: String) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

/// Days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl Interval {
    /// Every day that can be written.
    pub const ALWAYS: Self = Self { first: Date::MIN, last: Date::MAX };

    /// An interval; none if it would hold no day.
    pub fn new(first: Date, last: Date) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// From a day that may be missing to a day that may be missing.
    pub fn open(first: Option<Date>, last: Option<Date>) -> Option<Self> {
        Self::new(first.unwrap_or(Date::MIN), last.unwrap_or(Date::MAX))
    }

    /// Whether the day lies within, ends included.
    pub fn contains(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// The days both hold.
    pub fn meet(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_answered_with_both_readings() {
        let error = Date::parse("12/06/2026").expect_err("refused");
        assert_eq!(error.to_string(), "12/06/2026 can be read as 2026-06-12 (12 June 2026) or as 2026-12-06 (6 December 2026); write year-month-day");
        assert_eq!(Date::parse("31/12/2026"), Err(DateError::Order("2026-12-31".into())));
        assert_eq!(Date::parse("2026-02-29"), Err(DateError::NoSuchDay));
        assert_eq!(Date::parse("+026-02-21"), Err(DateError::Form));
        let readings = |text: &str| Date::readings(text).into_iter().map(|(day, certain)| (day.to_string(), certain)).collect::<Vec<_>>();
        assert_eq!(readings("2026-4-1"), [("2026-04-01".to_owned(), true)]);
        assert_eq!(readings("31/12/2026"), [("2026-12-31".to_owned(), true)]);
        assert_eq!(readings("1/4/2026"), [("2026-04-01".to_owned(), false), ("2026-01-04".to_owned(), false)]);
        assert!(readings("2026-02-30").is_empty() && readings("next week").is_empty() && readings("26-4-1").is_empty());
    }

    #[test]
    fn the_day_of_an_instant_is_the_day_in_london() {
        let late: jiff::Timestamp = "2026-06-30T23:30:00Z".parse().expect("valid");
        assert_eq!(Date::in_london(late).to_string(), "2026-07-01");
        let winter: jiff::Timestamp = "2026-01-31T23:30:00Z".parse().expect("valid");
        assert_eq!(Date::in_london(winter).to_string(), "2026-01-31");
    }

    #[test]
    fn days_count_both_ways() {
        for text in ["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"] {
            let date = Date::parse(text).expect("valid");
            assert_eq!(Date::from_days(date.days()), Some(date));
        }
    }
}
