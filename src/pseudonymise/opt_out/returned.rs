//! What was asked and what came back: read, proved, and asked about one person at a time.

use zeroize::Zeroizing;

use super::name::Name;
use super::numbers::Numbers;
use crate::identifier::{Date, NhsNumber};
use crate::text::{count, thousands};

/// What the service answers to a file with a bad number; nothing of the file was checked.
pub const ERROR_LINE: &str = "The file contains one or more invalid NHS Numbers.";

/// From so many numbers on, an answer that leaves nobody out is no answer: about one person in twenty has opted out.
pub const MANY: usize = 1000;

/// Days that a list is good for, if the release says nothing.
pub const MAX_AGE: u32 = 21;

/// Why a list cannot be used. Carries no number of a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The request was made later than today.
    #[error("the check was asked on {0}, after {1}")]
    Future(Date, Date),
    /// Too old.
    #[error("the check was asked on {asked}, {age} before {on}; it is good for {limit}", age = count(u64::from(*.age), "day", "days"), limit = count(u64::from(*.limit), "day", "days"))]
    Stale {
        /// The day of the request.
        asked: Date,
        /// Today.
        on: Date,
        /// Days between them.
        age: u32,
        /// Days allowed.
        limit: u32,
    },
    /// The service refused the file.
    #[error("the service answered that the file held an invalid number, and checked nobody")]
    Rejected,
    /// A line that is no NHS number.
    #[error("{file}, line {line}, is not an NHS number and a comma")]
    Line {
        /// `the request` or `the list`.
        file: &'static str,
        /// From 1.
        line: usize,
    },
    /// A number twice.
    #[error("{0} holds a number more than once")]
    Twice(&'static str),
    /// More than was asked.
    #[error("the list holds {} numbers, and {} were asked about", thousands(*.0 as u64), thousands(*.1 as u64))]
    More(usize, usize),
    /// Somebody who was not asked about.
    #[error("the list holds a number that was never asked about: it answers another request")]
    NotAsked,
    /// The request itself.
    #[error("the list is what was asked, all {} of it: nobody left out among so many is not an answer", thousands(*.0 as u64))]
    Unchanged(usize),
}

/// A list that was proved to answer its request.
#[derive(Debug)]
pub struct Returned {
    asked: Numbers,
    without: Numbers,
    /// The day on which it was asked.
    pub day: Date,
    /// Days since then.
    pub age: u32,
}

/// How one person stands to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Returned: no opt-out.
    Released,
    /// Asked about and not returned.
    OptedOut,
    /// Never asked about, so nobody knows.
    NotAsked,
}

/// Lines of digits, each with a comma (the request must have it) and LF or CRLF.
fn read(file: &'static str, bytes: &[u8]) -> Result<Numbers, Unproved> {
    // A number takes eleven bytes at least, so this never grows, and nothing is left behind where it was.
    let mut prefixes = Zeroizing::new(Vec::with_capacity(bytes.len() / 11 + 1));
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let digits = line.strip_suffix(b",").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let number = Some(digits).filter(|digits| digits.len() == 10).and_then(|digits| NhsNumber::parse_bytes(digits).ok());
        match number {
            Some(number) => prefixes.push(number.expose_prefix()),
            None if line == ERROR_LINE.as_bytes() => return Err(Unproved::Rejected),
            None => return Err(Unproved::Line { file, line: index + 1 }),
        }
    }
    let lines = prefixes.len();
    let numbers = Numbers::new(std::mem::take(&mut *prefixes));
    if numbers.len() < lines { Err(Unproved::Twice(file)) } else { Ok(numbers) }
}

impl Returned {
    /// Proves a list: fresh on `on`, an answer to this request and to no other.
    pub fn prove(name: &Name, request: &[u8], list: &[u8], on: Date, limit: u32) -> Result<Self, Unproved> {
        let age = on.days() - name.day.days();
        let age = u32::try_from(age).map_err(|_| Unproved::Future(name.day, on))?;
        if age > limit {
            return Err(Unproved::Stale { asked: name.day, on, age, limit });
        }
        let without = read("the list", list)?;
        let asked = read("the request", request)?;
        if without.len() > asked.len() {
            return Err(Unproved::More(without.len(), asked.len()));
        }
        if !without.all_among(&asked) {
            return Err(Unproved::NotAsked);
        }
        if asked.len() >= MANY && without.len() == asked.len() {
            return Err(Unproved::Unchanged(asked.len()));
        }
        Ok(Self { asked, without, day: name.day, age })
    }

    /// How this person stands.
    pub fn standing(&self, number: &NhsNumber) -> Standing {
        if self.without.holds(number) {
            Standing::Released
        } else if self.asked.holds(number) {
            Standing::OptedOut
        } else {
            Standing::NotAsked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a day")
    }

    fn prove(request: &str, list: &str) -> Result<Returned, Unproved> {
        let name = Name::new("8XX01OT001", day("2026-07-01"), 1).expect("a name");
        Returned::prove(&name, request.as_bytes(), list.as_bytes(), day("2026-07-15"), MAX_AGE)
    }

    const ASKED: &str = "9990000018,\n9990000026,\n9990000034,\n";

    #[test]
    fn who_was_returned_stays_and_the_others_are_told_apart() {
        for list in ["9990000034,\n9990000018,\n", "9990000018\r\n9990000034\r\n\r\n", "9990000018,\n9990000034"] {
            let returned = prove(ASKED, list).expect("proved");
            let standing = |text: &str| returned.standing(&NhsNumber::parse(text).expect("a number"));
            assert_eq!(standing("9990000018"), Standing::Released);
            assert_eq!(standing("9990000026"), Standing::OptedOut);
            assert_eq!(standing("9990000034"), Standing::Released);
            assert_eq!(standing("9990000042"), Standing::NotAsked);
            assert_eq!(returned.age, 14);
        }
    }

    #[test]
    fn what_does_not_answer_the_request_is_refused() {
        let refused = |list: &str| prove(ASKED, list).err();
        assert_eq!(refused("9990000042,\n"), Some(Unproved::NotAsked));
        assert_eq!(refused("9990000018,\n9990000018,\n"), Some(Unproved::Twice("the list")));
        assert_eq!(refused("9990000018,\n9990000026,\n9990000034,\n9990000042,\n"), Some(Unproved::More(4, 3)));
        assert_eq!(refused("The file contains one or more invalid NHS Numbers.\n"), Some(Unproved::Rejected));
        assert_eq!(refused("9990000018,\n9990000019,\n"), Some(Unproved::Line { file: "the list", line: 2 }));
        assert_eq!(refused("nhs_number\n9990000018\n"), Some(Unproved::Line { file: "the list", line: 1 }));
        assert!(refused(ASKED).is_none(), "a few people may all be without an opt-out");
        for error in [refused("9990000042,\n"), refused("9990000018,\n9990000019,\n")].into_iter().flatten() {
            assert!(!error.to_string().contains("999"), "{error}");
        }
    }

    #[test]
    fn a_thousand_people_of_whom_nobody_opted_out_are_no_answer() {
        let numbers: Vec<NhsNumber> = (0..1200).filter_map(|n| NhsNumber::parse_bytes(format!("999{n:07}").as_bytes()).ok()).collect();
        let all: Vec<u32> = (0..1_000_000u32)
            .filter_map(|n| NhsNumber::parse_bytes(format!("999{n:07}").as_bytes()).ok())
            .map(|number| number.expose_prefix())
            .take(1000)
            .collect();
        assert!(!numbers.is_empty());
        let thousand = String::from_utf8(Numbers::new(all.clone()).to_request()).expect("digits");
        assert_eq!(prove(&thousand, &thousand).err(), Some(Unproved::Unchanged(1000)));
        let fewer = String::from_utf8(Numbers::new(all[1..].to_vec()).to_request()).expect("digits");
        assert!(prove(&fewer, &fewer).is_ok(), "999 may all be without an opt-out");
        assert!(prove(&thousand, &fewer).is_ok());
    }

    #[test]
    fn a_list_is_good_for_its_days_and_not_for_one_more() {
        let name = Name::new("8XX01OT001", day("2026-07-01"), 1).expect("a name");
        let on = |on: &str| Returned::prove(&name, ASKED.as_bytes(), b"", day(on), 21).map(|returned| returned.age);
        assert_eq!(on("2026-07-22"), Ok(21));
        assert_eq!(on("2026-07-23"), Err(Unproved::Stale { asked: day("2026-07-01"), on: day("2026-07-23"), age: 22, limit: 21 }));
        assert_eq!(on("2026-06-30"), Err(Unproved::Future(day("2026-07-01"), day("2026-06-30"))));
        assert_eq!(on("2026-07-01"), Ok(0));
    }
}
