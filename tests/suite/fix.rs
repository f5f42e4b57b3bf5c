//! What a person sees of `carepact check --fix` and `--diff`, and what they leave alone.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::check::{edit, pack, run, shown};

const FILE: &str = "agreements/example.yaml";

fn check(dir: &tempfile::TempDir, more: &[&str]) -> String {
    shown(&run(dir.path(), &[&["check", "pack", "--as-of", "2026-07-01"], more].concat()))
}

fn text(dir: &tempfile::TempDir) -> String {
    std::fs::read_to_string(dir.path().join("pack").join(FILE)).expect("read")
}

/// The example pack with slips of the hand of every kind that can be mended.
fn slips() -> (tempfile::TempDir, String) {
    let dir = pack();
    let before = text(&dir);
    for (right, wrong) in [
        ("retention:", "retension:   # how long"),
        ("starts: 2026-04-01", "starts: 2026-4-1"),
        ("role: clinician", "role: clinicain"),
        ("see: [medications, results]", "see: [medicatoins, results]"),
        ("relationship and not objection_upheld", "relationship and not objection_upheId"),
        ("allowed: false", "allowed: no"),
        ("article_6: e", "article_6: Public task"),
        ("schedule_1: P1.2", "schedule_1: P1-2"),
        ("as: processor", "as: procesor"),
    ] {
        edit(&dir, FILE, right, wrong);
    }
    (dir, before.replace("retention:", "retention:   # how long"))
}

#[test]
fn slips_of_the_hand_are_mended_and_nothing_else_is_touched() {
    let (dir, before) = slips();
    insta::assert_snapshot!("fix", check(&dir, &["--fix"]));
    assert_eq!(text(&dir), before);
    // Once more changes nothing.
    let again = check(&dir, &["--fix"]);
    assert!(again.contains("no finding has a fix that is certain"), "{again}");
    assert_eq!(text(&dir), before);
}

#[test]
fn a_diff_changes_nothing_and_can_be_applied_by_patch() {
    let (dir, after) = slips();
    let before = text(&dir);
    insta::assert_snapshot!("diff", check(&dir, &["--diff"]));
    assert_eq!(text(&dir), before);
    assert!(check(&dir, &["--fix", "--dry-run"]).contains("would change"));
    assert_eq!(text(&dir), before);
    let diff = run(dir.path(), &["check", "pack", "--as-of", "2026-07-01", "--diff"]).stdout;
    let mut patch = Command::new("git").args(["apply", "-"]).current_dir(dir.path().join("pack")).stdin(Stdio::piped()).spawn().expect("git");
    std::io::Write::write_all(&mut patch.stdin.take().expect("piped"), &diff).expect("written");
    assert!(patch.wait().expect("ended").success());
    assert_eq!(text(&dir), after);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let (dir, after) = slips();
    let path = dir.path().join("pack").join(FILE);
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    std::fs::write(&path, windows(&text(&dir))).expect("written");
    check(&dir, &["--fix"]);
    assert_eq!(text(&dir), windows(&after));
    // Without a last line end there is none afterwards.
    let (dir, after) = slips();
    let path = dir.path().join("pack").join(FILE);
    std::fs::write(&path, text(&dir).trim_end()).expect("written");
    check(&dir, &["--fix"]);
    assert_eq!(text(&dir), after.trim_end());
}

#[test]
fn what_may_have_been_meant_otherwise_is_only_offered() {
    for (right, wrong, asks) in [
        ("starts: 2026-04-01", "starts: 1/4/2026", "1 April 2026"),
        ("starts:", "effective_from:", "Did you mean `starts`?"),
        ("grants:", "permissions:", "Did you mean `grants`?"),
        ("role: clinician", "role: doctor_in_training", ""),
        ("role: person", "role: patient", "Did you mean `person`? (the person the record is about)"),
        ("article_6: e", "article_6: consent", "normally rests on e"),
        ("confidentiality: implied_consent", "article_66: e\n      confidentiality: implied_consent", ""),
    ] {
        let dir = pack();
        edit(&dir, FILE, right, wrong);
        let before = text(&dir);
        let seen = check(&dir, &["--fix"]);
        assert_eq!(text(&dir), before, "{wrong}\n{seen}");
        assert!(seen.contains(asks) && seen.ends_with("--- exit 1 ---"), "{wrong}\n{seen}");
    }
}

#[test]
fn a_key_whose_right_one_is_there_is_not_renamed_nor_two_to_one() {
    for wrong in ["retension: {}\nretention:", "retension: {}\nretentiom:"] {
        let dir = pack();
        edit(&dir, FILE, "retention:", wrong);
        let before = text(&dir);
        check(&dir, &["--fix"]);
        assert_eq!(text(&dir), before, "{wrong}");
    }
}

#[test]
fn an_accepted_finding_is_left_alone() {
    let dir = pack();
    edit(&dir, FILE, "article_6: e", "article_6: 6(1)(e)");
    let waiver = "- {code: LAW-001, at: EX-DSA-0001, reason: wording of the template, owner: IG lead, approved_by: IG board, expires: 2026-09-30}\n";
    std::fs::write(dir.path().join("pack/waivers.yaml"), waiver).expect("written");
    let before = text(&dir);
    check(&dir, &["--fix"]);
    assert_eq!(text(&dir), before);
}

#[cfg(unix)]
#[test]
fn a_link_is_not_replaced_by_a_file() {
    let (dir, _) = slips();
    let (path, elsewhere) = (dir.path().join("pack").join(FILE), dir.path().join("elsewhere.yaml"));
    std::fs::rename(&path, &elsewhere).expect("moved");
    std::os::unix::fs::symlink(&elsewhere, &path).expect("linked");
    let before = text(&dir);
    let seen = check(&dir, &["--fix"]);
    assert!(seen.ends_with("--- exit 2 ---"), "{seen}");
    assert!(Path::new(&path).is_symlink() && text(&dir) == before);
}

/// Every word of the example's agreement loses, doubles or turns letters, one at a time: whatever is mended is the example
/// again, word for word, or is no wider in any decision, since nothing but what the vocabulary has was written.
#[test]
fn what_is_mended_is_what_was_there_before() {
    let clean = text(&pack());
    let words: Vec<(usize, &str)> = clean
        .match_indices(|c: char| c.is_ascii_lowercase())
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || !clean.as_bytes()[at - 1].is_ascii_alphanumeric() && clean.as_bytes()[at - 1] != b'_')
        .map(|at| (at, clean[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("")))
        .filter(|(_, word)| word.len() >= 4)
        .collect();
    let dir = pack();
    let path = dir.path().join("pack").join(FILE);
    let (mut mended, mut other) = (0, Vec::new());
    for (index, (at, word)) in words.iter().enumerate().filter(|(index, _)| index % 3 == 0) {
        let letter = 1 + index % (word.len() - 2);
        let slip = match index % 2 {
            0 => format!("{}{}", &word[..letter], &word[letter + 1..]),
            _ => format!("{}{}{}", &word[..letter], &word[letter..=letter], &word[letter..]),
        };
        let broken = format!("{}{slip}{}", &clean[..*at], &clean[at + word.len()..]);
        std::fs::write(&path, &broken).expect("written");
        check(&dir, &["--fix"]);
        let now = text(&dir);
        if now == clean {
            mended += 1;
        } else if now != broken {
            other.push(format!("{word} -> {slip}"));
        }
    }
    assert!(other.is_empty(), "mended to something else: {other:?}");
    assert!(mended > 10, "{mended}");
}
