//! `waivers.yaml`: findings that somebody has accepted, for one place and for a limited time.
//!
//! One matcher serves every command. It compares codes and stable places, never lines or wording, so that an exception
//! neither drifts to another finding when a file is edited nor is lost when a line moves.

use std::collections::BTreeSet;

use crate::diagnostics::{Acceptance, Finding, Severity, Standing};
use crate::identifier::Date;
use crate::source::{Span, Spanned};
use crate::text::{and_list, count};
use crate::yaml::{Fields, Node, Sink};

/// Most days an exception may still last on the day it is looked at, unless `pack.yaml` says another number.
pub const MAX_DAYS: u32 = 180;
/// An exception that ends within so many days is mentioned.
const SOON_DAYS: i32 = 30;

/// One accepted exception. It does not waive the law: it says who knows, why, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The rule's code.
    pub code: Spanned<String>,
    /// Stable place of the finding, or of a block that holds it: `GM-DSA-0007/review`.
    pub at: Spanned<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who sees to it that it is mended.
    pub owner: String,
    /// Who accepted it, and when.
    pub approved_by: String,
    /// The last day on which it is accepted.
    pub expires: Spanned<Date>,
    /// The whole entry.
    pub span: Span,
}

/// What is known of a code that an exception names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// This run looks for it, and it may be accepted.
    Waivable,
    /// It may not be accepted.
    Never,
    /// Another command looks for it, so that nothing is said of whether it is used.
    Elsewhere,
    /// There is no such code; the nearest that there is.
    No(Option<&'static str>),
}

impl Waiver {
    /// Whether a finding of this code at this place is meant: the place itself or anything beneath it.
    pub fn covers(&self, code: &str, place: &str) -> bool {
        self.code.value == code && place.strip_prefix(self.at.value.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether it holds on a day, the last day included.
    pub fn holds_on(&self, day: Date) -> bool {
        day <= self.expires.value
    }

    fn acceptance(&self) -> Acceptance {
        Acceptance { reason: self.reason.clone(), owner: self.owner.clone(), approved_by: self.approved_by.clone(), expires: self.expires.value.to_string() }
    }

    /// What is said of the exception itself has a stable place of its own.
    fn finding(&self, code: &'static str, severity: Severity, message: String) -> Finding {
        Finding::new(code, severity, format!("waivers/{}/{}", self.code.value, self.at.value), message)
    }
}

/// Reads `waivers.yaml`: a list, bare or under `waivers:`. An entry that lacks something is a finding and accepts nothing.
pub fn read(node: &Node, sink: &Sink) -> Vec<Waiver> {
    for (key, _) in node.as_map().unwrap_or_default().iter().filter(|(key, _)| key.text != "waivers") {
        sink.push(
            Finding::error("DOC-007", format!("waivers/{}", key.text), format!("`{}` is not a key of this file", key.text))
                .at(key.span, "unknown key")
                .help(format!("Known here: {}.", "waivers")),
        );
    }
    let list = if node.as_map().is_some() { node.get("waivers").filter(|list| !list.is_null()) } else { Some(node) };
    let Some(list) = list else { return Vec::new() };
    let Some(items) = list.as_list() else {
        sink.wrong("waivers", list.span, "a list of accepted exceptions", list.kind_in_words());
        return Vec::new();
    };
    let mut waivers: Vec<Waiver> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(waiver) = read_one(item, index, sink) else { continue };
        match waivers.iter().find(|other| other.code.value == waiver.code.value && other.at.value == waiver.at.value) {
            Some(first) => sink.push(
                waiver
                    .finding("READ-002", Severity::Error, format!("{} at {} is accepted twice", waiver.code.value, waiver.at.value))
                    .at(waiver.code.span, "again here")
                    .at(first.code.span, "first here"),
            ),
            None => waivers.push(waiver),
        }
    }
    waivers
}

fn read_one(item: &Node, index: usize, sink: &Sink) -> Option<Waiver> {
    let fields = Fields::open(item, format!("waivers/{}", index + 1), sink)?;
    let before = sink.len();
    let text = |key: &'static str| fields.text(key).filter(|text| !text.value.trim().is_empty());
    let (code, at, reason, owner, approved_by) = (text("code"), text("at"), text("reason"), text("owner"), text("approved_by"));
    let expires = fields.date("expires");
    let there = [code.is_some(), at.is_some(), reason.is_some(), owner.is_some(), approved_by.is_some(), expires.is_some()];
    let keys = ["code", "at", "reason", "owner", "approved_by", "expires"];
    let lacks: Vec<String> = keys.iter().zip(there).filter(|(_, there)| !there).map(|(key, _)| format!("`{key}`")).collect();
    fields.finish();
    // A value of the wrong form, or a misspelt key, has its finding already.
    if !lacks.is_empty() && sink.len() == before {
        sink.push(
            Finding::error("READ-005", fields.place.clone(), format!("an accepted exception does not say {}", and_list(&lacks)))
                .at(fields.span, "this one")
                .ground("An exception without a reason, an owner, an approver or a last day accepts nothing: what it was to accept is found again")
                .help("Write `code`, `at` (the place as the finding names it), `reason`, `owner`, `approved_by` and `expires`."),
        );
    }
    let at = at?;
    Some(Waiver {
        code: code?,
        at: Spanned::new(at.value.trim_end_matches('/').to_owned(), at.span),
        reason: reason?.value,
        owner: owner?.value,
        approved_by: approved_by?.value,
        expires: expires?,
        span: fields.span,
    })
}

/// What exceptions are judged by.
pub struct Terms<'k> {
    /// The day.
    pub as_of: Date,
    /// Most days an exception may still last.
    pub max_days: u32,
    /// Whether everything was looked for, so that an exception without a finding is one too many.
    pub complete: bool,
    /// Ids of findings that nobody can accept, whatever their code.
    pub barred: &'k BTreeSet<String>,
    /// What is known of a code.
    pub known: &'k dyn Fn(&str) -> Known,
}

/// Marks the findings that are accepted and returns what is to be said of the exceptions themselves.
///
/// An exception that may not be made, lasts too long or has ended accepts nothing. Where two reach one finding, the one
/// that names the closer place counts.
pub fn apply(waivers: &[Waiver], findings: &mut [Finding], terms: &Terms<'_>) -> Vec<Finding> {
    let mut said = Vec::new();
    let mut good: Vec<&Waiver> = Vec::new();
    for waiver in waivers {
        match fault(waiver, findings, terms) {
            Some(finding) => said.push(finding),
            None => good.push(waiver),
        }
    }
    good.sort_by_key(|waiver| std::cmp::Reverse(waiver.at.value.len()));
    for finding in findings.iter_mut() {
        let mut reaching = good.iter().filter(|waiver| waiver.covers(finding.code, &finding.place));
        if let Some(closest) = reaching.next() {
            finding.standing = Standing::Accepted(closest.acceptance());
        }
    }
    for waiver in good {
        let met = findings.iter().any(|finding| waiver.covers(finding.code, &finding.place));
        if met {
            said.extend(soon(waiver, terms.as_of));
        } else if terms.complete && (terms.known)(&waiver.code.value) == Known::Waivable {
            said.push(unused(waiver));
        }
    }
    said
}

/// Why an exception accepts nothing, if it does not.
fn fault(waiver: &Waiver, findings: &[Finding], terms: &Terms<'_>) -> Option<Finding> {
    let code = &waiver.code.value;
    match (terms.known)(code) {
        Known::No(near) => {
            let finding = waiver.finding("READ-006", Severity::Error, format!("there is no rule `{code}`")).at(waiver.code.span, "accepted here");
            return Some(match near {
                Some(near) => finding.help(format!("Did you mean `{near}`?")),
                None => finding.help("`carepact explain` lists every code."),
            });
        }
        Known::Never => {
            return Some(
                waiver
                    .finding("WAI-004", Severity::Error, format!("a finding of {code} cannot be accepted"))
                    .at(waiver.code.span, "this code")
                    .help(format!("Take the entry out, and mend what {code} finds; `carepact explain {code}` says how.")),
            );
        }
        Known::Waivable | Known::Elsewhere => {}
    }
    if let Some(barred) = findings.iter().find(|finding| waiver.covers(finding.code, &finding.place) && terms.barred.contains(&finding.id())) {
        let finding = waiver.finding("WAI-004", Severity::Error, format!("what {code} finds here cannot be accepted")).at(waiver.at.span, "this place");
        let finding = finding.help("Take the entry out and mend the finding: nothing is decided on a pack that has it.");
        return Some(match barred.labels.first() {
            Some(label) => finding.at(label.span, "what is found"),
            None => finding,
        });
    }
    let expires = waiver.expires.value;
    if !waiver.holds_on(terms.as_of) {
        // Without the finding the entry is only one too many.
        let back = findings.iter().find(|finding| waiver.covers(finding.code, &finding.place));
        return match back {
            Some(back) => {
                let message = format!("the exception for {code} at {} ended on {}, and the finding is back", waiver.at.value, expires.in_words());
                let finding = waiver.finding("WAI-001", Severity::Error, message).at(waiver.expires.span, "the last day");
                Some(match back.labels.first() {
                    Some(label) => finding.at(label.span, "what it accepted"),
                    None => finding,
                })
            }
            None if terms.complete && (terms.known)(code) == Known::Waivable => Some(unused(waiver)),
            None => {
                let message = format!("the exception for {code} at {} ended on {}", waiver.at.value, expires.in_words());
                Some(waiver.finding("WAI-001", Severity::Error, message).at(waiver.expires.span, "the last day"))
            }
        };
    }
    let days = terms.as_of.days_until(expires);
    if i64::from(days) > i64::from(terms.max_days) {
        let latest = terms.as_of.plus_days(i32::try_from(terms.max_days).unwrap_or(i32::MAX));
        return Some(
            waiver
                .finding(
                    "WAI-005",
                    Severity::Error,
                    format!("the exception lasts {} more; at most {} are allowed", count(days.unsigned_abs().into(), "day", "days"), terms.max_days),
                )
                .at(waiver.expires.span, "its last day")
                .help(format!("Write {latest} or earlier, and look at it again then.")),
        );
    }
    None
}

fn unused(waiver: &Waiver) -> Finding {
    waiver
        .finding("WAI-002", Severity::Warning, format!("nothing of {} is found at {}", waiver.code.value, waiver.at.value))
        .at(waiver.at.span, "accepted here, and not needed")
        .help("Take the entry out if the finding is mended; if the place was renamed, write it as the finding names it.")
}

fn soon(waiver: &Waiver, as_of: Date) -> Option<Finding> {
    let days = as_of.days_until(waiver.expires.value);
    (days <= SOON_DAYS).then(|| {
        let left = if days == 0 { "today".to_owned() } else { format!("in {}", count(days.unsigned_abs().into(), "day", "days")) };
        waiver
            .finding("WAI-003", Severity::Info, format!("the exception for {} at {} ends {left}", waiver.code.value, waiver.at.value))
            .at(waiver.expires.span, "its last day")
    })
}
