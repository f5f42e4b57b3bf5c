//! The words that carepact uses for people and about them, over everything it prints.

use std::path::Path;

use super::architecture::{program, sources};

/// What is not said, and what is said instead.
const WORDS: [(&str, &str); 19] = [
    ("citizen", "person, patient or service user"),
    ("citizens", "people"),
    ("illegal", "no agreement covers this"),
    ("illegally", "no agreement covers this"),
    ("unlawful", "what a document states or lacks"),
    ("unlawfully", "what a document states or lacks"),
    ("waiver", "accepted exception"),
    ("waivers", "accepted exceptions"),
    ("vip", "record with extra protection"),
    ("snooping", "possible personal connection, needs review"),
    ("snooped", "possible personal connection, needs review"),
    ("offender", "earlier upheld finding"),
    ("victim", "earlier upheld finding"),
    ("guilty", "needs review"),
    ("break-glass", "emergency access"),
    ("violation", "seeded test case, finding"),
    ("violations", "seeded test cases, findings"),
    ("utilise", "use"),
    ("permitted", "an agreement allows this, if the facts given are true"),
];

/// Sentences that may say a word because they say what it is not, or quote a law's or a standard's own words.
const QUOTED: [&str; 4] = ["not permitted to say", "calls\nnobody guilty", "nobody guilty", "Vulnerability"];

fn found(text: &str) -> Vec<(&'static str, &'static str)> {
    let text = QUOTED.iter().fold(text.to_owned(), |text, quoted| text.replace(quoted, ""));
    let lower = text.to_lowercase();
    WORDS
        .into_iter()
        .filter(|(word, _)| {
            lower.match_indices(word).any(|(at, _)| {
                // A part of a longer word or of a name in a file (`break_glass`, `waivers.yaml`) is not prose.
                let before = lower[..at].chars().next_back();
                let mut after = lower[at + word.len()..].chars();
                let (next, then) = (after.next(), after.next());
                let inner = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
                let is_name = inner(before)
                    || inner(next)
                    || matches!(before, Some('.' | '/' | '`' | '"' | '-'))
                    || matches!(next, Some('`' | '/' | '"' | ':'))
                    || (next == Some('.') && then.is_some_and(char::is_alphabetic));
                !is_name
            })
        })
        .collect()
}

/// The string literals of a program that are sentences: with a space, and not a format of bytes.
fn sentences(program: &str) -> Vec<String> {
    let mut list = Vec::new();
    let mut letters = program.chars().peekable();
    let mut previous = ' ';
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                // A character literal may hold a quote; a lifetime does not end in one.
                let ahead: Vec<char> = letters.clone().take(3).collect();
                if ahead.first() == Some(&'\\') && ahead.get(2) == Some(&'\'') {
                    letters.nth(2);
                } else if ahead.get(1) == Some(&'\'') {
                    letters.nth(1);
                }
            }
            '"' => {
                let raw = previous == 'r';
                let mut text = String::new();
                while let Some(inner) = letters.next() {
                    match inner {
                        '"' => break,
                        '\\' if !raw => {
                            if let Some(escaped) = letters.next() {
                                text.push(if escaped == 'n' || escaped == '\n' { ' ' } else { escaped });
                            }
                        }
                        inner => text.push(inner),
                    }
                }
                if text.contains(' ') {
                    list.push(text);
                }
            }
            _ => {}
        }
        previous = letter;
    }
    list
}

#[test]
fn what_the_program_says_is_in_the_right_words() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for sentence in sentences(&program(&text)) {
            for (word, instead) in found(&sentence) {
                wrong.push(format!("src/{file}: {word:?} (say: {instead}) in {sentence:?}"));
            }
        }
        // Doc comments of commands are the help that people read.
        if file.starts_with("commands") {
            for line in text.lines().filter(|line| line.trim_start().starts_with("///")) {
                for (word, instead) in found(line) {
                    wrong.push(format!("src/{file}: {word:?} (say: {instead}) in {line:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_for_people_are_in_the_right_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut look = |path: &Path| {
        let Ok(text) = std::fs::read_to_string(path) else { return };
        for line in text.lines() {
            for (word, instead) in found(line) {
                wrong.push(format!("{}: {word:?} (say: {instead}) in {line:?}", path.display()));
            }
        }
    };
    for name in ["README.md", "CHANGELOG.md", "SECURITY.md", "src/report/page.html"] {
        assert!(root.join(name).exists(), "{name}");
        look(&root.join(name));
    }
    for folder in ["man", "docs"] {
        for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            look(&entry.path());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_word_list_finds_prose_and_leaves_names() {
    let words = |text: &str| found(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
    assert_eq!(words("The citizen's access is illegal."), ["citizen", "illegal"]);
    assert_eq!(words("condition break_glass, `waivers`, waivers.yaml, citizenship"), Vec::<&str>::new());
    assert_eq!(sentences(r#"let a = '"'; let b = "say so"; let c = "x";"#), ["say so"]);
}
