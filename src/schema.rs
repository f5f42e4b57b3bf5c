//! What may stand in each file of a pack, as data: one table of keys a block, from which the JSON Schemas under
//! `schemas/` are made. A test reads the shipped packs and holds the tables against every key that the readers ask for,
//! so that neither can drift from the other.

mod agreement;
mod basis;
mod clause;
mod conduct;
mod handling;
mod json;
mod maps;
mod pack;
mod profile;
mod release;
mod results;
mod tests_file;
mod thresholds;
mod vocabulary;
mod waivers;

#[cfg(test)]
mod drift;

use serde_json::Value;

/// What may stand at a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// One value, taken as it is written.
    Text,
    /// One value whose text has this form (a regular expression).
    Form(&'static str),
    /// A day, `2026-04-01`.
    Date,
    /// A whole number, not less, not more.
    Number(u32, u32),
    /// `true` or `false`.
    YesNo,
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// One word, of which these are known; others are judged by a rule, or by the pack's own tables.
    Known(&'static [&'static str]),
    /// One value or a list of them.
    Texts,
    /// One word of a closed list or several of them.
    Words(&'static [&'static str]),
    /// A block of keys.
    Block(&'static Block),
    /// One block or a list of them.
    Blocks(&'static Block),
    /// Freely named entries, each a block.
    Named(&'static Block),
    /// Freely named entries, each a block or a list of blocks.
    NamedBlocks(&'static Block),
    /// Freely named entries, each one value.
    NamedTexts,
    /// Freely named entries, each one word of a closed list.
    NamedWords(&'static [&'static str]),
    /// Freely named entries, each a word or a block.
    NamedOr(&'static [&'static str], &'static Block),
    /// Freely named entries, each a block or nothing.
    NamedMaybe(&'static Block),
    /// A word or a block.
    Either(&'static [&'static str], &'static Block),
    /// A value or a block.
    TextOr(&'static Block),
    /// A value, a list of values, or a block.
    TextsOr(&'static Block),
    /// A list whose entries are values or blocks.
    EachTextOr(&'static Block),
    /// A tree of names; a name's own properties are these.
    Tree(&'static Block),
    /// A block in which nothing stands.
    Empty,
}

/// No upper limit of a number.
const MOST: u32 = u32::MAX;

/// One key of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) about: &'static str,
    pub(crate) required: bool,
    pub(crate) example: &'static str,
}

/// A block of keys. Blocks are told apart by their names, which the schemas use for their definitions.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
}

/// A key that may be left out.
const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, about, required: false, example: "" }
}

impl Key {
    /// It must be there.
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// What a person would write, in YAML on one line.
    const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }
}

/// The words of a list of words and what they stand for.
const fn words<T, const N: usize>(pairs: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = pairs[index].0;
        index += 1;
    }
    names
}

/// What a whole file is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Root {
    /// A block of keys.
    Block(&'static Block),
    /// A list of blocks, or a block whose one key of this name holds it.
    List(&'static str, &'static Block),
    /// Written out as JSON Schema, for a format that is JSON.
    Json(fn() -> Value),
}

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// `agreement`: the schema is `agreement.schema.json`.
    pub name: &'static str,
    /// Which files it is for, relative to a pack.
    pub files: &'static str,
    /// What such a file holds, one sentence.
    pub about: &'static str,
    pub(crate) root: Root,
}

/// Every kind of file, in the order of the guide.
pub const DOCUMENTS: &[Document] = &[
    Document {
        name: "pack",
        files: "pack.yaml",
        about: "The head of a pack: its name, levels of rules, named linkages, signers and neighbours.",
        root: Root::Block(&pack::PACK),
    },
    Document {
        name: "vocabulary",
        files: "vocabulary.yaml",
        about: "The words of a community: what organisations do, places, roles, data, purposes and conditions.",
        root: Root::Block(&vocabulary::VOCABULARY),
    },
    Document {
        name: "guards",
        files: "guards.yaml",
        about: "Prohibitions of statute: they reach every grant of the pack.",
        root: Root::Block(&clause::GUARDS),
    },
    Document { name: "agreement", files: "agreements/*.yaml", about: "One data-sharing agreement.", root: Root::Block(&agreement::AGREEMENT) },
    Document { name: "pathways", files: "pathways.yaml", about: "Transitions of care that agreements must cover.", root: Root::Block(&pack::PATHWAYS) },
    Document {
        name: "maps",
        files: "maps/*.yaml",
        about: "How the names of another community map to ours. Nothing passes through a name that is not mapped.",
        root: Root::Block(&maps::MAPS),
    },
    Document {
        name: "tests",
        files: "tests/*.yaml",
        about: "What the agreements must and must not allow, run by `carepact test`.",
        root: Root::Block(&tests_file::TESTS),
    },
    Document {
        name: "waivers",
        files: "waivers.yaml",
        about: "Accepted exceptions. An accepted exception does not waive the law.",
        root: Root::List("waivers", &waivers::WAIVER),
    },
    Document {
        name: "profile",
        files: "audit/profiles/*.yaml",
        about: "How the records of an access log map to events.",
        root: Root::Block(&profile::PROFILE),
    },
    Document {
        name: "thresholds",
        files: "audit/thresholds.yaml",
        about: "The numbers that detectors of the audit go by, where they are not the defaults.",
        root: Root::Block(&thresholds::THRESHOLDS),
    },
    Document { name: "conduct", files: "audit/conduct.yaml", about: "How an audit's own outputs are handled.", root: Root::Block(&conduct::CONDUCT) },
    Document {
        name: "results",
        files: "results.json",
        about: "carepact.results/1: what every command that finds something saves.",
        root: Root::Json(results::schema),
    },
];

/// A kind of file by its name.
pub fn document(name: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().find(|document| document.name == name)
}

impl Document {
    /// `agreement.schema.json`.
    pub fn file_name(&self) -> String {
        format!("{}.schema.json", self.name)
    }

    /// The JSON Schema, draft-07.
    pub fn schema(&self) -> Value {
        json::document(self)
    }

    /// The schema as a file holds it.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema())
    }
}
