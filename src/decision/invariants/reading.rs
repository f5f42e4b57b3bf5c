//! The `always:` list of a test file: reads each sentence, proves it, and says what came of it.

use super::{Invariant, Kind, Proof, Proved, Selected, Sides, Unprovable, Witness, prove};
use crate::decision::Facts;
use crate::decision::ask::{Ask, data_leaves};
use crate::decision::cases::{Expected, Outcomes, given, witness};
use crate::decision::compiled::Compiled;
use crate::decision::plain::{Question, decide};
use crate::diagnostics::Finding;
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::source::{Span, Spanned};
use crate::vocabulary::{NodeId, Tree};
use crate::yaml::{Fields, Sink};

/// A sentence that was proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The file, as findings name it.
    pub file: String,
    /// What the sentence is called.
    pub name: String,
    /// What was looked at.
    pub proof: Proof,
}

/// A side is named and means nothing; that has been said.
#[derive(Clone, Copy, Debug)]
struct Unread;

/// The four sentences, as keys.
const KINDS: [&str; 4] = ["never", "always", "implies", "symmetric"];

struct Reader<'t> {
    pack: &'t Pack,
    sink: &'t Sink,
    /// The day the file is judged on.
    on: Date,
}

/// Proves the sentences of one file. `on` is the file's day.
pub(in crate::decision) fn run(pack: &Pack, name: &str, on: Date, fields: &Fields<'_>, outcomes: &mut Outcomes, results: &mut Vec<Finding>) {
    let blocks = fields.blocks("always");
    if blocks.is_empty() {
        return;
    }
    let compiled = Compiled::new(pack);
    for (index, block) in (1usize..).zip(&blocks) {
        let reader = Reader { pack, sink: block.sink(), on };
        let place = format!("{name}/always-{index}");
        let Some((label, invariant, span)) = reader.invariant(block, &place) else { continue };
        let called = format!("always-{index} ({label})");
        match prove(&compiled, &invariant) {
            Ok(Proved::Holds(proof)) => {
                outcomes.passed += 1;
                outcomes.expectations.push(Expected { file: name.to_owned(), name: called, finding: None });
                outcomes.certificates.push(Certificate { file: name.to_owned(), name: label, proof });
            }
            Ok(Proved::Fails(found)) => {
                outcomes.failed += 1;
                let finding = broken(pack, &invariant, &found, &place, &label, span);
                outcomes.expectations.push(Expected { file: name.to_owned(), name: called, finding: Some(finding.id()) });
                results.push(finding);
            }
            Err(why) => {
                let message = match &why {
                    Unprovable::Nobody(word) => format!("no open organisation is {} on any of the days", reader.word(word)),
                    other => other.to_string(),
                };
                reader.sink.push(Finding::error("READ-005", place, message).at(span, "this cannot be proved").discriminator(label));
            }
        }
    }
}

/// The finding about a sentence that does not hold.
fn broken(pack: &Pack, invariant: &Invariant, found: &Witness, place: &str, label: &str, span: Span) -> Finding {
    let (first, second) = (&found.first, found.second.as_ref());
    let clauses = |question: &Question| decide(pack, question, found.facts).map(|decision| decision.clauses).unwrap_or_default();
    let decided = clauses(first);
    let named = |list: &[(Option<&crate::agreement::Agreement>, &crate::agreement::Clause)]| {
        crate::text::and_list(&list.iter().map(|(_, clause)| clause.place.as_str()).collect::<Vec<_>>())
    };
    let (at, but) = match (&invariant.kind, second) {
        (Kind::Always, _) if decided.is_empty() => ("no clause allows".to_owned(), String::new()),
        (Kind::Always, _) => (format!("{} does not allow", named(&decided)), String::new()),
        (_, None) => (format!("{} allows", named(&decided)), String::new()),
        (_, Some(second)) => {
            let closing = clauses(second);
            let why = if closing.is_empty() { "no clause allows".to_owned() } else { format!("{} does not allow", named(&closing)) };
            (format!("{} allows", named(&decided)), format!(", and {why} the other"))
        }
    };
    let what = if matches!(invariant.kind, Kind::Always) && decided.len() > 1 { at.replace("does not", "do not") } else { at };
    let mut finding =
        Finding::error("TEST-001", place, format!("`{label}` does not hold: {what} a case of it on {}{but}", first.on)).at(span, "this does not hold");
    for (_, clause) in decided.iter().take(3) {
        finding = finding.at(clause.span, format!("{} decides", clause.place));
    }
    let ask = |question: &Question| {
        let asked = Ask {
            role: question.role,
            at: question.at.into_iter().collect(),
            action: question.action,
            form: question.form,
            see: question.data,
            of: vec![question.of],
            purpose: question.purpose,
            on: question.on,
            facts: found.facts,
        };
        witness(pack, &asked)
    };
    match second {
        None => finding.help(format!("The smallest case: {}", ask(first))),
        Some(second) => finding.help(format!("The smallest case, allowed: {}", ask(first))).help(format!("Not allowed for the same facts: {}", ask(second))),
    }
}

impl Reader<'_> {
    fn invariant(&self, block: &Fields<'_>, place: &str) -> Option<(String, Invariant, Span)> {
        let name = block.text("name");
        let during = self.during(block);
        let there: Vec<&str> = KINDS.into_iter().filter(|kind| block.get(kind).is_some()).collect();
        let [kind] = there[..] else {
            let found = if there.is_empty() { "says none of them".to_owned() } else { format!("says {}", crate::text::and_list(&there)) };
            self.sink.push(
                Finding::error("DOC-001", place, format!("an invariant says one of never, always, implies and symmetric, this one {found}"))
                    .at(block.span, "here"),
            );
            return None;
        };
        let span = block.key_span(kind).unwrap_or(block.span);
        let body = block.block(kind)?;
        let (kind, scope, known) = match kind {
            "never" => {
                let known = self.given(&body);
                (Kind::Never, self.sides(&body, true, false)?, known)
            }
            "always" => {
                let known = self.given(&body);
                (Kind::Always, self.always(&body)?, known)
            }
            "implies" => {
                let (first, then) = (body.block("if"), body.block("then"));
                for (key, _) in [("if", &first), ("then", &then)].into_iter().filter(|(_, block)| block.is_none()) {
                    self.sink.push(Finding::error("DOC-001", place, format!("`implies` does not say `{key}:`")).at(body.span, "here").discriminator(key));
                }
                // Both are read before either is given up, so that each mistake is told once.
                let known = first.as_ref().map(|first| self.given(first));
                let scope = first.as_ref().and_then(|first| self.sides(first, true, false));
                let then = then.as_ref().and_then(|then| self.sides(then, true, true));
                (Kind::Implies(then?), scope?, known?)
            }
            _ => {
                let words = body.texts("between");
                let (known, sides) = (self.given(&body), self.sides(&body, false, false));
                let [one, two] = &words[..] else {
                    let message = format!("`between:` lists two words that select organisations, this one {}", words.len());
                    self.sink.push(Finding::error("READ-005", body.place_of("between"), message).at(body.key_span("between").unwrap_or(body.span), "here"));
                    return None;
                };
                let between = [vec![self.selected(one, place)?], vec![self.selected(two, place)?]];
                (Kind::Symmetric(between), sides?, known)
            }
        };
        let label = name.map_or_else(|| place.rsplit('/').next().unwrap_or(place).to_owned(), |name| name.value);
        Some((label, Invariant { kind, scope, given: known, during: during? }, span))
    }

    /// The days: one, or from the first (left out: the file's) to the last (left out: without end).
    fn during(&self, block: &Fields<'_>) -> Option<Interval> {
        let (from, to) = (block.date("from"), block.date("to"));
        let on = match block.get("on").and_then(|node| node.as_text()) {
            Some("as_of") => Some(Interval { first: self.on, last: self.on }),
            _ => block.date("on").map(|day| Interval { first: day.value, last: day.value }),
        };
        if let Some(on) = on {
            if let Some(other) = from.as_ref().or(to.as_ref()) {
                self.sink.push(
                    Finding::error("READ-005", block.place_of("on"), "`on:` is one day; `from:` and `to:` say more than one").at(other.span, "beside `on:`"),
                );
                return None;
            }
            return Some(on);
        }
        let first = from.as_ref().map_or(self.on, |day| day.value);
        let last = to.as_ref().map_or(Date::MAX, |day| day.value);
        if last < first {
            let span = to.map_or(block.span, |day| day.span);
            self.sink
                .push(Finding::error("READ-007", block.place_of("to"), format!("the last day is before the first, {first}")).at(span, "before the first day"));
            return None;
        }
        Some(Interval { first, last })
    }

    fn given(&self, block: &Fields<'_>) -> Facts {
        given(block, self.pack, self.sink)
    }

    /// What must be allowed is meant as a grant is: to view what can be identified unless it says more, without what is restricted.
    fn always(&self, block: &Fields<'_>) -> Option<Sides> {
        let mut sides = self.sides(block, true, true)?;
        let place = |word: &str, known: &[String]| known.iter().position(|one| one == word).and_then(|index| u8::try_from(index).ok()).map(|index| vec![index]);
        sides.actions = sides.actions.or_else(|| place("view", &self.pack.words.actions));
        sides.forms = sides.forms.or_else(|| place("identifiable", &self.pack.words.forms));
        if sides.data.is_none() {
            sides.data = Some(data_leaves(self.pack, crate::vocabulary::ROOT).0);
        }
        Some(sides)
    }

    /// The sides named; `asked`: data is meant as it is asked for, without restricted names beneath.
    fn sides(&self, block: &Fields<'_>, organisations: bool, asked: bool) -> Option<Sides> {
        let words = &self.pack.words;
        let roles = self.names(block, "role", &words.roles, "ROL-001", |node| words.roles.leaves(node));
        let data = self.names(block, "see", &words.data, "READ-006", |node| if asked { data_leaves(self.pack, node).0 } else { words.data.leaves(node) });
        let purposes = self.names(block, "for", &words.purposes, "READ-006", |node| words.purposes.leaves(node));
        let (actions, forms) = (self.listed(block, "may", &words.actions), self.listed(block, "form", &words.forms));
        let (at, of) = if organisations { (self.organisations(block, "at"), self.organisations(block, "of")) } else { (Ok(None), Ok(None)) };
        Some(Sides { roles: roles.ok()?, at: at.ok()?, of: of.ok()?, data: data.ok()?, purposes: purposes.ok()?, actions: actions.ok()?, forms: forms.ok()? })
    }

    /// The leaves that names mean; none if the side is not named.
    fn names(
        &self,
        block: &Fields<'_>,
        key: &'static str,
        tree: &Tree,
        code: &'static str,
        leaves: impl Fn(NodeId) -> Vec<NodeId>,
    ) -> Result<Option<Vec<NodeId>>, Unread> {
        if block.get(key).is_none() {
            return Ok(None);
        }
        let (mut all, mut unknown) = (Vec::new(), false);
        for name in block.texts(key) {
            let Some(node) = tree.resolve(&name, &block.place_of(key), code, self.sink) else {
                unknown = true;
                continue;
            };
            let found = leaves(node);
            if found.is_empty() {
                let message = format!("everything beneath `{}` is restricted; name what is meant", name.value);
                self.sink.push(Finding::error("READ-005", block.place_of(key), message).at(name.span, "this name").discriminator(name.value));
                unknown = true;
            }
            all.extend(found);
        }
        all.sort_unstable();
        all.dedup();
        self.something(block, key, all, unknown)
    }

    fn something<T>(&self, block: &Fields<'_>, key: &'static str, all: Vec<T>, unknown: bool) -> Result<Option<Vec<T>>, Unread> {
        if all.is_empty() && !unknown {
            self.sink
                .push(Finding::error("READ-005", block.place_of(key), format!("`{key}:` names nothing")).at(block.key_span(key).unwrap_or(block.span), "here"));
        }
        if unknown || all.is_empty() { Err(Unread) } else { Ok(Some(all)) }
    }

    fn listed(&self, block: &Fields<'_>, key: &'static str, known: &[String]) -> Result<Option<Vec<u8>>, Unread> {
        if block.get(key).is_none() {
            return Ok(None);
        }
        let (mut all, mut unknown) = (Vec::new(), false);
        for name in block.texts(key) {
            if name.value == "any" {
                all.extend(0..u8::try_from(known.len()).unwrap_or(u8::MAX));
            } else if let Some(index) = known.iter().position(|word| *word == name.value).and_then(|index| u8::try_from(index).ok()) {
                all.push(index);
            } else {
                unknown = true;
                self.sink.push(
                    Finding::error("READ-006", block.place_of(key), format!("`{}` is not in the vocabulary", name.value))
                        .at(name.span, "this word")
                        .help(format!("Use {}.", crate::text::or_list(known)))
                        .discriminator(name.value),
                );
            }
        }
        all.sort_unstable();
        all.dedup();
        self.something(block, key, all, unknown)
    }

    fn organisations(&self, block: &Fields<'_>, key: &'static str) -> Result<Option<Vec<Selected>>, Unread> {
        if block.get(key).is_none() {
            return Ok(None);
        }
        let words = block.texts(key);
        let found: Vec<Selected> = words.iter().filter_map(|word| self.selected(word, &block.place_of(key))).collect();
        let unknown = found.len() < words.len();
        self.something(block, key, found, unknown)
    }

    /// What a word selects, on whichever day.
    fn selected(&self, word: &Spanned<String>, place: &str) -> Option<Selected> {
        let org = self.pack.register.find(&word.value.to_ascii_uppercase());
        if org.is_some() {
            return Some(Selected { org, ..Selected::default() });
        }
        let words = &self.pack.words;
        let (place_named, function) = (words.places.find(&word.value).ok(), words.functions.find(&word.value).ok());
        if place_named.is_none() && function.is_none() {
            let message = format!("{} is neither an organisation of the register, a place nor a function", word.value);
            self.sink.push(Finding::error("PTY-002", place, message).at(word.span, "this name").discriminator(word.value.clone()));
            return None;
        }
        Some(Selected { org: None, place: place_named, function })
    }

    fn word(&self, selected: &Selected) -> String {
        let words = &self.pack.words;
        let org = selected.org.map(|org| self.pack.register.organisation(org).ods.to_string());
        org.or_else(|| selected.place.map(|place| words.places.path(place).to_owned()))
            .or_else(|| selected.function.map(|function| words.functions.path(function).to_owned()))
            .unwrap_or_default()
    }
}
