//! Where classic load balancers stand: subnets, security groups, and a network interface in each subnet.
//!
//! Source: *`AttachLoadBalancerToSubnets`*, *`DetachLoadBalancerFromSubnets`*, *`ApplySecurityGroupsToLoadBalancer`*, *Configure subnets for
//! your Classic Load Balancer*.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::balancer::Balancer;
use super::{invalid, named, unfit};
use crate::context::Context;
use crate::ec2::eip;
use crate::ec2::gateway;
use crate::ec2::group::{self, Group};
use crate::ec2::interface::{self, Wanted};
use crate::ec2::subnet::Subnet;
use crate::elbv2::remains;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

/// Where a load balancer stands in one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) subnet: String,
    pub(super) zone: String,
    pub(super) interface: String,
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AttachLoadBalancerToSubnets" => |context, _| attach(context),
        "DetachLoadBalancerFromSubnets" => |context, _| detach(context),
        "ApplySecurityGroupsToLoadBalancer" => |context, _| apply_groups(context),
        _ => return None,
    })
}

/// The subnets of a request.
pub(super) fn subnets(context: &Context<'_>) -> Result<Vec<Subnet>, Failure> {
    let ids = context.params.list("Subnets.member");
    if ids.is_empty() {
        return Err(invalid("Either AvailabilityZones or SubnetIds must be specified"));
    }
    let find = |id: &String| {
        let missing = |_| Failure::new("SubnetNotFound", format!("The subnet ID '{id}' does not exist"));
        context.find::<Subnet>(id).cloned().map_err(missing)
    };
    ids.iter().map(find).collect()
}

/// The network that all subnets are in, each in a zone of its own.
pub(super) fn common_vpc(context: &Context<'_>, subnets: &[Subnet], scheme: &str) -> Result<String, Failure> {
    let zones: BTreeSet<&String> = subnets.iter().map(|subnet| &subnet.zone).collect();
    let vpcs: BTreeSet<&String> = subnets.iter().map(|subnet| &subnet.vpc).collect();
    if vpcs.len() > 1 {
        return Err(unfit("All subnets must belong to the same VPC"));
    }
    if zones.len() < subnets.len() {
        return Err(in_one_zone());
    }
    let vpc = vpcs.into_iter().next().cloned().unwrap_or_default();
    if scheme == "internet-facing" && !gateway::is_attached(context, &vpc) {
        return Err(Failure::new("InvalidSubnet", format!("VPC {vpc} has no internet gateway")));
    }
    Ok(vpc)
}

fn in_one_zone() -> Failure {
    unfit("ELB cannot be attached to multiple subnets in the same AZ.")
}

/// The groups of a request; the network's default group when there are none.
pub(super) fn groups(context: &Context<'_>, vpc: &str) -> Result<Vec<String>, Failure> {
    let mut ids = context.params.list("SecurityGroups.member");
    if ids.is_empty() {
        return Ok(group::default_of(context, vpc).map(|group| group.id.clone()).into_iter().collect());
    }
    for id in &ids {
        if context.find::<Group>(id).ok().is_none_or(|group| group.vpc != vpc) {
            return Err(Failure::new("InvalidSecurityGroup", format!("One or more of the specified security groups do not exist: {id}")));
        }
    }
    ids.sort();
    Ok(ids)
}

/// Puts an interface of the load balancer into a subnet.
pub(super) fn stand(context: &mut Context<'_>, balancer: &Balancer, subnet: &Subnet) -> Result<Place, Failure> {
    let description = format!("ELB {}", balancer.name);
    let wanted = Wanted { groups: balancer.groups.clone(), description, kind: "interface", ..Wanted::default() };
    let interface = interface::create(context, subnet, wanted)?.id;
    let public = (balancer.scheme == "internet-facing").then(|| eip::new_public_address(context));
    let own = interface::part(context, &interface)?;
    own.requester = Some("amazon-elb".to_owned());
    own.public_address = public;
    Ok(Place { subnet: subnet.id.clone(), zone: subnet.zone.clone(), interface })
}

fn told(context: &Context<'_>, name: &str) -> Result<Answer, Failure> {
    let places = &context.find::<Balancer>(name)?.places;
    Ok(Answer::Json(json!({ "Subnets": places.iter().map(|place| &place.subnet).collect::<Vec<_>>() })))
}

fn attach(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut balancer = named(context)?;
    for subnet in subnets(context)? {
        if balancer.places.iter().any(|place| place.subnet == subnet.id) {
            continue;
        }
        if subnet.vpc != balancer.vpc {
            return Err(unfit("All subnets must belong to the same VPC"));
        }
        if balancer.places.iter().any(|place| place.zone == subnet.zone) {
            return Err(in_one_zone());
        }
        let place = stand(context, &balancer, &subnet)?;
        balancer.places.push(place);
    }
    context.change::<Balancer>(&balancer.name)?.places = balancer.places;
    told(context, &balancer.name)
}

/// It stands in one subnet at least; the interfaces of those that it leaves linger.
fn detach(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (balancer, ids) = (named(context)?, context.params.list("Subnets.member"));
    let (left, places): (Vec<Place>, Vec<Place>) = balancer.places.into_iter().partition(|place| ids.contains(&place.subnet));
    if places.is_empty() {
        return Err(unfit("All subnets cannot be removed from a load balancer"));
    }
    if !left.is_empty() {
        remains::leave(context, left.into_iter().map(|place| place.interface).collect());
    }
    context.change::<Balancer>(&balancer.name)?.places = places;
    told(context, &balancer.name)
}

fn apply_groups(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let balancer = named(context)?;
    let groups = groups(context, &balancer.vpc)?;
    for place in &balancer.places {
        interface::part(context, &place.interface)?.groups.clone_from(&groups);
    }
    context.change::<Balancer>(&balancer.name)?.groups.clone_from(&groups);
    Ok(Answer::Json(json!({ "SecurityGroups": groups })))
}
