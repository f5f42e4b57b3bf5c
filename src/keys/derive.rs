//! Roots, and the keys derived from them: scheme `carepact/1`.

use std::fmt;

use hkdf::Hkdf;
use ring::rand::{SecureRandom as _, SystemRandom};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ff1::Ff1Key;
use super::mac::MacKey;
use super::pseudonym::PseudonymKey;
use super::reference::ReferenceKey;
use super::reversible::ReversibleKey;
use super::shift::ShiftKey;

/// Salt of the extraction and first part of every `info`.
pub const LABEL: &str = "carepact/1";

/// Longest linkage or domain, in bytes.
pub const PART_LIMIT: usize = 130;

/// What a derived key is for: a closed list, so that no two uses share a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Pseudonyms.
    Hmac,
    /// Date shift.
    Shift,
    /// Format-preserving encryption.
    Ff1,
    /// Shuffling rows.
    Order,
    /// Keyed digests of whole files.
    Digest,
    /// References to people and staff in audits.
    Reference,
    /// Salts of sealed logs.
    Seal,
    /// Sealing of saved audit states.
    State,
    /// Reversible pseudonyms: AES-256-SIV, which needs 64 bytes.
    Siv,
    /// The key id.
    Kid,
    /// The check value of a domain.
    Check,
}

impl Algorithm {
    /// The word in `info`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hmac => "hmac",
            Self::Shift => "shift",
            Self::Ff1 => "ff1",
            Self::Order => "order",
            Self::Digest => "digest",
            Self::Reference => "reference",
            Self::Seal => "seal",
            Self::State => "state",
            Self::Siv => "siv",
            Self::Kid => "kid",
            Self::Check => "hmac/check",
        }
    }
}

/// Which key: who may join (linkage), which identifiers (domain), which version of the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    linkage: String,
    domain: String,
    version: u32,
}

/// Why a linkage or domain cannot name a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Longer than [`PART_LIMIT`].
    #[error("the {part} {written:?} has more than {PART_LIMIT} characters")]
    Long {
        /// `linkage` or `domain`.
        part: &'static str,
        /// As written.
        written: String,
    },
    /// A character outside `[A-Za-z0-9._/-]`.
    #[error("the {part} {written:?} may hold only letters A to Z and a to z, digits, and . _ / -")]
    Character {
        /// `linkage` or `domain`.
        part: &'static str,
        /// As written.
        written: String,
    },
}

impl Scope {
    /// A scope. An empty linkage is for keys outside any agreement.
    pub fn new(linkage: &str, domain: &str, version: u32) -> Result<Self, ScopeError> {
        for (part, written) in [("linkage", linkage), ("domain", domain)] {
            if written.len() > PART_LIMIT {
                return Err(ScopeError::Long { part, written: written.to_owned() });
            }
            if !written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte)) {
                return Err(ScopeError::Character { part, written: written.to_owned() });
            }
        }
        Ok(Self { linkage: linkage.to_owned(), domain: domain.to_owned(), version })
    }

    /// Who may join what.
    pub fn linkage(&self) -> &str {
        &self.linkage
    }

    /// The space of identifiers, for example `nhs_number`; tables agree by sharing it.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The version of the root.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// `info` of HKDF-Expand.
    fn info(&self, algorithm: Algorithm) -> Vec<u8> {
        let mut info = LABEL.as_bytes().to_vec();
        push_prefixed(&mut info, &self.linkage);
        push_prefixed(&mut info, &self.domain);
        info.extend_from_slice(&self.version.to_be_bytes());
        push_prefixed(&mut info, algorithm.name());
        info
    }
}

/// Parts are at most [`PART_LIMIT`] long, so the length always fits.
fn push_prefixed(info: &mut Vec<u8>, part: &str) {
    info.extend_from_slice(&u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
    info.extend_from_slice(part.as_bytes());
}

/// The name of a root: eight bytes, written as 16 hex digits. Not secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system's source of random numbers failed; no key was made")]
pub struct NoRandomness;

/// 32 random bytes from which a controller's keys for one purpose come. Never typed, never a phrase.
pub struct Root {
    bytes: Zeroizing<[u8; 32]>,
}

impl Root {
    /// A new root from the system's random numbers.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        SystemRandom::new().fill(bytes.as_mut()).map_err(|_| NoRandomness)?;
        Ok(Self { bytes })
    }

    /// A root from its bytes: out of a keyring, or a published test vector. Never from anything a person typed.
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self { bytes }
    }

    /// The bytes as 64 hex digits, for writing a keyring. No copy is left elsewhere.
    pub(super) fn expose_hex(&self) -> Zeroizing<String> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.bytes.iter() {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        text
    }

    /// The root of 64 hex digits out of a keyring; none if they are not that.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let digit = |letter: u8| char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self { bytes })
    }

    /// Fills `key` with HKDF-Expand(HKDF-Extract("carepact/1", root), info).
    fn derive(&self, scope: &Scope, algorithm: Algorithm, key: &mut [u8]) {
        let schedule = Hkdf::<Sha256>::new(Some(LABEL.as_bytes()), self.bytes.as_ref());
        // Expansion fails only beyond 255 * 32 bytes; the longest key has 64.
        let expanded = schedule.expand(&scope.info(algorithm), key);
        debug_assert!(expanded.is_ok());
    }

    fn key32(&self, scope: &Scope, algorithm: Algorithm) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0u8; 32]);
        self.derive(scope, algorithm, key.as_mut());
        key
    }

    /// The root's name.
    pub fn key_id(&self) -> KeyId {
        let nowhere = Scope { linkage: String::new(), domain: String::new(), version: 0 };
        let mut id = [0u8; 8];
        self.derive(&nowhere, Algorithm::Kid, &mut id);
        KeyId(id)
    }

    /// 16 hex digits that agree if and only if the keys of this scope do. Derived beside the keys, never a MAC under one.
    pub fn check_value(&self, scope: &Scope) -> String {
        let mut value = [0u8; 8];
        self.derive(scope, Algorithm::Check, &mut value);
        crate::text::hex(&value)
    }

    /// The key of `pseudonym`.
    pub fn pseudonym_key(&self, scope: &Scope) -> PseudonymKey {
        PseudonymKey::new(MacKey::new(self.key32(scope, Algorithm::Hmac).as_ref()))
    }

    /// The key of `shift`. Give the scope the keyring's version for shifts, which rotation leaves alone.
    pub fn shift_key(&self, scope: &Scope) -> ShiftKey {
        ShiftKey::new(MacKey::new(self.key32(scope, Algorithm::Shift).as_ref()))
    }

    /// The key of references in audits; domain `person` or `staff`.
    pub fn reference_key(&self, scope: &Scope) -> ReferenceKey {
        ReferenceKey::new(MacKey::new(self.key32(scope, Algorithm::Reference).as_ref()))
    }

    /// The key that shuffles rows.
    pub fn order_key(&self, scope: &Scope) -> MacKey {
        MacKey::new(self.key32(scope, Algorithm::Order).as_ref())
    }

    /// The key of salts of a sealed log: linkage is the hex of the seal id, domain `log`, version 1.
    pub fn seal_key(&self, scope: &Scope) -> MacKey {
        MacKey::new(self.key32(scope, Algorithm::Seal).as_ref())
    }

    /// The key of digests of whole files.
    pub fn digest_key(&self, scope: &Scope) -> DigestKey {
        DigestKey(self.key32(scope, Algorithm::Digest))
    }

    /// 32 bytes for sealing saved audit states.
    pub fn state_key(&self, scope: &Scope) -> Zeroizing<[u8; 32]> {
        self.key32(scope, Algorithm::State)
    }

    /// The key of `format_preserving`: AES-256 inside FF1.
    pub fn ff1_key(&self, scope: &Scope) -> Ff1Key {
        Ff1Key::new(&self.key32(scope, Algorithm::Ff1))
    }

    /// The key of `reversible`.
    pub fn reversible_key(&self, scope: &Scope) -> ReversibleKey {
        ReversibleKey::new(self.siv_key(scope))
    }

    /// 64 bytes for AES-256-SIV (32 would silently mean AES-128).
    pub fn siv_key(&self, scope: &Scope) -> Zeroizing<[u8; 64]> {
        let mut key = Zeroizing::new([0u8; 64]);
        self.derive(scope, Algorithm::Siv, key.as_mut());
        key
    }
}

/// A key for digests of whole files: a plain digest of a small or guessable file would tell what is in it.
///
/// ring reads files fastest, and its contexts cannot be wiped, so one lives only as long as a digest is under way.
pub struct DigestKey(Zeroizing<[u8; 32]>);

/// A keyed digest under way.
pub struct FileDigest(ring::hmac::Context);

impl DigestKey {
    /// Starts a digest.
    pub fn start(&self) -> FileDigest {
        FileDigest(ring::hmac::Context::with_key(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.0.as_ref())))
    }

    /// The digest of bytes at hand, hex.
    pub fn digest(&self, bytes: &[u8]) -> String {
        let mut digest = self.start();
        digest.update(bytes);
        digest.finish()
    }

    /// The digest of everything that a reader gives, hex.
    pub fn read(&self, mut reader: impl std::io::Read) -> std::io::Result<String> {
        let mut digest = self.start();
        let mut buffer = vec![0u8; 1 << 16];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(digest.finish()),
                Ok(length) => digest.update(&buffer[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl FileDigest {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Ends it, hex.
    pub fn finish(self) -> String {
        crate::text::hex(self.0.sign().as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published test root: bytes 0 to 31.
    fn root() -> Root {
        let mut bytes = Zeroizing::new([0u8; 32]);
        for (value, byte) in (0u8..).zip(bytes.iter_mut()) {
            *byte = value;
        }
        Root::from_bytes(bytes)
    }

    #[test]
    fn the_scheme_is_pinned() {
        let root = root();
        assert_eq!(root.key_id().to_string(), "c7ebeb14ff13ae18");
        let scope = Scope::new("GM-DSA-0001/QOP", "nhs_number", 1).expect("valid");
        assert_eq!(
            crate::text::hex(&scope.info(Algorithm::Hmac)),
            "63617265706163742f31000f474d2d4453412d303030312f514f50000a6e68735f6e756d626572000000010004686d6163"
        );
        assert_eq!(root.check_value(&scope), "b3c644ed64502638");
        assert_eq!(crate::text::hex(root.key32(&scope, Algorithm::Hmac).as_ref()), "3e136ee7b7f94e04294b24238ec094fd43f4896dec3bf45e1cdffdec2a51bc66");
        let siv = "37806a6de8f4d394653c09f9e1d6cd13cc4732104d7f29c0c094a13417f9c38e5e1e053fa96d87abb497c8febc10e00992eead70e6a73fee306ffd531fa9854c";
        assert_eq!(crate::text::hex(root.siv_key(&scope).as_ref()), siv);
    }

    #[test]
    fn parts_are_limited_to_what_cannot_be_confused() {
        assert!(Scope::new("", "", 0).is_ok());
        assert!(Scope::new(&"a".repeat(130), "x", 1).is_ok());
        assert!(matches!(Scope::new(&"a".repeat(131), "x", 1), Err(ScopeError::Long { part: "linkage", .. })));
        for domain in ["nhs number", "é", "a\0", "a:b", "a\n"] {
            assert!(matches!(Scope::new("x", domain, 1), Err(ScopeError::Character { part: "domain", .. })), "{domain:?}");
        }
    }

    #[test]
    fn moving_a_character_between_parts_changes_the_key() {
        let root = root();
        let check = |linkage, domain| root.check_value(&Scope::new(linkage, domain, 1).expect("valid"));
        assert_ne!(check("ab", "c"), check("a", "bc"));
        assert_ne!(check("A", "c"), check("a", "c"));
    }

    #[test]
    fn a_file_digest_is_an_hmac_however_it_is_fed() {
        let scope = Scope::new("", "extract", 1).expect("valid");
        let key = root().digest_key(&scope);
        let bytes = vec![7u8; 200_000];
        let oracle = crate::text::hex(&MacKey::new(root().key32(&scope, Algorithm::Digest).as_ref()).mac(&bytes));
        assert_eq!(key.digest(&bytes), oracle);
        assert_eq!(key.read(&bytes[..]).expect("reads"), oracle);
    }

    #[test]
    fn roots_differ() {
        assert_ne!(Root::generate().expect("random").key_id(), Root::generate().expect("random").key_id());
    }
}
