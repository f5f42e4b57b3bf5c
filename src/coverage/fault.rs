//! Why something is not covered: what fails in the grant that comes nearest, or the clause that prohibits it.

use std::cmp::Reverse;

use super::{Demand, What};
use crate::agreement::valid::Joined;
use crate::agreement::{Agreement, Clause};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::NodeId;

/// An end of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Whose data.
    Giver,
    /// Who has to see it.
    Getter,
}

/// One thing that fails. Agreements by id, clauses by place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// An organisation is closed: code, last day, and who carries on.
    Closed(String, Option<Date>, Option<String>),
    /// The agreement is over since the day after this one.
    Ended(String, Date),
    /// It begins on this day.
    NotYet(String, Date),
    /// It is suspended; the last day, where one is written.
    Suspended(String, Option<Date>),
    /// It is a draft or in review.
    Unsigned(String),
    /// Organisations of that end belong to a group of the agreement and have not joined.
    NotJoined(String, Side),
    /// They had joined, and have left.
    Left(String, Side),
    /// They join on a later day.
    JoinsLater(String, Side),
    /// No group of the agreement that gives (or gets) holds them.
    NotParty(String, Side),
    /// The grant is for other roles.
    Role(String),
    /// The grant does not reach the data.
    Data(String),
    /// The grant is for other purposes.
    Purpose(String),
    /// The grant allows neither to view it nor in a form that shows who it is about.
    Way(String),
    /// The grant is for (or of) other organisations than those of that end.
    Elsewhere(String, Side),
    /// The grant ended on this day.
    ClauseEnded(String, Date),
    /// The grant begins on this day.
    ClauseNotYet(String, Date),
    /// A clause prohibits it.
    Prohibited(String),
    /// Another agreement covers it than the one it names; the one it names stands here.
    OtherAgreement(String),
    /// The agreement it names is not in the pack.
    NoSuchAgreement(String),
    /// No grant of the pack comes near.
    NoGrant,
}

impl Fault {
    /// The word in machine output.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Closed(..) => "closed_organisation",
            Self::Ended(..) => "expired",
            Self::NotYet(..) => "not_yet_in_force",
            Self::Suspended(..) => "suspended",
            Self::Unsigned(_) => "unsigned",
            Self::NotJoined(..) => "not_joined",
            Self::Left(..) => "left",
            Self::JoinsLater(..) => "joins_later",
            Self::NotParty(..) => "not_party",
            Self::Role(_) => "missing_role",
            Self::Data(_) => "missing_data",
            Self::Purpose(_) => "missing_purpose",
            Self::Way(_) => "missing_way",
            Self::Elsewhere(..) => "other_organisations",
            Self::ClauseEnded(..) => "clause_expired",
            Self::ClauseNotYet(..) => "clause_not_yet_in_force",
            Self::Prohibited(_) => "prohibited",
            Self::OtherAgreement(_) => "other_agreement",
            Self::NoSuchAgreement(_) => "no_such_agreement",
            Self::NoGrant => "no_grant",
        }
    }

    /// Which end is at fault, where one is.
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::NotJoined(_, side) | Self::Left(_, side) | Self::JoinsLater(_, side) | Self::NotParty(_, side) | Self::Elsewhere(_, side) => Some(*side),
            _ => None,
        }
    }

    /// The agreement or clause it is about; the organisation of one that is closed.
    pub fn about(&self) -> Option<&str> {
        match self {
            Self::Closed(name, ..)
            | Self::Ended(name, _)
            | Self::NotYet(name, _)
            | Self::Suspended(name, _)
            | Self::Unsigned(name)
            | Self::NotJoined(name, _)
            | Self::Left(name, _)
            | Self::JoinsLater(name, _)
            | Self::NotParty(name, _)
            | Self::Role(name)
            | Self::Data(name)
            | Self::Purpose(name)
            | Self::Way(name)
            | Self::Elsewhere(name, _)
            | Self::ClauseEnded(name, _)
            | Self::ClauseNotYet(name, _)
            | Self::Prohibited(name)
            | Self::OtherAgreement(name)
            | Self::NoSuchAgreement(name) => Some(name),
            Self::NoGrant => None,
        }
    }

    /// How far it is from being mended: a signature is nearer than a clause, a clause nearer than a party.
    fn cost(&self) -> u32 {
        match self {
            Self::NotJoined(..) | Self::Left(..) | Self::JoinsLater(..) | Self::Suspended(..) | Self::ClauseEnded(..) | Self::ClauseNotYet(..) => 2,
            Self::Ended(..) | Self::NotYet(..) | Self::Unsigned(_) => 3,
            Self::NotParty(..) => 5,
            _ => 4,
        }
    }
}

/// How an organisation stands to the groups of an agreement that give (or get).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    In,
    NotJoined,
    Left,
    Later,
    Outside,
}

fn standing(pack: &Pack, agreement: &Agreement, org: OrgId, giving: bool, on: Date) -> Standing {
    // Who had joined is asked for the nearest day of the term, so that a lapsed agreement is one fault.
    let day = agreement.term.map_or(on, |term| on.clamp(term.first, term.last));
    let groups = agreement.parties.iter().filter(|party| if giving { party.gives } else { party.gets });
    groups
        .filter(|party| party.who.selects(&pack.words, &pack.register, org, None, on))
        .map(|party| match &party.joined {
            Joined::OnStart => Standing::In,
            Joined::ByFile(accessions) => match accessions.get(&org) {
                None => Standing::NotJoined,
                Some(list) if list.iter().any(|one| one.during.contains(day)) => Standing::In,
                Some(list) if list.iter().any(|one| one.during.first > day) => Standing::Later,
                Some(_) => Standing::Left,
            },
        })
        .min()
        .unwrap_or(Standing::Outside)
}

/// Explains what is not covered of one demand on one day.
pub(super) struct Explainer<'d, 'p> {
    pub(super) pack: &'p Pack,
    pub(super) demand: &'d Demand<'p>,
    pub(super) on: Date,
    /// The way a transition is looked at: to view what shows who it is about.
    pub(super) way: (u8, u8),
}

impl<'p> Explainer<'_, 'p> {
    /// The grants that could cover it: those for others than the person, of the agreement it names.
    fn grants(&self) -> impl Iterator<Item = (&'p Agreement, &'p Clause)> + '_ {
        let words = &self.pack.words;
        let own = move |grant: &Clause| !grant.to.roles.is_empty() && grant.to.roles.iter().all(|role| words.is_person(*role));
        self.pack
            .agreements
            .iter()
            .filter(|agreement| self.demand.agreement.is_none_or(|id| agreement.id == id))
            .flat_map(|agreement| agreement.grants.iter().map(move |grant| (agreement, grant)))
            .filter(move |(_, grant)| !own(grant))
    }

    fn selected(&self, clause: &Clause, org: OrgId, role: Option<NodeId>, side: Side) -> bool {
        let (words, register) = (&self.pack.words, &self.pack.register);
        match (side, role) {
            (Side::Giver, _) => clause.of.selects(words, register, org, role, self.on),
            // What is for another role is not for this organisation only: the role is judged apart.
            (Side::Getter, Some(role)) if clause.is_for_role(words, role) => clause.is_for(words, register, role, Some(org), self.on),
            (Side::Getter, _) => clause.to.at.selects(words, register, org, role, self.on),
        }
    }

    /// What explanations tell apart of an organisation at one end.
    pub(super) fn signature(&self, org: OrgId, side: Side) -> Vec<u8> {
        let mut signature = Vec::new();
        let mut last = None;
        for (agreement, grant) in self.grants() {
            if last != Some(&raw const *agreement) {
                last = Some(&raw const *agreement);
                signature.push(standing(self.pack, agreement, org, side == Side::Giver, self.on) as u8);
            }
            if self.demand.roles.is_empty() {
                signature.push(u8::from(self.selected(grant, org, None, side)));
            }
            signature.extend(self.demand.roles.iter().map(|role| u8::from(self.selected(grant, org, Some(*role), side))));
        }
        signature
    }

    /// What fails for a pair of organisations, in the grant that lacks least. Never empty.
    pub(super) fn faults(&self, giver: OrgId, getter: OrgId, leaf: NodeId, role: Option<NodeId>, purpose: NodeId) -> Vec<Fault> {
        if let Some(id) = self.demand.agreement.filter(|id| self.pack.agreement(id).is_none()) {
            return vec![Fault::NoSuchAgreement(id.to_owned())];
        }
        self.grants()
            .map(|(agreement, grant)| (agreement, self.in_grant(agreement, grant, (giver, getter), leaf, role, purpose)))
            .filter(|(_, faults)| !faults.is_empty())
            .min_by_key(|(agreement, faults)| (faults.iter().map(Fault::cost).sum::<u32>(), Reverse(agreement.term.map(|term| term.last))))
            .map_or_else(|| vec![Fault::NoGrant], |(_, faults)| faults)
    }

    fn in_grant(
        &self,
        agreement: &Agreement,
        grant: &Clause,
        (giver, getter): (OrgId, OrgId),
        leaf: NodeId,
        role: Option<NodeId>,
        purpose: NodeId,
    ) -> Vec<Fault> {
        let (words, on, id) = (&self.pack.words, self.on, &agreement.id);
        let mut faults: Vec<Fault> = in_term(agreement, on).into_iter().collect();
        for (org, side) in [(getter, Side::Getter), (giver, Side::Giver)] {
            match standing(self.pack, agreement, org, side == Side::Giver, on) {
                Standing::In => {}
                Standing::NotJoined => faults.push(Fault::NotJoined(id.clone(), side)),
                Standing::Left => faults.push(Fault::Left(id.clone(), side)),
                Standing::Later => faults.push(Fault::JoinsLater(id.clone(), side)),
                Standing::Outside => faults.push(Fault::NotParty(id.clone(), side)),
            }
            if !self.selected(grant, org, role, side) {
                faults.push(Fault::Elsewhere(grant.place.clone(), side));
            }
        }
        if role.is_some_and(|role| !grant.is_for_role(words, role)) {
            faults.push(Fault::Role(grant.place.clone()));
        }
        if !grant.reaches_data(words, leaf, false) {
            faults.push(Fault::Data(grant.place.clone()));
        }
        let meant = |names: &[NodeId]| names.iter().any(|name| words.purposes.covers(*name, purpose));
        if !meant(&grant.reach.purposes) || meant(&grant.reach.except_purposes) {
            faults.push(Fault::Purpose(grant.place.clone()));
        }
        let edge = matches!(self.demand.what, What::Edge { .. });
        if edge && (grant.reach.actions >> self.way.0 & 1 == 0 || grant.reach.forms >> self.way.1 & 1 == 0) {
            faults.push(Fault::Way(grant.place.clone()));
        }
        if on < grant.during.first && in_term(agreement, on).is_none() {
            faults.push(Fault::ClauseNotYet(grant.place.clone(), grant.during.first));
        } else if on > grant.during.last && in_term(agreement, on).is_none() {
            faults.push(Fault::ClauseEnded(grant.place.clone(), grant.during.last));
        }
        faults
    }
}

/// Why an agreement is not in force on a day; none if it is.
pub fn in_term(agreement: &Agreement, on: Date) -> Option<Fault> {
    let id = || agreement.id.clone();
    if agreement.in_force_on(on) {
        return None;
    }
    Some(match agreement.term {
        Some(term) if agreement.status.grants() => {
            if on < term.first {
                Fault::NotYet(id(), term.first)
            } else if on > term.last {
                Fault::Ended(id(), term.last)
            } else {
                let last = agreement.suspended.iter().filter(|gap| gap.contains(on)).map(|gap| gap.last).max();
                Fault::Suspended(id(), last.filter(|last| *last != Date::MAX))
            }
        }
        _ => Fault::Unsigned(id()),
    })
}

/// What keeps an organisation that has a group in an agreement from being its party; none if it has no group, or is one.
pub(super) fn unjoined(pack: &Pack, agreement: &Agreement, org: OrgId, on: Date) -> Option<Fault> {
    [(Side::Getter, false), (Side::Giver, true)].into_iter().find_map(|(side, giving)| match standing(pack, agreement, org, giving, on) {
        Standing::In | Standing::Outside => None,
        Standing::NotJoined => Some(Fault::NotJoined(agreement.id.clone(), side)),
        Standing::Left => Some(Fault::Left(agreement.id.clone(), side)),
        Standing::Later => Some(Fault::JoinsLater(agreement.id.clone(), side)),
    })
}
