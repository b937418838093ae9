//! The blog's stack.

use blogstack_aws::{
    ec2::{Subnet, Vpc},
    target::{AwsTarget, EndpointTarget},
};
use blogstack_core::{Scope, cli::App};

use crate::target::SimTarget;

/// Settings of the stack.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The network.
    pub network: Network,
}

/// Settings of the network.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The range of its addresses.
    pub cidr_block: ipnet::Ipv4Net,
    /// In how many zones it has subnets.
    pub zones: u8,
}

/// Declares the stack.
pub fn program(s: &Scope, settings: &Settings) {
    let s = s.child("network");
    let range = settings.network.cidr_block;
    let vpc = s.add("vpc", Vpc::new(range.to_string().as_str()).enable_dns_hostnames(true));
    let slots = range.subnets((range.prefix_len() + 8).min(28)).into_iter().flatten();
    for (zone, slot) in slots.take(settings.network.zones.into()).enumerate() {
        let letter = char::from(b'a' + u8::try_from(zone).unwrap_or_default());
        let subnet = s.add(format!("public-{letter}"), Subnet::new(&vpc, slot.to_string().as_str()).map_public_ip_on_launch(true));
        s.export(&format!("public-{letter}"), &subnet.id);
    }
    s.export("vpc", &vpc.id);
}

/// The program with its command line.
pub fn app() -> App {
    App::new("blog", "prod", program)
        .settings(concat!(env!("CARGO_MANIFEST_DIR"), "/stacks"))
        .target(SimTarget::new(|sim| sim))
        .target(AwsTarget)
        .target(EndpointTarget)
}
