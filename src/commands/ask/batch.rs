//! Questions as NDJSON in, answers as NDJSON out, in the same order.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::line::{Line, Text, fault};
use super::{Written, facts, literals, question, to_json_groups};
use crate::commands::failure::Failure;
use crate::commands::session::{Format, Session, io_words, part_file, persist};
use crate::decision::ask::{ask_compiled, data_leaves};
use crate::decision::{Compiled, Facts, Overall, Question, Verdict};
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::register::OrgId;
use crate::vocabulary::{NodeId, Tree};

/// Longest line that is read.
const LONGEST: usize = 1 << 20;
/// Most names, and most answers, that are remembered.
const REMEMBERED: usize = 100_000;

/// How the questions were answered.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    permit: u64,
    deny: u64,
    needs: u64,
    partial: u64,
    errors: u64,
}

impl Counts {
    fn answers(self) -> u64 {
        self.permit + self.deny + self.needs + self.partial
    }

    fn add(&mut self, overall: Overall) {
        *match overall {
            Overall::Permit => &mut self.permit,
            Overall::Deny => &mut self.deny,
            Overall::Needs => &mut self.needs,
            Overall::Partial => &mut self.partial,
        } += 1;
    }
}

/// Reads, answers, writes.
pub(super) fn run(path: &Path, compiled: &Compiled<'_>, session: &mut Session) -> anyhow::Result<Outcome> {
    if !matches!(session.format, Format::Human | Format::Ndjson) {
        return Err(Failure::usage(format!("answers to a batch are NDJSON, not {}", session.format.name())).next("Leave out --format.").into());
    }
    let target = match &session.outputs[..] {
        [] => None,
        [one] if one.path.as_os_str() == "-" => None,
        [one] => Some(one.path.clone()),
        _ => return Err(Failure::usage("a batch is written once").next("Give one -o, or none for stdout.").into()),
    };
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(|error| Failure::unreadable(format!("cannot read {}: {}", path.display(), io_words(&error))))?)
    };
    let on = session.as_of;
    let interrupted = session.interrupt_flag();
    let stopped = || interrupted.load(std::sync::atomic::Ordering::Relaxed);
    let counts = if let Some(target) = &target {
        session.check_free(target)?;
        let mut file = part_file(target, 0o644)?;
        let counts = answer_all(BufReader::with_capacity(1 << 20, input), &mut file, compiled, on, stopped)?;
        file.as_file().sync_all()?;
        if !session.interrupted() {
            persist(file, target, session.force)?;
        }
        counts
    } else {
        answer_all(BufReader::with_capacity(1 << 20, input), session.stdout(), compiled, on, stopped)?
    };
    if session.interrupted() {
        return Ok(Outcome::Interrupted);
    }
    if counts.answers() + counts.errors == 0 {
        return Err(Failure::new(Outcome::Incomplete, "nothing", format!("there is no question in {}", path.display()))
            .next("Give one JSON object a line.")
            .into());
    }
    session.note(format!(
        "{} questions: {} permit, {} deny, {} needs, {} partial, {} that could not be answered",
        counts.answers() + counts.errors,
        counts.permit,
        counts.deny,
        counts.needs,
        counts.partial,
        counts.errors
    ));
    Ok(match counts {
        Counts { errors: 1.., .. } => Outcome::Incomplete,
        Counts { deny: 0, needs: 0, partial: 0, .. } => Outcome::Done,
        _ => Outcome::Findings,
    })
}

fn answer_all(mut input: impl BufRead, out: &mut dyn Write, compiled: &Compiled<'_>, on: Date, stopped: impl Fn() -> bool) -> anyhow::Result<Counts> {
    let mut desk = Desk::new(compiled, on);
    let (mut line, mut answer, mut number) = (Vec::new(), Vec::new(), 0u64);
    loop {
        line.clear();
        let read = input.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
        if read == 0 || stopped() {
            break;
        }
        number += 1;
        if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if read > LONGEST {
            let wrong = Failure::usage(format!("the line is longer than {LONGEST} bytes"));
            if !line.ends_with(b"\n") {
                input.skip_until(b'\n')?;
            }
            desk.counts.errors += 1;
            Desk::error(None, number, &wrong, &mut answer);
        } else {
            desk.answer(text, number, &mut answer);
        }
        if answer.len() >= 1 << 16 {
            out.write_all(&answer)?;
            answer.clear();
        }
    }
    out.write_all(&answer)?;
    out.flush()?;
    Ok(desk.counts)
}

/// Names already looked up, of one tree.
#[derive(Default)]
struct Looked(HashMap<Box<str>, NodeId>);

impl Looked {
    /// A name that means one leaf.
    fn leaf(&mut self, tree: &Tree, name: &str) -> Option<NodeId> {
        if let Some(node) = self.0.get(name) {
            return Some(*node);
        }
        let node = tree.find(name).ok().filter(|node| tree.leaves(*node)[..] == [*node])?;
        if self.0.len() < REMEMBERED {
            self.0.insert(name.into(), node);
        }
        Some(node)
    }
}

/// What an answer is remembered by: the first day of its stretch, the clauses that apply, and what is known.
type Case = (Date, Vec<u32>, Facts);

/// Answers one question after another, and remembers what it looked up.
struct Desk<'c, 'p> {
    compiled: &'c Compiled<'p>,
    on: Date,
    roles: Looked,
    data: Looked,
    purposes: Looked,
    organisations: HashMap<(Box<str>, Date), OrgId>,
    said: HashMap<Case, (Overall, Box<str>)>,
    counts: Counts,
}

impl<'c, 'p> Desk<'c, 'p> {
    fn new(compiled: &'c Compiled<'p>, on: Date) -> Self {
        Self {
            compiled,
            on,
            roles: Looked::default(),
            data: Looked::default(),
            purposes: Looked::default(),
            organisations: HashMap::new(),
            said: HashMap::new(),
            counts: Counts::default(),
        }
    }

    fn error(id: Option<&str>, number: u64, failure: &Failure, out: &mut Vec<u8>) {
        let id = id.map(|id| format!("\"id\":{id},")).unwrap_or_default();
        let error = json!({"message": failure.message, "next": failure.next});
        let _ = writeln!(out, "{{{id}\"line\":{number},\"error\":{error}}}");
    }

    fn answer(&mut self, text: &[u8], number: u64, out: &mut Vec<u8>) {
        let line: Line<'_> = match serde_json::from_slice(text) {
            Ok(line) => line,
            Err(error) => {
                self.counts.errors += 1;
                Self::error(None, number, &Failure::usage(format!("the line is no question: {}", fault(&error))), out);
                return;
            }
        };
        let id = line.id.map(serde_json::value::RawValue::get).filter(|id| !id.starts_with(['{', '[']));
        match self.of(&line) {
            Ok((overall, said)) => {
                match id {
                    Some(id) => {
                        let _ = write!(out, "{{\"id\":{id},");
                    }
                    None => {
                        let _ = write!(out, "{{\"line\":{number},");
                    }
                }
                out.extend_from_slice(said.as_bytes());
                out.extend_from_slice(b"}\n");
                self.counts.add(overall);
            }
            Err(failure) => {
                self.counts.errors += 1;
                Self::error(id, number, &failure, out);
            }
        }
    }

    /// The answer: its fields without the braces around them.
    fn of(&mut self, line: &Line<'_>) -> Result<(Overall, Cow<'_, str>), Failure> {
        let on = match &line.on {
            Some(Text(text)) => Date::parse(text).map_err(|error| Failure::usage(error.to_string()))?,
            None => self.on,
        };
        let known = self.facts(line)?;
        let Some(case) = self.single(line, on) else { return self.wide(line, on).map(|(overall, said)| (overall, Cow::Owned(said))) };
        let compiled = self.compiled;
        let epoch = compiled.epoch(on);
        let Some(rows) = epoch.applying(&compiled.axes, &case) else { return self.wide(line, on).map(|(overall, said)| (overall, Cow::Owned(said))) };
        let key = (epoch.during.first, rows, known);
        if !self.said.contains_key(&key) {
            if self.said.len() >= REMEMBERED {
                self.said.clear();
            }
            let decision = compiled.decide(&case, known).map_err(|error| Failure::usage(error.to_string()))?;
            let overall = match decision.verdict {
                Verdict::Permit => Overall::Permit,
                Verdict::Deny => Overall::Deny,
                Verdict::Needs => Overall::Needs,
            };
            let clauses: Vec<&str> = decision.clauses.iter().map(|(_, clause)| clause.place.as_str()).collect();
            let needs: Vec<Vec<String>> = decision.needs.iter().map(|set| literals(compiled.pack, set)).collect();
            let said =
                format!("\"outcome\":\"{}\",\"cause\":\"{}\",\"clauses\":{},\"needs\":{}", overall.name(), decision.cause.name(), json!(clauses), json!(needs));
            self.said.insert(key.clone(), (overall, said.into()));
        }
        let (overall, said) = &self.said[&key];
        Ok((*overall, Cow::Borrowed(said)))
    }

    fn facts(&self, line: &Line<'_>) -> Result<Facts, Failure> {
        let words = &self.compiled.pack.words;
        let mut known = Facts::default();
        for (name, value) in &line.given.0 {
            let Some(id) = words.condition(name) else {
                return facts(self.compiled.pack, std::iter::once(&**name));
            };
            let bit = 1u64 << id.0;
            if (if *value { known.no } else { known.yes }) & bit != 0 {
                return Err(Failure::usage(format!("{name} is given as true and as false")));
            }
            known = known.with(id, *value);
        }
        Ok(known)
    }

    /// The case, if the question is about one: leaves that are named, one organisation on each side.
    fn single(&mut self, line: &Line<'_>, on: Date) -> Option<Question> {
        let words = &self.compiled.pack.words;
        let role = self.roles.leaf(&words.roles, &line.role.0)?;
        let at = match &line.at.0[..] {
            [] => None,
            [one] => Some(self.organisation(one, on)?),
            _ => return None,
        };
        if words.is_person(role) != at.is_none() {
            return None;
        }
        let [of] = &line.of.0[..] else { return None };
        let of = self.organisation(of, on)?;
        let index = |known: &[String], word: Option<&Text<'_>>, usual: &str| {
            let word = word.map_or(usual, |word| &word.0);
            known.iter().position(|one| one == word).and_then(|index| u8::try_from(index).ok())
        };
        Some(Question {
            role,
            at,
            action: index(&words.actions, line.may.as_ref(), "view")?,
            form: index(&words.forms, line.form.as_ref(), "identifiable")?,
            data: self.data.leaf(&words.data, &line.see.0).filter(|leaf| !data_leaves(self.compiled.pack, *leaf).0.is_empty())?,
            of,
            purpose: self.purposes.leaf(&words.purposes, &line.purpose.0)?,
            on,
        })
    }

    fn organisation(&mut self, code: &str, on: Date) -> Option<OrgId> {
        let key = (code.into(), on);
        if let Some(id) = self.organisations.get(&key) {
            return Some(*id);
        }
        let id = self.compiled.pack.register.open_on(code, on).ok()?;
        if self.organisations.len() < REMEMBERED {
            self.organisations.insert(key, id);
        }
        Some(id)
    }

    /// A question about inner names or several organisations, or one with a name that is wrong.
    fn wide(&self, line: &Line<'_>, on: Date) -> Result<(Overall, String), Failure> {
        let pack = self.compiled.pack;
        let written = Written {
            role: &line.role.0,
            at: line.at.0.iter().map(|one| &**one).collect(),
            see: &line.see.0,
            of: line.of.0.iter().map(|one| &**one).collect(),
            purpose: &line.purpose.0,
            may: line.may.as_ref().map_or("view", |word| &word.0),
            form: line.form.as_ref().map_or("identifiable", |word| &word.0),
            given: Vec::new(),
        };
        let mut asked = question(&written, pack, on)?;
        asked.facts = self.facts(line)?;
        let answer = ask_compiled(self.compiled, &asked).map_err(super::refused)?;
        let groups = Value::from(to_json_groups(pack, &answer));
        let not_included: Vec<&str> = answer.not_included.iter().map(|id| pack.words.data.path(*id)).collect();
        Ok((answer.overall, format!("\"outcome\":\"{}\",\"groups\":{groups},\"not_included\":{}", answer.overall.name(), json!(not_included))))
    }
}
