//! What would have to be different, by one change, for a case to be allowed.
//!
//! A refusal that only says no sends people away. Each part of the question is changed on its own, and every change that
//! opens the case is named: another role, another purpose, another day, a fact that was given otherwise.

use std::collections::BTreeMap;

use super::compiled::Compiled;
use super::compiled::spread::Said;
use super::plain::{Facts, Literal, Question, TooManyConditions, Verdict, minimal_sets};
use crate::identifier::Interval;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// One part of a question, changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These facts were given otherwise, and are as named here.
    Facts(Vec<Literal>),
    /// Asked by one of these roles.
    Role(Vec<NodeId>),
    /// Asked for one of these purposes.
    Purpose(Vec<NodeId>),
    /// Asked with one of these actions and forms.
    Way(Vec<(u8, u8)>),
    /// Asked at one of these organisations.
    At(Vec<OrgId>),
    /// Asked on a day after the one asked about: the first stretch of days that is open.
    Later(Interval),
    /// Asked on a day before the one asked about: the last stretch of days that was open.
    Earlier(Interval),
}

/// A change with the answer it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearby {
    /// What is changed.
    pub change: Change,
    /// The answer then: it permits, or needs facts.
    pub said: Said,
}

/// Every single change that opens a denied case. Of each kind those that permit; if none does, those that need facts.
pub fn nearby(compiled: &Compiled<'_>, case: &Question, facts: Facts) -> Result<Vec<Nearby>, TooManyConditions> {
    let mut found = facts_otherwise(compiled, case, facts)?;
    let words = &compiled.pack.words;
    let person = words.is_person(case.role);
    let others = |nodes: &[NodeId], own: NodeId| nodes.iter().copied().filter(|node| *node != own).collect::<Vec<_>>();
    let roles: Vec<NodeId> = others(compiled.axes.roles.nodes(), case.role).into_iter().filter(|role| words.is_person(*role) == person).collect();
    best(compiled, facts, roles, |role| Question { role, ..*case }, Change::Role, &mut found)?;
    best(compiled, facts, others(compiled.axes.purposes.nodes(), case.purpose), |purpose| Question { purpose, ..*case }, Change::Purpose, &mut found)?;
    let each = |count: usize| 0..u8::try_from(count).unwrap_or(u8::MAX);
    let ways = each(words.actions.len()).flat_map(|action| each(words.forms.len()).map(move |form| (action, form)));
    let ways = ways.filter(|way| *way != (case.action, case.form)).collect();
    best(compiled, facts, ways, |(action, form)| Question { action, form, ..*case }, Change::Way, &mut found)?;
    if let Some(at) = case.at {
        let register = &compiled.pack.register;
        let open = register.ids().filter(|org| *org != at && register.organisation(*org).open.contains(case.on)).collect();
        best(compiled, facts, open, |org| Question { at: Some(org), ..*case }, Change::At, &mut found)?;
    }
    found.extend(other_days(compiled, case, facts)?);
    Ok(found)
}

/// The choices of one kind that open the case, those answered alike together.
fn best<T: Copy>(
    compiled: &Compiled<'_>,
    facts: Facts,
    choices: Vec<T>,
    changed: impl Fn(T) -> Question,
    change: impl Fn(Vec<T>) -> Change,
    found: &mut Vec<Nearby>,
) -> Result<(), TooManyConditions> {
    let mut open: BTreeMap<Said, Vec<T>> = BTreeMap::new();
    for choice in choices {
        let said = Said::of(compiled.decide(&changed(choice), facts)?);
        if said.verdict != Verdict::Deny {
            open.entry(said).or_default().push(choice);
        }
    }
    let permits = open.keys().any(|said| said.verdict == Verdict::Permit);
    let kept = open.into_iter().filter(|(said, _)| !permits || said.verdict == Verdict::Permit);
    found.extend(kept.map(|(said, choices)| Nearby { change: change(choices), said }));
    Ok(())
}

/// If one fact that was given closes the case: the sets of facts that would open it.
fn facts_otherwise(compiled: &Compiled<'_>, case: &Question, facts: Facts) -> Result<Vec<Nearby>, TooManyConditions> {
    let Some(rows) = compiled.epoch(case.on).applying(&compiled.axes, case).filter(|rows| !rows.is_empty()) else { return Ok(Vec::new()) };
    let cell = compiled.cell(case.on, &rows);
    let cell = match &*cell {
        Ok(cell) => cell,
        Err(error) => return Err(error.clone()),
    };
    let against = |literal: &Literal| (if literal.value { facts.no } else { facts.yes }) >> literal.fact.0 & 1 == 1;
    let mut found = Vec::new();
    for set in minimal_sets(cell.atoms.facts, |truth| cell.atoms.holds(&cell.permits, truth)) {
        if set.iter().filter(|literal| against(literal)).count() == 1 {
            // What was given and stays given is not said again.
            let given = set.iter().fold(facts, |facts, literal| facts.with(literal.fact, literal.value));
            let told = set.into_iter().filter(|literal| (facts.yes | facts.no) >> literal.fact.0 & 1 == 0 || against(literal)).collect();
            found.push(Nearby { change: Change::Facts(told), said: Said::of(cell.decide(given)) });
        }
    }
    Ok(found)
}

/// The nearest stretches of days on which the case is open, after and before.
fn other_days(compiled: &Compiled<'_>, case: &Question, facts: Facts) -> Result<Vec<Nearby>, TooManyConditions> {
    let register = &compiled.pack.register;
    let stretches: Vec<Interval> = compiled.stretches().collect();
    let said = |during: &Interval| -> Result<Option<Said>, TooManyConditions> {
        let on = during.first;
        if !case.at.into_iter().chain([case.of]).all(|org| register.organisation(org).open.contains(on)) {
            return Ok(None);
        }
        let said = Said::of(compiled.decide(&Question { on, ..*case }, facts)?);
        Ok((said.verdict != Verdict::Deny).then_some(said))
    };
    let now = stretches.iter().position(|during| during.contains(case.on)).unwrap_or_default();
    let mut found = Vec::new();
    for index in now + 1..stretches.len() {
        let Some(first) = said(&stretches[index])? else { continue };
        let mut last = index;
        while last + 1 < stretches.len() && said(&stretches[last + 1])?.as_ref() == Some(&first) {
            last += 1;
        }
        found.push(Nearby { change: Change::Later(Interval { first: stretches[index].first, last: stretches[last].last }), said: first });
        break;
    }
    for index in (0..now).rev() {
        let Some(last) = said(&stretches[index])? else { continue };
        let mut first = index;
        while first > 0 && said(&stretches[first - 1])?.as_ref() == Some(&last) {
            first -= 1;
        }
        found.push(Nearby { change: Change::Earlier(Interval { first: stretches[first].first, last: stretches[index].last }), said: last });
        break;
    }
    Ok(found)
}
