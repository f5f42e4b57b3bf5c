//! docs/rules is what the code says; `CAREPACT_BLESS=1 cargo test` writes it anew.

use std::path::Path;

#[test]
fn the_rule_pages_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let pages = carepact::commands::explain::pages();
    let mut wanted: Vec<(String, String)> = pages.iter().map(|page| (format!("{}.md", page.code), page.markdown())).collect();
    wanted.push(("README.md".to_owned(), carepact::rules::page::index(&pages)));
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        std::fs::create_dir_all(&folder).expect("made");
        for (name, text) in &wanted {
            std::fs::write(folder.join(name), text).expect("written");
        }
    }
    for (name, text) in &wanted {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(there == *text, "docs/rules/{name} is stale: CAREPACT_BLESS=1 cargo test --test suite rule_pages");
    }
    let mut stray: Vec<String> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| !wanted.iter().any(|(known, _)| known == name))
        .collect();
    stray.sort();
    assert!(stray.is_empty(), "pages of no rule: {stray:?}");
}

#[test]
fn pages_use_the_words_of_the_project() {
    for page in carepact::commands::explain::pages() {
        let text = page.markdown().to_lowercase();
        for word in ["unlawful", " lawful", "illegal", "break-glass", "citizen", "guilty", "violation", "waiver "] {
            // A phrase of the vague list is quoted by its rule.
            assert!(!text.contains(word), "{}: {word:?}", page.code);
        }
    }
}
