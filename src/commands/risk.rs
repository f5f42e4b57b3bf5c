//! `carepact risk`: how far an extract points at single people.

mod columns;
mod input;
mod repairs;
mod show;
mod table;
mod tables;

use std::path::PathBuf;

use super::failure::Failure;
use super::session::{Format, Session};
use crate::diagnostics::results::{Input, ResultFinding, Results};
use crate::diagnostics::{Finding, human};
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::findings::{Thresholds, findings};
use crate::disclosure::measure::{Measured, Wanted, measure};
use crate::disclosure::read::{Missing, Plan};
use crate::disclosure::record;
use crate::disclosure::repair::Repairs;
use crate::disclosure::search::Space;
use crate::outcome::Outcome;
use crate::source::Sources;
use columns::Columns;

/// Measure how far an extract points at single people
///
/// Reads CSV (comma, semicolon or tab) and measures the classes of rows that agree in all quasi-identifiers: k, uniques,
/// l-diversity, t-closeness, what a prosecutor, journalist or marketer reaches, by row and by distinct person. No value of
/// a small class is printed, and counts from 1 to 9 are shown as a band. A missing cell is a value of its own unless
/// --missing says otherwise. Exit 1 if a threshold is missed. No measure makes data anonymous: that depends on who
/// receives them and what else they hold.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact risk release.csv --qi age_band,sex,area --person pseudonym --sensitive diagnosis
  carepact risk release.csv --qi age_band,sex,area --k 10 --by ethnicity -o json:risk.json
  carepact risk release.csv --qi dob,postcode --k 5 --plan --hierarchy dob=date --hierarchy postcode=postcode --suppress-limit 4
  carepact risk release.csv --release GM-DSA-0021/phm-monthly
  carepact risk release.csv --qi age_band,sex,area --population census.csv
  carepact risk --table counts.csv --small-numbers hes-2018 -o table.csv
  carepact risk --table counts.csv --release AGREEMENT/RELEASE -o table.csv
  carepact risk --table october.csv --against september.csv --against august.csv --small-numbers under=5,round=5")]
pub struct Args {
    /// Extracts with the same columns; - is standard input
    #[arg(value_name = "EXTRACT", required_unless_present = "table")]
    pub extracts: Vec<PathBuf>,
    /// Protect a table of counts instead (rows and columns called total are sums)
    #[arg(long, value_name = "COUNTS", conflicts_with_all = ["extracts", "qi", "plan", "population"])]
    pub table: Option<PathBuf>,
    /// How small counts are hidden: hes-2018 (1 to 7 hidden, others to the nearest 5), or under=N,round=N
    #[arg(long, value_name = "PROFILE", requires = "table")]
    pub small_numbers: Option<String>,
    /// The columns of counts (default: those that hold whole numbers alone)
    #[arg(long, value_name = "COL,COL", value_delimiter = ',', requires = "table")]
    pub counts: Vec<String>,
    /// Another table of nearly the same people, best every one that the recipients hold: what does subtraction tell? (can be repeated)
    #[arg(long, value_name = "COUNTS", requires = "table")]
    pub against: Vec<PathBuf>,
    /// Add percentages of each column's total, from the figures shown
    #[arg(long, requires = "table")]
    pub percentages: bool,
    /// Quasi-identifiers: what somebody could know of a person from elsewhere
    #[arg(long, value_name = "COL,COL", value_delimiter = ',')]
    pub qi: Vec<String>,
    /// The column that says which rows are one person's
    #[arg(long, value_name = "COL")]
    pub person: Option<String>,
    /// Sensitive columns; `:ordered` measures distance along their order (can be repeated)
    #[arg(long, value_name = "COL[:ordered]", value_delimiter = ',')]
    pub sensitive: Vec<String>,
    /// Also report rows in small classes by the values of these columns
    #[arg(long, value_name = "COL,COL", value_delimiter = ',')]
    pub by: Vec<String>,
    /// Take columns from a release: those of class `quasi` and `sensitive`, and its subject; with --table its `small_numbers:`
    #[arg(long, value_name = "[AGREEMENT/]RELEASE")]
    pub release: Option<String>,
    /// The agreement of --release
    #[arg(long, value_name = "ID", requires = "release")]
    pub agreement: Option<String>,
    /// The smallest class that is large enough
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub k: u64,
    /// Distinct values of each sensitive column that every class must hold
    #[arg(long, value_name = "N")]
    pub l: Option<u64>,
    /// The largest distance of a class from the whole, from 0 to 1
    #[arg(long, value_name = "D")]
    pub t: Option<f64>,
    /// Table of the population for the journalist's risk: the quasi-identifiers, and a column `population`
    #[arg(long, value_name = "FILE")]
    pub population: Option<PathBuf>,
    /// Also show what would mend it: in your order, optimally, and by blanking cells
    #[arg(long)]
    pub plan: bool,
    /// Coarser values of a quasi-identifier: a file (value;group;coarser group;*), or age, date or postcode (can be repeated)
    #[arg(long, value_name = "COL=FILE", requires = "plan")]
    pub hierarchy: Vec<String>,
    /// The quasi-identifiers to coarsen or blank, the first first (default: as in --qi)
    #[arg(long, value_name = "COL,COL", value_delimiter = ',', requires = "plan")]
    pub order: Vec<String>,
    /// Rows that a repair may leave out, in per cent
    #[arg(long, value_name = "PCT", default_value_t = 0.0)]
    pub suppress_limit: f64,
    /// Rows of any one group (the values of the columns of --by) that a repair may leave out, in per cent
    #[arg(long, value_name = "PCT", requires = "plan")]
    pub group_limit: Option<f64>,
    /// A cell that means nothing is there, besides the empty one (can be repeated)
    #[arg(long, value_name = "TEXT")]
    pub null: Vec<String>,
    /// Rows that lack a quasi-identifier: own (missing is a value) or exclude (they are only counted)
    #[arg(long, value_name = "POLICY", default_value = "own")]
    pub missing: String,
    /// People sampled for unicity
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub sample: usize,
    /// Seed of that sample
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Workers (default: as many as the machine has, at most 16)
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Memory for values and distinct rows, in MiB: rows that do not fit are put aside on disk, values that do not are refused
    #[arg(long, value_name = "MIB", default_value_t = 1024, conflicts_with = "memory_bytes")]
    pub memory: usize,
    /// The same in bytes (for tests)
    #[arg(long, hide = true)]
    pub memory_bytes: Option<usize>,
    /// Folder for rows that do not fit: unnamed files, encrypted with a key that only this run has (default: the system's)
    #[arg(long, value_name = "DIR")]
    pub spill: Option<PathBuf>,
    /// Bytes read at a time (for tests)
    #[arg(long, hide = true, default_value_t = crate::tabular::chunk::BLOCK)]
    pub block: usize,
}

/// Bytes that the lists of people's rows may take even where less is allowed for rows: a smaller budget is for tests.
const PEOPLE: usize = 1 << 20;

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if let Some(path) = &args.table {
        return table::run(args, path, session);
    }
    for format in session.outputs.iter().filter_map(|output| output.format).chain([session.format]) {
        if !matches!(format, Format::Human | Format::Short | Format::Json | Format::Markdown) {
            return Err(Failure::usage(format!("`risk` has no format {}", format.name())).next("Use human, short, markdown or json.").into());
        }
    }
    for output in session.outputs.iter().filter(|output| output.path.as_os_str() != "-") {
        session.check_free(&output.path)?;
    }
    let mut sources = Sources::new();
    let columns = Columns::of(args, session, &mut sources)?;
    let (coded, columns) = input::read(args, session, columns)?;
    let wanted = Wanted {
        k: args.k,
        distances: columns.sensitive.iter().map(|(_, distance)| *distance).collect(),
        sample: args.sample,
        seed: args.seed,
        memory: args.budget().max(PEOPLE),
    };
    let measured = measure(&coded, &wanted).map_err(|_| unmeasured(args, &coded))?;
    let place = columns.place.clone().unwrap_or_else(|| input::name(&args.extracts[0]));
    let found = findings(&place, &measured, &Thresholds { k: args.k, l: args.l, t: args.t });
    let hierarchies = if args.plan { repairs::hierarchies(args, &coded)? } else { Vec::new() };
    let space = if args.plan {
        let goal = repairs::goal(args, &coded, &wanted.distances)?;
        let space =
            Space::with(&coded, &hierarchies, &goal.t, None).map_err(|error| Failure::usage(error.to_string()).next("Give fewer or shorter hierarchies."))?;
        Some((space, goal, repairs::order(args, &coded)?))
    } else {
        None
    };
    let repairs = space.as_ref().map(|(space, goal, order)| Repairs::new(&coded, space, goal.clone(), order.clone()));
    let population = args.population.as_deref().map(|path| input::population(path, &coded, &columns, args)).transpose()?;
    if coded.broken().is_some() {
        return Err(unmeasured(args, &coded).into());
    }
    let mut results = results(args, session, &coded, &measured, &found, &sources);
    if let (Some(repairs), Some(data)) = (&repairs, results.data.as_object_mut()) {
        data.insert("plan".to_owned(), repairs.data());
    }
    if let (Some((found, people)), Some(data)) = (&population, results.data.as_object_mut()) {
        data.insert("population".to_owned(), record::population(found, *people));
    }
    let report =
        show::Report { population: population.as_ref(), args, coded: &coded, measured: &measured, findings: &found, place: &place, repairs: repairs.as_ref() };
    let style = session.style();
    for output in session.outputs.clone() {
        let bytes = match output.format {
            Some(Format::Json) | None => results.to_bytes(),
            Some(Format::Markdown) => report.markdown().into_bytes(),
            _ => report.text(None, human::Style::default(), &sources).into_bytes(),
        };
        session.write_file(&output.path, &bytes, 0o600)?;
    }
    match session.format {
        Format::Json => session.raw(&results.to_bytes())?,
        Format::Markdown => session.raw(report.markdown().as_bytes())?,
        Format::Short => session.raw(report.short().as_bytes())?,
        _ => session.raw(report.text(session.width, style, &sources).as_bytes())?,
    }
    let failed = found.iter().any(|finding| finding.severity == crate::diagnostics::Severity::Error);
    Ok(if failed { Outcome::Findings } else { Outcome::Done })
}

impl Args {
    /// Bytes for values and distinct rows.
    fn budget(&self) -> usize {
        self.memory_bytes.unwrap_or(self.memory.saturating_mul(1 << 20))
    }
}

/// Why nothing was measured: the lists of people's rows do not fit, or what was put aside on disk is gone.
fn unmeasured(args: &Args, coded: &Coded) -> Failure {
    match coded.broken() {
        Some(why) => Failure::unreadable(format!("rows that were put aside on disk cannot be read back: {why}"))
            .next("Nothing was measured in part. Run it again, with --spill DIR on another disk or more --memory."),
        None => input::full(args.memory),
    }
}

fn missing(args: &Args) -> Result<Missing, Failure> {
    match args.missing.as_str() {
        "own" => Ok(Missing::Own),
        "exclude" => Ok(Missing::Exclude),
        other => Err(Failure::usage(format!("--missing takes own or exclude, not {other:?}"))),
    }
}

/// What is read, for these columns.
fn plan(args: &Args, columns: &Columns) -> Result<Plan, Failure> {
    let threads = match args.threads {
        Some(0) => return Err(Failure::usage("--threads takes a number from 1")),
        Some(threads) => threads,
        None => std::thread::available_parallelism().map_or(1, |count| count.get().min(16)),
    };
    let role = |names: &[String], role| names.iter().map(|name| (name.clone(), role)).collect::<Vec<_>>();
    let sensitive: Vec<String> = columns.sensitive.iter().map(|(name, _)| name.clone()).collect();
    let person: Vec<String> = columns.person.iter().cloned().collect();
    let list = [role(&columns.quasi, Role::Quasi), role(&person, Role::Person), role(&sensitive, Role::Sensitive), role(&columns.by, Role::Group)].concat();
    if list.len() > 16 {
        return Err(Failure::usage(format!("{} columns are asked for, and 16 can be measured together", list.len()))
            .next("Name the quasi-identifiers that somebody could really know, and fewer sensitive columns a run."));
    }
    let null = columns.null.iter().chain(&args.null).cloned().collect();
    Ok(Plan {
        columns: list,
        null,
        missing: missing(args)?,
        memory: args.budget(),
        threads,
        spill: Some(args.spill.clone().unwrap_or_else(std::env::temp_dir)),
    })
}

fn results(args: &Args, session: &Session, coded: &Coded, measured: &Measured, found: &[Finding], sources: &Sources) -> Results {
    let mut results = Results::new("risk", &session.as_of.to_string());
    results.inputs = args
        .extracts
        .iter()
        .map(|path| Input {
            role: "extract".to_owned(),
            name: input::name(path),
            digest: "not taken: a plain digest of an extract can be guessed at".to_owned(),
        })
        .collect();
    results.findings = found.iter().map(|finding| ResultFinding::from_finding(finding, sources)).collect();
    results.data = record::data(coded, measured);
    if let Some(data) = results.data.as_object_mut() {
        data.insert("missing".to_owned(), args.missing.clone().into());
    }
    results
}
