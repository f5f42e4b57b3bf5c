//! DOC-002: one id, one agreement. Found by the reader, so that nothing is decided while two claim one id.

use super::{Certainty, Check, Rule};
use crate::diagnostics::Severity;

pub(super) static RULE: Rule = Rule {
    code: "DOC-002",
    name: "unique_id",
    title: "One id, one agreement",
    severity: Severity::Error,
    statement: "No two agreements of a pack have the same id.",
    source: "UK GDPR Article 5(2), accountability: a decision names one agreement",
    certainty: Certainty::Design,
    next: "Give one of the two another id; a new version of an agreement replaces its file.",
    failing: "# file: agreements/second.yaml\nagreement: EX-DSA-0001\ntitle: Framework\nversion: \"1\"\nstatus: draft\ntier: 1\nstarts: 2026-04-01\nparties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\n",
    fixed: "# file: agreements/second.yaml\nagreement: EX-DSA-0002\ntitle: Framework\nversion: \"1\"\nstatus: draft\ntier: 1\nstarts: 2026-04-01\nparties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\n",
    adjustable: false,
    waivable: false,
    check: Check::Reading,
};
