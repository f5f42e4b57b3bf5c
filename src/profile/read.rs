//! An extract read once into the shapes of its columns.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::AtomicBool;

use super::guess::{Guess, guess};
use super::shape::Shape;
use crate::tabular::{Done, Layout, Malformed, Records, Source, Stop, Stopped, run};

/// What one extract looks like.
#[derive(Clone, Debug)]
pub struct Profile {
    /// How it is written.
    pub layout: Layout,
    /// Rows with as many cells as the header.
    pub rows: u64,
    /// Rows that cannot be read, set aside and counted by reason.
    pub malformed: BTreeMap<&'static str, u64>,
    /// Blank lines.
    pub blank: u64,
    /// The shape of every column.
    pub shapes: Vec<Shape>,
    /// The guess for every column.
    pub guesses: Vec<Guess>,
}

impl Profile {
    /// Rows that could not be read.
    pub fn unread(&self) -> u64 {
        self.malformed.values().sum()
    }
}

#[derive(Default)]
struct Part {
    shapes: Vec<Shape>,
    rows: u64,
    malformed: BTreeMap<&'static str, u64>,
    blank: u64,
    buffer: Vec<u8>,
}

/// Reads all of it on `threads` threads. A row of the wrong width is counted and left out; a quote in doubt ends it.
pub fn read<R: Read + Send>(layout: Layout, source: Source<R>, threads: usize, interrupted: &AtomicBool) -> Result<Profile, Stopped<Malformed>> {
    let columns = layout.header.len();
    let work = |chunk: &[u8], whole: bool, buffer: Vec<u8>| {
        let mut records = Records::new(chunk, layout.delimiter, columns, whole);
        let mut part = Part { shapes: vec![Shape::default(); columns], buffer, ..Part::default() };
        let mut cells = Vec::new();
        loop {
            match records.next_into(&mut cells) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if error.is_confined() => {
                    *part.malformed.entry(error.reason()).or_default() += 1;
                    continue;
                }
                Err(why) => return Err(Stop { row: records.rows(), why }),
            }
            part.rows += 1;
            for (shape, cell) in part.shapes.iter_mut().zip(&cells) {
                shape.add(&cell.value(chunk));
            }
        }
        part.blank = records.blank();
        Ok(Done { rows: records.rows(), result: part })
    };
    let mut all = Part { shapes: vec![Shape::default(); columns], ..Part::default() };
    run(source, threads, interrupted, work, |_, part: Part| {
        all.shapes.iter_mut().zip(&part.shapes).for_each(|(shape, more)| shape.merge(more));
        all.rows += part.rows;
        for (reason, rows) in part.malformed {
            *all.malformed.entry(reason).or_default() += rows;
        }
        all.blank += part.blank;
        Ok(part.buffer)
    })?;
    let guesses = layout.header.iter().zip(&all.shapes).map(|(name, shape)| guess(name, shape)).collect();
    Ok(Profile { layout, rows: all.rows, malformed: all.malformed, blank: all.blank, shapes: all.shapes, guesses })
}
