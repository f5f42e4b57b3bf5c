//! Writing what is signed: a manifest, its signature beside it, and the time it was made.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::session::Session;
use crate::evidence::signature::{Namespace, sign};
use crate::keys::SigningKey;

/// The time to put into a manifest: `SOURCE_DATE_EPOCH` (seconds since 1970, for runs that must give equal bytes) or
/// the clock; RFC 3339 in UTC, whole seconds.
pub fn made() -> anyhow::Result<String> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.parse().map_err(|_| Failure::usage("SOURCE_DATE_EPOCH is not a number of seconds since 1970"))?,
        Err(_) => jiff::Timestamp::now().as_second(),
    };
    let at = jiff::Timestamp::from_second(seconds).map_err(|_| Failure::usage("SOURCE_DATE_EPOCH is not a time that can be written"))?;
    Ok(at.to_string())
}

/// The name of a signature: that of the file, and `.sig`.
pub fn signature_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// Writes a manifest and its signature. The files it names must be in place already: a manifest that is there means a
/// release that is whole, and without its signature it is not believed.
pub fn write(session: &mut Session, path: &Path, bytes: &[u8], namespace: Namespace, key: &SigningKey) -> anyhow::Result<()> {
    let beside = signature_path(path);
    if !session.dry_run {
        session.check_free(path)?;
        session.check_free(&beside)?;
    }
    // An old signature beside a new manifest would be told as tampering if this run ended in between.
    if session.force && !session.dry_run && beside.exists() {
        std::fs::remove_file(&beside)?;
    }
    session.write_file(path, bytes, 0o644)?;
    session.write_file(&beside, sign(key, namespace, bytes).as_bytes(), 0o644)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_lies_beside_its_file() {
        assert_eq!(signature_path(Path::new("a/m.manifest.json")), Path::new("a/m.manifest.json.sig"));
    }
}
