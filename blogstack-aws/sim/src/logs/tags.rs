//! The tags of log groups.
//!
//! Source: *`TagResource`*, *`UntagResource`*, *`ListTagsForResource`*. Tags are a map here, so a key may hold dots.

use serde_json::{Value, json};

use super::group::LogGroup;
use super::{invalid, named};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::protocol::request::Request;
use crate::state::object::{Object as _, Tags};

/// The most tags of one log group.
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
pub(super) fn read(params: &Params, body: &Value) -> Result<Tags, Failure> {
    params.read_below("tags");
    let pairs = body["tags"].as_object().into_iter().flatten();
    let tags: Tags = pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &Tags) -> Result<(), Failure> {
    if tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(invalid("aws: prefixed tag key names are not allowed for external use."));
    }
    if tags.len() > MOST {
        return Err(Failure::new("TooManyTagsException", format!("A resource can have at most {MOST} tags")));
    }
    Ok(())
}

fn tag(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let mut group = named(context, "resourceArn")?;
    group.tags.extend(read(&context.params, &request.json)?);
    check(&group.tags)?;
    context.change::<LogGroup>(&group.name)?.tags = group.tags;
    Ok(Answer::Json(json!({})))
}

fn untag(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, keys) = (named(context, "resourceArn")?, context.params.list("tagKeys"));
    context.change::<LogGroup>(&group.name)?.tags.retain(|key, _| !keys.contains(key));
    Ok(Answer::Json(json!({})))
}

fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = named(context, "resourceArn")?.name;
    let group = context.region.log_groups.visible(&name, context.now).ok_or_else(|| LogGroup::KIND.not_found(&name))?;
    Ok(Answer::Json(json!({ "tags": group.tags })))
}
