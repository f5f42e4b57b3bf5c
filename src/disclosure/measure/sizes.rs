//! Class sizes: k, uniques, and how many classes and rows lie in which band of sizes.

/// Lower edges of the bands of class sizes; each ends before the next.
pub const EDGES: [u64; 9] = [1, 2, 3, 5, 10, 20, 50, 100, 1000];

/// The words of a band: `1`, `3-4`, `1000+`.
pub fn band(index: usize) -> String {
    match (EDGES[index], EDGES.get(index + 1)) {
        (from, Some(next)) if next - from == 1 => from.to_string(),
        (from, Some(next)) => format!("{from}-{}", next - 1),
        (from, None) => format!("{from}+"),
    }
}

/// One band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// Classes of these sizes.
    pub classes: u64,
    /// Their members.
    pub members: u64,
}

/// Sizes of all classes, counted in rows or in people ("members").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The size below which a class counts as small.
    pub threshold: u64,
    /// Classes with a member.
    pub classes: u64,
    /// The smallest; none if there is no class.
    pub k: Option<u64>,
    /// The largest.
    pub largest: u64,
    /// Members, counted once for each class they are in.
    pub members: u64,
    /// Classes of one member.
    pub uniques: u64,
    /// Classes below the threshold.
    pub small_classes: u64,
    /// Their members.
    pub small_members: u64,
    /// Their rows.
    pub small_rows: u64,
    /// Rows in classes without any member: nobody is known there.
    pub memberless_rows: u64,
    /// By band of [`EDGES`].
    pub bands: [Band; EDGES.len()],
}

impl Sizes {
    pub(in crate::disclosure) fn new(threshold: u64) -> Self {
        Self {
            threshold,
            classes: 0,
            k: None,
            largest: 0,
            members: 0,
            uniques: 0,
            small_classes: 0,
            small_members: 0,
            small_rows: 0,
            memberless_rows: 0,
            bands: [Band::default(); EDGES.len()],
        }
    }

    #[inline]
    pub(in crate::disclosure) fn add(&mut self, size: u64, rows: u64) {
        if size == 0 {
            // Rows of nobody protect nobody, and cannot be told to be safe.
            self.memberless_rows += rows;
            self.small_rows += rows;
            return;
        }
        self.classes += 1;
        self.members += size;
        self.k = Some(self.k.map_or(size, |k| k.min(size)));
        self.largest = self.largest.max(size);
        self.uniques += u64::from(size == 1);
        if size < self.threshold {
            self.small_classes += 1;
            self.small_members += size;
            self.small_rows += rows;
        }
        let band = &mut self.bands[EDGES.partition_point(|edge| *edge <= size) - 1];
        band.classes += 1;
        band.members += size;
    }

    /// The share of members that are alone, from 0 to 1.
    pub fn unique_share(&self) -> f64 {
        share(self.uniques, self.members)
    }

    /// The share of members in small classes.
    pub fn small_share(&self) -> f64 {
        share(self.small_members, self.members)
    }
}

/// A part of a whole, 0 of nothing.
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
