//! The keys of `maps/OTHER.yaml`.

use super::Shape::{NamedTexts, Text, Texts};
use super::{Block, key};

pub(super) static MAPS: Block = Block {
    name: "maps",
    about: "How the names of another community map to ours: theirs, then ours.",
    keys: &[
        key("pack", Text, "The name of the other pack, which is the file's name too.").required().example("lancashire-neighbour"),
        key("title", Text, "What it is called."),
        key("note", Text, "What is to be said of it."),
        key("agreements", Texts, "Agreements that join the two; left out, those that have parties on both sides.").example("[GM-LSC-0003]"),
        key("functions", NamedTexts, "What their organisations do.").example("{acute: nhs.acute}"),
        key("places", NamedTexts, "Where their organisations belong.").example("{preston: lsc.preston}"),
        key("roles", NamedTexts, "Who asks.").example("{doctor: doctor}"),
        key("data", NamedTexts, "What is asked for.").example("{medicines: medications}"),
        key("purposes", NamedTexts, "What it is for.").example("{direct_care: direct_care}"),
        key("actions", NamedTexts, "What is done with it.").example("{view: view}"),
        key("forms", NamedTexts, "In which form.").example("{identifiable: identifiable}"),
        key("conditions", NamedTexts, "Facts; a fact that the other side cannot tell opens nothing.").example("{objection: objection_upheld}"),
    ],
};
