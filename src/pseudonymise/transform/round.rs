//! Numbers rounded to the nearest multiple, halves away from zero.
//!
//! Guarantees that only multiples come out. Leaks the number to within half of the step; a very large one still singles out.

use super::Unfit;
use super::band::digits;
use super::number::Number;

/// Writes the nearest multiple of `step` (from 1). Exact: nothing passes through a floating point number.
pub fn write(text: &[u8], step: u32, out: &mut Vec<u8>) -> Result<(), Unfit> {
    let number = Number::parse(text)?;
    let step = u64::from(step);
    let (times, rest) = (number.whole / step, number.whole % step);
    let half_or_more = number.fraction.first().is_some_and(|first| *first >= b'5');
    // Twice the rest, fraction included, against the step: an odd step has its half within a fraction.
    let up = 2 * rest >= step || 2 * rest + 1 == step && half_or_more;
    let rounded = (times + u64::from(up)) * step;
    if number.negative && rounded > 0 {
        out.push(b'-');
    }
    digits(rounded, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round(text: &str, step: u32) -> Result<String, Unfit> {
        let mut out = Vec::new();
        write(text.as_bytes(), step, &mut out)?;
        Ok(String::from_utf8(out).expect("ascii"))
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (text, step, expected) in [
            ("24.99", 50, "0"),
            ("25", 50, "50"),
            ("-25", 50, "-50"),
            ("-24", 50, "0"),
            ("1.49", 3, "0"),
            ("1.5", 3, "3"),
            ("2.4999", 5, "0"),
            ("2.5", 5, "5"),
            (" 7.5 ", 1, "8"),
            ("7.49", 1, "7"),
            ("999999999999999999", 1000, "1000000000000000000"),
        ] {
            assert_eq!(round(text, step).as_deref(), Ok(expected), "{text} to {step}");
        }
        for bad in ["", "1e3", "1,000", "12.", ".5", "NaN", "0x10"] {
            assert_eq!(round(bad, 5), Err(Unfit::Number), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_other_multiple_is_nearer(hundredths in -10_000_000i64..10_000_000, step in 1u32..5_000) {
            let text = format!("{}{}.{:02}", if hundredths < 0 { "-" } else { "" }, hundredths.abs() / 100, hundredths.abs() % 100);
            let rounded: i64 = round(&text, step).expect("a number").parse().expect("whole");
            prop_assert_eq!(rounded % i64::from(step), 0);
            let off = (rounded * 100 - hundredths).abs();
            prop_assert!(off * 2 <= i64::from(step) * 100, "{} to {}: {}", text, step, rounded);
        }
    }
}
