//! How much of a pack its tests touch: clauses, conditions both ways, boundary days, blocks.
//!
//! What counts is a question with an expectation; invariants, which look at every case, do not.

use super::ask::{Ask, data_leaves};
use super::compiled::Compiled;
use super::plain::Facts;
use crate::agreement::condition::{Expression, submasks};
use crate::agreement::{Agreement, Clause, Scope};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;

/// What can be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A clause that decides some expectation.
    Clause,
    /// A condition, true or false whatever else is so, in a question within its clause.
    Condition,
    /// The first or last day of a clause, and the day beyond.
    Day,
    /// Roles, data and organisations of a clause that the decision treats as one, on the day of the run.
    Block,
}

impl Kind {
    /// The word, in the singular and the plural.
    pub const ALL: [(&'static str, &'static str, Self); 4] = [
        ("clause", "clauses", Self::Clause),
        ("condition", "conditions, true and false", Self::Condition),
        ("day", "boundary days", Self::Day),
        ("block", "blocks", Self::Block),
    ];

    /// The word.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, _, kind)| *kind == self).map_or("", |(name, _, _)| name)
    }
}

/// One thing that tests can touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// The clause: `GM-DSA-0007/g1`.
    pub place: String,
    /// What of it, in words.
    pub what: String,
    /// Whether some question touches it.
    pub touched: bool,
}

/// The whole pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tested {
    /// Everything, clause by clause in the order of the pack, then blocks.
    pub items: Vec<Item>,
}

impl Tested {
    /// What of a kind is touched, and how much there is.
    pub fn of(&self, kind: Kind) -> (usize, usize) {
        let all = self.items.iter().filter(|item| item.kind == kind);
        (all.clone().filter(|item| item.touched).count(), all.count())
    }

    /// The share of all of it that is touched, in per cent, rounded down; a pack without anything to touch has 100.
    pub fn percent(&self) -> usize {
        let touched = self.items.iter().filter(|item| item.touched).count();
        (touched * 100).checked_div(self.items.len()).unwrap_or(100)
    }

    /// Works it out. `asked` are the questions with an expectation, `decided` says which clauses decided one.
    pub fn new(pack: &Pack, asked: &[Ask], decided: impl Fn(&str) -> bool, on: Date) -> Self {
        let asked = distinct(asked);
        let mut items = Vec::new();
        let owned = pack.agreements.iter().flat_map(|agreement| {
            // A parent's prohibitions stand in its children too: they are its own there.
            agreement.grants.iter().chain(&agreement.prohibits).map(move |clause| (Some(agreement), clause))
        });
        for (agreement, clause) in pack.guards.iter().map(|guard| (None, guard)).chain(owned) {
            // What withholds only from its own agreement's grants does nothing where there are none: a framework's stand in its children.
            let idle = |agreement: &Agreement| !agreement.status.grants() || agreement.grants.is_empty() && clause.scope == Scope::Agreement;
            if agreement.is_some_and(idle) {
                continue;
            }
            let mut push = |kind: Kind, what: String, touched: bool| items.push(Item { kind, place: clause.place.clone(), what, touched });
            push(Kind::Clause, "decides no expectation".to_owned(), decided(&clause.place));
            let within: Vec<&Ask> =
                asked.iter().copied().filter(|ask| covers(pack, agreement, clause, ask, ask.on) && in_force(agreement, clause, ask.on)).collect();
            if clause.condition != Expression::Always {
                let words = clause.condition.display(&pack.words);
                for value in [true, false] {
                    let touched = within.iter().any(|ask| truth(&clause.condition, ask.facts) == Some(value));
                    push(Kind::Condition, format!("no question within it where `{words}` is {value}"), touched);
                }
            }
            let inherited = agreement.is_some_and(|agreement| !clause.place.starts_with(&format!("{}/", agreement.id)));
            let Some(days) = effective(agreement, clause).filter(|_| !inherited) else { continue };
            let mut boundary = |inside: Date, outside: Date, what: &str| {
                let on = |day: Date| asked.iter().any(|ask| ask.on == day && covers(pack, agreement, clause, ask, inside));
                push(Kind::Day, format!("no question on {inside}, its {what} day"), on(inside));
                push(Kind::Day, format!("no question on {outside}, the day {}", if what == "first" { "before" } else { "after" }), on(outside));
            };
            if days.first > Date::MIN {
                boundary(days.first, days.first.previous(), "first");
            }
            if days.last < Date::MAX {
                boundary(days.last, days.last.next(), "last");
            }
        }
        blocks(pack, &asked, on, &mut items);
        // An inherited clause is touched if it is in one of the agreements that have it.
        let mut merged: Vec<Item> = Vec::with_capacity(items.len());
        let mut places = std::collections::HashMap::new();
        for item in items {
            let place = *places.entry((item.kind, item.place.clone(), item.what.clone())).or_insert(merged.len());
            match merged.get_mut(place) {
                Some(known) => known.touched |= item.touched,
                None => merged.push(item),
            }
        }
        Self { items: merged }
    }
}

/// Questions that differ, facts and day among what tells them apart.
fn distinct(asked: &[Ask]) -> Vec<&Ask> {
    let mut seen = std::collections::HashSet::new();
    asked.iter().filter(|ask| seen.insert((ask.role, &ask.at, ask.action, ask.form, ask.see, &ask.of, ask.purpose, ask.on, ask.facts))).collect()
}

fn in_force(agreement: Option<&Agreement>, clause: &Clause, on: Date) -> bool {
    clause.during.contains(on) && agreement.is_none_or(|agreement| agreement.in_force_on(on))
}

/// The days of a clause within those of its agreement.
fn effective(agreement: Option<&Agreement>, clause: &Clause) -> Option<Interval> {
    let term = match agreement {
        Some(agreement) => agreement.term?,
        None => Interval { first: Date::MIN, last: Date::MAX },
    };
    let days = Interval { first: clause.during.first.max(term.first), last: clause.during.last.min(term.last) };
    (days.first <= days.last).then_some(days)
}

/// Whether some case of a question falls within a clause as organisations stand on a day, dates of the clause aside.
fn covers(pack: &Pack, agreement: Option<&Agreement>, clause: &Clause, ask: &Ask, day: Date) -> bool {
    let (words, register) = (&pack.words, &pack.register);
    let unrestricted = agreement.is_none_or(|agreement| !agreement.grants.iter().any(|grant| std::ptr::eq(grant, clause)));
    let party = |org: OrgId, giving: bool| agreement.is_none_or(|agreement| agreement.has_party_on(words, register, org, giving, day));
    let purposes = words.purposes.leaves(ask.purpose);
    let (data, _) = data_leaves(pack, ask.see);
    words.roles.leaves(ask.role).into_iter().any(|role| {
        let person = words.is_person(role);
        if person != ask.at.is_empty() {
            return false;
        }
        let reaches =
            || data.iter().any(|data| purposes.iter().any(|purpose| clause.reaches(words, *data, *purpose, ask.action, ask.form, unrestricted || person)));
        let gets = || {
            if person {
                clause.is_for(words, register, role, None, day)
            } else {
                ask.at.iter().any(|at| party(*at, false) && clause.is_for(words, register, role, Some(*at), day))
            }
        };
        gets() && reaches() && ask.of.iter().any(|of| party(*of, true) && clause.of.selects(words, register, *of, Some(role), day))
    })
}

/// What a condition is whatever the facts are that are not given; none if it depends on them.
fn truth(condition: &Expression, facts: Facts) -> Option<bool> {
    let unknown = condition.facts() & !facts.yes & !facts.no;
    let mut values = submasks(unknown).map(|more| condition.holds(facts.yes | more));
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// Blocks of the clauses in force on a day, each with whether some question of any day has a case in it.
fn blocks(pack: &Pack, asked: &[&Ask], on: Date, items: &mut Vec<Item>) {
    let compiled = Compiled::new(pack);
    let (axes, epoch) = (&compiled.axes, compiled.epoch(on));
    let leaves = |tree: &crate::vocabulary::Tree, axis: &super::compiled::axes::Axis, node| {
        tree.leaves(node).into_iter().filter_map(|leaf| axis.leaf(leaf)).collect::<Vec<usize>>()
    };
    let questions: Vec<_> = asked
        .iter()
        .map(|ask| {
            let data: Vec<usize> = data_leaves(pack, ask.see).0.into_iter().filter_map(|leaf| axes.data.leaf(leaf)).collect();
            (ask, leaves(&pack.words.roles, &axes.roles, ask.role), data, leaves(&pack.words.purposes, &axes.purposes, ask.purpose))
        })
        .collect();
    for row in &epoch.rows {
        let reach = &row.clause.reach;
        for (number, block) in row.blocks.iter().enumerate() {
            let (at, of) = (epoch.set(block.at), epoch.set(block.of));
            let touched = questions.iter().any(|(ask, roles, data, purposes)| {
                reach.actions >> ask.action & 1 == 1
                    && reach.forms >> ask.form & 1 == 1
                    && purposes.iter().any(|purpose| row.purposes.has(*purpose))
                    && data.iter().any(|data| block.data.has(*data))
                    && roles.iter().any(|role| block.roles.has(*role) && (epoch.own.has(*role) == ask.at.is_empty()))
                    && (ask.at.is_empty() || ask.at.iter().any(|org| at.has(org.0 as usize)))
                    && ask.of.iter().any(|org| of.has(org.0 as usize))
            });
            let roles: Vec<&str> = block.roles.iter().map(|role| pack.words.roles.short(axes.roles.node(role))).collect();
            let what = format!("no question in block {} of {}: {}", number + 1, row.blocks.len(), crate::text::and_list(&roles));
            items.push(Item { kind: Kind::Block, place: row.clause.place.clone(), what, touched });
        }
    }
}
