//! Disclosure risk as a person meets it, and the published optima.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use carepact::disclosure::coded::{Coded, Role};
use carepact::disclosure::hierarchy::{Hierarchy, Written};
use carepact::disclosure::read::{Missing, Plan, Reader};
use carepact::disclosure::search::classify::classify;
use carepact::disclosure::search::optimum::optimum;
use carepact::disclosure::search::{Goal, Space};
use carepact::tabular::Source;
use serde_json::Value;

use crate::run::{run, run_with_input};
use crate::shared::shared;

fn adult(folder: &Path, columns: &[String]) -> Coded {
    let text = std::fs::read(folder.join("arx_adult.csv")).expect("readable");
    let plan = Plan {
        columns: columns.iter().map(|name| (name.clone(), Role::Quasi)).collect(),
        null: Vec::new(),
        missing: Missing::Own,
        memory: 64 << 20,
        threads: 2,
        spill: None,
    };
    let mut reader = Reader::new(plan);
    let (layout, source) = Source::open(&text[..], 1 << 16).expect("opens");
    reader.read(&layout, source, &AtomicBool::new(false), |_| ()).expect("reads");
    reader.finish().expect("fits")
}

#[test]
fn the_four_published_optima_of_arx_on_adult() {
    let (Some(folder), Some(vectors)) = (shared("disclosure"), shared("vectors/arx_adult_kanon.json")) else { return };
    let vectors: Value = serde_json::from_slice(&std::fs::read(vectors).expect("readable")).expect("JSON");
    let columns: Vec<String> = vectors["columns"].as_array().expect("list").iter().map(|name| name.as_str().expect("text").to_owned()).collect();
    let coded = adult(&folder, &columns);
    assert_eq!(coded.rows, vectors["rows"].as_u64().expect("number"));
    let hierarchies: Vec<Hierarchy> = coded
        .columns
        .iter()
        .map(|column| {
            let file = std::fs::read(folder.join(format!("arx_adult_hierarchy_{}.csv", column.name))).expect("readable");
            Written::read(&file).expect("a hierarchy").bind(&column.values).expect("fits the column")
        })
        .collect();
    let space = Space::new(&coded, &hierarchies).expect("small");
    assert_eq!(space.lattice.size() as u64, vectors["lattice_nodes"].as_u64().expect("number"));
    for expected in vectors["results"].as_array().expect("list") {
        let goal = Goal {
            k: expected["k"].as_u64().expect("number"),
            l: Vec::new(),
            suppress_at_most: Goal::share_of(coded.rows, 100.0 * expected["suppression_limit"].as_f64().expect("number")),
            ..Goal::default()
        };
        let found = classify(&space, &goal).expect("there is one");
        let node: Vec<u64> = found.node.iter().map(|level| u64::from(*level)).collect();
        assert_eq!(serde_json::json!(node), expected["node"], "{expected}");
        let loss = expected["arx_published_loss"].as_f64().expect("number");
        assert!((found.loss - loss).abs() < 5e-7, "{} {loss}", found.loss);
        assert_eq!(found.outcome.suppressed, expected["suppressed_rows"].as_u64().expect("number"));
        assert_eq!(found.outcome.classes as u64, expected["classes"].as_u64().expect("number"));
        assert_eq!(found.anonymous.map(|count| count as u64), expected["anonymous_nodes"].as_u64());
        let fast = optimum(&space, &goal).expect("there is one");
        assert_eq!((&fast.node, fast.outcome), (&found.node, found.outcome));
        println!("k {}: {} nodes checked to find it, {} to classify all", goal.k, fast.checked, found.checked);
    }
}

/// Forty people, two rows each; one village holds one person, and everybody in band 20-29 has one illness.
fn extract() -> String {
    let mut text = "who,age,place,illness,ethnicity\n".to_owned();
    for person in 0..40 {
        let (age, place) = if person == 7 {
            ("30-39", "Hamlet")
        } else if person % 2 == 0 {
            ("20-29", "Town")
        } else {
            ("30-39", "Town")
        };
        let illness = if age == "20-29" { "asthma" } else { ["flu", "gout", "none"][person % 3] };
        for _ in 0..2 {
            text.push_str(&format!("P{person:02},{age},{place},{illness},{}\n", ["A", "B"][usize::from(person > 35)]));
        }
    }
    text
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("extract.csv"), extract()).expect("written");
    dir
}

#[test]
fn what_a_person_sees() {
    let dir = folder();
    let ran = run(dir.path(), &["risk", "extract.csv", "--qi", "age,place", "--person", "who", "--sensitive", "illness", "--by", "ethnicity"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.to_string());
}

#[test]
fn no_value_of_a_small_class_and_no_small_count_is_shown() {
    let dir = folder();
    for format in ["human", "markdown", "json", "short"] {
        let ran =
            run(dir.path(), &["risk", "extract.csv", "--qi", "age,place", "--person", "who", "--sensitive", "illness", "--by", "ethnicity", "-f", format]);
        assert_eq!(ran.code, Some(1), "{ran}");
        for secret in ["Hamlet", "asthma", "P07"] {
            assert!(!ran.out.contains(secret), "{format} says {secret}: {ran}");
        }
        assert!(ran.out.contains("RSK-002"), "a class of one illness is told: {ran}");
    }
    let ran = run(dir.path(), &["risk", "extract.csv", "--qi", "age,place", "--person", "who", "-f", "json"]);
    let results: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(results["format"], "carepact.results/1");
    assert_eq!(results["kind"], "risk");
    assert_eq!((&results["data"]["by_person"]["k"], &results["data"]["by_person"]["uniques"]), (&1.into(), &"1-9".into()));
    assert_eq!(results["data"]["by_row"]["k"], 2, "one person's two rows protect nobody: people are counted apart");
}

#[test]
fn a_high_k_with_one_illness_is_not_called_safe() {
    let dir = folder();
    let ran = run(dir.path(), &["risk", "extract.csv", "--qi", "age", "--person", "who", "--sensitive", "illness", "--k", "10"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("RSK-002") && !ran.out.contains("RSK-001") && ran.out.contains("not safe"), "{ran}");
    let ran = run(dir.path(), &["risk", "extract.csv", "--qi", "age", "--person", "who", "--k", "10"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("Whether data are anonymous depends on who receives them"), "{ran}");
}

#[test]
fn a_column_that_is_not_there_gets_the_nearest_name() {
    let dir = folder();
    for (args, word) in [
        (vec!["risk", "extract.csv", "--qi", "age,plase"], "Did you mean `place`?"),
        (vec!["risk", "extract.csv", "--qi", "age", "--sensitive", "ilness:ordered"], "Did you mean `illness`?"),
        (vec!["risk", "extract.csv"], "Its columns: who, age, place, illness, ethnicity."),
        (vec!["risk", "extract.csv", "--qi", "age", "--plan", "--hierarchy", "agee=age"], "Did you mean `age`?"),
        (vec!["risk", "extract.csv", "--qi", "age", "--person", "age"], "no quasi-identifier"),
    ] {
        let ran = run(dir.path(), &args);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.err.contains(word), "{ran}");
    }
}

#[test]
fn the_same_answer_from_a_pipe_at_any_number_of_threads_and_block() {
    let dir = folder();
    let of = |more: [&str; 4]| {
        let args = ["risk", "-", "--qi", "age,place", "--person", "who", "--sensitive", "illness:ordered", "-f", "json"];
        run_with_input(dir.path(), &[&args[..], &more[..]].concat(), extract().as_bytes()).out
    };
    assert_eq!(of(["--threads", "1", "--block", "1000000"]), of(["--threads", "3", "--block", "50"]));
}

#[test]
fn too_little_memory_is_refused_and_nothing_is_said_in_part() {
    let dir = tempfile::tempdir().expect("a folder");
    let rows: Vec<String> = (0..60_000).map(|n| format!("a value that is not short {n},{n}")).collect();
    std::fs::write(dir.path().join("wide.csv"), format!("a,b\n{}\n", rows.join("\n"))).expect("written");
    let ran = run(dir.path(), &["risk", "wide.csv", "--qi", "a,b", "--memory", "1"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran}");
    assert!(ran.err.contains("do not fit in the 1 MiB") && ran.err.contains("--memory"), "{ran}");
}

#[test]
fn a_plan_shows_what_each_way_costs() {
    let dir = folder();
    std::fs::write(dir.path().join("places.csv"), "Town;District;*\nHamlet;District;*\n").expect("written");
    let args =
        ["risk", "extract.csv", "--qi", "age,place", "--person", "who", "--plan", "--hierarchy", "place=places.csv", "--order", "place", "--by", "ethnicity"];
    let ran = run(dir.path(), &args);
    assert!(ran.out.contains("place to one group for all"), "{ran}");
    let ran = run(dir.path(), &[&args[..], &["-f", "json"]].concat());
    let plan = &serde_json::from_str::<Value>(&ran.out).expect("JSON")["data"]["plan"];
    assert_eq!(plan["optimal"]["levels"]["place"]["level"], 1);
    assert_eq!(plan["optimal"]["outcome"]["k"], 20);
    assert_eq!(plan["policy_order"]["steps"].as_array().map(Vec::len), Some(2));
    assert_eq!(plan["policy_order"]["steps"][0]["outcome"]["left_out"], "1-9");
    let ran = run(dir.path(), &["risk", "extract.csv", "--qi", "age,place", "--plan", "--hierarchy", "place=age"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    assert!(ran.err.contains("2 of the column's values are not in it") && !ran.err.contains("Hamlet"), "{ran}");
}

#[test]
fn columns_are_taken_from_a_release() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ran = run(
        root,
        &[
            "risk",
            "samples/extract/admissions.csv",
            "--agreement",
            "GM-DSA-0021",
            "--release",
            "phm-monthly",
            "--pack",
            "policies/greater-manchester",
            "-f",
            "json",
        ],
    );
    assert_eq!(ran.code, Some(1), "{ran}");
    let results: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(results["findings"][0]["place"], "GM-DSA-0021/phm-monthly");
    assert_eq!(results["data"]["person"], "nhs_number");
}

const COUNTS: &str = "area,flu,gout,total\nBolton,3,40,43\nBury,0,22,22\nTotal,3,62,65\n";

#[test]
fn a_table_of_counts_leaves_by_a_named_profile() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("counts.csv"), COUNTS).expect("written");
    let ran = run(dir.path(), &["risk", "--table", "counts.csv", "--small-numbers", "hes-2018", "--percentages"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    insta::assert_snapshot!(ran.to_string());
    let ran = run(dir.path(), &["risk", "--table", "counts.csv", "--small-numbers", "under=5,round=1", "-f", "csv"]);
    assert!(ran.out.contains('*') && !ran.out.contains(",3,"), "{ran}");
    // 43 - 40 must not tell what is hidden: every row and column hides two figures or none.
    for line in ran.out.lines().skip(1) {
        assert_ne!(line.matches('*').count(), 1, "{ran}");
    }
    for (args, code, said) in [
        (vec!["risk", "--table", "counts.csv"], 2, "which counts are small is for the publisher to say"),
        (vec!["risk", "--table", "counts.csv", "--small-numbers", "hes"], 2, "Name hes-2018, or your own"),
        (vec!["risk", "--table", "counts.csv", "--small-numbers", "under=2,round=5"], 2, "rounded to 0"),
    ] {
        let ran = run(dir.path(), &args);
        assert_eq!(ran.code, Some(code), "{ran}");
        assert!(ran.err.contains(said), "{ran}");
    }
    std::fs::write(dir.path().join("wrong.csv"), COUNTS.replace("43", "44")).expect("written");
    let ran = run(dir.path(), &["risk", "--table", "wrong.csv", "--small-numbers", "hes-2018"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    assert!(ran.err.contains("the total in row 2, column `total` is not the sum"), "{ran}");
}

#[test]
fn subtraction_between_two_tables_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("september.csv"), "area,people\nBolton,31\nBury,40\n").expect("written");
    std::fs::write(dir.path().join("october.csv"), "area,people\nBolton,33\nBury,40\n").expect("written");
    let ran = run(dir.path(), &["risk", "--table", "october.csv", "--against", "september.csv", "--small-numbers", "under=5,round=1"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("RSK-006") && ran.out.contains("row 2, column `people`"), "{ran}");
    std::fs::copy(dir.path().join("october.csv"), dir.path().join("same.csv")).expect("copied");
    let several = ["risk", "--table", "october.csv", "--against", "same.csv", "--against", "september.csv", "--small-numbers", "under=5,round=1"];
    let both = run(dir.path(), &several);
    assert!(both.code == Some(1) && both.out.contains("Against same.csv") && both.out.contains("Against september.csv"), "each is compared: {both}");
    let ran = run(dir.path(), &["risk", "--table", "october.csv", "--against", "september.csv", "--small-numbers", "hes-2018"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("1 differ by few and do not show it"), "{ran}");
}

#[test]
fn a_tiny_budget_tells_the_same_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = "who,age,place,illness\n".to_owned();
    for row in 0..20_000u32 {
        text.push_str(&format!("P{},{},{},{}\n", row % 300, row % 90, row / 7 % 40, row % 5));
    }
    std::fs::write(dir.path().join("extract.csv"), text).expect("written");
    std::fs::create_dir(dir.path().join("aside")).expect("made");
    let args =
        ["risk", "extract.csv", "--qi", "age,place", "--person", "who", "--sensitive", "illness:ordered", "--by", "place", "-f", "json", "--block", "4096"];
    let large = run(dir.path(), &args);
    let small = run(dir.path(), &[&args[..], &["--memory-bytes", "60000", "--spill", "aside"]].concat());
    assert_eq!((large.code, small.code), (Some(1), Some(1)), "{small}");
    assert_eq!(large.out, small.out);
    assert_eq!(std::fs::read_dir(dir.path().join("aside")).expect("reads").count(), 0);
    let ran = run(dir.path(), &[&args[..], &["--memory-bytes", "60000", "--spill", "nowhere"]].concat());
    assert!(ran.code == Some(2) && ran.err.contains("cannot be put aside"), "{ran}");
    let ran = run(dir.path(), &[&args[..], &["--memory-bytes", "6000", "--spill", "aside"]].concat());
    assert!(ran.code == Some(2) && ran.err.contains("do not fit"), "values are not put aside: {ran}");
}

#[test]
fn a_population_lowers_what_a_journalist_reaches() {
    let dir = folder();
    std::fs::write(dir.path().join("census.csv"), "age,place,population\n20-29,Town,5000\n30-39,Town,4000\n30-39,Hamlet,25\n40-49,Town,6000\n")
        .expect("written");
    let args = ["risk", "extract.csv", "--qi", "age,place", "--person", "who", "--population", "census.csv"];
    let ran = run(dir.path(), &args);
    assert!(ran.code == Some(1) && ran.out.contains("Against a population of 15,025") && ran.out.contains("4.0%"), "{ran}");
    let ran = run(dir.path(), &[&args[..], &["-f", "json"]].concat());
    let data = &serde_json::from_str::<Value>(&ran.out).expect("JSON")["data"];
    assert_eq!((&data["population"]["journalist_highest"], &data["population"]["at_risk"]), (&0.04.into(), &0.into()), "{data:#}");
    assert_eq!(data["attack_by_person"]["prosecutor_highest"], 1.0, "a prosecutor knows who is in the file");
    std::fs::write(dir.path().join("census.csv"), "age,place\n20-29,Town\n").expect("written");
    let ran = run(dir.path(), &args);
    assert!(ran.code == Some(3) && ran.err.contains("no column `population`"), "{ran}");
}
