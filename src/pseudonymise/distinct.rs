//! How many distinct identifiers went in, and how many distinct pseudonyms came out, counted by prefixes of MACs.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::keys::pseudonym::Mac;

const SHARDS: usize = 64;
/// Bytes that one prefix takes in a set, its spare room included.
const COST: usize = 40;

/// Takes the bits of a MAC as they are: they are uniform already, and nobody without the key can choose them.
#[derive(Default)]
struct Bits(u64);

impl Hasher for Bits {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u128(&mut self, bits: u128) {
        self.0 = u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
    }
}

type Set = HashSet<u128, BuildHasherDefault<Bits>>;

/// More distinct identifiers than the memory allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more distinct identifiers than fit in the memory allowed")]
pub struct Full;

/// Distinct identifiers of one column.
pub struct Distinct {
    shards: Vec<Mutex<Set>>,
    held: AtomicUsize,
    limit: usize,
}

/// What was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Distinct identifiers.
    pub inputs: u64,
    /// Distinct pseudonyms as released.
    pub outputs: u64,
}

impl Distinct {
    /// Holds as many as fit in this many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), held: AtomicUsize::new(0), limit: bytes / COST }
    }

    /// Adds the prefixes of a chunk, and empties the list.
    pub fn add(&self, prefixes: &mut Vec<u128>) -> Result<(), Full> {
        // Sorted, each shard is locked once, and what one person's rows repeat falls out.
        prefixes.sort_unstable();
        prefixes.dedup();
        for run in prefixes.chunk_by(|a, b| a >> 122 == b >> 122) {
            let shard = usize::try_from(run[0] >> 122).unwrap_or(0);
            let Ok(mut set) = self.shards[shard].lock() else { return Err(Full) };
            let before = set.len();
            set.extend(run.iter().copied());
            let added = set.len() - before;
            if self.held.fetch_add(added, Ordering::Relaxed) + added > self.limit {
                return Err(Full);
            }
        }
        prefixes.clear();
        Ok(())
    }

    /// Counts what is held, as hex (128 bits) or in the usual form (100 bits).
    pub fn count(&self, hex: bool) -> Counted {
        let (mut inputs, mut outputs) = (0u64, 0u64);
        for shard in &self.shards {
            let Ok(set) = shard.lock() else { continue };
            let mut shown: Vec<u128> = set.iter().map(|prefix| if hex { *prefix } else { shown(*prefix) }).collect();
            inputs += shown.len() as u64;
            shown.sort_unstable();
            shown.dedup();
            outputs += shown.len() as u64;
        }
        Counted { inputs, outputs }
    }
}

fn shown(prefix: u128) -> u128 {
    let mut bytes = [0u8; 32];
    bytes[..16].copy_from_slice(&prefix.to_be_bytes());
    Mac::from_bytes(bytes).shown()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_agree_in_what_is_shown_are_noticed() {
        let distinct = Distinct::new(1 << 20);
        let base = 0x1234_5678_9abc_def0_1234_5678_9abc_def0_u128;
        distinct.add(&mut vec![base, base, base ^ 1, base ^ (1 << 127)]).expect("fits");
        assert_eq!(distinct.count(false), Counted { inputs: 3, outputs: 2 });
        assert_eq!(distinct.count(true), Counted { inputs: 3, outputs: 3 });
    }

    #[test]
    fn memory_is_bounded() {
        let distinct = Distinct::new(10 * COST);
        assert_eq!(distinct.add(&mut (0..10).map(|n| n << 120).collect()), Ok(()));
        assert_eq!(distinct.add(&mut vec![77]), Err(Full));
    }
}
