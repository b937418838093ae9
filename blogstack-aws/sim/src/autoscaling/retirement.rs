//! Takes an instance out of a group: out of service, out of its load balancers, and to its end.
//!
//! Source: *Amazon EC2 Auto Scaling instance lifecycle*; *Deregistration delay*: a target finishes what it does before its instance is
//! terminated; termination protection of the instance does not count.

use super::activity;
use super::group::Group;
use super::hook;
use super::member::{Lifecycle, Member};
use super::traffic;
use crate::context::Context;
use crate::ec2::instance;
use crate::moment::Moment;

/// Begins to terminate an instance, and tells the activity.
pub(super) fn begin(context: &mut Context<'_>, group: &str, instance: &str, why: &str) -> Option<String> {
    let description = format!("Terminating EC2 instance: {instance}");
    leave(context, group, instance, Lifecycle::Terminating, description, why)
}

/// Begins to let an instance go that goes on without the group, and tells the activity.
pub(super) fn detach(context: &mut Context<'_>, group: &str, instance: &str, why: &str) -> Option<String> {
    leave(context, group, instance, Lifecycle::Detaching, format!("Detaching EC2 instance: {instance}"), why)
}

fn leave(context: &mut Context<'_>, group: &str, instance: &str, state: Lifecycle, description: String, why: &str) -> Option<String> {
    let known = context.region.auto_scaling_groups.get(group)?;
    if known.member(instance)?.is_leaving() {
        return None;
    }
    for arn in known.target_groups.clone() {
        traffic::deregister(context, &arn, instance);
    }
    let activity = activity::begin(context, group, description, why);
    let member = context.region.auto_scaling_groups.change(group)?.member_mut(instance)?;
    (member.state, member.waiting, member.activity) = (state, None, activity.clone());
    Some(activity)
}

/// Goes on with an instance that is on its way out. Tells whether there was anything to do.
pub(super) fn go_on(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    match member.state {
        Lifecycle::TerminatingWait => hook::look(context, group, member),
        Lifecycle::TerminatingProceed => forget_if_gone(context, group, member),
        _ if drained_at(context, group, member).is_some_and(|at| at > context.now) && !group.deleting => false,
        Lifecycle::Detaching => {
            forget(context, group, member);
            true
        }
        _ => {
            // One that never served has no farewell to take.
            let serves = member.in_service_at.is_some() && !group.deleting && is_alive(context, member);
            if !serves || !hook::wait(context, group, member, hook::TERMINATING) {
                terminate(context, group, member);
            }
            true
        }
    }
}

fn is_alive(context: &Context<'_>, member: &Member) -> bool {
    let instance = context.region.instances.get(&member.instance);
    instance.is_some_and(|instance| !matches!(instance.state_name(), "shutting-down" | "terminated"))
}

/// Ends the instance itself.
pub(super) fn terminate(context: &mut Context<'_>, group: &Group, member: &Member) {
    instance::end(context, &member.instance);
    if let Some(member) = context.region.auto_scaling_groups.change(&group.name).and_then(|group| group.member_mut(&member.instance)) {
        (member.state, member.waiting) = (Lifecycle::TerminatingProceed, None);
    }
}

fn forget_if_gone(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    instance::mature(context, &member.instance);
    let gone = context.region.instances.get(&member.instance).is_none_or(|instance| instance.state_name() == "terminated");
    if gone {
        forget(context, group, member);
    }
    gone
}

fn forget(context: &mut Context<'_>, group: &Group, member: &Member) {
    activity::end(context, &group.name, &member.activity, "Successful", None);
    if let Some(group) = context.region.auto_scaling_groups.change(&group.name) {
        group.members.retain(|other| other.instance != member.instance);
    }
}

/// When the last of its load balancers is done with it.
fn drained_at(context: &Context<'_>, group: &Group, member: &Member) -> Option<Moment> {
    group.target_groups.iter().filter_map(|arn| traffic::drained_at(context, arn, &member.instance)).max()
}

/// When an instance on its way out gets further by itself.
pub(super) fn next(context: &Context<'_>, group: &Group, member: &Member) -> Option<Moment> {
    match member.state {
        Lifecycle::TerminatingProceed => context.region.instances.get(&member.instance).and_then(|instance| instance.next_at),
        Lifecycle::TerminatingWait => member.waiting.as_ref().map(hook::Waiting::ends_at),
        _ => drained_at(context, group, member),
    }
}
