//! Policy documents, read and checked.
//!
//! Source: *Grammar of the IAM JSON policy language* and *IAM JSON policy elements reference*.

use serde_json::{Map, Value};

use super::condition::Condition;
use super::region_of;
use crate::context::Context;
use crate::failure::Failure;

/// A policy.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) statements: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) allows: bool,
    /// Kind and name of each: `AWS` and an ARN. In policies of identities there are none.
    pub(super) principals: Names<(String, String)>,
    pub(super) actions: Names<String>,
    pub(super) resources: Names<String>,
    pub(super) conditions: Vec<Condition>,
}

/// What a statement is about: these, or all but these.
#[derive(Clone, Debug, Default)]
pub(super) struct Names<T> {
    pub(super) list: Vec<T>,
    pub(super) but_these: bool,
}

/// What a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// What those that have it may do.
    Identity,
    /// Who may become a role.
    Trust,
}

/// How long a document is, as quotas count: without white space.
pub(super) fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn malformed(message: impl Into<String>) -> Failure {
    Failure::new("MalformedPolicyDocument", message)
}

/// A document that was accepted before.
pub(super) fn stored(text: &str, used: Use) -> Document {
    checked(text, used).unwrap_or_default()
}

/// A document that may be used for this.
pub(super) fn checked(text: &str, used: Use) -> Result<Document, Failure> {
    let json: Value = serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let syntax = || malformed("Syntax errors in policy.");
    let document = json.as_object().ok_or_else(syntax)?;
    if document.keys().any(|key| !["Version", "Id", "Statement"].contains(&key.as_str())) {
        return Err(syntax());
    }
    if document.get("Version").is_some_and(|version| version != "2012-10-17" && version != "2008-10-17") {
        return Err(syntax());
    }
    let statements = match document.get("Statement").ok_or_else(syntax)? {
        Value::Array(statements) => statements.iter().map(|one| one.as_object().ok_or_else(syntax)).collect::<Result<Vec<_>, _>>()?,
        Value::Object(statement) => vec![statement],
        _ => return Err(syntax()),
    };
    let statements = statements.into_iter().map(|one| statement(one, used)).collect::<Result<Vec<_>, _>>()?;
    if statements.is_empty() { Err(syntax()) } else { Ok(Document { statements }) }
}

const ELEMENTS: [&str; 9] = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn statement(json: &Map<String, Value>, used: Use) -> Result<Statement, Failure> {
    if json.keys().any(|key| !ELEMENTS.contains(&key.as_str())) {
        return Err(malformed("Syntax errors in policy."));
    }
    let allows = match json.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err(malformed("Syntax errors in policy.")),
    };
    let principals = names(json, "Principal", "NotPrincipal", principals)?;
    let actions = names(json, "Action", "NotAction", texts)?.ok_or_else(|| malformed("Policy statement must contain actions."))?;
    let resources = names(json, "Resource", "NotResource", texts)?;
    if actions.list.iter().any(|action| action != "*" && !action.contains(':')) {
        return Err(malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."));
    }
    match used {
        Use::Identity if principals.is_some() => return Err(malformed("Policy document should not specify a principal.")),
        Use::Identity if resources.is_none() => return Err(malformed("Policy statement must contain resources.")),
        Use::Trust if principals.is_none() => return Err(malformed("Missing required field Principal")),
        Use::Trust if resources.is_some() => return Err(malformed("Has prohibited field Resource")),
        Use::Trust if actions.list.iter().any(|action| !action.starts_with("sts:")) => {
            return Err(malformed("AssumeRole policy may only specify STS AssumeRole actions."));
        }
        _ => {}
    }
    let resources = resources.unwrap_or_default();
    if let Some(resource) = resources.list.iter().find(|resource| *resource != "*" && !resource.starts_with("arn:")) {
        return Err(malformed(format!("Resource {resource} must be in ARN format or \"*\".")));
    }
    let conditions = Condition::all(json.get("Condition")).ok_or_else(|| malformed("Syntax errors in policy."))?;
    Ok(Statement { allows, principals: principals.unwrap_or_default(), actions, resources, conditions })
}

/// One of an element and its opposite; both at once are an error.
fn names<T>(
    json: &Map<String, Value>,
    these: &str,
    but_these: &str,
    read: fn(&Value) -> Option<Vec<T>>,
) -> Result<Option<Names<T>>, Failure> {
    let syntax = || malformed("Syntax errors in policy.");
    let (value, but_these) = match (json.get(these), json.get(but_these)) {
        (Some(_), Some(_)) => return Err(syntax()),
        (Some(value), None) => (value, false),
        (None, Some(value)) => (value, true),
        (None, None) => return Ok(None),
    };
    let list = read(value).filter(|list| !list.is_empty()).ok_or_else(syntax)?;
    Ok(Some(Names { list, but_these }))
}

/// One text, or a list of them.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn principals(value: &Value) -> Option<Vec<(String, String)>> {
    match value {
        Value::String(text) => (text == "*").then(|| vec![("AWS".to_owned(), text.clone())]),
        Value::Object(kinds) => {
            let of_kind = |(kind, names): (&String, &Value)| {
                let known = ["AWS", "Service", "Federated", "CanonicalUser"].contains(&kind.as_str());
                Some(texts(names).filter(|_| known)?.into_iter().map(|name| (kind.clone(), name)).collect::<Vec<_>>())
            };
            Some(kinds.iter().map(of_kind).collect::<Option<Vec<_>>>()?.concat())
        }
        _ => None,
    }
}

/// Refuses a trust policy that names a role which is not there, or not yet: IAM takes a while to know new ones everywhere. Only in
/// accounts that have roles is that known.
pub(super) fn known_principals(context: &Context<'_>, text: &str) -> Result<(), Failure> {
    for statement in checked(text, Use::Trust)?.statements {
        for (kind, name) in statement.principals.list.iter().filter(|(kind, _)| kind == "AWS") {
            let Some((account, role)) = role_in(name) else { continue };
            let Some(region) = region_of(context, account).filter(|region| region.roles.iter().next().is_some()) else { continue };
            if region.roles.visible(role, context.now).is_none() {
                return Err(malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\"")));
            }
        }
    }
    Ok(())
}

/// Account and name of a role in its ARN.
pub(super) fn role_in(arn: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "iam", "", account, path] = parts[..] else { return None };
    path.strip_prefix("role/").map(|path| (account, path.rsplit('/').next().unwrap_or(path)))
}
