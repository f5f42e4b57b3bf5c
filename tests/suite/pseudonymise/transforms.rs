//! Transforms of one cell, as they come out of a whole run: what leaves, what is counted, what is refused before a row is read.

use super::*;

/// A release with these columns beside the person's.
fn release(columns: &str) -> String {
    let (head, _) = RELEASE.split_once("columns:\n").expect("columns");
    format!(
        "{head}columns:\n  nhs_number: {{pseudonym: {{}}, category: medications}}\n{columns}formula: prefix\nopt_outs: {{national: {{applies: false, reason: synthetic}}, \
         type_1: {{applied: at_source, attested_by: practice, on: 2026-06-01}}}}\n"
    )
}

fn bench(columns: &str, files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new(&release(columns));
    fs::create_dir(bench.path("pack/lookups")).expect("made");
    for (name, text) in files {
        fs::write(bench.path("pack/lookups").join(name), text).expect("written");
    }
    bench
}

/// Releases these cells under one column, and gives what came out of each in order.
fn cells(rule: &str, files: &[(&str, &str)], given: &[&str]) -> (Bench, Ran, Vec<String>) {
    let bench = bench(&format!("  x: {{{rule}, category: results}}\n"), files);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["nhs_number", "x"]).expect("in memory");
    for (person, cell) in (0..).zip(given) {
        writer.write_record([nhs(person).as_str(), cell]).expect("in memory");
    }
    let ran = bench.given(writer.into_inner().expect("in memory"), &[]);
    let came = if ran.code == Some(0) {
        let text = bench.out();
        csv::Reader::from_reader(text.as_bytes()).records().map(|row| row.expect("a row")[1].to_owned()).collect()
    } else {
        Vec::new()
    };
    (bench, ran, came)
}

fn manifest(bench: &Bench) -> serde_json::Value {
    serde_json::from_slice(&fs::read(bench.path("out/r.csv.manifest.json")).expect("a manifest")).expect("JSON")
}

const POSTCODES: &str = "pcds,lsoa,imd\nM13 9PL,E01005062,1\nM13 9PX,E01005063,\nEC1A 1BB,E01000001,9\n";
const SPECIALTY: &str = "code,words,group\n100,\"Surgery, general\",surgery\n300,General medicine,medicine\n999,999,\n";
const CHAPTERS: &str = "E10;E10-E14;E\nE11;E10-E14;E\nI10;I10-I15;I\n";

#[test]
fn cells_come_out_as_the_release_says_and_their_counts_with_them() {
    let files = [("postcodes.csv", POSTCODES), ("specialty.csv", SPECIALTY), ("chapters.csv", CHAPTERS)];
    // Action as written, cells, what they become, how many are not known.
    let table: &[(&str, &[&str], &[&str], u64)] = &[
        ("truncate: month", &["2026-04-01", "", "1900-01-01"], &["2026-04", "", ""], 1),
        ("truncate: quarter, date: DD/MM/YYYY", &["01/04/2026", "31/03/2026"], &["2026Q2", "2026Q1"], 0),
        ("truncate: year, is: birth_date", &["1980-02-03", "NULL"], &["1980", ""], 0),
        ("round: 50", &["24.99", "25", "", "-75"], &["0", "50", "", "-100"], 0),
        ("top_code: 90", &["89", "90", "104.5"], &["89", "90+", "90+"], 0),
        ("bottom_code: 18", &["17.9", "18"], &["<18", "18"], 0),
        ("top_code: 3, bottom_code: 1", &["0", "1", "2", "3"], &["<1", "1", "2", "3+"], 0),
        ("area: sector", &["m139pl", "ZZ99 3VZ", "nowhere"], &["M13 9", "", ""], 2),
        ("area: {level: lsoa, file: lookups/postcodes.csv}", &["M139PL", "ZZ99 3VZ", "M1 1AE", ""], &["E01005062", "", "", ""], 2),
        ("area: {level: imd_decile, file: lookups/postcodes.csv, from: pcds, to: imd}", &["ec1a1bb", "M13 9PX"], &["9", ""], 1),
        ("group: {file: lookups/chapters.csv}", &["E11", " I10 "], &["E10-E14", "I10-I15"], 0),
        ("group: {file: lookups/chapters.csv, level: 2, unmatched: empty}", &["E11", "Z99"], &["E", ""], 1),
        ("map: {file: lookups/specialty.csv}", &["100", "300"], &["Surgery, general", "General medicine"], 0),
        ("map: {file: lookups/specialty.csv, from: words, to: group}", &["Surgery, general", "999"], &["surgery", ""], 1),
        ("mask: {keep_last: 3}", &["0161 496 0000", "ab", "\"q\"uoted"], &["****000", "****", "****ted"], 0),
        ("mask: {keep_first: 2}, is: phone", &["+4401614960"], &["'+4****"], 0),
        ("constant: hospital", &["a", "", "NULL"], &["hospital", "hospital", "hospital"], 0),
        ("redact: {}", &["ring 0161 496 0000, \"now\"", "none"], &["ring [PHONE], \"now\"", "none"], 0),
    ];
    for (rule, given, expected, not_known) in table {
        let (bench, ran, came) = cells(rule, &files, given);
        assert_eq!(ran.code, Some(0), "{rule}: {ran}");
        assert_eq!(came, *expected, "{rule}");
        let column = manifest(&bench)["columns"][1].clone();
        let said = rule.split(", is:").next().and_then(|rule| rule.split(", date:").next()).map(|rule| rule.trim_end_matches(": {}"));
        assert_eq!(column["action"].as_str(), said, "{column}");
        assert!(column["leaks"].as_str().is_some_and(|leaks| !leaks.is_empty()), "{column}");
        let empty = expected.iter().filter(|cell| cell.is_empty()).count();
        assert_eq!(column["counts"]["values"], (expected.len() - empty) as u64, "{rule}: {column}");
        assert_eq!(column["counts"]["empty"], empty as u64, "{rule}: {column}");
        assert_eq!(column["counts"]["not_known"].as_u64().unwrap_or(0), *not_known, "{rule}: {column}");
    }
}

#[test]
fn an_age_in_years_is_one_for_all_rows_of_a_person() {
    let bench = bench("  dob: {age: {at: admitted, top: 90}, category: medications}\n  admitted: {truncate: year, category: results}\n", &[]);
    let mut text = "nhs_number,dob,admitted\n".to_owned();
    // A birthday lies between the first two rows; the last person is over the top.
    for (person, dob, admitted) in
        [(1, "1980-06-15", "2026-06-14"), (1, "1980-06-15", "2026-06-16"), (2, "1935-01-01", "2026-01-02"), (3, "1900-01-01", "2026-01-02")]
    {
        text.push_str(&format!("{},{dob},{admitted}\n", nhs(person)));
    }
    let ran = bench.given(&text, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let ages: Vec<String> = bench.out().lines().skip(1).map(|line| line.split(',').nth(1).expect("a cell").to_owned()).collect();
    assert_eq!(ages, ["45", "45", "90+", ""]);
}

#[test]
fn true_months_beside_shifted_dates_are_told() {
    let told = |truncate: &str| {
        let columns = format!("  day: {{shift: {{days: 28, window: trim}}, category: results}}\n  end: {{{truncate}, category: results}}\n");
        let ran = bench(&columns, &[]).given(format!("nhs_number,day,end\n{},2026-04-01,2026-04-03\n", nhs(1)), &["--plan"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        ran.out.contains("`end` gives true months beside shifted dates (`day`)")
    };
    assert!(told("truncate: month"));
    assert!(!told("truncate: year") && !told("truncate: month, is: birth_date"));
}

#[test]
fn a_value_that_a_file_does_not_know_is_set_aside_left_empty_or_stops_the_run() {
    let files = [("specialty.csv", SPECIALTY)];
    let rule = |unmatched: &str| format!("map: {{file: lookups/specialty.csv{unmatched}}}");
    let (bench, ran, came) = cells(&rule(""), &files, &["100", "rare", "300"]);
    assert_eq!((ran.code, came.len()), (Some(0), 2), "{ran}");
    assert_eq!(bench.balance()["quarantined"], serde_json::json!({"not_in_lookup": 1}));
    let (bench, ran, _) = cells(&rule(", unmatched: refuse"), &files, &["100", "rare"]);
    assert!(ran.code == Some(4) && ran.err.contains("row 3, column `x`: a value that the lookup file does not know") && !ran.err.contains("rare"), "{ran}");
    bench.nothing_left();
    // The rule of malformed rows is another one: these are not malformed.
    let text = release("  x: {map: {file: lookups/s.csv}, category: results}\n").replace("malformed: quarantine\n", "malformed: refuse\n");
    let bench = Bench::new(&text);
    fs::create_dir(bench.path("pack/lookups")).expect("made");
    fs::write(bench.path("pack/lookups/s.csv"), SPECIALTY).expect("written");
    let ran = bench.given(format!("nhs_number,x\n{},rare\n{},100\n", nhs(1), nhs(2)), &[]);
    assert_eq!((ran.code, bench.balance()["out"].clone()), (Some(0), serde_json::json!(1)), "{ran}");
}

#[test]
fn what_has_no_meaning_is_refused_with_its_clause_before_a_row_is_read() {
    let refused = |columns: &str, said: &str| {
        let bench = bench(columns, &[("postcodes.csv", POSTCODES)]);
        // There is no extract: nothing is read.
        let ran = bench.release("nowhere.csv", &["-o", "out/r.csv"]);
        assert_eq!(ran.code, Some(2), "{columns}{ran}");
        assert!(ran.err.contains(said) && ran.err.contains("agreements/planning.yaml:"), "{columns}{ran}");
        bench.nothing_left();
    };
    for (rule, said) in [
        ("shift: {days: 28, window: trim}, is: free_text", "`shift` of the column `x`, which holds `free_text`"),
        ("shift: {days: 28, window: trim}, is: birth_date", "a date of birth never shares the offset"),
        ("truncate: month, is: local_id", "`truncate` of the column `x`, which holds `local_id`"),
        ("round: 5, is: name", "`round` of the column `x`, which holds `name`"),
        ("top_code: 5, is: phone", "`top_code` of the column `x`, which holds `phone`"),
        ("band: {width: 5}, is: nhs_number", "`band` of the column `x`, which holds `nhs_number`"),
        ("age_band: {width: 5, at: 2026-04-01}, is: postcode", "it needs a date of birth"),
        ("mask: {keep_last: 4}, is: nhs_number", "`pseudonym` keeps rows of one person together"),
        ("mask: {keep_last: 4}, is: birth_date", "`mask` of the column `x`"),
        ("redact: {}, is: name", "it needs free text"),
        ("group: {file: lookups/postcodes.csv}, is: postcode", "`area` makes it coarser"),
        ("area: sector, is: email", "it needs a postcode"),
        ("redact: {}, class: quasi", "free text is no quasi-identifier"),
        ("truncate: week", "month"),
        ("round: 0", "a whole number from 1"),
        ("top_code: 5, bottom_code: 5", "a number above `bottom_code`"),
        ("mask: {keep_last: 3, keep_first: 3}", "not both"),
        ("mask: {keep_last: 9}", "1 to 8 characters"),
        ("constant: =1+1", "no spreadsheet would calculate"),
        ("area: lsoa", "areas by lookup name their file"),
        ("area: {file: lookups/postcodes.csv}", "which area the file gives"),
        ("map: {unmatched: empty}", "`file:` is missing"),
        ("map: {file: ../secrets.csv}", "a lookup file lies in the folder of the pack"),
        ("map: {file: /etc/passwd}", "a lookup file lies in the folder of the pack"),
        ("group: {file: lookups/postcodes.csv, level: 0}", "a level from 1"),
        ("round: 5, constant: a", "needs one action, and has round and constant"),
    ] {
        refused(&format!("  x: {{{rule}, category: results}}\n"), said);
    }
    refused(
        "  day: {shift: {days: 28, window: trim}, category: results}\n  note: {redact: {}, category: results}\n",
        "the dates in `note` would give away by how far `day` is shifted",
    );
}

#[test]
fn lookup_files_that_cannot_be_used_are_told_with_their_clause() {
    let rule = "map: {file: lookups/f.csv, from: code, to: group}";
    for (text, code, said) in [
        (None, 3, "there is no such file"),
        (Some(""), 3, "no column `code`"),
        (Some("code,group\n"), 3, "it holds no values"),
        (Some("code,words\n1,2\n"), 3, "its header has no column `group`"),
        (Some("code,group\n1,a\n1,b\n"), 3, "line 3 gives a value another answer"),
        (Some("code,group\n1,a\n2\n"), 3, "line 3 cannot be read"),
    ] {
        let files: Vec<(&str, &str)> = text.iter().map(|text| ("f.csv", *text)).collect();
        let (bench, ran, _) = cells(rule, &files, &["1"]);
        assert_eq!(ran.code, Some(code), "{ran}");
        assert!(ran.err.contains(said) && ran.err.contains("agreements/planning.yaml:") && ran.err.contains("lookups/f.csv of the column `x`"), "{ran}");
        bench.nothing_left();
    }
    let bench = bench("  x: {map: {file: lookups/folder}, category: results}\n", &[]);
    fs::create_dir(bench.path("pack/lookups/folder")).expect("made");
    let ran = bench.given(format!("nhs_number,x\n{},1\n", nhs(1)), &[]);
    assert!(ran.code == Some(3) && ran.err.contains("it is not a file"), "{ran}");
    let (_, ran, _) = cells("group: {file: lookups/f.csv, level: 3}", &[("f.csv", CHAPTERS)], &["E10"]);
    assert!(ran.code == Some(3) && ran.err.contains("it has 2 levels above the values, and level 3 is asked for"), "{ran}");
}

#[test]
fn a_file_whose_content_was_agreed_is_no_other() {
    let digest = |text: &str| carepact::text::hex(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref());
    let given = |sha256: &str| {
        let (bench, ran, came) = cells(&format!("map: {{file: lookups/s.csv, sha256: {sha256}}}"), &[("s.csv", SPECIALTY)], &["300"]);
        if ran.code != Some(0) {
            bench.nothing_left();
        }
        (ran, came)
    };
    let (ran, came) = given(&digest(SPECIALTY));
    assert_eq!((ran.code, came), (Some(0), vec!["General medicine".to_owned()]), "{ran}");
    let (ran, _) = given(&digest("another"));
    assert!(ran.code == Some(4) && ran.err.contains("is not the one that was agreed (agreements/planning.yaml:"), "{ran}");
    let (ran, _) = given("abc");
    assert!(ran.code == Some(2) && ran.err.contains("64 digits 0-9 and a-f"), "{ran}");
}

#[test]
fn the_plan_names_lookup_files_and_the_manifest_has_only_their_keyed_digests() {
    let files = [("postcodes.csv", POSTCODES), ("specialty.csv", SPECIALTY)];
    let columns = "  home: {area: {level: lsoa, file: lookups/postcodes.csv}, category: results}
  decile: {area: {level: imd_decile, file: lookups/postcodes.csv, to: imd}, category: results}
  ward: {map: {file: lookups/specialty.csv, from: code, to: words}, category: results}\n";
    let bench = bench(columns, &files);
    let text = format!("nhs_number,home,decile,ward\n{},M13 9PL,M13 9PL,100\n", nhs(1));
    let plan = bench.given(&text, &["--plan"]);
    assert!(plan.code == Some(0) && plan.out.contains("looked up in lookups/postcodes.csv: `home` (3 values) and `decile` (3 values)"), "{plan}");
    assert!(plan.out.contains("looked up in lookups/specialty.csv: `ward` (3 values)"), "{plan}");
    bench.nothing_left();
    let ran = bench.given(&text, &["-f", "json"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let key = reference_key(&bench.root(), LINKAGE, "extract", "digest");
    let expected: Vec<String> = [POSTCODES, SPECIALTY].map(|text| carepact::text::hex(&reference_mac(&key, text.as_bytes()))).to_vec();
    let manifest = manifest(&bench);
    let inputs = manifest["inputs"].as_array().expect("inputs");
    let lookups: Vec<&str> = inputs.iter().filter(|input| input["role"] == "lookup").filter_map(|input| input["hmac"].as_str()).collect();
    assert_eq!(lookups, expected);
    let plain = carepact::text::hex(ring::digest::digest(&ring::digest::SHA256, POSTCODES.as_bytes()).as_ref());
    assert!(!manifest.to_string().contains(&plain), "a plain digest could be guessed");
    let results: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let named: Vec<&serde_json::Value> = results["inputs"].as_array().expect("inputs").iter().filter(|input| input["role"] == "lookup").collect();
    assert_eq!(named.len(), 2);
    assert_eq!((named[0]["name"].as_str(), named[0]["digest"].as_str()), (Some("lookups/postcodes.csv"), Some(format!("hmac:{}", expected[0]).as_str())));
    assert_eq!(bench.out().lines().nth(1).and_then(|line| line.split_once(',')).map(|(_, rest)| rest), Some("E01005062,1,\"Surgery, general\""));
}

#[test]
fn what_a_transform_leaves_of_an_identifier_stops_the_run() {
    let person = "  name: {drop: {}, is: name}\n  local: {drop: {}, is: local_id}\n";
    let files = [("same.csv", "a,b\nRX1-77001,RX1-77001\nother,fine\n"), ("groups.csv", "RX1-77001;RX1-77001\n")];
    let given = |column: &str, cell: &str| {
        let bench = bench(&format!("{person}  x: {{{column}, category: results}}\n"), &files);
        let ran = bench.given(format!("nhs_number,name,local,x\n{},Okafor,RX1-77001,{cell}\n", nhs(1)), &[]);
        if ran.code != Some(0) {
            bench.nothing_left();
        }
        ran
    };
    for column in ["map: {file: lookups/same.csv}", "group: {file: lookups/groups.csv}"] {
        let ran = given(column, "RX1-77001");
        assert!(ran.code == Some(4) && ran.err.contains("column `x` holds the row's own local_id in 1 row") && !ran.err.contains("77001"), "{column}: {ran}");
    }
    assert_eq!(given("map: {file: lookups/same.csv}", "other").code, Some(0));
    // A file that answers with the postcode gives no area.
    let files = [("p.csv", POSTCODES)];
    let (_, ran, _) = cells("area: {level: lsoa, file: lookups/p.csv, to: pcds}", &files, &["M13 9PL"]);
    assert!(ran.code == Some(4) && ran.err.contains("own postcode in 1 row"), "{ran}");
    // A number below its limit leaves as it is, so it is searched; beyond it, it cannot leak.
    let numbers = |column: &str| {
        let bench = bench(&format!("  local: {{drop: {{}}, is: local_id}}\n  x: {{{column}, category: results}}\n"), &[]);
        bench.given(format!("nhs_number,local,x\n{},4477001,4477001\n", nhs(1)), &[])
    };
    let ran = numbers("top_code: 9999999");
    assert!(ran.code == Some(4) && ran.err.contains("own local_id"), "{ran}");
    for column in ["top_code: 100", "round: 1000", "mask: {keep_last: 3}"] {
        let ran = numbers(column);
        assert_eq!(ran.code, Some(0), "{column}: {ran}");
    }
}

#[test]
fn free_text_comes_out_struck_out_and_counted() {
    let columns = "  name: {drop: {}, is: name}\n  dob: {drop: {}, is: birth_date}\n  note: {redact: {dates: all}, category: results}\n";
    let bench = bench(columns, &[]);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let notes = [
        ("Okafor", "Mrs OKAFOR (dob 03.02.1980) of M13 9PL, NHS 999 000 0018; ring +44 161 496 0000\nor a.b@example.org on 4 May 2026"),
        ("Name", "nothing here"),
        // Somebody who is called like a mark.
        ("Name", "seen with name, \u{2019}quoted\u{2019} \"so\""),
        ("Ng", ""),
    ];
    writer.write_record(["nhs_number", "name", "dob", "note"]).expect("in memory");
    for (person, (name, note)) in (0..).zip(&notes) {
        writer.write_record([&nhs(person + 1), *name, "1980-02-03", note]).expect("in memory");
    }
    let text = writer.into_inner().expect("in memory");
    let ran = bench.given(&text, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let out = bench.out();
    let came: Vec<String> = csv::Reader::from_reader(out.as_bytes()).records().map(|row| row.expect("a row")[1].to_owned()).collect();
    assert_eq!(
        came,
        [
            "Mrs [NAME] (dob [DATE OF BIRTH]) of [POSTCODE], NHS [NHS NUMBER]; ring [PHONE]\nor [EMAIL] on [DATE]",
            "nothing here",
            "seen with [NAME], \u{2019}quoted\u{2019} \"so\"",
            ""
        ]
    );
    let counts = manifest(&bench)["columns"][3]["counts"].clone();
    for (word, number) in [("redacted_name", 2), ("redacted_birth_date", 1), ("redacted_nhs_number", 1), ("redacted_date", 1), ("values", 3), ("empty", 1)] {
        assert_eq!(counts[word], number, "{word}: {counts}");
    }
    assert!(ran.out.contains("note: struck out, as well as it can be told: 1 [NHS NUMBER], 2 [NAME]"), "{ran}");
    assert!(ran.out.contains("`note` is free text: redaction is best effort, and dropping it is safer"), "{ran}");
    for more in [["--block", "64", "--threads", "3"], ["--block", "1", "--threads", "2"]] {
        let ran = bench.given(&text, &[&more[..], &["--force"]].concat());
        assert_eq!((ran.code, bench.out()), (Some(0), out.clone()), "{ran}");
    }
}

#[test]
fn the_gate_of_disclosure_risk_measures_and_mends_what_these_leave() {
    let risk = |quasi: &str, repair: &str| {
        format!(
            "  day: {{truncate: quarter, category: results}}\n  home: {{area: {{level: lsoa, file: lookups/postcodes.csv}}, category: results}}\n  age: {{top_code: 90, category: results}}\nrisk: {{quasi: [{quasi}], k: 2{repair}}}\n"
        )
    };
    let mut text = "nhs_number,day,home,age\n".to_owned();
    for (person, (day, home, age)) in
        (0..).zip([("2026-04-01", "M13 9PL", "90"), ("2026-06-30", "M13 9PL", "95"), ("2026-07-01", "ZZ99 3VZ", "101"), ("2026-10-01", "M1 1AE", "90")])
    {
        text.push_str(&format!("{},{day},{home},{age}\n", nhs(person + 1)));
    }
    let given = |columns: &str| {
        let bench = bench(columns, &[("postcodes.csv", POSTCODES)]);
        let ran = bench.given(&text, &[]);
        (bench, ran)
    };
    // One area, and two that are not known: classes of two.
    let (_, ran) = given(&risk("home, age", ""));
    assert_eq!(ran.code, Some(0), "{ran}");
    let (bench, ran) = given(&risk("day, home", ""));
    assert_eq!(ran.code, Some(4), "{ran}");
    bench.nothing_left();
    // A quarter that holds one person becomes its year.
    let (bench, ran) = given(&risk("day", ", repair: {order: [day], by: {day: date}}"));
    assert_eq!(ran.code, Some(0), "{ran}");
    let days: Vec<String> = bench.out().lines().skip(1).map(|line| line.split(',').nth(1).expect("a cell").to_owned()).collect();
    assert_eq!(days, ["2026", "2026", "2026", "2026"]);
}
