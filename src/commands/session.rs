//! What one run may touch: its outputs, the date it judges on, the pack folder, the terminal.

use std::io::{IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;

use super::cli::GlobalArgs;
use super::failure::Failure;
use crate::diagnostics::human::Style;
use crate::identifier::Date;

/// For the word "error".
pub const RED: anstyle::Style = anstyle::Style::new().bold().fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Red)));
/// For what went well.
pub const GREEN: anstyle::Style = anstyle::Style::new().bold().fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Green)));
/// For what needs a look.
pub const YELLOW: anstyle::Style = anstyle::Style::new().bold().fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Yellow)));
/// For headings.
pub const BOLD: anstyle::Style = anstyle::Style::new().bold();

/// A rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, in a terminal.
    Human,
    /// One finding a line.
    Short,
    /// `carepact.results/1`, or the JSON the command documents.
    Json,
    /// The same, one object a line.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for test reports.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// Logging commands of Azure Pipelines.
    Azure,
    /// A single file for a browser.
    Html,
    /// For pull requests and notes.
    Markdown,
    /// A table.
    Csv,
}

/// Every format with its name and the endings of files that mean it.
const FORMATS: [(Format, &str, &[&str]); 12] = [
    (Format::Human, "human", &["txt"]),
    (Format::Short, "short", &[]),
    (Format::Json, "json", &["json"]),
    (Format::Ndjson, "ndjson", &["ndjson", "jsonl"]),
    (Format::Sarif, "sarif", &["sarif"]),
    (Format::Junit, "junit", &["xml"]),
    (Format::Github, "github", &[]),
    (Format::Gitlab, "gitlab", &[]),
    (Format::Azure, "azure", &[]),
    (Format::Html, "html", &["html", "htm"]),
    (Format::Markdown, "markdown", &["md"]),
    (Format::Csv, "csv", &["csv"]),
];

/// Names that will be formats; asking for one is refused by name.
const PLANNED: [&str; 3] = ["xlsx", "csv-excel", "oscal"];

impl Format {
    /// A format by name.
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "md" { "markdown" } else { name };
        FORMATS.iter().find(|(_, known, _)| *known == name).map(|(format, ..)| *format)
    }

    fn of_extension(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        // `out.sarif.json` is what SARIF tools write too.
        if ending == "json" && path.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|inner| inner == "sarif")) {
            return Some(Self::Sarif);
        }
        FORMATS.iter().find(|(_, _, endings)| endings.contains(&ending.as_str())).map(|(format, ..)| *format)
    }

    /// The name as given to `-f`.
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|(format, ..)| *format == self).map_or("", |(_, name, _)| name)
    }
}

/// Whether to colour: the flag, then `NO_COLOR`, then `CLICOLOR_FORCE`, then `CLICOLOR`, then the terminal.
///
/// `environment` gives a variable's value; an empty one counts as not set.
fn colours(flag: super::cli::ColorWhen, terminal: bool, environment: impl Fn(&str) -> Option<String>) -> bool {
    use super::cli::ColorWhen;
    let value = |name: &str| environment(name).filter(|value| !value.is_empty());
    match flag {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if value("NO_COLOR").is_some() => false,
        ColorWhen::Auto if value("CLICOLOR_FORCE").is_some_and(|force| force != "0") => true,
        ColorWhen::Auto if value("CLICOLOR").is_some_and(|wanted| wanted == "0") => false,
        ColorWhen::Auto => terminal && value("TERM").is_none_or(|kind| kind != "dumb"),
    }
}

/// One `-o [FORMAT:]PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format, from its name or the file's extension.
    pub format: Option<Format>,
    /// Where to; `-` is stdout.
    pub path: PathBuf,
}

impl Output {
    /// Reads `[FORMAT:]PATH`. A prefix counts only if it is a known name, so `C:\x` is a path.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        if let Some((name, path)) = text.split_once(':') {
            if let Some(format) = Format::parse(name) {
                return Ok(Self { format: Some(format), path: path.into() });
            }
            if PLANNED.contains(&name) {
                return Err(Failure::not_built(&format!("the format {name}")));
            }
        }
        let path = PathBuf::from(text);
        Ok(Self { format: Format::of_extension(&path), path })
    }
}

/// One run.
pub struct Session {
    /// The date everything is judged on.
    pub as_of: Date,
    /// Whether `--as-of` was given (else today).
    pub as_of_given: bool,
    /// `--pack`, if given.
    pub pack: Option<PathBuf>,
    /// `-f`.
    pub format: Format,
    /// `-o`, in order.
    pub outputs: Vec<Output>,
    /// `-q`.
    pub quiet: bool,
    /// How often `-v`.
    pub verbose: u8,
    /// `-n`.
    pub dry_run: bool,
    /// `--force`.
    pub force: bool,
    /// `--no-input`, or no terminal to ask at.
    pub no_input: bool,
    /// Columns of the terminal; none if stdout is not one, and then nothing is cut.
    pub width: Option<u16>,
    /// `--accessible`: one `label: value` a line, nothing drawn or in columns.
    pub accessible: bool,
    colour: bool,
    out: Box<dyn Write>,
    interrupted: Arc<AtomicBool>,
}

impl Session {
    /// The session of this process.
    pub fn new(global: &GlobalArgs) -> anyhow::Result<Self> {
        let format = match &global.format {
            None => Format::Human,
            Some(name) if PLANNED.contains(&name.as_str()) => return Err(Failure::not_built(&format!("the format {name}")).into()),
            Some(name) => Format::parse(name).ok_or_else(|| {
                let known = FORMATS.map(|(_, name, _)| name);
                let failure = Failure::usage(format!("there is no format {name:?}"));
                match crate::text::nearest(name, known) {
                    Some(near) => failure.next(format!("Did you mean {near}?")),
                    None => failure.next(format!("Use {}.", crate::text::or_list(&known))),
                }
            })?,
        };
        let (as_of, as_of_given) = match &global.as_of {
            Some(text) => (Date::parse(text).map_err(|error| Failure::usage(format!("--as-of: {error}")))?, true),
            None => (Date::in_london(jiff::Timestamp::now()), false),
        };
        let outputs = global.output.iter().map(|text| Output::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let stdout = std::io::stdout();
        let environment = |name: &str| std::env::var(name).ok();
        let colour = colours(global.color, stdout.is_terminal(), environment);
        // Of stderr the same is decided; what writes there asks this.
        let beside = colours(global.color, std::io::stderr().is_terminal(), environment);
        if beside { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never }.write_global();
        let width = stdout.is_terminal().then(|| std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).or_else(terminal_width)).flatten();
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        // A second handler in one process (tests) is not an error worth stopping for.
        let _ = ctrlc::set_handler(move || {
            // Work that asks stops by itself; what waits (for a pipe, for stdin) never would.
            if flag.swap(true, Ordering::SeqCst) {
                end_interrupted();
            }
            std::thread::spawn(|| {
                std::thread::sleep(GRACE);
                end_interrupted();
            });
        });
        Ok(Self {
            as_of,
            as_of_given,
            pack: global.pack.clone(),
            format,
            outputs,
            quiet: global.quiet,
            verbose: global.verbose,
            dry_run: global.dry_run,
            force: global.force,
            no_input: global.no_input || !std::io::stdin().is_terminal(),
            width,
            accessible: global.accessible,
            colour,
            out: Box::new(std::io::BufWriter::new(stdout)),
            interrupted,
        })
    }

    /// Whether Ctrl-C (or a request to end) came. Long loops ask and stop with an error.
    pub fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }

    /// The flag itself, for engines that run long.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupted)
    }

    /// How findings are drawn on stdout.
    pub fn style(&self) -> Style {
        Style { colour: self.colour, accessible: self.accessible, width: self.width }
    }

    /// Text with ANSI codes kept or removed as the terminal wants.
    pub fn paint(&self, style: anstyle::Style, text: &str) -> String {
        if self.colour { format!("{}{text}{}", style.render(), style.render_reset()) } else { text.to_owned() }
    }

    /// Prints a line on stdout.
    pub fn say(&mut self, line: impl AsRef<str>) -> std::io::Result<()> {
        writeln!(self.out, "{}", line.as_ref())
    }

    /// Writes bytes on stdout.
    pub fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.out.write_all(bytes)
    }

    /// Stdout as a writer.
    pub fn stdout(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Prints a line on stderr unless `-q`.
    pub fn note(&mut self, line: impl AsRef<str>) {
        if !self.quiet {
            let _ = self.out.flush();
            let _ = writeln!(anstream::stderr(), "{}", line.as_ref());
        }
    }

    /// Flushes stdout; called once at the end of a run.
    pub fn finish(&mut self) -> anyhow::Result<()> {
        self.out.flush()?;
        Ok(())
    }

    /// A progress bar over bytes or rows, hidden when nobody looks.
    pub fn progress(&self, length: u64, what: &str) -> indicatif::ProgressBar {
        let visible = std::io::stderr().is_terminal() && !self.quiet && std::env::var_os("CI").is_none();
        let bar = indicatif::ProgressBar::with_draw_target(
            Some(length),
            if visible && !self.accessible { indicatif::ProgressDrawTarget::stderr_with_hz(5) } else { indicatif::ProgressDrawTarget::hidden() },
        );
        if let Ok(style) = indicatif::ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        // What has been done says the result; a full bar left behind says nothing.
        let bar = bar.with_finish(indicatif::ProgressFinish::AndClear);
        if visible && self.accessible {
            tell_in_words(bar.downgrade(), what.to_owned());
        }
        bar
    }

    /// Writes a whole file or none: a temporary file beside it, synced, then renamed. An existing file stays unless
    /// `--force`. `mode` is the file's permission on systems that have them (0o600 for what is private).
    pub fn write_file(&mut self, path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
        if path.as_os_str() == "-" {
            self.raw(bytes)?;
            return Ok(());
        }
        if self.dry_run {
            self.note(format!("would write {} ({} bytes)", path.display(), bytes.len()));
            return Ok(());
        }
        self.check_free(path)?;
        let mut file = part_file(path, mode)?;
        file.write_all(bytes).and_then(|()| file.as_file().sync_all()).with_context(|| format!("cannot write {}", path.display()))?;
        persist(file, path, self.force)
    }

    /// Refuses a path where something lies already, unless `--force`.
    pub fn check_free(&self, path: &Path) -> anyhow::Result<()> {
        if !self.force && path.symlink_metadata().is_ok() {
            return Err(Failure::usage(format!("{} is there already", path.display())).next("Name another file, or give --force to replace it.").into());
        }
        replaceable(path)?;
        Ok(())
    }
}

/// Says every ten seconds how far a bar is that nobody sees, until it is gone.
fn tell_in_words(bar: indicatif::WeakProgressBar, what: String) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(std::time::Duration::from_secs(10));
            let Some(bar) = bar.upgrade().filter(|bar| !bar.is_finished()) else { return };
            let percent = bar.position().saturating_mul(100) / bar.length().unwrap_or(0).max(1);
            let _ = writeln!(anstream::stderr(), "{what}: {percent} percent");
        }
    });
}

/// How long work may take to stop by itself after Ctrl-C. A second Ctrl-C ends the run at once.
const GRACE: std::time::Duration = std::time::Duration::from_secs(5);

/// Ends a run that does not end by itself. Outputs get their names last, so none looks finished.
#[expect(clippy::exit, reason = "what waits for input cannot be made to return")]
fn end_interrupted() -> ! {
    let _ = writeln!(std::io::stderr(), "\ninterrupted: nothing that looks finished was left behind; run it again when you like");
    std::process::exit(130)
}

/// A temporary file in the folder of `path`, named `.carepact-*.part`, removed unless it is persisted.
pub fn part_file(path: &Path, mode: u32) -> anyhow::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(PART.0).suffix(PART.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    let _ = mode;
    sweep(folder);
    let file = builder.tempfile_in(folder).map_err(|error| {
        Failure::usage(format!("cannot write in {}: {}", folder.display(), io_words(&error))).next("Check that the folder exists and that you may write there.")
    })?;
    // Where there are no locks, nothing is swept either.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// How names of temporary files begin and end.
const PART: (&str, &str) = (".carepact-", ".part");

/// Age from which a temporary file that nobody holds is taken for left over: longer than the moment between making and
/// locking one.
const LEFT_OVER: std::time::Duration = std::time::Duration::from_secs(10);

/// Removes what a killed run left in a folder. Whoever writes a temporary file holds a lock on it; a lock that can be
/// taken belongs to nobody any more.
fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PART.0) && name.ends_with(PART.1));
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let old = entry.metadata().and_then(|file| file.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= LEFT_OVER));
        if old && std::fs::File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Refuses to put a file in the place of what is none: a device, a pipe, a socket, or a link (`/dev/stdout` is one).
fn replaceable(path: &Path) -> Result<(), Failure> {
    match path.symlink_metadata() {
        Ok(there) if !there.is_file() && !there.is_dir() => {
            Err(Failure::usage(format!("{} is not a file, and is not replaced", path.display())).next("Name a file; - is standard output."))
        }
        _ => Ok(()),
    }
}

/// Gives a finished temporary file its name.
pub fn persist(file: tempfile::NamedTempFile, path: &Path, force: bool) -> anyhow::Result<()> {
    if force {
        replaceable(path)?;
        file.persist(path).map_err(|error| error.error).with_context(|| format!("cannot write {}", path.display()))?;
    } else {
        file.persist_noclobber(path).map_err(|error| error.error).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Reads a whole file, or stdin for `-`.
pub fn read_input(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(|error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(&error))).into())
}

/// An input or output error in plain words.
pub fn io_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "you may not read or write it".to_owned(),
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        std::io::ErrorKind::NotADirectory => "a part of its path is a file, not a folder".to_owned(),
        _ => {
            // The system's number says nothing to a person.
            let words = error.to_string();
            words.split_once(" (os error").map_or(words.clone(), |(words, _)| words.to_owned())
        }
    }
}

fn terminal_width() -> Option<u16> {
    // clap's wrap_help brings the same crate; asking it keeps one opinion of the width.
    rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| size.ws_col).filter(|columns| *columns > 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_swept_and_what_a_live_one_writes_is_not() {
        let dir = tempfile::tempdir().expect("a folder");
        let old = std::time::SystemTime::now() - LEFT_OVER * 2;
        let left = dir.path().join(".carepact-left.part");
        std::fs::File::create(&left).and_then(|file| file.set_modified(old)).expect("made");
        let live = part_file(&dir.path().join("live.csv"), 0o600).expect("made");
        live.as_file().set_modified(old).expect("set");
        let other = dir.path().join(".other.part");
        std::fs::File::create(&other).and_then(|file| file.set_modified(old)).expect("made");
        drop(part_file(&dir.path().join("next.csv"), 0o600).expect("made"));
        assert!(!left.exists() && live.path().exists() && other.exists());
    }

    #[test]
    fn a_prefix_counts_only_if_it_names_a_format() {
        assert_eq!(Output::parse("json:out.bin").expect("known").format, Some(Format::Json));
        let windows = Output::parse(r"C:\x\out.csv").expect("a path");
        assert_eq!((windows.format, windows.path), (Some(Format::Csv), PathBuf::from(r"C:\x\out.csv")));
        assert_eq!(Output::parse("sarif:out.bin").expect("known").format, Some(Format::Sarif));
        assert!(Output::parse("xlsx:out.xlsx").is_err());
    }

    #[test]
    fn every_format_has_one_name_and_no_two_share_an_ending() {
        let mut endings: Vec<&str> = FORMATS.iter().flat_map(|(_, _, endings)| endings.iter().copied()).collect();
        for (format, name, of_format) in FORMATS {
            assert_eq!((Format::parse(name), format.name()), (Some(format), name));
            for ending in of_format {
                assert_eq!(Format::of_extension(Path::new(&format!("out.{ending}"))), Some(format));
            }
        }
        let all = endings.len();
        endings.sort_unstable();
        endings.dedup();
        assert_eq!(endings.len(), all);
        assert_eq!(Format::of_extension(Path::new("out.sarif.json")), Some(Format::Sarif));
    }

    #[test]
    fn the_flag_comes_before_no_color_and_that_before_the_rest() {
        use super::super::cli::ColorWhen::{Always, Auto, Never};
        let told = |flag, terminal, set: &[(&str, &str)]| {
            let set: Vec<(String, String)> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            colours(flag, terminal, |name| set.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()))
        };
        assert!(told(Auto, true, &[]) && !told(Auto, false, &[]));
        assert!(told(Always, false, &[("NO_COLOR", "1")]) && !told(Never, true, &[("CLICOLOR_FORCE", "1")]));
        assert!(!told(Auto, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(told(Auto, true, &[("NO_COLOR", "")]), "an empty value is none");
        assert!(told(Auto, false, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")]));
        assert!(!told(Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!told(Auto, true, &[("CLICOLOR", "0")]) && told(Auto, true, &[("CLICOLOR", "1")]));
        assert!(!told(Auto, true, &[("TERM", "dumb")]) && told(Auto, true, &[("TERM", "xterm")]));
    }
}
