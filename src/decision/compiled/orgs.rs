//! Sets of organisations: a list where they are few, bits where they are many.

use super::bits::Bits;

/// A set of organisations by their places in the register. Equal sets of one register have one form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrgSet {
    /// Their numbers, the lowest first.
    Few(Box<[u32]>),
    /// One bit each.
    Many(Bits),
}

impl OrgSet {
    /// None.
    pub fn none() -> Self {
        Self::Few(Box::default())
    }

    /// Those with these numbers, the lowest first and each once, all below `size`.
    pub fn of(size: usize, numbers: Vec<u32>) -> Self {
        if numbers.len() * 32 <= size { Self::Few(numbers.into()) } else { Self::Many(Bits::of(size, numbers.iter().map(|number| *number as usize))) }
    }

    fn settled(size: usize, bits: Bits) -> Self {
        if bits.len() * 32 <= size { Self::Few(bits.iter().map(number).collect()) } else { Self::Many(bits) }
    }

    /// Whether an organisation is in it.
    pub fn has(&self, org: usize) -> bool {
        match self {
            Self::Few(list) => list.binary_search(&number(org)).is_ok(),
            Self::Many(bits) => bits.has(org),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Few(list) => list.is_empty(),
            Self::Many(bits) => bits.is_empty(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Few(list) => list.len(),
            Self::Many(bits) => bits.len(),
        }
    }

    /// Their numbers, the lowest first.
    pub fn iter(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            Self::Few(list) => Box::new(list.iter().map(|org| *org as usize)),
            Self::Many(bits) => Box::new(bits.iter()),
        }
    }

    /// What is in both. `size` is that of the register.
    #[must_use]
    pub fn and(&self, other: &Self, size: usize) -> Self {
        match (self, other) {
            (Self::Many(one), Self::Many(two)) => Self::settled(size, one.clone().and(two)),
            (Self::Few(list), set) | (set, Self::Few(list)) => Self::Few(list.iter().copied().filter(|org| set.has(*org as usize)).collect()),
        }
    }

    /// What is in either.
    #[must_use]
    pub fn or(&self, other: &Self, size: usize) -> Self {
        match (self, other) {
            (Self::Many(one), Self::Many(two)) => Self::Many(one.clone().or(two)),
            (Self::Many(bits), Self::Few(list)) | (Self::Few(list), Self::Many(bits)) => {
                let mut bits = bits.clone();
                list.iter().for_each(|org| bits.add(*org as usize));
                Self::Many(bits)
            }
            (Self::Few(one), Self::Few(two)) => {
                let mut all: Vec<u32> = one.iter().chain(two).copied().collect();
                all.sort_unstable();
                all.dedup();
                Self::of(size, all)
            }
        }
    }

    /// What is in this one and not in the other.
    #[must_use]
    pub fn without(&self, other: &Self, size: usize) -> Self {
        match (self, other) {
            (Self::Few(list), _) => Self::Few(list.iter().copied().filter(|org| !other.has(*org as usize)).collect()),
            (Self::Many(one), Self::Many(two)) => Self::settled(size, one.clone().without(two)),
            (Self::Many(one), Self::Few(list)) => {
                let mut bits = one.clone();
                list.iter().for_each(|org| bits.remove(*org as usize));
                Self::settled(size, bits)
            }
        }
    }

    /// Whether something is in both.
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Many(one), Self::Many(two)) => one.meets(two),
            (Self::Few(list), set) | (set, Self::Few(list)) => list.iter().any(|org| set.has(*org as usize)),
        }
    }

    /// Whether all of it is in the other.
    pub fn within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Many(one), Self::Many(two)) => one.within(two),
            _ => self.iter().all(|org| other.has(org)),
        }
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Few(list) => list.len() * 4,
            Self::Many(bits) => bits.bytes(),
        }
    }
}

fn number(org: usize) -> u32 {
    u32::try_from(org).unwrap_or(u32::MAX)
}

impl<'s> IntoIterator for &'s OrgSet {
    type Item = usize;
    type IntoIter = Box<dyn Iterator<Item = usize> + 's>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    proptest::proptest! {
        // 300 organisations: up to nine are few, so that both forms meet.
        #[test]
        fn sets_of_either_form_are_sets(left in proptest::collection::btree_set(0u32..300, 0..24), right in proptest::collection::btree_set(0u32..300, 0..24)) {
            let set = |numbers: &BTreeSet<u32>| OrgSet::of(300, numbers.iter().copied().collect());
            let (a, b) = (set(&left), set(&right));
            proptest::prop_assert_eq!(a.and(&b, 300), set(&(&left & &right)));
            proptest::prop_assert_eq!(a.or(&b, 300), set(&(&left | &right)));
            proptest::prop_assert_eq!(a.without(&b, 300), set(&(&left - &right)));
            proptest::prop_assert_eq!(a.meets(&b), !left.is_disjoint(&right));
            proptest::prop_assert_eq!(a.within(&b), left.is_subset(&right));
            proptest::prop_assert_eq!((a.len(), a.is_empty(), a.has(7)), (left.len(), left.is_empty(), left.contains(&7)));
        }
    }
}
