//! Optimal is optimal: against every node of small lattices.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::classify::classify;
use super::optimum::optimum;
use super::*;
use crate::disclosure::hierarchy::Written;
use crate::disclosure::read::{Missing, Plan, Reader};
use crate::tabular::Source;

mod limits;

type Row = (u8, u8, u8, u8, u8);

const FILES: [&str; 3] = ["1;a;x;*\n2;a;x;*\n3;b;x;*\n4;c;y;*\n", "1;p;*\n2;p;*\n3;q;*\n", "1;*\n2;*\n"];

fn coded(rows: &[Row], person: bool, sensitive: bool) -> Coded {
    let cell = |value: u8| if value == 0 { String::new() } else { value.to_string() };
    let mut text = "a,b,c,who,s\n".to_owned();
    for (a, b, c, who, s) in rows {
        text.push_str(&format!("{},{},{},{},{}\n", cell(*a), cell(*b), cell(*c), cell(*who), cell(*s)));
    }
    let mut columns: Vec<(String, Role)> = ["a", "b", "c"].map(|name| (name.to_owned(), Role::Quasi)).to_vec();
    if person {
        columns.push(("who".to_owned(), Role::Person));
    }
    if sensitive {
        columns.push(("s".to_owned(), Role::Sensitive));
    }
    columns.push(("s".to_owned(), Role::Group));
    let mut reader = Reader::new(Plan { columns, null: Vec::new(), missing: Missing::Own, memory: 64 << 20, threads: 2, spill: None });
    let (layout, source) = Source::open(text.as_bytes(), 64).expect("opens");
    reader.read(&layout, source, &AtomicBool::new(false), |_| ()).expect("reads");
    reader.finish().expect("fits")
}

fn hierarchies(coded: &Coded) -> Vec<Hierarchy> {
    coded.of(Role::Quasi).zip(FILES).map(|((_, column), file)| Written::read(file.as_bytes()).expect("reads").bind(&column.values).expect("fits")).collect()
}

/// What a value is on a level, from the files, a missing one by itself until all are one.
fn group(column: usize, value: u8, level: u8) -> String {
    let top = FILES[column].lines().next().map_or(0, |line| line.split(';').count() - 1);
    if usize::from(level) == top {
        return "*".to_owned();
    }
    let line = FILES[column].lines().find(|line| line.split(';').next() == Some(&value.to_string()));
    line.map_or_else(|| "missing".to_owned(), |line| line.split(';').nth(usize::from(level)).expect("a level").to_owned())
}

fn key(row: &Row, node: &[u8]) -> Vec<String> {
    [row.0, row.1, row.2].iter().zip(node).enumerate().map(|(column, (value, level))| group(column, *value, *level)).collect()
}

/// Rows of failing classes, how many classes do not fail, and whether every group keeps enough of its rows.
fn plain(rows: &[Row], node: &[u8], goal: &Goal, person: bool) -> (u64, usize, bool) {
    let mut classes: BTreeMap<Vec<String>, Vec<Row>> = BTreeMap::new();
    for row in rows {
        classes.entry(key(row, node)).or_default().push(*row);
    }
    let fails = |class: &Vec<Row>| {
        let people: BTreeSet<u8> = class.iter().map(|row| row.3).filter(|who| *who != 0).collect();
        let values: BTreeSet<u8> = class.iter().filter(|row| !person || row.3 != 0).map(|row| row.4).collect();
        let size = if person { people.len() } else { class.len() } as u64;
        size < goal.k || goal.l.iter().flatten().any(|l| (values.len() as u64) < *l)
    };
    let lost: Vec<Row> = classes.values().filter(|class| fails(class)).flatten().copied().collect();
    let of = |rows: &[Row], group: u8| rows.iter().filter(|row| row.4 == group).count() as u64;
    let fair = goal.any_group.is_none_or(|most| (0..4).all(|group| of(&lost, group) * 10_000 <= of(rows, group) * most));
    (lost.len() as u64, classes.values().filter(|class| !fails(class)).count(), fair)
}

fn loss(rows: &[Row], node: &[u8]) -> f64 {
    let (mut total, count) =
        (0.0, |column: usize, level: u8, name: &str| rows.iter().filter(|row| group(column, [row.0, row.1, row.2][column], level) == name).count() as f64);
    for column in 0..3 {
        let values: BTreeSet<u8> = rows.iter().map(|row| [row.0, row.1, row.2][column]).collect();
        for value in values {
            let mine = count(column, 0, &group(column, value, 0));
            let whole = count(column, node[column], &group(column, value, node[column]));
            total -= mine * (mine / whole).log2();
        }
    }
    total
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec((0..5u8, 0..4u8, 0..3u8, 0..8u8, 0..4u8), 1..50)
}

proptest! {
    #[test]
    fn the_best_node_is_the_best_of_all(rows in rows(), k in 1..9u64, spare in 0..10u64, person in any::<bool>(), l in proptest::option::of(1..4u64), most in proptest::option::of(0..7000u64)) {
        let coded = coded(&rows, person, l.is_some());
        let hierarchies = hierarchies(&coded);
        let space = Space::new(&coded, &hierarchies).expect("small");
        let goal = Goal { k, l: l.map(|l| vec![Some(l)]).unwrap_or_default(), suppress_at_most: spare, any_group: most, ..Goal::default() };
        let all: Vec<(Node, f64, u64, usize, bool)> = (0..space.lattice.size())
            .map(|index| space.lattice.node(index))
            .map(|node| { let (suppressed, classes, fair) = plain(&rows, &node, &goal, person); (node.clone(), loss(&rows, &node), suppressed, classes, suppressed <= spare && fair && classes > 0) })
            .collect();
        for (node, expected, suppressed, classes, fine) in &all {
            let outcome = space.outcome(&goal, node);
            prop_assert_eq!((outcome.suppressed, outcome.kept, outcome.anonymous), (*suppressed, *classes, *fine), "{:?}", node);
            prop_assert!((space.loss.of(node) - expected).abs() < 1e-9, "{:?}: {} {}", node, space.loss.of(node), expected);
        }
        let anonymous: Vec<_> = all.iter().filter(|one| one.4).collect();
        let (fast, full) = (optimum(&space, &goal), classify(&space, &goal));
        prop_assert_eq!(fast.is_some(), !anonymous.is_empty());
        if let (Some(fast), Some(full)) = (fast, full) {
            let least = anonymous.iter().map(|one| one.1).fold(f64::INFINITY, f64::min);
            prop_assert!((fast.loss - least).abs() < 1e-9);
            prop_assert!(fast.outcome.anonymous);
            prop_assert_eq!(full.anonymous, Some(anonymous.len()));
            prop_assert_eq!((fast.node, fast.outcome), (full.node, full.outcome));
        }
    }
}

#[test]
fn a_share_of_rows_is_rounded_down() {
    assert_eq!((Goal::share_of(30162, 4.0), Goal::share_of(30162, 0.0), Goal::share_of(100, 7.0), Goal::share_of(10, 100.0)), (1206, 0, 7, 10));
}

/// Local suppression the obvious way, on rows.
fn plain_local(rows: &[Row], goal: &Goal, order: &[usize]) -> (Vec<u64>, u64) {
    let mut keys: Vec<[u8; 3]> = rows.iter().map(|row| [row.0, row.1, row.2]).collect();
    let failing =
        |keys: &[[u8; 3]]| -> Vec<usize> { (0..keys.len()).filter(|row| (keys.iter().filter(|key| **key == keys[*row]).count() as u64) < goal.k).collect() };
    for column in order {
        for row in failing(&keys) {
            keys[row][*column] = 0;
        }
    }
    let out = failing(&keys);
    let blanked = |column: usize| {
        (0..rows.len()).filter(|row| !out.contains(row) && keys[*row][column] == 0 && [rows[*row].0, rows[*row].1, rows[*row].2][column] != 0).count() as u64
    };
    ((0..3).map(blanked).collect(), out.len() as u64)
}

proptest! {
    #[test]
    fn policy_order_is_the_order_stated(rows in rows(), k in 1..9u64, spare in 0..10u64, order in Just(vec![0usize, 1, 2]).prop_shuffle(), named in 1..=3usize) {
        let coded = coded(&rows, false, false);
        let hierarchies = hierarchies(&coded);
        let space = Space::new(&coded, &hierarchies).expect("small");
        let goal = Goal { k, l: Vec::new(), suppress_at_most: spare, any_group: None, ..Goal::default() };
        let order = &order[..named];
        let steps = policy_order::policy_order(&space, &goal, order);
        // The nodes in turn, whatever they reach.
        let (mut node, mut turn) = (vec![0u8; 3], Vec::new());
        turn.push((None, node.clone()));
        for _ in 0..3 {
            for column in order {
                if node[*column] < space.lattice.tops()[*column] {
                    node[*column] += 1;
                    turn.push((Some(*column), node.clone()));
                }
            }
        }
        let end = turn.iter().position(|(_, node)| { let (lost, kept, _) = plain(&rows, node, &goal, false); lost <= spare && kept > 0 }).map_or(turn.len(), |at| at + 1);
        prop_assert_eq!(steps.iter().map(|step| (step.column, step.node.clone())).collect::<Vec<_>>(), turn[..end].to_vec());
        for step in &steps {
            prop_assert_eq!(step.outcome.suppressed, plain(&rows, &step.node, &goal, false).0);
        }
    }

    #[test]
    fn local_suppression_blanks_what_it_says(rows in rows(), k in 1..9u64, order in Just(vec![0usize, 1, 2]).prop_shuffle(), named in 1..=3usize) {
        let coded = coded(&rows, false, false);
        let hierarchies = hierarchies(&coded);
        let space = Space::new(&coded, &hierarchies).expect("small");
        let goal = Goal { k, l: Vec::new(), suppress_at_most: 0, any_group: None, ..Goal::default() };
        let local = local::local_suppression(&space, &goal, &[0, 0, 0], &order[..named]);
        let (cells, suppressed) = plain_local(&rows, &goal, &order[..named]);
        prop_assert_eq!((&local.cells, local.outcome.suppressed), (&cells, suppressed));
        prop_assert_eq!(local.left_out.iter().zip(&space.counts).filter(|(out, _)| **out).map(|(_, rows)| rows).sum::<u64>(), suppressed);
        prop_assert!(local.outcome.k.is_none_or(|least| least >= k));
    }
}
