//! The releases that the recipient holds already: found by their signed manifests, and read by the columns that matter.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::{Ground, full, not_measured, open};
use crate::commands::failure::Failure;
use crate::commands::pseudonymise::Args;
use crate::commands::session::{Session, io_words, read_input};
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::linked::Held;
use crate::disclosure::read::{Plan, ReadError, Reader};
use crate::evidence::manifest::{Manifest, sha256};
use crate::evidence::signers::Moment;
use crate::evidence::verify::{Checked, Ground as Trust, Matter, Statement, Verdict, VerifyError, verify};
use crate::outcome::Outcome;
use crate::pseudonymise::bound::Keys;
use crate::pseudonymise::release::{Action, Release};
use crate::pseudonymise::risk_gate::{Earlier, Unmeasured};
use crate::tabular::Stopped;
use crate::text;
use crate::yaml::Sink;

/// A manifest that holds, and the folder its files lie in.
struct Signed {
    folder: PathBuf,
    name: String,
    sha256: String,
    says: Manifest,
}

/// Reads what the recipient holds, where the release is measured by people.
pub(super) fn find(args: &Args, session: &Session, ground: &Ground<'_>, keys: &Keys, memory: usize, spill: &Path) -> anyhow::Result<Earlier> {
    let not_assessed = |why: &str| Ok(Earlier::NotAssessed(why.to_owned()));
    let Some(risk) = &ground.release.risk else { return not_assessed("the release has no `risk:` block") };
    if args.earlier.is_empty() {
        return not_assessed("no earlier releases were given: --earlier FOLDER, an empty one if there are none");
    }
    let Some(subject) = ground.release.subject_rule().filter(|rule| risk.by_person && rule.action != Action::Drop) else {
        return not_assessed("the release counts rows, so people cannot be joined");
    };
    let manifests = manifests(args, session, ground)?;
    let known: BTreeSet<&str> = manifests.iter().map(|one| one.sha256.as_str()).collect();
    let mut gaps = gaps(args, &manifests, &known)?;
    let mut columns: Vec<String> = Vec::new();
    let (mut held, mut releases) = (Held::new(memory), Vec::new());
    for one in &manifests {
        let says = &one.says;
        let name = format!("{} of {}", says.release.name, says.as_of);
        if says.linkage != ground.release.linkage {
            continue;
        }
        let Some(person) = says.columns.iter().find(|column| column.name == subject.name.value && column.output.is_some()) else {
            gaps.push(format!("{name} lets no column out by which it could be joined"));
            continue;
        };
        let same_key = says.key.as_ref().is_some_and(|key| keys.check_values.iter().all(|(domain, value)| key.check_values.get(domain) == Some(value)));
        if !same_key || person.action != subject.written {
            gaps.push(format!("{name} has pseudonyms of another key or form"));
            continue;
        }
        let wanted = quasi_of(ground, &says.release.name);
        let quasi: Vec<(&String, &String)> =
            says.columns.iter().filter(|column| wanted.contains(&column.name)).filter_map(|column| Some((&column.name, column.output.as_ref()?))).collect();
        let Some(person) = &person.output else { continue };
        for output in &says.outputs {
            let path = one.folder.join(&output.name);
            let coded = read(
                args,
                session,
                &path,
                Plan { columns: roles(&quasi, person), null: Vec::new(), missing: risk.missing, memory, threads: 1, spill: Some(spill.to_owned()) },
            )?;
            let places: Vec<usize> = quasi
                .iter()
                .map(|(name, _)| {
                    columns.iter().position(|known| known == *name).unwrap_or_else(|| {
                        columns.push((*name).clone());
                        columns.len() - 1
                    })
                })
                .collect();
            let added = held.add(&coded, &places);
            if let Some(broken) = Unmeasured::broken(&coded) {
                return Err(not_measured(&broken).into());
            }
            added.map_err(|_| full())?;
            releases.push(format!("{name}, {}", one.name));
        }
    }
    Ok(Earlier::Held { known: held.finish(), releases, gaps })
}

/// The manifests of releases in the folders, each once; one that does not hold stops the run.
fn manifests(args: &Args, session: &Session, ground: &Ground<'_>) -> anyhow::Result<Vec<Signed>> {
    let flag = session.interrupt_flag();
    let mut all: Vec<Signed> = Vec::new();
    let mut signers = None;
    for folder in &args.earlier {
        let unreadable = |path: &Path, error: &std::io::Error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(error)));
        let metadata = std::fs::metadata(folder).map_err(|error| unreadable(folder, &error))?;
        if metadata.is_dir() && std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?.next().is_none() {
            continue;
        }
        let signers = match &signers {
            Some(signers) => signers,
            None => signers.insert(crate::commands::verify::signers(args.signers.as_deref(), Some(ground.pack))?.1),
        };
        let trust = Trust { signers, at: Moment::instant(jiff::Timestamp::now()), pack: None, interrupted: &|| flag.load(Ordering::SeqCst) };
        let found = verify(folder, &trust).map_err(|error| match &error {
            VerifyError::Read { path, error } => unreadable(path, error),
            VerifyError::Interrupted => Failure::usage("interrupted"),
            VerifyError::NotAManifest(_) => Failure::usage(format!("--earlier: {error}")).next("Name the folder that the releases and their manifests lie in."),
        })?;
        if found.manifests.is_empty() {
            return Err(Failure::usage(format!("--earlier {}: there is no manifest of a release in it", folder.display()))
                .next("Give the folder with the earlier releases, NAME.manifest.json and its .sig; an empty folder says that there are none.")
                .into());
        }
        let base = if metadata.is_dir() { folder.clone() } else { folder.parent().map(Path::to_owned).unwrap_or_default() };
        for checked in found.manifests {
            if let Some(one) = signed(&base, checked)?
                && !all.iter().any(|known| known.sha256 == one.sha256)
            {
                all.push(one);
            }
        }
    }
    all.sort_by(|a, b| (&a.says.as_of, &a.sha256).cmp(&(&b.says.as_of, &b.sha256)));
    Ok(all)
}

/// A manifest of a release whose signature and files hold; none for a report.
fn signed(base: &Path, checked: Checked) -> anyhow::Result<Option<Signed>> {
    let bad = checked.checks.iter().find(|check| {
        check.verdict == Verdict::Fails || check.verdict == Verdict::NotChecked && matches!(check.matter, Matter::Signature | Matter::Signer | Matter::File)
    });
    if let Some(check) = bad {
        let message = format!("--earlier: {} does not hold: {}: {}", checked.name, check.matter.name(), check.message);
        return Err(Failure::new(Outcome::VerificationFailed, "verification-failed", message)
            .next(check.next.clone())
            .next("`carepact verify` shows every check; nothing was released.")
            .into());
    }
    let (Some(Statement::Release(says)), Some(sha256)) = (checked.says, checked.sha256) else { return Ok(None) };
    let path = base.join(&checked.name);
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    Ok(Some(Signed { folder, name: checked.name, sha256, says: *says }))
}

/// Releases that manifests name as their predecessors and that are not there.
fn gaps(args: &Args, manifests: &[Signed], known: &BTreeSet<&str>) -> anyhow::Result<Vec<String>> {
    let mut missing: BTreeSet<String> = manifests.iter().filter_map(|one| one.says.previous.clone()).collect();
    if let Some(previous) = &args.previous {
        missing.insert(sha256(&read_input(previous)?));
    }
    missing.retain(|digest| !known.contains(digest.as_str()));
    let number = missing.len() as u64;
    let plural = if number == 1 { "it is" } else { "they are" };
    let words = || format!("{} named by a later manifest, and {plural} not in --earlier", text::count(number, "release is", "releases are"));
    Ok((number > 0).then(words).into_iter().collect())
}

/// The columns somebody could know from elsewhere, by their names in the extract: those of this release, and of the other
/// one as the agreement has it now.
fn quasi_of(ground: &Ground<'_>, name: &str) -> Vec<String> {
    let mut all = ground.release.quasi_inputs();
    let draft = ground.agreement.draft.releases.iter().find(|draft| draft.name.value == name);
    if let Some(other) = draft.and_then(|draft| Release::read(ground.agreement, draft, &Sink::new())) {
        all.extend(other.quasi_inputs());
    }
    all
}

/// Columns of an earlier release by their roles: quasi-identifiers by their names in it, and the person.
fn roles(quasi: &[(&String, &String)], person: &str) -> Vec<(String, Role)> {
    let person = (person.to_owned(), Role::Person);
    quasi.iter().map(|(_, output)| ((*output).clone(), Role::Quasi)).chain([person]).collect()
}

/// A release in codes.
fn read(args: &Args, session: &Session, path: &Path, plan: Plan) -> anyhow::Result<Coded> {
    let file = File::open(path).map_err(|error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(&error))))?;
    let bar = session.progress(file.metadata().map_or(0, |file| file.len()), "reading earlier releases");
    let (layout, source, _) = open(path, bar.wrap_read(file), args.block)?;
    let mut reader = Reader::new(plan);
    reader.read(&layout, source, &session.interrupt_flag(), |_| ()).map_err(|error| -> anyhow::Error {
        match error {
            Stopped::Row { why: ReadError::Full(_), .. } => full().into(),
            Stopped::Row { row, why } => Failure::unreadable(format!("{}, row {row}: {why}", path.display())).into(),
            Stopped::Read(error) => Failure::unreadable(format!("cannot read {} to its end: {}", path.display(), io_words(&error))).into(),
            Stopped::Sink(error) if error.kind() == std::io::ErrorKind::OutOfMemory => full().into(),
            Stopped::Sink(error) => not_measured(&ReadError::Disk(io_words(&error)).into()).into(),
            Stopped::Interrupted => Failure::usage("interrupted").into(),
            Stopped::Lost => Failure::new(Outcome::Bug, "bug", "a worker stopped without a word").into(),
        }
    })?;
    bar.finish_and_clear();
    Ok(reader.finish().map_err(|error| not_measured(&error.into()))?)
}
