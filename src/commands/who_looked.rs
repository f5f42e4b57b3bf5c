//! `carepact who-looked`: a person's answer to "who has looked at my record?", as a draft.

use std::fmt::Write as _;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::audit::{has_person, pack_if_any, read_inputs, read_profile};
use super::columns::Columns;
use super::failure::Failure;
use super::session::{Format, Session};
use crate::access_log::PersonKey;
use crate::access_log::who_looked::{Looks, who_looked};
use crate::identifier::NhsNumber;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::source::Sources;
use crate::text::count;

/// Write a draft answer to "who has looked at my record?"
///
/// The NHS number is asked for, or read from a file or stdin: never from the command line, which others on the machine
/// can see. The answer says when, which organisation, which role and why, without names of staff. It is a draft: who
/// asks, whether it would harm anybody, and each organisation's view are checked by people before it is sent.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact who-looked samples/log/access-2026-10.csv --profile shared-record-csv --tables samples/tables --subject-file subject.txt
  carepact who-looked log.csv --profile mine.yaml --subject-file -")]
pub struct Args {
    /// Logs, as for `audit`
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    /// How the log's columns map, as for `audit`
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<PathBuf>,
    /// Folder with reference tables, as for `audit`: they tell why
    #[arg(long, value_name = "DIR")]
    pub tables: Option<PathBuf>,
    /// File with the NHS number on its first line, or - for stdin (default: asked for)
    #[arg(long, value_name = "FILE")]
    pub subject_file: Option<PathBuf>,
    /// Not built yet: release the answer
    #[arg(long, hide = true)]
    pub release: bool,
    /// Not built yet: who reviewed it
    #[arg(long, hide = true, value_name = "ROLE")]
    pub reviewed_by: Option<String>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if args.release || args.reviewed_by.is_some() {
        return Err(Failure::not_built("`who-looked --release`")
            .next("Review the draft, and send it as your organisation sends answers to subject access requests.")
            .into());
    }
    // An NHS number typed where a file belongs would stay in the shell's history and the list of processes.
    if args.logs.iter().chain(&args.subject_file).any(|path| NhsNumber::parse(&path.to_string_lossy()).is_ok() || is_ten_digits(&path.to_string_lossy())) {
        return Err(Failure::usage("ten digits on the command line: an NHS number does not belong there")
            .next("Give --subject-file FILE (or - for stdin), or leave it out to be asked. Clear your shell's history of this line.")
            .into());
    }
    for format in session.outputs.iter().map(|output| output.format.unwrap_or(session.format)).chain([session.format]) {
        if !matches!(format, Format::Human | Format::Json) {
            return Err(Failure::usage(format!("`who-looked` does not write {}", format.name())).next("Use human or json.").into());
        }
    }
    for output in session.outputs.clone() {
        if output.path.as_os_str() != "-" {
            session.check_free(&output.path)?;
        }
    }
    if args.subject_file.as_ref().is_some_and(|path| path.as_os_str() == "-") && args.logs.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::usage("the log and the NHS number cannot both come from stdin").into());
    }
    let number = subject(args, session)?;
    let mut sources = Sources::new();
    let pack = pack_if_any(session, &mut sources)?;
    let profile = args.profile.as_ref().map(|path| read_profile(path, pack.as_ref(), session)).transpose()?;
    if !has_person(profile.as_ref()) {
        return Err(Failure::usage("the profile names no column for `person`, so nobody can be looked for").into());
    }
    let inputs = read_inputs(session, &args.logs, profile.as_ref(), args.tables.as_deref(), None)?;
    let looks = who_looked(&inputs.log.events, &inputs.log.symbols, &inputs.tables, PersonKey::nhs(&number));
    let unread: u64 = inputs.log.books.iter().map(|books| books.tally.quarantined.values().sum::<u64>()).sum();

    let to_stdout = session.outputs.iter().any(|output| output.path.as_os_str() == "-");
    for output in session.outputs.clone() {
        let bytes = render(&looks, unread, pack.as_ref(), output.format.unwrap_or(session.format), |heads| {
            Columns::new(session, heads, heads.len()).indented(1).for_file()
        });
        session.write_file(&output.path, &bytes, 0o600)?;
    }
    if !to_stdout {
        let bytes = render(&looks, unread, pack.as_ref(), session.format, |heads| Columns::new(session, heads, heads.len()).indented(1));
        session.raw(&bytes)?;
    }
    Ok(if unread > 0 { Outcome::Incomplete } else { Outcome::Done })
}

fn is_ten_digits(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits == 10 && text.chars().all(|one| one.is_ascii_digit() || matches!(one, ' ' | '-'))
}

fn subject(args: &Args, session: &Session) -> anyhow::Result<NhsNumber> {
    let text: Zeroizing<String> = match &args.subject_file {
        Some(path) => {
            let bytes = Zeroizing::new(super::session::read_input(path)?);
            let line = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).split(|byte| *byte == b'\n').next().unwrap_or_default();
            Zeroizing::new(String::from_utf8_lossy(line).trim().to_owned())
        }
        None if session.no_input => {
            return Err(Failure::usage("whose record? there is nobody to ask").next("Give --subject-file FILE, or - for stdin.").into());
        }
        None => super::passphrase::ask(session, "NHS number (not shown): ", false)?,
    };
    // The reason, never what was given.
    Ok(NhsNumber::parse(&text).map_err(|error| {
        Failure::usage(format!("that is no NHS number: {}", error.reason().replace('_', " "))).next("Give the ten digits; spaces are fine.")
    })?)
}

fn organisation<'a>(code: &'a str, pack: Option<&'a Pack>) -> &'a str {
    let known = pack.and_then(|pack| pack.register.find(code).map(|id| pack.register.organisation(id).name.as_str()));
    known.unwrap_or(if code.is_empty() { "not recorded" } else { code })
}

fn words(text: &str) -> String {
    if text.is_empty() { "not recorded".to_owned() } else { text.replace(['_', '.'], " ") }
}

fn render(looks: &Looks, unread: u64, pack: Option<&Pack>, format: Format, columns: impl Fn(&[&str]) -> Columns) -> Vec<u8> {
    if format == Format::Json {
        let list: Vec<serde_json::Value> = looks
            .looks
            .iter()
            .map(|look| {
                serde_json::json!({
                    "when": look.when, "times": look.times, "organisation": look.organisation, "organisation_name": organisation(&look.organisation, pack), "role": look.role,
                    "did": look.did, "data": look.data, "why": look.why, "emergency": look.emergency,
                })
            })
            .collect();
        let object = serde_json::json!({
            "format": "carepact.who-looked/1", "status": "draft", "searched": looks.searched.map(|(first, last)| serde_json::json!({"first": first.to_string(), "last": last.to_string()})),
            "looks": list, "by_systems": looks.by_systems, "refused": looks.refused, "lines_not_read": unread,
        });
        return format!("{object:#}\n").into_bytes();
    }
    let mut out = String::from("DRAFT - not to be sent before it has been reviewed\n\nWho has looked at your record\n\n");
    match looks.searched {
        Some((first, last)) => {
            let _ = writeln!(out, "We searched the log of the shared record from {} to {}.", first.in_words(), last.in_words());
        }
        None => out.push_str("The log that was searched has no entries.\n"),
    }
    if unread > 0 {
        let _ = writeln!(out, "{} of the log could not be read, so this list may not be complete.", count(unread, "line", "lines"));
    }
    out.push('\n');
    if looks.looks.is_empty() {
        out.push_str("Nobody looked at your record in that time, as far as the log shows.\n");
    } else {
        let mut table = columns(&["when", "organisation", "who", "what", "why"]);
        for look in &looks.looks {
            let times = if look.times > 1 { format!(" ({} times that day)", look.times) } else { String::new() };
            let emergency = if look.emergency { "; emergency access" } else { "" };
            table.add_row([
                format!("{}{times}", look.when),
                organisation(&look.organisation, pack).to_owned(),
                words(&look.role),
                format!("{}: {}", look.did, words(&look.data)),
                format!("{}{emergency}", look.why),
            ]);
        }
        let _ = writeln!(out, "{}", table.text());
    }
    if looks.by_systems > 0 {
        let _ = writeln!(
            out,
            "\nComputer systems read your record {} to do their work, without a person looking.",
            if looks.by_systems == 1 { "once".to_owned() } else { format!("{} times", looks.by_systems) }
        );
    }
    if looks.refused > 0 {
        let _ = writeln!(out, "\n{} refused: nothing was shown.", count(looks.refused, "attempt was", "attempts were"));
    }
    if looks.looks.iter().any(|look| look.emergency) {
        out.push_str(
            "\nEmergency access means that a member of staff opened your record without the usual checks because they said it was urgent,\nfor example when you could not be asked. Such accesses are reviewed afterwards.\n",
        );
    }
    out.push_str(
        "\nNames of staff are not given here: they are decided on one by one. If something in this list worries you, ask the organisation's\nprivacy officer or data protection officer. You can complain to the organisation, and it must acknowledge this within 30 days;\nif you are not content, you can complain to the Information Commissioner (ico.org.uk/make-a-complaint).\n\nFor the reviewer: check who asks and on whose authority, whether serious harm is likely, and whether an investigation is going on.\nEach staff name: a health professional involved in care is usually disclosable (DPA 2018 Sch 2 para 17); for others balance (para 16).\n\nDRAFT\n",
    );
    out.into_bytes()
}
