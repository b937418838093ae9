//! Static routes of VPN connections: what lies behind the customer's gateway.
//!
//! Source: *`CreateVpnConnectionRoute`*, *`DeleteVpnConnectionRoute`*, *`VpnStaticRoute`*: a deleted one stays listed for a while.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::vpn::connection::{VpnConnection, available};
use crate::ec2::{cidr, done};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::Object;

/// A static route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Route {
    destination: Ipv4Net,
    /// `pending`, `available`, `deleting`, `deleted`.
    state: String,
    /// When it gets where it is on the way to, or is forgotten.
    pub(super) next_at: Option<Moment>,
}

/// Lets the routes of a connection get where they are on the way to.
pub(super) fn mature(context: &mut Context<'_>, id: &str) {
    let (now, memory) = (context.now, context.settings.delays.memory);
    let Some(connection) = context.region.vpn_connections.change(id) else { return };
    let is_due = |route: &Route| route.next_at.is_some_and(|at| at <= now);
    connection.routes.retain(|route| route.state != "deleted" || !is_due(route));
    for route in connection.routes.iter_mut().filter(|route| is_due(route)) {
        (route.state, route.next_at) = match route.state.as_str() {
            "deleting" => ("deleted".to_owned(), Some(moment::later(now, memory))),
            _ => ("available".to_owned(), None),
        };
    }
}

/// The static routes that a VPN gateway knows of its connections: the gateway and the range.
pub(crate) fn of_gateway<'a>(context: &'a Context<'_>, gateway: &'a str) -> impl Iterator<Item = (&'a str, Ipv4Net)> {
    let live = context.of::<VpnConnection>(gateway).filter(|connection| connection.is_live());
    let routes = live.flat_map(|connection| connection.routes.iter().filter(|route| route.state == "available"));
    routes.map(move |route| (gateway, route.destination))
}

/// Making one that is there is no error.
pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let destination = cidr::block(context.params.required("DestinationCidrBlock")?, "destinationCidrBlock")?;
    let connection = available(context)?;
    if !connection.static_routes_only {
        let message = format!("The VPN connection '{}' does not support static routes.", connection.id);
        return Err(Failure::new("InvalidVpnConnection.InvalidType", message));
    }
    let next_at = Some(moment::later(context.now, context.settings.delays.vpn_route));
    let routes = &mut context.change::<VpnConnection>(&connection.id)?.routes;
    if !routes.iter().any(|route| route.destination == destination && route.is_there()) {
        routes.retain(|route| route.destination != destination);
        routes.push(Route { destination, state: "pending".to_owned(), next_at });
    }
    Ok(done())
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let destination = cidr::block(context.params.required("DestinationCidrBlock")?, "destinationCidrBlock")?;
    let connection = available(context)?;
    let next_at = Some(moment::later(context.now, context.settings.delays.vpn_route));
    let routes = &mut context.change::<VpnConnection>(&connection.id)?.routes;
    let Some(route) = routes.iter_mut().find(|route| route.destination == destination && route.is_there()) else {
        let message = format!("no route with destination-cidr-block {destination} in VPN connection {}", connection.id);
        return Err(Failure::new("InvalidRoute.NotFound", message));
    };
    (route.state, route.next_at) = ("deleting".to_owned(), next_at);
    Ok(done())
}

impl Route {
    fn is_there(&self) -> bool {
        matches!(self.state.as_str(), "pending" | "available")
    }

    pub(super) fn write(&self, xml: &mut Xml) {
        xml.text("destinationCidrBlock", self.destination).text("source", "Static").text("state", &self.state);
    }
}
