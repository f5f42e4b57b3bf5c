//! What would have had to be agreed for a denied access to be allowed: the smallest edit of one grant, proven by deciding
//! again, and how many other accesses of the log that edit would open.
//!
//! Only what a grant is about is ever edited: who, what, what for, when. A condition that was not true and a prohibition
//! are what protects; nothing is proposed against them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use super::assess::{Assessment, Interrupted, known};
use super::event::{Action, PersonKey, Symbol, Symbols};
use super::permission::{Agreements, Asked, Known, Ruling};
use super::tables::Tables;
use crate::agreement::valid::{Joined, OrgSelector, Party};
use crate::agreement::written::Status;
use crate::agreement::{Agreement, Clause};
use crate::decision::plain::misses;
use crate::decision::{Question, Verdict, decide};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::source::Sources;

/// Most edits that one audit proposes; of the questions with the most accesses first.
pub const MOST: usize = 25;

/// Grants tried for one question, the nearest first.
const TRIED: usize = 6;

/// Parts of a grant that may be edited together.
const PARTS: usize = 3;

/// Accesses, by how many users, to how many people's records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub accesses: u64,
    /// Users.
    pub users: BTreeSet<Symbol>,
    /// People.
    pub people: BTreeSet<PersonKey>,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.accesses += other.accesses;
        self.users.extend(&other.users);
        self.people.extend(&other.people);
    }
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The grant: `GM-DSA-0007/g1`.
    pub clause: String,
    /// Where it is written, `file:line:column`.
    pub at: String,
    /// What would be changed in it, in words.
    pub changes: Vec<String>,
    /// The denied question for which it was looked for.
    pub asked: String,
    /// Accesses that put this question.
    pub allows: Count,
    /// Other accesses of the log, denied now, that it would open too.
    pub also_opens: Count,
}

/// What could be done about the denied accesses of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterfactuals {
    /// Edits, those for the most accesses first.
    pub edits: Vec<Edit>,
    /// Denied accesses for which no edit of at most three parts of one grant is enough, or a condition or prohibition stands against it.
    pub none: u64,
    /// Denied accesses that were not looked at, since [`MOST`] edits were found before.
    pub not_tried: u64,
}

/// A denied question with its accesses.
struct Denied {
    questions: Vec<Question>,
    known: Known,
    asked: String,
    count: Count,
}

/// Accesses that put the same question with the same facts.
type Put = (Symbol, Symbol, Action, Symbol, Symbol, Symbol, Date, Known);

/// Whether every question is allowed, or would be with facts that are not known.
fn allowed(pack: &Pack, agreements: &Agreements<'_>, one: &Denied) -> bool {
    let facts = agreements.facts(one.known);
    one.questions.iter().all(|question| decide(pack, question, facts).is_ok_and(|decision| decision.verdict != Verdict::Deny))
}

/// Widens a term or a clause so that it holds a day.
fn widened(during: Interval, on: Date) -> Interval {
    Interval { first: during.first.min(on), last: during.last.max(on) }
}

/// Applies to a copy of the agreement what lets its grant fit a question; the words of what was done, or none if
/// something in the way is not edited.
fn fit(agreement: &mut Agreement, place: &str, fails: &[&str], question: &Question, pack: &Pack, changes: &mut Vec<String>) -> Option<()> {
    let (words, register) = (&pack.words, &pack.register);
    let code = |org| register.organisation(org).ods.to_string();
    let at = agreement.grants.iter().position(|clause| clause.place == place)?;
    let mut say = |text: String| {
        if !changes.contains(&text) {
            changes.push(text);
        }
    };
    for part in fails {
        let clause: &mut Clause = &mut agreement.grants[at];
        match *part {
            "term" => {
                // A draft or a terminated agreement is not brought to life by a date.
                if !agreement.status.grants() || agreement.suspended.iter().any(|gap| gap.contains(question.on)) {
                    return None;
                }
                agreement.term = Some(widened(agreement.term?, question.on));
                agreement.grants[at].during = widened(agreement.grants[at].during, question.on);
                say(format!("a term of {} that holds {}", agreement.id, question.on));
            }
            "recipient party" | "source party" => {
                let gives = *part == "source party";
                let org = if gives { question.of } else { question.at? };
                let like = agreement.parties.iter().find(|party| if gives { party.gives } else { party.gets })?.clone();
                let who = OrgSelector { orgs: vec![org], ..OrgSelector::default() };
                agreement.parties.push(Party { who, joined: Joined::OnStart, ..like });
                say(format!("{} joins {} as a party that {} data", code(org), agreement.id, if gives { "gives" } else { "gets" }));
            }
            "role" => {
                clause.to.roles.push(question.role);
                say(format!("the role {} in `to`", words.roles.short(question.role)));
            }
            "organisation" => {
                let org = question.at?;
                if clause.to.at.except.is_some() || !clause.to.at.functions.is_empty() || !clause.to.at.places.is_empty() {
                    // A selection by kind and place has no single entry to add; one more grant would say the same.
                    clause.to.at = OrgSelector { orgs: vec![org], ..OrgSelector::default() };
                    say(format!("the same grant for {} too", code(org)));
                } else {
                    clause.to.at.orgs.push(org);
                    say(format!("the organisation {} in `to`", code(org)));
                }
            }
            "data" => {
                clause.reach.except_see.retain(|name| !words.data.covers(*name, question.data));
                clause.reach.see.push(question.data);
                say(format!("the data {} in `see`", words.data.short(question.data)));
            }
            "source" => {
                if clause.of.except.is_some() || !clause.of.functions.is_empty() || !clause.of.places.is_empty() {
                    clause.of = OrgSelector { orgs: vec![question.of], ..OrgSelector::default() };
                    say(format!("the same grant over data of {} too", code(question.of)));
                } else {
                    clause.of.orgs.push(question.of);
                    say(format!("data of {} in `of`", code(question.of)));
                }
            }
            "purpose" => {
                clause.reach.except_purposes.retain(|name| !words.purposes.covers(*name, question.purpose));
                clause.reach.purposes.push(question.purpose);
                say(format!("the purpose {} in `for`, with its lawful basis", words.purposes.short(question.purpose)));
            }
            "action or form" => {
                clause.reach.actions |= 1 << question.action;
                clause.reach.forms |= 1 << question.form;
                say(format!("the action {} in `may`", words.actions.get(usize::from(question.action)).map_or("", String::as_str)));
            }
            "dates of the clause" => {
                clause.during = widened(clause.during, question.on);
                say(format!("dates of the grant that hold {}", question.on));
            }
            _ => return None,
        }
    }
    Some(())
}

/// An edited copy of one agreement, and the words of the edit.
struct Tried {
    agreement: Agreement,
    index: usize,
    place: String,
    changes: Vec<String>,
}

/// Edits of single grants that would allow a question, the smallest; several if they are equally small.
fn smallest(pack: &mut Pack, sources: &Sources, one: &Denied) -> Vec<Tried> {
    let mut near: Vec<(usize, usize, String)> = Vec::new();
    {
        let mut parts: BTreeMap<(usize, String), BTreeSet<&str>> = BTreeMap::new();
        for question in &one.questions {
            for miss in misses(pack, question) {
                let Some(index) = pack.agreements.iter().position(|agreement| std::ptr::eq(agreement, miss.agreement)) else { continue };
                parts.entry((index, miss.clause.place.clone())).or_default().extend(miss.fails);
            }
        }
        for ((index, place), fails) in parts {
            // What was replaced is not what people would edit today.
            if pack.agreements[index].status == Status::Superseded {
                continue;
            }
            if !pack.agreements[index].grants.iter().any(|clause| clause.place == place && clause.release) && (1..=PARTS).contains(&fails.len()) {
                near.push((fails.len(), index, place));
            }
        }
    }
    near.sort();
    let mut found: Vec<Tried> = Vec::new();
    for (_, index, place) in near.into_iter().take(TRIED) {
        let mut agreement = pack.agreements[index].clone();
        let mut changes = Vec::new();
        let fits = one.questions.iter().all(|question| {
            let fails = misses(pack, question).find(|miss| miss.clause.place == place).map(|miss| miss.fails).unwrap_or_default();
            fit(&mut agreement, &place, &fails, question, pack, &mut changes).is_some()
        });
        if !fits || found.iter().any(|known| known.changes.len() < changes.len()) {
            continue;
        }
        std::mem::swap(&mut pack.agreements[index], &mut agreement);
        let holds = allowed(pack, &Agreements { pack, sources }, one);
        std::mem::swap(&mut pack.agreements[index], &mut agreement);
        if holds {
            found.retain(|known| known.changes.len() <= changes.len());
            found.push(Tried { agreement, index, place, changes });
        }
    }
    found
}

/// Looks for edits. `assessment` must have been made with this pack and these tables.
pub fn counterfactuals(
    pack: &Pack,
    sources: &Sources,
    assessment: &Assessment,
    symbols: &Symbols,
    tables: &Tables,
    interrupt: &AtomicBool,
) -> Result<Counterfactuals, Interrupted> {
    let mut result = Counterfactuals::default();
    let mut groups: BTreeMap<Put, Count> = BTreeMap::new();
    for access in &assessment.accesses {
        // What only lacks a relationship lacks no agreement.
        if !matches!(assessment.ruling(access), Ruling::Denied { turns_on_relationship: false, .. }) {
            continue;
        }
        let event = &access.event;
        let put = (event.role, event.organisation, event.action, event.category, event.source, event.purpose, access.local.date, known(access, tables));
        let count = groups.entry(put).or_default();
        count.accesses += 1;
        count.users.insert(event.user);
        count.people.insert(event.person);
    }
    let mut pack = pack.clone();
    let mut denied: Vec<Denied> = Vec::new();
    {
        let agreements = Agreements { pack: &pack, sources };
        for ((role, organisation, action, category, source, purpose, on, known), count) in groups {
            let text = |symbol| symbols.text(symbol);
            let asked = Asked {
                role: text(role),
                organisation: text(organisation),
                action,
                category: text(category),
                source: text(source),
                purpose: text(purpose),
                on,
            };
            let Ok(questions) = agreements.questions(&asked) else { continue };
            let facts = agreements.facts(known);
            let questions: Vec<Question> =
                questions.into_iter().filter(|question| decide(&pack, question, facts).is_ok_and(|decision| decision.verdict == Verdict::Deny)).collect();
            let asked = format!("{} at {}: {} of {}, for {}, on {on}", asked.role, asked.organisation, asked.category, asked.source, asked.purpose);
            denied.push(Denied { questions, known, asked, count });
        }
    }
    // The order of the log's texts is no order of words; the question itself is.
    denied.sort_by(|a, b| b.count.accesses.cmp(&a.count.accesses).then_with(|| a.asked.cmp(&b.asked)).then_with(|| a.known.cmp(&b.known)));
    let mut done = vec![false; denied.len()];
    for at in 0..denied.len() {
        if done[at] {
            continue;
        }
        if interrupt.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        if result.edits.len() == MOST {
            result.not_tried += denied[at].count.accesses;
            continue;
        }
        done[at] = true;
        let mut best: Option<(u64, Tried, Vec<usize>)> = None;
        for mut tried in smallest(&mut pack, sources, &denied[at]) {
            std::mem::swap(&mut pack.agreements[tried.index], &mut tried.agreement);
            let agreements = Agreements { pack: &pack, sources };
            let opened: Vec<usize> = (0..denied.len()).filter(|other| *other != at && allowed(&pack, &agreements, &denied[*other])).collect();
            std::mem::swap(&mut pack.agreements[tried.index], &mut tried.agreement);
            let others = opened.iter().map(|other| denied[*other].count.accesses).sum();
            if best.as_ref().is_none_or(|(fewest, ..)| others < *fewest) {
                best = Some((others, tried, opened));
            }
        }
        let Some((_, tried, opened)) = best else {
            result.none += denied[at].count.accesses;
            continue;
        };
        let mut also_opens = Count::default();
        for other in opened {
            also_opens.add(&denied[other].count);
            done[other] = true;
        }
        let clause = pack.agreements[tried.index].grants.iter().find(|clause| clause.place == tried.place);
        result.edits.push(Edit {
            clause: tried.place.clone(),
            at: clause.map(|clause| sources.locate(clause.span)).unwrap_or_default(),
            changes: tried.changes,
            asked: denied[at].asked.clone(),
            allows: denied[at].count.clone(),
            also_opens,
        });
    }
    // Ties stay in the order in which they were looked for.
    result.edits.sort_by_key(|edit| std::cmp::Reverse(edit.allows.accesses + edit.also_opens.accesses));
    Ok(result)
}
