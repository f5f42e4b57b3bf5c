//! The leak check against what is planted and against what is clean: both counts are printed (`--nocapture`).

use carepact::synth::Community;
use carepact::synth::extract::{HEADER, Wanted, write};
use carepact::synth::random::Random;

use super::*;

/// Clean extracts, and their rows.
const CLEAN: u64 = 100;
const ROWS: u64 = 250;

const COLUMNS: &str = "  nhs_number: {pseudonym: {}, category: medications}
  surname: {drop: {}, is: name}
  forename: {drop: {}, is: name}
  dob: {age_band: {width: 5, at: admission, top: 90}, category: medications}
  postcode: {area: outward, category: medications}
  practice: {keep: {}, category: medications}
  gender: {keep: {}, category: medications}
  ethnicity: {keep: {}, category: medications}
  admission: {keep: {}, category: medications}
  discharge: {truncate: month, category: medications}
  diagnosis: {keep: {}, category: results}
  note: {keep: {}, is: free_text, category: results}
  lsoa: {map: {file: lookups/lsoa.csv, unmatched: empty}, category: medications}
  cost: {top_code: 9000, category: results}
";

/// With identifiers that the generated extract has not.
const MORE: &str = "  local: {drop: {}, is: local_id}
  phone: {drop: {}, is: phone}
  email: {drop: {}, is: email}
";

fn release(columns: &str) -> String {
    let (head, _) = RELEASE.split_once("columns:\n").expect("columns");
    format!(
        "{head}columns:\n{columns}formula: prefix\nopt_outs: {{national: {{applies: false, reason: synthetic}}, type_1: {{applied: at_source, attested_by: practice, on: 2026-06-01}}}}\n"
    )
}

/// A pack alone: a plan needs no key.
fn pack(columns: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(&dir.path().join("pack"), &[("agreements/planning.yaml", &agreement(&release(columns)))]);
    fs::create_dir(dir.path().join("pack/lookups")).expect("made");
    fs::write(dir.path().join("pack/lookups/lsoa.csv"), "from,to\nE01990001,area one\nRX1-77001,RX1-77001\n").expect("written");
    dir
}

fn plan(dir: &tempfile::TempDir, text: impl AsRef<[u8]>) -> Ran {
    fs::write(dir.path().join("in.csv"), text).expect("written");
    run(dir.path(), &["pseudonymise", "in.csv", "--release", "SM-2/monthly", "--pack", "pack", "--as-of", "2026-07-15", "--plan"])
}

fn extract(seed: u64, rows: u64) -> Vec<u8> {
    let mut text = Vec::new();
    write(Wanted { rows, seed, dirty_per_mille: 5 }, &Community::new(seed), &mut text).expect("in memory");
    text
}

#[test]
fn a_hundred_clean_extracts_are_not_stopped() {
    let dir = pack(COLUMNS);
    let (mut stopped, mut rows) = (Vec::new(), 0);
    for seed in 0..CLEAN {
        // Codes of ten digits, as laboratories give them: one in eleven passes for an NHS number.
        let mut random = Random::new(seed, "reference", 0);
        let mut rows_of = csv::Reader::from_reader(&extract(seed, ROWS)[..]).into_records().map(|row| row.expect("a row")).collect::<Vec<_>>();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(HEADER.split(',')).expect("in memory");
        for row in &mut rows_of {
            let reference = format!("{:010}", random.below(9_900_000_000));
            writer.write_record(row.iter().enumerate().map(|(at, cell)| if at == 10 && seed % 2 == 0 { &reference } else { cell })).expect("in memory");
        }
        let ran = plan(&dir, writer.into_inner().expect("in memory"));
        rows += ROWS;
        if ran.code != Some(0) {
            stopped.push(format!("seed {seed}: {}", ran.err.lines().next().unwrap_or_default()));
        }
    }
    println!("false stops: {} of {CLEAN} clean extracts ({rows} rows)", stopped.len());
    assert!(stopped.is_empty(), "{}", stopped.join("\n"));
}

/// What is written into which column of one row, the kind that must be told, and whether into every row.
struct Plant {
    column: &'static str,
    kind: &'static str,
    write: fn(&Row) -> String,
    every: bool,
}

/// The identifiers of a row.
struct Row {
    nhs: String,
    surname: String,
    forename: String,
    dob: [String; 3],
    postcode: String,
    local: String,
    phone: &'static str,
    email: &'static str,
}

/// What a row holds of others, if anything.
type Beyond = fn(usize, &[csv::StringRecord]) -> Option<String>;

fn plants() -> Vec<Plant> {
    let mut all = Vec::new();
    let mut add = |kind: &'static str, writings: &[fn(&Row) -> String]| {
        for write in writings {
            // Where people write, and in a code that somebody misused.
            let columns: &[&'static str] = if kind == "name" { &["note"] } else { &["note", "diagnosis"] };
            all.extend(columns.iter().map(|column| Plant { column, kind, write: *write, every: false }));
        }
    };
    add(
        "nhs_number",
        &[
            |row| row.nhs.clone(),
            |row| format!("{} {} {}", &row.nhs[..3], &row.nhs[3..6], &row.nhs[6..]),
            |row| format!("{}-{}-{}", &row.nhs[..3], &row.nhs[3..6], &row.nhs[6..]),
            |row| format!("{}\u{a0}{}\u{a0}{}", &row.nhs[..3], &row.nhs[3..6], &row.nhs[6..]),
            |row| format!("{}\u{2013}{}\u{2013}{}", &row.nhs[..3], &row.nhs[3..6], &row.nhs[6..]),
            |row| format!("{} {}", &row.nhs[..5], &row.nhs[5..]),
            |row| format!("{}.{}.{}", &row.nhs[..3], &row.nhs[3..6], &row.nhs[6..]),
            |row| format!("NHS{}", row.nhs),
            |row| format!("seen ({}), again", row.nhs),
            |row| format!("no {} {} {} 12 days", &row.nhs[..3], &row.nhs[3..6], &row.nhs[6..]),
        ],
    );
    add(
        "birth_date",
        &[
            |Row { dob: [y, m, d], .. }| format!("{y}-{m}-{d}"),
            |Row { dob: [y, m, d], .. }| format!("{y}/{m}/{d}"),
            |Row { dob: [y, m, d], .. }| format!("{y}{m}{d}"),
            |Row { dob: [y, m, d], .. }| format!("{d}/{m}/{y}"),
            |Row { dob: [y, m, d], .. }| format!("{d}-{m}-{y}"),
            |Row { dob: [y, m, d], .. }| format!("{d}.{m}.{y}"),
            |Row { dob: [y, m, d], .. }| format!("{d}{m}{y}"),
            |Row { dob: [y, m, d], .. }| format!("{m}/{d}/{y}"),
            |Row { dob: [y, m, d], .. }| format!("DOB{y}-{m}-{d}T00:00"),
        ],
    );
    add(
        "postcode",
        &[
            |row| row.postcode.clone(),
            |row| row.postcode.to_lowercase(),
            |row| row.postcode.replace(' ', ""),
            |row| row.postcode.replace(' ', "  "),
            |row| format!("({}),", row.postcode),
        ],
    );
    add("local_id", &[|row| row.local.clone(), |row| row.local.to_lowercase(), |row| format!("see {}.", row.local)]);
    add(
        "phone",
        &[
            |row| row.phone.to_owned(),
            |row| row.phone.replace(' ', ""),
            |_| "(0161) 496 0123".to_owned(),
            |_| "+44 161 496 0123".to_owned(),
            |_| "+44 (0)161-496-0123".to_owned(),
            |_| "0044 161 4960123".to_owned(),
        ],
    );
    add("email", &[|row| row.email.to_owned(), |row| row.email.to_uppercase(), |row| format!("<{}>;", row.email)]);
    add(
        "name",
        &[
            |row| row.surname.clone(),
            |row| row.surname.to_uppercase(),
            |row| format!("told {}.", row.surname.to_lowercase()),
            |row| format!("{}, {}", row.surname, row.forename),
            |row| format!("{}'s wound", row.forename),
        ],
    );
    // A column that is a copy of another, and one that a file lets through.
    all.push(Plant { column: "diagnosis", kind: "nhs_number", write: |row| row.nhs.clone(), every: true });
    all.push(Plant { column: "practice", kind: "local_id", write: |row| row.local.clone(), every: true });
    all.push(Plant { column: "admission", kind: "birth_date", write: |Row { dob: [y, m, d], .. }| format!("{y}-{m}-{d}"), every: true });
    all.push(Plant { column: "ethnicity", kind: "postcode", write: |row| row.postcode.clone(), every: true });
    all.push(Plant { column: "lsoa", kind: "local_id", write: |row| row.local.clone(), every: false });
    all
}

#[test]
fn every_planted_leak_is_caught() {
    let dir = pack(&format!("{COLUMNS}{MORE}"));
    let mut reader = csv::Reader::from_reader(&extract(1, 40)[..]).into_records().map(|row| row.expect("a row")).collect::<Vec<_>>();
    reader.retain(|row| carepact::identifier::NhsNumber::parse(&row[0]).is_ok() && row[1].len() >= 3 && row[2].len() >= 3);
    let names: Vec<&str> = HEADER.split(',').collect();
    let at = |name: &str| names.iter().position(|known| *known == name).expect("a column");
    let (phone, email) = ("0161 496 0123", "a.person@example.org");
    let (mut caught, mut missed) = (0, Vec::new());
    let plants = plants();
    for (index, plant) in plants.iter().enumerate() {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(names.iter().chain(&["local", "phone", "email"])).expect("in memory");
        // Which row it is changes from plant to plant.
        let marked = index % reader.len();
        let mut value = String::new();
        for (number, record) in reader.iter().enumerate() {
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            let local = if number == marked { "RX1-77001".to_owned() } else { format!("RX1-{:05}", 11_000 + number) };
            if number == marked || plant.every {
                let part = |range: std::ops::Range<usize>| record[at("dob")][range].to_owned();
                let row = Row {
                    nhs: record[0].to_owned(),
                    surname: record[1].to_owned(),
                    forename: record[2].to_owned(),
                    dob: [part(0..4), part(5..7), part(8..10)],
                    postcode: record[at("postcode")].to_owned(),
                    local: local.clone(),
                    phone,
                    email,
                };
                value = (plant.write)(&row);
                cells[at(plant.column)].clone_from(&value);
            }
            let own = number == marked;
            cells.extend([local, if own { phone } else { "" }.to_owned(), if own { email } else { "" }.to_owned()]);
            writer.write_record(&cells).expect("in memory");
        }
        let ran = plan(&dir, writer.into_inner().expect("in memory"));
        let rows = if plant.every { reader.len() } else { 1 };
        let said = format!("column `{}` holds the row's own {} in {}", plant.column, plant.kind, carepact::text::count(rows as u64, "row", "rows"));
        let shown = value.chars().count() >= 5 && ran.err.contains(&value);
        if ran.code == Some(4) && ran.err.contains(&said) && !shown {
            caught += 1;
        } else {
            missed.push(format!("{} in {} ({value:?}): {ran}", plant.kind, plant.column));
        }
    }
    // Beyond the row: a number of somebody else, a column that is a row too low, numbers of people who are not in the extract.
    let others: [(&str, &str, Beyond); 3] = [
        ("note", "holds nhs_number of other people of the extract in 1 place, the first in in.csv row 6", |row, all| {
            (row == 4).then(|| format!("filed under {} {} {}", &all[9][0][..3], &all[9][0][3..6], &all[9][0][6..]))
        }),
        ("diagnosis", "holds nhs_number of other people of the extract in", |row, all| Some(all[(row + 1) % all.len()][0].to_owned())),
        ("diagnosis", "numbers of ten digits, of which", |row, _| Some(nhs(400_000 + u32::try_from(row).expect("small")))),
    ];
    for (column, said, write) in others {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(names.iter().chain(&["local", "phone", "email"])).expect("in memory");
        for (number, record) in reader.iter().enumerate() {
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if let Some(value) = write(number, &reader) {
                cells[at(column)] = value;
            }
            cells.extend([String::new(), String::new(), String::new()]);
            writer.write_record(&cells).expect("in memory");
        }
        let ran = plan(&dir, writer.into_inner().expect("in memory"));
        if ran.code == Some(4) && ran.err.contains(&format!("column `{column}` holds")) && ran.err.contains(said) {
            caught += 1;
        } else {
            missed.push(format!("{said}: {ran}"));
        }
    }
    let all = plants.len() + others.len();
    println!("planted leaks caught: {caught} of {all}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    // The page says how many.
    assert_eq!(all, 85);
}
