//! Sets of organisations through all stretches of days at once.

use super::orgs::OrgSet;

/// From one stretch to another, both included, by their numbers.
pub(super) type Run = (u32, u32);

/// Every stretch.
pub(super) const ALWAYS: Run = (0, u32::MAX);

/// Which organisations are in a set, and in which stretches of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Timed {
    /// Those that are in it in every stretch.
    pub(super) always: OrgSet,
    /// The others with their runs of stretches, by organisation and then by time, runs neither touching nor overlapping.
    pub(super) sometimes: Box<[(u32, Run)]>,
}

/// What is done with two sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    And,
    Or,
    Without,
}

/// Joins runs in the order of their first stretches where they touch or overlap.
pub(super) fn joined(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_unstable();
    let mut all: Vec<Run> = Vec::with_capacity(runs.len());
    for run in runs {
        match all.last_mut() {
            Some(last) if run.0 <= last.1.saturating_add(1) => last.1 = last.1.max(run.1),
            _ => all.push(run),
        }
    }
    all
}

/// The stretches of both lists of runs.
pub(super) fn meet(one: &[Run], two: &[Run]) -> Vec<Run> {
    let runs = one.iter().flat_map(|a| two.iter().map(move |b| (a.0.max(b.0), a.1.min(b.1)))).filter(|run| run.0 <= run.1);
    joined(runs.collect())
}

/// The stretches of the first list that are not in the second.
pub(super) fn left(one: &[Run], two: &[Run]) -> Vec<Run> {
    let mut rest = one.to_vec();
    for gap in two {
        rest = rest
            .into_iter()
            .flat_map(|run| {
                let before = (gap.0 > run.0).then(|| (run.0, run.1.min(gap.0 - 1)));
                let after = (gap.1 < run.1).then(|| (run.0.max(gap.1 + 1), run.1));
                before.into_iter().chain(after)
            })
            .collect();
    }
    joined(rest)
}

impl Timed {
    /// The same organisations in every stretch.
    pub(super) fn fixed(always: OrgSet) -> Self {
        Self { always, sometimes: Box::default() }
    }

    /// From organisations with runs in which they are in the set, by organisation; one may stand there more than once.
    pub(super) fn of(size: usize, facts: &[(u32, Run)]) -> Self {
        let (mut always, mut sometimes) = (Vec::new(), Vec::new());
        for facts in facts.chunk_by(|one, other| one.0 == other.0) {
            let org = facts[0].0;
            if facts.iter().any(|(_, run)| *run == ALWAYS) {
                always.push(org);
            } else if let [fact] = facts {
                sometimes.push(*fact);
            } else {
                let runs = joined(facts.iter().map(|(_, run)| *run).collect());
                if runs == [ALWAYS] {
                    always.push(org);
                } else {
                    sometimes.extend(runs.into_iter().map(|run| (org, run)));
                }
            }
        }
        Self { always: OrgSet::of(size, always), sometimes: sometimes.into() }
    }

    /// The part of `sometimes` that is about an organisation.
    fn turns(&self, org: u32) -> &[(u32, Run)] {
        let from = self.sometimes.partition_point(|(other, _)| *other < org);
        let rest = &self.sometimes[from..];
        &rest[..rest.iter().take_while(|(other, _)| *other == org).count()]
    }

    fn runs(&self, org: u32) -> Vec<Run> {
        if self.always.has(org as usize) {
            return vec![ALWAYS];
        }
        self.turns(org).iter().map(|(_, run)| *run).collect()
    }

    /// Whether an organisation is in it in a stretch.
    pub(super) fn has(&self, org: u32, stretch: u32) -> bool {
        if self.always.has(org as usize) {
            return true;
        }
        let from = self.sometimes.partition_point(|(other, _)| *other < org);
        self.sometimes[from..].iter().take_while(|(other, _)| *other == org).any(|(_, run)| run.0 <= stretch && stretch <= run.1)
    }

    /// Whether it has no organisation in any stretch.
    pub(super) fn is_empty(&self) -> bool {
        self.always.is_empty() && self.sometimes.is_empty()
    }

    /// Two sets made one, stretch by stretch.
    pub(super) fn with(&self, other: &Self, operation: Operation, size: usize) -> Self {
        let always = match operation {
            Operation::And => self.always.and(&other.always, size),
            Operation::Or => self.always.or(&other.always, size),
            Operation::Without => self.always.without(&other.always, size),
        };
        if self.sometimes.is_empty() && other.sometimes.is_empty() {
            return Self::fixed(always);
        }
        if operation == Operation::And {
            return self.and(other, always);
        }
        let mut wavering: Vec<u32> = self.sometimes.iter().chain(&other.sometimes).map(|(org, _)| *org).collect();
        wavering.sort_unstable();
        wavering.dedup();
        let (mut added, mut sometimes) = (Vec::new(), Vec::new());
        for org in &wavering {
            let (one, two) = (self.runs(*org), other.runs(*org));
            let runs = match operation {
                Operation::And => meet(&one, &two),
                Operation::Or => joined(one.into_iter().chain(two).collect()),
                Operation::Without => left(&one, &two),
            };
            if runs == [ALWAYS] {
                added.push(*org);
            } else {
                sometimes.extend(runs.into_iter().map(|run| (*org, run)));
            }
        }
        let always = always.without(&OrgSet::of(size, wavering), size).or(&OrgSet::of(size, added), size);
        Self { always, sometimes: sometimes.into() }
    }

    /// What is in both, `always` being in both in every stretch.
    fn and(&self, other: &Self, always: OrgSet) -> Self {
        let mut sometimes = Vec::with_capacity(self.sometimes.len().min(other.sometimes.len()));
        for turns in self.sometimes.chunk_by(|one, next| one.0 == next.0) {
            let org = turns[0].0;
            if other.always.has(org as usize) {
                sometimes.extend(turns);
                continue;
            }
            match (turns, other.turns(org)) {
                (_, []) => {}
                ([(_, one)], [(_, two)]) => {
                    let run = (one.0.max(two.0), one.1.min(two.1));
                    sometimes.extend((run.0 <= run.1).then_some((org, run)));
                }
                (_, theirs) => {
                    let runs = |turns: &[(u32, Run)]| turns.iter().map(|(_, run)| *run).collect::<Vec<_>>();
                    sometimes.extend(meet(&runs(turns), &runs(theirs)).into_iter().map(|run| (org, run)));
                }
            }
        }
        sometimes.extend(other.sometimes.iter().filter(|(org, _)| self.always.has(*org as usize)));
        sometimes.sort_unstable();
        Self { always, sometimes: sometimes.into() }
    }

    /// Those in it in a stretch.
    pub(super) fn on(&self, stretch: u32, size: usize) -> OrgSet {
        let here = self.sometimes.iter().filter(|(_, run)| run.0 <= stretch && stretch <= run.1).map(|(org, _)| *org).collect();
        self.always.or(&OrgSet::of(size, here), size)
    }

    /// The stretches in which something about it changes, the earliest first.
    pub(super) fn changes(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.sometimes.iter().flat_map(|(_, run)| [run.0, run.1.saturating_add(1)]).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Bytes it holds.
    pub(super) fn bytes(&self) -> usize {
        self.always.bytes() + self.sometimes.len() * size_of::<(u32, Run)>()
    }

    /// A number that equal sets share.
    pub(super) fn digest(&self) -> u64 {
        let mut digest = 0u64;
        let mut add = |word: u64| digest = (digest.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        match &self.always {
            OrgSet::Few(list) => list.iter().for_each(|org| add(u64::from(*org))),
            OrgSet::Many(bits) => bits.words().iter().for_each(|word| add(*word)),
        }
        self.sometimes.iter().for_each(|(org, run)| add(u64::from(*org) << 40 ^ u64::from(run.0) << 20 ^ u64::from(run.1)));
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Twelve stretches; the last stands for all that follow.
    fn set() -> impl Strategy<Value = Vec<u16>> {
        proptest::collection::vec(prop_oneof![2 => Just(0u16), 2 => Just(0xfff), 3 => 0u16..0x1000], 70)
    }

    fn timed(days: &[u16]) -> Timed {
        let runs = |mask: u16| (0..12u32).filter(|at| mask >> at & 1 == 1).map(|at| (at, if at == 11 { u32::MAX } else { at })).collect::<Vec<_>>();
        let facts: Vec<(u32, Run)> = (0..).zip(days).flat_map(|(org, mask)| runs(*mask).into_iter().map(move |run| (org, run))).collect();
        Timed::of(70, &facts)
    }

    proptest! {
        #[test]
        fn operations_hold_in_every_stretch(a in set(), b in set()) {
            for (operation, mask) in [(Operation::And, (|a, b| a & b) as fn(u16, u16) -> u16), (Operation::Or, |a, b| a | b), (Operation::Without, |a, b| a & !b)] {
                let expected: Vec<u16> = a.iter().zip(&b).map(|(a, b)| mask(*a, *b)).collect();
                let found = timed(&a).with(&timed(&b), operation, 70);
                prop_assert_eq!(&found, &timed(&expected), "{:?}", operation);
                for stretch in 0..12 {
                    let here: Vec<u32> = (0..).zip(&expected).filter(|(_, mask)| *mask >> stretch & 1 == 1).map(|(org, _)| org).collect();
                    prop_assert!((0..70).all(|org| found.has(org, stretch) == here.contains(&org)));
                    prop_assert_eq!(found.on(stretch, 70), OrgSet::of(70, here));
                }
            }
        }
    }
}
