//! The VPN to the office.

use blogstack_aws::ec2::{
    CustomerGateway, VpnConnection, VpnConnectionRoute, VpnGateway, VpnGatewayAttachment, VpnGatewayRoutePropagation,
};
use blogstack_core::Scope;

use super::{network::Network, settings::OfficeSettings};

/// Two tunnels to the office's router, with static routes. What the router has to be told, with the keys, is a secret output.
pub(super) fn connect(s: &Scope, settings: &OfficeSettings, network: &Network) {
    let router = s.add("router", CustomerGateway::new(settings.address));
    let gateway = s.add("gateway", VpnGateway::new());
    s.add("gateway", VpnGatewayAttachment::new(&gateway, &network.vpc));
    // Nothing but the office's own addresses comes through the tunnels.
    let vpn = VpnConnection::new(&router, &gateway).static_routes_only(true).local_ipv4_network_cidr(settings.cidr_block);
    let vpn = s.add("vpn", vpn.remote_ipv4_network_cidr(network.inside));
    s.add("office", VpnConnectionRoute::new(&vpn, settings.cidr_block));
    for (place, table) in network.private_tables.iter().enumerate() {
        s.add(format!("private-{place}"), VpnGatewayRoutePropagation::new(table, &gateway));
    }
    s.export("tunnel-1", &vpn.tunnel1_address);
    s.export("tunnel-2", &vpn.tunnel2_address);
    s.export_secret("router-configuration", &vpn.customer_gateway_configuration);
}
