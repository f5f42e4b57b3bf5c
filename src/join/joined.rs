//! Both packs as one, in our words: the pack on which the plan is decided.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::{Names, protected};
use crate::agreement::valid::{Joined as JoinedBy, OrgSelector, Reach, Who};
use crate::agreement::{Agreement, Clause, Expression, Status};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::pack::names::Kind;
use crate::register::{Dated, OrgId};
use crate::vocabulary::{Condition, ConditionId, MAX_CONDITIONS, NodeId, Tree};

/// Two packs as one.
#[derive(Debug)]
pub struct Joined {
    /// Ours, with their organisations and agreements.
    pub pack: Pack,
    /// Organisations of our own register.
    pub ours: Vec<OrgId>,
    /// Organisations of their own register, as they are known here.
    pub theirs: Vec<OrgId>,
    /// Agreements that join the two, by their ids in the joined pack.
    pub joining: Vec<String>,
    /// Conditions that only one side knows, as bits: what they would open stays closed.
    pub untold: u64,
}

/// Selects these organisations alone. An empty list would select everybody, so it takes everybody out.
fn only(orgs: Vec<OrgId>) -> OrgSelector {
    let except = orgs.is_empty().then(|| Box::new(Who::default()));
    OrgSelector { orgs, except, ..OrgSelector::default() }
}

/// The id of an agreement of theirs in the joined pack.
pub fn id_of(theirs: &Pack, agreement: &str) -> String {
    format!("{}:{agreement}", theirs.id)
}

impl Joined {
    /// Puts two packs together. `ours` is taken over; `own` and `other` are the organisations of their own registers.
    pub fn new(ours: Pack, theirs: &Pack, names: &Names, own: Vec<OrgId>, other: &[OrgId], on: Date) -> Self {
        let mut pack = ours;
        let mut known: BTreeMap<OrgId, OrgId> = BTreeMap::new();
        for org in theirs.register.ids() {
            let organisation = theirs.register.organisation(org);
            let here = pack.register.find(organisation.ods.as_str());
            // An organisation of both registers is what its own community says; the other only refers to it.
            if let Some(here) = here.filter(|here| own.contains(here) || !other.contains(&org)) {
                known.insert(org, here);
                continue;
            }
            let mut placed = organisation.clone();
            let carry = |kind, list: &[Dated<NodeId>]| -> Vec<Dated<NodeId>> {
                list.iter().filter_map(|held| names.node(kind, held.value).map(|value| Dated { value, during: held.during })).collect()
            };
            placed.functions = carry(Kind::Functions, &organisation.functions);
            placed.places = carry(Kind::Places, &organisation.places);
            known.insert(org, pack.register.put(placed));
        }
        let mut theirs_here: Vec<OrgId> = other.iter().filter_map(|org| known.get(org).copied()).collect();
        theirs_here.sort_unstable();
        let conditions = conditions(&mut pack, theirs, names);
        let translation = Translation { names, theirs, known: &known, conditions, own_data: &pack.words.data, on };
        let image = names.words(Kind::Conditions);
        let untold = (0..pack.words.conditions.len()).filter(|index| !image.contains(index)).fold(0, |bits, index| bits | 1u64 << index);
        let agreements: Vec<Agreement> = theirs.agreements.iter().map(|agreement| translation.agreement(agreement)).collect();
        let guards: Vec<Clause> = theirs.guards.iter().flat_map(|guard| translation.clause(guard, true)).collect();
        pack.agreements.extend(agreements);
        pack.guards.extend(guards);
        Self { pack, ours: own, theirs: theirs_here, joining: Vec::new(), untold }
    }

    /// Agreements that have parties on both sides, one that gives and one that gets; ended ones are past joining.
    pub fn with_parties_on_both_sides(&self, on: Date) -> Vec<String> {
        let (words, register) = (&self.pack.words, &self.pack.register);
        let ended = |status| matches!(status, Status::Terminated | Status::Expired | Status::Superseded);
        let holds = |agreement: &Agreement, orgs: &[OrgId], giving: bool| {
            let parties = agreement.parties.iter().filter(|party| if giving { party.gives } else { party.gets });
            parties.into_iter().any(|party| orgs.iter().any(|org| party.who.selects(words, register, *org, None, on)))
        };
        let across = |agreement: &Agreement| {
            (holds(agreement, &self.ours, true) && holds(agreement, &self.theirs, false))
                || (holds(agreement, &self.theirs, true) && holds(agreement, &self.ours, false))
        };
        self.pack.agreements.iter().filter(|agreement| !ended(agreement.status) && across(agreement)).map(|agreement| agreement.id.clone()).collect()
    }

    /// Takes the joining agreements as they would be in force: signed by everybody of their groups.
    pub fn sign(&mut self, on: Date) {
        for agreement in self.pack.agreements.iter_mut().filter(|agreement| self.joining.contains(&agreement.id)) {
            if !agreement.in_force_on(on) {
                agreement.status = Status::Active;
                agreement.suspended.clear();
                agreement.term =
                    Some(Interval { first: agreement.term.map_or(on, |term| term.first.min(on)), last: agreement.term.map_or(on, |term| term.last.max(on)) });
            }
            for party in &mut agreement.parties {
                party.joined = JoinedBy::OnStart;
            }
        }
    }
}

/// Our conditions with theirs that nothing of ours means, under a name of their own; theirs in the order of their pack.
fn conditions(pack: &mut Pack, theirs: &Pack, names: &Names) -> Vec<Option<ConditionId>> {
    let mut list = Vec::new();
    for (index, condition) in theirs.words.conditions.iter().enumerate() {
        let here = names.word(Kind::Conditions, index).or_else(|| {
            let room = pack.words.conditions.len() < MAX_CONDITIONS;
            room.then(|| {
                pack.words.conditions.push(Condition { name: format!("{}:{}", theirs.id, condition.name), ..condition.clone() });
                pack.words.conditions.len() - 1
            })
        });
        list.push(here.and_then(|index| u8::try_from(index).ok()).map(ConditionId));
    }
    list
}

struct Translation<'t> {
    names: &'t Names,
    theirs: &'t Pack,
    known: &'t BTreeMap<OrgId, OrgId>,
    /// Their conditions here; none where there is no room for more.
    conditions: Vec<Option<ConditionId>>,
    own_data: &'t Tree,
    on: Date,
}

impl Translation<'_> {
    fn agreement(&self, agreement: &Agreement) -> Agreement {
        let theirs = self.theirs;
        let mut here = agreement.clone();
        here.id = id_of(theirs, &agreement.id);
        for party in &mut here.parties {
            let selected = |org: &OrgId| party.who.selects(&theirs.words, &theirs.register, *org, None, self.on);
            let chosen: Vec<OrgId> = theirs.register.ids().filter(selected).collect();
            party.who = only(self.here(&chosen));
            if let JoinedBy::ByFile(rows) = &party.joined {
                let known = rows.iter().filter_map(|(org, rows)| self.known.get(org).map(|here| (*here, rows.clone())));
                party.joined = JoinedBy::ByFile(Arc::new(known.collect()));
            }
        }
        here.grants = agreement.grants.iter().flat_map(|clause| self.clause(clause, false)).collect();
        here.prohibits = agreement.prohibits.iter().flat_map(|clause| self.clause(clause, true)).collect();
        // Stated bases are read in their own pack.
        here.bases.clear();
        here
    }

    fn here(&self, orgs: &[OrgId]) -> Vec<OrgId> {
        let mut list: Vec<OrgId> = orgs.iter().filter_map(|org| self.known.get(org).copied()).collect();
        list.sort_unstable();
        list
    }

    /// A clause for every set of organisations that its roles have: what `except:` takes out differs by role.
    fn clause(&self, clause: &Clause, closes: bool) -> Vec<Clause> {
        // Who asks where (the person: nowhere), of whom.
        type Between = (Option<Vec<OrgId>>, Vec<OrgId>);
        let (words, register) = (&self.theirs.words, &self.theirs.register);
        // What cannot be said here closes always, and opens never.
        let condition = match self.condition(&clause.condition) {
            Some(condition) => condition,
            None if closes => Expression::Always,
            None => return Vec::new(),
        };
        let mut by_who: BTreeMap<Between, Vec<NodeId>> = BTreeMap::new();
        for role in words.roles.leaves(crate::vocabulary::ROOT) {
            let here = self.names.leaves(Kind::Roles, role);
            if here.is_empty() || !clause.is_for_role(words, role) {
                continue;
            }
            let person = words.is_person(role);
            let at: Vec<OrgId> = register.ids().filter(|org| clause.is_for(words, register, role, Some(*org), self.on)).collect();
            let of: Vec<OrgId> = register.ids().filter(|org| clause.of.selects(words, register, *org, Some(role), self.on)).collect();
            if person && !clause.is_for(words, register, role, None, self.on) {
                continue;
            }
            by_who.entry(((!person).then(|| self.here(&at)), self.here(&of))).or_default().extend(here);
        }
        // A prohibition reaches what is restricted too, and so does a person's grant to their own record.
        let (see, own) = (self.data(clause, closes), self.data(clause, true));
        let purposes: Vec<NodeId> = words
            .purposes
            .leaves(crate::vocabulary::ROOT)
            .into_iter()
            .filter(|leaf| {
                let covers = |names: &[NodeId]| names.iter().any(|name| words.purposes.covers(*name, *leaf));
                covers(&clause.reach.purposes) && !covers(&clause.reach.except_purposes)
            })
            .flat_map(|leaf| self.names.leaves(Kind::Purposes, leaf).iter().copied())
            .collect();
        let bits = |kind, from: u32| {
            (0..32).filter(|index| from >> index & 1 == 1).filter_map(|index| self.names.word(kind, index)).fold(0u32, |all, index| all | 1 << index)
        };
        let (actions, forms) = (bits(Kind::Actions, clause.reach.actions), bits(Kind::Forms, clause.reach.forms));
        by_who
            .into_iter()
            .map(|((at, of), roles)| (if at.is_none() { own.clone() } else { see.clone() }, at, of, roles))
            .filter(|(see, ..)| !see.is_empty() && !purposes.is_empty())
            .map(|(see, at, of, roles)| Clause {
                place: format!("{}:{}", self.theirs.id, clause.place),
                to: Who { roles, at: at.map_or_else(OrgSelector::default, only) },
                reach: Reach { see, except_see: Vec::new(), purposes: purposes.clone(), except_purposes: Vec::new(), except_who: None, actions, forms },
                of: only(of),
                condition: condition.clone(),
                ..clause.clone()
            })
            .collect()
    }

    /// The data that a clause is about, in our leaves.
    fn data(&self, clause: &Clause, unrestricted: bool) -> Vec<NodeId> {
        let words = &self.theirs.words;
        let mut see = Vec::new();
        for leaf in words.data.leaves(crate::vocabulary::ROOT).into_iter().filter(|leaf| clause.reaches_data(words, *leaf, unrestricted)) {
            // What is restricted here is meant only by who names it.
            let named = unrestricted || clause.reach.see.contains(&leaf);
            see.extend(self.names.leaves(Kind::Data, leaf).iter().copied().filter(|own| named || !protected(self.own_data, *own)));
        }
        see
    }

    /// None where a condition found no room.
    fn condition(&self, expression: &Expression) -> Option<Expression> {
        let all = |list: &[Expression]| list.iter().map(|one| self.condition(one)).collect::<Option<Vec<_>>>();
        Some(match expression {
            Expression::Always => Expression::Always,
            Expression::Fact(id) => Expression::Fact(self.conditions.get(usize::from(id.0)).copied().flatten()?),
            Expression::Not(inner) => Expression::Not(Box::new(self.condition(inner)?)),
            Expression::And(list) => Expression::And(all(list)?),
            Expression::Or(list) => Expression::Or(all(list)?),
        })
    }
}
