//! Rehearsal: what would stop or start if the register were another, or an agreement lapsed. Nothing is written to the pack.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::ask::facts;
use super::super::columns::unindented;
use super::super::failure::Failure;
use super::super::session::{BOLD, Format, Session};
use super::text::{fault, title};
use super::{Args, FailOn, machine, narrow, too_many};
use crate::coverage::Situation;
use crate::coverage::change::{Change, Moved, Status, changes, patients};
use crate::decision::Compiled;
use crate::diagnostics::{Severity, human, results::Results};
use crate::identifier::Interval;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::source::Sources;
use crate::text::{and_list, count};

/// Tables that may be replaced.
const TABLES: [&str; 5] = ["organisations.csv", "list_sizes.csv", "memberships.csv", "functions.csv", "assurance.csv"];

/// The replacement tables by their names in the pack.
fn replacements(paths: &[PathBuf]) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut over = BTreeMap::new();
    let mut take = |path: &Path, name: &str| -> anyhow::Result<()> {
        if over.insert(format!("register/{name}"), super::super::session::read_input(path)?).is_some() {
            return Err(Failure::usage(format!("{name} is given twice")).into());
        }
        Ok(())
    };
    for path in paths {
        if path.is_dir() {
            let folder = if path.join("register").is_dir() { path.join("register") } else { path.clone() };
            let there: Vec<&str> = TABLES.into_iter().filter(|name| folder.join(name).is_file()).collect();
            if there.is_empty() {
                return Err(Failure::usage(format!("{} holds no table of a register", path.display()))
                    .next(format!("It may hold {}.", and_list(&TABLES)))
                    .into());
            }
            for name in there {
                take(&folder.join(name), name)?;
            }
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(name) = TABLES.into_iter().find(|known| *known == name) else {
            return Err(Failure::usage(format!("{} is no table of a register by its name", path.display()))
                .next(format!("Name it {}.", crate::text::or_list(&TABLES)))
                .into());
        };
        take(path, name)?;
    }
    Ok(over)
}

/// The pack as it would be.
fn rehearsed(args: &Args, pack: &Pack, sources: &mut Sources, session: &mut Session) -> anyhow::Result<Pack> {
    let over = replacements(&args.with_register)?;
    let (mut after, findings) = Pack::load_over(&pack.dir, &over, sources).map_err(|error| super::super::pack::failure(&error))?;
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if !errors.is_empty() {
        for finding in errors.iter().take(3) {
            session.note(human::render(finding, sources, session.style().plain()));
        }
        let errors = count(errors.len() as u64, "error", "errors");
        return Err(Failure::new(Outcome::Usage, "pack-not-valid", format!("with these tables the pack has {errors} that change what it means"))
            .next("Keep a row for every organisation that an accession file names; close it with `closed` and `successor` instead of taking it out.")
            .into());
    }
    for id in &args.without {
        super::super::list::known(pack, id)?;
        for agreement in after.agreements.iter_mut().filter(|agreement| agreement.id == *id) {
            agreement.term = agreement.term.and_then(|term| Interval::new(term.first, term.last.min(session.as_of.previous())));
        }
    }
    Ok(after)
}

/// A demand with what stops (or starts), taken together over the statuses it goes to.
fn taken(changes: &[Change], wanted: impl Fn(Status, Status) -> bool) -> Vec<(&Change, Moved)> {
    changes
        .iter()
        .filter_map(|change| {
            let mut all: Option<Moved> = None;
            for (_, moved) in change.moved.iter().filter(|((was, is), _)| wanted(*was, *is)) {
                let all = all.get_or_insert_default();
                all.pairs += moved.pairs;
                all.leaves.extend(moved.leaves.iter().copied());
                all.givers.extend(moved.givers.iter().cloned());
                all.getters.extend(moved.getters.iter().cloned());
                all.because.extend(moved.because.iter().cloned());
            }
            all.map(|all| (change, all))
        })
        .collect()
}

/// Codes, or the first of them and how many more.
fn codes(list: &BTreeSet<String>) -> String {
    let mut shown: Vec<String> = list.iter().take(5).cloned().collect();
    if list.len() > 5 {
        shown.push(format!("{} more", list.len() - 5));
    }
    shown.join(", ")
}

/// Runs it.
pub(super) fn run(args: &Args, pack: &Pack, session: &mut Session) -> anyhow::Result<Outcome> {
    for format in session.outputs.iter().map(|output| output.format.unwrap_or(session.format)).chain([session.format]) {
        if !matches!(format, Format::Human | Format::Json) {
            return Err(Failure::usage(format!("a rehearsal does not write {}", format.name())).next("Use human or json.").into());
        }
    }
    let on = session.as_of;
    let mut sources = Sources::new();
    let after = rehearsed(args, pack, &mut sources, session)?;
    let known = facts(pack, args.given.iter().map(String::as_str))?;
    let (old, new) = (Compiled::new(pack), Compiled::new(&after));
    let (before, then) = (Situation::new(&old, on, known), Situation::new(&new, on, known));
    // What is asked about may be open on one side only.
    let (narrow_old, narrow_new) = match (narrow(args, pack, on), narrow(args, &after, on)) {
        (Ok(old), Ok(new)) => (old, new),
        (Ok(old), Err(_)) => (old.clone(), crate::coverage::Narrow { at: Some(Vec::new()), ..old }),
        (Err(_), Ok(new)) => (crate::coverage::Narrow { at: Some(Vec::new()), ..new.clone() }, new),
        (Err(error), Err(_)) => return Err(error.into()),
    };
    let all = changes((&before, &narrow_old), (&then, &narrow_new)).map_err(|error| too_many(&error))?;
    let stops = taken(&all, |was, is| was == Status::Covered && is != Status::Covered);
    let starts = taken(&all, |was, is| was != Status::Covered && is == Status::Covered);
    // Who begins without cover is a hole that the change makes.
    let dark = taken(&all, |was, is| was != Status::Covered && is == Status::Dark);
    let affected = |moved: &Moved, situation: &Situation<'_, '_>| patients(situation, moved.givers.union(&moved.getters), on);
    let mut results = Results::new("coverage", &on.to_string());
    results.pack = Some(pack.reference());
    let listed = |list: &[(&Change, Moved)], situation: &Situation<'_, '_>| -> Vec<serde_json::Value> {
        list.iter()
            .map(|(change, moved)| {
                let mut value = machine::of(pack, change.what);
                value["moved"] = machine::moved(pack, moved);
                value["patients"] = affected(moved, situation).into();
                value
            })
            .collect()
    };
    results.data = json!({
        "rehearsal": {"without": args.without, "with_register": after.files.iter().filter(|(name, digest)| pack.files.get(*name) != Some(digest)).map(|(name, _)| name).collect::<Vec<_>>()},
        "stops": listed(&stops, &before),
        "starts": listed(&starts, &then),
        "begins_without_cover": listed(&dark, &then),
    });
    let text = |shown: bool| {
        let bold = |text: &str| if shown { session.paint(BOLD, text) } else { text.to_owned() };
        let mut out = format!("{}\n", bold(&format!("Rehearsal on {}, compared with the pack as it is", on.in_words())));
        for (heading, list, situation) in [("Stops", &stops, &before), ("Starts", &starts, &then), ("Begins without cover", &dark, &then)] {
            if list.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n{}", bold(heading));
            for (change, moved) in list {
                let leaves: Vec<&str> = moved.leaves.iter().map(|leaf| pack.words.data.short(*leaf)).collect();
                let _ = writeln!(
                    out,
                    "  {}: {}, {}, {}",
                    title(pack, change.what),
                    and_list(&leaves),
                    count(moved.pairs, "pair of organisations", "pairs of organisations"),
                    count(affected(moved, situation), "patient", "patients")
                );
                let _ = writeln!(out, "    data of {}; seen at {}", codes(&moved.givers), codes(&moved.getters));
                let because: Vec<String> = moved.because.iter().take(6).map(fault).collect();
                if !because.is_empty() {
                    let _ = writeln!(out, "    {}", because.join("; "));
                }
            }
        }
        if stops.is_empty() && starts.is_empty() && dark.is_empty() {
            out.push_str("\nNothing stops and nothing starts.\n");
        } else if !stops.is_empty() || !dark.is_empty() {
            let who: BTreeSet<&String> = stops.iter().chain(&dark).flat_map(|(_, moved)| moved.givers.union(&moved.getters)).collect();
            let _ = writeln!(
                out,
                "\n{} with {} affected; before the day comes, bring what stops under an agreement, or have those who take over sign.",
                count(who.len() as u64, "organisation", "organisations"),
                count(patients(&before, who.iter().copied(), on), "patient", "patients")
            );
        }
        if session.accessible { unindented(&out) } else { out }
    };
    let bytes = |format: Format, shown: bool| if format == Format::Json { results.to_bytes() } else { text(shown).into_bytes() };
    let files: Vec<(PathBuf, Vec<u8>)> =
        session.outputs.iter().map(|output| (output.path.clone(), bytes(output.format.unwrap_or(session.format), false))).collect();
    let printed = (!session.outputs.iter().any(|output| output.path.as_os_str() == "-")).then(|| bytes(session.format, true));
    for (path, bytes) in files {
        session.write_file(&path, &bytes, 0o644)?;
    }
    if let Some(bytes) = printed {
        session.raw(&bytes)?;
    }
    let flows = |list: &[(&Change, Moved)]| list.iter().any(|(change, _)| matches!(change.what, crate::coverage::What::Flow { .. }));
    Ok(match args.fail_on {
        FailOn::None => Outcome::Done,
        FailOn::Flows if !flows(&stops) && !flows(&dark) => Outcome::Done,
        _ if stops.is_empty() && dark.is_empty() => Outcome::Done,
        _ => Outcome::Findings,
    })
}
