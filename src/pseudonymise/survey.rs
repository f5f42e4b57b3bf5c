//! The first reading of an extract: the edges of dates that are shifted, each person's earliest day for their age, and
//! who objected (type 1).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Read;
use std::sync::atomic::AtomicBool;

use super::bound::{AtBound, Bound, Keys, Step};
use super::pipeline::{RowError, Scratch, date, identify, objects, person};
use crate::tabular::{Done, Records, Source, Stop, Stopped, run};

/// Bytes that one person takes in the map, its spare room included.
const COST: usize = 64;

/// Of so many rows one at either end is taken for a slip of the hand when the edges are looked for: a single `2062` or
/// `1026` must not make the real edge of the extract look like its middle, where no row is trimmed.
const SLIPS: u64 = 1000;

/// What the first reading learns.
#[derive(Default)]
pub struct Survey {
    /// First and last day of each shifted column, by column of the release. Rows beyond them lie at the edge too.
    pub(super) edges: HashMap<usize, (i32, i32)>,
    /// Rows by shifted column and day.
    days: BTreeMap<(usize, i32), u64>,
    /// Each person's earliest day, by column of the release (the one with the birth date).
    pub(super) earliest: HashMap<(usize, u128), i32, BuildHasherDefault<Mix>>,
    /// People who objected (type 1) in one of their rows: none of their rows leaves.
    pub(super) objected: HashSet<u128, BuildHasherDefault<Mix>>,
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
    shifted: Vec<(usize, i32)>,
    days: Vec<(usize, u128, i32)>,
    objected: Vec<u128>,
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
            let mut part = Part { shifted: Vec::new(), days: Vec::new(), objected: Vec::new(), buffer };
            loop {
                match records.next_into(&mut cells) {
                    Ok(false) => break,
                    Ok(true) => {}
                    // Told, or set aside, when the extract is read for release.
                    Err(error) if error.is_confined() => continue,
                    Err(error) => return Err(Stop { row: records.rows(), why: RowError::Malformed(error) }),
                }
                if objects(bound, chunk, &cells) == Some(true) {
                    if let Ok(Ok(Some(who))) = identify(bound, keys, chunk, &cells, &mut scratch) {
                        part.objected.push(who);
                    }
                    continue;
                }
                let Ok(Ok(who)) = person(bound, keys, chunk, &cells, &mut scratch) else { continue };
                for step in &bound.steps {
                    match step {
                        Step::Shift { rule, column, form, .. } => {
                            if let Ok(Some(on)) = date(bound, cells[*column].inner(chunk), *form) {
                                part.shifted.push((*rule, on));
                            }
                        }
                        Step::AgeBand { rule, column: birth, form: birth_form, at: AtBound::Column { column, form }, .. } => {
                            let born = date(bound, cells[*birth].inner(chunk), *birth_form);
                            if let (Some(who), Ok(Some(born)), Ok(Some(on))) = (who, born, date(bound, cells[*column].inner(chunk), *form))
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
            part.shifted.sort_unstable();
            part.days.sort_unstable();
            part.days.dedup_by_key(|(rule, who, _)| (*rule, *who));
            Ok(Done { rows: records.rows(), result: part })
        };
        run(source, threads, interrupted, work, |_, part: Part| {
            for same in part.shifted.chunk_by(|a, b| a == b) {
                *self.days.entry(same[0]).or_default() += same.len() as u64;
            }
            for (rule, who, on) in part.days {
                let known = self.earliest.entry((rule, who)).or_insert(on);
                *known = (*known).min(on);
            }
            self.objected.extend(part.objected);
            if self.earliest.len() + self.days.len() + self.objected.len() > memory / COST {
                return Err(std::io::Error::new(std::io::ErrorKind::OutOfMemory, super::distinct::Full));
            }
            Ok(part.buffer)
        })?;
        self.settle();
        Ok(())
    }

    /// Finds the edges among the days read so far.
    fn settle(&mut self) {
        let mut rows: HashMap<usize, u64> = HashMap::new();
        for ((rule, _), count) in &self.days {
            *rows.entry(*rule).or_default() += count;
        }
        for (rule, total) in rows {
            let of_rule = || self.days.range((rule, i32::MIN)..=(rule, i32::MAX));
            if let (Some(first), Some(last)) = (beyond_slips(of_rule(), total), beyond_slips(of_rule().rev(), total)) {
                self.edges.insert(rule, (first, last));
            }
        }
    }
}

/// The first of these days that more rows reach than slips would.
fn beyond_slips<'d>(mut days: impl Iterator<Item = (&'d (usize, i32), &'d u64)>, total: u64) -> Option<i32> {
    let mut passed = 0;
    days.find(|(_, count)| {
        passed += **count;
        passed > total / SLIPS
    })
    .map(|((_, day), _)| *day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(days: &[(i32, u64)]) -> Option<(i32, i32)> {
        let mut survey = Survey { days: days.iter().map(|(day, rows)| ((3, *day), *rows)).collect(), ..Survey::default() };
        survey.settle();
        survey.edges.get(&3).copied()
    }

    #[test]
    fn a_few_slips_do_not_move_the_edges_of_an_extract() {
        assert_eq!(edges(&[]), None);
        assert_eq!(edges(&[(7, 1)]), Some((7, 7)));
        assert_eq!(edges(&[(0, 1), (365, 1)]), Some((0, 365)), "a few rows are no slips");
        let year: Vec<(i32, u64)> = (0..365).map(|day| (day, 20)).collect();
        assert_eq!(edges(&year), Some((0, 364)));
        assert_eq!(edges(&[&[(-300_000, 3), (-9, 4)], &year[..], &[(40_000, 7)]].concat()), Some((0, 364)));
    }
}
