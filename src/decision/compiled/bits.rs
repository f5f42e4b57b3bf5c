//! Sets of small numbers as words of bits.

/// A set of numbers below a size fixed when it is made. Sets of one axis have one size.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bits(Box<[u64]>);

impl Bits {
    /// No number below `size`.
    pub fn none(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)].into())
    }

    /// Every number below `size`.
    pub fn all(size: usize) -> Self {
        Self::of(size, 0..size)
    }

    /// These numbers, all below `size`.
    pub fn of(size: usize, numbers: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::none(size);
        for number in numbers {
            set.add(number);
        }
        set
    }

    /// Adds a number.
    pub fn add(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    /// Takes a number out.
    pub fn remove(&mut self, number: usize) {
        self.0[number / 64] &= !(1 << (number % 64));
    }

    /// Adds a number that is not in it, takes out one that is.
    pub fn flip(&mut self, number: usize) {
        self.0[number / 64] ^= 1 << (number % 64);
    }

    /// The words of bits.
    pub fn words(&self) -> &[u64] {
        &self.0
    }

    /// Whether a number is in it.
    pub fn has(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The numbers, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }

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

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.0.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    proptest::proptest! {
        #[test]
        fn sets_of_bits_are_sets(left in proptest::collection::btree_set(0usize..150, 0..40), right in proptest::collection::btree_set(0usize..150, 0..40)) {
            let set = |numbers: &BTreeSet<usize>| Bits::of(150, numbers.iter().copied());
            let back = |bits: Bits| bits.iter().collect::<BTreeSet<_>>();
            let (a, b) = (set(&left), set(&right));
            proptest::prop_assert_eq!(back(a.clone().and(&b)), &left & &right);
            proptest::prop_assert_eq!(back(a.clone().or(&b)), &left | &right);
            proptest::prop_assert_eq!(back(a.clone().without(&b)), &left - &right);
            proptest::prop_assert_eq!(a.meets(&b), !left.is_disjoint(&right));
            proptest::prop_assert_eq!(a.within(&b), left.is_subset(&right));
            proptest::prop_assert_eq!((a.len(), a.is_empty(), a.has(7)), (left.len(), left.is_empty(), left.contains(&7)));
        }
    }
}
