//! What a role could do, without doing it.
//!
//! Source: *`SimulatePrincipalPolicy`*.

use serde_json::{Value, json};

use super::authorize::Rights;
use super::document;
use super::evaluate::{Keys, Question, Verdict};
use super::role::Role;
use super::{missing, page, required};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn operation(name: &str) -> Option<Operation> {
    (name == "SimulatePrincipalPolicy").then_some(|context, _| simulate(context).map(Answer::Json))
}

/// Each action on each resource.
fn simulate(context: &mut Context<'_>) -> Result<Value, Failure> {
    let arn = required(context, "PolicySourceArn")?;
    let name = document::role_in(arn).map(|(_, name)| name);
    let name = name
        .ok_or_else(|| Failure::new("InvalidInput", format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.")))?;
    let role = context.find::<Role>(name).map_err(|_| missing::<Role>(name))?;
    let rights = Rights::of(context.region, role);
    let actions = context.params.list("ActionNames.member");
    let resources = context.params.list("ResourceArns.member");
    let resources = if resources.is_empty() { vec!["*".to_owned()] } else { resources };
    let mut keys = Keys::new();
    for entry in context.params.groups("ContextEntries.member") {
        let _ = entry.text("ContextKeyType");
        let key = entry.text("ContextKeyName").unwrap_or_default().to_lowercase();
        keys.insert(key, entry.list("ContextKeyValues.member"));
    }
    let result = |action: &String, resource: &String| {
        let verdict = rights.judge(&Question { action, resource, keys: &keys });
        json!({
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": match verdict {
                Verdict::Allowed => "allowed",
                Verdict::Denied => "explicitDeny",
                Verdict::NotAllowed | Verdict::OutOfBounds => "implicitDeny",
            },
            "MatchedStatements": [],
            "MissingContextValues": [],
        })
    };
    let results = actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    let results = results.map(|(action, resource)| result(action, resource)).collect();
    page(context, "EvaluationResults", results)
}
