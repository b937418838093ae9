//! Requests by hand, from parameters under names as the query protocol writes them: `Tags.1.Key`.
//!
//! How a parameter travels in the services that go by method and path, and what type it has in JSON, is told by AWS's own models.

use form_urlencoded::{Serializer, byte_serialize};
use serde_json::{Map, Value as Json};

use crate::{
    fields::model::Model,
    service::{Protocol, Service},
};

/// What is sent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method of HTTP.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, besides those that say who calls.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// The request for an operation.
///
/// # Panics
/// When AWS's model is needed and not there, or does not know the operation.
pub fn request(service: Service, operation: &str, with: &[(String, String)]) -> Request {
    let posted = |kind: &str, target: Option<String>, body: String| Request {
        method: "POST".into(),
        path: "/".into(),
        headers: std::iter::once(("content-type".to_owned(), kind.to_owned()))
            .chain(target.map(|target| ("x-amz-target".into(), target)))
            .collect(),
        body,
    };
    match service.protocol {
        Protocol::Query(version) => {
            let mut form = Serializer::new(String::new());
            form.append_pair("Action", operation).append_pair("Version", version).extend_pairs(with);
            posted("application/x-www-form-urlencoded", None, form.finish())
        }
        Protocol::Json(prefix) => {
            let model = Model::of(service.name).unwrap_or_else(|error| panic!("{error}"));
            let body = model.input(operation).map_or_else(|| Json::Object(Map::new()), |shape| Tree::of(with).json(model.raw(), shape));
            posted("application/x-amz-json-1.1", Some(format!("{prefix}.{operation}")), body.to_string())
        }
        Protocol::Rest => {
            let model = Model::of(service.name).unwrap_or_else(|error| panic!("{error}"));
            rest(model.raw(), operation, &Tree::of(with))
        }
    }
}

/// Parameters by their parts, in their order.
#[derive(Debug, Default, Clone)]
struct Tree {
    text: Option<String>,
    parts: Vec<(String, Tree)>,
}

impl Tree {
    fn of(with: &[(String, String)]) -> Self {
        let mut tree = Self::default();
        for (name, value) in with {
            let mut at = &mut tree;
            for part in name.split('.') {
                let place = at.parts.iter().position(|(own, _)| own == part).unwrap_or_else(|| {
                    at.parts.push((part.to_owned(), Self::default()));
                    at.parts.len() - 1
                });
                at = &mut at.parts[place].1;
            }
            at.text = Some(value.clone());
        }
        tree
    }

    fn part(&self, name: &str) -> Option<&Self> {
        self.parts.iter().find(|(own, _)| own == name).map(|(_, part)| part)
    }

    fn word(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// As JSON, in the types of a shape.
    fn json(&self, model: &Json, shape: &str) -> Json {
        let shape = &model["shapes"][shape];
        let below = |part: &Self, member: &Json| part.json(model, name_of(member));
        match shape["type"].as_str() {
            Some("structure") => self
                .parts
                .iter()
                .map(|(name, part)| {
                    let member = &shape["members"][name];
                    (member["locationName"].as_str().unwrap_or(name).to_owned(), below(part, member))
                })
                .collect::<Map<_, _>>()
                .into(),
            Some("map") => self.parts.iter().map(|(name, part)| (name.clone(), below(part, &shape["value"]))).collect::<Map<_, _>>().into(),
            Some("list") => self.parts.iter().map(|(_, part)| below(part, &shape["member"])).collect(),
            Some("boolean" | "integer" | "long" | "float" | "double" | "timestamp") => {
                serde_json::from_str(self.word()).unwrap_or_else(|_| self.word().into())
            }
            _ => self.word().into(),
        }
    }

    /// As XML: the element of a name, in the form of a shape.
    fn xml(&self, model: &Json, shape: &str, element: &str, out: &mut String) {
        let shape = &model["shapes"][shape];
        match shape["type"].as_str() {
            Some("list") => {
                let item = shape["member"]["locationName"].as_str();
                let flattened = shape["flattened"] == true;
                let name = if flattened { element } else { item.unwrap_or("member") };
                let items =
                    |out: &mut String| self.parts.iter().for_each(|(_, part)| part.xml(model, name_of(&shape["member"]), name, out));
                if flattened { items(out) } else { nested(element, out, items) }
            }
            Some("structure") => nested(element, out, |out| {
                for (name, part) in &self.parts {
                    let member = &shape["members"][name];
                    part.xml(model, name_of(member), member["locationName"].as_str().unwrap_or(name), out);
                }
            }),
            _ => nested(element, out, |out| out.push_str(&escaped(self.word()))),
        }
    }
}

fn nested(element: &str, out: &mut String, inside: impl FnOnce(&mut String)) {
    out.extend(["<", element, ">"]);
    inside(out);
    out.extend(["</", element, ">"]);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The request of a service that goes by method and path.
fn rest(model: &Json, operation: &str, with: &Tree) -> Request {
    let described = &model["operations"][operation];
    assert!(described["http"].is_object(), "{operation} is not an operation of AWS");
    let members = &model["shapes"][name_of(&described["input"])]["members"];
    let mut path = described["http"]["requestUri"].as_str().unwrap_or("/").to_owned();
    let (mut query, mut headers, mut inside) = (Vec::new(), Vec::new(), Tree::default());
    for (name, part) in &with.parts {
        let wire = members[name]["locationName"].as_str().unwrap_or(name);
        match members[name]["location"].as_str() {
            // Route 53 writes what an id is of before it, and takes the id alone.
            Some("uri") if wire.ends_with("Id") => path = filled(&path, wire, part.word().rsplit('/').next().unwrap_or_default()),
            Some("uri") => path = filled(&path, wire, part.word()),
            Some("querystring") => query.push(format!("{wire}={}", encoded(part.word()))),
            Some("header") => headers.push((wire.to_ascii_lowercase(), part.word().to_owned())),
            _ => inside.parts.push((name.clone(), part.clone())),
        }
    }
    if !query.is_empty() {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(&query.join("&"));
    }
    let method = described["http"]["method"].as_str().unwrap_or("GET").to_owned();
    Request { method, path, headers, body: body(model, operation, &inside) }
}

/// A path with a value in the place of a name. Buckets have none: they come first.
fn filled(path: &str, name: &str, value: &str) -> String {
    let (one, many) = (format!("{{{name}}}"), format!("{{{name}+}}"));
    match path.contains(&one) || path.contains(&many) {
        true => path.replace(&one, &encoded(value)).replace(&many, value),
        false => format!("/{value}{path}"),
    }
}

/// What is neither in the path nor in a header.
fn body(model: &Json, operation: &str, with: &Tree) -> String {
    let input = &model["operations"][operation]["input"];
    let shape = &model["shapes"][name_of(input)];
    if with.parts.is_empty() {
        return String::new();
    }
    if model["metadata"]["protocol"] == "rest-json" {
        return with.json(model, name_of(input)).to_string();
    }
    let mut out = String::new();
    match shape["payload"].as_str().and_then(|payload| Some((payload, with.part(payload)?))) {
        None => with.xml(model, name_of(input), input["locationName"].as_str().unwrap_or(operation), &mut out),
        Some((payload, part)) => {
            let member = &shape["members"][payload];
            match model["shapes"][name_of(member)]["type"].as_str() {
                Some("structure") => part.xml(model, name_of(member), member["locationName"].as_str().unwrap_or(payload), &mut out),
                _ => out.push_str(part.word()),
            }
        }
    }
    out
}

/// The name of the shape of a part.
fn name_of(member: &Json) -> &str {
    member["shape"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(parameters: &[(&str, &str)]) -> Tree {
        Tree::of(&parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn parameters_travel_as_the_model_says() {
        let model = json!({
            "metadata": { "protocol": "rest-xml" },
            "operations": { "Put": { "http": { "method": "PUT", "requestUri": "/{Id}?set" }, "input": { "shape": "In", "locationName": "PutRequest" } } },
            "shapes": {
                "In": { "type": "structure", "members": {
                    "Id": { "shape": "S", "location": "uri", "locationName": "Id" },
                    "Max": { "shape": "S", "location": "querystring", "locationName": "max" },
                    "Type": { "shape": "S", "location": "header", "locationName": "X-Type" },
                    "Items": { "shape": "L" },
                } },
                "L": { "type": "list", "member": { "shape": "S", "locationName": "Item" } },
                "S": { "type": "string" },
            },
        });
        let request = rest(&model, "Put", &with(&[("Id", "a b"), ("Max", "1"), ("Type", "t"), ("Items.1", "x<"), ("Items.2", "y")]));
        assert_eq!((&*request.method, &*request.path), ("PUT", "/a%20b?set&max=1"));
        assert_eq!(request.headers, [("x-type".to_owned(), "t".to_owned())]);
        assert_eq!(request.body, "<PutRequest><Items><Item>x&lt;</Item><Item>y</Item></Items></PutRequest>");
    }
}
