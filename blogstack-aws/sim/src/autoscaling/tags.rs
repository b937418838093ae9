//! Tags of groups, each of which instances get at launch or not.
//!
//! Source: *`CreateOrUpdateTags`*, *`DeleteTags`*, *`DescribeTags`*, *`Tag`*: unless a request says otherwise, instances get a tag.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::group::Group;
use super::{check_word, done, invalid, paged, stirred};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::Tags;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateOrUpdateTags" => |context, _| put(context),
        "DeleteTags" => |context, _| delete(context),
        "DescribeTags" => |context, _| describe(context),
        _ => return None,
    })
}

/// A tag of a request: key, value, and whether instances get it.
type Given = (String, String, bool);

fn given(params: &Params) -> Result<Given, Failure> {
    let key = params.owned("Key").filter(|key| (1..=128).contains(&key.chars().count()));
    let key = key.ok_or_else(|| invalid("A tag key has 1 to 128 characters"))?;
    if key.starts_with("aws:") {
        return Err(invalid(format!("The tag key '{key}' begins with a reserved prefix")));
    }
    Ok((key, params.owned("Value").unwrap_or_default(), params.flag("PropagateAtLaunch")?.unwrap_or(true)))
}

/// The tags with which a group is made, and the keys of those that instances get.
pub(super) fn of_request(params: &Params, group: &str) -> Result<(Tags, BTreeSet<String>), Failure> {
    let (mut tags, mut propagated) = (Tags::new(), BTreeSet::new());
    for one in params.groups("Tags.member") {
        one.text("ResourceType");
        if one.text("ResourceId").is_some_and(|id| id != group) {
            return Err(invalid("The resource id of a tag must be the name of the group"));
        }
        let (key, value, at_launch) = given(&one)?;
        if at_launch {
            propagated.insert(key.clone());
        }
        tags.insert(key, value);
    }
    check_count(&tags)?;
    Ok((tags, propagated))
}

fn check_count(tags: &Tags) -> Result<(), Failure> {
    if tags.len() > 50 {
        return Err(Failure::new("LimitExceeded", "A group can have at most 50 tags"));
    }
    Ok(())
}

/// The tags of a request, each with its group.
fn of_groups(context: &Context<'_>) -> Result<Vec<(String, Params)>, Failure> {
    let mut found = Vec::new();
    for one in context.params.groups("Tags.member") {
        check_word(one.text("ResourceType").unwrap_or("auto-scaling-group"), &["auto-scaling-group"], "resourceType")?;
        let name = one.owned("ResourceId").unwrap_or_default();
        context.find::<Group>(&name)?;
        found.push((name, one));
    }
    Ok(found)
}

fn put(context: &mut Context<'_>) -> Result<Answer, Failure> {
    for (name, one) in of_groups(context)? {
        let (key, value, at_launch) = given(&one)?;
        let group = stirred(context, &name)?;
        match at_launch {
            true => drop(group.propagated.insert(key.clone())),
            false => drop(group.propagated.remove(&key)),
        }
        group.tags.insert(key, value);
        check_count(&group.tags)?;
    }
    Ok(done())
}

/// A tag that is not there is deleted already; where a value is given, another one stays.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    for (name, one) in of_groups(context)? {
        let (key, value) = (one.owned("Key").unwrap_or_default(), one.owned("Value"));
        one.flag("PropagateAtLaunch")?;
        let group = stirred(context, &name)?;
        if value.is_none_or(|value| group.tags.get(&key) == Some(&value)) {
            group.tags.remove(&key);
            group.propagated.remove(&key);
        }
    }
    Ok(done())
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let filters = filters(context)?;
    let groups = context.region.auto_scaling_groups.iter_visible(context.now);
    let all = groups.flat_map(|group| group.tags.iter().map(move |(key, value)| (group, key, value)));
    let found: Vec<(String, Value)> = all
        .filter(|(group, key, value)| filters.iter().all(|filter| filter.passes_tag(group, key, value)))
        .map(|(group, key, value)| (format!("{}:{key}", group.name), written_one(group, key, value)))
        .collect();
    paged(context, "Tags", found, |(key, _)| key, |(_, tag)| tag)
}

pub(super) fn written(group: &Group) -> Vec<Value> {
    group.tags.iter().map(|(key, value)| written_one(group, key, value)).collect()
}

fn written_one(group: &Group, key: &str, value: &str) -> Value {
    json!({
        "ResourceId": group.name,
        "ResourceType": "auto-scaling-group",
        "Key": key,
        "Value": value,
        "PropagateAtLaunch": group.propagated.contains(key),
    })
}

/// A filter: *`Filter`*.
pub(super) struct Filter {
    name: String,
    values: Vec<String>,
}

/// The filters of a request.
pub(super) fn filters(context: &Context<'_>) -> Result<Vec<Filter>, Failure> {
    let read = |params: &Params| {
        let name = params.owned("Name").unwrap_or_default();
        let known = ["auto-scaling-group", "key", "value", "propagate-at-launch", "tag-key", "tag-value"];
        if !name.starts_with("tag:") {
            check_word(&name, &known, "filters.1.member.name")?;
        }
        Ok(Filter { name, values: params.list("Values.member") })
    };
    context.params.groups("Filters.member").iter().map(read).collect()
}

impl Filter {
    /// Whether a group has what the filter asks for.
    pub(super) fn passes(&self, group: &Group) -> bool {
        let has = |value: &str| self.values.iter().any(|wanted| wanted == value);
        match self.name.as_str() {
            "auto-scaling-group" => has(&group.name),
            "tag-key" => group.tags.keys().any(|key| has(key)),
            "tag-value" => group.tags.values().any(|value| has(value)),
            name => name.strip_prefix("tag:").and_then(|key| group.tags.get(key)).is_some_and(|value| has(value)),
        }
    }

    fn passes_tag(&self, group: &Group, key: &str, value: &str) -> bool {
        let has = |value: &str| self.values.iter().any(|wanted| wanted == value);
        match self.name.as_str() {
            "auto-scaling-group" => has(&group.name),
            "key" => has(key),
            "value" => has(value),
            "propagate-at-launch" => has(if group.propagated.contains(key) { "true" } else { "false" }),
            _ => false,
        }
    }
}
