//! Passphrases: from a file, a pipe, or asked for at the terminal without showing them. Never from an argument or the
//! environment.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::session::Session;

/// Longest passphrase read, in bytes.
const LIMIT: usize = 4096;

/// What the keys of a terminal send when it does not edit the line itself.
const END_OF_INPUT: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const KILL_LINE: u8 = 0x15;
const DELETE: u8 = 0x7f;

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
    let mut line = Zeroizing::new(Vec::with_capacity(LIMIT));
    let mut byte = [0u8];
    loop {
        // Every read ends after a moment, so that Ctrl-C is heard.
        if session.interrupted() {
            writeln!(terminal)?;
            return Err(Failure::usage("interrupted").into());
        }
        if terminal.read(&mut byte)? == 0 {
            continue;
        }
        match byte[0] {
            b'\r' | b'\n' | END_OF_INPUT => break,
            BACKSPACE | DELETE => {
                let cut = line.iter().rposition(|byte| *byte & 0xc0 != 0x80).unwrap_or(0);
                line.truncate(cut);
            }
            KILL_LINE => line.clear(),
            byte if line.len() < LIMIT => line.push(byte),
            _ => return Err(Failure::usage("the passphrase is longer than 4,096 bytes").into()),
        }
    }
    writeln!(terminal)?;
    text(&line)
}

fn text(line: &[u8]) -> anyhow::Result<Zeroizing<String>> {
    match std::str::from_utf8(line) {
        Ok("") => Err(Failure::usage("the passphrase is empty").into()),
        Ok(line) => Ok(Zeroizing::new(line.to_owned())),
        Err(_) => Err(Failure::usage("the passphrase is not text (UTF-8)").into()),
    }
}

/// Keeps a terminal from showing what is typed, lets reads end after 0.2 seconds, and puts it back.
struct Silence {
    terminal: File,
    before: Termios,
}

impl Silence {
    fn on(terminal: &File) -> std::io::Result<Self> {
        let terminal = terminal.try_clone()?;
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
        silent.special_codes[SpecialCodeIndex::VMIN] = 0;
        silent.special_codes[SpecialCodeIndex::VTIME] = 2;
        tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}
