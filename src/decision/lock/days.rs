//! Sets of days.

use crate::identifier::{Date, Interval};

/// Days, as stretches that neither meet nor touch, the earliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Days(Vec<(Date, Date)>);

impl Days {
    /// Of stretches in any order.
    pub(super) fn of(stretches: impl IntoIterator<Item = Interval>) -> Self {
        let mut all: Vec<(Date, Date)> = stretches.into_iter().map(|during| (during.first, during.last)).collect();
        all.sort_unstable();
        let mut days: Vec<(Date, Date)> = Vec::new();
        for (first, last) in all {
            match days.last_mut() {
                Some(before) if before.1 == Date::MAX || first <= before.1.next() => before.1 = before.1.max(last),
                _ => days.push((first, last)),
            }
        }
        Self(days)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn stretches(&self) -> impl Iterator<Item = Interval> + '_ {
        self.0.iter().map(|(first, last)| Interval { first: *first, last: *last })
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self::of(self.stretches().flat_map(|one| other.stretches().filter_map(move |two| one.meet(two))))
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        Self::of(self.stretches().chain(other.stretches()))
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        for one in self.stretches() {
            let mut from = Some(one.first);
            for gap in other.stretches().filter(|gap| gap.meet(one).is_some()) {
                left.extend(from.filter(|first| *first < gap.first).map(|first| Interval { first, last: gap.first.previous() }));
                from = (gap.last < Date::MAX).then(|| gap.last.next());
            }
            left.extend(from.and_then(|first| Interval::new(first, one.last)));
        }
        Self::of(left)
    }

    #[cfg(test)]
    fn contains(&self, on: Date) -> bool {
        self.stretches().any(|during| during.contains(on))
    }

    /// `2026-04-01..2026-05-01, 2026-05-06..`; an end that is open is left out.
    pub(super) fn text(&self) -> String {
        let end = |day: Date, open: Date| if day == open { String::new() } else { day.to_string() };
        self.0.iter().map(|(first, last)| format!("{}..{}", end(*first, Date::MIN), end(*last, Date::MAX))).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some() -> impl Strategy<Value = Days> {
        proptest::collection::vec((0i32..40, 0i32..12), 0..5).prop_map(|list| {
            let day = |number: i32| if number > 45 { Date::MAX } else { Date::parse("2026-04-01").expect("a date").plus_days(number) };
            Days::of(list.into_iter().map(|(first, more)| Interval { first: day(first), last: day(first + more) }))
        })
    }

    proptest! {
        #[test]
        fn sets_of_days_are_sets(a in some(), b in some()) {
            let every = || (0..60).map(|number| Date::parse("2026-03-28").expect("a date").plus_days(number)).chain([Date::MIN, Date::MAX]);
            for on in every() {
                prop_assert_eq!(a.and(&b).contains(on), a.contains(on) && b.contains(on));
                prop_assert_eq!(a.or(&b).contains(on), a.contains(on) || b.contains(on));
                prop_assert_eq!(a.without(&b).contains(on), a.contains(on) && !b.contains(on));
            }
            prop_assert_eq!(a.is_empty(), !every().any(|on| a.contains(on)));
        }
    }
}
