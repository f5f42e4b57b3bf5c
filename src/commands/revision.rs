//! Files as they stand in a revision of the git repository that a pack lies in. Git is run as a program: nothing of it is
//! linked, and a machine without it loses only what asks for it.

use std::path::Path;
use std::process::{Command, Output};

use super::failure::Failure;

/// The bytes of a file below the pack's folder in a revision; none if that revision has no such file.
pub fn file(pack: &Path, revision: &str, name: &str) -> Result<Option<Vec<u8>>, Failure> {
    commit(pack, revision)?;
    let object = format!("{revision}:./{name}");
    if !git(pack, &["cat-file", "-e", &object])?.status.success() {
        return Ok(None);
    }
    let shown = git(pack, &["cat-file", "blob", &object])?;
    if shown.status.success() { Ok(Some(shown.stdout)) } else { Err(said(&shown, &format!("cannot read {name} of {revision}"))) }
}

/// Names of the files directly in a folder below the pack's, as they were in a revision: `facts/vague_phrases.csv`.
pub fn names(pack: &Path, revision: &str, folder: &str) -> Result<Vec<String>, Failure> {
    commit(pack, revision)?;
    let listed = git(pack, &["ls-tree", "-z", "--name-only", revision, "--", &format!("{folder}/")])?;
    if !listed.status.success() {
        return Err(said(&listed, &format!("cannot list {folder} of {revision}")));
    }
    Ok(String::from_utf8_lossy(&listed.stdout).split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Every file below a folder of a revision, by its name below the folder: `main:policies/our-pack`. Links are left out. Git is
/// run where `from` lies.
pub fn tree(from: &Path, revision: &str, folder: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    commit(from, revision)?;
    let folder = folder.trim_end_matches('/');
    let object = format!("{revision}:{folder}");
    let listed = git(from, &["ls-tree", "-r", "-z", "--full-tree", &object])?;
    if !listed.status.success() {
        return Err(
            said(&listed, &format!("{revision} has no folder {folder:?}")).next("The path is that from the top of the repository: main:policies/our-pack.")
        );
    }
    let mut files = Vec::new();
    for entry in String::from_utf8_lossy(&listed.stdout).split('\0').filter(|entry| !entry.is_empty()) {
        let Some((about, name)) = entry.split_once('\t') else { continue };
        let mut about = about.split(' ');
        let (mode, kind, id) = (about.next().unwrap_or_default(), about.next().unwrap_or_default(), about.next().unwrap_or_default());
        if kind != "blob" || mode == "120000" {
            continue;
        }
        let shown = git(from, &["cat-file", "blob", id])?;
        if !shown.status.success() {
            return Err(said(&shown, &format!("cannot read {name} of {revision}")));
        }
        files.push((name.to_owned(), shown.stdout));
    }
    Ok(files)
}

/// Where a folder lies in its repository, from the top of it.
pub fn prefix(folder: &Path) -> Result<String, Failure> {
    let shown = git(folder, &["rev-parse", "--show-prefix"])?;
    if !shown.status.success() {
        return Err(said(&shown, &format!("{} does not lie in a git repository", folder.display())));
    }
    Ok(String::from_utf8_lossy(&shown.stdout).trim().to_owned())
}

/// Refuses what is no commit of a repository around the pack.
fn commit(pack: &Path, revision: &str) -> Result<(), Failure> {
    let inside = git(pack, &["rev-parse", "--is-inside-work-tree"])?;
    if !inside.status.success() || inside.stdout.trim_ascii() != b"true" {
        return Err(said(&inside, &format!("{} does not lie in a git repository, so it has no revision {revision:?}", pack.display()))
            .next("Revisions can be named only where the pack is kept in git."));
    }
    // What begins with a dash would be taken for an option.
    let wellformed = !revision.is_empty() && !revision.starts_with('-') && !revision.contains(':');
    let there = wellformed && git(pack, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?.status.success();
    if !there {
        return Err(Failure::usage(format!("git knows no revision {revision:?} here"))
            .next("Name a branch, a tag or a commit; on a build server, fetch it first: git fetch origin main, and say origin/main."));
    }
    Ok(())
}

/// Runs git in the pack's folder, without asking anybody anything and without fetching. What a hook of git sets in the
/// environment is about another folder.
fn git(pack: &Path, args: &[&str]) -> Result<Output, Failure> {
    let mut command = Command::new("git");
    command.arg("-C").arg(pack).args(args).env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_LAZY_FETCH", "1").env("LC_ALL", "C");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command.stdin(std::process::Stdio::null()).output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage("git is not installed here, or not on the path")
            .next("Install git, or do without revisions: name folders, and leave --waivers-from out."),
        _ => Failure::usage(format!("git cannot be run: {}", super::session::io_words(&error))),
    })
}

/// A failure with what git itself said of it.
fn said(output: &Output, message: &str) -> Failure {
    let failure = Failure::usage(message);
    match String::from_utf8_lossy(&output.stderr).lines().next().map(str::trim).filter(|line| !line.is_empty()) {
        // Texts of other programs are shown without what could steer a terminal.
        Some(line) => failure.next(format!("git says: {}", line.chars().filter(|letter| !crate::text::is_deceptive(*letter)).collect::<String>())),
        None => failure,
    }
}
