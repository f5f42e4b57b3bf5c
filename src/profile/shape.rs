//! What the cells of one column look like: counters, and hashes of some of their values.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};

use crate::identifier::{NhsNumber, Postcode};
use crate::pseudonymise::release::DateForm;
use crate::pseudonymise::transform::day;

/// Distinct values counted of a column; beyond it is "as many or more".
pub const DISTINCT: usize = 16_384;

/// Decades from 1890 to 2049.
const DECADES: usize = 16;

/// Counters of one column. Adding two is a sum, so order does not count.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Cells with something in them.
    pub filled: u64,
    /// Cells without.
    pub empty: u64,
    /// Ten digits.
    pub ten_digits: u64,
    /// NHS numbers whose check digit is right.
    pub nhs: u64,
    /// Those of the range 999, which is never issued.
    pub nhs_test: u64,
    /// Cells that are no NHS number and hold one within.
    pub nhs_within: u64,
    /// Full postcodes.
    pub postcode: u64,
    /// Cells that are no postcode and hold one with its space within.
    pub postcode_within: u64,
    /// Dates by form: ISO, compact, slashes, with a time.
    pub dates: [u64; 4],
    /// Dates by decade, placeholders left out.
    pub decades: [u64; DECADES],
    /// E-mail addresses, alone or within.
    pub email: u64,
    /// Telephone numbers of the United Kingdom.
    pub phone: u64,
    /// National Insurance numbers.
    pub ni: u64,
    /// Codes of small areas.
    pub area: u64,
    /// Codes in the form of ICD-10 with a dot.
    pub icd10: u64,
    /// Numbers of SNOMED CT: their own check digit (Verhoeff) and partition.
    pub snomed: u64,
    /// Codes in the forms of organisations: practice, trust, pharmacy.
    pub ods: u64,
    /// Digits alone.
    pub digits: u64,
    /// Numbers, with a sign or a point as well.
    pub number: u64,
    /// At most two characters.
    pub short: u64,
    /// Codes of the 16+1 ethnic categories, one letter.
    pub ethnic: u64,
    /// Three words or more.
    pub words: u64,
    /// Letters, spaces, hyphens and apostrophes alone.
    pub letters: u64,
    /// Codes of letters and digits, at least four long, with a digit.
    pub code: u64,
    /// The longest cell, in bytes.
    pub longest: usize,
    distinct: BTreeSet<u64>,
}

/// The forms counted, in the order of [`Shape::dates`].
pub const FORMS: [DateForm; 4] = [DateForm::Iso, DateForm::Compact, DateForm::Slashes, DateForm::IsoTime];

impl Shape {
    /// Counts one cell.
    pub fn add(&mut self, cell: &[u8]) {
        let cell = cell.trim_ascii();
        if cell.is_empty() || matches!(cell, b"NULL" | b"null" | b"\\N") {
            self.empty += 1;
            return;
        }
        self.filled += 1;
        self.longest = self.longest.max(cell.len());
        if self.distinct.len() < DISTINCT {
            let mut hasher = DefaultHasher::new();
            hasher.write(cell);
            self.distinct.insert(hasher.finish());
        }
        let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
        let all_digits = digits == cell.len();
        let one = u64::from;
        self.short += one(cell.len() <= 2);
        self.digits += one(all_digits);
        self.number += one(is_number(cell));
        self.letters += one(cell.iter().all(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii() || b" -'.".contains(byte)));
        self.words += one(cell.split(u8::is_ascii_whitespace).filter(|word| word.len() > 1).count() >= 3);
        self.code += one(cell.len() >= 4 && digits > 0 && cell.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_/".contains(byte)));
        self.ethnic += one(cell.len() == 1 && b"ABCDEFGHJKLMNPRSZ".contains(&cell[0]));
        self.email += one(has_email(cell));
        if digits == 10 {
            let number = NhsNumber::parse_bytes(cell);
            self.ten_digits += 1;
            if let Ok(number) = &number {
                self.nhs += 1;
                self.nhs_test += one(number.expose_digits().starts_with(b"999"));
            }
        }
        if !all_digits && digits >= 10 && has_nhs_number(cell) && NhsNumber::parse_bytes(cell).is_err() {
            self.nhs_within += 1;
        }
        let postcode = Postcode::parse(cell).is_ok();
        self.postcode += one(postcode);
        self.postcode_within += one(!postcode && has_postcode(cell));
        if let Some((form, days)) = FORMS.iter().enumerate().find_map(|(index, form)| Some((index, day::parse(cell, *form).ok()?))) {
            let (year, ..) = day::to_civil(days);
            if form != 1 || (1890..2050).contains(&year) {
                self.dates[form] += 1;
                if let Some(decade) = usize::try_from((year - 1890).div_euclid(10)).ok().filter(|decade| *decade < DECADES && !day::is_placeholder(days)) {
                    self.decades[decade] += 1;
                }
            }
        }
        self.phone += one(is_phone(cell));
        self.ni += one(is_ni(cell));
        self.area +=
            one(cell.len() == 9 && matches!(&cell[..3], b"E00" | b"E01" | b"E02" | b"W00" | b"W01" | b"W02") && cell[3..].iter().all(u8::is_ascii_digit));
        self.icd10 += one(is_icd10(cell));
        self.snomed += one(all_digits && is_snomed(cell));
        self.ods += one(is_ods(cell));
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: &Self) {
        macro_rules! sum { ($($field:ident)*) => { $(self.$field += other.$field;)* } }
        sum!(filled empty ten_digits nhs nhs_test nhs_within postcode postcode_within email phone ni area icd10 snomed ods digits number short ethnic words letters code);
        self.dates.iter_mut().zip(other.dates).for_each(|(sum, more)| *sum += more);
        self.decades.iter_mut().zip(other.decades).for_each(|(sum, more)| *sum += more);
        self.longest = self.longest.max(other.longest);
        for hash in &other.distinct {
            if self.distinct.len() >= DISTINCT {
                break;
            }
            self.distinct.insert(*hash);
        }
    }

    /// Distinct values, up to [`DISTINCT`].
    pub fn distinct(&self) -> usize {
        self.distinct.len()
    }

    /// Whether nine of ten filled cells are so.
    pub fn mostly(&self, count: u64) -> bool {
        self.filled > 0 && count * 10 >= self.filled * 9
    }

    /// The form in which nearly all dates are written.
    pub fn date_form(&self) -> Option<DateForm> {
        FORMS.into_iter().zip(self.dates).find(|(_, count)| self.mostly(*count)).map(|(form, _)| form)
    }

    /// Decades that hold at least one date in fifty: births spread over many, events over few.
    pub fn spread(&self) -> usize {
        let all: u64 = self.decades.iter().sum();
        self.decades.iter().filter(|count| **count > 0 && **count * 50 >= all).count()
    }
}

fn is_number(cell: &[u8]) -> bool {
    let rest = cell.strip_prefix(b"-").unwrap_or(cell);
    let points = memchr::memchr_iter(b'.', rest).count();
    points <= 1 && rest.len() > points && rest.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

fn has_email(cell: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_+".contains(byte);
    memchr::memchr_iter(b'@', cell).any(|at| {
        let domain: Vec<u8> = cell[at + 1..].iter().copied().take_while(word).collect();
        at > 0 && word(&cell[at - 1]) && memchr::memchr(b'.', &domain).is_some_and(|point| point > 0 && point + 1 < domain.len())
    })
}

/// Ten digits, with single spaces or hyphens between them, with no digit before or after.
fn has_nhs_number(cell: &[u8]) -> bool {
    let mut at = 0;
    while at < cell.len() {
        if !cell[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut digits = Vec::new();
        while at < cell.len() {
            if cell[at].is_ascii_digit() {
                digits.push(cell[at]);
            } else if !(b" -".contains(&cell[at]) && cell.get(at + 1).is_some_and(u8::is_ascii_digit)) {
                break;
            }
            at += 1;
        }
        if digits.windows(10).any(|ten| NhsNumber::parse_bytes(ten).is_ok()) {
            return true;
        }
    }
    false
}

fn has_postcode(cell: &[u8]) -> bool {
    let words: Vec<&[u8]> = cell.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| pair[1].len() == 3 && (2..=4).contains(&pair[0].len()) && Postcode::parse(&[pair[0], pair[1]].concat()).is_ok())
}

fn is_phone(cell: &[u8]) -> bool {
    let digits: Vec<u8> = cell.iter().copied().filter(u8::is_ascii_digit).collect();
    let form = cell.iter().all(|byte| byte.is_ascii_digit() || b" +()-".contains(byte));
    form && (digits.len() == 11 && digits[0] == b'0' && b"12378".contains(&digits[1]) || digits.len() == 12 && digits.starts_with(b"44") && cell[0] == b'+')
}

fn is_ni(cell: &[u8]) -> bool {
    let t: Vec<u8> = cell.iter().filter(|byte| **byte != b' ').map(u8::to_ascii_uppercase).collect();
    t.len() == 9
        && t[..2].iter().all(u8::is_ascii_uppercase)
        && !b"DFIQUV".contains(&t[0])
        && t[2..8].iter().all(u8::is_ascii_digit)
        && (b'A'..=b'D').contains(&t[8])
}

/// A letter, two digits, and one or two digits after a dot; without a dot it would be half of all codes there are.
fn is_icd10(cell: &[u8]) -> bool {
    matches!(cell, [a, b, c, b'.', rest @ ..] if a.is_ascii_uppercase() && b.is_ascii_digit() && c.is_ascii_alphanumeric() && (1..=2).contains(&rest.len()) && rest.iter().all(u8::is_ascii_alphanumeric))
        || matches!(cell, [a, b, c] if a.is_ascii_uppercase() && *a != b'R' && b.is_ascii_digit() && c.is_ascii_digit())
}

/// Six to eighteen digits, partition 00 or 10 before the check digit, and Verhoeff's check.
fn is_snomed(cell: &[u8]) -> bool {
    const D: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const ONCE: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    if !(6..=18).contains(&cell.len()) || cell[0] == b'0' || !matches!(&cell[cell.len() - 3..cell.len() - 1], b"00" | b"10") {
        return false;
    }
    let mut check = 0u8;
    for (place, byte) in cell.iter().rev().enumerate() {
        let permuted = (0..place % 8).fold(byte - b'0', |digit, _| ONCE[usize::from(digit)]);
        check = D[usize::from(check)][usize::from(permuted)];
    }
    check == 0
}

/// A practice, a trust or its site, a pharmacy, a board: forms are hints, the register alone knows.
fn is_ods(cell: &[u8]) -> bool {
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let codes = |part: &[u8]| part.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    match cell {
        [first, rest @ ..] if rest.len() == 5 => first.is_ascii_uppercase() && digits(rest),
        [b'R' | b'Q', rest @ ..] if rest.len() == 2 => codes(rest),
        [b'R' | b'F' | b'V' | b'N', rest @ ..] if rest.len() == 4 => codes(rest) && rest.iter().any(u8::is_ascii_digit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        assert!(is_snomed(b"22298006") && is_snomed(b"73211009") && !is_snomed(b"22298007"));
        assert!(is_icd10(b"B34.9") && is_icd10(b"I10") && !is_icd10(b"hello") && !is_icd10(b"RZ9"));
        assert!(has_nhs_number(b"seen, 999 000 0018 again") && !has_nhs_number(b"seen 999 000 0019"));
        assert!(has_email(b"write to a.b@example.org.") && !has_email(b"3 @ 4"));
        assert!(has_postcode(b"lives at OL17 3XB now") && !has_postcode(b"no code at all"));
        assert!(is_phone(b"0161 496 0000") && is_phone(b"+44 7700 900123") && !is_phone(b"9990000018"));
        assert!(is_ods(b"X90209") && is_ods(b"RZA") && is_ods(b"FLM49") && !is_ods(b"Smith"));
    }

    #[test]
    fn a_cell_counts_the_same_in_any_order() {
        let cells: [&[u8]; 5] = [b"9990000018", b"OL17 3XB", b"2026-01-05", b"", b"a note of words"];
        let count = |cells: &[&[u8]]| {
            let mut shape = Shape::default();
            for cell in cells {
                shape.add(cell);
            }
            format!("{shape:?}")
        };
        let mut back = cells;
        back.reverse();
        assert_eq!(count(&cells), count(&back));
    }
}
