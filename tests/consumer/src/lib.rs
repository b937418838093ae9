//! A wiki in a private network of AWS, with a name in the office's own list of hosts.

use blogstack_aws::{
    Cidr,
    cloud_init::{CloudConfig, UserData},
    components::{Nat, NatPairSettings, Network, NetworkSettings},
    ec2::{Image, Instance, Rule, SecurityGroup},
};
use blogstack_core::Scope;
use serde::Deserialize;

pub mod hosts;

use hosts::Host;

/// The newest image of Amazon Linux.
const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

/// `stacks/wiki.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The range of the network.
    pub cidr_block: Cidr,
    /// The office's own range, from which the wiki is read.
    pub office: Cidr,
    /// The wiki's name in the office.
    pub name: String,
}

/// Two components of the library, a machine, and a kind of our own that takes what the machine yields.
pub fn program(s: &Scope, settings: &Settings) {
    let image = s.look_up(Image::by_parameter(IMAGE));
    let size = NetworkSettings { cidr_block: settings.cidr_block, subnet_prefix: settings.cidr_block.prefix() + 4, zones: 2 };
    let nat = Nat::Pair(NatPairSettings::new(image.clone(), "t3.nano"));
    let network = Network::new(&s.child("network"), &size, &nat);

    let group = SecurityGroup::new(&network.vpc, "the wiki").ingress([Rule::tcp(443).from(settings.office)]);
    let group = s.add("wiki", group);
    let Some(subnet) = network.private.first() else { return };
    let user_data = UserData::new().config(CloudConfig::new().packages(["dokuwiki"]));
    let wiki = Instance::new(&image, "t3.micro", subnet).security_groups([&group]).user_data(user_data);
    let wiki = s.add("wiki", wiki);

    s.add("wiki", Host::new(settings.name.as_str(), &wiki.private_ip));
    s.export("wiki", &wiki.private_ip);
}
