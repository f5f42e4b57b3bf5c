//! The run itself: key, extracts, two readings, the checks at the end.

mod earlier;
mod extract;
mod repair;

use std::io::{BufWriter, Read, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::super::failure::Failure;
use super::super::session::{Session, io_words};
use super::lookups::Loaded;
use super::opt_outs::Settled;
use super::write::{Facts, Target};
use super::{Args, refusal_failure};
use crate::agreement::Agreement;
use crate::agreement::written::ReleaseDraft;
use crate::diagnostics::results::Balance;
use crate::disclosure::read::ReadError;
use crate::keys::derive::{FileDigest, Root, Scope};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::pseudonymise::bound::{BindError, Bound, Keys};
use crate::pseudonymise::distinct::Distinct;
use crate::pseudonymise::gate;
use crate::pseudonymise::leak::others::{self, Candidates, Numbers};
use crate::pseudonymise::pipeline::{RowError, Run};
use crate::pseudonymise::release::{Action, CodeForm, Is, Release};
use crate::pseudonymise::risk_gate::{RiskGate, Unmeasured, Verdict};
use crate::pseudonymise::survey::Survey;
use crate::pseudonymise::tally::Tally;
use crate::pseudonymise::transform::Unfit;
use crate::source::Sources;
use crate::tabular::{Layout, OpenError, Packing, Source, Stopped, Unpacked};

/// What a run stands on.
pub(super) struct Ground<'a> {
    pub pack: &'a Pack,
    pub sources: &'a Sources,
    pub agreement: &'a Agreement,
    pub draft: &'a ReleaseDraft,
    pub release: &'a Release,
    pub threads: usize,
    pub opt_outs: &'a Settled,
    pub lookups: &'a [Loaded],
}

/// Reads an extract and takes its keyed digest on the way.
struct Digesting<R> {
    file: R,
    digest: Arc<Mutex<Option<FileDigest>>>,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.file.read(buffer)?;
        if let Ok(mut digest) = self.digest.lock()
            && let Some(digest) = digest.as_mut()
        {
            digest.update(&buffer[..length]);
        }
        Ok(length)
    }
}

/// A file under the name that people and results know it by.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// An extract at its first row, unpacked if it is packed.
fn open<R: Read>(path: &Path, reader: R, block: usize) -> anyhow::Result<(Layout, Source<Unpacked<R>>, Packing)> {
    let unpacked = Unpacked::new(reader).map_err(|error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(&error))))?;
    let packing = unpacked.packing();
    let (layout, source) = Source::open(unpacked, block).map_err(|error| {
        let failure = Failure::unreadable(match &error {
            OpenError::Read(error) => format!("cannot read {}: {}", path.display(), io_words(error)),
            error => format!("cannot read {}: {error}", path.display()),
        });
        match error {
            OpenError::Utf16 => failure.next("Save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\"), or convert it: iconv -f UTF-16 -t UTF-8."),
            OpenError::Binary(_) => failure.next("Unpack it, or save it as CSV."),
            OpenError::DuplicateColumn(..) | OpenError::Unnamed(_) => {
                failure.next("Give every column a name of its own. If the first row holds data, put a header before it.")
            }
            _ => failure,
        }
    })?;
    Ok((layout, source, packing))
}

fn bind<'r>(ground: &Ground<'r>, path: &Path, layout: &Layout) -> anyhow::Result<Bound<'r>> {
    Bound::new(ground.release, layout).and_then(|bound| bound.only(ground.opt_outs.list.as_ref())).map_err(|error| bind_failure(ground, path, &error).into())
}

fn bind_failure(ground: &Ground<'_>, path: &Path, error: &BindError) -> Failure {
    let at = ground.sources.locate(ground.release.span);
    match error {
        BindError::NotNamed(_) => {
            let message = format!("{}: {error}: {} lets through only what it names ({at})", path.display(), ground.release.place);
            Failure::refused(message).next("Name each under `columns:`, with `drop` if it is not to leave.")
        }
        BindError::NoneNamed(_) => Failure::refused(format!("{}: {error}: {} lets through only what it names ({at})", path.display(), ground.release.place))
            .next("Is it the right extract, and does its first line hold the names of the columns? They are not shown: they may be data."),
        BindError::Lacking(_) => Failure::unreadable(format!("{}: {error}, and {} releases them ({at})", path.display(), ground.release.place))
            .next("Is it the right extract, and does its first line hold the names of the columns?"),
        other => Failure::usage(format!("{} ({at}): {other}", ground.release.place)),
    }
}

fn stopped(path: &Path, header: &[String], error: Stopped<RowError>) -> anyhow::Error {
    match error {
        Stopped::Row { row, why } => {
            let column = why.column().and_then(|column| header.get(column)).map(|name| format!(", column `{name}`")).unwrap_or_default();
            let words = why.to_string();
            let words = words.split_once(": ").filter(|(before, _)| before.starts_with("column ")).map_or(words.as_str(), |(_, after)| after);
            let place = format!("{}, row {row}{column}", path.display());
            match &why {
                RowError::Full => full().into(),
                RowError::Rejected { .. } => Failure::refused(format!("{place}: {words}")).next("Mend the row, or let the release set such rows aside.").into(),
                RowError::Formula { .. } => {
                    Failure::refused(format!("{place}: {words}")).next("`formula: prefix` in the release puts an apostrophe before such cells.").into()
                }
                RowError::Malformed(error) if !error.is_confined() => {
                    Failure::unreadable(format!("{place}: {words}")).next("Rows are counted as a spreadsheet shows them: the header is row 1.").into()
                }
                RowError::Unfit { why: Unfit::Unmatched, .. } => Failure::refused(format!("{place}: {words}"))
                    .next("Add the value to the file, or say `unmatched: quarantine` or `unmatched: empty`.")
                    .into(),
                _ => Failure::unreadable(format!("{place}: {words}")).next("`malformed: quarantine` in the release sets such rows aside.").into(),
            }
        }
        Stopped::Read(error) => Failure::unreadable(format!("cannot read {} to its end: {}", path.display(), io_words(&error))).into(),
        Stopped::Sink(error) => unwritten(&error).into(),
        Stopped::Interrupted => Failure::usage("interrupted").into(),
        Stopped::Lost => Failure::new(Outcome::Bug, "bug", "a worker stopped without a word").into(),
    }
}

/// What is said where a release cannot be written, or measured while it is.
fn unwritten(error: &std::io::Error) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ReadError>()) {
        Some(disk @ ReadError::Disk(_)) => not_measured(&disk.clone().into()),
        _ if error.kind() == std::io::ErrorKind::OutOfMemory => full(),
        _ => Failure::usage(format!("cannot write the release: {}", io_words(error))).next("Nothing was left behind."),
    }
}

fn full() -> Failure {
    Failure::usage("more distinct people than fit in the memory allowed for counting them").next("Give more: --memory MIB.")
}

/// Runs it to its end; nothing is written before everything has passed.
pub(super) fn run(args: &Args, session: &mut Session, ground: &Ground<'_>, json: bool) -> anyhow::Result<Outcome> {
    let release = ground.release;
    let on = session.as_of;
    let refused = |refusal| -> anyhow::Error { refusal_failure(&refusal, ground.sources).into() };
    let dry = args.plan || session.dry_run;
    let keyring = match &args.keyring {
        Some(path) => {
            let keyring = super::super::keys::open_keyring(session, path, &args.unlock)?;
            gate::keyring_fits(ground.pack, ground.agreement, release, keyring.controller(), keyring.purpose(), on).map_err(refused)?;
            Some(keyring)
        }
        None if dry => None,
        None => {
            return Err(Failure::usage("--keyring is missing: pseudonyms need a key")
                .next("Make one with `carepact keys new`, or give --plan to see what would happen.")
                .into());
        }
    };
    let signer = match &args.sign_key {
        Some(path) => Some(super::super::keys::read_signer(path)?),
        None if dry => None,
        None => {
            return Err(Failure::usage("--sign-key is missing: a release is never without a signed manifest")
                .next("Make one with `carepact keys signer`.")
                .into());
        }
    };
    let target = Target::of(args, session, dry)?;
    // A plan without a keyring counts with a key that lives only for it.
    let throwaway = Root::generate()?;
    let (root, version, shift_root, shift_version, key_id) = match &keyring {
        None => (&throwaway, 1, &throwaway, 1, None),
        Some(keyring) => {
            let active = keyring.active().ok_or_else(|| Failure::usage("the keyring has no active version: nothing new may come from it"))?;
            let id = active.key_id.to_string();
            if let Some((pinned, version)) = &release.key
                && (!pinned.value.eq_ignore_ascii_case(&id) || version.is_some_and(|version| version != active.version))
            {
                let said = version.map_or_else(String::new, |version| format!(", version {version}"));
                return Err(Failure::refused(format!(
                    "the keyring's active key is {id}, version {}, and {} pins {}{said} ({})",
                    active.version,
                    release.place,
                    pinned.value,
                    ground.sources.locate(pinned.span)
                ))
                .next("With another key the same people would get other pseudonyms. Use the pinned keyring.")
                .into());
            }
            let missing = || Failure::usage("the keyring lacks the version it names for date shifts");
            let root = keyring.root(active.version).ok_or_else(missing)?;
            let shift = keyring.shift_version();
            (root, active.version, keyring.root(shift).ok_or_else(missing)?, shift, Some(id))
        }
    };
    let previous = match &args.previous {
        Some(path) => {
            let held: Vec<String> = keyring.iter().flat_map(|keyring| keyring.versions().map(|version| version.key_id.to_string())).collect();
            Some(previous_digest(ground, path, key_id.as_deref(), &held)?)
        }
        None => None,
    };
    let (previous, rotated) = previous.map_or((None, None), |(digest, rotated)| (Some(digest), rotated));
    let keys = Keys::derive(release, root, version, shift_root, shift_version).map_err(|error| bind_failure(ground, Path::new(""), &error))?;
    let digest_key =
        Scope::new(&release.linkage, "extract", version).map(|scope| root.digest_key(&scope)).map_err(|error| Failure::usage(error.to_string()))?;
    let flag = session.interrupt_flag();
    let memory = args.memory.saturating_mul(1 << 20);
    let spill = args.spill.clone().unwrap_or_else(std::env::temp_dir);

    let mut layouts = Vec::new();
    let mut survey = Survey::default();
    let extracts = extract::all(args, session)?;
    for extract in &extracts {
        let path = &extract.path;
        let bar = session.progress(extract.length(), "looking through");
        let (layout, source, _) = open(path, bar.wrap_read(extract.open()?), args.block)?;
        let bound = bind(ground, path, &layout)?;
        if bound.needs_survey() {
            survey.read(&bound, &keys, source, ground.threads, memory, &flag).map_err(|error| stopped(path, &layout.header, error))?;
        }
        layouts.push(layout);
    }

    let distinct: Vec<Option<Distinct>> =
        release.columns.iter().map(|rule| matches!(rule.action, Action::Pseudonym { .. }).then(|| Distinct::new(memory))).collect();
    let engine =
        Run { keys: &keys, survey: &survey, distinct: &distinct, threads: ground.threads, interrupted: &flag, keep_quarantined: target.quarantine.is_some() };
    let repairable = release.risk.as_ref().is_some_and(|risk| risk.repair.is_some());
    let mut spool = target.spool(repairable)?;
    let held = earlier::find(args, session, ground, &keys, memory, &spill)?;
    let mut risk_gate = RiskGate::new(release, &held, memory, Some(spill.clone()));
    let mut all_set_aside = Vec::new();
    let mut candidates = Candidates::new(memory);
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    let mut facts = Facts::new(release.columns.len());
    facts.key = key_id.map(|id| (id, version));
    facts.warnings.extend(rotated);
    facts.check_values.clone_from(&keys.check_values);
    for (role, bytes) in &ground.opt_outs.files {
        let mut digest = digest_key.start();
        digest.update(bytes);
        facts.lists.push((role, digest.finish()));
    }
    for lookup in ground.lookups {
        let mut digest = digest_key.start();
        digest.update(&lookup.bytes);
        facts.lookups.push(digest.finish());
    }
    let write_failed = |error: std::io::Error| unwritten(&error);
    {
        let mut out = BufWriter::with_capacity(1 << 20, &mut spool.release);
        for (index, extract) in extracts.iter().enumerate() {
            let path = &extract.path;
            let digest = Arc::new(Mutex::new(Some(digest_key.start())));
            let bar = session.progress(extract.length(), "pseudonymising");
            let (layout, source, packing) = open(path, Digesting { file: bar.wrap_read(extract.open()?), digest: Arc::clone(&digest) }, args.block)?;
            if layout != layouts[index] {
                return Err(Failure::unreadable(format!("{} changed while it was read", path.display())).into());
            }
            let bound = bind(ground, path, &layout)?;
            if index == 0 {
                let header = bound.header();
                out.write_all(&header).map_err(write_failed)?;
                hash.update(&header);
            }
            let mut tally = Tally::new(release.columns.len());
            let mut set_aside = target.set_aside(path, index, extracts.len(), &layout)?;
            engine
                .read(&bound, source, |part, before| {
                    out.write_all(&part.bytes)?;
                    if let Some(gate) = &mut risk_gate {
                        gate.add(&part.bytes).map_err(unmeasured)?;
                    }
                    hash.update(&part.bytes);
                    for one in &part.set_aside {
                        facts.note_row(one);
                    }
                    set_aside.write(&part.set_aside)?;
                    let others = std::mem::take(&mut part.tally.candidates);
                    candidates.add(index, before, &others).map_err(|full| std::io::Error::new(std::io::ErrorKind::OutOfMemory, full))?;
                    tally.merge(&part.tally, before);
                    Ok(())
                })
                .map_err(|error| stopped(path, &layout.header, error))?;
            all_set_aside.push(set_aside);
            let hmac = digest.lock().ok().and_then(|mut digest| digest.take()).map(FileDigest::finish).unwrap_or_default();
            facts.add(file_name(path), hmac, layout, packing, tally);
        }
        out.flush().map_err(write_failed)?;
    }
    facts.sha256 = crate::text::hex(hash.finish().as_ref());
    let wanted = candidates.numbers();
    if !wanted.is_empty() {
        let mut people = Numbers::default();
        for extract in &extracts {
            let bar = session.progress(extract.length(), "looking for numbers of other people");
            let (layout, source, _) = open(&extract.path, bar.wrap_read(extract.open()?), args.block)?;
            let bound = bind(ground, &extract.path, &layout)?;
            others::people(&bound, source, &wanted, ground.threads, &flag, &mut people).map_err(|error| stopped(&extract.path, &layout.header, error))?;
        }
        facts.others = candidates.confirmed(&people);
    }
    check(ground, &mut facts, &distinct)?;
    if let Some(gate) = risk_gate {
        let bar = session.progress(facts.total_out(), "measuring disclosure risk");
        let (verdict, coded) = gate.finish().map_err(|error| not_measured(&error))?;
        if !verdict.refusals.is_empty() && repairable {
            spool = repair::run(ground, &target, spool, &mut facts, verdict, &coded, &held, memory, &spill)?;
        } else {
            check_risk(ground, &mut facts, verdict)?;
        }
        bar.finish_and_clear();
    }
    if let Some(expected) = &args.plan_digest {
        let now = super::write::plan_digest(ground, &facts);
        if *expected != now {
            return Err(Failure::refused(
                "this run would not do what the plan with that digest showed: the extract, the lists, the pack or the agreement have changed since",
            )
            .next(format!("Look at the plan again (--plan). Its digest is now {now}."))
            .into());
        }
    }
    let chained = previous.is_some();
    target.finish(session, ground, spool, all_set_aside, &facts, signer.as_ref(), previous)?;
    super::write::show(session, ground, &facts, &target, chained, json)?;
    Ok(Outcome::Done)
}

/// The digest of the last manifest of this release, and what to say if the key was rotated since. Rotation is meant if the
/// release pins the new key, and the keyring holds the old one (`held`).
fn previous_digest(ground: &Ground<'_>, path: &Path, key_id: Option<&str>, held: &[String]) -> anyhow::Result<(String, Option<String>)> {
    let bytes = super::super::session::read_input(path)?;
    let last: crate::evidence::manifest::Manifest =
        serde_json::from_slice(&bytes).map_err(|_| Failure::unreadable(format!("{} is not the manifest of a release", path.display())))?;
    if last.agreement.id != ground.agreement.id || last.release.name != ground.release.name {
        return Err(Failure::usage(format!(
            "{} is the manifest of {}/{}, not of {}",
            path.display(),
            last.agreement.id,
            last.release.name,
            ground.release.place
        ))
        .into());
    }
    if let (Some(last), Some(id)) = (&last.key, key_id)
        && last.id != id
    {
        if ground.release.key.is_some() && held.contains(&last.id) {
            let words =
                format!("the key was rotated: people have other codes than in the last release, which had the key {} (version {})", last.id, last.version);
            return Ok((crate::evidence::manifest::sha256(&bytes), Some(words)));
        }
        return Err(Failure::refused(format!("the last release of {} used the key {}, and this keyring has {id}", ground.release.place, last.id))
            .next("With another key the same people would get other pseudonyms. Use the keyring of the last release.")
            .into());
    }
    Ok((crate::evidence::manifest::sha256(&bytes), None))
}

/// What only the whole extract can tell.
fn check(ground: &Ground<'_>, facts: &mut Facts, distinct: &[Option<Distinct>]) -> anyhow::Result<()> {
    let release = ground.release;
    for (name, tally) in &facts.tallies {
        if !tally.balances() {
            return Err(Failure::new(Outcome::Bug, "bug", format!("the books of {name} do not balance")).into());
        }
    }
    let mut leaks = Vec::new();
    for ((column, is), (rows, first)) in facts.leaks() {
        let rule = &release.columns[column];
        let allowed = release.leak_allow.iter().find(|allow| allow.column.value == rule.name.value && allow.kind == is);
        if let Some(allow) = allowed
            && rows <= allow.at_most
        {
            facts.warnings.push(format!("column {}: {} of the same row in up to {} rows is allowed: {}", rule.output, is.name(), allow.at_most, allow.reason));
            continue;
        }
        let limit = allowed.map_or_else(String::new, |allow| format!(" (allowed: {})", allow.at_most));
        leaks.push(format!(
            "column `{}` holds the row's own {} in {}{limit}, the first in {} row {}; by chance: 0",
            rule.name.value,
            is.name(),
            crate::text::count(rows, "row", "rows"),
            first.0,
            first.1
        ));
    }
    leaks.extend(beyond_rows(release, facts));
    if !leaks.is_empty() {
        let mut failure =
            Failure::refused(format!("{}: an identifier would leave ({}): {}", release.place, ground.sources.locate(release.span), leaks.join("; ")));
        failure.next.push("Drop or transform the column; `leak_allow:` in the release is the only way past, and stands in the manifest.".to_owned());
        return Err(failure.into());
    }
    for (index, (rule, distinct)) in release.columns.iter().zip(distinct).enumerate() {
        let (Action::Pseudonym { form, domain, of, .. }, Some(distinct)) = (&rule.action, distinct) else { continue };
        let counted = distinct.count(*form != CodeForm::Base32);
        if counted.inputs != counted.outputs {
            return Err(Failure::refused(format!(
                "column `{}`: {} distinct identifiers became {} pseudonyms: two of them meet",
                rule.name.value, counted.inputs, counted.outputs
            ))
            .next("Use `format: hex`, which shows more of the MAC.")
            .into());
        }
        let declared = !of.is_empty()
            || rule.is.is_some()
            || domain.value == "nhs_number"
            || release.subject.as_ref().is_some_and(|subject| subject.value == rule.name.value);
        if !declared && counted.inputs < 1000 && counted.inputs > 0 {
            return Err(Failure::refused(format!(
                "column `{}` is not declared an identifier (`is:`) and holds {} distinct values: under 1,000, how often each occurs gives them away ({})",
                rule.name.value,
                counted.inputs,
                ground.sources.locate(rule.name.span)
            ))
            .next("Keep, band or drop it; if it is an identifier, say so with `is:`.")
            .into());
        }
        facts.distinct.push((index, counted.inputs));
    }
    Ok(())
}

/// NHS numbers of other people, and columns of NHS numbers, that are not allowed.
fn beyond_rows(release: &Release, facts: &Facts) -> Vec<String> {
    let mut leaks = Vec::new();
    for (column, rule) in release.columns.iter().enumerate() {
        let (numbers, pass) = facts.numbers(column);
        let allowed = release.leak_allow.iter().find(|allow| allow.column.value == rule.name.value && allow.kind == Is::NhsNumber).map(|allow| allow.at_most);
        if let Some(seen) = facts.others.get(&column).filter(|seen| allowed.is_none_or(|most| seen.places > most)) {
            let name = facts.tallies.get(seen.extract).map_or("", |(name, _)| name);
            let places = crate::text::count(seen.places, "place", "places");
            leaks.push(format!(
                "column `{}` holds nhs_number of other people of the extract in {places}, the first in {name} row {}; by chance: 0",
                rule.name.value, seen.row
            ));
        } else if others::are_nhs_numbers(numbers, pass) && allowed.is_none_or(|most| pass > most) {
            leaks.push(format!(
                "column `{}` holds {}, of which {} pass the check digit of nhs_number; by chance: {}",
                rule.name.value,
                crate::text::count(numbers, "number of ten digits", "numbers of ten digits"),
                crate::text::thousands(pass),
                crate::text::thousands(numbers / 11)
            ));
        }
    }
    leaks
}

/// What stops the measuring of what leaves.
fn unmeasured(error: ReadError) -> std::io::Error {
    match error {
        ReadError::Full(full) => std::io::Error::new(std::io::ErrorKind::OutOfMemory, full),
        error => std::io::Error::other(error),
    }
}

/// What is said of a release that could not be measured.
fn not_measured(error: &Unmeasured) -> Failure {
    match error {
        Unmeasured::Full(_) => full(),
        Unmeasured::Disk(words) => Failure::unreadable(words.clone())
            .next("Nothing was released, and nothing was left behind. Run it again, with --spill DIR on another disk or more --memory."),
    }
}

/// Whether what leaves reaches what the release asks for.
fn check_risk(ground: &Ground<'_>, facts: &mut Facts, verdict: Verdict) -> anyhow::Result<()> {
    if !verdict.refusals.is_empty() {
        let at = ground.release.risk.as_ref().map_or(ground.release.span, |risk| risk.span);
        return Err(Failure::refused(format!(
            "{}: disclosure risk is over what the release allows ({}): {}",
            ground.release.place,
            ground.sources.locate(at),
            verdict.refusals.join("; ")
        ))
        .next("Coarsen a quasi-identifier in `columns:`, drop it, or agree a `repair:` in the release; `carepact risk EXTRACT --qi ... --plan` shows what each repair would cost.")
        .next("Nothing was released, and nothing was left behind.")
        .into());
    }
    facts.warnings.extend(verdict.warnings.iter().cloned());
    facts.risk = Some(verdict);
    Ok(())
}

/// One line of the books.
pub(super) fn balance(name: &str, tally: &Tally) -> Balance {
    let words = |counts: &std::collections::BTreeMap<&'static str, u64>| counts.iter().map(|(cause, count)| ((*cause).to_owned(), *count)).collect();
    Balance { input: name.to_owned(), read: tally.read, out: tally.out, removed: words(&tally.removed), quarantined: words(&tally.quarantined) }
}
