//! Where a table sends a range of addresses. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>
//!
//! A change of `route_table` or `destination_cidr_block` replaces it. It has no tags: its id is table and range, `rtb-…_10.0.0.0/8`.

use aws_sdk_ec2::types;
use blogstack_core::{
    Home, Id, Resource, Value,
    provider::{Changes, Cx, Result, State},
};

use super::{
    natural::Natural,
    route_table::{self, RouteTable},
};
use crate::{
    account::Account,
    call::{self, missing},
};

mod destination;
mod target;

pub use self::{destination::Destination, target::RouteTarget};

/// Where a table sends a range of addresses.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{InternetGateway, Route, RouteTable, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let internet = s.add("internet", InternetGateway::new(&vpc));
///     let table = s.add("public", RouteTable::new(&vpc));
///     s.add("to-internet", Route::new(&table, "0.0.0.0/0", &internet));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/route", feature = "ec2", exclusive(route_table, destination_cidr_block))]
pub struct Route {
    /// The table it is in.
    #[field(replace)]
    pub route_table: Id<RouteTable>,
    /// The addresses it is for. The most specific route of a table decides.
    #[field(replace)]
    pub destination_cidr_block: Destination,
    /// Where it leads: an internet gateway, a NAT gateway, an instance or a peering connection.
    #[field(loose)]
    pub target: RouteTarget,
    /// Whether the target is there to take its traffic.
    #[field(computed, volatile)]
    pub state: RouteState,
}

/// Whether a route's target is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum RouteState {
    /// It takes traffic.
    Active,
    /// It is gone, or does not run: traffic is dropped.
    Blackhole,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn place(table: &str, destination: Destination) -> Id<Route> {
    Id::new(format!("{table}_{destination}"))
}

/// The route as we know it; those to IPv6 ranges and prefix lists are other kinds', and those that a VPN gateway told are nobody's.
fn observed(table: &str, route: types::Route) -> Option<State<Route>> {
    if route.origin == Some(types::RouteOrigin::EnableVgwRoutePropagation) {
        return None;
    }
    let destination = route.destination_cidr_block.as_deref()?.parse().ok()?;
    let blackhole = route.state == Some(types::RouteState::Blackhole);
    let fields = Route {
        route_table: Id::new(table),
        destination_cidr_block: destination,
        state: if blackhole { RouteState::Blackhole } else { RouteState::Active },
        target: RouteTarget::of(route),
    };
    Some(State { id: place(table, destination), fields })
}

impl Natural for Provider {
    type Resource = Route;
    const OPERATION: &'static str = "ec2:DescribeRouteTables";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &RouteInputs) -> Id<Route> {
        place(inputs.route_table.as_str(), inputs.destination_cidr_block)
    }

    fn is_as_wanted(inputs: &RouteInputs, there: &Route) -> bool {
        there.target == inputs.target
    }

    fn describe(there: &State<Route>) -> String {
        let Route { route_table, destination_cidr_block, target, .. } = &there.fields;
        format!("the table `{route_table}` has a route for {destination_cidr_block} already: to {target}")
    }

    /// One listing for all tables, which tells their routes.
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<Route>>> {
        let mut tables: Vec<&str> = places.iter().filter_map(|place| Some(place.split_once('_')?.0)).collect();
        tables.sort_unstable();
        tables.dedup();
        let mut found = Vec::new();
        for table in route_table::listed(&self.0, home, &tables).await? {
            let id = table.route_table_id.unwrap_or_default();
            found.extend(table.routes.into_iter().flatten().filter_map(|route| observed(&id, route)));
        }
        found.retain(|route| places.contains(&route.id.as_str()));
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &RouteInputs) -> Result<()> {
        let request = self.0.ec2(cx.home).create_route().route_table_id(inputs.route_table.as_str());
        let request = request.destination_cidr_block(inputs.destination_cidr_block.to_string());
        let request = match inputs.target.clone() {
            RouteTarget::Gateway(gateway) => request.gateway_id(gateway.as_str()),
            RouteTarget::NatGateway(gateway) => request.nat_gateway_id(gateway.as_str()),
            RouteTarget::Instance(instance) => request.instance_id(instance.as_str()),
            RouteTarget::VpcPeeringConnection(peering) => request.vpc_peering_connection_id(peering.as_str()),
            RouteTarget::Other(_) => return Err(target::unsupported("ec2:CreateRoute")),
        };
        let answer = call::create("ec2:CreateRoute", || request.clone().send()).await?;
        answer.r#return.filter(|done| *done).ok_or_else(|| missing("ec2:CreateRoute", "confirmation"))?;
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html>
    async fn change(&self, cx: &Cx<'_>, current: &State<Route>, changes: &Changes<Route>) -> Result<()> {
        if let Some(target) = changes.of(Route::target)?.set() {
            let request = self.0.ec2(cx.home).replace_route().route_table_id(current.fields.route_table.as_str());
            let request = request.destination_cidr_block(current.fields.destination_cidr_block.to_string());
            let request = match target {
                RouteTarget::Gateway(gateway) => request.gateway_id(gateway.as_str()),
                RouteTarget::NatGateway(gateway) => request.nat_gateway_id(gateway.as_str()),
                RouteTarget::Instance(instance) => request.instance_id(instance.as_str()),
                RouteTarget::VpcPeeringConnection(peering) => request.vpc_peering_connection_id(peering.as_str()),
                RouteTarget::Other(_) => return Err(target::unsupported("ec2:ReplaceRoute")),
            };
            call::change("ec2:ReplaceRoute", || request.clone().send()).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Route>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_route().route_table_id(current.fields.route_table.as_str());
        let request = request.destination_cidr_block(current.fields.destination_cidr_block.to_string());
        call::read("ec2:DeleteRoute", || request.clone().send()).await.map(drop)
    }
}
