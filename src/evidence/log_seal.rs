//! The seal of access logs, as it is kept: head, blocks, and proofs of the records that findings cite.

use serde::{Deserialize, Serialize};

use super::seal::{BLOCK, Proof, Sealed, led_to};
use crate::text::{hex, unhex};

/// The format's name.
pub const FORMAT: &str = "carepact.seal/1";

/// The seal of the logs of one audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSeal {
    /// [`FORMAT`].
    pub format: String,
    /// Sixteen random bytes, hex: salts of two seals have nothing in common.
    pub seal_id: String,
    /// When, RFC 3339 in UTC. It proves nothing of the time before it.
    pub made: String,
    /// Which key the salts come from.
    pub key: SealKey,
    /// In the order in which they were read.
    pub logs: Vec<LogHead>,
}

/// A key by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealKey {
    /// Id of the root.
    pub id: String,
    /// Its version in the keyring.
    pub version: u32,
}

/// One log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogHead {
    /// The file's name, without its folder.
    pub name: String,
    /// Lines, after unpacking.
    pub records: u64,
    /// The root over all of them, hex.
    pub root: String,
    /// The root of each 4,096 records, hex.
    pub blocks: Vec<String>,
    /// Records that findings of the audit cite.
    pub cited: Vec<Cited>,
}

/// A cited record with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// Its line, from 1.
    pub record: u64,
    /// Its leaf, hex. The salt in it is told with the record only.
    pub leaf: String,
    /// The hashes beside it, from the leaf up, hex.
    pub path: Vec<String>,
}

/// What a log is beside its seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// As it was.
    Same,
    /// As many records, and these blocks are not as they were: first and last record of each, from 1.
    Changed(Vec<(u64, u64)>),
    /// More or fewer records.
    Count {
        /// Then.
        then: u64,
        /// Now.
        now: u64,
        /// The first block that is not as it was: its first and last record then; none if only records after the last came.
        first: Option<(u64, u64)>,
    },
}

fn digest(text: &str) -> Option<[u8; 32]> {
    unhex(text)?.try_into().ok()
}

impl LogHead {
    /// Of a log.
    pub fn of(name: &str, sealed: &Sealed) -> Self {
        let cited = |proof: &Proof| Cited { record: proof.index + 1, leaf: hex(&proof.leaf), path: proof.path.iter().map(|one| hex(one)).collect() };
        Self {
            name: name.to_owned(),
            records: sealed.records,
            root: hex(&sealed.root),
            blocks: sealed.blocks.iter().map(|one| hex(one)).collect(),
            cited: sealed.proofs.iter().map(cited).collect(),
        }
    }

    /// Whether blocks lead to the root and every proof too, so that the root alone stands for all.
    pub fn is_whole(&self) -> bool {
        let blocks: Option<Vec<[u8; 32]>> = self.blocks.iter().map(|one| digest(one)).collect();
        let root = digest(&self.root);
        let count = self.records.div_ceil(BLOCK as u64) == self.blocks.len() as u64;
        let leads = |one: &Cited| {
            let path: Option<Vec<[u8; 32]>> = one.path.iter().map(|one| digest(one)).collect();
            let (Some(leaf), Some(path), Some(index)) = (digest(&one.leaf), path, one.record.checked_sub(1)) else { return false };
            led_to(leaf, index, self.records, &path) == root
        };
        count && root.is_some() && blocks.is_some_and(|blocks| Some(super::seal::root(&blocks)) == root) && self.cited.iter().all(leads)
    }

    /// The log as it is now, beside what was sealed: its records up to as many as were sealed, and how many there are.
    pub fn beside(&self, now: &Sealed, count: u64) -> Beside {
        let range = |block: usize| {
            let first = (block * BLOCK) as u64;
            (first + 1, (first + BLOCK as u64).min(self.records))
        };
        let same = |block: usize| now.blocks.get(block).is_some_and(|one| hex(one) == self.blocks[block]);
        let differ: Vec<(u64, u64)> = (0..self.blocks.len()).filter(|block| !same(*block)).map(range).collect();
        if count != self.records {
            Beside::Count { then: self.records, now: count, first: differ.first().copied() }
        } else if differ.is_empty() {
            Beside::Same
        } else {
            Beside::Changed(differ)
        }
    }
}
