//! The tables against the readers: what the readers ask for while the shipped packs are read, and nothing else, stands
//! in the tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::{Block, DOCUMENTS, Document, Root, Shape};
use crate::access_log::detect::threshold::Thresholds;
use crate::access_log::profile::Profile;
use crate::agreement::AgreementDraft;
use crate::decision::cases;
use crate::identifier::Date;
use crate::pack::Pack;
use crate::pseudonymise::release::Release;
use crate::source::{Sources, Span};
use crate::yaml::fields::asked;
use crate::yaml::{Node, Sink};

/// Blocks that no shipped file has: they hold what belongs to one machine (a key), or what a shipped release does not need.
const REST: &str = "\
agreement: X-DSA-0001
releases:
  r:
    to: QZ9
    for: population_health
    key: {id: k1, version: 1}
    risk: {k: 5, by: row, quasi: [practice], l: {length: 2}, repair: {order: [practice], by: {practice: postcode}, method: policy_order, suppress_at_most: {overall: 1%, any_group: 2%}, groups: [practice]}}
    linkage: X-DSA-0001/QZ9
    small_numbers: hes-2018
    opt_outs:
      national: {max_age_days: 7, anonymous: {ref: AA-1, by: DPO, date: 2026-09-01, environment: a secure room}}
      type_1: {applied: here, column: objects, objected: ['1'], not_objected: ['0']}
    leak_allow: {practice: {kind: postcode, reason: a reason, at_most: 1}}
    columns:
      practice: {keep: {}, category: encounters}
      objects: {drop: {}, category: encounters}
      number: {pseudonym: {domain: local_patient_id, with: practice}, category: demographics.identity, missing: keep, date: iso}
      again: {reversible: {domain: local_patient_id, with: practice}, category: demographics.identity}
      person: {format_preserving: {domain: nhs_number}, category: demographics.identity}
      key: {pseudonym: {domain: person_key, of: [key, length]}, category: demographics.identity}
      length: {band: {width: 7}, category: encounters}
      week: {shift: {weeks: 8, window: month}, category: encounters}
      month: {truncate: month, category: encounters}
      age: {age: {at: '2026-04-01', top: 90}, category: encounters}
      cost: {round: 50, category: encounters}
      children: {top_code: 5, bottom_code: 1, category: encounters}
      under: {bottom_code: 18, category: encounters}
      home: {area: {level: lsoa, file: lookups/p.csv, from: pcds, to: lsoa21}, category: encounters}
      code: {group: {file: lookups/h.csv, level: 1, unmatched: empty}, category: encounters}
      ward: {map: {file: lookups/w.csv, sha256: no, from: code, to: name, unmatched: refuse}, category: encounters}
      phone: {mask: {keep_last: 3}, category: encounters}
      initial: {mask: {keep_first: 1}, category: encounters}
      source: {constant: hospital, category: encounters}
      note: {redact: {dates: all}, category: encounters}
";

const REST_PACK: &str = "pack: x\nformat: carepact.pack/1\nwaivers: {max_days: 90}\n";

const REST_PATHWAYS: &str = "pathways:\n  p:\n    transitions:\n      t: {from: acute, to: gp_practice, see: record, role: doctor, for: direct_care, back: {see: record, role: doctor, for: direct_care}}\n";

const REST_WAIVERS: &str = "- {code: LIF-003, at: X-DSA-0001/review, reason: a reason, owner: IG lead, approved_by: DPO, expires: 2027-03-31}\n";

const REST_PROFILE: &str =
    "format: csv\nfields: {time: T, user: U, person: {column: P, form: local}, category: {column: C, separator: '|'}}\nconstants: {purpose: direct_care}\n";

/// A list that stands under its own name.
static LIST: Block = Block { name: "list", about: "A list.", keys: &[] };

/// Every node of a file with the block of the tables that it is.
fn walk(node: &Node, block: &'static Block, found: &mut Vec<(Span, &'static Block, Vec<String>)>) {
    let Some(entries) = node.as_map() else { return };
    found.push((node.span, block, entries.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key.text.clone()).collect()));
    for (written, value) in entries {
        if let Some(key) = block.keys.iter().find(|key| key.name == written.text) {
            below(value, key.shape, found);
        }
    }
}

fn below(value: &Node, shape: Shape, found: &mut Vec<(Span, &'static Block, Vec<String>)>) {
    match shape {
        Shape::Block(of) | Shape::Blocks(of) | Shape::Either(_, of) | Shape::TextOr(of) | Shape::TextsOr(of) | Shape::EachTextOr(of) => {
            value.one_or_many().iter().for_each(|item| walk(item, of, found));
        }
        Shape::Named(of) | Shape::NamedBlocks(of) | Shape::NamedOr(_, of) | Shape::NamedMaybe(of) => {
            value.as_map().unwrap_or_default().iter().flat_map(|(_, entry)| entry.one_or_many()).for_each(|item| walk(item, of, found));
        }
        _ => {}
    }
}

/// Every block that a table leads to.
fn reachable(block: &'static Block, found: &mut BTreeMap<&'static str, &'static Block>) {
    if found.insert(block.name, block).is_some() {
        return;
    }
    for key in block.keys {
        match key.shape {
            Shape::Block(of)
            | Shape::Blocks(of)
            | Shape::Named(of)
            | Shape::NamedBlocks(of)
            | Shape::NamedOr(_, of)
            | Shape::NamedMaybe(of)
            | Shape::Either(_, of)
            | Shape::TextOr(of)
            | Shape::TextsOr(of)
            | Shape::EachTextOr(of)
            | Shape::Tree(of) => reachable(of, found),
            _ => {}
        }
    }
}

fn root(document: &Document) -> Option<&'static Block> {
    match document.root {
        Root::Block(block) | Root::List(_, block) => Some(block),
        Root::Json(_) => None,
    }
}

/// The document that a file of a pack is.
fn document_of(name: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().find(|document| match document.files.split_once('*') {
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| rest.ends_with(after) && !rest.contains('/')),
        None => document.files == name,
    })
}

fn policies() -> Vec<std::path::PathBuf> {
    ["greater-manchester", "lancashire-neighbour"].map(|pack| Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(pack)).to_vec()
}

/// Reads everything that is shipped, as the commands do.
fn read_all(sources: &mut Sources) {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("pack.yaml"), REST_PACK).expect("written");
    std::fs::write(dir.path().join("pathways.yaml"), REST_PATHWAYS).expect("written");
    std::fs::copy(policies()[0].join("vocabulary.yaml"), dir.path().join("vocabulary.yaml")).expect("copied");
    drop(Pack::load(dir.path(), sources).expect("read"));
    let on = Date::parse("2026-10-01").expect("a date");
    let sink = Sink::new();
    for dir in policies() {
        let (pack, _) = Pack::load(&dir, sources).expect("a pack");
        for (name, node) in &pack.tests {
            cases::run(&pack, name, node, on, &mut cases::Outcomes::default());
        }
        for agreement in &pack.agreements {
            agreement.draft.releases.iter().for_each(|release| drop(Release::read(agreement, release, &sink)));
        }
        if let Ok(entries) = std::fs::read_dir(dir.join("audit/profiles")) {
            for path in entries.map(|entry| entry.expect("an entry").path()) {
                let text = std::fs::read_to_string(&path).expect("text");
                let file = sources.add(format!("audit/profiles/{}", path.file_name().expect("a name").to_string_lossy()), text);
                assert_eq!(Profile::read(sources, file).1, [], "{}", path.display());
            }
        }
        let file = sources.add("agreements/rest.yaml", REST);
        let node = crate::yaml::parse(sources, file).0.expect("yaml");
        let draft = AgreementDraft::read(&node, "rest", &sink).expect("a draft");
        draft.releases.iter().for_each(|release| drop(Release::read(&pack.agreements[0], release, &sink)));
        let file = sources.add("waivers.yaml", REST_WAIVERS);
        let node = crate::yaml::parse(sources, file).0.expect("yaml");
        assert_eq!(crate::acceptance::waiver::read(&node, &sink).len(), 1);
        let file = sources.add("audit/profiles/rest.yaml", REST_PROFILE);
        assert_eq!(Profile::read(sources, file).1, []);
        let file = sources.add("audit/thresholds.yaml", "note: agreed\nthresholds: {AUD-006.household_limit: 8}\n");
        assert_eq!(Thresholds::read(sources, file).1, []);
    }
}

/// Every block of every file read.
fn blocks(sources: &Sources, which: impl Fn(&str) -> bool) -> Vec<(Span, &'static Block, Vec<String>)> {
    let mut found = Vec::new();
    for (file, name) in sources.iter().filter(|(_, name)| which(name)) {
        let Some(document) = document_of(name) else { continue };
        let Some(root) = root(document) else { continue };
        if let Some(node) = crate::yaml::parse(sources, file).0 {
            if let (Root::List(key, _), Some(list)) = (document.root, node.as_map()) {
                found.push((node.span, &LIST, list.iter().map(|(key, _)| key.text.clone()).collect()));
                assert!(list.iter().all(|(written, _)| written.text == key), "{name}");
                continue;
            }
            node.one_or_many().iter().for_each(|item| walk(item, root, &mut found));
        }
    }
    found
}

#[test]
fn what_the_readers_ask_for_is_what_the_tables_say() {
    let mut sources = Sources::new();
    let ((), asked) = asked::during(|| read_all(&mut sources));
    let known: HashMap<Span, &'static Block> = blocks(&sources, |_| true).into_iter().map(|(span, block, _)| (span, block)).collect();
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut wrong = BTreeSet::new();
    for (span, key) in asked {
        match known.get(&span) {
            // The list's own name.
            Some(block) if block.name == LIST.name => {}
            Some(block) => {
                wanted.entry(block.name).or_default().insert(key);
            }
            None => {
                wrong.insert(format!("a reader asks for `{key}` in a block that the tables do not know: {}", sources.locate(span)));
            }
        }
    }
    let mut tables = BTreeMap::new();
    DOCUMENTS.iter().filter_map(root).for_each(|block| reachable(block, &mut tables));
    for (name, block) in &tables {
        let (said, asked): (BTreeSet<&str>, _) = (block.keys.iter().map(|key| key.name).collect(), wanted.get(name).cloned().unwrap_or_default());
        wrong.extend(asked.difference(&said).map(|key| format!("a reader asks for `{key}` of {name}, and its table does not say it")));
        // Trees of names are not read key by key: their own test is below.
        if *name != "name" {
            wrong.extend(said.difference(&asked).map(|key| format!("the table of {name} says `{key}`, and no reader asks for it")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_properties_of_a_name_are_those_that_are_read() {
    let said: BTreeSet<&str> = super::vocabulary::NAME.keys.iter().map(|key| key.name).collect();
    assert_eq!(said, crate::vocabulary::ATTRIBUTES.into_iter().collect());
}

#[test]
fn the_shipped_packs_use_every_key_of_an_agreement() {
    // What belongs to one machine or one extract, and the rest of a release, which pseudonymisation's own tests use.
    const LEFT_OUT: [&str; 16] = [
        // For those who are no public authority and act on it; no party here does.
        "basis.recognised_interest",
        // Its default.
        "release.form",
        "release.key",
        "release.risk",
        "release.linkage",
        "release.leak_allow",
        "key.id",
        "key.version",
        "leak_allow.kind",
        "leak_allow.reason",
        "leak_allow.at_most",
        "column.band",
        "column.date",
        "column.missing",
        "shift.weeks",
        "release.small_numbers",
    ];
    // Transforms that the shipped releases have no need of.
    const CELL: [&str; 8] = ["area", "age", "format_preserving", "group", "map", "mask", "redact", "reversible"];
    let mut sources = Sources::new();
    for dir in policies() {
        drop(Pack::load(&dir, &mut sources).expect("a pack"));
    }
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (_, block, keys) in blocks(&sources, |name| name.starts_with("agreements/")) {
        used.extend(keys.into_iter().map(|key| format!("{}.{key}", block.name)));
    }
    let mut tables = BTreeMap::new();
    reachable(&super::agreement::AGREEMENT, &mut tables);
    let unused: Vec<String> = tables
        .values()
        .flat_map(|block| block.keys.iter().map(|key| format!("{}.{}", block.name, key.name)))
        .filter(|key| {
            !used.contains(key)
                && !LEFT_OUT.contains(&key.as_str())
                && !key.starts_with("pseudonym.")
                && !key.starts_with("risk.")
                && !key.starts_with("band.")
                && !CELL.contains(&key.split('.').next().unwrap_or_default())
                && !key
                    .strip_prefix("column.")
                    .is_some_and(|action| CELL.contains(&action) || ["truncate", "round", "top_code", "bottom_code", "constant"].contains(&action))
                && !key.starts_with("repair.")
                && !key.starts_with("suppress_at_most.")
                && !key.starts_with("anonymous.")
                && !key.starts_with("type_1_done.")
                && !key.starts_with("national_opt_out.")
        })
        .collect();
    assert_eq!(unused, Vec::<String>::new(), "no shipped agreement uses these");
}

#[test]
fn every_block_and_key_is_explained_and_names_are_told_apart() {
    let mut tables: BTreeMap<&str, &Block> = BTreeMap::new();
    DOCUMENTS.iter().filter_map(root).for_each(|block| reachable(block, &mut tables));
    for block in tables.values() {
        assert!(block.about.ends_with('.'), "{} is explained in a sentence", block.name);
        let mut names = BTreeSet::new();
        for key in block.keys {
            assert!(names.insert(key.name), "{}.{} stands twice", block.name, key.name);
            assert!(key.about.ends_with(['.', ')']) || key.about.ends_with("..."), "{}.{}: {}", block.name, key.name, key.about);
        }
    }
}
