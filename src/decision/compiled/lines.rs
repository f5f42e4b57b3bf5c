//! The clauses of a pack through all days at once, each as a few products of sets: nothing is worked out for a day apart.

use std::collections::{BTreeMap, HashMap};

use super::axes::{Axes, Axis};
use super::bits::Bits;
use super::calendar::Calendar;
use super::epoch::{Effect, SetId};
use super::orgs::OrgSet;
use super::timed::{Operation, Run, Timed, left, meet};
use crate::agreement::valid::{Joined, OrgSelector, Who};
use crate::agreement::{Agreement, Clause, Scope};
use crate::identifier::Interval;
use crate::pack::Pack;
use crate::register::Dated;
use crate::vocabulary::{NodeId, ROOT, Restriction, Tree};

/// One product: these roles at these organisations, these data of these organisations.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) roles: Bits,
    pub(super) at: SetId,
    pub(super) of: SetId,
    pub(super) data: Bits,
}

/// A clause with the stretches in which it is in force.
#[derive(Clone, Debug)]
pub(super) struct Line<'p> {
    pub(super) agreement: Option<usize>,
    pub(super) clause: &'p Clause,
    pub(super) effect: Effect,
    pub(super) force: Vec<Run>,
    pub(super) purposes: Bits,
    /// No role is in two of them.
    pub(super) parts: Vec<Part>,
}

impl Line<'_> {
    /// Whether it is in force in a stretch.
    pub(super) fn is_in_force(&self, stretch: u32) -> bool {
        self.force.iter().any(|run| run.0 <= stretch && stretch <= run.1)
    }
}

/// Every clause that can ever apply, and the sets of organisations.
#[derive(Debug)]
pub(super) struct Lines<'p> {
    /// Those that close, then grants, then those that withhold, each in the order of the pack.
    pub(super) all: Vec<Line<'p>>,
    /// Equal sets are kept once.
    pub(super) sets: Vec<Timed>,
    /// Leaf roles of the person the record is about, and of who acts for them.
    pub(super) own: Bits,
    /// How many organisations.
    pub(super) size: usize,
}

impl<'p> Lines<'p> {
    /// Works out every clause.
    pub(super) fn new(pack: &'p Pack, axes: &Axes, calendar: &Calendar) -> Self {
        let mut making = Making::new(pack, axes, calendar);
        let mut lines = Vec::new();
        let everyone = making.everyone;
        for guard in &pack.guards {
            let force = meet(&[calendar.run(guard.during)], making.window.as_slice());
            lines.extend(making.line(None, guard, Effect::Closes, force, (everyone, everyone)));
        }
        for (index, agreement) in pack.agreements.iter().enumerate() {
            let Some(term) = agreement.term.filter(|_| agreement.status.grants()) else { continue };
            let gaps: Vec<Run> = agreement.suspended.iter().map(|gap| calendar.run(*gap)).collect();
            let term = left(&[calendar.run(term)], &gaps);
            let (give, get) = (making.parties(agreement, true), making.parties(agreement, false));
            let force = |clause: &Clause| meet(&term, &[calendar.run(clause.during)]);
            for clause in &agreement.grants {
                lines.extend(making.line(Some(index), clause, Effect::Grants, force(clause), (get, give)));
            }
            for clause in &agreement.prohibits {
                let (effect, at) = if clause.scope == Scope::Source { (Effect::Closes, everyone) } else { (Effect::Withholds, get) };
                lines.extend(making.line(Some(index), clause, effect, force(clause), (at, give)));
            }
        }
        // A stable sort: within an effect the order of the pack stays.
        lines.sort_by_key(|line| line.effect);
        let Making { mut sets, own, size, .. } = making;
        keep_used(&mut lines, &mut sets);
        Self { all: lines, sets, own, size }
    }

    /// A set.
    pub(super) fn set(&self, id: SetId) -> &Timed {
        &self.sets[id.index()]
    }

    /// Bytes held, roughly: clauses with their products, then sets.
    pub(super) fn bytes(&self) -> usize {
        let part = |part: &Part| size_of::<Part>() + part.roles.bytes() + part.data.bytes();
        let line = |line: &Line<'_>| size_of::<Line<'_>>() + line.force.len() * 8 + line.purposes.bytes() + line.parts.iter().map(part).sum::<usize>();
        self.all.iter().map(line).sum::<usize>() + self.sets.iter().map(|set| size_of::<Timed>() + set.bytes()).sum::<usize>()
    }
}

/// Drops sets that were only on the way to others, and numbers the rest anew.
fn keep_used(lines: &mut [Line<'_>], sets: &mut Vec<Timed>) {
    let mut places: Vec<Option<SetId>> = vec![None; sets.len()];
    let mut kept = Vec::new();
    for part in lines.iter_mut().flat_map(|line| &mut line.parts) {
        for id in [&mut part.at, &mut part.of] {
            let place = &mut places[id.index()];
            *id = *place.get_or_insert_with(|| {
                kept.push(std::mem::replace(&mut sets[id.index()], Timed::fixed(OrgSet::none())));
                SetId::new(kept.len() - 1)
            });
        }
    }
    *sets = kept;
}

/// The sets on the way. Each is worked out once, from the register or from two others.
struct Making<'m, 'p> {
    pack: &'p Pack,
    axes: &'m Axes,
    calendar: &'m Calendar,
    size: usize,
    own: Bits,
    /// The stretches from the first to the last day of any agreement. Nothing is granted outside, so that what begins
    /// before is there from the start, and what ends after stays.
    window: Option<Run>,
    sets: Vec<Timed>,
    known: HashMap<u64, Vec<SetId>>,
    made: HashMap<(Operation, SetId, SetId), SetId>,
    functions: Vec<Vec<(u32, Run)>>,
    places: Vec<Vec<(u32, Run)>>,
    of_names: HashMap<(bool, Vec<NodeId>), SetId>,
    everyone: SetId,
    nobody: SetId,
    /// Leaf categories that are restricted, or lie beneath something that is.
    restricted: Bits,
}

impl<'m, 'p> Making<'m, 'p> {
    fn new(pack: &'p Pack, axes: &'m Axes, calendar: &'m Calendar) -> Self {
        let size = pack.register.organisations.len();
        let terms =
            || pack.agreements.iter().filter(|agreement| agreement.status.grants()).filter_map(|agreement| agreement.term).map(|term| calendar.run(term));
        let window = terms().reduce(|all, run| (all.0.min(run.0), all.1.max(run.1)));
        let words = &pack.words;
        let own = Bits::of(axes.roles.len(), (0..axes.roles.len()).filter(|leaf| words.is_person(axes.roles.node(*leaf))));
        let is_restricted = |leaf: &usize| words.data.ancestors(axes.data.node(*leaf)).any(|at| words.data.node(at).restriction != Restriction::None);
        let restricted = Bits::of(axes.data.len(), (0..axes.data.len()).filter(is_restricted));
        let mut making = Self {
            pack,
            axes,
            calendar,
            size,
            own,
            window,
            sets: Vec::new(),
            known: HashMap::new(),
            made: HashMap::new(),
            functions: Vec::new(),
            places: Vec::new(),
            of_names: HashMap::new(),
            everyone: SetId::new(0),
            nobody: SetId::new(0),
            restricted,
        };
        making.functions = making.held(&words.functions, |organisation| &organisation.functions);
        making.places = making.held(&words.places, |organisation| &organisation.places);
        making.everyone = making.id(Timed::fixed(OrgSet::of(size, (0..number(size)).collect())));
        making.nobody = making.id(Timed::fixed(OrgSet::none()));
        making
    }

    /// A run as far as it matters; none if it lies outside the window.
    fn clipped(&self, during: Interval) -> Option<Run> {
        let (window, run) = (self.window?, self.calendar.run(during));
        (run.0 <= window.1 && run.1 >= window.0).then_some((if run.0 <= window.0 { 0 } else { run.0 }, if run.1 >= window.1 { u32::MAX } else { run.1 }))
    }

    /// For each name of a tree the organisations that hold it or something beneath it, by organisation.
    fn held(&self, tree: &Tree, of: fn(&crate::register::Organisation) -> &Vec<Dated<NodeId>>) -> Vec<Vec<(u32, Run)>> {
        let mut held: Vec<Vec<(u32, Run)>> = vec![Vec::new(); tree.len() + 1];
        for (org, organisation) in (0..).zip(&self.pack.register.organisations) {
            for fact in of(organisation) {
                let Some(run) = self.clipped(fact.during) else { continue };
                held[usize::from(ROOT.0)].push((org, run));
                tree.ancestors(fact.value).for_each(|name| held[usize::from(name.0)].push((org, run)));
            }
        }
        held
    }

    fn id(&mut self, set: Timed) -> SetId {
        let same = self.known.entry(set.digest()).or_default();
        if let Some(id) = same.iter().find(|id| self.sets[id.index()] == set) {
            return *id;
        }
        let id = SetId::new(self.sets.len());
        same.push(id);
        self.sets.push(set);
        id
    }

    fn with(&mut self, one: SetId, operation: Operation, two: SetId) -> SetId {
        match (operation, one == self.everyone, two == self.everyone) {
            (Operation::And, true, _) => return two,
            (Operation::And, _, true) => return one,
            _ if one == two => return if operation == Operation::Without { self.nobody } else { one },
            _ if two == self.nobody => return if operation == Operation::And { two } else { one },
            _ => {}
        }
        let key = if operation == Operation::Without { (operation, one, two) } else { (operation, one.min(two), one.max(two)) };
        if let Some(id) = self.made.get(&key) {
            return *id;
        }
        let set = self.sets[one.index()].with(&self.sets[two.index()], operation, self.size);
        let id = self.id(set);
        self.made.insert(key, id);
        id
    }

    /// The organisations that hold any of some names.
    fn holders(&mut self, names: &[NodeId], places: bool) -> SetId {
        let key = (places, names.to_vec());
        if let Some(id) = self.of_names.get(&key) {
            return *id;
        }
        let held = if places { &self.places } else { &self.functions };
        let mut facts: Vec<(u32, Run)> = names.iter().flat_map(|name| held.get(usize::from(name.0)).into_iter().flatten()).copied().collect();
        if !facts.is_sorted() {
            facts.sort_unstable();
        }
        let set = Timed::of(self.size, &facts);
        let id = self.id(set);
        self.of_names.insert(key, id);
        id
    }

    /// The organisations a selector selects for a role (none: role does not matter).
    fn selected(&mut self, selector: &OrgSelector, role: Option<NodeId>) -> SetId {
        let mut set = self.everyone;
        if !selector.functions.is_empty() {
            let holders = self.holders(&selector.functions, false);
            set = self.with(set, Operation::And, holders);
        }
        if !selector.places.is_empty() {
            let holders = self.holders(&selector.places, true);
            set = self.with(set, Operation::And, holders);
        }
        if !selector.orgs.is_empty() {
            let mut orgs: Vec<u32> = selector.orgs.iter().map(|org| org.0).collect();
            orgs.sort_unstable();
            orgs.dedup();
            let listed = self.id(Timed::fixed(OrgSet::of(self.size, orgs)));
            set = self.with(set, Operation::And, listed);
        }
        if let Some(except) = &selector.except
            && self.is_one_of(&except.roles, role)
        {
            let out = self.selected(&except.at, role);
            set = self.with(set, Operation::Without, out);
        }
        set
    }

    /// Whether a list of names (empty: all) holds a role.
    fn is_one_of(&self, names: &[NodeId], role: Option<NodeId>) -> bool {
        names.is_empty() || role.is_some_and(|role| names.iter().any(|name| self.pack.words.roles.covers(*name, role)))
    }

    /// The organisations that are parties which give, or get.
    fn parties(&mut self, agreement: &Agreement, giving: bool) -> SetId {
        let mut all = self.nobody;
        for party in agreement.parties.iter().filter(|party| if giving { party.gives } else { party.gets }) {
            let mut members = self.selected(&party.who, None);
            if let Joined::ByFile(accessions) = &party.joined {
                let each = accessions.iter().flat_map(|(org, list)| list.iter().map(move |one| (org.0, one.during)));
                let joined: Vec<(u32, Run)> = each.filter_map(|(org, during)| Some((org, self.clipped(during)?))).collect();
                let joined = Timed::of(self.size, &joined);
                let joined = self.id(joined);
                members = self.with(members, Operation::And, joined);
            }
            all = self.with(members, Operation::Or, all);
        }
        all
    }

    fn line(&mut self, agreement: Option<usize>, clause: &'p Clause, effect: Effect, force: Vec<Run>, parties: (SetId, SetId)) -> Option<Line<'p>> {
        if force.is_empty() || clause.reach.actions == 0 || clause.reach.forms == 0 {
            return None;
        }
        let (axes, words) = (self.axes, &self.pack.words);
        let purposes =
            named(&axes.purposes, &words.purposes, &clause.reach.purposes).without(&named(&axes.purposes, &words.purposes, &clause.reach.except_purposes));
        if purposes.is_empty() {
            return None;
        }
        let own_data = named(&axes.data, &words.data, &clause.reach.see).without(&named(&axes.data, &words.data, &clause.reach.except_see));
        // A restricted category is reached by a grant to others only as its restriction says.
        let mut data = own_data.clone();
        if effect == Effect::Grants {
            for leaf in own_data.iter().filter(|leaf| self.restricted.has(*leaf) && !clause.reaches_data(words, axes.data.node(*leaf), false)) {
                data.remove(leaf);
            }
        }
        let mut roles = if clause.to.roles.is_empty() { Bits::all(axes.roles.len()) } else { named(&axes.roles, &words.roles, &clause.to.roles) };
        for leaf in self.own.iter().filter(|leaf| !clause.is_for_role(words, axes.roles.node(*leaf))) {
            roles.remove(leaf);
        }
        let alike =
            !by_role(&clause.to.at) && !by_role(&clause.of) && clause.reach.except_who.as_ref().is_none_or(|who| who.roles.is_empty() && !by_role(&who.at));
        let mut last: Option<(bool, Option<(SetId, SetId)>)> = None;
        let mut parts: BTreeMap<(SetId, SetId, bool), Bits> = BTreeMap::new();
        for leaf in roles.iter() {
            let person = self.own.has(leaf);
            let sides = match last {
                Some((same, sides)) if alike && same == person => sides,
                _ => self.sides(clause, axes.roles.node(leaf), person, parties),
            };
            last = Some((person, sides));
            let Some((at, of)) = sides.filter(|_| !if person { &own_data } else { &data }.is_empty()) else { continue };
            parts.entry((at, of, person)).or_insert_with(|| Bits::none(axes.roles.len())).add(leaf);
        }
        let parts: Vec<Part> =
            parts.into_iter().map(|((at, of, person), roles)| Part { roles, at, of, data: if person { own_data.clone() } else { data.clone() } }).collect();
        (!parts.is_empty()).then_some(Line { agreement, clause, effect, force, purposes, parts })
    }

    /// Where people of a role may work, and whose data they may ask for; none if there is nobody on a side.
    fn sides(&mut self, clause: &Clause, role: NodeId, person: bool, parties: (SetId, SetId)) -> Option<(SetId, SetId)> {
        let taken_out = clause.reach.except_who.as_ref().filter(|who: &&Who| self.is_one_of(&who.roles, Some(role)));
        let at = if person {
            // Asked without an organisation: only a selector of everybody leaves the person out.
            if taken_out.is_some_and(|who| who.at.is_all()) {
                return None;
            }
            self.everyone
        } else {
            let at = self.selected(&clause.to.at, Some(role));
            let mut at = self.with(at, Operation::And, parties.0);
            if let Some(who) = taken_out {
                let out = self.selected(&who.at, Some(role));
                at = self.with(at, Operation::Without, out);
            }
            at
        };
        let of = self.selected(&clause.of, Some(role));
        let of = self.with(of, Operation::And, parties.1);
        (!self.sets[at.index()].is_empty() && !self.sets[of.index()].is_empty()).then_some((at, of))
    }
}

/// Whether a selector selects differently by role.
fn by_role(selector: &OrgSelector) -> bool {
    selector.except.as_ref().is_some_and(|who| !who.roles.is_empty() || by_role(&who.at))
}

/// The leaves beneath any of some names.
fn named(axis: &Axis, tree: &Tree, names: &[NodeId]) -> Bits {
    Bits::of(axis.len(), (0..axis.len()).filter(|leaf| names.iter().any(|name| tree.covers(*name, axis.node(*leaf)))))
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
