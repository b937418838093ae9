//! How VPN connections are listed.
//!
//! Source: *`DescribeVpnConnections`*, *`VpnConnection`*: the configuration is told unless the connection is on its way out.

use crate::context::Context;
use crate::ec2::listing::Listing;
use crate::ec2::vpn::connection::{State, VpnConnection, configuration};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<VpnConnection> = Listing {
    ids: "VpnConnectionId",
    filters: &["customer-gateway-id", "option.static-routes-only", "state", "type", "vpn-connection-id", "vpn-gateway-id"],
    field,
    pages: None,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "vpnConnectionSet", write)
}

fn field(_: &Context<'_>, connection: &VpnConnection, name: &str) -> Vec<String> {
    vec![match name {
        "customer-gateway-id" => connection.customer_gateway.clone(),
        "option.static-routes-only" => connection.static_routes_only.to_string(),
        "state" => connection.state.name().to_owned(),
        "type" => "ipsec.1".to_owned(),
        "vpn-connection-id" => connection.id.clone(),
        _ => connection.vpn_gateway.clone(),
    }]
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, connection: &VpnConnection) {
    xml.text("vpnConnectionId", &connection.id).text("state", connection.state.name()).text("type", "ipsec.1").text("category", "VPN");
    xml.text("customerGatewayId", &connection.customer_gateway).text("vpnGatewayId", &connection.vpn_gateway);
    if !matches!(connection.state, State::Deleting | State::Deleted) {
        xml.text("customerGatewayConfiguration", configuration::of(context, connection));
    }
    xml.text("gatewayAssociationState", "associated").tags(&connection.tags);
    xml.nest("options", |xml| {
        xml.text("enableAcceleration", false).text("staticRoutesOnly", connection.static_routes_only);
        xml.text("localIpv4NetworkCidr", connection.local_cidr).text("remoteIpv4NetworkCidr", connection.remote_cidr);
        xml.text("outsideIpAddressType", "PublicIpv4").text("tunnelInsideIpVersion", "ipv4");
        xml.items("tunnelOptionSet", &connection.tunnels, |xml, tunnel| tunnel.write(xml));
    });
    xml.items("routes", &connection.routes, |xml, route| route.write(xml));
    xml.items("vgwTelemetry", &connection.tunnels, |xml, tunnel| {
        xml.text("outsideIpAddress", tunnel.outside_address).text("status", "DOWN").text("acceptedRouteCount", 0);
        xml.text("lastStatusChange", moment::date(0));
    });
}
