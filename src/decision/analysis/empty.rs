//! Why a clause covers no case: the first of its sides that holds nothing.

use super::{Analysis, Standing, Witness};
use crate::agreement::{Agreement, Clause, Scope};
use crate::decision::plain::{Facts, Question};
use crate::decision::reach::{Products, Set, all_leaves};
use crate::identifier::{Date, Interval};
use crate::register::OrgId;
use crate::vocabulary::{NodeId, ROOT, Tree};

/// A side of a clause that holds nothing on any day on which the clause holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// No day of it lies within the agreement's, suspensions aside.
    Days,
    /// No organisation is a party that gives.
    Givers,
    /// No organisation is a party that gets.
    Getters,
    /// `to:` selects no open organisation.
    Recipients,
    /// `to:` selects organisations, and none of them is a party that gets.
    RecipientsNotParties,
    /// `of:` selects no open organisation.
    Sources,
    /// `of:` selects organisations, and none of them is a party that gives.
    SourcesNotParties,
    /// `except:` leaves out everybody.
    Everybody,
    /// `except:` leaves no data, or all that is named is restricted and opened otherwise.
    Data,
    /// `except:` leaves no purpose.
    Purposes,
    /// Sides that each hold something never do on the same day, or not for one role.
    Together,
    /// The condition cannot be true.
    Condition,
}

impl Empty {
    /// The word in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "dates",
            Self::Givers => "parties that give",
            Self::Getters => "parties that get",
            Self::Recipients | Self::RecipientsNotParties => "to",
            Self::Sources | Self::SourcesNotParties => "of",
            Self::Everybody => "except",
            Self::Data => "see",
            Self::Purposes => "for",
            Self::Together => "together",
            Self::Condition => "when",
        }
    }
}

/// The leaves of names, without those of others.
fn leaves(tree: &Tree, names: &[NodeId], except: &[NodeId]) -> Vec<NodeId> {
    let named = |list: &[NodeId], leaf: NodeId| list.iter().any(|name| *name == ROOT || tree.covers(*name, leaf));
    all_leaves(tree).into_iter().filter(|leaf| named(names, *leaf) && !named(except, *leaf)).collect()
}

impl<'p> Analysis<'p> {
    /// Which side of a clause that covers no case is empty, and a day on which that shows.
    pub fn empty(&self, one: &Standing<'p>) -> (Empty, Date) {
        let days: Vec<Interval> = self.stretches().iter().copied().filter(|during| one.holds_on(during.first)).collect();
        let Some(first) = days.first() else { return (Empty::Days, self.as_of) };
        let products = Products::new(self.pack());
        // The reason that holds on every day; if they differ, none of them alone is it.
        let mut reasons: Vec<Empty> = Vec::new();
        for during in &days {
            for (agreement, clause) in one.copies.iter().filter(|(agreement, _)| agreement.is_none_or(|agreement| agreement.in_force_on(during.first))) {
                let reason = self.empty_on(&products, *agreement, clause, one.prohibits, during.first);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        (if reasons.len() == 1 { reasons[0] } else { Empty::Together }, self.shown_on(*first))
    }

    fn empty_on(&self, products: &Products<'p>, agreement: Option<&Agreement>, clause: &Clause, prohibits: bool, on: Date) -> Empty {
        let words = &self.pack().words;
        if leaves(&words.purposes, &clause.reach.purposes, &clause.reach.except_purposes).is_empty() {
            return Empty::Purposes;
        }
        let own = clause.to.roles.iter().any(|role| words.is_person(*role));
        if !all_leaves(&words.data).into_iter().any(|leaf| clause.reaches_data(words, leaf, prohibits || own)) {
            return Empty::Data;
        }
        let open = products.open(on);
        let (givers, getters) = match agreement {
            Some(agreement) => (products.parties(agreement, true, on).as_ref().clone(), products.parties(agreement, false, on).as_ref().clone()),
            None => (open.clone(), open.clone()),
        };
        if givers.is_empty() {
            return Empty::Givers;
        }
        let sources = products.selected(&clause.of, None, on).and(&open);
        if sources.is_empty() {
            return Empty::Sources;
        }
        if !sources.meets(&givers) {
            return Empty::SourcesNotParties;
        }
        if own {
            return Empty::Together;
        }
        let everywhere = prohibits && clause.scope != Scope::Agreement;
        if !everywhere && getters.is_empty() {
            return Empty::Getters;
        }
        let recipients = products.selected(&clause.to.at, None, on).and(&open);
        if recipients.is_empty() {
            return Empty::Recipients;
        }
        let recipients = if everywhere { recipients } else { recipients.and(&getters) };
        if recipients.is_empty() {
            return Empty::RecipientsNotParties;
        }
        match &clause.reach.except_who {
            Some(who) if recipients.minus(&products.selected(&who.at, None, on)).is_empty() => Empty::Everybody,
            _ => Empty::Together,
        }
    }

    /// A case that a clause seems to name, though it covers none. None where it names no open organisation.
    pub fn named_case(&self, one: &Standing<'p>, on: Date) -> Option<Witness> {
        let (pack, clause) = (self.pack(), one.clause());
        let words = &pack.words;
        let products = Products::new(pack);
        let open = products.open(on);
        let bit = |mask: u32| u8::try_from(mask.trailing_zeros()).ok().filter(|bit| *bit < 32);
        let first = |set: Set| set.iter().next().and_then(|org| u32::try_from(org).ok()).map(OrgId);
        let one_of = |selector, party: Option<bool>| {
            let selected = products.selected(selector, None, on).and(&open);
            let parties = party.and_then(|giving| one.copies[0].0.map(|agreement| products.parties(agreement, giving, on)));
            let both = parties.map_or_else(|| selected.clone(), |parties| selected.and(&parties));
            first(if both.is_empty() { selected } else { both })
        };
        let role = if clause.to.roles.is_empty() || clause.to.roles.contains(&ROOT) {
            all_leaves(&words.roles).into_iter().find(|role| !words.is_person(*role))?
        } else {
            *leaves(&words.roles, &clause.to.roles, &[]).first()?
        };
        let at = if words.is_person(role) { None } else { Some(one_of(&clause.to.at, Some(false))?) };
        let question = Question {
            role,
            at,
            action: bit(clause.reach.actions)?,
            form: bit(clause.reach.forms)?,
            data: *leaves(&words.data, &clause.reach.see, &[]).first()?,
            of: one_of(&clause.of, Some(true))?,
            purpose: *leaves(&words.purposes, &clause.reach.purposes, &[]).first()?,
            on,
        };
        Some(Witness { question, facts: Facts::default() })
    }
}
