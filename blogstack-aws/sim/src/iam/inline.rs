//! Inline policies of roles.
//!
//! Source: *`PutRolePolicy`*, *`GetRolePolicy`*, *`ListRolePolicies`*, *`DeleteRolePolicy`*; *IAM and AWS STS quotas*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::document::{self, Use};
use super::role::Role;
use super::{done, encoded, limit, missing, named, no_such, page, required};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object};

/// A policy inside a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RolePolicy {
    /// `role:name`.
    id: String,
    role: String,
    pub(super) name: String,
    pub(super) document: String,
}

impl Object for RolePolicy {
    const KIND: Kind = Kind {
        name: "role-policy",
        prefix: "",
        missing: "NoSuchEntity",
        malformed: None,
        sentence: "The role policy with name {} cannot be found.",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.role), None]
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "PutRolePolicy" => |context, _| put(context).map(Answer::Json),
        "GetRolePolicy" => |context, _| get(context).map(Answer::Json),
        "ListRolePolicies" => |context, _| list(context).map(Answer::Json),
        "DeleteRolePolicy" => |context, _| delete(context).map(Answer::Json),
        _ => return None,
    })
}

fn id(role: &str, name: &str) -> String {
    format!("{role}:{name}")
}

/// Puts another policy in the place of one of the same name. All of a role together have at most 10,240 characters.
fn put(context: &mut Context<'_>) -> Result<Value, Failure> {
    let role = named::<Role>(context, "RoleName")?.name;
    let name = super::name(context, "PolicyName", 128)?;
    let document = required(context, "PolicyDocument")?.to_owned();
    document::checked(&document, Use::Identity)?;
    let others = context.of::<RolePolicy>(&role).filter(|policy| policy.name != name);
    let used: usize = others.map(|policy| document::size(&policy.document)).sum();
    if used + document::size(&document) > 10_240 {
        return Err(limit(format!("Maximum policy size of 10240 bytes exceeded for role {role}")));
    }
    let id = id(&role, &name);
    match context.region.role_policies.change(&id) {
        Some(policy) => policy.document = document,
        None => context.add(RolePolicy { id, role, name, document }),
    }
    Ok(done())
}

fn get(context: &mut Context<'_>) -> Result<Value, Failure> {
    let (role, name) = (required(context, "RoleName")?, required(context, "PolicyName")?);
    if context.region.roles.visible(role, context.now).is_none() {
        return Err(missing::<Role>(role));
    }
    let policy = context.region.role_policies.visible(&id(role, name), context.now);
    let policy = policy.ok_or_else(|| missing::<RolePolicy>(name))?;
    Ok(json!({ "RoleName": role, "PolicyName": name, "PolicyDocument": encoded(&policy.document) }))
}

/// The inline policies of a role that reads see.
pub(super) fn visible<'a>(context: &'a Context<'_>, role: &str) -> impl Iterator<Item = &'a RolePolicy> {
    context.region.role_policies.iter_visible(context.now).filter(move |policy| policy.role == role)
}

fn list(context: &mut Context<'_>) -> Result<Value, Failure> {
    let role = named::<Role>(context, "RoleName")?.name;
    let names = visible(context, &role).map(|policy| json!(policy.name)).collect();
    page(context, "PolicyNames", names)
}

fn delete(context: &mut Context<'_>) -> Result<Value, Failure> {
    let role = named::<Role>(context, "RoleName")?.name;
    let name = required(context, "PolicyName")?;
    let id = id(&role, name);
    let missing = no_such(format!("The role policy with name {name} cannot be found."));
    context.find::<RolePolicy>(&id).map_err(|_| missing)?;
    context.remove::<RolePolicy>(&id);
    Ok(done())
}
