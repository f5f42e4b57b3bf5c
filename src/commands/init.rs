//! `carepact init`: a pack to start from, with what a pipeline and an editor need on request.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::session::{Session, io_words, part_file, persist};
use crate::outcome::Outcome;
use crate::template::{self, Template, Wanted, pipeline, workspace};

/// Where pipelines run, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Ci {
    /// GitHub Actions: .github/workflows/carepact.yml
    Github,
    /// GitLab CI: .gitlab-ci.yml
    Gitlab,
    /// Azure Pipelines: azure-pipelines.yml
    Azure,
}

/// Make a pack to start from
///
/// The pack is whole: it passes `check` and `test` on the day it is made and for a year after it, so that every finding
/// from then on comes from a change of yours. Everything in it is invented; its README.md says what to replace first.
/// Its agreements start on the first of the month of --as-of. Nothing that is there already is overwritten: either
/// every file is written or none. In a folder that is a pack already, --ci, --pre-commit and --editor write their files only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact init our-community
  carepact init our-community --template secondary-use --title \"Our community\" --ci github --editor
  carepact init policies/ours --ci gitlab --pre-commit --dry-run
  carepact init --ci azure                         in a pack: the pipeline's file only")]
pub struct Args {
    /// The folder, made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Name of the pack: small letters, digits and hyphens (default: from the folder's name)
    #[arg(long, value_name = "NAME")]
    pub id: Option<String>,
    /// Its title
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// What to start from: shared-care-record (direct care) or secondary-use (with planning on pseudonymised data)
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    /// Also a pipeline that checks every change (can be repeated)
    #[arg(long, value_enum, value_name = "SERVICE")]
    pub ci: Vec<Ci>,
    /// Also a hook before each commit
    #[arg(long)]
    pub pre_commit: bool,
    /// Also settings with which an editor completes and explains the files
    #[arg(long)]
    pub editor: bool,
}

/// One file to write.
struct Planned {
    path: PathBuf,
    text: String,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    super::register::only(session, "init", &[super::session::Format::Human])?;
    if !session.outputs.is_empty() {
        return Err(Failure::usage("init writes a folder, and no -o").next("Name the folder: carepact init DIR").into());
    }
    let folder = &args.folder;
    if folder.exists() && !folder.is_dir() {
        return Err(Failure::usage(format!("{} is not a folder", folder.display())).next("Name a folder, or one that is to be made.").into());
    }
    let is_pack = folder.join("pack.yaml").exists();
    let extras = !args.ci.is_empty() || args.pre_commit || args.editor;
    if is_pack && (!extras || args.id.is_some() || args.title.is_some() || args.template.is_some()) {
        return Err(Failure::usage(format!("{} is a pack already", folder.display()))
            .next("Name another folder; or ask for --ci, --pre-commit or --editor alone, to add these files to the pack.")
            .into());
    }
    let mut planned = Vec::new();
    if !is_pack {
        pack_files(args, session, &mut planned)?;
    }
    let (root, below) = repository(folder)?;
    extra_files(args, &root, &below, &mut planned)?;
    refuse_taken(&planned)?;
    if session.dry_run {
        for file in &planned {
            session.say(file.path.display().to_string())?;
        }
        session.note(format!("would write {}", crate::text::count(planned.len() as u64, "file", "files")));
        return Ok(Outcome::Done);
    }
    write(session, &planned)?;
    session.say(format!(
        "Wrote {} in {}{}",
        crate::text::count(planned.len() as u64, "file", "files"),
        shown(folder),
        if is_pack { ", which is a pack already" } else { "" }
    ))?;
    for file in planned.iter().filter(|file| !file.path.starts_with(folder) && folder.as_os_str() != ".") {
        session.say(format!("  outside it, at the root of the repository: {}", file.path.display()))?;
    }
    next_steps(args, session, is_pack)?;
    Ok(Outcome::Done)
}

fn pack_files(args: &Args, session: &Session, planned: &mut Vec<Planned>) -> anyhow::Result<()> {
    let template = template(args.template.as_deref())?;
    let id = match &args.id {
        Some(id) if template::id_is_good(id) => id.clone(),
        Some(id) => {
            let failure = Failure::usage(format!("{id:?} cannot be the name of a pack: small letters, digits and single hyphens, a letter first"));
            return Err(match template::id_of(id) {
                Some(near) => failure.next(format!("For example: --id {near}")),
                None => failure.next("For example: --id west-community"),
            }
            .into());
        }
        None => named_like(&args.folder).unwrap_or_else(|| "example-community".to_owned()),
    };
    if args
        .title
        .as_deref()
        .is_some_and(|title| title.trim().is_empty() || title.contains(|letter| letter == '\n' || letter == '\r' || crate::text::is_deceptive(letter)))
    {
        return Err(Failure::usage("--title is one line of text").into());
    }
    let wanted = Wanted { id: &id, title: args.title.as_deref(), as_of: session.as_of, modelines: args.editor };
    planned.extend(template.files(wanted).into_iter().map(|(name, text)| Planned { path: join(&args.folder, &name), text }));
    Ok(())
}

fn template(name: Option<&str>) -> Result<&'static Template, Failure> {
    let Some(name) = name else { return Ok(&template::ALL[0]) };
    template::find(name).ok_or_else(|| {
        let failure = Failure::usage(format!("there is no template {name:?}"));
        let known = template::ALL.iter().map(|template| template.name);
        let failure = match crate::text::nearest(name, known) {
            Some(near) => failure.next(format!("Did you mean {near}?")),
            None => failure,
        };
        template::ALL.iter().fold(failure, |failure, template| failure.next(format!("{}: {}", template.name, template.about)))
    })
}

/// The name that the folder's own name suggests.
fn named_like(folder: &Path) -> Option<String> {
    let absolute = std::path::absolute(folder).ok()?;
    template::id_of(absolute.components().next_back()?.as_os_str().to_str()?)
}

/// The root of the git repository that holds the folder, and the folder seen from there. Without one, the folder itself:
/// services read their files at the root only.
fn repository(folder: &Path) -> anyhow::Result<(PathBuf, String)> {
    let absolute = std::path::absolute(folder).map_err(|error| Failure::usage(format!("cannot find {}: {}", folder.display(), io_words(&error))))?;
    let Some(root) = absolute.ancestors().find(|at| at.join(".git").exists()) else { return Ok((folder.to_owned(), ".".to_owned())) };
    let parts: Vec<String> =
        absolute.strip_prefix(root).unwrap_or(Path::new("")).components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.is_empty() {
        return Ok((folder.to_owned(), ".".to_owned()));
    }
    Ok((root.to_owned(), parts.join("/")))
}

fn extra_files(args: &Args, root: &Path, below: &str, planned: &mut Vec<Planned>) -> anyhow::Result<()> {
    if (args.pre_commit || !args.ci.is_empty()) && !pipeline::fits_in_a_command(below) {
        return Err(Failure::usage(format!("the folder {below:?} cannot stand in a pipeline's command as it is"))
            .next("Use letters, digits, dots, hyphens and underscores in its name.")
            .into());
    }
    let mut services = args.ci.clone();
    services.sort_unstable();
    services.dedup();
    for service in services {
        let service = match service {
            Ci::Github => pipeline::Service::Github,
            Ci::Gitlab => pipeline::Service::Gitlab,
            Ci::Azure => pipeline::Service::Azure,
        };
        planned.push(Planned { path: join(root, service.path()), text: service.file(below, env!("CARGO_PKG_VERSION")) });
    }
    if args.pre_commit {
        planned.push(Planned { path: join(root, ".pre-commit-config.yaml"), text: workspace::pre_commit(below) });
    }
    if args.editor {
        planned.push(Planned { path: join(root, ".vscode/settings.json"), text: workspace::vscode_settings(below) });
        planned.extend(workspace::schema_files().map(|(name, text)| Planned { path: join(&args.folder, &format!("schemas/{name}")), text }));
        planned.push(Planned { path: join(&args.folder, ".editorconfig"), text: workspace::EDITORCONFIG.to_owned() });
    }
    Ok(())
}

/// Refuses before anything is written if a file's place is taken.
fn refuse_taken(planned: &[Planned]) -> anyhow::Result<()> {
    let taken: Vec<String> = planned.iter().filter(|file| file.path.symlink_metadata().is_ok()).map(|file| file.path.display().to_string()).collect();
    if taken.is_empty() {
        return Ok(());
    }
    let first: Vec<&str> = taken.iter().take(3).map(String::as_str).collect();
    let more = if taken.len() > first.len() { format!(" and {} more", taken.len() - first.len()) } else { String::new() };
    Err(Failure::usage(format!("{}{more} {} there already; nothing was written", first.join(", "), if taken.len() == 1 { "is" } else { "are" }))
        .next("init overwrites nothing. Name another folder, move away what is there, or leave out the option that writes it, and take over by hand what you need.")
        .into())
}

/// Writes every file, or none: what was written before an error is taken back.
fn write(session: &Session, planned: &[Planned]) -> anyhow::Result<()> {
    let mut made = Made::default();
    let mut parts = Vec::new();
    for file in planned {
        made.folder_of(&file.path)?;
        let mut part = part_file(&file.path, 0o644)?;
        std::io::Write::write_all(&mut part, file.text.as_bytes())
            .and_then(|()| part.as_file().sync_all())
            .map_err(|error| Failure::unreadable(format!("cannot write {}: {}", file.path.display(), io_words(&error))))?;
        parts.push((part, &file.path));
    }
    for (part, path) in parts {
        if session.interrupted() {
            return Err(Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into());
        }
        persist(part, path, false)?;
        made.files.push(path.clone());
    }
    made.keep();
    Ok(())
}

/// What this run made so far; taken back when dropped, unless it is kept.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    fn folder_of(&mut self, path: &Path) -> anyhow::Result<()> {
        let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
        let missing: Vec<&Path> = parent.ancestors().take_while(|at| !at.as_os_str().is_empty() && !at.exists()).collect();
        for folder in missing.into_iter().rev() {
            match std::fs::create_dir(folder) {
                Ok(()) => {}
                // `a/b/..` is there once `a/b` is.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(Failure::usage(format!("cannot make the folder {}: {}", folder.display(), io_words(&error))).into()),
            }
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    fn keep(mut self) {
        self.folders.clear();
        self.files.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for file in self.files.iter().rev() {
            let _ = std::fs::remove_file(file);
        }
        // A folder in which somebody else has put something stays.
        for folder in self.folders.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn next_steps(args: &Args, session: &mut Session, is_pack: bool) -> anyhow::Result<()> {
    let folder = shown(&args.folder);
    session.say("")?;
    session.say("Next:")?;
    if !is_pack {
        session.say(format!("  {:<42} what to edit first", format!("read {}", join(&args.folder, "README.md").display())))?;
    }
    session.say(format!("  {:<42} is every agreement in order?", format!("carepact check {folder}")))?;
    session.say(format!("  {:<42} is what must be allowed allowed, and no more?", format!("carepact test {folder}")))?;
    if args.pre_commit {
        session.say(format!("  {:<42} the hook runs from the next commit on", "pre-commit install"))?;
    }
    Ok(())
}

/// A path below a folder, without a `./` that nobody typed.
fn join(folder: &Path, name: &str) -> PathBuf {
    if folder.as_os_str() == "." { PathBuf::from(name) } else { folder.join(name) }
}

fn shown(folder: &Path) -> String {
    let text = folder.display().to_string();
    if text.contains(' ') { format!("\"{text}\"") } else { text }
}
