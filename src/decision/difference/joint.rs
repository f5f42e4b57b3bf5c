//! What two packs both can be asked about: the names of either, and where each stands in both.

use std::collections::{BTreeMap, BTreeSet};

use crate::decision::compiled::axes::Axis;
use crate::decision::compiled::truth::{Atoms, Truths};
use crate::decision::compiled::{Axes, Compiled};
use crate::register::OrgId;
use crate::vocabulary::{NodeId, Tree};

/// Leaves of a tree in two packs, by path.
#[derive(Clone, Debug)]
pub struct Leaves {
    /// Paths, sorted.
    pub paths: Vec<String>,
    /// For each side, the leaf that stands for each path; none if the side knows nothing of it.
    pub sides: [Vec<Option<usize>>; 2],
}

impl Leaves {
    /// A path is a leaf of either side, unless the other side has leaves beneath it: then those stand for it. A leaf that a
    /// side lacks is the leaf of that side which it was split from, if there is one; else that side denies it.
    fn new(trees: [&Tree; 2], axes: [&Axis; 2]) -> Self {
        let of = |side: usize| axes[side].nodes().iter().map(move |node| trees[side].path(*node).to_owned());
        let all: BTreeSet<String> = of(0).chain(of(1)).collect();
        let is_inner = |path: &String| {
            let beneath = format!("{path}.");
            all.range(beneath.clone()..).next().is_some_and(|next| next.starts_with(&beneath))
        };
        let paths: Vec<String> = all.iter().filter(|path| !is_inner(path)).cloned().collect();
        let by_path =
            |side: usize| -> BTreeMap<&str, usize> { axes[side].nodes().iter().enumerate().map(|(leaf, node)| (trees[side].path(*node), leaf)).collect() };
        let sides = [0, 1].map(|side| {
            let known = by_path(side);
            let stands = |path: &String| {
                let mut path = path.as_str();
                loop {
                    if let Some(leaf) = known.get(path) {
                        return Some(*leaf);
                    }
                    path = path.rsplit_once('.')?.0;
                }
            };
            paths.iter().map(stands).collect()
        });
        Self { paths, sides }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }
}

/// Everything two packs name.
#[derive(Clone, Debug)]
pub struct Common {
    /// Roles.
    pub roles: Leaves,
    /// Data categories.
    pub data: Leaves,
    /// Purposes.
    pub purposes: Leaves,
    /// Organisations by code, sorted.
    pub organisations: Vec<String>,
    /// For each side, where an organisation stands in its register.
    pub orgs: [Vec<Option<OrgId>>; 2],
    /// Names of facts of either.
    pub facts: Vec<String>,
    /// For each side, the number here of each of its conditions.
    pub fact_of: [Vec<u8>; 2],
    /// Actions with forms of either, by name.
    pub ways: Vec<(String, String)>,
    /// For each side, its action and form for each way.
    pub way_of: [Vec<Option<(u8, u8)>>; 2],
}

/// Two packs cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the two packs name {0} conditions between them, and at most 64 can be compared")]
pub struct TooManyNames(pub usize);

impl Common {
    /// Of two packs.
    pub fn new(sides: [&Compiled<'_>; 2]) -> Result<Self, TooManyNames> {
        let words = sides.map(|side| &side.pack.words);
        let axes: [&Axes; 2] = sides.map(|side| &side.axes);
        let codes: BTreeSet<String> = sides.iter().flat_map(|side| side.pack.register.organisations.iter().map(|org| org.ods.to_string())).collect();
        let organisations: Vec<String> = codes.into_iter().collect();
        let orgs = sides.map(|side| organisations.iter().map(|code| side.pack.register.find(code)).collect());
        let names = |of: &dyn Fn(usize) -> Vec<String>| {
            let mut all = of(0);
            all.extend(of(1).into_iter().filter(|name| !of(0).contains(name)));
            all
        };
        let facts = names(&|side| words[side].conditions.iter().map(|condition| condition.name.clone()).collect());
        if facts.len() > 64 {
            return Err(TooManyNames(facts.len()));
        }
        let place = |name: &String| facts.iter().position(|known| known == name).and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX);
        let fact_of = words.map(|words| words.conditions.iter().map(|condition| place(&condition.name)).collect());
        let (actions, forms) = (names(&|side| words[side].actions.clone()), names(&|side| words[side].forms.clone()));
        let ways: Vec<(String, String)> = actions.iter().flat_map(|action| forms.iter().map(move |form| (action.clone(), form.clone()))).collect();
        let index = |known: &[String], name: &String| known.iter().position(|word| word == name).and_then(|place| u8::try_from(place).ok());
        let way_of = words.map(|words| ways.iter().map(|(action, form)| Some((index(&words.actions, action)?, index(&words.forms, form)?))).collect());
        Ok(Self {
            roles: Leaves::new(words.map(|words| &words.roles), axes.map(|axes| &axes.roles)),
            data: Leaves::new(words.map(|words| &words.data), axes.map(|axes| &axes.data)),
            purposes: Leaves::new(words.map(|words| &words.purposes), axes.map(|axes| &axes.purposes)),
            organisations,
            orgs,
            facts,
            fact_of,
            ways,
            way_of,
        })
    }

    /// Facts of a side, as facts here.
    pub fn facts_of(&self, side: usize, bits: u64) -> u64 {
        (0..64u8).filter(|bit| bits >> bit & 1 == 1).fold(0, |all, bit| all | 1 << self.fact_of[side][usize::from(bit)])
    }

    /// Facts here, as facts of a side; those it does not know are left out.
    pub fn facts_for(&self, side: usize, bits: u64) -> u64 {
        (0u8..).zip(&self.fact_of[side]).filter(|(_, place)| bits >> **place & 1 == 1).fold(0, |all, (bit, _)| all | 1 << bit)
    }

    /// A set of assignments of a side, said in the facts of `atoms`, which hold all of its own.
    pub fn said_in(&self, side: usize, own: Atoms, set: &Truths, atoms: Atoms) -> Truths {
        atoms.that(|truth| own.holds(set, self.facts_for(side, truth)))
    }
}

/// The path of a role is that of the person, or of who acts for them.
pub fn is_person(sides: [&Compiled<'_>; 2], common: &Common, role: usize) -> bool {
    let of =
        |side: usize| common.roles.sides[side][role].map(|leaf| sides[side].axes.roles.node(leaf)).map(|node: NodeId| sides[side].pack.words.is_person(node));
    of(0).or(of(1)).unwrap_or(false)
}
