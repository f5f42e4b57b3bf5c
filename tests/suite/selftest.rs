//! The published vectors inside the binary.

use std::path::Path;

use serde_json::Value;

use super::run::run;

#[test]
fn every_vector_is_told_with_its_source_and_passes() {
    let ran = run(Path::new("."), &["selftest"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    for said in ["SHA-256", "RFC 4231", "RFC 5869", "RFC 8032", "NHS number", "carepact/1", "All 27 vectors pass.", "FF1", "AES-256-SIV", "OpenPseudonymiser"] {
        assert!(ran.out.contains(said), "{said}\n{ran}");
    }
    assert!(!ran.out.contains("FAIL"));
}

#[test]
fn json_says_what_this_version_does_not_hold() {
    let ran = run(Path::new("."), &["selftest", "-f", "json"]);
    let results: Value = serde_json::from_str(&ran.out).expect("JSON");
    let vectors = results["data"]["vectors"].as_array().expect("a list");
    assert!(results["format"] == "carepact.results/1" && vectors.iter().all(|one| one["passed"] == true), "{results}");
    assert_eq!(results["not_assessed"].as_array().expect("a list").len(), 2);
    assert_eq!(run(Path::new("."), &["selftest", "-f", "sarif"]).code, Some(2));
}
