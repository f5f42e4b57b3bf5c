//! `carepact keys`: identities, keyrings and signing keys.

mod crosswalk;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::failure::Failure;
use super::passphrase;
use super::session::{BOLD, Format, Session};
use crate::evidence::signature::Namespace;
use crate::identifier::OdsCode;
use crate::keys::identity;
use crate::keys::keyring::{AUDIT, Keyring, KeyringError, Lock, Takes, Unlock, Version};
use crate::keys::sealed_to;
use crate::keys::signing::{SigningKey, SigningKeyError};
use crate::outcome::Outcome;

/// Manage the keys that pseudonyms come from, and those that sign
///
/// A keyring holds the roots of one controller for one purpose, in the age format: any one of its recipients opens it.
/// An identity is what a recipient opens it with. A signer signs manifests. Every file that holds a secret is written
/// with mode 0600 and refused if others can read it. Secrets are never given as arguments or environment values.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  carepact keys identity -o custodian.identity
  carepact keys new --controller QOP --purpose population_health --recipient age1... --recipient age1... -o phm.keyring
  carepact keys list phm.keyring --identity custodian.identity
  carepact keys signer --name ig@gm.example -o release.signer"
)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub action: Action,
}

/// What `keys` does.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Make an identity: the secret that opens keyrings made for its recipient
    Identity(IdentityArgs),
    /// Make a keyring for custodians and an escrow
    New(NewArgs),
    /// Show whose keys a keyring holds, and which versions
    List(ListArgs),
    /// Make a key that signs manifests
    Signer(SignerArgs),
    /// Open a file that was sealed to an identity: a part of an audit, an annex
    Open(OpenArgs),
    /// Draw a new root for a new version of a keyring
    Rotate(RotateArgs),
    /// Give a recipient a table from old to new codes
    Crosswalk(Box<crosswalk::Args>),
    /// Give a partner a table of pseudonyms
    #[command(hide = true)]
    HashTable(LaterArgs),
}

/// Open a file that was sealed to an identity: a part of an audit, an annex
///
/// The text goes to stdout, or with -o into a file (0600). `age --decrypt` opens the same files.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  carepact keys open R0A/cases.csv.age --identity me.identity -o cases.csv")]
pub struct OpenArgs {
    /// The sealed file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The identity it was sealed to (0600)
    #[arg(long, value_name = "FILE", env = "CAREPACT_IDENTITY")]
    pub identity: PathBuf,
}

/// Anything: the verb is refused by name.
#[derive(Debug, clap::Args)]
pub struct LaterArgs {
    /// Not read
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub rest: Vec<OsString>,
}

/// Make an identity: the secret that opens keyrings made for its recipient
///
/// Each custodian makes their own, on their own machine, and sends only the public key (age1...). The file has the form
/// of `age-keygen`, which can be used as well.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  carepact keys identity -o custodian.identity")]
pub struct IdentityArgs {}

/// Make a keyring for custodians and an escrow
///
/// One keyring for one controller and one purpose; the purpose `audit` is for references in audits. Give two
/// recipients at least: a custodian, and an escrow kept elsewhere. Any one of them opens it: that is availability, not
/// dual control.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact keys new --controller QOP --purpose population_health --recipient age1... --recipient age1... -o phm.keyring
  carepact keys new --controller QOP --purpose audit --recipients-file custodians.txt -o audit.keyring
  carepact keys new --controller QOP --purpose research --passphrase --no-escrow -o research.keyring")]
pub struct NewArgs {
    /// Whose keys: an organisation code
    #[arg(long, value_name = "ODS")]
    pub controller: String,
    /// What for: a purpose of the vocabulary, or audit
    #[arg(long)]
    pub purpose: String,
    /// Public key of somebody who may open it (can be repeated)
    #[arg(long = "recipient", value_name = "AGE1...")]
    pub recipients: Vec<String>,
    /// Public keys in a file, one a line, # before comments
    #[arg(long, value_name = "FILE")]
    pub recipients_file: Option<PathBuf>,
    /// One passphrase instead of recipients, asked for
    #[arg(long, conflicts_with_all = ["recipients", "recipients_file", "passphrase_file"])]
    pub passphrase: bool,
    /// One passphrase instead of recipients, from a file (0600), or - for a pipe
    #[arg(long, value_name = "FILE", conflicts_with_all = ["recipients", "recipients_file"])]
    pub passphrase_file: Option<PathBuf>,
    /// Accept that nobody else can open it
    #[arg(long)]
    pub no_escrow: bool,
}

/// Show whose keys a keyring holds, and which versions
///
/// Prints names and states, never a key. Run by each recipient, this is the recovery drill.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  carepact keys list phm.keyring --identity custodian.identity")]
pub struct ListArgs {
    /// The keyring
    #[arg(value_name = "FILE")]
    pub keyring: PathBuf,
    /// How to open it
    #[command(flatten)]
    pub unlock: UnlockArgs,
}

/// Draw a new root for a new version of a keyring
///
/// Writes a new file; the old one stays as it is. Old versions stay readable, so that old codes can be opened and checked;
/// new releases use the new one, and the same people get other codes. Dates keep their version, because two offsets for one
/// person would narrow both. Say --compromised for a version that somebody may have who should not. The people who
/// can open the new file are named again: a keyring does not tell for whom it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact keys rotate phm.keyring --identity me.identity --recipients-file custodians.txt -o phm-2.keyring
  carepact keys rotate phm.keyring --identity me.identity --compromised 1 --recipient age1... --recipient age1... -o phm-2.keyring")]
pub struct RotateArgs {
    /// The keyring
    #[arg(value_name = "FILE")]
    pub keyring: PathBuf,
    /// How to open it; with a passphrase, the new file takes the same one
    #[command(flatten)]
    pub unlock: UnlockArgs,
    /// A version that somebody may have who should not (can be repeated)
    #[arg(long, value_name = "VERSION")]
    pub compromised: Vec<u32>,
    /// Public key of somebody who may open the new file (can be repeated)
    #[arg(long = "recipient", value_name = "AGE1...")]
    pub recipients: Vec<String>,
    /// Public keys in a file, one a line, # before comments
    #[arg(long, value_name = "FILE")]
    pub recipients_file: Option<PathBuf>,
    /// Accept that nobody else can open it
    #[arg(long)]
    pub no_escrow: bool,
}

/// Make a key that signs manifests
///
/// Writes an OpenSSH private key (Ed25519, no passphrase, 0600), which `ssh-keygen -Y sign` can use as well, and prints
/// the line that lets others trust it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  carepact keys signer --name ig@gm.example -o release.signer >> policies/gm/signers\n  carepact keys signer --name key-holder@gm.example --for ledger -o ledger.signer >> policies/gm/signers"
)]
pub struct SignerArgs {
    /// Who signs with it, as the signers file will say: an address without spaces
    #[arg(long, value_name = "WHO")]
    pub name: String,
    /// What it may sign (can be repeated): manifest, report, ledger
    #[arg(long = "for", value_name = "WHAT", value_parser = ["manifest", "report", "ledger"], default_values = ["manifest", "report"])]
    pub purposes: Vec<String>,
}

/// How a keyring is opened; for every command that needs one.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct UnlockArgs {
    /// Identity that opens the keyring (0600)
    #[arg(long, value_name = "FILE", env = "CAREPACT_IDENTITY")]
    pub identity: Option<PathBuf>,
    /// Passphrase of the keyring, from a file (0600), or - for a pipe
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    pub passphrase_file: Option<PathBuf>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    match &args.action {
        Action::Identity(_) => make_identity(session),
        Action::New(args) => make_keyring(args, session),
        Action::List(args) => list(args, session),
        Action::Signer(args) => make_signer(args, session),
        Action::Open(args) => open_sealed(args, session),
        Action::Rotate(args) => rotate(args, session),
        Action::Crosswalk(args) => crosswalk::run(args, session),
        Action::HashTable(_) => Err(Failure::not_built("`keys hash-table`").into()),
    }
}

/// Opens a keyring as the command line says: with an identity, a passphrase file, or a passphrase asked for.
pub fn open_keyring(session: &Session, path: &Path, unlock: &UnlockArgs) -> anyhow::Result<Keyring> {
    let opened = match (&unlock.identity, &unlock.passphrase_file) {
        (_, Some(file)) => Keyring::open(path, Unlock::Passphrase(passphrase::from_file(file)?)),
        (Some(identity), None) => Keyring::open(path, Unlock::Identity(identity)),
        (None, None) => match Keyring::takes(path).map_err(|error| failure(&error))? {
            Takes::Passphrase => Keyring::open(path, Unlock::Passphrase(passphrase::ask(session, &format!("Passphrase of {}: ", path.display()), false)?)),
            Takes::Identity => Err(KeyringError::NeedsIdentity(path.to_owned())),
        },
    };
    Ok(opened.map_err(|error| failure(&error))?)
}

fn open_sealed(args: &OpenArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    let sealed = super::session::read_input(&args.file)?;
    let text = sealed_to::open(&sealed, &args.identity).map_err(|error| Failure::usage(format!("{}: {error}", args.file.display())))?;
    match session.outputs.clone().as_slice() {
        [] => session.raw(&text)?,
        [one] => session.write_file(&one.path, &text, 0o600)?,
        _ => return Err(Failure::usage("one -o only").into()),
    }
    Ok(Outcome::Done)
}

/// Reads the key that signs.
pub fn read_signer(path: &Path) -> Result<SigningKey, Failure> {
    SigningKey::read(path).map_err(|error| {
        let failure = Failure::new(Outcome::Usage, "signing-key", error.to_string());
        match error {
            SigningKeyError::File(_) => failure.next("Nothing was signed."),
            _ => failure,
        }
    })
}

/// What went wrong with a keyring, and what to do.
pub fn failure(error: &KeyringError) -> Failure {
    let failure = Failure::new(Outcome::Usage, "keyring", error.to_string());
    match error {
        KeyringError::SingleRecipient => failure
            .next("Give a second --recipient: an escrow whose identity is kept offline, in another place.")
            .next("Or give --no-escrow to accept the loss."),
        KeyringError::NoRecipient => failure.next("Give --recipient age1... twice at least (`carepact keys identity` makes one), or --passphrase."),
        KeyringError::Work { .. } => failure.next("If you trust its maker, open it with `age` and seal it again."),
        KeyringError::Damaged(_) | KeyringError::NotAge(_) => failure.next("Fetch it again from where it is kept; its other copies may be sound."),
        _ => failure,
    }
}

/// The one file that a secret goes to.
fn target(session: &Session) -> anyhow::Result<PathBuf> {
    let [output] = &session.outputs[..] else {
        return Err(Failure::usage("name one file to write: -o FILE").next("Secrets are written to a file with mode 0600 and nowhere else.").into());
    };
    if output.path.as_os_str() == "-" {
        return Err(Failure::usage("a secret is not written to standard output, where others may read it").next("Name a file: -o FILE").into());
    }
    // Not even with --force: what lies there may be the only copy of what every pseudonym came from.
    if output.path.symlink_metadata().is_ok() {
        return Err(Failure::usage(format!("{} is there already, and key files are never replaced, --force or not", output.path.display()))
            .next("Name another file; move the old one away yourself if you are sure.")
            .into());
    }
    Ok(output.path.clone())
}

fn only_human_or_json(session: &Session) -> anyhow::Result<bool> {
    match session.format {
        Format::Json => Ok(true),
        Format::Human | Format::Short => Ok(false),
        other => Err(Failure::usage(format!("`keys` has no format {}", other.name())).next("Use human or json.").into()),
    }
}

fn make_identity(session: &mut Session) -> anyhow::Result<Outcome> {
    let json = only_human_or_json(session)?;
    let path = target(session)?;
    let new = identity::generate(session.as_of);
    session.write_file(&path, new.file.as_bytes(), 0o600)?;
    if session.dry_run {
        return Ok(Outcome::Done);
    }
    if json {
        session.say(format!("{:#}", json!({"format": "carepact.identity/1", "file": path.display().to_string(), "recipient": new.recipient})))?;
    } else {
        session.say(&new.recipient)?;
        session
            .note(format!("The identity is in {} (secret, mode 0600). The line above is its public key: give it to whoever makes keyrings.", path.display()));
        session.note("Keep a copy where a fire here does not reach it. Without it you cannot open what was made for you.");
    }
    Ok(Outcome::Done)
}

fn recipients(given: &[String], file: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let mut all = given.to_vec();
    if let Some(path) = file {
        let bytes = super::session::read_input(path)?;
        let text = String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{} is not text (UTF-8)", path.display())))?;
        all.extend(text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned));
    }
    Ok(all)
}

fn make_keyring(args: &NewArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = only_human_or_json(session)?;
    let path = target(session)?;
    let controller = OdsCode::parse(&args.controller).map_err(|error| Failure::usage(format!("--controller: {error}")))?;
    let keyring = Keyring::generate(controller, &args.purpose, session.as_of).map_err(|error| failure(&error))?;
    let with_passphrase = args.passphrase || args.passphrase_file.is_some();
    let recipients = recipients(&args.recipients, args.recipients_file.as_deref())?;
    let sealed = if with_passphrase {
        if !args.no_escrow {
            return Err(Failure::usage("a keyring with a passphrase is lost when the passphrase is forgotten, and every pseudonym with it")
                .next("Use two recipients instead: a custodian and an escrow.")
                .next("Or give --no-escrow to accept the loss, and keep the passphrase in a sealed envelope.")
                .into());
        }
        let phrase = match &args.passphrase_file {
            Some(file) => passphrase::from_file(file)?,
            None => passphrase::ask(session, "Passphrase of the new keyring (five or more random words): ", true)?,
        };
        keyring.seal(Lock::Passphrase(phrase), true)
    } else {
        keyring.seal(Lock::Recipients(&recipients), args.no_escrow)
    }
    .map_err(|error| failure(&error))?;
    session.write_file(&path, &sealed, 0o600)?;
    if session.dry_run {
        return Ok(Outcome::Done);
    }
    let version = *keyring.active().ok_or_else(|| Failure::new(Outcome::Bug, "bug", "a new keyring has no active version"))?;
    if json {
        session.say(format!("{:#}", to_json(&keyring)))?;
        return Ok(Outcome::Done);
    }
    let opens = if with_passphrase {
        "its passphrase alone".to_owned()
    } else {
        crate::text::count(recipients.len() as u64, "recipient, alone", "recipients, any one alone")
    };
    let name = path.display();
    session.say(format!("keyring     {name}"))?;
    session.say(format!("key id      {}   (version {}, {})", session.paint(BOLD, &version.key_id.to_string()), version.version, version.status.name()))?;
    session.say(format!("controller  {}", keyring.controller().as_str()))?;
    session.say(format!("purpose     {}{}", keyring.purpose(), if keyring.purpose() == AUDIT { "   (references in audits, never releases)" } else { "" }))?;
    session.say(format!("opens with  {opens}"))?;
    session.say("")?;
    session.say(session.paint(BOLD, "Recovery drill: now, and once a year"))?;
    let how = if with_passphrase { "--passphrase-file FILE" } else { "--identity THEIR-IDENTITY" };
    session.say(format!("  1. Each person who can open it runs `carepact keys list {name} {how}`."))?;
    session.say(format!("  2. Each must read the key id {}. Write down who did, and when.", version.key_id))?;
    session.say("  3. Keep a copy of the keyring, and the escrow's identity, in another building and off this machine.")?;
    let made = if keyring.purpose() == AUDIT {
        "references to people"
    } else {
        session.say("  4. Pin it in the release, so that no run uses another by mistake:")?;
        session.say(format!("       key: {{id: {}, version: {}}}", version.key_id, version.version))?;
        "pseudonyms of NHS numbers"
    };
    session.say(format!("Whoever opens this keyring can reverse its {made} in under a minute. Lost, it cannot be made again."))?;
    if !with_passphrase && recipients.len() == 1 {
        session.note("warning: one recipient and no escrow, as --no-escrow says: with that identity lost, every pseudonym is lost.");
    }
    Ok(Outcome::Done)
}

fn rotate(args: &RotateArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = only_human_or_json(session)?;
    let path = target(session)?;
    let recipients = recipients(&args.recipients, args.recipients_file.as_deref())?;
    let takes = Keyring::takes(&args.keyring).map_err(|error| failure(&error))?;
    let (keyring, phrase) = if takes == Takes::Passphrase && recipients.is_empty() {
        // The same passphrase opens the old file and the new one, so it is asked for once.
        let phrase = match &args.unlock.passphrase_file {
            Some(file) => passphrase::from_file(file)?,
            None => passphrase::ask(session, &format!("Passphrase of {}: ", args.keyring.display()), false)?,
        };
        let keyring = Keyring::open(&args.keyring, Unlock::Passphrase(phrase.clone())).map_err(|error| failure(&error))?;
        (keyring, Some(phrase))
    } else {
        (open_keyring(session, &args.keyring, &args.unlock)?, None)
    };
    let shifts = keyring.shift_version();
    let keyring = keyring.rotate(session.as_of, &args.compromised).map_err(|error| failure(&error))?;
    let sealed = match phrase {
        Some(phrase) => keyring.seal(Lock::Passphrase(phrase), true),
        None => keyring.seal(Lock::Recipients(&recipients), args.no_escrow),
    }
    .map_err(|error| failure(&error))?;
    session.write_file(&path, &sealed, 0o600)?;
    if session.dry_run {
        return Ok(Outcome::Done);
    }
    let version = *keyring.active().ok_or_else(|| Failure::new(Outcome::Bug, "bug", "a rotated keyring has no active version"))?;
    if json {
        session.say(format!("{:#}", to_json(&keyring)))?;
    } else {
        session.say(format!("keyring     {}", path.display()))?;
        session.say(format!("key id      {}   (version {}, active)", session.paint(BOLD, &version.key_id.to_string()), version.version))?;
        session.say("")?;
        session.say("  1. Each person who can open it runs `carepact keys list` on the new file and reads this key id.")?;
        session.say(format!("  2. Pin it in the release, after review: key: {{id: {}, version: {}}}", version.key_id, version.version))?;
        session.say("  3. Tell the recipients before the next release: the same people get other codes.")?;
        session.say("  4. Keep the old file until nobody needs it; the new one holds every version.")?;
    }
    if args.compromised.contains(&shifts) {
        session.note(format!(
            "warning: dates still move by version {shifts}, which is compromised: whoever has it can move them back. New offsets need a new keyring (`keys new`), and a recipient who holds both narrows them down."
        ));
    }
    Ok(Outcome::Done)
}

fn to_json(keyring: &Keyring) -> serde_json::Value {
    let version = |version: &Version| json!({"version": version.version, "status": version.status.name(), "made": version.made.to_string(), "key_id": version.key_id.to_string()});
    json!({
        "format": "carepact.keyring-list/1",
        "controller": keyring.controller().as_str(),
        "purpose": keyring.purpose(),
        "shift_version": keyring.shift_version(),
        "versions": keyring.versions().map(version).collect::<Vec<_>>(),
    })
}

fn list(args: &ListArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = only_human_or_json(session)?;
    let keyring = open_keyring(session, &args.keyring, &args.unlock)?;
    if json {
        session.say(format!("{:#}", to_json(&keyring)))?;
        return Ok(Outcome::Done);
    }
    let (controller, purpose) = if session.accessible { ("controller: ", "purpose: ") } else { ("controller  ", "purpose     ") };
    session.say(format!("{controller}{}", keyring.controller().as_str()))?;
    session.say(format!("{purpose}{}", keyring.purpose()))?;
    session.say("")?;
    if !session.accessible {
        session.say("version  status       made        key id")?;
    }
    for version in keyring.versions() {
        let shifts = if version.version == keyring.shift_version() { "   shifts dates" } else { "" };
        if session.accessible {
            let shifts = shifts.trim();
            session.say(format!("version: {}\nstatus: {}\nmade: {}\nkey id: {}", version.version, version.status.name(), version.made, version.key_id))?;
            session.say(if shifts.is_empty() { String::new() } else { format!("{shifts}\n") })?;
            continue;
        }
        session.say(format!("{:<7}  {:<11}  {}  {}{shifts}", version.version, version.status.name(), version.made, version.key_id))?;
    }
    Ok(Outcome::Done)
}

fn make_signer(args: &SignerArgs, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = only_human_or_json(session)?;
    let path = target(session)?;
    let name = args.name.as_str();
    if name.is_empty()
        || name.len() > 100
        || name.starts_with('#')
        || name.chars().any(|letter| letter.is_whitespace() || letter.is_control() || "\",*?!".contains(letter))
    {
        return Err(Failure::usage("--name takes an address without spaces, quotation marks, commas or * ? !").next("For example --name ig@gm.example").into());
    }
    let key = SigningKey::generate(name).map_err(|error| Failure::usage(error.to_string()))?;
    let file = key.file().map_err(|error| Failure::usage(error.to_string()))?;
    session.write_file(&path, file.as_bytes(), 0o600)?;
    if session.dry_run {
        return Ok(Outcome::Done);
    }
    let public = key.public_key();
    let namespaces: Vec<&str> = [("manifest", Namespace::Manifest), ("report", Namespace::Report), ("ledger", Namespace::Ledger)]
        .into_iter()
        .filter(|(word, _)| args.purposes.iter().any(|asked| asked == word))
        .map(|(_, namespace)| namespace.name())
        .collect();
    let line = format!("{name} namespaces=\"{}\" {} {name}", namespaces.join(","), public.line());
    if json {
        let object = json!({"format": "carepact.signer/1", "file": path.display().to_string(), "name": name, "fingerprint": public.fingerprint(), "allowed_signers": line});
        session.say(format!("{object:#}"))?;
    } else {
        session.say(&line)?;
        session.note(format!("The key is in {} (secret, mode 0600). Its fingerprint is {}.", path.display(), public.fingerprint()));
        session.note("The line above goes into the pack's signers file, after review. Tell recipients the fingerprint by a way they trust.");
    }
    Ok(Outcome::Done)
}
