use blogstack_aws::{
    ec2::{SecurityGroup, Subnet, Vpc},
    elasticache::{Cluster, ClusterArgs, Engine, SubnetGroup},
};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};

const SUNDAY: &str = "sun:05:00-sun:06:00";
const MONDAY: &str = "mon:05:00-mon:06:00";

fn memcached() -> ClusterArgs {
    Cluster::new(Engine::Memcached, "cache.t3.micro")
}

fn redis(kind: &'static str) -> ClusterArgs {
    Cluster::new(Engine::Redis, kind)
}

fn add(s: &Scope, cluster: ClusterArgs) {
    s.add("cluster", cluster);
}

/// In a network of its own, under a name.
fn placed(s: &Scope, port: u16, second: bool, window: &'static str) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let (one, two) = (s.add("one", SecurityGroup::new(&vpc, "one")), s.add("two", SecurityGroup::new(&vpc, "two")));
    let group = s.add("group", SubnetGroup::new([&subnet]));
    let cluster = memcached().cache_cluster_id("pages").cache_subnet_group(&group).port(port);
    s.add("cluster", cluster.security_groups([if second { &two } else { &one }]).preferred_maintenance_window(window));
}

pub(super) const KIND: Kind = Kind {
    subject: "cluster",
    minimal: |s| add(s, memcached()),
    changes: &[
        update("a tag set", |s| add(s, memcached().tag("a", "1"))),
        update("tags cleared", |s| add(s, memcached())),
        update("more nodes", |s| add(s, memcached().num_cache_nodes(3))),
        update("fewer nodes", |s| add(s, memcached().num_cache_nodes(2))),
        update("a newer version", |s| add(s, memcached().engine_version("1.6.30"))),
        create_first("an older version", |s| add(s, memcached().engine_version("1.6.22"))),
        update("parameters", |s| add(s, memcached().cache_parameter_group_name("own"))),
        update("no upgrades", |s| add(s, memcached().auto_minor_version_upgrade(false))),
        create_first("another type", |s| {
            add(s, Cluster::new(Engine::Memcached, "cache.t3.small").cache_parameter_group_name("own").auto_minor_version_upgrade(false))
        }),
        create_first("another engine", |s| add(s, redis("cache.t3.micro"))),
        update("another type, in place", |s| add(s, redis("cache.t3.small"))),
        create_first("a place and a name", |s| placed(s, 11211, false, SUNDAY)),
        update("another group", |s| placed(s, 11211, true, SUNDAY)),
        update("another window", |s| placed(s, 11211, true, MONDAY)),
        delete_first("another port under this name", |s| placed(s, 11212, true, MONDAY)),
    ],
    creates: "CreateCacheCluster",
    deletes: "DeleteCacheCluster",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("cluster", memcached().adopt(&ids["cluster"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn it_tells_where_it_answers() {
    run(async {
        let world = World::new();
        world.up(|s| add(s, memcached().num_cache_nodes(2))).await;
        let state = world.state().await;
        let outputs = &state.records.values().next().unwrap().outputs;
        let configuration = outputs.get("configuration_address").unwrap().as_text().unwrap();
        assert!(configuration.contains(".cfg.") && configuration.ends_with(".cache.amazonaws.com"), "{configuration}");
        let nodes = format!("{:?}", outputs.get("node_addresses").unwrap());
        assert!(nodes.contains(".0001.") && nodes.contains(".0002."), "{nodes}");
        assert!(format!("{:?}", outputs.get("port").unwrap()).contains("11211"));
    });
}

#[test]
fn what_cannot_be_is_refused_before_any_call() {
    run(async {
        let refused = |program: fn(&Scope)| async move { World::new().stack(program).preview().await.unwrap_err().to_string() };
        let nodes = refused(|s| add(s, redis("cache.t3.micro").num_cache_nodes(2))).await;
        assert!(nodes.contains("such a cluster has 1 to 1"), "{nodes}");
        let kind = refused(|s| add(s, Cluster::new(Engine::Memcached, "t3.micro"))).await;
        assert!(kind.contains("these begin with `cache.`"), "{kind}");
    });
}
