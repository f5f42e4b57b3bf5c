//! Synthetic hospital extracts: fourteen columns, about 134 bytes a row, written as a stream.

use std::io::{self, Write};

use super::community::Community;
use super::random::{Random, Streams};
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
    persons: Streams,
    households: Streams,
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
    /// Day of birth, in days since [`FIRST_BIRTH`].
    pub born: u16,
    /// Postcode: of the right form, drawn.
    pub postcode: Postcode,
    /// Index of their household.
    pub household: u64,
    /// 1 or 2.
    pub gender: u8,
    /// Ethnic category.
    pub ethnicity: &'static str,
    /// Lower layer area, six digits, invented.
    pub lsoa: u32,
    /// Index of their practice among the community's practices.
    pub practice: usize,
}

/// Outward area and numbers; shown with a space.
#[derive(Clone, Copy, Debug)]
pub struct Postcode {
    area: &'static str,
    district: u8,
    sector: u8,
    unit: [u8; 2],
}

impl Postcode {
    /// As bytes, with a space or without.
    pub fn append(self, out: &mut Vec<u8>, space: bool) {
        out.extend_from_slice(self.area.as_bytes());
        if self.district >= 10 {
            out.push(b'1');
        }
        out.push(b'0' + self.district % 10);
        if space {
            out.push(b' ');
        }
        out.push(b'0' + self.sector);
        out.extend_from_slice(&self.unit);
    }
}

/// The first day of birth.
pub const FIRST_BIRTH: (i16, i8, i8) = (1932, 1, 1);
/// Days after it on which people are born, at most.
const BIRTHS: i32 = 34_000;
/// Days of the extract: 2025-10-01 to 2026-09-30.
const STAYS: i32 = 365;
/// Days of a stay, at most.
const STAY: i32 = 9;

impl People {
    /// `count` people (at most 900,000).
    pub fn new(seed: u64, count: u64) -> Self {
        let count = usize::try_from(count.min(PEOPLE_LIMIT)).unwrap_or(0);
        Self {
            numbers: (999_000_000..=999_999_999).filter_map(NhsNumber::from_prefix).take(count).collect(),
            persons: Streams::new(seed, "person"),
            households: Streams::new(seed, "household"),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The digits of somebody's number.
    pub fn digits(&self, index: usize) -> &[u8; 10] {
        self.numbers[index].expose_digits()
    }

    /// The practice of one of them; a household has one.
    pub fn practice(&self, index: usize, practices: usize) -> usize {
        self.households.at(index as u64 / 3).index(practices)
    }

    /// One of them. Three next to each other share a household, its postcode and mostly its name.
    pub fn person(&self, index: usize, practices: usize) -> Person {
        let mut random = self.persons.at(index as u64);
        let household = index as u64 / 3;
        let mut home = self.households.at(household);
        let practice = home.index(practices);
        let family = home.pick::<&'static str>(&SURNAMES);
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let small = |number: u64| u8::try_from(number).unwrap_or(0);
        Person {
            nhs: self.numbers[index],
            surname: if random.chance(4, 5) { family } else { random.pick::<&'static str>(&SURNAMES) },
            forename: random.pick::<&'static str>(&FORENAMES),
            born: u16::try_from(random.between(0, BIRTHS)).unwrap_or(0),
            postcode: Postcode {
                area: home.pick::<&'static str>(&["M", "BL", "OL", "SK", "WN"]),
                district: 1 + small(home.below(18)),
                sector: small(home.below(10)),
                unit: [*home.pick(letters), *home.pick(letters)],
            },
            household,
            gender: if random.chance(1, 2) { 1 } else { 2 },
            ethnicity: random.pick::<&'static str>(&ETHNICITIES),
            lsoa: 990_000 + u32::try_from(home.below(5_000)).unwrap_or(0),
            practice,
        }
    }
}

/// Every day from the first birth to the last discharge as it is written.
struct Calendar {
    days: Vec<[u8; 10]>,
    first_stay: usize,
}

impl Calendar {
    fn new() -> Self {
        let (year, month, day) = FIRST_BIRTH;
        let first = Date::new(year, month, day).unwrap_or(Date::MIN);
        let stays = first.days_until(Date::new(2025, 10, 1).unwrap_or(Date::MAX));
        let days = (0..=stays + STAYS + STAY).filter_map(|day| first.plus_days(day).to_string().into_bytes().try_into().ok()).collect();
        Self { days, first_stay: usize::try_from(stays).unwrap_or(0) }
    }
}

/// Rows written by one thread at a time.
const CHUNK: u64 = 32_768;

/// Writes an extract of a year of hospital stays, 2025-10-01 to 2026-09-30.
pub fn write(wanted: Wanted, community: &Community, out: &mut impl Write) -> io::Result<()> {
    write_with(1, wanted, community, out)
}

/// The same bytes, made by several threads.
pub fn write_with(threads: usize, wanted: Wanted, community: &Community, out: &mut impl Write) -> io::Result<()> {
    let people = People::new(wanted.seed, (wanted.rows * 3 / 5).max(1));
    let practices: Vec<&str> = community.of_kind("gp_practice").map(|m| m.ods.as_str()).collect();
    let calendar = Calendar::new();
    writeln!(out, "{HEADER}")?;
    let threads = threads.max(1) as u64;
    let mut buffers: Vec<Vec<u8>> = (0..threads).map(|_| Vec::new()).collect();
    let mut next = 0;
    while next < wanted.rows {
        std::thread::scope(|scope| {
            for (index, buffer) in buffers.iter_mut().enumerate() {
                let from = (next + index as u64 * CHUNK).min(wanted.rows);
                let to = (from + CHUNK).min(wanted.rows);
                let (people, practices, calendar) = (&people, &practices, &calendar);
                let mut make = move || {
                    buffer.clear();
                    rows(wanted, from..to, people, practices, calendar, buffer);
                };
                if threads == 1 {
                    make();
                } else {
                    scope.spawn(make);
                }
            }
        });
        for buffer in &buffers {
            out.write_all(buffer)?;
        }
        next += threads * CHUNK;
    }
    Ok(())
}

/// Rows by number; none depends on another.
fn rows(wanted: Wanted, numbers: std::ops::Range<u64>, people: &People, practices: &[&str], calendar: &Calendar, out: &mut Vec<u8>) {
    let stays = Streams::new(wanted.seed, "stay");
    for row in numbers {
        let mut random = stays.at(row);
        let person = people.person(random.index(people.len()), practices.len());
        // Nobody is admitted before they are born: the last births lie before the first stay.
        let admitted = calendar.first_stay + random.index(STAYS as usize);
        let discharged = admitted + random.index(STAY as usize + 1);
        let digits = person.nhs.expose_digits();
        if random.chance(wanted.dirty_per_mille, 1000) {
            damage(digits, &mut random, out);
        } else {
            out.extend_from_slice(digits);
        }
        for cell in [person.surname.as_bytes(), person.forename.as_bytes(), &calendar.days[usize::from(person.born)]] {
            out.push(b',');
            out.extend_from_slice(cell);
        }
        out.push(b',');
        person.postcode.append(out, true);
        out.push(b',');
        out.extend_from_slice(practices[person.practice].as_bytes());
        out.extend_from_slice(&[b',', b'0' + person.gender]);
        for cell in [person.ethnicity.as_bytes(), &calendar.days[admitted], &calendar.days[discharged], random.pick(&DIAGNOSES).as_bytes()] {
            out.push(b',');
            out.extend_from_slice(cell);
        }
        out.push(b',');
        note(&mut random, out);
        out.extend_from_slice(b",E01");
        decimal(out, person.lsoa);
        out.push(b',');
        decimal(out, 100 + u32::try_from(random.below(9_900)).unwrap_or(0));
        out.push(b'\n');
    }
}

fn decimal(out: &mut Vec<u8>, mut number: u32) {
    let start = out.len();
    loop {
        out.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out[start..].reverse();
}

/// The ways in which numbers are damaged on their way through spreadsheets and hands.
fn damage(digits: &[u8; 10], random: &mut Random, out: &mut Vec<u8>) {
    match random.below(6) {
        0 => {}
        1 => {
            out.extend_from_slice(&digits[..9]);
            out.push(b'0' + (digits[9] - b'0' + 1) % 10);
        }
        2 => out.extend_from_slice(&digits[..9]),
        3 => out.extend_from_slice(b"9.99E+09"),
        4 => out.extend_from_slice(b"9999999999"),
        _ => out.extend_from_slice(b"unknown"),
    }
}

/// 9% of notes hold a comma or quotes and are quoted, 1% of all a line end.
fn note(random: &mut Random, out: &mut Vec<u8>) {
    let (first, second) = (random.pick(&NOTES).as_bytes(), random.pick(&NOTES).as_bytes());
    let (before, between, after): (&[u8], &[u8], &[u8]) = match random.below(100) {
        0 => (b"\"", b"\n", b"\""),
        1..=6 => (b"\"", b", ", b"\""),
        7..=8 => (b"\"", b" \"\"", b"\"\"\""),
        _ => {
            out.extend_from_slice(first);
            return;
        }
    };
    out.extend_from_slice(before);
    out.extend_from_slice(first);
    out.extend_from_slice(between);
    out.extend(second.iter().map(u8::to_ascii_lowercase));
    out.extend_from_slice(after);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_do_not_show_in_the_bytes() {
        let (wanted, community) = (Wanted { rows: 3 * CHUNK + 17, seed: 3, dirty_per_mille: 5 }, Community::new(1));
        let (mut one, mut three) = (Vec::new(), Vec::new());
        write(wanted, &community, &mut one).expect("in memory");
        write_with(3, wanted, &community, &mut three).expect("in memory");
        assert!(one == three);
    }

    #[test]
    fn the_shape_is_that_of_the_benchmark() {
        let mut bytes = Vec::new();
        write(Wanted { rows: 20_000, seed: 1, dirty_per_mille: 0 }, &Community::new(1), &mut bytes).expect("in memory");
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let (mut quoted, mut ends) = (0u32, 0u32);
        for row in reader.records() {
            let row = row.expect("fourteen cells");
            assert_eq!(row.len(), 14);
            assert!(NhsNumber::parse(&row[0]).is_ok());
            assert!(crate::identifier::Postcode::parse(row[4].as_bytes()).is_ok(), "{}", &row[4]);
            assert!(row[3] < row[8] && row[8] <= row[9]);
            quoted += u32::from(row[11].contains([',', '"', '\n']));
            ends += u32::from(row[11].contains('\n'));
        }
        assert!((1_600..2_000).contains(&quoted) && (150..260).contains(&ends), "{quoted} {ends}");
        assert!((128..140).contains(&(bytes.len() / 20_000)), "{}", bytes.len() / 20_000);
    }

    #[test]
    fn a_household_has_one_address_and_one_practice() {
        let people = People::new(9, 300);
        for first in (0..300).step_by(3) {
            let home: Vec<_> =
                (first..first + 3).map(|index| people.person(index, 40)).map(|p| (p.household, format!("{:?}", p.postcode), p.practice)).collect();
            assert!(home[0] == home[1] && home[1] == home[2]);
            assert_eq!(home[0].2, people.practice(first, 40));
        }
    }
}
