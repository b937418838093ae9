//! The tags of alarms.
//!
//! Source: *`TagResource`*, *`UntagResource`*, *`ListTagsForResource`*.

use serde_json::{Value, json};

use super::alarm::Alarm;
use super::{invalid, required};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::Tags;

/// The most tags of one alarm.
const MOST: usize = 50;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "TagResource" => |context, _| tag(context),
        "UntagResource" => |context, _| untag(context),
        "ListTagsForResource" => |context, _| list(context),
        _ => return None,
    })
}

/// The tags of a request.
pub(super) fn read(params: &Params) -> Result<Tags, Failure> {
    let pair = |group: &Params| (group.owned("Key").unwrap_or_default(), group.owned("Value").unwrap_or_default());
    let tags: Tags = params.groups("Tags").iter().map(pair).collect();
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &Tags) -> Result<(), Failure> {
    if tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(invalid("Tag keys that begin with aws: are reserved"));
    }
    if tags.len() > MOST {
        return Err(invalid(format!("An alarm can have at most {MOST} tags")));
    }
    Ok(())
}

/// The name in the ARN of a request.
fn named(context: &Context<'_>) -> Result<String, Failure> {
    let arn = required(context, "ResourceARN")?;
    let name = arn.split_once(":alarm:").map(|(_, name)| name);
    let found = name.filter(|name| context.find::<Alarm>(name).is_ok());
    found.map(str::to_owned).ok_or_else(|| not_found(arn))
}

fn not_found(arn: &str) -> Failure {
    Failure::new("ResourceNotFoundException", format!("The resource {arn} does not exist")).status(404)
}

fn tag(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (name, added) = (named(context)?, read(&context.params)?);
    let alarm = context.change::<Alarm>(&name)?;
    alarm.tags.extend(added);
    check(&alarm.tags)?;
    Ok(Answer::Json(json!({})))
}

fn untag(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (name, keys) = (named(context)?, context.params.list("TagKeys"));
    context.change::<Alarm>(&name)?.tags.retain(|key, _| !keys.contains(key));
    Ok(Answer::Json(json!({})))
}

fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = named(context)?;
    let alarm = context.region.alarms.visible(&name, context.now).ok_or_else(|| not_found(&name))?;
    let tags: Vec<Value> = alarm.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(Answer::Json(json!({ "Tags": tags })))
}
