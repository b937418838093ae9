//! Application and network load balancers.

mod listener;
mod listener_rule;
mod load_balancer;
mod target_group;
mod target_group_attachment;

use blogstack_aws::{
    ec2::{Image, Instance, InternetGateway, Subnet, Vpc},
    elbv2::{Action, Listener, LoadBalancer, Protocol, TargetGroup},
};
use blogstack_core::{Handle, Scope};
use blogstack_tests::kinds::Kind;

/// Their lives.
pub(super) const KINDS: &[Kind] =
    &[listener::KIND, listener_rule::KIND, load_balancer::KIND, target_group::KIND, target_group_attachment::KIND];

/// A network with subnets in three zones and a way to the internet.
struct Network {
    vpc: Handle<Vpc>,
    subnets: [Handle<Subnet>; 3],
}

fn network(s: &Scope) -> Network {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    let subnet = |name: &str, block: &str, zone: &str| s.add(name, Subnet::new(&vpc, block).availability_zone(zone));
    let subnets =
        [subnet("a", "10.0.0.0/24", "eu-west-1a"), subnet("b", "10.0.1.0/24", "eu-west-1b"), subnet("c", "10.0.2.0/24", "eu-west-1c")];
    Network { vpc, subnets }
}

fn balancer(s: &Scope, Network { subnets: [a, b, _], .. }: &Network) -> Handle<LoadBalancer> {
    s.add("balancer", LoadBalancer::new([a, b]))
}

fn group(s: &Scope, name: &str, network: &Network) -> Handle<TargetGroup> {
    s.add(name, TargetGroup::new(&network.vpc, Protocol::Http, 80_u16))
}

/// A listener that answers by itself.
fn listener(s: &Scope, network: &Network) -> Handle<Listener> {
    let balancer = balancer(s, network);
    s.add("listener", Listener::new(&balancer, Protocol::Http, 80_u16, Action::responding(404_u16)))
}

fn instance(s: &Scope, Network { subnets: [a, ..], .. }: &Network) -> Handle<Instance> {
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    s.add("instance", Instance::new(&image, "t3.nano", a))
}
