//! The load balancers of groups: target groups, and the names of classic ones, which are remembered and no more.
//!
//! Source: *`AttachLoadBalancerTargetGroups`* (which may be repeated, and registers what is in service already),
//! *`DetachLoadBalancerTargetGroups`*, *`DescribeLoadBalancerTargetGroups`*, *`AttachLoadBalancers`*.

use serde_json::{Value, json};

use super::{invalid, named, paged, stirred};
use crate::context::Context;
use crate::elbv2::target;
use crate::elbv2::target_group::TargetGroup;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::protocol::reply::Answer;

pub(super) use crate::elbv2::target::Standing;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AttachLoadBalancerTargetGroups" => |context, _| attach(context),
        "DetachLoadBalancerTargetGroups" => |context, _| detach(context),
        "DescribeLoadBalancerTargetGroups" => |context, _| describe(context),
        "AttachLoadBalancers" => |context, _| attach_classic(context),
        "DetachLoadBalancers" => |context, _| detach_classic(context),
        "DescribeLoadBalancers" => |context, _| describe_classic(context),
        _ => return None,
    })
}

/// The target groups of a request, all of which exist.
pub(super) fn target_groups(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let mut arns = context.params.list("TargetGroupARNs.member");
    if arns.iter().any(|arn| context.find::<TargetGroup>(arn).is_err()) {
        return Err(invalid("Provided Target Groups may not be valid. Please ensure they exist and try again."));
    }
    arns.sort();
    arns.dedup();
    Ok(arns)
}

fn attach(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, arns) = (named(context)?, target_groups(context)?);
    if group.active_refresh().is_some() {
        return Err(in_progress());
    }
    for arn in arns.iter().filter(|arn| !group.target_groups.contains(arn)) {
        for member in group.members.iter().filter(|member| member.is_in_service()) {
            register(context, arn, &member.instance);
        }
        stirred(context, &group.name)?.target_groups.push(arn.clone());
    }
    Ok(Answer::Json(json!({})))
}

fn detach(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, arns) = (named(context)?, context.params.list("TargetGroupARNs.member"));
    if let Some(arn) = arns.iter().find(|arn| !group.target_groups.contains(arn)) {
        return Err(invalid(format!("Trying to remove Target Groups that are not part of the group: {arn}")));
    }
    for arn in &arns {
        group.members.iter().for_each(|member| deregister(context, arn, &member.instance));
        stirred(context, &group.name)?.target_groups.retain(|own| own != arn);
    }
    Ok(Answer::Json(json!({})))
}

fn in_progress() -> Failure {
    let message = "An active instance refresh exists for the Auto Scaling group: target groups cannot be attached.";
    Failure::new("InstanceRefreshInProgress", message)
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context)?;
    let state = |arn: &str| {
        let members = group.members.iter().filter(|member| member.is_in_service());
        let mut states = members.filter_map(|member| standing(context, arn, &member.instance)).map(|standing| standing.state);
        if states.any(|state| state == "healthy") { "InService" } else { "Added" }
    };
    let write = |arn: &String| json!({ "LoadBalancerTargetGroupARN": arn, "State": state(arn) });
    paged(context, "LoadBalancerTargetGroups", group.target_groups.iter().collect(), |arn| arn.as_str(), write)
}

fn attach_classic(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, names) = (named(context)?, context.params.list("LoadBalancerNames.member"));
    let own = &mut stirred(context, &group.name)?.load_balancers;
    own.extend(names);
    own.sort();
    own.dedup();
    Ok(Answer::Json(json!({})))
}

fn detach_classic(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, names) = (named(context)?, context.params.list("LoadBalancerNames.member"));
    if let Some(name) = names.iter().find(|name| !group.load_balancers.contains(name)) {
        return Err(invalid(format!("Trying to remove Load Balancers that are not part of the group: {name}")));
    }
    stirred(context, &group.name)?.load_balancers.retain(|own| !names.contains(own));
    Ok(Answer::Json(json!({})))
}

fn describe_classic(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context)?;
    let write = |name: &String| -> Value { json!({ "LoadBalancerName": name, "State": "Added" }) };
    paged(context, "LoadBalancers", group.load_balancers.iter().collect(), |name| name.as_str(), write)
}

/// Makes an instance a target. A target group that is gone is none any more.
pub(super) fn register(context: &mut Context<'_>, arn: &str, instance: &str) {
    let _ = target::add(context, arn, instance, None, None);
}

/// Takes an instance out of a target group, if it is in it.
pub(super) fn deregister(context: &mut Context<'_>, arn: &str, instance: &str) {
    if standing(context, arn, instance).is_some() {
        target::drain(context, arn, instance, None);
    }
}

/// How an instance stands in a target group.
pub(super) fn standing(context: &Context<'_>, arn: &str, instance: &str) -> Option<Standing> {
    target::standing(context, arn, instance)
}

/// When a target has finished what it was doing.
pub(super) fn drained_at(context: &Context<'_>, arn: &str, instance: &str) -> Option<Moment> {
    standing(context, arn, instance).filter(|standing| standing.state == "draining").and_then(|standing| standing.until)
}
