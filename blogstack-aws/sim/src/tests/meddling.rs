//! Changes behind everybody's back.

use std::time::Duration;

use crate::testing::{World, value, values};

#[tokio::test(start_paused = true)]
async fn objects_vanish_without_checks() {
    let world = World::new();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    assert!(world.sim.out_of_band().delete(&vpc).unwrap());
    assert!(!world.sim.out_of_band().delete(&vpc).unwrap());
    world.refused("DescribeVpcs", &[("VpcId.1", &vpc)], "InvalidVpcID.NotFound").await;
    world.ok("DescribeSubnets", &[("SubnetId.1", &subnet)]).await;
    assert!(!world.sim.out_of_band().region("us-east-1").delete(&subnet).unwrap());
}

#[tokio::test(start_paused = true)]
async fn fields_and_tags_change() {
    let world = World::new();
    let vpc = world.vpc().await;
    let meddler = world.sim.out_of_band();
    assert!(meddler.set(&vpc, "dns_hostnames", true).unwrap());
    assert!(!meddler.set(&vpc, "dns_hostnames", "maybe").unwrap() && !meddler.set(&vpc, "colour", 1).unwrap());
    assert!(!meddler.set(&vpc, "id", "vpc-1").unwrap());
    let attribute = [("VpcId", vpc.as_str()), ("Attribute", "enableDnsHostnames")];
    assert_eq!(world.get("DescribeVpcAttribute", &attribute, "value").await, "true");
    assert!(meddler.tag(&vpc, "owner", "stranger").unwrap());
    assert_eq!(value(&world.ok("DescribeTags", &[]).await, "value"), "stranger");
    assert!(meddler.untag(&vpc, "owner").unwrap() && !meddler.untag(&vpc, "owner").unwrap());
    assert!(values(&world.ok("DescribeTags", &[]).await, "value").is_empty());
    assert!(world.sim.calls().iter().all(|call| call.operation.starts_with("Describe") || call.operation == "CreateVpc"));
}

#[tokio::test(start_paused = true)]
async fn objects_are_told_without_times() {
    let world = World::new();
    let vpc = world.vpc().await;
    let before = world.sim.objects();
    world.sim.advance(Duration::from_hours(1));
    assert_eq!(world.sim.objects(), before);
    let fields = &before[&format!("eu-west-1/vpc/{vpc}")];
    assert_eq!((fields["cidr_block"].as_str(), fields.get("available_at")), (Some("10.0.0.0/16"), None));
    let elsewhere = world.as_account("210987654321");
    let other = elsewhere.vpc().await;
    assert!(world.sim.objects().contains_key(&format!("210987654321/eu-west-1/vpc/{other}")));
}
