//! One audit message in XML as a tree of elements. No document type, no entity beyond the five of XML itself, and limits on
//! depth and number: a message comes from outside.

use quick_xml::Reader;
use quick_xml::events::Event as Token;
use serde_json::{Map, Value};

/// Deepest element.
const DEPTH: usize = 32;
/// Most elements and attributes of one message.
const NODES: usize = 50_000;

/// An element; names come without their prefix.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// Text directly in it, joined.
    text: String,
}

impl Element {
    /// An attribute that says something.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Children of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.children.iter().filter(|child| child.name == name).map(|child| child.text.trim()).find(|text| !text.is_empty())
    }

    /// As FHIR writes the same resource in JSON, as far as audit events go: a list of one stands as the one itself.
    pub(super) fn into_resource(self) -> Value {
        let mut members = Map::new();
        members.insert("resourceType".to_owned(), Value::String(self.name.clone()));
        self.put_children(&mut members);
        Value::Object(members)
    }

    fn put_children(self, members: &mut Map<String, Value>) {
        for child in self.children {
            // The narrative is for people.
            if child.name == "div" {
                continue;
            }
            let name = child.name.clone();
            let value = child.into_value();
            match members.get_mut(&name) {
                None => {
                    members.insert(name, value);
                }
                Some(Value::Array(items)) => items.push(value),
                Some(one) => {
                    let first = one.take();
                    *one = Value::Array(vec![first, value]);
                }
            }
        }
    }

    fn into_value(self) -> Value {
        let value = self.attributes.iter().find(|(name, _)| name == "value").map(|(_, value)| value.clone());
        match value {
            Some(value) if self.name == "requestor" && matches!(value.as_str(), "true" | "false") => Value::Bool(value == "true"),
            Some(value) => Value::String(value),
            None => {
                let mut members = Map::new();
                self.put_children(&mut members);
                Value::Object(members)
            }
        }
    }
}

/// Reads one message. The error is a short stable word.
pub(super) fn element(bytes: &[u8]) -> Result<Element, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not_utf8")?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut nodes = 0;
    loop {
        match reader.read_event().map_err(|_| "not_xml")? {
            Token::Start(start) => {
                let mut element = Element { name: text_of(start.local_name().as_ref())?, ..Element::default() };
                for attribute in start.attributes() {
                    let attribute = attribute.map_err(|_| "not_xml")?;
                    nodes += 1;
                    // Only the entities of XML itself are known; any other is an error.
                    let value = attribute.unescape_value().map_err(|_| "xml_entity_refused")?;
                    element.attributes.push((text_of(attribute.key.local_name().as_ref())?, value.into_owned()));
                }
                nodes += 1;
                if nodes > NODES {
                    return Err("xml_too_large");
                }
                if open.len() >= DEPTH {
                    return Err("xml_too_deep");
                }
                open.push(element);
            }
            Token::End(_) => {
                let Some(element) = open.pop() else { return Err("not_xml") };
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => return Ok(element),
                }
            }
            Token::Text(piece) => append(&mut open, &piece.decode().map_err(|_| "not_xml")?),
            Token::CData(piece) => append(&mut open, &piece.decode().map_err(|_| "not_xml")?),
            Token::GeneralRef(reference) => {
                let one = match reference.resolve_char_ref().map_err(|_| "xml_entity_refused")? {
                    Some(one) => one.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&reference.decode().map_err(|_| "not_xml")?).ok_or("xml_entity_refused")?.to_owned(),
                };
                append(&mut open, &one);
            }
            Token::DocType(_) => return Err("xml_document_type_refused"),
            Token::Eof => return Err("not_xml"),
            Token::Empty(_) | Token::Comment(_) | Token::Decl(_) | Token::PI(_) => {}
        }
    }
}

fn text_of(bytes: &[u8]) -> Result<String, &'static str> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "not_utf8")
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_hurt_is_refused() {
        let word = |text: &str| element(text.as_bytes()).expect_err("refused");
        assert_eq!(word("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "xml_document_type_refused");
        assert_eq!(word("<a>&lol;</a>"), "xml_entity_refused");
        assert_eq!(word("<a b='&lol;'/>"), "xml_entity_refused");
        assert_eq!(word("<a><b></a>"), "not_xml");
        assert_eq!(word("<a>"), "not_xml");
        assert_eq!(word(&"<a>".repeat(40)), "xml_too_deep");
        assert_eq!(word(&format!("<a>{}</a>", "<b/>".repeat(60_000))), "xml_too_large");
    }

    #[test]
    fn prefixes_entities_and_marked_text_are_read() {
        let read = element(b"<x:a x:b='1&amp;2'><c>&lt;d&#33;<![CDATA[<e>]]></c></x:a>").expect("read");
        assert_eq!((read.name.as_str(), read.attribute("b"), read.text_of("c")), ("a", Some("1&2"), Some("<d!<e>")));
    }

    #[test]
    fn a_resource_is_what_its_json_would_be() {
        let read =
            element(b"<AuditEvent><agent><requestor value='true'/><role><coding><code value='A'/></coding></role></agent><agent/></AuditEvent>").expect("read");
        assert_eq!(
            read.into_resource(),
            serde_json::json!({"resourceType": "AuditEvent", "agent": [{"requestor": true, "role": {"coding": {"code": "A"}}}, {}]})
        );
    }
}
