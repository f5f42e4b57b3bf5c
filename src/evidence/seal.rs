//! Tamper evidence for a log: a Merkle tree as in RFC 6962 whose leaves are salted, so that a short line cannot be
//! guessed from its leaf.

use std::collections::BTreeSet;

use ring::digest::{Context, SHA256};

use crate::keys::MacKey;

/// The root of a subtree of this many records is kept beside the head, so that a check names the block that changed.
pub const BLOCK: usize = 4096;

/// The salt of record `index` (from 0): the first 16 bytes of HMAC(K_seal, u64be(index)). Told only with its record.
pub fn salt(key: &MacKey, index: u64) -> [u8; 16] {
    let mut salt = [0u8; 16];
    salt.copy_from_slice(&key.mac(&index.to_be_bytes())[..16]);
    salt
}

/// SHA-256(0x00 || salt || record); the record is the decoded bytes without the line's end.
pub fn leaf(salt: &[u8; 16], record: &[u8]) -> [u8; 32] {
    hash(&[&[0], salt, record])
}

/// The root over leaves, as RFC 6962 section 2.1: split at the largest power of two below the number. The root of
/// nothing is SHA-256 of nothing.
pub fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => hash(&[]),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            hash(&[&[1], &root(&leaves[..split]), &root(&leaves[split..])])
        }
    }
}

/// The hashes beside a leaf, from the leaf up, as RFC 6962 section 2.1.1.
pub fn path(leaves: &[[u8; 32]], index: usize) -> Vec<[u8; 32]> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (mut below, beside) =
        if index < split { (path(&leaves[..split], index), root(&leaves[split..])) } else { (path(&leaves[split..], index - split), root(&leaves[..split])) };
    below.push(beside);
    below
}

/// The root that a leaf and its path lead to in a tree of `size` leaves (RFC 9162 section 2.1.3.2); none if the path has
/// not the length that its place asks for.
pub fn led_to(leaf: [u8; 32], index: u64, size: u64, path: &[[u8; 32]]) -> Option<[u8; 32]> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut here) = (index, size - 1, leaf);
    for beside in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            here = hash(&[&[1], beside, &here]);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            here = hash(&[&[1], &here, beside]);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(here)
}

/// A record that is cited, with what shows that it stands in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its number, from 0.
    pub index: u64,
    /// Its leaf.
    pub leaf: [u8; 32],
    /// The hashes beside it, from the leaf up.
    pub path: Vec<[u8; 32]>,
}

/// A log as its seal has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// How many records.
    pub records: u64,
    /// The root over all of them.
    pub root: [u8; 32],
    /// The root of every [`BLOCK`] records.
    pub blocks: Vec<[u8; 32]>,
    /// The records that are cited, in order.
    pub proofs: Vec<Proof>,
}

/// Takes in records one after another; holds one block of them.
pub struct Sealer<'k> {
    key: &'k MacKey,
    /// Numbers of the records that are cited.
    cited: BTreeSet<u64>,
    leaves: Vec<[u8; 32]>,
    sealed: Sealed,
}

impl<'k> Sealer<'k> {
    /// Nothing yet.
    pub fn new(key: &'k MacKey, cited: BTreeSet<u64>) -> Self {
        Self { key, cited, leaves: Vec::with_capacity(BLOCK), sealed: Sealed::default() }
    }

    /// The next record, without its line's end.
    pub fn record(&mut self, record: &[u8]) {
        self.leaves.push(leaf(&salt(self.key, self.sealed.records), record));
        self.sealed.records += 1;
        if self.leaves.len() == BLOCK {
            self.close();
        }
    }

    fn close(&mut self) {
        let first = self.sealed.records - self.leaves.len() as u64;
        for index in self.cited.range(first..self.sealed.records) {
            let place = usize::try_from(index - first).unwrap_or(0);
            self.sealed.proofs.push(Proof { index: *index, leaf: self.leaves[place], path: path(&self.leaves, place) });
        }
        self.sealed.blocks.push(root(&self.leaves));
        self.leaves.clear();
    }

    /// The whole.
    pub fn finish(mut self) -> Sealed {
        if !self.leaves.is_empty() {
            self.close();
        }
        // Full blocks are subtrees of the tree over all records, so their roots stand for them.
        for proof in &mut self.sealed.proofs {
            let block = usize::try_from(proof.index).unwrap_or(usize::MAX) / BLOCK;
            proof.path.extend(path(&self.sealed.blocks, block));
        }
        self.sealed.root = root(&self.sealed.blocks);
        self.sealed
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut digest = [0u8; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_that_of_rfc_6962() {
        // Leaves 0x00 || input of the test tree of the certificate-transparency reference, roots for 1 and 8 leaves.
        let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let leaves: Vec<[u8; 32]> = inputs.iter().map(|input| hash(&[&[0], &crate::text::unhex(input).expect("hex")])).collect();
        assert_eq!(crate::text::hex(&root(&leaves[..1])), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(crate::text::hex(&root(&leaves)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
        assert_eq!(crate::text::hex(&root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    proptest::proptest! {
        #[test]
        fn every_path_leads_to_the_root_and_no_other_leaf_or_place_does(size in 1usize..70, at in 0usize..70, other in 0usize..70) {
            let leaves: Vec<[u8; 32]> = (0..size as u64).map(|index| hash(&[&index.to_be_bytes()])).collect();
            let (at, other) = (at % size, other % size);
            let found = path(&leaves, at);
            proptest::prop_assert_eq!(led_to(leaves[at], at as u64, size as u64, &found), Some(root(&leaves)));
            if other != at {
                proptest::prop_assert_ne!(led_to(leaves[other], at as u64, size as u64, &found), Some(root(&leaves)));
                proptest::prop_assert_ne!(led_to(leaves[at], other as u64, size as u64, &found), Some(root(&leaves)));
            }
            proptest::prop_assert_eq!(led_to(leaves[at], size as u64, size as u64, &found), None);
        }
    }

    #[test]
    fn a_log_taken_in_record_by_record_is_the_tree_over_all_of_them() {
        let key = MacKey::new(&[7; 32]);
        for records in [0u64, 1, 2, BLOCK as u64 - 1, BLOCK as u64, BLOCK as u64 + 1, 3 * BLOCK as u64 + 5] {
            let text = |index: u64| format!("record {index}");
            let leaves: Vec<[u8; 32]> = (0..records).map(|index| leaf(&salt(&key, index), text(index).as_bytes())).collect();
            let cited: BTreeSet<u64> = [0, 1, 4095, 4096, records.saturating_sub(1), records + 9].into();
            let mut sealer = Sealer::new(&key, cited.clone());
            (0..records).for_each(|index| sealer.record(text(index).as_bytes()));
            let sealed = sealer.finish();
            assert_eq!((sealed.records, sealed.root), (records, root(&leaves)));
            assert_eq!(sealed.proofs.len(), cited.iter().filter(|index| **index < records).count());
            for proof in &sealed.proofs {
                assert_eq!(led_to(proof.leaf, proof.index, records, &proof.path), Some(sealed.root), "{} of {records}", proof.index);
            }
        }
    }

    #[test]
    fn a_subtree_of_a_full_block_stands_in_the_tree() {
        let leaves: Vec<[u8; 32]> = (0..20u64).map(|index| hash(&[&index.to_be_bytes()])).collect();
        assert_eq!(root(&leaves), hash(&[&[1], &root(&leaves[..16]), &root(&leaves[16..])]));
    }
}
