//! Reversible pseudonyms: AES-256-SIV of the canonical message (RFC 5297). Linkage, domain and version are in the
//! key, so there is nothing to associate.
//!
//! Deterministic, so that tables agree; authenticated, so that a slip of the hand, another key or another domain is
//! noticed and never opens as somebody else.

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use zeroize::Zeroizing;

use super::base32;

/// Longest message that becomes a pseudonym, in bytes: what can be told must fit into one cell.
pub const MESSAGE_LIMIT: usize = 4096;

/// Makes and opens reversible pseudonyms of one domain under one linkage.
pub struct ReversibleKey {
    // The schedule of the MAC half is wiped by its crate; the key itself is ours to wipe.
    key: Zeroizing<[u8; 64]>,
}

/// Makes many: the key schedule is made once. One for each worker, because sealing needs it mutable.
pub struct Sealer {
    cipher: Aes256Siv,
}

impl ReversibleKey {
    /// A key of 64 bytes: 32 would be AES-128.
    pub(super) fn new(key: Zeroizing<[u8; 64]>) -> Self {
        Self { key }
    }

    /// A sealer.
    pub fn sealer(&self) -> Sealer {
        Sealer { cipher: cipher(&self.key) }
    }

    /// The canonical message of a pseudonym; none if this key, under this domain, did not make it.
    pub fn open(&self, pseudonym: &str) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = base32::decode(pseudonym.trim().as_bytes())?;
        decrypt(&self.key, &[], &sealed).map(Zeroizing::new)
    }
}

impl Sealer {
    /// Appends the pseudonym of a canonical message. False, and nothing appended, if it is longer than [`MESSAGE_LIMIT`].
    pub fn write(&mut self, message: &[u8], out: &mut Vec<u8>) -> bool {
        if message.len() > MESSAGE_LIMIT {
            return false;
        }
        let Ok(sealed) = self.cipher.encrypt([] as [&[u8]; 0], message) else { return false };
        base32::encode(&sealed, out);
        true
    }
}

fn cipher(key: &[u8; 64]) -> Aes256Siv {
    Aes256Siv::new(key.into())
}

/// AES-256-SIV: the synthetic vector, then the ciphertext. For vectors; pseudonyms come from a [`Sealer`].
pub fn encrypt(key: &[u8; 64], associated: &[&[u8]], message: &[u8]) -> Option<Vec<u8>> {
    cipher(key).encrypt(associated, message).ok()
}

/// The message of what [`encrypt`] made; none if anything of it was changed.
pub fn decrypt(key: &[u8; 64], associated: &[&[u8]], sealed: &[u8]) -> Option<Vec<u8>> {
    cipher(key).decrypt(associated, sealed).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{hex, unhex};

    /// The key of the published scheme: GM-DSA-0001/QOP, nhs_number, version 1.
    fn key() -> ReversibleKey {
        let bytes = unhex("37806a6de8f4d394653c09f9e1d6cd13cc4732104d7f29c0c094a13417f9c38e5e1e053fa96d87abb497c8febc10e00992eead70e6a73fee306ffd531fa9854c");
        ReversibleKey::new(Zeroizing::new(bytes.expect("hex").try_into().expect("64 bytes")))
    }

    fn seal(message: &[u8]) -> String {
        let mut out = Vec::new();
        assert!(key().sealer().write(message, &mut out));
        String::from_utf8(out).expect("letters")
    }

    #[test]
    fn the_pseudonym_of_the_scheme_comes_out_and_opens() {
        let pseudonym = seal(b"9990000018");
        assert_eq!(pseudonym, "065M1JY7PPCS5SEJ7KBFY9C1CZZGYHFB34MC2PVE2G");
        assert_eq!(key().open(&pseudonym).as_deref().map(Vec::as_slice), Some(&b"9990000018"[..]));
        let mut other = key().key.clone();
        other[63] ^= 1;
        assert!(ReversibleKey::new(other).open(&pseudonym).is_none(), "another key");
    }

    /// AES-SIV-CMAC with a 512-bit key, wycheproof `aes_siv_cmac_test.json`, case 302.
    #[test]
    fn a_vector_of_wycheproof_comes_out() {
        let key: [u8; 64] =
            unhex("c25cafc6018b98dfbb79a40ec89c575a4f88c4116489bba27707479800c0130235334a45dbe8d8dae3da8dcb45bbe5dce031b0f68ded544fda7eca30d6749442")
                .expect("hex")
                .try_into()
                .expect("64 bytes");
        let sealed =
            encrypt(&key, &[&unhex("deeb0ccf3aef47a296ed1ca8f4ae5907").expect("hex")], &unhex("beec61030fa3d670337196beade6aeaa").expect("hex")).expect("fits");
        assert_eq!(hex(&sealed), "5865208eab9163db85cab9f96d846234a2626aae22f5c17c9aad4b501f4416e4");
    }

    #[test]
    fn what_is_too_long_is_not_sealed() {
        let mut out = Vec::new();
        assert!(!key().sealer().write(&[b'9'; MESSAGE_LIMIT + 1], &mut out) && out.is_empty());
        assert!(key().sealer().write(&[b'9'; MESSAGE_LIMIT], &mut out));
    }

    proptest! {
        #[test]
        fn every_message_comes_back_and_no_changed_symbol_does(message in prop::collection::vec(any::<u8>(), 0..60), place in any::<prop::sample::Index>(), other in 0..32usize) {
            let pseudonym = seal(&message);
            prop_assert_eq!(key().open(&pseudonym).map(|opened| opened.to_vec()), Some(message));
            let mut changed = pseudonym.clone().into_bytes();
            let place = place.index(changed.len());
            changed[place] = super::super::pseudonym::ALPHABET[other];
            let changed = String::from_utf8(changed).expect("letters");
            prop_assert_eq!(key().open(&changed).is_some(), changed == pseudonym);
        }
    }
}
