//! Where a load balancer stands and whom it passes requests on to: subnets, security groups, instances.

use aws_sdk_elasticloadbalancing::Client;
use blogstack_core::{Id, Set, provider::Result};

use super::sdk_instance;
use crate::{
    call,
    ec2::{Instance, Subnet},
};

/// Ids for the SDK.
pub(super) fn ids<R>(ids: &Set<Id<R>>) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}

/// What is in the one and not in the other.
fn without<R>(ids: &Set<Id<R>>, others: &Set<Id<R>>) -> Vec<Id<R>> {
    ids.iter().filter(|id| !others.iter().any(|other| other == *id)).map(|id| Id::new(id.as_str())).collect()
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_ApplySecurityGroupsToLoadBalancer.html>
pub(super) async fn set_groups(client: &Client, balancer: &str, groups: Vec<String>) -> Result<()> {
    let request = client.apply_security_groups_to_load_balancer().load_balancer_name(balancer).set_security_groups(Some(groups));
    call::change("elb:ApplySecurityGroupsToLoadBalancer", || request.clone().send()).await.map(drop)
}

/// It needs a subnet all the time, and takes one in each zone: new ones come before old ones go, unless they are in the way.
pub(super) async fn align_subnets(client: &Client, balancer: &str, there: &Set<Id<Subnet>>, wanted: &Set<Id<Subnet>>) -> Result<()> {
    let (new, old) = (without(wanted, there), without(there, wanted));
    match attach(client, balancer, &new).await {
        Err(error) if error.is_code("InvalidConfigurationRequest") && !old.is_empty() => {
            detach(client, balancer, &old).await?;
            attach(client, balancer, &new).await
        }
        attached => {
            attached?;
            detach(client, balancer, &old).await
        }
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_AttachLoadBalancerToSubnets.html>
async fn attach(client: &Client, balancer: &str, subnets: &[Id<Subnet>]) -> Result<()> {
    if subnets.is_empty() {
        return Ok(());
    }
    let subnets = subnets.iter().map(|id| id.as_str().to_owned()).collect();
    let request = client.attach_load_balancer_to_subnets().load_balancer_name(balancer).set_subnets(Some(subnets));
    call::change("elb:AttachLoadBalancerToSubnets", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DetachLoadBalancerFromSubnets.html>
async fn detach(client: &Client, balancer: &str, subnets: &[Id<Subnet>]) -> Result<()> {
    if subnets.is_empty() {
        return Ok(());
    }
    let subnets = subnets.iter().map(|id| id.as_str().to_owned()).collect();
    let request = client.detach_load_balancer_from_subnets().load_balancer_name(balancer).set_subnets(Some(subnets));
    call::change("elb:DetachLoadBalancerFromSubnets", || request.clone().send()).await.map(drop)
}

/// Instances that were terminated are gone from it already.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RegisterInstancesWithLoadBalancer.html>
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeregisterInstancesFromLoadBalancer.html>
pub(super) async fn align_instances(client: &Client, balancer: &str, there: &Set<Id<Instance>>, wanted: &Set<Id<Instance>>) -> Result<()> {
    let (new, old) = (without(wanted, there), without(there, wanted));
    if !new.is_empty() {
        let request = client.register_instances_with_load_balancer().load_balancer_name(balancer);
        let request = request.set_instances(Some(new.iter().map(sdk_instance).collect()));
        call::change("elb:RegisterInstancesWithLoadBalancer", || request.clone().send()).await?;
    }
    if !old.is_empty() {
        let request = client.deregister_instances_from_load_balancer().load_balancer_name(balancer);
        let request = request.set_instances(Some(old.iter().map(sdk_instance).collect()));
        let sent = call::read("elb:DeregisterInstancesFromLoadBalancer", || request.clone().send()).await;
        call::forgive(sent.map(drop), |error| error.is_code("InvalidInstance"))?;
    }
    Ok(())
}
