//! `carepact keys crosswalk`: a sealed table from old to new codes, for the people of one release and nobody else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, json};
use zeroize::Zeroizing;

use super::UnlockArgs;
use crate::commands::failure::Failure;
use crate::commands::opt_out::answer::prove;
use crate::commands::reidentify::{Codes, Way, column, ledger_failure, may_sign, signed_manifest};
use crate::commands::session::Session;
use crate::evidence::ledger;
use crate::evidence::manifest::Manifest;
use crate::evidence::signers::Moment;
use crate::identifier::NhsNumber;
use crate::keys::derive::{Root, Scope};
use crate::keys::keyring::Status;
use crate::keys::pseudonym::{HEX_LENGTH, LENGTH};
use crate::keys::sealed_to::{self, Recipient};
use crate::keys::search::{Wanted, numbers};
use crate::keys::{PublicKey, message};
use crate::outcome::Outcome;
use crate::pseudonymise::opt_out::{MAX_AGE, Standing};

/// Give a recipient a table from old to new codes
///
/// After `keys rotate` the same people have other codes. This makes a table from old to new ones, for the codes in the last signed
/// release only, sealed to its recipient. It is never made from a compromised version: whoever has that key would follow
/// the people into the new codes. People who opted out since are left out: where the release applied the national opt-out,
/// a list that came back from a new request is needed. A line goes into the ledger before the table is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  carepact keys crosswalk phm-2.keyring --identity me.identity --manifest july/phm.csv.manifest.json --signers signers \\
      --opt-out-request private/8HQ50OT001-010826-0001.dat --opt-out-list private/answer.dat --seal-to age1... \\
      --ledger reidentified.ledger --sign-key me.signer -o old-to-new.csv.age")]
pub struct Args {
    /// The rotated keyring
    #[arg(value_name = "FILE")]
    pub keyring: PathBuf,
    /// How to open it
    #[command(flatten)]
    pub unlock: UnlockArgs,
    /// The manifest of the last release; its file lies beside it
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// The column of codes, by its name in the release (default: the only one)
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Who may sign, in the form of OpenSSH's allowed_signers (default: the pack's)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGNERS")]
    pub signers: Option<PathBuf>,
    /// The age public key of the recipient
    #[arg(long, value_name = "AGE1...")]
    pub seal_to: String,
    /// What was asked about the national opt-out since the release
    #[arg(long, value_name = "FILE", requires = "opt_out_list")]
    pub opt_out_request: Option<PathBuf>,
    /// What came back: those without an opt-out
    #[arg(long, value_name = "FILE", requires = "opt_out_request")]
    pub opt_out_list: Option<PathBuf>,
    /// The ledger to add a line to; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// The key that signs the ledger's head (listed for ledger@carepact)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGN_KEY")]
    pub sign_key: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    super::only_human_or_json(session)?;
    let target = super::target(session)?;
    let mut sources = crate::source::Sources::new();
    let pack = if session.pack.is_some() { Some(crate::commands::pack::decidable(session, None, &mut sources)?) } else { None };
    let (_, signers) = crate::commands::verify::signers(args.signers.as_deref(), pack.as_ref())?;
    let at = if session.as_of_given { Moment::day(session.as_of) } else { Moment::instant(jiff::Timestamp::now()) };
    let (manifest, digest) = signed_manifest(&args.manifest, session, &signers, at, true)?;
    last(&args.manifest, &digest)?;
    let column = column(&manifest, args.column.as_deref())?;

    let keyring = super::open_keyring(session, &args.keyring, &args.unlock)?;
    let key = manifest.key.as_ref().ok_or_else(|| Failure::usage("the manifest names no key: nothing in this release has an old code"))?;
    let status = keyring.versions().find(|version| version.version == key.version && version.key_id.to_string() == key.id).map(|version| version.status);
    let old = match (status, keyring.root(key.version)) {
        (Some(Status::Compromised), _) => {
            return Err(Failure::refused(format!(
                "version {} of the key is compromised: whoever has it would follow the people into the new codes",
                key.version
            ))
            .next("The recipient starts anew: deliver the data again under the new key.")
            .into());
        }
        (Some(_), Some(root)) => root,
        _ => {
            return Err(
                Failure::refused(format!("the release was made with the key {}, version {}, which this keyring does not hold", key.id, key.version)).into()
            );
        }
    };
    let active = *keyring.active().ok_or_else(|| Failure::usage("the keyring has no active version"))?;
    let new = keyring.root(active.version).filter(|_| active.version != key.version).ok_or_else(|| {
        Failure::usage("the release has the active key already: there is nothing to translate").next("`keys rotate` makes a new version; give the new keyring.")
    })?;
    let scope = |version| Scope::new(&manifest.linkage, &column.domain, version).map_err(|error| Failure::usage(error.to_string()));
    let (from, to) = (scope(key.version)?, scope(active.version)?);

    let list = match (&args.opt_out_request, &args.opt_out_list) {
        (Some(request), Some(list)) if column.domain == "nhs_number" => Some(prove(request, list, session.as_of, MAX_AGE)?.0),
        (Some(_), Some(_)) => return Err(Failure::usage("the list tells people by NHS number, and this column holds none").into()),
        _ if manifest.opt_outs.iter().any(|one| one.kind == "national" && one.status.starts_with("applied")) => {
            return Err(Failure::refused("the release applied the national opt-out, and people may have opted out since")
                .next("Ask again (`carepact opt-out request`), and give --opt-out-request and --opt-out-list.")
                .into());
        }
        _ => None,
    };
    let old_codes = released(args, &manifest, &column)?;
    let messages = messages(session, old, &from, &column, &old_codes)?;
    let mut lines = Zeroizing::new(b"old,new\n".to_vec());
    let mut pairs = 0u64;
    let maker = Maker::new(new, &to, &column);
    for (code, message) in old_codes.iter().zip(&messages) {
        let Some(message) = message else { continue };
        if let Some(list) = &list
            && !NhsNumber::parse_bytes(message).is_ok_and(|number| list.standing(&number) == Standing::Released)
        {
            continue;
        }
        lines.extend_from_slice(code.as_bytes());
        lines.push(b',');
        maker.write(message, &mut lines);
        lines.push(b'\n');
        pairs += 1;
    }
    let sealed =
        Recipient::parse(&args.seal_to).and_then(|reader| sealed_to::seal(&reader, &lines)).map_err(|error| Failure::usage(format!("--seal-to: {error}")))?;
    if session.dry_run {
        session.note(format!("would add a line to {} and write {}", args.ledger.display(), target.display()));
        return Ok(Outcome::Done);
    }
    let signer = super::read_signer(&args.sign_key)?;
    let facts = json!({
        "release": format!("{}/{}", manifest.agreement.id, manifest.release.name), "manifest_sha256": digest, "recipient": manifest.recipient,
        "from": {"id": key.id, "version": key.version}, "to": {"id": active.key_id.to_string(), "version": active.version},
        "column": column.name, "pairs": pairs, "sealed_to": args.seal_to,
    });
    let facts = facts.as_object().cloned().unwrap_or_else(Map::new);
    let judge = |key: &PublicKey| may_sign(&signers, key, at);
    let head = ledger::append(&args.ledger, &signer, &judge, &crate::commands::signed::made()?, "crosswalk", facts)
        .map_err(|error| ledger_failure(&args.ledger, &error))?;
    session.write_file(&target, &sealed, 0o600)?;
    // How many were left out is not said: beside the release it would tell who opted out.
    if session.format == crate::commands::session::Format::Json {
        session.say(format!(
            "{:#}",
            json!({"format": "carepact.crosswalk/1", "file": target.display().to_string(), "ledger": {"n": head.n, "last": head.last}})
        ))?;
    } else {
        session.say(format!("old to new codes of {} for {}: {}", column.name, manifest.recipient, target.display()))?;
        session.say(format!("sealed to {}; it opens with `age -d -i THEIR-IDENTITY`", args.seal_to))?;
        session.say(format!("ledger: line {}, {}", head.n, head.last))?;
    }
    Ok(Outcome::Done)
}

/// Refuses a release that a later one beside it names as its predecessor.
fn last(path: &Path, digest: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(folder)?.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with("manifest.json") {
            continue;
        }
        let later = std::fs::read(entry.path()).ok().and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
        if later.is_some_and(|later| later.previous.as_deref() == Some(digest)) {
            return Err(Failure::refused(format!("{} is not the last release: {name} follows it", path.display()))
                .next("A table is made for the last release only; give its manifest.")
                .into());
        }
    }
    Ok(())
}

/// The distinct codes of the release, in order. The file was checked against its manifest.
fn released(args: &Args, manifest: &Manifest, column: &Codes) -> anyhow::Result<Vec<String>> {
    let [output] = &manifest.outputs[..] else { return Err(Failure::usage("the release has several files, which this version does not translate").into()) };
    let path = args.manifest.with_file_name(&output.name);
    let unreadable = |error: csv::Error| Failure::unreadable(format!("cannot read {}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(&path).map_err(unreadable)?;
    let place = reader.headers().map_err(unreadable)?.iter().position(|name| name == column.name);
    let place = place.ok_or_else(|| Failure::unreadable(format!("{} has no column {}", path.display(), column.name)))?;
    let mut codes = BTreeSet::new();
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(unreadable)? {
        if let Some(code) = row.get(place).filter(|code| !code.is_empty() && !codes.contains(*code)) {
            codes.insert(code.to_owned());
        }
    }
    Ok(codes.into_iter().collect())
}

/// The canonical message behind each code.
fn messages(session: &Session, old: &Root, scope: &Scope, column: &Codes, codes: &[String]) -> anyhow::Result<Vec<Option<Zeroizing<Vec<u8>>>>> {
    let of = |number: NhsNumber| Zeroizing::new(message::nhs_number(&number).to_vec());
    let all: Vec<Option<Zeroizing<Vec<u8>>>> = match column.way {
        Way::Reversible => {
            let key = old.reversible_key(scope);
            codes.iter().map(|code| key.open(code)).collect()
        }
        Way::FormatPreserving => {
            let key = old.ff1_key(scope);
            codes.iter().map(|code| key.open(code).map(of)).collect()
        }
        Way::Search => {
            let wanted: Option<Vec<Wanted>> = codes.iter().map(|code| Wanted::parse(code)).collect();
            let wanted = wanted.ok_or_else(|| Failure::unverified("the release holds something that is no code of its column"))?;
            let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
            numbers(&old.pseudonym_key(scope), &wanted, threads, &session.interrupt_flag()).into_iter().map(|one| one.map(of)).collect()
        }
    };
    if session.interrupted() {
        return Err(Failure::usage("interrupted").into());
    }
    if all.iter().any(Option::is_none) {
        return Err(Failure::unverified("the release holds codes that this key did not make").into());
    }
    Ok(all)
}

/// Makes new codes in the form of the old ones.
enum Maker {
    Reversible(crate::keys::reversible::ReversibleKey),
    FormatPreserving(Box<crate::keys::ff1::Ff1Key>),
    Pseudonym(crate::keys::pseudonym::PseudonymKey, bool),
}

impl Maker {
    fn new(root: &Root, scope: &Scope, column: &Codes) -> Self {
        match column.way {
            Way::Reversible => Self::Reversible(root.reversible_key(scope)),
            Way::FormatPreserving => Self::FormatPreserving(Box::new(root.ff1_key(scope))),
            Way::Search => Self::Pseudonym(root.pseudonym_key(scope), column.hex),
        }
    }

    fn write(&self, message: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Reversible(key) => {
                // It was a code before, so it is not too long.
                let _ = key.sealer().write(message, out);
            }
            Self::FormatPreserving(key) => {
                out.extend(
                    NhsNumber::parse_bytes(message).ok().and_then(|number| key.pseudonym(&number)).unwrap_or_default().iter().filter(|byte| **byte != 0),
                );
            }
            Self::Pseudonym(key, true) => {
                let mut digits = [0u8; HEX_LENGTH];
                key.mac(message).write_hex(&mut digits);
                out.extend_from_slice(&digits);
            }
            Self::Pseudonym(key, false) => {
                let mut symbols = [0u8; LENGTH];
                key.mac(message).write_base32(&mut symbols);
                out.extend_from_slice(&symbols);
            }
        }
    }
}
