//! The words of a community: trees of functions, places, roles, data and purposes; lists of actions, forms and
//! conditions.
//!
//! One rule for every tree: a name covers itself and everything beneath it. A name is any unambiguous suffix of a
//! path (`documents.discharge`); a full path always names its node; `any` is the root.

use crate::diagnostics::{Finding, Fix};
use crate::source::{Span, Spanned};
use crate::text::near::{self, Near};
use crate::yaml::{Fields, Kind, Node, Sink};

/// A node of one tree. Only meaningful with the tree it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u16);

/// The root, written `any`.
pub const ROOT: NodeId = NodeId(0);

/// Whether a grant on a parent reaches a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Restriction {
    /// It does.
    #[default]
    None,
    /// Only a grant that names the node (or something beneath it).
    NamedOnly,
    /// Closed by statute: only a grant that names one of these gateways in its condition.
    Statute(Vec<String>),
}

/// One name of a tree.
#[derive(Clone, Debug)]
pub struct TreeNode {
    /// The last part of the path.
    pub name: String,
    /// The path from below the root, joined by dots; empty for the root.
    pub path: String,
    /// The node above; none for the root.
    pub parent: Option<NodeId>,
    /// Nodes directly beneath.
    pub children: Vec<NodeId>,
    /// Where it is declared; none for the root.
    pub span: Option<Span>,
    /// Whether grants on a parent reach it.
    pub restriction: Restriction,
    /// National role or activity codes (roles).
    pub rbac: Vec<Spanned<String>>,
    /// HL7 v3 ActReason code (purposes).
    pub purpose_of_use: Option<String>,
    /// In words.
    pub meaning: Option<String>,
    /// Why it may stand without a grant: it is deprecated, or kept for something (roles).
    pub kept_for: Option<String>,
    /// Other names for the same, as sheets and letters write them.
    pub synonyms: Vec<String>,
    /// Data categories beyond which a role never sees, all agreements together (roles); empty is not declared.
    pub maximum: Vec<Spanned<String>>,
}

/// A tree of names.
#[derive(Clone, Debug)]
pub struct Tree {
    /// What its names are: `role`, `data category`, ...
    pub what: &'static str,
    nodes: Vec<TreeNode>,
}

/// Why a name does not name a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No node ends with it.
    #[error("there is no {what} `{name}` in the vocabulary")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// As written.
        name: String,
        /// A near name.
        near: Option<String>,
    },
    /// Several do.
    #[error("the {what} `{name}` could be {}", crate::text::or_list(.paths))]
    Ambiguous {
        /// What was looked for.
        what: &'static str,
        /// As written.
        name: String,
        /// The paths that end with it.
        paths: Vec<String>,
    },
}

impl Tree {
    fn new(what: &'static str) -> Self {
        let root = TreeNode {
            name: "any".into(),
            path: String::new(),
            parent: None,
            children: Vec::new(),
            span: None,
            restriction: Restriction::None,
            rbac: Vec::new(),
            purpose_of_use: None,
            meaning: None,
            kept_for: None,
            synonyms: Vec::new(),
            maximum: Vec::new(),
        };
        Self { what, nodes: vec![root] }
    }

    /// The node.
    pub fn node(&self, id: NodeId) -> &TreeNode {
        &self.nodes[usize::from(id.0)]
    }

    /// Every node but the root, parents before children.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (1..u16::try_from(self.nodes.len()).unwrap_or(u16::MAX)).map(NodeId)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.nodes.len() - 1
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The path, `any` for the root.
    pub fn path(&self, id: NodeId) -> &str {
        if id == ROOT { "any" } else { &self.node(id).path }
    }

    /// The shortest suffix of the path that still names only this node.
    pub fn short(&self, id: NodeId) -> &str {
        let path = self.path(id);
        let mut starts: Vec<usize> = path.match_indices('.').map(|(at, _)| at + 1).collect();
        starts.reverse();
        starts.push(0);
        starts.into_iter().map(|at| &path[at..]).find(|suffix| self.find(suffix) == Ok(id)).unwrap_or(path)
    }

    /// Whether `above` is `below` or lies above it.
    pub fn covers(&self, above: NodeId, below: NodeId) -> bool {
        let mut at = Some(below);
        while let Some(id) = at {
            if id == above {
                return true;
            }
            at = self.node(id).parent;
        }
        false
    }

    /// The leaves beneath (or the node itself, if it is one).
    pub fn leaves(&self, id: NodeId) -> Vec<NodeId> {
        let node = self.node(id);
        if node.children.is_empty() {
            return if id == ROOT { Vec::new() } else { vec![id] };
        }
        node.children.iter().flat_map(|child| self.leaves(*child)).collect()
    }

    /// From the node up to below the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), |at| self.node(*at).parent).filter(|at| *at != ROOT)
    }

    /// The node a name means.
    pub fn find(&self, name: &str) -> Result<NodeId, NameError> {
        if name == "any" {
            return Ok(ROOT);
        }
        if let Some(exact) = self.ids().find(|id| self.node(*id).path == name) {
            return Ok(exact);
        }
        let hits: Vec<NodeId> = self
            .ids()
            .filter(|id| {
                let path = &self.node(*id).path;
                path.len() > name.len() && path.ends_with(name) && path.as_bytes()[path.len() - name.len() - 1] == b'.'
            })
            .collect();
        match hits[..] {
            [one] => Ok(one),
            [] => {
                let near = crate::text::nearest(name, self.nodes.iter().skip(1).map(|node| node.name.as_str()))
                    .or_else(|| crate::text::nearest(name, self.nodes.iter().skip(1).map(|node| node.path.as_str())))
                    .or_else(|| self.meant(name).map(|near| near.name))
                    .map(str::to_owned);
                Err(NameError::Unknown { what: self.what, name: name.to_owned(), near })
            }
            _ => Err(NameError::Ambiguous { what: self.what, name: name.to_owned(), paths: hits.iter().map(|id| self.node(*id).path.clone()).collect() }),
        }
    }

    /// The name that is meant by a word that people use for it.
    fn meant(&self, name: &str) -> Option<Near<'_>> {
        let known: Vec<&str> = self.nodes.iter().skip(1).map(|node| node.path.as_str()).collect();
        near::meant(near::Place::Name, name, &known)
    }

    /// Whether a name is so near to only one that nothing else can have been meant.
    fn certain(&self, name: &str, near: &str) -> bool {
        let known: Vec<&str> = self.nodes.iter().skip(1).flat_map(|node| [node.name.as_str(), node.path.as_str()]).collect();
        let alone = self.find(near).is_ok();
        let mut names: Vec<&str> = known.into_iter().filter(|known| !known.ends_with(&format!(".{near}"))).collect();
        names.sort_unstable();
        names.dedup();
        alone && near::spelt(name, &names).is_some_and(|found| found.certain && found.name == near)
    }

    /// The node a written name means; an unknown one is a finding.
    pub fn resolve(&self, name: &Spanned<String>, place: &str, code: &'static str, sink: &Sink) -> Option<NodeId> {
        match self.find(&name.value) {
            Ok(id) => Some(id),
            Err(error) => {
                let finding = Finding::error(code, place, error.to_string()).at(name.span, "this name").discriminator(name.value.clone());
                sink.push(match error {
                    NameError::Unknown { near: Some(near), .. } => {
                        let question = self
                            .meant(&name.value)
                            .filter(|meant| meant.name == near)
                            .map_or_else(|| format!("Did you mean `{near}`?"), |meant| meant.question());
                        finding.help(question).fix(Fix::write(name.span, near.clone(), self.certain(&name.value, &near)))
                    }
                    NameError::Unknown { .. } => finding.help(format!("Declare it in vocabulary.yaml, or use one of the {} names there.", self.what)),
                    NameError::Ambiguous { .. } => finding.help("Write more of the path."),
                });
                None
            }
        }
    }

    fn read(&mut self, node: &Node, parent: NodeId, place: &str, sink: &Sink) {
        let Some(entries) = node.as_map() else {
            if !node.is_null() {
                sink.wrong(place, node.span, "a block of names", node.kind_in_words());
            }
            return;
        };
        for (key, value) in entries {
            if ATTRIBUTES.contains(&key.text.as_str()) {
                if parent == ROOT {
                    sink.push(
                        Finding::error("DOC-007", place, format!("`{}` is a property of a name and cannot be a name itself", key.text)).at(key.span, "here"),
                    );
                    continue;
                }
                self.attribute(parent, &key.text, value, place, sink);
                continue;
            }
            if key.text.is_empty() || key.text == "any" || !key.text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-') {
                sink.push(
                    Finding::error("READ-005", format!("{place}/{}", key.text), format!("{:?} cannot be a name here", key.text))
                        .at(key.span, "here")
                        .help("A name has lower-case letters, digits, _ and -; `any` means everything."),
                );
                continue;
            }
            let Ok(next) = u16::try_from(self.nodes.len()) else {
                sink.push(Finding::error("READ-003", place, format!("more than {} names are declared", u16::MAX)).at(key.span, "one too many"));
                return;
            };
            let id = NodeId(next);
            let above = &self.node(parent).path;
            let path = if above.is_empty() { key.text.clone() } else { format!("{above}.{}", key.text) };
            self.nodes.push(TreeNode {
                name: key.text.clone(),
                path,
                parent: Some(parent),
                children: Vec::new(),
                span: Some(key.span),
                restriction: Restriction::None,
                rbac: Vec::new(),
                purpose_of_use: None,
                meaning: None,
                kept_for: None,
                synonyms: Vec::new(),
                maximum: Vec::new(),
            });
            self.nodes[usize::from(parent.0)].children.push(id);
            self.read(value, id, &format!("{place}/{}", key.text), sink);
        }
    }

    fn attribute(&mut self, id: NodeId, key: &str, value: &Node, place: &str, sink: &Sink) {
        let texts = crate::yaml::fields::texts(value, &format!("{place}/{key}"), sink);
        let node = &mut self.nodes[usize::from(id.0)];
        match key {
            "rbac" => node.rbac = texts,
            "purpose_of_use" => node.purpose_of_use = texts.into_iter().next().map(|text| text.value),
            "meaning" => node.meaning = texts.into_iter().next().map(|text| text.value),
            "deprecated" | "kept_for" => node.kept_for = texts.into_iter().next().map(|text| text.value).filter(|text| !text.trim().is_empty()),
            "synonyms" => node.synonyms = texts.into_iter().map(|text| text.value).collect(),
            "maximum" => node.maximum = texts,
            "gateways" => {
                let gateways = texts.into_iter().map(|text| text.value).collect();
                node.restriction = Restriction::Statute(gateways);
            }
            "restricted" => match texts.first().map(|text| text.value.as_str()) {
                Some("named_only") => node.restriction = Restriction::NamedOnly,
                Some("statute") => {
                    if !matches!(node.restriction, Restriction::Statute(_)) {
                        node.restriction = Restriction::Statute(Vec::new());
                    }
                }
                _ => sink.wrong(place, value.span, "named_only or statute", "something else"),
            },
            _ => {}
        }
    }
}

/// Properties of a name; everything else in its block is a name beneath it.
pub(crate) const ATTRIBUTES: [&str; 9] = ["rbac", "purpose_of_use", "meaning", "gateways", "restricted", "deprecated", "kept_for", "synonyms", "maximum"];

/// Where an audit takes a fact from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The access is explained by a relationship.
    Explained,
    /// A row of a reference table, by its name.
    Table(String),
    /// A field of the event, by its name.
    Event(String),
}

/// A fact a grant or prohibition may depend on.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its name.
    pub name: String,
    /// In words: true when ...
    pub meaning: String,
    /// Where an audit takes it from; none means nobody records it.
    pub evidence: Option<Evidence>,
    /// What must come with it, for example `reason`.
    pub with: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A condition of the vocabulary: its place in [`Vocabulary::conditions`], which is also its bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(pub u8);

/// Most conditions a vocabulary may declare: facts are bits of one word.
pub const MAX_CONDITIONS: usize = 64;

/// Most actions, and most forms, a vocabulary may declare: they are bits of one word.
pub const MAX_WORDS: usize = 32;

fn fields_key(node: &Node, key: &str) -> Span {
    node.as_map().and_then(|entries| entries.iter().find(|(written, _)| written.text == key)).map_or(node.span, |(written, _)| written.span)
}

/// All words of a pack.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// What organisations do.
    pub functions: Tree,
    /// Where they belong.
    pub places: Tree,
    /// Who asks.
    pub roles: Tree,
    /// What is asked for.
    pub data: Tree,
    /// What it is for.
    pub purposes: Tree,
    /// What is done with it: `view`, `print`, `export`, ...
    pub actions: Vec<String>,
    /// `identifiable`, `pseudonymised`, `aggregate`.
    pub forms: Vec<String>,
    /// Facts.
    pub conditions: Vec<Condition>,
}

impl Vocabulary {
    /// Reads `vocabulary.yaml`.
    pub fn read(node: &Node, sink: &Sink) -> Self {
        let mut functions = Tree::new("function");
        let mut places = Tree::new("place");
        let mut roles = Tree::new("role");
        let mut data = Tree::new("data category");
        let mut purposes = Tree::new("purpose");
        let mut actions = Vec::new();
        let mut forms = Vec::new();
        let mut conditions = Vec::new();
        if let Some(fields) = Fields::open(node, "vocabulary", sink) {
            for (key, tree) in [("functions", &mut functions), ("places", &mut places), ("roles", &mut roles), ("data", &mut data), ("purposes", &mut purposes)]
            {
                if let Some(node) = fields.get(key) {
                    tree.read(node, ROOT, &format!("vocabulary/{key}"), sink);
                }
            }
            actions = fields.texts("actions").into_iter().map(|text| text.value).collect();
            forms = fields.texts("forms").into_iter().map(|text| text.value).collect();
            conditions = read_conditions(&fields, sink);
        }
        for id in roles.ids() {
            let role = roles.node(id);
            for name in &role.maximum {
                data.resolve(name, &format!("vocabulary/roles/{}/maximum", role.path), "READ-006", sink);
            }
        }
        for (key, list) in [("actions", &mut actions), ("forms", &mut forms)] {
            if list.len() > MAX_WORDS {
                let span = fields_key(node, key);
                sink.push(Finding::error("READ-003", format!("vocabulary/{key}"), format!("more than {MAX_WORDS} {key} are declared")).at(span, "here"));
                list.truncate(MAX_WORDS);
            }
        }
        if actions.is_empty() {
            actions = ["view", "print", "export", "amend"].map(str::to_owned).to_vec();
        }
        if forms.is_empty() {
            forms = ["identifiable", "pseudonymised", "aggregate"].map(str::to_owned).to_vec();
        }
        Self { functions, places, roles, data, purposes, actions, forms, conditions }
    }

    /// An empty one, for a pack whose vocabulary could not be read.
    pub fn empty() -> Self {
        Self {
            functions: Tree::new("function"),
            places: Tree::new("place"),
            roles: Tree::new("role"),
            data: Tree::new("data category"),
            purposes: Tree::new("purpose"),
            actions: Vec::new(),
            forms: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// The condition of a name.
    pub fn condition(&self, name: &str) -> Option<ConditionId> {
        self.conditions.iter().position(|condition| condition.name == name).and_then(|index| u8::try_from(index).ok()).map(ConditionId)
    }

    /// The roles of the person the record is about, or who acts for them: they need no organisation.
    pub fn is_person(&self, role: NodeId) -> bool {
        matches!(self.roles.path(role), "person" | "proxy")
    }
}

fn read_conditions(fields: &Fields<'_>, sink: &Sink) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (name, node, place) in fields.named("conditions") {
        if let Kind::Map(_) = node.kind
            && let Some(inner) = Fields::open(node, place.clone(), sink)
        {
            let evidence = inner.text("evidence").and_then(|text| match text.value.split_once('.') {
                None if text.value == "explained" => Some(Evidence::Explained),
                Some(("table", table)) => Some(Evidence::Table(table.to_owned())),
                Some(("event", field)) => Some(Evidence::Event(field.to_owned())),
                _ => {
                    sink.wrong(&place, text.span, "explained, table.NAME or event.FIELD", "something else");
                    None
                }
            });
            conditions.push(Condition {
                name: name.value,
                meaning: inner.text("meaning").map(|text| text.value).unwrap_or_default(),
                evidence,
                with: inner.text("with").map(|text| text.value),
                span: name.span,
            });
        } else if node.is_null() {
            conditions.push(Condition { name: name.value, meaning: String::new(), evidence: None, with: None, span: name.span });
        }
    }
    if conditions.len() > MAX_CONDITIONS {
        let span = conditions[MAX_CONDITIONS].span;
        sink.push(Finding::error("READ-003", "vocabulary/conditions", format!("more than {MAX_CONDITIONS} conditions are declared")).at(span, "one too many"));
        conditions.truncate(MAX_CONDITIONS);
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    const TEXT: &str = "\
data:
  record: {medications: {}, documents: {discharge: {}, letter: {}}, assisted: {restricted: statute, gateways: [consent]}}
  audit: {log: {}, letter: {}}
roles: {doctor: {rbac: [R0260]}, person: {}}
conditions: {relationship: {meaning: there is one, evidence: explained}}
";

    fn read() -> (Vocabulary, Vec<Finding>) {
        let mut sources = Sources::new();
        let file = sources.add("vocabulary.yaml", TEXT);
        let (node, findings) = crate::yaml::parse(&sources, file);
        assert_eq!(findings, []);
        let sink = Sink::new();
        let vocabulary = Vocabulary::read(&node.expect("a node"), &sink);
        (vocabulary, sink.into_findings())
    }

    #[test]
    fn a_name_is_any_unambiguous_suffix() {
        let (vocabulary, findings) = read();
        assert_eq!(findings, []);
        let data = &vocabulary.data;
        let discharge = data.find("documents.discharge").expect("found");
        assert_eq!(data.path(discharge), "record.documents.discharge");
        assert_eq!(data.short(discharge), "discharge");
        assert_eq!(data.short(data.find("audit.letter").expect("found")), "audit.letter");
        assert!(matches!(data.find("letter"), Err(NameError::Ambiguous { .. })));
        assert_eq!(data.find("medication"), Err(NameError::Unknown { what: "data category", name: "medication".into(), near: Some("medications".into()) }));
        assert_eq!(data.find("any"), Ok(ROOT));
        // A suffix counts by whole parts: `s.discharge` is not one.
        assert!(data.find("s.discharge").is_err());
    }

    #[test]
    fn a_name_covers_itself_and_everything_beneath() {
        let (vocabulary, _) = read();
        let data = &vocabulary.data;
        let (record, documents, log) = (data.find("record").expect("found"), data.find("documents").expect("found"), data.find("log").expect("found"));
        assert!(data.covers(record, documents) && data.covers(documents, documents) && data.covers(ROOT, log));
        assert!(!data.covers(documents, record) && !data.covers(record, log));
        assert_eq!(data.leaves(record).len(), 4);
        assert_eq!(data.node(data.find("assisted").expect("found")).restriction, Restriction::Statute(vec!["consent".into()]));
    }
}
