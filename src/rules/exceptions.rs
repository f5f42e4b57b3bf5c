//! Codes of accepted exceptions (`waivers.yaml`) themselves, and how they are applied to what the rules found.

use std::collections::BTreeSet;

use super::{Certainty, Check, Rule, all};
use crate::acceptance::{self, Known, Terms};
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::pack::Pack;

/// Marks the findings that are accepted on the day; what is to be said of the exceptions is added to them.
/// `barred`: ids of findings that nobody can accept, whatever their code. `complete`: every rule was run, so that an
/// exception without a finding is one too many.
pub(super) fn apply(pack: &Pack, findings: &mut Vec<Finding>, as_of: Date, barred: &BTreeSet<String>, complete: bool) {
    let terms = Terms { as_of, max_days: pack.waiver_days, complete, barred, known: &known };
    let said = acceptance::apply(&pack.waivers, findings, &terms);
    findings.extend(said);
}

/// Marks the findings of another command that are accepted on the day. What is to be said of the exceptions themselves,
/// `check` says.
pub fn mark(pack: &Pack, findings: &mut [Finding], as_of: Date) {
    let terms = Terms { as_of, max_days: pack.waiver_days, complete: false, barred: &BTreeSet::new(), known: &known };
    acceptance::apply(&pack.waivers, findings, &terms);
}

/// Codes that `carepact register check` finds too, beside the national lists that no pack holds.
const BESIDE_LISTS: [&str; 1] = ["PTY-003"];

/// What is known of a code that an exception names.
pub fn known(code: &str) -> Known {
    match super::find(code) {
        Some(rule) if !rule.waivable => Known::Never,
        Some(rule) if BESIDE_LISTS.contains(&rule.code) => Known::Elsewhere,
        Some(_) => Known::Waivable,
        // What an audit finds is listed beside its detectors.
        None if code.starts_with("AUD-") => Known::Elsewhere,
        None => Known::No(crate::text::nearest(code, all().map(|rule| rule.code))),
    }
}

const SOURCE: &str = "UK GDPR Article 5(2), accountability: what is not yet in order is known, has an owner, a reason and a last day. An accepted exception does not \
                      waive the law";

const fn exception(
    code: &'static str,
    title: &'static str,
    severity: Severity,
    statement: &'static str,
    next: &'static str,
    failing: &'static str,
    fixed: &'static str,
) -> Rule {
    Rule {
        code,
        name: "exceptions",
        title,
        severity,
        statement,
        source: SOURCE,
        certainty: Certainty::Design,
        next,
        failing,
        fixed,
        adjustable: !matches!(severity, Severity::Error),
        waivable: false,
        check: Check::Exceptions,
    }
}

/// Pages of these codes.
pub(super) static RULES: [Rule; 5] = [
    exception(
        "WAI-001",
        "An accepted exception has ended",
        Severity::Error,
        "On the day asked about, the last day of an accepted exception (`expires`, that day included) has not passed. Once it has, the finding it accepted \
         is back, and this says so.",
        "Mend what was accepted; or have it accepted again by whoever may, and write the new approval and last day.",
        "# as of: 2026-08-01\nexit: ~\n# file: waivers.yaml\nwaivers:\n  - {code: LIF-009, at: EX-DSA-0001/exit, reason: terms of exit are with the supplier, \
         owner: IG lead,\n     approved_by: IG board 2026-05-12, expires: 2026-07-31}\n",
        "# as of: 2026-08-01\nexit: ~\n# file: waivers.yaml\nwaivers:\n  - {code: LIF-009, at: EX-DSA-0001/exit, reason: terms of exit are with the supplier, \
         owner: IG lead,\n     approved_by: IG board 2026-07-28, expires: 2026-10-31}\n",
    ),
    exception(
        "WAI-002",
        "An accepted exception that nothing needs",
        Severity::Warning,
        "Every accepted exception meets a finding. One that meets none would one day accept something that nobody has looked at.",
        "Take the entry out.",
        "# file: waivers.yaml\nwaivers:\n  - {code: LIF-009, at: EX-DSA-0001/exit, reason: terms of exit are with the supplier, owner: IG lead,\n     \
         approved_by: IG board 2026-05-12, expires: 2026-09-30}\n",
        "# file: waivers.yaml\nwaivers: []\n",
    ),
    exception(
        "WAI-003",
        "An accepted exception ends soon",
        Severity::Info,
        "From 30 days before the last day of an accepted exception, that day is mentioned.",
        "Mend what was accepted before that day, or have it accepted again.",
        "exit: ~\n# file: waivers.yaml\nwaivers:\n  - {code: LIF-009, at: EX-DSA-0001/exit, reason: terms of exit are with the supplier, owner: IG lead,\n     \
         approved_by: IG board 2026-05-12, expires: 2026-07-15}\n",
        "exit: ~\n# file: waivers.yaml\nwaivers:\n  - {code: LIF-009, at: EX-DSA-0001/exit, reason: terms of exit are with the supplier, owner: IG lead,\n     \
         approved_by: IG board 2026-05-12, expires: 2026-09-30}\n",
    ),
    exception(
        "WAI-004",
        "This cannot be accepted",
        Severity::Error,
        "Accepted exceptions are for rules about what a document says: not for what stops a pack from being read, since nothing is decided on such a pack, nor \
         for what a statute closes.",
        "Take the entry out and mend the finding.",
        "# file: waivers.yaml\nwaivers:\n  - {code: DAT-003, at: EX-DSA-0001/g1, reason: asked for by the clinic, owner: IG lead,\n     \
         approved_by: IG board 2026-05-12, expires: 2026-09-30}\n",
        "# file: waivers.yaml\nwaivers: []\n",
    ),
    exception(
        "WAI-005",
        "Accepted for too long",
        Severity::Error,
        "On the day asked about, an accepted exception lasts at most 180 days more, or as many as pack.yaml says under `waivers: {max_days: 90}`. One that \
         lasts longer accepts nothing.",
        "Write an earlier last day, and look at it again then.",
        "# file: waivers.yaml\nwaivers:\n  - {code: LIF-009, at: EX-DSA-0001/exit, reason: terms of exit are with the supplier, owner: IG lead,\n     \
         approved_by: IG board 2026-05-12, expires: 2027-12-31}\n",
        "exit: ~\n# file: waivers.yaml\nwaivers:\n  - {code: LIF-009, at: EX-DSA-0001/exit, reason: terms of exit are with the supplier, owner: IG lead,\n     \
         approved_by: IG board 2026-05-12, expires: 2026-09-30}\n",
    ),
];
