//! `check --profile common-capability`: what of a shared minimum a pack meets.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::run::{Ran, run};

const DAY: &str = "2026-04-01";

const LOG: &str = "\
format: csv
fields:
  time: {column: at, date: \"%Y-%m-%d %H:%M:%S\"}
  user: user
  role: role
  organisation: organisation
  person: nhs_number
  source: source
  action: action
  category: category
  purpose: purpose
  emergency: {column: emergency, map: {Y: \"true\", N: \"false\"}}
  reason: reason
  correlation: request_id
";

/// A pack that meets every item.
fn pack() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let made = run(dir.path(), &["init", ".", "--id", "west", "--as-of", DAY]);
    assert_eq!(made.code, Some(0), "{made}");
    std::fs::create_dir_all(dir.path().join("audit/profiles")).expect("folders");
    std::fs::write(dir.path().join("audit/profiles/log.yaml"), LOG).expect("written");
    dir
}

fn asked(dir: &Path, more: &[&str]) -> Ran {
    run(dir, &[&["check", "--profile", "common-capability", "--as-of", DAY], more].concat())
}

fn verdicts(ran: &Ran) -> BTreeMap<String, String> {
    let results: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"));
    let answers = results["data"]["answers"].as_array().expect("a list").clone();
    answers.iter().map(|answer| (answer["id"].as_str().expect("an id").to_owned(), answer["verdict"].as_str().expect("a verdict").to_owned())).collect()
}

/// What makes each item not met: the item, the file, what stands there, and what stands there instead.
const LACKS: [(&str, &str, &str, &str); 43] = [
    ("GOV-1", "agreements/care-record.yaml", ", email: ig@record.example.org}", "}"),
    ("GOV-2", "agreements/care-record.yaml", "  responsibilities: each controller answers for what it puts in; the shared record board for access\n", ""),
    ("GOV-3", "accessions/0001.csv", "X99002,2026-04-01,,2026-03-10,Senior Partner\n", ""),
    ("GOV-4", "accessions/0001.csv", "2026-03-10,Senior Partner", ","),
    ("GOV-5", "agreements/care-record.yaml", ", audits]", "]"),
    ("GOV-6", "flows.csv", "portal,EX-DSA-0001", "portal,"),
    ("GOV-7", "agreements/care-record.yaml", ", url: https://record.example.org/dpia/EX-DPIA-0001", ""),
    ("GOV-8", "agreements/care-record.yaml", "publication: {url: https://record.example.org/agreements/EX-DSA-0001, ", "publication: {"),
    ("GOV-9", "agreements/care-record.yaml", "review: {last: 2026-04-01, ", "review: {"),
    ("ROL-1", "agreements/care-record.yaml", "see: [demographics, medications, allergies, documents]", "see: demographics"),
    ("ROL-2", "vocabulary.yaml", "social_worker: {rbac: R0243}", "social_worker: {}"),
    (
        "ROL-3",
        "agreements/care-record.yaml",
        "    see: [demographics, medications, allergies, documents]\n",
        "    see: [demographics, medications, allergies, problems, results, documents]\n",
    ),
    ("ROL-4", "agreements/care-record.yaml", "when: relationship and not objection_upheld", "when: not objection_upheld"),
    ("ROL-5", "agreements/care-record.yaml", "review_within_days: \"5\", ", ""),
    ("ROL-6", "vocabulary.yaml", "nurse: {rbac: R8001}", "nurse: {rbac: R8001}\n    system_administrator: {rbac: R8015}"),
    ("ROL-7", "agreements/care-record.yaml", "    to: {role: person}\n", "    to: {role: doctor}\n"),
    ("OBJ-1", "agreements/care-record.yaml", "when: relationship and not objection_upheld", "when: relationship"),
    ("OBJ-2", "agreements/care-record.yaml", ", clinical_review: by a senior clinician}", "}"),
    ("OBJ-3", "vocabulary.yaml", ", evidence: table.objections", ""),
    ("OBJ-4", "agreements/care-record.yaml", "      ndoo: {applies: false, reason: required_by_law}\n", ""),
    ("OBJ-5", "agreements/care-record.yaml", "version: \"2025.2\", ", ""),
    ("OBJ-6", "vocabulary.yaml", "assisted_conception: {restricted: statute, gateways: [person_consent]}", "assisted_conception: {}"),
    (
        "LOG-1",
        "agreements/care-record.yaml",
        "    see: audit_log\n    may: [view, export]\n    for: ig_audit\n",
        "    see: audit_log\n    for: patient_access\n",
    ),
    ("LOG-2", "agreements/care-record.yaml", "    then: {notice: staff are told in the acceptable use policy}\n", ""),
    ("LOG-3", "audit/profiles/log.yaml", "format: csv", "format: paper"),
    ("LOG-4", "audit/profiles/log.yaml", "  role: role\n", ""),
    ("LOG-5", "audit/profiles/log.yaml", "  organisation: organisation\n", ""),
    ("LOG-6", "audit/profiles/log.yaml", "  person: nhs_number\n", ""),
    ("LOG-7", "audit/profiles/log.yaml", "  source: source\n", ""),
    ("LOG-8", "audit/profiles/log.yaml", "  action: action\n", ""),
    ("LOG-9", "audit/profiles/log.yaml", "  category: category\n", ""),
    ("LOG-10", "audit/profiles/log.yaml", "  purpose: purpose\n", ""),
    ("LOG-11", "audit/profiles/log.yaml", "  reason: reason\n", ""),
    ("LOG-12", "audit/profiles/log.yaml", "  correlation: request_id\n", ""),
    ("CLA-1", "agreements/care-record.yaml", "after: last view, ", ""),
    ("CLA-2", "agreements/care-record.yaml", "processor_hours: 24, ", ""),
    ("CLA-3", "agreements/care-record.yaml", ", evidence: certificate of destruction", ""),
    ("CLA-4", "agreements/care-record.yaml", "onward_sharing: {allowed: false, recipients: [], conditions: none}\n", ""),
    ("CLA-5", "agreements/care-record.yaml", "  encryption_at_rest: AES-256\n", ""),
    ("CLA-6", "agreements/care-record.yaml", "transfers: {territory: UK}\n", ""),
    ("CLA-7", "agreements/care-record.yaml", "  time_limit_days: 30\n", ""),
    ("CLA-8", "agreements/care-record.yaml", ", acknowledge_days: 30}", "}"),
    ("CLA-9", "agreements/care-record.yaml", ", corrections: passed on to every recipient of the item", ""),
];

#[test]
fn every_item_can_be_met_and_can_be_not_met() {
    let whole = pack();
    let met = verdicts(&asked(whole.path(), &["-f", "json"]));
    assert!(met.values().all(|verdict| verdict == "met"), "{met:?}");
    assert_eq!(met.len(), LACKS.len());
    let mut wrong = Vec::new();
    for (id, file, from, to) in LACKS {
        assert!(met.contains_key(id), "{id} is no item");
        let dir = pack();
        let path = dir.path().join(file);
        let text = std::fs::read_to_string(&path).expect("text");
        assert!(text.contains(from), "{id}: {file} has no {from:?}");
        std::fs::write(&path, text.replace(from, to)).expect("written");
        // Some need a second change.
        let (file, from, to) = match id {
            "OBJ-6" => ("guards.yaml", "    see: assisted_conception\n", "    see: gender_recognition\n"),
            "ROL-1" => ("agreements/care-record.yaml", "see: [demographics, medications, allergies, problems, results, documents]", "see: demographics"),
            "ROL-6" => ("agreements/care-record.yaml", "to: {role: clinician, function: nhs}", "to: {role: [clinician, system_administrator], function: nhs}"),
            _ => ("pack.yaml", "", ""),
        };
        let path = dir.path().join(file);
        let text = std::fs::read_to_string(&path).expect("text");
        std::fs::write(&path, if from.is_empty() { text } else { text.replace(from, to) }).expect("written");
        let ran = asked(dir.path(), &["-f", "json"]);
        assert_eq!(ran.code, Some(0), "{id}: {ran}");
        if verdicts(&ran)[id] != "not_met" {
            wrong.push(format!("{id} is {}", verdicts(&ran)[id]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_cannot_be_judged_is_not_counted_as_met() {
    let dir = pack();
    std::fs::remove_file(dir.path().join("audit/profiles/log.yaml")).expect("removed");
    let ran = asked(dir.path(), &["-f", "json"]);
    let results: Value = serde_json::from_str(&ran.out).expect("json");
    assert_eq!((&results["data"]["met"], &results["data"]["judged"], &results["data"]["items"]), (&33.into(), &34.into(), &43.into()), "{ran}");
    let unknown: Vec<&str> = results["not_assessed"].as_array().expect("a list").iter().map(|one| one["what"].as_str().expect("words")).collect();
    assert_eq!(unknown.len(), 9, "{unknown:?}");
    // A rule that the pack switches off proves nothing.
    let path = dir.path().join("pack.yaml");
    let text = std::fs::read_to_string(&path).expect("text");
    std::fs::write(path, text + "levels: {ROL-007: allow}\n").expect("written");
    assert_eq!(verdicts(&asked(dir.path(), &["-f", "json"]))["ROL-4"], "cannot_be_judged");
    // Nothing in force: nothing to judge, and nothing met.
    let early = run(dir.path(), &["check", "--profile", "common-capability", "--as-of", "2025-01-01", "-f", "json"]);
    assert!(verdicts(&early).values().all(|verdict| verdict != "met"), "{early}");
}

#[test]
fn neighbours_stand_side_by_side() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let args = ["check", "policies/greater-manchester", "--profile", "common-capability", "--beside", "policies/lancashire-neighbour", "--as-of", "2026-11-01"];
    let ran = run(root, &args);
    assert_eq!(ran.code, Some(0), "{ran}");
    let line = ran.out.lines().find(|line| line.starts_with("ROL-7")).expect("a line");
    assert!(line.contains(" met ") && line.contains("not met") && line.contains("lancashire-neighbour: no grant in force is for the person"), "{line}");
    let json = run(root, &[&args[..], &["-f", "json"]].concat());
    let results: Value = serde_json::from_str(&json.out).expect("json");
    let verdict = |data: &Value, id: &str| data["answers"].as_array().expect("a list").iter().find(|one| one["id"] == id).expect("there")["verdict"].clone();
    assert_eq!(verdict(&results["data"], "GOV-6"), "met");
    assert_eq!(verdict(&results["data"]["beside"]["result"], "GOV-6"), "not_met");
    assert_eq!(verdict(&results["data"], "GOV-3"), "not_met", "four practices have not joined");
    let place = results["data"]["answers"].as_array().expect("a list").iter().find(|one| one["id"] == "ROL-7").expect("there")["place"].clone();
    assert!(place.as_str().is_some_and(|place| place.starts_with("agreements/gm-care-record.yaml:")), "{place}");
}

#[test]
fn a_pack_with_findings_is_judged_and_slips_are_answered() {
    let dir = pack();
    let path = dir.path().join("agreements/care-record.yaml");
    let text = std::fs::read_to_string(&path).expect("text").replace("complaints: {", "complants: {");
    std::fs::write(path, text).expect("written");
    let ran = asked(dir.path(), &["-f", "markdown"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(
        ran.out.contains("| CLA-8 | Does it have a route for complaints? | not met | EX-DSA-0001 has no `complaints:` (agreements/care-record.yaml:"),
        "{ran}"
    );
    let strict = asked(dir.path(), &["--fail-on", "warning"]);
    assert_eq!(strict.code, Some(1), "an item not met fails where warnings do: {strict}");
    let slip = run(dir.path(), &["check", "--profile", "common-capabilty"]);
    assert_eq!(slip.code, Some(2), "{slip}");
    assert!(slip.err.contains("Did you mean common-capability?"), "{slip}");
}
