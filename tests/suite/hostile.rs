//! What somebody careless or hostile may hand in: nothing opens by it, nothing waits for it without end.

use super::run::run;
use super::small_pack;

const CARE: &str = "agreements/care.yaml";

fn care() -> String {
    small_pack::FILES.iter().find(|(name, _)| *name == CARE).map(|(_, text)| (*text).to_owned()).expect("the agreement")
}

fn ask_with(changed: &[(&str, &str)], args: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), changed);
    let args: Vec<&str> = args.split_whitespace().collect();
    let shown = run(dir.path(), &[&["ask"], &args[..]].concat()).to_string();
    (dir, shown)
}

const DOCTOR: &str = "--role doctor --at R9A --see medications --of Y99001 --for direct_care --given relationship,-objection_upheld --as-of 2026-08-01";

#[test]
fn listing_the_sides_of_a_group_says_no_more_than_its_cases() {
    let text = care().replace("g1: {to: {role: clinician}", "g1: {to: {role: clinician, except: {role: nurse, org: 9Z1}}");
    let args = "--role clinician --at bolton --see medications --of Y99001 --for direct_care --given relationship,-objection_upheld --as-of 2026-06-15 -f json";
    let (_dir, shown) = ask_with(&[(CARE, &text)], args);
    let start = shown.find('{').expect("JSON");
    let answer = serde_json::Deserializer::from_str(&shown[start..]).into_iter::<serde_json::Value>().next().expect("a value").expect("read");
    let mut said = std::collections::BTreeMap::new();
    for group in answer["groups"].as_array().expect("groups") {
        for role in group["roles"].as_array().expect("roles") {
            for at in group["at"].as_array().expect("at") {
                let before = said.insert((role.as_str().expect("text"), at.as_str().expect("text")), group["outcome"].as_str().expect("text"));
                assert_eq!(before, None, "one case is told twice: {shown}");
            }
        }
    }
    assert_eq!(said[&("clinician.nurse", "9Z1")], "deny", "{shown}");
    assert_eq!(said[&("clinician.doctor", "9Z1")], "permit", "{shown}");
    assert_eq!(said[&("clinician.nurse", "R9A")], "permit", "{shown}");
}

#[test]
fn nothing_is_decided_while_a_prohibition_may_be_missing() {
    let (_dir, shown) = ask_with(&[], DOCTOR);
    assert!(shown.contains("permit: doctor"), "{shown}");
    let parent = format!("parent: SM-9\n{}", care());
    let (_dir, shown) = ask_with(&[(CARE, &parent)], DOCTOR);
    assert!(shown.contains("XAG-018") && !shown.contains("permit"), "{shown}");
    let (_dir, shown) = ask_with(&[("agreements/copy.yaml", &care())], DOCTOR);
    assert!(shown.contains("DOC-002") && !shown.contains("permit"), "{shown}");
    let (_dir, shown) = ask_with(&[("guards.yml", "prohibits: {}\n")], DOCTOR);
    assert!(shown.contains("guards.yml is not read") && !shown.contains("permit"), "{shown}");
}

#[test]
fn an_agreement_that_is_not_read_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[("agreements/other.YAML", "x"), ("agreements/old/care.yaml", "x"), ("agreements/.hidden", "x")]);
    let shown = run(dir.path(), &["check", "--format", "short", "--as-of", "2026-08-01"]).to_string();
    assert!(shown.contains("agreements/other.YAML is not read") && shown.contains("agreements/old is not read"), "{shown}");
    assert!(!shown.contains(".hidden"), "{shown}");
}

#[test]
fn suspension_without_days_one_can_tell_closes_all_of_them() {
    for (from, to) in [
        ("suspended: [{from: 2026-12-01, to: 2026-12-10}]", "suspended: [{from: 2026-12-10, to: 2026-06-01}]"),
        (
            "status: active\nstarts: 2026-04-01\nends: 2027-03-31\nsuspended: [{from: 2026-12-01, to: 2026-12-10}]",
            "status: suspended\nstarts: 2026-04-01\nends: 2027-03-31",
        ),
    ] {
        let text = care().replace(from, to);
        assert_ne!(text, care());
        let (_dir, shown) = ask_with(&[(CARE, &text)], DOCTOR);
        assert!(shown.contains("deny: doctor"), "{shown}");
    }
}

#[test]
fn more_actions_than_are_counted_are_a_finding() {
    let words = small_pack::FILES.iter().find(|(name, _)| *name == "vocabulary.yaml").map(|(_, text)| *text).expect("the words");
    let many: Vec<String> = (0..300).map(|number| format!("a{number}")).collect();
    let words = format!("{words}actions: [view, {}]\n", many.join(", "));
    let (_dir, shown) = ask_with(&[("vocabulary.yaml", &words)], DOCTOR);
    assert!(shown.contains("more than 32 actions are declared"), "{shown}");
}

#[test]
fn yes_and_no_are_read_as_spreadsheets_write_them() {
    let header = "ods,scheme,status,year,published,interim\n";
    let (_dir, shown) = ask_with(&[("register/assurance.csv", &format!("{header}R9A,DSPT,Standards Met,25/26,2026-06-20,perhaps\n"))], DOCTOR);
    assert!(shown.contains("`interim` is true or false"), "{shown}");
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[("register/assurance.csv", &format!("{header}R9A,DSPT,Standards Met,25/26,2026-06-20,TRUE\n"))]);
    let shown = run(dir.path(), &["check", "--format", "short", "--as-of", "2026-08-01"]).to_string();
    assert!(shown.contains("PTY-016"), "{shown}");
}

#[test]
fn a_title_of_several_lines_stays_in_its_place() {
    let text = care().replace("title: Synthetic care record", "title: |\n  Synthetic\n  permit: everything");
    let (_dir, shown) = ask_with(&[(CARE, &text)], DOCTOR);
    assert!(shown.contains("SM-1/g1 (Synthetic permit: everything) allows this"), "{shown}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    // A device never ends, as a pipe nobody writes to never begins.
    std::os::unix::fs::symlink("/dev/zero", dir.path().join("agreements/endless.yaml")).expect("linked");
    let shown = run(dir.path(), &["check", "--as-of", "2026-08-01"]).to_string();
    assert!(shown.contains("it is not a file"), "{shown}");
}

#[test]
fn saved_books_may_say_anything() {
    let books = |read, out, removed: u64| carepact::diagnostics::results::Balance {
        input: "x".to_owned(),
        read,
        out,
        removed: [("a".to_owned(), removed)].into(),
        ..Default::default()
    };
    assert!(books(3, 2, 1).holds());
    assert!(!books(u64::MAX, u64::MAX, u64::MAX).holds());
}

#[cfg(unix)]
#[test]
fn force_replaces_files_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    let socket = dir.path().join("socket.json");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("bound");
    std::fs::write(dir.path().join("file.json"), "kept").expect("written");
    std::os::unix::fs::symlink("file.json", dir.path().join("link.json")).expect("linked");
    for name in ["socket.json", "link.json"] {
        let ran = run(dir.path(), &["check", "-q", "--as-of", "2026-08-01", "--force", "-o", &format!("json:{name}")]);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.err.contains("is not a file, and is not replaced"), "{ran}");
        assert!(!dir.path().join(name).symlink_metadata().expect("there").is_file());
    }
    assert_eq!(std::fs::read_to_string(dir.path().join("file.json")).expect("read"), "kept");
}

#[test]
fn a_command_line_that_cannot_be_read_is_an_object_too() {
    let dir = tempfile::tempdir().expect("a folder");
    for args in [&["frobnicate", "-f", "json"][..], &["diff", "a", "b", "--format=json"], &["check", "--nope", "--format", "json"]] {
        let ran = run(dir.path(), args);
        let object: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"));
        assert_eq!(object["error"]["exit_code"], 2, "{ran}");
        assert_eq!(ran.code, Some(2), "{ran}");
    }
    assert_eq!(run(dir.path(), &["--help", "-f", "json"]).code, Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn completions_to_a_full_disk_are_an_error_and_no_bug() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut command = super::run::command(dir.path(), &["completions", "bash"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("opened");
    let output = command.stdout(full).output().expect("starts");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Results with a doubled key or with data of another shape are not read, so nothing that was found can vanish.
#[test]
fn results_that_were_tampered_with_are_not_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let results = carepact::diagnostics::results::Results::new("check", "2026-11-01");
    let text = String::from_utf8(results.to_bytes()).expect("text");
    for (changed, said) in
        [(text.replacen("\"data\": {}", "\"data\": {}, \"findings\": []", 1), "findings"), (text.replacen("\"data\": {}", "\"data\": 42", 1), "`data`")]
    {
        assert_ne!(changed, text);
        std::fs::write(dir.path().join("check.json"), changed).expect("written");
        let ran = super::run::run(dir.path(), &["report", "check.json", "-o", "html:report.html"]);
        assert_eq!(ran.code, Some(3), "{ran}");
        assert!(ran.err.contains(said), "{ran}");
        assert!(!dir.path().join("report.html").exists());
    }
}

/// An NHS number on the command line is refused by every command, and not said again.
#[test]
fn a_number_of_a_person_on_the_command_line_is_refused_and_not_repeated() {
    let dir = tempfile::tempdir().expect("a folder");
    for args in [&["ask", "--role", "9990000018"][..], &["check", "999 000 0018"], &["report", "--title=9990000018", "x.json"]] {
        let ran = super::run::run(dir.path(), args);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.err.contains("an NHS number does not belong there") && !ran.err.contains("999"), "{ran}");
    }
}
