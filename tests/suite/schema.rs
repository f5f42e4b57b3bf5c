//! The schemas under `schemas/`: fresh, valid as schemas, true of every shipped file, and false of broken ones.
//!
//! After a change of the tables: `CAREPACT_BLESS=1 cargo test --test suite schema` writes them anew.

use std::path::{Path, PathBuf};

use carepact::schema::{DOCUMENTS, Document, document};
use serde_json::Value;

use crate::run::{self, Ran};

fn carepact(args: &[&str]) -> Ran {
    run::run(root(), args)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file as an editor's YAML reader gives it to a schema: YAML 1.2, so that `306` is a number.
fn value(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

fn errors(document: &Document, value: &Value) -> Vec<String> {
    let validator = jsonschema::draft7::new(&document.schema()).expect("a schema");
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schemas_are_fresh() {
    let folder = root().join("schemas");
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        for document in DOCUMENTS {
            std::fs::write(folder.join(document.file_name()), document.text()).expect("written");
        }
    }
    let mut kept: Vec<String> =
        std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    let mut made: Vec<String> = DOCUMENTS.iter().map(Document::file_name).collect();
    kept.sort();
    made.sort();
    assert_eq!(kept, made, "run CAREPACT_BLESS=1 cargo test --test suite schema");
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(folder.join(document.file_name())).expect("text").replace("\r\n", "\n");
        assert!(text == document.text(), "schemas/{} is stale: run CAREPACT_BLESS=1 cargo test --test suite schema", document.file_name());
    }
}

#[test]
fn every_schema_is_a_schema() {
    for document in DOCUMENTS {
        if let Err(error) = jsonschema::draft7::meta::validate(&document.schema()) {
            panic!("{}: {error}", document.name);
        }
    }
}

fn examples(schema: &Value, at: &str, definitions: &Value, wrong: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(list) = map.get("examples").and_then(Value::as_array) {
                let mut alone = schema.clone();
                alone["definitions"] = definitions.clone();
                let validator = jsonschema::draft7::new(&alone).expect("a schema");
                wrong.extend(list.iter().filter(|example| !validator.is_valid(example)).map(|example| format!("{at}: {example}")));
            }
            map.iter().filter(|(key, _)| *key != "examples").for_each(|(key, inner)| examples(inner, &format!("{at}/{key}"), definitions, wrong));
        }
        Value::Array(list) => list.iter().for_each(|inner| examples(inner, at, definitions, wrong)),
        _ => {}
    }
}

#[test]
fn every_example_is_one() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let schema = document.schema();
        examples(&schema, document.name, &schema["definitions"], &mut wrong);
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Every YAML file of the shipped packs, with the schema it is for.
fn shipped() -> Vec<(PathBuf, &'static Document)> {
    let mut files = Vec::new();
    for pack in ["greater-manchester", "lancashire-neighbour", "templates/secondary-use", "templates/shared-care-record"] {
        let pack = root().join("policies").join(pack);
        for document in DOCUMENTS.iter().filter(|document| document.name != "results") {
            match document.files.split_once('*') {
                None => files.extend(pack.join(document.files).is_file().then(|| (pack.join(document.files), document))),
                Some((folder, ending)) => {
                    let Ok(entries) = std::fs::read_dir(pack.join(folder)) else { continue };
                    let paths = entries.map(|entry| entry.expect("an entry").path());
                    files.extend(paths.filter(|path| path.to_string_lossy().ends_with(ending)).map(|path| (path, document)));
                }
            }
        }
    }
    files
}

#[test]
fn every_shipped_file_has_the_form_that_its_schema_says() {
    let files = shipped();
    let kinds: std::collections::BTreeSet<&str> = files.iter().map(|(_, document)| document.name).collect();
    assert_eq!(kinds.len(), DOCUMENTS.len() - 1, "every kind of file is shipped: {kinds:?}");
    let mut wrong = Vec::new();
    for (path, document) in files {
        let text = std::fs::read_to_string(&path).expect("text");
        wrong.extend(errors(document, &value(&text)).into_iter().map(|error| format!("{}: {error}", path.display())));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn results_have_the_form_that_their_schema_says() {
    let saved = carepact(&["check", "policies/greater-manchester", "--as-of", "2026-07-01", "--format", "json"]);
    let saved: Value = serde_json::from_str(&saved.out).expect("JSON");
    let schema = document("results").expect("there");
    assert!(saved["findings"].as_array().is_some_and(|findings| !findings.is_empty()));
    assert_eq!(errors(schema, &saved), Vec::<String>::new());
    for (at, bad) in [("/format", "carepact.results/2"), ("/as_of", "yesterday"), ("/findings/0/severity", "grave"), ("/findings/0/status", "gone")] {
        let mut broken = saved.clone();
        *broken.pointer_mut(at).expect("there") = bad.into();
        assert!(!errors(schema, &broken).is_empty(), "{at}: {bad}");
    }
    let mut more = saved.clone();
    more["patients"] = 1.into();
    assert!(!errors(schema, &more).is_empty(), "no other keys");
}

const GOOD: &str = "agreement: X-DSA-0001\ntitle: T\nversion: 3.10\nstatus: active\nstarts: 2026-04-01\nreview: {next: 2027-04-01}\n";

#[test]
fn a_value_is_what_is_written_whatever_yaml_takes_it_for() {
    let agreement = document("agreement").expect("there");
    for more in [
        "parties: {a: {org: 306, as: processor, joined: on_start}}",
        "parties: {a: {org: [306, 1E5, R9A], as: processor, joined: on_start}}",
        "flows_dormant: \"true\"",
        "tier: \"2\"",
        "ends: 2028-03-31T00:00:00Z",
        "basis: {care: {article_6: e, confidentiality: implied_consent}}",
        "basis: {care: [{article_6: e, confidentiality: {route: s251}}]}",
        "dpia: {ref: 7}",
    ] {
        assert_eq!(errors(agreement, &value(&format!("{GOOD}{more}\n"))), Vec::<String>::new(), "{more}");
    }
}

#[test]
fn broken_files_do_not_pass() {
    let broken: &[(&str, &str)] = &[
        ("agreement", "retension: {}"),
        ("agreement", "classification: SECRET"),
        ("agreement", "tier: 4"),
        ("agreement", "ends: 31 March 2028"),
        ("agreement", "parties: {a: {as: owner}}"),
        ("agreement", "parties: {a: {clauses: [everything]}}"),
        ("agreement", "parties: [{org: R9A}]"),
        ("agreement", "basis: {care: {article_6: g}}"),
        ("agreement", "basis: {care: {article_9: k}}"),
        ("agreement", "grants: {g1: {to: clinician, see: record, for: care}}"),
        ("agreement", "grants: {g1: {to: {role: clinician}, for: care}}"),
        ("agreement", "data: {record: {identifiability: secret, justification: why}}"),
        ("agreement", "dpia: {ref: X, residual_risk: severe}"),
        ("agreement", "transfers: {territory: Mars}"),
        ("agreement", "signatures: [{org: R9A, terms: abc}]"),
        ("agreement", "releases: {r: {to: R9A, for: care, columns: {a: guess}}}"),
        ("agreement", "flows_dormant: maybe"),
        ("pack", "format: carepact.pack/2\npack: x"),
        ("pack", "pack: x\nformat: carepact.pack/1\nlevels: {LIF-003: loud}"),
        ("vocabulary", "data: {Record: {}}"),
        ("vocabulary", "data: {record: {restricted: sometimes}}"),
        ("vocabulary", "data: {meaning: a property is no name}"),
        ("vocabulary", "conditions: {sealed: {evidence: hearsay}}"),
        ("guards", "prohibit: {}"),
        ("pathways", "pathways: {p: {transitions: {t: {from: acute}}}}"),
        ("tests", "cases: [{ask: {role: nurse, see: results, for: care}, expect: maybe}]"),
        ("tests", "given: {relationship: perhaps}"),
        ("waivers", "[{code: LIF-003, at: X/review}]"),
        ("waivers", "waiver: []"),
        ("profile", "format: xml"),
        ("profile", "format: csv\nfields: {time: {colum: T}}"),
    ];
    for (name, text) in broken {
        let text = if *name == "agreement" { format!("{GOOD}{text}\n") } else { format!("{text}\n") };
        assert!(!errors(document(name).expect("there"), &value(&text)).is_empty(), "{name} passes: {text}");
    }
    let without: String = GOOD.lines().skip(1).map(|line| format!("{line}\n")).collect();
    assert!(!errors(document("agreement").expect("there"), &value(&without)).is_empty(), "an agreement without its id passes");
    assert_eq!(errors(document("agreement").expect("there"), &value(GOOD)), Vec::<String>::new());
}

#[test]
fn the_command_lists_prints_and_writes_them() {
    let list = carepact(&["schema"]);
    assert_eq!(list.out.lines().count(), DOCUMENTS.len(), "{list}");
    assert!(list.out.lines().any(|line| line.starts_with("agreement ") && line.contains("agreements/*.yaml")), "{list}");
    assert_eq!(carepact(&["schema", "agreement"]).out, document("agreement").expect("there").text());
    let wrong = carepact(&["schema", "agrement"]);
    assert!(wrong.code == Some(2) && wrong.err.contains("Did you mean `agreement`?"), "{wrong}");
    let dir = tempfile::tempdir().expect("a folder");
    let into = dir.path().join("a/b");
    let into = into.to_str().expect("text");
    assert_eq!(carepact(&["schema", "--into", into, "--dry-run"]).code, Some(0));
    assert!(!Path::new(into).exists());
    assert_eq!(carepact(&["schema", "--into", into]).code, Some(0));
    for document in DOCUMENTS {
        assert_eq!(std::fs::read_to_string(Path::new(into).join(document.file_name())).expect("there"), document.text());
    }
    // What is there already stays, and then nothing else is written either.
    std::fs::remove_file(Path::new(into).join("pack.schema.json")).expect("removed");
    let again = carepact(&["schema", "--into", into]);
    assert!(again.code == Some(2) && again.err.contains("is there already"), "{again}");
    assert!(!Path::new(into).join("pack.schema.json").exists());
    assert_eq!(carepact(&["schema", "pack", "--into", into]).code, Some(0));
    assert_eq!(carepact(&["schema", "--into", into, "--force"]).code, Some(0));
}
