//! What must lie on disk for the length of a run, and never in the clear: an unnamed file of sealed blocks.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use zeroize::Zeroizing;

use super::derive::NoRandomness;

/// Bytes of a block before it is sealed; only the last one is shorter, so that a file cut short is noticed.
const BLOCK: usize = 1 << 18;

/// A spill being written. Its key is drawn for it and lives only in memory: what the file holds ends with the run.
pub struct Spill {
    file: File,
    key: LessSafeKey,
    block: Zeroizing<Vec<u8>>,
    sealed: u64,
}

/// A spill that can be read, as often as wanted, by one reader at a time.
pub struct Spilled {
    file: File,
    key: LessSafeKey,
    blocks: u64,
}

/// Reads a spill from its beginning.
pub struct SpillReader<'s> {
    spilled: &'s Spilled,
    /// Room for a sealed block; once opened, its text is `block[at..end]`.
    block: Zeroizing<Vec<u8>>,
    at: usize,
    end: usize,
    opened: u64,
}

/// A nonce is the number of its block: no key seals two files, and no file two blocks of one number.
fn nonce(block: u64) -> Nonce {
    let mut bytes = [0u8; NONCE_LEN];
    bytes[..8].copy_from_slice(&block.to_le_bytes());
    Nonce::assume_unique_for_key(bytes)
}

impl Spill {
    /// A spill into a file that nobody else can open, best one without a name.
    pub fn new(file: File) -> Result<Self, NoRandomness> {
        let mut key = Zeroizing::new([0u8; 32]);
        SystemRandom::new().fill(key.as_mut()).map_err(|_| NoRandomness)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, key.as_ref()).map_err(|_| NoRandomness)?;
        Ok(Self { file, key: LessSafeKey::new(key), block: Zeroizing::new(Vec::with_capacity(BLOCK)), sealed: 0 })
    }

    /// Adds bytes.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() == BLOCK {
                self.seal()?;
            }
        }
        Ok(())
    }

    fn seal(&mut self) -> io::Result<()> {
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce(self.sealed), Aad::empty(), &mut self.block[..])
            .map_err(|_| io::Error::other("a block cannot be sealed"))?;
        self.file.write_all(&self.block)?;
        self.file.write_all(tag.as_ref())?;
        self.block.clear();
        self.sealed += 1;
        Ok(())
    }

    /// Ends it. The last block is short, possibly empty.
    pub fn finish(mut self) -> io::Result<Spilled> {
        self.seal()?;
        Ok(Spilled { file: self.file, key: self.key, blocks: self.sealed })
    }
}

impl Spilled {
    /// Reads it from the beginning.
    pub fn reader(&self) -> io::Result<SpillReader<'_>> {
        (&self.file).seek(SeekFrom::Start(0))?;
        Ok(SpillReader { spilled: self, block: Zeroizing::new(Vec::with_capacity(BLOCK + CHACHA20_POLY1305.tag_len())), at: 0, end: 0, opened: 0 })
    }
}

#[cfg(test)]
impl Spilled {
    /// The file, to be damaged.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }
}

impl Read for SpillReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.end && self.opened < self.spilled.blocks {
            self.block.clear();
            let sealed = BLOCK + CHACHA20_POLY1305.tag_len();
            (&self.spilled.file).take(sealed as u64).read_to_end(&mut self.block)?;
            let opened = self.spilled.key.open_in_place(nonce(self.opened), Aad::empty(), &mut self.block[..]);
            let text = opened.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "what was put aside on disk came back changed"))?.len();
            self.opened += 1;
            (self.at, self.end) = (0, text);
        }
        let length = buffer.len().min(self.end - self.at);
        buffer[..length].copy_from_slice(&self.block[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spilled(bytes: &[u8], step: usize) -> Spilled {
        let mut spill = Spill::new(tempfile::tempfile().expect("a file")).expect("random");
        bytes.chunks(step).for_each(|part| spill.write(part).expect("written"));
        spill.finish().expect("ended")
    }

    #[test]
    fn what_goes_in_comes_out_as_often_as_wanted() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).expect("small")).collect();
            let spilled = spilled(&bytes, 70_001);
            for _ in 0..2 {
                let mut back = Vec::new();
                spilled.reader().expect("opens").read_to_end(&mut back).expect("reads");
                assert!(back == bytes, "{length} bytes");
            }
        }
    }

    #[test]
    fn the_file_does_not_hold_the_text_and_a_change_is_noticed() {
        let mut spilled = spilled(&b"9990000018,Okafor\n".repeat(20_000), 999);
        let mut raw = Vec::new();
        spilled.file.seek(SeekFrom::Start(0)).expect("seeks");
        spilled.file.read_to_end(&mut raw).expect("reads");
        assert!(raw.len() > 20_000 * 18 && !raw.windows(6).any(|part| part == b"Okafor"));
        for change in [0, raw.len() - 1] {
            let mut changed = raw.clone();
            changed[change] ^= 1;
            spilled.file.seek(SeekFrom::Start(0)).expect("seeks");
            spilled.file.write_all(&changed).expect("written");
            assert!(spilled.reader().expect("opens").read_to_end(&mut Vec::new()).is_err());
        }
        spilled.file.set_len(raw.len() as u64 / 2).expect("cut");
        assert!(spilled.reader().expect("opens").read_to_end(&mut Vec::new()).is_err());
    }
}
