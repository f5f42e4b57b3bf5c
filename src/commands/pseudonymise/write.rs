//! What a run leaves behind, all of it or nothing, and what it says.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::failure::Failure;
use super::super::session::{BOLD, Format, GREEN, Session, YELLOW, part_file, persist};
use super::super::signed;
use super::Args;
use super::run::{Ground, balance};
use crate::diagnostics::results::{Input, NotAssessed, Results};
use crate::disclosure::repair::LeftOut;
use crate::disclosure::shown::{FEW, share};
use crate::evidence::manifest::{self, AgreementRef, Column, KeyRef, Manifest, OptOut, Output, PackRef, ReleaseRef, Risk, SenderBalance, blurred};
use crate::evidence::signature::{Namespace, sign};
use crate::keys::SigningKey;
use crate::pseudonymise::leak::others::Seen;
use crate::pseudonymise::pipeline::SetAside;
use crate::pseudonymise::release::{Action, Is};
use crate::pseudonymise::repair::{CAUSE, Remedy};
use crate::pseudonymise::risk_gate::Verdict;
use crate::pseudonymise::tally::Tally;
use crate::pseudonymise::transform::redact::MARKS;
use crate::pseudonymise::transform::truncate::To;
use crate::tabular::{Layout, Packing};
use crate::text::{and_list, count, thousands};

/// Row numbers shown for each cause.
const SHOWN: usize = 5;
const RISK: &str = "the release has no `risk:` block";

/// What a run learnt.
pub(super) struct Facts {
    pub key: Option<(String, u32)>,
    pub check_values: Vec<(String, String)>,
    /// By extract: name and books.
    pub tallies: Vec<(String, Tally)>,
    digests: Vec<String>,
    /// The files about opt-outs: role and keyed digest.
    pub lists: Vec<(&'static str, String)>,
    /// Keyed digests of the lookup files, in their order.
    pub lookups: Vec<String>,
    layouts: Vec<Layout>,
    /// How each extract is packed.
    packings: Vec<Packing>,
    pub sha256: String,
    /// NHS numbers of other people, by column of the release.
    pub others: BTreeMap<usize, Seen>,
    /// Column of the release and its distinct identifiers.
    pub distinct: Vec<(usize, u64)>,
    pub warnings: Vec<String>,
    /// Disclosure risk of what leaves, where the release asks for it.
    pub risk: Option<Verdict>,
    /// What a repair did, and what was measured before it.
    pub repair: Option<(Verdict, Remedy)>,
    /// The first rows set aside, by cause.
    rows: BTreeMap<&'static str, Vec<u64>>,
    total: Tally,
}

impl Facts {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            key: None,
            check_values: Vec::new(),
            tallies: Vec::new(),
            digests: Vec::new(),
            lists: Vec::new(),
            lookups: Vec::new(),
            layouts: Vec::new(),
            packings: Vec::new(),
            sha256: String::new(),
            others: BTreeMap::new(),
            distinct: Vec::new(),
            warnings: Vec::new(),
            risk: None,
            repair: None,
            rows: BTreeMap::new(),
            total: Tally::new(columns),
        }
    }

    /// Disclosure risk as manifest and results say it.
    fn risk(&self) -> Risk {
        let Some(risk) = &self.risk else { return Risk::not_assessed(RISK) };
        Risk::assessed(&match &self.repair {
            None => risk.detail.clone(),
            Some((before, remedy)) => {
                let left_out = crate::disclosure::shown::count(remedy.rows);
                format!("{}; repaired: {}, rows left out: {left_out}; before the repair: {}", risk.detail, remedy.levels, before.detail)
            }
        })
    }

    /// The repair as results save it.
    fn repair_data(&self) -> serde_json::Value {
        self.repair.as_ref().map_or(serde_json::Value::Null, |(before, remedy)| {
            json!({
                "steps": remedy.steps, "levels": remedy.levels, "rows_left_out": crate::disclosure::shown::value(remedy.rows),
                "left_out_by": remedy.left_out_by.iter().map(LeftOut::data).collect::<Vec<_>>(), "before": before.data,
            })
        })
    }

    /// Takes a row that was written out of the books again: `filled` says for each of these columns whether it held something.
    pub(super) fn leave_out(&mut self, row: u64, columns: &[usize], filled: &[bool]) {
        let mut before = 0;
        let mut of = self.tallies.iter().map(|(_, tally)| tally.out + tally.removed.get(CAUSE).copied().unwrap_or(0)).enumerate();
        let extract = of.find(|(_, out)| {
            before += out;
            row < before
        });
        let one = extract.and_then(|(index, _)| self.tallies.get_mut(index)).map(|(_, tally)| tally);
        for tally in one.into_iter().chain([&mut self.total]) {
            tally.out -= 1;
            *tally.removed.entry(CAUSE).or_default() += 1;
            for (column, filled) in columns.iter().zip(filled) {
                let column = &mut tally.columns[*column];
                let count = if *filled { &mut column.values } else { &mut column.empty };
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Numbers of ten digits in a column that leaves, and those that pass the check digit of NHS numbers.
    pub(super) fn numbers(&self, column: usize) -> (u64, u64) {
        self.total.columns[column].numbers
    }

    /// Rows written.
    pub(super) fn total_out(&self) -> u64 {
        self.total.out
    }

    pub(super) fn note_row(&mut self, one: &SetAside) {
        let rows = self.rows.entry(one.cause).or_default();
        if rows.len() < SHOWN && self.tallies.is_empty() {
            rows.push(one.row);
        }
    }

    pub(super) fn add(&mut self, name: String, hmac: String, layout: Layout, packing: Packing, tally: Tally) {
        self.total.merge(&tally, 0);
        self.tallies.push((name, tally));
        self.digests.push(hmac);
        self.layouts.push(layout);
        self.packings.push(packing);
    }

    /// By column of the release and kind: rows, and the first as extract and row.
    pub(super) fn leaks(&self) -> BTreeMap<(usize, Is), (u64, (String, u64))> {
        let mut all = BTreeMap::new();
        for (name, tally) in &self.tallies {
            for (key, leak) in &tally.leaks {
                all.entry(*key).or_insert_with(|| (0, (name.clone(), leak.first))).0 += leak.rows;
            }
        }
        all
    }
}

/// Where everything goes.
pub(super) struct Target {
    release: Option<PathBuf>,
    pub quarantine: Option<PathBuf>,
}

/// The release before it may appear.
pub(super) struct Spool {
    pub release: Box<dyn Write>,
    file: Option<tempfile::NamedTempFile>,
    /// A second way to the file, to read it again.
    again: Option<std::fs::File>,
}

impl Spool {
    /// What was written, from its start.
    pub(super) fn reread(&mut self) -> std::io::Result<std::fs::File> {
        use std::io::Seek as _;
        self.release.flush()?;
        let mut file = self.again.take().ok_or_else(|| std::io::Error::other("the release was not kept"))?;
        file.rewind()?;
        Ok(file)
    }
}

/// The rows of one extract that are set aside.
pub(super) struct SetAsideFile {
    to: Option<(PathBuf, std::io::BufWriter<tempfile::NamedTempFile>, u8)>,
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

impl Target {
    /// Reads `-o` and `--quarantine`, and refuses before the first row what could not be written after the last.
    pub(super) fn of(args: &Args, session: &Session, dry: bool) -> anyhow::Result<Self> {
        let releases: Vec<&PathBuf> = session.outputs.iter().filter(|output| output.format != Some(Format::Json)).map(|output| &output.path).collect();
        if let Some(other) = session.outputs.iter().find(|output| !matches!(output.format, None | Some(Format::Csv | Format::Json))) {
            let name = other.format.map_or("", Format::name);
            return Err(Failure::usage(format!("a release is not written as {name}"))
                .next("Use -o release.csv, and -o json:results.json for the results.")
                .into());
        }
        let release = match releases[..] {
            _ if dry => None,
            [path] if path.as_os_str() == "-" => {
                return Err(Failure::not_built("a release to standard output (its manifest lies beside it)").next("Name a file: -o release.csv").into());
            }
            [path] => Some(path.clone()),
            _ => return Err(Failure::usage("name one file for the release: -o release.csv").into()),
        };
        if let Some(path) = &release {
            for ending in ["", ".manifest.json", ".manifest.json.sig", ".balance.json"] {
                session.check_free(&beside(path, ending))?;
            }
        }
        for output in session.outputs.iter().filter(|output| output.format == Some(Format::Json) && output.path.as_os_str() != "-") {
            session.check_free(&output.path)?;
        }
        let quarantine = match (&args.quarantine, &release) {
            (Some(dir), Some(release)) => {
                Self::check_quarantine(dir, release)?;
                for (index, path) in args.extracts.iter().enumerate() {
                    session.check_free(&dir.join(set_aside_name(path, index, args.extracts.len())))?;
                }
                Some(dir.clone())
            }
            _ => None,
        };
        Ok(Self { release, quarantine })
    }

    fn check_quarantine(dir: &Path, release: &Path) -> anyhow::Result<()> {
        let out = release.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if real(dir).starts_with(real(out)) {
            return Err(Failure::usage(format!("--quarantine {} lies in the folder of the release, and would leave with it", dir.display()))
                .next("Rows set aside are identifiable: name a folder elsewhere.")
                .into());
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        let unwritable = |error: std::io::Error| Failure::usage(format!("cannot write in {}: {}", dir.display(), super::super::session::io_words(&error)));
        Ok(builder.create(dir).map_err(unwritable)?)
    }

    /// Where rows are written before the release may appear. A plan keeps them only where they are read again, in a file
    /// that has no name.
    pub(super) fn spool(&self, read_again: bool) -> anyhow::Result<Spool> {
        Ok(match &self.release {
            None if read_again => {
                let file = tempfile::tempfile()?;
                Spool { release: Box::new(file.try_clone()?), file: None, again: Some(file) }
            }
            None => Spool { release: Box::new(std::io::sink()), file: None, again: None },
            Some(path) => {
                let file = part_file(path, 0o600)?;
                let again = read_again.then(|| file.reopen()).transpose()?;
                Spool { release: Box::new(file.as_file().try_clone()?), file: Some(file), again }
            }
        })
    }

    /// Opens the file for rows set aside of one extract, if they are wanted.
    pub(super) fn set_aside(&self, extract: &Path, index: usize, of: usize, layout: &Layout) -> anyhow::Result<SetAsideFile> {
        let Some(dir) = &self.quarantine else { return Ok(SetAsideFile { to: None }) };
        let path = dir.join(set_aside_name(extract, index, of));
        let mut out = std::io::BufWriter::new(part_file(&path, 0o600)?);
        let quoted: Vec<String> = layout.header.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
        let separator = char::from(layout.delimiter);
        writeln!(out, "row{separator}cause{separator}{}", quoted.join(&separator.to_string()))?;
        Ok(SetAsideFile { to: Some((path, out, layout.delimiter)) })
    }

    /// Gives every file its name, the release last: what has no manifest never appears.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn finish(
        &self,
        session: &mut Session,
        ground: &Ground<'_>,
        spool: Spool,
        set_aside: Vec<SetAsideFile>,
        facts: &Facts,
        signer: Option<&SigningKey>,
        previous: Option<String>,
    ) -> anyhow::Result<()> {
        let (Some(path), Some(release), Some(signer)) = (&self.release, spool.file, signer) else { return Ok(()) };
        drop(spool.release);
        let manifest = manifest(session, ground, facts, path, previous)?.to_bytes();
        let books = facts.tallies.iter().map(|(name, tally)| balance(name, tally)).collect();
        let books = SenderBalance::new(&manifest, &ground.release.place, books).to_bytes();
        let signature = sign(signer, Namespace::Manifest, &manifest);
        let mut files: Vec<(tempfile::NamedTempFile, PathBuf)> = Vec::new();
        for one in set_aside {
            if let Some((path, out, _)) = one.to {
                files.push((out.into_inner().map_err(std::io::IntoInnerError::into_error)?, path));
            }
        }
        for (ending, bytes, mode) in
            [(".balance.json", &books[..], 0o600), (".manifest.json.sig", signature.as_bytes(), 0o644), (".manifest.json", &manifest[..], 0o644)]
        {
            let path = beside(path, ending);
            let mut file = part_file(&path, mode)?;
            file.write_all(bytes)?;
            files.push((file, path));
        }
        files.push((release, path.clone()));
        for (file, _) in &files {
            file.as_file().sync_all()?;
        }
        if session.interrupted() {
            return Err(Failure::usage("interrupted").into());
        }
        let mut done: Vec<PathBuf> = Vec::new();
        for (file, path) in files {
            if let Err(error) = persist(file, &path, session.force) {
                for path in done {
                    let _ = std::fs::remove_file(path);
                }
                return Err(error);
            }
            done.push(path);
        }
        Ok(())
    }
}

/// A path without links, also if its last parts are not there yet.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for there in path.ancestors() {
        if let Ok(found) = there.canonicalize() {
            let mut real = found;
            for part in path.strip_prefix(there).unwrap_or(Path::new("")).components() {
                match part {
                    std::path::Component::ParentDir => {
                        real.pop();
                    }
                    part => real.push(part),
                }
            }
            return real;
        }
    }
    path
}

fn set_aside_name(extract: &Path, index: usize, of: usize) -> String {
    let plain = extract.extension().is_some_and(|ending| ending == "gz" || ending == "zst").then(|| extract.with_extension(""));
    let stem = plain.as_deref().unwrap_or(extract).file_stem().map_or_else(|| "extract".to_owned(), |stem| stem.to_string_lossy().into_owned());
    if of > 1 { format!("{}-{stem}.quarantine.csv", index + 1) } else { format!("{stem}.quarantine.csv") }
}

impl SetAsideFile {
    pub(super) fn write(&mut self, rows: &[SetAside]) -> std::io::Result<()> {
        let Some((_, out, delimiter)) = &mut self.to else { return Ok(()) };
        for one in rows {
            write!(out, "{}", one.row)?;
            out.write_all(&[*delimiter])?;
            out.write_all(one.cause.as_bytes())?;
            out.write_all(&[*delimiter])?;
            out.write_all(&one.record)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

fn warnings(ground: &Ground<'_>, facts: &Facts, previous: bool) -> Vec<String> {
    let release = ground.release;
    let mut all = facts.warnings.clone();
    all.push("Rows stand in the order of the extract (`order: keep`), and order may tell when something happened.".to_owned());
    all.push("The leak check looked in each row for that row's own identifiers, and for other people's NHS numbers, not for their names.".to_owned());
    if release.key.is_none() && !previous {
        all.push("The release pins no key (`key: {id, version}`): this release sets it; with another keyring people would get other pseudonyms.".to_owned());
    }
    if let (Some((_, remedy)), Some(repair)) = (&facts.repair, release.risk.as_ref().and_then(|risk| risk.repair.as_ref()))
        && repair.groups.is_empty()
        && remedy.rows > 0
    {
        let by: Vec<&str> = remedy.left_out_by.iter().map(|one| one.column.as_str()).collect();
        all.push(format!(
            "Whose rows a repair leaves out is told by {} only, since `repair:` names no `groups:`: to see it by ethnicity, age band, sex and deprivation, name the columns that hold them (they must leave).",
            and_list(&by)
        ));
    }
    if let Some((written, profile)) = &release.small_numbers {
        all.push(format!(
            "Tables of counts made from this release leave by `{}` ({}), which does nothing to its rows: `carepact risk --table COUNTS --release {}`.",
            written.value,
            profile.words(),
            release.place
        ));
    }
    for one in ground.opt_outs.statements.iter().filter(|one| one.status == "not assessed") {
        all.push(format!("Opt-outs ({}) were not assessed: {}.", one.kind.replace('_', " "), one.detail));
    }
    for rule in &release.columns {
        match &rule.action {
            Action::Shift { range, .. } => {
                all.push(format!("`{}` is shifted by {:.1} bits: that is obfuscation, not secrecy.", rule.output, range.entropy_bits()));
            }
            Action::Truncate(to @ (To::Month | To::Quarter)) if rule.is != Some(Is::BirthDate) => {
                let shifted: Vec<String> =
                    release.columns.iter().filter(|other| matches!(other.action, Action::Shift { .. })).map(|other| format!("`{}`", other.output)).collect();
                if !shifted.is_empty() {
                    all.push(format!(
                        "`{}` gives true {}s beside shifted dates ({}): where the two lie near each other they narrow the offset.",
                        rule.output,
                        to.name(),
                        and_list(&shifted)
                    ));
                }
            }
            Action::Redact(_) => all.push(format!("`{}` is free text: redaction is best effort, and dropping it is safer.", rule.output)),
            Action::Mask(_) => all.push(format!("`{}` is masked, which is weak: what is kept tells people apart in a small group.", rule.output)),
            _ => {}
        }
    }
    let prefixed: u64 = facts.total.columns.iter().map(|column| column.prefixed).sum();
    if prefixed > 0 {
        all.push(format!("An apostrophe stands before {} that a spreadsheet would calculate.", count(prefixed, "cell", "cells")));
    }
    all
}

fn columns(ground: &Ground<'_>, facts: &Facts) -> Vec<Column> {
    let header: Vec<&String> = facts.layouts.first().map(|layout| layout.header.iter().collect()).unwrap_or_default();
    header
        .into_iter()
        .filter_map(|name| ground.release.columns.iter().enumerate().find(|(_, rule)| rule.name.value == *name))
        .map(|(index, rule)| {
            let released = rule.action != Action::Drop;
            let tally = &facts.total.columns[index];
            let mut counts = BTreeMap::new();
            if released {
                counts.insert("values".to_owned(), tally.values);
                counts.insert("empty".to_owned(), tally.empty);
                counts.extend(facts.distinct.iter().filter(|(of, _)| *of == index).map(|(_, distinct)| ("distinct".to_owned(), *distinct)));
                let redacted = MARKS.iter().zip(tally.redacted).map(|((_, word, _), number)| (*word, number));
                for (word, number) in [("not_known", tally.not_known), ("prefixed", tally.prefixed)].into_iter().chain(redacted) {
                    if number > 0 {
                        counts.insert(word.to_owned(), number);
                    }
                }
            }
            Column {
                table: "extract".to_owned(),
                name: rule.name.value.clone(),
                output: released.then(|| rule.output.clone()),
                action: rule.written.clone(),
                leaks: rule.action.leaks(),
                counts,
            }
        })
        .collect()
}

fn manifest(session: &Session, ground: &Ground<'_>, facts: &Facts, path: &Path, previous: Option<String>) -> anyhow::Result<Manifest> {
    let release = ground.release;
    Ok(Manifest {
        format: manifest::FORMAT.to_owned(),
        tool: manifest::tool(),
        made: signed::made()?,
        as_of: session.as_of.to_string(),
        agreement: AgreementRef::of(ground.agreement),
        release: ReleaseRef::of(ground.draft),
        pack: PackRef::of(ground.pack),
        recipient: release.to.value.to_ascii_uppercase(),
        purpose: release.purpose.value.clone(),
        linkage: release.linkage.clone(),
        key: facts.key.as_ref().map(|(id, version)| KeyRef { id: id.clone(), version: *version, check_values: facts.check_values.iter().cloned().collect() }),
        columns: columns(ground, facts),
        outputs: vec![Output { name: super::run::file_name(path), rows: Some(facts.total.out), sha256: facts.sha256.clone() }],
        inputs: facts
            .digests
            .iter()
            .map(|hmac| manifest::Input { role: "extract".to_owned(), hmac: hmac.clone() })
            .chain(facts.lists.iter().map(|(role, hmac)| manifest::Input { role: (*role).to_owned(), hmac: hmac.clone() }))
            .chain(facts.lookups.iter().map(|hmac| manifest::Input { role: "lookup".to_owned(), hmac: hmac.clone() }))
            .collect(),
        rows_out: facts.total.out,
        not_released: blurred(facts.total.not_released()),
        opt_outs: ground
            .opt_outs
            .statements
            .iter()
            .map(|one| OptOut { kind: one.kind.to_owned(), status: one.status.to_owned(), detail: one.detail.clone() })
            .collect(),
        risk: facts.risk(),
        warnings: warnings(ground, facts, previous.is_some()),
        previous,
        statements: manifest::STATEMENTS.iter().map(|one| (*one).to_owned()).collect(),
    })
}

/// The digest of everything that a plan shows of rows, columns and risk: a plan and a run that would do the same have the
/// same one, whatever their day, key and file names.
pub(super) fn plan_digest(ground: &Ground<'_>, facts: &Facts) -> String {
    let release = ground.release;
    let total = &facts.total;
    let effect = json!({
        "format": "carepact.plan/1", "agreement": AgreementRef::of(ground.agreement), "release": ReleaseRef::of(ground.draft), "pack": PackRef::of(ground.pack),
        "recipient": release.to.value.to_ascii_uppercase(), "purpose": release.purpose.value, "linkage": release.linkage,
        "rows": {"in": total.read, "out": total.out, "removed": total.removed, "quarantined": total.quarantined, "blank": total.blank},
        "columns": columns(ground, facts), "risk": facts.risk(), "risk_measures": facts.risk.as_ref().map(|risk| &risk.data), "repair": facts.repair_data(),
        "opt_outs": ground.opt_outs.statements.iter().map(|one| json!({"kind": one.kind, "status": one.status})).collect::<Vec<_>>(),
    });
    manifest::sha256(effect.to_string().as_bytes())
}

fn results(session: &Session, ground: &Ground<'_>, facts: &Facts, target: &Target, previous: bool) -> Results {
    let release = ground.release;
    let mut results = Results::new("pseudonymise", &session.as_of.to_string());
    results.pack = Some(ground.pack.reference());
    // A digest with a key that lives only for a plan says nothing.
    let digest = |hmac: &String| if facts.key.is_some() { format!("hmac:{hmac}") } else { String::new() };
    results.inputs = facts
        .tallies
        .iter()
        .zip(&facts.digests)
        .map(|((name, _), hmac)| Input { role: "extract".to_owned(), name: name.clone(), digest: digest(hmac) })
        .chain(facts.lists.iter().map(|(role, hmac)| Input { role: (*role).to_owned(), name: (*role).to_owned(), digest: digest(hmac) }))
        .chain((ground.lookups.iter().zip(&facts.lookups)).map(|(lookup, hmac)| Input {
            role: "lookup".to_owned(),
            name: lookup.name.clone(),
            digest: digest(hmac),
        }))
        .collect();
    results.balance = facts.tallies.iter().map(|(name, tally)| balance(name, tally)).collect();
    if facts.risk.is_none() {
        results.not_assessed.push(NotAssessed { what: "disclosure risk".to_owned(), why: RISK.to_owned() });
    }
    if let Some(why) = facts.risk.as_ref().and_then(|risk| risk.earlier_unknown.clone()) {
        results.not_assessed.push(NotAssessed { what: "k beside earlier releases".to_owned(), why });
    }
    for one in ground.opt_outs.statements.iter().filter(|one| one.status == "not assessed") {
        results.not_assessed.push(NotAssessed { what: format!("opt-outs: {}", one.kind.replace('_', " ")), why: one.detail.clone() });
    }
    let outputs = match &target.release {
        Some(path) => json!([{"name": super::run::file_name(path), "rows": facts.total.out, "sha256": facts.sha256}]),
        None => json!([]),
    };
    results.data = json!({
        "plan": target.release.is_none(), "plan_digest": plan_digest(ground, facts),
        "release": {
            "agreement": ground.agreement.id, "agreement_version": AgreementRef::of(ground.agreement).version, "release": release.name,
            "recipient": release.to.value.to_ascii_uppercase(), "purpose": release.purpose.value, "form": release.form,
            "rows_in": facts.total.read, "rows_out": facts.total.out, "not_released": blurred(facts.total.not_released()),
            "columns": columns(ground, facts), "risk": facts.risk(), "risk_measures": facts.risk.as_ref().map(|risk| &risk.data), "repair": facts.repair_data(), "key_id": facts.key.as_ref().map(|(id, _)| id), "linkage": release.linkage,
            "national_opt_out": {"applies": ground.opt_outs.decision.applies, "reason": ground.opt_outs.decision.reason},
            "opt_outs": ground.opt_outs.statements.iter().map(|one| json!({"kind": one.kind, "status": one.status, "detail": one.detail})).collect::<Vec<_>>(),
            "warnings": warnings(ground, facts, previous), "outputs": outputs,
        }
    });
    results
}

/// What a person sees, and what `-f json` and `-o json:` save.
pub(super) fn show(session: &mut Session, ground: &Ground<'_>, facts: &Facts, target: &Target, previous: bool, json: bool) -> anyhow::Result<()> {
    let results = results(session, ground, facts, target, previous);
    for output in session.outputs.clone().into_iter().filter(|output| output.format == Some(Format::Json)) {
        session.write_file(&output.path, &results.to_bytes(), 0o600)?;
    }
    if json {
        session.raw(&results.to_bytes())?;
        return Ok(());
    }
    let release = ground.release;
    let total = &facts.total;
    let verb = if target.release.is_some() { "released" } else { "plan" };
    let head = session.paint(GREEN, verb);
    session.say(format!("{head}: {} to {} for {}, as of {}", release.place, release.to.value.to_ascii_uppercase(), release.purpose.value, session.as_of))?;
    for (((name, _), layout), packing) in facts.tallies.iter().zip(&facts.layouts).zip(&facts.packings) {
        let mut said = Vec::new();
        if *packing != Packing::Plain {
            said.push(format!("packed with {}", packing.name()));
        }
        said.push(format!("separated by {}", layout.separator()));
        if layout.bom {
            said.push("with a byte order mark".to_owned());
        }
        if layout.crlf {
            said.push("lines end with CRLF".to_owned());
        }
        session.say(format!("  read {name}: {}", said.join(", ")))?;
    }
    for lookup in ground.lookups {
        let columns: Vec<String> = lookup.columns.iter().map(|(column, known)| format!("`{column}` ({})", count(*known as u64, "value", "values"))).collect();
        session.say(format!("  looked up in {}: {}", lookup.name, and_list(&columns)))?;
    }
    let heading = session.paint(BOLD, "rows");
    session.say(format!(
        "\n{heading}: {} in, {} out, {} removed, {} quarantined",
        thousands(total.read),
        thousands(total.out),
        thousands(total.removed.values().sum()),
        thousands(total.quarantined.values().sum())
    ))?;
    for (cause, number) in &total.removed {
        session.say(format!("  removed      {:>12}  {}", thousands(*number), cause.replace('_', " ")))?;
    }
    for (cause, number) in &total.quarantined {
        let rows = facts.rows.get(cause).filter(|rows| !rows.is_empty() && facts.tallies.len() == 1);
        let rows = rows.map_or_else(String::new, |rows| {
            let rows: Vec<String> = rows.iter().map(u64::to_string).collect();
            format!(
                " (row{} {}{})",
                if rows.len() == 1 { "" } else { "s" },
                rows.join(", "),
                if rows.len() < usize::try_from(*number).unwrap_or(usize::MAX) { ", ..." } else { "" }
            )
        });
        session.say(format!("  quarantined  {:>12}  {}{rows}", thousands(*number), cause.replace('_', " ")))?;
    }
    if total.blank > 0 {
        session.say(format!("  skipped      {:>12}  blank lines, which are no rows of the table", thousands(total.blank)))?;
    }
    let heads = ["column", "comes out as", "action", "values", "empty", "distinct"];
    let mut table = crate::commands::columns::Columns::new(session, &heads, heads.len()).indented(1);
    for column in columns(ground, facts) {
        let number = |word: &str| column.counts.get(word).map_or_else(String::new, |number| thousands(*number));
        table.add_row([
            column.name.clone(),
            column.output.clone().unwrap_or_else(|| "-".to_owned()),
            column.action.clone(),
            number("values"),
            number("empty"),
            number("distinct"),
        ]);
    }
    session.say("")?;
    session.say(table.text())?;
    session.say("")?;
    for (rule, tally) in ground.release.columns.iter().zip(&facts.total.columns) {
        if tally.not_known > 0 {
            session.say(format!("{}: {} not known", rule.name.value, count(tally.not_known, "value is", "values are")))?;
        }
        let struck: Vec<String> =
            MARKS.iter().zip(tally.redacted).filter(|(_, number)| *number > 0).map(|((_, _, mark), number)| format!("{} {mark}", thousands(number))).collect();
        if !struck.is_empty() {
            session.say(format!("{}: struck out, as well as it can be told: {}", rule.name.value, and_list(&struck)))?;
        }
    }
    for (index, distinct) in &facts.distinct {
        session.say(format!(
            "{}: {} in, as many distinct pseudonyms out",
            release.columns[*index].name.value,
            count(*distinct, "distinct identifier", "distinct identifiers")
        ))?;
    }
    for one in &ground.opt_outs.statements {
        session.say(format!("opt-outs, {}: {} ({})", one.kind.replace('_', " "), one.status, one.detail))?;
    }
    let risk = facts.risk();
    let status = session.paint(if facts.risk.as_ref().is_some_and(|risk| risk.warnings.is_empty()) { GREEN } else { YELLOW }, &risk.status);
    session.say(format!("risk: {status} ({})", risk.detail))?;
    if let Some((_, remedy)) = &facts.repair {
        for step in &remedy.steps {
            session.say(format!("  repair: {step}"))?;
        }
        for one in &remedy.left_out_by {
            let groups: Vec<String> = one
                .groups
                .iter()
                .filter(|group| group.rows >= FEW && group.small > 0)
                .map(|group| format!("{} {}", group.name, share(group.small, group.rows)))
                .collect();
            if !groups.is_empty() {
                session.say(format!("  left out by {}: {}", one.column, groups.join(", ")))?;
            }
        }
    }
    match &facts.key {
        Some((id, version)) => session.say(format!("key: {id}, version {version}; linkage {}", release.linkage))?,
        None => session.say(format!("key: none given; linkage {}", release.linkage))?,
    }
    for warning in warnings(ground, facts, previous) {
        session.say(format!("note: {warning}"))?;
    }
    if let Some(path) = &target.release {
        let names: Vec<String> = [".manifest.json", ".manifest.json.sig"].iter().map(|ending| beside(path, ending).display().to_string()).collect();
        session.say(format!("\nwritten: {}, {}", path.display(), and_list(&names)))?;
        session.say(format!("for you only, never to be sent: {}", beside(path, ".balance.json").display()))?;
        if let Some(dir) = &target.quarantine {
            session.say(format!("set aside as read, identifiable: {}", dir.display()))?;
        }
    } else {
        session.say(format!("plan digest: {} (--plan-digest holds a run to it)", plan_digest(ground, facts)))?;
    }
    Ok(())
}
