//! What a person reads: the first screen with the cases, and all the rest where they ask for it.

use std::fmt::Write as _;

use serde_json::Value;

use super::super::columns::Columns;
use super::super::session::{BOLD, Session, YELLOW};
use crate::diagnostics::results::Results;
use crate::text::{count, thousands};

pub(super) fn short(results: &Results) -> String {
    let mut text = String::new();
    for finding in &results.findings {
        let at = finding.spans.first().map_or_else(|| finding.place.clone(), |span| format!("{}:{}", span.file, span.line));
        let _ = writeln!(text, "{at}: {}[{}]: {}", finding.severity, finding.code, finding.message());
    }
    text
}

fn table(session: &Session, painted: bool, heads: &[&str], words: usize) -> Columns {
    let table = Columns::new(session, heads, words).indented(2);
    if painted { table } else { table.for_file() }
}

/// Cases that the terminal shows; the results list more.
const SHOWN: usize = 20;

/// The first screen: the cases that matter most, both answers in a line each, and by name what was not assessed.
pub(super) fn first_screen(results: &Results, session: &Session, painted: bool) -> String {
    let data = &results.data;
    let number = |path: &str| data.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let head = |text: &str| if painted { session.paint(BOLD, text) } else { text.to_owned() };
    let warn = |text: &str| if painted { session.paint(YELLOW, text) } else { text.to_owned() };
    let mut out = title(results, &head);

    let total = number("/cases_total");
    let listed = data["cases"].as_array().map_or(&[][..], Vec::as_slice);
    let few = listed.len().min(FIRST);
    let of = if total > few as u64 { format!(", the first {few} of them") } else { String::new() };
    let _ = writeln!(out, "{}", head(&format!("{} for a person to look at{of}", count(total, "case", "cases"))));
    for (index, case) in listed.iter().take(FIRST).enumerate() {
        let sentence = case["sentences"].as_array().and_then(|list| list.first()).and_then(Value::as_str).unwrap_or("");
        let codes: Vec<&str> = case["codes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let sentence = sentence.trim_end_matches("; needs review");
        let _ = writeln!(out, "{:>4}. {sentence} [{}]", index + 1, codes.join(" "));
    }

    let accesses = number("/counts/events");
    let answer = |path: &str| format!("{} ({})", thousands(number(path)), per_cent(number(path), accesses));
    let _ = writeln!(
        out,
        "\n{} {} allowed by an agreement if the facts given are true, {} by none, {} depend on facts not known, {} not assessed",
        head("Covered:"),
        answer("/counts/permitted"),
        answer("/counts/denied"),
        thousands(number("/counts/conditional")),
        thousands(number("/counts/not_assessed")),
    );
    let part = |path: &str, name: &str| number(&format!("/explained/{path}/{name}"));
    let _ = writeln!(
        out,
        "{} {} of all accesses, {} of first ones; {} not explained, {} not assessed",
        head("Explained:"),
        per_cent(part("all", "explained"), part("all", "total")),
        per_cent(part("first", "explained"), part("first", "total")),
        thousands(part("all", "unexplained")),
        thousands(part("all", "not_assessed")),
    );
    let found: Vec<String> = data["detectors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|one| one["findings"].as_u64().unwrap_or(0) > 0)
        .map(|one| format!("{} {}", one["code"].as_str().unwrap_or(""), thousands(one["findings"].as_u64().unwrap_or(0))))
        .collect();
    let _ = writeln!(out, "{} {}", head("Findings:"), if found.is_empty() { "none".to_owned() } else { found.join(", ") });
    for balance in results.balance.iter().filter(|balance| !balance.quarantined.is_empty()) {
        let unread = balance.quarantined.values().sum::<u64>();
        let _ = writeln!(
            out,
            "{} {}",
            head("Not read:"),
            warn(&format!("{} of {} of {}", thousands(unread), count(balance.read, "record", "records"), balance.input))
        );
    }
    let codes: Vec<&str> = results.not_assessed.iter().filter_map(|one| one.what.split(' ').next()).filter(|word| word.starts_with("AUD-")).collect();
    let tables: Vec<&str> = results.not_assessed.iter().map(|one| one.what.as_str()).filter(|what| what.strip_suffix(".csv").is_some()).collect();
    if !codes.is_empty() {
        let lacking = if tables.is_empty() { String::new() } else { format!("; no {}", crate::text::and_list(&tables)) };
        let _ = writeln!(out, "{} {}", head("Not assessed:"), warn(&format!("{}{lacking}", codes.join(" "))));
    }
    for one in data["thresholds"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "{} the pack sets {} to {} instead of {}", head("Numbers:"), one["name"].as_str().unwrap_or(""), one["value"], one["default"]);
    }
    if data.pointer("/references/comparable") == Some(&Value::Bool(false)) {
        let _ = writeln!(out, "{} made for this run: references and finding ids differ next time (--keyring keeps them)", head("References:"));
    }
    if let Some(said) = data.pointer("/audit_itself/said").and_then(Value::as_str) {
        let _ = writeln!(
            out,
            "{} {}",
            head("The audit itself:"),
            if data.pointer("/audit_itself/in_order") == Some(&Value::Bool(true)) { said.to_owned() } else { warn(said) }
        );
    }
    out
}

/// Cases on the first screen.
const FIRST: usize = 10;

/// The last words: where the rest is, and what a finding is not.
pub(super) fn last_words(long: bool) -> String {
    let more = if long { "" } else { "The whole of it: -v, or -o audit.json for the report; what a code means: carepact explain AUD-001.\n" };
    format!(
        "\n{more}Every finding needs review by a person; none says that anybody did wrong. No breach has been declared.\nNo agreement covering an access does not by itself forbid sharing to protect someone at risk (Caldicott principle 7).\n"
    )
}

fn per_cent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1}%", part as f64 / whole as f64 * 100.0) }
}

fn title(results: &Results, head: &dyn Fn(&str) -> String) -> String {
    let data = &results.data;
    let number = |path: &str| data.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let word = |path: &str| data.pointer(path).and_then(Value::as_str).unwrap_or("-").to_owned();
    format!(
        "{}\n\n",
        head(&format!(
            "{} by {} to {}, {} to {}",
            count(number("/counts/events"), "access", "accesses"),
            count(number("/log/users"), "user", "users"),
            count(number("/log/people"), "person", "people"),
            word("/log/first"),
            word("/log/last")
        ))
    )
}

/// Everything, below the first screen.
pub(super) fn details(results: &Results, session: &Session, painted: bool) -> String {
    let data = &results.data;
    let number = |path: &str| data.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let head = |text: &str| if painted { session.paint(BOLD, text) } else { text.to_owned() };
    let warn = |text: &str| if painted { session.paint(YELLOW, text) } else { text.to_owned() };
    let mut out = String::new();
    let accesses = number("/counts/events");
    let _ = writeln!(out, "\n{}", head("What was read"));
    let mut books = table(session, painted, &["input", "in", "used", "set aside", "not read"], 1);
    for balance in &results.balance {
        let (removed, quarantined) = (balance.removed.values().sum::<u64>(), balance.quarantined.values().sum::<u64>());
        books.add_row([balance.input.clone(), thousands(balance.read), thousands(balance.out), thousands(removed), thousands(quarantined)]);
    }
    let _ = writeln!(out, "{}", books.text());
    for balance in results.balance.iter().filter(|balance| !balance.quarantined.is_empty()) {
        let reasons: Vec<String> = balance.quarantined.iter().map(|(reason, number)| format!("{} {}", thousands(*number), reason.replace('_', " "))).collect();
        let _ = writeln!(out, "  {}", warn(&format!("not read in {}: {}", balance.input, reasons.join(", "))));
    }
    let others = [
        ("/events/by_systems", "by systems for themselves"),
        ("/events/refused_by_the_system", "refused by the system"),
        ("/events/about_no_record", "about no record"),
        ("/events/outside_period", "outside the period"),
    ];
    let others: Vec<String> = others.iter().filter(|(path, _)| number(path) > 0).map(|(path, what)| format!("{} {what}", thousands(number(path)))).collect();
    if !others.is_empty() {
        let _ = writeln!(out, "  events that are no access by a person: {}", others.join(", "));
    }

    let _ = writeln!(out, "\n{}", head("Does an agreement cover it?"));
    let mut answers = table(session, painted, &["", "accesses", "share"], 1);
    for (path, what) in [
        ("/counts/permitted", "an agreement allows this, if the facts given are true"),
        ("/counts/conditional", "it depends on facts that are not known"),
        ("/counts/denied", "no agreement covers this"),
        ("/counts/not_assessed", "not assessed"),
    ] {
        answers.add_row([what.to_owned(), thousands(number(path)), per_cent(number(path), accesses)]);
    }
    let _ = writeln!(out, "{}", answers.text());
    let only = number("/agreements/denied_only_for_lack_of_a_relationship");
    if only > 0 {
        let _ = writeln!(out, "  {} of those not covered lack only a relationship: they are reported once, as unexplained", thousands(only));
    }
    let own = number("/agreements/own_organisation");
    if own > 0 {
        let _ = writeln!(out, "  {} are of an organisation to its own data", thousands(own));
    }

    let _ = writeln!(out, "\n{}", head("Is it explained?"));
    let mut explained = table(session, painted, &["", "explained", "not explained", "not assessed", "share explained"], 1);
    for (path, what) in [("all", "all accesses"), ("first", "first accesses of a user to a person")] {
        let part = |name: &str| number(&format!("/explained/{path}/{name}"));
        explained.add_row([
            what.to_owned(),
            thousands(part("explained")),
            thousands(part("unexplained")),
            thousands(part("not_assessed")),
            per_cent(part("explained"), part("total")),
        ]);
    }
    let _ = writeln!(out, "{}\n  A purpose in the log is declared, not corroborated.", explained.text());

    let _ = writeln!(out, "\n{}", head("Detectors"));
    let mut detectors = table(session, painted, &["code", "what it says", "findings"], 2);
    for one in data["detectors"].as_array().into_iter().flatten() {
        let text = |name: &str| one[name].as_str().unwrap_or("").to_owned();
        let found = if one["assessed"] == Value::Bool(false) { "not assessed".to_owned() } else { thousands(one["findings"].as_u64().unwrap_or(0)) };
        detectors.add_row([text("code"), text("title"), found]);
    }
    let _ = writeln!(out, "{}", detectors.text());

    let total = number("/cases_total");
    let listed = data["cases"].as_array().map_or(&[][..], Vec::as_slice);
    let shown = if total > SHOWN as u64 { format!(" (the first {SHOWN} are shown)") } else { String::new() };
    let _ = writeln!(out, "\n{}", head(&format!("Cases for a person to look at: {}{shown}", thousands(total))));
    for (index, case) in listed.iter().take(SHOWN).enumerate() {
        let text = |name: &str| case[name].as_str().unwrap_or("").to_owned();
        let codes: Vec<&str> = case["codes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let _ = writeln!(out, "{:>4}. {} {}  {}  {} to {}", index + 1, text("user"), text("person"), codes.join(" "), text("from"), text("to"));
        for sentence in case["sentences"].as_array().into_iter().flatten().filter_map(Value::as_str).take(3) {
            let _ = writeln!(out, "      {sentence}");
        }
    }
    if total > SHOWN as u64 {
        let _ = writeln!(out, "      ... and {} more (-o json:audit.json has them)", thousands(total - SHOWN as u64));
    }
    if let Some(key) = data.get("answer_key") {
        let _ = writeln!(out, "\n{}", head("Against the answer key (95% Wilson intervals)"));
        let mut scores = table(session, painted, &["detector", "precision", "", "recall", "", "near misses reported"], 1);
        for one in key["detectors"].as_array().into_iter().flatten() {
            let share = |name: &str| {
                let of = |field: &str| one.pointer(&format!("/{name}/{field}")).and_then(Value::as_f64);
                match (of("value"), of("low"), of("high")) {
                    (Some(value), Some(low), Some(high)) => [format!("{:.1}%", value * 100.0), format!("{:.1} to {:.1}", low * 100.0, high * 100.0)],
                    _ => ["-".to_owned(), String::new()],
                }
            };
            let ([precision, within], [recall, around]) = (share("precision"), share("recall"));
            scores.add_row([
                one["detector"].as_str().unwrap_or("").to_owned(),
                precision,
                within,
                recall,
                around,
                one["near_misses"].as_u64().map_or_else(String::new, thousands),
            ]);
        }
        let _ = writeln!(out, "{}", scores.text());
    }

    let _ = writeln!(out, "\n{}", head("Not assessed"));
    for one in &results.not_assessed {
        let _ = writeln!(out, "  {}", warn(&format!("{}: {}", one.what, one.why)));
    }
    out
}
