//! The small example, and the subject of the benchmarks: a network with two NAT instances.

use blogstack_aws::{
    Cidr,
    components::{Nat, Network, NetworkSettings, TRANSLATE},
    ec2::{Image, InstanceType},
};
use blogstack_core::{Scope, cli::App};
use serde::Deserialize;

use crate::target;

/// `stacks/network.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The range of the network's addresses.
    pub cidr_block: Cidr,
    /// The prefix of each subnet.
    #[serde(default = "default_subnet_prefix")]
    pub subnet_prefix: u8,
    /// How many zones it spans.
    #[serde(default = "default_zones")]
    pub zones: u32,
    /// The public parameter that names the image of the NAT instances.
    #[serde(default = "default_image")]
    pub nat_image: String,
    /// Their size.
    #[serde(default = "default_instance_type")]
    pub nat_instance_type: String,
}

fn default_subnet_prefix() -> u8 {
    20
}

fn default_zones() -> u32 {
    2
}

fn default_image() -> String {
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64".into()
}

fn default_instance_type() -> String {
    "t3.nano".into()
}

impl Settings {
    fn network(&self) -> NetworkSettings {
        NetworkSettings { cidr_block: self.cidr_block, subnet_prefix: self.subnet_prefix, zones: self.zones }
    }
}

/// The network with a pair of NAT instances.
pub fn program(s: &Scope, settings: &Settings) {
    let image = s.look_up(Image::by_parameter(settings.nat_image.as_str()));
    let instance_type = InstanceType(settings.nat_instance_type.clone());
    let nat = Nat::Instances { image, instance_type, user_data: TRANSLATE.into() };
    let network = Network::new(s, &settings.network(), &nat);
    s.export("vpc", &network.vpc.id);
    for (zone, subnet) in network.public.iter().enumerate() {
        s.export(&format!("public-{zone}"), &subnet.id);
    }
    for (zone, subnet) in network.private.iter().enumerate() {
        s.export(&format!("private-{zone}"), &subnet.id);
    }
    for (k, address) in network.nat_addresses.iter().enumerate() {
        s.export(&format!("nat-address-{k}"), address);
    }
}

/// `network` with its command line.
pub fn app() -> App {
    target::all(App::new("blog", "network", program))
}
