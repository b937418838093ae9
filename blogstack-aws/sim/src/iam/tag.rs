//! Tags of roles, managed policies and instance profiles.
//!
//! Source: *`TagRole`*, *`UntagRole`*, *`ListRoleTags`*, and the same of policies and instance profiles.

use serde_json::Value;

use super::policy::ManagedPolicy;
use super::profile::Profile;
use super::role::Role;
use super::{done, invalid, limit, no_such, page, tag_list};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::object::Tags;
use crate::state::region::Stored;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "TagRole" => |context, _| set::<Role>(context, "RoleName").map(Answer::Json),
        "UntagRole" => |context, _| unset::<Role>(context, "RoleName").map(Answer::Json),
        "ListRoleTags" => |context, _| list::<Role>(context, "RoleName").map(Answer::Json),
        "TagPolicy" => |context, _| set::<ManagedPolicy>(context, "PolicyArn").map(Answer::Json),
        "UntagPolicy" => |context, _| unset::<ManagedPolicy>(context, "PolicyArn").map(Answer::Json),
        "ListPolicyTags" => |context, _| list::<ManagedPolicy>(context, "PolicyArn").map(Answer::Json),
        "TagInstanceProfile" => |context, _| set::<Profile>(context, "InstanceProfileName").map(Answer::Json),
        "UntagInstanceProfile" => |context, _| unset::<Profile>(context, "InstanceProfileName").map(Answer::Json),
        "ListInstanceProfileTags" => |context, _| list::<Profile>(context, "InstanceProfileName").map(Answer::Json),
        _ => return None,
    })
}

/// The tags in a request: at most 50, keys up to 128 and values up to 256 characters, no key twice.
pub(super) fn sent(context: &Context<'_>) -> Result<Tags, Failure> {
    let mut tags = Tags::new();
    for tag in context.params.groups("Tags.member") {
        let (key, value) = (tag.text("Key").unwrap_or_default(), tag.text("Value").unwrap_or_default());
        if !(1..=128).contains(&key.chars().count()) {
            return Err(invalid("Tags.1.member.key", "Member must have length between 1 and 128"));
        }
        if value.chars().count() > 256 {
            return Err(invalid("Tags.1.member.value", "Member must have length less than or equal to 256"));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Failure::new("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."));
        }
    }
    few_enough(&tags).map(|()| tags)
}

fn few_enough(tags: &Tags) -> Result<(), Failure> {
    if tags.len() > 50 { Err(limit("Cannot exceed quota for TagsPerEntity: 50")) } else { Ok(()) }
}

fn set<T: Stored>(context: &mut Context<'_>, parameter: &str) -> Result<Value, Failure> {
    let new = sent(context)?;
    let tags = tags_of::<T>(context, parameter)?;
    tags.extend(new);
    few_enough(tags).map(|()| done())
}

fn unset<T: Stored>(context: &mut Context<'_>, parameter: &str) -> Result<Value, Failure> {
    let keys = context.params.list("TagKeys.member");
    tags_of::<T>(context, parameter)?.retain(|key, _| !keys.contains(key));
    Ok(done())
}

fn list<T: Stored>(context: &mut Context<'_>, parameter: &str) -> Result<Value, Failure> {
    let tags = super::named::<T>(context, parameter)?.tags().map(tag_list).unwrap_or_default();
    page(context, "Tags", tags)
}

fn tags_of<'a, T: Stored>(context: &'a mut Context<'_>, parameter: &str) -> Result<&'a mut Tags, Failure> {
    let id = super::named::<T>(context, parameter)?.id().to_owned();
    let missing = no_such(format!("{id} has no tags"));
    context.change::<T>(&id)?.tags_mut().ok_or(missing)
}
