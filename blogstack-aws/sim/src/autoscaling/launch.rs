//! Launches an instance for a group, and takes it into service.
//!
//! Source: *Amazon EC2 Auto Scaling instance lifecycle*; *Tag Auto Scaling groups and instances*: the group's tags win over those of the
//! launch template; *Create a launch template for an Auto Scaling group*: the subnet is the group's.

use std::collections::BTreeMap;
use std::time::Duration;

use super::activity;
use super::balance;
use super::configuration::{Configuration, Origin};
use super::group::Group;
use super::hook;
use super::member::{Lifecycle, Member};
use super::traffic;
use crate::context::Context;
use crate::ec2::instance::{self, Instance};
use crate::ec2::subnet::Subnet;
use crate::ec2::template;
use crate::failure::Failure;
use crate::moment::{self, millis};
use crate::params::Params;

/// How long a launch that failed is waited with at first, and at most.
const RETRY: (Duration, Duration) = (Duration::from_secs(15), Duration::from_mins(15));

/// Launches one instance. One that cannot be launched is tried again later, after longer and longer waits.
pub(super) fn one(context: &mut Context<'_>, group: &Group, configuration: &Configuration, why: &str) {
    let Some(subnet) = balance::next_subnet(context, group) else { return };
    let launched = configuration.origin(context).and_then(|origin| Ok((start(context, group, &origin, &subnet)?, origin)));
    match launched {
        Ok((id, origin)) => {
            let activity = activity::begin(context, &group.name, format!("Launching a new EC2 instance: {id}"), why);
            if let Some(member) = member(context, group, &id, origin, activity) {
                enlist(context, &group.name, member);
            }
        }
        Err(failure) => {
            let activity = activity::begin(context, &group.name, "Launching a new EC2 instance".to_owned(), why);
            let message = format!("{} Launching EC2 instance failed.", failure.message);
            activity::end(context, &group.name, &activity, "Failed", Some(message));
            wait(context, &group.name);
        }
    }
}

fn enlist(context: &mut Context<'_>, group: &str, member: Member) {
    if let Some(group) = context.region.auto_scaling_groups.change(group) {
        (group.retry_at, group.retry_wait) = (None, 0);
        group.members.push(member);
    }
}

fn wait(context: &mut Context<'_>, group: &str) {
    let now = context.now;
    if let Some(group) = context.region.auto_scaling_groups.change(group) {
        let (least, most) = (millis(RETRY.0), millis(RETRY.1));
        group.retry_wait = group.retry_wait.saturating_mul(2).clamp(least, most);
        group.retry_at = Some(now.saturating_add(group.retry_wait));
    }
}

fn member(context: &Context<'_>, group: &Group, id: &str, origin: Origin, activity: String) -> Option<Member> {
    let instance = context.region.instances.get(id)?;
    Some(Member {
        instance: id.to_owned(),
        instance_type: instance.instance_type.clone(),
        zone: instance.zone.clone(),
        image: instance.image.clone(),
        origin: Some(origin),
        state: Lifecycle::Pending,
        healthy: true,
        protected: group.settings.new_instances_protected,
        launched_at: context.now,
        in_service_at: None,
        noticed_at: None,
        waiting: None,
        activity,
    })
}

fn start(context: &mut Context<'_>, group: &Group, origin: &Origin, subnet: &Subnet) -> Result<String, Failure> {
    let params = request(context, group, origin, subnet)?;
    let id = instance::launch(context, &params)?.pop().unwrap_or_default();
    let mut tags: BTreeMap<String, String> = group.tags.clone();
    tags.retain(|key, _| group.propagated.contains(key));
    tags.insert("aws:autoscaling:groupName".to_owned(), group.name.clone());
    if let Some(instance) = context.region.instances.change(&id) {
        instance.tags.extend(tags);
    }
    Ok(id)
}

/// The launch as a request. Interfaces of the template get the subnet, of which they say nothing.
fn request(context: &Context<'_>, group: &Group, origin: &Origin, subnet: &Subnet) -> Result<Params, Failure> {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let mut values = BTreeMap::from([
        pair("LaunchTemplate.LaunchTemplateId", &origin.template.id),
        pair("LaunchTemplate.Version", &origin.template.version),
        pair("MinCount", "1"),
        pair("MaxCount", "1"),
    ]);
    values.extend(origin.instance_type.as_ref().map(|kind| pair("InstanceType", kind)));
    values.extend(group.settings.placement_group.as_ref().map(|name| pair("Placement.GroupName", name)));
    let named = Params::new(values.clone());
    let (_, version) = template::chosen(context, &named.group("LaunchTemplate").unwrap_or_default())?;
    let interfaces = version.data.list("NetworkInterface");
    let first = interfaces.keys().next().and_then(|key| key.split('.').nth(1)).map(str::to_owned);
    let place = first.map_or("SubnetId".to_owned(), |index| format!("NetworkInterface.{index}.SubnetId"));
    values.extend(interfaces);
    values.insert(place, subnet.id.clone());
    Ok(Params::new(values))
}

/// Goes on with an instance that is on its way into service. Tells whether there was anything to do.
pub(super) fn go_on(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    instance::mature(context, &member.instance);
    match context.region.instances.get(&member.instance) {
        None => return lost(context, group, member),
        Some(instance) if matches!(instance.state_name(), "shutting-down" | "terminated" | "stopping" | "stopped") => {
            return lost(context, group, member);
        }
        Some(instance) if !instance.is_running() => return false,
        Some(_) => {}
    }
    match member.state {
        Lifecycle::Pending => {
            let waits = hook::wait(context, group, member, hook::LAUNCHING);
            if !waits {
                serve(context, group, member);
            }
            true
        }
        Lifecycle::PendingWait => hook::look(context, group, member),
        _ => {
            serve(context, group, member);
            true
        }
    }
}

/// One that ended before it was in service.
fn lost(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    let message = format!("Instance {} became unhealthy while waiting for instance to be in InService state.", member.instance);
    activity::end(context, &group.name, &member.activity, "Failed", Some(message));
    super::retirement::begin(context, &group.name, &member.instance, "an instance was taken out of service before it was in service.");
    true
}

/// Takes an instance into service: behind the group's load balancers.
fn serve(context: &mut Context<'_>, group: &Group, member: &Member) {
    if !group.is_suspended("AddToLoadBalancer") {
        for arn in &group.target_groups {
            traffic::register(context, arn, &member.instance);
        }
    }
    let now = context.now;
    if let Some(member) = context.region.auto_scaling_groups.change(&group.name).and_then(|group| group.member_mut(&member.instance)) {
        (member.state, member.in_service_at, member.waiting) = (Lifecycle::InService, Some(now), None);
    }
    activity::end(context, &group.name, &member.activity, "Successful", None);
}

/// When an instance on its way into service gets further by itself.
pub(super) fn next(context: &Context<'_>, member: &Member) -> Option<moment::Moment> {
    let running = |instance: &Instance| instance.next_at.filter(|_| instance.state_name() == "pending");
    match member.state {
        Lifecycle::Pending => context.region.instances.get(&member.instance).and_then(running),
        _ => member.waiting.as_ref().map(hook::Waiting::ends_at),
    }
}
