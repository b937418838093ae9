//! Waiting until a group has what it is to have.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_autoscaling::types;
use blogstack_core::{
    Home, Id, Set,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{AutoScalingGroup, Provider, ScalingProcess, described};
use crate::{call, readable::Readable, wait};

/// How long it takes at most.
const LIMIT: Duration = Duration::from_mins(20);

/// Waits until as many instances are in service as the group is to have; behind load balancers that are asked for their health, until
/// they are healthy there.
pub(super) async fn reached(provider: &Provider, cx: &Cx<'_>, id: &Id<AutoScalingGroup>) -> Result<()> {
    let asked = || async { serves(provider, cx.home, id).await.map(|serves| serves.then_some(())) };
    let limit = cx.timeout.unwrap_or(LIMIT);
    let waited = wait::until(Provider::OPERATION, &format!("`{id}` has all its instances in service"), limit, asked).await;
    match waited {
        Err(error) if error.kind == ErrorKind::TimedOut => Err(explained(provider, cx.home, id, error).await),
        answer => answer,
    }
}

/// Whether a group that does not do this launches anything.
pub(super) fn may_launch(suspended: &Set<ScalingProcess>) -> bool {
    !suspended.iter().any(|process| *process == ScalingProcess::Launch)
}

async fn serves(provider: &Provider, home: &Home, id: &Id<AutoScalingGroup>) -> Result<bool> {
    let Some(group) = described(&provider.0.autoscaling(home), &[id.as_str()]).await?.pop() else { return Ok(false) };
    let serving: Vec<&types::Instance> = group.instances().iter().filter(|instance| is_in_service(instance)).collect();
    let weight = |instance: &&types::Instance| instance.weighted_capacity().and_then(|weight| weight.parse().ok()).unwrap_or(1);
    if serving.iter().map(weight).sum::<i32>() < group.desired_capacity.unwrap_or_default() {
        return Ok(false);
    }
    if !group.health_check_type().is_some_and(|kinds| kinds.split(',').any(|kind| kind == "ELB")) {
        return Ok(true);
    }
    let ids: Vec<&str> = serving.iter().filter_map(|instance| instance.instance_id()).collect();
    for arn in group.target_group_arns() {
        let states = states(provider, home, arn).await?;
        // A target group that no listener uses says nothing of its targets.
        let is_well = |id: &&str| states.get(*id).is_some_and(|state| matches!(state.as_str(), "healthy" | "unused"));
        if !ids.iter().all(is_well) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_in_service(instance: &types::Instance) -> bool {
    instance.lifecycle_state() == Some(&types::LifecycleState::InService) && instance.health_status() == Some("Healthy")
}

/// The states of a target group's targets, by instance.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html>
async fn states(provider: &Provider, home: &Home, arn: &str) -> Result<BTreeMap<String, String>> {
    let request = provider.0.elbv2(home).describe_target_health().target_group_arn(arn);
    let told = call::read("elbv2:DescribeTargetHealth", || request.clone().send()).await?;
    let all = told.target_health_descriptions.unwrap_or_default().into_iter();
    Ok(all.filter_map(|one| Some((one.target?.id?, one.target_health?.state?.as_str().to_owned()))).collect())
}

/// The error with what went wrong last, as far as AWS tells.
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html>
async fn explained(provider: &Provider, home: &Home, id: &Id<AutoScalingGroup>, error: ProviderError) -> ProviderError {
    let request = provider.0.autoscaling(home).describe_scaling_activities().auto_scaling_group_name(id.as_str()).max_records(20);
    let told = call::read("autoscaling:DescribeScalingActivities", || request.clone().send()).await;
    let activities = told.ok().and_then(|told| told.activities).unwrap_or_default();
    let failed = activities.into_iter().find(|activity| activity.status_code() == Some(&types::ScalingActivityStatusCode::Failed));
    match failed.and_then(|activity| activity.status_message) {
        Some(why) => ProviderError { message: format!("{}: {why}", error.message), ..error },
        None => error,
    }
}
