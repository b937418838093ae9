//! Changes a group: settings in one call, then what has calls of its own, and the instances last.

use aws_sdk_autoscaling::Client;
use blogstack_core::{
    Data, Set,
    provider::{Change, Changes, Cx, Result, State},
};

use super::{
    AutoScalingGroup, InstanceMaintenancePolicy, LaunchTemplateSpecification, MixedInstancesPolicy, Provider, capacity, collected, joined,
    refresh, tagging, traffic,
};
use crate::{
    autoscaling::words::{number, word},
    call,
};

/// What instances are to be launched from, where that changes.
struct Source {
    template: Option<LaunchTemplateSpecification>,
    policy: Option<MixedInstancesPolicy>,
}

/// Makes the changes.
pub(super) async fn make(
    provider: &Provider,
    cx: &Cx<'_>,
    current: &State<AutoScalingGroup>,
    changes: &Changes<AutoScalingGroup>,
) -> Result<()> {
    let client = provider.0.autoscaling(cx.home);
    let (id, fields) = (current.id.as_str(), &current.fields);
    let source = source(changes)?;
    let how = changes.of(AutoScalingGroup::instance_refresh)?.after(fields.instance_refresh.clone());
    let desired = source.as_ref().map(|source| refresh::desired(source.template.as_ref(), source.policy.as_ref()));
    if source.is_some() && how.is_none() {
        refresh::end(&client, cx, id).await?;
    }
    settings(&client, id, changes, source.as_ref().filter(|_| how.is_none())).await?;
    collections(&client, cx, id, fields, changes).await?;
    let own = (&fields.tags, changes.of(AutoScalingGroup::tags)?);
    tagging::update(&client, id, own, (&fields.instance_tags, changes.of(AutoScalingGroup::instance_tags)?)).await?;
    if let (Some(desired), Some(how)) = (desired, how) {
        refresh::replace(&client, cx, id, &desired, &how).await?;
    }
    let waits = changes.of(AutoScalingGroup::wait_for_capacity)?.after(fields.wait_for_capacity) != Some(false);
    let resized =
        changes.of(AutoScalingGroup::desired_capacity)?.set().is_some() || changes.of(AutoScalingGroup::min_size)?.set().is_some();
    let suspended = changes.of(AutoScalingGroup::suspended_processes)?.after(fields.suspended_processes.clone()).unwrap_or_default();
    if waits && (resized || is_unfinished(fields, changes)?) && capacity::may_launch(&suspended) {
        capacity::reached(provider, cx, &current.id).await?;
    }
    Ok(())
}

/// Whether it is only to be finished: nothing changes, or what cannot be read is given once more as it was.
fn is_unfinished(fields: &AutoScalingGroup, changes: &Changes<AutoScalingGroup>) -> Result<bool> {
    let again = [
        is_again(&changes.of(AutoScalingGroup::instance_refresh)?, fields.instance_refresh.as_ref()),
        is_again(&changes.of(AutoScalingGroup::force_delete)?, fields.force_delete.as_ref()),
        is_again(&changes.of(AutoScalingGroup::wait_for_capacity)?, fields.wait_for_capacity.as_ref()),
    ];
    Ok(changes.is_empty() || again.contains(&true))
}

fn is_again<T: PartialEq>(change: &Change<T>, before: Option<&T>) -> bool {
    matches!(change, Change::Set(value) if before == Some(value))
}

fn source(changes: &Changes<AutoScalingGroup>) -> Result<Option<Source>> {
    let template = changes.of(AutoScalingGroup::launch_template)?.set();
    let policy = changes.of(AutoScalingGroup::mixed_instances_policy)?.set();
    Ok((template.is_some() || policy.is_some()).then_some(Source { template, policy }))
}

/// What the call takes for a number that is set or cleared.
#[expect(clippy::needless_pass_by_value, reason = "a change is used once")]
fn or(change: Change<u32>, cleared: i32) -> Option<i32> {
    match change {
        Change::Keep => None,
        Change::Set(value) => number(Some(value)),
        Change::Clear => Some(cleared),
    }
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html>
async fn settings(client: &Client, id: &str, changes: &Changes<AutoScalingGroup>, source: Option<&Source>) -> Result<()> {
    let policies = changes.of(AutoScalingGroup::termination_policies)?;
    let policies = match policies {
        Change::Clear => Some(vec!["Default".to_owned()]),
        policies => policies.set().map(|policies| policies.iter().map(word).collect()),
    };
    let maintenance = match changes.of(AutoScalingGroup::instance_maintenance_policy)? {
        Change::Clear => Some(InstanceMaintenancePolicy::cleared()),
        policy => policy.set().map(|policy| policy.to_sdk()),
    };
    let placement = match changes.of(AutoScalingGroup::placement_group)? {
        Change::Clear => Some(String::new()),
        group => group.set(),
    };
    let request = client
        .update_auto_scaling_group()
        .set_vpc_zone_identifier(changes.of(AutoScalingGroup::vpc_zone_identifier)?.set().as_ref().map(joined))
        .set_max_size(number(changes.of(AutoScalingGroup::max_size)?.set()))
        .set_min_size(number(changes.of(AutoScalingGroup::min_size)?.set()))
        .set_desired_capacity(number(changes.of(AutoScalingGroup::desired_capacity)?.set()))
        .set_launch_template(source.and_then(|source| source.template.as_ref()).map(LaunchTemplateSpecification::to_sdk))
        .set_mixed_instances_policy(source.and_then(|source| source.policy.as_ref()).map(MixedInstancesPolicy::to_sdk))
        .set_health_check_type(changes.of(AutoScalingGroup::health_check_type)?.set().map(|kind| word(&kind)))
        .set_health_check_grace_period(number(changes.of(AutoScalingGroup::health_check_grace_period)?.set()))
        .set_default_cooldown(number(changes.of(AutoScalingGroup::default_cooldown)?.set()))
        .set_default_instance_warmup(or(changes.of(AutoScalingGroup::default_instance_warmup)?, -1))
        .set_termination_policies(policies)
        .set_new_instances_protected_from_scale_in(changes.of(AutoScalingGroup::new_instances_protected_from_scale_in)?.set())
        .set_capacity_rebalance(changes.of(AutoScalingGroup::capacity_rebalance)?.set())
        .set_max_instance_lifetime(or(changes.of(AutoScalingGroup::max_instance_lifetime)?, 0))
        .set_instance_maintenance_policy(maintenance)
        .set_placement_group(placement)
        .set_service_linked_role_arn(changes.of(AutoScalingGroup::service_linked_role_arn)?.set().map(|role| role.0))
        .set_deletion_protection(changes.of(AutoScalingGroup::deletion_protection)?.set().map(|what| word(&what).as_str().into()));
    let nothing = client.update_auto_scaling_group();
    if request.as_input() == nothing.as_input() {
        return Ok(());
    }
    let request = request.auto_scaling_group_name(id);
    call::change("autoscaling:UpdateAutoScalingGroup", || request.clone().send()).await.map(drop)
}

/// What has calls of its own.
async fn collections(client: &Client, cx: &Cx<'_>, id: &str, fields: &AutoScalingGroup, changes: &Changes<AutoScalingGroup>) -> Result<()> {
    if let Some((current, wanted)) = both(changes.of(AutoScalingGroup::target_group_arns)?, fields.target_group_arns.as_ref()) {
        refresh::settled(client, cx, id).await?;
        traffic::forward(client, cx, id, &traffic::arns(&current), &traffic::arns(&wanted)).await?;
    }
    if let Some((current, wanted)) = both(changes.of(AutoScalingGroup::load_balancer_names)?, fields.load_balancer_names.as_ref()) {
        let list = |names: Set<String>| names.into_iter().collect::<Vec<_>>();
        traffic::balance(client, id, &list(current), &list(wanted)).await?;
    }
    if let Some((current, wanted)) = both(changes.of(AutoScalingGroup::suspended_processes)?, fields.suspended_processes.as_ref()) {
        collected::suspend(client, id, &current, &wanted).await?;
    }
    if let Some((current, wanted)) = both(changes.of(AutoScalingGroup::enabled_metrics)?, fields.enabled_metrics.as_ref()) {
        collected::enable(client, id, &current, &wanted).await?;
    }
    Ok(())
}

/// What is in a set, and what is to be in it, where that changes.
fn both<T: Data + Ord + Clone>(change: Change<Set<T>>, current: Option<&Set<T>>) -> Option<(Set<T>, Set<T>)> {
    let wanted = match change {
        Change::Keep => return None,
        Change::Set(wanted) => wanted,
        Change::Clear => Set::default(),
    };
    Some((current.cloned().unwrap_or_default(), wanted))
}
