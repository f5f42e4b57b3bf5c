//! A log put to another pack: which accesses would get another answer, and because of which clauses.

use std::collections::{BTreeMap, BTreeSet};

use super::assess::Assessment;
use super::event::{PersonKey, Symbol};
use super::permission::{PROHIBITED, Ruling};
use crate::identifier::Date;

/// What both packs say of some accesses, for the same reasons. Ordered by the first answer, then the second.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answers {
    /// The ruling's name under the pack of the audit.
    pub was: &'static str,
    /// The same under the other pack.
    pub would_be: &'static str,
    /// Clauses behind the first answer, and what fails.
    pub because_was: String,
    /// The same of the second.
    pub because_would_be: String,
}

/// Accesses that would be answered otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many.
    pub accesses: u64,
    /// By how many users.
    pub users: BTreeSet<Symbol>,
    /// To how many people's records.
    pub people: BTreeSet<PersonKey>,
    /// From which organisations.
    pub organisations: BTreeSet<Symbol>,
    /// First and last day.
    pub days: Option<(Date, Date)>,
}

/// The same log under two packs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Accesses with the same answer. With those that moved, all.
    pub same: u64,
    /// Accesses by both answers' names.
    pub counts: BTreeMap<(&'static str, &'static str), u64>,
    /// Those with another answer, by reason.
    pub moved: BTreeMap<Answers, Moved>,
}

/// Why a ruling is as it is: clauses and what fails; never a person.
fn because(ruling: &Ruling) -> String {
    match ruling {
        Ruling::Permitted { clauses } => clauses.join(", "),
        Ruling::Conditional { clauses, unknown } => format!("{}, if {} were known", clauses.join(", "), unknown.join(" and ")),
        Ruling::Denied { clause, fails, .. } => match (clause, fails.is_empty()) {
            (None, true) => "no agreement comes near".to_owned(),
            (None, false) => fails.join("; "),
            (Some(clause), true) => clause.clone(),
            (Some(clause), false) if fails.iter().any(|one| one == PROHIBITED) => format!("{clause}: {}", fails.join("; ")),
            (Some(clause), false) => format!("the nearest clause is {clause}, in which this fails: {}", fails.join("; ")),
        },
        Ruling::NotAssessed { why, .. } => why.clone(),
    }
}

/// Compares the answers to the same log under two packs. Both must hold the same accesses, as they do if the same events
/// were assessed with the same tables.
pub fn replay(under: &Assessment, other: &Assessment) -> Replay {
    let mut all = Replay::default();
    let mut known: BTreeMap<(u32, u32), Option<Answers>> = BTreeMap::new();
    for (one, two) in under.accesses.iter().zip(&other.accesses) {
        let (was, would_be) = (&under.rulings[one.ruling as usize], &other.rulings[two.ruling as usize]);
        *all.counts.entry((was.name(), would_be.name())).or_default() += 1;
        let answers = known.entry((one.ruling, two.ruling)).or_insert_with(|| {
            (was.name() != would_be.name()).then(|| Answers {
                was: was.name(),
                would_be: would_be.name(),
                because_was: because(was),
                because_would_be: because(would_be),
            })
        });
        let Some(answers) = answers else {
            all.same += 1;
            continue;
        };
        let moved = match all.moved.get_mut(answers) {
            Some(moved) => moved,
            None => all.moved.entry(answers.clone()).or_default(),
        };
        let date = one.local.date;
        moved.accesses += 1;
        moved.users.extend(Some(one.event.user).filter(|user| !user.is_none()));
        moved.people.extend(Some(one.event.person).filter(|person| !person.is_nobody()));
        moved.organisations.extend(Some(one.event.organisation).filter(|organisation| !organisation.is_none()));
        moved.days = Some(moved.days.map_or((date, date), |(first, last)| (first.min(date), last.max(date))));
    }
    all
}
