//! A log in which people and accounts have other names gives the same findings, but for the detectors that go by numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use carepact::identifier::NhsNumber;
use serde_json::Value;

use super::run::run;

fn shipped(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

/// New names in the order in which the old ones turn up; nothing of the old ones stands in them.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(&mut self, old: &str, begins: &str) -> String {
        // Neither the order nor the length of the old ones.
        let next = (self.0.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17);
        self.0.entry(old.to_owned()).or_insert_with(|| format!("{begins}{next:016x}")).clone()
    }
}

/// A table with some columns renamed and their cells mapped.
fn rewritten(text: &str, rename: &[(&str, &str)], mut cell: impl FnMut(&str, &str) -> String) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header.iter().map(|name| rename.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new))).expect("written");
    for row in reader.records() {
        let row = row.expect("a row");
        writer.write_record(header.iter().zip(&row).map(|(name, value)| if value.is_empty() { String::new() } else { cell(name, value) })).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("bytes")).expect("text")
}

/// What was found, without any reference: code, level, how much, when, on which lines.
fn told(results: &Value) -> Vec<String> {
    let mut list: Vec<String> = results["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| {
            let facts = &one["facts"];
            let lines: Vec<&Value> = one["spans"].as_array().expect("spans").iter().map(|span| &span["line"]).collect();
            format!(
                "{} {} {} {} {} {} {} {lines:?}",
                one["code"], one["severity"], facts["accesses"], facts["people"], facts["days"], facts["first"], facts["last"]
            )
        })
        .collect();
    list.sort();
    list
}

fn cases(results: &Value) -> Vec<String> {
    let mut list: Vec<String> = results["data"]["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .map(|case| format!("{} {} {} {} {} {}", case["codes"], case["score"], case["accesses"], case["organisation"], case["from"], case["to"]))
        .collect();
    list.sort();
    list
}

#[test]
fn a_pseudonymised_log_gives_the_same_findings() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    // Records that the reader sets aside for their number would be local ids like any other.
    let log = fs::read_to_string(shipped("samples/log/access-2026-10.csv")).expect("the sample log");
    let mut lines = log.lines();
    let header = lines.next().expect("a header");
    let whole: Vec<&str> = lines.filter(|line| line.split(',').nth(5).is_some_and(|number| number.is_empty() || NhsNumber::parse(number).is_ok())).collect();
    let log = rewritten_safely(header, &whole);
    fs::write(path("log.csv"), &log).expect("written");
    let (mut people, mut users) = (Names::default(), Names::default());
    let mut map = |name: &str, value: &str| match name {
        "nhs_number" => people.of(value, "p"),
        "user" => users.of(value, "acc-"),
        _ => value.to_owned(),
    };
    fs::write(path("other.csv"), rewritten(&log, &[], &mut map)).expect("written");
    let profile = fs::read_to_string(shipped("policies/greater-manchester/audit/profiles/shared-record-csv.yaml")).expect("the profile");
    fs::write(path("log.yaml"), &profile).expect("written");
    fs::write(path("other.yaml"), profile.replace("  person: nhs_number\n", "  person: {column: nhs_number, form: local}\n")).expect("written");
    fs::create_dir(path("tables")).expect("made");
    for entry in fs::read_dir(shipped("samples/tables")).expect("the sample tables") {
        let file = entry.expect("an entry").path();
        let text = fs::read_to_string(&file).expect("a table");
        fs::write(path("tables").join(file.file_name().expect("a name")), rewritten(&text, &[("nhs_number", "person")], &mut map)).expect("written");
    }
    let audit = |log: &str, profile: &str, tables: &str| {
        let pack = shipped("policies/greater-manchester");
        let ran = run(dir.path(), &["audit", log, "--profile", profile, "--tables", tables, "--pack", &pack, "--as-of", "2026-11-02", "-f", "json"]);
        serde_json::from_str::<Value>(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
    };
    let (named, renamed) = (audit("log.csv", "log.yaml", &shipped("samples/tables")), audit("other.csv", "other.yaml", "tables"));
    // The one that goes by the order of NHS numbers says so.
    let blind = |results: &Value| -> BTreeSet<String> {
        let list = results["not_assessed"].as_array().expect("a list");
        list.iter().filter_map(|one| one["what"].as_str()).filter(|what| what.starts_with("AUD-")).map(|what| what[..7].to_owned()).collect()
    };
    let gone: Vec<String> = blind(&renamed).difference(&blind(&named)).cloned().collect();
    assert_eq!(gone, ["AUD-028"]);
    assert!(!named["findings"].as_array().expect("findings").iter().any(|one| one["code"] == "AUD-028"));
    assert!(told(&named).len() > 200, "{}", told(&named).len());
    assert_eq!(told(&named), told(&renamed));
    assert_eq!(cases(&named), cases(&renamed));
    for part in ["counts", "explained", "agreements", "events", "hour_by_weekday", "daily"] {
        assert_eq!(named["data"][part], renamed["data"][part], "{part}");
    }
}

/// Only whole rows: what has too many or too few cells is no row for a writer of tables.
fn rewritten_safely(header: &str, lines: &[&str]) -> String {
    let cells = header.split(',').count();
    let rows: Vec<&str> = lines.iter().copied().filter(|line| line.split(',').count() == cells && !line.contains('"')).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}
