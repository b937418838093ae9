//! Up, no-op, change, destroy.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::Scope;
use blogstack_tests::{run, world::World};

fn network(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true).tag("Name", "blog"));
    let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24").map_public_ip_on_launch(true));
    s.export("vpc", &vpc.id);
    s.export("zone", &subnet.availability_zone);
}

#[test]
fn up_again_changes_nothing_and_only_reads() {
    run(async {
        let world = World::new();
        assert_eq!(world.stack(network).preview().await.unwrap().summary()["create"], 2);
        world.up(network).await;
        world.calls();
        let again = world.stack(network).preview().await.unwrap();
        assert!(again.is_empty());
        world.up(network).await;
        let reads = ["DescribeSubnets", "DescribeVpcs", "DescribeVpcAttribute"];
        assert_eq!(world.calls(), [reads, reads].concat());
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
        let left = world.canonical().await;
        assert!(left.cloud.is_empty() && left.records.is_empty() && left.intents == 0);
    });
}
