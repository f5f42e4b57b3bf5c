//! `carepact diff` as a person meets it: folders, revisions, days, and what a pipeline goes by.

use std::path::Path;
use std::process::Command;

use super::run::{self, Ran};
use super::small_pack;

/// One agreement gains a role, loses another and lets the person print no more.
fn edited() -> String {
    let care = small_pack::FILES.iter().find(|(name, _)| *name == "agreements/care.yaml").expect("there").1;
    let changed = care
        .replace("g3: {to: {role: doctor, function: acute}", "g3: {to: {role: [doctor, nurse], function: acute}")
        .replace("see: record, may: [view, print], for: patient_access", "see: record, for: patient_access")
        .replace("g5: {to: {role: doctor}, see: assisted_conception", "g5: {to: {role: doctor}, see: assisted_conception, starts: 2026-09-01");
    assert_ne!(care, changed);
    changed
}

fn two_packs(dir: &Path) {
    small_pack::write(&dir.join("old"), &[]);
    small_pack::write(&dir.join("new"), &[("agreements/care.yaml", &edited())]);
}

fn shown(ran: &Ran) -> String {
    format!("{}{}--- exit {} ---", ran.out, ran.err, ran.code.expect("a code"))
}

fn diff(dir: &Path, args: &[&str]) -> Ran {
    let all: Vec<&str> = ["diff"].iter().chain(args).chain(&["--as-of", "2026-07-15"]).copied().collect();
    run::run(dir, &all)
}

#[test]
fn two_packs_are_told_apart_in_words() {
    let dir = tempfile::tempdir().expect("a folder");
    two_packs(dir.path());
    insta::assert_snapshot!(shown(&diff(dir.path(), &["old", "new"])));
}

#[test]
fn a_pull_request_gets_a_table() {
    let dir = tempfile::tempdir().expect("a folder");
    two_packs(dir.path());
    insta::assert_snapshot!(shown(&diff(dir.path(), &["old", "new", "-f", "markdown"])));
}

#[test]
fn a_privacy_notice_gets_sentences() {
    let dir = tempfile::tempdir().expect("a folder");
    two_packs(dir.path());
    insta::assert_snapshot!(shown(&diff(dir.path(), &["old", "new", "--notice"])));
    assert_eq!(diff(dir.path(), &["old", "new", "--notice", "-o", "notice.txt"]).out, "");
    assert!(std::fs::read_to_string(dir.path().join("notice.txt")).expect("written").contains("will no longer be able to"));
}

#[test]
fn exits_say_what_they_were_asked_to_say() {
    let dir = tempfile::tempdir().expect("a folder");
    two_packs(dir.path());
    // Only the person's printing and the later start of g5 are lost.
    small_pack::write(&dir.path().join("less"), &[("agreements/care.yaml", &edited().replace("[doctor, nurse]", "doctor"))]);
    let code = |args: &[&str]| diff(dir.path(), args).code.expect("a code");
    assert_eq!(code(&["old", "new"]), 0);
    assert_eq!(code(&["old", "new", "--fail-on", "widening"]), 1);
    assert_eq!(code(&["old", "less", "--fail-on", "widening"]), 0);
    assert_eq!(code(&["old", "less", "--fail-on", "narrowing"]), 1);
    assert_eq!(code(&["old", "less", "--fail-on", "any"]), 1);
    assert_eq!(code(&["old", "old", "--fail-on", "any"]), 0);
    assert_eq!(code(&["old", "new", "--detailed-exit-code"]), 21);
    assert_eq!(code(&["old", "less", "--detailed-exit-code"]), 20);
    assert_eq!(code(&["less", "old", "--detailed-exit-code"]), 21);
    assert_eq!(code(&["old", "old", "--detailed-exit-code"]), 0);
    assert_eq!(code(&["old", "nowhere/at/all"]), 2);
    let nowhere = diff(dir.path(), &["nowhere", "new"]);
    assert!(nowhere.code == Some(2) && nowhere.err.contains("there is no folder nowhere, and no pack here whose revision"), "{nowhere}");
    assert_eq!(code(&["old", "new", "-f", "sarif"]), 2);
    assert_eq!(code(&["--between", "2026-07-15", "old"]), 2);
    assert_eq!(code(&[]), 2);
}

#[test]
fn json_is_results_with_codes_and_paths() {
    let dir = tempfile::tempdir().expect("a folder");
    two_packs(dir.path());
    let ran = diff(dir.path(), &["old", "new", "-f", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&value["format"], &value["kind"]), (&"carepact.results/1".into(), &"diff".into()));
    let changes = value["data"]["changes"].as_array().expect("a list");
    let widening: Vec<_> = changes.iter().filter(|change| change["way"] == "widening").collect();
    assert!(!widening.is_empty() && widening.len() < changes.len());
    for change in widening {
        assert_eq!(change["roles"], serde_json::json!(["clinician.nurse"]));
        assert_eq!(change["because"][0]["clause"], "SM-1/g3");
    }
    let printing = changes.iter().find(|change| change["roles"] == serde_json::json!(["person"])).expect("the person prints no more");
    assert_eq!(printing["ways"], serde_json::json!([{"may": "print", "form": "identifiable"}]));
    assert_eq!(printing["at"], serde_json::json!([]));
}

#[test]
fn days_of_one_pack_are_compared_and_days_gone_by_are_left_out() {
    let dir = tempfile::tempdir().expect("a folder");
    two_packs(dir.path());
    // The social worker at the council may see from 1 July on.
    let opened = diff(dir.path(), &["old", "--between", "2026-06-30..2026-07-01"]);
    assert!(opened.out.contains("widening: restricted_view") && opened.out.contains("SM-1/g2") && opened.code == Some(0), "{}", shown(&opened));
    let still = diff(dir.path(), &["old", "--between", "2026-07-01..2026-07-02", "--detailed-exit-code"]);
    assert_eq!(still.code, Some(0), "{}", shown(&still));
    // What was different before --as-of only counts with --all-time.
    let before =
        small_pack::FILES.iter().find(|(name, _)| *name == "agreements/care.yaml").expect("there").1.replace("starts: 2026-04-01", "starts: 2026-03-01");
    small_pack::write(&dir.path().join("earlier"), &[("agreements/care.yaml", &before)]);
    // Nobody joined before 1 April, but for the person nobody need have: the sources must have.
    assert_eq!(diff(dir.path(), &["old", "earlier", "--detailed-exit-code"]).code, Some(0));
    let later = before.replace("starts: 2026-03-01", "starts: 2026-05-01");
    small_pack::write(&dir.path().join("later"), &[("agreements/care.yaml", &later)]);
    assert_eq!(diff(dir.path(), &["old", "later", "--detailed-exit-code"]).code, Some(0));
    assert_eq!(diff(dir.path(), &["old", "later", "--detailed-exit-code", "--all-time"]).code, Some(20));
}

fn git(dir: &Path, args: &[&str]) {
    let done = Command::new("git")
        .current_dir(dir)
        .args(["-c", "user.name=Synthetic", "-c", "user.email=synthetic@example.org", "-c", "init.defaultBranch=main"])
        .args(args)
        .output()
        .expect("git");
    assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// With git on the path, which `env_clear` takes away.
fn diff_with_git(dir: &Path, args: &[&str]) -> Ran {
    let all: Vec<&str> = ["diff"].iter().chain(args).chain(&["--as-of", "2026-07-15"]).copied().collect();
    let mut command = run::command(dir, &all);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    run::finished(command)
}

#[test]
fn revisions_are_read_without_touching_the_working_copy() {
    let dir = tempfile::tempdir().expect("a folder");
    let pack = dir.path().join("policies/small");
    small_pack::write(&pack, &[]);
    git(dir.path(), &["init", "-q"]);
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-q", "-m", "first"]);
    git(dir.path(), &["tag", "v1"]);
    small_pack::write(&pack, &[("agreements/care.yaml", &edited())]);
    // From the top and from within; a revision alone is that of the pack, and the working copy is the new side.
    let told = diff_with_git(dir.path(), &["v1", "--pack", "policies/small", "--detailed-exit-code"]);
    assert_eq!(told.code, Some(21), "{}", shown(&told));
    assert!(told.out.contains("What changes from v1 to"), "{}", told.out);
    let within = diff_with_git(&pack, &["v1"]);
    let body = |text: &str| text.split_once('\n').expect("lines").1.to_owned();
    assert!(within.out.contains("widening: nurse"), "{}", shown(&within));
    assert_eq!(body(&within.out), body(&told.out));
    git(dir.path(), &["commit", "-q", "-a", "-m", "second"]);
    let both = diff_with_git(dir.path(), &["v1:policies/small", "HEAD:policies/small"]);
    assert_eq!(body(&both.out), body(&told.out));
    let none = diff_with_git(dir.path(), &["HEAD:policies/small", "policies/small", "--detailed-exit-code"]);
    assert_eq!(none.code, Some(0), "{}", shown(&none));
    let unknown = diff_with_git(dir.path(), &["v9:policies/small", "policies/small"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("v9"), "{}", shown(&unknown));
    let nowhere = diff_with_git(dir.path(), &["v1:policies/other", "policies/small"]);
    assert!(nowhere.code == Some(2) && nowhere.err.contains("policies/other"), "{}", shown(&nowhere));
    // A drive is not a revision.
    let drive = diff_with_git(dir.path(), &["C:\\x", "policies/small"]);
    assert!(drive.code == Some(2), "{}", shown(&drive));
}

/// What docs/diff.md shows is what is printed: the blocks marked `console`, from the top of this repository.
#[test]
fn the_guide_shows_what_is_printed() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = top.join("docs/diff.md");
    let guide = std::fs::read_to_string(&path).expect("docs/diff.md");
    let mut written = String::new();
    let mut rest = guide.as_str();
    let mut run_so_far = 0;
    while let Some((before, after)) = rest.split_once("```console\n") {
        let (block, after) = after.split_once("```\n").expect("a block that ends");
        let line = block.lines().next().and_then(|line| line.strip_prefix("$ carepact ")).expect("a command");
        let args: Vec<&str> = line.split(' ').collect();
        let ran = run::run(top, &args);
        assert_eq!(ran.code, Some(0), "{line}: {}", ran.err);
        run_so_far += 1;
        written.push_str(&format!("{before}```console\n$ carepact {line}\n{}```\n", ran.out));
        rest = after;
    }
    written.push_str(rest);
    assert!(run_so_far >= 2);
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        std::fs::write(&path, &written).expect("written");
    }
    assert!(guide == written || std::env::var_os("CAREPACT_BLESS").is_some(), "docs/diff.md is stale: CAREPACT_BLESS=1 cargo test --test suite diff::");
}
