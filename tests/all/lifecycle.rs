//! Up, no-op, change, destroy.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Declare, Scope, display::{Style, plan_text}};
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
        let plan = world.stack(network).preview().await.unwrap();
        println!("{}", plan_text(&plan, Style::plain()));
        world.up(network).await;
        println!("{:#?}", world.calls());
        println!("{:#?}", world.canonical().await);
        let again = world.stack(network).preview().await.unwrap();
        println!("{}", plan_text(&again, Style::plain()));
        assert!(again.is_empty());
        println!("{:#?}", world.calls());
        world.up(network).await;
        println!("{:#?}", world.calls());
        world.destroy().await;
        println!("{:#?}", world.calls());
        println!("{:#?}", world.canonical().await);
    });
}
