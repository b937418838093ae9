//! Makes and changes groups.
//!
//! Source: *`CreateAutoScalingGroup`*, *`UpdateAutoScalingGroup`*: a desired capacity outside new limits is brought within them.

use std::collections::BTreeSet;

use super::{Group, settings::Settings};
use crate::autoscaling::configuration::{Configuration, ONE_SOURCE};
use crate::autoscaling::{arn, done, hook, invalid, named, required, sizes, stirred, tags, traffic, uuid};
use crate::context::Context;
use crate::ec2::subnet::Subnet;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = free_name(context)?;
    context.within_quota::<Group>("auto-scaling-groups", "LimitExceeded")?;
    let params = context.params.clone();
    let configuration = Configuration::read(context, &params)?.ok_or_else(|| invalid(ONE_SOURCE))?;
    let required = |name: &str| params.number::<u32>(name)?.ok_or_else(|| missing_number(name));
    let (min_size, max_size) = (required("MinSize")?, required("MaxSize")?);
    let desired_capacity = params.number("DesiredCapacity")?.unwrap_or(min_size);
    sizes::check(min_size, max_size, Some(desired_capacity))?;
    let mut settings = Settings::usual(context);
    settings.update(&params)?;
    let (all_tags, propagated) = tags::of_request(&params, &name)?;
    let id = uuid(context, "auto-scaling-group");
    let group = Group {
        arn: arn(context, &format!("autoScalingGroup:{id}:autoScalingGroupName/{name}")),
        created_at: context.now,
        configuration,
        min_size,
        max_size,
        desired_capacity,
        subnets: subnets(context)?.ok_or_else(|| invalid("At least one Availability Zone or VPC Subnet is required."))?,
        target_groups: traffic::target_groups(context)?,
        load_balancers: context.params.list("LoadBalancerNames.member"),
        settings,
        suspended: BTreeSet::new(),
        metrics: BTreeSet::new(),
        tags: all_tags,
        propagated,
        deleting: false,
        members: Vec::new(),
        activities: Vec::new(),
        refreshes: Vec::new(),
        cause: String::new(),
        scaled_at: None,
        retry_at: None,
        retry_wait: 0,
        next_at: Some(context.now),
        name: name.clone(),
    };
    context.add(group);
    for specification in context.params.groups("LifecycleHookSpecificationList.member") {
        hook::put(context, &name, &specification)?;
    }
    Ok(done())
}

fn missing_number(name: &str) -> Failure {
    let (first, rest) = name.split_at(1);
    let field = format!("{}{rest}", first.to_lowercase());
    invalid(format!("1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null"))
}

fn free_name(context: &Context<'_>) -> Result<String, Failure> {
    let name = required(context, "AutoScalingGroupName")?;
    if name.len() > 255 || !name.bytes().all(|byte| (33..=126).contains(&byte) && byte != b':') {
        return Err(invalid(format!("The name '{name}' must have 1 to 255 printable characters other than colons and spaces")));
    }
    if context.region.auto_scaling_groups.get(&name).is_some() {
        let message = format!("AutoScalingGroup by this name already exists - A group with the name {name} already exists");
        return Err(Failure::new("AlreadyExists", message));
    }
    Ok(name)
}

/// The subnets of a request, which are of one network.
fn subnets(context: &Context<'_>) -> Result<Option<Vec<String>>, Failure> {
    let Some(text) = context.params.text("VPCZoneIdentifier").filter(|text| !text.is_empty()) else { return Ok(None) };
    let mut ids: Vec<String> = text.split(',').map(|id| id.trim().to_owned()).collect();
    let missing = |id: &str| invalid(format!("The subnet ID '{id}' does not exist"));
    let mut networks = BTreeSet::new();
    for id in &ids {
        networks.insert(context.find::<Subnet>(id).map_err(|_| missing(id))?.vpc.clone());
    }
    if networks.len() > 1 {
        return Err(invalid("All the subnets of an Auto Scaling group must be in the same VPC"));
    }
    ids.sort();
    ids.dedup();
    Ok(Some(ids))
}

pub(super) fn update(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context)?;
    let params = context.params.clone();
    let configuration = Configuration::read(context, &params)?;
    if configuration.is_some() && group.active_refresh().is_some_and(|refresh| refresh.desired.is_some()) {
        return Err(invalid(
            "An active instance refresh with a desired configuration exists. All configuration options derived from the desired configuration \
             are not available for update while the instance refresh is active.",
        ));
    }
    let min_size = params.number("MinSize")?.unwrap_or(group.min_size);
    let max_size = params.number("MaxSize")?.unwrap_or(group.max_size);
    let asked = params.number("DesiredCapacity")?;
    sizes::check(min_size, max_size, asked)?;
    let desired = asked.unwrap_or_else(|| group.desired_capacity.clamp(min_size, max_size));
    let mut settings = group.settings.clone();
    settings.update(&params)?;
    let subnets = subnets(context)?;
    sizes::note(context, &group, desired, "a user request update of AutoScalingGroup constraints to")?;
    let group = stirred(context, &group.name)?;
    (group.min_size, group.max_size, group.desired_capacity, group.settings) = (min_size, max_size, desired, settings);
    if let Some(configuration) = configuration {
        group.configuration = configuration;
    }
    if let Some(subnets) = subnets {
        group.subnets = subnets;
    }
    Ok(done())
}
