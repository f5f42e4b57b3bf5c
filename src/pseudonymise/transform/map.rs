//! Values replaced by what a lookup file (`map`) or a hierarchy file (`group`) of the pack says.
//!
//! Guarantees that nothing comes out but answers of the file: a value that it does not know takes its row out of the release,
//! or comes out empty, or stops the run, as the agreement says. Leaks the answer; the leak check searches it, since a file can
//! answer with the value itself.

use std::sync::Arc;

use super::lookup::Table;
use super::{Made, Unfit};

/// What becomes of a value that the file does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// Its row is set aside.
    Quarantine,
    /// It comes out empty, counted.
    Empty,
    /// The run stops.
    Refuse,
}

/// The words of `unmatched:`.
pub const UNMATCHED: [(&str, Unmatched); 3] = [("quarantine", Unmatched::Quarantine), ("empty", Unmatched::Empty), ("refuse", Unmatched::Refuse)];

/// A lookup that is ready.
#[derive(Clone, Debug)]
pub struct Map {
    /// The file.
    pub table: Arc<Table>,
    /// Its rule for the rest.
    pub unmatched: Unmatched,
}

impl Map {
    /// Whether a value can be looked up.
    pub fn check(&self, value: &[u8]) -> Result<(), Unfit> {
        if self.unmatched == Unmatched::Empty || self.table.find(value).is_some() { Ok(()) } else { Err(Unfit::Unmatched) }
    }

    /// Writes the answer.
    pub fn write(&self, value: &[u8], out: &mut Vec<u8>) -> Result<Made, Unfit> {
        match self.table.find(value) {
            Some(answer) => {
                out.extend_from_slice(answer);
                Ok(if answer.is_empty() { Made::NotKnown } else { Made::Value })
            }
            None if self.unmatched == Unmatched::Empty => Ok(Made::NotKnown),
            None => Err(Unfit::Unmatched),
        }
    }
}
