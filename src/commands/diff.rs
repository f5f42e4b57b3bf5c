//! `carepact diff`: who may see what that they might not before, and the other way round.

mod notice;
mod sides;
mod tell;

use clap::ValueEnum;

use super::failure::Failure;
use super::session::{Format, Session};
use crate::decision::Compiled;
use crate::decision::difference::{Difference, DifferenceError, Way, of_days, of_packs};
use crate::identifier::{Date, Interval};
use crate::outcome::Outcome;

/// Say who gains and who loses access to what: two packs, two revisions of git, or two dates
///
/// The comparison is exact: every case of both packs is decided, and the old decision with every gain added and every loss
/// taken away is the new one. It sees what changes through agreements, through the vocabulary (a new category beneath one that
/// is granted), through the register (an organisation that moves, closes, changes what it does) and through time alone.
///
/// A side is a folder, a revision of the pack (main), or a folder in a revision (main:policies/our-pack). With one side, the
/// pack as it is now is the new one. Days before --as-of are left out unless --all-time is given. Exit 0 unless --fail-on says
/// otherwise; with --detailed-exit-code 0 nothing changes, 20 some may see less and nobody more, 21 somebody may see more.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact diff main                               the pack as it is now against the branch main
  carepact diff old-pack new-pack --fail-on widening
  carepact diff v1.2:policies/our-pack HEAD:policies/our-pack -f markdown
  carepact diff --between 2027-03-31..2027-04-01   what changes on a day with no commit
  carepact diff main --notice                      a paragraph for the privacy notice")]
pub struct Args {
    /// The old side
    pub old: Option<String>,
    /// The new side (default: the pack as it is now)
    pub new: Option<String>,
    /// Compare two days of one pack
    #[arg(long, value_name = "DATE..DATE", conflicts_with_all = ["new", "all_time"])]
    pub between: Option<String>,
    /// Compare every day there is, not only those from --as-of on
    #[arg(long)]
    pub all_time: bool,
    /// End with exit 1 on a change of this kind
    #[arg(long, value_enum, value_name = "WAY", default_value_t)]
    pub fail_on: FailOn,
    /// End with 20 (narrowing only) or 21 (widening) where something changes
    #[arg(long, conflicts_with = "fail_on")]
    pub detailed_exit_code: bool,
    /// Write the paragraph that belongs in the privacy notice
    #[arg(long)]
    pub notice: bool,
}

/// What ends with exit 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Nothing
    #[default]
    None,
    /// Somebody may see more
    Widening,
    /// Somebody may see less
    Narrowing,
    /// Any change
    Any,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if !matches!(session.format, Format::Human | Format::Short | Format::Json | Format::Markdown) {
        return Err(Failure::usage(format!("`diff` has no format {}", session.format.name())).next("Use human, short, json or markdown.").into());
    }
    let (old, new, days) = read(args, session)?;
    let bar = session.progress(1, "comparing");
    let (before, after) = (Compiled::new(&old.pack), Compiled::new(new.as_ref().map_or(&old.pack, |new| &new.pack)));
    let difference = match days {
        Days::Two(from, to) => of_days(&before, from, &after, to),
        Days::From(during) => of_packs(&before, &after, during),
    }
    .map_err(refused)?;
    bar.finish_and_clear();
    let told = tell::Told::new(&old, new.as_ref().unwrap_or(&old), &difference, days, session);
    if args.notice {
        session.raw(notice::paragraphs(&told).as_bytes())?;
    } else {
        let outputs = session.outputs.clone();
        for output in &outputs {
            let bytes = told.in_format(output.format.unwrap_or(session.format), session)?;
            session.write_file(&output.path, bytes.as_bytes(), 0o644)?;
        }
        if outputs.is_empty() {
            let text = told.in_format(session.format, session)?;
            session.raw(text.as_bytes())?;
        }
    }
    Ok(outcome(args, &difference))
}

/// What days are compared.
#[derive(Clone, Copy, Debug)]
enum Days {
    /// One with another.
    Two(Date, Date),
    /// The same on both sides.
    From(Interval),
}

fn read(args: &Args, session: &mut Session) -> anyhow::Result<(sides::Side, Option<sides::Side>, Days)> {
    if let Some(between) = &args.between {
        let wrong = || Failure::usage(format!("--between takes two days, not {between:?}")).next("For example --between 2027-03-31..2027-04-01.");
        let (from, to) = between.split_once("..").ok_or_else(wrong)?;
        let day = |text: &str| Date::parse(text.trim()).map_err(|error| Failure::usage(error.to_string()));
        let (from, to) = (day(from)?, day(to)?);
        let side = match &args.old {
            Some(old) => sides::read(session, old)?,
            None => here(session)?,
        };
        return Ok((side, None, Days::Two(from, to)));
    }
    let Some(old) = &args.old else {
        return Err(Failure::usage("what is to be compared?")
            .next("Name a revision (carepact diff main), two folders, or two days (--between DATE..DATE).")
            .into());
    };
    let old = sides::read(session, old)?;
    let new = match &args.new {
        Some(new) => sides::read(session, new)?,
        None => here(session)?,
    };
    let first = if args.all_time { Date::MIN } else { session.as_of };
    Ok((old, Some(new), Days::From(Interval { first, last: Date::MAX })))
}

/// The pack as it is now.
fn here(session: &mut Session) -> anyhow::Result<sides::Side> {
    let dir = super::pack::folder(session, None)?;
    let label = dir.display().to_string();
    sides::folder(session, &dir, &label)
}

fn refused(error: DifferenceError) -> Failure {
    match error {
        DifferenceError::TooManyConditions(error) => {
            Failure::usage(error.to_string()).next("Split the clauses so that fewer conditions meet, then compare again.")
        }
        DifferenceError::TooManyNames(error) => Failure::usage(error.to_string()),
    }
}

fn outcome(args: &Args, difference: &Difference) -> Outcome {
    let some = |way: Way| difference.changes.iter().any(|(change, _)| change.way == way);
    let (widens, narrows) = (some(Way::Widening), some(Way::Narrowing));
    if args.detailed_exit_code {
        return match (widens, narrows) {
            (true, _) => Outcome::Widening,
            (false, true) => Outcome::NarrowingOnly,
            (false, false) => Outcome::Done,
        };
    }
    let fails = match args.fail_on {
        FailOn::None => false,
        FailOn::Widening => widens,
        FailOn::Narrowing => narrows,
        FailOn::Any => widens || narrows,
    };
    if fails { Outcome::Findings } else { Outcome::Done }
}
