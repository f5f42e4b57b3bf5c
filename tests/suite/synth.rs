//! What `synth` makes, and that the shipped packs and samples are what it makes.

use std::path::Path;

use carepact::synth::{Community, extract, log};

use super::shared::shared;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn same(name: &str, made: &str) {
    let path = root().join(name);
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, made).expect("written");
    }
    let shipped = std::fs::read_to_string(&path).expect(name);
    assert!(shipped == made, "{name} is not what the recorded seed makes; run with CAREPACT_BLESS=1");
}

#[test]
fn the_shipped_register_and_accessions_come_from_their_seed() {
    let community = Community::new(2026);
    for (name, text) in community.tables().into_iter().chain(community.accessions()) {
        same(&format!("policies/greater-manchester/{name}"), &text);
    }
}

#[test]
fn the_shipped_samples_come_from_their_seeds() {
    let community = Community::new(2026);
    let mut bytes = Vec::new();
    extract::write(extract::Wanted { rows: 5_000, seed: 2026, dirty_per_mille: 12 }, &community, &mut bytes).expect("in memory");
    same("samples/extract/admissions.csv", &String::from_utf8(bytes).expect("text"));
    for (name, text) in log::write(log::Wanted { events: 20_000, seed: 2026, dirty: true }, &community) {
        same(&format!("samples/{name}"), &text);
    }
    let (mut files, mut bytes) = (Vec::new(), 0);
    let mut folders = vec![root().join("samples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                bytes += entry.metadata().expect("known").len();
                files.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    files.sort();
    let known = [
        "README.md",
        "access-2026-10.csv",
        "admissions.csv",
        "answer-key.csv",
        "appointments.csv",
        "auditevents.ndjson",
        "coverage.csv",
        "objections.csv",
        "registrations.csv",
        "sealed.csv",
        "staff.csv",
    ];
    assert_eq!(files, known, "nothing but what the seeds make");
    assert!(bytes < 6_000_000, "{bytes}");
}

/// The lines that are spoiled, the lines that are not, and what the answer key says of them.
#[test]
fn the_sample_log_is_what_its_readme_says() {
    let log = std::fs::read_to_string(root().join("samples/log/access-2026-10.csv")).expect("a sample");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[0], log::HEADER);
    assert!((19_000..22_000).contains(&lines.len()), "{}", lines.len());
    let sound = |line: &&str| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let Some(Ok(row)) = reader.records().next() else { return false };
        let number = &row.get(5).unwrap_or_default();
        row.len() == 15
            && row[0].starts_with("2026-10-")
            && !row[0].contains(" 25:")
            && !row[1].is_empty()
            && (number.is_empty() || carepact::identifier::NhsNumber::parse(number).is_ok())
    };
    let bad = lines.iter().skip(1).filter(|line| !line.is_empty() && !sound(line)).count();
    assert!((25..60).contains(&bad), "{bad}");

    let key = std::fs::read_to_string(root().join("samples/answer-key.csv")).expect("a sample");
    let mut cases = std::collections::BTreeSet::new();
    for row in key.lines().skip(1) {
        let cells: Vec<&str> = row.splitn(5, ',').collect();
        let line: usize = cells[0].parse().expect("a line");
        assert!(sound(&lines[line - 1]), "case {} is on a spoiled line", cells[1]);
        assert!(["easy", "marginal", "mimic", "near-miss"].contains(&cells[3]) && (cells[2] == "control") == (cells[3] == "near-miss"), "{row}");
        cases.insert((cells[1].to_owned(), cells[2].to_owned(), cells[3].to_owned()));
    }
    // A case has one kind and one tier.
    let ids: std::collections::BTreeSet<&String> = cases.iter().map(|(id, ..)| id).collect();
    assert_eq!(ids.len(), cases.len());
    assert!(cases.iter().filter(|(_, kind, _)| kind == "control").count() >= 20 && cases.len() >= 60, "{}", cases.len());
}

/// Each AuditEvent of the sample names organisations of the register and a person of the tables.
#[test]
fn the_sample_audit_events_name_the_same_organisations_and_people() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).expect("a sample");
    let (registrations, staff) = (read("samples/tables/registrations.csv"), read("samples/tables/staff.csv"));
    let community = Community::new(2026);
    let mut seen = 0;
    for line in read("samples/log/auditevents.ndjson").lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let identifier = |of: &serde_json::Value| of["identifier"]["value"].as_str().map(str::to_owned).expect("an identifier");
        let agents = event["agent"].as_array().expect("agents");
        assert!(staff.contains(&format!("\n{},", identifier(&agents[0]["who"]))));
        for agent in &agents[1..] {
            let code = identifier(&agent["who"]);
            assert!(community.organisations.iter().any(|m| m.ods == code), "{code}");
        }
        assert!(registrations.contains(&identifier(&event["entity"][0]["what"])));
        seen += 1;
    }
    assert!((55..70).contains(&seen), "{seen}");
}

/// Every number in a sample that could be an NHS number is of the range that is never issued.
#[test]
fn samples_hold_no_number_that_was_ever_issued() {
    let mut seen = 0u32;
    for name in [
        "samples/extract/admissions.csv",
        "samples/log/access-2026-10.csv",
        "samples/log/auditevents.ndjson",
        "samples/tables/staff.csv",
        "samples/tables/registrations.csv",
        "samples/tables/appointments.csv",
        "samples/tables/objections.csv",
        "samples/tables/sealed.csv",
    ] {
        let text = std::fs::read_to_string(root().join(name)).expect(name);
        for token in text.split(|c: char| !c.is_ascii_digit()).filter(|token| token.len() == 10) {
            if let Ok(number) = carepact::identifier::NhsNumber::parse(token) {
                assert_eq!(number.range(), carepact::identifier::NhsRange::Test, "a number of another range in {name}");
                seen += 1;
            }
        }
    }
    assert!(seen > 30_000);
}

/// The invented codes are in no public list of organisations.
#[test]
fn codes_are_nobodys() {
    let Some(folder) = shared("ods") else { return };
    let mut codes: Vec<String> = Community::new(2026).organisations.into_iter().map(|m| m.ods).collect();
    codes.extend(["RZY", "X93001", "X93002", "X93003", "991", "QZ8", log::NO_ORGANISATION].map(str::to_owned));
    let codes: std::collections::BTreeSet<String> = codes.into_iter().collect();
    let mut lists = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("readable");
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines() {
            for cell in line.split(',').map(|cell| cell.trim().trim_matches('"')) {
                assert!(!codes.contains(cell), "{cell} is in {}", path.display());
            }
        }
        lists += 1;
    }
    assert!(lists >= 9);
}

/// The seeded cases are what the audit finds: every case by its kind, no near miss by any.
#[test]
fn the_audit_finds_the_seeded_cases_and_no_near_miss() {
    let folder = tempfile::tempdir().expect("a folder");
    let results = folder.path().join("audit.json");
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_carepact"))
        .current_dir(root())
        .env_remove("CAREPACT_PACK")
        .env_remove("CAREPACT_AS_OF")
        .args(["audit", "samples/log/access-2026-10.csv", "--tables", "samples/tables", "--pack", "policies/greater-manchester", "--as-of", "2026-11-01", "-q"])
        .args(["--profile", "policies/greater-manchester/audit/profiles/shared-record-csv.yaml", "-o"])
        .arg(format!("json:{}", results.display()))
        .output()
        .expect("it runs");
    // Some lines cannot be read: that outranks findings.
    assert_eq!(ran.status.code(), Some(3), "{}", String::from_utf8_lossy(&ran.stderr));
    let results: serde_json::Value = serde_json::from_slice(&std::fs::read(results).expect("results")).expect("JSON");
    let mut found: std::collections::BTreeMap<u64, std::collections::BTreeSet<&str>> = std::collections::BTreeMap::new();
    for finding in results["findings"].as_array().expect("findings") {
        for span in finding["spans"].as_array().expect("spans").iter().filter(|span| span["file"] == "access-2026-10.csv") {
            found.entry(span["line"].as_u64().expect("a line")).or_default().insert(finding["code"].as_str().expect("a code"));
        }
    }
    let key = std::fs::read_to_string(root().join("samples/answer-key.csv")).expect("a sample");
    let mut cases: std::collections::BTreeMap<&str, (&str, bool)> = std::collections::BTreeMap::new();
    for row in key.lines().skip(1) {
        let cells: Vec<&str> = row.splitn(5, ',').collect();
        let here = found.get(&cells[0].parse().expect("a line"));
        let code = match cells[2] {
            "control" => {
                assert_eq!(here, None, "near miss: {row}");
                continue;
            }
            "not-covered" => "AUD-001",
            "category-excess" => "AUD-002",
            "party-or-term" => "AUD-003",
            "unexplained-first-access" => "AUD-004",
            "own-record" => "AUD-005",
            "same-household" => "AUD-006",
            "leaver-account" => "AUD-007",
            "emergency-without-reason" => "AUD-008",
            "volume-against-peers" => "AUD-009",
            "organisation-not-in-register" => "AUD-010",
            "unknown-account" => "AUD-011",
            "repeated-viewing" => "AUD-012",
            other => panic!("{other} is no kind that this version finds"),
        };
        cases.entry(cells[1]).or_insert((cells[2], false)).1 |= here.is_some_and(|codes| codes.contains(code));
    }
    let missed: Vec<_> = cases.iter().filter(|(_, (_, found))| !found).collect();
    assert!(missed.is_empty() && cases.len() >= 40, "{missed:?} of {}", cases.len());
    // Of the unseeded lines, only accesses that nothing explains are reported.
    let seeded: std::collections::BTreeSet<u64> = key.lines().skip(1).filter_map(|row| row.split(',').next()?.parse().ok()).collect();
    for (line, codes) in found.iter().filter(|(line, _)| !seeded.contains(line)) {
        assert_eq!(codes.iter().copied().collect::<Vec<_>>(), ["AUD-004"], "line {line}");
    }
}

/// The command writes what the library makes, never over what is there, and nothing on a dry run.
#[test]
fn the_command_writes_each_file_whole_and_replaces_none_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let synth = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_carepact"));
        command.current_dir(folder.path()).env_remove("CAREPACT_PACK").env_remove("CAREPACT_AS_OF").arg("synth").args(args).output().expect("it runs")
    };
    let names = || {
        let mut names: Vec<String> =
            std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let month = ["log", "--events", "1500", "--seed", "11", "--dirty", "-o", "month"];
    assert_eq!(synth(&[&month[..], &["-n"]].concat()).status.code(), Some(0));
    assert_eq!(synth(&["extract", "--rows", "40", "-o", "x.csv", "-n"]).status.code(), Some(0));
    assert!(names().is_empty(), "{:?}", names());

    assert_eq!(synth(&month).status.code(), Some(0));
    let made = log::write(log::Wanted { events: 1_500, seed: 11, dirty: true }, &Community::new(2026));
    for (name, text) in &made {
        assert!(std::fs::read_to_string(folder.path().join("month").join(name)).expect(name) == *text, "{name}");
    }
    // One of them is there: none is written, and no part is left.
    std::fs::remove_file(folder.path().join("month/tables/staff.csv")).expect("removed");
    let again = synth(&month);
    assert_eq!(again.status.code(), Some(2), "{}", String::from_utf8_lossy(&again.stderr));
    for inner in ["month", "month/log", "month/tables"] {
        for entry in std::fs::read_dir(folder.path().join(inner)).expect("a folder") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            assert!(!name.starts_with(".carepact-") && name != "staff.csv", "{inner}/{name}");
        }
    }
    assert_eq!(synth(&[&month[..], &["--force"]].concat()).status.code(), Some(0));

    assert_eq!(synth(&["extract", "--rows", "40", "--seed", "3", "-o", "x.csv"]).status.code(), Some(0));
    let piped = synth(&["extract", "--rows", "40", "--seed", "3", "-o", "-"]);
    assert!(std::fs::read(folder.path().join("x.csv")).expect("written") == piped.stdout);
}
