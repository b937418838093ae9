//! The cache of pages.

use blogstack_aws::{
    ec2::{Rule, SecurityGroup},
    elasticache::{Cluster, Engine, SubnetGroup},
};
use blogstack_core::{Handle, Output, Scope, interpolate};

use super::network::Network;

/// Where memcached listens.
const PORT: u16 = 11211;

/// Memcached for nginx: where it answers.
pub(super) fn cache(s: &Scope, node_type: &str, network: &Network, web: &Handle<SecurityGroup>) -> Output<String> {
    let group = s.add("cache", SecurityGroup::new(&network.vpc, "the cache").ingress([Rule::tcp(PORT).from(web)]));
    let subnets = s.add("cache", SubnetGroup::new(&network.data));
    let cluster = Cluster::new(Engine::Memcached, node_type).cache_subnet_group(&subnets).security_groups([&group]);
    let cluster = s.add("cache", cluster);
    interpolate!("{}:{}", cluster.configuration_address, PORT)
}
