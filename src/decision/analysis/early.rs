//! Prohibitions that end while what they close is still granted.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::judged::{Change, atoms, open};
use super::{Analysis, Standing, Witness};
use crate::agreement::{Agreement, Clause};
use crate::decision::compiled::Effect;
use crate::decision::plain::Question;
use crate::identifier::{Date, Interval};

/// What opens when a prohibition ends.
#[derive(Clone, Debug)]
pub struct Opening<'p> {
    /// The last day on which it stands.
    pub last: Date,
    /// A case that is then open, on the first such day (the day asked about, if that is later).
    pub witness: Witness,
    /// The grant that opens it, in force before and after.
    pub grant: &'p Clause,
}

impl<'p> Analysis<'p> {
    /// The days on which a prohibition stops to stand, each with the first day on which that matters: the next, or the day
    /// asked about if that is later. Days after which it stands again by the day asked about are left out.
    fn ends(&self, one: &Standing<'p>) -> Vec<(Interval, Interval)> {
        let mut days: Vec<Interval> = self.stretches().to_vec();
        days.sort_by_key(|during| during.first);
        let mut ends = Vec::new();
        for pair in days.windows(2).filter(|pair| one.holds_on(pair[0].first) && !one.holds_on(pair[1].first)) {
            let next = pair[1].first.max(self.as_of);
            let Some(after) = days.iter().find(|during| during.contains(next)) else { continue };
            // Of those that ended before the day asked about only the last still matters.
            ends.retain(|(_, later): &(Interval, Interval)| later != after);
            if !one.holds_on(next) {
                ends.push((pair[0], *after));
            }
        }
        ends
    }

    /// What opens when a prohibition ends: a case that it closes on its last day, and that the same grant then allows. The
    /// first such case for each end, of those that a test on the grant accepts.
    pub fn openings(&self, one: &Standing<'p>, accept: impl Fn(&Clause, &Agreement, &Question) -> bool) -> Vec<Opening<'p>> {
        self.ends(one).into_iter().filter_map(|(before, after)| self.opening(one, before, after, &accept)).collect()
    }

    fn opening(&self, one: &Standing<'p>, before: Interval, after: Interval, accept: &dyn Fn(&Clause, &Agreement, &Question) -> bool) -> Option<Opening<'p>> {
        let number = |during: Interval| self.stretches().iter().position(|other| *other == during);
        let (ground, then) = (self.ground(number(before)?), self.compiled.epoch(after.first));
        let place = [one.place()];
        let still: BTreeSet<*const Clause> = then.rows.iter().filter(|row| row.effect == Effect::Grants).map(|row| std::ptr::from_ref(row.clause)).collect();
        let mut opening = None;
        for target in self.rows(one, ground) {
            ground.walk_both(
                target,
                Some(then),
                |_| true,
                |met| {
                    let epoch = ground.epoch;
                    let Some(now) = atoms(epoch, met.rows) else { return ControlFlow::Continue(()) };
                    for grant in met.rows.iter().filter(|row| still.contains(&std::ptr::from_ref(epoch.rows[**row as usize].clause))) {
                        // Closed by this prohibition and by nothing else.
                        let closed = open(epoch, now, met.rows, *grant, Change::Without(&place)).without(&open(epoch, now, met.rows, *grant, Change::Nothing));
                        if closed.is_never() {
                            continue;
                        }
                        let clause = epoch.rows[*grant as usize].clause;
                        let mut question = met.question;
                        question.on = if after.contains(self.as_of) { self.as_of } else { after.first };
                        let same = met.then.iter().find(|row| std::ptr::eq(then.rows[**row as usize].clause, clause));
                        let (Some(later), Some(row)) = (atoms(then, met.then), same) else { continue };
                        let opened = open(then, later, met.then, *row, Change::Nothing);
                        let all = now.facts | later.facts;
                        let agreement = epoch.rows[*grant as usize].agreement.map(|index| &self.pack().agreements[index]);
                        if !agreement.is_some_and(|agreement| accept(clause, agreement, &question)) {
                            continue;
                        }
                        let truth = crate::agreement::condition::submasks(all).find(|truth| now.holds(&closed, *truth) && later.holds(&opened, *truth));
                        if let Some(truth) = truth {
                            opening = Some(Opening { last: before.last, witness: Witness::new(question, all, truth), grant: clause });
                            return ControlFlow::Break(());
                        }
                    }
                    ControlFlow::Continue(())
                },
            );
            if opening.is_some() {
                break;
            }
        }
        opening
    }
}
