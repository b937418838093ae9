//! Routes.
//!
//! Source: *`CreateRoute`*, *`ReplaceRoute`*, *`DeleteRoute`*, *`Route`*: a route to something that is gone is a `blackhole`.

use std::fmt;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::gateway::Gateway;
use crate::ec2::instance::Instance;
use crate::ec2::interface::{self, Interface};
use crate::ec2::nat::NatGateway;
use crate::ec2::peering::Peering;
use crate::ec2::table::RouteTable;
use crate::ec2::vpc::Vpc;
use crate::ec2::{cidr, done};
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Route {
    pub(super) destination: Destination,
    pub(super) target: Target,
}

/// Where a route's traffic wants to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Destination {
    CidrBlock(Ipv4Net),
    Ipv6CidrBlock(Ipv6Net),
    PrefixList(String),
}

/// Where a route sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    Gateway(String),
    NatGateway(String),
    Interface(String),
    Peering(String),
}

/// The parameters that name targets.
const TARGETS: [&str; 5] = ["GatewayId", "NatGatewayId", "InstanceId", "NetworkInterfaceId", "VpcPeeringConnectionId"];

/// The parameters that name targets of kinds that are not simulated.
const OTHER_TARGETS: [&str; 6] =
    ["EgressOnlyInternetGatewayId", "TransitGatewayId", "LocalGatewayId", "CarrierGatewayId", "VpcEndpointId", "CoreNetworkArn"];

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let table = context.named::<RouteTable>("RouteTableId")?;
    let destination = destination(context)?;
    let local = is_local(context, &table, &destination);
    if local || table.routes.iter().any(|route| route.destination == destination) {
        let message = format!("The route identified by {destination} already exists.");
        return Err(Failure::new("RouteAlreadyExists", message));
    }
    context.quota("routes", table.routes.len(), "RouteLimitExceeded")?;
    let target = target(context, &table)?;
    context.change::<RouteTable>(&table.id)?.routes.push(Route { destination, target });
    Ok(done())
}

pub(super) fn replace(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let table = context.named::<RouteTable>("RouteTableId")?;
    let destination = destination(context)?;
    let target = target(context, &table)?;
    let routes = &mut context.change::<RouteTable>(&table.id)?.routes;
    let Some(route) = routes.iter_mut().find(|route| route.destination == destination) else {
        let message = format!("There is no route defined for '{destination}' in the route table. Use CreateRoute instead.");
        return Err(Failure::value(message));
    };
    route.target = target;
    Ok(done())
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let table = context.named::<RouteTable>("RouteTableId")?;
    let destination = destination(context)?;
    if is_local(context, &table, &destination) {
        return Err(Failure::value(format!("cannot remove local route {destination} in route table {}", table.id)));
    }
    if !table.routes.iter().any(|route| route.destination == destination) {
        let message = format!("no route with destination-cidr-block {destination} in route table {}", table.id);
        return Err(Failure::new("InvalidRoute.NotFound", message));
    }
    context.change::<RouteTable>(&table.id)?.routes.retain(|route| route.destination != destination);
    Ok(done())
}

fn is_local(context: &Context<'_>, table: &RouteTable, destination: &Destination) -> bool {
    let vpc = context.region.vpcs.get(&table.vpc);
    vpc.is_some_and(|vpc: &Vpc| *destination == Destination::CidrBlock(vpc.cidr_block))
}

fn destination(context: &Context<'_>) -> Result<Destination, Failure> {
    let params = &context.params;
    let sent = [
        params.text("DestinationCidrBlock").map(|text| cidr::block(text, "destinationCidrBlock").map(Destination::CidrBlock)),
        params
            .text("DestinationIpv6CidrBlock")
            .map(|text| cidr::block_v6(text, "destinationIpv6CidrBlock").map(Destination::Ipv6CidrBlock)),
        params.owned("DestinationPrefixListId").map(|id| Ok(Destination::PrefixList(id))),
    ];
    let mut sent = sent.into_iter().flatten();
    match (sent.next(), sent.next()) {
        (Some(only), None) => only,
        (None, _) => Err(Failure::missing("DestinationCidrBlock")),
        _ => Err(Failure::combination("Specify exactly one destination.")),
    }
}

/// The one target that a request names, checked to be usable in the table's VPC.
fn target(context: &Context<'_>, table: &RouteTable) -> Result<Target, Failure> {
    if let Some(other) = OTHER_TARGETS.iter().find(|name| context.params.has(name)) {
        return Err(Failure::new("UnsupportedOperation", format!("Routes with {other} are not simulated.")));
    }
    let mut sent = TARGETS.into_iter().filter(|name| context.params.has(name));
    let (Some(name), None) = (sent.next(), sent.next()) else {
        return Err(Failure::combination(
            "Exactly one of gatewayId, natGatewayId, instanceId, networkInterfaceId and vpcPeeringConnectionId is required.",
        ));
    };
    let id = context.params.required(name)?;
    match name {
        "GatewayId" => gateway(context, table, id),
        "NatGatewayId" => nat_gateway(context, table, id),
        "InstanceId" => instance(context, table, id),
        "VpcPeeringConnectionId" => peering(context, table, id),
        _ => checked_interface(table, context.find::<Interface>(id)?),
    }
}

/// One that is asked for may be named already; until it is active it takes no traffic.
fn peering(context: &Context<'_>, table: &RouteTable, id: &str) -> Result<Target, Failure> {
    let peering = context.find::<Peering>(id)?;
    match peering.joins(&table.vpc) && peering.is_live() {
        true => Ok(Target::Peering(id.to_owned())),
        false => Err(other_network(table, "peering connection", id)),
    }
}

fn gateway(context: &Context<'_>, table: &RouteTable, id: &str) -> Result<Target, Failure> {
    let missing = || Failure::new("InvalidGatewayID.NotFound", format!("The gateway ID '{id}' does not exist"));
    let gateway = context.find::<Gateway>(id).map_err(|_| missing())?;
    if gateway.vpc.as_ref() != Some(&table.vpc) {
        return Err(other_network(table, "network gateway", id));
    }
    Ok(Target::Gateway(id.to_owned()))
}

fn nat_gateway(context: &Context<'_>, table: &RouteTable, id: &str) -> Result<Target, Failure> {
    let missing = || Failure::new("InvalidNatGatewayID.NotFound", format!("The natGateway ID '{id}' does not exist"));
    let nat = context.find::<NatGateway>(id).map_err(|_| missing())?;
    if !nat.is_usable() {
        return Err(missing());
    }
    if nat.vpc != table.vpc {
        return Err(other_network(table, "NAT gateway", id));
    }
    Ok(Target::NatGateway(id.to_owned()))
}

fn instance(context: &Context<'_>, table: &RouteTable, id: &str) -> Result<Target, Failure> {
    context.find::<Instance>(id)?;
    match interface::of_instance(context, id).as_slice() {
        [only] => checked_interface(table, only),
        interfaces => {
            let message = format!("There are {} interfaces attached to instance '{id}'. Please specify an interface ID.", interfaces.len());
            Err(Failure::new("InvalidInstanceID", message))
        }
    }
}

fn checked_interface(table: &RouteTable, interface: &Interface) -> Result<Target, Failure> {
    if interface.vpc != table.vpc {
        return Err(other_network(table, "interface", &interface.id));
    }
    Ok(Target::Interface(interface.id.clone()))
}

fn other_network(table: &RouteTable, kind: &str, id: &str) -> Failure {
    Failure::value(format!("route table {} and {kind} {id} belong to different networks", table.id))
}

impl Route {
    /// Whether what the route leads to is there to take its traffic.
    pub(super) fn state(&self, context: &Context<'_>, vpc: &str) -> &'static str {
        let works = match &self.target {
            Target::Gateway(id) => context.region.gateways.get(id).is_some_and(|gateway| gateway.vpc.as_deref() == Some(vpc)),
            Target::NatGateway(id) => context.region.nat_gateways.get(id).is_some_and(NatGateway::is_usable),
            Target::Peering(id) => context.region.peerings.get(id).is_some_and(Peering::is_active),
            Target::Interface(id) => context.region.interfaces.get(id).is_some_and(|interface| takes_traffic(context, interface)),
        };
        if works { "active" } else { "blackhole" }
    }
}

/// An interface takes traffic when it is attached to a running instance.
fn takes_traffic(context: &Context<'_>, interface: &Interface) -> bool {
    let instance = interface.instance().and_then(|id| context.region.instances.get(id));
    instance.is_some_and(|instance| ["pending", "running"].contains(&instance.state_name()))
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::CidrBlock(block) => block.fmt(formatter),
            Destination::Ipv6CidrBlock(block) => block.fmt(formatter),
            Destination::PrefixList(id) => id.fmt(formatter),
        }
    }
}
