//! Roles.
//!
//! Source: *`CreateRole`*, *`GetRole`*, *`ListRoles`*, *`UpdateRole`*, *`UpdateRoleDescription`*, *`UpdateAssumeRolePolicy`*,
//! *`PutRolePermissionsBoundary`*, *`DeleteRolePermissionsBoundary`*, *`DeleteRole`*; *IAM and AWS STS quotas*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::attachment::Attachment;
use super::document::{self, Use};
use super::inline::RolePolicy;
use super::policy;
use super::profile::Profile;
use super::{arn, below, done, encoded, exists, in_use, invalid, limit, named, page, required, tag, tag_list, unique_id};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

/// A role: a principal that others become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(super) name: String,
    pub(super) path: String,
    pub(crate) aws_id: String,
    /// The trust policy, as it was sent.
    pub(super) trust: String,
    description: Option<String>,
    pub(super) max_session_duration: u32,
    pub(super) boundary: Option<String>,
    created_at: Moment,
    pub(super) tags: Tags,
}

impl Object for Role {
    const KIND: Kind =
        Kind { name: "role", prefix: "", missing: "NoSuchEntity", malformed: None, sentence: "The role with name {} cannot be found." };

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

impl Role {
    pub(super) fn arn(&self, context: &Context<'_>) -> String {
        arn(context, "role", &self.path, &self.name)
    }

    /// What all answers have that name a role. Listings have no tags and no boundary.
    pub(super) fn brief(&self, context: &Context<'_>) -> Value {
        json!({
            "Path": self.path,
            "RoleName": self.name,
            "RoleId": self.aws_id,
            "Arn": self.arn(context),
            "CreateDate": moment::date(self.created_at),
            "AssumeRolePolicyDocument": encoded(&self.trust),
        })
    }

    pub(super) fn boundary(&self) -> Option<Value> {
        let boundary = self.boundary.as_ref()?;
        Some(json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary }))
    }

    fn listed(&self, context: &Context<'_>) -> Value {
        let mut value = self.brief(context);
        value["Description"] = json!(self.description);
        value["MaxSessionDuration"] = json!(self.max_session_duration);
        value
    }

    fn whole(&self, context: &Context<'_>) -> Value {
        let mut value = self.listed(context);
        value["PermissionsBoundary"] = json!(self.boundary());
        value["Tags"] = if self.tags.is_empty() { Value::Null } else { json!(tag_list(&self.tags)) };
        value
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateRole" => |context, _| create(context).map(Answer::Json),
        "GetRole" => |context, _| get(context).map(Answer::Json),
        "ListRoles" => |context, _| list(context).map(Answer::Json),
        "UpdateRole" => |context, _| update(context).map(Answer::Json),
        "UpdateRoleDescription" => |context, _| describe_anew(context).map(Answer::Json),
        "UpdateAssumeRolePolicy" => |context, _| trust_anew(context).map(Answer::Json),
        "PutRolePermissionsBoundary" => |context, _| bound(context).map(Answer::Json),
        "DeleteRolePermissionsBoundary" => |context, _| unbound(context).map(Answer::Json),
        "DeleteRole" => |context, _| delete(context).map(Answer::Json),
        _ => return None,
    })
}

fn create(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = super::name(context, "RoleName", 64)?;
    let path = super::path(context)?;
    let trust = trust(context, "AssumeRolePolicyDocument")?;
    let (description, tags) = (description(context)?, tag::sent(context)?);
    let max_session_duration = duration(context)?.unwrap_or(3600);
    let boundary = context.params.owned("PermissionsBoundary");
    if let Some(boundary) = &boundary {
        policy::attachable(context, boundary)?;
    }
    if context.all::<Role>().any(|role| role.name.eq_ignore_ascii_case(&name)) {
        return Err(exists(format!("Role with name {name} already exists.")));
    }
    let aws_id = unique_id(context, "AROA");
    let created_at = context.now;
    let role = Role { name, path, aws_id, trust, description, max_session_duration, boundary, created_at, tags };
    context.add(role.clone());
    Ok(json!({ "Role": role.whole(context) }))
}

/// The trust policy in a request: at most 2048 characters, and its principals must be there.
fn trust(context: &Context<'_>, parameter: &str) -> Result<String, Failure> {
    let text = required(context, parameter)?;
    document::checked(text, Use::Trust)?;
    document::known_principals(context, text)?;
    if document::size(text) > 2048 {
        return Err(limit("Cannot exceed quota for ACLSizePerRole: 2048"));
    }
    Ok(text.to_owned())
}

fn description(context: &Context<'_>) -> Result<Option<String>, Failure> {
    let description = context.params.owned("Description");
    if description.as_ref().is_some_and(|text| text.chars().count() > 1000) {
        return Err(invalid("description", "Member must have length less than or equal to 1000"));
    }
    Ok(description.filter(|text| !text.is_empty()))
}

fn duration(context: &Context<'_>) -> Result<Option<u32>, Failure> {
    let seconds = context.params.number::<u32>("MaxSessionDuration")?;
    match seconds {
        Some(seconds) if seconds < 3600 => Err(invalid("maxSessionDuration", "Member must have value greater than or equal to 3600")),
        Some(seconds) if seconds > 43_200 => Err(invalid("maxSessionDuration", "Member must have value less than or equal to 43200")),
        seconds => Ok(seconds),
    }
}

fn get(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = required(context, "RoleName")?;
    let role = context.region.roles.visible(name, context.now).ok_or_else(|| super::missing::<Role>(name))?;
    Ok(json!({ "Role": role.whole(context) }))
}

fn list(context: &mut Context<'_>) -> Result<Value, Failure> {
    let roles = context.region.roles.iter_visible(context.now).filter(|role| below(context, &role.path));
    let roles = roles.map(|role| role.listed(context)).collect();
    page(context, "Roles", roles)
}

/// What is not given stays as it is.
fn update(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = named::<Role>(context, "RoleName")?.name.clone();
    let (given, description, duration) = (context.params.has("Description"), description(context)?, duration(context)?);
    let role = context.change::<Role>(&name)?;
    if given {
        role.description = description;
    }
    role.max_session_duration = duration.unwrap_or(role.max_session_duration);
    Ok(done())
}

fn describe_anew(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = named::<Role>(context, "RoleName")?.name.clone();
    let description = description(context)?;
    let role = context.change::<Role>(&name)?;
    role.description = description;
    let role = role.clone();
    Ok(json!({ "Role": role.whole(context) }))
}

fn trust_anew(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = named::<Role>(context, "RoleName")?.name.clone();
    let trust = trust(context, "PolicyDocument")?;
    context.change::<Role>(&name)?.trust = trust;
    Ok(done())
}

fn bound(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = named::<Role>(context, "RoleName")?.name.clone();
    let boundary = required(context, "PermissionsBoundary")?.to_owned();
    policy::attachable(context, &boundary)?;
    context.change::<Role>(&name)?.boundary = Some(boundary);
    Ok(done())
}

fn unbound(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = named::<Role>(context, "RoleName")?.name.clone();
    context.change::<Role>(&name)?.boundary = None;
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = named::<Role>(context, "RoleName")?.name.clone();
    if context.all::<Profile>().any(|profile| profile.roles.contains(&name)) {
        return Err(in_use("Cannot delete entity, must remove roles from instance profile first."));
    }
    if context.of::<Attachment>(&name).next().is_some() {
        return Err(in_use("Cannot delete entity, must detach all policies first."));
    }
    if context.of::<RolePolicy>(&name).next().is_some() {
        return Err(in_use("Cannot delete entity, must delete policies first."));
    }
    context.remove::<Role>(&name);
    Ok(done())
}
