//! How many instances a group is to have, and which of them go: what is asked for by hand.
//!
//! Source: *`SetDesiredCapacity`*, *`TerminateInstanceInAutoScalingGroup`*, *`DetachInstances`*, *`AttachInstances`*.

use serde_json::{Value, json};

use super::group::Group;
use super::member::{self, Lifecycle, Member};
use super::{done, invalid, named, required, retirement, sizes, stirred, traffic};
use crate::context::Context;
use crate::ec2::instance::Instance;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::reply::Answer;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "SetDesiredCapacity" => |context, _| set_desired(context),
        "TerminateInstanceInAutoScalingGroup" => |context, _| terminate(context),
        "DetachInstances" => |context, _| detach(context),
        "AttachInstances" => |context, _| attach(context),
        _ => return None,
    })
}

fn set_desired(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context)?;
    let desired = context.params.number::<u32>("DesiredCapacity")?.ok_or_else(|| invalid("DesiredCapacity must be specified"))?;
    let honours = context.params.flag("HonorCooldown")?.unwrap_or(false);
    if desired > group.max_size {
        return Err(invalid(format!(
            "New SetDesiredCapacity value {desired} is above max value {} for the AutoScalingGroup.",
            group.max_size
        )));
    }
    if desired < group.min_size {
        return Err(invalid(format!(
            "New SetDesiredCapacity value {desired} is below min value {} for the AutoScalingGroup.",
            group.min_size
        )));
    }
    if honours {
        cool(context, &group)?;
    }
    sizes::note(context, &group, desired, "a user request explicitly set group desired capacity")?;
    stirred(context, &group.name)?.desired_capacity = desired;
    Ok(done())
}

/// Refuses while a group cools down.
pub(super) fn cool(context: &Context<'_>, group: &Group) -> Result<(), Failure> {
    let cooldown = std::time::Duration::from_secs(group.settings.default_cooldown.into());
    if group.scaled_at.is_some_and(|at| moment::later(at, cooldown) > context.now) {
        let message = format!("Scaling activity is in progress for the group {}: it is cooling down", group.name);
        return Err(Failure::new("ScalingActivityInProgress", message));
    }
    Ok(())
}

/// One less, where a request says so.
fn decrement(context: &mut Context<'_>, group: &str, by: u32) -> Result<(), Failure> {
    let found = context.find::<Group>(group)?;
    let desired = found.desired_capacity.saturating_sub(by);
    if desired < found.min_size {
        return Err(invalid(format!(
            "Currently, desiredSize equals minSize ({}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
            found.min_size
        )));
    }
    stirred(context, group)?.desired_capacity = desired;
    Ok(())
}

fn terminate(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = required(context, "InstanceId")?;
    let group = member::of_instance(context, &id)?;
    if context.params.flag("ShouldDecrementDesiredCapacity")?.unwrap_or(false) {
        decrement(context, &group.name, 1)?;
    }
    let why = "an instance was taken out of service in response to a user request.";
    let activity = retirement::begin(context, &group.name, &id, why);
    let group = stirred(context, &group.name)?.clone();
    let activity = activity.and_then(|id| group.activities.iter().find(|activity| activity.id == id));
    Ok(Answer::Json(json!({ "Activity": activity.map(|activity| activity.written(&group)) })))
}

fn detach(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, ids) = (named(context)?, context.params.list("InstanceIds.member"));
    if let Some(id) = ids.iter().find(|id| group.member(id).is_none_or(|member| !member.is_in_service())) {
        return Err(member::foreign(id, &group.name));
    }
    if context.params.flag("ShouldDecrementDesiredCapacity")?.unwrap_or(false) {
        decrement(context, &group.name, u32::try_from(ids.len()).unwrap_or(u32::MAX))?;
    }
    let why = "an instance was detached in response to a user request.";
    let begun: Vec<String> = ids.iter().filter_map(|id| retirement::detach(context, &group.name, id, why)).collect();
    let group = stirred(context, &group.name)?.clone();
    let activities: Vec<Value> =
        group.activities.iter().filter(|activity| begun.contains(&activity.id)).map(|activity| activity.written(&group)).collect();
    Ok(Answer::Json(json!({ "Activities": activities })))
}

/// Takes running instances into a group, which then wants so many more.
fn attach(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, ids) = (named(context)?, context.params.list("InstanceIds.member"));
    let mut members = Vec::new();
    for id in &ids {
        let running = context.find::<Instance>(id).ok().filter(|instance| instance.is_running());
        let instance = running.ok_or_else(|| invalid(format!("Invalid Instance ID(s): [{id}] must be running")))?;
        if member::of_instance(context, id).is_ok() {
            return Err(invalid(format!("Instance {id} is already part of an Auto Scaling group")));
        }
        members.push(newcomer(instance, context.now));
    }
    let desired = group.desired_capacity.saturating_add(u32::try_from(ids.len()).unwrap_or(u32::MAX));
    if desired > group.max_size {
        return Err(invalid(format!("AutoScalingGroup {} has max-size={}: attaching would exceed it", group.name, group.max_size)));
    }
    for arn in &group.target_groups {
        for id in &ids {
            traffic::register(context, arn, id);
        }
    }
    let group = stirred(context, &group.name)?;
    group.desired_capacity = desired;
    group.members.extend(members);
    Ok(done())
}

fn newcomer(instance: &Instance, now: moment::Moment) -> Member {
    Member {
        instance: instance.id.clone(),
        instance_type: instance.instance_type.clone(),
        zone: instance.zone.clone(),
        image: instance.image.clone(),
        origin: None,
        state: Lifecycle::InService,
        healthy: true,
        protected: false,
        launched_at: instance.launched_at,
        in_service_at: Some(now),
        noticed_at: None,
        waiting: None,
        activity: String::new(),
    }
}
