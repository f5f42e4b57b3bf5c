//! Postcodes: outward and inward part, and the pseudo-postcodes `ZZ99 ...` that stand for "none" or "abroad".

use std::fmt;

/// A postcode of the right form, kept as capitals without space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode {
    compact: [u8; 7],
    length: u8,
}

/// Why a text is not a postcode. Carries nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostcodeError {
    /// Nothing there.
    #[error("empty")]
    Empty,
    /// Not the form of a postcode.
    #[error("not the form of a postcode")]
    Form,
}

impl Postcode {
    /// Reads a postcode, in any case, with or without the space (NHS files pad to eight characters).
    pub fn parse(text: &[u8]) -> Result<Self, PostcodeError> {
        let mut compact = [0u8; 7];
        let mut length = 0usize;
        for &byte in text {
            if matches!(byte, b' ' | b'\t') {
                continue;
            }
            if length == 7 || !byte.is_ascii_alphanumeric() {
                return Err(PostcodeError::Form);
            }
            compact[length] = byte.to_ascii_uppercase();
            length += 1;
        }
        if length == 0 {
            return Err(PostcodeError::Empty);
        }
        if length < 5 {
            return Err(PostcodeError::Form);
        }
        let (outward, inward) = compact[..length].split_at(length - 3);
        let inward_ok = inward[0].is_ascii_digit() && inward[1..].iter().all(|b| b.is_ascii_uppercase() && !b"CIKMOV".contains(b));
        let mut shape = [0u8; 4];
        shape.iter_mut().zip(outward).for_each(|(class, b)| *class = if b.is_ascii_digit() { b'9' } else { b'A' });
        let outward_ok = matches!(&shape[..outward.len()], b"A9" | b"A99" | b"A9A" | b"AA9" | b"AA99" | b"AA9A") && !b"QVX".contains(&outward[0]);
        let pseudo = outward == b"ZZ99" && inward[0].is_ascii_digit() && inward[1..].iter().all(u8::is_ascii_uppercase);
        if pseudo || outward_ok && inward_ok { Ok(Self { compact, length: u8::try_from(length).unwrap_or(7) }) } else { Err(PostcodeError::Form) }
    }

    /// Capitals without space: the canonical form before any MAC. It comes near to identifying a person.
    pub fn expose_compact(&self) -> &[u8] {
        &self.compact[..usize::from(self.length)]
    }

    /// `M13` of `M13 9PL`; none for a pseudo-postcode, which is nowhere.
    pub fn outward(&self) -> Option<&[u8]> {
        (!self.is_pseudo()).then(|| &self.compact[..usize::from(self.length) - 3])
    }

    /// `M13 9` of `M13 9PL`; none for a pseudo-postcode.
    pub fn sector(&self) -> Option<Vec<u8>> {
        let outward = self.outward()?;
        let mut sector = outward.to_vec();
        sector.push(b' ');
        sector.push(self.compact[outward.len()]);
        Some(sector)
    }

    /// `ZZ99 ...`: no fixed abode, not known, or a country abroad.
    pub fn is_pseudo(&self) -> bool {
        self.compact.starts_with(b"ZZ99")
    }
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postcode(***)")
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outward_part_is_found_with_and_without_space() {
        for (text, outward) in [
            ("M1 1AE", "M1"),
            ("m11ae", "M1"),
            ("M   1AE", ""),
            ("CR2 6XH", "CR2"),
            ("DN55 1PT", "DN55"),
            ("W1A 1HQ", "W1A"),
            ("EC1A1BB", "EC1A"),
            ("B33  8TH", "B33"),
        ] {
            let parsed = Postcode::parse(text.as_bytes());
            if outward.is_empty() {
                assert_eq!(parsed, Err(PostcodeError::Form), "{text}");
            } else {
                assert_eq!(parsed.expect(text).outward().map(|o| String::from_utf8_lossy(o).into_owned()).as_deref(), Some(outward));
            }
        }
    }

    #[test]
    fn a_pseudo_postcode_is_recognised_and_has_no_outward_part() {
        let none = Postcode::parse(b"ZZ99 3VZ").expect("recognised");
        assert!(none.is_pseudo());
        assert_eq!(none.outward(), None);
        assert_eq!(none.sector(), None);
    }
}
