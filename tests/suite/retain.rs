//! `retain`: what is over is destroyed and recorded; what is not, or is nobody's business, stays.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::audit::{AUDIT, line};
use super::audit_seal::{KEYS, desk};
use super::run::{Ran, run, run_with_input};

fn retain(dir: &Path, day: &str, more: &[&str]) -> Ran {
    let day = format!("--as-of={day}");
    run(dir, &[&["retain", "kept", "--pack", "pack", &day][..], more].concat())
}

/// Results, an annex and an answer of 1 June 2026, in a folder beside what no audit wrote.
fn cupboard() -> tempfile::TempDir {
    let dir = desk();
    fs::write(dir.path().join("pack/audit/conduct.yaml"), "retain: {results: 30, annex: 10, answers: 20, state: 14}\n").expect("written");
    fs::create_dir(dir.path().join("kept")).expect("made");
    let ran = run(dir.path(), &[&AUDIT[..], &KEYS, &["-o", "kept/audit.json", "--annex", "kept/annex.csv", "--state", "kept/state"]].concat());
    assert_eq!(ran.code, Some(1), "{ran}");
    let args = ["who-looked", "log.csv", "--profile", "log", "--tables", "tables", "--pack", "pack", "--subject-file", "-", "-o", "kept/answer.html"];
    assert_eq!(run_with_input(dir.path(), &args, super::audit::number(1).as_bytes()).code, Some(0));
    fs::write(dir.path().join("kept/notes.txt"), "reference,kind\nnot ours\n").expect("written");
    // 1 June 2026, noon: what says no day has its file's.
    let day = SystemTime::UNIX_EPOCH + Duration::from_hours(494_532);
    for file in ["annex.csv", "answer.html", "notes.txt"] {
        fs::File::open(dir.path().join("kept").join(file)).expect("there").set_modified(day).expect("set");
    }
    dir
}

fn there(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir.join("kept")).expect("a folder").map(|one| one.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn each_output_is_over_on_its_own_day_and_nothing_goes_before_it_is_asked_for() {
    let dir = cupboard();
    let all = ["annex.csv", "answer.html", "audit.json", "notes.txt", "state"];
    for (day, over) in [
        ("2026-06-10", &[][..]),
        ("2026-06-11", &["annex.csv"][..]),
        ("2026-06-21", &["annex.csv", "answer.html"]),
        ("2026-07-01", &["annex.csv", "answer.html", "audit.json"]),
    ] {
        let ran = retain(dir.path(), day, &["-f", "json"]);
        assert_eq!(ran.code, Some(i32::from(!over.is_empty())), "{day}: {ran}");
        let told: Value = serde_json::from_str(&ran.out).expect("JSON");
        let names: Vec<&str> = told["found"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|one| !one["over_since"].is_null())
            .filter_map(|one| one["path"].as_str()?.strip_prefix("kept/"))
            .collect();
        assert_eq!(names, over, "{day}");
        assert_eq!(there(dir.path()), all, "shown, not destroyed");
    }
    let said = retain(dir.path(), "2026-06-21", &[]);
    assert!(
        said.out.contains("3 outputs of audits found, 2 over")
            && said.out.contains("2026-06-01 (by the file's date)")
            && said.out.contains("Nothing was destroyed"),
        "{said}"
    );
    let dry = retain(dir.path(), "2026-06-21", &["--destroy", "--record", "record.ndjson", "--dry-run"]);
    assert!(dry.code == Some(1) && there(dir.path()) == all && !dir.path().join("record.ndjson").exists(), "{dry}");

    let done = retain(dir.path(), "2026-06-21", &["--destroy", "--record", "record.ndjson"]);
    assert!(done.code == Some(0) && done.out.contains("Destroyed: 2 files"), "{done}");
    assert_eq!(there(dir.path()), ["audit.json", "notes.txt", "state"]);
    let record = fs::read_to_string(dir.path().join("record.ndjson")).expect("a record");
    let lines: Vec<Value> = record.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(
        lines.iter().map(|line| (line["what"].as_str(), line["kept_days"].as_u64())).collect::<Vec<_>>(),
        [(Some("annex"), Some(10)), (Some("answers"), Some(20))]
    );
    assert!(
        lines.iter().all(|line| line["on"] == "2026-06-21" && line["made"] == "2026-06-01" && line["sha256"].as_str().map(str::len) == Some(64)),
        "{record}"
    );
    // The record grows.
    assert_eq!(retain(dir.path(), "2026-07-01", &["--destroy", "--record", "record.ndjson"]).code, Some(0));
    assert_eq!(fs::read_to_string(dir.path().join("record.ndjson")).expect("a record").lines().count(), 3);
}

#[test]
fn a_state_loses_the_days_that_are_over_and_its_books_still_hold() {
    let dir = cupboard();
    let more = line("n1", "nurse", "R9A", 2, "2026-06-10T10:00:00Z");
    let header = fs::read_to_string(dir.path().join("log.csv")).expect("a log").lines().next().expect("a header").to_owned();
    fs::write(dir.path().join("june.csv"), format!("{header}\n{more}")).expect("written");
    let audit = |log: &[&str], day: &str| {
        let day = format!("--as-of={day}");
        let ran = run(
            dir.path(),
            &[&["audit"], log, &["--profile", "log", "--tables", "tables", "--pack", "pack", &day, "--state", "kept/state", "-f", "json"], &KEYS].concat(),
        );
        serde_json::from_str::<Value>(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
    };
    let before = audit(&["june.csv"], "2026-06-11");
    assert!(before["data"]["counts"]["events"].as_u64() > Some(9_000));
    let blind = retain(dir.path(), "2026-06-20", &[]);
    assert!(blind.err.contains("1 state was not looked into: give --keyring"), "{blind}");
    let shown = retain(dir.path(), "2026-06-20", &KEYS);
    assert!(shown.code == Some(1) && shown.out.contains("kept/state: 9,0") && shown.out.contains("events are over"), "{shown}");
    assert_eq!(audit(&[], "2026-06-11")["data"]["counts"], before["data"]["counts"], "shown, not destroyed");
    let done = retain(dir.path(), "2026-06-20", &[&KEYS[..], &["--destroy", "--record", "record.ndjson"]].concat());
    assert_eq!(done.code, Some(0), "{done}");
    let after = audit(&[], "2026-06-20");
    assert_eq!(after["data"]["counts"]["events"], 1, "the one of June");
    let books = &after["balance"][0];
    let removed: u64 = books["removed"].as_object().expect("causes").values().filter_map(Value::as_u64).sum();
    assert!(books["removed"]["destroyed"].as_u64() > Some(9_000), "{books}");
    assert_eq!(books["in"].as_u64(), Some(books["out"].as_u64().expect("a number") + removed), "{books}");
    assert!(fs::read_to_string(dir.path().join("record.ndjson")).expect("a record").contains("\"what\":\"state\""));
    // Fourteen days: the tenth of June is over on the twenty-fourth.
    let day_before = retain(dir.path(), "2026-06-23", &KEYS);
    assert!(!day_before.out.contains("kept/state"), "{day_before}");
    let still = retain(dir.path(), "2026-06-24", &KEYS);
    assert!(still.out.contains("kept/state: 1 event is over"), "{still}");
}

#[test]
fn a_pack_that_says_nothing_and_a_path_that_is_not_there_are_refused() {
    let dir = cupboard();
    fs::remove_file(dir.path().join("pack/audit/conduct.yaml")).expect("removed");
    let ran = retain(dir.path(), "2026-07-01", &[]);
    assert!(ran.code == Some(2) && ran.err.contains("the pack says nothing of how long audits are kept") && ran.err.contains("audit/conduct.yaml"), "{ran}");
    fs::write(dir.path().join("pack/audit/conduct.yaml"), "retain: {annex: 10}\n").expect("written");
    let ran = run(dir.path(), &["retain", "nowhere", "--pack", "pack"]);
    assert!(ran.code == Some(3) && ran.err.contains("nowhere: there is no such file"), "{ran}");
    let ran = retain(dir.path(), "2026-07-01", &["--destroy"]);
    assert!(ran.code == Some(2) && ran.err.contains("--record"), "{ran}");
    let ran = retain(dir.path(), "2026-07-01", &["--destroy", "--record", "no/such/folder/record"]);
    assert!(ran.code == Some(3) && ran.err.contains("Nothing was destroyed") && there(dir.path()).len() == 5, "{ran}");
}
