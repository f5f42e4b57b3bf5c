//! `audit --with`: a log put to another pack, against two audits of their own.

use serde_json::Value;

use super::audit::{AUDIT, folder, number};
use super::run::{Ran, run};
use super::small_pack;

fn results(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
}

/// Accesses by the ruling's name, as an audit of its own counts them.
fn own(dir: &std::path::Path, pack: &str) -> Vec<u64> {
    let mut args: Vec<&str> = AUDIT.to_vec();
    let at = args.iter().position(|arg| *arg == "pack").expect("there");
    args[at] = pack;
    let profile = args.iter().position(|arg| *arg == "log").expect("there");
    args[profile] = "pack/audit/profiles/log.yaml";
    args.extend(["-f", "json"]);
    let told = results(&run(dir, &args));
    NAMES.map(|name| told["data"]["counts"][name].as_u64().unwrap_or_else(|| panic!("{}", told["data"]))).to_vec()
}

const NAMES: [&str; 4] = ["permitted", "conditional", "denied", "not_assessed"];

#[test]
fn what_would_be_answered_otherwise_is_what_two_audits_differ_by() {
    let dir = folder();
    let care = small_pack::FILES.iter().find(|(name, _)| *name == "agreements/care.yaml").expect("there").1;
    let narrowed = care.replacen("g1: {to: {role: clinician}", "g1: {to: {role: doctor}", 1);
    assert_ne!(care, narrowed);
    small_pack::write(&dir.path().join("then"), &[("agreements/care.yaml", &narrowed)]);

    let with = |pack: &str, more: &[&str]| run(dir.path(), &[&AUDIT[..], &["--with", pack], more].concat());
    let told = results(&with("then", &["-f", "json"]));
    let replay = &told["data"]["replay"];
    let counts = replay["counts"].as_array().expect("a list");
    let sum = |side: &str, name: &str| counts.iter().filter(|one| one[side] == name).map(|one| one["accesses"].as_u64().expect("a number")).sum::<u64>();
    assert_eq!(NAMES.map(|name| sum("was", name)).to_vec(), own(dir.path(), "pack"));
    assert_eq!(NAMES.map(|name| sum("would_be", name)).to_vec(), own(dir.path(), "then"));
    let moved: u64 = replay["moved"].as_array().expect("a list").iter().map(|one| one["accesses"].as_u64().expect("a number")).sum();
    let all: u64 = counts.iter().map(|one| one["accesses"].as_u64().expect("a number")).sum();
    assert!(moved > 0 && moved + replay["same"].as_u64().expect("a number") == all, "{replay}");

    // The audit itself is that of its own pack.
    let alone = results(&run(dir.path(), &[&AUDIT[..], &["-f", "json"]].concat()));
    assert_eq!(told["data"]["counts"], alone["data"]["counts"]);

    let said = with("then", &[]);
    assert!(said.out.contains("With then instead") && said.out.contains("would be"), "{said}");
    assert!(!said.out.contains("Cellvalue") && (0..80).all(|person| !said.out.contains(&number(person))), "no value of the log: {said}");
    let same = with("pack", &[]);
    assert!(same.out.contains("0 accesses would get another answer"), "{same}");
    let nowhere = with("nowhere", &[]);
    assert!(nowhere.code == Some(2) && nowhere.out.is_empty(), "{nowhere}");
}
