//! The leak check beyond a row's own identifiers: NHS numbers of other people (file tier), and columns that hold NHS numbers
//! of anybody (shape tier).
//!
//! A ten-digit number in what leaves that passes modulus 11 is a candidate; one in eleven does by chance, so each is looked for
//! among the numbers of the extract in another reading, and only what stands there counts. Where a column holds many ten-digit
//! numbers of which far more pass than chance allows, they are NHS numbers whoever they are of.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::sync::atomic::AtomicBool;

use crate::identifier::NhsNumber;
use crate::pseudonymise::bound::Bound;
use crate::pseudonymise::distinct::Full;
use crate::pseudonymise::pipeline::RowError;
use crate::tabular::{Done, Records, Source, Stop, Stopped, run};

/// Bytes that one candidate takes, spare room included.
const COST: usize = 96;
/// Ten-digit numbers that a column must hold before its shape is judged.
const ENOUGH: u64 = 20;

/// A candidate: column of the release, first nine digits, row.
pub type Candidate = (usize, u32, u64);

/// Ten-digit numbers that stand by themselves in a plain text, in a row or as 3-3-4.
pub fn tokens(text: &[u8]) -> impl Iterator<Item = [u8; 10]> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += text.get(at..)?.iter().position(u8::is_ascii_digit)?;
            let run = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let mut digits = [0; 10];
            let first = run(at);
            if first == 10 {
                digits.copy_from_slice(&text[at..at + 10]);
                at += 10;
                return Some(digits);
            }
            let marked = |place: usize| text.get(place).is_some_and(|byte| b" -".contains(byte));
            if first == 3 && marked(at + 3) && run(at + 4) == 3 && marked(at + 7) && run(at + 8) == 4 {
                for (to, from) in [(0..3, at..at + 3), (3..6, at + 4..at + 7), (6..10, at + 8..at + 12)] {
                    digits[to].copy_from_slice(&text[from]);
                }
                at += 12;
                return Some(digits);
            }
            at += first;
        }
    })
}

/// Whether ten-digit numbers of a column are NHS numbers: of 20 or more, over three in ten pass, where chance lets one in
/// eleven.
pub fn are_nhs_numbers(numbers: u64, pass: u64) -> bool {
    numbers >= ENOUGH && pass * 10 > numbers * 3
}

/// Where something was seen: in how many places, and the first as extract and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Places.
    pub places: u64,
    /// The extract, counted from 0.
    pub extract: usize,
    /// The row of the first.
    pub row: u64,
}

/// NHS numbers by their first nine digits.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Numbers(HashSet<u32>);

impl Numbers {
    /// Whether there is none, so that nothing has to be read again.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The candidates of a run.
pub struct Candidates {
    known: HashMap<(usize, u32), Seen>,
    most: usize,
}

impl Candidates {
    /// Holds as many as fit in this many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { known: HashMap::new(), most: bytes / COST }
    }

    /// Those of a part of an extract, whose rows come after `before`.
    pub fn add(&mut self, extract: usize, before: u64, part: &[Candidate]) -> Result<(), Full> {
        for (column, number, row) in part {
            self.known.entry((*column, *number)).or_insert(Seen { places: 0, extract, row: row + before }).places += 1;
        }
        if self.known.len() > self.most { Err(Full) } else { Ok(()) }
    }

    /// The numbers to be looked for.
    pub fn numbers(&self) -> Numbers {
        Numbers(self.known.keys().map(|(_, number)| *number).collect())
    }

    /// By column, where numbers that are people's were seen.
    pub fn confirmed(&self, people: &Numbers) -> BTreeMap<usize, Seen> {
        let mut all: BTreeMap<usize, Seen> = BTreeMap::new();
        for ((column, _), seen) in self.known.iter().filter(|((_, number), _)| people.0.contains(number)) {
            let of = all.entry(*column).or_insert(Seen { places: 0, ..*seen });
            of.places += seen.places;
            (of.extract, of.row) = (of.extract, of.row).min((seen.extract, seen.row));
        }
        all
    }
}

/// Which of some numbers stand in the columns of NHS numbers of an extract, whatever becomes of their rows.
pub fn people<R: Read + Send>(
    bound: &Bound<'_>,
    source: Source<R>,
    wanted: &Numbers,
    threads: usize,
    interrupted: &AtomicBool,
    found: &mut Numbers,
) -> Result<(), Stopped<RowError>> {
    let work = |chunk: &[u8], whole: bool, buffer: Vec<u8>| {
        let mut records = Records::new(chunk, bound.delimiter, bound.columns, whole);
        let (mut cells, mut part) = (Vec::new(), Vec::new());
        loop {
            match records.next_into(&mut cells) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) if error.is_confined() => continue,
                Err(error) => return Err(Stop { row: records.rows(), why: RowError::Malformed(error) }),
            }
            let numbers = bound.nhs.iter().filter_map(|nhs| NhsNumber::parse_bytes(cells[nhs.column].inner(chunk)).ok());
            part.extend(numbers.map(|number| number.expose_prefix()).filter(|number| wanted.0.contains(number)));
        }
        Ok(Done { rows: records.rows(), result: (part, buffer) })
    };
    run(source, threads, interrupted, work, |_, (part, buffer): (Vec<u32>, Vec<u8>)| {
        found.0.extend(part);
        Ok(buffer)
    })
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ten_digits_by_themselves_are_numbers() {
        let of = |text: &str| tokens(text.as_bytes()).map(|digits| String::from_utf8_lossy(&digits).into_owned()).collect::<Vec<_>>();
        assert_eq!(of("9990000018, 999 000 0018 and 999-000-0018"), ["9990000018"; 3]);
        assert_eq!(of("(9990000018)x9990000026"), ["9990000018", "9990000026"]);
        assert_eq!(of("99900000181 999 0000018 999  000 0018 12 999 000 00181 99 000 0018"), [""; 0]);
        assert_eq!(of("7 999 000 0018"), ["9990000018"]);
    }

    #[test]
    fn a_column_is_judged_by_more_than_chance() {
        assert!(!are_nhs_numbers(19, 19), "too few to tell");
        assert!(!are_nhs_numbers(1_000, 91) && !are_nhs_numbers(20, 6));
        assert!(are_nhs_numbers(20, 7));
    }

    #[test]
    fn what_is_confirmed_is_told_by_its_first_place() {
        let mut all = Candidates::new(1 << 10);
        all.add(1, 100, &[(0, 7, 2), (0, 8, 1), (2, 9, 1)]).expect("fits");
        all.add(1, 200, &[(0, 7, 1)]).expect("fits");
        assert_eq!(all.confirmed(&Numbers(HashSet::from([7, 8]))), BTreeMap::from([(0, Seen { places: 3, extract: 1, row: 101 })]));
        assert_eq!(all.numbers().0.len(), 3);
        assert_eq!(Candidates::new(100).add(0, 0, &[(0, 1, 1), (0, 2, 1)]), Err(Full));
    }
}
