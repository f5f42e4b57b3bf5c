//! The keys of `audit/thresholds.yaml`.

use super::Shape::{NamedTexts, Text};
use super::{Block, key};

pub(super) static THRESHOLDS: Block = Block {
    name: "thresholds",
    about: "The numbers that detectors of the audit go by, where they are not the defaults.",
    keys: &[
        key("note", Text, "What is to be said of them: who agreed them, and when."),
        key("thresholds", NamedTexts, "CODE.NAME as the detector's page has it, and a whole number in the page's unit.")
            .example("{AUD-006.household_limit: 8}"),
    ],
};
