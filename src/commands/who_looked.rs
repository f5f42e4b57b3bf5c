//! `carepact who-looked`: a person's answer to "who has looked at my record?": drafted, held, released.

mod answer;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::answer::Answer;
use super::audit::{Inputs, has_person, pack_if_any, read_inputs, read_profile, settle, state, with_tables};
use super::columns::Columns;
use super::failure::Failure;
use super::keys::{UnlockArgs, open_keyring};
use super::session::{Format, Session};
use crate::access_log::PersonKey;
use crate::access_log::conduct::{self, Conduct};
use crate::access_log::profile::Profile;
use crate::access_log::who_looked::{Holding, who_looked};
use crate::diagnostics::human;
use crate::evidence::ledger;
use crate::evidence::signers::Moment;
use crate::identifier::NhsNumber;
use crate::keys::PublicKey;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::source::Sources;
use crate::text::count;

/// Write the answer to "who has looked at my record?"
///
/// The NHS number is asked for, or read from a file or stdin: never from the command line, which others on the machine
/// can see. The answer says when, which organisation, which role and why, without names of staff. It is a draft until
/// somebody releases it who has checked who asks, whether it would harm anybody, and whether an investigation is going
/// on; restricted data, and what the pack's audit/conduct.yaml names, hold it for the privacy officer.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact who-looked samples/log/access-2026-10.csv --profile shared-record-csv --tables samples/tables --subject-file subject.txt
  carepact who-looked log.csv --profile mine.yaml --subject-file - --names reviewer.csv -o html:draft.html
  carepact who-looked --state audit-state --keyring audit.keyring --identity me.identity --subject-file subject.txt
  carepact who-looked log.csv --profile mine.yaml --subject-file subject.txt -o html:answer.html --release --draft 3f9a41c07b52 \\
      --reviewed-by ig_officer --confirm identity,authority,no-serious-harm,no-investigation --ledger asked.ledger --sign-key me.signer")]
pub struct Args {
    /// Logs, as for `audit`
    #[arg(value_name = "LOG", required_unless_present = "state")]
    pub logs: Vec<PathBuf>,
    /// How the log's columns map, as for `audit`
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<PathBuf>,
    /// Folder with reference tables, as for `audit`: they tell why
    #[arg(long, value_name = "DIR")]
    pub tables: Option<PathBuf>,
    /// File with the NHS number on its first line, or - for stdin (default: asked for)
    #[arg(long, value_name = "FILE")]
    pub subject_file: Option<PathBuf>,
    /// Search what `audit --state` kept in this folder instead of logs; needs --keyring
    #[arg(long, value_name = "DIR", requires = "keyring", conflicts_with = "logs")]
    pub state: Option<PathBuf>,
    /// The keyring the state is sealed with
    #[arg(long, value_name = "FILE", env = "CAREPACT_AUDIT_KEYRING")]
    pub keyring: Option<PathBuf>,
    /// How to open it
    #[command(flatten)]
    pub unlock: UnlockArgs,
    /// Name of the audit whose state it is
    #[arg(long, value_name = "NAME", default_value = "audit")]
    pub name: String,
    /// Also write the reviewer's sheet: whose account each line is, and whether the name is usually given (0600)
    #[arg(long, value_name = "FILE")]
    pub names: Option<PathBuf>,
    /// Write the answer as it goes to the person, not as a draft
    #[arg(long, requires_all = ["reviewed_by", "draft", "ledger"])]
    pub release: bool,
    /// The code that the reviewed draft shows: another answer is not released
    #[arg(long, value_name = "CODE", requires = "release")]
    pub draft: Option<String>,
    /// The role of whoever reviewed the draft; privacy_officer if it was held
    #[arg(long, value_name = "ROLE", requires = "release")]
    pub reviewed_by: Option<String>,
    /// What the reviewer confirms
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',', requires = "release")]
    pub confirm: Vec<Confirmed>,
    /// The ledger to add a line to: when, which draft, how many lines, who released it; needed for --release
    #[arg(long, value_name = "FILE", requires = "sign_key")]
    pub ledger: Option<PathBuf>,
    /// The key that signs the ledger's head (listed for ledger@carepact)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGN_KEY")]
    pub sign_key: Option<PathBuf>,
    /// Who may sign it, in the form of OpenSSH's allowed_signers (default: the pack's)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGNERS")]
    pub signers: Option<PathBuf>,
    /// Lines of the draft that the reviewer leaves out, by their numbers
    #[arg(long, value_name = "LINE", value_delimiter = ',', requires = "release")]
    pub leave_out: Vec<usize>,
}

/// What a reviewer confirms before an answer goes out; all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Confirmed {
    /// The person who asks is who they say
    Identity,
    /// They may ask: for themselves, or with authority for the person
    Authority,
    /// The answer is not likely to cause serious harm to anybody
    NoSeriousHarm,
    /// It prejudices no investigation that is going on
    NoInvestigation,
}

impl Confirmed {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Identity, "identity"), (Self::Authority, "authority"), (Self::NoSeriousHarm, "no-serious-harm"), (Self::NoInvestigation, "no-investigation")];
}

/// The role that may release an answer that was held.
const PRIVACY_OFFICER: &str = "privacy_officer";

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    // An NHS number typed where a file belongs would stay in the shell's history and the list of processes.
    if args
        .logs
        .iter()
        .chain(&args.subject_file)
        .chain(&args.names)
        .any(|path| NhsNumber::parse(&path.to_string_lossy()).is_ok() || is_ten_digits(&path.to_string_lossy()))
    {
        return Err(Failure::usage("ten digits on the command line: an NHS number does not belong there")
            .next("Give --subject-file FILE (or - for stdin), or leave it out to be asked. Clear your shell's history of this line.")
            .into());
    }
    for format in session.outputs.iter().map(|output| output.format.unwrap_or(session.format)).chain([session.format]) {
        if !matches!(format, Format::Human | Format::Json | Format::Html) {
            return Err(Failure::usage(format!("`who-looked` does not write {}", format.name())).next("Use human, html or json.").into());
        }
    }
    for output in session.outputs.clone() {
        if output.path.as_os_str() != "-" {
            session.check_free(&output.path)?;
        }
    }
    if args.subject_file.as_ref().is_some_and(|path| path.as_os_str() == "-") && args.logs.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::usage("the log and the NHS number cannot both come from stdin").into());
    }
    let number = subject(args, session)?;
    let mut sources = Sources::new();
    let pack = pack_if_any(session, &mut sources)?;
    let profile = args.profile.as_ref().map(|path| read_profile(path, pack.as_ref(), session)).transpose()?;
    if !has_person(profile.as_ref()) {
        return Err(Failure::usage("the profile names no column for `person`, so nobody can be looked for").into());
    }
    let inputs = inputs(args, profile.as_ref(), session)?;
    let conduct = pack.as_ref().map(|pack| read_conduct(&pack.dir, session)).transpose()?;
    let holding = Holding { conduct: conduct.as_ref(), words: pack.as_ref().map(|pack| &pack.words) };
    let (log, tables) = (&inputs.log, &inputs.tables);
    let looks = who_looked(&log.events, &log.symbols, tables, PersonKey::nhs(&number), holding);
    let unread: u64 = log.books.iter().map(|books| books.tally.quarantined.values().sum::<u64>()).sum();
    let place = |code: &str| organisation(code, pack.as_ref());
    let mut answer = Answer::draft(&looks, unread, place);
    let drafted = answer.counted();
    if args.release {
        release(args, &mut answer)?;
    }
    // Before anything is written: what was looked up is in the ledger, or nothing comes of it.
    note_in_ledger(args, session, pack.as_ref(), &answer, drafted)?;
    if let Some(path) = &args.names {
        let name = |user| tables.posts(user).first().map(|post| log.symbols.text(post.name).to_owned()).unwrap_or_default();
        session.write_file(path, &answer::sheet(&looks, &log.symbols, place, name), 0o600)?;
    }

    let to_stdout = session.outputs.iter().any(|output| output.path.as_os_str() == "-");
    for output in session.outputs.clone() {
        let bytes = answer.render(output.format.unwrap_or(session.format), |heads| Columns::new(session, heads, heads.len()).indented(1).for_file())?;
        session.write_file(&output.path, &bytes, 0o600)?;
    }
    if !to_stdout {
        let bytes = answer.render(session.format, |heads| Columns::new(session, heads, heads.len()).indented(1))?;
        session.raw(&bytes)?;
    }
    Ok(if unread > 0 { Outcome::Incomplete } else { Outcome::Done })
}

/// The logs named, or what a state kept of them.
fn inputs(args: &Args, profile: Option<&Profile>, session: &mut Session) -> anyhow::Result<Inputs> {
    let (Some(dir), Some(path)) = (&args.state, &args.keyring) else {
        return read_inputs(session, &args.logs, profile, args.tables.as_deref(), None);
    };
    let keyring = open_keyring(session, path, &args.unlock)?;
    let saved = state::read(dir, &keyring, &args.name)?
        .ok_or_else(|| Failure::unreadable(format!("{} holds no state", dir.display())).next("Make one: carepact audit LOG --state DIR --keyring FILE."))?;
    let mut log = saved.log;
    settle(&mut log)?;
    with_tables(log, args.tables.as_deref(), None)
}

/// Turns a draft into what the person gets, if everything speaks for it.
fn release(args: &Args, answer: &mut Answer) -> Result<(), Failure> {
    if args.draft.as_deref() != Some(answer.code.as_str()) {
        return Err(Failure::usage("the answer is not the one that was reviewed: its code is another")
            .next("The log, the tables or the pack may have changed since. Write the draft again, review it, and give its code."));
    }
    let missing: Vec<&str> = Confirmed::ALL.iter().filter(|(what, _)| !args.confirm.contains(what)).map(|(_, name)| *name).collect();
    if !missing.is_empty() {
        return Err(Failure::usage(format!("not confirmed: {}", crate::text::and_list(&missing)))
            .next(format!("When it is so: --confirm {}", Confirmed::ALL.map(|(_, name)| name).join(","))));
    }
    let reviewer = args.reviewed_by.as_deref().unwrap_or_default();
    if reviewer.is_empty() || !reviewer.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return Err(Failure::usage("--reviewed-by takes a role, in small letters, not a name").next("For example: --reviewed-by ig_officer"));
    }
    let lines = answer.held_lines();
    if !lines.is_empty() && reviewer != PRIVACY_OFFICER {
        return Err(Failure::new(
            Outcome::Findings,
            "held",
            format!("the answer is held for the privacy officer: {} of it", count(lines.len() as u64, "line", "lines")),
        )
        .next(format!(
            "The draft marks them. The privacy officer decides line by line: --reviewed-by {PRIVACY_OFFICER}, and --leave-out what is not to be told."
        )));
    }
    answer.release(reviewer, &args.leave_out).map_err(|line| Failure::usage(format!("--leave-out: the draft has no line {line}")))
}

/// Adds a line to the ledger. Whose record it was does not stand in it: even a digest of a number can be found by trying all.
fn note_in_ledger(args: &Args, session: &mut Session, pack: Option<&Pack>, answer: &Answer, drafted: (usize, usize)) -> anyhow::Result<()> {
    let (Some(path), Some(key)) = (&args.ledger, &args.sign_key) else { return Ok(()) };
    if session.dry_run {
        return Ok(());
    }
    let (_, signers) = super::verify::signers(args.signers.as_deref(), pack)?;
    let at = if session.as_of_given { Moment::day(session.as_of) } else { Moment::instant(jiff::Timestamp::now()) };
    let signer = super::keys::read_signer(key)?;
    let (lines, held) = drafted;
    let mut facts = serde_json::Map::new();
    for (name, value) in [
        ("status", serde_json::json!(if args.release { "released" } else { "draft" })),
        ("draft", answer.code.clone().into()),
        ("lines", lines.into()),
        ("held", held.into()),
        ("left_out", args.leave_out.len().into()),
        ("reviewed_by", args.reviewed_by.clone().into()),
    ] {
        facts.insert(name.to_owned(), value);
    }
    let judge = |key: &PublicKey| super::reidentify::may_sign(&signers, key, at);
    let head =
        ledger::append(path, &signer, &judge, &super::signed::made()?, "who-looked", facts).map_err(|error| super::reidentify::ledger_failure(path, &error))?;
    session.note(format!("ledger: line {}, {}", head.n, head.last));
    Ok(())
}

fn is_ten_digits(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits == 10 && text.chars().all(|one| one.is_ascii_digit() || matches!(one, ' ' | '-'))
}

fn subject(args: &Args, session: &Session) -> anyhow::Result<NhsNumber> {
    let text: Zeroizing<String> = match &args.subject_file {
        Some(path) => {
            let bytes = Zeroizing::new(super::session::read_input(path)?);
            let line = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).split(|byte| *byte == b'\n').next().unwrap_or_default();
            Zeroizing::new(String::from_utf8_lossy(line).trim().to_owned())
        }
        None if session.no_input => {
            return Err(Failure::usage("whose record? there is nobody to ask").next("Give --subject-file FILE, or - for stdin.").into());
        }
        None => super::passphrase::ask(session, "NHS number (not shown): ", false)?,
    };
    // The reason, never what was given.
    Ok(NhsNumber::parse(&text).map_err(|error| {
        Failure::usage(format!("that is no NHS number: {}", error.reason().replace('_', " "))).next("Give the ten digits; spaces are fine.")
    })?)
}

fn organisation(code: &str, pack: Option<&Pack>) -> String {
    let known = pack.and_then(|pack| pack.register.find(code).map(|id| pack.register.organisation(id).name.as_str()));
    known.unwrap_or(if code.is_empty() { "not recorded" } else { code }).to_owned()
}

/// What the pack says of its audits; nothing if it has no such file.
pub(super) fn read_conduct(pack: &Path, session: &Session) -> anyhow::Result<Conduct> {
    let path = pack.join(conduct::FILE);
    if !path.exists() {
        return Ok(Conduct::default());
    }
    let bytes = super::session::read_input(&path)?;
    let text = crate::yaml::decode(&bytes).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?;
    let mut sources = Sources::new();
    let file = sources.add(path.display().to_string(), text);
    let (conduct, findings) = Conduct::read(&sources, file);
    if findings.is_empty() {
        return Ok(conduct);
    }
    let shown: Vec<String> = findings.iter().take(3).map(|finding| human::render(finding, &sources, session.style().plain())).collect();
    Err(Failure::usage(format!("{} cannot be used: {}", path.display(), count(findings.len() as u64, "error", "errors"))).next(shown.join("\n")).into())
}
