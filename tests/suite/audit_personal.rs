//! Detectors of relationship, personal connection and accounts: each fires on a planted case and is silent on the near
//! miss beside it, on a log of one or two lines that agreements allow.

use std::collections::{BTreeMap, BTreeSet};

use carepact::access_log::detect::Detected;
use carepact::access_log::permission::{Asked, Known, Permission, Ruling};
use carepact::access_log::read::Log;
use carepact::access_log::tables::{People, Tables};

use super::access_log::profile;
use super::audit::{AUDIT, folder, judge, line, number, pack};
use super::run::run;

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
  emergency: emergency
  reason: reason
  basis: basis
  device: device
  session: session
  outcome: outcome
";
const COLUMNS: [&str; 15] = [
    "time",
    "user",
    "role",
    "organisation",
    "nhs_number",
    "source",
    "action",
    "category",
    "purpose",
    "emergency",
    "reason",
    "basis",
    "device",
    "session",
    "outcome",
];

/// Agreements that allow everything: what is left is what the detectors themselves see.
pub(crate) struct Allows;

impl Permission for Allows {
    fn rule(&self, _: &Asked<'_>, _: Known) -> Ruling {
        Ruling::Permitted { clauses: vec!["T-1/g1".into()] }
    }
}

/// Agreements that deny everything.
struct Denies;

impl Permission for Denies {
    fn rule(&self, _: &Asked<'_>, _: Known) -> Ruling {
        use carepact::access_log::permission::Denial;
        Ruling::Denied { kind: Denial::NotCovered, clause: None, at: None, fails: Vec::new(), turns_on_relationship: false }
    }
}

/// A look by nurse n1 at R9A at ten o'clock on 12 May 2026 at person 3, of whom nobody knows anything, with changes.
pub(crate) fn look(changes: &[(&str, &str)]) -> String {
    let mut cells = BTreeMap::from([
        ("time", "2026-05-12T10:00:00Z".to_owned()),
        ("user", "n1".to_owned()),
        ("role", "nurse".to_owned()),
        ("organisation", "R9A".to_owned()),
        ("nhs_number", number(3)),
        ("source", "Y99001".to_owned()),
        ("action", "view".to_owned()),
        ("category", "medications".to_owned()),
        ("purpose", "direct_care".to_owned()),
        ("emergency", "no".to_owned()),
    ]);
    for (column, value) in changes {
        assert!(COLUMNS.contains(column), "{column}");
        cells.insert(column, (*value).to_owned());
    }
    COLUMNS.map(|column| cells.get(column).cloned().unwrap_or_default()).join(",") + "\n"
}

/// What the usual tables say: n1 to n9 work as nurses at R9A; registrations and appointments cover the year and know
/// nothing of person 3.
fn tables(more: &[(&str, String)]) -> BTreeMap<String, Vec<u8>> {
    let mut staff = String::from("user,role,ods,from\n");
    for user in 1..10 {
        staff.push_str(&format!("n{user},nurse,R9A,2020-01-01\n"));
    }
    let mut all = BTreeMap::from([
        ("staff".to_owned(), staff.into_bytes()),
        ("registrations".to_owned(), format!("nhs_number,ods,from,to\n{},Y99009,2020-01-01,\n", number(90)).into_bytes()),
        ("appointments".to_owned(), format!("nhs_number,ods,at\n{0},R9B,2026-01-01\n{0},R9B,2026-12-31\n", number(90)).into_bytes()),
    ]);
    for (name, text) in more {
        all.insert((*name).to_owned(), text.clone().into_bytes());
    }
    all
}

pub(crate) fn detected(tables: &[(&str, String)], lines: &[String], permission: &dyn Permission) -> (Log, Detected) {
    let text = format!("{}\n{}", COLUMNS.join(","), lines.concat());
    let mut log = Log::default();
    log.add("log.csv", &mut text.as_bytes(), &profile(PROFILE), 1, &std::sync::atomic::AtomicBool::new(false)).expect("readable");
    log.settle();
    assert!(log.quarantined[0].is_empty(), "{:?}", log.quarantined);
    let tables = Tables::read(&self::tables(tables), &mut log.symbols, &People::new()).expect("readable");
    for books in &tables.books {
        assert!(books.tally.quarantined.is_empty(), "{books:?}");
    }
    let (pack, _) = pack();
    let (_, found) = judge(&log, &tables, permission, 4, Some(&pack));
    (log, found)
}

/// Codes from AUD-013 to AUD-026 with the user they are about.
fn found(tables: &[(&str, String)], lines: &[String]) -> Vec<String> {
    let (log, detected) = detected(tables, lines, &Allows);
    let mine = detected.signals.iter().filter(|signal| ("AUD-013".."AUD-027").contains(&signal.code));
    let all: BTreeSet<String> = mine.map(|signal| format!("{} {}", log.symbols.text(signal.user), signal.code)).collect();
    all.into_iter().collect()
}

/// Whether a detector says by name that it could not look.
fn blind(code: &str, tables: &[(&str, String)]) -> Option<String> {
    let (_, detected) = detected(tables, &[look(&[])], &Allows);
    detected.not_assessed.into_iter().find(|(page, _)| page.code == code).map(|(_, why)| why)
}

const NOTHING: [String; 0] = [];

#[test]
fn an_objection_is_overridden_where_no_agreement_closes_it() {
    let objections = ("objections", format!("nhs_number,from,to\n{},2026-02-01,2026-05-12\n", number(3)));
    let tables = [objections];
    assert_eq!(found(&tables, &[look(&[])]), ["n1 AUD-013"]);
    assert_eq!(found(&tables, &[look(&[("time", "2026-05-13T10:00:00Z")])]), NOTHING, "withdrawn the day before");
    assert_eq!(found(&tables, &[look(&[("source", "R9A")])]), NOTHING, "the organisation's own data");
    assert_eq!(found(&tables, &[look(&[("role", "person"), ("organisation", "")])]), NOTHING);
    assert_eq!(found(&[], &[look(&[("basis", "objection_overridden")])]), ["n1 AUD-013"]);
    let (_, denied) = detected(&tables, &[look(&[])], &Denies);
    assert!(denied.signals.iter().all(|signal| signal.code != "AUD-013"), "one cause, one finding");
    let emergency = look(&[("emergency", "yes"), ("reason", "collapsed at home; no history to be had")]);
    let (_, told) = detected(&tables, &[emergency], &Allows);
    let told: Vec<_> = told.signals.iter().filter(|signal| signal.code == "AUD-013").map(|signal| signal.severity).collect();
    assert_eq!(told, [carepact::diagnostics::Severity::Info]);
    assert_eq!(blind("AUD-013", &[]).as_deref(), Some("needs objections.csv in the tables folder"));
}

#[test]
fn a_seal_closes_its_category_to_all_but_those_who_set_it() {
    let sealed = |row: &str| [("sealed", format!("nhs_number,from,to,category,ods\n{},{row}\n", number(3)))];
    assert_eq!(found(&sealed("2026-02-01,,,"), &[look(&[])]), ["n1 AUD-014"]);
    assert_eq!(found(&sealed("2026-02-01,,documents,"), &[look(&[])]), NOTHING, "another category");
    assert_eq!(found(&sealed("2026-02-01,,documents,"), &[look(&[("category", "medications;letter")])]), ["n1 AUD-014"], "a category beneath");
    assert_eq!(found(&sealed("2026-02-01,,,R9A"), &[look(&[])]), NOTHING, "those who sealed it");
    assert_eq!(found(&sealed("2026-02-01,,,R9B"), &[look(&[])]), ["n1 AUD-014"]);
    assert_eq!(found(&sealed("2026-05-13,,,"), &[look(&[])]), NOTHING, "sealed the day after");
    assert_eq!(blind("AUD-014", &[]).as_deref(), Some("needs sealed.csv in the tables folder"));
}

#[test]
fn a_claim_needs_a_contact_near_it() {
    let stays = |row: &str| [("admissions", format!("nhs_number,ods,from,to\n{},R9B,2026-01-01,2026-01-02\n{row}", number(90)))];
    let claim = [look(&[("basis", "self_claimed")])];
    assert_eq!(found(&stays(""), &claim), ["n1 AUD-015"]);
    assert_eq!(found(&stays(""), &[look(&[("basis", "something else")])]), NOTHING);
    let stay = |organisation: &str, first: &str, last: &str| stays(&format!("{},{organisation},{first},{last}\n", number(3)));
    assert_eq!(found(&stay("R9A", "2026-05-15", "2026-05-20"), &claim), NOTHING, "three days later");
    assert_eq!(found(&stay("R9A", "2026-05-16", "2026-05-20"), &claim), ["n1 AUD-015"], "four days later");
    assert_eq!(found(&stay("R9A", "2026-04-15", "2026-05-09"), &claim), NOTHING, "ended three days before");
    assert_eq!(found(&stay("R9B", "2026-05-10", "2026-05-20"), &claim), ["n1 AUD-015"], "elsewhere");
    let late = [look(&[("basis", "self_claimed"), ("time", "2026-12-30T10:00:00Z")])];
    assert_eq!(found(&stays(""), &late), NOTHING, "appointments do not cover the days after it yet");
    assert_eq!(blind("AUD-015", &stays("")).as_deref(), Some("the log (or its profile) does not say on what the user claimed to look"));
}

fn flags(flag: &str) -> [(&'static str, String); 1] {
    [("flags", format!("nhs_number,flag,from,to\n{},{flag},2026-02-01,2026-05-12\n", number(3)))]
}

#[test]
fn a_protected_address_is_looked_up_only_where_data_shows_it() {
    let tables = flags("protected_address");
    assert_eq!(found(&tables, &[look(&[("category", "record")])]), NOTHING, "the small pack's record has no demographics");
    for category in ["", "contact", "medications;demographics.identity"] {
        assert_eq!(found(&tables, &[look(&[("category", category)])]), ["n1 AUD-016"], "{category}");
    }
    assert_eq!(found(&tables, &[look(&[("category", "contact"), ("time", "2026-05-13T10:00:00Z")])]), NOTHING, "its last day was the day before");
    assert_eq!(found(&tables, &[look(&[("category", "contact"), ("organisation", ""), ("user", "unknown")])]), ["unknown AUD-016"], "tables cannot tell");
    assert_eq!(blind("AUD-016", &[]).as_deref(), Some("needs flags.csv in the tables folder"));
}

#[test]
fn extra_protection_needs_an_explanation() {
    assert_eq!(found(&flags("public_interest"), &[look(&[])]), ["n1 AUD-021"]);
    assert_eq!(found(&flags("public_interest"), &[look(&[("time", "2026-05-13T10:00:00Z")])]), NOTHING);
    let mut treated = flags("public_interest").to_vec();
    treated.push(("admissions", format!("nhs_number,ods,from,to\n{},R9A,2026-05-10,2026-05-11\n", number(3))));
    assert_eq!(found(&treated, &[look(&[])]), NOTHING, "a stay there explains it");
    assert_eq!(found(&flags("protected_address"), &[look(&[])]), NOTHING, "that flag is AUD-016");
}

/// Registrations of 2,000 people named Usual, of whom number 3 has another name; all at one practice and address.
fn registered(rows: &[(u32, &str, &str, &str)], others: u32) -> (&'static str, String) {
    let mut text = "nhs_number,ods,from,to,surname,address,postcode\n".to_owned();
    for (person, surname, address, postcode) in rows {
        text.push_str(&format!("{},Y99009,2020-01-01,,{surname},{address},{postcode}\n", number(*person)));
    }
    let numbers = (999_100_000..).filter_map(carepact::identifier::NhsNumber::from_prefix);
    for one in numbers.take(others as usize) {
        text.push_str(&format!("{},Y99009,2020-01-01,,Usual,,XX1 1XX\n", String::from_utf8_lossy(one.expose_digits().as_slice())));
    }
    ("registrations", text)
}

fn staff(row: &str) -> (&'static str, String) {
    ("staff", format!("user,name,role,ods,department,from,to,nhs_number,surname,address,postcode\n{row}\n"))
}

#[test]
fn a_rare_surname_is_rare_among_those_registered() {
    let user = |name: &str| staff(&format!("n1,{name},nurse,R9A,ward,2020-01-01,,,,,"));
    let people = registered(&[(3, "O'Rarely", "", "")], 2_000);
    assert_eq!(found(&[user("Ann Orarely"), people.clone()], &[look(&[])]), ["n1 AUD-017"]);
    assert_eq!(found(&[user("Ann Usual"), people.clone()], &[look(&[])]), NOTHING);
    assert_eq!(found(&[user("Ann Usual"), registered(&[(3, "Usual", "", "")], 2_000)], &[look(&[])]), NOTHING, "everybody is called so");
    let two = registered(&[(3, "O'Rarely", "", ""), (4, "O'Rarely", "", "")], 2_000);
    assert_eq!(found(&[user("Ann Orarely"), two], &[look(&[])]), NOTHING, "two of 2,002 are one of 1,001");
    assert_eq!(
        blind("AUD-017", &[user("Ann Orarely"), registered(&[], 1_999)]).as_deref(),
        Some("registrations of fewer than 2000 people do not tell which surnames are rare")
    );
    assert_eq!(blind("AUD-017", &[]).as_deref(), Some("needs the column surname, surname_ref or name in staff.csv and in registrations.csv"));
}

#[test]
fn neighbours_share_a_postcode_and_not_an_address() {
    let user = |address: &str, last: &str| staff(&format!("n1,,nurse,R9A,ward,2020-01-01,{last},,,{address},ol1 2ab"));
    let people = |postcode: &str| registered(&[(3, "", "1 High St", postcode)], 120);
    assert_eq!(found(&[user("2 High St", ""), people("OL12AB")], &[look(&[])]), ["n1 AUD-018"]);
    assert_eq!(found(&[user("1 High St", ""), people("OL1 2AB")], &[look(&[])]), NOTHING, "the same address is AUD-006");
    assert_eq!(found(&[user("2 High St", ""), people("OL1 2AC")], &[look(&[])]), NOTHING);
    assert_eq!(found(&[user("2 High St", "2026-05-11"), people("OL12AB")], &[look(&[])]), NOTHING, "where they lived in an earlier post");
    let tower = staff("n1,,nurse,R9A,ward,2020-01-01,,,,,XX1 1XX");
    assert_eq!(found(&[tower, people("XX1 1XX")], &[look(&[])]), NOTHING, "more than a hundred live there");
}

#[test]
fn a_colleague_works_in_the_same_place_on_that_day() {
    let both =
        |department: &str, from: &str, ods: &str| staff(&format!("n1,,nurse,R9A,ward,2020-01-01,,,,,\nn2,,nurse,{ods},{department},{from},,{},,,", number(3)));
    assert_eq!(found(&[both("ward", "2020-01-01", "R9A")], &[look(&[])]), ["n1 AUD-019"]);
    assert_eq!(found(&[both("", "2020-01-01", "R9A")], &[look(&[])]), ["n1 AUD-019"], "department not told");
    assert_eq!(found(&[both("theatre", "2020-01-01", "R9A")], &[look(&[])]), NOTHING);
    assert_eq!(found(&[both("ward", "2020-01-01", "R9B")], &[look(&[])]), NOTHING);
    assert_eq!(found(&[both("ward", "2026-05-13", "R9A")], &[look(&[])]), NOTHING, "joins the day after");
    assert_eq!(found(&[both("ward", "2020-01-01", "R9A")], &[look(&[("purpose", "occupational_health")])]), NOTHING);
    assert_eq!(found(&[both("ward", "2020-01-01", "R9A")], &[look(&[("user", "n2")])]), NOTHING, "their own record is AUD-005");
}

#[test]
fn a_contact_is_known_by_account_number_reference_or_name() {
    let user = staff(&format!("n1,Ann Other Person,nurse,R9A,ward,2020-01-01,,{},,,", number(8)));
    let contacts = |row: &str| ("contacts", format!("nhs_number,from,to,user,contact_nhs_number,contact_ref,name\n{},2020-01-01,{row}\n", number(3)));
    for row in [",n1,,,".to_owned(), format!(",,{},,", number(8)), ",,,,ann PERSON".to_owned(), "2026-05-12,n1,,,".to_owned()] {
        assert_eq!(found(&[user.clone(), contacts(&row)], &[look(&[])]), ["n1 AUD-020"], "{row}");
    }
    for row in [",n2,,,".to_owned(), format!(",,{},,", number(9)), ",,,,Bob Person".to_owned(), "2026-05-11,n1,,,".to_owned(), ",,,C-REF,".to_owned()] {
        assert_eq!(found(&[user.clone(), contacts(&row)], &[look(&[])]), NOTHING, "{row}");
    }
    let by_ref = ("staff", "user,role,ods,from,nhs_ref\nn1,nurse,R9A,2020-01-01,C-REF\n".to_owned());
    assert_eq!(found(&[by_ref, contacts(",,,C-REF,")], &[look(&[])]), ["n1 AUD-020"]);
    assert_eq!(blind("AUD-020", &[]).as_deref(), Some("needs contacts.csv in the tables folder"));
}

#[test]
fn a_death_is_long_past_after_six_weeks() {
    let died = |day: &str| ("deceased", format!("nhs_number,at\n{0},2026-01-01\n{0},{day}\n", number(3)));
    assert_eq!(found(&[died("2026-03-30")], &[look(&[])]), ["n1 AUD-022"], "43 days");
    assert_eq!(found(&[died("2026-03-31")], &[look(&[])]), NOTHING, "42 days; of two days of death the latest counts");
    let long_ago = [died("2026-02-01")];
    assert_eq!(found(&long_ago, &[look(&[("role", "clinician.medical_examiner")])]), NOTHING);
    assert_eq!(found(&long_ago, &[look(&[("purpose", "death_review")])]), NOTHING);
    let registration = ("registrations", format!("nhs_number,ods,from,to\n{},R9A,2020-01-01,\n", number(3)));
    assert_eq!(found(&[died("2026-02-01"), registration], &[look(&[])]), ["n1 AUD-022"], "a registration outlives the person");
    let stay = ("admissions", format!("nhs_number,ods,from,to\n{},R9A,2026-01-01,2026-02-15\n", number(3)));
    assert_eq!(found(&[died("2026-02-15"), stay], &[look(&[])]), NOTHING, "the stay in which they died");
    assert_eq!(blind("AUD-022", &[]).as_deref(), Some("needs deceased.csv in the tables folder"));
}

fn at(time: &str, changes: &[(&str, &str)]) -> String {
    let time = format!("2026-05-12T{time}:00+01:00");
    look(&[changes, &[("time", &time)]].concat())
}

#[test]
fn off_shift_is_an_hour_beyond_a_shift_of_somebody_whom_the_rota_knows() {
    let rota = [(
        "rota",
        "user,from,to\nn1,2026-05-01T08:00,2026-05-01T16:00\nn1,2026-05-12T08:00,2026-05-12T16:00\nn2,2026-05-20T08:00,2026-05-20T16:00\n".to_owned(),
    )];
    assert_eq!(found(&rota, &[at("07:00", &[])]), NOTHING);
    assert_eq!(found(&rota, &[at("06:59", &[])]), ["n1 AUD-023"]);
    assert_eq!(found(&rota, &[at("17:00", &[])]), NOTHING);
    assert_eq!(found(&rota, &[at("17:01", &[])]), ["n1 AUD-023"]);
    assert_eq!(found(&rota, &[at("17:01", &[("emergency", "yes"), ("reason", "collapsed at home; no history to be had")])]), NOTHING);
    assert_eq!(found(&rota, &[at("03:00", &[("user", "n3")])]), NOTHING, "the rota does not know them");
    assert_eq!(found(&rota, &[look(&[("time", "2026-04-30T03:00:00Z")])]), NOTHING, "the rota does not cover the day");
    // Half past one on the night the clocks go back: in a shift that ends at half past twelve only in the first reading.
    let night = [("rota", "user,from,to\nn1,2026-10-24T16:00,2026-10-25T00:30\nn1,2026-10-30T08:00,2026-10-30T16:00\n".to_owned())];
    assert_eq!(found(&night, &[look(&[("time", "2026-10-25T01:30:00")])]), NOTHING);
    assert_eq!(found(&night, &[look(&[("time", "2026-10-25T02:30:00")])]), ["n1 AUD-023"]);
    assert_eq!(blind("AUD-023", &[]).as_deref(), Some("needs rota.csv in the tables folder"));
}

#[test]
fn two_places_at_once_overlap_by_more_than_five_minutes() {
    let spell = |device: &str, organisation: &str, times: &[&str]| {
        times.iter().map(|time| at(time, &[("device", device), ("organisation", organisation)])).collect::<Vec<_>>()
    };
    let both = |one: Vec<String>, other: Vec<String>| found(&[], &[one, other].concat());
    let ward = spell("D1", "R9A", &["10:00", "10:10", "10:20"]);
    assert_eq!(both(ward.clone(), spell("D2", "R9A", &["10:14", "10:25"])), ["n1 AUD-024"]);
    assert_eq!(both(ward.clone(), spell("D2", "R9A", &["10:15", "10:25"])), NOTHING, "five minutes");
    assert_eq!(both(ward.clone(), spell("D2", "R9A", &["10:10"])), NOTHING, "one look is no spell");
    assert_eq!(both(ward.clone(), spell("", "R9A", &["10:05", "10:15"])), NOTHING, "a device that is not told is any");
    assert_eq!(both(spell("", "R9A", &["10:00", "10:10", "10:20"]), spell("", "R9B", &["10:05", "10:15"])), ["n1 AUD-024"]);
    assert_eq!(both(spell("D1", "R9A", &["10:00", "10:45"]), spell("D2", "R9A", &["10:10", "10:30"])), NOTHING, "a break ends a spell");
    let other_user: Vec<String> = ["10:05", "10:15"].iter().map(|time| at(time, &[("device", "D2"), ("user", "n2")])).collect();
    assert_eq!(both(ward, other_user), NOTHING);
}

#[test]
fn many_accounts_on_one_device_within_ten_minutes() {
    let on = |device: &str, times: &[(&str, &str)]| times.iter().map(|(user, time)| at(time, &[("user", user), ("device", device)])).collect::<Vec<_>>();
    let four = [("n1", "10:00"), ("n2", "10:02"), ("n3", "10:05"), ("n4", "10:10")];
    assert_eq!(found(&[], &on("D1", &four)), [" AUD-025"]);
    assert_eq!(found(&[], &on("D1", &four[..3])), NOTHING);
    let slow = [&four[..3], &[("n4", "10:11")]].concat();
    assert_eq!(found(&[], &on("D1", &slow)), NOTHING, "eleven minutes");
    assert_eq!(found(&[], &[on("D1", &four[..2]), on("D2", &four[2..])].concat()), NOTHING, "two devices");
    assert_eq!(blind("AUD-025", &[]).as_deref(), Some("the log (or its profile) does not name devices"));
}

#[test]
fn a_proxy_is_entitled_on_the_day_and_for_few() {
    let proxies = |rows: &str| [("proxies", format!("nhs_number,user,from,to\n{},other,2026-01-01,\n{rows}", number(90)))];
    let act = |person: u32| look(&[("user", "p1"), ("role", "proxy"), ("organisation", ""), ("nhs_number", &number(person)), ("purpose", "patient_access")]);
    let row = |person: u32, last: &str| format!("{},p1,2026-02-01,{last}\n", number(person));
    assert_eq!(found(&proxies(""), &[act(3)]), ["p1 AUD-026"]);
    assert_eq!(found(&proxies(&row(3, "")), &[act(3)]), NOTHING);
    assert_eq!(found(&proxies(&row(3, "2026-05-12")), &[act(3)]), NOTHING, "the last day counts");
    assert_eq!(found(&proxies(&row(3, "2026-05-11")), &[act(3)]), ["p1 AUD-026"]);
    let rows: String = (10..17).map(|person| row(person, "")).collect();
    assert_eq!(found(&proxies(&rows), &(10..16).map(act).collect::<Vec<_>>()), NOTHING, "six people");
    assert_eq!(found(&proxies(&rows), &(10..17).map(act).collect::<Vec<_>>()), ["p1 AUD-026"], "seven");
    assert_eq!(blind("AUD-026", &[]).as_deref(), Some("needs proxies.csv in the tables folder"));
}

#[test]
fn a_pack_sets_the_numbers_that_detectors_go_by() {
    let dir = folder();
    let log = std::fs::read_to_string(dir.path().join("log.csv")).expect("a log") + &line("flat", "nurse", "R9A", 6, "2026-05-15T10:00:00Z");
    std::fs::write(dir.path().join("log.csv"), log).expect("written");
    let same_address = |ran: &str| -> u64 {
        let results: serde_json::Value = serde_json::from_str(ran).expect("JSON");
        let rows = results["data"]["detectors"].as_array().expect("a list").clone();
        rows.iter().find(|row| row["code"] == "AUD-006").and_then(|row| row["findings"].as_u64()).expect("assessed")
    };
    let json = [&AUDIT[..], &["--format", "json"]].concat();
    let before = same_address(&run(dir.path(), &json).out);
    let set = |text: &str| std::fs::write(dir.path().join("pack/audit/thresholds.yaml"), text).expect("written");
    set("note: a tower is a household here\nthresholds: {AUD-006.household_limit: 7}\n");
    assert_eq!(same_address(&run(dir.path(), &json).out), before + 1);
    let said = run(dir.path(), &AUDIT).out;
    assert!(said.contains("the pack sets AUD-006.household_limit to 7 instead of 6"), "{said}");
    set("thresholds: {AUD-006.limit: 7}\n");
    let refused = run(dir.path(), &AUDIT);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.err.contains("`AUD-006.limit` is no number of a detector"), "{refused}");
}
