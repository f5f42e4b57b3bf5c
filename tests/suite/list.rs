//! What `list` says of agreements, and of who has still to sign.

use std::path::Path;

use super::run::{Ran, run};

fn shipped() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json(ran: &Ran) -> serde_json::Value {
    assert_eq!(ran.code, Some(0), "{ran}");
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

/// A pack as `init` makes it, on 1 April 2026.
fn pack() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let made = run(dir.path(), &["init", ".", "--id", "west", "--as-of", "2026-04-01"]);
    assert_eq!(made.code, Some(0), "{made}");
    dir
}

fn change(dir: &Path, file: &str, from: &str, to: &str) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(text.contains(from), "{file} has no {from:?}");
    std::fs::write(path, text.replace(from, to)).expect("written");
}

#[test]
fn agreements_with_their_state_and_terms() {
    let ran = run(shipped(), &["list", "--pack", "policies/greater-manchester", "--as-of", "2026-05-04"]);
    // The digests change with every word of the shipped agreements.
    insta::with_settings!({filters => [(r"[0-9a-f]{12}\n", "[terms]\n")]}, { insta::assert_snapshot!(ran) });
    let all = json(&run(shipped(), &["list", "--pack", "policies/greater-manchester", "--as-of", "2026-05-04", "-f", "json"]));
    let care = all["agreements"].as_array().expect("a list").iter().find(|one| one["agreement"] == "GM-DSA-0007").expect("there").clone();
    assert_eq!(care["state_on_as_of"], "suspended");
    assert!(care["terms"].as_str().is_some_and(|terms| terms.len() == "sha256:".len() + 64), "{care}");
}

#[test]
fn who_has_still_to_sign_in_order() {
    let ran = run(shipped(), &["list", "--unsigned", "--pack", "policies/greater-manchester", "--as-of", "2026-11-01"]);
    insta::assert_snapshot!(ran);
    let all = json(&run(shipped(), &["list", "--unsigned", "--pack", "policies/greater-manchester", "--as-of", "2026-11-01", "--json"]));
    let first = &all["organisations"][0];
    assert_eq!(first["patients"], 6836, "the largest of those for whom a transition goes dark");
    assert_eq!(first["transitions"], serde_json::json!(["ed-to-gp", "mental-health-to-gp"]));
    let unknown: Vec<&serde_json::Value> = all["organisations"].as_array().expect("a list").iter().filter(|one| one["patients"].is_null()).collect();
    assert!(
        !unknown.is_empty() && unknown.iter().all(|one| one["ods"].as_str().is_some_and(|ods| !ods.starts_with('X'))),
        "a size that is not known is not zero"
    );
}

#[test]
fn an_unknown_list_size_comes_before_the_known_ones() {
    let dir = pack();
    change(dir.path(), "accessions/0001.csv", "X99001,2026-04-01,,2026-03-09,Senior Partner\nX99002,2026-04-01,,2026-03-10,Senior Partner\n", "");
    change(dir.path(), "register/list_sizes.csv", "X99002,2026-03-01,5400\n", "");
    let all = json(&run(dir.path(), &["list", "--unsigned", "--as-of", "2026-04-01", "-f", "json"]));
    let order: Vec<(&str, Option<u64>)> =
        all["organisations"].as_array().expect("a list").iter().map(|one| (one["ods"].as_str().expect("a code"), one["patients"].as_u64())).collect();
    assert_eq!(order, [("X99002", None), ("X99001", Some(8200))]);
    let text = run(dir.path(), &["list", "--unsigned", "--as-of", "2026-04-01"]);
    assert!(text.out.lines().any(|line| line.starts_with("X99002") && line.contains("unknown")), "{text}");
}

#[test]
fn what_was_signed_is_compared_with_what_stands_there() {
    let dir = pack();
    let terms = json(&run(dir.path(), &["list", "-f", "json"]))["agreements"][0]["terms"].as_str().expect("a digest").to_owned();
    change(dir.path(), "accessions/0001.csv", "ods,joined,left,signed_on,signed_by\n", "ods,joined,left,signed_on,signed_by,terms\n");
    change(dir.path(), "accessions/0001.csv", "2026-03-09,Senior Partner\n", &format!("2026-03-09,Senior Partner,{terms}\n"));
    let old = format!("sha256:{}", "0".repeat(64));
    change(dir.path(), "accessions/0001.csv", "2026-03-12,SIRO\n", &format!("2026-03-12,SIRO,{old}\n"));
    change(dir.path(), "accessions/0001.csv", "2026-03-10,Senior Partner\n", &format!("2026-03-10,Senior Partner,{old}\n"));
    change(dir.path(), "accessions/0001.csv", "Director of Adult Social Services\n", "Director of Adult Social Services,\n");
    let checked = run(dir.path(), &["check", "--as-of", "2026-04-01", "-f", "json"]);
    assert_eq!(checked.code, Some(1), "{checked}");
    let results: serde_json::Value = serde_json::from_str(&checked.out).expect("json");
    let findings = results["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 1, "{checked}");
    assert_eq!(findings[0]["code"], "DOC-011");
    assert_eq!(findings[0]["facts"]["sign_again"], serde_json::json!(["X99002", "RXZ", "RZ9"]), "the oldest signature first");
    assert_eq!(findings[0]["spans"][0]["file"], "accessions/0001.csv");
    let all = json(&run(dir.path(), &["list", "--unsigned", "--as-of", "2026-04-01", "-f", "json"]));
    let lacks: Vec<(&str, &str)> = all["organisations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["ods"].as_str().expect("a code"), one["missing"][0]["lack"].as_str().expect("a word")))
        .collect();
    assert_eq!(lacks, [("RXZ", "other_terms"), ("RZ9", "other_terms"), ("X99002", "other_terms")]);
    // Whoever has left need not sign again.
    change(dir.path(), "accessions/0001.csv", "X99002,2026-04-01,,", "X99002,2026-04-01,2026-04-30,");
    let later: serde_json::Value = serde_json::from_str(&run(dir.path(), &["check", "--as-of", "2026-05-01", "-f", "json"]).out).expect("json");
    let again = later["findings"].as_array().expect("a list").iter().find(|finding| finding["code"] == "DOC-011").expect("there");
    assert_eq!(again["facts"]["sign_again"], serde_json::json!(["RXZ", "RZ9"]));
}

#[test]
fn the_mail_merge_has_one_row_an_organisation_and_starts_no_formula() {
    let dir = pack();
    change(dir.path(), "accessions/0001.csv", "X99001,2026-04-01,,2026-03-09,Senior Partner\n", "");
    change(dir.path(), "register/organisations.csv", "Example Lane Surgery (synthetic)", "\"=HYPERLINK(\"\"https://example.org\"\",\"\"Surgery\"\")\"");
    change(dir.path(), "register/organisations.csv", "ig@x99001.example.org", "@sum");
    let saved = run(dir.path(), &["list", "--unsigned", "--as-of", "2026-04-01", "-o", "csv:chase.csv"]);
    assert_eq!(saved.code, Some(0), "{saved}");
    let text = std::fs::read_to_string(dir.path().join("chase.csv")).expect("text");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(&rows[0][1], "'=HYPERLINK(\"https://example.org\",\"Surgery\")");
    assert_eq!(&rows[0][3], "'@sum");
    assert_eq!(&rows[0][8], "8200");
    assert!(rows[0].iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{text}");
    assert!(
        rows[0][11].contains("has not joined Example shared care record, direct care (EX-DSA-0001), which it could have done since 1 April 2026."),
        "{text}"
    );
    let again = run(dir.path(), &["list", "--unsigned", "--as-of", "2026-04-01", "-o", "csv:chase.csv"]);
    assert_eq!(again.code, Some(2), "not overwritten unasked: {again}");
}

#[test]
fn an_agreement_that_is_not_there_is_answered_with_the_near_one() {
    let ran = run(shipped(), &["list", "--pack", "policies/greater-manchester", "--agreement", "GM-DSA-0070"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.err.contains("Did you mean GM-DSA-0007?"), "{ran}");
}

#[test]
fn without_columns_each_fact_has_its_label() {
    let ran = run(shipped(), &["list", "--unsigned", "--accessible", "--pack", "policies/greater-manchester", "--as-of", "2026-11-01"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("\nods: X90431\nname: Willow Mill Surgery (synthetic)\n"), "{ran}");
    assert!(ran.out.contains("\npatients: unknown\n"), "{ran}");
}

#[test]
fn an_agreement_in_words() {
    let args = ["show", "GM-DSA-0007", "--pack", "policies/greater-manchester", "--as-of", "2026-05-04"];
    let ran = run(shipped(), &args);
    insta::with_settings!({filters => [(r"sha256:[0-9a-f]{64}", "[terms]")]}, { insta::assert_snapshot!(ran) });
    let all = json(&run(shipped(), &[&args[..], &["-f", "json"]].concat()));
    let grants = all["sections"].as_array().expect("a list").iter().find(|section| section["title"] == "Who may see what").expect("there").clone();
    let lines: Vec<&str> = grants["lines"].as_array().expect("a list").iter().map(|line| line.as_str().expect("words")).collect();
    assert!(
        lines.contains(&"g4: person may view and print record (identifiable) for patient access, when identity checked and not serious harm."),
        "{lines:?}"
    );
    let written = std::fs::read_to_string(shipped().join("policies/greater-manchester/agreements/gm-care-record.yaml")).expect("text");
    for clause in ["g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8"] {
        assert!(written.contains(&format!("\n  {clause}: ")) && lines.iter().any(|line| line.starts_with(&format!("{clause}: "))), "{clause} is said");
    }
    let markdown = run(shipped(), &[&args[..], &["-f", "markdown"]].concat());
    assert!(markdown.out.starts_with("# GM Care Record, direct care (GM-DSA-0007, version 3.1)\n"), "{markdown}");
}
