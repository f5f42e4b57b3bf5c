//! Extracts to releases, against a reference that shares no code with the tool.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

mod codes;
mod counted;
mod crosswalk;
mod earlier;
mod opted_out;
mod packed;
mod planned;
mod planted;
mod reidentified;
mod repaired;
mod spilled;
mod transforms;

use super::run::{Ran, command, finished, run};
use super::shared::shared;
use super::small_pack;

const LINKAGE: &str = "SM-2/9Z1";

/// The agreement of the tests around a release block.
fn agreement(release: &str) -> String {
    let mut text = "\
agreement: SM-2
title: Synthetic planning
version: \"1.0\"
status: active
starts: 2026-04-01
ends: 2027-03-31
parties:
  providers: {function: nhs, in: gm, as: joint_controller, joined: accessions/1.csv, gets: false}
  planner: {org: 9Z1, as: joint_controller, joined: on_start, gives: false}
basis:
  research: [{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: {route: s251, ndoo_exemption: granted for the tests},
              ndoo: {applies: false, reason: policy_exemption}}]
grants:
  g1: {to: {role: analyst, org: 9Z1}, see: [medications, results], for: research, form: pseudonymised}
signatures:
  - {org: 9Z1, position: SIRO, date: 2026-03-18, method: electronic}
releases:
  monthly:
"
    .to_owned();
    for line in release.lines() {
        text.push_str("    ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// What most tests release.
const RELEASE: &str = "\
to: 9Z1
for: research
subject: nhs_number
identifier: {nhs_number: {invalid: quarantine, missing: drop, test_range: accept}}
null: [\"\", \"NULL\"]
malformed: quarantine
columns:
  nhs_number: {pseudonym: {}, category: medications}
  name: {drop: {}, is: name}
  age: {band: {width: 10}, category: medications}
  code: {keep: {}, category: results}
formula: prefix
opt_outs: {national: {applies: false, reason: synthetic}, type_1: {applied: at_source, attested_by: practice, on: 2026-06-01}}
";

struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    /// A pack with this release, a keyring, a signer.
    fn new(release: &str) -> Self {
        let bench = Self { dir: tempfile::tempdir().expect("a folder") };
        small_pack::write(&bench.path("pack"), &[("agreements/planning.yaml", &agreement(release))]);
        for name in ["custodian", "escrow"] {
            bench.ok(&["keys", "identity", "-o", name]);
        }
        let public = |name: &str| {
            fs::read_to_string(bench.path(name)).expect("read").split_whitespace().find(|word| word.starts_with("age1")).expect("there").to_owned()
        };
        bench.ok(&[
            "keys",
            "new",
            "--controller",
            "R9A",
            "--purpose",
            "research",
            "--recipient",
            &public("custodian"),
            "--recipient",
            &public("escrow"),
            "-o",
            "ring",
        ]);
        let signers = bench.ok(&["keys", "signer", "--name", "ig@example.org", "-o", "signer"]);
        fs::write(bench.path("signers"), signers.out).expect("written");
        fs::create_dir(bench.path("out")).expect("made");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn ok(&self, args: &[&str]) -> Ran {
        let ran = run(self.dir.path(), args);
        assert_eq!(ran.code, Some(0), "{args:?}\n{ran}");
        ran
    }

    fn args<'a>(extract: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut args = vec!["pseudonymise", extract, "--release", "SM-2/monthly", "--pack", "pack", "--as-of", "2026-07-15", "--keyring", "ring"];
        args.extend(["--identity", "custodian", "--sign-key", "signer"]);
        args.extend(more);
        args
    }

    fn release(&self, extract: &str, more: &[&str]) -> Ran {
        finished(self.command(extract, more))
    }

    fn command(&self, extract: &str, more: &[&str]) -> std::process::Command {
        let mut command = command(self.dir.path(), &Self::args(extract, more));
        command.env("SOURCE_DATE_EPOCH", "1784000000");
        command
    }

    /// Writes an extract and releases it.
    fn given(&self, text: impl AsRef<[u8]>, more: &[&str]) -> Ran {
        fs::write(self.path("in.csv"), text).expect("written");
        let mut all = vec!["-o", "out/r.csv"];
        all.extend(more);
        self.release("in.csv", &all)
    }

    fn out(&self) -> String {
        fs::read_to_string(self.path("out/r.csv")).expect("a release")
    }

    fn balance(&self) -> serde_json::Value {
        let text = fs::read_to_string(self.path("out/r.csv.balance.json")).expect("books");
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["balance"][0].clone()
    }

    /// Nothing of a release, and no part file, lies about.
    fn nothing_left(&self) {
        let left: Vec<_> = fs::read_dir(self.path("out")).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    /// The root, read with the `age` crate alone.
    fn root(&self) -> Vec<u8> {
        let identity = fs::read_to_string(self.path("custodian")).expect("read");
        let identity: age::x25519::Identity = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).expect("there").parse().expect("an identity");
        let sealed = fs::read(self.path("ring")).expect("read");
        let armoured = age::armor::ArmoredReader::new(&sealed[..]);
        let mut text = String::new();
        age::Decryptor::new(armoured)
            .expect("age")
            .decrypt(std::iter::once(&identity as &dyn age::Identity))
            .expect("opens")
            .read_to_string(&mut text)
            .expect("text");
        let ring: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        carepact::text::unhex(ring["versions"][0]["root"].as_str().expect("a root")).expect("hex")
    }
}

/// HKDF-SHA-256 and HMAC-SHA-256 as the design page writes them, from `hkdf` and `hmac`.
fn reference_key(root: &[u8], linkage: &str, domain: &str, algorithm: &str) -> [u8; 32] {
    let mut info = b"carepact/1".to_vec();
    let lp = |info: &mut Vec<u8>, part: &str| {
        info.extend(u16::try_from(part.len()).expect("short").to_be_bytes());
        info.extend(part.as_bytes());
    };
    lp(&mut info, linkage);
    lp(&mut info, domain);
    info.extend(1u32.to_be_bytes());
    lp(&mut info, algorithm);
    let mut key = [0u8; 32];
    hkdf::Hkdf::<Sha256>::new(Some(b"carepact/1"), root).expand(&info, &mut key).expect("short");
    key
}

fn reference_mac(key: &[u8; 32], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// 20 symbols of Crockford's base 32 and a Luhn mod 32 check symbol, by plain arithmetic.
fn reference_pseudonym(mac: &[u8]) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits: Vec<u8> = mac.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let codes: Vec<usize> = bits[..100].chunks(5).map(|five| five.iter().fold(0, |sum, bit| sum * 2 + usize::from(*bit))).collect();
    let sum: usize = codes.iter().rev().enumerate().map(|(index, code)| if index % 2 == 0 { 2 * code / 32 + 2 * code % 32 } else { *code }).sum();
    codes.iter().copied().chain(std::iter::once((32 - sum % 32) % 32)).map(|code| char::from(ALPHABET[code])).collect()
}

fn nhs(seed: u32) -> String {
    // Of two prefixes that differ by one in the last digit one has a check digit, so that no two seeds give one number.
    (2 * seed..=2 * seed + 1)
        .find_map(|prefix| carepact::identifier::NhsNumber::from_prefix(999_000_000 + prefix))
        .map(|number| String::from_utf8_lossy(number.expose_digits()).into_owned())
        .expect("one of two")
}

#[test]
fn every_seed_has_a_number_of_its_own() {
    let all: std::collections::BTreeSet<String> = (0..5000).map(nhs).collect();
    assert_eq!(all.len(), 5000);
}

#[test]
fn a_release_has_the_reference_pseudonyms_and_its_books_balance() {
    let bench = Bench::new(RELEASE);
    let (a, b) = (nhs(10), nhs(200));
    let spaced = format!("{} {} {}", &b[..3], &b[3..6], &b[6..]);
    let text = format!(
        "nhs_number,name,age,code\n{a},Ng,41,\"a,\"\"b\"\"\n\"\n{spaced},Li,NULL,=1+1\n\n{a},Ng,7,-5.20\n9434765918,X,1,x\n,Y,2,y\n{},Z,z9,z\n1,2\n",
        nhs(300)
    );
    let ran = bench.given(&text, &["--quarantine", "aside"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let key = reference_key(&bench.root(), LINKAGE, "nhs_number", "hmac");
    let pseudonym = |number: &str| reference_pseudonym(&reference_mac(&key, number.as_bytes()));
    let expected = format!("nhs_number,age,code\n{},40-49,\"a,\"\"b\"\"\n\"\n{},,'=1+1\n{},0-9,-5.20\n", pseudonym(&a), pseudonym(&b), pseudonym(&a));
    assert_eq!(bench.out(), expected);
    let balance = bench.balance();
    assert_eq!((balance["in"].as_u64(), balance["out"].as_u64()), (Some(7), Some(3)));
    assert_eq!(balance["removed"], serde_json::json!({"nhs_number_missing": 1}));
    assert_eq!(balance["quarantined"], serde_json::json!({"bad_number": 1, "nhs_number_check_digit": 1, "ragged": 1}));
    let aside = fs::read_to_string(bench.path("aside/in.quarantine.csv")).expect("set aside");
    // Rows as a spreadsheet counts them: the header is 1, a record of two lines is one row, a blank line is a row.
    let rows: Vec<&str> = aside.lines().skip(1).map(|line| line.split(',').next().expect("a row")).collect();
    assert_eq!(rows, ["6", "8", "9"]);
    let verified = run(bench.dir.path(), &["verify", "out/r.csv.manifest.json", "--signers", "signers", "--pack", "pack"]);
    assert_eq!(verified.code, Some(0), "{verified}");
    for shown in [&ran.out, &ran.err, &fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("read")] {
        assert!(!shown.contains(&a) && !shown.contains(&b) && !shown.contains("9434765918"), "{shown}");
    }
}

#[test]
fn one_changed_byte_and_another_namespace_are_refused() {
    let bench = Bench::new(RELEASE);
    let ran = bench.given(format!("nhs_number,name,age,code\n{},Ng,41,x\n", nhs(10)), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let verify = || run(bench.dir.path(), &["verify", "out/r.csv.manifest.json", "--signers", "signers"]).code;
    assert_eq!(verify(), Some(0));
    for name in ["out/r.csv.manifest.json", "out/r.csv", "out/r.csv.manifest.json.sig"] {
        let bytes = fs::read(bench.path(name)).expect("read");
        let mut changed = bytes.clone();
        let at = changed.len() / 2;
        changed[at] ^= 1;
        fs::write(bench.path(name), changed).expect("written");
        assert_eq!(verify(), Some(5), "{name}");
        fs::write(bench.path(name), bytes).expect("written");
    }
    assert_eq!(verify(), Some(0));
    let openssh = |namespace: &str| {
        let manifest = fs::File::open(bench.path("out/r.csv.manifest.json")).expect("read");
        std::process::Command::new("ssh-keygen")
            .current_dir(bench.dir.path())
            .args(["-Y", "verify", "-f", "signers", "-I", "ig@example.org", "-n", namespace, "-s", "out/r.csv.manifest.json.sig"])
            .stdin(manifest)
            .output()
            .map(|output| output.status.success())
    };
    match openssh("manifest@carepact") {
        Ok(accepted) => {
            assert!(accepted);
            assert!(!openssh("report@carepact").expect("runs"));
        }
        Err(_) => println!("skipped: ssh-keygen is not here"),
    }
}

const ODI: &str = "extracts/odi_nhs_ae_identifiable.csv";
const ODI_COLUMNS: &str = "  \"Age\": {band: {width: 10}, category: medications}
  \"Time in A&E (mins)\": {band: {edges: [60, 240]}, category: medications}
  \"Hospital\": {keep: {}, category: results}
  \"Arrival Time\": drop
  \"Treatment\": {keep: {}, category: results}
  \"Gender\": {keep: {}, category: results}
  \"Postcode\": {area: outward, category: medications}
";

/// The published file of invented attendances by `csv`, line by line; `pseudonym` gives the first cell or leaves the row out.
fn odi_reference(path: &Path, pseudonym: impl Fn(&str, &str) -> Option<String>) -> String {
    let mut out = "id,Age,Time in A&E (mins),Hospital,Treatment,Gender,Postcode\n".to_owned();
    for row in csv::Reader::from_path(path).expect("opens").records() {
        let row = row.expect("even");
        let Some(id) = pseudonym(&row[0], &row[3]) else { continue };
        let number = |index: usize| row[index].parse::<u32>().expect("a number");
        let age = number(1) / 10 * 10;
        let time = match number(2) {
            0..60 => "<60",
            60..240 => "60-239",
            _ => "240+",
        };
        let postcode = row[7].split(' ').next().expect("a word");
        out.push_str(&format!("{id},{age}-{},{time},{},{},{},{postcode}\n", age + 9, &row[3], &row[5], &row[6]));
    }
    out
}

#[test]
fn the_published_attendances_come_out_as_local_ids_and_as_nhs_numbers() {
    let Some(path) = shared(ODI) else { return };
    let head = "to: 9Z1\nfor: research\nsubject: \"Health Service ID\"\n";
    let local = "malformed: quarantine\ncolumns:\n  \"Health Service ID\": {pseudonym: {domain: local_patient_id, with: \"Hospital\"}, as: id, category: medications}\n";
    let bench = Bench::new(&format!("{head}{local}{ODI_COLUMNS}"));
    let ran = bench.release(path.to_str().expect("text"), &["-o", "out/r.csv"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let key = reference_key(&bench.root(), LINKAGE, "local_patient_id", "hmac");
    let expected = odi_reference(&path, |id, hospital| {
        let mut message = Vec::new();
        for part in [hospital, id] {
            message.extend(u16::try_from(part.len()).expect("short").to_be_bytes());
            message.extend(part.as_bytes());
        }
        Some(reference_pseudonym(&reference_mac(&key, &message)))
    });
    assert_eq!(expected.lines().count(), 10_001);
    assert!(bench.out() == expected, "the release differs from the reference");
    assert_eq!(bench.balance()["out"], 10_000);

    let national = "identifier: {nhs_number: {invalid: quarantine, missing: drop, test_range: accept}}\ncolumns:\n  \"Health Service ID\": {pseudonym: {domain: nhs_number}, as: id, category: medications}\n";
    let bench = Bench::new(&format!("{head}{national}{ODI_COLUMNS}"));
    let ran = bench.release(path.to_str().expect("text"), &["-o", "out/r.csv"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let key = reference_key(&bench.root(), LINKAGE, "nhs_number", "hmac");
    let expected = odi_reference(&path, |id, _| {
        let digits: Vec<u32> = id.chars().filter_map(|c| c.to_digit(10)).collect();
        let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
        let valid = digits.len() == 10 && (11 - sum % 11) % 11 == digits[9];
        valid.then(|| reference_pseudonym(&reference_mac(&key, id.replace('-', "").as_bytes())))
    });
    assert_eq!(expected.lines().count(), 970);
    assert!(bench.out() == expected, "the release differs from the reference");
    let balance = bench.balance();
    assert_eq!((&balance["out"], &balance["quarantined"]), (&969.into(), &serde_json::json!({"nhs_number_check_digit": 9031})));
}

#[test]
fn a_forgotten_header_is_never_shown() {
    let bench = Bench::new(RELEASE);
    let n = nhs(10);
    fs::write(bench.path("bare.csv"), format!("{n},Okafor,41,x\n")).expect("written");
    fs::write(bench.path("words.csv"), "Okafor,Bolton,Okafor\n").expect("written");
    let risk = |more: &[&str]| run(bench.dir.path(), &[&["risk"], more].concat());
    for (ran, code, said) in [
        (bench.given(format!("{n},Okafor,41,x\n"), &[]), 4, "the release names none of its 4 columns"),
        (bench.given(format!("{n},Okafor,41,Okafor\n"), &[]), 3, "columns 2 and 4 have the same name in the header"),
        (risk(&["bare.csv"]), 2, "They are not shown: they look like data"),
        (risk(&["bare.csv", "--qi", "district"]), 2, "They are not shown: they look like data"),
        (risk(&["words.csv", "--qi", "district"]), 3, "columns 1 and 3 have the same name in the header"),
        (run(bench.dir.path(), &["profile", "words.csv"]), 3, "columns 1 and 3 have the same name in the header"),
    ] {
        assert!(ran.code == Some(code) && ran.err.contains(said), "{said}: {ran}");
        let all = format!("{}{}", ran.out, ran.err);
        assert!(!all.contains(&n) && !all.contains("Okafor"), "{ran}");
    }
    // A header that is one is shown, as before.
    fs::write(bench.path("named.csv"), format!("nhs_number,surname\n{n},Okafor\n")).expect("written");
    let ran = risk(&["named.csv"]);
    assert!(ran.err.contains("Its columns: nhs_number, surname."), "{ran}");
}

#[test]
fn bad_input_is_refused_with_its_place_and_leaves_nothing() {
    let bench = Bench::new(&RELEASE.replace("malformed: quarantine", "malformed: refuse").replace("formula: prefix", "formula: refuse"));
    let n = nhs(10);
    let head = "nhs_number,name,age,code\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(format!("{head}{n},a,1,b\n").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases: Vec<(Vec<u8>, i32, &str)> = vec![
        (format!("{head}{n},Ng,1,x\n{n},Ng,2\n").into(), 3, "row 3: 3 cells where the header has 4"),
        (format!("{head}{n},5\" tall,1,x\n").into(), 3, "row 2, column `name`: a quote stands inside"),
        (format!("{head}\"{n}\"x,Ng,1,x\n").into(), 3, "row 2, column `nhs_number`: a quote stands inside"),
        (format!("{head}{n},\"Ng,1,x\n").into(), 3, "row 2: a quote is opened and never closed"),
        ([head.as_bytes(), n.as_bytes(), b",Ng,1,x\n", n.as_bytes(), b",N\xe9,1,x\n"].concat(), 3, "row 3, column `name`: the text is not UTF-8"),
        (utf16, 3, "it is UTF-16, not UTF-8"),
        (b"".to_vec(), 3, "it is empty"),
        (b"nhs_number,name,age,age\n".to_vec(), 3, "columns 3 and 4 have the same name in the header"),
        (b"nhs_number,name,age\n".to_vec(), 3, "the extract lacks the column `code`"),
        (format!("nhs_number,name,age,code,phone\n{n},a,1,x,2\n").into(), 4, "the release does not name the column `phone`"),
        (format!("{head}{n},Ng,x1,x\n").into(), 3, "row 2, column `age`: not a number"),
        (format!("{head}{n},Ng,1,=cmd\n").into(), 4, "row 2, column `code`: a cell that a spreadsheet would calculate"),
        (format!("{head}{n},Ng,1,see {n} above\n").into(), 4, "column `code` holds the row's own nhs_number in 1 row"),
    ];
    for (text, code, said) in cases {
        let ran = bench.given(&text, &[]);
        assert_eq!(ran.code, Some(code), "{said}\n{ran}");
        assert!(ran.err.contains(said), "{said}\n{ran}");
        assert!(!ran.err.contains(&n) && !ran.out.contains(&n), "{ran}");
        bench.nothing_left();
    }
}

#[test]
fn separators_marks_line_ends_and_spreadsheet_damage_are_told() {
    let bench = Bench::new(RELEASE);
    let (a, lost) =
        (nhs(10), carepact::identifier::NhsNumber::from_prefix(10_100_002).or(carepact::identifier::NhsNumber::from_prefix(10_100_003)).expect("one of two"));
    let lost = String::from_utf8_lossy(&lost.expose_digits()[1..]).into_owned();
    let repeated = ('0'..='9').fold(String::new(), |all, digit| all + &digit.to_string().repeat(10) + ";L;1;x\r\n");
    let text = format!("\u{feff}nhs_number;name;age;code\r\n{a};\"Ng; Li\";1;b,c\r\n{lost};L;1;x\r\n9.43E+09;L;1;x\r\n{repeated}");
    let ran = bench.given(text, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("separated by semicolon, with a byte order mark, lines end with CRLF"), "{ran}");
    assert!(bench.out().ends_with(",0-9,\"b,c\"\n") && bench.out().lines().count() == 2, "{}", bench.out());
    let quarantined = serde_json::json!({"nhs_number_lost_leading_zero": 1, "nhs_number_repeated_digit": 10, "nhs_number_scientific_notation": 1});
    assert_eq!(bench.balance()["quarantined"], quarantined);
}

const DATES: &str = "\
to: 9Z1
for: research
subject: nhs_number
identifier: {nhs_number: {invalid: reject, missing: reject, test_range: accept}}
columns:
  nhs_number: {pseudonym: {format: hex}, category: medications}
  dob: {age_band: {width: 5, at: seen, top: 90}, category: medications}
  seen: {shift: {days: 28, window: trim}, category: medications, date: DD/MM/YYYY}
  code: {keep: {}, category: results}
";

#[test]
fn dates_move_by_one_offset_a_person_and_ages_are_taken_once() {
    let bench = Bench::new(DATES);
    let day = |days: i32| carepact::identifier::Date::parse("2025-01-01").expect("a day").plus_days(days);
    let slashes = |date: carepact::identifier::Date| {
        let iso = date.to_string();
        format!("{}/{}/{}", &iso[8..], &iso[5..7], &iso[..4])
    };
    let people: Vec<String> = (0..40).map(|seed| nhs(seed * 50)).collect();
    let rows: Vec<(usize, i32)> = (0..400).map(|row| (row * 7 % 40, i32::try_from(row).expect("small"))).collect();
    let text = rows.iter().fold(String::new(), |all, (who, on)| all + &format!("{},1960-06-30,{},c{on}\n", people[*who], slashes(day(*on))));
    let ran = bench.given(format!("nhs_number,dob,seen,code\n{text}"), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let root = bench.root();
    let (key, shift) = (reference_key(&root, LINKAGE, "nhs_number", "hmac"), reference_key(&root, LINKAGE, "nhs_number", "shift"));
    let mut expected = "nhs_number,dob,seen,code\n".to_owned();
    for (who, on) in rows.iter().filter(|(_, on)| (28..=399 - 28).contains(on)) {
        let message = people[*who].as_bytes();
        let drawn = u128::from_be_bytes(reference_mac(&shift, message)[..16].try_into().expect("16 bytes")) % 56;
        let offset = i32::try_from(drawn).expect("small") - 28;
        let offset = if offset >= 0 { offset + 1 } else { offset };
        let first = rows.iter().filter(|(other, _)| other == who).map(|(_, on)| *on).min().expect("one");
        // Born on 30 June 1960: 64 until 29 June 2025.
        let band = if day(first) < carepact::identifier::Date::parse("2025-06-30").expect("a day") { "60-64" } else { "65-69" };
        let pseudonym = carepact::text::hex(&reference_mac(&key, message)[..16]);
        expected.push_str(&format!("{pseudonym},{band},{},c{on}\n", slashes(day(on + offset))));
    }
    assert_eq!(bench.out(), expected);
    assert_eq!(bench.balance()["removed"], serde_json::json!({"window_edge": 56}));
}

#[test]
fn slips_and_placeholders_do_not_open_the_edges() {
    let bench = Bench::new(DATES);
    let day = |days: i32| carepact::identifier::Date::parse("2025-01-01").expect("a day").plus_days(days).to_string();
    let slashes = |iso: &str| format!("{}/{}/{}", &iso[8..], &iso[5..7], &iso[..4]);
    let mut text = "nhs_number,dob,seen,code\n".to_owned();
    for row in 0..1200 {
        text.push_str(&format!("{},1960-06-30,{},c{row}\n", nhs(row), slashes(&day(i32::try_from(row % 400).expect("small")))));
    }
    for (row, seen) in [(1, "9999-12-31"), (2, "1900-01-01"), (3, "1800-01-01"), (4, "2205-01-01")] {
        text.push_str(&format!("{},1960-06-30,{},slip\n", nhs(row), slashes(seen)));
    }
    text.push_str(&format!("{},1900-01-01,{},unborn\n", nhs(5000), slashes(&day(200))));
    let ran = bench.given(text, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(bench.balance()["removed"], serde_json::json!({"window_edge": 3 * 56 + 1}), "the row of 2205 goes, and the real edges hold");
    let out = bench.out();
    let slips: Vec<&str> = out.lines().filter(|line| line.ends_with(",slip")).collect();
    assert!(slips.len() == 3 && slips.iter().all(|line| line.ends_with("-64,,slip")), "{slips:?}");
    let unborn = out.lines().find(|line| line.ends_with(",unborn")).expect("there");
    assert!(unborn.split(',').nth(1).expect("an age").is_empty(), "{unborn}");
}

#[test]
fn chunks_and_threads_do_not_change_a_byte() {
    let bench = Bench::new(RELEASE);
    let mut text = "nhs_number,name,age,code\n".to_owned();
    for row in 0..600u32 {
        let line = match row % 7 {
            3 => format!("{},\"N\n\"\"g\",{},\"x\ny\"\n", nhs(row * 20), row % 90),
            4 => "bad,Ng,1,x\n".to_owned(),
            5 => format!("{},Ng\n", nhs(row)),
            _ => format!("{},Ng,{},c{row}\n", nhs(row % 50 * 20), row % 90),
        };
        text.push_str(&line);
    }
    let mut seen = Vec::new();
    for (block, threads) in [("1048576", "1"), ("64", "1"), ("64", "4"), ("777", "3"), ("1", "2")] {
        let ran = bench.given(&text, &["--block", block, "--threads", threads, "--quarantine", "aside", "--force"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        let files = ["out/r.csv", "out/r.csv.manifest.json", "out/r.csv.manifest.json.sig", "out/r.csv.balance.json", "aside/in.quarantine.csv"];
        seen.push((files.map(|name| fs::read(bench.path(name)).expect("read")), ran.out));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(seen[0].0[0].len() > 10_000);
}

#[test]
fn identifiers_left_in_kept_columns_stop_the_run_unless_allowed() {
    let columns = "  nhs_number: {pseudonym: {}, category: medications}
  name: {drop: {}, is: name}
  dob: {drop: {}, is: birth_date}
  postcode: {area: outward, category: medications}
  note: {keep: {}, is: free_text, category: results}
";
    let head = RELEASE.split("columns:").next().expect("a head");
    let text =
        format!("nhs_number,name,dob,postcode,note\n{},Harrison,1980-02-03,M13 9PL,seen on 4 May\n{},Harrison,1980-02-03,M13 9PL,@@\n", nhs(10), nhs(10));
    for (note, said) in [
        ("told harrison", "own name in 1 row"),
        ("born 03/02/1980", "own birth_date in 1 row"),
        ("at m139pl", "own postcode in 1 row"),
        ("harrisons of M13", ""),
    ] {
        let bench = Bench::new(&format!("{head}formula: prefix\ncolumns:\n{columns}"));
        let ran = bench.given(text.replace("@@", note), &[]);
        assert_eq!(ran.code, Some(if said.is_empty() { 0 } else { 4 }), "{note}\n{ran}");
        assert!(ran.err.contains(said) && !ran.err.contains(note), "{ran}");
        if !said.is_empty() {
            assert!(ran.err.contains("in.csv row 3"), "{ran}");
            bench.nothing_left();
        }
    }
    for (at_most, code) in [(1, 0), (0, 4)] {
        let allow = format!("leak_allow: {{note: {{kind: name, reason: staff names, at_most: {at_most}}}}}\n");
        let bench = Bench::new(&format!("{head}formula: prefix\n{allow}columns:\n{columns}"));
        let ran = bench.given(text.replace("@@", "told Harrison"), &[]);
        assert_eq!(ran.code, Some(code), "{ran}");
        assert_eq!(code == 0, ran.out.contains("is allowed: staff names"), "{ran}");
    }
}

#[test]
fn every_gate_names_its_clause() {
    let text = format!("nhs_number,name,age,code\n{},Ng,41,x\n", nhs(10));
    let gate = |release: &str, change: &[(&str, &str)], more: &[&str]| {
        let bench = Bench::new(release);
        let path = bench.path("pack/agreements/planning.yaml");
        let mut written = fs::read_to_string(&path).expect("read");
        for (from, to) in change {
            assert!(written.contains(from), "{from}");
            written = written.replace(from, to);
        }
        fs::write(&path, written).expect("written");
        let ran = bench.given(&text, more);
        bench.nothing_left();
        ran
    };
    let refused = |change: &[(&str, &str)], more: &[&str], said: &str| {
        let ran = gate(RELEASE, change, more);
        assert_eq!(ran.code, Some(4), "{said}\n{ran}");
        assert!(ran.err.contains(said), "{said}\n{ran}");
        assert!(ran.err.contains("agreements/planning.yaml:"), "{said}\n{ran}");
    };
    refused(&[("ends: 2027-03-31", "ends: 2026-07-14")], &[], "SM-2 is not in force on 2026-07-15: it ended on 2026-07-14");
    refused(&[("status: active", "status: draft")], &[], "SM-2 is draft, and grants nothing");
    refused(&[("date: 2026-03-18", "date: 2026-07-16")], &[], "9Z1, a party of SM-2 (`planner`), has not signed it by 2026-07-15");
    refused(&[("method: electronic", "method: electronic, terms: \"sha256:00\"")], &[], "9Z1 signed other terms than SM-2 has now");
    refused(&[("    to: 9Z1", "    to: R9A")], &[], "R9A is a party of SM-2 that gets no data (`providers`)");
    refused(&[("    to: 9Z1", "    to: VZ999")], &[], "VZ999 is not a party of SM-2");
    refused(&[("signatures:", "prohibits:\n  px: {to: {role: analyst}, see: results, form: pseudonymised, for: any}\nsignatures:")], &[], "SM-2/px closes it");
    refused(&[("category: results", "category: assisted_conception")], &[], "the data are restricted or not covered");
    refused(&[("    for: research", "    for: research\n    key: {id: 0123456789abcdef, version: 1}")], &[], "SM-2/monthly pins 0123456789abcdef, version 1");
    refused(&[("    for: research", "    for: direct_care")], &[], "the keyring is for `research`");
    refused(&[("function: nhs, in: gm", "function: nhs.gp_practice, in: gm")], &[], "the keyring belongs to R9A, which neither gives data");
    for (from, to, said) in [
        ("code: {keep: {}, category: results}", "code: {hash: {}, category: results}", "the action `hash` is not built yet"),
        ("formula: prefix", "formula: prefix\n    risk: {quasi: [age], k: 10, t: {code: 2}}", "`t` is a number from 0 to 1"),
        ("formula: prefix", "formula: prefix\n    risk: {quasi: [age], k: 10, t: {name: 0.2}}", "which the release drops"),
        ("formula: prefix", "formula: prefix\n    risk: {quasi: [aeg], k: 10}", "`risk` names the column `aeg`"),
        ("formula: prefix", "formula: prefix\n    risk: {quasi: [name], k: 10}", "which the release drops"),
        ("formula: prefix", "formula: prefix\n    risk: {k: 10}", "names no quasi-identifiers"),
        ("formula: prefix", "formula: prefix\n    risk: {quasi: [age]}", "`k:` is missing"),
        ("formula: prefix", "order: shuffle", "`order: shuffle` is not built yet"),
        ("national: {applies: false, reason: synthetic}", "national: {max_age_days: 30}", "from 1 to 21 days"),
        ("national: {applies: false, reason: synthetic}", "national: {applies: false}", "`reason:` is missing"),
        ("national: {applies: false, reason: synthetic}", "national: {anonymous: {ref: A-4, by: DPO}}", "`ref:` is missing"),
        ("applied: at_source", "applied: here", "`applied: here` needs `column`"),
        ("age: {band: {width: 10}", "age: {shift: {days: 13, window: trim}", "a shift of less than 14 days"),
        ("code: {keep: {}, category: results}", "code: {keep: {}}", "`category:` is missing"),
        ("code: {keep: {}, category: results}", "code: {kep: {}, category: results}", "`kep` is not a key of this block"),
    ] {
        let ran = gate(RELEASE, &[(from, to)], &[]);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.err.contains(said), "{said}\n{ran}");
    }
}

#[test]
fn a_plan_writes_nothing_and_counts_the_same() {
    let bench = Bench::new(RELEASE);
    let n = nhs(10);
    let text = format!("nhs_number,name,age,code\n{n},Ng,41,SECRET\nbad,Ng,41,x\n");
    fs::write(bench.path("in.csv"), &text).expect("written");
    let plan = run(bench.dir.path(), &["pseudonymise", "in.csv", "--release", "SM-2/monthly", "--pack", "pack", "--as-of", "2026-07-15", "--plan"]);
    assert_eq!(plan.code, Some(0), "{plan}");
    assert!(plan.out.contains("2 in, 1 out, 0 removed, 1 quarantined") && plan.out.contains("risk: not assessed"), "{plan}");
    assert!(!plan.out.contains("SECRET") && !plan.out.contains(&n) && !plan.out.contains("Ng"), "{plan}");
    bench.nothing_left();
    let json = bench.given(&text, &["-f", "json"]);
    let results: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((&results["format"], &results["kind"]), (&"carepact.results/1".into(), &"pseudonymise".into()));
    let release = &results["data"]["release"];
    assert_eq!((&release["rows_in"], &release["rows_out"], &release["not_released"]), (&2.into(), &1.into(), &"*".into()));
    assert_eq!(release["risk"]["status"], "not assessed");
}

/// Thirty people, two rows each, in three bands of age; one has a band for herself where `alone`.
fn thirty(alone: bool) -> String {
    let mut text = "nhs_number,name,age,code\n".to_owned();
    for person in 0..30 {
        let age = if alone && person == 29 { 88 } else { [41, 52, 63][person % 3] };
        for _ in 0..2 {
            text.push_str(&format!("{},Ng,{age},{}\n", nhs(u32::try_from(person).expect("small") + 10), ["a", "b"][person % 2]));
        }
    }
    text
}

#[test]
fn a_release_over_its_risk_stops_before_anything_has_a_name() {
    let bench = Bench::new(&RELEASE.replace("formula: prefix", "formula: prefix\nrisk: {quasi: [age], k: 10, by: person, l: {code: 2}}"));
    for more in [&[][..], &["--plan"], &["--block", "64", "--threads", "3"]] {
        let ran = bench.given(thirty(true), more);
        assert_eq!(ran.code, Some(4), "{ran}");
        for said in
            ["disclosure risk is over what the release allows (agreements/planning.yaml:", "the smallest class has 1 person", "classes of fewer than 10 people"]
        {
            assert!(ran.err.contains(said), "{said}: {ran}");
        }
        assert!(!ran.err.contains("80-89") && !ran.err.contains("88"), "the class itself is not told: {ran}");
        bench.nothing_left();
    }
    let ran = bench.given(thirty(false), &["-f", "json"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let release = &results["data"]["release"];
    assert_eq!(release["risk"]["status"], "assessed");
    assert_eq!(release["risk_measures"]["by_person"]["k"], 10);
    assert_eq!(release["risk_measures"]["by_row"]["k"], 20, "two rows of one person protect nobody");
    assert!(!results["not_assessed"].to_string().contains("disclosure risk"), "{ran}");
    let manifest: serde_json::Value = serde_json::from_str(&fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("read")).expect("JSON");
    assert_eq!(manifest["risk"]["status"], "assessed");
    assert!(manifest["risk"]["detail"].as_str().is_some_and(|detail| detail.contains("k 10 by people over age asked for, smallest class 10")), "{manifest}");
}

#[test]
fn people_are_counted_and_not_their_rows_and_one_code_in_a_class_is_told() {
    // Ten people in each band by rows, five by person: k 10 by row holds, by person it does not.
    let by = |by: &str, k: u32| Bench::new(&RELEASE.replace("formula: prefix", &format!("formula: prefix\nrisk: {{quasi: [age], k: {k}, by: {by}}}")));
    assert_eq!(by("row", 20).given(thirty(false), &[]).code, Some(0));
    let ran = by("person", 20).given(thirty(false), &[]);
    assert_eq!(ran.code, Some(4), "{ran}");
    let one_code = thirty(false).replace(",63,a", ",63,b");
    let strict = Bench::new(&RELEASE.replace("formula: prefix", "formula: prefix\nrisk: {quasi: [age], k: 10, l: {code: 2}}"));
    let ran = strict.given(&one_code, &[]);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.err.contains("holds 1 value of `code`, and 2 are asked for"), "{ran}");
    let sensitive = RELEASE.replace("code: {keep: {}, category: results}", "code: {keep: {}, category: results, class: sensitive}");
    let ran = Bench::new(&sensitive.replace("formula: prefix", "formula: prefix\nrisk: {quasi: [age], k: 10}")).given(&one_code, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("everybody has the same `code`"), "without l it leaves, but not in silence: {ran}");
}

#[test]
fn keys_that_others_can_read_and_rows_that_would_leave_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new(RELEASE);
    for dir in ["out", "out/aside", "aside/../out/x"] {
        let ran = bench.given(format!("nhs_number,name,age,code\n{},Ng,41,x\n", nhs(10)), &["--quarantine", dir]);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.err.contains("lies in the folder of the release"), "{ran}");
        bench.nothing_left();
    }
    for name in ["ring", "custodian", "signer"] {
        fs::set_permissions(bench.path(name), fs::Permissions::from_mode(0o644)).expect("changed");
        let ran = bench.given(format!("nhs_number,name,age,code\n{},Ng,41,x\n", nhs(10)), &[]);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.err.contains("can be read or written by others"), "{ran}");
        bench.nothing_left();
        fs::set_permissions(bench.path(name), fs::Permissions::from_mode(0o600)).expect("changed");
    }
}

#[test]
fn a_full_disk_fails_and_a_reader_that_leaves_does_not() {
    let bench = Bench::new(RELEASE);
    fs::write(bench.path("in.csv"), format!("nhs_number,name,age,code\n{},Ng,41,x\n", nhs(10))).expect("written");
    if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
        let mut command = bench.command("in.csv", &["--plan", "-f", "json"]);
        let status = command.stdout(full).status().expect("runs");
        assert!(!status.success());
    }
    let mut child = bench.command("in.csv", &["-o", "out/r.csv"]).stdout(std::process::Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert!(bench.path("out/r.csv.manifest.json").exists());
}

#[test]
fn ctrl_c_in_mid_run_leaves_nothing() {
    let bench = Bench::new(RELEASE);
    let row = format!("{},Ng,41,some words that fill a row\n", nhs(10));
    fs::write(bench.path("in.csv"), format!("nhs_number,name,age,code\n{}", row.repeat(600_000))).expect("written");
    let mut child = bench.command("in.csv", &["-o", "out/r.csv", "--quarantine", "aside"]).stderr(std::process::Stdio::piped()).spawn().expect("starts");
    let begun = std::time::Instant::now();
    while fs::read_dir(bench.path("out")).expect("a folder").next().is_none() {
        assert!(begun.elapsed().as_secs() < 60, "never began");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("sent");
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    bench.nothing_left();
    assert!(fs::read_dir(bench.path("aside")).expect("a folder").next().is_none());
}

#[test]
fn standard_input_gives_what_the_file_gives() {
    use std::io::Write as _;
    let bench = Bench::new(&format!("{RELEASE}order: keep\n"));
    let text = (0..3000).map(|at| format!("{},Ng,{},\"two\nlines\"\n", nhs(at), at % 90)).collect::<Vec<_>>().concat();
    let text = format!("nhs_number,name,age,code\n{text}1,2\n");
    assert_eq!(bench.given(&text, &["--block", "5000"]).code, Some(0));
    let from_file = bench.out();
    let mut child = bench
        .command("-", &["-o", "out/pipe.csv", "--quarantine", "aside"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("starts");
    let mut pipe = child.stdin.take().expect("piped");
    for part in text.as_bytes().chunks(10_001) {
        pipe.write_all(part).expect("taken");
    }
    drop(pipe);
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert_eq!(fs::read_to_string(bench.path("out/pipe.csv")).expect("a release"), from_file);
    let books = fs::read_to_string(bench.path("out/pipe.csv.balance.json")).expect("books");
    assert!(books.contains("\"standard-input\"") && books.contains("\"ragged\": 1"), "{books}");
    let twice = finished(command(bench.dir.path(), &[&Bench::args("-", &["-o", "out/no.csv"])[..], &["-"]].concat()));
    assert_eq!(twice.code, Some(2), "{twice}");
    assert!(twice.err.contains("standard input (-) can be read once"), "{twice}");
}

#[test]
fn ctrl_c_is_heard_while_a_pipe_says_nothing() {
    use std::io::Write as _;
    let bench = Bench::new(RELEASE);
    let mut child = bench.command("-", &["-o", "out/r.csv"]).stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().expect("starts");
    let mut pipe = child.stdin.take().expect("piped");
    // More than a pipe holds: once it is taken, the run is reading.
    pipe.write_all(format!("nhs_number,name,age,code\n{}", format!("{},Ng,41,x\n", nhs(10)).repeat(20_000)).as_bytes()).expect("taken");
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("sent");
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    drop(pipe);
    bench.nothing_left();
}

/// A release with this `risk:` block.
fn with_risk(risk: &str) -> Bench {
    Bench::new(&RELEASE.replace("formula: prefix", &format!("formula: prefix\nrisk: {risk}")))
}

/// Rows of a release, by the value of a column.
fn by_value(release: &str, column: &str) -> std::collections::BTreeMap<String, usize> {
    let mut reader = csv::Reader::from_reader(release.as_bytes());
    let place = reader.headers().expect("a header").iter().position(|name| name == column).expect("the column");
    let mut counts = std::collections::BTreeMap::new();
    for row in reader.records() {
        *counts.entry(row.expect("a row")[place].to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn a_release_over_its_risk_is_repaired_within_what_was_agreed_and_measured_again() {
    // One person of thirty is alone in her band: 2 of 60 rows.
    let bench = with_risk("{quasi: [age], k: 9, repair: {order: [age], by: {age: age}, suppress_at_most: {overall: 4%}}}");
    let plan = bench.given(thirty(true), &["--plan", "-f", "json"]);
    bench.nothing_left();
    let ran = bench.given(thirty(true), &["-f", "json"]);
    assert_eq!((plan.code, ran.code), (Some(0), Some(0)), "{ran}");
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let (plan, results) = (json(&plan.out), json(&ran.out));
    assert_eq!(plan["data"]["release"]["repair"], results["data"]["release"]["repair"], "a plan says what a run does");
    let release = &results["data"]["release"];
    assert_eq!((&release["repair"]["before"]["by_person"]["k"], &release["risk_measures"]["by_person"]["k"]), (&1.into(), &9.into()), "{release:#}");
    assert_eq!(results["balance"][0]["removed"]["disclosure_risk"], 2);
    assert_eq!((&results["balance"][0]["in"], &results["balance"][0]["out"]), (&60.into(), &58.into()));
    assert_eq!(by_value(&bench.out(), "age"), [("40-49".to_owned(), 20), ("50-59".to_owned(), 20), ("60-69".to_owned(), 18)].into());
    let manifest = json(&fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("read"));
    let detail = manifest["risk"]["detail"].as_str().expect("text");
    assert!(detail.contains("smallest class 9") && detail.contains("before the repair: ") && detail.contains("smallest class 1,"), "{detail}");
    let ok = bench.ok(&["verify", "out/r.csv.manifest.json", "--signers", "signers"]);
    assert!(ok.code == Some(0), "{ok}");

    // With nothing to leave out the bands must widen; the cells of other columns stay byte for byte.
    let bench = with_risk("{quasi: [age], k: 9, repair: {order: [age], by: {age: age}}}");
    let ran = bench.given(thirty(true), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("coarsened age (one group for all)"), "{ran}");
    assert_eq!(by_value(&bench.out(), "age"), [("*".to_owned(), 60)].into());
    assert_eq!(by_value(&bench.out(), "code").values().sum::<usize>(), 60);
}

#[test]
fn a_repair_never_leaves_its_limits() {
    // 2 of 60 rows are 3.3%, and they are all of their group.
    for (risk, said) in [
        ("{quasi: [age], k: 9, repair: {order: [age], suppress_at_most: {overall: 3%}}}", None),
        ("{quasi: [age, code], k: 9, repair: {order: [code], suppress_at_most: {overall: 3%}}}", Some("at most 3% of the rows may be left out")),
        ("{quasi: [age, code], k: 9, repair: {order: [code], suppress_at_most: {overall: 50%, any_group: 90%}}}", Some("and 90% of any group's")),
        ("{quasi: [age], k: 40, repair: {order: [age], method: optimal, suppress_at_most: {overall: 100%}}}", Some("no repair within the limits")),
    ] {
        let bench = with_risk(risk);
        let ran = bench.given(thirty(true), &[]);
        match said {
            None => assert_eq!(by_value(&bench.out(), "age"), [("*".to_owned(), 60)].into(), "{ran}"),
            Some(said) => {
                assert_eq!(ran.code, Some(4), "{ran}");
                assert!(ran.err.contains(said), "{said}: {ran}");
                bench.nothing_left();
            }
        }
    }
    for (repair, said) in [
        ("{order: [code]}", "which is no quasi-identifier"),
        ("{order: [age], suppress_at_most: {overall: 4}}", "is a percentage such as 4%"),
        ("{}", "`order:` is missing"),
    ] {
        let ran = with_risk(&format!("{{quasi: [age], k: 9, repair: {repair}}}")).given(thirty(true), &[]);
        assert!(ran.code == Some(2) && format!("{ran}").contains(said), "{said}: {ran}");
    }
}

#[test]
fn a_repair_is_the_same_at_every_thread_count_and_block() {
    let risk =
        "{quasi: [age, code], k: 8, by: row, repair: {order: [age, code], method: optimal, by: {age: age}, suppress_at_most: {overall: 4%, any_group: 50%}}}";
    let mut seen = std::collections::BTreeSet::new();
    for more in [&[][..], &["--block", "64", "--threads", "3"], &["--block", "100000", "--threads", "1"]] {
        let bench = with_risk(risk);
        let ran = bench.given(thirty(true), more);
        assert_eq!(ran.code, Some(0), "{ran}");
        // Every bench has a key of its own: pseudonyms differ, the rest must not.
        seen.insert(bench.out().lines().map(|line| line.split_once(',').map_or("", |(_, rest)| rest).to_owned()).collect::<Vec<_>>().join("\n"));
    }
    assert_eq!(seen.len(), 1);
}

#[test]
fn a_class_whose_values_differ_from_the_whole_stops_the_run() {
    // Band 60-69 holds one code only: 0.5 from the whole; the other way round nothing is over 1.
    let one_code = thirty(false).replace(",63,a", ",63,b");
    for (t, said) in [("0.2", Some("and at most 0.2 is asked for")), ("0.2 ordered", Some("and at most 0.2 is asked for")), ("0.9", None)] {
        let ran = with_risk(&format!("{{quasi: [age], k: 5, t: {{code: {t}}}}}")).given(&one_code, &[]);
        match said {
            Some(said) => assert!(ran.code == Some(4) && ran.err.contains(said), "{t}: {ran}"),
            None => assert!(ran.code == Some(0) && ran.out.contains("t 0.9 (equal) of code asked for"), "{t}: {ran}"),
        }
    }
}

#[test]
fn rows_that_lack_a_quasi_identifier_are_a_class_or_are_told_of() {
    // One person without an age: a class of her own, or not measured, which is said.
    let text = thirty(true).replace(",88,", ",,");
    let ran = with_risk("{quasi: [age], k: 5}").given(&text, &[]);
    assert_eq!(ran.code, Some(4), "{ran}");
    let bench = with_risk("{quasi: [age], k: 5, missing: exclude}");
    let ran = bench.given(&text, &[]);
    assert!(ran.code == Some(0) && ran.out.contains("1 to 9 rows lack a quasi-identifier: they leave, and were not measured"), "{ran}");
    assert_eq!(by_value(&bench.out(), "age")[""], 2);
    let manifest = fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("read");
    assert!(manifest.contains("leave and were not measured"), "{manifest}");
}
