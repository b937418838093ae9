//! Ways within a network, and from one to another over a peering connection.

use blogstack_core::{error::Line, plan::Standing};

use super::{
    endpoints::Place,
    flow::Flow,
    groups::Other,
    packets::Packets,
    path::{Filter, Obstacle, Path, Way},
    ranges::{Ranges, number},
    routes::{Door, Led, Table},
};
use crate::{
    checks::{
        name::Name,
        network::{Networks, Part},
    },
    ec2::{Direction, PeerVpc, PeeringStatus, Vpc, VpcPeeringConnection, VpcPeeringConnectionAccepter},
};

/// A peering connection between two networks.
pub(in crate::checks) struct Peering {
    pub(in crate::checks) name: Name,
    pub(in crate::checks) line: Option<Line>,
    /// Whether it surely takes traffic.
    pub(in crate::checks) is_active: bool,
    /// The two networks.
    pub(in crate::checks) sides: [Name; 2],
}

/// The ports from which Linux asks, and to which it is answered.
const EPHEMERAL: (u16, u16) = (32768, 60999);

impl Networks<'_> {
    /// The way of these packets from one interface to another.
    pub(super) fn inside(&self, from: &Place, to: &Place, asked: Packets) -> Result<Path, Box<Obstacle>> {
        let path = Path::begin(Way::Inside, asked);
        let path = path.through(self.groups(&from.groups, Direction::Egress, Other::Inside(&to.groups)))?;
        let path = self.across(path, &from.subnet, &to.subnet)?;
        path.through(self.groups(&to.groups, Direction::Ingress, Other::Inside(&from.groups)))
    }

    /// The way of answers: groups let them pass, routes and ACLs do not know them.
    pub(super) fn answers(&self, from: &Place, to: &Place, services: &Ranges) -> Result<Path, Box<Obstacle>> {
        let answers = Packets::of(&to.addresses, &from.addresses, &answering(services));
        self.across(Path::begin(Way::Inside, answers), &to.subnet, &from.subnet)
    }

    /// From one subnet to another: what stays in one passes neither its ACL nor its routes.
    pub(super) fn across(&self, path: Path, from: &Name, to: &Name) -> Result<Path, Box<Obstacle>> {
        if from.is(to) == Some(true) {
            return Ok(path);
        }
        let (from, to) = (self.part(from), self.part(to));
        let path = path.through(self.acl(&from, Direction::Egress))?;
        let path = path.through(self.crossing(&from, &to))?;
        path.through(self.acl(&to, Direction::Ingress))
    }

    /// The routes of the one subnet to the other.
    fn crossing(&self, from: &Part, to: &Part) -> Filter {
        let table = self.table(from);
        match from.vpc.is(&to.vpc) {
            Some(true) => {
                let what = format!("the local route of {}", table.what);
                led(what, &table, &table.leads(|door| *door == Door::Local))
            }
            Some(false) => self.peered(&table, from, to),
            None => {
                Filter::doubtful(&*table.what, table.line, Packets::all(), format!("whether {} and {} are one network", from.vpc, to.vpc))
            }
        }
    }

    fn peered(&self, table: &Table, from: &Part, to: &Part) -> Filter {
        let joins = |peering: &Peering| peering.sides.contains(&from.vpc) && peering.sides.contains(&to.vpc);
        let Some(peering) = self.peerings().into_iter().find(joins) else {
            return Filter::known(format!("{} and {}, which no peering connection joins", from.vpc, to.vpc), from.line, Packets::none());
        };
        let what = format!("peering connection {} by {}", peering.name, table.what);
        let mut filter = led(what, table, &table.leads(|door| *door == Door::Peering(peering.name.clone())));
        if !peering.is_active {
            let packets = filter.passes.perhaps.clone();
            filter.doubts.push((packets, format!("whether {} is accepted", peering.name)));
            filter.passes.surely = Packets::none();
        }
        filter
    }

    /// All peering connections.
    pub(in crate::checks) fn peerings(&self) -> Vec<Peering> {
        let accepters = self.plan.standing::<VpcPeeringConnectionAccepter>();
        let accepted = accepters
            .iter()
            .filter_map(|one| self.names.name::<VpcPeeringConnection>(one.draft(VpcPeeringConnectionAccepter::vpc_peering_connection)));
        let accepted: Vec<Name> = accepted.collect();
        let peering = |one: Standing<'_, VpcPeeringConnection>| {
            let name = Name::Declared(one.urn().clone());
            let side = |side: Option<Name>| side.unwrap_or_else(|| Name::Unknown(format!("a network that {name} joins")));
            let asks = side(self.names.name::<Vpc>(one.draft(VpcPeeringConnection::vpc)));
            let asked = side(self.names.name::<Vpc>(one.draft::<PeerVpc>(VpcPeeringConnection::peer_vpc)));
            let is_active = one.get(VpcPeeringConnection::status) == Some(PeeringStatus::Active);
            let will_be = one.is_new() && (one.get(VpcPeeringConnection::auto_accept) == Some(true) || accepted.contains(&name));
            Peering { line: one.line(), is_active: is_active || will_be, sides: [asks, asked], name }
        };
        self.plan.standing().into_iter().map(peering).collect()
    }
}

/// What a table leads through a door, by where it goes.
pub(super) fn led(what: String, table: &Table, led: &Led) -> Filter {
    let flow = Flow { surely: Packets::to(&led.surely), perhaps: Packets::to(&led.perhaps) };
    doubted(what, table, led, flow)
}

/// What comes through a door, by where its answers go.
pub(super) fn led_back(what: String, table: &Table, led: &Led) -> Filter {
    let flow = Flow { surely: Packets::from(&led.surely), perhaps: Packets::from(&led.perhaps) };
    doubted(what, table, led, flow)
}

fn doubted(what: String, table: &Table, led: &Led, passes: Flow) -> Filter {
    let unsure = passes.perhaps.minus(&passes.surely);
    let doubts = if unsure.is_empty() { Vec::new() } else { table.doubts.iter().map(|why| (unsure.clone(), why.clone())).collect() };
    Filter { passes, doubts, ..Filter::known(what, led.line.or(table.line), Packets::none()) }
}

/// The services of answers: to the ports from which was asked, or of the same protocol.
fn answering(services: &Ranges) -> Ranges {
    let answer = |protocol: u8| match protocol {
        6 | 17 => Ranges::between(number(protocol, EPHEMERAL.0), number(protocol, EPHEMERAL.1)),
        other => Ranges::between(number(other, 0), number(other, u16::MAX)),
    };
    let protocols = (0..=u8::MAX).filter(|protocol| {
        let all = Ranges::between(number(*protocol, 0), number(*protocol, u16::MAX));
        !all.and(services).is_empty()
    });
    protocols.fold(Ranges::default(), |all, protocol| all.or(&answer(protocol)))
}
