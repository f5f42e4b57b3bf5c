//! Codes that only `carepact register check` finds, since it takes the national lists beside the pack.

use super::{Certainty, Check, Rule};
use crate::diagnostics::Severity;

/// Pages of these codes, and the levels a pack may set for them.
pub(super) static RULES: [Rule; 1] = [Rule {
    code: "PTY-003",
    name: "listed_name",
    title: "Names are those of the national list",
    severity: Severity::Warning,
    statement: "The name of an organisation in the register is the one the national list gives for its code, but for capitals, spaces, points and the spelling of \
                \"and\". `carepact register check LIST...` finds it; `carepact check` has no list to compare with.",
    source: "Organisation Data Service: the list gives the name an organisation is registered under",
    certainty: Certainty::Confirmed,
    next: "Write the name as listed, or check that the code is the right one.",
    failing: "",
    fixed: "",
    adjustable: true,
    waivable: true,
    check: Check::Lists,
}];
