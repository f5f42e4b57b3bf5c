//! `verify` of a seal of access logs: is the log what it was when it was sealed.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::super::audit::seal::{lines, salts};
use super::super::failure::Failure;
use super::super::session::{Format, GREEN, RED, Session, YELLOW};
use super::{Args, signers};
use crate::diagnostics::results::{NotAssessed, Results};
use crate::evidence::log_seal::{Beside, LogSeal};
use crate::evidence::signature::{Namespace, Signature};
use crate::evidence::signers::{Judgement, Moment};
use crate::outcome::Outcome;
use crate::text::{count, thousands};

/// What was looked at, how it came out (none: not looked at), and the sentence.
struct Told(Option<bool>, String);

fn records((first, last): (u64, u64)) -> String {
    format!("lines {} to {}", thousands(first), thousands(last))
}

/// In words.
fn sentence(name: &str, beside: &Beside) -> Told {
    match beside {
        Beside::Same => Told(Some(true), format!("{name} is line by line what was sealed")),
        Beside::Changed(blocks) => {
            let shown: Vec<String> = blocks.iter().take(5).map(|block| records(*block)).collect();
            let more = if blocks.len() > 5 { format!(" and {} more blocks", blocks.len() - 5) } else { String::new() };
            Told(Some(false), format!("{name} has as many lines, and some are not as they were, or in another order: within {}{more}", shown.join(", ")))
        }
        Beside::Count { then, now, first } => {
            let difference =
                if now < then { format!("{} fewer", count(then - now, "line", "lines")) } else { format!("{} more", count(now - then, "line", "lines")) };
            let from = match first {
                Some(block) => format!("; the first that differ are within {}", records(*block)),
                None => format!("; the first {} are as they were", thousands(*then)),
            };
            Told(Some(false), format!("{name} has {difference} than when it was sealed{from}"))
        }
    }
}

fn signature(args: &Args, bytes: &[u8], session: &mut Session) -> anyhow::Result<Told> {
    let beside = super::super::signed::signature_path(&args.path);
    let Ok(text) = std::fs::read(&beside) else {
        return Ok(Told(None, "the seal is not signed: whoever can write it can make another".to_owned()));
    };
    let signature = match Signature::parse(&text) {
        Ok(signature) => signature,
        Err(error) => return Ok(Told(Some(false), format!("the signature beside it cannot be read: {error}"))),
    };
    if signature.namespace() != Namespace::Seal.name() || !signature.fits(bytes) {
        return Ok(Told(Some(false), "the signature does not fit the seal".to_owned()));
    }
    if args.signers.is_none() && session.pack.is_none() {
        return Ok(Told(None, "the signature fits; who may sign is not known without --signers or --pack".to_owned()));
    }
    let mut sources = crate::source::Sources::new();
    let pack = if session.pack.is_some() { Some(super::super::pack::decidable(session, None, &mut sources)?) } else { None };
    let (_, signers) = signers(args.signers.as_deref(), pack.as_ref())?;
    let at = if session.as_of_given { Moment::day(session.as_of) } else { Moment::instant(jiff::Timestamp::now()) };
    Ok(match signers.judge(signature.key(), signature.namespace(), at) {
        Judgement::Listed(who) => Told(Some(true), format!("signed by {who}")),
        Judgement::Unknown => Told(Some(false), "signed by a key that the signers file does not have".to_owned()),
        Judgement::OtherNamespace(_) => Told(Some(false), "signed by a key that may not sign seals of logs (namespace seal@carepact)".to_owned()),
        Judgement::NotYet(_) | Judgement::Expired(_) => Told(Some(false), "signed by a key outside the time for which it is listed".to_owned()),
    })
}

/// Whether a file is a seal, by its content.
pub(super) fn read(bytes: &[u8]) -> Option<LogSeal> {
    let value = crate::evidence::strict_json::parse(bytes).ok()?;
    if value["format"] != crate::evidence::log_seal::FORMAT { None } else { serde_json::from_value(value).ok() }
}

/// Checks a seal, and the logs that are given.
pub(super) fn run(args: &Args, bytes: &[u8], seal: &LogSeal, session: &mut Session) -> anyhow::Result<Outcome> {
    let mut told = vec![signature(args, bytes, session)?];
    for head in &seal.logs {
        let cited = count(head.cited.len() as u64, "cited line", "cited lines");
        told.push(if head.is_whole() {
            Told(Some(true), format!("the seal of {} is whole: {}, {cited} with proof", head.name, count(head.records, "line", "lines")))
        } else {
            Told(Some(false), format!("the seal of {} is not whole: its blocks or proofs do not lead to its root", head.name))
        });
    }
    if args.log.is_empty() {
        told.push(Told(None, "no log was given (--log FILE), so none was compared".to_owned()));
    } else {
        let Some(keyring) = &args.keyring else {
            return Err(Failure::usage("a log is compared with its seal by the keyring of the audit").next("Give --keyring FILE and what opens it.").into());
        };
        let keyring = super::super::keys::open_keyring(session, keyring, &args.unlock)?;
        let key = salts(&keyring, seal.key.version, &seal.seal_id)?;
        if keyring.root(seal.key.version).is_some_and(|root| root.key_id().to_string() != seal.key.id) {
            return Err(Failure::refused(format!("the seal was made by key {}, which is not in this keyring", seal.key.id))
                .next("Give the keyring of the audit that made the seal.")
                .into());
        }
        for path in &args.log {
            let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let Some(head) = seal.logs.iter().find(|head| head.name == name) else {
                let names: Vec<&str> = seal.logs.iter().map(|head| head.name.as_str()).collect();
                return Err(Failure::usage(format!("the seal has no log {name}"))
                    .next(format!("It has {}: a log is found by its name.", names.join(", ")))
                    .into());
            };
            let now = lines(session, path, &key, BTreeSet::new(), head.records)?;
            told.push(sentence(&name, &head.beside(&now.sealed, now.count)));
        }
        for head in seal.logs.iter().filter(|head| !args.log.iter().any(|path| path.file_name().is_some_and(|name| name.to_string_lossy() == head.name))) {
            told.push(Told(None, format!("{} was not given, so it was not compared", head.name)));
        }
    }
    let mut results = Results::new("verify", &session.as_of.to_string());
    let word = |how: Option<bool>| match how {
        Some(true) => "ok",
        Some(false) => "FAILED",
        None => "not checked",
    };
    results.data = json!({"seal": {"seal_id": seal.seal_id, "made": seal.made, "checks": told.iter().map(|one| json!({"result": word(one.0), "what": one.1})).collect::<Vec<_>>()}});
    results.not_assessed = told.iter().filter(|one| one.0.is_none()).map(|one| NotAssessed { what: "seal".to_owned(), why: one.1.clone() }).collect();
    match session.format {
        Format::Human | Format::Short => {
            for Told(how, text) in &told {
                let colour = match how {
                    Some(true) => GREEN,
                    Some(false) => RED,
                    None => YELLOW,
                };
                let line = format!("{:<12} {}", session.paint(colour, word(*how)), super::shown(text));
                session.say(line)?;
            }
        }
        Format::Json => session.raw(&results.to_bytes())?,
        other => return Err(Failure::usage(format!("`verify` has no format {}", other.name())).next("Use human, short or json.").into()),
    }
    super::super::check_outputs(session, &results)?;
    Ok(if told.iter().any(|one| one.0 == Some(false)) { Outcome::VerificationFailed } else { Outcome::Done })
}
