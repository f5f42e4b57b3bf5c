//! `carepact register`: national lists in, a pack's register beside them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use crate::run::{Ran, run, run_with_input};
use crate::shared::shared;
use crate::small_pack;

/// A raw list of trusts: 27 columns, no header.
fn trusts(rows: &[(&str, &str, &str, &str)]) -> String {
    rows.iter().fold(String::new(), |text, (code, name, opened, closed)| {
        text + &format!("\"{code}\",\"{name}\",\"Y9\",\"QZZ\",,,,,,,\"{opened}\",\"{closed}\"{}\r\n", ",".repeat(15))
    })
}

const SUCCESSORS: &str = "ods,successor,from\nR9B,R9A,2020-04-01\n";

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// `in = out + removed + quarantined` for every input.
fn assert_balanced(results: &Value) {
    for line in results["balance"].as_array().expect("a list") {
        let sum = |name: &str| line[name].as_object().expect("an object").values().map(|n| n.as_u64().expect("a number")).sum::<u64>();
        assert_eq!(line["in"].as_u64().expect("a number"), line["out"].as_u64().expect("a number") + sum("removed") + sum("quarantined"), "{line}");
    }
}

#[test]
fn three_vintages_of_greater_manchester_have_their_active_practices() {
    let dir = tempdir().expect("a folder");
    for (vintage, active) in [("2018-06", 471), ("2020-01", 456), ("2023-12", 413)] {
        let Some(list) = shared(&format!("ods/gm_gp_practices_{vintage}.csv")) else { return };
        // On the day of the list, and long after: what the list calls active stays so until a later list says otherwise.
        for day in [format!("{vintage}-30"), "2026-11-22".to_owned()] {
            let ran = run(dir.path(), &["register", "import", text(&list), "-f", "json", "--as-of", &day]);
            assert_eq!(ran.code, Some(0), "{ran}");
            let results = json(&ran);
            assert_balanced(&results);
            assert_eq!(results["data"]["kinds"]["gp_practice"]["active"], active, "{vintage} on {day}");
            let boroughs = results["data"]["gp_practices_by_place"].as_object().expect("an object");
            assert_eq!(boroughs.len(), 10);
            assert_eq!(boroughs.values().map(|tally| tally["active"].as_u64().expect("a number")).sum::<u64>(), active);
        }
    }
}

#[test]
fn the_raw_national_list_gives_the_same_413_through_a_places_file() {
    let Some(list) = shared("ods/epraccur_2023-12.csv") else { return };
    let dir = tempdir().expect("a folder");
    // The commissioners of the subset, two of them closed in 2017 and kept by practices that closed before.
    let codes = ["00T", "00V", "00W", "00Y", "01D", "01G", "01N", "01W", "01Y", "02A", "02H", "14L"];
    let places: String = std::iter::once("code,place\n".to_owned()).chain(codes.map(|code| format!("{code},gm\n"))).collect();
    std::fs::write(dir.path().join("places.csv"), places).expect("written");
    let ran = run(dir.path(), &["register", "import", text(&list), "--places", "places.csv", "-f", "json", "--as-of", "2023-12-31"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let data = &json(&ran)["data"];
    assert_eq!(data["lists"][0]["layout"], "epraccur");
    assert_eq!((&data["lists"][0]["rows"], &data["organisations"]), (&15_971.into(), &15_971.into()));
    let gm = &data["gp_practices_by_place"]["gm"];
    assert_eq!((&gm["active"], &gm["dormant"], &gm["closed"]), (&413.into(), &16.into(), &86.into()));
}

#[test]
fn trusts_and_sub_icb_locations_are_told_apart_by_content() {
    let dir = tempdir().expect("a folder");
    for (file, layout, rows) in [
        ("etr_2026", "etr", 273),
        ("eccg_2026", "eccg", 320),
        ("epraccur_2023-04_renamed_headers", "epraccur with a header", 15_663),
        ("gm_trusts_2025", "trusts with a header", 14),
        ("neighbour_gp_practices_2025-09", "GP practices with a header", 535),
    ] {
        let Some(list) = shared(&format!("ods/{file}.csv")) else { return };
        // The name says nothing: the list comes through standard input.
        let ran = run_with_input(dir.path(), &["register", "import", "-", "-f", "json"], &std::fs::read(list).expect("read"));
        assert_eq!(ran.code, Some(0), "{ran}");
        let results = json(&ran);
        assert_balanced(&results);
        assert_eq!((&results["data"]["lists"][0]["layout"], &results["data"]["organisations"]), (&layout.into(), &rows.into()));
    }
    let Some(other) = shared("ods/gm_practice_pcn_ccg_2022-01.csv") else { return };
    let ran = run(dir.path(), &["register", "import", text(&other)]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.contains("a header with 16 columns, of which this version does not know `PUBLICATION`"), "{ran}");
    assert!(ran.err.contains("Known layouts:\n"), "{ran}");
}

#[test]
fn closed_organisations_are_kept_and_successors_come_from_the_file_only() {
    let dir = tempdir().expect("a folder");
    let list = trusts(&[("R9A", "OAK TRUST", "20100101", ""), ("R9B", "ELM TRUST", "20100101", "20200331"), ("R9C", "ASH TRUST", "20100101", "20200331")]);
    std::fs::write(dir.path().join("list.csv"), list).expect("written");
    std::fs::write(dir.path().join("successors.csv"), SUCCESSORS).expect("written");
    let ran = run(dir.path(), &["register", "import", "list.csv", "--successors", "successors.csv", "-o", "register", "--as-of", "2026-11-22"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    insta::assert_snapshot!(ran.out);
    insta::assert_snapshot!(std::fs::read_to_string(dir.path().join("register/organisations.csv")).expect("written"));
    // Nothing that was written is overwritten, and nothing half made stays behind.
    let again = run(dir.path(), &["register", "import", "list.csv", "-o", "register"]);
    assert_eq!(again.code, Some(2), "{again}");
    assert!(again.err.contains("register/organisations.csv is there already"), "{again}");
    let mut left: Vec<_> = std::fs::read_dir(dir.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    left.sort();
    assert_eq!(left, ["list.csv", "register", "successors.csv"]);
}

#[test]
fn what_import_writes_is_a_register_a_pack_reads_without_a_finding() {
    let (Some(list), Some(commissioners)) = (shared("ods/gm_gp_practices_2023-12.csv"), shared("ods/etr_2026.csv")) else { return };
    let dir = tempdir().expect("a folder");
    let ran = run(dir.path(), &["register", "import", text(&list), text(&commissioners), "-o", "register", "--as-of", "2023-12-31"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let places = std::fs::read_to_string(dir.path().join("register/places.yaml")).expect("written");
    let vocabulary = format!("functions: {{gp_practice: {{}}}}\nroles: {{nurse: {{}}}}\ndata: {{record: {{}}}}\npurposes: {{care: {{}}}}\n{places}");
    std::fs::write(dir.path().join("vocabulary.yaml"), vocabulary).expect("written");
    std::fs::write(dir.path().join("pack.yaml"), "pack: imported\nformat: carepact.pack/1\n").expect("written");
    let ran = run(dir.path(), &["register", "list", "--kind", "gp_practice", "--place", "bolton", "--as-of", "2023-12-31", "-f", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran}");
    let listed = json(&ran);
    // 49 of Bolton's 52 are active, none dormant, three closed.
    assert_eq!(listed["organisations"].as_array().expect("a list").len(), 49);
    assert!(listed["organisations"].as_array().expect("a list").iter().all(|one| one["status"] == "active"));
    let closed = run(dir.path(), &["register", "list", "--kind", "gp_practice", "--place", "bolton", "--closed", "--as-of", "2023-12-31", "-f", "csv"]);
    assert_eq!(closed.out.lines().count(), 1 + 3, "{closed}");
    // The pack agrees with the lists it came from.
    let check = run(dir.path(), &["register", "check", text(&list), text(&commissioners), "--as-of", "2023-12-31", "-f", "json"]);
    assert_eq!(check.code, Some(0), "{check}");
    let results = json(&check);
    assert_eq!(results["data"]["organisations"]["found"], 515 + 273);
    let by_what = counts(&results);
    assert_eq!(by_what, BTreeMap::from([("not_active".to_owned(), 16)]), "only the dormant practices are worth a word");
    // An older list finds the closings since. Those that opened or changed since show too.
    let Some(later) = shared("ods/gm_gp_practices_2018-06.csv") else { return };
    let older = run(dir.path(), &["register", "check", text(&later), "--as-of", "2023-12-31", "-f", "json"]);
    assert_eq!(older.code, Some(1), "one practice opened since and is not in the list: {}", older.err);
    assert_eq!(counts(&json(&older)).get("absent"), Some(&1));
}

/// Findings by what they say.
fn counts(results: &Value) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for finding in results["findings"].as_array().expect("a list") {
        *counts.entry(finding["facts"]["what"].as_str().unwrap_or("other").to_owned()).or_insert(0) += 1;
    }
    counts
}

fn real_pack(dir: &Path) {
    small_pack::write(
        dir,
        &[
            ("pack.yaml", "pack: small\nformat: carepact.pack/1\n"),
            (
                "register/organisations.csv",
                "ods,name,kind,opened,closed,successor\nR9A,Oak & Elm Trust,trust,2010-01-01,,\nR9B,Elm Trust,trust,2010-01-01,,\nR9D,Ash Trust,trust,2005-01-01,,\nR9E,Birch Trust,trust,2010-01-01,,\n9Z1,Synthetic Council,council,2010-01-01,,\nY99001,Practice,gp_practice,2010-01-01,,\nVZ999,Home,care_home,2026-05-01,,\n",
            ),
        ],
    );
    let list = trusts(&[
        ("R9A", "OAK AND ELM TRUST", "20100101", ""),
        ("R9B", "ELM TRUST", "20100101", "20200331"),
        ("R9D", "FIR TRUST", "20100101", ""),
        ("R9F", "BIRCH TRUST", "20100101", ""),
    ]);
    std::fs::write(dir.join("list.csv"), list).expect("written");
    std::fs::write(dir.join("successors.csv"), SUCCESSORS).expect("written");
}

#[test]
fn check_finds_the_absent_the_closed_the_renamed_and_the_opened_later() {
    let dir = tempdir().expect("a folder");
    real_pack(dir.path());
    let ran = run(dir.path(), &["register", "check", "list.csv", "--successors", "successors.csv", "--as-of", "2026-06-01"]);
    insta::assert_snapshot!(ran);
    let ran = run(dir.path(), &["register", "check", "list.csv", "--as-of", "2026-06-01", "-f", "json", "-o", "json:results.json"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(std::fs::read_to_string(dir.path().join("results.json")).expect("written"), ran.out);
    let results = json(&ran);
    assert_balanced(&results);
    assert_eq!((&results["format"], &results["kind"]), (&"carepact.results/1".into(), &"register-check".into()));
    let found: Vec<_> = results["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            (
                one["code"].as_str().expect("text"),
                one["severity"].as_str().expect("text"),
                one["spans"][0]["file"].as_str().expect("text"),
                one["spans"][0]["line"].as_u64().expect("a line"),
            )
        })
        .collect();
    let file = "register/organisations.csv";
    assert_eq!(found, [("PTY-002", "error", file, 3), ("PTY-002", "warning", file, 4), ("PTY-003", "warning", file, 4), ("PTY-002", "error", file, 5)]);
    // Without a successors file the successor is unknown, not guessed.
    assert!(results["findings"][0]["facts"].get("successor").is_none());
    let books = &results["data"]["organisations"];
    assert_eq!((&books["found"], &books["absent"], &books["not_assessed"]), (&3.into(), &1.into(), &3.into()));
}

#[test]
fn a_level_of_the_pack_holds_and_what_it_allows_is_counted() {
    let dir = tempdir().expect("a folder");
    real_pack(dir.path());
    std::fs::write(dir.path().join("pack.yaml"), "pack: small\nformat: carepact.pack/1\nlevels: {PTY-002: allow, PTY-003: allow}\n").expect("written");
    let ran = run(dir.path(), &["register", "check", "list.csv", "--as-of", "2026-06-01", "-f", "json"]);
    // Nothing may be decided with a closed organisation, so the level of PTY-002 is not a community's to change.
    assert_eq!(ran.code, Some(1), "{ran}");
    let results = json(&ran);
    assert!(results["findings"].as_array().expect("a list").iter().all(|one| one["code"] == "PTY-002"));
    assert_eq!(results["findings"].as_array().expect("a list").len(), 3);
    assert!(results["not_assessed"].as_array().expect("a list").iter().any(|one| one["what"] == "PTY-003, 1 finding"), "{ran}");
    // Every code it prints can be explained.
    assert_eq!(run(dir.path(), &["explain", "PTY-003"]).code, Some(0));
}

#[test]
fn a_synthetic_pack_hears_once_that_its_codes_are_nobodys_and_of_each_that_is_somebodys() {
    let dir = tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    std::fs::write(dir.path().join("list.csv"), trusts(&[("RZ9", "REAL", "20100101", "")])).expect("written");
    let ran = run(dir.path(), &["register", "check", "list.csv", "-f", "short", "--as-of", "2026-06-01"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(ran.out.lines().next(), Some("register: info[PTY-002]: the pack says it is synthetic: 5 of its codes are not in the lists, as it should be"));
    std::fs::write(dir.path().join("list.csv"), trusts(&[("R9A", "REAL", "20100101", "")])).expect("written");
    let ran = run(dir.path(), &["register", "check", "list.csv", "-f", "short", "--as-of", "2026-06-01"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(
        ran.out.lines().next(),
        Some("register/organisations.csv:2:1: error[PTY-002]: R9A is the code of a real organisation, and the pack says it is synthetic")
    );
}

#[test]
fn the_shipped_pack_uses_no_code_of_a_real_organisation() {
    let (Some(practices), Some(trusts), Some(commissioners)) = (shared("ods/epraccur_2023-12.csv"), shared("ods/etr_2026.csv"), shared("ods/eccg_2026.csv"))
    else {
        return;
    };
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/greater-manchester");
    let dir = tempdir().expect("a folder");
    let ran = run(dir.path(), &["register", "check", text(&practices), text(&trusts), text(&commissioners), "--pack", text(&pack), "-f", "json"]);
    let results = json(&ran);
    assert_eq!(ran.code, Some(0), "{}", results["findings"]);
    assert_eq!((&results["data"]["synthetic"], &results["data"]["organisations"]["found"]), (&true.into(), &0.into()));
    assert_eq!(results["findings"].as_array().expect("a list").len(), 1, "said once, not once a code");
}

#[test]
fn list_shows_who_is_open_that_day_and_cuts_nothing() {
    let dir = tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    insta::assert_snapshot!(run(dir.path(), &["register", "list", "--as-of", "2026-04-30"]));
    insta::assert_snapshot!(run(dir.path(), &["register", "list", "--closed", "--as-of", "2026-08-01"]));
    let at = |day: &str| {
        json(&run(dir.path(), &["register", "list", "--place", "gm", "-f", "json", "--as-of", day]))["organisations"].as_array().expect("a list").len()
    };
    // The care home opens in May, the second trust closes after June; the home leaves the place after September.
    assert_eq!([at("2026-04-30"), at("2026-05-01"), at("2026-06-30"), at("2026-07-01"), at("2026-10-01")], [4, 5, 5, 4, 3]);
    let slip = run(dir.path(), &["register", "list", "--kind", "trusts"]);
    assert_eq!((slip.code, slip.err.contains("Did you mean trust?")), (Some(2), true), "{slip}");
    let slip = run(dir.path(), &["register", "list", "--place", "boltn"]);
    assert_eq!((slip.code, slip.err.contains("Did you mean bolton?")), (Some(2), true), "{slip}");
}

#[test]
fn bad_lists_end_with_3_and_say_why() {
    let dir = tempdir().expect("a folder");
    let good = trusts(&[("R9A", "OAK", "20100101", ""), ("R9B", "ELM", "20100101", ""), ("R9C", "ASH", "20100101", ""), ("R9D", "FIR", "20100101", "")]);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(good.bytes().flat_map(|byte| [byte, 0])).collect();
    let refused: [(&str, Vec<u8>, &str); 5] = [
        ("empty", Vec::new(), "the list is empty"),
        ("utf16", utf16, "the list is UTF-16"),
        ("semicolons", good.replace(',', ";").into_bytes(), "the cells are separated by semicolons, not by commas"),
        ("zip", b"PK\x03\x04\x14\0\0\0".to_vec(), "it is not a text"),
        ("unknown", b"Practice,Patients\nP1,7\n".to_vec(), "the layout is not known"),
    ];
    for (name, bytes, why) in refused {
        std::fs::write(dir.path().join(name), bytes).expect("written");
        let ran = run(dir.path(), &["register", "import", name, "-o", "out"]);
        assert_eq!(ran.code, Some(3), "{name}: {ran}");
        assert!(ran.err.contains(why), "{name}: {ran}");
        assert!(!dir.path().join("out").exists(), "{name}");
    }
    let absent = run(dir.path(), &["register", "import", "nowhere.csv", "-f", "json"]);
    assert_eq!((absent.code, json(&absent)["error"]["code"].as_str()), (Some(3), Some("unreadable")), "{absent}");

    // Single bad rows: the others are used, the books say which were not, and it ends with 3.
    let mut rows = b"\xEF\xBB\xBF".to_vec();
    rows.extend(good.bytes());
    rows.extend(b"R9E,too,short\r\n");
    rows.extend(trusts(&[("R9A", "OAK", "20100101", ""), ("R9F", "\u{1b}[31mRED", "20100101", ""), ("R9G", "GUM", "2010-01-01", "")]).bytes());
    rows.extend(trusts(&[("R9H", "CAF\u{c9}", "20100101", "")]).bytes().filter(|byte| *byte != 0xC3));
    for n in 0..20 {
        rows.extend(trusts(&[(&format!("R8{}", char::from(b'A' + n)), "PINE", "20100101", "")]).bytes());
    }
    std::fs::write(dir.path().join("list.csv"), rows).expect("written");
    let ran = run(dir.path(), &["register", "import", "list.csv", "-o", "out", "-f", "json"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    let results = json(&ran);
    assert_balanced(&results);
    assert_eq!((&results["balance"][0]["in"], &results["balance"][0]["out"]), (&29.into(), &24.into()));
    insta::assert_snapshot!(std::fs::read_to_string(dir.path().join("out/quarantined.csv")).expect("written"));
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'));
}

#[test]
fn faults_in_the_files_beside_the_lists_stop_the_run() {
    let dir = tempdir().expect("a folder");
    std::fs::write(dir.path().join("list.csv"), trusts(&[("R9A", "OAK", "20100101", ""), ("R9B", "ELM", "20100101", "20200331")])).expect("written");
    for (name, text, why) in [
        ("itself", "ods,successor,from\nR9B,R9B,\n", "R9B is said to succeed itself"),
        ("two", "ods,successor,from\nR9B,R9A,\nR9B,R9C,\n", "R9B has two successors"),
        ("date", "ods,successor,from\nR9B,R9A,01/04/2020\n", "01/04/2020"),
        ("header", "ods,sucessor,from\nR9B,R9A,\n", "Did you mean `successor`?"),
    ] {
        std::fs::write(dir.path().join(name), text).expect("written");
        let ran = run(dir.path(), &["register", "import", "list.csv", "--successors", name, "-o", "out"]);
        assert_eq!(ran.code, Some(3), "{name}: {ran}");
        assert!(ran.err.contains(why), "{name}: {ran}");
        assert!(!dir.path().join("out").exists(), "{name}");
    }
    std::fs::write(dir.path().join("places"), "code,place\nQZZ,Bolton\nQZZ,Bury\n").expect("written");
    let ran = run(dir.path(), &["register", "import", "list.csv", "--places", "places"]);
    assert_eq!((ran.code, ran.err.contains("QZZ has two places")), (Some(3), true), "{ran}");
}

#[test]
fn the_same_lists_give_the_same_bytes() {
    let Some(list) = shared("ods/gm_gp_practices_2020-01.csv") else { return };
    let (one, other) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    for dir in [&one, &other] {
        let ran = run(dir.path(), &["register", "import", text(&list), "-o", "register", "-o", "json:results.json", "--as-of", "2020-01-31"]);
        assert_eq!(ran.code, Some(0), "{ran}");
    }
    for name in
        ["results.json", "register/organisations.csv", "register/functions.csv", "register/memberships.csv", "register/places.yaml", "register/quarantined.csv"]
    {
        let bytes = |dir: &Path| std::fs::read(dir.join(name)).expect("written");
        assert!(bytes(one.path()) == bytes(other.path()), "{name}");
    }
    // A dry run writes nothing.
    let dry = tempdir().expect("a folder");
    let ran = run(dry.path(), &["register", "import", text(&list), "-o", "register", "-n"]);
    assert_eq!((ran.code, std::fs::read_dir(dry.path()).expect("a folder").count()), (Some(0), 0), "{ran}");
    assert!(ran.err.contains("would write register/organisations.csv"), "{ran}");
}

#[test]
fn an_accepted_exception_holds_beside_the_lists_too() {
    let dir = tempdir().expect("a folder");
    real_pack(dir.path());
    let open = run(dir.path(), &["register", "check", "list.csv", "--as-of", "2026-06-01", "-f", "json"]);
    let place = json(&open)["findings"].as_array().expect("a list").iter().find(|one| one["code"] == "PTY-003").expect("found")["place"].clone();
    let accepted = format!(
        "- {{code: PTY-003, at: {}, reason: the trust is renamed in July, owner: IG lead, approved_by: IG board, expires: 2026-07-31}}\n",
        place.as_str().expect("text")
    );
    std::fs::write(dir.path().join("waivers.yaml"), accepted).expect("written");
    let ran = run(dir.path(), &["register", "check", "list.csv", "--as-of", "2026-06-01", "-f", "short"]);
    assert!(ran.out.contains("PTY-003]") && ran.out.contains("(accepted until 2026-07-31"), "{ran}");
    assert!(ran.out.ends_with(", 1 accepted exception\n"), "{ran}");
    // `check` has no lists, and says nothing of whether it is needed.
    assert!(!run(dir.path(), &["check", "--as-of", "2026-06-01"]).out.contains("WAI-"));
}
