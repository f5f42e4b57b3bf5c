//! `audit --seal` and `verify`: a log that is changed afterwards is told, and where.

use std::fs;
use std::path::Path;

use super::audit::{AUDIT, folder, line};
use super::run::{Ran, run};

/// A folder with logs, an audit keyring, a signing key and its signers file.
pub(crate) fn desk() -> tempfile::TempDir {
    let dir = folder();
    let identity = run(dir.path(), &["keys", "identity", "-o", "me.identity"]);
    let recipient = identity.out.lines().next().expect("a public key").to_owned();
    let made = run(dir.path(), &["keys", "new", "--controller", "R9A", "--purpose", "audit", "--recipient", &recipient, "--no-escrow", "-o", "audit.keyring"]);
    assert_eq!(made.code, Some(0), "{made}");
    let signer = run(dir.path(), &["keys", "signer", "--name", "ig@gm.example", "-o", "signer"]);
    let entry = signer.out.lines().next().expect("a line").replace("report@carepact", "report@carepact,seal@carepact");
    fs::write(dir.path().join("signers"), entry + "\n").expect("written");
    // Two blocks and a bit.
    let mut text = fs::read_to_string(dir.path().join("log.csv")).expect("a log");
    for at in 0..9_000u32 {
        text.push_str(&line("n3", "nurse", "R9A", 2, &format!("2026-05-{:02}T{:02}:{:02}:{:02}Z", 10 + at / 3600 % 5, at / 60 % 24, at % 60, at / 1440)));
    }
    fs::write(dir.path().join("log.csv"), text).expect("written");
    dir
}

pub(crate) const KEYS: [&str; 4] = ["--keyring", "audit.keyring", "--identity", "me.identity"];

fn seal(dir: &Path, more: &[&str]) -> Ran {
    run(dir, &[&AUDIT[..], &KEYS, &["--seal", "log.seal.json", "-f", "json"], more].concat())
}

fn verify(dir: &Path, more: &[&str]) -> Ran {
    run(dir, &[&["verify", "log.seal.json"][..], more].concat())
}

fn compared(dir: &Path) -> Ran {
    verify(dir, &[&["--log", "log.csv", "--signers", "signers"][..], &KEYS].concat())
}

#[test]
fn a_line_changed_removed_added_or_moved_is_told_with_its_block() {
    let dir = desk();
    let sealed = seal(dir.path(), &["--sign-key", "signer"]);
    assert_eq!(sealed.code, Some(1), "findings, as without a seal: {}", sealed.err);
    let results: serde_json::Value = serde_json::from_str(&sealed.out).expect("JSON");
    let text = fs::read_to_string(dir.path().join("log.csv")).expect("a log");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(results["data"]["seal"]["logs"][0]["records"], lines.len());

    // Every line that a finding cites has its proof.
    let kept: serde_json::Value = serde_json::from_slice(&fs::read(dir.path().join("log.seal.json")).expect("a seal")).expect("JSON");
    let proven: std::collections::BTreeSet<u64> =
        kept["logs"][0]["cited"].as_array().expect("a list").iter().filter_map(|one| one["record"].as_u64()).collect();
    let cited: std::collections::BTreeSet<u64> = results["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|one| one["spans"].as_array().expect("spans"))
        .filter_map(|span| span["line"].as_u64())
        .collect();
    assert!(!cited.is_empty() && cited == proven, "{cited:?} {proven:?}");
    assert!(!fs::read_to_string(dir.path().join("log.seal.json")).expect("a seal").contains("n3"), "no value of the log stands in it");

    let told = |change: &dyn Fn(&mut Vec<&str>)| {
        let mut now = lines.clone();
        change(&mut now);
        fs::write(dir.path().join("log.csv"), now.join("\n") + "\n").expect("written");
        let ran = compared(dir.path());
        fs::write(dir.path().join("log.csv"), &text).expect("written");
        (ran.code, ran.out)
    };
    let same = told(&|_| ());
    assert!(same.0 == Some(0) && same.1.contains("signed by ig@gm.example") && same.1.contains("log.csv is line by line what was sealed"), "{same:?}");
    let changed = told(&|lines| lines[5_000] = "2026-05-12T10:00:00Z,n9,nurse,R9A,,Y99001,view,medications,direct_care,ok,no,");
    assert!(changed.0 == Some(5) && changed.1.contains("within lines 4,097 to 8,192\n"), "{changed:?}");
    let moved = told(&|lines| lines.swap(8_300, 8_301));
    assert!(moved.0 == Some(5) && moved.1.contains("or in another order: within lines 8,193 to 9,"), "{moved:?}");
    let removed = told(&|lines| {
        lines.remove(4_096);
    });
    assert!(
        removed.0 == Some(5) && removed.1.contains("1 line fewer than when it was sealed; the first that differ are within lines 4,097 to 8,192"),
        "{removed:?}"
    );
    let added = told(&|lines| lines.insert(3, "x"));
    assert!(added.0 == Some(5) && added.1.contains("1 line more") && added.1.contains("within lines 1 to 4,096"), "{added:?}");
    let grown = told(&|lines| lines.extend(["x", "y"]));
    assert!(grown.0 == Some(5) && grown.1.contains("2 lines more than when it was sealed; the first 9,0") && grown.1.contains("are as they were"), "{grown:?}");
    // Another line end is the same log.
    let crlf = text.replace('\n', "\r\n");
    fs::write(dir.path().join("log.csv"), crlf).expect("written");
    assert_eq!(compared(dir.path()).code, Some(0));
}

#[test]
fn a_seal_that_was_tampered_with_is_told_without_a_log() {
    let dir = desk();
    seal(dir.path(), &["--sign-key", "signer"]);
    let path = dir.path().join("log.seal.json");
    let kept = fs::read_to_string(&path).expect("a seal");
    let whole = verify(dir.path(), &["--signers", "signers"]);
    assert!(whole.code == Some(0) && whole.out.contains("no log was given"), "{whole}");
    // The seal as a careful forger would write it, unsigned: root and proofs must fit each other.
    for from in ["\"records\": ", "\"root\": \"", "\"leaf\": \""] {
        let at = kept.find(from).expect("there") + from.len();
        // Another first digit.
        let other = if kept[at..].starts_with('1') { '2' } else { '1' };
        let forged = format!("{}{other}{}", &kept[..at], &kept[at + 1..]);
        fs::write(&path, forged).expect("written");
        let ran = verify(dir.path(), &["--signers", "signers"]);
        assert!(ran.code == Some(5) && ran.out.contains("does not fit the seal") && ran.out.contains("is not whole"), "{from}: {ran}");
    }
    fs::write(&path, &kept).expect("written");
    fs::remove_file(dir.path().join("log.seal.json.sig")).expect("removed");
    let unsigned = verify(dir.path(), &[]);
    assert!(unsigned.code == Some(0) && unsigned.out.contains("the seal is not signed"), "{unsigned}");
}

#[test]
fn what_cannot_be_sealed_or_compared_is_refused_in_words() {
    let dir = desk();
    let refused = |args: &[&str], said: &str| {
        let ran = run(dir.path(), args);
        assert!(ran.code == Some(2) && ran.err.contains(said), "{said}: {ran}");
    };
    let seal = ["--seal", "s.json"];
    refused(&[&AUDIT[..], &seal].concat(), "--keyring");
    refused(&[&["audit", "-"][..], &KEYS, &seal].concat(), "standard input cannot be sealed");
    let made = run(dir.path(), &[&AUDIT[..], &KEYS, &seal].concat());
    assert!(made.err.contains("lodge its roots with somebody who cannot write the log"), "{made}");
    refused(&[&AUDIT[..], &KEYS, &seal].concat(), "s.json is there already");
    refused(&["verify", "s.json", "--log", "log.csv"], "compared with its seal by the keyring");
    refused(&[&["verify", "s.json", "--log", "signers"][..], &KEYS].concat(), "the seal has no log signers");
    refused(&["verify", "signers", "--log", "log.csv"], "--log compares logs with a seal");
    let identity = run(dir.path(), &["keys", "identity", "-o", "other.identity"]);
    let recipient = identity.out.lines().next().expect("a public key");
    run(dir.path(), &["keys", "new", "--controller", "R9A", "--purpose", "audit", "--recipient", recipient, "--no-escrow", "-o", "other.keyring"]);
    let other = run(dir.path(), &["verify", "s.json", "--log", "log.csv", "--keyring", "other.keyring", "--identity", "other.identity"]);
    assert!(other.code == Some(4) && other.err.contains("which is not in this keyring"), "{other}");
}
