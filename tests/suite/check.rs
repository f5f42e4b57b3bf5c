//! What a person sees of `carepact check` and `explain`, on good input and on bad.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The example pack of the rules' pages: small, synthetic, nothing found in it.
fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules/example_pack")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("known").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// A fresh copy of the example pack.
pub fn pack() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    copy(&example(), &dir.path().join("pack"));
    dir
}

pub fn edit(dir: &tempfile::TempDir, file: &str, from: &str, to: &str) {
    let path = dir.path().join("pack").join(file);
    let text = std::fs::read_to_string(&path).expect("read");
    assert!(text.contains(from), "{file} holds {from:?}");
    std::fs::write(path, text.replacen(from, to, 1)).expect("written");
}

pub fn write(dir: &tempfile::TempDir, file: &str, bytes: &[u8]) {
    let path = dir.path().join("pack").join(file);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, bytes).expect("written");
}

pub fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_carepact")).args(args).current_dir(dir).env_clear().output().expect("run")
}

/// What a person sees, and the exit code.
pub fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let mut all = text(&output.stdout);
    let err = text(&output.stderr);
    if !err.is_empty() {
        all.push_str(&format!("--- stderr ---\n{err}"));
    }
    format!("{all}--- exit {} ---", output.status.code().expect("an exit code"))
}

fn check(dir: &tempfile::TempDir) -> String {
    shown(&run(dir.path(), &["check", "pack", "--as-of", "2026-07-01"]))
}

#[test]
fn a_clean_pack_says_so() {
    let dir = pack();
    insta::assert_snapshot!("clean", check(&dir));
    // The nearest pack.yaml upwards is found too.
    let inner = run(&dir.path().join("pack/agreements"), &["check", "--as-of", "2026-07-01"]);
    assert_eq!(shown(&inner), check(&dir));
}

#[test]
fn an_unknown_key_is_named_and_the_right_one_offered() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "retention:", "retension:");
    insta::assert_snapshot!("unknown_key", check(&dir));
}

#[test]
fn a_duplicate_key_shows_both_places() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "status: active\n", "status: active\nstatus: draft\n");
    insta::assert_snapshot!("duplicate_key", check(&dir));
}

#[test]
fn wrong_types_are_all_told_at_once() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "report_to_ico_hours: 72", "report_to_ico_hours: soon");
    edit(&dir, "agreements/example.yaml", "onward_sharing: {allowed: false}", "onward_sharing: {allowed: perhaps}");
    edit(&dir, "agreements/example.yaml", "title: Example shared record, direct care", "title: [Example, shared record]");
    insta::assert_snapshot!("wrong_types", check(&dir));
}

#[test]
fn a_yaml_bomb_is_stopped_and_the_run_is_incomplete() {
    let dir = pack();
    let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for level in 1..9 {
        let inner = vec![format!("*a{}", level - 1); 9].join(",");
        text.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    write(&dir, "agreements/bomb.yaml", text.as_bytes());
    insta::assert_snapshot!("yaml_bomb", check(&dir));
}

#[test]
fn text_in_another_encoding_is_named() {
    let dir = pack();
    write(&dir, "agreements/windows.yaml", b"agreement: EX-DSA-0002\ntitle: Caf\xE9\n");
    write(&dir, "agreements/utf16.yaml", b"\xFF\xFEa\0:\0");
    insta::assert_snapshot!("not_utf8", check(&dir));
}

#[test]
fn an_empty_pack_and_no_pack_are_told_apart() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(dir.path().join("pack")).expect("made");
    insta::assert_snapshot!("no_pack_file", check(&dir));
    std::fs::write(dir.path().join("pack/pack.yaml"), "").expect("written");
    insta::assert_snapshot!("empty_pack", check(&dir));
    insta::assert_snapshot!("no_such_folder", shown(&run(dir.path(), &["check", "elsewhere"])));
}

#[test]
fn a_closed_organisation_names_its_successor() {
    let dir = pack();
    edit(
        &dir,
        "register/organisations.csv",
        "8ZZ01,Synthetic Records Ltd,supplier,2010-01-01,,,",
        "8ZZ01,Synthetic Records Ltd,supplier,2010-01-01,2026-05-31,8ZZ02,",
    );
    insta::assert_snapshot!("closed_organisation", check(&dir));
}

#[test]
fn an_ambiguous_date_is_answered_with_both_readings() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "ends: 2028-03-31", "ends: 12/06/2026");
    insta::assert_snapshot!("ambiguous_date", check(&dir));
}

#[test]
fn a_misspelt_role_is_found_with_the_right_one() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "role: clinician", "role: clinican");
    insta::assert_snapshot!("misspelt_role", check(&dir));
}

#[test]
fn the_same_words_in_2025_and_2026_get_different_answers() {
    let basis = "      article_6: e\n";
    let ea = "      article_6: ea\n      recognised_interest: safeguarding\n";
    let codes = |as_of: &str, ends: &str, starts: &str| {
        let dir = pack();
        edit(&dir, "agreements/example.yaml", basis, ea);
        edit(&dir, "agreements/example.yaml", "starts: 2026-04-01", &format!("starts: {starts}"));
        edit(&dir, "agreements/example.yaml", "ends: 2028-03-31", &format!("ends: {ends}"));
        let output = run(dir.path(), &["check", "pack", "--as-of", as_of, "-f", "short"]);
        String::from_utf8(output.stdout).expect("UTF-8").lines().filter(|line| line.contains("[LAW-007]")).count()
    };
    assert_eq!(codes("2026-07-01", "2025-12-31", "2025-01-01"), 1, "over before it came into force, asked about later");
    assert_eq!(codes("2025-06-01", "2027-12-31", "2025-01-01"), 1, "asked about before it came into force");
    assert_eq!(codes("2026-07-01", "2027-12-31", "2025-01-01"), 0, "still running once in force");
    assert_eq!(codes("2025-06-01", "2027-12-31", "2026-04-01"), 0, "starts when it is in force");
}

#[test]
fn an_agreement_that_cannot_be_read_is_one_finding() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "title: ", "\ttitle: ");
    let told = check(&dir);
    assert!(told.contains("READ-001") && !told.contains("holds no agreement") && told.ends_with("exit 3 ---"), "{told}");
    write(&dir, "agreements/example.yaml", b"# nothing yet\n");
    let told = check(&dir);
    assert!(told.contains("error[DOC-001]: the file holds no agreement") && !told.contains("the pack holds no agreement"), "{told}");
}

#[test]
fn a_pack_may_bring_its_own_facts_and_wrong_ones_are_told() {
    let dir = pack();
    // The same words are vague only for who says so.
    write(&dir, "facts/vague_phrases.csv", b"field,phrase,since,source\npurpose,medical care,2020-01-01,our board\n");
    edit(&dir, "agreements/example.yaml", "description: ", "description: medical care # ");
    let told = check(&dir);
    assert!(told.contains("PUR-002") && told.contains("The pack's own facts/vague_phrases.csv took the place"), "{told}");
    write(&dir, "facts/vague_phrases.csv", b"field,phrase,since,source\npurpose,medical care,soon,our board\n");
    let told = check(&dir);
    assert!(told.contains("facts/vague_phrases.csv:2:1") && told.contains("`since` is no date"), "{told}");
    write(&dir, "facts/vague_phrases.csv", b"phrase,since\n");
    assert!(check(&dir).contains("Write the columns field,phrase,since,source."));
    std::fs::remove_file(dir.path().join("pack/facts/vague_phrases.csv")).expect("removed");
    write(&dir, "facts/vague_phrase.csv", b"field,phrase,since,source\n");
    assert!(check(&dir).contains("Did you mean facts/vague_phrases.csv?"));
}

#[test]
fn levels_and_fail_on_decide_the_exit_code_and_unknown_codes_are_errors() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "exit:", "# exit:");
    let code = |args: &[&str]| run(dir.path(), &[&["check", "pack", "--as-of", "2026-07-01"], args].concat()).status.code();
    assert_eq!(code(&[]), Some(0), "a warning");
    assert_eq!(code(&["--fail-on", "warning"]), Some(1));
    assert_eq!(code(&["--fail-on", "warnings"]), Some(2));
    edit(&dir, "pack.yaml", "synthetic: true", "synthetic: true\nlevels: {LIF-009: error}");
    assert_eq!(code(&[]), Some(1), "raised to an error");
    assert_eq!(code(&["--fail-on", "never"]), Some(0));
    edit(&dir, "pack.yaml", "LIF-009: error", "LIF-009: allow");
    assert_eq!(code(&["--fail-on", "info"]), Some(0));
    edit(&dir, "pack.yaml", "LIF-009: allow", "LIF-099: allow, READ-006: info");
    insta::assert_snapshot!("levels", check(&dir));
}

#[test]
fn parts_that_are_not_built_are_refused_by_name() {
    let dir = pack();
    for flag in [&["-f", "oscal"][..], &["-o", "xlsx:out.xlsx"]] {
        let output = run(dir.path(), &[&["check", "pack"], flag].concat());
        assert_eq!(output.status.code(), Some(2), "{flag:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("not built yet"), "{flag:?}");
    }
}

#[test]
fn json_is_the_saved_record_and_files_hold_the_same() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "exit:", "# exit:");
    let output = run(dir.path(), &["check", "pack", "--as-of", "2026-07-01", "-o", "json:one.json", "-o", "short:two.txt"]);
    assert_eq!(output.status.code(), Some(0));
    let json = run(dir.path(), &["check", "pack", "--as-of", "2026-07-01", "-f", "json"]).stdout;
    assert_eq!(std::fs::read(dir.path().join("one.json")).expect("written"), json);
    let results: carepact::diagnostics::results::Results = serde_json::from_slice(&json).expect("carepact.results/1");
    assert_eq!((results.kind.as_str(), results.findings.len()), ("check", 1));
    assert_eq!(results.data["agreements"][0]["state_on_as_of"], "in force");
    assert_eq!(results.data["agreements"][0]["days_left"], 639);
    assert_eq!(results.data["community"]["synthetic"], true);
    assert_eq!(std::fs::read_to_string(dir.path().join("two.txt")).expect("written").lines().count(), 1);
    // What is there already stays.
    assert_eq!(run(dir.path(), &["check", "pack", "-o", "json:one.json"]).status.code(), Some(2));
    insta::assert_snapshot!("one_json", String::from_utf8(json).expect("UTF-8"));
}

#[test]
fn explain_knows_every_code_and_offers_the_nearest() {
    let dir = tempfile::tempdir().expect("a folder");
    insta::assert_snapshot!("explain", shown(&run(dir.path(), &["explain", "lif-003"])));
    insta::assert_snapshot!("explain_unknown", shown(&run(dir.path(), &["explain", "LAW-070"])));
    let list = run(dir.path(), &["explain"]);
    assert_eq!(String::from_utf8(list.stdout).expect("UTF-8").lines().count(), carepact::commands::explain::pages().len());
}

#[test]
fn the_shipped_packs_have_no_error_but_the_seeded_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (pack, errors) in [("policies/greater-manchester", vec!["XAG-006"]), ("policies/lancashire-neighbour", vec![])] {
        let output = run(root, &["check", pack, "--as-of", "2026-11-01", "-f", "json"]);
        let results: carepact::diagnostics::results::Results = serde_json::from_slice(&output.stdout).expect("carepact.results/1");
        let found: Vec<&str> =
            results.findings.iter().filter(|one| one.severity == carepact::diagnostics::Severity::Error).map(|one| one.code.as_str()).collect();
        assert_eq!(found, errors, "{pack}");
        assert_eq!(results.data["community"]["synthetic"], true, "{pack}");
    }
}

#[test]
fn a_check_does_not_depend_on_the_folder_the_zone_or_the_locale() {
    let dir = pack();
    edit(&dir, "agreements/example.yaml", "exit:", "# exit:");
    let from_above = run(dir.path(), &["check", "pack", "--as-of", "2026-07-01", "-f", "json"]).stdout;
    let inside = Command::new(env!("CARGO_BIN_EXE_carepact"))
        .args(["check", ".", "--as-of", "2026-07-01", "-f", "json"])
        .current_dir(dir.path().join("pack"))
        .env_clear()
        .envs([("TZ", "Pacific/Kiritimati"), ("LANG", "de_DE.UTF-8"), ("COLUMNS", "40")])
        .output()
        .expect("run")
        .stdout;
    assert_eq!(from_above, inside);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_read_is_incomplete_not_clean() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = pack();
    let folder = dir.path().join("pack/agreements");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o000)).expect("set");
    let readable = std::fs::read_dir(&folder).is_ok();
    let output = run(dir.path(), &["check", "pack"]);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("set");
    if readable {
        println!("skipped: this user may read everything");
        return;
    }
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("you may not read"));
}
