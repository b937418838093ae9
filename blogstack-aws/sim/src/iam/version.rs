//! Versions of managed policies.
//!
//! Source: *`CreatePolicyVersion`*, *`GetPolicyVersion`*, *`ListPolicyVersions`*, *`SetDefaultPolicyVersion`*, *`DeletePolicyVersion`*.

use serde_json::{Value, json};

use super::policy::{self, ManagedPolicy, Version};
use super::{done, encoded, in_use, limit, managed, missing, no_such, page, required};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::reply::Answer;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreatePolicyVersion" => |context, _| create(context).map(Answer::Json),
        "GetPolicyVersion" => |context, _| get(context).map(Answer::Json),
        "ListPolicyVersions" => |context, _| list(context).map(Answer::Json),
        "SetDefaultPolicyVersion" => |context, _| set_default(context).map(Answer::Json),
        "DeletePolicyVersion" => |context, _| delete(context).map(Answer::Json),
        _ => return None,
    })
}

fn policy(context: &Context<'_>) -> Result<ManagedPolicy, Failure> {
    super::named::<ManagedPolicy>(context, "PolicyArn")
}

fn brief(policy: &ManagedPolicy, version: &Version) -> Value {
    json!({
        "VersionId": format!("v{}", version.number),
        "IsDefaultVersion": version.number == policy.default_version,
        "CreateDate": moment::date(version.created_at),
    })
}

/// A version with its document.
pub(super) fn whole(policy: &ManagedPolicy, version: &Version) -> Value {
    let mut value = brief(policy, version);
    value["Document"] = json!(encoded(&version.document));
    value
}

fn create(context: &mut Context<'_>) -> Result<Value, Failure> {
    let old = policy(context)?;
    let document = policy::document(context)?;
    let is_default = context.params.flag("SetAsDefault")?.unwrap_or(false);
    if old.versions.len() >= 5 {
        return Err(limit(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
        ));
    }
    let now = context.now;
    let policy = context.change::<ManagedPolicy>(&old.arn)?;
    policy.newest_version += 1;
    policy.updated_at = now;
    let version = Version { number: policy.newest_version, document, created_at: now };
    if is_default {
        policy.default_version = version.number;
    }
    policy.versions.push(version.clone());
    Ok(json!({ "PolicyVersion": brief(policy, &version) }))
}

/// The version that a request names, and where it stands.
fn wanted<'a>(context: &Context<'_>, policy: &'a ManagedPolicy) -> Result<&'a Version, Failure> {
    let id = required(context, "VersionId")?;
    let found = policy.versions.iter().find(|version| id.strip_prefix('v').is_some_and(|number| *number == version.number.to_string()));
    found.ok_or_else(|| no_such(format!("Policy {} version {id} does not exist or is not attachable.", policy.arn)))
}

fn get(context: &mut Context<'_>) -> Result<Value, Failure> {
    let arn = required(context, "PolicyArn")?;
    if let Some(document) = managed::document(arn) {
        let id = required(context, "VersionId")?;
        let version = json!({ "VersionId": id, "IsDefaultVersion": true, "CreateDate": moment::date(0), "Document": encoded(document) });
        return Ok(json!({ "PolicyVersion": version }));
    }
    let policy = context.region.managed_policies.visible(arn, context.now).ok_or_else(|| missing::<ManagedPolicy>(arn))?;
    Ok(json!({ "PolicyVersion": whole(policy, wanted(context, policy)?) }))
}

/// The newest first.
fn list(context: &mut Context<'_>) -> Result<Value, Failure> {
    let policy = policy(context)?;
    let versions = policy.versions.iter().rev().map(|version| brief(&policy, version)).collect();
    page(context, "Versions", versions)
}

fn set_default(context: &mut Context<'_>) -> Result<Value, Failure> {
    let policy = policy(context)?;
    let number = wanted(context, &policy)?.number;
    context.change::<ManagedPolicy>(&policy.arn)?.default_version = number;
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Value, Failure> {
    let policy = policy(context)?;
    let number = wanted(context, &policy)?.number;
    if number == policy.default_version {
        return Err(in_use("Cannot delete the default version of a policy."));
    }
    context.change::<ManagedPolicy>(&policy.arn)?.versions.retain(|version| version.number != number);
    Ok(done())
}
