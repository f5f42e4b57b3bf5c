//! `carepact reidentify`: the people behind codes of one release, under its keyring, with a reason, in a ledger.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::session::{Format, Session, io_words, read_input};
use crate::evidence::ledger::{self, LedgerError};
use crate::evidence::manifest::Manifest;
use crate::evidence::signature::Namespace;
use crate::evidence::signers::{Judgement, Moment, Signers};
use crate::evidence::verify::{Ground, Matter, Statement, Verdict, VerifyError, verify};
use crate::identifier::NhsNumber;
use crate::keys::sealed_to::{self, Recipient};
use crate::keys::search::{Wanted, numbers};
use crate::keys::{PublicKey, Root, Scope};
use crate::outcome::Outcome;

/// Find the people behind codes of one release
///
/// Reads codes from a file, one a line, and gives the identifiers behind them: of `reversible` and `format_preserving` columns
/// at once, of `pseudonym` columns of NHS numbers by trying every number issued (up to a minute). The release is told by its
/// signed manifest, the key by its keyring. A line about who asked, why, and how many goes into a ledger before anything is
/// answered. Whoever opens the keyring could do the same without this: it adds procedure and evidence, not dual control.
/// The answer names people: it goes into a file (0600), or sealed to one reader, and never to the screen.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact reidentify codes.txt --manifest phm.csv.manifest.json --signers signers --keyring phm.keyring --identity me.identity \\
      --ledger reidentified.ledger --sign-key me.signer --reason \"case finding, minute 7 of the board\" -o people.csv
  carepact reidentify codes.txt ... --seal-to age1... -o people.csv.age
  carepact verify reidentified.ledger --signers signers")]
pub struct Args {
    /// Codes, one a line; - for standard input
    #[arg(value_name = "CODES")]
    pub codes: PathBuf,
    /// The signed manifest of the release that the codes come from
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// The column they come from, by its name in the release (default: the only one of codes)
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Who may sign, in the form of OpenSSH's allowed_signers (default: the pack's)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGNERS")]
    pub signers: Option<PathBuf>,
    /// The keyring of the release
    #[arg(long, value_name = "FILE", env = "CAREPACT_KEYRING")]
    pub keyring: PathBuf,
    /// How to open it
    #[command(flatten)]
    pub unlock: super::keys::UnlockArgs,
    /// The ledger to add a line to; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Who asks: the key that signs the ledger's head (listed for ledger@carepact)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGN_KEY")]
    pub sign_key: PathBuf,
    /// Why, in a sentence that names no person
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Never more codes than this
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub at_most: usize,
    /// Seal the answer to this age public key
    #[arg(long, value_name = "AGE1...")]
    pub seal_to: Option<String>,
}

/// How the identifiers of a column are found.
pub(super) enum Way {
    Reversible,
    FormatPreserving,
    Search,
}

/// A column of codes, as its manifest tells it.
pub(super) struct Codes {
    pub name: String,
    pub domain: String,
    pub way: Way,
    /// Whether a pseudonym is written as hex.
    pub hex: bool,
    /// Whether the identifier is an organisation's own.
    local: bool,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = match session.format {
        Format::Json => true,
        Format::Human | Format::Short => false,
        other => return Err(Failure::usage(format!("`reidentify` has no format {}", other.name())).next("Use human or json.").into()),
    };
    if args.reason.trim().chars().count() < 10 {
        return Err(Failure::usage("--reason says too little: the ledger keeps it for whoever asks why")
            .next("Name the purpose and who decided, and no person.")
            .into());
    }
    let target = target(session)?;
    let mut sources = crate::source::Sources::new();
    let pack = if session.pack.is_some() { Some(super::pack::decidable(session, None, &mut sources)?) } else { None };
    let (_, signers) = super::verify::signers(args.signers.as_deref(), pack.as_ref())?;
    let at = if session.as_of_given { Moment::day(session.as_of) } else { Moment::instant(jiff::Timestamp::now()) };
    let (manifest, digest) = signed_manifest(&args.manifest, session, &signers, at, false)?;
    let column = column(&manifest, args.column.as_deref())?;
    let asked = codes(args)?;

    let keyring = super::keys::open_keyring(session, &args.keyring, &args.unlock)?;
    let key = manifest.key.as_ref().ok_or_else(|| Failure::usage("the manifest names no key: nothing in this release can be opened"))?;
    let root = keyring.root(key.version).filter(|root| root.key_id().to_string() == key.id).ok_or_else(|| {
        Failure::refused(format!("the release was made with the key {}, version {}, which this keyring does not hold", key.id, key.version))
            .next("Give the keyring of the release (`carepact keys list` shows its key ids).")
    })?;
    let scope = Scope::new(&manifest.linkage, &column.domain, key.version).map_err(|error| Failure::usage(error.to_string()))?;
    if key.check_values.get(&column.domain) != Some(&root.check_value(&scope)) {
        return Err(Failure::unverified(format!("the check value of the domain {} in the manifest is not that of this key", column.domain)).into());
    }
    let found = find(session, root, &scope, &column, &asked)?;
    let answered = found.iter().filter(|one| one.is_some()).count();

    let signer = super::keys::read_signer(&args.sign_key)?;
    let facts = facts(args, &manifest, &digest, &column, root, &scope, &asked, answered);
    let bytes = answer(&column, &asked, &found);
    let bytes = match &args.seal_to {
        None => bytes,
        Some(recipient) => {
            let sealed = Recipient::parse(recipient)
                .and_then(|reader| sealed_to::seal(&reader, &bytes))
                .map_err(|error| Failure::usage(format!("--seal-to: {error}")))?;
            Zeroizing::new(sealed)
        }
    };
    if session.dry_run {
        session.note(format!("would add a line to {} and write {}", args.ledger.display(), target.display()));
        return Ok(Outcome::Done);
    }
    session.check_free(&target)?;
    let made = super::signed::made()?;
    let may_sign = |key: &PublicKey| may_sign(&signers, key, at);
    let head = ledger::append(&args.ledger, &signer, &may_sign, &made, "reidentified", facts).map_err(|error| ledger_failure(&args.ledger, &error))?;
    session.write_file(&target, &bytes, 0o600)?;

    let unanswered = asked.len() - answered;
    if json {
        let object = json!({"format": "carepact.reidentified/1", "file": target.display().to_string(), "asked": asked.len(), "answered": answered,
            "ledger": {"n": head.n, "last": head.last}});
        session.say(format!("{object:#}"))?;
    } else {
        session.say(format!("{} of {} answered in {}", answered, crate::text::count(asked.len() as u64, "code", "codes"), target.display()))?;
        session.say(format!("ledger: line {}, {}", head.n, head.last))?;
        session.say("Note the line and its digest elsewhere: together with it nobody can take the ledger back unnoticed.")?;
        if unanswered > 0 {
            session
                .say(format!("{unanswered} not answered: no identifier has {} under this key", if unanswered == 1 { "this code" } else { "these codes" }))?;
        }
    }
    session.note(format!(
        "Whoever re-identifies de-identified personal data without the consent of the controller who de-identified them ({}) may commit an offence (Data Protection Act 2018, section 171).",
        keyring.controller().as_str()
    ));
    Ok(if unanswered > 0 { Outcome::Findings } else { Outcome::Done })
}

/// The file for the answer: never the screen.
fn target(session: &Session) -> anyhow::Result<PathBuf> {
    match &session.outputs[..] {
        [output] if output.path.as_os_str() != "-" => Ok(output.path.clone()),
        _ => Err(Failure::usage("the answer names people: give one file to write it to, -o FILE")
            .next("It is written with mode 0600; --seal-to age1... seals it to one reader.")
            .into()),
    }
}

/// The manifest, once its signature holds. The files it names need not be here where only what was done to columns is asked.
pub(super) fn signed_manifest(path: &Path, session: &Session, signers: &Signers, at: Moment, with_files: bool) -> anyhow::Result<(Manifest, String)> {
    let flag = session.interrupt_flag();
    let ground = Ground { signers, at, pack: None, interrupted: &|| flag.load(std::sync::atomic::Ordering::SeqCst) };
    let shown = path.display();
    let mut found = verify(path, &ground).map_err(|error| match &error {
        VerifyError::Read { path, error } => Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(error))),
        VerifyError::NotAManifest(_) => Failure::usage(error.to_string()),
        VerifyError::Interrupted => Failure::usage("interrupted"),
    })?;
    if !path.is_file() || found.manifests.len() != 1 {
        return Err(Failure::usage(format!("{shown} is not one manifest")).next("Name the manifest of the release: NAME.manifest.json.").into());
    }
    let checked = found.manifests.remove(0);
    let bad = checked.checks.iter().find(|check| {
        check.verdict != Verdict::Holds
            && (matches!(check.matter, Matter::Signature | Matter::Signer | Matter::Form) || with_files && check.matter == Matter::File)
    });
    if let Some(check) = bad {
        return Err(Failure::unverified(format!("{shown} does not hold: {}: {}", check.matter.name(), check.message)).next(check.next.clone()).into());
    }
    match (checked.says, checked.sha256) {
        (Some(Statement::Release(says)), Some(digest)) => Ok((*says, digest)),
        _ => Err(Failure::usage(format!("{shown} is not the manifest of a release")).into()),
    }
}

/// The value of a key in an action as the manifest writes it: `pseudonym: {domain: local_patient_id, with: provider}`.
fn parameter<'a>(action: &'a str, key: &str) -> Option<&'a str> {
    let (_, inside) = action.split_once('{')?;
    inside.trim_end_matches('}').split(", ").find_map(|pair| pair.split_once(": ").filter(|(name, _)| *name == key).map(|(_, value)| value))
}

pub(super) fn column(manifest: &Manifest, wanted: Option<&str>) -> anyhow::Result<Codes> {
    let of_codes = |action: &str| {
        let word = action.split(':').next().unwrap_or_default();
        ["pseudonym", "reversible", "format_preserving"].contains(&word).then(|| word.to_owned())
    };
    let all: Vec<(&str, &str, String)> =
        manifest.columns.iter().filter_map(|column| Some((column.output.as_deref()?, column.action.as_str(), of_codes(&column.action)?))).collect();
    let names: Vec<&str> = all.iter().map(|(name, ..)| *name).collect();
    let (name, action, word) = match (wanted, &all[..]) {
        (Some(wanted), _) => all.iter().find(|(name, ..)| *name == wanted).ok_or_else(|| {
            Failure::usage(format!("the release has no column of codes called {wanted}"))
                .next(format!("It has {}.", if names.is_empty() { "none".to_owned() } else { names.join(", ") }))
        })?,
        (None, [one]) => one,
        (None, []) => return Err(Failure::usage("the release has no column of codes").into()),
        (None, _) => {
            return Err(Failure::usage("the release has several columns of codes").next(format!("Say which: --column NAME, of {}.", names.join(", "))).into());
        }
    };
    let domain = parameter(action, "domain").unwrap_or("nhs_number").to_owned();
    let way = match word.as_str() {
        "reversible" => Way::Reversible,
        "format_preserving" => Way::FormatPreserving,
        _ if domain == "nhs_number" => Way::Search,
        _ => {
            return Err(Failure::usage(format!(
                "the codes of {name} cannot be opened: they are pseudonyms of {domain}, and only NHS numbers can be tried one by one"
            ))
            .next("Look the people up in the extract, by running the release on it again. A column that must open again is `reversible`.")
            .into());
        }
    };
    Ok(Codes {
        name: (*name).to_owned(),
        local: domain != "nhs_number" && parameter(action, "with").is_some(),
        hex: parameter(action, "format") == Some("hex"),
        domain,
        way,
    })
}

/// The codes asked about, each once, in their order.
fn codes(args: &Args) -> anyhow::Result<Vec<String>> {
    let text = String::from_utf8(read_input(&args.codes)?).map_err(|_| Failure::unreadable(format!("{} is not text (UTF-8)", args.codes.display())))?;
    let mut seen = std::collections::BTreeSet::new();
    let all: Vec<String> = text.lines().map(str::trim).filter(|line| !line.is_empty() && seen.insert(*line)).map(str::to_owned).collect();
    if all.is_empty() {
        return Err(Failure::usage(format!("there is no code in {}", args.codes.display())).next("Write one a line, without a header.").into());
    }
    if all.len() > args.at_most {
        return Err(Failure::usage(format!("{} are more than --at-most {}", crate::text::count(all.len() as u64, "code", "codes"), args.at_most))
            .next("Nothing was opened and nothing answered. Ask for fewer, or say the number that was decided.")
            .into());
    }
    Ok(all)
}

/// What a code stands for: an organisation if the identifier is its own, and the identifier.
type Found = Option<(String, Zeroizing<String>)>;

fn find(session: &Session, root: &Root, scope: &Scope, column: &Codes, asked: &[String]) -> anyhow::Result<Vec<Found>> {
    let number = |number: NhsNumber| (String::new(), Zeroizing::new(String::from_utf8_lossy(number.expose_digits()).into_owned()));
    Ok(match column.way {
        Way::Reversible => {
            let key = root.reversible_key(scope);
            asked.iter().map(|code| key.open(code).and_then(|message| parts(&message, column.local))).collect()
        }
        Way::FormatPreserving => {
            let key = root.ff1_key(scope);
            asked.iter().map(|code| key.open(code).map(number)).collect()
        }
        Way::Search => {
            let mut wanted = Vec::new();
            for (index, code) in asked.iter().enumerate() {
                wanted.push(Wanted::parse(code).ok_or_else(|| {
                    Failure::usage(format!("code {} is not a code of {}: its form or its check symbol is wrong", index + 1, column.name))
                        .next("A slip of the hand? Nothing was opened and nothing answered.")
                })?);
            }
            let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
            let bar = session.progress(0, "trying every NHS number issued");
            let found = numbers(&root.pseudonym_key(scope), &wanted, threads, &session.interrupt_flag());
            bar.finish_and_clear();
            if session.interrupted() {
                return Err(Failure::usage("interrupted").into());
            }
            found.into_iter().map(|one| one.map(number)).collect()
        }
    })
}

/// Organisation and identifier of a canonical message.
fn parts(message: &[u8], local: bool) -> Found {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    if !local {
        return Some((String::new(), Zeroizing::new(text(message)?)));
    }
    let lp = |bytes: &[u8]| -> Option<(String, usize)> {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        Some((text(rest.get(..length)?)?, 2 + length))
    };
    let (organisation, length) = lp(message)?;
    let (id, end) = lp(&message[length..])?;
    (length + end == message.len()).then(|| (organisation, Zeroizing::new(id)))
}

fn answer(column: &Codes, asked: &[String], found: &[Found]) -> Zeroizing<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // In memory nothing can fail.
    let header = if column.local { vec!["code", "organisation", column.domain.as_str()] } else { vec!["code", column.domain.as_str()] };
    let _ = writer.write_record(header);
    for (code, found) in asked.iter().zip(found) {
        let (organisation, id) = found.as_ref().map_or(("", ""), |(organisation, id)| (organisation.as_str(), id.as_str()));
        let _ = if column.local { writer.write_record([code, organisation, id]) } else { writer.write_record([code, id]) };
    }
    Zeroizing::new(writer.into_inner().unwrap_or_default())
}

#[allow(clippy::too_many_arguments)]
fn facts(args: &Args, manifest: &Manifest, digest: &str, column: &Codes, root: &Root, scope: &Scope, asked: &[String], answered: usize) -> Map<String, Value> {
    // Which codes were asked about, as a digest that tells nothing without the key.
    let codes = root.digest_key(scope).digest(asked.join("\n").as_bytes());
    let facts = json!({
        "release": format!("{}/{}", manifest.agreement.id, manifest.release.name),
        "manifest_sha256": digest,
        "key": manifest.key.as_ref().map(|key| json!({"id": key.id, "version": key.version})),
        "column": column.name,
        "reason": args.reason.trim(),
        "asked": asked.len(),
        "answered": answered,
        "codes_hmac": codes,
        "sealed_to": args.seal_to,
    });
    match facts {
        Value::Object(facts) => facts,
        _ => Map::new(),
    }
}

/// Whether a key may sign heads of ledgers, by the signers file.
pub(super) fn may_sign(signers: &Signers, key: &PublicKey, at: Moment) -> Result<(), String> {
    match signers.judge(key, Namespace::Ledger.name(), at) {
        Judgement::Listed(_) => Ok(()),
        Judgement::Unknown => Err("the signers file does not have this key".to_owned()),
        Judgement::OtherNamespace(listed) => Err(format!("the signers file lists it for {listed}, not for {}", Namespace::Ledger.name())),
        Judgement::NotYet(_) | Judgement::Expired(_) => Err("outside the time for which the signers file lists it".to_owned()),
    }
}

/// What is wrong with a ledger, and what to do.
pub(super) fn ledger_failure(path: &Path, error: &LedgerError) -> Failure {
    let message = format!("the ledger {}: {error}", path.display());
    match error {
        LedgerError::Io { path, error } => Failure::unreadable(format!("cannot read or write {}: {}", path.display(), io_words(error))),
        LedgerError::Signer { .. } => Failure::unverified(message)
            .next("`carepact keys signer --for ledger` prints the line that lets a key sign ledgers; it goes into the signers file after review."),
        LedgerError::Count { lines, head } if *lines == head + 1 => Failure::unverified(message)
            .next("Nothing is answered before the head is signed: look at the last line, note it, and take it out if its run was cut off."),
        _ => {
            Failure::unverified(message).next("Nothing was answered. Compare it with its last copy, and find out who changed it before another line is added.")
        }
    }
}
