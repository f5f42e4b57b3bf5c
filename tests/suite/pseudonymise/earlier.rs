//! A release beside those that the recipient holds already.

use super::*;

/// Thirty people with one row each; `age` of a person, or none if the extract lacks them.
pub(super) fn people(age: impl Fn(usize) -> Option<u32>) -> String {
    let mut text = "nhs_number,name,age,code\n".to_owned();
    for person in 0..30 {
        if let Some(age) = age(person) {
            text.push_str(&format!("{},Ng,{age},{}\n", nhs(u32::try_from(person).expect("small") + 10), ["a", "b"][person % 2]));
        }
    }
    text
}

const RISK: &str = "{quasi: [age], k: 5}";

/// Releases `text` into a folder of what the recipient holds.
pub(super) fn hand_over(bench: &Bench, text: &str, name: &str, more: &[&str]) {
    let file = format!("held/{name}.csv");
    let mut all = vec!["-o", &file];
    all.extend(more);
    fs::create_dir_all(bench.path("held")).expect("made");
    fs::write(bench.path("in.csv"), text).expect("written");
    let ran = bench.release("in.csv", &all);
    assert_eq!(ran.code, Some(0), "{ran}");
    // The sender's books stay with the sender.
    fs::remove_file(bench.path(&format!("{file}.balance.json"))).expect("there");
}

pub(super) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_release_without_its_predecessors_says_that_it_was_not_measured_beside_them() {
    let bench = with_risk(RISK);
    let same = people(|person| Some([41, 52, 63][person % 3]));
    let ran = bench.given(&same, &["-f", "json"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let results = json(&ran.out);
    assert_eq!(results["data"]["release"]["risk_measures"]["earlier"]["status"], "not assessed");
    assert!(results["not_assessed"].to_string().contains("k beside earlier releases"), "{ran}");
    let manifest = fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("read");
    assert!(manifest.contains("k beside earlier releases: not assessed (no earlier releases were given"), "{manifest}");

    // An empty folder says that there are none.
    fs::create_dir(bench.path("held")).expect("made");
    let ran = bench.given(&same, &["--earlier", "held", "--plan", "-f", "json"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let results = json(&ran.out);
    assert!(!results["not_assessed"].to_string().contains("earlier"), "{ran}");
    assert!(results["data"]["release"]["risk"]["detail"].to_string().contains("no earlier release can be joined"), "{ran}");
}

#[test]
fn people_who_stand_out_only_beside_an_earlier_release_stop_the_run() {
    let bench = with_risk(RISK);
    let trust = ["--earlier", "held", "--signers", "signers"];
    hand_over(&bench, &people(|person| Some([41, 52, 63][person % 3])), "june", &[]);
    // The same again says nothing new.
    let same = bench.given(people(|person| Some([41, 52, 63][person % 3])), &[&trust[..], &["--force", "-f", "json"]].concat());
    assert_eq!(same.code, Some(0), "{same}");
    let earlier = &json(&same.out)["data"]["release"]["risk_measures"]["earlier"];
    assert_eq!((&earlier["status"], &earlier["sizes"]["k"], &earlier["people_held"]), (&"assessed".into(), &10.into(), &30.into()), "{earlier:#}");

    // Two people have moved to another band. Alone, every class of this release has 8 or more.
    let moved = people(|person| Some(if person == 0 || person == 3 { 52 } else { [41, 52, 63][person % 3] }));
    let alone = bench.given(&moved, &["--force"]);
    assert_eq!(alone.code, Some(0), "{alone}");
    for name in ["r.csv", "r.csv.manifest.json", "r.csv.manifest.json.sig", "r.csv.balance.json"] {
        fs::remove_file(bench.path("out").join(name)).expect("there");
    }
    for more in [&[][..], &["--plan"], &["--block", "64", "--threads", "3"]] {
        let ran = bench.given(&moved, &[&trust[..], more].concat());
        assert_eq!(ran.code, Some(4), "{ran}");
        assert!(ran.err.contains("joined with 1 earlier release that the recipient holds, 1 to 9 people"), "{ran}");
        assert!(ran.err.contains("the smallest class has 2 people"), "{ran}");
        bench.nothing_left();
    }
    // Rows cannot be joined where rows are counted: that is said.
    let rows = with_risk("{quasi: [age], k: 5, by: row}");
    fs::create_dir(rows.path("held")).expect("made");
    let ran = rows.given(&moved, &["--earlier", "held"]);
    assert!(ran.code == Some(0) && ran.out.contains("not assessed (the release counts rows"), "{ran}");
}

#[test]
fn people_whom_only_one_of_two_releases_has_are_told_of() {
    let bench = with_risk(RISK);
    hand_over(&bench, &people(|person| Some([41, 52, 63][person % 3])), "june", &[]);
    let ran = bench.given(people(|person| (person != 4).then_some([41, 52, 63][person % 3])), &["--earlier", "held", "--signers", "signers", "--plan"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("An earlier release has people whom this one lacks, fewer than 5 people"), "{ran}");
    let ran = bench.given(people(|person| (person >= 15).then_some([41, 52, 63][person % 3])), &["--earlier", "held", "--signers", "signers", "--plan"]);
    assert!(ran.code == Some(0) && !ran.out.contains("told by subtraction"), "fifteen are not few: {ran}");
}

#[test]
fn what_is_missing_changed_or_of_another_key_is_never_silently_fine() {
    let text = people(|person| Some([41, 52, 63][person % 3]));
    let bench = with_risk(RISK);
    hand_over(&bench, &text, "may", &[]);
    hand_over(&bench, &text, "june", &["--previous", "held/may.csv.manifest.json"]);
    let trust = ["--earlier", "held", "--signers", "signers", "--plan"];
    let ran = bench.given(&text, &trust);
    assert!(ran.code == Some(0) && ran.out.contains("joined with 2 earlier releases: smallest class 10"), "{ran}");
    // A predecessor that is not there.
    for name in ["may.csv", "may.csv.manifest.json", "may.csv.manifest.json.sig"] {
        fs::rename(bench.path("held").join(name), bench.path(name)).expect("moved");
    }
    let ran = bench.given(&text, &trust);
    assert!(ran.code == Some(0) && ran.out.contains("assessed in part: 1 release is named by a later manifest"), "{ran}");
    // A changed file, and a signer whom nobody knows.
    fs::write(bench.path("held/june.csv"), "changed").expect("written");
    let ran = bench.given(&text, &trust);
    assert!(ran.code == Some(5) && ran.err.contains("june.csv.manifest.json does not hold"), "{ran}");
    let other = with_risk(RISK);
    hand_over(&other, &text, "june", &[]);
    let theirs = fs::read(other.path("signers")).expect("read");
    fs::copy(bench.path("signers"), other.path("signers")).expect("copied");
    let ran = other.given(&text, &trust);
    assert_eq!(ran.code, Some(5), "{ran}");
    // Another key: the pseudonyms say nothing of each other.
    fs::remove_dir_all(bench.path("held")).expect("there");
    fs::create_dir(bench.path("held")).expect("made");
    for entry in fs::read_dir(other.path("held")).expect("read") {
        let entry = entry.expect("entry");
        fs::copy(entry.path(), bench.path("held").join(entry.file_name())).expect("copied");
    }
    fs::write(bench.path("signers"), theirs).expect("written");
    let ran = bench.given(&text, &trust);
    assert!(ran.code == Some(0) && ran.out.contains("monthly of 2026-07-15 has pseudonyms of another key or form"), "{ran}");
}
