//! Finding NHS numbers by their pseudonyms with the key: every number that was issued is tried, which is why a pseudonym of
//! one protects against everybody but the key holder.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use super::message;
use super::pseudonym::{ALPHABET, HEX_LENGTH, LENGTH, Mac, PseudonymKey, is_well_formed};
use crate::identifier::{NhsNumber, NhsRange};

/// Prefixes that one worker takes at a time.
const STRIDE: u32 = 1 << 16;

/// What is looked for: the bits that a pseudonym shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    bits: u128,
    hex: bool,
}

impl Wanted {
    /// The bits of a pseudonym in its usual form or as hex; none if it has neither, or its check symbol is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() == LENGTH && is_well_formed(bytes) {
            let bits = bytes[..LENGTH - 1].iter().try_fold(0u128, |bits, symbol| {
                let code = ALPHABET.iter().position(|known| known == symbol)?;
                Some(bits << 5 | code as u128)
            })?;
            return Some(Self { bits, hex: false });
        }
        if bytes.len() == HEX_LENGTH && bytes.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte)) {
            return Some(Self { bits: u128::from_str_radix(text, 16).ok()?, hex: true });
        }
        None
    }

    fn of(mac: &Mac, hex: bool) -> Self {
        Self { bits: if hex { mac.prefix() } else { mac.shown() }, hex }
    }
}

/// The numbers of these pseudonyms, in their order; none for one that no issued number has under this key. Ends early once all
/// are found, or when interrupted. Numbers of the test range are tried first.
pub fn numbers(key: &PseudonymKey, wanted: &[Wanted], threads: usize, interrupted: &AtomicBool) -> Vec<Option<NhsNumber>> {
    let mut order: Vec<(Wanted, usize)> = wanted.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let forms: Vec<bool> = [false, true].into_iter().filter(|hex| wanted.iter().any(|one| one.hex == *hex)).collect();
    let (next, left) = (AtomicU32::new(0), AtomicUsize::new(wanted.len()));
    let found = Mutex::new(vec![None; wanted.len()]);
    let work = || {
        loop {
            let stride = next.fetch_add(1, Ordering::Relaxed);
            // The test range lies at the upper end, so from there downwards.
            let Some(last) = 1_000_000_000u32.checked_sub(stride.saturating_mul(STRIDE)).filter(|last| *last > 0) else { return };
            for prefix in (last.saturating_sub(STRIDE)..last).rev() {
                let Some(number) = NhsNumber::from_prefix(prefix).filter(|number| number.range() != NhsRange::NotIssued) else { continue };
                let mac = key.mac(message::nhs_number(&number));
                for hex in &forms {
                    let one = Wanted::of(&mac, *hex);
                    let start = order.partition_point(|(known, _)| *known < one);
                    for (_, place) in order[start..].iter().take_while(|(known, _)| *known == one) {
                        if let Ok(mut found) = found.lock() {
                            found[*place] = Some(number);
                        }
                        left.fetch_sub(1, Ordering::Relaxed);
                    }
                }
            }
            if left.load(Ordering::Relaxed) == 0 || interrupted.load(Ordering::Relaxed) {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.max(1) {
            scope.spawn(work);
        }
        work();
    });
    found.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{MacKey, Scope};

    #[test]
    fn what_a_pseudonym_shows_is_what_is_looked_for() {
        let mac = Mac::from_bytes(MacKey::new(b"k").mac(b"9990000018"));
        let mut symbols = [0u8; LENGTH];
        mac.write_base32(&mut symbols);
        let mut digits = [0u8; HEX_LENGTH];
        mac.write_hex(&mut digits);
        for (text, hex) in [(&symbols[..], false), (&digits[..], true)] {
            assert_eq!(Wanted::parse(std::str::from_utf8(text).expect("ascii")), Some(Wanted::of(&mac, hex)));
        }
        symbols[3] = if symbols[3] == b'A' { b'B' } else { b'A' };
        assert_eq!(Wanted::parse(std::str::from_utf8(&symbols).expect("ascii")), None, "its check symbol is wrong");
        assert_eq!(Wanted::parse("9990000018"), None);
    }

    #[test]
    fn numbers_are_found_in_the_order_they_were_asked_and_twice_if_asked_twice() {
        let root = crate::keys::Root::generate().expect("random");
        let key = root.pseudonym_key(&Scope::new("x", "nhs_number", 1).expect("valid"));
        let number = |prefix: u32| (prefix..).find_map(NhsNumber::from_prefix).expect("of two that follow one has a check digit");
        let (a, b) = (number(999_999_001), number(999_990_002));
        let of = |number: &NhsNumber| {
            let symbols = key.pseudonym(message::nhs_number(number));
            Wanted::parse(std::str::from_utf8(&symbols).expect("ascii")).expect("a pseudonym")
        };
        let found = numbers(&key, &[of(&b), of(&a), of(&b)], 2, &AtomicBool::new(false));
        assert!(found == [Some(b), Some(a), Some(b)]);
    }
}
