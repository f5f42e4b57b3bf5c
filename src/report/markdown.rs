//! The report for pull requests, job summaries and notes: GitHub's Markdown, nothing that needs HTML.

use super::model::{Explained, Report};
use super::tables::{self, NOT_GIVEN, NOT_STATED, Table};
use crate::text::{count, thousands};

/// Findings, changes or cases listed; the rest is in CSV and JSON, and the text says so.
const SHOWN: usize = 50;

/// The whole text, ending with a newline.
pub fn render(report: &Report) -> String {
    let mut page = Page::default();
    let cover = &report.cover;
    page.heading(1, &cover.title);
    page.line(&format!(
        "{}. Data sharing report, {}. {}.",
        text(&cover.classification),
        text(&cover.period),
        if cover.status == "draft" { "Draft: not yet approved" } else { "Final" }
    ));
    if cover.community.as_ref().is_some_and(|community| community.synthetic) {
        page.line("Synthetic: this community, its organisations and its people are invented.");
    }
    page.heading(2, "1 Summary");
    page.line(&format!("**{}**", text(&report.summary.verdict)));
    for (index, action) in report.summary.actions.iter().enumerate() {
        page.item(&format!(
            "{}. {} **{}** ({}, {}). Who: {}. By when: {}.",
            index + 1,
            action.severity,
            text(&action.what),
            text(&action.code),
            count(action.findings, "finding", "findings"),
            action.owner.as_deref().map_or_else(|| "nobody named".to_owned(), text),
            action.due.as_deref().map_or_else(|| "no date set".to_owned(), text)
        ));
    }
    page.end();
    match &report.summary.changes {
        None => page.line("No earlier results were given, so nothing can be said of what changed."),
        Some(changes) => {
            page.line(&format!(
                "{} new, {} no longer found, {} unchanged, compared by finding id.",
                thousands(changes.new.len() as u64),
                thousands(changes.resolved.len() as u64),
                thousands(changes.unchanged)
            ));
            for item in &changes.not_compared {
                page.line(&format!("Not compared: {}, because {}.", text(&item.what), text(&item.why)));
            }
        }
    }

    let tables: std::collections::BTreeMap<&str, Table> = tables::all(report).into_iter().map(|table| (table.name, table)).collect();
    let show = |page: &mut Page, name: &str| {
        if let Some(table) = tables.get(name) {
            page.table(table);
        }
    };
    if report.summary.changes.is_some() {
        show(&mut page, "changes");
    }
    page.heading(2, "2 What could not be checked");
    if report.unchecked.is_empty() {
        page.line("Everything that was given could be checked.");
    } else {
        page.line("Nothing here may be read as in order.");
        show(&mut page, "unchecked");
    }
    show(&mut page, "balance");

    page.heading(2, "3 Agreements");
    match &report.agreements {
        None => page.absent("check"),
        Some(agreements) => {
            show(&mut page, "agreements");
            page.line(&text(&agreements.timeline));
            show(&mut page, "terms");
        }
    }
    match &report.tests {
        None => page.line(&format!("Tests: {NOT_GIVEN}.")),
        Some(tests) => {
            let number = |number: Option<u64>| number.map_or_else(|| NOT_GIVEN.to_owned(), thousands);
            page.line(&format!("Tests passed: {}. Tests failed: {}.", number(tests.passed), number(tests.failed)));
            if let Some(untested) = tests.untested.as_ref().filter(|untested| !untested.is_empty()) {
                page.line(&format!("Clauses that never decided a test: {}.", untested.iter().map(|clause| code(clause)).collect::<Vec<_>>().join(", ")));
            }
        }
    }

    page.heading(2, "4 Accesses");
    match &report.accesses {
        None => page.absent("audit"),
        Some(accesses) => {
            show(&mut page, "accesses_answers");
            let percent = |explained: Option<Explained>| explained.map_or_else(|| NOT_GIVEN.to_owned(), |explained| explained.share.percent());
            page.line(&format!(
                "Explained by a relationship: {} of all accesses, {} of first accesses.",
                percent(accesses.explained_all),
                percent(accesses.explained_first)
            ));
            for finding in [accesses.daily.as_ref().map(|daily| &daily.finding), accesses.hours.as_ref().map(|hours| &hours.finding)].into_iter().flatten() {
                page.line(&text(finding));
            }
            show(&mut page, "accesses_clauses");
            show(&mut page, "accesses_hours");
            show(&mut page, "detectors");
            show(&mut page, "cases");
        }
    }

    page.heading(2, "5 Releases");
    match &report.releases {
        None => page.absent("pseudonymise"),
        Some(_) => {
            show(&mut page, "releases");
            show(&mut page, "released_files");
        }
    }
    for name in ["disclosure_risk", "disclosure_sensitive", "disclosure_left_out"] {
        show(&mut page, name);
    }

    page.heading(2, "6 Findings");
    if report.findings.is_empty() {
        page.line("The results hold no finding.");
    }
    for group in &report.findings {
        page.heading(3, &format!("{} ({}, {})", group.code, group.severity, count(group.findings.len() as u64, "finding", "findings")));
        if let Some(means) = &group.means {
            page.line(&format!("It means: {}", text(means)));
        }
        if let Some(todo) = &group.todo {
            page.line(&format!("Do: {}", text(&todo.join(" "))));
        }
        for finding in group.findings.iter().take(SHOWN) {
            let mut parts = vec![format!("- **{}**", text(&finding.saw))];
            if finding.status == "accepted" {
                parts.push("(accepted exception)".to_owned());
            }
            if group.means.is_none() && !finding.means.is_empty() {
                parts.push(format!("It means: {}", text(&finding.means)));
            }
            if group.todo.is_none() && !finding.todo.is_empty() {
                parts.push(format!("Do: {}", text(&finding.todo.join(" "))));
            }
            let place = if finding.place.is_empty() { NOT_STATED } else { &finding.place };
            let places: Vec<String> = std::iter::once(place).chain(finding.located.iter().map(String::as_str)).map(code).collect();
            parts.push(format!("Where: {}.", places.join(", ")));
            page.item(&parts.join(" "));
        }
        if group.findings.len() > SHOWN {
            page.item(&format!("- and {} more, in the CSV and JSON of this report", thousands((group.findings.len() - SHOWN) as u64)));
        }
        page.end();
    }

    page.heading(2, "Appendix");
    show(&mut page, "totals");
    page.line(&format!("Fingerprint of the results (SHA-256): {}. Check it with {}.", code(&cover.fingerprint), code(&cover.fingerprint_command)));
    show(&mut page, "results");
    show(&mut page, "inputs");
    page.finish()
}

#[derive(Default)]
struct Page {
    out: String,
}

impl Page {
    fn heading(&mut self, level: usize, title: &str) {
        self.out.push_str(&format!("{} {}\n\n", "#".repeat(level), text(title)));
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push_str("\n\n");
    }

    fn item(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn end(&mut self) {
        if !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn absent(&mut self, kind: &str) {
        self.line(&format!("Not assessed: {NOT_GIVEN}. Nothing from `carepact {kind}` was given; this is not a sign that all is well."));
    }

    fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            return;
        }
        self.item(&format!("| {} |", table.columns.iter().map(|column| text(column)).collect::<Vec<_>>().join(" | ")));
        let rule: Vec<&str> =
            table.rows[0].iter().map(|cell| if matches!(cell, tables::Cell::Number(_) | tables::Cell::Signed(_)) { "---:" } else { "---" }).collect();
        self.item(&format!("| {} |", rule.join(" | ")));
        let shown = if matches!(table.name, "cases" | "changes") { SHOWN } else { table.rows.len() };
        for row in table.rows.iter().take(shown) {
            self.item(&format!("| {} |", row.iter().map(|cell| text(&cell.shown())).collect::<Vec<_>>().join(" | ")));
        }
        self.end();
        if table.rows.len() > shown {
            self.line(&format!("The first {shown} of {}; all are in the CSV and JSON of this report.", thousands(table.rows.len() as u64)));
        }
    }

    fn finish(mut self) -> String {
        while self.out.ends_with("\n\n") {
            self.out.pop();
        }
        self.out
    }
}

/// Text in which nothing is taken for markup, in one line.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' => out.extend(['\\', letter]),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    // An address or a name of a person on the platform would become a link or a call.
    out.replace("://", ":\u{200b}//").replace('@', "@\u{200b}")
}

/// Text as code, in one line; no backtick can end it early, no bar can end its cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "/").replace(|letter: char| letter.is_control(), " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_becomes_markup() {
        assert_eq!(text("a|b\n<script> [x](y) @all"), "a\\|b \\<script\\> \\[x\\](y) @\u{200b}all");
        assert_eq!(code("a`b\nc"), "`a'b c`");
    }
}
