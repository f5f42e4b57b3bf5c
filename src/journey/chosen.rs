//! Which organisations a journey is told on: by the place or the codes given, the pack and the day, and nothing else.

use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::{OrgId, OrganisationError};
use crate::vocabulary::{NodeId, ROOT};

/// Who plays a part of the journey, and how they came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What is done here.
    pub function: NodeId,
    /// By whom; none if no organisation of the register does it that day.
    pub organisation: Option<OrgId>,
    /// The place they were found at, which may lie above the one asked for; none if they were named, or found nowhere in
    /// particular.
    pub found_at: Option<NodeId>,
}

/// How organisations are chosen.
#[derive(Clone, Debug)]
pub struct Chosen<'p> {
    pack: &'p Pack,
    on: Date,
    named: Vec<OrgId>,
    /// Places to look in, the nearest first; then everywhere.
    places: Vec<NodeId>,
}

/// Nothing can be chosen from what was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unchosen {
    /// A code that cannot be asked about that day.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// Neither a place nor a code.
    #[error("{0} is neither a place nor an organisation of the register")]
    Unknown(String),
    /// Neither was given.
    #[error("a journey needs a place, or organisations to tell it on")]
    Nowhere,
}

impl<'p> Chosen<'p> {
    /// At a place, or around an organisation; those named go first wherever they do what a step needs.
    pub fn new(pack: &'p Pack, at: Option<&str>, by: &[String], on: Date) -> Result<Self, Unchosen> {
        let mut named = by.iter().map(|code| pack.register.open_on(code, on)).collect::<Result<Vec<_>, _>>()?;
        let mut around: Vec<NodeId> = Vec::new();
        match at {
            Some(text) => match (pack.words.places.find(text), pack.register.open_on(text, on)) {
                (Ok(place), _) => around.push(place),
                (_, Ok(organisation)) => named.push(organisation),
                (_, Err(OrganisationError::Unknown(_))) => return Err(Unchosen::Unknown(text.to_owned())),
                (_, Err(error)) => return Err(error.into()),
            },
            None if named.is_empty() => return Err(Unchosen::Nowhere),
            None => {}
        }
        if around.is_empty() {
            for organisation in &named {
                let places = &pack.register.organisation(*organisation).places;
                around.extend(places.iter().filter(|held| held.during.contains(on)).map(|held| held.value));
            }
        }
        Ok(Self { pack, on, named, places: widening(pack, &around) })
    }

    /// Whoever does `function`: one of those named, else the first by code at the nearest place where somebody does.
    /// Somebody other than `apart` if there is anybody, looking as far as the first place that has one.
    pub fn stage(&self, function: NodeId, apart: Option<OrgId>) -> Stage {
        let fits = |org: &OrgId| {
            let organisation = self.pack.register.organisation(*org);
            organisation.open.contains(self.on) && organisation.has_function_on(&self.pack.words.functions, function, self.on)
        };
        let other = |org: &OrgId| Some(*org) != apart;
        if let Some(named) = self.named.iter().copied().find(|org| fits(org) && other(org)) {
            return Stage { function, organisation: Some(named), found_at: None };
        }
        let mut able: Vec<OrgId> = self.pack.register.ids().filter(fits).collect();
        // Members of the community go before those it only knows (a neighbour's).
        able.sort_by_key(|org| {
            let organisation = self.pack.register.organisation(*org);
            (!organisation.member, organisation.ods.clone())
        });
        let within = |place: NodeId, org: &OrgId| place == ROOT || self.pack.register.organisation(*org).is_in_on(&self.pack.words.places, place, self.on);
        for place in self.places.iter().copied().chain([ROOT]) {
            if let Some(found) = able.iter().copied().find(|org| other(org) && within(place, org)) {
                return Stage { function, organisation: Some(found), found_at: (place != ROOT).then_some(place) };
            }
        }
        // Nobody else does it: the same organisation hands over to itself.
        Stage { function, organisation: able.first().copied(), found_at: None }
    }

    /// The nearest of the places looked in.
    pub fn place(&self) -> Option<NodeId> {
        self.places.first().copied()
    }

    /// Those named by their codes.
    pub fn named(&self) -> &[OrgId] {
        &self.named
    }
}

/// Places with all that lie above them, the deepest first.
fn widening(pack: &Pack, around: &[NodeId]) -> Vec<NodeId> {
    let places = &pack.words.places;
    let mut all: Vec<NodeId> = around.iter().flat_map(|place| places.ancestors(*place)).collect();
    let given = |place: &NodeId| around.iter().position(|one| one == place).unwrap_or(usize::MAX);
    all.sort_by_key(|place| (std::cmp::Reverse(places.ancestors(*place).count()), given(place), *place));
    all.dedup();
    all
}
