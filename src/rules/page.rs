//! The page behind a code, for `carepact explain` and for docs/rules.

use super::{Check, Rule};

/// A page: what a code means, why, and how it looks wrong and right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// `LAW-007`.
    pub code: &'static str,
    /// A few words.
    pub title: String,
    /// `error`, `warning`, `info`, or what else the engine says of it.
    pub level: String,
    /// The parts in order.
    pub parts: Vec<Part>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its heading; empty for the first words.
    pub heading: &'static str,
    /// Paragraphs and blocks of code.
    pub body: Vec<Body>,
}

/// Words or code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A paragraph.
    Words(String),
    /// A text as it stands in a file: language and text.
    Code(&'static str, String),
}

impl Part {
    /// A part of one paragraph.
    pub fn words(heading: &'static str, text: impl Into<String>) -> Self {
        Self { heading, body: vec![Body::Words(text.into())] }
    }
}

/// The files of an example: `# file: NAME` begins one, the agreement is meant where nothing is said.
pub fn parts(example: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in example.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("# file: ") {
            parts.push((name.trim().to_owned(), String::new()));
        } else if line.starts_with("# as of: ") {
            // Said in words above the example.
        } else {
            if parts.is_empty() {
                parts.push(("agreements/example.yaml".to_owned(), String::new()));
            }
            if let Some((_, text)) = parts.last_mut() {
                text.push_str(line);
            }
        }
    }
    parts
}

/// The date an example is judged on, if it says one.
pub fn as_of(example: &str) -> Option<&str> {
    example.lines().find_map(|line| line.strip_prefix("# as of: ")).map(str::trim)
}

fn example(heading: &'static str, text: &str) -> Part {
    let mut body = Vec::new();
    if let Some(date) = as_of(text) {
        body.push(Body::Words(format!("Judged on {date}.")));
    }
    for (name, text) in parts(text) {
        body.push(Body::Words(format!("In `{name}`:")));
        let language = if is_table(&name) { "csv" } else { "yaml" };
        body.push(Body::Code(language, shortened(&text)));
    }
    Part { heading, body }
}

/// Whether a file of a pack is a table.
pub(super) fn is_table(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending == "csv")
}

/// Long hostile examples are told, not shown.
fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= 40 {
        return text.to_owned();
    }
    format!("{}\n# and {} more lines like these\n", lines[..12].join("\n"), lines.len() - 12)
}

impl Page {
    /// The page of a rule.
    pub fn of_rule(rule: &Rule) -> Self {
        let level = if rule.adjustable {
            format!(
                "A community may set another level for its whole pack, in pack.yaml: `levels: {{{}: warning}}`; the words are error, warning, info and allow. \
                 Say in a comment why.",
                rule.code
            )
        } else {
            "Its level cannot be changed.".to_owned()
        };
        let accepted = match (rule.waivable, &rule.check) {
            (false, Check::Exceptions) => "",
            (true, _) => {
                " For one place it may be accepted for a limited time in waivers.yaml, with a reason, an owner, whoever approved it and a last day: an accepted \
                 exception, which does not waive the law. What stops a pack from being read cannot be accepted."
            }
            (false, Check::Reading) => " It cannot be accepted: nothing can be decided on a pack that has it.",
            (false, _) => " It cannot be accepted in waivers.yaml.",
        };
        let level = format!("{level}{accepted}");
        let mut parts = vec![
            Part::words("", rule.statement),
            Part::words("Why", format!("{}. How sure we are of this: {}.", rule.source, rule.certainty.in_words())),
            Part::words("What to do", rule.next),
        ];
        if !rule.failing.is_empty() {
            parts.push(example("Found here", rule.failing));
        }
        if !rule.fixed.is_empty() {
            parts.push(example("Not found here", rule.fixed));
        }
        parts.push(Part::words("If you must live with it", level));
        Self { code: rule.code, title: rule.title.to_owned(), level: rule.severity.to_string(), parts }
    }

    /// As Markdown, for docs/rules.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}: {}\n\nLevel: {}\n", self.code, self.title, self.level);
        for part in &self.parts {
            if !part.heading.is_empty() {
                out.push_str(&format!("\n## {}\n", part.heading));
            }
            for body in &part.body {
                match body {
                    Body::Words(text) => out.push_str(&format!("\n{text}\n")),
                    Body::Code(language, text) => out.push_str(&format!("\n```{language}\n{}\n```\n", text.trim_end())),
                }
            }
        }
        out
    }
}

/// The index of docs/rules.
pub fn index(pages: &[Page]) -> String {
    let mut out = String::from(
        "# Rules\n\nEvery code that `carepact check`, `carepact audit` and `carepact register check` may print. `carepact explain CODE` shows the same pages. Generated from the code; do not edit.\n\n\
         Examples are laid over a small synthetic pack, `src/rules/example_pack`; a test runs each of them. What an audit finds has the level `audit`: how much it matters depends on the accesses.\n\n| Code | Level | What |\n|---|---|---|\n",
    );
    for page in pages {
        out.push_str(&format!("| [{0}]({0}.md) | {1} | {2} |\n", page.code, page.level, page.title));
    }
    out
}
