//! Numbers with an open top or bottom: `90+`, `<18`.
//!
//! Guarantees that numbers beyond the limits are not told apart. Leaks every number between them as it is, so the leak check
//! searches what comes out.

use super::Unfit;
use super::band::digits;
use super::number::Number;

/// Limits, of which one at least is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Below it: `<18`.
    pub bottom: Option<u32>,
    /// From it on: `90+`.
    pub top: Option<u32>,
}

/// Writes a number, or the limit that it is beyond.
pub fn write(text: &[u8], limits: Limits, out: &mut Vec<u8>) -> Result<(), Unfit> {
    let number = Number::parse(text)?;
    if let Some(top) = limits.top.filter(|top| number.reaches(*top)) {
        digits(u64::from(top), out);
        out.push(b'+');
    } else if let Some(bottom) = limits.bottom.filter(|bottom| !number.reaches(*bottom)) {
        out.push(b'<');
        digits(u64::from(bottom), out);
    } else {
        out.extend_from_slice(text.trim_ascii());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_beyond_a_limit_changes() {
        let coded = |text: &str, bottom, top| {
            let mut out = Vec::new();
            write(text.as_bytes(), Limits { bottom, top }, &mut out).map(|()| String::from_utf8(out).expect("ascii"))
        };
        for (text, expected) in [("89.99", "89.99"), ("90", "90+"), ("90.0", "90+"), ("104", "90+"), (" 18 ", "18"), ("17.9", "<18"), ("-3", "<18")] {
            assert_eq!(coded(text, Some(18), Some(90)).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(coded("-3", None, Some(90)).as_deref(), Ok("-3"));
        assert_eq!(coded("104", Some(18), None).as_deref(), Ok("104"));
        assert_eq!(coded("ninety", None, Some(90)), Err(Unfit::Number));
    }
}
