//! Tables of counts made from a release.

use super::*;

const COUNTS: &str = "area,flu,gout,total\nBolton,3,40,43\nBury,0,22,22\nTotal,3,62,65\n";

#[test]
fn a_table_leaves_by_the_profile_that_its_release_agrees() {
    let given = |small_numbers: &str, more: &[&str]| {
        let bench = Bench::new(&RELEASE.replace("formula: prefix", &format!("formula: prefix{small_numbers}")));
        fs::write(bench.path("counts.csv"), COUNTS).expect("written");
        let ran =
            run(bench.dir.path(), &[&["risk", "--table", "counts.csv", "--release", "SM-2/monthly", "--pack", "pack", "--as-of", "2026-07-15"], more].concat());
        (bench, ran)
    };
    let (_, ran) = given("", &[]);
    assert!(ran.code == Some(2) && ran.err.contains("SM-2/monthly says nothing of small numbers"), "{ran}");
    let (_, ran) = given("\nsmall_numbers: hes-2019", &[]);
    assert!(ran.code == Some(2) && ran.err.contains("there is no profile of small numbers"), "{ran}");
    let agreed = "\nsmall_numbers: under=5,round=10";
    let (bench, ran) = given(agreed, &["-f", "csv"]);
    let typed = run(bench.dir.path(), &["risk", "--table", "counts.csv", "--small-numbers", "under=5,round=10", "-f", "csv"]);
    assert_eq!((ran.code, &ran.out), (Some(0), &typed.out), "{ran}");
    assert!(ran.out.contains('*') && !ran.out.contains(",3,"), "{ran}");
    let (_, ran) = given(agreed, &[]);
    assert!(ran.out.contains("as SM-2/monthly agrees"), "{ran}");
    let (_, ran) = given(agreed, &["--small-numbers", "hes-2018"]);
    assert!(ran.code == Some(4) && ran.err.contains("agrees `small_numbers: under=5,round=10`, not hes-2018"), "{ran}");
}

#[test]
fn a_release_of_rows_says_that_its_profile_is_for_tables() {
    let bench = Bench::new(&RELEASE.replace("formula: prefix", "formula: prefix\nsmall_numbers: hes-2018"));
    let ran = bench.given(thirty(false), &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(bench.out().lines().count(), 61, "rows leave as they are");
    for text in [&ran.out, &fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("read")] {
        assert!(text.contains("leave by `hes-2018` (0 shown, 1 to 7 as *, others to the nearest 5), which does nothing to its rows"), "{text}");
    }
}
