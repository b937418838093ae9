//! Ways through what passes packets on: NAT gateways, and instances that do not insist on being meant.

use blogstack_core::{Resource, error::Line, plan::Standing};

use super::{
    endpoints::{Endpoint, Groups, Place},
    groups::Other,
    packets::Packets,
    path::{Filter, Path, Way},
    ranges::Ranges,
    routes::Door,
};
use crate::{
    checks::{
        name::Name,
        network::{Answer, Networks},
    },
    ec2::{Direction, Instance, NatGateway, Subnet},
};

/// Something that passes on what a route brings.
struct Relay {
    what: String,
    line: Option<Line>,
    door: Name,
    place: Place,
}

impl Networks<'_> {
    /// The ways from one interface to another on which the sender's routes lead to a relay: what that passes on, and with which of its own
    /// or the sender's addresses, nobody knows.
    pub(super) fn relayed(&self, from: &Place, to: &Place, services: &Ranges, all: &[Endpoint]) -> Vec<Path> {
        let relays = self.relays(all);
        relays
            .iter()
            .filter(|relay| relay.place.subnet != from.subnet || relay.place.addresses != from.addresses)
            .filter_map(|relay| self.by_relay(relay, from, to, services))
            .collect()
    }

    fn by_relay(&self, relay: &Relay, from: &Place, to: &Place, services: &Ranges) -> Option<Path> {
        let table = self.table(&self.part(&from.subnet));
        let led = table.leads(|door| matches!(door, Door::Nat(name) | Door::Instance(name) if name.is(&relay.door) != Some(false)));
        let asked = Packets::of(&from.addresses, &to.addresses, services);
        let path =
            Path::begin(Way::Appliance, asked).through(self.groups(&from.groups, Direction::Egress, Other::Inside(&to.groups))).ok()?;
        let why = format!("what {} passes on", relay.what);
        let path = path.through(Filter::doubtful(&*relay.what, led.line.or(relay.line), Packets::to(&led.perhaps), why)).ok()?;
        let passed_on = Packets::of(&relay.place.addresses.or(&from.addresses), &to.addresses, &path.flow.perhaps.services());
        let onward = self.inside(&relay.place, to, passed_on).ok()?.doubted_like(&path);
        Some(path.then(onward).by(Way::Appliance))
    }

    fn relays(&self, all: &[Endpoint]) -> Vec<Relay> {
        let forwarding = all.iter().filter(|one| one.urn.kind() == Instance::TYPE).flat_map(|one| {
            one.places.iter().filter(|place| place.forwards).map(|place| Relay {
                what: format!("instance `{}`", one.urn.path()),
                line: one.line,
                door: Name::Declared(one.urn.clone()),
                place: place.clone(),
            })
        });
        let gateways = self.plan.standing::<NatGateway>();
        forwarding.chain(gateways.iter().map(|gateway| self.nat(gateway))).collect()
    }

    fn nat(&self, gateway: &Standing<'_, NatGateway>) -> Relay {
        let name = Name::Declared(gateway.urn().clone());
        let subnet = self.names.name::<Subnet>(gateway.draft(NatGateway::subnet));
        let subnet = subnet.unwrap_or_else(|| Name::Unknown(format!("the subnet of {name}")));
        let addresses = self.part(&subnet).range.map_or_else(Ranges::ipv4, |range| range.net().into());
        let (is_public, public) = (Answer::No, String::new());
        let place = Place { subnet, addresses, groups: Groups::Unfiltered, is_public, public, forwards: true };
        Relay { what: format!("NAT gateway {name}"), line: gateway.line(), door: name, place }
    }
}
