//! Synthetic hospital extracts: fourteen columns, about 134 bytes a row, written as a stream.

use std::io::{self, Write};

use super::community::Community;
use super::random::Random;
use super::words::{DIAGNOSES, ETHNICITIES, FORENAMES, NOTES, SURNAMES};
use crate::identifier::{Date, NhsNumber};

/// The header.
pub const HEADER: &str = "nhs_number,surname,forename,dob,postcode,practice,gender,ethnicity,admission,discharge,diagnosis,note,lsoa,cost";

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Rows.
    pub rows: u64,
    /// Seed.
    pub seed: u64,
    /// How many rows in a thousand have a damaged NHS number.
    pub dirty_per_mille: u64,
}

/// How many NHS numbers the test range holds: those of 999 000 000 to 999 999 999 that have a check digit.
const PEOPLE_LIMIT: u64 = 900_000;

/// The synthetic people of a seed, by index.
#[derive(Debug)]
pub struct People {
    numbers: Vec<NhsNumber>,
    seed: u64,
}

/// One synthetic person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Number of the test range.
    pub nhs: NhsNumber,
    /// Family name.
    pub surname: &'static str,
    /// First name.
    pub forename: &'static str,
    /// Day of birth.
    pub born: Date,
    /// Postcode, invented.
    pub postcode: String,
    /// Index of their household.
    pub household: u64,
    /// 1 or 2.
    pub gender: u8,
    /// Ethnic category.
    pub ethnicity: &'static str,
    /// Lower layer area, invented.
    pub lsoa: String,
    /// Index of their practice among the community's practices.
    pub practice: usize,
}

impl People {
    /// `count` people (at most 900,000).
    pub fn new(seed: u64, count: u64) -> Self {
        let count = usize::try_from(count.min(PEOPLE_LIMIT)).unwrap_or(0);
        Self { numbers: (999_000_000..=999_999_999).filter_map(NhsNumber::from_prefix).take(count).collect(), seed }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// One of them. People next to each other often share a household, its name and its postcode.
    pub fn person(&self, index: usize, practices: usize) -> Person {
        let mut random = Random::new(self.seed, "person", index as u64);
        let household = index as u64 / 3;
        let mut home = Random::new(self.seed, "household", household);
        let surname = if random.chance(4, 5) { home.pick(&SURNAMES) } else { random.pick(&SURNAMES) };
        let area = ["M", "BL", "OL", "SK", "WN"][home.index(5)];
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let postcode = format!("{area}{} {}{}{}", 1 + home.below(18), home.below(10), *home.pick(letters) as char, *home.pick(letters) as char);
        Person {
            nhs: self.numbers[index],
            surname,
            forename: random.pick::<&'static str>(&FORENAMES),
            born: Date::new(1932, 1, 1).unwrap_or(Date::MIN).plus_days(random.between(0, 34_000)),
            postcode,
            household,
            gender: if random.chance(1, 2) { 1 } else { 2 },
            ethnicity: random.pick::<&'static str>(&ETHNICITIES),
            lsoa: format!("E01{:06}", 990_000 + home.below(5_000)),
            practice: home.index(practices),
        }
    }
}

/// Writes an extract of a year of hospital stays, 2025-10-01 to 2026-09-30.
pub fn write(wanted: Wanted, community: &Community, out: &mut impl Write) -> io::Result<()> {
    let people = People::new(wanted.seed, (wanted.rows * 3 / 5).max(1));
    let practices: Vec<&str> = community.of_kind("gp_practice").map(|m| m.ods.as_str()).collect();
    let first = Date::new(2025, 10, 1).unwrap_or(Date::MIN);
    writeln!(out, "{HEADER}")?;
    for row in 0..wanted.rows {
        let mut random = Random::new(wanted.seed, "stay", row);
        let person = people.person(random.index(people.len()), practices.len());
        let admitted = first.plus_days(random.between(0, 364)).max(person.born);
        let discharged = admitted.plus_days(random.between(0, 9));
        let digits = String::from_utf8_lossy(person.nhs.expose_digits()).into_owned();
        let number = if random.chance(wanted.dirty_per_mille, 1000) { damage(&digits, &mut random) } else { digits };
        let note = note(&mut random);
        writeln!(
            out,
            "{number},{},{},{},{},{},{},{},{admitted},{discharged},{},{note},{},{}",
            person.surname,
            person.forename,
            person.born,
            person.postcode,
            practices[person.practice],
            person.gender,
            person.ethnicity,
            random.pick(&DIAGNOSES),
            person.lsoa,
            100 + random.below(9_900),
        )?;
    }
    Ok(())
}

/// The ways in which numbers are damaged on their way through spreadsheets and hands.
fn damage(digits: &str, random: &mut Random) -> String {
    match random.below(6) {
        0 => String::new(),
        1 => format!("{}{}", &digits[..9], (digits.as_bytes()[9] - b'0' + 1) % 10),
        2 => digits[..9].to_owned(),
        3 => "9.99E+09".to_owned(),
        4 => "9999999999".to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// 9% of notes hold a comma or quotes and are quoted, 1% a line end.
fn note(random: &mut Random) -> String {
    let (first, second) = (*random.pick(&NOTES), *random.pick(&NOTES));
    match random.below(100) {
        0 => format!("\"{first}\n{second}\""),
        1..=6 => format!("\"{first}, {}\"", second.to_lowercase()),
        7..=8 => format!("\"{first} \"\"{}\"\"\"", second.to_lowercase()),
        _ => first.to_owned(),
    }
}
