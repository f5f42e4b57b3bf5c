//! What lies on disk and comes back changed is an error everywhere, and never a number.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::super::coded::{Coded, Distinct, Role};
use super::super::hierarchy::Hierarchy;
use super::super::linked::Held;
use super::super::measure::closeness::Distance;
use super::super::measure::{Wanted, measure};
use super::super::read::{Missing, Plan, ReadError, Reader};
use super::super::repair::Repairs;
use super::super::search::{Goal, Space};
use crate::tabular::Layout;

const NAMES: [(&str, Role); 4] = [("age", Role::Quasi), ("place", Role::Quasi), ("who", Role::Person), ("illness", Role::Sensitive)];

fn reader(spill: &Path) -> Reader {
    let columns = NAMES.map(|(name, role)| (name.to_owned(), role)).to_vec();
    let mut reader = Reader::new(Plan { columns, null: Vec::new(), missing: Missing::Own, memory: 200_000, threads: 1, spill: Some(spill.to_owned()) });
    let layout = Layout { delimiter: b',', header: NAMES.map(|(name, _)| name.to_owned()).to_vec(), bom: false, crlf: false };
    // Some 30,000 distinct rows: two blocks and a bit once they are merged.
    for block in 0..130u32 {
        let rows: Vec<String> = (0..250).map(|row| format!("{},{},{},{}\n", row % 50, block % 10, (row * 7 + block * 13) % 1009, (row + block) % 5)).collect();
        let rows = rows.concat();
        reader.add(&layout, rows.as_bytes()).expect("put aside");
    }
    reader
}

fn coded(spill: &Path) -> (Coded, u64) {
    let coded = reader(spill).finish().expect("fits");
    let length = file(&coded).metadata().expect("a file").len();
    (coded, length)
}

fn file(coded: &Coded) -> &File {
    match &coded.distinct {
        Distinct::OnDisk(rows) => rows.file(),
        _ => panic!("everything fits in memory"),
    }
}

fn flip(file: &File, at: u64) {
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).expect("read");
    file.write_all_at(&[byte[0] ^ 1], at).expect("written");
}

/// A way to spoil a file, with its name.
type Way = (&'static str, Box<dyn Fn(&File)>);

/// Every way to spoil a file of this length.
fn ways(length: u64) -> Vec<Way> {
    vec![
        ("its first byte", Box::new(|file: &File| flip(file, 0))),
        ("a byte in the middle", Box::new(move |file: &File| flip(file, length / 2))),
        ("its last byte", Box::new(move |file: &File| flip(file, length - 1))),
        ("cut by a byte", Box::new(move |file: &File| file.set_len(length - 1).expect("cut"))),
        ("cut at a block", Box::new(|file: &File| file.set_len((1 << 18) + 16).expect("cut"))),
        ("empty", Box::new(|file: &File| file.set_len(0).expect("cut"))),
        ("longer", Box::new(move |file: &File| file.write_all_at(&[0; 64], length).expect("written"))),
        (
            "blocks exchanged",
            Box::new(|file: &File| {
                let (mut first, mut second) = (vec![0; (1 << 18) + 16], vec![0; (1 << 18) + 16]);
                file.read_exact_at(&mut first, 0).expect("two blocks");
                if file.read_exact_at(&mut second, (1 << 18) + 16).is_ok() {
                    file.write_all_at(&second, 0).expect("written");
                }
                file.write_all_at(&first, (1 << 18) + 16).expect("written");
            }),
        ),
    ]
}

fn wanted() -> Wanted {
    Wanted { k: 5, distances: vec![Distance::Ordered], sample: 100, seed: 1, memory: 64 << 20 }
}

#[test]
fn rows_that_come_back_changed_are_never_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let (fine, length) = coded(folder.path());
    assert!(length > 2 * ((1 << 18) + 16), "{length}");
    measure(&fine, &wanted()).expect("measured");
    for (what, spoil) in ways(length) {
        let (spoilt, here) = coded(folder.path());
        assert_eq!(here, length);
        spoil(file(&spoilt));
        assert!(measure(&spoilt, &wanted()).is_err(), "{what}");
        assert!(spoilt.broken().expect(what).contains("came back changed"), "{what}: {:?}", spoilt.broken());
    }
}

#[test]
fn whatever_reads_them_first_says_that_they_are_broken() {
    let folder = tempfile::tempdir().expect("a folder");
    let length = coded(folder.path()).1;
    for (what, spoil) in ways(length) {
        // An earlier release, and this one beside it.
        let (then, now) = (coded(folder.path()).0, coded(folder.path()).0);
        let mut held = Held::new(64 << 20);
        held.add(&then, &[0, 1]).expect("fits");
        let known = held.finish();
        spoil(file(&now));
        let _ = known.measure(&now, 5);
        assert!(now.broken().is_some(), "{what}");
        spoil(file(&then));
        let _ = Held::new(64 << 20).add(&then, &[0, 1]);
        assert!(then.broken().is_some(), "{what}");
        // Repairs, spoilt before and between the walks.
        for before in [true, false] {
            let spoilt = coded(folder.path()).0;
            if before {
                spoil(file(&spoilt));
            }
            let hierarchies: Vec<Hierarchy> = spoilt.of(Role::Quasi).map(|(_, column)| Hierarchy::all_or_nothing(&column.values)).collect();
            let goal = Goal { k: 5, l: vec![Some(2)], t: vec![Some((0.3, Distance::Equal))], suppress_at_most: 10, ..Goal::default() };
            let space = Space::with(&spoilt, &hierarchies, &goal.t, Some(&known.held_by_code(&spoilt))).expect("small");
            if !before {
                spoil(file(&spoilt));
            }
            let space_alone = Space::with(&spoilt, &hierarchies, &goal.t, None).expect("small");
            drop(Repairs::new(&spoilt, &space_alone, goal, vec![0, 1]));
            drop(space);
            assert!(spoilt.broken().is_some(), "{what}, before: {before}");
        }
    }
}

#[test]
fn runs_that_come_back_changed_are_not_merged() {
    let folder = tempfile::tempdir().expect("a folder");
    for (what, at) in [("first", 0), ("last", usize::MAX)] {
        for cut in [true, false] {
            let reader = reader(folder.path());
            let files = reader.put_aside();
            assert!(files.len() > 1, "{}", files.len());
            let file = files[at.min(files.len() - 1)];
            if cut {
                file.set_len(file.metadata().expect("a file").len() - 5).expect("cut");
            } else {
                flip(file, 10);
            }
            match reader.finish().map(|_| ()) {
                Err(ReadError::Disk(said)) => assert!(said.contains("came back changed"), "{what}: {said}"),
                other => panic!("{what}: {other:?}"),
            }
        }
    }
}
