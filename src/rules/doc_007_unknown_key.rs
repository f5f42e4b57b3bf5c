//! DOC-007: every key means something. Found by the reader.

use super::{Certainty, Check, Rule};
use crate::diagnostics::Severity;

pub(super) static RULE: Rule = Rule {
    code: "DOC-007",
    name: "unknown_key",
    title: "Every key is known",
    severity: Severity::Error,
    statement: "Every key of a block and every column of a table is one that carepact knows.",
    source: "A misspelt key would be ignored in silence, and what it was to say with it",
    certainty: Certainty::Design,
    next: "Use the name offered, or take the key out.",
    failing: "retension:\n  shared_view: {keep: 8 years, after: last contact, then: review and destroy}\nretention: ~\n",
    fixed: "retention:\n  shared_view: {keep: 8 years, after: last contact, then: review and destroy}\n",
    adjustable: false,
    waivable: false,
    check: Check::Reading,
};
