//! What the clauses that apply to a case make of it, under every assignment of the facts.

use super::epoch::Effect;
use super::lines::Lines;
use super::truth::{Atoms, Truths};
use crate::agreement::{Agreement, Clause};
use crate::decision::plain::{Cause, Decision, Facts, TooManyConditions, Verdict, minimal_sets};
use crate::pack::Pack;

type Named<'p> = (Option<&'p Agreement>, &'p Clause);

/// The cases to which the same clauses apply.
#[derive(Clone, Debug)]
pub struct Cell<'p> {
    /// The facts that meet.
    pub atoms: Atoms,
    /// The assignments that are permitted.
    pub permits: Truths,
    /// The assignments in which some grant's condition is true, prohibitions aside.
    pub granted: Truths,
    /// Each grant with the assignments it permits, prohibitions included.
    pub grants: Vec<(Named<'p>, Truths)>,
    /// Each prohibition with the assignments it closes.
    pub prohibits: Vec<(Named<'p>, Truths)>,
}

impl<'p> Cell<'p> {
    /// From the clauses that apply. A prohibition of an agreement that grants nothing here plays no part.
    pub(super) fn new(pack: &'p Pack, lines: &Lines<'p>, applying: &[u32]) -> Result<Self, TooManyConditions> {
        let rows = || applying.iter().map(|line| &lines.all[*line as usize]);
        let granting = |agreement| rows().any(|row| row.effect == Effect::Grants && row.agreement == agreement);
        let counts = |effect: Effect, agreement| effect != Effect::Withholds || granting(agreement);
        let facts = rows().filter(|row| counts(row.effect, row.agreement)).fold(0, |bits, row| bits | row.clause.condition.facts());
        let atoms = Atoms::new(facts).map_err(|count| {
            let of = |effect| rows().filter(move |row| row.effect == effect).map(|row| row.clause.place.clone());
            TooManyConditions { count, clauses: of(Effect::Grants).chain(of(Effect::Withholds)).chain(of(Effect::Closes)).collect() }
        })?;
        let named = |agreement: Option<usize>, clause: &'p Clause| (agreement.map(|index| &pack.agreements[index]), clause);
        let (mut closed, mut prohibits) = (atoms.never(), Vec::new());
        for row in rows().filter(|row| row.effect != Effect::Grants && counts(row.effect, row.agreement)) {
            let holds = atoms.of(&row.clause.condition);
            if row.effect == Effect::Closes {
                closed = closed.or(&holds);
            }
            prohibits.push((named(row.agreement, row.clause), holds));
        }
        let (mut permits, mut granted, mut grants) = (atoms.never(), atoms.never(), Vec::new());
        for row in rows().filter(|row| row.effect == Effect::Grants) {
            let holds = atoms.of(&row.clause.condition);
            granted = granted.or(&holds);
            let withheld = rows()
                .filter(|other| other.effect == Effect::Withholds && other.agreement == row.agreement)
                .fold(atoms.never(), |set, other| set.or(&atoms.of(&other.clause.condition)));
            let open = holds.without(&closed).without(&withheld);
            permits = permits.or(&open);
            grants.push((named(row.agreement, row.clause), open));
        }
        Ok(Self { atoms, permits, granted, grants, prohibits })
    }

    /// The answer for what is known, and why, without its grounds.
    pub fn verdict(&self, facts: Facts) -> (Verdict, Cause) {
        if self.grants.is_empty() {
            return (Verdict::Deny, Cause::NoGrant);
        }
        let possible = self.atoms.known(facts);
        if possible.within(&self.permits) {
            (Verdict::Permit, Cause::Granted)
        } else if !possible.meets(&self.permits) {
            (Verdict::Deny, if possible.meets(&self.granted) { Cause::Prohibited } else { Cause::NoGrant })
        } else {
            (Verdict::Needs, if possible.within(&self.granted) { Cause::ProhibitedUnlessKnown } else { Cause::FactsMissing })
        }
    }

    /// The answer for what is known.
    pub fn decide(&self, facts: Facts) -> Decision<'p> {
        let answer = |verdict, cause, clauses, needs| Decision { verdict, cause, clauses, needs };
        if self.grants.is_empty() {
            return answer(Verdict::Deny, Cause::NoGrant, Vec::new(), Vec::new());
        }
        let possible = self.atoms.known(facts);
        let some = || self.grants.iter().filter(|(_, open)| open.meets(&possible)).map(|(named, _)| *named).collect::<Vec<_>>();
        if possible.within(&self.permits) {
            // Those that allow it in every completion; if it takes several between them, all of those.
            let always: Vec<_> = self.grants.iter().filter(|(_, open)| possible.within(open)).map(|(named, _)| *named).collect();
            return answer(Verdict::Permit, Cause::Granted, if always.is_empty() { some() } else { always }, Vec::new());
        }
        if !possible.meets(&self.permits) {
            if !possible.meets(&self.granted) {
                return answer(Verdict::Deny, Cause::NoGrant, Vec::new(), Vec::new());
            }
            let clauses = self.prohibits.iter().filter(|(_, holds)| holds.meets(&possible)).map(|(named, _)| *named).collect();
            return answer(Verdict::Deny, Cause::Prohibited, clauses, Vec::new());
        }
        let cause = if possible.within(&self.granted) { Cause::ProhibitedUnlessKnown } else { Cause::FactsMissing };
        let (known, unknown) = (self.atoms.facts & facts.yes, self.atoms.facts & !(facts.yes | facts.no));
        let needs = minimal_sets(unknown, |guess| self.atoms.holds(&self.permits, known | guess));
        answer(Verdict::Needs, cause, some(), needs)
    }
}
