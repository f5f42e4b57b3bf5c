//! The arrows between the rooms of the crate: commands -> engines -> what they stand on -> texts and findings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The floors, the lowest first. A room may use its own floor (without a circle) and those below, never one above.
const FLOORS: [&[&str]; 4] = [
    &["text", "source", "outcome", "diagnostics", "yaml", "identifier"],
    &["table", "vocabulary", "register", "agreement", "acceptance", "pack", "tabular", "keys"],
    &[
        "rules",
        "decision",
        "pseudonymise",
        "disclosure",
        "access_log",
        "evidence",
        "report",
        "schema",
        "synth",
        "template",
        "unsigned",
        "capability",
        "in_words",
        "join",
        "journey",
        "mutants",
        "coverage",
        "flows",
    ],
    &["commands"],
];

/// Rooms that may use only these, whatever their floor allows.
const NARROW: [(&str, &[&str]); 5] = [
    // A report reads results, never inputs.
    ("report", &["diagnostics", "identifier", "text"]),
    // Findings know texts and places, and nothing of the domain.
    ("diagnostics", &["source", "text"]),
    ("source", &["text"]),
    ("text", &[]),
    // Secrets are touched in one place, which knows nothing of agreements.
    ("keys", &["identifier", "text"]),
];

fn rust_files(folder: &Path, list: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, list);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            list.push(path);
        }
    }
}

/// What the program itself is made of: without comments and without the tests at a file's end.
pub fn program(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every source file with its path below `src`.
pub fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src").components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            (name, std::fs::read_to_string(&path).expect("text"))
        })
        .collect()
}

/// The rooms that a text uses: `crate::room` and `use crate::{a, b::c}`.
fn uses(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut name) = (0, String::new());
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.extend([std::mem::take(&mut name)]),
                    letter if depth == 0 => name.push(letter),
                    _ => {}
                }
            }
            found.insert(name);
        } else {
            found.insert(rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect());
        }
    }
    found
        .into_iter()
        .map(|name| name.trim().split("::").next().unwrap_or_default().to_owned())
        .filter(|name| name.chars().next().is_some_and(|letter| letter.is_ascii_lowercase()))
        .collect()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn arrows() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut arrows: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (file, text) in sources() {
        let room = file.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        if room == "main" || room == "lib" {
            continue;
        }
        let to = arrows.entry(room.clone()).or_default();
        for used in uses(&program(&text)) {
            if used != room {
                to.entry(used).or_insert_with(|| file.clone());
            }
        }
    }
    arrows
}

#[test]
fn every_arrow_points_down() {
    let mut wrong = Vec::new();
    for (room, to) in arrows() {
        let Some(height) = floor(&room) else {
            wrong.push(format!("src/{room} stands on no floor: name it in tests/suite/architecture.rs"));
            continue;
        };
        for (used, file) in to {
            match floor(&used) {
                Some(other) if other <= height => {}
                Some(_) => wrong.push(format!("src/{file}: {room} uses {used}, which stands above it")),
                // A macro or function at the root of the crate.
                None => wrong.push(format!("src/{file}: {room} uses crate::{used}, which stands on no floor")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_that_must_know_little_know_little() {
    let arrows = arrows();
    let mut wrong = Vec::new();
    for (room, allowed) in NARROW {
        for (used, file) in arrows.get(room).into_iter().flatten() {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("src/{file}: {room} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_rooms_need_each_other() {
    let arrows = arrows();
    let reach = |from: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = arrows.get(from).into_iter().flat_map(|to| to.keys()).map(String::as_str).collect();
        while let Some(room) = open.pop() {
            if seen.insert(room) {
                open.extend(arrows.get(room).into_iter().flat_map(|to| to.keys()).map(String::as_str));
            }
        }
        seen
    };
    let circles: Vec<&String> = arrows.keys().filter(|room| reach(room).contains(room.as_str())).collect();
    assert!(circles.is_empty(), "these rooms need each other in a circle: {circles:?}");
}

#[test]
fn engines_do_not_print_and_read_neither_clock_nor_environment() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if file.starts_with("commands") || file == "main.rs" {
            continue;
        }
        let program = program(&text);
        for word in ["std::env::", "println!", "print!(", "eprint", "Timestamp::now", "SystemTime::now", "Zoned::now", "std::process::exit"] {
            if program.contains(word) {
                wrong.push(format!("src/{file}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_is_no_mod_rs_and_no_room_without_a_name() {
    let bad: Vec<String> = sources()
        .into_iter()
        .map(|(file, _)| file)
        .filter(|file| file.ends_with("mod.rs") || ["util", "helper", "manager", "common", "misc"].iter().any(|word| file.contains(word)))
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
}

#[test]
fn uses_are_found_in_every_form() {
    let text = "use crate::text::hex;\nuse crate::{yaml::{self, Node}, source::Span};\nfn x() { crate::register::y() }\nuse crate::Thing;";
    assert_eq!(uses(text).into_iter().collect::<Vec<_>>(), ["register", "source", "text", "yaml"]);
}
