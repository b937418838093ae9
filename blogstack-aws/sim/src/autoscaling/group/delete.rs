//! Deletes groups.
//!
//! Source: *`DeleteAutoScalingGroup`*: refused while there are instances or something goes on, unless it is forced; then its instances
//! are terminated, without waiting for hooks, and it goes with the last one.

use super::Group;
use crate::autoscaling::hook::Hook;
use crate::autoscaling::policy::Policy;
use crate::autoscaling::schedule::Action;
use crate::autoscaling::{done, invalid, named, stirred};
use crate::context::Context;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context)?;
    let forced = context.params.flag("ForceDelete")?.unwrap_or(false);
    let protection = group.settings.deletion_protection.as_str();
    if protection == "prevent-all-deletion" || (forced && protection == "prevent-force-deletion") {
        return Err(invalid(format!("You cannot delete the AutoScalingGroup '{}': its deletion protection is '{protection}'", group.name)));
    }
    if group.deleting {
        return Ok(done());
    }
    if forced {
        let group = stirred(context, &group.name)?;
        (group.deleting, group.min_size, group.desired_capacity) = (true, 0, 0);
        for refresh in &mut group.refreshes {
            refresh.end_with_its_group();
        }
        return Ok(done());
    }
    if group.members.iter().any(|member| !member.is_leaving()) {
        let message =
            "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.";
        return Err(Failure::new("ResourceInUse", message));
    }
    if !group.members.is_empty() {
        let message = "You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.";
        return Err(Failure::new("ScalingActivityInProgress", message));
    }
    remove(context, &group.name);
    Ok(done())
}

/// A group goes with its hooks, policies and scheduled actions.
pub(in crate::autoscaling) fn remove(context: &mut Context<'_>, name: &str) {
    let hooks: Vec<String> = context.of::<Hook>(name).map(|hook| hook.id.clone()).collect();
    for id in &hooks {
        context.remove::<Hook>(id);
    }
    let policies: Vec<String> = context.of::<Policy>(name).map(|policy| policy.id.clone()).collect();
    for id in &policies {
        context.remove::<Policy>(id);
    }
    let actions: Vec<String> = context.of::<Action>(name).map(|action| action.id.clone()).collect();
    for id in &actions {
        context.remove::<Action>(id);
    }
    context.remove::<Group>(name);
}
