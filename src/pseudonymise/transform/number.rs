//! Numbers as cells write them: a sign, digits, a fraction. No exponent and no thousands separator: what they mean is a guess.

use super::Unfit;

/// A number, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<'c> {
    /// Below zero.
    pub negative: bool,
    /// The whole part, without sign.
    pub whole: u64,
    /// The digits after the point.
    pub fraction: &'c [u8],
}

impl<'c> Number<'c> {
    /// Reads a number of up to 18 digits before the point; spaces around it are forgiven.
    pub fn parse(text: &'c [u8]) -> Result<Self, Unfit> {
        let text = text.trim_ascii();
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let (whole, fraction) = match memchr::memchr(b'.', text) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        let all_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        if !all_digits(whole) || whole.len() > 18 || fraction.is_some_and(|part| !all_digits(part)) {
            return Err(Unfit::Number);
        }
        let fraction = fraction.unwrap_or_default();
        let whole = whole.iter().fold(0u64, |sum, byte| sum * 10 + u64::from(byte - b'0'));
        let zero = whole == 0 && fraction.iter().all(|byte| *byte == b'0');
        Ok(Self { negative: negative && !zero, whole, fraction })
    }

    /// Whether it is at least so much.
    pub fn reaches(self, limit: u32) -> bool {
        !self.negative && self.whole >= u64::from(limit)
    }
}
