//! Passphrases: from a file, a pipe, or asked for at the terminal without showing them. Never from an argument or the
//! environment.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::session::Session;

/// Longest passphrase read, in bytes.
const LIMIT: usize = 4096;

/// The first line of a file that is closed to others, or of stdin for `-`.
pub fn from_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
        std::io::stdin().lock().take(LIMIT as u64).read_to_end(&mut bytes)?;
        bytes
    } else {
        crate::keys::private_file::read(path).map_err(|error| Failure::usage(error.to_string()))?
    };
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    text(line.strip_suffix(b"\r").unwrap_or(line))
}

/// Asks at the terminal; twice if the answer sets something.
pub fn ask(session: &Session, prompt: &str, twice: bool) -> anyhow::Result<Zeroizing<String>> {
    let first = ask_once(session, prompt)?;
    if twice && *ask_once(session, "The same again: ")? != *first {
        return Err(Failure::usage("the two passphrases differ").next("Nothing was written; try again.").into());
    }
    Ok(first)
}

fn ask_once(session: &Session, prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    let nobody =
        || Failure::usage("a passphrase is needed, and there is nobody to ask").next("Give it with --passphrase-file FILE (mode 0600), or - for a pipe.");
    if session.no_input {
        return Err(nobody().into());
    }
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(|_| nobody())?;
    let _silence = Silence::on(&terminal).map_err(|_| nobody())?;
    write!(terminal, "{prompt}")?;
    terminal.flush()?;
    let mut line = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    BufReader::with_capacity(1, terminal.try_clone()?).take(LIMIT as u64).read_until(b'\n', &mut line)?;
    writeln!(terminal)?;
    if session.interrupted() {
        return Err(Failure::usage("interrupted").into());
    }
    text(line.trim_ascii_end())
}

fn text(line: &[u8]) -> anyhow::Result<Zeroizing<String>> {
    match std::str::from_utf8(line) {
        Ok("") => Err(Failure::usage("the passphrase is empty").into()),
        Ok(line) => Ok(Zeroizing::new(line.to_owned())),
        Err(_) => Err(Failure::usage("the passphrase is not text (UTF-8)").into()),
    }
}

/// Keeps a terminal from showing what is typed, and puts it back.
struct Silence {
    terminal: File,
    before: Termios,
}

impl Silence {
    fn on(terminal: &File) -> std::io::Result<Self> {
        let terminal = terminal.try_clone()?;
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}
