//! The leak check, row tier (beyond the row: [`others`]): whether a cell that is released as it is holds an identifier of its own row.
//!
//! Whole tokens only: what stands between letters or digits is part of another word. Around numbers and dates only
//! digits count as part of them (`DOB1980-02-03T00:00`, `NHS9990000018`): the row's own number does not stand in its own
//! cell by chance. Searched are NHS numbers in all written forms, local numbers of five characters or more, e-mail
//! addresses, telephone numbers with or without the country's code, full postcodes, dates of birth in eight forms, and
//! in free text names of three letters or more, each part of a name by itself too. Case, kinds of spaces, hyphens and
//! apostrophes make no difference.
//!
//! Best effort all the same: a nickname, a slip of the hand, a date in words or `3/2/80` is not found.

pub mod others;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use super::release::{DateForm, Is};
use super::transform::day;
use crate::identifier::Postcode;

/// Shortest local number that is searched for: shorter ones meet ordinary numbers by chance.
const LOCAL_LENGTH: usize = 5;
/// Shortest name that is searched for, in letters.
const NAME_LENGTH: usize = 3;
/// Shortest name that a redaction strikes out: Li and Ng are as much somebody's as Hartley, but a run must not stop for them.
const SHORT_LENGTH: usize = 2;
/// Most digits of a number that is searched for.
const DIGITS: usize = 20;
/// Marks that may stand between two digits of one number.
const GAP: usize = 3;

/// A text as it is compared, ASCII letters aside: as it stands if it is ASCII; else with other letters in small, and with
/// plain spaces, hyphens, apostrophes and digits.
pub fn plain(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    String::from_utf8_lossy(text).chars().for_each(|letter| plain_letter(letter, &mut out));
    Cow::Owned(out.into_bytes())
}

/// The same, and for every byte of it the place of its letter in the text; one more, the text's end.
pub fn plain_with_places(text: &str) -> (Vec<u8>, Vec<usize>) {
    let (mut out, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
    for (at, letter) in text.char_indices() {
        plain_letter(letter, &mut out);
        places.resize(out.len(), at);
    }
    places.push(text.len());
    (out.into_bytes(), places)
}

fn plain_letter(letter: char, out: &mut String) {
    match letter {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => out.push(' '),
        // Invisible: soft hyphen, joiners, byte order mark.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
        '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => out.push('\''),
        '\u{ff10}'..='\u{ff19}' => out.push(char::from_digit(u32::from(letter) - 0xff10, 10).unwrap_or(letter)),
        // Texts are compared without regard to the case of ASCII letters.
        'A'..='Z' => out.push(letter),
        _ => out.extend(letter.to_lowercase()),
    }
}

/// Shortest cell in which anything but a name can stand.
pub const CELL_LENGTH: usize = 5;

/// What a cell is made of, from one pass over it: most cells show by this alone what they cannot hold.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    digits: u32,
    letters: u32,
    ascii: bool,
}

/// Digits count in the low half, letters in the high one.
const CLASSES: [u64; 256] = {
    let mut classes = [0; 256];
    let (mut place, mut byte) = (0, 0u8);
    while place < 256 {
        if byte.is_ascii_digit() {
            classes[place] = 1;
        } else if is_word(byte) {
            classes[place] = 1 << 32;
        }
        place += 1;
        byte = byte.wrapping_add(1);
    }
    classes
};

impl Shape {
    /// Counts.
    #[inline]
    pub fn of(cell: &[u8]) -> Self {
        let ascii = cell.is_ascii();
        let count = |text: &[u8]| text.iter().fold(0u64, |sum, byte| sum.wrapping_add(CLASSES[usize::from(*byte)]));
        let counts = if ascii { count(cell) } else { count(&plain(cell)) };
        let half = |counts: u64| u32::try_from(counts & 0xffff_ffff).unwrap_or(u32::MAX);
        Self { digits: half(counts), letters: half(counts >> 32), ascii }
    }

    /// Whether a number of ten digits could be in it.
    #[inline]
    pub fn may_hold_number(self) -> bool {
        self.digits >= 10
    }

    /// Whether an identifier of this kind could be in it.
    #[inline]
    fn may_hold(self, is: Is, free_text: bool) -> bool {
        match is {
            Is::NhsNumber => self.digits >= 10,
            Is::Phone => self.digits >= 7,
            Is::BirthDate => self.digits >= 8,
            Is::Postcode => self.digits >= 2 && self.letters >= 3,
            Is::LocalId | Is::Email => true,
            // A name in a coded column is a word like any other (a surname is a town, a diagnosis).
            Is::Name => free_text && self.letters >= 3,
            Is::FreeText => false,
        }
    }
}

/// An identifier of the row at hand, ready to be searched for in several cells.
#[derive(Clone, Debug)]
pub struct Own<'r> {
    /// What it is.
    pub is: Is,
    /// Plain.
    value: Cow<'r, [u8]>,
    /// The day, of a date of birth.
    day: Option<i32>,
}

impl<'r> Own<'r> {
    /// An identifier as its cell has it; none if it is too short to be told from chance, or has not the form of its kind.
    pub fn new(is: Is, cell: &'r [u8], form: DateForm) -> Option<Self> {
        let value = plain(cell.trim_ascii());
        let digits = || value.iter().filter(|byte| byte.is_ascii_digit()).count();
        let day = if is == Is::BirthDate { birth_day(&value, form) } else { None };
        let worth = match is {
            Is::NhsNumber => digits() == 10,
            Is::LocalId | Is::Email => value.len() >= LOCAL_LENGTH,
            Is::Phone => (7..=DIGITS).contains(&digits()),
            Is::Postcode => Postcode::parse(&value).is_ok(),
            Is::BirthDate => day.is_some(),
            Is::Name => letters(&value) >= SHORT_LENGTH,
            Is::FreeText => false,
        };
        worth.then_some(Self { is, value, day })
    }

    /// Whether a cell of this shape holds it. Only free text is searched for names.
    #[inline]
    pub fn is_in(&self, cell: &[u8], shape: Shape, free_text: bool) -> bool {
        shape.may_hold(self.is, free_text) && if shape.ascii { self.stands_in(cell) } else { self.stands_in(&plain(cell)) }
    }

    fn stands_in(&self, cell: &[u8]) -> bool {
        !self.is_short() && self.find(cell, 0).is_some()
    }

    /// Whether it is a name of two letters.
    fn is_short(&self) -> bool {
        self.is == Is::Name && letters(&self.value) < NAME_LENGTH
    }

    /// Where a plain text holds it first, from a place on; of several at one place the longest. Names of two letters are found
    /// with a capital only.
    pub fn find(&self, cell: &[u8], from: usize) -> Option<Range<usize>> {
        match self.is {
            Is::Name if self.is_short() => places(cell, &self.value, from)
                .map(|start| start..start + self.value.len())
                .find(|found| cell[found.start].is_ascii_uppercase() && token(cell, &self.value, found.start).is_some_and(|token| token.start == found.start)),
            Is::Name => std::iter::once(&self.value[..])
                .chain(parts(&self.value))
                .filter_map(|part| token(cell, part, from))
                .min_by_key(|found| (found.start, Reverse(found.end))),
            Is::NhsNumber => digits_in(cell, &[], &self.value, from),
            Is::Phone => phone_in(cell, &self.value, from),
            Is::Postcode => squeezed_in(cell, &self.value, from),
            Is::BirthDate => birth_in(cell, self.day?, from),
            Is::LocalId | Is::Email => token(cell, &self.value, from),
            Is::FreeText => None,
        }
    }

    /// Its text, plain.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The parts of a name, or the whole where it has but one; plain.
    pub fn name_parts(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(&self.value[..]).chain(parts(&self.value))
    }

    /// The day, if it is a date of birth.
    pub fn birth_day(&self) -> Option<i32> {
        self.day
    }
}

/// A date of birth in the form that the release says, or else in any that is searched for: the check must not fall
/// silent because a column that is dropped does not say its form.
fn birth_day(value: &[u8], form: DateForm) -> Option<i32> {
    let slashes = || match value {
        [d1, d2, b'-' | b'.', m1, m2, b'-' | b'.', year @ ..] => Some([&[*d1, *d2, b'/', *m1, *m2, b'/'][..], year].concat()),
        _ => None,
    };
    [form, DateForm::Iso, DateForm::IsoTime, DateForm::Compact, DateForm::Slashes]
        .into_iter()
        .find_map(|form| day::parse(value, form).ok())
        .or_else(|| slashes().and_then(|value| day::parse(&value, DateForm::Slashes).ok()))
}

/// The parts of a name: `Okafor, Ada` is known by either, `Smith-Jones` by either half.
fn parts(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let split = |edges: &'static [u8]| {
        let any = value.iter().any(|byte| edges.contains(byte));
        any.then(|| value.split(|byte| edges.contains(byte))).into_iter().flatten()
    };
    split(b" ,;").chain(split(b" ,;-")).filter(|part| letters(part) >= NAME_LENGTH)
}

fn letters(name: &[u8]) -> usize {
    name.iter().filter(|byte| is_word(**byte) && **byte & 0xc0 != 0x80).count()
}

/// Letters beyond ASCII are letters too.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Every place from one on at which a plain text holds another, ASCII case aside.
fn places<'t>(cell: &'t [u8], needle: &'t [u8], from: usize) -> impl Iterator<Item = usize> + 't {
    let first = needle.first().copied().unwrap_or_default();
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), cell.get(from..).unwrap_or_default())
        .map(move |start| start + from)
        .filter(move |start| cell.get(*start..*start + needle.len()).is_some_and(|part| part.eq_ignore_ascii_case(needle)))
}

/// A text that stands by itself.
fn token(cell: &[u8], needle: &[u8], from: usize) -> Option<Range<usize>> {
    places(cell, needle, from)
        .find(|start| (*start == 0 || !is_word(cell[start - 1])) && cell.get(start + needle.len()).is_none_or(|byte| !is_word(*byte)))
        .map(|start| start..start + needle.len())
}

/// Where a plain text holds these digits first, in any grouping.
pub fn find_digits(cell: &[u8], digits: &[u8], from: usize) -> Option<Range<usize>> {
    digits_in(cell, &[], digits, from)
}

/// The digits of `number` after those of `before`, in any grouping; nothing but digits counts of it.
fn digits_in(cell: &[u8], before: &[u8], number: &[u8], from: usize) -> Option<Range<usize>> {
    let mut wanted = [0u8; DIGITS + 4];
    let mut length = 0;
    for (place, byte) in wanted.iter_mut().zip(before.iter().chain(number).filter(|byte| byte.is_ascii_digit())) {
        *place = *byte;
        length += 1;
    }
    let wanted = &wanted[..length];
    let first = wanted.first()?;
    let starts = memchr::memchr_iter(*first, cell.get(from..).unwrap_or_default()).map(|start| start + from);
    starts.filter(|start| *start == 0 || !cell[start - 1].is_ascii_digit()).find_map(|start| {
        let (mut found, mut gap) = (0, 0);
        for (at, byte) in cell.iter().enumerate().skip(start) {
            if wanted.get(found) == Some(byte) {
                found += 1;
                gap = 0;
                if found == length {
                    return cell.get(at + 1).is_none_or(|next| !next.is_ascii_digit()).then_some(start..at + 1);
                }
            } else if byte.is_ascii_digit() || !b" -./_()\t".contains(byte) || gap == GAP {
                return None;
            } else {
                gap += 1;
            }
        }
        None
    })
}

/// A telephone number as dialled at home, or with the country's code.
fn phone_in(cell: &[u8], number: &[u8], from: usize) -> Option<Range<usize>> {
    let mut digits = [0u8; DIGITS];
    let mut length = 0;
    for (place, byte) in digits.iter_mut().zip(number.iter().filter(|byte| byte.is_ascii_digit())) {
        *place = *byte;
        length += 1;
    }
    let digits = &digits[..length];
    let without = [&b"0044"[..], b"44", b"0"].into_iter().find_map(|code| digits.strip_prefix(code)).filter(|rest| rest.len() >= 7).unwrap_or(digits);
    let without = without.strip_prefix(b"0").filter(|rest| rest.len() >= 7).unwrap_or(without);
    let codes = [&b""[..], b"0", b"44", b"440", b"0044"].into_iter();
    codes.filter_map(|code| digits_in(cell, code, without, from)).min_by_key(|found| (found.start, Reverse(found.end)))
}

/// A postcode with or without its spaces.
fn squeezed_in(cell: &[u8], postcode: &[u8], from: usize) -> Option<Range<usize>> {
    let first = postcode.first()?;
    let starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), cell.get(from..).unwrap_or_default()).map(|start| start + from);
    starts.filter(|start| *start == 0 || !is_word(cell[start - 1])).find_map(|start| {
        let mut at = start;
        for byte in postcode.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
            while at > start && cell.get(at) == Some(&b' ') {
                at += 1;
            }
            match cell.get(at) {
                Some(found) if found.eq_ignore_ascii_case(byte) => at += 1,
                _ => return None,
            }
        }
        cell.get(at).is_none_or(|next| !is_word(*next)).then_some(start..at)
    })
}

/// A day in eight forms: year-month-day, year/month/day, yearmonthday, day/month/year, day-month-year, day.month.year,
/// daymonthyear, month/day/year.
fn birth_in(cell: &[u8], day: i32, from: usize) -> Option<Range<usize>> {
    let (y, m, d) = day::to_civil(day);
    let digit = |number: i32| b'0' + u8::try_from(number.rem_euclid(10)).unwrap_or(0);
    let year = [digit(y / 1000), digit(y / 100), digit(y / 10), digit(y)];
    // Every form holds the year; most dates in other cells are of another one.
    if !cell.get(from..)?.windows(4).any(|part| part == year) {
        return None;
    }
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
        places(cell, &text[..length], from)
            .find(|start| (*start == 0 || !cell[start - 1].is_ascii_digit()) && cell.get(start + length).is_none_or(|byte| !byte.is_ascii_digit()))
            .map(|start| start..start + length)
    };
    let forms = [&b"-"[..], b"/", b""].into_iter().map(|separator| has([&year, &month, &day], separator));
    let forms = forms.chain([&b"/"[..], b"-", b".", b""].into_iter().map(|separator| has([&day, &month, &year], separator)));
    forms.chain(std::iter::once_with(|| has([&month, &day, &year], b"/"))).flatten().min_by_key(|found| found.start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::release::DateForm;
    use super::*;

    fn finds(is: Is, own: &str, cell: &str) -> bool {
        let Some(own) = Own::new(is, own.as_bytes(), DateForm::Iso) else { return false };
        let found = own.is_in(cell.as_bytes(), Shape::of(cell.as_bytes()), true);
        assert_eq!(found, own.stands_in(&plain(cell.as_bytes())), "{cell}: the shape hides nothing");
        found
    }

    #[test]
    fn identifiers_are_found_in_all_their_forms_and_only_as_whole_tokens() {
        for cell in [
            "9990000018",
            "see 999 000 0018.",
            "no: 999-000-0018",
            "12 9990000018",
            "999  000 0018",
            "999 - 000 - 0018",
            "NHS9990000018",
            "NHS_9990000018",
            "999\u{a0}000\u{a0}0018",
            "999\u{2013}000\u{2013}0018",
            "999/000/0018",
            "99900 00018",
        ] {
            assert!(finds(Is::NhsNumber, "999 000 0018", cell), "{cell}");
        }
        for cell in ["99900000181", "19990000018", "9990000019", "999 000 001", "999, 000, 0018", ""] {
            assert!(!finds(Is::NhsNumber, "9990000018", cell), "{cell}");
        }
        for cell in ["lives at m139pl now", "(M13 9PL)", "M13  9PL"] {
            assert!(finds(Is::Postcode, "M13 9PL", cell), "{cell}");
        }
        for cell in ["M13 9PLX", "M13", "AM13 9PL", "M13 9P L2"] {
            assert!(!finds(Is::Postcode, "M139PL", cell), "{cell}");
        }
        for cell in
            ["1980-02-03", "1980/02/03", "19800203", "03/02/1980", "03-02-1980", "03.02.1980", "03021980", "02/03/1980", "1980-02-03T00:00", "DOB03/02/1980"]
        {
            for own in ["1980-02-03", "03/02/1980", "19800203", "03.02.1980", "1980-02-03 00:00:00"] {
                assert!(finds(Is::BirthDate, own, &format!("born {cell},")), "{cell} of {own}");
            }
        }
        assert!(!finds(Is::BirthDate, "1980-02-03", "119800203"));
        assert!(!finds(Is::BirthDate, "1980-02-03", "1980-02-04"));
        assert!(finds(Is::LocalId, "RX1-77", "see rx1-77"));
        assert!(!finds(Is::LocalId, "77", "77"));
        for cell in ["ring 0161-496-0000", "(0161) 496 0000", "+44 161 496 0000", "+44 (0)161 496 0000", "0044 161 4960000"] {
            for own in ["0161 496 0000", "+44 161 496 0000", "01614960000"] {
                assert!(finds(Is::Phone, own, cell), "{cell} of {own}");
            }
        }
        assert!(!finds(Is::Phone, "0161 496 0000", "0161 496 0001"));
        assert!(finds(Is::Email, "a.b@example.org", "to <A.B@example.org>;"));
    }

    #[test]
    fn names_are_found_by_their_parts_whatever_the_case_and_the_apostrophe() {
        for (own, cell) in [
            ("Ng-Smith", "told ng-smith"),
            ("Ng-Smith", "told Smith"),
            ("Okafor, Ada", "ADA rang"),
            ("OKAFOR Ada", "Okafor's mother"),
            ("José", "SEEN JOSÉ"),
            ("O'Neil", "O\u{2019}Neil rang"),
            ("O\u{2019}Neil", "o'neil"),
            ("Łuk", "łuk"),
        ] {
            assert!(finds(Is::Name, own, cell), "{own} in {cell}");
        }
        for (own, cell) in [("Ng", "Ng"), ("Hall", "Halls"), ("Hall", "Marshall"), ("de la Cruz", "de la"), ("Éa", "éa"), ("O'Neil", "Neil")] {
            assert!(!finds(Is::Name, own, cell), "{own} in {cell}");
        }
    }

    #[test]
    fn a_name_in_a_coded_column_is_a_word_like_any_other() {
        let own = Own::new(Is::Name, b"Bolton", DateForm::Iso).expect("long enough");
        assert!(!own.is_in(b"Bolton", Shape::of(b"Bolton"), false));
        assert!(own.is_in(b"from Bolton", Shape::of(b"from Bolton"), true));
    }

    proptest! {
        #[test]
        fn what_surrounds_an_identifier_does_not_hide_it(before in "[a-zé ,.\"]{0,12}", after in "[ ,.\"][a-zé ]{0,12}", upper in any::<bool>()) {
            for (is, own) in [
                (Is::NhsNumber, "9990000018"), (Is::Postcode, "M13 9PL"), (Is::BirthDate, "1980-02-03"), (Is::Phone, "0161 496 0000"),
                (Is::Email, "a.b@example.org"), (Is::LocalId, "RX1-77"), (Is::Name, "Okafor"),
            ] {
                let written = if upper { own.to_uppercase() } else { own.to_lowercase() };
                let cell = format!("{before} {written}{after}");
                prop_assert!(finds(is, own, &cell), "{}", cell);
            }
        }
    }
}
