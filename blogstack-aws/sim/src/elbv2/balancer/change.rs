//! Moves load balancers to other subnets and groups.
//!
//! Source: *`SetSubnets`*, *`SetSecurityGroups`*.

use serde_json::{Value, json};

use super::{Balancer, Place, interfaces, of_request};
use crate::context::Context;
use crate::ec2::interface;
use crate::elbv2::{remains, unfit};
use crate::failure::Failure;
use crate::protocol::reply::Answer;

/// Where it stands already it stays; the interfaces of subnets that it leaves linger.
pub(super) fn set_subnets(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let balancer = of_request(context)?;
    let spots = interfaces::spots(context, &balancer.kind)?;
    let (mut places, mut new) = (Vec::new(), Vec::new());
    for spot in spots {
        match balancer.places.iter().find(|place| place.subnet == spot.subnet.id) {
            Some(place) => places.push(place.clone()),
            None => new.push(spot),
        }
    }
    let left: Vec<String> = balancer.places.iter().filter(|place| !places.contains(place)).map(|place| place.interface.clone()).collect();
    for spot in new {
        places.push(interfaces::stand(context, &balancer, spot)?);
    }
    if !left.is_empty() {
        remains::leave(context, left);
    }
    let written: Vec<Value> = places.iter().map(|place: &Place| place.written(context)).collect();
    context.change::<Balancer>(&balancer.arn)?.places = places;
    Ok(Answer::Json(json!({ "AvailabilityZones": written, "IpAddressType": "ipv4" })))
}

pub(super) fn set_groups(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let balancer = of_request(context)?;
    if balancer.is_network() && balancer.groups.is_empty() {
        return Err(unfit("You cannot set security groups on a Network Load Balancer that was created without security groups"));
    }
    let groups = interfaces::groups(context, &balancer.vpc, &balancer.kind)?;
    for place in &balancer.places {
        interface::part(context, &place.interface)?.groups.clone_from(&groups);
    }
    context.change::<Balancer>(&balancer.arn)?.groups.clone_from(&groups);
    Ok(Answer::Json(json!({ "SecurityGroupIds": groups })))
}
