//! Tags of classic load balancers.
//!
//! Source: *`AddTags`*, *`RemoveTags`*, *`DescribeTags`*: up to 20 load balancers a call; a missing one fails the whole call.

use serde_json::{Value, json};

use super::balancer::Balancer;
use super::{invalid, seen};
use crate::context::Context;
use crate::elbv2::tags::check_count;
pub(super) use crate::elbv2::tags::read;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AddTags" => |context, _| add(context),
        "RemoveTags" => |context, _| remove(context),
        "DescribeTags" => |context, _| describe(context),
        _ => return None,
    })
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
