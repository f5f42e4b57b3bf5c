//! `audit --split organisation` and `report import-decisions`: every case goes to one officer, and the answers come
//! back together.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use super::audit::{AUDIT, line, number};
use super::audit_seal::{KEYS, desk};
use super::run::{Ran, run};

/// An officer's identity, and its public half.
fn officer(dir: &Path, name: &str) -> String {
    let ran = run(dir, &["keys", "identity", "-o", name]);
    ran.out.lines().next().unwrap_or_else(|| panic!("{ran}")).to_owned()
}

/// A desk with officers for R9A and for everybody else, and an access from another organisation that nothing explains.
fn office() -> tempfile::TempDir {
    let dir = desk();
    let (trust, others) = (officer(dir.path(), "trust.identity"), officer(dir.path(), "dpo.identity"));
    fs::write(dir.path().join("officers.csv"), format!("ods,recipient,service\nR9A,{trust},trust IG team\n*,{others},DPO service\n")).expect("written");
    let mut log = fs::read_to_string(dir.path().join("log.csv")).expect("a log");
    log.push_str(&line("n5", "nurse", "R9B", 3, "2026-05-20T10:00:00Z"));
    fs::write(dir.path().join("log.csv"), log).expect("written");
    dir
}

fn split(dir: &Path, more: &[&str]) -> Ran {
    let flags = ["--split", "organisation", "--recipients", "officers.csv", "--split-to", "parts", "-f", "json"];
    run(dir, &[&AUDIT[..], &KEYS, &flags, more].concat())
}

fn opened(dir: &Path, file: &str, identity: &str) -> Ran {
    run(dir, &["keys", "open", file, "--identity", identity])
}

fn ids(table: &str) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.records().map(|row| row.expect("a row")[0].to_owned()).collect()
}

/// The table as an officer sends it back: some cases decided.
fn answered(table: &str, word: &str, skip: usize) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("written");
    let at = |name: &str| header.iter().position(|column| column == name).expect("a column");
    for (index, row) in reader.records().enumerate() {
        let mut row: Vec<String> = row.expect("a row").iter().map(str::to_owned).collect();
        if index >= skip {
            for (column, value) in [("decision", word), ("by", "ig_officer"), ("on", "2026-06-08")] {
                value.clone_into(&mut row[at(column)]);
            }
        }
        writer.write_record(&row).expect("written");
    }
    writer.into_inner().expect("bytes")
}

#[test]
fn every_case_goes_to_the_officer_of_its_organisation_and_to_nobody_else() {
    let dir = office();
    let ran = split(dir.path(), &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let results: Value = serde_json::from_str(&ran.out).expect("JSON");
    let all: BTreeSet<String> =
        results["data"]["cases"].as_array().expect("cases").iter().map(|case| case["case"].as_str().expect("an id").to_owned()).collect();
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(dir.path().join("parts")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let code = path.file_name().expect("a name").to_string_lossy().into_owned();
            let file = format!("parts/{code}/cases.csv.age");
            let (mine, other) = if code == "R9A" { ("trust.identity", "dpo.identity") } else { ("dpo.identity", "trust.identity") };
            let refused = opened(dir.path(), &file, other);
            assert!(refused.code == Some(2) && refused.out.is_empty() && refused.err.contains("does not open with this identity"), "{code}: {refused}");
            let table = opened(dir.path(), &file, mine).out;
            for id in ids(&table) {
                assert!(seen.insert(id), "a case stands in one part only");
            }
            if code == "R9B" {
                assert!(table.contains(",n5,") && table.contains(&number(3)), "the officer of the staff sees who it is: {table}");
            }
        }
    }
    assert_eq!(seen, all, "every case was sent");
    let index = fs::read_to_string(dir.path().join("parts/index.csv")).expect("an index");
    assert_eq!(index.lines().count(), all.len() + 1);
    for secret in ["n5", &number(3)] {
        assert!(!index.contains(secret) && !ran.out.contains(secret), "{secret}");
    }
    let mode = |path: &str| fs::metadata(dir.path().join(path)).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode("parts"), mode("parts/index.csv"), mode("parts/R9A/cases.csv.age")), (0o700, 0o600, 0o600));

    // What others did with the practice's data: counts, by organisation.
    let others = opened(dir.path(), "parts/Y99001/access-by-others.csv.age", "dpo.identity").out;
    assert!(others.lines().any(|line| line.starts_with("R9B,1,1,1,")), "{others}");
    assert!(!others.contains("n5") && !others.contains(&number(3)), "{others}");

    let again = split(dir.path(), &[]);
    assert!(again.code == Some(2) && again.err.contains("parts is there already"), "{}", again.err);
}

#[test]
fn answers_come_back_together_and_what_is_unanswered_is_told_by_age() {
    let dir = office();
    split(dir.path(), &[]);
    fs::create_dir(dir.path().join("returned")).expect("made");
    let trust = opened(dir.path(), "parts/R9A/cases.csv.age", "trust.identity").out;
    let elm = opened(dir.path(), "parts/R9B/cases.csv.age", "dpo.identity").out;
    fs::write(dir.path().join("returned/trust.csv"), answered(&trust, "explained", 1)).expect("written");
    let import = |more: &[&str]| {
        run(dir.path(), &[&["report", "import-decisions", "returned", "--sent", "parts/index.csv", "--as-of", "2026-06-15"][..], more].concat())
    };
    let told = import(&[]);
    assert_eq!(told.code, Some(1), "{told}");
    let row = told.out.lines().find(|line| line.trim_start().starts_with("R9A")).unwrap_or_else(|| panic!("{told}"));
    assert!(row.contains("trust IG team") && row.contains(" 1 ") && row.contains("14 days"), "{told}");
    assert!(told.out.lines().any(|line| line.contains("R9B") && line.contains("DPO service")), "{told}");

    fs::write(dir.path().join("returned/trust.csv"), answered(&trust, "explained", 0)).expect("written");
    fs::write(dir.path().join("returned/elm.csv"), answered(&elm, "upheld", 0)).expect("written");
    let rest: Vec<String> = fs::read_dir(dir.path().join("parts"))
        .expect("a folder")
        .map(|one| one.expect("an entry"))
        .filter(|one| one.path().is_dir())
        .map(|one| one.file_name().to_string_lossy().into_owned())
        .filter(|code| code != "R9A" && code != "R9B")
        .collect();
    for code in rest {
        let table = opened(dir.path(), &format!("parts/{code}/cases.csv.age"), "dpo.identity").out;
        fs::write(dir.path().join(format!("returned/{code}.csv")), answered(&table, "table_wrong", 0)).expect("written");
    }
    let done = import(&["-o", "decisions.csv"]);
    assert!(done.code == Some(0) && done.out.contains("Every case is answered."), "{done}");
    let audit = run(dir.path(), &[&AUDIT[..], &KEYS, &["--decisions", "decisions.csv", "-f", "json"]].concat());
    let results: Value = serde_json::from_str(&audit.out).expect("JSON");
    assert!(results["findings"].as_array().expect("findings").iter().all(|one| one["status"] == "baseline"), "every finding is decided");
    assert_eq!(audit.code, Some(0), "{}", audit.err);

    // Two officers decide one case: which of them is meant is not guessed.
    fs::write(dir.path().join("returned/copy.csv"), answered(&elm, "explained", 0)).expect("written");
    let conflict = import(&["-o", "other.csv"]);
    assert!(
        conflict.code == Some(2) && conflict.err.contains("copy.csv and elm.csv decide differently on") && !dir.path().join("other.csv").exists(),
        "{conflict}"
    );
    fs::write(dir.path().join("returned/copy.csv"), answered(&elm, "fine", 0)).expect("written");
    let wrong = import(&[]);
    assert!(wrong.code == Some(2) && wrong.err.contains("copy.csv: line 2: `decision` is none of"), "{wrong}");
}

#[test]
fn a_part_without_a_reader_is_told_and_a_wrong_list_is_refused_before_anything_is_read() {
    let dir = office();
    let trust = fs::read_to_string(dir.path().join("officers.csv")).expect("a list").lines().nth(1).expect("a row").to_owned();
    fs::write(dir.path().join("officers.csv"), format!("ods,recipient,service\n{trust}\n")).expect("written");
    let ran = split(dir.path(), &[]);
    assert!(ran.code == Some(3) && ran.err.contains("no recipient for") && ran.err.contains("R9B"), "{}", ran.err);
    let unsent =
        run(dir.path(), &["report", "import-decisions", "parts", "--sent", "parts/index.csv", "--identity", "trust.identity", "--as-of", "2026-06-15"]);
    assert!(unsent.out.lines().any(|line| line.contains("R9B") && line.contains("never sent")), "{unsent}");
    for (list, said) in [
        ("ods,service\nR9A,x\n", "the columns `ods` and `recipient` are needed"),
        ("ods,recipient\nR9A,age1nothing\n", "line 2: that is no recipient"),
        (&*format!("ods,recipient,service\n{trust}\n{trust}\n"), "line 3: R9A stands there twice"),
        ("ods,recipient\nR9A,AGE-SECRET-KEY-1QQQQ\n", "that is the secret half"),
    ] {
        fs::write(dir.path().join("officers.csv"), list).expect("written");
        let ran = split(dir.path(), &["--force"]);
        assert!(ran.code == Some(2) && ran.err.contains(said) && !ran.out.contains("findings"), "{said}: {ran}");
    }
}

#[test]
fn an_annex_can_be_sealed_to_the_privacy_officer() {
    let dir = office();
    let officer = officer(dir.path(), "po.identity");
    let ran = run(dir.path(), &[&AUDIT[..], &KEYS, &["--annex", "annex.age", "--annex-to", &officer]].concat());
    assert_eq!(ran.code, Some(1), "{ran}");
    let sealed = fs::read_to_string(dir.path().join("annex.age")).expect("there");
    assert!(sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !sealed.contains(&number(3)));
    assert!(opened(dir.path(), "annex.age", "po.identity").out.contains(&number(3)));
    let wrong = run(dir.path(), &[&AUDIT[..], &KEYS, &["--annex", "other.age", "--annex-to", "age1x"]].concat());
    assert!(wrong.code == Some(2) && wrong.err.contains("--annex-to: that is no recipient") && !dir.path().join("other.age").exists(), "{wrong}");
}
