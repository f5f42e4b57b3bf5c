//! Who may see something, and what somebody may see: exact lists.

use std::path::Path;
use std::process::Command;

use super::small_pack;

fn run(args: &[&str]) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(&dir.path().join("pack"), &[]);
    shown(dir.path(), args)
}

fn shown(dir: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_carepact"))
        .args(args)
        .args(["--pack", "pack", "--as-of", "2026-07-15"])
        .current_dir(dir)
        .env_clear()
        .output()
        .expect("run");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    format!("{}{}--- exit {} ---", text(&output.stdout), text(&output.stderr), output.status.code().expect("a code"))
}

#[test]
fn who_lists_everybody_and_what_they_need() {
    insta::assert_snapshot!(run(&["who", "--see", "medications", "--of", "Y99001", "--for", "direct_care"]));
}

#[test]
fn what_lists_everything_a_role_may_see() {
    insta::assert_snapshot!(run(&["what", "--role", "doctor", "--at", "R9A", "--given", "relationship,-objection_upheld"]));
}

#[test]
fn nobody_is_said_with_the_principle_and_mistakes_are_told() {
    let nobody = run(&["who", "--see", "results", "--of", "R9A", "--for", "research"]);
    assert!(
        nobody.contains("Nobody: no agreement in force on this day grants it.") && nobody.contains("Caldicott principle 7") && nobody.ends_with("exit 1 ---"),
        "{nobody}"
    );
    let unknown = run(&["who", "--see", "result", "--of", "R9A", "--for", "research"]);
    assert!(unknown.contains("Did you mean results?") && unknown.ends_with("exit 2 ---"), "{unknown}");
    let nowhere = run(&["what", "--role", "doctor"]);
    assert!(nowhere.contains("--at is missing") && nowhere.ends_with("exit 2 ---"), "{nowhere}");
}

#[test]
fn json_lists_every_organisation_by_its_code() {
    let printed =
        run(&["who", "--see", "record", "--of", "Y99001", "--for", "direct_care", "--given", "relationship,-objection_upheld,-break_glass", "--json"]);
    let (json, exit) = printed.rsplit_once("--- exit").expect("an exit");
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert!(exit.starts_with(" 0"));
    assert_eq!(value["format"], "carepact.blocks/1");
    assert_eq!(value["not_included"], serde_json::json!(["record.sexual_health", "record.assisted_conception"]));
    let clinicians = &value["blocks"][0];
    assert_eq!((&clinicians["outcome"], &clinicians["at"]), (&"permit".into(), &serde_json::json!(["R9A", "Y99001", "9Z1", "VZ999"])));
    assert_eq!(clinicians["roles"], serde_json::json!(["clinician.doctor", "clinician.nurse"]));
}
