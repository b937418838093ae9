//! Routes that a table takes from a VPN gateway.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVgwRoutePropagation.html>
//!
//! A change of either field replaces it. It has no tags: its id is table and gateway, `rtb-…_vgw-…`.

use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, Result, State},
};

use super::{
    described::{BATCH, WINDOW},
    filter,
    natural::Natural,
    route_table::{self, RouteTable},
    vpn_gateway::VpnGateway,
};
use crate::{account::Account, call, wait::Pause};

/// Lets a table take the routes that a VPN gateway knows: those that the other side tells by BGP, and the static ones of its
/// connections. The gateway is attached to the table's network.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{RouteTable, VpnGateway, VpnGatewayRoutePropagation};
///
/// fn program(s: &Scope, table: &Handle<RouteTable>, gateway: &Handle<VpnGateway>) {
///     s.add("office", VpnGatewayRoutePropagation::new(table, gateway));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:ec2/vpn-gateway-route-propagation",
    feature = "ec2",
    exclusive(route_table, vpn_gateway),
    after("aws:ec2/vpn-gateway-attachment", sharing = "aws:ec2/vpn-gateway")
)]
pub struct VpnGatewayRoutePropagation {
    /// The table.
    #[field(replace)]
    pub route_table: Id<RouteTable>,
    /// The gateway.
    #[field(replace)]
    pub vpn_gateway: Id<VpnGateway>,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn place(table: &str, gateway: &str) -> Id<VpnGatewayRoutePropagation> {
    Id::new(format!("{table}_{gateway}"))
}

impl Natural for Provider {
    type Resource = VpnGatewayRoutePropagation;
    const OPERATION: &'static str = "ec2:DescribeRouteTables";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &VpnGatewayRoutePropagationInputs) -> Id<VpnGatewayRoutePropagation> {
        place(inputs.route_table.as_str(), inputs.vpn_gateway.as_str())
    }

    fn describe(there: &State<VpnGatewayRoutePropagation>) -> String {
        let VpnGatewayRoutePropagation { route_table, vpn_gateway } = &there.fields;
        format!("the table `{route_table}` takes the routes of `{vpn_gateway}` already")
    }

    /// One listing for all tables, which tells the gateways.
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<VpnGatewayRoutePropagation>>> {
        let client = self.0.ec2(home);
        let mut tables: Vec<&str> = places.iter().filter_map(|place| Some(place.split_once('_')?.0)).collect();
        tables.sort_unstable();
        tables.dedup();
        let mut found = Vec::new();
        for batch in tables.chunks(BATCH) {
            for table in route_table::describe(&client, vec![filter("route-table-id", batch.iter().copied())]).await? {
                let id = table.route_table_id().unwrap_or_default();
                found.extend(table.propagating_vgws().iter().filter_map(|one| one.gateway_id()).map(|gateway| State {
                    id: place(id, gateway),
                    fields: VpnGatewayRoutePropagation { route_table: Id::new(id), vpn_gateway: Id::new(gateway) },
                }));
            }
        }
        found.retain(|one| places.contains(&one.id.as_str()));
        Ok(found)
    }

    /// A gateway that was attached a moment ago may not be known for that everywhere.
    async fn make(&self, cx: &Cx<'_>, inputs: &VpnGatewayRoutePropagationInputs) -> Result<()> {
        let request = self.0.ec2(cx.home).enable_vgw_route_propagation();
        let request = request.route_table_id(inputs.route_table.as_str()).gateway_id(inputs.vpn_gateway.as_str());
        let mut pause = Pause::up_to(cx.timeout.unwrap_or(WINDOW));
        loop {
            match call::create("ec2:EnableVgwRoutePropagation", || request.clone().send()).await {
                Err(error) if error.is_code("Gateway.NotAttached") && pause.next().await => {}
                answer => break answer.map(drop)?,
            }
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableVgwRoutePropagation.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VpnGatewayRoutePropagation>) -> Result<()> {
        let VpnGatewayRoutePropagation { route_table, vpn_gateway } = &current.fields;
        let request = self.0.ec2(cx.home).disable_vgw_route_propagation();
        let request = request.route_table_id(route_table.as_str()).gateway_id(vpn_gateway.as_str());
        call::read("ec2:DisableVgwRoutePropagation", || request.clone().send()).await.map(drop)
    }
}
