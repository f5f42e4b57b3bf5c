//! A pack with one small mistake in it: what its tests would miss.
//!
//! Each mutant is the pack with one clause, term or accession changed as people slip: a day off, a name too wide, a condition
//! the wrong way round. If a mutant decides some case otherwise and no test fails, that case is what the tests lack.

mod edits;

use std::sync::Arc;

use crate::agreement::Clause;
use crate::agreement::valid::Joined;
use crate::decision::Compiled;
use crate::decision::cases::{Outcomes, run};
use crate::decision::difference::{Change, Difference, DifferenceError, Way, of_days};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::source::Span;

/// What kind of slip a mutant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip {
    /// A clause is gone.
    Drop,
    /// A day is one off.
    Date,
    /// A selector is too wide.
    Widen,
    /// A condition is the wrong way round, or lacks a part.
    Condition,
    /// Another purpose.
    Purpose,
    /// One action or form more.
    Way,
}

impl Slip {
    /// The words, in order.
    pub const ALL: [(&'static str, Self); 6] =
        [("drop", Self::Drop), ("date", Self::Date), ("widen", Self::Widen), ("condition", Self::Condition), ("purpose", Self::Purpose), ("way", Self::Way)];

    /// The word.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, slip)| *slip == self).map_or("", |(name, _)| name)
    }
}

/// Where a clause stands: in an agreement (by its number) or among the guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    Grant(usize, usize),
    Prohibition(usize, usize),
    Guard(usize),
}

#[derive(Clone, Debug)]
enum Edit {
    Remove(Home),
    Replace(Home, Box<Clause>),
    Term(usize, Interval),
    Accession { agreement: usize, party: usize, org: OrgId, index: usize, during: Interval },
}

/// A pack with one mistake.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The kind.
    pub slip: Slip,
    /// The place that is changed: `GM-DSA-0007/g1`.
    pub place: String,
    /// Where that is written.
    pub span: Span,
    /// What is changed, in words.
    pub what: String,
    edit: Edit,
}

/// A case that a mutant decides otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Who asks.
    pub role: String,
    /// Where; none for the person.
    pub at: Option<String>,
    /// What is done.
    pub may: String,
    /// In which form.
    pub form: String,
    /// What is seen.
    pub see: String,
    /// Of whom.
    pub of: String,
    /// What for.
    pub purpose: String,
    /// On which day.
    pub on: Date,
    /// Facts that settle it, each true or false.
    pub given: Vec<(String, bool)>,
    /// Whether the pack as it is allows it.
    pub allowed: bool,
}

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Some test fails.
    Caught,
    /// No case is decided otherwise.
    Equal,
    /// No test fails, though this case is decided otherwise.
    Missed(Box<Witness>),
}

impl Mutant {
    /// Every mutant of a pack, in the order of the pack.
    pub fn all(pack: &Pack) -> Vec<Self> {
        edits::all(pack)
    }

    /// Changes a copy of the pack.
    fn apply(&self, pack: &mut Pack) {
        match &self.edit {
            Edit::Remove(Home::Grant(agreement, clause)) => drop(pack.agreements[*agreement].grants.remove(*clause)),
            Edit::Remove(Home::Prohibition(agreement, clause)) => drop(pack.agreements[*agreement].prohibits.remove(*clause)),
            Edit::Remove(Home::Guard(clause)) => drop(pack.guards.remove(*clause)),
            Edit::Replace(Home::Grant(agreement, clause), with) => pack.agreements[*agreement].grants[*clause] = (**with).clone(),
            Edit::Replace(Home::Prohibition(agreement, clause), with) => pack.agreements[*agreement].prohibits[*clause] = (**with).clone(),
            Edit::Replace(Home::Guard(clause), with) => pack.guards[*clause] = (**with).clone(),
            Edit::Term(agreement, term) => pack.agreements[*agreement].term = Some(*term),
            Edit::Accession { agreement, party, org, index, during } => {
                if let Joined::ByFile(accessions) = &mut pack.agreements[*agreement].parties[*party].joined
                    && let Some(one) = Arc::make_mut(accessions).get_mut(org).and_then(|list| list.get_mut(*index))
                {
                    one.during = *during;
                }
            }
        }
    }

    /// Makes a copy as the pack was.
    fn restore(&self, pack: &mut Pack, original: &Pack) {
        match &self.edit {
            Edit::Remove(Home::Guard(_)) | Edit::Replace(Home::Guard(_), _) => pack.guards.clone_from(&original.guards),
            Edit::Remove(Home::Grant(agreement, _) | Home::Prohibition(agreement, _))
            | Edit::Replace(Home::Grant(agreement, _) | Home::Prohibition(agreement, _), _)
            | Edit::Term(agreement, _)
            | Edit::Accession { agreement, .. } => pack.agreements[*agreement] = original.agreements[*agreement].clone(),
        }
    }
}

/// Whether every test of a pack holds.
pub fn tests_hold(pack: &Pack, as_of: Date) -> bool {
    let mut outcomes = Outcomes::default();
    pack.tests.iter().all(|(name, node)| {
        run(pack, name, node, as_of, &mut outcomes);
        outcomes.failed == 0 && !outcomes.unreadable
    })
}

/// Tries mutants one after another.
pub struct Trial<'p> {
    original: &'p Pack,
    as_of: Date,
}

impl<'p> Trial<'p> {
    /// Of a pack whose tests hold.
    pub fn new(original: &'p Pack, as_of: Date) -> Self {
        Self { original, as_of }
    }

    /// What becomes of a mutant. `copy` is the same pack, read once more; it is given back as it was.
    pub fn fate(&self, mutant: &Mutant, copy: &mut Pack) -> Result<Fate, DifferenceError> {
        mutant.apply(copy);
        let fate = if tests_hold(copy, self.as_of) {
            self.witness(copy).map(|witness| witness.map_or(Fate::Equal, |witness| Fate::Missed(Box::new(witness))))
        } else {
            Ok(Fate::Caught)
        };
        mutant.restore(copy, self.original);
        fate
    }

    /// A case that another pack decides otherwise: on the day of the tests if there is one, else on the next later day, else
    /// on an earlier one.
    fn witness(&self, other: &Pack) -> Result<Option<Witness>, DifferenceError> {
        let (own, other) = (Compiled::new(self.original), Compiled::new(other));
        let mut days: Vec<Date> = own.stretches().chain(other.stretches()).map(|stretch| stretch.first).filter(|day| *day > Date::MIN).collect();
        days.sort_unstable();
        days.dedup();
        let (earlier, later): (Vec<Date>, Vec<Date>) = days.into_iter().partition(|day| *day <= self.as_of);
        let order = std::iter::once(self.as_of).chain(later).chain(earlier.into_iter().rev());
        for on in order {
            let difference = of_days(&own, on, &other, on)?;
            if let Some((change, _)) = difference.changes.first() {
                return Ok(Some(case(&difference, change, on)));
            }
        }
        Ok(None)
    }
}

fn case(difference: &Difference, change: &Change, on: Date) -> Witness {
    let common = &difference.common;
    let first = |list: &[u32]| list.first().map_or(0, |one| *one as usize);
    let way = &common.ways[first(&change.ways)];
    let mut given: Vec<(String, bool)> =
        change.facts.first().into_iter().flatten().map(|fact| (common.facts[usize::from(fact.fact)].clone(), fact.value)).collect();
    given.sort_unstable();
    Witness {
        role: common.roles.paths[first(&change.roles)].clone(),
        at: change.at.first().map(|at| common.organisations[*at as usize].clone()),
        may: way.0.clone(),
        form: way.1.clone(),
        see: common.data.paths[first(&change.data)].clone(),
        of: common.organisations[first(&change.of)].clone(),
        purpose: common.purposes.paths[first(&change.purposes)].clone(),
        on,
        given,
        allowed: change.way == Way::Narrowing,
    }
}

impl Witness {
    /// The case as a test of the pack: what the pack as it is answers, so that the mutant fails it.
    pub fn as_test(&self) -> String {
        let at = self.at.as_ref().map_or_else(String::new, |at| format!("at: \"{at}\", "));
        let may = if self.may == "view" { String::new() } else { format!(", may: {}", self.may) };
        let form = if self.form == "identifiable" { String::new() } else { format!(", form: {}", self.form) };
        let facts: Vec<String> = self.given.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        format!(
            "  - ask: {{role: {}, {at}see: {}, of: \"{}\", for: {}{may}{form}, on: {}, given: {{{}}}}}\n    expect: {}\n",
            self.role,
            self.see,
            self.of,
            self.purpose,
            self.on,
            facts.join(", "),
            if self.allowed { "permit" } else { "deny" }
        )
    }
}
