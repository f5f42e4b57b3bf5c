//! Runs the example of a page: its files laid over the example pack, read and judged as any pack is.

use super::judge;
use crate::diagnostics::{Severity, Standing, human};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::source::Sources;

/// The example pack: small, and nothing is found in it.
const BASE: [(&str, &str); 8] = [
    ("pack.yaml", include_str!("example_pack/pack.yaml")),
    ("vocabulary.yaml", include_str!("example_pack/vocabulary.yaml")),
    ("register/organisations.csv", include_str!("example_pack/register/organisations.csv")),
    ("register/functions.csv", include_str!("example_pack/register/functions.csv")),
    ("register/memberships.csv", include_str!("example_pack/register/memberships.csv")),
    ("register/assurance.csv", include_str!("example_pack/register/assurance.csv")),
    ("agreements/example.yaml", include_str!("example_pack/agreements/example.yaml")),
    ("accessions/0001.csv", include_str!("example_pack/accessions/0001.csv")),
];

/// What was found.
pub(super) struct Found {
    /// Codes of errors and warnings that are not accepted, each once.
    pub(super) codes: Vec<&'static str>,
    /// Codes of what is only information, each once.
    pub(super) notes: Vec<&'static str>,
    /// How many errors and warnings there are.
    pub(super) count: usize,
    /// The findings as a person sees them.
    pub(super) shown: String,
}

/// Writes the pack with the example's files laid over it, and judges it.
pub(super) fn run(example: &str) -> Found {
    let parts = super::page::parts(example);
    let as_of = super::page::as_of(example).unwrap_or("2026-07-01");
    let dir = tempfile::tempdir().expect("a folder");
    let mut files: Vec<(String, String)> = BASE.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    for (name, text) in parts {
        match files.iter_mut().find(|(known, _)| *known == name) {
            Some((_, base)) if super::page::is_table(&name) => *base = lay_rows(base, &text),
            Some((_, base)) => *base = lay_blocks(base, &text),
            None => files.push((name, text)),
        }
    }
    for (name, text) in &files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    let mut sources = Sources::new();
    let (pack, reading) = Pack::load(dir.path(), &mut sources).expect("read");
    let judged = judge(&pack, reading, Date::parse(as_of).expect("a date"), &sources);
    let serious: Vec<_> = judged.findings.iter().filter(|finding| finding.severity > Severity::Info && finding.standing == Standing::Open).collect();
    let mut codes: Vec<&'static str> = serious.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut shown: Vec<String> = serious.iter().map(|finding| human::render(finding, &sources, human::Style::default())).collect();
    shown.extend(judged.not_assessed.iter().map(|one| format!("not assessed: {}: {}", one.what, one.why)));
    for finding in &serious {
        assert!(!finding.help.is_empty() && !finding.ground.is_empty(), "{} says no ground or no next step", finding.code);
    }
    let mut notes: Vec<&'static str> = judged.findings.iter().filter(|finding| finding.severity == Severity::Info).map(|finding| finding.code).collect();
    notes.sort_unstable();
    notes.dedup();
    Found { codes, notes, count: serious.len(), shown: shown.join("\n\n") }
}

/// The agreement of the example pack, to be changed by tests.
pub(super) fn agreement() -> &'static str {
    include_str!("example_pack/agreements/example.yaml")
}

/// Blocks of the top level: the example's take the place of those of the same key, new ones are added.
fn lay_blocks(base: &str, over: &str) -> String {
    let split = |text: &str| {
        let mut blocks: Vec<(String, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            let starts = line.starts_with(|c: char| c.is_ascii_alphabetic());
            if starts || blocks.is_empty() {
                blocks.push((line.split(':').next().unwrap_or_default().trim().to_owned(), String::new()));
            }
            if let Some((_, block)) = blocks.last_mut() {
                block.push_str(line);
            }
        }
        blocks
    };
    let mut blocks = split(base);
    // What the example says twice stays said twice.
    let over = split(over);
    blocks.retain(|(key, _)| !over.iter().any(|(new, _)| new == key));
    blocks.into_iter().chain(over).map(|(_, block)| block).collect()
}

/// Rows: the example's take the place of those with the same first cell; a column it does not show keeps the base's cell.
fn lay_rows(base: &str, over: &str) -> String {
    fn cells(line: &str) -> Vec<&str> {
        line.split(',').collect()
    }
    let mut header = cells(base.lines().next().unwrap_or_default());
    let shown = cells(over.lines().next().unwrap_or_default());
    header.extend(shown.iter().filter(|column| !base.lines().next().unwrap_or_default().split(',').any(|known| known == **column)));
    let row_of = |first: &str| base.lines().skip(1).map(cells).find(|row| row.first() == Some(&first));
    let laid = |line: &str| {
        let (new, old) = (cells(line), row_of(cells(line)[0]).unwrap_or_default());
        let cell = |column: &&str| match shown.iter().position(|name| name == column) {
            Some(index) => new.get(index).copied().unwrap_or_default(),
            None => header.iter().position(|name| name == column).and_then(|index| old.get(index).copied()).unwrap_or_default(),
        };
        // A row that is too long stays too long.
        header.iter().map(cell).chain(new.iter().copied().skip(shown.len())).collect::<Vec<_>>().join(",")
    };
    let over_keys: Vec<&str> = over.lines().skip(1).map(|line| cells(line)[0]).collect();
    let kept = base.lines().skip(1).filter(|line| !over_keys.contains(&cells(line)[0])).map(|line| {
        let mut row = cells(line);
        row.resize(header.len(), "");
        row.join(",")
    });
    let mut rows: Vec<String> = std::iter::once(header.join(",")).chain(kept).chain(over.lines().skip(1).map(laid)).collect();
    rows.push(String::new());
    rows.join("\n")
}
