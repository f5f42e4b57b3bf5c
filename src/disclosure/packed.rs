//! Distinct rows of codes with their counts: packed numbers in sorted runs, merged as they grow.

use std::cmp::Ordering;

use super::dictionary::Full;
use super::key::Key;

/// Rows collected before they are sorted and counted.
const PENDING: usize = 1 << 22;

/// How many bits each column takes, the first column highest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    widths: Vec<u32>,
}

impl Layout {
    pub(super) fn new(columns: usize) -> Self {
        Self { widths: vec![1; columns] }
    }

    /// All bits.
    pub(super) fn bits(&self) -> u32 {
        self.widths.iter().sum()
    }

    /// The layout in which these highest codes fit; none if they fit already.
    pub(super) fn widened(&self, highest: &[u32]) -> Option<Self> {
        let widths: Vec<u32> = self.widths.iter().zip(highest).map(|(width, code)| (*width).max(32 - code.leading_zeros())).collect();
        (widths != self.widths).then_some(Self { widths })
    }

    fn pack<K: Key>(&self, codes: &[u32]) -> K {
        self.widths.iter().zip(codes).fold(K::default(), |key, (width, code)| key.push(*width, *code))
    }

    /// Bits to the right of a column.
    pub(super) fn shift(&self, column: usize) -> u32 {
        self.widths[column + 1..].iter().sum()
    }

    /// The code of a column.
    pub(super) fn code<K: Key>(&self, key: K, column: usize) -> u32 {
        key.code(self.shift(column), self.widths[column])
    }

    /// The same codes in another layout.
    fn repack<A: Key, B: Key>(&self, key: A, to: &Self) -> B {
        let mut shift = self.bits();
        self.widths.iter().zip(&to.widths).fold(B::default(), |packed, (from, to)| {
            shift -= from;
            packed.push(*to, key.code(shift, *from))
        })
    }
}

/// A sorted run.
#[derive(Clone, Debug, Default)]
pub(super) struct Run<K> {
    pub(super) keys: Vec<K>,
    pub(super) counts: Vec<u32>,
}

impl<K: Key> Run<K> {
    /// Sorts and counts.
    fn of(keys: &mut [K]) -> Result<Self, Full> {
        keys.sort_unstable();
        let mut run = Self { keys: Vec::new(), counts: Vec::new() };
        for same in keys.chunk_by(|a, b| a == b) {
            run.keys.push(same[0]);
            run.counts.push(u32::try_from(same.len()).map_err(|_| Full)?);
        }
        Ok(run)
    }

    fn merge(self, other: Self) -> Result<Self, Full> {
        if self.keys.is_empty() {
            return Ok(other);
        }
        if other.keys.is_empty() {
            return Ok(self);
        }
        let mut keys = Vec::with_capacity(self.keys.len() + other.keys.len());
        let mut counts = Vec::with_capacity(keys.capacity());
        let (mut i, mut j) = (0, 0);
        while i < self.keys.len() && j < other.keys.len() {
            let (a, b) = (self.keys[i], other.keys[j]);
            let order = a.cmp(&b);
            let count = match order {
                Ordering::Less => self.counts[i],
                Ordering::Greater => other.counts[j],
                Ordering::Equal => self.counts[i].checked_add(other.counts[j]).ok_or(Full)?,
            };
            i += usize::from(order.is_le());
            j += usize::from(order.is_ge());
            keys.push(a.min(b));
            counts.push(count);
        }
        keys.extend_from_slice(&self.keys[i..]);
        counts.extend_from_slice(&self.counts[i..]);
        keys.extend_from_slice(&other.keys[j..]);
        counts.extend_from_slice(&other.counts[j..]);
        Ok(Self { keys, counts })
    }

    fn into<B: Key>(self, from: &Layout, to: &Layout) -> Run<B> {
        Run { keys: self.keys.into_iter().map(|key| from.repack(key, to)).collect(), counts: self.counts }
    }
}

/// Rows being collected.
pub(super) struct Packed<K> {
    pub(super) layout: Layout,
    pending: Vec<K>,
    runs: Vec<Run<K>>,
    threads: usize,
}

impl<K: Key> Packed<K> {
    pub(super) fn new(layout: Layout, threads: usize) -> Self {
        Self { layout, pending: Vec::new(), runs: Vec::new(), threads: threads.max(1) }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let key = size_of::<K>();
        self.pending.capacity() * key + self.runs.iter().map(|run| run.keys.len() * (key + 4)).sum::<usize>()
    }

    /// Adds rows of codes, one after the other; they fit the layout.
    pub(super) fn add(&mut self, codes: &[u32]) -> Result<(), Full> {
        let columns = self.layout.widths.len();
        self.pending.extend(codes.chunks_exact(columns).map(|row| self.layout.pack::<K>(row)));
        if self.pending.len() >= PENDING { self.settle() } else { Ok(()) }
    }

    /// Sorts what is pending, in as many parts as there are threads, and merges runs of like size.
    fn settle(&mut self) -> Result<(), Full> {
        let part = self.pending.len().div_ceil(self.threads).max(1 << 12);
        let sorted: Vec<Result<Run<K>, Full>> = std::thread::scope(|scope| {
            let parts: Vec<_> = self.pending.chunks_mut(part).map(|part| scope.spawn(move || Run::of(part))).collect();
            parts.into_iter().map(|part| part.join().unwrap_or(Err(Full))).collect()
        });
        self.pending.clear();
        for run in sorted {
            self.runs.push(run?);
            self.merge_while(|last, before| last * 2 > before)?;
        }
        Ok(())
    }

    fn merge_while(&mut self, like: impl Fn(usize, usize) -> bool) -> Result<(), Full> {
        while let [.., before, last] = &self.runs[..]
            && like(last.keys.len(), before.keys.len())
        {
            let (Some(last), Some(before)) = (self.runs.pop(), self.runs.pop()) else { break };
            self.runs.push(before.merge(last)?);
        }
        Ok(())
    }

    /// The same rows in a wider layout, in numbers that hold it.
    pub(super) fn into<B: Key>(self, to: Layout) -> Packed<B> {
        let from = self.layout;
        let pending = self.pending.into_iter().map(|key| from.repack(key, &to)).collect();
        let runs = self.runs.into_iter().map(|run| run.into(&from, &to)).collect();
        Packed { layout: to, pending, runs, threads: self.threads }
    }

    /// Everything in one run.
    pub(super) fn finish(mut self) -> Result<(Layout, Run<K>), Full> {
        self.settle()?;
        self.pending = Vec::new();
        self.merge_while(|_, _| true)?;
        Ok((self.layout, self.runs.pop().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::Wide;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn rows_are_counted_whatever_the_layout_and_the_order_of_widening(rows in proptest::collection::vec((0..9u32, 0..3u32, 0..70_000u32), 0..200), step in 1..40usize) {
            let mut packed = Packed::<u64>::new(Layout::new(3), 2);
            let mut expected: BTreeMap<[u32; 3], u32> = BTreeMap::new();
            for part in rows.chunks(step) {
                let highest = [0, 1, 2].map(|column| part.iter().map(|row| [row.0, row.1, row.2][column]).max().unwrap_or(0));
                if let Some(wider) = packed.layout.widened(&highest) { packed = packed.into(wider); }
                for row in part {
                    packed.add(&[row.0, row.1, row.2]).expect("fits");
                    *expected.entry([row.0, row.1, row.2]).or_default() += 1;
                }
                packed.settle().expect("fits");
            }
            let same = packed.layout.clone();
            let (layout, run) = packed.into::<Wide>(same).finish().expect("fits");
            let found: Vec<([u32; 3], u32)> = run.keys.iter().zip(&run.counts).map(|(key, count)| ([0, 1, 2].map(|column| layout.code(*key, column)), *count)).collect();
            prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
