//! Restricted data that somebody sees whatever the facts are.

use std::ops::ControlFlow;

use super::judged::{Change, atoms, open, permitted};
use super::{Analysis, Standing, Witness};
use crate::agreement::Clause;
use crate::decision::compiled::Effect;
use crate::decision::plain::Question;
use crate::identifier::Interval;
use crate::vocabulary::{NodeId, Restriction};

/// A case of restricted data that is allowed whatever the facts are.
#[derive(Clone, Debug)]
pub struct Unconditional<'p> {
    /// The restricted name, the data itself or the nearest above it.
    pub restricted: NodeId,
    /// The case; no facts need be known.
    pub witness: Witness,
    /// Grants that allow it between them, if the one asked about does not alone.
    pub with: Vec<&'p Clause>,
}

impl<'p> Analysis<'p> {
    /// The restricted data that a grant opens, in one of some forms, to somebody other than the person, with no fact asked
    /// about, alone or with others. One case for each restricted name. Cases in which too many conditions meet are left out.
    pub fn unconditional(&self, one: &Standing<'p>, forms: u32) -> Vec<Unconditional<'p>> {
        let words = &self.pack().words;
        let restricted = |leaf: NodeId| words.data.ancestors(leaf).find(|at| words.data.node(*at).restriction != Restriction::None);
        let names: Vec<NodeId> = words.data.ids().filter(|id| words.data.node(*id).restriction != Restriction::None).collect();
        let live = |during: &Interval| during.last >= self.as_of && one.holds_on(during.first);
        let first = |name: NodeId| {
            self.stretches().iter().enumerate().filter(|(_, during)| live(during)).find_map(|(stretch, during)| {
                let ground = self.ground(stretch);
                let epoch = ground.epoch;
                self.rows(one, ground).into_iter().find_map(|target| {
                    let mut found = None;
                    ground.walk(
                        target,
                        |leaf| restricted(leaf) == Some(name),
                        |met| {
                            let question = Question { on: self.shown_on(*during), ..met.question };
                            if forms >> question.form & 1 == 0 || words.is_person(question.role) {
                                return ControlFlow::Continue(());
                            }
                            let Some(atoms) = atoms(epoch, met.rows) else { return ControlFlow::Continue(()) };
                            let own = open(epoch, atoms, met.rows, target, Change::Nothing);
                            let all = permitted(epoch, atoms, met.rows, Change::Nothing, |_| true);
                            if all != atoms.every() || own.is_never() {
                                return ControlFlow::Continue(());
                            }
                            let others = met.rows.iter().filter(|row| **row != target && epoch.rows[**row as usize].effect == Effect::Grants);
                            let with = if own == all { Vec::new() } else { others.map(|row| epoch.rows[*row as usize].clause).collect() };
                            found = Some(Unconditional { restricted: name, witness: Witness::new(question, 0, 0), with });
                            ControlFlow::Break(())
                        },
                    );
                    found
                })
            })
        };
        names
            .into_iter()
            .filter(|name| one.clause().reach.see.iter().any(|see| words.data.covers(*see, *name) || words.data.covers(*name, *see)))
            .filter_map(first)
            .collect()
    }
}
