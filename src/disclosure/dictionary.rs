//! The values of a column, each with a number. Numbers are given as values arrive, so they say nothing; what is shown
//! or summed is put in the order of the values first.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// The code of a cell that says nothing.
pub const MISSING: u32 = 0;

const SHARDS: usize = 32;
/// Bytes that a value takes besides its letters: the table's entry and the allocation.
const COST: usize = 64;
/// Values that one worker remembers by itself.
const REMEMBERED: usize = 1 << 16;

/// More values than the memory allows, or than a number can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more distinct values than fit in the memory allowed")]
pub struct Full;

/// Values of one column, shared by all workers.
pub(super) struct Shared {
    shards: Vec<Mutex<HashMap<Box<[u8]>, u32>>>,
    hasher: RandomState,
    next: AtomicU32,
    bytes: AtomicUsize,
}

impl Shared {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), hasher: RandomState::new(), next: AtomicU32::new(1), bytes: AtomicUsize::new(0) }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn code(&self, value: &[u8]) -> Result<u32, Full> {
        let shard = usize::try_from(self.hasher.hash_one(value) >> 59).unwrap_or(0);
        let Ok(mut shard) = self.shards[shard].lock() else { return Err(Full) };
        if let Some(code) = shard.get(value) {
            return Ok(*code);
        }
        let code = self.next.fetch_add(1, Ordering::AcqRel);
        if code >= u32::MAX - 64 {
            return Err(Full);
        }
        self.bytes.fetch_add(value.len() + COST, Ordering::Relaxed);
        shard.insert(value.into(), code);
        Ok(code)
    }

    /// The values by their codes.
    pub(super) fn finish(self) -> Dictionary {
        let mut values: Vec<Box<[u8]>> = vec![Box::default(); self.next.into_inner() as usize];
        for shard in self.shards {
            for (value, code) in shard.into_inner().unwrap_or_default() {
                values[code as usize] = value;
            }
        }
        Dictionary { values }
    }
}

/// What one worker knows of the values of a column: short ones lie in the table itself, longer ones in a map.
pub(super) struct Local {
    /// Bytes with their number in the highest byte (never 0), and the code.
    short: Vec<(u64, u32)>,
    used: usize,
    long: HashMap<Box<[u8]>, u32>,
    seed: u64,
}

impl Local {
    pub(super) fn new(seed: u64) -> Self {
        Self { short: vec![(0, 0); 256], used: 0, long: HashMap::new(), seed }
    }

    fn place(&self, packed: u64) -> usize {
        let product = u128::from(packed ^ self.seed) * 0x9e37_79b9_7f4a_7c15;
        let mixed = u64::try_from((product >> 40) & u128::from(u64::MAX >> 8)).unwrap_or(0);
        usize::try_from(mixed).unwrap_or(0) & (self.short.len() - 1)
    }

    /// The code of a value that is there.
    #[inline]
    pub(super) fn code(&mut self, value: &[u8], shared: &Shared) -> Result<u32, Full> {
        if value.len() > 7 {
            return self.long_code(value, shared);
        }
        let mut bytes = [0u8; 8];
        bytes[..value.len()].copy_from_slice(value);
        bytes[7] = u8::try_from(value.len()).unwrap_or(0) | 0x80;
        let packed = u64::from_le_bytes(bytes);
        let mut at = self.place(packed);
        loop {
            let (known, code) = self.short[at];
            if known == packed {
                return Ok(code);
            }
            if known == 0 {
                break;
            }
            at = (at + 1) & (self.short.len() - 1);
        }
        let code = shared.code(value)?;
        if self.used < REMEMBERED {
            self.short[at] = (packed, code);
            self.used += 1;
            if self.used * 2 > self.short.len() {
                self.grow();
            }
        }
        Ok(code)
    }

    fn grow(&mut self) {
        let wider = vec![(0, 0); self.short.len() * 4];
        for (packed, code) in std::mem::replace(&mut self.short, wider).into_iter().filter(|(packed, _)| *packed != 0) {
            let mut at = self.place(packed);
            while self.short[at].0 != 0 {
                at = (at + 1) & (self.short.len() - 1);
            }
            self.short[at] = (packed, code);
        }
    }

    fn long_code(&mut self, value: &[u8], shared: &Shared) -> Result<u32, Full> {
        if let Some(code) = self.long.get(value) {
            return Ok(*code);
        }
        let code = shared.code(value)?;
        if self.long.len() < REMEMBERED {
            self.long.insert(value.into(), code);
        }
        Ok(code)
    }
}

/// The values of a column by code; the first is the missing one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    values: Vec<Box<[u8]>>,
}

impl Dictionary {
    /// How many codes there are, the missing one included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.values.len() <= 1
    }

    /// The value of a code, empty for the missing one.
    pub fn value(&self, code: u32) -> &[u8] {
        self.values.get(code as usize).map_or(&[], |value| value)
    }

    /// Codes in the order of their values, the missing one first: as numbers where every value begins as one (`9`,
    /// `10-19`, `<18`, `65+`), else as text.
    pub fn in_order(&self) -> Vec<u32> {
        let mut codes: Vec<u32> = (0..u32::try_from(self.values.len()).unwrap_or(u32::MAX)).collect();
        let numbers: Option<Vec<f64>> = self.values.iter().skip(1).map(|value| number(value)).collect();
        match numbers {
            Some(numbers) => codes[1..].sort_by(|a, b| {
                let of = |code: u32| numbers[code as usize - 1];
                of(*a).total_cmp(&of(*b)).then_with(|| self.value(*a).cmp(self.value(*b)))
            }),
            None => codes[1..].sort_by(|a, b| self.value(*a).cmp(self.value(*b))),
        }
        codes
    }
}

/// The number that a value begins with; `<18` comes before everything from 18.
fn number(value: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let (text, before) = match text.strip_prefix('<') {
        Some(rest) => (rest.trim_start(), 0.5),
        None => (text.trim_start_matches(['>', '=']), 0.0),
    };
    let end =
        text.char_indices().find(|(at, letter)| !(letter.is_ascii_digit() || *letter == '.' || *at == 0 && *letter == '-')).map_or(text.len(), |(at, _)| at);
    let (digits, rest) = text.split_at(end);
    // A band (`10-19`), an open one (`65+`) or a plain number; a date would not be put in order by its year alone.
    let band = rest.is_empty() || rest == "+" || rest.strip_prefix('-').is_some_and(|to| to.bytes().all(|byte| byte.is_ascii_digit()) && !to.is_empty());
    digits.parse::<f64>().ok().filter(|_| band).map(|number| number - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(values: &[&str]) -> (Dictionary, Vec<u32>) {
        let shared = Shared::new();
        let mut local = Local::new(7);
        let codes = values.iter().map(|value| local.code(value.as_bytes(), &shared).expect("fits")).collect();
        (shared.finish(), codes)
    }

    #[test]
    fn equal_values_have_one_code_short_or_long() {
        let many: Vec<String> = (0..5000).map(|n| if n % 2 == 0 { n.to_string() } else { format!("a longer value {n}") }).collect();
        let twice: Vec<&str> = many.iter().chain(&many).map(String::as_str).collect();
        let (dictionary, codes) = dictionary(&twice);
        assert_eq!(codes[..5000], codes[5000..]);
        assert_eq!(dictionary.len(), 5001);
        assert!(twice.iter().zip(&codes).all(|(value, code)| dictionary.value(*code) == value.as_bytes()));
    }

    #[test]
    fn a_value_with_zeros_is_not_a_shorter_one() {
        let (_, codes) = dictionary(&["a", "a\0", "a\0\0"]);
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    }

    #[test]
    fn values_are_ordered_as_people_order_them() {
        let order = |values: &[&str]| -> Vec<String> {
            let (dictionary, _) = dictionary(values);
            dictionary.in_order().into_iter().skip(1).map(|code| String::from_utf8_lossy(dictionary.value(code)).into_owned()).collect()
        };
        assert_eq!(order(&["10-19", "65+", "<5", "5-9"]), ["<5", "5-9", "10-19", "65+"]);
        assert_eq!(order(&["10", "9", "-1"]), ["-1", "9", "10"]);
        assert_eq!(order(&["2026-10", "2026-09", "x"]), ["2026-09", "2026-10", "x"]);
        assert_eq!(order(&["2026-10-01", "2026-09-30"]), ["2026-09-30", "2026-10-01"]);
    }
}
