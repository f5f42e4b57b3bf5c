//! Postcodes to districts.

use crate::identifier::Postcode;

/// What stands for a pseudo-postcode (`ZZ99 ...`) and for what has not the form of a postcode.
pub const NOT_KNOWN: &[u8] = b"not known";

/// Writes the outward part. False if nothing is known.
pub fn write(text: &[u8], out: &mut Vec<u8>) -> bool {
    let postcode = Postcode::parse(text);
    let outward = postcode.as_ref().ok().and_then(Postcode::outward);
    out.extend_from_slice(outward.unwrap_or(NOT_KNOWN));
    outward.is_some()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_district_comes_out() {
        for (text, expected) in [("M13 9PL", "M13"), ("m139pl", "M13"), ("ZZ99 3VZ", "not known"), ("nonsense", "not known")] {
            let mut out = Vec::new();
            super::write(text.as_bytes(), &mut out);
            assert_eq!(out, expected.as_bytes());
        }
    }
}
