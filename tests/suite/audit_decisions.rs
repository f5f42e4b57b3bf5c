//! `audit --decisions`: what was decided is remembered, and nothing is left out for it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::audit::AUDIT;
use super::audit_seal::{KEYS, desk};
use super::run::{Ran, run};

fn audit(dir: &Path, more: &[&str]) -> Ran {
    run(dir, &[&AUDIT[..], &KEYS, more].concat())
}

fn results(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{ran}"))
}

fn findings(results: &Value) -> Vec<Value> {
    results["findings"].as_array().expect("a list").clone()
}

fn decide(dir: &Path, rows: &[String]) -> Value {
    fs::write(dir.join("decisions.csv"), format!("id,decision,by,on,opened,note\n{}", rows.concat())).expect("written");
    results(&audit(dir, &["--decisions", "decisions.csv", "-f", "json"]))
}

#[test]
fn a_decision_settles_what_was_seen_until_that_day_and_nothing_is_left_out() {
    let dir = desk();
    let before = results(&audit(dir.path(), &["-f", "json"]));
    let one = findings(&before).into_iter().find(|finding| finding["code"] == "AUD-005").expect("own record");
    let id = one["id"].as_str().expect("an id");
    assert_eq!(&one["facts"]["last"].as_str().expect("a time")[..10], "2026-05-12");

    let after = decide(dir.path(), &[format!("{id},explained,privacy officer,2026-05-12,2026-05-02,seen\n")]);
    assert_eq!(findings(&after).len(), findings(&before).len(), "nothing is left out");
    for (was, is) in findings(&before).iter().zip(findings(&after)) {
        assert_eq!(was["id"], is["id"]);
        assert_eq!(is["status"], if is["id"] == *id { "baseline" } else { "open" }, "{is}");
    }
    let told = &after["data"]["decisions"];
    assert_eq!((&told["read"], &told["findings_decided"], &told["open_again"]), (&1.into(), &1.into(), &0.into()));
    assert_eq!(
        told["detectors"][0],
        serde_json::json!({"code": "AUD-005", "decided": 1, "upheld": 0, "not_upheld": 1, "by_decision": {"explained": 1}, "median_days": 10})
    );

    // The day before: the access came later.
    let early = decide(dir.path(), &[format!("{id},explained,privacy officer,2026-05-11,,\n")]);
    let again = findings(&early).into_iter().find(|finding| finding["id"] == *id).expect("there");
    assert!(
        again["status"] == "open" && again["facts"]["since"] == "there are accesses after the decision" && again["facts"]["decision"] == "explained",
        "{again}"
    );
    assert_eq!(early["data"]["decisions"]["open_again"], 1);

    // By case: all its findings, and no other.
    let case =
        before["data"]["cases"].as_array().expect("a list").iter().find(|case| case["findings"].as_array().expect("ids").len() > 1).expect("two findings");
    let settled = decide(dir.path(), &[format!("{},upheld,privacy officer,2026-06-01,,\n", case["case"].as_str().expect("an id"))]);
    let marked: Vec<Value> = findings(&settled).into_iter().filter(|finding| finding["status"] == "baseline").map(|finding| finding["id"].clone()).collect();
    let mut expected = case["findings"].as_array().expect("ids").clone();
    let sorted = |mut list: Vec<Value>| {
        list.sort_by_key(ToString::to_string);
        list
    };
    expected.dedup();
    assert_eq!(sorted(marked), sorted(expected));
    assert!(settled["data"]["decisions"]["detectors"].as_array().expect("rows").iter().all(|row| row["upheld"] == row["decided"]));

    // The latest of two counts; what belongs to another month is only counted.
    let rows = [
        format!("{id},upheld,privacy officer,2026-05-12,,\n"),
        format!("{id},coding,privacy officer,2026-05-20,,\n"),
        "0123456789abcdef,explained,dpo,2026-01-01,,\n".to_owned(),
    ];
    let told = decide(dir.path(), &rows)["data"]["decisions"].clone();
    assert_eq!((&told["read"], &told["of_this_audit"], &told["detectors"][0]["by_decision"]["coding"]), (&2.into(), &1.into(), &1.into()));

    let said = audit(dir.path(), &["--decisions", "decisions.csv"]);
    assert!(said.out.contains("2 decisions read, 1 of them on this audit: 1 finding is known and not open"), "{said}");
}

#[test]
fn a_table_of_decisions_that_cannot_be_meant_is_refused_with_its_line() {
    let dir = desk();
    let id = "0123456789abcdef";
    for (text, said) in [
        ("id,decision,on\n", "the column `by` is missing"),
        (&*format!("id,decision,by,on\n{id},fine,dpo,2026-05-12\n"), "line 2: `decision` is none of explained, on_call"),
        (&format!("id,decision,by,on\n{id},explained,dpo,12/05/2026\n"), "line 2: `on` is no date"),
        (&format!("id,decision,by,on\n{id},explained,,2026-05-12\n"), "line 2: `by` is empty"),
        ("id,decision,by,on\n9990000018,explained,dpo,2026-05-12\n", "line 2: `id` is no id"),
        (&format!("id,decision,by,on\n{id},explained,dpo,2026-05-12\n{id},upheld,dpo,2026-05-12\n"), "line 3: it says upheld of"),
        (&format!("id,decision,by,on,opened\n{id},explained,dpo,2026-05-12,2026-05-13\n"), "line 2: `opened` lies after `on`"),
        (&format!("id,decision,by,on\n{id},explained\n"), "line 2: it cannot be read as CSV"),
    ] {
        fs::write(dir.path().join("decisions.csv"), text).expect("written");
        let ran = audit(dir.path(), &["--decisions", "decisions.csv"]);
        assert!(ran.code == Some(2) && ran.err.contains(said) && !ran.err.contains("9990000018"), "{said}: {ran}");
    }
    let unkeyed = run(dir.path(), &[&AUDIT[..], &["--decisions", "decisions.csv"]].concat());
    assert!(unkeyed.code == Some(2) && unkeyed.err.contains("--keyring"), "{unkeyed}");
}
