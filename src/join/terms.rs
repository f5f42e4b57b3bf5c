//! Terms that differ: what the agreements for direct care of either side say, and what the agreements that join them do.
//! Like is compared with like: the same block of the same kind of agreement.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::{Agreement, AgreementDraft};

/// What agreements say of one thing: each value with the agreements that say it. `not said` is a value.
pub type Said = BTreeMap<String, Vec<String>>;

/// One term of either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What it is about, in words.
    pub about: String,
    /// In our agreements for direct care.
    pub ours: Said,
    /// In theirs.
    pub theirs: Said,
    /// In those that join the two.
    pub joining: Said,
}

impl Term {
    /// Whether the two sides say other things.
    pub fn differs(&self) -> bool {
        !self.ours.is_empty() && !self.theirs.is_empty() && self.ours.keys().collect::<BTreeSet<_>>() != self.theirs.keys().collect::<BTreeSet<_>>()
    }
}

/// What stands for nothing.
const NOT_SAID: &str = "not said";

type Reader = fn(&AgreementDraft) -> Option<String>;

/// Written texts may span lines.
fn text(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hours(hours: u32) -> String {
    crate::text::count(u64::from(hours), "hour", "hours")
}

fn days(days: u32) -> String {
    crate::text::count(u64::from(days), "day", "days")
}

fn months(months: u32) -> String {
    crate::text::count(u64::from(months), "month", "months")
}

fn yes_no(yes: bool) -> String {
    if yes { "yes".to_owned() } else { "no".to_owned() }
}

const TERMS: [(&str, Reader); 16] = [
    ("emergency access", |draft| draft.break_glass.as_ref()?.allowed.as_ref().map(|yes| yes_no(yes.value))),
    ("emergency access is reviewed within", |draft| draft.break_glass.as_ref()?.review_within_days.as_ref().map(|number| days(number.value))),
    ("the person is told of emergency access", |draft| draft.break_glass.as_ref()?.tell_patient.as_ref().map(|word| text(&word.value))),
    ("an incident is reported to the regulator within", |draft| draft.breach.as_ref()?.report_to_ico_hours.as_ref().map(|number| hours(number.value))),
    ("a processor reports an incident within", |draft| draft.breach.as_ref()?.processor_hours.as_ref().map(|number| hours(number.value))),
    ("people are told of an incident", |draft| draft.breach.as_ref()?.tell_people.as_ref().map(|word| text(&word.value))),
    ("reviewed every", |draft| draft.review.as_ref()?.cycle_months.as_ref().map(|number| months(number.value))),
    ("the national data opt-out applies to care", |draft| {
        let applies: BTreeSet<bool> = draft.basis.iter().filter_map(|basis| Some(basis.ndoo.as_ref()?.applies.as_ref()?.value)).collect();
        (!applies.is_empty()).then(|| applies.into_iter().map(yes_no).collect::<Vec<_>>().join(" and "))
    }),
    ("an objection is decided by", |draft| draft.rights.as_ref()?.objection.as_ref()?.decided_by.as_ref().map(|word| text(&word.value))),
    ("requests about rights are answered within", |draft| draft.rights.as_ref()?.time_limit_days.as_ref().map(|number| days(number.value))),
    ("sensitive codes that stay out", |draft| {
        let list = draft.exclusions.as_ref()?;
        let version = list.version.as_ref().map(|version| format!(", version {}", version.value)).unwrap_or_default();
        list.list.as_ref().map(|name| format!("{}{version}", text(&name.value)))
    }),
    ("lowest status of the Data Security and Protection Toolkit", |draft| draft.security.as_ref()?.minimum_dspt.as_ref().map(|word| text(&word.value))),
    ("held in", |draft| draft.transfers.as_ref()?.territory.as_ref().map(|word| text(&word.value))),
    ("goes to, or is seen from", |draft| {
        let countries = &draft.transfers.as_ref()?.countries;
        let names: Vec<&str> = countries.iter().filter_map(|one| one.country.as_ref()).map(|country| country.value.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }),
    ("may be passed on", |draft| draft.onward_sharing.as_ref()?.allowed.as_ref().map(|yes| yes_no(yes.value))),
    ("notice of leaving", |draft| draft.exit.as_ref()?.notice_months.as_ref().map(|number| months(number.value))),
];

fn said(agreements: &[&Agreement], read: impl Fn(&AgreementDraft) -> Option<String>) -> Said {
    let mut said = Said::new();
    for agreement in agreements {
        said.entry(read(&agreement.draft).unwrap_or_else(|| NOT_SAID.to_owned())).or_default().push(agreement.id.clone());
    }
    said
}

/// Every term, whether it differs or not.
pub fn compare(ours: &[&Agreement], theirs: &[&Agreement], joining: &[&Agreement]) -> Vec<Term> {
    let term = |about: &str, read: &dyn Fn(&AgreementDraft) -> Option<String>| Term {
        about: about.to_owned(),
        ours: said(ours, read),
        theirs: said(theirs, read),
        joining: said(joining, read),
    };
    // What is kept is named freely; each name is compared with the same name.
    let kept: BTreeSet<&str> =
        ours.iter().chain(theirs).chain(joining).flat_map(|agreement| agreement.draft.retention.iter().map(|one| one.class.value.as_str())).collect();
    let mut terms: Vec<Term> = kept
        .into_iter()
        .map(|class| {
            term(&format!("retention of {}", class.replace('_', " ")), &|draft| {
                let kept = draft.retention.iter().find(|one| one.class.value == class)?;
                let after = kept.after.as_ref().map(|after| format!(" after {}", text(&after.value))).unwrap_or_default();
                kept.keep.as_ref().map(|keep| format!("{}{after}", text(&keep.value)))
            })
        })
        .collect();
    terms.extend(TERMS.iter().map(|(about, read)| term(about, read)));
    terms.retain(|term| [&term.ours, &term.theirs, &term.joining].iter().any(|said| said.keys().any(|value| value != NOT_SAID)));
    terms
}
