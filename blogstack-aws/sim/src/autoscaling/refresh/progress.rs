//! How a refresh goes on.

use std::time::Duration;

use super::{Refresh, Status, share};
use crate::autoscaling::group::Group;
use crate::autoscaling::member::Member;
use crate::autoscaling::{retirement, traffic};
use crate::context::Context;
use crate::moment::{self, Moment};

/// For how long a refresh may get no further: *Troubleshoot instance refreshes*.
const PATIENCE: Duration = Duration::from_hours(1);

/// Goes on with the group's refresh. Tells whether there was anything to do.
pub(in crate::autoscaling) fn step(context: &mut Context<'_>, group: &Group) -> bool {
    let Some(refresh) = group.active_refresh() else { return false };
    match refresh.status {
        Status::Cancelling => end(context, group, Status::Cancelled, Some("Cancelled due to user request.")),
        Status::Baking => bake(context, group, refresh),
        _ if is_done(context, group, refresh) => succeed(context, group, refresh),
        _ if gives_up_at(refresh) <= context.now => fail(context, group, refresh),
        _ => match next_to_go(context, group, refresh) {
            Some(old) => replace(context, group, &old),
            None => false,
        },
    }
}

fn replace(context: &mut Context<'_>, group: &Group, instance: &str) -> bool {
    let now = context.now;
    let why = "an instance was taken out of service in response to an instance refresh.";
    retirement::begin(context, &group.name, instance, why);
    change(context, group, |refresh| refresh.progress_at = now)
}

/// The instance that may go now: as long as enough others are ready without it; and where none is to spare, one at a time.
fn next_to_go(context: &Context<'_>, group: &Group, refresh: &Refresh) -> Option<String> {
    let may_go = |member: &&Member| !member.protected || refresh.preferences.scale_in_protected == "Refresh";
    let mut old: Vec<&Member> = refresh.old(group).filter(may_go).collect();
    // One that does not serve anyway goes first.
    old.sort_by_key(|member| (is_ready(context, group, refresh, member), member.launched_at, member.instance.clone()));
    let first = *old.first()?;
    let staying: Vec<&Member> = group.members.iter().filter(|member| !member.is_leaving()).collect();
    let ready = staying.iter().filter(|member| is_ready(context, group, refresh, member)).count();
    let least = usize::try_from(share(group.desired_capacity, refresh.preferences.min_healthy_percentage)).unwrap_or(usize::MAX);
    let costs_nothing = !is_ready(context, group, refresh, first);
    let all_well = ready == staying.len() && staying.len() >= usize::try_from(group.desired_capacity).unwrap_or(usize::MAX);
    let one_at_a_time = refresh.preferences.max_healthy_percentage <= 100 && all_well;
    (ready > least || costs_nothing || one_at_a_time).then(|| first.instance.clone())
}

/// Whether an instance serves: it is warm, and its load balancers say so where they are asked.
fn is_ready(context: &Context<'_>, group: &Group, refresh: &Refresh, member: &Member) -> bool {
    let warm = warm_at(refresh, member).is_some_and(|at| at <= context.now);
    let serves = |arn: &String| {
        traffic::standing(context, arn, &member.instance).is_none_or(|standing| matches!(standing.state, "healthy" | "unused"))
    };
    member.is_in_service() && member.healthy && warm && (!group.asks_balancer() || group.target_groups.iter().all(serves))
}

/// When a new instance is warm. Old ones have long been.
fn warm_at(refresh: &Refresh, member: &Member) -> Option<Moment> {
    let warmup = if refresh.to_replace.contains(&member.instance) { 0 } else { refresh.preferences.instance_warmup };
    Some(moment::later(member.in_service_at?, Duration::from_secs(warmup.into())))
}

/// Whether all old instances are gone, and enough new ones serve.
fn is_done(context: &Context<'_>, group: &Group, refresh: &Refresh) -> bool {
    let gone = !group.members.iter().any(|member| refresh.to_replace.contains(&member.instance));
    let staying: Vec<&Member> = group.members.iter().filter(|member| !member.is_leaving()).collect();
    let enough = staying.iter().map(|member| member.weight()).sum::<u32>() >= group.desired_capacity;
    gone && enough && staying.iter().all(|member| is_ready(context, group, refresh, member))
}

fn succeed(context: &mut Context<'_>, group: &Group, refresh: &Refresh) -> bool {
    let now = context.now;
    if refresh.status == Status::RollbackInProgress {
        return end(context, group, Status::RollbackSuccessful, None);
    }
    if refresh.preferences.bake_time > 0 {
        return change(context, group, |refresh| (refresh.status, refresh.baking_since_at) = (Status::Baking, Some(now)));
    }
    adopt(context, group, refresh)
}

fn bake(context: &mut Context<'_>, group: &Group, refresh: &Refresh) -> bool {
    baked_at(refresh).is_some_and(|at| at <= context.now) && adopt(context, group, refresh)
}

fn baked_at(refresh: &Refresh) -> Option<Moment> {
    Some(moment::later(refresh.baking_since_at?, Duration::from_secs(refresh.preferences.bake_time.into())))
}

/// The desired configuration becomes the group's.
fn adopt(context: &mut Context<'_>, group: &Group, refresh: &Refresh) -> bool {
    if let (Some(desired), Some(group)) = (refresh.desired.clone(), context.region.auto_scaling_groups.change(&group.name)) {
        group.configuration = desired;
    }
    end(context, group, Status::Successful, None)
}

/// It gets no further: it ends, or goes back to where it came from.
fn fail(context: &mut Context<'_>, group: &Group, refresh: &Refresh) -> bool {
    let reason = "Instances did not become healthy in time.";
    match refresh.status {
        Status::RollbackInProgress => end(context, group, Status::RollbackFailed, Some(reason)),
        _ if refresh.preferences.auto_rollback => roll_back(context, group, reason),
        _ => end(context, group, Status::Failed, Some(reason)),
    }
}

fn roll_back(context: &mut Context<'_>, group: &Group, reason: &str) -> bool {
    let now = context.now;
    let is_new = |member: &&Member| !member.origin.as_ref().is_some_and(|origin| group.configuration.is_origin(context, origin));
    let new: Vec<String> = group.members.iter().filter(is_new).map(|member| member.instance.clone()).collect();
    change(context, group, |refresh| {
        (refresh.status, refresh.reason) = (Status::RollbackInProgress, Some(reason.to_owned()));
        (refresh.count, refresh.to_replace, refresh.progress_at) = (new.len(), new, now);
    })
}

fn end(context: &mut Context<'_>, group: &Group, status: Status, reason: Option<&str>) -> bool {
    let now = context.now;
    change(context, group, |refresh| {
        (refresh.status, refresh.ended_at) = (status, Some(now));
        if let Some(reason) = reason {
            refresh.reason = Some(reason.to_owned());
        }
    })
}

fn change(context: &mut Context<'_>, group: &Group, set: impl FnOnce(&mut Refresh)) -> bool {
    let refresh = context.region.auto_scaling_groups.change(&group.name).and_then(Group::active_refresh_mut);
    refresh.map(set).is_some()
}

fn gives_up_at(refresh: &Refresh) -> Moment {
    moment::later(refresh.progress_at, PATIENCE)
}

/// When a refresh gets further by itself.
pub(in crate::autoscaling) fn next(context: &Context<'_>, group: &Group) -> Vec<Moment> {
    let Some(refresh) = group.active_refresh() else { return Vec::new() };
    let warm = group.members.iter().filter_map(|member| warm_at(refresh, member));
    let healthy = group
        .members
        .iter()
        .flat_map(|member| group.target_groups.iter().filter_map(|arn| traffic::standing(context, arn, &member.instance)?.until));
    warm.chain(healthy).chain([gives_up_at(refresh)]).chain(baked_at(refresh)).collect()
}
