//! A repair goes on until every limit of the `risk:` block holds, or says which cannot be met.

use super::earlier::{hand_over, json, people};
use std::collections::{BTreeMap, BTreeSet};

use super::*;

const TRUST: [&str; 4] = ["--earlier", "held", "--signers", "signers"];

/// Thirty people in three bands, of whom two have moved to another since the recipient got the last release.
fn moved() -> String {
    people(|person| Some(if person == 0 || person == 3 { 52 } else { [41, 52, 63][person % 3] }))
}

fn held(risk: &str) -> Bench {
    let bench = with_risk(risk);
    hand_over(&bench, &people(|person| Some([41, 52, 63][person % 3])), "june", &[]);
    bench
}

#[test]
fn those_who_stand_out_only_beside_an_earlier_release_are_left_out_within_the_limits() {
    for method in ["policy_order", "optimal"] {
        let bench = held(&format!("{{quasi: [age], k: 5, repair: {{order: [age], by: {{age: age}}, method: {method}, suppress_at_most: {{overall: 7%}}}}}}"));
        let plan = bench.given(moved(), &[&TRUST[..], &["--plan", "-f", "json"]].concat());
        bench.nothing_left();
        let ran = bench.given(moved(), &[&TRUST[..], &["-f", "json"]].concat());
        assert_eq!(ran.code, Some(0), "{method}: {ran}");
        let release = &json(&ran.out)["data"]["release"];
        assert_eq!(json(&plan.out)["data"]["release"]["repair"], release["repair"], "a plan says what a run does");
        // Two of thirty, and nobody else: the class of the two in their band is eight and twelve without the join.
        assert_eq!(release["repair"]["before"]["by_person"]["k"], 8);
        assert_eq!(release["repair"]["before"]["earlier"]["sizes"]["k"], 2);
        assert_eq!(release["risk_measures"]["earlier"]["sizes"]["k"], 8);
        assert_eq!(json(&ran.out)["balance"][0]["removed"]["disclosure_risk"], 2);
        assert_eq!(by_value(&bench.out(), "age"), [("40-49".to_owned(), 8), ("50-59".to_owned(), 10), ("60-69".to_owned(), 10)].into());
    }
}

#[test]
fn a_limit_that_cannot_be_met_beside_earlier_releases_is_named() {
    let bench = held("{quasi: [age], k: 5, repair: {order: [age], by: {age: age}, suppress_at_most: {overall: 6%}}}");
    // Where the two may not be left out, wider bands put them among those with whom they were before.
    let ran = bench.given(moved(), &[&TRUST[..], &["--plan"]].concat());
    assert!(ran.code == Some(0) && ran.out.contains("repair: coarsened age (20 years): no row is left out"), "{ran}");
    // Once the recipient holds both of their bands, no band of this release hides them.
    hand_over(&bench, &moved(), "july", &[]);
    for more in [&[][..], &["--plan"], &["--block", "64", "--threads", "3"]] {
        let ran = bench.given(moved(), &[&TRUST[..], more].concat());
        assert_eq!(ran.code, Some(4), "{ran}");
        assert!(ran.err.contains("what cannot be met is k 5 beside what the recipient holds"), "{ran}");
        assert!(!ran.err.contains("k 5 and"), "k alone holds as it is: {ran}");
        bench.nothing_left();
    }
}

/// Everybody in one band; of those who were in the band 40-49 before, everybody has one code.
fn told() -> String {
    let mut text = "nhs_number,name,age,code\n".to_owned();
    for person in 0..30 {
        let code = if person % 3 == 0 { "a" } else { ["a", "b"][person % 2] };
        text.push_str(&format!("{},Ng,41,{code}\n", nhs(u32::try_from(person).expect("small") + 10)));
    }
    text
}

#[test]
fn values_that_are_told_only_beside_an_earlier_release_stop_the_run_or_are_left_out() {
    let said = "the least diverse class holds 1 value of `code`, and 2 are asked for";
    let bench = held("{quasi: [age], k: 5, l: {code: 2}}");
    let ran = bench.given(told(), &["--plan"]);
    assert_eq!(ran.code, Some(0), "alone the class holds both codes: {ran}");
    let ran = bench.given(told(), &TRUST);
    assert!(ran.code == Some(4) && ran.err.contains(&format!("joined with 1 earlier release that the recipient holds, {said}")), "{ran}");
    bench.nothing_left();

    let repair = |most| format!("{{quasi: [age], k: 5, l: {{code: 2}}, repair: {{order: [age], by: {{age: age}}, suppress_at_most: {{overall: {most}}}}}}}");
    let ran = held(&repair("33%")).given(told(), &TRUST);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.err.contains("what cannot be met is l 2 of `code` beside what the recipient holds"), "{ran}");
    let bench = held(&repair("34%"));
    let ran = bench.given(told(), &[&TRUST[..], &["-f", "json"]].concat());
    assert_eq!(ran.code, Some(0), "{ran}");
    let results = json(&ran.out);
    assert_eq!(results["balance"][0]["removed"]["disclosure_risk"], 10);
    let found = |pointer: &str| results["data"]["release"].pointer(pointer).cloned().expect(pointer);
    assert_eq!(found("/repair/before/earlier/sensitive/0/by_person/distinct_l"), 1);
    assert_eq!(found("/risk_measures/earlier/sensitive/0/by_person/distinct_l"), 2);
    assert_eq!(found("/risk_measures/earlier/sensitive/0/by_person/attribute_disclosure"), false);
}

#[test]
fn one_illness_of_a_joined_class_is_told_even_where_no_l_is_asked_for() {
    let release =
        RELEASE.replace("code: {keep: {}, ", "code: {keep: {}, class: sensitive, ").replace("formula: prefix", "formula: prefix\nrisk: {quasi: [age], k: 5}");
    let bench = Bench::new(&release);
    hand_over(&bench, &people(|person| Some([41, 52, 63][person % 3])), "june", &[]);
    let said = "everybody has the same `code`: it is told of 10 people, however large their class";
    let ran = bench.given(told(), &[&TRUST[..], &["--plan"]].concat());
    assert!(ran.code == Some(0) && ran.out.contains(said), "{ran}");
    let ran = bench.given(people(|_| Some(41)), &[&TRUST[..], &["--plan"]].concat());
    assert!(ran.code == Some(0) && !ran.out.contains("everybody has the same"), "{ran}");
}

#[test]
fn distances_are_mended_too() {
    // Band 60-69 holds one code only: 0.5 from the whole and more. One group for all is what keeps everybody.
    let one_code = thirty(false).replace(",63,a", ",63,b");
    for (repair, bands, left) in [
        ("{order: [age], by: {age: age}}", &[("*", 60)][..], 0),
        ("{order: [age], by: {age: age}, method: optimal}", &[("*", 60)], 0),
        ("{order: [age], by: {age: age}, suppress_at_most: {overall: 34%}}", &[("40-49", 20), ("50-59", 20)], 20),
    ] {
        let bench = with_risk(&format!("{{quasi: [age], k: 5, t: {{code: 0.2}}, repair: {repair}}}"));
        let ran = bench.given(&one_code, &["-f", "json"]);
        assert_eq!(ran.code, Some(0), "{repair}: {ran}");
        assert_eq!(json(&ran.out)["balance"][0]["removed"]["disclosure_risk"].as_u64().unwrap_or(0), left, "{repair}");
        assert_eq!(by_value(&bench.out(), "age"), bands.iter().map(|(band, rows)| ((*band).to_owned(), *rows)).collect(), "{repair}");
    }
    // The code is known to whoever looks for somebody, and nothing that may be left out.
    let bench = with_risk("{quasi: [age, code], k: 5, t: {code: 0.2 ordered}, repair: {order: [age], by: {age: age}}}");
    let ran = bench.given(&one_code, &[]);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.err.contains("what cannot be met is t 0.2 (ordered) of `code`"), "{ran}");
    bench.nothing_left();
}

#[test]
fn whose_rows_are_left_out_is_told_by_named_groups_and_their_absence_is_said() {
    let said = "since `repair:` names no `groups:`: to see it by ethnicity, age band, sex and deprivation";
    let with = |groups: &str| {
        let risk = format!("{{quasi: [age], k: 9, repair: {{order: [age], by: {{age: age}}{groups}, suppress_at_most: {{overall: 4%}}}}}}");
        let bench = with_risk(&risk);
        let ran = bench.given(thirty(true), &[]);
        assert_eq!(ran.code, Some(0), "{ran}");
        let manifest = fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("read");
        assert_eq!(ran.out.contains(said), manifest.contains(said));
        ran
    };
    let ran = with("");
    assert!(ran.out.contains(&format!("told by age only, {said}")), "{ran}");
    let ran = with(", groups: [code]");
    assert!(!ran.out.contains(said) && ran.out.contains("left out by code: b at most 30.0%"), "{ran}");
    // Where nobody is left out there is nobody to tell of.
    let bench = with_risk("{quasi: [age], k: 9, repair: {order: [age], by: {age: age}}}");
    let ran = bench.given(thirty(true), &[]);
    assert!(ran.code == Some(0) && !ran.out.contains("names no `groups:`"), "{ran}");
}

/// One released row: pseudonym, age, code, illness.
type Released = [String; 4];

fn released(text: &str) -> Vec<Released> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| [0, 1, 2, 3].map(|column| row[column].to_owned())).collect()
}

/// People, and values by person once each, of every class that `class` makes.
fn by_class<K: Ord>(rows: &[Released], class: impl Fn(&Released) -> K) -> Vec<BTreeSet<(String, String)>> {
    let mut classes: BTreeMap<K, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in rows {
        classes.entry(class(row)).or_default().insert((row[0].clone(), row[3].clone()));
    }
    classes.into_values().collect()
}

/// What is released is looked at by a program that knows nothing of the one that released it.
#[test]
fn what_comes_out_of_a_repair_keeps_every_limit_on_generated_extracts() {
    let release = RELEASE.replace("  code: {keep: {}, category: results}", "  code: {keep: {}, category: results}\n  ill: {keep: {}, category: results}");
    let (mut repaired, mut refused, mut as_it_is) = (0, 0, 0);
    for (method, most) in [("policy_order", 25), ("optimal", 12)] {
        let risk = format!(
            "{{quasi: [age, code], k: 2, l: {{ill: 2}}, t: {{ill: 0.5}}, repair: {{order: [code, age], by: {{age: age}}, method: {method}, suppress_at_most: {{overall: {most}%}}}}}}"
        );
        let bench = Bench::new(&release.replace("formula: prefix", &format!("formula: prefix\nrisk: {risk}")));
        let mut state = 7u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut extract = |people: u32, ages: u64, codes: u64| {
            let mut text = "nhs_number,name,age,code,ill\n".to_owned();
            for person in 0..people {
                for _ in 0..=draw(2) {
                    let (age, code) = (draw(ages) * 10 + 20, draw(codes));
                    let cells = [age.to_string(), format!("c{code}")].map(|cell| if draw(12) == 0 { String::new() } else { cell });
                    text.push_str(&format!("{},Ng,{},{},i{}\n", nhs(person), cells[0], cells[1], draw(3)));
                }
            }
            text
        };
        hand_over(&bench, &extract(30, 1, 2), "june", &[]);
        let held = released(&fs::read_to_string(bench.path("held/june.csv")).expect("read"));
        for (ages, codes) in [(1, 1), (2, 2), (4, 3), (2, 1), (1, 3), (6, 4)] {
            let ran = bench.given(extract(34, ages, codes), &[&TRUST[..], &["--force"]].concat());
            if ran.code == Some(4) {
                refused += 1;
                assert!(["what cannot be met is", "but not together"].iter().any(|said| ran.err.contains(said)), "{ran}");
                continue;
            }
            assert_eq!(ran.code, Some(0), "{ran}");
            let out = released(&bench.out());
            assert!(!out.is_empty());
            if ran.out.contains("repaired: ") {
                repaired += 1;
            } else {
                as_it_is += 1;
            }
            let known = |who: &str, column: usize| held.iter().filter(|row| row[0] == who).map(|row| row[column].clone()).collect::<BTreeSet<String>>();
            let alone = by_class(&out, |row| (row[1].clone(), row[2].clone()));
            let joined = by_class(&out, |row| (row[1].clone(), row[2].clone(), known(&row[0], 1), known(&row[0], 2)));
            let mut whole: BTreeMap<&String, f64> = BTreeMap::new();
            for (_, ill) in alone.iter().flatten() {
                *whole.entry(ill).or_default() += 1.0;
            }
            let total: f64 = whole.values().sum();
            for class in alone.iter().chain(&joined) {
                assert!(class.iter().map(|(who, _)| who).collect::<BTreeSet<_>>().len() >= 2, "k: {ran}");
                assert!(class.iter().map(|(_, ill)| ill).collect::<BTreeSet<_>>().len() >= 2, "l: {ran}");
            }
            for class in &alone {
                let share = |ill: &String| class.iter().filter(|(_, other)| other == ill).count() as f64 / class.len() as f64;
                let distance = whole.iter().map(|(ill, count)| (share(ill) - count / total).abs()).sum::<f64>() / 2.0;
                assert!(distance <= 0.5 + 1e-9, "t {distance}: {ran}");
            }
        }
    }
    assert!(repaired > 2 && refused > 0, "{repaired} repaired, {refused} refused, {as_it_is} as they are");
}
