//! A run held to its plan by the plan's digest.

use super::*;

fn digest(bench: &Bench, more: &[&str]) -> String {
    let ran = bench.release("in.csv", &[&["--plan"], more].concat());
    assert_eq!(ran.code, Some(0), "{ran}");
    let line = ran.out.lines().find_map(|line| line.strip_prefix("plan digest: ")).unwrap_or_else(|| panic!("{ran}"));
    line.split(' ').next().expect("a digest").to_owned()
}

fn extract(people: std::ops::Range<u32>) -> String {
    people.fold("nhs_number,name,age,code\n".to_owned(), |text, person| text + &format!("{},Ng,{},c{}\n", nhs(person), person % 90, person % 7))
}

#[test]
fn a_run_does_what_its_plan_showed_or_nothing() {
    let bench = Bench::new(RELEASE);
    fs::write(bench.path("in.csv"), extract(0..50)).expect("written");
    let shown = digest(&bench, &[]);
    assert_eq!(shown.len(), 64);
    assert_eq!(digest(&bench, &["--threads", "1", "--block", "97"]), shown, "the same plan, however it is read");
    let held = ["-o", "out/r.csv", "--plan-digest", &shown];

    // One row more, another value counted, another agreement.
    fs::write(bench.path("in.csv"), extract(0..51)).expect("written");
    let refused = bench.release("in.csv", &held);
    assert!(refused.code == Some(4) && refused.err.contains("would not do what the plan with that digest showed"), "{refused}");
    assert!(refused.err.contains(&format!("Its digest is now {}", digest(&bench, &[]))), "{refused}");
    fs::write(bench.path("in.csv"), extract(0..50).replace(",c3\n", ",\n")).expect("written");
    assert_eq!(bench.release("in.csv", &held).code, Some(4), "cells of a kept column are gone");
    fs::write(bench.path("in.csv"), extract(0..50)).expect("written");
    let agreement = bench.path("pack/agreements/planning.yaml");
    let text = fs::read_to_string(&agreement).expect("an agreement");
    fs::write(&agreement, text.replace("{width: 10}", "{width: 20}")).expect("written");
    let wider = bench.release("in.csv", &held);
    assert_eq!(wider.code, Some(4), "{wider}");
    fs::write(&agreement, text).expect("written");
    assert!(!bench.path("out/r.csv").exists() && !bench.path("out/r.csv.manifest.json").exists());

    let done = bench.release("in.csv", &held);
    assert!(done.code == Some(0) && bench.path("out/r.csv.manifest.json").exists(), "{done}");
}
