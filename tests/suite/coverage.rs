//! `carepact coverage`: what agreements cover, against the plain decision pair by pair.

use std::path::Path;

use carepact::decision::{Facts, Question, Verdict, decide};
use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::source::Sources;
use serde_json::Value;

use super::run::{Ran, run};

const DAY: &str = "2026-11-23";

fn coverage(args: &[&str]) -> Ran {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all: Vec<&str> = ["coverage", "policies/greater-manchester", "--as-of", DAY].iter().chain(args).copied().collect();
    run(top, &all)
}

fn data(args: &[&str]) -> Value {
    let ran = coverage(&[args, &["-f", "json"]].concat());
    serde_json::from_str::<Value>(&ran.out).expect("JSON")["data"].clone()
}

#[test]
fn every_transition_says_what_the_plain_decision_says_of_each_pair() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (pack, _) = Pack::load(&top.join("policies/greater-manchester"), &mut Sources::new()).expect("the pack");
    let on = Date::parse(DAY).expect("a day");
    let told = data(&[]);
    let told = told["transitions"].as_array().expect("a list");
    assert_eq!(told.len(), pack.pathways.len());
    for (one, edge) in told.iter().zip(&pack.pathways) {
        assert_eq!(one["name"], edge.name.as_str());
        let stands = |function| -> Vec<OrgId> {
            let here = |org: &OrgId| {
                let organisation = pack.register.organisation(*org);
                let names: Vec<&str> =
                    organisation.places.iter().filter(|held| held.during.contains(on)).map(|held| pack.words.places.path(held.value)).collect();
                // Nobody of the neighbour's places stands in this community's pathways.
                organisation.open.contains(on)
                    && organisation.has_function_on(&pack.words.functions, function, on)
                    && (organisation.member || names.iter().any(|name| *name == "gm" || name.starts_with("gm.")))
            };
            pack.register.ids().filter(here).collect()
        };
        let (from, to) = (stands(edge.from), stands(edge.to));
        for cell in one["cells"].as_array().expect("cells") {
            let leaf = pack.words.data.ids().find(|id| pack.words.data.path(*id) == cell["data"]).expect("a category");
            let mut counts = [0u64; 3];
            for of in &from {
                for at in to.iter().filter(|at| *at != of) {
                    let question = Question { role: edge.role, at: Some(*at), action: 0, form: 0, data: leaf, of: *of, purpose: edge.purpose, on };
                    counts[match decide(&pack, &question, Facts::default()).expect("decided").verdict {
                        Verdict::Permit => 0,
                        Verdict::Needs => 1,
                        Verdict::Deny => 2,
                    }] += 1;
                }
            }
            assert_eq!(["permit", "needs", "not_covered"].map(|key| cell[key].as_u64().expect("a number")), counts, "{} {}", edge.name, cell["data"]);
            assert_eq!(cell["pairs"].as_u64(), Some(counts.iter().sum()));
        }
    }
}

#[test]
fn exits_say_what_they_were_asked_to_say() {
    // Four practices have not signed, or have left: on purpose.
    assert_eq!(coverage(&[]).code, Some(1));
    assert_eq!(coverage(&["--fail-on", "none"]).code, Some(0));
    assert_eq!(coverage(&["--pathway", "discharge", "--until", "2026-12-01"]).code, Some(0));
    assert_eq!(coverage(&["--pathway", "nowhere"]).code, Some(2));
    assert_eq!(coverage(&["--without", "GM-DSA-9999"]).code, Some(2));
}

#[test]
fn who_is_left_out_is_told_with_the_reason_and_the_patients() {
    let told = data(&[]);
    let left: Vec<(&str, &str)> = told["without_direct_care"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["ods"].as_str().expect("a code"), one["missing"][0]["cause"].as_str().expect("a cause")))
        .collect();
    assert_eq!(left, [("X90431", "not_joined"), ("X90100", "not_joined"), ("X90257", "not_joined"), ("X90263", "left")]);
}

#[test]
fn a_rehearsal_tells_what_stops_and_nothing_else() {
    let ran = coverage(&["--without", "GM-DSA-0012", "--fail-on", "none"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("Rehearsal on 23 November 2026"), "{}", ran.out);
    assert!(ran.out.contains("flow of allergies from gp_practice to ambulance"), "{}", ran.out);
    assert!(!ran.out.contains("discharge/acute-to-community"), "the care record covers it still: {}", ran.out);
}

/// A table of the shipped register, each line as `change` makes it.
fn planned(dir: &Path, table: &str, change: impl Fn(&str) -> String) -> String {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/greater-manchester/register").join(table);
    let text = std::fs::read_to_string(shipped).expect("the register");
    let lines: Vec<String> = text.lines().map(change).collect();
    let path = dir.join(table);
    std::fs::write(&path, lines.join("\n") + "\n").expect("written");
    path.display().to_string()
}

#[test]
fn practices_that_merge_are_rehearsed_with_the_register_as_it_will_be() {
    let dir = tempfile::tempdir().expect("a folder");
    let same = planned(dir.path(), "list_sizes.csv", str::to_owned);
    let ran = coverage(&["--with-register", &same]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("Nothing stops and nothing starts"), "{ran}");

    planned(dir.path(), "organisations.csv", |line| match line.strip_prefix("X90001,") {
        Some(_) => line.replacen(",,,", ",2026-12-31,X90002,", 1),
        None => line.to_owned(),
    });
    planned(dir.path(), "list_sizes.csv", |line| match line {
        "X90002,2026-10-01,1999" => format!("{line}\nX90002,2027-01-01,9836"),
        _ => line.to_owned(),
    });
    let folder = dir.path().display().to_string();
    let rehearse = |day: &str| {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        run(top, &["coverage", "policies/greater-manchester", "--as-of", day, "--with-register", &folder])
    };
    let before = rehearse("2026-12-31");
    assert!(before.code == Some(0) && before.out.contains("Nothing stops and nothing starts"), "it is open that day: {before}");
    let after = rehearse("2027-01-01");
    assert_eq!(after.code, Some(1), "{after}");
    for said in
        ["Rehearsal on 1 January 2027", "emergency/gp-to-ambulance", "X90001 is closed since 2027-01-01; X90002 carries on its work", "7,837 patients affected"]
    {
        assert!(after.out.contains(said), "{said}: {after}");
    }
    assert!(!after.out.contains("X90003"), "nobody else is touched: {after}");

    let wrong = coverage(&["--with-register", "nowhere.csv"]);
    assert_eq!(wrong.code, Some(2), "{wrong}");
    assert!(wrong.err.contains("is no table of a register by its name"), "{wrong}");
}
