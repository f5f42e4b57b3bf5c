//! Ed25519 keys that sign manifests, in OpenSSH's own file form, so that `ssh-keygen` can use and check them.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::derive::NoRandomness;
use super::private_file::{self, PrivateFileError};
use super::wire::{Reader, push};

/// The name of the key type in every SSH form.
pub const KEY_TYPE: &str = "ssh-ed25519";

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";
const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The public half of a signing key. Not secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// A key that signs. Unencrypted in its file, so the file must be 0600.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    public: PublicKey,
    comment: String,
}

/// Why a file cannot be used to sign. Never carries what the file holds.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file itself is not fit.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// Something else.
    #[error("{} is not an OpenSSH private key; make one with `carepact keys signer -o FILE`", .0.display())]
    NotAKey(PathBuf),
    /// The public half was given.
    #[error("{} is a public key; signing takes the private one", .0.display())]
    Public(PathBuf),
    /// It has a passphrase.
    #[error("{} is encrypted with a passphrase, which this version does not open; make a key for signing with `carepact keys signer -o FILE`", .0.display())]
    Encrypted(PathBuf),
    /// RSA, ECDSA, a hardware key.
    #[error("{} is not an Ed25519 key; make one with `carepact keys signer -o FILE`", .0.display())]
    OtherType(PathBuf),
    /// Cut or changed.
    #[error("{} is damaged: its parts do not agree", .0.display())]
    Damaged(PathBuf),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

impl PublicKey {
    /// The 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the wire form: the type, then 32 bytes, then nothing.
    pub fn from_blob(blob: &[u8]) -> Option<Self> {
        let mut reader = Reader(blob);
        (reader.string()? == KEY_TYPE.as_bytes()).then_some(())?;
        let key = Self(reader.string()?.try_into().ok()?);
        reader.is_empty().then_some(key)
    }

    /// The wire form.
    pub fn blob(&self) -> Vec<u8> {
        let mut blob = Vec::with_capacity(51);
        push(&mut blob, KEY_TYPE.as_bytes());
        push(&mut blob, &self.0);
        blob
    }

    /// `ssh-ed25519 AAAA...`
    pub fn line(&self) -> String {
        format!("{KEY_TYPE} {}", STANDARD.encode(self.blob()))
    }

    /// `SHA256:...`, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, &self.blob())))
    }

    /// Whether this key signed these bytes (RFC 8032; small-order and non-canonical forms are refused).
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

impl SigningKey {
    /// A new key. The comment is written into its file and beside its public line; one line, not secret.
    pub fn generate(comment: &str) -> Result<Self, NoRandomness> {
        let mut seed = Zeroizing::new([0u8; 32]);
        SystemRandom::new().fill(seed.as_mut()).map_err(|_| NoRandomness)?;
        Self::from_seed(seed, comment).ok_or(NoRandomness)
    }

    /// The key of a seed (RFC 8032): out of a key file, or a published test vector.
    pub fn from_seed(seed: Zeroizing<[u8; 32]>, comment: &str) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).ok()?;
        let public = PublicKey(pair.public_key().as_ref().try_into().ok()?);
        Some(Self { seed, public, comment: comment.to_owned() })
    }

    /// Reads an unencrypted OpenSSH private key. The file must be regular, the user's own, and closed to others.
    pub fn read(path: &Path) -> Result<Self, SigningKeyError> {
        let text = private_file::read(path)?;
        let at = || path.to_owned();
        if text.starts_with(KEY_TYPE.as_bytes()) || text.starts_with(b"ssh-") {
            return Err(SigningKeyError::Public(at()));
        }
        let text = std::str::from_utf8(&text).map_err(|_| SigningKeyError::NotAKey(at()))?;
        let body = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or_else(|| SigningKeyError::NotAKey(at()))?;
        // Sized once, so that no half-filled copy is left behind unwiped.
        let mut packed = Zeroizing::new(Vec::with_capacity(body.len()));
        packed.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
        let mut bytes = Zeroizing::new(vec![0u8; packed.len()]);
        let length = STANDARD.decode_slice(&*packed, &mut bytes).map_err(|_| SigningKeyError::Damaged(at()))?;

        let mut file = Reader(&bytes[..length]);
        if file.take(MAGIC.len()) != Some(MAGIC) {
            return Err(SigningKeyError::NotAKey(at()));
        }
        let damaged = || SigningKeyError::Damaged(path.to_owned());
        let (cipher, kdf, _) = (file.string().ok_or_else(damaged)?, file.string().ok_or_else(damaged)?, file.string().ok_or_else(damaged)?);
        if cipher != b"none" || kdf != b"none" {
            return Err(SigningKeyError::Encrypted(at()));
        }
        if file.number() != Some(1) {
            return Err(damaged());
        }
        let public = PublicKey::from_blob(file.string().ok_or_else(damaged)?).ok_or_else(|| SigningKeyError::OtherType(at()))?;
        let mut private = Reader(file.string().filter(|_| file.is_empty()).ok_or_else(damaged)?);
        let (check, again) = (private.number(), private.number());
        if check.is_none() || check != again || private.string() != Some(KEY_TYPE.as_bytes()) || private.string() != Some(&public.0) {
            return Err(damaged());
        }
        let pair = private.string().filter(|pair| pair.len() == 64 && pair[32..] == public.0).ok_or_else(damaged)?;
        let comment = private.string().and_then(|comment| std::str::from_utf8(comment).ok()).ok_or_else(damaged)?;
        let mut seed = Zeroizing::new([0u8; 32]);
        seed.copy_from_slice(&pair[..32]);
        Self::from_seed(seed, comment).filter(|key| key.public == public).ok_or_else(damaged)
    }

    /// The key as an OpenSSH private key file, to be written 0600.
    pub fn file(&self) -> Result<Zeroizing<String>, NoRandomness> {
        let mut check = [0u8; 4];
        SystemRandom::new().fill(&mut check).map_err(|_| NoRandomness)?;
        let mut private = Zeroizing::new(Vec::with_capacity(512 + self.comment.len()));
        private.extend_from_slice(&check);
        private.extend_from_slice(&check);
        push(&mut private, KEY_TYPE.as_bytes());
        push(&mut private, &self.public.0);
        let mut pair = Zeroizing::new([0u8; 64]);
        pair[..32].copy_from_slice(self.seed.as_ref());
        pair[32..].copy_from_slice(&self.public.0);
        push(&mut private, pair.as_ref());
        push(&mut private, self.comment.as_bytes());
        for pad in 1u8.. {
            if private.len().is_multiple_of(8) {
                break;
            }
            private.push(pad);
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(512 + private.len()));
        bytes.extend_from_slice(MAGIC);
        for part in [&b"none"[..], b"none", b""] {
            push(&mut bytes, part);
        }
        bytes.extend_from_slice(&1u32.to_be_bytes());
        push(&mut bytes, &self.public.blob());
        push(&mut bytes, &private);
        Ok(armour(&bytes, BEGIN, END))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        self.public
    }

    /// The comment in its file.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Ed25519 over bytes; deterministic. Manifests are signed through [`crate::evidence::signature::sign`].
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0u8; 64];
        // The seed was accepted when this key was made. ring's copy cannot be wiped, so it lives only this long.
        if let Ok(pair) = Ed25519KeyPair::from_seed_and_public_key(self.seed.as_ref(), &self.public.0) {
            signature.copy_from_slice(pair.sign(message).as_ref());
        }
        signature
    }
}

/// Base 64 in lines of 70 columns between two marks, as OpenSSH writes keys and signatures.
pub(crate) fn armour(bytes: &[u8], begin: &str, end: &str) -> Zeroizing<String> {
    let encoded = Zeroizing::new(STANDARD.encode(bytes));
    let mut text = Zeroizing::new(String::with_capacity(encoded.len() + encoded.len() / 70 + begin.len() + end.len() + 8));
    text.push_str(begin);
    text.push('\n');
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(70));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(end);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn write(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("writes");
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).expect("sets the mode");
        file
    }

    #[test]
    fn a_key_file_reads_back() {
        for comment in ["", "ig@gm.example", "eight ch", "Zoë"] {
            let key = SigningKey::generate(comment).expect("random");
            let again = SigningKey::read(write(&key.file().expect("random")).path()).expect("reads");
            assert_eq!((again.public_key(), again.comment()), (key.public_key(), comment));
            assert!(key.public_key().verifies(b"m", &again.sign(b"m")));
            assert!(!key.public_key().verifies(b"n", &again.sign(b"m")));
        }
    }

    #[test]
    fn other_files_are_named_for_what_they_are() {
        let key = SigningKey::generate("x").expect("random");
        assert!(matches!(SigningKey::read(write(&key.public_key().line()).path()), Err(SigningKeyError::Public(_))));
        assert!(matches!(SigningKey::read(write("hello").path()), Err(SigningKeyError::NotAKey(_))));
        let file = key.file().expect("random");
        let cut = format!("{}\n{END}\n", &file[..file.len() - END.len() - 20]);
        assert!(matches!(SigningKey::read(write(&cut).path()), Err(SigningKeyError::Damaged(_))));
    }

    #[test]
    fn a_public_key_is_its_wire_form() {
        let key = SigningKey::generate("x").expect("random").public_key();
        assert_eq!(PublicKey::from_blob(&key.blob()), Some(key));
        let mut longer = key.blob();
        longer.push(0);
        assert_eq!(PublicKey::from_blob(&longer), None);
    }
}
