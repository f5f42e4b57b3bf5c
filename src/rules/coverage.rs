//! Which grants in force reach which organisations and data on one day: what the rules about coverage ask.
//!
//! Only grants are looked at; whether a prohibition or a condition then closes them is what `carepact ask` answers.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::agreement::valid::Clause;
use crate::agreement::written::PartyRole;
use crate::agreement::{Agreement, Party};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::vocabulary::{NodeId, Restriction};

/// A set of grants, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    fn of(count: usize, holds: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0u64; count.div_ceil(64)];
        for index in (0..count).filter(|index| holds(*index)) {
            words[index / 64] |= 1 << (index % 64);
        }
        Self(words)
    }

    fn meet(&self, other: &Self, third: &Self) -> bool {
        self.0.iter().zip(&other.0).zip(&third.0).any(|((a, b), c)| a & b & c != 0)
    }
}

/// The grants in force on the day asked about.
pub(super) struct Grants<'c, 'p> {
    context: &'c Context<'p>,
    on: Date,
    list: Vec<(&'p Agreement, &'p Clause)>,
}

/// Pairs of organisations that no grant covers.
pub(super) struct Gap {
    /// How many pairs there are.
    pub(super) pairs: usize,
    /// How many of them are not covered.
    pub(super) open: usize,
    /// One of these.
    pub(super) example: Option<(OrgId, OrgId)>,
    /// The data of that one.
    pub(super) data: Option<NodeId>,
}

impl<'c, 'p> Grants<'c, 'p> {
    /// All of them, or those of one agreement.
    pub(super) fn in_force(context: &'c Context<'p>, only: Option<&str>) -> Self {
        Self::on(context, only, context.as_of)
    }

    /// The same on another day.
    pub(super) fn on(context: &'c Context<'p>, only: Option<&str>, on: Date) -> Self {
        let list = context
            .pack
            .agreements
            .iter()
            .filter(|agreement| agreement.in_force_on(on))
            .filter(|agreement| only.is_none_or(|id| agreement.id == id))
            .flat_map(|agreement| agreement.grants.iter().map(move |grant| (agreement, grant)))
            .filter(|(_, grant)| grant.during.contains(on) && !context.for_the_person(grant))
            .collect();
        Self { context, on, list }
    }

    fn is_processor(&self, agreement: &Agreement, org: OrgId) -> bool {
        let includes = |party: &Party| party.includes_on(self.context.words(), &self.context.pack.register, org, self.on);
        agreement.parties.iter().any(|party| party.role == PartyRole::Processor && includes(party))
    }

    /// Grants under which an organisation gives; a processor does so for its controllers.
    pub(super) fn giving(&self, org: OrgId) -> Bits {
        let (words, register, on) = (self.context.words(), &self.context.pack.register, self.on);
        Bits::of(self.list.len(), |index| {
            let (agreement, grant) = self.list[index];
            (agreement.has_party_on(words, register, org, true, on) && grant.of.selects(words, register, org, None, on)) || self.is_processor(agreement, org)
        })
    }

    /// Grants under which an organisation gets, for a role if one is asked about.
    pub(super) fn getting(&self, org: OrgId, role: Option<NodeId>) -> Bits {
        let (words, register, on) = (self.context.words(), &self.context.pack.register, self.on);
        Bits::of(self.list.len(), |index| {
            let (agreement, grant) = self.list[index];
            let meant = match role {
                Some(role) => grant.is_for(words, register, role, Some(org), on),
                None => grant.to.at.selects(words, register, org, None, on),
            };
            (agreement.has_party_on(words, register, org, false, on) && meant) || (role.is_none() && self.is_processor(agreement, org))
        })
    }

    fn reaching(&self, data: NodeId, purpose: NodeId) -> Bits {
        let words = self.context.words();
        let (actions, forms) = (u8::try_from(words.actions.len()).unwrap_or(32).min(32), u8::try_from(words.forms.len()).unwrap_or(32).min(32));
        Bits::of(self.list.len(), |index| {
            let grant = self.list[index].1;
            (0..actions).any(|action| (0..forms).any(|form| grant.reaches(words, data, purpose, action, form, false)))
        })
    }

    /// The grants that reach each leaf of some data for each leaf of a purpose.
    fn reaching_all(&self, data: &[NodeId], purpose: NodeId) -> Vec<(NodeId, Bits)> {
        let words = self.context.words();
        let free = |leaf: &NodeId| words.data.ancestors(*leaf).all(|at| data.contains(&at) || words.data.node(at).restriction == Restriction::None);
        let leaves: BTreeSet<NodeId> = data.iter().flat_map(|name| words.data.leaves(*name)).filter(free).collect();
        leaves
            .into_iter()
            .flat_map(|leaf| words.purposes.leaves(purpose).into_iter().map(move |purpose| (leaf, purpose)))
            .map(|(leaf, purpose)| (leaf, self.reaching(leaf, purpose)))
            .collect()
    }

    /// Those of both sides of whom at least one other on the other side is covered with them, for all of the data.
    fn covered(&self, from: &[OrgId], to: &[OrgId], role: Option<NodeId>, data: &[NodeId], purpose: NodeId) -> BTreeSet<OrgId> {
        let reaching = self.reaching_all(data, purpose);
        let mut givers: BTreeMap<Bits, Vec<OrgId>> = BTreeMap::new();
        let mut getters: BTreeMap<Bits, Vec<OrgId>> = BTreeMap::new();
        for org in from {
            givers.entry(self.giving(*org)).or_default().push(*org);
        }
        for org in to {
            getters.entry(self.getting(*org, role)).or_default().push(*org);
        }
        let mut covered = BTreeSet::new();
        for (giving, from) in &givers {
            for (getting, to) in &getters {
                if reaching.iter().any(|(_, reach)| !giving.meet(getting, reach)) {
                    continue;
                }
                // Nobody hands over to themselves.
                covered.extend(from.iter().filter(|giver| to.iter().any(|getter| getter != *giver)));
                covered.extend(to.iter().filter(|getter| from.iter().any(|giver| giver != *getter)));
            }
        }
        covered
    }

    /// What is not covered of data that goes from each of these to each of those, all of it.
    pub(super) fn gap(&self, from: &[OrgId], to: &[OrgId], role: Option<NodeId>, data: &[NodeId], purpose: NodeId) -> Gap {
        let reaching = self.reaching_all(data, purpose);
        let givers: Vec<(OrgId, Bits)> = from.iter().map(|org| (*org, self.giving(*org))).collect();
        let getters: Vec<(OrgId, Bits)> = to.iter().map(|org| (*org, self.getting(*org, role))).collect();
        // Few sets are distinct: organisations of one group are covered alike.
        let mut known: BTreeMap<(&Bits, &Bits), Option<NodeId>> = BTreeMap::new();
        let mut gap = Gap { pairs: 0, open: 0, example: None, data: None };
        for (giver, giving) in &givers {
            for (getter, getting) in &getters {
                if giver == getter {
                    continue;
                }
                gap.pairs += 1;
                let missing =
                    *known.entry((giving, getting)).or_insert_with(|| reaching.iter().find(|(_, reach)| !giving.meet(getting, reach)).map(|(leaf, _)| *leaf));
                if let Some(leaf) = missing {
                    gap.open += 1;
                    if gap.example.is_none() {
                        gap.example = Some((*giver, *getter));
                        gap.data = Some(leaf);
                    }
                }
            }
        }
        gap
    }
}

/// Whether data comes from, goes to or lies with a group: members of a framework may do none of these.
fn takes_part(party: &Party) -> bool {
    party.gives || party.gets || party.role == PartyRole::Processor
}

/// Whether an organisation is party on the day, in any capacity, to an agreement in force (to one of them, if it is named).
pub(super) fn is_party(context: &Context<'_>, org: OrgId, only: Option<&str>) -> bool {
    context.in_force().filter(|agreement| only.is_none_or(|id| agreement.id == id)).any(|agreement| {
        agreement.parties.iter().filter(|party| takes_part(party)).any(|party| party.includes_on(context.words(), &context.pack.register, org, context.as_of))
    })
}

/// Agreements in force with a grant for individual care, other than in an emergency, to anybody but the person.
pub fn care_agreements<'p>(context: &Context<'p>) -> Vec<&'p Agreement> {
    context
        .in_force()
        .filter(|agreement| {
            agreement
                .grants
                .iter()
                .any(|grant| !grant.release && !context.for_the_person(grant) && grant.reach.purposes.iter().any(|purpose| context.is_direct_care(*purpose)))
        })
        .collect()
}

/// Members of the community that are open and party to none of these.
pub fn members_without_care(context: &Context<'_>) -> Vec<OrgId> {
    let words = context.words();
    let care = care_agreements(context);
    let joined = |org: OrgId| {
        care.iter().any(|agreement| {
            agreement
                .parties
                .iter()
                .any(|party| party.role != PartyRole::Processor && takes_part(party) && party.includes_on(words, &context.pack.register, org, context.as_of))
        })
    };
    context.pack.members_on(context.as_of).filter(|org| !joined(*org)).collect()
}

/// For every organisation of the community's own register that is open, and takes part in transitions of care: those
/// (as places in `pathways`) in which no partner's data reaches it, or none of its data a partner, all that is asked for.
pub fn transitions_uncovered(context: &Context<'_>) -> BTreeMap<OrgId, Vec<usize>> {
    let words = context.words();
    let grants = Grants::in_force(context, None);
    let doing = |function: NodeId| -> Vec<OrgId> {
        let open = |org: &OrgId| {
            let organisation = context.organisation(*org);
            organisation.open.contains(context.as_of) && organisation.has_function_on(&words.functions, function, context.as_of)
        };
        context.pack.register.ids().filter(|org| open(org) && context.is_own(*org)).collect()
    };
    let mut dark: BTreeMap<OrgId, Vec<usize>> = BTreeMap::new();
    for (index, transition) in context.pack.pathways.iter().enumerate() {
        let (from, to) = (doing(transition.from), doing(transition.to));
        let covered = grants.covered(&from, &to, Some(transition.role), &transition.see, transition.purpose);
        let mut all: Vec<OrgId> = from.iter().chain(&to).copied().collect();
        all.sort_unstable();
        all.dedup();
        for org in all.into_iter().filter(|org| !covered.contains(org)) {
            dark.entry(org).or_default().push(index);
        }
    }
    dark
}
