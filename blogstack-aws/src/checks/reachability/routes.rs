//! Route tables: which addresses a subnet sends where.

use blogstack_core::{error::Line, value::Draft};
use ipnet::Ipv4Net;

use super::ranges::Ranges;
use crate::{
    checks::{
        name::Name,
        network::{Networks, Part},
    },
    ec2::{
        Destination, Instance, InternetGateway, NatGateway, Route, RouteTable, VpcPeeringConnection, VpcPeeringConnectionAccepter,
        VpnConnection, VpnConnectionRoute, VpnGateway, VpnGatewayRoutePropagation,
    },
};

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Door {
    /// Anywhere in the network.
    Local,
    Internet(Name),
    Nat(Name),
    Instance(Name),
    Peering(Name),
    Vpn(Name),
    /// Somewhere that is not known.
    Unknown,
}

/// A route.
#[derive(Debug, Clone)]
struct Entry {
    /// Unknown, where nothing stands.
    range: Option<Ipv4Net>,
    door: Door,
    line: Option<Line>,
    /// A VPN gateway told it.
    is_propagated: bool,
}

/// The table that a subnet uses.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// ``table `public` ``, or the main one.
    pub(super) what: String,
    pub(super) line: Option<Line>,
    entries: Vec<Entry>,
    /// Why it may have routes that are not known.
    pub(super) doubts: Vec<String>,
}

/// Addresses for which a table leads through a door: surely, and perhaps.
pub(super) struct Led {
    pub(super) surely: Ranges,
    pub(super) perhaps: Ranges,
    /// The route that leads there, where there is one.
    pub(super) line: Option<Line>,
}

impl Entry {
    /// Whether this one decides where both fit. The network's own range wins over what a VPN gateway tells.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#route-tables-priority>
    fn beats(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (self.range, other.range) else { return false };
        match (self.is_propagated, other.is_propagated) {
            (true, false) if other.door == Door::Local => false,
            (false, true) if self.door == Door::Local => true,
            (false, true) => own.prefix_len() >= others.prefix_len(),
            _ => own.prefix_len() > others.prefix_len(),
        }
    }
}

impl Table {
    /// The addresses for which it leads through such a door.
    pub(super) fn leads(&self, through: impl Fn(&Door) -> bool) -> Led {
        let mut led = Led { surely: Ranges::default(), perhaps: Ranges::default(), line: None };
        for entry in self.entries.iter().filter(|entry| through(&entry.door) || entry.door == Door::Unknown) {
            let addresses = self.decided_by(entry);
            led.perhaps = led.perhaps.or(&addresses);
            if entry.door != Door::Unknown {
                led.line = led.line.or(entry.line);
                let is_sure = self.entries.iter().all(|other| other.range.is_some() || entry.door == Door::Local && other.is_propagated);
                led.surely = if is_sure { led.surely.or(&addresses) } else { led.surely };
            }
        }
        led
    }

    fn decided_by(&self, entry: &Entry) -> Ranges {
        let Some(range) = entry.range else { return Ranges::ipv4() };
        let others = self.entries.iter().filter(|other| other.beats(entry)).filter_map(|other| other.range);
        others.fold(range.into(), |left, other| left.minus(&other.into()))
    }

    fn take(&mut self, range: Option<Ipv4Net>, door: Door, line: Option<Line>) {
        self.entries.push(Entry { range, door, line, is_propagated: false });
    }
}

impl Networks<'_> {
    /// The table that decides for what leaves a subnet.
    pub(super) fn table(&self, part: &Part) -> Table {
        let network = self.by_name.get(&part.vpc);
        let mut table = match (&part.table, network) {
            (Some(name), _) => self.named_table(name),
            (None, Some(network)) if network.is_own => {
                let mut table =
                    Table { what: format!("the main table of {}", part.vpc), line: network.line, entries: Vec::new(), doubts: Vec::new() };
                network.adopted_tables.iter().for_each(|name| table.may_be(name));
                table
            }
            (None, _) => Table::unknown(&format!("the main table of {}", part.vpc)),
        };
        table.take(network.and_then(|network| network.range).map(crate::Cidr::net), Door::Local, None);
        table
    }

    fn named_table(&self, name: &Name) -> Table {
        let standing = self.plan.standing::<RouteTable>();
        let Some(found) = standing.into_iter().find(|table| Name::Declared(table.urn().clone()) == *name) else {
            return Table::unknown(&format!("table {name}"));
        };
        let mut table = Table { what: format!("table {name}"), line: found.line(), entries: Vec::new(), doubts: Vec::new() };
        for route in self.plan.standing::<Route>() {
            if self.names.name::<RouteTable>(route.draft(Route::route_table)).is_some_and(|of| of.is(name) != Some(false)) {
                let range = route.get(Route::destination_cidr_block).map(|Destination(range)| range.net());
                table.doubts.extend(range.is_none().then(|| format!("where route `{}` leads from", route.urn().path())));
                table.take(range, self.door(route.draft(Route::target)), route.line());
            }
        }
        for told in self.plan.standing::<VpnGatewayRoutePropagation>() {
            if self.names.name::<RouteTable>(told.draft(VpnGatewayRoutePropagation::route_table)).as_ref() == Some(name) {
                let gateway = self.names.name::<VpnGateway>(told.draft(VpnGatewayRoutePropagation::vpn_gateway));
                if let Some(gateway) = gateway {
                    self.propagate(&gateway, told.line(), &mut table);
                }
            }
        }
        if found.is_adopted() {
            table.may_lead_anywhere(format!("which routes {name} had before it was adopted"));
        }
        table
    }

    /// The routes that a VPN gateway tells: those that are declared for its connections, and those that BGP brings.
    fn propagate(&self, gateway: &Name, line: Option<Line>, table: &mut Table) {
        let mut ranges = Vec::new();
        let connections = self.plan.standing::<VpnConnection>();
        let own =
            connections.iter().filter(|one| self.names.name::<VpnGateway>(one.draft(VpnConnection::vpn_gateway)).as_ref() == Some(gateway));
        for connection in own {
            let name = Name::Declared(connection.urn().clone());
            if connection.get(VpnConnection::static_routes_only) != Some(true) {
                ranges.push(None);
                table.doubts.push(format!("which routes BGP brings over {name}"));
            }
            for route in self.plan.standing::<VpnConnectionRoute>() {
                if self.names.name::<VpnConnection>(route.draft(VpnConnectionRoute::vpn_connection)).as_ref() == Some(&name) {
                    ranges.push(route.get(VpnConnectionRoute::destination_cidr_block).map(|Destination(range)| range.net()));
                }
            }
        }
        if !gateway.is_declared() {
            ranges.push(None);
            table.doubts.push(format!("which routes {gateway} tells"));
        }
        table.entries.extend(ranges.into_iter().map(|range| Entry { range, door: Door::Vpn(gateway.clone()), line, is_propagated: true }));
    }

    fn door(&self, target: Option<&Draft>) -> Door {
        let (names, of) = (&self.names, |name| target.and_then(|target| target.get(name)));
        let known = names.name::<InternetGateway>(of("gateway")).map(Door::Internet);
        let known = known.or_else(|| names.name::<NatGateway>(of("nat-gateway")).map(Door::Nat));
        let known = known.or_else(|| names.name::<Instance>(of("instance")).map(Door::Instance));
        known.or_else(|| self.connection(of("vpc-peering-connection")).map(Door::Peering)).unwrap_or(Door::Unknown)
    }

    /// A peering connection, also where it is named by who accepts it: both have one id.
    fn connection(&self, value: Option<&Draft>) -> Option<Name> {
        let accepters = self.plan.standing::<VpcPeeringConnectionAccepter>();
        let accepter = match value? {
            Draft::Unknown(unknown) => accepters.iter().find(|one| *one.urn() == unknown.urn),
            _ => None,
        };
        let of_accepter = accepter.map(|one| one.draft(VpcPeeringConnectionAccepter::vpc_peering_connection));
        self.names.name::<VpcPeeringConnection>(of_accepter.unwrap_or(value))
    }
}

impl Table {
    fn unknown(what: &str) -> Self {
        let mut table = Self { what: what.to_owned(), line: None, entries: Vec::new(), doubts: Vec::new() };
        table.may_lead_anywhere(format!("what {what} holds"));
        table
    }

    fn may_be(&mut self, other: &Name) {
        self.may_lead_anywhere(format!("whether {other} is {}", self.what));
    }

    fn may_lead_anywhere(&mut self, why: String) {
        self.take(None, Door::Unknown, None);
        self.doubts.push(why);
    }
}
