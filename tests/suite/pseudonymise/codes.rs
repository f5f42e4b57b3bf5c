//! Codes that open again with the keyring, and codes of several columns together.

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use fpe::ff1::{FF1, FlexibleNumeralString};

use super::*;

/// A release with these lines under `columns:`.
fn release(columns: &str) -> String {
    let (head, _) = RELEASE.split_once("columns:\n").expect("columns");
    let (_, tail) = RELEASE.split_once("formula:").expect("more");
    format!("{head}columns:\n{columns}formula:{tail}")
}

fn manifest(bench: &Bench) -> serde_json::Value {
    serde_json::from_slice(&fs::read(bench.path("out/r.csv.manifest.json")).expect("a manifest")).expect("JSON")
}

fn column(bench: &Bench, index: usize) -> Vec<String> {
    csv::Reader::from_reader(bench.out().as_bytes()).records().map(|row| row.expect("a row")[index].to_owned()).collect()
}

/// 64 bytes of the scheme for AES-256-SIV.
fn siv_key(root: &[u8], domain: &str) -> [u8; 64] {
    let mut info = b"carepact/1".to_vec();
    for part in [LINKAGE, domain] {
        info.extend(u16::try_from(part.len()).expect("short").to_be_bytes());
        info.extend(part.as_bytes());
    }
    info.extend([0, 0, 0, 1, 0, 3]);
    info.extend(b"siv");
    let mut key = [0u8; 64];
    hkdf::Hkdf::<Sha256>::new(Some(b"carepact/1"), root).expand(&info, &mut key).expect("short");
    key
}

/// Base 32 by plain arithmetic, the last symbol filled with zeros.
fn base32(bytes: &[u8]) -> String {
    let mut bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    bits.resize(bits.len().div_ceil(5) * 5, 0);
    bits.chunks(5).map(|five| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[five.iter().fold(0, |sum, bit| sum * 2 + usize::from(*bit))])).collect()
}

#[test]
fn reversible_codes_are_aes_siv_of_the_message_and_tables_agree() {
    let bench = Bench::new(&release(
        "  nhs_number: {reversible: {}, as: person, category: medications}\n  id: {reversible: {domain: local_patient_id, with: org}, category: medications}\n  org: {keep: {}, category: results}\n",
    ));
    let (a, b) = (nhs(1), nhs(2));
    let ran = bench.given(format!("nhs_number,id,org\n{a}, 0004512 ,RW3\n{b},,RW3\n{a},0004512,RW4\n"), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let root = bench.root();
    let siv = |domain: &str, message: &[u8]| base32(&Aes256Siv::new(&siv_key(&root, domain).into()).encrypt([] as [&[u8]; 0], message).expect("short"));
    let person = |number: &str| siv("nhs_number", number.as_bytes());
    let local = |org: &str| siv("local_patient_id", &[b"\0\x03", org.as_bytes(), b"\0\x070004512"].concat());
    assert_eq!(column(&bench, 0), [person(&a), person(&b), person(&a)]);
    assert_eq!(column(&bench, 1), [local("RW3"), String::new(), local("RW4")]);
    let manifest = manifest(&bench);
    assert_eq!(manifest["columns"][0]["action"], "reversible");
    assert!(manifest["columns"][0]["leaks"].as_str().is_some_and(|leaks| leaks.contains("reads it back at once")), "{manifest}");
    let check = |domain: &str| manifest["key"]["check_values"][domain].as_str().map(str::len);
    assert_eq!((check("nhs_number"), check("local_patient_id")), (Some(16), Some(16)));
    assert_eq!(manifest["columns"][0]["counts"]["distinct"], 2, "{manifest}");
}

#[test]
fn format_preserving_codes_are_ff1_of_nine_digits_and_never_a_number() {
    let bench = Bench::new(
        &release("  nhs_number: format_preserving\n  code: {keep: {}, category: results}\n")
            .replace("  nhs_number: format_preserving\n", "  nhs_number: {format_preserving: {}, category: medications}\n"),
    );
    let people: Vec<String> = (0..300).map(nhs).collect();
    let text = people.join(",x\n") + ",x\n";
    let ran = bench.given(format!("nhs_number,code\n{text}"), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let key = reference_key(&bench.root(), LINKAGE, "nhs_number", "ff1");
    let cipher = FF1::<aes::Aes256>::new(&key, 10).expect("a radix");
    let expected = people.iter().map(|number| {
        let digits: Vec<u16> = number.bytes().take(9).map(|digit| u16::from(digit - b'0')).collect();
        let sealed: Vec<u16> = cipher.encrypt(&[], &FlexibleNumeralString::from(digits)).expect("nine").into();
        sealed.into_iter().fold("F".to_owned(), |text, digit| format!("{text}{digit}"))
    });
    let came = column(&bench, 0);
    assert_eq!(came, expected.collect::<Vec<_>>());
    assert!(came.iter().all(|code| carepact::identifier::NhsNumber::parse(code).is_err()));
    let manifest = manifest(&bench);
    assert!(manifest["columns"][0]["leaks"].as_str().is_some_and(|leaks| leaks.contains("slip of the hand")), "{manifest}");
    // The same on any number of threads.
    let first = bench.out();
    fs::remove_dir_all(bench.path("out")).expect("removed");
    fs::create_dir(bench.path("out")).expect("made");
    assert_eq!(bench.given(format!("nhs_number,code\n{text}"), &["--threads", "3", "--block", "64"]).code, Some(0));
    assert_eq!(bench.out(), first);
}

#[test]
fn several_columns_together_have_one_code_whatever_their_spelling() {
    let columns = "  surname: {pseudonym: {domain: person_key, of: [surname, dob, postcode]}, as: key, is: name, category: medications}\n  \
                   dob: {drop: {}, is: birth_date, date: DD/MM/YYYY}\n  postcode: {drop: {}, is: postcode}\n";
    let text = release(columns)
        .replace("subject: nhs_number\n", "")
        .replace("identifier: {nhs_number: {invalid: quarantine, missing: drop, test_range: accept}}\n", "");
    let bench = Bench::new(&text);
    // Two spellings of one person; a boundary moved by one letter; a missing part; a day that stands for "not known"; no date.
    let rows = "surname,dob,postcode\nZo\u{eb},01/02/1980,m13 9pl\n Zoe\u{308},01/02/1980,M139PL\nZo,01/02/1980,M13 9PL\nNg,,M1 1AA\nNg,01/01/1900,M1 1AA\nNg,1980,M1 1AA\n";
    let ran = bench.given(rows, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let key = reference_key(&bench.root(), LINKAGE, "person_key", "hmac");
    let code = |parts: [&str; 3]| {
        let message: Vec<u8> = parts.iter().flat_map(|part| [&u16::try_from(part.len()).expect("short").to_be_bytes()[..], part.as_bytes()].concat()).collect();
        reference_pseudonym(&reference_mac(&key, &message))
    };
    let first = code(["Zo\u{eb}", "1980-02-01", "M139PL"]);
    assert_eq!(column(&bench, 0), [first.clone(), first, code(["Zo", "1980-02-01", "M139PL"]), String::new(), String::new()]);
    assert_eq!(bench.balance()["quarantined"], serde_json::json!({"bad_date": 1}));
}

#[test]
fn what_has_no_meaning_is_refused_with_its_reason() {
    for (columns, said) in [
        ("  id: {format_preserving: {domain: local_patient_id}, category: results}\n", "`format_preserving` is for NHS numbers"),
        ("  id: {reversible: {domain: k, of: [id, code]}, category: results}\n", "`of`"),
        ("  id: {pseudonym: {domain: k, of: [id]}, category: results}\n", "two columns or more"),
        ("  id: {pseudonym: {domain: k, of: [code, nhs_number]}, category: results}\n", "this one among them"),
        ("  id: {pseudonym: {domain: k, of: [id, nobody]}, category: results}\n", "`of` names the column `nobody`"),
        ("  id: {pseudonym: {domain: nhs_number, of: [id, code]}, category: results}\n", "a domain of their own"),
        ("  id: {pseudonym: {domain: k, with: code, of: [id, code]}, category: results}\n", "leave out `with:`"),
        ("  id: {reversible: {}, category: results}\n", "`domain:` is missing"),
        ("  id: {random: {}, category: results}\n", "not built"),
    ] {
        let bench =
            Bench::new(&release(&format!("  nhs_number: {{pseudonym: {{}}, category: medications}}\n{columns}  code: {{keep: {{}}, category: results}}\n")));
        let ran = bench.given("nhs_number,id,code\n", &[]);
        assert!(ran.code != Some(0) && format!("{ran}").contains(said), "{columns}{ran}");
        bench.nothing_left();
    }
}

#[test]
fn after_a_rotation_codes_change_dates_do_not_and_only_a_pinned_key_may_follow() {
    let columns = "  nhs_number: {pseudonym: {}, category: medications}\n  on: {shift: {days: 28, window: month}, category: results}\n";
    let bench = Bench::new(&release(columns));
    let rows: String = ["2026-01-01", "2026-06-15", "2026-12-31"].map(|day| format!("{},{day}\n", nhs(5))).concat();
    let text = format!("nhs_number,on\n{rows}");
    assert_eq!(bench.given(&text, &[]).code, Some(0));
    let (codes, dates) = (column(&bench, 0), column(&bench, 1));
    let mut args = vec!["keys", "rotate", "ring", "--identity", "custodian", "--no-escrow", "-o", "ring2", "-f", "json", "--recipient"];
    let custodian = fs::read_to_string(bench.path("custodian")).expect("read");
    args.push(custodian.split_whitespace().find(|word| word.starts_with("age1")).expect("there"));
    let ring: serde_json::Value = serde_json::from_str(&bench.ok(&args).out).expect("JSON");
    fs::rename(bench.path("out"), bench.path("first")).expect("moved");
    fs::create_dir(bench.path("out")).expect("made");
    fs::rename(bench.path("ring2"), bench.path("ring")).expect("replaced by hand");
    let previous = ["--previous", "first/r.csv.manifest.json"];
    let refused = bench.given(&text, &previous);
    assert!(refused.code == Some(4) && refused.err.contains("the same people would get other pseudonyms"), "{refused}");
    let pinned = release(columns)
        .replace("for: research\n", &format!("for: research\nkey: {{id: {}, version: 2}}\n", ring["versions"][1]["key_id"].as_str().expect("an id")));
    fs::write(bench.path("pack/agreements/planning.yaml"), agreement(&pinned)).expect("written");
    let ran = bench.given(&text, &previous);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_ne!(column(&bench, 0), codes);
    assert_eq!(column(&bench, 1), dates, "one offset for one person");
    let warnings = manifest(&bench)["warnings"].to_string();
    assert!(warnings.contains("the key was rotated"), "{warnings}");
}
