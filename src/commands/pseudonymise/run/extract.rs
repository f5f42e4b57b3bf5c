//! Extracts that can be read twice: files, and standard input put aside on disk, sealed.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::super::failure::Failure;
use super::super::super::session::{Session, io_words};
use super::super::Args;
use crate::keys::spill::{Spill, Spilled};

/// How standard input is called in messages, books and results.
const STANDARD_INPUT: &str = "standard-input";
/// Bytes read from a pipe at a time.
const PIECE: usize = 1 << 18;

/// An extract.
pub(super) struct Extract {
    /// What people and results know it by.
    pub path: PathBuf,
    spilled: Option<Spilled>,
}

impl Extract {
    /// Bytes, as far as they are known: for showing how far a run has come.
    pub(super) fn length(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Reads it from its beginning.
    pub(super) fn open(&self) -> anyhow::Result<Box<dyn Read + Send + '_>> {
        let failed = |error: std::io::Error| Failure::unreadable(format!("cannot read {}: {}", self.path.display(), io_words(&error)));
        Ok(match &self.spilled {
            Some(spilled) => Box::new(spilled.reader().map_err(failed)?),
            None => Box::new(File::open(&self.path).map_err(failed)?),
        })
    }
}

/// Every extract of a run; standard input is read to its end.
pub(super) fn all(args: &Args, session: &Session) -> anyhow::Result<Vec<Extract>> {
    if args.extracts.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::usage("standard input (-) can be read once").into());
    }
    let folder = session.outputs.iter().map(|output| &output.path).find(|path| path.as_os_str() != "-").and_then(|path| path.parent());
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    args.extracts
        .iter()
        .map(|path| {
            if path.as_os_str() == "-" {
                Ok(Extract { path: STANDARD_INPUT.into(), spilled: Some(put_aside(folder, session)?) })
            } else {
                Ok(Extract { path: path.clone(), spilled: None })
            }
        })
        .collect()
}

/// Standard input on disk, sealed, in an unnamed file of the folder that the release will lie in: that folder must have
/// room for it anyway.
fn put_aside(folder: &Path, session: &Session) -> anyhow::Result<Spilled> {
    let unwritable = |error: std::io::Error| {
        Failure::usage(format!("cannot put standard input aside in {}: {}", folder.display(), io_words(&error))).next("Name a file instead of -.")
    };
    let mut spill = Spill::new(tempfile::tempfile_in(folder).map_err(unwritable)?)?;
    // Read on a thread of its own: a pipe that says nothing must not keep Ctrl-C waiting.
    let (give, take) = crossbeam_channel::bounded(4);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            let read = (&mut input).take(PIECE as u64).read_to_end(&mut piece).map(|_| piece);
            let last = read.as_ref().map_or(true, Vec::is_empty);
            if give.send(read).is_err() || last {
                return;
            }
        }
    });
    loop {
        if session.interrupted() {
            return Err(Failure::usage("interrupted").into());
        }
        match take.recv_timeout(Duration::from_millis(50)) {
            Ok(Ok(piece)) => spill.write(&piece).map_err(unwritable)?,
            Ok(Err(error)) => return Err(Failure::unreadable(format!("cannot read standard input: {}", io_words(&error))).into()),
            Err(crossbeam_channel::RecvTimeoutError::Timeout) => {}
            Err(crossbeam_channel::RecvTimeoutError::Disconnected) => return Ok(spill.finish().map_err(unwritable)?),
        }
    }
}
