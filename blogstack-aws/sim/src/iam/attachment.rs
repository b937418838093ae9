//! Which role has which managed policy.
//!
//! Source: *`AttachRolePolicy`*, *`DetachRolePolicy`*, *`ListAttachedRolePolicies`*, *`ListEntitiesForPolicy`*; *IAM and AWS STS quotas*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::policy;
use super::role::Role;
use super::{done, limit, named, no_such, page, required};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object};

/// A managed policy of a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attachment {
    /// `role/policy`.
    id: String,
    pub(super) role: String,
    /// The policy's ARN.
    pub(super) policy: String,
}

impl Object for Attachment {
    const KIND: Kind =
        Kind { name: "role-policy-attachment", prefix: "", missing: "NoSuchEntity", malformed: None, sentence: "Policy {} was not found." };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.role), Some(&self.policy)]
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AttachRolePolicy" => |context, _| attach(context).map(Answer::Json),
        "DetachRolePolicy" => |context, _| detach(context).map(Answer::Json),
        "ListAttachedRolePolicies" => |context, _| list(context).map(Answer::Json),
        "ListEntitiesForPolicy" => |context, _| entities(context).map(Answer::Json),
        _ => return None,
    })
}

fn id(role: &str, policy: &str) -> String {
    format!("{role}/{policy}")
}

/// Attaching again succeeds. A role has at most ten.
fn attach(context: &mut Context<'_>) -> Result<Value, Failure> {
    let role = named::<Role>(context, "RoleName")?.name;
    let policy = required(context, "PolicyArn")?.to_owned();
    policy::attachable(context, &policy)?;
    let id = id(&role, &policy);
    if context.region.role_policy_attachments.get(&id).is_some() {
        return Ok(done());
    }
    if context.of::<Attachment>(&role).count() >= 10 {
        return Err(limit("Cannot exceed quota for PoliciesPerRole: 10"));
    }
    context.add(Attachment { id, role, policy });
    Ok(done())
}

fn detach(context: &mut Context<'_>) -> Result<Value, Failure> {
    let role = named::<Role>(context, "RoleName")?.name;
    let policy = required(context, "PolicyArn")?;
    let id = id(&role, policy);
    let missing = no_such(format!("Policy {policy} was not found."));
    context.find::<Attachment>(&id).map_err(|_| missing)?;
    context.remove::<Attachment>(&id);
    Ok(done())
}

/// The attachments of a role that reads see.
pub(super) fn visible<'a>(context: &'a Context<'_>, role: &str) -> impl Iterator<Item = &'a Attachment> {
    context.region.role_policy_attachments.iter_visible(context.now).filter(move |attachment| attachment.role == role)
}

/// What answers say of an attached policy.
pub(super) fn attached(attachment: &Attachment) -> Value {
    let name = attachment.policy.rsplit('/').next().unwrap_or_default();
    json!({ "PolicyName": name, "PolicyArn": attachment.policy })
}

fn list(context: &mut Context<'_>) -> Result<Value, Failure> {
    let role = named::<Role>(context, "RoleName")?.name;
    let below = |attachment: &&Attachment| {
        context.params.text("PathPrefix").is_none_or(|prefix| policy::path_in(&attachment.policy).starts_with(prefix))
    };
    let policies = visible(context, &role).filter(below).map(attached).collect();
    page(context, "AttachedPolicies", policies)
}

/// Only roles are modelled: no user and no group has a policy.
fn entities(context: &mut Context<'_>) -> Result<Value, Failure> {
    let policy = required(context, "PolicyArn")?;
    policy::known(context, policy)?;
    let wanted = ["Role", "LocalManagedPolicy", "AWSManagedPolicy"];
    let roles = context.params.text("EntityFilter").is_none_or(|filter| wanted.contains(&filter));
    let usage = context.params.text("PolicyUsageFilter");
    let has = |role: &&Role| match usage {
        Some("PermissionsBoundary") => role.boundary.as_deref() == Some(policy),
        _ => visible(context, &role.name).any(|attachment| attachment.policy == policy),
    };
    let found = context.region.roles.iter_visible(context.now).filter(|role| roles && super::below(context, &role.path)).filter(has);
    let found = found.map(|role| json!({ "RoleName": role.name, "RoleId": role.aws_id })).collect();
    let mut answer = page(context, "PolicyRoles", found)?;
    (answer["PolicyGroups"], answer["PolicyUsers"]) = (json!([]), json!([]));
    Ok(answer)
}
