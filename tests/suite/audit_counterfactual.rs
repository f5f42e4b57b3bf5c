//! What would have had to be agreed: each edit is written into the pack as a person would, and a second audit must open
//! exactly the accesses that the first one said.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::audit::{AUDIT, folder, line};
use super::run::run;

fn results(dir: &Path, more: &[&str]) -> Value {
    let ran = run(dir, &[&AUDIT[..], &["-f", "json"], more].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

/// Person 2 has an appointment at R9A on that day; nothing else stands in the log.
fn denied() -> tempfile::TempDir {
    let dir = folder();
    let usual = |user: &str, at: &str| line(user, "nurse", "R9A", 2, at);
    let log = fs::read_to_string(dir.path().join("log.csv")).expect("a log");
    let lines = [
        log.lines().next().expect("a header").to_owned() + "\n",
        usual("n1", "2026-05-12T09:00:00Z").replace("medications", "sexual_health"),
        usual("n1", "2026-05-12T09:05:00Z").replace("medications", "sexual_health"),
        usual("n2", "2026-05-13T09:00:00Z").replace("medications", "sexual_health"),
        line("n3", "social_worker", "R9A", 2, "2026-05-12T10:00:00Z"),
        line("n4", "social_worker", "R9A", 2, "2026-05-12T11:00:00Z").replace("medications", "results"),
        usual("n5", "2026-05-12T12:00:00Z").replace("direct_care", "research"),
        // A condition stands against it: this is nobody's relation, and it is reported once, as unexplained.
        line("n6", "nurse", "R9A", 3, "2026-05-12T12:00:00Z"),
        usual("n1", "2026-05-12T13:00:00Z"),
    ];
    fs::write(dir.path().join("log.csv"), lines.concat()).expect("written");
    dir
}

#[test]
fn an_edit_opens_in_a_second_audit_exactly_what_was_said() {
    let dir = denied();
    let could = results(dir.path(), &[])["data"]["counterfactual"].clone();
    let edits = could["edits"].as_array().expect("a list");
    let told: Vec<(String, u64, u64)> = edits
        .iter()
        .map(|edit| {
            let changes: Vec<&str> = edit["changes"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
            let number = |path: &str| edit.pointer(path).and_then(Value::as_u64).expect("a number");
            (changes.join("; "), number("/allows/accesses"), number("/also_opens/accesses"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("the data sexual_health in `see`".to_owned(), 2, 1),
            ("the role social_worker in `to`".to_owned(), 1, 1),
            ("the purpose research in `for`, with its lawful basis".to_owned(), 1, 0)
        ]
    );
    assert_eq!((&could["no_edit"], &could["not_tried"]), (&0.into(), &0.into()));
    assert!(edits.iter().all(|edit| edit["clause"] == "SM-1/g1" && edit["at"].as_str().is_some_and(|at| at.starts_with("agreements/care.yaml:"))), "{could}");

    let agreement = fs::read_to_string(dir.path().join("pack/agreements/care.yaml")).expect("an agreement");
    let grant = agreement.lines().find(|line| line.starts_with("  g1:")).expect("a grant");
    for ((what, allows, also), (old, new)) in told.iter().zip([
        ("see: record", "see: [record, sexual_health]"),
        ("role: clinician", "role: [clinician, social_worker]"),
        ("for: individual_care", "for: [individual_care, research]"),
    ]) {
        let other = dir.path().join("other");
        copy(&dir.path().join("pack"), &other);
        fs::write(other.join("agreements/care.yaml"), agreement.replace(grant, &grant.replace(old, new))).expect("written");
        let replayed = results(dir.path(), &["--with", "other"])["data"]["replay"]["counts"].clone();
        let opened: u64 = replayed
            .as_array()
            .expect("a list")
            .iter()
            .filter(|one| one["was"] == "denied" && one["would_be"] != "denied")
            .filter_map(|one| one["accesses"].as_u64())
            .sum();
        assert_eq!(opened, allows + also, "{what}: {replayed}");
        fs::remove_dir_all(other).expect("removed");
    }
}

#[test]
fn nothing_is_proposed_against_a_prohibition_or_a_condition() {
    let dir = denied();
    // The pack prohibits what analysts would see.
    let mut log = fs::read_to_string(dir.path().join("log.csv")).expect("a log");
    log.extend([10, 11].map(|hour| line("n4", "analyst", "R9A", 2, &format!("2026-05-12T{hour}:00:00Z"))));
    fs::write(dir.path().join("log.csv"), log).expect("written");
    let could = results(dir.path(), &[])["data"]["counterfactual"].clone();
    let edits = could["edits"].as_array().expect("a list");
    assert!(edits.iter().all(|edit| !edit["changes"].to_string().contains("analyst")), "{could}");
    assert_eq!(could["no_edit"], 2, "{could}");

    let said = run(dir.path(), &[&AUDIT[..], &["-v"]].concat());
    assert!(
        said.out.contains("SM-1/g1 (agreements/care.yaml:")
            && said
                .out
                .contains("would allow 2 accesses by 1 user to 1 person's record (nurse at R9A: sexual_health of Y99001, for direct_care, on 2026-05-12)")
            && said.out.contains("and would also open 1 access by 1 user to 1 person's record")
            && said.out.contains("for 2 accesses, a condition or a prohibition stands against it"),
        "{said}"
    );
}
