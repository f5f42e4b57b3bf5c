//! Logs read: real FHIR examples, CSV with everything that goes wrong, and the books.

use std::sync::atomic::AtomicBool;

use carepact::access_log::event::Action;
use carepact::access_log::profile::Profile;
use carepact::access_log::read::{Books, Log};
use carepact::source::Sources;

use super::shared::shared;

pub(crate) fn profile(text: &str) -> Profile {
    let mut sources = Sources::new();
    let file = sources.add("profile.yaml", text);
    let (profile, findings) = Profile::read(&sources, file);
    assert!(findings.is_empty(), "{findings:#?}");
    profile.expect("a profile")
}

fn read(profile: &Profile, files: &[&[u8]], threads: usize) -> Log {
    let mut log = Log::default();
    for (index, bytes) in files.iter().enumerate() {
        log.add(&format!("log-{index}"), &mut &bytes[..], profile, threads, &AtomicBool::new(false)).expect("readable");
    }
    log.settle();
    assert!(log.books.iter().all(Books::hold), "{:#?}", log.books);
    log
}

fn quarantined(log: &Log) -> Vec<(u32, &'static str)> {
    log.quarantined.iter().flatten().map(|one| (one.line, one.reason)).collect()
}

#[test]
fn every_balp_example_is_read_and_client_and_server_are_one_access() {
    let Some(path) = shared("audit/fhir_r4_balp/balp_auditevents.ndjson") else { return };
    let bytes = std::fs::read(path).expect("readable");
    let log = read(&Profile::fhir(), &[&bytes], 1);
    let books = &log.books[0];
    assert_eq!((books.tally.records, books.tally.accepted, quarantined(&log)), (46, 46, vec![]));
    // Six share request ids: two queries are one access, five reads are one access.
    assert_eq!((books.folded, books.duplicates), (5, 0));
    assert_eq!(log.events.len() as u64 + books.folded, 46 + books.tally.split);
    assert_eq!(log.events.iter().filter(|event| event.person.is_nobody()).count(), 10);
    assert!(log.events.iter().any(|event| !event.human), "a read by a machine alone is no person looking");
    assert!(log.events.iter().any(|event| event.action == Action::Search && !event.person.is_nobody()));
}

#[test]
fn the_specifications_examples_of_three_versions_are_read_by_their_fields() {
    for (folder, records, exports) in [("fhir_r4_spec", 9, 2), ("fhir_stu3_spec", 8, 2), ("fhir_dstu2_spec", 8, 2)] {
        let Some(dir) = shared(&format!("audit/{folder}")) else { return };
        let bytes = std::fs::read(dir.join("auditevents.ndjson")).expect("readable");
        let log = read(&Profile::fhir(), &[&bytes], 1);
        assert_eq!((log.books[0].tally.records, log.books[0].tally.accepted), (records, records), "{folder}: {:?}", quarantined(&log));
        let count = |action| log.events.iter().filter(|event| event.action == action).count();
        assert_eq!((count(Action::Login), count(Action::Logout), count(Action::Export)), (1, 1, exports), "{folder}");
        let users: std::collections::BTreeSet<&str> = log.events.iter().filter(|event| event.human).map(|event| log.symbols.text(event.user)).collect();
        assert!(users.contains("95"), "{folder}: {users:?}");
    }
}

#[test]
fn every_single_json_file_is_read_or_quarantined_with_a_reason() {
    for folder in ["fhir_r4_balp", "fhir_r4_spec", "fhir_stu3_spec", "fhir_dstu2_spec"] {
        let Some(dir) = shared(&format!("audit/{folder}")) else { return };
        for entry in std::fs::read_dir(dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let log = read(&Profile::fhir(), &[&std::fs::read(&path).expect("readable")], 1);
            let is_event = path.file_name().and_then(|name| name.to_str()).expect("a name").starts_with("AuditEvent");
            let reasons = quarantined(&log);
            if is_event { assert_eq!(reasons, [], "{}", path.display()) } else { assert_eq!(reasons, [(1, "not_an_audit_event")], "{}", path.display()) }
        }
    }
}

const PROFILE: &str = "\
format: csv
fields:
  time: time
  user: user
  role: {column: role, map: {NR1: nurse}}
  person: nhs_number
  emergency: emergency
  correlation: request_id
";
const HEADER: &str = "time,user,role,nhs_number,emergency,request_id\n";

#[test]
fn a_log_with_forty_bad_lines_balances_and_never_shows_a_line() {
    let bad = [
        ("2026-10-01T10:00:00Z,u1,NR1\n", "too_few_cells"),
        ("2026-10-01T10:00:00Z,u1,NR1,9990000018,no,r1,x\n", "too_many_cells"),
        ("2026-10-01T10:00:00Z,,NR1,9990000018,no,r1\n", "no_user"),
        ("01/10/2026 10:00,u1,NR1,9990000018,no,r1\n", "time_with_slashes"),
        ("2026-10-01T10:00:00Z,u1,NR1,100000002,no,r1\n", "nhs_number_lost_leading_zero"),
        ("2026-10-01T10:00:00Z,u1,NR1,9990000012,no,r1\n", "nhs_number_check_digit"),
        ("2026-10-01T10:00:00Z,u1,NR1,2222222222,no,r1\n", "nhs_number_repeated_digit"),
        ("2026-10-01T10:00:00Z,u1,NR1,9.99E+09,no,r1\n", "nhs_number_scientific_notation"),
        ("2026-10-01T10:00:00Z,u1,NR1,9990000018,perhaps,r1\n", "emergency_not_understood"),
        ("2026-10-01T10:00:00Z,u\u{0}1,NR1,9990000018,no,r1\n", "zero_byte"),
    ];
    let mut text = HEADER.to_owned();
    let mut expected = Vec::new();
    for _ in 0..4 {
        for (line, reason) in bad {
            text.push_str(line);
            expected.push((u32::try_from(text.lines().count()).expect("small"), reason));
            text.push_str("2026-10-01T10:00:00Z,u1,NR1,,no,\n");
        }
    }
    // A zero byte early in the file is refused as no text; here it comes behind 1 MiB of good lines.
    let filler = (0..40_000).map(|at| format!("2026-10-01T10:00:{:02}Z,u{at},NR1,,no,\n", at % 60)).collect::<Vec<_>>().concat();
    let lines = u32::try_from(filler.lines().count()).expect("small");
    let text = format!("{HEADER}{filler}{}", &text[HEADER.len()..]);
    let log = read(&profile(PROFILE), &[text.as_bytes()], 2);
    let shifted: Vec<(u32, &str)> = expected.iter().map(|(line, reason)| (line + lines, *reason)).collect();
    assert_eq!(quarantined(&log), shifted);
    assert_eq!(log.books[0].tally.quarantined.values().sum::<u64>(), 40);
    assert_eq!(log.books[0].duplicates, 39, "forty equal good lines are one access");
}

#[test]
fn bom_crlf_blank_lines_quotes_and_a_header_in_the_middle() {
    let text = "\u{FEFF}time,user,role,nhs_number,emergency,request_id\r\n\r\n2026-10-01T10:00:00Z,\"u \"\"1\"\"\nnight\",NR1,,no,\r\ntime,user,role,nhs_number,emergency,request_id\r\n2026-10-01T11:00:00Z,u2,XX,,yes,";
    let log = read(&profile(PROFILE), &[text.as_bytes()], 1);
    let tally = &log.books[0].tally;
    assert_eq!((tally.records, tally.accepted, tally.blank, tally.headers), (5, 2, 1, 2));
    let found: Vec<(&str, &str, u32)> = log.events.iter().map(|event| (log.symbols.text(event.user), log.symbols.text(event.role), event.line)).collect();
    assert_eq!(found, [("u \"1\"\nnight", "nurse", 3), ("u2", "XX", 6)]);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line() {
    let text = format!(
        "{HEADER}2026-10-01T10:00:00Z,\"u1,NR1,,no,\n2026-10-01T10:00:01Z,u2,NR1,,no,\n2026-10-01T10:00:02Z,\"u3\",NR1,,no,\n2026-10-01T10:00:03Z,u4,NR1,,no,\"\n"
    );
    let log = read(&profile(PROFILE), &[text.as_bytes()], 1);
    assert_eq!(quarantined(&log), [(2, "quote_not_closed"), (5, "quote_not_closed")]);
    assert_eq!(log.events.len(), 2);
}

#[test]
fn a_line_without_end_does_not_fill_the_memory_and_the_rest_is_read() {
    let mut text = HEADER.as_bytes().to_vec();
    text.extend(std::iter::repeat_n(b'x', 3 << 20));
    text.extend_from_slice(b"\n2026-10-01T10:00:01Z,u2,NR1,,no,\n");
    let log = read(&profile(PROFILE), &[&text], 2);
    assert_eq!(log.events.len(), 1);
    assert!(quarantined(&log).iter().any(|(_, reason)| *reason == "line_too_long"));
}

#[test]
fn what_is_no_utf8_text_is_refused_in_words() {
    let refusal = |bytes: &[u8]| Log::default().add("l", &mut &bytes[..], &profile(PROFILE), 1, &AtomicBool::new(false)).expect_err("refused").to_string();
    assert!(refusal(b"time\0,user\0").contains("zero bytes"));
    assert!(refusal(b"time;user;role;nhs_number;emergency;request_id\n").contains("semicolons"));
    assert!(refusal(b"").contains("empty"));
    assert!(refusal(b"time,user,user,role,nhs_number,emergency,request_id\n").contains("twice"));
}

#[test]
fn a_line_that_is_not_utf8_is_quarantined_and_the_rest_is_read() {
    let mut text = HEADER.as_bytes().to_vec();
    text.extend_from_slice(b"2026-10-01T10:00:00Z,Ren\xE9e,NR1,,no,\n2026-10-01T10:00:01Z,u2,NR1,,no,\n");
    let log = read(&profile(PROFILE), &[&text], 1);
    assert_eq!(quarantined(&log), [(2, "not_utf8")]);
    assert_eq!(log.events.len(), 1);
}

#[test]
fn overlapping_exports_are_counted_once_and_one_request_twice_written_is_one_access() {
    let one = format!("{HEADER}2026-10-01T10:00:00Z,u1,NR1,,no,a\n2026-10-01T10:00:03Z,u1,NR1,,no,a\n2026-10-01T10:05:00Z,u2,NR1,,no,a\n");
    let two = format!("{HEADER}2026-10-01T10:00:00Z,u1,NR1,,no,a\n2026-10-01T12:00:00Z,u1,NR1,,no,a\n");
    let log = read(&profile(PROFILE), &[one.as_bytes(), two.as_bytes()], 1);
    assert_eq!((log.books[0].folded, log.books[0].duplicates, log.books[1].duplicates, log.events.len()), (1, 0, 1, 3));
}

#[test]
fn ndjson_lines_that_are_no_audit_events_are_quarantined_by_line() {
    let event = |who: &str, extra: &str| {
        format!(
            r#"{{"resourceType":"AuditEvent","type":{{"code":"rest"}},"action":"R","recorded":"2026-10-01T10:00:00Z","agent":[{{"requestor":true,"who":{{"identifier":{{"value":"{who}"}}}}}}]{extra}}}"#
        )
    };
    let two_people = r#","entity":[{"what":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}},"role":{"code":"1"}},{"what":{"reference":"Patient/b"},"role":{"code":"1"}}]"#;
    let wrong = r#","entity":[{"what":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000012"}},"role":{"code":"1"}}]"#;
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let lines = [
        event("a", ""),
        String::new(),
        "{not json".to_owned(),
        r#"{"resourceType":"Patient"}"#.to_owned(),
        "[1]".to_owned(),
        event("b", two_people),
        event("c", wrong),
        deep,
        event("d", "").replace("recorded", "recordid"),
        event("e", "").replace("agent", "agents"),
    ];
    let text = lines.join("\n");
    let log = read(&Profile::fhir(), &[text.as_bytes()], 1);
    assert_eq!(
        quarantined(&log),
        [
            (3, "not_json"),
            (4, "not_an_audit_event"),
            (5, "not_a_fhir_resource"),
            (7, "nhs_number_check_digit"),
            (8, "not_json"),
            (9, "no_time"),
            (10, "no_agent")
        ]
    );
    assert_eq!((log.books[0].tally.records, log.books[0].tally.blank, log.books[0].tally.split, log.events.len()), (10, 1, 1, 3));
    let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{}}},{{"resource":{}}},{{}}]}}"#, lines[0], lines[5]);
    let log = read(&Profile::fhir(), &[bundle.as_bytes()], 1);
    assert_eq!((log.books[0].tally.records, log.events.len(), quarantined(&log)), (3, 3, vec![(3, "not_a_fhir_resource")]));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Whatever the bytes, nothing panics, the books hold, and threads and block borders change nothing.
        #[test]
        fn any_bytes_balance(pieces in prop::collection::vec(prop::sample::select(vec![
            "2026-10-01T10:00:00Z,u1,NR1,,no,", "\"", "\"\"", ",", "\n", "\r\n", "\n\n", "u2", "2026-10-01T10:00:00Z", "é", "time,user,role,nhs_number,emergency,request_id", "\u{0}x"
        ]), 0..60)) {
            let text = format!("{HEADER}{}", pieces.concat());
            prop_assume!(!text.contains('\u{0}'));
            let log = read(&profile(PROFILE), &[text.as_bytes()], 1);
            // Read in drips of a few bytes, with several threads.
            struct Drip<'b>(&'b [u8]);
            impl std::io::Read for Drip<'_> {
                fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                    let take = self.0.len().min(7).min(out.len());
                    out[..take].copy_from_slice(&self.0[..take]);
                    self.0 = &self.0[take..];
                    Ok(take)
                }
            }
            let mut again = Log::default();
            again.add("log-0", &mut Drip(text.as_bytes()), &profile(PROFILE), 3, &AtomicBool::new(false)).expect("readable");
            again.settle();
            prop_assert_eq!(&again.books, &log.books);
            prop_assert_eq!(&again.events, &log.events);
        }

        #[test]
        fn any_json_like_bytes_balance(pieces in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", "\"resourceType\":\"AuditEvent\"", "\"agent\":[{\"requestor\":true}]", "\"recorded\":\"2026-10-01T10:00:00Z\"", ",", "\n", "\"entity\":{\"query\":\"AAAA\"}", "\"type\":{\"code\":{}}", "1"
        ]), 1..40)) {
            let text = pieces.concat();
            let mut log = Log::default();
            if log.add("l", &mut text.as_bytes(), &Profile::fhir(), 1, &AtomicBool::new(false)).is_ok() {
                log.settle();
                prop_assert!(log.books.iter().all(Books::hold));
            }
        }
    }
}
