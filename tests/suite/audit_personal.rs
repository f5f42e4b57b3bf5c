//! Detectors of relationship, personal connection and accounts: each fires on a planted case and is silent on the near
//! miss beside it, on a log of one or two lines that agreements allow.

use std::collections::{BTreeMap, BTreeSet};

use carepact::access_log::detect::Detected;
use carepact::access_log::permission::{Asked, Known, Permission, Ruling};
use carepact::access_log::read::Log;
use carepact::access_log::tables::{People, Tables};

use super::access_log::profile;
use super::audit::{judge, number, pack};

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
";
const COLUMNS: [&str; 14] =
    ["time", "user", "role", "organisation", "nhs_number", "source", "action", "category", "purpose", "emergency", "reason", "basis", "device", "session"];

/// Agreements that allow everything: what is left is what the detectors themselves see.
struct Allows;

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
fn look(changes: &[(&str, &str)]) -> String {
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

fn detected(tables: &[(&str, String)], lines: &[String], permission: &dyn Permission) -> (Log, Detected) {
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
