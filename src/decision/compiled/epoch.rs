//! The clauses in force on a stretch of days on which nothing changes, each as a few products of sets.

use std::collections::{BTreeMap, HashMap};

use super::axes::Axes;
use super::bits::Bits;
use crate::agreement::valid::{Joined, OrgSelector, Who};
use crate::agreement::{Agreement, Clause, Scope};
use crate::decision::plain::Question;
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// A set of organisations of an epoch; equal sets are kept once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(u32);

/// What a clause does to a case it applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Closes it, whichever agreement grants: a guard, or a prohibition of scope `source`.
    Closes,
    /// Grants it.
    Grants,
    /// Keeps its own agreement from granting it.
    Withholds,
}

/// One product: these roles at these organisations, these data of these organisations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Leaf roles.
    pub roles: Bits,
    /// Where they work; not asked for the person's own roles.
    pub at: SetId,
    /// Whose data.
    pub of: SetId,
    /// Leaf categories.
    pub data: Bits,
}

/// A clause in force, without what it cannot reach on these days.
#[derive(Clone, Debug)]
pub struct Row<'p> {
    /// Its agreement, by its place in the pack; none for a guard.
    pub agreement: Option<usize>,
    /// The clause.
    pub clause: &'p Clause,
    /// What it does.
    pub effect: Effect,
    /// Leaf purposes.
    pub purposes: Bits,
    /// The products whose union it reaches. No role is in two of them.
    pub blocks: Vec<Block>,
}

/// The clauses of a stretch of days.
#[derive(Debug)]
pub struct Epoch<'p> {
    /// The days.
    pub during: Interval,
    /// Clauses in force: those that close, then grants, then those that withhold, each in the order of the pack.
    pub rows: Vec<Row<'p>>,
    /// The sets of organisations.
    pub sets: Vec<Bits>,
    /// Organisations that are open.
    pub open: Bits,
    /// Leaf roles of the person the record is about, and of who acts for them: they work nowhere.
    pub own: Bits,
    /// For each leaf role the rows with a block for it.
    by_role: Vec<Vec<(u32, u32)>>,
}

/// Sets of organisations on one day, each worked out once.
struct Orgs<'p> {
    pack: &'p Pack,
    on: Date,
    size: usize,
    functions: HashMap<NodeId, Bits>,
    places: HashMap<NodeId, Bits>,
    sets: Vec<Bits>,
    ids: HashMap<Bits, SetId>,
}

impl<'p> Orgs<'p> {
    fn new(pack: &'p Pack, on: Date) -> Self {
        let size = pack.register.organisations.len();
        Self { pack, on, size, functions: HashMap::new(), places: HashMap::new(), sets: Vec::new(), ids: HashMap::new() }
    }

    fn that(&self, holds: impl Fn(OrgId) -> bool) -> Bits {
        Bits::of(self.size, self.pack.register.ids().filter(|id| holds(*id)).map(|id| id.0 as usize))
    }

    fn id(&mut self, set: Bits) -> SetId {
        if let Some(id) = self.ids.get(&set) {
            return *id;
        }
        let id = SetId(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        self.sets.push(set.clone());
        self.ids.insert(set, id);
        id
    }

    fn union(&mut self, nodes: &[NodeId], places: bool) -> Bits {
        let (pack, on) = (self.pack, self.on);
        nodes.iter().fold(Bits::none(self.size), |all, node| {
            let known = if places { &self.places } else { &self.functions };
            if let Some(set) = known.get(node) {
                return all.or(set);
            }
            let set = self.that(|id| {
                let organisation = pack.register.organisation(id);
                if places { organisation.is_in_on(&pack.words.places, *node, on) } else { organisation.has_function_on(&pack.words.functions, *node, on) }
            });
            let all = all.or(&set);
            if places { &mut self.places } else { &mut self.functions }.insert(*node, set);
            all
        })
    }

    /// The organisations a selector selects for a role (none: role does not matter).
    fn selected(&mut self, selector: &OrgSelector, role: Option<NodeId>) -> Bits {
        let mut set = Bits::all(self.size);
        if !selector.functions.is_empty() {
            set = set.and(&self.union(&selector.functions, false));
        }
        if !selector.places.is_empty() {
            set = set.and(&self.union(&selector.places, true));
        }
        if !selector.orgs.is_empty() {
            set = set.and(&Bits::of(self.size, selector.orgs.iter().map(|org| org.0 as usize)));
        }
        if let Some(except) = &selector.except
            && role_is_in(self.pack, &except.roles, role)
        {
            set = set.without(&self.selected(&except.at, role));
        }
        set
    }

    /// The organisations that are parties which give, or get.
    fn parties(&mut self, agreement: &Agreement, giving: bool) -> Bits {
        let mut all = Bits::none(self.size);
        for party in agreement.parties.iter().filter(|party| if giving { party.gives } else { party.gets }) {
            let mut members = self.selected(&party.who, None);
            if let Joined::ByFile(accessions) = &party.joined {
                let joined = accessions.iter().filter(|(_, list)| list.iter().any(|one| one.during.contains(self.on))).map(|(org, _)| org.0 as usize);
                members = members.and(&Bits::of(self.size, joined));
            }
            all = all.or(&members);
        }
        all
    }
}

/// Whether a list of names (empty: all) holds a role.
fn role_is_in(pack: &Pack, names: &[NodeId], role: Option<NodeId>) -> bool {
    names.is_empty() || role.is_some_and(|role| names.iter().any(|name| pack.words.roles.covers(*name, role)))
}

impl<'p> Epoch<'p> {
    /// Works out the clauses of the days around one on which nothing changes.
    pub fn new(pack: &'p Pack, axes: &Axes, during: Interval) -> Self {
        let mut orgs = Orgs::new(pack, during.first);
        let mut rows = Vec::new();
        let everyone = Bits::all(orgs.size);
        for guard in &pack.guards {
            rows.extend(row(&mut orgs, axes, None, guard, Effect::Closes, (&everyone, &everyone)));
        }
        for (index, agreement) in pack.agreements.iter().enumerate().filter(|(_, agreement)| agreement.in_force_on(during.first)) {
            let (give, get) = (orgs.parties(agreement, true), orgs.parties(agreement, false));
            for clause in &agreement.grants {
                rows.extend(row(&mut orgs, axes, Some(index), clause, Effect::Grants, (&get, &give)));
            }
            for clause in &agreement.prohibits {
                let (effect, at) = if clause.scope == Scope::Source { (Effect::Closes, &everyone) } else { (Effect::Withholds, &get) };
                rows.extend(row(&mut orgs, axes, Some(index), clause, effect, (at, &give)));
            }
        }
        // A stable sort: within an effect the order of the pack stays.
        rows.sort_by_key(|row| row.effect);
        let mut by_role = vec![Vec::new(); axes.roles.len()];
        for (index, row) in rows.iter().enumerate() {
            for (block, product) in row.blocks.iter().enumerate() {
                for role in product.roles.iter() {
                    by_role[role].push((number(index), number(block)));
                }
            }
        }
        let open = orgs.that(|id| pack.register.organisation(id).open.contains(during.first));
        let own = Bits::of(axes.roles.len(), (0..axes.roles.len()).filter(|leaf| pack.words.is_person(axes.roles.node(*leaf))));
        Self { during, rows, sets: orgs.sets, open, own, by_role }
    }

    /// The organisations of a set.
    pub fn set(&self, id: SetId) -> &Bits {
        &self.sets[id.0 as usize]
    }

    /// The rows with a block for a role, each with that block.
    pub fn rows_for(&self, role: usize) -> impl Iterator<Item = (u32, &Row<'p>, &Block)> {
        self.by_role[role].iter().map(|(row, block)| (*row, &self.rows[*row as usize], &self.rows[*row as usize].blocks[*block as usize]))
    }

    /// The blocks that hold a role, each with the numbers of its row and of the block in it.
    pub fn blocks_for(&self, role: usize) -> impl Iterator<Item = ((u32, u32), &Block)> {
        self.by_role[role].iter().map(|(row, block)| ((*row, *block), &self.rows[*row as usize].blocks[*block as usize]))
    }

    /// The rows that apply to a case, empty if no grant is among them. None if the case is not one of leaves, with an
    /// organisation for whoever is not the person.
    pub fn applying(&self, axes: &Axes, question: &Question) -> Option<Vec<u32>> {
        let (role, data, purpose) = (axes.roles.leaf(question.role)?, axes.data.leaf(question.data)?, axes.purposes.leaf(question.purpose)?);
        if question.at.is_some() == self.own.has(role) {
            return None;
        }
        let mut list = Vec::new();
        let mut granted = false;
        for (index, row, block) in self.rows_for(role) {
            let at = question.at.is_none_or(|org| self.set(block.at).has(org.0 as usize));
            if at
                && self.set(block.of).has(question.of.0 as usize)
                && block.data.has(data)
                && row.purposes.has(purpose)
                && row.clause.reach.actions >> question.action & 1 == 1
                && row.clause.reach.forms >> question.form & 1 == 1
            {
                granted |= row.effect == Effect::Grants;
                list.push(index);
            }
        }
        if !granted {
            list.clear();
        }
        Some(list)
    }

    /// Products kept, and the bytes they and the sets of organisations take, roughly.
    pub fn size(&self) -> (usize, usize) {
        let blocks: usize = self.rows.iter().map(|row| row.blocks.len()).sum();
        let products: usize = self.rows.iter().flat_map(|row| &row.blocks).map(|block| size_of::<Block>() + block.roles.bytes() + block.data.bytes()).sum();
        let rows: usize = self.rows.iter().map(|row| size_of::<Row<'_>>() + row.purposes.bytes()).sum();
        (blocks, products + rows + self.sets.iter().map(Bits::bytes).sum::<usize>() * 2)
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn row<'p>(orgs: &mut Orgs<'p>, axes: &Axes, agreement: Option<usize>, clause: &'p Clause, effect: Effect, parties: (&Bits, &Bits)) -> Option<Row<'p>> {
    if !clause.during.contains(orgs.on) || clause.reach.actions == 0 || clause.reach.forms == 0 {
        return None;
    }
    let pack = orgs.pack;
    let words = &pack.words;
    let prohibits = effect != Effect::Grants;
    let purposes = Bits::of(
        axes.purposes.len(),
        (0..axes.purposes.len()).filter(|leaf| {
            let purpose = axes.purposes.node(*leaf);
            clause.reach.purposes.iter().any(|name| words.purposes.covers(*name, purpose))
                && !clause.reach.except_purposes.iter().any(|name| words.purposes.covers(*name, purpose))
        }),
    );
    let data =
        |unrestricted: bool| Bits::of(axes.data.len(), (0..axes.data.len()).filter(|leaf| clause.reaches_data(words, axes.data.node(*leaf), unrestricted)));
    let (own, others) = (data(true), data(prohibits));
    let mut blocks: BTreeMap<(SetId, SetId, bool), Bits> = BTreeMap::new();
    for leaf in 0..axes.roles.len() {
        let role = axes.roles.node(leaf);
        let person = words.is_person(role);
        if !clause.is_for_role(words, role) {
            continue;
        }
        let at = if person {
            // Asked without an organisation: only a selector of everybody leaves the person out.
            if clause.reach.except_who.as_ref().is_some_and(|who| role_is_in(pack, &who.roles, Some(role)) && who.at.is_all()) {
                continue;
            }
            Bits::all(orgs.size)
        } else {
            let taken_out = clause.reach.except_who.as_ref().filter(|who: &&Who| role_is_in(pack, &who.roles, Some(role)));
            let at = orgs.selected(&clause.to.at, Some(role)).and(parties.0);
            taken_out.map_or_else(|| at.clone(), |who| at.clone().without(&orgs.selected(&who.at, Some(role))))
        };
        let of = orgs.selected(&clause.of, Some(role)).and(parties.1);
        if at.is_empty() || of.is_empty() || if person { own.is_empty() } else { others.is_empty() } {
            continue;
        }
        let key = (orgs.id(at), orgs.id(of), person);
        blocks.entry(key).or_insert_with(|| Bits::none(axes.roles.len())).add(leaf);
    }
    let blocks: Vec<Block> =
        blocks.into_iter().map(|((at, of, person), roles)| Block { roles, at, of, data: if person { own.clone() } else { others.clone() } }).collect();
    (!blocks.is_empty() && !purposes.is_empty()).then_some(Row { agreement, clause, effect, purposes, blocks })
}
