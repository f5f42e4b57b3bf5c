//! `carepact mutate`: what the tests of a pack would miss.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::failure::Failure;
use super::session::{BOLD, Format, GREEN, RED, Session};
use crate::decision::difference::DifferenceError;
use crate::diagnostics::results::Results;
use crate::mutants::{Fate, Mutant, Slip, Trial, tests_hold};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::source::Sources;
use crate::text::count;

/// Make small mistakes in a pack, one at a time, and list those that its tests do not notice
///
/// A clause gone, a day off by one, a name too wide, a condition the wrong way round, another purpose, one action or form more:
/// the tests are run on each. A mistake that decides no case otherwise is counted apart. Each that is missed comes with a
/// test that would catch it, to be pasted under `cases:`. The pack itself is not touched. Exit 1 if the score is below --min-score.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact mutate                           the pack here or above
  carepact mutate --only date --min-score 90
  carepact mutate --limit 50 -f markdown")]
pub struct Args {
    /// Folder of the pack
    pub pack: Option<PathBuf>,
    /// Only mistakes of these kinds: drop, date, widen, condition, purpose, way
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub only: Vec<String>,
    /// At most so many, spread evenly over all there are
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// The least share of mistakes that must be noticed, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_score: u8,
    /// How many are tried side by side (default: one for each core)
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Show every missed mistake, however many
    #[arg(long)]
    pub all: bool,
}

/// Most missed mistakes that are shown unless --all is given.
const SHOWN: usize = 20;

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if !matches!(session.format, Format::Human | Format::Short | Format::Json | Format::Markdown) {
        return Err(Failure::usage(format!("`mutate` has no format {}", session.format.name())).next("Use human, short, json or markdown.").into());
    }
    let only = kinds(&args.only)?;
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, args.pack.as_ref(), &mut sources)?;
    if pack.tests.is_empty() {
        return Err(Failure::new(Outcome::Incomplete, "no-tests", format!("no tests were found in {}", pack.dir.join("tests").display()))
            .next("Write tests/NAME.yaml first; without tests every mistake is missed.")
            .into());
    }
    if !tests_hold(&pack, session.as_of) {
        return Err(Failure::usage("the tests of the pack do not hold as it is").next("Mend them first: carepact test.").into());
    }
    let mut mutants: Vec<Mutant> = Mutant::all(&pack).into_iter().filter(|mutant| only.is_empty() || only.contains(&mutant.slip)).collect();
    let there = mutants.len();
    if let Some(limit) = args.limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit < there) {
        mutants = (0..limit).map(|index| mutants[index * there / limit].clone()).collect();
    }
    let jobs = args.jobs.filter(|jobs| *jobs > 0).or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1).min(mutants.len().max(1));
    let fates = fates(&pack, &mutants, jobs, session)?;
    if session.interrupted() {
        return Err(Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into());
    }
    let told = Told { pack: &pack, sources: &sources, tried: mutants.iter().zip(&fates).collect(), there };
    let outputs = session.outputs.clone();
    for output in &outputs {
        let text = told.in_format(output.format.unwrap_or(session.format), args.all, session)?;
        session.write_file(&output.path, text.as_bytes(), 0o644)?;
    }
    if outputs.is_empty() {
        let text = told.in_format(session.format, args.all, session)?;
        session.raw(text.as_bytes())?;
    }
    let (caught, missed) = (told.of(|fate| *fate == Fate::Caught), told.of(|fate| matches!(fate, Fate::Missed(_))));
    Ok(if caught * 100 < usize::from(args.min_score) * (caught + missed) { Outcome::Findings } else { Outcome::Done })
}

fn kinds(written: &[String]) -> Result<Vec<Slip>, Failure> {
    written
        .iter()
        .map(|word| {
            Slip::ALL.iter().find(|(name, _)| name == word).map(|(_, slip)| *slip).ok_or_else(|| {
                let names: Vec<&str> = Slip::ALL.iter().map(|(name, _)| *name).collect();
                Failure::usage(format!("--only knows no kind {word:?}")).next(format!("Use {}.", crate::text::or_list(&names)))
            })
        })
        .collect()
}

/// Tries all of them, each worker on a copy of its own.
fn fates(pack: &Pack, mutants: &[Mutant], jobs: usize, session: &Session) -> anyhow::Result<Vec<Fate>> {
    let bar = session.progress(mutants.len() as u64, "trying mistakes");
    let (next, interrupted) = (AtomicUsize::new(0), session.interrupt_flag());
    let found: Mutex<Vec<Option<Result<Fate, DifferenceError>>>> = Mutex::new(vec![None; mutants.len()]);
    let as_of = session.as_of;
    let work = || -> anyhow::Result<()> {
        let (mut copy, _) = Pack::load(&pack.dir, &mut Sources::new()).map_err(|error| super::pack::failure(&error))?;
        let trial = Trial::new(pack, as_of);
        while !interrupted.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(index) else { break };
            let fate = trial.fate(mutant, &mut copy);
            if let Ok(mut found) = found.lock() {
                found[index] = Some(fate);
            }
            bar.inc(1);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(Failure::new(Outcome::Bug, "bug", "a worker stopped without a word").into())))
    })?;
    bar.finish_and_clear();
    let found = found.into_inner().unwrap_or_default();
    let fates: Result<Vec<Fate>, DifferenceError> = found.into_iter().flatten().collect();
    Ok(fates.map_err(|error| Failure::usage(error.to_string()))?)
}

struct Told<'t> {
    pack: &'t Pack,
    sources: &'t Sources,
    tried: Vec<(&'t Mutant, &'t Fate)>,
    there: usize,
}

impl Told<'_> {
    fn of(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.tried.iter().filter(|(_, fate)| is(fate)).count()
    }

    fn missed(&self) -> Vec<(&Mutant, &crate::mutants::Witness)> {
        self.tried.iter().filter_map(|(mutant, fate)| if let Fate::Missed(witness) = fate { Some((*mutant, &**witness)) } else { None }).collect()
    }

    fn summary(&self) -> String {
        let (caught, equal, missed) = (self.of(|fate| *fate == Fate::Caught), self.of(|fate| *fate == Fate::Equal), self.missed().len());
        let score = (caught * 100).checked_div(caught + missed).map_or("no score".to_owned(), |score| format!("score {score}%"));
        let of = if self.tried.len() < self.there { format!(" of {}", self.there) } else { String::new() };
        format!("{score}: {}{of} tried, {caught} noticed, {missed} missed, {equal} that change no case", count(self.tried.len() as u64, "mistake", "mistakes"))
    }

    fn in_format(&self, format: Format, all: bool, session: &Session) -> anyhow::Result<String> {
        Ok(match format {
            Format::Json => String::from_utf8(self.results(session).to_bytes())?,
            Format::Markdown => self.markdown(),
            Format::Short => {
                let mut out = String::new();
                for (mutant, _) in self.missed() {
                    let _ = writeln!(out, "{}: missed: {}: {}", self.sources.locate(mutant.span), mutant.place, mutant.what);
                }
                let _ = writeln!(out, "{}", self.summary());
                out
            }
            _ => self.human(all, session),
        })
    }

    fn human(&self, all: bool, session: &Session) -> String {
        let mut out = String::new();
        let missed = self.missed();
        let shown = if all { missed.len() } else { missed.len().min(SHOWN) };
        for (mutant, witness) in &missed[..shown] {
            let _ = writeln!(out, "{}: {}: {}", session.paint(RED, "missed"), session.paint(BOLD, &mutant.place), mutant.what);
            let _ = writeln!(out, "  --> {}", self.sources.locate(mutant.span));
            let _ = writeln!(out, "  this test would notice it (under `cases:`):\n{}", witness.as_test());
        }
        if shown < missed.len() {
            let _ = writeln!(out, "and {} more (--all, or -f json)\n", missed.len() - shown);
        }
        let summary = self.summary();
        let _ = writeln!(out, "{}", if missed.is_empty() { session.paint(GREEN, &summary) } else { summary });
        if session.accessible { super::columns::unindented(&out) } else { out }
    }

    fn markdown(&self) -> String {
        let mut out = format!("### Mistakes the tests would miss\n\n{}\n", self.summary());
        let missed = self.missed();
        if !missed.is_empty() {
            out.push_str("\n| clause | mistake | where |\n|---|---|---|\n");
        }
        for (mutant, _) in &missed {
            let _ = writeln!(out, "| {} | {} | {} |", mutant.place, mutant.what.replace('|', "\\|").replace('<', "&lt;"), self.sources.locate(mutant.span));
        }
        if !missed.is_empty() {
            out.push_str("\n```yaml\ncases:\n");
            for (_, witness) in &missed {
                out.push_str(&witness.as_test());
            }
            out.push_str("```\n");
        }
        out
    }

    fn results(&self, session: &Session) -> Results {
        let mut results = Results::new("mutate", &session.as_of.to_string());
        results.pack = Some(self.pack.reference());
        let tried: Vec<_> = self
            .tried
            .iter()
            .map(|(mutant, fate)| {
                let at = self.sources.start(mutant.span);
                let (fate, test) = match fate {
                    Fate::Caught => ("noticed", None),
                    Fate::Equal => ("changes no case", None),
                    Fate::Missed(witness) => ("missed", Some(witness.as_test())),
                };
                json!({"kind": mutant.slip.name(), "place": mutant.place, "what": mutant.what, "file": self.sources.name(mutant.span.file), "line": at.line, "column": at.column, "fate": fate, "test": test})
            })
            .collect();
        let (caught, equal, missed) = (self.of(|fate| *fate == Fate::Caught), self.of(|fate| *fate == Fate::Equal), self.missed().len());
        results.data = json!({"there": self.there, "tried": tried.len(), "noticed": caught, "missed": missed, "change_no_case": equal,
            "score": (caught * 100).checked_div(caught + missed), "mutants": tried});
        results
    }
}
