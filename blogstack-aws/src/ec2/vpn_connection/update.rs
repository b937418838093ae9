//! Changes a VPN connection in place: one change at a time, and a wait after each.

use std::future::Future;

use blogstack_core::{
    Id,
    provider::{Changes, Cx, ErrorKind, ProviderError, Result},
};

use super::{MAKING, Provider, VpnConnection, VpnTunnel, tunnel};
use crate::{call, ec2::tagged::Tagged, wait::Pause};

impl Provider {
    /// Makes the changes.
    pub(super) async fn modify(&self, cx: &Cx<'_>, id: &Id<VpnConnection>, changes: &Changes<VpnConnection>) -> Result<()> {
        self.change_gateways(cx, id, changes).await?;
        self.change_ranges(cx, id, changes).await?;
        if let Some(wanted) = changes.of(VpnConnection::tunnel1)?.set() {
            let now = |now: &VpnConnection| (now.tunnel1.clone(), now.tunnel1_address.to_string());
            self.change_tunnel(cx, id, &wanted, now).await.map_err(|error| error.field("tunnel1"))?;
        }
        if let Some(wanted) = changes.of(VpnConnection::tunnel2)?.set() {
            let now = |now: &VpnConnection| (now.tunnel2.clone(), now.tunnel2_address.to_string());
            self.change_tunnel(cx, id, &wanted, now).await.map_err(|error| error.field("tunnel2"))?;
        }
        Ok(())
    }

    /// Sends a change unless it is made, waits, and looks again: so a change whose answer was lost is made once.
    async fn approach<F: Future<Output = Result<()>>>(
        &self,
        cx: &Cx<'_>,
        id: &Id<VpnConnection>,
        is_made: impl Fn(&VpnConnection) -> bool + Send,
        send: impl Fn(VpnConnection) -> F + Send,
    ) -> Result<()> {
        let mut pause = Pause::up_to(cx.timeout.unwrap_or(MAKING));
        loop {
            let now = self.ready(cx, id).await?.fields;
            if is_made(&now) {
                return Ok(());
            }
            let passing = |error: &ProviderError| {
                matches!(error.kind, ErrorKind::Lost | ErrorKind::Transient | ErrorKind::Throttled)
                    || error.is_code("InvalidVpnConnection.InvalidState")
            };
            match send(now).await {
                Err(error) if !passing(&error) || !pause.next().await => return Err(error),
                _ => {}
            }
        }
    }

    /// One gateway a call. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnConnection.html>
    async fn change_gateways(&self, cx: &Cx<'_>, id: &Id<VpnConnection>, changes: &Changes<VpnConnection>) -> Result<()> {
        let request = &self.0.ec2(cx.home).modify_vpn_connection().vpn_connection_id(id.as_str());
        if let Some(wanted) = changes.of(VpnConnection::customer_gateway)?.set() {
            let request = &request.clone().customer_gateway_id(wanted.as_str());
            let send = |_| async move { call::create("ec2:ModifyVpnConnection", || request.clone().send()).await.map(drop) };
            self.approach(cx, id, |now| now.customer_gateway == wanted, send).await?;
        }
        if let Some(wanted) = changes.of(VpnConnection::vpn_gateway)?.set() {
            let request = &request.clone().vpn_gateway_id(wanted.as_str());
            let send = |_| async move { call::create("ec2:ModifyVpnConnection", || request.clone().send()).await.map(drop) };
            self.approach(cx, id, |now| now.vpn_gateway == wanted, send).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnConnectionOptions.html>
    async fn change_ranges(&self, cx: &Cx<'_>, id: &Id<VpnConnection>, changes: &Changes<VpnConnection>) -> Result<()> {
        let local = changes.of(VpnConnection::local_ipv4_network_cidr)?.set();
        let remote = changes.of(VpnConnection::remote_ipv4_network_cidr)?.set();
        let request = self.0.ec2(cx.home).modify_vpn_connection_options().vpn_connection_id(id.as_str());
        let request = request.set_local_ipv4_network_cidr(local.map(|range| range.to_string()));
        let request = &request.set_remote_ipv4_network_cidr(remote.map(|range| range.to_string()));
        let is_made = |now: &VpnConnection| {
            local.is_none_or(|range| range == now.local_ipv4_network_cidr)
                && remote.is_none_or(|range| range == now.remote_ipv4_network_cidr)
        };
        let send = |_| async move { call::create("ec2:ModifyVpnConnectionOptions", || request.clone().send()).await.map(drop) };
        self.approach(cx, id, is_made, send).await
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnTunnelOptions.html>
    async fn change_tunnel(
        &self,
        cx: &Cx<'_>,
        id: &Id<VpnConnection>,
        wanted: &VpnTunnel,
        of: impl Fn(&VpnConnection) -> (Option<VpnTunnel>, String) + Send + Sync,
    ) -> Result<()> {
        let request = &self.0.ec2(cx.home).modify_vpn_tunnel_options().vpn_connection_id(id.as_str());
        let send = |now: VpnConnection| {
            let request = request.clone().vpn_tunnel_outside_ip_address(of(&now).1).tunnel_options(tunnel::to_modify(wanted));
            async move { call::create("ec2:ModifyVpnTunnelOptions", || request.clone().send()).await.map(drop) }
        };
        self.approach(cx, id, |now| of(now).0.is_some_and(|now| tunnel::has(&now, wanted)), send).await
    }
}
