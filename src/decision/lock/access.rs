//! The lines of grants, and of the organisations they name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::days::Days;
use super::places::{Group, Groups, Members};
use super::words;
use crate::agreement::condition::submasks;
use crate::agreement::{Agreement, Clause, Scope};
use crate::decision::combinations::products;
use crate::decision::plain::{MAX_ATOMS, TooManyConditions, minimal_sets};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::vocabulary::{NodeId, ROOT, Tree};

/// A prohibition that may bear on a grant.
struct Closing<'p> {
    clause: &'p Clause,
    /// The agreement whose prohibition it is; none for a guard.
    owner: Option<&'p Agreement>,
    days: Days,
    reach: Reach,
}

/// What a clause reaches, roles and organisations aside.
struct Reach {
    data: BTreeSet<NodeId>,
    purposes: BTreeSet<NodeId>,
    actions: u32,
    forms: u32,
}

/// A prohibition for one role: at whom and over whose data; none is anybody.
#[derive(Clone)]
struct ForRole {
    number: usize,
    at: Option<Group>,
    of: Option<Group>,
}

/// All combinations of who asks and whose data it is, with what makes the grant allow it.
#[derive(Clone)]
struct Part {
    at: Option<Group>,
    of: Group,
    days: Days,
    /// Prohibitions that bear on it.
    closing: Vec<usize>,
}

/// What a line says beside its leaves.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    at: Option<String>,
    of: String,
    when: String,
    days: String,
    unless: Vec<String>,
}

struct Writer<'p> {
    pack: &'p Pack,
    groups: Groups<'p>,
    lines: BTreeSet<String>,
}

pub(super) fn lines(pack: &Pack) -> Result<BTreeSet<String>, TooManyConditions> {
    let mut writer = Writer { pack, groups: Groups::new(pack), lines: BTreeSet::new() };
    for agreement in &pack.agreements {
        let days = in_force(agreement);
        if days.is_empty() {
            continue;
        }
        let closings = writer.closings(agreement);
        let mut named: BTreeMap<String, Rc<Members>> = BTreeMap::new();
        for grant in &agreement.grants {
            writer.grant(agreement, grant, &days.and(&Days::of([grant.during])), &closings, &mut named)?;
        }
        writer.parties(agreement, &named);
    }
    Ok(writer.lines)
}

/// The days on which an agreement grants.
fn in_force(agreement: &Agreement) -> Days {
    let term = Days::of(agreement.term.filter(|_| agreement.status.grants()));
    term.without(&Days::of(agreement.suspended.iter().copied()))
}

impl<'p> Writer<'p> {
    fn reach(&self, clause: &Clause, unrestricted: bool) -> Reach {
        let words = &self.pack.words;
        let purpose = |leaf: &NodeId| {
            clause.reach.purposes.iter().any(|name| words.purposes.covers(*name, *leaf))
                && !clause.reach.except_purposes.iter().any(|name| words.purposes.covers(*name, *leaf))
        };
        Reach {
            data: words.data.leaves(ROOT).into_iter().filter(|leaf| clause.reaches_data(words, *leaf, unrestricted)).collect(),
            purposes: words.purposes.leaves(ROOT).into_iter().filter(purpose).collect(),
            actions: clause.reach.actions,
            forms: clause.reach.forms,
        }
    }

    /// The prohibitions that may bear on the grants of an agreement: guards, its own, and those of others for the data of their providers.
    fn closings(&self, agreement: &'p Agreement) -> Vec<Closing<'p>> {
        let pack = self.pack;
        let of = |clause: &'p Clause, owner: Option<&'p Agreement>| {
            let force = owner.filter(|_| clause.scope == Scope::Source).map_or_else(|| Days::of([Interval::ALWAYS]), in_force);
            Closing { clause, owner, days: force.and(&Days::of([clause.during])), reach: self.reach(clause, true) }
        };
        let mut closings: Vec<Closing<'p>> = pack.guards.iter().map(|guard| of(guard, None)).collect();
        closings.extend(agreement.prohibits.iter().filter(|clause| clause.scope == Scope::Agreement).map(|clause| of(clause, Some(agreement))));
        for other in &pack.agreements {
            closings.extend(other.prohibits.iter().filter(|clause| clause.scope == Scope::Source).map(|clause| of(clause, Some(other))));
        }
        closings.retain(|closing| !closing.days.is_empty());
        closings
    }

    /// A prohibition as it bears on a role, if it does.
    fn for_role(&self, agreement: &Agreement, number: usize, closing: &Closing<'_>, role: NodeId) -> Option<ForRole> {
        let (words, clause) = (&self.pack.words, closing.clause);
        let taken_out = clause.reach.except_who.as_ref();
        if !clause.is_for_role(words, role) {
            return None;
        }
        let at = if words.is_person(role) {
            if taken_out.is_some_and(|who| self.groups.role_is_in(&who.roles, Some(role)) && who.at.is_all()) {
                return None;
            }
            None
        } else {
            let limited = !clause.to.at.is_all() || taken_out.is_some_and(|who| self.groups.role_is_in(&who.roles, Some(role)));
            limited.then(|| self.groups.narrowed(&self.groups.everyone(), &clause.to.at, taken_out, Some(role)))
        };
        let of = match closing.owner {
            // Whose data an agreement's own grants reach are its givers already.
            Some(owner) if clause.scope == Scope::Source && !std::ptr::eq(owner, agreement) => {
                let givers = Group { name: format!("{} gives", owner.id), ..self.groups.parties(owner, true) };
                Some(self.groups.narrowed(&givers, &clause.of, None, Some(role)))
            }
            _ => (!clause.of.is_all()).then(|| self.groups.selected(&clause.of, Some(role))),
        };
        Some(ForRole { number, at, of })
    }

    fn grant(
        &mut self,
        agreement: &'p Agreement,
        grant: &Clause,
        days: &Days,
        closings: &[Closing<'p>],
        named: &mut BTreeMap<String, Rc<Members>>,
    ) -> Result<(), TooManyConditions> {
        let (pack, words) = (self.pack, &self.pack.words);
        let (gets, gives) = (self.groups.parties(agreement, false), self.groups.parties(agreement, true));
        let taken_out = grant.reach.except_who.as_ref();
        let mut said: BTreeMap<Said, Vec<[u32; 5]>> = BTreeMap::new();
        let mut known: HashMap<String, Rc<Vec<(Said, Part)>>> = HashMap::new();
        for role in words.roles.leaves(ROOT).into_iter().filter(|role| grant.is_for_role(words, *role)) {
            let person = words.is_person(role);
            let out = taken_out.filter(|who| self.groups.role_is_in(&who.roles, Some(role)));
            if person && out.is_some_and(|who| who.at.is_all()) {
                continue;
            }
            let at = (!person).then(|| self.groups.narrowed(&gets, &grant.to.at, taken_out, Some(role)));
            let of = self.groups.narrowed(&gives, &grant.of, None, Some(role));
            if of.is_nobody(days) || at.as_ref().is_some_and(|at| at.is_nobody(days)) {
                continue;
            }
            let bearing: Vec<ForRole> = closings.iter().enumerate().filter_map(|(number, closing)| self.for_role(agreement, number, closing, role)).collect();
            let start = Part { at, of, days: days.clone(), closing: Vec::new() };
            for (numbers, tuples) in by_prohibitions(words, &self.reach(grant, person), closings, role) {
                let bearing: Vec<ForRole> = bearing.iter().filter(|one| numbers.contains(&one.number)).cloned().collect();
                let group = |group: &Option<Group>| group.as_ref().map_or_else(String::new, |group| group.name.clone());
                let ids: Vec<String> = bearing.iter().map(|one| format!("{}/{}/{}", one.number, group(&one.at), group(&one.of))).collect();
                let key = format!("{}|{}|{}", group(&start.at), start.of.name, ids.join("|"));
                if !known.contains_key(&key) {
                    let mut parts = Vec::new();
                    split(start.clone(), &bearing, grant, closings, &mut parts)?;
                    let parts = parts.into_iter().map(|part| Ok((said_of(pack, &part, grant, closings), part)));
                    known.insert(key.clone(), Rc::new(parts.collect::<Result<_, TooManyConditions>>()?));
                }
                for (line, part) in known[&key].iter() {
                    for group in part.at.iter().chain([&part.of]) {
                        named.entry(group.name.clone()).or_insert_with(|| Rc::clone(&group.members));
                    }
                    said.entry(line.clone()).or_default().extend(&tuples);
                }
            }
        }
        for (said, mut tuples) in said {
            tuples.sort_unstable();
            tuples.dedup();
            for part in products(tuples) {
                self.lines.insert(line(pack, grant, &said, &part));
            }
        }
        Ok(())
    }

    /// The organisations in the groups that the lines of an agreement name.
    fn parties(&mut self, agreement: &Agreement, named: &BTreeMap<String, Rc<Members>>) {
        let Some(term) = agreement.term else { return };
        for org in self.pack.register.ids() {
            let own: Vec<(&str, &Days)> = named.iter().filter_map(|(name, members)| Some((name.as_str(), members.get(&org)?))).collect();
            let after = |during: Interval| (during.last < Date::MAX).then(|| during.last.next());
            let mut starts: Vec<Date> =
                own.iter().flat_map(|(_, days)| days.stretches()).flat_map(|during| std::iter::once(during.first).chain(after(during))).collect();
            starts.sort_unstable();
            starts.dedup();
            let ends = starts.iter().skip(1).map(|next| next.previous()).chain(std::iter::once(Date::MAX));
            let mut in_groups: BTreeMap<Vec<&str>, Vec<Interval>> = BTreeMap::new();
            for (first, last) in starts.iter().copied().zip(ends) {
                let groups: Vec<&str> = own.iter().filter(|(_, days)| days.stretches().any(|during| during.contains(first))).map(|(name, _)| *name).collect();
                // Before the agreement begins, or once it is over, it does not matter who is in it.
                if let Some(during) = Interval::new(first, last).filter(|during| !groups.is_empty() && during.meet(term).is_some()) {
                    in_groups.entry(groups).or_default().push(during);
                }
            }
            let code = &self.pack.register.organisation(org).ods;
            for (groups, days) in in_groups {
                self.lines.insert(format!("{} party {code} | {} | {}", agreement.id, Days::of(days).text(), groups.join("; ")));
            }
        }
    }
}

/// The leaves a grant reaches for a role, as tuples of role, data, purpose, action and form, by the prohibitions that reach them too.
fn by_prohibitions(words: &crate::vocabulary::Vocabulary, reach: &Reach, closings: &[Closing<'_>], role: NodeId) -> BTreeMap<Vec<usize>, Vec<[u32; 5]>> {
    type Alike<T> = BTreeMap<Vec<usize>, Vec<T>>;
    let numbers =
        |holds: &dyn Fn(&Reach) -> bool| closings.iter().enumerate().filter(|(_, closing)| holds(&closing.reach)).map(|(number, _)| number).collect::<Vec<_>>();
    let (mut data, mut purposes, mut ways): (Alike<NodeId>, Alike<NodeId>, Alike<(u32, u32)>) = Default::default();
    for leaf in &reach.data {
        data.entry(numbers(&|other| other.data.contains(leaf))).or_default().push(*leaf);
    }
    for leaf in &reach.purposes {
        purposes.entry(numbers(&|other| other.purposes.contains(leaf))).or_default().push(*leaf);
    }
    let each = |bits: u32, count: usize| (0..u32::try_from(count).unwrap_or(32).min(32)).filter(move |bit| bits >> bit & 1 == 1);
    for action in each(reach.actions, words.actions.len()) {
        for form in each(reach.forms, words.forms.len()) {
            ways.entry(numbers(&|other| other.actions >> action & other.forms >> form & 1 == 1)).or_default().push((action, form));
        }
    }
    let mut found: Alike<[u32; 5]> = BTreeMap::new();
    for (by_data, data) in &data {
        for (by_purpose, purposes) in &purposes {
            for (by_way, ways) in &ways {
                let all: Vec<usize> = by_data.iter().copied().filter(|number| by_purpose.contains(number) && by_way.contains(number)).collect();
                let tuples = found.entry(all).or_default();
                for leaf in data {
                    for purpose in purposes {
                        tuples.extend(ways.iter().map(|(action, form)| [u32::from(role.0), u32::from(leaf.0), u32::from(purpose.0), *action, *form]));
                    }
                }
            }
        }
    }
    found
}

/// The facts of a grant and of prohibitions.
fn facts(grant: &Clause, closings: &[Closing<'_>], numbers: &[usize]) -> Result<u64, TooManyConditions> {
    let clauses = || std::iter::once(grant).chain(numbers.iter().map(|number| closings[*number].clause));
    let facts = clauses().fold(0u64, |bits, clause| bits | clause.condition.facts());
    if facts.count_ones() > MAX_ATOMS {
        return Err(TooManyConditions { count: facts.count_ones(), clauses: clauses().map(|clause| clause.place.clone()).collect() });
    }
    Ok(facts)
}

fn allows(grant: &Clause, closings: &[Closing<'_>], numbers: &[usize], truth: u64) -> bool {
    grant.condition.holds(truth) && !numbers.iter().any(|number| closings[*number].clause.condition.holds(truth))
}

/// Splits a part by each prohibition in turn into where it bears and where it does not. What is allowed is what some part allows.
fn split(part: Part, rest: &[ForRole], grant: &Clause, closings: &[Closing<'_>], parts: &mut Vec<Part>) -> Result<(), TooManyConditions> {
    let Some((one, rest)) = rest.split_first() else {
        if submasks(facts(grant, closings, &part.closing)?).any(|truth| allows(grant, closings, &part.closing, truth)) {
            parts.push(part);
        }
        return Ok(());
    };
    let mut with = part.closing.clone();
    with.push(one.number);
    let days = part.days.and(&closings[one.number].days);
    let changes = submasks(facts(grant, closings, &with)?).any(|truth| allows(grant, closings, &part.closing, truth) != allows(grant, closings, &with, truth));
    let (at, outside_at) = match (&part.at, &one.at) {
        (Some(at), Some(by)) => {
            let (within, outside) = at.split(by, &part.days);
            (Some(within), Some(outside))
        }
        (at, _) => (at.clone(), None),
    };
    let (of, outside_of) = match &one.of {
        Some(by) => {
            let (within, outside) = part.of.split(by, &part.days);
            (within, Some(outside))
        }
        None => (part.of.clone(), None),
    };
    if !changes || days.is_empty() || of.is_nobody(&days) || at.as_ref().is_some_and(|at| at.is_nobody(&days)) {
        return split(part, rest, grant, closings, parts);
    }
    let other_days = part.days.without(&days);
    if !other_days.is_empty() {
        split(Part { days: other_days, ..part.clone() }, rest, grant, closings, parts)?;
    }
    if let Some(outside) = outside_at.filter(|outside| !outside.is_nobody(&part.days)) {
        split(Part { at: Some(outside), ..part.clone() }, rest, grant, closings, parts)?;
    }
    if let Some(outside) = outside_of.filter(|outside| !outside.is_nobody(&part.days)) {
        split(Part { of: outside, ..part.clone() }, rest, grant, closings, parts)?;
    }
    split(Part { at, of, days, closing: with }, rest, grant, closings, parts)
}

fn said_of(pack: &Pack, part: &Part, grant: &Clause, closings: &[Closing<'_>]) -> Said {
    let all = std::iter::once(grant).chain(part.closing.iter().map(|number| closings[*number].clause)).fold(0, |bits, clause| bits | clause.condition.facts());
    Said {
        at: part.at.as_ref().map(|at| at.name.clone()),
        of: part.of.name.clone(),
        when: words::facts(pack, &minimal_sets(all, |truth| allows(grant, closings, &part.closing, truth))),
        days: part.days.text(),
        unless: part.closing.iter().map(|number| closings[*number].clause.place.clone()).collect(),
    }
}

fn line(pack: &Pack, grant: &Clause, said: &Said, [roles, data, purposes, actions, forms]: &[Vec<u32>; 5]) -> String {
    let words = &pack.words;
    let names = |tree: &Tree, leaves: &[u32]| words::names(tree, &leaves.iter().map(|leaf| NodeId(u16::try_from(*leaf).unwrap_or(u16::MAX))).collect());
    let listed = |known: &[String], chosen: &[u32]| chosen.iter().filter_map(|index| known.get(*index as usize)).cloned().collect::<Vec<_>>().join(", ");
    let mut line = format!("{} | {}", grant.place, names(&words.roles, roles));
    if let Some(at) = &said.at {
        line.push_str(&format!(" at {at}"));
    }
    line.push_str(&format!(
        " | may {} as {} | see {} | of {} | for {} | {}{} | {}",
        listed(&words.actions, actions),
        listed(&words.forms, forms),
        names(&words.data, data),
        said.of,
        names(&words.purposes, purposes),
        if said.when == "always" { "" } else { "when " },
        said.when,
        said.days
    ));
    if !said.unless.is_empty() {
        line.push_str(&format!(" | unless {}", said.unless.join(", ")));
    }
    line
}
