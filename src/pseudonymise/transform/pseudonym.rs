//! Canonical messages of identifiers as cells hold them, and their pseudonyms as bytes.

use super::Unfit;
use crate::identifier::{NhsNumber, Postcode};
use crate::keys::message;
use crate::keys::pseudonym::{HEX_LENGTH, LENGTH, Mac};
use crate::pseudonymise::release::Is;

/// Appends the message of an identifier that is no NHS number. False if there is none: null is never pseudonymised.
pub fn message(cell: &[u8], with: Option<&[u8]>, is: Option<Is>, out: &mut Vec<u8>) -> Result<bool, Unfit> {
    // Rows were checked to be UTF-8.
    let text = std::str::from_utf8(cell).unwrap_or_default();
    if let Some(organisation) = with {
        return message::local_id(std::str::from_utf8(organisation).unwrap_or_default(), text, out).map_err(|_| Unfit::Identifier);
    }
    if is == Some(Is::Postcode)
        && let Ok(postcode) = Postcode::parse(cell)
    {
        out.extend_from_slice(message::postcode(&postcode));
        return Ok(true);
    }
    Ok(match message::text(text) {
        Some(text) => {
            out.extend_from_slice(text.as_bytes());
            true
        }
        None => false,
    })
}

/// Appends a part of an identifier of several columns, with its length before it, in the spelling of what it is. False if
/// nothing is there; an NHS number that is none never becomes a part, or all who have it would be one person.
pub fn part(cell: &[u8], is: Option<Is>, out: &mut Vec<u8>) -> Result<bool, Unfit> {
    let mut one = Vec::new();
    let there = if is == Some(Is::NhsNumber) {
        one.extend_from_slice(message::nhs_number(&NhsNumber::parse_bytes(cell).map_err(|_| Unfit::Number)?));
        true
    } else {
        self::message(cell, None, is, &mut one)?
    };
    // What was taken for text above is text.
    let text = std::str::from_utf8(&one).unwrap_or_default();
    Ok(there && message::composite(&[text], out).map_err(|_| Unfit::Identifier)?)
}

/// Writes a pseudonym.
pub fn write(mac: &Mac, hex: bool, out: &mut Vec<u8>) {
    if hex {
        let mut digits = [0u8; HEX_LENGTH];
        mac.write_hex(&mut digits);
        out.extend_from_slice(&digits);
    } else {
        let mut symbols = [0u8; LENGTH];
        mac.write_base32(&mut symbols);
        out.extend_from_slice(&symbols);
    }
}
