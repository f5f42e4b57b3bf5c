//! DOC-010: what has been replaced no longer runs.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::Status;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DOC-010",
    name: "superseded",
    title: "Replaced agreements have ended",
    severity: Severity::Warning,
    statement: "An agreement that another one in force replaces (`supersedes:`) is superseded, terminated or expired.",
    source: "Version control: while both run, both grant, and a decision may rest on the one that was replaced",
    certainty: Certainty::Design,
    next: "Set the older agreement to superseded and give it its last day.",
    failing: "supersedes: [EX-DSA-0000]\n# file: agreements/old.yaml\nagreement: EX-DSA-0000\ntitle: Older framework\nversion: \"1\"\nstatus: signed\ntier: 1\nstarts: 2024-04-01\nparties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\n",
    fixed: "supersedes: [EX-DSA-0000]\n# file: agreements/old.yaml\nagreement: EX-DSA-0000\ntitle: Older framework\nversion: \"1\"\nstatus: superseded\ntier: 1\nstarts: 2024-04-01\nends: 2026-03-31\nparties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.in_force() {
        for old in &agreement.draft.supersedes {
            // A target that is not there is found by XAG-018.
            let Some(target) = context.pack.agreement(&old.value) else { continue };
            if matches!(target.status, Status::Superseded | Status::Terminated | Status::Expired) || target.id == agreement.id {
                continue;
            }
            let span = target.draft.status.as_ref().map_or(target.draft.head(), |status| status.span);
            found.push(
                RULE.finding(format!("{}/supersedes/{}", agreement.id, old.value), format!("{} replaces {}, which is still {}", agreement.id, target.id, target.status.name()))
                    .at(span, "should be superseded")
                    .at(old.span, "replaced here"),
            );
        }
    }
}
