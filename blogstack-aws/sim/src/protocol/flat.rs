//! Bodies in JSON, CBOR or XML as flat parameters, under names as the query protocol writes them: every service reads its
//! parameters in one way.

use std::collections::BTreeMap;

use ciborium::Value as Cbor;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// The parts of a JSON body: `Tags.1.Key`.
pub(crate) fn json(body: &Value) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    flatten("", body, &mut flat);
    flat
}

fn flatten(path: &str, value: &Value, flat: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| flatten(&below(name), value, flat)),
        Value::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                flatten(&below(&(number + 1).to_string()), value, flat);
            }
        }
        Value::Null => {}
        Value::String(text) => drop(flat.insert(path.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => drop(flat.insert(path.to_owned(), value.to_string())),
    }
}

/// A body in CBOR as JSON. Times become seconds, bytes a text.
pub(crate) fn of_cbor(body: &[u8]) -> Value {
    ciborium::from_reader(body).map_or(Value::Null, plain)
}

fn plain(value: Cbor) -> Value {
    match value {
        Cbor::Bool(flag) => flag.into(),
        Cbor::Integer(number) => i64::try_from(number).map_or(Value::Null, Value::from),
        Cbor::Float(number) => number.into(),
        Cbor::Text(text) => text.into(),
        Cbor::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
        Cbor::Tag(_, value) => plain(*value),
        Cbor::Array(items) => items.into_iter().map(plain).collect(),
        Cbor::Map(fields) => {
            let name = |key: Cbor| key.into_text().unwrap_or_default();
            Value::Object(fields.into_iter().map(|(key, value)| (name(key), plain(value))).collect::<Map<_, _>>())
        }
        _ => Value::Null,
    }
}

/// The elements of an XML body below its root. Those that have namesakes beside them are numbered: `Changes.Change.2.Action`.
pub(crate) fn xml(body: &[u8]) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    if let Some(root) = Element::read(body) {
        root.flatten("", &mut flat);
    }
    flat
}

/// An element with what is in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// The root of a document; what cannot be read is no document.
    fn read(body: &[u8]) -> Option<Self> {
        let mut reader = quick_xml::Reader::from_reader(body);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => open.push(Self::named(start.local_name().as_ref())),
                Event::Empty(empty) => open.last_mut()?.children.push(Self::named(empty.local_name().as_ref())),
                Event::Text(text) => open.last_mut()?.text.push_str(&text),
                Event::GeneralRef(reference) => {
                    let name: &str = &reference;
                    let character = reference.resolve_char_ref().ok()?.map(String::from);
                    let text = character.or_else(|| quick_xml::escape::resolve_predefined_entity(name).map(str::to_owned))?;
                    open.last_mut()?.text.push_str(&text);
                }
                Event::CData(text) => open.last_mut()?.text.push_str(&text),
                Event::End(_) => {
                    let closed = open.pop()?;
                    open.last_mut()?.children.push(closed);
                }
                Event::Eof => return open.pop()?.children.pop().filter(|_| open.is_empty()),
                _ => {}
            }
        }
    }

    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn flatten(&self, path: &str, flat: &mut BTreeMap<String, String>) {
        if self.children.is_empty() {
            flat.insert(path.to_owned(), self.text.clone());
            return;
        }
        for (at, child) in self.children.iter().enumerate() {
            let namesakes = |children: &[Element]| children.iter().filter(|other| other.name == child.name).count();
            let name = match namesakes(&self.children) {
                1 => child.name.clone(),
                _ => format!("{}.{}", child.name, namesakes(&self.children[..=at])),
            };
            child.flatten(&if path.is_empty() { name } else { format!("{path}.{name}") }, flat);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(flat: BTreeMap<String, String>) -> Vec<String> {
        flat.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn json_is_flattened() {
        let body = json!({ "Name": "a", "Tags": [{ "Key": "k", "Value": "" }], "Deep": { "Flag": true, "None": null, "Number": 1.5 } });
        assert_eq!(told(json(&body)), ["Deep.Flag=true", "Deep.Number=1.5", "Name=a", "Tags.1.Key=k", "Tags.1.Value="]);
        assert!(json(&Value::Null).is_empty());
    }

    #[test]
    fn xml_is_flattened() {
        let body = br#"<?xml version="1.0"?><R xmlns="http://x/"><A>1 &lt; 2&#33;</A><L><I><K>a</K></I><I><K>b</K></I></L><E/></R>"#;
        assert_eq!(told(xml(body)), ["A=1 < 2!", "E=", "L.I.1.K=a", "L.I.2.K=b"]);
        assert_eq!(told(xml(b"<R><A>")), Vec::<String>::new());
        assert!(xml(b"").is_empty());
    }

    #[test]
    fn cbor_is_flattened() {
        let mut body = Vec::new();
        let value = Cbor::Map(vec![(Cbor::Text("Names".into()), Cbor::Array(vec![Cbor::Text("a".into()), Cbor::Integer(3.into())]))]);
        ciborium::into_writer(&value, &mut body).unwrap();
        assert_eq!(told(json(&of_cbor(&body))), ["Names.1=a", "Names.2=3"]);
    }
}
