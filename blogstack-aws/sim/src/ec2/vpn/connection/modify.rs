//! Changes VPN connections, which are `modifying` for a while then and take no other change.
//!
//! Source: *`ModifyVpnConnection`*, *`ModifyVpnConnectionOptions`*, *`ModifyVpnTunnelOptions`*.

use crate::context::Context;
use crate::ec2::cidr;
use crate::ec2::vpn::connection::{State, VpnConnection, answer, available};
use crate::ec2::vpn::{customer_gateway, gateway};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

/// Another gateway on one side.
pub(super) fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let mut connection = available(context)?;
    let params = context.params.clone();
    if params.has("TransitGatewayId") {
        return Err(Failure::new("UnsupportedOperation", "VPN connections with TransitGatewayId are not simulated."));
    }
    match (params.text("CustomerGatewayId"), params.text("VpnGatewayId")) {
        (Some(id), None) => connection.customer_gateway = customer_gateway::live(context, id)?.id,
        (None, Some(id)) => connection.vpn_gateway = gateway::live(context, id)?.id,
        _ => return Err(Failure::combination("Specify either a customer gateway or a target gateway.")),
    }
    put(context, connection)
}

/// Other ranges on both sides.
pub(super) fn modify_options(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let mut connection = available(context)?;
    let params = context.params.clone();
    if let Some(range) = params.text("LocalIpv4NetworkCidr") {
        connection.local_cidr = cidr::block(range, "localIpv4NetworkCidr")?;
    }
    if let Some(range) = params.text("RemoteIpv4NetworkCidr") {
        connection.remote_cidr = cidr::block(range, "remoteIpv4NetworkCidr")?;
    }
    put(context, connection)
}

/// Other options of the tunnel with this outside address.
pub(super) fn modify_tunnel(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let mut connection = available(context)?;
    let params = context.params.clone();
    params.known_as_false("SkipTunnelReplacement");
    let address = params.required("VpnTunnelOutsideIpAddress")?;
    let options = params.group("TunnelOptions").ok_or_else(|| Failure::missing("TunnelOptions"))?;
    let number = connection.tunnels.iter().position(|tunnel| tunnel.outside_address.to_string() == address);
    let Some(tunnel) = number.and_then(|number| connection.tunnels.get_mut(number)) else {
        return Err(Failure::invalid(address, "vpnTunnelOutsideIpAddress", "The VPN connection has no such tunnel."));
    };
    tunnel.update(&options)?;
    put(context, connection)
}

fn put(context: &mut Context<'_>, connection: VpnConnection) -> Result<Xml, Failure> {
    let next_at = Some(moment::later(context.now, context.settings.delays.vpn_connection_modified));
    let connection = VpnConnection { state: State::Modifying, next_at, ..connection };
    let xml = answer(context, &connection);
    let id = connection.id.clone();
    *context.change::<VpnConnection>(&id)? = connection;
    Ok(xml)
}
