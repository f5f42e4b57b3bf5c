//! Codes of the reader itself: what a file must be before any rule can look at it.

use super::{Certainty, Check, Rule};
use crate::diagnostics::Severity;

const fn reader(
    code: &'static str,
    title: &'static str,
    statement: &'static str,
    source: &'static str,
    next: &'static str,
    failing: &'static str,
    fixed: &'static str,
) -> Rule {
    Rule {
        code,
        name: "reading",
        title,
        severity: Severity::Error,
        statement,
        source,
        certainty: Certainty::Design,
        next,
        failing,
        fixed,
        adjustable: false,
        waivable: false,
        check: Check::Reading,
    }
}

/// Pages of the reader's codes.
pub(super) static RULES: [Rule; 9] = [
    reader(
        "READ-001",
        "The file cannot be read",
        "A file of a pack is UTF-8 text (a byte order mark is tolerated), and a .yaml file is YAML.",
        "What cannot be read cannot be checked, so nothing is said about it but this, and the run ends with exit code 3",
        "Save the file as UTF-8; for YAML, check indentation (spaces, no tabs), quotes, brackets and colons just before the place named.",
        "# file: agreements/other.yaml\nagreement: [EX-DSA-0002\n",
        "# file: guards.yaml\nprohibits: {}\n",
    ),
    reader(
        "READ-002",
        "Said twice",
        "A key stands once in its block, a column once in its table, an organisation once in the register.",
        "Two readers could disagree about which of the two counts",
        "Keep one of the two.",
        "ends: 2028-03-31\nends: 2030-03-31\n",
        "ends: 2028-03-31\n",
    ),
    reader(
        "READ-003",
        "Larger than is read",
        "A YAML file has at most 16 MiB, 64 levels and 200,000 values once its aliases are followed; a vocabulary has at most 64 conditions.",
        "Limits keep a hostile file from exhausting memory",
        "Write less with aliases, or split the file.",
        "# file: guards.yaml\na: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
        "# file: guards.yaml\nprohibits: {}\n",
    ),
    reader(
        "READ-004",
        "YAML that is not read",
        "Merge keys (`<<`), tags (`!!str`), a second document in one file and keys that are lists are not read.",
        "What an agreement says must stand in it, and the schema alone decides what a value means",
        "Write the keys out; use `parent:` to inherit parties and prohibitions.",
        "version: !!str 1.0\n",
        "version: \"1.0\"\n",
    ),
    reader(
        "READ-005",
        "A value of the wrong form",
        "Every value has the form its key asks for: a date is year-month-day, a word is one of those allowed, a block is a block.",
        "A value that can be read in two ways, or in none, would be guessed: 12/06/2026 has two readings, and a word that is not one of those allowed has none",
        "Write the value as the finding says.",
        "review: {last: 2026-04-01, next: 12/06/2027}\n",
        "review: {last: 2026-04-01, next: 2027-06-12}\n",
    ),
    reader(
        "READ-006",
        "A name that is not declared",
        "Functions, places, data categories, actions, forms and conditions are those of vocabulary.yaml; codes of rules are those carepact has.",
        "A misspelt name would cover nothing, or not forbid what it was meant to",
        "Use the name offered, or declare it in vocabulary.yaml.",
        "grants:\n  g1: {to: {role: clinician}, see: [medications, resutls], for: individual_care, when: relationship and not objection_upheld}\n",
        "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    ),
    reader(
        "READ-007",
        "A table that does not hold together",
        "A table has its header, every row has as many cells as the header, cells that must be filled are, and nothing ends before it begins.",
        "A row that is left out in silence is an organisation that nobody judges",
        "Correct the row; quote cells that hold commas.",
        "# file: register/memberships.csv\nods,place,kind,from,to\nR9B,bury,borough,2010-01-01,,,\n",
        "# file: register/memberships.csv\nods,place,kind,from,to\nR9B,bury,borough,2010-01-01,\n",
    ),
    reader(
        "READ-008",
        "A file that is not there",
        "Every file that the pack names is there: accession files, the registers of neighbours.",
        "Without its accession file nobody of a group has joined",
        "Write the file, or correct its name.",
        "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0010.csv}\n",
        "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n",
    ),
    reader(
        "READ-009",
        "Not built yet",
        "A block, an action or a format that this version of carepact cannot enforce is refused by name.",
        "A part that is skipped in silence would look enforced",
        "Take it out, or use a version of carepact that has it.",
        "# file: pack.yaml\nformat: carepact.pack/2\n",
        "# file: pack.yaml\nformat: carepact.pack/1\n",
    ),
];
