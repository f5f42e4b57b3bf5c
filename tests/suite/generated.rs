//! Man pages and completions are made from the command line's own definition, checked in, and never stale.
//!
//! After a change of the command line: `CAREPACT_BLESS=1 cargo test generated` writes them anew.

use std::collections::BTreeMap;
use std::path::Path;

use carepact::commands::cli::Cli;
use clap::CommandFactory as _;

type Files = BTreeMap<String, String>;

/// The definition without what depends on the machine: values of the environment and the width of the terminal.
fn command() -> clap::Command {
    fn still(command: clap::Command) -> clap::Command {
        let command = command.mut_args(|arg| arg.hide_env_values(true)).term_width(100);
        let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        names.into_iter().fold(command, |command, name| command.mut_subcommand(name, still))
    }
    still(Cli::command())
}

fn read(folder: &Path) -> Files {
    let Ok(entries) = std::fs::read_dir(folder) else { return Files::new() };
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read_to_string(&path).expect("text")))
        .collect()
}

fn compare(folder: &str, made: &Files) {
    let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if std::env::var_os("CAREPACT_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&there);
        std::fs::create_dir_all(&there).expect("a folder");
        for (name, text) in made {
            std::fs::write(there.join(name), text).expect("written");
        }
    }
    let kept = read(&there);
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&kept), names(made), "{folder}/ has other files than the command line has commands: run CAREPACT_BLESS=1 cargo test generated");
    for (name, text) in made {
        // git may write CRLF on Windows.
        assert!(kept[name].replace("\r\n", "\n") == *text, "{folder}/{name} is stale: run CAREPACT_BLESS=1 cargo test generated");
    }
}

#[test]
fn man_pages_are_fresh() {
    let folder = tempfile::tempdir().expect("a folder");
    clap_mangen::generate_to(command(), folder.path()).expect("pages");
    let pages = read(folder.path());
    assert!(pages.contains_key("carepact.1") && pages.contains_key("carepact-report.1"), "{:?}", pages.keys());
    compare("man", &pages);
}

#[test]
fn completions_are_fresh() {
    use clap_complete::Shell;
    let made = [(Shell::Bash, "carepact.bash"), (Shell::Zsh, "_carepact"), (Shell::Fish, "carepact.fish")]
        .into_iter()
        .map(|(shell, name)| {
            let mut bytes = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "carepact", &mut bytes);
            (name.to_owned(), String::from_utf8(bytes).expect("text"))
        })
        .collect();
    compare("completions", &made);
}
