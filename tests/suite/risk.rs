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

use crate::shared::shared;

fn adult(folder: &Path, columns: &[String]) -> Coded {
    let text = std::fs::read(folder.join("arx_adult.csv")).expect("readable");
    let plan = Plan {
        columns: columns.iter().map(|name| (name.clone(), Role::Quasi)).collect(),
        null: Vec::new(),
        missing: Missing::Own,
        memory: 64 << 20,
        threads: 2,
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
