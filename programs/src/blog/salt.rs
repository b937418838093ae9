//! The Salt master.

use std::net::Ipv4Addr;

use blogstack_aws::ec2::{ImageId, Rule, SecurityGroup};
use blogstack_core::{Output, Scope};

use super::{database::Database, images::Images, network::Network, server::server, settings::Settings};
use crate::machines;

/// The number of its address in the data subnet.
const ADDRESS: u8 = 11;

/// The address of the master, which the office knows, too: it serves the secrets to no other.
pub(super) fn address(network: &Network) -> Ipv4Addr {
    network.data_address(ADDRESS)
}

/// The master: it takes its states from the public repository, waits for the VPN, and fetches the secrets from the office. What only the stack
/// knows it is told in a pillar.
pub(super) fn master(
    s: &Scope,
    settings: &Settings,
    image: &Output<ImageId>,
    network: &Network,
    database: &Database,
    cache: &Output<String>,
    images: &Images,
) {
    let group = SecurityGroup::new(&network.vpc, "the Salt master")
        .ingress([Rule::tcp_range(4505..=4506).from(network.inside), Rule::tcp(22).from(network.office)]);
    let group = s.add("master", group);
    let outputs = machines::outputs(network.inside)
        .set("url", format!("https://{}", settings.names.host))
        .set("cache-endpoint", cache)
        .set("database-engine", settings.database.engine.name())
        .set("database-address", database.address)
        .set("database-device", &database.device)
        .set("uploads-region", &images.bucket.region)
        .set("uploads-bucket", &images.bucket.bucket)
        .set("uploads-url", &settings.images.url);
    let master = server("salt-master", image, &settings.machines.master_instance_type, &network.data[0], &group);
    s.add("master", master.private_ip(address(network)).user_data(machines::salt_master(&settings.salt, outputs)));
}
