//! Instances of classic load balancers, and their health.
//!
//! Source: *`RegisterInstancesWithLoadBalancer`*, *`DeregisterInstancesFromLoadBalancer`*, *`DescribeInstanceHealth`*, *`InstanceState`*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::balancer::Balancer;
use super::{invalid, named, required, seen};
use crate::context::Context;
use crate::ec2::instance::Instance;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::state::object::Object as _;

/// An instance that requests are passed on to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) id: String,
    /// When its first health checks have passed.
    healthy_at: Moment,
}

/// State, reason and description.
type Health = (&'static str, &'static str, &'static str);

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "RegisterInstancesWithLoadBalancer" => |context, _| register(context),
        "DeregisterInstancesFromLoadBalancer" => |context, _| deregister(context),
        "DescribeInstanceHealth" => |context, _| describe(context),
        _ => return None,
    })
}

fn ids(context: &Context<'_>) -> Vec<String> {
    context.params.groups("Instances.member").iter().filter_map(|group| group.owned("InstanceId")).collect()
}

/// The ids of a request: there is one at least, and each is an instance's.
fn checked_ids(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let ids = ids(context);
    if ids.is_empty() {
        return Err(invalid("Instances cannot be empty"));
    }
    match ids.iter().find(|id| context.region.instances.get(id).is_none()) {
        Some(id) => Err(missing(id)),
        None => Ok(ids),
    }
}

fn missing(id: &str) -> Failure {
    Failure::new("InvalidInstance", format!("Could not find EC2 instance {id}."))
}

fn register(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (mut balancer, ids) = (named(context)?, checked_ids(context)?);
    let healthy_at = moment::later(context.now, context.settings.delays.target_healthy);
    for id in ids {
        let vpc = context.region.instances.get(&id).filter(|instance| instance.is_live()).map(|instance| &instance.vpc);
        if vpc != Some(&balancer.vpc) {
            return Err(Failure::new("InvalidInstance", format!("EC2 instance {id} is not in the same VPC as ELB.")));
        }
        if !balancer.instances.iter().any(|member| member.id == id) {
            balancer.instances.push(Member { id, healthy_at });
        }
    }
    set(context, balancer)
}

fn deregister(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (mut balancer, ids) = (named(context)?, checked_ids(context)?);
    if let Some(id) = ids.iter().find(|id| !balancer.instances.iter().any(|member| member.id == **id)) {
        return Err(missing(id));
    }
    balancer.instances.retain(|member| !ids.contains(&member.id));
    set(context, balancer)
}

fn set(context: &mut Context<'_>, balancer: Balancer) -> Result<Answer, Failure> {
    let written: Vec<Value> = balancer.present(context).map(|member| json!({ "InstanceId": member.id })).collect();
    context.change::<Balancer>(&balancer.name)?.instances = balancer.instances;
    Ok(Answer::Json(json!({ "Instances": written })))
}

/// Of instances that are asked for, also of those that are not registered.
fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (name, asked) = (required(context, "LoadBalancerName")?, ids(context));
    let balancer = seen(context, &name)?;
    let ids: Vec<&String> = match asked.as_slice() {
        [] => balancer.present(context).map(|member| &member.id).collect(),
        asked => asked.iter().collect(),
    };
    let mut states = Vec::new();
    for id in ids {
        let instance = context.region.instances.get(id).filter(|instance| instance.is_live()).ok_or_else(|| missing(id))?;
        let (state, reason, description) = health(context, balancer, instance);
        states.push(json!({ "InstanceId": id, "State": state, "ReasonCode": reason, "Description": description }));
    }
    Ok(Answer::Json(json!({ "InstanceStates": states })))
}

fn health(context: &Context<'_>, balancer: &Balancer, instance: &Instance) -> Health {
    let member = balancer.instances.iter().find(|member| context.region.instances.get(&member.id) == Some(instance));
    match member {
        None => ("OutOfService", "Instance", "Instance is not currently registered with the LoadBalancer."),
        Some(_) if instance.state_name() == "stopped" => ("OutOfService", "Instance", "Instance is in stopped state."),
        Some(_) if !instance.is_running() => ("OutOfService", "Instance", "Instance is not in service."),
        Some(member) if member.healthy_at > context.now => ("OutOfService", "ELB", "Instance registration is still in progress."),
        Some(_) => ("InService", "N/A", "N/A"),
    }
}
