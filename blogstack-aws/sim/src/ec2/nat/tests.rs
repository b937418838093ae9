use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

/// A VPC with an attached gateway, a subnet and an elastic address: gateway, subnet, allocation.
async fn network(world: &World) -> (String, String, String, String) {
    let vpc = world.vpc().await;
    let gateway = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
    world.ok("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]).await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let allocation = world.get("AllocateAddress", &[("Domain", "vpc")], "allocationId").await;
    (vpc, gateway, subnet, allocation)
}

async fn create(world: &World, subnet: &str, allocation: &str) -> String {
    world.get("CreateNatGateway", &[("SubnetId", subnet), ("AllocationId", allocation)], "natGatewayId").await
}

async fn state(world: &World, nat: &str) -> String {
    world.get("DescribeNatGateways", &[("NatGatewayId.1", nat)], "state").await
}

fn slow() -> World {
    World::with(|builder| builder.delays(Delays::realistic()))
}

#[tokio::test(start_paused = true)]
async fn a_gateway_takes_its_time_to_come_and_go() {
    let world = slow();
    let (_, _, subnet, allocation) = network(&world).await;
    let nat = create(&world, &subnet, &allocation).await;
    tokio::time::sleep(Duration::from_secs(89)).await;
    assert_eq!(state(&world, &nat).await, "pending");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(state(&world, &nat).await, "available");
    world.ok("DeleteNatGateway", &[("NatGatewayId", &nat)]).await;
    assert_eq!(state(&world, &nat).await, "deleting");
    world.refused("ReleaseAddress", &[("AllocationId", &allocation)], "InvalidIPAddress.InUse").await;
    world.refused("DeleteSubnet", &[("SubnetId", &subnet)], "DependencyViolation").await;
    world.sim.advance(Duration::from_mins(1));
    assert_eq!(state(&world, &nat).await, "deleted");
    world.refused("DeleteNatGateway", &[("NatGatewayId", &nat)], "NatGatewayNotFound").await;
    world.ok("ReleaseAddress", &[("AllocationId", &allocation)]).await;
    world.ok("DeleteSubnet", &[("SubnetId", &subnet)]).await;
    world.sim.advance(Duration::from_secs(3601));
    world.refused("DescribeNatGateways", &[("NatGatewayId.1", &nat)], "NatGatewayNotFound").await;
}

#[tokio::test(start_paused = true)]
async fn failures_show_later() {
    let world = slow();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let allocation = world.get("AllocateAddress", &[], "allocationId").await;
    for (allocation, code) in [(allocation.as_str(), "Gateway.NotAttached"), ("eipalloc-0", "Gateway.NotAttached")] {
        let nat = create(&world, &subnet, allocation).await;
        assert_eq!(state(&world, &nat).await, "pending");
        world.sim.advance(Duration::from_secs(11));
        let described = world.ok("DescribeNatGateways", &[("NatGatewayId.1", &nat)]).await;
        assert_eq!((value(&described, "state"), value(&described, "failureCode")), ("failed".to_owned(), code.to_owned()));
    }
    world.ok("ReleaseAddress", &[("AllocationId", &allocation)]).await;
    world.ok("DeleteSubnet", &[("SubnetId", &subnet)]).await;
}

#[tokio::test(start_paused = true)]
async fn an_address_serves_one_gateway() {
    let world = World::new();
    let (vpc, gateway, subnet, allocation) = network(&world).await;
    create(&world, &subnet, &allocation).await;
    let second = create(&world, &subnet, &allocation).await;
    let described = world.ok("DescribeNatGateways", &[("NatGatewayId.1", &second)]).await;
    assert_eq!(value(&described, "failureCode"), "Resource.AlreadyAssociated");
    let detach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    let message = world.refused("DetachInternetGateway", &detach, "DependencyViolation").await;
    assert!(message.contains("mapped public address(es)"), "{message}");
    let association = world.get("DescribeAddresses", &[], "associationId").await;
    world.refused("DisassociateAddress", &[("AssociationId", &association)], "AuthFailure").await;
}

#[tokio::test(start_paused = true)]
async fn a_token_makes_one_gateway() {
    let world = World::new();
    let (_, _, subnet, allocation) = network(&world).await;
    let request = [("SubnetId", subnet.as_str()), ("AllocationId", &allocation), ("ClientToken", "token")];
    let first = world.get("CreateNatGateway", &request, "natGatewayId").await;
    assert_eq!(world.get("CreateNatGateway", &request, "natGatewayId").await, first);
    let other = [("SubnetId", subnet.as_str()), ("ConnectivityType", "private"), ("ClientToken", "token")];
    world.refused("CreateNatGateway", &other, "IdempotentParameterMismatch").await;
}

#[tokio::test(start_paused = true)]
async fn further_addresses_come_and_go() {
    let world = slow();
    let (_, _, subnet, allocation) = network(&world).await;
    let more = world.get("AllocateAddress", &[], "allocationId").await;
    let nat = create(&world, &subnet, &allocation).await;
    let associate = [("NatGatewayId", nat.as_str()), ("AllocationId.1", &more)];
    world.refused("AssociateNatGatewayAddress", &associate, "IncorrectState").await;
    world.sim.advance(Duration::from_secs(90));
    let association = world.get("AssociateNatGatewayAddress", &associate, "associationId").await;
    world.sim.advance(Duration::from_secs(5));
    let described = world.ok("DescribeNatGateways", &[("NatGatewayId.1", &nat)]).await;
    assert_eq!(values(&described, "status"), ["succeeded", "succeeded"]);
    world.ok("DisassociateNatGatewayAddress", &[("NatGatewayId", &nat), ("AssociationId.1", &association)]).await;
    world.sim.advance(Duration::from_secs(5));
    let described = world.ok("DescribeNatGateways", &[("NatGatewayId.1", &nat)]).await;
    assert_eq!(values(&described, "status"), ["succeeded"]);
    world.ok("ReleaseAddress", &[("AllocationId", &more)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_private_gateway_has_private_addresses() {
    let world = World::new();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let request = [("SubnetId", subnet.as_str()), ("ConnectivityType", "private"), ("PrivateIpAddress", "10.0.1.9")];
    let nat = world.get("CreateNatGateway", &request, "natGatewayId").await;
    world.refused("CreateNatGateway", &request, "InvalidIPAddress.InUse").await;
    world.ok("AssignPrivateNatGatewayAddress", &[("NatGatewayId", &nat), ("PrivateIpAddress.1", "10.0.1.10")]).await;
    let described = world.ok("DescribeNatGateways", &[("NatGatewayId.1", &nat)]).await;
    assert_eq!(values(&described, "privateIp"), ["10.0.1.9", "10.0.1.10"]);
    world.ok("UnassignPrivateNatGatewayAddress", &[("NatGatewayId", &nat), ("PrivateIpAddress.1", "10.0.1.10")]).await;
    world
        .refused("UnassignPrivateNatGatewayAddress", &[("NatGatewayId", &nat), ("PrivateIpAddress.1", "10.0.1.9")], "InvalidParameter")
        .await;
}
