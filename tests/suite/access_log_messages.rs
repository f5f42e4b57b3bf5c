//! Audit messages in XML and in syslog frames; every file of the shared examples read or set aside with a reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use carepact::access_log::event::{Action, Emergency};
use carepact::access_log::profile::Profile;
use carepact::access_log::read::{Books, Log};

use super::shared::shared;

fn read(bytes: &[u8]) -> Log {
    let mut log = Log::default();
    log.add("l", &mut &bytes[..], &Profile::fhir(), 1, &AtomicBool::new(false)).expect("readable");
    log.settle();
    assert!(log.books.iter().all(Books::hold), "{:#?}", log.books);
    log
}

fn reasons(log: &Log) -> Vec<(u32, &'static str)> {
    log.quarantined.iter().flatten().map(|one| (one.line, one.reason)).collect()
}

/// Every file below a folder, in order.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn every_shared_file_is_read_or_set_aside_with_a_reason() {
    let Some(dir) = shared("audit") else { return };
    let mut read_whole = 0;
    let mut set_aside: BTreeMap<&str, usize> = BTreeMap::new();
    let mut log = Log::default();
    for path in files(&dir) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("readable");
        if name == "atna2fhir.map" {
            // A script, no log: it is taken for a table, which nobody reads without a profile.
            assert_eq!(carepact::access_log::read::sniff(&bytes), carepact::access_log::profile::Format::Csv);
            *set_aside.entry("a table without a profile").or_default() += 1;
            continue;
        }
        log.add(&name, &mut &bytes[..], &Profile::fhir(), 2, &AtomicBool::new(false)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let quarantined = log.quarantined.last().expect("a file");
        if quarantined.is_empty() {
            read_whole += 1;
        }
        for one in quarantined {
            *set_aside.entry(one.reason).or_default() += 1;
        }
    }
    log.settle();
    for books in &log.books {
        assert!(books.hold(), "{books:#?}");
    }
    let sum = |of: fn(&Books) -> u64| log.books.iter().map(of).sum::<u64>();
    assert_eq!(sum(|books| books.events), log.events.len() as u64);
    assert_eq!(
        set_aside,
        // A schema and a script beside the messages, and the resources beside the AuditEvents.
        BTreeMap::from([("a table without a profile", 1), ("not_an_audit_event", 6), ("not_an_audit_message", 1)])
    );
    assert_eq!(read_whole, files(&dir).len() - 8);
    // The single files and the NDJSON of a folder are the same events. They differ in blanks, which no byte digest looks past.
    assert_eq!(sum(|books| books.tally.records), 46 * 2 + 9 * 2 + 8 * 4 + 6 + 22 + 1 + 3);
}

#[test]
fn the_ihe_messages_say_what_they_say_in_both_styles() {
    let Some(dir) = shared("audit/atna_xml_ipf") else { return };
    let one = |name: &str| read(&std::fs::read(dir.join(name)).expect("readable"));
    let log = one("atna-record-1.xml");
    let event = log.events[0];
    assert_eq!((log.symbols.text(event.user), log.symbols.text(event.system), event.human), ("smitty@readingroom.hospital.org", "ReadingRoom", true));
    assert_eq!((event.action, event.person.is_nobody(), log.symbols.text(event.category)), (Action::Amend, false, "110180"));
    let log = one("pdqv3.xml");
    assert_eq!((log.events[0].action, log.events[0].human), (Action::Search, false), "a query between systems");
    let log = one("xpidsource.xml");
    assert_eq!(log.books[0].tally.split, 3, "four patients in one message");
    assert_eq!(one("start.xml").events[0].action, Action::System);
}

#[test]
fn the_syslog_frames_hold_three_messages() {
    let Some(path) = shared("audit/syslog/openhim_atna_syslog_messages.txt") else { return };
    let bytes = std::fs::read(path).expect("readable");
    let log = read(&bytes);
    assert_eq!((log.books[0].tally.records, reasons(&log)), (3, vec![]));
    let logins: Vec<&str> = log.events.iter().filter(|event| event.action == Action::Login).map(|event| log.symbols.text(event.user)).collect();
    assert_eq!(logins, ["farley.granger@wb.com"; 2]);
    // The same frames without their lengths, with wrong ones, and one straight after the other.
    let text = String::from_utf8(bytes.clone()).expect("text");
    let bare: String = text.replace("2124 <85>", "<85>").replace("\n954 <85>", "\n<85>").replace("\n904 <85>", "\n<85>");
    let wrong: String = text.replace("2124 <85>", "1999 <85>").replace("\n954 <85>", "\n999999 <85>");
    let tight: String = text.replace("\n954 <85>", "954 <85>").replace("\n904 <85>", "904 <85>");
    for other in [bare, wrong, tight] {
        assert_eq!(read(other.as_bytes()).events.len(), 3, "{other}");
    }
}

#[test]
fn the_uk_core_event_in_xml_is_the_event_it_would_be_in_json() {
    let Some(path) = shared("audit/UKCore-AuditEvent-Query-Example.xml") else { return };
    let log = read(&std::fs::read(path).expect("readable"));
    let json = r#"{"resourceType":"AuditEvent","type":{"code":"110112"},"subtype":[{"code":"search"}],"recorded":"2020-12-10T13:10:00+00:00",
        "agent":[{"role":[{"coding":[{"code":"RESPRSN"}]}],"who":{"reference":"Practitioner/UKCore-Practitioner-DoctorPaulRastall-Example"},"requestor":true}],
        "source":{"observer":{"reference":"Practitioner/UKCore-Practitioner-DoctorPaulRastall-Example"}},
        "entity":[{"what":{"reference":"Patient/UKCore-Patient-RichardSmith-Example"},"type":{"code":"Patient"}}]}"#;
    let same = read(json.as_bytes());
    let told = |log: &Log| {
        let event = log.events[0];
        let text = |symbol| log.symbols.text(symbol).to_owned();
        (event.at, text(event.user), text(event.role), text(event.system), event.action, event.person.expose_canonical(&log.symbols))
    };
    assert_eq!(told(&log), told(&same));
    assert_eq!(log.events[0].action, Action::Search);
}

fn message(user: &str, code: &str, inside: &str) -> String {
    format!(
        r#"<AuditMessage><EventIdentification EventActionCode="R" EventDateTime="2026-10-01T10:00:00.1234567" EventOutcomeIndicator="0"><EventID {code}="110110"/>{inside}</EventIdentification><ActiveParticipant UserID="{user}" UserIsRequestor="true"><RoleIDCode {code}="RN"/></ActiveParticipant><ParticipantObjectIdentification ParticipantObjectID="9990000018^^^&amp;2.16.840.1.113883.2.1.4.1&amp;ISO" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1"/></AuditMessage>"#
    )
}

#[test]
fn many_messages_in_one_file_and_a_broken_one_costs_itself_only() {
    let good = |user: &str| message(user, "csd-code", "");
    let text = format!(
        "<?xml version=\"1.0\"?>\n<Messages>\n<!-- <AuditMessage> in a comment is none -->\n{}\n{}\n<AuditMessage><EventID>\n{}\n{}\nlost words\n<AuditMessage/>\n{}\n{}\n</Messages>\n",
        good("a"),
        message("b", "code", r#"<PurposeOfUse csd-code="BTG"/>"#),
        good("c"),
        good("d").replace("&amp;ISO", "&entity;"),
        good("e").replace("9990000018", "9990000012"),
        good("f").replace("</EventIdentification>", ""),
    );
    let log = read(text.as_bytes());
    assert_eq!(
        reasons(&log),
        [
            (6, "message_not_closed"),
            (8, "xml_entity_refused"),
            (8, "text_outside_a_message"),
            (10, "no_event_identification"),
            (11, "nhs_number_check_digit"),
            (12, "not_xml")
        ]
    );
    let users: Vec<&str> = log.events.iter().map(|event| log.symbols.text(event.user)).collect();
    assert_eq!(users, ["a", "b", "c"]);
    assert_eq!(log.events.iter().filter(|event| event.emergency == Emergency::Yes).count(), 1);
    assert!(log.events.iter().all(|event| log.symbols.text(event.role) == "RN" && event.action == Action::View));
}

#[test]
fn a_document_type_is_refused_with_everything_below_it() {
    let text = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE m [<!ENTITY a \"&b;&b;\"><!ENTITY b \"boom\">]>\n<m>{0}{0}</m><?xml version=\"1.0\"?>{0}",
        message("a", "code", "")
    );
    let log = read(text.as_bytes());
    assert_eq!(reasons(&log), [(2, "xml_document_type_refused"), (2, "xml_document_type_refused")]);
    assert_eq!(log.events.len(), 1);
}

#[test]
fn a_bundle_in_xml_keeps_books_of_every_resource() {
    let event = r#"<AuditEvent xmlns="http://hl7.org/fhir"><recorded value="2026-10-01T10:00:00Z"/><agent><who><identifier><value value="u1"/></identifier></who><requestor value="true"/></agent></AuditEvent>"#;
    let text = format!(
        "<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource><Patient><id value=\"p\"/></Patient></resource></entry>\n<entry><resource>{event}</resource></entry><entry><resource>\n{event}</resource></entry></Bundle>"
    );
    let log = read(text.as_bytes());
    assert_eq!((log.books[0].tally.records, reasons(&log), log.books[0].duplicates), (3, vec![(1, "not_an_audit_event")], 1));
}

#[test]
fn syslog_of_other_programs_is_counted_and_set_aside() {
    let text = format!(
        "\u{FEFF}<34>1 2026-10-01T10:00:00Z host su - ID47 - BOM'su root' failed\n<85>1 2026-10-01T10:00:00Z host a - IHE+DICOM - \u{FEFF}{}\n<85>Oct  1 10:00:00 host a: {}\n",
        message("a", "csd-code", "\n\n"),
        message("b", "code", "")
    );
    let log = read(text.as_bytes());
    assert_eq!((reasons(&log), log.events.len()), (vec![(1, "no_audit_message")], 2));
    assert_eq!(log.events.iter().map(|event| event.line).collect::<Vec<_>>(), [2, 5]);
}
