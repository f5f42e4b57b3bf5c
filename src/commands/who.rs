//! `carepact who`: everybody who may see something of somebody.

use std::fmt::Write as _;

use serde_json::json;

use super::ask::{About, facts, name, organisations, word};
use super::blocks;
use super::failure::Failure;
use super::session::{BOLD, Format, Session};
use crate::decision::Compiled;
use crate::decision::ask::data_leaves;
use crate::decision::compiled::spread::{AnswerBlock, Scope};
use crate::decision::plain::Verdict;
use crate::outcome::Outcome;
use crate::source::Sources;

/// List everybody who may see data: which roles, at which organisations, by which clause
///
/// The list is exact: every role at every organisation that is not listed is denied. Facts that are not given are unknown;
/// who could see it if they were known is listed under "needs". Exit 0 if somebody may, 1 if nobody may as things are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact who --see medications --of X90001 --for direct_care
  carepact who --see record --of gp_practice --for research --form pseudonymised --may export
  carepact who --see sexual_health --of X90001 --for direct_care --given relationship,-objection_upheld --json")]
pub struct Args {
    #[command(flatten)]
    /// What is asked about.
    pub about: About,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let args = &args.about;
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, None, &mut sources)?;
    let on = session.as_of;
    let see = name(&pack.words.data, &args.see)?;
    let (data, not_included) = data_leaves(&pack, see);
    if data.is_empty() {
        return Err(Failure::usage("every category beneath this name is restricted; ask for one by name").into());
    }
    let purpose = name(&pack.words.purposes, &args.purpose)?;
    let way = (word(&pack.words.actions, &args.may, "action")?, word(&pack.words.forms, &args.form, "form")?);
    let scope = Scope { data, of: organisations(&pack, &args.of, on)?, purposes: pack.words.purposes.leaves(purpose), ways: vec![way], ..Scope::default() };
    let known = facts(&pack, args.given.iter().map(String::as_str))?;
    let found = Compiled::new(&pack).spread(&scope, on, known).map_err(|error| Failure::usage(error.to_string()))?;
    let mut open: Vec<AnswerBlock> = found.into_iter().filter(|block| block.said.verdict != Verdict::Deny).collect();
    open.sort_by(|a, b| (&a.said, &a.roles, &a.at).cmp(&(&b.said, &b.roles, &b.at)));
    let permitted = open.iter().any(|block| block.said.verdict == Verdict::Permit);
    if args.json || session.format == Format::Json {
        let question = json!({"see": pack.words.data.path(see), "of": args.of, "for": pack.words.purposes.path(purpose), "may": args.may, "form": args.form, "given": args.given});
        session.say(format!("{:#}", blocks::to_json(&pack, &question, &open, &not_included, on)))?;
    } else {
        let mut out = format!(
            "{}\n",
            session.paint(
                BOLD,
                &format!(
                    "Who may {} {} ({}) of {} for {} on {}",
                    args.may,
                    pack.words.data.short(see),
                    args.form,
                    blocks::organisations(&pack, &scope.of),
                    pack.words.purposes.short(purpose),
                    on.in_words()
                )
            )
        );
        for block in &open {
            let at = if block.at.is_empty() { "for themselves".to_owned() } else { format!("at {}", blocks::organisations(&pack, &block.at)) };
            let _ = writeln!(out, "\n{}", blocks::outcome(&pack, block, session));
            let _ = writeln!(out, "  who: {} {at}", blocks::names(&pack.words.roles, &block.roles));
            if block.data.len() < scope.data.len() {
                let _ = writeln!(out, "  see: {}", blocks::names(&pack.words.data, &block.data));
            }
            if block.of.len() < scope.of.len() {
                let _ = writeln!(out, "  of:  {}", blocks::organisations(&pack, &block.of));
            }
            if block.purposes.len() < scope.purposes.len() {
                let _ = writeln!(out, "  for: {}", blocks::names(&pack.words.purposes, &block.purposes));
            }
            let _ = writeln!(out, "  by:  {}", blocks::clauses(&pack, &sources, block));
        }
        if open.is_empty() {
            let _ = writeln!(out, "\nNobody: no agreement in force on this day grants it. {}", super::ask::PRINCIPLE_7);
        } else {
            out.push_str("\nEverybody else is denied.\n");
        }
        if !not_included.is_empty() {
            let _ = writeln!(out, "Not included, ask by name: {}", blocks::names(&pack.words.data, &not_included));
        }
        session.raw(out.as_bytes())?;
    }
    Ok(if permitted { Outcome::Done } else { Outcome::Findings })
}
