//! `carepact ask`: may this role see this, for this purpose, on this day, and why.

mod batch;
mod line;
mod nearby;

use serde_json::{Value, json};

use super::failure::Failure;
use super::session::{BOLD, Format, GREEN, RED, Session, YELLOW};
use crate::decision::ask::ask_compiled;
use crate::decision::ask::{AskError, Overall, SelectError, organisations_named};
use crate::decision::nearby::{Nearby, nearby};
use crate::decision::plain::Literal;
use crate::decision::{Answer, Ask, Cause, Compiled, Facts, Group, Question, TooManyConditions, Verdict, nearest};
use crate::identifier::{Date, Interval};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::register::{OrgId, OrganisationError};
use crate::source::Sources;
use crate::vocabulary::{NameError, NodeId, Tree};

/// Ask whether a role may see data, and which clause says so
///
/// The answer is permit, deny, needs (it depends on facts that were not given, which are named) or partial. Facts not
/// given are unknown, and unknown never opens. An inner name (a category with others beneath it, a place) means all of
/// it. Exit 0 is permit; deny, needs and partial are 1; an organisation that is unknown or closed is 2.
///
/// With --batch, questions are read as NDJSON, one a line, and each is answered on a line of its own in the same order:
/// {"id": 7, "role": "nurse", "at": "RZA", "see": "medications", "of": "X90001", "for": "direct_care",
/// "given": {"relationship": true}}. A line that cannot be answered is answered with an error, and the exit is 3.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact ask --role nurse --at RZA --see medications --of X90001 --for direct_care --given relationship,-objection_upheld,-sealed
  carepact ask --role social_worker --at 981 --see record --of RZB --for care_coordination --as-of 2026-08-01
  carepact ask --role person --see record --of X90001 --for patient_access --given identity_checked,-serious_harm
  carepact ask --batch questions.ndjson -o answers.ndjson")]
pub struct Args {
    /// Who asks: a role of the vocabulary, or person, or proxy
    #[arg(long, required_unless_present = "batch")]
    pub role: Option<String>,
    /// Where they work: an organisation code, or a place or function for all its organisations
    #[arg(long, value_name = "ODS")]
    pub at: Vec<String>,
    /// Which data: a category of the vocabulary
    #[arg(long, value_name = "DATA", required_unless_present = "batch")]
    pub see: Option<String>,
    /// Whose data: organisation codes, places or functions
    #[arg(long, value_name = "ODS", required_unless_present = "batch", num_args = 1.., value_delimiter = ',')]
    pub of: Vec<String>,
    /// What for: a purpose of the vocabulary
    #[arg(long = "for", value_name = "PURPOSE", required_unless_present = "batch")]
    pub purpose: Option<String>,
    /// What is done with it
    #[arg(long, value_name = "ACTION", default_value = "view")]
    pub may: String,
    /// In which form
    #[arg(long, default_value = "identifiable")]
    pub form: String,
    /// Facts that are true, or with a - before them false, comma between them
    #[arg(long, value_name = "FACTS", value_delimiter = ',', allow_hyphen_values = true)]
    pub given: Vec<String>,
    /// Print JSON (the same as --format json)
    #[arg(long)]
    pub json: bool,
    /// Read questions from an NDJSON file (- is stdin) and answer each on a line of its own
    #[arg(long, value_name = "FILE", conflicts_with_all = ["role", "at", "see", "of", "purpose", "may", "form", "given"])]
    pub batch: Option<std::path::PathBuf>,
}

/// What is asked about, whoever asks.
#[derive(Debug, clap::Args)]
pub struct About {
    /// Which data: a category of the vocabulary
    #[arg(long, value_name = "DATA")]
    pub see: String,
    /// Whose data: organisation codes, places or functions
    #[arg(long, value_name = "ODS", required = true, num_args = 1.., value_delimiter = ',')]
    pub of: Vec<String>,
    /// What for: a purpose of the vocabulary
    #[arg(long = "for", value_name = "PURPOSE")]
    pub purpose: String,
    /// What is done with it
    #[arg(long, value_name = "ACTION", default_value = "view")]
    pub may: String,
    /// In which form
    #[arg(long, default_value = "identifiable")]
    pub form: String,
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
    // Never taken apart: the process ends with the answer, and freeing a register piece by piece takes a tenth of its time.
    let pack = std::mem::ManuallyDrop::new(super::pack::decidable(session, None, &mut sources)?);
    if let Some(path) = &args.batch {
        return batch::run(path, &Compiled::new(&pack), session);
    }
    let asked = question(&Written::from(args), &pack, session.as_of)?;
    let compiled = Compiled::new(&pack);
    let answer = ask_compiled(&compiled, &asked).map_err(refused)?;
    let changes = changes(&compiled, &asked, &answer).map_err(|error| refused(error.into()))?;
    match (args.json, session.format) {
        (true, _) | (_, Format::Json) => {
            let object = to_json(&pack, &sources, &asked, &answer, &changes);
            session.say(format!("{object:#}"))?;
        }
        (false, Format::Human | Format::Short) => {
            let text = to_text(&pack, &sources, &asked, &answer, &changes, session);
            session.raw(text.as_bytes())?;
        }
        (false, other) => return Err(Failure::usage(format!("`ask` has no format {}", other.name())).next("Use human or json.").into()),
    }
    Ok(if answer.overall == Overall::Permit { Outcome::Done } else { Outcome::Findings })
}

fn refused(error: AskError) -> Failure {
    match error {
        AskError::TooManyConditions(_) => Failure::usage(error.to_string()).next("Split the clauses so that fewer conditions meet, then ask again."),
        _ => Failure::usage(error.to_string()),
    }
}

/// Most refused groups whose single changes are worked out.
const EXPLAINED: usize = 3;

/// Most cases of a refused group that are tried for one that a single change opens.
const TRIED: usize = 60;

/// What opens a refused group: its first case that some single change opens, with those changes.
type Changes = Option<(Question, Vec<Nearby>)>;

/// For each group, if it is refused, what one change would open.
fn changes(compiled: &Compiled<'_>, asked: &Ask, answer: &Answer<'_>) -> Result<Vec<Changes>, TooManyConditions> {
    let mut left = EXPLAINED;
    let mut all = Vec::with_capacity(answer.groups.len());
    for group in &answer.groups {
        let mut opened = None;
        if group.verdict == Verdict::Deny && left > 0 {
            left -= 1;
            for leaf in group.leaves.iter().take(TRIED) {
                let found = nearby(compiled, leaf, asked.facts)?;
                if !found.is_empty() {
                    opened = Some((*leaf, found));
                    break;
                }
            }
        }
        all.push(opened);
    }
    Ok(all)
}

/// A question as written.
#[derive(Clone, Debug, Default)]
pub(super) struct Written<'a> {
    role: &'a str,
    at: Vec<&'a str>,
    see: &'a str,
    of: Vec<&'a str>,
    purpose: &'a str,
    may: &'a str,
    form: &'a str,
    given: Vec<&'a str>,
}

impl<'a> From<&'a Args> for Written<'a> {
    fn from(args: &'a Args) -> Self {
        let text = |option: &'a Option<String>| option.as_deref().unwrap_or_default();
        let list = |list: &'a Vec<String>| list.iter().map(String::as_str).collect();
        Self {
            role: text(&args.role),
            at: list(&args.at),
            see: text(&args.see),
            of: list(&args.of),
            purpose: text(&args.purpose),
            may: &args.may,
            form: &args.form,
            given: list(&args.given),
        }
    }
}

/// The question in ids; a name that is unknown is an error that offers a near one.
fn question(written: &Written<'_>, pack: &Pack, on: Date) -> Result<Ask, Failure> {
    let words = &pack.words;
    let role = name(&words.roles, written.role)?;
    let at = if written.at.is_empty() { Vec::new() } else { organisations(pack, &written.at, on)? };
    if words.is_person(role) && !at.is_empty() {
        return Err(Failure::usage("a person (or a proxy) asks for themselves, not at an organisation").next("Leave out `at`."));
    }
    if !words.is_person(role) && at.is_empty() {
        return Err(Failure::usage("`at` is missing: at which organisation does this role work?")
            .next("Give an organisation code, for example RZA; only `person` and `proxy` need none."));
    }
    Ok(Ask {
        role,
        at,
        action: word(&words.actions, written.may, "action")?,
        form: word(&words.forms, written.form, "form")?,
        see: name(&words.data, written.see)?,
        of: organisations(pack, &written.of, on)?,
        purpose: name(&words.purposes, written.purpose)?,
        on,
        facts: facts(pack, written.given.iter().copied())?,
    })
}

/// A node by name.
pub fn name(tree: &Tree, text: &str) -> Result<NodeId, Failure> {
    tree.find(text).map_err(|error| {
        let failure = Failure::usage(error.to_string());
        match error {
            NameError::Unknown { near: Some(near), .. } => failure.next(format!("Did you mean {near}?")),
            NameError::Unknown { .. } => failure.next(format!("The vocabulary has: {}.", tree.ids().map(|id| tree.short(id)).collect::<Vec<_>>().join(", "))),
            NameError::Ambiguous { .. } => failure.next("Write more of the path."),
        }
    })
}

/// A word of a flat list as its index.
pub fn word(known: &[String], text: &str, what: &str) -> Result<u8, Failure> {
    known.iter().position(|word| word == text).and_then(|index| u8::try_from(index).ok()).ok_or_else(|| {
        let failure = Failure::usage(format!("there is no {what} {text:?} in the vocabulary"));
        let near = crate::text::near::near(crate::text::near::Place::Name, text, known.iter().map(String::as_str));
        let failure = near.into_iter().fold(failure, |failure, near| failure.next(format!("Did you mean {}?", near.name)));
        failure.next(format!("Use {}.", crate::text::or_list(known)))
    })
}

/// Organisations by code, or all of a place or function that are open that day.
pub fn organisations(pack: &Pack, written: &[impl AsRef<str>], on: Date) -> Result<Vec<OrgId>, Failure> {
    let mut all = Vec::new();
    for text in written {
        let text = text.as_ref();
        all.extend(organisations_named(pack, text, on).map_err(|error| {
            let failure = Failure::usage(error.to_string());
            match &error {
                SelectError::Organisation(OrganisationError::Closed { .. }) => {
                    failure.next("Ask for the successor, or for a day on which it was open: --as-of DATE.")
                }
                SelectError::Organisation(OrganisationError::NotYetOpen { .. }) => failure.next("Ask for a later day: --as-of DATE."),
                _ => match pack.register.near(text) {
                    Some(near) => failure.next(format!("Did you mean {near}?")),
                    None => failure,
                },
            }
        })?);
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|org| seen.insert(*org));
    Ok(all)
}

/// Facts as written: `relationship`, `-objection_upheld` or `objection_upheld=false`.
pub fn facts<'a>(pack: &Pack, written: impl Iterator<Item = &'a str>) -> Result<Facts, Failure> {
    let mut facts = Facts::default();
    for text in written.map(str::trim).filter(|text| !text.is_empty()) {
        let (fact, value) = match text.strip_prefix('-').or_else(|| text.strip_prefix("not ")) {
            Some(fact) => (fact.trim(), false),
            None => (text, true),
        };
        let Some(id) = pack.words.condition(fact) else {
            let failure = Failure::usage(format!("there is no condition {fact:?} in the vocabulary"));
            let known: Vec<&str> = pack.words.conditions.iter().map(|condition| condition.name.as_str()).collect();
            return Err(match crate::text::near::near(crate::text::near::Place::Name, fact, known.iter().copied()) {
                Some(near) => failure.next(format!("Did you mean {}?", near.name)),
                None => failure.next(format!("Known: {}.", known.join(", "))),
            });
        };
        let bit = 1u64 << id.0;
        if (if value { facts.no } else { facts.yes }) & bit != 0 {
            return Err(Failure::usage(format!("{fact} is given as true and as false")));
        }
        facts = facts.with(id, value);
    }
    Ok(facts)
}

/// `relationship and not objection_upheld`.
pub fn literals(pack: &Pack, set: &[Literal]) -> Vec<String> {
    set.iter().map(|literal| format!("{}{}", if literal.value { "" } else { "not " }, pack.words.conditions[usize::from(literal.fact.0)].name)).collect()
}

/// Every refusal ends with this.
pub const PRINCIPLE_7: &str = "No agreement covering this does not by itself forbid sharing to protect someone at risk (Caldicott principle 7): use judgement, record why, and tell the Caldicott Guardian.";

fn interval_words(interval: Interval) -> String {
    format!("{} to {}", interval.first, interval.last)
}

fn leaf_names(pack: &Pack, group: &Group<'_>, of: impl Fn(&Question) -> String) -> String {
    let mut names: Vec<String> = group.leaves.iter().map(of).collect();
    names.sort_unstable();
    names.dedup();
    let _ = pack;
    const SHOWN: usize = 8;
    if names.len() > SHOWN {
        let more = names.len() - SHOWN;
        names.truncate(SHOWN);
        return format!("{} and {more} more", names.join(", "));
    }
    names.join(", ")
}

fn basis<'p>(pack: &'p Pack, group: &Group<'p>) -> Option<(Vec<String>, &'p crate::agreement::written::BasisDraft)> {
    let leaf = group.leaves.first()?;
    let (agreement, _) = group.clauses.iter().find_map(|(agreement, clause)| agreement.map(|agreement| (agreement, clause)))?;
    let basis = agreement.basis_for(&pack.words, &pack.register, leaf.purpose, leaf.at, leaf.on)?;
    let draft = &agreement.draft.basis[basis.draft];
    let mut parts = Vec::new();
    if let Some(letter) = &draft.article_6 {
        parts.push(format!("UK GDPR Art 6(1)({})", letter.value));
    }
    if let Some(letter) = &draft.article_9 {
        parts.push(format!("Art 9(2)({})", letter.value));
    }
    if let Some(condition) = &draft.schedule_1 {
        parts.push(format!("DPA 2018 Sch 1 {}", condition.value));
    }
    if let Some(power) = &draft.power {
        parts.push(power.value.clone());
    }
    if let Some(route) = draft.confidentiality.as_ref().and_then(|c| c.route.as_ref()) {
        parts.push(format!("confidentiality: {}", route.value.replace('_', " ")));
    }
    Some((parts, draft))
}

fn to_text(pack: &Pack, sources: &Sources, asked: &Ask, answer: &Answer<'_>, changes: &[Changes], session: &Session) -> String {
    use std::fmt::Write as _;
    let words = &pack.words;
    let mut out = String::new();
    let colour = match answer.overall {
        Overall::Permit => GREEN,
        Overall::Deny => RED,
        _ => YELLOW,
    };
    let org = |id: OrgId| pack.register.organisation(id).ods.to_string();
    let people = if asked.at.is_empty() { String::new() } else { format!(" at {}", short_list(asked.at.iter().map(|id| org(*id)))) };
    let _ = writeln!(
        out,
        "{}: {}{people}, {} {} ({}) of {} for {} on {}",
        session.paint(colour, answer.overall.name()),
        words.roles.short(asked.role),
        words.actions[usize::from(asked.action)],
        words.data.short(asked.see),
        words.forms[usize::from(asked.form)],
        short_list(asked.of.iter().map(|id| org(*id))),
        words.purposes.short(asked.purpose),
        asked.on,
    );
    let several = answer.groups.len() > 1;
    for (group, changes) in answer.groups.iter().zip(changes) {
        let indent = if several { "    " } else { "  " };
        if several {
            let verdict = verdict(group.verdict);
            let mut about = vec![leaf_names(pack, group, |leaf| words.data.short(leaf.data).to_owned())];
            if asked.of.len() > 1 {
                about.push(format!("of {}", leaf_names(pack, group, |leaf| org(leaf.of))));
            }
            if asked.at.len() > 1 {
                about.push(format!("at {}", leaf_names(pack, group, |leaf| leaf.at.map(org).unwrap_or_default())));
            }
            if words.roles.leaves(asked.role).len() > 1 {
                about.push(format!("by {}", leaf_names(pack, group, |leaf| words.roles.short(leaf.role).to_owned())));
            }
            if words.purposes.leaves(asked.purpose).len() > 1 {
                about.push(format!("for {}", leaf_names(pack, group, |leaf| words.purposes.short(leaf.purpose).to_owned())));
            }
            let _ = writeln!(out, "  {}: {}", session.paint(BOLD, verdict), about.join(", "));
        }
        for (agreement, clause) in &group.clauses {
            let what = match group.cause {
                Cause::Granted => "allows this, if the facts given are true",
                Cause::Prohibited => "closes this",
                Cause::ProhibitedUnlessKnown => "allows this unless a prohibition does not, whose facts are not known",
                Cause::FactsMissing => "would allow this with facts that were not given",
                Cause::NoGrant => "",
            };
            let title = agreement.map(|agreement| format!(" ({})", agreement.title.split_whitespace().collect::<Vec<_>>().join(" "))).unwrap_or_default();
            let (clause_word, at_word) = if session.accessible { ("clause: ", "at: ") } else { ("", "") };
            let _ = writeln!(out, "{indent}{clause_word}{}{title} {what}", clause.place);
            let _ = writeln!(out, "{indent}  {at_word}{}", sources.locate(clause.span));
            for (duty, value) in &clause.duties {
                if group.cause == Cause::Granted {
                    let _ = writeln!(out, "{indent}  duty: {}: {}", duty.replace('_', " "), value.replace('_', " "));
                }
            }
        }
        if group.cause == Cause::Granted
            && let Some((parts, _)) = basis(pack, group)
        {
            let _ = writeln!(out, "{indent}stated basis: {}", parts.join("; "));
        }
        for (index, set) in group.needs.iter().enumerate() {
            let word = if index == 0 { "needs" } else { "or" };
            let _ = writeln!(out, "{indent}{word}: {}", literals(pack, set).join(" and "));
        }
        if group.cause == Cause::NoGrant {
            let _ = writeln!(out, "{indent}no agreement covers this");
            if let Some(near) = group.leaves.first().and_then(|leaf| nearest(pack, leaf))
                && near.fails.len() <= 3
                && !near.fails.is_empty()
            {
                let _ =
                    writeln!(out, "{indent}  nearest: {} at {}; what differs: {}", near.clause.place, sources.locate(near.clause.span), near.fails.join(", "));
            }
        }
        if let Some((case, changes)) = changes {
            let of = if group.leaves.len() > 1 { format!(" (of {}, for example)", case_words(pack, case)) } else { String::new() };
            let _ = writeln!(out, "{indent}one change away{of}:");
            for line in nearby::lines(pack, changes) {
                let _ = writeln!(out, "{indent}  {line}");
            }
        }
    }
    if !answer.not_included.is_empty() {
        let names: Vec<&str> = answer.not_included.iter().map(|id| words.data.short(*id)).collect();
        let _ = writeln!(out, "  not included, ask by name: {}", names.join(", "));
    }
    let _ = writeln!(out, "  the same from {}", interval_words(answer.interval));
    if answer.overall != Overall::Permit {
        let _ = writeln!(out, "  {PRINCIPLE_7}");
    }
    if session.accessible { super::columns::unindented(&out) } else { out }
}

/// `medications of Y99001, by nurse at R9A`.
fn case_words(pack: &Pack, case: &Question) -> String {
    let org = |id: OrgId| pack.register.organisation(id).ods.to_string();
    let at = case.at.map(|at| format!(" at {}", org(at))).unwrap_or_default();
    format!("{} of {}, by {}{at}", pack.words.data.short(case.data), org(case.of), pack.words.roles.short(case.role))
}

fn short_list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.len() > 4 { format!("{} organisations", items.len()) } else { items.join(", ") }
}

/// The groups of an answer, in short: what is answered, by which clauses, for which cases.
fn to_json_groups(pack: &Pack, answer: &Answer<'_>) -> Vec<Value> {
    let words = &pack.words;
    let org = |id: OrgId| pack.register.organisation(id).ods.to_string();
    let unique = |list: Vec<String>| list.into_iter().collect::<std::collections::BTreeSet<_>>();
    let of = |group: &Group<'_>, side: &dyn Fn(&Question) -> Option<String>| unique(group.leaves.iter().filter_map(side).collect());
    answer
        .groups
        .iter()
        .map(|group| {
            json!({
                "outcome": verdict(group.verdict),
                "cause": group.cause.name(),
                "clauses": group.clauses.iter().map(|(_, clause)| clause.place.as_str()).collect::<Vec<_>>(),
                "needs": group.needs.iter().map(|set| literals(pack, set)).collect::<Vec<_>>(),
                "see": of(group, &|leaf| Some(words.data.path(leaf.data).to_owned())),
                "of": of(group, &|leaf| Some(org(leaf.of))),
                "at": of(group, &|leaf| leaf.at.map(org)),
                "roles": of(group, &|leaf| Some(words.roles.path(leaf.role).to_owned())),
                "purposes": of(group, &|leaf| Some(words.purposes.path(leaf.purpose).to_owned())),
            })
        })
        .collect()
}

/// The word of a verdict.
fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permit => "permit",
        Verdict::Deny => "deny",
        Verdict::Needs => "needs",
    }
}

/// The answer for machines.
pub fn to_json(pack: &Pack, sources: &Sources, asked: &Ask, answer: &Answer<'_>, changes: &[Changes]) -> Value {
    let words = &pack.words;
    let org = |id: &OrgId| pack.register.organisation(*id).ods.to_string();
    let unique = |mut list: Vec<String>| {
        list.sort_unstable();
        list.dedup();
        list
    };
    let groups: Vec<Value> = answer
        .groups
        .iter()
        .zip(changes)
        .map(|(group, changes)| {
            let clauses: Vec<Value> = group
                .clauses
                .iter()
                .map(|(agreement, clause)| {
                    let at = sources.start(clause.span);
                    json!({"place": clause.place, "agreement": agreement.map(|agreement| agreement.id.clone()), "file": sources.name(clause.span.file), "line": at.line, "column": at.column,
                        "duties": clause.duties.iter().map(|(duty, value)| (duty.clone(), Value::from(value.clone()))).collect::<serde_json::Map<_, _>>()})
                })
                .collect();
            let stated = if group.cause == Cause::Granted { basis(pack, group).map(|(parts, _)| parts) } else { None };
            json!({
                "outcome": verdict(group.verdict),
                "cause": group.cause.name(),
                "clauses": clauses,
                "basis": stated,
                "needs": group.needs.iter().map(|set| literals(pack, set)).collect::<Vec<_>>(),
                "one_change_away": changes.as_ref().map(|(case, found)| json!({"see": words.data.path(case.data), "of": org(&case.of), "at": case.at.as_ref().map(org), "role": words.roles.path(case.role), "for": words.purposes.path(case.purpose), "changes": nearby::to_json(pack, found)})),
                "see": unique(group.leaves.iter().map(|leaf| words.data.path(leaf.data).to_owned()).collect()),
                "of": unique(group.leaves.iter().map(|leaf| org(&leaf.of)).collect()),
                "at": unique(group.leaves.iter().filter_map(|leaf| leaf.at.as_ref().map(org)).collect()),
                "roles": unique(group.leaves.iter().map(|leaf| words.roles.path(leaf.role).to_owned()).collect()),
                "purposes": unique(group.leaves.iter().map(|leaf| words.purposes.path(leaf.purpose).to_owned()).collect()),
            })
        })
        .collect();
    let mut object = json!({
        "format": "carepact.answer/1",
        "outcome": answer.overall.name(),
        "question": {
            "role": words.roles.path(asked.role), "at": asked.at.iter().map(org).collect::<Vec<_>>(), "may": words.actions[usize::from(asked.action)],
            "form": words.forms[usize::from(asked.form)], "see": words.data.path(asked.see), "of": asked.of.iter().map(org).collect::<Vec<_>>(),
            "for": words.purposes.path(asked.purpose), "on": asked.on.to_string(),
        },
        "groups": groups,
        "not_included": answer.not_included.iter().map(|id| words.data.path(*id)).collect::<Vec<_>>(),
        "interval": {"first": answer.interval.first.to_string(), "last": answer.interval.last.to_string()},
        "cases": answer.leaves,
    });
    if answer.overall != Overall::Permit {
        object["note"] = PRINCIPLE_7.into();
    }
    object
}
