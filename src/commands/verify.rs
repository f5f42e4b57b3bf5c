//! `carepact verify`: signatures, digests and chains of anything carepact wrote.

mod seal;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::failure::Failure;
use super::session::{Format, GREEN, RED, Session, YELLOW, io_words};
use crate::diagnostics::Finding;
use crate::diagnostics::results::{Input, NotAssessed, ResultFinding, Results};
use crate::evidence::signers::{Moment, Signers};
use crate::evidence::verify::{Check, Checked, Ground, Statement, Verdict, Verification, VerifyError, verify};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::source::Sources;

/// Verify signatures, digests and chains of anything carepact wrote
///
/// PATH is a ledger (`carepact reidentify`; its .head lies beside it), a manifest (its .sig and the files it names lie beside it), or a folder, in which every file must be named by
/// a manifest that holds. Trust comes from a signers file in OpenSSH's form (allowed_signers): --signers, or the one
/// that the pack names. With --pack the agreement, release, vocabulary and register are compared with the reviewed pack.
/// What could not be checked is said. A signature that does not hold, a changed or missing file and an unknown signer
/// are exit 5.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact verify release/ --signers signers
  carepact verify release/phm.manifest.json --pack policies/greater-manchester
  carepact verify october.seal.json --log access-2026-10.csv --keyring audit.keyring --identity me.identity
  carepact verify release/ --signers signers --as-of 2026-07-01       as on the day it came

The same with OpenSSH alone:
  ssh-keygen -Y verify -f signers -I ig@gm.example -n manifest@carepact -s phm.manifest.json.sig < phm.manifest.json")]
pub struct Args {
    /// A manifest, a folder, a seal or a ledger
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Who may sign, in the form of OpenSSH's allowed_signers (default: the pack's)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGNERS")]
    pub signers: Option<PathBuf>,
    /// Logs to compare with the seal that PATH is (`carepact audit --seal`); each is found in it by its name
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub log: Vec<PathBuf>,
    /// Keyring of the audit that sealed the logs
    #[arg(long, value_name = "FILE", env = "CAREPACT_AUDIT_KEYRING")]
    pub keyring: Option<PathBuf>,
    /// How to open it
    #[command(flatten)]
    pub unlock: super::keys::UnlockArgs,
    /// Which release does a found file come from (not built yet)
    #[arg(long, value_name = "FILE", hide = true)]
    pub trace: Option<PathBuf>,
    /// The extract that the release was made from (not built yet)
    #[arg(long, value_name = "FILE", hide = true)]
    pub input: Option<PathBuf>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if args.trace.is_some() || args.input.is_some() {
        return Err(Failure::not_built("`verify --trace`").into());
    }
    if args.path.as_os_str() == "-" {
        return Err(Failure::usage("`verify` takes a file or folder: what a manifest names lies beside it").into());
    }
    if !args.path.is_dir() {
        let bytes = super::session::read_input(&args.path)?;
        if crate::evidence::ledger::is_ledger(&bytes) {
            return ledger(args, session);
        }
        if let Some(sealed) = seal::read(&bytes) {
            return seal::run(args, &bytes, &sealed, session);
        }
    }
    if !args.log.is_empty() {
        return Err(Failure::usage(format!("--log compares logs with a seal, and {} is none", args.path.display()))
            .next("Give the file that `carepact audit --seal` wrote.")
            .into());
    }
    let mut sources = Sources::new();
    let pack = match (&session.pack, &args.signers) {
        (Some(_), _) => Some(super::pack::decidable(session, None, &mut sources)?),
        (None, Some(_)) => None,
        // Without a signers file the nearest pack is asked for its own.
        (None, None) => match crate::pack::find(Path::new(".")) {
            Ok(dir) => Some(super::pack::decidable(session, Some(&dir), &mut sources)?),
            Err(_) => None,
        },
    };
    let (file, signers) = signers(args.signers.as_deref(), pack.as_ref())?;
    let at = if session.as_of_given { Moment::day(session.as_of) } else { Moment::instant(jiff::Timestamp::now()) };
    let flag = session.interrupt_flag();
    let ground = Ground { signers: &signers, at, pack: pack.as_ref(), interrupted: &|| flag.load(std::sync::atomic::Ordering::SeqCst) };
    let verification = verify(&args.path, &ground).map_err(|error| match &error {
        VerifyError::Read { path, error } => Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(error))),
        VerifyError::NotAManifest(path) => {
            let failure = Failure::usage(error.to_string());
            match manifest_for(path) {
                Some(near) => failure.next(format!("Its manifest may be {}: verify that.", near.display())),
                None => failure.next("Give the manifest (NAME.manifest.json) or the folder it lies in."),
            }
        }
        VerifyError::Interrupted => Failure::usage("interrupted"),
    })?;
    let results = results(&verification, &signers, pack.as_ref(), session);
    match session.format {
        Format::Human => human(&verification, &signers, &file, session)?,
        Format::Short => short(&verification, session)?,
        Format::Json => session.raw(&results.to_bytes())?,
        other => return Err(Failure::usage(format!("`verify` has no format {}", other.name())).next("Use human, short or json.").into()),
    }
    super::check_outputs(session, &results)?;
    Ok(if verification.holds() { Outcome::Done } else { Outcome::VerificationFailed })
}

/// Checks a ledger line by line, and its signed head.
fn ledger(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = match session.format {
        Format::Json => true,
        Format::Human | Format::Short => false,
        other => return Err(Failure::usage(format!("`verify` of a ledger has no format {}", other.name())).next("Use human, short or json.").into()),
    };
    let mut sources = Sources::new();
    let pack = if session.pack.is_some() { Some(super::pack::decidable(session, None, &mut sources)?) } else { None };
    let (_, signers) = signers(args.signers.as_deref(), pack.as_ref())?;
    let at = if session.as_of_given { Moment::day(session.as_of) } else { Moment::instant(jiff::Timestamp::now()) };
    let may_sign = |key: &crate::keys::PublicKey| super::reidentify::may_sign(&signers, key, at);
    let (head, key) = crate::evidence::ledger::check(&args.path, &may_sign).map_err(|error| super::reidentify::ledger_failure(&args.path, &error))?;
    if json {
        let object = json!({"format": "carepact.ledger-checked/1", "verified": true, "lines": head.n, "last": head.last, "signed_by": key.fingerprint()});
        session.say(format!("{object:#}"))?;
    } else {
        session.say(format!("{}: {}, each follows from the one before", session.paint(GREEN, "verified"), crate::text::count(head.n, "line", "lines")))?;
        session.say(format!("head: line {}, {}, signed by {}", head.n, head.last, key.fingerprint()))?;
        session.say("Compare the line and its digest with those noted elsewhere: ledger and head put back together to an older state would hold too.")?;
    }
    Ok(Outcome::Done)
}

/// The signers file and where it is.
pub(super) fn signers(given: Option<&Path>, pack: Option<&Pack>) -> anyhow::Result<(PathBuf, Signers)> {
    let path = match (given, pack) {
        (Some(path), _) => path.to_owned(),
        (None, Some(Pack { dir, signers: Some(name), .. })) => dir.join(name),
        (None, Some(pack)) if pack.dir.join("signers").exists() => pack.dir.join("signers"),
        (None, Some(pack)) => {
            return Err(Failure::usage(format!("the pack {} names no signers file, so nobody's signature can be trusted", pack.dir.display()))
                .next("Add `signers: FILE` to pack.yaml, or give --signers FILE; `carepact keys signer` prints a line for it.")
                .into());
        }
        (None, None) => {
            return Err(Failure::usage("without a signers file nobody's signature can be trusted")
                .next("Give --signers FILE (OpenSSH's allowed_signers), or --pack DIR whose pack names one.")
                .into());
        }
    };
    let bytes = std::fs::read(&path).map_err(|error| Failure::usage(format!("cannot read the signers file {}: {}", path.display(), io_words(&error))))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage(format!("the signers file {} is not text (UTF-8)", path.display())))?;
    let signers = Signers::parse(&text).map_err(|error| {
        Failure::usage(format!("the signers file {}: {error}", path.display()))
            .next("The form is: WHO namespaces=\"manifest@carepact,report@carepact\" ssh-ed25519 AAAA... COMMENT (ssh-keygen(1), ALLOWED SIGNERS).")
    })?;
    Ok((path, signers))
}

/// The manifest that may belong to a file.
fn manifest_for(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let stem = name.split('.').next()?;
    [format!("{name}.manifest.json"), format!("{stem}.manifest.json"), "manifest.json".to_owned()]
        .into_iter()
        .map(|name| path.with_file_name(name))
        .find(|candidate| candidate.is_file())
}

/// A name from a folder that others filled, without what could steer a terminal.
fn shown(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

fn human(verification: &Verification, signers: &Signers, file: &Path, session: &mut Session) -> anyhow::Result<()> {
    for manifest in &verification.manifests {
        session.say(session.paint(super::session::BOLD, &shown(&manifest.name)))?;
        if let Some(says) = &manifest.says {
            session.say(format!("  {}", shown(&summary(says))))?;
        }
        lines(&manifest.checks, session)?;
        session.say("")?;
    }
    if !verification.folder.is_empty() {
        session.say(session.paint(super::session::BOLD, "the folder"))?;
        lines(&verification.folder, session)?;
        session.say("")?;
    }
    for unused in &signers.unused {
        session.note(format!("note: {}, {unused}", file.display()));
    }
    let failed = verification.checks().filter(|check| check.verdict == Verdict::Fails).count() as u64;
    let open = verification.checks().filter(|check| check.verdict == Verdict::NotChecked).count() as u64;
    let rest = if open == 0 { String::new() } else { format!("; {} not made, named above", crate::text::count(open, "check", "checks")) };
    if verification.holds() {
        session.say(format!("{}{rest}", session.paint(GREEN, "verified")))?;
    } else {
        session.say(format!("{}: {}{rest}", session.paint(RED, "NOT VERIFIED"), crate::text::count(failed, "check fails", "checks fail")))?;
    }
    Ok(())
}

fn lines(checks: &[Check], session: &mut Session) -> anyhow::Result<()> {
    for check in checks {
        let word = match check.verdict {
            Verdict::Holds => session.paint(GREEN, "holds      "),
            Verdict::NotChecked => session.paint(YELLOW, "not checked"),
            Verdict::Fails => session.paint(RED, "FAILS      "),
        };
        session.say(format!("  {word}  {}: {}", shown(&about(check)), shown(&check.message)))?;
        if !check.next.is_empty() {
            session.say(format!("               {}", check.next))?;
        }
    }
    Ok(())
}

/// `signature`, or `file out.csv`.
fn about(check: &Check) -> String {
    use crate::evidence::verify::Matter;
    match check.matter {
        Matter::File | Matter::Unnamed if !check.place.is_empty() => format!("{} {}", check.matter.name(), check.place),
        _ => check.matter.name().to_owned(),
    }
}

fn summary(says: &Statement) -> String {
    match says {
        Statement::Release(says) => format!(
            "release {}/{} (version {}) to {} for {}, made {}, {}, not released: {}, risk {}",
            says.agreement.id,
            says.release.name,
            says.agreement.version,
            says.recipient,
            says.purpose,
            says.made,
            crate::text::count(says.rows_out, "row", "rows"),
            says.not_released,
            says.risk.status
        ),
        Statement::Report(says) => format!("report made {} by {}", says.made, says.tool),
    }
}

fn short(verification: &Verification, session: &mut Session) -> anyhow::Result<()> {
    for check in verification.checks() {
        let word = match check.verdict {
            Verdict::Holds => "holds",
            Verdict::NotChecked => "not checked",
            Verdict::Fails => "fails",
        };
        session.say(format!("{word}: {} {}: {}", check.matter.code(), shown(&check.place), shown(&check.message)))?;
    }
    Ok(())
}

fn results(verification: &Verification, signers: &Signers, pack: Option<&Pack>, session: &Session) -> Results {
    let mut results = Results::new("verify", &session.as_of.to_string());
    results.pack = pack.map(Pack::reference);
    let digests = verification.manifests.iter().filter_map(|manifest| {
        let sha256 = manifest.sha256.as_ref()?;
        Some(Input { role: "manifest".to_owned(), name: manifest.name.clone(), digest: format!("sha256:{sha256}") })
    });
    results.inputs = digests.collect();
    for check in verification.checks() {
        let what = format!("{} {}", check.matter.name(), check.place).trim_end().to_owned();
        match check.verdict {
            Verdict::Holds => {}
            Verdict::NotChecked => results.not_assessed.push(NotAssessed { what, why: format!("{}. {}", check.message, check.next) }),
            Verdict::Fails => {
                let finding = Finding::error(check.matter.code(), check.place.clone(), check.message.clone())
                    .ground("what is not signed by a listed signer, or differs from what was signed, is not evidence")
                    .help(check.next.clone());
                results.findings.push(ResultFinding::from_finding(&finding, &Sources::new()));
            }
        }
    }
    results.not_assessed.extend(signers.unused.iter().map(|unused| NotAssessed { what: "signers file".to_owned(), why: unused.clone() }));
    results.data = json!({"verified": verification.holds(), "manifests": verification.manifests.iter().map(manifest_json).collect::<Vec<_>>()});
    results
}

fn manifest_json(manifest: &Checked) -> Value {
    let signer = manifest.signer.as_ref().map(|(principals, fingerprint)| json!({"principals": principals, "fingerprint": fingerprint}));
    let says = match &manifest.says {
        None => Value::Null,
        Some(Statement::Release(says)) => json!({
            "format": says.format, "made": says.made, "agreement": says.agreement, "release": says.release.name, "recipient": says.recipient,
            "purpose": says.purpose, "linkage": says.linkage, "rows_out": says.rows_out, "not_released": says.not_released,
            "risk": says.risk, "outputs": says.outputs, "previous": says.previous,
        }),
        Some(Statement::Report(says)) => json!({"format": says.format, "made": says.made, "outputs": says.outputs}),
    };
    let checks = manifest.checks.iter().map(|check| {
        let verdict = match check.verdict {
            Verdict::Holds => "holds",
            Verdict::NotChecked => "not checked",
            Verdict::Fails => "fails",
        };
        json!({"code": check.matter.code(), "what": check.matter.name(), "place": check.place, "verdict": verdict, "message": check.message})
    });
    json!({"name": manifest.name, "signer": signer, "says": says, "checks": checks.collect::<Vec<_>>()})
}
