//! Values of which a few characters are kept: `****1234`.
//!
//! Guarantees that no more than the kept characters come out, and never more than half of a value; its length does not show.
//! Leaks those characters, which tell many people apart in a small group. It is weak, so the leak check searches what comes
//! out, and identifiers that a pseudonym serves better are refused.

/// Written for what is not kept, whatever its length.
const HIDDEN: &[u8] = b"****";

/// What is kept, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The first so many.
    First(u32),
    /// The last so many.
    Last(u32),
}

/// Writes a value with the rest hidden; a value of fewer than twice as many characters is hidden whole.
pub fn write(value: &[u8], keep: Keep, out: &mut Vec<u8>) {
    let value = value.trim_ascii();
    // Rows were checked to be UTF-8.
    let text = std::str::from_utf8(value).unwrap_or_default();
    let (Keep::First(wanted) | Keep::Last(wanted)) = keep;
    let (wanted, length) = (wanted as usize, text.chars().count());
    if length < wanted.saturating_mul(2) {
        out.extend_from_slice(HIDDEN);
        return;
    }
    let place = |character: usize| text.char_indices().nth(character).map_or(text.len(), |(at, _)| at);
    match keep {
        Keep::First(_) => {
            out.extend_from_slice(&value[..place(wanted)]);
            out.extend_from_slice(HIDDEN);
        }
        Keep::Last(_) => {
            out.extend_from_slice(HIDDEN);
            out.extend_from_slice(&value[place(length - wanted)..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask(value: &str, keep: Keep) -> String {
        let mut out = Vec::new();
        write(value.as_bytes(), keep, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn characters_are_kept_whole_and_short_values_are_hidden() {
        assert_eq!(mask("0161 496 0000", Keep::Last(3)), "****000");
        assert_eq!(mask("RX1-00077", Keep::First(3)), "RX1****");
        assert_eq!(mask("éàü€12", Keep::First(3)), "éàü****");
        assert_eq!(mask("12345", Keep::Last(3)), "****");
        assert_eq!(mask("123456", Keep::Last(3)), "****456");
    }

    proptest! {
        #[test]
        fn never_more_than_half_comes_out_and_the_length_does_not_show(value in "\\PC{0,20}", kept in 1u32..12) {
            for keep in [Keep::First(kept), Keep::Last(kept)] {
                let out = mask(&value, keep);
                let shown = out.chars().count() - 4;
                prop_assert!(shown == 0 || shown == kept as usize && shown * 2 <= value.trim_ascii().chars().count());
            }
        }
    }
}
