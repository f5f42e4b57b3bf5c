//! An extract as distinct rows of codes: quasi-identifiers first, then the person, sensitive columns, and groups.

use super::classes::{Class, Scratch};
use super::dictionary::{Dictionary, Full, MISSING};
use super::key::{Key, Wide};
use super::packed::{Layout, Packed, Run};
use super::spilled;
use std::sync::OnceLock;

/// What a column is to the measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Somebody could know it from elsewhere.
    Quasi,
    /// Says which rows are one person's.
    Person,
    /// What nobody is to learn of a person.
    Sensitive,
    /// Only reported by.
    Group,
}

/// A column with its values.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name in the extract.
    pub name: String,
    /// What it is here.
    pub role: Role,
    /// Its values.
    pub values: Dictionary,
}

/// Rows being collected, in the narrowest number that holds them.
pub(super) enum Collecting {
    Narrow(Packed<u64>),
    Middle(Packed<u128>),
    Wide(Packed<Wide>),
}

impl Collecting {
    pub(super) fn new(columns: usize, threads: usize) -> Self {
        Self::Narrow(Packed::new(Layout::new(columns), threads))
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Narrow(packed) => packed.bytes(),
            Self::Middle(packed) => packed.bytes(),
            Self::Wide(packed) => packed.bytes(),
        }
    }

    fn layout(&self) -> &Layout {
        match self {
            Self::Narrow(packed) => &packed.layout,
            Self::Middle(packed) => &packed.layout,
            Self::Wide(packed) => &packed.layout,
        }
    }

    /// Adds rows whose highest codes by column are given.
    pub(super) fn add(&mut self, codes: &[u32], highest: &[u32]) -> Result<(), Full> {
        if let Some(wider) = self.layout().widened(highest) {
            self.widen(wider)?;
        }
        match self {
            Self::Narrow(packed) => packed.add(codes),
            Self::Middle(packed) => packed.add(codes),
            Self::Wide(packed) => packed.add(codes),
        }
    }

    fn widen(&mut self, to: Layout) -> Result<(), Full> {
        let bits = to.bits();
        if bits > Wide::BITS {
            return Err(Full);
        }
        *self = match std::mem::replace(self, Self::new(0, 1)) {
            Self::Narrow(packed) if bits <= u64::BITS => Self::Narrow(packed.into(to)),
            Self::Narrow(packed) if bits <= u128::BITS => Self::Middle(packed.into(to)),
            Self::Narrow(packed) => Self::Wide(packed.into(to)),
            Self::Middle(packed) if bits <= u128::BITS => Self::Middle(packed.into(to)),
            Self::Middle(packed) => Self::Wide(packed.into(to)),
            Self::Wide(packed) => Self::Wide(packed.into(to)),
        };
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Distinct, Full> {
        Ok(match self {
            Self::Narrow(packed) => Distinct::Narrow(packed.finish()?),
            Self::Middle(packed) => Distinct::Middle(packed.finish()?),
            Self::Wide(packed) => Distinct::Wide(packed.finish()?),
        })
    }
}

/// Distinct rows, sorted.
pub(super) enum Distinct {
    Narrow((Layout, Run<u64>)),
    Middle((Layout, Run<u128>)),
    Wide((Layout, Run<Wide>)),
    /// They did not fit.
    OnDisk(Box<spilled::Rows>),
}

/// An extract as its distinct rows.
pub struct Coded {
    /// Columns: quasi-identifiers, the person if one is named, sensitive ones, groups.
    pub columns: Vec<Column>,
    /// Rows that are measured.
    pub rows: u64,
    /// Rows left out because a quasi-identifier is missing, where missing rows are left out.
    pub excluded: u64,
    pub(super) distinct: Distinct,
    /// What went wrong while rows were read back from disk.
    pub(super) broken: OnceLock<String>,
}

impl Coded {
    /// How many columns have a role; they stand together.
    pub fn count(&self, role: Role) -> usize {
        self.columns.iter().filter(|column| column.role == role).count()
    }

    /// Columns of a role with their indices.
    pub fn of(&self, role: Role) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(move |(_, column)| column.role == role)
    }

    /// Distinct rows, the person and the rest included.
    pub fn distinct_rows(&self) -> usize {
        match &self.distinct {
            Distinct::Narrow((_, run)) => run.keys.len(),
            Distinct::Middle((_, run)) => run.keys.len(),
            Distinct::Wide((_, run)) => run.keys.len(),
            Distinct::OnDisk(rows) => rows.length,
        }
    }

    /// Walks over the equivalence classes, in an order that says nothing.
    pub fn each_class(&self, mut look: impl FnMut(&Class<'_>)) {
        match &self.distinct {
            Distinct::Narrow((layout, run)) => self.walk(layout, run, &mut look),
            Distinct::Middle((layout, run)) => self.walk(layout, run, &mut look),
            Distinct::Wide((layout, run)) => self.walk(layout, run, &mut look),
            Distinct::OnDisk(rows) => self.walk_on_disk(rows, |class, _| look(class)),
        }
    }

    /// Whether rows lie on disk.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.distinct, Distinct::OnDisk(_))
    }

    /// What went wrong while rows were read back from disk: nothing measured since then holds.
    pub fn broken(&self) -> Option<&str> {
        self.broken.get().map(String::as_str)
    }

    fn walk_on_disk(&self, rows: &spilled::Rows, mut look: impl FnMut(&Class<'_>, &[u32])) {
        // Once something went wrong nothing is looked at any more: a walk in part and a whole one do not go together.
        if self.broken().is_some() {
            return;
        }
        let quasi = self.count(Role::Quasi);
        let person = self.columns.iter().position(|column| column.role == Role::Person).map(|index| index - quasi);
        if let Err(error) = rows.walk(quasi, person, &mut look) {
            let _ = self.broken.set(error.to_string());
        }
    }

    fn walk<K: Key>(&self, layout: &Layout, run: &Run<K>, look: &mut impl FnMut(&Class<'_>)) {
        let quasi = self.count(Role::Quasi);
        let rest: Vec<usize> = (quasi..self.columns.len()).collect();
        let shift = quasi.checked_sub(1).map_or_else(|| layout.bits(), |last| layout.shift(last));
        let person = self.columns.iter().position(|column| column.role == Role::Person).map(|index| index - quasi);
        let mut scratch = Scratch::new(rest.len());
        let (mut from, mut index) = (0, 0);
        while from < run.keys.len() {
            let class = run.keys[from].above(shift);
            let mut to = from + 1;
            while to < run.keys.len() && run.keys[to].above(shift) == class {
                to += 1;
            }
            for (codes, column) in scratch.codes.iter_mut().zip(&rest) {
                codes.clear();
                codes.extend(run.keys[from..to].iter().map(|key| layout.code(*key, *column)));
            }
            let counts = &run.counts[from..to];
            let rows = counts.iter().map(|count| u64::from(*count)).sum();
            let people = person.map(|person| people(&scratch.codes[person]));
            look(&Class { index, rows, people, counts, codes: &scratch.codes, person });
            index += 1;
            from = to;
        }
    }

    /// The quasi-identifier codes of each class, one class after the other, in the order of [`Coded::each_class`].
    pub fn tuples(&self) -> Vec<u32> {
        match &self.distinct {
            Distinct::Narrow((layout, run)) => self.tuples_of(layout, run),
            Distinct::Middle((layout, run)) => self.tuples_of(layout, run),
            Distinct::Wide((layout, run)) => self.tuples_of(layout, run),
            Distinct::OnDisk(rows) => {
                let mut tuples = Vec::new();
                self.walk_on_disk(rows, |_, tuple| tuples.extend_from_slice(tuple));
                tuples
            }
        }
    }

    fn tuples_of<K: Key>(&self, layout: &Layout, run: &Run<K>) -> Vec<u32> {
        let quasi = self.count(Role::Quasi);
        let shift = quasi.checked_sub(1).map_or_else(|| layout.bits(), |last| layout.shift(last));
        let mut tuples = Vec::new();
        for class in run.keys.chunk_by(|a, b| a.above(shift) == b.above(shift)) {
            tuples.extend((0..quasi).map(|column| layout.code(class[0], column)));
        }
        tuples
    }
}

/// Distinct people among sorted codes; rows without one are nobody's.
pub(super) fn people(codes: &[u32]) -> u64 {
    codes.chunk_by(|a, b| a == b).filter(|same| same[0] != MISSING).count() as u64
}
