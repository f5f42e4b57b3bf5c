//! `audit --seal`: tamper evidence for the logs that were read, with proofs of the lines that findings cite.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::super::failure::Failure;
use super::super::session::{Session, io_words};
use super::super::signed;
use crate::access_log::read::packed::Opened;
use crate::diagnostics::results::Results;
use crate::evidence::log_seal::{FORMAT, LogHead, LogSeal, SealKey};
use crate::evidence::seal::{Sealed, Sealer};
use crate::evidence::signature::Namespace;
use crate::keys::keyring::Keyring;
use crate::keys::{MacKey, Scope};
use crate::text::hex;

/// The key of salts, of a keyring and a seal.
pub(in crate::commands) fn salts(keyring: &Keyring, version: u32, seal_id: &str) -> Result<MacKey, Failure> {
    let root = keyring.root(version).ok_or_else(|| Failure::usage(format!("the keyring has no version {version}")))?;
    let scope = Scope::new(seal_id, "log", 1).map_err(|error| Failure::usage(error.to_string()))?;
    Ok(root.seal_key(&scope))
}

/// A log read for its seal.
pub(in crate::commands) struct Lines {
    /// The lines taken in.
    pub sealed: Sealed,
    /// How many there are.
    pub count: u64,
    /// SHA-256 of the file as it lies on the disk, hex.
    pub sha256: String,
}

/// Takes in the lines of a log, unpacked, up to `most`, and counts the rest.
pub(in crate::commands) fn lines(session: &Session, path: &Path, key: &MacKey, cited: BTreeSet<u64>, most: u64) -> anyhow::Result<Lines> {
    let failed = |error: &std::io::Error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(error)));
    let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
    let bar = session.progress(file.metadata().map_or(0, |file| file.len()), "sealing the log");
    let input: Box<dyn Read> = Box::new(bar.wrap_read(file));
    let opened = Opened::new(input).map_err(|error| failed(&error))?;
    let (reader, closing) = opened.into_reader();
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let mut sealer = Sealer::new(key, cited);
    let mut line = Vec::new();
    let mut count = 0;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|error| failed(&error))? == 0 {
            break;
        }
        if session.interrupt_flag().load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Failure::new(crate::outcome::Outcome::Interrupted, "interrupted", "interrupted").into());
        }
        let record = line.strip_suffix(b"\n").unwrap_or(&line);
        count += 1;
        if count <= most {
            sealer.record(record.strip_suffix(b"\r").unwrap_or(record));
        }
    }
    drop(reader);
    let (_, sha256) = closing.close();
    Ok(Lines { sealed: sealer.finish(), count, sha256 })
}

/// Seals the logs of an audit, and tells in its results which lines have a proof.
pub(super) fn seal(
    session: &mut Session,
    (file, sign_key): (&Path, Option<&Path>),
    logs: &[PathBuf],
    keyring: &Keyring,
    results: &mut Results,
) -> anyhow::Result<()> {
    let signer = sign_key.map(super::super::keys::read_signer).transpose()?;
    let version = keyring.active().ok_or_else(|| Failure::usage("the keyring has no active version"))?.version;
    let mut id = [0u8; 16];
    let random = ring::rand::SystemRandom::new();
    ring::rand::SecureRandom::fill(&random, &mut id).map_err(|_| Failure::usage("the system gives no random numbers, so nothing can be sealed"))?;
    let seal_id = hex(&id);
    let key = salts(keyring, version, &seal_id)?;
    let mut cited: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for span in results.findings.iter().flat_map(|finding| &finding.spans).filter(|span| span.line > 0) {
        cited.entry(span.file.clone()).or_default().insert(span.line as u64 - 1);
    }
    let mut heads = Vec::new();
    // Logs of earlier runs come before those at hand.
    let inputs: Vec<_> = results.inputs.iter().filter(|input| input.role == "log").collect();
    for (path, read) in logs.iter().zip(&inputs[inputs.len().saturating_sub(logs.len())..]) {
        let now = lines(session, path, &key, cited.get(&read.name).cloned().unwrap_or_default(), u64::MAX)?;
        if read.digest != format!("sha256:{}", now.sha256) {
            return Err(Failure::unreadable(format!("{} changed while it was read, so nothing is sealed", path.display()))
                .next("Copy the log to where nobody writes it, and run the audit on the copy.")
                .into());
        }
        heads.push(LogHead::of(&read.name, &now.sealed));
    }
    results.data["seal"] = serde_json::json!({
        "file": file.file_name().map(|name| name.to_string_lossy()), "seal_id": seal_id, "signed": signer.is_some(),
        "logs": heads.iter().map(|head| serde_json::json!({"name": head.name, "records": head.records, "root": head.root, "cited": head.cited.len()})).collect::<Vec<_>>(),
    });
    let id = keyring.root(version).map(|root| root.key_id().to_string()).unwrap_or_default();
    let whole = LogSeal { format: FORMAT.to_owned(), seal_id, made: signed::made()?, key: SealKey { id, version }, logs: heads };
    let mut bytes = serde_json::to_vec_pretty(&whole)?;
    bytes.push(b'\n');
    match &signer {
        Some(key) => signed::write(session, file, &bytes, Namespace::Seal, key)?,
        None => {
            session.check_free(file)?;
            session.write_file(file, &bytes, 0o644)?;
        }
    }
    session.note(format!("sealed in {}: lodge its roots with somebody who cannot write the log", file.display()));
    Ok(())
}
