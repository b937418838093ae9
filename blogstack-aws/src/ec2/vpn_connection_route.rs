//! A route to what lies behind a customer's gateway.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnectionRoute.html>
//!
//! A change of either field replaces it. It has no tags: its id is connection and range, `vpn-…_192.168.0.0/16`.

use aws_sdk_ec2::types::{self, VpnState};
use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, FieldProblem, Planned, ProviderError, Result, State},
};

use super::{
    described::{self, BATCH, Described, WINDOW},
    filter,
    natural::Natural,
    route::Destination,
    vpn_connection::{self, VpnConnection},
};
use crate::{account::Account, call, wait::Pause};

/// A route to what lies behind a customer's gateway, for a connection with static routes only.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{VpnConnection, VpnConnectionRoute};
///
/// fn program(s: &Scope, office: &Handle<VpnConnection>) {
///     s.add("office", VpnConnectionRoute::new(office, "192.168.0.0/16"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpn-connection-route", feature = "ec2", exclusive(vpn_connection, destination_cidr_block))]
pub struct VpnConnectionRoute {
    /// The connection.
    #[field(replace)]
    pub vpn_connection: Id<VpnConnection>,
    /// The addresses on the customer's side.
    #[field(replace)]
    pub destination_cidr_block: Destination,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn place(connection: &str, destination: Destination) -> Id<VpnConnectionRoute> {
    Id::new(format!("{connection}_{destination}"))
}

/// Also one that is on its way out; a deleted one stays listed for a while.
fn observed(connection: &str, route: &types::VpnStaticRoute) -> Option<State<VpnConnectionRoute>> {
    if route.state() == Some(&VpnState::Deleted) {
        return None;
    }
    let destination = route.destination_cidr_block()?.parse().ok()?;
    let fields = VpnConnectionRoute { vpn_connection: Id::new(connection), destination_cidr_block: destination };
    Some(State { id: place(connection, destination), fields })
}

/// Sends a request, again while something else is being done with the connection.
async fn patient<T, F: Future<Output = Result<T>>>(cx: &Cx<'_>, send: impl Fn() -> F) -> Result<T> {
    let busy = |error: &ProviderError| error.is_code("InvalidVpnConnection.InvalidState");
    let mut pause = Pause::up_to(cx.timeout.unwrap_or(vpn_connection::MAKING));
    loop {
        match send().await {
            Err(error) if busy(&error) && pause.next().await => {}
            answer => return answer,
        }
    }
}

impl Natural for Provider {
    type Resource = VpnConnectionRoute;
    const OPERATION: &'static str = "ec2:DescribeVpnConnections";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &VpnConnectionRouteInputs) -> Id<VpnConnectionRoute> {
        place(inputs.vpn_connection.as_str(), inputs.destination_cidr_block)
    }

    fn describe(there: &State<VpnConnectionRoute>) -> String {
        let VpnConnectionRoute { vpn_connection, destination_cidr_block } = &there.fields;
        format!("the connection `{vpn_connection}` has a route for {destination_cidr_block} already")
    }

    fn check(&self, planned: &Planned<'_, VpnConnectionRoute>) -> Vec<FieldProblem> {
        let connection = planned.related(VpnConnectionRoute::vpn_connection);
        let unknown = |connection: &Planned<'_, VpnConnection>| {
            connection.is_set(VpnConnection::static_routes_only) && connection.get(VpnConnection::static_routes_only).is_none()
        };
        let dynamic =
            connection.is_some_and(|connection| !unknown(&connection) && connection.get(VpnConnection::static_routes_only) != Some(true));
        let message = || "the connection takes no static routes: it is not declared with `static_routes_only(true)`".to_owned();
        dynamic.then(|| FieldProblem { field: "vpn_connection", message: message() }).into_iter().collect()
    }

    /// One listing for all connections, which tells their routes.
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<VpnConnectionRoute>>> {
        let (client, kind) = (self.0.ec2(home), vpn_connection::Provider(self.0.clone()));
        let mut connections: Vec<&str> = places.iter().filter_map(|place| Some(place.split_once('_')?.0)).collect();
        connections.sort_unstable();
        connections.dedup();
        let mut found = Vec::new();
        for batch in connections.chunks(BATCH) {
            for connection in kind.describe(&client, vec![filter("vpn-connection-id", batch.iter().copied())]).await? {
                let id = connection.vpn_connection_id().unwrap_or_default();
                let is_there = connection.state() != Some(&VpnState::Deleted);
                found.extend(connection.routes().iter().filter(|_| is_there).filter_map(|route| observed(id, route)));
            }
        }
        found.retain(|route| places.contains(&route.id.as_str()));
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VpnConnectionRouteInputs) -> Result<()> {
        let request = self.0.ec2(cx.home).create_vpn_connection_route().vpn_connection_id(inputs.vpn_connection.as_str());
        let request = request.destination_cidr_block(inputs.destination_cidr_block.to_string());
        patient(cx, || async { call::create("ec2:CreateVpnConnectionRoute", || request.clone().send()).await }).await.map(drop)
    }

    /// Until it takes traffic, which the fields do not show.
    async fn ready(&self, cx: &Cx<'_>, id: &Id<VpnConnectionRoute>) -> Result<()> {
        let (connection, range) = id.as_str().split_once('_').unwrap_or_default();
        let is_available = |connection: &types::VpnConnection| {
            let own = connection.routes().iter().find(|route| route.destination_cidr_block() == Some(range));
            Ok(own.is_some_and(|route| route.state() == Some(&VpnState::Available)))
        };
        let connections = vpn_connection::Provider(self.0.clone());
        described::reached(&connections, cx, &Id::new(connection), &format!("with its route for {range}"), WINDOW, is_available).await
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnConnectionRoute.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VpnConnectionRoute>) -> Result<()> {
        let VpnConnectionRoute { vpn_connection, destination_cidr_block } = &current.fields;
        let request = self.0.ec2(cx.home).delete_vpn_connection_route().vpn_connection_id(vpn_connection.as_str());
        let request = request.destination_cidr_block(destination_cidr_block.to_string());
        let sent = patient(cx, || async { call::read("ec2:DeleteVpnConnectionRoute", || request.clone().send()).await });
        sent.await.map(drop)
    }
}
