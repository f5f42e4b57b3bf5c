//! Seeded random numbers, addressable by name and index, so that a row does not depend on the rows before it.

/// A stream of numbers: `SplitMix64` (Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// All streams of a seed and a name.
#[derive(Clone, Copy, Debug)]
pub struct Streams(u64);

impl Streams {
    /// Those of a seed and a name.
    pub fn new(seed: u64, name: &str) -> Self {
        Self(name.bytes().fold(mix(seed.wrapping_add(GAMMA)), |state, byte| mix(state ^ u64::from(byte))))
    }

    /// The stream of an index.
    pub fn at(self, index: u64) -> Random {
        Random(mix(self.0 ^ index.wrapping_mul(GAMMA)))
    }
}

impl Random {
    /// The stream of a seed, a name and an index.
    pub fn new(seed: u64, name: &str, index: u64) -> Self {
        Streams::new(seed, name).at(index)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number below `limit` (0 if the limit is 0).
    pub fn below(&mut self, limit: u64) -> u64 {
        // The high half of a product: bias is below limit / 2^64.
        u64::try_from((u128::from(self.bits()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    /// An index below `limit`.
    pub fn index(&mut self, limit: usize) -> usize {
        usize::try_from(self.below(limit as u64)).unwrap_or(0)
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: i32, last: i32) -> i32 {
        let width = u64::from(last.abs_diff(first)) + 1;
        first + i32::try_from(self.below(width)).unwrap_or(0)
    }

    /// True with a chance of `parts` in `whole`.
    pub fn chance(&mut self, parts: u64, whole: u64) -> bool {
        self.below(whole) < parts
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.index(list.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_is_pinned_and_names_do_not_share_streams() {
        assert_eq!(Random::new(1, "a", 0).bits(), Random::new(1, "a", 0).bits());
        assert_ne!(Random::new(1, "a", 0).bits(), Random::new(1, "b", 0).bits());
        assert_ne!(Random::new(1, "a", 0).bits(), Random::new(2, "a", 0).bits());
        let mut random = Random::new(7, "dice", 0);
        let mut seen = [0u32; 6];
        for _ in 0..6000 {
            seen[random.index(6)] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
    }
}
