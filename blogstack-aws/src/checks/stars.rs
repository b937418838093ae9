//! Policies that grant `*`: everything, to everybody, or a whole service everywhere. Typed documents and JSON alike, of whatever kind.

use blogstack_core::{Problem, plan::Plan, step::Step, value::Draft};
use serde_json::Value as Json;

/// AWS's own policy that allows everything.
const ADMINISTRATOR: &str = ":policy/AdministratorAccess";

/// A problem for each statement that allows too much:
///
/// - every action, or every action but some;
/// - in a policy of a role, every action of a service on everything;
/// - in a policy of an object or of who may become a role, to everybody, without a condition;
/// - and for each attachment of AWS's policy `AdministratorAccess`.
///
/// What is known only after apply is not looked at.
pub fn stars(plan: &Plan) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in plan.steps.iter().filter(|step| step.line().is_some()) {
        let mut complaints = Vec::new();
        for (field, value) in step.inputs().entries() {
            each_document(value, &mut |statement| complaints.extend(complaint(statement).map(|what| (field.clone(), what))));
            let is_administrator = value.as_text().is_some_and(|text| text.ends_with(ADMINISTRATOR));
            complaints.extend(is_administrator.then(|| (field.clone(), "it is AWS's policy that allows everything".to_owned())));
        }
        problems.extend(complaints.into_iter().map(|(field, what)| problem(step, &field, &what)));
    }
    problems
}

fn problem(step: &Step, field: &str, what: &str) -> Problem {
    let problem = Problem::new(step.urn.path(), format!("field `{field}`: {what}")).hint("name the actions, the resources, and who");
    step.line().map_or(problem.clone(), |line| problem.at(line))
}

/// One statement, as JSON has it.
fn complaint(statement: &Json) -> Option<String> {
    let list = |name: &str| texts(statement.get(name));
    if statement.get("Effect").and_then(Json::as_str) != Some("Allow") {
        return None;
    }
    let (actions, resources) = (list("Action"), list("Resource"));
    let principals = statement.get("Principal");
    let conditional = statement.get("Condition").is_some_and(|condition| !is_empty(condition));
    let whole = actions.iter().find(|action| action.ends_with(":*"));
    match whole {
        _ if actions.iter().any(|action| matches!(action.as_str(), "*" | "*:*")) => Some("it allows every action".to_owned()),
        _ if !list("NotAction").is_empty() => Some("it allows every action but some".to_owned()),
        _ if principals.is_some_and(holds_star) && !conditional => Some("it allows something to everybody".to_owned()),
        Some(action) if principals.is_none_or(is_empty) && resources.iter().any(|resource| resource == "*") => {
            Some(format!("it allows `{action}` on everything"))
        }
        _ => None,
    }
}

fn is_empty(value: &Json) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty) || value.is_null()
}

fn holds_star(principals: &Json) -> bool {
    texts(Some(principals)).iter().any(|text| text == "*") || principals.get("AWS").is_some_and(holds_star)
}

/// A text, or a list of texts.
fn texts(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(text)) => vec![text.clone()],
        Some(Json::Array(items)) => items.iter().filter_map(|item| item.as_str().map(ToOwned::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// Calls `f` with each statement of each document in a value.
fn each_document(value: &Draft, f: &mut dyn FnMut(&Json)) {
    match value {
        Draft::Map(map) if map.contains_key("effect") => f(&typed(value)),
        Draft::Map(map) => map.values().for_each(|item| each_document(item, f)),
        Draft::List(items) => items.iter().for_each(|item| each_document(item, f)),
        Draft::Text(text) if text.contains("Statement") => {
            let document: Json = serde_json::from_str(text).unwrap_or_default();
            match &document["Statement"] {
                Json::Array(statements) => statements.iter().for_each(f),
                statement => f(statement),
            }
        }
        _ => {}
    }
}

/// A typed statement as JSON has it.
fn typed(statement: &Draft) -> Json {
    let masked = statement.masked();
    let mut json = serde_json::Map::new();
    for (ours, aws) in
        [("effect", "Effect"), ("actions", "Action"), ("not_actions", "NotAction"), ("resources", "Resource"), ("conditions", "Condition")]
    {
        json.extend(masked.get(ours).map(|value| (aws.to_owned(), value.clone())));
    }
    let principals = texts(masked.get("principals")).into_iter().map(|text| if text == "anyone" { "*".to_owned() } else { text });
    if masked.get("principals").is_some_and(|principals| !is_empty(principals)) {
        json.insert("Principal".to_owned(), principals.collect::<Vec<_>>().into());
    }
    json.into()
}
