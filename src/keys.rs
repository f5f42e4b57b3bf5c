//! The only place that touches secrets: roots, what is derived from them (scheme `carepact/1`), keyring files,
//! identities that open them, and signing keys.
//!
//! Secrets wipe themselves, have no `Debug` and no `Clone`, and reach this module by file or prompt, never by
//! argument or environment.
//!
//! ```text
//! PRK  = HKDF-Extract(salt = "carepact/1", IKM = root)
//! K    = HKDF-Expand(PRK, info, L)
//! info = "carepact/1" || LP(linkage) || LP(domain) || u32be(version) || LP(algorithm)      LP: u16be length, bytes
//! ```

pub(crate) mod base32;
pub mod derive;
pub mod ff1;
pub mod identity;
pub mod keyring;
pub mod mac;
pub mod message;
pub mod private_file;
pub mod pseudonym;
pub mod reference;
pub mod reversible;
pub mod sealed_file;
pub mod sealed_to;
pub mod search;
pub mod shift;
pub mod signing;
pub mod spill;
pub(crate) mod wire;

pub use derive::{Algorithm, DigestKey, KeyId, Root, Scope, ScopeError};
pub use keyring::{Keyring, KeyringError, Unlock};
pub use mac::MacKey;
pub use signing::{PublicKey, SigningKey, SigningKeyError};
