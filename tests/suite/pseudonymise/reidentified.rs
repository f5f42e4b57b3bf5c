//! The people behind codes of a release: found with the key, asked for with a reason, in a ledger that shows every change.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

const COLUMNS: &str = "  nhs_number: {pseudonym: {}, category: medications}\n  \
     again: {reversible: {domain: nhs_number}, is: nhs_number, category: medications}\n  \
     short: {format_preserving: {}, is: nhs_number, category: medications}\n  \
     id: {reversible: {domain: local_patient_id, with: org}, category: medications}\n  \
     other: {pseudonym: {domain: local_patient_id, with: org}, category: medications}\n  org: {keep: {}, category: results}\n";

/// A release of two people, a key that may sign ledgers.
fn released() -> Bench {
    let (head, rest) = RELEASE.split_once("columns:\n").expect("columns");
    let (_, tail) = rest.split_once("formula:").expect("more");
    let bench = Bench::new(&format!("{head}columns:\n{COLUMNS}formula:{tail}"));
    let (a, b) = (nhs(499_000), nhs(499_001));
    let ran = bench.given(format!("nhs_number,again,short,id,other,org\n{a},{a},{a},17,17,RW3\n{b},{b},{b},18,18,RW4\n"), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let line = bench.ok(&["keys", "signer", "--name", "holder@example.org", "--for", "ledger", "-o", "holder"]).out;
    assert!(line.starts_with("holder@example.org namespaces=\"ledger@carepact\" "), "{line}");
    let signers = fs::read_to_string(bench.path("signers")).expect("read");
    fs::write(bench.path("signers"), signers + &line).expect("written");
    bench
}

/// The codes of a column, one a line.
fn ask(bench: &Bench, column: usize) -> Vec<String> {
    let codes: Vec<String> = csv::Reader::from_reader(bench.out().as_bytes()).records().map(|row| row.expect("a row")[column].to_owned()).collect();
    fs::write(bench.path("codes"), codes.join("\n")).expect("written");
    codes
}

const REASON: &str = "case finding, minute 7";

fn reidentify(bench: &Bench, more: &[&str]) -> Ran {
    let mut args = vec!["reidentify", "codes", "--manifest", "out/r.csv.manifest.json", "--signers", "signers", "--keyring", "ring", "--identity", "custodian"];
    for (name, value) in [("--ledger", "ledger"), ("--sign-key", "holder"), ("--reason", REASON), ("-o", "people.csv")] {
        if !more.contains(&name) {
            args.extend([name, value]);
        }
    }
    args.extend(more);
    run(bench.dir.path(), &args)
}

fn answer(bench: &Bench) -> String {
    let text = fs::read_to_string(bench.path("people.csv")).expect("an answer");
    assert_eq!(bench.path("people.csv").metadata().expect("there").permissions().mode() & 0o777, 0o600);
    fs::remove_file(bench.path("people.csv")).expect("removed");
    text
}

#[test]
fn every_form_of_code_gives_its_person_back_and_a_line_to_the_ledger() {
    let bench = released();
    let (a, b) = (nhs(499_000), nhs(499_001));
    for (index, name) in ["nhs_number", "again", "short"].into_iter().enumerate() {
        let codes = ask(&bench, index);
        let ran = reidentify(&bench, &["--column", name]);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert_eq!(answer(&bench), format!("code,nhs_number\n{},{a}\n{},{b}\n", codes[0], codes[1]));
        assert!(!format!("{ran}").contains(&a) && ran.err.contains("section 171") && ran.err.contains("R9A"), "{ran}");
    }
    let codes = ask(&bench, 3);
    assert_eq!(reidentify(&bench, &["--column", "id"]).code, Some(0));
    assert_eq!(answer(&bench), format!("code,organisation,local_patient_id\n{},RW3,17\n{},RW4,18\n", codes[0], codes[1]));
    let ledger = fs::read_to_string(bench.path("ledger")).expect("a ledger");
    let lines: Vec<serde_json::Value> = ledger.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[3]["n"], &lines[3]["what"], &lines[3]["reason"]), (&4.into(), &"reidentified".into(), &REASON.into()));
    assert_eq!((&lines[3]["asked"], &lines[3]["answered"], &lines[3]["release"]), (&2.into(), &2.into(), &"SM-2/monthly".into()));
    assert!(!ledger.contains(&a) && !ledger.contains(&codes[0]), "neither people nor codes");
    let verified = bench.ok(&["verify", "ledger", "--signers", "signers"]);
    assert!(verified.out.contains("4 lines") && verified.out.contains("head: line 4"), "{verified}");
    // OpenSSH alone checks the head: its first line, and the signature that follows.
    let head = fs::read_to_string(bench.path("ledger.head")).expect("a head");
    let (said, signature) = head.split_once('\n').expect("two parts");
    fs::write(bench.path("head.sig"), signature).expect("written");
    let args = ["-Y", "verify", "-f", "signers", "-I", "holder@example.org", "-n", "ledger@carepact", "-s", "head.sig"];
    if let Some(output) = super::super::keys::ssh_keygen(bench.dir.path(), &args, format!("{said}\n").as_bytes()) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn an_answer_can_be_sealed_to_one_reader() {
    let bench = released();
    ask(&bench, 1);
    bench.ok(&["keys", "identity", "-o", "reader"]);
    let identity = fs::read_to_string(bench.path("reader")).expect("read");
    let public = identity.split_whitespace().find(|word| word.starts_with("age1")).expect("there");
    assert_eq!(reidentify(&bench, &["--column", "again", "--seal-to", public]).code, Some(0));
    let sealed = fs::read(bench.path("people.csv")).expect("an answer");
    let identity: age::x25519::Identity = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).expect("there").parse().expect("an identity");
    let mut text = String::new();
    let opened = age::Decryptor::new(age::armor::ArmoredReader::new(&sealed[..])).expect("age");
    opened.decrypt(std::iter::once(&identity as &dyn age::Identity)).expect("opens").read_to_string(&mut text).expect("text");
    assert!(text.contains(&nhs(499_001)));
    let secret = reidentify(&bench, &["--column", "again", "--seal-to", "AGE-SECRET-KEY-1X", "-o", "second"]);
    assert!(secret.code == Some(2) && !secret.err.contains("AGE-SECRET-KEY-1X"), "{secret}");
}

/// Another code that differs in its first symbol.
fn slipped(code: &str) -> String {
    format!("{}{}", if code.starts_with('0') { '1' } else { '0' }, &code[1..])
}

#[test]
fn a_code_of_nobody_is_not_answered_and_a_slip_of_the_hand_is_noticed() {
    let bench = released();
    let codes = ask(&bench, 1);
    fs::write(bench.path("codes"), format!("{}\n{}\n", codes[0], slipped(&codes[1]))).expect("written");
    let ran = reidentify(&bench, &["--column", "again"]);
    assert!(ran.code == Some(1) && ran.out.contains("1 of 2 codes answered") && ran.out.contains("1 not answered"), "{ran}");
    assert_eq!(answer(&bench), format!("code,nhs_number\n{},{}\n{},\n", codes[0], nhs(499_000), slipped(&codes[1])));
    // In a pseudonym the check symbol tells before anything is opened.
    let codes = ask(&bench, 0);
    fs::write(bench.path("codes"), format!("{}\n{}\n", codes[0], slipped(&codes[1]))).expect("written");
    let ran = reidentify(&bench, &["--column", "nhs_number"]);
    assert!(ran.code == Some(2) && ran.err.contains("code 2 is not a code of nhs_number") && !bench.path("people.csv").exists(), "{ran}");
    assert_eq!(fs::read_to_string(bench.path("ledger")).expect("a ledger").lines().count(), 1);
}

#[test]
fn what_is_not_in_order_is_refused_in_its_own_words_and_nothing_is_answered() {
    let bench = released();
    ask(&bench, 1);
    bench.ok(&["keys", "signer", "--name", "stranger@example.org", "--for", "ledger", "-o", "stranger"]);
    bench.ok(&["keys", "identity", "-o", "else"]);
    let public = fs::read_to_string(bench.path("else")).expect("read").split_whitespace().find(|word| word.starts_with("age1")).expect("there").to_owned();
    bench.ok(&["keys", "new", "--controller", "R9A", "--purpose", "research", "--recipient", &public, "--no-escrow", "-o", "ring9"]);
    let table: &[(&[&str], i32, &str)] = &[
        (&["--column", "again", "--reason", "because"], 2, "--reason says too little"),
        (&["--column", "again", "-o", "-"], 2, "the answer names people"),
        (&["--column", "again", "--at-most", "1"], 2, "2 codes are more than --at-most 1"),
        (&["--column", "org"], 2, "no column of codes called org"),
        (&[], 2, "several columns of codes"),
        (&["--column", "other"], 2, "cannot be opened"),
        (&["--column", "again", "--sign-key", "stranger"], 5, "the signers file does not have this key"),
        (&["--column", "again", "--sign-key", "signer"], 5, "not for ledger@carepact"),
    ];
    for (more, code, said) in table {
        let ran = reidentify(&bench, more);
        assert!(ran.code == Some(*code) && ran.err.contains(said), "{more:?}\n{ran}");
        assert!(!bench.path("people.csv").exists(), "{more:?}");
    }
    let args = [
        "reidentify",
        "codes",
        "--manifest",
        "out/r.csv.manifest.json",
        "--signers",
        "signers",
        "--keyring",
        "ring9",
        "--identity",
        "else",
        "--ledger",
        "ledger",
    ];
    let ran = run(bench.dir.path(), &[&args[..], &["--sign-key", "holder", "--reason", REASON, "-o", "people.csv", "--column", "again"]].concat());
    assert!(ran.code == Some(4) && ran.err.contains("which this keyring does not hold"), "{ran}");
    // A manifest that was changed, and a ledger that was.
    let path = bench.path("out/r.csv.manifest.json");
    let whole = fs::read_to_string(&path).expect("read");
    fs::write(&path, whole.replacen("\"linkage\": \"SM-2/9Z1\"", "\"linkage\": \"SM-2/9Z2\"", 1)).expect("written");
    let ran = reidentify(&bench, &["--column", "again"]);
    assert!(ran.code == Some(5) && ran.err.contains("does not hold: signature"), "{ran}");
    fs::write(&path, whole).expect("written");
    assert_eq!(reidentify(&bench, &["--column", "again"]).code, Some(0));
    answer(&bench);
    let ledger = fs::read_to_string(bench.path("ledger")).expect("read");
    fs::write(bench.path("ledger"), ledger.replace("minute 7", "minute 8")).expect("written");
    let ran = reidentify(&bench, &["--column", "again"]);
    assert!(ran.code == Some(5) && ran.err.contains("its last line is not the one that its head signed") && !bench.path("people.csv").exists(), "{ran}");
    let ran = run(bench.dir.path(), &["verify", "ledger", "--signers", "signers"]);
    assert_eq!(ran.code, Some(5), "{ran}");
}
