//! Ranges of addresses that overlap where packets would have two places to go.

use blogstack_core::{Problem, plan::Plan};

use super::{also, name::Name, network::Networks, problem};
use crate::{
    Cidr,
    ec2::{Destination, Vpc, VpnConnection, VpnConnectionRoute, VpnGateway, VpnGatewayAttachment},
};

/// A problem for each two ranges that overlap: of two networks that a peering connection joins, and of an office behind a VPN and the
/// network that it is joined with. Subnets outside of their network, or over each other, need no check: every plan refuses them.
pub fn ranges(plan: &Plan) -> Vec<Problem> {
    let networks = Networks::of(plan);
    let mut problems = peered(&networks);
    problems.extend(offices(&networks));
    problems
}

fn peered(networks: &Networks<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for peering in networks.peerings() {
        let [Name::Declared(one), Name::Declared(two)] = &peering.sides else { continue };
        let network = |urn: &blogstack_core::Urn| networks.by_name.get(&Name::Declared(urn.clone()));
        let (Some(first), Some(second)) = (network(one), network(two)) else { continue };
        if let (Some(range), Some(other)) = (first.range, second.range)
            && range.overlaps(other)
        {
            let message = format!("{range} overlaps `{}` ({other}), with which peering connection {} joins it", two.path(), peering.name);
            problems.push(also(problem(one, first.line, message), second.line, "the other network"));
        }
    }
    problems
}

/// The ranges that a VPN's declared routes and selectors have on the customer's side.
fn offices(networks: &Networks<'_>) -> Vec<Problem> {
    let (plan, names) = (networks.plan, &networks.names);
    let mut problems = Vec::new();
    for connection in plan.standing::<VpnConnection>() {
        let own = Some(Name::Declared(connection.urn().clone()));
        let routes = plan.standing::<VpnConnectionRoute>();
        let routes = routes.iter().filter(|route| names.name::<VpnConnection>(route.draft(VpnConnectionRoute::vpn_connection)) == own);
        let routes = routes.filter_map(|route| {
            Some((
                route.urn().clone(),
                route.line(),
                route.get(VpnConnectionRoute::destination_cidr_block).map(|Destination(range)| range)?,
            ))
        });
        let selector =
            connection.get(VpnConnection::local_ipv4_network_cidr).map(|range| (connection.urn().clone(), connection.line(), range));
        let gateway = names.name::<VpnGateway>(connection.draft(VpnConnection::vpn_gateway));
        for (urn, line, range) in routes.chain(selector).filter(|(.., range)| *range != Cidr::ANYWHERE) {
            for attached in plan.standing::<VpnGatewayAttachment>() {
                let network =
                    names.name::<Vpc>(attached.draft(VpnGatewayAttachment::vpc)).and_then(|vpc| Some((networks.by_name.get(&vpc)?, vpc)));
                let is_here = names.name::<VpnGateway>(attached.draft(VpnGatewayAttachment::vpn_gateway)) == gateway;
                if let Some((network, vpc)) = network.filter(|_| is_here)
                    && let Some(other) = network.range.filter(|other| other.overlaps(range))
                {
                    let message = format!("{range}, on the other side of the VPN, overlaps network {vpc} ({other})");
                    problems.push(also(problem(&urn, line, message), network.line, "the network"));
                }
            }
        }
    }
    problems
}
