//! What becomes of the classes of one node: which fail, and whose rows are left out for it.

use std::collections::HashMap;

use super::check::{Outcome, is_anonymous};
use super::{Goal, NOBODY, Occurrences, Space};
use crate::disclosure::measure::closeness::{Distance, SLACK, Walk};

/// How a node does, and what it costs whom.
pub(super) struct Fates {
    /// Without the limit by group.
    pub(super) outcome: Outcome,
    /// Whether the rows of each unit are left out.
    pub(super) left_out: Vec<bool>,
}

/// A part of a class that units of nobody are in.
const NONE: u32 = u32::MAX;

/// The part of each unit and how many parts there are: whole classes, or the people of one of whom the same is held.
fn parts(space: &Space<'_>, goal: &Goal, class_of: &[u32], classes: usize) -> (Vec<u32>, usize) {
    if !goal.joined || space.held.is_empty() {
        return (class_of.to_vec(), classes);
    }
    let mut known: HashMap<(u32, u32), u32> = HashMap::new();
    let part = |(class, held): (&u32, &u32)| {
        if *held == NOBODY {
            return NONE;
        }
        let next = u32::try_from(known.len()).unwrap_or(NONE);
        *known.entry((*class, *held)).or_insert(next)
    };
    let part_of = class_of.iter().zip(&space.held).map(part).collect();
    (part_of, known.len())
}

/// How many values each part holds.
fn count(occurrences: &Occurrences, part_of: &[u32], parts: usize) -> Vec<u64> {
    let mut found = vec![0u64; parts];
    let mut last = vec![u32::MAX; parts];
    for (value, units) in (0u32..).zip(occurrences.lists()) {
        for unit in units {
            let part = part_of[*unit as usize] as usize;
            if part_of[*unit as usize] != NONE && last[part] != value {
                last[part] = value;
                found[part] += 1;
            }
        }
    }
    found
}

/// Whether a class lies too far from the whole of what stays, by class.
fn too_far(space: &Space<'_>, goal: &Goal, class_of: &[u32], classes: usize, left_out: &[bool]) -> Vec<bool> {
    let mut far = vec![false; classes];
    for (spread, limit) in space.spreads.iter().zip(&goal.t) {
        let (Some(spread), Some((most, distance))) = (spread, limit) else { continue };
        let mut members: Vec<(u32, u32, u32, u64)> = spread
            .entries
            .iter()
            .filter(|(unit, ..)| !left_out[*unit as usize])
            .map(|(unit, value, person, rows)| (class_of[*unit as usize], *value, *person, if space.people.is_some() { 1 } else { *rows }))
            .collect();
        members.sort_unstable();
        if space.people.is_some() {
            // A person counts once for every value of theirs in a class, and again in another class.
            members.dedup();
        }
        let mut whole = vec![0u64; spread.order.len()];
        for (_, value, _, count) in &members {
            whole[*value as usize] += count;
        }
        let mut walk = Walk::new(&whole, &spread.order, *distance);
        for class in members.chunk_by(|a, b| a.0 == b.0) {
            let by_value: Vec<(u32, u64)> = class.chunk_by(|a, b| a.1 == b.1).map(|value| (value[0].1, value.iter().map(|one| one.3).sum())).collect();
            let (equal, ordered) = walk.distance(&by_value);
            let found = if *distance == Distance::Ordered { ordered } else { equal };
            far[class[0].0 as usize] |= found > most + SLACK;
        }
    }
    far
}

/// What becomes of the classes that units are in. Classes (and their parts) that are too small or hold too few values are
/// left out first; then, as long as there are any, all classes that lie too far from the whole of what is left.
pub(super) fn fates(space: &Space<'_>, goal: &Goal, class_of: &[u32], classes: usize) -> Fates {
    let (part_of, parts) = parts(space, goal, class_of, classes);
    let members = match &space.people {
        Some(people) => count(people, &part_of, parts),
        None => {
            let mut rows = vec![0; parts];
            for (part, count) in part_of.iter().zip(&space.counts) {
                rows[*part as usize] += count;
            }
            rows
        }
    };
    let diverse: Vec<(Vec<u64>, u64)> =
        space.sensitive.iter().zip(&goal.l).filter_map(|(occurrences, l)| l.map(|l| (count(occurrences, &part_of, parts), l))).collect();
    let fails: Vec<bool> = (0..parts).map(|part| members[part] < goal.k || diverse.iter().any(|(values, l)| values[part] < *l)).collect();
    let mut left_out: Vec<bool> = part_of.iter().map(|part| *part != NONE && fails[*part as usize]).collect();
    loop {
        // Rows of nobody stay where somebody of their class stays.
        let mut kept = vec![false; classes];
        for ((class, part), out) in class_of.iter().zip(&part_of).zip(&left_out) {
            kept[*class as usize] |= *part != NONE && !out;
        }
        for ((class, part), out) in class_of.iter().zip(&part_of).zip(&mut left_out) {
            *out |= *part == NONE && !kept[*class as usize];
        }
        let far = too_far(space, goal, class_of, classes, &left_out);
        if !far.contains(&true) {
            let suppressed = space.counts.iter().zip(&left_out).filter(|(_, out)| **out).map(|(rows, _)| rows).sum();
            let mut stay = vec![false; parts];
            for (part, out) in part_of.iter().zip(&left_out).filter(|(part, _)| **part != NONE) {
                stay[*part as usize] |= !out;
            }
            let k = members.iter().zip(&stay).filter(|(_, stays)| **stays).map(|(members, _)| *members).min();
            let kept = kept.iter().filter(|kept| **kept).count();
            return Fates { outcome: Outcome { classes, kept, suppressed, k, anonymous: is_anonymous(space, goal, suppressed) }, left_out };
        }
        for (class, out) in class_of.iter().zip(&mut left_out) {
            *out |= far[*class as usize];
        }
    }
}
