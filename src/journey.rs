//! One invented person's journey along a declared pathway: at every handover, who sees what of whose data, where it goes
//! dark, and the smallest change that would mend it.
//!
//! It is told on organisations chosen by a rule that depends on nothing but the pack, the place and the day, so that the
//! same journey is told twice. Answers are those of [`crate::decision`]; nothing is decided here.

pub mod chosen;
pub mod mend;

use std::collections::{BTreeMap, BTreeSet};

pub use chosen::{Chosen, Stage, Unchosen};
pub use mend::Mend;

use crate::decision::ask::data_leaves;
use crate::decision::plain::{Cause, Literal};
use crate::decision::{Facts, Question, TooManyConditions, Verdict, decide};
use crate::identifier::Date;
use crate::pack::{Pack, Transition};
use crate::register::OrgId;
use crate::vocabulary::{ConditionId, Evidence, NodeId, Vocabulary};

/// What an answer says, as far as data can share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The answer.
    pub verdict: Verdict,
    /// Why.
    pub cause: Cause,
    /// Places of the clauses that decide.
    pub clauses: Vec<String>,
    /// For `needs`: the minimal sets of facts.
    pub needs: Vec<Vec<Literal>>,
    /// Where nothing allows it: the smallest change that would.
    pub mend: Option<Mend>,
    /// The roles, leaves of the one that the pathway names.
    pub roles: Vec<NodeId>,
    /// The categories, leaves of those that the pathway names.
    pub data: Vec<NodeId>,
    /// The purposes, likewise.
    pub purposes: Vec<NodeId>,
}

/// One handover of the journey.
#[derive(Clone, Debug)]
pub struct Step<'p> {
    /// As declared.
    pub transition: &'p Transition,
    /// Who hands over; none if nobody does that on the day.
    pub from: Stage,
    /// Who takes over.
    pub to: Stage,
    /// What the one who takes over sees, needs facts for, or does not see; what is seen comes first.
    pub parts: Vec<Part>,
    /// The same if the person's objection has been upheld. Empty where the pack knows no objection.
    pub objected: Vec<Part>,
    /// Restricted categories beneath what the pathway names: not included.
    pub not_included: Vec<NodeId>,
}

impl Step<'_> {
    /// Whether somebody who takes over does not see something that the pathway says they must.
    pub fn goes_dark(&self) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|part| part.verdict != Verdict::Permit)
    }

    /// What an upheld objection changes: the cases that are answered otherwise then, put together by what is said of them.
    /// Of what is denied then, the reason plays no part.
    pub fn changed_by_objection(&self) -> Vec<Part> {
        type Alike = (Verdict, Vec<String>, Vec<Vec<Literal>>);
        let said = |part: &Part, case: &[u32; 3]| part.cases().contains(case).then(|| (part.verdict, part.needs.clone()));
        let mut alike: BTreeMap<Alike, Vec<[u32; 3]>> = BTreeMap::new();
        for part in &self.objected {
            for case in part.cases() {
                if self.parts.iter().find_map(|before| said(before, &case)) != Some((part.verdict, part.needs.clone())) {
                    let clauses = if part.verdict == Verdict::Deny { Vec::new() } else { part.clauses.clone() };
                    alike.entry((part.verdict, clauses, part.needs.clone())).or_default().push(case);
                }
            }
        }
        let mut parts = Vec::new();
        for ((verdict, clauses, needs), cases) in alike {
            let cause = self.objected.iter().find(|part| part.verdict == verdict).map_or(Cause::NoGrant, |part| part.cause);
            for sides in crate::decision::combinations::products(cases) {
                parts.push(Part { verdict, cause, clauses: clauses.clone(), needs: needs.clone(), mend: None, ..Part::of(&sides) });
            }
        }
        parts
    }
}

impl Part {
    /// A part of these roles, purposes and data, that says nothing yet.
    fn of([roles, purposes, data]: &[Vec<u32>; 3]) -> Self {
        let nodes = |side: &[u32]| side.iter().filter_map(|id| u16::try_from(*id).ok()).map(NodeId).collect::<BTreeSet<_>>().into_iter().collect();
        Self {
            verdict: Verdict::Deny,
            cause: Cause::NoGrant,
            clauses: Vec::new(),
            needs: Vec::new(),
            mend: None,
            roles: nodes(roles),
            data: nodes(data),
            purposes: nodes(purposes),
        }
    }

    /// Its single cases: role, purpose and category.
    fn cases(&self) -> Vec<[u32; 3]> {
        let each = |role: &NodeId| {
            let role = u32::from(role.0);
            self.purposes.iter().flat_map(move |purpose| self.data.iter().map(move |data| [role, u32::from(purpose.0), u32::from(data.0)]))
        };
        self.roles.iter().flat_map(each).collect()
    }
}

/// Facts of ordinary care: a relationship explains the access, and nothing that a table keeps of exceptions (an upheld
/// objection, a seal) is there. A fact that an event would record, or that somebody has to check, stays unknown.
pub fn ordinary(words: &Vocabulary) -> Facts {
    words.conditions.iter().zip(0u8..).fold(Facts::default(), |facts, (condition, id)| match &condition.evidence {
        Some(Evidence::Explained) => facts.with(ConditionId(id), true),
        Some(Evidence::Table(_)) => facts.with(ConditionId(id), false),
        _ => facts,
    })
}

/// The facts that say that the person's objection was upheld: those whose evidence is a table of objections, or that are
/// named for one.
pub fn objections(words: &Vocabulary) -> Vec<ConditionId> {
    let of_objections = |evidence: &Option<Evidence>| matches!(evidence, Some(Evidence::Table(table)) if table.contains("objection"));
    words
        .conditions
        .iter()
        .zip(0u8..)
        .filter(|(condition, _)| of_objections(&condition.evidence) || condition.name.starts_with("objection"))
        .map(|(_, id)| ConditionId(id))
        .collect()
}

/// Tells the journey: one step for every transition, in the order given.
pub fn journey<'p>(pack: &'p Pack, transitions: &[&'p Transition], chosen: &Chosen<'_>, on: Date, known: Facts) -> Result<Vec<Step<'p>>, TooManyConditions> {
    let objecting = objections(&pack.words);
    let objected = objecting.iter().fold(known, |facts, id| facts.with(*id, true));
    let mut steps = Vec::new();
    for transition in transitions.iter().copied() {
        let from = chosen.stage(transition.from, None);
        // Who takes over is somebody else, wherever the place has somebody else.
        let to = chosen.stage(transition.to, from.organisation);
        let (mut data, mut not_included) = (Vec::new(), Vec::new());
        for name in &transition.see {
            let (leaves, closed) = data_leaves(pack, *name);
            data.extend(leaves);
            not_included.extend(closed);
        }
        let (roles, purposes) = (pack.words.roles.leaves(transition.role), pack.words.purposes.leaves(transition.purpose));
        let answers = |facts: Facts| -> Result<Vec<Part>, TooManyConditions> {
            match (from.organisation, to.organisation) {
                (Some(of), Some(at)) => parts(pack, &Seen { roles: &roles, at: Some(at), data: &data, of, purposes: &purposes, on }, facts),
                _ => Ok(Vec::new()),
            }
        };
        let (parts, objected) = (answers(known)?, if objecting.is_empty() { Vec::new() } else { answers(objected)? });
        steps.push(Step { transition, from, to, parts, objected, not_included });
    }
    Ok(steps)
}

/// What the person themselves may see of the data of a journey, at every organisation that hands it over. Facts that a
/// service checks first (who asks) are unknown, so that they are named.
pub fn own_view(pack: &Pack, steps: &[Step<'_>], on: Date, known: Facts) -> Result<Vec<Part>, TooManyConditions> {
    let Ok(person) = pack.words.roles.find("person") else { return Ok(Vec::new()) };
    let purposes = pack.words.purposes.leaves(crate::vocabulary::ROOT);
    let mut of: BTreeMap<OrgId, BTreeSet<NodeId>> = BTreeMap::new();
    for step in steps {
        if let Some(org) = step.from.organisation {
            of.entry(org).or_default().extend(step.parts.iter().flat_map(|part| part.data.iter().copied()));
        }
    }
    let mut all = Vec::new();
    for (org, data) in of {
        let data: Vec<NodeId> = data.into_iter().collect();
        if data.is_empty() {
            continue;
        }
        let found = parts(pack, &Seen { roles: &[person], at: None, data: &data, of: org, purposes: &purposes, on }, known)?;
        for part in found.into_iter().filter(|part| part.verdict != Verdict::Deny) {
            if !all.contains(&part) {
                all.push(part);
            }
        }
    }
    Ok(all)
}

/// An organisation by its name and code. That it is synthetic is said once, for the pack.
pub fn name(pack: &Pack, org: OrgId) -> String {
    let organisation = pack.register.organisation(org);
    format!("{} ({})", organisation.name.trim_end_matches(" (synthetic)"), organisation.ods)
}

/// What is looked at in one step.
struct Seen<'s> {
    roles: &'s [NodeId],
    at: Option<OrgId>,
    data: &'s [NodeId],
    of: OrgId,
    purposes: &'s [NodeId],
    on: Date,
}

/// Every leaf decided, and what is answered alike put together.
fn parts(pack: &Pack, seen: &Seen<'_>, facts: Facts) -> Result<Vec<Part>, TooManyConditions> {
    type Alike = (Verdict, Cause, Vec<String>, Vec<Vec<Literal>>, Option<Mend>);
    let words = &pack.words;
    // Viewing identifiable data is what care means by seeing.
    let (action, form) = (index(&words.actions, "view"), index(&words.forms, "identifiable"));
    let mut alike: BTreeMap<Alike, Vec<[u32; 3]>> = BTreeMap::new();
    for role in seen.roles.iter().copied() {
        for purpose in seen.purposes.iter().copied() {
            for data in seen.data.iter().copied() {
                let asked = Question { role, at: seen.at, action, form, data, of: seen.of, purpose, on: seen.on };
                let decision = decide(pack, &asked, facts)?;
                let mend = (decision.cause == Cause::NoGrant).then(|| mend::smallest(pack, &asked, facts)).flatten();
                let clauses = decision.clauses.iter().map(|(_, clause)| clause.place.clone()).collect();
                let answer = (decision.verdict, decision.cause, clauses, decision.needs, mend);
                alike.entry(answer).or_default().push([u32::from(role.0), u32::from(purpose.0), u32::from(data.0)]);
            }
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    for ((verdict, cause, clauses, needs, mend), cases) in alike {
        for sides in crate::decision::combinations::products(cases) {
            let (clauses, needs, mend) = (clauses.clone(), needs.clone(), mend.clone());
            parts.push(Part { verdict, cause, clauses, needs, mend, ..Part::of(&sides) });
        }
    }
    let rank = |verdict| match verdict {
        Verdict::Permit => 0,
        Verdict::Needs => 1,
        Verdict::Deny => 2,
    };
    parts.sort_by(|a, b| rank(a.verdict).cmp(&rank(b.verdict)).then_with(|| a.data.cmp(&b.data)).then_with(|| a.cmp(b)));
    Ok(parts)
}

fn index(known: &[String], word: &str) -> u8 {
    known.iter().position(|name| name == word).and_then(|index| u8::try_from(index).ok()).unwrap_or(0)
}
