//! Reads may lag behind writes.

use std::time::Duration;

use crate::consistency::Consistency;
use crate::testing::{World, values};

const WINDOW: Duration = Duration::from_secs(5);

fn lagging(consistency: Consistency) -> World {
    World::with(|builder| builder.consistency(consistency))
}

#[tokio::test(start_paused = true)]
async fn reads_by_id_and_by_filter_miss_what_is_new() {
    let world = lagging(Consistency::window(WINDOW));
    let mut missed = 0;
    for _ in 0..20 {
        let vpc = world.vpc().await;
        let by_filter = world.ok("DescribeVpcs", &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)]).await;
        if values(&by_filter, "vpcId").is_empty() {
            missed += 1;
            world.refused("DescribeVpcs", &[("VpcId.1", &vpc)], "InvalidVpcID.NotFound").await;
        } else {
            world.ok("DescribeVpcs", &[("VpcId.1", &vpc)]).await;
        }
    }
    assert!(missed > 10, "{missed}");
    world.sim.advance(WINDOW);
    assert_eq!(values(&world.ok("DescribeVpcs", &[]).await, "vpcId").len(), 20);
}

#[tokio::test(start_paused = true)]
async fn writes_find_what_is_new_unless_told_otherwise() {
    let world = lagging(Consistency::window(WINDOW));
    for _ in 0..10 {
        let vpc = world.vpc().await;
        world.subnet(&vpc, "10.0.1.0/24").await;
    }
    let world = lagging(Consistency::window(WINDOW).for_writes_too());
    let mut refused = 0;
    for _ in 0..10 {
        let vpc = world.vpc().await;
        let reply = world.reply("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.1.0/24")]).await;
        refused += usize::from(reply.status == 400);
    }
    assert!(refused > 5, "{refused}");
}

#[tokio::test(start_paused = true)]
async fn without_a_window_everything_is_seen_at_once() {
    let world = World::new();
    for _ in 0..10 {
        let vpc = world.vpc().await;
        world.ok("DescribeVpcs", &[("VpcId.1", &vpc)]).await;
    }
}
