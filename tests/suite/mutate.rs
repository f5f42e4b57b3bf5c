//! `carepact mutate`: mistakes in a pack, and tests that notice them.

use serde_json::Value;

use super::run::{Ran, run};
use super::small_pack;

const NONE: &str = "cases: []\n";

fn pack(cases: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[("tests/cases.yaml", cases)]);
    dir
}

fn mutate(dir: &std::path::Path, args: &[&str]) -> Ran {
    let all: Vec<&str> = ["mutate", "--as-of", "2026-07-15"].iter().chain(args).copied().collect();
    run(dir, &all)
}

fn data(dir: &std::path::Path) -> Value {
    let ran = mutate(dir, &["-f", "json"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    serde_json::from_str::<Value>(&ran.out).expect("JSON")["data"].clone()
}

/// The case is the smallest that could be false: a mistake is called missed, so the test that is offered must hold on the
/// pack as it is and fail on the pack with the mistake.
#[test]
fn the_test_that_is_offered_holds_and_then_notices_the_mistake() {
    let one = "cases:\n  - {ask: {role: doctor, at: R9A, see: record, of: Y99001, for: direct_care, given: {relationship: true, objection_upheld: false}}, expect: permit}\n";
    let before = pack(one);
    let found = data(before.path());
    let missed: Vec<&Value> = found["mutants"].as_array().expect("a list").iter().filter(|mutant| mutant["fate"] == "missed").collect();
    assert!(!missed.is_empty() && found["noticed"].as_u64() > Some(0), "{found}");
    let mut cases = one.to_owned();
    for mutant in &missed {
        cases.push_str(mutant["test"].as_str().expect("a test"));
    }
    let after = pack(&cases);
    assert_eq!(run(after.path(), &["test", "--as-of", "2026-07-15"]).code, Some(0), "{cases}");
    let mended = data(after.path());
    assert_eq!((&mended["missed"], &mended["score"]), (&0.into(), &100.into()), "{mended}");
    // What changes no case stays what it was: no test can notice it.
    assert_eq!(mended["change_no_case"], found["change_no_case"]);
    assert_eq!(mended["noticed"].as_u64(), found["noticed"].as_u64().map(|noticed| noticed + missed.len() as u64));
}

#[test]
fn a_score_below_the_least_fails_and_nothing_is_written() {
    let dir = pack("cases:\n  - {ask: {role: doctor, at: R9A, see: record, of: Y99001, for: research, given: {}}, expect: deny}\n");
    let bytes = std::fs::read(dir.path().join("agreements/care.yaml")).expect("there");
    assert_eq!(mutate(dir.path(), &["--min-score", "100"]).code, Some(1));
    assert_eq!(mutate(dir.path(), &["--min-score", "0", "--only", "date", "--limit", "3"]).code, Some(0));
    assert_eq!(std::fs::read(dir.path().join("agreements/care.yaml")).expect("there"), bytes);
}

#[test]
fn what_cannot_be_tried_is_an_error() {
    let kind = mutate(pack(NONE).path(), &["--only", "typo"]);
    assert_eq!(kind.code, Some(2));
    assert!(kind.err.contains("Use drop, date, widen, condition, purpose or way"), "{}", kind.err);
    let wrong = pack("cases:\n  - {ask: {role: doctor, at: R9A, see: record, of: Y99001, for: research, given: {}}, expect: permit}\n");
    let ran = mutate(wrong.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("Mend them first"), "{}", ran.err);
}
