//! What a case permits under every assignment of the facts that meet in it: one bit for each of at most 4,096.

use crate::agreement::condition::Expression;
use crate::decision::plain::{Facts, MAX_ATOMS};

/// The facts that meet in a case, and the assignments they can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Atoms {
    /// One bit a fact, as in [`Facts`].
    pub facts: u64,
}

/// A set of assignments of the facts of one [`Atoms`]: bit `i` is the assignment whose `k`-th fact (the lowest first) is
/// the `k`-th bit of `i`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Truths(Box<[u64]>);

/// Words that alternate with a period below 64 assignments.
const ALTERNATING: [u64; 6] =
    [0xaaaa_aaaa_aaaa_aaaa, 0xcccc_cccc_cccc_cccc, 0xf0f0_f0f0_f0f0_f0f0, 0xff00_ff00_ff00_ff00, 0xffff_0000_ffff_0000, 0xffff_ffff_0000_0000];

impl Atoms {
    /// The facts, if no more of them meet than are enumerated; else how many do.
    pub fn new(facts: u64) -> Result<Self, u32> {
        if facts.count_ones() > MAX_ATOMS { Err(facts.count_ones()) } else { Ok(Self { facts }) }
    }

    fn count(self) -> usize {
        1 << self.facts.count_ones()
    }

    /// Every assignment.
    pub fn every(self) -> Truths {
        let count = self.count();
        let last = if count < 64 { (1u64 << count) - 1 } else { u64::MAX };
        Truths(vec![last; count.div_ceil(64)].into())
    }

    /// No assignment.
    pub fn never(self) -> Truths {
        Truths(vec![0; self.count().div_ceil(64)].into())
    }

    /// The assignments in which a fact is true.
    fn fact(self, bit: u8) -> Truths {
        let place = (self.facts & ((1u64 << bit) - 1)).count_ones() as usize;
        let mut set = self.every();
        for (index, word) in set.0.iter_mut().enumerate() {
            *word &= match ALTERNATING.get(place) {
                Some(pattern) => *pattern,
                None if index >> (place - 6) & 1 == 1 => u64::MAX,
                None => 0,
            };
        }
        set
    }

    /// The assignments in which a condition is true. It names only facts of this set.
    pub fn of(self, condition: &Expression) -> Truths {
        match condition {
            Expression::Always => self.every(),
            Expression::Fact(id) => self.fact(id.0),
            Expression::Not(inner) => self.every().without(&self.of(inner)),
            Expression::And(all) => all.iter().fold(self.every(), |set, one| set.and(&self.of(one))),
            Expression::Or(any) => any.iter().fold(self.never(), |set, one| set.or(&self.of(one))),
        }
    }

    /// The assignments that agree with what is known.
    pub fn known(self, facts: Facts) -> Truths {
        let mut set = self.every();
        for bit in (0..64u8).filter(|bit| self.facts >> bit & 1 == 1) {
            if facts.yes >> bit & 1 == 1 {
                set = set.and(&self.fact(bit));
            } else if facts.no >> bit & 1 == 1 {
                set = set.without(&self.fact(bit));
            }
        }
        set
    }

    /// Whether an assignment, given as the true facts, is in a set.
    pub fn holds(self, set: &Truths, truth: u64) -> bool {
        let (mut index, mut place) = (0usize, 0);
        for bit in (0..64u8).filter(|bit| self.facts >> bit & 1 == 1) {
            index |= usize::from(truth >> bit & 1 == 1) << place;
            place += 1;
        }
        set.0[index / 64] >> (index % 64) & 1 == 1
    }

    /// The assignments, given as the true facts, for which something holds.
    pub fn that(self, holds: impl Fn(u64) -> bool) -> Truths {
        let bits: Vec<u8> = (0..64u8).filter(|bit| self.facts >> bit & 1 == 1).collect();
        let mut set = self.never();
        for index in 0..self.count() {
            let truth = bits.iter().enumerate().fold(0u64, |truth, (place, bit)| truth | ((index >> place & 1) as u64) << bit);
            if holds(truth) {
                set.0[index / 64] |= 1 << (index % 64);
            }
        }
        set
    }

    /// The same set said with only the facts it depends on.
    pub fn reduced(self, set: &Truths) -> (Self, Truths) {
        let (mut atoms, mut set) = (self, set.clone());
        for bit in (0..64u8).filter(|bit| self.facts >> bit & 1 == 1) {
            let place = (atoms.facts & ((1u64 << bit) - 1)).count_ones();
            let fewer = Self { facts: atoms.facts & !(1 << bit) };
            let half = |value: usize| {
                let mut half = fewer.never();
                for index in 0..fewer.count() {
                    let low = index & ((1 << place) - 1);
                    let from = (index - low) << 1 | value << place | low;
                    if set.0[from / 64] >> (from % 64) & 1 == 1 {
                        half.0[index / 64] |= 1 << (index % 64);
                    }
                }
                half
            };
            let (without, with) = (half(0), half(1));
            if without == with {
                (atoms, set) = (fewer, with);
            }
        }
        (atoms, set)
    }

    /// A set said with more facts: those of `wider`, which holds all of these.
    pub fn widened(self, set: &Truths, wider: Self) -> Truths {
        wider.that(|truth| self.holds(set, truth))
    }
}

impl Truths {
    /// What is in both.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, with)| *word &= with);
        self
    }

    /// What is in either.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, with)| *word |= with);
        self
    }

    /// What is in this one and not in the other.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, with)| *word &= !with);
        self
    }

    /// Whether something is in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(word, with)| word & with != 0)
    }

    /// Whether all of it is in the other.
    pub fn within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(word, with)| word & !with == 0)
    }

    /// Whether it holds no assignment.
    pub fn is_never(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::ConditionId;
    use proptest::prelude::*;

    fn condition() -> impl Strategy<Value = Expression> {
        let leaf = prop_oneof![Just(Expression::Always), (0u8..9).prop_map(|bit| Expression::Fact(ConditionId(bit * 7)))];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|one| Expression::Not(Box::new(one))),
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Expression::And),
                proptest::collection::vec(inner, 1..4).prop_map(Expression::Or),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_table_says_what_the_condition_says(condition in condition(), truth: u64, yes: u64, no: u64) {
            let atoms = Atoms::new((0..9).fold(0, |bits, bit| bits | 1 << (bit * 7))).expect("few");
            let set = atoms.of(&condition);
            prop_assert_eq!(atoms.holds(&set, truth), condition.holds(truth));
            let facts = Facts { yes: yes & !no, no: no & !yes };
            let agrees = truth & facts.yes & atoms.facts == facts.yes & atoms.facts && truth & facts.no & atoms.facts == 0;
            prop_assert_eq!(atoms.holds(&atoms.known(facts), truth), agrees);
            let (fewer, reduced) = atoms.reduced(&set);
            prop_assert_eq!(fewer.holds(&reduced, truth), condition.holds(truth));
            for bit in (0..64).filter(|bit| fewer.facts >> bit & 1 == 1) {
                let depends = crate::agreement::condition::submasks(fewer.facts & !(1 << bit)).any(|rest| condition.holds(rest) != condition.holds(rest | 1 << bit));
                prop_assert!(depends, "fact {} is not needed", bit);
            }
            prop_assert_eq!(fewer.widened(&reduced, atoms), set);
        }
    }
}
