//! The first reading of an extract: the edges of dates that are shifted, and each person's earliest day for their age.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Read;
use std::sync::atomic::AtomicBool;

use super::bound::{AtBound, Bound, Keys, Step};
use super::pipeline::{RowError, Scratch, person};
use super::transform::day;
use crate::tabular::{Done, Records, Source, Stop, Stopped, run};

/// Bytes that one person takes in the map, its spare room included.
const COST: usize = 64;

/// What the first reading learns.
#[derive(Default)]
pub struct Survey {
    /// First and last day of each shifted column, by column of the release.
    pub(super) edges: HashMap<usize, (i32, i32)>,
    /// Each person's earliest day, by column of the release (the one with the birth date).
    pub(super) earliest: HashMap<(usize, u128), i32, BuildHasherDefault<Mix>>,
}

/// Spreads numbers of people by multiplication: they are bounded and checked, so nothing stronger is needed.
#[derive(Default)]
pub(super) struct Mix(u64);

impl Mix {
    fn mix(&mut self, bits: u64) {
        let product = u128::from(self.0 ^ bits ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = half(product) ^ half(product >> 64);
    }
}

fn half(bits: u128) -> u64 {
    u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0)
}

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.mix(u64::from(*byte));
        }
    }
    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }
    fn write_u128(&mut self, bits: u128) {
        self.mix(half(bits) ^ half(bits >> 64));
    }
}

struct Part {
    edges: Vec<(usize, i32, i32)>,
    days: Vec<(usize, u128, i32)>,
    buffer: Vec<u8>,
}

impl Survey {
    /// Reads one extract. Rows whose person would not be released do not count.
    pub fn read<R: Read + Send>(
        &mut self,
        bound: &Bound<'_>,
        keys: &Keys,
        source: Source<R>,
        threads: usize,
        memory: usize,
        interrupted: &AtomicBool,
    ) -> Result<(), Stopped<RowError>> {
        let work = |chunk: &[u8], whole: bool, buffer: Vec<u8>| {
            let mut records = Records::new(chunk, bound.delimiter, bound.columns, whole);
            let mut cells = Vec::new();
            let mut scratch = Scratch::new(bound);
            let mut part = Part { edges: Vec::new(), days: Vec::new(), buffer };
            loop {
                match records.next_into(&mut cells) {
                    Ok(false) => break,
                    Ok(true) => {}
                    // Told, or set aside, when the extract is read for release.
                    Err(error) if error.is_confined() => continue,
                    Err(error) => return Err(Stop { row: records.rows(), why: RowError::Malformed(error) }),
                }
                let Ok(Ok(who)) = person(bound, keys, chunk, &cells, &mut scratch) else { continue };
                for step in &bound.steps {
                    match step {
                        Step::Shift { rule, column, form, .. } => {
                            if let Ok(on) = day::parse(cells[*column].inner(chunk), *form) {
                                match part.edges.iter_mut().find(|(known, ..)| known == rule) {
                                    Some((_, first, last)) => (*first, *last) = ((*first).min(on), (*last).max(on)),
                                    None => part.edges.push((*rule, on, on)),
                                }
                            }
                        }
                        Step::AgeBand { rule, column: birth, form: birth_form, at: AtBound::Column { column, form }, .. } => {
                            let born = day::parse(cells[*birth].inner(chunk), *birth_form);
                            if let (Some(who), Ok(born), Ok(on)) = (who, born, day::parse(cells[*column].inner(chunk), *form))
                                && born <= on
                            {
                                part.days.push((*rule, who, on));
                            }
                        }
                        _ => {}
                    }
                }
            }
            // One person's rows often stand together: only the earliest of a chunk goes to the map.
            part.days.sort_unstable();
            part.days.dedup_by_key(|(rule, who, _)| (*rule, *who));
            Ok(Done { rows: records.rows(), result: part })
        };
        run(source, threads, interrupted, work, |_, part: Part| {
            for (rule, first, last) in part.edges {
                let edge = self.edges.entry(rule).or_insert((first, last));
                *edge = (edge.0.min(first), edge.1.max(last));
            }
            for (rule, who, on) in part.days {
                let known = self.earliest.entry((rule, who)).or_insert(on);
                *known = (*known).min(on);
            }
            if self.earliest.len() > memory / COST {
                return Err(std::io::Error::new(std::io::ErrorKind::OutOfMemory, super::distinct::Full));
            }
            Ok(part.buffer)
        })
        .map(|_| ())
    }
}
