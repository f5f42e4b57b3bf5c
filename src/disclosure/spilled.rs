//! Distinct rows that do not fit in the memory allowed: sorted runs in unnamed files of sealed blocks, merged into one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read};
use std::path::Path;

use super::classes::{Class, Scratch};
use super::coded::Distinct;
use super::key::Key;
use super::packed::{Layout, Run};
use crate::keys::spill::{Spill, SpillReader, Spilled};

/// Runs that lie beside each other before they are merged into one; each takes a block of 256 KiB while it is read.
const RUNS: usize = 32;

/// Sorted distinct rows on disk: for each its codes and its count, four bytes each.
pub(super) struct Rows {
    file: Spilled,
    columns: usize,
    pub(super) length: usize,
}

/// Runs on disk while an extract is read.
#[derive(Default)]
pub(super) struct Runs {
    list: Vec<Rows>,
}

struct Writer {
    spill: Spill,
    rows: usize,
    bytes: Vec<u8>,
}

impl Writer {
    fn new(folder: &Path) -> io::Result<Self> {
        let spill = Spill::new(tempfile::tempfile_in(folder)?).map_err(io::Error::other)?;
        Ok(Self { spill, rows: 0, bytes: Vec::new() })
    }

    fn row(&mut self, codes: impl Iterator<Item = u32>, count: u32) -> io::Result<()> {
        self.bytes.clear();
        for number in codes.chain([count]) {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
        self.rows += 1;
        self.spill.write(&self.bytes)
    }

    fn finish(self, columns: usize) -> io::Result<Rows> {
        Ok(Rows { file: self.spill.finish()?, columns, length: self.rows })
    }
}

struct Reader<'r> {
    from: SpillReader<'r>,
    left: usize,
    bytes: Vec<u8>,
}

impl Reader<'_> {
    /// The next row: its codes, and its count last.
    fn next(&mut self, row: &mut Vec<u32>) -> io::Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        self.from.read_exact(&mut self.bytes)?;
        row.clear();
        row.extend(self.bytes.chunks_exact(4).map(|four| four.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))));
        Ok(true)
    }
}

fn write<K: Key>(folder: &Path, columns: usize, layout: &Layout, run: &Run<K>) -> io::Result<Rows> {
    let mut writer = Writer::new(folder)?;
    for (key, count) in run.keys.iter().zip(&run.counts) {
        writer.row((0..columns).map(|column| layout.code(*key, column)), *count)?;
    }
    writer.finish(columns)
}

impl Runs {
    /// The files, to be damaged.
    #[cfg(test)]
    pub(super) fn files(&self) -> Vec<&std::fs::File> {
        self.list.iter().map(Rows::file).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Puts a sorted run aside.
    pub(super) fn add(&mut self, folder: &Path, columns: usize, distinct: &Distinct) -> io::Result<()> {
        self.list.push(match distinct {
            Distinct::Narrow((layout, run)) => write(folder, columns, layout, run)?,
            Distinct::Middle((layout, run)) => write(folder, columns, layout, run)?,
            Distinct::Wide((layout, run)) => write(folder, columns, layout, run)?,
            Distinct::OnDisk(_) => return Err(io::Error::other("a run is put aside once")),
        });
        if self.list.len() >= RUNS {
            let one = self.merge(folder, columns)?;
            self.list.push(one);
        }
        Ok(())
    }

    /// All of it in one run: rows that several hold are counted together.
    pub(super) fn merge(&mut self, folder: &Path, columns: usize) -> io::Result<Rows> {
        let list = std::mem::take(&mut self.list);
        let mut readers = list.iter().map(Rows::reader).collect::<io::Result<Vec<_>>>()?;
        let mut writer = Writer::new(folder)?;
        let mut heap = BinaryHeap::new();
        for (index, reader) in readers.iter_mut().enumerate() {
            let mut row = Vec::new();
            if reader.next(&mut row)? {
                let count = row.pop().unwrap_or(0);
                heap.push(Reverse((row, index, count)));
            }
        }
        let mut last: Option<(Vec<u32>, u32)> = None;
        while let Some(Reverse((row, index, count))) = heap.pop() {
            let mut next = match &mut last {
                Some((codes, sum)) if *codes == row => {
                    *sum = sum.checked_add(count).ok_or_else(|| io::Error::new(io::ErrorKind::OutOfMemory, super::dictionary::Full))?;
                    row
                }
                _ => last.replace((row, count)).map_or_else(
                    || Ok(Vec::new()),
                    |(codes, sum)| {
                        writer.row(codes.iter().copied(), sum)?;
                        Ok::<_, io::Error>(codes)
                    },
                )?,
            };
            if readers[index].next(&mut next)? {
                let count = next.pop().unwrap_or(0);
                heap.push(Reverse((next, index, count)));
            }
        }
        if let Some((codes, sum)) = last {
            writer.row(codes.into_iter(), sum)?;
        }
        writer.finish(columns)
    }
}

impl Rows {
    /// The file, to be damaged.
    #[cfg(test)]
    pub(super) fn file(&self) -> &std::fs::File {
        self.file.file()
    }

    fn reader(&self) -> io::Result<Reader<'_>> {
        Ok(Reader { from: self.file.reader()?, left: self.length, bytes: vec![0; 4 * (self.columns + 1)] })
    }

    /// Walks over the classes, in the order of a walk in memory. Only one class is held at a time.
    pub(super) fn walk(&self, quasi: usize, person: Option<usize>, look: &mut impl FnMut(&Class<'_>, &[u32])) -> io::Result<()> {
        let mut reader = self.reader()?;
        let mut scratch = Scratch::new(self.columns - quasi);
        let (mut counts, mut tuple, mut row, mut index): (Vec<u32>, Vec<u32>, Vec<u32>, usize) = (Vec::new(), Vec::new(), Vec::new(), 0);
        loop {
            let more = reader.next(&mut row)?;
            if !counts.is_empty() && (!more || row[..quasi] != tuple[..]) {
                let people = person.map(|person| super::coded::people(&scratch.codes[person]));
                let rows = counts.iter().map(|count| u64::from(*count)).sum();
                look(&Class { index, rows, people, counts: &counts, codes: &scratch.codes, person }, &tuple);
                index += 1;
                counts.clear();
                scratch.codes.iter_mut().for_each(Vec::clear);
            }
            if !more {
                return Ok(());
            }
            if counts.is_empty() {
                tuple.clear();
                tuple.extend_from_slice(&row[..quasi]);
            }
            for (codes, code) in scratch.codes.iter_mut().zip(&row[quasi..self.columns]) {
                codes.push(*code);
            }
            counts.push(row[self.columns]);
        }
    }
}

#[cfg(test)]
mod tests;
