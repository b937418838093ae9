//! Targets and their health.
//!
//! Source: *`RegisterTargets`*, *`DeregisterTargets`*, *`DescribeTargetHealth`*, *Health checks for your target groups*: a target is
//! `initial` until its first checks have passed, `unused` while no listener uses the group, and `draining` for the group's
//! deregistration delay.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::ec2::instance::Instance;
use crate::elbv2::target_group::{self, TargetGroup};
use crate::elbv2::{action, invalid, seen};
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::Object;

/// What a group sends requests to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) id: String,
    pub(crate) port: Option<u16>,
    pub(crate) zone: Option<String>,
    /// When its first health checks have passed.
    healthy_at: Moment,
    /// When the last requests are done, of one that is on its way out.
    pub(crate) drained_at: Option<Moment>,
}

/// State, reason and description: *`TargetHealth`*.
type Health = (&'static str, Option<(&'static str, &'static str)>);

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "RegisterTargets" => |context, _| register(context),
        "DeregisterTargets" => |context, _| deregister(context),
        "DescribeTargetHealth" => |context, _| describe(context),
        _ => return None,
    })
}

fn register(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = target_group::of_request(context)?;
    for (id, port, zone) in targets(&context.params)? {
        check(context, &group, &id)?;
        add(context, &group.arn, &id, port, zone)?;
    }
    Ok(Answer::Json(json!({})))
}

/// Makes something a target of a group, unless it is one. One that was on its way out is checked anew.
pub(crate) fn add(context: &mut Context<'_>, group: &str, id: &str, port: Option<u16>, zone: Option<String>) -> Result<(), Failure> {
    let healthy_at = moment::later(context.now, context.settings.delays.target_healthy);
    let group = context.region.target_groups.change(group).ok_or_else(|| TargetGroup::KIND.not_found(group))?;
    let port = port.or(group.port);
    match group.targets.iter_mut().find(|target| target.id == id && target.port == port) {
        Some(target) if target.drained_at.is_none() => {}
        Some(target) => (target.healthy_at, target.drained_at) = (healthy_at, None),
        None => group.targets.push(Target { id: id.to_owned(), port, zone, healthy_at, drained_at: None }),
    }
    Ok(())
}

/// Id, port and zone of a target, as requests tell them.
type Named = (String, Option<u16>, Option<String>);

fn targets(params: &Params) -> Result<Vec<Named>, Failure> {
    let groups = params.groups("Targets.member");
    if groups.is_empty() {
        return Err(invalid("At least one target must be specified"));
    }
    groups.iter().map(|group| Ok((group.required("Id")?.to_owned(), group.number("Port")?, group.owned("AvailabilityZone")))).collect()
}

fn check(context: &Context<'_>, group: &TargetGroup, id: &str) -> Result<(), Failure> {
    let wrong = |message: String| Err(Failure::new("InvalidTarget", message));
    match group.target_type.as_str() {
        "instance" => match context.region.instances.get(id) {
            None => wrong(format!("The following targets do not exist: '{id}'")),
            Some(instance) if Some(&instance.vpc) != group.vpc.as_ref() => {
                wrong(format!("The following targets are not in the target group VPC: '{id}'"))
            }
            Some(instance) if !instance.is_running() => {
                wrong(format!("The following targets are not in a running state and cannot be registered: '{id}'"))
            }
            Some(_) => Ok(()),
        },
        "ip" if id.parse::<std::net::IpAddr>().is_err() => {
            Err(invalid(format!("The IP address '{id}' is not a valid IPv4 or IPv6 address")))
        }
        _ => Ok(()),
    }
}

fn deregister(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = target_group::of_request(context)?;
    for (id, port, zone) in targets(&context.params)? {
        drop(zone);
        let port = port.or(group.port);
        let known = group.targets.iter().any(|target| target.id == id && target.port == port);
        if !known && group.target_type == "instance" && context.region.instances.get(&id).is_none() {
            return Err(Failure::new("InvalidTarget", format!("The following targets are not registered: '{id}'")));
        }
        drain(context, &group.arn, &id, port);
    }
    Ok(Answer::Json(json!({})))
}

/// Lets a target finish what it is doing; one of a group that nobody uses has nothing to finish.
pub(crate) fn drain(context: &mut Context<'_>, group: &str, id: &str, port: Option<u16>) {
    let used = !action::balancers_of(context, group).is_empty();
    let now = context.now;
    let Some(group) = context.region.target_groups.change(group) else { return };
    let port = port.or(group.port);
    let fits = |target: &Target| target.id == id && target.port == port;
    let delay = group.attributes.get("deregistration_delay.timeout_seconds").and_then(|text| text.parse().ok()).unwrap_or(0);
    if !used || delay == 0 {
        group.targets.retain(|target| !fits(target));
    }
    for target in group.targets.iter_mut().filter(|target| fits(target) && target.drained_at.is_none()) {
        target.drained_at = Some(moment::later(now, std::time::Duration::from_secs(delay)));
    }
}

/// Forgets what has drained.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    if let Some(group) = context.region.target_groups.change(id) {
        group.targets.retain(|target| target.drained_at.is_none_or(|at| at > now));
    }
}

/// Does something to listeners or rules; the targets of groups that are used from then on are checked from then on.
pub(crate) fn watching<R>(context: &mut Context<'_>, change: impl FnOnce(&mut Context<'_>) -> Result<R, Failure>) -> Result<R, Failure> {
    let before: BTreeSet<String> = action::used_groups(context);
    let result = change(context)?;
    let healthy_at = moment::later(context.now, context.settings.delays.target_healthy);
    for group in action::used_groups(context).difference(&before) {
        if let Some(group) = context.region.target_groups.change(group) {
            group.targets.iter_mut().for_each(|target| target.healthy_at = healthy_at);
        }
    }
    Ok(result)
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = target_group::of_request(context)?.arn;
    context.params.list("Include.member");
    let group = seen::<TargetGroup>(context, &arn)?;
    let asked = context.params.groups("Targets.member");
    let all: Vec<Value> = if asked.is_empty() {
        let present = group.targets.iter().filter(|target| !is_gone(context, group, target));
        present.map(|target| written(group, target, health(context, group, target))).collect()
    } else {
        let named = targets(&context.params)?;
        named.iter().map(|(id, port, _)| one(context, group, id, *port)).collect()
    };
    Ok(Answer::Json(json!({ "TargetHealthDescriptions": all })))
}

fn one(context: &Context<'_>, group: &TargetGroup, id: &str, port: Option<u16>) -> Value {
    let port = port.or(group.port);
    match group.targets.iter().find(|target| target.id == id && target.port == port && !is_gone(context, group, target)) {
        Some(target) => written(group, target, health(context, group, target)),
        None => {
            let target = Target { id: id.to_owned(), port, zone: None, healthy_at: 0, drained_at: None };
            written(group, &target, ("unused", Some(("Target.NotRegistered", "Target is not registered to the target group"))))
        }
    }
}

/// Whether it is an instance that was terminated: AWS deregisters those by itself.
fn is_gone(context: &Context<'_>, group: &TargetGroup, target: &Target) -> bool {
    group.target_type == "instance" && context.region.instances.get(&target.id).is_none_or(|instance| !instance.is_live())
}

fn health(context: &Context<'_>, group: &TargetGroup, target: &Target) -> Health {
    let instance = context.region.instances.get(&target.id).filter(|_| group.target_type == "instance");
    let state = instance.map_or("running", Instance::state_name);
    if target.drained_at.is_some() || state == "shutting-down" {
        return ("draining", Some(("Target.DeregistrationInProgress", "Target deregistration is in progress")));
    }
    if action::balancers_of(context, &group.arn).is_empty() {
        let why = "Target group is not configured to receive traffic from the load balancer";
        return ("unused", Some(("Target.NotInUse", why)));
    }
    match state {
        "running" if target.healthy_at > context.now => {
            ("initial", Some(("Elb.InitialHealthChecking", "Initial health checks in progress")))
        }
        "running" if instance.is_some_and(|instance| context.settings.failing_images.contains(&instance.image)) => {
            ("unhealthy", Some(("Target.FailedHealthChecks", "Health checks failed")))
        }
        "running" => ("healthy", None),
        _ => ("unused", Some(("Target.InvalidState", "Target is in the stopped state"))),
    }
}

/// How something stands in a group, and when that changes by itself.
pub(crate) struct Standing {
    pub(crate) state: &'static str,
    pub(crate) until: Option<Moment>,
}

/// How something stands in a group that it is a target of, at the group's own port.
pub(crate) fn standing(context: &Context<'_>, group: &str, id: &str) -> Option<Standing> {
    let group = context.region.target_groups.get(group)?;
    let target = group.targets.iter().find(|target| target.id == id && target.port == group.port && !is_gone(context, group, target))?;
    let (state, _) = health(context, group, target);
    let until = match state {
        "draining" => target.drained_at,
        "initial" => Some(target.healthy_at),
        _ => None,
    };
    Some(Standing { state, until })
}

fn written(group: &TargetGroup, target: &Target, (state, reason): Health) -> Value {
    let check_port = match group.health_check.port.as_deref() {
        Some("traffic-port") | None => target.port.map(|port| port.to_string()),
        Some(port) => Some(port.to_owned()),
    };
    json!({
        "Target": { "Id": target.id, "Port": target.port, "AvailabilityZone": target.zone },
        "HealthCheckPort": check_port,
        "TargetHealth": { "State": state, "Reason": reason.map(|(code, _)| code), "Description": reason.map(|(_, text)| text) },
    })
}
