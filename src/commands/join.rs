//! `carepact join OTHER --plan`: a neighbouring community's pack beside ours, before anyone signs.

mod saved;
mod tell;

use std::path::PathBuf;

use super::failure::Failure;
use super::formats;
use super::session::{Format, Session};
use crate::join::Plan;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::rules::Context;
use crate::rules::data::Facts;
use crate::source::Sources;

/// Put a neighbouring community's pack beside ours, before anyone signs
///
/// Reads the other pack through maps/ID.yaml of ours, which maps its names to ours; nothing passes through a name that is
/// not mapped. Tells which names are not, exactly what each side would see of the other's if the agreements that join the
/// two were in force for everybody of their groups, which objections and seals would not be honoured, which terms differ,
/// and who has still to sign. It only plans: nothing is changed. Exit 0 if nothing stands in the way, 1 if something does.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact join ../lancashire-neighbour --plan
  carepact join policies/lancashire-neighbour --plan --pack policies/greater-manchester --as-of 2026-10-01
  carepact join ../neighbour --plan --agreement GM-LSC-0003 -o markdown:plan.md -o json:plan.json")]
pub struct Args {
    /// Folder of the other pack
    #[arg(value_name = "OTHER")]
    pub other: PathBuf,
    /// Show the plan; without it nothing is done
    #[arg(long)]
    pub plan: bool,
    /// Agreements of ours that would join the two, in place of those that the map names
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub agreement: Vec<String>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if !args.plan {
        return Err(Failure::usage("`carepact join` only plans, and changes nothing")
            .next(format!("See the plan: carepact join {} --plan", args.other.display()))
            .next("To join, sign the agreement and write who joined in its accession file.")
            .into());
    }
    formats::agree_on(session, "join", &[Format::Human, Format::Json, Format::Markdown])?;
    let mut sources = Sources::new();
    let ours = super::pack::decidable(session, None, &mut sources)?;
    let theirs = super::pack::decidable(session, Some(&args.other), &mut sources)?;
    let (again, _) = Pack::load(&ours.dir, &mut sources).map_err(|error| super::pack::failure(&error))?;
    let Some(map) = ours.maps.iter().find(|map| map.pack == theirs.id) else {
        let known: Vec<&str> = ours.maps.iter().map(|map| map.pack.as_str()).collect();
        let failure = Failure::usage(format!("the pack {} has no map of the names of {}", ours.id, theirs.id));
        let failure = match crate::text::nearest(&theirs.id, known.iter().copied()) {
            Some(near) => failure.next(format!("Did you mean {near}, which maps/{near}.yaml is for?")),
            None => failure,
        };
        return Err(failure.next(format!("Write maps/{}.yaml: which name of theirs means which of ours (docs/joining.md).", theirs.id)).into());
    };
    let mut map = map.clone();
    if !args.agreement.is_empty() {
        map.agreements = args.agreement.iter().map(|id| known(&ours, id, map.span)).collect::<Result<_, _>>()?;
    }
    let (facts, _) = Facts::of(&ours, &sources);
    let (facts_there, _) = Facts::of(&theirs, &sources);
    let context = Context::new(&ours, &facts, &[], session.as_of, &sources);
    let context_there = Context::new(&theirs, &facts_there, &[], session.as_of, &sources);
    let plan = Plan::new(&context, &context_there, again, &map, &sources)
        .map_err(|error| Failure::usage(error.to_string()).next("Split the clauses so that fewer conditions meet."))?;
    let told = tell::Told { plan: &plan, ours: &ours, theirs: &theirs, map: &map, sources: &sources, on: session.as_of };
    formats::write_each(session, |session, format, painted| match format {
        Format::Json => told.results().to_bytes(),
        Format::Markdown => told.markdown().into_bytes(),
        _ => told.human(session, painted).into_bytes(),
    })?;
    Ok(if plan.is_blocked() { Outcome::Findings } else { Outcome::Done })
}

/// An agreement of ours by its id.
fn known(ours: &Pack, id: &str, span: crate::source::Span) -> Result<crate::source::Spanned<String>, Failure> {
    super::list::known(ours, id).map(|agreement| crate::source::Spanned::new(agreement.id.clone(), span))
}
