//! A register of flows kept elsewhere, read into flows.csv: an invented sheet, and hostile ones.

use std::path::Path;

use crate::run::{Ran, run, run_with_input};
use crate::small_pack;

/// Semicolons, a byte order mark, CRLF, a quoted line end, days the British way: as a spreadsheet saves it.
const SHEET: &str = "\u{feff}Flow ID;Source organisation;Recipient organisation;System name;Data items;Purpose of sharing;Transfer method;Start date;Comments\r\n\
1;R9A;Synthetic Practice;;Results;Direct care;FHIR interface;03/04/2026;\"two\r\nlines\"\r\n\
2;synthetic oak trust;9Z1;;documents.discharge;direct_care;Portal;;\r\n\
3;Synthetic Oke Trust;9Z1;;Results;Direct care;Portal;;\r\n\
4;R9B;9Z1;;Results;Direct care;Portal;;\r\n\
5;R9A;9Z1;;Blood tests;Direct care;Carrier pigeon;31/02/2026;\r\n\
6;R9A;Synthetic Practice;;Results;Direct care;FHIR interface;03/04/2026;the first again\r\n\
7;R9A;\r\n\
;;;;;;;;\r\n";

fn pack() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    std::fs::write(dir.path().join("sheet.csv"), SHEET).expect("written");
    dir
}

fn import(dir: &Path, more: &[&str]) -> Ran {
    let args: Vec<&str> = ["import", "--flows", "sheet.csv", "--as-of", "2026-08-01"].into_iter().chain(more.iter().copied()).collect();
    run(dir, &args)
}

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).expect("read")
}

#[test]
fn what_is_certain_is_written_what_is_not_is_set_aside_and_the_books_balance() {
    let dir = pack();
    let ran = import(dir.path(), &["--dates", "day-first", "--into", "flows.csv", "--set-aside", "unclear.csv", "--format", "json"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    let object: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let number = |key: &str| object[key].as_u64().expect(key);
    assert_eq!((number("rows"), number("written"), number("already"), number("set_aside"), number("blank")), (7, 2, 1, 4, 1), "{ran}");
    assert_eq!(object["causes"].as_object().expect("causes").values().map(|rows| rows.as_u64().expect("a number")).sum::<u64>(), 4);
    assert_eq!(
        read(dir.path(), "flows.csv"),
        "from,to,system,data,purpose,kind,agreement,live_from,live_to\nR9A,Y99001,,results,direct_care,interface,,2026-04-03,\nR9A,9Z1,,discharge,direct_care,portal,,,\n"
    );
    let unclear = read(dir.path(), "unclear.csv");
    for part in [
        "4,Source organisation,organisation_unknown,\"no organisation, function or place has this code or name\",R9A (Synthetic Oak Trust)",
        "5,Source organisation,organisation_closed,the organisation closed on 2026-06-30,R9A",
        "6,Data items,data_unknown,",
        "6,Transfer method,kind_unknown,",
        "6,Start date,date,",
        "8,,ragged,",
    ] {
        assert!(unclear.contains(part), "{part}\n{unclear}");
    }
    // What was imported is read again as part of the pack.
    let check = run(dir.path(), &["check", "--format", "json", "--as-of", "2026-08-01"]);
    assert!(!check.out.contains("READ-"), "{check}");
}

#[test]
fn a_second_import_adds_nothing_and_keeps_the_table_byte_by_byte() {
    let dir = pack();
    let args = ["--dates", "day-first", "--into", "flows.csv"];
    import(dir.path(), &args);
    let first = read(dir.path(), "flows.csv");
    let again = import(dir.path(), &args);
    assert!(again.out.contains("0 written, 3 there already or repeated"), "{again}");
    assert_eq!(read(dir.path(), "flows.csv"), first);
}

#[test]
fn a_table_that_is_there_is_added_to_and_a_dry_run_or_no_into_writes_nothing() {
    let dir = pack();
    let before = "from,to,system,data,purpose,kind,agreement,note\r\nR9A,9Z1,,discharge,direct_care,portal,,\"kept, as it is\"\r\n";
    std::fs::write(dir.path().join("flows.csv"), before).expect("written");
    for more in [&["--into", "flows.csv", "--dry-run"][..], &[]] {
        import(dir.path(), more);
        assert_eq!(read(dir.path(), "flows.csv"), before);
    }
    let sheet = "from,to,data,purpose\nR9A,9Z1,results,direct_care\nR9A,9Z1,discharge,direct_care\n";
    std::fs::write(dir.path().join("sheet.csv"), sheet).expect("written");
    let ran = import(dir.path(), &["--into", "flows.csv"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let after = read(dir.path(), "flows.csv");
    // The second row lacks the kind that the one in the table has, so it is another flow.
    assert_eq!(after, format!("{before}R9A,9Z1,,results,direct_care,,,\r\nR9A,9Z1,,discharge,direct_care,,,\r\n"));
}

#[test]
fn a_day_is_only_read_in_the_order_declared() {
    let dir = pack();
    let ran = import(dir.path(), &[]);
    assert!(ran.out.contains("say how with --dates day-first"), "{ran}");
    assert!(ran.out.contains("1 would be written"), "{ran}");
    let bad = import(dir.path(), &["--dates", "dmy"]);
    assert_eq!(bad.code, Some(2), "{bad}");
}

#[test]
fn columns_are_offered_and_mapped() {
    let dir = pack();
    std::fs::write(dir.path().join("sheet.csv"), "Giver,Taker,Data itmes,Purpose\nR9A,9Z1,results,direct_care\n").expect("written");
    let ran = import(dir.path(), &[]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.err.contains("--map 'COLUMN=from'"), "{ran}");
    let ran = import(dir.path(), &["--map", "giver=from", "--map", "Taker=to"]);
    assert!(ran.err.contains("Did you mean the column \"Data itmes\"?"), "{ran}");
    let ran = import(dir.path(), &["--map", "giver=from", "--map", "Taker=to", "--map", "Data itmes=data", "--into", "-"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(ran.out, "from,to,system,data,purpose,kind,agreement\nR9A,9Z1,,results,direct_care,,\n");
    assert!(import(dir.path(), &["--map", "giver=form"]).err.contains("Did you mean from?"));
    assert!(import(dir.path(), &["--map", "Givr=from"]).err.contains("Did you mean \"Giver\"?"));
}

#[test]
fn hostile_sheets_are_refused_with_a_reason_and_write_nothing() {
    let head = "from,to,data,purpose\n";
    let cases: Vec<(Vec<u8>, i32, &str)> = vec![
        (b"PK\x03\x04workbook".to_vec(), 3, "workbook"),
        (b"\xff\xfef\0r\0o\0m\0".to_vec(), 3, "UTF-16"),
        (Vec::new(), 3, "empty"),
        (b"\n\n;;\n".to_vec(), 3, "empty"),
        (format!("{head}R9A,\"9Z1,results,direct_care\nR9A,9Z1,results,direct_care\n").into_bytes(), 3, "never closed"),
        (b"from,from,to,data,purpose\n".to_vec(), 2, "two columns"),
        (b"from,\0,to,data,purpose\n".to_vec(), 3, "binary"),
    ];
    for (bytes, code, word) in cases {
        let dir = pack();
        let ran = run_with_input(dir.path(), &["import", "--flows", "-", "--into", "flows.csv"], &bytes);
        assert_eq!(ran.code, Some(code), "{word}: {ran}");
        assert!(ran.err.contains(word), "{word}: {ran}");
        assert!(!dir.path().join("flows.csv").exists());
    }
}

#[test]
fn a_cell_is_never_repeated_and_a_formula_never_written() {
    let dir = pack();
    std::fs::write(dir.path().join("sheet.csv"), "=from(),to,data,purpose\nSecret Person 999 000 0000,9Z1,results,direct_care\n=cmd(),9Z1,@sum,+direct_care\n")
        .expect("written");
    let ran = import(dir.path(), &["--map", "=from()=from", "--into", "flows.csv", "--set-aside", "unclear.csv"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    let unclear = read(dir.path(), "unclear.csv");
    for text in [&ran.out, &ran.err, &unclear] {
        assert!(!text.contains("Secret") && !text.contains("999") && !text.contains("cmd"), "{text}");
    }
    assert!(unclear.lines().all(|line| !line.contains(",=")), "{unclear}");
}

#[test]
fn another_file_is_not_overwritten() {
    let dir = pack();
    std::fs::write(dir.path().join("other.csv"), "name,age\nx,1\n").expect("written");
    let ran = import(dir.path(), &["--into", "other.csv"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert_eq!(read(dir.path(), "other.csv"), "name,age\nx,1\n");
    assert_eq!(import(dir.path(), &["--set-aside", "other.csv"]).code, Some(2));
    assert_eq!(import(dir.path(), &["--into", "a.csv", "--set-aside", "a.csv"]).code, Some(2));
}

#[test]
fn names_of_two_organisations_are_not_chosen_between() {
    let dir = pack();
    let path = dir.path().join("register/organisations.csv");
    let text = read(dir.path(), "register/organisations.csv");
    std::fs::write(&path, format!("{text}R9C,Synthetic Oak Trust,trust,2011-01-01,,\n")).expect("written");
    std::fs::write(dir.path().join("sheet.csv"), "from,to,data,purpose\nSynthetic Oak Trust,9Z1,results,direct_care\n").expect("written");
    let ran = import(dir.path(), &[]);
    assert_eq!(ran.code, Some(3), "{ran}");
    assert!(ran.out.contains("2 organisations have this name; perhaps R9A or R9C"), "{ran}");
}
