//! Postcodes to sectors, `M13 9` of `M13 9PL`.
//!
//! Guarantees that the last two letters do not come out. Leaks the sector: about 3,000 addresses, a few dozen in the country.
//! Pseudo-postcodes (`ZZ99 ...`) and what has not the form of a postcode come out empty, and are counted as not known.

use crate::identifier::Postcode;

/// Writes the sector. False, and nothing written, if there is none.
pub fn write(text: &[u8], out: &mut Vec<u8>) -> bool {
    let sector = Postcode::parse(text).ok().and_then(|postcode| postcode.sector());
    out.extend_from_slice(sector.as_deref().unwrap_or_default());
    sector.is_some()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_sector_comes_out() {
        for (text, expected) in [("M13 9PL", "M13 9"), ("ec1a1bb", "EC1A 1"), ("ZZ99 3VZ", ""), ("nonsense", "")] {
            let mut out = Vec::new();
            assert_eq!(super::write(text.as_bytes(), &mut out), !expected.is_empty());
            assert_eq!(out, expected.as_bytes());
        }
    }
}
