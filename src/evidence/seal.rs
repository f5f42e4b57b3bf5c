//! Tamper evidence for a log: a Merkle tree as in RFC 6962 whose leaves are salted, so that a short line cannot be
//! guessed from its leaf.

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

    #[test]
    fn a_subtree_of_a_full_block_stands_in_the_tree() {
        let leaves: Vec<[u8; 32]> = (0..20u64).map(|index| hash(&[&index.to_be_bytes()])).collect();
        assert_eq!(root(&leaves), hash(&[&[1], &root(&leaves[..16]), &root(&leaves[16..])]));
    }
}
