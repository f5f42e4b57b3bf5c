//! `who-looked`: drafted, held, released; what each reader gets, and what never leaves.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use super::audit::{folder, line, number};
use super::audit_seal::{KEYS, desk};
use super::run::{Ran, run, run_with_input};

const CONFIRM: &str = "identity,authority,no-serious-harm,no-investigation";

/// The small log, with one view of restricted data, one in an emergency, one by a proxy and one for a colleague.
fn rich() -> tempfile::TempDir {
    let dir = folder();
    let profile = fs::read_to_string(dir.path().join("pack/audit/profiles/log.yaml")).expect("a profile");
    fs::write(dir.path().join("pack/audit/profiles/log.yaml"), profile + "  on_behalf_of: for\n").expect("written");
    let log = fs::read_to_string(dir.path().join("log.csv")).expect("a log");
    let mut lines: Vec<String> = log.lines().map(|line| format!("{line},")).collect();
    lines[0] = format!("{},for", log.lines().next().expect("a header"));
    let more = [
        line("n2", "nurse", "R9A", 1, "2026-05-15T10:00:00Z").replace("medications", "sexual_health"),
        line("n3", "doctor", "R9A", 1, "2026-05-16T10:00:00Z").replace(",ok,no,", ",ok,yes,urgent and unable to ask"),
        line("p1", "proxy", "", 1, "2026-05-17T10:00:00Z"),
        line("n5", "nurse", "R9A", 1, "2026-05-18T10:00:00Z"),
    ];
    for (at, one) in more.iter().enumerate() {
        lines.push(format!("{},{}", one.trim_end(), if at == 3 { "n6" } else { "" }));
    }
    fs::write(dir.path().join("log.csv"), lines.join("\n") + "\n").expect("written");
    dir
}

fn looked(dir: &Path, more: &[&str]) -> Ran {
    let args = ["who-looked", "log.csv", "--profile", "log", "--tables", "tables", "--pack", "pack", "--subject-file", "-"];
    run_with_input(dir, &[&args[..], more].concat(), number(1).as_bytes())
}

/// What every release needs beside; the signer and its signers file are made on first use.
const LEDGER: [&str; 6] = ["--ledger", "asked.ledger", "--sign-key", "signer", "--signers", "signers"];

fn with_signer(dir: &Path) {
    let made = run(dir, &["keys", "signer", "--for", "ledger", "--name", "ig@gm.example", "-o", "signer"]);
    let entry = made.out.lines().next().unwrap_or_else(|| panic!("{made}")).to_owned();
    fs::write(dir.join("signers"), entry + "\n").expect("written");
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
}

fn code(dir: &Path) -> String {
    json(&looked(dir, &["-f", "json"]))["draft"].as_str().expect("a code").to_owned()
}

fn never(text: &str) {
    for secret in ["n1", "n2", "n3", "n5", "n6", "p1", &number(1), "nexplained", "score"] {
        let found = text.split(|one: char| !one.is_alphanumeric()).any(|word| word == secret);
        assert!(!(found || secret.len() > 2 && text.contains(secret)), "{secret}: {text}");
    }
}

#[test]
fn restricted_data_holds_an_answer_until_the_privacy_officer_releases_it() {
    let dir = rich();
    let draft = looked(dir.path(), &["-f", "json"]);
    let told = json(&draft);
    assert_eq!(told["status"], "held");
    let held: Vec<usize> =
        told["looks"].as_array().expect("a list").iter().enumerate().filter(|(_, one)| one["held"] != Value::Array(Vec::new())).map(|(at, _)| at + 1).collect();
    let [line] = held[..] else { panic!("{held:?}") };
    let text = looked(dir.path(), &[]);
    assert!(
        text.out.contains("held for the privacy officer - not to be sent")
            && text.out.contains(&format!("Line {line} is held for the privacy officer: the data is restricted")),
        "{text}"
    );
    never(&text.out);
    assert!(!text.out.contains("Cellvalue"), "a role that no vocabulary knows may be a name: {text}");

    let code = code(dir.path());
    with_signer(dir.path());
    let release = |by: &str, more: &[&str]| {
        looked(dir.path(), &[&["--release", "--draft", &code, "--reviewed-by", by, "--confirm", CONFIRM][..], &LEDGER, more].concat())
    };
    let refused = release("ig_officer", &[]);
    assert!(refused.code == Some(1) && refused.out.is_empty() && refused.err.contains("held for the privacy officer: 1 line of it"), "{refused}");
    let sent = release("privacy_officer", &["--leave-out", &line.to_string()]);
    assert_eq!(sent.code, Some(0), "{sent}");
    assert!(!sent.out.contains("DRAFT") && !sent.out.contains("sexual health") && !sent.out.contains("reviewer"), "{sent}");
    for said in ["somebody who may act for you", "emergency access", "without the usual checks", "in the place of a colleague", "You can complain"] {
        assert!(sent.out.replace('\n', " ").contains(said), "{said}: {sent}");
    }
    never(&sent.out);
    let whole = json(&release("privacy_officer", &["-f", "json"]));
    assert_eq!((&whole["status"], &whole["reviewed_by"]), (&"released".into(), &"privacy_officer".into()));
    assert!(whole.get("draft").is_none() && whole["looks"].as_array().expect("a list").iter().all(|one| one.get("held").is_none()));
    assert_eq!(whole["looks"].as_array().map(Vec::len), told["looks"].as_array().map(Vec::len));

    // Two answers left, and the ledger has both, without saying whose record it was; the refused one has no line.
    let ledger = fs::read_to_string(dir.path().join("asked.ledger")).expect("a ledger");
    let lines: Vec<Value> = ledger.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "{ledger}");
    assert!(ledger.contains(&code) && ledger.contains("privacy_officer") && !ledger.contains(&number(1)), "{ledger}");
    let verified = run(dir.path(), &["verify", "asked.ledger", "--signers", "signers"]);
    assert_eq!(verified.code, Some(0), "{verified}");
}

#[test]
fn an_answer_is_released_only_as_it_was_reviewed_and_with_everything_confirmed() {
    let dir = folder();
    let code = code(dir.path());
    with_signer(dir.path());
    let with = |more: &[&str]| looked(dir.path(), &[&["--release"][..], &LEDGER, more].concat());
    let refused = |ran: Ran, said: &str| assert!(ran.code == Some(2) && ran.out.is_empty() && ran.err.contains(said), "{said}: {ran}");
    refused(with(&[]), "--reviewed-by");
    refused(looked(dir.path(), &["--release", "--draft", &code, "--reviewed-by", "ig_officer", "--confirm", CONFIRM]), "--ledger");
    refused(with(&["--draft", &code, "--reviewed-by", "ig_officer"]), "not confirmed: identity, authority, no-serious-harm and no-investigation");
    refused(with(&["--draft", &code, "--reviewed-by", "ig_officer", "--confirm", "identity,authority,no-investigation"]), "not confirmed: no-serious-harm");
    refused(with(&["--draft", &code, "--reviewed-by", "Jo Bloggs", "--confirm", CONFIRM]), "takes a role, in small letters, not a name");
    refused(with(&["--draft", &code, "--reviewed-by", "ig_officer", "--confirm", CONFIRM, "--leave-out", "9"]), "the draft has no line 9");
    refused(with(&["--draft", "000000000000", "--reviewed-by", "ig_officer", "--confirm", CONFIRM]), "not the one that was reviewed");
    assert_eq!(with(&["--draft", &code, "--reviewed-by", "ig_officer", "--confirm", CONFIRM]).code, Some(0));
    // A ledger that was changed: nothing leaves.
    let ledger = fs::read_to_string(dir.path().join("asked.ledger")).expect("a ledger");
    fs::write(dir.path().join("asked.ledger"), ledger.replace("ig_officer", "privacy_officer")).expect("written");
    let changed = with(&["--draft", &code, "--reviewed-by", "ig_officer", "--confirm", CONFIRM]);
    assert!(changed.code == Some(5) && changed.out.is_empty(), "{changed}");
    fs::write(dir.path().join("asked.ledger"), ledger).expect("written");
    // Another access since the review.
    let mut log = fs::read_to_string(dir.path().join("log.csv")).expect("a log");
    log.push_str(&line("n5", "nurse", "R9A", 1, "2026-05-20T10:00:00Z"));
    fs::write(dir.path().join("log.csv"), log).expect("written");
    refused(with(&["--draft", &code, "--reviewed-by", "ig_officer", "--confirm", CONFIRM]), "not the one that was reviewed");
}

#[test]
fn what_the_pack_holds_is_held_and_a_wrong_file_is_refused() {
    let dir = folder();
    let conduct = dir.path().join("pack/audit/conduct.yaml");
    let status = |text: &str| {
        fs::write(&conduct, text).expect("written");
        json(&looked(dir.path(), &["-f", "json"]))["status"].as_str().expect("a word").to_owned()
    };
    assert_eq!(status("retain: {annex: 90}\n"), "draft");
    assert_eq!(status("hold: {organisations: [R9A]}\n"), "held");
    assert_eq!(status("hold: {organisations: [R9B]}\n"), "draft");
    assert_eq!(status("hold: {data: [medications]}\n"), "held");
    assert_eq!(status("hold: {data: [results]}\n"), "draft");
    fs::write(&conduct, "hold: {organisation: [R9A]}\n").expect("written");
    let ran = looked(dir.path(), &[]);
    assert!(ran.code == Some(2) && ran.err.contains("conduct.yaml cannot be used") && ran.err.contains("organisations"), "{ran}");
}

#[test]
fn the_reviewers_sheet_says_whose_account_each_line_is_and_whether_the_name_is_given() {
    let dir = rich();
    let ran = looked(dir.path(), &["--names", "names.csv", "-o", "html:draft.html"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let sheet = fs::read_to_string(dir.path().join("names.csv")).expect("a sheet");
    let row = |user: &str| sheet.lines().find(|line| line.split(',').nth(1) == Some(user)).unwrap_or_else(|| panic!("{user}: {sheet}")).to_owned();
    // At the practice where the person is registered; elsewhere nothing says that they were involved in care.
    let marks: Vec<bool> =
        sheet.lines().filter(|line| line.contains(",n1,")).map(|line| line.contains("usually disclosable (DPA 2018 Sch 2 para 17)")).collect();
    assert_eq!(marks, [false, false, true], "{sheet}");
    assert!(!sheet.contains("Cellvalue"), "a role that no vocabulary knows may be a name: {sheet}");
    assert!(row("p1").contains("other: balance (DPA 2018 Sch 2 para 16)"), "{sheet}");
    assert!(row("n2").contains("the data is restricted by the vocabulary"), "{sheet}");
    for path in ["names.csv", "draft.html"] {
        assert_eq!(fs::metadata(dir.path().join(path)).expect("there").permissions().mode() & 0o777, 0o600, "{path}");
    }
    let page = fs::read_to_string(dir.path().join("draft.html")).expect("a page");
    assert!(page.contains("<h1>Who has looked at your record</h1>") && page.contains("class=\"held\"") && page.contains("For the reviewer"), "{page}");
    assert!(!page.contains("<script") && page.contains("default-src 'none'"), "nothing runs, nothing is fetched");
    never(&page);
}

#[test]
fn a_state_answers_without_the_logs() {
    let dir = desk();
    let kept = run(dir.path(), &[&super::audit::AUDIT[..], &KEYS, &["--state", "kept"]].concat());
    assert_eq!(kept.code, Some(1), "{kept}");
    let from_log = looked(dir.path(), &["-f", "json"]);
    fs::remove_file(dir.path().join("log.csv")).expect("removed");
    let args = [&["who-looked", "--state", "kept", "--tables", "tables", "--pack", "pack", "--subject-file", "-", "-f", "json"][..], &KEYS].concat();
    let from_state = run_with_input(dir.path(), &args, number(1).as_bytes());
    assert_eq!(json(&from_state)["looks"], json(&from_log)["looks"]);
    let none =
        run_with_input(dir.path(), &[&["who-looked", "--state", "nowhere", "--pack", "pack", "--subject-file", "-"][..], &KEYS].concat(), number(1).as_bytes());
    assert!(none.code == Some(3) && none.err.contains("nowhere holds no state"), "{none}");
}
