//! Counts of a run, by chunk; merging is commutative, so the order in which chunks end does not matter.

use std::collections::BTreeMap;

use super::leak::others::Candidate;
use super::release::Is;
use super::transform::redact;

/// What happened to one released column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnTally {
    /// Cells with a value.
    pub values: u64,
    /// Cells without one.
    pub empty: u64,
    /// Cells that became "not known".
    pub not_known: u64,
    /// Cells prefixed because a spreadsheet would calculate them.
    pub prefixed: u64,
    /// Numbers of ten digits in what leaves as it was, and those of them that pass the check digit of NHS numbers.
    pub numbers: (u64, u64),
    /// Places that were struck out, by kind.
    pub redacted: redact::Counts,
}

impl ColumnTally {
    /// A cell with or without a value.
    pub fn count(&mut self, value: bool) {
        if value {
            self.values += 1;
        } else {
            self.empty += 1;
        }
    }
}

/// A kind of leak found in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Rows in which it was found.
    pub rows: u64,
    /// The first of them.
    pub first: u64,
}

/// The books of a run or of part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records read.
    pub read: u64,
    /// Records released.
    pub out: u64,
    /// Blank lines, which are no records.
    pub blank: u64,
    /// Left out on purpose, by cause.
    pub removed: BTreeMap<&'static str, u64>,
    /// Set aside, by cause.
    pub quarantined: BTreeMap<&'static str, u64>,
    /// By column of the release.
    pub columns: Vec<ColumnTally>,
    /// By column of the release and kind.
    pub leaks: BTreeMap<(usize, Is), Leak>,
    /// What may be NHS numbers of other people. Not merged: a run takes them out of its parts.
    pub candidates: Vec<Candidate>,
}

impl Tally {
    /// Nothing yet, for so many columns.
    pub fn new(columns: usize) -> Self {
        Self { columns: vec![ColumnTally::default(); columns], ..Self::default() }
    }

    /// A leak in a row.
    pub fn leak(&mut self, column: usize, is: Is, row: u64) {
        let leak = self.leaks.entry((column, is)).or_insert(Leak { rows: 0, first: row });
        leak.rows += 1;
        leak.first = leak.first.min(row);
    }

    /// Adds another, whose rows come after `before`.
    pub fn merge(&mut self, other: &Self, before: u64) {
        self.read += other.read;
        self.out += other.out;
        self.blank += other.blank;
        for (cause, count) in &other.removed {
            *self.removed.entry(cause).or_default() += count;
        }
        for (cause, count) in &other.quarantined {
            *self.quarantined.entry(cause).or_default() += count;
        }
        for (mine, theirs) in self.columns.iter_mut().zip(&other.columns) {
            mine.values += theirs.values;
            mine.empty += theirs.empty;
            mine.not_known += theirs.not_known;
            mine.prefixed += theirs.prefixed;
            mine.numbers.0 += theirs.numbers.0;
            mine.numbers.1 += theirs.numbers.1;
            for (mine, theirs) in mine.redacted.iter_mut().zip(&theirs.redacted) {
                *mine += theirs;
            }
        }
        for (key, leak) in &other.leaks {
            let first = leak.first + before;
            let mine = self.leaks.entry(*key).or_insert(Leak { rows: 0, first });
            mine.rows += leak.rows;
            mine.first = mine.first.min(first);
        }
    }

    /// Records read and not released.
    pub fn not_released(&self) -> u64 {
        self.read - self.out
    }

    /// Whether every record read is accounted for.
    pub fn balances(&self) -> bool {
        self.read == self.out + self.removed.values().sum::<u64>() + self.quarantined.values().sum::<u64>()
    }
}
