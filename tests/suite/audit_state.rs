//! `audit --state`: runs that go on from each other find what one run over everything finds.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use super::audit::AUDIT;
use super::audit_seal::{KEYS, desk};
use super::run::{Ran, run};

fn shipped(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

fn results(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
}

/// Everything but what the state itself adds.
fn told(ran: &Ran) -> Value {
    let mut results = results(ran);
    results["data"].as_object_mut().expect("data").remove("state");
    for finding in results["findings"].as_array_mut().expect("findings") {
        finding["first_seen"] = Value::Null;
    }
    results
}

#[test]
fn runs_that_go_on_from_each_other_find_what_one_run_over_all_logs_finds() {
    let dir = desk();
    let log = fs::read_to_string(shipped("samples/log/access-2026-10.csv")).expect("the sample log");
    let (header, rows) = log.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().take(6_000).collect();
    let (pack, profile, tables) =
        (shipped("policies/greater-manchester"), shipped("policies/greater-manchester/audit/profiles/shared-record-csv.yaml"), shipped("samples/tables"));
    let common = ["--pack", &pack, "--profile", &profile, "--tables", &tables, "--as-of", "2026-11-02", "-f", "json"];
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).expect("fits") % below
    };
    for round in 0..3 {
        // Exports overlap, and one of them is not in order.
        let (one, two) = (1 + next(2_500), 3_000 + next(2_500));
        let mut parts = [rows[..one + 40].to_vec(), rows[one..two].to_vec(), rows[two - 25..].to_vec()];
        let last = parts[round].len() - 1;
        parts[round].swap(0, last);
        let names: Vec<String> = (0..3).map(|at| format!("{round}-{at}.csv")).collect();
        for (name, part) in names.iter().zip(&parts) {
            fs::write(dir.path().join(name), format!("{header}\n{}\n", part.join("\n"))).expect("written");
        }
        let whole = run(dir.path(), &[&["audit", &names[0], &names[1], &names[2]][..], &KEYS, &common].concat());
        let state = format!("state-{round}");
        let mut found = Vec::new();
        let mut last = None;
        for name in &names {
            let ran = run(dir.path(), &[&["audit", name, "--state", &state][..], &KEYS, &common].concat());
            found.push(results(&ran)["findings"].as_array().expect("findings").len());
            last = Some(ran);
        }
        let last = last.expect("three runs");
        assert!(found[2] > 20, "{found:?}");
        assert_eq!(last.code, whole.code);
        let (whole, last) = (told(&whole), told(&last));
        for part in ["findings", "balance", "inputs", "not_assessed"] {
            assert_eq!(whole[part], last[part], "round {round}: {part}");
        }
        for (part, value) in whole["data"].as_object().expect("data") {
            assert_eq!(*value, last["data"][part], "round {round}: data.{part}");
        }
        // Without a log the same is judged again.
        let again = run(dir.path(), &[&["audit", "--state", &state][..], &KEYS, &common].concat());
        assert_eq!(told(&again), last, "round {round}");
        let state = results(&again)["data"]["state"].clone();
        assert_eq!((&state["run"], &state["new_findings"], &state["no_longer"]), (&4.into(), &0.into(), &0.into()), "{state}");
    }
}

/// The audit of a small log, judged on a day.
fn judged_on(dir: &Path, day: &str, log: &str, more: &[&str]) -> Ran {
    let day = format!("--as-of={day}");
    let args: Vec<&str> = AUDIT
        .iter()
        .map(|arg| {
            if arg.starts_with("--as-of") {
                &day
            } else if *arg == "log.csv" {
                log
            } else {
                arg
            }
        })
        .collect();
    run(dir, &[&args[..], &KEYS, &["--state", "kept"], more].concat())
}

#[test]
fn a_state_tells_what_is_new_and_reads_no_file_twice() {
    let dir = desk();
    let first = judged_on(dir.path(), "2026-06-01", "log.csv", &[]);
    assert!(first.code == Some(1) && first.out.contains("First run on this state") && first.err.contains("kept begins here"), "{first}");
    let second = judged_on(dir.path(), "2026-06-08", "log.csv", &[]);
    assert!(second.err.contains("log.csv: an earlier run has read this file already, byte for byte; it is not counted again"), "{second}");
    assert!(
        second.out.contains("Run 2 on this state, beside 1 log with 9,0") && second.out.contains("0 findings are new, 0 of the last run no longer stand"),
        "{second}"
    );

    // One more access to the own record, and a finding of its own.
    let extra = super::audit::line("n4", "nurse", "R9A", 3, "2026-05-20T10:00:00Z");
    let header = fs::read_to_string(dir.path().join("log.csv")).expect("a log").lines().next().expect("a header").to_owned();
    fs::write(dir.path().join("more.csv"), format!("{header}\n{extra}")).expect("written");
    let third = judged_on(dir.path(), "2026-06-15", "more.csv", &["-f", "json"]);
    let third = results(&third);
    let new = third["data"]["state"]["new_findings"].as_u64().expect("a number");
    assert!(new >= 1, "{}", third["data"]["state"]);
    let days: Vec<&str> = third["findings"].as_array().expect("findings").iter().filter_map(|one| one["first_seen"].as_str()).collect();
    assert_eq!(days.iter().filter(|day| **day == "2026-06-15").count() as u64, new);
    assert!(days.contains(&"2026-06-01"), "{days:?}");

    // Nothing in the folder can be read without the keyring, and nobody else may open it.
    let sealed = fs::read(dir.path().join("kept/audit.state")).expect("there");
    for secret in [super::audit::number(3), "medications".to_owned(), "log.csv".to_owned()] {
        assert!(!sealed.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    let mode = |path: &str| fs::metadata(dir.path().join(path)).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode("kept"), mode("kept/audit.state")), (0o700, 0o600));
    let names: Vec<_> = fs::read_dir(dir.path().join("kept")).expect("a folder").map(|one| one.expect("an entry").file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_state_that_cannot_be_gone_on_with_is_refused_and_left_as_it_was() {
    let dir = desk();
    let state = |more: &[&str]| run(dir.path(), &[&AUDIT[..], &KEYS, &["--state", "kept"], more].concat());
    let refused = |ran: &Ran, said: &str| assert!(ran.code == Some(2) && ran.err.contains(said) && ran.out.is_empty(), "{said}: {ran}");
    refused(&run(dir.path(), &[&["audit", "--state", "kept"][..], &KEYS].concat()), "nothing has been read into this state yet");
    refused(&run(dir.path(), &[&AUDIT[..], &["--state", "kept"]].concat()), "--keyring");
    refused(&run(dir.path(), &[&AUDIT[..], &KEYS, &["--state", "log.csv"]].concat()), "that is no folder");
    assert_eq!(state(&[]).code, Some(1));
    let path = dir.path().join("kept/audit.state");
    let good = fs::read(&path).expect("there");
    refused(&state(&["--name", "other"]), "it does not open: it was sealed with another keyring or another name");
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    fs::write(&path, &bad).expect("written");
    refused(&state(&[]), "take the file from a backup");
    fs::write(&path, &good[..good.len() - 40]).expect("written");
    refused(&state(&[]), "cut short");
    fs::write(&path, b"events").expect("written");
    refused(&state(&[]), "it is no sealed file of carepact");
    assert_eq!(fs::read(&path).expect("there"), b"events", "a run that is refused changes nothing");
    fs::write(&path, &good).expect("written");
    assert_eq!(state(&["--dry-run"]).code, Some(1));
    assert_eq!(fs::read(&path).expect("there"), good, "--dry-run keeps the state as it was");

    let held = fs::File::open(dir.path().join("kept/audit.lock")).expect("there");
    held.lock().expect("locks");
    refused(&state(&[]), "another run is going on with this state");
    drop(held);
    assert_eq!(state(&[]).code, Some(1));
}
