//! What is told to have changed is what has changed: held against the plain decision, case by case.

use carepact::decision::difference::{Change, Difference, Way, of_days, of_packs};
use carepact::decision::{Compiled, Facts, Question, Verdict, decide};
use carepact::identifier::{Date, Interval};
use carepact::pack::Pack;
use carepact::source::Sources;
use carepact::vocabulary::{NodeId, ROOT, Tree};
use proptest::prelude::*;

use super::{compiled, generated_pack};

fn load(files: &[(String, String)]) -> Pack {
    let dir = tempfile::tempdir().expect("a folder");
    generated_pack::write(dir.path(), files);
    let (pack, findings) = Pack::load(dir.path(), &mut Sources::new()).expect("readable");
    let serious: Vec<_> = findings.iter().filter(|finding| finding.code.starts_with("READ") || finding.code == "DOC-007").collect();
    assert!(serious.is_empty(), "{serious:#?}");
    pack
}

/// One of the changes people make to a pack.
fn edited(seed: u64, edit: u8) -> Vec<(String, String)> {
    let mut files = generated_pack::files(seed);
    let other = generated_pack::files(seed.wrapping_add(1));
    let mut change = |name: &str, change: &dyn Fn(&str) -> String| {
        if let Some((_, text)) = files.iter_mut().find(|(file, _)| file == name) {
            *text = change(text);
        }
    };
    match edit % 8 {
        // A leaf is split, a leaf is new, a leaf goes.
        0 => change("vocabulary.yaml", &|text| text.replace("medications: {}", "medications: {oral: {}, given: {}}")),
        1 => change("vocabulary.yaml", &|text| text.replace("imaging: {}", "imaging: {}, genomics: {}").replace("doctor: {}", "doctor: {}, midwife: {}")),
        2 => change("vocabulary.yaml", &|text| {
            text.replace("{blood: {}, imaging: {}}", "{blood: {}}").replace("council: {adult", "council: {children: {}, adult")
        }),
        // Conditions in another order, and one more.
        3 => change("vocabulary.yaml", &|text| text.replacen("conditions:\n", "conditions:\n  z: {meaning: another}\n", 1)),
        // Organisations close, move, change what they do.
        4 => change("register/organisations.csv", &|text| text.replacen("2010-01-01,,", "2010-01-01,2026-06-30,", 1)),
        5 => change("register/memberships.csv", &|text| text.replace("gm.bolton", "gm.glossop")),
        6 => change("register/functions.csv", &|text| text.replace("nhs.acute", "nhs.gp_practice")),
        // Another agreement of the same number.
        _ => change("agreements/1.yaml", &|_| {
            other.iter().find(|(name, _)| name == "agreements/1.yaml").map(|(_, text)| text.clone()).expect("there").replace("accessions/", "accessions/x")
        }),
    }
    if edit % 8 == 7 {
        files.extend(
            other.into_iter().filter(|(name, _)| name.starts_with("accessions/1-")).map(|(name, text)| (name.replace("accessions/", "accessions/x"), text)),
        );
    }
    files
}

/// The leaf that a path means in a tree, as the documents state it: itself, or the leaf it was split from.
fn leaf(tree: &Tree, path: &str) -> Option<NodeId> {
    let leaves = tree.leaves(ROOT);
    let mut path = path;
    loop {
        if let Some(found) = leaves.iter().find(|leaf| tree.path(**leaf) == path) {
            return Some(*found);
        }
        path = path.rsplit_once('.')?.0;
    }
}

/// Whether a pack permits a case, named as both packs name it, under facts that are all known.
#[allow(clippy::too_many_arguments)]
fn permits(pack: &Pack, difference: &Difference, case: &[u32; 6], truth: u64, on: Date) -> Option<bool> {
    let common = &difference.common;
    let [role, at, of, data, purpose, way] = case.map(|side| side as usize);
    let words = &pack.words;
    let (Some(role), Some(data), Some(purpose)) =
        (leaf(&words.roles, &common.roles.paths[role]), leaf(&words.data, &common.data.paths[data]), leaf(&words.purposes, &common.purposes.paths[purpose]))
    else {
        return Some(false);
    };
    let open = |code: &str| pack.register.find(code).filter(|org| pack.register.organisation(*org).open.contains(on));
    let Some(of) = open(&common.organisations[of]) else { return Some(false) };
    let at = if words.is_person(role) {
        None
    } else {
        let Some(at) = open(&common.organisations[at]) else { return Some(false) };
        Some(at)
    };
    let (action, form) = &common.ways[way];
    let index = |known: &[String], word: &String| known.iter().position(|one| one == word).and_then(|index| u8::try_from(index).ok());
    let (Some(action), Some(form)) = (index(&words.actions, action), index(&words.forms, form)) else { return Some(false) };
    let mut facts = Facts::default();
    for (bit, name) in common.facts.iter().enumerate() {
        if let Some(id) = words.condition(name) {
            facts = facts.with(id, truth >> bit & 1 == 1);
        }
    }
    let decision = decide(pack, &Question { role, at, action, form, data, of, purpose, on }, facts).ok()?;
    Some(decision.verdict == Verdict::Permit)
}

fn holds(change: &Change, case: &[u32; 6], person: bool, truth: u64) -> bool {
    let [role, at, of, data, purpose, way] = case;
    let at = if person { change.at.is_empty() } else { change.at.contains(at) };
    let facts = change.facts.iter().any(|set| set.iter().all(|fact| (truth >> fact.fact & 1 == 1) == fact.value));
    at && facts
        && change.roles.contains(role)
        && change.of.contains(of)
        && change.data.contains(data)
        && change.purposes.contains(purpose)
        && change.ways.contains(way)
}

/// Compares what is told with the plain decisions, on cases taken here and there and on every case of every block's corners.
fn check(old: &Pack, new: &Pack, difference: &Difference, days: &[[Date; 2]], dice: &mut impl FnMut() -> u64) -> (usize, usize) {
    let common = &difference.common;
    let sizes = [common.roles.len(), common.organisations.len(), common.organisations.len(), common.data.len(), common.purposes.len(), common.ways.len()];
    let (mut widened, mut narrowed) = (0, 0);
    for [before, after] in days {
        let live: Vec<&Change> =
            difference.changes.iter().filter(|(_, stretches)| stretches.iter().any(|one| one.contains(*after))).map(|(change, _)| change).collect();
        for number in 0..700 {
            let mut case = sizes.map(|size| u32::try_from(dice() % size as u64).expect("small"));
            // Every other case lies in a block that is told, or beside it on one side.
            if number % 2 == 0 && !live.is_empty() {
                let change = live[usize::try_from(dice() % live.len() as u64).expect("small")];
                let one = |side: &[u32], dice: &mut dyn FnMut() -> u64| side[usize::try_from(dice() % side.len() as u64).expect("small")];
                let kept = dice() % 7;
                let sides = [&change.roles, &change.at, &change.of, &change.data, &change.purposes, &change.ways];
                for (index, side) in sides.into_iter().enumerate() {
                    if kept != index as u64 && !side.is_empty() {
                        case[index] = one(side, &mut *dice);
                    }
                }
            }
            let truth = dice() & ((1u64 << common.facts.len()) - 1);
            let person = matches!(common.roles.paths[case[0] as usize].as_str(), "person" | "proxy");
            let (Some(was), Some(is)) = (permits(old, difference, &case, truth, *before), permits(new, difference, &case, truth, *after)) else { continue };
            let told = |way: Way| live.iter().filter(|change| change.way == way && holds(change, &case, person, truth)).count();
            assert_eq!((told(Way::Widening), told(Way::Narrowing)), (usize::from(is && !was), usize::from(was && !is)), "{case:?} {truth:b} {before} {after}");
            widened += usize::from(is && !was);
            narrowed += usize::from(was && !is);
        }
    }
    (widened, narrowed)
}

fn dice(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

fn day(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 16 } else { 400 }))]

    #[test]
    fn what_is_told_is_what_changed(seed: u64, edit in 0u8..10) {
        let old = load(&generated_pack::files(seed));
        let new = if edit < 8 { load(&edited(seed, edit)) } else { generated_pack::pack(seed.wrapping_add(7)) };
        let (a, b) = (Compiled::new(&old), Compiled::new(&new));
        let during = Interval { first: day("2025-12-31"), last: Date::MAX };
        let (Ok(forth), Ok(back)) = (of_packs(&a, &b, during), of_packs(&b, &a, during)) else { return Ok(()) };
        let mut dice = dice(seed);
        let days: Vec<[Date; 2]> = (0..4).map(|_| day(&format!("2026-{:02}-{:02}", 1 + dice() % 12, 1 + dice() % 28))).map(|on| [on, on]).collect();
        check(&old, &new, &forth, &days, &mut dice);
        // Seen from the other side every gain is a loss.
        let count = |difference: &Difference, way: Way| difference.changes.iter().filter(|(change, _)| change.way == way).map(|(change, _)| change.facts.clone()).collect::<std::collections::BTreeSet<_>>();
        if forth.common.facts == back.common.facts {
            prop_assert_eq!(count(&forth, Way::Widening), count(&back, Way::Narrowing));
            prop_assert_eq!(count(&forth, Way::Narrowing), count(&back, Way::Widening));
        }
        prop_assert!(of_packs(&a, &a, during).expect("compares").changes.is_empty());
    }

    #[test]
    fn two_days_of_one_pack_differ_as_their_decisions_do(seed: u64) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let mut dice = dice(seed);
        let [before, after] = [0, 1].map(|_| day(&format!("2026-{:02}-{:02}", 1 + dice() % 12, 1 + dice() % 28)));
        let Ok(difference) = of_days(&compiled, before, &compiled, after) else { return Ok(()) };
        check(&pack, &pack, &difference, &[[before, after]], &mut dice);
    }
}

#[test]
fn every_edit_is_seen_in_some_pack() {
    // The property above would hold of a comparison that is never asked anything.
    for edit in 0..8 {
        let seen = (0..40).any(|seed| {
            let (old, new) = (load(&generated_pack::files(seed)), load(&edited(seed, edit)));
            let found = of_packs(&Compiled::new(&old), &Compiled::new(&new), Interval::ALWAYS);
            found.is_ok_and(|difference| !difference.changes.is_empty())
        });
        // A leaf that is split, one more condition, and the others in another order change nothing.
        assert_eq!(seen, edit != 0 && edit != 3, "edit {edit}");
    }
    // And of a check that meets no case that changed.
    let mut dice = dice(1);
    let (old, new) = (compiled::shipped("greater-manchester"), compiled::shipped("greater-manchester"));
    let days = [day("2026-06-30"), day("2026-07-02")];
    let difference = of_days(&Compiled::new(&old), days[0], &Compiled::new(&old), days[1]).expect("compares");
    let (widened, narrowed) = check(&old, &new, &difference, &[days], &mut dice);
    assert!(widened >= 10, "{widened} {narrowed}");
}
