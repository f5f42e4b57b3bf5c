//! Joined releases against the plainest program for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::*;
use crate::disclosure::read::{Missing, Plan, Reader};
use crate::tabular::Source;

/// Person, age, place; 0 is missing. What nobody is to learn of a person follows from all three.
type Row = (u8, u8, u8);

fn illness(row: &Row) -> u8 {
    (row.0 / 3 + row.1 * row.2) % 3
}

const K: u64 = 3;

fn coded(rows: &[Row], names: [&str; 2]) -> Coded {
    let cell = |value: u8| if value == 0 { String::new() } else { value.to_string() };
    let mut text = format!("{},who,{},illness\n", names[0], names[1]);
    for row @ (who, age, place) in rows {
        text.push_str(&format!("{},{},{},{}\n", cell(*age), cell(*who), cell(*place), cell(illness(row))));
    }
    let columns = [(names[0], Role::Quasi), (names[1], Role::Quasi), ("who", Role::Person), ("illness", Role::Sensitive)];
    let columns = columns.map(|(name, role)| (name.to_owned(), role)).to_vec();
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
        // Values of those who are alike, by what is said of each person.
        let values = |(age, place, _): &(u8, u8, (BTreeSet<u8>, BTreeSet<u8>)), people: &BTreeSet<u8>| {
            let mine = now.iter().filter(|row| (row.1, row.2) == (*age, *place) && people.contains(&row.0));
            mine.map(|row| (illness(row), row.0)).collect::<BTreeSet<(u8, u8)>>()
        };
        let distinct = |pairs: &BTreeSet<(u8, u8)>| pairs.iter().map(|pair| pair.0).collect::<BTreeSet<u8>>().len();
        let all: Vec<(usize, usize)> = classes.iter().map(|(class, people)| (distinct(&values(class, people)), people.len())).collect();
        let diversity = &linked.diversity[0].1;
        prop_assert_eq!(diversity.distinct, all.iter().map(|one| one.0 as u64).min());
        let shared: Vec<usize> = all.iter().filter(|one| one.0 == 1 && one.1 > 1).map(|one| one.1).collect();
        prop_assert_eq!((diversity.shared_classes, diversity.shared_members), (shared.len() as u64, shared.iter().sum::<usize>() as u64));
        prop_assert_eq!(diversity.single_classes, all.iter().filter(|one| one.0 == 1).count() as u64);
        let entropy = classes.iter().map(|(class, people)| {
            let pairs = values(class, people);
            let share = |value: u8| pairs.iter().filter(|pair| pair.0 == value).count() as f64 / pairs.len() as f64;
            (0..3).map(share).filter(|share| *share > 0.0).map(|share| -share * share.ln()).sum::<f64>().exp()
        });
        let least = entropy.fold(f64::INFINITY, f64::min);
        prop_assert!(diversity.entropy.is_none_or(|found| (found - least).abs() < 1e-9) && diversity.entropy.is_some() == least.is_finite());
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
        let nothing = known(&[]).measure(&now, K).sizes;
        let held = known(&earlier).measure(&now, K).sizes;
        prop_assert!(held.k <= nothing.k && held.classes >= nothing.classes);
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
