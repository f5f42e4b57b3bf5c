//! Grants that can be left out one by one, and which of them cannot be left out together.

use std::ops::ControlFlow;

use super::cells::Walk;
use super::judged::{Change, atoms, open, permitted, some_truth};
use super::profile::stands_in;
use super::{Analysis, Standing, Witness};

/// What leaving some grants out changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// Nothing.
    Nothing,
    /// This case is then allowed no longer.
    Case(Witness),
    /// There were more cases than are looked at.
    TooMany,
}

/// Grants none of which is needed while the others stand.
#[derive(Clone, Debug)]
pub struct Redundancy {
    /// Their places in the list they were given in, the first of the pack first.
    pub grants: Vec<usize>,
    /// A case that is allowed no longer when all of them are left out.
    pub witness: Witness,
}

impl<'p> Analysis<'p> {
    /// What leaving out all of some grants changes.
    pub fn missed(&self, without: &[&Standing<'p>]) -> Missed {
        let places: Vec<&str> = without.iter().map(|one| one.place()).collect();
        for (stretch, during) in self.stretches().iter().enumerate() {
            for one in without.iter().filter(|one| one.holds_on(during.first)) {
                let ground = self.ground(stretch);
                for target in self.rows(one, ground) {
                    let (mut case, mut too_many) = (None, false);
                    let walk = ground.walk(
                        target,
                        |_| true,
                        |met| {
                            let Some(atoms) = atoms(ground.epoch, met.rows) else {
                                too_many = true;
                                return ControlFlow::Break(());
                            };
                            let own = open(ground.epoch, atoms, met.rows, target, Change::Nothing);
                            let others = permitted(ground.epoch, atoms, met.rows, Change::Without(&places), |other| stands_in(other, one.clause()));
                            let mut question = met.question;
                            question.on = self.shown_on(*during);
                            case = some_truth(atoms, &own.without(&others)).map(|truth| Witness::new(question, atoms.facts, truth));
                            if case.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                        },
                    );
                    match case {
                        Some(case) => return Missed::Case(case),
                        None if too_many || walk == Walk::TooMany => return Missed::TooMany,
                        None => {}
                    }
                }
            }
        }
        Missed::Nothing
    }

    /// Of grants that can each be left out: those that can all be left out together, and the groups in which each makes the
    /// others unnecessary. What could not be looked at whole is in neither.
    pub fn redundancies(&self, unnecessary: &[&Standing<'p>]) -> (Vec<usize>, Vec<Redundancy>) {
        let missed = |chosen: &[usize]| self.missed(&chosen.iter().map(|index| unnecessary[*index]).collect::<Vec<_>>());
        // What is written last is left out first.
        let (mut left_out, mut groups): (Vec<usize>, Vec<Redundancy>) = (Vec::new(), Vec::new());
        for index in (0..unnecessary.len()).rev() {
            let with = |others: &[usize]| missed(&others.iter().copied().chain([index]).collect::<Vec<_>>());
            match with(&left_out) {
                Missed::Nothing => left_out.push(index),
                Missed::TooMany => {}
                Missed::Case(witness) => {
                    // The fewest of those left out without which it is needed: one if one is enough.
                    let mut witness = witness;
                    let mut partners = left_out.clone();
                    for other in left_out.iter().rev() {
                        let fewer: Vec<usize> = partners.iter().copied().filter(|one| one != other).collect();
                        if let Missed::Case(case) = with(&fewer) {
                            (partners, witness) = (fewer, case);
                        }
                    }
                    partners.push(index);
                    partners.sort_unstable();
                    groups.push(Redundancy { grants: partners, witness });
                }
            }
        }
        groups.reverse();
        left_out.retain(|index| !groups.iter().any(|group| group.grants.contains(index)));
        left_out.reverse();
        (left_out, groups)
    }
}
