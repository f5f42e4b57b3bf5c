//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! A step shows ten annotations of each level and drops the others without a word; so the worst ten are written, and a
//! last one says how many more there are. Values are escaped as the runner reads them back.

use super::Severity;
use super::record::{Counts, Record};
use super::results::ResultFinding;

/// Annotations of one level that a step shows.
const SHOWN: usize = 10;

/// The lines, each ended. The last is a notice with the totals.
pub fn render(record: &Record<'_>) -> String {
    let open = record.open_by_level();
    let mut out = String::new();
    let mut left = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let of_level: Vec<&&ResultFinding> = open.iter().filter(|finding| finding.severity == severity).collect();
        // The notice with the totals takes one place among the notices.
        let shown = if severity == Severity::Info { SHOWN - 1 } else { SHOWN };
        for finding in of_level.iter().take(shown) {
            out.push_str(&annotation(record, finding));
        }
        if of_level.len() > shown {
            let (one, many) = words(severity);
            left.push(crate::text::count((of_level.len() - shown) as u64, one, many));
        }
    }
    let mut total = record.verdict();
    if !left.is_empty() {
        total.push_str(&format!("; and {} more that are not shown here: carepact check -f short", crate::text::and_list(&left)));
    }
    let title = property(&format!("carepact {}", Counts::of(record.results).words()));
    out.push_str(&format!("::notice title={title}::{}\n", data(&total)));
    out
}

fn words(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "errors"),
        Severity::Warning => ("warning", "warnings"),
        Severity::Info => ("note", "notes"),
    }
}

fn annotation(record: &Record<'_>, finding: &ResultFinding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let shown = record.shown(finding);
    let mut at = format!("file={}", property(&shown.file));
    match shown.span {
        // Columns mean something only within a line.
        Some(span) if span.line == span.end_line => {
            at.push_str(&format!(",line={},endLine={},col={},endColumn={}", span.line, span.end_line, span.column, span.end_column));
        }
        Some(span) => at.push_str(&format!(",line={},endLine={}", span.line, span.end_line)),
        None => at.push_str(",line=1"),
    }
    let mut message = finding.message().to_owned();
    for step in finding.next() {
        message.push('\n');
        message.push_str(step);
    }
    format!("::{level} {at},title={}::{}\n", property(&finding.code), data(&message))
}

/// A message as the runner reads it back.
pub fn data(text: &str) -> String {
    escape(text, false)
}

/// A property as the runner reads it back.
pub fn property(text: &str) -> String {
    escape(text, true)
}

fn escape(text: &str, property: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // What would deceive in a log is named.
    for letter in crate::text::undeceived(text).chars() {
        match letter {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ':' if property => out.push_str("%3A"),
            ',' if property => out.push_str("%2C"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_can_begin_a_command_or_another_property() {
        assert_eq!(data("50%\r\n::set-output name=x::y"), "50%25%0D%0A::set-output name=x::y");
        assert_eq!(property("a,line=9:b"), "a%2Cline=9%3Ab");
    }
}
