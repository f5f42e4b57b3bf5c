//! One parse of YAML gives the value and the place of every key and value.
//!
//! Scalars stay text: the schema decides what they mean, never YAML, so that `306`, `1E5`, `NO`, `3.10` and
//! `2026-04-01` survive as written. Duplicate keys, merge keys, tags and a second document are findings; aliases are
//! allowed within limits on depth and size.

pub mod fields;

pub use fields::{Fields, Sink};

use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::diagnostics::Finding;
use crate::source::{FileId, Sources, Span};

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 64;
/// Most nodes of one text, aliases counted each time they are used.
pub const MAX_NODES: usize = 200_000;
/// Largest text in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// From its first to its last character.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// The three shapes of YAML.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A text as written, quotes removed.
    Scalar {
        /// The text.
        text: String,
        /// Whether it stood without quotes; only then may it mean "nothing", a number or yes and no.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map in the order written; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Node {
    /// Whether nothing was written: empty, `~` or `null` without quotes.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The text of a scalar that is not null.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn as_map(&self) -> Option<&[(Key, Node)]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().find(|(written, _)| written.text == key).map(|(_, node)| node)
    }

    /// The items of a list, or the one value that stands for a list of one. Null is an empty list.
    pub fn one_or_many(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ if self.is_null() => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// What it is, in words for people.
    pub fn kind_in_words(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar { .. } if self.is_null() => "nothing",
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a block of keys",
        }
    }
}

/// Reads bytes as UTF-8 text, a byte order mark tolerated; the error says what they look like instead.
pub fn decode(bytes: &[u8]) -> Result<&str, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err("it is UTF-16 (\"Unicode\" in some editors); save it as UTF-8".to_owned());
    }
    if bytes.contains(&0) {
        return Err("it holds zero bytes, so it is not text; save it as UTF-8".to_owned());
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let line = memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() + 1;
        format!("line {line} is not UTF-8 (Windows-1252 perhaps); save it as UTF-8")
    })
}

/// Parses one text. A syntax error gives no node; everything else is a finding beside a usable node.
pub fn parse(sources: &Sources, file: FileId) -> (Option<Node>, Vec<Finding>) {
    let text = sources.text(file);
    let mut builder =
        Builder { file, place: sources.name(file).to_owned(), bytes: ByteTable::new(text), text, findings: Vec::new(), anchors: Vec::new(), nodes: 0 };
    if text.len() > MAX_BYTES {
        let finding = Finding::error("READ-003", builder.place.clone(), format!("the file has {} bytes; at most {MAX_BYTES} are read", text.len()));
        return (None, vec![finding.ground("limits keep a hostile file from exhausting memory")]);
    }
    let root = builder.document();
    (root, builder.findings)
}

/// Characters to bytes: the parser counts characters.
struct ByteTable(Option<Vec<u32>>);

impl ByteTable {
    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self(None);
        }
        let mut table: Vec<u32> = text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        table.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        Self(Some(table))
    }

    fn byte(&self, character: usize) -> usize {
        match &self.0 {
            None => character,
            Some(table) => table.get(character).or(table.last()).map_or(0, |at| *at as usize),
        }
    }
}

struct Builder<'s> {
    file: FileId,
    place: String,
    text: &'s str,
    bytes: ByteTable,
    findings: Vec<Finding>,
    anchors: Vec<(usize, Node, usize)>,
    nodes: usize,
}

enum Stop {
    Syntax(saphyr_parser::ScanError),
    Limit,
}

enum Open {
    List { items: Vec<Node>, start: usize, anchor: usize },
    Map { entries: Vec<(Key, Node)>, seen: HashSet<String>, key: Option<(Key, bool)>, start: usize, anchor: usize },
}

impl Builder<'_> {
    fn document(&mut self) -> Option<Node> {
        match self.events() {
            Ok(root) => root,
            Err(Stop::Limit) => None,
            Err(Stop::Syntax(error)) => {
                let at = self.bytes.byte(error.marker().index()).min(self.text.len());
                let info = error.info().trim_end_matches('.').to_owned();
                self.findings.push(
                    Finding::error("READ-001", self.place.clone(), format!("this is not YAML: {info}"))
                        .at(Span::new(self.file, at, at), "here")
                        .help("Check the indentation (spaces, no tabs), quotes, brackets and colons just before this place."),
                );
                None
            }
        }
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        Span::new(self.file, self.bytes.byte(span.start.index()), self.bytes.byte(span.end.index()))
    }

    fn events(&mut self) -> Result<Option<Node>, Stop> {
        let mut parser = Parser::new_from_str(self.text);
        let mut stack: Vec<Open> = Vec::new();
        let mut root: Option<Node> = None;
        let mut documents = 0usize;
        while let Some(event) = parser.next_event() {
            let (event, place) = event.map_err(Stop::Syntax)?;
            let span = self.span(place);
            let done = match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        self.findings.push(
                            Finding::error("READ-004", self.place.clone(), "a file holds one document; what follows `---` is not read")
                                .at(span, "a second document starts here")
                                .help("Move it into a file of its own."),
                        );
                        return Ok(root);
                    }
                    None
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.refuse_tag(tag.is_some(), span);
                    let text = self.visible(text.into_owned(), span);
                    let node = Node { span, kind: Kind::Scalar { text, plain: style == ScalarStyle::Plain } };
                    self.count(1, span)?;
                    self.remember(anchor, &node, 1);
                    Some(node)
                }
                Event::SequenceStart(anchor, tag) => {
                    self.refuse_tag(tag.is_some(), span);
                    self.descend(stack.len(), span)?;
                    stack.push(Open::List { items: Vec::new(), start: span.start as usize, anchor });
                    None
                }
                Event::MappingStart(anchor, tag) => {
                    self.refuse_tag(tag.is_some(), span);
                    self.descend(stack.len(), span)?;
                    stack.push(Open::Map { entries: Vec::new(), seen: HashSet::new(), key: None, start: span.start as usize, anchor });
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let (kind, start, anchor, last) = match stack.pop() {
                        Some(Open::List { items, start, anchor }) => {
                            let last = items.last().map(|item| item.span.end as usize);
                            (Kind::List(items), start, anchor, last)
                        }
                        Some(Open::Map { entries, start, anchor, .. }) => {
                            let last = entries.last().map(|(key, value)| value.span.end.max(key.span.end) as usize);
                            (Kind::Map(entries), start, anchor, last)
                        }
                        None => return Ok(root),
                    };
                    // A block ends, for the parser, where the next one starts; people mean its last value.
                    let flow = matches!(self.text.as_bytes().get(start), Some(b'{' | b'['));
                    let end = if flow { span.end as usize } else { last.unwrap_or(span.start as usize) };
                    let node = Node { span: Span::new(self.file, start, end), kind };
                    let size = if anchor == 0 { 0 } else { size(&node) };
                    self.count(1, span)?;
                    self.remember(anchor, &node, size);
                    Some(node)
                }
                Event::Alias(anchor) => {
                    let found = self.anchors.iter().find(|(id, _, _)| *id == anchor).map(|(_, node, size)| (node.clone(), *size));
                    let Some((node, size)) = found else {
                        self.findings.push(Finding::error("READ-004", self.place.clone(), "an alias may not stand inside what it names").at(span, "here"));
                        return Err(Stop::Limit);
                    };
                    self.count(size, span)?;
                    Some(node)
                }
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => None,
            };
            if let Some(node) = done {
                match stack.last_mut() {
                    None => root = Some(node),
                    Some(Open::List { items, .. }) => items.push(node),
                    Some(Open::Map { entries, seen, key, .. }) => match key.take() {
                        None => {
                            let next = Self::key(&mut self.findings, &self.place, entries, seen, node);
                            *key = Some(next);
                        }
                        Some((name, keep)) => {
                            if keep {
                                entries.push((name, node));
                            }
                        }
                    },
                }
            }
        }
        Ok(root)
    }

    /// A key, and whether its value is kept: a second `name:` is a finding, never the silent winner.
    fn key(findings: &mut Vec<Finding>, place: &str, entries: &[(Key, Node)], seen: &mut HashSet<String>, node: Node) -> (Key, bool) {
        let Kind::Scalar { text, .. } = node.kind else {
            findings.push(Finding::error("READ-004", place, "a key is a single word, not a list or block").at(node.span, "here"));
            return (Key { text: String::new(), span: node.span }, false);
        };
        let key = Key { text, span: node.span };
        if key.text == "<<" {
            findings.push(
                Finding::error("READ-004", place, "merge keys are not read: what an agreement says must stand in it")
                    .at(key.span, "here")
                    .help("Write the keys out, or use `parent:` to inherit parties and prohibitions."),
            );
            return (key, false);
        }
        // Only a key seen before is looked for: a block of many thousands must not take a square of that.
        let again = !seen.insert(key.text.clone());
        if again && let Some((first, _)) = entries.iter().find(|(first, _)| first.text == key.text) {
            findings.push(
                Finding::error("READ-002", format!("{place}#{}", key.text), format!("`{}` is written twice in one block", key.text))
                    .at(key.span, "again here")
                    .at(first.span, "first here")
                    .discriminator(format!("{}", entries.len()))
                    .ground("two readers could disagree about which one counts")
                    .help("Keep one of the two."),
            );
            return (key, false);
        }
        (key, true)
    }

    /// The text, if people see all of it; what they would not see is a finding, and taken out.
    fn visible(&mut self, text: String, span: Span) -> String {
        if !text.contains(crate::text::is_deceptive) {
            return text;
        }
        self.findings.push(deceptive(&self.place, span));
        text.replace(crate::text::is_deceptive, "\u{fffd}")
    }

    fn refuse_tag(&mut self, tagged: bool, span: Span) {
        if tagged {
            self.findings.push(
                Finding::error("READ-004", self.place.clone(), "tags such as `!!str` are not read: the schema decides what a value means").at(span, "here"),
            );
        }
    }

    fn remember(&mut self, anchor: usize, node: &Node, size: usize) {
        if anchor != 0 {
            self.anchors.retain(|(id, _, _)| *id != anchor);
            self.anchors.push((anchor, node.clone(), size.max(1)));
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        self.findings.push(
            Finding::error("READ-003", self.place.clone(), format!("the file holds more than {MAX_NODES} values once its aliases are followed"))
                .at(span, "the limit is passed here")
                .ground("limits keep a hostile file from exhausting memory")
                .help("Write less with aliases, or split the file."),
        );
        Err(Stop::Limit)
    }

    fn descend(&mut self, depth: usize, span: Span) -> Result<(), Stop> {
        if depth < MAX_DEPTH {
            return Ok(());
        }
        self.findings.push(
            Finding::error("READ-003", self.place.clone(), format!("blocks are nested deeper than {MAX_DEPTH}"))
                .at(span, "too deep here")
                .ground("limits keep a hostile file from exhausting memory"),
        );
        Err(Stop::Limit)
    }
}

/// A value with characters that would change what people see.
pub fn deceptive(place: &str, span: Span) -> Finding {
    Finding::error("READ-005", place, "this value holds control characters, or marks that turn the direction of writing")
        .at(span, "people would not see what stands here")
        .discriminator(span.start.to_string())
        .ground("what is reviewed must be what is decided on")
        .help("Write it with letters, digits and punctuation only.")
}

fn size(node: &Node) -> usize {
    match &node.kind {
        Kind::Scalar { .. } => 1,
        Kind::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Kind::Map(entries) => 1 + entries.iter().map(|(_, value)| 1 + size(value)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Node>, Vec<Finding>, Sources) {
        let mut sources = Sources::new();
        let file = sources.add("a.yaml", text);
        let (node, findings) = parse(&sources, file);
        (node, findings, sources)
    }

    /// The same value as `serde_yaml` reads, both flattened to text: two readers of one agreement must agree.
    fn plain(node: &Node) -> String {
        match &node.kind {
            Kind::Scalar { .. } if node.is_null() => "~".into(),
            Kind::Scalar { text, .. } => format!("{text:?}"),
            Kind::List(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
            Kind::Map(entries) => {
                format!("{{{}}}", entries.iter().map(|(key, value)| format!("{:?}:{}", key.text, plain(value))).collect::<Vec<_>>().join(","))
            }
        }
    }

    fn peer(value: &serde_yaml::Value) -> String {
        use serde_yaml::Value;
        match value {
            Value::Null => "~".into(),
            Value::Bool(yes) => format!("{:?}", yes.to_string()),
            Value::Number(number) => format!("{:?}", number.to_string()),
            Value::String(text) => format!("{text:?}"),
            Value::Sequence(items) => format!("[{}]", items.iter().map(peer).collect::<Vec<_>>().join(",")),
            Value::Mapping(map) => {
                format!("{{{}}}", map.iter().map(|(key, value)| format!("{}:{}", peer(key).replace('~', "\"\""), peer(value))).collect::<Vec<_>>().join(","))
            }
            Value::Tagged(tagged) => peer(&tagged.value),
        }
    }

    #[test]
    fn agrees_with_serde_yaml_on_every_shape_we_write() {
        for text in [
            "a: 1\nb: [x, 'y z', \"q\"]\nc:\n  d: {e: f, g: ~}\n  h: |\n    two\n    lines\n",
            "- a\n- b: c\n  d:\n    - e\n    - f\n",
            "k: &x [1, 2]\nl: *x\n",
            "text: >-\n  folded\n  words\nother: 'it''s'\n",
            "é: ü\n",
        ] {
            let (node, findings, _) = read(text);
            assert_eq!(findings, [], "{text}");
            let value: serde_yaml::Value = serde_yaml::from_str(text).expect("valid");
            assert_eq!(plain(&node.expect("a node")), peer(&value), "{text}");
        }
    }

    #[test]
    fn scalars_survive_as_written() {
        let (node, _, _) = read("org: 306\ncode: 1E5\nanswer: NO\nversion: 3.10\nday: 2026-04-01\noctal: 0777\n");
        let node = node.expect("a node");
        let written: Vec<_> = node.as_map().expect("a map").iter().map(|(_, value)| value.as_text().expect("text")).collect();
        assert_eq!(written, ["306", "1E5", "NO", "3.10", "2026-04-01", "0777"]);
    }

    #[test]
    fn every_span_covers_what_was_written() {
        let text = "é: {role: clinician, see: [a, b]}\nnext:\n  deep: value\nlast: 1\n";
        let (node, _, sources) = read(text);
        let node = node.expect("a node");
        let map = node.as_map().expect("a map");
        assert_eq!(sources.slice(map[0].1.span), "{role: clinician, see: [a, b]}");
        assert_eq!(sources.slice(map[1].1.span), "deep: value");
        assert_eq!(sources.slice(map[1].0.span), "next");
    }

    #[test]
    fn duplicates_merges_tags_and_second_documents_are_findings() {
        for (text, code) in [
            ("a: 1\na: 2\n", "READ-002"),
            ("x: &y {a: 1}\nz: {<<: *y}\n", "READ-004"),
            ("a: !!str 1\n", "READ-004"),
            ("a: 1\n---\nb: 2\n", "READ-004"),
            ("a: [1\n", "READ-001"),
        ] {
            let (_, findings, _) = read(text);
            assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [code], "{text}");
        }
    }

    #[test]
    fn a_bomb_of_aliases_is_stopped_by_count() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for level in 1..9 {
            let inner = vec![format!("*a{}", level - 1); 9].join(",");
            text.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        let (node, findings, _) = read(&text);
        assert!(node.is_none());
        assert_eq!(findings[0].code, "READ-003");
        let deep = "[".repeat(100) + &"]".repeat(100);
        assert_eq!(read(&deep).1[0].code, "READ-003");
    }

    #[test]
    fn what_people_would_not_see_is_a_finding() {
        for text in ["a: \"\\e[31mred\"\n", "a: \"x\\u202ey\"\n", "a: \"\\0\"\n"] {
            let (node, findings, _) = read(text);
            assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["READ-005"], "{text}");
            assert!(!plain(&node.expect("a node")).contains(crate::text::is_deceptive));
        }
        assert_eq!(read("a: \"tab\\t and\\nline\"\n").1, []);
    }

    #[test]
    fn other_encodings_are_named() {
        assert!(decode(b"\xFF\xFEa\0").expect_err("refused").contains("UTF-16"));
        assert!(decode(b"a: \xE9\n").expect_err("refused").contains("line 1"));
        assert_eq!(decode(b"\xEF\xBB\xBFa: 1"), Ok("a: 1"));
    }
}
