//! `carepact what`: everything a role at an organisation may see.

use std::fmt::Write as _;

use serde_json::json;

use super::ask::{facts, name, organisations};
use super::blocks;
use super::failure::Failure;
use super::session::{BOLD, Format, Session};
use crate::decision::Compiled;
use crate::decision::compiled::spread::{AnswerBlock, Scope};
use crate::decision::plain::Verdict;
use crate::outcome::Outcome;
use crate::source::Sources;

/// List everything a role may see: which data, of whom, for what, how, by which clause
///
/// The list is exact: what is not listed is denied. Facts that are not given are unknown; what could be seen if they were
/// known is listed under "needs". Restricted data is included where a clause names it. Exit 0 if there is something, 1 if
/// there is nothing as things are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact what --role nurse --at RZA
  carepact what --role social_worker --at 981 --given relationship,-objection_upheld --as-of 2026-08-01
  carepact what --role person --of X90001")]
pub struct Args {
    /// Whose view: a role of the vocabulary, or person, or proxy
    #[arg(long)]
    pub role: String,
    /// Where they work: an organisation code, or a place or function for all its organisations
    #[arg(long, value_name = "ODS")]
    pub at: Vec<String>,
    /// Only data of these organisations, places or functions
    #[arg(long, value_name = "ODS", num_args = 1.., value_delimiter = ',')]
    pub of: Vec<String>,
    /// Only for this purpose
    #[arg(long = "for", value_name = "PURPOSE")]
    pub purpose: Option<String>,
    /// Facts that are true, or with a - before them false, comma between them
    #[arg(long, value_name = "FACTS", value_delimiter = ',', allow_hyphen_values = true)]
    pub given: Vec<String>,
    /// Print JSON (the same as --format json)
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, None, &mut sources)?;
    let (on, words) = (session.as_of, &pack.words);
    let role = name(&words.roles, &args.role)?;
    let roles = words.roles.leaves(role);
    if words.is_person(role) != args.at.is_empty() {
        return Err(if args.at.is_empty() {
            Failure::usage("--at is missing: at which organisation does this role work?").next("Give an organisation code, for example --at RZA.")
        } else {
            Failure::usage("a person (or a proxy) asks for themselves, not at an organisation").next("Leave out --at.")
        }
        .into());
    }
    let purposes =
        args.purpose.as_ref().map(|purpose| name(&words.purposes, purpose)).transpose()?.map(|purpose| words.purposes.leaves(purpose)).unwrap_or_default();
    let scope = Scope { roles, at: organisations(&pack, &args.at, on)?, of: organisations(&pack, &args.of, on)?, purposes, ..Scope::default() };
    let known = facts(&pack, args.given.iter().map(String::as_str))?;
    let found = Compiled::new(&pack).spread(&scope, on, known).map_err(|error| Failure::usage(error.to_string()))?;
    let mut open: Vec<AnswerBlock> = found.into_iter().filter(|block| block.said.verdict != Verdict::Deny).collect();
    open.sort_by(|a, b| (&a.said, &a.purposes, &a.data, &a.of).cmp(&(&b.said, &b.purposes, &b.data, &b.of)));
    let permitted = open.iter().any(|block| block.said.verdict == Verdict::Permit);
    if args.json || session.format == Format::Json {
        let question = json!({"role": words.roles.path(role), "at": args.at, "of": args.of, "for": args.purpose, "given": args.given});
        session.say(format!("{:#}", blocks::to_json(&pack, &question, &open, &[], on)))?;
    } else {
        let at = if scope.at.is_empty() { String::new() } else { format!(" at {}", blocks::organisations(&pack, &scope.at)) };
        let mut out = format!("{}\n", session.paint(BOLD, &format!("What {}{at} may see on {}", words.roles.short(role), on.in_words())));
        for block in &open {
            let _ = writeln!(out, "\n{}", blocks::outcome(&pack, block, session));
            if block.roles.len() < scope.roles.len() {
                let _ = writeln!(out, "  who: {}", blocks::names(&words.roles, &block.roles));
            }
            if block.at.len() < scope.at.len() {
                let _ = writeln!(out, "  at:  {}", blocks::organisations(&pack, &block.at));
            }
            let _ = writeln!(out, "  see: {}", blocks::names(&words.data, &block.data));
            let _ = writeln!(out, "  of:  {}", blocks::organisations(&pack, &block.of));
            let _ = writeln!(out, "  for: {}", blocks::names(&words.purposes, &block.purposes));
            let _ = writeln!(out, "  may: {}", blocks::ways(&pack, &block.ways));
            let _ = writeln!(out, "  by:  {}", blocks::clauses(&pack, &sources, block));
        }
        if open.is_empty() {
            let _ = writeln!(out, "\nNothing: no agreement in force on this day grants it. {}", super::ask::PRINCIPLE_7);
        } else {
            out.push_str("\nAll else is denied.\n");
        }
        session.raw(out.as_bytes())?;
    }
    Ok(if permitted { Outcome::Done } else { Outcome::Findings })
}
