//! The network interfaces of load balancers: one in each of their subnets.
//!
//! Source: *`SubnetMapping`*, *Subnets for your load balancer*, *Requester-managed network interfaces*.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::{Balancer, Place};
use crate::context::Context;
use crate::ec2::eip::{self, Address};
use crate::ec2::gateway;
use crate::ec2::group::{self, Group};
use crate::ec2::interface::{self, Wanted};
use crate::ec2::subnet::Subnet;
use crate::elbv2::{invalid, unfit};
use crate::failure::Failure;

/// Where a load balancer is to stand.
pub(super) struct Spot {
    pub(super) subnet: Subnet,
    allocation: Option<String>,
    private_address: Option<Ipv4Addr>,
}

/// Where a request wants the load balancer: in one subnet of each zone, those of application load balancers in two zones at least.
pub(super) fn spots(context: &Context<'_>, kind: &str) -> Result<Vec<Spot>, Failure> {
    let mut spots = Vec::new();
    for id in context.params.list("Subnets.member") {
        spots.push(Spot { subnet: subnet(context, &id)?, allocation: None, private_address: None });
    }
    for mapping in context.params.groups("SubnetMappings.member") {
        if !context.params.list("Subnets.member").is_empty() {
            return Err(invalid("Subnets and subnet mappings cannot be specified at the same time"));
        }
        let (allocation, private_address) = (mapping.owned("AllocationId"), mapping.number("PrivateIPv4Address")?);
        if kind == "application" && (allocation.is_some() || private_address.is_some()) {
            return Err(invalid("Addresses cannot be specified for load balancers of type 'application'"));
        }
        if let Some(id) = allocation.as_deref().filter(|id| context.find::<Address>(id).is_err()) {
            return Err(Failure::new("AllocationIdNotFound", format!("The allocation IDs '{id}' do not exist")));
        }
        spots.push(Spot { subnet: subnet(context, mapping.text("SubnetId").unwrap_or_default())?, allocation, private_address });
    }
    let zones: BTreeSet<&String> = spots.iter().map(|spot| &spot.subnet.zone).collect();
    let vpcs: BTreeSet<&String> = spots.iter().map(|spot| &spot.subnet.vpc).collect();
    if spots.is_empty() || (kind == "application" && spots.len() < 2) {
        return Err(invalid("At least two subnets in two different Availability Zones must be specified"));
    }
    if vpcs.len() > 1 {
        return Err(unfit("All subnets must belong to the same VPC"));
    }
    if zones.len() < spots.len() {
        return Err(unfit("A load balancer cannot be attached to multiple subnets in the same Availability Zone"));
    }
    Ok(spots)
}

fn subnet(context: &Context<'_>, id: &str) -> Result<Subnet, Failure> {
    let missing = |_| Failure::new("SubnetNotFound", format!("The subnet ID '{id}' does not exist"));
    context.find::<Subnet>(id).cloned().map_err(missing)
}

/// The groups of a request. An application load balancer has the network's default group when it is given none.
pub(super) fn groups(context: &Context<'_>, vpc: &str, kind: &str) -> Result<Vec<String>, Failure> {
    let mut ids = context.params.list("SecurityGroups.member");
    if ids.is_empty() && kind == "application" {
        return Ok(group::default_of(context, vpc).map(|group| group.id.clone()).into_iter().collect());
    }
    for id in &ids {
        if context.find::<Group>(id).ok().is_none_or(|group| group.vpc != vpc) {
            return Err(Failure::new("InvalidSecurityGroup", format!("One or more security groups are invalid: {id}")));
        }
    }
    ids.sort();
    Ok(ids)
}

/// One that the internet is to reach needs a way there.
pub(super) fn check_internet(context: &Context<'_>, vpc: &str, scheme: &str) -> Result<(), Failure> {
    if scheme == "internet-facing" && !gateway::is_attached(context, vpc) {
        return Err(Failure::new("InvalidSubnet", format!("VPC {vpc} has no internet gateway")));
    }
    Ok(())
}

/// Puts an interface of the load balancer into a subnet.
pub(super) fn stand(context: &mut Context<'_>, balancer: &Balancer, spot: Spot) -> Result<Place, Failure> {
    let wanted = Wanted {
        private_address: spot.private_address.map(|address| address.to_string()),
        groups: balancer.groups.clone(),
        description: format!("ELB {}", balancer.path()),
        kind: if balancer.is_network() { "network_load_balancer" } else { "interface" },
        ..Wanted::default()
    };
    let interface = interface::create(context, &spot.subnet, wanted)?;
    let facing = balancer.scheme == "internet-facing";
    let public = (facing && spot.allocation.is_none()).then(|| eip::new_public_address(context));
    let own = interface::part(context, &interface.id)?;
    own.requester = Some("amazon-elb".to_owned());
    own.public_address = public;
    if let Some(allocation) = &spot.allocation {
        eip::association::attach(context, allocation, &interface.id, interface.private_address)?;
    }
    let Spot { subnet, allocation, private_address } = spot;
    Ok(Place { subnet: subnet.id, zone: subnet.zone, interface: interface.id, allocation, private_address })
}
