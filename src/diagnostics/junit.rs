//! JUnit XML, as Jenkins, GitLab and Azure Pipelines show test results.
//!
//! A suite per file and a case per finding; a first suite with what the run as a whole says: the totals as properties, a
//! passing case for each rule that found nothing, a skipped one for what was not judged. A finding is a failure exactly
//! if it makes the run fail, so that the report and the exit code agree; other open findings pass and are told in
//! `system-out`. No time, no host.

use std::collections::{BTreeSet, HashMap};

use super::record::{Counts, Record, is_open, settled};
use super::results::ResultFinding;

/// One expectation of a pack's tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The file it is written in.
    pub file: String,
    /// What tells it from the others of its file.
    pub name: String,
    /// Identity of the finding that says why it did not hold; none if it held.
    pub finding: Option<String>,
}

/// A suite while it is written.
#[derive(Default)]
struct Suite {
    name: String,
    body: String,
    tests: usize,
    failures: usize,
    skipped: usize,
    names: HashMap<String, u32>,
}

impl Suite {
    /// Adds a case. `inner` is its content, escaped. Two cases of one name are told apart by a number.
    fn case(&mut self, name: &str, inner: &str) {
        let times = self.names.entry(name.to_owned()).or_insert(0);
        *times += 1;
        let name = if *times == 1 { name.to_owned() } else { format!("{name} ({times})") };
        self.tests += 1;
        let class = attribute(&class(&self.name));
        let name = attribute(&name);
        if inner.is_empty() {
            self.body.push_str(&format!("    <testcase name=\"{name}\" classname=\"{class}\"/>\n"));
        } else {
            self.body.push_str(&format!("    <testcase name=\"{name}\" classname=\"{class}\">{inner}</testcase>\n"));
        }
    }

    fn xml(&self) -> String {
        let Self { tests, failures, skipped, body, .. } = self;
        let name = attribute(&self.name);
        format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n{body}  </testsuite>\n")
    }
}

/// The report of a run.
pub fn render(record: &Record<'_>) -> Vec<u8> {
    let results = record.results;
    let mut suites = vec![whole(record)];
    let mut at: HashMap<String, usize> = HashMap::new();
    for case in record.cases.iter().filter(|case| case.finding.is_none()) {
        suite(&mut suites, &mut at, &record.file(&case.file)).case(&case.name, "");
    }
    let named: HashMap<&str, &str> = record.cases.iter().filter_map(|case| Some((case.finding.as_deref()?, case.name.as_str()))).collect();
    for finding in &results.findings {
        let shown = record.shown(finding);
        let suite = suite(&mut suites, &mut at, &shown.file);
        let name = match named.get(finding.id.as_str()) {
            Some(name) => (*name).to_owned(),
            None => format!("{} {}", finding.code, finding.place),
        };
        let inner = content(record, finding);
        if record.fails(finding) {
            suite.failures += 1;
        } else if !is_open(finding) {
            suite.skipped += 1;
        }
        suite.case(&name, &inner);
    }
    let (tests, failures) = suites.iter().fold((0, 0), |sum, suite| (sum.0 + suite.tests, sum.1 + suite.failures));
    let name = attribute(&format!("carepact {}", results.kind));
    let mut xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n");
    for suite in &suites {
        xml.push_str(&suite.xml());
    }
    xml.push_str("</testsuites>\n");
    xml.into_bytes()
}

fn suite<'a>(suites: &'a mut Vec<Suite>, at: &mut HashMap<String, usize>, file: &str) -> &'a mut Suite {
    let index = *at.entry(file.to_owned()).or_insert_with(|| {
        suites.push(Suite { name: file.to_owned(), ..Suite::default() });
        suites.len() - 1
    });
    &mut suites[index]
}

/// What the run as a whole says.
fn whole(record: &Record<'_>) -> Suite {
    let results = record.results;
    let mut suite = Suite { name: format!("carepact {}", results.kind), ..Suite::default() };
    let counts = Counts::of(results);
    suite.body.push_str("    <properties>\n");
    let numbers = [
        ("errors", counts.errors),
        ("warnings", counts.warnings),
        ("notes", counts.notes),
        ("accepted", counts.accepted),
        ("baseline", counts.baseline),
        ("not_assessed", results.not_assessed.len()),
    ];
    for (name, value) in numbers {
        suite.body.push_str(&format!("      <property name=\"{name}\" value=\"{value}\"/>\n"));
    }
    for (name, value) in [("as_of", &results.as_of), ("tool", &results.tool)] {
        suite.body.push_str(&format!("      <property name=\"{name}\" value=\"{}\"/>\n", attribute(value)));
    }
    suite.body.push_str("    </properties>\n");
    let found: BTreeSet<&str> = results.findings.iter().map(|finding| finding.code.as_str()).collect();
    // A rule that was not judged has not passed. What was not judged names codes among its words.
    let unjudged: BTreeSet<&str> =
        results.not_assessed.iter().flat_map(|one| one.what.split(|letter: char| letter != '-' && !letter.is_ascii_alphanumeric())).collect();
    // Where expectations are the cases, no rule is one.
    for (code, text) in record.rules.iter().filter(|_| record.cases.is_empty()) {
        if !found.contains(code.as_str()) && !unjudged.contains(code.as_str()) {
            suite.case(&format!("{code} {}", text.title), "");
        }
    }
    for one in &results.not_assessed {
        suite.skipped += 1;
        suite.case(&format!("not judged: {}", one.what), &format!("<skipped message=\"{}\"/>", attribute(&one.why)));
    }
    suite
}

fn content(record: &Record<'_>, finding: &ResultFinding) -> String {
    let shown = record.shown(finding);
    let place = shown.span.map_or_else(|| shown.file.clone(), |span| format!("{}:{}:{}", shown.file, span.line, span.column));
    let message = attribute(finding.message());
    if let Some(settled) = settled(finding) {
        return format!("<skipped type=\"{}\" message=\"{}\"/>", attribute(&finding.code), attribute(&format!("{settled}: {}", finding.message())));
    }
    let mut body = format!("{place}: {}[{}]: {}", finding.severity, finding.code, finding.message());
    if !finding.ground().is_empty() {
        body.push_str(&format!("\nwhy: {}", finding.ground()));
    }
    for step in finding.next() {
        body.push_str(&format!("\nnext: {step}"));
    }
    let body = text(&body);
    if record.fails(finding) {
        format!("<failure type=\"{}\" message=\"{message}\">{body}</failure>", attribute(&finding.code))
    } else {
        format!("<system-out>{body}</system-out>")
    }
}

/// A path with dots, without the file's ending.
fn class(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, ending)| if ending.contains('/') { path } else { stem });
    stem.replace('/', ".")
}

/// Whether XML 1.0 may hold a character at all.
fn legal(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// A text between tags; what would deceive is named, what XML cannot hold besides is left out.
fn text(text: &str) -> String {
    escape(text, false)
}

/// A value between double quotes; line ends stay line ends for whoever reads it.
fn attribute(text: &str) -> String {
    escape(text, true)
}

fn escape(text: &str, quoted: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in crate::text::undeceived(text).chars().filter(|letter| legal(*letter)) {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if quoted => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' if quoted => out.push_str("&#10;"),
            '\t' if quoted => out.push_str("&#9;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_named_or_left_out_and_the_rest_is_escaped() {
        assert_eq!(attribute("a\u{0}\u{1b}\u{fffe}b\"<&>\n"), "aU+0000U+001Bb&quot;&lt;&amp;&gt;&#10;");
        assert_eq!(text("]]>\r\n"), "]]&gt;&#13;\n");
    }

    #[test]
    fn a_class_is_a_path_with_dots() {
        assert_eq!(class("policies/a.b/care.yaml"), "policies.a.b.care");
        assert_eq!(class("a.b/care"), "a.b.care");
    }
}
