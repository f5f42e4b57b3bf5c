//! `carepact walk`: one invented person's journey along a pathway.

mod saved;
mod tell;

use super::ask::facts;
use super::failure::Failure;
use super::formats;
use super::session::{Format, Session};
use crate::decision::{Compiled, Facts};
use crate::journey::{Chosen, Unchosen, journey, ordinary, own_view};
use crate::outcome::Outcome;
use crate::pack::{Pack, Transition};
use crate::register::OrganisationError;
use crate::source::Sources;

/// Tell one invented person's journey along a pathway: who sees what, where it goes dark
///
/// At every handover of the pathway: who (a role at an organisation) sees what of whose data, by which clause, where it
/// goes dark, and the smallest change that would mend it. The organisations are the first by code at the place given that
/// do what the step needs, or those named; the person is invented. Facts are those of ordinary care (somebody has a
/// relationship with the person, no objection, nothing sealed) and can be given otherwise; what an objection would change
/// is told at every step. Exit 0 if nothing goes dark, 1 if something does.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact walk discharge --at bolton
  carepact walk emergency --at X90001 --as-of 2026-10-01
  carepact walk acute-to-care-home --by RZA,VZ9A2 --given relationship,-sealed
  carepact walk discharge --at salford -o markdown:discharge.md")]
pub struct Args {
    /// A pathway of pathways.yaml, or one of its transitions
    #[arg(value_name = "PATHWAY")]
    pub pathway: String,
    /// Where: a place, or an organisation code for the places around it
    #[arg(long, value_name = "PLACE")]
    pub at: Option<String>,
    /// Organisations to tell it on, before any others of the place
    #[arg(long, value_name = "ODS", value_delimiter = ',')]
    pub by: Vec<String>,
    /// Facts that are true, or with a - before them false, besides those of ordinary care
    #[arg(long, value_name = "FACTS", value_delimiter = ',', allow_hyphen_values = true)]
    pub given: Vec<String>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    formats::agree_on(session, "walk", &[Format::Human, Format::Json, Format::Markdown])?;
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, None, &mut sources)?;
    let on = session.as_of;
    let transitions = transitions(&pack, &args.pathway)?;
    let chosen = Chosen::new(&pack, args.at.as_deref(), &args.by, on).map_err(|error| unchosen(&pack, &error))?;
    let given = facts(&pack, args.given.iter().map(String::as_str))?;
    let assumed = ordinary(&pack.words);
    // What is given goes before what is assumed.
    let assumed = Facts { yes: assumed.yes & !given.no, no: assumed.no & !given.yes };
    let known = Facts { yes: assumed.yes | given.yes, no: assumed.no | given.no };
    let too_many = |error: crate::decision::TooManyConditions| Failure::usage(error.to_string()).next("Split the clauses so that fewer conditions meet.");
    let steps = journey(&pack, &transitions, &chosen, on, known).map_err(too_many)?;
    let own = own_view(&pack, &steps, on, known).map_err(too_many)?;
    let others = tell::others(&Compiled::new(&pack), &steps, on, known).map_err(too_many)?;
    let told =
        tell::Told { pack: &pack, sources: &sources, pathway: &args.pathway, chosen: &chosen, on, assumed, given, steps: &steps, own: &own, others: &others };
    formats::write_each(session, |session, format, painted| match format {
        Format::Json => told.results().to_bytes(),
        Format::Markdown => told.markdown().into_bytes(),
        _ => told.human(session, painted).into_bytes(),
    })?;
    Ok(if steps.iter().any(crate::journey::Step::goes_dark) { Outcome::Findings } else { Outcome::Done })
}

/// The transitions of a pathway, or the one of that name.
fn transitions<'p>(pack: &'p Pack, name: &str) -> Result<Vec<&'p Transition>, Failure> {
    let found: Vec<&Transition> = pack.pathways.iter().filter(|transition| transition.pathway == name).collect();
    let one = |transition: &&Transition| transition.name == name || format!("{}/{}", transition.pathway, transition.name) == name;
    let found = if found.is_empty() { pack.pathways.iter().filter(one).collect() } else { found };
    if !found.is_empty() {
        return Ok(found);
    }
    if pack.pathways.is_empty() {
        return Err(
            Failure::usage(format!("the pack {} declares no pathway", pack.id)).next("Write pathways.yaml: who hands over to whom, and what must be seen.")
        );
    }
    let mut pathways: Vec<&str> = pack.pathways.iter().map(|transition| transition.pathway.as_str()).collect();
    pathways.dedup();
    let names: Vec<&str> = pathways.iter().copied().chain(pack.pathways.iter().map(|transition| transition.name.as_str())).collect();
    let failure = Failure::usage(format!("there is no pathway {name:?} in pathways.yaml"));
    Err(match crate::text::nearest(name, names) {
        Some(near) => failure.next(format!("Did you mean {near}?")),
        None => failure.next(format!("It has: {}.", pathways.join(", "))),
    })
}

fn unchosen(pack: &Pack, error: &Unchosen) -> Failure {
    let failure = Failure::usage(error.to_string());
    match error {
        Unchosen::Nowhere => failure.next("Give --at PLACE (a borough, or an organisation's code), or --by CODE,CODE."),
        Unchosen::Organisation(OrganisationError::Closed { .. }) => failure.next("Name its successor, or another day: --as-of DATE."),
        Unchosen::Organisation(OrganisationError::NotYetOpen { .. }) => failure.next("Name a later day: --as-of DATE."),
        Unchosen::Organisation(OrganisationError::Unknown(text)) | Unchosen::Unknown(text) => {
            let places = &pack.words.places;
            let near = crate::text::nearest(text, places.ids().map(|id| places.node(id).name.as_str())).or_else(|| pack.register.near(text));
            match near {
                Some(near) => failure.next(format!("Did you mean {near}?")),
                None => failure.next(format!("The places are: {}.", places.ids().map(|id| places.short(id)).collect::<Vec<_>>().join(", "))),
            }
        }
    }
}
