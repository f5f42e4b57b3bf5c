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
    let ran = run(dir.path(), &["export"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("`carepact export` is not built yet"), "{ran}");
}

/// Runs questions as a batch; what came out, a line each.
fn batch(lines: &str) -> (Option<i32>, Vec<serde_json::Value>, String) {
    let dir = pack();
    std::fs::write(dir.path().join("questions.ndjson"), lines).expect("a file");
    let ran = run(dir.path(), &["ask", "--batch", "questions.ndjson", "--as-of", "2026-08-01"]);
    (ran.code, ran.out.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect(), ran.err)
}

#[test]
fn a_batch_answers_every_question_as_it_is_answered_alone() {
    let roles = ["doctor", "nurse", "social_worker", "person", "clinician", "analyst"];
    let (mut questions, mut alone) = (String::new(), Vec::new());
    let dir = pack();
    for (number, role) in roles.iter().enumerate() {
        for (see, purpose) in [("medications", "direct_care"), ("record", "direct_care"), ("sexual_health", "emergency_care"), ("results", "research")] {
            for given in ["relationship,-objection_upheld", ""] {
                let at = if *role == "person" { serde_json::Value::Null } else { "R9A".into() };
                let facts: Vec<&str> = given.split(',').filter(|fact| !fact.is_empty()).collect();
                questions.push_str(
                    &serde_json::json!({"id": number, "role": role, "at": at, "see": see, "of": "Y99001", "for": purpose, "given": facts}).to_string(),
                );
                questions.push('\n');
                let mut args = vec!["ask", "--role", role, "--see", see, "--of", "Y99001", "--for", purpose, "--as-of", "2026-08-01", "--json"];
                if *role != "person" {
                    args.extend(["--at", "R9A"]);
                }
                let given = format!("--given={given}");
                args.push(&given);
                let answer: serde_json::Value = serde_json::from_str(&run(dir.path(), &args).out).expect("json");
                alone.push(answer);
            }
        }
    }
    let (_, answers, told) = batch(&questions);
    assert_eq!(answers.len(), alone.len());
    assert!(told.starts_with("48 questions: "), "{told}");
    let mut outcomes = std::collections::BTreeSet::new();
    for (answer, alone) in answers.iter().zip(&alone) {
        assert_eq!(answer.get("error").is_some(), alone.get("error").is_some(), "{answer} {alone}");
        assert_eq!(answer.get("outcome"), alone.get("outcome"), "{answer} {alone}");
        outcomes.insert(answer.get("outcome").map(ToString::to_string));
        if let Some(cause) = answer.get("cause") {
            let group = &alone["groups"][0];
            let clauses: Vec<&serde_json::Value> = group["clauses"].as_array().expect("a list").iter().map(|clause| &clause["place"]).collect();
            assert_eq!(
                (cause, &answer["needs"], answer["clauses"].as_array().expect("a list").iter().collect::<Vec<_>>()),
                (&group["cause"], &group["needs"], clauses)
            );
        }
    }
    assert!(outcomes.len() >= 4, "{outcomes:?}");
}

#[test]
fn a_batch_loses_no_line_and_repeats_no_value_of_a_bad_one() {
    let good = r#"{"id": "q", "role": "doctor", "at": "R9A", "see": "medications", "of": "Y99001", "for": "direct_care", "given": {"relationship": true}}"#;
    let long = format!("{{\"id\": \"{}\"}}", "x".repeat(1 << 20));
    let lines = [
        "\u{feff}",
        good,
        "",
        "not json 9990000018",
        r#"{"role": "doctor"}"#,
        r#"{"role": 9990000018}"#,
        r#"{"9990000018": 1}"#,
        &long,
        r#"{"id": 3, "role": "doctor", "at": "R9B", "see": "medications", "of": "Y99001", "for": "direct_care"}"#,
        "[]",
        good,
    ];
    let (code, answers, told) = batch(&lines.join("\n"));
    assert_eq!(code, Some(3));
    let errors = answers.iter().filter(|answer| answer.get("error").is_some()).count();
    assert_eq!((answers.len(), errors), (9, 7), "{answers:#?}");
    assert_eq!((answers[0]["id"].as_str(), answers[8]["id"].as_str(), answers[6]["line"].as_u64()), (Some("q"), Some("q"), Some(9)));
    assert!(told.contains("9 questions") && told.contains("7 that could not be answered"), "{told}");
    let printed = format!("{answers:?}{told}");
    assert!(!printed.contains("9990000018") && !printed.contains("xxxx"), "{printed}");
    let (code, answers, told) = batch("\n\n");
    assert!(code == Some(3) && answers.is_empty() && told.contains("there is no question"), "{told}");
}
