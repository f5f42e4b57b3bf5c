//! `carepact coverage`: which transitions of care and flows agreements cover, who is left out, and when cover ends.

mod machine;
mod rehearsal;
mod text;

use std::path::PathBuf;

use super::ask::{facts, organisations};
use super::failure::Failure;
use super::session::{Format, Session};
use crate::coverage::care::{self, Without};
use crate::coverage::cliffs::{Cliff, cliffs};
use crate::coverage::{Judged, Narrow, Situation, What, survey};
use crate::decision::Compiled;
use crate::decision::plain::TooManyConditions;
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::rules::Context;
use crate::rules::data::Facts as Tables;
use crate::source::Sources;

/// What makes a run end with exit code 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// A transition of care with a hole, or a live flow that is not covered (a rehearsal: something that stops)
    #[default]
    Holes,
    /// A live flow that is not covered
    Flows,
    /// A hole, or a day up to --until on which cover is lost
    Cliffs,
    /// Nothing
    None,
}

/// Show which transitions of care and flows agreements cover, who is left out, and when cover ends
///
/// Every pair of organisations of every transition of pathways.yaml and of every flow of flows.csv is decided, as `carepact
/// ask` decides it. What is not covered is told with its reason and for whom. Exit 1 if something is not covered (see
/// --fail-on). With --with-register or --without it is a rehearsal: what would stop or start, compared with the pack as it
/// is. Nothing is ever written to the pack.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact coverage policies/greater-manchester
  carepact coverage --pathway discharge --at bury
  carepact coverage --until 2028-12-31 -o csv:cover.csv -o json:cover.json
  carepact coverage --without GM-DSA-0007               # what stops if it lapses
  carepact coverage --with-register merged/ --as-of 2027-04-01")]
pub struct Args {
    /// Folder of the pack (default: the nearest pack.yaml upwards)
    #[arg(value_name = "PACK")]
    pub folder: Option<PathBuf>,
    /// Only pairs with this organisation, or with one at this place or with this function (can be repeated)
    #[arg(long, value_name = "PLACE|ODS")]
    pub at: Vec<String>,
    /// Only the transitions of this pathway, or the one of this name
    #[arg(long, value_name = "NAME")]
    pub pathway: Option<String>,
    /// Look for days on which cover is lost up to this day (default: two years on)
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// What is known of every case: relationship,-objection_upheld; what is not given is unknown
    #[arg(long, value_name = "FACTS", value_delimiter = ',', allow_hyphen_values = true)]
    pub given: Vec<String>,
    /// Exit with 1 on this
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub fail_on: FailOn,
    /// Rehearse: these tables (organisations.csv, list_sizes.csv, memberships.csv, functions.csv), or those of a folder, in place of the pack's
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub with_register: Vec<PathBuf>,
    /// Rehearse: this agreement is not in force from the day on (can be repeated)
    #[arg(long, value_name = "AGREEMENT")]
    pub without: Vec<String>,
}

/// Everything there is to tell.
struct Survey<'p> {
    pack: &'p Pack,
    on: Date,
    until: Date,
    judged: Vec<Judged>,
    without: Vec<Without>,
    cliffs: Vec<Cliff>,
    /// Agreements in force that grant something and under which no flow is live: id, and whether that is written.
    dormant: Vec<(String, bool)>,
    narrowed: bool,
}

impl Survey<'_> {
    fn edges(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|one| matches!(one.what, What::Edge { .. }))
    }

    fn flows(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|one| matches!(one.what, What::Flow { .. }))
    }

    fn open_edges(&self) -> usize {
        self.edges().filter(|one| one.state().is_hole()).count()
    }

    fn open_flows(&self) -> usize {
        self.flows().filter(|one| one.live && one.state().is_hole()).count()
    }
}

/// What a flow is, in the words of docs/coverage.md.
fn flow_state(judged: &Judged) -> &'static str {
    use crate::coverage::State;
    match (judged.live, judged.state()) {
        (_, State::Nobody) => "not judged",
        (true, state) if state.is_hole() => "live, not covered",
        (true, _) => "live, covered",
        (false, state) if state.is_hole() => "not live, not covered",
        (false, _) => "signed, not live",
    }
}

const FORMATS: [Format; 4] = [Format::Human, Format::Json, Format::Csv, Format::Markdown];

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    for format in session.outputs.iter().map(|output| output.format.unwrap_or(session.format)).chain([session.format]) {
        if !FORMATS.contains(&format) {
            return Err(Failure::usage(format!("`coverage` does not write {}", format.name())).next("Use human, json, csv or markdown.").into());
        }
    }
    for output in session.outputs.iter().filter(|output| output.path.as_os_str() != "-") {
        session.check_free(&output.path)?;
    }
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, args.folder.as_ref(), &mut sources)?;
    let on = session.as_of;
    if let Some(name) = &args.pathway
        && !pack.pathways.iter().any(|edge| edge.pathway == *name || edge.name == *name)
    {
        let failure = Failure::usage(format!("pathways.yaml has no pathway or transition {name:?}"));
        let known = pack.pathways.iter().flat_map(|edge| [edge.pathway.as_str(), edge.name.as_str()]);
        return Err(match crate::text::nearest(name, known) {
            Some(near) => failure.next(format!("Did you mean {near}?")),
            None => failure,
        }
        .into());
    }
    if !args.with_register.is_empty() || !args.without.is_empty() {
        return rehearsal::run(args, &pack, session);
    }
    let until = match &args.until {
        Some(text) => Date::parse(text).map_err(|error| Failure::usage(format!("--until: {error}")))?,
        None => on.plus_months(24),
    };
    let known = facts(&pack, args.given.iter().map(String::as_str))?;
    let narrow = narrow(args, &pack, on)?;
    let compiled = Compiled::new(&pack);
    let (tables, _) = Tables::of(&pack, &sources);
    let context = Context::new(&pack, &tables, &[], on, &sources);
    let mut without = care::without(&context);
    if let Some(list) = &narrow.at {
        without.retain(|one| list.contains(&one.org));
    }
    let survey = Survey {
        pack: &pack,
        on,
        until,
        judged: survey(&Situation::new(&compiled, on, known), &narrow).map_err(|error| too_many(&error))?,
        without,
        cliffs: cliffs(&compiled, known, &narrow, on, until).map_err(|error| too_many(&error))?,
        dormant: dormant(&context),
        narrowed: narrow.at.is_some() || narrow.pathway.is_some(),
    };
    for output in session.outputs.clone() {
        let bytes = rendered(&survey, output.format.unwrap_or(session.format), session, false);
        session.write_file(&output.path, &bytes, 0o644)?;
    }
    if !session.outputs.iter().any(|output| output.path.as_os_str() == "-") {
        let bytes = rendered(&survey, session.format, session, true);
        session.raw(&bytes)?;
    }
    let (edges, flows) = (survey.open_edges() > 0, survey.open_flows() > 0);
    Ok(match args.fail_on {
        FailOn::Holes if edges || flows => Outcome::Findings,
        FailOn::Flows if flows => Outcome::Findings,
        FailOn::Cliffs if edges || flows || !survey.cliffs.is_empty() => Outcome::Findings,
        _ => Outcome::Done,
    })
}

fn rendered(survey: &Survey<'_>, format: Format, session: &Session, shown: bool) -> Vec<u8> {
    match format {
        Format::Json => machine::json(survey).to_bytes(),
        Format::Csv => machine::csv(survey),
        Format::Markdown => text::markdown(survey).into_bytes(),
        _ => text::human(survey, session, shown).into_bytes(),
    }
}

fn too_many(error: &TooManyConditions) -> Failure {
    Failure::usage(error.to_string())
}

fn narrow(args: &Args, pack: &Pack, on: Date) -> Result<Narrow, Failure> {
    let at = if args.at.is_empty() { None } else { Some(organisations(pack, &args.at, on)?) };
    Ok(Narrow { at, pathway: args.pathway.clone() })
}

/// Agreements in force with grants, frameworks aside, under which no flow is live on the day.
fn dormant(context: &Context<'_>) -> Vec<(String, bool)> {
    let runs = |id: &str| context.pack.flows.iter().any(|flow| flow.agreement.as_deref() == Some(id) && context.is_live(flow, context.as_of));
    context
        .in_force()
        .filter(|agreement| !agreement.grants.is_empty() && !runs(&agreement.id))
        .map(|agreement| (agreement.id.clone(), agreement.draft.dormant.as_ref().is_some_and(|said| said.value)))
        .collect()
}
