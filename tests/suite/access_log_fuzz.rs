//! Every reader against damaged bytes: seeded, bounded by count. Nothing panics, books balance, nothing is lost unsaid.

use std::sync::atomic::AtomicBool;

use carepact::access_log::infer::propose;
use carepact::access_log::profile::Profile;
use carepact::access_log::read::{Books, Log};
use carepact::source::Sources;
use proptest::prelude::*;

use super::access_log::profile;

const CSV: &str = "format: csv\nfields: {time: time, user: user, person: nhs, category: what}\n";
const NDJSON: &str = "format: ndjson\nfields: {time: at, user: who.id, person: whom}\n";

/// A whole log of each format, with what reads it.
fn whole() -> Vec<(Profile, Vec<u8>)> {
    let csv = "time,user,nhs,what\n2026-10-01T10:00:00Z,\"Ng, \"\"R\"\"\",9990000018,a\n2026-10-25T01:30:00,Renée,,b\n\n2026-10-01T10:00:02Z,u3,9990000026,\"c\nd\"\n";
    let ndjson =
        "{\"at\":\"2026-10-01T10:00:00Z\",\"who\":{\"id\":\"u1\"},\"whom\":\"9990000018\"}\n{\"at\":\"2026-10-01T10:00:01Z\",\"who\":{\"id\":\"\\u00e9\"}}\n";
    let event = r#"{"resourceType":"AuditEvent","recorded":"2026-10-01T10:00:00Z","action":"R","outcome":"0","agent":[{"requestor":true,"who":{"identifier":{"value":"u1"}}}],"entity":[{"what":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}}}]}"#;
    let bundle = format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{event}}},{{"resource":{event}}}]}}"#);
    let message = r#"<AuditMessage><EventIdentification EventActionCode="R" EventDateTime="2026-10-01T10:00:00Z" EventOutcomeIndicator="0"><EventID csd-code="110110"/></EventIdentification><ActiveParticipant UserID="u1" UserIsRequestor="true"/><ParticipantObjectIdentification ParticipantObjectID="9990000018" ParticipantObjectTypeCode="1"/></AuditMessage>"#;
    let frame = format!("<85>1 2026-10-01T10:00:00Z host app - IHE+RFC-3881 - {message}");
    let syslog = format!("{} {frame}{} {frame}", frame.len(), frame.len());
    let fhir = Profile::fhir();
    vec![
        (profile(CSV), csv.as_bytes().to_vec()),
        (profile(NDJSON), ndjson.as_bytes().to_vec()),
        (fhir.clone(), format!("{event}\n{event}\n").into_bytes()),
        (fhir.clone(), bundle.into_bytes()),
        (fhir.clone(), message.as_bytes().to_vec()),
        (fhir, syslog.into_bytes()),
    ]
}

/// What is done to bytes: where, in 65,536ths of their length, and what.
#[derive(Clone, Debug)]
enum Damage {
    Byte(u16, u8),
    Cut(u16),
    Out(u16, u16),
    Twice(u16, u16),
    In(u16, Vec<u8>),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let place = any::<u16>;
    // Bytes that mean something to a reader more often than others.
    let byte = || prop_oneof![any::<u8>(), prop::sample::select(b"\"\\,;\t\r\n\0{}[]<>&/='0 \xEF\xBB\xBF\xFF\xFE\x1F\x8B".to_vec())];
    let one = prop_oneof![
        (place(), byte()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        place().prop_map(Damage::Cut),
        (place(), place()).prop_map(|(from, to)| Damage::Out(from, to)),
        (place(), place()).prop_map(|(from, to)| Damage::Twice(from, to)),
        (place(), prop::collection::vec(byte(), 1..6)).prop_map(|(at, bytes)| Damage::In(at, bytes)),
    ];
    prop::collection::vec(one, 1..6)
}

fn damaged(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        let place = |share: u16| usize::from(share) * bytes.len() / 65_536;
        let between = |from: u16, to: u16| place(from.min(to))..place(from.max(to));
        match damage {
            Damage::Byte(at, byte) => {
                let at = place(*at);
                bytes.splice(at..(at + 1).min(bytes.len()), [*byte]);
            }
            Damage::Cut(at) => bytes.truncate(place(*at)),
            Damage::Out(from, to) => drop(bytes.drain(between(*from, *to))),
            Damage::Twice(from, to) => {
                let range = between(*from, *to);
                let again = bytes[range.clone()].to_vec();
                bytes.splice(range.end..range.end, again);
            }
            Damage::In(at, put) => drop(bytes.splice(place(*at)..place(*at), put.iter().copied())),
        }
    }
    bytes
}

fn read(bytes: &[u8], profile: &Profile, threads: usize) -> Result<Log, String> {
    let mut log = Log::default();
    log.add("l", &mut &bytes[..], profile, threads, &AtomicBool::new(false)).map_err(|error| error.to_string())?;
    log.settle();
    Ok(log)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("packs");
    packer.finish().expect("packs")
}

#[test]
fn whole_logs_are_read_whole() {
    for (profile, bytes) in whole() {
        let log = read(&bytes, &profile, 1).expect("readable");
        assert!(log.books[0].tally.quarantined.is_empty() && log.books[0].tally.accepted > 0, "{:#?}", log.books);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_logs_balance_and_say_the_same_by_every_number_of_threads(which in 0..6usize, damages in damages(), packed in 0..8u8) {
        let (profile, bytes) = whole().swap_remove(which);
        // One in eight is damaged while it is packed.
        let bytes = if packed == 0 { damaged(&gzip(&bytes), &damages) } else { damaged(&bytes, &damages) };
        let (one, two) = (read(&bytes, &profile, 1), read(&bytes, &profile, 3));
        match (&one, &two) {
            (Err(one), Err(two)) => prop_assert_eq!(one, two),
            (Ok(one), Ok(two)) => {
                prop_assert!(one.books.iter().all(Books::hold), "{:#?}", one.books);
                prop_assert_eq!(one.books[0].events, one.events.len() as u64);
                prop_assert_eq!(&one.events, &two.events);
                prop_assert_eq!(&one.books[0].tally, &two.books[0].tally);
                let quarantined: u64 = one.books[0].tally.quarantined.values().sum();
                prop_assert_eq!(quarantined, one.quarantined[0].len() as u64, "each record set aside has its place");
                prop_assert_eq!(one.books[0].bytes, bytes.len() as u64, "every byte was looked at");
            }
            _ => prop_assert!(false, "{:?} {:?}", one.err(), two.err()),
        }
    }

    #[test]
    fn a_profile_is_proposed_or_refused_for_any_bytes(which in 0..6usize, damages in damages()) {
        let (_, bytes) = whole().swap_remove(which);
        let bytes = damaged(&bytes, &damages);
        if let Ok(proposal) = propose("l", &bytes, true) {
            let mut sources = Sources::new();
            let file = sources.add("profile.yaml", proposal.yaml.as_str());
            let (profile, findings) = Profile::read(&sources, file);
            if proposal.lacks.is_empty() {
                prop_assert!(profile.is_some() && findings.is_empty(), "what lacks nothing can be used: {findings:#?}\n{}", proposal.yaml);
            }
            prop_assert!(!proposal.yaml.contains("9990000018"), "no value stands in a proposal: {}", proposal.yaml);
        }
    }
}
