//! Stretches of days by number, and the stretch of a day.

use super::timed::Run;
use crate::identifier::{Date, Interval};

/// Years for which the stretch of every day is looked up rather than searched for.
const YEARS: usize = 60;
/// Places kept for a year: twelve months of 31 days.
const YEAR: usize = 12 * 31;

/// The stretches of days on which nothing changes.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    stretches: Box<[Interval]>,
    /// The year of the first place of `days`.
    year: i16,
    /// For every day of some years its stretch.
    days: Box<[u32]>,
}

impl Calendar {
    /// From the days on which something may change, the earliest first, each once.
    pub(super) fn new(boundaries: Vec<Date>) -> Self {
        let mut stretches = Vec::with_capacity(boundaries.len() + 1);
        let mut first = Date::MIN;
        for day in boundaries.into_iter().filter(|day| *day > Date::MIN) {
            stretches.push(Interval { first, last: day.previous() });
            first = day;
        }
        stretches.push(Interval { first, last: Date::MAX });
        // The last years are asked about; those before are searched.
        let year = stretches[stretches.len() - 1].first.year();
        let year = year.saturating_sub(i16::try_from(YEARS - 10).unwrap_or(0));
        let mut calendar = Self { stretches: stretches.into(), year, days: Box::default() };
        let mut days = vec![0; YEARS * YEAR];
        let mut stretch = 0;
        for (at, place) in days.iter_mut().enumerate() {
            let part = |value: usize| i8::try_from(value).unwrap_or(1);
            let year = i16::try_from(at / YEAR).unwrap_or(0) + year;
            // A place that is no day keeps the stretch of the day before.
            if let Some(day) = Date::new(year, part(at / 31 % 12 + 1), part(at % 31 + 1)) {
                while stretch + 1 < calendar.stretches.len() && calendar.stretches[stretch].last < day {
                    stretch += 1;
                }
            }
            *place = u32::try_from(stretch).unwrap_or(u32::MAX);
        }
        calendar.days = days.into();
        calendar
    }

    /// The stretches, the earliest first.
    pub(super) fn stretches(&self) -> &[Interval] {
        &self.stretches
    }

    /// The stretch of a day.
    pub(super) fn stretch(&self, on: Date) -> u32 {
        let civil = on.civil();
        let (year, month, day) = (civil.year().wrapping_sub(self.year), civil.month() - 1, civil.day() - 1);
        if let (Ok(year), Ok(month), Ok(day)) = (usize::try_from(year), usize::try_from(month), usize::try_from(day))
            && let Some(stretch) = self.days.get(year * YEAR + month * 31 + day)
        {
            return *stretch;
        }
        let index = self.stretches.partition_point(|during| during.last < on).min(self.stretches.len() - 1);
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    /// The stretches of an interval that begins and ends with some; to the last one is for ever.
    pub(super) fn run(&self, during: Interval) -> Run {
        let last = if during.last == Date::MAX { u32::MAX } else { self.stretch(during.last) };
        (self.stretch(during.first), last)
    }

    /// Bytes it holds.
    pub(super) fn bytes(&self) -> usize {
        self.stretches.len() * size_of::<Interval>() + self.days.len() * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stretch_of_a_day_is_found_in_and_out_of_the_years_kept() {
        let day = |text| Date::parse(text).expect("a date");
        let calendar = Calendar::new(vec![Date::MIN, day("1850-02-28"), day("2024-02-29"), day("2026-01-01"), day("2026-12-31")]);
        let firsts: Vec<Date> = calendar.stretches().iter().map(|during| during.first).collect();
        assert_eq!(firsts.len(), 5);
        for (stretch, first) in (0u32..).zip(&firsts) {
            assert_eq!(calendar.stretch(*first), stretch, "{first}");
            if stretch > 0 {
                assert_eq!(calendar.stretch(first.previous()), stretch - 1, "the day before {first}");
            }
        }
        assert_eq!(calendar.stretch(Date::MAX), 4);
        assert_eq!(calendar.run(Interval::ALWAYS), super::super::timed::ALWAYS);
        assert_eq!(calendar.run(Interval { first: day("2024-02-29"), last: day("2025-12-31") }), (2, 2));
    }
}
