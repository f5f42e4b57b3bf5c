//! What columns are taken for, the draft that comes of it, and that no value is ever shown.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::run::{Ran, run};

const EXTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/extract/admissions.csv");

fn cells(text: &str) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes())
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect()
}

fn written(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("written");
    }
    writer.into_inner().expect("flushed")
}

fn profile(text: impl AsRef<[u8]>, more: &[&str]) -> Ran {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("in.csv"), text).expect("written");
    run(dir.path(), &[&["profile", "in.csv", "--as-of", "2026-10-31"], more].concat())
}

/// Every column by name: kind, how sure, what the draft does, whether name and values disagree.
fn guesses(ran: &Ran) -> std::collections::BTreeMap<String, (String, String, String, bool)> {
    let results: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"));
    assert_eq!(results["format"], "carepact.results/1");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    results["data"]["columns"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| (text(&c["column"]), (text(&c["kind"]), text(&c["sure"]), text(&c["draft"]), c["disagree"] == true)))
        .collect()
}

fn sample(rows: usize) -> Vec<Vec<String>> {
    let mut all = cells(&fs::read_to_string(EXTRACT).expect("the sample"));
    all.truncate(rows + 1);
    all
}

const TRUTH: [(&str, &str, &str); 14] = [
    ("nhs_number", "nhs_number", "pseudonym"),
    ("surname", "name", "drop"),
    ("forename", "name", "drop"),
    ("dob", "birth_date", "age_band"),
    ("postcode", "postcode", "area"),
    ("practice", "ods_code", "keep"),
    ("gender", "sex", "keep"),
    ("ethnicity", "ethnicity", "keep"),
    ("admission", "event_date", "shift"),
    ("discharge", "event_date", "shift"),
    ("diagnosis", "diagnosis", "keep"),
    ("note", "free_text", "drop"),
    ("lsoa", "lsoa", "drop"),
    ("cost", "cost", "keep"),
];

#[test]
fn the_sample_is_recognised_column_by_column() {
    let found = guesses(&run(Path::new("."), &["profile", EXTRACT, "-f", "json"]));
    assert_eq!(found.len(), TRUTH.len());
    for (name, kind, action) in TRUTH {
        let (said, sure, draft, disagree) = &found[name];
        assert_eq!((said.as_str(), draft.as_str(), *disagree), (kind, action, false), "{name}");
        assert!(sure != "unsure", "{name}");
    }
}

#[test]
fn synthetic_extracts_under_other_names_are_recognised() {
    let names: [&[&str]; 3] = [
        &[
            "NHS No",
            "Family Name",
            "Given_Name",
            "Date of birth",
            "PCODE",
            "GP Practice Code",
            "Person Gender Code",
            "Ethnic Category",
            "AdmissionDate",
            "DischargeDate",
            "ICD10",
            "Comments",
            "LSOA11",
            "Tariff",
        ],
        &[
            "NHSNumber",
            "lastname",
            "firstname",
            "PersonBirthDate",
            "Postcode",
            "OrgID_GP",
            "GenderIDCode",
            "EthnicCategory2021",
            "arrival_date",
            "discharged",
            "diag_01",
            "AssociatedText",
            "lsoa_2021",
            "total cost",
        ],
        &[
            "patient nhs number",
            "Surname",
            "Forenames",
            "patient_dob",
            "Home Postcode",
            "provider code",
            "sex",
            "Ethnic group",
            "start date",
            "end date",
            "Primary Diagnosis",
            "free text",
            "LSOA",
            "charge",
        ],
    ];
    let (mut right, mut all) = (0, 0);
    for (seed, names) in names.iter().enumerate() {
        let dir = tempfile::tempdir().expect("a folder");
        let seed = (seed + 7).to_string();
        assert_eq!(run(dir.path(), &["synth", "extract", "--rows", "400", "--seed", &seed, "--dirty", "20", "-o", "x.csv"]).code, Some(0));
        let mut rows = cells(&fs::read_to_string(dir.path().join("x.csv")).expect("made"));
        rows[0] = names.iter().map(|name| (*name).to_owned()).collect();
        let found = guesses(&profile(written(&rows), &["-f", "json"]));
        for ((_, kind, _), name) in TRUTH.iter().zip(*names) {
            all += 1;
            let ok = found[*name].0 == *kind || *kind == "diagnosis" && found[*name].0 == "icd10";
            right += usize::from(ok);
            assert!(ok, "{name}: {:?}", found[*name]);
        }
        // Without any name the values alone speak, and what they cannot say is dropped.
        rows[0] = (0..14).map(|n| format!("c{n}")).collect();
        let found = guesses(&profile(written(&rows), &["-f", "json"]));
        for (n, (_, kind, _)) in TRUTH.iter().enumerate() {
            let (said, _, draft, _) = &found[&format!("c{n}")];
            let by_form = ["nhs_number", "birth_date", "postcode", "ods_code", "event_date", "free_text", "lsoa"].contains(kind);
            assert!(!by_form || said == kind, "c{n}: {said}, not {kind}");
            assert!(draft != "keep", "c{n} would leave as it is, and nothing but its values speaks");
        }
    }
    assert_eq!((right, all), (42, 42));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_of_rows_and_columns_does_not_change_a_guess(
        order in Just((0..14usize).collect::<Vec<_>>()).prop_shuffle(),
        rows in Just((1..121usize).collect::<Vec<_>>()).prop_shuffle(),
        threads in 1..4u8,
        block in 50..5000usize,
    ) {
        let sample = sample(120);
        let pick = |row: &Vec<String>| order.iter().map(|at| row[*at].clone()).collect::<Vec<_>>();
        let shuffled: Vec<Vec<String>> = std::iter::once(0).chain(rows).map(|row| pick(&sample[row])).collect();
        let plain = guesses(&profile(written(&sample), &["-f", "json"]));
        let (threads, block) = (threads.to_string(), block.to_string());
        let other = guesses(&profile(written(&shuffled), &["-f", "json", "--threads", &threads, "--block", &block]));
        prop_assert_eq!(plain, other);
    }
}

#[test]
fn no_value_is_ever_printed_or_drafted() {
    let planted = [
        "9990000018",
        "999 000 0026",
        "Quibblethwaite",
        "Zebedee",
        "1931-04-17",
        "OL17 3XB",
        "zeb.q@example.org",
        "0161 496 0000",
        "QQ123456C",
        "14 Plinth Row",
        "LOC-88812",
        "B34.97",
        "G9876543",
        "seen with Quibblethwaite at 999-000-0034",
    ];
    let header = "nhs_number,other,surname,forename,dob,postcode,email,phone,ni,address,mrn,code,staff_id,notes,nothing";
    let mut text = format!("{header}\n");
    for _ in 0..40 {
        text += &format!(
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{},\n",
            planted[0],
            planted[1],
            planted[2],
            planted[3],
            planted[4],
            planted[5],
            planted[6],
            planted[7],
            planted[8],
            planted[9],
            planted[10],
            planted[11],
            planted[12],
            planted[13]
        );
    }
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in
        [("good.csv", text.clone()), ("short.csv", format!("{text}9990000018,Zebedee\n")), ("quote.csv", format!("{text}Zebedee\" Quibblethwaite,1\n"))]
    {
        fs::write(dir.path().join(name), text).expect("written");
        for format in ["human", "short", "json"] {
            let ran = run(dir.path(), &["profile", name, "-f", format, "-v", "-o", "draft.yaml", "--force"]);
            assert_eq!(ran.code, Some(if name == "good.csv" { 0 } else { 3 }), "{ran}");
            let draft = fs::read_to_string(dir.path().join("draft.yaml")).unwrap_or_default();
            let all = format!("{ran}\n{draft}");
            for value in planted.iter().chain(&["9990000026", "9990000034", "999-000-0034", "Plinth"]) {
                assert!(!all.contains(value), "{name} {format}: a planted value is shown\n{all}");
            }
        }
    }
    // A forgotten header is a person's row.
    for headless in ["9990000018,Quibblethwaite,x\n9990000026,Zebedee,y\n", "Zebedee,Zebedee\na,b\n"] {
        let ran = profile(headless, &[]);
        assert!(ran.code == Some(3) && !ran.to_string().contains("Zebedee") && !ran.to_string().contains("Quibble"), "{ran}");
    }
}

#[test]
fn names_that_do_not_fit_their_values_are_told() {
    let mut text = "notes,visit reason,nhs_number\n".to_owned();
    for row in 0..30 {
        text += &format!("999000{},seen {row} times,blue\n", ["0018", "0026", "0034", "0042"][row % 4]);
    }
    let ran = profile(&text, &["-f", "json"]);
    let found = guesses(&ran);
    assert_eq!(found["notes"], ("nhs_number".into(), "unsure".into(), "pseudonym".into(), true), "{ran}");
    assert!(found["nhs_number"].3 && found["nhs_number"].2 == "drop");
    assert!(profile(&text, &[]).out.contains("Name and values disagree in 2 columns"));
}

#[test]
fn odd_extracts_end_with_a_word() {
    let empty = profile("", &[]);
    assert!(empty.code == Some(3) && empty.err.contains("empty"), "{empty}");
    let header = profile("nhs_number,dob\n", &["-f", "json"]);
    assert_eq!(guesses(&header)["dob"], ("birth_date".into(), "likely".into(), "drop".into(), false));
    let one = profile("x\na\nb\n", &["-f", "json"]);
    assert_eq!(guesses(&one)["x"].2, "drop");
    let latin = profile(b"town,x\nM\xfcnchen,1\n", &[]);
    assert!(latin.code == Some(3) && latin.out.contains("1 row could not be read (not UTF-8") && !latin.to_string().contains("nchen"), "{latin}");
    let tabs = profile("sex\tage\n1\t40\n", &["-f", "json"]);
    assert!(tabs.out.contains("tab") && guesses(&tabs)["age"].2 == "band", "{tabs}");
    assert_eq!(profile("a,b\n1,2\n", &["-f", "sarif"]).code, Some(2));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("readable") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, target).map(drop).expect("copied") }
    }
}

#[test]
fn dates_that_cannot_be_shifted_are_cut() {
    let mut text = "admission_date,date_of_death,ward\n".to_owned();
    for day in 1..=28 {
        text.push_str(&format!("2026-05-{day:02},{:02}/06/2026,A\n", 29 - day));
    }
    let found = guesses(&profile(&text, &["-f", "json"]));
    assert_eq!((found["admission_date"].2.as_str(), found["date_of_death"].2.as_str()), ("truncate", "truncate"), "{found:?}");
    let draft = profile(&text, &["--release", "r", "--to", "QZ9", "--for", "research", "-o", "-"]);
    for line in [
        "admission_date: {truncate: month, as: admission_date_month, category: encounters, class: quasi}",
        "date_of_death: {truncate: year, as: date_of_death_year, category: demographics.identity, class: quasi, date: DD/MM/YYYY}",
    ] {
        assert!(draft.out.contains(line), "{draft}");
    }
}

#[test]
fn the_draft_checks_in_the_shipped_pack_and_a_release_can_be_made_by_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str| dir.path().join(name);
    copy(&root.join("policies"), &at("policies"));
    let ok = |args: &[&str]| {
        let ran = run(dir.path(), args);
        assert_eq!(ran.code, Some(0), "{args:?}\n{ran}");
        ran
    };
    ok(&["profile", EXTRACT, "--agreement", "GM-DSA-0021", "--release", "phm-monthly", "--to", "QZ9", "--for", "population_health", "-o", "draft.yaml"]);
    let draft = fs::read_to_string(at("draft.yaml")).expect("a draft");
    let file = at("policies/greater-manchester/agreements/population-health.yaml");
    let text = fs::read_to_string(&file).expect("the agreement");
    // The parties sign again whatever they agree on: that is theirs, and not the draft's.
    let text: String =
        text.lines().map(|line| if line.trim_start().starts_with("terms: \"sha256:") { "     }".to_owned() } else { line.to_owned() } + "\n").collect();
    let (start, end) = (text.find("releases:\n").expect("there"), text.find("retention:\n").expect("there"));
    let check = |text: &str| {
        fs::write(&file, text).expect("written");
        run(dir.path(), &["check", "policies/greater-manchester", "--as-of", "2026-10-31", "-f", "short"]).out
    };
    // Findings without their lines, for a draft is longer.
    let plain = |out: &str| out.lines().map(|line| line.splitn(4, ':').last().unwrap_or(line).to_owned()).collect::<std::collections::BTreeSet<_>>();
    let before = plain(&check(&text));
    let opt_outs = "    opt_outs: {national: {applies: false, reason: synthetic}, type_1: {applied: at_source, attested_by: practice, on: 2026-09-28}}\n";
    let pasted = format!("{}{draft}{opt_outs}{}", &text[..start], &text[end..]);
    let after = plain(&check(&pasted));
    assert_eq!(after.difference(&before).collect::<Vec<_>>(), Vec::<&String>::new());

    for name in ["custodian", "escrow"] {
        ok(&["keys", "identity", "-o", name]);
    }
    let public = |name: &str| fs::read_to_string(at(name)).expect("read").split_whitespace().find(|word| word.starts_with("age1")).expect("there").to_owned();
    let (custodian, escrow) = (public("custodian"), public("escrow"));
    ok(&["keys", "new", "--controller", "RZA", "--purpose", "population_health", "--recipient", &custodian, "--recipient", &escrow, "-o", "ring"]);
    fs::create_dir(at("out")).expect("made");
    ok(&["keys", "signer", "--name", "ig@record.example.org", "-o", "signer"]);
    let release = [
        "--release",
        "GM-DSA-0021/phm-monthly",
        "--pack",
        "policies/greater-manchester",
        "--as-of",
        "2026-10-31",
        "--keyring",
        "ring",
        "--identity",
        "custodian",
    ];
    ok(&[&["pseudonymise", EXTRACT, "--sign-key", "signer", "-o", "out/r.csv", "--quarantine", "q"], &release[..]].concat());
    let out = fs::read_to_string(at("out/r.csv")).expect("a release");
    let header = out.lines().next().expect("a header");
    assert_eq!(header, "nhs_number,dob_age_band,postcode_district,practice,gender,ethnicity,admission,discharge,diagnosis,cost");
    assert!(out.lines().count() > 4000 && !out.contains("999000"));
}

#[test]
fn a_packed_extract_is_profiled_and_measured_as_the_plain_one() {
    let text = fs::read(EXTRACT).expect("the sample extract");
    let told = |bytes: &[u8], command: &[&str]| {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("in.csv"), bytes).expect("written");
        run(dir.path(), command)
    };
    let (gz, zst) = (super::access_log_input::gzip(&text), super::access_log_input::zstd(&text));
    for command in [&["profile", "in.csv", "--as-of", "2026-10-31"][..], &["risk", "in.csv", "--qi", "gender,ethnicity", "--as-of", "2026-10-31"]] {
        let plain = told(&text, command);
        assert!(plain.code == Some(0) || plain.code == Some(1), "{plain}");
        for packed in [&gz, &zst] {
            let ran = told(packed, command);
            assert_eq!((ran.code, &ran.out), (plain.code, &plain.out), "{ran}");
        }
        let cut = told(&gz[..gz.len() / 2], command);
        assert!(cut.code == Some(3) && cut.err.contains("its gzip data ends in the middle, so the file is not whole") && cut.out.is_empty(), "{cut}");
    }
}
