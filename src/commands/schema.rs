//! `carepact schema`: what may stand in each file of a pack, for editors and other programs.

use std::path::PathBuf;

use anyhow::Context as _;

use super::failure::Failure;
use super::session::Session;
use crate::outcome::Outcome;
use crate::schema::{DOCUMENTS, document};

/// Print the JSON Schema of a file of a pack, or list them
///
/// Schemas are draft-07. An editor that knows them (yaml-language-server does) completes keys, explains them and marks
/// what cannot be read. `carepact check` says more: it knows the pack's own words, and the law.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  carepact schema                          the kinds of files\n  carepact schema agreement                the schema of an agreement\n  carepact schema --into .carepact         all of them, for an editor"
)]
pub struct Args {
    /// Which one: agreement, pack, vocabulary and so on (default: list them)
    pub name: Option<String>,
    /// Write NAME.schema.json there, or all of them
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let wanted = match &args.name {
        None => None,
        Some(name) => Some(document(name).ok_or_else(|| unknown(name))?),
    };
    if let Some(folder) = &args.into {
        let chosen: Vec<_> = DOCUMENTS.iter().filter(|document| wanted.is_none_or(|one| one.name == document.name)).collect();
        // All or none of them: a free place is looked for before the first is written.
        for document in &chosen {
            session.check_free(&folder.join(document.file_name()))?;
        }
        if !session.dry_run {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        for document in chosen {
            let path = folder.join(document.file_name());
            session.write_file(&path, document.text().as_bytes(), 0o644)?;
        }
        return Ok(Outcome::Done);
    }
    match wanted {
        Some(document) => session.raw(document.text().as_bytes())?,
        None => {
            let width = DOCUMENTS.iter().map(|document| document.name.len()).max().unwrap_or_default();
            for document in DOCUMENTS {
                session.say(format!("{:width$}  {:24} {}", document.name, document.files, document.about))?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn unknown(name: &str) -> Failure {
    let names: Vec<&str> = DOCUMENTS.iter().map(|document| document.name).collect();
    let near = crate::text::nearest(name, names.iter().copied())
        .map_or_else(|| format!("Use {}.", crate::text::or_list(&names)), |near| format!("Did you mean `{near}`?"));
    Failure::usage(format!("there is no schema `{name}`")).next(near)
}
