//! Every measure against the plainest program for it, on small tables with missing values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::*;
use crate::disclosure::read::{Missing, Plan, Reader};
use crate::tabular::Source;

type Row = (u8, u8, u8, u8, u8);

const K: u64 = 3;

fn text(rows: &[Row]) -> String {
    let cell = |value: u8| if value == 0 { String::new() } else { value.to_string() };
    let mut text = "age,place,who,illness,group\n".to_owned();
    for (a, b, who, s, g) in rows {
        // Long values take another way through the dictionary than short ones.
        text.push_str(&format!("{},{},{},{},g{g}\n", cell(*a), if *b == 0 { String::new() } else { format!("a longer place {b}") }, cell(*who), cell(*s)));
    }
    text
}

fn coded(rows: &[Row], person: bool, missing: Missing, block: usize, threads: usize) -> Coded {
    let text = text(rows);
    let mut columns =
        vec![("age".to_owned(), Role::Quasi), ("place".to_owned(), Role::Quasi), ("illness".to_owned(), Role::Sensitive), ("group".to_owned(), Role::Group)];
    if person {
        columns.push(("who".to_owned(), Role::Person));
    }
    let mut reader = Reader::new(Plan { columns, null: Vec::new(), missing, memory: 64 << 20, threads, spill: None });
    let (layout, source) = Source::open(text.as_bytes(), block).expect("opens");
    reader.read(&layout, source, &AtomicBool::new(false), |_| ()).expect("reads");
    reader.finish().expect("fits")
}

fn measured(coded: &Coded) -> Measured {
    measure(coded, &Wanted { k: K, distances: vec![Distance::Ordered], sample: usize::MAX, seed: 1, memory: 64 << 20 }).expect("fits")
}

/// The rows of each class, the obvious way.
fn classes(rows: &[Row], missing: Missing) -> Vec<Vec<Row>> {
    let mut classes: BTreeMap<(u8, u8), Vec<Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| missing == Missing::Own || row.0 != 0 && row.1 != 0) {
        classes.entry((row.0, row.1)).or_default().push(*row);
    }
    classes.into_values().collect()
}

fn people(class: &[Row]) -> BTreeSet<u8> {
    class.iter().map(|row| row.2).filter(|who| *who != 0).collect()
}

fn shares(members: &[(u8, u8)]) -> BTreeMap<u8, f64> {
    let mut counts: BTreeMap<u8, f64> = BTreeMap::new();
    for (_, value) in members {
        *counts.entry(*value).or_default() += 1.0;
    }
    for count in counts.values_mut() {
        *count /= members.len() as f64;
    }
    counts
}

/// Each row is a member, or each person once for every value.
fn members(class: &[Row], person: bool) -> Vec<(u8, u8)> {
    if person {
        let set: BTreeSet<(u8, u8)> = class.iter().filter(|row| row.2 != 0).map(|row| (row.2, row.3)).collect();
        set.into_iter().collect()
    } else {
        class.iter().map(|row| (0, row.3)).collect()
    }
}

/// (least distinct, least exp entropy, single classes, shared classes, equal distance, ordered distance)
fn sensitive(classes: &[Vec<Row>], person: bool) -> (Option<u64>, Option<f64>, u64, u64, f64, f64) {
    let all: Vec<(u8, u8)> = classes.iter().flat_map(|class| members(class, person)).collect();
    let whole = shares(&all);
    let (mut distinct, mut entropy, mut single, mut shared, mut equal, mut ordered) = (None::<u64>, None::<f64>, 0, 0, 0.0f64, 0.0f64);
    for class in classes {
        let members = members(class, person);
        if members.is_empty() {
            continue;
        }
        let here = shares(&members);
        let size = if person { people(class).len() } else { class.len() };
        distinct = Some(distinct.map_or(here.len() as u64, |least| least.min(here.len() as u64)));
        let h: f64 = here.values().map(|p| -p * p.ln()).sum();
        entropy = Some(entropy.map_or(h.exp(), |least| least.min(h.exp())));
        single += u64::from(here.len() == 1);
        shared += u64::from(here.len() == 1 && size > 1);
        let difference = |value: &u8| here.get(value).copied().unwrap_or(0.0) - whole[value];
        equal = equal.max(whole.keys().map(|value| difference(value).abs()).sum::<f64>() / 2.0);
        if whole.len() > 1 {
            let (mut sum, mut total) = (0.0f64, 0.0f64);
            for value in whole.keys() {
                sum += difference(value);
                total += sum.abs();
            }
            ordered = ordered.max(total / (whole.len() - 1) as f64);
        }
    }
    (distinct, entropy, single, shared, equal, ordered)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

fn check_sizes(sizes: &Sizes, expected: &[u64]) {
    let there: Vec<u64> = expected.iter().copied().filter(|size| *size > 0).collect();
    assert_eq!(sizes.classes, there.len() as u64);
    assert_eq!(sizes.k, there.iter().min().copied());
    assert_eq!(sizes.members, there.iter().sum::<u64>());
    assert_eq!(sizes.uniques, there.iter().filter(|size| **size == 1).count() as u64);
    assert_eq!(sizes.small_members, there.iter().filter(|size| **size < K).sum::<u64>());
    assert_eq!(sizes.bands.iter().map(|band| band.members).sum::<u64>(), sizes.members);
    assert_eq!(sizes.largest, there.iter().max().copied().unwrap_or(0));
    assert_eq!(sizes.small_classes, there.iter().filter(|size| **size < K).count() as u64);
    for (band, edges) in sizes.bands.iter().zip([1..2, 2..3, 3..5, 5..10, 10..20, 20..50, 50..100, 100..1000, 1000..u64::MAX]) {
        let mine: Vec<u64> = there.iter().copied().filter(|size| edges.contains(size)).collect();
        assert_eq!((band.classes, band.members), (mine.len() as u64, mine.iter().sum()));
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec((0..4u8, 0..4u8, 0..6u8, 0..5u8, 0..3u8), 0..60)
}

proptest! {
    #[test]
    fn every_measure_is_what_the_plainest_program_says(rows in rows(), exclude in any::<bool>(), block in 8..200usize, threads in 1..4usize) {
        let missing = if exclude { Missing::Exclude } else { Missing::Own };
        let coded = coded(&rows, true, missing, block, threads);
        let found = measured(&coded);
        let classes = classes(&rows, missing);
        let kept = classes.iter().map(Vec::len).sum::<usize>() as u64;
        prop_assert_eq!((coded.rows, coded.excluded), (kept, rows.len() as u64 - kept));

        check_sizes(&found.by_row, &classes.iter().map(|class| class.len() as u64).collect::<Vec<_>>());
        let by_person: Vec<u64> = classes.iter().map(|class| people(class).len() as u64).collect();
        check_sizes(found.by_person.as_ref().expect("people"), &by_person);
        let small_rows = classes.iter().filter(|class| (people(class).len() as u64) < K).map(|class| class.len() as u64).sum::<u64>();
        prop_assert_eq!(found.by_person.as_ref().expect("people").small_rows, small_rows);

        prop_assert!(near(found.attack.prosecutor_highest, classes.iter().map(|class| 1.0 / class.len() as f64).fold(0.0, f64::max)));
        let marketer = classes.iter().flat_map(|class| class.iter().map(move |_| 1.0 / class.len() as f64)).sum::<f64>() / (kept.max(1)) as f64;
        prop_assert!(near(found.attack.marketer, marketer));

        prop_assert!(near(found.attack.journalist_highest, found.attack.prosecutor_highest), "the file stands for the population");
        // The same by person: who is in several classes counts in each.
        let of_people = found.attack_by_person.expect("people");
        let inhabited: Vec<u64> = by_person.iter().copied().filter(|people| *people > 0).collect();
        prop_assert!(near(of_people.prosecutor_highest, inhabited.iter().map(|people| 1.0 / *people as f64).fold(0.0, f64::max)));
        let everybody = inhabited.iter().sum::<u64>().max(1) as f64;
        prop_assert!(near(of_people.marketer, inhabited.len() as f64 / everybody));
        let nobody = classes.iter().filter(|class| people(class).is_empty()).map(|class| class.len() as u64).sum::<u64>();
        prop_assert_eq!(found.by_person.as_ref().expect("people").memberless_rows, nobody);

        for (person, diversity, closeness) in [
            (false, found.sensitive[0].by_row, found.sensitive[0].closeness),
            (true, found.sensitive[0].by_person.expect("people"), found.sensitive[0].closeness_by_person.expect("people")),
        ] {
            let (distinct, entropy, single, shared, equal, ordered) = sensitive(&classes, person);
            prop_assert_eq!((diversity.distinct, diversity.single_classes, diversity.shared_classes), (distinct, single, shared));
            let of_one_value = |at_least: usize| {
                let sizes = classes.iter().filter(|class| shares(&members(class, person)).len() == 1);
                sizes.map(|class| if person { people(class).len() } else { class.len() }).filter(|size| *size >= at_least).sum::<usize>() as u64
            };
            prop_assert_eq!((diversity.single_members, diversity.shared_members), (of_one_value(1), of_one_value(2)));
            prop_assert!(near(diversity.entropy.unwrap_or(0.0), entropy.unwrap_or(0.0)), "{:?} {:?}", diversity.entropy, entropy);
            prop_assert!(near(closeness.equal, equal), "{} {}", closeness.equal, equal);
            prop_assert!(near(closeness.ordered.expect("asked"), ordered), "{:?} {}", closeness.ordered, ordered);
        }

        for (code, group) in found.groups[0].groups.iter().enumerate() {
            let mine = |class: &&Vec<Row>| class.iter().filter(|row| format!("g{}", row.4) == group.name).count() as u64;
            prop_assert_eq!(group.rows, classes.iter().map(|class| mine(&class)).sum::<u64>(), "{}", code);
            prop_assert_eq!(group.unique, classes.iter().filter(|class| people(class).len() == 1).map(|class| mine(&class)).sum::<u64>());
            prop_assert_eq!(group.small, classes.iter().filter(|class| (people(class).len() as u64) < K).map(|class| mine(&class)).sum::<u64>());
        }
    }

    #[test]
    fn people_by_all_their_rows(rows in rows(), block in 8..200usize, exclude in any::<bool>()) {
        let missing = if exclude { Missing::Exclude } else { Missing::Own };
        let found = measured(&coded(&rows, true, missing, block, 2));
        let mut sets: BTreeMap<u8, BTreeSet<(u8, u8)>> = BTreeMap::new();
        for row in classes(&rows, missing).iter().flatten().filter(|row| row.2 != 0) {
            sets.entry(row.2).or_default().insert((row.0, row.1));
        }
        let alike: Vec<u64> = sets.values().collect::<BTreeSet<_>>().iter().map(|set| sets.values().filter(|other| other == set).count() as u64).collect();
        let person_sets = found.person_sets.expect("people");
        check_sizes(&person_sets.sizes, &alike);
        prop_assert_eq!(person_sets.with_several, sets.values().filter(|set| set.len() > 1).count() as u64);
        // Whatever two events are drawn, who is alone with every pair is found, and who is never alone with one is not.
        let unicity = found.unicity.expect("people");
        prop_assert_eq!((unicity.sampled, unicity.people), (sets.len() as u64, sets.len() as u64));
        let alone = |known: &[(u8, u8)]| sets.values().filter(|set| known.iter().all(|event| set.contains(event))).count() == 1;
        let (mut least, mut most) = (0, 0);
        for set in sets.values() {
            let events: Vec<(u8, u8)> = set.iter().copied().collect();
            let draws: Vec<bool> = if events.len() == 1 { vec![alone(&events)] } else {
                events.iter().enumerate().flat_map(|(i, a)| events[i + 1..].iter().map(move |b| [*a, *b])).map(|pair| alone(&pair)).collect()
            };
            least += u64::from(draws.iter().all(|draw| *draw));
            most += u64::from(draws.iter().any(|draw| *draw));
        }
        prop_assert!((least..=most).contains(&unicity.unique), "{} in {}..={}", unicity.unique, least, most);
    }

    #[test]
    fn the_same_for_any_order_block_and_number_of_threads(rows in rows(), block in 8..400usize, threads in 1..4usize, person in any::<bool>(), turn in 0..60usize) {
        let mut turned = rows.clone();
        turned.rotate_left(turn.min(rows.len()));
        prop_assert_eq!(measured(&coded(&rows, person, Missing::Own, 1 << 20, 1)), measured(&coded(&turned, person, Missing::Own, block, threads)));
    }
}

#[test]
fn a_sample_depends_on_its_seed_alone() {
    let rows: Vec<Row> = (0..200u8).map(|n| (n % 3, n % 7, n, 1, 0)).collect();
    let one = |seed, threads| {
        let coded = coded(&rows, true, Missing::Own, 64, threads);
        let wanted = Wanted { k: K, distances: vec![Distance::Equal], sample: 20, seed, memory: 1 << 20 };
        measure(&coded, &wanted).expect("fits").unicity.expect("people")
    };
    assert_eq!(one(5, 1), one(5, 3));
    assert_eq!(one(5, 1).sampled, 20);
    let (low, high) = one(5, 1).interval();
    assert!(low <= one(5, 1).share() && one(5, 1).share() <= high && high - low < 0.5);
}

#[test]
fn one_class_with_one_illness_is_seen_though_k_is_high() {
    let rows: Vec<Row> = (1..=20u8).map(|who| (1 + who % 2, 1, who, if who % 2 == 0 { 1 } else { 1 + who % 5 }, 0)).collect();
    let found = measured(&coded(&rows, true, Missing::Own, 64, 1));
    assert_eq!(found.by_person.expect("people").k, Some(10));
    let diversity = found.sensitive[0].by_person.expect("people");
    assert_eq!((diversity.distinct, diversity.shared_classes, diversity.shared_members), (Some(1), 1, 10));
}

fn read_with(rows: &[Row], memory: usize, block: usize, spill: Option<std::path::PathBuf>) -> Result<Coded, crate::disclosure::read::ReadError> {
    let text = text(rows);
    let roles = [("age", Role::Quasi), ("place", Role::Quasi), ("who", Role::Person), ("illness", Role::Sensitive), ("group", Role::Group)];
    let columns = roles.map(|(name, role)| (name.to_owned(), role)).to_vec();
    let mut reader = Reader::new(Plan { columns, null: Vec::new(), missing: Missing::Own, memory, threads: 2, spill });
    let (header, body) = text.split_once('\n').expect("a header");
    let layout = crate::tabular::Layout { delimiter: b',', header: header.split(',').map(str::to_owned).collect(), bom: false, crlf: false };
    for part in body.split_inclusive('\n').collect::<Vec<_>>().chunks(block) {
        reader.add(&layout, part.concat().as_bytes())?;
    }
    reader.finish()
}

proptest! {
    /// Put aside after every few rows, more runs than may lie beside each other: the same measures, the same classes.
    #[test]
    fn a_tiny_budget_gives_the_same_as_a_large_one(rows in prop::collection::vec((0u8..5, 0u8..3, 0u8..9, 0u8..3, 0u8..3), 1..160), block in 1usize..5) {
        let folder = tempfile::tempdir().expect("a folder");
        let plain = read_with(&rows, 64 << 20, block, None).expect("fits");
        // All values take 1.3 kB.
        let small = read_with(&rows, 1700, block, Some(folder.path().to_owned())).expect("put aside");
        prop_assert!(rows.len() < 100 || small.is_on_disk());
        prop_assert_eq!(measured(&small), measured(&plain));
        // Values get their numbers as they arrive, here in the same order: tuples are the same.
        prop_assert_eq!(small.tuples(), plain.tuples());
        prop_assert_eq!(small.distinct_rows(), plain.distinct_rows());
        prop_assert!(small.broken().is_none());
        prop_assert_eq!(std::fs::read_dir(folder.path()).expect("reads").count(), 0, "nothing has a name");
    }
}

#[test]
fn rows_are_really_put_aside_and_values_are_not() {
    let rows: Vec<Row> = (0u8..=255).map(|row| (row, row % 7, row % 250, row % 3, row % 2)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let here = || Some(folder.path().to_owned());
    let budget = 64 << 10;
    let many: Vec<Row> = (0u8..200).flat_map(|age| (0u8..200).map(move |who| (age % 100, who % 50, who, age % 3, 0))).collect();
    assert!(read_with(&many, budget, 100, here()).expect("put aside").is_on_disk());
    assert_eq!(read_with(&many, budget, 100, None).err(), Some(crate::disclosure::read::ReadError::Full(crate::disclosure::dictionary::Full)));
    assert_eq!(read_with(&rows, 1024, 100, here()).err(), Some(crate::disclosure::read::ReadError::Full(crate::disclosure::dictionary::Full)), "values");
    let gone = folder.path().join("gone");
    assert!(matches!(read_with(&many, budget, 100, Some(gone)), Err(crate::disclosure::read::ReadError::Disk(_))));
}
