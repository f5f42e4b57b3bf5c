//! What clauses reach as exact products of sets, so that groups are compared whole and never written out pair by pair.
//!
//! A clause that names a group of 500 organisations on each side is one product with two sets of 500 bits; whether two
//! clauses meet, and what of one the other leaves, is a few operations on words.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::agreement::condition::{Expression, submasks};
use crate::agreement::valid::{Joined, OrgSelector, Who};
use crate::agreement::{Agreement, Clause, Scope};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::{NodeId, ROOT, Tree};

/// A set of small numbers, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set(Vec<u64>);

impl Set {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set of these.
    pub fn of(members: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::new();
        members.into_iter().for_each(|member| set.insert(member));
        set
    }

    /// Adds one.
    pub fn insert(&mut self, member: usize) {
        if self.0.len() <= member / 64 {
            self.0.resize(member / 64 + 1, 0);
        }
        self.0[member / 64] |= 1 << (member % 64);
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect()).trimmed()
    }

    /// What is in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let (long, short) = if self.0.len() >= other.0.len() { (self, other) } else { (other, self) };
        Self(long.0.iter().enumerate().map(|(at, word)| word | short.0.get(at).copied().unwrap_or(0)).collect())
    }

    /// What is in this one only.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(self.0.iter().enumerate().map(|(at, word)| word & !other.0.get(at).copied().unwrap_or(0)).collect()).trimmed()
    }

    /// Whether anything is in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// Whether everything of the other is in this.
    pub fn holds(&self, other: &Self) -> bool {
        other.0.iter().enumerate().all(|(at, word)| word & !self.0.get(at).copied().unwrap_or(0) == 0)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// How many are in it.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The members, smallest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit))
    }
}

/// The sides of a product, in the order of [`Product::sides`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Leaves of the roles, the person's own left out.
    Roles,
    /// Organisations at which they work.
    At,
    /// Organisations whose data it is.
    Of,
    /// Leaves of the data categories.
    Data,
    /// Leaves of the purposes.
    Purposes,
    /// Actions.
    Actions,
    /// Forms.
    Forms,
}

/// Every combination of seven sets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Product {
    sides: [Set; 7],
}

impl Product {
    /// One of the sets.
    pub fn side(&self, side: Side) -> &Set {
        &self.sides[side as usize]
    }

    /// The same with another set on one side.
    #[must_use]
    pub fn with(&self, side: Side, set: Set) -> Self {
        let mut other = self.clone();
        other.sides[side as usize] = set;
        other
    }

    /// Whether no combination is in it; an organisation's own data seen by its own people does not count.
    pub fn is_empty(&self) -> bool {
        let (at, of) = (self.side(Side::At), self.side(Side::Of));
        self.sides.iter().any(Set::is_empty) || (at.len() == 1 && at == of)
    }

    /// Whether some combination is in both.
    pub fn meets(&self, other: &Self) -> bool {
        // The sides that differ most often come first.
        [3, 4, 0, 1, 2, 6, 5].into_iter().all(|side| self.sides[side].meets(&other.sides[side]))
    }

    /// The combinations in both.
    pub fn and(&self, other: &Self) -> Option<Self> {
        if !self.meets(other) {
            return None;
        }
        let both = Self { sides: std::array::from_fn(|side| self.sides[side].and(&other.sides[side])) };
        (!both.is_empty()).then_some(both)
    }

    /// Whether every combination of the other is in it.
    pub fn holds(&self, other: &Self) -> bool {
        self.sides.iter().zip(&other.sides).all(|(own, others)| own.holds(others))
    }

    /// The combinations that are not in the other, as products without common members.
    pub fn minus(&self, other: &Self) -> Vec<Self> {
        let mut left = Vec::new();
        let mut rest = self.clone();
        for side in 0..rest.sides.len() {
            let mut piece = rest.clone();
            piece.sides[side] = rest.sides[side].minus(&other.sides[side]);
            if !piece.is_empty() {
                left.push(piece);
            }
            rest.sides[side] = rest.sides[side].and(&other.sides[side]);
        }
        left
    }

    /// A combination in words of ids, with two organisations: role, at, of, data, purpose, action, form.
    pub fn example(&self) -> Option<Example> {
        let first = |side: Side| self.side(side).iter().next();
        let (at, of) = self.side(Side::At).iter().take(2).find_map(|at| self.side(Side::Of).iter().take(2).find(|of| *of != at).map(|of| (at, of)))?;
        let node = |side: Side| first(side).and_then(|id| u16::try_from(id).ok()).map(NodeId);
        let org = |id: usize| u32::try_from(id).ok().map(OrgId);
        Some(Example {
            role: node(Side::Roles)?,
            at: org(at)?,
            of: org(of)?,
            data: node(Side::Data)?,
            purpose: node(Side::Purposes)?,
            action: first(Side::Actions)?,
            form: first(Side::Forms)?,
        })
    }
}

/// One combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// Who.
    pub role: NodeId,
    /// Where.
    pub at: OrgId,
    /// Whose data.
    pub of: OrgId,
    /// Which data.
    pub data: NodeId,
    /// What for.
    pub purpose: NodeId,
    /// Place in the vocabulary's actions.
    pub action: usize,
    /// Place in the vocabulary's forms.
    pub form: usize,
}

/// Turns clauses into products. Days between which nothing in the register or the accessions changes are answered once.
pub struct Products<'p> {
    pack: &'p Pack,
    boundaries: Vec<Date>,
    named: RefCell<BTreeMap<(usize, bool, NodeId), Rc<Set>>>,
    parties: RefCell<BTreeMap<(usize, usize, bool), Rc<Set>>>,
}

impl<'p> Products<'p> {
    /// For a pack.
    pub fn new(pack: &'p Pack) -> Self {
        let mut boundaries: Vec<Date> = pack.register.organisations.iter().flat_map(crate::register::Organisation::boundaries).collect();
        for party in pack.agreements.iter().flat_map(|agreement| &agreement.parties) {
            if let Joined::ByFile(accessions) = &party.joined {
                boundaries.extend(accessions.values().flatten().flat_map(|one| [one.during.first, one.during.last.next()]));
            }
        }
        boundaries.sort_unstable();
        boundaries.dedup();
        Self { pack, boundaries, named: RefCell::default(), parties: RefCell::default() }
    }

    /// A number that is the same for two days iff no organisation or accession changes between them.
    pub fn epoch(&self, on: Date) -> usize {
        self.boundaries.partition_point(|boundary| *boundary <= on)
    }

    fn named(&self, function: bool, node: NodeId, on: Date) -> Rc<Set> {
        let key = (self.epoch(on), function, node);
        if let Some(known) = self.named.borrow().get(&key) {
            return Rc::clone(known);
        }
        let (words, register) = (&self.pack.words, &self.pack.register);
        let set = Rc::new(Set::of(register.ids().map(|id| id.0 as usize).filter(|id| {
            let organisation = &register.organisations[*id];
            if function { organisation.has_function_on(&words.functions, node, on) } else { organisation.is_in_on(&words.places, node, on) }
        })));
        self.named.borrow_mut().insert(key, Rc::clone(&set));
        set
    }

    /// The organisations that are open on a day.
    pub fn open(&self, on: Date) -> Set {
        Set::of(self.pack.register.ids().map(|id| id.0 as usize).filter(|id| self.pack.register.organisations[*id].open.contains(on)))
    }

    /// The organisations a selector means for a role (none: role does not matter).
    pub fn selected(&self, selector: &OrgSelector, role: Option<NodeId>, on: Date) -> Set {
        let any = |nodes: &[NodeId], function: bool| nodes.iter().fold(Set::new(), |all, node| all.or(&self.named(function, *node, on)));
        let mut set =
            if selector.orgs.is_empty() { Set::of(0..self.pack.register.organisations.len()) } else { Set::of(selector.orgs.iter().map(|org| org.0 as usize)) };
        if !selector.functions.is_empty() {
            set = set.and(&any(&selector.functions, true));
        }
        if !selector.places.is_empty() {
            set = set.and(&any(&selector.places, false));
        }
        if let Some(except) = &selector.except
            && self.is_meant(except, role)
        {
            set = set.minus(&self.selected(&except.at, role, on));
        }
        set
    }

    fn is_meant(&self, who: &Who, role: Option<NodeId>) -> bool {
        who.roles.is_empty() || role.is_some_and(|role| who.roles.iter().any(|name| self.pack.words.roles.covers(*name, role)))
    }

    /// The open organisations that are party to an agreement that day and give (or get).
    pub fn parties(&self, agreement: &Agreement, giving: bool, on: Date) -> Rc<Set> {
        let key = (std::ptr::from_ref(agreement).addr(), self.epoch(on), giving);
        if let Some(known) = self.parties.borrow().get(&key) {
            return Rc::clone(known);
        }
        let all = agreement.parties.iter().filter(|party| if giving { party.gives } else { party.gets }).fold(Set::new(), |all, party| {
            let who = self.selected(&party.who, None, on);
            all.or(&match &party.joined {
                Joined::OnStart => who,
                Joined::ByFile(accessions) => {
                    who.and(&Set::of(accessions.iter().filter(|(_, list)| list.iter().any(|one| one.during.contains(on))).map(|(org, _)| org.0 as usize)))
                }
            })
        });
        let all = Rc::new(all.and(&self.open(on)));
        self.parties.borrow_mut().insert(key, Rc::clone(&all));
        all
    }

    /// What a grant would reach that day if it left no data out, of the data that it does leave out.
    pub fn left_out(&self, agreement: &Agreement, grant: &Clause, on: Date) -> Vec<Product> {
        if grant.reach.except_see.is_empty() {
            return Vec::new();
        }
        let words = &self.pack.words;
        let named = |list: &[NodeId], leaf: NodeId| list.iter().any(|name| words.data.covers(*name, leaf));
        let out = all_leaves(&words.data).into_iter().filter(|leaf| named(&grant.reach.see, *leaf) && named(&grant.reach.except_see, *leaf));
        let data = Set::of(out.map(|leaf| usize::from(leaf.0)));
        let mut whole = grant.clone();
        whole.reach.except_see.clear();
        let reached = self.of(Some(agreement), &whole, false, on);
        reached.into_iter().map(|product| product.with(Side::Data, data.clone())).filter(|product| !product.is_empty()).collect()
    }

    /// What a clause of an agreement (none: of the guards) reaches that day, its condition and its dates aside.
    ///
    /// A grant, and a prohibition of scope `agreement`, reach from parties that give to parties that get; one of scope
    /// `source` reaches everybody, of the data of parties that give.
    pub fn of(&self, agreement: Option<&Agreement>, clause: &Clause, prohibits: bool, on: Date) -> Vec<Product> {
        let words = &self.pack.words;
        let roles: Vec<NodeId> = all_leaves(&words.roles)
            .into_iter()
            .filter(|role| !words.is_person(*role) && (clause.to.roles.is_empty() || clause.to.roles.iter().any(|name| words.roles.covers(*name, *role))))
            .collect();
        let purposes: Vec<NodeId> = all_leaves(&words.purposes)
            .into_iter()
            .filter(|purpose| {
                let named = |list: &[NodeId]| list.iter().any(|name| words.purposes.covers(*name, *purpose));
                named(&clause.reach.purposes) && !named(&clause.reach.except_purposes)
            })
            .collect();
        let bits = |mask: u32, count: usize| Set::of((0..count.min(32)).filter(|bit| mask >> bit & 1 == 1));
        let (actions, forms) = (bits(clause.reach.actions, words.actions.len()), bits(clause.reach.forms, words.forms.len()));
        let (Some(purpose), Some(action), Some(form)) = (purposes.first(), actions.iter().next(), forms.iter().next()) else { return Vec::new() };
        let small = |bit: usize| u8::try_from(bit).unwrap_or(u8::MAX);
        // Which data is reached does not depend on purpose, action and form.
        let data = Set::of(
            all_leaves(&words.data)
                .into_iter()
                .filter(|leaf| clause.reaches(words, *leaf, *purpose, small(action), small(form), prohibits))
                .map(|leaf| usize::from(leaf.0)),
        );
        let purposes = Set::of(purposes.iter().map(|id| usize::from(id.0)));
        let sides = |role: Option<NodeId>| {
            let (mut at, mut of) = (self.selected(&clause.to.at, role, on), self.selected(&clause.of, role, on));
            if let Some(except) = &clause.reach.except_who
                && self.is_meant(except, role)
            {
                at = at.minus(&self.selected(&except.at, role, on));
            }
            if let Some(agreement) = agreement {
                of = of.and(&self.parties(agreement, true, on));
                if !prohibits || clause.scope == Scope::Agreement {
                    at = at.and(&self.parties(agreement, false, on));
                }
            }
            (at, of)
        };
        // Only what leaves out roles tells roles apart.
        let by_role =
            [&clause.to.at, &clause.of].into_iter().any(leaves_out_roles) || clause.reach.except_who.as_ref().is_some_and(|who| !who.roles.is_empty());
        let mut groups: BTreeMap<(Set, Set), Set> = BTreeMap::new();
        if by_role {
            for role in roles {
                groups.entry(sides(Some(role))).or_default().insert(usize::from(role.0));
            }
        } else {
            groups.insert(sides(None), Set::of(roles.iter().map(|role| usize::from(role.0))));
        }
        groups
            .into_iter()
            .map(|((at, of), roles)| Product { sides: [roles, at, of, data.clone(), purposes.clone(), actions.clone(), forms.clone()] })
            .filter(|product| !product.is_empty())
            .collect()
    }
}

fn leaves_out_roles(selector: &OrgSelector) -> bool {
    selector.except.as_ref().is_some_and(|who| !who.roles.is_empty() || leaves_out_roles(&who.at))
}

/// The leaves of a whole tree.
pub fn all_leaves(tree: &Tree) -> Vec<NodeId> {
    tree.node(ROOT).children.iter().flat_map(|child| tree.leaves(*child)).collect()
}

/// Most conditions that are tried together; of more it is assumed that they can be true at once.
const MAX_TRIED: u32 = 20;

/// Facts under which all of the first hold and none of the second; the facts that matter, and which of them are true.
pub fn satisfying(hold: &[&Expression], fail: &[&Expression]) -> Option<(u64, u64)> {
    let atoms = hold.iter().chain(fail).fold(0, |bits, one| bits | one.facts());
    if atoms.count_ones() > MAX_TRIED {
        return Some((0, 0));
    }
    submasks(atoms).find(|truth| hold.iter().all(|one| one.holds(*truth)) && !fail.iter().any(|one| one.holds(*truth))).map(|truth| (atoms, truth))
}
