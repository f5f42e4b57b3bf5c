//! A file that only the holder of a keyring can read, and that nobody else can change unnoticed.
//!
//! ```text
//! LABEL || u32be(version of the root) || id (16 random bytes) || blocks
//! key   = Root::state_key(linkage, hex(id), version)
//! block = ChaCha20-Poly1305(key, nonce = u64le(number of the block), 256 KiB of text; the last one shorter, possibly empty)
//! ```
//!
//! An id is drawn for each file, so no key seals two; a file cut short lacks its short last block.

use std::io::{self, Write};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use zeroize::Zeroizing;

use super::derive::{Root, Scope};
use super::keyring::Keyring;

/// How every such file begins.
pub const LABEL: &[u8] = b"carepact-sealed/1\n";

/// Bytes of a block before it is sealed.
const BLOCK: usize = 1 << 18;

/// Why a file cannot be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealedFileError {
    /// It does not begin as such a file does.
    #[error("it is no sealed file of carepact")]
    NotSealed,
    /// The keyring lacks the version it was sealed with.
    #[error("it was sealed with version {0} of a keyring, which this keyring does not have")]
    Version(u32),
    /// Sealed by another keyring or under another name, or changed since.
    #[error("it does not open: it was sealed with another keyring or another name, or has been changed or cut short since")]
    DoesNotOpen,
    /// The system gave no random bytes.
    #[error("the system's source of random numbers failed")]
    NoRandomness,
    /// A name that keys cannot have.
    #[error(transparent)]
    Scope(#[from] super::derive::ScopeError),
    /// No version of the keyring is active.
    #[error("the keyring has no active version")]
    NoActiveVersion,
}

fn key(root: &Root, linkage: &str, id: &[u8], version: u32) -> Result<LessSafeKey, SealedFileError> {
    let scope = Scope::new(linkage, &crate::text::hex(id), version)?;
    let key = UnboundKey::new(&CHACHA20_POLY1305, root.state_key(&scope).as_ref()).map_err(|_| SealedFileError::DoesNotOpen)?;
    Ok(LessSafeKey::new(key))
}

fn nonce(block: u64) -> Nonce {
    let mut bytes = [0u8; NONCE_LEN];
    bytes[..8].copy_from_slice(&block.to_le_bytes());
    Nonce::assume_unique_for_key(bytes)
}

/// Seals what is written to it.
pub struct Sealing<W> {
    out: W,
    key: LessSafeKey,
    block: Zeroizing<Vec<u8>>,
    sealed: u64,
}

impl<W: Write> Sealing<W> {
    /// Begins a file under the active version of a keyring.
    pub fn new(mut out: W, keyring: &Keyring, linkage: &str) -> Result<io::Result<Self>, SealedFileError> {
        let version = keyring.active().ok_or(SealedFileError::NoActiveVersion)?.version;
        let root = keyring.root(version).ok_or(SealedFileError::Version(version))?;
        let mut id = [0u8; 16];
        SystemRandom::new().fill(&mut id).map_err(|_| SealedFileError::NoRandomness)?;
        let key = key(root, linkage, &id, version)?;
        let begun = [LABEL, &version.to_be_bytes(), &id].into_iter().try_for_each(|part| out.write_all(part));
        Ok(begun.map(|()| Self { out, key, block: Zeroizing::new(Vec::with_capacity(BLOCK)), sealed: 0 }))
    }

    fn seal(&mut self) -> io::Result<()> {
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce(self.sealed), Aad::empty(), &mut self.block[..])
            .map_err(|_| io::Error::other("a block cannot be sealed"))?;
        self.out.write_all(&self.block)?;
        self.out.write_all(tag.as_ref())?;
        self.block.clear();
        self.sealed += 1;
        Ok(())
    }

    /// Writes the last block; without it the file does not open.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal()?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        if self.block.len() == BLOCK {
            self.seal()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Opens a sealed file; nothing of it is given unless all of it holds.
pub fn open(bytes: &[u8], keyring: &Keyring, linkage: &str) -> Result<Zeroizing<Vec<u8>>, SealedFileError> {
    let rest = bytes.strip_prefix(LABEL).ok_or(SealedFileError::NotSealed)?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(SealedFileError::NotSealed)?;
    let (id, mut rest) = rest.split_first_chunk::<16>().ok_or(SealedFileError::NotSealed)?;
    let version = u32::from_be_bytes(*version);
    let key = key(keyring.root(version).ok_or(SealedFileError::Version(version))?, linkage, id, version)?;
    let whole = BLOCK + CHACHA20_POLY1305.tag_len();
    let mut text = Zeroizing::new(Vec::with_capacity(rest.len()));
    let mut block = Zeroizing::new(Vec::with_capacity(whole));
    for number in 0.. {
        let (now, later) = rest.split_at(rest.len().min(whole));
        block.clear();
        block.extend_from_slice(now);
        let opened = key.open_in_place(nonce(number), Aad::empty(), &mut block[..]).map_err(|_| SealedFileError::DoesNotOpen)?;
        text.extend_from_slice(opened);
        let last = opened.len() < BLOCK;
        rest = later;
        if last {
            return if rest.is_empty() { Ok(text) } else { Err(SealedFileError::DoesNotOpen) };
        }
    }
    Err(SealedFileError::DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::{Date, OdsCode};

    fn keyring() -> Keyring {
        Keyring::generate(OdsCode::parse("QOP").expect("a code"), "audit", Date::parse("2026-01-01").expect("a day")).expect("random")
    }

    fn sealed(keyring: &Keyring, name: &str, text: &[u8]) -> Vec<u8> {
        let mut sealing = Sealing::new(Vec::new(), keyring, name).expect("a key").expect("begins");
        sealing.write_all(text).expect("writes");
        sealing.finish().expect("ends")
    }

    #[test]
    fn what_was_sealed_opens_whole_whatever_its_length() {
        let keyring = keyring();
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK] {
            let text: Vec<u8> = (0..=250u8).cycle().take(length).collect();
            assert_eq!(&open(&sealed(&keyring, "gm", &text), &keyring, "gm").expect("opens")[..], &text[..], "{length}");
        }
    }

    #[test]
    fn changed_cut_swapped_or_foreign_files_do_not_open() {
        let keyring = keyring();
        let text = vec![7u8; 2 * BLOCK];
        let good = sealed(&keyring, "gm", &text);
        let head = LABEL.len() + 20;
        let block = BLOCK + CHACHA20_POLY1305.tag_len();
        let fails = |bytes: &[u8], why: &str| assert_eq!(open(bytes, &keyring, "gm").err(), Some(SealedFileError::DoesNotOpen), "{why}");
        fails(&good[..head + block], "cut after a whole block");
        fails(&good[..head + 2 * block], "without its last block");
        fails(&good[..good.len() - 1], "cut");
        fails(&[&good[..], b"x"].concat(), "longer");
        fails(&[&good[..head], &good[head + block..head + 2 * block], &good[head..head + block], &good[head + 2 * block..]].concat(), "blocks swapped");
        for at in [head - 1, head, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fails(&bad, "one bit");
        }
        assert_eq!(open(&good, &keyring, "other").err(), Some(SealedFileError::DoesNotOpen));
        assert_eq!(open(&good, &self::keyring(), "gm").err(), Some(SealedFileError::DoesNotOpen));
        assert_eq!(open(b"events", &keyring, "gm").err(), Some(SealedFileError::NotSealed));
        assert_ne!(good, sealed(&keyring, "gm", &text), "no two files share a key");
    }
}
