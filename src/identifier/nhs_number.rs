//! NHS numbers: ten digits whose last is a modulus 11 check digit.
//!
//! Source: NHS Data Model and Dictionary, NHS NUMBER; the same algorithm serves CHI (Scotland) and
//! H&C (Northern Ireland) numbers.

use std::fmt;

/// A ten-digit number with a correct check digit that is not a repeated digit or a known placeholder.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NhsNumber([u8; 10]);

/// Who issued numbers of this range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NhsRange {
    /// England, Wales and the Isle of Man.
    EnglandWales,
    /// Scotland: a CHI number, which begins with a date of birth, so a leading zero matters.
    Scotland,
    /// Northern Ireland: an H&C number.
    NorthernIreland,
    /// 999 000 0000 to 999 999 9999: never issued, for tests.
    Test,
    /// A range nobody has been issued.
    NotIssued,
}

/// Why a text is not an NHS number. Carries no digit of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum NhsNumberError {
    /// Nothing there.
    #[error("empty")]
    Empty,
    /// A character that is no digit, space or hyphen.
    #[error("not a number")]
    NotDigits,
    /// Written as a spreadsheet writes large numbers, digits are gone.
    #[error("in scientific notation (a spreadsheet rounded it; the digits are lost)")]
    Scientific,
    /// Nine digits that pass with a zero in front: a spreadsheet dropped it.
    #[error("nine digits that pass with a leading zero (a spreadsheet dropped it?)")]
    LostLeadingZero,
    /// Not ten digits.
    #[error("not ten digits")]
    Length,
    /// The tenth digit is not the check digit of the nine before.
    #[error("fails the modulus 11 check")]
    CheckDigit,
    /// One digit ten times: passes modulus 11, is nobody's number.
    #[error("one digit repeated")]
    Repeated,
    /// A number that sites write for "unknown".
    #[error("a placeholder")]
    Placeholder,
}

impl NhsNumberError {
    /// A short stable word, as used in counts and manifests.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotDigits => "not_digits",
            Self::Scientific => "scientific_notation",
            Self::LostLeadingZero => "lost_leading_zero",
            Self::Length => "length",
            Self::CheckDigit => "check_digit",
            Self::Repeated => "repeated_digit",
            Self::Placeholder => "placeholder",
        }
    }
}

/// Numbers with a correct check digit that sites are known to write for "unknown".
const PLACEHOLDERS: [&[u8; 10]; 3] = [b"0123456789", b"9876543210", b"1234567881"];

/// The check digit of nine digits: 11 minus the weighted sum (weights 10 to 2) modulo 11; none if that is 10.
pub fn check_digit(nine: [u8; 9]) -> Option<u8> {
    let sum: u32 = nine.iter().zip((2..=10u32).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => u8::try_from(digit).ok(),
    }
}

impl NhsNumber {
    /// Reads a number as written: ten digits, possibly with spaces or hyphens between and around.
    pub fn parse(text: &str) -> Result<Self, NhsNumberError> {
        Self::parse_bytes(text.as_bytes())
    }

    /// As [`NhsNumber::parse`], over bytes; does not allocate.
    pub fn parse_bytes(text: &[u8]) -> Result<Self, NhsNumberError> {
        let mut digits = [0u8; 10];
        let mut length = 0usize;
        let mut other = false;
        for &byte in text {
            match byte {
                b'0'..=b'9' => {
                    if length < 10 {
                        digits[length] = byte;
                    }
                    length += 1;
                }
                b' ' | b'-' | b'\t' => {}
                _ => other = true,
            }
        }
        if other {
            return Err(if looks_scientific(text) { NhsNumberError::Scientific } else { NhsNumberError::NotDigits });
        }
        match length {
            0 => Err(NhsNumberError::Empty),
            9 => {
                let mut padded = [b'0'; 10];
                padded[1..].copy_from_slice(&digits[..9]);
                Err(if passes(&padded) { NhsNumberError::LostLeadingZero } else { NhsNumberError::Length })
            }
            10 if !passes(&digits) => Err(NhsNumberError::CheckDigit),
            10 if digits.iter().all(|digit| *digit == digits[0]) => Err(NhsNumberError::Repeated),
            10 if PLACEHOLDERS.contains(&&digits) => Err(NhsNumberError::Placeholder),
            10 => Ok(Self(digits)),
            _ => Err(NhsNumberError::Length),
        }
    }

    /// The ten ASCII digits. They identify a person: never print, log or put them into an error.
    pub fn expose_digits(&self) -> &[u8; 10] {
        &self.0
    }

    /// The first nine digits as a number below 10^9, from which the tenth follows.
    pub fn expose_prefix(&self) -> u32 {
        self.0[..9].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    }

    /// The number with these first nine digits, if there is one.
    pub fn from_prefix(prefix: u32) -> Option<Self> {
        if prefix > 999_999_999 {
            return None;
        }
        let mut rest = prefix;
        let mut nine = [0u8; 9];
        for digit in nine.iter_mut().rev() {
            *digit = u8::try_from(rest % 10).ok()?;
            rest /= 10;
        }
        let check = check_digit(nine)?;
        let mut digits = [b'0'; 10];
        for (to, from) in digits.iter_mut().zip(nine.iter().chain(std::iter::once(&check))) {
            *to = b'0' + from;
        }
        Self::parse_bytes(&digits).ok()
    }

    /// Who issued it.
    pub fn range(&self) -> NhsRange {
        match self.expose_prefix() {
            999_000_000..=999_999_999 => NhsRange::Test,
            400_000_000..=499_999_999 | 600_000_000..=799_999_999 => NhsRange::EnglandWales,
            10_100_000..=311_299_999 => NhsRange::Scotland,
            311_300_000..=319_999_999 => NhsRange::EnglandWales,
            320_000_000..=399_999_999 => NhsRange::NorthernIreland,
            _ => NhsRange::NotIssued,
        }
    }
}

fn passes(digits: &[u8; 10]) -> bool {
    let mut nine = [0u8; 9];
    for (to, from) in nine.iter_mut().zip(digits) {
        *to = from - b'0';
    }
    check_digit(nine) == Some(digits[9] - b'0')
}

fn looks_scientific(text: &[u8]) -> bool {
    let text = std::str::from_utf8(text).unwrap_or("").trim();
    text.contains(['e', 'E']) && text.contains('.') && text.parse::<f64>().is_ok()
}

impl fmt::Debug for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(**********)")
    }
}

impl fmt::Display for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("**********")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_repeated_digit_passes_the_check_and_is_refused_all_the_same() {
        for digit in b'0'..=b'9' {
            let digits = [digit; 10];
            assert!(passes(&digits));
            assert_eq!(NhsNumber::parse_bytes(&digits), Err(NhsNumberError::Repeated));
        }
    }

    #[test]
    fn spreadsheet_damage_is_named() {
        assert_eq!(NhsNumber::parse("9.43E+09"), Err(NhsNumberError::Scientific));
        // 0101000004? computed: the first CHI-like prefix that has a check digit
        let chi = NhsNumber::from_prefix(10_101_000).or_else(|| NhsNumber::from_prefix(10_101_001)).expect("one of two has a check digit");
        let text = std::str::from_utf8(chi.expose_digits()).expect("ascii");
        assert_eq!(NhsNumber::parse(&text[1..]), Err(NhsNumberError::LostLeadingZero));
        assert_eq!(chi.range(), NhsRange::Scotland);
    }

    #[test]
    fn neither_debug_nor_display_show_a_digit() {
        let number = NhsNumber::parse("999 000 0018").expect("valid");
        assert!(!format!("{number:?} {number}").contains(|c: char| c.is_ascii_digit()));
        assert_eq!(number.range(), NhsRange::Test);
    }

    #[test]
    fn one_changed_digit_is_always_noticed() {
        let number = *NhsNumber::parse("9990000018").expect("valid").expose_digits();
        for place in 0..10 {
            for digit in b'0'..=b'9' {
                let mut changed = number;
                changed[place] = digit;
                assert_eq!(NhsNumber::parse_bytes(&changed).is_ok(), changed == number);
            }
        }
    }
}
