//! Some accesses of one day as FHIR R4 AuditEvents, in the manner of the IHE Basic Audit Log Patterns, with UK
//! identifiers: ODS codes for organisations, NHS numbers for people, national job role codes.

use std::io;

use serde_json::{Value, json};

use super::{CLOCKS_BACK, Event, Month, User, clock};

/// The file.
pub const AUDIT_EVENTS: &str = "log/auditevents.ndjson";
/// The day they are of; British Summer Time.
pub(super) const DAY: u32 = 14;
/// How many accesses.
const ACCESSES: usize = 56;

/// National job role codes, and those of the shared record's own for who has none.
fn role(word: &str) -> (&'static str, &'static str) {
    match word {
        "doctor" => ("https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName", "R0260"),
        "nurse" => ("https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName", "R8001"),
        "allied_health_professional" => ("https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName", "R8003"),
        "social_worker" => ("https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName", "R0243"),
        "care_home_manager" => ("https://record.example.org/CodeSystem/role", "CHM"),
        "paramedic" => ("https://record.example.org/CodeSystem/role", "PM"),
        _ => ("https://record.example.org/CodeSystem/role", "HCA"),
    }
}

fn resource(category: &str) -> &'static str {
    match category {
        "medications" => "MedicationStatement",
        "allergies" => "AllergyIntolerance",
        "problems" => "Condition",
        "results" => "Observation",
        "encounters" => "Encounter",
        "discharge" => "Composition",
        "clinic_letter" => "DocumentReference",
        "crisis_plan" => "CarePlan",
        _ => "Basic",
    }
}

fn purpose(word: &str) -> &'static str {
    match word {
        "emergency_care" => "ETREAT",
        "care_coordination" => "CAREMGT",
        _ => "TREAT",
    }
}

impl Month<'_> {
    /// About 60 lines: hospital, practice, council and care home accesses, some told by client and server both.
    pub(super) fn audit_events(&self, ordinary: &[Event<'_>], sink: &mut dyn FnMut(&'static str, &[u8]) -> io::Result<()>) -> io::Result<()> {
        let told = |event: &&Event<'_>| {
            matches!(event.user, User::Staff(_))
                && event.person.is_some()
                && !event.refused
                && event.system == "shared-record"
                && resource(event.category) != "Basic"
        };
        let mut chosen: Vec<&Event<'_>> = self.planted[DAY as usize].iter().filter(told).collect();
        let all: Vec<&Event<'_>> = ordinary.iter().filter(told).collect();
        let step = (all.len() / ACCESSES).max(1);
        chosen.extend(all.into_iter().step_by(step).take(ACCESSES.saturating_sub(chosen.len())));
        chosen.sort_by_key(|event| (event.at, event.nth));
        for (number, event) in chosen.into_iter().enumerate() {
            let request = format!("f{number:04}");
            sink(AUDIT_EVENTS, &line(&self.audit_event(event, &request, "server")))?;
            if number % 14 == 5 {
                sink(AUDIT_EVENTS, &line(&self.audit_event(event, &request, "client")))?;
            }
        }
        Ok(())
    }

    fn audit_event(&self, event: &Event<'_>, request: &str, side: &str) -> Value {
        const { assert!(DAY < CLOCKS_BACK) };
        let User::Staff(who) = event.user else { return Value::Null };
        let staff = &self.staff[who];
        let (hour, minute, second) = clock(DAY, event.at);
        let (role_system, role_code) = role(staff.role);
        let patient = String::from_utf8_lossy(event.person.map_or(&[b'0'; 10], |person| self.people.digits(person))).into_owned();
        let organisation = |code: &str| json!({"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": code}});
        let emergency =
            if event.emergency { json!([{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}]}]) } else { json!([]) };
        let mut purposes = vec![json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": purpose(event.purpose)}]})];
        purposes.extend(emergency.as_array().cloned().unwrap_or_default());
        json!({
            "resourceType": "AuditEvent",
            "id": format!("{request}-{side}"),
            "meta": {
                "profile": [format!("https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead{}", if side == "server" { "" } else { ".Client" })],
                "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]
            },
            "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
            "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": "read"}],
            "action": "R",
            "recorded": format!("2026-10-{DAY:02}T{hour:02}:{minute:02}:{second:02}+01:00"),
            "outcome": "0",
            "agent": [
                {
                    "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
                    "role": [{"coding": [{"system": role_system, "code": role_code}]}],
                    "who": {"identifier": {"system": "https://record.example.org/Id/user", "value": staff.user}},
                    "requestor": true,
                    "purposeOfUse": purposes
                },
                {
                    "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleClass", "code": "PROV"}]},
                    "who": organisation(event.organisation),
                    "requestor": false
                },
                {
                    "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "CST"}]},
                    "who": organisation(event.source),
                    "requestor": false
                }
            ],
            "source": {
                "site": event.system,
                "observer": {"display": event.system},
                "type": [{"system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": if side == "server" { "4" } else { "1" }}]
            },
            "entity": [
                {
                    "what": {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": patient}},
                    "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "1"},
                    "role": {"system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "1"}
                },
                {
                    "what": {"reference": format!("{}/{}-{request}", resource(event.category), event.category.replace('_', "-"))},
                    "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "2"},
                    "role": {"system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "4"}
                },
                {
                    "what": {"identifier": {"value": request}},
                    "type": {"system": "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "code": "XrequestId"}
                }
            ]
        })
    }
}

fn line(value: &Value) -> Vec<u8> {
    let mut text = value.to_string().into_bytes();
    text.push(b'\n');
    text
}
