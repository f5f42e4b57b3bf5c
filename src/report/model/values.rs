//! Reading what results hold, tolerantly: what is absent or of another shape is absent, never nought.

use serde_json::Value;

use super::Named;

pub(super) fn named(value: Option<&Value>) -> Vec<Named> {
    match value {
        Some(Value::Object(map)) => map.iter().filter_map(|(name, number)| Some(Named { name: words(name), count: number.as_u64()? })).collect(),
        _ => Vec::new(),
    }
}

/// Counts by name, the most first; names as the results have them. None if there are none to tell.
pub(super) fn by_count(value: Option<&Value>) -> Option<Vec<Named>> {
    let mut list: Vec<Named> = value?.as_object()?.iter().filter_map(|(name, number)| Some(Named { name: name.clone(), count: number.as_u64()? })).collect();
    list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    Some(list)
}

/// Places by the last part of their path, or by the whole path where two share the last part.
pub(super) fn named_places(value: Option<&Value>) -> Vec<Named> {
    let Some(Value::Object(map)) = value else { return Vec::new() };
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
    let mut seen = std::collections::BTreeSet::new();
    let alone = map.keys().all(|path| seen.insert(last(path)));
    let name = |path: &str| {
        let text = words(&last(path));
        let mut letters = text.chars();
        if alone { letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default() } else { path.to_owned() }
    };
    map.iter().filter_map(|(path, number)| Some(Named { name: name(path), count: number.as_u64()? })).collect()
}

pub(super) fn number(value: &Value, name: &str) -> Option<u64> {
    value.get(name).and_then(Value::as_u64)
}

/// A number, or the length of a list.
pub(super) fn size(value: &Value, name: &str) -> Option<u64> {
    match value.get(name)? {
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(items) => Some(items.len() as u64),
        other => other.as_u64(),
    }
}

pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(scalar)
}

pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(if *truth { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

/// `in_force` as `in force`.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// With a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    // `carepact.yaml` or `GM-DSA-0007/g1` at the start is a name, not a word.
    let word = text.split_whitespace().next().unwrap_or("");
    let is_word = word.chars().all(char::is_lowercase);
    let head = if is_word { first.to_uppercase().collect::<String>() } else { first.to_string() };
    // A command is given as it is typed.
    let is_command = text.contains(": carepact ") && !text.contains('`');
    let end = if is_command || text.ends_with(['.', '?', '!', ':', ')']) { "" } else { "." };
    format!("{head}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_and_end_as_english_does() {
        assert_eq!(sentence("ends in 12 days"), "Ends in 12 days.");
        assert_eq!(sentence("GM-DSA-0007/g1 allows this"), "GM-DSA-0007/g1 allows this.");
        assert_eq!(sentence("pack.yaml is empty"), "pack.yaml is empty.");
        assert_eq!(sentence("see why: carepact ask --as-of 2026-11-01"), "See why: carepact ask --as-of 2026-11-01");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn places_are_told_by_their_last_name_where_that_is_enough() {
        let names = |value: serde_json::Value| named_places(Some(&value)).into_iter().map(|named| named.name).collect::<Vec<_>>();
        assert_eq!(names(serde_json::json!({"gm.bolton": 1, "gm.old_trafford": 2})), ["Bolton", "Old trafford"]);
        assert_eq!(names(serde_json::json!({"gm.east": 1, "lancashire.east": 2})), ["gm.east", "lancashire.east"]);
    }
}
