//! What the page on redaction says it finds is what it finds.

use std::fs;

#[path = "../../benches/redaction/notes.rs"]
mod notes;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/redaction.md");

#[test]
fn the_figures_of_the_page_are_those_that_are_measured() {
    let measured = notes::measure(notes::NOTES, notes::SEED);
    let page = fs::read_to_string(PAGE).expect("the page");
    let (before, stated) = page.split_once("| planted |").expect("the tables");
    let tables = measured.tables();
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        fs::write(PAGE, format!("{before}{tables}")).expect("written");
        return;
    }
    assert_eq!(format!("| planted |{stated}"), tables, "CAREPACT_BLESS=1 writes the figures anew; look at them");
}

#[test]
fn what_must_be_found_is_found_and_what_is_not_is_not_hidden_by_an_average() {
    // Another seed than that of the page: the figures are no accident of it.
    let measured = notes::measure(1_000, 7);
    for kind in
        ["NHS number, own", "NHS number, others", "date of birth, own", "e-mail, own", "postcode, own", "telephone, own", "local number, own", "name, own"]
    {
        for ((_, form), score) in measured.recall.iter().filter(|((of, _), _)| *of == kind) {
            let known_gap = ["month alone", "without area code", "a slip", "two letters"].contains(form);
            assert!(known_gap || score.good == score.all, "{kind}, {form}: {} of {}", score.good, score.all);
        }
    }
    assert!(measured.recall[&("name, others", "alone")].good * 4 < measured.recall[&("name, others", "alone")].all, "said to be missed");
    for (mark, score) in &measured.precision {
        assert!(score.good * 100 >= score.all * 75, "{mark:?}: {} of {} right", score.good, score.all);
    }
    assert!(measured.bytes > 100_000);
}
