//! The resources of a random program, kind by kind.

use blogstack_aws::ec2::{
    Eip, EipAssociation, Image, Instance, InstanceType, InternetGateway, KeyPair, NatGateway, Route, RouteTable, RouteTableAssociation,
    Rule, SecurityGroup, Subnet, Vpc,
};
use blogstack_core::Handle;

use super::{super::slot::Choice, Declaring};

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

pub(super) const KEYS: [&str; 2] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPQxPiXBQYGmJRLqzCFtjtAlW8vTTKeiCgHXCQmOKXzA b",
];

/// What can be reached: what routes lead to, addresses stand for, and tables are for.
struct Network {
    subnets: Vec<Handle<Subnet>>,
    gateway: Option<Handle<InternetGateway>>,
    tables: Vec<Handle<RouteTable>>,
    instance: Option<Handle<Instance>>,
    nat: Option<Handle<NatGateway>>,
}

/// One of them, if there is any: each form takes another one.
fn pick<T>(items: &[T], form: impl Into<usize>) -> Option<&T> {
    items.get(form.into().checked_rem(items.len())?)
}

impl Declaring<'_> {
    pub(super) fn everything(&self) {
        if let Some(slot) = self.slot("key") {
            let key = KeyPair::new(KEYS[usize::from(slot.form & 1)]).tags(self.tags("key", slot));
            self.key.get_or_init(|| self.add("key", slot, key));
        }
        let address = |name| Some(self.slot(name)?).map(|slot| self.add(name, slot, Eip::new().tags(self.tags(name, slot))));
        let mut addresses: Vec<Handle<Eip>> = ["eip-0", "eip-1", "eip-2"].into_iter().filter_map(address).collect();
        let Some(slot) = self.slot("vpc") else { return };
        // A second network of another range, or of the same one: both can be.
        let range = if slot.form & 1 == 0 { "10.0.0.0/16" } else { "10.4.0.0/16" };
        let vpc = Vpc::new(range).enable_dns_hostnames(slot.moved).tags(self.tags("vpc", slot));
        let vpc = self.network.get_or_init(|| self.add("vpc", slot, vpc)).clone();
        let subnets: Vec<_> = (0..3).filter_map(|number| self.subnet(number, slot.form & 1, &vpc)).collect();
        let gateway =
            self.slot("gateway").map(|slot| self.add("gateway", slot, InternetGateway::new(&vpc).tags(self.tags("gateway", slot))));
        let table = |name| Some(self.slot(name)?).map(|slot| self.add(name, slot, RouteTable::new(&vpc).tags(self.tags(name, slot))));
        let tables = ["table-0", "table-1"].into_iter().filter_map(table).collect();
        let groups = self.groups(&vpc);
        let mut network = Network { subnets, gateway, tables, instance: None, nat: None };
        network.instance = self.instance(&network, &groups);
        network.nat = self.nat(&network, &mut addresses);
        (0..2).for_each(|number| self.route(number, &network));
        (0..2).for_each(|number| self.association(number, &network));
        self.eip_association(&network, &addresses);
    }

    /// The ranges of two forms overlap each other, those of the others do not.
    fn subnet(&self, number: u8, network: u8, vpc: &Handle<Vpc>) -> Option<Handle<Subnet>> {
        let name = format!("subnet-{number}");
        let slot = self.slot(&name)?;
        let (third, length) = (number * 16 + (slot.form & 1) * 8, if slot.form & 2 == 0 { 24 } else { 25 });
        let range = format!("10.{}.{third}.0/{length}", network * 4);
        let subnet = Subnet::new(vpc, range.as_str()).availability_zone("eu-west-1a").map_public_ip_on_launch(slot.moved);
        Some(self.add(&name, slot, subnet.tags(self.tags(&name, slot))))
    }

    fn groups(&self, vpc: &Handle<Vpc>) -> Vec<Handle<SecurityGroup>> {
        let mut groups: Vec<Handle<SecurityGroup>> = Vec::new();
        if let Some(slot) = self.slot("group-0") {
            let description = if slot.form & 1 == 0 { "first" } else { "first, in other words" };
            let group = SecurityGroup::new(vpc, description).tags(self.tags("group-0", slot));
            let group = if slot.moved { group.ingress([Rule::tcp(80).from("0.0.0.0/0")]) } else { group };
            groups.push(self.add("group-0", slot, group));
        }
        if let Some(slot) = self.slot("group-1") {
            // Always set: what is adopted keeps what is not.
            let from_first = groups.first().map(|first| Rule::tcp(5432).from(first));
            let rules: Vec<_> = from_first.into_iter().chain([Rule::all().from_itself()]).collect();
            let description = if slot.form & 1 == 0 { "second" } else { "second, in other words" };
            let group = SecurityGroup::new(vpc, description).ingress(rules).tags(self.tags("group-1", slot));
            groups.push(self.add("group-1", slot, if slot.form & 6 == 6 { group.group_name("fixed") } else { group }));
        }
        groups
    }

    /// Without a gateway there is none: AWS does not let a gateway go from a network in which an instance has a public address.
    fn instance(&self, network: &Network, groups: &[Handle<SecurityGroup>]) -> Option<Handle<Instance>> {
        let slot = self.slot("instance").filter(|_| network.gateway.is_some())?;
        let image = self.scope.look_up(Image::by_parameter(IMAGE));
        let size = InstanceType(if slot.moved { "t3.micro" } else { "t3.nano" }.into());
        let instance = Instance::new(&image, size, network.subnets.first()?).security_groups((!groups.is_empty()).then_some(groups));
        let instance = instance.source_dest_check(false).tags(self.tags("instance", slot));
        Some(self.add("instance", slot, if slot.form & 1 == 0 { instance } else { instance.user_data("#!/bin/sh\n") }))
    }

    /// It takes an address away from those that may stand for the instance.
    fn nat(&self, network: &Network, addresses: &mut Vec<Handle<Eip>>) -> Option<Handle<NatGateway>> {
        let slot = self.slot("nat").filter(|_| network.gateway.is_some() && !addresses.is_empty())?;
        let subnet = pick(&network.subnets, slot.form >> 2)?;
        let address = addresses.remove(usize::from(slot.form) % addresses.len());
        Some(self.add("nat", slot, NatGateway::new(subnet).allocation(&address).tags(self.tags("nat", slot))))
    }

    fn route(&self, number: u8, network: &Network) {
        let name = format!("route-{number}");
        let (Some(slot), Some(table)) = (self.slot(&name), self.slot(&name).and_then(|slot| pick(&network.tables, slot.form & 1))) else {
            return;
        };
        let ignores = self.program.choices(&name).has(Choice::IgnoreChanges) && slot.ignored;
        let (second, third) = (if slot.form & 2 == 0 { 168 } else { 169 }, number * 2 + u8::from(ignores));
        let range = format!("192.{second}.{third}.0/24");
        let to: Vec<u8> = [network.gateway.is_some(), network.nat.is_some(), network.instance.is_some()]
            .into_iter()
            .zip(0_u8..)
            .filter_map(|(is_there, target)| is_there.then_some(target))
            .collect();
        let target = pick(&to, number + u8::from(slot.moved));
        let route = match (target, &network.gateway, &network.nat, &network.instance) {
            (Some(0), Some(gateway), ..) => Route::new(table, range.as_str(), gateway),
            (Some(1), _, Some(nat), _) => Route::new(table, range.as_str(), nat),
            (Some(2), .., Some(instance)) => Route::new(table, range.as_str(), instance),
            _ => return,
        };
        self.add_with(&name, slot, route, Some(table));
    }

    /// The second is for the last subnet, the first for one of the others.
    fn association(&self, number: u8, network: &Network) {
        let name = format!("association-{number}");
        let Some(slot) = self.slot(&name) else { return };
        let (last, others) = match network.subnets.split_last() {
            Some((last, others)) if !others.is_empty() => (Some(last), others),
            _ => (None, &network.subnets[..]),
        };
        let subnet = if number == 0 { pick(others, slot.form) } else { last };
        if let (Some(subnet), Some(table)) = (subnet, pick(&network.tables, u8::from(slot.moved))) {
            self.add_with(&name, slot, RouteTableAssociation::new(subnet, table), Some(subnet));
        }
    }

    fn eip_association(&self, network: &Network, addresses: &[Handle<Eip>]) {
        let (Some(slot), Some(instance)) = (self.slot("eip-association"), &network.instance) else { return };
        let Some(address) = pick(addresses, slot.form) else { return };
        let association = EipAssociation::new(address, instance).allow_reassociation(slot.moved);
        self.add_with("eip-association", slot, association, Some(instance));
    }
}
