//! Programs with an object of every kind.

use blogstack_aws::ec2::{
    Eip, EipAssociation, Image, Instance, InstanceType, InternetGateway, KeyPair, NatGateway, Route, RouteTable,
    RouteTableAssociation, Rule, SecurityGroup, Subnet, Vpc,
};
use blogstack_core::{Configure, Scope};

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl operator";

/// A fixed address in the public subnet, so that runs can be compared.
fn ip(host: u8) -> std::net::Ipv4Addr {
    std::net::Ipv4Addr::new(10, 0, 0, host)
}

/// What differs between the two programs.
#[derive(Clone, Copy)]
struct Change {
    dns: bool,
    private_range: &'static str,
    user_data: &'static str,
    port: u16,
    tag: &'static str,
    second_address: bool,
}

/// 19 objects of all 12 kinds.
pub(super) fn before(s: &Scope) {
    let change = Change { dns: true, private_range: "10.0.1.0/24", user_data: "#!/bin/sh\necho one\n", port: 80, tag: "one", second_address: true };
    program(s, change);
}

/// The same with updates, replacements in both orders, and one object less.
pub(super) fn after(s: &Scope) {
    let change = Change { dns: false, private_range: "10.0.2.0/24", user_data: "#!/bin/sh\necho two\n", port: 8080, tag: "two", second_address: false };
    program(s, change);
}

fn program(s: &Scope, change: Change) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(change.dns));
    let gateway = s.add("gateway", InternetGateway::new(&vpc).tag("Name", change.tag));
    let public = s.add("public", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a").map_public_ip_on_launch(true));
    let private = s.add("private", Subnet::new(&vpc, change.private_range).availability_zone("eu-west-1a"));
    let outside = s.add("outside", RouteTable::new(&vpc));
    let inside = s.add("inside", RouteTable::new(&vpc).tag("Name", change.tag));
    s.add("outside", Route::new(&outside, "0.0.0.0/0", &gateway));
    s.add("public", RouteTableAssociation::new(&public, &outside));
    s.add("private", RouteTableAssociation::new(&private, &inside));
    let address = s.add("nat", Eip::new());
    let nat = s.add("nat", NatGateway::new(&public).allocation(&address).private_ip(ip(11)));
    let web = s.add("web", SecurityGroup::new(&vpc, "web").ingress([Rule::tcp(change.port).from("0.0.0.0/0")]));
    let database = s.add("database", SecurityGroup::new(&vpc, "database").ingress([Rule::tcp(5432).from(&web), Rule::all().from_itself()]));
    let key = s.add("key", KeyPair::new(KEY).tag("Name", change.tag));
    let image = s.look_up(Image::by_parameter(IMAGE));
    let instance = Instance::new(&image, InstanceType("t3.nano".into()), &public).private_ip(ip(10));
    let instance = instance.security_groups([&web, &database]).user_data(change.user_data).source_dest_check(false).key_name(&key.key_name);
    let instance = s.add("instance", instance);
    let own = s.add("instance", Eip::new().tag("Name", change.tag));
    s.add("instance", EipAssociation::new(&own, &instance));
    s.add("inside", Route::new(&inside, "0.0.0.0/0", &nat));
    s.add("office", Route::new(&inside, "192.168.0.0/16", &instance));
    if change.second_address {
        s.add("spare", Eip::new().depends_on(&nat));
    }
    s.export("address", &own.public_ip);
}

/// 8 objects, among them an instance, a NAT gateway and a group.
pub(super) fn eight(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("gateway", InternetGateway::new(&vpc));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    let address = s.add("nat", Eip::new());
    let nat = s.add("nat", NatGateway::new(&subnet).allocation(&address).private_ip(ip(11)));
    let group = s.add("group", SecurityGroup::new(&vpc, "all").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
    let image = s.look_up(Image::by_parameter(IMAGE));
    s.add("instance", Instance::new(&image, InstanceType("t3.nano".into()), &subnet).private_ip(ip(10)).security_groups([&group]));
    let table = s.add("table", RouteTable::new(&vpc));
    s.add("route", Route::new(&table, "0.0.0.0/0", &nat));
}
