//! How many instances a group has, where the next one goes, and which one goes first.
//!
//! Source: *How Amazon EC2 Auto Scaling balances capacity across Availability Zones*, *Configure termination policies*: the zone with the
//! most instances first, then the oldest launch template, then the one closest to the next billing hour.

use std::cmp::Reverse;

use super::group::Group;
use super::member::Member;
use super::{launch, refresh, retirement};
use crate::context::Context;
use crate::ec2::subnet::Subnet;

/// Launches or terminates one instance, if there are too few or too many.
pub(super) fn step(context: &mut Context<'_>, group: &Group) -> bool {
    let active: u32 = group.members.iter().filter(|member| !member.is_leaving()).map(Member::weight).sum();
    let stranger = stranger(context, group);
    let wanted = refresh::total(group).saturating_add(u32::from(stranger.is_some()));
    if active < wanted {
        let waits = group.retry_at.is_some_and(|at| at > context.now);
        if waits || group.is_suspended("Launch") {
            return false;
        }
        let why = "an instance was started in response to a difference between desired and actual capacity, increasing the capacity.";
        launch::one(context, group, &refresh::configuration(group), why);
        return true;
    }
    if group.is_suspended("Terminate") {
        return false;
    }
    let serve = group.members.iter().all(|member| member.is_leaving() || member.is_in_service());
    if let Some(stranger) = stranger.filter(|_| serve) {
        let why = "an instance was taken out of service because its subnet is none of the group's any more.";
        return retirement::begin(context, &group.name, &stranger.instance, why).is_some();
    }
    if active <= wanted {
        return false;
    }
    let Some(victim) = victim(group, active.saturating_sub(wanted)) else { return false };
    let why = format!(
        "an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from {active} to {wanted}.",
    );
    retirement::begin(context, &group.name, &victim.instance, &why).is_some()
}

/// An instance in a subnet that is none of the group's any more: another one is launched, and then it goes.
fn stranger<'a>(context: &Context<'_>, group: &'a Group) -> Option<&'a Member> {
    let is_elsewhere = |member: &&Member| {
        let instance = context.region.instances.get(&member.instance);
        !member.is_leaving() && instance.is_some_and(|instance| !group.subnets.contains(&instance.subnet))
    };
    let rests = group.is_suspended("AZRebalance") || group.active_refresh().is_some();
    group.members.iter().find(is_elsewhere).filter(|_| !rests)
}

/// The subnet for the next instance: in the zone with the fewest.
pub(super) fn next_subnet(context: &Context<'_>, group: &Group) -> Option<Subnet> {
    let subnets = group.subnets.iter().filter_map(|id| context.find::<Subnet>(id).ok());
    let in_zone = |zone: &str| group.members.iter().filter(|member| !member.is_leaving() && member.zone == zone).count();
    subnets.min_by_key(|subnet| (in_zone(&subnet.zone), subnet.zone.clone(), subnet.id.clone())).cloned()
}

/// The instance that goes next: not a protected one, and none that counts for more than there is too much.
fn victim(group: &Group, surplus: u32) -> Option<&Member> {
    let in_zone = |zone: &str| group.members.iter().filter(|member| !member.is_leaving() && member.zone == zone).count();
    let may_go = |member: &&Member| !member.is_leaving() && !member.protected && member.weight() <= surplus;
    let policy = group.settings.termination_policies.first().map_or("Default", String::as_str);
    let candidates = group.members.iter().filter(may_go);
    candidates.min_by_key(|member| (Reverse(in_zone(&member.zone)), rank(policy, member), member.launched_at, member.instance.clone()))
}

/// What a policy says besides: the smaller goes first.
fn rank(policy: &str, member: &Member) -> u64 {
    let version = member.origin.as_ref().and_then(|origin| origin.template.version.parse().ok()).unwrap_or(0);
    match policy {
        "NewestInstance" => u64::MAX - member.launched_at,
        "OldestInstance" | "ClosestToNextInstanceHour" => member.launched_at,
        _ => version,
    }
}
