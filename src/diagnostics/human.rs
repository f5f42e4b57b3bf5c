//! Findings for people, as compilers print them: the text, what is wrong there, why, and the next step.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Finding, Severity, Standing};
use crate::source::{FileId, Sources};

/// How findings are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub colour: bool,
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

/// One finding with its snippets, without a final newline.
pub fn render(finding: &Finding, sources: &Sources, style: Style) -> String {
    let mut group = Group::with_title(level(finding.severity).primary_title(finding.message.as_str()).id(finding.code));
    let mut files: Vec<FileId> = Vec::new();
    for label in &finding.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for file in files {
        let mut snippet = Snippet::source(sources.text(file)).path(sources.name(file)).line_start(1);
        for (index, label) in finding.labels.iter().enumerate().filter(|(_, label)| label.span.file == file) {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(label.span.range());
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
    renderer.render(&[group]).clone()
}

/// One finding on one line: `file:line:column: severity[CODE]: sentence`.
pub fn render_short(finding: &Finding, sources: &Sources) -> String {
    let place = finding.labels.first().map_or_else(|| finding.place.clone(), |label| sources.locate(label.span));
    let standing = match &finding.standing {
        Standing::Open => String::new(),
        Standing::Accepted(acceptance) => format!(" (accepted exception until {}, does not waive the law)", acceptance.expires),
        Standing::Baseline { first_seen } => format!(" (in the baseline since {first_seen})"),
    };
    format!("{place}: {}[{}]: {}{standing}", finding.severity, finding.code, finding.message)
}
