//! Markdown for a pull request or a step's summary: the verdict first, a table of what is open, lists of the rest.
//!
//! Services cut what is longer than about 65,000 characters, or refuse it; unless everything is asked for, no more than
//! [`MOST`] bytes are written, and what is left out is counted. Words of a document cannot become links, mentions, HTML or another
//! table's cell.

use std::collections::BTreeMap;

use super::record::{Record, is_open, settled};
use super::results::ResultFinding;
use crate::text::thousands;

/// Bytes of a whole text that is not asked to hold everything.
pub const MOST: usize = 60_000;

/// Bytes kept for what follows the table.
const REST: usize = 12_000;

/// Rows of the table, of one rule and of all.
const ROWS: (usize, usize) = (10, 100);

/// Entries of the other lists.
const ENTRIES: usize = 20;

/// The text, with a final newline.
pub fn render(record: &Record<'_>) -> String {
    let results = record.results;
    let mut out = format!("## carepact {}\n\n", cell(&record.verdict()));
    let pack = results.pack.as_ref().map_or_else(String::new, |pack| format!(", pack {}", cell(&pack.id)));
    out.push_str(&format!("Judged on {}{pack}, by {}.\n\n", cell(&results.as_of), cell(&results.tool)));
    let left = table(record, &mut out);
    if !left.is_empty() {
        let parts: Vec<String> = left.iter().map(|(code, number)| format!("{} of {}", thousands(*number as u64), cell(code))).collect();
        let total: usize = left.values().sum();
        let shown: Vec<String> = parts.iter().take(ENTRIES).cloned().collect();
        let dots = if parts.len() > shown.len() { ", ..." } else { "" };
        out.push_str(&format!("and {} more: {}{dots}. `carepact check -f short` lists them all.\n\n", thousands(total as u64), shown.join(", ")));
    }
    let settled: Vec<String> = results.findings.iter().filter_map(|finding| settled(finding).map(|why| old(record, finding, &why))).collect();
    list(&mut out, record, "Accepted, or known before", &settled);
    let unjudged: Vec<String> = results.not_assessed.iter().map(|one| format!("{}: {}", cell(&one.what), cell(&one.why))).collect();
    list(&mut out, record, "Not judged", &unjudged);
    out
}

/// The table of open findings, the worst first; gives how many of each rule did not fit.
fn table<'a>(record: &Record<'a>, out: &mut String) -> BTreeMap<&'a str, usize> {
    let open = record.open_by_level();
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    if open.is_empty() {
        return left;
    }
    out.push_str("| Level | Where | What | Rule |\n| --- | --- | --- | --- |\n");
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows = 0;
    for finding in open {
        let shown = of_rule.entry(&finding.code).or_default();
        if !record.all && (*shown >= ROWS.0 || rows >= ROWS.1) {
            *left.entry(&finding.code).or_default() += 1;
            continue;
        }
        let row = row(record, finding);
        if !record.all && out.len() + row.len() > MOST - REST {
            *left.entry(&finding.code).or_default() += 1;
            continue;
        }
        out.push_str(&row);
        *shown += 1;
        rows += 1;
    }
    out.push('\n');
    left
}

fn row(record: &Record<'_>, finding: &ResultFinding) -> String {
    let mut what = cell(finding.message());
    for step in finding.next() {
        what.push_str(&format!("<br>{}", cell(step)));
    }
    let level = if is_open(finding) { finding.severity.to_string() } else { finding.status.clone() };
    format!("| {level} | {} | {what} | {} |\n", place(record, finding), cell(&finding.code))
}

fn old(record: &Record<'_>, finding: &ResultFinding, why: &str) -> String {
    format!("{}[{}] at {}: {} ({})", finding.severity, cell(&finding.code), place(record, finding), cell(finding.message()), cell(why))
}

fn place(record: &Record<'_>, finding: &ResultFinding) -> String {
    let shown = record.shown(finding);
    match shown.span {
        Some(span) => format!("<code>{}:{}:{}</code>", letters(&shown.file), span.line, span.column),
        None => cell(&finding.place),
    }
}

fn list(out: &mut String, record: &Record<'_>, heading: &str, entries: &[String]) {
    if entries.is_empty() {
        return;
    }
    out.push_str(&format!("### {heading}\n\n"));
    let mut shown = 0;
    for entry in entries {
        let fits = shown < ENTRIES && out.len() + entry.len() < MOST - 1_000;
        if !record.all && !fits {
            break;
        }
        out.push_str(&format!("- {entry}\n"));
        shown += 1;
    }
    if shown < entries.len() {
        out.push_str(&format!("- and {} more\n", thousands((entries.len() - shown) as u64)));
    }
    out.push('\n');
}

/// Words as a reader sees them, whatever they are: between pairs of backticks they are code, else plain.
pub fn cell(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        // A backtick without its fellow is one.
        return letters(text);
    }
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        match index % 2 {
            0 => out.push_str(&letters(piece)),
            _ => out.push_str(&format!("<code>{}</code>", letters(piece))),
        }
    }
    out
}

/// Letters that mean something in Markdown, HTML or to a service's own links are written as HTML names them; a mention
/// or a reference is broken by an empty comment, which nobody sees.
fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '@' | '#' => out.push_str(&format!("&#{};<!-- -->", u32::from(letter))),
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '!' | '\\' | '$' | '^' => out.push_str(&format!("&#{};", u32::from(letter))),
            '\n' | '\r' | '\t' => out.push(' '),
            letter if crate::text::is_deceptive(letter) => out.push_str(&format!("U+{:04X}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    // No scheme, no link that a service makes by itself.
    out.replace("://", ":<!-- -->//").replace("www.", "www<!-- -->.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_document_stay_words() {
        assert_eq!(cell("a `key|x` of <b> @team #12"), "a <code>key&#124;x</code> of &#60;b&#62; &#64;<!-- -->team &#35;<!-- -->12");
        assert_eq!(cell("one ` only\n"), "one &#96; only ");
        assert_eq!(cell("\u{202e}x http://a.example"), "U+202Ex http:<!-- -->//a.example");
    }
}
