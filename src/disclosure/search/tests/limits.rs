//! Every limit of a release together (k, l, t, k and l beside what is held of people): against all nodes, on rows.

use super::*;
use crate::disclosure::measure::closeness::SLACK;
use policy_order::policy_order;

/// What is held of each of the eight people there are; 0 for nothing.
type Held = [u8; 8];

/// How far a class lies from the whole, by counts of the values in their order.
fn far(class: &BTreeMap<u8, f64>, whole: &BTreeMap<u8, f64>, distance: Distance) -> f64 {
    let sum = |of: &BTreeMap<u8, f64>| of.values().sum::<f64>();
    let differences: Vec<f64> = whole.iter().map(|(value, count)| class.get(value).unwrap_or(&0.0) / sum(class) - count / sum(whole)).collect();
    match distance {
        Distance::Equal => differences.iter().map(|difference| difference.abs()).sum::<f64>() / 2.0,
        Distance::Ordered if differences.len() < 2 => 0.0,
        Distance::Ordered => {
            let moved = (1..differences.len()).map(|to| differences[..to].iter().sum::<f64>().abs()).sum::<f64>();
            moved / (differences.len() - 1) as f64
        }
    }
}

/// Which rows are left out at a node, from the rows.
fn out(rows: &[Row], node: &[u8], goal: &Goal, person: bool, held: Option<&Held>) -> Vec<bool> {
    let keys: Vec<Vec<String>> = rows.iter().map(|row| key(row, node)).collect();
    out_of(rows, &keys, goal, person, held)
}

/// Which rows are left out of classes with these keys.
fn out_of(rows: &[Row], keys: &[Vec<String>], goal: &Goal, person: bool, held: Option<&Held>) -> Vec<bool> {
    let held = held.filter(|_| goal.joined && person);
    let part = |row: usize| (&keys[row], held.map(|held| held[rows[row].3 as usize]));
    let nobody = |row: usize| person && rows[row].3 == 0;
    let mut out: Vec<bool> = (0..rows.len())
        .map(|row| {
            let mine: Vec<usize> = (0..rows.len()).filter(|other| part(*other) == part(row) && !nobody(*other)).collect();
            let people: BTreeSet<u8> = mine.iter().map(|row| rows[*row].3).collect();
            let values: BTreeSet<u8> = mine.iter().map(|row| rows[*row].4).collect();
            let size = if person { people.len() } else { mine.len() } as u64;
            (!nobody(row) || held.is_none()) && (size < goal.k || goal.l.first().copied().flatten().is_some_and(|l| (values.len() as u64) < l))
        })
        .collect();
    loop {
        let alone: Vec<usize> =
            (0..rows.len()).filter(|row| nobody(*row) && !(0..rows.len()).any(|other| keys[other] == keys[*row] && !nobody(other) && !out[other])).collect();
        for row in alone {
            out[row] = true;
        }
        let Some((most, distance)) = goal.t.first().copied().flatten() else { return out };
        let stay: Vec<usize> = (0..rows.len()).filter(|row| !out[*row] && !nobody(*row)).collect();
        // (class, value, person), once each; by row every row.
        let mut members: Vec<(&Vec<String>, u8, usize)> =
            stay.iter().map(|row| (&keys[*row], rows[*row].4, if person { rows[*row].3 as usize } else { *row })).collect();
        members.sort();
        members.dedup();
        let count = |of: Option<&Vec<String>>| {
            let mut counts: BTreeMap<u8, f64> = BTreeMap::new();
            for member in members.iter().filter(|member| of.is_none_or(|of| member.0 == of)) {
                *counts.entry(member.1).or_default() += 1.0;
            }
            counts
        };
        let whole = count(None);
        let bad: BTreeSet<&Vec<String>> =
            members.iter().map(|member| member.0).filter(|class| far(&count(Some(class)), &whole, distance) > most + SLACK).collect();
        if bad.is_empty() {
            return out;
        }
        for row in 0..rows.len() {
            out[row] |= bad.contains(&keys[row]);
        }
    }
}

/// Whether a node does, from the rows.
fn does(rows: &[Row], out: &[bool], goal: &Goal) -> bool {
    let lost = out.iter().filter(|out| **out).count();
    let fair = goal.any_group.is_none_or(|most| {
        (0..4).all(|group| {
            let all = rows.iter().filter(|row| row.4 == group).count() as u64;
            let lost = rows.iter().zip(out).filter(|(row, out)| row.4 == group && **out).count() as u64;
            lost * 10_000 <= all * most
        })
    });
    lost as u64 <= goal.suppress_at_most && lost < rows.len() && fair
}

/// What is held by code of the person column.
fn by_code(coded: &Coded, held: &Held) -> Option<Vec<u32>> {
    let (_, column) = coded.of(Role::Person).next()?;
    let code = |code: u32| std::str::from_utf8(column.values.value(code)).ok().and_then(|who| who.parse::<usize>().ok()).map_or(0, |who| u32::from(held[who]));
    Some((0..u32::try_from(column.values.len()).expect("small")).map(code).collect())
}

fn goal() -> impl Strategy<Value = Goal> {
    let t = proptest::option::of((prop_oneof![Just(0.2), Just(0.4), Just(0.6)], prop_oneof![Just(Distance::Equal), Just(Distance::Ordered)]));
    let l = proptest::option::of(1..4u64);
    (1..5u64, l, t, any::<bool>(), 0..12u64, proptest::option::of(3000..9000u64)).prop_map(|(k, l, t, joined, suppress_at_most, any_group)| Goal {
        k,
        l: vec![l],
        t: vec![t],
        joined,
        suppress_at_most,
        any_group,
    })
}

proptest! {
    #[test]
    fn a_repair_is_the_first_or_the_cheapest_node_that_keeps_every_limit(
        rows in rows(), goal in goal(), person in any::<bool>(), held in proptest::option::of(any::<[u8; 8]>().prop_map(|held| held.map(|of| of % 3))),
        order in Just(vec![0usize, 1, 2]).prop_shuffle(),
    ) {
        let coded = coded(&rows, person, true);
        let hierarchies = hierarchies(&coded);
        let codes = held.as_ref().and_then(|held| by_code(&coded, held));
        let space = Space::with(&coded, &hierarchies, &goal.t, codes.as_deref()).expect("small");
        let size = space.lattice.size();
        let plain: Vec<Vec<bool>> = (0..size).map(|index| out(&rows, &space.lattice.node(index), &goal, person, held.as_ref())).collect();
        let expected: Vec<bool> = plain.iter().map(|out| does(&rows, out, &goal)).collect();
        for index in 0..size {
            let node = space.lattice.node(index);
            let outcome = space.outcome(&goal, &node);
            prop_assert_eq!((outcome.suppressed, outcome.anonymous), (plain[index].iter().filter(|out| **out).count() as u64, expected[index]), "{:?}", node);
            // The same rows, not only as many.
            let left_out = space.left_out(&goal, &node);
            for (unit, out_here) in space.units().zip(&left_out) {
                let is_here = |row: &Row| {
                    let values = [row.0, row.1, row.2].iter().zip(unit.0).enumerate().all(|(column, (value, code))| {
                        let written = coded.columns[column].values.value(*code);
                        if *value == 0 { *code == MISSING } else { written == value.to_string().as_bytes() }
                    });
                    let of = if codes.is_none() { Some(0) } else if row.3 == 0 { None } else { held.map(|held| u32::from(held[row.3 as usize])) };
                    values && of == unit.1
                };
                for (row, expected) in rows.iter().zip(&plain[index]).filter(|(row, _)| is_here(row)) {
                    prop_assert_eq!(out_here, expected, "{:?} {:?}", row, node);
                }
            }
        }
        let least = (0..size).filter(|index| expected[*index]).map(|index| loss(&rows, &space.lattice.node(index))).fold(f64::INFINITY, f64::min);
        let found = optimum(&space, &goal);
        prop_assert_eq!(found.is_some(), least.is_finite());
        if let Some(found) = found {
            prop_assert!((found.loss - least).abs() < 1e-9 && expected[space.lattice.index(&found.node)], "{:?}", found);
        }
        let steps = policy_order(&space, &goal, &order);
        let (last, before) = steps.split_last().expect("a step");
        prop_assert!(before.iter().all(|step| !expected[space.lattice.index(&step.node)]));
        prop_assert!(expected[space.lattice.index(&last.node)] || last.node == space.lattice.tops());
        // One level of one column at a time, in turn.
        let (mut node, mut turn) = (vec![0u8; 3], vec![vec![0u8; 3]]);
        for _ in 0..3 {
            for column in &order {
                if node[*column] < space.lattice.tops()[*column] {
                    node[*column] += 1;
                    turn.push(node.clone());
                }
            }
        }
        prop_assert_eq!(steps.iter().map(|step| &step.node).collect::<Vec<_>>(), turn.iter().take(steps.len()).collect::<Vec<_>>());
    }
}

proptest! {
    /// On rows: whoever fails loses the next cell, nobody else loses any, and who fails at the end is left out.
    #[test]
    fn blanking_takes_cells_of_failing_rows_only_and_only_until_they_do_not_fail(
        rows in rows(), goal in goal(), person in any::<bool>(), order in Just(vec![0usize, 1, 2]).prop_shuffle(), named in 1..=3usize, level in 0..2u8,
    ) {
        let coded = coded(&rows, person, true);
        let hierarchies = hierarchies(&coded);
        let goal = Goal { joined: false, ..goal };
        let space = Space::with(&coded, &hierarchies, &goal.t, None).expect("small");
        let node = [level, 0, 0];
        let order = &order[..named];
        let found = local::local_suppression(&space, &goal, &node, order);

        let before: Vec<Vec<String>> = rows.iter().map(|row| key(row, &node)).collect();
        let mut keys = before.clone();
        let mut failed_at_first = vec![true; rows.len()];
        for (turn, column) in order.iter().enumerate() {
            let fails = out_of(&rows, &keys, &goal, person, None);
            if turn == 0 {
                failed_at_first.clone_from(&fails);
            }
            for (key, _) in keys.iter_mut().zip(&fails).filter(|(_, fails)| **fails) {
                key[*column] = group(*column, 0, node[*column]);
            }
        }
        let left = out_of(&rows, &keys, &goal, person, None);
        prop_assert_eq!(found.outcome.suppressed, left.iter().filter(|out| **out).count() as u64);
        prop_assert_eq!(found.outcome.anonymous, does(&rows, &left, &goal));
        let lost = |row: usize, column: usize| !left[row] && keys[row][column] != before[row][column];
        for column in 0..3 {
            prop_assert_eq!(found.cells[column], (0..rows.len()).filter(|row| lost(*row, column)).count() as u64);
        }
        let touched: Vec<usize> = (0..rows.len()).filter(|row| (0..3).any(|column| lost(*row, column))).collect();
        prop_assert_eq!(found.rows, touched.len() as u64);
        prop_assert!(touched.iter().all(|row| failed_at_first[*row] || goal.t[0].is_some()), "who did not fail loses nothing");
    }
}
