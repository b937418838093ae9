//! What the customer's gateway has to be told, in the format of the VPN service, keys included.
//!
//! Source: *`VpnConnection`*, `customerGatewayConfiguration`; the form is that of the file *Generic* which the console offers.

use crate::context::Context;
use crate::ec2::vpn::connection::VpnConnection;
use crate::ec2::vpn::tunnel::Tunnel;
use crate::protocol::xml::Xml;

/// The configuration, as a text.
pub(super) fn of(context: &Context<'_>, connection: &VpnConnection) -> String {
    let mut xml = Xml::new();
    xml.text("customer_gateway_id", &connection.customer_gateway).text("vpn_gateway_id", &connection.vpn_gateway);
    xml.text("vpn_connection_type", "ipsec.1");
    let gateway = context.region.customer_gateways.get(&connection.customer_gateway);
    for tunnel in &connection.tunnels {
        xml.nest("ipsec_tunnel", |xml| {
            let (address, asn) = (gateway.and_then(|gateway| gateway.address), gateway.map(|gateway| gateway.asn));
            xml.nest("customer_gateway", |xml| side(xml, address.map(|address| address.to_string()), tunnel, 2, asn));
            xml.nest("vpn_gateway", |xml| side(xml, Some(tunnel.outside_address.to_string()), tunnel, 1, Some(64512)));
            xml.nest("ike", |xml| {
                xml.text("pre_shared_key", tunnel.pre_shared_key());
            });
        });
    }
    let inside = xml.into_string();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<vpn_connection id=\"{}\">{inside}</vpn_connection>", connection.id)
}

/// One end of a tunnel: the addresses outside and inside, and who speaks BGP there.
fn side(xml: &mut Xml, outside: Option<String>, tunnel: &Tunnel, host: u32, asn: Option<u64>) {
    xml.nest("tunnel_outside_address", |xml| {
        xml.maybe("ip_address", outside);
    });
    xml.nest("tunnel_inside_address", |xml| {
        xml.maybe("ip_address", tunnel.inside_address(host)).text("network_mask", "255.255.255.252").text("network_cidr", 30);
    });
    xml.nest("bgp", |xml| {
        xml.maybe("asn", asn).text("hold_time", 30);
    });
}
