//! What a person sees of `ask` and `test`.

use super::run::run;
use super::small_pack;

fn pack() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    dir
}

fn ask(args: &str) -> String {
    let dir = pack();
    let args: Vec<&str> = args.split_whitespace().collect();
    run(dir.path(), &[&["ask"], &args[..]].concat()).to_string()
}

#[test]
fn partial_names_what_is_open_what_is_not_and_until_when() {
    insta::assert_snapshot!(ask(
        "--role social_worker --at 9Z1 --see record --of Y99001 --for direct_care --given relationship,-objection_upheld --as-of 2026-08-01"
    ));
}

#[test]
fn needs_names_the_facts() {
    insta::assert_snapshot!(ask("--role doctor --at R9A --see medications --of Y99001 --for emergency_care --as-of 2026-08-01"));
}

#[test]
fn a_closed_organisation_names_its_successor() {
    insta::assert_snapshot!(ask("--role doctor --at R9B --see record --of Y99001 --for direct_care --as-of 2026-08-01"));
}

#[test]
fn slips_of_the_hand_are_answered_with_the_right_name() {
    insta::assert_snapshot!(
        [
            ask("--role docter --at R9A --see record --of Y99001 --for direct_care"),
            ask("--role doctor --at R9X --see record --of Y99001 --for direct_care --as-of 2026-08-01"),
            ask("--role doctor --at R9A --see record --of Y99001 --for direct_care --given relationshp --as-of 2026-05-01"),
            ask("--role doctor --at R9A --see record --of Y99001 --for direct_care --as-of 12/06/2026"),
            ask("--role doctor --see record --of Y99001 --for direct_care"),
        ]
        .join("\n\n")
    );
}

#[test]
fn an_error_under_json_is_json_too() {
    insta::assert_snapshot!(ask("--role docter --at R9A --see record --of Y99001 --for direct_care --format json"));
}

#[test]
fn json_carries_the_clause_and_its_place() {
    let dir = pack();
    let ran = run(
        dir.path(),
        &[
            "ask",
            "--role",
            "doctor",
            "--at",
            "R9A",
            "--see",
            "sexual_health",
            "--of",
            "Y99001",
            "--for",
            "emergency_care",
            "--given",
            "break_glass",
            "--as-of",
            "2026-05-01",
            "--json",
        ],
    );
    assert_eq!(ran.code, Some(0));
    let answer: serde_json::Value = serde_json::from_str(&ran.out).expect("json");
    let clause = &answer["groups"][0]["clauses"][0];
    assert_eq!((clause["place"].as_str(), clause["file"].as_str(), clause["line"].as_u64()), (Some("SM-1/g3"), Some("agreements/care.yaml"), Some(17)));
    assert_eq!(clause["duties"]["reason"], "required");
}

#[test]
fn failing_tests_show_expectation_and_clause_and_no_tests_is_an_error() {
    let dir = pack();
    let none = run(dir.path(), &["test"]);
    assert_eq!(none.code, Some(3));
    assert!(none.err.contains("no tests were found"), "{none}");
    small_pack::write(
        dir.path(),
        &[(
            "tests/all.yaml",
            "\
as_of: 2026-08-01
given: {relationship: true, objection_upheld: false, break_glass: false, person_consent: false}
cases:
  - ask: {role: social_worker, at: 9Z1, see: documents.discharge, of: Y99001, for: direct_care}
    expect: permit
    because: SM-1/g2
  - {name: results need no consent, ask: {role: nurse, at: R9A, see: results, of: Y99001, for: direct_care}, expect: deny}
tables:
  - {at: R9A, of: Y99001, for: direct_care, columns: [medications, results, discharge], rows: {doctor: PPP, nurse: PPP}}
",
        )],
    );
    insta::assert_snapshot!(run(dir.path(), &["test", "-v"]).to_string());
}

#[test]
fn a_verb_that_is_not_built_is_refused_by_name() {
    let dir = pack();
    let ran = run(dir.path(), &["coverage"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("`carepact coverage` is not built yet"), "{ran}");
}
