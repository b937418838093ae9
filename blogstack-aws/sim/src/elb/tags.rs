//! Tags of classic load balancers.
//!
//! Source: *`AddTags`*, *`RemoveTags`*, *`DescribeTags`*: up to 20 load balancers a call; a missing one fails the whole call.

use serde_json::{Value, json};

use super::balancer::Balancer;
use super::{invalid, seen};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::Tags;

/// The most tags of one load balancer.
const MOST: usize = 50;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AddTags" => |context, _| add(context),
        "RemoveTags" => |context, _| remove(context),
        "DescribeTags" => |context, _| describe(context),
        _ => return None,
    })
}

/// The tags of a request.
pub(super) fn read(params: &Params) -> Result<Tags, Failure> {
    let mut tags = Tags::new();
    for group in params.groups("Tags.member") {
        let key = group.required("Key")?.to_owned();
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys beginning with 'aws:' are reserved for system use"));
        }
        if tags.insert(key.clone(), group.owned("Value").unwrap_or_default()).is_some() {
            return Err(Failure::new("DuplicateTagKeys", format!("Tag key was specified more than once: {key}")));
        }
    }
    check_count(&tags)?;
    Ok(tags)
}

fn check_count(tags: &Tags) -> Result<(), Failure> {
    if tags.len() <= MOST {
        return Ok(());
    }
    let message = "The quota for the number of tags that can be assigned to a load balancer has been reached";
    Err(Failure::new("TooManyTags", message))
}

fn names(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let names = context.params.list("LoadBalancerNames.member");
    if (1..=20).contains(&names.len()) { Ok(names) } else { Err(invalid("Between 1 and 20 load balancer names can be specified")) }
}

fn add(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let added = read(&context.params)?;
    for name in names(context)? {
        let tags = &mut context.change::<Balancer>(&name)?.tags;
        tags.extend(added.clone());
        check_count(tags)?;
    }
    Ok(Answer::Json(json!({})))
}

fn remove(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let keys: Vec<String> = context.params.groups("Tags.member").iter().filter_map(|group| group.owned("Key")).collect();
    for name in names(context)? {
        context.change::<Balancer>(&name)?.tags.retain(|key, _| !keys.contains(key));
    }
    Ok(Answer::Json(json!({})))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let one = |name: &String| {
        let tags: Vec<Value> = seen(context, name)?.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        Ok(json!({ "LoadBalancerName": name, "Tags": tags }))
    };
    let all = names(context)?.iter().map(one).collect::<Result<Vec<Value>, Failure>>()?;
    Ok(Answer::Json(json!({ "TagDescriptions": all })))
}
