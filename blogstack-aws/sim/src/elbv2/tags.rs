//! Tags of load balancers, target groups, listeners and rules.
//!
//! Source: *`AddTags`*, *`RemoveTags`*, *`DescribeTags`*: up to 20 objects a call; a missing one fails the whole call.

use serde_json::{Value, json};

use crate::context::Context;
use crate::elbv2::balancer::Balancer;
use crate::elbv2::invalid;
use crate::elbv2::listener::Listener;
use crate::elbv2::rule::Rule;
use crate::elbv2::target_group::TargetGroup;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::{Object as _, Tags};
use crate::state::region::Stored;

/// The most tags of one object, without AWS's own.
const MOST: usize = 50;

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AddTags" => |context, _| add(context),
        "RemoveTags" => |context, _| remove(context),
        "DescribeTags" => |context, _| describe(context),
        _ => return None,
    })
}

/// The tags of a request.
pub(crate) fn read(params: &Params) -> Result<Tags, Failure> {
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

pub(crate) fn check_count(tags: &Tags) -> Result<(), Failure> {
    if tags.len() <= MOST {
        return Ok(());
    }
    let message = "The quota for the number of tags that can be assigned to a load balancer has been reached";
    Err(Failure::new("TooManyTags", message))
}

fn add(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let added = read(&context.params)?;
    if added.is_empty() {
        return Err(invalid("The request must contain at least one tag"));
    }
    for arn in arns(context)? {
        let mut tags = tags_of(context, &arn)?;
        tags.extend(added.clone());
        check_count(&tags)?;
        set(context, &arn, tags)?;
    }
    Ok(Answer::Json(json!({})))
}

fn remove(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let keys = context.params.list("TagKeys.member");
    for arn in arns(context)? {
        let mut tags = tags_of(context, &arn)?;
        tags.retain(|key, _| !keys.contains(key));
        set(context, &arn, tags)?;
    }
    Ok(Answer::Json(json!({})))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let all: Result<Vec<Value>, Failure> = arns(context)?.iter().map(|arn| described(context, arn)).collect();
    Ok(Answer::Json(json!({ "TagDescriptions": all? })))
}

fn described(context: &Context<'_>, arn: &str) -> Result<Value, Failure> {
    let tags: Vec<Value> = seen_tags(context, arn)?.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "ResourceArn": arn, "Tags": tags }))
}

fn arns(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let arns = context.params.list("ResourceArns.member");
    match arns.len() {
        0 => Err(invalid("The request must contain at least one resource ARN")),
        1..=20 => Ok(arns),
        _ => Err(invalid("At most 20 resources can be specified")),
    }
}

/// Does the same for whatever kind an ARN is of.
macro_rules! by_kind {
    ($arn:expr, $kind:ident => $action:expr) => {
        match $arn {
            arn if arn.contains(":listener-rule/") => {
                type $kind = Rule;
                $action
            }
            arn if arn.contains(":listener/") => {
                type $kind = Listener;
                $action
            }
            arn if arn.contains(":targetgroup/") => {
                type $kind = TargetGroup;
                $action
            }
            arn if arn.contains(":loadbalancer/") => {
                type $kind = Balancer;
                $action
            }
            arn => Err(invalid(format!("'{arn}' is not a valid ARN"))),
        }
    };
}

fn tags_of(context: &Context<'_>, arn: &str) -> Result<Tags, Failure> {
    by_kind!(arn, Kind => context.find::<Kind>(arn).map(own_tags))
}

fn seen_tags(context: &Context<'_>, arn: &str) -> Result<Tags, Failure> {
    by_kind!(arn, Kind => super::seen::<Kind>(context, arn).map(own_tags))
}

fn own_tags<T: Stored>(object: &T) -> Tags {
    object.tags().cloned().unwrap_or_default()
}

fn set(context: &mut Context<'_>, arn: &str, tags: Tags) -> Result<(), Failure> {
    by_kind!(arn, Kind => {
        if let Some(own) = context.change::<Kind>(arn)?.tags_mut() {
            *own = tags;
        }
        Ok(())
    })
}
