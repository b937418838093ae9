use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

async fn attribute(world: &World, vpc: &str, name: &str) -> String {
    world.get("DescribeVpcAttribute", &[("VpcId", vpc), ("Attribute", name)], "value").await
}

#[tokio::test(start_paused = true)]
async fn a_vpc_comes_with_its_parts_and_takes_them_along() {
    let world = World::new();
    let vpc = world.vpc().await;
    let kinds: Vec<String> = world.sim.objects().into_keys().filter_map(|key| Some(key.split('/').nth(1)?.to_owned())).collect();
    assert_eq!(kinds, ["network-acl", "route-table", "security-group-rule", "security-group-rule", "security-group", "vpc"]);
    world.ok("DeleteVpc", &[("VpcId", &vpc)]).await;
    assert!(world.sim.objects().is_empty());
    world.refused("DeleteVpc", &[("VpcId", &vpc)], "InvalidVpcID.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn blocks_are_checked_and_their_host_bits_cleared() {
    let world = World::new();
    for (block, code) in [("10.0.0.0/15", "InvalidVpc.Range"), ("10.0.0.0/29", "InvalidVpc.Range"), ("ten", "InvalidParameterValue")] {
        world.refused("CreateVpc", &[("CidrBlock", block)], code).await;
    }
    world.refused("CreateVpc", &[], "MissingParameter").await;
    assert_eq!(world.get("CreateVpc", &[("CidrBlock", "10.0.3.7/16")], "cidrBlock").await, "10.0.0.0/16");
}

#[tokio::test(start_paused = true)]
async fn a_vpc_is_pending_first() {
    let world = World::with(|builder| builder.delays(Delays::realistic()));
    let vpc = world.vpc().await;
    let state = [("VpcId.1", vpc.as_str())];
    assert_eq!(world.get("DescribeVpcs", &state, "state").await, "pending");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(world.get("DescribeVpcs", &state, "state").await, "available");
}

#[tokio::test(start_paused = true)]
async fn attributes_change_one_a_call() {
    let world = World::new();
    let vpc = world.vpc().await;
    assert_eq!(attribute(&world, &vpc, "enableDnsSupport").await, "true");
    assert_eq!(attribute(&world, &vpc, "enableDnsHostnames").await, "false");
    let own = ("VpcId", vpc.as_str());
    let both = [own, ("EnableDnsHostnames.Value", "true"), ("EnableDnsSupport.Value", "false")];
    world.refused("ModifyVpcAttribute", &both, "InvalidParameterCombination").await;
    world.refused("ModifyVpcAttribute", &both[..1], "InvalidParameterCombination").await;
    world.ok("ModifyVpcAttribute", &both[..2]).await;
    assert_eq!(attribute(&world, &vpc, "enableDnsHostnames").await, "true");
    assert_eq!(attribute(&world, &vpc, "enableDnsSupport").await, "true");
}

#[tokio::test(start_paused = true)]
async fn tenancy_becomes_default_in_place() {
    let world = World::new();
    let request = [("CidrBlock", "10.0.0.0/16"), ("InstanceTenancy", "dedicated")];
    let vpc = world.get("CreateVpc", &request, "vpcId").await;
    world.refused("ModifyVpcTenancy", &[("VpcId", &vpc), ("InstanceTenancy", "dedicated")], "InvalidParameterValue").await;
    world.ok("ModifyVpcTenancy", &[("VpcId", &vpc), ("InstanceTenancy", "default")]).await;
    assert_eq!(world.get("DescribeVpcs", &[], "instanceTenancy").await, "default");
}

#[tokio::test(start_paused = true)]
async fn a_quota_is_kept() {
    let world = World::with(|builder| builder.quota("vpcs", 1));
    world.vpc().await;
    world.refused("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "VpcLimitExceeded").await;
    world.in_region("us-east-1").vpc().await;
}

#[tokio::test(start_paused = true)]
async fn regions_and_accounts_are_apart() {
    let world = World::new();
    let vpc = world.vpc().await;
    for elsewhere in [world.in_region("us-east-1"), world.as_account("210987654321")] {
        elsewhere.refused("DescribeVpcs", &[("VpcId.1", &vpc)], "InvalidVpcID.NotFound").await;
        assert!(values(&elsewhere.ok("DescribeVpcs", &[]).await, "vpcId").is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_parts_of_a_vpc_are_described() {
    let world = World::new();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let acl = world.ok("DescribeNetworkAcls", &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)]).await;
    assert_eq!((value(&acl, "default"), value(&acl, "subnetId")), ("true".to_owned(), subnet));
    let options = world.get("DescribeVpcs", &[], "dhcpOptionsId").await;
    let described = world.ok("DescribeDhcpOptions", &[("DhcpOptionsId.1", &options)]).await;
    assert!(described.contains("AmazonProvidedDNS"));
    world.refused("DescribeDhcpOptions", &[("DhcpOptionsId.1", "dopt-0")], "InvalidDhcpOptionsId.Malformed").await;
}

#[tokio::test(start_paused = true)]
async fn each_part_of_its_own_keeps_a_vpc() {
    let world = World::new();
    let vpc = world.vpc().await;
    let own = [("VpcId", vpc.as_str())];
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let message = world.refused("DeleteVpc", &own, "DependencyViolation").await;
    assert_eq!(message, format!("The vpc '{vpc}' has dependencies and cannot be deleted."));
    world.ok("DeleteSubnet", &[("SubnetId", &subnet)]).await;
    let table = world.get("CreateRouteTable", &own, "routeTableId").await;
    world.refused("DeleteVpc", &own, "DependencyViolation").await;
    world.ok("DeleteRouteTable", &[("RouteTableId", &table)]).await;
    let request = [("GroupName", "web"), ("GroupDescription", "web"), own[0]];
    let group = world.get("CreateSecurityGroup", &request, "groupId").await;
    world.refused("DeleteVpc", &own, "DependencyViolation").await;
    world.ok("DeleteSecurityGroup", &[("GroupId", &group)]).await;
    world.ok("DeleteVpc", &own).await;
}

#[tokio::test(start_paused = true)]
async fn no_address_range_of_amazon_is_asked_for() {
    World::new().ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("AmazonProvidedIpv6CidrBlock", "false")]).await;
}
