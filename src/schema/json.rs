//! The tables as JSON Schema, draft-07.

use serde_json::{Map, Value, json};

use super::{Block, Document, Key, MOST, Root, Shape};
use crate::source::Sources;
use crate::yaml::{Kind, Node};

/// A day as YAML 1.2 leaves it, and as YAML 1.1 makes it.
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T00:00:00(\\.0+)?Z?)?$";

const ABOUT_VALUES: &str = "Values are typed by this schema, never by YAML: 306, 3.10, NO and 2026-04-01 mean what is written. Quotes keep them so for every \
                            other program too.";

/// The schema of one kind of file.
pub(super) fn document(document: &Document) -> Value {
    let mut definitions = Map::new();
    let root = match document.root {
        Root::Json(schema) => return schema(),
        Root::Block(root) => block(root, &mut definitions),
        Root::List(key, item) => {
            let list = json!({"type": "array", "items": refer(item, &mut definitions)});
            json!({"anyOf": [list, {"type": "object", "properties": {key: list}, "additionalProperties": false}]})
        }
    };
    let mut schema = Map::new();
    schema.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".into(), format!("carepact {}", document.files).into());
    let Value::Object(root) = root else { return root };
    schema.extend(root);
    schema.insert("description".into(), format!("{} {ABOUT_VALUES}", document.about).into());
    definitions.sort_keys();
    schema.insert("definitions".into(), definitions.into());
    Value::Object(schema)
}

/// A reference to a block, which is defined if it is not yet.
fn refer(to: &'static Block, definitions: &mut Map<String, Value>) -> Value {
    if !definitions.contains_key(to.name) {
        // Blocks may hold blocks of their own kind: the place is taken first.
        definitions.insert(to.name.into(), Value::Null);
        let defined = block(to, definitions);
        definitions.insert(to.name.into(), defined);
    }
    json!({"$ref": format!("#/definitions/{}", to.name)})
}

fn block(of: &'static Block, definitions: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> = of.keys.iter().map(|key| (key.name.to_owned(), property(key, definitions))).collect();
    let required: Vec<&str> = of.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut out = Map::new();
    out.insert("description".into(), of.about.into());
    out.insert("type".into(), "object".into());
    out.insert("properties".into(), properties.into());
    if !required.is_empty() {
        out.insert("required".into(), json!(required));
    }
    out.insert("additionalProperties".into(), false.into());
    Value::Object(out)
}

fn property(key: &Key, definitions: &mut Map<String, Value>) -> Value {
    let mut out = Map::new();
    out.insert("description".into(), key.about.into());
    let shape = shape(key.shape, definitions);
    match shape {
        // Draft-07 ignores what stands beside a reference.
        Value::Object(map) if map.contains_key("$ref") => {
            out.insert("allOf".into(), json!([map]));
        }
        Value::Object(map) => out.extend(map),
        _ => {}
    }
    if let Some(example) = example(key) {
        out.insert("examples".into(), json!([example]));
    }
    Value::Object(out)
}

fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn one_or_many(one: &Value) -> Value {
    json!({"anyOf": [one, {"type": "array", "items": one}]})
}

fn one_of(words: &[&str]) -> Value {
    // `true` and `false` are words too, which YAML takes for values of its own.
    let mut values: Vec<Value> = words.iter().map(|word| (*word).into()).collect();
    values.extend(words.iter().filter_map(|word| word.parse::<bool>().ok()).map(Value::Bool));
    json!({"enum": values})
}

fn named(entry: &Value) -> Value {
    json!({"type": "object", "additionalProperties": entry})
}

fn shape(shape: Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Text => text(),
        Shape::Form(pattern) => json!({"type": "string", "pattern": pattern}),
        Shape::Date => json!({"type": "string", "pattern": DAY}),
        Shape::Number(least, most) => {
            let mut number = json!({"type": "integer", "minimum": least});
            if most < MOST {
                number["maximum"] = most.into();
            }
            json!({"anyOf": [number, {"type": "string", "pattern": "^[0-9]+$"}]})
        }
        Shape::YesNo => one_of(&["true", "false"]),
        Shape::Word(words) => one_of(words),
        Shape::Known(words) => json!({"anyOf": [one_of(words), text()]}),
        Shape::Texts => one_or_many(&text()),
        Shape::Words(words) => one_or_many(&one_of(words)),
        Shape::Block(of) => refer(of, definitions),
        Shape::Blocks(of) => one_or_many(&refer(of, definitions)),
        Shape::Named(of) => named(&refer(of, definitions)),
        Shape::NamedBlocks(of) => named(&one_or_many(&refer(of, definitions))),
        Shape::NamedTexts => named(&text()),
        Shape::NamedWords(words) => named(&one_of(words)),
        Shape::NamedOr(words, of) => named(&json!({"anyOf": [one_of(words), refer(of, definitions)]})),
        Shape::NamedMaybe(of) => named(&json!({"anyOf": [refer(of, definitions), {"type": "null"}]})),
        Shape::Either(words, of) => json!({"anyOf": [one_of(words), refer(of, definitions)]}),
        Shape::TextOr(of) => json!({"anyOf": [text(), refer(of, definitions)]}),
        Shape::TextsOr(of) => json!({"anyOf": [text(), {"type": "array", "items": text()}, refer(of, definitions)]}),
        Shape::EachTextOr(of) => one_or_many(&json!({"anyOf": [text(), refer(of, definitions)]})),
        Shape::Tree(of) => {
            if !definitions.contains_key(of.name) {
                let mut name = block(of, definitions);
                name["type"] = json!(["object", "null"]);
                name["additionalProperties"] = json!({"$ref": format!("#/definitions/{}", of.name)});
                definitions.insert(of.name.into(), name);
            }
            let properties: Map<String, Value> = of.keys.iter().map(|key| (key.name.to_owned(), false.into())).collect();
            json!({
                "type": "object",
                "properties": properties,
                "propertyNames": {"pattern": "^[a-z0-9_-]+$"},
                "additionalProperties": {"$ref": format!("#/definitions/{}", of.name)},
            })
        }
        Shape::Empty => json!({"type": ["object", "null"], "additionalProperties": false}),
    }
}

/// What a person would write, as a value.
fn example(key: &Key) -> Option<Value> {
    if key.example.is_empty() {
        return None;
    }
    let mut sources = Sources::new();
    let file = sources.add("example", key.example);
    crate::yaml::parse(&sources, file).0.map(|node| value(&node))
}

fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar { text, plain } if *plain => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            digits if !digits.is_empty() && digits.len() < 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse::<u32>().map_or_else(|_| digits.into(), Value::from)
            }
            other => other.into(),
        },
        Kind::Scalar { text, .. } => text.as_str().into(),
        Kind::List(items) => items.iter().map(value).collect(),
        Kind::Map(entries) => entries.iter().map(|(key, inner)| (key.text.clone(), value(inner))).collect::<Map<String, Value>>().into(),
    }
}
