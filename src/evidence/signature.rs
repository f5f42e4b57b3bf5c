//! Signatures over files in OpenSSH's form (SSHSIG, PROTOCOL.sshsig), Ed25519 and SHA-512 only.
//!
//! Signed bytes: `"SSHSIG" || s(namespace) || s("") || s("sha512") || s(SHA-512(file))`. The namespace keeps a
//! signature given for one thing from being shown for another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::keys::signing::{KEY_TYPE, PublicKey, SigningKey, armour};
use crate::keys::wire::{Reader, push};

const MAGIC: &[u8] = b"SSHSIG";
const HASH: &[u8] = b"sha512";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// What is signed, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Namespace {
    /// A release's manifest.
    Manifest,
    /// The manifest of a report or of saved results.
    Report,
    /// A request to re-identify.
    Request,
    /// An approval of one.
    Approval,
    /// The head of a ledger.
    Ledger,
    /// The head of a sealed log.
    Seal,
}

impl Namespace {
    /// As signed, and as written in `namespaces=` of a signers file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest@carepact",
            Self::Report => "report@carepact",
            Self::Request => "request@carepact",
            Self::Approval => "approval@carepact",
            Self::Ledger => "ledger@carepact",
            Self::Seal => "seal@carepact",
        }
    }
}

/// Signs bytes as they are in their file; the text of the `.sig` file beside it.
pub fn sign(key: &SigningKey, namespace: Namespace, file: &[u8]) -> String {
    let signature = key.sign(&signed_bytes(namespace.name().as_bytes(), file));
    let mut inner = Vec::with_capacity(83);
    push(&mut inner, KEY_TYPE.as_bytes());
    push(&mut inner, &signature);
    let mut blob = MAGIC.to_vec();
    blob.extend_from_slice(&1u32.to_be_bytes());
    push(&mut blob, &key.public_key().blob());
    push(&mut blob, namespace.name().as_bytes());
    push(&mut blob, b"");
    push(&mut blob, HASH);
    push(&mut blob, &inner);
    armour(&blob, BEGIN, END).to_string()
}

/// What Ed25519 signs.
pub fn signed_bytes(namespace: &[u8], file: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    push(&mut bytes, namespace);
    push(&mut bytes, b"");
    push(&mut bytes, HASH);
    push(&mut bytes, ring::digest::digest(&ring::digest::SHA512, file).as_ref());
    bytes
}

/// A signature as read. Nothing of it is believed before [`Signature::fits`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    key: PublicKey,
    namespace: String,
    bytes: [u8; 64],
}

/// Why a `.sig` file is no signature that can be checked here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No armour, or something around it.
    #[error("it is not an SSH signature ({BEGIN} ... {END})")]
    Armour,
    /// Base 64 or the parts inside.
    #[error("it is damaged or cut short")]
    Damaged,
    /// A later version of the form.
    #[error("it has version {0} of the form; this version of carepact reads version 1")]
    Version(u32),
    /// RSA, ECDSA, a hardware key, a certificate.
    #[error("it was made with a key of another type than {KEY_TYPE}")]
    KeyType,
    /// SHA-256 and others.
    #[error("it was made over another digest than SHA-512 (ssh-keygen: -O hashalg=sha512, the default)")]
    Hash,
}

impl Signature {
    /// Reads the text of a `.sig` file.
    pub fn parse(text: &[u8]) -> Result<Self, SignatureError> {
        let text = std::str::from_utf8(text).map_err(|_| SignatureError::Armour)?;
        let body = text.trim_ascii().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or(SignatureError::Armour)?;
        let packed: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(packed).map_err(|_| SignatureError::Damaged)?;
        let mut blob = Reader(&bytes);
        if blob.take(MAGIC.len()) != Some(MAGIC) {
            return Err(SignatureError::Damaged);
        }
        let version = blob.number().ok_or(SignatureError::Damaged)?;
        if version != 1 {
            return Err(SignatureError::Version(version));
        }
        let mut part = || blob.string().ok_or(SignatureError::Damaged);
        let (key, namespace, reserved, hash, inner) = (part()?, part()?, part()?, part()?, part()?);
        if !blob.is_empty() || !reserved.is_empty() || namespace.is_empty() {
            return Err(SignatureError::Damaged);
        }
        let key = PublicKey::from_blob(key).ok_or(SignatureError::KeyType)?;
        if hash != HASH {
            return Err(SignatureError::Hash);
        }
        let mut inner = Reader(inner);
        if inner.string() != Some(KEY_TYPE.as_bytes()) {
            return Err(SignatureError::KeyType);
        }
        let bytes = inner.string().and_then(|bytes| bytes.try_into().ok()).filter(|_| inner.is_empty()).ok_or(SignatureError::Damaged)?;
        let namespace = String::from_utf8(namespace.to_vec()).map_err(|_| SignatureError::Damaged)?;
        Ok(Self { key, namespace, bytes })
    }

    /// Whether it fits these bytes, for the namespace it names.
    pub fn fits(&self, file: &[u8]) -> bool {
        self.key.verifies(&signed_bytes(self.namespace.as_bytes(), file), &self.bytes)
    }

    /// The key that it claims, and that [`Signature::fits`] checks it by.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The namespace that it was made for.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    use super::*;

    fn key() -> SigningKey {
        let mut seed = Zeroizing::new([0u8; 32]);
        for (value, byte) in (0x20u8..).zip(seed.iter_mut()) {
            *byte = value;
        }
        SigningKey::from_seed(seed, "").expect("a seed")
    }

    const MESSAGE: &[u8] = b"{\"carepact\":\"manifest/1\"}\n";

    const ARMOURED: &str = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgKay64UG8yvCyLhqU000LxzYeUm\n0L/hLIl5S8kyKWbdcAAAARbWFuaWZlc3RAY2FyZXBhY3QAAAAAAAAABnNoYTUxMgAAAFMA\nAAALc3NoLWVkMjU1MTkAAABAYf1IsAgcYBPXL3gdQ1Y9Pp5wSy3wKEyGIVHsbvsSj6wpg4\nDImuSg1JZUebDTUmQ+lzzWZNKY98GuhB9+STTQDQ==\n-----END SSH SIGNATURE-----\n";

    #[test]
    fn the_form_is_pinned() {
        assert_eq!(sign(&key(), Namespace::Manifest, MESSAGE), ARMOURED);
        let signature = Signature::parse(ARMOURED.as_bytes()).expect("reads");
        assert!(signature.fits(MESSAGE));
        assert!(!signature.fits(b"{\"carepact\":\"manifest/2\"}\n"));
        assert_eq!(signature.namespace(), "manifest@carepact");
    }

    #[test]
    fn a_signature_does_not_serve_another_namespace() {
        let signature = Signature::parse(sign(&key(), Namespace::Report, b"x").as_bytes()).expect("reads");
        assert!(signature.fits(b"x"));
        assert!(!Signature { namespace: Namespace::Manifest.name().to_owned(), ..signature }.fits(b"x"));
    }

    proptest! {
        #[test]
        fn anything_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Signature::parse(&bytes);
            let armoured = armour(&bytes, BEGIN, END);
            let _ = Signature::parse(armoured.as_bytes());
        }

        #[test]
        fn no_changed_byte_of_the_blob_still_fits(place in 0usize..230, change in 1u8..) {
            let body: String = ARMOURED.lines().filter(|line| !line.starts_with('-')).collect();
            let mut bytes = STANDARD.decode(body).expect("base 64");
            let place = place % bytes.len();
            bytes[place] ^= change;
            if let Ok(signature) = Signature::parse(armour(&bytes, BEGIN, END).as_bytes()) {
                prop_assert!(!signature.fits(MESSAGE), "a changed signature fits");
            }
        }
    }
}
