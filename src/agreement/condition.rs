//! The condition of a clause: names of facts with `and`, `or`, `not` and brackets, and nothing else. That keeps the
//! domain finite, so that every case can be answered.

use crate::diagnostics::{Finding, Fix};
use crate::source::{Span, Spanned};
use crate::text::near;
use crate::vocabulary::{ConditionId, Vocabulary};
use crate::yaml::Sink;

/// A condition over declared facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Nothing is asked.
    Always,
    /// A fact.
    Fact(ConditionId),
    /// The opposite.
    Not(Box<Expression>),
    /// All of them.
    And(Vec<Expression>),
    /// One of them at least.
    Or(Vec<Expression>),
}

/// Deepest nesting of brackets.
const MAX_DEPTH: usize = 32;

impl Expression {
    /// Whether it is true when exactly the facts of `truth` are.
    pub fn holds(&self, truth: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Fact(id) => truth >> id.0 & 1 == 1,
            Self::Not(inner) => !inner.holds(truth),
            Self::And(all) => all.iter().all(|one| one.holds(truth)),
            Self::Or(any) => any.iter().any(|one| one.holds(truth)),
        }
    }

    /// The facts it names, as bits.
    pub fn facts(&self) -> u64 {
        match self {
            Self::Always => 0,
            Self::Fact(id) => 1 << id.0,
            Self::Not(inner) => inner.facts(),
            Self::And(list) | Self::Or(list) => list.iter().fold(0, |bits, one| bits | one.facts()),
        }
    }

    /// Whether it can never be true while all of `facts` are false: then it depends on one of them.
    pub fn requires_one_of(&self, facts: u64) -> bool {
        let free = self.facts() & !facts;
        if self.facts() & facts == 0 {
            return false;
        }
        !submasks(free).any(|truth| self.holds(truth))
    }

    /// Reads a condition as written.
    pub fn parse(written: &Spanned<String>, vocabulary: &Vocabulary, place: &str, sink: &Sink) -> Option<Self> {
        let tokens = tokens(&written.value);
        let mut parser = Parser { tokens: &tokens, at: 0, vocabulary, written, place, sink, failed: false };
        let expression = parser.either(0);
        if let Some(token) = parser.tokens.get(parser.at).filter(|_| !parser.failed) {
            parser.fail(Some(*token), "`and` or `or` is missing before this");
        }
        (!parser.failed).then_some(expression)
    }

    /// As written again, with the names of the vocabulary.
    pub fn display(&self, vocabulary: &Vocabulary) -> String {
        let name = |id: &ConditionId| vocabulary.conditions.get(usize::from(id.0)).map_or("?", |condition| condition.name.as_str()).to_owned();
        let nested = |inner: &Self| match inner {
            Self::And(_) | Self::Or(_) => format!("({})", inner.display(vocabulary)),
            _ => inner.display(vocabulary),
        };
        match self {
            Self::Always => "always".to_owned(),
            Self::Fact(id) => name(id),
            Self::Not(inner) => format!("not {}", nested(inner)),
            Self::And(all) => all.iter().map(nested).collect::<Vec<_>>().join(" and "),
            Self::Or(any) => any.iter().map(nested).collect::<Vec<_>>().join(" or "),
        }
    }
}

/// Every subset of a set of bits, the empty one first.
pub fn submasks(bits: u64) -> impl Iterator<Item = u64> {
    let mut next = Some(0u64);
    std::iter::from_fn(move || {
        let now = next?;
        next = if now == bits { None } else { Some(now.wrapping_sub(bits) & bits) };
        Some(now)
    })
}

#[derive(Clone, Copy, Debug)]
struct Token<'t> {
    text: &'t str,
    at: usize,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices() {
        let word = !letter.is_whitespace() && letter != '(' && letter != ')';
        if word && start.is_none() {
            start = Some(at);
        }
        if !word {
            if let Some(from) = start.take() {
                tokens.push(Token { text: &text[from..at], at: from });
            }
            if letter == '(' || letter == ')' {
                tokens.push(Token { text: &text[at..=at], at });
            }
        }
    }
    if let Some(from) = start {
        tokens.push(Token { text: &text[from..], at: from });
    }
    tokens
}

struct Parser<'p> {
    tokens: &'p [Token<'p>],
    at: usize,
    vocabulary: &'p Vocabulary,
    written: &'p Spanned<String>,
    place: &'p str,
    sink: &'p Sink,
    failed: bool,
}

impl Parser<'_> {
    fn span(&self, token: Option<Token<'_>>) -> Span {
        let whole = self.written.span;
        // Quoted text has its quote in front; the offset is right for the plain form, and near for the quoted.
        match token {
            Some(token) => {
                let quote = usize::from((whole.end - whole.start) as usize == self.written.value.len() + 2);
                let start = whole.start as usize + quote + token.at;
                Span::new(whole.file, start, (start + token.text.len()).min(whole.end as usize))
            }
            None => Span::new(whole.file, whole.end as usize, whole.end as usize),
        }
    }

    fn fail(&mut self, token: Option<Token<'_>>, why: &str) {
        if !self.failed {
            self.sink.push(
                Finding::error("READ-005", self.place, format!("the condition cannot be read: {why}"))
                    .at(self.span(token), "here")
                    .help("Write names of conditions with and, or, not and brackets, for example: relationship and not objection_upheld"),
            );
        }
        self.failed = true;
    }

    fn word(&mut self, word: &str) -> bool {
        let there = self.tokens.get(self.at).is_some_and(|token| token.text == word);
        self.at += usize::from(there);
        there
    }

    fn either(&mut self, depth: usize) -> Expression {
        let mut list = vec![self.both(depth)];
        while !self.failed && self.word("or") {
            list.push(self.both(depth));
        }
        if list.len() == 1 { list.remove(0) } else { Expression::Or(list) }
    }

    fn both(&mut self, depth: usize) -> Expression {
        let mut list = vec![self.one(depth)];
        while !self.failed && self.word("and") {
            list.push(self.one(depth));
        }
        if list.len() == 1 { list.remove(0) } else { Expression::And(list) }
    }

    fn one(&mut self, depth: usize) -> Expression {
        if depth > MAX_DEPTH {
            self.fail(self.tokens.get(self.at).copied(), "brackets are nested too deep");
            return Expression::Always;
        }
        let Some(token) = self.tokens.get(self.at).copied() else {
            self.fail(None, "a name is missing at its end");
            return Expression::Always;
        };
        self.at += 1;
        match token.text {
            "not" => Expression::Not(Box::new(self.one(depth + 1))),
            "(" => {
                let inner = self.either(depth + 1);
                if !self.failed && !self.word(")") {
                    self.fail(self.tokens.get(self.at).copied(), "a closing bracket is missing");
                }
                inner
            }
            "and" | "or" | ")" => {
                self.fail(Some(token), "a name is missing before this");
                Expression::Always
            }
            name => match self.vocabulary.condition(name) {
                Some(id) => Expression::Fact(id),
                None => {
                    let mut finding = Finding::error("READ-006", self.place, format!("there is no condition `{name}` in the vocabulary"))
                        .at(self.span(Some(token)), "this name")
                        .discriminator(name);
                    let known = self.vocabulary.conditions.iter().map(|condition| condition.name.as_str());
                    finding = match near::near(near::Place::Name, name, known) {
                        Some(near) => finding.help(near.question()).fix(Fix::write(self.span(Some(token)), near.name, near.certain)),
                        None => finding.help("Declare it under `conditions:` in vocabulary.yaml, with its meaning and its evidence."),
                    };
                    self.sink.push(finding);
                    self.failed = true;
                    Expression::Always
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submasks_are_all_subsets_once() {
        let all: Vec<u64> = submasks(0b1011).collect();
        assert_eq!(all, [0, 1, 2, 3, 8, 9, 10, 11]);
        assert_eq!(submasks(0).collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn requiring_is_about_truth_not_spelling() {
        let (a, b) = (Expression::Fact(ConditionId(0)), Expression::Fact(ConditionId(1)));
        assert!(Expression::And(vec![a.clone(), b.clone()]).requires_one_of(1));
        assert!(!Expression::Or(vec![a.clone(), b.clone()]).requires_one_of(1));
        assert!(!Expression::And(vec![Expression::Not(Box::new(a)), b]).requires_one_of(1));
        assert!(!Expression::Always.requires_one_of(1));
    }
}
