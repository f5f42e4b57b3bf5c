//! Questions about inner names and several organisations: all of it is meant, and every leaf is decided.

use std::collections::BTreeMap;

use super::compiled::Compiled;
use super::plain::{Cause, Decision, Facts, Literal, Question, TooManyConditions, Verdict, boundaries, decide};
use crate::agreement::{Agreement, Clause};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::{NodeId, Restriction};

/// A question as asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// A role, or an inner name for all beneath it.
    pub role: NodeId,
    /// Where they work; empty for the person or a proxy.
    pub at: Vec<OrgId>,
    /// Index into the vocabulary's actions.
    pub action: u8,
    /// Index into the vocabulary's forms.
    pub form: u8,
    /// A data category, or an inner name.
    pub see: NodeId,
    /// Whose data.
    pub of: Vec<OrgId>,
    /// A purpose, or an inner name.
    pub purpose: NodeId,
    /// On which day.
    pub on: Date,
    /// What is known.
    pub facts: Facts,
}

/// The answer as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Overall {
    /// All of it.
    Permit,
    /// None of it.
    Deny,
    /// All of it depends on facts not given.
    Needs,
    /// Some of it, not all.
    Partial,
}

impl Overall {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Deny => "deny",
            Self::Needs => "needs",
            Self::Partial => "partial",
        }
    }
}

/// Leaves that are answered alike: for the same reason, by the same clauses, needing the same facts. They are every
/// combination of the roles, organisations, purposes and data that occur in them, so that listing each side apart says
/// neither more nor less than the leaves.
#[derive(Clone, Debug)]
pub struct Group<'p> {
    /// The answer.
    pub verdict: Verdict,
    /// Why.
    pub cause: Cause,
    /// The clauses that decide.
    pub clauses: Vec<(Option<&'p Agreement>, &'p Clause)>,
    /// For `needs`: the minimal sets of facts.
    pub needs: Vec<Vec<Literal>>,
    /// The leaves.
    pub leaves: Vec<Question>,
}

/// The answer with its grounds.
#[derive(Clone, Debug)]
pub struct Answer<'p> {
    /// As a whole.
    pub overall: Overall,
    /// Leaves answered alike, permits first.
    pub groups: Vec<Group<'p>>,
    /// Restricted categories beneath what was asked: not included, ask by name.
    pub not_included: Vec<NodeId>,
    /// Days around the asked one on which the whole answer stays the same.
    pub interval: Interval,
    /// How many leaves were decided.
    pub leaves: usize,
}

/// The question cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Conditions.
    #[error(transparent)]
    TooManyConditions(#[from] TooManyConditions),
    /// Nothing is meant.
    #[error("the question means nothing: {0}")]
    Empty(&'static str),
    /// Too much is meant.
    #[error("the question means {0} single cases; ask for less (at most {MAX_LEAVES})")]
    TooLarge(usize),
}

/// Most leaves of one question.
pub const MAX_LEAVES: usize = 200_000;

/// The leaves a question about a data category covers, and the restricted ones it does not.
pub fn data_leaves(pack: &Pack, see: NodeId) -> (Vec<NodeId>, Vec<NodeId>) {
    let tree = &pack.words.data;
    let mut not_included = Vec::new();
    let leaves = tree
        .leaves(see)
        .into_iter()
        .filter(|leaf| {
            // A restricted name strictly beneath what was asked closes the leaf to this question.
            let closed = tree.ancestors(*leaf).take_while(|at| *at != see).filter(|at| tree.node(*at).restriction != Restriction::None).last();
            if let Some(closed) = closed
                && !not_included.contains(&closed)
            {
                not_included.push(closed);
            }
            closed.is_none()
        })
        .collect();
    (leaves, not_included)
}

/// Answers a question by the plain decision.
pub fn ask<'p>(pack: &'p Pack, asked: &Ask) -> Result<Answer<'p>, AskError> {
    ask_by(pack, asked, |case, facts| decide(pack, case, facts))
}

/// Answers a question by the compiled decision.
pub fn ask_compiled<'p>(compiled: &Compiled<'p>, asked: &Ask) -> Result<Answer<'p>, AskError> {
    ask_by(compiled.pack, asked, |case, facts| compiled.decide(case, facts))
}

fn ask_by<'p>(pack: &'p Pack, asked: &Ask, decide: impl Fn(&Question, Facts) -> Result<Decision<'p>, TooManyConditions>) -> Result<Answer<'p>, AskError> {
    let words = &pack.words;
    let (data, not_included) = data_leaves(pack, asked.see);
    let roles = words.roles.leaves(asked.role);
    let purposes = words.purposes.leaves(asked.purpose);
    let at: Vec<Option<OrgId>> = if asked.at.is_empty() { vec![None] } else { asked.at.iter().copied().map(Some).collect() };
    for (empty, what) in [
        (roles.is_empty(), "there is no such role"),
        (purposes.is_empty(), "there is no such purpose"),
        (asked.of.is_empty(), "no organisation is named whose data it is"),
    ] {
        if empty {
            return Err(AskError::Empty(what));
        }
    }
    if data.is_empty() {
        return Err(AskError::Empty("every category beneath this name is restricted; ask for one by name"));
    }
    let size = roles.len() * purposes.len() * data.len() * at.len() * asked.of.len();
    if size > MAX_LEAVES {
        return Err(AskError::TooLarge(size));
    }
    let mut leaves = Vec::with_capacity(size);
    for role in &roles {
        for at in &at {
            if at.is_none() != words.is_person(*role) {
                continue;
            }
            for of in &asked.of {
                for purpose in &purposes {
                    for data in &data {
                        leaves.push(Question {
                            role: *role,
                            at: *at,
                            action: asked.action,
                            form: asked.form,
                            data: *data,
                            of: *of,
                            purpose: *purpose,
                            on: asked.on,
                        });
                    }
                }
            }
        }
    }
    if leaves.is_empty() {
        return Err(AskError::Empty("a role at an organisation, or the person (or a proxy) at none"));
    }
    let mut groups: Vec<Group<'p>> = Vec::new();
    let mut by_signature: BTreeMap<Signature, usize> = BTreeMap::new();
    let mut interval = Interval::ALWAYS;
    // Leaves that differ only in data often share their boundaries and their answer's life; each is followed apart,
    // since the interval is that of the whole.
    for leaf in &leaves {
        let decision = decide(leaf, asked.facts)?;
        let signature = Signature::of(&decision);
        interval = interval_of(pack, leaf, &signature, interval, |case| decide(case, asked.facts))?;
        let index = *by_signature.entry(signature).or_insert_with(|| {
            groups.push(Group {
                verdict: decision.verdict,
                cause: decision.cause,
                clauses: decision.clauses.clone(),
                needs: decision.needs.clone(),
                leaves: Vec::new(),
            });
            groups.len() - 1
        });
        groups[index].leaves.push(*leaf);
    }
    let mut groups: Vec<Group<'p>> =
        groups.into_iter().flat_map(|group| products(&group.leaves).into_iter().map(move |leaves| Group { leaves, ..group.clone() })).collect();
    groups.sort_by_key(|a| (a.verdict, a.cause, places(&a.clauses)));
    let all = |verdict| groups.iter().all(|group| group.verdict == verdict);
    let overall = if all(Verdict::Permit) {
        Overall::Permit
    } else if all(Verdict::Deny) {
        Overall::Deny
    } else if all(Verdict::Needs) {
        Overall::Needs
    } else {
        Overall::Partial
    };
    Ok(Answer { overall, groups, not_included, interval, leaves: leaves.len() })
}

/// Splits leaves into parts, each of them all combinations of its roles, organisations, purposes and data. Without this
/// "doctors and nurses, at the trust and the council" would be read as including nurses at the council.
fn products(leaves: &[Question]) -> Vec<Vec<Question>> {
    // Sides of a leaf as numbers; 0 is no organisation. The last is what parts are joined over first.
    let number = |id: OrgId| id.0.saturating_add(1);
    let sides = |leaf: &Question| [leaf.role.0.into(), leaf.at.map_or(0, number), number(leaf.of), leaf.purpose.0.into(), leaf.data.0.into()];
    let Some(first) = leaves.first().copied() else { return Vec::new() };
    super::combinations::products(leaves.iter().map(sides))
        .into_iter()
        .map(|part| {
            let [roles, at, of, purposes, data] = part;
            let mut together = Vec::with_capacity(roles.len() * at.len() * of.len() * purposes.len() * data.len());
            let node = |side: u32| NodeId(u16::try_from(side).unwrap_or(u16::MAX));
            for role in &roles {
                for at in &at {
                    for of in &of {
                        for purpose in &purposes {
                            together.extend(data.iter().map(|data| Question {
                                role: node(*role),
                                at: (*at > 0).then(|| OrgId(*at - 1)),
                                of: OrgId(*of - 1),
                                purpose: node(*purpose),
                                data: node(*data),
                                ..first
                            }));
                        }
                    }
                }
            }
            together
        })
        .collect()
}

fn places(clauses: &[(Option<&Agreement>, &Clause)]) -> Vec<String> {
    clauses.iter().map(|(_, clause)| clause.place.clone()).collect()
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Signature {
    verdict: Verdict,
    cause: Cause,
    clauses: Vec<String>,
    needs: Vec<Vec<Literal>>,
}

impl Signature {
    fn of(decision: &Decision<'_>) -> Self {
        Self { verdict: decision.verdict, cause: decision.cause, clauses: places(&decision.clauses), needs: decision.needs.clone() }
    }
}

/// Days around the asked one on which a leaf is answered alike, within `bounds`, which hold the asked day.
fn interval_of<'p>(
    pack: &Pack,
    leaf: &Question,
    signature: &Signature,
    bounds: Interval,
    decide: impl Fn(&Question) -> Result<Decision<'p>, TooManyConditions>,
) -> Result<Interval, TooManyConditions> {
    let days = boundaries(pack, leaf);
    let open = |on: Date| leaf.at.into_iter().chain(std::iter::once(leaf.of)).all(|org| pack.register.organisation(org).open.contains(on));
    let same = |on: Date| -> Result<bool, TooManyConditions> { Ok(open(on) && Signature::of(&decide(&Question { on, ..*leaf })?) == *signature) };
    let mut last = bounds.last;
    for day in days.iter().copied().filter(|day| *day > leaf.on && *day <= bounds.last) {
        if !same(day)? {
            last = day.previous();
            break;
        }
    }
    let mut first = bounds.first;
    for day in days.iter().rev().copied().filter(|day| *day <= leaf.on && *day > bounds.first) {
        // `day` begins the stretch that holds the asked day; the stretch before ends the day before.
        if !same(day.previous())? {
            first = day;
            break;
        }
    }
    Ok(Interval { first, last })
}

/// A word that should select organisations does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// A code that cannot be asked about that day.
    #[error(transparent)]
    Organisation(#[from] crate::register::OrganisationError),
    /// A place or function that no open organisation has that day.
    #[error("no organisation of the register is {0} on {1}")]
    Nobody(String, Date),
    /// Neither a code nor a place nor a function.
    #[error("{0} is neither an organisation of the register, a place nor a function")]
    Unknown(String),
}

/// The organisations a word means: the one of a code, or all of a place or function that are open that day.
pub fn organisations_named(pack: &Pack, text: &str, on: Date) -> Result<Vec<OrgId>, SelectError> {
    match pack.register.open_on(text, on) {
        Ok(org) => Ok(vec![org]),
        Err(crate::register::OrganisationError::Unknown(_)) => {
            let place = pack.words.places.find(text).ok();
            let function = pack.words.functions.find(text).ok();
            if place.is_none() && function.is_none() {
                return Err(SelectError::Unknown(text.to_owned()));
            }
            let found: Vec<OrgId> = pack
                .register
                .ids()
                .filter(|id| {
                    let organisation = pack.register.organisation(*id);
                    organisation.open.contains(on)
                        && (place.is_some_and(|place| organisation.is_in_on(&pack.words.places, place, on))
                            || function.is_some_and(|function| organisation.has_function_on(&pack.words.functions, function, on)))
                })
                .collect();
            if found.is_empty() { Err(SelectError::Nobody(text.to_owned(), on)) } else { Ok(found) }
        }
        Err(error) => Err(error.into()),
    }
}
