//! Pseudonyms: the first bits of a MAC, in letters and digits that survive being read aloud.

use super::mac::MacKey;

/// Crockford's base 32: no I, L, O, U.
pub(super) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes of a pseudonym in its usual form: 20 symbols (100 bits) and a check symbol.
pub const LENGTH: usize = 21;
/// Bytes of a pseudonym as hex (128 bits).
pub const HEX_LENGTH: usize = 32;

/// Makes pseudonyms of one domain under one linkage.
pub struct PseudonymKey(MacKey);

impl PseudonymKey {
    pub(super) fn new(key: MacKey) -> Self {
        Self(key)
    }

    /// The MAC of a canonical message (see [`super::message`]); never of an empty one, which is null.
    pub fn mac(&self, message: &[u8]) -> Mac {
        Mac(self.0.mac(message))
    }

    /// The usual form of the pseudonym of a canonical message.
    pub fn pseudonym(&self, message: &[u8]) -> [u8; LENGTH] {
        let mut symbols = [0u8; LENGTH];
        self.mac(message).write_base32(&mut symbols);
        symbols
    }
}

/// A MAC that has not yet been written in either form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 32]);

impl Mac {
    /// Takes a MAC made elsewhere.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// All 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 128 bits: what distinct inputs are counted by.
    pub fn prefix(&self) -> u128 {
        u128::from_be_bytes(first(&self.0))
    }

    /// The first 100 bits: what the usual form shows. Two inputs that agree here and not in [`Mac::prefix`] collide.
    pub fn shown(&self) -> u128 {
        self.prefix() >> 28
    }

    /// Writes 20 symbols and the check symbol.
    pub fn write_base32(&self, symbols: &mut [u8; LENGTH]) {
        // Two halves of ten symbols: words of 64 bits shift faster than one of 128.
        let bits = self.prefix();
        let halves = [bits >> 78, (bits >> 28) & ((1 << 50) - 1)].map(|half| u64::try_from(half).unwrap_or(0));
        let mut sum = 0u32;
        for (half, ten) in halves.into_iter().zip(symbols.chunks_exact_mut(10)) {
            for (index, symbol) in ten.iter_mut().enumerate() {
                let code = (half >> (45 - 5 * index)) & 31;
                *symbol = ALPHABET[usize::try_from(code).unwrap_or(0) & 31];
                sum += weight(u32::try_from(code).unwrap_or(0), index % 2 == 1);
            }
        }
        symbols[20] = ALPHABET[usize::try_from((32 - sum % 32) % 32).unwrap_or(0)];
    }

    /// Writes the first 128 bits as 32 lower-case hex digits.
    pub fn write_hex(&self, digits: &mut [u8; HEX_LENGTH]) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        for (pair, byte) in digits.chunks_exact_mut(2).zip(&self.0) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
    }
}

/// What a symbol adds to the sum of Luhn mod 32; every second one counting from the right is doubled.
fn weight(code: u32, doubled: bool) -> u32 {
    let addend = if doubled { 2 * code } else { code };
    addend / 32 + addend % 32
}

fn first(bytes: &[u8; 32]) -> [u8; 16] {
    let mut half = [0u8; 16];
    half.copy_from_slice(&bytes[..16]);
    half
}

/// Whether a text has the usual form and its check symbol is right: finds slips of the hand before a look-up.
pub fn is_well_formed(text: &[u8]) -> bool {
    let Ok(symbols) = <&[u8; LENGTH]>::try_from(text) else { return false };
    let mut sum = 0u32;
    for (index, symbol) in symbols.iter().enumerate() {
        let Some(code) = ALPHABET.iter().position(|known| known == symbol) else { return false };
        sum += weight(u32::try_from(code).unwrap_or(0), index % 2 == 1);
    }
    sum.is_multiple_of(32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mac(hex: &str) -> Mac {
        let mut bytes = [0u8; 32];
        bytes.copy_from_slice(&crate::text::unhex(hex).expect("hex"));
        Mac::from_bytes(bytes)
    }

    #[test]
    fn the_forms_are_pinned() {
        let mac = mac("8e29eb663a9601a7aab8856d736f773628b46ce0d33f6c6608478910bbf6864c");
        let mut symbols = [0u8; LENGTH];
        mac.write_base32(&mut symbols);
        assert_eq!(&symbols, b"HRMYPSHTJR0TFANRGNPQX");
        let mut digits = [0u8; HEX_LENGTH];
        mac.write_hex(&mut digits);
        assert_eq!(&digits, b"8e29eb663a9601a7aab8856d736f7736");
    }

    proptest! {
        #[test]
        fn one_wrong_symbol_is_noticed(bytes in any::<[u8; 32]>(), place in 0..LENGTH, other in 0..32usize) {
            let mut symbols = [0u8; LENGTH];
            Mac::from_bytes(bytes).write_base32(&mut symbols);
            prop_assert!(is_well_formed(&symbols));
            let right = symbols[place];
            symbols[place] = ALPHABET[other];
            prop_assert_eq!(is_well_formed(&symbols), right == ALPHABET[other]);
        }

        #[test]
        fn what_is_shown_decides_the_symbols(bytes in any::<[u8; 32]>(), flip in 100..256usize) {
            let mut other = bytes;
            other[flip / 8] ^= 1 << (7 - flip % 8);
            let (a, b) = (Mac::from_bytes(bytes), Mac::from_bytes(other));
            prop_assert_eq!(a.shown(), b.shown());
            let (mut left, mut right) = ([0u8; LENGTH], [0u8; LENGTH]);
            a.write_base32(&mut left);
            b.write_base32(&mut right);
            prop_assert_eq!(left, right);
        }
    }
}
