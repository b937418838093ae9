//! The network of a region.
//!
//! Its range has 16 parts. Zone *k* has parts 2*k* (public) and 2*k* + 1 (the front ends). The last part is divided into 16 again: piece *k* is
//! for the data of zone *k*, the last piece for the domain controller. So one more zone moves nothing.

use std::net::Ipv4Addr;

use blogstack_aws::{
    Cidr,
    components::{self, Nat, NatPairSettings},
    ec2::{Image, RouteTable, RouteTableAssociation, Subnet, Vpc, Zone, Zones},
};
use blogstack_core::{Handle, Output, Scope};

use super::settings::{NatKind, NetworkSettings, Settings};

/// What the other parts need of the network.
pub(super) struct Network {
    pub(super) vpc: Handle<Vpc>,
    /// The range of all its addresses, and that of the office.
    pub(super) inside: Cidr,
    pub(super) office: Cidr,
    /// Where the databases of other regions are, if the networks are joined.
    pub(super) others: Vec<Cidr>,
    /// By zone: for the load balancer, for the front ends, for the database and the Salt master.
    pub(super) public: Vec<Handle<Subnet>>,
    pub(super) web: Vec<Handle<Subnet>>,
    pub(super) data: Vec<Handle<Subnet>>,
    /// For the domain controller.
    pub(super) directory: Handle<Subnet>,
    /// The tables of everything that is not public.
    pub(super) private_tables: Vec<Handle<RouteTable>>,
    pub(super) zones: Output<Vec<Zone>>,
    ranges: Ranges,
}

/// The ranges beside those of the component.
#[derive(Clone)]
pub(super) struct Ranges {
    inside: Cidr,
    data: Vec<Cidr>,
    directory: Cidr,
}

/// How much longer the prefix of a 16th is.
const SIXTEENTH: u8 = 4;

impl Ranges {
    /// Divides the range of a region.
    pub(super) fn of(inside: Cidr, zones: u32) -> Result<Self, String> {
        let part = inside.prefix() + SIXTEENTH;
        let last = inside.slot(part, 15)?;
        let piece = |index| last.slot(part + SIXTEENTH, index);
        Ok(Self { inside, data: (0..zones).map(piece).collect::<Result<_, _>>()?, directory: piece(15)? })
    }
}

impl Network {
    /// Declares that of the region with this number.
    pub(super) fn new(s: &Scope, settings: &Settings, all: &[Ranges], number: usize) -> Self {
        let ranges = all[number].clone();
        let elsewhere = all.iter().enumerate().filter(|(other, _)| settings.peering && *other != number);
        let others = elsewhere.map(|(_, ranges)| ranges.data[0]).collect();
        let own = components::NetworkSettings {
            cidr_block: ranges.inside,
            subnet_prefix: ranges.inside.prefix() + SIXTEENTH,
            zones: settings.network.zones,
        };
        let network = components::Network::new(s, &own, &nat(s, &settings.network));
        let zones = s.look_up(Zones::new());
        let inner = |name: String, range: Cidr, zone: usize| {
            let subnet = Subnet::new(&network.vpc, range).availability_zone(zones.at(zone)).tag("Name", name.as_str());
            let subnet = s.add(&name, subnet);
            let tables = &network.private_tables;
            s.add(&name, RouteTableAssociation::new(&subnet, &tables[zone % tables.len()]));
            subnet
        };
        let data = ranges.data.iter().enumerate().map(|(zone, range)| inner(format!("data-{zone}"), *range, zone)).collect();
        let directory = inner("directory".into(), ranges.directory, 0);
        for (zone, address) in network.nat_addresses.iter().enumerate() {
            s.export(&format!("nat-address-{zone}"), address);
        }
        Self {
            inside: ranges.inside,
            office: settings.office.cidr_block,
            others,
            public: network.public,
            web: network.private,
            data,
            directory,
            private_tables: network.private_tables,
            vpc: network.vpc,
            zones,
            ranges,
        }
    }

    /// A fixed address in the data subnet of the first zone.
    pub(super) fn data_address(&self, number: u8) -> Ipv4Addr {
        address(self.ranges.data[0], number)
    }

    /// A fixed address beside the domain controller's network.
    pub(super) fn directory_address(&self, number: u8) -> Ipv4Addr {
        address(self.ranges.directory, number)
    }
}

fn address(range: Cidr, number: u8) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(range.first()) + u32::from(number))
}

fn nat(s: &Scope, settings: &NetworkSettings) -> Nat {
    match settings.nat {
        NatKind::Gateway => Nat::Gateway,
        NatKind::Instances => {
            let image = s.look_up(Image::by_parameter(settings.nat_image.as_str()));
            Nat::Pair(NatPairSettings::new(image, settings.nat_instance_type.as_str()))
        }
    }
}
