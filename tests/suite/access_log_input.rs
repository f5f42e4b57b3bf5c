//! Logs packed, in other encodings, in several files and from standard input, as a person hands them in.

use std::io::Write as _;

use super::run::{Ran, run, run_with_input};

const PROFILE: &str = "format: csv\nfields: {time: time, user: user, person: nhs_number}\n";
const FIRST: &str = "time,user,nhs_number\n2026-10-01T10:00:00Z,Renée,9990000018\n2026-10-01T10:00:01Z,u2,\n";
const SECOND: &str = "2026-10-01T10:00:02Z,u3,\n";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("packs");
    packer.finish().expect("packs")
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("p.yaml"), PROFILE).expect("written");
        Self(dir)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        std::fs::write(self.0.path().join(name), bytes).expect("written");
        self
    }

    fn audit(&self, args: &[&str]) -> Ran {
        let args: Vec<&str> = ["audit"].into_iter().chain(args.iter().copied()).chain(["--format", "json"]).collect();
        run(self.0.path(), &args)
    }
}

/// `records, events` of each input, from the results.
fn balance(ran: &Ran) -> Vec<(String, u64, u64)> {
    let results: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"));
    let rows = results["balance"].as_array().expect("a list");
    rows.iter()
        .map(|row| (row["input"].as_str().expect("a name").to_owned(), row["in"].as_u64().expect("a number"), row["out"].as_u64().expect("a number")))
        .collect()
}

#[test]
fn packed_logs_are_read_whatever_their_name_and_from_standard_input() {
    let desk = Desk::new();
    let whole = format!("{FIRST}{SECOND}");
    // Two members, as log rotation appends them; two frames and a skippable one before them.
    let members = [gzip(FIRST.as_bytes()), gzip(SECOND.as_bytes())].concat();
    let frames = [b"\x50\x2A\x4D\x18\x03\0\0\0abc".to_vec(), zstd(FIRST.as_bytes()), zstd(SECOND.as_bytes())].concat();
    desk.put("plain.csv", whole.as_bytes()).put("one.log", &gzip(whole.as_bytes())).put("two.csv", &members).put("three.bin", &frames);
    let mut told = Vec::new();
    for name in ["plain.csv", "one.log", "two.csv", "three.bin"] {
        let ran = desk.audit(&[name, "--profile", "p.yaml"]);
        assert_eq!(balance(&ran), [(name.to_owned(), 4, 3)], "{ran}");
        told.push(ran.code);
    }
    assert!(told.iter().all(|code| *code == told[0]), "{told:?}");
    for bytes in [whole.as_bytes(), &members, &frames] {
        let ran = run_with_input(desk.0.path(), &["audit", "-", "--profile", "p.yaml", "--format", "json"], bytes);
        assert_eq!(balance(&ran), [("stdin".to_owned(), 4, 3)], "{ran}");
    }
}

#[test]
fn a_packed_log_cut_short_or_damaged_is_refused_in_words() {
    let desk = Desk::new();
    let long = (0..5000).map(|at| format!("2026-10-01T10:00:00Z,u{at},\n")).collect::<Vec<_>>().concat();
    let text = format!("{FIRST}{long}");
    let (gz, zst) = (gzip(text.as_bytes()), zstd(text.as_bytes()));
    let flipped = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 0x40;
        bytes
    };
    let mut not_zstd = zst.clone();
    not_zstd.extend_from_slice(b"and more");
    for (name, bytes, words) in [
        ("cut.gz", gz[..gz.len() / 2].to_vec(), "cut.gz cannot be unpacked: its gzip data ends in the middle, so the file is not whole"),
        ("cut.zst", zst[..zst.len() / 2].to_vec(), "cut.zst cannot be unpacked: its zstd data ends in the middle, so the file is not whole"),
        ("sum.gz", flipped(&gz, gz.len() - 6), "sum.gz cannot be unpacked: its gzip data is damaged"),
        ("tail.zst", not_zstd, "tail.zst cannot be unpacked: its zstd data is damaged"),
    ] {
        desk.put(name, &bytes);
        let ran = desk.audit(&[name, "--profile", "p.yaml"]);
        assert_eq!(ran.code, Some(3), "{ran}");
        assert!(ran.to_string().contains(words) && ran.to_string().contains("nothing of it was counted"), "{ran}");
    }
    // Any other flipped bit is noticed too, or (in a header's name or time) means nothing.
    for at in (0..zst.len()).step_by(zst.len() / 40) {
        desk.put("x", &flipped(&zst, at));
        let ran = desk.audit(&["x", "--profile", "p.yaml"]);
        assert!(matches!(ran.code, Some(0..=3)), "flipped at {at}: {ran}");
    }
}

#[test]
fn utf_16_is_recognised_and_windows_1252_is_said_in_the_profile() {
    let desk = Desk::new();
    let text = format!("{FIRST}{SECOND}");
    let units = |marked: bool| -> Vec<u16> { marked.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).collect() };
    let little: Vec<u8> = units(true).iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units(false).iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let western: Vec<u8> = text.chars().map(|one| u8::try_from(u32::from(one)).expect("western")).collect();
    desk.put("little.csv", &little).put("big.csv.gz", &gzip(&big)).put("west.csv", &western);
    desk.put("west.yaml", format!("encoding: latin1\n{PROFILE}").as_bytes());
    for (name, profile) in [("little.csv", "p.yaml"), ("big.csv.gz", "p.yaml"), ("west.csv", "west.yaml")] {
        let ran = desk.audit(&[name, "--profile", profile]);
        assert_eq!(balance(&ran), [(name.to_owned(), 4, 3)], "{ran}");
    }
    // Not said: the line with the accent is set aside, the run says so and ends with 3.
    let ran = desk.audit(&["west.csv", "--profile", "p.yaml"]);
    assert_eq!((ran.code, balance(&ran)), (Some(3), vec![("west.csv".to_owned(), 4, 2)]), "{ran}");
    assert!(ran.out.contains("not_utf8"), "{ran}");
}

#[test]
fn overlapping_exports_in_several_files_keep_their_books() {
    let desk = Desk::new();
    desk.put("a.csv", FIRST.as_bytes()).put("b.csv.gz", &gzip(format!("{FIRST}{SECOND}not a line\n").as_bytes()));
    let ran = desk.audit(&["a.csv", "b.csv.gz", "--profile", "p.yaml"]);
    assert_eq!(balance(&ran), [("a.csv".to_owned(), 3, 2), ("b.csv.gz".to_owned(), 5, 1)], "{ran}");
    let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(results["balance"][1]["removed"]["duplicates"], 2, "{ran}");
    assert_eq!(results["balance"][1]["quarantined"]["too_few_cells"], 1, "{ran}");
    assert_eq!(ran.code, Some(3), "{ran}");
}

const NDJSON: &str = "\
format: ndjson
fields:
  time: at
  user: actor.id
  role: {column: actor.role, map: {RN: nurse}}
  person: {column: patients, separator: \"|\"}
  category: {column: sections, separator: \";\"}
  emergency: glass
  duration: seconds
  department: site.ward
constants: {system: viewer}
";

#[test]
fn json_lines_are_read_by_a_profile_that_names_members() {
    let desk = Desk::new();
    let lines = [
        r#"{"at":"2026-10-01T10:00:00Z","actor":{"id":"u1","role":"RN"},"patients":["9990000018","9990000026"],"sections":["b","a"],"glass":true,"seconds":12}"#,
        r#"{"at":"2026-10-01T10:00:01Z","actor.id":"u2","patients":"9990000018","glass":null}"#,
        "",
        r#"{"at":"2026-10-01T10:00:02Z","patients":[]}"#,
        r#"{"at":"2026-10-01T10:00:02Z","actor":{"id":["a","b"]}}"#,
        r#"{"at":"2026-10-01T10:00:02Z","actor":{"id":{"a":"b"}}}"#,
        r"[1]",
        r#"{"at":"2026-10-01T10:00:02Z","actor":{"id":"u3"}"#,
    ];
    desk.put("n.yaml", NDJSON.as_bytes()).put("log.ndjson", lines.join("\n").as_bytes());
    let ran = desk.audit(&["log.ndjson", "--profile", "n.yaml"]);
    assert_eq!((ran.code, balance(&ran)), (Some(3), vec![("log.ndjson".to_owned(), 9, 3)]), "{ran}");
    let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        results["balance"][0]["quarantined"],
        serde_json::json!({"no_user": 1, "not_a_single_value": 1, "not_an_object": 1, "not_json": 1, "several_values": 1}),
        "{ran}"
    );
    assert!(ran.err.contains("log.ndjson: no record has the member site.ward that the profile names"), "{ran}");
    // The same lines through a profile for tables: they are not guessed at.
    let ran = desk.audit(&["log.ndjson", "--profile", "p.yaml"]);
    assert_eq!(ran.code, Some(3), "{ran}");
}

#[test]
fn a_table_says_which_fields_each_input_carries() {
    let desk = Desk::new();
    desk.put("p2.yaml", format!("{PROFILE}constants: {{role: nurse}}\n").as_bytes()).put("a.csv", FIRST.as_bytes());
    let atna = r#"<AuditMessage><EventIdentification EventActionCode="R" EventDateTime="2026-10-01T10:00:00Z"><EventID code="110110"/></EventIdentification><ActiveParticipant UserID="x"/></AuditMessage>"#;
    desk.put("b.xml", atna.as_bytes());
    let ran = desk.audit(&["a.csv", "b.xml", "--profile", "p2.yaml"]);
    let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let (one, two) = (&results["data"]["fields"][0], &results["data"]["fields"][1]);
    assert_eq!((&one["carried"]["user"], &one["carried"]["person"], &one["carried"]["reason"]), (&2.into(), &1.into(), &0.into()), "{ran}");
    assert_eq!((one["carried"].get("role"), &one["said_by_the_profile"]), (None, &serde_json::json!(["role"])), "{ran}");
    assert_eq!((&two["carried"]["action"], &two["carried"]["outcome"]), (&1.into(), &0.into()), "{ran}");
    let shown = run(desk.0.path(), &["audit", "a.csv", "b.xml", "--profile", "p2.yaml", "--fields"]);
    assert!(shown.out.contains("What each input carries") && shown.out.contains("person (50%)"), "{shown}");
    let plain = run(desk.0.path(), &["--accessible", "audit", "a.csv", "--profile", "p2.yaml", "--fields"]);
    assert!(plain.out.contains("in some: person (50%)"), "{plain}");
}

#[test]
fn the_clocks_of_two_systems_are_compared_and_neither_is_corrected() {
    let desk = Desk::new();
    desk.put("c.yaml", b"format: csv\nfields: {time: time, user: user, person: nhs_number, system: system, correlation: id}\n");
    let mut log = "time,user,nhs_number,system,id\n".to_owned();
    for at in 0..9 {
        log += &format!("2026-10-01T10:0{at}:00Z,u1,9990000018,viewer,r{at}\n2026-10-01T10:0{at}:{:02}Z,u1,9990000018,archive,r{at}\n", 40 + at % 3);
    }
    desk.put("log.csv", log.as_bytes());
    let ran = desk.audit(&["log.csv", "--profile", "c.yaml"]);
    let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let expected = serde_json::json!([{"systems": ["archive", "viewer"], "pairs": 9, "median_seconds": -41, "spread_seconds": 1}]);
    assert_eq!(results["data"]["clock_skew"], expected, "{ran}");
    assert_eq!(balance(&ran), [("log.csv".to_owned(), 19, 9)], "{ran}");
    let shown = run(desk.0.path(), &["audit", "log.csv", "--profile", "c.yaml", "--fields"]);
    assert!(shown.out.contains("the clock of viewer is 41 seconds behind archive's (the middle of 9 accesses that both wrote down; not corrected)"), "{shown}");
}

#[test]
fn every_event_says_how_sure_its_time_is_on_both_nights_of_a_clock_change() {
    let desk = Desk::new();
    let lines = |times: &[&str]| times.iter().map(|time| format!("{time},u1,\n")).collect::<Vec<_>>().concat();
    let spring = lines(&["2026-03-29T00:59:00", "2026-03-29T01:30:00", "2026-03-29T02:00:00", "2026-03-29T01:30:00+01:00"]);
    let autumn = lines(&["2026-10-25T00:59:00", "2026-10-25T01:50:00", "2026-10-25T01:10:00", "2026-10-25T02:10:00", "2026-10-25T01:30:00Z"]);
    let unsure = lines(&["2026-10-25T01:10:00", "2026-10-25T01:50:00"]);
    for (text, expected, noted) in [
        (spring, serde_json::json!({"local": 2, "skipped_hour": 1, "explicit_offset": 1}), true),
        (autumn, serde_json::json!({"local": 2, "fold_first": 1, "fold_second": 1, "explicit_offset": 1}), false),
        (unsure, serde_json::json!({"fold_unknown": 2}), false),
    ] {
        desk.put("log.csv", format!("time,user,nhs_number\n{text}").as_bytes());
        let ran = desk.audit(&["log.csv", "--profile", "p.yaml"]);
        let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(results["data"]["time_quality"], expected, "{ran}");
        assert_eq!(ran.err.contains("a time lies in the hour that the clocks skip"), noted, "{ran}");
    }
}
