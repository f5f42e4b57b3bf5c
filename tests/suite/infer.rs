//! `audit --infer-profile`: what is proposed can be used, says why, and repeats nobody's data.

use serde_json::Value;

use super::run::{Ran, run, run_with_input};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Proposes into `p.yaml` of a fresh folder that holds `log`.
fn proposed(log: &str) -> (tempfile::TempDir, Ran, String) {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("log"), log).expect("written");
    let ran = run(dir.path(), &["audit", "log", "--infer-profile", "-o", "p.yaml"]);
    let yaml = std::fs::read_to_string(dir.path().join("p.yaml")).unwrap_or_default();
    (dir, ran, yaml)
}

/// In, out, removed and set aside, and by reason, of the only input.
fn books(dir: &std::path::Path, log: &str, profile: &str) -> (Value, Value, Value, u64) {
    let ran = run(dir, &["audit", log, "--profile", profile, "--format", "json"]);
    let results: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"));
    let row = &results["balance"][0];
    let aside = row["quarantined"].as_object().into_iter().flatten().filter_map(|(_, number)| number.as_u64()).sum();
    (row["in"].clone(), row["out"].clone(), row["removed"].clone(), aside)
}

#[test]
fn the_profile_proposed_for_the_generators_log_keeps_the_books_that_the_shipped_one_keeps() {
    let dir = tempfile::tempdir().expect("a folder");
    let pack = format!("{ROOT}/policies/greater-manchester");
    let shipped = format!("{pack}/audit/profiles/shared-record-csv.yaml");
    for (folder, dirty) in [("clean", &[][..]), ("dirty", &["--dirty"])] {
        let args = ["synth", "log", "--seed", "7", "--events", "2500", "--pack", &pack, "-o", folder];
        let made = run(dir.path(), &[&args[..], dirty].concat());
        let log = format!("{folder}/log/access-2026-10.csv");
        assert!(dir.path().join(&log).exists(), "{made}");
        let proposal = format!("{folder}.yaml");
        let ran = run(dir.path(), &["audit", &log, "--infer-profile", "-o", &proposal]);
        assert_eq!(ran.code, Some(0), "{ran}");
        let (ours, theirs) = (books(dir.path(), &log, &proposal), books(dir.path(), &log, &shipped));
        assert_eq!(ours, theirs);
        assert_eq!(ours.3 > 0, folder == "dirty", "{ours:?}");
    }

    // Every field that the shipped profile has is found, in the same column.
    let yaml = std::fs::read_to_string(dir.path().join("dirty.yaml")).expect("written");
    for (field, column) in [("time", "time"), ("person", "nhs_number"), ("correlation", "request_id"), ("emergency", "emergency"), ("source", "source")] {
        assert!(yaml.contains(&format!("  {field}: {column}\n")), "{field}\n{yaml}");
    }
    assert!(yaml.contains("pass the check of an NHS number") && yaml.contains("map: {SYS: system}"), "{yaml}");
    assert!(!yaml.contains("99900") && !yaml.contains("u10"), "a value of the log: {yaml}");
}

#[test]
fn an_export_in_other_words_is_mapped_by_names_and_values_and_the_rest_is_left_out_and_said() {
    let mut log = "Opened At;Login;Subject Number;Job Role;Verb;BTG;BreakGlassReason;Colour;Status\n".to_owned();
    for at in 1..=28 {
        log += &format!(
            "{at:02}/10/2026 09:30;smith.j;{};RN;Viewed;{};asked by Mrs Jones;teal;perhaps\n",
            ["9990000018", "9990000026"][at % 2],
            if at == 3 { "BTG" } else { "N" }
        );
    }
    let (dir, ran, yaml) = proposed(&log);
    assert_eq!(ran.code, Some(0), "{ran}\n{yaml}");
    for line in [
        "delimiter: \";\"",
        "  time: {column: \"Opened At\", date: \"%d/%m/%Y %H:%M\"}",
        "  user: Login",
        "  person: \"Subject Number\"",
        "  role: \"Job Role\"",
        "  action: {column: Verb, map: {Viewed: view}}",
        "  emergency: {column: BTG, map: {BTG: \"yes\"}}",
        "  reason: BreakGlassReason",
        "# Not used: Colour, Status.",
        "# Status looks like `outcome`, but 28 of its 28 values are no words for an outcome that carepact knows.",
        "# With it, 28 of these records are read and none is set aside.",
        "the day first",
    ] {
        assert!(yaml.contains(line), "{line}\n{yaml}");
    }
    for value in ["smith", "Jones", "teal", "perhaps", "99900", "RN"] {
        assert!(!yaml.contains(value) && !ran.err.contains(value), "{value}\n{yaml}");
    }
    assert_eq!(books(dir.path(), "log", "p.yaml"), (29.into(), 28.into(), serde_json::json!({"headers": 1}), 0));
}

#[test]
fn days_and_months_that_look_alike_are_asked_about_and_not_guessed() {
    let log = "when,user,nhs_number\n03/04/2026 09:30:00,u1,9990000018\n04/05/2026 10:00:00,u2,\n";
    let (dir, ran, yaml) = proposed(log);
    assert_eq!(ran.code, Some(3), "{ran}");
    assert!(ran.err.contains("the dates of when can be read with the day first and with the month first alike (`time`)"), "{ran}");
    // Not usable until a person has taken one of the two lines.
    let audited = run(dir.path(), &["audit", "log", "--profile", "p.yaml"]);
    assert_eq!(audited.code, Some(2), "{audited}");
    for (pattern, first) in [("%d/%m/%Y %H:%M:%S", "2026-04-03"), ("%m/%d/%Y %H:%M:%S", "2026-03-04")] {
        let line = format!("  # time: {{column: when, date: \"{pattern}\"}}");
        assert!(yaml.contains(&line), "{yaml}");
        std::fs::write(dir.path().join("q.yaml"), yaml.replace(&line, &line.replace("# ", ""))).expect("written");
        let audited = run(dir.path(), &["audit", "log", "--profile", "q.yaml"]);
        assert!(audited.out.contains(first), "{audited}");
    }
    // One day above the twelfth settles it for the whole file.
    let (_, ran, yaml) = proposed(&log.replace("03/04", "03/14"));
    assert!(ran.code == Some(0) && yaml.contains("date: \"%m/%d/%Y %H:%M:%S\"") && yaml.contains("the month first"), "{ran}\n{yaml}");
}

#[test]
fn json_lines_packed_and_other_encodings_are_looked_at_too() {
    let line = |at: u32| {
        format!(
            r#"{{"at":{{"time":"2026-10-01T10:{at:02}:00Z"}},"actor":{{"id":"u{at}"}},"patients":["9990000018","9990000026"],"sections":["meds"],"9990000034":{{"seen":true}}}}"#
        )
    };
    let log: String = (0..20).map(|at| line(at) + "\n").collect();
    let (dir, ran, yaml) = proposed(&log);
    assert_eq!(ran.code, Some(0), "{ran}\n{yaml}");
    for part in ["format: ndjson", "  time: \"at.time\"", "  user: \"actor.id\"", "  person: {column: patients, separator: \"|\"}", "all with an offset"] {
        assert!(yaml.contains(part), "{part}\n{yaml}");
    }
    // A member that is named by somebody's number is no name of a field.
    assert!(!yaml.contains("99900"), "{yaml}");
    assert_eq!(books(dir.path(), "log", "p.yaml").1, 40);

    let western: Vec<u8> = "time,user\n2026-10-01T10:00:00Z,Ren\u{e9}e\n".chars().map(|one| u8::try_from(u32::from(one)).expect("western")).collect();
    let ran = run_with_input(dir.path(), &["audit", "-", "--infer-profile"], &western);
    assert!(ran.code == Some(0) && ran.out.contains("encoding: windows-1252") && !ran.out.contains("Ren"), "{ran}");
    let wide: Vec<u8> = "\u{feff}time\tuser\r\n2026-10-01T10:00:00Z\tu1\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ran = run_with_input(dir.path(), &["audit", "-", "--infer-profile"], &wide);
    assert!(ran.code == Some(0) && ran.out.contains("delimiter: tab") && ran.out.contains("encoding: utf-16"), "{ran}");
    std::fs::write(dir.path().join("w.yaml"), &ran.out).expect("written");
    let ran = run_with_input(dir.path(), &["audit", "-", "--profile", "w.yaml"], &wide);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn a_standards_log_needs_no_columns_and_what_is_no_log_gets_no_proposal() {
    let event = r#"{"resourceType":"AuditEvent","recorded":"2026-10-01T10:00:00Z","agent":[{"who":{"identifier":{"value":"u1"}},"requestor":true}]}"#;
    let (dir, ran, yaml) = proposed(event);
    assert!(ran.code == Some(0) && yaml.contains("format: fhir") && !yaml.contains("u1"), "{ran}\n{yaml}");
    assert_eq!(books(dir.path(), "log", "p.yaml").1, 1);
    for (log, why) in [
        ("", "it has no record to look at"),
        ("time,user\n", "it has no record to look at"),
        ("just words\nand more\n", "its lines are no table"),
        ("time,user,user\n2026-10-01T10:00:00Z,u1,u2\n", "the header has the column user twice"),
        ("2026-10-01T10:00:00Z,secret,9990000018\n2026-10-01T10:00:00Z,secret,9990000018\n", "its first line looks like a record"),
    ] {
        let (_, ran, yaml) = proposed(log);
        assert_eq!((ran.code, &*yaml), (Some(3), ""), "{log}: {ran}");
        assert!(ran.err.contains(why) && !ran.err.contains("secret") && !ran.err.contains("99900"), "{log}: {ran}");
    }
    // Nothing says who looked: proposed with what is there, and said.
    let (_, ran, yaml) = proposed("time,nhs_number\n2026-10-01T10:00:00Z,9990000018\n");
    assert!(ran.code == Some(3) && yaml.contains("# user: COLUMN") && ran.err.contains("no column was found that says who looked (`user`)"), "{ran}\n{yaml}");
    // A column of mangled numbers is not taken for ids of the log's own.
    let (_, _, yaml) = proposed("time,user,nhs_number\n2026-10-01T10:00:00Z,u1,9.99E+09\n2026-10-01T10:00:01Z,u1,9.99E+09\n");
    assert!(yaml.contains("# \"nhs_number\" looks like") || yaml.contains("# nhs_number looks like `person`, but 2 of its 2 values do not pass"), "{yaml}");
}

#[test]
fn what_a_proposal_cannot_be_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("log"), "time,user\n2026-10-01T10:00:00Z,u1\n").expect("written");
    for args in [
        &["audit", "log", "log", "--infer-profile"][..],
        &["audit", "log", "--infer-profile", "--profile", "p.yaml"],
        &["audit", "log", "--infer-profile", "--format", "json"],
    ] {
        assert_eq!(run(dir.path(), args).code, Some(2), "{args:?}");
    }
    std::fs::write(dir.path().join("p.yaml"), "mine").expect("written");
    let ran = run(dir.path(), &["audit", "log", "--infer-profile", "-o", "p.yaml"]);
    assert_eq!((ran.code, std::fs::read_to_string(dir.path().join("p.yaml")).expect("there")), (Some(2), "mine".to_owned()), "{ran}");
}
