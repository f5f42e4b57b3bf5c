//! The national data opt-out: the file that asks, byte for byte.

use std::fs;
use std::path::Path;

use super::run::{Ran, run};

fn request(dir: &Path, text: &str, more: &[&str]) -> Ran {
    fs::write(dir.join("in.csv"), text).expect("written");
    fs::create_dir_all(dir.join("private")).expect("made");
    let mut args = vec!["opt-out", "request", "in.csv", "--column", "nhs_number", "--mailbox", "8hq50ot001", "--sequence", "1", "--out", "private"];
    args.extend(["--as-of", "2020-06-03"]);
    args.extend(more);
    run(dir, &args)
}

#[test]
fn the_file_that_asks_is_the_national_format_byte_for_byte() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = "name,nhs_number\nA,999 000 0042\nB,9990000018\nC,999-000-0042\nD,\nE,NULL\nF,9990000026\n";
    let ran = request(dir.path(), text, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let path = dir.path().join("private/8HQ50OT001-030620-0001.dat");
    assert_eq!(fs::read(&path).expect("there"), b"9990000018,\n9990000026,\n9990000042,\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }
    assert!(ran.out.contains("asked: about 3 people in 6 rows of in.csv\n  2 rows are without an NHS number: nobody can be asked about them\n"), "{ran}");
    assert!(!format!("{ran}").contains("999000"), "{ran}");
    assert_eq!(fs::read_dir(dir.path().join("private")).expect("there").count(), 1, "nothing else is left");
    // The order of rows says nothing, and a file that is there stays.
    let again = request(dir.path(), "nhs_number\n9990000026\n9990000042\n9990000018\n9990000018\n", &[]);
    assert_eq!(again.code, Some(2), "{again}");
    let forced = request(dir.path(), "nhs_number\n9990000026\n9990000042\n9990000018\n9990000018\n", &["--force"]);
    assert_eq!(forced.code, Some(0), "{forced}");
    assert_eq!(fs::read(&path).expect("there"), b"9990000018,\n9990000026,\n9990000042,\n");
}

#[test]
fn one_invalid_number_stops_the_file_and_is_told_by_row_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let ran = request(dir.path(), "nhs_number\n9990000018\n9990000019\n\n999000001\n9990000026\nabc\n", &[]);
    assert_eq!(ran.code, Some(3), "{ran}");
    let said = format!("{ran}");
    assert!(said.contains("in.csv: column `nhs_number`: 3 cells are no NHS number") && said.contains("(rows 3, 5, 7)"), "{ran}");
    assert!(!said.contains("9990000019") && !said.contains("999000001"), "{ran}");
    assert_eq!(fs::read_dir(dir.path().join("private")).expect("there").count(), 0);
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let good = "nhs_number\n9990000018\n";
    for (text, more, code, words) in [
        (good, &["--column", "nhs"][..], 2, "has no column `nhs`"),
        (good, &["--mailbox", "8HQ:50OT"], 2, "a mailbox is 4 to 20 letters and digits"),
        (good, &["--sequence", "0"], 2, "from 1 to 9999"),
        (good, &["--out", "nowhere"], 2, "nowhere is not a folder"),
        ("nhs_number,a\n,1\n", &[], 3, "no row of in.csv holds an NHS number"),
    ] {
        let mut args = vec!["opt-out", "request", "in.csv", "--as-of", "2020-06-03"];
        for (name, value) in [("--column", "nhs_number"), ("--mailbox", "8HQ50OT001"), ("--sequence", "1"), ("--out", "private")] {
            if more.first() != Some(&name) {
                args.extend([name, value]);
            }
        }
        args.extend(more);
        fs::write(dir.path().join("in.csv"), text).expect("written");
        fs::create_dir_all(dir.path().join("private")).expect("made");
        let ran = run(dir.path(), &args);
        assert_eq!(ran.code, Some(code), "{more:?} {ran}");
        assert!(format!("{ran}").contains(words), "{more:?} {ran}");
        assert_eq!(fs::read_dir(dir.path().join("private")).expect("there").count(), 0);
    }
    let dry = request(dir.path(), good, &["--dry-run"]);
    assert_eq!(dry.code, Some(0), "{dry}");
    assert!(dry.out.contains("would ask: about 1 person in 1 row of in.csv"), "{dry}");
    assert_eq!(fs::read_dir(dir.path().join("private")).expect("there").count(), 0);
}

#[test]
fn what_stays_after_a_list_is_whole_rows_byte_for_byte() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    let text = "\u{feff}name;nhs_number;note\r\nA;999 000 0018;\"x;\ny\"\r\nB;9990000026;\r\nC;9990000018;=1\r\nD;;\r\nE;9990000034;\r\n";
    assert_eq!(request(dir.path(), "nhs_number\n9990000018\n9990000026\n", &[]).code, Some(0));
    fs::write(path("in.csv"), text).expect("written");
    fs::write(path("answer.dat"), "9990000018,\n").expect("written");
    let apply = |list: &str, on: &str| {
        let args = ["opt-out", "apply", "in.csv", "--column", "nhs_number", "--request", "private/8HQ50OT001-030620-0001.dat", "--list", list, "--as-of", on];
        run(dir.path(), &[&args[..], &["-o", "left.csv"]].concat())
    };
    let ran = apply("answer.dat", "2020-06-10");
    assert_eq!(ran.code, Some(0), "{ran}");
    let left = "\u{feff}name;nhs_number;note\r\nA;999 000 0018;\"x;\ny\"\r\nC;9990000018;=1\r\n";
    assert_eq!(fs::read_to_string(path("left.csv")).expect("there"), left);
    let said = "left: 2 of 5 rows of in.csv\n  removed             1  national opt out\n  removed             1  no nhs number\n  removed             1  opt out not asked\nby the list asked for on 2020-06-03, 7 days before\n";
    assert!(ran.out.starts_with("left: 2 of 5 rows of in.csv\n") && ran.out.contains(said.split_once('\n').expect("lines").1), "{ran}");
    fs::remove_file(path("left.csv")).expect("there");
    fs::write(path("other.dat"), "9990000034,\n").expect("written");
    for (list, on, words) in [("answer.dat", "2020-06-25", "22 days before 2020-06-25"), ("other.dat", "2020-06-10", "never asked about")] {
        let ran = apply(list, on);
        assert_eq!(ran.code, Some(4), "{ran}");
        assert!(ran.err.contains(words) && !path("left.csv").exists(), "{ran}");
    }
}
