//! People as numbers only, in order: four bytes a person, wiped when no longer needed.

use zeroize::Zeroize as _;

use crate::identifier::NhsNumber;

/// Distinct NHS numbers in ascending order, without their check digits, which follow from the rest.
#[derive(Default)]
pub struct Numbers(Vec<u32>);

impl Numbers {
    /// Puts them in order; each counts once.
    pub fn new(mut prefixes: Vec<u32>) -> Self {
        prefixes.sort_unstable();
        prefixes.dedup();
        Self(prefixes)
    }

    /// How many people.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this person is among them.
    pub fn holds(&self, number: &NhsNumber) -> bool {
        self.0.binary_search(&number.expose_prefix()).is_ok()
    }

    /// The file that asks about them: one number a line, a comma and a line feed after each, the last as well.
    pub fn to_request(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() * 12);
        // Every prefix came from a valid number, so none is lost here.
        for number in self.0.iter().filter_map(|prefix| NhsNumber::from_prefix(*prefix)) {
            out.extend_from_slice(number.expose_digits());
            out.extend_from_slice(b",\n");
        }
        out
    }

    /// Whether everybody here is among `others`: both are walked in order, and nobody is noted.
    pub fn all_among(&self, others: &Self) -> bool {
        let mut rest = others.0.iter();
        self.0.iter().all(|one| rest.find(|other| *other >= one) == Some(one))
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Numbers({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(texts: &[&str]) -> Numbers {
        Numbers::new(texts.iter().map(|text| NhsNumber::parse(text).expect("a number").expose_prefix()).collect())
    }

    #[test]
    fn a_request_is_one_number_a_line_with_a_comma_and_a_line_feed() {
        let asked = numbers(&["9990000042", "999 000 0018", "9990000042", "9990000026"]);
        assert_eq!(asked.to_request(), b"9990000018,\n9990000026,\n9990000042,\n");
        assert_eq!(asked.len(), 3);
        assert_eq!(numbers(&[]).to_request(), b"");
    }

    #[test]
    fn a_number_with_a_leading_zero_keeps_it() {
        // A CHI number begins with the day of birth.
        let chi = (0..1000).find_map(|n| NhsNumber::parse(&format!("0101{n:06}")).ok()).expect("one of them passes");
        let asked = Numbers::new(vec![chi.expose_prefix()]);
        assert!(asked.holds(&chi));
        let line = asked.to_request();
        assert!(line.starts_with(b"0101") && line.len() == 12, "{line:?}");
        assert_eq!(NhsNumber::parse_bytes(&line[..10]), Ok(chi));
    }

    #[test]
    fn all_among_is_what_sets_say() {
        let all = ["9990000018", "9990000026", "9990000034", "9990000042", "9990000050"];
        for mine in 0..32u32 {
            for theirs in 0..32u32 {
                let pick = |mask: u32| numbers(&all.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1).map(|(_, text)| *text).collect::<Vec<_>>());
                assert_eq!(pick(mine).all_among(&pick(theirs)), mine & theirs == mine, "{mine:b} {theirs:b}");
            }
        }
    }

    #[test]
    fn no_number_is_shown() {
        assert_eq!(format!("{:?}", numbers(&["9990000018"])), "Numbers(1)");
    }
}
