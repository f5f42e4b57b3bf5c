//! Taking typed values out of a node, keeping every problem instead of stopping at the first.

use std::cell::{Cell, RefCell};

use super::{Key, Kind, Node};
use crate::diagnostics::{Finding, Fix};
use crate::identifier::{Date, OdsCode};
use crate::source::{Span, Spanned};

/// Where findings go while a document is read.
#[derive(Debug, Default)]
pub struct Sink {
    findings: RefCell<Vec<Finding>>,
}

impl Sink {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a finding.
    pub fn push(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.findings.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.findings.borrow().is_empty()
    }

    /// All of them.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }

    /// A value has the wrong form.
    pub fn wrong(&self, place: &str, span: Span, expected: &str, found: &str) {
        self.push(Finding::error("READ-005", place, format!("expected {expected}, found {found}")).at(span, format!("should be {expected}")));
    }

    /// A block or action of the design that this version does not do: refused by name.
    pub fn not_built(&self, place: &str, span: Span, what: &str) {
        self.push(
            Finding::error("READ-009", place, format!("{what} is not built yet in carepact {}", env!("CARGO_PKG_VERSION")))
                .at(span, "cannot be enforced by this version")
                .ground("a part that cannot be enforced is refused by name, never skipped")
                .help("Take it out, or use a version that has it."),
        );
    }
}

/// The keys of one block, each taken once by name; what nobody asked for is an unknown key.
#[derive(Debug)]
pub struct Fields<'n> {
    entries: &'n [(Key, Node)],
    sink: &'n Sink,
    known: RefCell<Vec<&'static str>>,
    finished: Cell<bool>,
    /// Stable name of this block, for example `GM-DSA-0007/g1`.
    pub place: String,
    /// Where the block stands.
    pub span: Span,
}

impl<'n> Fields<'n> {
    /// Opens a block; anything else is a finding.
    pub fn open(node: &'n Node, place: impl Into<String>, sink: &'n Sink) -> Option<Self> {
        let place = place.into();
        match &node.kind {
            Kind::Map(entries) => Some(Self { entries, sink, known: RefCell::default(), finished: Cell::new(false), place, span: node.span }),
            _ => {
                sink.wrong(&place, node.span, "a block of keys", node.kind_in_words());
                None
            }
        }
    }

    /// The sink findings go to.
    pub fn sink(&self) -> &'n Sink {
        self.sink
    }

    /// `place/key`.
    pub fn place_of(&self, key: &str) -> String {
        format!("{}/{key}", self.place)
    }

    /// The value of a key that is there and not null.
    pub fn get(&self, key: &'static str) -> Option<&'n Node> {
        #[cfg(test)]
        asked::note(self.span, key);
        self.find(key)
    }

    fn find(&self, key: &'static str) -> Option<&'n Node> {
        self.known.borrow_mut().push(key);
        self.entries.iter().find(|(written, _)| written.text == key).map(|(_, node)| node).filter(|node| !node.is_null())
    }

    /// Where the key itself stands.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.entries.iter().find(|(written, _)| written.text == key).map(|(written, _)| written.span)
    }

    /// A single value as text.
    pub fn text(&self, key: &'static str) -> Option<Spanned<String>> {
        let node = self.get(key)?;
        match node.as_text() {
            Some(text) => Some(Spanned::new(text.to_owned(), node.span)),
            None => {
                self.sink.wrong(&self.place_of(key), node.span, "a single value", node.kind_in_words());
                None
            }
        }
    }

    /// One value or a list of them, as texts.
    pub fn texts(&self, key: &'static str) -> Vec<Spanned<String>> {
        self.get(key).map(|node| texts(node, &self.place_of(key), self.sink)).unwrap_or_default()
    }

    fn parsed<T>(
        &self,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Result<T, String>,
        meant: impl Fn(&str) -> Vec<(String, bool)>,
    ) -> Option<Spanned<T>> {
        let written = self.text(key)?;
        match parse(&written.value) {
            Ok(value) => Some(Spanned::new(value, written.span)),
            Err(why) => {
                let message = if why.is_empty() { format!("expected {expected}, found {:?}", written.value) } else { why };
                let finding = Finding::error("READ-005", self.place_of(key), message).at(written.span, format!("should be {expected}"));
                let fixes = meant(&written.value).into_iter().map(|(text, certain)| Fix::write(written.span, text, certain));
                self.sink.push(fixes.fold(finding, Finding::fix));
                None
            }
        }
    }

    /// A date, `2026-04-01`.
    pub fn date(&self, key: &'static str) -> Option<Spanned<Date>> {
        self.parsed(key, "a date such as 2026-04-01", |text| Date::parse(text).map_err(|error| error.to_string()), dates)
    }

    /// A whole number from 0.
    pub fn number(&self, key: &'static str) -> Option<Spanned<u32>> {
        self.parsed(key, "a whole number", |text| text.parse().map_err(|_| String::new()), |_| Vec::new())
    }

    /// `true` or `false`.
    pub fn yes_no(&self, key: &'static str) -> Option<Spanned<bool>> {
        self.parsed(
            key,
            "true or false",
            |text| match text {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err(String::new()),
            },
            |text| {
                let meant = match text.to_ascii_lowercase().as_str() {
                    "yes" | "true" => "true",
                    "no" | "false" => "false",
                    _ => return Vec::new(),
                };
                vec![(meant.to_owned(), true)]
            },
        )
    }

    /// An organisation code.
    pub fn ods(&self, key: &'static str) -> Option<Spanned<OdsCode>> {
        self.parsed(key, "an organisation code", |text| OdsCode::parse(text).map_err(|error| error.to_string()), |_| Vec::new())
    }

    /// One of a closed list of words.
    pub fn word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<Spanned<T>> {
        let written = self.text(key)?;
        word(&written, &self.place_of(key), words, self.sink)
    }

    /// Text that should be one of a closed list of words. It comes back as written even if it is not (that is the one
    /// finding), so that no rule says of it that it is missing.
    pub fn one_of(&self, key: &'static str, words: &[&'static str]) -> Option<Spanned<String>> {
        let written = self.text(key)?;
        self.among(&written, key, words);
        Some(written)
    }

    /// One or several words of a closed list, likewise.
    pub fn each_of(&self, key: &'static str, words: &[&'static str]) -> Vec<Spanned<String>> {
        let all = self.texts(key);
        for written in &all {
            self.among(written, key, words);
        }
        all
    }

    fn among(&self, written: &Spanned<String>, key: &str, words: &[&'static str]) {
        let pairs: Vec<(&'static str, ())> = words.iter().map(|word| (*word, ())).collect();
        let _ = word(written, &self.place_of(key), &pairs, self.sink);
    }

    /// A block below this one.
    pub fn block(&self, key: &'static str) -> Option<Fields<'n>> {
        let node = self.get(key)?;
        Fields::open(node, self.place_of(key), self.sink)
    }

    /// A block whose keys are freely chosen names: name, node and place of each.
    pub fn named(&self, key: &'static str) -> Vec<(Spanned<String>, &'n Node, String)> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let Some(entries) = node.as_map() else {
            self.sink.wrong(&self.place_of(key), node.span, "a block of named entries", node.kind_in_words());
            return Vec::new();
        };
        entries.iter().map(|(name, value)| (Spanned::new(name.text.clone(), name.span), value, format!("{}/{}", self.place, name.text))).collect()
    }

    /// A list of blocks, or one block.
    pub fn blocks(&self, key: &'static str) -> Vec<Fields<'n>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        node.one_or_many()
            .iter()
            .enumerate()
            .filter_map(|(index, item)| Fields::open(item, format!("{}/{}", self.place_of(key), index + 1), self.sink))
            .collect()
    }

    /// Refuses by name keys of the design that this version cannot enforce.
    pub fn refuse(&self, keys: &[&'static str]) {
        for key in keys {
            if let Some(node) = self.find(key) {
                let span = self.key_span(key).unwrap_or(node.span);
                self.sink.not_built(&self.place_of(key), span, &format!("`{key}`"));
            }
        }
    }

    /// Reports every key that was never asked for.
    pub fn finish(&self) {
        if self.finished.replace(true) {
            return;
        }
        let known = self.known.borrow();
        let unknown = || self.entries.iter().map(|(key, _)| key).filter(|key| !known.contains(&key.text.as_str()));
        let near = |key: &Key| crate::text::near::near(crate::text::near::Place::Key, &key.text, known.iter().copied());
        for key in unknown() {
            let mut finding = Finding::error("DOC-007", self.place_of(&key.text), format!("`{}` is not a key of this block", key.text))
                .at(key.span, "unknown key")
                .ground("a misspelt key would be ignored in silence, and what it was to say with it");
            finding = match near(key) {
                Some(meant) => {
                    // The right key may be there too, or two may be taken for it.
                    let there = self.entries.iter().any(|(other, _)| other.text == meant.name);
                    let alone = !unknown().any(|other| other.span != key.span && near(other).is_some_and(|other| other.name == meant.name));
                    let finding = finding.help(meant.question());
                    if there { finding } else { finding.fix(Fix::write(key.span, meant.name, meant.certain && alone)) }
                }
                None => {
                    let mut names: Vec<&str> = known.clone();
                    names.sort_unstable();
                    names.dedup();
                    finding.help(format!("Known here: {}.", names.join(", ")))
                }
            };
            self.sink.push(finding);
        }
    }
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        // Nobody can forget to look for unknown keys.
        self.finish();
    }
}

/// What was meant by a text that is no date, and whether that is certain.
fn dates(text: &str) -> Vec<(String, bool)> {
    Date::readings(text).into_iter().map(|(day, certain)| (day.to_string(), certain)).collect()
}

/// One value or a list of them, as texts; anything else is a finding.
pub fn texts(node: &Node, place: &str, sink: &Sink) -> Vec<Spanned<String>> {
    node.one_or_many()
        .iter()
        .filter_map(|item| match item.as_text() {
            Some(text) => Some(Spanned::new(text.to_owned(), item.span)),
            None => {
                sink.wrong(place, item.span, "a single value", item.kind_in_words());
                None
            }
        })
        .collect()
}

/// One of a closed list of words.
pub fn word<T: Copy>(written: &Spanned<String>, place: &str, words: &[(&'static str, T)], sink: &Sink) -> Option<Spanned<T>> {
    if let Some((_, value)) = words.iter().find(|(name, _)| *name == written.value) {
        return Some(Spanned::new(*value, written.span));
    }
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let finding = Finding::error("READ-005", place, format!("{:?} is not one of the words allowed here", written.value)).at(written.span, "unknown word");
    sink.push(match crate::text::near::near(crate::text::near::Place::Name, &written.value, names.iter().copied()) {
        Some(near) => finding.help(near.question()).fix(Fix::write(written.span, near.name, near.certain)),
        None => finding.help(format!("Use {}.", crate::text::or_list(&names))),
    });
    None
}

/// Which keys were asked of which block, so that the tables of `schema` can be held against the readers.
#[cfg(test)]
pub(crate) mod asked {
    use std::cell::RefCell;

    use crate::source::Span;

    thread_local! {
        static ASKED: RefCell<Option<Vec<(Span, &'static str)>>> = const { RefCell::new(None) };
    }

    pub(super) fn note(span: Span, key: &'static str) {
        ASKED.with_borrow_mut(|asked| asked.iter_mut().for_each(|asked| asked.push((span, key))));
    }

    /// What a piece of work, done in this thread, asks for.
    pub(crate) fn during<T>(work: impl FnOnce() -> T) -> (T, Vec<(Span, &'static str)>) {
        ASKED.set(Some(Vec::new()));
        let done = work();
        (done, ASKED.take().unwrap_or_default())
    }
}
