//! Whether an agreement covers an access: the question as the log puts it, through the pack's decision.

use super::event::Action;
use crate::agreement::written::Status;
use crate::agreement::{Agreement, Clause};
use crate::decision::plain::boundaries;
use crate::decision::{Cause, Decision, Facts, Question, Verdict, decide, nearest};
use crate::identifier::{Date, OdsCode};
use crate::pack::Pack;
use crate::register::{OrgId, OrganisationError};
use crate::source::Sources;
use crate::vocabulary::{ConditionId, Evidence, NodeId, Restriction, Tree};

/// An access as a question, in the words of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'e> {
    /// Role, as the profile maps it.
    pub role: &'e str,
    /// Organisation code of who looked.
    pub organisation: &'e str,
    /// What was done.
    pub action: Action,
    /// Data categories joined by `;`.
    pub category: &'e str,
    /// Organisation code of whose data it is.
    pub source: &'e str,
    /// Purpose declared.
    pub purpose: &'e str,
    /// Day in Europe/London.
    pub on: Date,
}

/// What the evidence says; none is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Known {
    /// The access is explained.
    pub relationship: Option<bool>,
    /// `objections.csv` has a row for the person that day.
    pub objections: Option<bool>,
    /// `sealed.csv` has a row for the person that day.
    pub sealed: Option<bool>,
    /// Emergency access was recorded.
    pub emergency: Option<bool>,
}

/// Which kind of denial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Denial {
    /// No agreement comes near, or a condition or prohibition closes it.
    NotCovered,
    /// An agreement covers all but the data category.
    Category,
    /// An agreement would cover it on another day, or if both had joined.
    PartyOrTerm,
}

/// The answer to "is it covered?".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ruling {
    /// These clauses allow it, and the facts they need are known.
    Permitted {
        /// `GM-DSA-0007/g1`.
        clauses: Vec<String>,
    },
    /// It depends on facts that no evidence tells.
    Conditional {
        /// Clauses that may allow it.
        clauses: Vec<String>,
        /// The unknown facts, by name.
        unknown: Vec<String>,
    },
    /// Nothing covers it.
    Denied {
        /// Which kind.
        kind: Denial,
        /// The clause that comes nearest, or the prohibition.
        clause: Option<String>,
        /// Where it is written, `file:line:column`.
        at: Option<String>,
        /// The parts that fail, in words.
        fails: Vec<String>,
        /// It would be allowed (or conditional) if a relationship were there.
        turns_on_relationship: bool,
    },
    /// Something in the record has no place in the pack.
    NotAssessed {
        /// `organisation`, `role`, `category`, `source`, `purpose`, `action`, `conditions`, `pack`, or
        /// [`ORGANISATION_NOT_IN_REGISTER`], [`SOURCE_NOT_IN_REGISTER`].
        what: &'static str,
        /// Why, in words; an organisation or vocabulary word may stand in it, a person never does.
        why: String,
    },
}

impl Ruling {
    /// The word in results.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Permitted { .. } => "permitted",
            Self::Conditional { .. } => "conditional",
            Self::Denied { .. } => "denied",
            Self::NotAssessed { .. } => "not_assessed",
        }
    }
}

/// [`Ruling::NotAssessed`]: the organisation of who looked is unknown to the register, or closed that day.
pub const ORGANISATION_NOT_IN_REGISTER: &str = "organisation_not_in_register";
/// [`Ruling::NotAssessed`]: the organisation whose data it is is unknown to the register, or closed that day.
pub const SOURCE_NOT_IN_REGISTER: &str = "source_not_in_register";

/// What fails in a case that a prohibition closes.
pub const PROHIBITED: &str = "it is prohibited";

/// Decides accesses. A seam: the pack's decision behind it may be plain or compiled.
pub trait Permission: Sync {
    /// Decides one case.
    fn rule(&self, asked: &Asked<'_>, known: Known) -> Ruling;
}

/// No pack was given: nothing is assessed, and that is said.
#[derive(Clone, Copy, Debug)]
pub struct NoPack;

impl Permission for NoPack {
    fn rule(&self, _: &Asked<'_>, _: Known) -> Ruling {
        Ruling::NotAssessed { what: "pack", why: "no pack was given".to_owned() }
    }
}

/// Whether a text has the form of an organisation code, so that it may be shown. Ten digits could be a person.
pub fn is_code(text: &str) -> bool {
    text.len() <= 9 && OdsCode::parse(text).is_ok()
}

/// Decides by the agreements of a pack.
#[derive(Clone, Copy, Debug)]
pub struct Agreements<'p> {
    /// The pack.
    pub pack: &'p Pack,
    /// Its texts, for places.
    pub sources: &'p Sources,
}

/// A name of the log in a tree: by name, or by a national code.
fn find(tree: &Tree, word: &str, coded: impl Fn(NodeId, &str) -> bool) -> Option<NodeId> {
    if word == "any" {
        return None;
    }
    tree.find(word).ok().or_else(|| tree.ids().find(|id| coded(*id, word)))
}

impl<'p> Agreements<'p> {
    fn organisation(&self, code: &str, on: Date, what: &'static str) -> Result<OrgId, Ruling> {
        let not = |why: String| Ruling::NotAssessed { what, why };
        if code.is_empty() {
            return Err(not(format!("the record names no {what}")));
        }
        match self.pack.register.open_on(code, on) {
            Ok(id) => Ok(id),
            // What has not even the form of a code may be a name or a local id: it is not repeated.
            Err(_) if !is_code(code) => Err(not(format!("the {what} is no organisation code"))),
            Err(error) => {
                let why = if matches!(error, OrganisationError::Unknown(_)) { format!("{code} is not in the register") } else { error.to_string() };
                Err(Ruling::NotAssessed { what: if what == "source" { SOURCE_NOT_IN_REGISTER } else { ORGANISATION_NOT_IN_REGISTER }, why })
            }
        }
    }

    pub(super) fn facts(&self, known: Known) -> Facts {
        let mut facts = Facts::default();
        for (index, condition) in self.pack.words.conditions.iter().enumerate() {
            let value = match &condition.evidence {
                Some(Evidence::Explained) => known.relationship,
                Some(Evidence::Table(table)) if table == "objections" => known.objections,
                Some(Evidence::Table(table)) if table == "sealed" => known.sealed,
                Some(Evidence::Event(field)) if matches!(field.as_str(), "break_glass" | "emergency") => known.emergency,
                _ => None,
            };
            if let (Some(value), Ok(bit)) = (value, u8::try_from(index)) {
                facts = facts.with(ConditionId(bit), value);
            }
        }
        facts
    }

    pub(super) fn questions(&self, asked: &Asked<'_>) -> Result<Vec<Question>, Ruling> {
        let words = &self.pack.words;
        let not = |what: &'static str, why: String| Err(Ruling::NotAssessed { what, why });
        let Some(action) = asked.action.decided_as() else { return not("action", "nothing of a record was shown".to_owned()) };
        let Some(action) = words.actions.iter().position(|word| word == action).and_then(|at| u8::try_from(at).ok()) else {
            return not("action", format!("the vocabulary has no action `{action}`"));
        };
        let Some(form) = words.forms.iter().position(|word| word == "identifiable").and_then(|at| u8::try_from(at).ok()) else {
            return not("action", "the vocabulary has no form `identifiable`".to_owned());
        };
        if asked.role.is_empty() {
            return not("role", "the record names no role".to_owned());
        }
        let coded = |id: NodeId, word: &str| words.roles.node(id).rbac.iter().any(|code| code.value == word);
        let Some(role) = find(&words.roles, asked.role, coded) else { return not("role", "its role is not mapped to the vocabulary".to_owned()) };
        let at = if words.is_person(role) { None } else { Some(self.organisation(asked.organisation, asked.on, "organisation")?) };
        let of = self.organisation(asked.source, asked.on, "source")?;
        if asked.purpose.is_empty() {
            return not("purpose", "the record names no purpose".to_owned());
        }
        let coded = |id: NodeId, word: &str| words.purposes.node(id).purpose_of_use.as_deref() == Some(word);
        let Some(purpose) = find(&words.purposes, asked.purpose, coded) else {
            return not("purpose", "its purpose is not mapped to the vocabulary".to_owned());
        };
        if asked.category.is_empty() {
            return not("category", "the record names no data category".to_owned());
        }
        let mut leaves: Vec<NodeId> = Vec::new();
        for word in asked.category.split(';') {
            let Some(category) = find(&words.data, word, |_, _| false) else {
                return not("category", "its data category is not mapped to the vocabulary".to_owned());
            };
            // An inner name covers its unrestricted leaves.
            let tree = &words.data;
            leaves.extend(
                tree.leaves(category)
                    .into_iter()
                    .filter(|leaf| tree.ancestors(*leaf).take_while(|at| *at != category).all(|at| tree.node(at).restriction == Restriction::None)),
            );
        }
        leaves.sort_unstable();
        leaves.dedup();
        let mut questions = Vec::new();
        for role in words.roles.leaves(role) {
            for purpose in words.purposes.leaves(purpose) {
                for data in &leaves {
                    questions.push(Question { role, at, action, form, data: *data, of, purpose, on: asked.on });
                }
            }
        }
        if questions.is_empty() { not("category", "every category beneath this name is restricted".to_owned()) } else { Ok(questions) }
    }

    /// Why a case is denied: a prohibition; facts that close a grant; a grant for other data; a grant for another day or
    /// other parties; or nothing near.
    fn denial(&self, question: &Question, decision: &Decision<'p>, facts: Facts) -> Ruling {
        let denied = |kind, clause: Option<&Clause>, fails: Vec<String>| Ruling::Denied {
            kind,
            clause: clause.map(|clause| clause.place.clone()),
            at: clause.map(|clause| self.sources.locate(clause.span)),
            fails,
            turns_on_relationship: false,
        };
        if decision.cause == Cause::Prohibited {
            return denied(Denial::NotCovered, decision.clauses.first().map(|(_, clause)| *clause), vec![PROHIBITED.to_owned()]);
        }
        if let Some((_, clause)) = self.opened(question) {
            return denied(Denial::NotCovered, Some(clause), self.failing_facts(clause, facts));
        }
        let tree = &self.pack.words.data;
        for data in tree.ids().filter(|id| tree.node(*id).children.is_empty()) {
            if let Some((_, clause)) = self.opened(&Question { data, ..*question }) {
                return denied(Denial::Category, Some(clause), vec!["data".to_owned()]);
            }
        }
        // The nearest day on which it would be allowed; what a later agreement replaced says nothing of today.
        let mut days: Vec<Date> = boundaries(self.pack, question).into_iter().flat_map(|day| [day, day.previous()]).collect();
        days.sort_by_key(|day| (question.on.days_until(*day).abs(), *day));
        for on in days {
            if let Some((Some(agreement), clause)) = self.opened(&Question { on, ..*question })
                && agreement.status != Status::Superseded
            {
                return denied(Denial::PartyOrTerm, Some(clause), self.failing_dates(question, agreement, clause));
            }
        }
        match nearest(self.pack, question) {
            None => denied(Denial::NotCovered, None, vec!["the pack has no grant".to_owned()]),
            Some(near) => denied(Denial::NotCovered, Some(near.clause), near.fails.iter().map(|part| (*part).to_owned()).collect()),
        }
    }

    /// The first clause that would allow a case for some facts.
    fn opened(&self, question: &Question) -> Option<(Option<&'p Agreement>, &'p Clause)> {
        let decision = decide(self.pack, question, Facts::default()).ok()?;
        (decision.verdict != Verdict::Deny).then(|| decision.clauses.first().copied()).flatten()
    }

    /// What keeps a clause that fits otherwise from holding that day.
    fn failing_dates(&self, question: &Question, agreement: &Agreement, clause: &Clause) -> Vec<String> {
        let (words, register) = (&self.pack.words, &self.pack.register);
        let mut fails = Vec::new();
        if !agreement.in_force_on(question.on) {
            fails.push("term");
        }
        if question.at.is_some_and(|at| !agreement.has_party_on(words, register, at, false, question.on)) {
            fails.push("recipient party");
        }
        if !agreement.has_party_on(words, register, question.of, true, question.on) {
            fails.push("source party");
        }
        if !clause.during.contains(question.on) {
            fails.push("dates of the clause");
        }
        if fails.is_empty() {
            fails.push("what the organisations are that day");
        }
        fails.into_iter().map(str::to_owned).collect()
    }

    /// The fewest known facts that keep a clause's condition false, as `condition: objection_upheld is true`.
    fn failing_facts(&self, clause: &Clause, facts: Facts) -> Vec<String> {
        let needed = clause.condition.facts();
        let known = needed & (facts.yes | facts.no);
        let possible = |yes: u64, unknown: u64| crate::agreement::condition::submasks(unknown).any(|guess| clause.condition.holds(yes | guess));
        // Turning these facts, and no fewer, would make it true for some value of the unknown ones.
        let mut turns: Vec<u64> = crate::agreement::condition::submasks(known).filter(|turn| possible((facts.yes & needed) ^ turn, needed & !known)).collect();
        turns.sort_by_key(|turn| (turn.count_ones(), *turn));
        let Some(turn) = turns.first() else { return vec!["its condition".to_owned()] };
        let conditions = self.pack.words.conditions.iter().enumerate().filter(|(index, _)| turn >> index & 1 == 1);
        conditions
            .map(|(index, condition)| format!("condition: {} is {}", condition.name, if facts.yes >> index & 1 == 1 { "true" } else { "not true" }))
            .collect()
    }

    fn decide(&self, questions: &[Question], facts: Facts) -> Result<Vec<Decision<'p>>, Ruling> {
        questions
            .iter()
            .map(|question| decide(self.pack, question, facts).map_err(|error| Ruling::NotAssessed { what: "conditions", why: error.to_string() }))
            .collect()
    }

    fn rule_or(&self, asked: &Asked<'_>, known: Known) -> Result<Ruling, Ruling> {
        let words = &self.pack.words;
        let questions = self.questions(asked)?;
        let facts = self.facts(known);
        let decisions = self.decide(&questions, facts)?;
        let with = |verdict| questions.iter().zip(&decisions).filter(move |(_, decision)| decision.verdict == verdict);
        let mut clauses: Vec<String> =
            decisions.iter().filter(|one| one.verdict != Verdict::Deny).flat_map(|one| one.clauses.iter().map(|(_, clause)| clause.place.clone())).collect();
        clauses.sort_unstable();
        clauses.dedup();
        if let Some((question, decision)) = with(Verdict::Deny).next() {
            // A role or purpose that stands for several is answered as a whole; leaves that differ are not guessed.
            let first = questions[0];
            let inner = questions.iter().any(|one| one.role != first.role || one.purpose != first.purpose);
            if inner && with(Verdict::Deny).count() < questions.len() {
                return Err(Ruling::NotAssessed { what: "role", why: "its role or purpose is a name for several, which are answered differently".to_owned() });
            }
            let mut data: Vec<NodeId> = with(Verdict::Deny).map(|(question, _)| question.data).collect();
            data.sort_unstable();
            data.dedup();
            let mut ruling = self.denial(question, decision, facts);
            if let Ruling::Denied { kind, fails, turns_on_relationship, .. } = &mut ruling {
                if with(Verdict::Deny).count() < questions.len() {
                    // Some categories of what was shown are covered and others are not.
                    if decision.cause != Cause::Prohibited {
                        *kind = Denial::Category;
                    }
                    fails.push(format!("not covered: {}", data.iter().map(|id| words.data.short(*id)).collect::<Vec<_>>().join(", ")));
                }
                let related = words.conditions.iter().enumerate().filter(|(_, condition)| condition.evidence == Some(Evidence::Explained));
                let related = related.fold(facts, |facts, (index, _)| u8::try_from(index).map_or(facts, |bit| facts.with(ConditionId(bit), true)));
                *turns_on_relationship =
                    known.relationship == Some(false) && self.decide(&questions, related)?.iter().all(|decision| decision.verdict != Verdict::Deny);
            }
            return Ok(ruling);
        }
        if with(Verdict::Needs).next().is_none() {
            return Ok(Ruling::Permitted { clauses });
        }
        let mut unknown: Vec<String> = with(Verdict::Needs)
            .flat_map(|(_, decision)| decision.needs.iter().flatten())
            .filter_map(|literal| words.conditions.get(usize::from(literal.fact.0)).map(|condition| condition.name.clone()))
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        Ok(Ruling::Conditional { clauses, unknown })
    }
}

impl Permission for Agreements<'_> {
    fn rule(&self, asked: &Asked<'_>, known: Known) -> Ruling {
        self.rule_or(asked, known).unwrap_or_else(|ruling| ruling)
    }
}
