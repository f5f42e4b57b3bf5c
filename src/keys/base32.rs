//! Crockford's base 32 of bytes: no padding; the bits beyond the last byte are zero.

use super::pseudonym::ALPHABET;

/// Appends the symbols of bytes.
pub(crate) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve((bytes.len() * 8).div_ceil(5));
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(symbol(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(symbol(held << (5 - bits)));
    }
}

fn symbol(code: u32) -> u8 {
    ALPHABET[usize::try_from(code & 31).unwrap_or(0)]
}

/// The bytes of symbols, capitals only; none if a symbol is no symbol or a bit beyond the last byte is set, so that
/// every text of bytes has one spelling.
pub(crate) fn decode(symbols: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(symbols.len() * 5 / 8);
    let (mut held, mut bits) = (0u32, 0u32);
    for symbol in symbols {
        let code = ALPHABET.iter().position(|known| known == symbol)?;
        held = held << 5 | u32::try_from(code).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (bits < 5 && held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spare_bits_and_foreign_symbols_are_refused() {
        assert_eq!(decode(b"00"), Some(vec![0]));
        assert_eq!(decode(b"01"), None, "a bit beyond the byte");
        assert_eq!(decode(b"0"), None, "half a byte");
        assert_eq!(decode(b"0U"), None);
        assert_eq!(decode(b""), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut symbols = Vec::new();
            encode(&bytes, &mut symbols);
            prop_assert_eq!(symbols.len(), (bytes.len() * 8).div_ceil(5));
            prop_assert_eq!(decode(&symbols), Some(bytes));
        }
    }
}
