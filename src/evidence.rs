//! What a run leaves behind so that others can check it: manifests, their signatures, and the checking itself.
//!
//! A manifest is signed as written, byte for byte, in the form of OpenSSH's `ssh-keygen -Y sign` (SSHSIG), so that a
//! recipient can verify it with OpenSSH alone. Nothing is parsed before its signature holds.

pub mod ledger;
pub mod log_seal;
pub mod manifest;
pub mod seal;
pub mod signature;
pub mod signers;
pub mod strict_json;
pub mod verify;
