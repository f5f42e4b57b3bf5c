//! A release whose rows do not fit in the memory allowed while its risk is measured.

use super::earlier::{hand_over, json};
use super::*;

/// Many rows of 700 people: what is packed of them takes over a mebibyte.
fn many(shift: usize) -> String {
    let people: Vec<String> = (0..700).map(nhs).collect();
    let mut text = "nhs_number,name,age,code\n".to_owned();
    for row in 0..150_000usize {
        let person = row % 700;
        // A few people are in a band of their own for a row or two.
        let age = if person < 8 && row / 700 == shift { 95 } else { 20 + (person * 3 + row / 9000) % 60 };
        text.push_str(&format!("{},Ng,{age},c{}\n", people[person], (row / 7) % 4));
    }
    text
}

#[test]
fn a_release_is_judged_and_repaired_the_same_with_its_rows_on_disk() {
    let bench = with_risk("{quasi: [age], k: 9, l: {code: 2}, repair: {order: [age], by: {age: age}, suppress_at_most: {overall: 1%}}}");
    hand_over(&bench, &many(3), "june", &[]);
    fs::create_dir(bench.path("aside")).expect("made");
    let trust = ["--earlier", "held", "--signers", "signers", "--plan", "-f", "json"];
    let of = |more: &[&str]| {
        let ran = bench.given(many(4), &[&trust[..], more].concat());
        assert_eq!(ran.code, Some(0), "{ran}");
        let results = json(&ran.out);
        let release = &results["data"]["release"];
        (release["risk_measures"].clone(), release["repair"].clone(), release["risk"].clone(), results["balance"].clone())
    };
    let plain = of(&[]);
    assert_eq!(plain.0["earlier"]["status"], "assessed", "{:#}", plain.0);
    assert!(plain.1["steps"].as_array().is_some_and(|steps| !steps.is_empty()), "{:#}", plain.1);
    assert_eq!(of(&["--memory", "1", "--spill", "aside"]), plain);
    assert_eq!(fs::read_dir(bench.path("aside")).expect("read").count(), 0, "nothing has a name");
    // It was really put aside: without a folder for it the run ends, and nothing is left.
    for more in [&["--plan"][..], &[]] {
        let ran = bench.given(many(4), &[&["--memory", "1", "--spill", "nowhere"], more].concat());
        assert_eq!(ran.code, Some(3), "{ran}");
        assert!(ran.err.contains("rows that do not fit in memory cannot be put aside") && ran.err.contains("--spill DIR"), "{ran}");
        bench.nothing_left();
    }
}
