//! A pack made by `init` is in order, and what it writes for pipelines and editors can be read by them.

use std::collections::BTreeMap;
use std::path::Path;

use carepact::commands::cli::Cli;
use carepact::template;
use clap::Parser as _;
use serde_yaml::Value;

use super::run::run;

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn walk(folder: &Path, root: &Path, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, files);
            } else {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read_to_string(&path).expect("text"));
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all
}

fn names() -> Vec<&'static str> {
    template::ALL.iter().map(|template| template.name).collect()
}

#[test]
fn every_template_is_in_order_on_its_day_and_for_a_year() {
    for name in names() {
        for (day, later) in [("2026-11-23", "2027-11-23"), ("2027-06-30", "2028-06-29"), ("2028-02-29", "2029-02-28")] {
            let dir = tempfile::tempdir().expect("a folder");
            let made = run(dir.path(), &["init", "west", "--template", name, "--as-of", day]);
            assert_eq!(made.code, Some(0), "{made}");
            for on in [day, later] {
                let checked = run(dir.path(), &["check", "west", "--as-of", on, "--fail-on", "warning", "-f", "json"]);
                assert_eq!(checked.code, Some(0), "{name} made on {day}, on {on}: {checked}");
                let results: serde_json::Value = serde_json::from_str(&checked.out).expect("json");
                assert_eq!(results["not_assessed"], serde_json::json!([]), "{name} made on {day}, on {on}");
                assert_eq!(results["data"]["agreements"][0]["state_on_as_of"], "in force", "{name} made on {day}, on {on}");
            }
            let tested = run(dir.path(), &["test", "west", "--as-of", day]);
            assert_eq!(tested.code, Some(0), "{name} made on {day}: {tested}");
        }
    }
}

#[test]
fn the_files_as_shipped_are_packs_too_and_all_of_them_are_in_a_template() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/templates");
    let mut shipped: Vec<String> = files(&root).into_keys().collect();
    let as_of = carepact::identifier::Date::parse(template::ANCHOR).expect("a date");
    let mut listed = Vec::new();
    for template in &template::ALL {
        let folder = root.join(template.name);
        let checked = run(&folder, &["check", "--as-of", template::ANCHOR, "--fail-on", "warning"]);
        assert_eq!(checked.code, Some(0), "{}: {checked}", template.name);
        let wanted = template::Wanted { id: "example-community", title: None, as_of, modelines: false };
        for (name, text) in template.files(wanted) {
            assert_eq!(text, std::fs::read_to_string(folder.join(&name)).expect("a file"), "{name} changes on the day it was written for");
            listed.push(format!("{}/{name}", template.name));
        }
    }
    listed.sort();
    shipped.sort();
    assert_eq!(listed, shipped);
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_half_done() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(dir.path().join("west/tests")).expect("folders");
    std::fs::write(dir.path().join("west/tests/care-record.yaml"), "mine\n").expect("written");
    std::fs::write(dir.path().join("west/notes.txt"), "mine too\n").expect("written");
    let refused = run(dir.path(), &["init", "west"]);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.err.contains("west/tests/care-record.yaml is there already; nothing was written"), "{refused}");
    assert_eq!(files(dir.path()).len(), 2, "nothing beside what was there");

    std::fs::remove_file(dir.path().join("west/tests/care-record.yaml")).expect("removed");
    let made = run(dir.path(), &["init", "west"]);
    assert_eq!(made.code, Some(0), "a folder with other files in it is fine: {made}");
    assert_eq!(files(dir.path())["west/notes.txt"], "mine too\n");

    let again = run(dir.path(), &["init", "west"]);
    assert_eq!(again.code, Some(2), "{again}");
    assert!(again.err.contains("is a pack already"), "{again}");
}

#[test]
fn a_dry_run_lists_the_files_and_makes_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let dry = run(dir.path(), &["init", "west", "--ci", "github", "--editor", "--pre-commit", "--dry-run"]);
    assert_eq!(dry.code, Some(0), "{dry}");
    assert!(std::fs::read_dir(dir.path()).expect("a folder").next().is_none(), "nothing is made");
    let listed: Vec<String> = dry.out.lines().map(|line| line.replace('\\', "/").trim_start_matches("west/").to_owned()).collect();
    let wet = run(dir.path(), &["init", "west", "--ci", "github", "--editor", "--pre-commit"]);
    assert_eq!(wet.code, Some(0), "{wet}");
    let mut sorted = listed.clone();
    sorted.sort();
    assert_eq!(sorted, files(&dir.path().join("west")).into_keys().collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_left_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("a folder");
    let locked = dir.path().join("west/tests");
    std::fs::create_dir_all(&locked).expect("folders");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).expect("set");
    if std::fs::write(locked.join("probe"), "").is_ok() {
        println!("skipped: this user may write anywhere");
        return;
    }
    let refused = run(dir.path(), &["init", "west"]);
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).expect("set");
    assert_ne!(refused.code, Some(0), "{refused}");
    assert!(files(dir.path()).is_empty(), "{refused}");
    assert_eq!(std::fs::read_dir(dir.path().join("west")).expect("a folder").count(), 1, "folders are taken back too");
}

#[test]
fn slips_are_answered_with_the_right_word() {
    let dir = tempfile::tempdir().expect("a folder");
    let slip = run(dir.path(), &["init", "--template", "secundary-use"]);
    assert_eq!(slip.code, Some(2), "{slip}");
    assert!(slip.err.contains("Did you mean secondary-use?"), "{slip}");
    let slip = run(dir.path(), &["init", "--id", "West Community"]);
    assert_eq!(slip.code, Some(2), "{slip}");
    assert!(slip.err.contains("--id west-community"), "{slip}");
    assert!(std::fs::read_dir(dir.path()).expect("a folder").next().is_none(), "nothing is made");
}

/// The commands of carepact in a file of a pipeline or hook: every line of every text in it that starts with its name.
fn commands(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.extend(text.lines().map(str::trim).filter(|line| line.starts_with("carepact ")).map(str::to_owned)),
        Value::Sequence(items) => items.iter().for_each(|item| commands(item, found)),
        Value::Mapping(entries) => entries.iter().for_each(|(_, value)| commands(value, found)),
        _ => {}
    }
}

#[test]
fn pipelines_are_yaml_and_run_commands_that_exist() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(dir.path().join(".git")).expect("a folder");
    let made = run(dir.path(), &["init", "policies/west", "--ci", "github", "--ci", "gitlab", "--ci", "azure", "--ci", "azure", "--pre-commit"]);
    assert_eq!(made.code, Some(0), "{made}");
    assert!(made.out.contains("outside it, at the root of the repository:"), "{made}");
    let written = files(dir.path());
    for (name, least) in [(".github/workflows/carepact.yml", 2), (".gitlab-ci.yml", 2), ("azure-pipelines.yml", 2), (".pre-commit-config.yaml", 2)] {
        let text = &written[name];
        assert!(!text.contains('\t') && !text.contains("@PACK@") && !text.contains("@VERSION@"), "{name}");
        let value: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut lines = Vec::new();
        commands(&value, &mut lines);
        assert!(lines.len() >= least, "{name}: {lines:?}");
        for line in lines {
            let cli = Cli::try_parse_from(line.split_whitespace());
            assert!(cli.is_ok(), "{name}: {line}: {}", cli.expect_err("an error"));
            assert!(line.contains("policies/west"), "{name}: {line} names the pack");
            let words: Vec<&str> = line.split_whitespace().skip(1).collect();
            let ran = run(dir.path(), &words);
            assert_eq!(ran.code, Some(0), "{name}: {line}: {ran}");
            for result in words.iter().filter_map(|word| Some(word.split_once(':')?.1)) {
                assert!(std::fs::metadata(dir.path().join(result)).is_ok_and(|file| file.len() > 0), "{name}: {line} writes {result}");
                assert!(text.matches(result).count() > 1, "{name}: {result} is taken up");
                std::fs::remove_file(dir.path().join(result)).expect("removed");
            }
        }
        assert!(
            !text.contains("cargo install") || text.contains(concat!("--version ", env!("CARGO_PKG_VERSION"), " --locked")),
            "{name} installs this version"
        );
    }
    let workflow: Value = serde_yaml::from_str(&written[".github/workflows/carepact.yml"]).expect("yaml");
    assert_eq!(workflow["permissions"], Value::Mapping(serde_yaml::Mapping::new()), "nothing is allowed unasked");
    let allowed = serde_yaml::to_string(&workflow["jobs"]["agreements"]["permissions"]).expect("yaml");
    assert_eq!(allowed, "contents: read\nactions: read\nsecurity-events: write\n");
    for step in workflow["jobs"]["agreements"]["steps"].as_sequence().expect("steps") {
        if let Some(action) = step["uses"].as_str() {
            let commit = action.split_once('@').expect("a version").1;
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action} is named by commit");
        }
    }
}

#[test]
fn the_repository_offers_hooks_whose_commands_exist() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml")).expect("a file");
    let hooks: Value = serde_yaml::from_str(&text).expect("yaml");
    let ids: Vec<&str> = hooks.as_sequence().expect("a list").iter().filter_map(|hook| hook["id"].as_str()).collect();
    assert_eq!(ids, ["carepact-check", "carepact-check-system"]);
    for hook in hooks.as_sequence().expect("a list") {
        assert!(Cli::try_parse_from(hook["entry"].as_str().expect("an entry").split_whitespace()).is_ok(), "{hook:?}");
        assert_eq!(hook["pass_filenames"], Value::Bool(false));
        assert!(hook["files"].as_str().is_some_and(|files| files.contains("accessions") && files.contains("guards")), "{hook:?}");
    }
}

#[test]
fn an_editor_finds_a_schema_for_every_yaml_file() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(dir.path().join(".git")).expect("a folder");
    let made = run(dir.path(), &["init", "policies/west", "--editor", "--as-of", "2026-11-23"]);
    assert_eq!(made.code, Some(0), "{made}");
    let written = files(dir.path());
    let settings: serde_json::Value = serde_json::from_str(&written[".vscode/settings.json"]).expect("json");
    assert_eq!(settings["yaml.schemas"]["./policies/west/schemas/agreement.schema.json"], serde_json::json!(["policies/west/agreements/*.yaml"]));
    for (name, text) in
        written.iter().filter(|(name, _)| name.starts_with("policies/") && template::workspace::schema_of(&name["policies/west/".len()..]).is_some())
    {
        let first = text.lines().next().expect("a line");
        let schema = first.strip_prefix("# yaml-language-server: $schema=").unwrap_or_else(|| panic!("{name} names no schema"));
        let at = Path::new(name).parent().expect("a folder").join(schema);
        let plain = carepact_path(&at);
        assert!(plain.starts_with("policies/west/schemas/"), "{name}: {plain}");
        assert!(written.contains_key(&plain), "{name}: {plain} is written beside it");
    }
    let checked = run(dir.path(), &["check", "policies/west", "--as-of", "2026-11-23", "--fail-on", "warning"]);
    assert_eq!(checked.code, Some(0), "{checked}");
}

/// A path with its `..` taken out.
fn carepact_path(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                parts.pop();
            }
            part => parts.push(part.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

#[test]
fn a_pack_that_is_there_gets_the_pipeline_only() {
    let dir = tempfile::tempdir().expect("a folder");
    assert_eq!(run(dir.path(), &["init", "west"]).code, Some(0));
    let before = files(&dir.path().join("west"));
    let added = run(dir.path(), &["init", "west", "--ci", "gitlab"]);
    assert_eq!(added.code, Some(0), "{added}");
    let mut after = files(&dir.path().join("west"));
    assert!(after.remove(".gitlab-ci.yml").is_some_and(|text| text.contains("carepact check . -o gitlab:")));
    assert_eq!(before, after);
}
