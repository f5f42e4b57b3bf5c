//! X25519 identities in the form of `age-keygen`: who may open a keyring.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::private_file::{self, PrivateFileError};
use crate::identifier::Date;

/// What a secret key begins with, in any case.
const PREFIX: &str = "AGE-SECRET-KEY-1";

/// Secret keys that open keyrings. Several may stand in one file.
pub struct Identities(Vec<age::x25519::Identity>);

/// Why an identity file cannot be used. Never carries what the file holds.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file itself is not fit.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// No secret key in it.
    #[error("{} holds no age identity (a line that begins with {PREFIX}); make one with `carepact keys identity -o FILE`", .0.display())]
    None(PathBuf),
    /// A line is not a secret key.
    #[error("line {line} of {} is not an age identity that this version reads (X25519 only; no plugin, no SSH key)", .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
}

/// A new identity: the text of its file, and its public half.
pub struct NewIdentity {
    /// The whole file, to be written 0600.
    pub file: Zeroizing<String>,
    /// `age1...`: what `keys new --recipient` takes. Not secret.
    pub recipient: String,
}

/// Makes an identity.
pub fn generate(made: Date) -> NewIdentity {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let secret = identity.to_string();
    let mut file = Zeroizing::new(String::with_capacity(512));
    // Writing to a String cannot fail.
    let _ = write!(
        file,
        "# age identity, made {made} by carepact. Secret: keep it 0600, never send it, never put it in a repository.\n# public key: {recipient}\n{}\n",
        secret.expose_secret()
    );
    NewIdentity { file, recipient }
}

impl Identities {
    /// Reads a file as `age-keygen` or `carepact keys identity` writes it.
    pub fn read(path: &Path) -> Result<Self, IdentityError> {
        let bytes = private_file::read(path)?;
        let mut found = Vec::new();
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let wrong = || IdentityError::Line { path: path.to_owned(), line: index + 1 };
            let text = std::str::from_utf8(line).map_err(|_| wrong())?;
            found.push(text.parse::<age::x25519::Identity>().map_err(|_| wrong())?);
        }
        if found.is_empty() {
            return Err(IdentityError::None(path.to_owned()));
        }
        Ok(Self(found))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|identity| identity as &dyn age::Identity)
    }
}
