//! The tags of policies.
//!
//! Source: *`TagResource`*, *`UntagResource`*, *`ListTagsForResource`*. Tags are a map here, so a key may hold dots.

use serde_json::{Value, json};

use super::invalid;
use super::policy::Policy;
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::protocol::request::Request;
use crate::state::object::{Object as _, Tags};

/// The most tags of one policy.
const MOST: usize = 50;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "TagResource" => tag,
        "UntagResource" => |context, _| untag(context),
        "ListTagsForResource" => |context, _| list(context),
        _ => return None,
    })
}

/// The tags of a request.
pub(super) fn read(tags: &Value) -> Result<Tags, Failure> {
    let pairs = tags.as_object().into_iter().flatten();
    let tags: Tags = pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &Tags) -> Result<(), Failure> {
    if tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(invalid("Tag keys that begin with aws: are reserved"));
    }
    if tags.len() > MOST {
        return Err(invalid(format!("A policy can have at most {MOST} tags")));
    }
    Ok(())
}

/// The id in the ARN that the path of a request has.
fn named(context: &Context<'_>) -> Result<String, Failure> {
    let arn = context.params.text("resourceArn").unwrap_or_default();
    let id = arn.split_once(":policy/").map_or(arn, |(_, id)| id);
    context.find::<Policy>(id).map(|policy| policy.id.clone()).map_err(|failure| failure.status(404))
}

fn tag(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let (id, added) = (named(context)?, read(&request.json["Tags"])?);
    context.params.read_below("Tags");
    let tags = &mut context.change::<Policy>(&id)?.tags;
    tags.extend(added);
    check(tags)?;
    Ok(Answer::Json(json!({})))
}

fn untag(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (id, keys) = (named(context)?, context.params.each_text("tagKeys"));
    context.change::<Policy>(&id)?.tags.retain(|key, _| !keys.contains(key));
    Ok(Answer::Json(json!({})))
}

fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = named(context)?;
    let missing = || Policy::KIND.not_found(&id).status(404);
    let policy = context.region.lifecycle_policies.visible(&id, context.now).ok_or_else(missing)?;
    Ok(Answer::Json(json!({ "Tags": policy.tags })))
}
