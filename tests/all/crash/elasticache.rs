//! Clusters and their subnet groups.

use blogstack_aws::{
    ec2::{Subnet, Vpc},
    elasticache::{Cluster, Engine, SubnetGroup},
};
use blogstack_core::{Configure, Scope};
use blogstack_tests::crash::Run;

use super::survives;

fn before(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let group = s.add("group", SubnetGroup::new([&subnet]).tag("a", "1"));
    s.add("pages", Cluster::new(Engine::Memcached, "cache.t3.micro").cache_subnet_group(&group).tag("a", "1"));
    s.add("sessions", Cluster::new(Engine::Redis, "cache.t3.micro").cache_cluster_id("sessions"));
    s.add("gone", Cluster::new(Engine::Memcached, "cache.t3.micro"));
}

/// Updates, replacements in both orders, one object less.
fn after(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let group = s.add("group", SubnetGroup::new([&subnet]).description("cache").tag("b", "2"));
    s.add("pages", Cluster::new(Engine::Memcached, "cache.t3.small").cache_subnet_group(&group).num_cache_nodes(2));
    s.add("sessions", Cluster::new(Engine::Redis, "cache.t3.micro").cache_cluster_id("sessions").port(6380));
    s.add("other", SubnetGroup::new([&subnet]).cache_subnet_group_name("other").delete_before_replace());
}

#[test]
fn elasticache_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [30, 30, 20]);
}
