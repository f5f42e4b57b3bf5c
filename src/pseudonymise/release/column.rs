//! One line of `columns:`.

use super::{ACTIONS, Action, At, Bands, CodeForm, ColumnRule, DATE_FORMS, DateForm, Is, KINDS, LATER, Window, missing, redact};
use crate::diagnostics::Finding;
use crate::identifier::Date;
use crate::keys::shift::ShiftRange;
use crate::source::Spanned;
use crate::yaml::{Fields, Kind as NodeKind, Node, Sink};

/// Reads `NAME: ACTION` or `NAME: {ACTION: {...}, ...}`.
pub(super) fn column(name: Spanned<String>, node: &Node, place: &str, sink: &Sink) -> Option<ColumnRule> {
    if let Some(word) = node.as_text() {
        let action = bare(&name, word, node, place, sink)?;
        if action != Action::Drop {
            missing(sink, place, node.span, "category", "the data category of a column that is released");
        }
        let is = implied(&name.value, &action);
        return Some(ColumnRule {
            output: name.value.clone(),
            name,
            is,
            class: None,
            category: None,
            date: DateForm::Iso,
            quarantine_missing: false,
            written: word.to_owned(),
            action,
        });
    }
    let f = Fields::open(node, place, sink)?;
    let output = f.text("as").map_or_else(|| name.value.clone(), |text| text.value);
    let written_is = f.word("is", &KINDS).map(|word| word.value);
    let class = f.word("class", &[("direct", "direct"), ("quasi", "quasi"), ("sensitive", "sensitive"), ("other", "other")]).map(|word| word.value.to_owned());
    let category = f.text("category");
    let date = f.word("date", &DATE_FORMS).map_or(DateForm::Iso, |word| word.value);
    let quarantine_missing = f.word("missing", &[("keep", false), ("quarantine", true)]).is_some_and(|word| word.value);
    for later in LATER {
        if let Some(span) = f.key_span(later) {
            let _ = f.get(later);
            sink.not_built(&f.place_of(later), span, &format!("the action `{later}`"));
            return None;
        }
    }
    let written: Vec<&'static str> = ACTIONS.into_iter().filter(|word| f.key_span(word).is_some()).collect();
    // A number may be closed at both ends.
    let written = if written == ["top_code", "bottom_code"] { vec!["top_code"] } else { written };
    let [word] = written[..] else {
        let said = if written.is_empty() { "no action".to_owned() } else { crate::text::and_list(&written) };
        sink.push(
            Finding::error("READ-005", place, format!("the column `{}` needs one action, and has {said}", name.value))
                .at(f.span, "here")
                .help(format!("Use {}.", crate::text::or_list(&ACTIONS))),
        );
        return None;
    };
    let action = action(&f, word, &name, written_is)?;
    let is = written_is.or_else(|| implied(&name.value, &action));
    if category.is_none() && action != Action::Drop {
        missing(sink, place, f.span, "category", "the data category of a column that is released");
    }
    let one = |word: &str| {
        let parameters = node.get(word).map(inline).unwrap_or_default();
        if parameters.is_empty() || parameters == "{}" { word.to_owned() } else { format!("{word}: {parameters}") }
    };
    let both = word == "top_code" && node.get("bottom_code").is_some();
    let written = if both { format!("{}, {}", one("top_code"), one("bottom_code")) } else { one(word) };
    Some(ColumnRule { name, output, is, class, category, date, quarantine_missing, action, written })
}

/// What a column holds, told by what is done to it.
fn implied(name: &str, action: &Action) -> Option<Is> {
    match action {
        Action::Pseudonym { domain, .. } if domain.value == "nhs_number" => Some(Is::NhsNumber),
        Action::Pseudonym { with: Some(_), .. } => Some(Is::LocalId),
        Action::AgeBand { .. } | Action::Age { .. } => Some(Is::BirthDate),
        Action::Outward | Action::Sector | Action::Area { .. } => Some(Is::Postcode),
        Action::Redact(_) => Some(Is::FreeText),
        _ if name == "nhs_number" => Some(Is::NhsNumber),
        _ => None,
    }
}

/// The form that the action itself says.
fn code_form(word: &str) -> Option<CodeForm> {
    match word {
        "reversible" => Some(CodeForm::Reversible),
        "format_preserving" => Some(CodeForm::FormatPreserving),
        _ => None,
    }
}

fn bare(name: &Spanned<String>, word: &str, node: &Node, place: &str, sink: &Sink) -> Option<Action> {
    match word {
        "keep" => Some(Action::Keep),
        "drop" => Some(Action::Drop),
        "redact" => Some(Action::Redact(redact::Dates::Birth)),
        "pseudonym" | "reversible" | "format_preserving" if name.value == "nhs_number" => {
            let form = code_form(word).unwrap_or(CodeForm::Base32);
            Some(Action::Pseudonym { domain: Spanned::new("nhs_number".to_owned(), node.span), with: None, of: Vec::new(), form })
        }
        _ => {
            if LATER.contains(&word) {
                sink.not_built(place, node.span, &format!("the action `{word}`"));
            } else if ACTIONS.contains(&word) {
                sink.wrong(place, node.span, &format!("`{word}` with its parameters"), "the word alone");
            } else {
                let finding = Finding::error("READ-005", place, format!("`{word}` is not an action")).at(node.span, "unknown action");
                sink.push(match crate::text::nearest(word, ACTIONS) {
                    Some(near) => finding.help(format!("Did you mean `{near}`?")),
                    None => finding.help(format!("Use {}.", crate::text::or_list(&ACTIONS))),
                });
            }
            None
        }
    }
}

fn action(f: &Fields<'_>, word: &'static str, name: &Spanned<String>, is: Option<Is>) -> Option<Action> {
    let sink = f.sink();
    let place = f.place_of(word);
    let span = f.key_span(word).unwrap_or(f.span);
    match word {
        "keep" | "drop" => {
            // `keep:` alone or `keep: {}`: there is nothing to say of it.
            let _ = f.get(word).and_then(|node| Fields::open(node, place, sink));
            Some(if word == "keep" { Action::Keep } else { Action::Drop })
        }
        "pseudonym" | "reversible" | "format_preserving" => {
            let block = f.get(word).and_then(|node| Fields::open(node, place.clone(), sink));
            let block = block.as_ref();
            let written = block.and_then(|b| b.text("domain"));
            let with = block.filter(|_| word != "format_preserving").and_then(|b| b.text("with"));
            let of = block.filter(|_| word == "pseudonym").map_or_else(Vec::new, |b| b.texts("of"));
            let form = code_form(word).unwrap_or_else(|| {
                let written = block.and_then(|b| b.word("format", &[("base32", CodeForm::Base32), ("hex", CodeForm::Hex)]));
                written.map_or(CodeForm::Base32, |word| word.value)
            });
            let refuse = |message: &str| sink.push(Finding::error("READ-005", &place, message.to_owned()).at(span, "here"));
            let domain = match written {
                Some(domain) => domain,
                None if of.is_empty() && (name.value == "nhs_number" || is == Some(Is::NhsNumber)) => Spanned::new("nhs_number".to_owned(), span),
                None => {
                    missing(sink, &place, span, "domain", "the identifier space, so that tables agree (nhs_number, local_patient_id, ...)");
                    return None;
                }
            };
            if form == CodeForm::FormatPreserving && domain.value != "nhs_number" {
                refuse("`format_preserving` is for NHS numbers, whose domain is nhs_number; for other identifiers use `reversible`");
                return None;
            }
            if !of.is_empty() {
                let distinct: std::collections::BTreeSet<&str> = of.iter().map(|part| part.value.as_str()).collect();
                if with.is_some() {
                    refuse("`of:` names all columns, the organisation's too: leave out `with:`");
                } else if domain.value == "nhs_number" {
                    refuse("the domain nhs_number is for NHS numbers alone: give these columns a domain of their own, such as person_key");
                } else if distinct.len() != of.len() || of.len() < 2 || !distinct.contains(name.value.as_str()) {
                    refuse("`of:` names two columns or more, each once, this one among them");
                } else {
                    return Some(Action::Pseudonym { domain, with: None, of, form });
                }
                return None;
            }
            if domain.value == "nhs_number" && with.is_some() {
                sink.push(Finding::error("READ-005", place, "an NHS number is unique by itself: leave out `with:`").at(span, "here"));
                return None;
            }
            if with.is_none() && (domain.value == "local_patient_id" || is == Some(Is::LocalId)) {
                missing(sink, &place, span, "with", "a local number is unique only with the organisation that gave it: name its column");
                return None;
            }
            Some(Action::Pseudonym { domain, with, of, form })
        }
        "age_band" => {
            let b = f.block(word)?;
            let (width, at, top) = (b.number("width"), b.text("at"), b.number("top"));
            let (Some(width), Some(at)) = (width, at) else {
                missing(sink, &b.place, b.span, "width", "`age_band` needs `width` (years) and `at` (a date column or a day)");
                return None;
            };
            let limit = |number: &Spanned<u32>| u16::try_from(number.value).ok().filter(|years| (1..=120).contains(years));
            let (Some(years), top_ok) = (limit(&width), top.as_ref().is_none_or(|top| limit(top).is_some())) else {
                sink.wrong(&b.place, width.span, "1 to 120 years", "another number");
                return None;
            };
            let top_years = top.as_ref().and_then(limit);
            if !top_ok || top_years.is_some_and(|top| top % years != 0) {
                sink.wrong(&b.place, top.map_or(b.span, |top| top.span), "a `top` that is a multiple of `width`, up to 120", "another number");
                return None;
            }
            let at = Date::parse(&at.value).map_or_else(|_| At::Column(at.clone()), At::Day);
            Some(Action::AgeBand { width: years, at, top: top_years })
        }
        "band" => {
            let b = f.block(word)?;
            let (width, edges) = (b.number("width"), b.texts("edges"));
            match (width, edges.is_empty()) {
                (Some(width), true) if width.value > 0 => Some(Action::Band(Bands::Width(width.value))),
                (None, false) => {
                    let numbers: Vec<u32> = edges.iter().filter_map(|edge| edge.value.parse().ok()).collect();
                    if numbers.len() != edges.len() || numbers.windows(2).any(|pair| pair[0] >= pair[1]) {
                        sink.wrong(&b.place, edges[0].span, "whole numbers, each larger than the one before", "something else");
                        return None;
                    }
                    Some(Action::Band(Bands::Edges(numbers)))
                }
                _ => {
                    missing(sink, &b.place, b.span, "width", "`band` needs `width` (from 1) or `edges`, not both");
                    None
                }
            }
        }
        "shift" => {
            let b = f.block(word)?;
            let (days, weeks) = (b.number("days"), b.number("weeks"));
            let window = b.word("window", &[("trim", Window::Trim), ("month", Window::Month)]);
            let Some(window) = window else {
                missing(sink, &b.place, b.span, "window", "what happens to dates near the edges of the extract: trim or month");
                return None;
            };
            let number = |value: &Spanned<u32>| u16::try_from(value.value).unwrap_or(u16::MAX);
            let range = match (&days, &weeks) {
                (Some(days), None) => ShiftRange::days(number(days)),
                (None, Some(weeks)) => ShiftRange::weeks(number(weeks)),
                _ => {
                    missing(sink, &b.place, b.span, "days", "`shift` needs `days` or `weeks`, not both");
                    return None;
                }
            };
            match range {
                Ok(range) => Some(Action::Shift { range, window: window.value }),
                Err(error) => {
                    sink.push(Finding::error("READ-005", b.place.clone(), error.to_string()).at(days.or(weeks).map_or(b.span, |number| number.span), "here"));
                    None
                }
            }
        }
        _ => super::cell::read(f, word),
    }
}

/// A block on one line, as a person would write it.
fn inline(node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar { text, .. } => text.clone(),
        NodeKind::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        NodeKind::Map(entries) => {
            format!("{{{}}}", entries.iter().map(|(key, value)| format!("{}: {}", key.text, inline(value))).collect::<Vec<_>>().join(", "))
        }
    }
}
