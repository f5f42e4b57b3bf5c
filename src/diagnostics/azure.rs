//! Logging commands of Azure Pipelines, on standard output.
//!
//! There is no level below a warning: notes and the totals are plain lines. The agent looks for `##vso[` anywhere in a
//! line and ends the command at the next `]`; so in a command no `]` is written as it is, and in a plain line no `##`.

use super::Severity;
use super::record::{Record, is_open};
use super::results::ResultFinding;

/// The lines, each ended; the last says the totals.
pub fn render(record: &Record<'_>) -> String {
    let mut out = String::new();
    for finding in record.results.findings.iter().filter(|finding| is_open(finding)) {
        out.push_str(&line(record, finding));
    }
    out.push_str(&format!("carepact {}\n", plain(&record.verdict())));
    out
}

fn line(record: &Record<'_>, finding: &ResultFinding) -> String {
    let shown = record.shown(finding);
    let (number, column) = shown.span.map_or((1, 1), |span| (span.line, span.column));
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => return plain(&format!("note {} {}:{number}:{column}: {}", finding.code, shown.file, finding.message())) + "\n",
    };
    let (file, code, message) = (escape(&shown.file), escape(&finding.code), escape(finding.message()));
    format!("##vso[task.logissue type={kind};sourcepath={file};linenumber={number};columnnumber={column};code={code}]{message}\n")
}

/// Words outside any command, in which none can begin.
fn plain(text: &str) -> String {
    // Twice, for three in a row.
    crate::text::visible(text).replace("##", "# #").replace("##", "# #")
}

/// A value as the agent reads it back; what would deceive in a log is named.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in crate::text::undeceived(text).chars() {
        match letter {
            '%' => out.push_str("%AZP25"),
            ';' => out.push_str("%3B"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ']' => out.push_str("%5D"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_can_end_a_command_or_begin_another() {
        assert_eq!(escape("a;b]c%\r\n##vso[task.complete result=Succeeded]"), "a%3Bb%5Dc%AZP25%0D%0A##vso[task.complete result=Succeeded%5D");
        assert_eq!(plain("###vso[x]\n\u{1b}"), "# # #vso[x] U+001B");
    }
}
