//! All ways to generalise whole columns: one level for each column is a node, and nodes above others are coarser.

use super::hierarchy::Hierarchy;

/// The level of each column.
pub type Node = Vec<u8>;

/// The nodes, numbered; the first column counts slowest.
#[derive(Clone, Debug)]
pub struct Lattice {
    tops: Vec<u8>,
    strides: Vec<usize>,
    size: usize,
}

/// Nodes that a search can hold.
pub const LIMIT: usize = 1 << 24;

impl Lattice {
    /// The lattice of these hierarchies; none if it has more nodes than can be searched.
    pub fn new(hierarchies: &[Hierarchy]) -> Option<Self> {
        let tops: Vec<u8> = hierarchies.iter().map(|hierarchy| u8::try_from(hierarchy.top()).ok()).collect::<Option<_>>()?;
        let mut strides = vec![1; tops.len()];
        let mut size = 1usize;
        for column in (0..tops.len()).rev() {
            strides[column] = size;
            size = size.checked_mul(usize::from(tops[column]) + 1).filter(|size| *size <= LIMIT)?;
        }
        Some(Self { tops, strides, size })
    }

    /// How many nodes there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The highest level of each column.
    pub fn tops(&self) -> &[u8] {
        &self.tops
    }

    /// The number of a node.
    pub fn index(&self, node: &[u8]) -> usize {
        node.iter().zip(&self.strides).map(|(level, stride)| usize::from(*level) * stride).sum()
    }

    /// The node of a number.
    pub fn node(&self, index: usize) -> Node {
        self.strides.iter().zip(&self.tops).map(|(stride, top)| u8::try_from(index / stride % (usize::from(*top) + 1)).unwrap_or(*top)).collect()
    }

    /// Nodes one level coarser in one column.
    pub fn above(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.tops
            .iter()
            .zip(&self.strides)
            .filter(move |(top, stride)| index / **stride % (usize::from(**top) + 1) < usize::from(**top))
            .map(move |(_, stride)| index + stride)
    }

    /// Nodes one level finer in one column.
    pub fn below(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.tops
            .iter()
            .zip(&self.strides)
            .filter(move |(top, stride)| !(index / **stride).is_multiple_of(usize::from(**top) + 1))
            .map(move |(_, stride)| index - stride)
    }
}
