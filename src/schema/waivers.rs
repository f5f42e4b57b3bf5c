//! The keys of `waivers.yaml`.

use super::Shape::{Date, Form, Text};
use super::{Block, key};

pub(super) static WAIVER: Block = Block {
    name: "waiver",
    about: "An accepted exception. It does not waive the law: the finding is still shown, as accepted, until the last day.",
    keys: &[
        key("code", Form("^[A-Z]{2,5}-[0-9]{3}$"), "The rule.").required().example("LIF-003"),
        key("at", Text, "The place, as the finding names it.").required().example("GM-DSA-0007/review"),
        key("reason", Text, "Why it is accepted.").required(),
        key("owner", Text, "Who sees to it: a role.").required().example("Information governance lead"),
        key("approved_by", Text, "Who accepted it: a role.").required().example("Data Protection Officer"),
        key("expires", Date, "Last day on which it is accepted.").required().example("2027-03-31"),
    ],
};
