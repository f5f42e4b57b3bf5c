//! Canonical messages: one spelling of an identifier before any MAC, so that equal people get equal pseudonyms.
//!
//! What is empty is null and has no message: null never becomes a pseudonym.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use crate::identifier::{Date, NhsNumber, Postcode};

/// Ten digits.
pub fn nhs_number(number: &NhsNumber) -> &[u8] {
    number.expose_digits()
}

/// Capitals without space.
pub fn postcode(postcode: &Postcode) -> &[u8] {
    postcode.expose_compact()
}

/// `2026-04-01`.
pub fn date(date: Date) -> String {
    date.to_string()
}

/// Normal form C, trimmed of white space at both ends, case kept. None if nothing is left.
pub fn text(written: &str) -> Option<Cow<'_, str>> {
    let trimmed = written.trim();
    if trimmed.is_empty() {
        None
    } else if trimmed.is_ascii() || is_nfc_quick(trimmed.chars()) == IsNormalized::Yes {
        Some(Cow::Borrowed(trimmed))
    } else {
        Some(Cow::Owned(trimmed.nfc().collect()))
    }
}

/// A part of a composite message is longer than its length can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identifier of more than 65,535 bytes")]
pub struct TooLong;

/// `LP(org) || LP(id)` appended to `message`: a local number is unique only with the organisation that gave it.
/// False, and nothing appended, if either is empty.
pub fn local_id(organisation: &str, id: &str, message: &mut Vec<u8>) -> Result<bool, TooLong> {
    composite(&[organisation, id], message)
}

/// `LP(part)` of every part, each as [`text`], appended to `message`. False, and nothing appended, if any part is
/// empty: a composite with a null part is null.
pub fn composite(parts: &[&str], message: &mut Vec<u8>) -> Result<bool, TooLong> {
    let start = message.len();
    for part in parts {
        let Some(part) = text(part) else {
            message.truncate(start);
            return Ok(false);
        };
        let Ok(length) = u16::try_from(part.len()) else {
            message.truncate(start);
            return Err(TooLong);
        };
        message.extend_from_slice(&length.to_be_bytes());
        message.extend_from_slice(part.as_bytes());
    }
    Ok(!parts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_id_carries_its_organisation() {
        let mut message = Vec::new();
        assert_eq!(local_id("RW3", " 0004512 ", &mut message), Ok(true));
        assert_eq!(crate::text::hex(&message), "0003525733000730303034353132");
        assert_eq!(local_id("RW3", "  ", &mut message), Ok(false));
        assert_eq!(local_id("RW3", &"9".repeat(65_536), &mut message), Err(TooLong));
        assert_eq!(message.len(), 14, "nothing was appended");
    }

    #[test]
    fn two_spellings_of_one_name_are_one_message() {
        assert_eq!(text("Zoe\u{308} "), text("Zo\u{eb}"));
        assert_eq!(text("\u{a0}\t"), None);
        assert_ne!(text("smith"), text("Smith"));
    }
}
