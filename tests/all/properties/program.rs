//! Random programs: each slot is one resource, there or not, in one of some variants, with one of some options.

use blogstack_aws::ec2::{
    Eip, EipAssociation, Instance, InternetGateway, KeyPair, NatGateway, Route, RouteTable, RouteTableAssociation, Rule, SecurityGroup,
    Subnet, Vpc,
};
use blogstack_core::{Args, Configure, Declare, Field, Handle, Resource, Scope, Tags};
use proptest::prelude::*;

/// Every kind, and the actions that random programs must have taken it through.
pub(super) const KINDS: &[(&str, &[&str])] = &[
    ("aws:ec2/vpc", &["create", "update", "replace", "delete", "same"]),
    ("aws:ec2/subnet", &["create", "update", "replace", "delete", "same"]),
    ("aws:ec2/internet-gateway", &["create", "update", "delete", "same"]),
    ("aws:ec2/route-table", &["create", "update", "delete", "same"]),
    ("aws:ec2/route", &["create", "update", "replace", "delete", "same"]),
    ("aws:ec2/route-table-association", &["create", "update", "replace", "delete", "same"]),
    ("aws:ec2/eip", &["create", "update", "delete", "same"]),
    ("aws:ec2/eip-association", &["create", "replace", "delete", "same"]),
    ("aws:ec2/nat-gateway", &["create", "update", "replace", "delete", "same"]),
    ("aws:ec2/security-group", &["create", "update", "replace", "delete", "same"]),
    ("aws:ec2/key-pair", &["create", "update", "replace", "delete", "same"]),
    ("aws:ec2/instance", &["create", "update", "replace", "delete", "same"]),
];

/// What a declaration may carry.
pub(super) const OPTIONS: &[&str] =
    &["plain", "delete_before_replace", "depends_on", "ignore_changes", "tag", "alias", "protect", "retain"];

/// Whether this option says anything for a kind.
pub(super) fn takes(kind: &str, option: &str) -> bool {
    let has_tags = !matches!(kind, "aws:ec2/route" | "aws:ec2/route-table-association" | "aws:ec2/eip-association");
    match option {
        "ignore_changes" | "tag" => has_tags,
        "retain" => matches!(kind, "aws:ec2/eip" | "aws:ec2/key-pair"),
        "depends_on" => kind != "aws:ec2/vpc",
        _ => true,
    }
}

const SLOTS: [&str; 17] = [
    "vpc",
    "subnet-0",
    "subnet-1",
    "subnet-2",
    "gateway",
    "table-0",
    "table-1",
    "route",
    "association",
    "group-0",
    "group-1",
    "key",
    "eip-0",
    "eip-1",
    "nat",
    "instance",
    "eip-association",
];

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    there: bool,
    variant: u8,
    option: u8,
}

/// A random program.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    slots: Vec<Slot>,
}

fn slot() -> impl Strategy<Value = Slot> {
    let option = prop_oneof![4 => Just(0_u8), 5 => 1..u8::try_from(OPTIONS.len()).unwrap_or(u8::MAX)];
    (prop::bool::weighted(0.8), 0..8_u8, option).prop_map(|(there, variant, option)| Slot { there, variant, option })
}

/// A program, and another one in which some of its slots are different.
pub(super) fn pairs() -> impl Strategy<Value = (Program, Program)> {
    let whole = || prop::collection::vec(slot(), SLOTS.len());
    (whole(), whole(), prop::collection::vec(prop::bool::weighted(0.35), SLOTS.len()), prop::bool::weighted(0.3)).prop_map(
        |(before, other, differs, moves)| {
            let pick = |((before, other), differs): ((&Slot, &Slot), &bool)| if *differs { *other } else { *before };
            let mut after: Vec<Slot> = before.iter().zip(&other).zip(&differs).map(pick).collect();
            // A new network makes everything new: now and then is enough.
            after[0].variant = if moves { after[0].variant } else { before[0].variant & 4 | after[0].variant & 3 };
            (Program { slots: before }, Program { slots: after })
        },
    )
}

/// What has been declared so far.
struct Declaring<'a> {
    program: &'a Program,
    scope: &'a Scope,
    vpc: Option<Handle<Vpc>>,
}

impl Declaring<'_> {
    fn slot(&self, name: &str) -> Option<Slot> {
        let number = SLOTS.iter().position(|slot| *slot == name)?;
        self.program.slots.get(number).copied().filter(|slot| slot.there)
    }

    /// Declares a resource with the slot's option. With the option `alias` it has another name, and either is an alias of the other.
    fn add<A: Args + Clone>(&self, name: &str, slot: Slot, args: A) -> Handle<A::Resource> {
        let renamed = format!("{name}-renamed");
        let option = OPTIONS[usize::from(slot.option)];
        let (own, other) = if option == "alias" { (renamed.as_str(), name) } else { (name, renamed.as_str()) };
        let args = args.alias(other);
        let kind = <A::Resource as Resource>::TYPE;
        let args = match option {
            _ if !takes(kind, option) => args,
            "delete_before_replace" => args.delete_before_replace(),
            "depends_on" => self.vpc.iter().fold(args, Configure::depends_on),
            "ignore_changes" => args.ignore_changes(Field::<A::Resource, Tags>::new("tags")),
            "protect" => args.protect(),
            "retain" => args.retain(),
            _ => args,
        };
        self.scope.add(own, args)
    }

    fn tags(slot: Slot) -> Tags {
        let name = (slot.variant & 1 == 1).then(|| ("Name".to_owned(), "odd".to_owned()));
        let option = (OPTIONS[usize::from(slot.option)] == "tag").then(|| ("option".to_owned(), "tag".to_owned()));
        name.into_iter().chain(option).collect()
    }
}

impl Program {
    /// The same with nothing protected.
    pub(super) fn unprotected(&self) -> Self {
        let protect = OPTIONS.iter().position(|option| *option == "protect");
        let slot = |slot: &Slot| Slot { option: if Some(usize::from(slot.option)) == protect { 0 } else { slot.option }, ..*slot };
        Self { slots: self.slots.iter().map(slot).collect() }
    }

    /// The kinds it declares, with their options.
    pub(super) fn options(&self) -> Vec<(&'static str, &'static str)> {
        let named = SLOTS.iter().zip(&self.slots).filter(|(_, slot)| slot.there);
        named.map(|(name, slot)| (kind_of(name), OPTIONS[usize::from(slot.option)])).collect()
    }

    /// Declares whatever is there and has what it needs.
    pub(super) fn declare(&self, s: &Scope) {
        let mut d = Declaring { program: self, scope: s, vpc: None };
        let Some(slot) = d.slot("vpc") else { return d.without_network() };
        let range = if slot.variant & 4 == 0 { "10.0.0.0/16" } else { "10.4.0.0/16" };
        let network = if slot.variant & 4 == 0 { 0 } else { 4 };
        let vpc = d.add("vpc", slot, Vpc::new(range).enable_dns_hostnames(slot.variant & 2 == 2).tags(Declaring::tags(slot)));
        d.vpc = Some(vpc.clone());
        let subnets: Vec<_> = (0..3).filter_map(|number| d.subnet(number, network, &vpc)).collect();
        let gateway = d.slot("gateway").map(|slot| d.add("gateway", slot, InternetGateway::new(&vpc).tags(Declaring::tags(slot))));
        let tables: Vec<_> = ["table-0", "table-1"]
            .into_iter()
            .filter_map(|name| d.slot(name).map(|slot| d.add(name, slot, RouteTable::new(&vpc).tags(Declaring::tags(slot)))))
            .collect();
        let groups = d.groups(&vpc);
        d.key();
        let addresses = d.addresses();
        let instance = d.instance(&subnets, &groups, gateway.is_some());
        let nat = d.nat(&subnets, addresses[1].as_ref(), gateway.is_some());
        if let (Some(slot), Some(table)) = (d.slot("route"), tables.first()) {
            let range = if slot.variant & 4 == 0 { "0.0.0.0/0" } else { "192.168.0.0/16" };
            match (slot.variant & 3, &gateway, &nat, &instance) {
                (0, Some(gateway), ..) => drop(d.add("route", slot, Route::new(table, range, gateway))),
                (1, _, Some(nat), _) => drop(d.add("route", slot, Route::new(table, range, nat))),
                (_, _, _, Some(instance)) => drop(d.add("route", slot, Route::new(table, range, instance))),
                _ => {}
            }
        }
        if let (Some(slot), false, false) = (d.slot("association"), subnets.is_empty(), tables.is_empty()) {
            let subnet = &subnets[usize::from(slot.variant & 1) % subnets.len()];
            let table = &tables[usize::from(slot.variant >> 1 & 1) % tables.len()];
            d.add("association", slot, RouteTableAssociation::new(subnet, table));
        }
        if let (Some(slot), Some(instance), Some(_), Some(address)) = (d.slot("eip-association"), &instance, &gateway, &addresses[0]) {
            d.add("eip-association", slot, EipAssociation::new(address, instance));
        }
    }
}

impl Declaring<'_> {
    /// What stands by itself.
    fn without_network(&self) {
        self.key();
        self.addresses();
    }

    fn key(&self) {
        if let Some(slot) = self.slot("key") {
            let material = if slot.variant & 4 == 0 { KEY_A } else { KEY_B };
            self.add("key", slot, KeyPair::new(material).tags(Self::tags(slot)));
        }
    }

    /// The first is for the instance, the second for the NAT gateway.
    fn addresses(&self) -> [Option<Handle<Eip>>; 2] {
        ["eip-0", "eip-1"].map(|name| self.slot(name).map(|slot| self.add(name, slot, Eip::new().tags(Self::tags(slot)))))
    }

    fn subnet(&self, number: u8, network: u8, vpc: &Handle<Vpc>) -> Option<Handle<Subnet>> {
        let name = format!("subnet-{number}");
        let slot = self.slot(&name)?;
        // The second range overlaps the first, the third stands beside it.
        let range = match slot.variant & 6 {
            0 | 2 => format!("10.{network}.{}.0/24", number * 16),
            4 => format!("10.{network}.{}.0/25", number * 16),
            _ => format!("10.{network}.{}.0/24", number * 16 + 8),
        };
        let subnet = Subnet::new(vpc, range.as_str()).availability_zone("eu-west-1a").map_public_ip_on_launch(slot.variant & 2 == 2);
        Some(self.add(&name, slot, subnet.tags(Self::tags(slot))))
    }

    fn groups(&self, vpc: &Handle<Vpc>) -> Vec<Handle<SecurityGroup>> {
        let mut groups: Vec<Handle<SecurityGroup>> = Vec::new();
        if let Some(slot) = self.slot("group-0") {
            let description = if slot.variant & 4 == 0 { "first" } else { "first, in other words" };
            let group = SecurityGroup::new(vpc, description).tags(Self::tags(slot));
            groups.push(self.add(
                "group-0",
                slot,
                if slot.variant & 2 == 0 { group } else { group.ingress([Rule::tcp(80).from("0.0.0.0/0")]) },
            ));
        }
        if let Some(slot) = self.slot("group-1") {
            let rules = groups.first().map(|first| vec![Rule::tcp(5432).from(first), Rule::all().from_itself()]);
            let group = SecurityGroup::new(vpc, "second").ingress(rules).tags(Self::tags(slot));
            groups.push(self.add("group-1", slot, if slot.variant & 4 == 0 { group } else { group.group_name("fixed") }));
        }
        groups
    }

    fn nat(&self, subnets: &[Handle<Subnet>], address: Option<&Handle<Eip>>, has_gateway: bool) -> Option<Handle<NatGateway>> {
        let slot = self.slot("nat").filter(|_| has_gateway && !subnets.is_empty())?;
        let subnet = &subnets[usize::from(slot.variant >> 1 & 1) % subnets.len()];
        Some(self.add("nat", slot, NatGateway::new(subnet).allocation(address?).tags(Self::tags(slot))))
    }

    /// Without a gateway there is none: AWS does not let a gateway go from a network in which an instance has a public address.
    fn instance(&self, subnets: &[Handle<Subnet>], groups: &[Handle<SecurityGroup>], has_gateway: bool) -> Option<Handle<Instance>> {
        let slot = self.slot("instance").filter(|_| has_gateway && !subnets.is_empty())?;
        let image = self.scope.look_up(blogstack_aws::ec2::Image::by_parameter(IMAGE));
        let size = blogstack_aws::ec2::InstanceType(if slot.variant & 2 == 0 { "t3.nano" } else { "t3.micro" }.into());
        let instance = Instance::new(&image, size, &subnets[0]).security_groups((!groups.is_empty()).then_some(groups));
        let instance = instance.source_dest_check(slot.variant & 1 == 0).tags(Self::tags(slot));
        Some(self.add("instance", slot, if slot.variant & 4 == 0 { instance } else { instance.user_data("#!/bin/sh\n") }))
    }
}

fn kind_of(slot: &str) -> &'static str {
    match slot.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-') {
        "vpc" => "aws:ec2/vpc",
        "subnet" => "aws:ec2/subnet",
        "gateway" => "aws:ec2/internet-gateway",
        "table" => "aws:ec2/route-table",
        "route" => "aws:ec2/route",
        "association" => "aws:ec2/route-table-association",
        "group" => "aws:ec2/security-group",
        "key" => "aws:ec2/key-pair",
        "eip" => "aws:ec2/eip",
        "nat" => "aws:ec2/nat-gateway",
        "instance" => "aws:ec2/instance",
        _ => "aws:ec2/eip-association",
    }
}

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
const KEY_A: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a";
const KEY_B: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPQxPiXBQYGmJRLqzCFtjtAlW8vTTKeiCgHXCQmOKXzA b";
