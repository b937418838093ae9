//! Instance profiles: through which a role comes to an instance.
//!
//! Source: *`CreateInstanceProfile`*, *`GetInstanceProfile`*, *`ListInstanceProfiles`*, *`ListInstanceProfilesForRole`*,
//! *`AddRoleToInstanceProfile`*, *`RemoveRoleFromInstanceProfile`*, *`DeleteInstanceProfile`*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::role::Role;
use super::{arn, below, done, exists, in_use, limit, missing, named, no_such, page, required, tag, tag_list, unique_id};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::protocol::service::GLOBAL;
use crate::state::object::{Kind, Object, Tags};

/// An instance profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    name: String,
    path: String,
    pub(crate) aws_id: String,
    /// Its role, if it has one.
    pub(crate) roles: Vec<String>,
    created_at: Moment,
    tags: Tags,
}

impl Object for Profile {
    const KIND: Kind = Kind {
        name: "instance-profile",
        prefix: "",
        missing: "NoSuchEntity",
        malformed: None,
        sentence: "Instance Profile {} cannot be found.",
    };

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

impl Profile {
    pub(crate) fn arn(&self, context: &Context<'_>) -> String {
        arn(context, "instance-profile", &self.path, &self.name)
    }

    fn brief(&self, context: &Context<'_>) -> Value {
        let roles: Vec<Value> =
            self.roles.iter().filter_map(|name| context.region.roles.get(name)).map(|role| role.brief(context)).collect();
        json!({
            "Path": self.path,
            "InstanceProfileName": self.name,
            "InstanceProfileId": self.aws_id,
            "Arn": self.arn(context),
            "CreateDate": moment::date(self.created_at),
            "Roles": roles,
        })
    }

    fn whole(&self, context: &Context<'_>) -> Value {
        let mut value = self.brief(context);
        value["Tags"] = json!(tag_list(&self.tags));
        value
    }
}

/// The profile of a name, when other services know it by now.
pub(crate) fn told<'a>(context: &'a Context<'_>, name: &str) -> Option<&'a Profile> {
    context.region_of(GLOBAL)?.instance_profiles.visible(name, context.now)
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateInstanceProfile" => |context, _| create(context).map(Answer::Json),
        "GetInstanceProfile" => |context, _| get(context).map(Answer::Json),
        "ListInstanceProfiles" => |context, _| list(context).map(Answer::Json),
        "ListInstanceProfilesForRole" => |context, _| list_for_role(context).map(Answer::Json),
        "AddRoleToInstanceProfile" => |context, _| add_role(context).map(Answer::Json),
        "RemoveRoleFromInstanceProfile" => |context, _| remove_role(context).map(Answer::Json),
        "DeleteInstanceProfile" => |context, _| delete(context).map(Answer::Json),
        _ => return None,
    })
}

fn create(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = super::name(context, "InstanceProfileName", 128)?;
    let (path, tags) = (super::path(context)?, tag::sent(context)?);
    if context.all::<Profile>().any(|profile| profile.name.eq_ignore_ascii_case(&name)) {
        return Err(exists(format!("Instance Profile {name} already exists.")));
    }
    let aws_id = unique_id(context, "AIPA");
    let profile = Profile { name, path, aws_id, roles: Vec::new(), created_at: context.now, tags };
    context.add(profile.clone());
    Ok(json!({ "InstanceProfile": profile.whole(context) }))
}

fn get(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = required(context, "InstanceProfileName")?;
    let profile = context.region.instance_profiles.visible(name, context.now).ok_or_else(|| missing::<Profile>(name))?;
    Ok(json!({ "InstanceProfile": profile.whole(context) }))
}

fn list(context: &mut Context<'_>) -> Result<Value, Failure> {
    let profiles = context.region.instance_profiles.iter_visible(context.now).filter(|profile| below(context, &profile.path));
    let profiles = profiles.map(|profile| profile.brief(context)).collect();
    page(context, "InstanceProfiles", profiles)
}

/// The profiles that a role is in, as reads see them.
pub(super) fn of_role(context: &Context<'_>, role: &str) -> Vec<Value> {
    let profiles = context.region.instance_profiles.iter_visible(context.now);
    profiles.filter(|profile| profile.roles.iter().any(|name| name == role)).map(|profile| profile.brief(context)).collect()
}

fn list_for_role(context: &mut Context<'_>) -> Result<Value, Failure> {
    let role = named::<Role>(context, "RoleName")?.name;
    page(context, "InstanceProfiles", of_role(context, &role))
}

/// One role only: also the same one is refused a second time.
fn add_role(context: &mut Context<'_>) -> Result<Value, Failure> {
    let profile = named::<Profile>(context, "InstanceProfileName")?.name;
    let role = named::<Role>(context, "RoleName")?.name;
    let profile = context.change::<Profile>(&profile)?;
    if !profile.roles.is_empty() {
        return Err(limit("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"));
    }
    profile.roles.push(role);
    Ok(done())
}

fn remove_role(context: &mut Context<'_>) -> Result<Value, Failure> {
    let profile = named::<Profile>(context, "InstanceProfileName")?;
    let role = required(context, "RoleName")?.to_owned();
    if !profile.roles.contains(&role) {
        return Err(no_such(format!("The role with name {role} cannot be found.")));
    }
    context.change::<Profile>(&profile.name)?.roles.retain(|name| *name != role);
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Value, Failure> {
    let profile = named::<Profile>(context, "InstanceProfileName")?;
    if !profile.roles.is_empty() {
        return Err(in_use("Cannot delete entity, must remove roles from instance profile first."));
    }
    context.remove::<Profile>(&profile.name);
    Ok(done())
}
