//! What would have had to be agreed for denied accesses to be allowed.

use serde_json::{Value, json};

use super::super::session::{BOLD, Session};
use crate::access_log::counterfactual::{Count, Counterfactuals};
use crate::diagnostics::results::Results;
use crate::text::{and_list, count, thousands};

/// Edits shown to a person; all are in the JSON.
const SHOWN: usize = 8;

/// What results say of it: counts, and no reference.
pub(super) fn data(could: &Counterfactuals) -> Value {
    let counted = |one: &Count| json!({"accesses": one.accesses, "users": one.users.len(), "people": one.people.len()});
    let edits: Vec<Value> = could
        .edits
        .iter()
        .map(|edit| {
            json!({"clause": edit.clause, "at": edit.at, "changes": edit.changes, "asked": edit.asked, "allows": counted(&edit.allows), "also_opens": counted(&edit.also_opens)})
        })
        .collect();
    json!({"edits": edits, "no_edit": could.none, "not_tried": could.not_tried})
}

/// The section for the terminal.
pub(super) fn section(results: &Results, session: &Session, painted: bool) -> String {
    let Some(data) = results.data.get("counterfactual") else { return String::new() };
    let edits = data["edits"].as_array().map(Vec::as_slice).unwrap_or_default();
    let number = |value: &Value, path: &str| value.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let none = number(data, "/no_edit");
    if edits.is_empty() && none == 0 {
        return String::new();
    }
    let head = "What would have had to be agreed for what no agreement covers";
    let head = if painted { session.paint(BOLD, head) } else { head.to_owned() };
    let mut out = format!("\n{head}\n");
    for edit in edits.iter().take(SHOWN) {
        let text = |name: &str| edit[name].as_str().unwrap_or("");
        let changes: Vec<&str> = edit["changes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let counted = |name: &str| {
            let part = |what: &str| number(edit, &format!("/{name}/{what}"));
            format!(
                "{} by {} to {}",
                count(part("accesses"), "access", "accesses"),
                count(part("users"), "user", "users"),
                count(part("people"), "person's record", "people's records")
            )
        };
        let others = if number(edit, "/also_opens/accesses") == 0 { "no other access of this log".to_owned() } else { counted("also_opens") };
        out += &format!(
            "  {} ({}): {}\n    would allow {} ({})\n    and would also open {others}\n",
            text("clause"),
            text("at"),
            and_list(&changes),
            counted("allows"),
            text("asked"),
        );
    }
    if edits.len() > SHOWN {
        out += &format!("  ... and {} more (-f json, data.counterfactual)\n", thousands((edits.len() - SHOWN) as u64));
    }
    if none > 0 {
        out += &format!(
            "  for {}, a condition or a prohibition stands against it, or more than one grant would have to be edited\n",
            count(none, "access", "accesses")
        );
    }
    if number(data, "/not_tried") > 0 {
        out += &format!("  {} were not looked at\n", thousands(number(data, "/not_tried")));
    }
    out += "  Nothing is proposed: an edit opens more than this log shows (`carepact diff` tells what), and some of this must stay closed.\n";
    out
}
