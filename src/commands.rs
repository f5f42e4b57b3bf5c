//! The edge: one file a verb. Commands parse arguments, call an engine and show what it found; they hold no domain
//! rule. Only here is anything printed, and only here are the clock, the environment and the terminal read.

pub mod ask;
pub mod audit;
pub mod blocks;
pub mod check;
pub mod cli;
pub mod columns;
pub mod completions;
pub mod coverage;
pub mod demo;
pub mod diff;
pub mod explain;
pub mod failure;
pub mod formats;
pub mod import;
pub mod init;
pub mod join;
pub mod keys;
pub mod list;
pub mod lock;
pub mod mutate;
pub mod opt_out;
pub mod pack;
pub mod passphrase;
pub mod profile;
pub mod pseudonymise;
pub mod register;
pub mod reidentify;
pub mod report;
pub mod retain;
pub mod revision;
pub mod risk;
pub mod schema;
pub mod selftest;
pub mod session;
pub mod show;
pub mod signed;
pub mod synth;
pub mod test;
pub mod verify;
pub mod walk;
pub mod what;
pub mod who;
pub mod who_looked;

use std::io::Write as _;

use clap::Parser as _;

use crate::outcome::Outcome;
use cli::Cli;
use failure::Failure;
use session::Session;

/// Runs the command line of this process and says how it ended.
pub fn main() -> Outcome {
    // A crash must not write keys or records to disk.
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, rustix::process::Rlimit { current: Some(0), maximum: Some(0) });
    if let Some(outcome) = refuse_numbers_of_people() {
        return outcome;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let mut session = match Session::new(&cli.global) {
        Ok(session) => session,
        Err(error) => return failed(&error, cli.global.wants_json()),
    };
    // What a panic says may hold a value of somebody's record; where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let _ = writeln!(
            std::io::stderr(),
            "error: a bug in carepact{place}; nothing that looks finished was left behind\n  Please report it with the command, and no data."
        );
    }));
    let run = std::panic::AssertUnwindSafe(|| cli::run(&cli.command, &mut session).and_then(|outcome| session.finish().map(|()| outcome)));
    let Ok(result) = std::panic::catch_unwind(run) else { return Outcome::Bug };
    match result {
        Ok(outcome) => outcome,
        Err(_) if session.interrupted() => {
            let _ = writeln!(std::io::stderr(), "\ninterrupted: nothing that looks finished was left behind; run it again when you like");
            Outcome::Interrupted
        }
        Err(error) if failure::is_broken_pipe(&error) => Outcome::Done,
        Err(error) => failed(&error, cli.global.wants_json()),
    }
}

/// Refuses an NHS number on the command line: others on this machine can read it there, and the shell keeps it. Numbers
/// of `synth` are seeds and sizes.
fn refuse_numbers_of_people() -> Option<Outcome> {
    let args: Vec<String> = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let value = |arg: &String| crate::identifier::NhsNumber::parse(arg.rsplit('=').next().unwrap_or_default()).is_ok();
    if args.iter().any(|arg| arg == "synth") || !args.iter().any(value) {
        return None;
    }
    let failure = Failure::usage("ten digits on the command line: an NHS number does not belong there")
        .next("Clear your shell's history of this line. Where a command needs a person's number it takes it from a file, standard input or a prompt.");
    Some(failed(&failure.into(), json_asked()))
}

fn usage(error: &clap::Error) -> Outcome {
    use clap::error::ErrorKind;
    let text = if let Some(planned) = cli::planned(error) { Err(planned) } else { Ok(error) };
    match text {
        Ok(error) => {
            let done = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            if !done && json_asked() {
                // What clap says over several lines, its first line being the message.
                let text = error.render().to_string();
                usage_object(text.lines().next().unwrap_or_default().trim_start_matches("error: "));
            }
            let _ = error.print();
            if done { Outcome::Done } else { Outcome::Usage }
        }
        Err(planned) => {
            if json_asked() {
                usage_object(&planned);
            }
            let _ = writeln!(anstream::stderr(), "error: {planned}");
            Outcome::Usage
        }
    }
}

/// Whether a command line that could not be read asks for JSON.
fn json_asked() -> bool {
    let args: Vec<std::ffi::OsString> = std::env::args_os().collect();
    args.windows(2).any(|pair| (pair[0] == "-f" || pair[0] == "--format") && pair[1] == "json")
        || args.iter().any(|arg| arg == "-fjson" || arg == "-f=json" || arg == "--format=json")
}

fn usage_object(message: &str) {
    let object = serde_json::json!({"error": {"code": "usage", "message": message, "next_step": "", "exit_code": Outcome::Usage.code()}});
    let _ = writeln!(std::io::stdout(), "{object:#}");
}

fn failed(error: &anyhow::Error, json: bool) -> Outcome {
    let failure = error.downcast_ref::<Failure>();
    let outcome = failure.map_or(Outcome::Usage, |failure| failure.outcome);
    let message = failure::chain(error);
    let next = failure.map(|failure| failure.next.clone()).unwrap_or_default();
    if json {
        let object = serde_json::json!({"error": {"code": failure.map_or("error", |failure| failure.code), "message": message, "next_step": next.join(" "), "exit_code": outcome.code()}});
        let _ = writeln!(std::io::stdout(), "{object:#}");
    }
    let mut err = anstream::stderr();
    let _ = writeln!(err, "{}error{}: {message}", session::RED.render(), session::RED.render_reset());
    for step in next {
        let _ = writeln!(err, "  {step}");
    }
    outcome
}

/// Saves results to every `-o` of a command whose saved form is `carepact.results/1`.
pub fn check_outputs(session: &mut Session, results: &crate::diagnostics::results::Results) -> anyhow::Result<()> {
    for output in session.outputs.clone() {
        match output.format {
            Some(session::Format::Json) | None => session.write_file(&output.path, &results.to_bytes(), 0o644)?,
            Some(other) => {
                return Err(Failure::usage(format!("this command does not write {}", other.name()))
                    .next("Save JSON (-o json:results.json) and render it with `carepact report`.")
                    .into());
            }
        }
    }
    Ok(())
}
