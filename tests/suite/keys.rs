//! `carepact keys` as it is run: what is made opens, what is open to others is refused, and nothing secret is shown.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use carepact::keys::keyring::{KeyringError, Unlock};
use carepact::keys::{Keyring, SigningKey};

/// Runs carepact in a folder, with nothing of the tester's environment.
pub fn carepact(dir: &Path, args: &[&str]) -> Output {
    super::run::command(dir, args).output().expect("runs")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

pub fn ok(dir: &Path, args: &[&str]) -> String {
    let output = carepact(dir, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

/// What is said when a run ends with a code.
fn refused(dir: &Path, args: &[&str], code: i32) -> String {
    let output = carepact(dir, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}{}", stdout(&output), stderr(&output));
    assert_eq!(stdout(&output), "", "{args:?}");
    stderr(&output)
}

pub fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("sets the mode");
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("there").permissions().mode() & 0o7777
}

/// An identity in the folder; its public key.
fn identity(dir: &Path, name: &str) -> String {
    ok(dir, &["keys", "identity", "-q", "-o", name]).trim().to_owned()
}

const NEW: [&str; 6] = ["keys", "new", "--controller", "QOP", "--purpose", "population_health"];

fn keyring(dir: &Path) -> String {
    let (custodian, escrow) = (identity(dir, "custodian"), identity(dir, "escrow"));
    ok(dir, &[&NEW[..], &["--recipient", &custodian, "--recipient", &escrow, "-o", "ring"]].concat())
}

#[test]
fn a_keyring_opens_for_each_recipient_and_for_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let made = keyring(dir);
    identity(dir, "stranger");
    let key_id = made.lines().find_map(|line| line.strip_prefix("key id")).expect("a key id").trim()[..16].to_owned();
    assert!(made.contains(&format!("key: {{id: {key_id}, version: 1}}")), "{made}");
    for name in ["custodian", "escrow"] {
        let listed = ok(dir, &["keys", "list", "ring", "--identity", name, "--as-of", "2026-07-01"]);
        assert!(listed.contains(&key_id) && listed.contains("QOP") && listed.contains("population_health") && listed.contains("active"), "{listed}");
    }
    let object: serde_json::Value = serde_json::from_str(&ok(dir, &["keys", "list", "ring", "--identity", "escrow", "--format", "json"])).expect("JSON");
    assert_eq!(object["versions"][0]["key_id"], key_id);
    assert!(refused(dir, &["keys", "list", "ring", "--identity", "stranger"], 2).contains("not for this recipient"));
    assert!(refused(dir, &["keys", "list", "ring"], 2).contains("--identity FILE"));
    for name in ["ring", "custodian", "escrow"] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
    let mut names: Vec<_> = std::fs::read_dir(dir).expect("lists").map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["custodian", "escrow", "ring", "stranger"], "nothing else is left behind");
}

#[test]
fn a_single_recipient_is_refused_however_it_is_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let one = identity(dir, "one");
    let twice = [&NEW[..], &["--recipient", &one, "--recipient", &one, "-o", "ring"]].concat();
    let said = refused(dir, &twice, 2);
    assert!(said.contains("single recipient") && said.contains("--no-escrow"), "{said}");
    assert!(!dir.join("ring").exists());
    std::fs::write(dir.join("people"), format!("# custodians\n{one}\n\n{one}\n")).expect("writes");
    refused(dir, &[&NEW[..], &["--recipients-file", "people", "-o", "ring"]].concat(), 2);
    assert!(refused(dir, &[&NEW[..], &["-o", "ring"]].concat(), 2).contains("somebody who can open it"));
    let alone = carepact(dir, &[&NEW[..], &["--recipient", &one, "--no-escrow", "-o", "ring"]].concat());
    assert_eq!(alone.status.code(), Some(0));
    assert!(stderr(&alone).contains("no escrow"));
}

#[test]
fn key_files_that_others_can_read_and_links_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    keyring(dir);
    for name in ["ring", "custodian"] {
        set_mode(&dir.join(name), 0o644);
        let said = refused(dir, &["keys", "list", "ring", "--identity", "custodian"], 2);
        assert!(said.contains(&format!("chmod 600 {name}")) && said.contains("0644"), "{said}");
        set_mode(&dir.join(name), 0o600);
        symlink(dir.join(name), dir.join("link")).expect("links");
        let (ring, identity) = if name == "ring" { ("link", "custodian") } else { ("ring", "link") };
        let said = refused(dir, &["keys", "list", ring, "--identity", identity], 2);
        assert!(said.contains("symbolic link"), "{said}");
        std::fs::remove_file(dir.join("link")).expect("removes");
    }
    assert!(refused(dir, &["keys", "list", "custodian", "--identity", "custodian"], 2).contains("is not a keyring"));
    assert!(refused(dir, &["keys", "list", "none", "--identity", "custodian"], 2).contains("no such file"));
    let object = carepact(dir, &["keys", "list", "none", "--identity", "custodian", "--format", "json"]);
    let object: serde_json::Value = serde_json::from_slice(&object.stdout).expect("an error is JSON too");
    assert_eq!(object["error"]["code"], "keyring");
}

#[test]
fn a_changed_keyring_does_not_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    keyring(dir);
    let whole = std::fs::read_to_string(dir.join("ring")).expect("reads");
    let lines: Vec<&str> = whole.lines().collect();
    assert!(Keyring::open(&dir.join("ring"), Unlock::Identity(&dir.join("custodian"))).is_ok());
    for place in 1..lines.len() - 1 {
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let letter = if changed[place].starts_with('A') { "B" } else { "A" };
        changed[place].replace_range(..1, letter);
        std::fs::write(dir.join("ring"), changed.join("\n")).expect("writes");
        let opened = Keyring::open(&dir.join("ring"), Unlock::Identity(&dir.join("custodian")));
        assert!(opened.is_err(), "line {place}");
    }
}

#[test]
fn nothing_secret_is_shown_or_taken_as_an_argument() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let made = carepact(dir, &["keys", "identity", "-o", "one", "-v"]);
    let said = stdout(&made) + &stderr(&made);
    assert!(said.starts_with("age1") && !said.contains("AGE-SECRET-KEY-1"), "{said}");
    let file = std::fs::read_to_string(dir.join("one")).expect("reads");
    let secret = file.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).expect("a secret key");
    let said = refused(dir, &[&NEW[..], &["--recipient", secret, "--no-escrow", "-o", "ring"]].concat(), 2);
    assert!(said.contains("make a new identity") && !said.contains(secret), "{said}");
    let said = refused(dir, &[&NEW[..], &["--recipient", "hunter2 hunter2", "--no-escrow", "-o", "ring"]].concat(), 2);
    assert!(said.contains("recipient 1") && !said.contains("hunter2"), "{said}");
    assert!(refused(dir, &["keys", "identity", "-o", "-"], 2).contains("standard output"));
    assert!(refused(dir, &["keys", "identity"], 2).contains("-o FILE"));
    assert!(refused(dir, &["keys", "identity", "-o", "one"], 2).contains("is there already"));
    assert!(refused(dir, &["keys", "identity", "-o", "one", "--force"], 2).contains("never replaced"));
    assert_eq!(std::fs::read_to_string(dir.join("one")).expect("reads"), file, "what was there stays");
    ok(dir, &["keys", "identity", "-n", "-o", "two"]);
    assert!(!dir.join("two").exists());
}

#[test]
fn a_passphrase_opens_what_it_sealed_and_no_file_may_ask_for_more_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    std::fs::write(dir.join("phrase"), "correct horse battery staple\n").expect("writes");
    let new = [&NEW[..], &["--passphrase-file", "phrase", "-o", "ring"]].concat();
    assert!(refused(dir, &new, 2).contains("--no-escrow"));
    let new = [&new[..], &["--no-escrow"]].concat();
    set_mode(&dir.join("phrase"), 0o644);
    assert!(refused(dir, &new, 2).contains("chmod 600 phrase"));
    set_mode(&dir.join("phrase"), 0o600);
    ok(dir, &new);
    let piped = super::run::run_with_input(dir, &["keys", "list", "ring", "--passphrase-file", "-"], b"correct horse battery staple\r\n");
    assert!(piped.code == Some(0) && piped.out.contains("active"), "{piped}");
    assert!(refused(dir, &["keys", "list", "ring", "--no-input"], 2).contains("nobody to ask"));
    let opened = Keyring::open(&dir.join("ring"), Unlock::Passphrase(zeroize::Zeroizing::new("wrong horse battery staple".to_owned())));
    assert!(matches!(opened, Err(KeyringError::WrongPassphrase(_))));

    // The head of the file, in base 64: its work factor stands on the first line in clear.
    let armoured = std::fs::read(dir.join("ring")).expect("reads");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut age::armor::ArmoredReader::new(&armoured[..]), &mut bytes).expect("armour");
    let end = bytes.windows(4).position(|four| four == b" 18\n").expect("the work factor");
    bytes[end + 1..end + 3].copy_from_slice(b"23");
    std::fs::write(dir.join("ring"), &bytes).expect("writes");
    let opened = Keyring::open(&dir.join("ring"), Unlock::Passphrase(zeroize::Zeroizing::new("correct horse battery staple".to_owned())));
    assert!(matches!(opened, Err(KeyringError::Work { required: 23, .. })));
}

#[test]
fn a_short_passphrase_is_refused_for_a_new_keyring() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    for (name, phrase) in [("short", "hunter2"), ("empty", "\n")] {
        std::fs::write(dir.join(name), phrase).expect("writes");
        set_mode(&dir.join(name), 0o600);
        let said = refused(dir, &[&NEW[..], &["--no-escrow", "--passphrase-file", name, "-o", "ring"]].concat(), 2);
        assert!(said.contains(if name == "short" { "fewer than 15 characters" } else { "is empty" }) && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn rotating_writes_a_new_file_with_a_new_root_and_keeps_the_old_versions() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    keyring(dir);
    let (one, two) = (identity(dir, "one"), identity(dir, "two"));
    let rotate = ["keys", "rotate", "ring", "--identity", "custodian", "--as-of", "2026-08-01"];
    let said = ok(dir, &[&rotate[..], &["--recipient", &one, "--recipient", &two, "-o", "ring2"]].concat());
    assert!(said.contains("version 2, active") && said.contains("version: 2}"), "{said}");
    let listed = ok(dir, &["keys", "list", "ring2", "--identity", "two"]);
    let states: Vec<Vec<&str>> = listed.lines().skip(4).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!((states[0][1], states[0].contains(&"shifts"), states[1][1], states[1].contains(&"shifts")), ("retired", true, "active", false), "{listed}");
    assert_ne!(states[0][3], states[1][3]);
    assert!(ok(dir, &["keys", "list", "ring", "--identity", "custodian"]).contains(states[0][3]), "the old file stays, and is the same root");
    assert!(refused(dir, &["keys", "list", "ring2", "--identity", "custodian"], 2).contains("not for this recipient"));
    // Never in the place of the old one, never for one person by mistake, never of a version that is not there.
    assert!(refused(dir, &[&rotate[..], &["--recipient", &one, "--recipient", &two, "--force", "-o", "ring"]].concat(), 2).contains("never replaced"));
    assert!(refused(dir, &[&rotate[..], &["--recipient", &one, "-o", "ring3"]].concat(), 2).contains("single recipient"));
    assert!(
        refused(dir, &[&rotate[..], &["--compromised", "3", "--recipient", &one, "--recipient", &two, "-o", "ring3"]].concat(), 2).contains("no version 3")
    );
    let warned = carepact(dir, &[&rotate[..], &["--compromised", "1", "--recipient", &one, "--recipient", &two, "-o", "ring3"]].concat());
    assert!(stderr(&warned).contains("dates still move by version 1"), "{}", stderr(&warned));
    assert!(ok(dir, &["keys", "list", "ring3", "--identity", "one"]).contains("compromised"));
    assert_eq!(mode(&dir.join("ring3")), 0o600);
}

#[test]
fn what_is_not_built_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = refused(folder.path(), &["keys", "hash-table", "ring", "--identity", "x"], 2);
    assert!(said.contains("`keys hash-table` is not built yet"), "{said}");
}

/// Runs ssh-keygen; none, saying so, if it is not here.
pub fn ssh_keygen(dir: &Path, args: &[&str], input: &[u8]) -> Option<Output> {
    use std::io::Write as _;
    let spawned = Command::new("ssh-keygen").args(args).current_dir(dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        println!("skipped: ssh-keygen is not here");
        return None;
    };
    child.stdin.take().expect("piped").write_all(input).expect("writes");
    Some(child.wait_with_output().expect("ends"))
}

#[test]
fn signing_keys_are_openssh_s_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let line = ok(dir, &["keys", "signer", "-q", "--name", "ig@gm.example", "-o", "ours"]);
    assert!(line.starts_with("ig@gm.example namespaces=\"manifest@carepact,report@carepact\" ssh-ed25519 AAAA"), "{line}");
    assert_eq!(mode(&dir.join("ours")), 0o600);
    let ours = SigningKey::read(&dir.join("ours")).expect("reads");
    assert!(line.contains(&ours.public_key().line()));
    let Some(shown) = ssh_keygen(dir, &["-y", "-f", "ours"], b"") else { return };
    assert_eq!(stdout(&shown).trim(), format!("{} ig@gm.example", ours.public_key().line()), "{}", stderr(&shown));

    let made = ssh_keygen(dir, &["-q", "-t", "ed25519", "-N", "", "-C", "theirs", "-f", "theirs"], b"").expect("is here");
    assert!(made.status.success());
    let theirs = SigningKey::read(&dir.join("theirs")).expect("reads");
    assert!(std::fs::read_to_string(dir.join("theirs.pub")).expect("reads").starts_with(&theirs.public_key().line()));
    let printed = ssh_keygen(dir, &["-l", "-f", "theirs.pub"], b"").expect("is here");
    assert!(stdout(&printed).contains(&theirs.public_key().fingerprint()));
    for (kind, phrase, why) in [("ed25519", "secret words", "encrypted with a passphrase"), ("ecdsa", "", "not an Ed25519 key")] {
        ssh_keygen(dir, &["-q", "-t", kind, "-N", phrase, "-f", kind], b"").expect("is here");
        let error = SigningKey::read(&dir.join(kind)).err().expect("refused").to_string();
        assert!(error.contains(why), "{error}");
    }
}
