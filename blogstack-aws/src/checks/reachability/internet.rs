//! Ways from the internet: all of them, also those that are easily forgotten.

use blogstack_core::{error::Line, plan::Standing};

use super::{
    endpoints::{Endpoint, Place},
    groups::Other,
    inside::led_back,
    packets::Packets,
    path::{Filter, Obstacle, Path, Way},
    ranges::Ranges,
    routes::Door,
};
use crate::{
    checks::{
        name::Name,
        network::{Answer, Networks, Part},
    },
    ec2::{CustomerGateway, Direction, Vpc, VpnConnection, VpnGateway, VpnGatewayAttachment},
};

/// What was found: ways, and what stops packets on others.
#[derive(Default)]
pub(super) struct Found {
    pub(super) paths: Vec<Path>,
    pub(super) obstacles: Vec<Obstacle>,
}

impl Found {
    pub(super) fn take(&mut self, tried: Result<Path, Box<Obstacle>>) {
        match tried {
            Ok(path) => self.paths.push(path),
            Err(obstacle) => self.obstacles.push(*obstacle),
        }
    }
}

impl Networks<'_> {
    /// Every way from the internet to something, but for those through load balancers.
    pub(super) fn ways_in(&self, to: &Endpoint, others: &[Endpoint]) -> Found {
        let mut found = Found::default();
        for place in &to.places {
            found.take(self.by_gateway(place));
            found.take(self.by_ipv6(place));
            let part = self.part(&place.subnet);
            for outside in self.joined(&part) {
                found.take(outside.and_then(|path| self.arrives(path, &part, place)));
            }
            for appliance in self.appliances(others, to) {
                found.take(self.by_appliance(&appliance, place));
            }
        }
        found
    }

    /// Through the internet gateway, to a public address.
    pub(super) fn by_gateway(&self, place: &Place) -> Result<Path, Box<Obstacle>> {
        let part = self.part(&place.subnet);
        let asked = Packets::of(&Ranges::internet(), &place.addresses, &Ranges::services());
        let path = Path::begin(Way::Gateway, asked).through(self.gateway(&part))?;
        let path = path.through(public(place, &part))?;
        let table = self.table(&part);
        let led = table.leads(|door| matches!(door, Door::Internet(_)));
        let path = path.through(led_back(format!("a route to it in {}", table.what), &table, &led))?;
        self.arrives(path, &part, place)
    }

    /// No kind declares ranges of IPv6: whether a subnet has one is not the program's to say.
    fn by_ipv6(&self, place: &Place) -> Result<Path, Box<Obstacle>> {
        let part = self.part(&place.subnet);
        let own = Ranges::everywhere().minus(&Ranges::ipv4());
        let asked = Packets::of(&Ranges::internet_ipv6(), &own, &Ranges::services());
        let path = Path::begin(Way::Ipv6, asked).through(self.gateway(&part))?;
        let why = format!("whether subnet {} has IPv6 addresses and routes, which no program declares", part.name);
        let path = path.through(Filter::doubtful("IPv6", part.line, Packets::all(), why))?;
        self.arrives(path, &part, place)
    }

    /// Into the subnet, and to the interface.
    fn arrives(&self, path: Path, part: &Part, place: &Place) -> Result<Path, Box<Obstacle>> {
        let path = path.through(self.acl(part, Direction::Ingress))?;
        path.through(self.groups(&place.groups, Direction::Ingress, Other::Outside))
    }

    fn gateway(&self, part: &Part) -> Filter {
        match self.by_name.get(&part.vpc) {
            Some(network) => match &network.gateway {
                Some((name, line)) => Filter::known(format!("internet gateway {name}"), *line, Packets::all()),
                None if network.is_own => {
                    Filter::known(format!("network {}, which has no internet gateway", part.vpc), network.line, Packets::none())
                }
                None => unknown_gateway(part),
            },
            None => unknown_gateway(part),
        }
    }

    /// What comes into the network from elsewhere, with addresses of the internet.
    fn joined(&self, part: &Part) -> Vec<Result<Path, Box<Obstacle>>> {
        let begin = |way| Path::begin(way, Packets::from(&Ranges::internet()));
        let mut found = Vec::new();
        for (gateway, line) in self.vpn_gateways(part) {
            found.extend(self.tunnels(&gateway).into_iter().map(|tunnel| {
                let attached = Filter::known(format!("VPN gateway {gateway}"), line, Packets::all());
                begin(Way::Vpn).through(tunnel)?.through(attached)
            }));
        }
        for peering in self.peerings() {
            let [one, two] = &peering.sides;
            let other = if *one == part.vpc { two } else { one };
            if peering.sides.contains(&part.vpc) && !other.is_declared() {
                let why = format!("which addresses {other} has");
                let filter = Filter::doubtful(format!("peering connection {}", peering.name), peering.line, Packets::all(), why);
                found.push(begin(Way::Peering).through(filter));
            }
        }
        if self.by_name.get(&part.vpc).is_none_or(|network| !network.is_own) {
            let why = format!("what else {} is joined with", part.vpc);
            found.push(begin(Way::Peering).through(Filter::doubtful("another door", None, Packets::all(), why)));
        }
        found
    }

    fn vpn_gateways(&self, part: &Part) -> Vec<(Name, Option<Line>)> {
        let attached = self.plan.standing::<VpnGatewayAttachment>();
        let here = attached.iter().filter(|one| {
            let vpc = self.names.name::<Vpc>(one.draft(VpnGatewayAttachment::vpc));
            vpc.is_none_or(|vpc| vpc.is(&part.vpc) != Some(false))
        });
        let gateway = |one: &Standing<'_, VpnGatewayAttachment>| {
            Some((self.names.name::<VpnGateway>(one.draft(VpnGatewayAttachment::vpn_gateway))?, one.line()))
        };
        here.filter_map(gateway).collect()
    }

    /// The connections of a VPN gateway. Nobody knows what is behind them.
    fn tunnels(&self, gateway: &Name) -> Vec<Filter> {
        if !gateway.is_declared() {
            let why = format!("which connections {gateway} has");
            return vec![Filter::doubtful("a VPN connection", None, Packets::all(), why)];
        }
        let connections = self.plan.standing::<VpnConnection>();
        let own =
            connections.iter().filter(|one| self.names.name::<VpnGateway>(one.draft(VpnConnection::vpn_gateway)).as_ref() == Some(gateway));
        let tunnel = |one: &Standing<'_, VpnConnection>| {
            let customer = self.names.name::<CustomerGateway>(one.draft(VpnConnection::customer_gateway));
            let customer = customer.map_or_else(|| "the customer gateway".to_owned(), |name| format!("customer gateway {name}"));
            let range = one.get(VpnConnection::local_ipv4_network_cidr).map_or_else(Ranges::ipv4, |range| range.net().into());
            let what = format!("VPN connection `{}` from {customer}", one.urn().path());
            Filter::doubtful(what, one.line(), Packets::from(&range), format!("what {customer} passes on"))
        };
        own.map(tunnel).collect()
    }

    /// What passes on what is not for it, and is reached from the internet, also through others of its like.
    fn appliances(&self, others: &[Endpoint], to: &Endpoint) -> Vec<Appliance> {
        let forwarding = others.iter().filter(|one| one.urn != to.urn).flat_map(|one| {
            let places = one.places.iter().filter(|place| place.forwards);
            places.map(|place| Appliance { name: one.urn.path().to_owned(), line: one.line, place: place.clone() })
        });
        let (mut reached, mut left): (Vec<Appliance>, Vec<Appliance>) = forwarding.partition(|one| self.by_gateway(&one.place).is_ok());
        loop {
            let next = |one: &Appliance| reached.iter().any(|from| self.by_appliance(from, &one.place).is_ok());
            let (more, rest): (Vec<Appliance>, Vec<Appliance>) = left.into_iter().partition(next);
            if more.is_empty() {
                return reached;
            }
            reached.extend(more);
            left = rest;
        }
    }

    /// What it got from the internet, passed on with the addresses that it came from.
    fn by_appliance(&self, appliance: &Appliance, to: &Place) -> Result<Path, Box<Obstacle>> {
        let Appliance { name, line, place } = appliance;
        let asked = Packets::of(&Ranges::internet(), &to.addresses, &Ranges::services());
        let why = format!("what `{name}` passes on");
        let path =
            Path::begin(Way::Appliance, asked).through(Filter::doubtful(format!("instance `{name}`"), *line, Packets::all(), why))?;
        let path = path.through(self.groups(&place.groups, Direction::Egress, Other::Inside(&to.groups)))?;
        let path = self.across(path, &place.subnet, &to.subnet)?;
        path.through(self.groups(&to.groups, Direction::Ingress, Other::Outside))
    }

    /// Out to the internet, by whatever door.
    pub(super) fn outward(&self, place: &Place, services: &Ranges) -> Result<Path, Box<Obstacle>> {
        let part = self.part(&place.subnet);
        let path = Path::begin(Way::Gateway, Packets::of(&place.addresses, &Ranges::internet(), services));
        let path = path.through(self.groups(&place.groups, Direction::Egress, Other::Outside))?;
        let path = path.through(self.acl(&part, Direction::Egress))?;
        let table = self.table(&part);
        let has_address = place.is_public != Answer::No;
        let led = table.leads(|door| match door {
            Door::Internet(_) => has_address,
            Door::Nat(_) | Door::Instance(_) | Door::Vpn(_) | Door::Unknown => true,
            Door::Local | Door::Peering(_) => false,
        });
        path.through(super::inside::led(format!("a route to the internet in {}", table.what), &table, &led))
    }
}

/// An interface that passes on what is not for it.
struct Appliance {
    name: String,
    line: Option<Line>,
    place: Place,
}

fn unknown_gateway(part: &Part) -> Filter {
    Filter::doubtful("an internet gateway", None, Packets::all(), format!("whether {} has an internet gateway", part.vpc))
}

fn public(place: &Place, part: &Part) -> Filter {
    match &place.is_public {
        Answer::Yes => Filter::known(&*place.public, part.line, Packets::all()),
        Answer::No => Filter::known("the lack of a public address", part.line, Packets::none()),
        Answer::Unknown(why) => Filter::doubtful("a public address", part.line, Packets::all(), &**why),
    }
}
