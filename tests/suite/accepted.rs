//! What a person sees of accepted exceptions (`waivers.yaml`).

use std::path::Path;
use std::process::Command;

use crate::check::{edit, pack, run, shown, write};

const ACCEPTED: &str = "# Under way.\n- code: LIF-009\n  at: EX-DSA-0001/exit\n  reason: terms of exit are with the supplier\n  owner: IG lead\n  approved_by: IG board 2026-05-12\n  expires: 2026-09-30\n";

fn check(dir: &tempfile::TempDir, more: &[&str]) -> String {
    shown(&run(dir.path(), &[&["check", "pack", "--as-of", "2026-07-01", "--fail-on", "warning"], more].concat()))
}

/// The example pack, without what it says of its end.
fn without_exit(waivers: &str) -> tempfile::TempDir {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "exit: {notice_months: 3, return_or_delete: returned to the provider, evidence: certificate, ", "exit: {");
    write(&dir, "waivers.yaml", waivers.as_bytes());
    dir
}

#[test]
fn an_accepted_exception_is_shown_and_does_not_fail() {
    let dir = without_exit(ACCEPTED);
    insta::assert_snapshot!("accepted", check(&dir, &[]));
    insta::assert_snapshot!("accepted_short", check(&dir, &["-f", "short"]));
    let json: serde_json::Value = serde_json::from_slice(&run(dir.path(), &["check", "pack", "--as-of", "2026-07-01", "-f", "json"]).stdout).expect("JSON");
    let finding = &json["findings"][0];
    assert_eq!((finding["code"].as_str(), finding["status"].as_str()), (Some("LIF-009"), Some("accepted")));
    assert_eq!(
        finding["acceptance"],
        serde_json::json!({"reason": "terms of exit are with the supplier", "owner": "IG lead", "approved_by": "IG board 2026-05-12", "expires": "2026-09-30"})
    );
}

#[test]
fn it_holds_on_its_last_day_and_not_on_the_next() {
    let dir = without_exit(ACCEPTED);
    let on = |day: &str| run(dir.path(), &["check", "pack", "--as-of", day, "--fail-on", "warning"]);
    assert_eq!(on("2026-09-30").status.code(), Some(0), "{}", shown(&on("2026-09-30")));
    insta::assert_snapshot!("accepted_ended", shown(&on("2026-10-01")));
}

#[test]
fn a_place_covers_what_lies_beneath_it_and_nothing_beside_it() {
    for (at, code) in
        [("EX-DSA-0001", 0), ("EX-DSA-0001/", 0), ("EX-DSA-0001/ex", 1), ("EX-DSA-000", 1), ("EX-DSA-0001/exit/notice_months", 1), ("EX-DSA-0001/review", 1)]
    {
        let dir = without_exit(&ACCEPTED.replace("EX-DSA-0001/exit", at));
        assert!(check(&dir, &[]).ends_with(&format!("--- exit {code} ---")), "{at}\n{}", check(&dir, &[]));
    }
}

#[test]
fn an_exception_follows_the_finding_when_lines_move() {
    let dir = without_exit(ACCEPTED);
    edit(&dir, "agreements/example.yaml", "summary:", "# a line\n# and another\nsummary:");
    assert!(check(&dir, &[]).ends_with("--- exit 0 ---"));
}

#[test]
fn what_an_exception_lacks_is_said_and_it_accepts_nothing() {
    for key in ["reason", "owner", "approved_by", "expires", "code", "at"] {
        let lines: Vec<String> =
            ACCEPTED.lines().map(|line| if line[2..].starts_with(&format!("{key}:")) { format!("{}note: ~", &line[..2]) } else { line.to_owned() }).collect();
        let text =
            lines.join("\n").replace("note: ~", "\"reason\": \"\"").replace("\"reason\": \"\"", if key == "reason" { "reason: \"\"" } else { "# nothing" });
        // A list item needs its dash before a key.
        let text = text.replace("- # nothing\n  at", "- at");
        let dir = without_exit(&text);
        let seen = check(&dir, &[]);
        assert!(seen.contains("READ-005") && seen.contains(&format!("does not say `{key}`")) && seen.contains("warning[LIF-009]"), "{key}\n{seen}");
    }
}

#[test]
fn what_lasts_too_long_accepts_nothing() {
    let dir = without_exit(&ACCEPTED.replace("2026-09-30", "2026-12-29"));
    insta::assert_snapshot!("accepted_too_long", check(&dir, &[]));
    // 28 December is the 180th day after 1 July.
    let dir = without_exit(&ACCEPTED.replace("2026-09-30", "2026-12-28"));
    assert!(check(&dir, &[]).ends_with("--- exit 0 ---"));
    edit(&dir, "pack.yaml", "format:", "waivers: {max_days: 90}\nformat:");
    assert!(check(&dir, &[]).contains("WAI-005"));
}

#[test]
fn an_error_of_reading_cannot_be_accepted() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "role: clinician", "role: clinicain");
    write(&dir, "waivers.yaml", ACCEPTED.replace("LIF-009", "ROL-001").replace("/exit", "").as_bytes());
    insta::assert_snapshot!("accepted_never", check(&dir, &[]));
}

#[test]
fn an_unknown_code_is_named_and_one_of_an_audit_left_alone() {
    let dir = without_exit(&ACCEPTED.replace("LIF-009", "LIF-00"));
    assert!(check(&dir, &[]).contains("there is no rule `LIF-00`"));
    let dir = pack();
    write(&dir, "waivers.yaml", ACCEPTED.replace("LIF-009", "AUD-003").as_bytes());
    assert!(check(&dir, &[]).ends_with("--- exit 0 ---"));
}

fn git(dir: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=A", "-c", "user.email=a@example.nhs.uk", "-c", "init.defaultBranch=main"]).args(args).current_dir(dir);
    let ran = command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().expect("git");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_change_cannot_exempt_itself() {
    let dir = without_exit("[]\n");
    git(dir.path(), &["init", "-q"]);
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-qm", "before"]);
    write(&dir, "waivers.yaml", ACCEPTED.as_bytes());
    assert!(check(&dir, &[]).ends_with("--- exit 0 ---"));
    assert!(check(&dir, &["--waivers-from", "main"]).contains("warning[LIF-009]"));
    // Nor by setting the level of the rule.
    write(&dir, "waivers.yaml", b"[]\n");
    edit(&dir, "pack.yaml", "format:", "levels: {LIF-009: allow}\nformat:");
    assert!(check(&dir, &[]).ends_with("--- exit 0 ---"));
    assert!(check(&dir, &["--waivers-from", "main"]).contains("warning[LIF-009]"));
    // Nor by facts of its own.
    edit(&dir, "pack.yaml", "levels: {LIF-009: allow}\n", "");
    edit(&dir, "agreements/example.yaml", "description: ", "description: to improve services # ");
    write(&dir, "facts/vague_phrases.csv", b"field,phrase,since,source\n");
    assert!(!check(&dir, &[]).contains("PUR-002"));
    assert!(check(&dir, &["--waivers-from", "main"]).contains("PUR-002"));
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-qm", "facts"]);
    assert!(!check(&dir, &["--waivers-from", "main"]).contains("PUR-002"));
    // What that revision accepts is accepted, whatever the files say now.
    write(&dir, "waivers.yaml", ACCEPTED.as_bytes());
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-qm", "accepted"]);
    std::fs::remove_file(dir.path().join("pack/waivers.yaml")).expect("removed");
    assert!(check(&dir, &[]).contains("warning[LIF-009]"));
    assert!(check(&dir, &["--waivers-from", "HEAD"]).ends_with("--- exit 0 ---"));
    insta::assert_snapshot!("waivers_from_unknown", check(&dir, &["--waivers-from", "mian"]));
    assert!(check(&dir, &["--waivers-from", "--output=x"]).ends_with("--- exit 2 ---"));
    assert!(check(&dir, &["--waivers-from=--output=x"]).contains("git knows no revision"));
}

#[test]
fn outside_a_repository_or_without_git_it_says_so() {
    let dir = without_exit(ACCEPTED);
    let seen = check(&dir, &["--waivers-from", "main"]);
    assert!(seen.contains("does not lie in a git repository") && seen.ends_with("--- exit 2 ---"), "{seen}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_carepact"));
    let ran = command.args(["check", "pack", "--waivers-from", "main"]).current_dir(dir.path()).env_clear().env("PATH", "/nowhere").output().expect("run");
    insta::assert_snapshot!("waivers_from_without_git", shown(&ran));
}

#[test]
fn a_baseline_lets_only_what_it_knows_pass() {
    let dir = without_exit("[]\n");
    assert!(check(&dir, &[]).ends_with("--- exit 1 ---"));
    insta::assert_snapshot!("baseline_written", check(&dir, &["--write-baseline", "known"]));
    insta::assert_snapshot!("baseline_file", std::fs::read_to_string(dir.path().join("known")).expect("written"));
    insta::assert_snapshot!("baseline_known", check(&dir, &["--baseline", "known"]));
    // Lines that move do not matter; another finding of the same rule does.
    edit(&dir, "agreements/example.yaml", "summary:", "# a line\nsummary:");
    assert!(check(&dir, &["--baseline", "known"]).ends_with("--- exit 0 ---"));
    edit(&dir, "agreements/example.yaml", "complaints: {", "complaints: {note: x}\nignored: {");
    edit(&dir, "agreements/example.yaml", "ignored: {", "#");
    edit(&dir, "agreements/example.yaml", "{note: x}", "{route: by post}");
    assert!(check(&dir, &["--baseline", "known"]).contains("warning[LIF-010]"));
}

#[test]
fn what_was_mended_is_to_be_taken_out() {
    let dir = without_exit("[]\n");
    check(&dir, &["--write-baseline", "known"]);
    edit(&dir, "agreements/example.yaml", "exit: {access", "exit: {notice_months: 3, return_or_delete: returned, evidence: certificate, access");
    insta::assert_snapshot!("baseline_mended", check(&dir, &["--baseline", "known"]));
    // The day it was first seen is kept when the file is written again.
    let dir = without_exit("[]\n");
    check(&dir, &["--write-baseline", "known"]);
    let again = run(dir.path(), &["check", "pack", "--as-of", "2026-08-01", "--write-baseline", "known"]);
    assert_eq!(again.status.code(), Some(0), "{}", shown(&again));
    assert!(std::fs::read_to_string(dir.path().join("known")).expect("written").contains("\"first_seen\":\"2026-07-01\""));
}

#[test]
fn an_error_that_cannot_be_accepted_cannot_be_known() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "role: clinician", "role: clinicain");
    let seen = check(&dir, &["--write-baseline", "known"]);
    assert!(seen.contains("1 finding cannot be in a baseline and must be mended") && seen.ends_with("--- exit 1 ---"), "{seen}");
    assert!(!std::fs::read_to_string(dir.path().join("known")).expect("written").contains("ROL-001"));
}

#[test]
fn a_file_that_is_no_baseline_of_this_pack_is_neither_read_nor_replaced() {
    let dir = pack();
    std::fs::write(dir.path().join("notes.txt"), "my notes\n").expect("written");
    for flag in ["--baseline", "--write-baseline"] {
        let seen = check(&dir, &[flag, "notes.txt"]);
        assert!(seen.contains("is not a baseline") && seen.ends_with("--- exit 2 ---"), "{seen}");
    }
    assert_eq!(std::fs::read_to_string(dir.path().join("notes.txt")).expect("there"), "my notes\n");
    std::fs::write(dir.path().join("other"), "{\"format\":\"carepact.baseline/1\",\"pack\":\"other\"}\n").expect("written");
    assert!(check(&dir, &["--baseline", "other"]).contains("is the baseline of the pack \"other\""));
    assert!(check(&dir, &["--baseline", "none"]).ends_with("--- exit 3 ---"));
}
