//! The texts a run has read, and places in them as byte spans.
//!
//! Every finding points into one of these texts. Names are paths relative to the folder the run was
//! asked about, with forward slashes, so that output does not depend on where that folder lies.

use std::fmt;

/// One text of a run. Cheap to copy; only meaningful with the [`Sources`] that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one text, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`; an end before the start gives an empty span.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { file, start, end }
    }

    /// The bytes as a range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From the start of `self` to the end of `other`, which lies in the same text.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place as people count it: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[derive(Clone, Debug)]
struct SourceText {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    /// Characters before each whole [`BLOCK`] of bytes, so that a column in a line of megabytes is not counted from its start.
    characters: Vec<u32>,
}

/// Bytes between two places where the characters before are known.
const BLOCK: usize = 1024;

/// Characters that begin in these bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

impl SourceText {
    /// Characters that begin before a byte.
    fn characters_before(&self, at: usize) -> usize {
        let block = at / BLOCK;
        self.characters.get(block).map_or(0, |before| *before as usize) + begun(&self.text.as_bytes()[block * BLOCK..at])
    }
}

/// All texts of a run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: Vec<SourceText>,
}

impl Sources {
    /// No texts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a text under the name that findings print.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        let mut before = 0;
        let characters = std::iter::once(0)
            .chain(text.as_bytes().chunks_exact(BLOCK).map(|block| {
                before += begun(block);
                u32::try_from(before).unwrap_or(u32::MAX)
            }))
            .collect();
        let id = FileId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(SourceText { name: name.into(), text, line_starts, characters });
        id
    }

    fn get(&self, id: FileId) -> &SourceText {
        &self.texts[id.0 as usize]
    }

    /// The name that findings print.
    pub fn name(&self, id: FileId) -> &str {
        &self.get(id).name
    }

    /// The whole text.
    pub fn text(&self, id: FileId) -> &str {
        &self.get(id).text
    }

    /// What a span covers. A span that does not lie on character borders gives an empty text.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.range()).unwrap_or("")
    }

    /// Where a span starts.
    pub fn start(&self, span: Span) -> Position {
        self.position(span.file, span.start as usize)
    }

    /// Where a span ends (one past the last character).
    pub fn end(&self, span: Span) -> Position {
        self.position(span.file, span.end as usize)
    }

    fn position(&self, id: FileId, at: usize) -> Position {
        let source = self.get(id);
        let at = at.min(source.text.len());
        let line = source.line_starts.partition_point(|&start| start <= at);
        let line_start = source.line_starts[line - 1];
        let column = source.characters_before(at) - source.characters_before(line_start) + 1;
        Position { line, column }
    }

    /// The whole lines that a span touches: the number of the first, and their bytes with the last line's end.
    pub fn lines(&self, span: Span) -> (usize, std::ops::Range<usize>) {
        let source = self.get(span.file);
        let line_of = |at: usize| source.line_starts.partition_point(|&start| start <= at.min(source.text.len()));
        let (first, last) = (line_of(span.start as usize), line_of(span.end as usize));
        (first, source.line_starts[first - 1]..source.line_starts.get(last).copied().unwrap_or(source.text.len()))
    }

    /// The line that a span begins on, without its end.
    pub fn line(&self, span: Span) -> &str {
        let (_, range) = self.lines(Span { end: span.start, ..span });
        self.get(span.file).text[range].trim_end_matches(['\n', '\r'])
    }

    /// `name:line:column`, as compilers print it.
    pub fn locate(&self, span: Span) -> String {
        format!("{}:{}", self.name(span.file), self.start(span))
    }

    /// Every text with its id, in the order read.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &str)> {
        self.texts.iter().enumerate().map(|(index, source)| (FileId(u32::try_from(index).unwrap_or(u32::MAX)), source.name.as_str()))
    }
}

/// A value with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let mut sources = Sources::new();
        let file = sources.add("a.yaml", "é: x\nnext: ü y\n");
        let at = sources.text(file).find('y').map(|at| Span::new(file, at, at + 1)).expect("there");
        assert_eq!(sources.locate(at), "a.yaml:2:9");
    }

    #[test]
    fn columns_far_into_a_line_are_counted_as_from_its_start() {
        let text = format!("x\n{}\n", "aé€😀".repeat(700));
        let mut sources = Sources::new();
        let file = sources.add("a", text.as_str());
        for (before, (at, letter)) in text.char_indices().skip(2).enumerate() {
            let position = sources.start(Span::new(file, at, at + letter.len_utf8()));
            assert_eq!(position, Position { line: 2, column: before + 1 }, "byte {at}");
        }
    }

    #[test]
    fn the_end_of_a_text_has_a_position() {
        let mut sources = Sources::new();
        let file = sources.add("a", "one\n");
        assert_eq!(sources.start(Span::new(file, 4, 4)), Position { line: 2, column: 1 });
    }
}
