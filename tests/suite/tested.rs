//! `carepact test --coverage`: how much of a pack its questions touch.

use std::path::Path;

use serde_json::Value;

use super::run::{Ran, run};
use super::small_pack;

const ONE: &str = "cases:\n  - {ask: {role: doctor, at: R9A, see: medications, of: Y99001, for: direct_care, on: 2026-07-15, given: {relationship: true, objection_upheld: false}}, expect: permit}\n";

fn test(cases: &str, args: &[&str]) -> Ran {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[("tests/cases.yaml", cases)]);
    let all: Vec<&str> = ["test", "--as-of", "2026-07-15"].iter().chain(args).copied().collect();
    run(dir.path(), &all)
}

fn coverage(cases: &str) -> Value {
    let ran = test(cases, &["--coverage", "-f", "json"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    serde_json::from_str::<Value>(&ran.out).expect("JSON")["data"]["tests"]["coverage"].clone()
}

fn untouched(value: &Value) -> Vec<(String, String)> {
    let text = |item: &Value, key: &str| item[key].as_str().expect("text").to_owned();
    value["untouched"].as_array().expect("a list").iter().map(|item| (text(item, "clause"), text(item, "what"))).collect()
}

#[test]
fn each_question_touches_what_it_reaches_and_nothing_else() {
    let before = untouched(&coverage(ONE));
    let has = |list: &[(String, String)], clause: &str, what: &str| list.iter().any(|(at, text)| at == clause && text.contains(what));
    assert!(!has(&before, "SM-1/g1", "decides no expectation"));
    assert!(!has(&before, "SM-1/g1", "is true"));
    assert!(has(&before, "SM-1/g1", "is false"));
    assert!(has(&before, "SM-1/g1", "on 2027-03-31, its last day"));
    assert!(has(&before, "SM-1/g4", "decides no expectation"));
    // The other way round, and the last day with the day after it; no other clause is touched by these.
    let ask = |on: &str, given: &str, expect: &str| {
        format!("  - {{ask: {{role: doctor, at: R9A, see: medications, of: R9A, for: direct_care, on: {on}, given: {given}}}, expect: {expect}}}\n")
    };
    let more = [
        ONE,
        &ask("2026-07-15", "{relationship: false}", "deny"),
        &ask("2027-03-31", "{relationship: true, objection_upheld: false}", "permit"),
        &ask("2027-04-01", "{relationship: true, objection_upheld: false}", "deny"),
    ]
    .concat();
    let after = untouched(&coverage(&more));
    assert!(after.iter().all(|item| before.contains(item)), "a question more leaves nothing untouched that was touched");
    let gone: Vec<_> = before.iter().filter(|item| !after.contains(item)).collect();
    assert!(gone.iter().any(|(_, what)| what.contains("is false")) && gone.iter().any(|(_, what)| what.contains("2027-03-31")));
    assert!(gone.iter().any(|(_, what)| what.contains("2027-04-01, the day after")));
    assert!(gone.iter().all(|(clause, _)| clause == "SM-1/g1"), "{gone:?}");
}

#[test]
fn the_share_is_that_of_all_there_is_and_fails_below_the_least() {
    let found = coverage(ONE);
    let sum = |key: &str| found["kinds"].as_object().expect("kinds").values().map(|kind| kind[key].as_u64().expect("a number")).sum::<u64>();
    let percent = found["percent"].as_u64().expect("a number");
    assert_eq!(percent, sum("touched") * 100 / sum("all"));
    assert_eq!(sum("all") - sum("touched"), untouched(&found).len() as u64);
    assert_eq!(test(ONE, &["--min-coverage", &percent.to_string()]).code, Some(0));
    let short = test(ONE, &["--min-coverage", &(percent + 1).to_string()]);
    assert_eq!(short.code, Some(1));
    assert!(short.out.contains(&format!("the questions touch {percent}%")), "{}", short.out);
}

#[test]
fn a_day_outside_an_agreement_touches_no_condition() {
    let gone_by = ONE.replace("2026-07-15", "2025-07-15").replace("permit", "deny");
    let found = untouched(&coverage(&gone_by));
    assert!(found.iter().any(|(clause, what)| clause == "SM-1/g1" && what.contains("is true")));
}

/// What docs/testing.md shows is what is printed.
#[test]
fn the_guide_shows_what_is_printed() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = top.join("docs/testing.md");
    let guide = std::fs::read_to_string(&path).expect("docs/testing.md");
    let (mut written, mut rest, mut blocks) = (String::new(), guide.as_str(), 0);
    while let Some((before, after)) = rest.split_once("```console\n") {
        let (block, after) = after.split_once("```\n").expect("a block that ends");
        let line = block.lines().next().and_then(|line| line.strip_prefix("$ carepact ")).expect("a command");
        let ran = run(top, &line.split(' ').collect::<Vec<_>>());
        assert_eq!(ran.code, Some(0), "{line}: {}", ran.err);
        blocks += 1;
        written.push_str(&format!("{before}```console\n$ carepact {line}\n{}```\n", ran.out));
        rest = after;
    }
    written.push_str(rest);
    assert!(blocks >= 2);
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        std::fs::write(&path, &written).expect("written");
    }
    assert!(guide == written || std::env::var_os("CAREPACT_BLESS").is_some(), "docs/testing.md is stale: CAREPACT_BLESS=1 cargo test --test suite tested::");
}
