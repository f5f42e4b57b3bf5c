//! FHIR AuditEvent, DSTU2 to R5, by the fields that are there and not by a declared version: NDJSON, one resource,
//! or a Bundle.

use std::io::Read;
use std::sync::atomic::AtomicBool;

use serde_json::Value;

use super::fields::Draft;
use super::{Chunk, Log, ReadError, check, check_text, hash, outcome_of};
use crate::access_log::event::{AccessOutcome, Action, Emergency, Event, PersonKey, Reason, Symbols};
use crate::access_log::profile::{Profile, Target};
use crate::identifier::NhsNumber;

/// Longest line of NDJSON.
const LINE_LIMIT: usize = 8 << 20;
/// Largest file that is one resource or one Bundle.
const WHOLE_LIMIT: usize = 256 << 20;

/// Reads one file.
pub(super) fn read(log: &mut Log, name: &str, input: &mut dyn Read, profile: &Profile, interrupt: &AtomicBool) -> Result<(), ReadError> {
    let mut buffer: Vec<u8> = Vec::new();
    let mut line = 1u32;
    let mut first = true;
    let mut too_long = false;
    let mut ended = false;
    let mut seen = false;
    while !ended {
        check(interrupt)?;
        let got = input.take(1 << 20).read_to_end(&mut buffer).map_err(|error| ReadError::io(name, error))?;
        ended = got == 0;
        if first {
            check_text(name, &buffer)?;
            if buffer.starts_with(b"\xEF\xBB\xBF") {
                buffer.drain(..3);
            }
            if !one_line_is_whole(&buffer, ended) {
                return whole(log, name, buffer, input, profile);
            }
            first = false;
        }
        let mut chunk = Chunk::default();
        let mut start = 0;
        while start < buffer.len() {
            let end = match memchr::memchr(b'\n', &buffer[start..]) {
                Some(found) => start + found + 1,
                None if ended => buffer.len(),
                None if buffer.len() - start > LINE_LIMIT => {
                    // The rest of this line is passed over; it counts once.
                    too_long = true;
                    start = buffer.len();
                    break;
                }
                None => break,
            };
            let text = buffer[start..end].trim_ascii();
            start = end;
            chunk.tally.records += 1;
            if too_long || text.len() > LINE_LIMIT {
                too_long = false;
                chunk.quarantine(line, "line_too_long");
            } else if text.is_empty() {
                chunk.tally.blank += 1;
            } else {
                seen = true;
                match serde_json::from_slice::<Value>(text) {
                    Ok(value) => resource(&mut chunk, &value, hash(text), line, profile),
                    Err(_) => chunk.quarantine(line, "not_json"),
                }
            }
            line = line.saturating_add(1);
        }
        buffer.drain(..start);
        log.absorb(chunk);
    }
    if !seen && log.books.last().is_some_and(|books| books.tally.quarantined.is_empty()) {
        return Err(ReadError::Empty { name: name.to_owned() });
    }
    Ok(())
}

/// Whether the first line that is not blank is a whole object, as NDJSON has it, or too broken to tell.
fn one_line_is_whole(start: &[u8], ended: bool) -> bool {
    let mut lines = start.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let Some(line) = lines.next() else { return true };
    let more = lines.next().is_some();
    match serde_json::from_slice::<Value>(line) {
        // A Bundle or a list on one line is unpacked as a whole.
        Ok(value) => more || value.get("resourceType").and_then(Value::as_str) != Some("Bundle") && !value.is_array(),
        // An object that goes on in the next line. A single line is one record, however broken.
        Err(error) => !(error.is_eof() && (more || !ended)),
    }
}

fn whole(log: &mut Log, name: &str, mut buffer: Vec<u8>, input: &mut dyn Read, profile: &Profile) -> Result<(), ReadError> {
    let held = buffer.len();
    input.take((WHOLE_LIMIT - held.min(WHOLE_LIMIT)) as u64 + 1).read_to_end(&mut buffer).map_err(|error| ReadError::io(name, error))?;
    if buffer.len() > WHOLE_LIMIT {
        return Err(ReadError::NotText { name: name.to_owned(), why: "one resource or Bundle of more than 256 MiB; export it as NDJSON" });
    }
    let mut chunk = Chunk::default();
    let mut one = |value: &Value, line: u32| {
        chunk.tally.records += 1;
        resource(&mut chunk, value, hash(value.to_string().as_bytes()), line, profile);
    };
    match serde_json::from_slice::<Value>(&buffer) {
        Err(_) => {
            chunk.tally.records += 1;
            chunk.quarantine(1, "not_json");
        }
        Ok(Value::Array(items)) => {
            // Entries of a list have no lines that a parser tells; they are counted from 1.
            for (index, item) in items.iter().enumerate() {
                one(item, u32::try_from(index + 1).unwrap_or(u32::MAX));
            }
        }
        Ok(value) if value.get("resourceType").and_then(Value::as_str) == Some("Bundle") => {
            for (index, entry) in list(&value, "entry").enumerate() {
                one(entry.get("resource").unwrap_or(&Value::Null), u32::try_from(index + 1).unwrap_or(u32::MAX));
            }
        }
        Ok(value) => one(&value, 1),
    }
    if chunk.tally.records == 0 {
        return Err(ReadError::Empty { name: name.to_owned() });
    }
    log.absorb(chunk);
    Ok(())
}

fn resource(chunk: &mut Chunk, value: &Value, digest: u64, line: u32, profile: &Profile) {
    match events(value, digest, line, profile, &mut chunk.symbols) {
        Ok(draft) => chunk.accept(draft),
        Err(reason) => chunk.quarantine(line, reason),
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    let found = value.get(key);
    let items = found.and_then(Value::as_array).map(Vec::as_slice);
    items.unwrap_or_else(|| found.filter(|one| one.is_object()).map_or(&[], std::slice::from_ref)).iter()
}

fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    path.iter().try_fold(value, |at, key| at.get(key))?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Codes of a Coding, a CodeableConcept, or a list of either (R5 says `code` where R4 says a Coding).
fn codes(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(items)) => items.iter().flat_map(|item| codes(Some(item))).collect(),
        Some(object @ Value::Object(_)) => {
            let own = object.get("code").and_then(Value::as_str);
            let nested = object.get("code").filter(|code| code.is_object());
            own.into_iter()
                .chain(nested.into_iter().flat_map(|code| codes(Some(code))))
                .chain(list(object, "coding").filter_map(|coding| text(coding, &["code"])))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `Patient/1` of `https://host/fhir/Patient/1/_history/2`.
fn local_reference(reference: &str) -> &str {
    let reference = reference.split_once("/_history/").map_or(reference, |(before, _)| before);
    let mut slashes = reference.rmatch_indices('/').map(|(at, _)| at);
    let (_, second) = (slashes.next(), slashes.next());
    second.map_or(reference, |at| &reference[at + 1..])
}

/// The event of one resource, whatever it was written in.
pub(super) fn events(value: &Value, digest: u64, line: u32, profile: &Profile, symbols: &mut Symbols) -> Result<Draft, &'static str> {
    match value.get("resourceType").and_then(Value::as_str) {
        Some("AuditEvent") => {}
        Some(_) => return Err("not_an_audit_event"),
        None => return Err("not_a_fhir_resource"),
    }
    // DSTU2 keeps what was done in a block of its own.
    let done = value.get("event").filter(|event| event.is_object()).unwrap_or(value);
    let written = text(value, &["occurredDateTime"])
        .or_else(|| text(value, &["occurredPeriod", "start"]))
        .or_else(|| text(value, &["period", "start"]))
        .or_else(|| text(done, &["dateTime"]))
        .or_else(|| text(value, &["recorded"]))
        .ok_or("no_time")?;
    let instant = crate::access_log::clock::TimeReader::london().read(written)?;
    let mut event = Event { at: instant.at, quality: instant.quality, digest, fhir: true, human: false, ..Event::blank(line) };
    let map = |target: Target, symbols: &mut Symbols, written: &str| symbols.intern(profile.mapped(target, written));

    let agents: Vec<&Value> = list(value, "agent").chain(list(value, "participant")).collect();
    if agents.is_empty() {
        return Err("no_agent");
    }
    let mut purposes = codes(done.get("purposeOfEvent"));
    purposes.extend(codes(value.get("authorization")));
    if let Some(agent) = agents.iter().find(|agent| agent.get("requestor").and_then(Value::as_bool) == Some(true) && !is_machine(agent)) {
        event.human = true;
        if let Some(user) = who(agent) {
            event.user = map(Target::User, symbols, &user);
        }
        // What the profile maps comes first; then the first code that is no frame of the exchange itself.
        let mut roles = codes(agent.get("role"));
        roles.extend(codes(agent.get("type")));
        let known = roles.iter().copied().find(|role| profile.mapped(Target::Role, role) != *role);
        if let Some(role) = known.or_else(|| roles.iter().copied().find(|role| !FRAME_ROLES.contains(role))) {
            event.role = map(Target::Role, symbols, role);
        }
    }
    for agent in &agents {
        purposes.extend(codes(agent.get("purposeOfUse")));
        purposes.extend(codes(agent.get("authorization")));
        if codes(agent.get("type")).iter().any(|code| matches!(*code, "PROV" | "org"))
            && event.organisation.is_none()
            && let Some(organisation) = who(agent)
        {
            let short = organisation.strip_prefix("Organization/").unwrap_or(&organisation);
            event.organisation = map(Target::Organisation, symbols, short);
        }
        // The custodian of what was read, where the events name one.
        if codes(agent.get("type")).contains(&"CST")
            && event.source.is_none()
            && let Some(custodian) = who(agent)
        {
            let short = custodian.strip_prefix("Organization/").unwrap_or(&custodian);
            event.source = map(Target::Source, symbols, short);
        }
    }
    let emergency_alert = codes(done.get("subtype")).iter().chain(&codes(value.get("code"))).any(|code| matches!(*code, "110127" | "110126"));
    event.emergency = if emergency_alert || purposes.contains(&"BTG") { Emergency::Yes } else { Emergency::No };
    event.reason = Reason::NotRecorded;
    if let Some(purpose) = purposes.iter().find(|code| **code != "BTG").or(purposes.first()) {
        event.purpose = map(Target::Purpose, symbols, purpose);
    }
    if let Some(system) = text(value, &["source", "site"])
        .or_else(|| text(value, &["source", "observer", "display"]))
        .or_else(|| text(value, &["source", "observer", "reference"]))
        .or_else(|| text(value, &["source", "identifier", "value"]))
    {
        event.system = map(Target::System, symbols, system);
    }
    event.action = action(value, done);
    event.outcome = outcome(value, done)?;

    let entities: Vec<&Value> = list(value, "entity").chain(list(value, "object")).collect();
    let mut people: Vec<PersonKey> = Vec::new();
    let mut categories: Vec<String> = Vec::new();
    if let Some(patient) = value.get("patient") {
        add_person(&mut people, patient, symbols)?;
    }
    for entity in &entities {
        let what = entity.get("what").unwrap_or(entity);
        let (kind, role) = (codes(entity.get("type")), codes(entity.get("role")));
        let reference = text(what, &["reference"]).or_else(|| text(entity, &["reference", "reference"]));
        let of_patient = reference.is_some_and(|reference| local_reference(reference).starts_with("Patient/"));
        if kind.contains(&"XrequestId") {
            if let Some(id) = text(what, &["identifier", "value"]) {
                event.correlation = hash(id.as_bytes());
            }
        } else if role.contains(&"1") || kind.contains(&"1") && !role.iter().any(|role| matches!(*role, "11" | "15")) || of_patient {
            add_person(&mut people, what, symbols)?;
        } else if let Some(reference) = reference {
            let resource = local_reference(reference).split('/').next().unwrap_or_default();
            if resource.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase()) && !matches!(resource, "Consent" | "Device") {
                categories.push(profile.mapped(Target::Category, resource).to_owned());
            }
        }
        if let Some(query) = text(entity, &["query"]).and_then(base64) {
            read_query(&query, &mut people, &mut categories, profile, symbols)?;
        }
    }
    categories.sort_unstable();
    categories.dedup();
    event.category = symbols.intern(&categories.join(";"));
    let mut people = people.into_iter();
    event.person = people.next().unwrap_or(PersonKey::NOBODY);
    Ok(Draft { event, more: people.collect(), outcome_told: done.get("outcome").or_else(|| value.get("outcome")).is_some() })
}

/// Codes that say how the exchange went, not who the person is.
const FRAME_ROLES: [&str; 8] = ["110150", "110151", "110152", "110153", "humanuser", "UserOauthAgent", "UserSamlAgent", "IRCP"];

fn is_machine(agent: &Value) -> bool {
    let device = ["who", "reference"]
        .iter()
        .filter_map(|key| agent.get(key))
        .filter_map(|who| text(who, &["reference"]))
        .any(|reference| local_reference(reference).starts_with("Device/"));
    device || codes(agent.get("type")).iter().any(|code| matches!(*code, "110150" | "110152" | "110153"))
}

/// Who an agent is: R4 `who`, STU3 `userId` and `reference`, then what is written beside.
fn who(agent: &Value) -> Option<String> {
    let named = agent.get("who").unwrap_or(&Value::Null);
    let identified = |value: &Value| -> Option<String> { text(value, &["identifier", "value"]).map(str::to_owned) };
    identified(named)
        .or_else(|| text(named, &["reference"]).map(|reference| local_reference(reference).to_owned()))
        .or_else(|| text(agent, &["userId", "value"]).map(str::to_owned))
        .or_else(|| text(agent, &["reference", "reference"]).map(|reference| local_reference(reference).to_owned()))
        .or_else(|| text(named, &["display"]).map(str::to_owned))
        .or_else(|| text(agent, &["altId"]).map(str::to_owned))
        .or_else(|| text(agent, &["name"]).map(str::to_owned))
}

fn action(value: &Value, done: &Value) -> Action {
    let mut kinds = codes(done.get("type"));
    kinds.extend(codes(value.get("category")));
    let mut subtypes = codes(done.get("subtype"));
    subtypes.extend(codes(value.get("code")));
    let has = |code: &str| subtypes.contains(&code) || kinds.contains(&code);
    if has("110122") || has("login") {
        return Action::Login;
    }
    if has("110123") || has("logout") {
        return Action::Logout;
    }
    if has("110106") || has("disclose") {
        return Action::Export;
    }
    if has("110112") || subtypes.iter().any(|code| code.starts_with("search")) {
        return Action::Search;
    }
    // Starting an application, checking consent, asking for a token: nothing of a record is shown.
    if has("110100") || has("110120") || has("110121") || has("AuthZ-Consent") || has("110114") {
        return Action::System;
    }
    match text(done, &["action"]) {
        Some("R") => Action::View,
        Some("C" | "U" | "D") => Action::Amend,
        _ => Action::Unknown,
    }
}

fn outcome(value: &Value, done: &Value) -> Result<AccessOutcome, &'static str> {
    match done.get("outcome").or_else(|| value.get("outcome")) {
        None => Ok(AccessOutcome::Given),
        Some(Value::String(code)) => outcome_of(code).ok_or("outcome_not_understood"),
        // R5: outcome.code.code, from the issue severities.
        Some(object) => match text(object, &["code", "code"]) {
            None | Some("success" | "information" | "warning") => Ok(AccessOutcome::Given),
            Some("error" | "fatal") => Ok(AccessOutcome::Refused),
            Some(code) => outcome_of(code).ok_or("outcome_not_understood"),
        },
    }
}

/// The person of a Reference or Identifier: an NHS number where the system says so (or nothing else could be meant),
/// else the reference or the id of an HL7 v2 CX.
fn add_person(people: &mut Vec<PersonKey>, what: &Value, symbols: &mut Symbols) -> Result<(), &'static str> {
    let identifier = what.get("identifier");
    let system = identifier.and_then(|one| text(one, &["system"])).unwrap_or_default();
    let value =
        identifier.and_then(|one| text(one, &["value"])).map(|value| value.split("^^^").next().unwrap_or(value).trim()).filter(|value| !value.is_empty());
    let reference = text(what, &["reference"]).or_else(|| text(what, &["reference", "reference"])).map(local_reference);
    let person = match (value, reference) {
        (Some(value), _) if system.ends_with("nhs-number") => PersonKey::nhs(&NhsNumber::parse(value).map_err(super::person_fault)?),
        // A record kept for the patient may have an id of its own beside the reference.
        (Some(value), Some(reference)) if reference.starts_with("Patient/") && NhsNumber::parse(value).is_err() => {
            PersonKey::local(symbols.intern(&reference["Patient/".len()..]))
        }
        (Some(value), _) => NhsNumber::parse(value).map_or_else(|_| PersonKey::local(symbols.intern(value)), |number| PersonKey::nhs(&number)),
        (None, Some(reference)) => {
            let id = reference.strip_prefix("Patient/").unwrap_or(reference);
            NhsNumber::parse(id).map_or_else(|_| PersonKey::local(symbols.intern(id)), |number| PersonKey::nhs(&number))
        }
        (None, None) => return Ok(()),
    };
    if !people.contains(&person) {
        people.push(person);
    }
    Ok(())
}

/// A query as it was asked: `patient=` and `subject=` name people, the path names the resource.
fn read_query(query: &str, people: &mut Vec<PersonKey>, categories: &mut Vec<String>, profile: &Profile, symbols: &mut Symbols) -> Result<(), &'static str> {
    let Some((path, parameters)) = query.trim().split_once('?') else { return Ok(()) };
    if path.contains(['<', '\n']) {
        return Ok(());
    }
    if let Some(resource) = path.rsplit('/').find(|part| part.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())) {
        categories.push(profile.mapped(Target::Category, resource).to_owned());
    }
    for (name, value) in parameters.split('&').filter_map(|pair| pair.split_once('=')) {
        if matches!(name.split([':', '.']).next(), Some("patient" | "subject")) && !value.is_empty() {
            let value = value.replace("%2F", "/").replace("%7C", "|");
            let (system, id) = value.rsplit_once('|').unwrap_or(("", value.as_str()));
            let what =
                if system.is_empty() { serde_json::json!({"reference": id}) } else { serde_json::json!({"identifier": {"system": system, "value": id}}) };
            add_person(people, &what, symbols)?;
        }
    }
    Ok(())
}

/// Base64 of RFC 4648 section 4 into text; none if it is not that.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u8);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}
