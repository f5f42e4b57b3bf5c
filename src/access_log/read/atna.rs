//! DICOM/ATNA audit messages (DICOM PS3.15 A.5, RFC 3881 before it), codes as `code=` or as `csd-code=`.

use super::fields::Draft;
use super::outcome_of;
use super::xml::Element;
use crate::access_log::event::{Action, Emergency, Event, PersonKey, Symbols};
use crate::access_log::profile::{Profile, Target};
use crate::identifier::NhsNumber;

/// Who is a system and no person: application, destination, source.
const SYSTEMS: [&str; 3] = ["110150", "110152", "110153"];
/// Roles in the exchange, which say nothing of what somebody is.
const FRAME: [&str; 6] = ["110150", "110151", "110152", "110153", "110154", "110155"];
/// The authority that gives NHS numbers.
const NHS_NUMBER_OID: &str = "2.16.840.1.113883.2.1.4.1";

fn code(element: &Element) -> Option<&str> {
    element.attribute("csd-code").or_else(|| element.attribute("code"))
}

/// One message. The error is a short stable word.
pub(super) fn draft(message: &Element, digest: u64, line: u32, profile: &Profile, symbols: &mut Symbols) -> Result<Draft, &'static str> {
    let identification = message.all("EventIdentification").next().ok_or("no_event_identification")?;
    let instant = profile.time.read(identification.attribute("EventDateTime").ok_or("no_time")?)?;
    // Client and server may name one user differently here too.
    let mut event = Event { at: instant.at, quality: instant.quality, digest, fhir: true, human: false, ..Event::blank(line) };
    let participants: Vec<&Element> = message.all("ActiveParticipant").collect();
    if participants.is_empty() {
        return Err("no_agent");
    }
    let requestor = participants.iter().find(|one| one.attribute("UserIsRequestor").is_none_or(|said| said == "true" || said == "1") && is_person(one));
    if let Some(person) = requestor {
        event.human = true;
        if let Some(user) = person.attribute("UserID").or_else(|| person.attribute("AlternativeUserID")) {
            event.user = symbols.intern(profile.mapped(Target::User, user));
        }
        let roles: Vec<&str> = person.all("RoleIDCode").filter_map(code).collect();
        let known = roles.iter().find(|role| profile.mapped(Target::Role, role) != **role);
        if let Some(role) = known.or_else(|| roles.iter().find(|role| !FRAME.contains(role))) {
            event.role = symbols.intern(profile.mapped(Target::Role, role));
        }
        if let Some(device) = person.attribute("NetworkAccessPointID") {
            event.device = symbols.intern(profile.mapped(Target::Device, device));
        }
    }
    if let Some(system) = message.all("AuditSourceIdentification").find_map(|source| source.attribute("AuditSourceID")) {
        event.system = symbols.intern(profile.mapped(Target::System, system));
    }
    let purposes: Vec<&str> = identification.all("PurposeOfUse").chain(message.all("PurposeOfUse")).filter_map(code).collect();
    if let Some(purpose) = purposes.iter().find(|code| **code != "BTG").or(purposes.first()) {
        event.purpose = symbols.intern(profile.mapped(Target::Purpose, purpose));
    }
    let types: Vec<&str> = identification.all("EventTypeCode").filter_map(code).collect();
    if purposes.contains(&"BTG") || types.iter().any(|code| matches!(*code, "110126" | "110127")) {
        event.emergency = Emergency::Yes;
    }
    event.action = action(identification.all("EventID").find_map(code), &types, identification.attribute("EventActionCode"));
    let ended = identification.attribute("EventOutcomeIndicator");
    event.outcome = outcome_of(ended.unwrap_or_default()).ok_or("outcome_not_understood")?;

    let mut people: Vec<PersonKey> = Vec::new();
    let mut categories: Vec<&str> = Vec::new();
    for object in message.all("ParticipantObjectIdentification") {
        let kind = object.attribute("ParticipantObjectTypeCode");
        let role = object.attribute("ParticipantObjectTypeCodeRole");
        if kind == Some("1") && role == Some("1") {
            if let Some(person) = object.attribute("ParticipantObjectID").map(|id| person(id, symbols)).transpose()?.flatten()
                && !people.contains(&person)
            {
                people.push(person);
            }
            if let Some(sensitivity) = object.attribute("ParticipantObjectSensitivity").or_else(|| object.text_of("ParticipantObjectSensitivity")) {
                event.sensitivity = symbols.intern(profile.mapped(Target::Sensitivity, sensitivity));
            }
        } else if kind == Some("2") {
            // What kind of thing it is; the name of the transaction is none.
            let ids = object.all("ParticipantObjectIDTypeCode").filter_map(code);
            categories.extend(ids.filter(|code| !types.contains(code)).map(|code| profile.mapped(Target::Category, code)));
        }
    }
    categories.sort_unstable();
    categories.dedup();
    event.category = symbols.intern(&categories.join(";"));
    let mut people = people.into_iter();
    event.person = people.next().unwrap_or(PersonKey::NOBODY);
    Ok(Draft { event, more: people.collect(), outcome_told: ended.is_some() })
}

/// A participant with a role of its own, with none, or with a person's name beside a system's role.
fn is_person(participant: &Element) -> bool {
    let mut roles = participant.all("RoleIDCode").filter_map(code).peekable();
    let systems_only = roles.peek().is_some() && roles.all(|role| SYSTEMS.contains(&role));
    let application = participant.all("RoleIDCode").filter_map(code).any(|role| role == "110150");
    !systems_only || !application && participant.attribute("UserName").is_some()
}

/// An id as HL7 v2 writes it: `id^^^name&oid&ISO^type`.
fn person(written: &str, symbols: &mut Symbols) -> Result<Option<PersonKey>, &'static str> {
    let mut parts = written.split('^');
    let id = parts.next().unwrap_or_default().trim();
    let authority = parts.nth(2).unwrap_or_default();
    if id.is_empty() {
        return Ok(None);
    }
    let mut names = authority.split('&').map(str::trim);
    Ok(Some(if names.any(|name| name == NHS_NUMBER_OID) {
        PersonKey::nhs(&NhsNumber::parse(id).map_err(super::person_fault)?)
    } else if authority.is_empty() {
        NhsNumber::parse(id).map_or_else(|_| PersonKey::local(symbols.intern(id)), |number| PersonKey::nhs(&number))
    } else {
        // Another authority's number is no NHS number, even if its check digit fits.
        PersonKey::local(symbols.intern(id))
    }))
}

fn action(event: Option<&str>, types: &[&str], written: Option<&str>) -> Action {
    if types.contains(&"110122") {
        return Action::Login;
    }
    if types.contains(&"110123") {
        return Action::Logout;
    }
    match (event, written) {
        (Some("110112"), _) => Action::Search,
        (Some("110106"), _) => Action::Export,
        (Some("110107" | "110105"), _) => Action::Amend,
        // Applications starting and stopping, the audit log itself, the network, settings, sign-in: nothing of a record.
        (Some("110100" | "110101" | "110108" | "110113" | "110114"), _) => Action::System,
        // Images sent: whoever takes them in writes C.
        (Some("110102" | "110104"), Some("R" | "E")) => Action::Export,
        (_, Some("C" | "U" | "D")) => Action::Amend,
        (_, Some("R")) | (Some("110103" | "110109" | "110110" | "110111"), _) => Action::View,
        _ => Action::Unknown,
    }
}
