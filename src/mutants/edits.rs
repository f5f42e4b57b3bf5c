//! Every slip that can be made in a pack, one at a time.

use super::{Edit, Home, Mutant, Slip};
use crate::agreement::Clause;
use crate::agreement::condition::Expression;
use crate::agreement::valid::{Joined, OrgSelector};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::vocabulary::{NodeId, ROOT, Tree};

/// In the order of the pack: guards, then agreement by agreement its term, grants, prohibitions, accessions.
pub(super) fn all(pack: &Pack) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (index, guard) in pack.guards.iter().enumerate() {
        of_clause(pack, Home::Guard(index), guard, &mut mutants);
    }
    for (number, agreement) in pack.agreements.iter().enumerate() {
        if let Some(term) = agreement.term {
            for (during, what) in days_off(term) {
                let span = agreement.draft.id.span;
                mutants.push(Mutant {
                    slip: Slip::Date,
                    place: agreement.id.clone(),
                    span,
                    what: format!("the agreement {what}"),
                    edit: Edit::Term(number, during),
                });
            }
        }
        for (index, clause) in agreement.grants.iter().enumerate() {
            of_clause(pack, Home::Grant(number, index), clause, &mut mutants);
        }
        for (index, clause) in agreement.prohibits.iter().enumerate() {
            of_clause(pack, Home::Prohibition(number, index), clause, &mut mutants);
        }
        for (party, group) in agreement.parties.iter().enumerate() {
            let Joined::ByFile(accessions) = &group.joined else { continue };
            // Every organisation of a list is joined alike; the first and the last stand for them.
            let ends: Vec<_> = accessions.iter().take(1).chain(accessions.iter().next_back().filter(|_| accessions.len() > 1)).collect();
            for (org, list) in ends {
                for (index, one) in list.iter().enumerate() {
                    for (during, what) in days_off(one.during) {
                        mutants.push(Mutant {
                            slip: Slip::Date,
                            place: format!("{}/{}/{}", agreement.id, group.name, pack.register.organisation(*org).ods),
                            span: one.span,
                            what: format!("{} {what}", pack.register.organisation(*org).ods),
                            edit: Edit::Accession { agreement: number, party, org: *org, index, during },
                        });
                    }
                }
            }
        }
    }
    mutants
}

/// A stretch of days with one end a day too far.
fn days_off(during: Interval) -> Vec<(Interval, String)> {
    let mut all = Vec::new();
    if during.first > Date::MIN {
        let first = during.first.previous();
        all.push((Interval { first, ..during }, format!("begins a day early, on {first}")));
        if during.first < during.last {
            let first = during.first.next();
            all.push((Interval { first, ..during }, format!("begins a day late, on {first}")));
        }
    }
    if during.last < Date::MAX {
        let last = during.last.next();
        all.push((Interval { last, ..during }, format!("ends a day late, on {last}")));
        if during.first < during.last {
            let last = during.last.previous();
            all.push((Interval { last, ..during }, format!("ends a day early, on {last}")));
        }
    }
    all
}

fn of_clause(pack: &Pack, home: Home, clause: &Clause, mutants: &mut Vec<Mutant>) {
    let words = &pack.words;
    let mut push = |slip: Slip, what: String, edit: Edit| mutants.push(Mutant { slip, place: clause.place.clone(), span: clause.span, what, edit });
    push(Slip::Drop, "the clause is gone".to_owned(), Edit::Remove(home));
    let mut with = |slip: Slip, what: String, change: &dyn Fn(&mut Clause)| {
        let mut changed = clause.clone();
        change(&mut changed);
        push(slip, what, Edit::Replace(home, Box::new(changed)));
    };
    for (during, what) in days_off(clause.during) {
        with(Slip::Date, what, &|clause| clause.during = during);
    }
    for (index, role) in clause.to.roles.iter().enumerate() {
        if let Some((parent, what)) = wider(&words.roles, *role, "role") {
            with(Slip::Widen, what, &|clause| clause.to.roles[index] = parent);
        }
    }
    for (index, see) in clause.reach.see.iter().enumerate() {
        if let Some((parent, what)) = wider(&words.data, *see, "data") {
            with(Slip::Widen, what, &|clause| clause.reach.see[index] = parent);
        }
    }
    if !clause.reach.except_see.is_empty() {
        with(Slip::Widen, "the data left out are not left out".to_owned(), &|clause| clause.reach.except_see.clear());
    }
    if !clause.reach.except_purposes.is_empty() {
        with(Slip::Widen, "the purposes left out are not left out".to_owned(), &|clause| clause.reach.except_purposes.clear());
    }
    if clause.reach.except_who.is_some() {
        with(Slip::Widen, "the people left out are not left out".to_owned(), &|clause| clause.reach.except_who = None);
    }
    for (side, selector, of) in [("who asks", &clause.to.at, false), ("whose data", &clause.of, true)] {
        for (what, changed) in wider_selectors(pack, selector) {
            with(Slip::Widen, format!("{side}: {what}"), &|clause| *(if of { &mut clause.of } else { &mut clause.to.at }) = changed.clone());
        }
    }
    if clause.condition != Expression::Always {
        let turned = Expression::Not(Box::new(clause.condition.clone()));
        with(Slip::Condition, "the condition is the wrong way round".to_owned(), &|clause| clause.condition = turned.clone());
        with(Slip::Condition, "nothing is asked".to_owned(), &|clause| clause.condition = Expression::Always);
    }
    if let Expression::And(parts) = &clause.condition {
        for (index, part) in parts.iter().enumerate() {
            let rest: Vec<Expression> = parts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, part)| part.clone()).collect();
            let what = format!("`{}` is not asked", part.display(words));
            with(Slip::Condition, what, &|clause| clause.condition = Expression::And(rest.clone()));
        }
    }
    for (index, purpose) in clause.reach.purposes.iter().enumerate() {
        if let Some(sibling) = sibling(&words.purposes, *purpose, &clause.reach.purposes) {
            let what = format!("purpose {} in the place of {}", words.purposes.short(sibling), words.purposes.short(*purpose));
            with(Slip::Purpose, what, &|clause| clause.reach.purposes[index] = sibling);
        }
    }
    for (known, mask, form) in [(&words.actions, clause.reach.actions, false), (&words.forms, clause.reach.forms, true)] {
        let missing = (0u32..).zip(known).find(|(bit, _)| mask >> bit & 1 == 0);
        if let Some((bit, name)) = missing {
            let what = format!("{} {name} too", if form { "form" } else { "action" });
            with(Slip::Way, what, &|clause| *(if form { &mut clause.reach.forms } else { &mut clause.reach.actions }) |= 1 << bit);
        }
    }
}

/// The name above, if there is one below the root.
fn wider(tree: &Tree, node: NodeId, what: &str) -> Option<(NodeId, String)> {
    let parent = tree.node(node).parent.filter(|parent| *parent != ROOT)?;
    Some((parent, format!("{what} {} in the place of {}", tree.short(parent), tree.short(node))))
}

/// Another name beneath the same one, that is not named already.
fn sibling(tree: &Tree, node: NodeId, named: &[NodeId]) -> Option<NodeId> {
    let parent = tree.node(node).parent?;
    tree.node(parent).children.iter().copied().find(|other| !named.iter().any(|name| tree.covers(*name, *other)))
}

fn wider_selectors(pack: &Pack, selector: &OrgSelector) -> Vec<(String, OrgSelector)> {
    let words = &pack.words;
    let mut all = Vec::new();
    for (index, function) in selector.functions.iter().enumerate() {
        if let Some((parent, what)) = wider(&words.functions, *function, "function") {
            let mut changed = selector.clone();
            changed.functions[index] = parent;
            all.push((what, changed));
        }
    }
    for (index, place) in selector.places.iter().enumerate() {
        if let Some((parent, what)) = wider(&words.places, *place, "place") {
            let mut changed = selector.clone();
            changed.places[index] = parent;
            all.push((what, changed));
        }
    }
    if !selector.places.is_empty() {
        all.push(("any place".to_owned(), OrgSelector { places: Vec::new(), ..selector.clone() }));
    }
    if !selector.functions.is_empty() {
        all.push(("any function".to_owned(), OrgSelector { functions: Vec::new(), ..selector.clone() }));
    }
    if selector.except.is_some() {
        all.push(("those left out are not left out".to_owned(), OrgSelector { except: None, ..selector.clone() }));
    }
    all
}
