//! `carepact audit`: every access of a log put to the agreements and to the reference tables.

mod counterfactual;
mod decided;
mod fields;
mod human_text;
mod infer;
mod replay;
pub(super) mod seal;
mod split;
pub(super) mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::check::FailOn;
use super::failure::Failure;
use super::formats::Telling;
use super::keys::{UnlockArgs, open_keyring};
use super::session::{Format, Session};
use crate::access_log::assess::{Interrupted, assess};
use crate::access_log::case::cases;
use crate::access_log::conduct::Conduct;
use crate::access_log::counterfactual::counterfactuals;
use crate::access_log::detect::threshold::{self, Thresholds};
use crate::access_log::detect::{Carried, DETECTORS, Setting, detect, households};
use crate::access_log::event::{Emergency, Reason};
use crate::access_log::permission::{Agreements, NoPack, Permission};
use crate::access_log::profile::{self, Profile, Target};
use crate::access_log::read::packed::Opened;
use crate::access_log::read::{Log, ReadError, sniff};
use crate::access_log::reference::References;
use crate::access_log::summary::Audit;
use crate::access_log::tables::{TableError, Tables};
use crate::diagnostics::human;
use crate::diagnostics::record::{RuleText, RuleTexts};
use crate::identifier::{Date, Interval};
use crate::keys::Root;
use crate::keys::keyring::Keyring;
use crate::keys::sealed_to::{self, Recipient};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::rules::{AuditStanding, audit_standing};
use crate::source::Sources;
use crate::text::count;

/// Audit an access log against the agreements and reference tables
///
/// Every access gets two answers: does an agreement in force that day cover it, and is there a relationship that
/// explains it. A declared purpose is a claim, not evidence. Findings name staff and people by keyed reference only; an
/// access "needs review", nobody is judged. Lines that cannot be read are counted by reason and line, and make the run
/// end with 3. Exit 1 if there are findings at or above --fail-on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact audit samples/log/access-2026-10.csv --profile shared-record-csv --tables samples/tables --pack policies/greater-manchester
  carepact audit events.ndjson --tables tables --keyring audit.keyring --identity me.identity -o json:audit.json
  carepact audit log.csv --profile mine.yaml --tables tables --with ../pack-of-next-year
  carepact audit log.csv --infer-profile -o mine.yaml
  carepact audit log.csv --profile mine.yaml --tables tables --keyring audit.keyring --identity me.identity \\
      --split organisation --recipients officers.csv --split-to october
  carepact audit week-42.csv --profile mine.yaml --tables tables --keyring audit.keyring --identity me.identity --state audit-state
  carepact audit log.csv --profile mine.yaml --tables tables --period 2026-10-01..2026-10-31 --format json")]
pub struct Args {
    /// Logs: CSV or NDJSON by a profile, FHIR AuditEvent and DICOM/ATNA by their content, gzip and zstd unpacked; - for stdin
    #[arg(value_name = "LOG", required_unless_present = "state")]
    pub logs: Vec<PathBuf>,
    /// How the log's columns map: a file, or a name in the pack's audit/profiles
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<PathBuf>,
    /// Folder with reference tables: staff.csv, registrations.csv, appointments.csv, objections.csv, ...
    #[arg(long, value_name = "DIR")]
    pub tables: Option<PathBuf>,
    /// Keyring of purpose `audit`, so that references can be compared with those of other runs
    #[arg(long, value_name = "FILE", env = "CAREPACT_AUDIT_KEYRING")]
    pub keyring: Option<PathBuf>,
    /// How to open it
    #[command(flatten)]
    pub unlock: UnlockArgs,
    /// Name of this audit: references under one name can be compared
    #[arg(long, value_name = "NAME", default_value = "audit")]
    pub name: String,
    /// Judge accesses from the first to the last of these days only, for example 2026-10-01..2026-10-31
    #[arg(long, value_name = "FIRST..LAST")]
    pub period: Option<String>,
    /// Also write which reference is which account and person, for those in findings (0600; the privacy officer's)
    #[arg(long, value_name = "FILE")]
    pub annex: Option<PathBuf>,
    /// Also print precision and recall against seeded test cases (line,case,detector,tier)
    #[arg(long, value_name = "FILE")]
    pub answer_key: Option<PathBuf>,
    /// Also show which fields of an event each log carries
    #[arg(long)]
    pub fields: bool,
    /// Also put the log to another pack (agreements as they will be): which accesses would get another answer, and why
    #[arg(long = "with", value_name = "PACK")]
    pub other: Option<PathBuf>,
    /// What was decided on findings and cases of earlier audits (CSV: id,decision,by,on, and opened,note); needs --keyring
    #[arg(long, value_name = "FILE", requires = "keyring")]
    pub decisions: Option<PathBuf>,
    /// Also seal the logs in FILE: a later change of any line can be told (`carepact verify FILE --log LOG`); needs --keyring
    #[arg(long, value_name = "FILE", requires = "keyring")]
    pub seal: Option<PathBuf>,
    /// Sign the seal with this key (FILE.sig)
    #[arg(long, value_name = "FILE", requires = "seal")]
    pub sign_key: Option<PathBuf>,
    /// Go on from where the last run with this folder ended, and keep what was read in it, sealed; needs --keyring
    #[arg(long, value_name = "DIR", requires = "keyring", conflicts_with = "answer_key")]
    pub state: Option<PathBuf>,
    /// Fail (exit 1) when there is a finding of this level or a worse one
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub fail_on: FailOn,
    /// Propose a profile for a log whose layout is not known, with a reason for each column, and do nothing else
    #[arg(long, conflicts_with_all = ["profile", "tables", "annex", "answer_key", "period", "fields", "other", "seal", "decisions", "state"])]
    pub infer_profile: bool,
    /// Also cut the cases up by organisation, each part sealed to its own officer; needs --keyring
    #[arg(long, value_name = "BY", value_enum, requires_all = ["keyring", "recipients", "split_to"])]
    pub split: Option<SplitBy>,
    /// Who gets which organisation's part (CSV: ods,recipient,service; `*` for all others)
    #[arg(long, value_name = "FILE", requires = "split")]
    pub recipients: Option<PathBuf>,
    /// The folder for the parts; it must not be there yet
    #[arg(long, value_name = "DIR", requires = "split")]
    pub split_to: Option<PathBuf>,
    /// Seal the annex to this recipient (age1...)
    #[arg(long, value_name = "AGE1...", requires = "annex")]
    pub annex_to: Option<String>,
    /// Not built yet: a bound on memory
    #[arg(long, hide = true, value_name = "SIZE")]
    pub memory: Option<String>,
}

pub(super) use split::INDEX as SPLIT_INDEX;

/// By what an audit is cut up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SplitBy {
    /// The organisation whose staff it is
    Organisation,
}

/// Partitions of a run. Findings do not depend on it (a property test holds that).
const PARTITIONS: usize = 64;

/// Logs and tables of a run, read.
pub struct Inputs {
    /// The logs, settled.
    pub log: Log,
    /// The tables.
    pub tables: Tables,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    refuse_unbuilt(args)?;
    if args.infer_profile {
        return infer::run(&args.logs, session);
    }
    super::formats::agree(session, "audit")?;
    let annex_to = args.annex_to.as_deref().map(Recipient::parse).transpose().map_err(|error| Failure::usage(format!("--annex-to: {error}")))?;
    let parts = match (&args.recipients, &args.split_to) {
        (Some(recipients), Some(dir)) => Some(split::Parts::prepare(recipients, dir)?),
        _ => None,
    };
    if let Some(path) = args.annex.as_ref().filter(|path| path.as_os_str() != "-") {
        session.check_free(path)?;
    }
    if let Some(path) = &args.seal {
        session.check_free(path)?;
    }
    if args.seal.is_some() && args.logs.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::usage("standard input cannot be sealed: there is no file to compare later").next("Write the log to a file first.").into());
    }
    let decisions = args.decisions.as_ref().map(|path| read_decisions(path)).transpose()?;
    let period = args.period.as_deref().map(parse_period).transpose()?;
    let mut sources = Sources::new();
    let pack = pack_if_any(session, &mut sources)?;
    let (references, keyring) = references(args, session)?;
    let profile = args.profile.as_ref().map(|path| read_profile(path, pack.as_ref(), session)).transpose()?;
    let mut state = match (&args.state, &keyring) {
        (Some(dir), Some(keyring)) => Some(state::State::open(session, dir, keyring, &args.name)?),
        _ => None,
    };
    let mut log = state.as_mut().map(state::State::take_log).unwrap_or_default();
    let read = read_logs(session, &mut log, &args.logs, profile.as_ref())?;
    if let Some(state) = &mut state {
        state.keep(session, &log)?;
    }
    settle(&mut log)?;
    let inputs = with_tables(log, args.tables.as_deref(), Some(&references))?;
    let (log, tables) = (&inputs.log, &inputs.tables);

    let thresholds = pack.as_ref().map_or_else(|| Ok(Thresholds::default()), |pack| read_thresholds(&pack.dir, session))?;

    let conduct = pack.as_ref().map_or_else(|| Ok(Conduct::default()), |pack| super::who_looked::read_conduct(&pack.dir, session))?;
    let agreements = pack.as_ref().map(|pack| Agreements { pack, sources: &sources });
    let permission: &dyn Permission = agreements.as_ref().map_or(&NoPack as &dyn Permission, |agreements| agreements);
    let flag = session.interrupt_flag();
    let interrupted = |_: Interrupted| Failure::new(Outcome::Interrupted, "interrupted", "interrupted");
    let mut assessment = assess(&log.events, &log.symbols, tables, permission, PARTITIONS, &flag).map_err(interrupted)?;
    let replayed = args.other.as_ref().map(|dir| -> anyhow::Result<_> {
        let mut sources = Sources::new();
        let other = super::pack::decidable(session, Some(dir), &mut sources)?;
        let mut then = assess(&log.events, &log.symbols, tables, &Agreements { pack: &other, sources: &sources }, PARTITIONS, &flag).map_err(interrupted)?;
        let mut now = assessment.clone();
        for one in [&mut now, &mut then] {
            period.map(|period| one.restrict(period));
        }
        Ok(replay::data(&crate::access_log::replay::replay(&now, &then), &other.reference()))
    });
    let replayed = replayed.transpose()?;
    let outside_period = period.map_or(0, |period| assessment.restrict(period));
    let could = match &agreements {
        Some(agreements) => Some(counterfactuals(agreements.pack, agreements.sources, &assessment, &log.symbols, tables, &flag).map_err(interrupted)?),
        None => None,
    };
    let houses = households(tables);
    let rulings = assessment.rulings.clone();
    let setting = Setting {
        log,
        symbols: &log.symbols,
        tables,
        rulings: &rulings,
        households: &houses,
        words: pack.as_ref().map(|pack| &pack.words),
        explained_told: assessment.accesses.iter().any(|access| access.explained.fact().is_some()),
        emergency_recorded: log.events.iter().any(|event| event.emergency != Emergency::NotRecorded),
        reason_recorded: log.events.iter().any(|event| event.reason != Reason::NotRecorded),
        thresholds: &thresholds,
        carried: Carried::of(&log.events),
        quiet: &conduct.quiet,
    };
    let detected = detect(&assessment, &setting, PARTITIONS, &flag).map_err(interrupted)?;
    let cases = cases(&detected.signals);
    let audit = Audit {
        log,
        assessment: &assessment,
        outside_period,
        period,
        detected: &detected,
        cases: &cases,
        setting: &setting,
        references: &references,
        pack: pack.as_ref().map(Pack::reference),
        as_of: session.as_of.to_string(),
    };
    let mut results = audit.results();
    results.data["audit_itself"] = audit_itself(pack.as_ref(), session.as_of);
    if let Some(decisions) = &decisions {
        crate::access_log::decisions::apply(&mut results, decisions);
    }
    if let Some(replayed) = replayed {
        results.data["replay"] = replayed;
    }
    if let Some(could) = &could {
        results.data["counterfactual"] = counterfactual::data(could);
    }
    if let Some(path) = &args.answer_key {
        let bytes = super::session::read_input(path)?;
        let key = crate::access_log::answer_key::AnswerKey::read(&bytes).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        results.data["answer_key"] = key.score(log, &detected);
    }

    if let (Some(file), Some(keyring)) = (&args.seal, &keyring) {
        seal::seal(session, (file, args.sign_key.as_deref()), &read, keyring, &mut results)?;
    }
    if let Some(state) = &mut state {
        state.found(&mut results, &args.logs, &read);
    }
    if let Some(path) = &args.annex {
        let annex = audit.annex().into_bytes();
        let annex =
            annex_to.map_or(Ok(annex.clone()), |reader| sealed_to::seal(&reader, &annex)).map_err(|error| Failure::usage(format!("the annex: {error}")))?;
        session.write_file(path, &annex, 0o600)?;
    }
    let unsent = parts.map(|parts| parts.write(session, &audit)).transpose()?.unwrap_or_default();
    let unread = unsent > 0 || results.balance.iter().any(|balance| !balance.quarantined.is_empty());
    let telling = Telling {
        rules: detector_texts(),
        // Findings lie in logs, which are not files of the pack; what has no place lies in the first log.
        home: results.inputs.first().map_or_else(|| "log".to_owned(), |input| input.name.clone()),
        fails_from: args.fail_on.level(),
        complete: !unread,
        ..Telling::default()
    };
    super::formats::write(session, &results, &telling, |session, format, shown| match format {
        Format::Short => human_text::short(&results),
        _ => {
            let carried = if args.fields { fields::section(&results, session, shown) } else { String::new() };
            let replayed = args.other.as_ref().map(|dir| replay::section(&results, dir, session, shown)).unwrap_or_default();
            let decided = if args.decisions.is_some() { decided::section(&results, session, shown) } else { String::new() };
            // A file is for reading at leisure.
            let long = !shown || session.verbose > 0 || args.answer_key.is_some();
            let details = if long { human_text::details(&results, session, shown) + &counterfactual::section(&results, session, shown) } else { String::new() };
            let first = human_text::first_screen(&results, session, shown);
            let text = first + &state::section(&results) + &details + &decided + &carried + &replayed + &human_text::last_words(long);
            if session.accessible { super::columns::unindented(&text) } else { text }
        }
    })?;
    if let Some(state) = state {
        state.persist(session)?;
    }
    let outcome = if super::formats::fails(&results, args.fail_on.level()) { Outcome::Findings } else { Outcome::Done };
    Ok(if unread { outcome.and(Outcome::Incomplete) } else { outcome })
}

fn refuse_unbuilt(args: &Args) -> Result<(), Failure> {
    if args.memory.is_some() { Err(Failure::not_built("`audit --memory`")) } else { Ok(()) }
}

fn parse_period(text: &str) -> Result<Interval, Failure> {
    let wrong = |why: String| Failure::usage(format!("--period: {why}")).next("Give two days, both counted: --period 2026-10-01..2026-10-31");
    let (first, last) = text.split_once("..").ok_or_else(|| wrong("two dots are missing between the days".to_owned()))?;
    let day = |text: &str| Date::parse(text).map_err(|error| wrong(error.to_string()));
    Interval::new(day(first)?, day(last)?).ok_or_else(|| wrong("the first day lies after the last".to_owned()))
}

/// The pack named or found upwards; none if there is none to find. One with errors is refused.
pub fn pack_if_any(session: &mut Session, sources: &mut Sources) -> anyhow::Result<Option<Pack>> {
    if session.pack.is_none() && crate::pack::find(Path::new(".")).is_err() {
        session.note("no pack is named or found upwards: accesses are not put to agreements (--pack DIR)");
        return Ok(None);
    }
    super::pack::decidable(session, None, sources).map(Some)
}

/// What references are made with, and the keyring if one is named.
fn references(args: &Args, session: &Session) -> anyhow::Result<(References, Option<Keyring>)> {
    let failed = |error: crate::keys::ScopeError| Failure::usage(format!("--name: {error}"));
    let Some(path) = &args.keyring else {
        if args.unlock.passphrase_file.is_some() {
            return Err(Failure::usage("--passphrase-file opens a keyring, and none is named").next("Give --keyring FILE.").into());
        }
        let root = Root::generate().map_err(|error| Failure::usage(error.to_string()))?;
        return Ok((References::new(&root, &args.name, 1, false).map_err(failed)?, None));
    };
    let keyring = open_keyring(session, path, &args.unlock)?;
    if keyring.purpose() != crate::keys::keyring::AUDIT {
        return Err(Failure::usage(format!("{} is a keyring for {}, not for audits", path.display(), keyring.purpose()))
            .next("A reference must never be a release's pseudonym: make one with `carepact keys new --purpose audit`.")
            .into());
    }
    let version = keyring.active().map(|version| version.version);
    let root = version.and_then(|version| keyring.root(version));
    let (Some(version), Some(root)) = (version, root) else {
        return Err(Failure::usage(format!("{} has no active version", path.display())).into());
    };
    let references = References::new(root, &args.name, version, true).map_err(failed)?;
    Ok((references, Some(keyring)))
}

fn read_decisions(path: &Path) -> anyhow::Result<BTreeMap<String, crate::access_log::decisions::Decision>> {
    let bytes = super::session::read_input(path)?;
    let failed = |error: crate::access_log::decisions::DecisionsError| {
        Failure::usage(format!("{}: {error}", path.display()))
            .next("Ids are those of `data.cases` and `findings` in the results of an audit with the same keyring and --name.")
    };
    Ok(crate::access_log::decisions::read(&bytes).map_err(failed)?)
}

/// What the pack sets instead of the detectors' own numbers; nothing if it has no such file.
fn read_thresholds(pack: &Path, session: &Session) -> anyhow::Result<Thresholds> {
    let path = pack.join(threshold::FILE);
    if !path.exists() {
        return Ok(Thresholds::default());
    }
    let bytes = super::session::read_input(&path)?;
    let text = crate::yaml::decode(&bytes).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?;
    let mut sources = Sources::new();
    let file = sources.add(path.display().to_string(), text);
    let (thresholds, findings) = Thresholds::read(&sources, file);
    if findings.is_empty() {
        return Ok(thresholds);
    }
    let shown: Vec<String> = findings.iter().take(3).map(|finding| human::render(finding, &sources, session.style().plain())).collect();
    Err(Failure::usage(format!("{} cannot be used: {}", path.display(), count(findings.len() as u64, "error", "errors"))).next(shown.join("\n")).into())
}

/// A profile by path, or by name in the pack.
pub fn read_profile(named: &Path, pack: Option<&Pack>, session: &Session) -> anyhow::Result<Profile> {
    let in_pack = pack.map(|pack| pack.dir.join("audit/profiles").join(named).with_extension("yaml"));
    let path = match in_pack {
        Some(path) if !named.exists() && named.components().count() == 1 && path.exists() => path,
        _ => named.to_owned(),
    };
    let bytes = super::session::read_input(&path)?;
    let text = crate::yaml::decode(&bytes).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?;
    let mut sources = Sources::new();
    let file = sources.add(path.display().to_string(), text);
    let (profile, findings) = Profile::read(&sources, file);
    match profile {
        Some(profile) if findings.is_empty() => Ok(profile),
        _ => {
            let shown: Vec<String> = findings.iter().take(3).map(|finding| human::render(finding, &sources, session.style().plain())).collect();
            Err(Failure::usage(format!("the profile {} cannot be used: {}", path.display(), count(findings.len() as u64, "error", "errors")))
                .next(shown.join("\n"))
                .into())
        }
    }
}

/// Reads logs and tables. Tables that name people by reference need `references` of the same key.
pub fn read_inputs(
    session: &mut Session,
    logs: &[PathBuf],
    profile: Option<&Profile>,
    tables: Option<&Path>,
    references: Option<&References>,
) -> anyhow::Result<Inputs> {
    let mut log = Log::default();
    read_logs(session, &mut log, logs, profile)?;
    settle(&mut log)?;
    with_tables(log, tables, references)
}

/// Adds logs to those of earlier runs, if there are any, and tells which were read: one that is there already is left out.
pub(super) fn read_logs(session: &mut Session, log: &mut Log, logs: &[PathBuf], profile: Option<&Profile>) -> anyhow::Result<Vec<PathBuf>> {
    let known: BTreeSet<String> = log.books.iter().map(|books| books.sha256.clone()).collect();
    let mut read = Vec::new();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let flag = session.interrupt_flag();
    let fhir = Profile::fhir();
    for path in logs {
        let name = path.file_name().map_or_else(|| "log".to_owned(), |name| name.to_string_lossy().into_owned());
        let name = if path.as_os_str() == "-" { "stdin".to_owned() } else { name };
        let input: Box<dyn std::io::Read> = if path.as_os_str() == "-" {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(
                std::fs::File::open(path)
                    .map_err(|error| Failure::unreadable(format!("cannot read {}: {}", path.display(), super::session::io_words(&error))))?,
            )
        };
        let bar = session.progress(std::fs::metadata(path).map_or(0, |file| file.len()), "reading the log");
        let opened = Opened::new(Box::new(bar.wrap_read(input))).map_err(|error| read_failure(ReadError::io(&name, error)))?;
        let looks = sniff(opened.start());
        let chosen = match (profile, looks) {
            (Some(profile), looks) if profile.format == looks || looks == profile::Format::Csv => profile,
            (Some(profile), profile::Format::Fhir) if profile.format == profile::Format::Ndjson => profile,
            (Some(profile), looks) if profile.format.is_standard() && looks.is_standard() => profile,
            (_, looks) if looks.is_standard() => &fhir,
            _ => {
                return Err(Failure::usage(format!("{name} is a table, and nothing says what its columns mean"))
                    .next("Give --profile FILE. To have one proposed: carepact audit LOG --infer-profile -o FILE")
                    .into());
            }
        };
        log.add_opened(&name, opened, chosen, threads, &flag).map_err(read_failure)?;
        if log.books.last().is_some_and(|books| known.contains(&books.sha256)) {
            log.pop_file();
            session.note(format!("{name}: an earlier run has read this file already, byte for byte; it is not counted again"));
            continue;
        }
        read.push(path.clone());
        for note in log.books.last().map(|books| books.notes.clone()).unwrap_or_default() {
            session.note(format!("{name}: {note}"));
        }
    }
    Ok(read)
}

/// Finds duplicates, closes the books, and proves that they hold.
pub(super) fn settle(log: &mut Log) -> anyhow::Result<()> {
    log.settle();
    if let Some(unbalanced) = log.books.iter().find(|books| !books.hold()) {
        return Err(Failure::new(Outcome::Bug, "books", format!("the books of {} do not balance", unbalanced.name)).into());
    }
    Ok(())
}

/// Reads the tables for a log.
pub(super) fn with_tables(mut log: Log, tables: Option<&Path>, references: Option<&References>) -> anyhow::Result<Inputs> {
    let tables = match tables {
        None => Tables::default(),
        Some(dir) => {
            let keys: BTreeSet<_> = log.events.iter().map(|event| event.person).collect();
            let people = references.map(|references| references.people(keys, &log.symbols)).unwrap_or_default();
            Tables::load(dir, &mut log.symbols, &people).map_err(table_failure)?
        }
    };
    Ok(Inputs { log, tables })
}

fn read_failure(error: ReadError) -> Failure {
    match error {
        ReadError::Interrupted => Failure::new(Outcome::Interrupted, "interrupted", "interrupted"),
        ReadError::NotBuilt { .. } => {
            Failure::new(Outcome::Usage, "not-built", error.to_string()).next("Nothing was done: unpack it first, or export CSV or NDJSON.")
        }
        ReadError::Columns { .. } => Failure::usage(error.to_string()).next("Correct the profile's `fields`, or name the profile of this log."),
        ReadError::ColumnTwice { .. } | ReadError::TooManyFiles => Failure::usage(error.to_string()),
        ReadError::Io { name, error } => Failure::unreadable(format!("cannot read {name}: {}", super::session::io_words(&error))),
        ReadError::Packed { .. } => Failure::unreadable(error.to_string()).next("Copy or export it again; nothing of it was counted."),
        ReadError::NotText { .. } | ReadError::Empty { .. } => Failure::unreadable(error.to_string()),
    }
}

fn table_failure(error: TableError) -> Failure {
    match error {
        TableError::Io { name, error } => Failure::unreadable(format!("cannot read {name}: {}", super::session::io_words(&error))),
        TableError::NotText { .. } => Failure::unreadable(error.to_string()),
        TableError::Columns { .. } | TableError::Coverage(_) => Failure::usage(error.to_string()).next("docs/audit.md has the columns of every table."),
    }
}

/// What covers the audit itself, for the cover: it is processing of staff and of people too (AUD-000).
fn audit_itself(pack: Option<&Pack>, as_of: Date) -> Value {
    let (covered_by, missing, said) = match pack.map(|pack| (pack, audit_standing(pack, as_of))) {
        None => (None, Vec::new(), "no pack was named, so nothing says what covers it (AUD-000)".to_owned()),
        Some((_, AuditStanding::NoPurpose)) => {
            (None, Vec::new(), "the vocabulary has no purpose `ig_audit`, so no agreement can cover it (AUD-000)".to_owned())
        }
        Some((pack, AuditStanding::NoGrant(purpose))) => {
            (None, Vec::new(), format!("no agreement in force on {as_of} has a grant for {} (AUD-000)", pack.words.purposes.short(purpose)))
        }
        Some((_, AuditStanding::Covered { grant, missing, .. })) if missing.is_empty() => {
            (Some(grant.place.clone()), missing, format!("covered by {}", grant.place))
        }
        Some((_, AuditStanding::Covered { grant, missing, .. })) => {
            let said = format!("covered by {}, which does not name {} (AUD-000)", grant.place, crate::text::and_list(&missing));
            (Some(grant.place.clone()), missing, said)
        }
    };
    let in_order = covered_by.is_some() && missing.is_empty();
    serde_json::json!({"in_order": in_order, "covered_by": covered_by, "missing": missing, "said": said})
}

/// The texts of the detectors.
fn detector_texts() -> RuleTexts {
    DETECTORS
        .iter()
        .map(|detector| {
            let page = detector.page();
            let text = RuleText {
                title: page.title.to_owned(),
                statement: page.statement.to_owned(),
                help: format!("A finding is not a verdict: it says that an access needs review.\nMore: carepact explain {}", page.code),
                severity: None,
                url: None,
            };
            (page.code.to_owned(), text)
        })
        .collect()
}

/// Whether a profile and tables say enough for `who-looked`.
pub fn has_person(profile: Option<&Profile>) -> bool {
    profile.is_none_or(|profile| profile.has(Target::Person))
}
