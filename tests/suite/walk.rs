//! One invented person's journey along a pathway.

use std::path::Path;

use super::run::{Ran, run};
use super::small_pack;

const PATHWAYS: (&str, &str) = (
    "pathways.yaml",
    "\
pathways:
  discharge:
    transitions:
      acute-to-gp: {from: acute, to: gp_practice, see: [discharge, results], role: clinician, for: direct_care}
      acute-to-home: {from: acute, to: care_home, see: [medications, letter], role: social_worker, for: direct_care}
      home-to-acute: {from: care_home, to: acute, see: record, role: doctor, for: emergency_care}
",
);

fn walk(changed: &[(&str, &str)], args: &[&str]) -> Ran {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(&dir.path().join("pack"), &[&[PATHWAYS], changed].concat());
    run(dir.path(), &[&["walk"], args, &["--pack", "pack"]].concat())
}

fn shipped(args: &[&str]) -> Ran {
    run(Path::new(env!("CARGO_MANIFEST_DIR")), &[&["walk"], args, &["--pack", "policies/greater-manchester", "--as-of", "2026-10-15"]].concat())
}

#[test]
fn a_journey_says_who_sees_what_where_it_goes_dark_and_what_mends_it() {
    insta::assert_snapshot!(walk(&[], &["discharge", "--at", "bolton", "--as-of", "2026-07-15"]));
}

#[test]
fn the_shipped_pathways_are_told_with_what_an_objection_changes() {
    let emergency = shipped(&["emergency", "--at", "bolton"]);
    assert_eq!(emergency.code, Some(0), "{emergency}");
    assert!(emergency.out.contains("If the person objects, a doctor no longer sees discharge."), "{emergency}");
    assert!(
        emergency
            .out
            .contains("If the person objects, a paramedic sees medications, allergies and crisis plan only if emergency access was recorded (break_glass)"),
        "{emergency}"
    );
    for pathway in ["discharge", "mental_health", "maternity", "gp-to-111"] {
        let told = shipped(&[pathway, "--at", "salford"]);
        assert!(told.code == Some(0) && told.out.contains("The person is invented"), "{told}");
    }
}

#[test]
fn what_is_said_to_mend_it_mends_it() {
    // The practice that is told to join: joined, the same journey has no gap there.
    let dir = tempfile::tempdir().expect("a folder");
    let unsigned = "ods,joined,left,signed_on,signed_by\nR9A,2026-04-01,,2026-03-20,SIRO\n";
    small_pack::write(&dir.path().join("pack"), &[PATHWAYS, ("accessions/1.csv", unsigned)]);
    let args = ["walk", "acute-to-gp", "--at", "bolton", "--as-of", "2026-07-15", "--pack", "pack"];
    let dark = run(dir.path(), &args);
    assert!(dark.code == Some(1) && dark.out.contains("SM-1/g1 would show it if Synthetic Practice (Y99001) joined SM-1."), "{dark}");
    std::fs::write(dir.path().join("pack/accessions/1.csv"), format!("{unsigned}Y99001,2026-04-01,,2026-03-20,Partner\n")).expect("written");
    let light = run(dir.path(), &[&args[..], &["--given=-break_glass"]].concat());
    assert!(light.code == Some(0) && light.out.contains("Of 1 handover, none goes dark."), "{light}");
}

#[test]
fn an_objection_that_no_clause_asks_for_is_said_to_change_nothing() {
    let care = small_pack::FILES.iter().find(|(name, _)| *name == "agreements/care.yaml").expect("there").1;
    let careless = care.replace(" and not objection_upheld", "");
    let told = walk(&[("agreements/care.yaml", &careless)], &["acute-to-gp", "--at", "bolton", "--as-of", "2026-07-15"]);
    assert!(told.out.contains("An objection changes nothing here: no clause of this step asks for it."), "{told}");
}

#[test]
fn a_step_that_nobody_does_goes_dark() {
    let nobody = walk(&[], &["acute-to-home", "--at", "bolton", "--as-of", "2026-04-20"]);
    assert!(nobody.code == Some(1) && nobody.out.contains("no organisation of the register does care home on this day"), "{nobody}");
}

#[test]
fn json_holds_what_is_told_and_nobody_real() {
    let ran = shipped(&["discharge", "--by", "RZA,VZ9A1", "-f", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&value["format"], &value["kind"]), (&"carepact.results/1".into(), &"walk".into()));
    assert_eq!(value["data"]["person"], "an invented person (synthetic)");
    let steps = value["data"]["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 3);
    assert_eq!((&steps[2]["from"]["ods"], &steps[2]["to"]["ods"]), (&"RZA".into(), &"VZ9A1".into()));
    assert_eq!(steps[2]["answers"][0]["clauses"][0]["place"], "GM-DSA-0007/g2");
    assert_eq!(shipped(&["discharge", "--by", "RZA,VZ9A1", "-f", "json"]).out, ran.out);
}

#[test]
fn mistakes_are_told_with_what_was_meant() {
    for (args, said) in [
        (&["disharge", "--at", "bolton"][..], "Did you mean discharge?"),
        (&["discharge", "--at", "boltn"], "Did you mean bolton?"),
        (&["discharge"], "Give --at PLACE"),
        (&["discharge", "--by", "RZAA"], "Did you mean RZA?"),
        (&["discharge", "--at", "bolton", "--given", "relationshp"], "Did you mean relationship?"),
        (&["discharge", "--at", "bolton", "-f", "sarif"], "Use human, json or markdown."),
    ] {
        let ran = shipped(args);
        assert!(ran.code == Some(2) && ran.err.contains(said), "{ran}");
    }
}
