//! The leaves of the trees, numbered.

use crate::pack::Pack;
use crate::vocabulary::{NodeId, ROOT, Tree};

/// The leaves of one tree.
#[derive(Clone, Debug)]
pub struct Axis {
    leaves: Vec<NodeId>,
    numbers: Vec<Option<u16>>,
}

impl Axis {
    fn new(tree: &Tree) -> Self {
        let leaves = tree.leaves(ROOT);
        let mut numbers = vec![None; tree.len() + 1];
        for (number, leaf) in leaves.iter().enumerate() {
            numbers[usize::from(leaf.0)] = u16::try_from(number).ok();
        }
        Self { leaves, numbers }
    }

    /// How many leaves.
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Whether the tree has none.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// The name of a leaf.
    pub fn node(&self, leaf: usize) -> NodeId {
        self.leaves[leaf]
    }

    /// The number of a name, if it is a leaf.
    pub fn leaf(&self, node: NodeId) -> Option<usize> {
        self.numbers.get(usize::from(node.0)).copied().flatten().map(usize::from)
    }

    /// The leaves, in the order of the tree.
    pub fn nodes(&self) -> &[NodeId] {
        &self.leaves
    }
}

/// The leaves of the trees that a case names.
#[derive(Clone, Debug)]
pub struct Axes {
    /// Roles.
    pub roles: Axis,
    /// Data categories.
    pub data: Axis,
    /// Purposes.
    pub purposes: Axis,
}

impl Axes {
    /// The leaves of a pack.
    pub fn new(pack: &Pack) -> Self {
        Self { roles: Axis::new(&pack.words.roles), data: Axis::new(&pack.words.data), purposes: Axis::new(&pack.words.purposes) }
    }
}
