//! The proof: every class of cases of the scope, on every stretch of days, with its truth table over the facts.

use std::collections::{BTreeMap, HashMap};

use super::view::{Group, Met, NOWHERE, Scoped, View};
use super::{Invariant, Kind, Selected, Sides};
use crate::decision::Facts;
use crate::decision::compiled::Compiled;
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::plain::{Literal, Question, TooManyConditions, minimal_sets};
use crate::identifier::{Date, Interval};
use crate::register::OrgId;

/// What was looked at by a proof that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Single cases, each on each stretch: roles, organisations on both sides, data, purposes, actions and forms.
    pub cells: u64,
    /// Classes of cases that no clause tells apart, which stand for all of them.
    pub classes: u64,
    /// Stretches of days on which nothing changes.
    pub stretches: u64,
    /// The days.
    pub during: Interval,
    /// For `implies` and `symmetric`: classes in which the first side is allowed under some facts. None of them: nothing was put to the test.
    pub applies: Option<u64>,
}

/// The smallest case that breaks a sentence: fewest facts, then the first day, role, organisations, data, purpose and way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The case; for `implies` and `symmetric`, the one that is allowed.
    pub first: Question,
    /// For `implies` and `symmetric`: the one that is not allowed, for the same facts.
    pub second: Option<Question>,
    /// The facts given, and those that make the answer what it must not be.
    pub facts: Facts,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    /// It holds.
    Holds(Proof),
    /// It does not.
    Fails(Box<Witness>),
}

/// Nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprovable {
    /// Too many conditions meet in a case.
    #[error(transparent)]
    TooManyConditions(#[from] TooManyConditions),
    /// A word selects no open organisation on any of the days.
    #[error("no organisation is selected on any of the days")]
    Nobody(Selected),
    /// The scope holds no case.
    #[error("the scope holds no case, so that there is nothing to prove")]
    Empty,
    /// The second side of `implies` names a role that works somewhere, in place of the person, who works nowhere.
    #[error("`then` names a role that works at an organisation in place of the person, and does not say `at`")]
    Nowhere,
}

/// A case by the numbers of its sides. The order is the one in which witnesses are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    on: Date,
    people: People,
    data: usize,
    purpose: usize,
    way: (u8, u8),
}

/// Role, where, whose.
type People = (usize, Option<usize>, usize);

/// Fewest facts first, then the cases.
type Found = (usize, Case, Option<Case>, Vec<Literal>);

/// One cell of a stretch, as kept: rows with what they make of it.
struct Cells<'p> {
    ids: HashMap<(usize, usize, usize, (u8, u8)), usize>,
    by_rows: HashMap<Vec<u32>, usize>,
    met: Vec<Met<'p>>,
    broken: HashMap<(usize, Option<usize>), Option<Vec<Literal>>>,
}

struct Prover<'i> {
    given: Facts,
    kind: &'i Kind,
    found: Option<Found>,
    applies: u64,
}

/// Proves a sentence, or finds the smallest case that breaks it.
pub fn prove(compiled: &Compiled<'_>, invariant: &Invariant) -> Result<Proved, Unprovable> {
    let days = || compiled.stretches().filter(|stretch| stretch.first <= invariant.during.last && stretch.last >= invariant.during.first);
    let from = |stretch: Interval| stretch.first.max(invariant.during.first);
    for word in words_of(invariant) {
        let pack = compiled.pack;
        let somebody = |on: Date| pack.register.ids().any(|org| pack.register.organisation(org).open.contains(on) && word.selects(pack, org, on));
        if !days().any(|stretch| somebody(from(stretch))) {
            return Err(Unprovable::Nobody(word));
        }
    }
    let mut prover = Prover { given: invariant.given, kind: &invariant.kind, found: None, applies: 0 };
    let mut proof = Proof { cells: 0, classes: 0, stretches: 0, during: invariant.during, applies: None };
    for stretch in days() {
        let mut view = View::new(compiled, from(stretch));
        let scope = view.scoped(&invariant.scope);
        let (cells, classes) = match &invariant.kind {
            Kind::Never | Kind::Always => prover.single(&mut view, &scope)?,
            Kind::Implies(then) => prover.implied(&mut view, &scope, then)?,
            Kind::Symmetric(between) => prover.mirrored(&mut view, &scope, between)?,
        };
        proof.cells = proof.cells.saturating_add(cells);
        proof.classes = proof.classes.saturating_add(classes);
        proof.stretches += 1;
    }
    if let Some((_, first, second, facts)) = prover.found {
        let facts = facts.iter().fold(invariant.given, |facts, literal| facts.with(literal.fact, literal.value));
        return Ok(Proved::Fails(Box::new(Witness { first: first.question(compiled), second: second.map(|case| case.question(compiled)), facts })));
    }
    if proof.cells == 0 {
        return Err(Unprovable::Empty);
    }
    proof.applies = matches!(invariant.kind, Kind::Implies(_) | Kind::Symmetric(_)).then_some(prover.applies);
    Ok(Proved::Holds(proof))
}

fn words_of(invariant: &Invariant) -> Vec<Selected> {
    let sides = |sides: &Sides| sides.at.iter().chain(&sides.of).flatten().copied().collect::<Vec<_>>();
    let mut words = sides(&invariant.scope);
    match &invariant.kind {
        Kind::Implies(then) => words.extend(sides(then)),
        Kind::Symmetric(between) => words.extend(between.iter().flatten().copied()),
        Kind::Never | Kind::Always => {}
    }
    words
}

impl Case {
    fn question(&self, compiled: &Compiled<'_>) -> Question {
        let axes = &compiled.axes;
        let org = |number: usize| OrgId(u32::try_from(number).unwrap_or(u32::MAX));
        Question {
            role: axes.roles.node(self.people.0),
            at: self.people.1.map(org),
            action: self.way.0,
            form: self.way.1,
            data: axes.data.node(self.data),
            of: org(self.people.2),
            purpose: axes.purposes.node(self.purpose),
            on: self.on,
        }
    }
}

/// How many members a side has, and how many classes.
fn sizes(side: &[Group]) -> [u64; 2] {
    [side.iter().map(|(_, members)| members.len() as u64).sum(), side.len() as u64]
}

fn product(factors: &[[u64; 2]]) -> (u64, u64) {
    let of = |which: usize| factors.iter().fold(1u64, |all, factor| all.saturating_mul(factor[which]));
    (of(0), of(1))
}

fn ways(scope: &Scoped) -> [u64; 2] {
    [scope.ways.iter().map(|alike| alike.len() as u64).sum(), scope.ways.len() as u64]
}

/// Cases and classes of a scope.
fn counted(scope: &Scoped) -> (u64, u64) {
    let people = {
        let ([roles, role_classes], [at, at_classes], [own, own_classes]) = (sizes(&scope.roles), sizes(&scope.at), sizes(&scope.own));
        [roles.saturating_mul(at).saturating_add(own), role_classes.saturating_mul(at_classes).saturating_add(own_classes)]
    };
    product(&[people, sizes(&scope.of), sizes(&scope.data), sizes(&scope.purposes), ways(scope)])
}

fn least(of: &mut BTreeMap<usize, People>, meeting: usize, people: People) {
    let known = of.entry(meeting).or_insert(people);
    *known = people.min(*known);
}

impl Prover<'_> {
    fn single(&mut self, view: &mut View<'_, '_>, scope: &Scoped) -> Result<(u64, u64), TooManyConditions> {
        let counts = counted(scope);
        if counts.0 == 0 {
            return Ok((0, 0));
        }
        // Far fewer sets of clauses occur than pairs of organisations.
        let mut meetings: BTreeMap<usize, People> = BTreeMap::new();
        for (role, leaves) in scope.roles.iter().chain(&scope.own) {
            let mut asking: BTreeMap<usize, Option<usize>> = BTreeMap::new();
            for (at, member) in places(scope, leaves, &scope.own) {
                let lowest = asking.entry(view.asking(*role, at)).or_insert(member);
                *lowest = member.min(*lowest);
            }
            for (asking, at) in asking {
                for (of, givers) in &scope.of {
                    let meeting = view.meeting(asking, *of);
                    least(&mut meetings, meeting, (leaves[0], at, givers[0]));
                }
            }
        }
        let mut cells = Cells::new();
        for (meeting, people) in meetings {
            for (data_class, data) in &scope.data {
                for (purpose_class, purpose) in &scope.purposes {
                    for alike in &scope.ways {
                        let case = Case { on: view.on, people, data: data[0], purpose: purpose[0], way: alike[0] };
                        let cell = cells.at(view, (meeting, *data_class, *purpose_class, alike[0]), (data[0], purpose[0]));
                        if let Some(facts) = self.broken(&mut cells, cell, None)? {
                            self.keep((facts.len(), case, None, facts));
                        }
                    }
                }
            }
        }
        Ok(counts)
    }

    fn implied(&mut self, view: &mut View<'_, '_>, scope: &Scoped, then: &Sides) -> Result<(u64, u64), Unprovable> {
        let counts = counted(scope);
        let other = view.scoped(then);
        let changes = Changes { then, other: &other };
        if counts.0 == 0 || changes.nothing() {
            return Ok((0, 0));
        }
        let mut meetings: BTreeMap<(usize, usize), (People, People)> = BTreeMap::new();
        for one in scope.roles.iter().chain(&scope.own) {
            let seconds = if then.roles.is_some() { other.roles.iter().chain(&other.own).collect() } else { vec![one] };
            for two in seconds {
                let own = other.own.contains(two) || scope.own.contains(two);
                let mut asking: BTreeMap<(usize, usize), (Option<usize>, Option<usize>)> = BTreeMap::new();
                for (at, member) in places(scope, &one.1, &scope.own) {
                    let asked = view.asking(one.0, at);
                    for (other_at, other_member) in changes.places(own, (at, member))? {
                        let key = (asked, view.asking(two.0, other_at));
                        let known = asking.entry(key).or_insert((member, other_member));
                        *known = (member, other_member).min(*known);
                    }
                }
                for ((asked, other_asked), (at, other_at)) in asking {
                    for of in &scope.of {
                        for other_of in if then.of.is_some() { other.of.iter().collect() } else { vec![of] } {
                            let key = (view.meeting(asked, of.0), view.meeting(other_asked, other_of.0));
                            let people = ((one.1[0], at, of.1[0]), (two.1[0], other_at, other_of.1[0]));
                            let known = meetings.entry(key).or_insert(people);
                            *known = people.min(*known);
                        }
                    }
                }
            }
        }
        let mut cells = Cells::new();
        for ((meeting, other_meeting), people) in meetings.into_iter().filter(|((first, _), _)| view.grants(*first)) {
            for data in &scope.data {
                for purpose in &scope.purposes {
                    for way in scope.ways.iter().flatten() {
                        let cell = cells.at(view, (meeting, data.0, purpose.0, *way), (data.1[0], purpose.1[0]));
                        if !self.allowed(&cells, cell)? {
                            continue;
                        }
                        self.applies += 1;
                        for (other_data, other_purpose, other_way) in changes.content(data, purpose, *way) {
                            let second = cells.at(view, (other_meeting, other_data.0, other_purpose.0, other_way), (other_data.1[0], other_purpose.1[0]));
                            if let Some(facts) = self.broken(&mut cells, cell, Some(second))? {
                                let case =
                                    |people, data: &Group, purpose: &Group, way| Case { on: view.on, people, data: data.1[0], purpose: purpose.1[0], way };
                                let other = case(people.1, other_data, other_purpose, other_way);
                                self.keep((facts.len(), case(people.0, data, purpose, *way), Some(other), facts));
                            }
                        }
                    }
                }
            }
        }
        Ok(counts)
    }

    fn mirrored(&mut self, view: &mut View<'_, '_>, scope: &Scoped, between: &[Vec<Selected>; 2]) -> Result<(u64, u64), TooManyConditions> {
        let [left, right] = between.each_ref().map(|words| view.organisations(Some(words)));
        let both: Vec<Selected> = between[0].iter().chain(&between[1]).copied().collect();
        let (union, [a, b]) = (sizes(&view.organisations(Some(&both))), [sizes(&left), sizes(&right)]);
        // Ordered pairs with one end on each side; pairs within the part that is on both sides are counted once.
        let members = (2 * a[0] * b[0]).saturating_sub((a[0] + b[0] - union[0]).pow(2));
        let counts = product(&[sizes(&scope.roles), [members, 2 * a[1] * b[1]], sizes(&scope.data), sizes(&scope.purposes), ways(scope)]);
        let mut meetings: BTreeMap<(usize, usize), (People, People)> = BTreeMap::new();
        for (role, leaves) in &scope.roles {
            for (from, to) in [(&left, &right), (&right, &left)] {
                for (at, asking) in from {
                    for (of, giving) in to.iter().filter(|(of, _)| of != at) {
                        let (here, there) = (view.asking(*role, *at), view.asking(*role, *of));
                        let key = (view.meeting(here, *of), view.meeting(there, *at));
                        let people = ((leaves[0], Some(asking[0]), giving[0]), (leaves[0], Some(giving[0]), asking[0]));
                        let known = meetings.entry(key).or_insert(people);
                        *known = people.min(*known);
                    }
                }
            }
        }
        let mut cells = Cells::new();
        for ((meeting, mirror), people) in meetings.into_iter().filter(|((first, _), _)| view.grants(*first)) {
            for (data_class, data) in &scope.data {
                for (purpose_class, purpose) in &scope.purposes {
                    for alike in &scope.ways {
                        let leaves = (data[0], purpose[0]);
                        let cell = cells.at(view, (meeting, *data_class, *purpose_class, alike[0]), leaves);
                        if !self.allowed(&cells, cell)? {
                            continue;
                        }
                        self.applies += 1;
                        let second = cells.at(view, (mirror, *data_class, *purpose_class, alike[0]), leaves);
                        if let Some(facts) = self.broken(&mut cells, cell, Some(second))? {
                            let case = |people| Case { on: view.on, people, data: data[0], purpose: purpose[0], way: alike[0] };
                            self.keep((facts.len(), case(people.0), Some(case(people.1)), facts));
                        }
                    }
                }
            }
        }
        Ok(counts)
    }

    fn keep(&mut self, found: Found) {
        if self.found.as_ref().is_none_or(|known| found < *known) {
            self.found = Some(found);
        }
    }

    /// Whether a cell is allowed under some completion of what is given.
    fn allowed(&self, cells: &Cells<'_>, cell: usize) -> Result<bool, TooManyConditions> {
        let (atoms, permits) = cells.permits(cell)?;
        Ok(atoms.known(self.given).meets(&permits))
    }

    /// The fewest facts that break the sentence in a cell (and, for two, in the second), if any do.
    fn broken(&self, cells: &mut Cells<'_>, first: usize, second: Option<usize>) -> Result<Option<Vec<Literal>>, TooManyConditions> {
        if let Some(known) = cells.broken.get(&(first, second)) {
            return Ok(known.clone());
        }
        let (atoms, permits) = cells.permits(first)?;
        let broken = if let Some(second) = second {
            let (other, also) = cells.permits(second)?;
            let both = Atoms::new(atoms.facts | other.facts).map_err(|count| TooManyConditions { count, clauses: cells.clauses([first, second]) })?;
            let (permits, also) = (atoms.widened(&permits, both), other.widened(&also, both));
            self.fewest(both, &permits.without(&also))
        } else if matches!(self.kind, Kind::Always) {
            self.fewest(atoms, &atoms.every().without(&permits))
        } else {
            self.fewest(atoms, &permits)
        };
        cells.broken.insert((first, second), broken.clone());
        Ok(broken)
    }

    /// The fewest facts, beside those given, under which every completion is in a set.
    fn fewest(&self, atoms: Atoms, set: &Truths) -> Option<Vec<Literal>> {
        if !atoms.known(self.given).meets(set) {
            return None;
        }
        let (known, unknown) = (atoms.facts & self.given.yes, atoms.facts & !(self.given.yes | self.given.no));
        minimal_sets(unknown, |guess| atoms.holds(set, known | guess)).into_iter().next()
    }
}

/// Where somebody of a role may be asked about: each class of organisations with its lowest member.
fn places(scope: &Scoped, leaves: &[usize], own: &[Group]) -> Vec<(usize, Option<usize>)> {
    let nowhere = own.iter().any(|(_, members)| members == leaves);
    if nowhere { vec![(NOWHERE, None)] } else { scope.at.iter().map(|(class, members)| (*class, Some(members[0]))).collect::<Vec<_>>() }
}

/// What `then` puts in place of what.
struct Changes<'t> {
    then: &'t Sides,
    other: &'t Scoped,
}

impl<'t> Changes<'t> {
    /// Whether a side that is named is nothing on this stretch.
    fn nothing(&self) -> bool {
        let (then, other) = (self.then, self.other);
        then.roles.is_some() && other.roles.is_empty() && other.own.is_empty()
            || then.at.is_some() && other.at.is_empty()
            || then.of.is_some() && other.of.is_empty()
            || then.data.is_some() && other.data.is_empty()
            || then.purposes.is_some() && other.purposes.is_empty()
    }

    fn places(&self, own: bool, same: (usize, Option<usize>)) -> Result<Vec<(usize, Option<usize>)>, Unprovable> {
        if own {
            return Ok(vec![(NOWHERE, None)]);
        }
        if self.then.at.is_some() {
            return Ok(self.other.at.iter().map(|(class, members)| (*class, Some(members[0]))).collect());
        }
        if same.0 == NOWHERE { Err(Unprovable::Nowhere) } else { Ok(vec![same]) }
    }

    fn content<'g>(&self, data: &'g Group, purpose: &'g Group, way: (u8, u8)) -> Vec<(&'g Group, &'g Group, (u8, u8))>
    where
        't: 'g,
    {
        let other: &'t Scoped = self.other;
        let all_data: Vec<&'g Group> = if self.then.data.is_some() { other.data.iter().collect() } else { vec![data] };
        let all_purposes: Vec<&'g Group> = if self.then.purposes.is_some() { other.purposes.iter().collect() } else { vec![purpose] };
        let actions = self.then.actions.clone().unwrap_or_else(|| vec![way.0]);
        let forms = self.then.forms.clone().unwrap_or_else(|| vec![way.1]);
        let mut content = Vec::new();
        for data in all_data {
            for purpose in &all_purposes {
                for action in &actions {
                    content.extend(forms.iter().map(|form| (data, *purpose, (*action, *form))));
                }
            }
        }
        content
    }
}

impl<'p> Cells<'p> {
    fn new() -> Self {
        // Number 0 is the cell that no grant reaches.
        Self { ids: HashMap::new(), by_rows: HashMap::from([(Vec::new(), 0)]), met: vec![None], broken: HashMap::new() }
    }

    /// The number of a cell by its classes; `leaves` are a member of the class of data and one of that of purposes.
    fn at(&mut self, view: &View<'_, 'p>, key: (usize, usize, usize, (u8, u8)), leaves: (usize, usize)) -> usize {
        if let Some(known) = self.ids.get(&key) {
            return *known;
        }
        let (rows, met) = view.met(key.0, leaves.0, leaves.1, key.3);
        let next = self.met.len();
        let id = *self.by_rows.entry(rows).or_insert(next);
        if id == next {
            self.met.push(met);
        }
        self.ids.insert(key, id);
        id
    }

    /// What a cell allows, said with no more facts than it depends on.
    fn permits(&self, cell: usize) -> Result<(Atoms, Truths), TooManyConditions> {
        let nothing = Atoms { facts: 0 };
        match self.met[cell].as_deref() {
            None => Ok((nothing, nothing.never())),
            Some(Ok(cell)) => Ok(cell.atoms.reduced(&cell.permits)),
            Some(Err(error)) => Err(error.clone()),
        }
    }

    fn clauses(&self, cells: [usize; 2]) -> Vec<String> {
        let mut clauses: Vec<String> = cells
            .into_iter()
            .filter_map(|cell| self.met[cell].as_deref()?.as_ref().ok())
            .flat_map(|cell| cell.grants.iter().chain(&cell.prohibits).map(|((_, clause), _)| clause.place.clone()))
            .collect();
        clauses.sort_unstable();
        clauses.dedup();
        clauses
    }
}
