//! Documents as AWS takes and answers them.

use std::str::FromStr;

use blogstack_core::{
    Data, Expr, Input, IntoInput, Set,
    provider::{ErrorKind, ProviderError, Result},
};
use serde_json::{Map, Value as Json, json};

use super::{AwsPrincipal, Condition, ConditionOperator, Effect, PolicyDocument, Principal, ResourcePattern, Statement};

/// The document as AWS takes it.
pub(in crate::iam) fn text(document: &PolicyDocument) -> String {
    let statements: Vec<Json> = document.statements.iter().map(statement).collect();
    json!({ "Version": document.version, "Statement": statements }).to_string()
}

/// Whether two documents mean the same.
pub(in crate::iam) fn same(one: &PolicyDocument, other: &PolicyDocument) -> bool {
    one.encode() == other.encode()
}

/// A document in an answer: JSON that may be encoded as in URLs.
pub(in crate::iam) fn of_answer(operation: &'static str, text: &str) -> Result<PolicyDocument> {
    let plain = if text.trim_start().starts_with('{') { text.to_owned() } else { decoded(text) };
    let unreadable =
        |error: String| ProviderError::new(ErrorKind::Internal, operation, format!("a policy document makes no sense: {error}"));
    plain.parse().map_err(unreadable)
}

/// RFC 3986.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn statement(statement: &Statement) -> Json {
    let mut json = Map::new();
    let mut put = |key: &str, value: Json| {
        let is_empty = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        if !is_empty && !value.is_null() {
            json.insert(key.to_owned(), value);
        }
    };
    put("Sid", json!(statement.sid));
    put("Effect", json!(if statement.effect == Effect::Allow { "Allow" } else { "Deny" }));
    put("Principal", principals(&statement.principals));
    put("NotPrincipal", principals(&statement.not_principals));
    put("Action", json!(statement.actions.iter().collect::<Vec<_>>()));
    put("NotAction", json!(statement.not_actions.iter().collect::<Vec<_>>()));
    put("Resource", json!(statement.resources.iter().map(|pattern| &pattern.0).collect::<Vec<_>>()));
    put("NotResource", json!(statement.not_resources.iter().map(|pattern| &pattern.0).collect::<Vec<_>>()));
    put("Condition", conditions(&statement.conditions));
    Json::Object(json)
}

fn principals(principals: &Set<Principal>) -> Json {
    let mut kinds: Map<String, Json> = Map::new();
    for principal in principals {
        let (kind, name) = match principal {
            Principal::Anyone => return json!("*"),
            Principal::Aws(principal) => ("AWS", principal.as_str()),
            Principal::Service(name) => ("Service", name.as_str()),
            Principal::Federated(name) => ("Federated", name.as_str()),
            Principal::CanonicalUser(name) => ("CanonicalUser", name.as_str()),
        };
        add(&mut kinds, kind, name);
    }
    Json::Object(kinds)
}

fn add(map: &mut Map<String, Json>, key: &str, item: &str) {
    if let Json::Array(items) = map.entry(key).or_insert_with(|| json!([])) {
        items.push(json!(item));
    }
}

fn conditions(conditions: &Set<Condition>) -> Json {
    let mut operators = Map::new();
    for Condition { operator, key, values } in conditions {
        if let Json::Object(keys) = operators.entry(operator.0.as_str()).or_insert_with(|| json!({})) {
            values.iter().for_each(|value| add(keys, key, value));
        }
    }
    Json::Object(operators)
}

impl FromStr for PolicyDocument {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let statements: Set<Statement> = match &json["Statement"] {
            Json::Array(items) => items.iter().map(read).collect::<std::result::Result<_, _>>()?,
            one @ Json::Object(_) => Set::from_iter([read(one)?]),
            _ => return Err("it has no `Statement`".to_owned()),
        };
        let version = json["Version"].as_str().unwrap_or("2008-10-17").to_owned();
        Ok(Self { statements, version })
    }
}

const ELEMENTS: [&str; 9] = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn read(json: &Json) -> std::result::Result<Statement, String> {
    if let Some(strange) = json.as_object().and_then(|map| map.keys().find(|key| !ELEMENTS.contains(&key.as_str()))) {
        return Err(format!("a statement has no `{strange}`"));
    }
    let texts = |key: &str| texts(&json[key]).ok_or_else(|| format!("`{key}` is neither a text nor a list of texts"));
    let patterns = |key: &str| Ok::<_, String>(texts(key)?.into_iter().map(ResourcePattern).collect::<Set<_>>());
    let effect = match json["Effect"].as_str() {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err("`Effect` is neither `Allow` nor `Deny`".to_owned()),
    };
    Ok(Statement {
        effect,
        sid: json["Sid"].as_str().map(ToOwned::to_owned),
        principals: read_principals(&json["Principal"])?,
        not_principals: read_principals(&json["NotPrincipal"])?,
        actions: texts("Action")?.into_iter().collect(),
        not_actions: texts("NotAction")?.into_iter().collect(),
        resources: patterns("Resource")?,
        not_resources: patterns("NotResource")?,
        conditions: read_conditions(&json["Condition"])?,
    })
}

/// One or several texts, numbers or truth values, as text; nothing is none.
fn texts(value: &Json) -> Option<Vec<String>> {
    match value {
        Json::Null => Some(Vec::new()),
        Json::String(text) => Some(vec![text.clone()]),
        Json::Bool(_) | Json::Number(_) => Some(vec![value.to_string()]),
        Json::Array(items) => Some(items.iter().map(texts).collect::<Option<Vec<_>>>()?.concat()),
        Json::Object(_) => None,
    }
}

fn read_principals(json: &Json) -> std::result::Result<Set<Principal>, String> {
    let kinds = match json {
        Json::Null => return Ok(Set::from_iter([])),
        Json::String(star) if star == "*" => return Ok(Set::from_iter([Principal::Anyone])),
        Json::Object(kinds) => kinds,
        _ => return Err("`Principal` is neither `*` nor a map".to_owned()),
    };
    let mut all = Vec::new();
    for (kind, names) in kinds {
        let principal: fn(String) -> Principal = match kind.as_str() {
            "AWS" => |name| if name == "*" { Principal::Anyone } else { Principal::Aws(AwsPrincipal::new(name)) },
            "Service" => Principal::Service,
            "Federated" => Principal::Federated,
            "CanonicalUser" => Principal::CanonicalUser,
            other => return Err(format!("there are no principals of kind `{other}`")),
        };
        let names = texts(names).ok_or_else(|| format!("`Principal.{kind}` is neither a text nor a list of texts"))?;
        all.extend(names.into_iter().map(principal));
    }
    Ok(all.into_iter().collect())
}

fn read_conditions(json: &Json) -> std::result::Result<Set<Condition>, String> {
    let malformed = || "`Condition` is not a map of operators with maps of keys".to_owned();
    let mut all = Vec::new();
    let operators = if json.is_null() { return Ok(Set::from_iter([])) } else { json.as_object().ok_or_else(malformed)? };
    for (operator, keys) in operators {
        for (key, values) in keys.as_object().ok_or_else(malformed)? {
            let values = texts(values).ok_or_else(malformed)?.into_iter().collect();
            all.push(Condition { operator: ConditionOperator(operator.clone()), key: key.clone(), values });
        }
    }
    Ok(all.into_iter().collect())
}

/// JSON, as AWS's documentation has it.
impl IntoInput<PolicyDocument> for &str {
    fn into_input(self) -> Input<PolicyDocument> {
        match self.parse::<PolicyDocument>() {
            Ok(document) => document.into_input(),
            Err(message) => Input::from_expr(Expr::Invalid(format!("it is no policy document: {message}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> PolicyDocument {
        text.parse().expect("a document")
    }

    #[test]
    fn documents_are_equal_by_meaning() {
        let one = parsed(
            r#"{"Version":"2012-10-17","Statement":[
                {"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"},
                {"Effect":"Deny","Principal":"*","Action":["sts:TagSession"],"Condition":{"Bool":{"aws:SecureTransport":false}}}]}"#,
        );
        let other = parsed(
            r#"{"Version":"2012-10-17","Statement":[
                {"Effect":"Deny","Principal":{"AWS":["*"]},"Action":"sts:TagSession","Condition":{"Bool":{"aws:SecureTransport":["false"]}}},
                {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root"]},"Action":["sts:AssumeRole"]}]}"#,
        );
        assert!(same(&one, &other));
        let third = parsed(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#);
        assert!(!same(&one, &third));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text_of = r#"{"Statement":[{"Action":["s3:GetObject","s3:PutObject"],"Condition":{"StringLike":{"s3:prefix":["a/*"]}},"Effect":"Allow","NotResource":["arn:aws:s3:::b/*"],"Sid":"x"}],"Version":"2012-10-17"}"#;
        let json = |text: &str| serde_json::from_str::<Json>(text).expect("JSON");
        assert_eq!(json(&text(&parsed(text_of))), json(text_of));
    }

    #[test]
    fn answers_are_encoded_as_in_urls() {
        let encoded = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D";
        let document = of_answer("iam:GetRole", encoded).expect("a document");
        assert_eq!(document.statements.iter().next().map(|one| one.actions.iter().cloned().collect()), Some(vec!["s3:*".to_owned()]));
        assert!(of_answer("iam:GetRole", "%7B%7D").is_err());
    }

    #[test]
    fn what_is_no_document_is_told() {
        for (text, message) in [
            ("nothing", "it is not JSON: expected ident at line 1 column 2"),
            ("{}", "it has no `Statement`"),
            (r#"{"Statement":{"Effect":"Perhaps"}}"#, "`Effect` is neither `Allow` nor `Deny`"),
            (r#"{"Statement":{"Effect":"Allow","Actions":"x"}}"#, "a statement has no `Actions`"),
        ] {
            assert_eq!(text.parse::<PolicyDocument>().expect_err(text), message);
        }
    }
}
