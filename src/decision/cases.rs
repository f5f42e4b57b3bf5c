//! Tests of a pack, written in YAML: single cases, tables of who may see what, and invariants.

use std::collections::BTreeSet;

use super::ask::{Answer, Ask, Overall, ask, organisations_named};
use super::plain::{Facts, Literal};
use crate::diagnostics::Finding;
use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::OrgId;
use crate::source::{Span, Spanned};
use crate::vocabulary::{NodeId, Tree};
use crate::yaml::{Fields, Node, Sink};

/// What the tests of a pack found.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// How many expectations held.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
    /// A finding for each that did not, and for what cannot be read.
    pub findings: Vec<Finding>,
    /// Every expectation, in the order written.
    pub expectations: Vec<Expected>,
    /// Clauses that decided some expectation, by place.
    pub clauses: BTreeSet<String>,
    /// The question of each expectation, once answered.
    pub asked: Vec<Ask>,
    /// Invariants that were proved, with what was looked at.
    pub certificates: Vec<super::invariants::Certificate>,
    /// Whether some test could not be read, so that passing must not be believed.
    pub unreadable: bool,
}

/// One expectation, as a report of tests lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The file, as findings name it.
    pub file: String,
    /// What tells it from the others of the file: `case-3 (a nurse on a ward)`, `table-1: medications by nurse`.
    pub name: String,
    /// Identity of the finding about it, should it not hold.
    pub finding: Option<String>,
}

struct File<'t> {
    name: &'t str,
    pack: &'t Pack,
    sink: &'t Sink,
    on: Date,
    given: Facts,
}

/// Runs one test file. `as_of` holds where the file says no date.
pub fn run(pack: &Pack, name: &str, node: &Node, as_of: Date, outcomes: &mut Outcomes) {
    let sink = Sink::new();
    let mut results: Vec<Finding> = Vec::new();
    if let Some(fields) = Fields::open(node, name, &sink) {
        let _ = (fields.text("title"), fields.text("description"), fields.yes_no("synthetic"));
        let on = fields.date("as_of").map_or(as_of, |date| date.value);
        let file = File { name, pack, sink: &sink, on, given: given(&fields, pack, &sink) };
        for (index, case) in fields.blocks("cases").into_iter().enumerate() {
            let place = format!("{name}/case-{}", index + 1);
            file.case(&case, &place, outcomes, &mut results);
        }
        for (index, table) in fields.blocks("tables").into_iter().enumerate() {
            let place = format!("{name}/table-{}", index + 1);
            file.table(&table, &place, outcomes, &mut results);
        }
        super::invariants::run(pack, name, on, &fields, outcomes, &mut results);
    }
    let unread = sink.into_findings();
    outcomes.unreadable |= !unread.is_empty();
    outcomes.findings.extend(unread);
    outcomes.findings.extend(results);
}

pub(super) fn given(fields: &Fields<'_>, pack: &Pack, sink: &Sink) -> Facts {
    let mut facts = Facts::default();
    for (name, node, place) in fields.named("given") {
        let value = match node.as_text() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                sink.wrong(&place, node.span, "true or false", node.kind_in_words());
                continue;
            }
        };
        match pack.words.condition(&name.value) {
            Some(id) => facts = facts.with(id, value),
            None => {
                let finding = Finding::error("READ-006", place, format!("there is no condition `{}` in the vocabulary", name.value)).at(name.span, "this name");
                sink.push(match crate::text::nearest(&name.value, pack.words.conditions.iter().map(|condition| condition.name.as_str())) {
                    Some(near) => finding.help(format!("Did you mean `{near}`?")),
                    None => finding,
                });
            }
        }
    }
    facts
}

impl File<'_> {
    fn node(&self, tree: &Tree, written: Option<Spanned<String>>, fields: &Fields<'_>, key: &str) -> Option<NodeId> {
        let Some(written) = written else {
            self.sink
                .push(Finding::error("DOC-001", fields.place.clone(), format!("the test does not say `{key}:`")).at(fields.span, "here").discriminator(key));
            return None;
        };
        tree.resolve(&written, &fields.place, "READ-006", self.sink)
    }

    fn orgs(&self, fields: &Fields<'_>, key: &'static str, on: Date) -> Option<Vec<OrgId>> {
        let mut all = Vec::new();
        for written in fields.texts(key) {
            match organisations_named(self.pack, &written.value, on) {
                Ok(found) => all.extend(found),
                Err(error) => {
                    self.sink.push(
                        Finding::error("PTY-002", fields.place_of(key), error.to_string()).at(written.span, "this name").discriminator(written.value.clone()),
                    );
                    return None;
                }
            }
        }
        Some(all)
    }

    fn word(&self, known: &[String], fields: &Fields<'_>, key: &'static str, default: &str) -> Option<u8> {
        let written = fields.text(key);
        let text = written.as_ref().map_or(default, |text| text.value.as_str());
        let found = known.iter().position(|word| word == text).and_then(|index| u8::try_from(index).ok());
        if found.is_none() {
            let span = written.as_ref().map_or(fields.span, |text| text.span);
            self.sink.push(
                Finding::error("READ-006", fields.place_of(key), format!("`{text}` is not in the vocabulary"))
                    .at(span, "this word")
                    .help(format!("Use {}.", crate::text::or_list(known))),
            );
        }
        found
    }

    fn case(&self, case: &Fields<'_>, place: &str, outcomes: &mut Outcomes, results: &mut Vec<Finding>) {
        let words = &self.pack.words;
        let name = case.text("name");
        let facts = if case.get("given").is_some() { given(case, self.pack, self.sink) } else { self.given };
        let because = case.texts("because");
        let expected = case.get("expect");
        let Some(question) = case.block("ask") else {
            self.sink.push(Finding::error("DOC-001", place, "the case does not say `ask:`").at(case.span, "here"));
            return;
        };
        let on = question.date("on").map_or(self.on, |date| date.value);
        let facts = if question.get("given").is_some() { given(&question, self.pack, self.sink) } else { facts };
        let role = self.node(&words.roles, question.text("role"), &question, "role");
        let see = self.node(&words.data, question.text("see"), &question, "see");
        let purpose = self.node(&words.purposes, question.text("for"), &question, "for");
        let (at, of) = (self.orgs(&question, "at", on), self.orgs(&question, "of", on));
        let (action, form) = (self.word(&words.actions, &question, "may", "view"), self.word(&words.forms, &question, "form", "identifiable"));
        let Some(expected) = expected else {
            self.sink.push(Finding::error("DOC-001", place, "the case does not say `expect:`").at(case.span, "here"));
            return;
        };
        let (Some(role), Some(see), Some(purpose), Some(at), Some(of), Some(action), Some(form)) = (role, see, purpose, at, of, action, form) else { return };
        let asked = Ask { role, at, action, form, see, of, purpose, on, facts };
        let Some(expectation) = self.expectation(expected, place) else { return };
        let label = name.map_or_else(String::new, |name| format!(" ({})", name.value));
        let answer = match ask(self.pack, &asked) {
            Ok(answer) => answer,
            Err(error) => {
                self.sink.push(Finding::error("READ-005", place, error.to_string()).at(question.span, "this question"));
                return;
            }
        };
        let decided: BTreeSet<String> = answer.groups.iter().flat_map(|group| &group.clauses).map(|(_, clause)| clause.place.clone()).collect();
        outcomes.clauses.extend(decided.iter().cloned());
        outcomes.asked.push(asked.clone());
        let mut wrong = Vec::new();
        if answer.overall != expectation.overall {
            wrong.push(format!("expected {}, the answer is {}", expectation.overall.name(), in_words(self.pack, &answer)));
        } else if let Some(needs) = &expectation.needs {
            let found = needs_of(self.pack, &answer);
            if !found.iter().all(|set| sorted(set) == sorted(needs)) || found.len() != 1 {
                wrong.push(format!("expected needs {}, the answer {}", needs.join(" and "), in_words(self.pack, &answer)));
            }
        }
        for clause in because.iter().filter(|clause| !decided.contains(&clause.value)) {
            wrong.push(format!(
                "expected because of {}, it is {}",
                clause.value,
                if decided.is_empty() { "no clause".to_owned() } else { crate::text::and_list(&decided.iter().collect::<Vec<_>>()) }
            ));
        }
        let name = format!("{}{label}", self.within(place));
        if wrong.is_empty() {
            outcomes.passed += 1;
            outcomes.expectations.push(Expected { file: self.name.to_owned(), name, finding: None });
            return;
        }
        outcomes.failed += 1;
        let finding = failing(self.pack, place, &format!("this case{label} does not hold: {}", wrong.join("; ")), expected.span, &answer, &asked);
        outcomes.expectations.push(Expected { file: self.name.to_owned(), name, finding: Some(finding.id()) });
        results.push(finding);
    }

    /// A place without the name of the file.
    fn within<'p>(&self, place: &'p str) -> &'p str {
        place.strip_prefix(self.name).map_or(place, |rest| rest.trim_start_matches('/'))
    }

    fn expectation(&self, node: &Node, place: &str) -> Option<Expectation> {
        if let Some(fields) = node.as_map().and_then(|_| Fields::open(node, format!("{place}/expect"), self.sink)) {
            let needs: Vec<String> = fields.texts("needs").into_iter().map(|text| text.value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
            return Some(Expectation { overall: Overall::Needs, needs: Some(needs) });
        }
        let overall = match node.as_text() {
            Some("permit") => Overall::Permit,
            Some("deny") => Overall::Deny,
            Some("needs") => Overall::Needs,
            Some("partial") => Overall::Partial,
            _ => {
                self.sink.wrong(
                    &format!("{place}/expect"),
                    node.span,
                    "permit, deny, needs, partial or {needs: [...]}",
                    node.as_text().unwrap_or(node.kind_in_words()),
                );
                return None;
            }
        };
        Some(Expectation { overall, needs: None })
    }

    fn table(&self, table: &Fields<'_>, place: &str, outcomes: &mut Outcomes, results: &mut Vec<Finding>) {
        let words = &self.pack.words;
        let _ = table.text("name");
        let on = table.date("date").map_or(self.on, |date| date.value);
        let facts = if table.get("given").is_some() { given(table, self.pack, self.sink) } else { self.given };
        let purpose = self.node(&words.purposes, table.text("for"), table, "for");
        let (at, of) = (self.orgs(table, "at", on), self.orgs(table, "of", on));
        let (action, form) = (self.word(&words.actions, table, "may", "view"), self.word(&words.forms, table, "form", "identifiable"));
        let columns: Vec<(Spanned<String>, Option<NodeId>)> =
            table.texts("columns").into_iter().map(|name| (name.clone(), words.data.resolve(&name, place, "READ-006", self.sink))).collect();
        let rows = table.named("rows");
        let (Some(purpose), Some(at), Some(of), Some(action), Some(form)) = (purpose, at, of, action, form) else { return };
        if columns.is_empty() || rows.is_empty() {
            self.sink.push(Finding::error("DOC-001", place, "a table has `columns:` and `rows:`").at(table.span, "here"));
            return;
        }
        let base = Ask { role: crate::vocabulary::ROOT, at, action, form, see: crate::vocabulary::ROOT, of, purpose, on, facts };
        let mut named: BTreeSet<(NodeId, NodeId)> = BTreeSet::new();
        for (role_name, row, row_place) in &rows {
            let Some(role) = words.roles.resolve(role_name, row_place, "ROL-001", self.sink) else { continue };
            let Some(letters) = row.as_text() else {
                self.sink.wrong(row_place, row.span, "letters such as PP-?", row.kind_in_words());
                continue;
            };
            let letters: Vec<char> = letters.chars().filter(|letter| !letter.is_whitespace()).collect();
            if letters.len() != columns.len() {
                self.sink.push(
                    Finding::error("READ-005", row_place.clone(), format!("the row has {} letters, the table {} columns", letters.len(), columns.len()))
                        .at(row.span, "this row")
                        .help("One letter a column: P permit, - deny, ? needs, ~ partial."),
                );
                continue;
            }
            for ((column, data), letter) in columns.iter().zip(letters) {
                let Some(data) = data else { continue };
                let expected = match letter {
                    'P' => Overall::Permit,
                    '-' => Overall::Deny,
                    '?' => Overall::Needs,
                    '~' => Overall::Partial,
                    other => {
                        self.sink.push(Finding::error("READ-005", row_place.clone(), format!("{other:?} is not P, -, ? or ~")).at(row.span, "this row"));
                        continue;
                    }
                };
                for leaf_role in words.roles.leaves(role) {
                    for leaf in words.data.leaves(*data) {
                        named.insert((leaf_role, leaf));
                    }
                }
                let asked = Ask { role, see: *data, ..base.clone() };
                self.expect(&asked, expected, row.span, row_place, &column.value, outcomes, results);
            }
        }
        // What the table does not name is asserted denied.
        let all_roles: Vec<NodeId> =
            words.roles.leaves(crate::vocabulary::ROOT).into_iter().filter(|role| words.is_person(*role) == base.at.is_empty()).collect();
        let span = table.key_span("rows").unwrap_or(table.span);
        for role in all_roles {
            for data in words.data.leaves(crate::vocabulary::ROOT) {
                if named.contains(&(role, data)) {
                    continue;
                }
                let asked = Ask { role, see: data, ..base.clone() };
                let what = format!("{} by {} (not in the table)", words.data.short(data), words.roles.short(role));
                self.expect(&asked, Overall::Deny, span, place, &what, outcomes, results);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one expectation of a table, with where it stands and where its result goes")]
    fn expect(&self, asked: &Ask, expected: Overall, span: Span, place: &str, what: &str, outcomes: &mut Outcomes, results: &mut Vec<Finding>) {
        match ask(self.pack, asked) {
            Ok(answer) => {
                outcomes.asked.push(asked.clone());
                outcomes.clauses.extend(answer.groups.iter().flat_map(|group| &group.clauses).map(|(_, clause)| clause.place.clone()));
                let name = format!("{}: {what}", self.within(place));
                if answer.overall == expected {
                    outcomes.passed += 1;
                    outcomes.expectations.push(Expected { file: self.name.to_owned(), name, finding: None });
                } else {
                    outcomes.failed += 1;
                    let message = format!("{what}: expected {}, the answer is {}", expected.name(), in_words(self.pack, &answer));
                    let finding = failing(self.pack, place, &message, span, &answer, asked).discriminator(what);
                    outcomes.expectations.push(Expected { file: self.name.to_owned(), name, finding: Some(finding.id()) });
                    results.push(finding);
                }
            }
            Err(error) => self.sink.push(Finding::error("READ-005", place, error.to_string()).at(span, what).discriminator(what)),
        }
    }
}

struct Expectation {
    overall: Overall,
    needs: Option<Vec<String>>,
}

fn sorted(set: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = set.iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn needs_of(pack: &Pack, answer: &Answer<'_>) -> Vec<Vec<String>> {
    let mut sets: Vec<Vec<String>> = answer.groups.iter().flat_map(|group| &group.needs).map(|set| words_of(pack, set)).collect();
    sets.sort_unstable();
    sets.dedup();
    sets
}

fn words_of(pack: &Pack, set: &[Literal]) -> Vec<String> {
    set.iter().map(|literal| format!("{}{}", if literal.value { "" } else { "not " }, pack.words.conditions[usize::from(literal.fact.0)].name)).collect()
}

fn in_words(pack: &Pack, answer: &Answer<'_>) -> String {
    match answer.overall {
        Overall::Needs => format!("needs {}", needs_of(pack, answer).iter().map(|set| set.join(" and ")).collect::<Vec<_>>().join(", or ")),
        other => other.name().to_owned(),
    }
}

fn failing(pack: &Pack, place: &str, message: &str, span: Span, answer: &Answer<'_>, asked: &Ask) -> Finding {
    let mut finding = Finding::error("TEST-001", place, message).at(span, "expected this");
    let mut seen = BTreeSet::new();
    for (_, clause) in answer.groups.iter().flat_map(|group| &group.clauses) {
        if seen.insert(clause.place.clone()) && seen.len() <= 3 {
            finding = finding.at(clause.span, format!("{} decides", clause.place));
        }
    }
    finding.help(format!("See why: {}", witness(pack, asked)))
}

/// The question as a command line that can be pasted.
pub fn witness(pack: &Pack, asked: &Ask) -> String {
    let words = &pack.words;
    let code = |org: &OrgId| pack.register.organisation(*org).ods.to_string();
    let mut line = format!("carepact ask --role {}", words.roles.short(asked.role));
    for at in asked.at.iter().take(3) {
        line.push_str(&format!(" --at {}", code(at)));
    }
    line.push_str(&format!(
        " --see {} --of {} --for {}",
        words.data.short(asked.see),
        asked.of.iter().take(3).map(code).collect::<Vec<_>>().join(","),
        words.purposes.short(asked.purpose)
    ));
    if words.actions.get(usize::from(asked.action)).is_some_and(|action| action != "view") {
        line.push_str(&format!(" --may {}", words.actions[usize::from(asked.action)]));
    }
    if words.forms.get(usize::from(asked.form)).is_some_and(|form| form != "identifiable") {
        line.push_str(&format!(" --form {}", words.forms[usize::from(asked.form)]));
    }
    let facts: Vec<String> = words
        .conditions
        .iter()
        .enumerate()
        .filter_map(|(index, condition)| {
            let bit = 1u64 << index;
            if asked.facts.yes & bit != 0 {
                Some(condition.name.clone())
            } else if asked.facts.no & bit != 0 {
                Some(format!("-{}", condition.name))
            } else {
                None
            }
        })
        .collect();
    if !facts.is_empty() {
        line.push_str(&format!(" --given {}", facts.join(",")));
    }
    line.push_str(&format!(" --as-of {}", asked.on));
    line
}
