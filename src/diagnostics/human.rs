//! Findings for people: as compilers print them, as a screen reader says them well, or one a line.
//!
//! People are shown so many of each rule in full and how many more there are; the other formats carry everything.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Finding, Severity, Standing};
use crate::source::{FileId, Sources};
use crate::text::{thousands, visible};

/// How findings are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub colour: bool,
    /// One `label: value` a line, nothing drawn.
    pub accessible: bool,
    /// Columns to draw in; none where nothing is to be cut.
    pub width: Option<u16>,
}

impl Style {
    /// The same for a file or for stderr: no colours, nothing cut.
    #[must_use]
    pub fn plain(self) -> Self {
        Self { colour: false, width: None, ..self }
    }
}

/// Findings of one rule that are drawn before the rest is counted.
pub const SHOWN: usize = 10;

/// Columns where nothing is to be cut. A line of megabytes is cut all the same, around what is meant.
const WIDE: usize = 10_000;

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

/// All findings with a blank line after each: those that are open in full, at most `most` of a rule; then what was
/// left out; then those accepted, and those a baseline knew. `see_all` is the command that shows it.
pub fn render_all(findings: &[Finding], sources: &Sources, style: Style, most: Option<usize>, see_all: &str) -> String {
    let most = most.unwrap_or(usize::MAX);
    let mut out = String::new();
    let (mut drawn, mut left): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = (BTreeMap::new(), BTreeMap::new());
    for finding in findings.iter().filter(|finding| finding.standing == Standing::Open) {
        let drawn = drawn.entry(finding.code).or_default();
        if *drawn < most {
            *drawn += 1;
            out.push_str(&render(finding, sources, style));
            out.push_str("\n\n");
        } else {
            *left.entry(finding.code).or_default() += 1;
        }
    }
    let mut lines = Vec::new();
    for (code, number) in left {
        lines.push(format!("and {} more of {code} like these: {see_all}", thousands(number as u64)));
    }
    if !lines.is_empty() {
        out.push_str(&lines.join("\n"));
        out.push_str("\n\n");
    }
    out.push_str(&settled(findings, sources, most, see_all));
    out
}

/// What does not fail a run: accepted exceptions with who and why, then what a baseline knew; at most `most` of each.
fn settled(findings: &[Finding], sources: &Sources, most: usize, see_all: &str) -> String {
    let list = |title: &str, lines: &[String]| {
        if lines.is_empty() {
            return String::new();
        }
        let mut out = format!("{title}\n{}\n", lines[..lines.len().min(most)].join("\n"));
        if lines.len() > most {
            out.push_str(&format!("  and {} more: {see_all}\n", thousands((lines.len() - most) as u64)));
        }
        out + "\n"
    };
    let (mut accepted, mut known) = (Vec::new(), Vec::new());
    for finding in findings {
        let line = || format!("  {}", render_short(finding, sources));
        match &finding.standing {
            Standing::Open => {}
            Standing::Accepted(by) => accepted.push(format!("{}\n    owner: {}; approved by: {}", line(), visible(&by.owner), visible(&by.approved_by))),
            Standing::Baseline { .. } => known.push(line()),
        }
    }
    list("Accepted exceptions (an accepted exception does not waive the law)", &accepted)
        + &list("Known in the baseline (to be mended, and not failing this run)", &known)
}

/// One finding with its snippets, without a final newline.
pub fn render(finding: &Finding, sources: &Sources, style: Style) -> String {
    if style.accessible {
        return render_lines(finding, sources);
    }
    let mut group = Group::with_title(level(finding.severity).primary_title(finding.message.as_str()).id(finding.code));
    let mut files: Vec<FileId> = Vec::new();
    for label in &finding.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for file in files {
        let labels = || finding.labels.iter().enumerate().filter(|(_, label)| label.span.file == file);
        // Only the lines that are meant: a renderer that reads a whole file for each finding takes minutes over thousands.
        let Some(meant) = labels().map(|(_, label)| label.span).reduce(crate::source::Span::to) else { continue };
        let (first, lines) = sources.lines(meant);
        let mut snippet = Snippet::source(&sources.text(file)[lines.clone()]).path(sources.name(file)).line_start(first);
        for (index, label) in labels() {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let range = label.span.range();
            let annotation = kind.span(range.start - lines.start..range.end - lines.start);
            snippet = snippet.annotation(if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) });
        }
        group = group.element(snippet);
    }
    if finding.labels.is_empty() && !finding.place.is_empty() {
        group = group.element(Level::NOTE.with_name("at").message(finding.place.as_str()));
    }
    if !finding.ground.is_empty() {
        group = group.element(Level::NOTE.with_name("why").message(finding.ground.as_str()));
    }
    for help in &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(style.width.map_or(WIDE, usize::from)).render(&[group]).clone()
}

/// One finding as lines of `label: value`, without a final newline.
fn render_lines(finding: &Finding, sources: &Sources) -> String {
    let mut lines = vec![format!("{}: {}", finding.severity, visible(&finding.message)), format!("rule: {}", finding.code)];
    for (index, label) in finding.labels.iter().enumerate() {
        let word = if index == 0 { "where" } else { "see also" };
        let at = sources.start(label.span);
        let said = if label.text.is_empty() { String::new() } else { format!(": {}", visible(&label.text)) };
        lines.push(format!("{word}: {}, line {}, column {}{said}", visible(sources.name(label.span.file)), at.line, at.column));
        let text = sources.line(label.span).trim();
        if !text.is_empty() {
            lines.push(format!("text: {}", visible(text)));
        }
    }
    if finding.labels.is_empty() && !finding.place.is_empty() {
        lines.push(format!("where: {}", visible(&finding.place)));
    }
    if !finding.ground.is_empty() {
        lines.push(format!("why: {}", visible(&finding.ground)));
    }
    lines.extend(finding.help.iter().map(|help| format!("next: {}", visible(help))));
    lines.join("\n")
}

/// One finding on one line: `file:line:column: severity[CODE]: sentence`, and how it stands if it is not open.
pub fn render_short(finding: &Finding, sources: &Sources) -> String {
    let place = finding.labels.first().map_or_else(|| finding.place.clone(), |label| sources.locate(label.span));
    let standing = match &finding.standing {
        Standing::Open => String::new(),
        Standing::Accepted(by) => format!(" (accepted until {}: {})", by.expires, by.reason),
        Standing::Baseline { first_seen } => format!(" (in the baseline since {first_seen})"),
    };
    visible(&format!("{place}: {}[{}]: {}{standing}", finding.severity, finding.code, finding.message)).into_owned()
}
