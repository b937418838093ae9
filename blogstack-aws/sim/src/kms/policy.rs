//! Key policies: *`GetKeyPolicy`*, *`PutKeyPolicy`*, *`ListKeyPolicies`*. Every key has one, which is called `default`.

use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::kms::Key;
use crate::kms::attributes::done;
use crate::kms::key::live;
use crate::protocol::reply::Answer;
use crate::validation;

/// *Default key policy*, of a key that is made by a call.
pub(super) fn default(context: &Context<'_>) -> String {
    let root = format!("arn:aws:iam::{}:root", context.place.account);
    let statement = json!({
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": { "AWS": root },
        "Action": "kms:*",
        "Resource": "*",
    });
    json!({ "Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement] }).to_string()
}

/// A policy that is one, and, when it has to be `safe`, lets somebody change it again.
pub(super) fn checked(text: &str, safe: bool) -> Result<String, Failure> {
    let malformed = |message: &str| Failure::new("MalformedPolicyDocumentException", message);
    let policy: Value =
        serde_json::from_str(text).map_err(|_| malformed("Policy contains a statement with one or more invalid syntaxes."))?;
    let statements = one_or_more(&policy["Statement"]);
    if statements.is_empty() {
        return Err(malformed("The new key policy has no statement."));
    }
    let opens = |statement: &&Value| {
        let actions = one_or_more(&statement["Action"]);
        statement["Effect"] == "Allow"
            && actions.iter().any(|action| ["*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"].iter().any(|word| *action == word))
    };
    match !safe || statements.iter().any(opens) {
        true => Ok(text.to_owned()),
        false => Err(malformed("The new key policy will not allow you to update the key policy in the future.")),
    }
}

fn one_or_more(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// There is no policy of another name.
fn check_name(context: &Context<'_>) -> Result<(), Failure> {
    match context.params.text("PolicyName") {
        None | Some("default") => Ok(()),
        Some(_) => Err(Failure::new("NotFoundException", "No such policy exists")),
    }
}

pub(super) fn get(context: &mut Context<'_>) -> Result<Answer, Failure> {
    check_name(context)?;
    let id = live(context)?;
    Ok(Answer::Json(json!({ "Policy": context.find::<Key>(&id)?.policy, "PolicyName": "default" })))
}

pub(super) fn put(context: &mut Context<'_>) -> Result<Answer, Failure> {
    check_name(context)?;
    let safe = !context.params.flag("BypassPolicyLockoutSafetyCheck")?.unwrap_or(false);
    let policy = checked(validation::required(&context.params, "Policy")?, safe)?;
    let id = live(context)?;
    context.change::<Key>(&id)?.policy = policy;
    Ok(done())
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    live(context)?;
    context.params.read_all();
    Ok(Answer::Json(json!({ "PolicyNames": ["default"], "Truncated": false })))
}
