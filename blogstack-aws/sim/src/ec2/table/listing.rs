//! How route tables are listed.

use ipnet::Ipv4Net;

use crate::context::Context;
use crate::ec2::endpoint;
use crate::ec2::listing::Listing;
use crate::ec2::table::route::{Destination, Route, Target};
use crate::ec2::table::{Association, RouteTable, Subject};
use crate::ec2::vpn::connection;
use crate::failure::Failure;
use crate::protocol::xml::Xml;

const LISTING: Listing<RouteTable> = Listing {
    ids: "RouteTableId",
    filters: &[
        "association.gateway-id",
        "association.main",
        "association.route-table-association-id",
        "association.route-table-id",
        "association.subnet-id",
        "owner-id",
        "route-table-id",
        "route.destination-cidr-block",
        "route.destination-ipv6-cidr-block",
        "route.destination-prefix-list-id",
        "route.gateway-id",
        "route.instance-id",
        "route.nat-gateway-id",
        "route.origin",
        "route.state",
        "vpc-id",
    ],
    field,
    pages: Some(5..=100),
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "routeTableSet", write)
}

fn field(context: &Context<'_>, table: &RouteTable, name: &str) -> Vec<String> {
    if let Some(part) = name.strip_prefix("association.") {
        return table.associations.iter().filter_map(|association| association_field(table, association, part)).collect();
    }
    if let Some(part) = name.strip_prefix("route.") {
        let local = local_field(context, table, part);
        return table.routes.iter().filter_map(|route| route_field(context, table, route, part)).chain(local).collect();
    }
    vec![match name {
        "owner-id" => context.place.account.clone(),
        "route-table-id" => table.id.clone(),
        _ => table.vpc.clone(),
    }]
}

fn association_field(table: &RouteTable, association: &Association, part: &str) -> Option<String> {
    match (part, &association.subject) {
        ("gateway-id", Subject::Gateway(id)) | ("subnet-id", Subject::Subnet(id)) => Some(id.clone()),
        ("main", subject) => Some((*subject == Subject::Main).to_string()),
        ("route-table-association-id", _) => Some(association.id.clone()),
        ("route-table-id", _) => Some(table.id.clone()),
        _ => None,
    }
}

fn route_field(context: &Context<'_>, table: &RouteTable, route: &Route, part: &str) -> Option<String> {
    let destination = || Some(route.destination.to_string());
    match (part, &route.destination, &route.target) {
        ("destination-cidr-block", Destination::CidrBlock(_), _)
        | ("destination-ipv6-cidr-block", Destination::Ipv6CidrBlock(_), _)
        | ("destination-prefix-list-id", Destination::PrefixList(_), _) => destination(),
        ("gateway-id", _, Target::Gateway(id)) | ("nat-gateway-id", _, Target::NatGateway(id)) => Some(id.clone()),
        ("instance-id", _, Target::Interface(id)) => Some(context.region.interfaces.get(id)?.instance()?.to_owned()),
        ("origin", ..) => Some("CreateRoute".to_owned()),
        ("state", ..) => Some(route.state(context, &table.vpc).to_owned()),
        _ => None,
    }
}

fn local_field(context: &Context<'_>, table: &RouteTable, part: &str) -> Option<String> {
    match part {
        "destination-cidr-block" => context.region.vpcs.get(&table.vpc).map(|vpc| vpc.cidr_block.to_string()),
        "gateway-id" => Some("local".to_owned()),
        "origin" => Some("CreateRouteTable".to_owned()),
        "state" => Some("active".to_owned()),
        _ => None,
    }
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, table: &RouteTable) {
    xml.text("routeTableId", &table.id).text("vpcId", &table.vpc).text("ownerId", &context.place.account);
    let local = context.region.vpcs.get(&table.vpc);
    let local = local.map(|vpc| Listed::Local(vpc.cidr_block));
    let own = table.routes.iter().map(Listed::Own);
    let endpoints = endpoint::routes(context, &table.vpc, &table.id).map(|(endpoint, list)| Listed::Endpoint(endpoint, list));
    let propagated = table.propagating.iter().flat_map(|gateway| connection::static_routes(context, gateway));
    let propagated = propagated.map(|(gateway, range)| Listed::Propagated(gateway, range));
    xml.items("routeSet", local.into_iter().chain(own).chain(endpoints).chain(propagated), |xml, route| match route {
        Listed::Own(route) => write_route(xml, context, table, route),
        Listed::Local(block) => {
            xml.text("destinationCidrBlock", block).text("gatewayId", "local").text("state", "active").text("origin", "CreateRouteTable");
        }
        Listed::Endpoint(endpoint, list) => {
            xml.text("destinationPrefixListId", list).text("gatewayId", endpoint).text("state", "active").text("origin", "CreateRoute");
        }
        Listed::Propagated(gateway, range) => {
            xml.text("destinationCidrBlock", range).text("gatewayId", gateway);
            xml.text("state", "active").text("origin", "EnableVgwRoutePropagation");
        }
    });
    xml.items("associationSet", &table.associations, |xml, association| write_association(xml, table, association));
    let propagating = |xml: &mut Xml, gateway: &String| {
        xml.text("gatewayId", gateway);
    };
    xml.items("propagatingVgwSet", &table.propagating, propagating).tags(&table.tags);
}

/// A route as it is listed.
enum Listed<'a> {
    /// One that was made.
    Own(&'a Route),
    /// The one within the network, which every table has.
    Local(Ipv4Net),
    /// That of a gateway endpoint: the endpoint and the prefix list.
    Endpoint(&'a str, String),
    /// One that a VPN gateway knows: the gateway and the range.
    Propagated(&'a str, Ipv4Net),
}

fn write_route(xml: &mut Xml, context: &Context<'_>, table: &RouteTable, route: &Route) {
    match &route.destination {
        Destination::CidrBlock(block) => xml.text("destinationCidrBlock", block),
        Destination::Ipv6CidrBlock(block) => xml.text("destinationIpv6CidrBlock", block),
        Destination::PrefixList(id) => xml.text("destinationPrefixListId", id),
    };
    match &route.target {
        Target::Gateway(id) => drop(xml.text("gatewayId", id)),
        Target::NatGateway(id) => drop(xml.text("natGatewayId", id)),
        Target::Peering(id) => drop(xml.text("vpcPeeringConnectionId", id)),
        Target::Interface(id) => {
            let instance = context.region.interfaces.get(id).and_then(|interface| interface.instance());
            xml.maybe("instanceId", instance).maybe("instanceOwnerId", instance.map(|_| &context.place.account));
            xml.text("networkInterfaceId", id);
        }
    }
    xml.text("state", route.state(context, &table.vpc)).text("origin", "CreateRoute");
}

fn write_association(xml: &mut Xml, table: &RouteTable, association: &Association) {
    xml.text("routeTableAssociationId", &association.id).text("routeTableId", &table.id);
    match &association.subject {
        Subject::Main => {}
        Subject::Subnet(id) => drop(xml.text("subnetId", id)),
        Subject::Gateway(id) => drop(xml.text("gatewayId", id)),
    }
    xml.text("main", association.subject == Subject::Main).nest("associationState", |xml| {
        xml.text("state", "associated");
    });
}
