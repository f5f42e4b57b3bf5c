//! Rules that look at several agreements at once, and the questions with which they show what they found.

use std::path::Path;

use crate::run::{Ran, run};
use crate::small_pack;

/// A second agreement among the same parties, with these clauses.
fn second(clauses: &str) -> String {
    format!(
        "agreement: SM-2\ntitle: Second synthetic agreement\nversion: \"1.0\"\nstatus: active\nstarts: 2026-04-01\nends: 2027-03-31\nparties:\n  providers: {{function: [nhs, council.adult_social_care], in: gm, as: joint_controller, joined: accessions/1.csv}}\n  homes: {{function: care_home, in: gm, as: recipient, joined: accessions/1.csv}}\nbasis:\n  individual_care: [{{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}}]\n{clauses}"
    )
}

fn findings(dir: &Path, clauses: &str, code: &str) -> Vec<serde_json::Value> {
    let text = second(clauses);
    small_pack::write(dir, &[("agreements/second.yaml", &text)]);
    let ran = run(dir, &["check", "--format", "json", "--as-of", "2026-07-01"]);
    let object: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"));
    object["findings"].as_array().expect("findings").iter().filter(|finding| finding["code"] == code).cloned().collect()
}

/// Runs the question a finding shows.
fn witness(dir: &Path, finding: &serde_json::Value) -> Ran {
    let line = finding["facts"]["witness"].as_str().unwrap_or_else(|| panic!("no witness: {finding}"));
    let args: Vec<&str> = line.split(' ').skip(1).collect();
    run(dir, &args)
}

#[test]
fn a_prohibition_of_scope_source_closes_what_another_agreement_allows_and_the_question_shows_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let found = findings(dir.path(), "prohibits:\n  p1: {to: {role: doctor}, see: results, for: direct_care, scope: source, reason: elsewhere}\n", "XAG-001");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["facts"]["grant"], "SM-1/g1");
    assert_eq!(found[0]["severity"], "error");
    let answer = witness(dir.path(), &found[0]);
    assert_eq!(answer.code, Some(1), "{answer}");
    assert!(answer.out.starts_with("deny") && answer.out.contains("SM-2/p1"), "{answer}");
}

#[test]
fn a_prohibition_of_scope_agreement_is_reported_and_the_grant_stays_open() {
    let dir = tempfile::tempdir().expect("a folder");
    let found = findings(dir.path(), "prohibits:\n  p1: {to: {role: doctor}, see: results, for: direct_care, reason: elsewhere}\n", "XAG-001");
    assert_eq!(found.len(), 1, "{found:?}");
    let answer = witness(dir.path(), &found[0]);
    assert_eq!(answer.code, Some(0), "{answer}");
    assert!(answer.out.starts_with("permit") && answer.out.contains("SM-1/g1"), "{answer}");
}

#[test]
fn conditions_that_cannot_both_be_true_dates_apart_and_other_organisations_are_no_contradiction() {
    for clause in [
        "p1: {to: {role: doctor}, see: results, for: direct_care, when: objection_upheld, scope: source, reason: x}",
        "p1: {to: {role: doctor}, see: results, for: direct_care, ends: 2026-06-30, scope: source, reason: x}",
        "p1: {to: {role: doctor, function: supplier}, see: results, for: direct_care, scope: source, reason: x}",
        "p1: {to: {role: doctor}, see: results, for: research, scope: source, reason: x}",
        "p1: {to: {role: doctor}, see: results, for: direct_care, form: aggregate, scope: source, reason: x}",
        // The agreement that grants it forbids this itself.
        "p1: {to: {role: nurse}, see: results, for: direct_care, when: break_glass, scope: source, reason: x}",
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let found = findings(dir.path(), &format!("prohibits:\n  {clause}\n"), "XAG-001");
        assert!(found.is_empty(), "{clause}: {found:?}");
    }
}

#[test]
fn a_contradiction_of_next_year_is_found_and_shown_on_its_first_day() {
    let dir = tempfile::tempdir().expect("a folder");
    let found = findings(
        dir.path(),
        "prohibits:\n  p1: {to: {role: doctor}, see: results, for: direct_care, starts: 2027-01-01, scope: source, reason: x}\n",
        "XAG-001",
    );
    assert_eq!(found[0]["facts"]["on"], "2027-01-01");
    assert_eq!(witness(dir.path(), &found[0]).code, Some(1));
}

#[test]
fn restricted_data_that_another_agreement_forbids_is_told_once_and_as_an_exclusion() {
    let dir = tempfile::tempdir().expect("a folder");
    let clauses = "prohibits:\n  p1: {to: {role: doctor}, see: sexual_health, for: emergency_care, scope: source, reason: x}\n";
    assert_eq!(findings(dir.path(), clauses, "XAG-001").len(), 0);
    let found = findings(dir.path(), clauses, "XAG-014");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(witness(dir.path(), &found[0]).out.contains("SM-2/p1"));
}

#[test]
fn what_another_grant_of_the_same_agreement_allows_is_not_left_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let narrow = "grants:\n  g1: {to: {role: doctor}, see: record, except: {see: results}, for: direct_care, when: relationship}\n";
    let found = findings(dir.path(), narrow, "XAG-014");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["facts"]["left_out_by"], "SM-2/g1");
    assert_eq!(witness(dir.path(), &found[0]).code, Some(0));
    let both = format!("{narrow}  g2: {{to: {{role: doctor}}, see: results, for: direct_care, when: relationship}}\n");
    assert!(findings(dir.path(), &both, "XAG-014").is_empty());
}

#[test]
fn the_same_grant_twice_is_one_finding_and_a_part_of_another_is_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let same = "grants:\n  g1: {to: {role: clinician}, see: record, for: individual_care, when: not objection_upheld and relationship}\n";
    let found = findings(dir.path(), same, "XAG-002");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["facts"]["again"], serde_json::json!(["SM-2/g1"]));
    let part = "grants:\n  g1: {to: {role: nurse}, see: medications, for: direct_care, when: relationship and not objection_upheld and identity_checked}\n";
    let found = findings(dir.path(), part, "XAG-002");
    assert_eq!(found[0]["facts"]["within"], serde_json::json!(["SM-1/g1"]));
    for wider in [
        "g1: {to: {role: clinician}, see: record, for: individual_care, when: relationship}",
        "g1: {to: {role: nurse}, see: medications, for: [direct_care, research], when: relationship and not objection_upheld}",
        "g1: {to: {role: nurse}, see: medications, may: print, for: direct_care, when: relationship and not objection_upheld}",
    ] {
        let found = findings(dir.path(), &format!("grants:\n  {wider}\n"), "XAG-002");
        // The wider one may well hold the narrower.
        assert!(found.iter().all(|finding| finding["place"] != "SM-2/g1"), "{wider}: {found:?}");
    }
}
