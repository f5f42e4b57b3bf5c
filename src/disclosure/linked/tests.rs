//! Joined releases against the plainest program for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::*;
use crate::disclosure::read::{Missing, Plan, Reader};
use crate::tabular::Source;

/// Person, age, place; 0 is missing.
type Row = (u8, u8, u8);

const K: u64 = 3;

fn coded(rows: &[Row], names: [&str; 2]) -> Coded {
    let cell = |value: u8| if value == 0 { String::new() } else { value.to_string() };
    let mut text = format!("{},who,{}\n", names[0], names[1]);
    for (who, age, place) in rows {
        text.push_str(&format!("{},{},{}\n", cell(*age), cell(*who), cell(*place)));
    }
    let columns = vec![(names[0].to_owned(), Role::Quasi), (names[1].to_owned(), Role::Quasi), ("who".to_owned(), Role::Person)];
    let mut reader = Reader::new(Plan { columns, null: Vec::new(), missing: Missing::Own, memory: 64 << 20, threads: 1, spill: None });
    let (layout, source) = Source::open(text.as_bytes(), 1 << 10).expect("opens");
    reader.read(&layout, source, &AtomicBool::new(false), |_| ()).expect("reads");
    reader.finish().expect("fits")
}

fn known(earlier: &[Vec<Row>]) -> Known {
    let mut held = Held::new(64 << 20);
    for rows in earlier {
        held.add(&coded(rows, ["age", "place"]), &[0, 1]).expect("fits");
    }
    held.finish()
}

fn people(rows: &[Row]) -> BTreeSet<u8> {
    rows.iter().map(|row| row.0).filter(|who| *who != 0).collect()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0u8..9, 0u8..3, 0u8..3), 0..30)
}

proptest! {
    #[test]
    fn classes_are_those_of_everything_that_is_held(now in rows(), earlier in prop::collection::vec(rows(), 0..4)) {
        let linked = known(&earlier).measure(&coded(&now, ["age", "place"]), K);
        let sets = |who: u8| {
            let all = earlier.iter().flatten().filter(|row| row.0 == who);
            let (ages, places): (BTreeSet<u8>, BTreeSet<u8>) = all.map(|row| (row.1, row.2)).unzip();
            (ages, places)
        };
        let mut classes: BTreeMap<_, BTreeSet<u8>> = BTreeMap::new();
        for (who, age, place) in now.iter().filter(|row| row.0 != 0) {
            classes.entry((*age, *place, sets(*who))).or_default().insert(*who);
        }
        let mut plain = Sizes::new(K);
        for ((age, place, held), people) in &classes {
            plain.add(people.len() as u64, now.iter().filter(|row| (row.1, row.2) == (*age, *place) && people.contains(&row.0) && sets(row.0) == *held).count() as u64);
        }
        prop_assert_eq!(&linked.sizes, &plain);
        let here = people(&now);
        let all: BTreeSet<u8> = earlier.iter().flat_map(|rows| people(rows)).collect();
        prop_assert_eq!((linked.people, linked.known), (here.len() as u64, here.intersection(&all).count() as u64));
        for (found, rows) in linked.differences.iter().zip(&earlier) {
            let then = people(rows);
            prop_assert_eq!(found, &Difference { left: then.difference(&here).count() as u64, joined: here.difference(&then).count() as u64 });
        }
    }

    #[test]
    fn what_is_held_never_makes_a_class_larger(now in rows(), earlier in prop::collection::vec(rows(), 1..4)) {
        let now = coded(&now, ["age", "place"]);
        let k = |count: usize| known(&earlier[..count]).measure(&now, K).sizes.k;
        for count in 0..earlier.len() {
            prop_assert!(k(count + 1) <= k(count));
        }
    }
}

#[test]
fn a_column_may_have_another_name_and_a_finer_value_in_another_release() {
    // Age bands now; single years then: two people of one band are told apart by the years.
    let now = coded(&[(1, 3, 1), (2, 3, 1), (3, 3, 1)], ["band", "place"]);
    let then = coded(&[(1, 31, 1), (2, 31, 1), (3, 38, 1)], ["age", "place"]);
    let mut held = Held::new(1 << 20);
    held.add(&then, &[0, 1]).expect("fits");
    assert_eq!(held.finish().measure(&now, 2).sizes.k, Some(1));
    let mut held = Held::new(1 << 20);
    held.add(&now, &[0, 1]).expect("fits");
    assert_eq!(held.finish().measure(&now, 2).sizes.k, Some(3), "the same again says nothing new");
}

#[test]
fn memory_is_bounded() {
    let rows: Vec<Row> = (0..200).map(|row| (row, row % 7, row % 5)).collect();
    assert_eq!(Held::new(4096).add(&coded(&rows, ["age", "place"]), &[0, 1]), Err(Full));
}
