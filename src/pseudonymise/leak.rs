//! The leak check, row tier: whether a cell that is released as it is holds an identifier of its own row.
//!
//! Whole tokens only: what stands between letters or digits is part of another word. Searched are NHS numbers in all
//! written forms, local numbers of five characters or more, e-mail addresses, telephone numbers, full postcodes, dates
//! of birth in eight forms, and names of three letters or more in free text.

use super::release::Is;
use super::transform::day;

/// An identifier of the row at hand, ready to be searched for.
#[derive(Clone, Copy, Debug)]
pub struct Own<'r> {
    /// What it is.
    pub is: Is,
    /// As the cell has it.
    pub value: &'r [u8],
    /// The day, of a date of birth.
    pub day: Option<Birth>,
}

/// A date of birth with its year in digits, which every form holds: what has not the year has not the date.
#[derive(Clone, Copy, Debug)]
pub struct Birth {
    days: i32,
    year: [u8; 4],
}

impl Birth {
    fn new(days: i32) -> Self {
        let (year, _, _) = day::to_civil(days);
        Self { days, year: [1000, 100, 10, 1].map(|place| digit(year / place)) }
    }
}

fn digit(number: i32) -> u8 {
    b'0' + u8::try_from(number.rem_euclid(10)).unwrap_or(0)
}

/// Shortest local number that is searched for: shorter ones meet ordinary numbers by chance.
const LOCAL_LENGTH: usize = 5;

impl<'r> Own<'r> {
    /// An identifier as its cell has it; none if it is too short to be told from chance.
    pub fn new(is: Is, cell: &'r [u8], form: super::release::DateForm) -> Option<Self> {
        let value = cell.trim_ascii();
        let digits = || value.iter().filter(|byte| byte.is_ascii_digit()).count();
        let day = if is == Is::BirthDate { day::parse(value, form).ok().map(Birth::new) } else { None };
        let worth = match is {
            Is::NhsNumber => digits() == 10,
            Is::LocalId | Is::Email => value.len() >= LOCAL_LENGTH,
            Is::Phone => digits() >= 7,
            Is::Postcode => compact(value) >= 5,
            Is::BirthDate => day.is_some(),
            Is::Name => value.len() >= 3,
            Is::FreeText => false,
        };
        worth.then_some(Self { is, value, day })
    }

    /// Whether a cell holds it.
    pub fn is_in(&self, cell: &[u8], free_text: bool) -> bool {
        match self.is {
            // A name in a coded column is a word like any other (a surname is a town, a diagnosis).
            Is::Name => free_text && token(cell, self.value, true),
            Is::NhsNumber | Is::Phone => cell.len() >= 7 && digits_in(cell, self.value),
            Is::Postcode => cell.len() >= 5 && squeezed_in(cell, self.value),
            Is::BirthDate => cell.len() >= 8 && self.day.is_some_and(|birth| cell.windows(4).any(|part| part == birth.year) && birth_in(cell, birth)),
            Is::LocalId | Is::Email => token(cell, self.value, true),
            Is::FreeText => false,
        }
    }
}

fn compact(value: &[u8]) -> usize {
    value.iter().filter(|byte| byte.is_ascii_alphanumeric()).count()
}

/// Letters beyond ASCII are letters too.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn free_standing(cell: &[u8], start: usize, end: usize) -> bool {
    (start == 0 || !is_word(cell[start - 1])) && cell.get(end).is_none_or(|byte| !is_word(*byte))
}

/// A text as a whole token, case aside (ASCII).
fn token(cell: &[u8], needle: &[u8], ignore_case: bool) -> bool {
    if needle.is_empty() || cell.len() < needle.len() {
        return false;
    }
    (0..=cell.len() - needle.len()).any(|start| {
        let part = &cell[start..start + needle.len()];
        (if ignore_case { part.eq_ignore_ascii_case(needle) } else { part == needle }) && free_standing(cell, start, start + needle.len())
    })
}

/// The digits of `number`, in any grouping by single spaces, hyphens or points; nothing but digits counts of it.
fn digits_in(cell: &[u8], number: &[u8]) -> bool {
    let mut wanted = [0u8; 20];
    let mut length = 0;
    for byte in number.iter().filter(|byte| byte.is_ascii_digit()).take(20) {
        wanted[length] = *byte;
        length += 1;
    }
    let wanted = &wanted[..length];
    (0..cell.len()).filter(|start| cell[*start] == wanted[0] && (*start == 0 || !is_word(cell[start - 1]))).any(|start| {
        let (mut found, mut at, mut separated) = (0, start, false);
        while let Some(byte) = cell.get(at) {
            if byte.is_ascii_digit() {
                if found == length || *byte != wanted[found] {
                    return false;
                }
                found += 1;
                separated = false;
                at += 1;
                if found == length {
                    return cell.get(at).is_none_or(|next| !is_word(*next));
                }
            } else if matches!(byte, b' ' | b'-' | b'.') && !separated {
                separated = true;
                at += 1;
            } else {
                return false;
            }
        }
        false
    })
}

/// A postcode with or without its space, case aside.
fn squeezed_in(cell: &[u8], postcode: &[u8]) -> bool {
    let wanted = || postcode.iter().filter(|byte| byte.is_ascii_alphanumeric());
    (0..cell.len()).filter(|start| *start == 0 || !is_word(cell[start - 1])).any(|start| {
        let mut at = start;
        let mut space = false;
        for byte in wanted() {
            if cell.get(at) == Some(&b' ') && at > start && !space {
                space = true;
                at += 1;
            }
            match cell.get(at) {
                Some(found) if found.eq_ignore_ascii_case(byte) => at += 1,
                _ => return false,
            }
        }
        cell.get(at).is_none_or(|next| !is_word(*next))
    })
}

/// A day in eight forms: year-month-day, year/month/day, yearmonthday, day/month/year, day-month-year, day.month.year,
/// daymonthyear, month/day/year.
fn birth_in(cell: &[u8], birth: Birth) -> bool {
    if cell.iter().filter(|byte| byte.is_ascii_digit()).count() < 8 {
        return false;
    }
    let (_, m, d) = day::to_civil(birth.days);
    let year = birth.year;
    let (month, day) = ([digit(m / 10), digit(m)], [digit(d / 10), digit(d)]);
    let has = |parts: [&[u8]; 3], separator: &[u8]| {
        let mut text = [0u8; 10];
        let mut length = 0;
        for (index, part) in parts.into_iter().enumerate() {
            for byte in (if index > 0 { separator } else { b"" }).iter().chain(part) {
                text[length] = *byte;
                length += 1;
            }
        }
        token(cell, &text[..length], false)
    };
    [&b"-"[..], b"/", b""].into_iter().any(|separator| has([&year, &month, &day], separator))
        || [&b"/"[..], b"-", b".", b""].into_iter().any(|separator| has([&day, &month, &year], separator))
        || has([&month, &day, &year], b"/")
}

#[cfg(test)]
mod tests {
    use super::super::release::DateForm;
    use super::*;

    fn finds(is: Is, own: &str, cell: &str) -> bool {
        Own::new(is, own.as_bytes(), DateForm::Iso).is_some_and(|own| own.is_in(cell.as_bytes(), true))
    }

    #[test]
    fn identifiers_are_found_in_all_their_forms_and_only_as_whole_tokens() {
        for cell in ["9990000018", "see 999 000 0018.", "no: 999-000-0018", "12 9990000018"] {
            assert!(finds(Is::NhsNumber, "999 000 0018", cell), "{cell}");
        }
        for cell in ["99900000181", "19990000018", "9990000019", "x9990000018", "999  000 0018", ""] {
            assert!(!finds(Is::NhsNumber, "9990000018", cell), "{cell}");
        }
        assert!(finds(Is::Postcode, "M13 9PL", "lives at m139pl now"));
        assert!(finds(Is::Postcode, "M139PL", "(M13 9PL)"));
        assert!(!finds(Is::Postcode, "M13 9PL", "M13 9PLX"));
        assert!(!finds(Is::Postcode, "M13 9PL", "M13"));
        for cell in ["1980-02-03", "1980/02/03", "19800203", "03/02/1980", "03-02-1980", "03.02.1980", "03021980", "02/03/1980"] {
            assert!(finds(Is::BirthDate, "1980-02-03", &format!("born {cell},")), "{cell}");
        }
        assert!(!finds(Is::BirthDate, "1980-02-03", "119800203"));
        assert!(finds(Is::Name, "Ng-Smith", "told ng-smith"));
        assert!(!finds(Is::Name, "Ng", "Ng"));
        assert!(!finds(Is::Name, "Hall", "Halls"));
        assert!(finds(Is::LocalId, "RX1-77", "see RX1-77"));
        assert!(!finds(Is::LocalId, "77", "77"));
        assert!(finds(Is::Phone, "0161 496 0000", "ring 0161-496-0000"));
        assert!(finds(Is::Email, "a.b@example.org", "to A.B@example.org;"));
    }

    #[test]
    fn a_name_in_a_coded_column_is_a_word_like_any_other() {
        let own = Own::new(Is::Name, b"Bolton", DateForm::Iso).expect("long enough");
        assert!(!own.is_in(b"Bolton", false));
        assert!(own.is_in(b"from Bolton", true));
    }
}
