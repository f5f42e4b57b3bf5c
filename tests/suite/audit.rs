//! The audit on a small pack and tables: both answers, every detector with a control that must stay silent, and what
//! must never be printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use carepact::access_log::assess::{Assessment, assess};
use carepact::access_log::detect::threshold::Thresholds;
use carepact::access_log::detect::{Carried, Detected, Setting, detect, households};
use carepact::access_log::event::{Emergency, Reason};
use carepact::access_log::permission::{Agreements, Asked, Denial, Known, Permission, Ruling};
use carepact::access_log::read::Log;
use carepact::access_log::tables::{People, Tables};
use carepact::identifier::NhsNumber;
use carepact::pack::Pack;
use carepact::source::Sources;
use proptest::prelude::*;
use serde_json::Value;

use super::run::{run, run_with_input};
use super::small_pack;

const PROFILE: &str = "\
format: csv
fields:
  time: time
  user: user
  role: role
  organisation: organisation
  person: nhs_number
  source: source
  action: action
  category: category
  purpose: purpose
  outcome: outcome
  emergency: emergency
  reason: reason
";
const HEADER: &str = "time,user,role,organisation,nhs_number,source,action,category,purpose,outcome,emergency,reason\n";

pub fn number(index: u32) -> String {
    let mut found = (999_000_000..).filter_map(NhsNumber::from_prefix);
    let number = found.nth(usize::try_from(index).expect("small")).expect("one of many");
    String::from_utf8_lossy(number.expose_digits()).into_owned()
}

/// `user role organisation person day` with what is usual for the rest.
pub fn line(user: &str, role: &str, organisation: &str, person: u32, at: &str) -> String {
    format!("{at},{user},{role},{organisation},{},Y99001,view,medications,direct_care,ok,no,\n", number(person))
}

/// Person 1 is registered where the log's practice is, 2 has an appointment at R9A, 3 nothing, 4 is user own's own
/// number, 5 shares an address with user home, 6 lives in a home of many with user flat, 7 has objected.
fn tables() -> BTreeMap<String, Vec<u8>> {
    let mut staff = String::from("user,name,role,ods,department,from,to,nhs_number,address\n");
    for user in ["n1", "n2", "n3", "n4", "n5", "n6", "home", "flat", "emer", "back"] {
        let address = match user {
            "home" => "1 High St",
            "flat" => "Tower",
            _ => "",
        };
        staff.push_str(&format!("{user},Nobody Nonesuch,nurse,R9A,ward,2020-01-01,,,{address}\n"));
    }
    staff.push_str(&format!("own,Nobody Nonesuch,nurse,R9A,ward,2020-01-01,,{},\n", number(4)));
    staff.push_str("left,Nobody Nonesuch,nurse,R9A,ward,2020-01-01,2026-05-10,,\n");
    staff.push_str("again,Nobody Nonesuch,nurse,R9A,ward,2020-01-01,2026-03-31,,\nagain,Nobody Nonesuch,nurse,R9A,ward,2026-05-01,,,\n");
    let mut registrations = format!("nhs_number,ods,from,to,address\n{},Y99001,2020-01-01,,\n{},Y99009,2020-01-01,,1 HIGH-ST.\n", number(1), number(5));
    for person in [6, 20, 21, 22, 23, 24, 25] {
        registrations.push_str(&format!("{},Y99009,2020-01-01,,Tower\n", number(person)));
    }
    let mut appointments = format!("nhs_number,ods,at,user\n{},R9A,2026-05-10,\n{},R9A,2026-04-01,\n{},R9A,2026-08-01,\n", number(2), number(90), number(90));
    for person in 40..80 {
        appointments.push_str(&format!("{},R9A,2026-05-10,\n", number(person)));
    }
    [
        ("staff", staff),
        ("registrations", registrations),
        ("appointments", appointments),
        ("objections", format!("nhs_number,from,to\n{},2026-01-01,\n", number(7))),
    ]
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .into()
}

fn read(text: &str) -> (Log, Tables) {
    let mut log = Log::default();
    log.add("log.csv", &mut text.as_bytes(), &super::access_log::profile(PROFILE), 1, &AtomicBool::new(false)).expect("readable");
    log.settle();
    assert!(log.quarantined[0].is_empty(), "{:?}", log.quarantined);
    let tables = Tables::read(&tables(), &mut log.symbols, &People::new()).expect("readable");
    (log, tables)
}

pub fn pack() -> (Pack, Sources) {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    let mut sources = Sources::new();
    let (pack, findings) = Pack::load(dir.path(), &mut sources).expect("readable");
    assert!(findings.is_empty());
    (pack, sources)
}

pub fn judge(log: &Log, tables: &Tables, permission: &dyn Permission, partitions: usize, pack: Option<&Pack>) -> (Assessment, Detected) {
    judge_with(log, tables, permission, partitions, pack, &BTreeSet::new())
}

/// The same, with days on which few records are expected.
pub fn judge_with(
    log: &Log,
    tables: &Tables,
    permission: &dyn Permission,
    partitions: usize,
    pack: Option<&Pack>,
    quiet: &BTreeSet<carepact::identifier::Date>,
) -> (Assessment, Detected) {
    let never = AtomicBool::new(false);
    let assessment = assess(&log.events, &log.symbols, tables, permission, partitions, &never).expect("not interrupted");
    let houses = households(tables);
    let setting = Setting {
        log,
        symbols: &log.symbols,
        tables,
        rulings: &assessment.rulings,
        households: &houses,
        words: pack.map(|pack| &pack.words),
        explained_told: true,
        emergency_recorded: log.events.iter().any(|event| event.emergency != Emergency::NotRecorded),
        reason_recorded: log.events.iter().any(|event| event.reason != Reason::NotRecorded),
        thresholds: &Thresholds::default(),
        carried: Carried::of(&log.events),
        quiet,
    };
    let detected = detect(&assessment, &setting, partitions, &never).expect("not interrupted");
    (assessment, detected)
}

/// Codes found, with the user they are about.
fn found(text: &str) -> BTreeSet<(String, &'static str)> {
    let (log, tables) = read(text);
    let (pack, sources) = pack();
    let (_, detected) = judge(&log, &tables, &Agreements { pack: &pack, sources: &sources }, 4, Some(&pack));
    detected.signals.iter().map(|signal| (log.symbols.text(signal.user).to_owned(), signal.code)).collect()
}

fn only(text: &str) -> Vec<(String, &'static str)> {
    found(&format!("{HEADER}{text}")).into_iter().collect()
}

fn pair(user: &str, code: &'static str) -> (String, &'static str) {
    (user.to_owned(), code)
}

#[test]
fn an_explained_access_that_an_agreement_allows_is_silent() {
    assert_eq!(only(&line("n1", "nurse", "R9A", 2, "2026-05-10T10:00:00Z")), []);
    let same_practice = line("n1", "nurse", "Y99001", 1, "2026-05-10T10:00:00Z");
    assert_eq!(only(&same_practice), []);
}

#[test]
fn a_denial_that_lacks_only_a_relationship_is_told_once() {
    assert_eq!(only(&line("n1", "nurse", "R9A", 3, "2026-05-10T10:00:00Z")), [pair("n1", "AUD-004")]);
    // The person themselves, through a portal, and a system for itself.
    let person = format!("2026-05-10T10:00:00Z,p1,person,,{},Y99001,view,medications,patient_access,ok,no,\n", number(3));
    assert_eq!(only(&person), []);
    assert_eq!(only(&line("svc", "system", "R9A", 3, "2026-05-10T10:00:00Z")), []);
    // A refused attempt showed nothing.
    assert_eq!(only(&line("n1", "nurse", "R9A", 3, "2026-05-10T10:00:00Z").replace(",ok,", ",denied,")), []);
}

#[test]
fn what_an_agreement_lacks_is_told_by_its_part() {
    let allowed = line("n1", "nurse", "R9A", 2, "2026-05-10T10:00:00Z");
    for (from, to, code) in
        [("direct_care", "research", "AUD-001"), ("medications", "sexual_health", "AUD-002"), ("R9A", "R9B", "AUD-004"), ("Y99001", "ZZ999", "AUD-010")]
    {
        let changed = allowed.replace(from, to);
        let codes: Vec<&str> = only(&changed).into_iter().map(|(_, code)| code).collect();
        assert!(codes.contains(&code), "{from} to {to}: {codes:?}");
    }
    // The council joined on 15 April: the day before, its clause fits and the party does not.
    let worker = |at: &str, data: &str| format!("{at},n1,social_worker,9Z1,{},Y99001,view,{data},direct_care,ok,no,\n", number(2));
    let codes = |text: &str| only(text).into_iter().map(|(_, code)| code).filter(|code| *code < "AUD-004").collect::<Vec<_>>();
    assert_eq!(codes(&worker("2026-08-01T10:00:00Z", "results")), ["AUD-002"]);
    assert_eq!(codes(&worker("2026-06-30T10:00:00Z", "medications")), ["AUD-003"], "the clause begins on 1 July");
    assert_eq!(codes(&worker("2026-07-01T10:00:00Z", "medications")), [] as [&str; 0]);
    // An objection that was upheld closes it, with an explanation or without.
    let objected = format!("2026-05-10T10:00:00Z,n1,nurse,R9A,{},Y99001,view,medications,direct_care,ok,no,\n", number(7));
    assert_eq!(codes(&objected), ["AUD-001"]);
}

#[test]
fn rulings_name_the_clause_and_what_fails() {
    let (pack, sources) = pack();
    let agreements = Agreements { pack: &pack, sources: &sources };
    let asked = Asked {
        role: "nurse",
        organisation: "R9A",
        action: carepact::access_log::event::Action::View,
        category: "medications",
        source: "Y99001",
        purpose: "direct_care",
        on: carepact::identifier::Date::parse("2026-05-10").expect("a date"),
    };
    let known = Known { relationship: Some(true), objections: Some(false), sealed: None, emergency: Some(false) };
    assert_eq!(agreements.rule(&asked, known), Ruling::Permitted { clauses: vec!["SM-1/g1".into()] });
    assert_eq!(
        agreements.rule(&asked, Known { objections: None, ..known }),
        Ruling::Conditional { clauses: vec!["SM-1/g1".into()], unknown: vec!["objection_upheld".into()] }
    );
    let Ruling::Denied { kind, clause, at, fails, turns_on_relationship } = agreements.rule(&asked, Known { relationship: Some(false), ..known }) else {
        panic!("denied")
    };
    assert_eq!(
        (kind, clause.as_deref(), at.as_deref().map(|at| at.split(':').next().expect("a file")), fails.as_slice(), turns_on_relationship),
        (Denial::NotCovered, Some("SM-1/g1"), Some("agreements/care.yaml"), &["condition: relationship is not true".to_owned()][..], true)
    );
    let both = agreements.rule(&asked, Known { relationship: Some(false), objections: Some(true), ..known });
    assert!(
        matches!(&both, Ruling::Denied { fails, turns_on_relationship: false, .. } if *fails == ["condition: relationship is not true", "condition: objection_upheld is true"]),
        "{both:?}"
    );
    // Part of what was shown is covered, part is not.
    let part = agreements.rule(&Asked { category: "medications;sexual_health", ..asked }, known);
    assert!(
        matches!(&part, Ruling::Denied { kind: Denial::Category, fails, .. } if fails.last().is_some_and(|last| last.contains("sexual_health"))),
        "{part:?}"
    );
    let prohibited = agreements.rule(&Asked { category: "results", ..asked }, Known { emergency: Some(true), ..known });
    assert!(matches!(&prohibited, Ruling::Denied { clause: Some(clause), .. } if clause == "SM-1/p2"), "{prohibited:?}");
    for (changed, what) in [
        (Asked { role: "", ..asked }, "role"),
        (Asked { role: "wizard", ..asked }, "role"),
        (Asked { organisation: "", ..asked }, "organisation"),
        (Asked { organisation: "9990000018", ..asked }, "organisation"),
        (Asked { organisation: "ZZ999", ..asked }, "organisation_not_in_register"),
        (Asked { source: "", ..asked }, "source"),
        (Asked { category: "", ..asked }, "category"),
        (Asked { purpose: "TREAT", ..asked }, "purpose"),
    ] {
        let ruling = agreements.rule(&changed, known);
        assert!(matches!(&ruling, Ruling::NotAssessed { what: said, why } if *said == what && !why.contains("9990000018")), "{what}: {ruling:?}");
    }
}

#[test]
fn personal_connections_and_accounts() {
    let at = "2026-05-12T10:00:00Z";
    assert_eq!(only(&line("own", "nurse", "R9A", 4, at)), [pair("own", "AUD-004"), pair("own", "AUD-005")]);
    assert_eq!(only(&line("home", "nurse", "R9A", 5, at)), [pair("home", "AUD-004"), pair("home", "AUD-006")]);
    assert_eq!(only(&line("flat", "nurse", "R9A", 6, at)), [pair("flat", "AUD-004")], "an address of more than six is no household");
    assert_eq!(only(&line("left", "nurse", "R9A", 2, at)), [pair("left", "AUD-007")]);
    assert_eq!(only(&line("left", "nurse", "R9A", 2, "2026-05-10T22:30:00Z")), [], "the last day counts");
    assert_eq!(only(&line("again", "nurse", "R9A", 2, at)), [], "came back before");
    assert_eq!(only(&line("who", "nurse", "R9A", 2, at)), [pair("who", "AUD-011")]);
}

#[test]
fn emergency_access_needs_a_reason() {
    let emergency = |reason: &str| format!("2026-05-10T10:00:00Z,emer,doctor,R9A,{},Y99001,view,medications,emergency_care,ok,yes,{reason}\n", number(3));
    assert_eq!(only(&emergency("collapsed at home; no history to be had")), []);
    for thin in ["", "emergency", "x", "............"] {
        let codes: Vec<&str> = only(&emergency(thin)).into_iter().map(|(_, code)| code).collect();
        assert!(codes.contains(&"AUD-008"), "{thin:?}: {codes:?}");
    }
}

#[test]
fn coming_back_counts_days_apart() {
    let visit = |days: &[&str]| days.iter().map(|day| line("back", "nurse", "R9A", 3, &format!("2026-{day}T10:00:00Z"))).collect::<String>();
    let codes = |text: &str| only(text).into_iter().map(|(_, code)| code).collect::<Vec<_>>();
    assert_eq!(codes(&visit(&["05-01", "05-03", "05-05"])), ["AUD-004", "AUD-012"]);
    assert_eq!(codes(&visit(&["05-01", "05-02", "05-03"])), ["AUD-004"], "one stay over three days");
}

fn busy(user: &str, people: std::ops::Range<u32>) -> String {
    people.map(|person| line(user, "nurse", "R9A", person, &format!("2026-05-10T10:{:02}:00Z", person % 60))).collect()
}

#[test]
fn volume_is_held_against_five_peers_at_least() {
    let peers = |number: usize| ["n1", "n2", "n3", "n4", "n5"][..number].iter().map(|user| busy(user, 40..42)).collect::<String>();
    assert_eq!(only(&format!("{}{}", peers(5), busy("n6", 40..80))), [pair("n6", "AUD-009")]);
    assert_eq!(only(&format!("{}{}", peers(5), busy("n6", 40..59))), [], "fewer than twenty");
    assert_eq!(only(&format!("{}{}", peers(3), busy("n6", 40..80))), [], "too few to compare with");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The same findings for every order of events and every number of partitions.
    #[test]
    fn order_and_partitions_change_nothing(seed in 0u64..u64::MAX, partitions in 1usize..9) {
        let mut text = HEADER.to_owned();
        for (user, person) in [("own", 4), ("home", 5), ("left", 2), ("who", 3), ("back", 3), ("n1", 1), ("n2", 7)] {
            for day in ["05-11", "05-14", "05-18"] {
                text.push_str(&line(user, "nurse", "R9A", person, &format!("2026-{day}T10:00:00Z")));
            }
        }
        for user in ["n1", "n2", "n3", "n4", "n5"] {
            text.push_str(&busy(user, 40..42));
        }
        text.push_str(&busy("n6", 40..80));
        let (mut log, tables) = read(&text);
        let (pack, sources) = pack();
        let agreements = Agreements { pack: &pack, sources: &sources };
        let (_, expected) = judge(&log, &tables, &agreements, 1, Some(&pack));
        prop_assert!(expected.signals.len() > 8);
        // A shuffle by a small generator.
        let mut state = seed | 1;
        for index in (1..log.events.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let other = usize::try_from(state % (index as u64 + 1)).expect("small");
            log.events.swap(index, other);
        }
        let (_, got) = judge(&log, &tables, &agreements, partitions, Some(&pack));
        prop_assert_eq!(got, expected);
    }
}

/// A folder with the pack, tables, profile and a log in which something of everything happens.
pub fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(&dir.path().join("pack"), &[]);
    std::fs::create_dir(dir.path().join("tables")).expect("made");
    for (name, bytes) in tables() {
        std::fs::write(dir.path().join(format!("tables/{name}.csv")), bytes).expect("written");
    }
    std::fs::create_dir_all(dir.path().join("pack/audit/profiles")).expect("made");
    std::fs::write(dir.path().join("pack/audit/profiles/log.yaml"), PROFILE).expect("written");
    let mut text = HEADER.to_owned();
    for (user, person) in [("own", 4), ("home", 5), ("left", 2), ("who", 3), ("n1", 1), ("n2", 7)] {
        text.push_str(&line(user, "nurse", "R9A", person, "2026-05-12T10:00:00Z"));
    }
    text.push_str(&line("n1", "Alice Cellvalue", "Y99001", 1, "2026-05-13T10:00:00Z"));
    text.push_str(&line("n1", "nurse", "Y99001", 1, "2026-05-14T10:00:00Z"));
    std::fs::write(dir.path().join("log.csv"), text).expect("written");
    dir
}

pub const AUDIT: [&str; 9] = ["audit", "log.csv", "--profile", "log", "--tables", "tables", "--pack", "pack", "--as-of=2026-06-01"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    AUDIT.iter().copied().chain(more.iter().copied()).collect()
}

fn secrets() -> Vec<String> {
    let mut list: Vec<String> = (0..80).map(number).collect();
    list.extend(["Nonesuch", "Cellvalue", "HIGH"].map(str::to_owned));
    list
}

fn no_secret(text: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
    // The other accounts have names that are words of English.
    assert!(!text.split(|one: char| !one.is_alphanumeric()).any(|word| word == "home"), "an account in {text}");
}

#[test]
fn an_audit_tells_both_answers_and_no_one_by_name() {
    let dir = folder();
    let human = run(dir.path(), &with(&[]));
    assert_eq!(human.code, Some(1), "{human}");
    let json = run(dir.path(), &with(&["--format", "json"]));
    assert_eq!(json.code, Some(1));
    no_secret(&human.out);
    no_secret(&json.out);
    let results: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((results["format"].as_str(), results["kind"].as_str()), (Some("carepact.results/1"), Some("audit")));
    let counts = &results["data"]["counts"];
    let sum: u64 = ["permitted", "conditional", "denied", "not_assessed"].iter().map(|name| counts[name].as_u64().expect("a number")).sum();
    assert_eq!(Some(sum), counts["events"].as_u64());
    assert_eq!(counts["events"], 8);
    assert_eq!(counts["not_assessed"], 1, "a role that is no word of the pack");
    for balance in results["balance"].as_array().expect("a list") {
        let total = |name: &str| balance[name].as_object().map_or(0, |map| map.values().filter_map(Value::as_u64).sum::<u64>());
        assert_eq!(balance["in"].as_u64(), balance["out"].as_u64().map(|out| out + total("removed") + total("quarantined")), "{balance}");
    }
    let codes: BTreeSet<&str> = results["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert_eq!(codes, BTreeSet::from(["AUD-001", "AUD-004", "AUD-005", "AUD-006", "AUD-007", "AUD-011"]));
    for finding in results["findings"].as_array().expect("a list") {
        assert_eq!(finding["spans"][0]["file"], "log.csv");
        assert!(finding["spans"][0]["line"].as_u64().is_some_and(|line| line > 1));
        assert!(finding["facts"]["ground"].as_str().is_some_and(|ground| !ground.is_empty()));
    }
    assert!(human.out.contains("possible personal connection, needs review"), "{human}");
    assert!(human.out.contains("references and finding ids differ next time"), "{human}");
    let rows = results["data"]["hour_by_weekday"].as_array().expect("seven");
    assert_eq!(rows.iter().flat_map(|row| row.as_array().expect("24")).filter_map(Value::as_u64).sum::<u64>(), 8);
}

#[test]
fn a_keyring_makes_references_and_ids_that_stay() {
    let dir = folder();
    assert_eq!(run(dir.path(), &["keys", "identity", "-o", "me.identity"]).code, Some(0));
    let identity = std::fs::read_to_string(dir.path().join("me.identity")).expect("text");
    let recipient = identity.lines().find_map(|line| line.strip_prefix("# public key: ")).expect("a key");
    let new = |purpose: &str, file: &str| {
        let made = run(dir.path(), &["keys", "new", "--purpose", purpose, "--controller", "R9A", "--recipient", recipient, "--no-escrow", "-o", file]);
        assert_eq!(made.code, Some(0), "{made}");
    };
    new("audit", "audit.keyring");
    new("population_health", "phm.keyring");
    let opened = ["--keyring", "audit.keyring", "--identity", "me.identity", "--format", "json"];
    let (one, two) = (run(dir.path(), &with(&opened)), run(dir.path(), &with(&opened)));
    assert_eq!(one.code, Some(1), "{one}");
    assert_eq!(one.out, two.out, "same input, same bytes");
    let other = run(dir.path(), &with(&[&opened[..], &["--name", "other"]].concat()));
    let references = |text: &str| -> BTreeSet<String> {
        let results: Value = serde_json::from_str(text).expect("JSON");
        results["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["place"].as_str().map(str::to_owned)).collect()
    };
    assert!(references(&one.out).is_disjoint(&references(&other.out)), "audits of different names cannot be joined");
    let wrong = run(dir.path(), &with(&["--keyring", "phm.keyring", "--identity", "me.identity"]));
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("not for audits"), "{wrong}");
}

#[test]
fn a_table_of_references_is_joined_under_the_same_key_only() {
    let dir = folder();
    run(dir.path(), &["keys", "identity", "-o", "me.identity"]);
    let identity = std::fs::read_to_string(dir.path().join("me.identity")).expect("text");
    let recipient = identity.lines().find_map(|line| line.strip_prefix("# public key: ")).expect("a key");
    run(dir.path(), &["keys", "new", "--purpose", "audit", "--controller", "R9A", "--recipient", recipient, "--no-escrow", "-o", "audit.keyring"]);
    let opened = ["--keyring", "audit.keyring", "--identity", "me.identity", "--format", "json"];
    // The annex tells the reference of the person whom `own` is; the table then names them by it.
    let ran = run(dir.path(), &with(&[&opened[..], &["--annex", "annex.csv"]].concat()));
    assert_eq!(ran.code, Some(1), "{ran}");
    let annex = std::fs::read_to_string(dir.path().join("annex.csv")).expect("text");
    let reference = annex.lines().find(|line| line.ends_with(&number(4))).and_then(|line| line.split(',').next()).expect("a reference");
    let staff = String::from_utf8(tables()["staff"].clone()).expect("text").replace("nhs_number", "nhs_ref").replace(&number(4), reference);
    std::fs::write(dir.path().join("tables/staff.csv"), staff).expect("written");
    let own = |args: &[&str]| run(dir.path(), args).out.contains("\"AUD-005\",\n      \"severity\"");
    assert!(own(&with(&opened)));
    assert!(!own(&with(&["--format", "json"])), "another key leads to nobody");
}

#[cfg(unix)]
#[test]
fn the_annex_is_the_privacy_officers_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = folder();
    let ran = run(dir.path(), &with(&["--annex", "annex.csv", "-o", "json:audit.json"]));
    assert_eq!(ran.code, Some(1), "{ran}");
    let mode = std::fs::metadata(dir.path().join("annex.csv")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let annex = std::fs::read_to_string(dir.path().join("annex.csv")).expect("text");
    assert!(annex.contains(&number(4)) && annex.contains(",staff,own"));
    no_secret(&std::fs::read_to_string(dir.path().join("audit.json")).expect("text"));
    assert_eq!(run(dir.path(), &with(&["--annex", "annex.csv"])).code, Some(2), "nothing is overwritten without --force");
}

#[test]
fn a_line_not_read_ends_with_3_and_is_named_by_line_only() {
    let dir = folder();
    let log = std::fs::read_to_string(dir.path().join("log.csv")).expect("text");
    std::fs::write(dir.path().join("log.csv"), format!("{log}2026-05-12T10:00:00Z,secretuser,nurse\n")).expect("written");
    let ran = run(dir.path(), &with(&["--format", "json"]));
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(!ran.out.contains("secretuser"));
    let results: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(results["data"]["quarantine"], serde_json::json!([{"input": "log.csv", "line": 10, "reason": "too_few_cells"}]));
}

#[test]
fn a_period_keeps_what_went_before_in_mind() {
    let dir = folder();
    let json = run(dir.path(), &with(&["--format", "json", "--period", "2026-05-14..2026-05-31"]));
    let results: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(results["data"]["counts"]["events"], 1);
    assert_eq!(results["data"]["events"]["outside_period"], 7);
    assert_eq!(results["data"]["explained"]["first"]["total"], 0, "n1 had opened it the day before");
    for wrong in ["2026-05-14", "2026-06-01..2026-05-01", "14/05/2026..2026-05-31"] {
        assert_eq!(run(dir.path(), &with(&["--period", wrong])).code, Some(2), "{wrong}");
    }
}

#[test]
fn missing_tables_and_fields_are_named_and_never_green() {
    let dir = folder();
    let ran = run(dir.path(), &["audit", "log.csv", "--profile", "pack/audit/profiles/log.yaml", "--pack", "pack", "-v"]);
    for said in
        ["AUD-004 Unexplained first access: needs registrations.csv and appointments.csv", "AUD-007 Account of a leaver: needs staff.csv", "not assessed"]
    {
        assert!(ran.out.contains(said), "{said}: {ran}");
    }
    let first = run(dir.path(), &["audit", "log.csv", "--profile", "pack/audit/profiles/log.yaml", "--pack", "pack"]);
    let line = first.out.lines().find(|line| line.starts_with("Not assessed: ")).unwrap_or_else(|| panic!("{first}"));
    assert!(["AUD-004", "AUD-007", "registrations.csv", "staff.csv"].iter().all(|name| line.contains(name)), "by name on the first screen: {line}");
    assert!(first.out.lines().count() <= 30, "one screen: {first}");
    let ran = run(dir.path(), &["audit", "log.csv", "--profile", "pack/audit/profiles/log.yaml"]);
    assert!(ran.out.contains("no pack was named") && ran.err.contains("--pack DIR"), "{ran}");
}

#[test]
fn what_is_not_built_is_refused_by_name_and_wrong_inputs_say_what_to_do() {
    let dir = folder();
    let unbuilt = run(dir.path(), &with(&["--memory", "1G"]));
    assert!(unbuilt.code == Some(2) && unbuilt.err.contains("`audit --memory` is not built yet"), "{unbuilt}");
    let no_profile = run(dir.path(), &["audit", "log.csv", "--pack", "pack"]);
    assert_eq!(no_profile.code, Some(2));
    assert!(no_profile.err.contains("nothing says what its columns mean"), "{no_profile}");
    let absent = run(dir.path(), &["audit", "nowhere.csv", "--profile", "log", "--pack", "pack"]);
    assert_eq!(absent.code, Some(3), "{absent}");
    std::fs::write(dir.path().join("bad.yaml"), "format: csv\nfields: {time: t, usr: u}\n").expect("written");
    let bad = run(dir.path(), &["audit", "log.csv", "--profile", "bad.yaml", "--pack", "pack"]);
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("`usr` is not a key of this block") && bad.err.contains("bad.yaml"), "{bad}");
}

pub fn looked(dir: &Path, input: &str, more: &[&str]) -> super::run::Ran {
    let args: Vec<&str> =
        ["who-looked", "log.csv", "--profile", "log", "--tables", "tables", "--pack", "pack", "--subject-file", "-"].iter().chain(more).copied().collect();
    run_with_input(dir, &args, input.as_bytes())
}

#[test]
fn a_persons_answer_is_a_draft_in_plain_english() {
    let dir = folder();
    let ran = looked(dir.path(), &format!("{}\n", number(1)), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    for said in ["DRAFT", "Synthetic Practice", "you were registered there", "recorded as direct care", "complain"] {
        assert!(ran.out.contains(said), "{said}: {ran}");
    }
    for never in ["n1", "nexplained", "score", "review needed", &number(1)] {
        assert!(!ran.out.contains(never), "{never}: {ran}");
    }
    let json = looked(dir.path(), &number(1), &["--format", "json"]);
    let answer: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((answer["status"].as_str(), answer["looks"].as_array().map(Vec::len)), (Some("draft"), Some(3)));
    assert!(!json.out.contains("score") && !json.out.contains("explained"));
    let nobody = looked(dir.path(), &number(79), &[]);
    assert!(nobody.out.contains("Nobody looked at your record"), "{nobody}");
}

#[test]
fn ten_digits_never_stand_on_the_command_line_or_in_an_error() {
    let dir = folder();
    let own = number(1);
    for args in [&["who-looked", own.as_str()][..], &["who-looked", "log.csv", "--subject-file", own.as_str()]] {
        let ran = run(dir.path(), args);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("ten digits on the command line") && !ran.err.contains(&own), "{ran}");
    }
    let wrong = looked(dir.path(), "9990000012\n", &[]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("check digit") && !wrong.err.contains("9990000012"), "{wrong}");
    let alone = run(dir.path(), &["who-looked", "log.csv", "--profile", "log", "--pack", "pack"]);
    assert_eq!(alone.code, Some(2), "{alone}");
}

#[test]
fn the_shipped_log_finds_its_seeded_cases() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = |name: &str| root.join(name).display().to_string();
    let (log, tables, pack, key) =
        (path("samples/log/access-2026-10.csv"), path("samples/tables"), path("policies/greater-manchester"), path("samples/answer-key.csv"));
    let args = ["audit", &log, "--profile", "shared-record-csv", "--tables", &tables, "--pack", &pack, "--answer-key", &key, "--format", "json"];
    let ran = run(dir.path(), &args);
    assert_eq!(ran.code, Some(3), "some lines are spoiled on purpose: {}", ran.err);
    let results: Value = serde_json::from_str(&ran.out).expect("JSON");
    let mut seeded = 0;
    for row in results["data"]["answer_key"]["detectors"].as_array().expect("a list") {
        assert_eq!(row["near_misses"], 0, "{row}");
        if let Some(recall) = row["recall"]["value"].as_f64() {
            seeded += 1;
            assert!((recall - 1.0).abs() < f64::EPSILON, "{row}");
        }
    }
    assert!(seeded >= 12, "{seeded}");
}
