//! What `synth` makes, and that the shipped packs and samples are what it makes.

use std::path::Path;

use carepact::synth::{Community, extract, log};

use super::shared::shared;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn same(name: &str, made: &str) {
    let path = root().join(name);
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        std::fs::write(&path, made).expect("written");
    }
    let shipped = std::fs::read_to_string(&path).expect(name);
    assert!(shipped == made, "{name} is not what the recorded seed makes; run with CAREPACT_BLESS=1");
}

#[test]
fn the_shipped_register_and_accessions_come_from_their_seed() {
    let community = Community::new(2026);
    for (name, text) in community.tables().into_iter().chain(community.accessions()) {
        same(&format!("policies/greater-manchester/{name}"), &text);
    }
}

#[test]
fn the_shipped_samples_come_from_their_seeds() {
    let community = Community::new(2026);
    let mut bytes = Vec::new();
    extract::write(extract::Wanted { rows: 5_000, seed: 2026, dirty_per_mille: 12 }, &community, &mut bytes).expect("in memory");
    same("samples/extract/admissions.csv", &String::from_utf8(bytes).expect("text"));
    for (name, text) in log::write(log::Wanted { events: 20_000, seed: 2026, dirty: true }, &community) {
        same(&format!("samples/{name}"), &text);
    }
}

/// Every number in a sample that could be an NHS number is of the range that is never issued.
#[test]
fn samples_hold_no_number_that_was_ever_issued() {
    let mut seen = 0u32;
    for name in [
        "samples/extract/admissions.csv",
        "samples/log/access-2026-10.csv",
        "samples/tables/staff.csv",
        "samples/tables/registrations.csv",
        "samples/tables/appointments.csv",
        "samples/tables/objections.csv",
    ] {
        let text = std::fs::read_to_string(root().join(name)).expect(name);
        for token in text.split(|c: char| !c.is_ascii_digit()).filter(|token| token.len() == 10) {
            if let Ok(number) = carepact::identifier::NhsNumber::parse(token) {
                assert_eq!(number.range(), carepact::identifier::NhsRange::Test, "a number of another range in {name}");
                seen += 1;
            }
        }
    }
    assert!(seen > 30_000);
}

/// The invented codes are in no public list of organisations.
#[test]
fn codes_are_nobodys() {
    let Some(folder) = shared("ods") else { return };
    let mut codes: Vec<String> = Community::new(2026).organisations.into_iter().map(|m| m.ods).collect();
    codes.extend(["RZY", "X93001", "X93002", "X93003", "991", "QZ8"].map(str::to_owned));
    let codes: std::collections::BTreeSet<String> = codes.into_iter().collect();
    let mut lists = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("readable");
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines() {
            for cell in line.split(',').map(|cell| cell.trim().trim_matches('"')) {
                assert!(!codes.contains(cell), "{cell} is in {}", path.display());
            }
        }
        lists += 1;
    }
    assert!(lists >= 9);
}
