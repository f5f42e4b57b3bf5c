//! What must be able to happen: transitions of care in each direction, and flows.

use super::Narrow;
use std::collections::BTreeSet;

use crate::decision::ask::data_leaves;
use crate::identifier::{Date, Interval};
use crate::pack::{Ends, Pack};
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// Which one, by its place in the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A transition of `pathways.yaml`.
    Edge {
        /// Its place.
        index: usize,
        /// Whether the data goes against the transition, to who hands over.
        back: bool,
    },
    /// A row of `flows.csv`.
    Flow {
        /// Its place.
        index: usize,
    },
}

/// One thing that must be able to happen.
#[derive(Clone, Debug)]
pub struct Demand<'p> {
    /// Which.
    pub what: What,
    /// Whose data.
    pub from: Ends,
    /// Who has to see it.
    pub to: Ends,
    /// The places that the flow's system serves; empty is everywhere.
    pub places: &'p [NodeId],
    /// Leaf roles that must all see it; empty: some role or other.
    pub roles: Vec<NodeId>,
    /// Leaf categories.
    pub leaves: Vec<NodeId>,
    /// Leaf purposes, all of them.
    pub purposes: Vec<NodeId>,
    /// The agreement it says it runs under.
    pub agreement: Option<&'p str>,
    /// When it is there; none: never.
    pub live: Option<Interval>,
}

fn leaves(pack: &Pack, see: &[NodeId]) -> Vec<NodeId> {
    let mut all: Vec<NodeId> = see.iter().flat_map(|name| data_leaves(pack, *name).0).collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|leaf| seen.insert(*leaf));
    all
}

/// Every demand of a pack, transitions first.
pub fn demands<'p>(pack: &'p Pack, narrow: &Narrow) -> Vec<Demand<'p>> {
    let words = &pack.words;
    let mut all = Vec::new();
    for (index, edge) in pack.pathways.iter().enumerate() {
        if narrow.pathway.as_ref().is_some_and(|name| *name != edge.pathway && *name != edge.name) {
            continue;
        }
        let mut add = |back: bool, see: &[NodeId], role: NodeId, purpose: NodeId| {
            let (from, to) = if back { (edge.to, edge.from) } else { (edge.from, edge.to) };
            all.push(Demand {
                what: What::Edge { index, back },
                from: Ends::Function(from),
                to: Ends::Function(to),
                places: &[],
                roles: words.roles.leaves(role),
                leaves: leaves(pack, see),
                purposes: words.purposes.leaves(purpose),
                agreement: None,
                live: Some(Interval::ALWAYS),
            });
        };
        add(false, &edge.see, edge.role, edge.purpose);
        if let Some(back) = &edge.back {
            add(true, &back.see, back.role, back.purpose);
        }
    }
    // A pathway asked for by name is about transitions.
    for (index, flow) in pack.flows.iter().enumerate().filter(|_| narrow.pathway.is_none()) {
        let system = pack.systems.iter().find(|system| system.id == flow.system);
        all.push(Demand {
            what: What::Flow { index },
            from: flow.from,
            to: flow.to,
            places: system.map(|system| system.places.as_slice()).unwrap_or_default(),
            roles: Vec::new(),
            leaves: leaves(pack, &[flow.data]),
            purposes: words.purposes.leaves(flow.purpose),
            agreement: flow.agreement.as_deref(),
            live: system.map_or(Some(flow.live), |system| flow.live.meet(system.live)),
        });
    }
    all
}

impl Demand<'_> {
    /// Whether it is there on a day.
    pub fn is_live(&self, on: Date) -> bool {
        self.live.is_some_and(|live| live.contains(on))
    }

    /// The open organisations at one end. Those of a transition are members of the community, or stand where its members do
    /// (an ambulance trust that serves all of it); those of a flow by function or place stand where its system does.
    pub fn end(&self, pack: &Pack, end: Ends, on: Date) -> Vec<OrgId> {
        let (words, register) = (&pack.words, &pack.register);
        let edge = matches!(self.what, What::Edge { .. });
        let held = |org: OrgId| register.organisation(org).places.iter().filter(|held| held.during.contains(on)).map(|held| held.value);
        let home: BTreeSet<NodeId> =
            if edge { register.ids().filter(|org| register.organisation(*org).member).flat_map(held).collect() } else { BTreeSet::new() };
        let within = |org: OrgId| held(org).any(|place| home.iter().any(|home| words.places.covers(place, *home) || words.places.covers(*home, place)));
        register
            .ids()
            .filter(|org| {
                let organisation = register.organisation(*org);
                // Who serves the whole is there in each part.
                let there = |place: &NodeId| {
                    organisation
                        .places
                        .iter()
                        .any(|held| held.during.contains(on) && (words.places.covers(*place, held.value) || words.places.covers(held.value, *place)))
                };
                let served = || self.places.is_empty() || self.places.iter().any(there);
                organisation.open.contains(on)
                    && (!edge || organisation.member || within(*org))
                    && match end {
                        Ends::Org(id) => id == *org,
                        Ends::Function(function) => organisation.has_function_on(&words.functions, function, on) && served(),
                        Ends::Place(place) => organisation.is_in_on(&words.places, place, on) && served(),
                    }
            })
            .collect()
    }
}

/// What one end is called.
pub fn end_name(pack: &Pack, end: Ends) -> String {
    match end {
        Ends::Org(id) => pack.register.organisation(id).ods.to_string(),
        Ends::Function(function) => pack.words.functions.short(function).to_owned(),
        Ends::Place(place) => pack.words.places.short(place).to_owned(),
    }
}
