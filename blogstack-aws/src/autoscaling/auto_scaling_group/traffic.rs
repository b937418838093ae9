//! Target groups and classic load balancers. What is new is attached before anything is detached, so that instances are always behind
//! one of them.

use aws_sdk_autoscaling::Client;
use blogstack_core::{Id, Set, provider::Result};

use crate::{call, elbv2::TargetGroup};

/// How many one call takes.
const BATCH: usize = 10;

/// Target groups, for the SDK.
pub(super) fn arns(groups: &Set<Id<TargetGroup>>) -> Vec<String> {
    groups.iter().map(|group| group.as_str().to_owned()).collect()
}

fn beyond(wanted: &[String], current: &[String]) -> Vec<String> {
    wanted.iter().filter(|one| !current.contains(one)).cloned().collect()
}

/// Brings a group behind these target groups.
pub(super) async fn forward(client: &Client, group: &str, current: &[String], wanted: &[String]) -> Result<()> {
    for batch in beyond(wanted, current).chunks(BATCH) {
        attach(client, group, batch.to_vec()).await?;
    }
    for batch in beyond(current, wanted).chunks(BATCH) {
        detach(client, group, batch.to_vec()).await?;
    }
    Ok(())
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

fn is_detached(error: &blogstack_core::provider::ProviderError) -> bool {
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
