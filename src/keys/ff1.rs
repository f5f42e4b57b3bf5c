//! Format-preserving pseudonyms: FF1 (NIST SP 800-38G) of the first nine digits of an NHS number.
//!
//! What comes out is the letter F and nine digits: it fits where a number of ten characters was, keeps its leading
//! zeros, and can never pass for an NHS number. There is no check digit in it and no authentication: a slip of the hand
//! opens as another person. [`super::reversible`] notices; this serves only systems that take nothing longer.

use aes::Aes256;
use fpe::ff1::{FF1, NumeralString, Operations};

use crate::identifier::NhsNumber;

/// Bytes of a format-preserving pseudonym.
pub const LENGTH: usize = 10;
/// What each begins with.
pub const LETTER: u8 = b'F';
/// Digits that are enciphered; the tenth follows from them.
const DIGITS: u32 = 9;
/// SP 800-38G asks for a million possible inputs at least; longer than this, our arithmetic of 64 bits does not reach.
const COUNTS: std::ops::RangeInclusive<u32> = 6..=18;

/// Makes and opens format-preserving pseudonyms of one domain under one linkage. Both are in the key, so the tweak is
/// empty.
pub struct Ff1Key {
    cipher: FF1<Aes256>,
}

impl Ff1Key {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self { cipher: cipher(key) }
    }

    /// The pseudonym of a number.
    pub fn pseudonym(&self, number: &NhsNumber) -> Option<[u8; LENGTH]> {
        let prefix = Decimal { value: u64::from(number.expose_prefix()), count: DIGITS };
        let mut value = self.cipher.encrypt(&[], &prefix).ok()?.value;
        let mut text = [LETTER; LENGTH];
        for digit in text[1..].iter_mut().rev() {
            *digit = b'0' + u8::try_from(value % 10).unwrap_or(0);
            value /= 10;
        }
        Some(text)
    }

    /// The number of a pseudonym; none if it has not the form, or what opens is no NHS number (one in eleven of all texts
    /// of this form, so this finds few slips).
    pub fn open(&self, pseudonym: &str) -> Option<NhsNumber> {
        let digits = pseudonym.trim().as_bytes().strip_prefix(&[LETTER])?;
        if digits.len() != LENGTH - 1 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let value = digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
        let prefix = self.cipher.decrypt(&[], &Decimal { value, count: DIGITS }).ok()?.value;
        NhsNumber::from_prefix(u32::try_from(prefix).ok()?)
    }
}

fn cipher(key: &[u8; 32]) -> FF1<Aes256> {
    match FF1::new(key, 10) {
        Ok(cipher) => cipher,
        Err(_) => unreachable!("every radix from 2 to 2^16 is taken"),
    }
}

/// FF1 with AES-256 over decimal digits, 6 to 18 of them; none for anything else. For vectors; pseudonyms come from [`Ff1Key`].
pub fn encrypt(key: &[u8; 32], tweak: &[u8], digits: &str) -> Option<String> {
    let plain = Decimal::parse(digits)?;
    Some(cipher(key).encrypt(tweak, &plain).ok()?.text())
}

/// The inverse of [`encrypt`].
pub fn decrypt(key: &[u8; 32], tweak: &[u8], digits: &str) -> Option<String> {
    let sealed = Decimal::parse(digits)?;
    Some(cipher(key).decrypt(tweak, &sealed).ok()?.text())
}

/// A string of decimal digits as a number and their count: FF1 without numbers of many words, which would take most of
/// the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Decimal {
    value: u64,
    count: u32,
}

impl Decimal {
    fn parse(digits: &str) -> Option<Self> {
        let count = u32::try_from(digits.len()).ok().filter(|count| COUNTS.contains(count))?;
        digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok().map(|value| Self { value, count }))?
    }

    fn text(self) -> String {
        format!("{:0width$}", self.value, width = self.count as usize)
    }
}

impl NumeralString for Decimal {
    type Ops = Self;

    fn is_valid(&self, radix: u32) -> bool {
        radix == 10 && COUNTS.contains(&self.count) && self.value < 10u64.pow(self.count)
    }

    fn numeral_count(&self) -> usize {
        self.count as usize
    }

    fn split(&self) -> (Self, Self) {
        let left = self.count / 2;
        let right = self.count - left;
        let place = 10u64.pow(right);
        (Self { value: self.value / place, count: left }, Self { value: self.value % place, count: right })
    }

    fn concat(a: Self, b: Self) -> Self {
        Self { value: a.value * 10u64.pow(b.count) + b.value, count: a.count + b.count }
    }
}

impl Operations for Decimal {
    type Bytes = Tail;

    fn numeral_count(&self) -> usize {
        self.count as usize
    }

    fn to_be_bytes(&self, _radix: u32, b: usize) -> Tail {
        Tail { bytes: self.value.to_be_bytes(), length: b }
    }

    fn add_mod_exp(self, other: impl Iterator<Item = u8>, _radix: u32, m: usize) -> Self {
        let (count, modulus) = modulus(m);
        // Both are below 10^9, so nothing overflows.
        Self { value: (self.value % modulus + reduced(other, modulus)) % modulus, count }
    }

    fn sub_mod_exp(self, other: impl Iterator<Item = u8>, _radix: u32, m: usize) -> Self {
        let (count, modulus) = modulus(m);
        Self { value: (self.value % modulus + modulus - reduced(other, modulus)) % modulus, count }
    }
}

fn modulus(m: usize) -> (u32, u64) {
    let count = u32::try_from(m).unwrap_or(0);
    (count, 10u64.pow(count))
}

/// A number of any length, big end first, modulo at most 10^9.
fn reduced(bytes: impl Iterator<Item = u8>, modulus: u64) -> u64 {
    bytes.fold(0, |rest, byte| (rest << 8 | u64::from(byte)) % modulus)
}

/// The last bytes of a number.
struct Tail {
    bytes: [u8; 8],
    length: usize,
}

impl AsRef<[u8]> for Tail {
    fn as_ref(&self) -> &[u8] {
        // Half of 18 digits takes four bytes.
        &self.bytes[8 - self.length.min(8)..]
    }
}

#[cfg(test)]
mod tests {
    use fpe::ff1::FlexibleNumeralString;
    use proptest::prelude::*;

    use super::*;
    use crate::text::unhex;

    const KEY: &str = "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94";

    fn key() -> [u8; 32] {
        unhex(KEY).expect("hex").try_into().expect("32 bytes")
    }

    /// NIST, FF1samples.pdf, samples 7 and 8: AES-256, ten digits.
    #[test]
    fn the_samples_of_nist_come_out() {
        for (tweak, plain, sealed) in [("", "0123456789", "6657667009"), ("39383736353433323130", "0123456789", "1001623463")] {
            let tweak = unhex(tweak).expect("hex");
            assert_eq!(encrypt(&key(), &tweak, plain).as_deref(), Some(sealed));
            assert_eq!(decrypt(&key(), &tweak, sealed).as_deref(), Some(plain));
        }
    }

    /// NIST, FF1samples.pdf, sample 9: the crate with letters, which our own arithmetic does not do.
    #[test]
    fn the_crate_does_the_sample_with_36_letters() {
        let numerals: Vec<u16> = (0..19).collect();
        let sealed =
            FF1::<Aes256>::new(&key(), 36).expect("a radix").encrypt(&unhex("3737373770717273373737").expect("hex"), &FlexibleNumeralString::from(numerals));
        let letters: String = Vec::<u16>::from(sealed.expect("fits")).into_iter().filter_map(|numeral| char::from_digit(u32::from(numeral), 36)).collect();
        assert_eq!(letters, "xs8a0azh2avyalyzuwd");
    }

    #[test]
    fn what_is_too_short_too_long_or_no_digit_is_refused() {
        for digits in ["", "12345", "1234567890123456789", "12345a", "+123456", "１２３４５６"] {
            assert_eq!(encrypt(&key(), b"", digits), None, "{digits}");
        }
    }

    proptest! {
        #[test]
        fn arithmetic_of_64_bits_agrees_with_that_of_many_words(digits in "[0-9]{6,18}", tweak in prop::collection::vec(any::<u8>(), 0..30)) {
            let numerals: Vec<u16> = digits.bytes().map(|digit| u16::from(digit - b'0')).collect();
            let oracle = FF1::<Aes256>::new(&key(), 10).expect("a radix").encrypt(&tweak, &FlexibleNumeralString::from(numerals)).expect("fits");
            let oracle: String = Vec::<u16>::from(oracle).into_iter().map(|numeral| char::from(b'0' + u8::try_from(numeral).expect("a digit"))).collect();
            prop_assert_eq!(encrypt(&key(), &tweak, &digits), Some(oracle.clone()));
            prop_assert_eq!(decrypt(&key(), &tweak, &oracle), Some(digits));
        }

        #[test]
        fn a_number_comes_back_and_never_looks_like_one(prefix in 999_000_000u32..=999_999_999) {
            let Some(number) = NhsNumber::from_prefix(prefix) else { return Ok(()) };
            let key = Ff1Key::new(&key());
            let pseudonym = String::from_utf8(key.pseudonym(&number).expect("nine digits").to_vec()).expect("digits");
            prop_assert!(pseudonym.starts_with('F') && pseudonym.len() == 10);
            prop_assert!(NhsNumber::parse(&pseudonym).is_err());
            prop_assert_eq!(key.open(&pseudonym).map(|opened| *opened.expose_digits()), Some(*number.expose_digits()));
        }
    }
}
