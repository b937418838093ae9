//! A network in several zones whose private half reaches the internet only through address translation.

use std::net::Ipv4Addr;

use blogstack_core::{Handle, Output, Problem, Scope};

#[cfg(feature = "iam")]
use super::nat_pair::{NatPair, NatPairSettings};
use crate::{
    Cidr,
    ec2::{
        Eip, EipAssociation, ImageId, Instance, InstanceType, InternetGateway, NatGateway, Route, RouteTable, RouteTableAssociation, Rule,
        SecurityGroup, Subnet, Vpc, Zones,
    },
};

/// What a [`Network`] is made of.
#[derive(Debug, Clone)]
pub struct NetworkSettings {
    /// The range of its addresses.
    pub cidr_block: Cidr,
    /// The prefix of each subnet: all have one size, so that one more zone changes none of the others.
    pub subnet_prefix: u8,
    /// How many zones it spans, at least one.
    pub zones: u32,
}

/// A script that makes an instance with Amazon Linux 2023 translate addresses, for good: what it does at its first boot.
pub const TRANSLATE: &str = include_str!("translate.sh");

/// How the private half reaches the internet.
#[derive(Clone)]
pub enum Nat {
    /// Two instances in different zones, each with an address of its own: private subnet *k* goes through instance *k* mod 2.
    Instances {
        /// The image they run.
        image: Output<ImageId>,
        /// Their size.
        instance_type: InstanceType,
        /// What they do when they first start: [`TRANSLATE`], unless the image needs something else.
        user_data: String,
    },
    /// Two instances in different zones that also watch each other: see [`NatPair`].
    #[cfg(feature = "iam")]
    Pair(NatPairSettings),
    /// One gateway that AWS runs.
    Gateway,
}

/// A virtual network with a public and a private subnet in each zone.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::components::{Nat, Network, NetworkSettings};
///
/// fn program(s: &Scope) {
///     let settings = NetworkSettings { cidr_block: "10.0.0.0/16".parse().expect("a range"), subnet_prefix: 20, zones: 2 };
///     let network = Network::new(&s.child("network"), &settings, &Nat::Gateway);
///     s.export("vpc", &network.vpc.id);
/// }
/// ```
pub struct Network {
    /// The network.
    pub vpc: Handle<Vpc>,
    /// Its door to the internet.
    pub gateway: Handle<InternetGateway>,
    /// The public subnets, by zone.
    pub public: Vec<Handle<Subnet>>,
    /// The private subnets, by zone.
    pub private: Vec<Handle<Subnet>>,
    /// The route tables of the private half: those of the two instances, or the only one. Private subnet *k* has table *k* mod their number.
    pub private_tables: Vec<Handle<RouteTable>>,
    /// The addresses under which the private half appears outside.
    pub nat_addresses: Vec<Output<Ipv4Addr>>,
}

/// The route tables of the private half, and the addresses under which it appears outside.
type Translated = (Vec<Handle<RouteTable>>, Vec<Output<Ipv4Addr>>);

/// A place in the network: scopes and what everything in it shares.
struct Plan<'a> {
    scope: &'a Scope,
    settings: &'a NetworkSettings,
    vpc: Handle<Vpc>,
    zones: Output<Vec<crate::ec2::Zone>>,
}

impl Network {
    /// Declares the network in `s`.
    #[track_caller]
    pub fn new(s: &Scope, settings: &NetworkSettings, nat: &Nat) -> Self {
        let vpc = s.add("vpc", Vpc::new(settings.cidr_block).enable_dns_hostnames(true).tag("Name", "network"));
        let gateway = s.add("internet", InternetGateway::new(&vpc));
        let plan = Plan { scope: s, settings, vpc: vpc.clone(), zones: s.look_up(Zones::new()) };
        let public: Vec<_> = (0..settings.zones).filter_map(|zone| plan.subnet("public", zone)).collect();
        let private: Vec<_> = (0..settings.zones).filter_map(|zone| plan.subnet("private", zone)).collect();
        let outside = s.add("public", RouteTable::new(&vpc));
        s.add("public", Route::new(&outside, Cidr::ANYWHERE, &gateway));
        for (zone, subnet) in public.iter().enumerate() {
            s.add(format!("public-{zone}"), RouteTableAssociation::new(subnet, &outside));
        }
        let (private_tables, nat_addresses) = match nat {
            Nat::Gateway => plan.through_gateway(&public, &private),
            #[cfg(feature = "iam")]
            Nat::Pair(pair) => plan.through_pair(&public, &private, pair),
            Nat::Instances { image, instance_type, user_data } => {
                plan.through_instances(&public, &private, image, instance_type, user_data)
            }
        };
        Self { vpc, gateway, public, private, private_tables, nat_addresses }
    }
}

impl Plan<'_> {
    /// Slot 2k is the public subnet of zone k, slot 2k + 1 its private one.
    fn subnet(&self, half: &str, zone: u32) -> Option<Handle<Subnet>> {
        let name = format!("{half}-{zone}");
        let slot = 2 * zone + u32::from(half == "private");
        match self.settings.cidr_block.slot(self.settings.subnet_prefix, slot) {
            Ok(range) => {
                let subnet = Subnet::new(&self.vpc, range).availability_zone(self.zones.at(zone as usize));
                Some(self.scope.add(&name, subnet.map_public_ip_on_launch(half == "public").tag("Name", name.as_str())))
            }
            Err(message) => {
                let hint = "choose a wider `cidr_block`, a longer `subnet_prefix` or fewer `zones`";
                self.scope.problem(Problem::new(name, message).hint(hint));
                None
            }
        }
    }

    fn through_gateway(&self, public: &[Handle<Subnet>], private: &[Handle<Subnet>]) -> Translated {
        let (s, Some(first)) = (self.scope, public.first()) else { return Translated::default() };
        let address = s.add("nat", Eip::new());
        let nat = s.add("nat", NatGateway::new(first).allocation(&address));
        let table = s.add("private", RouteTable::new(&self.vpc));
        s.add("private", Route::new(&table, Cidr::ANYWHERE, &nat));
        for (zone, subnet) in private.iter().enumerate() {
            s.add(format!("private-{zone}"), RouteTableAssociation::new(subnet, &table));
        }
        (vec![table], vec![address.public_ip.clone()])
    }

    fn through_instances(
        &self,
        public: &[Handle<Subnet>],
        private: &[Handle<Subnet>],
        image: &Output<ImageId>,
        instance_type: &InstanceType,
        user_data: &str,
    ) -> Translated {
        let s = self.scope;
        let group = s.add(
            "nat",
            SecurityGroup::new(&self.vpc, "address translation for the private subnets")
                .ingress([Rule::all().from(self.settings.cidr_block)])
                .egress([Rule::all().to(Cidr::ANYWHERE)]),
        );
        let mut addresses = Vec::new();
        let mut tables = Vec::new();
        for (k, subnet) in public.iter().take(2).enumerate() {
            let name = format!("nat-{k}");
            let instance = Instance::new(image, instance_type.clone(), subnet).security_groups([&group]).source_dest_check(false);
            let instance = s.add(&name, instance.user_data(user_data.to_owned()).tag("Name", name.as_str()));
            let address = s.add(&name, Eip::new().tag("Name", name.as_str()));
            s.add(&name, EipAssociation::new(&address, &instance));
            let table = s.add(format!("private-{k}"), RouteTable::new(&self.vpc));
            s.add(format!("private-{k}"), Route::new(&table, Cidr::ANYWHERE, &instance));
            addresses.push(address.public_ip.clone());
            tables.push(table);
        }
        self.associate(private, &tables);
        (tables, addresses)
    }

    #[cfg(feature = "iam")]
    fn through_pair(&self, public: &[Handle<Subnet>], private: &[Handle<Subnet>], pair: &NatPairSettings) -> Translated {
        let [first, second, ..] = public else {
            let problem = Problem::new("nat", format!("a pair of NAT instances needs two zones, and there is {}", public.len()));
            self.scope.problem(problem.hint("set `zones` to 2 at least"));
            return Translated::default();
        };
        let pair = NatPair::new(self.scope, pair, &self.vpc, [first, second], self.settings.cidr_block);
        self.associate(private, &pair.tables);
        (pair.tables.into(), pair.addresses.into())
    }

    /// The private subnets take the tables in turn.
    fn associate(&self, private: &[Handle<Subnet>], tables: &[Handle<RouteTable>]) {
        for (zone, subnet) in private.iter().enumerate().filter(|_| !tables.is_empty()) {
            self.scope.add(format!("private-{zone}"), RouteTableAssociation::new(subnet, &tables[zone % tables.len()]));
        }
    }
}
