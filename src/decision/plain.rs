//! The plain decision, step by step as the design states it.

use crate::agreement::condition::submasks;
use crate::agreement::{Agreement, Clause, Scope};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::{ConditionId, NodeId};

/// One case: leaves of the trees, one organisation on each side, one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Who asks.
    pub role: NodeId,
    /// Where they work; none for the person or a proxy.
    pub at: Option<OrgId>,
    /// What is done: index into the vocabulary's actions.
    pub action: u8,
    /// In which form: index into the vocabulary's forms.
    pub form: u8,
    /// Which data.
    pub data: NodeId,
    /// Whose.
    pub of: OrgId,
    /// What for.
    pub purpose: NodeId,
    /// On which day (Europe/London).
    pub on: Date,
}

/// What is known: a bit set in `yes` is true, in `no` is false, in neither is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Facts {
    /// Facts known to be true.
    pub yes: u64,
    /// Facts known to be false.
    pub no: u64,
}

impl Facts {
    /// Adds a fact.
    #[must_use]
    pub fn with(self, id: ConditionId, value: bool) -> Self {
        let bit = 1 << id.0;
        if value { Self { yes: self.yes | bit, no: self.no & !bit } } else { Self { yes: self.yes & !bit, no: self.no | bit } }
    }
}

/// The answer to one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// A grant allows it, whatever the unknown facts are.
    Permit,
    /// Nothing allows it, whatever the unknown facts are.
    Deny,
    /// It depends on facts not given. Whoever enforces treats it as closed.
    Needs,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A grant's condition is true.
    Granted,
    /// A prohibition's condition is true, and a grant would have allowed it.
    Prohibited,
    /// A grant allows it, unless a prohibition does whose facts are not known.
    ProhibitedUnlessKnown,
    /// A grant's facts are not known.
    FactsMissing,
    /// No grant applies.
    NoGrant,
}

impl Cause {
    /// The word in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Prohibited => "prohibited",
            Self::ProhibitedUnlessKnown => "prohibited_unless_known",
            Self::FactsMissing => "facts_missing",
            Self::NoGrant => "no_grant",
        }
    }
}

/// A fact with the value it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// Which.
    pub fact: ConditionId,
    /// True or false.
    pub value: bool,
}

/// The answer to one case, with its grounds.
#[derive(Clone, Debug)]
pub struct Decision<'p> {
    /// The answer.
    pub verdict: Verdict,
    /// Why.
    pub cause: Cause,
    /// The clauses that decide: grants that allow it, or the prohibitions that close it.
    pub clauses: Vec<(Option<&'p Agreement>, &'p Clause)>,
    /// For [`Verdict::Needs`]: the minimal sets of facts that force a permit.
    pub needs: Vec<Vec<Literal>>,
}

/// More conditions meet in one case than are enumerated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} conditions meet in one case, at most {MAX_ATOMS} are decided: {}", crate::text::and_list(.clauses))]
pub struct TooManyConditions {
    /// How many.
    pub count: u32,
    /// The clauses they come from.
    pub clauses: Vec<String>,
}

/// Most conditions that may meet in one case.
pub const MAX_ATOMS: u32 = 12;

/// The clauses that apply to a case, conditions aside.
struct Applying<'p> {
    /// Each grant with the prohibitions that reach only grants of its agreement.
    grants: Vec<(&'p Agreement, &'p Clause)>,
    local: Vec<(&'p Agreement, &'p Clause)>,
    global: Vec<(Option<&'p Agreement>, &'p Clause)>,
}

impl<'p> Applying<'p> {
    fn collect(pack: &'p Pack, q: &Question) -> Self {
        let words = &pack.words;
        let register = &pack.register;
        let person = words.is_person(q.role);
        let covers = |clause: &Clause, unrestricted: bool| {
            clause.during.contains(q.on)
                && clause.reaches(words, q.data, q.purpose, q.action, q.form, unrestricted)
                && clause.is_for(words, register, q.role, q.at, q.on)
                && clause.of.selects(words, register, q.of, Some(q.role), q.on)
        };
        let mut applying = Self { grants: Vec::new(), local: Vec::new(), global: Vec::new() };
        applying.global.extend(pack.guards.iter().filter(|guard| covers(guard, true)).map(|guard| (None, guard)));
        for agreement in pack.agreements.iter().filter(|agreement| agreement.in_force_on(q.on)) {
            if !agreement.has_party_on(words, register, q.of, true, q.on) {
                continue;
            }
            applying.global.extend(
                agreement.prohibits.iter().filter(|clause| clause.scope == Scope::Source && covers(clause, true)).map(|clause| (Some(agreement), clause)),
            );
            let party = person || q.at.is_some_and(|at| agreement.has_party_on(words, register, at, false, q.on));
            if !party {
                continue;
            }
            applying.grants.extend(agreement.grants.iter().filter(|clause| covers(clause, person)).map(|clause| (agreement, clause)));
            applying
                .local
                .extend(agreement.prohibits.iter().filter(|clause| clause.scope == Scope::Agreement && covers(clause, true)).map(|clause| (agreement, clause)));
        }
        applying
    }

    /// Prohibitions of agreements that grant the case; those of others play no part.
    fn withholding(&self) -> impl Iterator<Item = &(&'p Agreement, &'p Clause)> {
        self.local.iter().filter(|(owner, _)| self.grants.iter().any(|(agreement, _)| std::ptr::eq(*owner, *agreement)))
    }

    fn atoms(&self) -> u64 {
        let grants = self.grants.iter().map(|(_, clause)| *clause);
        let local = self.withholding().map(|(_, clause)| *clause);
        let global = self.global.iter().map(|(_, clause)| *clause);
        grants.chain(local).chain(global).fold(0, |bits, clause| bits | clause.condition.facts())
    }

    fn blocked(&self, agreement: &Agreement, truth: u64) -> bool {
        self.local.iter().any(|(owner, clause)| std::ptr::eq(*owner, agreement) && clause.condition.holds(truth))
    }

    fn closed(&self, truth: u64) -> bool {
        self.global.iter().any(|(_, clause)| clause.condition.holds(truth))
    }

    fn permitting(&self, truth: u64) -> impl Iterator<Item = (&'p Agreement, &'p Clause)> + '_ {
        let closed = self.closed(truth);
        self.grants.iter().copied().filter(move |(agreement, clause)| !closed && clause.condition.holds(truth) && !self.blocked(agreement, truth))
    }

    fn permits(&self, truth: u64) -> bool {
        self.permitting(truth).next().is_some()
    }
}

/// Decides one case.
pub fn decide<'p>(pack: &'p Pack, question: &Question, facts: Facts) -> Result<Decision<'p>, TooManyConditions> {
    let applying = Applying::collect(pack, question);
    if applying.grants.is_empty() {
        return Ok(Decision { verdict: Verdict::Deny, cause: Cause::NoGrant, clauses: Vec::new(), needs: Vec::new() });
    }
    let atoms = applying.atoms();
    if atoms.count_ones() > MAX_ATOMS {
        let mut clauses: Vec<String> = applying.grants.iter().map(|(_, clause)| clause.place.clone()).collect();
        clauses.extend(applying.local.iter().map(|(_, clause)| clause.place.clone()));
        clauses.extend(applying.global.iter().map(|(_, clause)| clause.place.clone()));
        return Err(TooManyConditions { count: atoms.count_ones(), clauses });
    }
    let known = atoms & facts.yes;
    let unknown = atoms & !(facts.yes | facts.no);
    let truths = || submasks(unknown).map(move |guess| known | guess);
    let permits = truths().filter(|truth| applying.permits(*truth)).count();
    let total = 1usize << unknown.count_ones();
    Ok(if permits == total {
        // Those that allow it in every completion; if it takes several between them, all of those.
        let always: Vec<_> = applying
            .grants
            .iter()
            .copied()
            .filter(|(agreement, clause)| truths().all(|truth| !applying.closed(truth) && clause.condition.holds(truth) && !applying.blocked(agreement, truth)))
            .collect();
        let some: Vec<_> = applying
            .grants
            .iter()
            .copied()
            .filter(|grant| truths().any(|truth| applying.permitting(truth).any(|other| std::ptr::eq(other.1, grant.1))))
            .collect();
        let clauses = if always.is_empty() { some } else { always };
        Decision {
            verdict: Verdict::Permit,
            cause: Cause::Granted,
            clauses: clauses.into_iter().map(|(agreement, clause)| (Some(agreement), clause)).collect(),
            needs: Vec::new(),
        }
    } else if permits == 0 {
        let granted = truths().any(|truth| applying.grants.iter().any(|(_, clause)| clause.condition.holds(truth)));
        let clauses = if granted {
            let global = applying.global.iter().copied().filter(|(_, clause)| truths().any(|truth| clause.condition.holds(truth)));
            let local = applying
                .withholding()
                .filter(|(_, clause)| truths().any(|truth| clause.condition.holds(truth)))
                .map(|(agreement, clause)| (Some(*agreement), *clause));
            global.chain(local).collect()
        } else {
            Vec::new()
        };
        Decision { verdict: Verdict::Deny, cause: if granted { Cause::Prohibited } else { Cause::NoGrant }, clauses, needs: Vec::new() }
    } else {
        let open_but_for_prohibitions = truths().all(|truth| applying.grants.iter().any(|(_, clause)| clause.condition.holds(truth)));
        let clauses: Vec<_> = applying
            .grants
            .iter()
            .filter(|grant| truths().any(|truth| applying.permitting(truth).any(|other| std::ptr::eq(other.1, grant.1))))
            .map(|(agreement, clause)| (Some(*agreement), *clause))
            .collect();
        Decision {
            verdict: Verdict::Needs,
            cause: if open_but_for_prohibitions { Cause::ProhibitedUnlessKnown } else { Cause::FactsMissing },
            clauses,
            needs: minimal_sets(unknown, |guess| applying.permits(known | guess)),
        }
    })
}

/// The minimal partial assignments of `unknown` under which every completion satisfies `holds`: its prime implicants.
pub(super) fn minimal_sets(unknown: u64, holds: impl Fn(u64) -> bool) -> Vec<Vec<Literal>> {
    let bits: Vec<u8> = (0..64u8).filter(|bit| unknown >> bit & 1 == 1).collect();
    // A cube is a base-3 number: 0 the fact is false, 1 it is true, 2 it is left open. A cube with an open fact holds
    // iff both cubes that settle it do, and those have smaller numbers.
    let count = 3usize.pow(u32::try_from(bits.len()).unwrap_or(0));
    let powers: Vec<usize> = (0..bits.len()).map(|place| 3usize.pow(u32::try_from(place).unwrap_or(0))).collect();
    let mut forced = vec![false; count];
    for cube in 0..count {
        let digit = |place: usize| cube / powers[place] % 3;
        forced[cube] = match (0..bits.len()).find(|place| digit(*place) == 2) {
            Some(open) => forced[cube - powers[open]] && forced[cube - 2 * powers[open]],
            None => holds((0..bits.len()).filter(|place| digit(*place) == 1).fold(0, |truth, place| truth | 1 << bits[place])),
        };
    }
    let mut sets: Vec<Vec<Literal>> = (0..count)
        .filter(|cube| forced[*cube])
        .filter(|cube| {
            // Prime: no settled fact can be opened.
            (0..bits.len()).all(|place| {
                let digit = cube / powers[place] % 3;
                digit == 2 || !forced[cube + (2 - digit) * powers[place]]
            })
        })
        .map(|cube| {
            (0..bits.len())
                .filter_map(|place| match cube / powers[place] % 3 {
                    2 => None,
                    digit => Some(Literal { fact: ConditionId(bits[place]), value: digit == 1 }),
                })
                .collect()
        })
        .collect();
    sets.sort_by(|a: &Vec<Literal>, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    sets
}

/// Days on which the answer to a case may change: the first day of something, or the day after its last.
pub fn boundaries(pack: &Pack, question: &Question) -> Vec<Date> {
    let mut days = Vec::new();
    let mut add = |during: Interval| {
        days.push(during.first);
        if during.last < Date::MAX {
            days.push(during.last.next());
        }
    };
    for guard in &pack.guards {
        add(guard.during);
    }
    let orgs: Vec<OrgId> = question.at.into_iter().chain(std::iter::once(question.of)).collect();
    for agreement in &pack.agreements {
        if let Some(term) = agreement.term {
            add(term);
        }
        agreement.suspended.iter().copied().for_each(&mut add);
        agreement.grants.iter().chain(&agreement.prohibits).for_each(|clause| add(clause.during));
        for party in &agreement.parties {
            if let crate::agreement::valid::Joined::ByFile(accessions) = &party.joined {
                for org in &orgs {
                    accessions.get(org).into_iter().flatten().for_each(|one| add(one.during));
                }
            }
        }
    }
    for org in orgs {
        days.extend(pack.register.organisation(org).boundaries());
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// The grant that comes nearest to allowing a case, and what fails in it.
#[derive(Clone, Debug)]
pub struct NearMiss<'p> {
    /// Its agreement.
    pub agreement: &'p Agreement,
    /// The grant.
    pub clause: &'p Clause,
    /// What does not fit, in the order of the question: `term`, `recipient party`, `source party`, `role`,
    /// `organisation`, `data`, `source`, `purpose`, `action or form`, `dates of the clause`.
    pub fails: Vec<&'static str>,
}

/// The nearest grant: fewest parts that fail, then the order of the pack.
pub fn nearest<'p>(pack: &'p Pack, q: &Question) -> Option<NearMiss<'p>> {
    misses(pack, q).min_by_key(NearMiss::distance)
}

impl NearMiss<'_> {
    /// How far away it is: what fails. An agreement that is not in force is further away than one that lacks something else.
    pub fn distance(&self) -> usize {
        self.fails.len() + usize::from(self.fails.first() == Some(&"term"))
    }
}

/// Every grant with what fails in it, in the order of the pack.
pub fn misses<'p>(pack: &'p Pack, q: &Question) -> impl Iterator<Item = NearMiss<'p>> {
    let all = pack.agreements.iter().flat_map(|agreement| agreement.grants.iter().map(move |clause| (agreement, clause)));
    all.map(move |(agreement, clause)| NearMiss { agreement, clause, fails: failing(pack, agreement, clause, q) })
}

/// What does not fit.
fn failing(pack: &Pack, agreement: &Agreement, clause: &Clause, q: &Question) -> Vec<&'static str> {
    let words = &pack.words;
    let register = &pack.register;
    let person = words.is_person(q.role);
    let mut fails = Vec::new();
    if !agreement.in_force_on(q.on) {
        fails.push("term");
    }
    // Who had joined is asked for the nearest day of the term, so that a lapsed agreement counts once.
    let on = agreement.term.map_or(q.on, |term| q.on.clamp(term.first, term.last));
    if !person && !q.at.is_some_and(|at| agreement.has_party_on(words, register, at, false, on)) {
        fails.push("recipient party");
    }
    if !agreement.has_party_on(words, register, q.of, true, on) {
        fails.push("source party");
    }
    let role_hit = if person {
        clause.to.roles.iter().any(|name| *name != crate::vocabulary::ROOT && words.roles.covers(*name, q.role))
    } else {
        clause.to.roles.is_empty() || clause.to.roles.iter().any(|name| words.roles.covers(*name, q.role))
    };
    if !role_hit {
        fails.push("role");
    } else if !clause.is_for(words, register, q.role, q.at, q.on) {
        fails.push("organisation");
    }
    let all = (u8::try_from(words.actions.len()).unwrap_or(0), u8::try_from(words.forms.len()).unwrap_or(0));
    let some_way = |data, purpose| (0..all.0).any(|action| (0..all.1).any(|form| clause.reaches(words, data, purpose, action, form, person)));
    let any_purpose = clause.reach.purposes.first().copied().unwrap_or(q.purpose);
    if !some_way(q.data, any_purpose) && !some_way(q.data, q.purpose) {
        fails.push("data");
    }
    if !clause.of.selects(words, register, q.of, Some(q.role), q.on) {
        fails.push("source");
    }
    let any_data = clause.reach.see.first().copied().unwrap_or(q.data);
    if !some_way(any_data, q.purpose) && !some_way(q.data, q.purpose) {
        fails.push("purpose");
    }
    if clause.reach.actions >> q.action & 1 == 0 || clause.reach.forms >> q.form & 1 == 0 {
        fails.push("action or form");
    }
    if !clause.during.contains(q.on) {
        fails.push("dates of the clause");
    }
    fails
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Brute force: every partial assignment, tried directly.
    fn brute(unknown: u64, holds: impl Fn(u64) -> bool) -> Vec<Vec<Literal>> {
        let bits: Vec<u8> = (0..64u8).filter(|bit| unknown >> bit & 1 == 1).collect();
        let mut forced: Vec<(u64, u64)> = Vec::new();
        for settled in submasks(unknown) {
            for truth in submasks(settled) {
                if submasks(unknown & !settled).all(|rest| holds(truth | rest)) {
                    forced.push((settled, truth));
                }
            }
        }
        let mut sets: Vec<Vec<Literal>> = forced
            .iter()
            .filter(|(settled, truth)| !forced.iter().any(|(s, t)| s != settled && s & settled == *s && truth & s == *t))
            .map(|(settled, truth)| {
                bits.iter().filter(|bit| settled >> **bit & 1 == 1).map(|bit| Literal { fact: ConditionId(*bit), value: truth >> bit & 1 == 1 }).collect()
            })
            .collect();
        sets.sort_by(|a: &Vec<Literal>, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        sets
    }

    proptest::proptest! {
        #[test]
        fn minimal_sets_are_the_prime_implicants(table in 0u32..=u32::MAX, seed in 0u64..1000) {
            // Five facts at scattered bits; the function is a random truth table.
            let bits = [1u8, 2, 5, 9, 9 + (seed % 20) as u8 + 1];
            let unknown = bits.iter().fold(0u64, |all, bit| all | 1 << bit);
            let holds = |truth: u64| {
                let index = bits.iter().enumerate().fold(0, |index, (place, bit)| index | ((truth >> bit & 1) as u32) << place);
                table >> index & 1 == 1
            };
            proptest::prop_assert_eq!(minimal_sets(unknown, holds), brute(unknown, holds));
        }
    }
}
