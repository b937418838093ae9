use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

const S3: &str = "com.amazonaws.eu-west-1.s3";
const SSM: &str = "com.amazonaws.eu-west-1.ssm";

async fn gateway(world: &World, vpc: &str, table: &str) -> String {
    world.get("CreateVpcEndpoint", &[("VpcId", vpc), ("ServiceName", S3), ("RouteTableId.1", table)], "vpcEndpointId").await
}

async fn named(world: &World, vpc: &str) {
    world.ok("ModifyVpcAttribute", &[("VpcId", vpc), ("EnableDnsHostnames.Value", "true")]).await;
}

#[tokio::test(start_paused = true)]
async fn a_gateway_endpoint_is_a_route_in_its_tables() {
    let world = World::new();
    let vpc = world.vpc().await;
    let table = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    let endpoint = gateway(&world, &vpc, &table).await;
    let listed = world.ok("DescribeVpcEndpoints", &[("VpcEndpointId.1", &endpoint)]).await;
    assert_eq!((value(&listed, "state"), value(&listed, "vpcEndpointType")), ("available".to_owned(), "Gateway".to_owned()));
    let routes = world.ok("DescribeRouteTables", &[("RouteTableId.1", &table)]).await;
    let list = world.get("DescribePrefixLists", &[("Filter.1.Name", "prefix-list-name"), ("Filter.1.Value.1", S3)], "prefixListId").await;
    assert_eq!((value(&routes, "destinationPrefixListId"), values(&routes, "gatewayId").contains(&endpoint)), (list, true));
    let again = [("VpcId", vpc.as_str()), ("ServiceName", S3), ("RouteTableId.1", &table)];
    world.refused("CreateVpcEndpoint", &again, "RouteAlreadyExists").await;
    world.refused("DeleteVpc", &[("VpcId", &vpc)], "DependencyViolation").await;
    world.ok("DeleteRouteTable", &[("RouteTableId", &table)]).await;
    let other = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    world.ok("ModifyVpcEndpoint", &[("VpcEndpointId", &endpoint), ("AddRouteTableId.1", &other)]).await;
    let listed = world.ok("DescribeVpcEndpoints", &[("VpcEndpointId.1", &endpoint)]).await;
    assert!(listed.contains(&other) && !listed.contains(&table));
    world.ok("ModifyVpcEndpoint", &[("VpcEndpointId", &endpoint), ("RemoveRouteTableId.1", &other)]).await;
    assert!(values(&world.ok("DescribeRouteTables", &[("RouteTableId.1", &other)]).await, "destinationPrefixListId").is_empty());
}

#[tokio::test(start_paused = true)]
async fn deleting_succeeds_and_tells_what_failed() {
    let world = World::with(|builder| builder.delays(Delays::realistic()));
    let vpc = world.vpc().await;
    let table = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    let endpoint = gateway(&world, &vpc, &table).await;
    let both = [("VpcEndpointId.1", endpoint.as_str()), ("VpcEndpointId.2", "vpce-0123456789abcdef0")];
    let answer = world.ok("DeleteVpcEndpoints", &both).await;
    assert_eq!(
        (values(&answer, "code"), values(&answer, "resourceId")),
        (vec!["InvalidVpcEndpointId.NotFound".to_owned()], vec![both[1].1.to_owned()])
    );
    assert_eq!(world.get("DescribeVpcEndpoints", &both[..1], "state").await, "deleting");
    world.refused("ModifyVpcEndpoint", &[("VpcEndpointId", &endpoint), ("ResetPolicy", "true")], "IncorrectState").await;
    world.sim.advance(Duration::from_mins(2));
    assert_eq!(world.get("DescribeVpcEndpoints", &both[..1], "state").await, "deleted");
    assert!(values(&world.ok("DeleteVpcEndpoints", &both[..1]).await, "code").contains(&"InvalidVpcEndpointId.NotFound".to_owned()));
    world.sim.advance(Duration::from_hours(1));
    world.refused("DescribeVpcEndpoints", &both[..1], "InvalidVpcEndpointId.NotFound").await;
    world.refused("DeleteVpcEndpoints", &[], "MissingParameter").await;
}

#[tokio::test(start_paused = true)]
async fn an_interface_endpoint_has_an_interface_in_each_subnet() {
    let world = World::with(|builder| builder.delays(Delays::realistic()));
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let sister = world.subnet(&vpc, "10.0.2.0/24").await;
    let base = [("VpcId", vpc.as_str()), ("ServiceName", SSM), ("VpcEndpointType", "Interface"), ("ClientToken", "one")];
    world.refused("CreateVpcEndpoint", &base, "InvalidParameter").await;
    named(&world, &vpc).await;
    let with: Vec<_> = base.into_iter().chain([("SubnetId.1", subnet.as_str())]).collect();
    let made = world.ok("CreateVpcEndpoint", &with).await;
    assert_eq!((value(&made, "state"), value(&made, "privateDnsEnabled")), ("pending".to_owned(), "true".to_owned()));
    let endpoint = value(&made, "vpcEndpointId");
    assert_eq!(world.get("CreateVpcEndpoint", &with, "vpcEndpointId").await, endpoint);
    let again = [base[0], base[1], base[2]];
    world.refused("CreateVpcEndpoint", &again, "InvalidParameter").await;
    let interface = [("Filter.1.Name", "interface-type"), ("Filter.1.Value.1", "vpc_endpoint")];
    assert_eq!(world.get("DescribeNetworkInterfaces", &interface, "subnetId").await, subnet);
    world.refused("DeleteSubnet", &[("SubnetId", &subnet)], "DependencyViolation").await;
    let more = [("VpcEndpointId", endpoint.as_str()), ("AddSubnetId.1", &sister)];
    world.refused("ModifyVpcEndpoint", &more, "DuplicateSubnetsInSameZone").await;
    let moved = [more[0], more[1], ("RemoveSubnetId.1", &subnet)];
    world.ok("ModifyVpcEndpoint", &moved).await;
    assert_eq!(values(&world.ok("DescribeNetworkInterfaces", &interface).await, "subnetId"), std::slice::from_ref(&sister));
    world.sim.advance(Duration::from_mins(2));
    assert_eq!(world.get("DescribeVpcEndpoints", &[("VpcEndpointId.1", &endpoint)], "state").await, "available");
    let group = world.get("DescribeSecurityGroups", &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)], "groupId").await;
    assert_eq!(world.get("DescribeVpcEndpoints", &[("VpcEndpointId.1", &endpoint)], "groupId").await, group);
    world.ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", &endpoint)]).await;
    world.refused("DeleteSubnet", &[("SubnetId", &sister)], "DependencyViolation").await;
    world.sim.advance(Duration::from_mins(2));
    world.ok("DeleteSubnet", &[("SubnetId", &sister)]).await;
}

#[tokio::test(start_paused = true)]
async fn requests_are_checked() {
    let world = World::new();
    let vpc = world.vpc().await;
    let of = |service: &'static str| [("VpcId", vpc.clone()), ("ServiceName", service.to_owned())];
    let refused = async |request: &[(&str, String)], more: &[(&str, &str)], code: &str| {
        let request: Vec<(&str, &str)> = request.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
        world.refused("CreateVpcEndpoint", &request, code).await;
    };
    refused(&of("com.amazonaws.us-east-1.s3"), &[], "InvalidServiceName").await;
    refused(&of(SSM), &[], "InvalidServiceName").await;
    refused(&of(S3), &[("PolicyDocument", "nonsense")], "InvalidPolicyDocument").await;
    refused(&of(S3), &[("SubnetId.1", "subnet-0123456789abcdef0")], "InvalidParameter").await;
    refused(&of(S3), &[("PrivateDnsEnabled", "true")], "InvalidParameter").await;
    refused(&of(S3), &[("RouteTableId.1", "rtb-0123456789abcdef0")], "InvalidRouteTableID.NotFound").await;
    refused(&of(S3), &[("VpcEndpointType", "GatewayLoadBalancer")], "UnsupportedOperation").await;
    world.refused("DescribePrefixLists", &[("PrefixListId.1", "pl-01234567")], "InvalidPrefixListId.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_set_and_reset() {
    let world = World::new();
    let vpc = world.vpc().await;
    let table = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    let endpoint = gateway(&world, &vpc, &table).await;
    let own = [("VpcEndpointId.1", endpoint.as_str())];
    let open = world.get("DescribeVpcEndpoints", &own, "policyDocument").await;
    let policy = r#"{"Statement":[]}"#;
    world.ok("ModifyVpcEndpoint", &[("VpcEndpointId", &endpoint), ("PolicyDocument", policy)]).await;
    assert_ne!(world.get("DescribeVpcEndpoints", &own, "policyDocument").await, open);
    world.ok("ModifyVpcEndpoint", &[("VpcEndpointId", &endpoint), ("ResetPolicy", "true")]).await;
    assert_eq!(world.get("DescribeVpcEndpoints", &own, "policyDocument").await, open);
}
