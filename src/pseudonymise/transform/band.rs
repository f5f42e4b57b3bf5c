//! Numbers in bands.

use super::Unfit;
use crate::pseudonymise::release::Bands;

/// Appends a number.
pub(super) fn digits(number: u64, out: &mut Vec<u8>) {
    let mut reversed = [0u8; 20];
    let mut rest = number;
    let mut length = 0;
    loop {
        reversed[length] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        length += 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(reversed[..length].iter().rev());
}

/// Appends `10-19`, or `10` where both ends are one.
pub(super) fn range(low: u64, high: u64, out: &mut Vec<u8>) {
    digits(low, out);
    if high > low {
        out.push(b'-');
        digits(high, out);
    }
}

/// The whole part of a number, rounded down; negative numbers are -1, which is below every band.
fn floor(text: &[u8]) -> Result<i64, Unfit> {
    let text = text.trim_ascii();
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let mut parts = text.split(|byte| *byte == b'.');
    let (Some(whole), fraction, None) = (parts.next(), parts.next(), parts.next()) else { return Err(Unfit::Number) };
    let all_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    if !all_digits(whole) || whole.len() > 18 || fraction.is_some_and(|part| !all_digits(part)) {
        return Err(Unfit::Number);
    }
    let number = whole.iter().fold(0i64, |sum, byte| sum * 10 + i64::from(byte - b'0'));
    let zero = number == 0 && fraction.is_none_or(|part| part.iter().all(|byte| *byte == b'0'));
    Ok(if negative && !zero { -1 } else { number })
}

/// Whether a cell is a number that can be banded.
pub fn check(text: &[u8]) -> Result<(), Unfit> {
    floor(text).map(|_| ())
}

/// Writes the band of a number: `10-19`, `<18`, `65+`.
pub fn write(text: &[u8], bands: &Bands, out: &mut Vec<u8>) -> Result<(), Unfit> {
    let number = floor(text)?;
    match bands {
        Bands::Width(width) => match u64::try_from(number) {
            Ok(number) => {
                let low = number / u64::from(*width) * u64::from(*width);
                range(low, low + u64::from(*width) - 1, out);
            }
            Err(_) => out.extend_from_slice(b"<0"),
        },
        Bands::Edges(edges) => {
            let above = edges.partition_point(|edge| i64::from(*edge) <= number);
            match (above.checked_sub(1).and_then(|at| edges.get(at)), edges.get(above)) {
                (None, Some(first)) => {
                    out.push(b'<');
                    digits(u64::from(*first), out);
                }
                (Some(low), Some(next)) => range(u64::from(*low), u64::from(*next) - 1, out),
                (Some(last), None) => {
                    digits(u64::from(*last), out);
                    out.push(b'+');
                }
                (None, None) => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(text: &str, bands: &Bands) -> Result<String, Unfit> {
        let mut out = Vec::new();
        write(text.as_bytes(), bands, &mut out)?;
        Ok(String::from_utf8(out).expect("ascii"))
    }

    #[test]
    fn numbers_fall_into_their_bands() {
        let tens = Bands::Width(10);
        for (text, expected) in [("0", "0-9"), ("9.99", "0-9"), ("10", "10-19"), (" 46 ", "40-49"), ("-0.5", "<0"), ("-0", "0-9")] {
            assert_eq!(band(text, &tens).as_deref(), Ok(expected), "{text}");
        }
        let edges = Bands::Edges(vec![18, 65]);
        for (text, expected) in [("17", "<18"), ("18", "18-64"), ("64.9", "18-64"), ("65", "65+"), ("-3", "<18")] {
            assert_eq!(band(text, &edges).as_deref(), Ok(expected), "{text}");
        }
        for bad in ["", "a", "1e5", "1,000", ".5", "5.", "1.2.3", "9999999999999999999"] {
            assert_eq!(band(bad, &tens), Err(Unfit::Number), "{bad}");
        }
    }
}
