//! `audit --decisions`: what was decided before, and how often each detector was right.

use serde_json::Value;

use super::super::columns::Columns;
use super::super::session::{BOLD, Session};
use crate::diagnostics::results::Results;
use crate::text::{count, thousands};

/// The section for the terminal.
pub(super) fn section(results: &Results, session: &Session, painted: bool) -> String {
    let data = &results.data["decisions"];
    let number = |value: &Value, name: &str| value[name].as_u64().unwrap_or(0);
    let head = "Decided before";
    let head = if painted { session.paint(BOLD, head) } else { head.to_owned() };
    let (read, used) = (number(data, "read"), number(data, "of_this_audit"));
    let mut out = format!(
        "\n{head}\n  {} read, {} of them on this audit: {} {} known and not open, {} {} accesses since and {} open again\n",
        count(read, "decision", "decisions"),
        thousands(used),
        count(number(data, "findings_decided"), "finding", "findings"),
        if number(data, "findings_decided") == 1 { "is" } else { "are" },
        thousands(number(data, "open_again")),
        if number(data, "open_again") == 1 { "has" } else { "have" },
        if number(data, "open_again") == 1 { "is" } else { "are" },
    );
    let rows = data["detectors"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        return out;
    }
    let mut table = Columns::new(session, &["detector", "decided", "not as it should be", "share", "days to decide (middle)"], 1).indented(2);
    if !painted {
        table = table.for_file();
    }
    for row in rows {
        let (decided, upheld) = (number(row, "decided"), number(row, "upheld"));
        table.add_row([
            row["code"].as_str().unwrap_or("").to_owned(),
            thousands(decided),
            thousands(upheld),
            format!("{:.0}%", upheld as f64 / decided.max(1) as f64 * 100.0),
            row["median_days"].as_i64().map_or_else(|| "-".to_owned(), |days| days.to_string()),
        ]);
    }
    out += &table.text();
    out.push('\n');
    out
}
