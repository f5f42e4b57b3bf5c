//! Checks what carepact wrote: is it signed, by whom, and are the files beside it the ones it names?
//!
//! The signature is checked before a byte of the manifest is parsed. What was not checked is said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};
use serde::de::DeserializeOwned;

use super::manifest::{AgreementRef, FORMAT, Manifest, Output, PackRef, REPORT_FORMAT, ReleaseRef, ReportManifest, sha256};
use super::signature::{Namespace, Signature};
use super::signers::{Judgement, Moment, Signers};
use super::strict_json;
use crate::pack::Pack;

/// A manifest larger than this is none.
const MANIFEST_LIMIT: u64 = 16 << 20;
/// A signature larger than this is none.
const SIGNATURE_LIMIT: u64 = 64 << 10;

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It could not be checked; `next` says what would let it be.
    NotChecked,
    /// It does not hold.
    Fails,
}

/// What was checked. The code is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// The signature fits the bytes.
    Signature,
    /// The signer may sign.
    Signer,
    /// The manifest is what its namespace says.
    Form,
    /// A file named.
    File,
    /// A file that no manifest names.
    Unnamed,
    /// The previous manifest.
    Chain,
    /// The reviewed pack.
    Policy,
}

impl Matter {
    /// The code in results.
    pub fn code(self) -> &'static str {
        match self {
            Self::Signature => "VER-001",
            Self::Signer => "VER-002",
            Self::Form => "VER-003",
            Self::File => "VER-004",
            Self::Unnamed => "VER-005",
            Self::Chain => "VER-006",
            Self::Policy => "VER-007",
        }
    }

    /// The word in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Signer => "signer",
            Self::Form => "form",
            Self::File => "file",
            Self::Unnamed => "unnamed file",
            Self::Chain => "chain",
            Self::Policy => "policy",
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub matter: Matter,
    /// The file or part it is about, relative to the folder.
    pub place: String,
    /// How it ended.
    pub verdict: Verdict,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do next; empty if it holds.
    pub next: String,
}

impl Check {
    fn new(matter: Matter, place: &str, verdict: Verdict, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { matter, place: place.to_owned(), verdict, message: message.into(), next: next.into() }
    }

    fn holds(matter: Matter, place: &str, message: impl Into<String>) -> Self {
        Self::new(matter, place, Verdict::Holds, message, "")
    }

    fn fails(matter: Matter, place: &str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(matter, place, Verdict::Fails, message, next)
    }

    fn not_checked(matter: Matter, place: &str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(matter, place, Verdict::NotChecked, message, next)
    }
}

/// What a manifest says, once its signature holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// A release.
    Release(Box<Manifest>),
    /// A report.
    Report(ReportManifest),
}

/// A manifest that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Its name, relative to the folder.
    pub name: String,
    /// SHA-256 of its bytes, hex; none if it could not be read.
    pub sha256: Option<String>,
    /// Who signed it: principals of the signers file and the key's fingerprint. Only if the signature holds and the
    /// key is listed.
    pub signer: Option<(String, String)>,
    /// What it says; none unless signature and signer hold.
    pub says: Option<Statement>,
    /// The checks, in order.
    pub checks: Vec<Check>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verification {
    /// Every manifest, by name.
    pub manifests: Vec<Checked>,
    /// Checks of the folder as a whole.
    pub folder: Vec<Check>,
}

impl Verification {
    /// Every check, in order.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.manifests.iter().flat_map(|manifest| &manifest.checks).chain(&self.folder)
    }

    /// Whether nothing failed, and something was verified.
    pub fn holds(&self) -> bool {
        !self.manifests.is_empty() && self.checks().all(|check| check.verdict != Verdict::Fails)
    }
}

/// Why nothing could be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The path cannot be read.
    #[error("cannot read {}: {}", .path.display(), .error)]
    Read {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A file that has no signature and does not look like a manifest.
    #[error("{} is not a manifest: there is no {}.sig beside it", .0.display(), .0.display())]
    NotAManifest(PathBuf),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

/// What to judge by.
pub struct Ground<'a> {
    /// Who may sign.
    pub signers: &'a Signers,
    /// When.
    pub at: Moment,
    /// The reviewed pack, if one is at hand.
    pub pack: Option<&'a Pack>,
    /// Asked now and then: true stops with [`VerifyError::Interrupted`].
    pub interrupted: &'a dyn Fn() -> bool,
}

/// Checks a manifest file (its `.sig` and outputs lie beside it), or a folder with all that is in it.
pub fn verify(path: &Path, ground: &Ground<'_>) -> Result<Verification, VerifyError> {
    let metadata = std::fs::metadata(path).map_err(|error| VerifyError::Read { path: path.to_owned(), error })?;
    if metadata.is_dir() { folder(path, ground) } else { single(path, ground) }
}

fn single(path: &Path, ground: &Ground<'_>) -> Result<Verification, VerifyError> {
    let path = match path.extension() {
        Some(extension) if extension == "sig" => path.with_extension(""),
        _ => path.to_owned(),
    };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_manifest_name(&name) && !folder.join(format!("{name}.sig")).exists() {
        return Err(VerifyError::NotAManifest(path));
    }
    let mut checked = manifest(folder, &name, ground)?;
    let beside: Vec<(String, String)> = entries_beside(folder, &name);
    chain(std::slice::from_mut(&mut checked), &beside);
    let next = "Give the folder instead of the file to have every file in it accounted for.";
    let rest = Check::not_checked(Matter::Unnamed, "", "other files in the folder were not looked at", next);
    Ok(Verification { manifests: vec![checked], folder: vec![rest] })
}

/// Digests of the other manifests beside one, to find its predecessor. Their own signatures are not looked at.
fn entries_beside(folder: &Path, name: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|other| other != name && is_manifest_name(other))
        .filter_map(|other| Some((sha256(&read_limited(&folder.join(&other), MANIFEST_LIMIT).ok()?), other)))
        .collect();
    found.sort();
    found
}

fn is_manifest_name(name: &str) -> bool {
    name == "manifest.json" || name.ends_with(".manifest.json")
}

fn folder(folder: &Path, ground: &Ground<'_>) -> Result<Verification, VerifyError> {
    let mut files = BTreeSet::new();
    let mut others = Vec::new();
    walk(folder, "", &mut files, &mut others)?;
    let mut verification = Verification::default();
    let mut named = BTreeSet::new();
    for name in files.iter().filter(|name| is_manifest_name(name.rsplit('/').next().unwrap_or(name))) {
        let checked = manifest(folder, name, ground)?;
        named.insert(name.clone());
        named.insert(format!("{name}.sig"));
        let prefix = name.rfind('/').map_or("", |end| &name[..=end]);
        match &checked.says {
            Some(Statement::Release(says)) => named.extend(says.outputs.iter().map(|output| format!("{prefix}{}", output.name))),
            Some(Statement::Report(says)) => {
                named.extend(says.outputs.iter().map(|output| format!("{prefix}{}", output.name)));
                named.extend(says.inputs.iter().map(|input| format!("{prefix}{}", input.name)));
            }
            None => {}
        }
        verification.manifests.push(checked);
    }
    let digests: Vec<(String, String)> = verification.manifests.iter().filter_map(|manifest| Some((manifest.sha256.clone()?, manifest.name.clone()))).collect();
    chain(&mut verification.manifests, &digests);
    if verification.manifests.is_empty() {
        let next = "A release or report made by carepact has one, NAME.manifest.json or manifest.json, and a .sig beside it: ask the sender for both.";
        verification.folder.push(Check::fails(Matter::Form, "", "there is no manifest in this folder, so nothing in it can be verified", next));
    }
    for name in files.difference(&named) {
        let (message, next) = if name.ends_with(".balance.json") {
            (
                "the exact balance is for the sender only, and no manifest names it",
                "Move it out before the folder is sent; if it came to you, tell the sender and delete it.",
            )
        } else {
            ("no manifest that holds names this file", "Do not use it as part of the release; ask the sender what it is, or move it elsewhere if it is yours.")
        };
        verification.folder.push(Check::fails(Matter::Unnamed, name, message, next));
    }
    for (name, what) in others {
        verification.folder.push(Check::fails(
            Matter::Unnamed,
            &name,
            format!("{what}, which no manifest can vouch for"),
            "Put the file itself there, or remove it.",
        ));
    }
    Ok(verification)
}

/// All files below a folder, `/` between parts; links and the like apart. No link is followed.
fn walk(root: &Path, prefix: &str, files: &mut BTreeSet<String>, others: &mut Vec<(String, &'static str)>) -> Result<(), VerifyError> {
    let folder = if prefix.is_empty() { root.to_owned() } else { root.join(prefix) };
    let read = |error| VerifyError::Read { path: folder.clone(), error };
    let mut entries = std::fs::read_dir(&folder).map_err(read)?.collect::<Result<Vec<_>, _>>().map_err(read)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(read)?;
        let Ok(name) = entry.file_name().into_string() else {
            others.push((entry.file_name().to_string_lossy().into_owned(), "its name is not Unicode text"));
            continue;
        };
        let name = format!("{prefix}{name}");
        if kind.is_dir() {
            walk(root, &format!("{name}/"), files, others)?;
        } else if kind.is_file() {
            files.insert(name);
        } else {
            others.push((name, if kind.is_symlink() { "a symbolic link" } else { "not a regular file" }));
        }
    }
    Ok(())
}

/// Opens a regular file without following a link.
fn open(path: &Path) -> std::io::Result<File> {
    let descriptor = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK, Mode::empty())?;
    if FileType::from_raw_mode(rustix::fs::fstat(&descriptor)?.st_mode) != FileType::RegularFile {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    Ok(File::from(descriptor))
}

fn read_limited(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(std::io::Error::other("it is far too large"));
    }
    Ok(bytes)
}

fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it is not there".to_owned(),
        std::io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => "it is a symbolic link".to_owned(),
        _ => error.to_string(),
    }
}

fn manifest(folder: &Path, name: &str, ground: &Ground<'_>) -> Result<Checked, VerifyError> {
    let mut checked = Checked { name: name.to_owned(), sha256: None, signer: None, says: None, checks: Vec::new() };
    let bytes = match read_limited(&folder.join(name), MANIFEST_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) => {
            checked.checks.push(Check::fails(Matter::Form, name, format!("the manifest cannot be read: {}", words(&error)), "Ask the sender for it again."));
            return Ok(checked);
        }
    };
    checked.sha256 = Some(sha256(&bytes));
    let Some((namespace, signer)) = signature(folder, name, &bytes, ground, &mut checked.checks) else {
        let next = "Nothing in an unverified manifest is believed, so it was not read.";
        checked.checks.push(Check::not_checked(Matter::File, name, "the files beside it were not checked", next));
        return Ok(checked);
    };
    checked.signer = Some(signer);
    match read_statement(&bytes, namespace) {
        Ok(says) => checked.says = Some(says),
        Err((message, next)) => {
            checked.checks.push(Check::fails(Matter::Form, name, message, next));
            return Ok(checked);
        }
    }
    let prefix = name.rfind('/').map_or("", |end| &name[..=end]);
    let (outputs, inputs): (&[Output], Vec<Output>) = match &checked.says {
        Some(Statement::Release(says)) => (&says.outputs, Vec::new()),
        Some(Statement::Report(says)) => {
            let inputs = says.inputs.iter().map(|input| Output { name: input.name.clone(), rows: None, sha256: input.sha256.clone() });
            (&says.outputs, inputs.collect())
        }
        None => (&[], Vec::new()),
    };
    let mut checks = Vec::new();
    let mut seen = BTreeSet::new();
    for output in outputs {
        if (ground.interrupted)() {
            return Err(VerifyError::Interrupted);
        }
        if !seen.insert(&output.name) {
            checks.push(Check::fails(Matter::File, &output.name, "the manifest names this file twice", "Ask the sender to make the release again."));
            continue;
        }
        checks.push(file(folder, prefix, output, true, ground)?);
    }
    for input in &inputs {
        checks.push(file(folder, prefix, input, false, ground)?);
    }
    if outputs.is_empty() {
        checks.push(Check::fails(Matter::File, name, "the manifest names no file, so it vouches for nothing", "Ask the sender to make the release again."));
    }
    if let Some(Statement::Release(says)) = &checked.says {
        policy(says, ground.pack, name, &mut checks);
    }
    checked.checks.extend(checks);
    Ok(checked)
}

/// The signature and its signer. What comes back may be parsed.
fn signature(folder: &Path, name: &str, bytes: &[u8], ground: &Ground<'_>, checks: &mut Vec<Check>) -> Option<(Namespace, (String, String))> {
    let place = format!("{name}.sig");
    let mut fails = |matter, message: String, next: &str| {
        checks.push(Check::fails(matter, &place, message, next));
        None
    };
    let text = match read_limited(&folder.join(&place), SIGNATURE_LIMIT) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return fails(
                Matter::Signature,
                "the manifest is not signed: there is no .sig file beside it".to_owned(),
                "Ask the sender for the .sig file; without it anyone may have written the manifest.",
            );
        }
        Err(error) => return fails(Matter::Signature, format!("the signature cannot be read: {}", words(&error)), "Ask the sender for it again."),
    };
    let signature = match Signature::parse(&text) {
        Ok(signature) => signature,
        Err(error) => return fails(Matter::Signature, format!("the signature cannot be checked: {error}"), "Ask the sender for it again."),
    };
    let Some(namespace) = [Namespace::Manifest, Namespace::Report].into_iter().find(|known| known.name() == signature.namespace()) else {
        let message = format!(
            "the signature was made for the namespace {:?}, and a manifest takes manifest@carepact (a release) or report@carepact (a report)",
            signature.namespace()
        );
        return fails(
            Matter::Signature,
            message,
            "It was signed as something else, so it does not vouch for this: ask the sender to sign with carepact, or with `ssh-keygen -Y sign -n manifest@carepact`.",
        );
    };
    if !signature.fits(bytes) {
        let message = "the signature does not fit the manifest: at least one byte differs from what was signed".to_owned();
        return fails(
            Matter::Signature,
            message,
            "Do not use the files. Fetch manifest and .sig again; if it still does not fit, tell the sender: somebody changed it on the way.",
        );
    }
    let fingerprint = signature.key().fingerprint();
    let judged = match ground.signers.judge(signature.key(), namespace.name(), ground.at) {
        Judgement::Listed(principals) => Ok(principals),
        Judgement::Unknown => Err((
            format!("signer unknown: the signature is good, but its key {fingerprint} is not in the signers file"),
            "Ask the sender, by a way you trust, whether this fingerprint is theirs; if so, add its line to the signers file.",
        )),
        Judgement::OtherNamespace(listed) => Err((
            format!("the key {fingerprint} may sign for {listed}, not for {}", namespace.name()),
            "If it should, add the namespace to its line in the signers file; else ask the sender who signed, and with which key.",
        )),
        Judgement::NotYet(from) => {
            Err((format!("the key {fingerprint} may sign only from {from}"), "Ask the sender; or judge on another day with --as-of DATE."))
        }
        Judgement::Expired(until) => Err((
            format!("the key {fingerprint} could sign only until {until}"),
            "If you received it before then, judge on that day with --as-of DATE; else ask the sender to sign again with a key that is valid.",
        )),
    };
    match judged {
        Ok(principals) => {
            checks.push(Check::holds(Matter::Signature, &place, format!("fits the manifest, for {}", namespace.name())));
            checks.push(Check::holds(Matter::Signer, &place, format!("{principals}, key {fingerprint}")));
            Some((namespace, (principals, fingerprint)))
        }
        Err((message, next)) => fails(Matter::Signer, message, next),
    }
}

fn read_statement(bytes: &[u8], namespace: Namespace) -> Result<Statement, (String, &'static str)> {
    let value =
        strict_json::parse(bytes).map_err(|error| (format!("the manifest is not sound JSON: {error}"), "Ask the sender to make it again with carepact."))?;
    let format = value.get("format").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let expected = if namespace == Namespace::Manifest { FORMAT } else { REPORT_FORMAT };
    if format != expected {
        return Err((
            format!("the manifest says it has format {format:?}, and a signature for {} goes with {expected}", namespace.name()),
            "If a newer carepact made it, use that version; else do not use it: it was signed as something it is not.",
        ));
    }
    fn typed<T: DeserializeOwned>(value: serde_json::Value, format: &str) -> Result<T, (String, &'static str)> {
        serde_json::from_value(value)
            .map_err(|error| (format!("the manifest does not have the form of {format}: {error}"), "Ask the sender to make it again with carepact."))
    }
    if namespace == Namespace::Manifest { Ok(Statement::Release(Box::new(typed(value, FORMAT)?))) } else { Ok(Statement::Report(typed(value, REPORT_FORMAT)?)) }
}

/// A name that stays inside the folder on every system.
fn is_inside(name: &str) -> bool {
    !name.is_empty() && !name.contains(['\\', '\0', ':']) && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn file(folder: &Path, prefix: &str, named: &Output, required: bool, ground: &Ground<'_>) -> Result<Check, VerifyError> {
    let place = format!("{prefix}{}", named.name);
    if !is_inside(&named.name) {
        return Ok(Check::fails(
            Matter::File,
            &place,
            "the manifest names a file outside its folder",
            "Do not use the release; ask the sender to make it again.",
        ));
    }
    // A link among the folders on the way would lead elsewhere; the last part is opened without following any.
    let mut on_the_way = folder.to_owned();
    let mut parts: Vec<&str> = place.split('/').collect();
    parts.pop();
    for part in parts {
        on_the_way.push(part);
        if on_the_way.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
            return Ok(Check::fails(Matter::File, &place, "it is reached through a symbolic link", "Put the folder itself there."));
        }
    }
    let digest = match open(&folder.join(&place)).and_then(|file| digest(file, ground.interrupted)) {
        Ok(Some(digest)) => digest,
        Ok(None) => return Err(VerifyError::Interrupted),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => {
            return Ok(Check::not_checked(
                Matter::File,
                &place,
                "an input of the report that is not here, so its digest was not compared",
                "Put it beside the manifest to have it compared.",
            ));
        }
        Err(error) => {
            return Ok(Check::fails(
                Matter::File,
                &place,
                format!("the manifest names this file, and it cannot be read: {}", words(&error)),
                "Ask the sender for it: the release is not whole.",
            ));
        }
    };
    if !digest.eq_ignore_ascii_case(&named.sha256) {
        return Ok(Check::fails(
            Matter::File,
            &place,
            "its SHA-256 is not the one in the manifest: it was changed or cut after signing",
            "Do not use it. Fetch it again; if it still differs, tell the sender.",
        ));
    }
    let rows = named.rows.map(|rows| format!(", {}", crate::text::count(rows, "row", "rows"))).unwrap_or_default();
    Ok(Check::holds(Matter::File, &place, format!("SHA-256 as in the manifest{rows}")))
}

/// SHA-256 of what a file holds, hex; none if interrupted.
fn digest(mut file: File, interrupted: &dyn Fn() -> bool) -> std::io::Result<Option<String>> {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        if interrupted() {
            return Ok(None);
        }
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Some(crate::text::hex(context.finish().as_ref()))),
            Ok(length) => context.update(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The previous manifests, and forks. `known`: digest and name of the manifests at hand.
fn chain(manifests: &mut [Checked], known: &[(String, String)]) {
    let mut successors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for checked in manifests.iter() {
        if let Some(Statement::Release(says)) = &checked.says
            && let Some(previous) = &says.previous
        {
            successors.entry(previous.clone()).or_default().push(checked.name.clone());
        }
    }
    for checked in manifests {
        let Some(Statement::Release(says)) = &checked.says else { continue };
        let check = match &says.previous {
            None => Check::holds(Matter::Chain, &checked.name, "the first of its release: it names no predecessor"),
            Some(previous) => {
                let rivals = successors.get(previous).map(Vec::as_slice).unwrap_or_default();
                if rivals.len() > 1 {
                    let message = format!("{} name the same predecessor: the chain forks", crate::text::and_list(rivals));
                    Check::fails(Matter::Chain, &checked.name, message, "Ask the sender which one counts: one of them hides the other.")
                } else if let Some((_, name)) = known.iter().find(|(digest, _)| digest == previous) {
                    Check::holds(Matter::Chain, &checked.name, format!("follows {name}"))
                } else {
                    let message = format!("its predecessor ({}...) is not here, so the chain was not followed", previous.get(..16).unwrap_or(previous));
                    Check::not_checked(Matter::Chain, &checked.name, message, "Put the manifest of the last release beside it to have the chain followed.")
                }
            }
        };
        checked.checks.push(check);
    }
}

/// Compares a release's manifest with the reviewed pack.
fn policy(says: &Manifest, pack: Option<&Pack>, name: &str, checks: &mut Vec<Check>) {
    let Some(pack) = pack else {
        let next = "Give --pack DIR to compare agreement, release, vocabulary and register with the reviewed pack.";
        checks.push(Check::not_checked(Matter::Policy, name, "the policy was not compared with a pack", next));
        return;
    };
    let ask = "Ask the sender which version of the pack the release was made under, and compare with that one.";
    let before = checks.len();
    match pack.agreement(&says.agreement.id) {
        None => checks.push(Check::fails(Matter::Policy, name, format!("the pack {} has no agreement {}", pack.id, says.agreement.id), ask)),
        Some(agreement) => {
            if AgreementRef::of(agreement) != says.agreement {
                let message = format!("the terms of {} in the pack are not those that the release was made under", says.agreement.id);
                checks.push(Check::fails(Matter::Policy, name, message, ask));
            }
            match agreement.draft.releases.iter().find(|release| release.name.value == says.release.name) {
                None => {
                    let message = format!("{} in the pack has no release {}", says.agreement.id, says.release.name);
                    checks.push(Check::fails(Matter::Policy, name, message, ask));
                }
                Some(release) if ReleaseRef::of(release) != says.release => {
                    let message = format!("the release {}/{} in the pack is not the one that was run", says.agreement.id, says.release.name);
                    checks.push(Check::fails(Matter::Policy, name, message, ask));
                }
                Some(_) => {}
            }
        }
    }
    let here = PackRef::of(pack);
    for (what, ours, theirs) in
        [("vocabulary", &here.vocabulary_sha256, &says.pack.vocabulary_sha256), ("register", &here.register_sha256, &says.pack.register_sha256)]
    {
        if ours != theirs {
            checks.push(Check::fails(Matter::Policy, name, format!("the {what} of the pack is not the one that was used"), ask));
        }
    }
    if checks.len() == before {
        let rest = if here.sha256 == says.pack.sha256 { "" } else { "; other files of the pack differ" };
        checks.push(Check::holds(Matter::Policy, name, format!("agreement, release, vocabulary and register are those of the pack {}{rest}", pack.id)));
    }
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn names_stay_inside_the_folder() {
        assert!(is_inside("out.csv") && is_inside("csv/findings.csv"));
        for name in ["", "/etc/passwd", "../x", "a/../b", "a//b", "./a", r"..\x", "C:x", "a\0"] {
            assert!(!is_inside(name), "{name:?}");
        }
    }
}
