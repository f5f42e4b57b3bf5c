//! A file for one reader: sealed to the public half of an identity (age, X25519), in armour.

use std::io::{Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::identity::{Identities, IdentityError};

/// Why something cannot be sealed to a reader, or opened by one. Holds neither text nor secret.
#[derive(Debug, thiserror::Error)]
pub enum SealedToError {
    /// Not `age1...`.
    #[error("that is no recipient: one begins with `age1` and has 62 characters (`carepact keys identity` makes one)")]
    Recipient,
    /// The secret half.
    #[error(
        "that is the secret half of an identity, which opens files; give the public half, which begins with `age1`, and make a new identity: this one was shown"
    )]
    Secret,
    /// The library failed.
    #[error("it could not be sealed")]
    Seal,
    /// Another identity, or changed since.
    #[error("it does not open with this identity, or has been changed since")]
    DoesNotOpen,
    /// The identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// A reader's public half.
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// From `age1...`.
    pub fn parse(text: &str) -> Result<Self, SealedToError> {
        if text.trim().to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
            return Err(SealedToError::Secret);
        }
        text.trim().parse().map(Self).map_err(|_| SealedToError::Recipient)
    }
}

/// Seals bytes to a reader.
pub fn seal(recipient: &Recipient, bytes: &[u8]) -> Result<Vec<u8>, SealedToError> {
    let failed = |_: std::io::Error| SealedToError::Seal;
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient.0 as &dyn age::Recipient)).map_err(|_| SealedToError::Seal)?;
    let mut sealed = Vec::new();
    let armoured = age::armor::ArmoredWriter::wrap_output(&mut sealed, age::armor::Format::AsciiArmor).map_err(failed)?;
    let mut writer = encryptor.wrap_output(armoured).map_err(failed)?;
    writer.write_all(bytes).and_then(|()| writer.finish()).and_then(age::armor::ArmoredWriter::finish).map_err(failed)?;
    Ok(sealed)
}

/// Whether bytes look sealed to a reader.
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// Opens what was sealed to an identity's public half.
pub fn open(bytes: &[u8], identity: &Path) -> Result<Zeroizing<Vec<u8>>, SealedToError> {
    let identities = Identities::read(identity)?;
    let decryptor = age::Decryptor::new(age::armor::ArmoredReader::new(bytes)).map_err(|_| SealedToError::DoesNotOpen)?;
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut reader = decryptor.decrypt(identities.iter()).map_err(|_| SealedToError::DoesNotOpen)?;
    reader.read_to_end(&mut text).map_err(|_| SealedToError::DoesNotOpen)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::identifier::Date;

    #[test]
    fn only_its_reader_opens_it_and_only_as_it_was_sealed() {
        let dir = tempfile::tempdir().expect("a folder");
        let made = Date::parse("2026-01-01").expect("a day");
        let [mine, other] = ["mine", "other"].map(|name| {
            let identity = super::super::identity::generate(made);
            let path = dir.path().join(name);
            std::fs::write(&path, identity.file.as_bytes()).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("set");
            (path, identity.recipient)
        });
        let sealed = seal(&Recipient::parse(&mine.1).expect("a recipient"), b"cases").expect("sealed");
        assert!(is_sealed(&sealed));
        assert_eq!(&open(&sealed, &mine.0).expect("opens")[..], b"cases");
        assert!(matches!(open(&sealed, &other.0), Err(SealedToError::DoesNotOpen)));
        assert!(matches!(open(&sealed[..sealed.len() - 60], &mine.0), Err(SealedToError::DoesNotOpen)));
        assert!(matches!(open(b"cases", &mine.0), Err(SealedToError::DoesNotOpen)));
        assert!(matches!(Recipient::parse("age1x"), Err(SealedToError::Recipient)));
        assert!(matches!(Recipient::parse("AGE-SECRET-KEY-1QQ"), Err(SealedToError::Secret)));
    }
}
