//! Target groups and classic load balancers. What is new is attached before anything is detached, so that instances are always behind
//! one of them.

use std::time::Duration;

use aws_sdk_autoscaling::{Client, types::LoadBalancerTargetGroupState};
use blogstack_core::{
    Id, Set,
    provider::{Cx, ProviderError, Result},
};

use crate::{call, elbv2::TargetGroup, wait};

/// How many one call takes.
const BATCH: usize = 10;

/// Target groups, for the SDK.
pub(super) fn arns(groups: &Set<Id<TargetGroup>>) -> Vec<String> {
    groups.iter().map(|group| group.as_str().to_owned()).collect()
}

fn beyond(wanted: &[String], current: &[String]) -> Vec<String> {
    wanted.iter().filter(|one| !current.contains(one)).cloned().collect()
}

/// How long it takes at most to register all instances.
const LIMIT: Duration = Duration::from_mins(5);

/// Brings a group behind these target groups.
pub(super) async fn forward(client: &Client, cx: &Cx<'_>, group: &str, current: &[String], wanted: &[String]) -> Result<()> {
    let (new, old) = (beyond(wanted, current), beyond(current, wanted));
    for batch in new.chunks(BATCH) {
        attach(client, group, batch.to_vec()).await?;
    }
    if !new.is_empty() && !old.is_empty() {
        let asked = || async { Ok(registered(client, group, &new).await?.then_some(())) };
        wait::until(OPERATION, &format!("the instances of `{group}` are registered"), cx.timeout.unwrap_or(LIMIT), asked).await?;
    }
    for batch in old.chunks(BATCH) {
        detach(client, group, batch.to_vec()).await?;
    }
    Ok(())
}

const OPERATION: &str = "autoscaling:DescribeLoadBalancerTargetGroups";

/// Whether all instances are registered with these target groups.
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLoadBalancerTargetGroups.html>
async fn registered(client: &Client, group: &str, arns: &[String]) -> Result<bool> {
    let attached = call::pages(|token| async {
        let request = client.describe_load_balancer_target_groups().auto_scaling_group_name(group).set_next_token(token);
        let page = call::read(OPERATION, || request.clone().send()).await?;
        Ok((page.load_balancer_target_groups, page.next_token))
    });
    let attached: Vec<LoadBalancerTargetGroupState> = attached.await?;
    let is_there = |arn: &String| {
        let state = attached.iter().find(|one| one.load_balancer_target_group_arn() == Some(arn)).and_then(|one| one.state());
        matches!(state, Some("Added" | "InService"))
    };
    Ok(arns.iter().all(is_there))
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachLoadBalancerTargetGroups.html>
async fn attach(client: &Client, group: &str, arns: Vec<String>) -> Result<()> {
    let request = client.attach_load_balancer_target_groups().auto_scaling_group_name(group).set_target_group_arns(Some(arns));
    call::change("autoscaling:AttachLoadBalancerTargetGroups", || request.clone().send()).await.map(drop)
}

/// One that is not attached any more is detached already.
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachLoadBalancerTargetGroups.html>
async fn detach(client: &Client, group: &str, arns: Vec<String>) -> Result<()> {
    let request = client.detach_load_balancer_target_groups().auto_scaling_group_name(group).set_target_group_arns(Some(arns));
    let answer = call::read("autoscaling:DetachLoadBalancerTargetGroups", || request.clone().send()).await;
    call::forgive(answer.map(drop), is_detached)
}

fn is_detached(error: &ProviderError) -> bool {
    error.is_code("ValidationError") && error.message.contains("not part of the group")
}

/// Registers a group with these classic load balancers.
pub(super) async fn balance(client: &Client, group: &str, current: &[String], wanted: &[String]) -> Result<()> {
    for batch in beyond(wanted, current).chunks(BATCH) {
        let request = client.attach_load_balancers().auto_scaling_group_name(group).set_load_balancer_names(Some(batch.to_vec()));
        call::change("autoscaling:AttachLoadBalancers", || request.clone().send()).await?;
    }
    for batch in beyond(current, wanted).chunks(BATCH) {
        let request = client.detach_load_balancers().auto_scaling_group_name(group).set_load_balancer_names(Some(batch.to_vec()));
        let answer = call::read("autoscaling:DetachLoadBalancers", || request.clone().send()).await;
        call::forgive(answer.map(drop), is_detached)?;
    }
    Ok(())
}
