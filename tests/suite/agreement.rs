//! An agreement as written: closed lists of words, and an end that is not dated.

use crate::run::{Ran, run};
use crate::small_pack;

fn changed(from: &str, to: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let care = small_pack::FILES.iter().find(|(name, _)| *name == "agreements/care.yaml").expect("there").1;
    assert!(care.contains(from), "{from}");
    let care = care.replacen(from, to, 1);
    small_pack::write(dir.path(), &[("agreements/care.yaml", &care)]);
    (dir, care)
}

fn ask(dir: &std::path::Path, on: &str) -> Ran {
    let question = ["ask", "--role", "nurse", "--at", "R9A", "--see", "medications", "--of", "Y99001", "--for", "direct_care"];
    let given = ["--given", "relationship,-objection_upheld", "--as-of", on];
    run(dir, &[&question[..], &given[..]].concat())
}

#[test]
fn an_agreement_that_ended_on_an_unknown_day_grants_on_none() {
    let (dir, _) = changed("status: active", "status: terminated");
    for on in ["2026-04-01", "2026-08-01", "2027-03-31"] {
        let refused = ask(dir.path(), on);
        assert_eq!(refused.code, Some(1), "{refused}");
        assert!(refused.out.contains("deny"), "{refused}");
    }
    let checked = run(dir.path(), &["check", "--as-of", "2026-08-01", "--format", "short"]);
    assert!(checked.out.contains("DOC-004") && checked.out.contains("SM-1 is terminated and does not say on which day"), "{checked}");

    // With the day it grants up to it, and not after.
    let (dir, _) = changed("status: active", "status: terminated\nterminated_on: 2026-08-01");
    assert_eq!(ask(dir.path(), "2026-08-01").code, Some(0));
    assert_eq!(ask(dir.path(), "2026-08-02").code, Some(1));
}

#[test]
fn words_of_closed_lists_are_checked_with_the_nearest_right_one() {
    for (written, place, near) in [
        ("classification: OFFICAL", "SM-1/classification", "Did you mean `OFFICIAL`?"),
        ("transfers: {territory: UKK}", "SM-1/transfers/territory", "Did you mean `UK`?"),
        ("dpia: {ref: X, residual_risk: mediun}", "SM-1/dpia/1/residual_risk", "Did you mean `medium`?"),
        ("data: {results: {identifiability: pseudonymized, justification: why}}", "identifiability", "Did you mean `pseudonymised`?"),
        ("data: {results: {identifier: nhs-number}}", "identifier", "Did you mean `nhs_number`?"),
        ("tier: 4", "SM-1/tier", "1 (framework), 2 (agreement) or 3 (procedure)"),
        ("break_glass: {roles: [doctr]}", "SM-1/break_glass", "Did you mean `doctor`?"),
        ("rights: {acces: {how: online}}", "SM-1/rights/acces", "Did you mean `access`?"),
    ] {
        let (dir, _) = changed("status: active\n", &format!("status: active\n{written}\n"));
        let ran = run(dir.path(), &["check", "--as-of", "2026-08-01", "--format", "json"]);
        let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        let findings = results["findings"].as_array().expect("a list");
        let found: Vec<_> = findings.iter().filter(|finding| finding["place"].as_str().is_some_and(|found| found.ends_with(place))).collect();
        assert!(found.iter().any(|finding| finding.to_string().contains(near)), "{written}: {found:?}");
        // One cause, one finding: no rule says of it that it is missing.
        assert_eq!(found.len(), 1, "{written}: {found:?}");
    }
}
