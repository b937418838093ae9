use crate::testing::{World, value, values};

#[tokio::test(start_paused = true)]
async fn blocks_lie_in_the_vpc_and_apart() {
    let world = World::new();
    let vpc = world.vpc().await;
    world.subnet(&vpc, "10.0.1.0/24").await;
    let cases = [
        ("10.1.0.0/24", "InvalidSubnet.Range"),
        ("10.0.0.0/15", "InvalidSubnet.Range"),
        ("10.0.2.0/29", "InvalidSubnet.Range"),
        ("10.0.0.0/16", "InvalidSubnet.Conflict"),
        ("10.0.1.128/25", "InvalidSubnet.Conflict"),
    ];
    for (block, code) in cases {
        world.refused("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", block)], code).await;
    }
    world.refused("CreateSubnet", &[("VpcId", "vpc-0"), ("CidrBlock", "10.0.2.0/24")], "InvalidVpcID.Malformed").await;
}

#[tokio::test(start_paused = true)]
async fn a_zone_is_picked_or_checked() {
    let world = World::new();
    let vpc = world.vpc().await;
    let picked = world.get("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.1.0/24")], "availabilityZone").await;
    assert!(picked.starts_with("eu-west-1"));
    let by_id = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.2.0/24"), ("AvailabilityZoneId", "euw1-az3")];
    assert_eq!(world.get("CreateSubnet", &by_id, "availabilityZone").await, "eu-west-1c");
    let wrong = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.3.0/24"), ("AvailabilityZone", "us-east-1a")];
    world.refused("CreateSubnet", &wrong, "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn attributes_change_one_a_call() {
    let world = World::new();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let own = ("SubnetId", subnet.as_str());
    let two = [own, ("MapPublicIpOnLaunch.Value", "true"), ("PrivateDnsHostnameTypeOnLaunch", "resource-name")];
    world.refused("ModifySubnetAttribute", &two, "InvalidParameterCombination").await;
    world.refused("ModifySubnetAttribute", &[own], "InvalidParameterCombination").await;
    world.ok("ModifySubnetAttribute", &two[..2]).await;
    world.ok("ModifySubnetAttribute", &[own, two[2]]).await;
    world.ok("ModifySubnetAttribute", &[own, ("EnableResourceNameDnsAAAARecordOnLaunch.Value", "true")]).await;
    let described = world.ok("DescribeSubnets", &[("SubnetId.1", &subnet)]).await;
    let shown =
        ["mapPublicIpOnLaunch", "hostnameType", "enableResourceNameDnsAAAARecord", "enableDns64"].map(|name| value(&described, name));
    assert_eq!(shown, ["true", "resource-name", "true", "false"]);
}

#[tokio::test(start_paused = true)]
async fn free_addresses_are_counted() {
    let world = World::new();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/28").await;
    assert_eq!(world.get("DescribeSubnets", &[], "availableIpAddressCount").await, "11");
    let request = |_| [("SubnetId", subnet.as_str()), ("ConnectivityType", "private")];
    for index in 0..11 {
        world.ok("CreateNatGateway", &request(index)).await;
    }
    assert_eq!(world.get("DescribeSubnets", &[], "availableIpAddressCount").await, "0");
    world.ok("CreateNatGateway", &request(11)).await;
    let failed = world.ok("DescribeNatGateways", &[("Filter.1.Name", "state"), ("Filter.1.Value.1", "failed")]).await;
    assert_eq!(values(&failed, "failureCode"), ["InsufficientFreeAddressesInSubnet"]);
}
