//! The first reading of an extract: the edges of dates that are shifted, and each person's earliest day for their age.

use std::collections::HashMap;
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
    pub(super) earliest: HashMap<(usize, u128), i32>,
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
