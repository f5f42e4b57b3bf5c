//! Every command that README.md shows is one that this carepact takes.

use std::path::Path;

use carepact::commands::cli::Cli;
use clap::{CommandFactory as _, Parser as _};

/// The lines of the blocks marked `sh`, with lines that end in a backslash joined.
fn commands(text: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let (mut inside, mut open) = (false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line.trim() == "```sh";
        } else if inside {
            let (part, goes_on) = line.strip_suffix('\\').map_or((line, false), |part| (part, true));
            let part = part.split(" # ").next().unwrap_or(part).trim();
            match list.last_mut() {
                Some(last) if open => last.extend([" ", part]),
                _ if !part.is_empty() && !part.starts_with('#') => list.push(part.to_owned()),
                _ => {}
            }
            open = goes_on;
        }
    }
    list
}

/// Words as a shell splits them, with quotes; enough for what a README shows.
fn words(line: &str) -> Vec<String> {
    let (mut list, mut word, mut quote) = (Vec::new(), String::new(), None);
    for letter in line.chars() {
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            (' ', None) => {
                if !word.is_empty() {
                    list.push(std::mem::take(&mut word));
                }
            }
            (letter, _) => word.push(letter),
        }
    }
    if !word.is_empty() {
        list.push(word);
    }
    list
}

#[test]
fn commands_of_the_readme_are_taken() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let verbs: Vec<String> = Cli::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let whole = ["check", "pseudonymise", "audit", "demo"].iter().all(|name| verbs.iter().any(|verb| verb == name));
    let mut taken = 0;
    for line in commands(&text) {
        let words = words(&line);
        let words: Vec<&str> = words.iter().map(String::as_str).take_while(|word| !matches!(*word, ">" | "|" | "<" | "&&")).collect();
        let arguments = match words[..] {
            ["cargo", "run", "--release", "--", ref rest @ ..] => rest,
            ["carepact", ref rest @ ..] => rest,
            ["cargo", "test" | "install" | "build", ..] | [".ci/run"] | ["ssh-keygen", ..] => continue,
            _ => panic!("README.md shows a command that no test knows: {line}"),
        };
        // While the big verbs are not all in this build, one may be missing; after that none may.
        if !whole && !verbs.iter().any(|verb| Some(&verb.as_str()) == arguments.first()) {
            println!("skipped, not in this build: {line}");
            continue;
        }
        if let Err(error) = Cli::try_parse_from(std::iter::once("carepact").chain(arguments.iter().copied())) {
            let shows = matches!(error.kind(), clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion);
            assert!(shows, "README.md: {line}\n{error}");
        }
        taken += 1;
    }
    assert!(taken >= 3, "README.md shows only {taken} commands");
    assert!(text.contains("cargo run --release -- demo") && text.contains("cargo test"));
}
