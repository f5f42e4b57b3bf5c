//! One question of a batch as it is written: a JSON object on a line.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A question. Names are borrowed from the line where it has no escapes.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    /// Given back with the answer, as it stands.
    #[serde(borrow, default)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) role: Text<'a>,
    #[serde(borrow, default)]
    pub(super) at: Texts<'a>,
    #[serde(borrow)]
    pub(super) see: Text<'a>,
    #[serde(borrow)]
    pub(super) of: Texts<'a>,
    #[serde(borrow, rename = "for")]
    pub(super) purpose: Text<'a>,
    #[serde(borrow, default)]
    pub(super) may: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) form: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) on: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) given: Given<'a>,
}

/// A string.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = Cow<'de, str>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(One).map(Self)
    }
}

/// A name, several, or none.
#[derive(Default)]
pub(super) struct Texts<'a>(pub(super) Vec<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Vec<Cow<'de, str>>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a list of names")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(vec![Cow::Borrowed(text)])
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(vec![Cow::Owned(text.to_owned())])
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(Text(one)) = seq.next_element()? {
                    all.push(one);
                }
                Ok(all)
            }
        }
        deserializer.deserialize_any(Any).map(Self)
    }
}

/// Facts: `{"relationship": true, "sealed": false}`, where null is not known, or `["relationship", "-sealed"]`.
#[derive(Default)]
pub(super) struct Given<'a>(pub(super) Vec<(Cow<'a, str>, bool)>);

fn literal(text: Cow<'_, str>) -> (Cow<'_, str>, bool) {
    match text.strip_prefix('-').or_else(|| text.strip_prefix("not ")) {
        Some(name) => (Cow::Owned(name.trim().to_owned()), false),
        None => (text, true),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Given<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Facts;
        impl<'de> Visitor<'de> for Facts {
            type Value = Vec<(Cow<'de, str>, bool)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("facts as an object of true and false, or a list of names")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some((Text(name), value)) = map.next_entry::<Text<'de>, Option<bool>>()? {
                    all.extend(value.map(|value| (name, value)));
                }
                Ok(all)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(Text(one)) = seq.next_element()? {
                    all.push(literal(one));
                }
                Ok(all)
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(|one| literal(Cow::Borrowed(one))).collect())
            }
        }
        deserializer.deserialize_any(Facts).map(Self)
    }
}

/// What is wrong with a line, without any of its values: those may be anybody's.
pub(super) fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // A key with digits may be a number of a person that stands in the wrong place.
    let told = ["missing field `", "duplicate field `"].iter().any(|start| text.starts_with(start))
        || text.strip_prefix("unknown field `").is_some_and(|rest| rest.split('`').next().is_some_and(|key| !key.contains(|c: char| c.is_ascii_digit())));
    match error.classify() {
        serde_json::error::Category::Data if told => text.split(" at line").next().unwrap_or_default().to_owned(),
        serde_json::error::Category::Data => format!("the value before column {} is not of the kind that belongs there", error.column()),
        _ => format!("it is not a JSON object (column {})", error.column()),
    }
}
