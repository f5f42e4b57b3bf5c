//! Sets of organisations through the days that are compared, said in the numbers both sides share.

use std::collections::HashMap;
use std::rc::Rc;

use crate::decision::compiled::bits::Bits;
use crate::identifier::Interval;

/// A set of organisations through the days.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Members {
    /// Those that are in it on every day.
    pub(super) always: Bits,
    /// The others, each with days on which they are, the lowest number and the first day first.
    pub(super) turns: Vec<(u32, Interval)>,
}

/// Sets, each kept once.
#[derive(Default)]
pub(super) struct Sets {
    numbers: HashMap<Rc<Members>, u32>,
    all: Vec<(Rc<Members>, Bits)>,
    meet: HashMap<(u32, u32), bool>,
}

impl Sets {
    /// The number of a set.
    pub(super) fn number(&mut self, members: Members) -> u32 {
        if let Some(number) = self.numbers.get(&members) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let mut ever = members.always.clone();
        for (org, _) in &members.turns {
            ever.add(*org as usize);
        }
        let members = Rc::new(members);
        self.numbers.insert(Rc::clone(&members), number);
        self.all.push((members, ever));
        number
    }

    /// A set.
    pub(super) fn members(&self, number: u32) -> &Members {
        &self.all[number as usize].0
    }

    /// Everybody that is in a set on some day.
    pub(super) fn ever(&self, number: u32) -> &Bits {
        &self.all[number as usize].1
    }

    /// Whether anybody is in both, on whatever days.
    pub(super) fn meet(&mut self, one: u32, two: u32) -> bool {
        let all = &self.all;
        *self.meet.entry((one.min(two), one.max(two))).or_insert_with(|| all[one as usize].1.meets(&all[two as usize].1))
    }
}

/// Whether two lists have a day in common.
pub(super) fn overlap(one: &[Interval], two: &[Interval]) -> bool {
    one.iter().any(|one| two.iter().any(|two| one.meet(*two).is_some()))
}
