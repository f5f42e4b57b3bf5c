//! HMAC-SHA-256 with its two pads already absorbed: two block operations for a message of up to 55 bytes.

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const BLOCK: usize = 64;

/// The initial state of SHA-256 (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A key for HMAC-SHA-256. Holds the states after the inner and outer pad, from which the key itself cannot be had,
/// but which serve to compute MACs: they are as secret as the key. Wiped on drop; shared by reference among threads.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MacKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl MacKey {
    /// A key of any length, as RFC 2104 says: longer than 64 bytes, its digest is the key.
    pub fn new(key: &[u8]) -> Self {
        let mut pad = Zeroizing::new([0u8; BLOCK]);
        if key.len() > BLOCK {
            pad[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            pad[..key.len()].copy_from_slice(key);
        }
        let absorb = |pad: &[u8; BLOCK]| {
            let mut state = INITIAL;
            compress256(&mut state, std::slice::from_ref(pad));
            state
        };
        pad.iter_mut().for_each(|byte| *byte ^= 0x36);
        let inner = absorb(&pad);
        pad.iter_mut().for_each(|byte| *byte ^= 0x36 ^ 0x5c);
        let outer = absorb(&pad);
        Self { inner, outer }
    }

    /// HMAC-SHA-256 of a message. Does not allocate.
    pub fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut state = self.inner;
        finish(&mut state, message);
        let mut digest = [0u8; 32];
        write(&state, &mut digest);
        state = self.outer;
        finish(&mut state, &digest);
        write(&state, &mut digest);
        digest
    }
}

/// Absorbs the rest of a message whose first block (a pad) is in the state already, and ends it.
fn finish(state: &mut [u32; 8], message: &[u8]) {
    let (blocks, rest) = message.as_chunks::<BLOCK>();
    if !blocks.is_empty() {
        compress256(state, blocks);
    }
    let bits = (BLOCK as u64 + message.len() as u64) * 8;
    let mut last = [[0u8; BLOCK]; 2];
    last[0][..rest.len()].copy_from_slice(rest);
    last[0][rest.len()] = 0x80;
    let end = usize::from(rest.len() >= BLOCK - 8);
    last[end][BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
    compress256(state, &last[..=end]);
}

fn write(state: &[u32; 8], digest: &mut [u8; 32]) {
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_the_hmac_crate(key in prop::collection::vec(any::<u8>(), 0..150), message in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut oracle = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
            oracle.update(&message);
            prop_assert_eq!(&MacKey::new(&key).mac(&message)[..], &oracle.finalize().into_bytes()[..]);
        }
    }

    #[test]
    fn lengths_around_a_block_agree_with_the_hmac_crate() {
        for length in (50..=70).chain(115..=135) {
            let message = vec![b'x'; length];
            let mut oracle = Hmac::<Sha256>::new_from_slice(b"key").expect("any length");
            oracle.update(&message);
            assert_eq!(MacKey::new(b"key").mac(&message)[..], oracle.finalize().into_bytes()[..], "{length}");
        }
    }
}
