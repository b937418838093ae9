//! What a group does by itself: one thing after the other, until there is nothing left to do now.
//!
//! Source: *Health checks for instances in an Auto Scaling group*, *Amazon EC2 Auto Scaling instance lifecycle*, *Suspend and resume
//! processes*.

use std::time::Duration;

use super::group::{self, Group};
use super::member::{Lifecycle, Member};
use super::{balance, launch, refresh, retirement, traffic};
use crate::context::Context;
use crate::moment::{self, Moment};

/// Lets a group do what there is to do now, and notes when there is something again.
pub(super) fn beat(context: &mut Context<'_>, name: &str) {
    while step(context, name) {}
    let Some(group) = context.region.auto_scaling_groups.get(name) else { return };
    let next_at = next(context, group);
    if group.next_at != next_at
        && let Some(group) = context.region.auto_scaling_groups.change(name)
    {
        group.next_at = next_at;
    }
}

/// Does one thing. `false`: there is nothing to do now.
fn step(context: &mut Context<'_>, name: &str) -> bool {
    let Some(group) = context.region.auto_scaling_groups.get(name).cloned() else { return false };
    if group.members.iter().any(|member| go_on(context, &group, member)) {
        return true;
    }
    if group.deleting {
        if group.members.is_empty() {
            group::remove(context, name);
        }
        return false;
    }
    refresh::step(context, &group) || balance::step(context, &group)
}

fn go_on(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    match member.state {
        _ if group.deleting && !member.is_leaving() => {
            let why = "an instance was taken out of service in response to a user request, shrinking the capacity to 0.";
            retirement::begin(context, &group.name, &member.instance, why).is_some()
        }
        Lifecycle::Pending | Lifecycle::PendingWait | Lifecycle::PendingProceed => launch::go_on(context, group, member),
        Lifecycle::InService => check(context, group, member),
        _ => retirement::go_on(context, group, member),
    }
}

/// Looks after an instance in service. One that fails is noticed after a while, and replaced.
fn check(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    let failure = failure(context, group, member);
    let noticed_at = match (failure.is_some() && member.healthy, member.noticed_at) {
        (true, None) => Some(Some(moment::later(context.now, context.settings.delays.failure_noticed))),
        (false, Some(_)) if member.healthy => Some(None),
        _ => None,
    };
    if let Some(noticed_at) = noticed_at {
        return change(context, group, member, |member| member.noticed_at = noticed_at);
    }
    let is_due = member.healthy && member.noticed_at.is_some_and(|at| at <= context.now);
    if is_due && !group.is_suspended("HealthCheck") {
        return change(context, group, member, |member| member.healthy = false);
    }
    if group.is_suspended("Terminate") {
        return false;
    }
    let why = if member.healthy || group.is_suspended("ReplaceUnhealthy") {
        expires_at(group, member)
            .filter(|at| *at <= context.now)
            .map(|_| "an instance was replaced because it reached its maximum lifetime.")
    } else {
        Some(failure.unwrap_or("an instance was taken out of service in response to a user health-check."))
    };
    why.is_some_and(|why| retirement::begin(context, &group.name, &member.instance, why).is_some())
}

fn change(context: &mut Context<'_>, group: &Group, member: &Member, set: impl FnOnce(&mut Member)) -> bool {
    let member = context.region.auto_scaling_groups.change(&group.name).and_then(|group| group.member_mut(&member.instance));
    member.map(set).is_some()
}

/// Why an instance is not well, if it is not.
fn failure(context: &Context<'_>, group: &Group, member: &Member) -> Option<&'static str> {
    let running = context.region.instances.get(&member.instance).is_some_and(crate::ec2::instance::Instance::is_running);
    if !running {
        return Some(
            "an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.",
        );
    }
    let counts = group.asks_balancer() && grace_ends_at(group, member).is_some_and(|at| at <= context.now);
    let fails = |arn: &String| traffic::standing(context, arn, &member.instance).is_some_and(|standing| standing.state == "unhealthy");
    let fails = counts && group.target_groups.iter().any(fails);
    fails.then_some("an instance was taken out of service in response to an ELB system health check failure.")
}

fn grace_ends_at(group: &Group, member: &Member) -> Option<Moment> {
    Some(moment::later(member.in_service_at?, Duration::from_secs(group.settings.health_check_grace_period.into())))
}

fn expires_at(group: &Group, member: &Member) -> Option<Moment> {
    Some(moment::later(member.launched_at, Duration::from_secs(group.settings.max_instance_lifetime?.into())))
}

/// When there is something to do again, as far as it is known now.
fn next(context: &Context<'_>, group: &Group) -> Option<Moment> {
    let of_member = |member: &Member| -> Vec<Moment> {
        let moments = match member.state {
            Lifecycle::Pending | Lifecycle::PendingWait | Lifecycle::PendingProceed => [launch::next(context, member), None, None],
            Lifecycle::InService => [grace_ends_at(group, member), expires_at(group, member), member.noticed_at],
            _ => [retirement::next(context, group, member), None, None],
        };
        moments.into_iter().flatten().collect()
    };
    let members = group.members.iter().flat_map(of_member);
    let own = [group.retry_at].into_iter().flatten().chain(refresh::next(context, group));
    members.chain(own).filter(|at| *at > context.now).min()
}
