//! ROL-001: every role is declared. Found by the reader.

use super::{Certainty, Check, Rule};
use crate::diagnostics::Severity;

pub(super) static RULE: Rule = Rule {
    code: "ROL-001",
    name: "known_role",
    title: "Every role is declared",
    severity: Severity::Error,
    statement: "Every role that a clause, a transition or a test names is declared under roles: in vocabulary.yaml.",
    source: "NHS national role-based access control: access follows a role that is defined",
    certainty: Certainty::Confirmed,
    next: "Use the role offered, or declare it in vocabulary.yaml with its national codes.",
    failing: "grants:\n  g1: {to: {role: clinican}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: false,
    waivable: false,
    check: Check::Reading,
};
