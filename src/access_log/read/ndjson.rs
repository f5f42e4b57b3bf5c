//! One JSON object a line, by a profile that names members: `user`, or `actor.id` for a member of a member.

use std::borrow::Cow;
use std::io::Read;
use std::sync::atomic::AtomicBool;

use serde_json::Value;

use super::fields::Draft;
use super::lines::{Line, Lines};
use super::{Chunk, Log, ReadError, hash};
use crate::access_log::profile::{Profile, TARGETS, Target};

/// Longest line.
const LINE_LIMIT: usize = 1 << 20;

/// Reads one file.
pub(super) fn read(log: &mut Log, name: &str, input: &mut dyn Read, profile: &Profile, interrupt: &AtomicBool) -> Result<(), ReadError> {
    let mut members: Vec<(Target, &str, bool)> = Vec::new();
    for (target, ..) in TARGETS {
        if let Some(member) = profile.fields.get(&target).and_then(|field| field.column.as_deref()) {
            members.push((target, member, false));
        }
    }
    let mut lines = Lines::new(name, input, LINE_LIMIT);
    while let Some(block) = lines.block(interrupt)? {
        let mut chunk = Chunk::default();
        for line in block {
            chunk.tally.records += 1;
            match line {
                Line { bytes: None, number } => chunk.quarantine(number, "line_too_long"),
                Line { bytes: Some(bytes), .. } if bytes.is_empty() => chunk.tally.blank += 1,
                Line { bytes: Some(bytes), number } => match record(&bytes, number, profile, &mut members, &mut chunk) {
                    Ok(draft) => chunk.accept(draft),
                    Err(reason) => chunk.quarantine(number, reason),
                },
            }
        }
        log.absorb(chunk);
    }
    let tally = &log.books.last().map(|books| books.tally.clone()).unwrap_or_default();
    if tally.records == tally.blank {
        return Err(ReadError::Empty { name: name.to_owned() });
    }
    // Records leave out what is empty, so a name that none of them has is told and not refused.
    if tally.accepted > 0 {
        for (_, member, _) in members.iter().filter(|(_, _, seen)| !seen) {
            log.note(format!("no record has the member {member} that the profile names"));
        }
    }
    Ok(())
}

fn record(bytes: &[u8], number: u32, profile: &Profile, members: &mut [(Target, &str, bool)], chunk: &mut Chunk) -> Result<Draft, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not_utf8")?;
    let value: Value = serde_json::from_str(text).map_err(|_| "not_json")?;
    if !value.is_object() {
        return Err("not_an_object");
    }
    let mut draft = Draft::new(number, hash(bytes), profile, &mut chunk.symbols)?;
    for (target, member, seen) in members {
        let found = member_of(&value, member);
        *seen |= found.is_some();
        let separator = profile.fields.get(target).and_then(|field| field.separator.as_deref());
        let written = written(found.unwrap_or(&Value::Null), separator)?;
        draft.set(*target, written.trim(), profile, &mut chunk.symbols)?;
    }
    if draft.event.user.is_none() && draft.event.human {
        return Err("no_user");
    }
    Ok(draft)
}

/// The member of that very name, else the way that its dots describe.
fn member_of<'v>(value: &'v Value, member: &str) -> Option<&'v Value> {
    value.get(member).or_else(|| member.split('.').try_fold(value, |at, part| at.get(part)))
}

/// A value as text. Several are joined as the profile separates them.
fn written<'v>(value: &'v Value, separator: Option<&str>) -> Result<Cow<'v, str>, &'static str> {
    Ok(match (value, separator) {
        (Value::Null, _) => Cow::Borrowed(""),
        (Value::String(text), _) => Cow::Borrowed(text),
        (Value::Bool(is), _) => Cow::Borrowed(if *is { "true" } else { "false" }),
        (Value::Number(number), _) => Cow::Owned(number.to_string()),
        (Value::Array(items), _) if items.is_empty() => Cow::Borrowed(""),
        (Value::Array(items), _) if items.len() == 1 => written(&items[0], None)?,
        (Value::Array(items), Some(separator)) => {
            let parts: Result<Vec<Cow<'_, str>>, _> = items.iter().map(|item| written(item, None)).collect();
            Cow::Owned(parts?.join(separator))
        }
        (Value::Array(_), None) => return Err("several_values"),
        (Value::Object(_), _) => return Err("not_a_single_value"),
    })
}
