//! Keyring files: the roots of one controller for one purpose, in the `age` format.
//!
//! A file is for recipients (custodians and an escrow: any one opens it, which is availability and not dual control)
//! or for one passphrase. Inside is a small JSON text, `carepact.keyring/1`.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::derive::{KeyId, NoRandomness, Root};
use super::identity::{Identities, IdentityError};
use super::private_file::{self, PrivateFileError};
use crate::identifier::{Date, OdsCode};

/// The format of what is inside.
pub const FORMAT: &str = "carepact.keyring/1";
/// The purpose of a keyring whose keys make references in audits, and nothing else.
pub const AUDIT: &str = "audit";
/// scrypt's work factor of files made here: 2^18, 256 MiB.
pub const WORK_FACTOR: u8 = 18;
/// The highest accepted when opening: 2^22, 4 GiB. A file may ask for work before anyone knows who made it.
pub const WORK_FACTOR_LIMIT: u8 = 22;
/// Shortest passphrase accepted for a new keyring, in characters.
pub const PASSPHRASE_LENGTH: usize = 15;

/// How far a version of the root may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// New pseudonyms come from it.
    Active,
    /// Old pseudonyms can be made again; no new release uses it.
    Retired,
    /// Somebody may have it who should not: never used again, never in a crosswalk.
    Compromised,
}

impl Status {
    /// The word in the file and in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Compromised => "compromised",
        }
    }
}

/// A version of the root, without the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub version: u32,
    /// Whether it may be used.
    pub status: Status,
    /// When it was made.
    pub made: Date,
    /// The root's name.
    pub key_id: KeyId,
}

/// An opened keyring.
pub struct Keyring {
    controller: OdsCode,
    purpose: String,
    shift_version: u32,
    versions: Vec<(Version, Root)>,
}

/// What opens a keyring.
pub enum Unlock<'a> {
    /// A file with an age identity of a recipient.
    Identity(&'a Path),
    /// The passphrase.
    Passphrase(Zeroizing<String>),
}

/// Whom a new keyring is for.
pub enum Lock<'a> {
    /// Public keys `age1...`: any one of them opens it.
    Recipients(&'a [String]),
    /// One passphrase.
    Passphrase(Zeroizing<String>),
}

/// What a keyring file takes to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// An identity of one of its recipients.
    Identity,
    /// Its passphrase.
    Passphrase,
}

/// Why a keyring cannot be opened or made. Never carries what is inside.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The keyring file is not fit.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// The identity file is not fit.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Not an age file.
    #[error("{} is not a keyring (an age file made by `carepact keys new`), or it is damaged", .0.display())]
    NotAge(PathBuf),
    /// The file asks for too much work.
    #[error("{} asks for scrypt work of 2^{required}; at most 2^{WORK_FACTOR_LIMIT} is done for a file whose maker is unknown", .path.display())]
    Work {
        /// The file.
        path: PathBuf,
        /// log2 of the work asked for.
        required: u8,
    },
    /// No identity at hand opens it.
    #[error("no identity in {} opens {}: it is not for this recipient", .identity.display(), .path.display())]
    NotForYou {
        /// The keyring.
        path: PathBuf,
        /// The identity file.
        identity: PathBuf,
    },
    /// The passphrase is wrong.
    #[error("this passphrase does not open {}", .0.display())]
    WrongPassphrase(PathBuf),
    /// A passphrase where an identity is needed.
    #[error("{} opens with an identity of one of its recipients: give --identity FILE", .0.display())]
    NeedsIdentity(PathBuf),
    /// An identity where a passphrase is needed.
    #[error("{} opens with a passphrase, not with an identity: give --passphrase-file FILE, or type it when asked", .0.display())]
    NeedsPassphrase(PathBuf),
    /// The contents were changed or cut.
    #[error("{} is damaged or cut short: its contents do not pass their check", .0.display())]
    Damaged(PathBuf),
    /// What is inside is no keyring.
    #[error("{} opens, and is not a keyring inside: {why}", .path.display())]
    Contents {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No such version.
    #[error("the keyring has no version {0}; `carepact keys list` shows those it has")]
    NoVersion(u32),
    /// A purpose that cannot be written down.
    #[error("the purpose {0:?} may hold only small letters, digits and _ (a purpose of the vocabulary, or `audit`)")]
    Purpose(String),
    /// A recipient that is none, counted from 1. Not repeated: it may be something secret, put in the wrong place.
    #[error("recipient {0} is not an age public key (age1...); `carepact keys identity` prints one")]
    Recipient(usize),
    /// A secret key where a public one belongs.
    #[error("a secret key was given as a recipient: whoever saw the command line has it; make a new identity, and give its public key (age1...)")]
    SecretAsRecipient,
    /// Nobody to make it for.
    #[error("a keyring needs somebody who can open it")]
    NoRecipient,
    /// One recipient, no escrow.
    #[error("a keyring with a single recipient is lost with that one identity, and every pseudonym with it")]
    SingleRecipient,
    /// A passphrase that can be tried out.
    #[error("a passphrase of fewer than {PASSPHRASE_LENGTH} characters can be found by trying; take five or more random words")]
    ShortPassphrase,
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// Writing into memory failed, which is a bug.
    #[error("the keyring could not be sealed")]
    Seal,
}

/// What is written inside. Texts are borrowed from the opened bytes, which are wiped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    format: &'a str,
    controller: &'a str,
    purpose: &'a str,
    /// The version whose root shifts dates. Rotation leaves it alone: two offsets for one person narrow both.
    shift_version: u32,
    #[serde(borrow)]
    versions: Vec<WrittenVersion<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenVersion<'a> {
    version: u32,
    status: Status,
    made: &'a str,
    root: &'a str,
}

impl Keyring {
    /// A new keyring with one root.
    pub fn generate(controller: OdsCode, purpose: &str, made: Date) -> Result<Self, KeyringError> {
        if purpose.is_empty() || purpose.len() > 64 || !purpose.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return Err(KeyringError::Purpose(purpose.to_owned()));
        }
        let root = Root::generate()?;
        let version = Version { version: 1, status: Status::Active, made, key_id: root.key_id() };
        Ok(Self { controller, purpose: purpose.to_owned(), shift_version: 1, versions: vec![(version, root)] })
    }

    /// The same keyring with a new root, which is active from now on. What was active is retired; versions named here are
    /// marked compromised. Dates stay with their version: two offsets for one person would narrow both.
    pub fn rotate(mut self, made: Date, compromised: &[u32]) -> Result<Self, KeyringError> {
        if let Some(unknown) = compromised.iter().find(|number| self.root(**number).is_none()) {
            return Err(KeyringError::NoVersion(*unknown));
        }
        for (version, _) in &mut self.versions {
            if compromised.contains(&version.version) {
                version.status = Status::Compromised;
            } else if version.status == Status::Active {
                version.status = Status::Retired;
            }
        }
        let root = Root::generate()?;
        let version = self.versions().map(|version| version.version).max().unwrap_or(0) + 1;
        self.versions.push((Version { version, status: Status::Active, made, key_id: root.key_id() }, root));
        Ok(self)
    }

    /// What a file takes to open, from its head alone.
    pub fn takes(path: &Path) -> Result<Takes, KeyringError> {
        let bytes = private_file::read(path)?;
        let reader = age::Decryptor::new(age::armor::ArmoredReader::new(&bytes[..])).map_err(|_| KeyringError::NotAge(path.to_owned()))?;
        Ok(if reader.is_scrypt() { Takes::Passphrase } else { Takes::Identity })
    }

    /// Opens a keyring file. The file, and the identity file, must be regular, the user's own, and closed to others.
    pub fn open(path: &Path, unlock: Unlock<'_>) -> Result<Self, KeyringError> {
        let sealed = private_file::read(path)?;
        let decryptor = age::Decryptor::new(age::armor::ArmoredReader::new(&sealed[..])).map_err(|_| KeyringError::NotAge(path.to_owned()))?;
        let opened = match unlock {
            Unlock::Identity(_) if decryptor.is_scrypt() => return Err(KeyringError::NeedsPassphrase(path.to_owned())),
            Unlock::Passphrase(_) if !decryptor.is_scrypt() => return Err(KeyringError::NeedsIdentity(path.to_owned())),
            Unlock::Identity(identity) => {
                let identities = Identities::read(identity)?;
                decryptor.decrypt(identities.iter()).map_err(|error| match error {
                    age::DecryptError::NoMatchingKeys => KeyringError::NotForYou { path: path.to_owned(), identity: identity.to_owned() },
                    _ => KeyringError::Damaged(path.to_owned()),
                })
            }
            Unlock::Passphrase(passphrase) => {
                let mut identity = age::scrypt::Identity::new(secret(&passphrase));
                identity.set_max_work_factor(WORK_FACTOR_LIMIT);
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
                    age::DecryptError::ExcessiveWork { required, .. } => KeyringError::Work { path: path.to_owned(), required },
                    age::DecryptError::NoMatchingKeys | age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
                        KeyringError::WrongPassphrase(path.to_owned())
                    }
                    _ => KeyringError::Damaged(path.to_owned()),
                })
            }
        };
        let mut reader = opened?;
        // Never grows: the text is shorter than its sealed form.
        let mut text = Zeroizing::new(Vec::with_capacity(sealed.len() + 64));
        reader.read_to_end(&mut text).map_err(|_| KeyringError::Damaged(path.to_owned()))?;
        Self::parse(&text).map_err(|why| KeyringError::Contents { path: path.to_owned(), why })
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        // What serde says could quote the text: only the place is told.
        let written: Written<'_> =
            serde_json::from_slice(text).map_err(|error| format!("not the form of {FORMAT} (line {}, column {})", error.line(), error.column()))?;
        if written.format != FORMAT {
            return Err(format!("its format is not {FORMAT}; a newer carepact may have made it"));
        }
        let controller = OdsCode::parse(written.controller).map_err(|error| format!("controller: {error}"))?;
        let mut versions = Vec::with_capacity(written.versions.len());
        for (expected, version) in (1u32..).zip(&written.versions) {
            if version.version != expected {
                return Err("its versions are not numbered 1, 2, 3".to_owned());
            }
            let made = Date::parse(version.made).map_err(|error| format!("version {expected}: {error}"))?;
            let root = Root::from_hex(version.root).ok_or_else(|| format!("version {expected} has no root of 32 bytes"))?;
            versions.push((Version { version: expected, status: version.status, made, key_id: root.key_id() }, root));
        }
        if versions.iter().filter(|(version, _)| version.status == Status::Active).count() > 1 {
            return Err("more than one version is active".to_owned());
        }
        let keyring = Self { controller, purpose: written.purpose.to_owned(), shift_version: written.shift_version, versions };
        if keyring.root(keyring.shift_version).is_none() {
            return Err("the version that shifts dates is not there".to_owned());
        }
        Ok(keyring)
    }

    /// The file, sealed and in armour, to be written 0600. `alone`: a single recipient is wanted (no escrow).
    pub fn seal(&self, lock: Lock<'_>, alone: bool) -> Result<Vec<u8>, KeyringError> {
        let encryptor = match lock {
            Lock::Recipients(written) => {
                let mut recipients: Vec<(String, age::x25519::Recipient)> = Vec::with_capacity(written.len());
                for (number, text) in (1..).zip(written) {
                    if text.trim().to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
                        return Err(KeyringError::SecretAsRecipient);
                    }
                    let recipient = text.trim().parse::<age::x25519::Recipient>().map_err(|_| KeyringError::Recipient(number))?;
                    recipients.push((recipient.to_string(), recipient));
                }
                recipients.sort_by(|a, b| a.0.cmp(&b.0));
                recipients.dedup_by(|a, b| a.0 == b.0);
                match recipients.len() {
                    0 => return Err(KeyringError::NoRecipient),
                    1 if !alone => return Err(KeyringError::SingleRecipient),
                    _ => {}
                }
                age::Encryptor::with_recipients(recipients.iter().map(|(_, recipient)| recipient as &dyn age::Recipient))
            }
            Lock::Passphrase(passphrase) => {
                if passphrase.chars().count() < PASSPHRASE_LENGTH {
                    return Err(KeyringError::ShortPassphrase);
                }
                let mut recipient = age::scrypt::Recipient::new(secret(&passphrase));
                recipient.set_work_factor(WORK_FACTOR);
                age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            }
        }
        .map_err(|_| KeyringError::Seal)?;
        let text = self.text();
        let mut sealed = Vec::new();
        let armoured = age::armor::ArmoredWriter::wrap_output(&mut sealed, age::armor::Format::AsciiArmor).map_err(|_| KeyringError::Seal)?;
        let mut writer = encryptor.wrap_output(armoured).map_err(|_| KeyringError::Seal)?;
        writer.write_all(&text).and_then(|()| writer.finish()).and_then(age::armor::ArmoredWriter::finish).map_err(|_| KeyringError::Seal)?;
        Ok(sealed)
    }

    fn text(&self) -> Zeroizing<Vec<u8>> {
        let roots: Vec<Zeroizing<String>> = self.versions.iter().map(|(_, root)| root.expose_hex()).collect();
        let made: Vec<String> = self.versions.iter().map(|(version, _)| version.made.to_string()).collect();
        let versions = self.versions.iter().zip(&roots).zip(&made);
        let written = Written {
            format: FORMAT,
            controller: self.controller.as_str(),
            purpose: &self.purpose,
            shift_version: self.shift_version,
            versions: versions.map(|(((version, _), root), made)| WrittenVersion { version: version.version, status: version.status, made, root }).collect(),
        };
        // Room for all, so that the text never moves and leaves a copy: a version takes under 200 bytes.
        let mut text = Zeroizing::new(Vec::with_capacity(512 + 256 * self.versions.len()));
        // Strings and numbers always serialise, and a Vec always takes them.
        let _ = serde_json::to_writer(&mut *text, &written);
        text
    }

    /// Whose keys these are: an organisation code.
    pub fn controller(&self) -> &OdsCode {
        &self.controller
    }

    /// What they are for: a purpose of the vocabulary, or [`AUDIT`].
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Every version, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().map(|(version, _)| version)
    }

    /// The version that new pseudonyms come from, if there is one.
    pub fn active(&self) -> Option<&Version> {
        self.versions().find(|version| version.status == Status::Active)
    }

    /// The root of a version, whatever its status: look at [`Version::status`] first.
    pub fn root(&self, version: u32) -> Option<&Root> {
        self.versions.iter().find(|(known, _)| known.version == version).map(|(_, root)| root)
    }

    /// The version for date shifts, which rotation leaves alone.
    pub fn shift_version(&self) -> u32 {
        self.shift_version
    }
}

fn secret(passphrase: &Zeroizing<String>) -> SecretString {
    SecretString::from(passphrase.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring() -> Keyring {
        Keyring::generate(OdsCode::parse("QOP").expect("valid"), "population_health", Date::parse("2026-07-01").expect("valid")).expect("random")
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let keyring = keyring();
        let text = keyring.text();
        assert!(text.len() < 512, "grew beyond its first allocation");
        let again = Keyring::parse(&text).expect("reads");
        assert_eq!(again.versions().collect::<Vec<_>>(), keyring.versions().collect::<Vec<_>>());
        assert_eq!((again.controller().as_str(), again.purpose(), again.shift_version()), ("QOP", "population_health", 1));
        assert_eq!(again.active().map(|version| version.version), Some(1));
    }

    #[test]
    fn contents_that_are_wrong_are_told_without_what_they_hold() {
        let text = String::from_utf8(keyring().text().to_vec()).expect("text");
        let root = text.split("\"root\":\"").nth(1).expect("a root")[..64].to_owned();
        for (from, to) in [
            ("carepact.keyring/1", "carepact.keyring/9"),
            ("\"version\":1", "\"version\":2"),
            ("\"shift_version\":1", "\"shift_version\":3"),
            ("\"active\"", "\"new\""),
            (&root, "abcd"),
            ("\"controller\"", "\"kontroller\""),
        ] {
            let why = Keyring::parse(text.replacen(from, to, 1).as_bytes()).err().expect("refused");
            assert!(!why.contains(&root) && !why.contains("abcd"), "{why}");
        }
    }

    #[test]
    fn one_recipient_twice_is_still_one() {
        let (one, two) = (age::x25519::Identity::generate().to_public().to_string(), age::x25519::Identity::generate().to_public().to_string());
        let keyring = keyring();
        assert!(matches!(keyring.seal(Lock::Recipients(&[one.clone(), one.clone()]), false), Err(KeyringError::SingleRecipient)));
        assert!(keyring.seal(Lock::Recipients(std::slice::from_ref(&one)), true).is_ok());
        assert!(keyring.seal(Lock::Recipients(&[one, two]), false).is_ok());
        assert!(matches!(keyring.seal(Lock::Recipients(&[]), true), Err(KeyringError::NoRecipient)));
        assert!(matches!(keyring.seal(Lock::Recipients(&["age1x".to_owned()]), true), Err(KeyringError::Recipient(_))));
        assert!(matches!(keyring.seal(Lock::Passphrase(Zeroizing::new("short".to_owned())), true), Err(KeyringError::ShortPassphrase)));
    }

    #[test]
    fn rotating_keeps_old_roots_and_the_version_of_dates() {
        let (day, first) = (Date::parse("2026-08-01").expect("valid"), keyring());
        let id = first.active().expect("one").key_id;
        let second = first.rotate(day, &[]).expect("random");
        let third = Keyring::parse(&second.rotate(day, &[1]).expect("random").text()).expect("reads");
        assert_eq!(third.versions().map(|version| version.status.name()).collect::<Vec<_>>(), ["compromised", "retired", "active"]);
        assert_eq!((third.shift_version(), third.root(1).map(Root::key_id)), (1, Some(id)));
        let ids: std::collections::BTreeSet<_> = third.versions().map(|version| version.key_id).collect();
        assert_eq!(ids.len(), 3, "a new root each time");
        assert!(matches!(third.rotate(day, &[4]), Err(KeyringError::NoVersion(4))));
    }

    #[test]
    fn purposes_are_names() {
        for purpose in ["", "Population Health", "audit/2"] {
            assert!(matches!(Keyring::generate(OdsCode::parse("QOP").expect("valid"), purpose, Date::MIN), Err(KeyringError::Purpose(_))));
        }
    }
}
