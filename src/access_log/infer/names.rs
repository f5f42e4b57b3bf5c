//! How well the name of a column fits a field.

use crate::access_log::profile::{TARGETS, Target};

/// Names of columns by field: what exports and standards call them, joined and in small letters.
fn names(target: Target) -> &'static [&'static str] {
    match target {
        Target::Time => &[
            "time",
            "timestamp",
            "datetime",
            "date",
            "when",
            "accesstime",
            "accessdate",
            "accessdatetime",
            "eventtime",
            "eventdate",
            "eventdatetime",
            "recorded",
            "occurred",
            "opendttm",
            "dttm",
            "localdatetime",
            "logtime",
            "actiontime",
            "audittime",
            "auditdate",
            "activitytime",
            "activitydate",
        ],
        Target::User => &[
            "user",
            "userid",
            "username",
            "useraccount",
            "account",
            "login",
            "loginid",
            "logonid",
            "staffid",
            "staff",
            "employeeid",
            "operator",
            "operatorid",
            "actor",
            "actorid",
            "clinicianid",
            "smartcard",
            "smartcardid",
            "accessedby",
            "viewedby",
            "who",
            "uuid",
            "sdsuserid",
        ],
        Target::OnBehalfOf => &["onbehalfof", "behalfof", "delegator", "actingfor"],
        Target::Role => &["role", "userrole", "jobrole", "rolecode", "staffrole", "roleid", "roleprofile", "jobtitle", "position"],
        Target::Organisation => &[
            "organisation",
            "organization",
            "org",
            "orgcode",
            "organisationcode",
            "ods",
            "odscode",
            "userorganisation",
            "userorg",
            "userods",
            "site",
            "practice",
            "employer",
            "requestingorganisation",
            "viewingorganisation",
        ],
        Target::Department => &["department", "dept", "ward", "unit", "team", "userdepartment", "centre", "clinic"],
        Target::Device => {
            &["device", "deviceid", "deviceused", "hostname", "host", "workstation", "terminal", "machine", "ip", "ipaddress", "clientip", "computer"]
        }
        Target::Session => &["session", "sessionid", "sessionkey"],
        Target::System => &["system", "application", "app", "systemname", "clientsystem", "systemid", "product", "asid"],
        Target::Person => &[
            "nhsnumber",
            "nhsno",
            "nhs",
            "person",
            "personid",
            "patient",
            "patientid",
            "patid",
            "patientnumber",
            "subject",
            "subjectid",
            "mrn",
            "hospitalnumber",
            "patientref",
            "personref",
            "client",
            "clientid",
            "residentid",
        ],
        Target::Source => &[
            "source",
            "sourceorganisation",
            "sourceorg",
            "sourceods",
            "custodian",
            "dataowner",
            "owner",
            "owningorganisation",
            "recordowner",
            "provider",
            "datasource",
            "sourcesystemorganisation",
        ],
        Target::Action => &[
            "action",
            "activity",
            "event",
            "eventtype",
            "operation",
            "accesstype",
            "typeofaction",
            "actiontype",
            "activitytype",
            "eventaction",
            "what",
            "verb",
            "interaction",
            "routine",
        ],
        Target::Category => &[
            "category",
            "categories",
            "section",
            "datacategory",
            "resource",
            "resourcetype",
            "recordtype",
            "documenttype",
            "datatype",
            "tab",
            "screen",
            "metricname",
        ],
        Target::Purpose => &["purpose", "purposeofuse", "purposeofevent", "declaredpurpose", "pou"],
        Target::Outcome => &["outcome", "result", "status", "success", "accessresult", "eventoutcome"],
        Target::Emergency => &["emergency", "emergencyaccess", "breakglass", "btg", "breaktheglass", "override", "breaktype", "privacyoverride"],
        Target::Reason => &["reason", "reasontext", "justification", "justificationtext", "breakglassreason", "comment", "accessreason", "overridereason"],
        Target::Correlation => &["correlation", "correlationid", "requestid", "request", "traceid", "transactionid", "messageid", "xrequestid"],
        Target::Sensitivity => &["sensitivity", "confidentiality", "securitylabel", "confidentialitycode"],
        Target::Basis => &["basis", "relationship", "legitimaterelationship", "lr", "claimedrelationship", "lrtype", "relationshiptype"],
        Target::Sequence => &["sequence", "sequencenumber", "seq", "seqno", "recordnumber", "eventid", "auditid", "logid", "rowid", "rowno"],
        Target::Duration => &["duration", "exposuretime", "seconds", "viewseconds", "durationseconds", "timespent"],
    }
}

/// Words that make a name say something else: when a record was closed or a person born is not when it was opened.
fn other(target: Target, word: &str) -> bool {
    match target {
        Target::Time => {
            matches!(word, "close" | "closed" | "end" | "ended" | "birth" | "dob" | "expiry" | "logout" | "death" | "duration" | "zone" | "exposure" | "spent")
        }
        Target::Person => matches!(word, "name" | "surname" | "dob" | "birth" | "postcode" | "age" | "sex" | "gender" | "address"),
        Target::User => matches!(word, "role" | "organisation" | "organization" | "org" | "ods" | "department" | "type" | "agent" | "email" | "surname"),
        Target::Emergency => matches!(word, "reason" | "time" | "dttm" | "start" | "exposure" | "contact"),
        Target::Organisation => matches!(word, "source" | "owner" | "owning" | "custodian" | "patient" | "registered"),
        Target::Role => matches!(word, "description"),
        _ => false,
    }
}

/// 100 for a name that is the field's, 90 for one of its usual names, 60 for one that holds such a name among other words, else 0.
pub(super) fn fit(target: Target, name: &str) -> u32 {
    let words = words_of(name);
    let joined = words.concat();
    let own = TARGETS.iter().find(|(known, ..)| *known == target).map_or("", |(_, own, _)| own).replace('_', "");
    if joined == own {
        return 100;
    }
    let known = names(target);
    if known.contains(&joined.as_str()) {
        return 90;
    }
    if words.iter().any(|word| other(target, word)) {
        return 0;
    }
    // The last words of `actor.id` or `patient_nhs_number`, else any run of words.
    let runs = (0..words.len()).flat_map(|from| (from + 1..=words.len()).map(move |to| (from, to)));
    let (mut last, mut some) = (false, false);
    for (from, to) in runs.filter(|(from, to)| to - from < words.len()) {
        let run = words[from..to].concat();
        if run.len() > 2 && (run == own || known.contains(&run.as_str())) {
            some = true;
            last |= to == words.len();
        }
    }
    match (last, some) {
        (true, _) => 65,
        (_, true) => 60,
        _ => 0,
    }
}

/// `PatientID`, `patient_id` and `patient id` alike.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(one) = letters.next() {
        let next_small = letters.peek().is_some_and(|next| next.is_lowercase());
        let begins =
            one.is_alphanumeric() && (!before.is_alphanumeric() || one.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_small));
        if begins {
            words.push(String::new());
        }
        if one.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(one.to_lowercase());
        }
        before = one;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_their_words() {
        assert_eq!(words_of("OpenDTTM"), ["open", "dttm"]);
        assert_eq!(words_of("PatientID"), ["patient", "id"]);
        assert_eq!(words_of("NHS number"), ["nhs", "number"]);
        assert_eq!(words_of("actor.user_id"), ["actor", "user", "id"]);
    }

    #[test]
    fn every_field_knows_its_own_name_best_and_no_usual_name_serves_two() {
        for (target, name, others) in TARGETS {
            assert_eq!(fit(target, name), 100);
            for known in names(target) {
                assert!(fit(target, known) >= 90, "{known}");
                for (elsewhere, ..) in TARGETS.iter().filter(|(elsewhere, ..)| *elsewhere != target) {
                    assert!(!names(*elsewhere).contains(known), "{known} is a name of {target:?} and of {elsewhere:?}");
                }
            }
            assert!(others.iter().all(|other| fit(target, other) >= 90), "{others:?}");
        }
    }

    #[test]
    fn what_is_near_is_not_the_same() {
        for (target, name) in [
            (Target::Time, "CloseDTTM"),
            (Target::Time, "date_of_birth"),
            (Target::Person, "patient_name"),
            (Target::User, "user_role"),
            (Target::Emergency, "BreakGlassReason"),
            (Target::Organisation, "source_ods_code"),
            (Target::User, "colour"),
        ] {
            assert_eq!(fit(target, name), 0, "{name}");
        }
        assert_eq!(fit(Target::Time, "BreakGlassStartDTTM"), 65);
        assert_eq!(fit(Target::User, "actor.user_id"), 65);
    }
}
