//! Two packs put beside each other before anyone signs.

use std::path::Path;

use super::run::{Ran, run};
use super::small_pack;

fn shipped(args: &[&str]) -> Ran {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    run(root, &[&["join", "policies/lancashire-neighbour"], args, &["--pack", "policies/greater-manchester", "--as-of", "2026-10-15"]].concat())
}

#[test]
fn the_shipped_neighbour_is_put_beside_greater_manchester() {
    insta::assert_snapshot!(shipped(&["--plan"]));
}

#[test]
fn without_plan_nothing_is_done_and_it_says_how() {
    let ran = shipped(&[]);
    assert!(ran.code == Some(2) && ran.err.contains("only plans, and changes nothing") && ran.err.contains("--plan"), "{ran}");
}

#[test]
fn json_holds_the_plan() {
    let ran = shipped(&["--plan", "-f", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&value["format"], &value["kind"], &value["data"]["blocked"]), (&"carepact.results/1".into(), &"join".into(), &true.into()));
    let seen = &value["data"]["they_would_see"]["blocks"];
    assert_eq!(
        (seen.as_array().map(Vec::len), &seen[0]["at"], &seen[0]["clauses"]),
        (Some(1), &serde_json::json!(["RZY"]), &serde_json::json!(["GM-LSC-0003/g1"]))
    );
    assert_eq!(value["data"]["not_honoured"][0]["condition"], "sealed");
    assert_eq!(shipped(&["--plan", "-f", "json"]).out, ran.out);
}

/// A neighbour of the small pack, in words of its own.
const THEIRS: [(&str, &str); 5] = [
    ("pack.yaml", "pack: hill\nformat: carepact.pack/1\ntitle: Synthetic neighbour\nsynthetic: true\n"),
    (
        "vocabulary.yaml",
        "\
functions: {hospital: {}, surgery: {}}
places: {hill: {}}
roles: {medic: {}, matron: {}, person: {}}
data: {notes: {drugs: {}, bloods: {}, clinic: {restricted: named_only}, letters: {}}}
purposes: {treatment: {purpose_of_use: TREAT}}
conditions:
  involved: {meaning: the user is involved in the care, evidence: explained}
  refused: {meaning: the person refused sharing, evidence: table.objections}
",
    ),
    (
        "register/organisations.csv",
        "ods,name,kind,opened,closed\nR9H,Synthetic Hill Hospital,trust,2010-01-01,\nY99H01,Synthetic Hill Surgery,gp_practice,2010-01-01,\n",
    ),
    ("register/functions.csv", "ods,function,from,to\nR9H,hospital,2010-01-01,\nY99H01,surgery,2010-01-01,\n"),
    (
        "agreements/own.yaml",
        "\
agreement: HILL-1
title: Hill record
version: \"1.0\"
status: active
starts: 2026-01-01
ends: 2027-12-31
review: {next: 2027-01-01, cycle_months: 24}
parties: {all: {in: hill, as: joint_controller, joined: on_start}}
basis: {treatment: [{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}]}
grants: {g1: {to: {role: [medic, matron]}, see: notes, for: treatment, when: involved and not refused}}
breach: {report_to_ico_hours: 48}
",
    ),
];
const PLACES: (&str, &str) = ("register/memberships.csv", "ods,place,kind,from,to\nR9H,hill,area,2010-01-01,\nY99H01,hill,area,2010-01-01,\n");

/// The small pack's own vocabulary has a place for them, and an agreement across.
const BORDER: (&str, &str) = (
    "agreements/border.yaml",
    "\
agreement: SM-HILL
title: Across the hill
version: \"1.0\"
status: in_review
starts: 2027-01-01
ends: 2027-12-31
parties:
  ours: {function: acute, in: gm, as: joint_controller, joined: accessions/hill.csv}
  theirs: {function: acute, in: north, as: joint_controller, joined: accessions/hill.csv}
basis: {individual_care: [{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}]}
grants:
  g1: {to: {role: clinician}, see: [medications, results, discharge], for: direct_care, when: relationship and not objection_upheld}
",
);

const MAP: &str = "\
pack: hill
functions: {hospital: acute, surgery: gp_practice}
places: {hill: north}
roles: {medic: doctor, matron: nurse}
data: {drugs: medications, bloods: results, letters: documents.letter}
purposes: {treatment: direct_care}
actions: {view: view}
forms: {identifiable: identifiable}
conditions: {involved: relationship, refused: objection_upheld}
";

fn plan(map: &str, ours: &[(&str, &str)], theirs: &[(&str, &str)], args: &[&str]) -> Ran {
    let dir = tempfile::tempdir().expect("a folder");
    let words = small_pack::FILES.iter().find(|(name, _)| *name == "vocabulary.yaml").expect("there").1.replace("places: {gm:", "places: {north: {}, gm:");
    let accessions = ("accessions/hill.csv", "ods,joined,left,signed_on,signed_by\nR9A,2027-01-01,,2026-12-01,SIRO\n");
    let own = [&[("vocabulary.yaml", words.as_str()), BORDER, accessions, ("maps/hill.yaml", map)], ours].concat();
    small_pack::write(&dir.path().join("pack"), &own);
    for (name, text) in [&THEIRS[..], &[PLACES], theirs].concat() {
        let path = dir.path().join("hill").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    run(dir.path(), &[&["join", "hill", "--plan", "--pack", "pack", "--as-of", "2026-07-15"], args].concat())
}

#[test]
fn words_of_their_own_pass_only_through_the_map() {
    insta::assert_snapshot!(plan(MAP, &[], &[], &[]));
}

#[test]
fn nothing_passes_through_a_name_that_is_not_mapped() {
    let ran = plan(&MAP.replace(", matron: nurse", "").replace("bloods: results, ", ""), &[], &[], &["-f", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    for side in ["they_would_see", "we_would_see"] {
        for block in value["data"][side]["blocks"].as_array().expect("blocks") {
            assert_eq!((&block["roles"], &block["see"]), (&serde_json::json!(["clinician.doctor"]), &serde_json::json!(["record.medications"])));
        }
    }
    let names: Vec<&str> = value["data"]["unmapped"]
        .as_array()
        .expect("names")
        .iter()
        .filter(|name| name["used_by"][0] == "SM-HILL/g1")
        .filter_map(|name| name["name"].as_str())
        .collect();
    assert_eq!(names, ["clinician.nurse", "record.results", "record.documents.discharge"]);
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_fact_that_they_cannot_tell_opens_nothing_and_is_said() {
    let ran = plan(&MAP.replace(", refused: objection_upheld", ""), &[], &[], &[]);
    assert!(
        ran.out.contains("An upheld objection of small (objection_upheld: the objection was upheld) would not be honoured: nothing in hill means it."),
        "{ran}"
    );
    assert!(ran.out.contains("An upheld objection of hill (refused: the person refused sharing) would not be honoured: nothing in small means it."), "{ran}");
    assert!(ran.out.contains("What hill would see of small\n  Nothing."), "{ran}");
}

#[test]
fn an_objection_that_the_joining_agreement_does_not_ask_for_is_told_with_what_is_seen() {
    let careless = BORDER.1.replace(" and not objection_upheld", "");
    let ran = plan(MAP, &[("agreements/border.yaml", &careless)], &[], &[]);
    assert!(ran.out.contains("would not be honoured: data is seen across although it is true: doctor (there: medic) or nurse (there: matron) at R9H"), "{ran}");
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_restricted_name_is_mapped_to_no_unrestricted_one() {
    let ran = plan(&MAP.replace("letters: documents.letter", "clinic: documents.letter"), &[], &[], &[]);
    assert!(ran.out.contains("notes.clinic is restricted there, and record.documents.letter is not restricted here"), "{ran}");
    // The other way round it is told, since their side would not protect it.
    let ran = plan(&MAP.replace("letters: documents.letter", "letters: sexual_health"), &[], &[], &[]);
    assert!(ran.out.contains("record.sexual_health is restricted in small, and notes.letters in hill is not."), "{ran}");
}

#[test]
fn a_map_that_names_what_is_not_there_is_told_with_what_was_meant() {
    // Ours is checked where the pack is read.
    let ran = plan(&MAP.replace("medic: doctor", "medic: docter"), &[], &[], &[]);
    assert!(ran.code == Some(2) && ran.err.contains("there is no role `docter` in the vocabulary") && ran.err.contains("`doctor`"), "{ran}");
    // Theirs beside their pack.
    let ran = plan(&MAP.replace("medic: doctor", "medik: doctor"), &[], &[], &[]);
    assert!(ran.code == Some(1) && ran.out.contains("in their pack, there is no role `medik` in the vocabulary. Did you mean medic?"), "{ran}");
    let ran = plan(&MAP.replace("pack: hill", "pack: hill\nagreements: [SM-HIL]"), &[], &[], &[]);
    assert!(ran.code == Some(2) && ran.err.contains("the pack holds no agreement SM-HIL") && ran.err.contains("Did you mean SM-HILL?"), "{ran}");
    let ran = plan(&MAP.replace("pack: hill", "pack: dale"), &[], &[], &[]);
    assert!(ran.code == Some(2) && ran.err.contains("maps the names of dale, and is named for hill"), "{ran}");
}
